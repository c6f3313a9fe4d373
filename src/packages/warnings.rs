/*!
What the plausibility rules found in the exports, in Spanish sentences for those who receive a release.
*/

use crate::ingest::{FindingKind, PlausibilityFinding};
use crate::numbers::{decimal, integer};
use crate::process::PlausibilityRule;

/// A finding with its numbers, as sentences.
#[must_use]
pub fn in_spanish(finding: &PlausibilityFinding) -> String {
    let mut text = numbers(finding);
    if let Some(accepted) = &finding.accepted {
        text.push_str(" La exportación se aceptó por decisión expresa: ");
        text.push_str(accepted.reason.trim_end_matches('.'));
        text.push('.');
    }
    text
}

fn numbers(finding: &PlausibilityFinding) -> String {
    let PlausibilityFinding { column, entity, .. } = finding;
    let (records, of) = (count(finding.records), count(finding.of));
    let before = finding.before.as_deref().unwrap_or("la exportación anterior");
    let share = finding.share.map(percent).unwrap_or_default();
    let limit = finding.limit.map(percent).unwrap_or_default();
    let earlier = finding.share_before.map_or_else(String::new, |share| format!("; antes, {}", percent(share)));
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
            format!("Se rechazaron {records} de {of} registros ({share}; límite, {limit}{earlier}).")
        }
        PlausibilityRule::MaxUnidentified => {
            let column = column.as_deref().unwrap_or_default();
            format!(
                "En la columna {column} no se identificaron {records} de {of} registros aceptados ({share}; límite, \
                 {limit}{earlier})."
            )
        }
        PlausibilityRule::MaxShrink => {
            let place = entity.as_deref().map_or_else(String::new, |entity| format!("En la entidad {entity} hay "));
            let verb = if place.is_empty() { "Hay " } else { "" };
            format!(
                "{place}{verb}{records} registros aceptados; en {before} había {of} ({share} menos; límite, {limit})."
            )
        }
        PlausibilityRule::MinKept => {
            format!("De los {of} folios de {before} siguen {records} ({share}; mínimo, {limit}).")
        }
        PlausibilityRule::MaxChanged => {
            let column = column.as_deref().map_or_else(String::new, |columns| format!(" en {columns}"));
            format!(
                "{records} de los {of} folios que también están en {before} cambiaron{column} ({share}; límite, {limit})."
            )
        }
        PlausibilityRule::MaxGrowth => {
            let times = |factor: Option<f64>| factor.map_or_else(String::new, hundredths);
            let (times, limit) = (times(finding.share), times(finding.limit));
            format!("Hay {records} registros aceptados; en {before} había {of} ({times} veces; límite, {limit}).")
        }
        PlausibilityRule::SameFile => format!("Su contenido es el mismo que el de {before}, exportación de otro día."),
        PlausibilityRule::Stale => format!("Ninguna de sus fechas es posterior al día que cubre {before}."),
        PlausibilityRule::Swallowed => {
            "Tiene celdas entre comillas con líneas que parecen registros completos.".to_owned()
        }
        PlausibilityRule::Control => "No coincide con su archivo de control.".to_owned(),
    }
}

fn count(records: u64) -> String {
    integer(i64::try_from(records).unwrap_or(i64::MAX))
}

fn percent(share: f64) -> String {
    format!("{} %", hundredths(share * 100.0))
}

/// A number with two decimals.
fn hundredths(number: f64) -> String {
    decimal((number * 100.0).round() as i64, 100)
}
