/*!
Draws charts from published tables as SVG and PNG.

A TOML file describes a chart ([`ChartDefinition`]). The chart is drawn once as SVG, and the PNG is
rendered from that SVG. The functions of a drawing are pure: they use no files, clock or
environment, so the same tables give the same bytes.

The steps of a chart: `data` adds up the rows of the scope, and a form of `forms` lays them out as a
picture. `frame` puts the texts around the picture on a `canvas`. `svg_writer` writes the document,
and `png` renders its pixels.
*/

use std::collections::HashMap;

use chrono::NaiveDate;

use lnere_core::calendar::Corte;
use lnere_core::catalog::{Catalogs, Coordinates};
use lnere_core::process::{Dimension, MilestoneKind, Process, UNIDENTIFIED_CODE};
use lnere_messages::message;
use lnere_statements::Statistics;
use lnere_tables::dictionary::is_unidentified;
use lnere_tables::{ColumnError, Table};

mod canvas;
mod chart_frame;
mod chart_values;
mod definition;
mod forms;
pub mod palette;
mod png;
mod suppression_display;
mod svg_writer;
mod text_style;
mod text_template;
mod ticks;
mod without_heading;

pub use definition::{
    CategoryLimit, ChartDefinition, ChartFolderError, ChartSubject, DefinitionError, StatusColors, category_limit,
    chart_about, status_colors,
};
pub use forms::event_marks::ChartEvent;
pub use suppression_display::SuppressionDisplay;
pub use text_style::width_in_thousandths;
pub use without_heading::{ChartPiece, ChartWithoutHeading, chart_title, chart_without_heading};

/// The nation or the entity that a chart shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All entities of the tables together.
    Nation,
    /// One entity.
    Entity {
        /// The two-digit code.
        code: String,
        /// The printed name.
        name: String,
    },
}

/// The information for charts that the tables do not hold.
#[derive(Clone, Debug)]
pub struct ChartContext {
    /// The id of the process: `pel_2020_2021`.
    pub process_id: String,
    /// The codes of the entities of the process.
    pub entity_codes: Vec<String>,
    /// The printed name of the process: `Procesos Electorales Locales 2020-2021`.
    pub process_title: String,
    /// The day up to which the tables count.
    pub corte: NaiveDate,
    /// The day on which registration opened.
    pub opening_day: NaiveDate,
    /// The days that curves mark, in order.
    pub events: Vec<ChartEvent>,
    /// Where the counts come from, for the source line.
    pub source_note: String,
    /// A statement that every chart must show, for example that the counts are synthetic.
    pub notice: Option<String>,
    /// For each column of categories, its codes and their labels in the order of the process file.
    pub labels_by_column: HashMap<String, Vec<(String, String)>>,
    /// The codes of the final statuses: accepted and refused.
    pub accepted_statuses: Vec<String>,
    /// As `accepted_statuses`.
    pub refused_statuses: Vec<String>,
    /// Where maps show a country, by its code.
    pub country_coordinates: HashMap<String, Coordinates>,
    /// Where maps show an office, by its code.
    pub office_coordinates: HashMap<String, Coordinates>,
}

impl ChartContext {
    /// Takes the information for the charts of a corte from the process file and the catalogues.
    #[must_use]
    pub fn for_corte(process: &Process, catalogs: &Catalogs, corte: Corte) -> Self {
        let labels = process.dimensions().iter().map(|definition| {
            let list = definition.categories.categories().iter();
            let labels = list.map(|category| (category.code.clone(), category.label.clone()));
            let unidentified = (UNIDENTIFIED_CODE.to_owned(), "No identificado".to_owned());
            (definition.dimension.column_name().to_owned(), labels.chain([unidentified]).collect())
        });
        let statuses = process.dimension(Dimension::ESTATUS).categories.categories();
        let status_codes = |places: Option<&Vec<u8>>| {
            let listed = places.into_iter().flatten().filter_map(|place| statuses.get(usize::from(*place)));
            listed.map(|status| status.code.clone()).collect()
        };
        let projection = process.projection.as_ref();
        let countries = catalogs.countries.identified_ids().map(|id| catalogs.countries.get(id));
        let offices = catalogs.offices.identified_ids().map(|id| catalogs.offices.get(id));
        Self {
            accepted_statuses: status_codes(projection.map(|plan| &plan.accepted_statuses)),
            refused_statuses: status_codes(projection.map(|plan| &plan.refused_statuses)),
            country_coordinates: countries.filter_map(|one| Some((one.code.clone(), one.coordinates?))).collect(),
            office_coordinates: offices.filter_map(|one| Some((one.code.clone(), one.coordinates?))).collect(),
            process_id: process.id.clone(),
            entity_codes: process.entities.iter().map(|entity| entity.code()).collect(),
            process_title: process.title.clone(),
            corte: corte.day(),
            opening_day: process.opens,
            events: process_events(process, corte.day()),
            source_note: process.source_note.clone(),
            notice: process.notice.clone(),
            labels_by_column: labels.collect(),
        }
    }
}

