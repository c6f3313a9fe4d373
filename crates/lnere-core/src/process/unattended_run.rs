/*!
Reads the settings of the unattended run: revisions of published cortes, quiet period, lateness and
retention.
*/

use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::NaiveDate;
use lnere_messages::{count, message};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::ProcessError;
use super::Source;
#[cfg(test)]
use super::generated_docs::Day;
use super::validate::ProcessFile;
use crate::calendar::Corte;

/// The action of `run --due` when the newest exports would change a published corte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(JsonSchema, serde::Serialize))]
#[serde(rename_all = "lowercase")]
pub enum RevisionPolicy {
    /// It reports which cortes would change and by how much, and revises none.
    #[default]
    Report,
    /// It publishes a revision.
    Auto,
}

/// The numbers of days after which a missing export or release causes a warning, and is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct DelayThresholds {
    /// A warning after more days than this.
    pub warn: u16,
    /// Late after more days than this.
    pub error: u16,
}

/// The settings of the unattended run.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The action for published cortes that the newest exports would change.
    pub revision_policy: RevisionPolicy,
    /// The day of the first corte that the unattended run publishes and `status` may call late, or
    /// a day before it. `None`: the first corte of the process.
    pub first_due_day: Option<NaiveDate>,
    /// With `--due`, an export that was written more recently than this is left for the next run.
    pub quiet_period: Duration,
    /// Days since the day that the newest export of applications covers.
    pub solicitudes_delay: DelayThresholds,
    /// Days since the day that the newest export of credentials covers.
    pub credenciales_delay: DelayThresholds,
    /// Days since the end of a corte without a release.
    pub corte_delay: DelayThresholds,
    /// The time for which the quarantine of an export is kept after its last change.
    pub quarantine_retention: Duration,
    /// The time for which the record of a run is kept.
    pub run_record_retention: Duration,
}

impl Schedule {
    /// The largest number of days of all thresholds for lateness.
    #[must_use]
    pub fn longest_late_days(&self) -> u16 {
        [self.solicitudes_delay, self.credenciales_delay, self.corte_delay]
            .map(|freshness| freshness.error)
            .into_iter()
            .fold(0, u16::max)
    }

    /// The freshness of a source.
    #[must_use]
    pub fn source_delay(&self, source: Source) -> DelayThresholds {
        match source {
            Source::Solicitudes => self.solicitudes_delay,
            Source::Credenciales => self.credenciales_delay,
        }
    }
}

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawSchedule {
    /// What `run --due` does with published cortes that newer exports would change.
    #[cfg_attr(test, schemars(extend("examples" = ["auto"])))]
    #[serde(default)]
    revisions: RevisionPolicy,
    /// First corte that `run --due` publishes and `status` calls late, or a day before it.
    #[cfg_attr(test, schemars(
        with = "Option<Day>",
        extend("x-if-absent" = "the first corte of the process", "examples" = ["2021-01-31"])
    ))]
    from: Option<Spanned<Datetime>>,
    /// Minutes for which an export must not have been written to. `run --due` leaves newer ones for
    /// its next run.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_DURATIONS.start(), max = *PERMITTED_DURATIONS.end()),
        extend("default" = DEFAULT_QUIET_MINUTES, "examples" = [30])
    ))]
    settle_minutes: Option<Spanned<i64>>,
}

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawFreshness {
    /// Days since the day that the newest export of applications covers.
    #[cfg_attr(test, schemars(with = "Option<RawDelayThresholds>", extend("default" = DEFAULT_SOURCE_DELAY)))]
    solicitudes: Option<Spanned<RawDelayThresholds>>,
    /// Days since the day that the newest export of credentials covers.
    #[cfg_attr(test, schemars(with = "Option<RawDelayThresholds>", extend("default" = DEFAULT_SOURCE_DELAY)))]
    credenciales: Option<Spanned<RawDelayThresholds>>,
    /// Days since a corte ended, while it has no release.
    #[cfg_attr(test, schemars(with = "Option<RawDelayThresholds>", extend("default" = DEFAULT_CORTE_DELAY)))]
    corte: Option<Spanned<RawDelayThresholds>>,
}

/// Numbers of days, for `lnere status`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(title = "Entries of `[freshness]`"))]
#[serde(deny_unknown_fields)]
struct RawDelayThresholds {
    /// `status` warns after more days than this.
    #[cfg_attr(test, schemars(extend("examples" = [17])))]
    warn: u16,
    /// After more days than this, `status` says late and ends with code 6. It is `warn` or more.
    #[cfg_attr(test, schemars(extend("examples" = [20])))]
    error: u16,
}

