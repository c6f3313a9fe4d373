/*!
Reads and checks the recipients file: the channel of each recipient, and the mail server. Every
mistake is reported with its line before anything is sent.
*/

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use serde::Deserialize;
use toml::Spanned;

use super::release_packages::NATIONAL_RECIPIENT;
use lnere_core::line_numbers::line_of;
use lnere_core::process::ProcessError;
use lnere_core::regular_file;
use lnere_messages::message;

/// The environment variable with the password, used if no password file is configured.
pub const PASSWORD_VARIABLE: &str = "LNERE_SMTP_PASSWORD";

const BYTES_PER_MIB: u64 = 1 << 20;

/// A quincena: after that the next release is due.
const MAX_HOLD_HOURS: u64 = 15 * 24;

/// A checked recipients file.
#[derive(Clone, Debug)]
pub struct Recipients {
    /// The path of the file.
    pub path: PathBuf,
    /// The mail server; present if any recipient has an address.
    pub smtp: Option<SmtpSettings>,
    /// The settings of repeated attempts.
    pub retry: RetrySettings,
    /// The time after its publication for which a release is held, unless somebody approves it.
    pub hold: Duration,
    /// The recipients in the order of the file.
    pub entries: Vec<Recipient>,
}

/// One recipient.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The two-digit code of the entity, or `nacional`.
    pub entity: String,
    /// The channel of the delivery.
    pub channel: DeliveryChannel,
    /// The line of the recipient in the file, from 1.
    pub line: usize,
}

/// The channel of a delivery.
#[derive(Clone, Debug)]
pub enum DeliveryChannel {
    /// A message to these addresses.
    Mail {
        /// The recipients of the message.
        to: Vec<Mailbox>,
        /// The recipients of a copy.
        cc: Vec<Mailbox>,
    },
    /// A copy in this folder.
    Folder(PathBuf),
}

/// The settings of repeated attempts.
#[derive(Clone, Copy, Debug)]
pub struct RetrySettings {
    /// The number of attempts in one run, including the first.
    pub max_attempts: u32,
    /// The wait before the second attempt; it doubles before each further attempt.
    pub first_wait: Duration,
    /// The longest wait.
    pub max_wait: Duration,
}

impl RetrySettings {
    /// The wait before an attempt; the first attempt has number 1.
    #[must_use]
    pub fn wait_before(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(2).min(31);
        self.first_wait.saturating_mul(1 << doublings).min(self.max_wait)
    }
}

/// The encryption of the connection to the mail server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS after STARTTLS; without it nothing is sent.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// No encryption; permitted only for a server on this machine.
    None,
}

/// The mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// The name of the server, which its certificate must contain.
    pub host: String,
    /// The port of the server.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// The user name for the login; without a user there is no login.
    pub user: Option<String>,
    /// The file that holds the password.
    pub password_file: Option<PathBuf>,
    /// Trusted certificate authorities that replace those of the system.
    pub ca_file: Option<PathBuf>,
    /// The sender of messages; its domain is part of each Message-ID.
    pub sender: Mailbox,
    /// The address for replies.
    pub reply_to: Option<Mailbox>,
    /// The limit for each step of connecting: address, greeting, TLS and login.
    pub step_timeout: Duration,
    /// The limit for a whole message including its connection; a server may scan for viruses before
    /// it answers.
    pub message_timeout: Duration,
    /// The maximum size of a message in bytes; a larger message has a link instead of the package.
    pub max_message_bytes: u64,
    /// Whether the dashboard is also attached by itself; some mail filters hold HTML files.
    pub attaches_dashboard: bool,
    /// The base address of the served revisions, such as `2020-10-15.r1`.
    pub link_base: Option<String>,
}

