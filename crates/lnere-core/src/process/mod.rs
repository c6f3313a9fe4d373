/*!
Reads the process file: what one electoral process counts, from which exports, and what it
publishes.

Only a completely validated file yields a [`Process`], so later modules need no checks. Its dates
are in order, its entities exist, and its lists contain no code twice.
*/

mod accepted_exports;
mod columns;
mod dashboard_settings;
mod deadline_extensions;
mod denominators;
mod dimensions;
mod export_contract;
mod export_date_format;
mod file_pattern;
#[cfg(test)]
mod generated_docs;
mod goals;
mod plausibility_thresholds;
mod postal_plan;
mod postal_tariff;
mod projection_csv_files;
mod projection_plan;
mod public_audience;
mod publication_metadata;
mod raw_process;
mod unattended_run;
mod validate;

use std::fmt;
use std::path::{Path, PathBuf};

use chrono::{Months, NaiveDate};
use lnere_messages::message;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::calendar::Corte;
use crate::catalog::{CatalogError, Catalogs, EntityId};
use crate::line_numbers::line_of;
use crate::printable_toml;
use crate::terminal_text::escaped_name;
use crate::text_folding;

pub use accepted_exports::{AcceptedExport, AcceptedExports};
pub use columns::{ApplicationColumn, ColumnMap, CredentialColumn, SourceColumn};
pub use dashboard_settings::{Audience, DashboardSettings, Milestone, MilestoneKind};
pub use deadline_extensions::DeadlineExtension;
pub use denominators::{ALL_ENTITIES_CODE, Denominator, DenominatorKey, DenominatorPlace, DenominatorValue};
pub use dimensions::{
    AgeBands, CategorySource, DIMENSION_PLACEHOLDER, Dimension, DimensionDefinition, MAX_DECLARED_DIMENSIONS,
    lowercase_first_letter,
};
pub use export_contract::{EncodingChoice, ExportContract, TimestampZone};
pub use export_date_format::DateFormat;
pub use file_pattern::{EXPORT_EXTENSIONS, FileDayError, FileNameMatch, FilePattern, split_export_extension};
pub use goals::Goals;
pub use plausibility_thresholds::{PlausibilityRule, PlausibilityThresholds};
pub use postal_plan::PostalPlan;
pub use postal_tariff::{Price, Tariff};
pub use projection_plan::{
    Acceptance, ApplicationsPerCredential, CurveSource, EarlierTotals, ProjectionPlan, ReferencePlan, SpreadPlan,
};
pub use public_audience::{CategoryMerge, MergedGroup, PublicAudience, PublicTable};
pub use publication_metadata::{Licence, NamedParty, PublicationMetadata};
pub use unattended_run::{DelayThresholds, RevisionPolicy, Schedule};

/// The code of the unidentified category.
pub const UNIDENTIFIED_CODE: &str = "NO_IDENTIFICADO";

/// One of the two systems that exports come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Applications to be put on the list (SIILNERE).
    Solicitudes,
    /// Credential trámites abroad.
    Credenciales,
}

impl Source {
    /// Both sources, in the order of reports.
    pub const ALL: [Self; 2] = [Self::Solicitudes, Self::Credenciales];

    /// The name that export files begin with.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Solicitudes => "solicitudes",
            Self::Credenciales => "credenciales",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A part of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ReleasePart {
    /// The Parquet tables; always made.
    Tablas,
    /// The charts.
    Graficas,
    /// The parts that each OPL receives.
    Paquetes,
    /// The part that everybody may see.
    Publico,
    /// The dashboard.
    Tablero,
}

impl ReleasePart {
    /// All parts, in the order in which they are made.
    pub const ALL: [Self; 5] = [Self::Tablas, Self::Graficas, Self::Paquetes, Self::Publico, Self::Tablero];

    /// The name on the command line, in process files and in manifests.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tablas => "tablas",
            Self::Graficas => "graficas",
            Self::Paquetes => "paquetes",
            Self::Publico => "publico",
            Self::Tablero => "tablero",
        }
    }
}

/// One value of a list of categories.
#[derive(Clone, Debug)]
pub struct Category {
    /// The text in tables, in upper case: `POSTAL`.
    pub code: String,
    /// The text in charts and reports, in Spanish.
    pub label: String,
    /// Further texts that exports use for it.
    pub aliases: Vec<String>,
    /// Whether an application of this status waits for the citizen.
    pub awaits_citizen: bool,
}

/// A list of categories in order; the index `len()` means [`UNIDENTIFIED_CODE`].
#[derive(Clone, Debug)]
pub struct CategoryList {
    categories: Vec<Category>,
}

