/*!
Defines the unchecked content of the process file, as `toml` reads it.

The comments of the keys are for the user. The tests of `generated_docs` make docs/process-file.md
from them, with the types, the limits and the defaults of the attributes. A key needs a comment, an
example, and its default if it has one.
*/

#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::columns::{ApplicationColumn, CredentialColumn, RawColumns};
use super::dashboard_settings::RawDashboard;
use super::deadline_extensions::RawExtension;
use super::denominators::RawDenominator;
use super::dimensions::RawDimension;
use super::export_contract::RawExport;
#[cfg(test)]
use super::generated_docs::Day;
use super::goals::RawGoals;
use super::plausibility_thresholds::RawThresholds;
use super::postal_plan::{RawElectronic, RawPostal};
use super::projection_plan::RawProjection;
use super::public_audience::RawAudiences;
use super::unattended_run::{RawFreshness, RawRetention, RawSchedule};
#[cfg(test)]
use super::validate::{
    DEFAULT_MAX_RECORDS, DEFAULT_UNCOMPRESSED_MIB, MAX_CATEGORIES, MAX_NOTICE_CHARACTERS, PERMITTED_LIMITS,
};

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawProcess {
    /// Short name of the process. Every table carries it, and an output belongs to one process.
    #[cfg_attr(test, schemars(
        with = "String",
        extend("x-accepts" = "lower snake_case without accents", "examples" = ["pel_2020_2021"])
    ))]
    pub id: Spanned<String>,
    /// Full name of the process in Spanish, for charts, reports and the dashboard.
    #[cfg_attr(test, schemars(extend("examples" = ["Procesos Electorales Locales 2020-2021"])))]
    pub title: String,
    /// Source of the data in Spanish, printed under every chart.
    #[cfg_attr(test, schemars(extend("examples" = ["Registros del SIILNERE."])))]
    pub source_note: String,
    /// Notice in Spanish that every product carries. Remove it for real exports.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        length(min = 1, max = MAX_NOTICE_CHARACTERS),
        extend("x-if-absent" = "no notice", "examples" = ["DATOS SINTÉTICOS DE MUESTRA"])
    ))]
    pub notice: Option<Spanned<String>>,
    /// Election day. No corte is later, and it is not before the close of registration.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2021-06-06"])))]
    pub election_day: Spanned<Datetime>,
    /// The entities with a vote from abroad in this process. Applications of others are rejected.
    #[cfg_attr(test, schemars(
        with = "Vec<String>",
        length(min = 1),
        extend("x-accepts" = "two digits from `\"01\"` to `\"32\"`, each once", "examples" = [["03", "06", "08"]])
    ))]
    pub entities: Vec<Spanned<String>>,
    /// The window of registration.
    pub registration: RawRegistration,
    /// Which credentials count.
    pub credentials: RawCredentials,
    /// Files and folders of the process.
    pub paths: RawPaths,
    /// When an export is refused as a whole.
    #[serde(default)]
    pub thresholds: RawThresholds,
    /// How large an export may be.
    #[serde(default)]
    pub limits: RawLimits,
    /// How the unattended run behaves.
    #[serde(default)]
    pub schedule: RawSchedule,
    /// When exports and releases are late.
    #[serde(default)]
    pub freshness: RawFreshness,
    /// How long private files are kept.
    #[serde(default)]
    pub retention: RawRetention,
    /// What a release contains.
    pub publish: RawPublish,
    /// Who sees what.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "nothing is public")))]
    pub audiences: Option<RawAudiences>,
    /// The dashboard.
    #[serde(default)]
    pub tablero: RawDashboard,
    /// How the list is projected.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "no projection")))]
    pub projection: Option<RawProjection>,
    /// The plan of the postal vote. It needs `[projection]`.
    #[cfg_attr(test, schemars(with = "Option<RawPostal>", extend("x-if-absent" = "no postal plan")))]
    pub postal: Option<Spanned<RawPostal>>,
    /// The plan of the vote by Internet. It needs `[projection]`.
    #[cfg_attr(test, schemars(with = "Option<RawElectronic>", extend("x-if-absent" = "no plan of the Internet vote")))]
    pub electronic: Option<Spanned<RawElectronic>>,
    /// The applications that the process aims at.
    #[cfg_attr(test, schemars(with = "Option<RawGoals>", extend("x-if-absent" = "no goals")))]
    pub goals: Option<Spanned<RawGoals>>,
    /// Counts that rates are computed with.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "no rates")))]
    #[serde(default)]
    pub denominators: Vec<RawDenominator>,
    /// The values of the five dimensions that every application has.
    pub categories: RawCategories,
    /// Further dimensions of applications.
    #[cfg_attr(test, schemars(
        with = "Vec<RawDimension>",
        length(max = super::dimensions::MAX_DECLARED_DIMENSIONS),
        extend("x-if-absent" = "only the five of `[categories]`")
    ))]
    #[serde(default)]
    pub dimensions: Vec<Spanned<RawDimension>>,
    /// How the exports of each source are read.
    #[serde(default)]
    pub exports: RawExports,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawRegistration {
    /// First day on which applications are taken. The first quincena begins with it.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2020-09-01"])))]
    pub opens: Spanned<Datetime>,
    /// Last day on which applications are taken, as it is known now.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2021-03-10"])))]
    pub closes: Spanned<Datetime>,
    /// Earlier closes that were put off, the first one first.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "the close was never put off")))]
    #[serde(default, rename = "extended")]
    pub deadline_extensions: Vec<RawExtension>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredentials {
    /// First day on which events of credentials are counted. Earlier ones are not.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2020-09-01"])))]
    pub counts_from: Spanned<Datetime>,
}

/// Every path is relative to the folder of the process file.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawPaths {
    /// Folder of the exports. `--inputs` and `LNERE_INPUTS` name another.
    #[cfg_attr(test, schemars(extend("examples" = ["../sample_data/pel_2020_2021"])))]
    #[serde(rename = "inputs")]
    pub exports_dir: String,
    /// Folder of the catalogues: entities, countries, embassies and consulates.
    #[cfg_attr(test, schemars(extend("examples" = ["catalogos"])))]
    #[serde(rename = "catalogs")]
    pub catalogs_dir: String,
    /// File that defines the tables.
    #[cfg_attr(test, schemars(extend("examples" = ["tablas.toml"])))]
    #[serde(rename = "tables")]
    pub tables_file: String,
    /// Folder of the chart definitions, one file per chart.
    #[cfg_attr(test, schemars(extend("examples" = ["../charts"])))]
    #[serde(rename = "charts")]
    pub charts_dir: String,
    /// File of the sentences that report, workbook, dashboard, public page and messages state.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "they state none", "examples" = ["titulares.toml"])))]
    #[serde(rename = "statements")]
    pub statements_file: Option<String>,
    /// Folder of the report's template.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "packages have no report", "examples" = ["reporte"])))]
    #[serde(rename = "report")]
    pub report_template_dir: Option<String>,
    /// Folder of the shapes that `lnere sample` generates exports from.
    #[cfg_attr(test, schemars(extend("examples" = ["formas"])))]
    #[serde(rename = "shapes")]
    pub sample_shapes_dir: String,
}

