use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;
use lnere_core::calendar::{Corte, day_number};
use lnere_core::catalog::{Catalogs, CountryId, OfficeId};
use lnere_core::process::{Dimension, Process};
use lnere_ingest::coded_records::{
    Application, ApplicationShard, Applications, Credential, Facts, NarrowKey, StatusObservation,
};
use lnere_tables::{Column, Table};

fn parse_day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn sample_process() -> (Process, Catalogs) {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    Process::load(&root.join("pipelines/pel_2020_2021.toml")).unwrap()
}

/// The object in the data file of a page.
fn data_json(dashboard: &DashboardData) -> Value {
    let files = dashboard_files(dashboard);
    let (_, data) = files.iter().find(|(name, _)| name == DASHBOARD_DATA_FILE).unwrap();
    let text = std::str::from_utf8(data).unwrap();
    let json = text.strip_prefix("'use strict';\nconst DATOS = ").unwrap().strip_suffix(";\n").unwrap();
    serde_json::from_str(json).unwrap()
}

/// The cells of a cube, decoded as `tablero/DATOS.md` describes and independent of the writer.
fn decode_cells(cube: &Value) -> BTreeMap<Vec<u64>, u64> {
    let sizes: Vec<u64> = cube["tamanos"].as_array().unwrap().iter().map(|size| size.as_u64().unwrap()).collect();
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = String::new();
    for letter in cube["datos"].as_str().unwrap().trim_end_matches('=').chars() {
        bits.push_str(&format!("{:06b}", letters.find(letter).unwrap()));
    }
    let bytes =
        bits.as_bytes().chunks_exact(8).map(|byte| u64::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap());
    let mut numbers = Vec::new();
    let (mut value, mut shift) = (0, 0);
    for byte in bytes {
        value |= (byte & 127) << shift;
        shift += 7;
        if byte < 128 {
            numbers.push(value);
            (value, shift) = (0, 0);
        }
    }
    let mut numbers = numbers.into_iter();
    let mut found = BTreeMap::new();
    let mut before: i64 = -1;
    while let Some(word) = numbers.next() {
        let key = before + 1 + i64::try_from(word / 2).unwrap();
        let count = if word % 2 == 1 { numbers.next().unwrap() + 2 } else { 1 };
        let (mut rest, mut codes) = (key as u64, Vec::new());
        for size in sizes.iter().rev() {
            codes.insert(0, rest % size);
            rest /= size;
        }
        assert_eq!(rest, 0);
        found.insert(codes, count);
        before = key;
    }
    assert_eq!(cube["celdas"], found.len());
    assert_eq!(cube["total"], found.values().sum::<u64>());
    found
}

/// Three applications and two credentials. One application has a country and a medium that no list
/// contains.
fn sample_facts(process: &Process, catalogs: &Catalogs) -> Facts {
    let entity = |code: &str| catalogs.entities.by_code(code).unwrap();
    let number = |text: &str| u16::try_from(day_number(parse_day(text))).unwrap();
    let at = |text: &str| u32::try_from(day_number(parse_day(text))).unwrap() * 86_400 + 43_200;
    let canada = catalogs.countries.find("Canadá").unwrap();
    let unlisted = process.categories(Dimension::MEDIO).unidentified_index();
    let one = |code: &str, country, categories: [u8; 5], registered, status_at| {
        let key = NarrowKey::new(entity(code), country, number(registered));
        let categories = Dimension::BUILT_IN.into_iter().zip(categories);
        let key = categories.fold(key, |key, (dimension, category)| key.with_category(dimension, category));
        Application { key, status_at: at(status_at) }
    };
    let first = ApplicationShard {
        applications: vec![
            one("08", canada, [0, 0, 0, 0, 3], "2020-09-10", "2020-10-05"),
            one("08", canada, [0, 0, 0, 0, 0], "2020-09-10", "2020-09-10"),
        ],
        history: vec![StatusObservation { application: 0, taken_at: at("2020-09-12"), export_rank: 0, status: 1 }],
    };
    let second = ApplicationShard {
        applications: vec![one("03", CountryId::UNKNOWN, [1, 1, 1, unlisted, 0], "2020-10-01", "2020-10-01")],
        history: Vec::new(),
    };
    let credential = |applied: &str, delivered: Option<&str>| Credential {
        entity: entity("01"),
        office: OfficeId::UNKNOWN,
        applied: day_number(parse_day(applied)),
        delivered: delivered.map(|text| day_number(parse_day(text))),
        confirmed: None,
    };
    Facts {
        applications: Applications::Narrow(vec![first, second].into()),
        credentials: vec![vec![credential("2020-08-31", Some("2020-09-20")), credential("2020-10-01", None)]].into(),
    }
}

