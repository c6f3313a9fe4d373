//! Tests of the summary sheet and its charts.

use std::collections::BTreeSet;

use calamine::{Data, Reader as _};

use super::super::{SUMMARY_SHEET, summary};
use super::{
    ReadWorkbook, assert_holds_all, chihuahua, nation, package_contents, parse_day, sample_tables,
    visible_to_chihuahua, with_zero_counts,
};
use lnere_tables::{ColumnError, Table};

#[test]
fn the_summary_adds_up() {
    let tables = sample_tables("2021-01-31");
    let total = |name: &str, column: &str, code: Option<&str>, corte: Option<&str>| {
        let table = tables.iter().find(|table| table.name == name).unwrap();
        let is_of = |row: &usize| {
            let entity = code.is_none_or(|code| table.values::<String>("cve_entidad").unwrap()[*row] == code);
            entity
                && corte.is_none_or(|corte| {
                    table.values::<chrono::NaiveDate>("quincena").unwrap()[*row] == parse_day(corte)
                })
        };
        (0..table.row_count()).filter(is_of).map(|row| table.values::<i64>(column).unwrap()[row]).sum::<i64>()
    };
    let number = |value: i64| Data::Float(value as f64);
    for code in [None, Some("08")] {
        let (subject, own) =
            if code.is_some() { (chihuahua(), visible_to_chihuahua(&tables)) } else { (nation(), tables.clone()) };
        let mut book = ReadWorkbook::write_and_read(&subject, &own, "2021-01-31");
        let now = total("lnere_serie", "solicitudes_acumuladas", code, Some("2021-01-31"));
        let quincena = total("lnere_serie", "solicitudes_quincena", code, Some("2021-01-31"));
        let before = total("lnere_serie", "solicitudes_acumuladas", code, Some("2021-01-15"));
        let quincena_before = total("lnere_serie", "solicitudes_quincena", code, Some("2021-01-15"));
        assert_eq!(now, before + quincena);
        let figures = book.cells_right_of(SUMMARY_SHEET, "Solicitudes acumuladas");
        assert_eq!(figures[..3], [number(now), number(before), number(quincena)]);
        let share = (quincena as f64 / before as f64 * 10_000.0).round() / 10_000.0;
        assert_eq!(figures[3], Data::Float(share));
        let figures = book.cells_right_of(SUMMARY_SHEET, "Solicitudes en la quincena");
        assert_eq!(figures[..3], [quincena, quincena_before, quincena - quincena_before].map(number));
        let figures = book.cells_right_of(SUMMARY_SHEET, "Credenciales entregadas, acumuladas");
        assert_eq!(figures[0], number(total("credenciales_por_entidad", "entregadas_acumuladas", code, None)));

        // All breakdowns by applications have the same total.
        let sheet = book.sheet(SUMMARY_SHEET);
        let totals: Vec<&[Data]> = sheet.rows().filter(|row| row[0] == Data::String("Total".to_owned())).collect();
        let (of_applications, of_credentials) = if code.is_some() { (6, 1) } else { (7, 2) };
        assert_eq!(totals.len(), of_applications + of_credentials);
        for row in &totals[..of_applications] {
            assert_eq!(row[1..4], [number(quincena), number(now), Data::Float(1.0)]);
        }
        assert_eq!(book.chart_count(), of_applications + of_credentials + 2, "and the progress and the projection");
    }
}

#[test]
fn charts_are_over_cells_that_are_there() {
    let tables = sample_tables("2021-01-31");
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2021-01-31");
    let names = book.xlsx.sheet_names();
    let mut ranges = BTreeSet::new();
    for part in book.part_names("xl/charts/chart") {
        let chart = book.xml_part(&part);
        ranges.extend(chart.split("<c:f>").skip(1).map(|rest| rest.split("</c:f>").next().unwrap().to_owned()));
        assert!(chart.contains("Nacional · Corte al 31 de enero de 2021"), "{part}");
    }
    assert!(ranges.len() > 20);
    for range in ranges {
        let (sheet, cells) = range.split_once('!').unwrap();
        let name = sheet.trim_matches('\'').to_owned();
        assert!(names.contains(&name), "{range}");
        let digits = |text: &str| text.rsplit('$').next().unwrap().parse::<usize>().unwrap();
        let column = usize::from(cells.as_bytes()[1] - b'A');
        let (first, last) = cells.split_once(':').unwrap();
        let sheet = book.sheet(&name);
        for row in digits(first)..=digits(last) {
            assert_ne!(sheet.get_value((row as u32 - 1, column as u32)), Some(&Data::Empty), "{range} row {row}");
        }
    }
}

