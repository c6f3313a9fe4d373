/*!
Surveys an export whose columns nobody has declared yet, for `lnere init`.

The result holds no rows. It has the dialect, the header names, and counts for each column. A text
of a cell is in it only if at least [`MIN_SHOWN_RECORDS`] records have that text, because a rarer one
may identify a person. Days of a range are rounded to quincenas for the same reason.
*/

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read;
use std::path::Path;

use chrono::NaiveDate;

use super::csv::survey::{self as csv_survey, TextDialect};
use super::dates::DateReader;
use super::export_fault::ExportFault;
use super::file_bytes::FileBytes;
use super::inventory::{ExportFile, ExportFormat, FileStamp};
use super::open::{self, Opened, OpeningNotes};
use super::parquet_folder::FolderContents;
use super::{parquet, xlsx};
use lnere_core::calendar::{MexicoCityClock, Quincena, day_from_number};
use lnere_core::catalog::{Catalogs, EntityId};
use lnere_core::process::{DateFormat, Process, Source, split_export_extension};
use lnere_core::regular_file;
use lnere_core::text_folding::fold_label;
use lnere_messages::message;

/// The fewest records with a text for which the text may leave this crate.
pub const MIN_SHOWN_RECORDS: u64 = 10;

/// The most distinct texts of a column that are counted. A column with more is an identifier, free
/// text, or a date with a time.
const MAX_DISTINCT_TEXTS: usize = 4_096;

/// The longest text that is counted, in bytes. Categories are shorter.
const MAX_TEXT_BYTES: usize = 200;

/// The most texts of a column in the result.
const MAX_SHOWN_TEXTS: usize = 300;

/// The most columns that are surveyed; further ones are named only.
const MAX_COLUMNS: usize = 300;

/// The cells without a date after which a column without any date is not read for dates.
const DATE_ATTEMPTS: u64 = 300;

/// The most distinct days of a column.
const MAX_DISTINCT_DAYS: usize = 40_000;

/// A share of records beyond the first or last day with [`MIN_SHOWN_RECORDS`] that is taken for
/// mistyped dates: one in a thousand.
const MISTYPED_DAYS_DIVISOR: u64 = 1_000;

/// The date formats that are tried, the likelier first: of two that fit alike, the first counts.
const DATE_PATTERNS: [&str; 21] = [
    "YYYY-MM-DD",
    "DD/MM/YYYY",
    "YYYYMMDD",
    "YYYY/MM/DD",
    "DD-MM-YYYY",
    "DD.MM.YYYY",
    "D/M/YYYY",
    "DD-MON-RR",
    "DD-MON-YYYY",
    "DD/MON/YYYY",
    "DD MON YYYY",
    "DDMONYYYY",
    "DD/MM/YY",
    "DD-MM-YY",
    "D-M-YYYY",
    "DDMMYYYY",
    "MM/DD/YYYY",
    "M/D/YYYY",
    "MM-DD-YYYY",
    "MM/DD/YY",
    "YY-MM-DD",
];

/// A pattern of dates with its parsed form.
struct PatternFormat {
    pattern: &'static str,
    format: DateFormat,
}

/// The formats of [`DATE_PATTERNS`]. A format is named by its place in this list.
struct DateFormats(Vec<PatternFormat>);

impl DateFormats {
    fn of_all_patterns() -> Self {
        let parse = |pattern: &'static str| Some(PatternFormat { pattern, format: pattern.parse().ok()? });
        Self(DATE_PATTERNS.into_iter().filter_map(parse).collect())
    }

    /// Whether two formats read one text as different days.
    fn conflict(&self, place: usize, other: usize) -> bool {
        self.0[place].format.find_conflicting_text(&self.0[other].format).is_some()
    }
}

/// Words of the caller that the survey compares cells and header names with.
pub struct SurveyWords<'a> {
    /// Whether a header name is known.
    pub is_known_header: &'a dyn Fn(&str) -> bool,
    /// Words for a missing value, such as `null`, in the form of [`fold_label`] or as written.
    pub words_for_empty_cells: &'a [String],
}

