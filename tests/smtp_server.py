"""A mail server on loopback for tests/it/deliver.rs, with TLS and with faults that the test
requests.

    smtp_server.py certs DIR                     makes an authority and certificates in DIR
    smtp_server.py serve DIR SECURITY CERT       serves until stdin ends; prints its port

SECURITY is `starttls`, `tls` or `stripped` (offers no STARTTLS). CERT is `good`, `othername`, or
`stranger` (from an authority that nobody trusts). DIR/mail has one JSON file for each message that
the server took. DIR/log has what clients said, and DIR/connections the number of open connections.

DIR/rules.json has the faults, and each step reads it again. Faults of an address:

    rcpt        an answer to RCPT
    greylist    how many times the server asks to come again
    drop        how many times it drops the connection after DATA and takes nothing
    drop_taken  how many times it takes the message and drops the connection without an answer
    delay       seconds before the answer to DATA

A fault of `*` is `per_connection`: the number of messages that one connection may bring.
"""

import asyncio
import datetime
import email
import email.policy
import hashlib
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = b"lnere", b"Contrase\xc3\xb1a-de-prueba"


def certs(folder):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.timezone.utc)

    def write(name, certificate, key):
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{name}.key").write_bytes(private)

    def signed(subject, key, issuer, signer, extensions):
        names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
        builder = x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - day).not_valid_after(now + 30 * day)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())

    trusted = ("ca", {"good": "localhost", "othername": "correo.example"})
    for authority, leaves in [trusted, ("strange", {"stranger": "localhost"})]:
        root = ec.generate_private_key(ec.SECP256R1())
        basic = [(x509.BasicConstraints(ca=True, path_length=0), True)]
        write(authority, signed(authority, root, authority, root, basic), root)
        for name, host in leaves.items():
            key = ec.generate_private_key(ec.SECP256R1())
            extensions = [
                (x509.SubjectAlternativeName([x509.DNSName(host)]), False),
                (x509.BasicConstraints(ca=False, path_length=None), True),
                (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            ]
            write(name, signed(host, key, authority, root, extensions), key)


class Post:
    """Takes mail, and follows the rules."""

    def __init__(self, folder):
        self.folder, self.used, self.taken = folder, {}, 0
        (folder / "mail").mkdir(exist_ok=True)
        self.taken = len(list((folder / "mail").glob("*.json")))

    def log(self, line):
        with open(self.folder / "log", "a") as log:
            log.write(line + "\n")

    def rule(self, address, name):
        rules = json.loads((self.folder / "rules.json").read_text())
        return rules.get(address, {}).get(name)

    def once_more(self, address, name):
        """Whether a fault that happens a limited number of times happens now."""
        times = self.rule(address, name) or 0
        used = self.used.get((address, name), 0)
        if used >= times:
            return False
        self.used[address, name] = used + 1
        return True

    async def handle_MAIL(self, server, session, envelope, address, options):
        most = self.rule("*", "per_connection")
        if most and getattr(session, "messages", 0) >= most:
            return "421 4.7.0 Too many messages of one connection"
        session.messages = getattr(session, "messages", 0) + 1
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.log(f"RCPT {address}")
        if answer := self.rule(address, "rcpt"):
            return answer
        if self.once_more(address, "greylist"):
            return "451 4.7.1 Greylisted, come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        first = envelope.rcpt_tos[0]
        if self.once_more(first, "drop"):
            server.transport.abort()
            return "421 dropped"
        self.take(envelope, encrypted=server.transport.get_extra_info("sslcontext") is not None)
        if delay := self.rule(first, "delay"):
            await asyncio.sleep(delay)
        if self.once_more(first, "drop_taken"):
            server.transport.abort()
            return "421 dropped"
        return "250 2.0.0 OK, taken"

    def take(self, envelope, encrypted):
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        whole = lambda part: part.get_payload(decode=True)
        attached = [part for part in parts if part.get_content_disposition() == "attachment"]
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": encrypted,
            "message_id": message["Message-ID"],
            "subject": message["Subject"],
            "in_reply_to": message["In-Reply-To"],
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
            "attached": [
                {"name": part.get_filename(), "sha256": hashlib.sha256(whole(part)).hexdigest()} for part in attached
            ],
            "inline": [part["Content-ID"] for part in parts if part.get_content_disposition() == "inline"],
            "text": next(part for part in parts if part.get_content_type() == "text/plain").get_content(),
            "html": next(part for part in parts if part.get_content_type() == "text/html").get_content(),
        }
        name = self.folder / "mail" / f"{self.taken:04}"
        self.taken += 1
        name.with_suffix(".eml").write_bytes(raw)
        # The file appears complete, because a test may look at any moment.
        name.with_suffix(".part").write_text(json.dumps(mail))
        name.with_suffix(".part").rename(name.with_suffix(".json"))


class CountedSMTP(SMTP):
    """Notes how many connections are open, because a message may still be taken from an open one."""

    open_connections = set()

    def connection_made(self, transport):
        super().connection_made(transport)
        self.open_connections.add(self)
        self.note_open_connections()

    def connection_lost(self, error):
        super().connection_lost(error)
        self.open_connections.discard(self)
        self.note_open_connections()

    def note_open_connections(self):
        noted = self.event_handler.folder / "connections"
        noted.with_suffix(".part").write_text(str(len(self.open_connections)))
        noted.with_suffix(".part").rename(noted)


async def serve(folder, security, certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / f"{certificate}.pem", folder / f"{certificate}.key")
    post = Post(folder)

    def authenticator(server, session, envelope, mechanism, data):
        post.log(f"AUTH {mechanism}")
        # Not handled: the library itself answers 535.
        return AuthResult(success=(data.login, data.password) == (USER, PASSWORD), handled=False)

    def protocol():
        options = {"tls": {}, "starttls": {"tls_context": context, "require_starttls": True}, "stripped": {}}[security]
        # Over TLS from the start, the library sees no STARTTLS and would not offer AUTH.
        return CountedSMTP(
            post,
            hostname="localhost",
            authenticator=authenticator,
            auth_required=True,
            auth_require_tls=security == "starttls",
            **options,
        )

    loop = asyncio.get_running_loop()
    wrapped = context if security == "tls" else None
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=wrapped)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "certs":
        certs(folder)
    else:
        asyncio.run(serve(folder, *sys.argv[3:]))
