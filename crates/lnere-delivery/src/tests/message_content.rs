use expect_test::{Expect, expect};

use super::super::key_figures::KeyFigures;
use super::super::notice_html::notice_html;
use super::super::notice_text::notice_text;
use super::super::revision_changes::VisibleChanges;
use super::*;
use lnere_core::calendar::parse_iso_day;
use lnere_package::{Decisions, ExpectedList, HeadlineFigures};
use lnere_release::Manifest;

fn release_packages(revision: u32) -> ReleasePackages {
    let manifest: Manifest = serde_json::from_value(serde_json::json!({
        "process": "pel", "title": "Procesos Electorales Locales 2020-2021", "corte": "2020-10-15", "revision": revision,
        "vintage": "2020-10-15", "version": "0.1.0", "schema": "1", "parts": [], "inputs": [], "configuration": [],
        "tables": [], "charts": 0
    }))
    .unwrap();
    ReleasePackages { manifest, corte: "2020-10-15".parse().unwrap(), packages: Vec::new() }
}

fn package(figures: KeyFigures) -> OplPackage {
    OplPackage {
        slug: "08_chihuahua".to_owned(),
        entity: "08".to_owned(),
        recipient_name: "Chihuahua".to_owned(),
        file_name: "paquete_08_chihuahua_2020-10-15.zip".to_owned(),
        zip: vec![0; 1_234_567],
        sha256: "ab".repeat(32),
        has_report: true,
        dashboard_page: None,
        progress_chart: None,
        summary_sentences: Vec::new(),
        headline_figures: HeadlineFigures::default(),
        key_figures: figures,
        revision_changes: None,
    }
}

fn figures() -> KeyFigures {
    let advance = |total, quincena| TotalAndQuincena { total, quincena };
    let close = parse_iso_day("2021-03-10").unwrap();
    KeyFigures {
        applications: Some(advance(2_080, 120)),
        pace: Some(QuincenaPace { applications: 120, open_days: 15 }),
        previous_pace: Some(QuincenaPace { applications: 150, open_days: 15 }),
        credentials: Some([advance(1_500, 100), advance(900, 80), advance(400, 0)]),
        projected_applications: Some(ProjectedTotal { close, median: 5_100, lower_90: 4_200, upper_90: 6_300 }),
        projected_list: Some(ProjectedTotal { close, median: 3_300, lower_90: 2_500, upper_90: 4_100 }),
    }
}

fn dashboard_page() -> DashboardPage {
    DashboardPage { file_name: "tablero_08_chihuahua.html".to_owned(), html: vec![0; 1_780_000] }
}

fn headline_figures() -> HeadlineFigures {
    HeadlineFigures {
        registered: Some(2_080),
        decisions: Some(Decisions { accepted: 1_500, undecided: 480 }),
        expected_list: Some(ExpectedList { median: 3_300, lower_90: 2_500, upper_90: 4_100 }),
        closes: parse_iso_day("2021-03-10"),
        days_left: Some(146),
    }
}

#[track_caller]
fn assert_notice(
    package: &OplPackage,
    revision: u32,
    (enclosure, dashboard): (&Enclosure, &DashboardEnclosure),
    expected: &Expect,
) {
    let notice = Notice::for_package(&release_packages(revision), package, enclosure, dashboard, false);
    expected.assert_eq(&format!("Asunto: {}\n\n{}", notice.subject, notice_text(&notice)));
}

