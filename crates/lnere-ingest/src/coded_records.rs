/*!
Defines the output of ingest: coded records without folio, text or personal data.
*/

use std::hash::{Hash, Hasher};
use std::io;
use std::ops::{AddAssign, RangeInclusive};

use chrono::NaiveDate;
use hashbrown::HashMap;

use super::spill::{SpillReader, SpillRecord, SpillWriter, Spillable};
use lnere_core::calendar::{Instant, QuincenasSoFar, day_number, end_of_day};
use lnere_core::catalog::{CountryId, EntityId, OfficeId};
use lnere_core::process::Dimension;

pub use super::spill::{Sharded, SpillError};

/// The dimensions of an application, packed.
///
/// The first word holds the day of registration in 16 bits (days since 1970), and five categories
/// in 4 bits each. It also holds the country in 9 bits and the entity in 6. The remaining 13 bits
/// are for the dimensions that a process file declares. If these do not fit, `EXTRA_WORDS` is 1 and
/// a second word holds them. [`Dimension`] knows the bits of each category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApplicationKey<const EXTRA_WORDS: usize = 1> {
    word: u64,
    extra: [u64; EXTRA_WORDS],
}

/// The key of a process whose dimensions fit into one word.
pub type NarrowKey = ApplicationKey<0>;

const COUNTRY_SHIFT: u32 = 16 + 4 * Dimension::BUILT_IN.len() as u32;
const ENTITY_SHIFT: u32 = COUNTRY_SHIFT + 9;

/// Hashes only the words; the derived hash would add the length of the array.
impl<const EXTRA_WORDS: usize> Hash for ApplicationKey<EXTRA_WORDS> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.word);
        self.extra.iter().for_each(|word| state.write_u64(*word));
    }
}

impl ApplicationKey {
    /// The bits of the entity in the first word.
    pub const ENTITY_MASK: u64 = 63 << ENTITY_SHIFT;

    /// The bits of the country in the first word.
    pub const COUNTRY_MASK: u64 = 511 << COUNTRY_SHIFT;
}

impl<const EXTRA_WORDS: usize> ApplicationKey<EXTRA_WORDS> {
    /// An application without categories; `day` is in days since 1970.
    #[must_use]
    #[inline]
    pub fn new(entity: EntityId, country: CountryId, day: u16) -> Self {
        let word = u64::from(entity.number()) << ENTITY_SHIFT | u64::from(country.0) << COUNTRY_SHIFT | u64::from(day);
        Self { word, extra: [0; EXTRA_WORDS] }
    }

    /// The same application with the category at `index` of its list.
    #[must_use]
    #[inline]
    pub fn with_category(mut self, dimension: Dimension, category: u8) -> Self {
        let bits = dimension.bit_mask();
        let set = |word: u64| word & !bits | u64::from(category) << dimension.bit_shift() & bits;
        if dimension.word_index() == 0 {
            self.word = set(self.word);
        } else if let Some(word) = self.extra.first_mut() {
            *word = set(*word);
        }
        self
    }

    /// The entity; `None` for a key that [`ApplicationKey::new`] did not make.
    #[must_use]
    #[inline]
    pub fn entity(self) -> Option<EntityId> {
        EntityId::new((self.word >> ENTITY_SHIFT & 63) as u8)
    }

    /// Country of residence.
    #[must_use]
    #[inline]
    pub fn country(self) -> CountryId {
        CountryId((self.word >> COUNTRY_SHIFT & 511) as u16)
    }

    /// The index of a category in its list.
    #[must_use]
    #[inline]
    pub fn category(self, dimension: Dimension) -> u8 {
        let word = if dimension.word_index() == 0 { self.word } else { self.extra.first().copied().unwrap_or(0) };
        ((word & dimension.bit_mask()) >> dimension.bit_shift()) as u8
    }

