//! One test for each rule of docs/contract.md §2: the record that breaks it, its count in
//! `calidad`, and its line in the quarantine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use crate::common::{Bench, GOOD_APPLICATION, GOOD_CREDENTIAL};

/// Good rows with some bad ones; there are enough good rows to stay below the threshold of 1 %.
fn applications_with(bad: &[&str]) -> Bench {
    let good: Vec<String> = (0..300).map(|n| GOOD_APPLICATION.replace("A1", &format!("G{n}"))).collect();
    let rows: Vec<&str> = bad.iter().copied().chain(good.iter().map(String::as_str)).collect();
    Bench::new().applications(&rows).credentials(&[GOOD_CREDENTIAL])
}

fn credentials_with(bad: &[&str]) -> Bench {
    let good: Vec<String> = (0..300).map(|n| GOOD_CREDENTIAL.replace("T1", &format!("G{n}"))).collect();
    let rows: Vec<&str> = bad.iter().copied().chain(good.iter().map(String::as_str)).collect();
    Bench::new().applications(&[GOOD_APPLICATION]).credentials(&rows)
}

#[track_caller]
fn assert_rejects_application(bad: &str, rule: &str, column: &str) {
    let bench = applications_with(&[bad]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), format!("error {rule} 1"), "{bad}");
    let expected = format!("archivo,linea,columna,regla\nsolicitudes_20200930.csv,2,{column},{rule}\n");
    assert_eq!(ran.quarantine("solicitudes_20200930.csv"), expected);
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 300);
}

#[track_caller]
fn assert_rejects_credential(bad: &str, rule: &str, column: &str) {
    let bench = credentials_with(&[bad]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("credenciales"), format!("error {rule} 1"), "{bad}");
    let expected = format!("archivo,linea,columna,regla\ncredenciales_20200930.csv,2,{column},{rule}\n");
    assert_eq!(ran.quarantine("credenciales_20200930.csv"), expected);
    assert_eq!(ran.total("credenciales_por_entidad", "tramitadas_acumuladas"), 300);
}

#[track_caller]
fn assert_notes_application(row: &str, rules: &str) {
    let bench = applications_with(&[row]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), rules, "{row}");
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 301);
}

#[test]
fn fila_malformada() {
    assert_rejects_application("A1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA", "fila_malformada", "");
    assert_rejects_application(
        "A1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10,",
        "fila_malformada",
        "",
    );
    assert_rejects_application("x", "fila_malformada", "");
}

#[test]
fn folio_vacio() {
    assert_rejects_application(&GOOD_APPLICATION.replace("A1", ""), "folio_vacio", "FOLIO");
    assert_rejects_application(&GOOD_APPLICATION.replace("A1", "\" \u{a0}\""), "folio_vacio", "FOLIO");
    assert_rejects_credential(&GOOD_CREDENTIAL.replace("T1", " "), "folio_vacio", "FOLIO_TRAMITE");
}

#[test]
fn fecha_invalida() {
    assert_rejects_application(
        "A1,,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10",
        "fecha_invalida",
        "FECHA_SOLICITUD",
    );
    assert_rejects_application(
        "A1,2020-09-31,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,",
        "fecha_invalida",
        "FECHA_SOLICITUD",
    );
    assert_rejects_application(
        "A1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,hoy",
        "fecha_invalida",
        "FECHA_ESTATUS",
    );
    assert_rejects_credential("T1,,08,Chicago,H,INSCRIPCION,,", "fecha_invalida", "FECHA_TRAMITE");
    assert_rejects_credential("T1,2020-09-02,08,Chicago,H,INSCRIPCION,pronto,", "fecha_invalida", "FECHA_ENTREGA");
    assert_rejects_credential(
        "T1,2020-09-02,08,Chicago,H,INSCRIPCION,2020-09-20,-",
        "fecha_invalida",
        "FECHA_CONFIRMACION",
    );
}

