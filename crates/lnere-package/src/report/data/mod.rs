/*!
Computes the data of a report for the template, `datos.json`, with every number as it is printed. A
section without data is `null`, and the template omits it.
*/

mod breakdowns;
mod credentials;
mod formatting;
mod progress;
mod projection;
mod quality;
mod rates;
mod statuses;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::{NamedFiles, PackageData};
use lnere_charts::ChartContext;
use lnere_core::calendar::{Quincena, parse_iso_day};
use lnere_core::mexican_formats::{long_date, short_date_with_year};
use lnere_core::process::Process;
use lnere_tables::ColumnError;

type TextList = Vec<String>;

/// The maximum height in pixels of a chart that must fit on a page below a caption. A chart that is
/// a little taller is made narrower. Its smallest text is 7.5 points at 94 % of the width.
const MAX_CHART_HEIGHT: i32 = 1_800;
const MAX_NARROWED_CHART_HEIGHT: i32 = MAX_CHART_HEIGHT * 100 / 94;

/// The content of a report.
#[derive(Debug, Serialize)]
pub(super) struct ReportData {
    document: ReportMetadata,
    /// How the subject is doing, in one sentence; `None` if no sentence can be stated.
    headline: Option<String>,
    /// What changed most, what waits for citizens, and what comes next.
    points: TextList,
    /// The main numbers, and their values a quincena ago.
    figures: Vec<breakdowns::KeyFigure>,
    length: breakdowns::ReportLength,
    breakdowns: Vec<breakdowns::Breakdown>,
    statuses: Option<statuses::StatusSection>,
    crossed: Vec<breakdowns::CrossTabulation>,
    by_entity: Option<formatting::ReportTable>,
    rates: Vec<rates::RateSection>,
    progress: Option<progress::ProgressSection>,
    credentials: Option<credentials::CredentialSection>,
    #[serde(rename = "outlook")]
    projection: Option<projection::ProjectionSection>,
    quality: Option<quality::QualitySection>,
    revised: Option<formatting::ReportTable>,
    /// The charts by name.
    pictures: BTreeMap<String, ReportChart>,
    #[serde(skip)]
    svg_files: Vec<(String, Vec<u8>)>,
}

/// A chart on a page.
#[derive(Debug, Serialize)]
struct ReportChart {
    /// The title of the chart: its message, or its topic.
    title: String,
    /// What is counted, by what.
    topic: String,
    /// The alternative text of the chart.
    description: String,
    /// The image files from top to bottom; more than one if the chart is much taller than a page.
    files: TextList,
    /// The width in per cent of the width of the page, so that each file fits on one page.
    width: i32,
    /// The height of the first file in thousandths of its width.
    height: i32,
}

/// What each page of the report states: recipient, process, corte and revision.
#[derive(Debug, Serialize)]
struct ReportMetadata {
    /// The printed name of the recipient.
    subject: String,
    /// The recipient in a sentence: `de la Ciudad de México`; empty for the nation.
    of: String,
    /// The two digits of the entity; `None` for the nation.
    code: Option<String>,
    process: String,
    process_id: String,
    /// The notice about the counts on every page; `None` if there is none.
    notice: Option<String>,
    corte: String,
    /// Year, month and day of the corte.
    corte_parts: [i32; 3],
    revision: u32,
    /// The day that the newest export covers.
    vintage: String,
    /// The days of the quincena: `1 al 15 de octubre de 2020`. It begins with the opening if that
    /// is later.
    quincena: String,
    /// The previous corte, if it had something to count.
    previous: Option<String>,
    opens: String,
    closes: String,
    election_day: String,
    credentials_from: String,
    source: String,
    /// The number of entities that vote from abroad.
    entities: usize,
    /// Whether registration has opened and whether it has closed at the corte.
    has_opened: bool,
    has_closed: bool,
    /// Whether the process has a projection.
    projects: bool,
    /// The largest accepted share of rejected records, in per cent.
    max_rejected: String,
    version: &'static str,
    /// The exports that the counts come from; empty if the release does not say.
    exports: Vec<quality::ExportDay>,
}

