/*!
Writes the sheet of one table: the published values as numbers, days and text, and labels beside
codes.

The header is the first row, so that programs read the sheet like the CSV. Measures that add up have
a total row, whose formulas follow the filter.
*/

use lnere_core::column_names;
use rust_xlsxwriter::{
    DataValidation, Format, FormatAlign, Formula, IgnoreError, Table as FilteredTable, TableColumn, TableFunction,
    TableStyle, Worksheet, XlsxError,
};

use super::sheet_columns::{MAX_EXACT_NUMBER, SheetColumn};
use super::style::{self, Styles};
use crate::PackageData;
use lnere_core::csv_writer::could_become_formula;
use lnere_core::mexican_formats::integer;
use lnere_tables::{Column, Table};

/// The maximum number of rows between the header and the total.
pub(super) const MAX_SHEET_ROWS: usize = 1_048_574;
/// The maximum length of a text in a cell, in UTF-16 units.
const MAX_TEXT_LENGTH: usize = 32_767;
/// The length above which Excel shows a text as `####`.
const MAX_SHOWN_LENGTH: usize = 255;
/// The range of column widths, in digits.
const COLUMN_WIDTH_RANGE: std::ops::RangeInclusive<f64> = 9.0..=64.0;
/// The width of the filter button in a header.
const FILTER_BUTTON_WIDTH: f64 = 4.5;
/// The widest sheet that can be read on letter paper in landscape, in digits: its letters have seven
/// points there.
const MAX_LETTER_WIDTH: f64 = 210.0;
/// The height of a line of a header, in points.
const HEADER_LINE_HEIGHT: f64 = 15.0;
/// The label of a total row.
pub(super) const TOTAL_LABEL: &str = "Total";
/// The most characters of the tooltip of a header: its title and its text.
const TOOLTIP_LIMITS: (usize, usize) = (32, 255);

/// Writes a table on its sheet.
pub(super) fn write_table(
    sheet: &mut Worksheet,
    table: &Table,
    columns: &[SheetColumn],
    contents: &PackageData,
    styles: &Styles,
) -> Result<(), XlsxError> {
    style::set_up_page(sheet, contents);
    sheet.set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?.set_freeze_panes(1, 0)?;
    let mut widths: Vec<f64> = columns.iter().map(|column| content_width(column).max(header_width(column))).collect();
    // On paper a wide sheet is small, so its headers are broken into lines. If that is not enough, it
    // needs longer paper.
    let is_wide = widths.iter().sum::<f64>() > MAX_LETTER_WIDTH;
    if is_wide {
        widths = columns.iter().map(|column| content_width(column).max(wrapped_header_width(column))).collect();
    }
    if widths.iter().sum::<f64>() > MAX_LETTER_WIDTH {
        sheet.set_paper_size(style::LEGAL_PAPER);
    }
    let header_lines = columns.iter().zip(&widths).map(|(column, width)| header_lines(&column.header, *width));
    let header_lines = if is_wide { header_lines.max().unwrap_or(1) } else { 1 };
    sheet.set_row_height(0, HEADER_LINE_HEIGHT * f64::from(header_lines) + 5.0)?;
    let header_format = |column: &SheetColumn| {
        let format = header_format(&column.values, styles).clone();
        if is_wide { format.set_text_wrap().set_align(FormatAlign::VerticalCenter) } else { format }
    };
    let fits = table.row_count() <= MAX_SHEET_ROWS;
    for (index, column) in (0u16..).zip(columns) {
        let format = column_format(column);
        sheet.set_column_format(index, &format)?;
        sheet.set_column_width(index, widths[usize::from(index)])?;
        sheet.write_string_with_format(0, index, &column.header, &header_format(column))?;
        add_tooltip(sheet, index, column)?;
        if fits {
            write_column(sheet, index, &column.values, &format)?;
        }
    }
    // The note on a table without rows stands two rows below the header.
    let has_rows = fits && table.row_count() > 0;
    let has_total = has_rows && columns.iter().any(|column| column.total.is_some());
    let last_row = if has_rows { table.row_count() as u32 + u32::from(has_total) } else { 2 };
    let column_count = u16::try_from(columns.len()).unwrap_or(u16::MAX);
    sheet.set_print_area(0, 0, last_row, column_count.saturating_sub(1))?;
    style::place_notice_beside(sheet, contents, column_count)?;
    match (table.row_count(), fits) {
        (0, _) => write_remark(sheet, "Sin filas en este corte.", styles),
        (rows, false) => write_remark(sheet, &too_many_rows_text(&table.name, rows), styles),
        (_, true) => {
            let last_column = column_count.saturating_sub(1);
            let filtered = FilteredTable::new()
                .set_name(excel_table_name(&table.name))
                .set_style(TableStyle::Light1)
                .set_total_row(has_total)
                .set_columns(&table_columns(columns, has_total, header_format));
            sheet.add_table(0, 0, last_row, last_column, &filtered)?;
            if has_total {
                write_totals(sheet, &table.name, last_row, columns, styles)?;
            }
            // Codes such as `08` must stay text.
            sheet.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
            Ok(())
        }
    }
}