/// The password is not available.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The file cannot be read.
    #[error("{}", message!("L550-password-unreadable", path = lnere_core::terminal_text::escaped_name(path)))]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// Other users may read the file.
    #[error(
        "{}",
        message!(
            "L551-password-readable-by-others",
            path = lnere_core::terminal_text::escaped_name(path),
            mode = format!("{mode:04o}"),
        )
    )]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
        /// The mode of the file.
        mode: u32,
    },
    /// The file is empty.
    #[error("{}", message!("L552-password-empty", place = _0))]
    Empty(String),
    /// Neither a file nor the environment provides a password.
    #[error("{}", message!("L552-password-missing", user = _0, variable = PASSWORD_VARIABLE))]
    Missing(String),
}

impl SmtpSettings {
    /// The user and the password, from the configured file or otherwise from `variable`, the value
    /// of [`PASSWORD_VARIABLE`]. `None` if no user is configured.
    ///
    /// # Errors
    /// The password is missing, or other users may read its file.
    pub fn user_and_password(&self, variable: Option<String>) -> Result<Option<(String, String)>, PasswordError> {
        let Some(user) = &self.user else { return Ok(None) };
        let (password, place) = match (&self.password_file, variable) {
            (Some(path), _) => (read_password_file(path)?, lnere_core::terminal_text::escaped_name(path).to_string()),
            (None, Some(password)) => (password, PASSWORD_VARIABLE.to_owned()),
            (None, None) => return Err(PasswordError::Missing(user.clone())),
        };
        if password.is_empty() { Err(PasswordError::Empty(place)) } else { Ok(Some((user.clone(), password))) }
    }
}

/// The mode of an open file, if users other than its owner may write it.
pub(super) fn mode_if_writable_by_others(file: &File) -> io::Result<Option<u32>> {
    // The mode of the opened file, which may differ from the present file of this name.
    let mode = file.metadata()?.permissions().mode() & 0o7777;
    Ok((mode & 0o022 != 0).then_some(mode))
}

