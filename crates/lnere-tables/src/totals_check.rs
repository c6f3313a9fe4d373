/*!
Checks that the tables of a release add up to the same totals. Every run and every `lnere verify`
checks the data read back from disk. The check shares no code with the roll-ups.
*/

use lnere_core::columns;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::dictionary::CREDENTIAL_MEASURES;
use super::projection_check::contradictions;
use super::table::Table;
use lnere_core::calendar::Corte;
use lnere_count::CorteCube;

/// Two tables that do not add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imbalance {
    /// The difference, with its table and column.
    pub message: String,
}

type Totals = BTreeMap<String, i64>;

/// The total of each measure that is counted once in a cube, by the name of its column.
#[must_use]
pub fn cube_totals(cube: &CorteCube) -> BTreeMap<String, i64> {
    let mut totals = Totals::new();
    let mut add = |measure: &str, count: i64| *totals.entry(measure.to_owned()).or_default() += count;
    // A measure that counts nothing has a total too: 0.
    for measure in [columns::SOLICITUDES_QUINCENA, columns::SOLICITUDES_ACUMULADAS].iter().chain(&CREDENTIAL_MEASURES) {
        add(measure, 0);
    }
    for tally in cube.applications.values() {
        add(columns::SOLICITUDES_QUINCENA, tally.quincena);
        add(columns::SOLICITUDES_ACUMULADAS, tally.acumulada);
    }
    for tallies in cube.credentials.values() {
        for (measures, tally) in CREDENTIAL_MEASURES.chunks(2).zip(tallies) {
            add(measures[0], tally.quincena);
            add(measures[1], tally.acumulada);
        }
    }
    totals
}

/// Holds the tables of a release against the totals of the cube that they were rolled up from.
#[must_use]
pub fn differences_from_totals(tables: &[Table], expected: &BTreeMap<String, i64>) -> Vec<Imbalance> {
    let mut found = Vec::new();
    for table in tables.iter().filter(|table| table.date(columns::FECHA).or(table.date(columns::QUINCENA)).is_none()) {
        for (measure, expected) in expected {
            let Some(values) = table.int(measure) else { continue };
            let total: i64 = values.iter().sum();
            if total != *expected {
                let message = format!("{}: {measure} adds up to {total}, all records to {expected}", table.name);
                found.push(Imbalance { message });
            }
        }
    }
    found
}

/// Finds all differences between the totals of the tables; none: they add up.
#[must_use]
pub fn imbalances(tables: &[Table], corte: Corte) -> Vec<Imbalance> {
    let mut found = Vec::new();
    applications(tables, corte, &mut found);
    credentials(tables, &mut found);
    quality(tables, &mut found);
    contradictions(tables, &mut found);
    for table in tables {
        let wrong = table.date(columns::CORTE).is_none_or(|cortes| cortes.iter().any(|day| *day != corte.day()));
        if wrong {
            found.push(Imbalance { message: format!("{}: a row is of another corte than {corte}", table.name) });
        }
    }
    found
}

/// The sum of a measure by the values of a column, over the rows for which `keep` holds; all rows
/// under one name where the table has no such column.
fn totals(table: &Table, by: &str, measure: &str, keep: impl Fn(usize) -> bool) -> Option<Totals> {
    let values = table.int(measure)?;
    let keys = table.text_values(by);
    let mut totals = Totals::new();
    for (row, value) in values.iter().enumerate().filter(|(row, _)| keep(*row)) {
        let key = keys.map_or("", |keys| keys[row].as_str());
        *totals.entry(key.to_owned()).or_default() += value;
    }
    totals.retain(|_, total| *total != 0);
    Some(totals)
}

