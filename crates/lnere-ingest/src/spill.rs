/*!
Keeps coded data in files if it exceeds the memory budget of a run.

The files hold keyed folio hashes and codes, and no text of a record. Each has the mode 0600 in a
folder with the mode 0700. A file is removed with its value, and the folder with the last value. The
next command that locks the output removes what a killed process left.
*/

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3Default;

use super::record_validation::SHARDS;

/// The bytes that a reader or writer of a spill file holds.
const BUFFER_BYTES: usize = 256 << 10;

/// The spill folder or a spill file cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("{}", spill_message(path, error))]
pub struct SpillError {
    /// The folder or file.
    path: PathBuf,
    /// The error of the system.
    error: io::Error,
}

/// The error of the system, and what the operator can do about it.
fn spill_message(path: &Path, error: &io::Error) -> String {
    let path = escaped_name(path);
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            message!("L204-spill-no-space", path, error)
        }
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::AlreadyExists => {
            message!("L204-spill-in-the-way", path, error)
        }
        _ => message!("L204-spill-unusable", path, error),
    }
}

/// The folder of the spill files of one reading. It is created with its first file.
#[derive(Debug)]
pub(super) struct SpillFolder {
    /// The folder that the caller names. Each reading has a folder in it.
    parent: PathBuf,
    reading: Mutex<Option<ReadingFolder>>,
    files_created: AtomicU64,
}

/// The folder of one reading. Its lock ends with the process.
#[derive(Debug)]
struct ReadingFolder {
    path: PathBuf,
    _lock: File,
}

/// The lock in the folder of a reading.
const LOCK_FILE: &str = "lock";

impl SpillFolder {
    /// A folder in `parent`. What killed processes left there is removed.
    pub fn in_parent(parent: PathBuf) -> Result<Self, SpillError> {
        let folder = Self { parent, reading: Mutex::default(), files_created: AtomicU64::new(0) };
        if fs::symlink_metadata(&folder.parent).is_ok() {
            folder.exclusively(|| folder.remove_remains()).map_err(|error| folder.error(error))?;
        }
        Ok(folder)
    }

    /// A new, empty spill file.
    pub fn create_file(self: &Arc<Self>) -> Result<SpillFile, SpillError> {
        let create = || {
            let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
            let folder = match &mut *reading {
                Some(folder) => folder,
                None => reading.insert(self.exclusively(|| self.create_reading_folder())?),
            };
            let path = folder.path.join(self.files_created.fetch_add(1, Ordering::Relaxed).to_string());
            create_private_file(&path)?;
            Ok(SpillFile { path, folder: self.clone(), content: Box::default() })
        };
        create().map_err(|error| self.error(error))
    }

    /// Calls a function while no other process creates or removes a folder in the parent.
    fn exclusively<T>(&self, call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if let Some(private) = self.parent.parent() {
            create_private_folder(private)?;
        }
        let path = self.parent.with_extension(LOCK_FILE);
        let lock = match create_private_file(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => open_regular_file(&path)?,
            created => created?,
        };
        lock.lock()?;
        call()
    }

    fn create_reading_folder(&self) -> io::Result<ReadingFolder> {
        create_private_folder(&self.parent)?;
        let mut number = 0_u64;
        let path = loop {
            let path = self.parent.join(number.to_string());
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => break path,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        };
        let lock = create_private_file(&path.join(LOCK_FILE))?;
        lock.lock()?;
        Ok(ReadingFolder { path, _lock: lock })
    }

    /// Removes the folders of processes that ended without removing them. A folder is one of ours
    /// if its name is a number, and a lock file or nothing is in it.
    fn remove_remains(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.parent) {
            Ok(metadata) if metadata.is_dir() => {}
            // A link or a file is not ours.
            Ok(_) => return Err(ErrorKind::NotADirectory.into()),
            // Another process has removed it.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
        for entry in fs::read_dir(&self.parent)? {
            let entry = entry?;
            let is_numbered = entry.file_name().to_str().is_some_and(|name| name.parse::<u64>().is_ok());
            if !is_numbered || !entry.file_type()?.is_dir() {
                continue;
            }
            let path = entry.path();
            match open_regular_file(&path.join(LOCK_FILE)) {
                Ok(lock) => match lock.try_lock() {
                    Ok(()) => fs::remove_dir_all(&path)?,
                    Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(error)) => return Err(error),
                },
                // A process was killed between the creation of its folder and that of its lock.
                Err(_) => drop(fs::remove_dir(&path)),
            }
        }
        // Another process may still use the parent.
        let _ = fs::remove_dir(&self.parent);
        Ok(())
    }

    fn error(&self, error: io::Error) -> SpillError {
        SpillError { path: self.parent.clone(), error }
    }
}