/// The survey of one export.
#[derive(Debug)]
pub struct ExportSurvey {
    /// What the file is.
    pub format: ExportFormat,
    /// The dialect, if the export is text.
    pub text: Option<SurveyedText>,
    /// The sheet, if it is a workbook and the header is not on the first visible sheet.
    pub sheet: Option<String>,
    /// The line of the header, from 1; of Parquet 0.
    pub header_line: u64,
    /// Whether a timestamp of a Parquet file has the type INT96, which has no zone.
    pub has_int96: bool,
    /// The number of records.
    pub records: u64,
    /// Records with another number of cells than the header.
    pub records_of_other_width: u64,
    /// The words for a missing value that at least [`MIN_SHOWN_RECORDS`] cells hold, as written.
    pub empty_words: Vec<(String, u64)>,
    /// The columns in the order of the file.
    pub columns: Vec<ColumnSurvey>,
}

/// The dialect of a text export.
#[derive(Debug)]
pub struct SurveyedText {
    /// The encoding, as the process file names it.
    pub encoding: &'static str,
    /// Whether the program finds that encoding by itself.
    pub is_encoding_found: bool,
    /// The character between cells.
    pub delimiter: char,
    /// Whether the program finds that delimiter by itself.
    pub is_delimiter_found: bool,
    /// Whether cells are quoted. `None` if no cell begins with a quote.
    pub quotes: Option<bool>,
}

/// The survey of one column.
#[derive(Debug, Default)]
pub struct ColumnSurvey {
    /// The header name.
    pub header: String,
    /// The number of records with a cell that is not empty.
    pub filled: u64,
    /// The number of records with an empty cell, or with a word for it.
    pub empty: u64,
    /// The number of distinct texts; `None` if they are too many to count.
    pub distinct: Option<usize>,
    /// The texts that at least [`MIN_SHOWN_RECORDS`] records have, the most frequent first.
    pub frequent: Vec<(String, u64)>,
    /// The number of distinct texts that fewer records have.
    pub rare_texts: usize,
    /// The date formats that together read the most cells, each with its number of cells. They are
    /// empty if the column has no dates.
    pub date_formats: Vec<(&'static str, u64)>,
    /// Whether another format reads all dates too, as another day: `03/04/2021`.
    pub is_date_order_unsure: bool,
    /// The share of filled cells that are dates.
    pub date_share: f64,
    /// The days of nearly all dates.
    pub days: Option<DayRange>,
    /// The share of filled cells that name an entity, by number or name.
    pub entity_share: f64,
    /// The share of filled cells that name a country.
    pub country_share: f64,
    /// The share of filled cells that name an embassy or consulate.
    pub office_share: f64,
    /// The entities that at least [`MIN_SHOWN_RECORDS`] records have.
    pub entities: Vec<(EntityId, u64)>,
    /// The number of entities that fewer records have.
    pub rare_entities: usize,
    /// Whether the cells are consecutive numbers. Such a number is of the row, not of the record.
    pub is_row_number: bool,
    /// The share of filled cells with a digit.
    pub digit_share: f64,
}

impl ColumnSurvey {
    /// Whether nearly every filled cell is different, as in a column of folios.
    #[must_use]
    pub fn is_identifier(&self) -> bool {
        self.filled > 0 && self.distinct.is_none_or(|distinct| distinct as u64 * 10 >= self.filled * 9)
    }
}

/// A range of days that shows no day of fewer than [`MIN_SHOWN_RECORDS`] records: such a day is
/// replaced by the first or last day of its quincena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRange {
    /// The first day.
    pub first: NaiveDate,
    /// Whether at least [`MIN_SHOWN_RECORDS`] records have the first day.
    pub is_first_exact: bool,
    /// The last day.
    pub last: NaiveDate,
    /// Whether at least [`MIN_SHOWN_RECORDS`] records have the last day.
    pub is_last_exact: bool,
    /// The number of records before the first day.
    pub before: u64,
    /// The number of records after the last day.
    pub after: u64,
}

