/*!
Records and cells of a piece of CSV (RFC 4180, with the leniencies of SPEC §2).

The bytes that can mean something (delimiter, quote, line feed) are found sixty-four at a time as a
bit mask; everything between them is never looked at. `simd-csv`, which does the same, takes a quote
inside an unquoted cell for the start of a quoted part; here it is text, as in spreadsheets.
*/

use wide::u8x64;

/// The longest record that is read, in bytes.
pub(in crate::ingest) const MAX_RECORD_BYTES: usize = 1 << 20;

/// The most lines that one record may span.
pub(in crate::ingest) const MAX_RECORD_LINES: u32 = 1_000;

const QUOTE: u8 = b'"';

/// The positions of delimiters, quotes and line feeds, in order.
struct Specials<'a> {
    bytes: &'a [u8],
    delimiter: u8x64,
    /// Where the block behind `mask` begins.
    base: usize,
    /// The positions of the block that have not been handed out.
    mask: u64,
}

impl<'a> Specials<'a> {
    fn new(bytes: &'a [u8], from: usize, delimiter: u8) -> Self {
        let mut specials = Self { bytes, delimiter: u8x64::splat(delimiter), base: from, mask: 0 };
        specials.mask = specials.load();
        specials
    }

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
        let special =
            block.simd_eq(self.delimiter) | block.simd_eq(u8x64::splat(b'\n')) | block.simd_eq(u8x64::splat(QUOTE));
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

/// Where a wanted cell lies: in the bytes scanned, or among the cells that had to be rewritten.
#[derive(Clone, Copy, Default)]
struct Cell {
    start: u32,
    end: u32,
    rewritten: bool,
}

/// Which columns of a file are wanted: the slot of each, by its place in the header.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Layout {
    /// The byte between cells.
    pub delimiter: u8,
    /// One entry for each column of the header; [`Layout::UNWANTED`] for those not read.
    pub slots: Vec<u16>,
}

impl Layout {
    pub const UNWANTED: u16 = u16::MAX;

    /// How many slots there are.
    fn wanted(&self) -> usize {
        let largest = self.slots.iter().filter(|slot| **slot != Self::UNWANTED).max();
        largest.map_or(0, |slot| usize::from(*slot) + 1)
    }
}

/// One record, borrowed from the scanner until the next one is asked for.
pub(in crate::ingest) struct Record<'a> {
    scanned: &'a [u8],
    rewritten: &'a [u8],
    cells: &'a [Cell],
    /// Its bytes, without the line end.
    pub bytes: &'a [u8],
    /// The line on which it begins, counted from 0 at the start of the scan.
    pub line: u32,
    /// How many cells it has, wanted or not.
    pub fields: usize,
}

impl<'a> Record<'a> {
    /// The cell of a slot, without its quotes; empty where the record is too short.
    #[inline]
    pub fn cell(&self, slot: usize) -> &'a [u8] {
        let cell = self.cells[slot];
        let from = if cell.rewritten { self.rewritten } else { self.scanned };
        &from[cell.start as usize..cell.end as usize]
    }
}

/// Why a scan stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Stop {
    /// The next record begins at or after the end that was asked for.
    Reached,
    /// The bytes end inside a record.
    Incomplete,
    /// The bytes end inside quotes that this line (from 0) opens, and they are the last of the file.
    UnclosedQuote { line: u32 },
    /// A record that begins on this line (from 0) is over a limit.
    TooLong { line: u32 },
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Scanned {
    /// Where the next record begins.
    pub end: usize,
    /// Line feeds before `end`.
    pub lines: u32,
    pub stop: Stop,
}

/// Reads the records of `bytes` that begin in `from..until`, `from` being the start of one.
///
/// `last` says that no bytes follow, so that a record without a line end is whole.
pub(in crate::ingest) fn scan(
    bytes: &[u8],
    from: usize,
    until: usize,
    last: bool,
    layout: &Layout,
    mut visit: impl FnMut(&Record),
) -> Scanned {
    let mut specials = Specials::new(bytes, from, layout.delimiter);
    let mut rewritten = Vec::new();
    let mut cells = vec![Cell::default(); layout.wanted()];
    let (mut start, mut line) = (from, 0);

    while start < until && start < bytes.len() {
        let mut fields = 0;
        let mut lines = 0;
        let mut cell_start = start;
        // Where the quotes of the current cell close, and whether a quote inside is doubled.
        let mut closed: Option<usize> = None;
        let mut doubled = false;
        rewritten.clear();
        cells.fill(Cell::default());

        let end = loop {
            let at = match specials.next() {
                Some(at) => at,
                None if last => bytes.len(),
                None => return tail(bytes, start, line),
            };
            let byte = bytes.get(at).copied().unwrap_or(b'\n');
            if byte == QUOTE {
                if at != cell_start || closed.is_some() {
                    continue;
                }
                let opening_line = line + lines;
                closed = loop {
                    match specials.next() {
                        None if last => {
                            let stop = Stop::UnclosedQuote { line: opening_line };
                            return Scanned { end: start, lines: line, stop };
                        }
                        None => return tail(bytes, start, line),
                        Some(at) if bytes[at] == b'\n' => {
                            lines += 1;
                            if lines >= MAX_RECORD_LINES {
                                return Scanned { end: start, lines: line, stop: Stop::TooLong { line } };
                            }
                        }
                        Some(at) if bytes[at] == QUOTE => {
                            if bytes.get(at + 1) != Some(&QUOTE) {
                                // The quote may be the first of two, the second not yet here.
                                if at + 1 == bytes.len() && !last {
                                    return tail(bytes, start, line);
                                }
                                break Some(at);
                            }
                            doubled = true;
                            specials.next();
                        }
                        Some(_) => {}
                    }
                };
                continue;
            }
            let slot = layout.slots.get(fields).copied().unwrap_or(Layout::UNWANTED);
            if slot != Layout::UNWANTED {
                cells[usize::from(slot)] = cell(bytes, cell_start, at, closed, doubled, &mut rewritten);
            }
            fields += 1;
            if byte == b'\n' {
                break at;
            }
            cell_start = at + 1;
            closed = None;
            doubled = false;
        };

        if end - start > MAX_RECORD_BYTES {
            return Scanned { end: start, lines: line, stop: Stop::TooLong { line } };
        }
        let whole = &bytes[start..end];
        let whole = whole.strip_suffix(b"\r").unwrap_or(whole);
        if !whole.is_empty() {
            visit(&Record { scanned: bytes, rewritten: &rewritten, cells: &cells, bytes: whole, line, fields });
        }
        line += lines + u32::from(end < bytes.len());
        start = (end + 1).min(bytes.len());
    }
    Scanned { end: start, lines: line, stop: Stop::Reached }
}

