/*!
Collects the statuses that older exports recorded for the applications of the newest one.
*/

use std::cmp::Reverse;
use std::sync::{Mutex, PoisonError};

use super::accepted_rows::{DeduplicatedShard, ShardContext};
use super::accepted_statistics::{FolioComparison, FolioTable};
use super::application_validation::ApplicationRow;
use super::record_validation::{AcceptedRow, ComparedColumn};
use super::spill::{Sharded, SpillError, Stored};
use crate::coded_records::{Application, ApplicationShard, StatusObservation};
use lnere_core::process::Dimension;

/// The applications of the newest export, indexed by folio, and their history so far.
pub(super) struct StatusHistory<const EXTRA_WORDS: usize> {
    /// Each shard is used by one thread at a time.
    shards: Vec<Mutex<Shard<EXTRA_WORDS>>>,
    /// The number of shards that memory can hold at a time.
    at_once: usize,
}

/// The applications of one shard, and the index of each folio if older exports follow.
pub(super) struct Shard<const EXTRA_WORDS: usize> {
    facts: Stored<ApplicationShard<EXTRA_WORDS>>,
    folios: Option<Stored<FolioTable<()>>>,
}

impl<const EXTRA_WORDS: usize> StatusHistory<EXTRA_WORDS> {
    /// Starts a history with the newest export alone.
    pub fn from_newest_export(shards: Vec<Shard<EXTRA_WORDS>>, at_once: usize) -> Self {
        Self { shards: shards.into_iter().map(Mutex::new).collect(), at_once }
    }

    /// Adds the observations of a shard of an older export that differ from the newest export. Of
    /// equal observations the one of the newer export stays. Also compares the folios with those of
    /// the newest export. `export_rank` is the rank of the older export: a larger rank is newer.
    pub fn add(
        &self,
        shard: usize,
        rows: &DeduplicatedShard<ApplicationRow<EXTRA_WORDS>>,
        export_rank: u16,
        attributes: &[ComparedColumn],
    ) -> Result<FolioComparison, SpillError> {
        let mut comparison = FolioComparison::default();
        let Some(shard) = self.shards.get(shard) else { return Ok(comparison) };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(folios) = &shard.folios else { return Ok(comparison) };
        let folios = folios.load()?;
        let newest_facts = shard.facts.load()?;
        let mut observations = Vec::new();
        for row in rows.iter() {
            let Some(application) = folios.find(row.folio) else { continue };
            let newest = newest_facts.applications[application as usize];
            let differing = row.attributes().differing(newest.key.without_day_and_status());
            comparison.add(differing, attributes);
            let status = row.key.category(Dimension::ESTATUS);
            if newest.status_at != row.status_at || newest.key.category(Dimension::ESTATUS) != status {
                observations.push(StatusObservation { application, taken_at: row.status_at, export_rank, status });
            }
        }
        drop((folios, newest_facts));
        if !observations.is_empty() {
            shard.facts.update(|facts| {
                let history = &mut facts.history;
                history.extend(observations);
                history.sort_unstable_by_key(|seen| {
                    (seen.application, seen.taken_at, seen.status, Reverse(seen.export_rank))
                });
                history.dedup_by_key(|seen| (seen.application, seen.taken_at, seen.status));
            })?;
        }
        Ok(comparison)
    }

    /// The facts without folios.
    pub fn finish(self) -> Sharded<ApplicationShard<EXTRA_WORDS>> {
        let shard = |shard: Mutex<Shard<EXTRA_WORDS>>| shard.into_inner().unwrap_or_else(PoisonError::into_inner).facts;
        Sharded::new(self.shards.into_iter().map(shard).collect(), self.at_once)
    }
}

impl<const EXTRA_WORDS: usize> Shard<EXTRA_WORDS> {
    /// Stores the rows of the newest export. `remember` states whether older exports follow;
    /// otherwise the folios are dropped at once.
    pub fn new(
        context: &ShardContext,
        rows: &DeduplicatedShard<ApplicationRow<EXTRA_WORDS>>,
        remember: bool,
    ) -> Result<Self, SpillError> {
        let application = |row: &ApplicationRow<EXTRA_WORDS>| Application { key: row.key, status_at: row.status_at };
        let facts = ApplicationShard { applications: rows.iter().map(application).collect(), history: Vec::new() };
        let folios = || FolioTable::new(rows.iter().map(|row| (row.folio, ())).collect());
        Ok(Self {
            facts: Stored::new(facts, context.spill_folder)?,
            folios: if remember { Some(Stored::new(folios(), context.spill_folder)?) } else { None },
        })
    }
}
