//! Tests of exports as institutions really produce them (`tests/field/README.md`). Each is counted
//! correctly, or refused with advice.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{Bench, Ran};

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field").join(case)
}

/// A bench with the exports of a case.
fn case(name: &str) -> Bench {
    let mut bench = Bench::new().unprojected();
    for entry in fs::read_dir(folder(name)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        bench = bench.file(&name, fs::read(&path).unwrap());
    }
    bench.corte("2020-10-15")
}

/// The case with an additional key in the section of the exports of applications.
fn with(name: &str, key: &str) -> Bench {
    case(name).edited("[exports.solicitudes]", &format!("[exports.solicitudes]\n{key}"))
}

/// Checks that all 400 applications count under their entity, country, sex and status.
#[track_caller]
fn counts_right(bench: &Bench) {
    let ran = bench.run().published();
    let entities = ran.rows("lnere_por_entidad", &["cve_entidad", "solicitudes_acumuladas"], " 100");
    assert_eq!(entities, "08 100\n09 100\n14 100\n16 100");
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 400);
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_quincena"), 400);
    assert_eq!(sum(&ran, "lnere_por_sexo", "sexo"), "H 200, M 200");
    assert_eq!(sum(&ran, "lnere_por_pais", "cve_pais"), "CAN 40, DEU 40, ESP 40, FRA 40, USA 240");
    assert_eq!(ran.rules("solicitudes"), "");
}

/// The applications of a table by one column, without zeros.
fn sum(ran: &Ran, table: &str, column: &str) -> String {
    let table = ran.table(table);
    let mut counts = std::collections::BTreeMap::<&str, i64>::new();
    for (key, count) in
        table.values::<String>(column).unwrap().iter().zip(table.values::<i64>("solicitudes_acumuladas").unwrap())
    {
        *counts.entry(key).or_default() += count;
    }
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts.map(|(key, count)| format!("{key} {count}")).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn refused(bench: &Bench, words: &[&str]) {
    let ran = bench.run();
    assert_eq!(ran.code(), Some(3), "{}{}", ran.stdout(), ran.stderr());
    assert!(!bench.release().exists(), "nothing is published");
    for word in words {
        assert!(ran.stderr().contains(word), "stderr has no `{word}`:\n{}", ran.stderr());
    }
}

#[test]
fn stray_quotes_that_swallow_records_refuse() {
    let bench = case("stray_quotes_68_lines_apart");
    refused(&bench, &["swallowed", "102", "170", "67", "quotes = false"]);
    counts_right(&with("stray_quotes_68_lines_apart", "quotes = false"));
    counts_right(&with("no_setting_for_no_quotes", "quotes = false"));
}

#[test]
fn damaged_country_names_refuse() {
    refused(&case("country_mojibake"), &["max_unidentified: column PAIS: 280 of 400 accepted records", "70.00 %"]);
    refused(
        &case("country_question_marks"),
        &["max_unidentified: column PAIS: 320 of 400 accepted records", "80.00 %"],
    );
}

#[test]
fn changed_codes_refuse() {
    refused(&case("modality_codes_changed"), &["max_unidentified: column MODALIDAD: 400 of 400", "100.00 %"]);
    refused(&case("sex_masculino_femenino"), &["max_unidentified: column SEXO: 200 of 400", "50.00 %"]);
}

#[test]
fn countries_of_the_tax_catalogue_are_known() {
    let ran = case("country_names_of_the_tax_catalogue");
    let ran = ran.run().published();
    assert_eq!(ran.rules("solicitudes"), "");
    let countries = ran.table("lnere_por_pais");
    let mut codes: Vec<String> = countries.values::<String>("cve_pais").unwrap().to_vec();
    codes.sort_unstable();
    codes.dedup();
    let expected = "ARE BGD BHS BOL CYM CZE DOM GBR IRN KOR MDA NLD PHL PNG QAT RUS SDN SYR TWN TZA USA VEN VNM";
    assert_eq!(codes.join(" "), expected);
}

#[test]
fn offices_with_their_state_are_known() {
    let bench = case("office_names_with_their_state");
    let ran = bench.run().published();
    assert_eq!(ran.rules("credenciales"), "");
    let offices = ran.rows("credenciales_por_representacion", &["cve_representacion", "tramitadas_acumuladas"], "");
    let expected = "atlanta 30\nchicago 30\ndallas 30\nhouston 30\nlaredo 30\nlas_vegas 30\nlondres 30\nlos_angeles 30\n\
                    nogales 30\nnueva_york 30\nparis 30\npresidio 30\nsan_francisco 30\nwashington 30";
    let mut lines: Vec<&str> = offices.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.join("\n"), expected);
}

