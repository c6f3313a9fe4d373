//! Tests of tables with a dozen rows, computed by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use crate::common::Bench;
use expect_test::{Expect, expect};

/// Corte 2020-10-15. The newest export (2020-10-31) has twelve applications, ten of them up to the
/// corte. An older export (2020-10-10) has some of them with other statuses.
fn bench() -> Bench {
    Bench::new()
        .with_corte("2020-10-15")
        .applications_on(
            "20201010",
            &[
                "01,2020-09-01,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-01",
                "02,2020-09-15,08,Canadá,H,POSTAL,CPVE,SRVE,EN_ANALISIS,2020-10-01",
                "03,2020-09-16,09,España,H,POSTAL,CPV,SRVE,SUBSANADA,2020-10-10 09:00",
                "04,2020-10-01,09,España,M,POSTAL,CPV,SRVE,RECIBIDA,2020-10-01",
            ],
        )
        .applications_on(
            "20201031",
            &[
                // Accepted after the corte: at the corte it has the status of the older export.
                "01,2020-09-01,08,Canadá,M,POSTAL,CPVE,SRVE,PROCEDENTE,2020-10-20",
                // Refused before the corte, and after the older export.
                "02,2020-09-15,08,Canadá,H,POSTAL,CPVE,SRVE,IMPROCEDENTE,2020-10-15 23:59:59",
                // Two statuses of the same instant: that of the newer export counts.
                "03,2020-09-16,09,España,H,POSTAL,CPV,SRVE,PROCEDENTE,2020-10-10 09:00",
                // Later than the corte, and never seen before it except at registration.
                "04,2020-10-01,09,España,M,POSTAL,CPV,SRVE,PROCEDENTE,2020-10-16",
                // No status is known at the corte, so it counts as received.
                "05,2020-10-02,09,Francia,M,POSTAL,CPV,INETEL,PROCEDENTE,2020-10-30",
                // Without a status date, the date of registration counts.
                "06,2020-10-15 23:59,09,Francia,H,ELECTRONICA,CPV,INETEL,EN_ANALISIS,",
                "07,2020-10-15,32,EE.UU.,H,ELECTRONICA,CPV,INETEL,RECIBIDA,",
                "08,2020-10-14,32,USA,H,ELECTRONICA,CPV,INETEL,RECIBIDA,",
                "09,2020-10-13,32,Estados Unidos,H,ELECTRONICA,CPV,FAX,RECIBIDA,",
                "10,2020-09-30,32,Narnia,H,,CPV,INETEL,RECIBIDA,",
                "11,2020-10-16,32,USA,H,ELECTRONICA,CPV,INETEL,RECIBIDA,",
                "12,2020-10-31,08,USA,H,ELECTRONICA,CPV,INETEL,RECIBIDA,",
            ],
        )
        .credentials_on(
            "20201031",
            &[
                // Applied for before the start: only the later events count.
                "1,2020-08-20,08,Chicago,H,INSCRIPCION,2020-09-10,2020-10-15",
                "2,2020-09-02,08,Chicago,M,INSCRIPCION,2020-10-01,2020-10-16",
                "3,2020-10-01,01,San José,M,INSCRIPCION,2020-10-31,",
                "4,2020-10-15,01,\"San José, Costa Rica\",M,INSCRIPCION,,",
                "5,2020-10-16,01,La Habana,M,INSCRIPCION,,",
                "6,2020-08-20,32,El Paso,M,INSCRIPCION,2020-08-31,2020-08-31",
            ],
        )
}

#[track_caller]
fn check(table: &str, columns: &[&str], keep: &str, expected: Expect) {
    let bench = bench();
    expected.assert_eq(&bench.run().assert_published().rows_text(table, columns, keep));
}

