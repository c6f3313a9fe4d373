//! Tests of exports as institutions really produce them (`tests/field/README.md`). Each is counted
//! correctly, or refused with advice.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{Bench, CompletedRun};

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field").join(case)
}

/// A bench with the exports of a case.
fn case_bench(name: &str) -> Bench {
    let mut bench = Bench::new().without_projection();
    for entry in fs::read_dir(folder(name)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        bench = bench.file(&name, fs::read(&path).unwrap());
    }
    bench.with_corte("2020-10-15")
}

/// The case with an additional key in the section of the exports of applications.
fn case_with_key(name: &str, key: &str) -> Bench {
    case_bench(name).with_edit("[exports.solicitudes]", &format!("[exports.solicitudes]\n{key}"))
}

/// Checks that all 400 applications count under their entity, country, sex and status.
#[track_caller]
fn assert_counts(bench: &Bench) {
    let ran = bench.run().assert_published();
    let entities = ran.rows_text("lnere_por_entidad", &["cve_entidad", "solicitudes_acumuladas"], " 100");
    assert_eq!(entities, "08 100\n09 100\n14 100\n16 100");
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 400);
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_quincena"), 400);
    assert_eq!(counts_by_column(&ran, "lnere_por_sexo", "sexo"), "H 200, M 200");
    assert_eq!(counts_by_column(&ran, "lnere_por_pais", "cve_pais"), "CAN 40, DEU 40, ESP 40, FRA 40, USA 240");
    assert_eq!(ran.rules("solicitudes"), "");
}

/// The applications of a table by one column, without zeros.
fn counts_by_column(ran: &CompletedRun, table: &str, column: &str) -> String {
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
fn assert_refused(bench: &Bench, words: &[&str]) {
    let ran = bench.run();
    assert_eq!(ran.code(), Some(3), "{}{}", ran.stdout(), ran.stderr());
    assert!(!bench.release().exists(), "nothing is published");
    for word in words {
        assert!(ran.stderr().contains(word), "stderr has no `{word}`:\n{}", ran.stderr());
    }
}

#[test]
fn stray_quotes_that_swallow_records_refuse() {
    let bench = case_bench("stray_quotes_68_lines_apart");
    assert_refused(&bench, &["swallowed", "102", "170", "67", "quotes = false"]);
    assert_counts(&case_with_key("stray_quotes_68_lines_apart", "quotes = false"));
    assert_counts(&case_with_key("no_setting_for_no_quotes", "quotes = false"));
}

#[test]
fn damaged_country_names_refuse() {
    assert_refused(
        &case_bench("country_mojibake"),
        &["max_unidentified: column PAIS: 280 of 400 accepted records", "70.00 %"],
    );
    assert_refused(
        &case_bench("country_question_marks"),
        &["max_unidentified: column PAIS: 320 of 400 accepted records", "80.00 %"],
    );
}

#[test]
fn changed_codes_refuse() {
    assert_refused(
        &case_bench("modality_codes_changed"),
        &["max_unidentified: column MODALIDAD: 400 of 400", "100.00 %"],
    );
    assert_refused(&case_bench("sex_masculino_femenino"), &["max_unidentified: column SEXO: 200 of 400", "50.00 %"]);
}

#[test]
fn countries_of_the_tax_catalogue_are_known() {
    let ran = case_bench("country_names_of_the_tax_catalogue");
    let ran = ran.run().assert_published();
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
    let bench = case_bench("office_names_with_their_state");
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("credenciales"), "");
    let offices =
        ran.rows_text("credenciales_por_representacion", &["cve_representacion", "tramitadas_acumuladas"], "");
    let expected = "atlanta 30\nchicago 30\ndallas 30\nhouston 30\nlaredo 30\nlas_vegas 30\nlondres 30\nlos_angeles 30\n\
                    nogales 30\nnueva_york 30\nparis 30\npresidio 30\nsan_francisco 30\nwashington 30";
    let mut lines: Vec<&str> = offices.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.join("\n"), expected);
}