/// Surveys an export: any format, packing and dialect that the program reads.
///
/// Of `process` only the limits count.
///
/// # Errors
/// The export cannot be read, or no line looks like a header.
pub fn survey_export(
    path: &Path,
    process: &Process,
    catalogs: &Catalogs,
    words: &SurveyWords,
) -> Result<ExportSurvey, SurveyError> {
    let export = describe_file(path)?;
    let clock = MexicoCityClock::for_years_around(process.opens);
    let formats = DateFormats::of_all_patterns();
    let new_table = || SurveyTable::new(words, &formats, &clock);
    if export.format == ExportFormat::ParquetFolder {
        let stores: Result<Vec<_>, _> = export.parts.iter().map(|part| FileBytes::open(&part.path)).collect();
        return survey_parquet(&stores.map_err(ExportFault::from)?, export.format, new_table(), catalogs);
    }
    let mut notes = OpeningNotes::default();
    match open::open(&export, regular_file::open(path).map_err(ExportFault::from)?, process, &mut notes)? {
        Opened::Parquet(store) => survey_parquet(&[store], ExportFormat::Parquet, new_table(), catalogs),
        Opened::Workbook(store) => {
            let mut table = new_table();
            let found = xlsx::survey(&store, process, &mut table)?.ok_or(SurveyError::NoHeader)?;
            let survey = ExportSurvey { sheet: found.other_sheet, ..table.finish(catalogs, ExportFormat::Xlsx) };
            survey.with_records(found.header_line)
        }
        Opened::Text(_) => {
            let open_text = || -> Result<Box<dyn Read + Send>, ExportFault> {
                match open::open(&export, regular_file::open(path)?, process, &mut OpeningNotes::default())? {
                    Opened::Text(text) => Ok(Box::new(text.take(process.limits.max_uncompressed_bytes))),
                    // It was text before, so the file has changed.
                    Opened::Workbook(_) | Opened::Parquet(_) => Err(ExportFault::StillChanging),
                }
            };
            survey_text(&open_text, export.format, &new_table, catalogs)
        }
    }
}

/// The reason why an export has no survey.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// The file cannot be read.
    #[error("{0}")]
    Fault(Box<ExportFault>),
    /// No line looks like a header. The message shows no line, because it may be a record.
    #[error("{}", message!("L212-no-header"))]
    NoHeader,
}

