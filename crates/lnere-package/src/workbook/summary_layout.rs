/*!
Lays out the summary sheet below its first screen: blocks of numbers, charts beside them, and page
breaks.
*/

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Formula, Worksheet, XlsxError, column_number_to_name};

use super::charts::{self, CellRange, ExcelChart};
use super::first_screen::FirstScreenLayout;
use super::style::{self, Styles};

/// The number of columns with numbers.
pub(super) const VALUE_COLUMN_COUNT: u16 = 4;
/// The first column of charts.
pub(super) const CHART_COLUMN: u16 = VALUE_COLUMN_COUNT + 2;
/// The last printed column, into which charts reach.
pub(super) const LAST_PRINTED_COLUMN: u16 = CHART_COLUMN + 7;
/// The widths in pixels of the labels, the numbers, the gap before the charts, and the columns of
/// the charts. Together they fit on a screen of 1366 pixels.
const COLUMN_WIDTHS: [u32; 4] = [270, 98, 16, 67];
/// The number of rows of a landscape letter page on which all columns fit.
const ROWS_PER_PAGE: u32 = 42;
/// The number of letters of a note that fit on a line.
const NOTE_CHARACTERS_PER_LINE: usize = 122;
/// The number of letters of a header that fit on a line.
const HEADER_CHARACTERS_PER_LINE: usize = 15;

/// The text of a cell without a value.
const NO_VALUE: &str = "—";

/// The content of a cell.
#[derive(Clone, Debug)]
pub(super) enum CellValue {
    Text(String),
    Count(i64),
    SignedCount(i64),
    /// The share in the total of a column; `None` if the total is too small for percentages.
    ShareOfTotal {
        fraction: Option<f64>,
        column: u16,
    },
    /// The share in the first line of a block, which is the whole.
    FractionOfFirst {
        fraction: Option<f64>,
        column: u16,
    },
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
    /// A chart over the lines of the last block, which is on the first screen.
    pub first_screen_chart: Option<ExcelChart>,
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
        let drawing = self.chart.as_ref().map_or(0, |(drawing, _)| drawing.height() + 2);
        let missing = drawing.saturating_sub(size.height);
        BlockSize { rows: size.rows + missing, height: size.height + missing }
    }
}

fn note_height(note: &str) -> u32 {
    note.chars().count().div_ceil(NOTE_CHARACTERS_PER_LINE) as u32
}

/// Sets the widths of the columns, which fit on a printed page.
pub(super) fn set_up_columns(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let [label, number, gap, chart] = COLUMN_WIDTHS;
    sheet.set_column_width_pixels(0, label)?;
    sheet.set_column_range_width_pixels(1, VALUE_COLUMN_COUNT, number)?;
    sheet.set_column_width_pixels(CHART_COLUMN - 1, gap)?;
    sheet.set_column_range_width_pixels(CHART_COLUMN, LAST_PRINTED_COLUMN, chart)?;
    // The number of pages along the rows stays free, so that page breaks count.
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
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
    /// Starts below the first screen.
    pub fn new(
        sheet: &'w mut Worksheet,
        styles: &'w Styles,
        FirstScreenLayout { next_row, height_in_rows, .. }: &FirstScreenLayout,
    ) -> Self {
        Self { sheet, styles, next_row: *next_row, used_height: *height_in_rows, page_breaks: Vec::new() }
    }

    /// Writes a section; starts a new page if the current one is too short.
    /// Returns the lines of its last block.
    pub fn write_section(&mut self, section: &Section) -> Result<Option<CellRange>, XlsxError> {
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
        Ok(area)
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
        let total_row = first_row + block.lines.len() as u32;
        for line in &block.lines {
            write_line(sheet, styles, row, line, LineRole::Part { first_row, total_row })?;
            row += 1;
        }
        let last_row = row.max(first_row + 1) - 1;
        if let Some(total) = &block.total_line {
            write_line(sheet, styles, row, total, LineRole::Total { first_row })?;
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

/// What a line is in its block.
#[derive(Clone, Copy)]
enum LineRole {
    /// A line between the first row and the row below the last line, which may be a total.
    Part { first_row: u32, total_row: u32 },
    /// The sum of the lines from a row on.
    Total { first_row: u32 },
}

fn write_line(
    sheet: &mut Worksheet,
    styles: &Styles,
    row: u32,
    line: &[CellValue],
    role: LineRole,
) -> Result<(), XlsxError> {
    let is_total = matches!(role, LineRole::Total { .. });
    let format = |num_format| if is_total { styles.total_format(num_format) } else { styles.value_format(num_format) };
    let label = if is_total { &styles.total_label } else { &styles.label };
    for (column, value) in (0u16..).zip(line) {
        match value {
            CellValue::Text(text) => sheet.write_string_with_format(row, column, text, label)?,
            CellValue::Count(value) => write_count(sheet, row, column, *value, role, &format(style::COUNT_FORMAT))?,
            CellValue::SignedCount(value) => {
                write_count(sheet, row, column, *value, role, &format(style::SIGNED_COUNT_FORMAT))?
            }
            CellValue::ShareOfTotal { fraction: Some(fraction), column: of } => {
                let whole_row = match role {
                    LineRole::Part { total_row, .. } => total_row,
                    LineRole::Total { .. } => row,
                };
                let formula = share_formula(*of, row, whole_row, *fraction);
                sheet.write_formula_with_format(row, column, formula, &format(style::SHARE_FORMAT))?
            }
            CellValue::FractionOfFirst { fraction: Some(fraction), column: of } => {
                let whole_row = match role {
                    LineRole::Part { first_row, .. } | LineRole::Total { first_row } => first_row,
                };
                let formula = share_formula(*of, row, whole_row, *fraction);
                sheet.write_formula_with_format(row, column, formula, &format(style::SHARE_FORMAT))?
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
            CellValue::ShareOfTotal { fraction: None, .. }
            | CellValue::FractionOfFirst { fraction: None, .. }
            | CellValue::None => sheet.write_string_with_format(row, column, NO_VALUE, &format("General"))?,
        };
    }
    for column in line.len() as u16..=VALUE_COLUMN_COUNT {
        sheet.write_blank(row, column, label)?;
    }
    Ok(())
}

/// The share of a cell in the whole of its column, rounded as published percentages are.
fn share_formula(column: u16, part_row: u32, whole_row: u32, value: f64) -> Formula {
    let name = column_number_to_name(column);
    let formula = format!("ROUND({name}{}/{name}${},4)", part_row + 1, whole_row + 1);
    Formula::new(formula).set_result(value.to_string())
}

/// Writes a count: in a total row as the sum of the lines above, with its value.
fn write_count<'w>(
    sheet: &'w mut Worksheet,
    row: u32,
    column: u16,
    value: i64,
    role: LineRole,
    format: &Format,
) -> Result<&'w mut Worksheet, XlsxError> {
    match role {
        LineRole::Total { first_row } if first_row < row => {
            let formula = format!("SUM({})", style::range(first_row, column, row - 1, column));
            let formula = Formula::new(formula).set_result(value.to_string());
            sheet.write_formula_with_format(row, column, formula, format)
        }
        _ => sheet.write_number_with_format(row, column, value as f64, format),
    }
}
