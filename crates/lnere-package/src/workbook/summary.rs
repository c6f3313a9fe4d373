/*!
The summary: the key figures, and each breakdown as a small table with its chart.
*/

use lnere_core::columns;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::charts::{Area, ExcelChart, ExcelChartKind, ExcelSeries};
use super::style::{self, Styles};
use super::summary_layout::{Section, SummaryBlock, SummaryLayout, VALUE_COLUMN_COUNT, Value, headings};
use super::summary_values::{self, APPLICATIONS, BreakdownLine, Ranking, SubjectRows, share};
use crate::PackageContents;
use lnere_charts::palette::Color;
use lnere_core::numbers::long_date;
use lnere_core::process::DimensionDefinition;
use lnere_tables::{TableKey, TableSource};

/// Countries that are shown by name, and offices.
const PLACES: usize = 10;
/// Entities that are shown by name.
const ENTITIES: usize = 15;
/// The columns of a breakdown after the name of what it is by.
const COUNTS: [&str; 3] = ["En la quincena", "Acumuladas", "Porcentaje"];
/// The measures of applications.
const MEASURE: &str = "Solicitudes acumuladas (número)";
/// The measures of credentials.
const CREDENTIALS: &str = "Credenciales acumuladas (número)";
const ACCUMULATED: [&str; 3] =
    [columns::TRAMITADAS_ACUMULADAS, columns::ENTREGADAS_ACUMULADAS, columns::CONFIRMADAS_ACUMULADAS];

/// Writes the summary.
pub(super) fn write(
    sheet: &mut Worksheet,
    contents: &PackageContents,
    sheets: &[(&str, &str)],
    styles: &Styles,
) -> Result<(), XlsxError> {
    style::page(sheet, contents);
    sheet.set_screen_gridlines(false);
    let PackageContents { process, corte, revision, subject, .. } = contents;
    sheet.set_row_height_pixels(0, 30)?;
    sheet.write_string_with_format(0, 0, format!("Resumen · {}", subject.name()), &styles.title)?;
    let lead = format!("{} · Corte al {} · Revisión {revision}", process.title, long_date(corte.day()));
    sheet.write_string(1, 0, lead)?;

    let first = 3 + style::notice(sheet, contents, 2, VALUE_COLUMN_COUNT, styles)?;
    let mut layout = SummaryLayout::new(sheet, styles, first)?;
    for section in sections(contents, sheets) {
        layout.place(&section)?;
    }
    layout.end()
}

/// The sections of the summary; a section without its table is omitted.
fn sections(contents: &PackageContents, sheets: &[(&str, &str)]) -> Vec<Section> {
    let is_nation = contents.subject.code().is_none();
    let mut sections = vec![key_figure_section(contents)];
    sections.extend(projection_section(contents, sheets));
    sections.extend(progress(contents));
    sections.extend(is_nation.then(|| entities(contents)).flatten());
    sections.extend(contents.process.dimensions().iter().filter_map(|definition| category(contents, definition)));
    sections.extend(countries(contents));
    sections.extend(is_nation.then(|| credentials_by_entity(contents)).flatten());
    sections.extend(offices(contents));
    sections
}

/// The end of a chart's title: a chart that is copied out of the workbook still says whom and what day it is of.
fn titled(contents: &PackageContents, what: &str) -> String {
    let notice = contents.process.notice.as_deref().map(|notice| format!("\n{notice}")).unwrap_or_default();
    format!("{what}\n{} · Corte al {}{notice}", contents.subject.name(), long_date(contents.corte.day()))
}

