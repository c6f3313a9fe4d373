/*!
Collects the statuses that older exports recorded for the applications of the newest one.
*/

use hashbrown::HashTable;
use rayon::prelude::*;

use super::record_validation::{AcceptedRow, AttributeColumn, FolioHash};
use super::rows::DeduplicatedShard;
use super::solicitudes::ApplicationRow;
use super::statistics::FolioComparison;
use crate::facts::{Application, ApplicationShard, StatusObservation};
use lnere_core::process::Dimension;

/// The applications of the newest export, indexed by folio, and their history so far.
pub(super) struct StatusHistory<const EXTRA_WORDS: usize> {
    shards: Vec<Shard<EXTRA_WORDS>>,
}

/// The applications of one shard, and the index of each folio.
pub(super) struct Shard<const EXTRA_WORDS: usize> {
    facts: ApplicationShard<EXTRA_WORDS>,
    folios: Vec<FolioHash>,
    places: HashTable<u32>,
}

impl<const EXTRA_WORDS: usize> StatusHistory<EXTRA_WORDS> {
    /// Starts a history with the newest export alone.
    pub fn from_newest_export(shards: Vec<Shard<EXTRA_WORDS>>) -> Self {
        Self { shards }
    }

    /// Returns the observations of a shard of an older export that differ from the newest export.
    /// Also compares its folios with those of the newest export. `export` is its rank: a larger
    /// rank is newer.
    pub fn compare(
        &self,
        shard: usize,
        rows: &DeduplicatedShard<ApplicationRow<EXTRA_WORDS>>,
        export_rank: u16,
        attributes: &[AttributeColumn],
    ) -> (Vec<StatusObservation>, FolioComparison) {
        let mut comparison = FolioComparison::default();
        let mut observations = Vec::new();
        let Some(Shard { facts, folios, places }) = self.shards.get(shard) else { return (observations, comparison) };
        for row in rows.iter() {
            let found = places.find(row.folio[1], |place| folios[*place as usize] == row.folio);
            let Some(application) = found.copied() else { continue };
            let newest = facts.applications[application as usize];
            let differing = row.attributes().differing(newest.key.without_day_and_status());
            comparison.add(differing, attributes);
            let status = row.key.category(Dimension::ESTATUS);
            if newest.status_at != row.status_at || newest.key.category(Dimension::ESTATUS) != status {
                observations.push(StatusObservation { application, taken_at: row.status_at, export_rank, status });
            }
        }
        (observations, comparison)
    }

    /// Adds the observations of each shard that [`StatusHistory::compare`] found. Of equal
    /// observations the one of the newer export stays.
    pub fn add(&mut self, observations: Vec<Vec<StatusObservation>>) {
        self.shards.par_iter_mut().zip(observations).for_each(|(shard, observations)| {
            let history = &mut shard.facts.history;
            history.extend(observations);
            history.sort_unstable_by_key(|seen| {
                (seen.application, seen.taken_at, seen.status, std::cmp::Reverse(seen.export_rank))
            });
            history.dedup_by_key(|seen| (seen.application, seen.taken_at, seen.status));
        });
    }

    /// The facts without folios.
    pub fn finish(self) -> Vec<ApplicationShard<EXTRA_WORDS>> {
        self.shards.into_iter().map(|shard| shard.facts).collect()
    }
}

impl<const EXTRA_WORDS: usize> Shard<EXTRA_WORDS> {
    /// Stores the rows of the newest export. `remember` states whether older exports follow;
    /// otherwise the folios are dropped at once.
    pub fn new(rows: &DeduplicatedShard<ApplicationRow<EXTRA_WORDS>>, remember: bool) -> Self {
        let application = |row: &ApplicationRow<EXTRA_WORDS>| Application { key: row.key, status_at: row.status_at };
        let facts = ApplicationShard { applications: rows.iter().map(application).collect(), history: Vec::new() };
        let folios: Vec<_> = if remember { rows.iter().map(|row| row.folio).collect() } else { Vec::new() };
        let mut places = HashTable::with_capacity(folios.len());
        for (folio, place) in folios.iter().zip(0_u32..) {
            places.insert_unique(folio[1], place, |place| folios[*place as usize][1]);
        }
        Self { facts, folios, places }
    }
}
