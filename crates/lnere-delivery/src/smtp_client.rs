/*!
A client for the Simple Mail Transfer Protocol (RFC 5321) over one connection. It is safe with any
server and with attackers on the network:

- Data that arrived before TLS decide nothing after it (RFC 3207, section 6). Bytes after the reply
  to STARTTLS end the connection, and the client requests the extensions again.
- A reply answers a command only if it arrives after the command. Only the reply after the end of
  the data accepts a message.
- Each step has a deadline, which slow data cannot extend.
*/

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::address::Envelope;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::smtp_reply::{Reply, ReplyClass, ReplyError, ReplyParser};
use lnere_messages::message;

/// The time limit for the reply to QUIT, which is not used.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);

/// A user name and a password.
pub(super) struct SmtpCredentials {
    pub user: String,
    pub password: String,
}

/// The reason why a step failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum SmtpError {
    /// The server refused the command.
    #[error("{}", message!("delivery-server-refused"))]
    Refused(Reply),
    /// The connection closed before the end of the message was sent.
    #[error("{}", message!("L532-closed"))]
    Closed,
    /// The connection closed after the end of the message was sent.
    #[error("{}", message!("L532-closed-without-reply"))]
    ClosedWithoutReply,
    #[error("{}", message!("L533-timed-out"))]
    TimedOut,
    #[error("{}", message!("L539-connection-failed", error = _0))]
    Io(io::Error),
    /// TLS could not authenticate the intended server.
    #[error("{}", message!("L534-tls-failed", error = _0))]
    Tls(io::Error),
    #[error(transparent)]
    InvalidReply(#[from] ReplyError),
    /// A reply arrived before the command.
    #[error("{}", message!("L535-unexpected-reply"))]
    UnexpectedReply,
    /// Plain text followed the reply to STARTTLS (RFC 3207, section 6, and CVE-2011-0411).
    #[error("{}", message!("L536-data-before-tls"))]
    DataBeforeTls,
    /// The server does not offer this extension.
    #[error("{}", message!("L537-unsupported", extension = _0))]
    Unsupported(&'static str),
    #[error("{}", message!("L538-line-end-in-address"))]
    LineEndInAddress,
}

impl std::fmt::Debug for Reply {
    // The text may contain a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reply({})", self.code())
    }
}

impl From<io::Error> for SmtpError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Closed,
            // TLS reports an error of this kind.
            io::ErrorKind::InvalidData => Self::Tls(error),
            _ => Self::Io(error),
        }
    }
}

/// A connection to a mail server.
pub(super) struct SmtpClient {
    stream: Stream,
    /// Received bytes that no reply contains yet.
    unread_bytes: Vec<u8>,
    /// The answer to EHLO.
    ehlo_reply: Option<Reply>,
}

enum Stream {
    Plain(TimedSocket),
    Tls(Box<StreamOwned<ClientConnection, TimedSocket>>),
}

impl SmtpClient {
    /// Connects to one of the addresses of a server and reads its greeting. With `tls` the
    /// connection uses TLS from the first byte (RFC 8314). Each address has the time `timeout`, and
    /// all of them have until `until`.
    pub(super) fn connect(
        (host, port): (&str, u16),
        tls: Option<&Arc<ClientConfig>>,
        timeout: Duration,
        overall_deadline: Instant,
    ) -> Result<Self, SmtpError> {
        let mut last_error = SmtpError::Io(io::Error::new(io::ErrorKind::NotFound, message!("delivery-no-address")));
        for address in (host, port).to_socket_addrs()? {
            let deadline = overall_deadline.min(Instant::now() + timeout);
            let Some(left) = time_left(deadline) else { return Err(SmtpError::TimedOut) };
            match TcpStream::connect_timeout(&address, left) {
                Ok(socket) => {
                    let stream = Stream::Plain(TimedSocket { socket, deadline, is_blocking: true });
                    let mut client = Self { stream, unread_bytes: Vec::new(), ehlo_reply: None };
                    if let Some(tls) = tls {
                        client = client.into_encrypted(host, tls)?;
                    }
                    client.set_deadline(overall_deadline.min(Instant::now() + timeout));
                    client.read_expected_reply(ReplyClass::Completed)?;
                    return Ok(client);
                }
                Err(error) => last_error = error.into(),
            }
        }
        Err(last_error)
    }

    /// Sets the deadline of the next step.
    pub(super) fn set_deadline(&mut self, deadline: Instant) {
        self.socket().deadline = deadline;
    }

    /// Sends EHLO with the name of the client, and stores the extensions of the server (RFC 5321,
    /// section 4.1.1.1).
    pub(super) fn send_ehlo(&mut self, name: &str) -> Result<(), SmtpError> {
        self.ehlo_reply = Some(self.send_command(&format!("EHLO {name}"), ReplyClass::Completed)?);
        Ok(())
    }

