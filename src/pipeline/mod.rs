/*!
Builds the release of one corte from facts: cube, tables, charts, and a release ready for
publication. The functions are pure except for threads.
*/

mod public_figures;
mod public_page;
mod public_part;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;
use rayon::prelude::*;

use lnere_charts::ChartDefinition;
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::catalog::Catalogs;
use lnere_core::process::{Audience, Process, ProjectionPlan, ReleasePart};
use lnere_count::count;
use lnere_dashboard::{CorteData, DASHBOARD_FOLDER, DashboardData};
use lnere_ingest::coded_records::SpillError;
use lnere_ingest::{Ingested, ReleaseInput, Verdict};
use lnere_messages::message;
use lnere_package::{PackageError, ReportTemplate, Subject};
use lnere_projection::Universe;
use lnere_projection::corte_projection::{self, CorteProjection, ProjectionInputs};
use lnere_release::{
    ConfigRecord, FinalStatuses, Manifest, PendingRelease, ProjectionRecord, PublicationContext, ReferenceRecord,
    TableRecord, table_path,
};
use lnere_statements::StatementFile;
use lnere_tables::{Metadata, Table, TableDefinition, TableInputs, TableSource, dictionary};

pub use public_part::{PublicError, build_public_part, check_same_settings};

/// The inputs that all cortes of a run share.
pub struct RunContext<'a> {
    /// The process.
    pub process: &'a Process,
    /// The catalogues of the process.
    pub catalogs: &'a Catalogs,
    /// All tables; charts may use tables that are not published.
    pub table_definitions: &'a [TableDefinition],
    /// The names of the tables to publish.
    pub published_table_names: &'a [String],
    /// All charts; other media use the limits of their categories.
    pub chart_definitions: &'a [ChartDefinition],
    /// The charts to publish.
    pub published_charts: &'a [&'a ChartDefinition],
    /// The files of all charts.
    pub chart_files: &'a [PathBuf],
    /// All configuration files.
    pub configuration_records: &'a [ConfigRecord],
    /// The inputs of the projection; `None` if nothing is projected.
    pub projection_inputs: Option<&'a ProjectionInputs>,
    /// The parts to publish.
    pub parts: &'a [ReleasePart],
    /// The sentences of the process.
    pub statement_file: &'a StatementFile,
    /// The report template; `None` if packages have no report.
    pub report_template: Option<&'a ReportTemplate>,
    /// The date of the newest export.
    pub vintage: NaiveDate,
}

/// Makes what the exact dashboard shows of the tables of a corte, without a release.
///
/// # Errors
/// A table cannot be built. Data cannot cause this.
pub fn corte_data_for_dashboard(
    process: &Process,
    catalogs: &Catalogs,
    table_definitions: &[TableDefinition],
    projection_inputs: Option<&ProjectionInputs>,
    ingested: &Ingested,
    corte: Corte,
) -> anyhow::Result<CorteData> {
    let cube = count(&ingested.facts, process, corte)?;
    let projected =
        projection_inputs.map(|inputs| inputs.project_corte(process, catalogs, &cube, corte)).transpose()?;
    let inputs = TableInputs {
        process,
        catalogs,
        corte,
        cube: &cube,
        file_reports: &ingested.files,
        projection: projected.as_ref(),
    };
    let is_shown = |table: &&TableDefinition| CorteData::table_names().any(|name| table.name == name);
    let definitions: Vec<TableDefinition> = table_definitions.iter().filter(is_shown).cloned().collect();
    Ok(CorteData::from_tables(process, corte, &lnere_tables::build(&definitions, &inputs)?)?)
}

