/*!
Writes the summary: the key figures, and each breakdown as a small table with its chart.
*/

use chrono::NaiveDate;
use lnere_core::column_names;
use rust_xlsxwriter::Worksheet;

use super::charts::{CellRange, ExcelChart, ExcelChartKind, ExcelSeries};
use super::style::{self, Styles};
use super::summary_layout::{CellValue, Section, SummaryBlock, SummaryLayout, VALUE_COLUMN_COUNT, column_headings};
use super::summary_values::{self, BreakdownLine, Ranking, category_lines, largest_lines, rounded_fraction};
use crate::subject_rows;
use crate::{PackageData, PackageError};
use lnere_charts::category_limit;
use lnere_charts::palette::Color;
use lnere_core::mexican_formats::long_date;
use lnere_core::process::DimensionDefinition;
use lnere_tables::dictionary::APPLICATION_MEASURES;
use lnere_tables::{ColumnError, ColumnValue, Table, TableKey, TableSource};

/// The columns of a breakdown after the column of names.
const BREAKDOWN_COLUMN_HEADINGS: [&str; 3] = ["En la quincena", "Acumuladas", "Porcentaje"];
/// The axis title of applications.
const APPLICATIONS_AXIS_TITLE: &str = "Solicitudes acumuladas (número)";
/// The axis title of credentials.
const CREDENTIALS_AXIS_TITLE: &str = "Credenciales acumuladas (número)";
const CUMULATIVE_CREDENTIAL_MEASURES: [&str; 3] =
    [column_names::TRAMITADAS_ACUMULADAS, column_names::ENTREGADAS_ACUMULADAS, column_names::CONFIRMADAS_ACUMULADAS];