impl ReportData {
    /// Computes the data of the report of a package.
    ///
    /// # Errors
    /// A table of the package lacks a column.
    pub fn from_contents(contents: &PackageData) -> Result<Self, ColumnError> {
        let (pictures, svg_files) = report_charts(contents);
        Ok(Self {
            document: ReportMetadata::from_contents(contents)?,
            headline: contents.headline(),
            points: contents.main_points(),
            length: breakdowns::report_length(contents)?,
            statuses: statuses::status_section(contents)?,
            figures: breakdowns::applications_figure(contents)?.into_iter().collect(),
            breakdowns: breakdowns::all_breakdowns(contents)?,
            crossed: breakdowns::cross_tabulations(contents)?,
            by_entity: breakdowns::applications_by_entity(contents)?,
            rates: rates::rate_sections(contents)?,
            progress: progress::progress_section(contents)?,
            credentials: credentials::credential_section(contents)?,
            projection: projection::projection_section(contents)?,
            quality: quality::quality_section(contents)?,
            revised: quality::revision_table(contents)?,
            pictures,
            svg_files,
        })
    }

    /// The charts by file name.
    pub fn into_svg_files(self) -> Vec<(String, Vec<u8>)> {
        self.svg_files
    }
}

impl ReportMetadata {
    fn from_contents(contents: &PackageData) -> Result<Self, ColumnError> {
        let process: &Process = contents.process;
        let corte = contents.corte.day();
        let closes = process.close_known_on(corte);
        let first = contents.corte.quincena().first_day();
        let counted_from = process.opens.min(process.credentials_counted_from);
        let previous = first.pred_opt().filter(|day| *day >= Quincena::containing(counted_from).first_day());
        Ok(Self {
            subject: contents.subject.name().to_owned(),
            of: contents.subject_genitive(),
            code: contents.subject.entity_code().map(str::to_owned),
            process: process.title.clone(),
            process_id: process.id.clone(),
            notice: process.notice.clone(),
            corte: long_date(corte),
            corte_parts: [corte.year(), date_part(corte.month()), date_part(corte.day())],
            revision: contents.revision,
            vintage: long_date(contents.vintage),
            quincena: day_range(first.max(process.opens).min(corte), corte),
            previous: previous.map(long_date),
            opens: long_date(process.opens),
            closes: long_date(closes),
            election_day: long_date(process.election_day),
            credentials_from: long_date(process.credentials_counted_from),
            source: process.source_note.clone(),
            entities: process.entities.len(),
            has_opened: corte >= process.opens,
            has_closed: corte >= closes,
            projects: process.projection.is_some(),
            max_rejected: formatting::share_text((process.thresholds.max_rejected * 10_000.0).round() as i64, 10_000),
            version: env!("CARGO_PKG_VERSION"),
            exports: quality::source_export_days(contents)?,
        })
    }
}

/// The days of a month: `1 al 15 de octubre de 2020`.
fn day_range(first: NaiveDate, last: NaiveDate) -> String {
    if first == last { long_date(last) } else { format!("{} al {}", first.day(), long_date(last)) }
}

fn date_part(number: u32) -> i32 {
    i32::try_from(number).unwrap_or_default()
}

/// The charts without their own title, which the page prints as a caption.
fn report_charts(contents: &PackageData) -> (BTreeMap<String, ReportChart>, NamedFiles) {
    let (mut figures, mut svgs) = (BTreeMap::new(), Vec::new());
    let context = ChartContext::for_corte(contents.process, contents.catalogs, contents.corte);
    for picture in contents.charts {
        let svg = std::str::from_utf8(picture.svg).ok();
        let Some(body) = svg.and_then(|svg| lnere_charts::chart_without_heading(svg, MAX_NARROWED_CHART_HEIGHT)) else {
            continue;
        };
        let tallest = body.pieces.iter().map(|piece| piece.height).max().unwrap_or(MAX_CHART_HEIGHT);
        let height = body.pieces.first().map_or(0, |piece| piece.height * 1000 / piece.width.max(1));
        let mut files = Vec::new();
        for (place, piece) in body.pieces.into_iter().enumerate() {
            let file = format!("graficas/{}_{}.svg", picture.name, place + 1);
            files.push(file.clone());
            svgs.push((file, piece.svg.into_bytes()));
        }
        let definition = contents.chart_definitions.iter().find(|definition| definition.name() == picture.name);
        let figure = ReportChart {
            topic: definition
                .map_or_else(|| body.title.clone(), |definition| definition.topic(&contents.subject.scope, &context)),
            title: body.title,
            description: body.description,
            files,
            width: (100 * MAX_CHART_HEIGHT / tallest).min(100),
            height,
        };
        figures.insert(picture.name.to_owned(), figure);
    }
    (figures, svgs)
}

/// A day of a table in print; a text that is not a day stays unchanged.
fn printed_day(day: &str) -> String {
    parse_iso_day(day).map_or_else(|| day.to_owned(), |day: NaiveDate| short_date_with_year(day))
}
