/*!
Writes the sheets that explain the columns and the codes of the tables.
*/

use lnere_core::column_names;
use lnere_core::mexican_formats::capitalized;
use rust_xlsxwriter::{Format, Table as FilteredTable, TableColumn, TableStyle, Worksheet, XlsxError};

use super::sheet_columns::SheetColumn;
use super::style::{self, Styles};
use crate::PackageData;
use crate::finding_text::finding_kind_subject;
use lnere_core::process::{DimensionDefinition, PlausibilityRule};
use lnere_ingest::{FindingKind, RecordRule};
use lnere_tables::dictionary::{ColumnType, unidentified_code};
use lnere_tables::{TableDefinition, TableSource};

/// The height of a line, in points.
const LINE_HEIGHT: f64 = 15.0;

/// The mark of a column that only the sheet has.
const NOT_IN_THE_TABLE: &str = "—";

/// A list of texts on a sheet: its name, the header and the width of each column, and the rows. The
/// last column wraps its text.
struct TextSheet {
    table_name: &'static str,
    columns: Vec<(&'static str, f64)>,
    rows: Vec<Vec<String>>,
}

/// Writes the dictionary: every column of every sheet with a table.
pub(super) fn write_dictionary(
    sheet: &mut Worksheet,
    contents: &PackageData,
    sheet_names: &[String],
    sheet_columns: &[Vec<SheetColumn>],
    styles: &Styles,
) -> Result<(), XlsxError> {
    let mut rows = Vec::new();
    for ((table, name), columns) in contents.tables.iter().zip(sheet_names).zip(sheet_columns) {
        let keys = contents.table_definition(table).map(TableDefinition::key_columns).unwrap_or_default();
        for column in columns {
            let is_key = column.source_name.is_some_and(|name| keys.contains(&name));
            rows.push(vec![
                name.clone(),
                column.header.clone(),
                table.name.clone(),
                column.source_name.unwrap_or(NOT_IN_THE_TABLE).to_owned(),
                type_label(column.values.column_type()).to_owned(),
                if is_key { "Sí" } else { "No" }.to_owned(),
                column.meaning.clone().unwrap_or_default(),
            ]);
        }
    }
    let columns = vec![
        ("Hoja", 32.0),
        ("Columna", 28.0),
        ("Tabla", 40.0),
        ("Columna de la tabla", 26.0),
        ("Tipo", 16.0),
        ("Clave", 9.0),
        ("Significado", 92.0),
    ];
    TextSheet { table_name: "diccionario_de_datos", columns, rows }.write(sheet, contents, styles)
}

/// Writes the meaning of each code: the codes of the process file and those of the program.
pub(super) fn write_codes(sheet: &mut Worksheet, contents: &PackageData, styles: &Styles) -> Result<(), XlsxError> {
    let row = |column: &str, code: &str, meaning: &str| vec![column.to_owned(), code.to_owned(), meaning.to_owned()];
    let mut rows = Vec::new();
    for DimensionDefinition { dimension, categories, .. } in contents.process.dimensions() {
        rows.extend(
            categories
                .categories()
                .iter()
                .map(|category| row(dimension.column_name(), &category.code, &category.label)),
        );
        rows.push(row(
            dimension.column_name(),
            unidentified_code(dimension.column_name()),
            "No identificado: el valor no está en la lista del proceso",
        ));
    }
    rows.push(row(
        column_names::CVE_PAIS,
        unidentified_code(column_names::CVE_PAIS),
        "No identificado: el país no está en el catálogo",
    ));
    rows.push(row(
        column_names::CVE_REPRESENTACION,
        unidentified_code(column_names::CVE_REPRESENTACION),
        "La representación no está en el catálogo",
    ));
    let has_table_from = |from: TableSource| {
        let of = contents.table_definitions.iter().filter(|definition| definition.source == from);
        of.into_iter().any(|definition| contents.table(&definition.name).is_some())
    };
    if has_table_from(TableSource::Quality) {
        for (code, meaning) in [
            ("leidas", "Registros leídos del archivo"),
            ("aceptadas", "Registros que se cuentan"),
            ("rechazadas", "Registros que no se cuentan"),
        ] {
            rows.push(row(column_names::REGLA, code, meaning));
        }
        rows.extend(RecordRule::ALL.map(|rule| row(column_names::REGLA, rule.code(), &capitalized(rule.meaning()))));
        let kinds = PlausibilityRule::ALL.map(FindingKind::Rule).into_iter().chain([FindingKind::SpreadsheetLimit]);
        rows.extend(kinds.map(|kind| row(column_names::REGLA, kind.code(), &capitalized(finding_kind_subject(kind)))));
        for (code, meaning) in [
            ("error", "Registro rechazado"),
            ("aviso", "Registro aceptado y señalado"),
            ("advertencia", "Regla de plausibilidad cerca de su límite; la exportación se cuenta"),
            ("aceptada", "Exportación aceptada aunque una regla la rechaza"),
            ("total", "Todos los registros del archivo"),
        ] {
            rows.push(row(column_names::NIVEL, code, meaning));
        }
    }
    if has_table_from(TableSource::Projection) {
        rows.push(row(column_names::UNIVERSO, "solicitudes", "Solicitudes registradas al cierre del registro"));
        rows.push(row(column_names::UNIVERSO, "lnere", "Las que integrarán la Lista Nominal"));
    }
    let columns = vec![("Columna", 26.0), ("Código", 34.0), ("Significado", 92.0)];
    TextSheet { table_name: "lista_de_codigos", columns, rows }.write(sheet, contents, styles)
}

impl TextSheet {
    fn write(&self, sheet: &mut Worksheet, contents: &PackageData, styles: &Styles) -> Result<(), XlsxError> {
        style::set_up_page(sheet, contents);
        sheet.set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?.set_freeze_panes(1, 0)?.set_row_height(0, 20)?;
        let text = Format::new()
            .set_num_format(style::TEXT_FORMAT)
            .set_indent(1)
            .set_align(rust_xlsxwriter::FormatAlign::VerticalCenter);
        let wrapped = text.clone().set_text_wrap();
        for (column, (name, width)) in (0u16..).zip(&self.columns) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, *name, &styles.header_filtered)?;
        }
        // Most meanings fit on one line of the last column; longer ones get more lines.
        let characters_per_line = self.columns.last().map_or(1.0, |(_, width)| width + 16.0);
        for (row, cells) in (1u32..).zip(&self.rows) {
            let last = cells.len() - 1;
            for (column, cell) in cells.iter().enumerate() {
                let format = if column == last { &wrapped } else { &text };
                sheet.write_string_with_format(row, column as u16, cell, format)?;
            }
            let lines = (cells[last].chars().count() as f64 / characters_per_line).ceil();
            if lines > 1.0 {
                sheet.set_row_height(row, LINE_HEIGHT * lines)?;
            }
        }
        let size = (u32::try_from(self.rows.len()).unwrap_or(u32::MAX), self.columns.len() as u16);
        let (rows, columns) = size;
        sheet.set_print_area(0, 0, rows.max(1), columns.saturating_sub(1))?;
        style::place_notice_beside(sheet, contents, columns)?;
        let (Some(columns), rows @ 1..) = (self.columns.len().checked_sub(1), self.rows.len()) else { return Ok(()) };
        let headings: Vec<TableColumn> = self
            .columns
            .iter()
            .map(|(name, _)| TableColumn::new().set_header(*name).set_header_format(&styles.header_filtered))
            .collect();
        let filtered =
            FilteredTable::new().set_name(self.table_name).set_style(TableStyle::Light1).set_columns(&headings);
        sheet.add_table(0, 0, rows as u32, columns as u16, &filtered)?;
        Ok(())
    }
}

fn type_label(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Int64 => "Número entero",
        ColumnType::Float64 => "Número decimal",
        ColumnType::Text => "Texto",
        ColumnType::Date => "Fecha",
        ColumnType::Boolean => "Verdadero o falso",
    }
}
