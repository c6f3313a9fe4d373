/*!
Reads the section `[tablero]`: the audience of the dashboard, and the additional days that it marks.
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
use super::{ProcessError, PublicAudience, ReleasePart};

/// The table that provides the totals of a public dashboard.
const REQUIRED_PUBLIC_TABLE: &str = "lnere_por_entidad";

/// The audience of the dashboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(JsonSchema, serde::Serialize))]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// INE and the OPL: exact counts.
    #[default]
    Opl,
    /// Everybody: what the protected tables of a release hold.
    Publico,
}

impl Audience {
    /// The name in process files, on the page and in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Opl => "opl",
            Self::Publico => "publico",
        }
    }
}

/// The kind of event on a milestone day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum MilestoneKind {
    /// Something that brought people to register, or told them to.
    Evento,
    /// The last day of something.
    Plazo,
    /// A meeting.
    Reunion,
    /// A drill of the vote.
    Simulacro,
}

impl MilestoneKind {
    /// The name in process files and on the page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Evento => "evento",
            Self::Plazo => "plazo",
            Self::Reunion => "reunion",
            Self::Simulacro => "simulacro",
        }
    }
}

/// A day that the dashboard marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// The day.
    pub milestone_day: NaiveDate,
    /// The kind of event.
    pub kind: MilestoneKind,
    /// The event, in Spanish.
    pub label: String,
    /// The event, in English; `None` if the page shows the Spanish text.
    pub label_en: Option<String>,
}

/// The dashboard of a process.
#[derive(Clone, Debug)]
pub struct DashboardSettings {
    /// The audience.
    pub audience: Audience,
    /// The marked days, sorted by day, kind and label.
    pub milestones: Vec<Milestone>,
}

/// What `lnere tablero` and the part `tablero` of a release show.
#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawDashboard {
    /// For whom the dashboard is. `"publico"` needs `[audiences.publico]`, with `lnere_por_entidad`
    /// among its tables.
    #[cfg_attr(test, schemars(
        with = "Option<Audience>", extend("default" = Audience::default(), "examples" = ["publico"])
    ))]
    audience: Option<Spanned<Audience>>,
    /// Days that the dashboard marks, beside the opening, the close and election day.
    #[cfg_attr(test, schemars(with = "Vec<RawMilestone>", extend("x-if-absent" = "no further days")))]
    #[serde(default)]
    hitos: Vec<Spanned<RawMilestone>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawMilestone {
    /// The day.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2021-02-12"])))]
    fecha: Spanned<Datetime>,
    /// The kind of event.
    #[cfg_attr(test, schemars(extend("examples" = ["plazo"])))]
    tipo: MilestoneKind,
    /// The event, in Spanish.
    #[cfg_attr(test, schemars(
        with = "String", length(min = 1), extend("examples" = ["Último día para tramitar una CPVE"])
    ))]
    etiqueta: Spanned<String>,
    /// The event, in English.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        length(min = 1),
        extend("x-if-absent" = "the Spanish text", "examples" = ["Last day to apply for a CPVE"])
    ))]
    etiqueta_en: Option<Spanned<String>>,
}

pub(super) fn validate_dashboard_settings(
    process_file: &ProcessFile,
    raw_dashboard: RawDashboard,
    public_plan: Option<&PublicAudience>,
    release_parts: &[ReleasePart],
) -> Result<DashboardSettings, ProcessError> {
    let audience = raw_dashboard.audience.as_ref().map(|audience| *audience.get_ref()).unwrap_or_default();
    if let Some(given) = raw_dashboard.audience.as_ref().filter(|_| audience == Audience::Publico) {
        if public_plan.is_none_or(|plan| plan.public_tables.iter().all(|table| table.name != REQUIRED_PUBLIC_TABLE)) {
            let message = message!("L121-dashboard-needs-public-table", table = REQUIRED_PUBLIC_TABLE);
            return Err(process_file.mistake_at(given, message));
        }
        if release_parts.contains(&ReleasePart::Tablero) && !release_parts.contains(&ReleasePart::Publico) {
            return Err(process_file.mistake_at(given, message!("L121-dashboard-needs-public-part")));
        }
    }
    let mut milestones: Vec<Milestone> = Vec::with_capacity(raw_dashboard.hitos.len());
    for raw in raw_dashboard.hitos {
        let RawMilestone { fecha, tipo, etiqueta, etiqueta_en } = raw.get_ref();
        if let Some(empty) = [Some(etiqueta), etiqueta_en.as_ref()].into_iter().flatten().find(|it| is_blank_label(it))
        {
            return Err(process_file.mistake_at(empty, message!("L155-milestone-without-label")));
        }
        let text = |label: &Spanned<String>| label.get_ref().trim().to_owned();
        let milestone = Milestone {
            milestone_day: process_file.validate_day(fecha)?,
            kind: *tipo,
            label: text(etiqueta),
            label_en: etiqueta_en.as_ref().map(text),
        };
        let is_same =
            |other: &Milestone| (other.milestone_day, &other.label) == (milestone.milestone_day, &milestone.label);
        if milestones.iter().any(is_same) {
            let message = message!("L155-milestone-twice", label = milestone.label, day = milestone.milestone_day);
            return Err(process_file.mistake_at(&raw, message));
        }
        milestones.push(milestone);
    }
    // Sorted by the names of kinds and not by their positions, because only the names are
    // documented.
    milestones
        .sort_by(|a, b| (a.milestone_day, a.kind.name(), &a.label).cmp(&(b.milestone_day, b.kind.name(), &b.label)));
    Ok(DashboardSettings { audience, milestones })
}

fn is_blank_label(label: &Spanned<String>) -> bool {
    label.get_ref().trim().is_empty()
}