#[test]
fn applications_are_counted_by_day_and_codes_with_the_status_of_the_last_day() {
    let (process, catalogs) = sample_process();
    let facts = sample_facts(&process, &catalogs);
    let later = data_json(&exact_data(&process, &catalogs, &[], &facts, parse_day("2020-10-10"), None).unwrap());
    assert_eq!(later["paises"], serde_json::json!([["CAN", "Canadá"], ["XXX", "No identificado"]]));
    assert_eq!(later["categorias"]["medio"].as_array().unwrap().last().unwrap()[0], "NO_IDENTIFICADO");
    assert_ne!(later["categorias"]["sexo"].as_array().unwrap().last().unwrap()[0], "NO_IDENTIFICADO");
    let medium = later["categorias"]["medio"].as_array().unwrap().len() as u64 - 1;
    let expected =
        [(vec![9, 2, 0, 0, 0, 0, 0, 0], 1), (vec![9, 2, 0, 0, 0, 0, 0, 3], 1), (vec![30, 0, 1, 1, 1, 1, medium, 0], 1)];
    assert_eq!(decode_cells(&later["solicitudes"]), BTreeMap::from(expected));

    // Ten days earlier the first application had another status, and the last one did not exist.
    let earlier = data_json(&exact_data(&process, &catalogs, &[], &facts, parse_day("2020-09-30"), None).unwrap());
    assert_eq!(earlier["paises"], serde_json::json!([["CAN", "Canadá"]]));
    let expected = [(vec![9, 2, 0, 0, 0, 0, 0, 0], 1), (vec![9, 2, 0, 0, 0, 0, 0, 1], 1)];
    assert_eq!(decode_cells(&earlier["solicitudes"]), BTreeMap::from(expected));
    assert_eq!(earlier["solicitudes"]["tamanos"][0], 30);
}

#[test]
fn credentials_are_counted_from_their_first_day_on() {
    let (process, catalogs) = sample_process();
    let dashboard = data_json(
        &exact_data(&process, &catalogs, &[], &sample_facts(&process, &catalogs), parse_day("2020-10-10"), None)
            .unwrap(),
    );
    let credentials = &dashboard["credenciales"];
    let office = ["no_identificada", "No identificada", "no_identificada", "XXX"];
    assert_eq!(credentials["representaciones"], serde_json::json!([office]));
    assert_eq!(credentials["entidades"].as_array().unwrap().len(), 32);
    assert_eq!(decode_cells(&credentials["acumuladas"]), BTreeMap::from([(vec![0, 0, 0], 1), (vec![0, 0, 1], 1)]));
    assert_eq!(decode_cells(&credentials["diarias"]), BTreeMap::from([(vec![19, 0, 1], 1), (vec![30, 0, 0], 1)]));
}

