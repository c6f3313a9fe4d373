/*!
The process file as it is typed: what `toml` reads, before anything is checked.
*/

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::dashboard::RawDashboard;
use super::dimensions::RawDimension;
use super::exports::RawExport;
use super::plausibility_thresholds::RawThresholds;
use super::projection::{RawElectronic, RawExtension, RawPostal, RawProjection};
use super::public_plan::RawAudiences;
use super::schedule::{RawFreshness, RawRetention, RawSchedule};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProcess {
    pub id: Spanned<String>,
    pub title: String,
    pub source_note: String,
    pub notice: Option<Spanned<String>>,
    pub election_day: Spanned<Datetime>,
    pub entities: Vec<Spanned<String>>,
    pub registration: RawRegistration,
    pub credentials: RawCredentials,
    pub paths: RawPaths,
    #[serde(default)]
    pub thresholds: RawThresholds,
    #[serde(default)]
    pub limits: RawLimits,
    #[serde(default)]
    pub schedule: RawSchedule,
    #[serde(default)]
    pub freshness: RawFreshness,
    #[serde(default)]
    pub retention: RawRetention,
    pub publish: RawPublish,
    pub audiences: Option<RawAudiences>,
    #[serde(default)]
    pub tablero: RawDashboard,
    pub projection: Option<RawProjection>,
    pub postal: Option<Spanned<RawPostal>>,
    pub electronic: Option<Spanned<RawElectronic>>,
    pub categories: RawCategories,
    #[serde(default)]
    pub dimensions: Vec<Spanned<RawDimension>>,
    #[serde(default)]
    pub exports: RawExports,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRegistration {
    pub opens: Spanned<Datetime>,
    pub closes: Spanned<Datetime>,
    #[serde(default)]
    pub extended: Vec<RawExtension>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredentials {
    pub counts_from: Spanned<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPaths {
    pub inputs: String,
    pub catalogs: String,
    pub tables: String,
    pub charts: String,
    pub report: Option<String>,
    pub shapes: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimits {
    pub uncompressed_mib: Option<Spanned<i64>>,
    pub records: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPublish {
    pub parts: Vec<super::ReleasePart>,
    pub tables: Option<Vec<Spanned<String>>>,
    pub charts: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCategories {
    pub sexo: Spanned<Vec<Spanned<RawCategory>>>,
    pub modalidad: Spanned<Vec<Spanned<RawCategory>>>,
    pub tipo_credencial: Spanned<Vec<Spanned<RawCategory>>>,
    pub medio: Spanned<Vec<Spanned<RawCategory>>>,
    pub estatus: Spanned<Vec<Spanned<RawCategory>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCategory {
    pub code: String,
    pub label: String,
    #[serde(default)]
    pub aliases: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExports {
    #[serde(default)]
    pub solicitudes: RawExport,
    #[serde(default)]
    pub credenciales: RawExport,
}
