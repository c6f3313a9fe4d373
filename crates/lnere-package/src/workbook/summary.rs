/*!
Writes the summary: the first screen, the changes since the previous corte, and each breakdown as a
small table with its chart.
*/

use chrono::NaiveDate;
use lnere_core::column_names;
use rust_xlsxwriter::Worksheet;

use super::charts::{self, CellRange, ExcelChart, ExcelChartKind, ExcelSeries, SeriesColor};
use super::first_screen::{self, FirstScreen};
use super::status_course::StatusCourse;
use super::style::{self, Styles};
use super::summary_layout::{self, CellValue, Section, SummaryBlock, SummaryLayout, column_headings};
use super::summary_values::{
    self, BreakdownLine, LIST_UNIVERSE, Ranking, category_lines, largest_lines, shown_fraction,
};
use super::table_sheet::TOTAL_LABEL;
use crate::subject_rows;
use crate::{PackageData, PackageError};
use lnere_charts::palette::Color;
use lnere_charts::{ChartSubject, category_limit};
use lnere_core::mexican_formats::long_date;
use lnere_core::process::{Dimension, DimensionDefinition};
use lnere_tables::dictionary::APPLICATION_MEASURES;
use lnere_tables::{ColumnError, ColumnValue, Table, TableKey, TableSource};

/// The columns of the course and of a breakdown.
const IN_QUINCENA: &str = "En la quincena";
const ACCUMULATED: &str = "Acumuladas";
const PERCENTAGE: &str = "Porcentaje";
/// With this number of cases or fewer, a sentence says more than a chart.
const MAX_CASES_WITHOUT_CHART: i64 = 2;
/// The heading of offices.
const OFFICE: &str = "Embajada o consulado";
/// The axis title of applications.
const APPLICATIONS_AXIS_TITLE: &str = "Solicitudes acumuladas (número)";
/// The axis title of credentials.
const CREDENTIALS_AXIS_TITLE: &str = "Credenciales acumuladas (número)";
const CUMULATIVE_CREDENTIAL_MEASURES: [&str; 3] =
    [column_names::TRAMITADAS_ACUMULADAS, column_names::ENTREGADAS_ACUMULADAS, column_names::CONFIRMADAS_ACUMULADAS];
/// The colours of credentials applied for, delivered and confirmed.
const CREDENTIAL_COLORS: [Color; 3] = [Color::Sky, Color::Blue, Color::Navy];
const COHORT_MEASURES: [&str; 4] =
    [column_names::TRAMITADAS, column_names::ENTREGADAS, column_names::CONFIRMADAS, column_names::EN_CAMINO];

/// Writes the summary.
pub(super) fn write_summary(
    sheet: &mut Worksheet,
    contents: &PackageData,
    sheets: &[(&str, &str)],
    status_course: Option<&StatusCourse>,
    styles: &Styles,
) -> Result<(), PackageError> {
    style::set_up_page(sheet, contents);
    sheet.set_screen_gridlines(false);
    summary_layout::set_up_columns(sheet)?;
    let sections = sections(contents, sheets)?;
    let mut first_screen = FirstScreen::of(contents)?.write(sheet, contents, styles)?;
    let status_chart = status_course.and_then(|course| status_course_chart(contents, course));
    if status_chart.is_some() || sections.iter().any(|section| section.first_screen_chart.is_some()) {
        first_screen.reserve_chart_rows();
    }
    let mut layout = SummaryLayout::new(sheet, styles, &first_screen);
    let mut charts = Vec::new();
    for section in &sections {
        let area = layout.write_section(section)?;
        charts.extend(section.first_screen_chart.clone().zip(area));
    }
    layout.finish()?;
    charts.extend(status_chart);
    Ok(first_screen.write_charts(sheet, &charts)?)
}

/// The statuses at each corte, stacked; `None` if there are too few cases.
fn status_course_chart(contents: &PackageData, course: &StatusCourse) -> Option<(ExcelChart, CellRange)> {
    let [_, (width, height)] = first_screen::chart_sizes();
    let title = compact_chart_title(contents, "Estatus de las solicitudes a cada corte");
    (course.newest_total() > MAX_CASES_WITHOUT_CHART).then(|| course.chart(title, width, height))
}