#[test]
fn a_cohort_has_the_credentials_applied_for_since_the_first_day_alone() {
    let (process, catalogs) = sample_process();
    let mut facts = sample_facts(&process, &catalogs);
    let chihuahua = catalogs.entities.by_code("08").unwrap();
    let day = |text: &str| day_number(parse_day(text));
    let credential = |applied: &str, delivered: Option<&str>, confirmed: Option<&str>| Credential {
        entity: chihuahua,
        office: OfficeId::UNKNOWN,
        applied: day(applied),
        delivered: delivered.map(day),
        confirmed: confirmed.map(day),
    };
    facts.credentials = vec![vec![
        // Applied for before the first day: no part of the cohort, although delivered later.
        credential("2020-08-31", Some("2020-09-20"), None),
        credential("2020-09-01", Some("2020-09-11"), Some("2020-09-12")),
        credential("2020-09-01", Some("2020-10-01"), None),
        // Delivered and applied for after the day of the dashboard.
        credential("2020-09-02", Some("2020-10-11"), None),
        credential("2020-10-11", None, None),
    ]]
    .into();
    let dashboard = data_json(&exact_data(&process, &catalogs, &[], &facts, parse_day("2020-10-10"), None).unwrap());
    let office = "no_identificada";
    let row = |entity: &str, office: &str| serde_json::json!([entity, office, 3, 2, 1, 10, 30]);
    let expected = serde_json::json!([row("", ""), row("", office), row("08", ""), row("08", office)]);
    assert_eq!(dashboard["credenciales"]["cohorte"], expected);
    assert!(dashboard.get("corte").is_none());
}

#[test]
fn a_corte_has_sums_of_packages_and_the_exports_of_the_counts() {
    let (process, _) = sample_process();
    let text = |values: &[&str]| Column::Text(values.iter().map(|value| (*value).to_owned()).collect());
    let table = |name: &str, columns: &[(&str, Column)]| Table {
        name: name.to_owned(),
        columns: columns.iter().map(|(name, column)| ((*name).to_owned(), column.clone())).collect(),
    };
    let packages = table(
        "plan_pep",
        &[
            ("cve_entidad", text(&["08", "03", "08"])),
            ("paquetes_mediana", Column::Int(vec![4, 1, 6])),
            ("tiraje", Column::Int(vec![5, 2, 9])),
        ],
    );
    let day = parse_day("2020-09-30");
    let quality = table(
        "calidad",
        &[
            ("fuente", text(&["solicitudes", "solicitudes"])),
            ("archivo", text(&["old.csv", "new.csv"])),
            ("fecha_exportacion", Column::Date(vec![day, day])),
            ("es_fuente", Column::Bool(vec![false, true])),
            ("regla", text(&["leidas", "leidas"])),
            ("nivel", text(&["total", "total"])),
            ("filas", Column::Int(vec![1, 7])),
        ],
    );
    let quincenas = [parse_day("2020-09-15"), day, day, day];
    let statuses = table(
        "lnere_estatus_serie",
        &[
            ("quincena", Column::Date(quincenas.to_vec())),
            ("cve_entidad", text(&["08", "08", "08", "03"])),
            ("estatus", text(&["RECIBIDA", "RECIBIDA", "NO_IDENTIFICADO", "PROCEDENTE"])),
            ("solicitudes", Column::Int(vec![2, 1, 1, 0])),
        ],
    );
    let corte = Corte::new(day).unwrap();
    let data = CorteData::from_tables(&process, corte, &[packages, quality, statuses]).unwrap();
    assert_eq!(data.dia, "2020-09-30");
    assert_eq!(data.tablas["plan_pep"]["filas"], serde_json::json!([["03", 1, 2], ["08", 10, 14]]));
    assert_eq!(
        data.tablas["calidad"]["filas"],
        serde_json::json!([["solicitudes", "new.csv", "2020-09-30", "leidas", "total", 7]])
    );
    let series = data.estatus.unwrap();
    assert_eq!(series.cortes, ["2020-09-15", "2020-09-30"]);
    assert_eq!(series.estatus.last().map(String::as_str), Some("NO_IDENTIFICADO"));
    let chihuahua = process.entities.iter().position(|entity| entity.code() == "08").unwrap();
    let unidentified = series.estatus.len() - 1;
    let expected = vec![(vec![0, chihuahua, 0], 2), (vec![1, chihuahua, 0], 1), (vec![1, chihuahua, unidentified], 1)];
    assert_eq!(series.solicitudes.cells(), Some(expected));
}

