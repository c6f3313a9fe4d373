/*!
Sends messages to the mail server: reuses connections, classifies refusals and limits the time.
*/

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::external_text::sanitize_external_text;
use super::message::Email;
use super::password_mask::PasswordForms;
use super::recipients::{Security, SmtpSettings, mode_if_writable_by_others};
use super::smtp_client::{SmtpClient, SmtpCredentials, SmtpError};
use super::smtp_reply::{Reply, ReplyClass};
use lnere_messages::message;

/// The reply code of a server that closes the connection (RFC 5321, section 3.8).
const CLOSING_REPLY_CODE: u16 = 421;

/// The reason why a delivery failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeliveryFailure {
    pub scope: RefusalScope,
    /// The message, sanitized for display.
    pub message: String,
}

/// The scope of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalScope {
    /// Temporary: the delivery is tried again later.
    MessageTemporary,
    /// The server is unavailable: no message can be sent in this round.
    ServerTemporary,
    /// The server refuses this message for good.
    MessagePermanent,
    /// The server refuses everything, or it is not trusted.
    ServerPermanent,
}

/// A connection to a mail server.
pub struct MailServer<'a> {
    smtp: &'a SmtpSettings,
    tls_config: Option<Arc<ClientConfig>>,
    credentials: Option<SmtpCredentials>,
    password_forms: PasswordForms,
    /// The name of this machine.
    ehlo_name: String,
    connection: Option<SmtpClient>,
    /// The time used in this round since the server last accepted a message.
    time_since_accepted: Duration,
}

impl<'a> MailServer<'a> {
    /// A server without a connection.
    ///
    /// # Errors
    /// The trusted certificates cannot be read.
    pub fn new(smtp: &'a SmtpSettings, password: Option<(String, String)>) -> io::Result<Self> {
        let tls_config = if smtp.security == Security::None { None } else { Some(Arc::new(tls_config(smtp)?)) };
        let credentials = password.map(|(user, password)| SmtpCredentials { user, password });
        let secrets = credentials.as_ref().map(|one| PasswordForms::new(&one.user, &one.password)).unwrap_or_default();
        Ok(Self {
            smtp,
            tls_config,
            credentials,
            password_forms: secrets,
            ehlo_name: ehlo_name(),
            connection: None,
            time_since_accepted: Duration::ZERO,
        })
    }

    /// Connects, logs in and quits. No message is begun. Returns the most bytes of a message that
    /// the server states (RFC 1870), if it states any.
    ///
    /// # Errors
    /// A step failed; the message is sanitized for display.
    pub fn try_login(&self) -> Result<Option<u64>, String> {
        let deadline = Instant::now() + self.smtp.message_timeout;
        let client = self.connect(deadline).map_err(|error| self.classify_failure(&error, true).message)?;
        let stated_size = client.extension_parameters("SIZE").and_then(|words| words.first()?.parse().ok());
        client.quit();
        // 0 means that the server has no fixed limit.
        Ok(stated_size.filter(|size| *size > 0))
    }

    /// Sends a message, and returns the reply of the server that accepts it.
    ///
    /// In a round, a server has `reply_seconds` to accept a message, and the same time again after
    /// each message. A slow server therefore cannot block the process.
    pub(super) fn send(&mut self, email: &Email) -> Result<String, DeliveryFailure> {
        let start = Instant::now();
        let deadline = start + self.smtp.message_timeout.saturating_sub(self.time_since_accepted);
        let sent = self.send_by_deadline(email, deadline);
        self.time_since_accepted =
            if sent.is_ok() { Duration::ZERO } else { self.time_since_accepted + start.elapsed() };
        sent
    }

    fn send_by_deadline(&mut self, email: &Email, deadline: Instant) -> Result<String, DeliveryFailure> {
        if let Some(client) = self.connection.take() {
            match self.send_over(client, email, deadline) {
                // A server that limits the messages of a connection and closes it accepts this
                // message on a new one.
                Err(SmtpError::Closed) => {}
                Err(SmtpError::Refused(reply)) if reply.code() == CLOSING_REPLY_CODE => {}
                sent => return self.reply_or_refusal(sent),
            }
        }
        let client = self.connect(deadline).map_err(|error| self.classify_failure(&error, true))?;
        let sent = self.send_over(client, email, deadline);
        self.reply_or_refusal(sent)
    }

    /// Sends a message over a connection. The connection is kept if the server accepted the
    /// message.
    fn send_over(&mut self, mut client: SmtpClient, email: &Email, until: Instant) -> Result<Reply, SmtpError> {
        client.set_deadline(until);
        let sent = client.send(&email.envelope, &email.bytes);
        match &sent {
            Ok(_) => self.connection = Some(client),
            Err(SmtpError::Refused(reply)) if reply.code() != CLOSING_REPLY_CODE => client.quit(),
            Err(_) => {}
        }
        sent
    }