/// The sections of the summary; a section without its table is omitted.
pub(super) fn sections(contents: &PackageData, sheets: &[(&str, &str)]) -> Result<Vec<Section>, ColumnError> {
    let is_nation = contents.subject.entity_code().is_none();
    let mut sections = vec![key_figure_section(contents)?];
    sections.extend(projection_section(contents, sheets)?);
    sections.extend(progress_section(contents)?);
    if is_nation {
        sections.extend(entity_section(contents)?);
    }
    for definition in contents.process.dimensions() {
        sections.extend(category_section(contents, definition)?);
    }
    sections.extend(country_section(contents)?);
    sections.extend(cohort_section(contents)?);
    if is_nation {
        sections.extend(credentials_by_entity_section(contents)?);
    }
    sections.extend(office_section(contents)?);
    Ok(sections)
}

/// A chart title with the subject and the day, so that a copied chart still states them.
fn chart_title(contents: &PackageData, what: &str) -> String {
    let notice = contents.process.notice.as_deref().map(|notice| format!("\n{notice}")).unwrap_or_default();
    format!("{what}\n{} · Corte al {}{notice}", contents.subject.name(), long_date(contents.corte.day()))
}

/// The title of a chart on the first screen, which has few lines.
fn compact_chart_title(contents: &PackageData, what: &str) -> String {
    chart_title(contents, what).replacen('\n', " · ", 1)
}

fn key_figure_section(contents: &PackageData) -> Result<Section, ColumnError> {
    let PackageData { process, corte, .. } = contents;
    let mut block = SummaryBlock {
        heading: "Cambios desde el corte anterior".to_owned(),
        columns: column_headings(["Indicador", "Este corte", "Corte anterior", "Cambio", "Cambio (%)"]),
        ..SummaryBlock::default()
    };
    if corte.day() < process.opens {
        let opens = long_date(process.opens);
        "Registro de solicitudes".clone_into(&mut block.heading);
        block.columns.clear();
        block.notes.push(format!(
            "El registro de solicitudes abre el {opens}: a este corte no hay solicitudes que contar y solo se publica la proyección."
        ));
        return Ok(Section { blocks: vec![block], ..Section::default() });
    }

    // Before the first quincena there is no earlier count for a change.
    let before = corte.quincena().first_day().pred_opt();
    let is_first = before.is_none_or(|day| day < process.opens);
    let row = |label: &str, now: i64, earlier: Option<i64>| {
        let change = |earlier| {
            let share = shown_fraction(now - earlier, earlier).map_or(CellValue::None, CellValue::SignedShare);
            [CellValue::Count(earlier), CellValue::SignedCount(now - earlier), share]
        };
        let changes = earlier.map_or([CellValue::None, CellValue::None, CellValue::None], change);
        [CellValue::Text(label.to_owned()), CellValue::Count(now)].into_iter().chain(changes).collect::<Vec<_>>()
    };
    let cumulative = |label: &str, (quincena, now): (i64, i64)| row(label, now, (!is_first).then_some(now - quincena));

    if let Some((quincena, total)) = summary_values::application_totals(contents)? {
        let earlier = summary_values::counts_by_quincena(contents)?.and_then(|by_day| Some(by_day.get(&before?)?[0]));
        block.lines.push(cumulative("Solicitudes acumuladas", (quincena, total)));
        let mut of_quincena = row("Solicitudes en la quincena", quincena, earlier);
        // Quincenas differ in their open days, so a percentage would compare unlike periods.
        of_quincena.truncate(4);
        of_quincena.push(CellValue::None);
        block.lines.push(of_quincena);
    }
    let labels = ["Credenciales tramitadas", "Credenciales entregadas", "Credenciales confirmadas"];
    for (label, measure) in labels.into_iter().zip(summary_values::credential_totals(contents)?.into_iter().flatten()) {
        block.lines.push(cumulative(&format!("{label}, acumuladas"), measure));
    }
    if block.lines.is_empty() {
        block.columns.clear();
        block.notes.push("Este paquete no tiene tablas con totales.".to_owned());
    } else {
        block.notes.push(
            "El corte anterior se cuenta con los mismos datos que este; puede diferir de lo que entonces se publicó."
                .to_owned(),
        );
    }
    Ok(Section { blocks: vec![block], ..Section::default() })
}