/// An export over `uncompressed_mib` or `records` is refused, and nothing is published.
#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimits {
    /// Most MiB (1,048,576 bytes) that an export may have once it is decompressed.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_LIMITS.start(), max = *PERMITTED_LIMITS.end()),
        extend("default" = DEFAULT_UNCOMPRESSED_MIB, "examples" = [4096])
    ))]
    #[serde(rename = "uncompressed_mib")]
    pub max_uncompressed_mib: Option<Spanned<i64>>,
    /// Most records that an export may have.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_LIMITS.start(), max = *PERMITTED_LIMITS.end()),
        extend("default" = DEFAULT_MAX_RECORDS, "examples" = [5_000_000])
    ))]
    #[serde(rename = "records")]
    pub max_records: Option<Spanned<i64>>,
    /// MiB of memory for records, about, while exports are read and counted. Records that exceed it
    /// are kept in `private/spill` of the output. They need 32 to 44 bytes of disk each, and up to
    /// 110 if older exports follow. A lower limit of the system or of the unit counts as well.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_LIMITS.start(), max = *PERMITTED_LIMITS.end()),
        extend("x-if-absent" = "half of the machine's memory", "examples" = [1024])
    ))]
    pub memory_mib: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawPublish {
    /// The parts that `run` publishes where `--only` names none. The tables are always made.
    #[cfg_attr(test, schemars(extend("examples" = [["tablas", "graficas", "paquetes", "publico", "tablero"]])))]
    #[serde(rename = "parts")]
    pub release_parts: Vec<super::ReleasePart>,
    /// The tables to publish, by their names in `paths.tables`.
    #[cfg_attr(test, schemars(
        with = "Option<Vec<String>>",
        extend("x-if-absent" = "all tables", "examples" = [["lnere_por_entidad"]])
    ))]
    #[serde(rename = "tables")]
    pub selected_tables: Option<Vec<Spanned<String>>>,
    /// The charts to publish, by their names in `paths.charts`.
    #[cfg_attr(test, schemars(
        with = "Option<Vec<String>>",
        extend("x-if-absent" = "all charts", "examples" = [["avance_diario"]])
    ))]
    #[serde(rename = "charts")]
    pub selected_charts: Option<Vec<Spanned<String>>>,
    /// What data catalogues and the public page say of the publisher.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "they name no publisher, contact or licence")))]
    #[serde(default)]
    pub metadata: Option<super::publication_metadata::RawPublicationMetadata>,
}

