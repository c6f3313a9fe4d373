/*!
Splits CSV into records and cells (RFC 4180, with the leniencies of docs/contract.md §2).

A bit mask finds delimiters, quotes and line feeds in blocks of sixty-four bytes. The bytes between
them are never examined. `simd-csv` does the same, but treats a quote inside an unquoted cell as the
start of a quoted part. Here such a quote is text, as in spreadsheets.
*/

use wide::u8x64;

use crate::export_fault::ExportFault;
use lnere_core::process::Source;

/// The longest record that is accepted, in bytes.
pub(crate) const MAX_RECORD_BYTES: usize = if cfg!(fuzzing) { 128 } else { 1 << 20 };

/// The most lines that one record may span.
pub(crate) const MAX_RECORD_LINES: u32 = if cfg!(fuzzing) { 6 } else { 1_000 };

const QUOTE: u8 = b'"';

/// The positions of delimiters, quotes and line feeds, in order.
struct SpecialPositions<'a> {
    bytes: &'a [u8],
    delimiter: u8x64,
    /// The quote; if quotes are text, the delimiter again.
    quote: u8x64,
    /// The offset of the block that `mask` describes.
    base: usize,
    /// The positions of the block that were not returned yet.
    mask: u64,
}

impl<'a> SpecialPositions<'a> {
    fn new(bytes: &'a [u8], from: usize, layout: &CsvLayout) -> Self {
        let delimiter = u8x64::splat(layout.delimiter);
        let quote = if layout.quotes { u8x64::splat(QUOTE) } else { delimiter };
        let mut specials = Self { bytes, delimiter, quote, base: from, mask: 0 };
        specials.mask = specials.load();
        specials
    }

    #[inline]
    fn load(&self) -> u64 {
        let rest = &self.bytes[self.base.min(self.bytes.len())..];
        let (block, valid) = if let Some(block) = rest.first_chunk::<64>() {
            (*block, u64::MAX)
        } else {
            let mut block = [0; 64];
            block[..rest.len()].copy_from_slice(rest);
            (block, (1 << rest.len()) - 1)
        };
        let block = u8x64::from(block);
        let special = block.simd_eq(self.delimiter) | block.simd_eq(u8x64::splat(b'\n')) | block.simd_eq(self.quote);
        special.to_bitmask() & valid
    }

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.mask == 0 {
            self.base += 64;
            if self.base >= self.bytes.len() {
                return None;
            }
            self.mask = self.load();
        }
        let at = self.base + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(at)
    }
}

/// The layout of a file: delimiter, quotes, and the places of the contract columns.
#[derive(Clone, Debug)]
pub(crate) struct CsvLayout {
    /// The byte between cells.
    pub delimiter: u8,
    /// Whether cells may be quoted; otherwise a quote is text.
    pub quotes: bool,
    /// The place in the file of each column of the contract.
    pub column_indices: Vec<usize>,
    /// The number of cells that a record must have.
    pub field_count: usize,
}

/// A cell whose text differs from the bytes of the file, because a quote is doubled or text follows
/// its closing quote.
struct Rewritten {
    place: usize,
    start: usize,
    end: usize,
}

/// One record, borrowed from the scanner until the next record.
pub(crate) struct CsvRecord<'a> {
    scanned: &'a [u8],
    start: usize,
    /// The end of each cell.
    ends: &'a [usize],
    rewritten: &'a [Rewritten],
    rewritten_text: &'a [u8],
    quotes: bool,
    /// The line on which the record begins, counted from 0 at the start of the scan.
    pub line: u32,
    /// The number of line ends inside the record.
    pub line_ends: u32,
}

impl<'a> CsvRecord<'a> {
    /// The number of cells.
    #[inline]
    pub fn fields(&self) -> usize {
        self.ends.len()
    }

    /// The end of the record in the scanned bytes.
    #[inline]
    pub fn end(&self) -> usize {
        self.ends.last().copied().unwrap_or(self.start)
    }

    /// The bytes of the record, without the line feed.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        &self.scanned[self.start..self.end()]
    }

    /// The cell at a place, without its quotes; empty if the record is too short.
    #[inline]
    pub fn cell(&self, place: usize) -> &'a [u8] {
        if let Some(cell) = self.rewritten.iter().find(|cell| cell.place == place) {
            return &self.rewritten_text[cell.start..cell.end];
        }
        let Some(end) = self.ends.get(place) else { return &[] };
        let start = if place == 0 { self.start } else { self.ends[place - 1] + 1 };
        match &self.scanned[start..*end] {
            [QUOTE, inside @ .., QUOTE] | [QUOTE, inside @ .., QUOTE, b'\r'] if self.quotes => inside,
            text => text,
        }
    }
}

