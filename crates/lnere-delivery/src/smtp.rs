/*!
The mail server: one connection for as many messages as it takes, what its refusals mean, and how long it may take.
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

/// The code of a server that takes its leave (RFC 5321, section 3.8).
const CLOSING: u16 = 421;

/// Why a delivery did not take place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub scope: RefusalScope,
    /// The message, sanitized for display.
    pub message: String,
}

/// How far a refusal reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalScope {
    /// It may pass: the same is tried again after a while.
    ForNow,
    /// There is no server at the moment: no message can be sent in this round.
    ServerForNow,
    /// This message will not be taken.
    Message,
    /// Nothing will be taken, or nothing may be said to whoever answers there.
    Server,
}

/// A mail server that messages are sent to.
pub struct MailServer<'a> {
    smtp: &'a Smtp,
    tls: Option<Arc<ClientConfig>>,
    credentials: Option<SmtpCredentials>,
    secrets: Secrets,
    /// The name of this machine.
    hello: String,
    connection: Option<SmtpClient>,
    /// The time that was spent with the server in this round since it last took a message.
    spent: Duration,
}

impl<'a> MailServer<'a> {
    /// One that is not connected to yet.
    ///
    /// # Errors
    /// The certificates to trust cannot be read.
    pub fn new(smtp: &'a Smtp, password: Option<(String, String)>) -> io::Result<Self> {
        let tls = if smtp.security == Security::None { None } else { Some(Arc::new(tls(smtp)?)) };
        let credentials = password.map(|(user, password)| SmtpCredentials { user, password });
        let secrets = credentials.as_ref().map(|one| Secrets::new(&one.user, &one.password)).unwrap_or_default();
        Ok(Self { smtp, tls, credentials, secrets, hello: hello(), connection: None, spent: Duration::ZERO })
    }

    /// Sends a message, and gives what the server answered once it had taken it.
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
                // A server that takes so many messages of one connection, and then closes it, takes this one of the next.
                Err(SmtpError::Closed) => {}
                Err(SmtpError::Refused(reply)) if reply.code() == CLOSING => {}
                sent => return self.reply_or_refusal(sent),
            }
        }
        let client = self.connect(until).map_err(|error| self.refusal(&error, true))?;
        let sent = self.send_by(client, letter, until);
        self.reply_or_refusal(sent)
    }

    /// Sends a message by a connection, which is kept where the server took it.
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

    /// A new round begins: the server has all its time again.
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

    /// What a failure means, of the connection itself or of a message.
    fn refusal(&self, error: &SmtpError, connecting: bool) -> Refusal {
        let (for_good, for_now) = if connecting {
            (RefusalScope::Server, RefusalScope::ServerForNow)
        } else {
            (RefusalScope::Message, RefusalScope::ForNow)
        };
        let reach = match error {
            SmtpError::Refused(reply) if reply.class() == ReplyClass::Permanent => for_good,
            SmtpError::Refused(_) | SmtpError::Closed | SmtpError::Unanswered | SmtpError::Io(_) => for_now,
            // What the server cannot do with this message it may do with another.
            SmtpError::Unsupported(_) | SmtpError::LineEnd => for_good,
            // A certificate that is not trusted, no TLS, forged answers: trying again gives the password and the
            // packages another chance to reach the wrong machine.
            SmtpError::Tls(_) | SmtpError::Injected => RefusalScope::Server,
            // The next message would be waited for as long, or be answered as wrongly.
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

/// How this machine is called in EHLO; one without a name says so (RFC 5321, section 4.1.4).
fn hello() -> String {
    let system = rustix::system::uname();
    let name = system.nodename().to_str().unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name { name.to_owned() } else { "[127.0.0.1]".to_owned() }
}

/// What the server's certificate is held against: its name, and the authorities of the file that is named or else
/// of the system. There is no way to leave the check out.
fn tls(smtp: &Smtp) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match &smtp.ca_file {
        Some(path) => {
            for certificate in certificates(path)? {
                let added = roots.add(certificate);
                added.map_err(|error| named(path, io::ErrorKind::InvalidData, &error))?;
            }
        }
        // An unreadable certificate is simply not trusted.
        None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth())
}

/// The certificates of a file, which only its owner may be able to write: it says which server is the right one.
fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let failed = |error: io::Error| named(path, error.kind(), &error);
    let mut file = File::open(path).map_err(failed)?;
    if let Some(mode) = writable_by_others(&file).map_err(failed)? {
        let path = lnere_core::display::shown(path);
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
    io::Error::new(kind, format!("{}: {error}", lnere_core::display::shown(path)))
}
