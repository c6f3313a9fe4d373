/*!
The cubes of a corte as polars frames, in codes, and the catalogues that give the codes names.
*/

use lnere_core::columns;
use std::collections::BTreeMap;

use polars::prelude::{Column, DataFrame, NamedFrom, PolarsResult, Series};

use lnere_core::calendar::{Corte, Quincena, day_from_number, day_number};
use rayon::prelude::*;

use lnere_core::catalog::{Catalogs, CountryId, EntityId};
use lnere_core::process::{Dimension, DimensionDefinition, Process};
use lnere_count::{CorteCube, Tally};
use lnere_ingest::facts::ApplicationKey;
use lnere_ingest::{FileReport, Level, RecordRule, Verdict};

use super::definition::{TableDefinition, TableSource};
use super::projection_frames;
use lnere_projection::corte_projection::CorteProjection;

/// The inputs of the table builder.
pub struct TableInputs<'a> {
    /// The process.
    pub process: &'a Process,
    /// Its catalogues.
    pub catalogs: &'a Catalogs,
    /// The corte.
    pub corte: Corte,
    /// The counts.
    pub cube: &'a CorteCube,
    /// The findings of the plausibility rules.
    pub files: &'a [FileReport],
    /// The projection, if the process file asks for one.
    pub projection: Option<&'a CorteProjection>,
}

/// The column that numbers the rows of a frame which is in its final order.
pub(super) const ORDER: &str = "orden";

/// A corte is counted without looking at earlier releases; what differs from the one that it replaces is
/// found when it is published.
fn no_revisions() -> PolarsResult<DataFrame> {
    let keys = [columns::TABLA, columns::CLAVE, columns::MEDIDA].map(|name| text_column(name, Vec::new()));
    let counts = [columns::ANTERIOR, columns::ACTUAL].map(|name| int(name, Vec::new()));
    frame(keys.into_iter().chain(counts).collect())
}

fn labels(name: &str, values: Vec<&str>) -> Column {
    Series::new(name.into(), values).into()
}

/// The place of each thing among all, by the bytes of its code.
fn ranks<'a, T: Copy + Ord>(things: impl Iterator<Item = T>, code: impl Fn(&T) -> &'a str) -> BTreeMap<T, u64> {
    let mut things: Vec<T> = things.collect();
    things.sort_by_key(|thing| code(thing));
    things.into_iter().zip(0..).collect()
}

pub(super) fn text_column(name: &str, values: Vec<String>) -> Column {
    Series::new(name.into(), values).into()
}

pub(super) fn real(name: &str, values: Vec<f64>) -> Column {
    Series::new(name.into(), values).into()
}

pub(super) fn int(name: &str, values: Vec<i64>) -> Column {
    Series::new(name.into(), values).into()
}

/// A frame of columns of the same length.
pub(super) fn frame(columns: Vec<Column>) -> PolarsResult<DataFrame> {
    DataFrame::new_infer_height(columns)
}