/// Removes what killed processes left in the folder of spill files.
///
/// # Errors
/// The folder is a file or a link, or cannot be read or written.
pub fn remove_spill_remains(parent: &Path) -> Result<(), SpillError> {
    SpillFolder::in_parent(parent.to_owned()).map(drop)
}

impl Drop for SpillFolder {
    fn drop(&mut self) {
        let reading = self.reading.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(reading) = reading.take() else { return };
        // A folder that cannot be removed now is removed by the next command.
        let _ = self.exclusively(|| {
            fs::remove_dir_all(&reading.path)?;
            fs::remove_dir(&self.parent)
        });
    }
}

fn create_private_folder(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Opens a file for locking. A pipe would wait for a reader.
fn open_regular_file(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    OpenOptions::new().write(true).open(path)
}

fn create_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// A spill file. Dropping it removes it.
#[derive(Debug)]
pub(super) struct SpillFile {
    path: PathBuf,
    folder: Arc<SpillFolder>,
    /// The content that was written. A disk may lose it without an error of a write.
    content: Box<Mutex<SpillContent>>,
}

/// The size and the hash of the content of a spill file.
#[derive(Clone, Default)]
struct SpillContent {
    bytes: u64,
    hash: Xxh3Default,
}

impl SpillContent {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.bytes, self.hash.digest()) == (other.bytes, other.hash.digest())
    }
}

impl fmt::Debug for SpillContent {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("SpillContent").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl SpillFile {
    /// Appends what `write` puts into the buffer.
    fn append(&self, write: impl FnOnce(&mut SpillWriter) -> io::Result<()>) -> Result<(), SpillError> {
        let append = || {
            let file = OpenOptions::new().append(true).open(&self.path)?;
            let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
            let mut writer = SpillWriter { file, buffer: Vec::with_capacity(BUFFER_BYTES), content: &mut content };
            write(&mut writer)?;
            writer.flush()
        };
        append().map_err(|error| self.folder.error(error))
    }

    /// Gives the space on the disk back.
    fn clear(&self) -> Result<(), SpillError> {
        *self.content.lock().unwrap_or_else(PoisonError::into_inner) = SpillContent::default();
        File::create(&self.path).map(drop).map_err(|error| self.folder.error(error))
    }

    /// Reads from the start of the file.
    fn read<T>(&self, read: impl FnOnce(&mut SpillReader) -> io::Result<T>) -> Result<T, SpillError> {
        let read = || {
            let file = File::open(&self.path)?;
            let bytes = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
            let file = HashedFile { file, content: SpillContent::default() };
            let mut reader = SpillReader { file: BufReader::with_capacity(BUFFER_BYTES, file), bytes };
            let value = read(&mut reader)?;
            io::copy(&mut reader.file, &mut io::sink())?;
            let written = self.content.lock().unwrap_or_else(PoisonError::into_inner);
            if reader.file.get_ref().content.is_same(&written) {
                Ok(value)
            } else {
                Err(io::Error::new(ErrorKind::InvalidData, message!("ingest-disk-content-differs")))
            }
        };
        read().map_err(|error| self.folder.error(error))
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Writes records to a spill file.
pub(super) struct SpillWriter<'a> {
    file: File,
    buffer: Vec<u8>,
    content: &'a mut SpillContent,
}

impl SpillWriter<'_> {
    /// Writes a number.
    pub fn write_number(&mut self, number: u64) {
        number.append_to_spill(&mut self.buffer);
    }

    /// Writes the number of records, and the records.
    pub fn write_records<T: SpillRecord>(&mut self, records: &[T]) -> io::Result<()> {
        self.write_number(records.len() as u64);
        for record in records {
            record.append_to_spill(&mut self.buffer);
            if self.buffer.len() >= BUFFER_BYTES {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.buffer)?;
        self.content.add(&self.buffer);
        self.buffer.clear();
        Ok(())
    }
}

/// A file whose content is hashed while it is read.
struct HashedFile {
    file: File,
    content: SpillContent,
}

impl Read for HashedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.content.add(&buffer[..read]);
        Ok(read)
    }
}

/// Reads records from a spill file.
pub(super) struct SpillReader {
    file: BufReader<HashedFile>,
    /// The size of the file.
    bytes: usize,
}

