/*!
Verifies the dashboard of a release: its files, its process, corte and audience, and its counts
against the tables.
*/

use lnere_core::column_names;
use std::collections::BTreeMap;
use std::io;

use chrono::NaiveDate;
use serde_json::Value;

use super::manifest::Manifest;
use super::publications::{PUBLIC_FOLDER, PublicManifest};
use super::release_folder::ReleaseFolder;
use super::table_path;
use super::verify::{Finding, Verification, check_integrity, is_release_fault, new_finding};
use lnere_core::process::{Audience, ReleasePart};
use lnere_dashboard::{
    CodeAndName, CohortRow, CorteData, CredentialData, DASHBOARD_FOLDER, DashboardData, DashboardSummary, EncodedCube,
};
use lnere_messages::message;
use lnere_tables::{ColumnError, Table};

/// The folder of the packages, with a folder for each recipient.
const PACKAGES_FOLDER: &str = "paquetes";

/// The recipient of the nation's package.
const NATIONAL_SLUG: &str = "nacional";

/// The measures of a credential, in the order of the cubes.
const CUMULATIVE_CREDENTIAL_MEASURES: [&str; 3] =
    [column_names::TRAMITADAS_ACUMULADAS, column_names::ENTREGADAS_ACUMULADAS, column_names::CONFIRMADAS_ACUMULADAS];

/// Takes a measure from the row of a cohort.
type CohortMeasure = fn(&CohortRow) -> i64;

/// The measures of a cohort, in the table and in the dashboard.
const COHORT_MEASURES: [(&str, CohortMeasure); 3] = [
    (column_names::TRAMITADAS, |row| row.2),
    (column_names::ENTREGADAS, |row| row.3),
    (column_names::CONFIRMADAS, |row| row.4),
];

/// The findings about a dashboard.
#[derive(Default)]
pub(super) struct DashboardFindings {
    pub verification: Verification,
    /// The counts that differ from the tables.
    pub count_findings: Vec<Finding>,
}

/// The findings about the dashboard of a release; `tables` are the tables of the release.
pub(super) fn dashboard_findings(release: &ReleaseFolder, manifest: &Manifest, tables: &[Table]) -> DashboardFindings {
    let mut found = DashboardFindings::default();
    let DashboardFindings { verification, count_findings } = &mut found;
    if !manifest.has_part(ReleasePart::Tablero) {
        if release.contains(DASHBOARD_FOLDER) {
            verification.add_finding(DASHBOARD_FOLDER, message!("L451-no-part"));
        }
        return found;
    }
    let folder = match release.open_folder(DASHBOARD_FOLDER) {
        Err(error) => {
            verification.add_read_failure(DASHBOARD_FOLDER, &error);
            return found;
        }
        Ok(folder) => folder,
    };
    verification.extend(check_integrity(&folder).verification.with_folder_prefix(DASHBOARD_FOLDER));
    let file = format!("{DASHBOARD_FOLDER}/{}", lnere_dashboard::DASHBOARD_DATA_FILE);
    let bytes = match folder.read(lnere_dashboard::DASHBOARD_DATA_FILE) {
        Err(error) => {
            verification.add_read_failure(file, &error);
            return found;
        }
        Ok(bytes) => bytes,
    };
    let Some(data) = checked_data(&file, &bytes, manifest, manifest.dashboard.as_deref(), verification) else {
        return found;
    };
    let difference = if data.entidad.is_some() {
        Some(message!("L453-not-what-audience-sees"))
    } else {
        first_data_difference(release, &data, tables)
    };
    count_findings.extend(difference.map(|problem| new_finding(&file, problem)));
    found
}