/// The projection section: the close of registration, the list, the needs of the vote. After the
/// close the applications are counted, and only the list is still expected.
fn projection_section(contents: &PackageData, sheets: &[(&str, &str)]) -> Result<Option<Section>, ColumnError> {
    let by = summary_values::projection_keys(contents);
    let Some(rows) = subject_rows::rows_of_roll_up(contents, TableSource::Projection, by)? else { return Ok(None) };
    let universe = rows.values::<String>(column_names::UNIVERSO)?;
    let bounds = [column_names::INFERIOR_90, column_names::MEDIANA, column_names::SUPERIOR_90]
        .map(|name| rows.values::<i64>(name));
    let [lower, median, upper] = bounds;
    let (lower, median, upper) = (lower?, median?, upper?);
    let Some(closes) = rows.values::<NaiveDate>(column_names::FECHA_OBJETIVO)?.into_iter().next() else {
        return Ok(None);
    };
    let is_closed = contents.corte.day() >= closes;
    let label = |universe: &str| match universe {
        "solicitudes" => "Solicitudes al cierre del registro".to_owned(),
        LIST_UNIVERSE => "Integrarán la Lista Nominal (LNERE)".to_owned(),
        other => other.to_owned(),
    };
    let line = |row: usize| {
        let bounds = [lower[row], median[row], upper[row]].map(CellValue::Count);
        std::iter::once(CellValue::Text(label(&universe[row]))).chain(bounds).collect()
    };
    let mut lines: Vec<(bool, Vec<CellValue>)> = (0..universe.len())
        .filter(|row| !is_closed || universe[*row] == LIST_UNIVERSE)
        .map(|row| (universe[row] == LIST_UNIVERSE, line(row)))
        .collect();
    lines.sort_by_key(|(is_list, _)| *is_list);
    let verb = if is_closed { "cerró" } else { "cierra" };
    let block = SummaryBlock {
        heading: if is_closed { "Lista Nominal esperada" } else { "Proyección" }.to_owned(),
        columns: column_headings(["Resultado", "Límite inferior", "Mediana", "Límite superior"]),
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        total_line: None,
        notes: vec![
            format!(
                "El registro {verb} el {}. Se espera el resultado entre los límites con una probabilidad de 90 %.",
                long_date(closes)
            ),
            "Las solicitudes y la Lista Nominal son universos distintos: sus cifras no deben mezclarse.".to_owned(),
        ],
    };
    let blocks = std::iter::once(block).chain(voting_needs_block(contents)?).collect();
    let chart = if is_closed { None } else { projection_chart(contents, sheets)? };
    Ok(Some(Section { blocks, chart, ..Section::default() }))
}

/// The packages and the voters by Internet. Medians and print runs add up over countries; bounds do
/// not.
fn voting_needs_block(contents: &PackageData) -> Result<Option<SummaryBlock>, ColumnError> {
    let mut lines = Vec::new();
    let line = |label: &str, value| vec![CellValue::Text(label.to_owned()), CellValue::Count(value)];
    if let Some(needs) = summary_values::postal_needs(contents)? {
        lines.push(line("Paquetes electorales postales (mediana)", needs.packages));
        lines.push(line("Paquetes electorales postales, tiraje", needs.print_run));
    }
    if let Some(voters) = summary_values::internet_voters(contents)? {
        lines.push(line("Electores por Internet, SIVEI (mediana)", voters));
    }
    let heading = "Planeación del voto".to_owned();
    Ok((!lines.is_empty()).then(|| SummaryBlock {
        heading,
        columns: column_headings(["Se necesitan", "Cantidad"]),
        lines,
        ..SummaryBlock::default()
    }))
}

