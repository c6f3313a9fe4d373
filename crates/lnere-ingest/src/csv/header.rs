/*!
Finds the header of a text export: its line, its delimiter, and the place of each contract column.
*/

use super::encoding::{Encoding, EncodingEvidence, encoding_evidence};
use super::scan::{CsvLayout, ScanEnd, Scanned, scan, swallowed_lines};
use crate::export_fault::{ExportFault, SwallowedRecords};
use crate::record_validation::{column_places, count_contract_columns};
use lnere_core::process::{ExportContract, SourceColumn};

/// The delimiters that are tried, in this order.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'|', b'\t'];

/// The most columns that a header may have.
const MAX_COLUMNS: usize = 10_000;

/// The number of lines that may contain the header; empty lines do not count.
const MAX_HEADER_LINES: usize = 20;

/// A header and its end.
pub(super) struct CsvHeader {
    pub layout: CsvLayout,
    /// The number of bytes before the first record.
    pub end: usize,
    /// The number of line feeds before the first record.
    pub lines: u32,
}

/// Finds the header: the line that the process file names, or the first candidate line that holds
/// all columns of the contract under some delimiter. If no line does, the fault names the line that
/// holds the most columns.
pub(super) fn read<C: SourceColumn>(
    contract: &ExportContract<C>,
    bytes: &[u8],
    last: bool,
    encoding: Option<Encoding>,
) -> Result<CsvHeader, ExportFault> {
    if bytes.iter().all(u8::is_ascii_whitespace) && last {
        return Err(ExportFault::Empty);
    }
    let search = HeaderSearch { contract, bytes, last, encoding };
    let separator = separator_line(bytes);
    let lines = match contract.header_line {
        Some(line) => vec![search.line(line).ok_or(ExportFault::NoHeaderLine { line, section: C::SOURCE })?],
        None => search.first_lines(separator.map_or(0, |separator| separator.end)),
    };
    let delimiters = match (contract.delimiter, separator.and_then(|separator| separator.delimiter)) {
        (Some(forced), _) => vec![forced],
        (None, named) => named.into_iter().chain(DELIMITERS.into_iter().filter(|byte| Some(*byte) != named)).collect(),
    };
    search.find_header(&lines, &delimiters)
}

/// The start of a physical line, and the number of line feeds before it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct LineStart {
    start: usize,
    number: u32,
}

impl LineStart {
    /// The line number, from 1.
    fn one_based(self) -> u64 {
        u64::from(self.number) + 1
    }
}

/// A possible header line, read with one delimiter.
struct Candidate {
    line: LineStart,
    delimiter: u8,
    names: Vec<String>,
    /// The number of contract columns among its names.
    contract_columns: usize,
    /// The result of the scan, or the reason why the line is not a header.
    scan_result: Result<Scanned, ExportFault>,
}

struct HeaderSearch<'a, C> {
    contract: &'a ExportContract<C>,
    bytes: &'a [u8],
    last: bool,
    encoding: Option<Encoding>,
}

