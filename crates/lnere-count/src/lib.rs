/*!
Counts facts into a cube of integer cells, the finest granularity of a corte. The functions are
pure, and cubes can be merged: the cubes of all shards add up to the cube of all facts.
*/

use std::collections::BTreeMap;
use std::ops::AddAssign;

use hashbrown::HashMap;

use lnere_core::calendar::{Corte, day_number};
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

/// All counts of one corte, sorted by their keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CorteCube {
    /// Applications by all dimensions except the day.
    pub applications: BTreeMap<ApplicationKey, Tally>,
    /// Applications by day (days since 1970), entity and modality.
    pub applications_by_day: BTreeMap<(i32, EntityId, u8), i64>,
    /// Credentials by entity and office; combinations without any are absent.
    pub credentials: BTreeMap<(EntityId, OfficeId), CredentialTallies>,
    /// Credentials delivered up to the corte, by entity and days from application to delivery.
    pub delivery_times: BTreeMap<(EntityId, i32), i64>,
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
    let ((applications, applications_by_day), credentials) = (applications?, credentials?);
    Ok(CorteCube {
        applications,
        applications_by_day,
        credentials: credentials.cells.into_iter().collect(),
        delivery_times: credentials.delivery_times.into_iter().collect(),
        all_credentials_by_day: credentials.all_by_day.into_iter().collect(),
        all_credentials_by_office: credentials.all_by_office.into_iter().collect(),
    })
}

/// Applications by all dimensions, and by day, entity and modality.
type ApplicationCubes = (BTreeMap<ApplicationKey, Tally>, BTreeMap<(i32, EntityId, u8), i64>);

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
    let cells = counts.cells.into_iter().map(|(key, tally)| (key.with_extra_word(), tally));
    Ok((cells.collect(), counts.counts_by_day.into_iter().collect()))
}

#[derive(Default)]
struct ApplicationCounts<const EXTRA_WORDS: usize> {
    cells: HashMap<ApplicationKey<EXTRA_WORDS>, Tally>,
    counts_by_day: HashMap<(i32, EntityId, u8), i64>,
}

impl<const EXTRA_WORDS: usize> ApplicationCounts<EXTRA_WORDS> {
    fn merge(self, other: Self) -> Self {
        Self {
            cells: merge_counts(self.cells, other.cells),
            counts_by_day: merge_counts(self.counts_by_day, other.counts_by_day),
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

    // Days, entities and modalities are few, so an array holds their counts.
    let mut by_day = vec![0; days * process.entities.len() * modalities];
    shard.visit_as_of_day(corte.day(), INITIAL_STATUS, |key| {
        let day = i32::from(key.day());
        counts.cells.entry(key.without_day()).or_default().count_event(day >= quincena_start);
        let entity = key.entity().map_or(0, |entity| place_of[usize::from(entity.number())]);
        let row = usize::try_from(day - first_day).unwrap_or(0) * process.entities.len() + entity;
        by_day[row * modalities + usize::from(key.category(Dimension::MODALIDAD))] += 1;
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
    all_by_day: HashMap<(EntityId, i32), i64>,
    all_by_office: HashMap<(EntityId, OfficeId), i64>,
}

impl CredentialCounts {
    fn merge(mut self, other: Self) -> Self {
        for (key, tallies) in other.cells {
            let mine = self.cells.entry(key).or_default();
            mine.iter_mut().zip(tallies).for_each(|(mine, theirs)| *mine += theirs);
        }
        Self {
            cells: self.cells,
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
        for (measure, day) in credential.events_on(&counted) {
            let cell = counts.cells.entry((credential.entity, credential.office)).or_default();
            cell[measure].count_event(day >= quincena_start);
        }
        if let Some(day) = credential.delivered.filter(|day| counted.contains(day)) {
            *counts.delivery_times.entry((credential.entity, day - credential.applied)).or_default() += 1;
        }
    }
}
