//! Tests that the numbers of a report equal those of the tables.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use crate::PackageData;
use crate::report::data::ReportData;
use crate::test_release::{FixturePackage, FixtureRelease, SAMPLE_PROCESS};
use lnere_tables::{Column, Table};

/// A release after the close, whose report has every section.
static CLOSED_RELEASE: LazyLock<FixtureRelease<'static>> = LazyLock::new(|| SAMPLE_PROCESS.release("2021-03-15", true));

fn report_json(package: &FixturePackage) -> Value {
    serde_json::to_value(ReportData::from_contents(&package.contents()).unwrap()).unwrap()
}

/// A printed number.
fn parse_printed_number(cell: &Value) -> i64 {
    cell.as_str().unwrap().replace(',', "").replace('−', "-").replace('+', "").parse().unwrap()
}

fn column_numbers(grid: &Value, column: usize) -> Vec<i64> {
    grid["rows"].as_array().unwrap().iter().map(|row| parse_printed_number(&row[column])).collect()
}

fn subject_sum(package: &FixturePackage, table: &str, measure: &str) -> i64 {
    let table = package.tables.iter().find(|other| other.name == table).unwrap();
    let own = |row: usize| match (
        package.subject.entity_code(),
        table.values_if_column_exists::<String>("cve_entidad").unwrap(),
    ) {
        (Some(code), Some(codes)) => codes[row] == code,
        _ => true,
    };
    let values = table.values::<i64>(measure).unwrap();
    (0..table.row_count()).filter(|row| own(*row)).map(|row| values[row]).sum()
}

#[test]
fn every_breakdown_adds_up_to_its_table_and_to_all_applications() {
    for package in CLOSED_RELEASE.packages() {
        let data = report_json(&package);
        let breakdowns = data["breakdowns"].as_array().unwrap();
        let names: Vec<&str> = breakdowns.iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["modalidad", "tipo_credencial", "pais", "sexo", "medio", "estatus"]);
        let all = subject_sum(&package, "lnere_por_entidad", "solicitudes_acumuladas");
        for breakdown in breakdowns {
            let table = format!("lnere_por_{}", breakdown["name"].as_str().unwrap());
            let grid = &breakdown["grid"];
            for (column, measure) in [(1, "solicitudes_quincena"), (2, "solicitudes_acumuladas")] {
                let total = parse_printed_number(&grid["totals"][0][column]);
                assert_eq!(total, subject_sum(&package, &table, measure), "{table} of {}", package.subject.name());
                assert_eq!(
                    total,
                    column_numbers(grid, column).iter().sum::<i64>(),
                    "{table} of {}",
                    package.subject.name()
                );
            }
            assert_eq!(parse_printed_number(&grid["totals"][0][2]), all);
            assert_eq!(grid["totals"][0][3], "100.00\u{a0}%");
        }
    }
}

#[test]
fn countries_are_those_that_are_identified_and_the_others_come_last() {
    for package in CLOSED_RELEASE.packages() {
        let table = package.tables.iter().find(|table| table.name == "lnere_por_pais").unwrap();
        let (codes, entities) =
            (table.values::<String>("cve_pais").unwrap(), table.values::<String>("cve_entidad").unwrap());
        let counts = table.values::<i64>("solicitudes_acumuladas").unwrap();
        let own = (0..table.row_count())
            .filter(|row| package.subject.entity_code().is_none_or(|code| entities[*row] == code));
        let counted: BTreeSet<&str> = own.filter(|row| counts[*row] > 0).map(|row| codes[row].as_str()).collect();
        let data = report_json(&package);
        let countries = data["breakdowns"].as_array().unwrap().iter().find(|one| one["name"] == "pais").unwrap();
        assert_eq!(countries["used"], counted.iter().filter(|code| **code != "XXX").count());
        let names: Vec<&str> =
            countries["grid"]["rows"].as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
        let place = names.iter().position(|name| *name == "No identificado");
        assert_eq!(place, counted.contains("XXX").then_some(names.len() - 1), "{}", package.subject.name());

        // Equal counts are in the order of the codes, as in charts and workbooks.
        let mut sums: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        let labels = table.values::<String>("pais").unwrap();
        for row in
            (0..table.row_count()).filter(|row| package.subject.entity_code().is_none_or(|code| entities[*row] == code))
        {
            *sums.entry((&codes[row], &labels[row])).or_default() += counts[row];
        }
        let mut ranked: Vec<((&str, &str), i64)> = sums.into_iter().collect();
        ranked.sort_by_key(|((code, _), count)| (*code == "XXX", Reverse(*count), *code));
        let ranked: Vec<&str> = ranked.into_iter().map(|((_, label), _)| label).collect();
        assert_eq!(names, ranked, "{}", package.subject.name());
    }
}

