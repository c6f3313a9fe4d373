/*!
Reports which recipients have the packages of the newest corte, and which earlier cortes are not
completely delivered. It reads the ledger without a lock.
*/

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::deliver::held_advice;
use super::status_text::write_advice;
use lnere_core::calendar::Corte;
use lnere_core::mexico_city_time::{mexico_city_time, recorded_time, utc_record};
use lnere_core::terminal_text::escaped_name;
use lnere_delivery::{DeliveryEntry, DeliveryHistory, LedgerEvent, PACKAGES_FOLDER, packages_checksum};
use lnere_messages::{count, message};
use lnere_release::{Manifest, Output, PrivateFolder, ReleaseFolder};

/// The delivery state of a release.
pub(super) struct DeliveryStatus {
    corte: String,
    revision: u32,
    ledger_state: LedgerState,
    /// Earlier cortes whose visible revision some recipient lacks.
    undelivered_earlier_cortes: Vec<Corte>,
    /// The cortes whose release is held, with the end of the hold, oldest first.
    pub held_cortes: Vec<(Corte, DateTime<Utc>)>,
}

enum LedgerState {
    /// The state of each package by the slug of its recipient.
    Packages(BTreeMap<String, PackageDeliveryState>),
    /// The ledger cannot be read.
    Unreadable(String),
}

/// The delivery state of one package.
enum PackageDeliveryState {
    Delivered(String),
    /// An earlier revision or another package was delivered, but not this one.
    EarlierPackageDelivered(u32),
    Failed {
        time: String,
        message: String,
    },
    /// An attempt has no recorded result.
    Interrupted(String),
    Pending,
}

/// The cortes, oldest first, whose visible revision some recipient lacks. A corte counts if it was
/// delivered before or is later than all delivered cortes.
pub(super) fn undelivered_cortes(output: &Output, cortes: &[Corte], history: &DeliveryHistory) -> Vec<Corte> {
    let is_undelivered = |corte: &&Corte| {
        let Some(manifest) = output.visible_manifest(**corte) else { return false };
        let accepted = || {
            let of_process =
                |entry: &&DeliveryEntry| entry.event == LedgerEvent::Accepted && entry.process == manifest.process;
            history.entries().iter().filter(of_process)
        };
        let latest = accepted().map(|entry| &entry.corte).max();
        let has_begun = latest.is_some_and(|latest| *latest < manifest.corte)
            || accepted().any(|entry| entry.corte == manifest.corte);
        let has = |slug: &String| {
            accepted().any(|entry| {
                entry.corte == manifest.corte && entry.recipient == *slug && entry.revision >= manifest.revision
            })
        };
        has_begun && package_recipient_slugs(output, **corte).iter().any(|slug| !has(slug))
    };
    cortes.iter().filter(is_undelivered).copied().collect()
}

/// The recipients of packages in the visible release of a corte.
fn package_recipient_slugs(output: &Output, corte: Corte) -> Vec<String> {
    let release = ReleaseFolder::open(&output.release_path(corte));
    release.and_then(|release| release.names_in_folder(PACKAGES_FOLDER)).unwrap_or_default()
}