/// Writes the total row: formulas with their values, which programs without calculation show.
fn write_totals(
    sheet: &mut Worksheet,
    table_name: &str,
    row: u32,
    columns: &[SheetColumn],
    styles: &Styles,
) -> Result<(), XlsxError> {
    for (index, column) in (0u16..).zip(columns) {
        match column.total {
            Some(total) => {
                let name = excel_table_name(table_name);
                let formula = format!("SUBTOTAL(109,{name}[{}])", column.header);
                let formula = Formula::new(formula).set_result(total.to_string());
                sheet.write_formula_with_format(row, index, formula, &styles.total_format(&number_format(column)))?
            }
            None if index == 0 => sheet.write_string_with_format(row, index, TOTAL_LABEL, &styles.total_label)?,
            None => sheet.write_blank(row, index, &styles.total_label)?,
        };
    }
    Ok(())
}

/// The text on the sheet of a table with too many rows. Showing some of its rows would give wrong
/// sums.
pub(super) fn too_many_rows_text(name: &str, rows: usize) -> String {
    format!(
        "Esta tabla tiene {} filas y una hoja de Excel solo admite {}: aquí no se incluye ninguna. \
         Está completa en el paquete, en los archivos csv/{name}.csv y tablas/{name}.parquet.",
        count_text(rows),
        count_text(MAX_SHEET_ROWS)
    )
}

fn count_text(rows: usize) -> String {
    integer(i64::try_from(rows).unwrap_or(i64::MAX))
}

fn write_remark(sheet: &mut Worksheet, text: &str, styles: &Styles) -> Result<(), XlsxError> {
    let format = styles.note.clone().unset_text_wrap().set_num_format("General");
    sheet.write_string_with_format(2, 0, text, &format)?;
    Ok(())
}

fn header_format<'s>(column: &Column, styles: &'s Styles) -> &'s Format {
    match column {
        Column::Int(_) | Column::Real(_) | Column::MaybeInt(_) | Column::MaybeReal(_) => &styles.header_number_filtered,
        Column::Text(_) | Column::Date(_) | Column::Bool(_) => &styles.header_filtered,
    }
}

/// The columns of the Excel table.
fn table_columns(
    columns: &[SheetColumn],
    has_total: bool,
    header_format: impl Fn(&SheetColumn) -> Format,
) -> Vec<TableColumn> {
    let table_column = |(index, column): (usize, &SheetColumn)| {
        let named = TableColumn::new().set_header(&column.header).set_header_format(header_format(column));
        match column.total {
            Some(_) if has_total => named.set_total_function(TableFunction::Sum),
            None if has_total && index == 0 => named.set_total_label(TOTAL_LABEL),
            _ => named,
        }
    };
    columns.iter().enumerate().map(table_column).collect()
}