#[test]
fn the_change_is_that_since_the_corte_before() {
    let before = SAMPLE_PROCESS.release("2021-02-28", false);
    for code in [None, Some("09"), Some("03")] {
        let (now, then) = (CLOSED_RELEASE.package(code), before.package(code));
        let (data, earlier) = (report_json(&now), report_json(&then));
        let figures = |data: &Value| {
            let credentials = data["credentials"]["figures"].as_array().unwrap();
            [data["figures"].as_array().unwrap().clone(), credentials.clone()].concat()
        };
        for (figure, earlier) in figures(&data).iter().zip(figures(&earlier)) {
            assert_eq!(figure["before"], earlier["now"], "{code:?} {}", figure["name"]);
            assert_eq!(
                parse_printed_number(&figure["now"]) - parse_printed_number(&figure["before"]),
                parse_printed_number(&figure["change"])
            );
        }
        assert_eq!(data["progress"]["pace"]["before"], earlier["progress"]["pace"]["now"]);
        assert_eq!(data["progress"]["pace"]["now"], data["figures"][0]["change"].as_str().unwrap().replace('+', ""));
    }
    let first = report_json(&SAMPLE_PROCESS.release("2020-09-15", false).package(Some("03")));
    assert!(first["document"]["previous"].is_null(), "there was nothing to grow from");
    assert!(first["statuses"]["previous"].is_null());
}

#[test]
fn the_progress_ends_with_all_applications() {
    for package in CLOSED_RELEASE.packages() {
        let (data, all) = (report_json(&package), subject_sum(&package, "lnere_por_entidad", "solicitudes_acumuladas"));
        for grid in ["quincenas", "days"] {
            let rows = data["progress"][grid]["rows"].as_array().unwrap();
            assert_eq!(parse_printed_number(rows.last().unwrap().as_array().unwrap().last().unwrap()), all, "{grid}");
        }
        let all_of_them = data["progress"]["modalities"].as_array().unwrap().len() + 1;
        assert_eq!(column_numbers(&data["progress"]["quincenas"], all_of_them).iter().sum::<i64>(), all);
    }
}

#[test]
fn credentials_are_the_subjects_but_for_the_table_of_all_entities() {
    for package in CLOSED_RELEASE.packages() {
        let credentials = &report_json(&package)["credentials"];
        let offices = if package.subject.entity_code().is_some() {
            "credenciales_por_entidad_representacion"
        } else {
            "credenciales_por_representacion"
        };
        let applied = subject_sum(&package, "credenciales_por_entidad", "tramitadas_acumuladas");
        assert_eq!(parse_printed_number(&credentials["figures"][0]["now"]), applied);
        assert_eq!(subject_sum(&package, offices, "tramitadas_acumuladas"), applied);
        assert_eq!(parse_printed_number(&credentials["by_office"]["total"][3]), applied);
        assert_eq!(
            parse_printed_number(&credentials["times"]["delivered"]),
            parse_printed_number(&credentials["figures"][1]["now"])
        );
        assert_eq!(
            column_numbers(&credentials["times"]["grid"], 1).iter().sum::<i64>(),
            parse_printed_number(&credentials["figures"][1]["now"])
        );
        let by_entity = &credentials["by_entity"];
        assert_eq!(by_entity["rows"].as_array().unwrap().len(), 32);
        let own = by_entity["own"].as_u64().map(|row| by_entity["rows"][row as usize][0].as_str().unwrap().to_owned());
        assert_eq!(own.as_deref(), package.subject.entity_code());
    }
}

