/*!
What all targets use: the process, a folder to write to, and the check of a CSV file against the
reference.
*/

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chrono::NaiveDate;
use lnere_core::process::Source;
use lnere_ingest::fuzzing::{FuzzHarness, FuzzResult};
use lnere_ingest::{ExportFault, RecordRule};

use crate::reference_csv_reader::{self, Contents, Record};

/// The columns of `solicitudes` and of `credenciales`: the folio first, the event date second.
pub const REQUESTS: [&str; 10] = [
    "FOLIO",
    "FECHA_SOLICITUD",
    "CVE_ENTIDAD",
    "PAIS",
    "SEXO",
    "MODALIDAD",
    "TIPO_CREDENCIAL",
    "MEDIO",
    "ESTATUS",
    "FECHA_ESTATUS",
];
pub const CREDENTIALS: [&str; 8] = [
    "FOLIO_TRAMITE",
    "FECHA_TRAMITE",
    "CVE_ENTIDAD",
    "REPRESENTACION",
    "SEXO",
    "TIPO_TRAMITE",
    "FECHA_ENTREGA",
    "FECHA_CONFIRMACION",
];

/// The folder of this crate.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The process under which the targets read exports.
pub fn harness() -> &'static FuzzHarness {
    static HARNESS: OnceLock<FuzzHarness> = OnceLock::new();
    HARNESS.get_or_init(|| {
        let day = NaiveDate::from_ymd_opt(2020, 9, 30).expect("a day");
        FuzzHarness::load(&folder().join("proceso.toml"), day).expect("the process of the fuzzer")
    })
}

/// A folder below `TMPDIR` that only this run of the program uses.
pub fn scratch() -> &'static Path {
    static SCRATCH: OnceLock<PathBuf> = OnceLock::new();
    SCRATCH.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("lnere-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder to write to");
        folder
    })
}

/// The columns of a source, and the positions of those that hold dates besides the event date.
pub fn columns(source: Source) -> (&'static [&'static str], &'static [usize]) {
    match source {
        Source::Solicitudes => (&REQUESTS, &[9]),
        Source::Credenciales => (&CREDENTIALS, &[6, 7]),
    }
}

/// Checks the result of a reader against the reference. The file has the columns of its source.
pub fn check(file: &[u8], delimiter: u8, source: Source, said: &Result<FuzzResult, ExportFault>) {
    let Contents { mut records, broken } = reference_csv_reader::csv(file, delimiter);
    let utf8 = reference_csv_reader::is_utf8(file);
    if !records.is_empty() {
        records.remove(0);
    }
    records.retain(|record| !reference_csv_reader::is_blank(record, utf8));
    match (said, broken) {
        (Err(ExportFault::UnclosedQuote { line, .. }), Some(broken)) => assert_eq!(broken.unclosed, Some(*line)),
        (Err(ExportFault::RecordTooLong { line, .. }), Some(broken)) => assert_eq!(broken.too_long, Some(*line)),
        (Err(ExportFault::NoRecords), None) => assert_eq!(records.len(), 0),
        (Ok(found), None) => {
            check_found(&records, utf8, source, found);
            let columns = columns(source).0.len();
            let took = |record: &Record| {
                reference_csv_reader::swallowed(record, delimiter, columns).map(|lines| (record.line, lines))
            };
            let took: Vec<_> = records.iter().filter_map(took).collect();
            let said = found.swallowed.map(|swallowed| (swallowed.line, swallowed.record_like_lines));
            assert_eq!(said, took.first().copied());
            assert_eq!(found.swallowed.map_or(0, |swallowed| swallowed.records), took.len() as u64);
        }
        (said, broken) => {
            let broken = broken.map(|broken| (broken.too_long, broken.unclosed));
            panic!("{said:?} of {} records, {broken:?}", records.len());
        }
    }
}

fn check_found(records: &[Record], utf8: bool, source: Source, found: &FuzzResult) {
    assert_eq!(found.read, records.len() as u64, "read is the independent count");
    assert_eq!(found.read, found.kept + found.counts.rejected(), "read = accepted + rejected");
    assert_eq!(found.rejections.len() as u64, found.counts.rejected(), "each rejection is listed");
    let rejected: HashMap<u64, RecordRule> = found.rejections.iter().map(|it| (it.line, it.rule)).collect();
    assert_eq!(rejected.len(), found.rejections.len(), "each record is rejected once");

    let (columns, dates) = columns(source);
    let mut seen = 0;
    let mut folios: HashMap<String, u32> = HashMap::new();
    for record in records {
        let rule = rejected.get(&record.line).copied();
        seen += usize::from(rule.is_some());
        let expected = first_fault(record, utf8, columns.len(), dates);
        let basic = rule.filter(|rule| {
            matches!(rule, RecordRule::FilaMalformada | RecordRule::FolioVacio | RecordRule::FechaInvalida)
        });
        assert_eq!(basic, expected, "line {}", record.line);
        if rule.is_none_or(|rule| rule == RecordRule::FolioDuplicado) {
            let folio = reference_csv_reader::text(&record.cells[0], utf8);
            *folios.entry(folio).or_default() += u32::from(rule.is_none());
        }
    }
    assert_eq!(seen, rejected.len(), "each rejection is of a record");
    assert!(folios.values().all(|kept| *kept == 1), "one record of each folio is kept");
}

/// The first rule that a record breaks, of those that need no catalogue.
fn first_fault(record: &Record, utf8: bool, columns: usize, dates: &[usize]) -> Option<RecordRule> {
    if record.cells.len() != columns || (utf8 && std::str::from_utf8(record.bytes).is_err()) {
        return Some(RecordRule::FilaMalformada);
    }
    let text = |column: usize| reference_csv_reader::text(&record.cells[column], utf8);
    if text(0).is_empty() {
        return Some(RecordRule::FolioVacio);
    }
    let others = dates.iter().map(|column| text(*column)).filter(|text| !text.is_empty());
    let all_dates = others.chain([text(1)]).all(|text| reference_csv_reader::marked_date(&text).is_some());
    (!all_dates).then_some(RecordRule::FechaInvalida)
}
