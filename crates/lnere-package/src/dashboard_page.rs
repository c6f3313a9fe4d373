/*!
Makes the dashboard of a recipient as one file. That of the nation has everything. That of an entity
has its own rows, and the shared tables with a row per entity.
*/

use lnere_dashboard::{DashboardData, single_page, table_json};
use lnere_tables::TableKey;

use crate::{PackageData, PackageError};

/// The page of the subject of a package; its tables are those that the subject may see.
pub fn page_of_subject(data: &DashboardData, contents: &PackageData) -> Result<Vec<u8>, PackageError> {
    let Some(code) = contents.subject.entity_code() else { return Ok(single_page(data)) };
    let shared = contents.tables.iter().filter(|table| {
        let definition = contents.table_definitions.iter().find(|definition| definition.name == table.name);
        definition.is_some_and(|one| one.is_shared_with_all && one.keys == [TableKey::Entidad])
    });
    let shared = shared.map(|table| (table.name.clone(), table_json(table))).collect();
    let own = data.restricted_to_entity(code, shared);
    own.map(|own| single_page(&own)).ok_or_else(|| PackageError::Dashboard { slug: contents.subject.slug.clone() })
}