/// The findings about the dashboards in one file, which the packages contain.
pub(super) fn page_findings(release: &ReleaseFolder, manifest: &Manifest, tables: &[Table]) -> DashboardFindings {
    let mut found = DashboardFindings::default();
    let DashboardFindings { verification, count_findings } = &mut found;
    let slugs = match release.names_in_folder(PACKAGES_FOLDER) {
        Err(error) => {
            verification.add_read_failure(PACKAGES_FOLDER, &error);
            return found;
        }
        Ok(slugs) => slugs,
    };
    for slug in slugs {
        let file = format!("{PACKAGES_FOLDER}/{slug}/{}", lnere_dashboard::single_page_name(&slug));
        // The number of these files is compared with the manifest.
        if !release.contains(&file) {
            continue;
        }
        let page = match release.read(&file) {
            Err(error) => {
                verification.add_read_failure(file, &error);
                continue;
            }
            Ok(page) => page,
        };
        let bytes = lnere_dashboard::data_of_single_page(&page).unwrap_or_default();
        let Some(data) = checked_data(&file, bytes, manifest, Some(Audience::Opl.name()), verification) else {
            continue;
        };
        let code = (slug != NATIONAL_SLUG).then(|| slug.split('_').next().unwrap_or(&slug));
        let difference = if is_of_recipient(&data, code, manifest, tables) {
            first_data_difference(release, &data, &own_tables(tables, manifest, code))
        } else {
            Some(message!("L453-not-what-audience-sees"))
        };
        count_findings.extend(difference.map(|problem| new_finding(&file, problem)));
    }
    found
}

/// Whether data are those of the nation, or of one entity with shared tables alone.
fn is_of_recipient(data: &DashboardData, code: Option<&str>, manifest: &Manifest, tables: &[Table]) -> bool {
    let is_only_entity = |list: &[CodeAndName]| code.is_none_or(|code| matches!(list, [(one, _)] if one == code));
    let is_shared = |(name, rows): (&String, &Value)| {
        manifest.tables.iter().any(|record| record.name == *name && record.shared)
            && tables.iter().any(|table| table.name == *name && has_same_cells(rows, table))
    };
    data.entidad.as_deref() == code
        && is_only_entity(&data.entidades)
        && data.credenciales.as_ref().is_some_and(|credentials| is_only_entity(&credentials.entidades))
        && data.compartidas.iter().all(is_shared)
        && code.is_none_or(|code| has_own_corte(data, code, &own_tables(tables, manifest, Some(code))))
}

/// Whether the rows of a page are those of a table, in the columns that the table has. Another
/// check finds a missing column.
fn has_same_cells(stated: &Value, table: &Table) -> bool {
    let published = lnere_dashboard::table_json(table);
    let columns = |rows: &Value| -> Vec<(String, Vec<Value>)> {
        let names = rows["columnas"].as_array().into_iter().flatten().filter_map(Value::as_str).enumerate();
        let lines = rows[column_names::FILAS].as_array().map(Vec::as_slice).unwrap_or_default();
        names.map(|(at, name)| (name.to_owned(), lines.iter().map(|line| line[at].clone()).collect())).collect()
    };
    let published = columns(&published);
    columns(stated).iter().all(|(name, cells)| {
        published.iter().find(|(other, _)| other == name).is_none_or(|(_, others)| others == cells)
    })
}

/// Whether the cohorts and the tables of the corte are those of an entity and no more.
fn has_own_corte(data: &DashboardData, code: &str, own_tables: &[Table]) -> bool {
    let cohorts = data.credenciales.iter().filter_map(|credentials| credentials.cohorte.as_ref()).flatten();
    let is_own_corte = |stated: &CorteData| {
        let statuses = stated.estatus.as_ref().map(|series| series.estatus.clone()).unwrap_or_default();
        let own = CorteData::from_tables_and_codes(&stated.dia, &[code.to_owned()], &statuses, own_tables);
        // Another check reports what cannot be compared.
        own.is_err() || own.is_ok_and(|own| own == *stated)
    };
    cohorts.into_iter().all(|row| row.0 == code) && data.corte.as_ref().is_none_or(is_own_corte)
}

/// The rows of an entity in the tables by entity, and the shared tables that are not by entity; all
/// tables for the nation.
fn own_tables(tables: &[Table], manifest: &Manifest, code: Option<&str>) -> Vec<Table> {
    let Some(code) = code else { return tables.to_vec() };
    let is_shared = |table: &Table| manifest.tables.iter().any(|record| record.name == table.name && record.shared);
    let own = tables.iter().filter_map(|table| match table.values::<String>(column_names::CVE_ENTIDAD) {
        Ok(entities) => Some(table.filter_rows(|row| entities[row] == code)),
        Err(_) => is_shared(table).then(|| table.clone()),
    });
    own.collect()
}