/// Makes the release of a corte.
///
/// # Errors
/// A table or chart cannot be built, or the tables do not add up. Data cannot cause this.
pub fn build_release(context: &RunContext, ingested: &Ingested, corte: Corte) -> anyhow::Result<PendingRelease> {
    let RunContext { process, catalogs, .. } = *context;
    let cube = count(&ingested.facts, process, corte)?;
    let projected = context
        .projection_inputs
        .map(|projection_inputs| projection_inputs.project_corte(process, catalogs, &cube, corte))
        .transpose()?;
    let projected = projected.as_ref();
    let inputs =
        TableInputs { process, catalogs, corte, cube: &cube, file_reports: &ingested.files, projection: projected };
    let tables = lnere_tables::build(context.table_definitions, &inputs)?;
    let totals = lnere_tables::cube_totals(&cube);
    if let Some(imbalance) = lnere_tables::differences_from_totals(&tables, &totals).into_iter().next() {
        return Err(imbalance.into());
    }

    let dashboard_tables = CorteData::from_tables(process, corte, &tables)?;

    // Before the opening there is nothing to count, and only the projection is published.
    let is_open = corte.day() >= process.opens;
    let origin =
        |name: &str| context.table_definitions.iter().find(|table| table.name == name).map(|table| table.source);
    let published = |name: &str| is_open || origin(name).is_some_and(TableSource::is_projected);
    let has_rows = |name: &str| tables.iter().any(|table| table.name == name && table.row_count() > 0);
    let is_drawn = |chart: &&ChartDefinition| {
        let mut own = chart.table_names().take(1);
        (context.parts.contains(&ReleasePart::Graficas) || context.parts.contains(&ReleasePart::Paquetes))
            && own.any(|table| published(table) && (!chart.is_optional() || has_rows(table)))
    };
    let charts: Vec<&ChartDefinition> = context.published_charts.iter().copied().filter(is_drawn).collect();
    let charts = draw_charts(context, &charts, &tables, corte)?;
    let tables: Vec<Table> = tables
        .into_iter()
        .filter(|table| context.published_table_names.contains(&table.name) && published(&table.name))
        .collect();

    let metadata = Metadata::of_process(process, corte);
    let written = tables.par_iter().map(|table| Ok((table_path(&table.name), lnere_tables::write(table, &metadata)?)));
    let mut files = written.collect::<anyhow::Result<Vec<_>>>()?;
    let texts = |projected| corte_projection::text_files(process, catalogs, projected, corte);
    files.extend(projected.into_iter().flat_map(texts));
    let has_exact_dashboard =
        is_part_published(context, ReleasePart::Tablero, corte) && process.dashboard.audience == Audience::Opl;
    // A package has the exact rows of its recipient, so its page does not depend on the audience of
    // the dashboard.
    let has_pages = is_open && context.parts.contains(&ReleasePart::Paquetes);
    let is_needed = has_exact_dashboard || has_pages;
    let exact_dashboard = is_needed.then(|| exact_dashboard(context, ingested, corte, dashboard_tables)).transpose()?;
    if has_exact_dashboard {
        files.extend(exact_dashboard.iter().flat_map(dashboard_files));
    }

    let packages = package_subjects(context).len();
    let published_parts = context.parts.iter().filter(|part| is_part_published(context, **part, corte));
    let [accepted, refused] = lnere_package::final_status_codes(process);
    let final_statuses = FinalStatuses { accepted, refused };
    let manifest = Manifest {
        process: context.process.id.clone(),
        title: context.process.title.clone(),
        notice: process.notice.clone(),
        corte: corte.to_string(),
        revision: 1,
        replaces: None,
        vintage: context.vintage.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: dictionary::SCHEMA_VERSION.to_owned(),
        parts: published_parts.map(|part| part.name().to_owned()).collect(),
        inputs: ingested.files.iter().map(ReleaseInput::from_report).collect(),
        accepted: ingested.acceptances(),
        findings: [Verdict::Accepted, Verdict::Warning]
            .into_iter()
            .flat_map(|one| ingested.findings(one))
            .cloned()
            .collect(),
        configuration: context.configuration_records.to_vec(),
        dimensions: declared_dimension_columns(process),
        final_statuses,
        tables: tables.iter().map(|table| table_record(context, table)).collect(),
        chart_count: if context.parts.contains(&ReleasePart::Graficas) { charts.len() / 2 } else { 0 },
        package_count: packages,
        reports: if context.report_template.is_some() { packages } else { 0 },
        dashboard_pages: if has_pages { packages } else { 0 },
        dashboard: is_part_published(context, ReleasePart::Tablero, corte)
            .then(|| process.dashboard.audience.name().to_owned()),
        totals,
        projection: projected.map(|projected| projection_record(process, projected)),
    };
    let audience = context.parts.contains(&ReleasePart::Tablero).then_some(process.dashboard.audience);
    let template = context.report_template.iter().flat_map(|template| template.template_paths());
    Ok(PendingRelease {
        corte,
        manifest,
        tables,
        table_definitions: context.table_definitions.to_vec(),
        dictionary: metadata.dictionary,
        publication_context: PublicationContext::new(process, corte.day(), context.vintage),
        files,
        charts,
        exact_dashboard,
        dashboard_audience: audience,
        chart_files: file_names(context.chart_files.iter().map(PathBuf::as_path)),
        template_files: file_names(template),
    })
}

/// What the manifest says of a table.
fn table_record(context: &RunContext, table: &Table) -> TableRecord {
    let definition = context.table_definitions.iter().find(|definition| definition.name == table.name);
    let key = definition.map(TableDefinition::key_columns).unwrap_or_default();
    TableRecord {
        name: table.name.clone(),
        rows: table.row_count(),
        columns: table.columns.iter().map(|(name, _)| name.clone()).collect(),
        key: key.into_iter().map(str::to_owned).collect(),
        shared: definition.is_some_and(|definition| definition.is_shared_with_all),
    }
}

/// The exact data of the dashboard of a corte.
fn exact_dashboard(
    context: &RunContext,
    ingested: &Ingested,
    corte: Corte,
    corte_data: CorteData,
) -> Result<DashboardData, SpillError> {
    let RunContext { process, catalogs, chart_definitions, .. } = *context;
    lnere_dashboard::exact_data(process, catalogs, chart_definitions, &ingested.facts, corte.day(), Some(corte_data))
}

