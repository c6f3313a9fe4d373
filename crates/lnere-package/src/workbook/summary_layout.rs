/*!
Lays out the summary sheet: blocks of numbers, charts beside them, and page breaks.
*/

use chrono::NaiveDate;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::charts::{self, CellRange, ExcelChart};
use super::style::{self, Styles};

/// The number of columns with numbers.
pub(super) const VALUE_COLUMN_COUNT: u16 = 4;
/// The first column of charts.
const CHART_COLUMN: u16 = VALUE_COLUMN_COUNT + 2;
/// The last printed column, into which charts reach.
pub(super) const LAST_PRINTED_COLUMN: u16 = CHART_COLUMN + 7;
/// The widths in pixels of the labels, the numbers, and the gap before the charts.
const COLUMN_WIDTHS: [u32; 3] = [270, 98, 16];
/// The print scale in per cent, at which all columns fit on a landscape letter page.
const PRINT_SCALE: u16 = 74;
/// The number of rows of a printed page at that scale.
const ROWS_PER_PAGE: u32 = 44;
/// The number of letters of a note that fit on a line.
const NOTE_CHARACTERS_PER_LINE: usize = 122;
/// The number of letters of a header that fit on a line.
const HEADER_CHARACTERS_PER_LINE: usize = 15;

/// The content of a cell.
#[derive(Clone, Debug)]
pub(super) enum CellValue {
    Text(String),
    Count(i64),
    SignedCount(i64),
    Share(f64),
    SignedShare(f64),
    Day(NaiveDate),
    /// No value, for example a change without an earlier count.
    None,
}

/// A small table with its name.
#[derive(Clone, Debug, Default)]
pub(super) struct SummaryBlock {
    pub heading: String,
    pub columns: Vec<String>,
    pub lines: Vec<Vec<CellValue>>,
    /// The total of the lines.
    pub total_line: Option<Vec<CellValue>>,
    pub notes: Vec<String>,
}

/// The names of a block's columns.
pub(super) fn column_headings<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(String::from).to_vec()
}

/// Blocks below each other, with a chart beside them.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub blocks: Vec<SummaryBlock>,
    /// A chart over an area, or over the lines of the last block.
    pub chart: Option<(ExcelChart, Option<CellRange>)>,
}

impl SummaryBlock {
    /// The height of the header.
    fn header_height(&self) -> u32 {
        if self.columns.iter().skip(1).any(|name| name.chars().count() > HEADER_CHARACTERS_PER_LINE) { 2 } else { 1 }
    }

    fn size(&self) -> BlockSize {
        let (header, header_height) = if self.columns.is_empty() { (0, 0) } else { (1, self.header_height()) };
        let lines = 1 + self.lines.len() as u32 + u32::from(self.total_line.is_some());
        let notes: u32 = self.notes.iter().map(|note| note_height(note)).sum();
        BlockSize { rows: lines + header + self.notes.len() as u32, height: lines + header_height + notes }
    }
}

/// A number of rows and their total height, in standard row heights.
#[derive(Clone, Copy)]
struct BlockSize {
    rows: u32,
    height: u32,
}

impl Section {
    /// The size with an empty row after each block.
    fn size(&self) -> BlockSize {
        let mut size = BlockSize { rows: 0, height: 0 };
        for block in self.blocks.iter().map(SummaryBlock::size) {
            size.rows += block.rows + 1;
            size.height += block.height + 1;
        }
        let drawing = self.chart.as_ref().map_or(0, |(drawing, _)| drawing.height_in_rows + 2);
        let missing = drawing.saturating_sub(size.height);
        BlockSize { rows: size.rows + missing, height: size.height + missing }
    }
}

fn note_height(note: &str) -> u32 {
    note.chars().count().div_ceil(NOTE_CHARACTERS_PER_LINE) as u32
}

/// Writes the summary from top to bottom.
pub(super) struct SummaryLayout<'w> {
    sheet: &'w mut Worksheet,
    styles: &'w Styles,
    next_row: u32,
    /// The used height of the page, in row heights.
    used_height: u32,
    page_breaks: Vec<u32>,
}

impl<'w> SummaryLayout<'w> {
    /// Starts below `row`.
    pub fn new(sheet: &'w mut Worksheet, styles: &'w Styles, next_row: u32) -> Result<Self, XlsxError> {
        let [label, number, gap] = COLUMN_WIDTHS;
        sheet.set_column_width_pixels(0, label)?;
        sheet.set_column_range_width_pixels(1, VALUE_COLUMN_COUNT, number)?;
        sheet.set_column_width_pixels(CHART_COLUMN - 1, gap)?;
        sheet.set_print_scale(PRINT_SCALE);
        Ok(Self { sheet, styles, next_row, used_height: next_row + 1, page_breaks: Vec::new() })
    }