    /// Starts TLS (RFC 3207, section 4), and discards all earlier data of the server.
    pub(super) fn start_tls(mut self, host: &str, tls: &Arc<ClientConfig>) -> Result<Self, SmtpError> {
        if self.extension_parameters("STARTTLS").is_none() {
            return Err(SmtpError::Unsupported("STARTTLS"));
        }
        self.send_command("STARTTLS", ReplyClass::Completed)?;
        self.into_encrypted(host, tls)
    }

    /// Logs in with AUTH (RFC 4954, section 4) by PLAIN (RFC 4616) or otherwise LOGIN. Callers
    /// never use it on an unencrypted connection.
    pub(super) fn log_in(&mut self, SmtpCredentials { user, password }: &SmtpCredentials) -> Result<(), SmtpError> {
        let mechanisms = self.extension_parameters("AUTH").unwrap_or_default();
        let has = |name: &str| mechanisms.iter().any(|mechanism| mechanism == name);
        if has("PLAIN") {
            let response = STANDARD.encode(format!("\0{user}\0{password}"));
            self.send_command(&format!("AUTH PLAIN {response}"), ReplyClass::Completed)?;
        } else if has("LOGIN") {
            self.send_command("AUTH LOGIN", ReplyClass::Intermediate)?;
            self.send_command(&STANDARD.encode(user), ReplyClass::Intermediate)?;
            self.send_command(&STANDARD.encode(password), ReplyClass::Completed)?;
        } else {
            return Err(SmtpError::Unsupported("AUTH"));
        }
        Ok(())
    }

    /// Sends a message (RFC 5321, section 3.3). Returns the reply that accepts it, which follows
    /// the end of the data.
    pub(super) fn send(&mut self, envelope: &Envelope, message: &[u8]) -> Result<Reply, SmtpError> {
        let from = envelope.from().map_or("", |address| address.as_ref());
        let mut mail = format!("MAIL FROM:<{from}>");
        // Required by RFC 6531 and RFC 6152.
        if !from.is_ascii() || !envelope.to().iter().all(|address| address.to_string().is_ascii()) {
            self.extension_parameters("SMTPUTF8").ok_or(SmtpError::Unsupported("SMTPUTF8"))?;
            mail.push_str(" SMTPUTF8");
        }
        if !message.is_ascii() {
            self.extension_parameters("8BITMIME").ok_or(SmtpError::Unsupported("8BITMIME"))?;
            mail.push_str(" BODY=8BITMIME");
        }
        self.send_command(&mail, ReplyClass::Completed)?;
        for address in envelope.to() {
            self.send_command(&format!("RCPT TO:<{address}>"), ReplyClass::Completed)?;
        }
        self.send_command("DATA", ReplyClass::Intermediate)?;
        if let Err(error) = self.write(&dot_stuff(message)) {
            // A server that rejects the rest states the reason before it closes.
            return Err(match self.read_reply() {
                Ok(reply) if reply.class() >= ReplyClass::Transient => SmtpError::Refused(reply),
                _ => error,
            });
        }
        self.expect_no_reply()?;
        let answered = self.write(b".\r\n").and_then(|()| self.read_expected_reply(ReplyClass::Completed));
        answered.map_err(|error| if matches!(error, SmtpError::Closed) { SmtpError::ClosedWithoutReply } else { error })
    }

    /// Sends QUIT and ignores the result.
    pub(super) fn quit(mut self) {
        self.set_deadline(Instant::now() + QUIT_TIMEOUT);
        let _ = self.send_command("QUIT", ReplyClass::Completed);
    }

    /// Sends a command and reads its reply, which must be of the expected class.
    fn send_command(&mut self, command: &str, expected: ReplyClass) -> Result<Reply, SmtpError> {
        if command.contains(['\r', '\n']) {
            return Err(SmtpError::LineEndInAddress);
        }
        self.expect_no_reply()?;
        self.write(format!("{command}\r\n").as_bytes())?;
        self.read_expected_reply(expected)
    }

    fn read_expected_reply(&mut self, expected: ReplyClass) -> Result<Reply, SmtpError> {
        let reply = self.read_reply()?;
        match reply.class() {
            class if class == expected => Ok(reply),
            ReplyClass::Transient | ReplyClass::Permanent => Err(SmtpError::Refused(reply)),
            ReplyClass::Completed | ReplyClass::Intermediate => Err(SmtpError::UnexpectedReply),
        }
    }

    /// Reads one reply. Bytes after it are kept.
    fn read_reply(&mut self) -> Result<Reply, SmtpError> {
        let mut parser = ReplyParser::default();
        loop {
            if let Some(reply) = parser.push(&mut self.unread_bytes)? {
                return Ok(reply);
            }
            if self.receive()? == 0 {
                return Err(SmtpError::Closed);
            }
        }
    }

