/*!
Sends messages to the mail server: reuses connections, classifies refusals and limits the time.
*/

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::external_text::sanitize;
use super::message::Email;
use super::password_mask::Secrets;
use super::recipients::{Security, Smtp, writable_by_others};
use super::smtp_client::{SmtpClient, SmtpCredentials, SmtpError};
use super::smtp_reply::{Reply, ReplyClass};

/// The reply code of a server that closes the connection (RFC 5321, section 3.8).
const CLOSING: u16 = 421;

/// The reason why a delivery failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub scope: RefusalScope,
    /// The message, sanitized for display.
    pub message: String,
}

/// The scope of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalScope {
    /// Temporary: the delivery is tried again later.
    ForNow,
    /// The server is unavailable: no message can be sent in this round.
    ServerForNow,
    /// The server refuses this message for good.
    Message,
    /// The server refuses everything, or it is not trusted.
    Server,
}

/// A connection to a mail server.
pub struct MailServer<'a> {
    smtp: &'a Smtp,
    tls: Option<Arc<ClientConfig>>,
    credentials: Option<SmtpCredentials>,
    secrets: Secrets,
    /// The name of this machine.
    hello: String,
    connection: Option<SmtpClient>,
    /// The time used in this round since the server last accepted a message.
    spent: Duration,
}

impl<'a> MailServer<'a> {
    /// A server without a connection.
    ///
    /// # Errors
    /// The trusted certificates cannot be read.
    pub fn new(smtp: &'a Smtp, password: Option<(String, String)>) -> io::Result<Self> {
        let tls = if smtp.security == Security::None { None } else { Some(Arc::new(tls(smtp)?)) };
        let credentials = password.map(|(user, password)| SmtpCredentials { user, password });
        let secrets = credentials.as_ref().map(|one| Secrets::new(&one.user, &one.password)).unwrap_or_default();
        Ok(Self { smtp, tls, credentials, secrets, hello: hello(), connection: None, spent: Duration::ZERO })
    }

    /// Sends a message, and returns the reply of the server that accepts it.
    ///
    /// In a round, a server has `reply_seconds` to accept a message, and the same time again after
    /// each message. A slow server therefore cannot block the process.
    pub(super) fn send(&mut self, letter: &Email) -> Result<String, Refusal> {
        let start = Instant::now();
        let until = start + self.smtp.reply_timeout.saturating_sub(self.spent);
        let sent = self.send_until(letter, until);
        self.spent = if sent.is_ok() { Duration::ZERO } else { self.spent + start.elapsed() };
        sent
    }

    fn send_until(&mut self, letter: &Email, until: Instant) -> Result<String, Refusal> {
        if let Some(client) = self.connection.take() {
            match self.send_by(client, letter, until) {
                // A server that limits the messages of a connection and closes it accepts this
                // message on a new one.
                Err(SmtpError::Closed) => {}
                Err(SmtpError::Refused(reply)) if reply.code() == CLOSING => {}
                sent => return self.reply_or_refusal(sent),
            }
        }
        let client = self.connect(until).map_err(|error| self.refusal(&error, true))?;
        let sent = self.send_by(client, letter, until);
        self.reply_or_refusal(sent)
    }

    /// Sends a message over a connection. The connection is kept if the server accepted the
    /// message.
    fn send_by(&mut self, mut client: SmtpClient, letter: &Email, until: Instant) -> Result<Reply, SmtpError> {
        client.set_deadline(until);
        let sent = client.send(&letter.envelope, &letter.bytes);
        match &sent {
            Ok(_) => self.connection = Some(client),
            Err(SmtpError::Refused(reply)) if reply.code() != CLOSING => client.quit(),
            Err(_) => {}
        }
        sent
    }

    fn reply_or_refusal(&self, sent: Result<Reply, SmtpError>) -> Result<String, Refusal> {
        match sent {
            Ok(reply) => Ok(sanitize(&format!("{} {}", reply.code(), reply.masked_text(&self.secrets)))),
            Err(error) => Err(self.refusal(&error, false)),
        }
    }

    /// Starts a new round, in which the server has its full time again.
    pub(super) fn begin_round(&mut self) {
        self.spent = Duration::ZERO;
    }

