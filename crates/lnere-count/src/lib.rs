/*!
Counts facts into a cube of integer cells, the finest granularity of a corte. The functions are
pure, and cubes can be merged: the cubes of all shards add up to the cube of all facts.
*/

use std::collections::BTreeMap;
use std::ops::AddAssign;

use hashbrown::HashMap;

use lnere_core::calendar::{Corte, QuincenasSoFar, day_number};
use lnere_core::catalog::{EntityId, OfficeId};
use lnere_core::process::{Dimension, Process};
use lnere_ingest::coded_records::{
    ApplicationKey, ApplicationShard, Applications, Credential, Facts, Sharded, SpillError, merge_counts,
};

/// The counts in the quincena of the corte, and from the start up to the corte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of events in the quincena.
    pub quincena: i64,
    /// The number of events up to the corte, inclusive.
    pub acumulada: i64,
}

impl Tally {
    #[inline]
    fn count_event(&mut self, in_quincena: bool) {
        self.quincena += i64::from(in_quincena);
        self.acumulada += 1;
    }
}

impl AddAssign for Tally {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.quincena += other.quincena;
        self.acumulada += other.acumulada;
    }
}

/// The tallies of credentials: applied for, delivered, confirmed.
pub type CredentialTallies = [Tally; 3];

/// Credentials that were applied for in the same time, and what came of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cohort {
    /// Applied for.
    pub applied: i64,
    /// Confirmed by the citizen up to the corte.
    pub confirmed: i64,
    /// Delivered up to the corte, by the days from application to delivery.
    pub delivered_by_days: BTreeMap<i32, i64>,
}

impl Cohort {
    /// Delivered up to the corte.
    #[must_use]
    pub fn delivered(&self) -> i64 {
        self.delivered_by_days.values().sum()
    }

    /// The fewest days within which at least `percent` of the delivered credentials were delivered;
    /// `None` if none was.
    #[must_use]
    pub fn days_percentile(&self, percent: i64) -> Option<i32> {
        let wanted = i128::from(self.delivered()) * i128::from(percent);
        let mut delivered_within = 0;
        self.delivered_by_days.iter().find_map(|(days, count)| {
            delivered_within += i128::from(*count) * 100;
            (delivered_within >= wanted).then_some(*days)
        })
    }
}

impl AddAssign<&Self> for Cohort {
    fn add_assign(&mut self, other: &Self) {
        self.applied += other.applied;
        self.confirmed += other.confirmed;
        for (days, count) in &other.delivered_by_days {
            *self.delivered_by_days.entry(*days).or_default() += count;
        }
    }
}

/// All counts of one corte, sorted by their keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CorteCube {
    /// Applications by all dimensions except the day.
    pub applications: BTreeMap<ApplicationKey, Tally>,
    /// Applications by day (days since 1970), entity and modality.
    pub applications_by_day: BTreeMap<(i32, EntityId, u8), i64>,
    /// Applications registered up to the end of each quincena, by the corte of the quincena, entity,
    /// and status on that day.
    pub statuses_by_quincena: BTreeMap<(Corte, EntityId, u8), i64>,
    /// Credentials by entity and office; combinations without any are absent.
    pub credentials: BTreeMap<(EntityId, OfficeId), CredentialTallies>,
    /// Credentials delivered up to the corte, by entity and days from application to delivery.
    pub delivery_times: BTreeMap<(EntityId, i32), i64>,
    /// Credentials applied for from the start of the process to the corte, by entity and office, and
    /// what came of them up to the corte.
    pub cohorts: BTreeMap<(EntityId, OfficeId), Cohort>,
    /// Credentials applied for up to the corte, also before the process, by entity and day.
    pub all_credentials_by_day: BTreeMap<(EntityId, i32), i64>,
    /// Credentials applied for up to the corte, also before the process, by entity and office.
    pub all_credentials_by_office: BTreeMap<(EntityId, OfficeId), i64>,
}

/// Counts all facts for one corte.
///
/// # Errors
/// The facts are in spill files that cannot be read.
pub fn count(facts: &Facts, process: &Process, corte: Corte) -> Result<CorteCube, SpillError> {
    let (applications, credentials) = rayon::join(
        || match &facts.applications {
            Applications::Narrow(shards) => count_applications(shards, process, corte),
            Applications::Wide(shards) => count_applications(shards, process, corte),
        },
        || {
            let count_shard = |mut counts: CredentialCounts, shard: &Vec<Credential>| {
                count_credentials(&mut counts, shard, process, corte);
                counts
            };
            facts.credentials.fold(CredentialCounts::default, count_shard, CredentialCounts::merge)
        },
    );
    let (applications, credentials) = (applications?, credentials?);
    Ok(CorteCube {
        applications: applications.cells,
        applications_by_day: applications.counts_by_day,
        statuses_by_quincena: applications.statuses_by_quincena,
        credentials: credentials.cells.into_iter().collect(),
        delivery_times: credentials.delivery_times.into_iter().collect(),
        cohorts: credentials.cohorts.into_iter().collect(),
        all_credentials_by_day: credentials.all_by_day.into_iter().collect(),
        all_credentials_by_office: credentials.all_by_office.into_iter().collect(),
    })
}

