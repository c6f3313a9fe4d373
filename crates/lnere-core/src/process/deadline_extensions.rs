/*!
Reads the extensions of registration, and answers which close was known on a day.
*/

use chrono::NaiveDate;
use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

#[cfg(test)]
use super::generated_docs::Day;
use super::validate::ProcessFile;
use super::{Process, ProcessError};

/// A close of registration that was in force until a later one was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlineExtension {
    /// The day on which the later close was announced.
    pub announced: NaiveDate,
    /// The last day of registration that was known before.
    pub previous_close: NaiveDate,
}

/// Write one entry for each extension, and the new close in `closes`. Projections and the replay of
/// earlier cortes then use the close that was known at each day.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawExtension {
    /// Day on which the later close was announced. It is at the latest the day after `closed`.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2021-02-05"])))]
    announced: Spanned<Datetime>,
    /// Last day of registration as it was known before.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2021-02-10"])))]
    #[serde(rename = "closed")]
    previous_close: Spanned<Datetime>,
}

pub(super) fn validate_extensions(
    process_file: &ProcessFile,
    raw_extensions: &[RawExtension],
    process_opens: NaiveDate,
    process_closes: NaiveDate,
) -> Result<Vec<DeadlineExtension>, ProcessError> {
    let mut extensions: Vec<DeadlineExtension> = Vec::new();
    for one in raw_extensions {
        let extension = DeadlineExtension {
            announced: process_file.validate_day(&one.announced)?,
            previous_close: process_file.validate_day(&one.previous_close)?,
        };
        let after = extensions.last().map_or(process_opens, |before| before.announced);
        if extension.announced <= after
            || extension.announced > extension.previous_close.succ_opt().unwrap_or(process_closes)
        {
            return Err(process_file.mistake_at(&one.announced, message!("L112-extension-announced")));
        }
        if extension.previous_close >= process_closes
            || extensions.last().is_some_and(|before| extension.previous_close <= before.previous_close)
        {
            return Err(process_file.mistake_at(&one.previous_close, message!("L112-extension-close")));
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

impl Process {
    /// The last day of registration that was known at the end of a day.
    #[must_use]
    pub fn close_known_on(&self, day: NaiveDate) -> NaiveDate {
        let earlier = self.deadline_extensions.iter().find(|extension| day < extension.announced);
        earlier.map_or(self.closes, |extension| extension.previous_close)
    }
}