/// The names of files without their folders.
fn file_names<'a>(paths: impl Iterator<Item = &'a Path>) -> Vec<String> {
    paths.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect()
}

/// The columns of the dimensions that the process file declares.
fn declared_dimension_columns(process: &Process) -> Vec<String> {
    let declared = process.declared_dimensions().iter();
    declared.map(|definition| definition.dimension.column_name().to_owned()).collect()
}

/// Whether a requested part has content for a corte.
fn is_part_published(context: &RunContext, part: ReleasePart, corte: Corte) -> bool {
    let RunContext { process, parts, .. } = *context;
    parts.contains(&part)
        && match part {
            ReleasePart::Publico => public_part::is_public_corte(process, corte),
            ReleasePart::Tablero => match process.dashboard.audience {
                Audience::Opl => corte.day() >= process.opens,
                Audience::Publico => is_part_published(context, ReleasePart::Publico, corte),
            },
            ReleasePart::Tablas | ReleasePart::Graficas | ReleasePart::Paquetes => true,
        }
}

/// The files of a dashboard by their paths in a release.
fn dashboard_files(data: &DashboardData) -> NamedFiles {
    lnere_dashboard::dashboard_files(data)
        .into_iter()
        .map(|(name, bytes)| (format!("{DASHBOARD_FOLDER}/{name}"), bytes))
        .collect()
}

/// The recipients of packages; none if that part is not published.
#[must_use]
pub fn package_subjects(context: &RunContext) -> Vec<Subject> {
    if context.parts.contains(&ReleasePart::Paquetes) {
        lnere_package::all_subjects(context.process, context.catalogs)
    } else {
        Vec::new()
    }
}

/// Makes the packages of a release whose revision is known, if that part is published. `done` is
/// called for each document and archive.
///
/// # Errors
/// The report template is wrong.
pub fn build_packages(
    context: &RunContext,
    pending: &PendingRelease,
    on_file_done: &(dyn Fn() + Sync),
) -> Result<NamedFiles, PackageError> {
    if pending.manifest.package_count == 0 {
        return Ok(NamedFiles::new());
    }
    let release = lnere_package::PackageInputs {
        process: context.process,
        catalogs: context.catalogs,
        table_definitions: context.table_definitions,
        chart_definitions: context.chart_definitions,
        statement_file: context.statement_file,
        corte: pending.corte,
        revision: pending.manifest.revision,
        vintage: context.vintage,
        input_records: &pending.manifest.inputs,
        findings: &pending.manifest.findings,
        tables: &pending.tables,
        chart_files: &pending.charts,
        text_files: &pending.files,
        dashboard: pending.exact_dashboard.as_ref(),
    };
    lnere_package::make_packages(&release, context.report_template, on_file_done)
}

fn projection_record(process: &Process, projected: &CorteProjection) -> ProjectionRecord {
    let plan = process.projection.as_ref();
    let record = |title: &str, source: &str| ReferenceRecord { title: title.to_owned(), source: source.to_owned() };
    let references = plan.into_iter().flat_map(ProjectionPlan::used_references);
    ProjectionRecord {
        closes: projected.known_close.to_string(),
        applications: projected.national_quantiles(Universe::Solicitudes).to_array(),
        lnere: projected.national_quantiles(Universe::Lnere).to_array(),
        method: projected.national_method_code().to_owned(),
        errors_from: projected.error_source_code().to_owned(),
        references: references.map(|one| record(&one.title, &one.cited_publication)).collect(),
        earlier: plan
            .and_then(|plan| plan.earlier_totals.as_ref())
            .map(|one| record(&one.title, &one.cited_publication)),
    }
}

/// Draws charts of a corte, in parallel, as SVG and PNG.
fn draw_charts(
    context: &RunContext,
    charts: &[&ChartDefinition],
    tables: &[Table],
    corte: Corte,
) -> anyhow::Result<NamedFiles> {
    let RunContext { process, catalogs, .. } = *context;
    let chart_context = lnere_charts::ChartContext::for_corte(process, catalogs, corte);
    let subjects = lnere_package::all_subjects(process, catalogs)
        .into_iter()
        .map(|subject| {
            let statistics =
                lnere_statements::subject_statistics(process, catalogs, corte, tables, subject.entity_code())?;
            Ok((subject, statistics))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let all: Vec<_> = subjects
        .iter()
        .flat_map(|(subject, statistics)| charts.iter().map(move |chart| (*chart, subject, statistics)))
        .filter(|(chart, subject, _)| chart.is_drawn_for(&subject.scope))
        .collect();
    let drawn: Vec<_> = all
        .par_iter()
        .map(|(chart, subject, statistics)| {
            let rendered = lnere_charts::render(chart, tables, &subject.scope, &chart_context, statistics)
                .with_context(|| message!("publication-chart", chart = chart.name()))?;
            let path = format!("graficas/{}/{}", subject.slug, chart.name());
            Ok([(format!("{path}.svg"), rendered.svg), (format!("{path}.png"), rendered.png)])
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(drawn.into_iter().flatten().collect())
}
