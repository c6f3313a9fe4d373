/*!
Reads the definition of a chart from `charts/<name>.toml`.

Each form has its own type with exactly the parts that it needs. A mistake is therefore reported
when the file is read, with its line, and not when the chart is drawn.
*/

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::palette::Color;
use super::text_template::{RestLabel, TextTemplate};
use super::{ChartContext, Scope};
use lnere_core::printable_toml::{self, TomlMistake};
use lnere_core::process::{DIMENSION_PLACEHOLDER, DimensionDefinition, Process};
use lnere_messages::message;
use lnere_statements::StatementList;
use lnere_tables::ranking;

/// One chart: its words, the tables that it is drawn from, and its form.
#[derive(Clone, Debug)]
pub struct ChartDefinition {
    pub(super) name: String,
    pub(super) chart_file: ChartFile,
}

/// The charts of a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ChartFolderError {
    /// The folder, or a file in it, cannot be read.
    #[error("{}", lnere_core::terminal_text::escaped_name(path))]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A file is not a valid chart.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
}

/// A chart file is not valid.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}",
    message!("publication-chart-file-mistake", chart = chart_name, line, column, mistake = message)
)]
pub struct DefinitionError {
    /// The chart.
    pub chart_name: String,
    /// The line in the file, counted from 1.
    pub line: usize,
    /// The position in the line, in characters counted from 1.
    pub column: usize,
    /// The mistake, with the accepted values.
    pub message: String,
}

/// The content of a chart file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChartFile {
    /// The topic: what is counted, by what.
    pub title: TextTemplate,
    pub subtitle: TextTemplate,
    /// Sentences that state the message of the chart. The first that can be stated is its title,
    /// and the topic then begins the subtitle.
    #[serde(default, rename = "headline")]
    pub headlines: StatementList,
    pub note: Option<TextTemplate>,
    /// The text in the frame of an empty chart.
    #[serde(rename = "empty")]
    pub empty_text: String,
    /// Whether a release omits the chart when its table has no rows.
    #[serde(default, rename = "optional")]
    pub is_optional: bool,
    /// The fewest cases of a picture. With fewer, and at least one, a sentence replaces it.
    #[serde(default = "default_minimum", rename = "minimum")]
    pub minimum_cases: i64,
    /// What a case is, for that sentence.
    #[serde(default, rename = "cases")]
    pub case_name: CaseName,
    pub scopes: Scopes,
    pub form: ChartForm,
}

/// The fewest cases of a picture: what one or two cases have in common is no message.
fn default_minimum() -> i64 {
    3
}

/// The name of one case and of several.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "[String; 2]")]
pub(super) struct CaseName {
    pub singular: String,
    pub plural: String,
}

impl From<[String; 2]> for CaseName {
    fn from([singular, plural]: [String; 2]) -> Self {
        Self { singular, plural }
    }
}

impl Default for CaseName {
    fn default() -> Self {
        Self { singular: "solicitud".to_owned(), plural: "solicitudes".to_owned() }
    }
}

/// The scopes for which the chart is drawn; one of the two may be absent.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawScopes")]
pub(super) struct Scopes {
    pub nation: Option<ScopeSource>,
    pub entity: Option<ScopeSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScopes {
    nation: Option<ScopeSource>,
    entity: Option<ScopeSource>,
}

impl TryFrom<RawScopes> for Scopes {
    type Error = String;

    fn try_from(raw: RawScopes) -> Result<Self, Self::Error> {
        if raw.nation.is_none() && raw.entity.is_none() {
            return Err(message!("L311-chart-without-scope"));
        }
        Ok(Self { nation: raw.nation, entity: raw.entity })
    }
}

/// The table that holds the counts of one scope.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScopeSource {
    #[serde(rename = "table")]
    pub table_name: String,
    /// A note for this scope only, which follows the note of the chart.
    pub note: Option<TextTemplate>,
    /// Whose rows are drawn.
    #[serde(default)]
    pub entities: EntityRows,
}

/// The rows of a table that the chart of an entity draws.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum EntityRows {
    /// The rows of the entity.
    #[default]
    Own,
    /// The rows of all entities, with the own one highlighted. The table must be shared.
    All,
}

/// How the counts are drawn.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChartForm {
    Daily(DailyForm),
    Quincenal(QuincenalForm),
    Bars(Box<BarsForm>),
    Dots(DotsForm),
    Fan(Box<FanForm>),
    Lines(LinesForm),
    Map(Box<MapForm>),
    Shares(SharesForm),
    Crossed(Box<CrossedForm>),
    StackedCourse(StackedCourseForm),
    Progress(Box<ProgressForm>),
}