impl SpillReader {
    /// The next number; `None` at the end of the file.
    pub fn next_number(&mut self) -> io::Result<Option<u64>> {
        let mut bytes = [0; 8];
        match self.file.read_exact(&mut bytes) {
            Ok(()) => Ok(Some(u64::from_le_bytes(bytes))),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a number.
    pub fn read_number(&mut self) -> io::Result<u64> {
        self.next_number()?.ok_or_else(|| ErrorKind::UnexpectedEof.into())
    }

    /// Appends the records that one call of [`SpillWriter::write_records`] wrote.
    pub fn read_records<T: SpillRecord>(&mut self, records: &mut Vec<T>) -> io::Result<()> {
        let count = usize::try_from(self.read_number()?).unwrap_or(usize::MAX);
        records.reserve(count.min(self.bytes / T::BYTES.max(1)));
        let mut bytes = vec![0; T::BYTES];
        for _ in 0..count {
            self.file.read_exact(&mut bytes)?;
            records.push(T::take_from_spill(&mut bytes.as_slice()).ok_or(ErrorKind::InvalidData)?);
        }
        Ok(())
    }
}

/// A record of a fixed number of bytes.
pub(super) trait SpillRecord: Sized {
    /// The number of bytes that [`SpillRecord::append_to_spill`] appends and
    /// [`SpillRecord::take_from_spill`] takes.
    const BYTES: usize;
    fn append_to_spill(&self, bytes: &mut Vec<u8>);
    /// `None` if the bytes are no record.
    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self>;
}

/// Numbers are little-endian.
macro_rules! number_record {
    ($($number:ty),*) => {$(
        impl SpillRecord for $number {
            const BYTES: usize = size_of::<$number>();

            #[inline]
            fn append_to_spill(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
                let (first, rest) = bytes.split_first_chunk()?;
                *bytes = rest;
                Some(Self::from_le_bytes(*first))
            }
        }
    )*};
}

number_record!(u8, u16, u32, u64, i32, i64);

impl SpillRecord for () {
    const BYTES: usize = 0;

    fn append_to_spill(&self, _: &mut Vec<u8>) {}

    fn take_from_spill(_: &mut &[u8]) -> Option<Self> {
        Some(())
    }
}

impl<T: SpillRecord + Copy + Default, const COUNT: usize> SpillRecord for [T; COUNT] {
    const BYTES: usize = T::BYTES * COUNT;

    #[inline]
    fn append_to_spill(&self, bytes: &mut Vec<u8>) {
        for element in self {
            element.append_to_spill(bytes);
        }
    }

    #[inline]
    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
        let mut elements = [T::default(); COUNT];
        for element in &mut elements {
            *element = T::take_from_spill(bytes)?;
        }
        Some(elements)
    }
}

impl<A: SpillRecord, B: SpillRecord> SpillRecord for (A, B) {
    const BYTES: usize = A::BYTES + B::BYTES;

    #[inline]
    fn append_to_spill(&self, bytes: &mut Vec<u8>) {
        self.0.append_to_spill(bytes);
        self.1.append_to_spill(bytes);
    }

    #[inline]
    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::take_from_spill(bytes)?, B::take_from_spill(bytes)?))
    }
}

/// A value that can be kept in a spill file.
pub(super) trait Spillable: Sized {
    fn write_to_spill(&self, writer: &mut SpillWriter) -> io::Result<()>;
    fn read_from_spill(reader: &mut SpillReader) -> io::Result<Self>;
}

impl<T: SpillRecord> Spillable for Vec<T> {
    fn write_to_spill(&self, writer: &mut SpillWriter) -> io::Result<()> {
        writer.write_records(self)
    }

    fn read_from_spill(reader: &mut SpillReader) -> io::Result<Self> {
        let mut records = Vec::new();
        reader.read_records(&mut records)?;
        Ok(records)
    }
}

/// A value in memory or in a spill file.
#[derive(Debug)]
pub(super) enum Stored<T> {
    Memory(T),
    File(SpillFile, PhantomData<T>),
}

/// A stored value while it is used.
pub(super) enum Loaded<'a, T> {
    Memory(&'a T),
    File(T),
}

impl<T> Deref for Loaded<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Memory(value) => value,
            Self::File(value) => value,
        }
    }
}

impl<T: Spillable> Stored<T> {
    /// Stores a value in memory, or in a new file of a folder.
    pub fn new(value: T, folder: Option<&Arc<SpillFolder>>) -> Result<Self, SpillError> {
        let Some(folder) = folder else { return Ok(Self::Memory(value)) };
        let file = folder.create_file()?;
        file.append(|writer| value.write_to_spill(writer))?;
        Ok(Self::File(file, PhantomData))
    }

