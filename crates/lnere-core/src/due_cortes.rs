/*!
Determines which cortes are due and which are late. The functions are pure: the caller passes
exports, releases and the date.

While a process runs, each corte from `[schedule] from` (default: its first) is due once it has
ended, until it has a release. Two conditions end this:

1. The last corte of the process has a release. Then the cortes before the oldest release are a
   backfill that nobody requested, and they are not due. A gap between two releases is still due.
2. The process is over. Election day is further back than the longest threshold of `[freshness]`
   plus [`GRACE_DAYS_AFTER_ELECTION`], and the newest corte that the exports cover has a release. Then nothing is
   due.

In neither case is a source late. If nothing was ever published, neither condition holds: a first
run is always due.
*/

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::calendar::Corte;
use crate::process::{DelayThresholds, Process, Source};

/// The days after election day, in addition to the longest threshold, during which missing data are
/// still late.
pub const GRACE_DAYS_AFTER_ELECTION: u64 = 30;

/// The severity of a delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DelaySeverity {
    /// In time.
    Ok,
    /// Above the first threshold of the process file.
    Warn,
    /// Above the second threshold.
    Late,
}

impl DelaySeverity {
    fn from_days(days: i64, thresholds: DelayThresholds) -> Self {
        if days > i64::from(thresholds.error) {
            Self::Late
        } else if days > i64::from(thresholds.warn) {
            Self::Warn
        } else {
            Self::Ok
        }
    }
}

/// The age of the newest export of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAge {
    /// The source.
    pub source: Source,
    /// The days that it could cover but does not: up to yesterday, or to the last corte of the
    /// process.
    pub days_behind: i64,
    /// The severity of the delay.
    pub delay_severity: DelaySeverity,
}

/// A corte that has ended and has no release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCorte {
    /// The corte.
    pub unpublished_corte: Corte,
    /// Days since its last day.
    pub days_since_end: i64,
    /// The severity of the delay.
    pub delay_severity: DelaySeverity,
}

/// The state of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PublicationStage {
    /// Each corte that has ended must have a release.
    Running,
    /// The last corte has a release; `oldest` is the oldest corte with one.
    Complete { oldest: Corte },
    /// The process ended long ago, and its available cortes are published.
    Over,
}

/// The expectations for a process on a day, given its releases.
#[derive(Clone, Debug)]
pub struct FreshnessCheck<'a> {
    process: &'a Process,
    published_cortes: &'a [Corte],
    today: NaiveDate,
    publication_stage: PublicationStage,
}

impl<'a> FreshnessCheck<'a> {
    /// The expectations on `today`. `published` are the cortes with a release, and `newest_covered`
    /// is the newest corte that the exports of both sources cover.
    #[must_use]
    pub fn new(process: &'a Process, published: &'a [Corte], newest_covered: Option<Corte>, today: NaiveDate) -> Self {
        // Before the opening a release has only a projection, and no counts.
        let counted = || published.iter().copied().filter(|corte| corte.day() >= process.opens);
        let last = process.cortes().into_iter().next_back();
        let grace_period = Days::new(u64::from(process.schedule.longest_late_days()) + GRACE_DAYS_AFTER_ELECTION);
        let is_long_ago = process.election_day.checked_add_days(grace_period).is_some_and(|end| today > end);
        let stage = match (counted().min(), counted().max()) {
            (Some(_), newest) if is_long_ago && newest >= newest_covered => PublicationStage::Over,
            (Some(oldest), newest) if newest >= last => PublicationStage::Complete { oldest },
            _ => PublicationStage::Running,
        };
        Self { process, published_cortes: published, today, publication_stage: stage }
    }