/// Holds the totals of several tables against those of the first.
fn compare(what: &str, tables: Vec<(&Table, Totals)>, found: &mut Vec<Imbalance>) {
    let whole = |totals: &Totals| totals.values().sum::<i64>();
    let mut tables = tables.into_iter();
    let Some((first, expected)) = tables.next() else { return };
    for (table, totals) in tables {
        // A table without the column can only be held against the sum of all.
        let same = match (totals.contains_key(""), expected.contains_key("")) {
            (false, false) => totals == expected,
            _ => whole(&totals) == whole(&expected),
        };
        if !same {
            let (ours, theirs) = (whole(&totals), whole(&expected));
            let message = format!(
                "{what}: {} adds up to {ours}, {} to {theirs}, or by entity they differ",
                table.name, first.name
            );
            found.push(Imbalance { message });
        }
    }
}

fn applications(tables: &[Table], corte: Corte, found: &mut Vec<Imbalance>) {
    let is_day = |table: &Table, column: &str, accept: &dyn Fn(NaiveDate) -> bool, row: usize| {
        table.date(column).is_none_or(|days| accept(days[row]))
    };
    let at_corte = |day: NaiveDate| day == corte.day();
    let in_quincena = |day: NaiveDate| day >= corte.quincena().first_day();

    let so_far = tables.iter().filter_map(|table| {
        let keep =
            |row| is_day(table, columns::QUINCENA, &at_corte, row) && is_day(table, columns::FECHA, &at_corte, row);
        Some((table, totals(table, columns::CVE_ENTIDAD, columns::SOLICITUDES_ACUMULADAS, keep)?))
    });
    compare(columns::SOLICITUDES_ACUMULADAS, so_far.collect(), found);

    let quincena = tables.iter().filter_map(|table| {
        let of_days = totals(table, columns::CVE_ENTIDAD, columns::SOLICITUDES, |row| {
            is_day(table, columns::FECHA, &in_quincena, row)
        });
        let keep = |row| is_day(table, columns::QUINCENA, &at_corte, row);
        Some((table, of_days.or_else(|| totals(table, columns::CVE_ENTIDAD, columns::SOLICITUDES_QUINCENA, keep))?))
    });
    compare(columns::SOLICITUDES_QUINCENA, quincena.collect(), found);

    let since_start = tables.iter().filter_map(|table| {
        let of_days = totals(table, columns::CVE_ENTIDAD, columns::SOLICITUDES, |_| true);
        let of_quincenas = || {
            table
                .date(columns::QUINCENA)
                .and_then(|_| totals(table, columns::CVE_ENTIDAD, columns::SOLICITUDES_QUINCENA, |_| true))
        };
        let of_rest = || totals(table, columns::CVE_ENTIDAD, columns::SOLICITUDES_ACUMULADAS, |_| true);
        Some((table, of_days.or_else(of_quincenas).or_else(of_rest)?))
    });
    compare("solicitudes from the start", since_start.collect(), found);
}

fn credentials(tables: &[Table], found: &mut Vec<Imbalance>) {
    for measure in CREDENTIAL_MEASURES {
        for by in [columns::CVE_ENTIDAD, columns::CVE_REPRESENTACION] {
            let of = |table| Some((table, totals(table, by, measure, |_| true)?));
            let mut all: Vec<_> = tables.iter().filter_map(of).collect();
            if measure == columns::ENTREGADAS_ACUMULADAS && by == columns::CVE_ENTIDAD {
                all.extend(
                    tables.iter().filter_map(|table| Some((table, totals(table, by, columns::ENTREGADAS, |_| true)?))),
                );
            }
            all.sort_by_key(|(table, _)| table.text_values(by).is_none());
            compare(measure, all, found);
        }
    }
}