    /// The value, which is read if it is in a file.
    pub fn load(&self) -> Result<Loaded<'_, T>, SpillError> {
        Ok(match self {
            Self::Memory(value) => Loaded::Memory(value),
            Self::File(file, _) => Loaded::File(file.read(T::read_from_spill)?),
        })
    }

    /// Changes the value where it is stored.
    pub fn update(&mut self, change: impl FnOnce(&mut T)) -> Result<(), SpillError> {
        match self {
            Self::Memory(value) => change(value),
            Self::File(file, _) => {
                let mut value = file.read(T::read_from_spill)?;
                change(&mut value);
                *self = Self::new(value, Some(&file.folder.clone()))?;
            }
        }
        Ok(())
    }
}

/// The rows of a file by shard, in spill files.
#[derive(Debug)]
pub(super) struct SpilledRows<R> {
    files: Vec<SpillFile>,
    rows: PhantomData<R>,
}

/// The rows of one shard in the order of the file.
pub(super) struct ShardRows<R> {
    rows: Vec<R>,
    /// The lines before each part, and the end of the part in `rows`.
    parts: Vec<(u64, usize)>,
}

impl<R> ShardRows<R> {
    /// The parts: the number of lines before the line from which rows count theirs, and the rows.
    pub fn parts(&self) -> impl Iterator<Item = (u64, &[R])> {
        let starts = std::iter::once(0).chain(self.parts.iter().map(|(_, end)| *end));
        starts.zip(&self.parts).map(|(start, (lines_before, end))| (*lines_before, &self.rows[start..*end]))
    }
}

impl<R: SpillRecord + Sync> SpilledRows<R> {
    pub fn new(folder: &Arc<SpillFolder>) -> Result<Self, SpillError> {
        let files = (0..SHARDS).map(|_| folder.create_file()).collect::<Result<_, _>>()?;
        Ok(Self { files, rows: PhantomData })
    }

    /// The folder of the files.
    pub fn folder(&self) -> Option<&Arc<SpillFolder>> {
        self.files.first().map(|file| &file.folder)
    }

    /// Appends the parts that `parts` returns for each shard: lines before a part, and its rows.
    pub fn append<'a, P: Iterator<Item = (u64, &'a [R])>>(
        &self,
        parts: impl Fn(usize) -> P + Sync,
    ) -> Result<(), SpillError>
    where
        R: 'a,
    {
        self.files.par_iter().enumerate().try_for_each(|(shard, file)| {
            file.append(|writer| {
                for (lines_before, rows) in parts(shard) {
                    writer.write_number(lines_before);
                    writer.write_records(rows)?;
                }
                Ok(())
            })
        })
    }

    /// The rows of a shard, of which the disk keeps nothing.
    pub fn take_shard(&self, shard: usize) -> Result<ShardRows<R>, SpillError> {
        let rows = self.files[shard].read(|reader| {
            let mut read = ShardRows { rows: Vec::new(), parts: Vec::new() };
            while let Some(lines_before) = reader.next_number()? {
                reader.read_records(&mut read.rows)?;
                read.parts.push((lines_before, read.rows.len()));
            }
            Ok(read)
        })?;
        self.files[shard].clear()?;
        Ok(rows)
    }
}

/// Values by shard of the folio, in memory or in spill files.
#[derive(Debug)]
#[expect(private_bounds, reason = "other crates use the values that this crate stores")]
pub struct Sharded<T: Spillable> {
    shards: Vec<Stored<T>>,
    /// The number of shards that memory can hold at a time.
    at_once: usize,
}

#[expect(private_bounds, reason = "other crates use the values that this crate stores")]
impl<T: Spillable> Sharded<T> {
    pub(super) fn new(shards: Vec<Stored<T>>, at_once: usize) -> Self {
        Self { shards, at_once }
    }
}

#[expect(private_bounds, reason = "other crates use the values that this crate stores")]
impl<T: Spillable + Sync> Sharded<T> {
    /// Folds the shards in parallel, and merges the results of the threads. The order of the shards
    /// is not defined.
    ///
    /// # Errors
    /// A spill file cannot be read.
    pub fn fold<A: Send>(
        &self,
        start: impl Fn() -> A + Sync,
        fold: impl Fn(A, &T) -> A + Sync,
        merge: impl Fn(A, A) -> A + Sync,
    ) -> Result<A, SpillError> {
        let mut folded = start();
        for shards in self.shards.chunks(self.at_once.max(1)) {
            let part = shards.par_iter().try_fold(&start, |sum, shard| Ok(fold(sum, &*shard.load()?)));
            folded = merge(folded, part.try_reduce(&start, |one, other| Ok(merge(one, other)))?);
        }
        Ok(folded)
    }
}