impl From<ExportFault> for SurveyError {
    fn from(fault: ExportFault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

/// The file as an export of any source and day.
fn describe_file(path: &Path) -> Result<ExportFile, ExportFault> {
    let metadata = fs::metadata(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = split_export_extension(&name);
    let (format, parts) = if metadata.is_dir() {
        match FolderContents::classify(path)? {
            FolderContents::Parts(parts) => (ExportFormat::ParquetFolder, parts),
            FolderContents::Arriving(_) => return Err(ExportFault::StillChanging),
            FolderContents::Refused(reason) => return Err(ExportFault::Folder(reason)),
        }
    } else {
        (named.map_or(ExportFormat::Unnamed, |(_, extension)| ExportFormat::of_extension(extension)), Vec::new())
    };
    Ok(ExportFile {
        source: Source::Solicitudes,
        date: NaiveDate::default(),
        format,
        path: path.to_owned(),
        name,
        stamp: FileStamp::from_metadata(&metadata),
        parts,
        control_stamp: None,
    })
}

fn survey_parquet(
    stores: &[FileBytes],
    format: ExportFormat,
    mut table: SurveyTable,
    catalogs: &Catalogs,
) -> Result<ExportSurvey, SurveyError> {
    let has_int96 = parquet::survey(stores, &mut table)?;
    ExportSurvey { has_int96, ..table.finish(catalogs, format) }.with_records(0)
}

/// Surveys a text with quoted cells. If the records then do not fit the header, a quote may be
/// text, so the file is read once more without quotes, and the better result counts.
fn survey_text<'a>(
    open_text: &dyn Fn() -> Result<Box<dyn Read + Send>, ExportFault>,
    format: ExportFormat,
    new_table: &dyn Fn() -> SurveyTable<'a>,
    catalogs: &Catalogs,
) -> Result<ExportSurvey, SurveyError> {
    let survey = |quotes: bool| -> Result<(TextDialect, ExportSurvey), SurveyError> {
        let mut table = new_table();
        let dialect = csv_survey::read_records(open_text, quotes, &mut table)?.ok_or(SurveyError::NoHeader)?;
        Ok((dialect, table.finish(catalogs, format)))
    };
    let first = survey(true);
    let (has_quotes, (dialect, found)) = match first {
        Ok((dialect, found)) if found.records_of_other_width == 0 && !dialect.has_swallowed_lines => {
            (true, (dialect, found))
        }
        first => match (first, survey(false)) {
            (Ok(quoted), Ok(plain)) => {
                let is_plain_better = plain.1.records_of_other_width < quoted.1.records_of_other_width
                    || (quoted.0.has_swallowed_lines && plain.1.records_of_other_width == 0);
                if is_plain_better { (false, plain) } else { (true, quoted) }
            }
            (Ok(quoted), Err(_)) => (true, quoted),
            (Err(_), plain) => (false, plain?),
        },
    };
    let text = SurveyedText {
        encoding: dialect.encoding,
        is_encoding_found: dialect.is_encoding_found,
        delimiter: char::from(dialect.delimiter),
        is_delimiter_found: dialect.is_delimiter_found(),
        quotes: (dialect.has_quoted_cells || !has_quotes).then_some(has_quotes),
    };
    ExportSurvey { text: Some(text), ..found }.with_records(dialect.header_line)
}

impl ExportSurvey {
    /// The survey with the line of its header; a fault if it has no records.
    fn with_records(self, header_line: u64) -> Result<Self, SurveyError> {
        if self.records == 0 {
            return Err(ExportFault::NoRecords.into());
        }
        Ok(Self { header_line, ..self })
    }
}

/// How well a line serves as the header: known names, then records of the same width in per cent,
/// then names.
pub(super) type HeaderScore = (usize, usize, usize);

/// Receives the header and the records of an export, and counts.
pub(super) struct SurveyTable<'a> {
    words: &'a SurveyWords<'a>,
    formats: &'a DateFormats,
    /// A reader for each format.
    dates: Vec<DateReader<'a>>,
    columns: Vec<ColumnTally>,
    records: u64,
    records_of_other_width: u64,
    empty_words: BTreeMap<String, u64>,
}

impl<'a> SurveyTable<'a> {
    fn new(words: &'a SurveyWords<'a>, formats: &'a DateFormats, clock: &'a MexicoCityClock) -> Self {
        let reader = |one: &'a PatternFormat| DateReader::new(std::slice::from_ref(&one.format), clock);
        Self {
            words,
            formats,
            dates: formats.0.iter().map(reader).collect(),
            columns: Vec::new(),
            records: 0,
            records_of_other_width: 0,
            empty_words: BTreeMap::new(),
        }
    }

    /// The line that is best as the header, among the first `candidates` of some lines.
    pub fn find_header(&mut self, lines: &[Vec<String>], candidates: usize) -> Option<(usize, HeaderScore)> {
        let mut best: Option<(usize, HeaderScore)> = None;
        for (place, names) in lines.iter().enumerate().take(candidates) {
            let filled = names.iter().filter(|name| !name.trim().is_empty()).count();
            let known = names.iter().filter(|name| (self.words.is_known_header)(name)).count();
            if filled < 3 || (known < 3 && !self.looks_like_names(names)) {
                continue;
            }
            let below = &lines[place + 1..];
            let alike = below.iter().filter(|other| other.len() == names.len()).count();
            let score = (known, alike * 100 / below.len().max(1), filled);
            if best.is_none_or(|(_, other)| score > other) {
                best = Some((place, score));
            }
        }
        best
    }

    /// Whether a line holds names and no record: no cell is a date or consists mostly of digits.
    fn looks_like_names(&mut self, names: &[String]) -> bool {
        let mut names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
        names.all(|name| {
            let letters = name.chars().filter(|c| c.is_alphabetic()).count();
            let digits = name.chars().filter(char::is_ascii_digit).count();
            letters > digits
                && name.chars().count() <= 60
                && !self.dates.iter_mut().any(|dates| dates.read(name.as_bytes()).is_some())
        })
    }

