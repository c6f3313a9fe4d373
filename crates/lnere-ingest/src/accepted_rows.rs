/*!
Partitions the accepted rows of a file by folio and removes duplicates.
*/

use std::sync::Arc;

use hashbrown::HashTable;
use rayon::prelude::*;

use super::accepted_statistics::AcceptedStatistics;
use super::export_fault::{ExportFault, SwallowedRecords};
use super::label_cache::RecordFindings;
use super::memory_budget::{KEPT_BYTES, MemoryCharge};
use super::record_rules::{RecordRule, Rejection, RuleCounts};
use super::record_validation::{AcceptedRow, FileContext, SHARDS, shard_of};
use super::spill::{SpillFolder, SpilledRows};

/// The accepted rows of a part of a file, grouped by shard, in file order within each shard.
pub(super) struct ShardedRows<R> {
    rows: Vec<R>,
    /// The start of each shard, and the end.
    offsets: [u32; SHARDS + 1],
    /// The number of lines before the line from which the rows count theirs.
    pub lines_before: u64,
}

impl<R: AcceptedRow> ShardedRows<R> {
    /// Partitions rows into shards and keeps the order within each shard.
    pub fn partition(rows: &[R]) -> Self {
        let mut offsets = [0; SHARDS + 1];
        for row in rows {
            offsets[shard_of(row.folio()) + 1] += 1;
        }
        for shard in 0..SHARDS {
            offsets[shard + 1] += offsets[shard];
        }
        let mut next = offsets;
        let mut sorted_rows = rows.to_vec();
        for row in rows {
            let place = &mut next[shard_of(row.folio())];
            sorted_rows[*place as usize] = *row;
            *place += 1;
        }
        Self { rows: sorted_rows, offsets, lines_before: 0 }
    }

    #[inline]
    fn shard(&self, shard: usize) -> &[R] {
        &self.rows[self.offsets[shard] as usize..self.offsets[shard + 1] as usize]
    }
}

/// The rows of a file and the counts of its records.
pub(super) struct FileRows<R> {
    /// The rows in memory, by segment of the file.
    segments: Vec<ShardedRows<R>>,
    /// The rows of the segments before, if they exceed the memory budget.
    spilled: Option<SpilledRows<R>>,
    /// The number of rows in memory.
    rows_in_memory: u64,
    pub rejections: Vec<Rejection>,
    pub counts: RuleCounts,
    /// Counts over the rows that remain after deduplication.
    pub accepted_statistics: AcceptedStatistics,
    /// The number of records, accepted or not.
    pub records_read: u64,
    /// The memory charge of the rows.
    pub charge: MemoryCharge,
    pub record_findings: RecordFindings,
    /// Records that contain record-like lines. Text exports only.
    pub swallowed: Option<SwallowedRecords>,
    /// The line of an incomplete last record without a line end. Text exports only.
    pub cut_record_line: Option<u64>,
}

impl<R: AcceptedRow> FileRows<R> {
    /// An empty set of rows.
    pub fn new(context: &FileContext) -> Self {
        Self {
            segments: Vec::new(),
            spilled: None,
            rows_in_memory: 0,
            rejections: Vec::new(),
            counts: RuleCounts::default(),
            accepted_statistics: AcceptedStatistics::default(),
            records_read: 0,
            charge: MemoryCharge::new(context.memory),
            record_findings: RecordFindings::default(),
            swallowed: None,
            cut_record_line: None,
        }
    }

    /// Checks the number of records against the limit of an export and the memory budget. Rows that
    /// exceed the budget are spilled, if the context has a folder for them. Otherwise the export is
    /// refused.
    pub fn check_limits(&mut self, context: &FileContext) -> Result<(), ExportFault> {
        if self.records_read > context.process.limits.max_records {
            return Err(ExportFault::TooManyRecords { limit: context.process.limits.max_records });
        }
        let Some(folder) = context.spill_folder else {
            return self.charge.charge_records(self.records_read, size_of::<R>());
        };
        // Rejections stay in memory. Their number does not change whether an export is read.
        match self.charge.charge_records(self.rows_in_memory, size_of::<R>()) {
            Err(ExportFault::TooManyForMemory { .. }) if self.rows_in_memory > 0 => self.spill(folder),
            Err(ExportFault::TooManyForMemory { .. }) => Ok(()),
            charged => charged,
        }
    }

    /// Moves the rows in memory to spill files.
    fn spill(&mut self, folder: &Arc<SpillFolder>) -> Result<(), ExportFault> {
        let spilled = match self.spilled.take() {
            Some(spilled) => spilled,
            None => SpilledRows::new(folder)?,
        };
        let segments = std::mem::take(&mut self.segments);
        spilled.append(|shard| segments.iter().map(move |segment| (segment.lines_before, segment.shard(shard))))?;
        self.spilled = Some(spilled);
        self.rows_in_memory = 0;
        self.charge.clear();
        Ok(())
    }
}

/// A shard of a file whose rows are deduplicated.
pub(super) struct ShardContext<'a> {
    /// The index of the shard.
    pub shard: usize,
    /// The folder for what is kept of the rows; `None` if memory suffices.
    pub spill_folder: Option<&'a Arc<SpillFolder>>,
}

/// The kept rows of a shard, with its rejections, rule counts and statistics.
struct ShardResult<T> {
    kept: T,
    rejections: Vec<Rejection>,
    counts: RuleCounts,
    accepted_statistics: AcceptedStatistics,
}