impl<T: Spillable> Default for Sharded<T> {
    fn default() -> Self {
        Self { shards: Vec::new(), at_once: SHARDS }
    }
}

impl<T: Spillable> From<Vec<T>> for Sharded<T> {
    fn from(values: Vec<T>) -> Self {
        Self::new(values.into_iter().map(Stored::Memory).collect(), SHARDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_by_key(|name| (name.len(), name.clone()));
        names
    }

    #[test]
    fn a_stored_value_is_the_same_in_memory_and_in_a_file() {
        let outside = tempfile::tempdir().unwrap();
        let folder = Arc::new(SpillFolder::in_parent(outside.path().join("spill")).unwrap());
        let values: Vec<([u64; 2], u32)> = (0..100_000).map(|n| ([u64::from(n) << 40, !u64::from(n)], n)).collect();
        let mut stored = [None, Some(&folder)].map(|folder| Stored::new(values.clone(), folder).unwrap());
        for stored in &mut stored {
            assert_eq!(**stored.load().unwrap(), *values);
            stored.update(|values| values.truncate(3)).unwrap();
            assert_eq!(**stored.load().unwrap(), values[..3]);
        }
        let reading = outside.path().join("spill/0");
        assert_eq!(names(&reading), ["1", LOCK_FILE]);
        drop(stored);
        assert_eq!(names(&reading), [LOCK_FILE]);
        drop(folder);
        assert_eq!(names(outside.path()), ["spill.lock"]);
    }

    #[test]
    fn rows_are_read_by_shard_in_the_order_of_their_parts() {
        let outside = tempfile::tempdir().unwrap();
        let folder = Arc::new(SpillFolder::in_parent(outside.path().join("spill")).unwrap());
        let rows = SpilledRows::<u32>::new(&folder).unwrap();
        rows.append(|shard| [(7, &[1, 2][..]), (9, &[][..])].into_iter().take(shard)).unwrap();
        rows.append(|_| std::iter::once((11, &[3][..]))).unwrap();
        let parts = |shard| -> Vec<(u64, Vec<u32>)> {
            let read = rows.take_shard(shard).unwrap();
            read.parts().map(|(lines, rows)| (lines, rows.to_vec())).collect()
        };
        assert_eq!(parts(0), [(11, vec![3])]);
        assert_eq!(parts(63), [(7, vec![1, 2]), (9, vec![]), (11, vec![3])]);
    }

    #[test]
    fn a_file_is_private_and_an_error_names_the_folder() {
        use std::os::unix::fs::PermissionsExt;
        let outside = tempfile::tempdir().unwrap();
        let parent = outside.path().join("spill");
        let folder = Arc::new(SpillFolder::in_parent(parent.clone()).unwrap());
        let stored = Stored::new(vec![1_u64], Some(&folder)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let Stored::File(file, _) = &stored else { panic!("it is in a file") };
        assert_eq!([mode(&parent), mode(&parent.join("0")), mode(&file.path)], [0o700, 0o700, 0o600]);
        let written = fs::read(&file.path).unwrap();
        let zeros = vec![0; written.len()];
        for damaged in [&written[..3], &written[..8], &zeros, &[&written[..], &[0]].concat()] {
            fs::write(&file.path, damaged).unwrap();
            let error = stored.load().err().unwrap().to_string();
            assert!(error.contains(&escaped_name(&parent).to_string()), "{error}");
        }
        fs::write(&file.path, written).unwrap();
        assert_eq!(**stored.load().unwrap(), [1]);
    }

    #[test]
    fn remains_are_removed_and_the_files_of_another_reading_stay() {
        let outside = tempfile::tempdir().unwrap();
        let parent = outside.path().join("spill");
        let folder = || Arc::new(SpillFolder::in_parent(parent.clone()).unwrap());
        let store = |folder: &Arc<SpillFolder>| Stored::new(vec![1_u64], Some(folder)).unwrap();
        let first = folder();
        let stored = store(&first);
        // A killed process leaves a folder whose lock nobody holds.
        fs::create_dir(parent.join("7")).unwrap();
        fs::write(parent.join("7").join(LOCK_FILE), "").unwrap();
        fs::create_dir(parent.join("8")).unwrap();
        let second = folder();
        assert_eq!(names(&parent), ["0"]);
        let other = store(&second);
        assert_eq!(names(&parent), ["0", "1"]);
        drop((first, stored));
        assert_eq!(names(&parent), ["1"]);
        assert_eq!(**other.load().unwrap(), [1]);
        drop((second, other));
        assert!(!parent.exists());
    }
}