/// The days up to the close, drawn from the sheet of their table.
fn projection_chart(
    contents: &PackageData,
    sheets: &[(&str, &str)],
) -> Result<Option<(ExcelChart, Option<CellRange>)>, ColumnError> {
    let by: &[TableKey] = if contents.subject.entity_code().is_some() {
        &[TableKey::Entidad, TableKey::Fecha]
    } else {
        &[TableKey::Fecha]
    };
    let Some(rows) = subject_rows::rows_of_roll_up(contents, TableSource::ProjectionDays, by)? else { return Ok(None) };
    let days = column_index::<NaiveDate>(rows.table, column_names::FECHA)?;
    let series = |name, label, color, is_dashed| {
        Ok(excel_series(column_index::<i64>(rows.table, name)?, label, color, is_dashed))
    };
    let series = vec![
        series(column_names::SUPERIOR_90, "Límite superior (90 %)", Color::Sky, true)?,
        series(column_names::MEDIANA, "Mediana", Color::Navy, false)?,
        series(column_names::INFERIOR_90, "Límite inferior (90 %)", Color::Blue, true)?,
    ];
    let largest = rows.values::<i64>(column_names::SUPERIOR_90)?.into_iter().max().unwrap_or_default();
    let area = || {
        let (first, last) = (*rows.indices.first()?, *rows.indices.last()?);
        // A chart needs a range without gaps, more than one day, and numbers above zero.
        if last - first + 1 != rows.indices.len() || first == last || largest == 0 {
            return None;
        }
        let (_, sheet) = sheets.iter().find(|(table, _)| *table == rows.table.name)?;
        let (first_row, last_row) = (u32::try_from(first + 1).ok()?, u32::try_from(last + 1).ok()?);
        Some(CellRange { sheet: (*sheet).to_owned(), first_row, last_row, label_column: days })
    };
    let drawing = ExcelChart {
        kind: ExcelChartKind::Lines,
        message: contents.chart_message(ChartSubject::Projection, rows.table),
        title: chart_title(contents, "Solicitudes proyectadas al cierre del registro"),
        category_axis_title: "Día".to_owned(),
        value_axis_title: APPLICATIONS_AXIS_TITLE,
        series,
        residual_flags: Vec::new(),
        axis_maxima: vec![largest],
        is_compact: false,
        width: charts::CHART_WIDTH,
        height_in_rows: 18,
    };
    Ok(area().map(|area| (drawing, Some(area))))
}

/// The index of a column on the sheet of its table, which has no categories and so no labels.
fn column_index<T: ColumnValue>(table: &Table, name: &str) -> Result<u16, ColumnError> {
    let place = table.columns.iter().position(|(other, column)| other == name && T::of_column(column).is_some());
    // A sheet has at most 16,384 columns, and the workbook refuses wider tables.
    let place = place.and_then(|place| u16::try_from(place).ok());
    place.ok_or_else(|| ColumnError::new(table, name, T::VALUES_NAME))
}

fn excel_series(value_column: u16, name: &str, color: Color, is_dashed: bool) -> ExcelSeries {
    ExcelSeries { value_column, name: name.to_owned(), color: SeriesColor::Data(color), is_dashed }
}

/// The count of each quincena, and the cumulative count. Its chart is on the first screen.
fn progress_section(contents: &PackageData) -> Result<Option<Section>, ColumnError> {
    let Some(by_day) = summary_values::counts_by_quincena(contents)? else { return Ok(None) };
    let total = by_day.values().next_back().map_or(0, |values| values[1]);
    let lines = by_day
        .iter()
        .map(|(day, values)| vec![CellValue::Day(*day), CellValue::Count(values[0]), CellValue::Count(values[1])]);
    let mut block = SummaryBlock {
        heading: "Avance quincenal de las solicitudes".to_owned(),
        columns: column_headings(["Quincena (último día)", IN_QUINCENA, ACCUMULATED]),
        lines: lines.collect(),
        ..SummaryBlock::default()
    };
    let [(width, height_in_rows), _] = first_screen::chart_sizes();
    let drawing = ExcelChart {
        kind: ExcelChartKind::Progress,
        message: summary_values::rows_of_quincenas(contents)?
            .and_then(|rows| contents.chart_message(ChartSubject::Quincenas, rows.table)),
        title: compact_chart_title(contents, "Avance quincenal de las solicitudes"),
        category_axis_title: "Quincena (último día)".to_owned(),
        value_axis_title: "Solicitudes en la quincena (número)",
        series: vec![
            excel_series(1, IN_QUINCENA, Color::Blue, false),
            excel_series(2, ACCUMULATED, Color::Orange, false),
        ],
        residual_flags: Vec::new(),
        axis_maxima: vec![by_day.values().map(|values| values[0]).max().unwrap_or(0), total],
        is_compact: true,
        width,
        height_in_rows,
    };
    let first_screen_chart = chart_or_note(&mut block, total, drawing, APPLICATION_NOUNS);
    Ok(Some(Section { blocks: vec![block], chart: None, first_screen_chart }))
}