#[test]
fn nothing_is_taken_from_another_entitys_rows() {
    // The report does not count additional rows in the tables.
    let mut package = CLOSED_RELEASE.package(Some("03"));
    let expected = report_json(&package);
    let shared = ["plan_pep", "lnere_por_sexo", "lnere_por_pais", "lnere_diario", "lnere_serie", "proyeccion_lnere"];
    for table in package.tables.iter_mut().filter(|table| shared.contains(&table.name.as_str())) {
        *table = CLOSED_RELEASE.tables.iter().find(|other| other.name == table.name).unwrap().clone();
    }
    assert_eq!(report_json(&package), expected);
}

#[test]
fn applications_and_the_list_are_never_in_one_table() {
    for code in [None, Some("14")] {
        let package = SAMPLE_PROCESS.release("2020-12-15", false);
        let package = package.package(code);
        let projected = &report_json(&package)["outlook"];
        let table = if code.is_some() { "proyeccion_lnere_entidad" } else { "proyeccion_lnere_nacional" };
        let table = package.tables.iter().find(|other| other.name == table).unwrap();
        for (grid, universe) in [("applications", "solicitudes"), ("list", "lnere")] {
            let row = table.values::<String>("universo").unwrap().iter().position(|other| other == universe).unwrap();
            assert_eq!(
                parse_printed_number(&projected[grid]["totals"][0][3]),
                table.values::<i64>("mediana").unwrap()[row]
            );
            assert_eq!(
                parse_printed_number(&projected[grid]["totals"][0][5]),
                table.values::<i64>("superior_90").unwrap()[row]
            );
        }
        let postal = &projected["postal"];
        assert_eq!(parse_printed_number(&postal["print_run"]), subject_sum(&package, "plan_pep", "tiraje"));
        assert_eq!(
            column_numbers(&postal["by_country"], 2).iter().sum::<i64>(),
            parse_printed_number(&postal["print_run"])
        );
        assert_eq!(
            parse_printed_number(&projected["electronic"]["electors"]),
            subject_sum(&package, "plan_sivei", "electores_mediana")
        );
    }
}