/// The data of a dashboard, with the findings about its form, its process, its day and its
/// audience. `None` if the data cannot be compared with tables.
fn checked_data(
    file: &str,
    bytes: &[u8],
    manifest: &Manifest,
    audience: Option<&str>,
    verification: &mut Verification,
) -> Option<DashboardData> {
    let Some(data) = DashboardData::read(bytes) else {
        match DashboardSummary::read(bytes) {
            Some(summary) if summary.is_of_other_version() => {
                let hasta = summary.hasta.to_string();
                let stated = [&summary.proceso, &hasta, &summary.audiencia];
                check_identity(file, manifest, audience, stated, summary.aviso.as_deref(), verification);
                verification.add_note(file, message!("L455-other-dashboard-form"));
            }
            _ => verification.add_finding(file, message!("L453-dashboard-not-as-written")),
        }
        return None;
    };
    let stated = [&data.proceso, &data.hasta, &data.audiencia];
    check_identity(file, manifest, audience, stated, data.aviso.as_deref(), verification);
    Some(data)
}

/// Compares the process, the day and the audience of a dashboard with the manifest.
fn check_identity(
    data_file: &str,
    manifest: &Manifest,
    expected_audience: Option<&str>,
    [process, last_day, audience]: [&String; 3],
    notice: Option<&str>,
    verification: &mut Verification,
) {
    if (process, last_day, Some(audience.as_str())) != (&manifest.process, &manifest.corte, expected_audience) {
        verification.add_finding(data_file, message!("L452-dashboard-of-other-release"));
    }
    if notice != manifest.notice.as_deref() {
        verification.add_finding(data_file, message!("L452-other-notice"));
    }
}

/// The first difference between the dashboard data and the release.
fn first_data_difference(release: &ReleaseFolder, data: &DashboardData, tables: &[Table]) -> Option<String> {
    let is_for = |audience: Audience| data.audiencia == audience.name();
    let DashboardData { paises, solicitudes, credenciales, publico, .. } = data;
    match (paises, solicitudes, credenciales, publico) {
        (Some(countries), Some(applications), Some(credentials), None) if is_for(Audience::Opl) => {
            first_cube_difference(data, countries, applications, credentials, tables)
                .or_else(|| first_corte_difference(data, tables))
        }
        (None, None, None, Some(public)) if is_for(Audience::Publico) => {
            let rows = match protected_rows(release) {
                // An unreadable public part is reported with the public part.
                Err(error) if !is_release_fault(&error) => return None,
                rows => rows,
            };
            let Ok((manifest, rows)) = rows else {
                return Some(message!("L454-no-protected-tables"));
            };
            let is_same = rows == public.tablas && manifest.minimum == public.minimo;
            (!is_same).then(|| message!("L454-other-protected-tables"))
        }
        _ => Some(message!("L453-not-what-audience-sees")),
    }
}

/// The protected tables of a release in the form of the dashboard.
fn protected_rows(release: &ReleaseFolder) -> io::Result<(PublicManifest, BTreeMap<String, Value>)> {
    let folder = release.open_folder(PUBLIC_FOLDER)?;
    let manifest = PublicManifest::from_folder(&folder)?;
    let rows = manifest.tables.iter().map(|record| {
        let bytes = folder.read(&table_path(&record.name))?;
        let rows = lnere_tables::read(&record.name, bytes)
            .map(|table| lnere_dashboard::table_json(&table))
            .unwrap_or_default();
        Ok((record.name.clone(), rows))
    });
    let rows = rows.collect::<io::Result<_>>()?;
    Ok((manifest, rows))
}

/// Sums by codes or days; no sum is 0.
type SumsByKey = BTreeMap<Vec<String>, i64>;

