/*!
The exports in a folder: which file is which source's snapshot of which day.
*/

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::NaiveDate;

use crate::fold;
use crate::process::Source;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain CSV.
    Csv,
    /// CSV compressed with gzip.
    CsvGz,
    /// CSV compressed with Zstandard.
    CsvZst,
    /// Parquet.
    Parquet,
}

impl Format {
    const ALL: [(&'static str, Self); 4] =
        [("csv", Self::Csv), ("csv.gz", Self::CsvGz), ("csv.zst", Self::CsvZst), ("parquet", Self::Parquet)];

    /// What file names end with.
    #[must_use]
    pub fn extension(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("csv", |(extension, _)| extension)
    }
}

/// One export: a full snapshot of a system at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// The system.
    pub source: Source,
    /// The day that it covers, to its end.
    pub date: NaiveDate,
    /// How it is packed.
    pub format: Format,
    /// Where it is.
    pub path: PathBuf,
    /// Its name without folders.
    pub name: String,
    /// How it lay there when the folder was listed.
    pub stamp: Stamp,
}

/// What of a file changes while it is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its size.
    pub bytes: u64,
    /// When it was last written to, where the file system says so.
    pub modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl ExportFile {
    /// Whether it lies there as it did when the folder was listed.
    #[must_use]
    pub fn is_as_listed(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|metadata| Stamp::of(&metadata) == self.stamp)
    }
}

/// The exports of a folder, oldest first, and what in it is none.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// All exports of both sources, by source and date.
    pub files: Vec<ExportFile>,
    /// Names that begin like an export and are none, with the reason, and the date where they
    /// have one.
    pub refused: Vec<(String, Option<NaiveDate>, &'static str)>,
    /// Names that begin like an export and end like none: they are not read.
    pub ignored: Vec<String>,
    /// Exports that are still being copied: they are left for the next run.
    pub arriving: Vec<Arriving>,
}

/// An export that is still being copied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arriving {
    /// Its name as it lies there.
    pub name: String,
    /// The system.
    pub source: Source,
    /// The day that it will cover, where its name says so.
    pub date: Option<NaiveDate>,
    /// When it was last written to, where the file system says so.
    pub modified: Option<SystemTime>,
}

/// What programs that copy files add to a name until the file is whole.
const ARRIVING: [&str; 4] = [".part", ".partial", ".filepart", ".tmp"];

impl Inventory {
    /// Lists a folder.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let mut inventory = Self::default();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if let Some(name) = entry.file_name().to_str() {
                // A file may go away between the listing and the question; then it is not there.
                match entry.metadata() {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                    Ok(metadata) => inventory.add(name, entry.path(), &metadata),
                }
            }
        }
        inventory.files.sort_by(|a, b| (a.source, a.date, &a.name).cmp(&(b.source, b.date, &b.name)));
        let doubles = inventory.files.chunk_by(|a, b| (a.source, a.date) == (b.source, b.date));
        for double in doubles.filter(|files| files.len() > 1).flatten() {
            let reason = "another export of the same source covers the same day; keep one of them";
            inventory.refused.push((double.name.clone(), Some(double.date), reason));
        }
        inventory.refused.sort();
        inventory.ignored.sort();
        inventory.arriving.sort();
        Ok(inventory)
    }

    fn add(&mut self, name: &str, path: PathBuf, metadata: &fs::Metadata) {
        let Some((source, rest)) =
            Source::ALL.iter().find_map(|source| Some((*source, name.strip_prefix(source.name())?.strip_prefix('_')?)))
        else {
            // `Solicitudes-20210315.csv.gz` was meant to be one, and is missed where nobody says so.
            if Source::ALL.iter().any(|source| fold::label(name).contains(source.name())) {
                self.ignored.push(name.to_owned());
            }
            return;
        };
        let (stem, extension) = rest.split_once('.').unwrap_or((rest, ""));
        let Some((_, format)) = Format::ALL.into_iter().find(|(known, _)| *known == extension) else {
            if ARRIVING.iter().any(|ending| name.ends_with(ending)) {
                let (name, date, modified) = (name.to_owned(), parse_date(stem), metadata.modified().ok());
                self.arriving.push(Arriving { name, source, date, modified });
            } else if !name.ends_with(".control") {
                self.ignored.push(name.to_owned());
            }
            return;
        };
        match parse_date(stem) {
            None => self.refused.push((name.to_owned(), None, "its name has no date of the form YYYYMMDD")),
            Some(date) if !metadata.is_file() => {
                self.refused.push((name.to_owned(), Some(date), "is a folder, a link or a device, not a file"));
            }
            Some(date) => {
                let (name, stamp) = (name.to_owned(), Stamp::of(metadata));
                self.files.push(ExportFile { source, date, format, path, name, stamp });
            }
        }
    }

    /// Leaves files for the next run: those for which `is_arriving` holds.
    pub fn leave(&mut self, is_arriving: impl Fn(&ExportFile) -> bool) {
        let left = self.files.extract_if(.., |file| is_arriving(file));
        self.arriving.extend(left.map(|ExportFile { name, source, date, stamp, .. }| Arriving {
            name,
            source,
            date: Some(date),
            modified: stamp.modified,
        }));
        self.arriving.sort();
    }

    /// Whether an export of a source was left.
    #[must_use]
    pub fn is_arriving(&self, source: Source) -> bool {
        self.arriving.iter().any(|left| left.source == source)
    }

    /// The exports that were left and that what is counted needs: those not newer than the newest one there
    /// is of their source, without which past cortes would lose the statuses that they had. A copy that
    /// nobody has written to since `abandoned` is not waited for.
    pub fn awaited(&self, vintage: Option<NaiveDate>, abandoned: SystemTime) -> impl Iterator<Item = &Arriving> {
        let under_way = move |left: &&Arriving| left.modified.is_none_or(|modified| modified > abandoned);
        self.arriving.iter().filter(under_way).filter(move |left| {
            let of_source = self.of_source(left.source, vintage);
            let is_there = of_source.iter().any(|file| Some(file.date) == left.date);
            let newest = of_source.last().map(|file| file.date);
            !is_there && left.date.is_some_and(|date| newest.is_some_and(|newest| date <= newest))
        })
    }

    /// The exports of a source not after `vintage`, oldest first.
    #[must_use]
    pub fn of_source(&self, source: Source, vintage: Option<NaiveDate>) -> Vec<&ExportFile> {
        let known = |file: &&ExportFile| file.source == source && vintage.is_none_or(|vintage| file.date <= vintage);
        self.files.iter().filter(known).collect()
    }
}

fn parse_date(text: &str) -> Option<NaiveDate> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok()).flatten()
}
