/*!
Describes findings of the plausibility rules in Spanish sentences, for recipients of a release.
*/

use lnere_core::mexican_formats::{decimal, integer};
use lnere_core::process::PlausibilityRule;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{FindingKind, PlausibilityFinding};

/// A finding with its numbers, as sentences.
#[must_use]
pub fn finding_in_spanish(finding: &PlausibilityFinding) -> String {
    let mut text = finding_sentence(finding);
    if let Some(least) = finding.refusal_threshold() {
        text.push_str(&format!(" Rebasa el límite; la regla rechaza a partir de {} registros.", count_text(least)));
    }
    if let Some(accepted) = &finding.accepted {
        text.push_str(" Se aceptó aunque la regla la rechaza. Motivo: ");
        text.push_str(accepted.reason.trim_end_matches('.'));
        text.push('.');
    }
    text
}

fn finding_sentence(finding: &PlausibilityFinding) -> String {
    let PlausibilityFinding { column, entity, .. } = finding;
    let (records, total) = (count_text(finding.records), count_text(finding.compared_with));
    let is_newer = finding.after.is_some();
    let other_export =
        finding.before.as_deref().or(finding.after.as_deref()).map(|name| escaped_name(name).to_string());
    let before = other_export.as_deref().unwrap_or("la exportación anterior");
    let share = finding.share.map(percent).unwrap_or_default();
    let limit = finding.limit.map(percent).unwrap_or_default();
    let earlier_share = finding.share_before.map_or_else(String::new, |share| format!("; antes, {}", percent(share)));
    let rule = match finding.rule {
        FindingKind::SpreadsheetLimit => {
            return format!(
                "Tiene {records} registros, tantos como caben en una hoja de cálculo: podría estar incompleta."
            );
        }
        FindingKind::Rule(rule) => rule,
    };
    match rule {
        PlausibilityRule::MaxRejected => {
            format!("Se rechazaron {records} de {total} registros ({share}; límite, {limit}{earlier_share}).")
        }
        PlausibilityRule::MaxUnidentified => {
            let column = column.as_deref().unwrap_or_default();
            format!(
                "En la columna {column} no se identificaron {records} de {total} registros aceptados ({share}; límite, \
                 {limit}{earlier_share})."
            )
        }
        PlausibilityRule::MaxShrink if is_newer => {
            let place = entity.as_deref().map_or_else(String::new, |entity| format!("En la entidad {entity}: "));
            format!(
                "{place}{total} registros aceptados; en {before}, más reciente, hay {records} ({share} menos; límite, \
                 {limit})."
            )
        }
        PlausibilityRule::MinKept if is_newer => {
            format!("De sus {total} folios están {records} en {before}, más reciente ({share}; mínimo, {limit}).")
        }
        PlausibilityRule::MaxShrink => {
            let place = entity.as_deref().map_or_else(String::new, |entity| format!("En la entidad {entity} hay "));
            let verb = if place.is_empty() { "Hay " } else { "" };
            format!(
                "{place}{verb}{records} registros aceptados; en {before} había {total} ({share} menos; límite, {limit})."
            )
        }
        PlausibilityRule::MinKept => {
            format!("De los {total} folios de {before} siguen {records} ({share}; mínimo, {limit}).")
        }
        PlausibilityRule::MaxChanged => {
            let column = column.as_deref().map_or_else(String::new, |columns| format!(" en {columns}"));
            format!(
                "{records} de los {total} folios que también están en {before} cambiaron{column} ({share}; límite, {limit})."
            )
        }
        PlausibilityRule::MaxGrowth => {
            let times = |factor: Option<f64>| factor.map_or_else(String::new, two_decimals);
            let (times, limit) = (times(finding.share), times(finding.limit));
            format!("Hay {records} registros aceptados; en {before} había {total} ({times} veces; límite, {limit}).")
        }
        PlausibilityRule::SameFile => format!("Su contenido es el mismo que el de {before}, exportación de otro día."),
        PlausibilityRule::Stale => format!("Ninguna de sus fechas es posterior al día que cubre {before}."),
        PlausibilityRule::Swallowed => {
            "Tiene celdas entre comillas con líneas que parecen registros completos.".to_owned()
        }
        PlausibilityRule::Control => "No coincide con su archivo de control.".to_owned(),
    }
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

fn count_text(records: u64) -> String {
    integer(i64::try_from(records).unwrap_or(i64::MAX))
}

fn percent(share: f64) -> String {
    format!("{} %", two_decimals(share * 100.0))
}

/// A number with two decimals.
fn two_decimals(number: f64) -> String {
    decimal((number * 100.0).round() as i64, 100)
}