    fn reply_or_refusal(&self, sent: Result<Reply, SmtpError>) -> Result<String, DeliveryFailure> {
        match sent {
            Ok(reply) => {
                Ok(sanitize_external_text(&format!("{} {}", reply.code(), reply.masked_text(&self.password_forms))))
            }
            Err(error) => Err(self.classify_failure(&error, false)),
        }
    }

    /// Starts a new round, in which the server has its full time again.
    pub(super) fn begin_round(&mut self) {
        self.time_since_accepted = Duration::ZERO;
    }

    /// Sends QUIT and ignores the result.
    pub(super) fn quit(&mut self) {
        if let Some(client) = self.connection.take() {
            client.quit();
        }
    }

    fn connect(&self, deadline: Instant) -> Result<SmtpClient, SmtpError> {
        let SmtpSettings { host, port, step_timeout, security, .. } = self.smtp;
        let step_deadline = || deadline.min(Instant::now() + *step_timeout);
        let implicit_tls = self.tls_config.as_ref().filter(|_| *security == Security::Tls);
        let mut client = SmtpClient::connect((host, *port), implicit_tls, *step_timeout, deadline)?;
        client.set_deadline(step_deadline());
        client.send_ehlo(&self.ehlo_name)?;
        let Some(tls) = &self.tls_config else { return Ok(client) };
        if *security == Security::Starttls {
            client.set_deadline(step_deadline());
            client = client.start_tls(host, tls)?;
            client.set_deadline(step_deadline());
            client.send_ehlo(&self.ehlo_name)?;
        }
        if let Some(credentials) = &self.credentials {
            client.set_deadline(step_deadline());
            client.log_in(credentials)?;
        }
        Ok(client)
    }

    /// Classifies a failure of connecting or of sending.
    fn classify_failure(&self, error: &SmtpError, is_connecting: bool) -> DeliveryFailure {
        let (for_good, for_now) = if is_connecting {
            (RefusalScope::ServerPermanent, RefusalScope::ServerTemporary)
        } else {
            (RefusalScope::MessagePermanent, RefusalScope::MessageTemporary)
        };
        let refusal_scope = match error {
            SmtpError::Refused(reply) if reply.class() == ReplyClass::Permanent => for_good,
            SmtpError::Refused(_) | SmtpError::Closed | SmtpError::ClosedWithoutReply | SmtpError::Io(_) => for_now,
            // The server may accept another message that does not need this extension.
            SmtpError::Unsupported(_) | SmtpError::LineEndInAddress => for_good,
            // The certificate is not trusted, TLS is missing, or replies are forged. Another
            // attempt could send the password and the packages to the wrong machine.
            SmtpError::Tls(_) | SmtpError::DataBeforeTls => RefusalScope::ServerPermanent,
            // The next message would fail in the same way.
            SmtpError::TimedOut | SmtpError::InvalidReply(_) | SmtpError::UnexpectedReply => {
                RefusalScope::ServerTemporary
            }
        };
        let message = match error {
            SmtpError::Refused(refusal) => {
                let code = refusal.code();
                let reply = sanitize_external_text(&refusal.masked_text(&self.password_forms));
                match refusal.class() {
                    ReplyClass::Permanent => message!("L530-permanent-error", code, reply),
                    _ => message!("L531-transient-error", code, reply),
                }
            }
            error => sanitize_external_text(&error.to_string()),
        };
        DeliveryFailure { scope: refusal_scope, message }
    }
}

/// The name of this machine in EHLO, or its address literal form if it has no name (RFC 5321,
/// section 4.1.4).
fn ehlo_name() -> String {
    let system = rustix::system::uname();
    let name = system.nodename().to_str().unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name { name.to_owned() } else { "[127.0.0.1]".to_owned() }
}

/// The check of the server's certificate: its name, and the authorities of the configured file or
/// otherwise of the system. The check cannot be disabled.
fn tls_config(smtp: &SmtpSettings) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match &smtp.ca_file {
        Some(path) => {
            for certificate in read_certificates(path)? {
                let added = roots.add(certificate);
                added.map_err(|error| error_with_path(path, io::ErrorKind::InvalidData, &error))?;
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
fn read_certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let failed = |error: io::Error| error_with_path(path, error.kind(), &error);
    let mut file = lnere_core::regular_file::open(path).map_err(failed)?;
    if let Some(mode) = mode_if_writable_by_others(&file).map_err(failed)? {
        let path = lnere_core::terminal_text::escaped_name(path);
        let message = message!("L545-ca-file-writable", path, mode = format!("{mode:04o}"));
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    let mut pem = Vec::new();
    file.read_to_end(&mut pem).map_err(failed)?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| error_with_path(path, io::ErrorKind::InvalidData, &error))?;
    if certificates.is_empty() {
        let path = lnere_core::terminal_text::escaped_name(path);
        let message = message!("L546-ca-file-without-certificate", path);
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(certificates)
}

fn error_with_path(path: &Path, kind: io::ErrorKind, error: &dyn std::fmt::Display) -> io::Error {
    let path = lnere_core::terminal_text::escaped_name(path);
    io::Error::new(kind, message!("L546-ca-file-unusable", path, error))
}
