/*!
The statuses that older exports saw the applications of the newest one in.
*/

use hashbrown::HashTable;
use rayon::prelude::*;

use super::contract::FolioHash;
use super::rows::Kept;
use super::solicitudes::RequestRow;
use crate::facts::{Application, ApplicationShard, Observation};
use crate::process::Dimension;

/// The applications of the newest export, found by folio, and their history so far.
pub(super) struct History {
    shards: Vec<Shard>,
}

/// The applications of one shard, and where each folio is among them.
pub(super) struct Shard {
    facts: ApplicationShard,
    folios: Vec<FolioHash>,
    places: HashTable<u32>,
}

impl History {
    /// The history of the newest export alone.
    pub fn new(shards: Vec<Shard>) -> Self {
        Self { shards }
    }

    /// What a shard of an older export says that is not known yet. `export` is its rank: larger is
    /// newer.
    pub fn news(&self, shard: usize, rows: &Kept<RequestRow>, export: u16) -> Vec<Observation> {
        let Some(Shard { facts, folios, places }) = self.shards.get(shard) else { return Vec::new() };
        let mut news = Vec::new();
        for row in rows.iter() {
            let found = places.find(row.folio[1], |place| folios[*place as usize] == row.folio);
            let Some(application) = found.copied() else { continue };
            let known = facts.applications[application as usize];
            let status = row.key.category(Dimension::Estatus);
            if known.status_at != row.status_at || known.key.category(Dimension::Estatus) != status {
                news.push(Observation { application, at: row.status_at, export, status });
            }
        }
        news
    }

    /// Adds what [`History::news`] gave for each shard. Of equal observations the newer export's,
    /// which came first, stays.
    pub fn add(&mut self, news: Vec<Vec<Observation>>) {
        self.shards.par_iter_mut().zip(news).for_each(|(shard, news)| {
            let history = &mut shard.facts.history;
            history.extend(news);
            history
                .sort_unstable_by_key(|seen| (seen.application, seen.at, seen.status, std::cmp::Reverse(seen.export)));
            history.dedup_by_key(|seen| (seen.application, seen.at, seen.status));
        });
    }

    /// The facts, without any folio.
    pub fn finish(self) -> Vec<ApplicationShard> {
        self.shards.into_iter().map(|shard| shard.facts).collect()
    }
}

impl Shard {
    /// The rows of the newest export; `remember` says whether an older one will be asked, without
    /// which folios are let go at once.
    pub fn new(rows: &Kept<RequestRow>, remember: bool) -> Self {
        let application = |row: &RequestRow| Application { key: row.key, status_at: row.status_at };
        let facts = ApplicationShard { applications: rows.iter().map(application).collect(), history: Vec::new() };
        let folios: Vec<_> = if remember { rows.iter().map(|row| row.folio).collect() } else { Vec::new() };
        let mut places = HashTable::with_capacity(folios.len());
        for (folio, place) in folios.iter().zip(0_u32..) {
            places.insert_unique(folio[1], place, |place| folios[*place as usize][1]);
        }
        Self { facts, folios, places }
    }
}
