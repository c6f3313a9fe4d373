//! Tests that each OPL receives all of its own rows and no others.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use crate::common::{self, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, pdf_text, unzip};
use calamine::{Data, Reader, Xlsx};
use lnere_dashboard::DashboardData;
use lnere_tables::{Column, Table};
use sha2::{Digest, Sha256};

/// The tables that all recipients receive completely.
const SHARED: [&str; 7] = [
    "lnere_por_entidad",
    "credenciales_por_entidad",
    "credenciales_cohorte_entidad",
    "calidad",
    "proyeccion_referencias",
    "comparativo",
    "metas",
];

/// A corte with applications of three entities and credentials of two; the other entities have
/// none.
fn bench() -> Bench {
    let request = |folio: &str, entity: &str, country: &str| {
        GOOD_APPLICATION.replace("A1", folio).replace(",08,", &format!(",{entity},")).replace("Canadá", country)
    };
    let credential = |folio: &str, entity: &str, office: &str| {
        GOOD_CREDENTIAL.replace("T1", folio).replace(",08,", &format!(",{entity},")).replace("Chicago", office)
    };
    let requests = [
        request("A1", "08", "Canadá"),
        request("A2", "08", "Estados Unidos de América"),
        request("A3", "09", "Japón"),
        request("A4", "14", "Kenia"),
    ];
    let credentials = [
        credential("T1", "08", "Chicago"),
        credential("T2", "09", "Nairobi"),
        "T3,2020-09-02,08,Chicago,H,INSCRIPCION,2020-09-20,2020-09-22".to_owned(),
    ];
    Bench::new()
        .applications(&requests.each_ref().map(String::as_str))
        .credentials(&credentials.each_ref().map(String::as_str))
}

fn package(bench: &Bench, slug: &str) -> BTreeMap<String, Vec<u8>> {
    let corte = bench.release().file_name().unwrap().to_string_lossy().into_owned();
    unzip(&fs::read(bench.release().join(format!("paquetes/{slug}/paquete_{slug}_{corte}.zip"))).unwrap())
}

fn cell(column: &Column, row: usize) -> String {
    match column {
        Column::Int(values) => values[row].to_string(),
        Column::Real(values) => values[row].to_string(),
        Column::Text(values) => values[row].clone(),
        Column::Date(values) => values[row].to_string(),
        Column::Bool(values) => values[row].to_string(),
        Column::MaybeInt(values) => values[row].map_or_else(String::new, |value| value.to_string()),
        Column::MaybeReal(values) => values[row].map_or_else(String::new, |value| value.to_string()),
    }
}

/// The printed rows of a table, only of an entity if one is given.
fn rows(table: &Table, entity: Option<&str>) -> Vec<Vec<String>> {
    let [entities, keys] = ["cve_entidad", "clave"].map(|name| table.values_if_column_exists::<String>(name).unwrap());
    let of_entity = |row: &usize| match (entity, entities, keys) {
        (None, ..) | (_, None, None) => true,
        (Some(code), Some(entities), _) => entities[*row] == code,
        (Some(code), None, Some(keys)) => keys[*row].contains(&format!("\"cve_entidad\":\"{code}\"")),
    };
    let line = |row| table.columns.iter().map(|(_, column)| cell(column, row)).collect();
    (0..table.row_count()).filter(of_entity).map(line).collect()
}

#[test]
fn a_package_holds_the_rows_of_its_entity_and_no_other() {
    let bench = bench();
    bench.run_with(&[]).assert_published();
    let published = |name: &str| {
        let path = bench.release().join(format!("tablas/{name}.parquet"));
        lnere_tables::read(name, fs::read(path).unwrap()).unwrap()
    };
    for (slug, code) in [("08_chihuahua", "08"), ("09_ciudad_de_mexico", "09"), ("24_san_luis_potosi", "24")] {
        let files = package(&bench, slug);
        let names: Vec<&str> =
            files.keys().filter_map(|path| path.strip_prefix("tablas/")?.strip_suffix(".parquet")).collect();
        for name in &names {
            let table = lnere_tables::read(name, files[&format!("tablas/{name}.parquet")].clone()).unwrap();
            let whole = published(name);
            let own = if SHARED.contains(name) { rows(&whole, None) } else { rows(&whole, Some(code)) };
            assert_eq!(rows(&table, None), own, "{name} of {slug}");

            let csv = &files[&format!("csv/{name}.csv")];
            assert!(csv.starts_with(b"\xef\xbb\xbf"), "Excel takes UTF-8 from the mark alone");
            let mut reader = csv::Reader::from_reader(&csv[3..]);
            assert_eq!(reader.records().count(), own.len(), "{name} of {slug} as CSV");
        }
        let missing: Vec<String> = fs::read_dir(bench.release().join("tablas"))
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .filter(|name| !names.contains(&name.as_str()))
            .collect();
        for name in &missing {
            assert!(!published(name).has_column("cve_entidad"), "{name} is by entity, so {slug} has its part");
        }
    }
}