/// The reason why a scan stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanEnd {
    /// The next record begins at or after the requested end.
    Reached,
    /// The bytes end inside a record.
    Incomplete,
    /// The bytes are the last of the file and end inside quotes that open on this line (from 0).
    UnclosedQuote { line: u32 },
    /// A record that begins on this line (from 0) exceeds a limit.
    TooLong { line: u32 },
}

impl ScanEnd {
    /// The fault that a scan ends with, if it does. `lines_before` is the number of lines of the file
    /// before the scanned bytes.
    pub fn fault(self, lines_before: u64, section: Source) -> Option<ExportFault> {
        match self {
            Self::UnclosedQuote { line } => {
                Some(ExportFault::UnclosedQuote { line: lines_before + u64::from(line) + 1, section })
            }
            Self::TooLong { line } => {
                Some(ExportFault::RecordTooLong { line: lines_before + u64::from(line) + 1, section })
            }
            Self::Reached | Self::Incomplete => None,
        }
    }
}

/// The result of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// The start of the next record.
    pub next_record_start: usize,
    /// The number of line feeds before `end`.
    pub lines: u32,
    pub stop: ScanEnd,
}

/// Reads the records of `bytes` that begin in `from..until`; `from` must be the start of a record.
///
/// If `last` is true, no bytes follow, and a record without a line end is complete.
pub(crate) fn scan(
    bytes: &[u8],
    from: usize,
    until: usize,
    last: bool,
    layout: &CsvLayout,
    mut visit: impl FnMut(&CsvRecord),
) -> Scanned {
    let mut specials = SpecialPositions::new(bytes, from, layout);
    let mut ends = Vec::with_capacity(layout.field_count);
    let (mut rewritten, mut rewritten_text) = (Vec::new(), Vec::new());
    let (mut start, mut line) = (from, 0);

    while start < until && start < bytes.len() {
        let mut lines = 0;
        let mut cell_start = start;
        ends.clear();
        if !rewritten.is_empty() {
            rewritten.clear();
            rewritten_text.clear();
        }

        let end = loop {
            let at = match specials.next() {
                Some(at) => at,
                None if last => break bytes.len(),
                None => return incomplete_scan(bytes, start, line),
            };
            match bytes[at] {
                b'\n' => break at,
                QUOTE if at == cell_start => {
                    let opening_line = line + lines;
                    let quoted = match find_closing_quote(bytes, &mut specials, last, &mut lines) {
                        ClosingQuote::At(quoted) => quoted,
                        ClosingQuote::TooManyLines => {
                            return Scanned { next_record_start: start, lines: line, stop: ScanEnd::TooLong { line } };
                        }
                        ClosingQuote::Never if last => {
                            let stop = ScanEnd::UnclosedQuote { line: opening_line };
                            return Scanned { next_record_start: start, lines: line, stop };
                        }
                        ClosingQuote::Never => return incomplete_scan(bytes, start, line),
                    };
                    let rest = bytes.get(quoted.close + 1..).unwrap_or_default();
                    let ends_here = match rest {
                        [] | [b'\n', ..] | [b'\r', b'\n', ..] => true,
                        [b'\r'] => last,
                        [byte, ..] => *byte == layout.delimiter,
                    };
                    if quoted.doubled || !ends_here {
                        let place = ends.len();
                        let from = rewritten_text.len();
                        unescape_quotes(&bytes[cell_start + 1..quoted.close], &mut rewritten_text);
                        // The text between the closing quote and the end of the cell is kept.
                        let until = memchr::memchr2(layout.delimiter, b'\n', rest).unwrap_or(rest.len());
                        rewritten_text.extend_from_slice(&rest[..until]);
                        rewritten.push(Rewritten { place, start: from, end: rewritten_text.len() });
                    }
                }
                QUOTE => {}
                _ => {
                    ends.push(at);
                    cell_start = at + 1;
                }
            }
        };
        ends.push(end);

        let carriage_return = usize::from(bytes[start..end].ends_with(b"\r"));
        if end - start - carriage_return > MAX_RECORD_BYTES {
            return Scanned { next_record_start: start, lines: line, stop: ScanEnd::TooLong { line } };
        }
        if !matches!(&bytes[start..end], [] | [b'\r']) {
            let record = CsvRecord {
                scanned: bytes,
                start,
                ends: &ends,
                rewritten: &rewritten,
                rewritten_text: &rewritten_text,
                quotes: layout.quotes,
                line,
                line_ends: lines,
            };
            visit(&record);
        }
        line += lines + u32::from(end < bytes.len());
        start = (end + 1).min(bytes.len());
    }
    Scanned { next_record_start: start, lines: line, stop: ScanEnd::Reached }
}

