/*!
Compressed exports in files, read in the same way as a run reads them.
*/

use std::fs;
use std::io::Read;

use flate2::bufread::GzDecoder;
use lnere_core::catalog::Catalogs;
use lnere_core::process::{Process, Source};
use lnere_ingest::{ExportFault, FileReport, Inventory, ReadOptions, ReadProgress};

use crate::harness::{folder, harness, scratch};

struct Silent;

impl ReadProgress for Silent {
    fn file_read(&self, _: &FileReport) {}
}

/// The first byte chooses the extension of the file, gzip or Zstandard. The other bytes are the
/// file, whatever their format is.
pub fn file(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else { return };
    let extension = if choice & 1 == 0 { "csv.gz" } else { "csv.zst" };
    let file = scratch().join(format!("solicitudes_20200930.{extension}"));
    fs::write(&file, bytes).expect("an export to read");
    let (process, catalogs) = load();
    let inventory = Inventory::list_folder(scratch(), process).expect("the folder of the export");
    let ingested = lnere_ingest::read(&ReadOptions::new(process, catalogs), [&inventory.files, &[]], &Silent).unwrap();
    fs::remove_file(&file).expect("the export goes");

    let [report] = &ingested.files[..] else { panic!("{} reports of one file", ingested.files.len()) };
    if report.fault.as_ref().is_some_and(is_no_text) {
        return;
    }
    let limit = harness().process.limits.max_uncompressed_bytes;
    match (&report.fault, text(bytes, limit + 1)) {
        // A reader finds a fault of the CSV before it reaches damage at the end of the compressed
        // data.
        (Some(_), Err(_)) => {}
        (None, Err(error)) => panic!("read, though its compression is damaged: {error}"),
        (fault, Ok(csv)) if csv.len() as u64 > limit => {
            assert!(
                matches!(fault, Some(ExportFault::TooLarge { .. } | ExportFault::CutOrDamaged(_)))
                    || early(fault.as_ref())
            );
        }
        (fault, Ok(csv)) => match (fault, harness().csv(Source::Solicitudes, &csv)) {
            (None, Ok(found)) => {
                assert_eq!(report.bytes, bytes.len() as u64);
                assert_eq!(report.sha256.len(), 64);
                assert_eq!((report.records_read, report.counts), (found.read, found.counts));
                assert_eq!(report.rejections, found.rejections);
                let facts = ingested.facts.applications.count_as_of_day(process.election_day, 0).unwrap();
                assert_eq!(facts.values().sum::<u64>(), report.accepted());
            }
            // The rules about an export as a whole apply only after it was read.
            (Some(ExportFault::Implausible { .. }), Ok(_)) => {}
            (Some(fault), Err(other)) => assert_eq!(fault.to_string(), other.to_string()),
            (fault, other) => panic!("{fault:?}, but decompressed {other:?}"),
        },
    }
}

/// Whether the reader took a file for another format than text, compressed or not.
fn is_no_text(fault: &ExportFault) -> bool {
    use ExportFault as F;
    matches!(
        fault,
        F::UnsupportedFormat(_)
            | F::Unrecognised { .. }
            | F::Nested { .. }
            | F::Zip(_)
            | F::ZipEntries { .. }
            | F::ZipPassword
            | F::ZipMethod { .. }
            | F::ZstdWindow { .. }
            | F::Workbook(_)
            | F::WorkbookPart { .. }
            | F::Parquet(_)
            | F::ColumnType { .. }
    )
}

/// Whether the reader may find a fault before it finds that the file is too large.
fn early(fault: Option<&ExportFault>) -> bool {
    use ExportFault as F;
    matches!(
        fault,
        Some(
            F::Empty
                | F::Utf16Unmarked { .. }
                | F::Utf32
                | F::CarriageReturns
                | F::Delimiter { .. }
                | F::Swallowed { .. }
                | F::ColumnsMissing { .. }
                | F::ColumnTwice { .. }
                | F::TooManyColumns { .. }
                | F::RecordTooLong { .. }
                | F::UnclosedQuote { .. }
                | F::TooManyRecords { .. }
        )
    )
}

/// The text of a file: decompressed if the file begins like gzip or Zstandard, otherwise unchanged.
fn text(bytes: &[u8], limit: u64) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    if bytes.starts_with(b"\x1f\x8b\x08") {
        let mut rest = bytes;
        while rest.iter().any(|byte| *byte != 0) && (text.len() as u64) < limit {
            GzDecoder::new(&mut rest).take(limit).read_to_end(&mut text)?;
        }
        text.truncate(usize::try_from(limit).expect("a small limit"));
    } else if bytes.starts_with(b"\x28\xb5\x2f\xfd") || matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]) {
        zstd::Decoder::new(bytes)?.take(limit).read_to_end(&mut text)?;
    } else {
        text.extend_from_slice(bytes);
    }
    Ok(text)
}

fn load() -> &'static (Process, Catalogs) {
    static LOADED: std::sync::OnceLock<(Process, Catalogs)> = std::sync::OnceLock::new();
    LOADED.get_or_init(|| Process::load(&folder().join("proceso.toml")).expect("the process of the fuzzer"))
}
