/*!
The recipients file: who gets which package, by which way, and the mail server. Every mistake in it is
found before anything is sent, and named with its line.
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

use super::release_packages::NATIONAL;
use lnere_core::lines::line_of;
use lnere_core::process::ProcessError;

/// The variable of the environment that holds the password where no file is named.
pub const PASSWORD: &str = "LNERE_SMTP_PASSWORD";

const MIB: u64 = 1 << 20;

/// A recipients file, checked.
#[derive(Clone, Debug)]
pub struct Recipients {
    /// The file.
    pub path: PathBuf,
    /// The mail server; there is one where any recipient has an address.
    pub smtp: Option<Smtp>,
    /// How failures are tried again.
    pub retry: Retry,
    /// In the order of the file.
    pub list: Vec<Recipient>,
}

/// One recipient.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Two digits, or `nacional`.
    pub entity: String,
    /// How the package gets there.
    pub channel: DeliveryChannel,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// How a package gets to its recipient.
#[derive(Clone, Debug)]
pub enum DeliveryChannel {
    /// A message to these addresses.
    Mail {
        /// To.
        to: Vec<Mailbox>,
        /// Copy to.
        cc: Vec<Mailbox>,
    },
    /// A copy in this folder.
    Folder(PathBuf),
}

/// How failures are tried again.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// How often a delivery is tried in one run, the first time included.
    pub attempts: u32,
    /// Before the second attempt; doubled before each further one.
    pub wait: Duration,
    /// Never longer than this.
    pub longest: Duration,
}

impl Retry {
    /// The wait before an attempt; the first is number 1.
    #[must_use]
    pub fn before(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(2).min(31);
        self.wait.saturating_mul(1 << doublings).min(self.longest)
    }
}

/// Whether and how the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS after STARTTLS, without which nothing is sent.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None: only to a server on this machine.
    None,
}

/// The mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// The user to log in as; none: it is not asked for.
    pub user: Option<String>,
    /// The file that holds the password.
    pub password_file: Option<PathBuf>,
    /// The authorities to trust in the place of the system's.
    pub ca_file: Option<PathBuf>,
    /// Whom messages are from; its domain is that of each Message-ID.
    pub from: Mailbox,
    /// The address for replies.
    pub reply_to: Option<Mailbox>,
    /// For each step of connecting: the address, the greeting, TLS, the password.
    pub timeout: Duration,
    /// For a message as a whole, its connection included: a server may look for viruses before it answers.
    pub reply_timeout: Duration,
    /// The most bytes of a message; a larger one has a link instead of the package.
    pub max_message_bytes: u64,
    /// The address below which the revisions of the releases are served, as `2020-10-15.r1`.
    pub link_base: Option<String>,
}

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The file cannot be read.
    #[error("cannot read the password file {}", lnere_core::display::shown(path))]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// Others may read it.
    #[error(
        "the password file {} has the mode {mode:04o}: others than its owner may read it; `chmod 0600 {}`, and change the \
         password if it has been so for long",
        lnere_core::display::shown(path),
        lnere_core::display::shown(path)
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is empty.
    #[error("there is no password in {0}")]
    Empty(String),
    /// Neither a file nor the environment has one.
    #[error("smtp.user `{0}` needs a password: name a file in smtp.password_file, or set {PASSWORD}")]
    Missing(String),
}

impl Smtp {
    /// The password, from the file that is named or else from `variable`, the value of [`PASSWORD`]; `None`
    /// where no user is named.
    ///
    /// # Errors
    /// There is none, or others may read its file.
    pub fn password(&self, variable: Option<String>) -> Result<Option<(String, String)>, PasswordError> {
        let Some(user) = &self.user else { return Ok(None) };
        let (password, place) = match (&self.password_file, variable) {
            (Some(path), _) => (secret(path)?, lnere_core::display::shown(path).to_string()),
            (None, Some(password)) => (password, PASSWORD.to_owned()),
            (None, None) => return Err(PasswordError::Missing(user.clone())),
        };
        if password.is_empty() { Err(PasswordError::Empty(place)) } else { Ok(Some((user.clone(), password))) }
    }
}

/// The mode of an open file that others than its owner may write.
pub(super) fn writable_by_others(file: &File) -> io::Result<Option<u32>> {
    // The mode is that of the file that was opened, whatever its name stands for a moment later.
    let mode = file.metadata()?.permissions().mode() & 0o7777;
    Ok((mode & 0o022 != 0).then_some(mode))
}

fn secret(path: &Path) -> Result<String, PasswordError> {
    let failed = |source| PasswordError::Read { path: path.to_owned(), source };
    // The mode is that of the file that was opened, whatever its name stands for a moment later.
    let mut file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(PasswordError::Open { path: path.to_owned(), mode });
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    smtp: Option<Spanned<RawSmtp>>,
    #[serde(default)]
    retry: RawRetry,
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
    link_base: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawRetry {
    attempts: Option<Spanned<i64>>,
    wait_seconds: Option<Spanned<i64>>,
    max_wait_seconds: Option<Spanned<i64>>,
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
    /// It cannot be read, others than its owner may write it, or a mistake in it, with its line.
    pub fn load(path: &Path) -> Result<Self, ProcessError> {
        let failed = |source| ProcessError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(failed)?;
        if let Some(mode) = writable_by_others(&file).map_err(failed)? {
            return Err(ProcessError::Writable { path: path.to_owned(), mode });
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        Checker { path, text: &text }.file()
    }

    /// Holds the file against the recipients that a release has packages for.
    ///
    /// # Errors
    /// It names one that the release has no package for, or leaves one out.
    pub fn covers(&self, expected: &[String]) -> Result<(), ProcessError> {
        let mistake = |line: usize, message: String| ProcessError::Mistake { path: self.path.clone(), line, message };
        if let Some(unknown) = self.list.iter().find(|recipient| !expected.contains(&recipient.entity)) {
            let (entity, all) = (&unknown.entity, expected.join(", "));
            let message = format!("the release has no package for `{entity}`, only for: {all}");
            return Err(mistake(unknown.line, message));
        }
        let named = |entity: &&String| self.list.iter().any(|recipient| recipient.entity == **entity);
        let missing: Vec<&str> = expected.iter().filter(|entity| !named(entity)).map(String::as_str).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let message = format!("no [[recipient]] for {}: every package of the release needs one", missing.join(", "));
        Err(mistake(self.list.last().map_or(1, |last| last.line), message))
    }

    /// The recipient of an entity.
    #[must_use]
    pub fn for_entity(&self, entity: &str) -> Option<&Recipient> {
        self.list.iter().find(|recipient| recipient.entity == entity)
    }
}

struct Checker<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Recipients {
    /// Holds the folders against each other as they lie on the disk, where two paths may be one, or one in another.
    ///
    /// # Errors
    /// A folder of one recipient is that of another, or lies in it.
    pub fn check_folders_disjoint(&self) -> Result<(), ProcessError> {
        let folders: Vec<(&Recipient, PathBuf)> = self
            .list
            .iter()
            .filter_map(|recipient| match &recipient.channel {
                DeliveryChannel::Folder(folder) => Some((recipient, on_disk(folder))),
                DeliveryChannel::Mail { .. } => None,
            })
            .collect();
        for (place, (recipient, folder)) in folders.iter().enumerate() {
            if let Some((other, _)) =
                folders[..place].iter().find(|(_, other)| folder.starts_with(other) || other.starts_with(folder))
            {
                let (one, other, folder) = (&recipient.entity, &other.entity, lnere_core::display::shown(folder));
                let message =
                    format!("the folder of `{one}`, {folder}, is that of `{other}`, or one lies in the other");
                return Err(ProcessError::Mistake { path: self.path.clone(), line: recipient.line, message });
            }
        }
        Ok(())
    }
}

/// A folder without links and `..`; one that is not there as it is written.
fn on_disk(folder: &Path) -> PathBuf {
    folder.canonicalize().or_else(|_| std::path::absolute(folder)).unwrap_or_else(|_| folder.to_owned())
}

impl Checker<'_> {
    fn mistake_at<T>(&self, value: &Spanned<T>, message: impl Into<String>) -> ProcessError {
        ProcessError::mistake_at(self.path, self.text, value.span().start, message)
    }

    fn file(&self) -> Result<Recipients, ProcessError> {
        let raw: RawFile = ProcessError::parse(self.path, self.text)?;
        let smtp = raw.smtp.as_ref().map(|smtp| self.smtp(smtp.get_ref())).transpose()?;
        let list = raw.recipient.iter().map(|raw| self.recipient(raw)).collect::<Result<Vec<_>, _>>()?;
        if list.is_empty() {
            let message = "it names nobody; it needs a [[recipient]] for each package of the release";
            return Err(ProcessError::mistake_at(self.path, self.text, 0, message));
        }
        if let (None, Some(mail)) = (&smtp, list.iter().find(|one| matches!(one.channel, DeliveryChannel::Mail { .. })))
        {
            let message = format!("recipient `{}` has addresses, so the file needs a section [smtp]", mail.entity);
            return Err(ProcessError::Mistake { path: self.path.to_owned(), line: mail.line, message });
        }
        self.check_folders_disjoint(&list)?;
        Ok(Recipients { path: self.path.to_owned(), smtp, retry: self.retry(&raw.retry)?, list })
    }

    /// Nobody is there twice, and no entity's package goes to where another's goes.
    fn check_folders_disjoint(&self, list: &[Recipient]) -> Result<(), ProcessError> {
        let mistake =
            |line: usize, message: String| ProcessError::Mistake { path: self.path.to_owned(), line, message };
        let mut entities: HashMap<&str, usize> = HashMap::new();
        let mut folders: HashMap<&Path, &str> = HashMap::new();
        for Recipient { entity, channel: way, line } in list {
            if let Some(first) = entities.insert(entity, *line) {
                return Err(mistake(*line, format!("recipient `{entity}` is there twice, first in line {first}")));
            }
            if let DeliveryChannel::Folder(folder) = way
                && let Some(other) = folders.insert(folder, entity)
            {
                let folder = lnere_core::display::shown(folder);
                let message = format!("`{entity}` and `{other}` share the folder {folder}: each needs its own");
                return Err(mistake(*line, message));
            }
        }
        // The working group may be made of those who get a state's package too, and a copy may go to the same
        // desk for all; but the address of one state must not get the package of another.
        let states = || list.iter().filter(|one| one.entity != NATIONAL);
        for one in states() {
            let DeliveryChannel::Mail { to, .. } = &one.channel else { continue };
            for address in to.iter().map(folded) {
                let gets = |other: &&Recipient| match &other.channel {
                    DeliveryChannel::Mail { to, cc } => to.iter().chain(cc).any(|mailbox| folded(mailbox) == address),
                    DeliveryChannel::Folder(_) => false,
                };
                if let Some(other) = states().filter(|other| other.line != one.line).find(gets) {
                    let (line, one) = (one.line.max(other.line), (&one.entity, &other.entity));
                    let message =
                        format!("an address of `{}` is one of `{}` too: it would get both packages", one.0, one.1);
                    return Err(mistake(line, message));
                }
            }
        }
        Ok(())
    }

    fn recipient(&self, raw: &Spanned<RawRecipient>) -> Result<Recipient, ProcessError> {
        let RawRecipient { entity, to, cc, folder } = raw.get_ref();
        let name = entity.get_ref();
        if name != NATIONAL && !(name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_digit())) {
            let message = format!("`{name}` is no recipient; expected two digits like \"08\", or \"{NATIONAL}\"");
            return Err(self.mistake_at(entity, message));
        }
        let way = match (to, folder) {
            (Some(to), None) if !to.is_empty() => DeliveryChannel::Mail {
                to: to.iter().map(|address| self.mailbox(address)).collect::<Result<_, _>>()?,
                cc: cc.iter().map(|address| self.mailbox(address)).collect::<Result<_, _>>()?,
            },
            (None, Some(folder)) if cc.is_empty() => DeliveryChannel::Folder(self.resolved(folder)),
            _ => {
                let message = format!("recipient `{name}` needs either `to` with an address (and `cc`), or `folder`");
                return Err(self.mistake_at(entity, message));
            }
        };
        Ok(Recipient { entity: name.clone(), channel: way, line: line_of(self.text, entity.span().start) })
    }

    fn smtp(&self, raw: &RawSmtp) -> Result<Smtp, ProcessError> {
        let host = raw.host.get_ref();
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b)) {
            return Err(self.mistake_at(&raw.host, format!("`{host}` is no name of a server, like `correo.ine.mx`")));
        }
        let loopback = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        if raw.security == Security::None && !loopback {
            let message = format!(
                "security = \"none\" is for a mail server on this machine alone, like `localhost`; for {host} use \
                 \"starttls\" or \"tls\""
            );
            return Err(self.mistake_at(&raw.host, message));
        }
        if let (Security::None, Some(user)) = (raw.security, &raw.user) {
            return Err(self.mistake_at(user, "a password is only sent over TLS: leave `user` out, or set `security`"));
        }
        if let (None, Some(file)) = (&raw.user, &raw.password_file) {
            return Err(self.mistake_at(file, "password_file has no use without `user`"));
        }
        if let (Security::None, Some(file)) = (raw.security, &raw.ca_file) {
            return Err(self.mistake_at(file, "ca_file has no use without TLS"));
        }
        if let Some(base) = &raw.link_base
            && (!base.get_ref().starts_with("https://") || base.get_ref().contains(char::is_whitespace))
        {
            return Err(self.mistake_at(base, "link_base is an address that begins with https://"));
        }
        let standard = match raw.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        };
        let seconds = |value, name, default| self.whole(value, name, 1..=3_600, default).map(Duration::from_secs);
        Ok(Smtp {
            host: host.clone(),
            port: u16::try_from(self.whole(raw.port.as_ref(), "port", 1..=65_535, standard)?).unwrap_or(u16::MAX),
            security: raw.security,
            user: raw.user.as_ref().map(|user| user.get_ref().clone()),
            password_file: raw.password_file.as_ref().map(|file| self.resolved(file)),
            ca_file: raw.ca_file.as_ref().map(|file| self.resolved(file)),
            from: self.mailbox(&raw.from)?,
            reply_to: raw.reply_to.as_ref().map(|address| self.mailbox(address)).transpose()?,
            timeout: seconds(raw.timeout_seconds.as_ref(), "timeout_seconds", 60)?,
            reply_timeout: seconds(raw.reply_seconds.as_ref(), "reply_seconds", 600)?,
            max_message_bytes: self.whole(raw.max_message_mib.as_ref(), "max_message_mib", 1..=1_024, 20)? * MIB,
            link_base: raw.link_base.as_ref().map(|base| base.get_ref().trim_end_matches('/').to_owned()),
        })
    }

    fn retry(&self, raw: &RawRetry) -> Result<Retry, ProcessError> {
        let seconds = |value, name, default| self.whole(value, name, 0..=86_400, default).map(Duration::from_secs);
        let attempts = self.whole(raw.attempts.as_ref(), "attempts", 1..=20, 5)?;
        Ok(Retry {
            attempts: u32::try_from(attempts).unwrap_or(1),
            wait: seconds(raw.wait_seconds.as_ref(), "wait_seconds", 60)?,
            longest: seconds(raw.max_wait_seconds.as_ref(), "max_wait_seconds", 600)?,
        })
    }

    fn whole(
        &self,
        value: Option<&Spanned<i64>>,
        name: &str,
        range: std::ops::RangeInclusive<u64>,
        default: u64,
    ) -> Result<u64, ProcessError> {
        let Some(value) = value else { return Ok(default) };
        let number = u64::try_from(*value.get_ref()).ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            self.mistake_at(value, format!("{name} is a whole number from {} to {}", range.start(), range.end()))
        })
    }

    fn mailbox(&self, address: &Spanned<String>) -> Result<Mailbox, ProcessError> {
        let text = address.get_ref();
        // A line end in an address would end the header that it stands in.
        let parsed = if text.contains(char::is_control) { None } else { text.parse().ok() };
        parsed.ok_or_else(|| {
            self.mistake_at(address, format!("`{text}` is no address; expected `a@b.mx` or `Nombre <a@b.mx>`"))
        })
    }

    /// A path, from the folder of the file where it is relative.
    fn resolved(&self, path: &Spanned<PathBuf>) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path.get_ref())
    }
}

fn folded(mailbox: &Mailbox) -> String {
    mailbox.email.to_string().to_lowercase()
}

#[cfg(test)]
#[path = "tests/recipients.rs"]
mod tests;