/// What a chart counts, for one and for several.
type Nouns = (&'static str, &'static str);
const APPLICATION_NOUNS: Nouns = ("solicitud registrada", "solicitudes registradas");
const CREDENTIAL_NOUNS: Nouns = ("trámite de credencial", "trámites de credencial");

/// A chart, or a sentence if there are too few cases for one.
fn chart_or_note(block: &mut SummaryBlock, total: i64, drawing: ExcelChart, counted: Nouns) -> Option<ExcelChart> {
    if total > MAX_CASES_WITHOUT_CHART {
        return Some(drawing);
    }
    block.notes.push(no_chart_text(total, counted));
    None
}

/// The sentence where there are too few cases for a chart.
fn no_chart_text(total: i64, (one, several): Nouns) -> String {
    match total {
        0 => format!("Sin {several} al corte: no hay gráfica que mostrar."),
        1 => format!("Hay 1 {one} al corte: no se dibuja una gráfica."),
        _ => format!("Hay {total} {several} al corte: no se dibuja una gráfica."),
    }
}

/// A breakdown of the applications: its columns after the labels, one for each measure of a line.
struct Breakdown<'a> {
    heading: &'a str,
    /// The heading of the labels.
    along: &'a str,
    columns: &'a [BreakdownColumn],
    /// What the chart of the release says.
    message: Option<String>,
    /// The measure that is drawn and of which shares are shown.
    drawn_measure: u16,
}

/// A column of a breakdown.
#[derive(Clone, Copy)]
struct BreakdownColumn {
    heading: &'static str,
    is_change: bool,
}

const fn plain_column(heading: &'static str) -> BreakdownColumn {
    BreakdownColumn { heading, is_change: false }
}

const APPLICATION_COLUMNS: [BreakdownColumn; 2] = [plain_column(IN_QUINCENA), plain_column(ACCUMULATED)];
const STATUS_COLUMNS: [BreakdownColumn; 3] = [
    plain_column("Corte anterior"),
    BreakdownColumn { heading: "Cambio", is_change: true },
    plain_column("Este corte"),
];

