/*!
Defines the observers that suppression protects against, and what each of them knows.

An outsider knows everything public. An insider is the electoral body of one entity. Its packages
hold the rows of its entity and the tables that all bodies share, with exact counts. Each insider is
assumed to act alone. Insiders who combine their knowledge are out of scope.
*/

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::grain::TableGrain;
use super::published_counts::{CellId, ENTITY_COLUMN};

/// The electoral bodies that count as insiders; a public manifest holds this list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insiders {
    /// The codes of the entities, each of which receives its own rows.
    pub entities: Vec<String>,
    /// The tables that each body receives completely.
    pub shared: BTreeMap<String, TableGrain>,
}

/// Observers by bit: bit 0 is the outsider, bit 1 the first entity of [`Insiders`], and so on.
pub(super) type Observers = u64;

/// The outsider alone.
pub(super) const OUTSIDER: Observers = 1;

/// The largest number of insiders; each is one bit.
pub const MAX_INSIDERS: usize = 63;

impl Insiders {
    /// The outsider and all insiders.
    pub(super) fn all_observers(&self) -> Observers {
        u64::MAX >> (MAX_INSIDERS - self.entities.len().min(MAX_INSIDERS))
    }

    /// The insiders who know a count exactly: all insiders for a shared table, otherwise the body
    /// of its entity.
    pub(super) fn insiders_who_know(&self, cell: &CellId) -> Observers {
        if self.is_in_shared_table(cell) {
            return self.all_observers() & !OUTSIDER;
        }
        cell.codes.get(ENTITY_COLUMN).map_or(0, |entity| self.bit_of_entity(entity))
    }

    /// Whether each insider knows a count from a shared table.
    pub(super) fn is_in_shared_table(&self, cell: &CellId) -> bool {
        self.shared.values().any(|table| {
            table.measures.contains(&cell.measure)
                && cell.codes.keys().all(|column| table.keys.iter().any(|key| key == column))
        })
    }

    /// The bit of the insider of an entity; 0 if the entity has no insider.
    pub(super) fn bit_of_entity(&self, entity: &str) -> Observers {
        let place = self.entities.iter().take(MAX_INSIDERS).position(|one| one == entity);
        place.map_or(0, |place| OUTSIDER << (place + 1))
    }

    /// The entity of the first insider in the set; `None` for the outsider.
    pub(super) fn first_insider_entity(&self, observers: Observers) -> Option<&str> {
        let place = (observers.trailing_zeros() as usize).checked_sub(1)?;
        self.entities.get(place).map(String::as_str)
    }
}

/// Splits a set of observers into sets of one observer.
pub(super) fn single_observers(observers: Observers) -> impl Iterator<Item = Observers> {
    (0..=MAX_INSIDERS).map(|bit| 1 << bit).filter(move |one| observers & one != 0)
}
