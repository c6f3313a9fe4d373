/*!
The header of a CSV export: which byte separates cells, and where each wanted column stands.
*/

use super::encoding::{Encoding, Evidence, evidence};
use super::scan::{Layout, Scanned, Stop, scan};
use crate::ingest::contract::places;
use crate::ingest::fault::ExportFault;
use crate::process::{ExportContract, SourceColumn};

/// The delimiters that are tried, in this order.
const DELIMITERS: [u8; 4] = [b',', b';', b'|', b'\t'];

/// The most columns that a header may have.
const MAX_COLUMNS: usize = 10_000;

/// A header and where it ends.
pub(super) struct Head {
    pub layout: Layout,
    /// Bytes to the first record.
    pub end: usize,
    /// Line feeds in them.
    pub lines: u32,
}

/// Finds the delimiter under which the most columns of the contract are named.
pub(super) fn read<C: SourceColumn>(
    contract: &ExportContract<C>,
    bytes: &[u8],
    last: bool,
    encoding: Option<Encoding>,
) -> Result<Head, ExportFault> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ExportFault::Utf16);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) && last {
        return Err(ExportFault::Empty);
    }
    // Under a wrong delimiter a header may be no CSV at all, which says nothing against the others.
    let (mut heads, mut faults) = (Vec::new(), Vec::new());
    for delimiter in DELIMITERS {
        match names(bytes, last, delimiter, encoding) {
            Ok((names, scanned)) => heads.push((delimiter, names, scanned)),
            Err(fault) => faults.push(fault),
        }
    }
    let matches = |names: &[String]| names.iter().filter(|name| contract.columns.find(name).is_some()).count();
    let best = heads.into_iter().rev().max_by_key(|(_, names, _)| (matches(names), names.len()));
    let Some((delimiter, names, scanned)) = best else { return Err(faults.pop().unwrap_or(ExportFault::Empty)) };
    match places(contract, names.iter().map(String::as_str)) {
        Ok(places) => {
            let layout = Layout { delimiter, places, fields: names.len() };
            Ok(Head { layout, end: scanned.end, lines: scanned.lines })
        }
        Err(fault) => Err(faults.into_iter().next().unwrap_or(fault)),
    }
}

/// The cells of the first record, and where it ends.
fn names(
    bytes: &[u8],
    last: bool,
    delimiter: u8,
    encoding: Option<Encoding>,
) -> Result<(Vec<String>, Scanned), ExportFault> {
    let first = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let blank_lines = u32::try_from(memchr::memchr_iter(b'\n', &bytes[..first]).count()).unwrap_or(u32::MAX);

    let mut names = Vec::new();
    let mut fields = 0;
    let layout = Layout { delimiter, places: Vec::new(), fields: 0 };
    let scanned = scan(bytes, first, first + 1, last, &layout, |record| {
        fields = record.fields();
        let read = fields.min(MAX_COLUMNS);
        // The header's own bytes tell how to read it; how the records are read is decided later.
        let encoding = encoding.unwrap_or(match evidence(record.bytes()) {
            Evidence::NotUtf8 => Encoding::Windows1252,
            Evidence::Ascii | Evidence::Utf8 | Evidence::BrokenUtf8 => Encoding::Utf8,
        });
        names.extend((0..read).map(|place| encoding.decode(record.cell(place)).into_owned()));
    });
    match scanned.stop {
        Stop::UnclosedQuote { line } => {
            return Err(ExportFault::UnclosedQuote { line: u64::from(blank_lines + line) + 1 });
        }
        Stop::TooLong { .. } | Stop::Incomplete => {
            return Err(ExportFault::RecordTooLong { line: u64::from(blank_lines) + 1 });
        }
        Stop::Reached if fields > MAX_COLUMNS => return Err(ExportFault::TooManyColumns { columns: fields }),
        Stop::Reached => {}
    }
    Ok((names, Scanned { lines: scanned.lines + blank_lines, ..scanned }))
}