#[test]
fn quality_is_that_of_the_exports_of_the_counts_in_words() {
    let data = report_json(&CLOSED_RELEASE.package(Some("22")));
    let quality = &data["quality"];
    let sources = quality["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 2);
    for export in sources {
        let (read, rejected) = (parse_printed_number(&export["read"]), parse_printed_number(&export["rejected"]));
        assert_eq!(read, parse_printed_number(&export["accepted"]) + rejected);
        assert_eq!(column_numbers(&export["errors"], 1).iter().sum::<i64>(), rejected);
        assert!(export["file"].as_str().unwrap().contains("20210315"));
        assert_eq!((&export["day"], &export["is_later"]), (&"15 de marzo de 2021".into(), &false.into()));
    }
    assert_eq!(sources[0]["source"], "solicitudes");
    let days: Vec<&str> =
        data["document"]["exports"].as_array().unwrap().iter().map(|export| export["day"].as_str().unwrap()).collect();
    assert_eq!(days, ["15 de marzo de 2021"; 2]);
    // Each other day has an export of both sources.
    let others = quality["others"]["rows"].as_array().unwrap();
    assert_eq!(others.len(), 11);
    assert_eq!(others[0], serde_json::json!(["30 sep 2020", "1,362", "7", "15,871", "62"]));
    assert_eq!(quality["has_later"], false);
}

#[test]
fn a_late_report_does_not_say_the_totals_of_later_exports() {
    let late = SAMPLE_PROCESS.release("2020-09-30", false);
    let quality = &report_json(&late.package(Some("09")))["quality"];
    for export in quality["sources"].as_array().unwrap() {
        assert_eq!(export["is_later"], true, "the template says neither its records read nor accepted");
    }
    let others = quality["others"]["rows"].as_array().unwrap();
    assert_eq!(others[0], serde_json::json!(["30 sep 2020", "1,362", "7", "15,871", "62"]), "of the day of the corte");
    assert_eq!(others[1], serde_json::json!(["15 oct 2020", "—", "12", "—", "72"]));
    assert_eq!(quality["has_later"], true);
}

#[test]
fn the_exports_of_the_counts_are_those_that_the_table_names() {
    // The name of an export says nothing of its day.
    let mut package = CLOSED_RELEASE.package(None);
    let quality = package.tables.iter_mut().find(|table| table.name == "calidad").unwrap();
    let file = |name: &str| format!("Z{}", name.replace("_2021", " 1999"));
    for (name, column) in &mut quality.columns {
        if let (true, Column::Text(names)) = (*name == "archivo", column) {
            for name in names {
                *name = file(name);
            }
        }
    }
    let quality = &report_json(&package)["quality"];
    let files: Vec<&str> =
        quality["sources"].as_array().unwrap().iter().map(|export| export["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["Zsolicitudes 19990315.csv.gz", "Zcredenciales 19990315.csv.zst"]);
}

/// The sums of measures of the subject by the values of a column.
fn subject_sums_by(package: &FixturePackage, table: &str, key: &str, measure: &str) -> BTreeMap<String, i64> {
    let table = package.tables.iter().find(|other| other.name == table).unwrap();
    let rows = lnere_tables::TableRows::of_entity(table, package.subject.entity_code()).unwrap();
    rows.sums_by(&[key], &[measure]).unwrap().into_iter().map(|group| (group.key[0].clone(), group.sums[0])).collect()
}

#[test]
fn statuses_are_those_at_both_cortes() {
    let process = &SAMPLE_PROCESS.process;
    let list = process.categories(lnere_core::process::Dimension::ESTATUS).categories();
    for package in CLOSED_RELEASE.packages() {
        let statuses = &report_json(&package)["statuses"];
        assert_eq!(statuses["previous"], "28 de febrero de 2021");
        let before = subject_sums_by(&package, "lnere_estatus_cambios", "estatus", "anterior");
        let now = subject_sums_by(&package, "lnere_estatus_cambios", "estatus", "actual");
        let printed = |code: &str| {
            let label = &list.iter().find(|category| category.code == code).unwrap().label;
            let rows = statuses["grid"]["rows"].as_array().unwrap();
            rows.iter().find(|row| row[0] == *label).cloned()
        };
        for (code, now) in now.iter().filter(|(code, _)| *code != "NO_IDENTIFICADO") {
            let Some(row) = printed(code) else {
                assert_eq!((before[code], *now), (0, 0), "a status without applications is left out");
                continue;
            };
            let numbers = [1, 2, 3].map(|column| parse_printed_number(&row[column]));
            assert_eq!(numbers, [before[code], now - before[code], *now], "{code} of {}", package.subject.name());
        }
        let all = subject_sum(&package, "lnere_por_entidad", "solicitudes_acumuladas");
        assert_eq!(parse_printed_number(&statuses["grid"]["totals"][0][3]), all);
        let decided = &statuses["decided"];
        assert_eq!(parse_printed_number(&decided["accepted"]["now"]), now["PROCEDENTE"]);
        assert_eq!(parse_printed_number(&decided["refused"]["now"]), now["IMPROCEDENTE"]);
        let undecided = parse_printed_number(&decided["undecided"]["now"]);
        assert_eq!(undecided, all - now["PROCEDENTE"] - now["IMPROCEDENTE"]);
    }
}

#[test]
fn after_the_close_the_list_is_what_is_decided_and_expected() {
    for package in CLOSED_RELEASE.packages() {
        let data = report_json(&package);
        let list = &data["outlook"]["list_so_far"];
        let total = &list["totals"][0];
        for (column, decision) in [(1, "accepted"), (2, "undecided")] {
            let all = parse_printed_number(&data["statuses"]["decided"][decision]["now"]);
            assert_eq!(parse_printed_number(&total[column]), all, "{decision} of {}", package.subject.name());
            assert_eq!(column_numbers(list, column).iter().sum::<i64>(), all, "{decision}");
        }
        assert_eq!(
            [&total[3], &total[4], &total[5]],
            [1, 3, 5].map(|place| &data["outlook"]["list"]["totals"][0][place])
        );
        let [accepted, low, high] = [1, 3, 5].map(|place| parse_printed_number(&total[place]));
        assert!(accepted <= low && high <= accepted + parse_printed_number(&total[2]), "{}", package.subject.name());
    }
    let open = SAMPLE_PROCESS.release("2021-02-28", false);
    assert!(report_json(&open.package(None))["outlook"]["list_so_far"].is_null());
}

#[test]
fn a_cohort_is_that_of_its_tables() {
    for package in CLOSED_RELEASE.packages() {
        let credentials = &report_json(&package)["credentials"];
        let cohort = &credentials["cohort"];
        let table = match package.subject.entity_code() {
            Some(_) => "credenciales_cohorte_entidad",
            None => "credenciales_cohorte",
        };
        let of = |name: &str| parse_printed_number(&cohort[name]);
        for (name, measure) in [
            ("applied", "tramitadas"),
            ("under_way", "en_camino"),
            ("delivered", "entregadas"),
            ("confirmed", "confirmadas"),
        ] {
            assert_eq!(of(name), subject_sum(&package, table, measure), "{measure} of {}", package.subject.name());
        }
        assert_eq!(of("applied"), of("under_way") + of("delivered"));
        let delivered = subject_sum(&package, "credenciales_por_entidad", "entregadas_acumuladas");
        assert_eq!(of("older_delivered"), delivered - of("delivered"));
        let confirmed = subject_sum(&package, "credenciales_por_entidad", "confirmadas_acumuladas");
        assert_eq!(of("older_confirmed"), confirmed - of("confirmed"));

        // The offices add up to the subject, with the trámites of before as a column of their own.
        let offices = &credentials["by_office"];
        let sum = |column: usize| {
            let sums = ["large", "small"].map(|part| column_numbers(&offices[part], column).iter().sum::<i64>());
            sums[0] + sums[1]
        };
        for (column, expected) in
            [(3, "applied"), (4, "under_way"), (5, "delivered"), (6, "confirmed"), (10, "older_delivered")]
        {
            assert_eq!(sum(column), of(expected), "{expected}");
            assert_eq!(parse_printed_number(&offices["total"][column]), of(expected), "{expected}");
        }
        for (part, few) in [("large", false), ("small", true)] {
            for row in offices[part]["rows"].as_array().unwrap() {
                assert_eq!(row[7] == "—", few, "shares only from 30 trámites on: {row}");
                assert!(parse_printed_number(&row[5]) >= 30 || row[8] == "—", "days only from 30 deliveries on");
            }
        }

        // Percentiles do not add up: those of the nation are not in any table.
        let days = package.subject.entity_code().map(|code| {
            let table = package.tables.iter().find(|table| table.name == "credenciales_cohorte_entidad").unwrap();
            let row = table.values::<String>("cve_entidad").unwrap().iter().position(|other| other == code).unwrap();
            match table.column("dias_mediana").unwrap() {
                Column::Int(days) => days[row],
                _ => table.values::<Option<i64>>("dias_mediana").unwrap()[row].unwrap(),
            }
        });
        assert_eq!(cohort["median"].as_str().map(|days| days.parse().unwrap()), days.filter(|_| of("delivered") >= 30));
    }
}

#[test]
fn the_first_page_states_the_sentences_of_the_statement_file() {
    for package in CLOSED_RELEASE.packages() {
        let (data, contents) = (report_json(&package), package.contents());
        assert_eq!(data["headline"].as_str().map(str::to_owned), contents.headline());
        assert!(data["headline"].is_string());
        assert_eq!(data["points"], serde_json::json!(contents.main_points()));
        // The nation has no comparison after the close.
        let points = if contents.subject.entity_code().is_some() { 4 } else { 3 };
        assert_eq!(data["points"].as_array().unwrap().len(), points);
    }
}

#[test]
fn the_paragraphs_leave_the_plan_and_the_names_of_tables_out() {
    for package in SAMPLE_PROCESS.release("2021-02-28", false).packages() {
        let data = report_json(&package);
        let paragraphs = data["outlook"]["paragraphs"].as_array().unwrap();
        assert_eq!(paragraphs.len(), 2, "{paragraphs:?}");
        assert!(!paragraphs.iter().any(|text| text.as_str().unwrap().contains("plan_pep")));
    }
}

#[test]
fn no_earlier_corte_is_evaluated_before_the_close() {
    assert!(report_json(&CLOSED_RELEASE.package(None))["outlook"]["evaluation"].is_object());
    let open = SAMPLE_PROCESS.release("2020-10-15", false);
    assert!(report_json(&open.package(None))["outlook"]["evaluation"].is_null());
}

/// A package of an entity whose rows all count zero.
pub(super) fn package_without_counts<'a>(release: &'a FixtureRelease, code: &str) -> FixturePackage<'a> {
    let zeroed = |table: &Table| {
        let own: Vec<bool> = match table.values_if_column_exists::<String>("cve_entidad").unwrap() {
            Some(codes) => codes.iter().map(|other| other == code).collect(),
            None => vec![false; table.row_count()],
        };
        // Tables by country, office or day of delivery have rows only for counts above zero.
        if own.iter().any(|own| *own) && ["pais", "representacion", "dias"].iter().any(|key| table.has_column(key)) {
            return table.filter_rows(|row| !own[row]);
        }
        let mut table = table.clone();
        for (_, column) in &mut table.columns {
            if let lnere_tables::Column::Int(values) = column {
                values.iter_mut().zip(&own).filter(|(_, own)| **own).for_each(|(value, _)| *value = 0);
            }
        }
        table
    };
    let mut package = release.package(Some(code));
    package.tables = package.tables.iter().map(zeroed).collect();
    package
}

#[test]
fn an_entity_with_nothing_has_no_empty_tables() {
    let package = package_without_counts(&CLOSED_RELEASE, "03");
    let data = report_json(&package);
    assert_eq!(data["figures"][0]["any"], false);
    assert_eq!(data["breakdowns"].as_array().unwrap().len(), 0);
    assert!(data["progress"].is_null());
    assert!(data["credentials"]["times"].is_null() && data["credentials"]["by_office"].is_null());
    assert!(data["credentials"]["by_entity"].is_object(), "the others' totals are shared");
    assert!(data["outlook"]["postal"].is_null());
    assert!(data["outlook"]["applications"].is_object());
}

#[test]
fn before_the_opening_only_what_is_projected_is_there() {
    let release = SAMPLE_PROCESS.release("2020-06-30", true);
    for package in release.packages() {
        let data = report_json(&package);
        assert_eq!(data["document"]["has_opened"], false);
        assert_eq!(data["figures"].as_array().unwrap().len() + data["breakdowns"].as_array().unwrap().len(), 0);
        assert!(data["progress"].is_null() && data["credentials"].is_null() && data["quality"].is_null());
        assert!(data["outlook"]["applications"].is_object());
    }
}

#[test]
fn a_revision_says_what_changed_of_the_subject_alone() {
    let mut package = CLOSED_RELEASE.package(Some("08"));
    let text = |values: &[&str]| lnere_tables::Column::Text(values.iter().map(|value| (*value).to_owned()).collect());
    let named = |name: &str, column| (name.to_owned(), column);
    package.tables.retain(|table| table.name != "revisiones");
    package.tables.push(Table {
        name: "revisiones".to_owned(),
        columns: vec![
            named("tabla", text(&["lnere_por_estatus", "lnere_por_entidad"])),
            named("clave", text(&[r#"{"cve_entidad":"08","estatus":"PROCEDENTE"}"#, r#"{"cve_entidad":"09"}"#])),
            named("medida", text(&["solicitudes_acumuladas", "solicitudes_acumuladas"])),
            named("anterior", lnere_tables::Column::Int(vec![1_210, 5])),
            named("actual", lnere_tables::Column::Int(vec![1_200, 6])),
        ],
    });
    let rows = &report_json(&package)["revised"]["rows"];
    assert_eq!(rows.as_array().unwrap().len(), 1, "the other entity's change is not said");
    let texts: Vec<&str> = rows[0].as_array().unwrap().iter().map(|cell| cell.as_str().unwrap()).collect();
    assert_eq!(texts[1..], ["Chihuahua, Procedente", "Solicitudes acumuladas", "1,210", "1,200", "−10"]);
}

/// No section disappears silently: without a column the result is equal, or an error names the
/// column.
#[test]
fn a_renamed_column_changes_nothing_or_is_an_error() {
    let release = SAMPLE_PROCESS.release("2021-03-15", false);
    for code in [None, Some("08")] {
        let (intact, mut package) = (release.package(code), release.package(code));
        let whole = report_json(&package);
        let mut needed = BTreeSet::new();
        for table in 0..package.tables.len() {
            for column in 0..package.tables[table].columns.len() {
                let name = std::mem::replace(&mut package.tables[table].columns[column].0, "otra".to_owned());
                let of_table = &package.tables[table].name;
                // The statistics have their own test, so they come from the intact tables.
                match ReportData::from_contents(&PackageData { tables: &package.tables, ..intact.contents() }) {
                    Ok(report) => assert!(serde_json::to_value(report).unwrap() == whole, "{of_table}: {name}"),
                    Err(error) => {
                        assert_eq!((&error.table, &error.column), (of_table, &name));
                        needed.insert(format!("{of_table}.{name}"));
                    }
                }
                package.tables[table].columns[column].0 = name;
            }
        }
        for column in ["lnere_por_sexo.solicitudes_acumuladas", "lnere_serie.quincena", "plan_pep.moneda"] {
            assert!(needed.contains(column), "{column}");
        }
    }
}

#[test]
fn a_rate_is_a_count_by_the_number_of_its_source() {
    let packages = CLOSED_RELEASE.packages();
    let of = |code: Option<&str>| packages.iter().find(|package| package.subject.entity_code() == code).unwrap();
    let chihuahua = of(Some("08"));
    let data = report_json(chihuahua);
    let sections = data["rates"].as_array().unwrap();
    assert_eq!(sections.len(), 2, "by entity and by office");
    let all = subject_sum(chihuahua, "lnere_por_entidad", "solicitudes_acumuladas");
    let hundredths = (all * 1_000 * 200 + 33_451) / (2 * 33_451);
    let rate = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let printed = |count: i64| lnere_core::mexican_formats::integer(count);
    assert_eq!(sections[0]["grid"]["rows"][0], serde_json::json!(["Chihuahua", printed(all), "33,451", rate]));
    for row in sections[1]["grid"]["rows"].as_array().unwrap() {
        let is_rate = parse_printed_number(&row[1]) >= 30;
        assert_eq!(row[3] != "—", is_rate, "{row}");
    }
    assert_eq!(report_json(of(Some("03")))["rates"], serde_json::json!([]), "no source has a number of it");
    assert_eq!(report_json(of(None))["rates"], serde_json::json!([]), "a source of one entity says nothing of others");
}
