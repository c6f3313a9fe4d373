/*!
Defines the unchecked content of a shape file, as `toml` reads it.
*/

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::csv_dialect::DialectOverride;
use lnere_core::process::Source;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSampleShape {
    #[serde(default, rename = "default_for")]
    pub default_for_processes: Vec<String>,
    pub exports: RawExportDays,
    #[serde(default)]
    pub dialect: DialectOverride,
    #[serde(default, rename = "dialect_on")]
    pub dialect_overrides: Vec<RawDialectOverride>,
    pub applications: RawApplications,
    pub credentials: RawCredentials,
    /// Alternative texts by column and label.
    #[serde(default)]
    pub spellings: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExportDays {
    #[serde(rename = "days")]
    pub export_days: Option<Vec<Spanned<Datetime>>>,
    #[serde(rename = "count")]
    pub last_corte_count: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDialectOverride {
    pub source: Option<RawSource>,
    #[serde(default)]
    pub days: Vec<Spanned<Datetime>>,
    pub dialect: DialectOverride,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawSource {
    Solicitudes,
    Credenciales,
}

impl From<RawSource> for Source {
    fn from(source: RawSource) -> Self {
        match source {
            RawSource::Solicitudes => Self::Solicitudes,
            RawSource::Credenciales => Self::Credenciales,
        }
    }
}

/// The arrivals of rows, in both sources.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCurve {
    /// The first day; only credentials may set it.
    #[serde(rename = "first")]
    pub first_day: Option<Spanned<Datetime>>,
    #[serde(rename = "weekdays")]
    pub weekday_weights: Option<[f64; 7]>,
    #[serde(rename = "noise")]
    pub max_noise: Option<Spanned<f64>>,
    #[serde(default, rename = "days")]
    pub day_factors: BTreeMap<Spanned<String>, f64>,
    #[serde(default, rename = "until")]
    pub points: Vec<Spanned<RawPoint>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPoint {
    pub day: Option<Spanned<Datetime>>,
    #[serde(rename = "at")]
    pub elapsed_share: Option<Spanned<f64>>,
    #[serde(rename = "total")]
    pub cumulative_rows: u64,
    #[serde(default = "neutral_factor", rename = "growth")]
    pub growth_to_last_day: f64,
    #[serde(default = "neutral_factor", rename = "peak")]
    pub last_day_factor: f64,
    #[serde(default, rename = "counts")]
    pub label_counts: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, u64>>,
}

fn neutral_factor() -> f64 {
    1.0
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawApplications {
    #[serde(rename = "default")]
    pub default_rows: Spanned<u64>,
    pub curve: RawCurve,
    #[serde(default, rename = "order")]
    pub label_order: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    #[serde(default, rename = "ties")]
    pub correlations: BTreeMap<Spanned<String>, RawCorrelation>,
    #[serde(default, rename = "unidentified")]
    pub unidentified_shares: BTreeMap<Spanned<String>, Spanned<f64>>,
    #[serde(default)]
    pub unknown_labels: Vec<Spanned<String>>,
    #[serde(default, rename = "shares")]
    pub defect_shares: RawDefectShares,
}

/// Shares of the rows, 0–1.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDefectShares {
    pub duplicates: Option<Spanned<f64>>,
    pub rejected: Option<Spanned<f64>>,
    pub other_spelling: Option<Spanned<f64>>,
    pub other_dates: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCorrelation {
    #[serde(rename = "to")]
    pub parent_column: Spanned<String>,
    #[serde(rename = "share")]
    pub strength: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredentials {
    #[serde(rename = "default")]
    pub default_rows: Spanned<u64>,
    pub curve: RawCurve,
    #[serde(rename = "kinds")]
    pub kind_texts: Spanned<Vec<String>>,
    #[serde(rename = "never_delivered")]
    pub never_delivered_share: Option<Spanned<f64>>,
    #[serde(rename = "confirmed")]
    pub confirmed_share: Option<Spanned<f64>>,
    #[serde(rename = "unknown_offices")]
    pub unknown_office_share: Option<Spanned<f64>>,
    #[serde(default)]
    pub unknown_labels: Vec<Spanned<String>>,
    #[serde(default, rename = "offices")]
    pub office_weights: BTreeMap<Spanned<String>, u64>,
    #[serde(default = "default_other_office_weight", rename = "other_office")]
    pub other_office_weight: u64,
    /// Weights of offices by entity, which replace `offices` for that entity.
    #[serde(default, rename = "offices_of")]
    pub office_weights_by_entity: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, u64>>,
    #[serde(default, rename = "shares")]
    pub defect_shares: RawDefectShares,
}

fn default_other_office_weight() -> u64 {
    1
}