/// The counts of applications, sorted.
struct ApplicationCubes {
    /// By all dimensions.
    cells: BTreeMap<ApplicationKey, Tally>,
    /// By day, entity and modality.
    counts_by_day: BTreeMap<(i32, EntityId, u8), i64>,
    /// By the corte of a quincena, entity and status.
    statuses_by_quincena: BTreeMap<(Corte, EntityId, u8), i64>,
}

fn count_applications<const EXTRA_WORDS: usize>(
    shards: &Sharded<ApplicationShard<EXTRA_WORDS>>,
    process: &Process,
    corte: Corte,
) -> Result<ApplicationCubes, SpillError> {
    // Each shard has nearly all cells of the cube, so the shards are added up in few tables.
    let count_one = |mut counts: ApplicationCounts<EXTRA_WORDS>, shard: &ApplicationShard<EXTRA_WORDS>| {
        count_shard(&mut counts, shard, process, corte);
        counts
    };
    let counts = shards.fold(ApplicationCounts::default, count_one, ApplicationCounts::merge)?;
    let statuses_by_quincena = add_up_statuses(&counts.status_changes, process, &QuincenasSoFar::new(process.opens, corte));
    let cells = counts.cells.into_iter().map(|(key, tally)| (key.with_extra_word(), tally));
    Ok(ApplicationCubes {
        cells: cells.collect(),
        counts_by_day: counts.counts_by_day.into_iter().collect(),
        statuses_by_quincena,
    })
}

/// The number of statuses, the unidentified one included.
fn status_count(process: &Process) -> usize {
    usize::from(process.categories(Dimension::ESTATUS).unidentified_index()) + 1
}

/// The applications with each status at the end of each quincena: the sums of the changes so far.
fn add_up_statuses(
    changes: &[i64],
    process: &Process,
    quincenas: &QuincenasSoFar,
) -> BTreeMap<(Corte, EntityId, u8), i64> {
    let statuses = status_count(process);
    let mut so_far = vec![0; process.entities.len() * statuses];
    let mut counts = BTreeMap::new();
    for (corte, changes) in quincenas.cortes().iter().zip(changes.chunks(so_far.len().max(1))) {
        so_far.iter_mut().zip(changes).for_each(|(count, change)| *count += change);
        for (entity, counted) in process.entities.iter().zip(so_far.chunks(statuses)) {
            let counted = (0..).zip(counted).filter(|(_, count)| **count > 0);
            counts.extend(counted.map(|(status, count)| ((*corte, *entity, status), *count)));
        }
    }
    counts
}

#[derive(Default)]
struct ApplicationCounts<const EXTRA_WORDS: usize> {
    cells: HashMap<ApplicationKey<EXTRA_WORDS>, Tally>,
    counts_by_day: HashMap<(i32, EntityId, u8), i64>,
    /// By how many the applications with a status change from the quincena before to a quincena: for
    /// each quincena, entity and status. Empty if nothing was counted.
    status_changes: Vec<i64>,
}

impl<const EXTRA_WORDS: usize> ApplicationCounts<EXTRA_WORDS> {
    fn merge(mut self, other: Self) -> Self {
        self.status_changes.resize(self.status_changes.len().max(other.status_changes.len()), 0);
        self.status_changes.iter_mut().zip(other.status_changes).for_each(|(mine, theirs)| *mine += theirs);
        Self {
            cells: merge_counts(self.cells, other.cells),
            counts_by_day: merge_counts(self.counts_by_day, other.counts_by_day),
            status_changes: self.status_changes,
        }
    }
}

/// The status of an application without a known status at the corte: the first of the list.
pub const INITIAL_STATUS: u8 = 0;