impl Breakdown<'_> {
    /// The section of some lines.
    fn section(&self, contents: &PackageData, lines: &[BreakdownLine]) -> Section {
        let drawn = usize::from(self.drawn_measure);
        let sums: Vec<i64> = (0..self.columns.len())
            .map(|measure| lines.iter().map(|line| line.measure_values[measure]).sum())
            .collect();
        let total = sums[drawn];
        let row = |label: &str, values: &[i64]| {
            let counts = self.columns.iter().zip(values).map(|(column, value)| {
                if column.is_change { CellValue::SignedCount(*value) } else { CellValue::Count(*value) }
            });
            let fraction = shown_fraction(values[drawn], total);
            let share = CellValue::ShareOfTotal { fraction, column: self.drawn_measure + 1 };
            std::iter::once(CellValue::Text(label.to_owned())).chain(counts).chain([share]).collect::<Vec<_>>()
        };
        let headings = self.columns.iter().map(|column| column.heading);
        let mut block = SummaryBlock {
            heading: self.heading.to_owned(),
            columns: std::iter::once(self.along).chain(headings).chain([PERCENTAGE]).map(str::to_owned).collect(),
            lines: lines.iter().map(|line| row(&line.label, &line.measure_values)).collect(),
            total_line: Some(row(TOTAL_LABEL, &sums)),
            notes: Vec::new(),
        };
        let drawing = ExcelChart {
            kind: ExcelChartKind::Bars,
            message: self.message.clone(),
            title: chart_title(contents, self.heading),
            category_axis_title: self.along.to_owned(),
            value_axis_title: APPLICATIONS_AXIS_TITLE,
            series: vec![excel_series(self.drawn_measure + 1, ACCUMULATED, Color::Blue, false)],
            residual_flags: lines.iter().map(|line| line.is_residual).collect(),
            axis_maxima: lines.iter().map(|line| line.measure_values[drawn]).max().into_iter().collect(),
            is_compact: false,
            width: charts::CHART_WIDTH,
            height_in_rows: ExcelChart::bar_chart_height(lines.len(), 1),
        };
        let chart = chart_or_note(&mut block, total, drawing, APPLICATION_NOUNS).map(|drawing| (drawing, None));
        Section { blocks: vec![block], chart, ..Section::default() }
    }
}

fn breakdown_section(contents: &PackageData, heading: &str, along: &str, ranked: RankedLines) -> Section {
    let RankedLines { lines, message } = ranked;
    Breakdown { heading, along, columns: &APPLICATION_COLUMNS, message, drawn_measure: 1 }.section(contents, &lines)
}

fn category_section(contents: &PackageData, definition: &DimensionDefinition) -> Result<Option<Section>, ColumnError> {
    let is_status = definition.dimension == Dimension::ESTATUS;
    let from = if is_status { TableSource::StatusChanges } else { TableSource::Applications };
    let by = [TableKey::Entidad, TableKey::Category(definition.dimension)];
    let Some(rows) = subject_rows::rows_of_roll_up(contents, from, &by)? else { return Ok(None) };
    let heading = definition.fill_placeholders("Solicitudes por {label_lower}");
    let key_columns = [definition.dimension.column_name()];
    let limit = category_limit(contents.chart_definitions, &key_columns);
    let message = contents.chart_message(ChartSubject::Categories(&key_columns), rows.table);
    if !is_status {
        let lines = category_lines(contents, &rows, definition.dimension, (&APPLICATION_MEASURES, 1), limit)?;
        let ranked = RankedLines { lines, message };
        return Ok(Some(breakdown_section(contents, &heading, &definition.label, ranked)));
    }
    // An application that is registered in the quincena may be accepted in a later one. So a status
    // has no count of the quincena, but a change since the previous corte.
    let measures = [column_names::ANTERIOR, column_names::CAMBIO, column_names::ACTUAL];
    let lines = category_lines(contents, &rows, definition.dimension, (&measures, 2), limit)?;
    let breakdown =
        Breakdown { heading: &heading, along: &definition.label, columns: &STATUS_COLUMNS, message, drawn_measure: 2 };
    let mut section = breakdown.section(contents, &lines);
    let note = "El cambio es de todas las solicitudes que tenían o tomaron el estatus, no solo de las registradas en la \
                quincena.";
    if let Some(block) = section.blocks.first_mut() {
        block.notes.push(note.to_owned());
    }
    Ok(Some(section))
}

fn country_section(contents: &PackageData) -> Result<Option<Section>, ColumnError> {
    let ranking = Ranking {
        key_columns: &[column_names::CVE_PAIS],
        label_column: column_names::PAIS,
        distinguishing_column: None,
        measures: &APPLICATION_MEASURES,
        ordering_measure_index: 1,
    };
    let by = [TableKey::Entidad, TableKey::Pais];
    let lines = ranked_lines(contents, TableSource::Applications, &by, &ranking)?;
    Ok(lines
        .map(|lines| breakdown_section(contents, "Solicitudes por país de residencia", "País de residencia", lines)))
}

