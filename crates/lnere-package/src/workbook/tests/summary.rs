//! Tests of the summary sheet and its charts.

use std::collections::BTreeSet;

use calamine::{Data, Reader as _};

use super::super::first_screen::FirstScreen;
use super::super::status_course::StatusCourse;
use super::super::{summary, workbook};
use super::{
    ReadWorkbook, assert_holds_all, cell_text, chihuahua, nation, package_contents, parse_day, sample_tables,
    visible_to_chihuahua, with_zero_counts,
};
use crate::PackageData;
use crate::test_release::SAMPLE_PROCESS;
use lnere_core::mexican_formats::long_date;
use lnere_tables::sheet_names::{STATUS_COURSE_SHEET, SUMMARY_SHEET};
use lnere_tables::{Column, ColumnError, Table, TableRows};

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
        assert_eq!(figures[3], Data::String("—".to_owned()), "quincenas differ in their open days");
        let figures = book.cells_right_of(SUMMARY_SHEET, "Credenciales entregadas, acumuladas");
        assert_eq!(figures[0], number(total("credenciales_por_entidad", "entregadas_acumuladas", code, None)));

        // All breakdowns by applications have the same total.
        let sheet = book.sheet(SUMMARY_SHEET);
        let totals: Vec<&[Data]> = sheet.rows().filter(|row| row[0] == Data::String("Total".to_owned())).collect();
        let (of_applications, of_credentials) = if code.is_some() { (6, 1) } else { (7, 2) };
        assert_eq!(totals.len(), of_applications + of_credentials);
        let own_status = table_rows_of("lnere_estatus_cambios", &own);
        for row in &totals[..of_applications] {
            if row[4] == Data::Empty {
                assert_eq!(row[1..4], [number(quincena), number(now), Data::Float(1.0)]);
            } else {
                // By status there is the previous corte and the change instead.
                assert_eq!(row[1..5], [number(before), number(now - before), number(now), Data::Float(1.0)]);
                assert_eq!(own_status.sums(&["anterior", "actual"]).unwrap(), [before, now]);
            }
        }
        let others = 3;
        assert_eq!(book.chart_count(), of_applications + of_credentials + others, "course, statuses, projection");
    }
}

fn table_rows_of<'t>(name: &str, tables: &'t [Table]) -> TableRows<'t> {
    TableRows::all(tables.iter().find(|table| table.name == name).unwrap())
}

