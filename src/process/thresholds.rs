/*!
What makes an export implausible: the section `[thresholds]` of the process file.
*/

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::ProcessError;
use super::validate::File;

/// The limits beyond which an export is refused. Shares are 0–1.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    /// Largest share of rejected records.
    pub max_rejected: f64,
    /// Largest share of accepted records that one column leaves unidentified.
    pub max_unidentified: f64,
    /// Largest share by which accepted records may become fewer, in all and in an entity.
    pub max_shrink: f64,
    /// Smallest share of the folios accepted before that the export must still hold.
    pub min_kept: f64,
    /// Largest share of common folios of which a column may differ from before.
    pub max_changed: f64,
    /// Largest factor by which accepted records may become more.
    pub max_growth: f64,
    /// Whether an export with the content of another day's is refused.
    pub same_file: bool,
    /// Whether an export without any date after the day of the export before is refused.
    pub stale: bool,
    /// Whether an export in which a quoted cell holds lines that look like records is refused.
    pub swallowed: bool,
    /// The file of the exports that an operator accepted although a rule refuses them.
    pub accepted: PathBuf,
}

/// `[thresholds]` as it is typed.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawThresholds {
    max_rejected: Option<Spanned<toml::Value>>,
    max_unidentified: Option<Spanned<toml::Value>>,
    max_shrink: Option<Spanned<toml::Value>>,
    min_kept: Option<Spanned<toml::Value>>,
    max_changed: Option<Spanned<toml::Value>>,
    max_growth: Option<Spanned<toml::Value>>,
    same_file: Option<bool>,
    stale: Option<bool>,
    swallowed: Option<bool>,
    accepted: Option<String>,
}

/// The file of acceptances where the process file names none, beside it.
const DEFAULT_ACCEPTED: &str = "aceptadas.toml";

pub(super) fn thresholds(file: &File, folder: &Path, raw: RawThresholds) -> Result<Thresholds, ProcessError> {
    let share = |value: &Option<_>, name, default| file.share(Option::as_ref(value), name, default);
    Ok(Thresholds {
        max_rejected: share(&raw.max_rejected, "max_rejected", 0.01)?,
        max_unidentified: share(&raw.max_unidentified, "max_unidentified", 0.05)?,
        max_shrink: share(&raw.max_shrink, "max_shrink", 0.02)?,
        min_kept: share(&raw.min_kept, "min_kept", 0.98)?,
        max_changed: share(&raw.max_changed, "max_changed", 0.05)?,
        max_growth: factor(file, raw.max_growth.as_ref(), "max_growth", 5.0)?,
        same_file: raw.same_file.unwrap_or(true),
        stale: raw.stale.unwrap_or(true),
        swallowed: raw.swallowed.unwrap_or(true),
        accepted: folder.join(raw.accepted.as_deref().unwrap_or(DEFAULT_ACCEPTED)),
    })
}

/// A factor of 1 or more; a factor below 1 would refuse every export.
fn factor(file: &File, value: Option<&Spanned<toml::Value>>, name: &str, default: f64) -> Result<f64, ProcessError> {
    let Some(value) = value else { return Ok(default) };
    let number = value.get_ref().as_float().or_else(|| value.get_ref().as_integer().map(|whole| whole as f64));
    let number = number.filter(|factor| factor.is_finite() && *factor >= 1.0);
    number.ok_or_else(|| file.at(value, format!("{name} is a factor of 1.0 or more; 5.0 is five times as many")))
}
