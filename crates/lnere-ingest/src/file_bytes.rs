/*!
Provides random access to the bytes of a file: a Parquet file, a ZIP or a workbook.

Unpacked content is kept in memory up to a limit. Larger content goes to an unnamed temporary file.
No other program can open this file, and it disappears when the program ends for any reason.
*/

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use rustix::fs::{Mode, OFlags};

use super::export_fault::ExportFault;
use lnere_core::regular_file;
use lnere_messages::message;

/// The size up to which an unpacked file is kept in memory.
const MEMORY_BYTES: u64 = 128 << 20;

/// Bytes with random access. A clone is another handle of the same bytes.
#[derive(Clone, Debug)]
pub(super) enum FileBytes {
    Memory(Bytes),
    /// A file that is read by position, so that several threads may read at once.
    File(Arc<File>, u64),
}

impl FileBytes {
    /// Opens a file on the disk.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = regular_file::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self::File(Arc::new(file), bytes))
    }

    /// Unpacks all bytes of a reader.
    ///
    /// # Errors
    /// The reader fails, or there is no space for its output.
    pub fn unpack(reader: impl Read) -> Result<Self, ExportFault> {
        Self::unpack_within(reader, MEMORY_BYTES)
    }

    fn unpack_within(mut reader: impl Read, memory: u64) -> Result<Self, ExportFault> {
        let mut bytes = Vec::new();
        reader.by_ref().take(memory).read_to_end(&mut bytes)?;
        let mut next = [0];
        if bytes.len() as u64 != memory || reader.by_ref().take(1).read(&mut next)? == 0 {
            return Ok(Self::Memory(bytes.into()));
        }
        let mut spool = Spool(unnamed_file()?);
        spool.write_all(&bytes)?;
        drop(bytes);
        spool.write_all(&next)?;
        let more = io::copy(&mut reader, &mut spool)?;
        Ok(Self::File(Arc::new(spool.0), memory + 1 + more))
    }

    /// The number of bytes.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(_, bytes) => *bytes,
        }
    }

    /// A reader from an offset on.
    pub fn reader_from(&self, offset: u64) -> FileBytesReader {
        FileBytesReader { store: self.clone(), offset }
    }

    fn read_at(&self, buffer: &mut [u8], place: u64) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => {
                let rest = usize::try_from(place).ok().and_then(|place| bytes.get(place..)).unwrap_or_default();
                let read = rest.len().min(buffer.len());
                buffer[..read].copy_from_slice(&rest[..read]);
                Ok(read)
            }
            Self::File(file, _) => file.read_at(buffer, place),
        }
    }
}

/// A temporary file for writing. A write error is not a fault of the unpacked content.
struct Spool(File);

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => io::Error::other(no_space(error)),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn no_space(error: io::Error) -> ExportFault {
    ExportFault::NoSpace { folder: std::env::temp_dir(), error }
}

/// Creates an unnamed file in the folder of temporary files, which only this program can read.
fn unnamed_file() -> Result<File, ExportFault> {
    let folder = std::env::temp_dir();
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let made = rustix::fs::open(&folder, flags, Mode::RUSR | Mode::WUSR).map(File::from);
    made.or_else(|error| match error {
        // Some file systems lack unnamed files. Then the file has a name for an instant, and only
        // its owner may open it.
        rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::ISDIR | rustix::io::Errno::INVAL => {
            let path = folder.join(format!("lnere-{}-{:x}", std::process::id(), unique_number()));
            let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC;
            let file = rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR)?;
            std::fs::remove_file(&path)?;
            Ok(File::from(file))
        }
        error => Err(error.into()),
    })
    .map_err(no_space)
}

/// A number that is unique within the process.
fn unique_number() -> u64 {
    static CALLS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

/// Reads the bytes from an offset on.
pub(super) struct FileBytesReader {
    store: FileBytes,
    offset: u64,
}

impl Read for FileBytesReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.store.read_at(buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

impl Seek for FileBytesReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(distance) => self.store.bytes().checked_add_signed(distance),
            SeekFrom::Current(distance) => self.offset.checked_add_signed(distance),
        };
        self.offset = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.offset)
    }
}

impl Length for FileBytes {
    fn len(&self) -> u64 {
        self.bytes()
    }
}

impl ChunkReader for FileBytes {
    type T = BufReader<FileBytesReader>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(BufReader::new(self.reader_from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        // The footer is not trusted: memory is allocated only for bytes that exist.
        let end = start.checked_add(length as u64).filter(|end| *end <= self.bytes());
        let end = end.ok_or_else(|| ParquetError::EOF(message!("ingest-ends-before-its-parts")))?;
        match self {
            Self::Memory(bytes) => Ok(bytes.slice(start as usize..end as usize)),
            Self::File(file, _) => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, start)?;
                Ok(bytes.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_is_read_back_from_memory_and_from_the_disk() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1_000).collect();
        for memory in [0, 1, 999, 1_000, 1_001] {
            let store = FileBytes::unpack_within(&bytes[..], memory).expect("a store");
            assert_eq!(matches!(store, FileBytes::Memory(_)), memory >= 1_000, "{memory}");
            assert_eq!(store.bytes(), 1_000);
            let mut read = Vec::new();
            store.reader_from(990).read_to_end(&mut read).expect("bytes");
            assert_eq!(read, bytes[990..]);
            assert_eq!(store.get_bytes(10, 20).expect("bytes"), &bytes[10..30]);
            assert!(store.get_bytes(990, 11).is_err());
            let mut reader = store.reader_from(0);
            assert_eq!(reader.seek(SeekFrom::End(-1)).expect("a place"), 999);
            assert!(reader.seek(SeekFrom::Current(-1_000)).is_err());
        }
    }

    #[test]
    fn a_full_disk_is_no_fault_of_the_export() {
        let full = File::options().write(true).open("/dev/full").expect("the device that is always full");
        let copied = io::copy(&mut &b"bytes"[..], &mut Spool(full));
        let fault = ExportFault::from(copied.expect_err("a full disk"));
        assert!(matches!(fault, ExportFault::NoSpace { .. }) && fault.is_caused_by_machine(), "{fault}");
    }

    #[test]
    fn the_file_on_the_disk_has_no_name_and_is_for_the_owner_alone() {
        use std::os::unix::fs::MetadataExt;
        let metadata = unnamed_file().expect("a file").metadata().expect("metadata");
        assert_eq!((metadata.nlink(), metadata.mode() & 0o777), (0, 0o600));
    }
}
