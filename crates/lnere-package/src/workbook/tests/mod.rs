//! Tests of workbooks, read back by calamine, which shares no code with the writer.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod libreoffice;
mod summary;
mod written_cells;

use std::io::{Cursor, Read as _};
use std::sync::LazyLock;

use calamine::{Data, Range, Reader as _, Xlsx};
use chrono::NaiveDate;

use super::sheet_columns::{SheetColumn, sheet_columns};
use super::{style, workbook};
use crate::test_release::SAMPLE_PROCESS;
use crate::{PackageData, Subject, visible_tables};
use lnere_charts::Scope;
use lnere_core::calendar::Corte;
use lnere_core::process::Process;
use lnere_statements::Statistics;
use lnere_tables::sheet_names::default_sheet_name;
use lnere_tables::{Column, Table, TableDefinition};

fn parse_day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The tables of a corte of the sample data.
fn sample_tables(corte: &str) -> Vec<Table> {
    SAMPLE_PROCESS.release(corte, false).tables
}

fn table_definition(name: &str) -> &'static TableDefinition {
    SAMPLE_PROCESS.table_definitions.iter().find(|definition| definition.name == name).unwrap()
}

/// The part of the tables that Chihuahua sees.
fn visible_to_chihuahua(tables: &[Table]) -> Vec<Table> {
    visible_tables(tables, &SAMPLE_PROCESS.table_definitions, &chihuahua()).unwrap()
}

/// The same tables with counts of zero.
fn with_zero_counts(tables: &[Table]) -> Vec<Table> {
    let mut tables = tables.to_vec();
    for table in &mut tables {
        let definition = table_definition(&table.name);
        if definition.coverage == lnere_tables::RowCoverage::Counted {
            *table = table.filter_rows(|_| false);
        }
        for (_, column) in &mut table.columns {
            match column {
                Column::Int(values) => values.fill(0),
                Column::Real(values) => values.fill(0.0),
                _ => {}
            }
        }
    }
    tables
}

fn nation() -> Subject {
    Subject { scope: Scope::Nation, slug: "nacional".to_owned() }
}

fn chihuahua() -> Subject {
    let scope = Scope::Entity { code: "08".to_owned(), name: "Chihuahua".to_owned() };
    Subject { scope, slug: "08_chihuahua".to_owned() }
}

/// The process of the sample without its notice.
static PROCESS_WITHOUT_NOTICE: LazyLock<Process> = LazyLock::new(|| {
    let mut process = SAMPLE_PROCESS.process.clone();
    process.notice = None;
    process
});

fn package_contents<'a>(subject: &'a Subject, tables: &'a [Table], corte: &str) -> PackageData<'a> {
    PackageData {
        process: &PROCESS_WITHOUT_NOTICE,
        catalogs: &SAMPLE_PROCESS.catalogs,
        statement_file: &SAMPLE_PROCESS.statement_file,
        statistics: Statistics::default(),
        corte: Corte::new(parse_day(corte)).unwrap(),
        revision: 1,
        vintage: parse_day("2021-03-15"),
        subject,
        tables,
        input_records: &[],
        findings: &[],
        table_definitions: &SAMPLE_PROCESS.table_definitions,
        chart_definitions: &SAMPLE_PROCESS.chart_definitions,
        charts: &[],
        projection_text: None,
    }
}

/// A workbook that was read back.
struct ReadWorkbook {
    bytes: Vec<u8>,
    xlsx: Xlsx<Cursor<Vec<u8>>>,
}

impl ReadWorkbook {
    fn write_and_read(subject: &Subject, tables: &[Table], corte: &str) -> Self {
        Self::read(workbook(&package_contents(subject, tables, corte)).unwrap())
    }

    fn read(bytes: Vec<u8>) -> Self {
        Self { xlsx: Xlsx::new(Cursor::new(bytes.clone())).unwrap(), bytes }
    }

    fn sheet(&mut self, name: &str) -> Range<Data> {
        self.xlsx.worksheet_range(name).unwrap()
    }

    /// A part of the file, as XML.
    fn xml_part(&self, path: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(path).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn part_names(&self, folder: &str) -> Vec<String> {
        let archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).unwrap();
        let mut parts: Vec<String> = archive
            .file_names()
            .map(|name| name.unwrap().into_owned())
            .filter(|name| name.starts_with(folder))
            .collect();
        parts.sort();
        parts
    }

