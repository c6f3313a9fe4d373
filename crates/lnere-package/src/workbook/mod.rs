/*!
Writes the workbook of a package (XLSX): an index, a summary with native charts, and one sheet for
each table. Two further sheets give the meanings of columns and codes.

No cell contains a formula. Text is always written as text, and this program computed all counts.
*/

mod charts;
mod dictionary_sheets;
mod index_sheet;
mod sheet_names;
mod style;
mod summary;
mod summary_layout;
mod summary_values;
mod table_sheet;
#[cfg(test)]
mod tests;

use chrono::Datelike;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use self::style::Styles;
use super::{PackageData, PackageError};
use lnere_core::mexican_formats::long_date;
use lnere_core::product_notice::notice_sentence;

const INDEX_SHEET: &str = "Índice";
const SUMMARY_SHEET: &str = "Resumen";
const DICTIONARY_SHEET: &str = "Diccionario";
const CODES_SHEET: &str = "Códigos";

/// The workbook of a package; the same contents give the same bytes.
///
/// # Errors
/// A table lacks a column that the summary needs. The format refuses a table without columns, with
/// more than 16,384 columns, or with two columns of the same name.
pub fn workbook(contents: &PackageData) -> Result<Vec<u8>, PackageError> {
    let names = sheet_names::sheet_names(contents.tables.iter().map(|table| table.name.as_str()));
    let sheets: Vec<(&str, &str)> =
        contents.tables.iter().zip(&names).map(|(table, name)| (table.name.as_str(), name.as_str())).collect();
    let styles = Styles::new();
    let mut book = Workbook::new();
    book.set_properties(&document_properties(contents)?);

    let navy = || style::text_tab_color();
    index_sheet::write_index(
        book.add_worksheet().set_name(INDEX_SHEET)?.set_tab_color(navy()),
        contents,
        &sheets,
        &styles,
    )?;
    summary::write_summary(
        book.add_worksheet().set_name(SUMMARY_SHEET)?.set_tab_color(navy()),
        contents,
        &sheets,
        &styles,
    )?;
    for (of, name) in contents.tables.iter().zip(&names) {
        let definition = contents.table_definitions.iter().find(|definition| definition.name == of.name);
        let color = style::tab_color(definition.map(|definition| definition.source));
        table_sheet::write_table(book.add_worksheet().set_name(name)?.set_tab_color(color), of, contents, &styles)?;
    }
    let sheet = book.add_worksheet().set_name(DICTIONARY_SHEET)?.set_tab_color(navy());
    dictionary_sheets::write_dictionary(sheet, contents, &styles)?;
    dictionary_sheets::write_codes(
        book.add_worksheet().set_name(CODES_SHEET)?.set_tab_color(navy()),
        contents,
        &styles,
    )?;
    Ok(book.save_to_buffer()?)
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