#[test]
fn the_first_screen_has_the_figures_and_fits() {
    let all = sample_tables("2021-03-15");
    for (subject, tables) in [(nation(), all.clone()), (chihuahua(), visible_to_chihuahua(&all))] {
        let mut contents = package_contents(&subject, &tables, "2021-03-15");
        let PackageData { process, catalogs, corte, .. } = contents;
        contents.statistics =
            lnere_statements::subject_statistics(process, catalogs, corte, &tables, subject.entity_code()).unwrap();
        let headline = contents.headline().unwrap();
        let mut book = ReadWorkbook::read(workbook(&contents).unwrap());
        assert!(book.sheet_text(SUMMARY_SHEET).contains(&headline), "{headline}");
        let sum = |name: &str, column: &str| {
            let rows = TableRows::of_entity(table_rows_of(name, &tables).table, subject.entity_code()).unwrap();
            rows.sums(&[column]).unwrap()[0]
        };
        let status = |code: &str| {
            let rows = TableRows::of_entity(table_rows_of("lnere_por_estatus", &tables).table, subject.entity_code());
            rows.unwrap().with_value("estatus", code).unwrap().sums(&["solicitudes_acumuladas"]).unwrap()[0]
        };
        let registered = sum("lnere_por_entidad", "solicitudes_acumuladas");
        let decided = status("PROCEDENTE") + status("IMPROCEDENTE");
        let sheet = book.sheet(SUMMARY_SHEET);
        let labels = sheet.rows().position(|row| row[0] == Data::String("Solicitudes registradas".to_owned())).unwrap();
        let figures: Vec<(&str, f64)> = sheet
            .rows()
            .nth(labels)
            .unwrap()
            .iter()
            .zip(sheet.rows().nth(labels + 1).unwrap())
            .filter_map(|(label, value)| match value {
                Data::Float(value) => Some((cell_text(label), *value)),
                _ => None,
            })
            .collect();
        let (packages, voters) = (sum("plan_pep", "paquetes_mediana"), sum("plan_sivei", "electores_mediana"));
        let expected =
            [("Solicitudes registradas", registered), ("Resueltas", decided), ("Por resolver", registered - decided)];
        assert_eq!(figures[..3], expected.map(|(label, value)| (label, value as f64)));
        assert_eq!(figures[3].0, "Lista Nominal esperada");
        let expected = [("Paquetes postales esperados", packages), ("Votantes por Internet", voters)];
        assert_eq!(figures[4..], expected.map(|(label, value)| (label, value as f64)));
        let words = book.sheet_text(SUMMARY_SHEET);
        assert!(words.contains("Lista Nominal esperada") && !words.contains("Límite inferior 90"), "{words}");
        assert!(!words.contains("Solicitudes al cierre"), "after the close they are counted");
        assert_eq!(
            book.xml_part("xl/workbook.xml").find("name=\"Resumen\""),
            book.xml_part("xl/workbook.xml").find("name=\"")
        );

        // Excel shows 470 pixels of rows and 1300 of columns on a screen of 1366 × 768.
        let xml = book.xml_part("xl/worksheets/sheet1.xml");
        let drawing = book.xml_part("xl/drawings/drawing1.xml");
        let number = |text: &str| text.split('<').next().unwrap().parse::<u32>().unwrap();
        let ends: Vec<&str> = drawing.split("<xdr:to>").skip(1).take(2).collect();
        for end in ends {
            let last_row = number(end.split("<xdr:row>").nth(1).unwrap());
            let points: f64 = (1..=last_row)
                .map(|row| {
                    let own = xml.split(&format!("<row r=\"{row}\"")).nth(1).and_then(|rest| rest.split('>').next());
                    let height = own.and_then(|own| own.split(" ht=\"").nth(1)?.split('"').next()?.parse().ok());
                    height.unwrap_or(15.0)
                })
                .sum();
            let offset = f64::from(number(end.split("<xdr:rowOff>").nth(1).unwrap())) / 12_700.0;
            assert!((points + offset) * 96.0 / 72.0 <= 470.0, "{points} points");
        }
    }
}

#[test]
fn the_statuses_of_each_corte_add_up() {
    let tables = sample_tables("2021-01-31");
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2021-01-31");
    let sheet = book.sheet(STATUS_COURSE_SHEET);
    let course: Vec<&[Data]> = sheet.rows().filter(|row| matches!(row[0], Data::DateTime(_))).collect();
    assert_eq!(course.len(), 10, "two of each month from September to January");
    let number = |cell: &Data| if let Data::Float(value) = cell { *value } else { panic!("{cell:?}") };
    for row in &course {
        assert_eq!(row[1..row.len() - 1].iter().map(number).sum::<f64>(), number(&row[row.len() - 1]));
    }
    let total = table_rows_of("lnere_por_entidad", &tables).sums(&["solicitudes_acumuladas"]).unwrap()[0];
    assert_eq!(course[9].last(), Some(&Data::Float(total as f64)));
}

#[test]
fn credentials_are_followed_from_their_application() {
    let tables = sample_tables("2021-03-15");
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2021-03-15");
    let cohort = table_rows_of("credenciales_cohorte", &tables);
    let events = table_rows_of("credenciales_por_entidad", &tables);
    let cohort = cohort.sums(&["tramitadas", "en_camino", "entregadas", "confirmadas"]).unwrap();
    let events = events.sums(&["entregadas_acumuladas", "confirmadas_acumuladas"]).unwrap();
    assert!(events[0] > cohort[2], "the sample has deliveries of older ones");
    for (label, value) in ["Tramitadas", "En camino a la entrega", "Entregadas", "De las entregadas, confirmadas"]
        .into_iter()
        .zip(&cohort)
    {
        let cells = book.cells_right_of(SUMMARY_SHEET, label);
        let Data::Float(share) = cells[1] else { panic!("{label} has no share") };
        assert_eq!(cells[0], Data::Float(*value as f64), "{label}");
        assert!(share <= 1.0, "{label}");
    }
    let older = "Entregadas, de trámites anteriores";
    assert_eq!(book.cells_right_of(SUMMARY_SHEET, older)[0], Data::Float((events[0] - cohort[2]) as f64));
}

