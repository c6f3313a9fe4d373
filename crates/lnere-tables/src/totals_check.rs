/*!
Checks that the tables of a release add up to the same totals. Every run and every `lnere verify`
checks the data read back from disk. The check shares no code with the roll-ups.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::dictionary::{APPLICATION_MEASURES, CREDENTIAL_MEASURES};
use super::projection_coherence::record_contradictions;
use super::table::{ColumnError, Table};
use lnere_core::calendar::Corte;
use lnere_count::CorteCube;
use lnere_messages::message;

/// A contradiction between the tables of a release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Imbalance {
    /// Two counts contradict each other; the message names their table and column.
    #[error("{0}")]
    Count(String),
    /// A table lacks a column of its counts, and is not compared with the others.
    #[error(transparent)]
    Column(#[from] ColumnError),
}

/// The imbalances found so far.
#[derive(Default)]
pub(super) struct Imbalances(Vec<Imbalance>);

impl Imbalances {
    /// Adds a contradiction between counts.
    pub(super) fn add(&mut self, message: String) {
        self.0.push(Imbalance::Count(message));
    }

    /// The result of reading a table. A missing column is recorded once instead, and the other
    /// tables are still checked.
    pub(super) fn ok_or_record<T>(&mut self, read: Result<T, ColumnError>) -> Option<T> {
        read.map_err(|error| {
            let imbalance = Imbalance::Column(error);
            if !self.0.contains(&imbalance) {
                self.0.push(imbalance);
            }
        })
        .ok()
    }

    #[cfg(test)]
    pub(super) fn messages(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

type Totals = BTreeMap<String, i64>;

/// The total of each measure that is counted once in a cube, by the name of its column.
#[must_use]
pub fn cube_totals(cube: &CorteCube) -> BTreeMap<String, i64> {
    let mut totals = Totals::new();
    let mut add = |measure: &str, count: i64| *totals.entry(measure.to_owned()).or_default() += count;
    // A measure without counts also has a total: 0.
    for measure in APPLICATION_MEASURES.iter().chain(&CREDENTIAL_MEASURES) {
        add(measure, 0);
    }
    for tally in cube.applications.values() {
        add(column_names::SOLICITUDES_QUINCENA, tally.quincena);
        add(column_names::SOLICITUDES_ACUMULADAS, tally.acumulada);
    }
    for tallies in cube.credentials.values() {
        for (measures, tally) in CREDENTIAL_MEASURES.chunks(2).zip(tallies) {
            add(measures[0], tally.quincena);
            add(measures[1], tally.acumulada);
        }
    }
    totals
}

/// Whether a table has the applications by status at each quincena's end. These are counts at a
/// day, not of events, so they are compared by [`check_status_series`] alone.
fn is_status_series(table: &Table) -> bool {
    [column_names::QUINCENA, column_names::SOLICITUDES].iter().all(|column| table.has_column(column))
}

/// Whether a table counts applications, and therefore has all their measures.
fn has_application_counts(table: &Table) -> bool {
    table.has_column(column_names::SOLICITUDES) && !is_status_series(table)
        || APPLICATION_MEASURES.iter().any(|measure| table.has_column(measure))
}

/// Whether a table counts credentials, and therefore has all their measures.
fn has_credential_counts(table: &Table) -> bool {
    CREDENTIAL_MEASURES.iter().any(|measure| table.has_column(measure))
}

/// Compares the tables of a release with the totals of the cube from which they were rolled up.
#[must_use]
pub fn differences_from_totals(tables: &[Table], expected: &BTreeMap<String, i64>) -> Vec<Imbalance> {
    let mut found = Imbalances::default();
    let is_by_day = |table: &Table| table.has_column(column_names::FECHA) || table.has_column(column_names::QUINCENA);
    for table in tables.iter().filter(|table| !is_by_day(table)) {
        let counts = |measure: &str| {
            table.has_column(measure)
                || APPLICATION_MEASURES.contains(&measure) && has_application_counts(table)
                || CREDENTIAL_MEASURES.contains(&measure) && has_credential_counts(table)
        };
        for (measure, expected) in expected.iter().filter(|(measure, _)| counts(measure)) {
            let Some(values) = found.ok_or_record(table.values::<i64>(measure)) else { continue };
            let total: i64 = values.iter().sum();
            if total != *expected {
                found.add(message!("L303-total-differs", table = table.name, measure, total, expected));
            }
        }
    }
    found.0
}

/// Finds all differences between the totals of the tables; an empty result means that they add up.
#[must_use]
pub fn imbalances(tables: &[Table], corte: Corte) -> Vec<Imbalance> {
    let mut found = Imbalances::default();
    check_applications(tables, corte, &mut found);
    check_status_changes(tables, &mut found);
    check_status_series(tables, corte, &mut found);
    check_credentials(tables, &mut found);
    check_cohorts(tables, &mut found);
    for table in tables.iter().filter(|table| table.has_column(column_names::REGLA)) {
        if found.ok_or_record(records_add_up(table)) == Some(false) {
            found.add(message!("L303-records-do-not-add-up", table = table.name));
        }
    }
    record_contradictions(tables, &mut found);
    for table in tables {
        let Some(cortes) = found.ok_or_record(table.values::<NaiveDate>(column_names::CORTE)) else { continue };
        if cortes.iter().any(|day| *day != corte.day()) {
            found.add(message!("L303-other-corte", table = table.name, corte));
        }
    }
    found.0
}

/// The sums of a measure by the values of a column, over the rows for which `keep` holds. If the
/// table lacks the column, all rows count under one name.
fn totals_by_key(table: &Table, by: &str, measure: &str, keep: impl Fn(usize) -> bool) -> Result<Totals, ColumnError> {
    let values = table.values::<i64>(measure)?;
    let keys = table.values_if_column_exists::<String>(by)?;
    let mut totals = Totals::new();
    for (row, value) in values.iter().enumerate().filter(|(row, _)| keep(*row)) {
        let key = keys.map_or("", |keys| keys[row].as_str());
        *totals.entry(key.to_owned()).or_default() += value;
    }
    totals.retain(|_, total| *total != 0);
    Ok(totals)
}

/// Compares the totals of several tables with those of the first.
fn record_differing_totals(what: &str, tables: Vec<(&Table, Totals)>, found: &mut Imbalances) {
    let whole = |totals: &Totals| totals.values().sum::<i64>();
    let mut tables = tables.into_iter();
    let Some((first, expected)) = tables.next() else { return };
    for (table, totals) in tables {
        // A table without the column can only be compared with the sum of all.
        let same = match (totals.contains_key(""), expected.contains_key("")) {
            (false, false) => totals == expected,
            _ => whole(&totals) == whole(&expected),
        };
        if !same {
            found.add(message!(
                "L303-totals-differ",
                what,
                table = table.name,
                total = whole(&totals),
                other = first.name,
                expected = whole(&expected)
            ));
        }
    }
}

/// The days of a table's rows, in a table by day or by quincena.
fn optional_days<'t>(
    table: &'t Table,
    column: &str,
) -> Result<impl Fn(usize) -> Option<NaiveDate> + use<'t>, ColumnError> {
    let days = table.values_if_column_exists::<NaiveDate>(column)?;
    Ok(move |row: usize| days.map(|days| days[row]))
}

/// The applications up to the corte, by entity.
fn totals_up_to_corte(table: &Table, corte: Corte) -> Result<Totals, ColumnError> {
    let (quincena, day) = (optional_days(table, column_names::QUINCENA)?, optional_days(table, column_names::FECHA)?);
    let is_corte = |day: Option<NaiveDate>| day.is_none_or(|day| day == corte.day());
    totals_by_key(table, column_names::CVE_ENTIDAD, column_names::SOLICITUDES_ACUMULADAS, |row| {
        is_corte(quincena(row)) && is_corte(day(row))
    })
}

/// The applications of the quincena that ends with the corte, by entity.
fn totals_in_quincena(table: &Table, corte: Corte) -> Result<Totals, ColumnError> {
    let (quincena, day) = (optional_days(table, column_names::QUINCENA)?, optional_days(table, column_names::FECHA)?);
    if table.has_column(column_names::FECHA) {
        let first = corte.quincena().first_day();
        return totals_by_key(table, column_names::CVE_ENTIDAD, column_names::SOLICITUDES, |row| {
            day(row).is_none_or(|day| day >= first)
        });
    }
    totals_by_key(table, column_names::CVE_ENTIDAD, column_names::SOLICITUDES_QUINCENA, |row| {
        quincena(row).is_none_or(|day| day == corte.day())
    })
}

/// The applications from the start, by entity; for a table by day or by quincena, the sum of all
/// rows.
fn totals_since_start(table: &Table) -> Result<Totals, ColumnError> {
    let measure = if table.has_column(column_names::FECHA) {
        column_names::SOLICITUDES
    } else if table.has_column(column_names::QUINCENA) {
        column_names::SOLICITUDES_QUINCENA
    } else {
        column_names::SOLICITUDES_ACUMULADAS
    };
    totals_by_key(table, column_names::CVE_ENTIDAD, measure, |_| true)
}

fn check_applications(tables: &[Table], corte: Corte, found: &mut Imbalances) {
    let tables: Vec<&Table> = tables.iter().filter(|table| has_application_counts(table)).collect();
    let mut of = |what: &str, read: &dyn Fn(&Table) -> Result<Totals, ColumnError>| {
        let totals = tables.iter().filter_map(|table| Some((*table, found.ok_or_record(read(table))?))).collect();
        record_differing_totals(what, totals, found);
    };
    of(column_names::SOLICITUDES_ACUMULADAS, &|table| totals_up_to_corte(table, corte));
    of(column_names::SOLICITUDES_QUINCENA, &|table| totals_in_quincena(table, corte));
    of(&message!("publication-from-the-start"), &totals_since_start);
}

/// Compares the status changes with the applications of each entity: all of them now, and those
/// registered before the quincena at the corte before.
fn check_status_changes(tables: &[Table], found: &mut Imbalances) {
    let by_entity = tables.iter().filter(|table| {
        has_application_counts(table)
            && table.has_column(column_names::CVE_ENTIDAD)
            && ![column_names::FECHA, column_names::QUINCENA].iter().any(|day| table.has_column(day))
    });
    // All of them have the same totals, and the smallest is the fastest to add up.
    let Some(applications) = by_entity.min_by_key(|table| table.row_count()) else { return };
    for table in tables.iter().filter(|table| table.has_column(column_names::CORTE_ANTERIOR)) {
        let mut check = || -> Result<(), ColumnError> {
            let by_entity =
                |table: &Table, measure: &str| totals_by_key(table, column_names::CVE_ENTIDAD, measure, |_| true);
            let now = by_entity(applications, column_names::SOLICITUDES_ACUMULADAS)?;
            let in_quincena = by_entity(applications, column_names::SOLICITUDES_QUINCENA)?;
            let mut before = now.clone();
            for (entity, count) in in_quincena {
                *before.entry(entity).or_default() -= count;
            }
            before.retain(|_, count| *count != 0);
            for (measure, expected) in [(column_names::ACTUAL, now), (column_names::ANTERIOR, before)] {
                let totals = vec![(applications, expected), (table, by_entity(table, measure)?)];
                record_differing_totals(measure, totals, found);
            }
            let of = |measure| table.values::<i64>(measure);
            let changes = of(column_names::ACTUAL)?.iter().zip(of(column_names::ANTERIOR)?).map(|(now, was)| now - was);
            if !changes.eq(of(column_names::CAMBIO)?.iter().copied()) {
                found.add(message!("L303-change-differs", table = table.name));
            }
            Ok(())
        };
        let checked = check();
        found.ok_or_record(checked);
    }
}

/// The applications of a table that keep one row for each value of `by`, at one quincena's end.
fn totals_at_quincena(table: &Table, by: &str, measure: &str, day: NaiveDate) -> Result<Totals, ColumnError> {
    let quincena = optional_days(table, column_names::QUINCENA)?;
    totals_by_key(table, by, measure, |row| quincena(row).is_none_or(|other| other == day))
}

/// Compares the statuses at each quincena's end with the applications up to that day by entity, and
/// those at this corte and at the corte before with the tables that have them by status.
fn check_status_series(tables: &[Table], corte: Corte, found: &mut Imbalances) {
    for table in tables.iter().filter(|table| is_status_series(table)) {
        let mut check = || -> Result<(), ColumnError> {
            let at = |by: &str, day| totals_at_quincena(table, by, column_names::SOLICITUDES, day);
            let by_quincena = tables.iter().filter(|other| {
                [column_names::QUINCENA, column_names::SOLICITUDES_ACUMULADAS].iter().all(|name| other.has_column(name))
            });
            for applications in by_quincena {
                let days: BTreeSet<NaiveDate> = [table, applications]
                    .iter()
                    .map(|table| table.values::<NaiveDate>(column_names::QUINCENA))
                    .collect::<Result<Vec<_>, _>>()?
                    .into_iter()
                    .flatten()
                    .copied()
                    .collect();
                for day in days {
                    let measure = column_names::SOLICITUDES_ACUMULADAS;
                    let expected = totals_at_quincena(applications, column_names::CVE_ENTIDAD, measure, day)?;
                    let totals = vec![(applications, expected), (table, at(column_names::CVE_ENTIDAD, day)?)];
                    record_differing_totals(column_names::SOLICITUDES, totals, found);
                }
            }
            let by_status = |other: &&Table| {
                other.has_column(column_names::ESTATUS) && !other.has_column(column_names::QUINCENA)
            };
            for (measure, day) in [
                (column_names::SOLICITUDES_ACUMULADAS, corte.day()),
                (column_names::ACTUAL, corte.day()),
                (column_names::ANTERIOR, corte.day_of_corte_before()),
            ] {
                let statuses = tables.iter().filter(by_status).filter(|other| other.has_column(measure));
                let Some(statuses) = statuses.min_by_key(|other| other.row_count()) else { continue };
                let expected = totals_by_key(statuses, column_names::ESTATUS, measure, |_| true)?;
                let totals = vec![(statuses, expected), (table, at(column_names::ESTATUS, day)?)];
                record_differing_totals(column_names::SOLICITUDES, totals, found);
            }
            Ok(())
        };
        let checked = check();
        found.ok_or_record(checked);
    }
}

/// Compares the cohorts with the credentials applied for at each office, and their parts with each
/// other.
fn check_cohorts(tables: &[Table], found: &mut Imbalances) {
    for table in tables.iter().filter(|table| table.has_column(column_names::EN_CAMINO)) {
        let mut check = || -> Result<(), ColumnError> {
            for by in [column_names::CVE_ENTIDAD, column_names::CVE_REPRESENTACION] {
                let by_key = tables.iter().filter(|other| has_credential_counts(other) && other.has_column(by));
                let credentials = by_key.min_by_key(|other| other.row_count());
                let Some(credentials) = credentials.filter(|_| table.has_column(by)) else { continue };
                let expected = totals_by_key(credentials, by, column_names::TRAMITADAS_ACUMULADAS, |_| true)?;
                let totals = totals_by_key(table, by, column_names::TRAMITADAS, |_| true)?;
                record_differing_totals(
                    column_names::TRAMITADAS,
                    vec![(credentials, expected), (table, totals)],
                    found,
                );
            }
            let of = |measure| table.values::<i64>(measure);
            let (applied, delivered) = (of(column_names::TRAMITADAS)?, of(column_names::ENTREGADAS)?);
            let (confirmed, under_way) = (of(column_names::CONFIRMADAS)?, of(column_names::EN_CAMINO)?);
            let adds_up =
                |row: usize| confirmed[row] <= delivered[row] && delivered[row] + under_way[row] == applied[row];
            if !(0..table.row_count()).all(adds_up) {
                found.add(message!("L303-cohort-does-not-add-up", table = table.name));
            }
            Ok(())
        };
        let checked = check();
        found.ok_or_record(checked);
    }
}

fn check_credentials(tables: &[Table], found: &mut Imbalances) {
    for measure in CREDENTIAL_MEASURES {
        for by in [column_names::CVE_ENTIDAD, column_names::CVE_REPRESENTACION] {
            let mut all: Vec<(&Table, Totals)> = Vec::new();
            for table in tables.iter().filter(|table| has_credential_counts(table)) {
                all.extend(
                    found.ok_or_record(totals_by_key(table, by, measure, |_| true)).map(|totals| (table, totals)),
                );
            }
            if measure == column_names::ENTREGADAS_ACUMULADAS && by == column_names::CVE_ENTIDAD {
                for table in tables.iter().filter(|table| table.has_column(column_names::DIAS)) {
                    let totals = totals_by_key(table, by, column_names::ENTREGADAS, |_| true);
                    all.extend(found.ok_or_record(totals).map(|totals| (table, totals)));
                }
            }
            all.sort_by_key(|(table, _)| !table.has_column(by));
            record_differing_totals(measure, all, found);
        }
    }
}

/// Whether the records of each file add up: read = accepted + rejected, and rejected = the sum of
/// the errors.
fn records_add_up(table: &Table) -> Result<bool, ColumnError> {
    let (rules, levels) = (table.values::<String>(column_names::REGLA)?, table.values::<String>(column_names::NIVEL)?);
    let total = |keep: &dyn Fn(usize) -> bool| totals_by_key(table, column_names::ARCHIVO, column_names::FILAS, keep);
    let read = total(&|row| rules[row] == "leidas")?;
    let split = total(&|row| rules[row] == "aceptadas" || rules[row] == "rechazadas")?;
    let rejected = total(&|row| rules[row] == "rechazadas")?;
    let errors = total(&|row| levels[row] == "error")?;
    Ok(read == split && rejected == errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;
    use lnere_core::calendar::parse_iso_day;

    fn table_of_corte(name: &str, columns: &[(&str, Column)]) -> Table {
        let corte = Column::Date(vec![parse_day("2020-09-30"); columns[0].1.len()]);
        let columns = std::iter::once(("corte".to_owned(), corte))
            .chain(columns.iter().map(|(name, column)| ((*name).to_owned(), column.clone())));
        Table { name: name.to_owned(), columns: columns.collect() }
    }

    fn parse_day(text: &str) -> NaiveDate {
        parse_iso_day(text).expect("a date")
    }

    fn text_column(values: &[&str]) -> Column {
        Column::Text(values.iter().map(|value| (*value).to_owned()).collect())
    }

    fn totals_table(name: &str, so_far: &[i64], in_quincena: &[i64]) -> Table {
        table_of_corte(
            name,
            &[
                ("cve_entidad", text_column(&["08", "09"])),
                ("solicitudes_quincena", Column::Int(in_quincena.to_vec())),
                ("solicitudes_acumuladas", Column::Int(so_far.to_vec())),
            ],
        )
    }

    fn count_imbalances(tables: &[Table]) -> usize {
        imbalances(tables, "2020-09-30".parse().expect("a corte")).len()
    }

    #[test]
    fn tables_that_add_up_by_entity_and_in_all() {
        assert_eq!(count_imbalances(&[totals_table("a", &[5, 7], &[1, 2]), totals_table("b", &[5, 7], &[1, 2])]), 0);
        // Twice: up to the corte, and from the start.
        assert_eq!(count_imbalances(&[totals_table("a", &[5, 7], &[1, 2]), totals_table("b", &[5, 8], &[1, 2])]), 2);
        assert_eq!(
            count_imbalances(&[totals_table("a", &[5, 7], &[1, 2]), totals_table("b", &[7, 5], &[1, 2])]),
            2,
            "the same sum, by entity not"
        );
        assert_eq!(count_imbalances(&[totals_table("a", &[5, 7], &[1, 2]), totals_table("b", &[5, 7], &[1, 3])]), 1);
    }

    #[test]
    fn the_days_add_up_to_the_quincena_and_to_all() {
        let days = |counts: &[i64], so_far: &[i64]| {
            table_of_corte(
                "diario",
                &[
                    (
                        "fecha",
                        Column::Date(vec![parse_day("2020-09-15"), parse_day("2020-09-16"), parse_day("2020-09-30")]),
                    ),
                    ("cve_entidad", text_column(&["08", "08", "08"])),
                    ("solicitudes", Column::Int(counts.to_vec())),
                    ("solicitudes_acumuladas", Column::Int(so_far.to_vec())),
                ],
            )
        };
        let whole = totals_table("a", &[9, 0], &[5, 0]);
        assert_eq!(count_imbalances(&[whole.clone(), days(&[4, 3, 2], &[4, 7, 9])]), 0);
        assert_eq!(count_imbalances(&[whole.clone(), days(&[4, 3, 2], &[4, 7, 8])]), 1);
        assert_eq!(count_imbalances(&[whole, days(&[5, 3, 1], &[5, 8, 9])]), 1);
    }

    #[test]
    fn status_changes_add_up_to_the_applications_of_both_cortes() {
        let changes = |before: &[i64], now: &[i64], change: &[i64]| {
            table_of_corte(
                "cambios",
                &[
                    ("cve_entidad", text_column(&["08", "09"])),
                    ("estatus", text_column(&["RECIBIDA", "RECIBIDA"])),
                    ("corte_anterior", Column::Date(vec![parse_day("2020-09-15"); 2])),
                    ("anterior", Column::Int(before.to_vec())),
                    ("actual", Column::Int(now.to_vec())),
                    ("cambio", Column::Int(change.to_vec())),
                ],
            )
        };
        let whole = totals_table("a", &[5, 7], &[1, 2]);
        let count = |changes| count_imbalances(&[whole.clone(), changes]);
        assert_eq!(count(changes(&[4, 5], &[5, 7], &[1, 2])), 0);
        assert_eq!(count(changes(&[4, 5], &[5, 8], &[1, 3])), 1, "of this corte");
        assert_eq!(count(changes(&[5, 4], &[5, 7], &[0, 3])), 1, "of the corte before, by entity");
        assert_eq!(count(changes(&[4, 5], &[5, 7], &[1, 3])), 1, "a change is no difference");
    }

    #[test]
    fn a_cohort_is_delivered_or_under_way() {
        let offices = || ("cve_representacion", text_column(&["chicago", "dallas"]));
        let credentials = |applied: &[i64]| {
            let zeros = || Column::Int(vec![0; 2]);
            let counts = CREDENTIAL_MEASURES.map(|measure| match measure {
                column_names::TRAMITADAS_ACUMULADAS => (measure, Column::Int(applied.to_vec())),
                measure => (measure, zeros()),
            });
            table_of_corte("credenciales", &[&[offices()][..], &counts].concat())
        };
        let cohorts = |applied: &[i64], delivered: &[i64], confirmed: &[i64], under_way: &[i64]| {
            let counts = [
                ("tramitadas", applied),
                ("entregadas", delivered),
                ("confirmadas", confirmed),
                ("en_camino", under_way),
            ];
            let counts = counts.map(|(name, values)| (name, Column::Int(values.to_vec())));
            table_of_corte("cohorte", &[&[offices()][..], &counts].concat())
        };
        let count = |cohorts| count_imbalances(&[credentials(&[3, 2]), cohorts]);
        assert_eq!(count(cohorts(&[3, 2], &[2, 0], &[1, 0], &[1, 2])), 0);
        assert_eq!(count(cohorts(&[3, 1], &[2, 0], &[1, 0], &[1, 1])), 1, "other credentials");
        assert_eq!(count(cohorts(&[3, 2], &[2, 0], &[1, 0], &[1, 1])), 1, "one is neither");
        assert_eq!(count(cohorts(&[3, 2], &[2, 0], &[3, 0], &[1, 2])), 1, "more are confirmed");
    }

    #[test]
    fn a_row_of_another_corte_is_found() {
        let mut other = totals_table("a", &[1, 1], &[0, 0]);
        other.columns[0].1 = Column::Date(vec![parse_day("2020-09-30"), parse_day("2020-09-15")]);
        assert_eq!(count_imbalances(&[other]), 1);
    }

    #[test]
    fn a_file_s_records_are_accepted_or_rejected() {
        let quality = |counts: &[i64]| {
            table_of_corte(
                "calidad",
                &[
                    ("archivo", text_column(&["a.csv"; 4])),
                    ("regla", text_column(&["aceptadas", "folio_vacio", "leidas", "rechazadas"])),
                    ("nivel", text_column(&["total", "error", "total", "total"])),
                    ("filas", Column::Int(counts.to_vec())),
                ],
            )
        };
        assert_eq!(count_imbalances(&[quality(&[8, 2, 10, 2])]), 0);
        assert_eq!(count_imbalances(&[quality(&[8, 2, 11, 2])]), 1);
        assert_eq!(count_imbalances(&[quality(&[8, 1, 10, 2])]), 1);
    }

    #[test]
    fn a_table_without_one_of_its_measures_is_found_and_the_others_are_still_checked() {
        let corte = "2020-09-30".parse().expect("a corte");
        let mut lacking = totals_table("a", &[5, 7], &[1, 2]);
        lacking.columns.retain(|(name, _)| name != "solicitudes_acumuladas");
        let missing = "the table a has no column solicitudes_acumuladas of whole numbers [L300]";
        let messages = |found: Vec<Imbalance>| found.iter().map(ToString::to_string).collect::<Vec<_>>();
        let found = messages(imbalances(
            &[lacking.clone(), totals_table("b", &[5, 7], &[1, 2]), totals_table("c", &[5, 8], &[1, 2])],
            corte,
        ));
        assert_eq!(found.len(), 3, "the other two are compared twice: {found:?}");
        assert_eq!(found[0], missing);
        let expected = [("solicitudes_acumuladas".to_owned(), 12), ("solicitudes_quincena".to_owned(), 3)];
        assert_eq!(messages(differences_from_totals(&[lacking], &expected.into())), [missing]);
    }
}