/// The first table of the release whose counts or names differ from the cubes.
fn first_cube_difference(
    data: &DashboardData,
    countries: &[CodeAndName],
    applications: &EncodedCube,
    credentials: &CredentialData,
    tables: &[Table],
) -> Option<String> {
    let days = cube_days(&data.inicio, applications);
    let cubes = [applications, &credentials.acumuladas, &credentials.diarias].map(EncodedCube::cells);
    let [Some(applications), Some(accumulated), Some(daily)] = cubes else {
        return Some(message!("L453-unreadable-cube"));
    };
    let table = |name: &str| tables.iter().find(|table| table.name == name);
    let differs = |name: &str, columns: &[&str], measure: &str, counted: Option<SumsByKey>| match sum_table(
        table(name)?,
        columns,
        measure,
    ) {
        Err(error) => Some(message!("L454-dashboard-not-comparable", error)),
        Ok(sums) => (counted != Some(sums)).then(|| message!("L454-dashboard-counts-differ", table = name)),
    };
    // A cell of applications has its day, its entity, its country and its categories.
    let entities = codes_of(&data.entidades);
    let modalities = codes_of(data.categorias.list_of_column(column_names::MODALIDAD));
    let by_day = [(0, &*days), (1, &entities), (4, &modalities)];
    let first = differs(
        "lnere_diario",
        &[column_names::FECHA, column_names::CVE_ENTIDAD, column_names::MODALIDAD],
        column_names::SOLICITUDES,
        sum_cells(&applications, &by_day, None),
    );
    let mut breakdowns = vec![(column_names::PAIS, column_names::CVE_PAIS, codes_of(countries))];
    breakdowns.extend(data.categorias.iter().map(|(column, list)| (column, column, codes_of(list))));
    let mut by_breakdown = breakdowns.iter().zip(2..).map(|((name, column, list), place)| {
        let counted = sum_cells(&applications, &[(1, &entities), (place, list)], None);
        differs(
            &format!("lnere_por_{name}"),
            &[column_names::CVE_ENTIDAD, column],
            column_names::SOLICITUDES_ACUMULADAS,
            counted,
        )
    });

    // One entity does not see the sums of all.
    let offices_table = match data.entidad {
        None => "credenciales_por_representacion",
        Some(_) => "credenciales_por_entidad_representacion",
    };
    let entities = codes_of(&credentials.entidades);
    let offices: Vec<String> = credentials.representaciones.iter().map(|office| office.0.clone()).collect();
    let mut of_credentials = CUMULATIVE_CREDENTIAL_MEASURES.into_iter().enumerate().flat_map(|(place, measure)| {
        let only = Some((2, place));
        [
            ("credenciales_por_entidad", column_names::CVE_ENTIDAD, sum_cells(&daily, &[(1, &entities)], only)),
            ("credenciales_por_entidad", column_names::CVE_ENTIDAD, sum_cells(&accumulated, &[(0, &entities)], only)),
            (offices_table, column_names::CVE_REPRESENTACION, sum_cells(&accumulated, &[(1, &offices)], only)),
        ]
        .map(|(table, column, counted)| differs(table, &[column], measure, counted))
    });

    let mut of_cohorts = COHORT_MEASURES.into_iter().map(|(measure, count)| {
        let of_offices = credentials.cohorte.iter().flatten().filter(|row| row.0.is_empty() && !row.1.is_empty());
        let counted = of_offices.map(|row| (vec![row.1.clone()], count(row))).filter(|(_, count)| *count != 0);
        let stated = credentials.cohorte.is_some().then(|| counted.collect::<SumsByKey>())?;
        differs("credenciales_cohorte", &[column_names::CVE_REPRESENTACION], measure, Some(stated))
    });

    let offices: Vec<CodeAndName> =
        credentials.representaciones.iter().map(|office| (office.0.clone(), office.1.clone())).collect();
    let mut names = [
        ("lnere_por_entidad", [column_names::CVE_ENTIDAD, column_names::ENTIDAD], &data.entidades[..]),
        ("lnere_por_pais", [column_names::CVE_PAIS, column_names::PAIS], countries),
        ("credenciales_por_entidad", [column_names::CVE_ENTIDAD, column_names::ENTIDAD], &credentials.entidades),
        (offices_table, [column_names::CVE_REPRESENTACION, column_names::REPRESENTACION], &offices),
    ]
    .into_iter()
    .map(|(name, columns, pairs)| match has_other_name(table(name)?, columns, pairs) {
        Err(error) => Some(message!("L454-dashboard-not-comparable", error)),
        Ok(is_other) => is_other.then(|| message!("L454-dashboard-names-differ", table = name)),
    });
    first
        .or_else(|| by_breakdown.find_map(|problem| problem))
        .or_else(|| of_credentials.find_map(|problem| problem))
        .or_else(|| of_cohorts.find_map(|problem| problem))
        .or_else(|| names.find_map(|problem| problem))
}

