/*!
Holds a release for some hours after its publication, so that a person can look at it before the
first message goes out. The ledger records that a release is held, and who approved it.
*/

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::ledger::{DeliveryEntry, DeliveryHistory, LedgerEvent};
use super::release_packages::ReleasePackages;
use lnere_core::checksum::sha256;
use lnere_core::mexico_city_time::parse_recorded_time;
use lnere_release::Manifest;

/// The checksum that an approval names: of the packages of a release, by the slug of their
/// recipient. A release of the same number with other packages is another one.
#[must_use]
pub fn packages_checksum<'a>(packages: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let lines: String = packages.map(|(slug, sum)| format!("{slug} {sum}\n")).collect();
    sha256(lines.as_bytes())
}

impl ReleasePackages {
    /// See [`packages_checksum`].
    #[must_use]
    pub fn checksum(&self) -> String {
        packages_checksum(self.packages.iter().map(|package| (package.slug.as_str(), package.sha256.as_str())))
    }
}

impl DeliveryHistory {
    /// The instant until which a release is held; `None` if it may be delivered. A release is no
    /// longer held once somebody approved it, or once anybody has it.
    #[must_use]
    pub fn hold_end(
        &self,
        manifest: &Manifest,
        packages_checksum: &str,
        (published, hold): (DateTime<Utc>, Duration),
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if self.is_approved(manifest, packages_checksum) {
            return None;
        }
        let computed = published.min(now).checked_add_signed(TimeDelta::from_std(hold).ok()?)?;
        let first_recorded = || self.recorded_hold_ends(manifest, packages_checksum).next();
        // If the clock was ahead at publication, a computed end would move with the time. Then the
        // end that was recorded first counts.
        let end = if published > now { first_recorded().unwrap_or(computed) } else { computed };
        (end > now).then_some(end)
    }

    /// The end that `deliver` recorded when it held a release; `None` if it did not, or if the
    /// release is no longer held.
    #[must_use]
    pub fn recorded_hold_end(
        &self,
        manifest: &Manifest,
        packages_checksum: &str,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if self.is_approved(manifest, packages_checksum) {
            return None;
        }
        self.recorded_hold_ends(manifest, packages_checksum).next_back().filter(|end| *end > now)
    }

    /// The recorded ends of the holds of these packages, oldest record first.
    fn recorded_hold_ends<'a>(
        &'a self,
        manifest: &'a Manifest,
        packages_checksum: &'a str,
    ) -> impl DoubleEndedIterator<Item = DateTime<Utc>> + 'a {
        let holds = self
            .of_release(manifest)
            .filter(move |entry| entry.event == LedgerEvent::Held && entry.package == packages_checksum);
        holds.filter_map(|entry| parse_recorded_time(&entry.until))
    }

    fn is_approved(&self, manifest: &Manifest, packages_checksum: &str) -> bool {
        self.of_release(manifest).any(|entry| match entry.event {
            LedgerEvent::Approved => entry.package == packages_checksum,
            LedgerEvent::Accepted => true,
            LedgerEvent::Intent | LedgerEvent::Failed | LedgerEvent::Held | LedgerEvent::Mended => false,
        })
    }

    /// The entries of a release, oldest first.
    fn of_release<'a>(&'a self, manifest: &'a Manifest) -> impl DoubleEndedIterator<Item = &'a DeliveryEntry> {
        self.entries().iter().filter(|entry| {
            entry.process == manifest.process && entry.corte == manifest.corte && entry.revision == manifest.revision
        })
    }
}

impl DeliveryEntry {
    /// An entry about a whole release: that it is held until a time, or that somebody approved it.
    #[must_use]
    pub fn about_release(event: LedgerEvent, release_packages: &ReleasePackages, time: String) -> Self {
        let manifest = &release_packages.manifest;
        Self {
            time,
            event,
            process: manifest.process.clone(),
            corte: manifest.corte.clone(),
            revision: manifest.revision,
            package: release_packages.checksum(),
            ..Self::mended_entry()
        }
    }
}
