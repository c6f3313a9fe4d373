/*!
What is due, and what is late. Pure: which exports and releases there are is given, and so is today.
*/

use chrono::NaiveDate;
use serde::Serialize;

use crate::calendar::Corte;
use crate::process::{Freshness, Process, Source};

/// How late something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lateness {
    /// It is in time.
    Ok,
    /// It is over the first threshold of the process file.
    Warn,
    /// It is over the second one.
    Late,
}

impl Lateness {
    fn of(days: i64, thresholds: Freshness) -> Self {
        if days > i64::from(thresholds.error) {
            Self::Late
        } else if days > i64::from(thresholds.warn) {
            Self::Warn
        } else {
            Self::Ok
        }
    }
}

/// How old the newest export of a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAge {
    /// The source.
    pub source: Source,
    /// Days that it could cover and does not: up to yesterday, or to the last corte of the process.
    pub days: i64,
    /// What this means.
    pub lateness: Lateness,
}

/// A corte that ended and has no release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCorte {
    /// The corte.
    pub corte: Corte,
    /// Days since its last day.
    pub days: i64,
    /// What this means.
    pub lateness: Lateness,
}

/// The age of a source's newest export; `newest` is the day that it covers.
#[must_use]
pub fn source_age(process: &Process, source: Source, newest: Option<NaiveDate>, today: NaiveDate) -> SourceAge {
    let before = |day: NaiveDate| day.pred_opt().unwrap_or(day);
    let last = process.cortes().last().map_or(process.election_day, |corte| corte.day());
    let expected = before(today).min(last);
    // Before anything can be registered no export is missing.
    let known = newest.unwrap_or(before(process.opens)).max(before(process.opens));
    let days = (expected - known).num_days().max(0);
    SourceAge { source, days, lateness: Lateness::of(days, process.schedule.source(source)) }
}

/// The cortes that ended before today and have no release, oldest first.
#[must_use]
pub fn due(process: &Process, published: &[Corte], today: NaiveDate) -> Vec<DueCorte> {
    let open = process.ended(today).into_iter().filter(|corte| !published.contains(corte));
    open.map(|corte| {
        let days = (today - corte.day()).num_days();
        DueCorte { corte, days, lateness: Lateness::of(days, process.schedule.corte) }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::calendar::parse_iso_day;

    fn process() -> Process {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml");
        Process::load(&path).expect("a process").0
    }

    fn day(text: &str) -> NaiveDate {
        parse_iso_day(text).expect("a date")
    }

    #[test]
    fn an_export_ages_from_the_day_that_it_covers() {
        let process = process();
        let age = |newest: Option<&str>, today| {
            let SourceAge { days, lateness, .. } =
                source_age(&process, Source::Solicitudes, newest.map(day), day(today));
            (days, lateness)
        };
        assert_eq!(age(None, "2020-08-20"), (0, Lateness::Ok), "nothing is missing before the opening");
        assert_eq!(age(Some("2020-09-15"), "2020-09-16"), (0, Lateness::Ok));
        assert_eq!(age(Some("2020-09-15"), "2020-10-03"), (17, Lateness::Ok));
        assert_eq!(age(Some("2020-09-15"), "2020-10-04"), (18, Lateness::Warn));
        assert_eq!(age(Some("2020-09-15"), "2020-10-07"), (21, Lateness::Late));
        assert_eq!(age(None, "2020-10-07"), (36, Lateness::Late));
        assert_eq!(age(Some("2021-05-31"), "2026-01-01"), (0, Lateness::Ok), "the process is over");
    }

    #[test]
    fn a_corte_is_due_from_the_day_after_it_ended() {
        let process = process();
        let published: Corte = "2020-09-15".parse().expect("a corte");
        let due = |today| -> Vec<_> {
            let due = due(&process, &[published], day(today)).into_iter();
            due.map(|due| (due.corte.to_string(), due.days, due.lateness)).collect()
        };
        assert_eq!(due("2020-09-30"), []);
        assert_eq!(due("2020-10-01"), [("2020-09-30".to_owned(), 1, Lateness::Ok)]);
        assert_eq!(due("2020-10-03"), [("2020-09-30".to_owned(), 3, Lateness::Warn)]);
        assert_eq!(due("2020-10-05"), [("2020-09-30".to_owned(), 5, Lateness::Late)]);
        assert_eq!(due("2020-10-16").len(), 2);
    }
}
