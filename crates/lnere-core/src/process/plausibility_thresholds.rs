/*!
Reads the section `[thresholds]` of the process file: the limits of the plausibility rules.
*/

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::ProcessError;
#[cfg(test)]
use super::generated_docs::Share;
use super::validate::ProcessFile;

/// A rule that refuses an export as a whole although each of its records is valid (docs/contract.md
/// §2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlausibilityRule {
    /// Too large a share of its records is rejected.
    MaxRejected,
    /// Too large a share of its accepted records is not identified in one column.
    MaxUnidentified,
    /// It has too few accepted records, in all or in an entity, compared with the export before.
    MaxShrink,
    /// Too few of the folios accepted before are still in it.
    MinKept,
    /// Too many of the folios that both exports have changed an attribute.
    MaxChanged,
    /// It has too many accepted records compared with the export before.
    MaxGrowth,
    /// Its content is that of an export of another day.
    SameFile,
    /// None of its dates is after the day of the export before.
    Stale,
    /// A quoted cell holds lines that look like records.
    Swallowed,
    /// Its control file disagrees.
    Control,
}

impl PlausibilityRule {
    /// All rules, in the order of the contract.
    pub const ALL: [Self; 10] = [
        Self::MaxRejected,
        Self::MaxUnidentified,
        Self::MaxShrink,
        Self::MinKept,
        Self::MaxChanged,
        Self::MaxGrowth,
        Self::SameFile,
        Self::Stale,
        Self::Swallowed,
        Self::Control,
    ];

    /// The name in process files, messages, JSON and the table `calidad`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::MaxRejected => "max_rejected",
            Self::MaxUnidentified => "max_unidentified",
            Self::MaxShrink => "max_shrink",
            Self::MinKept => "min_kept",
            Self::MaxChanged => "max_changed",
            Self::MaxGrowth => "max_growth",
            Self::SameFile => "same_file",
            Self::Stale => "stale",
            Self::Swallowed => "swallowed",
            Self::Control => "control",
        }
    }
}

impl fmt::Display for PlausibilityRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for PlausibilityRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|rule| rule.code() == text).ok_or_else(|| {
            let codes: Vec<_> = Self::ALL.iter().map(|rule| rule.code()).collect();
            message!("L134-no-rule", text, accepted = codes.join(", "))
        })
    }
}

/// The limits above which an export is refused. Shares are 0–1.
#[derive(Clone, Debug, PartialEq)]
pub struct PlausibilityThresholds {
    /// The largest share of rejected records.
    pub max_rejected: f64,
    /// The largest share of accepted records that one column leaves unidentified.
    pub max_unidentified: f64,
    /// The largest share of accepted records that may be lost, in total and in an entity.
    pub max_shrink: f64,
    /// The smallest share of previously accepted folios that the export must still contain.
    pub min_kept: f64,
    /// The largest share of common folios whose value in a column may change.
    pub max_changed: f64,
    /// The largest factor by which accepted records may grow.
    pub max_growth: f64,
    /// Whether an export with the content of another day is refused.
    pub refuses_same_file: bool,
    /// Whether an export without a date after the day of the previous export is refused.
    pub refuses_stale: bool,
    /// Whether an export is refused if a quoted cell contains record-like lines.
    pub refuses_swallowed: bool,
    /// The file of exports that an operator accepted although a rule refuses them.
    pub accepted_exports_file: PathBuf,
}