/// The order of a list is that of tables and charts.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawCategories {
    /// Sex.
    #[cfg_attr(test, schemars(
        with = "Vec<RawCategory>",
        length(min = 1, max = MAX_CATEGORIES),
        extend("examples" = [[{"code": "H", "label": "Hombres"}, {"code": "M", "label": "Mujeres"}]])
    ))]
    pub sexo: Spanned<Vec<Spanned<RawCategory>>>,
    /// Modality of the vote.
    #[cfg_attr(test, schemars(
        with = "Vec<RawCategory>",
        length(min = 1, max = MAX_CATEGORIES),
        extend("examples" = [[
            {"code": "POSTAL", "label": "Postal"}, {"code": "ELECTRONICA", "label": "Electrónica por Internet"}
        ]])
    ))]
    pub modalidad: Spanned<Vec<Spanned<RawCategory>>>,
    /// Credential type.
    #[cfg_attr(test, schemars(
        with = "Vec<RawCategory>",
        length(min = 1, max = MAX_CATEGORIES),
        extend("examples" = [[
            {"code": "CPVE", "label": "CPVE (expedida en el extranjero)"},
            {"code": "CPV", "label": "CPV (expedida en México)"}
        ]])
    ))]
    pub tipo_credencial: Spanned<Vec<Spanned<RawCategory>>>,
    /// Medium of registration.
    #[cfg_attr(test, schemars(
        with = "Vec<RawCategory>",
        length(min = 1, max = MAX_CATEGORIES),
        extend("examples" = [[{"code": "SRVE", "label": "SRVE (Internet)"}]])
    ))]
    pub medio: Spanned<Vec<Spanned<RawCategory>>>,
    /// Status of the analysis, in its order. An application has the first one until another is
    /// known.
    #[cfg_attr(test, schemars(
        with = "Vec<RawCategory>",
        length(min = 1, max = MAX_CATEGORIES),
        extend("examples" = [[
            {"code": "RECIBIDA", "label": "Recibida"},
            {"code": "PROCEDENTE", "label": "Procedente"},
            {"code": "IMPROCEDENTE", "label": "Improcedente"}
        ]])
    ))]
    pub estatus: Spanned<Vec<Spanned<RawCategory>>>,
}

/// Each is one category; `categories` of `[[dimensions]]` has the same. A cell that no entry
/// matches counts as `NO_IDENTIFICADO`. Cells are compared without case, accents and punctuation,
/// and no text may stand for two entries of a list.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(title = "Entries of `[categories]`"))]
#[serde(deny_unknown_fields)]
pub(super) struct RawCategory {
    /// The value in tables. A cell with this text has this category.
    #[cfg_attr(test, schemars(extend(
        "x-accepts" = "upper snake_case without accents, but for `NO_IDENTIFICADO`", "examples" = ["DALLAS"]
    )))]
    pub code: String,
    /// The name in Spanish, for charts, reports and the dashboard.
    #[cfg_attr(test, schemars(extend("examples" = ["Dallas"])))]
    pub label: String,
    /// Further texts of cells that have this category.
    #[cfg_attr(test, schemars(extend("examples" = [["CONSULMEX DALLAS"]])))]
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether applications of this status wait for the citizen. Read for `estatus` alone.
    #[cfg_attr(test, schemars(extend("examples" = [true])))]
    #[serde(default)]
    pub awaits_citizen: bool,
}

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawExports {
    /// Exports of applications.
    #[serde(default)]
    pub solicitudes: RawExport<RawColumns<ApplicationColumn>>,
    /// Exports of credentials.
    #[serde(default)]
    pub credenciales: RawExport<RawColumns<CredentialColumn>>,
}
