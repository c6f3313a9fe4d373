"""A mail server on loopback that misbehaves, and a man in the middle, for tests/it/hostile_smtp.rs.

    hostile_smtp_server.py serve DIR SECURITY     serves until stdin ends; prints its port
    hostile_smtp_server.py between PORT INJECTED  forwards connections to a port; prints its own

SECURITY is `starttls`, `tls` or `none`. The certificates are those of smtp_server.py in DIR.
DIR/rules.json says what the server does wrong; each connection reads it again. `at` is the step:
`greeting`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `DATA`, or `end` for the end of the data. `to` limits
the rule to messages for one address. `do` is one of

    say        sends `reply`, in Latin-1, with {line} replaced by the line of the client
    endless    sends `reply` again and again, as fast as the client reads
    trickle    sends the letters of `reply` again and again, one each fifth of a second
    silence    sends nothing
    slow       sends `reply` after `seconds`

`close` closes the connection after each message, without a reply. DIR/log has what clients said,
with `TAKEN address`. For data without an end it has `SENT bytes`.

INJECTED says when the man in the middle adds data to the reply to STARTTLS: `together` with it, or
a moment `later`.
"""

import json
import pathlib
import socket
import ssl
import sys
import threading
import time


class Connection:
    def __init__(self, folder, security, context, plain):
        self.folder, self.security, self.context, self.socket = folder, security, context, plain
        self.rules = json.loads((folder / "rules.json").read_text())
        self.address, self.received = None, b""

    def log(self, line):
        with open(self.folder / "log", "a") as log:
            log.write(line + "\n")

    def encrypt(self):
        self.socket = self.context.wrap_socket(self.socket, server_side=True)

    def line(self):
        while b"\n" not in self.received:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError
            self.received += more
        line, self.received = self.received.split(b"\n", 1)
        return line.rstrip(b"\r")

    def say(self, step, reply, line=b""):
        """Sends the reply to a step, unless the rules have another."""
        rule = self.rules
        if rule.get("at") != step or rule.get("to") not in (None, self.address):
            self.socket.sendall(reply + b"\r\n")
            return reply
        other = rule.get("reply", "").encode("latin-1").replace(b"{line}", line)
        if rule["do"] == "say":
            self.socket.sendall(other + b"\r\n")
        elif rule["do"] == "slow":
            time.sleep(rule["seconds"])
            self.socket.sendall(other + b"\r\n")
        elif rule["do"] == "silence":
            while self.socket.recv(65536):
                pass
            raise ConnectionError
        else:
            self.without_end(other, rule["do"] == "trickle")
        return other

    def without_end(self, piece, slowly):
        sent = 0
        piece = piece if slowly else piece * (65536 // len(piece))
        try:
            while True:
                part = piece[sent % len(piece) :][:1] if slowly else piece
                self.socket.sendall(part)
                sent += len(part)
                if slowly:
                    time.sleep(0.2)
        except OSError:
            self.log(f"SENT {sent}")
            raise

    def serve(self):
        if self.security == "tls":
            self.encrypt()
        self.say("greeting", b"220 localhost")
        while True:
            line = self.line()
            verb = line.split(b" ")[0].upper().decode()
            if verb == "EHLO":
                offers = b"250-localhost\r\n250-8BITMIME\r\n"
                offers += b"250 STARTTLS" if type(self.socket) is socket.socket else b"250 AUTH PLAIN LOGIN"
                self.say(verb, offers)
            elif verb == "STARTTLS":
                self.say(verb, b"220 go")
                self.encrypt()
            elif verb == "AUTH":
                self.log("AUTH")
                self.say(verb, b"235 ok", line)
            elif verb == "MAIL":
                self.say(verb, b"250 ok")
            elif verb == "RCPT":
                self.address = line.split(b"<")[1].split(b">")[0].decode()
                self.log(f"RCPT {self.address}")
                self.say(verb, b"250 ok")
            elif verb == "DATA":
                self.say(verb, b"354 go")
                while self.line() != b".":
                    pass
                reply = self.say("end", b"250 taken")
                if reply.startswith(b"2"):
                    self.log(f"TAKEN {self.address}")
                if self.rules.get("close"):
                    return
            elif verb == "QUIT":
                self.say(verb, b"221 bye")
                return
            else:
                self.say(verb, b"250 ok")


def listening():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    return listener


def each(listener, serve):
    def one(accepted):
        try:
            serve(accepted)
        except (OSError, ConnectionError):
            pass
        finally:
            accepted.close()

    def accept():
        while True:
            threading.Thread(target=one, args=listener.accept()[:1], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


def serve(folder, security):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "good.pem", folder / "good.key")

    def connection(plain):
        one = Connection(folder, security, context, plain)
        try:
            one.serve()
        finally:
            one.socket.close()

    each(listening(), connection)


# The replies to one accepted message. FORGED begins with those to EHLO and AUTH over TLS.
MESSAGE = b"250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 forged\r\n"
FORGED = b"250-localhost\r\n250 AUTH PLAIN\r\n235 ok\r\n" + MESSAGE * 20


def between(port, injected):
    def connection(client):
        server = socket.create_connection(("127.0.0.1", port))

        def answers():
            asked = b""
            while data := server.recv(65536):
                if injected and b"STARTTLS\r\n" in heard[0] and not asked:
                    asked = data
                    if injected == "together":
                        client.sendall(data + FORGED)
                    else:
                        client.sendall(data)
                        time.sleep(0.05)
                        client.sendall(FORGED)
                else:
                    client.sendall(data)
            client.shutdown(socket.SHUT_WR)

        heard = [b""]
        threading.Thread(target=answers, daemon=True).start()
        while data := client.recv(65536):
            # Only unencrypted data can be understood.
            heard[0] = data[-16:]
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)
        time.sleep(0.2)

    each(listening(), connection)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(pathlib.Path(sys.argv[2]), sys.argv[3])
    else:
        between(int(sys.argv[2]), sys.argv[3])