impl TableInputs<'_> {
    /// The source of a roll-up: a frame of codes and measures.
    pub(super) fn frame(&self, definition: &TableDefinition) -> PolarsResult<DataFrame> {
        match definition.from {
            TableSource::Applications => self.applications(),
            TableSource::Days => self.days(),
            TableSource::Credentials => self.credentials(),
            TableSource::DeliveryTimes => self.delivery_times(),
            TableSource::Quality => self.quality(),
            TableSource::Revisions => no_revisions(),
            _ => projection_frames::frame_of(self, definition),
        }
    }

    fn applications(&self) -> PolarsResult<DataFrame> {
        let entities: Vec<String> = (0..=EntityId::COUNT).map(|number| format!("{number:02}")).collect();
        let entity = |key: &ApplicationKey| key.entity().map_or(0, |entity| usize::from(entity.number()));
        let country = |key: &ApplicationKey| self.catalogs.countries.get(key.country()).code.as_str();
        let code = |key: &ApplicationKey, dimension| self.process.categories(dimension).code(key.category(dimension));

        // The cube is by far the largest table. Its rows are sorted and numbered here, where codes
        // are small, so that no later sort compares texts.
        let mut cells: Vec<(&ApplicationKey, &Tally)> = self.cube.applications.iter().collect();
        let countries = ranks(self.catalogs.countries.ids().chain([CountryId::UNKNOWN]), |id| {
            self.catalogs.countries.get(*id).code.as_str()
        });
        let dimensions = self.process.dimensions();
        let categories: Vec<(Dimension, BTreeMap<u8, u64>)> = dimensions
            .iter()
            .map(|definition| {
                let list = &definition.categories;
                (definition.dimension, ranks(0..=list.unidentified(), |index| list.code(*index)))
            })
            .collect();
        cells.par_sort_unstable_by_key(|(key, _)| {
            let country = countries.get(&key.country()).copied().unwrap_or(0);
            let rank =
                |(dimension, ranks): &(Dimension, BTreeMap<u8, u64>)| ranks.get(&key.category(*dimension)).copied();
            let first = (entity(key) as u128) << 16 | u128::from(country);
            categories.iter().fold(first, |order, of| order << of.0.width() | u128::from(rank(of).unwrap_or(0)))
        });

        let keys = || cells.iter().map(|(key, _)| *key);
        let mut columns = vec![
            labels(columns::CVE_ENTIDAD, keys().map(|key| entities[entity(key)].as_str()).collect()),
            labels(columns::CVE_PAIS, keys().map(country).collect()),
        ];
        for DimensionDefinition { dimension, .. } in dimensions {
            columns.push(labels(dimension.column(), keys().map(|key| code(key, *dimension)).collect()));
        }
        columns.push(int(columns::SOLICITUDES_QUINCENA, cells.iter().map(|(_, tally)| tally.quincena).collect()));
        columns.push(int(columns::SOLICITUDES_ACUMULADAS, cells.iter().map(|(_, tally)| tally.acumulada).collect()));
        columns.push(int(ORDER, (0..).take(cells.len()).collect()));
        frame(columns)
    }

    /// Each day from the opening to the corte, for each entity and modality, zero included; days
    /// as days since 1970. `NO_IDENTIFICADO` is there from the first day on which it counts one.
    fn days(&self) -> PolarsResult<DataFrame> {
        let modalities = self.process.categories(Dimension::MODALIDAD);
        let first = day_number(self.process.opens);
        let last = day_number(self.corte.day());
        let quincena_ends: Vec<i64> = (first..=last)
            .map(|day| i64::from(day_number(Quincena::containing(day_from_number(day)).corte().day())))
            .collect();
        let (mut entity, mut modality) = (Vec::new(), Vec::new());
        let (mut fecha, mut quincena, mut count, mut so_far) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for id in &self.process.entities {
            for category in 0..=modalities.unidentified() {
                let mut total = 0;
                for (day, quincena_end) in (first..=last).zip(&quincena_ends) {
                    let of_day = self.cube.days.get(&(day, *id, category)).copied().unwrap_or(0);
                    total += of_day;
                    if category == modalities.unidentified() && total == 0 {
                        continue;
                    }
                    entity.push(id.code());
                    modality.push(modalities.code(category).to_owned());
                    fecha.push(i64::from(day));
                    quincena.push(*quincena_end);
                    count.push(of_day);
                    so_far.push(total);
                }
            }
        }
        frame(vec![
            text_column(columns::CVE_ENTIDAD, entity),
            text_column(columns::MODALIDAD, modality),
            int(columns::FECHA, fecha),
            int(columns::QUINCENA, quincena),
            int(columns::SOLICITUDES, count),
            int(columns::SOLICITUDES_ACUMULADAS, so_far),
        ])
    }

    fn credentials(&self) -> PolarsResult<DataFrame> {
        let cells = &self.cube.credentials;
        let office = |id| self.catalogs.offices.get(id);
        let mut columns = vec![
            text_column(columns::CVE_ENTIDAD, cells.keys().map(|(entity, _)| entity.code()).collect()),
            text_column(columns::CVE_REPRESENTACION, cells.keys().map(|(_, id)| office(*id).code.clone()).collect()),
        ];
        for (index, name) in super::dictionary::CREDENTIAL_MEASURES.iter().enumerate() {
            let measure = |tallies: &lnere_count::CredentialTallies| match (tallies[index / 2], index % 2) {
                (tally, 0) => tally.quincena,
                (tally, _) => tally.acumulada,
            };
            columns.push(int(name, cells.values().map(measure).collect()));
        }
        frame(columns)
    }

    fn delivery_times(&self) -> PolarsResult<DataFrame> {
        let times = &self.cube.delivery_times;
        frame(vec![
            text_column(columns::CVE_ENTIDAD, times.keys().map(|(entity, _)| entity.code()).collect()),
            int(columns::DIAS, times.keys().map(|(_, days)| i64::from(*days)).collect()),
            int(columns::ENTREGADAS, times.values().copied().collect()),
        ])
    }

    fn quality(&self) -> PolarsResult<DataFrame> {
        let mut rows: Vec<(String, String, &str, &str, i64)> = Vec::new();
        for report in self.files {
            let mut add = |rule, level, records: u64| {
                let count = i64::try_from(records).unwrap_or(i64::MAX);
                rows.push((report.file.source.to_string(), report.file.name.clone(), rule, level, count));
            };
            for rule in RecordRule::ALL.into_iter().filter(|rule| report.counts.get(*rule) > 0) {
                add(rule.code(), Level::code(rule.level()), report.counts.get(rule));
            }
            for (rule, (level, records)) in findings(report) {
                add(rule, level, records);
            }
            add("leidas", "total", report.read);
            add("aceptadas", "total", report.accepted());
            add("rechazadas", "total", report.counts.rejected());
        }
        frame(vec![
            text_column(columns::FUENTE, rows.iter().map(|row| row.0.clone()).collect()),
            text_column(columns::ARCHIVO, rows.iter().map(|row| row.1.clone()).collect()),
            text_column(columns::REGLA, rows.iter().map(|row| row.2.to_owned()).collect()),
            text_column(columns::NIVEL, rows.iter().map(|row| row.3.to_owned()).collect()),
            int(columns::FILAS, rows.iter().map(|row| row.4).collect()),
        ])
    }

    /// Codes and names of the entities.
    pub(super) fn entity_names(&self) -> PolarsResult<DataFrame> {
        let entities = &self.catalogs.entities;
        frame(vec![
            text_column(columns::CVE_ENTIDAD, entities.ids().map(EntityId::code).collect()),
            text_column(columns::ENTIDAD, entities.ids().map(|entity| entities.name(entity).to_owned()).collect()),
        ])
    }

    /// Codes and names of the countries, `XXX` among them.
    pub(super) fn country_names(&self) -> PolarsResult<DataFrame> {
        let countries = &self.catalogs.countries;
        let ids: Vec<_> = std::iter::once(lnere_core::catalog::CountryId::UNKNOWN).chain(countries.ids()).collect();
        frame(vec![
            text_column(columns::CVE_PAIS, ids.iter().map(|id| countries.get(*id).code.clone()).collect()),
            text_column(columns::PAIS, ids.iter().map(|id| countries.get(*id).name.clone()).collect()),
        ])
    }

    /// Codes, names, kinds and countries of the offices, the unidentified one among them.
    pub(super) fn office_names(&self) -> PolarsResult<DataFrame> {
        let offices = &self.catalogs.offices;
        let ids = std::iter::once(lnere_core::catalog::OfficeId::UNKNOWN).chain(offices.ids());
        let all: Vec<_> = ids.map(|id| offices.get(id)).collect();
        let country = |office: &&lnere_core::catalog::Office| self.catalogs.countries.get(office.country);
        frame(vec![
            text_column(columns::CVE_REPRESENTACION, all.iter().map(|office| office.code.clone()).collect()),
            text_column(columns::CVE_PAIS, all.iter().map(|office| country(office).code.clone()).collect()),
            text_column(columns::PAIS, all.iter().map(|office| country(office).name.clone()).collect()),
            text_column(columns::TIPO_REPRESENTACION, all.iter().map(|office| office.kind_code().to_owned()).collect()),
            text_column(columns::REPRESENTACION, all.iter().map(|office| office.name.clone()).collect()),
        ])
    }
}

/// The findings of the plausibility rules in an accepted export, a row for each rule. A row has the
/// code, `advertencia` or `aceptada`, and the most affected records (lost, gained or unidentified)
/// in one column or entity.
fn findings(report: &FileReport) -> BTreeMap<&'static str, (&'static str, u64)> {
    let mut rows = BTreeMap::new();
    for finding in &report.findings {
        let level = match finding.verdict {
            Verdict::Warning => "advertencia",
            Verdict::Accepted => "aceptada",
            Verdict::Refused | Verdict::Published => continue,
        };
        let (known, records) = rows.entry(finding.rule.code()).or_insert((level, 0));
        // One rule may warn of a column and have been accepted for another.
        *known = level.min(*known);
        *records = finding.affected().max(*records);
    }
    rows
}