impl<R: AcceptedRow> FileRows<R> {
    /// Adds the rows and rejections of the next segment.
    pub fn append(&mut self, segment: ShardedRows<R>, rejections: impl IntoIterator<Item = Rejection>) {
        self.rows_in_memory += segment.rows.len() as u64;
        self.segments.push(segment);
        self.rejections.extend(rejections);
    }

    /// Rejects all but one of the rows of each folio and notes the findings on the others. Passes
    /// the rows of each shard to `keep`, in the order in which their folios first appear.
    pub fn deduplicate<T: Send>(
        &mut self,
        context: &FileContext,
        keep: impl Fn(&ShardContext, &DeduplicatedShard<R>) -> Result<T, ExportFault> + Sync,
    ) -> Result<Vec<T>, ExportFault> {
        if let (Some(_), Some(folder)) = (&self.spilled, context.spill_folder) {
            self.spill(folder)?;
        }
        let (segments, spilled) = (std::mem::take(&mut self.segments), self.spilled.take());
        let deduplicate = |parts: &[ShardPart<R>], shard: usize| {
            let (rows, rejections) = without_duplicates(parts);
            let mut counts = RuleCounts::default();
            for rejection in &rejections {
                counts.add(rejection.rule);
            }
            let mut accepted_statistics = AcceptedStatistics::default();
            for row in rows.iter() {
                row.count(&mut counts, &mut accepted_statistics, context);
            }
            let spill_folder = spilled.as_ref().and_then(SpilledRows::folder);
            let kept = keep(&ShardContext { shard, spill_folder }, &rows)?;
            Ok(ShardResult { kept, rejections, counts, accepted_statistics })
        };
        let deduplicate_shard = |shard: usize| match &spilled {
            None => {
                let parts = segments.iter().map(|segment| ShardPart::new(segment.lines_before, segment.shard(shard)));
                deduplicate(&parts.collect::<Vec<_>>(), shard)
            }
            Some(spilled) => {
                let rows = spilled.take_shard(shard)?;
                let parts = rows.parts().map(|(lines_before, rows)| ShardPart::new(lines_before, rows));
                deduplicate(&parts.collect::<Vec<_>>(), shard)
            }
        };
        // A shard in memory needs space only for what is kept of it, and that is charged already.
        let shards_at_once = match &spilled {
            None => SHARDS,
            Some(_) => context.memory.shards_at_once(self.records_read, size_of::<R>() as u64 + 2 * KEPT_BYTES),
        };
        let mut kept = Vec::with_capacity(SHARDS);
        for first in (0..SHARDS).step_by(shards_at_once) {
            let shards = (first..SHARDS.min(first + shards_at_once)).into_par_iter();
            for shard in shards.map(deduplicate_shard).collect::<Result<Vec<_>, ExportFault>>()? {
                self.rejections.extend(shard.rejections);
                self.counts.merge(&shard.counts);
                self.accepted_statistics.merge(&shard.accepted_statistics);
                kept.push(shard.kept);
            }
        }
        self.rejections.sort_unstable();
        Ok(kept)
    }
}

/// The rows of a shard that one part of the file has.
struct ShardPart<'a, R> {
    /// The number of lines before the line from which the rows count theirs.
    lines_before: u64,
    rows: &'a [R],
}

impl<'a, R> ShardPart<'a, R> {
    fn new(lines_before: u64, rows: &'a [R]) -> Self {
        Self { lines_before, rows }
    }
}

/// The rows of a shard with one row for each folio.
pub(super) struct DeduplicatedShard<'a, R> {
    segments: Vec<&'a [R]>,
    /// The segment of each row, and its place in the segment.
    places: Vec<(u32, u32)>,
}

impl<R: AcceptedRow> DeduplicatedShard<'_, R> {
    /// The rows.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.places.iter().map(|(segment, place)| &self.segments[*segment as usize][*place as usize])
    }
}

/// Keeps the row of the largest rank for each folio, and of equal ranks the last one in the file.
/// Rejects the others.
fn without_duplicates<'a, R: AcceptedRow>(parts: &[ShardPart<'a, R>]) -> (DeduplicatedShard<'a, R>, Vec<Rejection>) {
    let rows: Vec<&[R]> = parts.iter().map(|part| part.rows).collect();
    let row = |(segment, place): (u32, u32)| &rows[segment as usize][place as usize];
    let total = rows.iter().map(|rows| rows.len()).sum();
    let mut places: Vec<(u32, u32)> = Vec::with_capacity(total);
    let mut by_folio: HashTable<u32> = HashTable::with_capacity(total);
    let mut rejections = Vec::new();
    let all =
        (0..).zip(&rows).flat_map(|(segment, rows)| (0..).zip(*rows).map(move |(place, row)| ((segment, place), row)));
    for (at, candidate) in all {
        let folio = candidate.folio();
        let known = by_folio.find(folio[1], |index| row(places[*index as usize]).folio() == folio).copied();
        let Some(index) = known else {
            // A shard of 2³² rows would need a file of terabytes.
            by_folio.insert_unique(folio[1], places.len() as u32, |index| row(places[*index as usize]).folio()[1]);
            places.push(at);
            continue;
        };
        let kept = &mut places[index as usize];
        let loser = if candidate.rank() >= row(*kept).rank() { std::mem::replace(kept, at) } else { at };
        let line = parts[loser.0 as usize].lines_before + u64::from(row(loser).line_in_segment()) + 1;
        rejections.push(Rejection { line, rule: RecordRule::FolioDuplicado, column: Some(0) });
    }
    (DeduplicatedShard { segments: rows, places }, rejections)
}
