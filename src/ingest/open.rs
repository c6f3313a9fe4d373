/*!
The bytes of an export: decompressed on the way, its checksum taken, its control file compared.
*/

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::checksum::hex;

use super::fault::ExportFault;
use super::inventory::{ExportFile, Format};
use crate::process::Process;

/// A reader that takes the checksum of what it reads.
pub(super) struct Hashing<R> {
    inner: R,
    sha256: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, sha256: Sha256::new(), bytes: 0 }
    }

    /// Reads to the end, and gives the checksum and the count of all bytes.
    pub fn finish(mut self) -> io::Result<(String, u64)> {
        io::copy(&mut self, &mut io::sink())?;
        Ok((hex(&self.sha256.finalize()), self.bytes))
    }
}

impl<R: Read> Read for Hashing<R> {
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
pub(super) struct Limited<R> {
    inner: R,
    left: u64,
    exceeded: bool,
}

impl<R: Read> Limited<R> {
    pub fn new(inner: R, limit: u64) -> Self {
        Self { inner, left: limit, exceeded: false }
    }

    pub fn exceeded(&self) -> bool {
        self.exceeded
    }
}

impl<R: Read> Read for Limited<R> {
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

/// The CSV bytes of an export.
pub(super) fn decompressed<'a>(format: Format, file: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
    Ok(match format {
        Format::CsvGz => Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(1 << 16, file))),
        Format::CsvZst => Box::new(zstd::Decoder::new(file)?),
        Format::Csv | Format::Parquet => Box::new(file),
    })
}

/// Opens an export once more, from its start.
pub(super) fn reopened(export: &ExportFile, limit: u64) -> Result<Box<dyn Read>, ExportFault> {
    Ok(Box::new(decompressed(export.format, File::open(&export.path)?)?.take(limit)))
}

/// What a control file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Control {
    rows: Option<u64>,
    sha256: Option<String>,
}

impl Control {
    /// The control file beside an export, where there is one.
    pub fn of(export: &ExportFile) -> Result<Option<Self>, ExportFault> {
        let mut path = export.path.clone().into_os_string();
        path.push(".control");
        let path = PathBuf::from(path);
        // A pipe would be waited for, and a link may lead anywhere.
        if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(ExportFault::Control("is a folder, a link or a device, not a file".to_owned()));
        }
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ExportFault::Control(error.to_string())),
            Ok(text) => text,
        };
        let expected = "expected `rows = N` and `sha256 = \"…\"`";
        let control: Self =
            toml::from_str(&text).map_err(|error| ExportFault::Control(format!("{}; {expected}", error.message())))?;
        if control.rows.is_none() && control.sha256.is_none() {
            // One that says nothing is one that was not written to its end.
            return Err(ExportFault::Control(format!("it names neither `rows` nor `sha256`; {expected}")));
        }
        Ok(Some(control))
    }

    /// Holds what was read against it.
    pub fn compare(&self, read: u64, sha256: &str) -> Result<(), ExportFault> {
        match (self.rows, &self.sha256) {
            (Some(expected), _) if expected != read => Err(ExportFault::ControlRows { read, expected }),
            (_, Some(expected)) if !expected.trim().eq_ignore_ascii_case(sha256) => Err(ExportFault::ControlChecksum),
            _ => Ok(()),
        }
    }
}
