/*!
Reads an Excel workbook: one sheet, cell by cell. The rules for CSV records validate its rows.

Dates are the day numbers of Excel in the calendar of the workbook, 1900 or 1904. A cell with an
error of Excel (`#N/A`), or with a formula without a stored result, makes its record malformed. Its
intended value is unknown, and an empty cell would have another meaning.
*/

use std::borrow::Cow;
use std::io::{BufReader, Read};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Cell, CellErrorType, DataRef, ExcelDateTime, ExcelDateTimeType, Reader, SheetType, SheetVisible, Xlsx,
    XlsxCellReader, XlsxError,
};
use memchr::memmem;
use zip::ZipArchive;

use super::accepted_rows::{FileRows, ShardedRows};
use super::dates::DateReader;
use super::export_fault::ExportFault;
use super::export_survey::{HeaderScore, SurveyTable};
use super::export_warning::ExportWarning;
use super::file_bytes::{FileBytes, FileBytesReader};
use super::open::too_large;
use super::record_rules::{RecordRule, Rejection};
use super::record_validation::{CellDecoder, FileContext, SourceContract, column_places};
use super::typed_cell_text::{self, RoundedCounts};
use super::zip::{reader, zip_fault};
use lnere_core::process::{ExportContract, Process, Source, SourceColumn};
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;

/// The number of rows in a batch.
const BATCH_ROWS: usize = 1 << 15;

/// The last row of a sheet that may be the header.
const HEADER_ROWS: u32 = 20;

/// The rows of a sheet among which a survey searches the header.
const SURVEYED_HEADER_ROWS: usize = 60;

/// The largest whole number of fifteen digits, which is the precision of Excel.
const MAX_EXACT_NUMBER: f64 = 999_999_999_999_999.0;

/// The size of the largest sheet. A cell beyond it would cause an allocation up to its place.
const SHEET_ROWS: u32 = 1 << 20;
const SHEET_COLUMNS: u32 = 1 << 14;

/// The most MiB of the shared texts of a workbook, and of the list of them. Both are kept in
/// memory, unlike a sheet.
const MAX_TEXTS_MIB: u64 = 512;

/// The memory of each entry in the list of shared texts.
const TEXT_ENTRY_BYTES: u64 = size_of::<String>() as u64;

/// The most MiB of any other part that is not a sheet.
const MAX_PART_MIB: u64 = 64;

/// The longest text without a tag; a cell has at most 32,767 characters.
const MAX_UNTAGGED_BYTES: u64 = 1 << 20;

/// The marker of a formula without a stored result: the error that Excel shows until it has the
/// value.
const WITHOUT_RESULT: DataRef<'static> = DataRef::Error(CellErrorType::GettingData);

/// The number of bytes at the start of a part that must contain its first tag.
const PART_HEAD_BYTES: usize = 4 << 10;

