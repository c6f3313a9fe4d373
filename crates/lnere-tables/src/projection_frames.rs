/*!
Converts the projection, its evaluation and the postal plan to polars frames.
*/

use lnere_core::column_names;
use polars::prelude::{Column, DataFrame, NamedFrom, PolarsResult, Series};

use super::code_ranks::CodeRanks;
use super::definition::{TableDefinition, TableKey, TableSource};
use super::source_frames::{TableInputs, frame_from_columns, int_column, rank_column, real_column, text_column};
use lnere_core::calendar::day_number;
use lnere_core::process::Dimension;
use lnere_projection::corte_projection::CorteProjection;
use lnere_projection::{Evaluation, ProjectedNumber, Quantiles, Universe};

/// The frame of a table; it has no rows if the process file has no projection.
pub(super) fn projected_frame(
    inputs: &TableInputs,
    definition: &TableDefinition,
    code_ranks: &CodeRanks,
) -> PolarsResult<DataFrame> {
    let columns = match definition.source {
        TableSource::Projection => projection_columns(inputs, &definition.keys, code_ranks),
        TableSource::ProjectionDays => fan_day_columns(inputs.projection, &definition.keys),
        TableSource::ProjectionReferences => reference_columns(inputs.projection),
        TableSource::ProjectionQuantiles => quantile_table_columns(inputs.projection),
        TableSource::Evaluation => evaluation_columns(inputs.projection),
        TableSource::Packages => package_columns(inputs, code_ranks),
        _ => elector_columns(inputs, code_ranks),
    };
    frame_from_columns(columns)
}

fn projection_columns(inputs: &TableInputs, by: &[TableKey], code_ranks: &CodeRanks) -> Vec<Column> {
    let rows: &[ProjectedNumber] = match (inputs.projection, by.len()) {
        (None, _) => &[],
        (Some(projected), 1) => &projected.projection.nation,
        (Some(projected), 2) => &projected.projection.entities,
        (Some(projected), _) => &projected.projection.cells,
    };
    let target = inputs.projection.map_or(0, |projected| i64::from(day_number(projected.known_close)));
    let modalities = code_ranks.category_ranks(Dimension::MODALIDAD);
    let modality = |one: &ProjectedNumber| CodeRanks::category_rank(modalities, one.modality);
    let mut columns = Vec::new();
    for key in by {
        columns.push(match key {
            TableKey::Entidad => rank_column(
                column_names::CVE_ENTIDAD,
                rows.iter().map(|one| CodeRanks::entity_rank(one.entity)).collect(),
            ),
            TableKey::Category(Dimension::MODALIDAD) => {
                rank_column(column_names::MODALIDAD, rows.iter().map(modality).collect())
            }
            _ => text_column(column_names::UNIVERSO, rows.iter().map(|one| universe_code(one.universe)).collect()),
        });
    }
    columns.push(int_column(column_names::FECHA_OBJETIVO, vec![target; rows.len()]));
    columns.push(text_column(column_names::METODO, rows.iter().map(|one| one.method.code().to_owned()).collect()));
    columns.extend(quantile_columns(&rows.iter().map(|one| one.quantiles).collect::<Vec<_>>()));
    columns
}

fn fan_day_columns(projected: Option<&CorteProjection>, by: &[TableKey]) -> Vec<Column> {
    let of_entities = by.contains(&TableKey::Entidad);
    let fans = projected.into_iter().flat_map(|projected| &projected.projection.fans);
    let rows: Vec<_> = fans
        .filter(|fan| fan.entity.is_some() == of_entities)
        .flat_map(|fan| fan.quantiles_by_day.iter().map(|(day, quantiles)| (fan.entity, *day, *quantiles)))
        .collect();
    let mut columns =
        vec![int_column(column_names::FECHA, rows.iter().map(|(_, day, _)| i64::from(day_number(*day))).collect())];
    if of_entities {
        columns.push(rank_column(
            column_names::CVE_ENTIDAD,
            rows.iter().map(|(of, ..)| CodeRanks::entity_rank(*of)).collect(),
        ));
    }
    columns.extend(quantile_columns(&rows.iter().map(|(.., quantiles)| *quantiles).collect::<Vec<_>>()));
    columns
}

fn reference_columns(projected: Option<&CorteProjection>) -> Vec<Column> {
    let reference_progress = projected.into_iter().flat_map(|projected| &projected.reference_progress);
    let rows: Vec<_> = reference_progress
        .flat_map(|reference| reference.share_by_day.iter().map(move |(day, reached)| (reference, *day, *reached)))
        .collect();
    vec![
        text_column(column_names::REFERENCIA, rows.iter().map(|(reference, ..)| reference.name.clone()).collect()),
        int_column(column_names::FECHA, rows.iter().map(|(_, day, _)| i64::from(day_number(*day))).collect()),
        text_column(column_names::TITULO, rows.iter().map(|(reference, ..)| reference.title.clone()).collect()),
        real_column(
            column_names::PORCENTAJE_ALCANZADO,
            rows.iter().map(|(.., reached)| round_to_decimals(reached * 100.0, 2)).collect(),
        ),
    ]
}

fn universe_code(universe: Universe) -> String {
    match universe {
        Universe::Solicitudes => "solicitudes".to_owned(),
        Universe::Lnere => "lnere".to_owned(),
    }
}

fn quantile_table_columns(projected: Option<&CorteProjection>) -> Vec<Column> {
    let target = projected.map_or(0, |projected| i64::from(day_number(projected.known_close)));
    let rows: Vec<_> = projected.into_iter().flat_map(|projected| &projected.projection.quantiles).collect();
    vec![
        rank_column(column_names::CVE_ENTIDAD, rows.iter().map(|row| CodeRanks::entity_rank(row.entity)).collect()),
        text_column(column_names::UNIVERSO, rows.iter().map(|row| universe_code(row.universe)).collect()),
        real_column(column_names::CUANTIL, rows.iter().map(|row| row.level).collect()),
        int_column(column_names::FECHA_OBJETIVO, vec![target; rows.len()]),
        int_column(column_names::VALOR, rows.iter().map(|row| row.value).collect()),
    ]
}