#[test]
fn a_process_on_the_day_before_its_first_has_empty_cubes() {
    let (process, catalogs) = sample_process();
    let dashboard = data_json(
        &exact_data(&process, &catalogs, &[], &sample_facts(&process, &catalogs), parse_day("2020-08-31"), None)
            .unwrap(),
    );
    for cube in
        [&dashboard["solicitudes"], &dashboard["credenciales"]["acumuladas"], &dashboard["credenciales"]["diarias"]]
    {
        assert_eq!((&cube["celdas"], &cube["total"], &cube["datos"]), (&0.into(), &0.into(), &"".into()));
    }
    assert_eq!(dashboard["solicitudes"]["tamanos"][0], 0);
}

#[test]
fn the_head_says_what_the_process_file_says() {
    let (process, catalogs) = sample_process();
    let dashboard =
        data_json(&exact_data(&process, &catalogs, &[], &Facts::default(), parse_day("2021-03-15"), None).unwrap());
    assert_eq!((&dashboard["formato"], &dashboard["audiencia"]), (&1.into(), &"opl".into()));
    assert_eq!((&dashboard["inicio"], &dashboard["cierre"]), (&"2020-09-01".into(), &"2021-03-10".into()));
    let ends = dashboard["quincenas"].as_array().unwrap();
    assert_eq!((ends.len(), &ends[0], &ends[12]), (13, &"2020-09-15".into(), &"2021-03-10".into()));
    let marks = dashboard["hitos"].as_array().unwrap();
    let kinds = |kind: &str| marks.iter().filter(|mark| mark["tipo"] == kind).count();
    assert_eq!((marks.len(), kinds("reunion"), kinds("plazo")), (8, 7, 1));
    assert_eq!(dashboard["aceptados"], serde_json::json!(["PROCEDENTE"]));
    assert_eq!(dashboard["entidades"].as_array().unwrap().len(), 11);
}

#[test]
fn a_data_file_says_whose_it_is_and_no_other_file_does() {
    let (process, catalogs) = sample_process();
    let dashboard =
        exact_data(&process, &catalogs, &[], &sample_facts(&process, &catalogs), parse_day("2020-10-10"), None)
            .unwrap();
    let files = dashboard_files(&dashboard);
    let (_, bytes) = files.iter().find(|(name, _)| name == DASHBOARD_DATA_FILE).unwrap();
    assert_eq!(DashboardData::read(bytes), Some(dashboard));
    let summary = DashboardSummary::read(bytes).unwrap();
    assert_eq!((summary.proceso.as_str(), summary.audiencia.as_str()), ("pel_2020_2021", "opl"));
    assert_eq!(summary.hasta, parse_day("2020-10-10"));
    assert_eq!(DashboardSummary::read(b"'use strict';\nconst DATOS = {};\n"), None);
    assert_eq!(DashboardSummary::read(&bytes[1..]), None);
    // Data with additional fields come from another version or another program.
    let more = String::from_utf8(bytes.clone()).unwrap().replace("\"formato\":1,", "\"formato\":1,\"folios\":[],");
    assert_eq!((DashboardData::read(more.as_bytes()), DashboardSummary::read(more.as_bytes()).is_some()), (None, true));
}

#[test]
fn the_page_has_the_colours_of_the_charts() {
    use lnere_charts::palette::{self, Color};

    let style = include_str!("../../../tablero/tablero.css");
    let files = include_str!("../../../tablero/js/chart_style.js");
    let light = &style[..style.find("prefers-color-scheme: dark").unwrap()];
    for (name, color) in [
        ("ink", palette::TEXT_COLOR),
        ("muted", palette::MUTED_TEXT_COLOR),
        ("grid", palette::GRID_LINE_COLOR),
        ("base", palette::BASE_LINE_COLOR),
        ("line", Color::Navy.rgb()),
        ("bar", Color::Blue.rgb()),
        // Credentials delivered and confirmed. Those applied for are light blue in the charts, and
        // a darker one on the page: a line of the light one is too pale on white.
        ("b", Color::Blue.rgb()),
        ("c", Color::Navy.rgb()),
    ] {
        let hex = format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2);
        assert!(light.contains(&format!("--c-{name}: {hex};")), "{name} of the screen is not {hex}");
        assert!(files.contains(&format!("  {name}: '{hex}',")), "{name} of files is not {hex}");
    }
}