impl DeliveryStatus {
    /// The state of a release; `None` if it has no packages. Without a private folder nothing was
    /// delivered.
    pub fn for_release(output: &Output, manifest: &Manifest, private: Option<&PrivateFolder>) -> Option<Self> {
        let corte: Corte = manifest.corte.parse().ok()?;
        if package_recipient_slugs(output, corte).is_empty() {
            return None;
        }
        let mut held_cortes = Vec::new();
        let mut undelivered_earlier = output.published_cortes().unwrap_or_default();
        undelivered_earlier.retain(|other| *other < corte);
        let history = match private {
            None => Ok(DeliveryHistory::default()),
            Some(private) => DeliveryHistory::read(private),
        };
        let ledger_state = match history {
            Err(error) => {
                undelivered_earlier.clear();
                LedgerState::Unreadable(error.to_string())
            }
            Ok(history) => {
                undelivered_earlier = undelivered_cortes(output, &undelivered_earlier, &history);
                let now = Utc::now();
                let hold_end = |manifest: &Manifest, packages: &[(String, String)]| {
                    let packages = packages.iter().map(|(slug, sum)| (slug.as_str(), sum.as_str()));
                    history.recorded_hold_end(manifest, &packages_checksum(packages), now)
                };
                let held_earlier = |corte: &Corte| {
                    let packages = packages_with_checksums(output, *corte);
                    Some((*corte, hold_end(&output.visible_manifest(*corte)?, &packages)?))
                };
                held_cortes.extend(undelivered_earlier.iter().filter_map(held_earlier));
                let packages = packages_with_checksums(output, corte);
                held_cortes.extend(hold_end(manifest, &packages).map(|end| (corte, end)));
                let packages = packages.into_iter().map(|(slug, package)| {
                    let state = package_state(&history, manifest, &slug, &package);
                    (slug, state)
                });
                LedgerState::Packages(packages.collect())
            }
        };
        Some(Self {
            corte: manifest.corte.clone(),
            revision: manifest.revision,
            ledger_state,
            undelivered_earlier_cortes: undelivered_earlier,
            held_cortes,
        })
    }

    /// The packages of the release that their recipients do not have; `None` if the ledger cannot
    /// be read.
    pub fn undelivered_packages(&self) -> Option<usize> {
        match &self.ledger_state {
            LedgerState::Unreadable(_) => None,
            LedgerState::Packages(packages) => {
                let is_missing = |state: &&PackageDeliveryState| !matches!(state, PackageDeliveryState::Delivered(_));
                Some(packages.values().filter(is_missing).count())
            }
        }
    }

    /// The release, and the recipients whose last attempt failed.
    pub fn failed_packages(&self) -> (String, Vec<String>) {
        let failed = match &self.ledger_state {
            LedgerState::Unreadable(_) => Vec::new(),
            LedgerState::Packages(packages) => {
                let is_failed = |state: &PackageDeliveryState| matches!(state, PackageDeliveryState::Failed { .. });
                packages.iter().filter(|(_, state)| is_failed(state)).map(|(slug, _)| slug.clone()).collect()
            }
        };
        (format!("{}.r{}", self.corte, self.revision), failed)
    }

