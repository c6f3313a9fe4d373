/*!
Converts the cubes of a corte to polars frames, with the ranks of codes as keys.
*/

use lnere_core::column_names;
use std::collections::BTreeMap;

use polars::prelude::{Column, DataFrame, NamedFrom, PolarsResult, Series};

use lnere_core::calendar::{Corte, Quincena, day_from_number, day_number};
use rayon::prelude::*;

use lnere_core::catalog::{Catalogs, EntityId};
use lnere_core::process::{Dimension, Process};
use lnere_count::{Cohort, CorteCube, Tally};
use lnere_ingest::coded_records::ApplicationKey;
use lnere_ingest::{FileReport, RecordRule, RuleSeverity, Verdict};

use super::code_ranks::CodeRanks;
use super::definition::{TableDefinition, TableKey, TableSource};
use super::projection_frames;
use lnere_projection::corte_projection::CorteProjection;

/// The inputs of the table builder.
pub struct TableInputs<'a> {
    /// The process.
    pub process: &'a Process,
    /// The catalogues of the process.
    pub catalogs: &'a Catalogs,
    /// The corte.
    pub corte: Corte,
    /// The counts.
    pub cube: &'a CorteCube,
    /// The findings of the plausibility rules.
    pub file_reports: &'a [FileReport],
    /// The projection, if the process file asks for one.
    pub projection: Option<&'a CorteProjection>,
}

/// An empty frame of revisions. A corte is counted without earlier releases; the differences are
/// found at publication.
fn empty_revisions_frame() -> PolarsResult<DataFrame> {
    let keys =
        [column_names::TABLA, column_names::CLAVE, column_names::MEDIDA].map(|name| text_column(name, Vec::new()));
    let counts = [column_names::ANTERIOR, column_names::ACTUAL].map(|name| int_column(name, Vec::new()));
    frame_from_columns(keys.into_iter().chain(counts).collect())
}

pub(super) fn rank_column(name: &str, values: Vec<u32>) -> Column {
    Series::new(name.into(), values).into()
}

pub(super) fn text_column(name: &str, values: Vec<String>) -> Column {
    Series::new(name.into(), values).into()
}

pub(super) fn real_column(name: &str, values: Vec<f64>) -> Column {
    Series::new(name.into(), values).into()
}

pub(super) fn int_column(name: &str, values: Vec<i64>) -> Column {
    Series::new(name.into(), values).into()
}

/// Makes a frame from columns of the same length.
pub(super) fn frame_from_columns(columns: Vec<Column>) -> PolarsResult<DataFrame> {
    DataFrame::new_infer_height(columns)
}