fn quality(tables: &[Table], found: &mut Vec<Imbalance>) {
    for table in tables {
        let (Some(rules), Some(levels)) = (table.text_values(columns::REGLA), table.text_values(columns::NIVEL)) else {
            continue;
        };
        let total =
            |keep: &dyn Fn(usize) -> bool| totals(table, columns::ARCHIVO, columns::FILAS, keep).unwrap_or_default();
        let read = total(&|row| rules[row] == "leidas");
        let split = total(&|row| rules[row] == "aceptadas" || rules[row] == "rechazadas");
        let rejected = total(&|row| rules[row] == "rechazadas");
        let errors = total(&|row| levels[row] == "error");
        if read != split || rejected != errors {
            let message =
                format!("{}: of a file, read is not accepted + rejected, or its errors do not add up", table.name);
            found.push(Imbalance { message });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;
    use lnere_core::calendar::parse_iso_day;

    fn table(name: &str, columns: &[(&str, Column)]) -> Table {
        let corte = Column::Date(vec![day("2020-09-30"); columns[0].1.len()]);
        let columns = std::iter::once(("corte".to_owned(), corte))
            .chain(columns.iter().map(|(name, column)| ((*name).to_owned(), column.clone())));
        Table { name: name.to_owned(), columns: columns.collect() }
    }

    fn day(text: &str) -> NaiveDate {
        parse_iso_day(text).expect("a date")
    }

    fn text(values: &[&str]) -> Column {
        Column::Text(values.iter().map(|value| (*value).to_owned()).collect())
    }

    fn by(name: &str, so_far: &[i64], in_quincena: &[i64]) -> Table {
        table(
            name,
            &[
                ("cve_entidad", text(&["08", "09"])),
                ("solicitudes_quincena", Column::Int(in_quincena.to_vec())),
                ("solicitudes_acumuladas", Column::Int(so_far.to_vec())),
            ],
        )
    }

    fn found(tables: &[Table]) -> usize {
        imbalances(tables, "2020-09-30".parse().expect("a corte")).len()
    }

    #[test]
    fn tables_that_add_up_by_entity_and_in_all() {
        assert_eq!(found(&[by("a", &[5, 7], &[1, 2]), by("b", &[5, 7], &[1, 2])]), 0);
        // Twice: up to the corte, and from the start.
        assert_eq!(found(&[by("a", &[5, 7], &[1, 2]), by("b", &[5, 8], &[1, 2])]), 2);
        assert_eq!(found(&[by("a", &[5, 7], &[1, 2]), by("b", &[7, 5], &[1, 2])]), 2, "the same sum, by entity not");
        assert_eq!(found(&[by("a", &[5, 7], &[1, 2]), by("b", &[5, 7], &[1, 3])]), 1);
    }

    #[test]
    fn the_days_add_up_to_the_quincena_and_to_all() {
        let days = |counts: &[i64], so_far: &[i64]| {
            table(
                "diario",
                &[
                    ("fecha", Column::Date(vec![day("2020-09-15"), day("2020-09-16"), day("2020-09-30")])),
                    ("cve_entidad", text(&["08", "08", "08"])),
                    ("solicitudes", Column::Int(counts.to_vec())),
                    ("solicitudes_acumuladas", Column::Int(so_far.to_vec())),
                ],
            )
        };
        let whole = by("a", &[9, 0], &[5, 0]);
        assert_eq!(found(&[whole.clone(), days(&[4, 3, 2], &[4, 7, 9])]), 0);
        assert_eq!(found(&[whole.clone(), days(&[4, 3, 2], &[4, 7, 8])]), 1);
        assert_eq!(found(&[whole, days(&[5, 3, 1], &[5, 8, 9])]), 1);
    }

    #[test]
    fn a_row_of_another_corte_is_found() {
        let mut other = by("a", &[1, 1], &[0, 0]);
        other.columns[0].1 = Column::Date(vec![day("2020-09-30"), day("2020-09-15")]);
        assert_eq!(found(&[other]), 1);
    }

    #[test]
    fn a_file_s_records_are_accepted_or_rejected() {
        let quality = |counts: &[i64]| {
            table(
                "calidad",
                &[
                    ("archivo", text(&["a.csv"; 4])),
                    ("regla", text(&["aceptadas", "folio_vacio", "leidas", "rechazadas"])),
                    ("nivel", text(&["total", "error", "total", "total"])),
                    ("filas", Column::Int(counts.to_vec())),
                ],
            )
        };
        assert_eq!(found(&[quality(&[8, 2, 10, 2])]), 0);
        assert_eq!(found(&[quality(&[8, 2, 11, 2])]), 1);
        assert_eq!(found(&[quality(&[8, 1, 10, 2])]), 1);
    }
}