/// The result of a scan whose last record is incomplete.
fn incomplete_scan(bytes: &[u8], start: usize, line: u32) -> Scanned {
    let too_long = bytes.len() - start > MAX_RECORD_BYTES + 2;
    let stop = if too_long { ScanEnd::TooLong { line } } else { ScanEnd::Incomplete };
    Scanned { next_record_start: start, lines: line, stop }
}

/// The position of a closing quote.
struct ClosingQuotePosition {
    close: usize,
    /// Whether the text contains a doubled quote.
    doubled: bool,
}

enum ClosingQuote {
    At(ClosingQuotePosition),
    /// The record exceeds the limit of lines.
    TooManyLines,
    /// These bytes contain no closing quote.
    Never,
}

/// Reads from an opening quote to its closing quote, and counts the lines between them.
fn find_closing_quote(bytes: &[u8], specials: &mut SpecialPositions, last: bool, lines: &mut u32) -> ClosingQuote {
    let mut doubled = false;
    while let Some(at) = specials.next() {
        match bytes[at] {
            b'\n' => {
                *lines += 1;
                if *lines >= MAX_RECORD_LINES {
                    return ClosingQuote::TooManyLines;
                }
            }
            QUOTE if bytes.get(at + 1) == Some(&QUOTE) => {
                doubled = true;
                specials.next();
            }
            // The last byte may be the first half of a doubled quote.
            QUOTE if at + 1 < bytes.len() || last => {
                return ClosingQuote::At(ClosingQuotePosition { close: at, doubled });
            }
            QUOTE => return ClosingQuote::Never,
            _ => {}
        }
    }
    ClosingQuote::Never
}

/// Writes the text inside quotes, with each doubled quote reduced to one.
fn unescape_quotes(mut inside: &[u8], text: &mut Vec<u8>) {
    while let Some(quote) = memchr::memchr(QUOTE, inside) {
        text.extend_from_slice(&inside[..=quote]);
        inside = inside.get(quote + 2..).unwrap_or_default();
    }
    text.extend_from_slice(inside);
}

/// Guesses the first record that begins at or after `from`, where the state of the parser is
/// unknown. The caller checks the guess, so a wrong guess costs only time.
///
/// Two scans start, one as if `from` were outside quotes and one as if it were inside. If both
/// begin a record at the same place, this place is the guess. The second scan stops if its record
/// would exceed the limit of lines. If quotes are text, every line begins a record.
pub(crate) fn guess_record_start(bytes: &[u8], from: usize, layout: &CsvLayout) -> usize {
    #[derive(Clone, Copy, PartialEq)]
    enum ScanState {
        CellStart(usize),
        Text,
        Quoted,
        /// A quote inside quotes, at this place: it ends the cell unless a second quote follows.
        Quote(usize),
    }

    if !layout.quotes {
        let Some(before) = from.checked_sub(1) else { return 0 };
        return memchr::memchr(b'\n', &bytes[before..]).map_or(bytes.len(), |at| before + at + 1);
    }
    let step = |state: ScanState, at: usize, byte: u8| match (state, byte) {
        (ScanState::Quote(quote), QUOTE) if at == quote + 1 => ScanState::Quoted,
        (ScanState::Quoted, QUOTE) => ScanState::Quote(at),
        (ScanState::Quoted, _) => ScanState::Quoted,
        (ScanState::CellStart(start), QUOTE) if at == start => ScanState::Quoted,
        (_, QUOTE) => ScanState::Text,
        _ => ScanState::CellStart(at + 1),
    };
    let previous = from.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let at_cell_start = previous.is_none_or(|byte| byte == layout.delimiter || byte == b'\n');
    let mut outside = if at_cell_start { ScanState::CellStart(from) } else { ScanState::Text };
    let mut inside = ScanState::Quoted;
    let mut lines = u32::from(previous == Some(b'\n'));
    let mut first = (previous == Some(b'\n')).then_some(from);

    let mut specials = SpecialPositions::new(bytes, from, layout);
    while let Some(at) = specials.next() {
        let byte = bytes[at];
        outside = step(outside, at, byte);
        inside = step(inside, at, byte);
        if byte == b'\n' {
            if outside == inside {
                return at + 1;
            }
            lines += 1;
            if outside == ScanState::CellStart(at + 1) {
                first = first.or(Some(at + 1));
            }
            if lines >= MAX_RECORD_LINES
                && let Some(first) = first
            {
                return first;
            }
        }
    }
    first.unwrap_or(bytes.len())
}

