/*!
Compressed exports as files, by the way that a run takes.
*/

use std::fs;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use lnere::catalog::Catalogs;
use lnere::ingest::{self, ExportFault, FileReport, Inventory, Progress};
use lnere::process::{Process, Source};

use crate::desk::{desk, folder, scratch};

struct Silent;

impl Progress for Silent {
    fn file_read(&self, _: &FileReport) {}
}

/// The first byte chooses gzip or Zstandard.
pub fn file(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else { return };
    let gzip = choice & 1 == 0;
    let file = scratch().join(if gzip { "solicitudes_20200930.csv.gz" } else { "solicitudes_20200930.csv.zst" });
    fs::write(&file, bytes).expect("an export to read");
    let inventory = Inventory::of(scratch()).expect("the folder of the export");
    let (process, catalogs) = load();
    let ingested = ingest::read(process, catalogs, &inventory.files, &[], true, &Silent);
    fs::remove_file(&file).expect("the export goes");

    let [report] = &ingested.files[..] else { panic!("{} reports of one file", ingested.files.len()) };
    let limit = desk().process.max_uncompressed;
    let decompressed = decompressed(gzip, bytes, limit + 1);
    match (&report.fault, decompressed) {
        // A fault of the CSV is found before the compression is read to its end.
        (Some(_), Err(_)) => {}
        (None, Err(error)) => panic!("read, though its compression is damaged: {error}"),
        (fault, Ok(csv)) if csv.len() as u64 > limit => {
            assert!(matches!(fault, Some(ExportFault::TooLarge { .. } | ExportFault::Io(_))) || early(fault.as_ref()));
        }
        (fault, Ok(csv)) => match (fault, desk().csv(Source::Solicitudes, &csv)) {
            (None, Ok(found)) => {
                assert_eq!(report.bytes, bytes.len() as u64);
                assert_eq!(report.sha256.len(), 64);
                assert_eq!((report.read, report.counts), (found.read, found.counts));
                assert_eq!(report.rejections, found.rejections);
                let facts: usize = ingested.facts.applications.iter().map(|shard| shard.applications.len()).sum();
                assert_eq!(facts as u64, report.accepted());
            }
            (Some(fault), Err(other)) => assert_eq!(fault.to_string(), other.to_string()),
            (fault, other) => panic!("{fault:?}, but decompressed {other:?}"),
        },
    }
}

/// Whether a fault may be found before the size is.
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

fn decompressed(gzip: bool, bytes: &[u8], limit: u64) -> std::io::Result<Vec<u8>> {
    let mut csv = Vec::new();
    if gzip {
        MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut csv)?;
    } else {
        zstd::Decoder::new(bytes)?.take(limit).read_to_end(&mut csv)?;
    }
    Ok(csv)
}

fn load() -> &'static (Process, Catalogs) {
    static LOADED: std::sync::OnceLock<(Process, Catalogs)> = std::sync::OnceLock::new();
    LOADED.get_or_init(|| Process::load(&folder().join("proceso.toml")).expect("the process of the fuzzer"))
}