/// An export beyond one of these limits is refused, and nothing is published. Write a share with
/// its point: `0.01` is 1 %. docs/plausibility.md says when each rule applies.
#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawThresholds {
    /// Largest share of rejected records.
    #[cfg_attr(test, schemars(with = "Option<Share>", extend("default" = DEFAULT_MAX_REJECTED, "examples" = [0.02])))]
    max_rejected: Option<Spanned<toml::Value>>,
    /// Largest share of accepted records that one column leaves unidentified.
    #[cfg_attr(test, schemars(with = "Option<Share>", extend("default" = DEFAULT_MAX_UNIDENTIFIED, "examples" = [0.1])))]
    max_unidentified: Option<Spanned<toml::Value>>,
    /// Largest share of accepted records lost since the export before, in all and in each entity.
    #[cfg_attr(test, schemars(with = "Option<Share>", extend("default" = DEFAULT_MAX_SHRINK, "examples" = [0.05])))]
    max_shrink: Option<Spanned<toml::Value>>,
    /// Smallest share of the folios accepted before that the export still has.
    #[cfg_attr(test, schemars(with = "Option<Share>", extend("default" = DEFAULT_MIN_KEPT, "examples" = [0.95])))]
    min_kept: Option<Spanned<toml::Value>>,
    /// Largest share of common folios with another entity, country or category than before.
    #[cfg_attr(test, schemars(with = "Option<Share>", extend("default" = DEFAULT_MAX_CHANGED, "examples" = [0.1])))]
    max_changed: Option<Spanned<toml::Value>>,
    /// Largest factor by which accepted records may become more since the export before.
    #[cfg_attr(test, schemars(
        with = "Option<f64>",
        range(min = MIN_GROWTH_FACTOR),
        extend("default" = DEFAULT_MAX_GROWTH, "examples" = [8.0])
    ))]
    max_growth: Option<Spanned<toml::Value>>,
    /// Whether an export with the content of another day's is refused.
    #[cfg_attr(test, schemars(extend("default" = DEFAULT_SAME_FILE, "examples" = [false])))]
    same_file: Option<bool>,
    /// Whether an export without a date after the day of the export before is refused.
    #[cfg_attr(test, schemars(extend("default" = DEFAULT_STALE, "examples" = [false])))]
    stale: Option<bool>,
    /// Whether an export is refused in which a quoted cell has lines that look like records.
    #[cfg_attr(test, schemars(extend("default" = DEFAULT_SWALLOWED, "examples" = [false])))]
    swallowed: Option<bool>,
    /// File of the exports that `lnere accept` accepted, relative to the folder of the process
    /// file.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend("default" = DEFAULT_ACCEPTED_EXPORTS_FILE, "examples" = ["../aceptadas/pel_2020_2021.toml"])
    ))]
    accepted: Option<Spanned<String>>,
}

const DEFAULT_MAX_REJECTED: f64 = 0.01;
const DEFAULT_MAX_UNIDENTIFIED: f64 = 0.05;
const DEFAULT_MAX_SHRINK: f64 = 0.02;
const DEFAULT_MIN_KEPT: f64 = 0.98;
const DEFAULT_MAX_CHANGED: f64 = 0.05;
const DEFAULT_MAX_GROWTH: f64 = 5.0;
const DEFAULT_SAME_FILE: bool = true;
const DEFAULT_STALE: bool = true;
const DEFAULT_SWALLOWED: bool = true;

/// The default file of acceptances, beside the process file.
const DEFAULT_ACCEPTED_EXPORTS_FILE: &str = "aceptadas.toml";

/// The smallest factor; a smaller one would refuse every export.
const MIN_GROWTH_FACTOR: f64 = 1.0;

pub(super) fn validate_thresholds(
    process_file: &ProcessFile,
    folder: &Path,
    raw: &RawThresholds,
) -> Result<PlausibilityThresholds, ProcessError> {
    let share = |value: &Option<_>, name, default| process_file.validate_share(Option::as_ref(value), name, default);
    let accepted = folder.join(raw.accepted.as_ref().map_or(DEFAULT_ACCEPTED_EXPORTS_FILE, |name| name.get_ref()));
    if let Some(name) = &raw.accepted
        && (name.get_ref().trim().is_empty() || accepted.is_dir())
    {
        return Err(process_file.mistake_at(name, message!("L132-accepted-names-no-file")));
    }
    Ok(PlausibilityThresholds {
        max_rejected: share(&raw.max_rejected, "max_rejected", DEFAULT_MAX_REJECTED)?,
        max_unidentified: share(&raw.max_unidentified, "max_unidentified", DEFAULT_MAX_UNIDENTIFIED)?,
        max_shrink: share(&raw.max_shrink, "max_shrink", DEFAULT_MAX_SHRINK)?,
        min_kept: share(&raw.min_kept, "min_kept", DEFAULT_MIN_KEPT)?,
        max_changed: share(&raw.max_changed, "max_changed", DEFAULT_MAX_CHANGED)?,
        max_growth: validate_factor(process_file, raw.max_growth.as_ref(), "max_growth", DEFAULT_MAX_GROWTH)?,
        refuses_same_file: raw.same_file.unwrap_or(DEFAULT_SAME_FILE),
        refuses_stale: raw.stale.unwrap_or(DEFAULT_STALE),
        refuses_swallowed: raw.swallowed.unwrap_or(DEFAULT_SWALLOWED),
        accepted_exports_file: accepted,
    })
}

/// A factor of [`MIN_GROWTH_FACTOR`] or more.
fn validate_factor(
    process_file: &ProcessFile,
    value: Option<&Spanned<toml::Value>>,
    name: &str,
    default: f64,
) -> Result<f64, ProcessError> {
    let Some(value) = value else { return Ok(default) };
    let number = value.get_ref().as_float().or_else(|| value.get_ref().as_integer().map(|whole| whole as f64));
    let number = number.filter(|factor| factor.is_finite() && *factor >= MIN_GROWTH_FACTOR);
    number.ok_or_else(|| process_file.mistake_at(value, message!("L114-growth-factor", name)))
}