/// The opening, the deadlines, the announced extensions and the close of a process, as known on a
/// day.
fn process_events(process: &Process, known_on: NaiveDate) -> Vec<ChartEvent> {
    let event = |day: NaiveDate, label: &str| ChartEvent { day, label: label.to_owned() };
    let extensions = process.deadline_extensions.iter().filter(|extension| extension.announced <= known_on);
    let deadlines = process.dashboard.milestones.iter().filter(|milestone| milestone.kind == MilestoneKind::Plazo);
    let mut events = vec![event(process.opens, "Abre el registro")];
    events.extend(extensions.map(|extension| event(extension.announced, "Se anuncia la ampliación")));
    events.extend(deadlines.map(|milestone| event(milestone.milestone_day, &milestone.label)));
    events.push(event(process.close_known_on(known_on), "Cierra el registro"));
    events.sort_by_key(|event| event.day);
    events
}

/// A chart as SVG and as PNG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedChart {
    /// The SVG document, UTF-8.
    pub svg: Vec<u8>,
    /// The same drawing as a PNG file.
    pub png: Vec<u8>,
}

/// Why a chart could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The chart is not defined for the scope.
    #[error("{}", message!("L311-scope-not-defined", chart, scope))]
    ScopeNotDefined {
        /// The chart.
        chart: String,
        /// The scope in print.
        scope: String,
    },
    /// The chart needs a table that was not given.
    #[error("{}", message!("L312-chart-table-missing", chart, table))]
    MissingTable {
        /// The chart.
        chart: String,
        /// The table's name.
        table: String,
    },
    /// A column is missing or has another type.
    #[error(transparent)]
    Column(#[from] ColumnError),
    /// The form of the chart cannot show suppressed counts.
    #[error("{}", message!("L313-chart-cannot-hide", chart))]
    SuppressionUnsupported {
        /// The chart.
        chart: String,
    },
    /// The rows of a protected table contradict its published total.
    #[error("{}", message!("L314-total-of-another-scope", table, measure, total))]
    TotalMismatch {
        /// The table's name.
        table: String,
        /// The column.
        measure: String,
        /// The published total.
        total: i64,
    },
    /// A carried font is damaged: the program was built wrong.
    #[error("{}", message!("L315-fonts-damaged"))]
    DamagedFont,
    /// The drawing library failed.
    #[error("{}", message!("L315-drawing-failed", reason = _0))]
    DrawingFailed(String),
    /// The SVG could not be turned into pixels.
    #[error("{}", message!("L315-png-failed", reason = _0))]
    PngFailed(String),
}

impl ChartError {
    #[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
    fn drawing_failed(error: impl ToString) -> Self {
        Self::DrawingFailed(error.to_string())
    }
}

/// Draws a chart for a scope from the tables of a release. `statistics` are those of the scope; the
/// title states them.
///
/// # Errors
/// The chart is not defined for the scope, or the tables lack what the chart needs.
pub fn render(
    definition: &ChartDefinition,
    tables: &[Table],
    scope: &Scope,
    context: &ChartContext,
    statistics: &Statistics,
) -> Result<RenderedChart, ChartError> {
    render_png_of(forms::draw_svg(definition, tables, scope, context, statistics, None)?)
}

/// Draws a chart of bars or dots for a scope from protected tables, whose counts can be suppressed.
///
/// The tables of an entity have the columns of the exact tables. The tables of the nation have one
/// row for each category, with its published sum. They have no column of entities unless the
/// entities are the categories. `statistics` must hold no count, as they come from exact tables.
///
/// # Errors
/// The chart is not defined for the scope or has another form. The tables lack what the chart
/// needs or hold exact counts. The rows contradict the totals.
pub fn render_protected(
    definition: &ChartDefinition,
    tables: &[Table],
    scope: &Scope,
    context: &ChartContext,
    statistics: &Statistics,
    protection: &SuppressionDisplay,
) -> Result<RenderedChart, ChartError> {
    render_png_of(forms::draw_svg(definition, tables, scope, context, statistics, Some(protection))?)
}

fn render_png_of(svg: String) -> Result<RenderedChart, ChartError> {
    let png = png::render(&svg)?;
    Ok(RenderedChart { svg: svg.into_bytes(), png })
}

impl Scope {
    /// The scope in print.
    #[must_use]
    pub fn printed_name(&self) -> &str {
        match self {
            Self::Nation => "Nacional",
            Self::Entity { name, .. } => name,
        }
    }

    /// The two-digit code of the entity; `None` for the nation.
    #[must_use]
    pub fn entity_code(&self) -> Option<&str> {
        match self {
            Self::Nation => None,
            Self::Entity { code, .. } => Some(code),
        }
    }

    /// The scope as a part of a file name or an element id.
    fn slug(&self) -> &str {
        match self {
            Self::Nation => "nacional",
            Self::Entity { code, .. } => code,
        }
    }
}

impl ChartContext {
    /// The label of a code. A code that the process file does not list is its own label.
    fn category_label(&self, column: &str, code: &str) -> String {
        let listed =
            self.labels_by_column.get(column).and_then(|labels| labels.iter().find(|(listed, _)| listed == code));
        match listed {
            Some((_, label)) => label.clone(),
            None if is_unidentified(column, code) => "No identificado".to_owned(),
            None => code.to_owned(),
        }
    }

    /// The position of a code in the list of the process file. Unlisted codes come after all
    /// others.
    fn catalogue_position(&self, column: &str, code: &str) -> usize {
        let listed =
            self.labels_by_column.get(column).and_then(|labels| labels.iter().position(|(listed, _)| listed == code));
        listed.unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests;
