//! Builds a release in memory and the packages of its recipients, for tests.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;

use lnere_charts::{ChartContext, ChartDefinition};
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::catalog::Catalogs;
use lnere_core::process::{CurveSource, Process, Source};
use lnere_dashboard::{CorteData, DashboardData};
use lnere_ingest::{ExportFile, FileReport, Ingested, Inventory, ReadOptions, ReleaseInput};
use lnere_projection::corte_projection::{self, ProjectionInputs, ReferenceCurve};
use lnere_statements::{StatementFile, Statistics};
use lnere_tables::{Table, TableDefinition, TableInputs};

use crate::recipient_package::RecipientPart;
use crate::{PackageChart, PackageData, PackageInputs, Subject, all_subjects};

/// A process and its exports, read once.
pub struct SampleProcess {
    pub process: Process,
    pub catalogs: Catalogs,
    pub table_definitions: Vec<TableDefinition>,
    pub chart_definitions: Vec<ChartDefinition>,
    pub statement_file: StatementFile,
    ingested: Ingested,
    projection_inputs: Option<ProjectionInputs>,
    vintage: NaiveDate,
}

struct NoProgress;

impl lnere_ingest::ReadProgress for NoProgress {
    fn file_read(&self, _: &FileReport) {}
}

/// The sample of the repository.
pub static SAMPLE_PROCESS: LazyLock<SampleProcess> =
    LazyLock::new(|| SampleProcess::load("pel_2020_2021.toml", &repository_root().join("sample_data/pel_2020_2021")));

pub fn repository_root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

impl SampleProcess {
    /// Loads a process file of the repository and a folder of exports.
    pub fn load(process: &str, inputs: &Path) -> Self {
        let (process, catalogs) = Process::load(&repository_root().join("pipelines").join(process)).unwrap();
        let definitions = TableDefinition::load(&process.tables_file, &process).unwrap();
        let charts = ChartDefinition::load_folder(&process.charts_dir, &process).unwrap();
        let charts = charts.into_iter().map(|(_, chart)| chart).collect();
        let statement_file = StatementFile::load(process.statements_file.as_deref().unwrap()).unwrap();
        let files = Inventory::list_folder(inputs, &process).unwrap().files;
        let files_of = |source| files.iter().filter(|file| file.source == source).cloned().collect::<Vec<ExportFile>>();
        let (applications, credentials) = (files_of(Source::Solicitudes), files_of(Source::Credenciales));
        let ingested =
            lnere_ingest::read(&ReadOptions::new(&process, &catalogs), [&applications, &credentials], &NoProgress)
                .unwrap();
        assert!(ingested.refused().next().is_none());
        let plan = process.projection.as_ref().unwrap();
        let reference_curves = plan.references.iter().filter_map(|reference| match &reference.curve_source {
            CurveSource::Points(points) => ReferenceCurve::from_points(reference, points),
            CurveSource::Exports { .. } => None,
        });
        let projection_inputs = ProjectionInputs::new(&process, reference_curves.collect());
        let vintage = files.iter().map(|file| file.date).max().unwrap();
        Self {
            process,
            catalogs,
            table_definitions: definitions,
            chart_definitions: charts,
            statement_file,
            ingested,
            projection_inputs,
            vintage,
        }
    }