/// A curve of the cumulative count, and below it columns of the count per day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DailyForm {
    /// The column of days.
    #[serde(rename = "day")]
    pub day_column: String,
    #[serde(rename = "axis")]
    pub axis_title: String,
    #[serde(rename = "cumulative")]
    pub cumulative_measure: Measure,
    pub per_day: Measure,
}

/// A stacked column per quincena with its total, and below it the cumulative count.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuincenalForm {
    /// The column of cortes.
    #[serde(rename = "period")]
    pub corte_column: String,
    #[serde(rename = "axis")]
    pub axis_title: String,
    /// The column of the categories that are stacked.
    #[serde(rename = "stack")]
    pub stack_column: String,
    pub colors: Vec<Color>,
    pub measure: PlainMeasure,
    #[serde(rename = "cumulative")]
    pub cumulative_measure: PlainMeasure,
}

/// A horizontal bar for each category.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BarsForm {
    pub category: BarCategory,
    pub measure: Measure,
    /// Whether a bar's share of the total is written beside its count.
    #[serde(rename = "percentage")]
    pub shows_percentage: bool,
    /// Beside the whole, the bars without these categories, if they hold over half of the total.
    pub without: Option<BarsWithout>,
}

/// The bars a second time without some categories, which are so large that the others look equal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BarsWithout {
    /// The codes of the first key column.
    pub codes: Vec<String>,
    /// The heading of the bars without them.
    pub label: String,
}

/// A row for each category with a dot for each measure, and the counts in columns beside it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DotsForm {
    pub category: BarCategory,
    #[serde(rename = "axis")]
    pub axis_title: String,
    pub measures: Vec<Measure>,
}

/// A circle for each place, whose area is proportional to its count.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapForm {
    /// The columns that together identify a place.
    #[serde(rename = "key")]
    pub key_columns: Vec<String>,
    /// The column of printed names.
    #[serde(rename = "label")]
    pub label_column: String,
    /// Columns that distinguish places of the same name, in the order in which they are tried.
    #[serde(default, rename = "apart")]
    pub distinguishing_columns: Vec<String>,
    pub points: MapPoints,
    pub measure: Measure,
    /// The radius of the largest circle in pixels.
    #[serde(rename = "radius")]
    pub largest_radius: std::num::NonZeroU16,
    /// A place is in the first panel that shows it.
    pub panels: Vec<MapPanel>,
}

/// The catalogue that has the coordinates of the last key column.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum MapPoints {
    Countries,
    Offices,
}

/// A part of the world.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapPanel {
    pub view: MapView,
    /// The heading, if there are several panels.
    pub title: Option<String>,
    /// The number of places that are named with their count.
    #[serde(rename = "labelled")]
    pub labelled_places: usize,
}

/// A projection and its window.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum MapView {
    World,
    /// The contiguous United States and southern Canada.
    NorthAmerica,
}

/// A bar of 100 % for each of several tables.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SharesForm {
    pub measure: PlainMeasure,
    pub bars: Vec<ShareBar>,
    /// The name of the marks of the national shares on the bars of an entity.
    #[serde(rename = "national")]
    pub national_mark: String,
}

/// The bar of one table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShareBar {
    #[serde(rename = "table")]
    pub table_name: String,
    #[serde(rename = "category")]
    pub category_column: String,
    pub label: String,
    #[serde(default)]
    pub colors: Vec<Color>,
    /// A bar of more categories than this is left out.
    pub most: Option<usize>,
}

/// A bar of 100 % for each category, split by a second one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CrossedForm {
    pub category: BarCategory,
    /// The column of the second category.
    #[serde(rename = "split")]
    pub split_column: String,
    pub colors: Vec<Color>,
    pub measure: PlainMeasure,
}

/// A bar for each entity: its count so far as a percentage of its last count in an earlier process.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProgressForm {
    pub category: BarCategory,
    /// The columns of the process, of the days to its close, of its printed name, of what is
    /// counted in it and of where the count comes from.
    #[serde(rename = "process")]
    pub process_column: String,
    #[serde(rename = "days")]
    pub days_column: String,
    #[serde(rename = "title")]
    pub title_column: String,
    #[serde(rename = "counted")]
    pub counted_column: String,
    #[serde(rename = "source")]
    pub source_column: String,
    /// The column of the accepted applications, which are compared where the earlier process counts
    /// accepted ones alone.
    #[serde(rename = "accepted")]
    pub accepted_column: String,
    pub measure: Measure,
    /// The name of the axis of percentages.
    #[serde(rename = "axis")]
    pub axis_title: String,
}

