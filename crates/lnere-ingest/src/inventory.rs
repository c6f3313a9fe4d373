/*!
Lists the exports in a folder, with the source and the day of each file.
*/

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::NaiveDate;

use super::control_file::ControlFile;
use super::parquet_folder::{FolderContents, FolderPart};
use lnere_core::process::{EXPORT_EXTENSIONS, FileDayError, FilePattern, Process, Source, split_export_extension};
use lnere_core::terminal_text::escaped_name;
use lnere_core::text_folding;
use lnere_messages::{join_with_and, message};

/// The format that the name of a file states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Plain text.
    Csv,
    /// Text compressed with gzip.
    CsvGz,
    /// Text compressed with Zstandard.
    CsvZst,
    /// A ZIP that contains another format.
    Zip,
    /// An Excel workbook.
    Xlsx,
    /// Parquet.
    Parquet,
    /// A folder of Parquet files.
    ParquetFolder,
    /// The name states no format; the first bytes decide.
    Unnamed,
}

impl ExportFormat {
    /// The extension of generated exports.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv | Self::Unnamed => "csv",
            Self::CsvGz => "csv.gz",
            Self::CsvZst => "csv.zst",
            Self::Zip => "zip",
            Self::Xlsx => "xlsx",
            Self::Parquet | Self::ParquetFolder => "parquet",
        }
    }

    /// The format of an extension in [`EXPORT_EXTENSIONS`].
    pub(super) fn of_extension(extension: &str) -> Self {
        match extension {
            "csv" | "txt" => Self::Csv,
            "csv.gz" | "txt.gz" => Self::CsvGz,
            "csv.zst" | "txt.zst" => Self::CsvZst,
            "zip" => Self::Zip,
            "xlsx" => Self::Xlsx,
            "parquet" => Self::Parquet,
            _ => Self::Unnamed,
        }
    }

    /// The name of the format in messages.
    #[must_use]
    pub fn description(self) -> String {
        match self {
            Self::Csv => message!("ingest-format-csv"),
            Self::CsvGz => message!("ingest-format-csv-gz"),
            Self::CsvZst => message!("ingest-format-csv-zst"),
            Self::Zip => message!("ingest-format-zip"),
            Self::Xlsx => message!("ingest-format-xlsx"),
            Self::Parquet => message!("ingest-format-parquet"),
            Self::ParquetFolder => message!("ingest-format-parquet-folder"),
            Self::Unnamed => message!("ingest-format-unnamed"),
        }
    }
}

/// One export: a full snapshot of a source at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// The source.
    pub source: Source,
    /// The day that the export covers to its end.
    pub date: NaiveDate,
    /// The format according to its name.
    pub format: ExportFormat,
    /// The path.
    pub path: PathBuf,
    /// Its name without folders.
    pub name: String,
    /// Its size and time at the listing of the inputs; for a folder, the total size and the latest
    /// time of its parts.
    pub stamp: FileStamp,
    /// The parts of a folder, by name.
    pub parts: Vec<FolderPart>,
    /// The size and time of its control file, if there was one.
    pub control_stamp: Option<FileStamp>,
}

/// The size and time of a file, which change while it is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    /// The size in bytes.
    pub bytes: u64,
    /// The time of the last write, if the file system provides it.
    pub modified: Option<SystemTime>,
}

impl FileStamp {
    pub(super) fn from_metadata(metadata: &fs::Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }

    fn from_parts(parts: &[FolderPart]) -> Self {
        let bytes = parts.iter().map(|part| part.stamp.bytes).sum();
        Self { bytes, modified: parts.iter().filter_map(|part| part.stamp.modified).max() }
    }
}

impl ExportFile {
    /// The files that are opened to read the export: itself or its parts, and its control file.
    #[must_use]
    pub fn paths_to_read(&self) -> Vec<PathBuf> {
        // An export in parts is a folder.
        let whole = self.parts.is_empty().then(|| self.path.clone());
        let parts = self.parts.iter().map(|part| part.path.clone());
        let control = ControlFile::paths(&self.path).filter(|path| path.symlink_metadata().is_ok());
        whole.into_iter().chain(parts).chain(control).collect()
    }