    /// Writes a section; starts a new page if the current one is too short.
    pub fn write_section(&mut self, section: &Section) -> Result<(), XlsxError> {
        let size = section.size();
        if self.used_height > 0 && self.used_height + size.height > ROWS_PER_PAGE + 1 {
            self.page_breaks.push(self.next_row);
            self.used_height = 0;
        }
        let first = self.next_row;
        let mut row = first;
        let mut area = None;
        for block in &section.blocks {
            area = Some(self.write_block(block, row)?);
            row += block.size().rows + 1;
        }
        if let Some((drawing, own)) = &section.chart
            && let Some(area) = own.as_ref().or(area.as_ref())
        {
            self.sheet.insert_chart(first + 1, CHART_COLUMN, &drawing.to_excel(area))?;
        }
        self.next_row += size.rows;
        self.used_height += size.height;
        Ok(())
    }

    /// Completes the sheet.
    pub fn finish(self) -> Result<(), XlsxError> {
        self.sheet.set_page_breaks(&self.page_breaks)?;
        self.sheet.set_print_area(0, 0, self.next_row.max(1) - 1, LAST_PRINTED_COLUMN)?;
        Ok(())
    }

    fn write_block(&mut self, block: &SummaryBlock, first: u32) -> Result<CellRange, XlsxError> {
        let (sheet, styles) = (&mut *self.sheet, self.styles);
        sheet.write_string_with_format(first, 0, &block.heading, &styles.heading)?;
        for column in 1..=VALUE_COLUMN_COUNT {
            sheet.write_blank(first, column, &styles.heading)?;
        }
        let mut row = first + 1;
        if !block.columns.is_empty() {
            sheet.set_row_height_pixels(row, charts::ROW_HEIGHT * block.header_height())?;
            for (column, name) in (0u16..).zip(&block.columns) {
                let format = if column == 0 { &styles.header } else { &styles.header_number };
                sheet.write_string_with_format(row, column, name, format)?;
            }
            // The bar below the heading has the same width in every block.
            for column in block.columns.len() as u16..=VALUE_COLUMN_COUNT {
                sheet.write_blank(row, column, &styles.header)?;
            }
            row += 1;
        }
        let first_row = row;
        for line in &block.lines {
            write_line(sheet, styles, row, line, false)?;
            row += 1;
        }
        let last_row = row.max(first_row + 1) - 1;
        if let Some(total) = &block.total_line {
            write_line(sheet, styles, row, total, true)?;
            row += 1;
        }
        for note in &block.notes {
            sheet.merge_range(row, 0, row, VALUE_COLUMN_COUNT, note, &styles.note)?;
            sheet.set_row_height_pixels(row, charts::ROW_HEIGHT * note_height(note))?;
            row += 1;
        }
        Ok(CellRange { sheet: sheet.name(), first_row, last_row, label_column: 0 })
    }
}

fn write_line(
    sheet: &mut Worksheet,
    styles: &Styles,
    row: u32,
    line: &[CellValue],
    is_total: bool,
) -> Result<(), XlsxError> {
    let format = |num_format| if is_total { styles.total_format(num_format) } else { styles.value_format(num_format) };
    for (column, value) in (0u16..).zip(line) {
        match value {
            CellValue::Text(text) => {
                let format = if is_total { &styles.total_label } else { &styles.label };
                sheet.write_string_with_format(row, column, text, format)?
            }
            CellValue::Count(value) => {
                sheet.write_number_with_format(row, column, *value as f64, &format(style::COUNT_FORMAT))?
            }
            CellValue::SignedCount(value) => {
                sheet.write_number_with_format(row, column, *value as f64, &format(style::SIGNED_COUNT_FORMAT))?
            }
            CellValue::Share(value) => {
                sheet.write_number_with_format(row, column, *value, &format(style::SHARE_FORMAT))?
            }
            CellValue::SignedShare(value) => {
                sheet.write_number_with_format(row, column, *value, &format(style::SIGNED_SHARE_FORMAT))?
            }
            CellValue::Day(day) => match style::excel_serial_number(*day) {
                Some(serial) => {
                    let format = styles.value_format(style::DAY_FORMAT).set_align(rust_xlsxwriter::FormatAlign::Left);
                    sheet.write_number_with_format(row, column, serial, &format)?
                }
                None => sheet.write_string_with_format(row, column, day.to_string(), &styles.label)?,
            },
            CellValue::None => sheet.write_string_with_format(row, column, "—", &styles.no_value)?,
        };
    }
    for column in line.len() as u16..=VALUE_COLUMN_COUNT {
        sheet.write_blank(row, column, if is_total { &styles.total_label } else { &styles.label })?;
    }
    Ok(())
}