impl CategoryList {
    /// The categories in the order of the process file.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The index of the unidentified category.
    #[must_use]
    #[inline]
    pub fn unidentified_index(&self) -> u8 {
        u8::try_from(self.categories.len()).unwrap_or(u8::MAX)
    }

    /// The code of an index; [`UNIDENTIFIED_CODE`] for an index outside the list.
    #[must_use]
    pub fn code(&self, index: u8) -> &str {
        self.categories.get(usize::from(index)).map_or(UNIDENTIFIED_CODE, |category| &category.code)
    }

    /// The index of a text of an export, compared without regard to case, accents and punctuation.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u8> {
        let folded = text_folding::fold_label(text);
        let matches = |category: &Category| {
            std::iter::once(&category.code)
                .chain(&category.aliases)
                .any(|name| text_folding::fold_label(name) == folded)
        };
        let index = self.categories.iter().position(matches)?;
        u8::try_from(index).ok()
    }
}

/// A name in a list of the process file that another file must define.
#[derive(Clone, Debug)]
pub struct NameWithLine {
    /// The name.
    pub name: String,
    /// The line in the process file, from 1.
    pub line: usize,
}

/// How large an export and a run may be.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most bytes of an export after decompression.
    pub max_uncompressed_bytes: u64,
    /// The most records of an export.
    pub max_records: u64,
    /// The bytes of memory that a run may use; `None` for half of the machine's memory.
    pub max_memory_bytes: Option<u64>,
}

/// One validated electoral process.
#[derive(Clone, Debug)]
pub struct Process {
    /// The short name, `pel_2020_2021`, in every table.
    pub id: String,
    /// The full Spanish name, for charts and reports.
    pub title: String,
    /// The source line of charts, in Spanish.
    pub source_note: String,
    /// The notice on every product, in Spanish, for example that the data are synthetic; `None` if
    /// there is none.
    pub notice: Option<String>,
    /// The first day of registration; the first quincena begins with it.
    pub opens: NaiveDate,
    /// The last day of registration.
    pub closes: NaiveDate,
    /// Earlier closes that were extended, in order.
    pub deadline_extensions: Vec<DeadlineExtension>,
    /// The election day; the last corte is not after it.
    pub election_day: NaiveDate,
    /// The first day from which events of credentials are counted.
    pub credentials_counted_from: NaiveDate,
    /// The entities with a vote from abroad, in the order of their codes.
    pub entities: Vec<EntityId>,
    /// The limits of the plausibility rules.
    pub thresholds: PlausibilityThresholds,
    /// How large an export and a run may be.
    pub limits: Limits,
    /// The settings of the unattended run: waiting, revisions, lateness and retention.
    pub schedule: Schedule,
    /// The parts that `run` publishes without `--only`.
    pub release_parts: Vec<ReleasePart>,
    /// The tables to publish; `None` for all.
    pub selected_tables: Option<Vec<NameWithLine>>,
    /// The charts to publish; `None` for all.
    pub selected_charts: Option<Vec<NameWithLine>>,
    /// Who publishes the releases.
    pub publication_metadata: PublicationMetadata,
    /// The folder of the exports.
    pub exports_dir: PathBuf,
    /// The file that defines the tables.
    pub tables_file: PathBuf,
    /// The folder of the chart definitions.
    pub charts_dir: PathBuf,
    /// The file of the sentences that products state; `None` if they state none.
    pub statements_file: Option<PathBuf>,
    /// The folder of the report template; `None` if packages have no report.
    pub report_template_dir: Option<PathBuf>,
    /// The folder of the shapes of generated exports.
    pub sample_shapes_dir: PathBuf,
    /// The contract of the exports of applications.
    pub solicitudes_contract: ExportContract<ApplicationColumn>,
    /// The contract of the exports of credentials.
    pub credenciales_contract: ExportContract<CredentialColumn>,
    /// The projection plan; `None` if there is no projection.
    pub projection: Option<ProjectionPlan>,
    /// The postal plan; `None` if the process file has none.
    pub postal: Option<PostalPlan>,
    /// The applications that the process aims at; `None` if the process file has no goals.
    pub goals: Option<Goals>,
    /// The counts that rates are computed with.
    pub denominators: Vec<Denominator>,
    /// The public plan; `None` if nothing is public.
    pub public: Option<PublicAudience>,
    /// The audience of the dashboard, and its milestones.
    pub dashboard: DashboardSettings,
    /// The index of the modality of the vote by Internet; `None` if the process file has no plan
    /// for it.
    pub internet_modality: Option<u8>,
    dimensions: Vec<DimensionDefinition>,
}

