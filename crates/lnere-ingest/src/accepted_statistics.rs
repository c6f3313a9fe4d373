/*!
Computes the numbers that the plausibility rules compare: counts over the accepted records of an
export, and its differences from the previous export. They contain no folio and no text.
*/

use std::io;

use hashbrown::HashTable;

use super::accepted_rows::DeduplicatedShard;
use super::record_validation::{AcceptedRow, ComparedColumn, FolioHash};
use super::spill::{SpillReader, SpillRecord, SpillWriter, Spillable};
use lnere_core::calendar::Instant;
use lnere_core::catalog::EntityId;

/// The most columns of a source.
pub(super) const MAX_COLUMNS: usize = 16;

/// Counts over the accepted records of one export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcceptedStatistics {
    /// Records by entity, in the order of entity numbers.
    by_entity: [u64; EntityId::COUNT as usize],
    /// Records with an unidentified value, by the place of the column in the contract.
    unidentified: [u64; MAX_COLUMNS],
    /// The latest of all dates; `None` without accepted records.
    latest_instant: Option<Instant>,
}

impl AcceptedStatistics {
    /// Counts a record by its entity and the latest of its dates.
    #[inline]
    pub(super) fn add(&mut self, entity: EntityId, latest: Instant) {
        self.by_entity[usize::from(entity.number()) - 1] += 1;
        self.latest_instant = self.latest_instant.max(Some(latest));
    }

    /// Counts a record with an unidentified value in a column.
    #[inline]
    pub(super) fn add_unidentified(&mut self, column: usize) {
        if let Some(count) = self.unidentified.get_mut(column) {
            *count += 1;
        }
    }

    /// Adds the counts of another part.
    pub(super) fn merge(&mut self, other: &Self) {
        self.by_entity.iter_mut().zip(other.by_entity).for_each(|(mine, theirs)| *mine += theirs);
        self.unidentified.iter_mut().zip(other.unidentified).for_each(|(mine, theirs)| *mine += theirs);
        self.latest_instant = self.latest_instant.max(other.latest_instant);
    }

    /// Accepted records of an entity.
    #[must_use]
    pub fn of_entity(&self, entity: EntityId) -> u64 {
        self.by_entity[usize::from(entity.number()) - 1]
    }

    /// Columns with unidentified values, by their place in the contract, with the number of such
    /// records.
    pub fn unidentified(&self) -> impl Iterator<Item = (u8, u64)> {
        (0_u8..).zip(self.unidentified).filter(|(_, records)| *records > 0)
    }

    /// Records with an unidentified value in a column.
    #[must_use]
    pub fn unidentified_in(&self, column: u8) -> u64 {
        self.unidentified.get(usize::from(column)).copied().unwrap_or_default()
    }

    /// The latest of all dates of accepted records.
    #[must_use]
    pub fn latest_instant(&self) -> Option<Instant> {
        self.latest_instant
    }
}

/// The comparison of the folios of an export with those of the previous export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolioComparison {
    /// Folios that were accepted before and still are.
    pub kept_folios: u64,
    /// Kept folios with at least one changed attribute.
    pub changed_folios: u64,
    /// Kept folios by changed attribute, in the order of `SourceContract::compared_columns`.
    pub changed_by_attribute: [u64; MAX_COLUMNS],
}

impl FolioComparison {
    /// Counts a folio of both exports, by the bits in which its attributes differ.
    #[inline]
    pub(super) fn add(&mut self, differing: [u64; 2], attributes: &[ComparedColumn]) {
        self.kept_folios += 1;
        if differing != [0; 2] {
            self.changed_folios += 1;
            for (count, attribute) in self.changed_by_attribute.iter_mut().zip(attributes) {
                *count += u64::from(differing[attribute.word_index] & attribute.bit_mask != 0);
            }
        }
    }

    /// Adds the counts of another shard.
    pub(super) fn merge(&mut self, other: &Self) {
        self.kept_folios += other.kept_folios;
        self.changed_folios += other.changed_folios;
        let theirs = other.changed_by_attribute;
        self.changed_by_attribute.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
    }
}

/// The folios of one shard of an export, each with a value, indexed by folio.
#[derive(Debug)]
pub(super) struct FolioTable<A> {
    rows: Vec<(FolioHash, A)>,
    places: HashTable<u32>,
}

impl<A: Copy> FolioTable<A> {
    /// Indexes folios that differ from each other.
    pub fn new(rows: Vec<(FolioHash, A)>) -> Self {
        let mut places = HashTable::with_capacity(rows.len());
        for ((folio, _), place) in rows.iter().zip(0_u32..) {
            places.insert_unique(folio[1], place, |place| rows[*place as usize].0[1]);
        }
        Self { rows, places }
    }

    /// The folios of an export with the attributes that are compared with the previous export.
    pub fn of_attributes<R: AcceptedRow<Attributes = A>>(rows: &DeduplicatedShard<R>) -> Self {
        Self::new(rows.iter().map(|row| (row.folio(), row.attributes())).collect())
    }

    /// The place of a folio, in the order of the rows.
    #[inline]
    pub fn find(&self, folio: FolioHash) -> Option<u32> {
        self.places.find(folio[1], |place| self.rows[*place as usize].0 == folio).copied()
    }

    /// Compares the rows of the same shard of an older export.
    pub fn compare<R: AcceptedRow<Attributes = A>>(
        &self,
        older: &DeduplicatedShard<R>,
        attributes: &[ComparedColumn],
    ) -> FolioComparison {
        let mut comparison = FolioComparison::default();
        for row in older.iter() {
            if let Some(place) = self.find(row.folio()) {
                let differing = R::differing(row.attributes(), self.rows[place as usize].1);
                comparison.add(differing, attributes);
            }
        }
        comparison
    }
}

impl<A: SpillRecord + Copy> Spillable for FolioTable<A> {
    fn write_to_spill(&self, writer: &mut SpillWriter) -> io::Result<()> {
        writer.write_records(&self.rows)
    }

    fn read_from_spill(reader: &mut SpillReader) -> io::Result<Self> {
        Ok(Self::new(Vec::read_from_spill(reader)?))
    }
}
