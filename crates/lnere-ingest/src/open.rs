/*!
The bytes of an export: what it is by its first bytes, unpacked on the way, its checksum taken.

An export is text, a workbook or Parquet, and may lie in one ZIP and in one compressed file, also in both: what is
packed more often than that is refused.
*/

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::control::Control;
use super::decompress::{Gunzip, PartCount, Unzstd};
use super::fault::ExportFault;
use super::file_bytes::FileBytes;
use super::file_kind::{FileKind, HEAD_BYTES};
use super::inventory::{ExportFile, ExportFormat};
use super::lookahead::Lookahead;
use super::warning::ExportWarning;
use super::zip::{self, ZipContents};
use lnere_core::checksum::hex;
use lnere_core::process::Process;

/// A reader that takes the checksum of what it reads.
pub(super) struct HashingReader<R> {
    inner: R,
    sha256: Sha256,
    bytes: u64,
}

impl<R: Read> HashingReader<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, sha256: Sha256::new(), bytes: 0 }
    }

    /// Reads to the end, and gives the checksum and the count of all bytes.
    pub fn finish(mut self) -> io::Result<(String, u64)> {
        io::copy(&mut self, &mut io::sink())?;
        Ok((hex(&self.sha256.finalize()), self.bytes))
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sha256.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// A reader that ends after so many bytes, and knows whether there were more.
///
/// A compressed file of some kilobytes can hold terabytes; what is read of it must be bounded by what
/// an export can be, not by the size of the file.
pub(super) struct LimitedReader<R> {
    inner: R,
    left: u64,
    exceeded: bool,
}

impl<R: Read> LimitedReader<R> {
    pub fn new(inner: R, limit: u64) -> Self {
        Self { inner, left: limit, exceeded: false }
    }

    pub fn exceeded(&self) -> bool {
        self.exceeded
    }
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.exceeded |= read as u64 > self.left;
        let kept = if self.exceeded { 0 } else { read };
        self.left -= kept as u64;
        Ok(kept)
    }
}

/// The fault of an export that is larger than any.
pub(super) fn too_large(process: &Process) -> ExportFault {
    ExportFault::TooLarge { limit_mib: process.max_uncompressed >> 20 }
}

/// An export that is open: text as a stream, the others to be read from many places.
pub(super) enum Opened<'a> {
    Text(Box<dyn Read + Send + 'a>),
    Workbook(FileBytes),
    Parquet(FileBytes),
}

/// What is learnt of an export while it is opened and read.
#[derive(Default)]
pub(super) struct OpeningNotes {
    pub warnings: Vec<ExportWarning>,
    /// Of what is compressed: with what, and in how many parts.
    parts: Option<(Packing, PartCount)>,
}

impl OpeningNotes {
    /// The warnings of an export that was read to its end.
    pub fn finish(mut self, export: &ExportFile, has_control: bool) -> Vec<ExportWarning> {
        if let Some((packing, parts)) = self.parts
            && parts.get() > 1
            && !has_control
        {
            let (parts, control) = (parts.get(), Control::name(&export.name));
            self.warnings.push(ExportWarning::SeveralParts { compression: packing.name(), parts, control });
        }
        self.warnings
    }
}

/// Something that an export is packed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Zip,
    Gzip,
    Zstd,
}

impl Packing {
    fn name(self) -> &'static str {
        match self {
            Self::Zip => "ZIP",
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
        }
    }
}

/// Opens an export. `stream` gives its bytes once, in order; what needs more is opened by its path. Of what is
/// unpacked to be read from many places, no more than `limit` bytes are.
pub(super) fn open<'a>(
    export: &ExportFile,
    stream: impl Read + Send + 'a,
    process: &Process,
    notes: &mut OpeningNotes,
) -> Result<Opened<'a>, ExportFault> {
    let mut stream = Lookahead::new(stream);
    let kind = FileKind::from_head(stream.peek(HEAD_BYTES)?);
    let mut unpacking = Unpacking { process, notes, packings: Vec::new() };
    let (found, opened) = match kind {
        FileKind::Zip => unpacking.zip(&FileBytes::open(&export.path)?)?,
        FileKind::Parquet => (ExportFormat::Parquet, Opened::Parquet(FileBytes::open(&export.path)?)),
        FileKind::Unknown if !matches!(export.format, ExportFormat::Csv | ExportFormat::Unnamed) => {
            return Err(ExportFault::Unrecognised { named: export.format.description() });
        }
        kind => unpacking.stream(kind, stream)?,
    };
    // An export without a byte is refused for that.
    if export.format != found && export.format != ExportFormat::Unnamed && export.stamp.bytes > 0 {
        let (named, found) = (export.format.description(), found.description());
        notes.warnings.push(ExportWarning::OtherFormat { named, found });
    }
    Ok(opened)
}