/// Reads a whole export; a line is a row of the sheet, from 1.
pub(super) fn read<C: SourceContract>(
    store: &FileBytes,
    source: Source,
    context: &FileContext,
    warnings: &mut Vec<ExportWarning>,
) -> Result<FileRows<C::Row>, ExportFault> {
    check_part_sizes(store, context.process)?;
    let contract = C::export(context.process);
    let mut workbook = call_library(|| Xlsx::new(reader(store)))?;
    let name = sheet(&workbook, contract, source, warnings)?;
    let is_1904 = workbook.has_1904_epoch();
    let found = header(&mut SheetRows::of_sheet(&mut workbook, &name)?, contract, is_1904);
    let places = match found {
        Err(fault) if contract.sheet_name.is_none() => {
            return Err(header_on_other_sheet(&mut workbook, contract, source, &name).unwrap_or(fault));
        }
        places => places?,
    };
    let mut rows = SheetRows::of_sheet(&mut workbook, &name)?;
    header(&mut rows, contract, is_1904)?;
    let mut texts = RowTexts::new(contract, is_1904);
    let slots = slot_by_sheet_column(&places);
    let formats = typed_cell_text::date_formats(contract);
    let mut decoder = CellDecoder::new::<C>(context);
    decoder.dates = DateReader::new(&formats, context.clock);
    let mut found = FileRows::new(context);
    let mut batch = Vec::new();
    loop {
        texts.clear(places.len());
        let mut is_empty = true;
        let row = rows.next(|column, value| {
            let slot = slots.get(column).copied().flatten();
            // Formulas in other columns may continue below the records.
            is_empty &= is_blank(value, &decoder) || (slot.is_none() && is_without_result(value));
            if let Some(slot) = slot {
                texts.put(slot, value);
            }
        })?;
        if row.is_none() || batch.len() >= BATCH_ROWS {
            found.append(ShardedRows::partition(&batch), []);
            batch.clear();
        }
        let Some(row) = row else { break };
        if is_empty {
            continue;
        }
        found.records_read += 1;
        found.check_limits(context)?;
        let validated = match texts.first_error_column {
            Some(slot) => Err((RecordRule::FilaMalformada, u8::try_from(slot).ok())),
            None => C::validate(&mut decoder, context, |column| texts.get(column.index()), row)
                .map_err(|fault| (fault.rule, fault.column)),
        };
        match validated {
            Ok(accepted) => batch.push(accepted),
            Err((rule, column)) => {
                found.counts.add(rule);
                found.rejections.push(Rejection { line: u64::from(row) + 1, rule, column });
            }
        }
    }
    if found.records_read == 0 {
        return Err(ExportFault::NoRecords);
    }
    found.record_findings.merge(decoder.findings);
    for ((column, cells), slot) in contract.columns.all().iter().zip(&texts.formulas).zip(0..) {
        if *cells > 0 {
            found.record_findings.diagnosis.count_formulas(slot, *cells);
            let column = contract.columns.first_header(*column).to_owned();
            warnings.push(ExportWarning::FormulasWithoutResult { column, cells: *cells });
        }
    }
    texts.rounded.warn(contract, warnings);
    Ok(found)
}

/// The sheet and the line of a surveyed header.
pub(super) struct SurveyedSheet {
    /// The sheet, if it is not the first visible one.
    pub other_sheet: Option<String>,
    /// From 1.
    pub header_line: u64,
}

/// Reads all rows of the sheet with the best header, for a survey; `None` if no row looks like a
/// header.
pub(super) fn survey(
    store: &FileBytes,
    process: &Process,
    table: &mut SurveyTable,
) -> Result<Option<SurveyedSheet>, ExportFault> {
    check_part_sizes(store, process)?;
    let mut workbook = call_library(|| Xlsx::new(reader(store)))?;
    let is_1904 = workbook.has_1904_epoch();
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let mut names: Vec<(bool, String)> =
        sheets.map(|sheet| (sheet.visible != SheetVisible::Visible, sheet.name.clone())).collect();
    // A stable sort: the first visible sheet is the one that is read by default.
    names.sort_by_key(|(is_hidden, _)| *is_hidden);
    let mut best: Option<(HeaderScore, usize, u32, Vec<String>)> = None;
    for (index, (_, name)) in names.iter().enumerate() {
        let mut rows = SheetRows::of_sheet(&mut workbook, name)?;
        let (mut lines, mut numbers) = (Vec::new(), Vec::new());
        while lines.len() < SURVEYED_HEADER_ROWS {
            let Some((row, cells)) = rows.next_texts(is_1904)? else { break };
            lines.push(cells);
            numbers.push(row);
        }
        // The rows of a sheet have no common width.
        let width = lines.iter().map(Vec::len).max().unwrap_or_default();
        for cells in &mut lines {
            cells.resize(width, String::new());
        }
        let candidates = numbers.iter().filter(|row| **row < HEADER_ROWS).count();
        if let Some((place, score)) = table.find_header(&lines, candidates)
            && best.as_ref().is_none_or(|(other, ..)| score.0 > other.0)
        {
            best = Some((score, index, numbers[place], lines.swap_remove(place)));
        }
    }
    let Some((_, index, header_row, mut header)) = best else { return Ok(None) };
    header.truncate(header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1));
    table.begin(&header);
    let (_, name) = &names[index];
    let mut rows = SheetRows::of_sheet(&mut workbook, name)?;
    while let Some((row, cells)) = rows.next_texts(is_1904)? {
        if row > header_row {
            let cells = cells.iter().take(header.len()).enumerate();
            table.add_record(cells.map(|(place, cell)| (place, Cow::Borrowed(cell.as_str()))));
        }
    }
    let other_sheet = (index > 0).then(|| name.clone());
    Ok(Some(SurveyedSheet { other_sheet, header_line: u64::from(header_row) + 1 }))
}