#[test]
fn the_same_file_under_a_newer_day_refuses() {
    refused(&case("same_file_under_a_newer_day"), &["same_file: its content is that of solicitudes_20201015.csv"]);
}

#[test]
fn an_entity_that_is_gone_refuses_although_the_total_grew() {
    let words =
        "max_shrink: entity 24 San Luis Potosí: 0 accepted records, 40 in solicitudes_20201015.csv (100.00 % fewer";
    refused(&case("one_entity_gone_total_grew"), &[words]);
}

#[test]
fn folios_without_their_zeros_refuse() {
    refused(
        &case("folios_lost_their_zeros"),
        &["min_kept: 0 of the 380 folios of solicitudes_20201015.csv are still in it"],
    );
}

#[test]
fn parquet_columns_without_a_value_and_numbers_of_any_type_are_read() {
    let bench = case("parquet_columns_without_any_value");
    counts_right(&bench);
    assert_eq!(bench.run().total("credenciales_por_entidad", "tramitadas_acumuladas"), 40);
    counts_right(&case("parquet_entity_float"));
}

#[test]
fn dates_of_spreadsheets_and_of_oracle_are_read() {
    counts_right(&case("excel_unpadded_hour"));
    let formats = |name: &str| {
        case(name).edited("date_formats = [\"YYYY-MM-DD\", \"DD/MM/YYYY\"]", "date_formats = [\"DD-MON-RR\"]")
    };
    counts_right(&formats("oracle_dd_mon_rr"));
    refused(&case("oracle_dd_mon_rr"), &["fecha_invalida in FECHA_SOLICITUD", "99-AAA-99", "date_formats"]);
}

#[test]
fn words_for_missing_values_are_declared() {
    let empty = "empty = [\"null\"]";
    let bench = with("ine_java_null_word", empty);
    counts_right(&bench.edited("[exports.credenciales]", &format!("[exports.credenciales]\n{empty}")));
    refused(&case("ine_java_null_word"), &["null", "FECHA_ESTATUS", "empty"]);
}

#[test]
fn headers_are_found_and_compared_as_people_read_them() {
    counts_right(&case("ine_preamble_header_on_line_6"));
    counts_right(&case("header_with_zero_width_space"));
    for names in ["[\"CLAVE\\nENTIDAD\", \"CLAVE ENTIDAD\"]", "\"CLAVE ENTIDAD\"", "\"CLAVE\\nENTIDAD\""] {
        let bench = case("ine_header_cells_with_crlf")
            .edited("cve_entidad = \"CVE_ENTIDAD\"", &format!("cve_entidad = {names}"));
        counts_right(&bench);
    }
    let words = ["CVE_ENTIDAD", "ID_ENTIDAD", "[exports.solicitudes.columns]", "cve_entidad"];
    refused(&case("header_names_not_shown"), &words);
}

#[test]
fn a_long_zstd_window_is_read_within_the_limits() {
    counts_right(&case("zst_long_window"));
}

#[test]
fn refusals_name_widths_rules_and_columns() {
    refused(&case("every_record_one_field_too_wide"), &["10", "11", "400"]);
    refused(&case("refusal_names_no_rule"), &["fecha_invalida in FECHA_SOLICITUD", "400"]);
}

#[test]
fn lines_that_end_in_carriage_returns_alone_are_named() {
    refused(&case("mac_line_ends_words"), &["end in CR alone"]);
}

#[test]
fn rows_of_delimiters_are_no_records() {
    let bench = case("rows_of_delimiters_below");
    counts_right(&bench);
    assert_eq!(
        bench.run().rows("calidad", &["archivo", "regla", "filas"], "solicitudes_20201031.csv leidas"),
        "solicitudes_20201031.csv leidas 400"
    );
}