/// A stacked column for each corte; final statuses are below those that wait for a decision.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StackedCourseForm {
    /// The column of cortes.
    #[serde(rename = "period")]
    pub corte_column: String,
    #[serde(rename = "axis")]
    pub axis_title: String,
    /// The column of the statuses that are stacked.
    #[serde(rename = "stack")]
    pub stack_column: String,
    pub measure: PlainMeasure,
    /// The colours of accepted and of refused applications, and of the others in the order of the
    /// process file.
    #[serde(rename = "accepted")]
    pub accepted_color: Color,
    #[serde(rename = "refused")]
    pub refused_color: Color,
    #[serde(rename = "undecided")]
    pub undecided_colors: Vec<Color>,
}

/// A column of counts, its printed name and its colour.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Measure {
    pub column: String,
    pub label: String,
    pub color: Color,
}

/// A column of counts and its printed name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlainMeasure {
    pub column: String,
    pub label: String,
}

/// The counts up to the corte, and the predicted counts after it as bands that widen.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FanForm {
    /// The column of days, of the chart's own table and of the history.
    #[serde(rename = "day")]
    pub day_column: String,
    #[serde(rename = "axis")]
    pub axis_title: String,
    pub history: HistorySeries,
    pub median: MedianLine,
    /// The columns of the narrower and of the wider band, lower bound first, and the bands' names.
    pub inner: Band,
    pub outer: Band,
    /// The goal, if the process has one.
    pub goal: GoalLine,
    /// Earlier processes, if the tables have any.
    pub references: ReferenceLines,
    /// The label of the line at the last day.
    #[serde(rename = "deadline")]
    pub deadline_label: String,
}

/// Counts of another table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistorySeries {
    #[serde(rename = "table")]
    pub table_name: String,
    pub column: String,
    pub label: String,
    /// The text beside the last count: `{n}` is the count, `{day}` its day.
    #[serde(rename = "direct")]
    pub direct_label: String,
    pub color: Color,
}

/// The medians of a prediction.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MedianLine {
    pub column: String,
    pub label: String,
    /// The text beside the last median, which is `{n}`.
    #[serde(rename = "direct")]
    pub direct_label: String,
    pub color: Color,
}

/// The line of a goal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoalLine {
    /// The text beside the line; `{n}` is the goal.
    #[serde(rename = "direct")]
    pub direct_label: String,
    pub color: Color,
}

/// Two columns of bounds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Band {
    #[serde(rename = "lower")]
    pub lower_column: String,
    #[serde(rename = "upper")]
    pub upper_column: String,
    pub label: String,
    /// The texts beside the last lower and upper bound, which are `{n}`.
    #[serde(rename = "direct")]
    pub direct_labels: [String; 2],
}

/// Percentages of another table by day, one line for each name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferenceLines {
    #[serde(rename = "table")]
    pub table_name: String,
    #[serde(rename = "name")]
    pub name_column: String,
    #[serde(rename = "column")]
    pub percentage_column: String,
    /// The text that follows the name.
    #[serde(rename = "label")]
    pub label_suffix: String,
    /// One colour for each line; colours repeat if there are more lines.
    pub colors: Vec<Color>,
}

/// Lines over whole numbers that fall from left to right.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinesForm {
    /// The column of whole numbers along the horizontal axis.
    #[serde(rename = "along")]
    pub along_column: String,
    #[serde(rename = "axis")]
    pub axis_title: String,
    /// The unit of all lines.
    pub label: String,
    pub lines: Vec<MeasureLine>,
}

/// The line of one measure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureLine {
    pub column: String,
    pub label: String,
    pub color: Color,
}

/// The rows that form a bar, the name of the bar, and its position.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BarCategory {
    /// The columns that together identify a bar.
    #[serde(rename = "key")]
    pub key_columns: Vec<String>,
    /// The column of printed names. If it is absent, the process file provides the labels of the
    /// key.
    #[serde(rename = "label")]
    pub label_column: Option<String>,
    /// Columns that distinguish bars of the same name, in the order in which they are tried.
    #[serde(default, rename = "apart")]
    pub distinguishing_columns: Vec<String>,
    #[serde(rename = "axis")]
    pub axis_title: String,
    pub order: BarOrder,
    pub limit: Option<CategoryLimit>,
}

