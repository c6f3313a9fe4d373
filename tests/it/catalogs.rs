//! Tests of the ways in which institutions name countries, entities, offices and columns. Known
//! names are counted in their place, and ambiguous names count as unidentified.

use std::fs;
use std::path::Path;

use crate::common::{self, APPLICATION_HEADER, Bench};

/// Applications with one country each, as CSV rows.
fn applications(countries: &[&str]) -> Vec<String> {
    let quoted = |cell: &&str| format!("\"{}\"", cell.replace('"', "\"\""));
    let row = |(number, country): (usize, String)| {
        format!("A{number},2020-09-10,08,{country},M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10")
    };
    countries.iter().map(quoted).enumerate().map(row).collect()
}

fn credentials(offices: &[&str]) -> Vec<String> {
    let row = |(number, office): (usize, &&str)| format!("T{number},2020-09-02,08,\"{office}\",H,INSCRIPCION,,");
    offices.iter().enumerate().map(row).collect()
}

fn texts(rows: &[String]) -> Vec<&str> {
    rows.iter().map(String::as_str).collect()
}

#[test]
fn countries_of_the_tax_catalogue_are_counted_under_their_codes() {
    let countries = [
        ("Estados Unidos (los)", "USA"),
        ("Reino Unido (el)", "GBR"),
        ("Países Bajos (los)", "NLD"),
        ("Corea (la República de)", "KOR"),
        ("República Checa (la)", "CZE"),
        ("República Dominicana (la)", "DOM"),
        ("Emiratos Árabes Unidos (Los)", "ARE"),
        ("Filipinas (las)", "PHL"),
        ("Rusia, (la) Federación de", "RUS"),
        ("Irán (la República Islámica de)", "IRN"),
        ("Bahamas (las)", "BHS"),
        ("Moldavia (la República de)", "MDA"),
        ("Siria, (la) República Árabe", "SYR"),
        ("Islas Caimán (las)", "CYM"),
        ("Sudán (el)", "SDN"),
        ("Taiwán (Provincia de China)", "TWN"),
        ("Bolivia, Estado Plurinacional de", "BOL"),
        ("Venezuela, República Bolivariana de", "VEN"),
        ("Tanzania, República Unida de", "TZA"),
        ("Viet Nam", "VNM"),
        ("Bangladés", "BGD"),
        ("Catar", "QAT"),
        ("Papúa Nueva Guinea", "PNG"),
    ];
    let rows = applications(&countries.map(|(name, _)| name));
    let bench = Bench::good().applications(&texts(&rows));
    let run = bench.run().assert_published();
    let mut expected = countries.map(|(_, code)| format!("{code} 1"));
    expected.sort();
    assert_eq!(
        run.rows_text("lnere_por_pais", &["cve_pais", "solicitudes_acumuladas"], "").lines().collect::<Vec<_>>(),
        expected
    );
    assert_eq!(run.rules("solicitudes"), "");
}

#[test]
fn a_damaged_name_or_one_of_two_countries_is_not_identified() {
    let names = ["Estados Unidos de AmÃ©rica", "Espa?a", "EspaÃ±a", "México, Estados Unidos", "N/A", "RU"];
    let mut rows = applications(&names);
    rows.extend((0..2_000).map(|number| common::GOOD_APPLICATION.replacen("A1", &format!("B{number}"), 1)));
    let bench = Bench::good().applications(&texts(&rows));
    let run = bench.run().assert_published();
    let countries = run.rows_text("lnere_por_pais", &["cve_pais", "solicitudes_acumuladas"], "");
    assert_eq!(countries, format!("CAN 2000\nXXX {}", names.len()));
}

#[test]
fn offices_with_prefix_state_and_country_are_counted_under_their_codes() {
    let offices = [
        ("Atlanta, Georgia", "atlanta"),
        ("Dallas, Texas", "dallas"),
        ("Chicago, Illinois", "chicago"),
        ("Los Ángeles, California", "los_angeles"),
        ("Consulado General de México en Houston, Texas", "houston"),
        ("CONSULMEX LAS VEGAS", "las_vegas"),
        ("Nogales, Arizona", "nogales"),
        ("Laredo, Tx.", "laredo"),
        ("Embajada de México en el Reino Unido", "londres"),
        ("Consulado General de México en Nueva York", "nueva_york"),
        ("San Francisco, CA", "san_francisco"),
        ("Sección Consular de la Embajada de México en Francia", "paris"),
        ("Washington, D.C.", "washington"),
        ("CONSULADO DE CARRERA EN PRESIDIO", "presidio"),
        ("San José, Costa Rica", "san_jose_cri"),
        ("San José, California", "san_jose"),
    ];
    let bench = Bench::good().credentials(&texts(&credentials(&offices.map(|(name, _)| name))));
    let run = bench.run().assert_published();
    let counted =
        run.rows_text("credenciales_por_representacion", &["cve_representacion", "tramitadas_acumuladas"], "");
    let mut counted: Vec<&str> = counted.lines().collect();
    counted.sort_unstable();
    let mut expected = offices.map(|(_, code)| format!("{code} 1"));
    expected.sort();
    assert_eq!(counted, expected);
    assert_eq!(run.rules("credenciales"), "");
}

