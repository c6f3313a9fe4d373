/*!
Reads and writes the ledger of deliveries: JSON Lines to which entries are only appended. Each entry
is on the disk before the next step.

Before an attempt an intent is written, and after it the result. A process that dies between the two
leaves an intent without a result. Then it is unknown whether the server accepted the message, so it
is sent again with the same Message-ID.

A line begins with the length and the checksum of its rest:

```json
{"bytes":183,"xxh3":"0123456789abcdef","time":"2020-10-16T14:22:05Z","event":"accepted",…}
```

The length distinguishes a line that a crash cut off from a damaged line, whatever happened to its
line end. Only the last line can be cut off. The next run closes it with a mark and records this in
a new line. Nothing is sent from a damaged ledger, because the damaged line may record a delivery.
Lines of earlier versions begin with `time`; only their format is checked.
*/

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::DELIVERIES_FOLDER;
use lnere_messages::message;
use lnere_release::PrivateFolder;

/// The name of the ledger in its folder.
pub const LEDGER_FILE: &str = "bitacora.jsonl";

/// The bytes reserved for the result when the intent is written; no entry is larger.
const RESERVED_RESULT_BYTES: u64 = 16 * 1024;

/// The control character CANCEL, which marks the end of a closed cut-off line. It occurs in no
/// entry.
const CUT_OFF_MARK: u8 = 0x18;

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerEvent {
    /// The package is about to be sent.
    Intent,
    /// The server accepted the package, or the copy was read back.
    Accepted,
    /// The delivery failed.
    Failed,
    /// A crash cut off the previous line, and this run closed it.
    Mended,
    /// The release is held until a time; nothing of it was sent.
    Held,
    /// Somebody approved the release before that time.
    Approved,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryEntry {
    /// The time of the event, RFC 3339 in UTC.
    pub time: String,
    /// The kind of event.
    pub event: LedgerEvent,
    /// The id of the process.
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
    /// The checksum of the package; of all packages, if the entry is about a whole release.
    #[serde(default)]
    pub package: String,
    /// The end of a hold, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// The `Message-ID`; empty for a folder.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message_id: String,
    /// The destination: addresses, or a folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// The number of the attempt in its run.
    #[serde(default)]
    pub attempt: u32,
    /// The reply of the server or the message of the system.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[serde(rename = "said")]
    pub message: String,
}

/// The ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another delivery is running.
    #[error("{}", message!("L510-ledger-held", path = lnere_core::terminal_text::escaped_name(path)))]
    Held {
        /// The ledger.
        path: PathBuf,
    },
    /// A line is damaged.
    #[error("{}", message!("L511-ledger-damaged", path = lnere_core::terminal_text::escaped_name(path), line))]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// The ledger cannot be read or written.
    #[error("{}", message!("L512-ledger-unusable", path = lnere_core::terminal_text::escaped_name(path)))]
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
    /// Reads the ledger of a private folder; empty if the ledger does not exist.
    ///
    /// # Errors
    /// The ledger cannot be read, or a line is not a valid entry.
    pub fn read(private: &PrivateFolder) -> Result<Self, LedgerError> {
        let path = private.entry_path(DELIVERIES_FOLDER).join(LEDGER_FILE);
        let bytes = match lnere_core::regular_file::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            bytes => bytes.map_err(|source| LedgerError::Io { path: path.clone(), source })?,
        };
        // Another process may be writing, so only the next run decides about an unended last line.
        Ok(Self::parse(&path, &bytes)?.0)
    }

    /// Parses the entries and determines the state of the last line.
    fn parse(path: &Path, bytes: &[u8]) -> Result<(Self, TailState), LedgerError> {
        let mut entries: Vec<DeliveryEntry> = Vec::new();
        // The first cut-off line that no later entry has recorded, and whether it has the mark.
        let mut first_cut_off: Option<(usize, bool)> = None;
        let mut tail = TailState::Complete;
        let damaged = |line| LedgerError::Damaged { path: path.to_owned(), line };
        for (place, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let (line, ended) = line.strip_suffix(b"\n").map_or((line, false), |line| (line, true));
            match LedgerLine::parse(line) {
                LedgerLine::Entry(entry) => {
                    if let Some((line, _)) = first_cut_off.take()
                        && entry.event != LedgerEvent::Mended
                    {
                        return Err(damaged(line));
                    }
                    entries.push(*entry);
                    if !ended {
                        tail = TailState::MissingLineEnd;
                    }
                }
                LedgerLine::CutOff { .. } if !ended => tail = TailState::CutOff,
                LedgerLine::CutOff { has_mark: marked } => first_cut_off = first_cut_off.or(Some((place + 1, marked))),
                LedgerLine::Damaged => return Err(damaged(place + 1)),
            }
        }
        match first_cut_off {
            Some((line, false)) if tail == TailState::Complete => return Err(damaged(line)),
            // The line was closed, but the entry that records this is not on the disk.
            Some(_) if tail == TailState::Complete => tail = TailState::Closed,
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
enum TailState {
    /// The last line ends with a line end.
    Complete,
    /// The last line is an entry that lacks only its line end.
    MissingLineEnd,
    /// The last line is cut off.
    CutOff,
    /// The last line was cut off and closed, but no entry records this yet.
    Closed,
}

/// The ledger, locked by this process.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    history: DeliveryHistory,
}

impl Ledger {
    /// Opens the ledger of a private folder, and creates it if it does not exist. Closes a line
    /// that a crash cut off, with `now` as the time of the entry.
    ///
    /// # Errors
    /// Another process holds the ledger, or it is damaged, or it cannot be written.
    pub fn open(private: &PrivateFolder, now: &str) -> Result<Self, LedgerError> {
        let path = private.entry_path(DELIVERIES_FOLDER).join(LEDGER_FILE);
        let io_error = |source| LedgerError::Io { path: path.clone(), source };
        let folder = private.open_folder(DELIVERIES_FOLDER).map_err(io_error)?;
        let mut file = folder.open_or_create_file(LEDGER_FILE).map_err(io_error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LedgerError::Held { path }),
            Err(TryLockError::Error(source)) => return Err(io_error(source)),
        }
        // A new file survives a crash only if its folders are on the disk.
        for folder in [private.entry_path(DELIVERIES_FOLDER), private.entry_path("")] {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(io_error)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io_error)?;
        let (history, tail) = DeliveryHistory::parse(&path, &bytes)?;
        let mut ledger = Self { path, file, history };
        match tail {
            TailState::Complete => {}
            TailState::MissingLineEnd => ledger.append_bytes(b"\n")?,
            TailState::CutOff | TailState::Closed => {
                let mended = DeliveryEntry { time: now.to_owned(), ..DeliveryEntry::mended_entry() };
                let end: &[u8] = if tail == TailState::CutOff { &[CUT_OFF_MARK, b'\n'] } else { &[] };
                let line = mended.to_line().map_err(|error| ledger.io_error(error.into()))?;
                ledger.append_bytes(&[end, &line].concat())?;
            }
        }
        Ok(ledger)
    }

    /// The entries of the ledger.
    #[must_use]
    pub fn history(&self) -> &DeliveryHistory {
        &self.history
    }

    /// Appends an entry, and returns when it is on the disk.
    ///
    /// # Errors
    /// The entry cannot be written; then nothing more can be sent.
    pub fn append(&mut self, entry: DeliveryEntry) -> Result<(), LedgerError> {
        let line = entry.to_line().map_err(|error| self.io_error(error.into()))?;
        if entry.event == LedgerEvent::Intent {
            self.reserve_space(line.len() as u64)?;
        }
        self.append_bytes(&line)?;
        self.history.entries.push(entry);
        Ok(())
    }

    /// Reserves space, so that a full disk is noticed before a message is sent and not when its
    /// result is recorded. A file system without this operation is accepted.
    fn reserve_space(&mut self, length: u64) -> Result<(), LedgerError> {
        let end = self.file.seek(SeekFrom::End(0)).map_err(|error| self.io_error(error))?;
        match fallocate(&self.file, FallocateFlags::KEEP_SIZE, end, length + RESERVED_RESULT_BYTES) {
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
            Err(error) => Err(self.io_error(error.into())),
        }
    }

    fn append_bytes(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        let mut write = || -> io::Result<()> {
            self.file.seek(SeekFrom::End(0))?;
            self.file.write_all(bytes)?;
            self.file.sync_data()
        };
        write().map_err(|error| self.io_error(error))
    }

    fn io_error(&self, source: io::Error) -> LedgerError {
        LedgerError::Io { path: self.path.clone(), source }
    }
}