    /// Takes the names of the columns. The names of a later file of a folder change nothing.
    pub fn begin(&mut self, names: &[String]) {
        if self.columns.is_empty() {
            self.columns = names.iter().map(|name| ColumnTally::new(name.trim())).collect();
        }
    }

    /// The place of a column by its name, for a further file of a folder.
    pub fn place_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.header == name.trim())
    }

    /// Counts a record of another width than the header.
    pub fn count_other_width(&mut self) {
        self.records_of_other_width += 1;
    }

    /// Counts a record. A record without a filled cell is none.
    pub fn add_record<'c>(&mut self, cells: impl Iterator<Item = (usize, Cow<'c, str>)> + Clone) {
        if cells.clone().all(|(_, cell)| cell.trim().is_empty()) {
            return;
        }
        self.records += 1;
        for (place, cell) in cells {
            let text = cell.trim();
            if text.is_empty() {
                continue;
            }
            let is_word_for_empty = text.len() <= 20 && {
                let folded = fold_label(text);
                self.words.words_for_empty_cells.iter().any(|word| *word == folded || word == text)
            };
            if is_word_for_empty {
                if self.empty_words.len() < 64 || self.empty_words.contains_key(text) {
                    *self.empty_words.entry(text.to_owned()).or_default() += 1;
                }
                continue;
            }
            if let Some(column) = self.columns.get_mut(place).filter(|_| place < MAX_COLUMNS) {
                column.add(text, &mut self.dates);
            }
        }
    }

    fn finish(self, catalogs: &Catalogs, format: ExportFormat) -> ExportSurvey {
        let (records, formats) = (self.records, self.formats);
        let shown = |(word, cells): (String, u64)| (cells >= MIN_SHOWN_RECORDS).then_some((word, cells));
        ExportSurvey {
            format,
            text: None,
            sheet: None,
            header_line: 0,
            has_int96: false,
            records,
            records_of_other_width: self.records_of_other_width,
            empty_words: self.empty_words.into_iter().filter_map(shown).collect(),
            columns: self.columns.into_iter().map(|column| column.finish(records, formats, catalogs)).collect(),
        }
    }
}

/// The counts of a column.
struct ColumnTally {
    header: String,
    filled: u64,
    /// The records with each text; `None` once there are too many.
    texts: Option<HashMap<Box<str>, u64>>,
    /// The cells by the set of formats that read them as a date, one bit for each.
    cells_by_formats: BTreeMap<u32, u64>,
    /// The records of each day, by format.
    days: Vec<BTreeMap<i32, u64>>,
    may_have_dates: bool,
    /// The next number, as long as all cells are consecutive numbers.
    next_row_number: Option<u64>,
    cells_with_digits: u64,
}

impl ColumnTally {
    fn new(header: &str) -> Self {
        Self {
            header: header.to_owned(),
            filled: 0,
            texts: Some(HashMap::new()),
            cells_by_formats: BTreeMap::new(),
            days: vec![BTreeMap::new(); DATE_PATTERNS.len()],
            may_have_dates: true,
            next_row_number: None,
            cells_with_digits: 0,
        }
    }

    fn add(&mut self, text: &str, dates: &mut [DateReader]) {
        self.filled += 1;
        self.cells_with_digits += u64::from(text.bytes().any(|byte| byte.is_ascii_digit()));
        let number = text.parse::<u64>().ok();
        let is_next = number.is_some() && (self.filled == 1 || number == self.next_row_number);
        self.next_row_number = if is_next { number.and_then(|number| number.checked_add(1)) } else { None };
        if let Some(texts) = &mut self.texts {
            if let Some(records) = texts.get_mut(text) {
                *records += 1;
            } else if texts.len() >= MAX_DISTINCT_TEXTS || text.len() > MAX_TEXT_BYTES {
                self.texts = None;
            } else {
                texts.insert(text.into(), 1);
            }
        }
        if self.may_have_dates {
            self.add_date(text, dates);
        }
    }