#[test]
fn fecha_fuera_de_periodo() {
    let rule = "fecha_fuera_de_periodo";
    assert_rejects_application("A1,2020-08-31,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,", rule, "FECHA_SOLICITUD");
    assert_rejects_application("A1,2020-10-01,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,", rule, "FECHA_SOLICITUD");
    assert_rejects_application("A1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-10-01", rule, "FECHA_ESTATUS");
    assert_rejects_application(
        "A1,2020-10-01T05:00:00Z,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,",
        rule,
        "FECHA_SOLICITUD",
    );
    assert_rejects_credential("T1,2020-10-01,08,Chicago,H,INSCRIPCION,,", rule, "FECHA_TRAMITE");
    assert_rejects_credential("T1,2020-09-02,08,Chicago,H,INSCRIPCION,2020-10-01,", rule, "FECHA_ENTREGA");
}

#[test]
fn the_last_instant_of_the_export_s_day_is_inside() {
    let row = "A1,2020-10-01T04:59:59Z,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-30 23:59:59";
    assert_notes_application(row, "");
}

#[test]
fn fechas_en_desorden() {
    let rule = "fechas_en_desorden";
    assert_rejects_application("A1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-09", rule, "FECHA_ESTATUS");
    assert_rejects_credential("T1,2020-09-12,08,Chicago,H,INSCRIPCION,2020-09-11,", rule, "FECHA_ENTREGA");
    assert_rejects_credential("T1,2020-09-02,08,Chicago,H,INSCRIPCION,,2020-09-20", rule, "FECHA_CONFIRMACION");
    assert_rejects_credential(
        "T1,2020-09-02,08,Chicago,H,INSCRIPCION,2020-09-20,2020-09-19",
        rule,
        "FECHA_CONFIRMACION",
    );
}

#[test]
fn the_order_of_dates_is_by_day() {
    assert_notes_application("A1,2020-09-10 18:00,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10 09:00", "");
}

#[test]
fn entidad_desconocida() {
    for entity in ["", "0", "33", "Narnia", "8.5"] {
        let row = format!("A1,2020-09-10,{entity},Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,");
        assert_rejects_application(&row, "entidad_desconocida", "CVE_ENTIDAD");
    }
    assert_rejects_credential("T1,2020-09-02,99,Chicago,H,INSCRIPCION,,", "entidad_desconocida", "CVE_ENTIDAD");
}

#[test]
fn entidad_fuera_de_proceso() {
    let row = "A1,2020-09-10,01,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,";
    assert_rejects_application(row, "entidad_fuera_de_proceso", "CVE_ENTIDAD");
    let bench = credentials_with(&["T1,2020-09-02,01,Chicago,H,INSCRIPCION,,"]);
    assert_eq!(bench.run().assert_published().rules("credenciales"), "", "credentials are counted for all 32 entities");
}

#[test]
fn folio_duplicado_keeps_the_latest_status_then_the_last_of_the_file() {
    let bench = applications_with(&[
        "D1,2020-09-10,03,Canadá,M,POSTAL,CPVE,SRVE,PROCEDENTE,2020-09-20",
        "D1,2020-09-10,06,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-11",
        "D2,2020-09-10,09,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-11",
        "D2,2020-09-10,12,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-11",
    ]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "error folio_duplicado 2");
    let quarantine = ran.quarantine("solicitudes_20200930.csv");
    assert!(quarantine.ends_with("csv,3,FOLIO,folio_duplicado\nsolicitudes_20200930.csv,4,FOLIO,folio_duplicado\n"));
    let counted = |entity| ran.rows_text("lnere_por_entidad", &["cve_entidad", "solicitudes_acumuladas"], entity);
    assert_eq!([counted("03 "), counted("06 "), counted("09 "), counted("12 ")], ["03 1", "06 0", "09 0", "12 1"]);
}

#[test]
fn a_duplicate_with_another_error_is_no_duplicate() {
    let bench = applications_with(&[
        "D1,2020-09-10,03,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-11",
        "D1,2020-09-10,01,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-20",
    ]);
    assert_eq!(bench.run().assert_published().rules("solicitudes"), "error entidad_fuera_de_proceso 1");
}

