/*!
Reads the section `[goals]` of a process file: the applications that the working group aims at.
*/

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::ProcessError;
use super::validate::ProcessFile;
use crate::catalog::{Catalogs, EntityId};

/// The permitted goals.
pub(super) const PERMITTED_GOALS: RangeInclusive<i64> = 1..=1_000_000_000;

/// The applications that the process aims at.
#[derive(Clone, Debug)]
pub struct Goals {
    /// The printed name of the goal.
    pub title: String,
    /// The document that sets it.
    pub cited_document: String,
    /// Applications of all entities together; `None` if the document gives no such number. It is
    /// never the sum of the entities.
    pub total: Option<i64>,
    /// Applications by entity, in the order of the codes.
    pub by_entity: Vec<(EntityId, i64)>,
}

/// The goal of the working group, from the document that sets it. Table `metas` has it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawGoals {
    /// Name of the goal in Spanish.
    #[cfg_attr(test, schemars(extend("examples" = ["Meta de solicitudes hacia 2021"])))]
    title: String,
    /// Document that sets the goal.
    #[cfg_attr(test, schemars(extend("examples" = ["Grupo de trabajo INE-OPL, minuta de su primera reunión"])))]
    #[serde(rename = "source")]
    cited_document: String,
    /// Applications of all entities of the process together.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_GOALS.start(), max = *PERMITTED_GOALS.end()),
        extend("x-if-absent" = "no goal of all together", "examples" = [40_000])
    ))]
    total: Option<Spanned<i64>>,
    /// Applications by entity.
    #[cfg_attr(test, schemars(
        with = "BTreeMap<String, i64>",
        extend(
            "x-accepts" = "codes of `entities`, each with a whole number above 0",
            "x-if-absent" = "no goal by entity",
            "examples" = [{"08": 5_000}]
        )
    ))]
    #[serde(default, rename = "applications")]
    by_entity: BTreeMap<Spanned<String>, Spanned<i64>>,
}

/// Reads the section `[goals]`.
pub(super) fn validate_goals(
    process_file: &ProcessFile,
    raw_goals: Spanned<RawGoals>,
    entities: &[EntityId],
    catalogs: &Catalogs,
) -> Result<Goals, ProcessError> {
    let raw = raw_goals.get_ref();
    if raw.total.is_none() && raw.by_entity.is_empty() {
        return Err(process_file.mistake_at(&raw_goals, message!("L144-no-goal")));
    }
    let goal = |value: &Spanned<i64>| {
        let (first, last) = (PERMITTED_GOALS.start(), PERMITTED_GOALS.end());
        let permitted = PERMITTED_GOALS.contains(value.get_ref()).then_some(*value.get_ref());
        permitted.ok_or_else(|| process_file.mistake_at(value, message!("L144-goal-range", first, last)))
    };
    let mut by_entity = Vec::new();
    for (code, value) in &raw.by_entity {
        let entity = catalogs.entities.by_code(code.get_ref()).filter(|entity| entities.contains(entity));
        let entity = entity.ok_or_else(|| {
            let accepted: Vec<String> = entities.iter().map(|entity| entity.code()).collect();
            let message = message!("L144-goal-of-no-entity", code = code.get_ref(), accepted = accepted.join(", "));
            process_file.mistake_at(code, message)
        })?;
        by_entity.push((entity, goal(value)?));
    }
    by_entity.sort_unstable();
    let total = raw.total.as_ref().map(goal).transpose()?;
    let sum: i64 = by_entity.iter().map(|(_, goal)| goal).sum();
    if let (Some(total), Some(spanned)) = (total, &raw.total)
        && (total < sum || by_entity.len() == entities.len() && total != sum)
    {
        return Err(process_file.mistake_at(spanned, message!("L144-goals-do-not-add-up", total, sum)));
    }
    let RawGoals { title, cited_document, .. } = raw_goals.into_inner();
    Ok(Goals { title, cited_document, total, by_entity })
}