#[test]
fn no_text_of_a_package_names_what_only_others_have() {
    let bench = bench();
    bench.run_with(&[]).assert_published();
    let files = package(&bench, "08_chihuahua");
    // Only applications and trámites of other entities contain these names. The postal plan is left
    // out, because it lists expected packages from any country.
    let foreign = ["Japón", "JPN", "Kenia", "KEN", "Nairobi", "nairobi"];
    for (path, bytes) in &files {
        if path.contains("plan_") {
            continue;
        }
        let text = match path.rsplit('.').next().unwrap() {
            "xlsx" => workbook_texts(bytes, |sheet| !["Paquetes postales", "Electores por Internet"].contains(&sheet)),
            "csv" | "txt" | "svg" => String::from_utf8(bytes.clone()).unwrap(),
            // The report has a page of that plan too, so only offices are checked.
            "pdf" => {
                let text = pdf_text(bytes);
                assert!(text.contains("Chicago") && !text.contains("Nairobi"), "{path}");
                continue;
            }
            _ => continue,
        };
        for name in foreign {
            assert!(!text.contains(name), "{path} speaks of {name}");
        }
    }
}

/// All texts of a workbook.
fn workbook_texts(bytes: &[u8], keep: impl Fn(&str) -> bool) -> String {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheets: Vec<String> = book.sheet_names().into_iter().filter(|name| keep(name)).collect();
    let mut text = String::new();
    for sheet in sheets {
        for cell in book.worksheet_range(&sheet).unwrap().used_cells() {
            if let (_, _, Data::String(value)) = cell {
                text.push_str(value);
                text.push('\n');
            }
        }
    }
    text
}

/// The data of the dashboard in one file.
fn dashboard_data(page: &[u8]) -> DashboardData {
    lnere_dashboard::data_of_single_page(page).and_then(DashboardData::read).unwrap()
}

#[test]
fn the_dashboard_of_a_package_has_its_entity_alone() {
    // The counts are unlike any others: 7 of Ciudad de México, 13 of Jalisco, 2 of Chihuahua.
    let many = |entity: &str, count: usize, country: &str| -> Vec<String> {
        let one = |at| GOOD_APPLICATION.replace("A1", &format!("{entity}{at}")).replace(",08,", &format!(",{entity},"));
        (0..count).map(|at| one(at).replace("Canadá", country)).collect()
    };
    let requests = [many("08", 2, "Canadá"), many("09", 7, "Japón"), many("14", 13, "Kenia")].concat();
    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
    let bench = bench().applications(&requests);
    bench.run_with(&["--only", "paquetes"]).assert_published();
    assert!(!bench.release().join("tablero").exists(), "the part of the dashboard was not asked for");
    let page = |slug: &str| {
        let path = bench.release().join(format!("paquetes/{slug}/tablero_{slug}.html"));
        let page = fs::read(path).unwrap();
        assert_eq!(page, package(&bench, slug)[&format!("tablero_{slug}.html")]);
        page
    };
    let nation = dashboard_data(&page("nacional"));
    assert_eq!((nation.entidad, nation.entidades.len()), (None, 11));
    assert_eq!(nation.solicitudes.unwrap().total, 22);

    for (slug, code, count, names) in [
        ("08_chihuahua", "08", 2, &["Japón", "JPN", "Kenia", "KEN", "Nairobi", "nairobi"][..]),
        ("09_ciudad_de_mexico", "09", 7, &["Canadá", "CAN", "Kenia", "Chicago", "chicago"]),
        ("24_san_luis_potosi", "24", 0, &["Canadá", "Japón", "Kenia", "Chicago", "Nairobi"]),
    ] {
        let page = page(slug);
        let data = lnere_dashboard::data_of_single_page(&page).unwrap();
        let text = std::str::from_utf8(data).unwrap();
        for name in names {
            assert!(!text.contains(&format!("\"{name}\"")), "{slug} speaks of {name}");
        }
        let data = dashboard_data(&page);
        let own = |list: &[(String, String)]| list.iter().map(|(code, _)| code.clone()).collect::<Vec<_>>() == [code];
        assert!(own(&data.entidades) && own(&data.credenciales.as_ref().unwrap().entidades), "{slug}");
        // Each cell is of the only entity. What is left of others are the shared totals.
        let cube = data.solicitudes.unwrap();
        let cells = cube.cells().unwrap();
        assert_eq!((cube.tamanos[1], cells.iter().map(|(_, count)| count).sum::<u64>()), (1, count), "{slug}");
        let credentials = data.credenciales.unwrap();
        assert_eq!((credentials.acumuladas.tamanos[0], credentials.diarias.tamanos[1]), (1, 1));
        for (name, table) in &data.compartidas {
            assert!(SHARED.contains(&name.as_str()), "{name} is not shared");
            let path = bench.release().join(format!("tablas/{name}.parquet"));
            let published = lnere_tables::read(name, fs::read(path).unwrap()).unwrap();
            assert_eq!(*table, lnere_dashboard::table_json(&published));
        }
        let readme = String::from_utf8(package(&bench, slug)["LEEME.txt"].clone()).unwrap();
        assert!(readme.contains(&format!("tablero_{slug}.html")));
        let figure = |label: &str| {
            let line = readme.lines().find(|line| line.trim_start().starts_with(label)).unwrap();
            line.split_once(':').unwrap().1.trim().to_owned()
        };
        assert_eq!((figure("Solicitudes registradas"), figure("Procedentes")), (count.to_string(), "0".to_owned()));
        assert_eq!(figure("Por resolver"), count.to_string());
    }
    assert_eq!(lnere_release::verify(&bench.release()), lnere_release::Verification::default());
}