/// The number of lines inside a record that look like records, as a stray opening quote causes.
/// `None` if the record does not look like several records. Call it only for a record that spans
/// lines.
///
/// A line inside a quoted cell looks like a record if it has as many delimiters as a record of
/// `fields` cells. The first and the last line share the quotes of the record, so both must look
/// like a record. One of them would not suffice: a note in the first or the last cell makes one of
/// them look so.
pub(crate) fn swallowed_lines(record: &[u8], delimiter: u8, fields: usize) -> Option<u32> {
    let mut lines = record.split(|byte| *byte == b'\n');
    let (first, last) = (lines.next()?, lines.next_back()?);
    let is_text = |line: &&[u8]| {
        memchr::memchr_iter(delimiter, line).count() + 1 == fields
            && memchr::memchr_iter(QUOTE, line).count().is_multiple_of(2)
            && (memchr::memmem::find_iter(line, b"\"\"").count() * 2 == memchr::memchr_iter(QUOTE, line).count())
    };
    let between = lines.filter(is_text).count();
    let is_record = |line| cells_of_line(line, delimiter) == fields;
    let looks_so = between > 0 || (is_record(first) && is_record(last));
    looks_so.then(|| u32::try_from(between).unwrap_or(u32::MAX))
}

/// The number of cells of a line on its own. An unclosed quote is text.
pub(crate) fn cells_of_line(line: &[u8], delimiter: u8) -> usize {
    let mut cells = 1;
    let mut rest = line;
    loop {
        if let [QUOTE, inside @ ..] = rest
            && let Some(length) = quoted_length(inside)
        {
            rest = &inside[length..];
        }
        let Some(end) = memchr::memchr(delimiter, rest) else { return cells };
        rest = &rest[end + 1..];
        cells += 1;
    }
}

