/*!
The ledger of deliveries: JSON Lines that are only ever appended to, each on the disk before the next step.

Before an attempt its intent is written, after it what came of it. A process that dies in between leaves an
intent without an end: nobody knows whether the server took the message, so it is sent again with the same
Message-ID. A line that was cut off by a crash is closed by the next run, which says so in a line of its own;
any other line that cannot be read is a damaged ledger, from which nothing is sent: it may be the
one that says what was delivered.
*/

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use super::FOLDER;
use crate::release::PrivateFolder;

/// The name of the ledger in its folder.
pub const LEDGER: &str = "bitacora.jsonl";

/// Room that is kept for the end of an attempt when its intent is written: more than any entry has.
const ROOM: u64 = 16 * 1024;

/// How many lines on each other may be cut off: one, and one more where closing it was cut off too.
const MOST_TORN: usize = 2;

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
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
pub struct Entry {
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// What.
    pub event: Event,
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
    /// What the server or the system said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said: String,
}

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another delivery is at work.
    #[error("another delivery holds {}; wait for it to end", crate::message::shown(path))]
    Held {
        /// The ledger.
        path: PathBuf,
    },
    /// A line cannot be read.
    #[error(
        "{}:{line}: is no entry of the ledger; nothing was sent, since it may say what was delivered already: restore \
         the file from a backup",
        crate::message::shown(path)
    )]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// It cannot be read or written.
    #[error("cannot read or write the ledger {}", crate::message::shown(path))]
    Io {
        /// The ledger.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What a ledger says.
#[derive(Clone, Debug, Default)]
pub struct History {
    entries: Vec<Entry>,
}

impl History {
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
        // Somebody may be writing: a last line without its end is for the next run to judge.
        Ok(Self::parse(&path, &bytes)?.0)
    }

    /// The entries, and whether the last line was cut off.
    fn parse(path: &Path, bytes: &[u8]) -> Result<(Self, Tail), LedgerError> {
        let mut entries: Vec<Entry> = Vec::new();
        // The first line that cannot be read, and how many follow on each other.
        let mut unread: Option<(usize, usize)> = None;
        let mut tail = Tail::Whole;
        let damaged = |line| LedgerError::Damaged { path: path.to_owned(), line };
        for (place, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let ended = line.ends_with(b"\n");
            match serde_json::from_slice::<Entry>(line) {
                Ok(entry) => {
                    if let Some((line, _)) = unread.take()
                        && entry.event != Event::Mended
                    {
                        return Err(damaged(line));
                    }
                    entries.push(entry);
                    if !ended {
                        tail = Tail::Unended;
                    }
                }
                Err(_) if !ended => tail = Tail::Torn,
                Err(_) => {
                    let (first, run) = unread.map_or((place + 1, 1), |(first, run)| (first, run + 1));
                    if run > MOST_TORN {
                        return Err(damaged(first));
                    }
                    unread = Some((first, run));
                }
            }
        }
        // It was closed, and what was to say so did not come to the disk.
        if unread.is_some() && tail == Tail::Whole {
            tail = Tail::Closed;
        }
        Ok((Self { entries }, tail))
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries of a recipient for a corte of a process, oldest first.
    #[must_use]
    pub fn of<'a>(
        &'a self,
        process: &'a str,
        corte: &'a str,
        recipient: &'a str,
    ) -> impl DoubleEndedIterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| {
            entry.event != Event::Mended
                && (entry.process.as_str(), entry.corte.as_str(), entry.recipient.as_str())
                    == (process, corte, recipient)
        })
    }
}

/// How a ledger ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    /// With a line end.
    Whole,
    /// With an entry that lacks only its line end.
    Unended,
    /// In the middle of a line.
    Torn,
    /// With a line that was cut off and closed, and not yet said to be so.
    Closed,
}

/// The ledger, held by this process alone.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    history: History,
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
        let mut file = folder.open_file(LEDGER).map_err(failed)?;
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
        let (history, tail) = History::parse(&path, &bytes)?;
        let mut ledger = Self { path, file, history };
        match tail {
            Tail::Whole => {}
            Tail::Unended => ledger.bytes(b"\n")?,
            Tail::Torn | Tail::Closed => {
                let mended = Entry { time: now.to_owned(), ..Entry::mended() };
                let end = if tail == Tail::Torn { "\n" } else { "" };
                let line = serde_json::to_string(&mended).map_err(|error| ledger.failed(error.into()))?;
                ledger.bytes(format!("{end}{line}\n").as_bytes())?;
            }
        }
        Ok(ledger)
    }

    /// What it says.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Appends an entry, and returns once it is on the disk.
    ///
    /// # Errors
    /// It cannot be written: then nothing more can be sent.
    pub fn append(&mut self, entry: Entry) -> Result<(), LedgerError> {
        let mut line = serde_json::to_vec(&entry).map_err(|error| self.failed(error.into()))?;
        line.push(b'\n');
        if entry.event == Event::Intent {
            self.keep_room(line.len() as u64)?;
        }
        self.bytes(&line)?;
        self.history.entries.push(entry);
        Ok(())
    }

    /// A disk that is full is to be noticed before a message goes out, not when it is to be noted that it
    /// did. A file system that cannot keep room is taken as it is.
    fn keep_room(&mut self, length: u64) -> Result<(), LedgerError> {
        let end = self.file.seek(SeekFrom::End(0)).map_err(|error| self.failed(error))?;
        match fallocate(&self.file, FallocateFlags::KEEP_SIZE, end, length + ROOM) {
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
            Err(error) => Err(self.failed(error.into())),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
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

impl Entry {
    fn mended() -> Self {
        Self {
            time: String::new(),
            event: Event::Mended,
            process: String::new(),
            corte: String::new(),
            revision: 0,
            recipient: String::new(),
            package: String::new(),
            message_id: String::new(),
            to: Vec::new(),
            attempt: 0,
            said: String::new(),
        }
    }
}

#[cfg(test)]
#[path = "tests/ledger.rs"]
mod tests;