fn read_password_file(path: &Path) -> Result<String, PasswordError> {
    let failed = |source| PasswordError::Read { path: path.to_owned(), source };
    // The mode of the opened file, which may differ from the present file of this name.
    let mut file = regular_file::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(PasswordError::ReadableByOthers { path: path.to_owned(), mode });
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRecipientsFile {
    smtp: Option<Spanned<RawSmtp>>,
    #[serde(default)]
    retry: RawRetry,
    #[serde(default)]
    delivery: RawDelivery,
    #[serde(default)]
    recipient: Vec<Spanned<RawRecipient>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSmtp {
    host: Spanned<String>,
    port: Option<Spanned<i64>>,
    #[serde(default)]
    security: Security,
    user: Option<Spanned<String>>,
    password_file: Option<Spanned<PathBuf>>,
    ca_file: Option<Spanned<PathBuf>>,
    from: Spanned<String>,
    reply_to: Option<Spanned<String>>,
    timeout_seconds: Option<Spanned<i64>>,
    reply_seconds: Option<Spanned<i64>>,
    max_message_mib: Option<Spanned<i64>>,
    attach_dashboard: Option<bool>,
    link_base: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawRetry {
    attempts: Option<Spanned<i64>>,
    wait_seconds: Option<Spanned<i64>>,
    max_wait_seconds: Option<Spanned<i64>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawDelivery {
    hold_hours: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRecipient {
    entity: Spanned<String>,
    to: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    cc: Vec<Spanned<String>>,
    folder: Option<Spanned<PathBuf>>,
}

impl Recipients {
    /// Reads and checks a recipients file.
    ///
    /// # Errors
    /// The file cannot be read, other users may write it, or it contains a mistake, reported with
    /// its line.
    pub fn load(path: &Path) -> Result<Self, ProcessError> {
        let failed = |source| ProcessError::Read { path: path.to_owned(), source };
        let mut file = regular_file::open(path).map_err(failed)?;
        if let Some(mode) = mode_if_writable_by_others(&file).map_err(failed)? {
            return Err(ProcessError::Writable { path: path.to_owned(), mode });
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        RecipientsChecker { path, file_text: &text }.checked_recipients()
    }

    /// Compares the file with the recipients of the packages of a release.
    ///
    /// # Errors
    /// The file names a recipient without a package, or omits a recipient.
    pub fn check_covers_packages(&self, expected: &[String]) -> Result<(), ProcessError> {
        let mistake = |line: usize, message: String| ProcessError::Mistake { path: self.path.clone(), line, message };
        if let Some(unknown) = self.entries.iter().find(|recipient| !expected.contains(&recipient.entity)) {
            let (entity, all) = (&unknown.entity, expected.join(", "));
            return Err(mistake(unknown.line, message!("L560-no-package", entity, all)));
        }
        let is_listed = |entity: &&String| self.entries.iter().any(|recipient| recipient.entity == **entity);
        let missing: Vec<&str> = expected.iter().filter(|entity| !is_listed(entity)).map(String::as_str).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let message = message!("L561-recipients-missing", entities = missing.join(", "));
        Err(mistake(self.entries.last().map_or(1, |last| last.line), message))
    }

    /// The recipient for an entity.
    #[must_use]
    pub fn for_entity(&self, entity: &str) -> Option<&Recipient> {
        self.entries.iter().find(|recipient| recipient.entity == entity)
    }
}

struct RecipientsChecker<'a> {
    path: &'a Path,
    file_text: &'a str,
}

impl Recipients {
    /// Checks that the folders are disjoint on the disk, where two paths may be one folder or one
    /// inside the other.
    ///
    /// # Errors
    /// The folder of a recipient is the folder of another one, or lies in it.
    pub fn check_folders_disjoint(&self) -> Result<(), ProcessError> {
        let folders: Vec<(&Recipient, PathBuf)> = self
            .entries
            .iter()
            .filter_map(|recipient| match &recipient.channel {
                DeliveryChannel::Folder(folder) => Some((recipient, canonical_or_absolute(folder))),
                DeliveryChannel::Mail { .. } => None,
            })
            .collect();
        for (place, (recipient, folder)) in folders.iter().enumerate() {
            if let Some((other, _)) =
                folders[..place].iter().find(|(_, other)| folder.starts_with(other) || other.starts_with(folder))
            {
                let (entity, other, folder) =
                    (&recipient.entity, &other.entity, lnere_core::terminal_text::escaped_name(folder));
                let message = message!("L562-folders-overlap", entity, folder, other);
                return Err(ProcessError::Mistake { path: self.path.clone(), line: recipient.line, message });
            }
        }
        Ok(())
    }
}

/// A folder without links and `..`; a folder that does not exist stays as written.
fn canonical_or_absolute(folder: &Path) -> PathBuf {
    folder.canonicalize().or_else(|_| std::path::absolute(folder)).unwrap_or_else(|_| folder.to_owned())
}

impl RecipientsChecker<'_> {
    fn mistake_at<T>(&self, value: &Spanned<T>, message: impl Into<String>) -> ProcessError {
        ProcessError::mistake_at(self.path, self.file_text, value.span().start, message)
    }

    fn checked_recipients(&self) -> Result<Recipients, ProcessError> {
        let raw: RawRecipientsFile = ProcessError::parse(self.path, self.file_text)?;
        let smtp = raw.smtp.as_ref().map(|smtp| self.checked_smtp(smtp.get_ref())).transpose()?;
        let entries = raw.recipient.iter().map(|raw| self.checked_recipient(raw)).collect::<Result<Vec<_>, _>>()?;
        if entries.is_empty() {
            let message = message!("L561-no-recipients");
            return Err(ProcessError::mistake_at(self.path, self.file_text, 0, message));
        }
        if let (None, Some(mail)) =
            (&smtp, entries.iter().find(|one| matches!(one.channel, DeliveryChannel::Mail { .. })))
        {
            let message = message!("L563-no-smtp-section", entity = mail.entity);
            return Err(ProcessError::Mistake { path: self.path.to_owned(), line: mail.line, message });
        }
        self.check_destinations_unique(&entries)?;
        let hold_hours =
            self.checked_whole_number(raw.delivery.hold_hours.as_ref(), "hold_hours", 0..=MAX_HOLD_HOURS, 0)?;
        Ok(Recipients {
            path: self.path.to_owned(),
            smtp,
            retry: self.checked_retry(&raw.retry)?,
            hold: Duration::from_hours(hold_hours),
            entries,
        })
    }

    /// Checks that no recipient occurs twice, and that no two entities share a destination.
    fn check_destinations_unique(&self, list: &[Recipient]) -> Result<(), ProcessError> {
        let mistake =
            |line: usize, message: String| ProcessError::Mistake { path: self.path.to_owned(), line, message };
        let mut entities: HashMap<&str, usize> = HashMap::new();
        let mut folders: HashMap<&Path, &str> = HashMap::new();
        for Recipient { entity, channel: destination, line } in list {
            if let Some(first) = entities.insert(entity, *line) {
                return Err(mistake(*line, message!("L564-recipient-twice", entity, first)));
            }
            if let DeliveryChannel::Folder(folder) = destination
                && let Some(other) = folders.insert(folder, entity)
            {
                let folder = lnere_core::terminal_text::escaped_name(folder);
                return Err(mistake(*line, message!("L562-folder-shared", entity, other, folder)));
            }
        }
        // The working group may include recipients of a state's package, and one address may get a
        // copy of all. The address of one state must not get the package of another.
        let states = || list.iter().filter(|one| one.entity != NATIONAL_RECIPIENT);
        for one in states() {
            let DeliveryChannel::Mail { to, .. } = &one.channel else { continue };
            for address in to.iter().map(folded_address) {
                let receives = |other: &&Recipient| match &other.channel {
                    DeliveryChannel::Mail { to, cc } => {
                        to.iter().chain(cc).any(|mailbox| folded_address(mailbox) == address)
                    }
                    DeliveryChannel::Folder(_) => false,
                };
                if let Some(other) = states().filter(|other| other.line != one.line).find(receives) {
                    let line = one.line.max(other.line);
                    let message = message!("L565-address-shared", entity = one.entity, other = other.entity);
                    return Err(mistake(line, message));
                }
            }
        }
        Ok(())
    }

    fn checked_recipient(&self, raw: &Spanned<RawRecipient>) -> Result<Recipient, ProcessError> {
        let RawRecipient { entity, to, cc, folder } = raw.get_ref();
        let name = entity.get_ref();
        if name != NATIONAL_RECIPIENT && !(name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_digit())) {
            let message = message!("L566-no-recipient", entity = name, national = NATIONAL_RECIPIENT);
            return Err(self.mistake_at(entity, message));
        }
        let destination = match (to, folder) {
            (Some(to), None) if !to.is_empty() => DeliveryChannel::Mail {
                to: to.iter().map(|address| self.parsed_mailbox(address)).collect::<Result<_, _>>()?,
                cc: cc.iter().map(|address| self.parsed_mailbox(address)).collect::<Result<_, _>>()?,
            },
            (None, Some(folder)) if cc.is_empty() => DeliveryChannel::Folder(self.resolved_path(folder)),
            _ => {
                return Err(self.mistake_at(entity, message!("L567-to-or-folder", entity = name)));
            }
        };
        Ok(Recipient { entity: name.clone(), channel: destination, line: line_of(self.file_text, entity.span().start) })
    }

    fn checked_smtp(&self, raw: &RawSmtp) -> Result<SmtpSettings, ProcessError> {
        let host = raw.host.get_ref();
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b)) {
            return Err(self.mistake_at(&raw.host, message!("L566-no-server-name", host)));
        }
        let loopback = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        if raw.security == Security::None && !loopback {
            return Err(self.mistake_at(&raw.host, message!("L568-unencrypted-server", host)));
        }
        if let (Security::None, Some(user)) = (raw.security, &raw.user) {
            return Err(self.mistake_at(user, message!("L568-unencrypted-password")));
        }
        if let (None, Some(file)) = (&raw.user, &raw.password_file) {
            return Err(self.mistake_at(file, message!("L569-password-file-without-user")));
        }
        if let (Security::None, Some(file)) = (raw.security, &raw.ca_file) {
            return Err(self.mistake_at(file, message!("L569-ca-file-without-tls")));
        }
        if let Some(base) = &raw.link_base
            && (!base.get_ref().starts_with("https://") || base.get_ref().contains(char::is_whitespace))
        {
            return Err(self.mistake_at(base, message!("L566-no-link-base")));
        }
        let default_port = match raw.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        };
        let seconds =
            |value, name, default| self.checked_whole_number(value, name, 1..=3_600, default).map(Duration::from_secs);
        Ok(SmtpSettings {
            host: host.clone(),
            port: u16::try_from(self.checked_whole_number(raw.port.as_ref(), "port", 1..=65_535, default_port)?)
                .unwrap_or(u16::MAX),
            security: raw.security,
            user: raw.user.as_ref().map(|user| user.get_ref().clone()),
            password_file: raw.password_file.as_ref().map(|file| self.resolved_path(file)),
            ca_file: raw.ca_file.as_ref().map(|file| self.resolved_path(file)),
            sender: self.parsed_mailbox(&raw.from)?,
            reply_to: raw.reply_to.as_ref().map(|address| self.parsed_mailbox(address)).transpose()?,
            step_timeout: seconds(raw.timeout_seconds.as_ref(), "timeout_seconds", 60)?,
            message_timeout: seconds(raw.reply_seconds.as_ref(), "reply_seconds", 600)?,
            max_message_bytes: self.checked_whole_number(
                raw.max_message_mib.as_ref(),
                "max_message_mib",
                1..=1_024,
                20,
            )? * BYTES_PER_MIB,
            attaches_dashboard: raw.attach_dashboard.unwrap_or(true),
            link_base: raw.link_base.as_ref().map(|base| base.get_ref().trim_end_matches('/').to_owned()),
        })
    }

    fn checked_retry(&self, raw: &RawRetry) -> Result<RetrySettings, ProcessError> {
        let seconds =
            |value, name, default| self.checked_whole_number(value, name, 0..=86_400, default).map(Duration::from_secs);
        let attempts = self.checked_whole_number(raw.attempts.as_ref(), "attempts", 1..=20, 5)?;
        Ok(RetrySettings {
            max_attempts: u32::try_from(attempts).unwrap_or(1),
            first_wait: seconds(raw.wait_seconds.as_ref(), "wait_seconds", 60)?,
            max_wait: seconds(raw.max_wait_seconds.as_ref(), "max_wait_seconds", 600)?,
        })
    }

    fn checked_whole_number(
        &self,
        value: Option<&Spanned<i64>>,
        setting_name: &str,
        range: std::ops::RangeInclusive<u64>,
        default_value: u64,
    ) -> Result<u64, ProcessError> {
        let Some(value) = value else { return Ok(default_value) };
        let number = u64::try_from(*value.get_ref()).ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (smallest, largest) = (range.start(), range.end());
            self.mistake_at(value, message!("L566-no-whole-number", setting = setting_name, smallest, largest))
        })
    }

    fn parsed_mailbox(&self, address: &Spanned<String>) -> Result<Mailbox, ProcessError> {
        let text = address.get_ref();
        // A line end in an address would end the header that contains it.
        let parsed = if text.contains(char::is_control) { None } else { text.parse().ok() };
        parsed.ok_or_else(|| self.mistake_at(address, message!("L566-no-address", address = text)))
    }

    /// A path; a relative path starts at the folder of the file.
    fn resolved_path(&self, path: &Spanned<PathBuf>) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path.get_ref())
    }
}

fn folded_address(mailbox: &Mailbox) -> String {
    mailbox.email.to_string().to_lowercase()
}

#[cfg(test)]
#[path = "tests/recipients.rs"]
mod tests;