/// A parsed line of the ledger.
enum LedgerLine {
    Entry(Box<DeliveryEntry>),
    /// The beginning of an entry, with or without the mark at its end.
    CutOff {
        has_mark: bool,
    },
    Damaged,
}

impl LedgerLine {
    /// Parses a line without its line end.
    fn parse(line: &[u8]) -> Self {
        // An earlier attempt to close the line may have been cut off after the mark.
        let end = line.iter().rposition(|byte| *byte != CUT_OFF_MARK).map_or(0, |last| last + 1);
        let (line, marked) = (&line[..end], end < line.len());
        match serde_json::from_slice::<DeliveryEntry>(line) {
            Ok(_) if marked => Self::Damaged,
            Ok(entry) if is_seal_valid(line) => Self::Entry(Box::new(entry)),
            Err(error) if error.is_eof() && may_be_entry_start(line) => Self::CutOff { has_mark: marked },
            _ => Self::Damaged,
        }
    }
}

/// Whether a complete line has its stated length and checksum; lines of earlier versions state
/// none.
fn is_seal_valid(line: &[u8]) -> bool {
    match split_seal(line) {
        None => line.starts_with(UNSEALED_START),
        Some((seal, rest)) => seal == LineSeal::from_content(rest),
    }
}

/// Whether an incomplete JSON line may be the beginning of an entry. It must be shorter than its
/// stated length, and it must have no blanks between its parts.
fn may_be_entry_start(line: &[u8]) -> bool {
    let is_short = match split_seal(line) {
        Some((seal, rest)) => rest.len() < seal.bytes,
        None => line.len() < MAX_SEAL_LENGTH || line.starts_with(UNSEALED_START),
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
const SEAL_START: &[u8] = b"{\"bytes\":";

/// The start of a line of an earlier version.
const UNSEALED_START: &[u8] = b"{\"time\":";

/// The bytes of a seal with the longest number.
const MAX_SEAL_LENGTH: usize = 56;

/// The length and checksum at the start of a line.
#[derive(Deserialize, PartialEq, Eq)]
struct LineSeal {
    /// The length of the rest of the line, without the line end.
    bytes: usize,
    /// The checksum of the rest of the line.
    xxh3: String,
}

impl LineSeal {
    fn from_content(rest: &[u8]) -> Self {
        Self { bytes: rest.len(), xxh3: format!("{:016x}", xxh3_64(rest)) }
    }
}

/// The seal of a line and its rest; `None` if the seal is incomplete.
fn split_seal(line: &[u8]) -> Option<(LineSeal, &[u8])> {
    let text = line.strip_prefix(SEAL_START)?;
    // The position of the comma after the checksum.
    let end = memchr::memchr_iter(b',', text).nth(1)? + line.len() - text.len();
    let seal = serde_json::from_slice(&[&line[..end], b"}"].concat()).ok()?;
    Some((seal, &line[end + 1..]))
}

impl DeliveryEntry {
    /// A line of the ledger with its line end.
    fn to_line(&self) -> serde_json::Result<Vec<u8>> {
        let entry = serde_json::to_string(self)?;
        let rest = entry.strip_prefix('{').unwrap_or(&entry);
        let LineSeal { bytes, xxh3 } = LineSeal::from_content(rest.as_bytes());
        Ok(format!("{{\"bytes\":{bytes},\"xxh3\":\"{xxh3}\",{rest}\n").into_bytes())
    }

    pub(super) fn mended_entry() -> Self {
        Self {
            time: String::new(),
            event: LedgerEvent::Mended,
            process: String::new(),
            corte: String::new(),
            revision: 0,
            recipient: String::new(),
            package: String::new(),
            until: String::new(),
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