#[test]
fn a_dashboard_of_another_recipient_is_found() {
    let bench = bench();
    bench.run_with(&["--only", "paquetes"]).assert_published();
    let release = bench.release();
    let path = |slug: &str| release.join(format!("paquetes/{slug}/tablero_{slug}.html"));
    let found =
        || -> Vec<String> { lnere_release::verify(&release).findings.iter().map(ToString::to_string).collect() };
    // Each of them has more or other rows than Chihuahua may see.
    for other in ["nacional", "09_ciudad_de_mexico"] {
        fs::copy(path(other), path("08_chihuahua")).unwrap();
        let found = found();
        let expected = "paquetes/08_chihuahua/tablero_08_chihuahua.html: has not what its audience sees, or more";
        assert!(found.iter().any(|finding| finding.contains(expected)), "{found:#?}");
    }
    fs::remove_file(path("08_chihuahua")).unwrap();
    let found = found();
    let expected = "11 dashboards in one file as html, the manifest says 12";
    assert!(found.iter().any(|finding| finding.contains(expected)), "{found:#?}");
}

#[test]
fn an_archive_says_what_it_holds_and_checks() {
    let bench = bench();
    bench.run_with(&[]).assert_published();
    for slug in ["nacional", "08_chihuahua", "24_san_luis_potosi"] {
        let files = package(&bench, slug);
        let sums = String::from_utf8(files["SHA256SUMS"].clone()).unwrap();
        let listed: BTreeMap<&str, &str> =
            sums.lines().map(|line| line.split_once("  ").map(|(sum, path)| (path, sum)).unwrap()).collect();
        assert_eq!(listed.len() + 1, files.len(), "all but the list itself");
        for (path, sum) in listed {
            let found: String = Sha256::digest(&files[path]).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(sum, found, "{path} of {slug}");
        }
        let readme = String::from_utf8(files["LEEME.txt"].clone()).unwrap();
        let words = readme.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        for folder in ["csv/", "tablas/", "graficas/", "textos/"] {
            assert!(words.contains(folder) && files.keys().any(|path| path.starts_with(folder)), "{folder} of {slug}");
        }
        assert!(readme.lines().all(|line| line.chars().count() < 140));

        // The files in the archive equal the files beside it.
        let folder = bench.release().join("paquetes").join(slug);
        for ending in ["pdf", "xlsx", "html"] {
            let file = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
            let file = file.into_iter().find(|path| path.extension().is_some_and(|other| other == ending)).unwrap();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            assert_eq!(fs::read(&file).unwrap(), files[&name], "{name}");
        }
    }
}

