/*!
The dashboard of a release read again: its files, of which process, corte and audience it is, and that what it counts is
what the tables count.
*/

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::manifest::Manifest;
use super::publications::{PUBLIC, PublicManifest};
use super::table_file;
use super::verify::{Finding, finding, integrity};
use crate::board::{self, BOARD, CredentialData, Cube, Pair, Summary};
use crate::process::{Audience, Dimension, Part};
use crate::tables::{self, Column, Table};

/// How often a credential is counted, in the order of the cubes.
const MEASURES: [&str; 3] = ["tramitadas_acumuladas", "entregadas_acumuladas", "confirmadas_acumuladas"];

/// Everything that is wrong with the dashboard of a release. `tables` are those of the release.
pub(super) fn board_findings(release: &Path, manifest: &Manifest, tables: &[Table]) -> Vec<Finding> {
    let folder = release.join(BOARD);
    match (manifest.has(Part::Tablero), folder.exists()) {
        (false, false) => return Vec::new(),
        (false, true) => return vec![finding(BOARD, "is no part of the manifest")],
        (true, _) => {}
    }
    let mut findings: Vec<Finding> =
        integrity(&folder).findings.into_iter().map(|finding| finding.within(BOARD)).collect();
    let file = format!("{BOARD}/{}", board::DATA);
    let Some(summary) = fs::read(folder.join(board::DATA)).ok().and_then(|data| board::summary(&data)) else {
        findings.push(finding(file, "is missing, or not as it was written"));
        return findings;
    };
    let said = (&summary.proceso, &summary.hasta, Some(&summary.audiencia));
    if said != (&manifest.process, &manifest.corte, manifest.dashboard.as_ref()) {
        findings.push(finding(&file, "is of another process, another day or another audience than the manifest"));
    }
    findings.extend(miscounted(release, &summary, tables).map(|problem| finding(&file, problem)));
    findings
}

/// What the data say that the release does not.
fn miscounted(release: &Path, summary: &Summary, tables: &[Table]) -> Option<String> {
    let is = |audience: Audience| summary.audiencia == audience.name();
    let Summary { paises, solicitudes, credenciales, publico, .. } = summary;
    match (paises, solicitudes, credenciales, publico) {
        (Some(countries), Some(applications), Some(credentials), None) if is(Audience::Opl) => {
            otherwise(summary, countries, applications, credentials, tables)
        }
        (None, None, None, Some(public)) if is(Audience::Publico) => {
            let folder = release.join(PUBLIC);
            let Ok(manifest) = PublicManifest::read(&folder) else {
                return Some("shows protected tables, and the release has none".to_owned());
            };
            let rows = manifest.files.iter().map(|record| {
                let bytes = fs::read(folder.join(table_file(&record.name))).unwrap_or_default();
                let rows = tables::read(&record.name, bytes).ok().map(|table| board::rows(&table));
                (record.name.clone(), rows.unwrap_or_default())
            });
            let rows: BTreeMap<_, _> = rows.collect();
            (rows != public.tablas).then(|| "does not show the protected tables of the release".to_owned())
        }
        _ => Some("has not what its audience sees, or more".to_owned()),
    }
}

/// Sums by codes, none of them 0.
type Sums<'a> = BTreeMap<Vec<&'a str>, i64>;

/// The first table of the release that does not count what the cubes count.
fn otherwise(
    summary: &Summary,
    countries: &[Pair],
    applications: &Cube,
    credentials: &CredentialData,
    tables: &[Table],
) -> Option<String> {
    let cubes = [applications, &credentials.acumuladas, &credentials.diarias].map(Cube::cells);
    let [Some(applications), Some(accumulated), Some(daily)] = cubes else {
        return Some("has a cube that cannot be read, or does not add up".to_owned());
    };
    let differs = |name: &str, columns: &[&str], measure: &str, counted: Option<Sums>| {
        let table = tables.iter().find(|table| table.name == name)?;
        let is_same = counted.is_some() && counted == of_table(table, columns, measure);
        (!is_same).then(|| format!("does not count what the table {name} counts"))
    };

    // A cell of the applications has its day, its entity, its country and its categories.
    let entities = codes(&summary.entidades);
    let mut breakdowns = vec![("pais", "cve_pais", codes(countries))];
    breakdowns.extend(Dimension::ALL.map(|dimension| {
        let column = dimension.column();
        (column, column, summary.categorias.get(column).map(|list| codes(list)).unwrap_or_default())
    }));
    let by_breakdown = breakdowns.iter().zip(2..).find_map(|((name, column, list), place)| {
        let counted = sums(&applications, &[(1, &entities), (place, list)], None);
        differs(&format!("lnere_por_{name}"), &["cve_entidad", column], "solicitudes_acumuladas", counted)
    });

    let entities = codes(&credentials.entidades);
    let offices: Vec<&str> = credentials.representaciones.iter().map(|office| office.0.as_str()).collect();
    let mut of_credentials = MEASURES.into_iter().enumerate().flat_map(|(place, measure)| {
        let only = Some((2, place));
        [
            ("credenciales_por_entidad", "cve_entidad", sums(&daily, &[(1, &entities)], only)),
            ("credenciales_por_entidad", "cve_entidad", sums(&accumulated, &[(0, &entities)], only)),
            ("credenciales_por_representacion", "cve_representacion", sums(&accumulated, &[(1, &offices)], only)),
        ]
        .map(|(table, column, counted)| differs(table, &[column], measure, counted))
    });
    by_breakdown.or_else(|| of_credentials.find_map(|problem| problem))
}

fn codes(pairs: &[Pair]) -> Vec<&str> {
    pairs.iter().map(|(code, _)| code.as_str()).collect()
}

/// Cells added up by some of their places, each with its list of codes; `only` those of one code at one place. `None`
/// where a code is in no list.
fn sums<'a>(cells: &[(Vec<usize>, u64)], by: &[(usize, &[&'a str])], only: Option<(usize, usize)>) -> Option<Sums<'a>> {
    let mut sums = Sums::new();
    for (codes, count) in cells.iter().filter(|(codes, _)| only.is_none_or(|(at, code)| codes.get(at) == Some(&code))) {
        let key = by.iter().map(|(place, list)| list.get(*codes.get(*place)?).copied()).collect::<Option<_>>()?;
        *sums.entry(key).or_default() += i64::try_from(*count).ok()?;
    }
    Some(sums)
}

/// A measure of a table added up by some of its columns; `None` where it has not these.
fn of_table<'a>(table: &'a Table, columns: &[&str], measure: &str) -> Option<Sums<'a>> {
    let text = |name: &&str| match table.column(name) {
        Some(Column::Text(texts)) => Some(texts),
        _ => None,
    };
    let keys = columns.iter().map(text).collect::<Option<Vec<_>>>()?;
    let Some(Column::Int(counts)) = table.column(measure) else { return None };
    let mut sums = Sums::new();
    for (row, count) in counts.iter().enumerate().filter(|(_, count)| **count != 0) {
        *sums.entry(keys.iter().map(|texts| texts[row].as_str()).collect()).or_default() += *count;
    }
    Some(sums)
}