/// The end of a scan whose last record has no end yet.
fn tail(bytes: &[u8], start: usize, line: u32) -> Scanned {
    let too_long = bytes.len() - start > MAX_RECORD_BYTES + 2;
    let stop = if too_long { Stop::TooLong { line } } else { Stop::Incomplete };
    Scanned { end: start, lines: line, stop }
}

/// The cell `start..end` without its quotes. Where a quote inside was doubled, or text follows the
/// closing quote, the text is written out to `rewritten`.
#[inline]
fn cell(bytes: &[u8], start: usize, end: usize, closed: Option<usize>, doubled: bool, rewritten: &mut Vec<u8>) -> Cell {
    let place = |start: usize, end: usize, rewritten| Cell { start: start as u32, end: end as u32, rewritten };
    let Some(close) = closed else { return place(start, end, false) };
    let after = &bytes[close + 1..end];
    if !doubled && (after.is_empty() || after == b"\r") {
        return place(start + 1, close, false);
    }
    let from = rewritten.len();
    let mut inside = &bytes[start + 1..close];
    while let Some(quote) = memchr::memchr(QUOTE, inside) {
        rewritten.extend_from_slice(&inside[..=quote]);
        inside = inside.get(quote + 2..).unwrap_or_default();
    }
    rewritten.extend_from_slice(inside);
    rewritten.extend_from_slice(after);
    place(from, rewritten.len(), true)
}

/// A guess at the first record that begins at or after `from`, in bytes whose state at `from` is
/// not known. A wrong guess costs time and nothing else: who uses it checks it.
///
/// Two scans start, one as if `from` were outside quotes and one as if it were inside; where both
/// begin a record at the same place, it begins one. The second is given up when its record would
/// be over the limit of lines.
pub(in crate::ingest) fn guess_record_start(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        CellStart(usize),
        Text,
        Quoted,
        /// A quote inside quotes, at this place: the end of the cell unless a second one follows.
        Quote(usize),
    }
    let step = |state: State, at: usize, byte: u8| match (state, byte) {
        (State::Quote(quote), QUOTE) if at == quote + 1 => State::Quoted,
        (State::Quoted, QUOTE) => State::Quote(at),
        (State::Quoted, _) => State::Quoted,
        (State::CellStart(start), QUOTE) if at == start => State::Quoted,
        (_, QUOTE) => State::Text,
        _ => State::CellStart(at + 1),
    };
    let previous = from.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let at_cell_start = previous.is_none_or(|byte| byte == delimiter || byte == b'\n');
    let mut outside = if at_cell_start { State::CellStart(from) } else { State::Text };
    let mut inside = State::Quoted;
    let mut lines = u32::from(previous == Some(b'\n'));
    let mut first = (previous == Some(b'\n')).then_some(from);

    let mut specials = Specials::new(bytes, from, delimiter);
    while let Some(at) = specials.next() {
        let byte = bytes[at];
        outside = step(outside, at, byte);
        inside = step(inside, at, byte);
        if byte == b'\n' {
            if outside == inside {
                return at + 1;
            }
            lines += 1;
            if outside == State::CellStart(at + 1) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    #[expect(clippy::needless_pass_by_value, reason = "an expectation is written in the call")]
    fn check(text: &str, expected: Expect) {
        let layout = Layout { delimiter: b',', slots: (0..8).collect() };
        let mut lines = Vec::new();
        let scanned = scan(text.as_bytes(), 0, text.len(), true, &layout, |record| {
            let cells: Vec<_> =
                (0..record.fields.min(8)).map(|slot| String::from_utf8_lossy(record.cell(slot))).collect();
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
        assert_eq!(guess_record_start(plain.as_bytes(), 8, b','), 12);
        let quoted = "\"a,\n\",\"b\"\n".repeat(50);
        for from in 1..400 {
            let guess = guess_record_start(quoted.as_bytes(), from, b',');
            assert_eq!(guess % 10, 0, "from {from}");
            assert!(guess >= from, "from {from}");
        }
    }
}