impl<C: SourceColumn> HeaderSearch<'_, C> {
    fn find_header(&self, lines: &[LineStart], delimiters: &[u8]) -> Result<CsvHeader, ExportFault> {
        let mut all = Vec::with_capacity(lines.len() * delimiters.len());
        for line in lines {
            let candidates = delimiters.iter().map(|delimiter| self.candidate(*line, *delimiter));
            let first = all.len();
            all.extend(candidates);
            let whole = |candidate: &&Candidate| {
                candidate.scan_result.is_ok() && candidate.contract_columns == self.contract.columns.all().len()
            };
            // If several delimiters match, the one with the most columns wins, and of equal ones
            // the first.
            if let Some(best) = all[first..].iter().rev().filter(whole).max_by_key(|candidate| candidate.names.len()) {
                return self.build_header(best);
            }
        }
        Err(self.no_header_fault(all, delimiters))
    }

    /// Builds the header from a line that has all columns.
    fn build_header(&self, candidate: &Candidate) -> Result<CsvHeader, ExportFault> {
        if self.holds_carriage_returns(candidate.line, &[candidate.delimiter]) {
            return Err(ExportFault::CarriageReturns);
        }
        let scanned = match &candidate.scan_result {
            Ok(scanned) => *scanned,
            // Unreachable: only a readable line has all columns.
            Err(_) => return Err(ExportFault::Empty),
        };
        let column_indices = column_places(self.contract, candidate.names.iter().map(String::as_str))
            .map_err(|fault| fault.on_line(candidate.line.one_based()))?;
        let layout = CsvLayout {
            delimiter: candidate.delimiter,
            quotes: self.contract.allows_quoted_cells,
            column_indices,
            field_count: candidate.names.len(),
        };
        Ok(CsvHeader { layout, end: scanned.next_record_start, lines: candidate.line.number + scanned.lines })
    }

    /// The fault that explains why no line is the header.
    fn no_header_fault(&self, mut candidates: Vec<Candidate>, delimiters: &[u8]) -> ExportFault {
        if let Some(fault) = self.unmarked_utf16_fault() {
            return fault;
        }
        let Some(first) = candidates.first().map(|candidate| candidate.line) else { return ExportFault::Empty };
        let mut lines = candidates.iter().map(|candidate| candidate.line);
        if lines.any(|line| self.holds_carriage_returns(line, delimiters)) || self.has_no_line_feed(first) {
            return ExportFault::CarriageReturns;
        }
        // The most contract columns win, then the most cells, then the first line.
        let rank = |candidate: &Candidate| (candidate.contract_columns, candidate.names.len());
        let best = candidates.iter().map(rank).max().unwrap_or_default();
        if let Some(fault) = self.unsupported_delimiter_fault(first, best.0, &candidates) {
            return fault;
        }
        // An unreadable line is ranked by its names without quotes.
        let is_fault = |candidate: &Candidate| {
            candidate.scan_result.is_err()
                && (candidate.contract_columns > 0 || candidate.line == first)
                && candidate.contract_columns >= best.0
        };
        let place = candidates
            .iter()
            .position(is_fault)
            .or_else(|| {
                candidates.iter().position(|candidate| candidate.scan_result.is_ok() && rank(candidate) == best)
            })
            .unwrap_or(0);
        let Candidate { line, names, scan_result, .. } = candidates.swap_remove(place);
        match scan_result {
            Err(fault) => fault,
            Ok(_) => match column_places(self.contract, names.iter().map(String::as_str)) {
                Err(fault) => fault.on_line(line.one_based()),
                Ok(_) => ExportFault::Empty,
            },
        }
    }

    /// The fault of UTF-16 without a byte-order mark, if the bytes look like it.
    fn unmarked_utf16_fault(&self) -> Option<ExportFault> {
        let first = &self.bytes[..self.bytes.len().min(64)];
        let zeros = |odd: usize| first.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let most = first.len() / 2 * 3 / 4;
        (first.len() >= 8 && (zeros(0) > most) != (zeros(1) > most))
            .then_some(ExportFault::Utf16Unmarked { section: C::SOURCE })
    }

    /// Whether a line contains a header that ends in a carriage return alone.
    fn holds_carriage_returns(&self, line: LineStart, delimiters: &[u8]) -> bool {
        let text = self.text_of(line);
        let Some(end) = memchr::memchr(b'\r', text) else { return false };
        // A carriage return before the line feed belongs to the end of the line.
        if text[end..].iter().all(|byte| *byte == b'\r') {
            return false;
        }
        delimiters.iter().any(|delimiter| {
            let names = self.names_without_quoting(&text[..end], *delimiter);
            count_contract_columns(self.contract, names.iter().map(String::as_str)) == self.contract.columns.all().len()
        })
    }

    /// Whether only carriage returns end the lines from this line on.
    fn has_no_line_feed(&self, line: LineStart) -> bool {
        let rest = &self.bytes[line.start..];
        memchr::memchr(b'\n', rest).is_none() && memchr::memchr_iter(b'\r', rest.trim_ascii()).count() > 1
    }

    /// The fault of an unsupported delimiter that finds more contract columns than the supported
    /// ones.
    fn unsupported_delimiter_fault(
        &self,
        first: LineStart,
        named: usize,
        candidates: &[Candidate],
    ) -> Option<ExportFault> {
        let mut lines: Vec<LineStart> = candidates.iter().map(|candidate| candidate.line).collect();
        lines.dedup();
        let least = named.max(self.contract.columns.all().len() / 2) + 1;
        let mut bytes: Vec<u8> = (0..0x7f).filter(|byte| is_delimiter(*byte)).collect();
        bytes.retain(|byte| memchr::memchr(*byte, &self.bytes[first.start..]).is_some());
        let found = lines.into_iter().find_map(|line| {
            let delimiter = bytes.iter().find(|byte| self.candidate(line, **byte).contract_columns >= least)?;
            Some((line, *delimiter))
        });
        let (line, delimiter) = found?;
        // The columns are padded with blanks. A blank as delimiter would give records of different
        // widths.
        if delimiter == b' ' && self.text_of(line).windows(2).any(|pair| pair == b"  ") {
            return Some(ExportFault::FixedWidth { line: line.one_based() });
        }
        let delimiter = match delimiter {
            b'\t' => "\\t".to_owned(),
            b'\\' => "\\\\".to_owned(),
            control if control.is_ascii_control() => format!("\\u{control:04x}"),
            visible => char::from(visible).to_string(),
        };
        Some(ExportFault::Delimiter { line: line.one_based(), delimiter, section: C::SOURCE })
    }

    /// The first lines from a byte on, without empty lines.
    fn first_lines(&self, from: usize) -> Vec<LineStart> {
        let mut lines = Vec::with_capacity(MAX_HEADER_LINES);
        let number = memchr::memchr_iter(b'\n', &self.bytes[..from]).count();
        let mut line = LineStart { start: from, number: u32::try_from(number).unwrap_or(u32::MAX) };
        while lines.len() < MAX_HEADER_LINES && line.start < self.bytes.len() {
            let text = self.text_of(line);
            if !matches!(text, [] | [b'\r']) {
                lines.push(line);
            }
            line = LineStart { start: line.start + text.len() + 1, number: line.number.saturating_add(1) };
        }
        lines
    }

    /// The line with this number, from 1; `None` if it does not exist.
    fn line(&self, number: u32) -> Option<LineStart> {
        let before = number.checked_sub(1)?;
        let start = match before.checked_sub(1) {
            None => 0,
            Some(feed) => memchr::memchr_iter(b'\n', self.bytes).nth(feed as usize)? + 1,
        };
        (start < self.bytes.len()).then_some(LineStart { start, number: before })
    }

    /// The bytes of a line before its line feed.
    fn text_of(&self, line: LineStart) -> &[u8] {
        let rest = &self.bytes[line.start..];
        &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())]
    }

    /// Reads the record that begins on a line as a header.
    fn candidate(&self, line: LineStart, delimiter: u8) -> Candidate {
        let mut names = Vec::new();
        let mut fields = 0;
        let mut swallowed = None;
        let layout = CsvLayout {
            delimiter,
            quotes: self.contract.allows_quoted_cells,
            column_indices: Vec::new(),
            field_count: 0,
        };
        let scanned = scan(self.bytes, line.start, line.start + 1, self.last, &layout, |record| {
            fields = record.fields();
            let cells = (0..fields.min(MAX_COLUMNS)).map(|place| record.cell(place));
            names = self.decoded(record.bytes(), cells);
            if record.line_ends > 0 && fields >= self.contract.columns.all().len() {
                let between = swallowed_lines(record.bytes(), delimiter, fields);
                swallowed = between.map(|between| (between, record.line_ends));
            }
        });
        let number = line.one_based();
        let section = C::SOURCE;
        let scan_result = match (scanned.stop, swallowed) {
            (ScanEnd::UnclosedQuote { line }, _) => {
                Err(ExportFault::UnclosedQuote { line: number + u64::from(line), section })
            }
            (ScanEnd::TooLong { .. } | ScanEnd::Incomplete, _) => {
                Err(ExportFault::RecordTooLong { line: number, section })
            }
            (ScanEnd::Reached, _) if fields > MAX_COLUMNS => {
                Err(ExportFault::TooManyColumns { line: number, columns: fields })
            }
            // The header contains lines that look like records.
            (ScanEnd::Reached, Some((between, line_ends))) => {
                let swallowed = SwallowedRecords {
                    line: number,
                    last_line: number + u64::from(line_ends),
                    record_like_lines: between,
                    records: 1,
                };
                Err(ExportFault::Swallowed { swallowed, section })
            }
            (ScanEnd::Reached, None) => Ok(scanned),
        };
        if scan_result.is_err() && !matches!(scan_result, Err(ExportFault::TooManyColumns { .. })) {
            names = self.names_without_quoting(self.text_of(line), delimiter);
        }
        let columns = count_contract_columns(self.contract, names.iter().map(String::as_str));
        Candidate { line, delimiter, names, contract_columns: columns, scan_result }
    }

    /// The cells of a line if quotes are text.
    fn names_without_quoting(&self, line: &[u8], delimiter: u8) -> Vec<String> {
        self.decoded(line, line.split(|byte| *byte == delimiter).take(MAX_COLUMNS))
    }

    /// Decodes cells with the encoding that the bytes of the line suggest. The encoding of the
    /// records is decided later.
    fn decoded<'c>(&self, line: &[u8], cells: impl Iterator<Item = &'c [u8]>) -> Vec<String> {
        let encoding = self.encoding.unwrap_or_else(|| match encoding_evidence(line) {
            EncodingEvidence::NotUtf8 => Encoding::Windows1252,
            EncodingEvidence::Ascii | EncodingEvidence::Utf8 | EncodingEvidence::BrokenUtf8 => Encoding::Utf8,
        });
        cells.map(|cell| encoding.decode(cell).into_owned()).collect()
    }
}

/// Whether a byte may be a declared delimiter: names and quotes do not contain it.
fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\'' | b'`' | b'\n' | b'\r' | b'_' | 0)
}

/// A line `sep=;`, which spreadsheets write before the header.
#[derive(Clone, Copy)]
pub(super) struct Separator {
    /// The start of the next line.
    pub end: usize,
    delimiter: Option<u8>,
}

pub(super) fn separator_line(bytes: &[u8]) -> Option<Separator> {
    let start = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let rest = &bytes[start..];
    let length = memchr::memchr(b'\n', rest)?;
    let line = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (word, value) = line.split_at_checked(4)?;
    if !word.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    match value {
        [] => Some(Separator { end: start + length + 1, delimiter: None }),
        // The line is alone, or padded with delimiters to the width of the table.
        [byte, padding @ ..] if is_delimiter(*byte) && padding.iter().all(|other| DELIMITERS.contains(other)) => {
            Some(Separator { end: start + length + 1, delimiter: Some(*byte) })
        }
        _ => None,
    }
}