#[test]
fn by_entity_zero_included() {
    let columns = ["corte", "cve_entidad", "entidad", "solicitudes_quincena", "solicitudes_acumuladas"];
    check(
        "lnere_por_entidad",
        &columns,
        "",
        expect![[r"
        2020-10-15 03 Baja California Sur 0 0
        2020-10-15 06 Colima 0 0
        2020-10-15 08 Chihuahua 0 2
        2020-10-15 09 Ciudad de México 3 4
        2020-10-15 12 Guerrero 0 0
        2020-10-15 14 Jalisco 0 0
        2020-10-15 16 Michoacán 0 0
        2020-10-15 18 Nayarit 0 0
        2020-10-15 22 Querétaro 0 0
        2020-10-15 24 San Luis Potosí 0 0
        2020-10-15 32 Zacatecas 3 4"]],
    );
}

#[test]
fn by_country_only_those_with_any_and_the_share() {
    let columns = ["cve_entidad", "cve_pais", "pais", "solicitudes_quincena", "solicitudes_acumuladas", "porcentaje"];
    check(
        "lnere_por_pais",
        &columns,
        "",
        expect![[r"
        08 CAN Canadá 0 2 100.00
        09 ESP España 1 2 50.00
        09 FRA Francia 2 2 50.00
        32 USA Estados Unidos de América 3 3 75.00
        32 XXX No identificado 0 1 25.00"]],
    );
}

#[test]
fn by_status_at_the_corte() {
    let columns = ["cve_entidad", "estatus", "solicitudes_quincena", "solicitudes_acumuladas", "porcentaje"];
    check(
        "lnere_por_estatus",
        &columns,
        "08 ",
        expect![[r"
        08 CON_INCONSISTENCIA 0 0 0.00
        08 EN_ANALISIS 0 0 0.00
        08 IMPROCEDENTE 0 1 50.00
        08 PROCEDENTE 0 0 0.00
        08 RECIBIDA 0 1 50.00
        08 SUBSANADA 0 0 0.00"]],
    );
    check(
        "lnere_por_estatus",
        &columns,
        "09 ",
        expect![[r"
        09 CON_INCONSISTENCIA 0 0 0.00
        09 EN_ANALISIS 1 1 25.00
        09 IMPROCEDENTE 0 0 0.00
        09 PROCEDENTE 0 1 25.00
        09 RECIBIDA 2 2 50.00
        09 SUBSANADA 0 0 0.00"]],
    );
}

#[test]
fn unidentified_categories_only_where_they_count() {
    let columns = ["cve_entidad", "medio", "solicitudes_quincena", "solicitudes_acumuladas", "porcentaje"];
    check(
        "lnere_por_medio",
        &columns,
        "32 ",
        expect![[r"
        32 INETEL 2 3 75.00
        32 NO_IDENTIFICADO 1 1 25.00
        32 SRVE 0 0 0.00"]],
    );
    let columns = ["cve_entidad", "modalidad", "solicitudes_acumuladas"];
    check("lnere_por_modalidad", &columns, "NO_", expect!["32 NO_IDENTIFICADO 1"]);
}

#[test]
fn the_cube_has_every_combination_that_counts() {
    let columns = [
        "cve_entidad",
        "cve_pais",
        "sexo",
        "modalidad",
        "tipo_credencial",
        "medio",
        "estatus",
        "solicitudes_quincena",
        "solicitudes_acumuladas",
    ];
    check(
        "lnere_cubo",
        &columns,
        "",
        expect![[r"
        08 CAN H POSTAL CPVE SRVE IMPROCEDENTE 0 1
        08 CAN M POSTAL CPVE SRVE RECIBIDA 0 1
        09 ESP H POSTAL CPV SRVE PROCEDENTE 0 1
        09 ESP M POSTAL CPV SRVE RECIBIDA 1 1
        09 FRA H ELECTRONICA CPV INETEL EN_ANALISIS 1 1
        09 FRA M POSTAL CPV INETEL RECIBIDA 1 1
        32 USA H ELECTRONICA CPV INETEL RECIBIDA 2 2
        32 USA H ELECTRONICA CPV NO_IDENTIFICADO RECIBIDA 1 1
        32 XXX H NO_IDENTIFICADO CPV INETEL RECIBIDA 0 1"]],
    );
}

#[test]
fn each_quincena_and_each_day_so_far() {
    let columns = ["quincena", "cve_entidad", "modalidad", "solicitudes_quincena", "solicitudes_acumuladas"];
    check(
        "lnere_serie",
        &columns,
        " 32 ",
        expect![[r"
        2020-09-15 32 ELECTRONICA 0 0
        2020-09-15 32 POSTAL 0 0
        2020-09-30 32 ELECTRONICA 0 0
        2020-09-30 32 NO_IDENTIFICADO 1 1
        2020-09-30 32 POSTAL 0 0
        2020-10-15 32 ELECTRONICA 3 3
        2020-10-15 32 NO_IDENTIFICADO 0 1
        2020-10-15 32 POSTAL 0 0"]],
    );
    let columns = ["fecha", "cve_entidad", "modalidad", "solicitudes", "solicitudes_acumuladas"];
    check(
        "lnere_diario",
        &columns,
        "2020-10-15 09",
        expect![[r"
        2020-10-15 09 ELECTRONICA 1 1
        2020-10-15 09 POSTAL 0 3"]],
    );
    let ran = bench();
    let days = ran.run().assert_published().table("lnere_diario").row_count();
    assert_eq!(days, 45 * 11 * 2 + 16, "45 days, 11 entities, 2 modalities, and 16 days of an unidentified one");
}

#[test]
fn credentials_by_the_date_of_each_event() {
    let columns = [
        "cve_entidad",
        "tramitadas_quincena",
        "tramitadas_acumuladas",
        "entregadas_quincena",
        "entregadas_acumuladas",
        "confirmadas_quincena",
        "confirmadas_acumuladas",
    ];
    check("credenciales_por_entidad", &columns, "08 ", expect!["08 0 1 1 2 1 1"]);
    check("credenciales_por_entidad", &columns, "01 ", expect!["01 2 2 0 0 0 0"]);
    let bench = bench();
    let ran = bench.run().assert_published();
    assert_eq!(ran.table("credenciales_por_entidad").row_count(), 32);
    let columns = ["cve_pais", "tipo_representacion", "cve_representacion", "representacion", "tramitadas_acumuladas"];
    expect![[r"
        CRI embajada san_jose_cri San José 1
        USA consulado chicago Chicago 1
        USA consulado san_jose San José 1"]]
    .assert_eq(&ran.rows_text("credenciales_por_representacion", &columns, ""));
    expect![[r"
        08 21 1
        08 29 1"]]
    .assert_eq(&ran.rows_text("credenciales_tiempos", &["cve_entidad", "dias", "entregadas"], ""));
}

#[test]
fn the_status_at_the_corte_before_and_at_this_one_from_the_same_exports() {
    let columns = ["cve_entidad", "estatus", "corte_anterior", "anterior", "actual", "cambio"];
    check(
        "lnere_estatus_cambios",
        &columns,
        "08 ",
        expect![[r"
        08 CON_INCONSISTENCIA 2020-09-30 0 0 0
        08 EN_ANALISIS 2020-09-30 0 0 0
        08 IMPROCEDENTE 2020-09-30 0 1 1
        08 PROCEDENTE 2020-09-30 0 0 0
        08 RECIBIDA 2020-09-30 2 1 -1
        08 SUBSANADA 2020-09-30 0 0 0"]],
    );
    check("lnere_estatus_cambios", &columns, "09 RECIBIDA", expect!["09 RECIBIDA 2020-09-30 1 2 1"]);
}

/// An application changes its status from one quincena to the next. Older exports have statuses that
/// the newest one no longer has.
#[test]
fn the_status_at_the_end_of_each_quincena_so_far_from_the_same_exports() {
    let columns = ["quincena", "cve_entidad", "estatus", "solicitudes"];
    let series = |entity: &str| {
        let bench = bench();
        let text = bench.run().assert_published().rows_text("lnere_estatus_serie", &columns, entity);
        text.lines().filter(|line| !line.ends_with(" 0")).collect::<Vec<_>>().join("\n")
    };
    expect![[r"
        2020-09-15 08 RECIBIDA 2
        2020-09-30 08 RECIBIDA 2
        2020-10-15 08 IMPROCEDENTE 1
        2020-10-15 08 RECIBIDA 1"]]
    .assert_eq(&series(" 08 "));
    expect![[r"
        2020-09-30 09 RECIBIDA 1
        2020-10-15 09 EN_ANALISIS 1
        2020-10-15 09 PROCEDENTE 1
        2020-10-15 09 RECIBIDA 2"]]
    .assert_eq(&series(" 09 "));
    let bench = bench();
    let ran = bench.run().assert_published();
    assert_eq!(ran.table("lnere_estatus_serie").row_count(), 3 * 11 * 6, "zero included");
}

/// Two applications that change their status from quincena to quincena, most of it in older exports.
#[test]
fn a_course_of_statuses_is_that_of_each_corte() {
    let exports = |bench: Bench| {
        bench
            .applications_on(
                "20200930",
                &[
                    "1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,EN_ANALISIS,2020-09-15 23:59:59",
                    // A status that the list lacks, and that no later export has.
                    "2,2020-09-20,08,Canadá,M,POSTAL,CPVE,SRVE,RARO,2020-09-21",
                ],
            )
            .applications_on(
                "20201015",
                &[
                    // Of two statuses in one quincena, the later one counts.
                    "1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,CON_INCONSISTENCIA,2020-10-01",
                    "2,2020-09-20,08,Canadá,M,POSTAL,CPVE,SRVE,EN_ANALISIS,2020-10-15",
                ],
            )
            .applications_on(
                "20201020",
                &[
                    "1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,SUBSANADA,2020-10-02",
                    "2,2020-09-20,08,Canadá,M,POSTAL,CPVE,SRVE,EN_ANALISIS,2020-10-15",
                ],
            )
            .applications_on(
                "20201130",
                &[
                    "1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,PROCEDENTE,2020-11-01",
                    "2,2020-09-20,08,Canadá,M,POSTAL,CPVE,SRVE,PROCEDENTE,2020-11-16",
                    "3,2020-11-16,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-11-16",
                ],
            )
            .credentials_on("20201130", &["1,2020-11-20,08,Chicago,H,INSCRIPCION,,"])
    };
    let counted = |text: String| {
        let lines: Vec<_> = text.lines().filter(|line| line.starts_with("08 ") && !line.ends_with(" 0")).collect();
        lines.join("\n")
    };
    let bench = exports(Bench::new().with_corte("2020-11-15"));
    let columns = ["cve_entidad", "quincena", "estatus", "solicitudes"];
    let series = counted(bench.run().assert_published().rows_text("lnere_estatus_serie", &columns, ""));
    expect![[r"
        08 2020-09-15 EN_ANALISIS 1
        08 2020-09-30 EN_ANALISIS 1
        08 2020-09-30 NO_IDENTIFICADO 1
        08 2020-10-15 EN_ANALISIS 1
        08 2020-10-15 SUBSANADA 1
        08 2020-10-31 EN_ANALISIS 1
        08 2020-10-31 SUBSANADA 1
        08 2020-11-15 EN_ANALISIS 1
        08 2020-11-15 PROCEDENTE 1"]]
    .assert_eq(&series);
    // The release of each corte states the same statuses, from the same exports.
    let of_cortes = ["2020-09-15", "2020-09-30", "2020-10-15", "2020-10-31", "2020-11-15"].map(|corte| {
        let bench = exports(Bench::new().with_corte(corte));
        let columns = ["cve_entidad", "corte", "estatus", "solicitudes_acumuladas"];
        counted(bench.run().assert_published().rows_text("lnere_por_estatus", &columns, ""))
    });
    assert_eq!(of_cortes.join("\n"), series);
}

/// At the first corte nothing was registered before.
#[test]
fn the_first_corte_has_no_status_before_it() {
    let bench = bench().with_corte("2020-09-15");
    let ran = bench.run().assert_published();
    assert_eq!(ran.total("lnere_estatus_cambios", "anterior"), 0);
    assert_eq!(ran.total("lnere_estatus_cambios", "actual"), ran.total("lnere_por_entidad", "solicitudes_acumuladas"));
}

#[test]
fn what_came_of_the_credentials_applied_for_since_the_start() {
    let columns =
        ["cve_representacion", "tramitadas", "entregadas", "confirmadas", "en_camino", "dias_mediana", "dias_p90"];
    // The trámite of 20 August is older than the start, and the confirmation of 16 October is later
    // than the corte.
    check(
        "credenciales_cohorte",
        &columns,
        "",
        expect![[r"
        san_jose_cri 1 0 0 1  
        chicago 1 1 0 0 29 29
        san_jose 1 0 0 1  "]],
    );
    let [_, measures @ ..] = columns;
    let of_entities: Vec<&str> = std::iter::once("cve_entidad").chain(measures).collect();
    check(
        "credenciales_cohorte_entidad",
        &of_entities,
        "",
        expect![[r#"
        01 2 0 0 2  
        08 1 1 0 0 29 29"#]],
    );
    let of_offices: Vec<&str> = std::iter::once("cve_entidad").chain(columns).collect();
    check(
        "credenciales_cohorte_entidad_representacion",
        &of_offices,
        "",
        expect![[r#"
        01 san_jose_cri 1 0 0 1  
        01 san_jose 1 0 0 1  
        08 chicago 1 1 0 0 29 29"#]],
    );
}

#[test]
fn two_breakdowns_crossed() {
    let columns = ["cve_entidad", "sexo", "modalidad", "solicitudes_quincena", "solicitudes_acumuladas"];
    check(
        "lnere_sexo_modalidad",
        &columns,
        "09 ",
        expect![[r"
        09 H ELECTRONICA 1 1
        09 H POSTAL 0 1
        09 M ELECTRONICA 0 0
        09 M POSTAL 2 2"]],
    );
    let columns = ["cve_entidad", "cve_pais", "modalidad", "solicitudes_quincena", "solicitudes_acumuladas"];
    check(
        "lnere_pais_modalidad",
        &columns,
        "32 ",
        expect![[r"
        32 USA ELECTRONICA 3 3
        32 XXX NO_IDENTIFICADO 0 1"]],
    );
}

const COMPARED: [&str; 6] =
    ["cve_entidad", "proceso", "dias_al_cierre", "solicitudes_acumuladas", "porcentaje_del_cierre", "interpolada"];

/// The close is on 10 March 2021, 146 days after this corte. 2017-18 is known for the nation by points
/// of a course, and for each entity at its close alone.
#[test]
fn the_process_at_each_corte_beside_an_earlier_one_at_the_same_days_to_the_close() {
    check(
        "comparativo",
        &COMPARED,
        "00 p",
        expect![[r"
        00 pef_2017_2018 0 140000 100.00 false
        00 pef_2017_2018 146 12965 9.26 true
        00 pef_2017_2018 161 9584 6.85 true
        00 pef_2017_2018 176 6492 4.64 true
        00 pel_2020_2021 146 10  false
        00 pel_2020_2021 161 4  false
        00 pel_2020_2021 176 2  false"]],
    );
    check(
        "comparativo",
        &COMPARED,
        "32 p",
        expect![[r"
        32 pef_2017_2018 0 5046 100.00 false
        32 pel_2020_2021 146 4  false
        32 pel_2020_2021 161 1  false
        32 pel_2020_2021 176 0  false"]],
    );
    // Accepted applications are beside accepted ones; the source of the nation's curve counts others.
    let columns = ["cve_entidad", "proceso", "dias_al_cierre", "lista_acumulada", "solicitudes_acumuladas"];
    check(
        "comparativo",
        &columns,
        "09 p",
        expect![[r"
        09 pef_2017_2018 0 28616 28616
        09 pel_2020_2021 146 1 4
        09 pel_2020_2021 161 0 1
        09 pel_2020_2021 176 0 0"]],
    );
    check(
        "comparativo",
        &columns,
        "00 p",
        expect![[r"
        00 pef_2017_2018 0  140000
        00 pef_2017_2018 146  12965
        00 pef_2017_2018 161  9584
        00 pef_2017_2018 176  6492
        00 pel_2020_2021 146 1 10
        00 pel_2020_2021 161 0 4
        00 pel_2020_2021 176 0 2"]],
    );
    let columns = ["cve_entidad", "entidad", "proceso", "dias_al_cierre", "titulo", "que_cuenta"];
    check(
        "comparativo",
        &columns,
        " 0 ",
        expect![[r"
        00 Nacional pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes recibidas, 32 entidades; la última cifra es preliminar
        03 Baja California Sur pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        06 Colima pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        08 Chihuahua pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        09 Ciudad de México pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        12 Guerrero pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        14 Jalisco pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        16 Michoacán pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        18 Nayarit pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        22 Querétaro pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        24 San Luis Potosí pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes
        32 Zacatecas pef_2017_2018 0 Proceso Electoral 2017-2018 solicitudes procedentes"]],
    );
}

/// After the close the shares of the close are known, and all later cortes have one row.
#[test]
fn the_share_of_the_close_is_known_once_registration_has_closed() {
    let exports = |corte: &str| {
        let rows = [
            "1,2021-02-01,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,",
            "2,2021-03-01,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,",
            "3,2021-03-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,",
        ];
        Bench::new()
            .with_corte(corte)
            .applications_on("20210415", &rows)
            .credentials_on("20210415", &["1,2021-02-02,08,Chicago,H,INSCRIPCION,,"])
    };
    let columns = &COMPARED[..5];
    for corte in ["2021-03-15", "2021-04-15"] {
        let bench = exports(corte);
        let ran = bench.run().assert_published();
        expect![[r"
            08 pel_2020_2021 0 3 100.00
            08 pel_2020_2021 10 1 33.33
            08 pel_2020_2021 23 1 33.33
            08 pel_2020_2021 38 0 0.00"]]
        .assert_eq(&ran.rows_text("comparativo", columns, "08 pel").lines().take(4).collect::<Vec<_>>().join("\n"));
        // Nothing has no share of nothing.
        expect!["09 pel_2020_2021 0 0 "]
            .assert_eq(ran.rows_text("comparativo", columns, "09 pel").lines().next().unwrap());
    }
    let bench = exports("2021-02-28");
    expect!["08 pel_2020_2021 10 1 "].assert_eq(&bench.run().assert_published().rows_text(
        "comparativo",
        columns,
        "08 pel_2020_2021 10 ",
    ));
}

/// Before the opening only the final counts of earlier processes are known. Without a projection
/// there are no earlier processes.
#[test]
fn a_comparison_with_nothing_to_compare() {
    let bench = bench().without_projection();
    let ran = bench.run().assert_published();
    assert_eq!(ran.rows_text("comparativo", &COMPARED, "pef"), "");
    assert_eq!(ran.rows_text("comparativo", &COMPARED, "pel").lines().count(), 12 * 3);
    assert_eq!((ran.table("metas").row_count(), ran.table("tasas").row_count()), (0, 0), "no such section");
}

/// A course that the projection does not use changes no projected number.
#[test]
fn a_reference_may_be_for_the_comparison_alone() {
    let projected = |bench: Bench| {
        let ran = bench.run().assert_published();
        let names = ["proyeccion_lnere", "proyeccion_diaria_nacional", "proyeccion_referencias"];
        names.map(|name| ran.table(name))
    };
    let reference = "[[projection.reference]]\nname = \"pef_2017_2018\"";
    let pipelines = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
    let text = std::fs::read_to_string(pipelines.join("pel_2020_2021.toml")).unwrap();
    let (start, end) =
        (text.find(reference).unwrap(), text.find("# How much the courses of processes differ").unwrap());
    let without = projected(bench().with_process_edit(&text[start..end], ""));
    let compared = bench().with_process_edit("used_for_projection = true", "used_for_projection = false");
    assert!(projected(compared) == without);
    assert!(projected(bench()) != without);
}

#[test]
fn goals_are_those_of_the_document_and_never_added_up() {
    let goals = "[goals]\ntitle = \"Meta\"\nsource = \"Minuta\"\n";
    let with = |more: &str| bench().with_process_edit("[categories]", &format!("{goals}{more}\n[categories]"));
    let columns = ["cve_entidad", "entidad", "meta", "titulo", "fuente"];
    let of = |more: &str| {
        let bench = with(more);
        bench.run().assert_published().rows_text("metas", &columns, "")
    };
    expect![[r"
        00 Nacional 40000 Meta Minuta
        08 Chihuahua 5000 Meta Minuta
        09 Ciudad de México 20000 Meta Minuta"]]
    .assert_eq(&of("total = 40_000\napplications = { 09 = 20_000, 08 = 5_000 }"));
    expect!["08 Chihuahua 5000 Meta Minuta"].assert_eq(&of("applications = { 08 = 5_000 }"));
}

/// In the newest export Chihuahua has two applications, and one credential applied for in Chicago
/// since the start.
#[test]
fn rates_only_where_the_source_has_a_number() {
    let columns = ["cve_entidad", "denominador", "clave", "ambito", "que_cuenta", "numerador", "valor", "por", "tasa"];
    check(
        "tasas",
        &columns,
        "",
        expect![[r"
        08 cpve_2019_entidad 08 entidad solicitudes registradas 2 33451 1000 0.06
        08 cpve_2019_representacion albuquerque representacion credenciales tramitadas 0 2805 1000 0.00
        08 cpve_2019_representacion dallas representacion credenciales tramitadas 0 6122 1000 0.00
        08 cpve_2019_representacion denver representacion credenciales tramitadas 0 3475 1000 0.00
        08 cpve_2019_representacion el_paso representacion credenciales tramitadas 0 4660 1000 0.00
        08 cpve_2019_representacion phoenix representacion credenciales tramitadas 0 2760 1000 0.00"]],
    );
    let own = "[[denominators]]\nname = \"nacidos\"\ntitle = \"Nacidos en México\"\nunit = \"personas\"\nsource = \"Censo\"\n\
               date = 2020-01-01\ncsv = \"a.csv\"\nby = \"pais\"\nper = 100\n\n[categories]";
    let bench = bench().with_process_edit("[categories]", own);
    std::fs::write(bench.path("a.csv"), "cve_entidad,cve_pais,valor\n00,USA,7\n32,USA,8\n09,FRA,3\n").unwrap();
    let columns = [
        "cve_entidad",
        "entidad",
        "clave",
        "nombre",
        "numerador",
        "valor",
        "tasa",
        "concepto",
        "unidad",
        "fecha_fuente",
    ];
    expect![[r"
        00 Nacional USA Estados Unidos de América 3 7 42.86 Nacidos en México personas 2020-01-01
        09 Ciudad de México FRA Francia 2 3 66.67 Nacidos en México personas 2020-01-01
        32 Zacatecas USA Estados Unidos de América 3 8 37.50 Nacidos en México personas 2020-01-01"]]
    .assert_eq(&bench.run().assert_published().rows_text("tasas", &columns, "Nacidos"));
}

#[test]
fn quality_counts_every_file_read() {
    check(
        "calidad",
        &["fuente", "archivo", "regla", "nivel", "filas"],
        "",
        expect![[r"
        credenciales credenciales_20201031.csv aceptadas total 6
        credenciales credenciales_20201031.csv leidas total 6
        credenciales credenciales_20201031.csv rechazadas total 0
        solicitudes solicitudes_20201010.csv aceptadas total 4
        solicitudes solicitudes_20201010.csv leidas total 4
        solicitudes solicitudes_20201010.csv rechazadas total 0
        solicitudes solicitudes_20201031.csv aceptadas total 12
        solicitudes solicitudes_20201031.csv categoria_no_identificada aviso 2
        solicitudes solicitudes_20201031.csv leidas total 12
        solicitudes solicitudes_20201031.csv pais_no_identificado aviso 1
        solicitudes solicitudes_20201031.csv rechazadas total 0"]],
    );
}

#[test]
fn a_vintage_leaves_newer_exports_unread() {
    let bench = bench().credentials_on("20201010", &["1,2020-09-02,08,Chicago,H,INSCRIPCION,,"]);
    let refused = bench.command("run", &["--corte", "2020-10-15", "--vintage", "2020-10-15"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(3));
    let ran = bench
        .command("run", &["--corte", "2020-09-30", "--vintage", "2020-10-15", "--only", "tablas"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(0));
    let manifest = std::fs::read_to_string(bench.out().join("releases/2020-09-30/manifest.json")).unwrap();
    assert!(manifest.contains("\"vintage\": \"2020-10-10\""));
}
