/*!
The header of a CSV export: which byte separates cells, and where each wanted column stands.
*/

use super::encoding::Encoding;
use super::scan::{Layout, Scanned, Stop, scan};
use crate::ingest::contract::Contract;
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
pub(super) fn read<C: Contract>(
    contract: &ExportContract<C::Column>,
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
    let heads = DELIMITERS.iter().map(|delimiter| names(bytes, last, *delimiter, encoding));
    let heads = heads.collect::<Result<Vec<_>, _>>()?;
    let matches = |names: &[String]| names.iter().filter(|name| contract.columns.find(name).is_some()).count();
    let (delimiter, best) = DELIMITERS
        .iter()
        .zip(heads)
        .rev()
        .max_by_key(|(_, (names, _))| (matches(names), names.len()))
        .ok_or(ExportFault::Empty)?;
    let (names, scanned) = best;
    let slots = slots::<C>(contract, &names)?;
    Ok(Head { layout: Layout { delimiter: *delimiter, slots }, end: scanned.end, lines: scanned.lines })
}

/// The cells of the first record, and where it ends.
fn names(
    bytes: &[u8],
    last: bool,
    delimiter: u8,
    encoding: Option<Encoding>,
) -> Result<(Vec<String>, Scanned), ExportFault> {
    let encoding = encoding.unwrap_or(Encoding::Utf8);
    let first = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let blank_lines = u32::try_from(memchr::memchr_iter(b'\n', &bytes[..first]).count()).unwrap_or(u32::MAX);

    let mut fields = 0;
    let count = Layout { delimiter, slots: Vec::new() };
    let scanned = scan(bytes, first, first + 1, last, &count, |record| fields = record.fields);
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
    let all = Layout { delimiter, slots: (0..u16::try_from(fields).unwrap_or(u16::MAX)).collect() };
    let mut names = Vec::with_capacity(fields);
    scan(bytes, first, first + 1, last, &all, |record| {
        names.extend((0..fields).map(|slot| encoding.decode(record.cell(slot)).into_owned()));
    });
    Ok((names, Scanned { lines: scanned.lines + blank_lines, ..scanned }))
}

/// The slot of each column of the file; every column of the contract must be there once.
fn slots<C: Contract>(contract: &ExportContract<C::Column>, names: &[String]) -> Result<Vec<u16>, ExportFault> {
    let mut slots = vec![Layout::UNWANTED; names.len()];
    let mut seen = vec![false; C::Column::ALL.len()];
    for (slot, name) in slots.iter_mut().zip(names) {
        if let Some(column) = contract.columns.find(name) {
            if std::mem::replace(&mut seen[column.index()], true) {
                return Err(ExportFault::ColumnTwice { column: contract.columns.header(column).to_owned() });
            }
            *slot = u16::try_from(column.index()).unwrap_or(Layout::UNWANTED);
        }
    }
    let missing = C::Column::ALL.iter().filter(|column| !seen[column.index()]);
    let missing: Vec<_> = missing.map(|column| contract.columns.header(*column).to_owned()).collect();
    if missing.is_empty() {
        return Ok(slots);
    }
    Err(ExportFault::ColumnsMissing { columns: missing, found: names.len() })
}
