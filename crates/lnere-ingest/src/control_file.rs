/*!
Reads control files, which state the size and checksum of an export.
*/

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::export_fault::ExportFault;
use super::inventory::{ExportFile, FileStamp};
use lnere_core::regular_file;
use lnere_messages::{count, message};

/// The two spellings of the suffix that the name of a control file adds to the name of its export.
const ENDINGS: [&str; 2] = [".control", ".CONTROL"];

/// The content of a control file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ControlFile {
    rows: Option<u64>,
    sha256: Option<String>,
}

impl ControlFile {
    /// The name of the control file of an export.
    pub fn name(export: &str) -> String {
        format!("{export}{}", ENDINGS[0])
    }

    /// The export name in the name of a control file, with a suffix in any case; `None` for other
    /// files.
    pub fn export_of(name: &str) -> Option<&str> {
        let at = name.len().checked_sub(ENDINGS[0].len())?;
        name.get(at..)?.eq_ignore_ascii_case(ENDINGS[0]).then(|| name.get(..at)).flatten()
    }

    /// Whether the program reads a control file of this name beside an export.
    pub fn is_control_name_of(name: &str, export: &str) -> bool {
        ENDINGS.iter().any(|ending| name.strip_suffix(ending) == Some(export))
    }

    /// The size and time of the control file of an export, if it exists.
    pub fn stamp(export: &Path) -> Option<FileStamp> {
        Self::paths(export)
            .find_map(|path| fs::symlink_metadata(path).ok())
            .map(|metadata| FileStamp::from_metadata(&metadata))
    }

    /// The paths of a control file beside an export, whether or not it exists.
    pub fn paths(export: &Path) -> impl Iterator<Item = PathBuf> {
        ENDINGS.iter().map(|ending| {
            let mut path = export.as_os_str().to_owned();
            path.push(ending);
            PathBuf::from(path)
        })
    }

    /// Reads the control file beside an export, if it exists.
    pub fn for_export(export: &ExportFile) -> Result<Option<Self>, ExportFault> {
        for path in Self::paths(&export.path) {
            if let Some(control) = Self::read(&path)? {
                return Ok(Some(control));
            }
        }
        Ok(None)
    }

    fn read(path: &Path) -> Result<Option<Self>, ExportFault> {
        // A pipe would block the reader, and a link may lead anywhere.
        if fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(ExportFault::Control(message!("ingest-control-not-a-file")));
        }
        let bytes = match regular_file::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ExportFault::Control(error.to_string())),
            Ok(bytes) => bytes,
        };
        let text = decode_text(&bytes).ok_or_else(|| ExportFault::Control(message!("ingest-control-no-text")))?;
        let control: Self = toml::from_str(&text)
            .map_err(|error| ExportFault::Control(message!("ingest-control-not-toml", error = error.message())))?;
        if control.rows.is_none() && control.sha256.is_none() {
            // A control file without either value was not written completely.
            return Err(ExportFault::Control(message!("ingest-control-without-values")));
        }
        Ok(Some(control))
    }

    /// Compares the control file with what was read; `None` if they agree.
    pub fn disagreement(&self, read: u64, sha256: &str) -> Option<ControlDisagreement> {
        match (self.rows, &self.sha256) {
            (Some(expected), _) if expected != read => Some(ControlDisagreement::Rows { read, expected }),
            (_, Some(expected)) if !expected.trim().eq_ignore_ascii_case(sha256) => Some(ControlDisagreement::Checksum),
            _ => None,
        }
    }
}

/// How an export and its control file disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlDisagreement {
    /// The control file states another number of records.
    Rows {
        /// Records read.
        read: u64,
        /// The number of records in the control file.
        expected: u64,
    },
    /// The control file states another checksum.
    Checksum,
}

impl fmt::Display for ControlDisagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Rows { read, expected } => {
                message!("ingest-control-rows", read = count(*read), expected = count(*expected))
            }
            Self::Checksum => message!("ingest-control-checksum"),
        })
    }
}

/// Decodes a control file. It is UTF-8 unless a byte-order mark states UTF-16; Windows writes
/// either mark.
fn decode_text(bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_bom(bytes).map_or(encoding_rs::UTF_8, |(encoding, _)| encoding);
    let (text, _, is_broken) = encoding.decode(bytes);
    (!is_broken).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_file_may_come_from_windows() {
        let utf16 = |text: &str| -> Vec<u8> {
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        let line = "rows = 7\r\nsha256 = \"aB\"\r\n";
        for bytes in [line.as_bytes().to_vec(), format!("\u{feff}{line}").into_bytes(), utf16(line)] {
            let control: ControlFile = toml::from_str(&decode_text(&bytes).expect("text")).expect("a control file");
            assert_eq!(control.disagreement(7, "Ab"), None);
            assert_eq!(control.disagreement(8, "Ab"), Some(ControlDisagreement::Rows { read: 8, expected: 7 }));
            assert_eq!(control.disagreement(7, "Ac"), Some(ControlDisagreement::Checksum));
        }
        assert_eq!(decode_text(b"rows = 7 # \xff"), None);
    }
}