/// Calls the workbook library. A panic means damage that the library did not expect.
fn call_library<T>(call: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, ExportFault> {
    let called = catch_unwind(AssertUnwindSafe(call));
    called.map_err(|_| contradiction())?.map_err(fault)
}

fn contradiction() -> ExportFault {
    ExportFault::Workbook(message!("ingest-parts-contradict"))
}

/// Converts an error of the library to a fault, without the text of any cell.
fn fault(error: XlsxError) -> ExportFault {
    let why = match error {
        XlsxError::Io(error) => return error.into(),
        XlsxError::Zip(error) => return zip_fault(error),
        XlsxError::Password => message!("ingest-workbook-password"),
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound | XlsxError::WorksheetNotFound(_) => {
            message!("ingest-workbook-part-missing")
        }
        XlsxError::NotAWorksheet(_) => message!("ingest-workbook-no-cells"),
        XlsxError::CellError(_) => message!("ingest-workbook-unknown-error-value"),
        _ => message!("ingest-workbook-xml-damaged"),
    };
    ExportFault::Workbook(why)
}

/// The name of the sheet to read: the one in the process file, otherwise the first visible one.
fn sheet<C>(
    workbook: &Xlsx<BufReader<FileBytesReader>>,
    contract: &ExportContract<C>,
    section: Source,
    warnings: &mut Vec<ExportWarning>,
) -> Result<String, ExportFault> {
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names = || sheets.clone().map(|sheet| escaped_name(&sheet.name).to_string()).collect::<Vec<_>>();
    if let Some(wanted) = &contract.sheet_name {
        let exact = sheets.clone().find(|sheet| sheet.name == *wanted);
        let folded = || {
            sheets.clone().find(|sheet| {
                lnere_core::text_folding::fold_header(&sheet.name) == lnere_core::text_folding::fold_header(wanted)
            })
        };
        return match exact.or_else(folded) {
            Some(sheet) => Ok(sheet.name.clone()),
            None => {
                Err(ExportFault::SheetMissing { sheet: escaped_name(wanted).to_string(), section, sheets: names() })
            }
        };
    }
    let visible = sheets.clone().find(|sheet| sheet.visible == SheetVisible::Visible);
    let sheet = visible.or_else(|| sheets.clone().next());
    let sheet = sheet.ok_or_else(|| ExportFault::Workbook(message!("ingest-workbook-no-sheet")))?;
    let all = names();
    if all.len() > 1 {
        warnings.push(ExportWarning::OtherSheets { read: escaped_name(&sheet.name).to_string(), sheets: all, section });
    }
    Ok(sheet.name.clone())
}

/// The fault that names another sheet, if the header is on that sheet.
fn header_on_other_sheet<C: SourceColumn>(
    workbook: &mut Xlsx<BufReader<FileBytesReader>>,
    contract: &ExportContract<C>,
    section: Source,
    read: &str,
) -> Option<ExportFault> {
    let is_1904 = workbook.has_1904_epoch();
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    let mut holds = names.iter().filter(|name| {
        *name != read
            && SheetRows::of_sheet(workbook, name).is_ok_and(|mut rows| header(&mut rows, contract, is_1904).is_ok())
    });
    let found = holds.next()?;
    let (read, found) = (escaped_name(read).to_string(), escaped_name(found).to_string());
    Some(ExportFault::SheetElsewhere { read, found, section })
}

/// The rows of a sheet in order.
struct SheetRows<'a> {
    cells: XlsxCellReader<'a, BufReader<FileBytesReader>>,
    /// The first cell of the next row.
    next: Option<Cell<DataRef<'a>>>,
    /// The previous row.
    previous_row: Option<u32>,
    /// Whether the sheet was read to its end.
    is_over: bool,
}