    /// The same application with another status.
    #[must_use]
    #[inline]
    pub fn with_status(self, status: u8) -> Self {
        self.with_category(Dimension::ESTATUS, status)
    }

    /// Day of registration, days since 1970.
    #[must_use]
    #[inline]
    pub fn day(self) -> u16 {
        self.word as u16
    }

    /// All dimensions except the day and the status. They persist from one export to the next.
    #[must_use]
    #[inline]
    pub fn without_day_and_status(self) -> Self {
        let word = self.without_day().word & !Dimension::ESTATUS.bit_mask();
        Self { word, extra: self.extra }
    }

    /// The same dimensions without the day.
    #[must_use]
    #[inline]
    pub fn without_day(self) -> Self {
        Self { word: self.word & !0xffff, extra: self.extra }
    }

    /// The bits in which the words differ from those of another key.
    #[inline]
    pub(crate) fn differing(self, other: Self) -> [u64; 2] {
        let extra = self.extra.iter().zip(other.extra).map(|(mine, theirs)| mine ^ theirs).next();
        [self.word ^ other.word, extra.unwrap_or(0)]
    }

    /// The same key with a second word, which is zero if the key had none.
    #[must_use]
    #[inline]
    pub fn with_extra_word(self) -> ApplicationKey {
        ApplicationKey { word: self.word, extra: [self.extra.first().copied().unwrap_or(0)] }
    }
}

/// One accepted application of the newest export. It is packed, because padding would add a third
/// to the memory of the facts.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub struct Application<const EXTRA_WORDS: usize> {
    /// The dimensions; the status is the newest one.
    pub key: ApplicationKey<EXTRA_WORDS>,
    /// The time of the last status change, in seconds since 1970.
    pub status_at: u32,
}

/// The status of an application in another export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatusObservation {
    /// The index of the application in its shard.
    pub application: u32,
    /// The time at which the application took the status, in seconds since 1970.
    pub taken_at: u32,
    /// The age rank of the export: a larger rank is newer, and the newest export has the largest.
    pub export_rank: u16,
    /// The status.
    pub status: u8,
}

/// A part of the applications, selected by the hash of the folio. Shards are counted separately and
/// added.
#[derive(Debug, Default)]
pub struct ApplicationShard<const EXTRA_WORDS: usize> {
    /// The applications.
    pub applications: Vec<Application<EXTRA_WORDS>>,
    /// The observations of older exports, sorted.
    pub history: Vec<StatusObservation>,
}

impl<const EXTRA_WORDS: usize> ApplicationShard<EXTRA_WORDS> {
    /// Calls `visit` with the key of each application registered up to `day`, with its status on
    /// that day (docs/contract.md §3). The status is that of the latest observation up to that day.
    /// Of equal times the newer export decides. Without an observation it is `initial`.
    pub fn visit_as_of_day(&self, day: NaiveDate, initial: u8, mut visit: impl FnMut(ApplicationKey<EXTRA_WORDS>)) {
        let end: Instant = end_of_day(day);
        let last_day = day_number(day);
        let mut history = self.history.iter().peekable();
        for (application, index) in self.applications.iter().zip(0_u32..) {
            let newest = application.key.category(Dimension::ESTATUS);
            let mut best =
                (i64::from(application.status_at) < end).then_some((application.status_at, u16::MAX, newest));
            while let Some(seen) = history.next_if(|seen| seen.application == index) {
                if i64::from(seen.taken_at) < end {
                    best = best.max(Some((seen.taken_at, seen.export_rank, seen.status)));
                }
            }
            if i32::from(application.key.day()) <= last_day {
                visit(application.key.with_status(best.map_or(initial, |(_, _, status)| status)));
            }
        }
    }
}

/// A status that an application has from the end of a quincena on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusTaken {
    /// The place of the quincena.
    pub quincena: usize,
    /// The status.
    pub status: u8,
}

