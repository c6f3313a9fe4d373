/*!
Makes the dashboard of a recipient as one file. That of the nation has everything. That of an entity
has its own rows, and the shared tables with a row per entity.
*/

use lnere_core::column_names;
use lnere_core::process::Dimension;
use lnere_dashboard::{CorteData, DashboardData, single_page, table_json};
use lnere_tables::{Table, TableKey};

use crate::{PackageData, PackageError};

/// The page of the subject of a package; its tables are those that the subject may see.
pub fn page_of_subject(data: &DashboardData, contents: &PackageData) -> Result<Vec<u8>, PackageError> {
    let Some(code) = contents.subject.entity_code() else { return Ok(single_page(data)) };
    let shared = contents.tables.iter().filter(|table| {
        let definition = contents.table_definitions.iter().find(|definition| definition.name == table.name);
        definition.is_some_and(|one| one.is_shared_with_all && one.keys == [TableKey::Entidad])
    });
    let shared = shared.map(|table| (table.name.clone(), table_json(table))).collect();
    let statuses = contents.process.categories(Dimension::ESTATUS).categories().iter();
    let statuses: Vec<String> = statuses.map(|category| category.code.clone()).collect();
    // From the rows of the entity, and from tables without entities that it may see.
    let own_tables: Vec<Table> = contents.tables.iter().map(|table| own_rows(table, code)).collect();
    let corte = contents.corte.to_string();
    let own_corte = || CorteData::from_tables_and_codes(&corte, &[code.to_owned()], &statuses, &own_tables);
    let own_corte = data.corte.as_ref().map(|_| own_corte()).transpose()?;
    let own = data.restricted_to_entity(code, shared, own_corte);
    own.map(|own| single_page(&own)).ok_or_else(|| PackageError::Dashboard { slug: contents.subject.slug.clone() })
}

fn own_rows(table: &Table, code: &str) -> Table {
    match table.values::<String>(column_names::CVE_ENTIDAD) {
        Ok(entities) => table.filter_rows(|row| entities[row] == code),
        Err(_) => table.clone(),
    }
}

#[cfg(test)]
mod tests {
    use lnere_dashboard::{DashboardData, data_of_single_page};

    use super::*;
    use crate::test_release::SAMPLE_PROCESS;

    /// The most bytes that a page of the sample may have.
    const MAX_PAGE_BYTES: usize = 2_000_000;

    #[test]
    fn each_page_has_the_rows_of_its_recipient_and_the_shared_totals() {
        let release = SAMPLE_PROCESS.release("2021-03-15", false);
        let nation = release.dashboard.as_ref().unwrap();
        for package in release.packages() {
            let page = page_of_subject(nation, &package.contents()).unwrap();
            assert!(page.len() <= MAX_PAGE_BYTES, "{}: {} bytes", package.subject.slug, page.len());
            let data = data_of_single_page(&page).and_then(DashboardData::read).unwrap();
            let Some(code) = package.subject.entity_code() else {
                assert_eq!(&data, nation);
                continue;
            };
            let own = |name: &str| package.tables.iter().find(|table| table.name == name).unwrap();
            assert_eq!(data.entidad.as_deref(), Some(code));
            let shared: Vec<&str> = data.compartidas.keys().map(String::as_str).collect();
            assert_eq!(
                shared,
                ["credenciales_cohorte_entidad", "credenciales_por_entidad", "lnere_por_entidad", "metas"]
            );
            assert_eq!(data.compartidas["lnere_por_entidad"], table_json(own("lnere_por_entidad")));
            let daily: i64 = own("lnere_diario").values::<i64>("solicitudes").unwrap().iter().sum();
            assert_eq!(data.solicitudes.unwrap().total, u64::try_from(daily).unwrap(), "{code}");
        }
    }
}