impl<'a> SheetRows<'a> {
    fn of_sheet(workbook: &'a mut Xlsx<BufReader<FileBytesReader>>, sheet: &str) -> Result<Self, ExportFault> {
        let cells = call_library(|| workbook.worksheet_cells_reader(sheet))?;
        Ok(Self { cells, next: None, previous_row: None, is_over: false })
    }

    /// Passes the cells of the next non-empty row and their columns to `take`. Returns the row
    /// number, from 0.
    fn next(&mut self, mut take: impl FnMut(usize, &DataRef<'a>)) -> Result<Option<u32>, ExportFault> {
        let first = match self.next.take() {
            Some(cell) => Some(cell),
            None => self.cell()?,
        };
        let Some(mut cell) = first else { return Ok(None) };
        let (row, _) = cell.get_position();
        // A repeated row would give wrong line numbers and could count twice.
        if self.previous_row.is_some_and(|before| row <= before) {
            return Err(contradiction());
        }
        self.previous_row = Some(row);
        loop {
            let column = cell.get_position().1;
            take(column as usize, cell.get_value());
            match self.cell()? {
                // A repeated column could fill the memory with one row.
                Some(next) if next.get_position().0 == row && next.get_position().1 <= column => {
                    return Err(contradiction());
                }
                Some(next) if next.get_position().0 == row => cell = next,
                next => {
                    self.next = next;
                    return Ok(Some(row));
                }
            }
        }
    }

    /// The next non-empty row as texts, with its number from 0.
    fn next_texts(&mut self, is_1904: bool) -> Result<Option<(u32, Vec<String>)>, ExportFault> {
        let mut cells = Vec::new();
        let row = self.next(|column, value| {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cell_text(value, is_1904).unwrap_or_default().trim().clone_into(&mut cells[column]);
        })?;
        Ok(row.map(|row| (row, cells)))
    }

    fn cell(&mut self) -> Result<Option<Cell<DataRef<'a>>>, ExportFault> {
        // The library would search for another row after the end.
        if self.is_over {
            return Ok(None);
        }
        let cell = call_library(|| self.cells.next_cell_with_formula_metadata())?;
        self.is_over = cell.is_none();
        let cell = cell.map(|cell| {
            let is_without_result = cell.formula.is_some() && cell.value == DataRef::Empty;
            Cell::new(cell.pos, if is_without_result { WITHOUT_RESULT } else { cell.value })
        });
        let place = cell.as_ref().map(Cell::get_position);
        if place.is_some_and(|(row, column)| row >= SHEET_ROWS || column >= SHEET_COLUMNS) {
            return Err(contradiction());
        }
        Ok(cell)
    }
}

/// Finds the header: the row that the process file names, or the first row that names the contract
/// columns. Returns the place of each column.
fn header<C: SourceColumn>(
    rows: &mut SheetRows,
    contract: &ExportContract<C>,
    is_1904: bool,
) -> Result<Vec<usize>, ExportFault> {
    let last = contract.header_line.unwrap_or(HEADER_ROWS);
    let mut best: Option<(usize, ExportFault)> = None;
    loop {
        let mut names: Vec<String> = Vec::new();
        let row = rows.next(|column, value| {
            if names.len() <= column {
                names.resize(column + 1, String::new());
            }
            names[column] = cell_text(value, is_1904).unwrap_or_default();
        })?;
        let line = row.map(|row| row + 1);
        if line.is_none_or(|line| line > last) {
            let missing =
                || column_places(contract, std::iter::empty::<&str>()).err().unwrap_or(ExportFault::NoRecords);
            return Err(match (best, contract.header_line) {
                (Some((_, fault)), _) => fault,
                (None, Some(at)) if line.is_none() => ExportFault::NoHeaderLine { line: at, section: C::SOURCE },
                (None, Some(at)) => missing().on_line(u64::from(at)),
                (None, None) if line.is_none() => ExportFault::Empty,
                (None, None) => missing(),
            });
        }
        if names.iter().all(|name| name.trim().is_empty()) || contract.header_line.is_some_and(|at| line != Some(at)) {
            continue;
        }
        match column_places(contract, names.iter().map(String::as_str)) {
            Ok(places) => return Ok(places),
            Err(fault) => {
                let matches = names.iter().filter(|name| contract.columns.find(name).is_some()).count();
                if best.as_ref().is_none_or(|(most, _)| matches > *most) {
                    best = Some((matches, fault));
                }
            }
        }
    }
}