/// Writes the summary.
pub(super) fn write_summary(
    sheet: &mut Worksheet,
    contents: &PackageData,
    sheets: &[(&str, &str)],
    styles: &Styles,
) -> Result<(), PackageError> {
    style::set_up_page(sheet, contents);
    sheet.set_screen_gridlines(false);
    let PackageData { process, corte, revision, subject, .. } = contents;
    sheet.set_row_height_pixels(0, 30)?;
    sheet.write_string_with_format(0, 0, format!("Resumen · {}", subject.name()), &styles.title)?;
    let lead = format!("{} · Corte al {} · Revisión {revision}", process.title, long_date(corte.day()));
    sheet.write_string(1, 0, lead)?;

    let first = 3 + style::write_notice_row(sheet, contents, 2, VALUE_COLUMN_COUNT, styles)?;
    let mut layout = SummaryLayout::new(sheet, styles, first)?;
    for section in sections(contents, sheets)? {
        layout.write_section(&section)?;
    }
    Ok(layout.finish()?)
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

fn key_figure_section(contents: &PackageData) -> Result<Section, ColumnError> {
    let PackageData { process, corte, .. } = contents;
    let mut block = SummaryBlock {
        heading: "Cifras clave".to_owned(),
        columns: column_headings(["Indicador", "Este corte", "Corte anterior", "Cambio", "Cambio (%)"]),
        ..SummaryBlock::default()
    };
    if corte.day() < process.opens {
        let opens = long_date(process.opens);
        block.columns.clear();
        block.notes.push(format!(
            "El registro de solicitudes abre el {opens}: a este corte no hay solicitudes que contar y solo se publica la proyección."
        ));
        return Ok(Section { blocks: vec![block], chart: None });
    }

    // Before the first quincena there is no earlier count for a change.
    let before = corte.quincena().first_day().pred_opt();
    let is_first = before.is_none_or(|day| day < process.opens);
    let row = |label: &str, now: i64, earlier: Option<i64>| {
        let change = |earlier| {
            let share = rounded_fraction(now - earlier, earlier).map_or(CellValue::None, CellValue::SignedShare);
            [CellValue::Count(earlier), CellValue::SignedCount(now - earlier), share]
        };
        let changes = earlier.map_or([CellValue::None, CellValue::None, CellValue::None], change);
        [CellValue::Text(label.to_owned()), CellValue::Count(now)].into_iter().chain(changes).collect::<Vec<_>>()
    };
    let cumulative = |label: &str, (quincena, now): (i64, i64)| row(label, now, (!is_first).then_some(now - quincena));

    if let Some((quincena, total)) = summary_values::application_totals(contents)? {
        let earlier = summary_values::counts_by_quincena(contents)?.and_then(|by_day| Some(by_day.get(&before?)?[0]));
        block.lines.push(cumulative("Solicitudes acumuladas", (quincena, total)));
        block.lines.push(row("Solicitudes en la quincena", quincena, earlier));
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
    Ok(Section { blocks: vec![block], chart: None })
}

/// The projection section: the close of registration, the list, the needs of the vote.
fn projection_section(contents: &PackageData, sheets: &[(&str, &str)]) -> Result<Option<Section>, ColumnError> {
    let by: &[TableKey] = if contents.subject.entity_code().is_some() {
        &[TableKey::Entidad, TableKey::Universo]
    } else {
        &[TableKey::Universo]
    };
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
        "solicitudes" if is_closed => "Solicitudes al cierre (ya es definitivo)".to_owned(),
        "solicitudes" => "Solicitudes al cierre del registro".to_owned(),
        "lnere" => "Integrarán la Lista Nominal (LNERE)".to_owned(),
        other => other.to_owned(),
    };
    let line = |row: usize| {
        let bounds = [lower[row], median[row], upper[row]].map(CellValue::Count);
        std::iter::once(CellValue::Text(label(&universe[row]))).chain(bounds).collect()
    };
    let mut lines: Vec<(bool, Vec<CellValue>)> =
        (0..universe.len()).map(|row| (universe[row] != "solicitudes", line(row))).collect();
    lines.sort_by_key(|(is_list, _)| *is_list);
    let verb = if is_closed { "cerró" } else { "cierra" };
    let block = SummaryBlock {
        heading: "Proyección".to_owned(),
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
    Ok(Some(Section { blocks, chart: projection_chart(contents, sheets)? }))
}

/// The packages and the voters by Internet. Medians and print runs add up over countries; bounds do
/// not.
fn voting_needs_block(contents: &PackageData) -> Result<Option<SummaryBlock>, ColumnError> {
    let by = [TableKey::Entidad, TableKey::Pais];
    let mut lines = Vec::new();
    for (label, from, measure) in [
        ("Paquetes electorales postales (mediana)", TableSource::Packages, column_names::PAQUETES_MEDIANA),
        ("Paquetes electorales postales, tiraje", TableSource::Packages, column_names::TIRAJE),
        ("Electores por Internet, SIVEI (mediana)", TableSource::Electors, column_names::ELECTORES_MEDIANA),
    ] {
        if let Some(rows) = subject_rows::rows_of_roll_up(contents, from, &by)? {
            let sums = rows.sums(&[measure])?;
            lines.push(
                std::iter::once(CellValue::Text(label.to_owned()))
                    .chain(sums.into_iter().map(CellValue::Count))
                    .collect(),
            );
        }
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
        Ok(ExcelSeries { value_column: column_index::<i64>(rows.table, name)?, name: label, color, is_dashed })
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
        title: chart_title(contents, "Solicitudes proyectadas al cierre del registro"),
        category_axis_title: "Día".to_owned(),
        value_axis_title: APPLICATIONS_AXIS_TITLE,
        series,
        residual_flags: Vec::new(),
        axis_maxima: vec![largest],
        height_in_rows: 18,
    };
    Ok(area().map(|area| (drawing, Some(area))))
}

/// The index of a column on the sheet of its table.
fn column_index<T: ColumnValue>(table: &Table, name: &str) -> Result<u16, ColumnError> {
    let place = table.columns.iter().position(|(other, column)| other == name && T::of_column(column).is_some());
    // A sheet has at most 16,384 columns, and the workbook refuses wider tables.
    let place = place.and_then(|place| u16::try_from(place).ok());
    place.ok_or_else(|| ColumnError::new(table, name, T::VALUES_NAME))
}

/// The count of each quincena, and the cumulative count.
fn progress_section(contents: &PackageData) -> Result<Option<Section>, ColumnError> {
    let Some(by_day) = summary_values::counts_by_quincena(contents)? else { return Ok(None) };
    let total = by_day.values().next_back().map_or(0, |values| values[1]);
    let lines = by_day
        .iter()
        .map(|(day, values)| vec![CellValue::Day(*day), CellValue::Count(values[0]), CellValue::Count(values[1])]);
    let mut block = SummaryBlock {
        heading: "Avance quincenal de las solicitudes".to_owned(),
        columns: column_headings(["Quincena (último día)", BREAKDOWN_COLUMN_HEADINGS[0], BREAKDOWN_COLUMN_HEADINGS[1]]),
        lines: lines.collect(),
        ..SummaryBlock::default()
    };
    let drawing = ExcelChart {
        kind: ExcelChartKind::Progress,
        title: chart_title(contents, "Avance quincenal de las solicitudes"),
        category_axis_title: "Quincena (último día)".to_owned(),
        value_axis_title: "Solicitudes en la quincena (número)",
        series: vec![
            ExcelSeries { value_column: 1, name: "En la quincena", color: Color::Blue, is_dashed: false },
            ExcelSeries { value_column: 2, name: "Acumuladas", color: Color::Orange, is_dashed: false },
        ],
        residual_flags: Vec::new(),
        axis_maxima: vec![by_day.values().map(|values| values[0]).max().unwrap_or(0), total],
        height_in_rows: 18,
    };
    let chart = chart_or_note(&mut block, total, drawing, "solicitudes registradas");
    Ok(Some(Section { blocks: vec![block], chart }))
}

/// A chart, or a sentence if all its values would be zero.
fn chart_or_note(
    block: &mut SummaryBlock,
    total: i64,
    drawing: ExcelChart,
    counted_noun: &str,
) -> Option<(ExcelChart, Option<CellRange>)> {
    if total > 0 {
        return Some((drawing, None));
    }
    block.notes.push(format!("Sin {counted_noun} al corte: no hay gráfica que mostrar."));
    None
}

/// A breakdown of the applications.
fn breakdown_section(contents: &PackageData, heading: &str, along: &str, lines: &[BreakdownLine]) -> Section {
    let sum = |measure: usize| lines.iter().map(|line| line.measure_values[measure]).sum::<i64>();
    let (quincena, total) = (sum(0), sum(1));
    let row = |label: String, quincena, accumulated| {
        let share = rounded_fraction(accumulated, total).unwrap_or(0.0);
        vec![CellValue::Text(label), CellValue::Count(quincena), CellValue::Count(accumulated), CellValue::Share(share)]
    };
    let mut block = SummaryBlock {
        heading: heading.to_owned(),
        columns: column_headings([
            along,
            BREAKDOWN_COLUMN_HEADINGS[0],
            BREAKDOWN_COLUMN_HEADINGS[1],
            BREAKDOWN_COLUMN_HEADINGS[2],
        ]),
        lines: lines
            .iter()
            .map(|line| row(line.label.clone(), line.measure_values[0], line.measure_values[1]))
            .collect(),
        total_line: Some(row("Total".to_owned(), quincena, total)),
        notes: Vec::new(),
    };
    let drawing = ExcelChart {
        kind: ExcelChartKind::Bars,
        title: chart_title(contents, heading),
        category_axis_title: along.to_owned(),
        value_axis_title: APPLICATIONS_AXIS_TITLE,
        series: vec![ExcelSeries { value_column: 2, name: "Acumuladas", color: Color::Blue, is_dashed: false }],
        residual_flags: lines.iter().map(|line| line.is_residual).collect(),
        axis_maxima: lines.iter().map(|line| line.measure_values[1]).max().into_iter().collect(),
        height_in_rows: ExcelChart::bar_chart_height(lines.len(), 1),
    };
    let chart = chart_or_note(&mut block, total, drawing, "solicitudes registradas");
    Section { blocks: vec![block], chart }
}

fn category_section(contents: &PackageData, definition: &DimensionDefinition) -> Result<Option<Section>, ColumnError> {
    let by = [TableKey::Entidad, TableKey::Category(definition.dimension)];
    let Some(rows) = subject_rows::rows_of_roll_up(contents, TableSource::Applications, &by)? else { return Ok(None) };
    let heading = definition.fill_placeholders("Solicitudes por {label_lower}");
    let limit = category_limit(contents.chart_definitions, &[definition.dimension.column_name()]);
    let lines = category_lines(contents, &rows, definition.dimension, limit)?;
    Ok(Some(breakdown_section(contents, &heading, &definition.label, &lines)))
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
        .map(|lines| breakdown_section(contents, "Solicitudes por país de residencia", "País de residencia", &lines)))
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
    Ok(lines.map(|lines| breakdown_section(contents, "Solicitudes por entidad", "Entidad", &lines)))
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
    Ok(lines.map(|lines| credential_section(contents, "Credenciales en el extranjero por entidad", "Entidad", &lines)))
}

fn office_section(contents: &PackageData) -> Result<Option<Section>, ColumnError> {
    let by: &[TableKey] = if contents.subject.entity_code().is_some() {
        &[TableKey::Entidad, TableKey::Representacion]
    } else {
        &[TableKey::Representacion]
    };
    let ranking = Ranking {
        key_columns: &[column_names::CVE_PAIS, column_names::TIPO_REPRESENTACION, column_names::CVE_REPRESENTACION],
        label_column: column_names::REPRESENTACION,
        distinguishing_column: Some(column_names::TIPO_REPRESENTACION),
        measures: &CUMULATIVE_CREDENTIAL_MEASURES,
        ordering_measure_index: 0,
    };
    let lines = ranked_lines(contents, TableSource::Credentials, by, &ranking)?;
    let heading = "Credenciales en el extranjero por embajada o consulado";
    Ok(lines.map(|lines| credential_section(contents, heading, "Embajada o consulado", &lines)))
}

/// The lines of the table that rolls up `from` by `by`, if the package has it.
fn ranked_lines(
    contents: &PackageData,
    from: TableSource,
    by: &[TableKey],
    ranking: &Ranking,
) -> Result<Option<Vec<BreakdownLine>>, ColumnError> {
    let limit = category_limit(contents.chart_definitions, ranking.key_columns);
    subject_rows::rows_of_roll_up(contents, from, by)?.map(|rows| largest_lines(&rows, ranking, limit)).transpose()
}

/// A breakdown of the credentials.
fn credential_section(contents: &PackageData, heading: &str, along: &str, lines: &[BreakdownLine]) -> Section {
    let row = |label: String, values: &mut dyn Iterator<Item = i64>| {
        std::iter::once(CellValue::Text(label)).chain(values.map(CellValue::Count)).collect::<Vec<_>>()
    };
    let sums: Vec<i64> = (0..CUMULATIVE_CREDENTIAL_MEASURES.len())
        .map(|measure| lines.iter().map(|line| line.measure_values[measure]).sum())
        .collect();
    let mut block = SummaryBlock {
        heading: heading.to_owned(),
        columns: column_headings([along, "Tramitadas", "Entregadas", "Confirmadas"]),
        lines: lines.iter().map(|line| row(line.label.clone(), &mut line.measure_values.iter().copied())).collect(),
        total_line: Some(row("Total".to_owned(), &mut sums.iter().copied())),
        notes: vec!["Un trámite no es una persona, y una credencial entregada no está por ello confirmada.".to_owned()],
    };
    let series = |value_column, name, color| ExcelSeries { value_column, name, color, is_dashed: false };
    let drawing = ExcelChart {
        kind: ExcelChartKind::Bars,
        title: chart_title(contents, heading),
        category_axis_title: along.to_owned(),
        value_axis_title: CREDENTIALS_AXIS_TITLE,
        series: vec![
            series(1, "Tramitadas", Color::Sky),
            series(2, "Entregadas", Color::Blue),
            series(3, "Confirmadas", Color::Navy),
        ],
        residual_flags: Vec::new(),
        axis_maxima: lines.iter().flat_map(|line| &line.measure_values).copied().max().into_iter().collect(),
        height_in_rows: ExcelChart::bar_chart_height(lines.len(), 3),
    };
    let chart = chart_or_note(&mut block, sums.iter().sum(), drawing, "trámites de credencial");
    Section { blocks: vec![block], chart }
}