#[test]
fn folios_are_compared_exactly() {
    assert_notes_application("g1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,", "");
    let bench = applications_with(&[&GOOD_APPLICATION.replace("A1", "\" G1 \"")]);
    assert_eq!(
        bench.run().assert_published().rules("solicitudes"),
        "error folio_duplicado 1",
        "blanks are no part of a cell"
    );
}

#[test]
fn of_two_tramites_the_one_with_the_latest_date_of_any_is_kept() {
    let bench = credentials_with(&[
        "D1,2020-09-02,03,Chicago,H,INSCRIPCION,2020-09-20,",
        "D1,2020-09-05,06,Chicago,H,INSCRIPCION,,",
    ]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("credenciales"), "error folio_duplicado 1");
    assert_eq!(ran.rows_text("credenciales_por_entidad", &["cve_entidad", "entregadas_acumuladas"], "03 "), "03 1");
}

#[test]
fn pais_no_identificado() {
    for country in ["", "Narnia", "---"] {
        let row = format!("A1,2020-09-10,08,{country},M,POSTAL,CPVE,SRVE,RECIBIDA,");
        assert_notes_application(&row, "aviso pais_no_identificado 1");
    }
}

#[test]
fn categoria_no_identificada_counts_a_record_once() {
    assert_notes_application("A1,2020-09-10,08,Canadá,,FAX,CPVE,,,", "aviso categoria_no_identificada 1");
    let bench = credentials_with(&["T1,2020-09-02,08,Chicago,?,INSCRIPCION,,"]);
    assert_eq!(bench.run().assert_published().rules("credenciales"), "aviso categoria_no_identificada 1");
}

#[test]
fn representacion_no_identificada() {
    let bench = credentials_with(&["T1,2020-09-02,08,Atlántida,H,INSCRIPCION,,"]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("credenciales"), "aviso representacion_no_identificada 1");
    let columns = ["cve_pais", "tipo_representacion", "cve_representacion", "tramitadas_acumuladas"];
    let row = ran.rows_text("credenciales_por_representacion", &columns, "XXX");
    assert_eq!(row, "XXX no_identificada no_identificada 1");
}

#[test]
fn the_first_error_in_order_counts() {
    assert_rejects_application(",hoy,99,,,,,,,", "folio_vacio", "FOLIO");
    assert_rejects_application("A1,2019-01-01,99,,,,,,,", "fecha_fuera_de_periodo", "FECHA_SOLICITUD");
    assert_rejects_application("A1,2020-09-10,99,,,,,,,2020-09-09", "fechas_en_desorden", "FECHA_ESTATUS");
}

#[test]
fn too_many_rejected_refuses_the_run() {
    let rows: Vec<String> = (0..99).map(|n| GOOD_APPLICATION.replace("A1", &format!("G{n}"))).collect();
    let mut rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    rows.extend([",hoy,,,,,,,,"; 4]);
    Bench::new().applications(&rows).credentials(&[GOOD_CREDENTIAL]).run().assert_published();
    rows.push(",hoy,,,,,,,,");
    let bench = Bench::new().applications(&rows).credentials(&[GOOD_CREDENTIAL]);
    bench.run().assert_refused(3, "5 of 104 records rejected (4.81 %, limit 1.00 %");
}

#[test]
fn an_export_that_shrank_refuses_the_run() {
    let rows: Vec<String> = (0..100).map(|n| GOOD_APPLICATION.replace("A1", &format!("G{n}"))).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let bench = |kept| {
        let older = Bench::new()
            .with_process_edit("stale = true", "stale = false")
            .applications_on("20200915", &rows)
            .applications_on("20200930", &rows[..kept]);
        older.credentials(&[GOOD_CREDENTIAL])
    };
    bench(98).run().assert_published();
    bench(97).run().assert_refused(
        3,
        "max_shrink: 97 accepted records, 100 in solicitudes_20200915.csv (3.00 % fewer, limit 2.00 %)",
    );
}
