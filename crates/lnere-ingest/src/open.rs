/*!
Opens an export: detects its kind from its first bytes, unpacks it, and computes its checksum.

An export is text, a workbook or Parquet. It may be packed in one ZIP, in one compressed file, or in
both. Deeper packing is refused.
*/

use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::control_file::ControlFile;
use super::decompress::{Gunzip, PartCount, Unzstd};
use super::export_fault::ExportFault;
use super::export_warning::ExportWarning;
use super::file_bytes::FileBytes;
use super::file_kind::{FileKind, HEAD_BYTES};
use super::inventory::{ExportFile, ExportFormat};
use super::peek_reader::PeekReader;
use super::zip::{self, ZipContents};
use lnere_core::checksum::hex;
use lnere_core::process::Process;
use lnere_core::regular_file;

/// A reader that computes the checksum of the bytes that it reads.
pub(super) struct HashingReader<R> {
    inner: R,
    sha256: Sha256,
    bytes: u64,
}

impl<R: Read> HashingReader<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, sha256: Sha256::new(), bytes: 0 }
    }

    /// Reads to the end; returns the checksum and the number of all bytes.
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

/// A reader that stops after a number of bytes, and knows whether more follow.
///
/// A compressed file of some kilobytes can hold terabytes. The limit therefore depends on the
/// largest export, not on the size of the file.
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

/// The fault of an export that exceeds the size limit.
pub(super) fn too_large(process: &Process) -> ExportFault {
    ExportFault::TooLarge { limit_mib: process.limits.max_uncompressed_bytes >> 20 }
}

/// An open export: text as a stream, other kinds with random access.
pub(super) enum Opened<'a> {
    Text(Box<dyn Read + Send + 'a>),
    Workbook(FileBytes),
    Parquet(FileBytes),
}

/// The observations on an export while it is opened and read.
#[derive(Default)]
pub(super) struct OpeningNotes {
    pub warnings: Vec<ExportWarning>,
    /// The compression, and the number of its parts.
    parts: Option<(Packing, PartCount)>,
}

impl OpeningNotes {
    /// The warnings about an export that was read to its end.
    pub fn finish(mut self, export: &ExportFile, has_control: bool) -> Vec<ExportWarning> {
        if let Some((packing, parts)) = self.parts
            && parts.get() > 1
            && !has_control
        {
            let (parts, control) = (parts.get(), ControlFile::name(&export.name));
            self.warnings.push(ExportWarning::SeveralParts { compression: packing.name(), parts, control });
        }
        self.warnings
    }
}

/// A packing of an export.
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

/// Opens an export. `stream` returns its bytes once, in order; formats with random access are
/// opened by their path. At most `limit` bytes are unpacked for random access.
pub(super) fn open<'a>(
    export: &ExportFile,
    stream: impl Read + Send + 'a,
    process: &Process,
    notes: &mut OpeningNotes,
) -> Result<Opened<'a>, ExportFault> {
    let mut stream = PeekReader::new(stream);
    let kind = FileKind::from_head(stream.peek(HEAD_BYTES)?);
    let mut unpacking = Unpacking { process, notes, packings: Vec::new() };
    let (found, opened) = match kind {
        FileKind::Zip => unpacking.zip(&FileBytes::open(&export.path)?)?,
        FileKind::Parquet => (ExportFormat::Parquet, Opened::Parquet(FileBytes::open(&export.path)?)),
        FileKind::Unknown if !matches!(export.format, ExportFormat::Csv | ExportFormat::Unnamed) => {
            return Err(ExportFault::Unrecognised { named: export.format });
        }
        kind => unpacking.open_stream(kind, stream)?,
    };
    // An empty export has its own fault.
    if export.format != found && export.format != ExportFormat::Unnamed && export.stamp.bytes > 0 {
        notes.warnings.push(ExportWarning::OtherFormat { named: export.format, found });
    }
    Ok(opened)
}

/// Opens the text of an export again from its start.
pub(super) fn reopen_text(export: &ExportFile, process: &Process) -> Result<Box<dyn Read>, ExportFault> {
    match open(export, regular_file::open(&export.path)?, process, &mut OpeningNotes::default())? {
        Opened::Text(text) => Ok(Box::new(text.take(process.limits.max_uncompressed_bytes))),
        // It was text before, so the file has changed.
        Opened::Workbook(_) | Opened::Parquet(_) => Err(ExportFault::StillChanging),
    }
}

/// The packings on the way to an export, from the outermost to the innermost.
struct Unpacking<'a> {
    process: &'a Process,
    notes: &'a mut OpeningNotes,
    packings: Vec<Packing>,
}

impl Unpacking<'_> {
    /// Opens a stream of a known kind.
    fn open_stream<'s>(
        &mut self,
        kind: FileKind,
        stream: PeekReader<impl Read + Send + 's>,
    ) -> Result<(ExportFormat, Opened<'s>), ExportFault> {
        match kind {
            // The text reader handles unknown content, because it knows the encoding.
            FileKind::Text | FileKind::Unknown => Ok((ExportFormat::Csv, Opened::Text(Box::new(stream)))),
            FileKind::UnsupportedFormat(format) => Err(ExportFault::UnsupportedFormat(format)),
            FileKind::Gzip => {
                let parts = self.enter_compression(Packing::Gzip)?;
                self.open_unpacked(Gunzip::new(stream, parts))
            }
            FileKind::Zstd => {
                let parts = self.enter_compression(Packing::Zstd)?;
                self.open_unpacked(Unzstd::new(stream, parts))
            }
            FileKind::Zip => {
                let store = self.unpack_stream(stream)?;
                self.zip(&store)
            }
            FileKind::Parquet => Ok((ExportFormat::Parquet, Opened::Parquet(self.unpack_stream(stream)?))),
        }
    }

    /// Opens the content of a packing.
    fn open_unpacked<'s>(&mut self, stream: impl Read + Send + 's) -> Result<(ExportFormat, Opened<'s>), ExportFault> {
        // Boxing keeps the type of nested streams finite.
        let mut stream = PeekReader::new(Box::new(stream) as Box<dyn Read + Send + 's>);
        let kind = FileKind::from_head(stream.peek(HEAD_BYTES)?);
        let (found, opened) = self.open_stream(kind, stream)?;
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
                self.open_unpacked(entry.open())
            }
        }
    }

    fn enter_compression(&mut self, packing: Packing) -> Result<PartCount, ExportFault> {
        self.enter(packing)?;
        let parts = PartCount::default();
        self.notes.parts = Some((packing, parts.clone()));
        Ok(parts)
    }

    /// Enters a packing. A ZIP must be the outermost packing, and a compressed file may be inside a
    /// ZIP.
    fn enter(&mut self, packing: Packing) -> Result<(), ExportFault> {
        let allowed: &[Packing] = if packing == Packing::Zip { &[] } else { &[Packing::Zip] };
        if let Some(outer) = self.packings.iter().find(|outer| !allowed.contains(outer)) {
            return Err(ExportFault::Nested { outer: outer.name(), inner: packing.name() });
        }
        self.packings.push(packing);
        Ok(())
    }

    fn unpack_stream(&self, stream: impl Read) -> Result<FileBytes, ExportFault> {
        let mut stream = LimitedReader::new(stream, self.process.limits.max_uncompressed_bytes);
        let store = FileBytes::unpack(&mut stream);
        if stream.exceeded() { Err(too_large(self.process)) } else { Ok(store?) }
    }
}

/// The checksum and the size of a file.
pub(super) fn checksum_and_size(path: &Path) -> io::Result<(String, u64)> {
    HashingReader::new(regular_file::open(path)?).finish()
}
