/*!
The mail server: one connection for as many messages as it takes, and what its refusals mean.
*/

use std::error::Error as _;
use std::fs;
use std::io;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    Certificate, CertificateStore, SmtpConnection, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::ClientId;

use super::message::Letter;
use super::recipients::{Security, Smtp};
use super::reply::tame;

/// What went wrong is TLS: the library says so as data that are not valid.
const TLS: &[io::ErrorKind] = &[io::ErrorKind::InvalidData];

/// Why a delivery did not take place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub reach: Reach,
    /// What was said, fit to be shown.
    pub said: String,
}

/// How far a refusal reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
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
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    connection: Option<SmtpConnection>,
}

impl<'a> MailServer<'a> {
    /// One that is not connected to yet.
    ///
    /// # Errors
    /// The certificates to trust cannot be read.
    pub fn new(smtp: &'a Smtp, password: Option<(String, String)>) -> io::Result<Self> {
        let tls = if smtp.security == Security::None { None } else { Some(tls(smtp)?) };
        let credentials = password.map(|(user, password)| Credentials::new(user, password));
        Ok(Self { smtp, tls, credentials, hello: ClientId::default(), connection: None })
    }

    /// Sends a message, and gives what the server answered once it had taken it.
    pub(super) fn send(&mut self, letter: &Letter) -> Result<String, Refusal> {
        if let Some(connection) = self.connection.take() {
            match self.send_by(connection, letter) {
                // A server that takes so many messages of one connection takes this one of the next.
                Err(error) if error.status().is_some_and(|code| code.to_string() == "421") => {}
                sent => return sent.map_err(|error| refused(&error)),
            }
        }
        let connection = self.connect()?;
        self.send_by(connection, letter).map_err(|error| refused(&error))
    }

    fn send_by(&mut self, mut connection: SmtpConnection, letter: &Letter) -> Result<String, Error> {
        let sent = connection.send(&letter.envelope, &letter.bytes);
        if !connection.has_broken() {
            self.connection = Some(connection);
        }
        let answer = sent?;
        let said: Vec<&str> = answer.message().collect();
        Ok(tame(&format!("{} {}", answer.code(), said.join(" "))))
    }

    /// Takes leave; what comes of it does not matter.
    pub(super) fn leave(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = connection.quit();
        }
    }

    fn connect(&self) -> Result<SmtpConnection, Refusal> {
        let Smtp { host, port, timeout, reply_timeout, security, .. } = self.smtp;
        let wrapped = self.tls.as_ref().filter(|_| *security == Security::Tls);
        let refused = |error: Error| {
            // A certificate that is not trusted, no STARTTLS, a wrong password: trying again gives the password and the
            // packages another chance to reach the wrong machine, or locks the account.
            let for_good = error.is_permanent() || error.is_client() || error.is_tls() || is_io(&error, TLS);
            Refusal::of(&error, if for_good { Reach::Server } else { Reach::ServerForNow })
        };
        let mut connection =
            SmtpConnection::connect((host.as_str(), *port), Some(*timeout), &self.hello, wrapped, None)
                .map_err(refused)?;
        if let (Security::Starttls, Some(tls)) = (security, &self.tls) {
            connection.starttls(tls, &self.hello).map_err(refused)?;
        }
        if *security != Security::None && !connection.is_encrypted() {
            let said = "the connection is not encrypted".to_owned();
            return Err(Refusal { reach: Reach::Server, said });
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).map_err(refused)?;
        }
        let lasting = connection.set_timeout(Some(*reply_timeout));
        lasting.map_err(|error| Refusal { reach: Reach::ServerForNow, said: tame(&error.to_string()) })?;
        Ok(connection)
    }
}

impl Refusal {
    fn of(error: &Error, reach: Reach) -> Self {
        let said = match error.to_string() {
            // Neither has a name there that says what happened.
            text if text.contains("incomplete response") => "the server closed the connection".to_owned(),
            _ if is_io(error, &[io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut]) => {
                "the server did not answer in time".to_owned()
            }
            text => text,
        };
        Self { reach, said: tame(&said) }
    }
}

/// What it means that a message was not taken.
fn refused(error: &Error) -> Refusal {
    // What the client objects to is in the message, like an address that the server's extensions do not cover.
    let for_good = error.is_permanent() || error.is_client();
    Refusal::of(error, if for_good { Reach::Message } else { Reach::ForNow })
}

/// Whether a failure of the system of one of these kinds is behind an error.
fn is_io(error: &Error, kinds: &[io::ErrorKind]) -> bool {
    let mut source = error.source();
    while let Some(inner) = source {
        if inner.downcast_ref::<io::Error>().is_some_and(|error| kinds.contains(&error.kind())) {
            return true;
        }
        source = inner.source();
    }
    false
}

/// What the server's certificate is held against: its name, and the authorities of the file that is named or else
/// of the system. There is no way to leave the check out.
fn tls(smtp: &Smtp) -> io::Result<TlsParameters> {
    let mut builder = TlsParametersBuilder::new(smtp.host.clone());
    if let Some(path) = &smtp.ca_file {
        let named = |error: &dyn std::fmt::Display| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", crate::message::shown(path)))
        };
        let pem = fs::read(path).map_err(|error| io::Error::new(error.kind(), named(&error)))?;
        if !pem.windows(17).any(|bytes| bytes == b"BEGIN CERTIFICATE") {
            return Err(named(&"has no certificate in it; expected PEM"));
        }
        let certificate = Certificate::from_pem(&pem).map_err(|error| named(&error))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build().map_err(io::Error::other)
}
