//! Tests of the statistics against small tables that were counted by hand.

use std::path::Path;

use lnere_core::calendar::Corte;
use lnere_core::catalog::Catalogs;
use lnere_core::process::Process;
use lnere_tables::{Column, Table};

use super::*;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn sample_process() -> (Process, Catalogs) {
    Process::load(&Path::new(REPOSITORY).join("pipelines/pel_2020_2021.toml")).unwrap()
}

fn texts(values: &[&str]) -> Column {
    Column::Text(values.iter().map(|value| (*value).to_owned()).collect())
}

fn days(values: &[&str]) -> Column {
    Column::Date(values.iter().map(|value| value.parse().unwrap()).collect())
}

fn table(name: &str, columns: &[(&str, Column)]) -> Table {
    let columns = columns.iter().map(|(name, column)| ((*name).to_owned(), column.clone()));
    Table { name: name.to_owned(), columns: columns.collect() }
}

/// Two entities in three quincenas. Registration closes on 10 March 2021.
fn sample_tables() -> Vec<Table> {
    vec![
        table(
            "lnere_por_entidad",
            &[
                ("cve_entidad", texts(&["08", "09"])),
                ("entidad", texts(&["Chihuahua", "Ciudad de México"])),
                ("solicitudes_quincena", Column::Int(vec![60, 400])),
                ("solicitudes_acumuladas", Column::Int(vec![200, 1_000])),
            ],
        ),
        table(
            "lnere_serie",
            &[
                ("quincena", days(&["2021-02-28", "2021-03-15", "2021-02-28", "2021-03-15"])),
                ("cve_entidad", texts(&["08", "08", "09", "09"])),
                ("solicitudes_quincena", Column::Int(vec![39, 60, 10, 400])),
            ],
        ),
        table(
            "lnere_diario",
            &[
                ("fecha", days(&["2021-02-28", "2021-03-01", "2021-03-10", "2021-03-01"])),
                ("cve_entidad", texts(&["08", "08", "08", "09"])),
                ("solicitudes", Column::Int(vec![140, 40, 20, 1_000])),
            ],
        ),
        table(
            "lnere_estatus_cambios",
            &[
                ("cve_entidad", texts(&["08", "08", "08", "08"])),
                ("estatus", texts(&["CON_INCONSISTENCIA", "EN_ANALISIS", "IMPROCEDENTE", "PROCEDENTE"])),
                ("anterior", Column::Int(vec![5, 90, 5, 40])),
                ("actual", Column::Int(vec![10, 70, 10, 110])),
            ],
        ),
        table(
            "comparativo",
            &[
                ("cve_entidad", texts(&["00", "00", "08", "08", "09"])),
                ("proceso", texts(&["pef_1", "pef_1", "pef_1", "pel_2020_2021", "pel_2020_2021"])),
                ("dias_al_cierre", Column::Int(vec![0, 10, 0, 0, 0])),
                ("solicitudes_acumuladas", Column::Int(vec![1_000, 700, 500, 200, 1_000])),
                ("que_cuenta", texts(&["recibidas", "recibidas", "procedentes", "registradas", "registradas"])),
                ("lista_acumulada", Column::MaybeInt(vec![None, None, Some(500), Some(110), Some(600)])),
                ("titulo", texts(&["Proceso 2017-2018", "Proceso 2017-2018", "Proceso 2017-2018", "Este", "Este"])),
            ],
        ),
        table("metas", &[("cve_entidad", texts(&["08"])), ("meta", Column::Int(vec![400]))]),
        table(
            "lnere_por_pais",
            &[
                ("cve_entidad", texts(&["08", "08", "08", "09"])),
                ("cve_pais", texts(&["CAN", "USA", "XXX", "CAN"])),
                ("pais", texts(&["Canadá", "Estados Unidos de América", "No identificado", "Canadá"])),
                ("solicitudes_acumuladas", Column::Int(vec![20, 150, 30, 1_000])),
            ],
        ),
    ]
}

fn statistics(corte: &str, tables: &[Table], code: Option<&str>) -> Statistics {
    let (process, catalogs) = sample_process();
    let corte = Corte::new(corte.parse().unwrap()).unwrap();
    subject_statistics(&process, &catalogs, corte, tables, code).unwrap()
}