    fn add_date(&mut self, text: &str, dates: &mut [DateReader]) {
        let mut formats = 0_u32;
        if text.len() <= 40 && text.bytes().any(|byte| byte.is_ascii_digit()) {
            for (place, reader) in dates.iter_mut().enumerate() {
                let Some(moment) = reader.read(text.as_bytes()) else { continue };
                formats |= 1 << place;
                if let Some(days) = self.days.get_mut(place)
                    && (days.len() < MAX_DISTINCT_DAYS || days.contains_key(&moment.day))
                {
                    *days.entry(moment.day).or_default() += 1;
                }
            }
        }
        *self.cells_by_formats.entry(formats).or_default() += 1;
        self.may_have_dates = self.filled < DATE_ATTEMPTS || self.cells_by_formats.len() > 1 || formats != 0;
    }

    fn finish(self, records: u64, formats: &DateFormats, catalogs: &Catalogs) -> ColumnSurvey {
        let chosen = self.chosen_formats(formats);
        let dates: u64 = chosen.iter().map(|(_, cells)| cells).sum();
        let days = chosen.iter().filter_map(|(place, _)| self.days.get(*place));
        let days = day_range(&sum_of_days(days));
        let is_date_order_unsure = chosen.first().is_some_and(|(place, cells)| self.has_rival(formats, *place, *cells));
        let date_formats = chosen.into_iter().map(|(place, cells)| (formats.0[place].pattern, cells)).collect();
        let texts = self.texts.as_ref();
        let share = |is_it: &dyn Fn(&str) -> bool| match texts {
            Some(texts) => {
                let found: u64 = texts.iter().filter(|(text, _)| is_it(text)).map(|(_, records)| records).sum();
                ratio(found, self.filled)
            }
            None => 0.0,
        };
        let mut by_entity: BTreeMap<EntityId, u64> = BTreeMap::new();
        for (text, records) in texts.into_iter().flatten() {
            if let Some(entity) = catalogs.entities.find(text) {
                *by_entity.entry(entity).or_default() += records;
            }
        }
        let (all_entities, entity_records) = (by_entity.len(), by_entity.values().sum());
        let entities: Vec<_> = by_entity.into_iter().filter(|(_, records)| *records >= MIN_SHOWN_RECORDS).collect();
        let mut frequent: Vec<(String, u64)> = texts
            .into_iter()
            .flatten()
            .filter(|(_, records)| **records >= MIN_SHOWN_RECORDS)
            .map(|(text, records)| (text.to_string(), *records))
            .collect();
        frequent.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        let distinct = texts.map(HashMap::len);
        let rare_texts = distinct.map_or(0, |distinct| distinct - frequent.len());
        frequent.truncate(MAX_SHOWN_TEXTS);
        ColumnSurvey {
            filled: self.filled,
            empty: records.saturating_sub(self.filled),
            distinct,
            rare_texts,
            date_formats,
            is_date_order_unsure,
            date_share: ratio(dates, self.filled),
            days,
            entity_share: ratio(entity_records, self.filled),
            country_share: share(&|text| catalogs.countries.find(text).is_some()),
            office_share: share(&|text| catalogs.offices.find(text).is_some()),
            rare_entities: all_entities - entities.len(),
            is_row_number: self.next_row_number.is_some(),
            digit_share: ratio(self.cells_with_digits, self.filled),
            entities,
            frequent,
            header: self.header,
        }
    }

    /// The formats that together read the most cells, with the cells that each adds. Formats that
    /// read a text as different days are not chosen together.
    fn chosen_formats(&self, formats: &DateFormats) -> Vec<(usize, u64)> {
        let mut chosen: Vec<(usize, u64)> = Vec::new();
        let mut covered = 0_u32;
        if ratio(self.cells_by_formats.get(&0).copied().unwrap_or_default(), self.filled) > 0.5 {
            return chosen;
        }
        loop {
            let added = |place: usize| self.cells_where(|read_by| read_by & 1 << place != 0 && read_by & covered == 0);
            let fits = |place: &usize| !chosen.iter().any(|(other, _)| formats.conflict(*place, *other));
            let best = (0..formats.0.len()).rev().filter(fits).max_by_key(|place| added(*place));
            let Some(place) = best.filter(|place| added(*place) >= if chosen.is_empty() { 1 } else { 3 }) else {
                return chosen;
            };
            let cells = added(place);
            covered |= 1 << place;
            chosen.push((place, cells));
        }
    }