impl TableInputs<'_> {
    /// The frame of keys and measures from which a table is rolled up.
    pub(super) fn source_frame(&self, definition: &TableDefinition, code_ranks: &CodeRanks) -> PolarsResult<DataFrame> {
        match definition.source {
            TableSource::Applications => self.applications(code_ranks),
            TableSource::Days => self.days(code_ranks),
            TableSource::Credentials => self.credentials(code_ranks),
            TableSource::DeliveryTimes => self.delivery_times(),
            TableSource::StatusChanges => self.status_changes(code_ranks),
            TableSource::StatusSeries => self.status_series(code_ranks),
            TableSource::Cohorts => self.cohorts(definition, code_ranks),
            TableSource::Quality => self.quality(),
            TableSource::Revisions => empty_revisions_frame(),
            _ => projection_frames::projected_frame(self, definition, code_ranks),
        }
    }

    /// The cells of the cube, sorted by entity, country and dimensions in the order of the process.
    fn applications(&self, code_ranks: &CodeRanks) -> PolarsResult<DataFrame> {
        let dimensions: Vec<(Dimension, &[u32])> = self
            .process
            .dimensions()
            .iter()
            .map(|one| (one.dimension, code_ranks.category_ranks(one.dimension)))
            .collect();
        let category = |key: &ApplicationKey, (dimension, ranks): (Dimension, &[u32])| {
            CodeRanks::category_rank(ranks, Some(key.category(dimension)))
        };
        let sort_key = |key: &ApplicationKey| {
            let first = u128::from(CodeRanks::entity_rank(key.entity())) << 16
                | u128::from(code_ranks.country_rank(key.country()));
            dimensions.iter().fold(first, |order, of| order << of.0.bit_width() | u128::from(category(key, *of)))
        };
        let mut cells: Vec<(u128, &ApplicationKey, &Tally)> =
            self.cube.applications.iter().map(|(key, tally)| (sort_key(key), key, tally)).collect();
        cells.par_sort_unstable_by_key(|(order, ..)| *order);

        let keys = || cells.iter().map(|(_, key, _)| *key);
        let mut columns = vec![
            rank_column(column_names::CVE_ENTIDAD, keys().map(|key| CodeRanks::entity_rank(key.entity())).collect()),
            rank_column(column_names::CVE_PAIS, keys().map(|key| code_ranks.country_rank(key.country())).collect()),
        ];
        for of in &dimensions {
            columns.push(rank_column(of.0.column_name(), keys().map(|key| category(key, *of)).collect()));
        }
        let tallies = || cells.iter().map(|(.., tally)| *tally);
        columns.push(int_column(column_names::SOLICITUDES_QUINCENA, tallies().map(|tally| tally.quincena).collect()));
        columns
            .push(int_column(column_names::SOLICITUDES_ACUMULADAS, tallies().map(|tally| tally.acumulada).collect()));
        frame_from_columns(columns)
    }

    /// Each day from the opening to the corte, for each entity and modality, including zeros; days
    /// are days since 1970. `NO_IDENTIFICADO` appears from the first day with a count.
    fn days(&self, code_ranks: &CodeRanks) -> PolarsResult<DataFrame> {
        let modality_ranks = code_ranks.category_ranks(Dimension::MODALIDAD);
        let modalities = self.process.categories(Dimension::MODALIDAD);
        let first = day_number(self.process.opens);
        let last = day_number(self.corte.day());
        let quincena_ends: Vec<i64> = (first..=last)
            .map(|day| i64::from(day_number(Quincena::containing(day_from_number(day)).corte().day())))
            .collect();
        let (mut entity, mut modality) = (Vec::new(), Vec::new());
        let (mut fecha, mut quincena, mut count, mut so_far) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for id in &self.process.entities {
            for category in 0..=modalities.unidentified_index() {
                let mut total = 0;
                for (day, quincena_end) in (first..=last).zip(&quincena_ends) {
                    let of_day = self.cube.applications_by_day.get(&(day, *id, category)).copied().unwrap_or(0);
                    total += of_day;
                    if category == modalities.unidentified_index() && total == 0 {
                        continue;
                    }
                    entity.push(CodeRanks::entity_rank(Some(*id)));
                    modality.push(CodeRanks::category_rank(modality_ranks, Some(category)));
                    fecha.push(i64::from(day));
                    quincena.push(*quincena_end);
                    count.push(of_day);
                    so_far.push(total);
                }
            }
        }
        frame_from_columns(vec![
            rank_column(column_names::CVE_ENTIDAD, entity),
            rank_column(column_names::MODALIDAD, modality),
            int_column(column_names::FECHA, fecha),
            int_column(column_names::QUINCENA, quincena),
            int_column(column_names::SOLICITUDES, count),
            int_column(column_names::SOLICITUDES_ACUMULADAS, so_far),
        ])
    }

    fn credentials(&self, code_ranks: &CodeRanks) -> PolarsResult<DataFrame> {
        let cells = &self.cube.credentials;
        let mut columns = vec![
            rank_column(
                column_names::CVE_ENTIDAD,
                cells.keys().map(|(entity, _)| CodeRanks::entity_rank(Some(*entity))).collect(),
            ),
            rank_column(
                column_names::CVE_REPRESENTACION,
                cells.keys().map(|(_, office)| code_ranks.office_rank(*office)).collect(),
            ),
        ];
        for (index, name) in super::dictionary::CREDENTIAL_MEASURES.iter().enumerate() {
            let measure = |tallies: &lnere_count::CredentialTallies| match (tallies[index / 2], index % 2) {
                (tally, 0) => tally.quincena,
                (tally, _) => tally.acumulada,
            };
            columns.push(int_column(name, cells.values().map(measure).collect()));
        }
        frame_from_columns(columns)
    }

    fn delivery_times(&self) -> PolarsResult<DataFrame> {
        let times = &self.cube.delivery_times;
        frame_from_columns(vec![
            rank_column(
                column_names::CVE_ENTIDAD,
                times.keys().map(|(entity, _)| CodeRanks::entity_rank(Some(*entity))).collect(),
            ),
            int_column(column_names::DIAS, times.keys().map(|(_, days)| i64::from(*days)).collect()),
            int_column(column_names::ENTREGADAS, times.values().copied().collect()),
        ])
    }

    /// The applications by entity and status, at the corte before and at this one.
    fn status_changes(&self, code_ranks: &CodeRanks) -> PolarsResult<DataFrame> {
        let mut changes: BTreeMap<(EntityId, u8), [i64; 2]> = BTreeMap::new();
        for ((corte, entity, status), count) in &self.cube.statuses_by_quincena {
            let place = match corte.day() {
                day if day == self.corte.day() => 1,
                day if day == self.corte.day_of_corte_before() => 0,
                _ => continue,
            };
            changes.entry((*entity, *status)).or_default()[place] += count;
        }
        let status_ranks = code_ranks.category_ranks(Dimension::ESTATUS);
        let status = |(_, status): &(EntityId, u8)| CodeRanks::category_rank(status_ranks, Some(*status));
        frame_from_columns(vec![
            rank_column(
                column_names::CVE_ENTIDAD,
                changes.keys().map(|(entity, _)| CodeRanks::entity_rank(Some(*entity))).collect(),
            ),
            rank_column(column_names::ESTATUS, changes.keys().map(status).collect()),
            int_column(column_names::ANTERIOR, changes.values().map(|[before, _]| *before).collect()),
            int_column(column_names::ACTUAL, changes.values().map(|[_, now]| *now).collect()),
            int_column(column_names::CAMBIO, changes.values().map(|[before, now]| now - before).collect()),
        ])
    }

    /// The applications by quincena, entity and status at the quincena's end, including zeros.
    /// `NO_IDENTIFICADO` appears only where it has a count.
    fn status_series(&self, code_ranks: &CodeRanks) -> PolarsResult<DataFrame> {
        let status_ranks = code_ranks.category_ranks(Dimension::ESTATUS);
        let unidentified = self.process.categories(Dimension::ESTATUS).unidentified_index();
        let (mut quincena, mut entity, mut status, mut count) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for corte in Corte::range(self.process.opens, self.corte.day()) {
            for id in &self.process.entities {
                for category in 0..=unidentified {
                    let key = (corte, *id, category);
                    let counted = self.cube.statuses_by_quincena.get(&key).copied().unwrap_or(0);
                    if category == unidentified && counted == 0 {
                        continue;
                    }
                    quincena.push(i64::from(day_number(corte.day())));
                    entity.push(CodeRanks::entity_rank(Some(*id)));
                    status.push(CodeRanks::category_rank(status_ranks, Some(category)));
                    count.push(counted);
                }
            }
        }
        frame_from_columns(vec![
            int_column(column_names::QUINCENA, quincena),
            rank_column(column_names::CVE_ENTIDAD, entity),
            rank_column(column_names::ESTATUS, status),
            int_column(column_names::SOLICITUDES, count),
        ])
    }

    /// The cohorts by the keys of a table. Percentiles do not add up, so each table has its own
    /// frame.
    fn cohorts(&self, definition: &TableDefinition, code_ranks: &CodeRanks) -> PolarsResult<DataFrame> {
        let [by_entity, by_office] =
            [TableKey::Entidad, TableKey::Representacion].map(|key| definition.keys.contains(&key));
        let mut cohorts: BTreeMap<[u32; 2], Cohort> = BTreeMap::new();
        for ((entity, office), cohort) in &self.cube.cohorts {
            let entity = if by_entity { CodeRanks::entity_rank(Some(*entity)) } else { 0 };
            let office = if by_office { code_ranks.office_rank(*office) } else { 0 };
            *cohorts.entry([entity, office]).or_default() += cohort;
        }
        let mut columns = Vec::new();
        if by_entity {
            columns.push(rank_column(column_names::CVE_ENTIDAD, cohorts.keys().map(|[entity, _]| *entity).collect()));
        }
        if by_office {
            let offices = cohorts.keys().map(|[_, office]| *office).collect();
            columns.push(rank_column(column_names::CVE_REPRESENTACION, offices));
        }
        let counts = |of: fn(&Cohort) -> i64| cohorts.values().map(of).collect();
        columns.push(int_column(column_names::TRAMITADAS, counts(|cohort| cohort.applied)));
        columns.push(int_column(column_names::ENTREGADAS, counts(Cohort::delivered)));
        columns.push(int_column(column_names::CONFIRMADAS, counts(|cohort| cohort.confirmed)));
        columns.push(int_column(column_names::EN_CAMINO, counts(|cohort| cohort.applied - cohort.delivered())));
        for (name, percent) in [(column_names::DIAS_MEDIANA, 50), (column_names::DIAS_P90, 90)] {
            let days = cohorts.values().map(|cohort| cohort.days_percentile(percent).map(i64::from));
            columns.push(Series::new(name.into(), days.collect::<Vec<Option<i64>>>()).into());
        }
        frame_from_columns(columns)
    }

    fn quality(&self) -> PolarsResult<DataFrame> {
        let newest_day = |source| {
            let of_source = self.file_reports.iter().filter(move |report| report.file.source == source);
            of_source.map(|report| report.file.date).max()
        };
        let mut rows: Vec<(String, String, &str, &str, i64)> = Vec::new();
        let (mut days, mut are_sources) = (Vec::new(), Vec::new());
        for report in self.file_reports {
            let is_source = Some(report.file.date) == newest_day(report.file.source);
            let mut add = |rule, level, records: u64| {
                let count = i64::try_from(records).unwrap_or(i64::MAX);
                rows.push((report.file.source.to_string(), report.file.name.clone(), rule, level, count));
            };
            for rule in RecordRule::ALL.into_iter().filter(|rule| report.counts.get(*rule) > 0) {
                add(rule.code(), RuleSeverity::code(rule.severity()), report.counts.get(rule));
            }
            for (rule, (level, records)) in count_findings_by_rule(report) {
                add(rule, level, records);
            }
            add("leidas", "total", report.records_read);
            add("aceptadas", "total", report.accepted());
            add("rechazadas", "total", report.counts.rejected());
            days.resize(rows.len(), i64::from(day_number(report.file.date)));
            are_sources.resize(rows.len(), is_source);
        }
        frame_from_columns(vec![
            text_column(column_names::FUENTE, rows.iter().map(|row| row.0.clone()).collect()),
            text_column(column_names::ARCHIVO, rows.iter().map(|row| row.1.clone()).collect()),
            int_column(column_names::FECHA_EXPORTACION, days),
            Series::new(column_names::ES_FUENTE.into(), are_sources).into(),
            text_column(column_names::REGLA, rows.iter().map(|row| row.2.to_owned()).collect()),
            text_column(column_names::NIVEL, rows.iter().map(|row| row.3.to_owned()).collect()),
            int_column(column_names::FILAS, rows.iter().map(|row| row.4).collect()),
        ])
    }
}

/// The findings of the plausibility rules in an accepted export, a row for each rule. A row has the
/// code, `advertencia` or `aceptada`, and the largest number of affected records in a column or
/// entity.
fn count_findings_by_rule(report: &FileReport) -> BTreeMap<&'static str, (&'static str, u64)> {
    let mut rows = BTreeMap::new();
    for finding in &report.findings {
        let level = match finding.verdict {
            Verdict::Warning => "advertencia",
            Verdict::Accepted => "aceptada",
            Verdict::Refused | Verdict::Published => continue,
        };
        let (known, records) = rows.entry(finding.rule.code()).or_insert((level, 0));
        // A rule may have a warning for one column and an acceptance for another.
        *known = level.min(*known);
        *records = finding.affected().max(*records);
    }
    rows
}