/// The method in the evaluation: what was published.
const PUBLISHED_METHOD: &str = "elegido";

fn evaluation_columns(projected: Option<&CorteProjection>) -> Vec<Column> {
    let rows: Vec<&Evaluation> = projected.into_iter().flat_map(|projected| &projected.evaluation).collect();
    let whole = |name: &str, of: fn(&Evaluation) -> i64| int_column(name, rows.iter().map(|one| of(one)).collect());
    let measure = |name: &str, of: fn(&Evaluation) -> f64, decimals| {
        real_column(name, rows.iter().map(|one| round_to_decimals(of(one), decimals)).collect())
    };
    let inside = |is_inside: bool| f64::from(u8::from(is_inside));
    let errors = rows.iter().map(|one| one.error_percentage().map(|error| round_to_decimals(error, 2)));
    vec![
        whole(column_names::CORTE_EVALUADO, |one| i64::from(day_number(one.corte))),
        text_column(column_names::METODO, vec![PUBLISHED_METHOD.to_owned(); rows.len()]),
        whole(column_names::HORIZONTE_DIAS, |one| one.horizon_days),
        rank_column(column_names::CVE_ENTIDAD, rows.iter().map(|one| CodeRanks::entity_rank(one.entity)).collect()),
        whole(column_names::INFERIOR_90, |one| one.expected.lower_90),
        whole(column_names::MEDIANA, |one| one.expected.median),
        whole(column_names::SUPERIOR_90, |one| one.expected.upper_90),
        whole(column_names::RESULTADO, |one| one.outcome),
        Series::new(column_names::ERROR_PORCENTUAL.into(), errors.collect::<Vec<Option<f64>>>()).into(),
        measure(column_names::MASE, |one| one.mase, 4),
        measure(column_names::WIS, |one| one.wis, 2),
        real_column(
            column_names::COBERTURA_50,
            rows.iter().map(|one| inside(one.expected.is_inside_50(one.outcome))).collect(),
        ),
        real_column(
            column_names::COBERTURA_90,
            rows.iter().map(|one| inside(one.expected.is_inside_90(one.outcome))).collect(),
        ),
        whole(column_names::N, |_| 1),
    ]
}

fn package_columns(inputs: &TableInputs, code_ranks: &CodeRanks) -> Vec<Column> {
    let rows: Vec<_> = inputs.projection.into_iter().flat_map(|projected| &projected.postal_packages).collect();
    // Hundredths of a currency as the nearest double to a decimal of two places.
    let money = |cents: i64| cents as f64 / 100.0;
    vec![
        rank_column(
            column_names::CVE_ENTIDAD,
            rows.iter().map(|row| CodeRanks::entity_rank(Some(row.entity))).collect(),
        ),
        rank_column(column_names::CVE_PAIS, rows.iter().map(|row| code_ranks.country_rank(row.country)).collect()),
        int_column(column_names::PAQUETES_INFERIOR_90, rows.iter().map(|row| row.count.lower).collect()),
        int_column(column_names::PAQUETES_MEDIANA, rows.iter().map(|row| row.count.median).collect()),
        int_column(column_names::PAQUETES_SUPERIOR_90, rows.iter().map(|row| row.count.upper).collect()),
        int_column(column_names::TIRAJE, rows.iter().map(|row| row.print_run).collect()),
        text_column(column_names::MONEDA, rows.iter().map(|row| row.currency.clone()).collect()),
        real_column(column_names::COSTO_MEDIANA, rows.iter().map(|row| money(row.cost_median)).collect()),
        real_column(column_names::COSTO_SUPERIOR_90, rows.iter().map(|row| money(row.cost_upper)).collect()),
        real_column(column_names::COSTO_TIRAJE, rows.iter().map(|row| money(row.cost_print_run)).collect()),
    ]
}

fn elector_columns(inputs: &TableInputs, code_ranks: &CodeRanks) -> Vec<Column> {
    let rows: Vec<_> = inputs.projection.into_iter().flat_map(|projected| &projected.internet_voters).collect();
    vec![
        rank_column(
            column_names::CVE_ENTIDAD,
            rows.iter().map(|row| CodeRanks::entity_rank(Some(row.entity))).collect(),
        ),
        rank_column(column_names::CVE_PAIS, rows.iter().map(|row| code_ranks.country_rank(row.country)).collect()),
        int_column(column_names::ELECTORES_INFERIOR_90, rows.iter().map(|row| row.count.lower).collect()),
        int_column(column_names::ELECTORES_MEDIANA, rows.iter().map(|row| row.count.median).collect()),
        int_column(column_names::ELECTORES_SUPERIOR_90, rows.iter().map(|row| row.count.upper).collect()),
    ]
}

fn quantile_columns(rows: &[Quantiles]) -> [Column; 5] {
    let column = |name, of: fn(&Quantiles) -> i64| int_column(name, rows.iter().map(of).collect());
    [
        column(column_names::INFERIOR_90, |q| q.lower_90),
        column(column_names::INFERIOR_50, |q| q.lower_50),
        column(column_names::MEDIANA, |q| q.median),
        column(column_names::SUPERIOR_50, |q| q.upper_50),
        column(column_names::SUPERIOR_90, |q| q.upper_90),
    ]
}

fn round_to_decimals(value: f64, decimals: i32) -> f64 {
    let unit = 10_f64.powi(decimals);
    (value * unit).round() / unit
}