impl Process {
    /// Reads and checks a process file and its catalogues.
    ///
    /// # Errors
    /// A file cannot be read, or has a mistake, reported with file, line and the accepted values.
    pub fn load(path: &Path) -> Result<(Self, Catalogs), ProcessError> {
        let text = read_text_file(path)?;
        validate::validate_process(path, &text)
    }

    /// The dimensions of applications, in the order of the columns of `lnere_cubo`: the five of
    /// every process, then the declared ones.
    #[must_use]
    #[inline]
    pub fn dimensions(&self) -> &[DimensionDefinition] {
        &self.dimensions
    }

    /// The dimensions that the process file declares in addition to the five.
    #[must_use]
    pub fn declared_dimensions(&self) -> &[DimensionDefinition] {
        &self.dimensions[Dimension::BUILT_IN.len()..]
    }

    /// Whether a packed application needs a second word for the declared dimensions.
    #[must_use]
    pub fn needs_second_word(&self) -> bool {
        self.dimensions.iter().any(|definition| definition.dimension.word_index() > 0)
    }

    /// The dimension of a column of the tables.
    #[must_use]
    pub fn dimension_of_column(&self, column: &str) -> Option<Dimension> {
        let found = self.dimensions.iter().find(|definition| definition.dimension.column_name() == column);
        found.map(|definition| definition.dimension)
    }

    /// A dimension of this process with its list.
    #[must_use]
    pub fn dimension(&self, dimension: Dimension) -> &DimensionDefinition {
        &self.dimensions[dimension.index()]
    }

    /// The list of a dimension of this process.
    #[must_use]
    pub fn categories(&self, dimension: Dimension) -> &CategoryList {
        &self.dimension(dimension).categories
    }

    /// The first day for which a corte may be requested: six months before registration opens.
    #[must_use]
    pub fn earliest_corte_day(&self) -> NaiveDate {
        self.opens.checked_sub_months(Months::new(6)).unwrap_or(self.opens)
    }

    /// Every corte with applications to count, oldest first.
    #[must_use]
    pub fn cortes(&self) -> Vec<Corte> {
        Corte::range(self.opens, self.election_day).collect()
    }

    /// The cortes that the unattended run publishes, from `schedule.from` on, oldest first.
    #[must_use]
    pub fn scheduled_cortes(&self) -> Vec<Corte> {
        let from = self.schedule.first_due_day.unwrap_or(self.opens);
        self.cortes().into_iter().filter(|corte| corte.day() >= from).collect()
    }

    /// The scheduled cortes that ended before a day, oldest first.
    #[must_use]
    pub fn ended_cortes(&self, today: NaiveDate) -> Vec<Corte> {
        self.scheduled_cortes().into_iter().filter(|corte| corte.day() < today).collect()
    }
}

/// Reads a text file.
///
/// # Errors
/// The file cannot be read, or is not UTF-8.
pub fn read_text_file(path: &Path) -> Result<String, ProcessError> {
    let bytes =
        crate::regular_file::read(path).map_err(|source| ProcessError::Read { path: path.to_owned(), source })?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..offset]);
        ProcessError::mistake_at(path, &before, offset, message!("L101-not-utf8"))
    })
}

/// A mistake in a process file or in a file that it names.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The file cannot be opened or is not UTF-8.
    #[error("{}", message!("L100-cannot-read", path = escaped_name(path)))]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// Other users may write the file, although it decides who receives data.
    #[error(
        "{}",
        message!("L102-writable-by-others", path = escaped_name(path), mode = format!("{mode:04o}"))
    )]
    Writable {
        /// The file.
        path: PathBuf,
        /// The mode of the file.
        mode: u32,
    },
    /// A mistake on a line.
    #[error("{}:{line}: {message}", escaped_name(path))]
    Mistake {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The mistake and the accepted values.
        message: String,
    },
    /// A catalogue has a mistake.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl ProcessError {
    /// A mistake at a byte offset of a file's text.
    pub fn mistake_at(path: &Path, text: &str, offset: usize, message: impl Into<String>) -> Self {
        Self::Mistake { path: path.to_owned(), line: line_of(text, offset), message: message.into() }
    }

    /// Parses a TOML file, and refuses unprintable texts.
    ///
    /// # Errors
    /// The text is not valid TOML, or has other keys or values.
    pub fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Self> {
        printable_toml::parse(text).map_err(|mistake| Self::mistake_at(path, text, mistake.offset, mistake.message))
    }

    /// The message of the TOML reader.
    #[must_use]
    pub fn from_toml_error(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        Self::mistake_at(path, text, error.span().map_or(0, |span| span.start), error.message())
    }
}