/// The order of the bars from top to bottom. The unidentified category always comes last.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum BarOrder {
    /// By the first measure, the largest first.
    Count,
    /// The order of the list of categories in the process file. If there are more categories than
    /// the limit, the first measure decides.
    Catalogue,
}

impl ShareBar {
    /// The bar of each dimension if the name of its table has a placeholder, and else the bar.
    fn for_each_dimension(self, declared_dimensions: &[DimensionDefinition]) -> Vec<Self> {
        if !self.table_name.contains(DIMENSION_PLACEHOLDER) {
            return vec![self];
        }
        let fill = |dimension: &DimensionDefinition| Self {
            table_name: dimension.fill_placeholders(&self.table_name),
            category_column: dimension.fill_placeholders(&self.category_column),
            label: dimension.fill_placeholders(&self.label),
            ..self.clone()
        };
        declared_dimensions.iter().map(fill).collect()
    }
}

impl MapForm {
    /// The places as bars without a limit.
    pub(super) fn places(&self) -> BarCategory {
        BarCategory {
            key_columns: self.key_columns.clone(),
            label_column: Some(self.label_column.clone()),
            distinguishing_columns: self.distinguishing_columns.clone(),
            axis_title: String::new(),
            order: BarOrder::Count,
            limit: None,
        }
    }
}

impl BarCategory {
    /// The order of this number of bars. Above the limit the largest bars come first.
    pub(super) fn order_for_bar_count(&self, bars: usize) -> BarOrder {
        let is_cut = self.limit.as_ref().is_some_and(|limit| ranking::rest_range(bars, limit.max_bars()).is_some());
        if is_cut { BarOrder::Count } else { self.order }
    }
}

/// The number of categories that are shown individually, and the name of the remainder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryLimit {
    #[serde(rename = "bars")]
    pub(super) max_bars: std::num::NonZeroUsize,
    #[serde(rename = "rest")]
    pub(super) rest_label: RestLabel,
}

impl CategoryLimit {
    /// The number of categories that are shown individually.
    #[must_use]
    pub fn max_bars(&self) -> usize {
        self.max_bars.get()
    }

    /// The name of the remainder of this number of categories.
    #[must_use]
    pub fn rest_label(&self, categories: usize) -> String {
        self.rest_label.fill_count(categories)
    }
}

/// The limit that the charts set for the categories of these columns; `None` if all categories are
/// shown. Other media use it too, so that each shows the same categories and the same remainder.
#[must_use]
pub fn category_limit<'c>(charts: &'c [ChartDefinition], key_columns: &[&str]) -> Option<&'c CategoryLimit> {
    charts.iter().find_map(|chart| {
        let category = chart.bar_category().filter(|category| category.key_columns == key_columns)?;
        category.limit.as_ref()
    })
}

/// What a chart is about, by which other media find the one that they draw themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartSubject<'a> {
    /// The categories of these columns.
    Categories(&'a [&'a str]),
    /// The count of each quincena.
    Quincenas,
    /// The statuses at each corte.
    StatusCourse,
    /// The projection up to the close.
    Projection,
}

/// The chart with this subject that a scope has from this table.
#[must_use]
pub fn chart_about<'c>(
    charts: &'c [ChartDefinition],
    subject: ChartSubject<'_>,
    scope: &Scope,
    table_name: &str,
) -> Option<&'c ChartDefinition> {
    charts.iter().filter(|chart| chart.table_for(scope) == Some(table_name)).find(|chart| match subject {
        ChartSubject::Categories(keys) => chart.bar_category().is_some_and(|category| category.key_columns == keys),
        ChartSubject::Quincenas => matches!(chart.chart_file.form, ChartForm::Quincenal(_)),
        ChartSubject::StatusCourse => matches!(chart.chart_file.form, ChartForm::StackedCourse(_)),
        ChartSubject::Projection => matches!(chart.chart_file.form, ChartForm::Fan(_)),
    })
}

/// The colours of statuses by their decision.
#[derive(Clone, Copy, Debug)]
pub struct StatusColors<'c> {
    /// Accepted applications.
    pub accepted: Color,
    /// Refused applications.
    pub refused: Color,
    undecided: &'c [Color],
}

impl StatusColors<'_> {
    /// The colour of the status at `index` of those without a decision.
    #[must_use]
    pub fn undecided(&self, index: usize) -> Color {
        Color::of_category(self.undecided, index)
    }
}

