/*!
Writes the workbook of a package (XLSX): a summary with native charts, an index, and one sheet for
each table. Two further sheets give the meanings of columns and codes.

Text is always written as text. The only formulas are totals and shares. Each has the value that
this program computed, so that programs without calculation show it.
*/

mod charts;
mod dictionary_sheets;
mod first_screen;
mod index_sheet;
mod sheet_columns;
mod status_course;
mod style;
mod summary;
mod summary_layout;
mod summary_values;
mod table_sheet;
#[cfg(test)]
mod tests;

use chrono::Datelike;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use self::sheet_columns::SheetColumn;
use self::status_course::StatusCourse;
use self::style::Styles;
use super::{PackageData, PackageError};
use lnere_core::mexican_formats::long_date;
use lnere_core::product_notice::notice_sentence;
use lnere_tables::sheet_names::{self, CODES_SHEET, DICTIONARY_SHEET, INDEX_SHEET, STATUS_COURSE_SHEET, SUMMARY_SHEET};

/// The workbook of a package; the same contents give the same bytes.
///
/// # Errors
/// A table lacks a column that the summary needs. The format refuses a table without columns, with
/// more than 16,384 columns, or with two columns of the same name.
pub fn workbook(contents: &PackageData) -> Result<Vec<u8>, PackageError> {
    let names = table_sheet_names(contents);
    let sheets: Vec<(&str, &str)> =
        contents.tables.iter().zip(&names).map(|(table, name)| (table.name.as_str(), name.as_str())).collect();
    let columns: Vec<Vec<SheetColumn>> =
        contents.tables.iter().map(|table| sheet_columns::sheet_columns(contents, table)).collect();
    let status_course = StatusCourse::of_subject(contents)?;
    let styles = Styles::new();
    let mut book = Workbook::new();
    book.set_properties(&document_properties(contents)?);

    let navy = || style::text_tab_color();
    let sheet = book.add_worksheet().set_name(SUMMARY_SHEET)?.set_tab_color(navy());
    summary::write_summary(sheet, contents, &sheets, status_course.as_ref(), &styles)?;
    let sheet = book.add_worksheet().set_name(INDEX_SHEET)?.set_tab_color(navy());
    index_sheet::write_index(sheet, contents, &sheets, status_course.is_some(), &styles)?;
    if let Some(course) = &status_course {
        let sheet = book.add_worksheet().set_name(STATUS_COURSE_SHEET)?.set_tab_color(navy());
        course.write(sheet, contents, &styles)?;
    }
    for ((table, name), columns) in contents.tables.iter().zip(&names).zip(&columns) {
        let color = style::tab_color(contents.table_definition(table).map(|definition| definition.source));
        let sheet = book.add_worksheet().set_name(name)?.set_tab_color(color);
        table_sheet::write_table(sheet, table, columns, contents, &styles)?;
    }
    let sheet = book.add_worksheet().set_name(DICTIONARY_SHEET)?.set_tab_color(navy());
    dictionary_sheets::write_dictionary(sheet, contents, &names, &columns, &styles)?;
    dictionary_sheets::write_codes(
        book.add_worksheet().set_name(CODES_SHEET)?.set_tab_color(navy()),
        contents,
        &styles,
    )?;
    Ok(book.save_to_buffer()?)
}

/// The name of the sheet of each table, in order.
fn table_sheet_names(contents: &PackageData) -> Vec<String> {
    let own_name = |table| contents.table_definition(table).map(|definition| definition.sheet_name.clone());
    let wanted: Vec<String> = contents
        .tables
        .iter()
        .map(|table| own_name(table).unwrap_or_else(|| sheet_names::default_sheet_name(&table.name)))
        .collect();
    sheet_names::unique_sheet_names(wanted.iter().map(String::as_str))
}

/// The properties of the file. Its date is the corte, because a clock would change the bytes of the
/// same numbers.
fn document_properties(contents: &PackageData) -> Result<DocProperties, XlsxError> {
    let PackageData { process, corte, revision, subject, .. } = contents;
    let day = corte.day();
    let (year, month, date) = (day.year().clamp(1900, 9999) as u16, day.month() as u8, day.day() as u8);
    let title = format!("LNERE · {} · Corte al {}", subject.name(), long_date(day));
    let notice = process.notice.as_deref();
    let properties = DocProperties::new();
    let properties = match notice {
        Some(notice) => properties.set_custom_property("Aviso", notice),
        None => properties,
    };
    let notice_text = notice.map(|notice| notice_sentence(notice) + " ").unwrap_or_default();
    Ok(properties
        .set_title(title)
        .set_subject(&process.title)
        .set_author(format!("lnere {}", env!("CARGO_PKG_VERSION")))
        .set_category("Informe quincenal")
        .set_keywords("LNERE, voto desde el extranjero, solicitudes, credenciales")
        .set_comment(format!("{notice_text}Revisión {revision}. {}", process.source_note))
        .set_creation_datetime(&ExcelDateTime::from_ymd(year, month, date)?)
        .set_custom_property("Idioma", "es-MX")
        .set_custom_property("Corte", corte.to_string())
        .set_custom_property("Revisión", revision.to_string()))
}
