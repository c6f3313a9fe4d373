/*!
Selects the rows of a table that belong to the subject of a package: an entity or the nation. The
report and the workbook both use it.
*/

use lnere_core::process::Dimension;
use lnere_tables::{ColumnError, GroupSums, Table, TableKey, TableRows, TableSource};

use crate::PackageData;

/// The rows of the subject in a table: those of its entity, or all for the nation. `None` if the
/// package lacks the table or the table has no such row.
#[cfg(feature = "reports")]
pub fn rows_of_subject<'a>(contents: &PackageData<'a>, name: &str) -> Result<Option<TableRows<'a>>, ColumnError> {
    let rows = contents.table(name).map(|table| subject_rows_in(contents, table)).transpose()?;
    Ok(rows.filter(|rows| !rows.is_empty()))
}

/// All rows of a table; `None` if the package lacks the table or the table has no row.
#[cfg(feature = "reports")]
pub fn all_rows_of<'a>(contents: &PackageData<'a>, name: &str) -> Option<TableRows<'a>> {
    contents.table(name).map(TableRows::all).filter(|rows| !rows.is_empty())
}

/// The rows of the subject in the table that rolls up `from` by `key_columns`, whatever its name.
/// `None` if the package lacks the table; the rows may be empty.
pub fn rows_of_roll_up<'a>(
    contents: &PackageData<'a>,
    from: TableSource,
    key_columns: &[TableKey],
) -> Result<Option<TableRows<'a>>, ColumnError> {
    let mut definitions =
        contents.table_definitions.iter().filter(|table| table.source == from && table.keys == key_columns);
    let table = definitions.find_map(|definition| contents.table(&definition.name));
    table.map(|table| subject_rows_in(contents, table)).transpose()
}

/// The rows of the cohorts of the subject, by office or not; `None` if the package lacks them.
pub fn rows_of_cohorts<'a>(contents: &PackageData<'a>) -> Result<Option<TableRows<'a>>, ColumnError> {
    let by: &[&[TableKey]] = match contents.subject.entity_code() {
        Some(_) => &[&[TableKey::Entidad], &[TableKey::Entidad, TableKey::Representacion]],
        None => &[&[TableKey::Representacion], &[TableKey::Entidad]],
    };
    by.iter().find_map(|by| rows_of_roll_up(contents, TableSource::Cohorts, by).transpose()).transpose()
}

fn subject_rows_in<'a>(contents: &PackageData, table: &'a Table) -> Result<TableRows<'a>, ColumnError> {
    TableRows::of_entity(table, contents.subject.entity_code())
}

/// The sums of measures for each category of a dimension, in the order of its list. Codes that the
/// list lacks come last.
pub fn sums_by_category(
    rows: &TableRows,
    contents: &PackageData,
    dimension: Dimension,
    measures: &[&str],
) -> Result<Vec<GroupSums>, ColumnError> {
    let mut groups = rows.sums_by(&[dimension.column_name()], measures)?;
    groups.sort_by_key(|group| contents.category_position(dimension, &group.key[0]));
    Ok(groups)
}