#[test]
fn an_entity_is_known_as_a_spreadsheet_writes_its_number() {
    let cells = ["9", "09", "9.0", "09.00", "'9", "=\"9\"", "=\"09\"", " 9 ", "D.F.", "DF", "Ciudad de México"];
    let rows: Vec<String> = cells
        .iter()
        .enumerate()
        .map(|(number, cell)| format!("A{number},2020-09-10,{cell},Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10"))
        .collect();
    let bench = Bench::good().applications(&texts(&rows));
    let run = bench.run().assert_published();
    assert_eq!(
        run.rows_text("lnere_por_entidad", &["cve_entidad", "solicitudes_acumuladas"], "09 "),
        format!("09 {}", cells.len())
    );
    assert_eq!(run.rules("solicitudes"), "");
}

#[test]
fn a_number_that_is_no_entity_is_refused_by_its_rule() {
    let rows: Vec<String> = ["9.5", "0", "33", "-9", "8.08"]
        .iter()
        .enumerate()
        .map(|(number, cell)| format!("A{number},2020-09-10,{cell},Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10"))
        .chain((0..2_000).map(|number| common::GOOD_APPLICATION.replacen("A1", &format!("B{number}"), 1)))
        .collect();
    let bench = Bench::good().applications(&texts(&rows));
    let run = bench.run().assert_published();
    assert_eq!(run.rules("solicitudes"), "error entidad_desconocida 5");
}

#[test]
fn invisible_characters_and_line_ends_in_header_names_do_not_matter() {
    for header in [
        APPLICATION_HEADER.replace("FOLIO", "FO\u{200b}LIO"),
        APPLICATION_HEADER.replace("FOLIO,", "FOLIO\u{200b},"),
        APPLICATION_HEADER.replace("PAIS", "\u{a0}País\u{a0}"),
        APPLICATION_HEADER.replace("SEXO", "\u{200f}Se\u{ad}xo\u{2060}"),
    ] {
        let bench = Bench::good().file("solicitudes_20200930.csv", common::csv(&header, &[common::GOOD_APPLICATION]));
        assert_eq!(
            bench.run().assert_published().total("lnere_por_entidad", "solicitudes_acumuladas"),
            1,
            "{header:?}"
        );
    }
    // Two spellings of one name are not a mistake, and both match.
    let spellings = "cve_entidad = [\"CLAVE\\nENTIDAD\", \"CLAVE ENTIDAD\", \"Clave  Entidad\"]";
    for cell in ["\"CLAVE\r\nENTIDAD\"", "\"CLAVE\nENTIDAD\"", "CLAVE ENTIDAD", "clave \u{a0}entidad"] {
        let header = APPLICATION_HEADER.replace("CVE_ENTIDAD", cell);
        let bench = Bench::good().file("solicitudes_20200930.csv", common::csv(&header, &[common::GOOD_APPLICATION]));
        let bench = bench.with_process_edit("cve_entidad = \"CVE_ENTIDAD\"", spellings);
        assert_eq!(bench.run().assert_published().total("lnere_por_entidad", "solicitudes_acumuladas"), 1, "{cell:?}");
    }
}

#[test]
fn more_offices_than_fit_are_refused_before_anything_is_counted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/catalogos");
    let bench = Bench::good().with_process_edit("[thresholds]", "[thresholds]");
    let copy = bench.path("catalogos");
    fs::create_dir(&copy).unwrap();
    for file in ["entidades.toml", "paises.toml", "representaciones.toml"] {
        fs::copy(folder.join(file), copy.join(file)).unwrap();
    }
    let path = copy.join("representaciones.toml");
    let mut offices = fs::read_to_string(&path).unwrap();
    for number in offices.matches("\n[[representacion]]").count()..65_536 {
        offices += &format!(
            "\n[[representacion]]\nclave = \"sede_{number}\"\nnombre = \"Sede {number}\"\npais = \"USA\"\ntipo = \"consulado\"\n"
        );
    }
    fs::write(&path, offices).unwrap();
    let bench = bench.with_edit(&format!("\"{}\"", folder.display()), &format!("\"{}\"", copy.display()));
    bench.run().assert_refused(2, "65536 offices; at most 65535 are allowed");
}