    /// Checks that no reply has arrived before the next command. A server that closes the
    /// connection sends 421 (RFC 5321, section 3.8) or just closes.
    fn expect_no_reply(&mut self) -> Result<(), SmtpError> {
        self.socket().is_blocking = false;
        let received = self.receive();
        self.socket().is_blocking = true;
        match received {
            Ok(0) => return Err(SmtpError::Closed),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        if self.unread_bytes.is_empty() {
            return Ok(());
        }
        match ReplyParser::default().push(&mut self.unread_bytes)? {
            Some(reply) if reply.class() >= ReplyClass::Transient => Err(SmtpError::Refused(reply)),
            _ => Err(SmtpError::UnexpectedReply),
        }
    }

    /// The parameters of an extension, if the server offers it.
    pub(super) fn extension_parameters(&self, keyword: &str) -> Option<Vec<String>> {
        self.ehlo_reply.as_ref()?.extension_parameters(keyword)
    }

    /// Encrypts a plain connection. Discards all plain data, which an attacker may have sent.
    fn into_encrypted(self, host: &str, tls: &Arc<ClientConfig>) -> Result<Self, SmtpError> {
        if !self.unread_bytes.is_empty() {
            return Err(SmtpError::DataBeforeTls);
        }
        let Stream::Plain(mut socket) = self.stream else { return Ok(self) };
        let tls_error = |error| SmtpError::Tls(io::Error::new(io::ErrorKind::InvalidData, error));
        let name = ServerName::try_from(host.to_owned()).map_err(|error| tls_error(error.to_string()))?;
        let mut connection =
            ClientConnection::new(Arc::clone(tls), name).map_err(|error| tls_error(error.to_string()))?;
        while connection.is_handshaking() {
            connection.complete_io(&mut socket)?;
        }
        let stream = Stream::Tls(Box::new(StreamOwned::new(connection, socket)));
        Ok(Self { stream, unread_bytes: Vec::new(), ehlo_reply: None })
    }

    fn socket(&mut self) -> &mut TimedSocket {
        match &mut self.stream {
            Stream::Plain(socket) => socket,
            Stream::Tls(stream) => &mut stream.sock,
        }
    }

    /// Receives bytes; the count is 0 at the end.
    fn receive(&mut self) -> io::Result<usize> {
        let mut bytes = [0; 4096];
        let count = match &mut self.stream {
            Stream::Plain(socket) => socket.read(&mut bytes)?,
            Stream::Tls(stream) => stream.read(&mut bytes)?,
        };
        self.unread_bytes.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SmtpError> {
        let written = match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes),
            Stream::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        };
        Ok(written?)
    }
}

/// A message in the form of DATA (RFC 5321, sections 2.3.8 and 4.5.2). Every line ends with CR LF,
/// and a line that begins with a dot gets a second dot. The final dot is not included.
fn dot_stuff(message: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(message.len() + message.len() / 64);
    let mut rest = message;
    while !rest.is_empty() {
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        if rest[0] == b'.' {
            lines.push(b'.');
        }
        lines.extend_from_slice(&rest[..end]);
        lines.extend_from_slice(b"\r\n");
        rest = &rest[end..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
    }
    lines
}

fn time_left(deadline: Instant) -> Option<Duration> {
    Some(deadline.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
}

/// A socket whose calls all end by the deadline, however few bytes each one transfers.
struct TimedSocket {
    socket: TcpStream,
    deadline: Instant,
    /// Whether a read waits for data.
    is_blocking: bool,
}

impl TimedSocket {
    fn time_left(&self) -> io::Result<Duration> {
        time_left(self.deadline).ok_or_else(|| io::ErrorKind::TimedOut.into())
    }
}

/// Maps the error of a timeout: the system reports it as a call that would block.
fn map_timeout_error(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { error }
}

impl Read for TimedSocket {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if !self.is_blocking {
            self.socket.set_nonblocking(true)?;
            let read = self.socket.read(bytes);
            self.socket.set_nonblocking(false)?;
            return read;
        }
        loop {
            self.socket.set_read_timeout(Some(self.time_left()?))?;
            match self.socket.read(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read.map_err(map_timeout_error),
            }
        }
    }
}

impl Write for TimedSocket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.time_left()?))?;
        self.socket.write(bytes).map_err(map_timeout_error)
    }

    // TLS passes several records at once.
    fn write_vectored(&mut self, parts: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.time_left()?))?;
        self.socket.write_vectored(parts).map_err(map_timeout_error)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

#[cfg(test)]
#[path = "tests/smtp_client.rs"]
mod tests;
