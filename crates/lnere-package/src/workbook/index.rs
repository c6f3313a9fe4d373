/*!
Writes the first sheet: the subject and the day of the workbook, and the content of its sheets.
*/

use rust_xlsxwriter::{FormatAlign, Url, Worksheet, XlsxError};

use super::style::{self, Styles};
use super::{CODES, DICTIONARY, SUMMARY, table};
use crate::PackageContents;
use lnere_tables::Table;

/// The widths of the columns in digits: sheet, content, rows.
const WIDTHS: [f64; 3] = [36.0, 92.0, 12.0];
/// The number of characters of a description that fit on a line.
const LETTERS: usize = 115;
/// The number of tables above which the list needs more than one page.
const MANY: usize = 40;
/// The height of a line, in points.
const LINE: f64 = 15.0;

/// Writes the index.
pub(super) fn write(
    sheet: &mut Worksheet,
    contents: &PackageContents,
    sheets: &[(&str, &str)],
    styles: &Styles,
) -> Result<(), XlsxError> {
    style::page(sheet, contents);
    // The list of tables fits on one page; a very long list gets more pages to stay legible.
    let pages = u16::from(contents.tables.len() < MANY);
    sheet.set_screen_gridlines(false).set_print_fit_to_pages(1, pages);
    for (column, width) in (0u16..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_row_height(0, 24)?;
    let title = "Lista Nominal de Electores Residentes en el Extranjero (LNERE)";
    sheet.write_string_with_format(0, 0, title, &styles.title)?;
    style::notice(sheet, contents, 1, 2, styles)?;
    let mut row = about(sheet, contents, styles)? + 1;

    for (column, name) in (0u16..).zip(["Hoja", "Contenido", "Filas"]) {
        let format = if column == 2 { &styles.header_number } else { &styles.header };
        sheet.write_string_with_format(row, column, name, format)?;
    }
    let entry = |sheet: &mut Worksheet, row: u32, name: &str, holds: &str, rows: Option<usize>| {
        let link = Url::new(format!("internal:'{name}'!A1")).set_text(name);
        sheet.write_url_with_format(row, 0, link, &styles.link)?;
        sheet.write_string_with_format(row, 1, holds, &styles.wrapped)?;
        let format = styles.value(style::WHOLE).set_align(FormatAlign::Top);
        match rows {
            Some(rows) => sheet.write_number_with_format(row, 2, rows as f64, &format)?,
            None => sheet.write_blank(row, 2, &format)?,
        };
        sheet.set_row_height(row, LINE * holds.chars().count().div_ceil(LETTERS).max(1) as f64)?;
        Ok::<_, XlsxError>(())
    };
    row += 1;
    entry(sheet, row, SUMMARY, "Cifras clave, cambio respecto del corte anterior y gráficas", None)?;
    for (of, (_, name)) in contents.tables.iter().zip(sheets) {
        row += 1;
        entry(sheet, row, name, &holds(contents, of, name), Some(of.rows()))?;
    }
    row += 1;
    entry(sheet, row, DICTIONARY, "Qué significa cada columna de cada tabla", None)?;
    row += 1;
    entry(sheet, row, CODES, "Qué significa cada código de las tablas", None)?;
    notes(sheet, row + 2, contents, styles)
}

/// Writes the subject of the workbook, and returns the next row.
fn about(sheet: &mut Worksheet, contents: &PackageContents, styles: &Styles) -> Result<u32, XlsxError> {
    let PackageContents { process, corte, revision, vintage, subject, .. } = contents;
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
        let format = styles.value(style::LONG_DAY).set_align(FormatAlign::Left);
        match style::serial(day) {
            Some(serial) => sheet.write_number_with_format(row, 1, serial, &format)?,
            None => sheet.write_string_with_format(row, 1, day.to_string(), &styles.label)?,
        };
        row += 1;
    }
    sheet.write_string_with_format(row, 0, "Revisión", &label)?;
    let format = styles.value("0").set_align(FormatAlign::Left);
    sheet.write_number_with_format(row, 1, f64::from(*revision), &format)?;
    row += 1;
    let (name, value) = texts[2];
    sheet.write_string_with_format(row, 0, name, &label)?;
    sheet.write_string_with_format(row, 1, value, &styles.label)?;
    Ok(row + 1)
}

/// The content of a table in words, with its name if the name of the sheet is shorter.
fn holds(contents: &PackageContents, of: &Table, sheet: &str) -> String {
    let definition = contents.definitions.iter().find(|definition| definition.name == of.name);
    let mut text = definition.map_or_else(String::new, |definition| definition.es.clone());
    if of.name != sheet {
        text.push_str(&format!(". Tabla {}", of.name));
    }
    if of.rows() > table::ROWS {
        text.push_str(&format!(". {}", table::too_many(&of.name, of.rows())));
    }
    text
}

const REVISED: &str = "Esta revisión sustituye a la anterior. La tabla revisiones lista los conteos por entidad y por estatus que \
                       cambiaron; otros desgloses y la proyección pueden haber cambiado también.";

fn notes(sheet: &mut Worksheet, first: u32, contents: &PackageContents, styles: &Styles) -> Result<(), XlsxError> {
    let revised = (contents.revision > 1).then_some(REVISED);
    let notes = [
        "El corte cuenta hasta su día, inclusive; los días son los de la Ciudad de México.",
        "Las solicitudes y la Lista Nominal son universos distintos: sus cifras no deben mezclarse.",
        "Un trámite de credencial no es una persona, y una credencial entregada no está por ello confirmada.",
        "Las tablas no llevan filas de total: un total se obtiene sumando, salvo en los límites de la proyección.",
    ];
    let format = styles.note.clone().unset_text_wrap();
    for (row, note) in (first..).zip(revised.into_iter().chain(notes)) {
        sheet.write_string_with_format(row, 0, note, &format)?;
    }
    Ok(())
}