impl<const EXTRA_WORDS: usize> ApplicationShard<EXTRA_WORDS> {
    /// Calls `visit` with the key of each application registered up to the last quincena, with its
    /// status at that quincena's end, and with the statuses that it took. The first of these is the
    /// one at the end of the quincena of the registration. The statuses are those that
    /// [`Self::visit_as_of_day`] gives for the end of each quincena, but read in one pass.
    pub fn visit_status_courses(
        &self,
        quincenas: &QuincenasSoFar,
        initial: u8,
        mut visit: impl FnMut(ApplicationKey<EXTRA_WORDS>, &[StatusTaken]),
    ) {
        let count = quincenas.cortes().len();
        let mut taken: Vec<StatusTaken> = Vec::with_capacity(count);
        let mut history = self.history.iter().peekable();
        for (application, index) in self.applications.iter().zip(0_u32..) {
            let Some(registered) = quincenas.place_of_day(i32::from(application.key.day())) else {
                while history.next_if(|seen| seen.application == index).is_some() {}
                continue;
            };
            taken.clear();
            let mut take = |quincena, best: Option<(u32, u16, u8)>| {
                let status = best.map_or(initial, |(_, _, status)| status);
                if taken.last().is_none_or(|last| last.status != status) {
                    taken.push(StatusTaken { quincena, status });
                }
            };
            let mut newest = Some((application.status_at, u16::MAX, application.key.category(Dimension::ESTATUS)));
            // `best` is the latest observation so far, and `current` is the quincena of it.
            let (mut best, mut current) = (None, registered);
            loop {
                let is_older = |seen: &&StatusObservation| {
                    seen.application == index && newest.is_none_or(|(taken_at, ..)| seen.taken_at < taken_at)
                };
                let seen = history.next_if(is_older).map(|seen| (seen.taken_at, seen.export_rank, seen.status));
                let Some(seen) = seen.or_else(|| newest.take()) else { break };
                let quincena = quincenas.place_of_instant(seen.0.into()).max(registered);
                if quincena > current {
                    take(current, best);
                    current = quincena;
                }
                best = best.max(Some(seen));
            }
            if current < count {
                take(current, best);
            }
            let last = taken.last().map_or(initial, |last| last.status);
            visit(application.key.with_status(last), &taken);
        }
    }
}

/// One accepted credential trámite of the newest export. Days are days since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Credential {
    /// The entity of the citizen.
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

impl<const EXTRA_WORDS: usize> SpillRecord for ApplicationKey<EXTRA_WORDS> {
    const BYTES: usize = u64::BYTES * (1 + EXTRA_WORDS);

    #[inline]
    fn append_to_spill(&self, bytes: &mut Vec<u8>) {
        self.word.append_to_spill(bytes);
        self.extra.append_to_spill(bytes);
    }

    #[inline]
    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self { word: u64::take_from_spill(bytes)?, extra: <[u64; EXTRA_WORDS]>::take_from_spill(bytes)? })
    }
}

impl<const EXTRA_WORDS: usize> SpillRecord for Application<EXTRA_WORDS> {
    const BYTES: usize = ApplicationKey::<EXTRA_WORDS>::BYTES + u32::BYTES;

    #[inline]
    fn append_to_spill(&self, bytes: &mut Vec<u8>) {
        let Self { key, status_at } = *self;
        key.append_to_spill(bytes);
        status_at.append_to_spill(bytes);
    }

    #[inline]
    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self { key: ApplicationKey::take_from_spill(bytes)?, status_at: u32::take_from_spill(bytes)? })
    }
}

impl SpillRecord for StatusObservation {
    const BYTES: usize = 2 * u32::BYTES + u16::BYTES + u8::BYTES;

    #[inline]
    fn append_to_spill(&self, bytes: &mut Vec<u8>) {
        [self.application, self.taken_at].append_to_spill(bytes);
        self.export_rank.append_to_spill(bytes);
        self.status.append_to_spill(bytes);
    }