#[test]
fn a_revision_is_packed_as_one_and_says_what_changed() {
    let bench = bench();
    bench.run_with(&[]).assert_published();
    let more = [GOOD_APPLICATION, &GOOD_APPLICATION.replace("A1", "A9").replace(",08,", ",09,")];
    let bench = bench.applications(&more);
    bench.run_with(&["--force"]).assert_published();
    let changes = |slug: &str| {
        let files = package(&bench, slug);
        assert!(String::from_utf8_lossy(&files["LEEME.txt"]).contains("Revisión:         2"), "{slug}");
        let table = lnere_tables::read("revisiones", files["tablas/revisiones.parquet"].clone()).unwrap();
        rows(&table, None)
    };
    let [nation, chihuahua, jalisco] = ["nacional", "08_chihuahua", "14_jalisco"].map(changes);
    assert!(chihuahua.iter().all(|row| nation.contains(row)) && chihuahua.len() < nation.len());
    let shared = |row: &&Vec<String>| SHARED.contains(&row[1].as_str());
    assert_eq!(chihuahua.iter().filter(shared).count(), jalisco.iter().filter(shared).count());
    for (rows, code) in [(chihuahua, "08"), (jalisco, "14")] {
        let own = |row: &Vec<String>| row[2].contains(&format!("\"cve_entidad\":\"{code}\""));
        assert!(rows.iter().all(|row| own(row) || shared(&row)), "{code}");
        assert!(rows.iter().any(|row| own(row) && !shared(&row)), "{code} has changes of its own");
    }
}

#[test]
fn packages_alone_have_their_charts_all_the_same() {
    let bench = bench();
    bench.run_with(&["--only", "paquetes"]).assert_published();
    assert!(!bench.release().join("graficas").exists(), "that part was not asked for");
    let files = package(&bench, "08_chihuahua");
    assert!(files.contains_key("graficas/por_sexo.svg") && files.contains_key("graficas/por_sexo.png"));
    assert_eq!(lnere_release::verify(&bench.release()), lnere_release::Verification::default());
}

#[test]
fn before_the_opening_packages_hold_the_projection_alone() {
    let bench = Bench::new().with_corte("2020-07-31").file(
        "credenciales_20200731.csv",
        common::csv(common::CREDENTIAL_HEADER, &["T1,2020-07-02,08,Chicago,H,INSCRIPCION,,"]),
    );
    bench.run_with(&[]).assert_published();
    let files = package(&bench, "08_chihuahua");
    let tables: Vec<&str> = files.keys().filter_map(|path| path.strip_prefix("csv/")).collect();
    assert!(tables.contains(&"proyeccion_lnere_entidad.csv"));
    assert!(!tables.contains(&"lnere_por_entidad.csv"), "nothing is counted yet");
    assert!(!files.contains_key("tablero_08_chihuahua.html"), "so the dashboard would be empty");
}

#[test]
fn a_missing_package_is_found() {
    let bench = bench();
    bench.run_with(&["--only", "paquetes"]).assert_published();
    fs::remove_dir_all(bench.release().join("paquetes/14_jalisco")).unwrap();
    let found: Vec<String> = lnere_release::verify(&bench.release()).findings.iter().map(ToString::to_string).collect();
    assert!(found.iter().any(|finding| finding.contains("11 packages as zip, the manifest says 12")), "{found:#?}");
}

#[test]
fn a_template_with_a_mistake_publishes_nothing() {
    let bench = bench();
    let template = bench.path("plantilla");
    fs::create_dir(&template).unwrap();
    let bench = bench.with_process_edit("report = \"reporte\"", &format!("report = \"{}\"", template.display()));
    bench.run_with(&[]).assert_refused(2, "has no file reporte.typ");
    fs::write(template.join("reporte.typ"), "= Informe\n#nada()\n").unwrap();
    bench.run_with(&[]).assert_refused(2, "reporte.typ:2");
}

#[test]
fn a_process_without_a_template_has_packages_without_a_report() {
    let bench = bench().with_process_edit("report = \"reporte\"\n", "");
    let ran = bench.run_with(&["--only", "paquetes"]).assert_published();
    assert!(ran.stderr().contains("the packages hold no report"), "{}", ran.stderr());
    let files = package(&bench, "08_chihuahua");
    assert!(files.keys().all(|path| Path::new(path).extension().is_none_or(|ending| ending != "pdf")));
    assert_eq!(lnere_release::verify(&bench.release()), lnere_release::Verification::default());
}
