/*!
Reads a ZIP: an Excel workbook, or an archive with one export.
*/

use std::io::{self, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::decompress::{PartCount, Unzstd};
use super::export_fault::ExportFault;
use super::file_bytes::{FileBytes, FileBytesReader};
use super::file_kind::UnsupportedFormat;
use super::peek_reader::PeekReader;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;

/// The most file names in a message.
const SHOWN_NAMES: usize = 5;

/// The kind of content of a ZIP file.
pub(super) enum ZipContents {
    /// An Excel workbook.
    Workbook,
    /// An archive with one file in it.
    Entry(ZipEntry),
}

/// A file in an archive.
pub(super) struct ZipEntry {
    store: FileBytes,
    /// The offset of its first byte.
    start: u64,
    packed: u64,
    size: u64,
    crc: u32,
    method: EntryCompression,
}

#[derive(Clone, Copy)]
enum EntryCompression {
    Stored,
    Deflate,
    Zstd,
}

/// Determines the content of a ZIP.
pub(super) fn contents(store: &FileBytes) -> Result<ZipContents, ExportFault> {
    let mut archive = ZipArchive::new(io::BufReader::new(store.reader_from(0))).map_err(zip_fault)?;
    let has = |archive: &ZipArchive<_>, name: &str| {
        archive.file_names_raw().any(|entry| entry.eq_ignore_ascii_case(name.as_bytes()))
    };
    if has(&archive, "[Content_Types].xml") {
        if has(&archive, "xl/workbook.bin") {
            return Err(ExportFault::UnsupportedFormat(UnsupportedFormat::BinaryExcel));
        }
        if has(&archive, "word/document.xml") || has(&archive, "ppt/presentation.xml") {
            return Err(ExportFault::UnsupportedFormat(UnsupportedFormat::Office));
        }
        // The relationships of the workbook state where its sheets are.
        return Ok(ZipContents::Workbook);
    }
    if has(&archive, "mimetype") && has(&archive, "content.xml") {
        return Err(ExportFault::UnsupportedFormat(UnsupportedFormat::OpenDocument));
    }

    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(zip_fault)?;
        if !entry.is_dir() && !is_system_file(entry.name_raw()) {
            files.push((index, String::from_utf8_lossy(entry.name_raw()).into_owned()));
        }
    }
    let [(index, name)] = files.as_slice() else {
        let names = files.iter().take(SHOWN_NAMES).map(|(_, name)| escaped_name(name).to_string()).collect();
        return Err(ExportFault::ZipEntries { files: files.len(), names });
    };
    if archive.has_duplicate_names() {
        return Err(ExportFault::ZipEntries {
            files: 2,
            names: vec![escaped_name(name).to_string(), escaped_name(name).to_string()],
        });
    }
    let entry = archive.by_index_data(*index).map_err(zip_fault)?;
    if entry.encrypted() {
        return Err(ExportFault::ZipPassword);
    }
    let method = match entry.compression() {
        CompressionMethod::STORE => EntryCompression::Stored,
        CompressionMethod::DEFLATE => EntryCompression::Deflate,
        CompressionMethod::ZSTD => EntryCompression::Zstd,
        other => return Err(ExportFault::ZipMethod { method: method_name(other) }),
    };
    let (packed, size, crc) = (entry.compressed_size(), entry.size(), entry.crc32());
    let start = archive.by_index_raw(*index).map_err(zip_fault)?.data_start();
    let start = start.ok_or_else(|| ExportFault::Zip(message!("ingest-parts-contradict")))?;
    Ok(ZipContents::Entry(ZipEntry { store: store.clone(), start, packed, size, crc, method }))
}

/// Files that macOS and Windows add to an archive and that users do not see.
fn is_system_file(name: &[u8]) -> bool {
    let base = name.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or(name);
    name.starts_with(b"__MACOSX/")
        || base.starts_with(b"._")
        || [&b".DS_Store"[..], b"Thumbs.db", b"desktop.ini"].iter().any(|litter| base.eq_ignore_ascii_case(litter))
}

fn method_name(method: CompressionMethod) -> String {
    match method {
        CompressionMethod::DEFLATE64 => "Deflate64".to_owned(),
        CompressionMethod::BZIP2 => "bzip2".to_owned(),
        CompressionMethod::LZMA => "LZMA".to_owned(),
        CompressionMethod::XZ => "xz".to_owned(),
        CompressionMethod::PPMD => "PPMd".to_owned(),
        other => format!("{other}"),
    }
}

/// The fault of a ZIP that cannot be read.
pub(super) fn zip_fault(error: ZipError) -> ExportFault {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
        other => ExportFault::Zip(other.to_string()),
    }
}

impl ZipEntry {
    /// The unpacked bytes from the start.
    pub fn open(&self) -> Box<dyn Read + Send> {
        let packed = self.store.reader_from(self.start).take(self.packed);
        let unpacked: Box<dyn Read + Send> = match self.method {
            EntryCompression::Stored => Box::new(packed),
            EntryCompression::Deflate => Box::new(DeflateDecoder::new(io::BufReader::with_capacity(1 << 16, packed))),
            EntryCompression::Zstd => Box::new(Unzstd::new(PeekReader::new(packed), PartCount::default())),
        };
        Box::new(CheckedReader { inner: unpacked, crc: Crc::new(), left: self.size, expected: self.crc })
    }
}

/// A reader that returns exactly the stated bytes with the stated checksum, or an error.
struct CheckedReader<R> {
    inner: R,
    crc: Crc,
    left: u64,
    expected: u32,
}

impl<R: Read> Read for CheckedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.crc.update(&buffer[..read]);
        let wrong = |what: String| Err(io::Error::new(io::ErrorKind::InvalidData, what));
        match self.left.checked_sub(read as u64) {
            None => return wrong(message!("ingest-zip-holds-more-bytes")),
            Some(left) => self.left = left,
        }
        if read == 0 && !buffer.is_empty() && self.left > 0 {
            return wrong(message!("ingest-zip-holds-fewer-bytes"));
        }
        if read == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return wrong(message!("ingest-zip-checksum-differs"));
        }
        Ok(read)
    }
}

/// Opens a ZIP for the workbook reader.
pub(super) fn reader(store: &FileBytes) -> io::BufReader<FileBytesReader> {
    io::BufReader::new(store.reader_from(0))
}