/// The colours that the chart of statuses by corte sets. Other media use them too.
#[must_use]
pub fn status_colors(charts: &[ChartDefinition]) -> StatusColors<'_> {
    let colors = charts.iter().find_map(|chart| match &chart.chart_file.form {
        ChartForm::StackedCourse(form) => Some(StatusColors {
            accepted: form.accepted_color,
            refused: form.refused_color,
            undecided: &form.undecided_colors,
        }),
        _ => None,
    });
    colors.unwrap_or(StatusColors { accepted: Color::Navy, refused: Color::Vermilion, undecided: &[] })
}

impl ChartDefinition {
    /// Parses a chart file; `name` is the file name without its extension.
    ///
    /// # Errors
    /// The text is not valid TOML or not a valid chart.
    pub fn parse(name: &str, toml: &str) -> Result<Self, DefinitionError> {
        Self::parse_for_process(name, toml, &[])
    }

    /// Parses a chart file. A bar of the form `shares` whose table has a placeholder becomes a bar
    /// for each declared dimension.
    fn parse_for_process(
        name: &str,
        toml: &str,
        declared_dimensions: &[DimensionDefinition],
    ) -> Result<Self, DefinitionError> {
        let mut file: ChartFile = printable_toml::parse(toml).map_err(|TomlMistake { offset, message }| {
            let text_before = &toml[..offset.min(toml.len())];
            DefinitionError {
                chart_name: name.to_owned(),
                line: text_before.matches('\n').count() + 1,
                column: text_before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1,
                message,
            }
        })?;
        if let ChartForm::Shares(shares) = &mut file.form {
            shares.bars = std::mem::take(&mut shares.bars)
                .into_iter()
                .flat_map(|bar| bar.for_each_dimension(declared_dimensions))
                .collect();
        }
        Ok(Self { name: name.to_owned(), chart_file: file })
    }