    #[inline]
    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
        let [application, taken_at] = <[u32; 2]>::take_from_spill(bytes)?;
        Some(Self {
            application,
            taken_at,
            export_rank: u16::take_from_spill(bytes)?,
            status: u8::take_from_spill(bytes)?,
        })
    }
}

impl<const EXTRA_WORDS: usize> Spillable for ApplicationShard<EXTRA_WORDS> {
    fn write_to_spill(&self, writer: &mut SpillWriter) -> io::Result<()> {
        writer.write_records(&self.applications)?;
        writer.write_records(&self.history)
    }

    fn read_from_spill(reader: &mut SpillReader) -> io::Result<Self> {
        Ok(Self { applications: Vec::read_from_spill(reader)?, history: Vec::read_from_spill(reader)? })
    }
}

impl Credential {
    /// The events on counted days: the index of the measure (applied for, delivered, confirmed),
    /// and the day.
    #[inline]
    pub fn events_on(&self, counted: &RangeInclusive<i32>) -> impl Iterator<Item = (usize, i32)> {
        let days = [Some(self.applied), self.delivered, self.confirmed].into_iter().enumerate();
        days.filter_map(|(measure, day)| Some((measure, day?))).filter(|(_, day)| counted.contains(day))
    }
}

/// The day of a credential event that did not happen, where a day takes four bytes.
pub(crate) const NO_DAY: i32 = i32::MIN;

/// The day of a credential event; `None` if it did not happen.
#[inline]
pub(crate) fn day_of_event(day: i32) -> Option<i32> {
    (day != NO_DAY).then_some(day)
}

impl SpillRecord for Credential {
    const BYTES: usize = u8::BYTES + u16::BYTES + 3 * i32::BYTES;

    fn append_to_spill(&self, bytes: &mut Vec<u8>) {
        self.entity.number().append_to_spill(bytes);
        self.office.0.append_to_spill(bytes);
        [self.applied, self.delivered.unwrap_or(NO_DAY), self.confirmed.unwrap_or(NO_DAY)].append_to_spill(bytes);
    }

    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
        let (entity, office) = (EntityId::new(u8::take_from_spill(bytes)?)?, OfficeId(u16::take_from_spill(bytes)?));
        let [applied, delivered, confirmed] = <[i32; 3]>::take_from_spill(bytes)?;
        let (delivered, confirmed) = (day_of_event(delivered), day_of_event(confirmed));
        Some(Self { entity, office, applied, delivered, confirmed })
    }
}

/// The applications in shards.
#[derive(Debug)]
pub enum Applications {
    /// Applications of a process whose dimensions fit into one word.
    Narrow(Sharded<ApplicationShard<0>>),
    /// Applications of a process whose declared dimensions need a second word.
    Wide(Sharded<ApplicationShard<1>>),
}

impl Default for Applications {
    fn default() -> Self {
        Self::Narrow(Sharded::default())
    }
}

impl Applications {
    /// The applications registered up to `day` by their keys, with their status on that day. See
    /// [`ApplicationShard::visit_as_of_day`].
    ///
    /// # Errors
    /// A spill file cannot be read.
    pub fn count_as_of_day(&self, day: NaiveDate, initial: u8) -> Result<HashMap<ApplicationKey, u64>, SpillError> {
        match self {
            Self::Narrow(shards) => count_keys(shards, day, initial),
            Self::Wide(shards) => count_keys(shards, day, initial),
        }
    }
}

fn count_keys<const EXTRA_WORDS: usize>(
    shards: &Sharded<ApplicationShard<EXTRA_WORDS>>,
    day: NaiveDate,
    initial: u8,
) -> Result<HashMap<ApplicationKey, u64>, SpillError> {
    let count_shard = |mut counts: HashMap<ApplicationKey, u64>, shard: &ApplicationShard<EXTRA_WORDS>| {
        shard.visit_as_of_day(day, initial, |key| *counts.entry(key.with_extra_word()).or_default() += 1);
        counts
    };
    shards.fold(HashMap::new, count_shard, merge_counts)
}

