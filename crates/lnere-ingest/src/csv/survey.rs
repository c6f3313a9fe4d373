/*!
Reads the records of a text export whose columns are not declared yet (`export_survey.rs`).
*/

use std::io::Read;

use super::encoding::{self, Encoding};
use super::header::{DELIMITERS, separator_line};
use super::scan::{CsvLayout, CsvRecord, scan, swallowed_lines};
use super::{BOM, FileBlock, MAX_BLANK_BYTES, to_utf8_reader, too_many_blank_lines_fault};
use crate::export_fault::ExportFault;
use crate::export_survey::{HeaderScore, SurveyTable};
use lnere_core::process::{EncodingChoice, Source};

/// Delimiters that the program does not find by itself, but reads if the process file names them.
const DECLARED_DELIMITERS: [u8; 5] = [b'^', b'~', b'#', 0x1f, 0x01];

/// The bytes at the start of a file in which the header is searched.
const HEADER_BYTES: usize = 256 << 10;

/// The lines that may be the header, and the lines that are compared with them.
const HEADER_LINES: usize = 20;
const COMPARED_LINES: usize = 60;

/// The dialect that was found.
pub(crate) struct TextDialect {
    pub encoding: &'static str,
    pub is_encoding_found: bool,
    pub delimiter: u8,
    pub has_quoted_cells: bool,
    /// Whether a quoted cell has lines that look like records.
    pub has_swallowed_lines: bool,
    /// From 1.
    pub header_line: u64,
}

impl TextDialect {
    /// Whether the program finds the delimiter by itself.
    pub fn is_delimiter_found(&self) -> bool {
        DELIMITERS.contains(&self.delimiter)
    }
}

/// Reads all records; `None` if no line looks like a header.
pub(crate) fn read_records(
    open: &dyn Fn() -> Result<Box<dyn Read + Send>, ExportFault>,
    quotes: bool,
    table: &mut SurveyTable,
) -> Result<Option<TextDialect>, ExportFault> {
    let is_unmarked_utf16 = looks_like_utf16(open()?)?;
    let choice = if is_unmarked_utf16 { EncodingChoice::Utf16 } else { EncodingChoice::Auto };
    // Only faults that cannot occur here name the source.
    let (mut reader, is_utf16) = to_utf8_reader(open()?, choice, Source::Solicitudes)?;
    let encoding = if is_utf16 {
        Encoding::Utf8
    } else {
        encoding::detect_in_file(open()?, MAX_BLANK_BYTES)?.ok_or_else(too_many_blank_lines_fault)?
    };
    let mut block = FileBlock::default();
    block.fill(&mut reader)?;
    if block.rest().starts_with(BOM) {
        block.start += BOM.len();
    }
    let Some(header) = find_header(block.rest(), block.is_last, quotes, encoding, table) else { return Ok(None) };
    table.begin(&header.names);
    let mut dialect = TextDialect {
        encoding: match encoding {
            _ if is_utf16 => "utf-16",
            Encoding::Utf8 => "utf-8",
            Encoding::Windows1252 => "windows-1252",
        },
        is_encoding_found: !is_unmarked_utf16,
        delimiter: header.layout.delimiter,
        has_quoted_cells: header.has_quoted_cells,
        has_swallowed_lines: false,
        header_line: header.line,
    };
    block.start += header.end;
    let mut line = header.line;
    let mut next = FileBlock::default();
    loop {
        let scanned = scan(block.rest(), 0, block.rest().len(), block.is_last, &header.layout, |record| {
            let fields = record.fields();
            let is_blank = (0..fields).all(|place| encoding.trim(record.cell(place)).is_empty());
            if fields != header.names.len() {
                if !is_blank {
                    table.count_other_width();
                }
                return;
            }
            dialect.has_quoted_cells |= has_quoted_cell(record, &header.layout);
            dialect.has_swallowed_lines |=
                record.line_ends > 0 && swallowed_lines(record.bytes(), header.layout.delimiter, fields).is_some();
            table.add_record((0..fields).map(|place| (place, encoding.decode(record.cell(place)))));
        });
        // Only the message names the source, and `init` does not know it yet.
        if let Some(fault) = scanned.stop.fault(line, Source::Solicitudes) {
            return Err(fault);
        }
        line += u64::from(scanned.lines);
        if block.is_last {
            return Ok(Some(dialect));
        }
        next.fill(&mut reader)?;
        next.prepend(&block.rest()[scanned.next_record_start..]);
        std::mem::swap(&mut block, &mut next);
    }
}

/// Whether a cell of a record is written in quotes.
fn has_quoted_cell(record: &CsvRecord, layout: &CsvLayout) -> bool {
    let bytes = record.bytes();
    layout.quotes
        && (bytes.first() == Some(&b'"') || bytes.windows(2).any(|pair| pair[0] == layout.delimiter && pair[1] == b'"'))
}

/// A header that was found.
struct FoundHeader {
    layout: CsvLayout,
    names: Vec<String>,
    has_quoted_cells: bool,
    /// The bytes before the first record.
    end: usize,
    /// From 1.
    line: u64,
}

/// Finds the header: the line and the delimiter under which the most names are known.
fn find_header(
    bytes: &[u8],
    last: bool,
    quotes: bool,
    encoding: Encoding,
    table: &mut SurveyTable,
) -> Option<FoundHeader> {
    let from = separator_line(bytes).map_or(0, |separator| separator.end);
    let lines_before = memchr::memchr_iter(b'\n', &bytes[..from]).count() as u64;
    let mut best: Option<(HeaderScore, FoundHeader)> = None;
    for delimiter in DELIMITERS.into_iter().chain(DECLARED_DELIMITERS) {
        let layout = CsvLayout { delimiter, quotes, column_indices: Vec::new(), field_count: 0 };
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut places: Vec<(usize, u64, bool)> = Vec::new();
        scan(bytes, from, bytes.len().min(from + HEADER_BYTES), last, &layout, |record| {
            let cells: Vec<String> =
                (0..record.fields()).map(|place| encoding.decode(record.cell(place)).trim().to_owned()).collect();
            if lines.len() < COMPARED_LINES && cells.iter().any(|cell| !cell.is_empty()) {
                lines.push(cells);
                places.push((record.end(), u64::from(record.line) + 1, has_quoted_cell(record, &layout)));
            }
        });
        let Some((place, score)) = table.find_header(&lines, HEADER_LINES) else { continue };
        if best.as_ref().is_some_and(|(other, _)| score <= *other) {
            continue;
        }
        let (end, line, has_quoted_cells) = places[place];
        let names = lines.swap_remove(place);
        let layout = CsvLayout { field_count: names.len(), ..layout };
        let end = (end + 1).min(bytes.len());
        best = Some((score, FoundHeader { layout, names, has_quoted_cells, end, line: lines_before + line }));
    }
    best.map(|(_, header)| header)
}

/// Whether a text looks like UTF-16 without a byte-order mark: every second byte is mostly zero.
fn looks_like_utf16(reader: impl Read) -> Result<bool, ExportFault> {
    let mut first = Vec::with_capacity(64);
    reader.take(64).read_to_end(&mut first)?;
    let has_mark = matches!(first[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let zeros = |odd: usize| first.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let most = first.len() / 2 * 3 / 4;
    Ok(!has_mark && first.len() >= 8 && (zeros(0) > most) != (zeros(1) > most))
}
