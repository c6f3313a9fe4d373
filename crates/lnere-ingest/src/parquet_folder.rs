/*!
Reads a folder of Parquet files as one export, as Spark, Dask and DuckDB write it.
*/

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::control_file::ControlFile;
use super::export_warning::ExportWarning;
use super::inventory::{ExportFile, ExportFormat, FileStamp, INCOMPLETE_COPY_SUFFIXES};
use super::open;
use lnere_core::checksum::hex;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderPart {
    /// Its name without folders.
    pub name: String,
    /// The path.
    pub path: PathBuf,
    /// Its size and time at the listing of the folder.
    pub stamp: FileStamp,
}

/// The classification of a folder of Parquet files.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FolderContents {
    /// The parts of an export, by name.
    Parts(Vec<FolderPart>),
    /// The folder is still being written. Holds the time of the last write, if known.
    Arriving(Option<SystemTime>),
    /// The folder is not an export, for this reason.
    Refused(String),
}

/// The folder in which Spark writes incomplete parts.
const SPARK_TEMPORARY_FOLDER: &str = "_temporary";

/// Folders of table formats that state which files count. Reading all files would count deleted
/// records.
const TABLE_FORMAT_FOLDERS: [(&str, &str); 3] = [("_delta_log", "Delta"), (".hoodie", "Hudi"), ("metadata", "Iceberg")];

impl FolderContents {
    /// Lists and classifies a folder.
    pub fn classify(path: &Path) -> io::Result<Self> {
        let mut parts = Vec::new();
        let mut refused = None;
        let mut arriving = false;
        let mut modified = fs::metadata(path)?.modified().ok();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let metadata = match entry.metadata() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                metadata => metadata?,
            };
            modified = modified.max(metadata.modified().ok());
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                let name = entry.file_name().as_encoded_bytes().escape_ascii().to_string();
                refused.get_or_insert(message!("L254-part-name-not-utf8", name));
                continue;
            };
            if let Some((_, format)) = TABLE_FORMAT_FOLDERS.iter().find(|(log, _)| *log == name && metadata.is_dir()) {
                refused = Some(message!("L254-table-format", format));
                continue;
            }
            arriving |=
                name == SPARK_TEMPORARY_FOLDER || INCOMPLETE_COPY_SUFFIXES.iter().any(|ending| name.ends_with(ending));
            let ends_in = |wanted| Path::new(&name).extension().is_some_and(|found| found.eq_ignore_ascii_case(wanted));
            if name.starts_with(['_', '.']) || ends_in("crc") {
                continue;
            }
            let is_part = ends_in("parquet");
            if metadata.is_file() && is_part {
                let stamp = FileStamp::from_metadata(&metadata);
                parts.push(FolderPart { name, path: entry.path(), stamp });
            } else if metadata.is_dir() {
                let name = escaped_name(&name).to_string();
                refused.get_or_insert(message!("L254-folder-of-partitions", name));
            } else {
                let name = escaped_name(&name).to_string();
                refused.get_or_insert(message!("L254-no-part-name", name));
            }
        }
        parts.sort_by(|a: &FolderPart, b| a.name.cmp(&b.name));
        Ok(match refused {
            _ if arriving => Self::Arriving(modified),
            Some(reason) => Self::Refused(reason),
            None if parts.is_empty() => Self::Refused(message!("L254-folder-without-part")),
            None => Self::Parts(parts),
        })
    }
}

/// The warning about a folder that may be incomplete: it has no file `_SUCCESS`, which Spark writes
/// last, or its part numbers have gaps.
pub(super) fn missing_parts_warning(export: &ExportFile) -> Option<ExportWarning> {
    let parts = &export.parts;
    if export.format != ExportFormat::ParquetFolder || parts.is_empty() {
        return None;
    }
    let missing = missing_part_numbers(parts.iter().map(|part| part.name.as_str()));
    let is_marked_complete = parts.len() == 1 || export.path.join("_SUCCESS").exists();
    let warning = ExportWarning::FolderParts { parts: parts.len(), missing, control: ControlFile::name(&export.name) };
    let has_gap = matches!(&warning, ExportWarning::FolderParts { missing, .. } if !missing.is_empty());
    (has_gap || !is_marked_complete).then_some(warning)
}