/// The sum of two tables of counts.
#[must_use]
pub fn merge_counts<K: Eq + Hash, N: AddAssign + Default>(
    mut one: HashMap<K, N>,
    mut other: HashMap<K, N>,
) -> HashMap<K, N> {
    if one.len() < other.len() {
        std::mem::swap(&mut one, &mut other);
    }
    for (key, count) in other {
        *one.entry(key).or_default() += count;
    }
    one
}

/// The data that are counted for a release.
#[derive(Debug, Default)]
pub struct Facts {
    /// Applications.
    pub applications: Applications,
    /// Credentials.
    pub credentials: Sharded<Vec<Credential>>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use lnere_core::calendar::Corte;
    use lnere_core::random::RandomKey;

    /// The two functions that read a history share no code, and agree at the end of each quincena.
    #[test]
    fn the_statuses_of_a_course_are_those_of_each_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (opens, corte) = (day("2020-09-01"), Corte::new(day("2020-12-15")).unwrap());
        let quincenas = QuincenasSoFar::new(opens, corte);
        let entity = EntityId::new(8).unwrap();
        let (random, mut draws) = (RandomKey::new(21), 0..);
        let mut below = |bound: u64| random.number_below(draws.next().unwrap(), bound);
        // Times from before the opening to after the corte, and at the ends of quincenas.
        let instant = |below: &mut dyn FnMut(u64) -> u64| {
            let ends = quincenas.cortes();
            let seconds = match below(4) {
                0 => end_of_day(ends[below(ends.len() as u64) as usize].day()) - below(2).cast_signed(),
                _ => end_of_day(opens) - 864_000 + below(130 * 8).cast_signed() * 10_800,
            };
            u32::try_from(seconds).unwrap()
        };
        let mut shard = ApplicationShard::<0>::default();
        for application in 0..2_000 {
            let registered = day_number(opens) + below(120) as i32;
            let key = ApplicationKey::new(entity, CountryId::UNKNOWN, u16::try_from(registered).unwrap());
            let status_at = instant(&mut below);
            shard.applications.push(Application { key: key.with_status(below(4) as u8), status_at });
            for export_rank in 0..below(5) as u16 {
                // Some observations have the time of the newest one.
                let taken_at = if below(5) == 0 { status_at } else { instant(&mut below) };
                shard.history.push(StatusObservation { application, taken_at, export_rank, status: below(4) as u8 });
            }
        }
        shard.history.sort_unstable_by_key(|seen| {
            (seen.application, seen.taken_at, seen.status, std::cmp::Reverse(seen.export_rank))
        });

        let mut counted: BTreeMap<(usize, u8), i64> = BTreeMap::new();
        let mut last = Vec::new();
        shard.visit_status_courses(&quincenas, 0, |key, taken| {
            last.push(key);
            for quincena in taken[0].quincena..quincenas.cortes().len() {
                let status = taken.iter().rev().find(|taken| taken.quincena <= quincena).unwrap().status;
                *counted.entry((quincena, status)).or_default() += 1;
            }
            assert!(
                taken.windows(2).all(|pair| pair[0].quincena < pair[1].quincena && pair[0].status != pair[1].status)
            );
        });
        let mut expected: BTreeMap<(usize, u8), i64> = BTreeMap::new();
        for (place, corte) in quincenas.cortes().iter().enumerate() {
            shard.visit_as_of_day(corte.day(), 0, |key| {
                *expected.entry((place, key.category(Dimension::ESTATUS))).or_default() += 1;
            });
        }
        assert_eq!(counted, expected);
        let mut at_corte = Vec::new();
        shard.visit_as_of_day(corte.day(), 0, |key| at_corte.push(key));
        assert_eq!(last, at_corte);
    }
}
