/*!
Writes the index: the subject and the day of the workbook, and the table and content of each sheet.
*/

use rust_xlsxwriter::{FormatAlign, Url, Worksheet, XlsxError};

use super::style::{self, Styles};
use super::table_sheet;
use crate::PackageData;
use lnere_tables::Table;
use lnere_tables::sheet_names::{CODES_SHEET, DICTIONARY_SHEET, STATUS_COURSE_SHEET, SUMMARY_SHEET};

/// The widths of the columns in digits: sheet, table, content, rows.
const COLUMN_WIDTHS: [f64; 4] = [34.0, 40.0, 92.0, 12.0];
const LAST_COLUMN: u16 = COLUMN_WIDTHS.len() as u16 - 1;
/// The number of characters of a description that fit on a line.
const CHARACTERS_PER_LINE: usize = 115;
/// The number of tables above which the list needs more than one page.
const MIN_TABLES_OF_LONG_LIST: usize = 40;
/// The mark of a sheet that has no table.
const NO_TABLE: &str = "—";
/// The height of a line, in points.
const LINE_HEIGHT: f64 = 15.0;

/// Writes the index.
pub(super) fn write_index(
    sheet: &mut Worksheet,
    contents: &PackageData,
    sheets: &[(&str, &str)],
    has_status_course: bool,
    styles: &Styles,
) -> Result<(), XlsxError> {
    style::set_up_page(sheet, contents);
    // The list of tables fits on one page; a very long list gets more pages to stay legible.
    let pages = u16::from(contents.tables.len() < MIN_TABLES_OF_LONG_LIST);
    sheet.set_screen_gridlines(false).set_print_fit_to_pages(1, pages);
    for (column, width) in (0u16..).zip(COLUMN_WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_row_height(0, 24)?;
    let title = "Lista Nominal de Electores Residentes en el Extranjero (LNERE)";
    sheet.write_string_with_format(0, 0, title, &styles.title)?;
    style::write_notice_row(sheet, contents, 1, LAST_COLUMN, styles)?;
    let mut row = write_subject(sheet, contents, styles)? + 1;

    for (column, name) in (0u16..).zip(["Hoja", "Tabla", "Contenido", "Filas"]) {
        let format = if column == LAST_COLUMN { &styles.header_number } else { &styles.header };
        sheet.write_string_with_format(row, column, name, format)?;
    }
    let write_entry = |sheet: &mut Worksheet, row: u32, name: &str, holds: &str, table: Option<&Table>| {
        let link = Url::new(format!("internal:'{name}'!A1")).set_text(name);
        sheet.write_url_with_format(row, 0, link, &styles.link)?;
        sheet.write_string_with_format(row, 1, table.map_or(NO_TABLE, |table| &table.name), &styles.wrapped)?;
        sheet.write_string_with_format(row, 2, holds, &styles.wrapped)?;
        let format = styles.value_format(style::COUNT_FORMAT).set_align(FormatAlign::Top);
        match table {
            Some(table) => sheet.write_number_with_format(row, LAST_COLUMN, table.row_count() as f64, &format)?,
            None => sheet.write_blank(row, LAST_COLUMN, &format)?,
        };
        sheet.set_row_height(row, LINE_HEIGHT * holds.chars().count().div_ceil(CHARACTERS_PER_LINE).max(1) as f64)?;
        Ok::<_, XlsxError>(())
    };
    row += 1;
    write_entry(sheet, row, SUMMARY_SHEET, "Cifras clave, cambio respecto del corte anterior y gráficas", None)?;
    if has_status_course {
        row += 1;
        write_entry(
            sheet,
            row,
            STATUS_COURSE_SHEET,
            "Solicitudes por estatus a cada corte, una columna por estatus",
            None,
        )?;
    }
    for (of, (_, name)) in contents.tables.iter().zip(sheets) {
        row += 1;
        write_entry(sheet, row, name, &table_description(contents, of), Some(of))?;
    }
    row += 1;
    write_entry(sheet, row, DICTIONARY_SHEET, "Qué significa cada columna de cada tabla", None)?;
    row += 1;
    write_entry(sheet, row, CODES_SHEET, "Qué significa cada código de las tablas", None)?;
    write_notes(sheet, row + 2, contents, styles)
}

/// Writes the subject of the workbook, and returns the next row.
fn write_subject(sheet: &mut Worksheet, contents: &PackageData, styles: &Styles) -> Result<u32, XlsxError> {
    let PackageData { process, corte, revision, vintage, subject, .. } = contents;
    let label = styles.label.clone().set_bold();
    let texts = [("Entidad", subject.name()), ("Proceso", &process.title), ("Fuente", &process.source_note)];
    let mut row = 2;
    for (name, value) in &texts[..2] {
        sheet.write_string_with_format(row, 0, *name, &label)?;
        sheet.write_string_with_format(row, 1, *value, &styles.label)?;
        row += 1;
    }
    for (name, day) in [("Fecha de corte", corte.day()), ("Datos recibidos hasta", *vintage)] {
        sheet.write_string_with_format(row, 0, name, &label)?;
        let format = styles.value_format(style::LONG_DAY_FORMAT).set_align(FormatAlign::Left);
        match style::excel_serial_number(day) {
            Some(serial) => sheet.write_number_with_format(row, 1, serial, &format)?,
            None => sheet.write_string_with_format(row, 1, day.to_string(), &styles.label)?,
        };
        row += 1;
    }
    sheet.write_string_with_format(row, 0, "Revisión", &label)?;
    let format = styles.value_format("0").set_align(FormatAlign::Left);
    sheet.write_number_with_format(row, 1, f64::from(*revision), &format)?;
    row += 1;
    let (name, value) = texts[2];
    sheet.write_string_with_format(row, 0, name, &label)?;
    sheet.write_string_with_format(row, 1, value, &styles.label)?;
    Ok(row + 1)
}

/// The content of a table in words.
fn table_description(contents: &PackageData, of: &Table) -> String {
    let mut text = contents.table_definition(of).map_or_else(String::new, |definition| definition.es.clone());
    if of.row_count() > table_sheet::MAX_SHEET_ROWS {
        text.push_str(&format!(". {}", table_sheet::too_many_rows_text(&of.name, of.row_count())));
    }
    text
}

const REVISION_NOTE: &str = "Esta revisión sustituye a la anterior. La tabla revisiones lista las cifras por entidad y por estatus que \
                       cambiaron; otros desgloses y la proyección pueden haber cambiado también.";

fn write_notes(sheet: &mut Worksheet, first: u32, contents: &PackageData, styles: &Styles) -> Result<(), XlsxError> {
    let revised = (contents.revision > 1).then_some(REVISION_NOTE);
    let notes = [
        "El corte cuenta hasta su día, inclusive; los días son los de la Ciudad de México.",
        "Las solicitudes y la Lista Nominal son universos distintos: sus cifras no deben mezclarse.",
        "Un trámite de credencial no es una persona, y una credencial entregada no está por ello confirmada.",
        "La fila Total de una hoja suma las filas que el filtro deja a la vista. Los archivos CSV y Parquet no la llevan.",
    ];
    let format = styles.note.clone().unset_text_wrap();
    for (row, note) in (first..).zip(revised.into_iter().chain(notes)) {
        sheet.write_string_with_format(row, 0, note, &format)?;
    }
    Ok(())
}