#[test]
fn the_notice_of_a_first_delivery_is_complete() {
    assert_notice(
        &OplPackage {
            summary_sentences: [
                "A 146 días del cierre, Chihuahua tiene 2,080 solicitudes.",
                "480 siguen por resolver.",
            ]
            .map(str::to_owned)
            .to_vec(),
            headline_figures: headline_figures(),
            dashboard_page: Some(dashboard_page()),
            ..package(figures())
        },
        1,
        (&Enclosure::Attached, &DashboardEnclosure::Attached),
        &expect![[r#"
            Asunto: LNERE: Chihuahua, corte al 15 de octubre de 2020

            Procesos Electorales Locales 2020-2021
            Chihuahua
            Corte al 15 de octubre de 2020

            A 146 días del cierre, Chihuahua tiene 2,080 solicitudes.

            De las 2,080 solicitudes registradas, 1,500 son procedentes y 480 están por
            resolver. La Lista Nominal esperada es de 3,300, entre 2,500 y 4,100 con una
            probabilidad de 90 %. Faltan 146 días para el cierre del registro, el 10 de
            marzo de 2021.

            480 siguen por resolver.

            Se envía el reporte quincenal del avance de la Lista Nominal de Electores
            Residentes en el Extranjero (LNERE) y del programa de credencialización en
            el extranjero: Chihuahua, con corte al 15 de octubre de 2020.

            CIFRAS PRINCIPALES
              Cifra                               Al corte  En la quincena
              Solicitudes de registro a la LNERE     2,080            +120
              Credenciales (CPVE) tramitadas         1,500            +100
              Credenciales (CPVE) entregadas           900             +80
              Credenciales (CPVE) confirmadas          400               0
            Se registraron 120 solicitudes en la quincena, cerca de 8 por día; en la
            anterior, 150, cerca de 10 por día.

            PROYECCIÓN AL CIERRE DEL REGISTRO, 10 DE MARZO DE 2021
              Universo               Mediana  Intervalo de 90 %
              Solicitudes al cierre    5,100   de 4,200 a 6,300
              Integrarán la LNERE      3,300   de 2,500 a 4,100

            Se adjunta el tablero tablero_08_chihuahua.html (1.8 MB): guárdelo y ábralo
            con doble clic. Funciona en el navegador, sin conexión a internet.

            Se adjunta el paquete paquete_08_chihuahua_2020-10-15.zip (1.3 MB). Contiene
            el reporte (PDF), el libro de Excel, el tablero, las tablas (CSV y Parquet),
            las gráficas y un archivo LEEME.txt.

            Para comprobar que llegó íntegro, su SHA-256 es
            abababababababababababababababababababababababababababababababab.

            Las solicitudes, la LNERE y los trámites de credencial son universos
            distintos y no deben mezclarse ni sumarse.

            Mensaje generado por el sistema lnere 0.1.0 con exportaciones al 15 de
            octubre de 2020.
        "#]],
    );
}

#[test]
fn the_notice_of_a_revision_has_a_link_and_the_changes() {
    let change = |table: &str, categories: &[(&str, &str)], measure: &str, before, now| CountChange {
        table: table.to_owned(),
        entity_name: None,
        categories: categories.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        measure: measure.to_owned(),
        before,
        now,
    };
    let detailed = vec![
        change("lnere_por_entidad", &[], "solicitudes_acumuladas", 2_078, 2_080),
        change("credenciales_por_entidad", &[], "entregadas_quincena", 79, 80),
        change("lnere_por_estatus", &[("estatus", "PROCEDENTE")], "solicitudes_acumuladas", 10, 12),
    ];
    let known = VisibleChanges {
        detailed_changes: detailed,
        other_entities: ["Colima", "Jalisco", "Zacatecas"].map(str::to_owned).to_vec(),
    };
    let changes = Some(RevisionChanges { replaced_revision: 1, visible_changes: Some(known) });
    let package = OplPackage { revision_changes: changes, ..package(KeyFigures::default()) };
    assert_notice(
        &package,
        2,
        (&Enclosure::Link("https://a.mx/p.zip".to_owned()), &DashboardEnclosure::InPackage),
        &expect![[r#"
            Asunto: LNERE: Chihuahua, corte al 15 de octubre de 2020, revisión 2

            Procesos Electorales Locales 2020-2021
            Chihuahua
            Corte al 15 de octubre de 2020, revisión 2

            Se envía el reporte quincenal del avance de la Lista Nominal de Electores
            Residentes en el Extranjero (LNERE) y del programa de credencialización en
            el extranjero: Chihuahua, con corte al 15 de octubre de 2020.

            Es la revisión 2 de este corte y sustituye por completo a la revisión 1, que
            ya no debe usarse.

            QUÉ CAMBIÓ RESPECTO DE LA REVISIÓN 1
              Cifra                                       Antes  Ahora
              Solicitudes acumuladas                      2,078  2,080
              Credenciales entregadas en la quincena         79     80
              Solicitudes acumuladas, estatus PROCEDENTE     10     12
            En los totales que se comparten cambiaron además cifras de Colima, Jalisco y
            Zacatecas.
            Aquí se listan los conteos por entidad y por estatus; otros desgloses, los
            porcentajes y la proyección pueden haber cambiado también.

            El paquete paquete_08_chihuahua_2020-10-15.zip (1.3 MB) es demasiado grande
            para este correo. Contiene el reporte (PDF), el libro de Excel, las tablas
            (CSV y Parquet), las gráficas y un archivo LEEME.txt.

            Para comprobar que llegó íntegro, su SHA-256 es
            abababababababababababababababababababababababababababababababab.

            La liga y el SHA-256 son de la revisión 2 de este corte, y lo seguirán
            siendo cuando otra revisión la sustituya. Se descarga de:
            https://a.mx/p.zip

            Las solicitudes, la LNERE y los trámites de credencial son universos
            distintos y no deben mezclarse ni sumarse.

            Mensaje generado por el sistema lnere 0.1.0 con exportaciones al 15 de
            octubre de 2020.
        "#]],
    );
}

#[test]
fn a_notice_is_in_the_subject_and_first_in_the_text_and_the_page() {
    let words = |notice: Option<&str>| {
        let mut release_packages = release_packages(1);
        release_packages.manifest.notice = notice.map(str::to_owned);
        Notice::for_package(
            &release_packages,
            &package(figures()),
            &Enclosure::Attached,
            &DashboardEnclosure::InPackage,
            false,
        )
    };
    let said = words(Some("DATOS SINTÉTICOS <DE MUESTRA>"));
    assert_eq!(said.subject, "[DATOS SINTÉTICOS <DE MUESTRA>] LNERE: Chihuahua, corte al 15 de octubre de 2020");
    assert!(notice_text(&said).starts_with("DATOS SINTÉTICOS <DE MUESTRA>\n\nProcesos Electorales Locales"));
    let page = notice_html(&said, None);
    let (notice, process) = (page.find(">DATOS SINTÉTICOS &lt;DE MUESTRA&gt;</p>"), page.find(">Procesos Electorales"));
    assert!(notice.is_some() && notice < process);

    let plain = words(None);
    assert!(plain.subject.starts_with("LNERE: ") && notice_text(&plain).starts_with("Procesos Electorales Locales"));
    assert!(!notice_html(&plain, None).contains("#f7dfcc"));
}

#[test]
fn the_notice_of_an_entity_without_counts_is_complete() {
    let nothing = TotalAndQuincena { total: 0, quincena: 0 };
    let figures = KeyFigures {
        applications: Some(nothing),
        pace: Some(QuincenaPace { applications: 0, open_days: 15 }),
        previous_pace: Some(QuincenaPace { applications: 0, open_days: 15 }),
        credentials: Some([nothing; 3]),
        ..KeyFigures::default()
    };
    let changes = Some(RevisionChanges { replaced_revision: 1, visible_changes: Some(VisibleChanges::default()) });
    let package = OplPackage { revision_changes: changes, has_report: false, ..package(figures) };
    assert_notice(
        &package,
        2,
        (
            &Enclosure::InSameFolder("paquete_r2.zip".to_owned()),
            &DashboardEnclosure::InSameFolder("tablero_r2.html".to_owned()),
        ),
        &expect![[r#"
            Asunto: LNERE: Chihuahua, corte al 15 de octubre de 2020, revisión 2

            Procesos Electorales Locales 2020-2021
            Chihuahua
            Corte al 15 de octubre de 2020, revisión 2

            Se envía el reporte quincenal del avance de la Lista Nominal de Electores
            Residentes en el Extranjero (LNERE) y del programa de credencialización en
            el extranjero: Chihuahua, con corte al 15 de octubre de 2020.

            Es la revisión 2 de este corte y sustituye por completo a la revisión 1, que
            ya no debe usarse.

            LOS TOTALES POR ENTIDAD Y POR ESTATUS NO CAMBIARON
            Aquí se listan los conteos por entidad y por estatus; otros desgloses, los
            porcentajes y la proyección pueden haber cambiado también.

            CIFRAS PRINCIPALES
              Cifra                               Al corte  En la quincena
              Solicitudes de registro a la LNERE         0               0
              Credenciales (CPVE) tramitadas             0               0
              Credenciales (CPVE) entregadas             0               0
              Credenciales (CPVE) confirmadas            0               0
            No se registraron solicitudes en la quincena, como tampoco en la anterior.

            El paquete es el archivo paquete_r2.zip (1.3 MB) de esta carpeta. Contiene
            el libro de Excel, las tablas (CSV y Parquet), las gráficas y un archivo
            LEEME.txt.

            Para comprobar que llegó íntegro, su SHA-256 es
            abababababababababababababababababababababababababababababababab.

            Las solicitudes, la LNERE y los trámites de credencial son universos
            distintos y no deben mezclarse ni sumarse.

            Mensaje generado por el sistema lnere 0.1.0 con exportaciones al 15 de
            octubre de 2020.
        "#]],
    );
}

#[test]
fn quincenas_are_compared_by_open_day() {
    let pace = |applications, open_days| QuincenaPace { applications, open_days };
    assert_eq!(
        pace_sentence(pace(679, 10), Some(pace(438, 13))),
        "Se registraron 679 solicitudes en la quincena, cerca de 68 por día; en la anterior, 438, cerca de 34 por día."
    );
    assert_eq!(pace_sentence(pace(1, 15), None), "Se registró 1 solicitud en la quincena, menos de una por día.");
    assert_eq!(
        pace_sentence(pace(17, 15), Some(pace(0, 15))),
        "Se registraron 17 solicitudes en la quincena, cerca de una por día; en la anterior, ninguna."
    );
    assert_eq!(
        pace_sentence(pace(0, 15), Some(pace(3, 15))),
        "No se registraron solicitudes en la quincena; en la anterior, 3, menos de una por día."
    );
}

#[test]
fn nothing_that_is_counted_is_projected() {
    let titles_and_names = |corte: &str| {
        let grid = key_figure_tables(&package(figures()), parse_iso_day(corte).unwrap()).pop().unwrap();
        let names: Vec<String> = grid.rows.iter().map(|row| row.0[0].clone()).collect();
        (grid.title, names)
    };
    let (title, names) = titles_and_names("2021-02-28");
    assert_eq!(title, "Proyección al cierre del registro, 10 de marzo de 2021");
    assert_eq!(names, ["Solicitudes al cierre", "Integrarán la LNERE"]);
    let (title, names) = titles_and_names("2021-03-15");
    assert_eq!(title, "Lista esperada; el registro cerró el 10 de marzo de 2021");
    assert_eq!(names, ["Integrarán la LNERE"]);
}

#[test]
fn the_dashboard_has_its_place_in_words() {
    let package = OplPackage { dashboard_page: Some(dashboard_page()), ..package(KeyFigures::default()) };
    let words = |dashboard| package_paragraphs(&package, 1, &Enclosure::Attached, &dashboard).swap_remove(0);
    assert_eq!(
        words(DashboardEnclosure::InPackage),
        "El tablero tablero_08_chihuahua.html (1.8 MB) está dentro del paquete: sáquelo del ZIP y ábralo con doble clic. \
         Funciona en el navegador, sin conexión a internet."
    );
    assert_eq!(
        words(DashboardEnclosure::InSameFolder("tablero_r2.html".to_owned())),
        "El tablero es el archivo tablero_r2.html (1.8 MB) de esta carpeta: ábralo con doble clic. Funciona en el \
         navegador, sin conexión a internet."
    );
}

#[test]
fn sizes_are_not_said_smaller_than_they_are() {
    assert_eq!([999, 1_234_567, 20_000_001].map(size_text), ["1.0 kB", "1.3 MB", "20.1 MB"]);
}