/// For each column of the sheet, its place in the contract.
fn slot_by_sheet_column(places: &[usize]) -> Vec<Option<usize>> {
    let width = places.iter().max().map_or(0, |last| last + 1);
    let mut slots = vec![None; width];
    places.iter().enumerate().for_each(|(slot, place)| slots[*place] = Some(slot));
    slots
}

/// The texts of one row, by the place of their column in the contract.
struct RowTexts {
    bytes: Vec<u8>,
    ranges: Vec<Range<usize>>,
    /// The first column whose cell holds an error of Excel.
    first_error_column: Option<usize>,
    /// Formulas without a stored result, by column.
    formulas: Vec<u64>,
    /// Numbers with more digits than Excel stores.
    rounded: RoundedCounts,
    /// Whether each column holds dates.
    is_date_column: Vec<bool>,
    /// Whether a number in a date column may be in a declared format such as `YYYYMMDD` and not an
    /// Excel day.
    numbers_may_be_dates: bool,
    is_1904: bool,
}

impl RowTexts {
    fn new<C: SourceColumn>(contract: &ExportContract<C>, is_1904: bool) -> Self {
        let written = contract.date_formats.iter().map(|format| format.format_day(chrono::NaiveDate::default()));
        Self {
            bytes: Vec::new(),
            ranges: Vec::new(),
            first_error_column: None,
            formulas: vec![0; contract.columns.all().len()],
            rounded: RoundedCounts::default(),
            is_date_column: contract.columns.all().iter().map(|column| contract.columns.is_date(*column)).collect(),
            numbers_may_be_dates: written.into_iter().any(|text| text.bytes().all(|byte| byte.is_ascii_digit())),
            is_1904,
        }
    }

    fn clear(&mut self, columns: usize) {
        self.bytes.clear();
        self.ranges.clear();
        self.ranges.resize(columns, 0..0);
        self.first_error_column = None;
    }

    fn get(&self, slot: usize) -> &[u8] {
        self.ranges.get(slot).and_then(|range| self.bytes.get(range.clone())).unwrap_or_default()
    }

    fn put(&mut self, slot: usize, value: &DataRef) {
        let start = self.bytes.len();
        match value {
            DataRef::SharedString(text) => self.bytes.extend_from_slice(text.as_bytes()),
            DataRef::String(text) => self.bytes.extend_from_slice(text.as_bytes()),
            DataRef::Error(_) => {
                self.first_error_column = self.first_error_column.or(Some(slot));
                if let Some(cells) = self.formulas.get_mut(slot).filter(|_| is_without_result(value)) {
                    *cells += 1;
                }
            }
            _ => {
                let text = self.number(slot, value).or_else(|| cell_text(value, self.is_1904)).unwrap_or_default();
                self.bytes.extend_from_slice(text.as_bytes());
            }
        }
        if let Some(range) = self.ranges.get_mut(slot) {
            *range = start..self.bytes.len();
        }
    }

    /// The text of a number. In a date column it is a day, unless the cell is formatted as a
    /// duration. Otherwise it is the digits.
    fn number(&mut self, slot: usize, value: &DataRef) -> Option<String> {
        let (number, may_be_day) = match value {
            DataRef::Float(number) => (*number, !self.numbers_may_be_dates),
            DataRef::Int(number) => (*number as f64, !self.numbers_may_be_dates),
            DataRef::DateTime(time) => (time.as_f64(), time.is_datetime()),
            _ => return None,
        };
        self.rounded.add(slot, u64::from(number.abs() > MAX_EXACT_NUMBER));
        let is_date = self.is_date_column.get(slot).copied().unwrap_or_default();
        let day = (is_date && may_be_day).then(|| date(number, self.is_1904)).flatten();
        Some(day.unwrap_or_else(|| typed_cell_text::number(number)))
    }
}

/// Whether a cell is empty, or holds a word that the process file declares as empty.
fn is_blank(value: &DataRef, decoder: &CellDecoder) -> bool {
    match value {
        DataRef::Empty => true,
        DataRef::String(text) => decoder.trimmed_text(text.as_bytes()).is_empty(),
        DataRef::SharedString(text) => decoder.trimmed_text(text.as_bytes()).is_empty(),
        _ => false,
    }
}