fn entity_section(contents: &PackageData) -> Result<Option<Section>, ColumnError> {
    let ranking = Ranking {
        key_columns: &[column_names::CVE_ENTIDAD],
        label_column: column_names::ENTIDAD,
        distinguishing_column: None,
        measures: &APPLICATION_MEASURES,
        ordering_measure_index: 1,
    };
    let lines = ranked_lines(contents, TableSource::Applications, &[TableKey::Entidad], &ranking)?;
    Ok(lines.map(|lines| breakdown_section(contents, "Solicitudes por entidad", "Entidad", lines)))
}

/// What came of the credentials applied for since the start, and the events of older ones.
fn cohort_section(contents: &PackageData) -> Result<Option<Section>, ColumnError> {
    let since = long_date(contents.process.credentials_counted_from);
    let measures =
        [column_names::TRAMITADAS, column_names::EN_CAMINO, column_names::ENTREGADAS, column_names::CONFIRMADAS];
    let Some(rows) = subject_rows::rows_of_cohorts(contents)? else { return Ok(None) };
    let sums = rows.sums(&measures)?;
    let applied = sums[0];
    let labels = ["Tramitadas", "En camino a la entrega", "Entregadas", "De las entregadas, confirmadas"];
    let line = |(label, value): (&str, &i64)| {
        let share = CellValue::FractionOfFirst { fraction: shown_fraction(*value, applied), column: 1 };
        vec![CellValue::Text(label.to_owned()), CellValue::Count(*value), share]
    };
    let funnel = SummaryBlock {
        heading: format!("Credenciales tramitadas desde el {since}"),
        columns: column_headings(["En qué van", "Credenciales", PERCENTAGE]),
        lines: labels.into_iter().zip(&sums).map(line).collect(),
        total_line: None,
        notes: vec!["Porcentaje de las tramitadas. Un trámite no es una persona.".to_owned()],
    };
    let mut blocks = vec![funnel];
    if let Some(totals) = summary_values::credential_totals(contents)? {
        let older = |label: &str, all: i64, of_cohort: i64| {
            vec![CellValue::Text(label.to_owned()), CellValue::Count(all - of_cohort)]
        };
        blocks.push(SummaryBlock {
            heading: format!("Credenciales tramitadas antes del {since}"),
            columns: column_headings(["Desde esa fecha", "Credenciales"]),
            lines: vec![
                older("Entregadas, de trámites anteriores", totals[1].1, sums[2]),
                older("Confirmadas, de trámites anteriores", totals[2].1, sums[3]),
            ],
            ..SummaryBlock::default()
        });
    }
    Ok(Some(Section { blocks, ..Section::default() }))
}

fn credentials_by_entity_section(contents: &PackageData) -> Result<Option<Section>, ColumnError> {
    let ranking = Ranking {
        key_columns: &[column_names::CVE_ENTIDAD],
        label_column: column_names::ENTIDAD,
        distinguishing_column: None,
        measures: &CUMULATIVE_CREDENTIAL_MEASURES,
        ordering_measure_index: 0,
    };
    let lines = ranked_lines(contents, TableSource::Credentials, &[TableKey::Entidad], &ranking)?;
    Ok(lines.map(|lines| events_section(contents, "Movimientos de credenciales por entidad", "Entidad", lines)))
}

/// The offices: what came of the credentials applied for there, or the events if the package does not
/// have the cohorts.
fn office_section(contents: &PackageData) -> Result<Option<Section>, ColumnError> {
    let by: &[TableKey] = if contents.subject.entity_code().is_some() {
        &[TableKey::Entidad, TableKey::Representacion]
    } else {
        &[TableKey::Representacion]
    };
    let ranking = |measures| Ranking {
        key_columns: &[column_names::CVE_PAIS, column_names::TIPO_REPRESENTACION, column_names::CVE_REPRESENTACION],
        label_column: column_names::REPRESENTACION,
        distinguishing_column: Some(column_names::TIPO_REPRESENTACION),
        measures,
        ordering_measure_index: 0,
    };
    if let Some(lines) = ranked_lines(contents, TableSource::Cohorts, by, &ranking(&COHORT_MEASURES))? {
        let since = long_date(contents.process.credentials_counted_from);
        let heading = format!("Credenciales tramitadas desde el {since}, por embajada o consulado");
        let columns = ["Tramitadas", "Entregadas", "Confirmadas", "En camino"];
        return Ok(Some(credential_section(contents, &heading, OFFICE, &columns, lines)));
    }
    let lines = ranked_lines(contents, TableSource::Credentials, by, &ranking(&CUMULATIVE_CREDENTIAL_MEASURES))?;
    let heading = "Movimientos de credenciales por embajada o consulado";
    Ok(lines.map(|lines| events_section(contents, heading, OFFICE, lines)))
}