    /// The release of a corte, with or without charts.
    pub fn release(&self, corte: &str, with_charts: bool) -> FixtureRelease<'_> {
        let Self { process, catalogs, .. } = self;
        let corte: Corte = corte.parse().unwrap();
        let cube = lnere_count::count(&self.ingested.facts, process, corte).unwrap();
        let projection_inputs = self.projection_inputs.as_ref();
        let projected = projection_inputs
            .map(|projection_inputs| projection_inputs.project_corte(process, catalogs, &cube, corte).unwrap());
        let file_reports = &self.ingested.files;
        let inputs =
            TableInputs { process, catalogs, corte, cube: &cube, file_reports, projection: projected.as_ref() };
        let tables = lnere_tables::build(&self.table_definitions, &inputs).unwrap();
        let subjects = all_subjects(process, catalogs);
        let charts = if with_charts { self.draw_charts(&tables, &subjects, corte) } else { NamedFiles::new() };
        let tables: Vec<Table> = tables.into_iter().filter(|table| self.is_published(&table.name, corte)).collect();
        let texts = |projected| corte_projection::text_files(process, catalogs, projected, corte);
        let texts = projected.iter().flat_map(texts).collect();
        let input_records = file_reports.iter().map(ReleaseInput::from_report).collect();
        let is_open = corte.day() >= process.opens;
        let exact_data = || {
            let facts = &self.ingested.facts;
            let corte_data = CorteData::from_tables(process, corte, &tables).unwrap();
            lnere_dashboard::exact_data(
                process,
                catalogs,
                &self.chart_definitions,
                facts,
                corte.day(),
                Some(corte_data),
            )
            .unwrap()
        };
        let dashboard = is_open.then(exact_data);
        FixtureRelease {
            sample: self,
            corte,
            input_records,
            subjects,
            tables,
            chart_files: charts,
            text_files: texts,
            dashboard,
        }
    }

    /// Before the opening only the projection is published.
    fn is_published(&self, table: &str, corte: Corte) -> bool {
        let source = self.table_definitions.iter().find(|definition| definition.name == table).unwrap().source;
        corte.day() >= self.process.opens || source.is_projected()
    }

    fn draw_charts(&self, tables: &[Table], subjects: &[Subject], corte: Corte) -> NamedFiles {
        let has_rows = |name: &str| tables.iter().any(|table| table.name == name && table.row_count() > 0);
        let is_published = |chart: &ChartDefinition| {
            let own = chart.table_names().next();
            own.is_some_and(|table| self.is_published(table, corte) && (!chart.is_optional() || has_rows(table)))
        };
        let context = ChartContext::for_corte(&self.process, &self.catalogs, corte);
        let mut files = NamedFiles::new();
        for (subject, chart) in
            subjects.iter().flat_map(|subject| self.chart_definitions.iter().map(move |chart| (subject, chart)))
        {
            if chart.is_drawn_for(&subject.scope) && is_published(chart) {
                let statistics = self.statistics(tables, corte, subject);
                let drawn = lnere_charts::render(chart, tables, &subject.scope, &context, &statistics).unwrap();
                let path = format!("graficas/{}/{}", subject.slug, chart.name());
                files.push((format!("{path}.svg"), drawn.svg));
                files.push((format!("{path}.png"), drawn.png));
            }
        }
        files
    }

    fn statistics(&self, tables: &[Table], corte: Corte, subject: &Subject) -> Statistics {
        lnere_statements::subject_statistics(&self.process, &self.catalogs, corte, tables, subject.entity_code())
            .unwrap()
    }
}

/// A release that exists only in memory.
pub struct FixtureRelease<'a> {
    sample: &'a SampleProcess,
    pub corte: Corte,
    input_records: Vec<ReleaseInput>,
    subjects: Vec<Subject>,
    pub tables: Vec<Table>,
    chart_files: NamedFiles,
    text_files: NamedFiles,
    pub dashboard: Option<DashboardData>,
}

/// The part of one recipient, which a test may change.
pub struct FixturePackage<'a> {
    release: &'a FixtureRelease<'a>,
    pub subject: &'a Subject,
    pub tables: Vec<Table>,
    charts: Vec<PackageChart<'a>>,
    projection_text: Option<&'a str>,
    pub revision: u32,
}

impl<'a> FixtureRelease<'a> {
    /// All packages, that of the nation first.
    pub fn packages(&'a self) -> Vec<FixturePackage<'a>> {
        self.subjects.iter().map(|subject| self.package(subject.entity_code())).collect()
    }

    /// The inputs of its packages.
    pub fn package_inputs(&'a self) -> PackageInputs<'a> {
        let sample = self.sample;
        PackageInputs {
            process: &sample.process,
            catalogs: &sample.catalogs,
            table_definitions: &sample.table_definitions,
            chart_definitions: &sample.chart_definitions,
            statement_file: &sample.statement_file,
            input_records: &self.input_records,
            findings: &[],
            corte: self.corte,
            revision: 1,
            vintage: sample.vintage,
            tables: &self.tables,
            chart_files: &self.chart_files,
            text_files: &self.text_files,
            dashboard: self.dashboard.as_ref(),
        }
    }

    /// The package of an entity, or of the nation.
    pub fn package(&'a self, code: Option<&str>) -> FixturePackage<'a> {
        let release = self.package_inputs();
        let subject = self.subjects.iter().find(|subject| subject.entity_code() == code).unwrap();
        let RecipientPart { tables, charts, projection_text, .. } =
            RecipientPart::for_recipient(&release, subject).unwrap();
        FixturePackage { release: self, subject, tables, charts, projection_text, revision: 1 }
    }
}

impl FixturePackage<'_> {
    pub fn contents(&self) -> PackageData<'_> {
        let sample = self.release.sample;
        PackageData {
            process: &sample.process,
            catalogs: &sample.catalogs,
            statement_file: &sample.statement_file,
            statistics: sample.statistics(&self.tables, self.release.corte, self.subject),
            corte: self.release.corte,
            revision: self.revision,
            vintage: sample.vintage,
            subject: self.subject,
            tables: &self.tables,
            table_definitions: &sample.table_definitions,
            chart_definitions: &sample.chart_definitions,
            input_records: &self.release.input_records,
            findings: &[],
            charts: &self.charts,
            projection_text: self.projection_text,
        }
    }
}
