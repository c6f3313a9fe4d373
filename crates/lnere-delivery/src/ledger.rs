/*!
The ledger of deliveries: JSON Lines that are only ever appended to, each on the disk before the next step.

Before an attempt its intent is written, after it what came of it. A process that dies in between leaves an
intent without an end: nobody knows whether the server took the message, so it is sent again with the same
Message-ID.

A line begins with the length and the checksum of the rest of it:

```json
{"bytes":183,"xxh3":"0123456789abcdef","time":"2020-10-16T14:22:05Z","event":"accepted",…}
```

So a line that a crash cut off, which is shorter, is told from one that was damaged, whatever became of its line end. The
first is the last line; the next run closes it with a mark and says so in a line of its own. From a damaged
ledger nothing is sent: the line may be the one that says what was delivered. Lines of earlier versions begin with
`time`; only their form is checked.
*/

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::FOLDER;
use lnere_release::PrivateFolder;

/// The name of the ledger in its folder.
pub const LEDGER: &str = "bitacora.jsonl";

/// Bytes reserved for the result entry when the intent is written; no entry is larger.
const RESERVED_BYTES: u64 = 16 * 1024;

/// The control character CANCEL at the end of a line that was cut off, written when it is closed. It stands in no entry.
const CUT_OFF: u8 = 0x18;

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerEvent {
    /// The package is about to be sent.
    Intent,
    /// The server has taken it, or the copy was read back.
    Accepted,
    /// It was not sent.
    Failed,
    /// The line before was cut off by a crash.
    Mended,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryEntry {
    /// The time of the event, RFC 3339 in UTC.
    pub time: String,
    /// The kind of event.
    pub event: LedgerEvent,
    /// The process's id.
    #[serde(default)]
    pub process: String,
    /// The corte.
    #[serde(default)]
    pub corte: String,
    /// The revision.
    #[serde(default)]
    pub revision: u32,
    /// The slug of the recipient.
    #[serde(default)]
    pub recipient: String,
    /// The checksum of the package.
    #[serde(default)]
    pub package: String,
    /// The `Message-ID`; empty for a folder.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message_id: String,
    /// Where to: addresses, or a folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// Which attempt of its run.
    #[serde(default)]
    pub attempt: u32,
    /// The message of the server or of the system.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[serde(rename = "said")]
    pub message: String,
}

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another delivery is at work.
    #[error("another delivery holds {}; wait for it to end", lnere_core::display::shown(path))]
    Held {
        /// The ledger.
        path: PathBuf,
    },
    /// A line is not as it was written.
    #[error(
        "{}:{line}: is no entry of the ledger, or was changed; nothing was sent, since it may say what was delivered \
         already: restore the file from a backup",
        lnere_core::display::shown(path)
    )]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// It cannot be read or written.
    #[error("cannot read or write the ledger {}", lnere_core::display::shown(path))]
    Io {
        /// The ledger.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// The entries of a ledger.
#[derive(Clone, Debug, Default)]
pub struct DeliveryHistory {
    entries: Vec<DeliveryEntry>,
}

impl DeliveryHistory {
    /// What the ledger in a private folder says; nothing where there is none.
    ///
    /// # Errors
    /// It cannot be read, or a line of it is no entry.
    pub fn read(private: &PrivateFolder) -> Result<Self, LedgerError> {
        let path = private.path(FOLDER).join(LEDGER);
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            bytes => bytes.map_err(|source| LedgerError::Io { path: path.clone(), source })?,
        };
        // Another process may be writing, so only the next run decides about an unended last line.
        Ok(Self::parse(&path, &bytes)?.0)
    }

    /// The entries, and how the last line ends.
    fn parse(path: &Path, bytes: &[u8]) -> Result<(Self, Tail), LedgerError> {
        let mut entries: Vec<DeliveryEntry> = Vec::new();
        // The first line that was cut off and of which nothing has said so yet, and whether it has the mark.
        let mut cut: Option<(usize, bool)> = None;
        let mut tail = Tail::Whole;
        let damaged = |line| LedgerError::Damaged { path: path.to_owned(), line };
        for (place, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let (line, ended) = line.strip_suffix(b"\n").map_or((line, false), |line| (line, true));
            match LedgerLine::read(line) {
                LedgerLine::Entry(entry) => {
                    if let Some((line, _)) = cut.take()
                        && entry.event != LedgerEvent::Mended
                    {
                        return Err(damaged(line));
                    }
                    entries.push(*entry);
                    if !ended {
                        tail = Tail::Unended;
                    }
                }
                LedgerLine::CutOff { .. } if !ended => tail = Tail::Torn,
                LedgerLine::CutOff { marked } => cut = cut.or(Some((place + 1, marked))),
                LedgerLine::Damaged => return Err(damaged(place + 1)),
            }
        }
        match cut {
            Some((line, false)) if tail == Tail::Whole => return Err(damaged(line)),
            // It was closed, and what was to say so did not come to the disk.
            Some(_) if tail == Tail::Whole => tail = Tail::Closed,
            _ => {}
        }
        Ok((Self { entries }, tail))
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[DeliveryEntry] {
        &self.entries
    }

    /// The entries of a recipient for a corte of a process, oldest first.
    #[must_use]
    pub fn entries_for<'a>(
        &'a self,
        process: &'a str,
        corte: &'a str,
        recipient: &'a str,
    ) -> impl DoubleEndedIterator<Item = &'a DeliveryEntry> {
        self.entries.iter().filter(move |entry| {
            entry.event != LedgerEvent::Mended
                && (entry.process.as_str(), entry.corte.as_str(), entry.recipient.as_str())
                    == (process, corte, recipient)
        })
    }
}