/// Whether a cell holds a formula without a known result.
fn is_without_result(value: &DataRef) -> bool {
    *value == WITHOUT_RESULT
}

/// The text of a cell of an unknown column; `None` if it holds an error of Excel.
fn cell_text(value: &DataRef, is_1904: bool) -> Option<String> {
    Some(match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => typed_cell_text::number(*number),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(time) => {
            date(time.as_f64(), is_1904).unwrap_or_else(|| typed_cell_text::number(time.as_f64()))
        }
        DataRef::Empty => String::new(),
        DataRef::Error(_) => return None,
    })
}

/// The date and time of a day number in the calendar of a workbook; `None` if it is not a date.
fn date(days: f64, is_1904: bool) -> Option<String> {
    // The first day, and the day after the end of 9999. A number outside is a time of day or not an
    // Excel date.
    let calendar = if is_1904 { 0.0..2_957_004.0 } else { 1.0..2_958_466.0 };
    if !calendar.contains(&days) {
        return None;
    }
    let time = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, is_1904);
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    let is_midnight = (hour, minute, second) == (0, 0, 0);
    Some(if is_midnight { day } else { format!("{day} {hour:02}:{minute:02}:{second:02}") })
}

/// Checks the size of each part before the library allocates memory, because a ZIP of some
/// kilobytes can hold gigabytes.
fn check_part_sizes(store: &FileBytes, process: &Process) -> Result<(), ExportFault> {
    let mut archive = ZipArchive::new(reader(store)).map_err(zip_fault)?;
    let mut left = process.limits.max_uncompressed_bytes;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(zip_fault)?;
        if part.is_dir() {
            continue;
        }
        let mut gauge = PartSize::new(&String::from_utf8_lossy(part.name_raw()));
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = part.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            left = left.checked_sub(read as u64).ok_or_else(|| too_large(process))?;
            gauge.add(&buffer[..read])?;
        }
        gauge.finish()?;
    }
    Ok(())
}

/// The measured sizes of one part.
struct PartSize {
    name: String,
    is_texts: bool,
    head: Vec<u8>,
    bytes: u64,
    /// The number of shared texts.
    texts: u64,
    /// The number of bytes since the last tag began.
    untagged_bytes: u64,
}

