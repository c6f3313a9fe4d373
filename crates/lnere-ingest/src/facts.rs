/*!
The output of ingest: coded records without folio, text or personal data.
*/

use chrono::NaiveDate;

use lnere_core::calendar::{Instant, day_number, end_of};
use lnere_core::catalog::{CountryId, EntityId, OfficeId};
use lnere_core::process::Dimension;

/// The dimensions of an application in one word: day of registration 16 bits (days since 1970), five
/// categories of 4 bits, country 9, entity 6, and 13 bits for the dimensions that a process file
/// declares. [`Dimension`] knows the bits of each category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationKey(u64);

const COUNTRY_SHIFT: u32 = 16 + 4 * Dimension::BUILT_IN.len() as u32;
const ENTITY_SHIFT: u32 = COUNTRY_SHIFT + 9;

impl ApplicationKey {
    /// The bits of the entity.
    pub const ENTITY_BITS: u64 = 63 << ENTITY_SHIFT;

    /// The bits of the country.
    pub const COUNTRY_BITS: u64 = 511 << COUNTRY_SHIFT;

    /// An application without categories; `day` is days since 1970.
    #[must_use]
    pub fn new(entity: EntityId, country: CountryId, day: u16) -> Self {
        Self(u64::from(entity.number()) << ENTITY_SHIFT | u64::from(country.0) << COUNTRY_SHIFT | u64::from(day))
    }

    /// The same application with the index of a category in its list.
    #[must_use]
    pub fn with_category(self, dimension: Dimension, category: u8) -> Self {
        let bits = dimension.bits();
        Self(self.0 & !bits | u64::from(category) << dimension.shift() & bits)
    }

    /// The entity; `None` for a key that was not made by [`ApplicationKey::new`].
    #[must_use]
    pub fn entity(self) -> Option<EntityId> {
        EntityId::new((self.0 >> ENTITY_SHIFT & 63) as u8)
    }

    /// Country of residence.
    #[must_use]
    pub fn country(self) -> CountryId {
        CountryId((self.0 >> COUNTRY_SHIFT & 511) as u16)
    }

    /// The index of a category in its list.
    #[must_use]
    pub fn category(self, dimension: Dimension) -> u8 {
        ((self.0 & dimension.bits()) >> dimension.shift()) as u8
    }

    /// The same application with another status.
    #[must_use]
    pub fn with_status(self, status: u8) -> Self {
        self.with_category(Dimension::ESTATUS, status)
    }

    /// Day of registration, days since 1970.
    #[must_use]
    pub fn day(self) -> u16 {
        self.0 as u16
    }

    /// The bits of all dimensions but the day and the status: what an application keeps from one export to the next.
    #[must_use]
    pub fn without_day_and_status(self) -> u64 {
        self.without_day().0 & !Dimension::ESTATUS.bits()
    }

    /// The same dimensions without the day.
    #[must_use]
    pub fn without_day(self) -> Self {
        Self(self.0 & !0xffff)
    }
}

/// One accepted application of the newest export.
#[derive(Clone, Copy, Debug)]
pub struct Application {
    /// Its dimensions; the status is the newest one.
    pub key: ApplicationKey,
    /// The time of the status change, seconds since 1970.
    pub status_at: u32,
}

/// A status that another export saw an application in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// Which application of the shard.
    pub application: u32,
    /// When it took the status, seconds since 1970.
    pub taken_at: u32,
    /// How new the export is: larger is newer, and the newest one is larger than all.
    pub export: u16,
    /// The status.
    pub status: u8,
}

/// A part of the applications, by the hash of the folio; shards are counted one by one and added.
#[derive(Debug, Default)]
pub struct ApplicationShard {
    /// The applications.
    pub applications: Vec<Application>,
    /// The observations of older exports, sorted.
    pub history: Vec<Observation>,
}

impl ApplicationShard {
    /// Calls `visit` with the key of each application registered up to `day`, its status the one
    /// that it had then (docs/contract.md §3): of all observations dated up to that day the latest, of equal
    /// ones that of the newer export; none: `initial`.
    pub fn visit_as_of_day(&self, day: NaiveDate, initial: u8, mut visit: impl FnMut(ApplicationKey)) {
        let end: Instant = end_of(day);
        let last_day = day_number(day);
        let mut history = self.history.iter().peekable();
        for (application, index) in self.applications.iter().zip(0_u32..) {
            let newest = application.key.category(Dimension::ESTATUS);
            let mut best =
                (i64::from(application.status_at) < end).then_some((application.status_at, u16::MAX, newest));
            while let Some(seen) = history.next_if(|seen| seen.application == index) {
                if i64::from(seen.taken_at) < end {
                    best = best.max(Some((seen.taken_at, seen.export, seen.status)));
                }
            }
            if i32::from(application.key.day()) <= last_day {
                visit(application.key.with_status(best.map_or(initial, |(_, _, status)| status)));
            }
        }
    }
}

/// One accepted credential trámite of the newest export. Days are days since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Credential {
    /// The citizen's entity.
    pub entity: EntityId,
    /// The embassy or consulate.
    pub office: OfficeId,
    /// The day of the application.
    pub applied: i32,
    /// The day of the delivery.
    pub delivered: Option<i32>,
    /// The day of the confirmation.
    pub confirmed: Option<i32>,
}

/// All that is counted for a release.
#[derive(Debug, Default)]
pub struct Facts {
    /// Applications.
    pub applications: Vec<ApplicationShard>,
    /// Credentials.
    pub credentials: Vec<Credential>,
}