#[test]
fn one_or_two_cases_are_a_sentence() {
    let mut tables = with_zero_counts(&visible_to_chihuahua(&sample_tables("2021-03-15")));
    for table in &mut tables {
        let is_total = matches!(table.name.as_str(), "lnere_por_entidad" | "lnere_por_sexo");
        for (name, column) in &mut table.columns {
            if let (true, "solicitudes_acumuladas", Column::Int(values)) = (is_total, name.as_str(), column) {
                values[0] = 2;
            }
        }
    }
    let mut book = ReadWorkbook::write_and_read(&chihuahua(), &tables, "2021-03-15");
    assert_eq!(book.chart_count(), 0);
    let words = book.sheet_text(SUMMARY_SHEET);
    assert!(words.contains("Hay 2 solicitudes registradas al corte: no se dibuja una gráfica."), "{words}");
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
    assert_eq!(book.sheet_text("Datos para tabla dinámica").lines().last(), Some("Sin filas en este corte."));
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
            let contents = package_contents(&subject, tables, "2021-01-31");
            let sections = summary::sections(&contents, &sheets)?;
            let (screen, course) = (FirstScreen::of(&contents)?, StatusCourse::of_subject(&contents)?);
            Ok::<_, ColumnError>(format!("{sections:?} {screen:?} {course:?}"))
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

/// The text of an XML part without its tags, with single spaces.
fn words_of(xml: &str) -> String {
    let text: Vec<&str> = xml.split('<').filter_map(|tag| tag.split_once('>').map(|(_, text)| text)).collect();
    text.join("").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn charts_begin_with_the_sentence_of_the_release_and_the_first_screen_has_the_main_points() {
    for corte in ["2021-02-28", "2021-03-15"] {
        let release = SAMPLE_PROCESS.release(corte, true);
        for (code, names) in [
            (None, &["por_entidad", "por_pais", "por_sexo", "estatus_por_corte", "avance_quincenal"][..]),
            (Some("08"), &["por_pais", "por_modalidad", "por_sexo", "estatus_por_corte"][..]),
        ] {
            let package = release.package(code);
            let contents = package.contents();
            let mut book = ReadWorkbook::read(workbook(&contents).unwrap());
            let parts = book.part_names("xl/charts/chart");
            let charts: Vec<String> = parts.iter().map(|part| words_of(&book.xml_part(part))).collect();
            for name in names {
                let chart = contents.charts.iter().find(|chart| chart.name == *name).unwrap();
                let title = lnere_charts::chart_title(std::str::from_utf8(chart.svg).unwrap()).unwrap();
                let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(charts.iter().any(|words| words.starts_with(&title)), "{corte} {name} `{title}`: {charts:#?}");
            }
            // The subject and the day are still there.
            let day = long_date(parse_day(corte));
            let place = format!("{} · Corte al {day}", contents.subject.name());
            assert!(charts.iter().all(|words| words.contains(&place)), "{charts:#?}");
            let points = contents.main_points();
            assert!(points.len() >= 3, "{points:?}");
            let words = book.sheet_text(SUMMARY_SHEET);
            let lines: Vec<String> = points.iter().map(|point| format!("• {point}")).collect();
            assert!(words.contains(&lines.join("\n")), "{words}");
        }
    }
}

#[test]
fn a_chart_of_another_table_lends_no_sentence() {
    let release = SAMPLE_PROCESS.release("2021-03-15", true);
    let package = release.package(Some("08"));
    let contents = package.contents();
    let [offices, sexes] =
        ["credenciales_por_entidad_representacion", "lnere_por_sexo"].map(|name| contents.table(name));
    let about = lnere_charts::ChartSubject::Categories(&["sexo"]);
    assert!(contents.chart_message(about, sexes.unwrap()).is_some());
    assert_eq!(contents.chart_message(about, offices.unwrap()), None);
}