#[test]
fn the_data_of_an_entity_have_no_name_and_no_count_of_another() {
    let (process, catalogs) = sample_process();
    let facts = sample_facts(&process, &catalogs);
    let nation = exact_data(&process, &catalogs, &[], &facts, parse_day("2020-10-10"), None).unwrap();
    let shared = BTreeMap::from([("lnere_por_entidad".to_owned(), serde_json::json!({"columnas": [], "filas": []}))]);
    let own = nation.restricted_to_entity("08", shared, None).unwrap();
    let json = data_json(&own);
    assert_eq!((&json["entidad"], &json["entidades"]), (&"08".into(), &serde_json::json!([["08", "Chihuahua"]])));
    // Only the entity 03 has an unidentified country and an unidentified medium.
    assert_eq!(json["paises"], serde_json::json!([["CAN", "Canadá"]]));
    assert_ne!(json["categorias"]["medio"].as_array().unwrap().last().unwrap()[0], "NO_IDENTIFICADO");
    let cells = decode_cells(&json["solicitudes"]);
    let expected = [(vec![9, 0, 0, 0, 0, 0, 0, 0], 1), (vec![9, 0, 0, 0, 0, 0, 0, 3], 1)];
    assert_eq!(cells, BTreeMap::from(expected));
    // All credentials are of the entity 01.
    assert_eq!(json["credenciales"]["entidades"], serde_json::json!([["08", "Chihuahua"]]));
    assert_eq!(json["credenciales"]["representaciones"], serde_json::json!([]));
    assert!(decode_cells(&json["credenciales"]["acumuladas"]).is_empty());
    assert!(decode_cells(&json["credenciales"]["diarias"]).is_empty());
    assert_eq!(json["credenciales"]["cohorte"], serde_json::json!([]), "neither its own nor that of the nation");
    let places: Vec<&str> = json["coordenadas"]["pais"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((places, &json["coordenadas"]["representacion"]), (vec!["CAN"], &serde_json::json!({})));

    let other = nation.restricted_to_entity("03", BTreeMap::new(), None).unwrap();
    assert_eq!(other.paises, Some(vec![("XXX".to_owned(), "No identificado".to_owned())]));
    assert_eq!(other.categorias.list_of_column("medio").last().unwrap().0, "NO_IDENTIFICADO");
    assert_eq!(other.solicitudes.unwrap().total, 1);
    assert_eq!(nation.restricted_to_entity("01", BTreeMap::new(), None), None, "no entity of the process");
}

#[test]
fn a_dashboard_in_one_file_allows_its_own_parts_alone() {
    let (process, catalogs) = sample_process();
    let facts = sample_facts(&process, &catalogs);
    let mut data = exact_data(&process, &catalogs, &[], &facts, parse_day("2020-10-10"), None).unwrap();
    data.titulo = "</script><!-- <b>".to_owned();
    let page = single_page(&data);
    assert_eq!(page, single_page(&data));
    assert_eq!(data_of_single_page(&page).and_then(DashboardData::read), Some(data));

    let page = String::from_utf8(page).unwrap();
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let hashes = |tag: &str| {
        let (start, end) = (format!("<{tag}>"), format!("</{tag}>"));
        let parts = page.split(start.as_str()).skip(1).map(|rest| rest.split(end.as_str()).next().unwrap());
        parts.map(|part| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(part)))).collect::<Vec<_>>().join(" ")
    };
    let expected = format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data: blob:; connect-src 'none'; base-uri 'none'; \
         form-action 'none'",
        hashes("script"),
        hashes("style")
    );
    assert_eq!(policy, expected);
    for outside in ["src=", "href=\"tablero", "href=\"icono", "'self'"] {
        assert!(!page.split("<script>").next().unwrap().contains(outside), "{outside}");
    }
    assert!(page.contains("Apache License"), "the licences go with the bundle");
}