    /// Whether nothing of the process is due any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.publication_stage == PublicationStage::Over
    }

    /// The age of the newest export of a source; `newest` is the day that it covers.
    #[must_use]
    pub fn source_age(&self, source: Source, newest: Option<NaiveDate>) -> SourceAge {
        let process = self.process;
        let before = |day: NaiveDate| day.pred_opt().unwrap_or(day);
        let last = process.cortes().last().map_or(process.election_day, |corte| corte.day());
        let expected = before(self.today).min(last);
        // No export is missing before registration can begin or the first required quincena begins.
        let first = process.scheduled_cortes().first().map_or(process.opens, |corte| corte.quincena().first_day());
        let start = before(process.opens.max(first));
        let newest_or_start = newest.unwrap_or(start).max(start);
        let days_behind = (expected - newest_or_start).num_days().max(0);
        let delay_severity = match self.publication_stage {
            PublicationStage::Running => DelaySeverity::from_days(days_behind, process.schedule.source_delay(source)),
            PublicationStage::Complete { .. } | PublicationStage::Over => DelaySeverity::Ok,
        };
        SourceAge { source, days_behind, delay_severity }
    }

    /// The cortes that are due: they ended before today and have no release, oldest first.
    #[must_use]
    pub fn due_cortes(&self) -> Vec<DueCorte> {
        let due = self.ended_without_release().filter(|corte| self.is_due(*corte));
        due.map(|corte| {
            let days_since_end = (self.today - corte.day()).num_days();
            DueCorte {
                unpublished_corte: corte,
                days_since_end,
                delay_severity: DelaySeverity::from_days(days_since_end, self.process.schedule.corte_delay),
            }
        })
        .collect()
    }

    /// The cortes that have ended, have no release, and are not due. This is a backfill, which `run
    /// --due` publishes if the exports cover it.
    #[must_use]
    pub fn backfill_cortes(&self) -> Vec<Corte> {
        self.ended_without_release().filter(|corte| !self.is_due(*corte)).collect()
    }

    fn ended_without_release(&self) -> impl Iterator<Item = Corte> {
        self.process.ended_cortes(self.today).into_iter().filter(|corte| !self.published_cortes.contains(corte))
    }

    fn is_due(&self, corte: Corte) -> bool {
        match self.publication_stage {
            PublicationStage::Running => true,
            PublicationStage::Complete { oldest } => corte > oldest,
            PublicationStage::Over => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::calendar::parse_iso_day;

    fn example_process() -> Process {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("pipelines/pel_2020_2021.toml");
        let mut process = Process::load(&path).expect("a process").0;
        process.schedule.first_due_day = None;
        process
    }

    fn process_due_from(day: &str) -> Process {
        let mut process = example_process();
        process.schedule.first_due_day = parse_iso_day(day);
        process
    }

    fn parse_day(text: &str) -> NaiveDate {
        parse_iso_day(text).expect("a date")
    }

    fn parse_cortes(texts: &[&str]) -> Vec<Corte> {
        texts.iter().map(|text| text.parse().expect("a corte")).collect()
    }

    /// The age of the exports in days and its lateness, while nothing is published.
    fn age_and_severity(process: &Process, newest: Option<&str>, today: &str) -> (i64, DelaySeverity) {
        let expected = FreshnessCheck::new(process, &[], None, parse_day(today));
        let SourceAge { days_behind, delay_severity, .. } =
            expected.source_age(Source::Solicitudes, newest.map(parse_day));
        (days_behind, delay_severity)
    }

    /// The due cortes with their lateness, if the exports cover up to `newest_covered_day`, and the
    /// lateness of the sources.
    fn due_cortes_and_source_severity(
        process: &Process,
        published: &[&str],
        newest_covered_day: &str,
        today: &str,
    ) -> (Vec<(String, DelaySeverity)>, DelaySeverity) {
        let published = parse_cortes(published);
        let newest = process.cortes().into_iter().rfind(|corte| corte.day() <= parse_day(newest_covered_day));
        let expected = FreshnessCheck::new(process, &published, newest, parse_day(today));
        let due = expected
            .due_cortes()
            .into_iter()
            .map(|due| (due.unpublished_corte.to_string(), due.delay_severity))
            .collect();
        (due, expected.source_age(Source::Solicitudes, Some(parse_day(newest_covered_day))).delay_severity)
    }

    fn all_corte_names(process: &Process) -> Vec<String> {
        process.cortes().iter().map(ToString::to_string).collect()
    }

    const LAST_CORTE: &str = "2021-05-31";

    #[test]
    fn an_export_ages_from_the_day_that_it_covers() {
        let process = example_process();
        let age = |newest, today| age_and_severity(&process, newest, today);
        assert_eq!(age(None, "2020-08-20"), (0, DelaySeverity::Ok), "nothing is missing before the opening");
        assert_eq!(age(Some("2020-09-15"), "2020-09-16"), (0, DelaySeverity::Ok));
        assert_eq!(age(Some("2020-09-15"), "2020-10-03"), (17, DelaySeverity::Ok));
        assert_eq!(age(Some("2020-09-15"), "2020-10-04"), (18, DelaySeverity::Warn));
        assert_eq!(age(Some("2020-09-15"), "2020-10-07"), (21, DelaySeverity::Late));
        assert_eq!(age(None, "2020-10-07"), (36, DelaySeverity::Late));
        assert_eq!(
            age(Some(LAST_CORTE), "2026-01-01"),
            (0, DelaySeverity::Ok),
            "nothing after the last corte is asked for"
        );
    }

    #[test]
    fn an_export_before_the_first_quincena_that_is_asked_for_is_not_late() {
        let process = process_due_from("2020-12-31");
        assert_eq!(age_and_severity(&process, None, "2020-12-10"), (0, DelaySeverity::Ok));
        assert_eq!(age_and_severity(&process, Some("2020-10-31"), "2020-12-16"), (0, DelaySeverity::Ok));
        assert_eq!(age_and_severity(&process, Some("2020-10-31"), "2021-01-06"), (21, DelaySeverity::Late));
    }

    #[test]
    fn a_corte_is_due_from_the_day_after_it_ended() {
        let process = example_process();
        let due = |today: &str| -> Vec<_> {
            let published = parse_cortes(&["2020-09-15"]);
            let due = FreshnessCheck::new(&process, &published, None, parse_day(today)).due_cortes().into_iter();
            due.map(|due| (due.unpublished_corte.to_string(), due.days_since_end, due.delay_severity)).collect()
        };
        assert_eq!(due("2020-09-30"), []);
        assert_eq!(due("2020-10-01"), [("2020-09-30".to_owned(), 1, DelaySeverity::Ok)]);
        assert_eq!(due("2020-10-03"), [("2020-09-30".to_owned(), 3, DelaySeverity::Warn)]);
        assert_eq!(due("2020-10-05"), [("2020-09-30".to_owned(), 5, DelaySeverity::Late)]);
        assert_eq!(due("2020-10-16").len(), 2);
    }

    #[test]
    fn in_a_running_process_each_missing_corte_is_late() {
        let process = example_process();
        let (due, _) =
            due_cortes_and_source_severity(&process, &["2021-01-15", "2021-02-15"], "2021-02-15", "2021-02-20");
        assert_eq!(due.len(), 9, "eight before the oldest release, and the gap: {due:?}");
        assert!(due.iter().all(|(_, lateness)| *lateness == DelaySeverity::Late));
    }

    #[test]
    fn a_process_that_begins_in_the_middle_is_due_from_there() {
        let process = process_due_from("2021-01-31");
        let (missing, _) = due_cortes_and_source_severity(&process, &["2021-02-15"], "2021-02-15", "2021-02-20");
        assert_eq!(missing, [("2021-01-31".to_owned(), DelaySeverity::Late)]);
        assert_eq!(process.ended_cortes(parse_day("2021-02-01")), parse_cortes(&["2021-01-31"]));
        assert_eq!(process.ended_cortes(parse_day("2021-01-31")), []);
        // A day within a quincena means the corte of that quincena.
        assert_eq!(process_due_from("2021-01-20").scheduled_cortes(), process.scheduled_cortes());
    }

    #[test]
    fn a_process_that_has_just_ended_without_its_last_corte_is_late() {
        let process = example_process();
        let all = all_corte_names(&process);
        let but_the_last: Vec<&str> = all.iter().map(String::as_str).filter(|corte| *corte != LAST_CORTE).collect();
        let late = (vec![(LAST_CORTE.to_owned(), DelaySeverity::Late)], DelaySeverity::Ok);
        // Election day was yesterday.
        assert_eq!(due_cortes_and_source_severity(&process, &but_the_last, "2021-05-15", "2021-06-07").0, late.0);
        assert_eq!(due_cortes_and_source_severity(&process, &but_the_last, LAST_CORTE, "2021-06-07"), late);
        // The exports never came: after 20 and 30 days they are no longer expected.
        assert_eq!(due_cortes_and_source_severity(&process, &but_the_last, "2021-05-15", "2021-07-26").0, late.0);
        assert_eq!(
            due_cortes_and_source_severity(&process, &but_the_last, "2021-05-15", "2021-07-27"),
            (vec![], DelaySeverity::Ok)
        );
        // The exports came, but the corte was not published: it stays due however long ago it was.
        assert_eq!(due_cortes_and_source_severity(&process, &but_the_last, LAST_CORTE, "2026-01-01").0, late.0);
    }

    #[test]
    fn of_a_process_that_ended_long_ago_the_newest_corte_suffices() {
        let process = example_process();
        // The sample: its exports end with the registration, and `lnere run` publishes the newest
        // corte.
        assert_eq!(
            due_cortes_and_source_severity(&process, &["2021-03-15"], "2021-03-15", "2026-01-01"),
            (vec![], DelaySeverity::Ok)
        );
        let published = parse_cortes(&["2021-03-15"]);
        let expected = FreshnessCheck::new(&process, &published, published.last().copied(), parse_day("2026-01-01"));
        assert!(expected.is_over());
        assert_eq!(expected.backfill_cortes().len(), 17);
        // Nothing was published yet, or not the newest covered corte.
        assert_eq!(due_cortes_and_source_severity(&process, &[], "2021-03-15", "2026-01-01").0.len(), 18);
        assert_eq!(due_cortes_and_source_severity(&process, &["2021-02-28"], "2021-03-15", "2026-01-01").0.len(), 17);
        // Only the projection before the opening was published.
        assert_eq!(due_cortes_and_source_severity(&process, &["2020-08-31"], "2021-03-15", "2026-01-01").0.len(), 18);
    }

    #[test]
    fn once_the_last_corte_is_published_a_backfill_is_not_due_and_a_gap_is() {
        let process = example_process();
        assert_eq!(
            due_cortes_and_source_severity(&process, &[LAST_CORTE], LAST_CORTE, "2021-06-01"),
            (vec![], DelaySeverity::Ok)
        );
        let gap = vec![("2021-05-15".to_owned(), DelaySeverity::Late)];
        assert_eq!(
            due_cortes_and_source_severity(&process, &["2021-04-30", LAST_CORTE], LAST_CORTE, "2021-06-10"),
            (gap, DelaySeverity::Ok)
        );
    }
}
