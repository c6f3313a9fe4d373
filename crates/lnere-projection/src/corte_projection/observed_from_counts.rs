/*!
Converts the counts of a corte into the input of the projection.
*/

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::DecidedCounts;
use crate::EarlierClose;
use crate::ObservedProcess;
use crate::Series;
use lnere_core::calendar::{Corte, day_number};
use lnere_core::catalog::EntityId;
use lnere_core::process::{Dimension, Process};
use lnere_count::CorteCube;

/// The counts of a corte: curves by entity and modality, decided applications, and credentials.
pub(super) fn observed(process: &Process, cube: &CorteCube, corte: Corte) -> ObservedProcess {
    let closes = process.close_known_on(corte.day());
    let known_extensions = process.deadline_extensions.iter().filter(|extension| extension.previous_close < closes);
    ObservedProcess {
        name: process.id.clone(),
        opens: process.opens,
        closes,
        corte: corte.day(),
        series: series_from_cube(process, cube, corte.day().min(closes)),
        decided: decided_counts(process, cube),
        credentials: credentials(process, cube, corte.day()),
        earlier_closes: known_extensions
            .map(|extension| EarlierClose { superseded_on: extension.announced, closes: extension.previous_close })
            .collect(),
    }
}

/// Cumulative applications by day up to the last known day. Applications without a modality form a
/// series of their own, if there are any.
pub(super) fn series_from_cube(process: &Process, cube: &CorteCube, until: NaiveDate) -> Vec<Series> {
    let unidentified = process.categories(Dimension::MODALIDAD).unidentified_index();
    let (first, last) = (day_number(process.opens), day_number(until));
    let mut series = Vec::new();
    for entity in &process.entities {
        for modality in 0..=unidentified {
            let mut sum = 0;
            let cumulative: Vec<i64> = (first..=last)
                .map(|day| {
                    sum += cube.applications_by_day.get(&(day, *entity, modality)).copied().unwrap_or(0);
                    sum
                })
                .collect();
            if modality != unidentified || sum > 0 {
                series.push(Series { entity: *entity, modality, cumulative });
            }
        }
    }
    series
}

fn decided_counts(process: &Process, cube: &CorteCube) -> Vec<(EntityId, u8, DecidedCounts)> {
    let Some(plan) = &process.projection else { return Vec::new() };
    let mut decided: BTreeMap<(EntityId, u8), DecidedCounts> = BTreeMap::new();
    for (key, tally) in &cube.applications {
        let Some(entity) = key.entity() else { continue };
        let status = key.category(Dimension::ESTATUS);
        let of = decided.entry((entity, key.category(Dimension::MODALIDAD))).or_default();
        if plan.accepted_statuses.contains(&status) {
            of.accepted += tally.acumulada;
        } else if plan.refused_statuses.contains(&status) {
            of.refused += tally.acumulada;
        }
    }
    decided.into_iter().map(|((entity, modality), decided)| (entity, modality, decided)).collect()
}

/// Credentials with an application up to the end of a day, which is not after the corte of the
/// cube. The tables count fewer, because they begin with the process.
pub(super) fn credentials(process: &Process, cube: &CorteCube, until: NaiveDate) -> Vec<(EntityId, i64)> {
    let count = |entity: EntityId| -> i64 {
        let days = (entity, i32::MIN)..=(entity, day_number(until));
        cube.all_credentials_by_day.range(days).map(|(_, count)| count).sum()
    };
    let counts = process.entities.iter().map(|entity| (*entity, count(*entity)));
    counts.filter(|(_, count)| *count > 0).collect()
}
