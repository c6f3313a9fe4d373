/*!
Writes the sheet of one table: the published values, cell by cell, as numbers, days and text.

The header is the first row, so that programs read the sheet like the CSV.
*/

use lnere_core::column_names;
use rust_xlsxwriter::{
    DataValidation, Format, FormatAlign, IgnoreError, Table as FilteredTable, TableColumn, TableStyle, Worksheet,
    XlsxError,
};

use super::style::{self, Styles};
use crate::PackageData;
use lnere_core::csv_writer::could_become_formula;
use lnere_core::mexican_formats::integer;
use lnere_tables::dictionary::{ColumnMeaning, Dictionary};
use lnere_tables::{Column, Table};

/// The maximum number of rows below the header.
pub(super) const MAX_SHEET_ROWS: usize = 1_048_575;
/// The maximum length of a text in a cell, in UTF-16 units.
const MAX_TEXT_LENGTH: usize = 32_767;
/// The length above which Excel shows a text as `####`.
const MAX_SHOWN_LENGTH: usize = 255;
/// The largest number with fifteen digits, which is the precision of a spreadsheet.
const MAX_EXACT_NUMBER: u64 = 999_999_999_999_999;
/// The range of column widths, in digits.
const COLUMN_WIDTH_RANGE: std::ops::RangeInclusive<f64> = 9.0..=64.0;
/// The width of the filter button in a header.
const FILTER_BUTTON_WIDTH: f64 = 4.5;
/// The most characters of the tooltip of a header: its title and its text.
const TOOLTIP_LIMITS: (usize, usize) = (32, 255);

/// Writes a table on its sheet.
pub(super) fn write_table(
    sheet: &mut Worksheet,
    table: &Table,
    contents: &PackageData,
    styles: &Styles,
) -> Result<(), XlsxError> {
    style::set_up_page(sheet, contents);
    sheet.set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?.set_freeze_panes(1, 0)?;
    sheet.set_row_height(0, 20)?;
    let fits = table.row_count() <= MAX_SHEET_ROWS;
    let dictionary = Dictionary::of_process(contents.process);
    for (index, (name, column)) in (0u16..).zip(&table.columns) {
        let format = column_format(name, column);
        sheet.set_column_format(index, &format)?;
        sheet.set_column_width(index, column_width(name, column, &number_format(name, column)))?;
        sheet.write_string_with_format(0, index, name, header_format(column, styles))?;
        if let Some(meaning) = dictionary.meaning(name) {
            add_tooltip(sheet, index, meaning)?;
        }
        if fits {
            write_column(sheet, index, column, &format)?;
        }
    }
    let columns = u16::try_from(table.columns.len()).unwrap_or(u16::MAX);
    // The note on a table without rows stands two rows below the header.
    let last_row = if fits && table.row_count() > 0 { table.row_count() as u32 } else { 2 };
    style::place_notice_beside(sheet, contents, (last_row, columns))?;
    match (table.row_count(), fits) {
        (0, _) => write_remark(sheet, "Sin filas en este corte.", styles),
        (rows, false) => write_remark(sheet, &too_many_rows_text(&table.name, rows), styles),
        (rows, true) => {
            let (last_row, last_column) = (rows as u32, (table.columns.len() as u16).saturating_sub(1));
            let columns: Vec<TableColumn> =
                table.columns.iter().map(|(name, column)| table_column(name, header_format(column, styles))).collect();
            let filtered = FilteredTable::new()
                .set_name(excel_table_name(&table.name))
                .set_style(TableStyle::Light1)
                .set_columns(&columns);
            sheet.add_table(0, 0, last_row, last_column, &filtered)?;
            // Codes such as `08` must stay text.
            sheet.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
            Ok(())
        }
    }
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

fn table_column(name: &str, format: &Format) -> TableColumn {
    TableColumn::new().set_header(name).set_header_format(format)
}

/// The name of a table in formulas. It must begin with a letter, and a name without an underscore
/// could be a cell address.
fn excel_table_name(name: &str) -> String {
    let is_name = name.contains('_') && name.starts_with(|first: char| first.is_ascii_alphabetic());
    if is_name { name.to_owned() } else { format!("tabla_{name}") }
}

/// The meaning of a column, shown when its header is selected.
fn add_tooltip(sheet: &mut Worksheet, index: u16, meaning: &ColumnMeaning) -> Result<(), XlsxError> {
    let name = meaning.name;
    if name.len() > TOOLTIP_LIMITS.0 || meaning.es.chars().count() > TOOLTIP_LIMITS.1 {
        return Ok(());
    }
    let message = DataValidation::new().allow_any_value().set_input_title(name)?.set_input_message(&*meaning.es)?;
    sheet.add_data_validation(0, index, 0, index, &message)?;
    Ok(())
}

/// The number format of a column.
fn number_format(name: &str, column: &Column) -> String {
    match column {
        Column::Int(_) | Column::MaybeInt(_) => style::COUNT_FORMAT.to_owned(),
        Column::Date(_) => style::DAY_FORMAT.to_owned(),
        Column::Text(_) => style::TEXT_FORMAT.to_owned(),
        Column::Bool(_) => "General".to_owned(),
        Column::Real(_) | Column::MaybeReal(_) => format!("#,##0.{}", "0".repeat(decimal_places(name))),
    }
}

/// The decimals of a column in the dictionary: four for scores that are shares or ratios, two for
/// the others.
fn decimal_places(name: &str) -> usize {
    if name == column_names::MASE || name.starts_with("cobertura") { 4 } else { 2 }
}

fn column_format(name: &str, column: &Column) -> Format {
    let format = Format::new().set_num_format(number_format(name, column));
    match column {
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

/// The width that shows a column completely, within limits.
fn column_width(name: &str, column: &Column, num_format: &str) -> f64 {
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
    let longest = match column {
        Column::Int(values) => counts(&mut values.iter().copied()),
        Column::MaybeInt(values) => counts(&mut values.iter().copied().flatten()),
        Column::Real(values) => reals(&mut values.iter().copied()),
        Column::MaybeReal(values) => reals(&mut values.iter().copied().flatten()),
        Column::Bool(_) => Some("VERDADERO".len()),
        Column::Text(values) => values.iter().map(|value| value.chars().count()).max(),
        Column::Date(_) => Some(num_format.len()),
    };
    let header = name.len() as f64 + FILTER_BUTTON_WIDTH;
    let content = longest.unwrap_or(0) as f64 + 3.0;
    header.max(content).clamp(*COLUMN_WIDTH_RANGE.start(), *COLUMN_WIDTH_RANGE.end())
}