    /// Reads the chart files of a folder in the order of their names, each with its path. A file
    /// whose name contains `{dimension}` defines one chart for each declared dimension of the
    /// process.
    ///
    /// # Errors
    /// The folder or a file cannot be read, or a file is not a valid chart.
    pub fn load_folder(folder: &Path, process: &Process) -> Result<Vec<(PathBuf, Self)>, ChartFolderError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            |source| ChartFolderError::Read { path, source }
        };
        let entries = std::fs::read_dir(folder).map_err(unreadable(folder))?;
        let paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>();
        let mut paths = paths.map_err(unreadable(folder))?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        let mut charts = Vec::with_capacity(paths.len());
        for path in paths {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let text = lnere_core::regular_file::read_to_string(&path).map_err(unreadable(&path))?;
            if !name.contains(DIMENSION_PLACEHOLDER) {
                let chart = Self::parse_for_process(&name, &text, process.declared_dimensions())?;
                charts.push((path, chart));
                continue;
            }
            for dimension in process.declared_dimensions() {
                charts.push((
                    path.clone(),
                    Self::parse(&dimension.fill_placeholders(&name), &dimension.fill_placeholders(&text))?,
                ));
            }
        }
        Ok(charts)
    }

    /// The name of the chart and of its files.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The topic for one scope: what is counted, by what.
    #[must_use]
    pub fn topic(&self, scope: &Scope, context: &ChartContext) -> String {
        self.chart_file.title.fill_placeholders(scope, context)
    }

    /// The names of the tables that the chart reads. The tables of its scopes come first.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        let scopes = &self.chart_file.scopes;
        let own = [&scopes.nation, &scopes.entity].into_iter().flatten().map(|source| source.table_name.as_str());
        let others = match &self.chart_file.form {
            ChartForm::Fan(fan) => vec![fan.history.table_name.as_str(), fan.references.table_name.as_str()],
            ChartForm::Shares(shares) => shares.bars.iter().map(|bar| bar.table_name.as_str()).collect(),
            _ => Vec::new(),
        };
        own.chain(others)
    }

    /// The categories of the bars; `None` if the chart has no bars.
    fn bar_category(&self) -> Option<&BarCategory> {
        match &self.chart_file.form {
            ChartForm::Bars(bars) => Some(&bars.category),
            ChartForm::Dots(dots) => Some(&dots.category),
            _ => None,
        }
    }

    /// Whether a release omits the chart if its table has no rows.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.chart_file.is_optional
    }

    /// The table that provides the counts of a scope; `None` if the chart is not drawn for the
    /// scope.
    #[must_use]
    pub fn table_for(&self, scope: &Scope) -> Option<&str> {
        self.scope_source(scope).map(|source| source.table_name.as_str())
    }

    pub(super) fn scope_source(&self, scope: &Scope) -> Option<&ScopeSource> {
        match scope {
            Scope::Nation => self.chart_file.scopes.nation.as_ref(),
            Scope::Entity { .. } => self.chart_file.scopes.entity.as_ref(),
        }
    }

    /// Whether the chart can be drawn with suppressed counts.
    #[must_use]
    pub fn supports_suppression(&self) -> bool {
        matches!(self.chart_file.form, ChartForm::Bars(_) | ChartForm::Dots(_))
    }

    /// Whether the chart of a scope shows the rows of all entities.
    #[must_use]
    pub fn shows_all_entities(&self, scope: &Scope) -> bool {
        self.scope_source(scope).is_some_and(|source| source.entities == EntityRows::All)
    }

    /// Tables of which an entity sees the rows of all: they must be shared.
    #[must_use]
    pub fn table_to_share(&self) -> Option<&str> {
        let source = self.chart_file.scopes.entity.as_ref()?;
        (source.entities == EntityRows::All).then_some(source.table_name.as_str())
    }

    /// Whether the chart is drawn for the nation.
    #[must_use]
    pub fn is_drawn_for_nation(&self) -> bool {
        self.chart_file.scopes.nation.is_some()
    }

    /// Whether the chart is drawn for each entity.
    #[must_use]
    pub fn is_drawn_for_entities(&self) -> bool {
        self.chart_file.scopes.entity.is_some()
    }

    /// Whether the chart is drawn for a scope.
    #[must_use]
    pub fn is_drawn_for(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Nation => self.is_drawn_for_nation(),
            Scope::Entity { .. } => self.is_drawn_for_entities(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL_CHART: &str = r#"
title = "Solicitudes por sexo"
subtitle = "{scope}"
empty = "Sin solicitudes"
[scopes.nation]
table = "lnere_por_sexo"
[form.bars]
percentage = true
measure = { column = "solicitudes_acumuladas", label = "Solicitudes", color = "blue" }
[form.bars.category]
key = ["sexo"]
axis = "Sexo"
order = "catalogue"
"#;

    fn error_after_edit(from: &str, to: &str) -> String {
        assert!(MINIMAL_CHART.contains(from));
        ChartDefinition::parse("por_sexo", &MINIMAL_CHART.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn a_minimal_definition_is_read() {
        let chart = ChartDefinition::parse("por_sexo", MINIMAL_CHART).unwrap();
        assert!(chart.is_drawn_for_nation() && !chart.is_drawn_for_entities());
        assert_eq!(chart.table_names().collect::<Vec<_>>(), ["lnere_por_sexo"]);
    }

    #[test]
    fn an_error_names_the_line_and_what_is_accepted() {
        let error = error_after_edit("\"blue\"", "\"azul\"");
        assert!(error.starts_with("charts/por_sexo.toml, line 9, column "), "{error}");
        assert!(error.contains("azul") && error.contains("`orange`"), "{error}");

        let error = error_after_edit("\"catalogue\"", "\"size\"");
        assert!(error.contains("line 13") && error.contains("`count` or `catalogue`"), "{error}");

        let error = error_after_edit("form.bars", "form.pie");
        assert!(error.contains("`daily`") && error.contains("`dots`"), "{error}");

        let error = error_after_edit("percentage = true", "porcentaje = true");
        assert!(error.contains("line 8") && error.contains("`percentage`"), "{error}");
    }

    #[test]
    fn an_unknown_placeholder_is_an_error() {
        let error = error_after_edit("{scope}", "{ambito}");
        assert!(error.contains("line 3") && error.contains("{ambito}") && error.contains("{process}"), "{error}");
    }

    #[test]
    fn a_rest_without_its_number_is_an_error() {
        let error = error_after_edit("axis = \"Sexo\"", "axis = \"Sexo\"\nlimit = { bars = 15, rest = \"Otros\" }");
        assert!(error.contains("line 13") && error.contains("{n}"), "{error}");
    }

    #[test]
    fn a_chart_of_no_scope_is_an_error() {
        let error = error_after_edit("[scopes.nation]\ntable = \"lnere_por_sexo\"", "[scopes]");
        assert!(error.contains("`scopes.nation`"), "{error}");
    }
}
