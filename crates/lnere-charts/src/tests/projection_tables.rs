//! Tables of a projection as a release has them, for the forms `fan_days` and `lines`.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::sample_tables::{self, ENTITIES};
use lnere_tables::{Column, Table};

const BOUND_COLUMNS: [&str; 5] = ["inferior_90", "inferior_50", "mediana", "superior_50", "superior_90"];

/// The bounds of the remaining applications, in hundredths of their median. None remain at the
/// close.
const REMAINDER_HUNDREDTHS: [i64; 5] = [40, 70, 100, 150, 300];

pub fn close_day() -> NaiveDate {
    sample_tables::ymd(2021, 3, 10)
}

fn text_column(values: impl IntoIterator<Item = String>) -> Column {
    Column::Text(values.into_iter().collect())
}

/// All tables that the two charts read besides the history, `left` days before the close. They hold
/// the fans of the nation and of each entity, and earlier processes. After registration closes they
/// also hold the evaluation.
pub fn projected_tables(history: &Table, days_left: u64) -> Vec<Table> {
    let corte = close_day() - Days::new(days_left);
    let courses = cumulative_counts(history);
    let mut nation: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for course in courses.values() {
        for (day, count) in course {
            *nation.entry(*day).or_default() += count;
        }
    }
    let entities: Vec<(String, NaiveDate, [i64; 5])> = courses
        .iter()
        .flat_map(|(code, course)| fan_days(course, corte).into_iter().map(|(day, bounds)| (code.clone(), day, bounds)))
        .collect();
    let nation: Vec<(String, NaiveDate, [i64; 5])> =
        fan_days(&nation, corte).into_iter().map(|(day, bounds)| (String::new(), day, bounds)).collect();
    vec![
        fan_table("proyeccion_diaria", &entities, true),
        fan_table("proyeccion_diaria_nacional", &nation, false),
        reference_table(),
        evaluation_table(days_left == 0),
    ]
}

/// Cumulative counts of each entity by day up to the close.
fn cumulative_counts(history: &Table) -> BTreeMap<String, BTreeMap<NaiveDate, i64>> {
    let mut courses: BTreeMap<String, BTreeMap<NaiveDate, i64>> = BTreeMap::new();
    let (entities, days) =
        (history.values::<String>("cve_entidad").unwrap(), history.values::<NaiveDate>("fecha").unwrap());
    for ((code, day), count) in entities.iter().zip(days).zip(history.values::<i64>("solicitudes_acumuladas").unwrap())
    {
        if *day <= close_day() {
            *courses.entry(code.clone()).or_default().entry(*day).or_default() += count;
        }
    }
    courses
}

/// The known counts up to the corte, and after it the later counts with bounds around the
/// remainder.
fn fan_days(course: &BTreeMap<NaiveDate, i64>, corte: NaiveDate) -> Vec<(NaiveDate, [i64; 5])> {
    let known = course.get(&corte).copied().unwrap_or(0);
    let from = if corte < sample_tables::ymd(2020, 9, 1) { close_day() } else { corte };
    let days = course
        .range(from..)
        .map(|(day, count)| (*day, REMAINDER_HUNDREDTHS.map(|part| known + (count - known) * part / 100)));
    days.collect()
}

fn fan_table(name: &str, rows: &[(String, NaiveDate, [i64; 5])], of_entities: bool) -> Table {
    let mut columns = vec![("fecha".to_owned(), Column::Date(rows.iter().map(|row| row.1).collect()))];
    if of_entities {
        columns.push(("cve_entidad".to_owned(), text_column(rows.iter().map(|row| row.0.clone()))));
    }
    for (place, bound) in BOUND_COLUMNS.iter().enumerate() {
        columns.push(((*bound).to_owned(), Column::Int(rows.iter().map(|row| row.2[place]).collect())));
    }
    Table { name: name.to_owned(), columns }
}

/// One earlier process with early registrations and one with late ones, whose line leaves the
/// scale.
fn reference_table() -> Table {
    let days: Vec<NaiveDate> =
        sample_tables::ymd(2020, 9, 1).iter_days().take_while(|day| *day <= close_day()).collect();
    let (mut titles, mut dates, mut reached) = (Vec::new(), Vec::new(), Vec::new());
    for (title, power) in [("Procesos Electorales Locales 2017-2018", 2), ("Proceso Electoral Federal 2023-2024", 6)] {
        for (place, day) in days.iter().enumerate() {
            titles.push(title.to_owned());
            dates.push(*day);
            #[expect(clippy::cast_precision_loss, reason = "days are few")]
            reached.push(100.0 * ((place + 1) as f64 / days.len() as f64).powi(power));
        }
    }
    let columns = [
        ("titulo", Column::Text(titles)),
        ("fecha", Column::Date(dates)),
        ("porcentaje_alcanzado", Column::Real(reached)),
    ];
    Table {
        name: "proyeccion_referencias".to_owned(),
        columns: columns.map(|(name, column)| (name.to_owned(), column)).into(),
    }
}

fn evaluation_table(is_closed: bool) -> Table {
    let (mut entities, mut horizons) = (Vec::new(), Vec::new());
    let mut values: [Vec<i64>; 4] = Default::default();
    let all: i64 = ENTITIES.iter().map(|(.., total)| *total).sum();
    for horizon in [176, 161, 146, 130, 115, 100, 85, 69, 54, 38, 23, 10].into_iter().filter(|_| is_closed) {
        for (code, total) in std::iter::once(("00", all)).chain(ENTITIES.map(|(code, _, total)| (code, total))) {
            entities.push(code.to_owned());
            horizons.push(horizon);
            let spread = total * horizon / 250;
            for (column, value) in values.iter_mut().zip([total - spread, total - spread / 4, total + spread, total]) {
                column.push(value);
            }
        }
    }
    let [lower, median, upper, outcome] = values;
    let columns = [
        ("cve_entidad", Column::Text(entities)),
        ("horizonte_dias", Column::Int(horizons)),
        ("inferior_90", Column::Int(lower)),
        ("mediana", Column::Int(median)),
        ("superior_90", Column::Int(upper)),
        ("resultado", Column::Int(outcome)),
    ];
    Table {
        name: "proyeccion_evaluacion".to_owned(),
        columns: columns.map(|(name, column)| (name.to_owned(), column)).into(),
    }
}