#[test]
fn an_entity_without_applications_has_no_charts_but_sentences() {
    let tables = with_zero_counts(&visible_to_chihuahua(&sample_tables("2021-03-15")));
    let mut book = ReadWorkbook::write_and_read(&chihuahua(), &tables, "2021-03-15");
    assert_eq!(book.chart_count(), 0);
    let words = book.sheet_text(SUMMARY_SHEET);
    assert_eq!(words.matches("Sin solicitudes registradas al corte: no hay gráfica que mostrar.").count(), 7);
    assert_eq!(words.matches("Sin trámites de credencial al corte: no hay gráfica que mostrar.").count(), 1);
    assert_eq!(book.cells_right_of(SUMMARY_SHEET, "Solicitudes acumuladas")[0], Data::Float(0.0));
    assert_eq!(book.sheet_text("lnere_cubo").lines().last(), Some("Sin filas en este corte."));
}

#[test]
fn before_registration_opens_there_is_the_projection_alone() {
    let tables = sample_tables("2020-07-31");
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2020-07-31");
    assert_holds_all(&mut book, &tables);
    let words = book.sheet_text(SUMMARY_SHEET);
    assert!(words.contains("El registro de solicitudes abre el 1 de septiembre de 2020"), "{words}");
    assert!(words.contains("Solicitudes al cierre del registro"), "{words}");
    assert!(!words.contains("Indicador"), "{words}");
}

#[test]
fn any_table_may_be_missing() {
    let tables = sample_tables("2020-09-15");
    for left_out in 0..tables.len() {
        let some: Vec<Table> =
            tables.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, t)| t.clone()).collect();
        ReadWorkbook::write_and_read(&nation(), &some, "2020-09-15");
    }
    let mut book = ReadWorkbook::write_and_read(&nation(), &[], "2020-09-15");
    assert!(book.sheet_text(SUMMARY_SHEET).contains("Este paquete no tiene tablas con totales."));
    // The first corte has no previous corte.
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2020-09-15");
    let none = Data::String("—".to_owned());
    assert_eq!(book.cells_right_of(SUMMARY_SHEET, "Solicitudes acumuladas")[1..], [none.clone(), none.clone(), none]);
}

/// No part of the summary disappears silently: without a column the result is equal, or an error
/// names the column.
#[test]
fn a_renamed_column_changes_nothing_or_is_an_error() {
    let all = sample_tables("2021-01-31");
    for (subject, mut tables) in [(nation(), all.clone()), (chihuahua(), visible_to_chihuahua(&all))] {
        let names: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
        let sheets: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
        let sections = |tables: &[Table]| {
            let sections = summary::sections(&package_contents(&subject, tables, "2021-01-31"), &sheets)?;
            Ok::<_, ColumnError>(format!("{sections:?}"))
        };
        let whole = sections(&tables).unwrap();
        let mut needed = BTreeSet::new();
        for table in 0..tables.len() {
            for column in 0..tables[table].columns.len() {
                let name = std::mem::replace(&mut tables[table].columns[column].0, "otra".to_owned());
                match sections(&tables) {
                    Ok(same) => assert!(same == whole, "{}: {name}", tables[table].name),
                    Err(error) => {
                        assert_eq!((&error.table, &error.column), (&tables[table].name, &name));
                        needed.insert(format!("{}.{name}", error.table));
                    }
                }
                tables[table].columns[column].0 = name;
            }
        }
        for column in ["lnere_por_sexo.sexo", "lnere_por_medio.solicitudes_quincena", "plan_pep.tiraje"] {
            assert!(needed.contains(column), "{column}");
        }
    }
}
