/*!
Reads the small CSV files that a process file names: totals by entity, a cumulative curve, and the
numbers of a denominator. Lines that begin with `#` are comments.
*/

use std::path::Path;

use chrono::NaiveDate;
use lnere_messages::message;

use super::ProcessError;
use crate::calendar::parse_iso_day;
use crate::catalog::{Catalogs, EntityId};

/// Applications by entity: `cve_entidad,solicitudes`.
pub(super) fn read_totals_by_entity(path: &Path, catalogs: &Catalogs) -> Result<Vec<(EntityId, i64)>, ProcessError> {
    let mut totals: Vec<(EntityId, i64)> = Vec::new();
    for SeriesRecord { line, keys, count } in read_records(path, &[crate::column_names::CVE_ENTIDAD, "solicitudes"])? {
        let entity = keys.first().and_then(|code| catalogs.entities.by_code(code));
        let entity = entity.filter(|entity| totals.iter().all(|(other, _)| other != entity));
        let entity = entity.ok_or_else(|| mistake_on_line(path, line, message!("L146-csv-entity")))?;
        totals.push((entity, count));
    }
    if totals.iter().all(|(_, count)| *count == 0) {
        return Err(mistake_on_line(path, 1, message!("L147-totals-of-zero")));
    }
    Ok(totals)
}

/// Cumulative applications: `fecha,solicitudes`, with the opening first and the close last.
pub(super) fn read_curve(path: &Path) -> Result<Vec<(NaiveDate, i64)>, ProcessError> {
    let mut points: Vec<(NaiveDate, i64)> = Vec::new();
    for SeriesRecord { line, keys, count } in read_records(path, &["fecha", "solicitudes"])? {
        let day = keys.first().and_then(|day| parse_iso_day(day));
        let day = day.ok_or_else(|| mistake_on_line(path, line, message!("L146-csv-day")))?;
        if points.last().is_some_and(|(before, so_far)| day <= *before || count < *so_far) {
            return Err(mistake_on_line(path, line, message!("L147-curve-order")));
        }
        points.push((day, count));
    }
    if points.len() < 2 || points.last().is_none_or(|(_, count)| *count == 0) {
        return Err(mistake_on_line(path, 1, message!("L147-short-curve")));
    }
    Ok(points)
}

/// A line of such a file.
pub(super) struct SeriesRecord {
    /// The line, from 1.
    pub line: usize,
    /// The fields before the last one.
    pub keys: Vec<String>,
    /// The last field.
    pub count: i64,
}

/// The lines of a file with this header; the last field is a count.
pub(super) fn read_records(path: &Path, header: &[&str]) -> Result<Vec<SeriesRecord>, ProcessError> {
    let text = super::read_text_file(path)?;
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let line = |error: &csv::Error| error.position().map_or(1, |at| at.line() as usize);
    let malformed = |error: csv::Error| mistake_on_line(path, line(&error), message!("L146-csv-fields"));
    if reader.headers().map_err(malformed)?.iter().ne(header.iter().copied()) {
        return Err(mistake_on_line(path, 1, message!("L146-csv-header", header = header.join(","))));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(malformed)?;
        let line = record.position().map_or(1, |at| at.line() as usize);
        let mut keys: Vec<String> = record.iter().map(str::to_owned).collect();
        let count = keys.pop().and_then(|text| text.parse().ok());
        let count = count.filter(|count| (0..=1_000_000_000).contains(count));
        let count = count.ok_or_else(|| mistake_on_line(path, line, message!("L146-csv-count")))?;
        rows.push(SeriesRecord { line, keys, count });
    }
    Ok(rows)
}

/// A mistake on a line of such a file.
pub(super) fn mistake_on_line(path: &Path, line: usize, message: String) -> ProcessError {
    ProcessError::Mistake { path: path.to_owned(), line, message }
}
