/*!
What newer exports would change of the cortes that are published: found by `run --due`, kept in
`out/private` until there is something new to look at, and shown by `status`.
*/

use std::collections::BTreeMap;
use std::fs;
use std::time::UNIX_EPOCH;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::failure::{Exit, Failure, OrExit};
use crate::checksum::sha256;
use crate::plan::Plan;
use crate::release::{ConfigRecord, Manifest, Output, Pending, PrivateFolder};
use crate::tables::Change;

const FILE: &str = "revisiones_pendientes.json";

/// What a revision of a published corte would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PendingRevision {
    pub corte: String,
    /// The visible revision.
    pub revision: u32,
    /// How many cells differ, by table.
    pub cells: BTreeMap<String, usize>,
    /// The totals that differ, before and after, by measure.
    pub totals: BTreeMap<String, (i64, i64)>,
}

/// What the newest exports would change, and what this was found from.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Assessment {
    /// Stands for the exports, the configuration, the program and the releases that were compared.
    pub fingerprint: String,
    pub cortes: Vec<PendingRevision>,
}

impl Assessment {
    /// The last one, if there is one that can be read.
    pub fn read(private: &PrivateFolder) -> Option<Self> {
        serde_json::from_slice(&fs::read(private.path(FILE)).ok()?).ok()
    }

    pub fn write(&self, private: &PrivateFolder) -> Result<(), Failure> {
        let bytes = format!("{:#}\n", json!(self));
        private
            .write(FILE, bytes.as_bytes())
            .with_context(|| format!("cannot write {}", private.path(FILE).display()))
            .or_exit(Exit::Unexpected)
    }
}

/// The fingerprint of what an assessment is made from. Exports count by name, size and time, so that a
/// run that has nothing to do need not read them.
pub(super) fn fingerprint(plan: &Plan, configuration: &[ConfigRecord], output: &Output) -> String {
    let exports = plan.exports.iter().map(|file| {
        let modified = file.stamp.modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        json!([file.name, file.stamp.bytes, modified.map(|time| time.as_nanos().to_string())])
    });
    let releases = output.cortes().unwrap_or_default().into_iter().map(|corte| {
        let manifest = output.manifest(corte);
        json!([corte.to_string(), manifest.map(|manifest| manifest.revision)])
    });
    let made_from = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "configuration": configuration,
        "cortes": plan.cortes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "exports": exports.collect::<Vec<_>>(),
        "releases": releases.collect::<Vec<_>>(),
    });
    sha256(made_from.to_string().as_bytes())
}

impl PendingRevision {
    /// What a release would change, in short.
    pub fn of(pending: &Pending, visible: &Manifest, changes: Vec<Change>) -> Self {
        let mut cells = BTreeMap::new();
        for change in changes {
            *cells.entry(change.tabla).or_default() += 1;
        }
        let totals = pending.manifest.totals.iter().filter_map(|(measure, after)| {
            let before = visible.totals.get(measure)?;
            (before != after).then(|| (measure.clone(), (*before, *after)))
        });
        Self { corte: visible.corte.clone(), revision: visible.revision, cells, totals: totals.collect() }
    }
}
