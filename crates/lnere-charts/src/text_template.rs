/*!
Texts of a chart with placeholders in braces, which are filled when the chart is drawn.
*/

use serde::Deserialize;

use super::{ChartContext, Scope};
use lnere_core::mexican_formats;
use lnere_messages::message;

const PLACEHOLDERS: [&str; 4] = ["{scope}", "{process}", "{corte}", "{start}"];
const COUNT_PLACEHOLDER: &str = "{n}";

/// A text that may contain `{scope}`, `{process}`, `{corte}` and `{start}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct TextTemplate(String);

impl TryFrom<String> for TextTemplate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unknown = PLACEHOLDERS.iter().fold(text.clone(), |text, place| text.replace(place, ""));
        match unknown.find(['{', '}']) {
            None => Ok(Self(text)),
            Some(start) => {
                let end = unknown[start..].find('}').map_or(unknown.len(), |length| start + length + 1);
                let placeholder = &unknown[start..end];
                Err(message!("L310-placeholder-unknown", placeholder, accepted = PLACEHOLDERS.join(", ")))
            }
        }
    }
}

impl TextTemplate {
    /// The text for one scope of one process.
    pub(super) fn fill_placeholders(&self, scope: &Scope, context: &ChartContext) -> String {
        self.0
            .replace("{scope}", scope.printed_name())
            .replace("{process}", &context.process_title)
            .replace("{corte}", &mexican_formats::long_date(context.corte))
            .replace("{start}", &mexican_formats::long_date(context.opening_day))
    }
}

/// The name of merged bars, in which `{n}` stands for their number.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct RestLabel(String);

impl TryFrom<String> for RestLabel {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains(COUNT_PLACEHOLDER) { Ok(Self(text)) } else { Err(message!("L310-rest-without-number")) }
    }
}

impl RestLabel {
    /// The name for this number of bars.
    pub(super) fn fill_count(&self, count: usize) -> String {
        self.0.replace(COUNT_PLACEHOLDER, &count.to_string())
    }

    /// The name for this number of bars, with an addition before the number.
    pub(super) fn fill_count_after_words(&self, addition: &str, count: usize) -> String {
        match self.0.split_once(" ({n})") {
            Some((before, after)) => format!("{before} {addition} ({count}){after}"),
            None => format!("{} {addition}", self.fill_count(count)),
        }
    }
}