fn count_shard<const EXTRA_WORDS: usize>(
    counts: &mut ApplicationCounts<EXTRA_WORDS>,
    shard: &ApplicationShard<EXTRA_WORDS>,
    process: &Process,
    corte: Corte,
) {
    let first_day = day_number(process.opens);
    let quincena_start = day_number(corte.quincena().first_day().max(process.opens));
    let days = usize::try_from(day_number(corte.day()) - first_day + 1).unwrap_or(0);
    let modalities = usize::from(process.categories(Dimension::MODALIDAD).unidentified_index()) + 1;
    let mut place_of = [0; EntityId::COUNT as usize + 1];
    for (place, entity) in process.entities.iter().enumerate() {
        place_of[usize::from(entity.number())] = place;
    }
    let place = |entity: Option<EntityId>| entity.map_or(0, |entity| place_of[usize::from(entity.number())]);

    // Days, entities and modalities are few, so an array holds their counts.
    let mut by_day = vec![0; days * process.entities.len() * modalities];
    let quincenas = QuincenasSoFar::new(process.opens, corte);
    let statuses = status_count(process);
    let status_changes = &mut counts.status_changes;
    status_changes.resize(quincenas.cortes().len() * process.entities.len() * statuses, 0);
    shard.visit_status_courses(&quincenas, INITIAL_STATUS, |key, taken| {
        let day = i32::from(key.day());
        let entity = place(key.entity());
        counts.cells.entry(key.without_day()).or_default().count_event(day >= quincena_start);
        let row = usize::try_from(day - first_day).unwrap_or(0) * process.entities.len() + entity;
        by_day[row * modalities + usize::from(key.category(Dimension::MODALIDAD))] += 1;
        // A status that an application takes ends the one that it had.
        let mut ended = None;
        for now in taken {
            let row = (now.quincena * process.entities.len() + entity) * statuses;
            if let Some(ended) = ended.replace(usize::from(now.status)) {
                status_changes[row + ended] -= 1;
            }
            status_changes[row + usize::from(now.status)] += 1;
        }
    });
    for (row, counted) in by_day.chunks(modalities).enumerate() {
        let day = first_day + i32::try_from(row / process.entities.len()).unwrap_or(0);
        let entity = process.entities[row % process.entities.len()];
        for (modality, count) in (0..).zip(counted).filter(|(_, count)| **count > 0) {
            *counts.counts_by_day.entry((day, entity, modality)).or_default() += count;
        }
    }
}

#[derive(Default)]
struct CredentialCounts {
    cells: HashMap<(EntityId, OfficeId), CredentialTallies>,
    delivery_times: HashMap<(EntityId, i32), i64>,
    cohorts: HashMap<(EntityId, OfficeId), Cohort>,
    all_by_day: HashMap<(EntityId, i32), i64>,
    all_by_office: HashMap<(EntityId, OfficeId), i64>,
}

impl CredentialCounts {
    fn merge(mut self, other: Self) -> Self {
        for (key, tallies) in other.cells {
            let mine = self.cells.entry(key).or_default();
            mine.iter_mut().zip(tallies).for_each(|(mine, theirs)| *mine += theirs);
        }
        for (key, cohort) in &other.cohorts {
            *self.cohorts.entry(*key).or_default() += cohort;
        }
        Self {
            cells: self.cells,
            cohorts: self.cohorts,
            delivery_times: merge_counts(self.delivery_times, other.delivery_times),
            all_by_day: merge_counts(self.all_by_day, other.all_by_day),
            all_by_office: merge_counts(self.all_by_office, other.all_by_office),
        }
    }
}

fn count_credentials(counts: &mut CredentialCounts, part: &[Credential], process: &Process, corte: Corte) {
    let counted = day_number(process.credentials_counted_from)..=day_number(corte.day());
    let quincena_start = day_number(corte.quincena().first_day().max(process.credentials_counted_from));
    for credential in part {
        if credential.applied <= day_number(corte.day()) {
            *counts.all_by_day.entry((credential.entity, credential.applied)).or_default() += 1;
            *counts.all_by_office.entry((credential.entity, credential.office)).or_default() += 1;
        }
        if counted.contains(&credential.applied) {
            let cohort = counts.cohorts.entry((credential.entity, credential.office)).or_default();
            let is_past = |day: &i32| day <= counted.end();
            cohort.applied += 1;
            cohort.confirmed += i64::from(credential.confirmed.as_ref().is_some_and(is_past));
            if let Some(day) = credential.delivered.filter(is_past) {
                *cohort.delivered_by_days.entry(day - credential.applied).or_default() += 1;
            }
        }
        for (measure, day) in credential.events_on(&counted) {
            let cell = counts.cells.entry((credential.entity, credential.office)).or_default();
            cell[measure].count_event(day >= quincena_start);
        }
        if let Some(day) = credential.delivered.filter(|day| counted.contains(day)) {
            *counts.delivery_times.entry((credential.entity, day - credential.applied)).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cohort(delivered_by_days: &[(i32, i64)]) -> Cohort {
        Cohort { delivered_by_days: delivered_by_days.iter().copied().collect(), ..Cohort::default() }
    }

    /// As `quantile_disc` of SQL.
    #[test]
    fn a_percentile_is_the_fewest_days_within_which_so_many_were_delivered() {
        assert_eq!(cohort(&[]).days_percentile(50), None);
        assert_eq!(cohort(&[(7, 1)]).days_percentile(50), Some(7));
        assert_eq!(cohort(&[(7, 1), (9, 1)]).days_percentile(50), Some(7));
        assert_eq!(cohort(&[(7, 1), (9, 2)]).days_percentile(50), Some(9));
        let ten = cohort(&[(1, 8), (20, 1), (90, 1)]);
        assert_eq!(
            (ten.days_percentile(50), ten.days_percentile(90), ten.days_percentile(91)),
            (Some(1), Some(20), Some(90))
        );
    }
}