#[test]
fn an_entity_has_the_statistics_of_its_own_rows() {
    let statistics = statistics("2021-03-15", &sample_tables(), Some("08"));
    assert_eq!(statistics.text("of_subject"), Some("de Chihuahua"));
    assert!(statistics.is_in(Situation::Closed) && !statistics.is_in(Situation::Open));
    for (name, count) in [
        ("applications", 200),
        ("in_quincena", 60),
        ("applications_before", 140),
        // 60 applications in the ten open days of the last quincena, 39 in the thirteen before.
        ("per_day", 6),
        ("per_day_before", 3),
        ("rank", 2),
        ("accepted", 110),
        ("refused", 10),
        ("undecided", 80),
        ("accepted_change", 70),
        ("awaiting_citizens", 10),
        ("moved_change", 70),
        ("countries", 2),
    ] {
        assert_eq!(statistics.count(name), Some(count), "{name}");
    }
    assert_eq!(statistics.get("pace_rise"), Some(&Statistic::Percent(100)));
    assert_eq!(statistics.get("last_ten_days"), Some(&Statistic::Share { part: 60, whole: 200 }));
    assert_eq!(statistics.get("share_of_nation"), Some(&Statistic::Share { part: 200, whole: 1_200 }));
    assert_eq!(statistics.get("first_country_share"), Some(&Statistic::Share { part: 150, whole: 200 }));
    assert_eq!(statistics.text("moved_status"), Some("Procedente"));
    assert_eq!(statistics.get("goal_share"), Some(&Statistic::Share { part: 200, whole: 400 }));
    assert_eq!(statistics.get("last_process_share"), Some(&Statistic::Share { part: 110, whole: 500 }));
    assert_eq!(statistics.count("days_left"), None, "after the close no day is left");
}

#[test]
fn the_nation_has_the_sums_of_all_entities() {
    let statistics = statistics("2021-02-28", &sample_tables(), None);
    assert_eq!(statistics.count("applications"), Some(1_200));
    assert_eq!(statistics.count("days_left"), Some(10));
    assert!(statistics.is_in(Situation::LastWeeks) && statistics.is_in(Situation::Nation));
    assert_eq!(statistics.text("first_entity"), Some("Ciudad de México"));
    assert_eq!(statistics.get("last_ten_days"), None, "registration is still open");
    assert_eq!(statistics.get("last_process_reached"), Some(&Statistic::Share { part: 700, whole: 1_000 }));
    assert_eq!(statistics.get("last_process_share"), None, "another process had other entities");
    assert_eq!(statistics.get("goal"), None, "the goal of one entity is not that of the nation");
}

#[test]
fn without_tables_only_names_and_days_remain() {
    let statistics = statistics("2021-01-31", &[], Some("03"));
    assert_eq!(statistics.text("subject"), Some("Baja California Sur"));
    assert_eq!(statistics.text("next_deadline"), Some("Último día para tramitar una CPVE"));
    for known in KNOWN_STATISTICS.iter().filter(|known| known.kind == StatisticKind::Count) {
        let is_of_calendar = ["entities", "days_left"].contains(&known.name);
        assert_eq!(statistics.count(known.name).is_some(), is_of_calendar, "{}", known.name);
    }
}

#[test]
fn the_shipped_sentences_state_what_the_tables_hold() {
    let file = StatementFile::load(&Path::new(REPOSITORY).join("pipelines/titulares.toml")).unwrap();
    let tables = sample_tables();
    let closed = statistics("2021-03-15", &tables, Some("08"));
    assert_eq!(
        file.headline(&closed).unwrap(),
        "Chihuahua cerró con 200 solicitudes; tres de cada diez llegaron en los últimos diez días"
    );
    assert_eq!(
        file.main_points(&closed),
        [
            "Mayor cambio de estatus desde el corte anterior: «Procedente» pasó de 40 a 110 (+70).",
            "Cerró con el 50\u{a0}% de la meta de 400 solicitudes.",
            "10 solicitudes esperan que la persona subsane una inconsistencia; en total quedan 80 por resolver.",
            "Sigue: resolver las solicitudes pendientes; la jornada electoral es el 6 de junio de 2021.",
        ]
    );
    let nothing = statistics("2021-01-31", &[], None);
    assert_eq!(file.headline(&nothing), None, "a headline without a count is not stated");
    let expected = "Sigue: último día para tramitar una CPVE, el 12 de febrero de 2021; el registro cierra el 10 de marzo de 2021.";
    assert_eq!(file.main_points(&nothing), [expected]);
}