/// Opens the text of an export once more, from its start.
pub(super) fn reopened(export: &ExportFile, process: &Process) -> Result<Box<dyn Read>, ExportFault> {
    match open(export, File::open(&export.path)?, process, &mut OpeningNotes::default())? {
        Opened::Text(text) => Ok(Box::new(text.take(process.max_uncompressed))),
        // It was text when it was opened before.
        Opened::Workbook(_) | Opened::Parquet(_) => Err(ExportFault::StillChanging),
    }
}

/// What is unpacked on the way to an export, from the outside in.
struct Unpacking<'a> {
    process: &'a Process,
    notes: &'a mut OpeningNotes,
    packings: Vec<Packing>,
}

impl Unpacking<'_> {
    /// What a stream is, of which the kind is known.
    fn stream<'s>(
        &mut self,
        kind: FileKind,
        stream: Lookahead<impl Read + Send + 's>,
    ) -> Result<(ExportFormat, Opened<'s>), ExportFault> {
        match kind {
            // What is no text is for the reader of text to say, which knows the encoding.
            FileKind::Text | FileKind::Unknown => Ok((ExportFormat::Csv, Opened::Text(Box::new(stream)))),
            FileKind::UnreadFormat(format) => Err(ExportFault::UnreadFormat(format)),
            FileKind::Gzip => {
                let parts = self.compressed(Packing::Gzip)?;
                self.unpacked(Gunzip::new(stream, parts))
            }
            FileKind::Zstd => {
                let parts = self.compressed(Packing::Zstd)?;
                self.unpacked(Unzstd::new(stream, parts))
            }
            FileKind::Zip => {
                let store = self.store(stream)?;
                self.zip(&store)
            }
            FileKind::Parquet => Ok((ExportFormat::Parquet, Opened::Parquet(self.store(stream)?))),
        }
    }

    /// What comes out of a packing.
    fn unpacked<'s>(&mut self, stream: impl Read + Send + 's) -> Result<(ExportFormat, Opened<'s>), ExportFault> {
        // The type of a stream inside a stream must not depend on itself.
        let mut stream = Lookahead::new(Box::new(stream) as Box<dyn Read + Send + 's>);
        let kind = FileKind::from_head(stream.peek(HEAD_BYTES)?);
        let (found, opened) = self.stream(kind, stream)?;
        let found = match (self.packings.first(), found) {
            (Some(Packing::Zip), _) => ExportFormat::Zip,
            (Some(Packing::Gzip), ExportFormat::Csv) => ExportFormat::CsvGz,
            (Some(Packing::Zstd), ExportFormat::Csv) => ExportFormat::CsvZst,
            (_, found) => found,
        };
        Ok((found, opened))
    }

    fn zip<'s>(&mut self, store: &FileBytes) -> Result<(ExportFormat, Opened<'s>), ExportFault> {
        match zip::contents(store)? {
            ZipContents::Workbook => Ok((ExportFormat::Xlsx, Opened::Workbook(store.clone()))),
            ZipContents::Entry(entry) => {
                self.enter(Packing::Zip)?;
                self.unpacked(entry.open())
            }
        }
    }

    fn compressed(&mut self, packing: Packing) -> Result<PartCount, ExportFault> {
        self.enter(packing)?;
        let parts = PartCount::default();
        self.notes.parts = Some((packing, parts.clone()));
        Ok(parts)
    }

    /// Goes into a packing: a ZIP may lie in nothing, what is compressed in a ZIP.
    fn enter(&mut self, packing: Packing) -> Result<(), ExportFault> {
        let allowed: &[Packing] = if packing == Packing::Zip { &[] } else { &[Packing::Zip] };
        if let Some(outer) = self.packings.iter().find(|outer| !allowed.contains(outer)) {
            return Err(ExportFault::Nested { outer: outer.name(), inner: packing.name() });
        }
        self.packings.push(packing);
        Ok(())
    }

    fn store(&self, stream: impl Read) -> Result<FileBytes, ExportFault> {
        let mut stream = LimitedReader::new(stream, self.process.max_uncompressed);
        let store = FileBytes::unpack(&mut stream);
        if stream.exceeded() { Err(too_large(self.process)) } else { Ok(store?) }
    }
}

/// The checksum and the size of a file.
pub(super) fn checksum(path: &Path) -> io::Result<(String, u64)> {
    HashingReader::new(File::open(path)?).finish()
}
