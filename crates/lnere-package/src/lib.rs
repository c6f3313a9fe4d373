/*!
Makes the package of each OPL from a release: report, workbook, tables and charts, in one archive.
The functions are pure: a template comes in as bytes, and bytes go out.

The steps of a package: `visible_rows` selects the tables and rows that its subject may see, and
`contents` holds them. `report`, `workbook` and `readme` write them and use nothing else.
*/

mod archive;
mod dashboard_page;
mod finding_text;
mod headline_figures;
mod package_data;
mod readme;
mod recipient_package;
#[cfg(feature = "reports")]
mod report;
#[cfg(not(feature = "reports"))]
mod report_disabled;
mod subject_rows;
#[cfg(test)]
mod test_release;
mod visible_rows;
mod workbook;

use chrono::NaiveDate;
use rayon::prelude::*;

use lnere_charts::{ChartDefinition, Scope};
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::catalog::Catalogs;
use lnere_core::process::Process;
use lnere_dashboard::DashboardData;
use lnere_ingest::PlausibilityFinding;
use lnere_ingest::ReleaseInput;
use lnere_messages::message;
use lnere_statements::StatementFile;
use lnere_tables::{ColumnError, Table, TableDefinition};

pub use finding_text::finding_in_spanish;
pub use headline_figures::{Decisions, ExpectedList, HeadlineFigures, final_status_codes};
pub use lnere_dashboard::single_page_name;
pub use package_data::{PackageChart, PackageData, Subject};
use recipient_package::RecipientPart;
pub use recipient_package::SUMMARY_PATH;
#[cfg(feature = "reports")]
use report::{ReportError, report_pdfs};
#[cfg(feature = "reports")]
pub use report::{ReportTemplate, TemplateError};
#[cfg(not(feature = "reports"))]
use report_disabled::{ReportError, report_pdfs};
#[cfg(not(feature = "reports"))]
pub use report_disabled::{ReportTemplate, TemplateError};
pub use visible_rows::visible_tables;

/// The inputs of the packages of a release.
pub struct PackageInputs<'a> {
    /// The process.
    pub process: &'a Process,
    /// The catalogues of the process.
    pub catalogs: &'a Catalogs,
    /// The definitions of its tables.
    pub table_definitions: &'a [TableDefinition],
    /// The definitions of its charts.
    pub chart_definitions: &'a [ChartDefinition],
    /// The sentences of the process.
    pub statement_file: &'a StatementFile,
    /// The corte.
    pub corte: Corte,
    /// The revision.
    pub revision: u32,
    /// The date of the newest export.
    pub vintage: NaiveDate,
    /// The exports that were read, by source and day.
    pub input_records: &'a [ReleaseInput],
    /// The findings of the plausibility rules in the exports, except refusals.
    pub findings: &'a [PlausibilityFinding],
    /// The published tables.
    pub tables: &'a [Table],
    /// The charts of all subjects: `graficas/08_chihuahua/por_sexo.svg`, and the same as `.png`.
    pub chart_files: &'a [(String, Vec<u8>)],
    /// The texts of all subjects: `textos/08_chihuahua/proyeccion.txt`.
    pub text_files: &'a [(String, Vec<u8>)],
    /// The exact data of the dashboard; `None` before registration opens.
    pub dashboard: Option<&'a DashboardData>,
}

/// Packages could not be made. Records cannot cause this.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A known table lacks a column that its documents need.
    #[error("{}", message!("publication-package-failed"))]
    Column(#[from] ColumnError),
    /// A report cannot be typeset.
    #[error("{}", message!("publication-report-failed"))]
    Report(#[from] ReportError),
    /// A workbook cannot be written.
    #[error("{}", message!("L340-workbook-failed"))]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A table cannot be written as Parquet.
    #[error(transparent)]
    Parquet(#[from] lnere_tables::ParquetError),
    /// A table cannot be written as CSV.
    #[error("{}", message!("L340-csv-failed"))]
    Csv(#[from] csv::Error),
    /// The data of the dashboard have no such entity, or cannot be read.
    #[error("{}", message!("L340-dashboard-failed", slug))]
    Dashboard {
        /// The slug of the recipient.
        slug: String,
    },
    /// An archive cannot be written.
    #[error("{}", message!("L340-archive-failed"))]
    Archive(#[from] zip::result::ZipError),
}

impl PackageError {
    /// Whether the configuration is wrong: the template of the report, or the keys of a table in
    /// `tablas.toml`.
    #[must_use]
    pub fn is_usage_error(&self) -> bool {
        match self {
            Self::Column(_) => true,
            Self::Report(error) => error.is_usage_error(),
            Self::Workbook(_) | Self::Parquet(_) | Self::Csv(_) | Self::Dashboard { .. } | Self::Archive(_) => false,
        }
    }
}

/// The recipients of a process: the working group, then each entity in the order of the codes.
#[must_use]
pub fn all_subjects(process: &Process, catalogs: &Catalogs) -> Vec<Subject> {
    let entities = &catalogs.entities;
    let nation = Subject { scope: Scope::Nation, slug: "nacional".to_owned() };
    let states = process.entities.iter().map(|entity| {
        let scope = Scope::Entity { code: entity.code(), name: entities.name(*entity).to_owned() };
        Subject { scope, slug: entities.slug(*entity) }
    });
    std::iter::once(nation).chain(states).collect()
}

/// Typesets the report of the nation, to find a mistake of the template before a run does.
///
/// # Errors
/// As [`make_packages`].
pub fn check_report(release: &PackageInputs, template: &ReportTemplate) -> Result<(), PackageError> {
    for subject in all_subjects(release.process, release.catalogs).iter().take(1) {
        let part = RecipientPart::for_recipient(release, subject)?;
        report_pdfs(template, &[part.contents(release)], &|| ())?;
    }
    Ok(())
}

/// Makes all packages of a release in parallel, and reports each completed document and archive.
/// Their paths are those in the release:
/// `paquetes/08_chihuahua/paquete_08_chihuahua_2020-10-15.zip`.
///
/// Do not call it from a rayon pool. Reports are typeset on threads of their own, and a pool thread
/// that waits for them would block one more thread.
///
/// # Errors
/// The template is wrong, a table lacks a column, or a format refuses its input, which records
/// cannot cause.
pub fn make_packages(
    release: &PackageInputs,
    template: Option<&ReportTemplate>,
    on_file_done: &(dyn Fn() + Sync),
) -> Result<NamedFiles, PackageError> {
    let subjects = all_subjects(release.process, release.catalogs);
    let parts: Vec<RecipientPart> =
        subjects.par_iter().map(|subject| RecipientPart::for_recipient(release, subject)).collect::<Result<_, _>>()?;
    let contents: Vec<PackageData> = parts.iter().map(|package| package.contents(release)).collect();
    let reports: Vec<Option<Vec<u8>>> = match template {
        Some(template) => report_pdfs(template, &contents, on_file_done)?.into_iter().map(Some).collect(),
        None => contents.iter().map(|_| None).collect(),
    };
    let made = contents.par_iter().zip(reports).map(|(contents, report)| {
        let page = release.dashboard.map(|data| dashboard_page::page_of_subject(data, contents)).transpose()?;
        let package = recipient_package::package_files(contents, report, page)?;
        on_file_done();
        Ok(package)
    });
    Ok(made.collect::<Result<Vec<NamedFiles>, PackageError>>()?.into_iter().flatten().collect())
}