/// The length of a quoted text with its closing quote.
fn quoted_length(inside: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let quote = from + memchr::memchr(QUOTE, &inside[from..])?;
        if inside.get(quote + 1) != Some(&QUOTE) {
            return Some(quote + 1);
        }
        from = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn layout(quotes: bool) -> CsvLayout {
        CsvLayout { delimiter: b',', quotes, column_indices: Vec::new(), field_count: 8 }
    }

    fn check(text: &str, expected: Expect) {
        check_with(&layout(true), text, expected);
    }

    #[expect(clippy::needless_pass_by_value, reason = "an expectation is written in the call")]
    fn check_with(layout: &CsvLayout, text: &str, expected: Expect) {
        let mut lines = Vec::new();
        let scanned = scan(text.as_bytes(), 0, text.len(), true, layout, |record| {
            let cells: Vec<_> = (0..record.fields()).map(|place| String::from_utf8_lossy(record.cell(place))).collect();
            lines.push(format!("{} {cells:?}", record.line));
        });
        lines.push(format!("{:?} after {} lines", scanned.stop, scanned.lines));
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn plain_cells_and_both_line_ends() {
        check(
            "a,b\r\nc,\n,d",
            expect![[r#"
            0 ["a", "b\r"]
            1 ["c", ""]
            2 ["", "d"]
            Reached after 2 lines"#]],
        );
    }

    #[test]
    fn quoted_line_ends_delimiters_and_doubled_quotes() {
        check(
            "\"a\n,b\",\"say \"\"x\"\"\"\r\n\"\",\"c\"d\n",
            expect![[r#"
            0 ["a\n,b", "say \"x\"\r"]
            2 ["", "cd"]
            Reached after 3 lines"#]],
        );
    }

    #[test]
    fn a_quote_inside_an_unquoted_cell_is_text() {
        check(
            "5\" pipe,b\"\n \"x\",y\n",
            expect![[r#"
            0 ["5\" pipe", "b\""]
            1 [" \"x\"", "y"]
            Reached after 2 lines"#]],
        );
    }

    #[test]
    fn without_quotes_a_quote_is_text() {
        check_with(
            &layout(false),
            "\"a,b\nc\",\"d\"\r\n\"\",\n",
            expect![[r#"
            0 ["\"a", "b"]
            1 ["c\"", "\"d\"\r"]
            2 ["\"\"", ""]
            Reached after 3 lines"#]],
        );
        let text = "\"a,b\n".repeat(200);
        for from in 0..600 {
            let guess = guess_record_start(text.as_bytes(), from, &layout(false));
            assert_eq!(guess, from.next_multiple_of(5));
        }
    }

    #[test]
    fn lines_that_look_like_records_are_counted() {
        let lines = |record: &str, fields| swallowed_lines(record.as_bytes(), b',', fields);
        // Two stray quotes in the last cell, on the same line or lines apart; text may follow the
        // closing one.
        assert_eq!(lines("1,2,\"x\n1,2,3\n1,2,3\n1,2,\"x", 3), Some(2));
        assert_eq!(lines("1,2,\"x\n1,2,\"x", 3), Some(0));
        assert_eq!(lines("1,2,\"x\n1,2,\"x\"\r", 3), Some(0));
        // Stray quotes in other cells, also if the number of fields of the record differs.
        assert_eq!(lines("\"1,2,3\n\"1,2,3", 3), Some(0));
        assert_eq!(lines("1,\"2,3\n\"1,2,3", 3), Some(0));
        assert_eq!(lines("1,\"2,3\n1,2,3\n1,\"2,3", 3), Some(1));
        // The second quote opens a cell with a delimiter, or an empty cell is between them.
        assert_eq!(lines("1,2,\"x\n1,\"2,2\",3", 3), Some(0));
        assert_eq!(lines("1,2,\"x\n1,\"\",3\n1,2,\"x", 3), Some(1));
        // Three stray quotes: the second line closes one and opens another.
        assert_eq!(lines("1,2,\"x\n1,\"2,\"3\n1,2,\"3", 3), Some(0));
        // A cell with intended lines: in the first, in the last, and in two cells.
        assert_eq!(lines("\"a\nb\nc\",2,3", 3), None);
        assert_eq!(lines("1,2,\"a, b\nc, d\n\"", 3), None);
        assert_eq!(lines("\"a\nb\",2,\"c\nd\"", 3), None);
        assert_eq!(lines("1,\"a\nb\",3", 3), None);
    }

    #[test]
    fn empty_lines_are_no_records() {
        check(
            "\na\n\r\n\nb\n\n",
            expect![[r#"
            1 ["a"]
            4 ["b"]
            Reached after 6 lines"#]],
        );
    }

    #[test]
    fn a_quote_never_closed_is_named_by_its_line() {
        check(
            "a,b\nc,\"d\ne,f\n",
            expect![[r#"
            0 ["a", "b"]
            UnclosedQuote { line: 1 } after 1 lines"#]],
        );
    }

    #[test]
    fn records_over_a_limit_stop_the_scan() {
        let lines = format!("a\n\"{}\",b\n", "\n".repeat(1_000));
        check(
            &lines,
            expect![[r#"
            0 ["a"]
            TooLong { line: 1 } after 1 lines"#]],
        );
        let bytes = format!("a\n{}\n", "x".repeat(MAX_RECORD_BYTES + 1));
        check(
            &bytes,
            expect![[r#"
            0 ["a"]
            TooLong { line: 1 } after 1 lines"#]],
        );
    }

    #[test]
    fn guesses_are_right_in_ordinary_files() {
        let plain = "aa,bb\n".repeat(2_000);
        assert_eq!(guess_record_start(plain.as_bytes(), 8, &layout(true)), 12);
        let quoted = "\"a,\n\",\"b\"\n".repeat(50);
        for from in 1..400 {
            let guess = guess_record_start(quoted.as_bytes(), from, &layout(true));
            assert_eq!(guess % 10, 0, "from {from}");
            assert!(guess >= from, "from {from}");
        }
    }
}
