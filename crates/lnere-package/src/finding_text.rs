/*!
Describes findings of the plausibility rules in Spanish sentences, for recipients of a release.
*/

use lnere_core::mexican_formats::{capitalized, integer};
use lnere_core::process::PlausibilityRule;
use lnere_ingest::{FindingKind, PlausibilityFinding};
use lnere_messages::Language;

/// A finding with its numbers, as sentences.
#[must_use]
pub fn finding_in_spanish(finding: &PlausibilityFinding) -> String {
    let mut text = capitalized(&Language::Spanish.within(|| finding.summary()));
    text.push('.');
    if let Some(least) = finding.refusal_threshold() {
        let least = integer(i64::try_from(least).unwrap_or(i64::MAX));
        text.push_str(&format!(" Rebasa el límite; la regla rechaza a partir de {least} registros."));
    }
    if let Some(accepted) = &finding.accepted {
        text.push_str(" Se aceptó aunque la regla la rechaza. Motivo: ");
        text.push_str(accepted.reason.trim_end_matches('.'));
        text.push('.');
    }
    text
}

/// The subject of a plausibility rule or of a kind of warning, for lists of codes.
pub(super) fn finding_kind_subject(kind: FindingKind) -> &'static str {
    let rule = match kind {
        FindingKind::SpreadsheetLimit => return "tantos registros como caben en una hoja de cálculo",
        FindingKind::Rule(rule) => rule,
    };
    match rule {
        PlausibilityRule::MaxRejected => "registros rechazados, si son muchos de los leídos",
        PlausibilityRule::MaxUnidentified => "registros aceptados sin identificar en una columna",
        PlausibilityRule::MaxShrink => {
            "registros aceptados que faltan respecto de la exportación anterior, en total o en una entidad"
        }
        PlausibilityRule::MinKept => "folios de la exportación anterior que ya no están",
        PlausibilityRule::MaxChanged => {
            "folios con otra entidad, país, representación o categoría que en la exportación anterior"
        }
        PlausibilityRule::MaxGrowth => "registros aceptados de más respecto de la exportación anterior",
        PlausibilityRule::SameFile => "mismo contenido que la exportación de otro día",
        PlausibilityRule::Stale => "ninguna fecha posterior al día de la exportación anterior",
        PlausibilityRule::Swallowed => "celdas entre comillas con líneas que parecen registros",
        PlausibilityRule::Control => "no coincide con su archivo de control",
    }
}