    /// Sends QUIT and ignores the result.
    pub(super) fn quit(&mut self) {
        if let Some(client) = self.connection.take() {
            client.quit();
        }
    }

    fn connect(&self, until: Instant) -> Result<SmtpClient, SmtpError> {
        let Smtp { host, port, timeout, security, .. } = self.smtp;
        let step = || until.min(Instant::now() + *timeout);
        let wrapped = self.tls.as_ref().filter(|_| *security == Security::Tls);
        let mut client = SmtpClient::connect((host, *port), wrapped, *timeout, until)?;
        client.set_deadline(step());
        client.hello(&self.hello)?;
        let Some(tls) = &self.tls else { return Ok(client) };
        if *security == Security::Starttls {
            client.set_deadline(step());
            client = client.start_tls(host, tls)?;
            client.set_deadline(step());
            client.hello(&self.hello)?;
        }
        if let Some(credentials) = &self.credentials {
            client.set_deadline(step());
            client.log_in(credentials)?;
        }
        Ok(client)
    }

    /// Classifies a failure of connecting or of sending.
    fn refusal(&self, error: &SmtpError, connecting: bool) -> Refusal {
        let (for_good, for_now) = if connecting {
            (RefusalScope::Server, RefusalScope::ServerForNow)
        } else {
            (RefusalScope::Message, RefusalScope::ForNow)
        };
        let reach = match error {
            SmtpError::Refused(reply) if reply.class() == ReplyClass::Permanent => for_good,
            SmtpError::Refused(_) | SmtpError::Closed | SmtpError::Unanswered | SmtpError::Io(_) => for_now,
            // The server may accept another message that does not need this extension.
            SmtpError::Unsupported(_) | SmtpError::LineEnd => for_good,
            // The certificate is not trusted, TLS is missing, or replies are forged. Another
            // attempt could send the password and the packages to the wrong machine.
            SmtpError::Tls(_) | SmtpError::Injected => RefusalScope::Server,
            // The next message would fail in the same way.
            SmtpError::TimedOut | SmtpError::NoReply(_) | SmtpError::OutOfStep => RefusalScope::ServerForNow,
        };
        let said = match error {
            SmtpError::Refused(reply) => {
                let kind = if reply.class() == ReplyClass::Permanent { "permanent" } else { "transient" };
                format!("{kind} error ({}): {}", reply.code(), reply.masked_text(&self.secrets))
            }
            error => error.to_string(),
        };
        Refusal { scope: reach, message: sanitize(&said) }
    }
}

/// The name of this machine in EHLO, or its address literal form if it has no name (RFC 5321,
/// section 4.1.4).
fn hello() -> String {
    let system = rustix::system::uname();
    let name = system.nodename().to_str().unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name { name.to_owned() } else { "[127.0.0.1]".to_owned() }
}

/// The check of the server's certificate: its name, and the authorities of the configured file or
/// otherwise of the system. The check cannot be disabled.
fn tls(smtp: &Smtp) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match &smtp.ca_file {
        Some(path) => {
            for certificate in certificates(path)? {
                let added = roots.add(certificate);
                added.map_err(|error| named(path, io::ErrorKind::InvalidData, &error))?;
            }
        }
        // An unreadable certificate of the system is not trusted.
        None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth())
}

/// The certificates in a file. Only its owner may write it, because it decides which server is
/// trusted.
fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let failed = |error: io::Error| named(path, error.kind(), &error);
    let mut file = File::open(path).map_err(failed)?;
    if let Some(mode) = writable_by_others(&file).map_err(failed)? {
        let path = lnere_core::terminal_text::shown(path);
        let message =
            format!("the mode is {mode:04o}, so that others than the owner may write it: `chmod go-w {path}`");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, format!("{path}: {message}")));
    }
    let mut pem = Vec::new();
    file.read_to_end(&mut pem).map_err(failed)?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| named(path, io::ErrorKind::InvalidData, &error))?;
    if certificates.is_empty() {
        return Err(named(path, io::ErrorKind::InvalidData, &"has no certificate in it; expected PEM"));
    }
    Ok(certificates)
}

fn named(path: &Path, kind: io::ErrorKind, error: &dyn std::fmt::Display) -> io::Error {
    io::Error::new(kind, format!("{}: {error}", lnere_core::terminal_text::shown(path)))
}