    fn chart_count(&self) -> usize {
        self.part_names("xl/charts/chart").len()
    }

    /// All text of a sheet.
    fn sheet_text(&mut self, name: &str) -> String {
        let cells = self.sheet(name);
        cells.cells().map(|(.., cell)| cell_text(cell)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// The cells to the right of the first cell with this text.
    fn cells_right_of(&mut self, name: &str, label: &str) -> Vec<Data> {
        let cells = self.sheet(name);
        let row = cells.rows().find(|row| row[0] == Data::String(label.to_owned()));
        let row = row.unwrap_or_else(|| panic!("{name} has no row `{label}`"));
        row[1..].iter().filter(|cell| **cell != Data::Empty).cloned().collect()
    }
}

/// The text in a cell, if it holds any.
fn cell_text(cell: &Data) -> &str {
    if let Data::String(text) = cell { text } else { "" }
}

/// Checks that a cell holds the value of the table, as a number, a day or a text.
#[track_caller]
fn assert_same_cell(cell: &Data, column: &Column, row: usize) {
    match column {
        Column::Int(values) => assert_eq!(*cell, Data::Float(values[row] as f64)),
        Column::Real(values) => assert_eq!(*cell, Data::Float(values[row])),
        Column::Text(values) => assert_eq!(*cell, Data::String(values[row].clone())),
        Column::Date(values) => {
            let Data::DateTime(read) = cell else { panic!("{cell:?} is no day") };
            assert_eq!(Some(read.as_f64()), style::excel_serial_number(values[row]));
        }
        Column::MaybeInt(values) => {
            assert_eq!(*cell, values[row].map_or(Data::Empty, |value| Data::Float(value as f64)));
        }
        Column::MaybeReal(values) => assert_eq!(*cell, values[row].map_or(Data::Empty, Data::Float)),
        Column::Bool(values) => assert_eq!(*cell, Data::Bool(values[row])),
    }
}

/// The name of the sheet of a table.
fn sheet_name_of(table: &str) -> String {
    let definition = SAMPLE_PROCESS.table_definitions.iter().find(|definition| definition.name == table);
    definition.map_or_else(|| default_sheet_name(table), |definition| definition.sheet_name.clone())
}

/// The columns of the sheet of a table.
fn columns_of<'t>(subject: &Subject, table: &'t Table) -> Vec<SheetColumn<'t>> {
    sheet_columns(&package_contents(subject, std::slice::from_ref(table), "2021-03-15"), table)
}

/// Checks that every table with rows is on its sheet, cell by cell, and that its total is the sum.
#[track_caller]
fn assert_holds_all(book: &mut ReadWorkbook, tables: &[Table]) {
    for table in tables.iter().filter(|table| table.row_count() > 0) {
        let sheet = book.sheet(&sheet_name_of(&table.name));
        let columns = columns_of(&nation(), table);
        let has_total = columns.iter().any(|column| column.total.is_some());
        assert_eq!(sheet.height(), table.row_count() + 1 + usize::from(has_total), "{}", table.name);
        assert_eq!(sheet.width(), columns.len(), "{}", table.name);
        let own: Vec<&str> = columns.iter().filter_map(|column| column.source_name).collect();
        assert!(own.iter().eq(table.columns.iter().map(|(name, _)| name)), "{}", table.name);
        for (place, column) in columns.iter().enumerate() {
            assert_eq!(sheet[(0, place)], Data::String(column.header.clone()));
            for row in 0..table.row_count() {
                assert_same_cell(&sheet[(row + 1, place)], &column.values, row);
            }
            // A column with its own name holds the published values, but for percentages.
            if let Some(name) = column.source_name.filter(|_| !column.is_percentage) {
                let published = &table.columns.iter().find(|(other, _)| other == name).unwrap().1;
                assert_eq!(*column.values, *published, "{}.{name}", table.name);
            }
            if let (Column::Int(values), Some(total)) = (&*column.values, column.total) {
                assert_eq!(values.iter().sum::<i64>(), total);
                assert_eq!(sheet[(table.row_count() + 1, place)], Data::Float(total as f64), "{}", table.name);
            }
        }
    }
}