/// The first table of the release that differs from what the dashboard selected of it.
fn first_corte_difference(data: &DashboardData, tables: &[Table]) -> Option<String> {
    let stated = data.corte.as_ref()?;
    let differs = |table: &str| Some(message!("L454-dashboard-counts-differ", table));
    if stated.dia != data.hasta {
        return Some(message!("L452-dashboard-of-other-release"));
    }
    let statuses = stated.estatus.as_ref().map(|series| series.estatus.clone()).unwrap_or_default();
    let entities = codes_of(&data.entidades);
    match CorteData::from_tables_and_codes(&stated.dia, &entities, &statuses, tables) {
        Err(error) => Some(message!("L454-dashboard-not-comparable", error)),
        // A process may publish only some of the tables.
        Ok(selected) => {
            let other = selected.tablas.iter().find(|(name, rows)| stated.tablas.get(*name) != Some(rows));
            let is_other_series = selected.estatus.is_some() && selected.estatus != stated.estatus;
            other
                .and_then(|(name, _)| differs(name))
                .or_else(|| is_other_series.then(|| differs(CorteData::STATUS_TABLE)).flatten())
        }
    }
}

/// Whether a table has another name for a code.
fn has_other_name(table: &Table, columns: [&str; 2], pairs: &[CodeAndName]) -> Result<bool, ColumnError> {
    let names: BTreeMap<&String, &String> = pairs.iter().map(|(code, name)| (code, name)).collect();
    let (codes, texts) = (table.values::<String>(columns[0])?, table.values::<String>(columns[1])?);
    Ok(codes.iter().zip(texts).any(|(code, text)| names.get(code).is_some_and(|name| *name != text)))
}

/// The days of a cube, from the first day on.
fn cube_days(first: &str, cube: &EncodedCube) -> Vec<String> {
    let count = cube.tamanos.first().copied().unwrap_or(0);
    let first: Option<NaiveDate> = first.parse().ok();
    let days = first.into_iter().flat_map(|day| day.iter_days());
    // No registration lasts ten years, but a damaged file may state any length.
    days.take(usize::try_from(count).unwrap_or(0).min(3660)).map(|day| day.to_string()).collect()
}

fn codes_of(pairs: &[CodeAndName]) -> Vec<String> {
    pairs.iter().map(|(code, _)| code.clone()).collect()
}

/// Sums the cells by some of their places, each with its list of codes. `only_code` selects the
/// cells with one code at one place. `None` if a code is not in its list.
fn sum_cells(
    cells: &[(Vec<usize>, u64)],
    summed_places: &[(usize, &[String])],
    only_code: Option<(usize, usize)>,
) -> Option<SumsByKey> {
    let mut places: BTreeMap<Vec<usize>, i64> = BTreeMap::new();
    for (codes, count) in
        cells.iter().filter(|(codes, _)| only_code.is_none_or(|(at, code)| codes.get(at) == Some(&code)))
    {
        let key = summed_places.iter().map(|(place, _)| codes.get(*place).copied()).collect::<Option<_>>()?;
        *places.entry(key).or_default() += i64::try_from(*count).ok()?;
    }
    let with_codes = |(key, sum): (Vec<usize>, i64)| {
        let key = key.iter().zip(summed_places).map(|(at, (_, list))| list.get(*at).cloned()).collect::<Option<_>>()?;
        Some((key, sum))
    };
    places.into_iter().map(with_codes).collect()
}

/// Sums a measure of a table by some of its columns.
fn sum_table(table: &Table, columns: &[&str], measure: &str) -> Result<SumsByKey, ColumnError> {
    let keys: Vec<Vec<String>> = columns.iter().map(|column| table.key_texts(column)).collect::<Result<_, _>>()?;
    let counts = table.values::<i64>(measure)?;
    let mut sums = SumsByKey::new();
    for (row, count) in counts.iter().enumerate().filter(|(_, count)| **count != 0) {
        *sums.entry(keys.iter().map(|texts| texts[row].clone()).collect()).or_default() += *count;
    }
    Ok(sums)
}