/// The name of a table in formulas. It must begin with a letter, and a name without an underscore
/// could be a cell address.
fn excel_table_name(name: &str) -> String {
    let is_name = name.contains('_') && name.starts_with(|first: char| first.is_ascii_alphabetic());
    if is_name { name.to_owned() } else { format!("tabla_{name}") }
}

/// The meaning of a column, shown when its header is selected.
fn add_tooltip(sheet: &mut Worksheet, index: u16, column: &SheetColumn) -> Result<(), XlsxError> {
    let title = column.source_name.unwrap_or(&column.header);
    let Some(meaning) = &column.meaning else { return Ok(()) };
    if title.chars().count() > TOOLTIP_LIMITS.0 || meaning.chars().count() > TOOLTIP_LIMITS.1 {
        return Ok(());
    }
    let message = DataValidation::new().allow_any_value().set_input_title(title)?.set_input_message(meaning)?;
    sheet.add_data_validation(0, index, 0, index, &message)?;
    Ok(())
}

/// The number format of a column.
fn number_format(column: &SheetColumn) -> String {
    if column.is_percentage {
        return style::SHARE_FORMAT.to_owned();
    }
    match &*column.values {
        Column::Int(_) | Column::MaybeInt(_) => style::COUNT_FORMAT.to_owned(),
        Column::Date(_) => style::DAY_FORMAT.to_owned(),
        Column::Text(_) => style::TEXT_FORMAT.to_owned(),
        Column::Bool(_) => "General".to_owned(),
        Column::Real(_) | Column::MaybeReal(_) => format!("#,##0.{}", "0".repeat(decimal_places(&column.header))),
    }
}

/// The decimals of a column in the dictionary: four for scores that are shares or ratios, two for
/// the others.
fn decimal_places(name: &str) -> usize {
    if name == column_names::MASE || name.starts_with("cobertura") { 4 } else { 2 }
}

fn column_format(column: &SheetColumn) -> Format {
    let format = Format::new().set_num_format(number_format(column));
    match &*column.values {
        Column::Date(_) | Column::Text(_) | Column::Bool(_) => format.set_align(FormatAlign::Left).set_indent(1),
        Column::Int(_) | Column::Real(_) | Column::MaybeInt(_) | Column::MaybeReal(_) => format,
    }
}

fn write_column(sheet: &mut Worksheet, index: u16, column: &Column, format: &Format) -> Result<(), XlsxError> {
    match column {
        Column::Int(values) => write_counts(sheet, index, values.iter().copied().map(Some))?,
        Column::Real(values) => write_reals(sheet, index, values.iter().copied().map(Some))?,
        Column::MaybeInt(values) => write_counts(sheet, index, values.iter().copied())?,
        Column::MaybeReal(values) => write_reals(sheet, index, values.iter().copied())?,
        Column::Bool(values) => {
            for (row, &value) in (1u32..).zip(values) {
                sheet.write_boolean(row, index, value)?;
            }
        }
        Column::Date(values) => {
            for (row, day) in (1u32..).zip(values) {
                match style::excel_serial_number(*day) {
                    Some(serial) => sheet.write_number(row, index, serial)?,
                    None => sheet.write_string(row, index, day.format("%Y-%m-%d").to_string())?,
                };
            }
        }
        Column::Text(values) => {
            let (quoted, long) = (format.clone().set_quote_prefix(), format.clone().set_num_format("General"));
            for (row, value) in (1u32..).zip(values) {
                if could_become_formula(value) {
                    sheet.write_string_with_format(row, index, truncate_to_cell(value), &quoted)?;
                } else if value.len() > MAX_SHOWN_LENGTH {
                    sheet.write_string_with_format(row, index, truncate_to_cell(value), &long)?;
                } else {
                    sheet.write_string(row, index, value)?;
                }
            }
        }
    }
    Ok(())
}