/// The events since the start, whenever the trámite began.
fn events_section(contents: &PackageData, heading: &str, along: &str, lines: RankedLines) -> Section {
    let mut section = credential_section(contents, heading, along, &["Tramitadas", "Entregadas", "Confirmadas"], lines);
    if let Some(block) = section.blocks.first_mut() {
        block.notes.push(format!(
            "Movimientos desde el {}, también de trámites anteriores: las entregadas no son una parte de las tramitadas.",
            long_date(contents.process.credentials_counted_from)
        ));
    }
    section
}

/// The lines of a breakdown, and what the chart of the release says of the same table.
struct RankedLines {
    lines: Vec<BreakdownLine>,
    message: Option<String>,
}

/// The lines of the table that rolls up `from` by `by`, if the package has it.
fn ranked_lines(
    contents: &PackageData,
    from: TableSource,
    by: &[TableKey],
    ranking: &Ranking,
) -> Result<Option<RankedLines>, ColumnError> {
    let limit = category_limit(contents.chart_definitions, ranking.key_columns);
    let Some(rows) = subject_rows::rows_of_roll_up(contents, from, by)? else { return Ok(None) };
    let message = contents.chart_message(ChartSubject::Categories(ranking.key_columns), rows.table);
    Ok(Some(RankedLines { lines: largest_lines(&rows, ranking, limit)?, message }))
}

/// A breakdown of the credentials, of which the first three measures are drawn.
fn credential_section(
    contents: &PackageData,
    heading: &str,
    along: &str,
    columns: &[&str],
    RankedLines { lines, message }: RankedLines,
) -> Section {
    let row = |label: String, values: &mut dyn Iterator<Item = i64>| {
        std::iter::once(CellValue::Text(label)).chain(values.map(CellValue::Count)).collect::<Vec<_>>()
    };
    let sums: Vec<i64> =
        (0..columns.len()).map(|measure| lines.iter().map(|line| line.measure_values[measure]).sum()).collect();
    let mut block = SummaryBlock {
        heading: heading.to_owned(),
        columns: std::iter::once(along).chain(columns.iter().copied()).map(str::to_owned).collect(),
        lines: lines.iter().map(|line| row(line.label.clone(), &mut line.measure_values.iter().copied())).collect(),
        total_line: Some(row(TOTAL_LABEL.to_owned(), &mut sums.iter().copied())),
        notes: vec!["Un trámite no es una persona, y una credencial entregada no está por ello confirmada.".to_owned()],
    };
    let series = (1u16..).zip(columns).zip(CREDENTIAL_COLORS);
    let drawing = ExcelChart {
        kind: ExcelChartKind::Bars,
        message,
        title: chart_title(contents, heading),
        category_axis_title: along.to_owned(),
        value_axis_title: CREDENTIALS_AXIS_TITLE,
        series: series.map(|((column, name), color)| excel_series(column, name, color, false)).collect(),
        residual_flags: Vec::new(),
        axis_maxima: lines.iter().flat_map(|line| &line.measure_values).copied().max().into_iter().collect(),
        is_compact: false,
        width: charts::CHART_WIDTH,
        height_in_rows: ExcelChart::bar_chart_height(lines.len(), CREDENTIAL_COLORS.len()),
    };
    let chart = chart_or_note(&mut block, sums.iter().sum(), drawing, CREDENTIAL_NOUNS).map(|drawing| (drawing, None));
    Section { blocks: vec![block], chart, ..Section::default() }
}
