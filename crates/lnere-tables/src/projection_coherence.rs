/*!
Checks the projection tables after reading them back. Medians of parts add up to those of wholes. A
whole is no wider than its parts, and the list no larger than the applications.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet};

use lnere_messages::message;

use super::dictionary::QUANTILE_COLUMNS;
use super::table::{ColumnError, Table};
use super::totals_check::Imbalances;

/// Universe, entity and modality; the last two are empty in tables without them.
type ProjectionKey = (String, String, String);

/// The rows of one projection table, or of one plan.
struct ProjectionRows<'t> {
    table: &'t Table,
    bounds_by_key: BTreeMap<ProjectionKey, Vec<i64>>,
}

/// Finds all contradictions in the projections of a release.
pub(super) fn record_contradictions(tables: &[Table], found: &mut Imbalances) {
    let is_projection =
        |table: &&Table| table.has_column(column_names::UNIVERSO) && !table.has_column(column_names::CUANTIL);
    let of_projections = tables.iter().filter(is_projection);
    let mut of: Vec<ProjectionRows> =
        of_projections.filter_map(|table| found.ok_or_record(projection_rows(table))).collect();
    // Cells first, then entities, then the nation.
    of.sort_by_key(|numbers| std::cmp::Reverse(numbers.table.columns.len()));
    for numbers in &of {
        for (key, bounds) in &numbers.bounds_by_key {
            if bounds.windows(2).any(|pair| pair[1] < pair[0]) {
                let (table, place) = (&numbers.table.name, place_name(key));
                found.add(message!("L304-bounds-not-in-order", table, place));
            }
            let applications = numbers.bounds_by_key.get(&("solicitudes".to_owned(), key.1.clone(), key.2.clone()));
            if applications.is_some_and(|all| all.iter().zip(bounds).any(|(all, list)| list > all)) {
                let (table, place) = (&numbers.table.name, place_name(key));
                found.add(message!("L304-list-exceeds-applications", table, place));
            }
        }
    }
    for pair in of.windows(2) {
        let (parts, wholes) = (&pair[0], &pair[1]);
        for (key, whole) in &wholes.bounds_by_key {
            let within = |part: &ProjectionKey| part.0 == key.0 && (key.1.is_empty() || part.1 == key.1);
            let sums =
                sum_bounds(parts.bounds_by_key.iter().filter(|(part, _)| within(part)).map(|(_, bounds)| bounds));
            let wider = (0..2).any(|bound| whole[bound] < sums[bound] || whole[4 - bound] > sums[4 - bound]);
            if whole[2] != sums[2] || wider {
                let (table, place) = (&wholes.table.name, place_name(key));
                found.add(message!("L304-not-the-sum", table, place, parts = parts.table.name));
            }
            let mut rows = parts.bounds_by_key.iter().filter(|(part, _)| within(part));
            if let Some((part, _)) = rows.find(|(_, bounds)| bounds[4] > whole[4] || bounds[3] > whole[3]) {
                let (table, place) = (&parts.table.name, place_name(part));
                found.add(message!("L304-part-exceeds-whole", table, place, wholes = wholes.table.name));
            }
        }
    }
    if let Some(cells) = of.first().filter(|numbers| numbers.table.has_column(column_names::MODALIDAD)) {
        for median in [column_names::PAQUETES_MEDIANA, column_names::ELECTORES_MEDIANA] {
            check_plans(tables, cells, median, found);
        }
    }
}

/// Checks that a plan by country equals, by entity, the list of one modality.
fn check_plans(tables: &[Table], cells: &ProjectionRows, median: &str, found: &mut Imbalances) {
    let list = |modality: &str| -> BTreeMap<&str, i64> {
        let of_modality =
            cells.bounds_by_key.iter().filter(|((universe, _, of), _)| universe == "lnere" && of == modality);
        let medians = of_modality.map(|((_, entity, _), bounds)| (entity.as_str(), bounds[2]));
        medians.filter(|(_, median)| *median > 0).collect()
    };
    let modalities: BTreeSet<&str> = cells.bounds_by_key.keys().map(|(.., modality)| modality.as_str()).collect();
    for table in tables.iter().filter(|table| table.has_column(median)) {
        let Some(planned) = found.ok_or_record(planned_by_entity(table, median)) else { continue };
        if !planned.is_empty() && !modalities.iter().any(|modality| list(modality) == planned) {
            found.add(message!("L304-plan-is-no-list", table = table.name, median));
        }
    }
}

fn planned_by_entity<'t>(table: &'t Table, median: &str) -> Result<BTreeMap<&'t str, i64>, ColumnError> {
    let (entities, medians) = (table.values::<String>(column_names::CVE_ENTIDAD)?, table.values::<i64>(median)?);
    let mut planned: BTreeMap<&str, i64> = BTreeMap::new();
    for (entity, count) in entities.iter().zip(medians) {
        *planned.entry(entity).or_default() += count;
    }
    planned.retain(|_, count| *count > 0);
    Ok(planned)
}

fn projection_rows(table: &Table) -> Result<ProjectionRows<'_>, ColumnError> {
    let universes = table.values::<String>(column_names::UNIVERSO)?;
    let columns: Vec<&[i64]> = QUANTILE_COLUMNS.iter().map(|name| table.values(name)).collect::<Result<_, _>>()?;
    let entities = table.values_if_column_exists::<String>(column_names::CVE_ENTIDAD)?;
    let modalities = table.values_if_column_exists::<String>(column_names::MODALIDAD)?;
    let cell = |values: Option<&[String]>, row: usize| values.map_or_else(String::new, |values| values[row].clone());
    let key = |row: usize| (universes[row].clone(), cell(entities, row), cell(modalities, row));
    let bounds = |row: usize| columns.iter().map(|column| column[row]).collect();
    Ok(ProjectionRows { table, bounds_by_key: (0..table.row_count()).map(|row| (key(row), bounds(row))).collect() })
}

fn sum_bounds<'b>(rows: impl Iterator<Item = &'b Vec<i64>>) -> [i64; 5] {
    let mut sums = [0; 5];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, bound)| *sum += bound);
    }
    sums
}

/// Universe, entity and modality in one text.
fn place_name(key: &ProjectionKey) -> String {
    let (universe, entity, modality) = key;
    [universe, entity, modality].map(String::as_str).join(" ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    /// A table from rows `universe entity modality l90 l50 median u50 u90`; `-` means that the
    /// column is absent.
    fn table(name: &str, rows: &[&str]) -> Table {
        let fields: Vec<Vec<&str>> = rows.iter().map(|row| row.split(' ').collect()).collect();
        let text = |place: usize| Column::Text(fields.iter().map(|row| row[place].to_owned()).collect());
        let keys = [("universo", 0), ("cve_entidad", 1), ("modalidad", 2)];
        let mut columns: Vec<(String, Column)> = keys
            .iter()
            .filter(|(_, place)| fields.iter().all(|row| row[*place] != "-"))
            .map(|(name, place)| ((*name).to_owned(), text(*place)))
            .collect();
        for (place, name) in QUANTILE_COLUMNS.iter().enumerate() {
            let values = fields.iter().map(|row| row[3 + place].parse().unwrap()).collect();
            columns.push(((*name).to_owned(), Column::Int(values)));
        }
        Table { name: name.to_owned(), columns }
    }

    fn assert_contradictions(cells: &[&str], entities: &[&str], expected: &[&str]) {
        let mut found = Imbalances::default();
        record_contradictions(&[table("entidades", entities), table("celdas", cells)], &mut found);
        assert_eq!(found.messages(), expected);
    }

    #[test]
    fn parts_add_up_and_are_no_narrower() {
        let cells = ["lnere 08 A 1 2 3 4 9", "lnere 08 B 1 2 4 5 9"];
        assert_contradictions(&cells, &["lnere 08 - 3 4 7 8 15"], &[]);
        assert_contradictions(
            &cells,
            &["lnere 08 - 3 4 7 8 8"],
            &["celdas: lnere 08 A: more than all of entidades [L304]"],
        );
        let message = "entidades: lnere 08: is not the sum of celdas in the median, or is wider [L304]";
        assert_contradictions(&cells, &["lnere 08 - 3 4 8 8 15"], &[message]);
        assert_contradictions(&cells, &["lnere 08 - 1 4 7 8 15"], &[message]);
        assert_contradictions(&cells, &["lnere 08 - 3 4 7 8 19"], &[message]);
    }

    #[test]
    fn bounds_are_in_order_and_the_list_is_no_larger() {
        assert_contradictions(
            &["lnere 08 A 1 2 3 4 9"],
            &["lnere 08 - 2 1 3 4 9"],
            &[
                "entidades: lnere 08: bounds are not in order [L304]",
                "entidades: lnere 08: is not the sum of celdas in the median, or is wider [L304]",
            ],
        );
        let cells = ["lnere 08 A 1 2 3 4 9", "solicitudes 08 A 3 3 3 3 8"];
        let entities = ["lnere 08 - 1 2 3 4 9", "solicitudes 08 - 3 3 3 3 8"];
        let more = ["celdas: lnere 08 A", "entidades: lnere 08"]
            .map(|place| place.to_owned() + ": more on the list than applications [L304]");
        assert_contradictions(&cells, &entities, &more.each_ref().map(String::as_str));
    }

    #[test]
    fn a_projection_without_one_of_its_bounds_is_found() {
        let mut entities = table("entidades", &["lnere 08 - 1 2 3 4 9"]);
        entities.columns.retain(|(name, _)| name != "inferior_50");
        let mut found = Imbalances::default();
        record_contradictions(&[entities], &mut found);
        assert_eq!(found.messages(), ["the table entidades has no column inferior_50 of whole numbers [L300]"]);
    }
}