fn key_figure_section(contents: &PackageContents) -> Section {
    let PackageContents { process, corte, .. } = contents;
    let mut block = SummaryBlock {
        heading: "Cifras clave".to_owned(),
        columns: headings(["Indicador", "Este corte", "Corte anterior", "Cambio", "Cambio (%)"]),
        ..SummaryBlock::default()
    };
    if corte.day() < process.opens {
        let opens = long_date(process.opens);
        block.columns.clear();
        block.notes.push(format!(
            "El registro de solicitudes abre el {opens}: a este corte no hay solicitudes que contar y solo se publica la proyección."
        ));
        return Section { blocks: vec![block], chart: None };
    }

    // Before the first quincena there is nothing that a change could be of.
    let before = corte.quincena().first_day().pred_opt();
    let is_first = before.is_none_or(|day| day < process.opens);
    let row = |label: &str, now: i64, earlier: Option<i64>| {
        let change = |earlier| {
            let share = share(now - earlier, earlier).map_or(Value::None, Value::SignedShare);
            [Value::Whole(earlier), Value::SignedCount(now - earlier), share]
        };
        let changes = earlier.map_or([Value::None, Value::None, Value::None], change);
        [Value::Text(label.to_owned()), Value::Whole(now)].into_iter().chain(changes).collect::<Vec<_>>()
    };
    let cumulative = |label: &str, (quincena, now): (i64, i64)| row(label, now, (!is_first).then_some(now - quincena));

    if let Some((quincena, total)) = summary_values::applications(contents) {
        let earlier = summary_values::progress(contents).and_then(|by_day| Some(by_day.get(&before?)?[0]));
        block.lines.push(cumulative("Solicitudes acumuladas", (quincena, total)));
        block.lines.push(row("Solicitudes en la quincena", quincena, earlier));
    }
    let labels = ["Credenciales tramitadas", "Credenciales entregadas", "Credenciales confirmadas"];
    for (label, measure) in labels.into_iter().zip(summary_values::credentials(contents).into_iter().flatten()) {
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
    Section { blocks: vec![block], chart: None }
}

/// The projection section: the close of registration, the list, the needs of the vote.
fn projection_section(contents: &PackageContents, sheets: &[(&str, &str)]) -> Option<Section> {
    let by: &[TableKey] = if contents.subject.code().is_some() {
        &[TableKey::Entidad, TableKey::Universo]
    } else {
        &[TableKey::Universo]
    };
    let rows = SubjectRows::find(contents, TableSource::Projection, by)?;
    let (universe, closes) = (rows.table.text_values(columns::UNIVERSO)?, rows.table.date(columns::FECHA_OBJETIVO)?);
    let bounds = [columns::INFERIOR_90, columns::MEDIANA, columns::SUPERIOR_90].map(|name| rows.table.int(name));
    let closes = closes[*rows.indices.first()?];
    let is_closed = contents.corte.day() >= closes;
    let label = |universe: &str| match universe {
        "solicitudes" if is_closed => "Solicitudes al cierre (ya es definitivo)".to_owned(),
        "solicitudes" => "Solicitudes al cierre del registro".to_owned(),
        "lnere" => "Integrarán la Lista Nominal (LNERE)".to_owned(),
        other => other.to_owned(),
    };
    let line = |&row: &usize| {
        let numbers = bounds.iter().map(|bound| bound.map_or(Value::None, |values| Value::Whole(values[row])));
        std::iter::once(Value::Text(label(&universe[row]))).chain(numbers).collect()
    };
    let mut lines: Vec<(bool, Vec<Value>)> =
        rows.indices.iter().map(|row| (universe[*row] != "solicitudes", line(row))).collect();
    lines.sort_by_key(|(is_list, _)| *is_list);
    let verb = if is_closed { "cerró" } else { "cierra" };
    let block = SummaryBlock {
        heading: "Proyección".to_owned(),
        columns: headings(["Resultado", "Límite inferior", "Mediana", "Límite superior"]),
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        total: None,
        notes: vec![
            format!(
                "El registro {verb} el {}. Se espera el resultado entre los límites con una probabilidad de 90 %.",
                long_date(closes)
            ),
            "Las solicitudes y la Lista Nominal son universos distintos: sus cifras no deben mezclarse.".to_owned(),
        ],
    };
    let blocks = std::iter::once(block).chain(needs(contents)).collect();
    Some(Section { blocks, chart: fan(contents, sheets) })
}

/// Packages and voters by Internet. Medians and print runs add up over countries; bounds do not.
fn needs(contents: &PackageContents) -> Option<SummaryBlock> {
    let by = [TableKey::Entidad, TableKey::Pais];
    let sum = |from, measure: &str| SubjectRows::find(contents, from, &by).and_then(|rows| rows.sums(&[measure]));
    let lines = [
        ("Paquetes electorales postales (mediana)", sum(TableSource::Packages, columns::PAQUETES_MEDIANA)),
        ("Paquetes electorales postales, tiraje", sum(TableSource::Packages, columns::TIRAJE)),
        ("Electores por Internet, SIVEI (mediana)", sum(TableSource::Electors, columns::ELECTORES_MEDIANA)),
    ];
    let line = |(label, sum): (&str, Option<Vec<i64>>)| {
        Some(vec![Value::Text(label.to_owned()), Value::Whole(*sum?.first()?)])
    };
    let lines: Vec<_> = lines.into_iter().filter_map(line).collect();
    let heading = "Planeación del voto".to_owned();
    (!lines.is_empty()).then(|| SummaryBlock {
        heading,
        columns: headings(["Se necesitan", "Cantidad"]),
        lines,
        ..SummaryBlock::default()
    })
}

/// The days up to the close, drawn over the sheet of their table.
fn fan(contents: &PackageContents, sheets: &[(&str, &str)]) -> Option<(ExcelChart, Option<Area>)> {
    let by: &[TableKey] =
        if contents.subject.code().is_some() { &[TableKey::Entidad, TableKey::Fecha] } else { &[TableKey::Fecha] };
    let rows = SubjectRows::find(contents, TableSource::ProjectionDays, by)?;
    let place = |name: &str| {
        let index = rows.table.columns.iter().position(|(other, _)| other == name)?;
        u16::try_from(index).ok()
    };
    let (first, last) = (*rows.indices.first()?, *rows.indices.last()?);
    let largest = *rows.table.int(columns::SUPERIOR_90)?.get(first..=last)?.iter().max()?;
    // A range has no gaps, one day is no line, and what has no numbers to draw is left out.
    if last - first + 1 != rows.indices.len() || first == last || largest == 0 {
        return None;
    }
    let (_, sheet) = sheets.iter().find(|(table, _)| *table == rows.table.name)?;
    let series = |name, label, color, dashed| Some(ExcelSeries { column: place(name)?, name: label, color, dashed });
    let drawing = ExcelChart {
        form: ExcelChartKind::Lines,
        title: titled(contents, "Solicitudes proyectadas al cierre del registro"),
        along: "Día".to_owned(),
        measure: MEASURE,
        series: vec![
            series(columns::SUPERIOR_90, "Límite superior (90 %)", Color::Sky, true)?,
            series(columns::MEDIANA, "Mediana", Color::Navy, false)?,
            series(columns::INFERIOR_90, "Límite inferior (90 %)", Color::Blue, true)?,
        ],
        residual: Vec::new(),
        largest: vec![largest],
        rows: 18,
    };
    let area = Area {
        sheet: (*sheet).to_owned(),
        first_row: u32::try_from(first + 1).ok()?,
        last_row: u32::try_from(last + 1).ok()?,
        labels: place(columns::FECHA)?,
    };
    Some((drawing, Some(area)))
}

/// The count of each quincena, and the cumulative count.
fn progress(contents: &PackageContents) -> Option<Section> {
    let by_day = summary_values::progress(contents)?;
    let total = by_day.values().next_back().map_or(0, |values| values[1]);
    let lines =
        by_day.iter().map(|(day, values)| vec![Value::Day(*day), Value::Whole(values[0]), Value::Whole(values[1])]);
    let mut block = SummaryBlock {
        heading: "Avance quincenal de las solicitudes".to_owned(),
        columns: headings(["Quincena (último día)", COUNTS[0], COUNTS[1]]),
        lines: lines.collect(),
        ..SummaryBlock::default()
    };
    let drawing = ExcelChart {
        form: ExcelChartKind::Progress,
        title: titled(contents, "Avance quincenal de las solicitudes"),
        along: "Quincena (último día)".to_owned(),
        measure: "Solicitudes en la quincena (número)",
        series: vec![
            ExcelSeries { column: 1, name: "En la quincena", color: Color::Blue, dashed: false },
            ExcelSeries { column: 2, name: "Acumuladas", color: Color::Orange, dashed: false },
        ],
        residual: Vec::new(),
        largest: vec![by_day.values().map(|values| values[0]).max().unwrap_or(0), total],
        rows: 18,
    };
    let drawing = drawn(&mut block, total, drawing, "solicitudes registradas");
    Some(Section { blocks: vec![block], chart: drawing })
}

/// A chart, or where all of it would be zero, a sentence instead.
fn drawn(block: &mut SummaryBlock, total: i64, drawing: ExcelChart, what: &str) -> Option<(ExcelChart, Option<Area>)> {
    if total > 0 {
        return Some((drawing, None));
    }
    block.notes.push(format!("Sin {what} al corte: no hay gráfica que mostrar."));
    None
}

/// A breakdown of the applications.
fn breakdown(contents: &PackageContents, heading: &str, along: &str, lines: &[BreakdownLine]) -> Section {
    let sum = |measure: usize| lines.iter().map(|line| line.values[measure]).sum::<i64>();
    let (quincena, total) = (sum(0), sum(1));
    let row = |label: String, quincena, accumulated| {
        let share = share(accumulated, total).unwrap_or(0.0);
        vec![Value::Text(label), Value::Whole(quincena), Value::Whole(accumulated), Value::Share(share)]
    };
    let mut block = SummaryBlock {
        heading: heading.to_owned(),
        columns: headings([along, COUNTS[0], COUNTS[1], COUNTS[2]]),
        lines: lines.iter().map(|line| row(line.label.clone(), line.values[0], line.values[1])).collect(),
        total: Some(row("Total".to_owned(), quincena, total)),
        notes: Vec::new(),
    };
    let drawing = ExcelChart {
        form: ExcelChartKind::Bars,
        title: titled(contents, heading),
        along: along.to_owned(),
        measure: MEASURE,
        series: vec![ExcelSeries { column: 2, name: "Acumuladas", color: Color::Blue, dashed: false }],
        residual: lines.iter().map(|line| line.residual).collect(),
        largest: lines.iter().map(|line| line.values[1]).max().into_iter().collect(),
        rows: ExcelChart::rows_of_bars(lines.len(), 1),
    };
    let drawing = drawn(&mut block, total, drawing, "solicitudes registradas");
    Section { blocks: vec![block], chart: drawing }
}

fn category(contents: &PackageContents, definition: &DimensionDefinition) -> Option<Section> {
    let by = [TableKey::Entidad, TableKey::Category(definition.dimension)];
    let rows = SubjectRows::find(contents, TableSource::Applications, &by)?;
    let heading = definition.fill("Solicitudes por {label_lower}");
    Some(breakdown(contents, &heading, &definition.label, &rows.by_category(contents, definition.dimension)?))
}

fn countries(contents: &PackageContents) -> Option<Section> {
    let ranking = Ranking {
        key_columns: &[columns::CVE_PAIS],
        label_column: columns::PAIS,
        distinguishing_column: None,
        measures: &APPLICATIONS,
        ordering_measure: 1,
        limit: PLACES,
        rest: "Otros países",
    };
    let lines = SubjectRows::find(contents, TableSource::Applications, &[TableKey::Entidad, TableKey::Pais])?
        .largest(&ranking)?;
    Some(breakdown(contents, "Solicitudes por país de residencia", "País de residencia", &lines))
}

fn entities(contents: &PackageContents) -> Option<Section> {
    let ranking = Ranking {
        key_columns: &[columns::CVE_ENTIDAD],
        label_column: columns::ENTIDAD,
        distinguishing_column: None,
        measures: &APPLICATIONS,
        ordering_measure: 1,
        limit: ENTITIES,
        rest: "Otras entidades",
    };
    let lines = SubjectRows::find(contents, TableSource::Applications, &[TableKey::Entidad])?.largest(&ranking)?;
    Some(breakdown(contents, "Solicitudes por entidad", "Entidad", &lines))
}

fn credentials_by_entity(contents: &PackageContents) -> Option<Section> {
    let ranking = Ranking {
        key_columns: &[columns::CVE_ENTIDAD],
        label_column: columns::ENTIDAD,
        distinguishing_column: None,
        measures: &ACCUMULATED,
        ordering_measure: 0,
        limit: ENTITIES,
        rest: "Otras entidades",
    };
    let lines = SubjectRows::find(contents, TableSource::Credentials, &[TableKey::Entidad])?.largest(&ranking)?;
    Some(credentials(contents, "Credenciales en el extranjero por entidad", "Entidad", &lines))
}

fn offices(contents: &PackageContents) -> Option<Section> {
    let by: &[TableKey] = if contents.subject.code().is_some() {
        &[TableKey::Entidad, TableKey::Representacion]
    } else {
        &[TableKey::Representacion]
    };
    let ranking = Ranking {
        key_columns: &[columns::CVE_PAIS, columns::TIPO_REPRESENTACION, columns::CVE_REPRESENTACION],
        label_column: columns::REPRESENTACION,
        distinguishing_column: Some(columns::TIPO_REPRESENTACION),
        measures: &ACCUMULATED,
        ordering_measure: 0,
        limit: PLACES,
        rest: "Otras representaciones",
    };
    let lines = SubjectRows::find(contents, TableSource::Credentials, by)?.largest(&ranking)?;
    let heading = "Credenciales en el extranjero por embajada o consulado";
    Some(credentials(contents, heading, "Embajada o consulado", &lines))
}

/// A breakdown of the credentials.
fn credentials(contents: &PackageContents, heading: &str, along: &str, lines: &[BreakdownLine]) -> Section {
    let row = |label: String, values: &mut dyn Iterator<Item = i64>| {
        std::iter::once(Value::Text(label)).chain(values.map(Value::Whole)).collect::<Vec<_>>()
    };
    let sums: Vec<i64> =
        (0..ACCUMULATED.len()).map(|measure| lines.iter().map(|line| line.values[measure]).sum()).collect();
    let mut block = SummaryBlock {
        heading: heading.to_owned(),
        columns: headings([along, "Tramitadas", "Entregadas", "Confirmadas"]),
        lines: lines.iter().map(|line| row(line.label.clone(), &mut line.values.iter().copied())).collect(),
        total: Some(row("Total".to_owned(), &mut sums.iter().copied())),
        notes: vec!["Un trámite no es una persona, y una credencial entregada no está por ello confirmada.".to_owned()],
    };
    let series = |column, name, color| ExcelSeries { column, name, color, dashed: false };
    let drawing = ExcelChart {
        form: ExcelChartKind::Bars,
        title: titled(contents, heading),
        along: along.to_owned(),
        measure: CREDENTIALS,
        series: vec![
            series(1, "Tramitadas", Color::Sky),
            series(2, "Entregadas", Color::Blue),
            series(3, "Confirmadas", Color::Navy),
        ],
        residual: Vec::new(),
        largest: lines.iter().flat_map(|line| &line.values).copied().max().into_iter().collect(),
        rows: ExcelChart::rows_of_bars(lines.len(), 3),
    };
    let drawing = drawn(&mut block, sums.iter().sum(), drawing, "trámites de credencial");
    Section { blocks: vec![block], chart: drawing }
}
