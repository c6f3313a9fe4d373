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
    let places = places::<C>(contract, &names)?;
    Ok(Head {
        layout: Layout { delimiter: *delimiter, places, fields: names.len() },
        end: scanned.end,
        lines: scanned.lines,
    })
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

    let mut names = Vec::new();
    let mut fields = 0;
    let layout = Layout { delimiter, places: Vec::new(), fields: 0 };
    let scanned = scan(bytes, first, first + 1, last, &layout, |record| {
        fields = record.fields();
        let read = fields.min(MAX_COLUMNS);
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

/// The place in the file of each column of the contract; each must be there once.
fn places<C: Contract>(contract: &ExportContract<C::Column>, names: &[String]) -> Result<Vec<usize>, ExportFault> {
    let mut places = vec![None; C::Column::ALL.len()];
    for (place, name) in names.iter().enumerate() {
        if let Some(column) = contract.columns.find(name)
            && places[column.index()].replace(place).is_some()
        {
            return Err(ExportFault::ColumnTwice { column: contract.columns.header(column).to_owned() });
        }
    }
    complete(contract, &places, names.len())
}

/// The places of all columns, or which are missing of a file with `found` columns.
pub(in crate::ingest) fn complete<C: SourceColumn>(
    contract: &ExportContract<C>,
    places: &[Option<usize>],
    found: usize,
) -> Result<Vec<usize>, ExportFault> {
    let missing = C::ALL.iter().filter(|column| places[column.index()].is_none());
    let missing: Vec<_> = missing.map(|column| contract.columns.header(*column).to_owned()).collect();
    if missing.is_empty() {
        return Ok(places.iter().flatten().copied().collect());
    }
    Err(ExportFault::ColumnsMissing { columns: missing, found })
}