    /// Whether the file is unchanged since the listing of the inputs.
    #[must_use]
    pub fn is_as_listed(&self) -> bool {
        if self.format == ExportFormat::ParquetFolder {
            return matches!(FolderContents::classify(&self.path), Ok(FolderContents::Parts(parts)) if parts == self.parts);
        }
        fs::metadata(&self.path).is_ok_and(|metadata| FileStamp::from_metadata(&metadata) == self.stamp)
    }
}

/// The exports of a folder, oldest first, and the files that are not exports.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// All exports of both sources, by source and date.
    pub files: Vec<ExportFile>,
    /// Files that are refused because of their names: name, date if known, reason.
    pub refused: Vec<(String, Option<NaiveDate>, String)>,
    /// Names that resemble the name of an export but are not read.
    pub unread_files: Vec<UnreadFile>,
    /// Exports that are still being copied; the next run reads them.
    pub arriving: Vec<ArrivingExport>,
    /// The file patterns of the process file, if it declares any.
    patterns: Vec<(Source, FilePattern)>,
}

/// A file that is not read although its name resembles an export.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadFile {
    /// The name; bytes that are not text are escaped.
    pub name: String,
    /// What the operator can do, such as the expected name.
    pub advice: String,
}

/// An export that is still being copied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArrivingExport {
    /// The present name.
    pub name: String,
    /// The source.
    pub source: Source,
    /// The day that it will cover, if its name states it.
    pub date: Option<NaiveDate>,
    /// The time of the last write, if the file system provides it.
    pub modified: Option<SystemTime>,
}

/// The suffixes that copy programs add to a name until the file is complete.
pub(super) const INCOMPLETE_COPY_SUFFIXES: [&str; 4] = [".part", ".partial", ".filepart", ".tmp"];

/// How a file name is classified for one source.
enum NameReading {
    /// An export, with its day or the reason why it has none.
    Export(ExportFormat, Result<NaiveDate, String>),
    /// An export that is still being copied.
    Arriving(Option<NaiveDate>),
    /// Not an export, but its name resembles one.
    Similar,
    /// Not an export.
    Other,
}

