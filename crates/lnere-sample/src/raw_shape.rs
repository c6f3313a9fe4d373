/*!
Defines the unchecked content of a shape file, as `toml` reads it.
*/

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::dialect::DialectOverride;
use lnere_core::process::Source;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSampleShape {
    #[serde(default)]
    pub default_for: Vec<String>,
    pub exports: RawExports,
    #[serde(default)]
    pub dialect: DialectOverride,
    #[serde(default)]
    pub dialect_on: Vec<RawDialectOn>,
    pub applications: RawApplications,
    pub credentials: RawCredentials,
    /// Alternative texts by column and label.
    #[serde(default)]
    pub spellings: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExports {
    pub days: Option<Vec<Spanned<Datetime>>>,
    pub count: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDialectOn {
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
    pub first: Option<Spanned<Datetime>>,
    pub weekdays: Option<[f64; 7]>,
    pub noise: Option<Spanned<f64>>,
    #[serde(default)]
    pub days: BTreeMap<Spanned<String>, f64>,
    #[serde(default)]
    pub until: Vec<Spanned<RawPoint>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPoint {
    pub day: Option<Spanned<Datetime>>,
    pub at: Option<Spanned<f64>>,
    pub total: u64,
    #[serde(default = "default_factor")]
    pub growth: f64,
    #[serde(default = "default_factor")]
    pub peak: f64,
    #[serde(default)]
    pub counts: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, u64>>,
}

fn default_factor() -> f64 {
    1.0
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawApplications {
    pub default: Spanned<u64>,
    pub curve: RawCurve,
    #[serde(default)]
    pub order: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    #[serde(default)]
    #[serde(rename = "ties")]
    pub correlations: BTreeMap<Spanned<String>, RawCorrelation>,
    #[serde(default)]
    pub unidentified: BTreeMap<Spanned<String>, Spanned<f64>>,
    #[serde(default)]
    pub unknown_labels: Vec<Spanned<String>>,
    #[serde(default)]
    pub shares: RawShares,
}

/// Shares of the rows, 0–1.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawShares {
    pub duplicates: Option<Spanned<f64>>,
    pub rejected: Option<Spanned<f64>>,
    pub other_spelling: Option<Spanned<f64>>,
    pub other_dates: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCorrelation {
    pub to: Spanned<String>,
    pub share: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredentials {
    pub default: Spanned<u64>,
    pub curve: RawCurve,
    pub kinds: Spanned<Vec<String>>,
    pub never_delivered: Option<Spanned<f64>>,
    pub confirmed: Option<Spanned<f64>>,
    pub unknown_offices: Option<Spanned<f64>>,
    #[serde(default)]
    pub unknown_labels: Vec<Spanned<String>>,
    #[serde(default)]
    pub offices: BTreeMap<Spanned<String>, u64>,
    #[serde(default = "other_office")]
    pub other_office: u64,
    /// Weights of offices by entity, which replace `offices` for that entity.
    #[serde(default)]
    pub offices_of: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, u64>>,
    #[serde(default)]
    pub shares: RawShares,
}

fn other_office() -> u64 {
    1
}