/// Of the files in `out/private`, counted since each was last written.
#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawRetention {
    /// Days for which the quarantine of an export is kept.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_DURATIONS.start(), max = *PERMITTED_DURATIONS.end()),
        extend("default" = DEFAULT_QUARANTINE_DAYS, "examples" = [30])
    ))]
    quarantine_days: Option<Spanned<i64>>,
    /// Days for which the record of a run is kept.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_DURATIONS.start(), max = *PERMITTED_DURATIONS.end()),
        extend("default" = DEFAULT_RUN_RECORD_DAYS, "examples" = [365])
    ))]
    runs_days: Option<Spanned<i64>>,
}

/// By default, sources are exported for each corte, every 13 to 16 days.
const DEFAULT_SOURCE_DELAY: DelayThresholds = DelayThresholds { warn: 17, error: 20 };
const DEFAULT_CORTE_DELAY: DelayThresholds = DelayThresholds { warn: 2, error: 4 };
const DEFAULT_QUIET_MINUTES: u64 = 10;
const DEFAULT_QUARANTINE_DAYS: u64 = 90;
const DEFAULT_RUN_RECORD_DAYS: u64 = 730;

const SECONDS_PER_MINUTE: u64 = 60;
const SECONDS_PER_DAY: u64 = 24 * 60 * SECONDS_PER_MINUTE;

/// The permitted times, up to ten years in days.
const PERMITTED_DURATIONS: RangeInclusive<i64> = 0..=3_660;

/// Reads the settings; no corte is due after `election_day`.
pub(super) fn validate_schedule(
    process_file: &ProcessFile,
    election_day: NaiveDate,
    raw_schedule: &RawSchedule,
    raw_freshness: &RawFreshness,
    raw_retention: &RawRetention,
) -> Result<Schedule, ProcessError> {
    let time = |value: &Option<Spanned<i64>>, name: &str, default: u64, unit: u64| -> Result<Duration, ProcessError> {
        let Some(value) = value else { return Ok(Duration::from_secs(default * unit)) };
        let number = u64::try_from(*value.get_ref()).ok().filter(|_| PERMITTED_DURATIONS.contains(value.get_ref()));
        let number = number.ok_or_else(|| {
            let (first, last) = (PERMITTED_DURATIONS.start(), PERMITTED_DURATIONS.end());
            process_file.mistake_at(value, message!("L114-whole-number", name, first, last))
        })?;
        Ok(Duration::from_secs(number * unit))
    };
    let days = |value: &Option<Spanned<RawDelayThresholds>>,
                name: &str,
                default: DelayThresholds|
     -> Result<DelayThresholds, ProcessError> {
        let Some(value) = value else { return Ok(default) };
        let RawDelayThresholds { warn, error } = *value.get_ref();
        if error < warn {
            return Err(process_file.mistake_at(
                value,
                message!("L135-late-before-warning", name, late = count(error), warning = count(warn)),
            ));
        }
        Ok(DelayThresholds { warn, error })
    };
    let from = raw_schedule.from.as_ref().map(|day| process_file.validate_day(day)).transpose()?;
    if let (Some(from), Some(value)) = (from, &raw_schedule.from)
        && Corte::range(from, election_day).next().is_none()
    {
        return Err(process_file.mistake_at(value, message!("L136-no-corte-from", from, election_day)));
    }
    Ok(Schedule {
        revision_policy: raw_schedule.revisions,
        first_due_day: from,
        quiet_period: time(&raw_schedule.settle_minutes, "settle_minutes", DEFAULT_QUIET_MINUTES, SECONDS_PER_MINUTE)?,
        solicitudes_delay: days(&raw_freshness.solicitudes, "solicitudes", DEFAULT_SOURCE_DELAY)?,
        credenciales_delay: days(&raw_freshness.credenciales, "credenciales", DEFAULT_SOURCE_DELAY)?,
        corte_delay: days(&raw_freshness.corte, "corte", DEFAULT_CORTE_DELAY)?,
        quarantine_retention: time(
            &raw_retention.quarantine_days,
            "quarantine_days",
            DEFAULT_QUARANTINE_DAYS,
            SECONDS_PER_DAY,
        )?,
        run_record_retention: time(&raw_retention.runs_days, "runs_days", DEFAULT_RUN_RECORD_DAYS, SECONDS_PER_DAY)?,
    })
}