impl Inventory {
    /// Lists a folder of exports of a process.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn list_folder(folder: &Path, process: &Process) -> io::Result<Self> {
        let patterns = [
            (Source::Solicitudes, process.solicitudes_contract.file_pattern.as_ref()),
            (Source::Credenciales, process.credenciales_contract.file_pattern.as_ref()),
        ];
        let patterns = patterns.into_iter().filter_map(|(source, pattern)| Some((source, pattern?.clone())));
        let mut inventory = Self { patterns: patterns.collect(), ..Self::default() };
        let mut controls = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                let name = entry.file_name().as_encoded_bytes().escape_ascii().to_string();
                inventory.unread_files.push(UnreadFile { name, advice: message!("L250-name-not-utf8") });
                continue;
            };
            if ControlFile::export_of(&name).is_some() {
                controls.push(name);
                continue;
            }
            // A file may disappear between the listing and this call; then it is ignored.
            match entry.metadata() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
                Ok(metadata) => match inventory.add(&name, entry.path(), &metadata) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    added => added?,
                },
            }
        }
        inventory.files.sort_by(|a, b| (a.source, a.date, &a.name).cmp(&(b.source, b.date, &b.name)));
        let doubles = inventory.files.chunk_by(|a, b| (a.source, a.date) == (b.source, b.date));
        for double in doubles.filter(|files| files.len() > 1).flatten() {
            inventory.refused.push((double.name.clone(), Some(double.date), message!("L251-same-day")));
        }
        for name in controls {
            inventory.report_orphan_control(name);
        }
        inventory.refused.sort();
        inventory.unread_files.sort();
        inventory.arriving.sort();
        Ok(inventory)
    }

    fn pattern(&self, source: Source) -> Option<&FilePattern> {
        self.patterns.iter().find(|(of, _)| *of == source).map(|(_, pattern)| pattern)
    }

    fn add(&mut self, name: &str, path: PathBuf, metadata: &fs::Metadata) -> io::Result<()> {
        let read = Source::ALL.map(|source| (source, self.classify_name(source, name)));
        let is_its =
            |(_, read): &&(Source, NameReading)| matches!(read, NameReading::Export(..) | NameReading::Arriving(_));
        let mut sources = read.iter().filter(is_its);
        let (source, found) = match (sources.next(), sources.next()) {
            (Some(_), Some(_)) => {
                let patterns = Source::ALL.map(|source| {
                    let pattern = self.pattern(source).map_or("", FilePattern::as_str);
                    if pattern.is_empty() { format!("{source}_…") } else { format!("`{pattern}`") }
                });
                let reason = message!("L252-name-of-both-sources", patterns = join_with_and(&patterns));
                self.refused.push((name.to_owned(), None, reason));
                return Ok(());
            }
            (Some((source, found)), None) => (*source, found),
            (None, _) => {
                let similar = read.iter().find(|(_, read)| matches!(read, NameReading::Similar));
                if let Some((source, _)) = similar {
                    self.unread_files
                        .push(UnreadFile { name: name.to_owned(), advice: self.naming_advice(*source, name) });
                }
                return Ok(());
            }
        };
        let (format, day) = match found {
            NameReading::Export(format, day) => (*format, day.clone()),
            NameReading::Arriving(date) => {
                let (name, date, modified) = (name.to_owned(), *date, metadata.modified().ok());
                self.arriving.push(ArrivingExport { name, source, date, modified });
                return Ok(());
            }
            NameReading::Similar | NameReading::Other => return Ok(()),
        };
        let date = match day {
            Ok(date) => date,
            Err(reason) => {
                self.refused.push((name.to_owned(), None, reason));
                return Ok(());
            }
        };
        let (format, stamp, parts) = if metadata.is_file() {
            (format, FileStamp::from_metadata(metadata), Vec::new())
        } else if metadata.is_dir() && format == ExportFormat::Parquet {
            match FolderContents::classify(&path)? {
                FolderContents::Parts(parts) => (ExportFormat::ParquetFolder, FileStamp::from_parts(&parts), parts),
                FolderContents::Arriving(modified) => {
                    self.arriving.push(ArrivingExport { name: name.to_owned(), source, date: Some(date), modified });
                    return Ok(());
                }
                FolderContents::Refused(reason) => {
                    self.refused.push((name.to_owned(), Some(date), reason));
                    return Ok(());
                }
            }
        } else {
            self.refused.push((name.to_owned(), Some(date), message!("L253-not-a-file")));
            return Ok(());
        };
        let control_stamp = ControlFile::stamp(&path);
        self.files.push(ExportFile { source, date, format, path, name: name.to_owned(), stamp, parts, control_stamp });
        Ok(())
    }

    /// Classifies a name for a source.
    fn classify_name(&self, source: Source, name: &str) -> NameReading {
        let arriving = INCOMPLETE_COPY_SUFFIXES.iter().find_map(|ending| name.strip_suffix(ending));
        if let Some(pattern) = self.pattern(source) {
            if let Some(found) = pattern.match_name(name) {
                let day = found.day.map_err(|why| match why {
                    FileDayError::NotInCalendar => message!("L250-no-day", pattern = pattern.as_str()),
                    FileDayError::SeveralDates => message!("L250-several-days", pattern = pattern.as_str()),
                });
                return NameReading::Export(
                    found.extension.map_or(ExportFormat::Unnamed, ExportFormat::of_extension),
                    day,
                );
            }
            return match arriving.and_then(|name| pattern.match_name(name)) {
                Some(found) => NameReading::Arriving(found.day.ok()),
                None if pattern.resembles(name) || text_folding::fold_label(name).contains(source.name()) => {
                    NameReading::Similar
                }
                None => NameReading::Other,
            };
        }
        let Some(rest) = name.strip_prefix(source.name()).and_then(|rest| rest.strip_prefix('_')) else {
            // `Solicitudes-20210315.csv.gz` was meant as an export, and would otherwise be missed.
            return if text_folding::fold_label(name).contains(source.name()) {
                NameReading::Similar
            } else {
                NameReading::Other
            };
        };
        match split_export_extension(rest) {
            Some((stem, extension)) if !stem.contains('.') => {
                let day = parse_date(stem).ok_or_else(|| message!("L250-no-date"));
                NameReading::Export(ExportFormat::of_extension(extension), day)
            }
            _ if arriving.is_some() => NameReading::Arriving(parse_date(rest.split('.').next().unwrap_or(rest))),
            _ => NameReading::Similar,
        }
    }

    /// The day in a name of the default form, such as `solicitudes_20210315.csv.gz`.
    #[must_use]
    pub fn day_of_default_name(source: Source, name: &str) -> Option<NaiveDate> {
        match Self::default().classify_name(source, name) {
            NameReading::Export(_, day) => day.ok(),
            _ => None,
        }
    }

    /// The name that an export of a source should have, for messages.
    fn naming_advice(&self, source: Source, name: &str) -> String {
        if let Some(pattern) = self.pattern(source) {
            return if pattern.fits_but_for_case(name) {
                message!("L250-unlike-pattern-in-case", source, pattern = pattern.as_str())
            } else {
                message!("L250-unlike-pattern", source, pattern = pattern.as_str())
            };
        }
        let lower = name.to_lowercase();
        let extensions = format!(".{}", EXPORT_EXTENSIONS.join(", ."));
        if lower != name && matches!(self.classify_name(source, &lower), NameReading::Export(_, Ok(_))) {
            message!("L250-unlike-default-in-case", source, extensions)
        } else {
            message!("L250-unlike-default", source, extensions)
        }
    }

    /// Reports a control file without an existing or arriving export.
    fn report_orphan_control(&mut self, name: String) {
        let Some(of) = ControlFile::export_of(&name) else { return };
        let exports = self.files.iter().map(|file| &file.name).chain(self.refused.iter().map(|(name, ..)| name));
        let arriving = self.arriving.iter().map(|left| left.name.as_str());
        let is_known = exports.clone().any(|export| ControlFile::is_control_name_of(&name, export))
            || arriving
                .clone()
                .any(|left| INCOMPLETE_COPY_SUFFIXES.iter().any(|ending| left.strip_suffix(ending) == Some(of)))
            || arriving.clone().any(|left| left == of);
        if is_known {
            return;
        }
        let stem =
            |name: &str| split_export_extension(name).map_or_else(|| name.to_owned(), |(stem, _)| stem.to_owned());
        let advice = match exports.into_iter().find(|export| stem(export) == stem(of)) {
            Some(export) => {
                let expected = ControlFile::name(export);
                let (export, expected) = (escaped_name(export), escaped_name(&expected));
                message!("L215-control-misnamed", export, expected)
            }
            None => message!("L215-control-without-export", export = escaped_name(of)),
        };
        self.unread_files.push(UnreadFile { name, advice });
    }

    /// Moves the files for which `is_arriving` holds to the arriving ones, for the next run.
    pub fn set_aside(&mut self, is_arriving: impl Fn(&ExportFile) -> bool) {
        let left = self.files.extract_if(.., |file| is_arriving(file));
        self.arriving.extend(left.map(|ExportFile { name, source, date, stamp, .. }| ArrivingExport {
            name,
            source,
            date: Some(date),
            modified: stamp.modified,
        }));
        self.arriving.sort();
    }

    /// Whether an export of a source is still arriving.
    #[must_use]
    pub fn is_arriving(&self, source: Source) -> bool {
        self.arriving.iter().any(|left| left.source == source)
    }

    /// The exports that arrive late and that a count needs. Their day is not after the newest
    /// export of their source, so without them past cortes would lose statuses. The list leaves out
    /// a copy to which nothing was written since `abandoned`.
    pub fn awaited(
        &self,
        latest_day: Option<NaiveDate>,
        abandoned: SystemTime,
    ) -> impl Iterator<Item = &ArrivingExport> {
        let under_way = move |left: &&ArrivingExport| left.modified.is_none_or(|modified| modified > abandoned);
        self.arriving.iter().filter(under_way).filter(move |left| {
            let of_source = self.of_source(left.source, latest_day);
            let is_there = of_source.iter().any(|file| Some(file.date) == left.date);
            let newest = of_source.last().map(|file| file.date);
            !is_there && left.date.is_some_and(|date| newest.is_some_and(|newest| date <= newest))
        })
    }

    /// The exports of a source not after `vintage`, oldest first.
    #[must_use]
    pub fn of_source(&self, source: Source, vintage: Option<NaiveDate>) -> Vec<&ExportFile> {
        let is_included =
            |file: &&ExportFile| file.source == source && vintage.is_none_or(|vintage| file.date <= vintage);
        self.files.iter().filter(is_included).collect()
    }
}

fn parse_date(text: &str) -> Option<NaiveDate> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok()).flatten()
}