/// The state of the last line of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    /// With a line end.
    Whole,
    /// With an entry that lacks only its line end.
    Unended,
    /// In the middle of a line.
    Torn,
    /// With a cut-off line that has been ended but has no entry saying so yet.
    Closed,
}

/// The ledger, held by this process alone.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    history: DeliveryHistory,
}

impl Ledger {
    /// Opens the ledger of a private folder, creates it where it is missing, and mends a line that a crash cut
    /// off; `now` is the time of that.
    ///
    /// # Errors
    /// Another process holds it, it is damaged, or it cannot be written.
    pub fn open(private: &PrivateFolder, now: &str) -> Result<Self, LedgerError> {
        let path = private.path(FOLDER).join(LEDGER);
        let failed = |source| LedgerError::Io { path: path.clone(), source };
        let folder = private.folder(FOLDER).map_err(failed)?;
        let mut file = folder.open_or_create(LEDGER).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LedgerError::Held { path }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // A file that is new is only there after a crash if its folders say so.
        for folder in [private.path(FOLDER), private.path("")] {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let (history, tail) = DeliveryHistory::parse(&path, &bytes)?;
        let mut ledger = Self { path, file, history };
        match tail {
            Tail::Whole => {}
            Tail::Unended => ledger.append_bytes(b"\n")?,
            Tail::Torn | Tail::Closed => {
                let mended = DeliveryEntry { time: now.to_owned(), ..DeliveryEntry::mended() };
                let end: &[u8] = if tail == Tail::Torn { &[CUT_OFF, b'\n'] } else { &[] };
                let line = mended.line().map_err(|error| ledger.failed(error.into()))?;
                ledger.append_bytes(&[end, &line].concat())?;
            }
        }
        Ok(ledger)
    }

    /// Its entries.
    #[must_use]
    pub fn history(&self) -> &DeliveryHistory {
        &self.history
    }

    /// Appends an entry, and returns once it is on the disk.
    ///
    /// # Errors
    /// It cannot be written: then nothing more can be sent.
    pub fn append(&mut self, entry: DeliveryEntry) -> Result<(), LedgerError> {
        let line = entry.line().map_err(|error| self.failed(error.into()))?;
        if entry.event == LedgerEvent::Intent {
            self.reserve_space(line.len() as u64)?;
        }
        self.append_bytes(&line)?;
        self.history.entries.push(entry);
        Ok(())
    }

    /// A disk that is full is to be noticed before a message goes out, not when it is to be noted that it
    /// did. A file system that cannot keep room is taken as it is.
    fn reserve_space(&mut self, length: u64) -> Result<(), LedgerError> {
        let end = self.file.seek(SeekFrom::End(0)).map_err(|error| self.failed(error))?;
        match fallocate(&self.file, FallocateFlags::KEEP_SIZE, end, length + RESERVED_BYTES) {
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
            Err(error) => Err(self.failed(error.into())),
        }
    }

    fn append_bytes(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        let mut write = || -> io::Result<()> {
            self.file.seek(SeekFrom::End(0))?;
            self.file.write_all(bytes)?;
            self.file.sync_data()
        };
        write().map_err(|error| self.failed(error))
    }

    fn failed(&self, source: io::Error) -> LedgerError {
        LedgerError::Io { path: self.path.clone(), source }
    }
}

/// What a line of the ledger is.
enum LedgerLine {
    Entry(Box<DeliveryEntry>),
    /// The beginning of an entry, with the mark at its end or without.
    CutOff {
        marked: bool,
    },
    Damaged,
}

impl LedgerLine {
    /// Judges a line, which has no line end.
    fn read(line: &[u8]) -> Self {
        // Closing it may have been cut off after the mark, and been done once more.
        let end = line.iter().rposition(|byte| *byte != CUT_OFF).map_or(0, |last| last + 1);
        let (line, marked) = (&line[..end], end < line.len());
        match serde_json::from_slice::<DeliveryEntry>(line) {
            Ok(_) if marked => Self::Damaged,
            Ok(entry) if is_sealed(line) => Self::Entry(Box::new(entry)),
            Err(error) if error.is_eof() && is_beginning(line) => Self::CutOff { marked },
            _ => Self::Damaged,
        }
    }
}

/// Whether a whole line has the length and the checksum that it says; one of an earlier version says none.
fn is_sealed(line: &[u8]) -> bool {
    match seal(line) {
        None => line.starts_with(EARLIER),
        Some((seal, rest)) => seal == Seal::from_content(rest),
    }
}

/// Whether an incomplete JSON line may be the beginning of an entry: it is shorter than it states,
/// and has no blanks between its parts.
fn is_beginning(line: &[u8]) -> bool {
    let is_short = match seal(line) {
        Some((seal, rest)) => rest.len() < seal.bytes,
        None => line.len() < LONGEST_SEAL || line.starts_with(EARLIER),
    };
    if !is_short {
        return false;
    }
    let (mut in_text, mut escaped) = (false, false);
    line.iter().all(|byte| {
        let quotes = *byte == b'"' && !escaped;
        escaped = in_text && *byte == b'\\' && !escaped;
        in_text ^= quotes;
        in_text || !byte.is_ascii_whitespace()
    })
}

/// The first bytes of the seal.
const SEAL: &[u8] = b"{\"bytes\":";

/// How a line of an earlier version begins.
const EARLIER: &[u8] = b"{\"time\":";

/// The bytes of a seal with the longest number.
const LONGEST_SEAL: usize = 56;

/// What a line begins with.
#[derive(Deserialize, PartialEq, Eq)]
struct Seal {
    /// The length of what follows, up to the line end.
    bytes: usize,
    /// Its checksum.
    xxh3: String,
}

impl Seal {
    fn from_content(rest: &[u8]) -> Self {
        Self { bytes: rest.len(), xxh3: format!("{:016x}", xxh3_64(rest)) }
    }
}

/// The seal of a line and what follows it; `None` where it has no whole one.
fn seal(line: &[u8]) -> Option<(Seal, &[u8])> {
    let text = line.strip_prefix(SEAL)?;
    // The comma after the checksum.
    let end = memchr::memchr_iter(b',', text).nth(1)? + line.len() - text.len();
    let seal = serde_json::from_slice(&[&line[..end], b"}"].concat()).ok()?;
    Some((seal, &line[end + 1..]))
}

impl DeliveryEntry {
    /// A line of the ledger, with its end.
    fn line(&self) -> serde_json::Result<Vec<u8>> {
        let entry = serde_json::to_string(self)?;
        let rest = entry.strip_prefix('{').unwrap_or(&entry);
        let Seal { bytes, xxh3 } = Seal::from_content(rest.as_bytes());
        Ok(format!("{{\"bytes\":{bytes},\"xxh3\":\"{xxh3}\",{rest}\n").into_bytes())
    }

    fn mended() -> Self {
        Self {
            time: String::new(),
            event: LedgerEvent::Mended,
            process: String::new(),
            corte: String::new(),
            revision: 0,
            recipient: String::new(),
            package: String::new(),
            message_id: String::new(),
            to: Vec::new(),
            attempt: 0,
            message: String::new(),
        }
    }
}

#[cfg(test)]
#[path = "tests/ledger.rs"]
mod tests;
