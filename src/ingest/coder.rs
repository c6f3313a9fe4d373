/*!
From the text of a cell to a small code, each distinct text looked up once.
*/

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::csv::encoding::Encoding;

/// The most texts that a cache keeps; a hostile file cannot make it grow further.
const MAX_CACHED: usize = 4_096;

/// The most labels that are listed for the operator.
const MAX_LABELS: usize = 50_000;

/// What a label stands for, or that nothing knows it.
#[derive(Clone, Copy)]
pub(super) enum Coded {
    Known(u16),
    Unknown,
}

/// Remembers what the texts of one column stand for.
pub(super) struct Cache {
    codes: HashMap<Box<[u8]>, Coded>,
    /// The text looked up last: neighbouring records often share it.
    last: Option<(Box<[u8]>, Coded)>,
}

impl Cache {
    pub fn new() -> Self {
        Self { codes: HashMap::new(), last: None }
    }

    /// The code of a cell; `find` is asked for a text that is not remembered.
    #[inline]
    pub fn code(&mut self, cell: &[u8], encoding: Encoding, find: impl FnOnce(&str) -> Option<u16>) -> Coded {
        if let Some((text, coded)) = &self.last
            && **text == *cell
        {
            return *coded;
        }
        let coded = match self.codes.get(cell) {
            Some(coded) => return *coded,
            None => match find(&encoding.decode(cell)) {
                Some(code) => Coded::Known(code),
                None => Coded::Unknown,
            },
        };
        if self.codes.len() < MAX_CACHED {
            self.codes.insert(cell.into(), coded);
        } else {
            self.last = Some((cell.into(), coded));
        }
        coded
    }
}

/// The labels of each column that nothing knows, and how often each occurs.
///
/// Labels are text of rows: they are collected only for `lnere check`, which writes those that
/// occur often to a private file so that the operator can add aliases.
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
            *self.counts.entry(key).or_default() += count;
        }
    }

    /// Column (by its place in the contract), label and count of those that occur `least` times or
    /// more.
    pub fn at_least(&self, least: u64) -> impl Iterator<Item = (u8, &str, u64)> {
        self.counts
            .iter()
            .filter(move |((_, label), count)| **count >= least && !label.is_empty())
            .map(|((column, label), count)| (*column, label.as_str(), *count))
    }
}
