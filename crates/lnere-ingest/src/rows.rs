/*!
Partitions the accepted rows of a file by folio and removes duplicates.
*/

use hashbrown::HashTable;
use rayon::prelude::*;

use super::fault::{ExportFault, SwallowedRecords};
use super::label_cache::RecordFindings;
use super::memory::MemoryCharge;
use super::record_rules::{RecordRule, Rejection, RuleCounts};
use super::record_validation::{AcceptedRow, FileContext, SHARDS, shard_of};
use super::statistics::AcceptedStatistics;

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

    fn shard(&self, shard: usize) -> &[R] {
        &self.rows[self.offsets[shard] as usize..self.offsets[shard + 1] as usize]
    }
}

/// The rows of a file and the counts of its records.
pub(super) struct FileRows<R> {
    shards: Vec<ShardedRows<R>>,
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

impl<R> FileRows<R> {
    /// An empty set of rows.
    pub fn new(context: &FileContext) -> Self {
        Self {
            shards: Vec::new(),
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

    /// Checks the number of records against the limit of an export and the memory budget.
    pub fn check_limits(&mut self, context: &FileContext) -> Result<(), ExportFault> {
        if self.records_read > context.process.max_records {
            return Err(ExportFault::TooManyRecords { limit: context.process.max_records });
        }
        self.charge.charge_records(self.records_read, size_of::<R>())
    }
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
        self.shards.push(segment);
        self.rejections.extend(rejections);
    }

    /// Rejects all but one of the rows of each folio and notes the findings on the others. Passes
    /// the rows of each shard to `keep`, in the order in which their folios first appear.
    pub fn deduplicate<T: Send>(
        &mut self,
        context: &FileContext,
        keep: impl Fn(usize, &DeduplicatedShard<R>) -> T + Sync,
    ) -> Vec<T> {
        let segments = std::mem::take(&mut self.shards);
        let read: Vec<ShardResult<T>> = (0..SHARDS)
            .into_par_iter()
            .map(|shard| {
                let (rows, rejections) = without_duplicates(&segments, shard);
                let mut counts = RuleCounts::default();
                for rejection in &rejections {
                    counts.add(rejection.rule);
                }
                let mut accepted_statistics = AcceptedStatistics::default();
                for row in rows.iter() {
                    row.count(&mut counts, &mut accepted_statistics, context);
                }
                ShardResult { kept: keep(shard, &rows), rejections, counts, accepted_statistics }
            })
            .collect();
        let mut kept = Vec::with_capacity(SHARDS);
        for shard in read {
            self.rejections.extend(shard.rejections);
            self.counts.merge(&shard.counts);
            self.accepted_statistics.merge(&shard.accepted_statistics);
            kept.push(shard.kept);
        }
        self.rejections.sort_unstable();
        kept
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
fn without_duplicates<R: AcceptedRow>(
    segments: &[ShardedRows<R>],
    shard: usize,
) -> (DeduplicatedShard<'_, R>, Vec<Rejection>) {
    let rows: Vec<&[R]> = segments.iter().map(|segment| segment.shard(shard)).collect();
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
        let line = segments[loser.0 as usize].lines_before + u64::from(row(loser).line()) + 1;
        rejections.push(Rejection { line, rule: RecordRule::FolioDuplicado, column: Some(0) });
    }
    (DeduplicatedShard { segments: rows, places }, rejections)
}
