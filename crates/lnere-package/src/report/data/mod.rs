/*!
What a report says in numbers, as the template reads it: `datos.json`, every number as it is printed. A section that
the release has nothing for is `null`, and the template leaves it out.
*/

mod breakdowns;
mod credentials;
mod print;
mod progress;
mod projection;
mod quality;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::{Files, PackageContents};
use lnere_core::calendar::{Quincena, parse_iso_day};
use lnere_core::numbers::{long_date, short_date_with_year};
use lnere_core::process::Process;
use lnere_tables::ColumnError;

type TextList = Vec<String>;

/// How tall a chart may be, in its pixels, that is to fit on a page below a caption. One that is taller by up to a
/// quarter is made narrower; its letters can still be read.
const TALLEST: i32 = 1_800;

/// Everything that a report says.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    document: Document,
    /// The main numbers, and what they were a quincena ago.
    figures: Vec<breakdowns::KeyFigure>,
    breakdowns: Vec<breakdowns::Breakdown>,
    crossed: Vec<breakdowns::Crossed>,
    by_entity: Option<print::ReportTable>,
    progress: Option<progress::ProgressSection>,
    credentials: Option<credentials::CredentialSection>,
    #[serde(rename = "outlook")]
    projection: Option<projection::ProjectionSection>,
    quality: Option<quality::Quality>,
    revised: Option<print::ReportTable>,
    /// The charts by their names.
    pictures: BTreeMap<String, ChartFigure>,
    #[serde(skip)]
    svgs: Vec<(String, Vec<u8>)>,
}

/// A chart on a page.
#[derive(Debug, Serialize)]
struct ChartFigure {
    /// The title of the chart.
    title: String,
    /// The alternative text of the chart.
    description: String,
    /// The files that the template reads, from top to bottom; more than one where it is much taller than a page.
    files: TextList,
    /// Its width in per cent of the page's, so that each file fits on one.
    width: i32,
}

/// The subject of the report.
#[derive(Debug, Serialize)]
struct Document {
    /// The recipient, in print.
    subject: String,
    /// The same in a sentence: `de la Ciudad de México`; empty for the nation.
    of: String,
    /// The entity's digits; `None` for the nation.
    code: Option<String>,
    process: String,
    process_id: String,
    /// The notice about the counts on every page; `None` if there is none.
    notice: Option<String>,
    corte: String,
    /// Year, month, day.
    corte_parts: [i32; 3],
    revision: u32,
    /// The day that the newest export covers.
    vintage: String,
    /// The quincena's days: `1 al 15 de octubre de 2020`; it begins with the opening where that is later.
    quincena: String,
    /// The corte before, where there was one with something to count.
    previous: Option<String>,
    opens: String,
    closes: String,
    election_day: String,
    credentials_from: String,
    source: String,
    /// How many entities vote from abroad.
    entities: usize,
    /// Whether registration has opened at the corte, and whether it has closed.
    has_opened: bool,
    has_closed: bool,
    /// Whether the process projects anything.
    projects: bool,
    /// The largest share of rejected records with which an export is still read, in per cent.
    max_rejected: String,
    version: &'static str,
}

impl Report {
    /// Works out what the report of a package says.
    ///
    /// # Errors
    /// A table that the package has lacks a column.
    pub fn from_contents(contents: &PackageContents) -> Result<Self, ColumnError> {
        let (pictures, svgs) = pictures(contents);
        Ok(Self {
            document: Document::from_contents(contents),
            figures: breakdowns::key_figure(contents)?.into_iter().collect(),
            breakdowns: breakdowns::all_breakdowns(contents)?,
            crossed: breakdowns::crossed(contents)?,
            by_entity: breakdowns::by_entity(contents)?,
            progress: progress::progress(contents)?,
            credentials: credentials::credentials(contents)?,
            projection: projection::projection_section(contents)?,
            quality: quality::quality(contents)?,
            revised: quality::revised(contents)?,
            pictures,
            svgs,
        })
    }

    /// The charts by the names of their files.
    pub fn into_pictures(self) -> Vec<(String, Vec<u8>)> {
        self.svgs
    }
}

impl Document {
    fn from_contents(contents: &PackageContents) -> Self {
        let process: &Process = contents.process;
        let corte = contents.corte.day();
        let closes = process.closes_as_known(corte);
        let first = contents.corte.quincena().first_day();
        let counted_from = process.opens.min(process.credentials_from);
        let previous = first.pred_opt().filter(|day| *day >= Quincena::containing(counted_from).first_day());
        Self {
            subject: contents.subject.name().to_owned(),
            of: contents.genitive(),
            code: contents.subject.code().map(str::to_owned),
            process: process.title.clone(),
            process_id: process.id.clone(),
            notice: process.notice.clone(),
            corte: long_date(corte),
            corte_parts: [corte.year(), part(corte.month()), part(corte.day())],
            revision: contents.revision,
            vintage: long_date(contents.vintage),
            quincena: days(first.max(process.opens).min(corte), corte),
            previous: previous.map(long_date),
            opens: long_date(process.opens),
            closes: long_date(closes),
            election_day: long_date(process.election_day),
            credentials_from: long_date(process.credentials_from),
            source: process.source_note.clone(),
            entities: process.entities.len(),
            has_opened: corte >= process.opens,
            has_closed: corte >= closes,
            projects: process.projection.is_some(),
            max_rejected: print::share((process.thresholds.max_rejected * 10_000.0).round() as i64, 10_000),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Days of one month: `1 al 15 de octubre de 2020`.
fn days(first: NaiveDate, last: NaiveDate) -> String {
    if first == last { long_date(last) } else { format!("{} al {}", first.day(), long_date(last)) }
}

fn part(number: u32) -> i32 {
    i32::try_from(number).unwrap_or_default()
}

/// The charts that can be shown on a page: without their own title, which is under them there.
fn pictures(contents: &PackageContents) -> (BTreeMap<String, ChartFigure>, Files) {
    let (mut figures, mut svgs) = (BTreeMap::new(), Vec::new());
    for picture in contents.pictures {
        let svg = std::str::from_utf8(picture.svg).ok();
        let Some(body) = svg.and_then(|svg| lnere_charts::chart_without_heading(svg, TALLEST + TALLEST / 4)) else {
            continue;
        };
        let tallest = body.pieces.iter().map(|piece| piece.height).max().unwrap_or(TALLEST);
        let mut files = Vec::new();
        for (place, piece) in body.pieces.into_iter().enumerate() {
            let file = format!("graficas/{}_{}.svg", picture.name, place + 1);
            files.push(file.clone());
            svgs.push((file, piece.svg.into_bytes()));
        }
        let figure = ChartFigure {
            title: body.title,
            description: body.description,
            files,
            width: (100 * TALLEST / tallest).min(100),
        };
        figures.insert(picture.name.to_owned(), figure);
    }
    (figures, svgs)
}

/// A day of a table in print; what is no day stays as it is.
fn short_day(day: &str) -> String {
    parse_iso_day(day).map_or_else(|| day.to_owned(), |day: NaiveDate| short_date_with_year(day))
}