/// Writes counts, and leaves the cells of suppressed counts empty.
fn write_counts(sheet: &mut Worksheet, index: u16, values: impl Iterator<Item = Option<i64>>) -> Result<(), XlsxError> {
    for (row, value) in (1u32..).zip(values) {
        match value {
            Some(value) if value.unsigned_abs() > MAX_EXACT_NUMBER => {
                sheet.write_string(row, index, value.to_string())?
            }
            Some(value) => sheet.write_number(row, index, value as f64)?,
            None => continue,
        };
    }
    Ok(())
}

fn write_reals(sheet: &mut Worksheet, index: u16, values: impl Iterator<Item = Option<f64>>) -> Result<(), XlsxError> {
    for (row, value) in (1u32..).zip(values) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            sheet.write_number(row, index, value)?;
        }
    }
    Ok(())
}

/// A text cut to the length of a cell, with a mark if it was cut.
fn truncate_to_cell(text: &str) -> String {
    const CUT: &str = "… [el texto completo está en el CSV]";
    if text.encode_utf16().count() <= MAX_TEXT_LENGTH {
        return text.to_owned();
    }
    let room = MAX_TEXT_LENGTH - CUT.encode_utf16().count();
    let mut used = 0;
    let kept = text.chars().take_while(|character| {
        used += character.len_utf16();
        used <= room
    });
    kept.chain(CUT.chars()).collect()
}

/// The width that shows a header on one line, beside its button.
fn header_width(column: &SheetColumn) -> f64 {
    limit_width(column.header.chars().count() as f64 + FILTER_BUTTON_WIDTH)
}

/// The width that shows each word of a header, beside its button.
fn wrapped_header_width(column: &SheetColumn) -> f64 {
    let longest = header_words(&column.header).map(|word| word.chars().count()).max().unwrap_or(0);
    limit_width(longest as f64 + FILTER_BUTTON_WIDTH)
}

/// The words of a header: a spreadsheet breaks a line at spaces, and within a long name of a column
/// anywhere.
fn header_words(header: &str) -> impl Iterator<Item = &str> {
    header.split(' ')
}

/// The number of lines of a header in a column.
fn header_lines(header: &str, width: f64) -> u8 {
    let room = (width - FILTER_BUTTON_WIDTH).max(1.0) as usize;
    let (mut lines, mut used) = (1, 0);
    for word in header_words(header) {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            lines += 1;
            used = length;
        } else {
            used += length + usize::from(used > 0);
        }
    }
    lines
}

fn limit_width(width: f64) -> f64 {
    width.clamp(*COLUMN_WIDTH_RANGE.start(), *COLUMN_WIDTH_RANGE.end())
}

/// The width that shows the values of a column completely, within limits.
fn content_width(column: &SheetColumn) -> f64 {
    let num_format = number_format(column);
    let counts = |values: &mut dyn Iterator<Item = i64>| {
        let ends = values.fold(None, |ends: Option<(i64, i64)>, value| {
            Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
        });
        ends.map(|(low, high)| integer(low).len().max(integer(high).len()))
    };
    let reals = |values: &mut dyn Iterator<Item = f64>| {
        let largest = values.filter(|value| value.is_finite()).fold(0.0f64, |max, value| max.max(value.abs()));
        let decimals = num_format.rsplit('.').next().map_or(0, str::len);
        Some(integer(largest as i64).len() + decimals + 2)
    };
    let longest = match &*column.values {
        Column::Int(values) => counts(&mut values.iter().copied()),
        Column::MaybeInt(values) => counts(&mut values.iter().copied().flatten()),
        Column::Real(values) => reals(&mut values.iter().copied()),
        Column::MaybeReal(values) => reals(&mut values.iter().copied().flatten()),
        Column::Bool(_) => Some("VERDADERO".len()),
        Column::Text(values) => values.iter().map(|value| value.chars().count()).max(),
        Column::Date(_) => Some(num_format.len()),
    };
    let total = column.total.map_or(0, |total| integer(total).len());
    let content = longest.unwrap_or(0).max(total) as f64 + 3.0;
    limit_width(content)
}