/// The missing numbers in the names of parts: `part-00000-….parquet`, `part.0.parquet`,
/// `data_0.parquet`.
fn missing_part_numbers<'p>(names: impl Iterator<Item = &'p str>) -> Vec<u64> {
    const MOST_DIGITS: usize = 6;
    let numbers: Option<BTreeSet<u64>> = names
        .map(|name| {
            let name = name.to_ascii_lowercase();
            let rest = name.strip_prefix("part").or_else(|| name.strip_prefix("data"))?;
            let rest = rest.strip_prefix(['-', '_', '.']).unwrap_or(rest);
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits > MOST_DIGITS { None } else { rest[..digits].parse().ok() }
        })
        .collect();
    // Other names have no consecutive numbers.
    let Some(numbers) = numbers else { return Vec::new() };
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return Vec::new() };
    let from = if *first <= 1 { *first } else { 0 };
    (from..*last).filter(|number| !numbers.contains(number)).collect()
}

/// The checksum and the size of a folder. The checksum is the SHA-256 of the lines that `LC_ALL=C
/// sha256sum *.parquet` prints in it. It depends only on the bytes and the names of the parts.
pub(super) fn checksum(parts: &[FolderPart]) -> io::Result<(String, u64)> {
    let mut lines = Sha256::new();
    let mut size = 0;
    for part in parts {
        let (sha256, bytes) = open::checksum_and_size(&part.path)?;
        lines.update(format!("{sha256}  {}\n", part.name));
        size += bytes;
    }
    Ok((hex(&lines.finalize()), size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::TempDir::new().expect("a folder");
        for file in files {
            let path = folder.path().join(file);
            if file.ends_with('/') {
                fs::create_dir_all(path).expect("a folder");
            } else {
                fs::write(path, file).expect("a file");
            }
        }
        folder
    }

    fn describe_contents(files: &[&str]) -> String {
        match FolderContents::classify(folder(files).path()).expect("a folder") {
            FolderContents::Parts(parts) => parts.into_iter().map(|part| part.name).collect::<Vec<_>>().join(" "),
            FolderContents::Arriving(_) => "arriving".to_owned(),
            FolderContents::Refused(reason) => reason,
        }
    }

    #[test]
    fn parts_are_taken_by_name_and_what_spark_adds_is_not_read() {
        assert_eq!(
            describe_contents(&["b.parquet", "a.snappy.parquet", "c.PARQUET"]),
            "a.snappy.parquet b.parquet c.PARQUET"
        );
        assert_eq!(
            describe_contents(&["_SUCCESS", ".a.parquet.crc", "a.parquet", "_metadata", "_common_metadata"]),
            "a.parquet"
        );
    }

    #[test]
    fn what_is_written_to_is_left() {
        assert_eq!(describe_contents(&["_temporary/", "a.parquet"]), "arriving");
        assert_eq!(describe_contents(&["a.parquet", "b.parquet.part"]), "arriving");
    }

    #[test]
    fn what_is_no_export_says_why() {
        for (files, reason) in [
            (&[][..], "without a part"),
            (&["_SUCCESS"], "without a part"),
            (&["_delta_log/", "a.parquet"], "is a table of Delta"),
            (&["metadata/", "data/"], "is a table of Iceberg"),
            (&["SEXO=H/", "a.parquet"], "holds a folder, `SEXO=H`"),
            (&["a.csv", "a.parquet"], "holds `a.csv`, which is no part"),
        ] {
            let described = describe_contents(files);
            assert!(described.contains(reason), "{described}");
        }
    }

    #[test]
    fn numbers_that_parts_pass_over_are_found() {
        let missing = |names: &[&str]| missing_part_numbers(names.iter().copied());
        assert_eq!(missing(&["part-00000-ab-c000.snappy.parquet", "part-00001-ab-c000.snappy.parquet"]), [0; 0]);
        assert_eq!(missing(&["part-00000.parquet", "part-00001.parquet", "part-00003.parquet"]), [2]);
        assert_eq!(missing(&["part.2.parquet", "part.4.parquet"]), [0, 1, 3]);
        assert_eq!(missing(&["data_1.parquet", "data_2.parquet"]), [0; 0]);
        assert_eq!(missing(&["a.parquet", "part-00003.parquet"]), [0; 0]);
        assert_eq!(missing(&["part-20201001.parquet", "part-20201003.parquet"]), [0; 0]);
    }

    #[test]
    fn the_checksum_is_of_what_sha256sum_prints() {
        let folder = folder(&["b.parquet", "a.parquet"]);
        let FolderContents::Parts(parts) = FolderContents::classify(folder.path()).expect("a folder") else {
            panic!("parts")
        };
        let printed = std::process::Command::new("sh")
            .args(["-c", "LC_ALL=C sha256sum *.parquet | sha256sum"])
            .current_dir(folder.path())
            .output()
            .expect("sha256sum");
        let (sha256, bytes) = checksum(&parts).expect("a checksum");
        assert_eq!(String::from_utf8_lossy(&printed.stdout).split(' ').next(), Some(sha256.as_str()));
        assert_eq!(bytes, 18);
    }
}