    /// Adds it to the text of `status`.
    pub fn append_text(&self, text: &mut String) {
        let heading = message!("status-deliveries", corte = self.corte, revision = self.revision);
        let _ = writeln!(text, "\n{heading}");
        let packages = match &self.ledger_state {
            LedgerState::Unreadable(error) => {
                let _ = writeln!(text, "  {}", message!("status-ledger-not-known", error = escaped_name(error)));
                write_advice(text, message!("status-ledger-to-do"));
                return;
            }
            LedgerState::Packages(packages) => packages,
        };
        let delivered = packages.values().filter(|state| matches!(state, PackageDeliveryState::Delivered(_))).count();
        let all = packages.len();
        let line = message!("status-delivered", delivered = count(delivered), packages = count(all));
        let _ = writeln!(text, "  {line}");
        if !self.undelivered_earlier_cortes.is_empty() {
            let cortes: Vec<String> = self.undelivered_earlier_cortes.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "  {}", message!("status-earlier-not-delivered", cortes = cortes.join(", ")));
        }
        for (corte, end) in &self.held_cortes {
            let left = time_left_text(*end - Utc::now());
            let _ = writeln!(text, "  {}", message!("status-held", corte, end = mexico_city_time(*end), left));
            write_advice(text, held_advice(&message!("status-recipients-file"), &corte.to_string()));
        }
        let undelivered = delivered < all || !self.undelivered_earlier_cortes.is_empty();
        if undelivered && self.held_cortes.is_empty() {
            write_advice(text, message!("status-deliver-to-do"));
        }
        let width = packages.keys().map(String::len).max().unwrap_or_default();
        let pending = packages.values().filter(|state| matches!(state, PackageDeliveryState::Pending)).count();
        // Before the first delivery there is nothing to list for each recipient.
        if pending == packages.len() {
            return;
        }
        for (slug, state) in packages {
            let what = match state {
                PackageDeliveryState::Delivered(_) => continue,
                PackageDeliveryState::EarlierPackageDelivered(revision) if *revision == self.revision => {
                    message!("status-package-other")
                }
                PackageDeliveryState::EarlierPackageDelivered(revision) => {
                    message!("status-package-earlier", revision)
                }
                PackageDeliveryState::Failed { time, message: reason } => {
                    message!("status-package-failed", time = recorded_time(time), reason = escaped_name(reason))
                }
                PackageDeliveryState::Interrupted(time) => {
                    message!("status-package-interrupted", time = recorded_time(time))
                }
                PackageDeliveryState::Pending => message!("status-package-pending"),
            };
            let _ = writeln!(text, "  {slug:<width$}  {what}");
        }
    }

    /// The part of the JSON of `status`.
    pub fn json(&self) -> Value {
        let packages = match &self.ledger_state {
            LedgerState::Unreadable(error) => {
                return json!({ "corte": self.corte, "revision": self.revision, "error": error });
            }
            LedgerState::Packages(packages) => packages,
        };
        let packages = packages.iter().map(|(slug, state)| {
            let (state, time, said) = match state {
                PackageDeliveryState::Delivered(time) => ("delivered", Some(time), None),
                PackageDeliveryState::EarlierPackageDelivered(_) => ("earlier", None, None),
                PackageDeliveryState::Failed { time, message: reason } => ("failed", Some(time), Some(reason)),
                PackageDeliveryState::Interrupted(time) => ("interrupted", Some(time), None),
                PackageDeliveryState::Pending => ("pending", None, None),
            };
            json!({ "recipient": slug, "state": state, "time": time, "said": said })
        });
        let held = self
            .held_cortes
            .iter()
            .map(|(corte, end)| json!({ "corte": corte.to_string(), "until": utc_record(*end) }));
        json!({
            "corte": self.corte,
            "revision": self.revision,
            "held": held.collect::<Vec<_>>(),
            "packages": packages.collect::<Vec<_>>(),
            "earlier_cortes": self.undelivered_earlier_cortes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    }
}

/// The packages of the visible release of a corte: the slugs of the recipients with the checksums of
/// the archives, which are read.
fn packages_with_checksums(output: &Output, corte: Corte) -> Vec<(String, String)> {
    let Ok(release) = ReleaseFolder::open(&output.release_path(corte)) else { return Vec::new() };
    let slugs = release.names_in_folder(PACKAGES_FOLDER).unwrap_or_default();
    let with_checksum = slugs.into_iter().map(|slug| {
        let zip = format!("{PACKAGES_FOLDER}/{slug}/paquete_{slug}_{corte}.zip");
        let package = release.sha256(&zip).unwrap_or_default();
        (slug, package)
    });
    with_checksum.collect()
}

/// A time that is left: `3 h 20 min`.
fn time_left_text(left: TimeDelta) -> String {
    let minutes = left.num_minutes().max(0);
    format!("{} h {} min", minutes / 60, minutes % 60)
}

fn package_state(history: &DeliveryHistory, manifest: &Manifest, slug: &str, package: &str) -> PackageDeliveryState {
    let entries = || history.entries_for(&manifest.process, &manifest.corte, slug);
    let of_package = || entries().filter(|entry| entry.package == package);
    if let Some(entry) = of_package().rfind(|entry| entry.event == LedgerEvent::Accepted) {
        return PackageDeliveryState::Delivered(entry.time.clone());
    }
    match of_package().next_back() {
        Some(entry) if entry.event == LedgerEvent::Intent => PackageDeliveryState::Interrupted(entry.time.clone()),
        Some(entry) => PackageDeliveryState::Failed { time: entry.time.clone(), message: entry.message.clone() },
        None => {
            let earlier =
                entries().filter(|entry| entry.event == LedgerEvent::Accepted).map(|entry| entry.revision).max();
            earlier.map_or(PackageDeliveryState::Pending, PackageDeliveryState::EarlierPackageDelivered)
        }
    }
}
