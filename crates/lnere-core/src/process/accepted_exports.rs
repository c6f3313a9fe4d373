/*!
Reads `aceptadas.toml`: the exports that an operator accepted although a plausibility rule refuses
them.
*/

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::ProcessError;
use super::plausibility_thresholds::PlausibilityRule;

/// One export that is right although one rule refuses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptedExport {
    /// Name of the export's file, without folders.
    #[cfg_attr(test, schemars(extend("examples" = ["solicitudes_20201115.csv"])))]
    pub export: String,
    /// SHA-256 of the file. Another content is another export.
    #[cfg_attr(test, schemars(extend(
        "x-accepts" = "64 hexadecimal digits",
        "examples" = ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )))]
    pub sha256: String,
    /// The rule that refuses the export.
    #[cfg_attr(test, schemars(extend("examples" = ["min_kept"])))]
    pub rule: PlausibilityRule,
    /// Why the export is right, in the operator's words.
    #[cfg_attr(test, schemars(length(min = 1), extend("examples" = ["Withdrawn by office 12 of DERFE"])))]
    pub reason: String,
    /// When it was accepted, UTC.
    #[cfg_attr(test, schemars(extend("examples" = ["2020-11-16T15:04:05Z"])))]
    #[serde(rename = "at")]
    pub accepted_at: String,
}

impl AcceptedExport {
    /// An acceptance at the present time.
    #[must_use]
    pub fn new(export: &str, sha256: &str, rule: PlausibilityRule, reason: &str, now: DateTime<Utc>) -> Self {
        Self {
            export: export.to_owned(),
            sha256: sha256.to_owned(),
            rule,
            reason: reason.trim().to_owned(),
            accepted_at: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        }
    }

    /// The entry in the format of the file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let Self { export, sha256, rule, reason, accepted_at: at } = self;
        let mut text = String::from("[[accepted]]\n");
        let texts =
            [("export", export.as_str()), ("sha256", sha256), ("rule", rule.code()), ("reason", reason), ("at", at)];
        for (key, value) in texts {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
        }
        text
    }
}

/// The entries of the file that `thresholds.accepted` names.
#[derive(Clone, Debug, Default)]
pub struct AcceptedExports {
    entries: Vec<AcceptedExport>,
    /// The path of the file, if there is one.
    source_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawAcceptedExports {
    /// One entry for each export and rule.
    #[cfg_attr(test, schemars(with = "Vec<AcceptedExport>", extend("x-if-absent" = "no export was accepted")))]
    #[serde(default)]
    accepted: Vec<Spanned<AcceptedExport>>,
}

impl AcceptedExports {
    /// Reads the file; a missing file has no entries.
    ///
    /// # Errors
    /// The file cannot be read, or has a mistake, reported with its line.
    pub fn load(path: &Path) -> Result<Self, ProcessError> {
        match super::read_text_file(path) {
            Err(ProcessError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            text => Self::parse(path, &text?),
        }
    }

    /// Parses the text of the file; the path is used in errors.
    ///
    /// # Errors
    /// The text has a mistake, reported with its line.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ProcessError> {
        let raw: RawAcceptedExports = ProcessError::parse(path, text)?;
        let mut entries = Vec::with_capacity(raw.accepted.len());
        for entry in raw.accepted {
            let offset = entry.span().start;
            let entry = entry.into_inner();
            if entry.sha256.len() != 64 || !entry.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(ProcessError::mistake_at(path, text, offset, message!("L133-accepted-checksum")));
            }
            if entry.reason.trim().is_empty() {
                return Err(ProcessError::mistake_at(path, text, offset, message!("L133-accepted-reason")));
            }
            entries.push(entry);
        }
        Ok(Self { entries, source_file: Some(path.to_owned()) })
    }

    /// The entry that accepts an export although a rule refuses it.
    #[must_use]
    pub fn find(&self, export: &str, sha256: &str, rule: PlausibilityRule) -> Option<&AcceptedExport> {
        self.entries
            .iter()
            .find(|entry| entry.export == export && entry.rule == rule && entry.sha256.eq_ignore_ascii_case(sha256))
    }

    /// The path of the file, if there is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.source_file.as_deref()
    }
}
