/*!
Selects the changes of a revision that a recipient may know. An entity sees its own rows. Of other
entities it sees only that shared totals changed.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use lnere_tables::{ColumnError, Table};

/// One count that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountChange {
    /// The table of the count.
    pub table: String,
    /// The name of the entity, if the recipient sees more than one.
    pub entity_name: Option<String>,
    /// The categories of the count, as the table writes them.
    pub categories: Vec<(String, String)>,
    /// The column.
    pub measure: String,
    /// The count in the previous revision.
    pub before: i64,
    /// The count in this revision.
    pub now: i64,
}

/// The changes of a revision for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionChanges {
    /// The number of the replaced revision.
    pub replaced_revision: u32,
    /// The changes; `None` if the release does not list them.
    pub visible_changes: Option<VisibleChanges>,
}

/// The changes that a release lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisibleChanges {
    /// The changes that the recipient sees in detail, totals first.
    pub detailed_changes: Vec<CountChange>,
    /// Other entities whose shared totals changed, by name.
    pub other_entities: Vec<String>,
}

impl RevisionChanges {
    /// The changes for the entity with this code, or for the nation (`None`), which sees all. The
    /// rows of other entities in `shared` tables are in every package.
    ///
    /// # Errors
    /// An existing table lacks a column.
    pub fn from_tables(
        tables: &[Table],
        recipient_code: Option<&str>,
        replaced_revision: u32,
        shared_tables: &[&str],
    ) -> Result<Self, ColumnError> {
        let table = tables.iter().find(|table| table.name == "revisiones");
        let visible_changes =
            table.map(|table| visible_changes(table, tables, recipient_code, shared_tables)).transpose()?;
        Ok(Self { replaced_revision, visible_changes })
    }
}

fn visible_changes(
    table: &Table,
    tables: &[Table],
    recipient_code: Option<&str>,
    shared_tables: &[&str],
) -> Result<VisibleChanges, ColumnError> {
    let (names, keys) = (table.values::<String>(column_names::TABLA)?, table.values::<String>(column_names::CLAVE)?);
    let measures = table.values::<String>(column_names::MEDIDA)?;
    let (before, now) = (table.values::<i64>(column_names::ANTERIOR)?, table.values::<i64>(column_names::ACTUAL)?);
    let entities = entity_names(tables)?;
    let (mut visible, mut others) = (VisibleChanges::default(), BTreeSet::new());
    let mut national_differences: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in 0..table.row_count() {
        // A key that cannot be parsed belongs to no recipient.
        let Ok(Value::Object(key)) = serde_json::from_str::<Value>(&keys[row]) else { continue };
        let entity_code = key.get(column_names::CVE_ENTIDAD).and_then(Value::as_str);
        let name = entity_code.map(|of| entities.get(of).cloned().unwrap_or_else(|| of.to_owned()));
        let is_shared = shared_tables.contains(&names[row].as_str());
        if recipient_code.is_some() && entity_code != recipient_code {
            others.extend(name.filter(|_| is_shared));
            continue;
        }
        if recipient_code.is_none() && is_shared {
            *national_differences.entry((names[row].clone(), measures[row].clone())).or_default() +=
                now[row] - before[row];
        }
        let categories = key.iter().filter(|(column, _)| *column != column_names::CVE_ENTIDAD);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        visible.detailed_changes.push(CountChange {
            table: names[row].clone(),
            entity_name: name.filter(|_| recipient_code.is_none()),
            categories: categories.map(|(column, value)| (column.clone(), text(value))).collect(),
            measure: measures[row].clone(),
            before: before[row],
            now: now[row],
        });
    }
    let table_position = |change: &CountChange| {
        shared_tables.iter().position(|name| *name == change.table).unwrap_or(shared_tables.len())
    };
    visible.detailed_changes.sort_by_key(|change| (table_position(change), change_sort_key(&change.measure)));
    let mut totals = Vec::new();
    for ((name, measure), difference) in national_differences.into_iter().filter(|(_, difference)| *difference != 0) {
        let Some(table) = tables.iter().find(|table| table.name == name) else { continue };
        let now: i64 = table.values::<i64>(&measure)?.iter().sum();
        let (categories, entity) = (Vec::new(), Some("Nacional".to_owned()));
        totals.push(CountChange {
            table: name,
            entity_name: entity,
            categories,
            measure,
            before: now - difference,
            now,
        });
    }
    totals.sort_by_key(|change| (table_position(change), change_sort_key(&change.measure)));
    visible.detailed_changes.splice(0..0, totals);
    visible.other_entities = others.into_iter().collect();
    Ok(visible)
}

/// Sorts applications before credentials, and credentials by their stages. Cumulative counts
/// precede counts of the quincena.
fn change_sort_key(measure: &str) -> (usize, bool) {
    let stems = ["solicitudes", "tramitadas", "entregadas", "confirmadas"];
    let stem = stems.iter().position(|stem| measure.starts_with(stem)).unwrap_or(stems.len());
    (stem, measure.ends_with("_quincena"))
}

/// The names of entities by code.
pub(super) fn entity_names(tables: &[Table]) -> Result<BTreeMap<String, String>, ColumnError> {
    let mut all = BTreeMap::new();
    for table in tables.iter().filter(|table| table.has_column(column_names::CVE_ENTIDAD)) {
        let (codes, names) =
            (table.values::<String>(column_names::CVE_ENTIDAD)?, table.values::<String>(column_names::ENTIDAD)?);
        all.extend(codes.iter().cloned().zip(names.iter().cloned()));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_tables::Column;

    fn text_column(values: &[&str]) -> Column {
        Column::Text(values.iter().map(|value| (*value).to_owned()).collect())
    }

    const SHARED_TABLES: [&str; 2] = ["lnere_por_entidad", "credenciales_por_entidad"];

    fn tables() -> Vec<Table> {
        let table = |name: &str, columns: Vec<(&str, Column)>| Table {
            name: name.to_owned(),
            columns: columns.into_iter().map(|(name, column)| (name.to_owned(), column)).collect(),
        };
        vec![
            table(
                "lnere_por_entidad",
                vec![
                    ("cve_entidad", text_column(&["08", "09"])),
                    ("entidad", text_column(&["Chihuahua", "Ciudad de México"])),
                    ("solicitudes_acumuladas", Column::Int(vec![12, 50])),
                ],
            ),
            table(
                "revisiones",
                vec![
                    (
                        "tabla",
                        text_column(&[
                            "lnere_por_entidad",
                            "lnere_por_entidad",
                            "lnere_por_estatus",
                            "lnere_por_estatus",
                        ]),
                    ),
                    (
                        "clave",
                        text_column(&[
                            r#"{"cve_entidad":"08"}"#,
                            r#"{"cve_entidad":"09"}"#,
                            r#"{"cve_entidad":"08","estatus":"PROCEDENTE"}"#,
                            r#"{"cve_entidad":"09","estatus":"IMPROCEDENTE"}"#,
                        ]),
                    ),
                    ("medida", text_column(&["solicitudes_acumuladas"; 4])),
                    ("anterior", Column::Int(vec![10, 51, 1, 2])),
                    ("actual", Column::Int(vec![12, 50, 3, 1])),
                ],
            ),
        ]
    }

    fn visible_changes_for(code: Option<&str>) -> VisibleChanges {
        RevisionChanges::from_tables(&tables(), code, 1, &SHARED_TABLES).unwrap().visible_changes.unwrap()
    }

    #[test]
    fn an_entity_sees_its_own_rows_and_whose_shared_totals_changed() {
        let known = visible_changes_for(Some("08"));
        let own: Vec<_> = known.detailed_changes.iter().map(|change| (change.before, change.now)).collect();
        assert_eq!(own, [(10, 12), (1, 3)]);
        assert_eq!(known.other_entities, ["Ciudad de México"]);
        assert!(!format!("{known:?}").contains("IMPROCEDENTE"), "another's row");
    }

    #[test]
    fn the_nation_sees_its_sum_first_and_all_rows() {
        let known = visible_changes_for(None);
        let own: Vec<_> = known
            .detailed_changes
            .iter()
            .map(|change| (change.entity_name.clone().unwrap(), change.before, change.now))
            .collect();
        assert_eq!(own[0], ("Nacional".to_owned(), 61, 62));
        assert_eq!(own.len(), 5);
    }

    #[test]
    fn a_release_that_lists_no_changes_shows_none() {
        assert_eq!(
            RevisionChanges::from_tables(&[], Some("08"), 1, &SHARED_TABLES),
            Ok(RevisionChanges { replaced_revision: 1, visible_changes: None })
        );
    }

    #[test]
    fn a_column_that_is_missing_is_no_missing_change() {
        let mut tables = tables();
        tables[1].columns.retain(|(name, _)| name != "anterior");
        let error = RevisionChanges::from_tables(&tables, Some("08"), 1, &SHARED_TABLES).unwrap_err();
        assert_eq!(error.to_string(), "the table revisiones has no column anterior of whole numbers [L300]");
    }
}