/// Sentences that compare, with numbers that were worked out by hand: below and above the goal and
/// the last process, and by accepted applications where that process counts them alone.
#[test]
fn comparisons_are_of_like_with_like() {
    let file = StatementFile::load(&Path::new(REPOSITORY).join("pipelines/titulares.toml")).unwrap();
    let point = |change: &dyn Fn(&mut Vec<Table>)| {
        let mut tables = sample_tables();
        change(&mut tables);
        file.main_points(&statistics("2021-02-28", &tables, Some("08")))[1].clone()
    };
    let set = |tables: &mut Vec<Table>, name: &str, column: &str, values: Column| {
        let table = tables.iter_mut().find(|table| table.name == name).unwrap();
        *table.columns.iter_mut().find(|(known, _)| known == column).map(|(_, column)| column).unwrap() = values;
    };
    assert_eq!(
        point(&|_| {}),
        "Lleva el 50\u{a0}% de la meta de 400 solicitudes. Son procedentes 110: el 22\u{a0}% de las 500 procedentes del \
         Proceso 2017-2018."
    );
    let lower_goal = |tables: &mut Vec<Table>| set(tables, "metas", "meta", Column::Int(vec![150]));
    assert_eq!(point(&lower_goal), "Ya superó por 50 solicitudes la meta de 150.");
    let no_goal = |tables: &mut Vec<Table>| tables.retain(|table| table.name != "metas");
    assert_eq!(
        point(&no_goal),
        "Tiene 110 solicitudes procedentes: el 22\u{a0}% de las 500 que tuvo en el Proceso 2017-2018."
    );
    let counts = Column::Int(vec![1_000, 700, 90, 200, 1_000]);
    let fewer = |tables: &mut Vec<Table>| {
        no_goal(tables);
        set(tables, "comparativo", "solicitudes_acumuladas", counts.clone());
    };
    assert_eq!(point(&fewer), "Tiene 110 solicitudes procedentes, 20 más que las 90 que tuvo en el Proceso 2017-2018.");
    let received = Column::MaybeInt(vec![None; 5]);
    let of_received = |tables: &mut Vec<Table>| {
        no_goal(tables);
        set(tables, "comparativo", "lista_acumulada", received.clone());
    };
    assert_eq!(point(&of_received), "Tiene 200 solicitudes: el 40\u{a0}% de las 500 que tuvo en el Proceso 2017-2018.");
}

#[test]
fn the_last_process_is_the_one_of_the_last_year() {
    let comparison = table(
        "comparativo",
        &[
            ("cve_entidad", texts(&["08", "08", "09", "08"])),
            ("proceso", texts(&["pef_2023_2024", "pel_2020_2021", "pel_2026_2027", "pel_2029_2030"])),
            ("dias_al_cierre", Column::Int(vec![0, 0, 0, 0])),
            ("solicitudes_acumuladas", Column::Int(vec![10, 20, 30, 40])),
        ],
    );
    let last = |entities: &[&str]| last_earlier_process(&comparison, "pel_2029_2030", entities).unwrap();
    assert_eq!(last(&["08"]).as_deref(), Some("pef_2023_2024"));
    assert_eq!(last(&["08", "09"]).as_deref(), Some("pel_2026_2027"));
    assert_eq!(last(&["00"]), None);
}

#[test]
fn the_documentation_lists_every_figure() {
    let path = Path::new(REPOSITORY).join("docs/statements.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, listed) = text.split_once("## Figures\n").unwrap();
    let kind = |kind: StatisticKind| match kind {
        StatisticKind::Count => "count",
        StatisticKind::Share => "share",
        StatisticKind::Percent => "per cent",
        StatisticKind::Text => "name",
        StatisticKind::Day => "day",
    };
    let rows = KNOWN_STATISTICS
        .iter()
        .map(|known| format!("| `{}` | {} | {} |\n", known.name, kind(known.kind), known.meaning));
    let expected = format!("\n| figure | kind | meaning |\n|---|---|---|\n{}", rows.collect::<String>());
    if std::env::var_os("LNERE_UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{head}## Figures\n{expected}")).unwrap();
    } else {
        assert_eq!(listed, expected, "`cargo xtask docs` writes docs/statements.md");
    }
}
