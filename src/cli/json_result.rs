/*!
The JSON result of a command. Every one has the keys `exit` and `error` at its top level
(docs/contract.md §1.3).
*/

use serde_json::Value;

use super::failure::Failure;

/// The text of a JSON result, with how the command ended.
pub(super) fn json_text(mut result: Value, outcome: &Result<(), Failure>) -> String {
    insert_outcome(&mut result, outcome.as_ref().err());
    format!("{result:#}\n")
}

/// Adds how a command ended: the exit code, and what went wrong or null.
pub(super) fn insert_outcome(result: &mut Value, failure: Option<&Failure>) {
    result["exit"] = failure.map_or(0, |failure| failure.exit as u8).into();
    result["error"] = failure.and_then(Failure::message).into();
}
