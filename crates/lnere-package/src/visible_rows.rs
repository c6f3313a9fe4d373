/*!
Decides which rows of the tables a recipient may see. No other module decides this; report, workbook
and archive use its result.
*/

use lnere_core::column_names;
use serde_json::Value;

use super::Subject;
use lnere_tables::{ColumnError, Table, TableDefinition, TableKey, TableSource};

/// The tables that a subject may see, in their order.
///
/// The nation sees everything. An entity sees the shared tables, and its own rows of tables by
/// entity. It does not see sums over all entities, which belong to the nation.
///
/// # Errors
/// A table lacks the columns that assign its rows to entities.
pub fn visible_tables(
    tables: &[Table],
    definitions: &[TableDefinition],
    subject: &Subject,
) -> Result<Vec<Table>, ColumnError> {
    let Some(code) = subject.entity_code() else { return Ok(tables.to_vec()) };
    let shared: Vec<&str> =
        definitions.iter().filter(|table| table.is_shared_with_all).map(|table| table.name.as_str()).collect();
    let mut visible = Vec::new();
    for table in tables {
        let Some(definition) = definitions.iter().find(|definition| definition.name == table.name) else { continue };
        if definition.is_shared_with_all {
            visible.push(table.clone());
        } else if definition.source == TableSource::Revisions {
            visible.push(visible_revisions(table, &shared, code)?);
        } else if definition.keys.contains(&TableKey::Entidad) {
            let entities = table.values::<String>(column_names::CVE_ENTIDAD)?;
            visible.push(table.filter_rows(|row| entities[row] == code));
        }
    }
    Ok(visible)
}

/// The changes of shared tables, and the changes of the entity's own rows.
fn visible_revisions(table: &Table, shared: &[&str], code: &str) -> Result<Table, ColumnError> {
    let (tables, keys) = (table.values::<String>(column_names::TABLA)?, table.values::<String>(column_names::CLAVE)?);
    Ok(table.filter_rows(|row| {
        // This program writes the keys. A key without an entity belongs to no entity.
        let key: Value = serde_json::from_str(&keys[row]).unwrap_or_default();
        shared.contains(&tables[row].as_str()) || key[column_names::CVE_ENTIDAD] == code
    }))
}

#[cfg(test)]
mod tests {
    use crate::test_release::{FixtureRelease, SAMPLE_PROCESS};
    use crate::{PackageError, PackageInputs, make_packages};

    /// The error if a column of a table has another name.
    fn error_without_column(release: &FixtureRelease, table: &str, column: &str) -> String {
        let mut tables = release.tables.clone();
        let of_table = tables.iter_mut().find(|one| one.name == table).unwrap();
        of_table.columns.iter_mut().find(|(name, _)| name == column).unwrap().0 = "otra".to_owned();
        let error: PackageError =
            make_packages(&PackageInputs { tables: &tables, ..release.package_inputs() }, None, &|| ()).unwrap_err();
        assert!(error.is_usage_error());
        let cause = std::error::Error::source(&error).unwrap();
        format!("{error}: {cause}")
    }

    #[test]
    fn a_table_that_does_not_say_whose_its_rows_are_is_in_no_package() {
        let release = SAMPLE_PROCESS.release("2020-10-15", false);
        let expected = "a package cannot be made: the table lnere_por_sexo has no column cve_entidad of text [L300]";
        assert_eq!(error_without_column(&release, "lnere_por_sexo", "cve_entidad"), expected);
        let expected = "a package cannot be made: the table revisiones has no column clave of text [L300]";
        assert_eq!(error_without_column(&release, "revisiones", "clave"), expected);
    }

    #[test]
    fn a_workbook_that_would_lack_a_number_is_in_no_package() {
        let release = SAMPLE_PROCESS.release("2020-10-15", false);
        let expected = "a package cannot be made: the table lnere_por_medio has no column solicitudes_quincena of whole numbers [L300]";
        assert_eq!(error_without_column(&release, "lnere_por_medio", "solicitudes_quincena"), expected);
    }
}