#[test]
fn the_same_file_under_a_newer_day_refuses() {
    assert_refused(
        &case_bench("same_file_under_a_newer_day"),
        &["same_file: its content is that of solicitudes_20201015.csv"],
    );
}

#[test]
fn an_entity_that_is_gone_refuses_although_the_total_grew() {
    let words =
        "max_shrink: entity 24 San Luis Potosí: 0 accepted records, 40 in solicitudes_20201015.csv (100.00 % fewer";
    assert_refused(&case_bench("one_entity_gone_total_grew"), &[words]);
}

#[test]
fn folios_without_their_zeros_refuse() {
    assert_refused(
        &case_bench("folios_lost_their_zeros"),
        &["min_kept: 0 of the 380 folios of solicitudes_20201015.csv are still in it"],
    );
}

#[test]
fn parquet_columns_without_a_value_and_numbers_of_any_type_are_read() {
    let bench = case_bench("parquet_columns_without_any_value");
    assert_counts(&bench);
    assert_eq!(bench.run().total("credenciales_por_entidad", "tramitadas_acumuladas"), 40);
    assert_counts(&case_bench("parquet_entity_float"));
}

#[test]
fn dates_of_spreadsheets_and_of_oracle_are_read() {
    assert_counts(&case_bench("excel_unpadded_hour"));
    let formats = |name: &str| {
        case_bench(name).with_edit("date_formats = [\"YYYY-MM-DD\", \"DD/MM/YYYY\"]", "date_formats = [\"DD-MON-RR\"]")
    };
    assert_counts(&formats("oracle_dd_mon_rr"));
    assert_refused(
        &case_bench("oracle_dd_mon_rr"),
        &["fecha_invalida in FECHA_SOLICITUD", "99-AAA-99", "date_formats"],
    );
}

#[test]
fn words_for_missing_values_are_declared() {
    let empty = "empty = [\"null\"]";
    let bench = case_with_key("ine_java_null_word", empty);
    assert_counts(&bench.with_edit("[exports.credenciales]", &format!("[exports.credenciales]\n{empty}")));
    assert_refused(&case_bench("ine_java_null_word"), &["null", "FECHA_ESTATUS", "empty"]);
}

#[test]
fn headers_are_found_and_compared_as_people_read_them() {
    assert_counts(&case_bench("ine_preamble_header_on_line_6"));
    assert_counts(&case_bench("header_with_zero_width_space"));
    for names in ["[\"CLAVE\\nENTIDAD\", \"CLAVE ENTIDAD\"]", "\"CLAVE ENTIDAD\"", "\"CLAVE\\nENTIDAD\""] {
        let bench = case_bench("ine_header_cells_with_crlf")
            .with_edit("cve_entidad = \"CVE_ENTIDAD\"", &format!("cve_entidad = {names}"));
        assert_counts(&bench);
    }
    let words = ["CVE_ENTIDAD", "ID_ENTIDAD", "[exports.solicitudes.columns]", "cve_entidad"];
    assert_refused(&case_bench("header_names_not_shown"), &words);
}

#[test]
fn a_long_zstd_window_is_read_within_the_limits() {
    assert_counts(&case_bench("zst_long_window"));
}

#[test]
fn refusals_name_widths_rules_and_columns() {
    assert_refused(&case_bench("every_record_one_field_too_wide"), &["10", "11", "400"]);
    assert_refused(&case_bench("refusal_names_no_rule"), &["fecha_invalida in FECHA_SOLICITUD", "400"]);
}

#[test]
fn lines_that_end_in_carriage_returns_alone_are_named() {
    assert_refused(&case_bench("mac_line_ends_words"), &["end in CR alone"]);
}

#[test]
fn rows_of_delimiters_are_no_records() {
    let bench = case_bench("rows_of_delimiters_below");
    assert_counts(&bench);
    assert_eq!(
        bench.run().rows_text("calidad", &["archivo", "regla", "filas"], "solicitudes_20201031.csv leidas"),
        "solicitudes_20201031.csv leidas 400"
    );
}
