/*!
The JSON result of a command. Every one has the keys `version`, `exit` and `error` at its top level
(docs/contract.md §1.3). docs/results.schema.json describes all of them.
*/

use serde_json::{Value, json};

use super::failure::Failure;

/// The version of the JSON of all commands. It changes if a key changes its meaning or goes away; a
/// new key does not change it.
const RESULT_VERSION: u32 = 1;

/// The text of a JSON result, with how the command ended.
pub(super) fn json_text(mut result: Value, outcome: &Result<(), Failure>) -> String {
    insert_outcome(&mut result, outcome.as_ref().err());
    format!("{result:#}\n")
}

/// Adds how a command ended: the exit code, and what went wrong or null.
pub(super) fn insert_outcome(result: &mut Value, failure: Option<&Failure>) {
    result["version"] = RESULT_VERSION.into();
    result["exit"] = failure.map_or(0, |failure| failure.exit as u8).into();
    result["error"] =
        failure.map_or(Value::Null, |failure| json!({ "code": failure.code(), "message": failure.message() }));
}