impl PartSize {
    fn new(name: &str) -> Self {
        let is_texts = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
        Self { name: escaped_name(name).to_string(), is_texts, head: Vec::new(), bytes: 0, texts: 0, untagged_bytes: 0 }
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), ExportFault> {
        let missing = PART_HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(missing)]);
        self.bytes += bytes.len() as u64;
        let is_sheet = self.head_has(b"worksheet");
        let limit_mib = if self.is_texts { MAX_TEXTS_MIB } else { MAX_PART_MIB };
        if !is_sheet && self.bytes > limit_mib << 20 {
            return Err(ExportFault::WorkbookPart { part: self.name.clone(), limit_mib });
        }
        if self.is_texts {
            // An element that two chunks divide is not counted; such elements are few.
            let elements = [&b"<si"[..], b":si"].map(|tag| memmem::find_iter(bytes, tag).count() as u64);
            self.texts += elements.iter().sum::<u64>();
            self.check_text_list(self.texts)?;
        }
        if is_sheet || self.is_texts {
            let (first, last) = (memchr::memchr(b'<', bytes), memchr::memrchr(b'<', bytes));
            let run = self.untagged_bytes + first.unwrap_or(bytes.len()) as u64;
            self.untagged_bytes = last.map_or(run, |last| (bytes.len() - last) as u64);
            if run > MAX_UNTAGGED_BYTES {
                return Err(contradiction());
            }
        }
        Ok(())
    }

    /// Checks the memory of the list of shared texts, which grows with each text, however short.
    fn check_text_list(&self, texts: u64) -> Result<(), ExportFault> {
        if texts.saturating_mul(TEXT_ENTRY_BYTES) <= MAX_TEXTS_MIB << 20 {
            return Ok(());
        }
        Err(ExportFault::WorkbookPart { part: self.name.clone(), limit_mib: MAX_TEXTS_MIB })
    }

    /// Checks the number of texts in the first tag, because the library allocates memory for as
    /// many.
    fn finish(&self) -> Result<(), ExportFault> {
        const CLAIM: &[u8] = b"uniqueCount";
        const LEAST_BYTES: u64 = 5;
        if !self.is_texts {
            return Ok(());
        }
        if !self.head_has(b"sst") {
            return Err(contradiction());
        }
        let claims = memmem::find_iter(&self.head, CLAIM).map(|at| {
            let digits = self.head[at + CLAIM.len()..].iter().skip_while(|byte| !byte.is_ascii_digit());
            let digits = digits.take_while(|byte| byte.is_ascii_digit());
            digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
        });
        let claim = claims.max().unwrap_or_default();
        if claim > self.bytes / LEAST_BYTES { Err(contradiction()) } else { self.check_text_list(claim) }
    }

    /// Whether a tag of this name begins in the first bytes.
    fn head_has(&self, tag: &[u8]) -> bool {
        memmem::find_iter(&self.head, tag).any(|at| {
            at.checked_sub(1).and_then(|before| self.head.get(before)).is_some_and(|byte| matches!(byte, b'<' | b':'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_by_either_calendar() {
        for (days, is_1904, expected) in [
            (44_084.0, false, Some("2020-09-10")),
            (42_622.0, true, Some("2020-09-10")),
            (44_084.572_916_666_7, false, Some("2020-09-10 13:45:00")),
            (44_084.999_999_999, false, Some("2020-09-11")),
            (61.0, false, Some("1900-03-01")),
            (0.5, false, None),
            (-1.0, false, None),
            (2_958_466.0, false, None),
            (f64::NAN, true, None),
        ] {
            assert_eq!(date(days, is_1904).as_deref(), expected, "{days}");
        }
    }

    fn gauged(name: &str, chunks: &[&[u8]]) -> Result<(), ExportFault> {
        let mut gauge = PartSize::new(name);
        chunks.iter().try_for_each(|chunk| gauge.add(chunk))?;
        gauge.finish()
    }

    #[test]
    fn parts_that_claim_or_hold_more_than_a_workbook_has_are_refused() {
        let texts = "xl/sharedStrings.xml";
        let sst = |claim: &str| format!("<?xml?><sst count=\"9\" uniqueCount = \"{claim}\"><si><t>a</t></si></sst>");
        assert!(gauged(texts, &[sst("1").as_bytes()]).is_ok());
        assert!(gauged(texts, &[sst("99999999999999999999").as_bytes()]).is_err());
        assert!(gauged(texts, &[b"<x/>"]).is_err());
        // Empty texts also take memory, declared or not.
        let empty = b"<si/>".repeat(1 << 20);
        let many = |claim: &str, chunks: usize| {
            let head = sst(claim);
            gauged(texts, &[&[head.as_bytes()], vec![empty.as_slice(); chunks].as_slice()].concat())
        };
        assert!(many("20000000", 20).is_ok());
        assert!(many("1", 22).is_err());
        let others = b"<xi/>".repeat(1 << 20);
        let head = sst("22400000");
        let claim = [&[head.as_bytes()], vec![others.as_slice(); 22].as_slice()].concat();
        assert!(matches!(gauged(texts, &claim), Err(ExportFault::WorkbookPart { .. })), "a list of 513 MiB");
        let long = vec![b'x'; 600 << 10];
        assert!(gauged(texts, &[sst("1").as_bytes(), &long, b"<", &long]).is_ok());
        assert!(gauged(texts, &[sst("1").as_bytes(), &long, &long]).is_err());
        let sheet: &[u8] = b"<x:worksheet>";
        assert!(gauged("xl/worksheets/sheet1.xml", &[sheet, &long, &long]).is_err());
        let styles = vec![b'<'; 1 << 20];
        assert!(gauged("xl/styles.xml", &vec![styles.as_slice(); 65]).is_err());
        assert!(
            gauged("xl/worksheets/sheet1.xml", &[&[sheet], vec![styles.as_slice(); 65].as_slice()].concat()).is_ok()
        );
    }
}
