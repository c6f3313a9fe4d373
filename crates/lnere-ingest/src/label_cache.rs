/*!
Caches the codes of cell texts, so that each distinct text is looked up once.
*/

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::csv::encoding::Encoding;
use super::export_survey::MIN_SHOWN_RECORDS;
use super::rejection_diagnosis::Diagnosis;

/// The most cached texts of a column, so that a hostile file cannot fill the memory.
const MAX_CACHED: usize = if cfg!(fuzzing) { 8 } else { 4_096 };

/// The most labels that are listed for the operator.
const MAX_LABELS: usize = 50_000;

/// The number of places in the table of recent texts; a power of two.
const RECENT_TEXT_SLOTS: usize = if cfg!(fuzzing) { 1 << 2 } else { 1 << 10 };

/// The code of a label; `Unknown` if no catalogue has it.
#[derive(Clone, Copy)]
pub(super) enum LabelCode {
    Code(u16),
    Unknown,
}

/// A text and its code in the table of recent texts.
struct RecentTextSlot {
    /// The first and last eight bytes; with the length they identify a text of up to sixteen bytes.
    ends: (u64, u64),
    text: Box<[u8]>,
    coded: LabelCode,
}

/// The cache of the texts of one column.
pub(super) struct LabelCache {
    /// The recent texts, indexed by a hash of their ends, so that one look suffices.
    recent_texts: Vec<Option<RecentTextSlot>>,
    codes: HashMap<Box<[u8]>, LabelCode>,
}

impl LabelCache {
    pub fn new() -> Self {
        Self { recent_texts: std::iter::repeat_with(|| None).take(RECENT_TEXT_SLOTS).collect(), codes: HashMap::new() }
    }

    /// The code of a cell; calls `find` for a text that is not cached.
    #[inline]
    pub fn code(&mut self, cell: &[u8], encoding: Encoding, find: impl FnOnce(&str) -> Option<u16>) -> LabelCode {
        let ends = first_and_last_bytes(cell);
        let mixed =
            (ends.0 ^ ends.1.rotate_left(23)).wrapping_add(cell.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = (mixed >> (64 - RECENT_TEXT_SLOTS.trailing_zeros())) as usize;
        let is_it = |seen: &RecentTextSlot| {
            seen.ends == ends && seen.text.len() == cell.len() && (cell.len() <= 16 || *seen.text == *cell)
        };
        // Each text has two places, so that two frequent texts do not displace each other.
        for place in [place, place ^ 1] {
            if let Some(seen) = self.recent_texts[place].as_ref().filter(|seen| is_it(seen)) {
                return seen.coded;
            }
        }
        let coded = self.search(cell, encoding, find);
        let place = if self.recent_texts[place].is_none() { place } else { place ^ 1 };
        self.recent_texts[place] = Some(RecentTextSlot { ends, text: cell.into(), coded });
        coded
    }

    #[cold]
    fn search(&mut self, cell: &[u8], encoding: Encoding, find: impl FnOnce(&str) -> Option<u16>) -> LabelCode {
        if let Some(coded) = self.codes.get(cell) {
            return *coded;
        }
        let coded = find(&encoding.decode(cell)).map_or(LabelCode::Unknown, LabelCode::Code);
        if self.codes.len() < MAX_CACHED {
            self.codes.insert(cell.into(), coded);
        }
        coded
    }
}

/// The first and the last eight bytes of a text; a shorter text is padded.
#[inline]
fn first_and_last_bytes(text: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)));
    }
    (text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0)
}

/// The findings on the records of a part of a file. If the part is read again, they are discarded
/// with its rows.
#[derive(Debug, Default)]
pub(super) struct RecordFindings {
    pub labels: UnknownLabels,
    pub diagnosis: Diagnosis,
}

impl RecordFindings {
    /// Adds the findings of another part.
    pub fn merge(&mut self, other: Self) {
        self.labels.merge(other.labels);
        self.diagnosis.merge(other.diagnosis);
    }
}

/// The unknown labels of each column, and how often each occurs in records that reached the column.
/// An unknown entity rejects its record; a record with any other unknown label is accepted or a
/// duplicate.
///
/// Labels are text of rows, so they are collected only for `lnere check`. It writes the frequent
/// ones to a private file, so that the operator can add aliases.
#[derive(Clone, Debug, Default)]
pub struct UnknownLabels {
    counts: BTreeMap<(u8, String), u64>,
}

impl UnknownLabels {
    pub(super) fn add(&mut self, column: usize, label: &str) {
        let key = (u8::try_from(column).unwrap_or(u8::MAX), label.trim().to_owned());
        if self.counts.len() < MAX_LABELS || self.counts.contains_key(&key) {
            *self.counts.entry(key).or_default() += 1;
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (key, count) in other.counts {
            if self.counts.len() < MAX_LABELS || self.counts.contains_key(&key) {
                *self.counts.entry(key).or_default() += count;
            }
        }
    }

    /// The labels that at least [`MIN_SHOWN_RECORDS`] records have, each with the place of its column
    /// in the contract and its count.
    pub fn frequent_labels(&self) -> impl Iterator<Item = (u8, &str, u64)> {
        self.counts
            .iter()
            .filter(|((_, label), count)| **count >= MIN_SHOWN_RECORDS && !label.is_empty())
            .map(|((column, label), count)| (*column, label.as_str(), *count))
    }
}