    /// Whether a format with another order of day and month reads all cells of a format.
    fn has_rival(&self, formats: &DateFormats, place: usize, cells: u64) -> bool {
        (0..formats.0.len()).filter(|other| *other != place).any(|other| {
            let both = 1_u32 << place | 1 << other;
            self.cells_where(|read_by| read_by & both == both) == cells && formats.conflict(place, other)
        })
    }

    /// The cells whose set of formats satisfies a condition.
    fn cells_where(&self, is_counted: impl Fn(u32) -> bool) -> u64 {
        self.cells_by_formats.iter().filter(|(formats, _)| is_counted(**formats)).map(|(_, cells)| cells).sum()
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn sum_of_days<'a>(days: impl Iterator<Item = &'a BTreeMap<i32, u64>>) -> BTreeMap<i32, u64> {
    let mut sum: BTreeMap<i32, u64> = BTreeMap::new();
    for (day, records) in days.flatten() {
        *sum.entry(*day).or_default() += records;
    }
    sum
}

/// The days of nearly all records, from the first to the last.
fn day_range(days: &BTreeMap<i32, u64>) -> Option<DayRange> {
    let total: u64 = days.values().sum();
    let (first_of_all, last_of_all) = (*days.keys().next()?, *days.keys().next_back()?);
    let frequent = || days.iter().filter(|(_, records)| **records >= MIN_SHOWN_RECORDS).map(|(day, _)| *day);
    let beyond = |from: Option<i32>, is_beyond: &dyn Fn(i32, i32) -> bool| -> u64 {
        let Some(from) = from else { return total };
        days.iter().filter(|(day, _)| is_beyond(**day, from)).map(|(_, records)| records).sum()
    };
    let (before, after) = (beyond(frequent().next(), &|day, first| day < first), {
        beyond(frequent().next_back(), &|day, last| day > last)
    });
    let is_mistyped = |records: u64| records <= total / MISTYPED_DAYS_DIVISOR;
    let (first, is_first_exact) = match frequent().next() {
        Some(day) if is_mistyped(before) => (day_from_number(day), true),
        _ => (Quincena::containing(day_from_number(first_of_all)).first_day(), false),
    };
    let (last, is_last_exact) = match frequent().next_back() {
        Some(day) if is_mistyped(after) => (day_from_number(day), true),
        _ => (Quincena::containing(day_from_number(last_of_all)).corte().day(), false),
    };
    let (before, after) = (if is_first_exact { before } else { 0 }, if is_last_exact { after } else { 0 });
    Some(DayRange { first, is_first_exact, last, is_last_exact, before, after })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_core::calendar::day_number;

    fn range_text(days: &[(&str, u64)]) -> String {
        let days = days
            .iter()
            .map(|(day, records)| (day_number(lnere_core::calendar::parse_iso_day(day).expect("a day")), *records));
        let range = day_range(&days.collect()).expect("days");
        format!("{} {} {}", range.first, range.last, range.before + range.after)
    }

    #[test]
    fn a_range_shows_no_rare_day_and_leaves_out_mistyped_ones() {
        assert_eq!(range_text(&[("2020-09-03", 12), ("2020-10-02", 30)]), "2020-09-03 2020-10-02 0");
        assert_eq!(range_text(&[("2020-09-03", 9), ("2020-10-02", 9)]), "2020-09-01 2020-10-15 0");
        assert_eq!(range_text(&[("2020-09-03", 2), ("2020-09-20", 90), ("2020-10-02", 1)]), "2020-09-01 2020-10-15 0");
        assert_eq!(
            range_text(&[("1900-01-01", 2), ("2020-09-20", 5_000), ("2020-10-02", 3)]),
            "2020-09-20 2020-09-20 5"
        );
    }
}
