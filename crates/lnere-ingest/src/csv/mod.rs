/*!
Reads a CSV export in parallel, from bytes to coded rows.

The file is read once, in order, by blocks. Each block is cut into segments at guessed record
starts, and the segments are read in parallel. Then the guesses are checked: a segment counts only
if it begins where the previous segment ended. Otherwise its part is read again from there. A wrong
guess therefore costs time, but it never loses a record.
*/

pub(super) mod encoding;
mod header;
mod scan;
pub(super) mod survey;
mod utf16;

use std::io::{Cursor, ErrorKind, Read};
use std::sync::Mutex;

use rayon::prelude::*;

use super::accepted_rows::{FileRows, ShardedRows};
use super::export_fault::{ExportFault, SwallowedRecords};
use super::label_cache::RecordFindings;
use super::record_rules::{RecordRule, Rejection, RuleCounts};
use super::record_validation::{CellDecoder, FileContext, RecordFault, SourceContract, forced_encoding};
use encoding::{Encoding, EncodingEvidence};
use lnere_core::process::{EncodingChoice, Source, SourceColumn};
use scan::{CsvLayout, CsvRecord, MAX_RECORD_BYTES, ScanEnd, Scanned, guess_record_start, scan, swallowed_lines};
use utf16::{ByteOrder, Utf16Reader};

/// The size of a block in bytes. The inputs of the fuzzer are small but must still have many
/// blocks.
const BLOCK_BYTES: usize = if cfg!(fuzzing) { 192 } else { 16 << 20 };

/// The bytes that are read and hashed at a time. They fit into the cache of a core.
const READ_BYTES: usize = if cfg!(fuzzing) { 64 } else { 256 << 10 };

/// The bytes of a block that one task reads.
const SEGMENT_BYTES: usize = if cfg!(fuzzing) { 32 } else { 1 << 20 };

/// The most bytes of empty lines and of records without a cell. A spreadsheet adds some MiB of
/// them. A compressed file of some kilobytes can hold terabytes, which would take minutes to skip.
const MAX_BLANK_BYTES: u64 = 64 << 20;

/// The space before a block for the unfinished record of the previous block.
const HEADROOM: usize = MAX_RECORD_BYTES + 4;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads a whole export.
///
/// `reopen` opens the file again from its start. It is needed only if the blocks read so far do not
/// determine the encoding.
pub(super) fn read<C: SourceContract>(
    reader: impl Read + Send,
    reopen: impl Fn() -> Result<Box<dyn Read>, ExportFault> + Sync,
    context: &FileContext,
) -> Result<FileRows<C::Row>, ExportFault> {
    let contract = C::export(context.process);
    let (mut reader, is_utf16) = to_utf8_reader(reader, contract.encoding, C::Column::SOURCE)?;
    let mut block = FileBlock::with_memory(context.blocks.take().unwrap_or_default());
    block.fill(&mut reader)?;
    let mut encoding = if is_utf16 { Some(Encoding::Utf8) } else { forced_encoding(contract.encoding) };
    if block.rest().starts_with(BOM) {
        encoding = encoding.or(Some(Encoding::Utf8));
        block.start += BOM.len();
    }

    let head = header::read(contract, block.rest(), block.is_last, encoding)?;
    let mut line = u64::from(head.lines);
    if encoding.is_none() {
        encoding = decide_encoding(encoding::encoding_evidence(&block.rest()[..head.end]), &reopen)?;
    }
    block.start += head.end;

    let file = Reader::<C> { context, layout: &head.layout, workers: Pool::default() };
    let mut rows = FileRows::new(context);
    let mut next = FileBlock::with_memory(context.blocks.take().unwrap_or_default());
    let mut blank = 0_u64;
    loop {
        // The next block is read from the disk while this block is parsed.
        let (parsed, filled) = rayon::join(
            || -> Result<_, ExportFault> {
                let mut parsed = file.read_block(&block, encoding);
                if encoding.is_none() {
                    encoding = decide_encoding(parsed.evidence, &reopen)?;
                    if encoding == Some(Encoding::Windows1252) {
                        parsed = file.read_block(&block, encoding);
                    }
                }
                Ok(parsed)
            },
            || if block.is_last { Ok(()) } else { next.fill(&mut reader) },
        );
        let parsed = parsed?;
        let Scanned { next_record_start: end, lines, stop } = parsed.scan_result;
        for mut segment in parsed.segments {
            segment.rows.lines_before += line;
            rows.append(segment.rows, segment.rejections.into_iter().map(|r| Rejection { line: r.line + line, ..r }));
            rows.records_read += segment.records_read;
            blank += segment.blank;
            rows.counts.merge(&segment.counts);
            rows.record_findings.merge(segment.findings);
            rows.cut_record_line = segment.cut_record_line.map(|at| at + line);
            merge_swallowed(&mut rows.swallowed, segment.swallowed.map(|swallowed| shift_lines(swallowed, line)));
        }
        rows.check_limits(context)?;
        if blank > MAX_BLANK_BYTES {
            return Err(too_many_blank_lines_fault());
        }
        if let Some(fault) = stop.fault(line, C::Column::SOURCE) {
            return Err(fault);
        }
        line += u64::from(lines);
        filled?;
        if block.is_last {
            break;
        }
        next.prepend(&block.rest()[end..]);
        std::mem::swap(&mut block, &mut next);
    }
    // A file of one block leaves the other without memory.
    let used = [block.bytes, next.bytes].into_iter().filter(|bytes| !bytes.is_empty());
    used.for_each(|bytes| context.blocks.give_back(bytes));
    if rows.records_read == 0 {
        return Err(ExportFault::NoRecords);
    }
    rows.record_findings.diagnosis.expect_fields(head.layout.field_count);
    Ok(rows)
}

/// The bytes of a text export, with UTF-16 converted to UTF-8, and whether it was UTF-16. A
/// byte-order mark decides. Without a mark the process file decides.
fn to_utf8_reader<'a>(
    mut reader: impl Read + Send + 'a,
    choice: EncodingChoice,
    section: Source,
) -> Result<(Box<dyn Read + Send + 'a>, bool), ExportFault> {
    let mut first = Vec::with_capacity(4);
    reader.by_ref().take(4).read_to_end(&mut first)?;
    let (order, mark) = match first[..] {
        [0xff, 0xfe, 0, 0] | [0, 0, 0xfe, 0xff] => return Err(ExportFault::Utf32),
        [0xff, 0xfe, ..] => (Some(ByteOrder::Little), 2),
        [0xfe, 0xff, ..] => (Some(ByteOrder::Big), 2),
        [0xef, 0xbb, 0xbf, ..] => (None, 0),
        [0, second, ..] if choice == EncodingChoice::Utf16 && second != 0 => (Some(ByteOrder::Big), 0),
        // A header in UTF-16 has a zero in every second byte.
        [a, b, c, d] if choice == EncodingChoice::Utf16 && [a, b, c, d].iter().all(|byte| matches!(byte, 1..=0x7f)) => {
            return Err(ExportFault::NoUtf16 { section });
        }
        _ if choice == EncodingChoice::Utf16 => (Some(ByteOrder::Little), 0),
        _ => (None, 0),
    };
    let bytes = Cursor::new(first.split_off(mark)).chain(reader);
    Ok(match order {
        Some(order) => (Box::new(Utf16Reader::new(bytes, order)), true),
        None => (Box::new(bytes), false),
    })
}

/// The fault of an export that consists mostly of empty lines.
fn too_many_blank_lines_fault() -> ExportFault {
    ExportFault::TooManyBlankLines { limit_mib: MAX_BLANK_BYTES >> 20 }
}

/// Adds the records of a later part to those found before it.
fn merge_swallowed(found: &mut Option<SwallowedRecords>, later: Option<SwallowedRecords>) {
    match (found.as_mut(), later) {
        (Some(found), Some(later)) => found.records += later.records,
        (None, later) => *found = later,
        (Some(_), None) => {}
    }
}

/// The same records, with their lines counted from `lines` lines earlier.
fn shift_lines(swallowed: SwallowedRecords, lines: u64) -> SwallowedRecords {
    SwallowedRecords { line: swallowed.line + lines, last_line: swallowed.last_line + lines, ..swallowed }
}

/// Decides the encoding from the evidence of a part. If it contradicts UTF-8, the whole file is
/// read for evidence.
fn decide_encoding(
    evidence: EncodingEvidence,
    reopen: &impl Fn() -> Result<Box<dyn Read>, ExportFault>,
) -> Result<Option<Encoding>, ExportFault> {
    match evidence {
        EncodingEvidence::Ascii => Ok(None),
        EncodingEvidence::Utf8 | EncodingEvidence::BrokenUtf8 => Ok(Some(Encoding::Utf8)),
        EncodingEvidence::NotUtf8 => match encoding::detect_in_file(reopen()?, MAX_BLANK_BYTES)? {
            Some(encoding) => Ok(Some(encoding)),
            None => Err(too_many_blank_lines_fault()),
        },
    }
}

/// The memory of blocks, kept from one export to the next. If each export freed its blocks, the
/// allocator of the C library would keep all smaller memory for itself too, which adds a third to
/// the peak.
pub(super) type BlockPool = Pool<Vec<u8>>;

/// Values that threads take, and give back for later use.
#[derive(Debug)]
pub(super) struct Pool<T> {
    free: Mutex<Vec<T>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { free: Mutex::default() }
    }
}

impl<T> Pool<T> {
    fn take(&self) -> Option<T> {
        self.free.lock().ok().and_then(|mut free| free.pop())
    }

    fn give_back(&self, value: T) {
        if let Ok(mut free) = self.free.lock() {
            free.push(value);
        }
    }
}

/// A block of the file, with headroom for the unfinished record before it.
#[derive(Default)]
struct FileBlock {
    bytes: Vec<u8>,
    /// The offset of the first byte to read.
    start: usize,
    /// The offset behind the last byte of the file in the block.
    end: usize,
    /// Whether the block is the last of the file.
    is_last: bool,
}

impl FileBlock {
    /// A block without content that uses the memory of an earlier one.
    fn with_memory(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Reads the next block. The system provides the memory page by page when it is first written,
    /// so a small file occupies little of it.
    fn fill(&mut self, reader: &mut impl Read) -> Result<(), ExportFault> {
        const FULL: usize = HEADROOM + BLOCK_BYTES;
        (self.start, self.end) = (HEADROOM, HEADROOM);
        if self.bytes.is_empty() {
            self.bytes = vec![0; FULL];
        }
        while self.end < FULL {
            let until = FULL.min(self.end + READ_BYTES);
            match reader.read(&mut self.bytes[self.end..until]) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.is_last = self.end < FULL;
        Ok(())
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Puts the unfinished record of the previous block in front. It fits, because the scan refuses
    /// longer records.
    fn prepend(&mut self, tail: &[u8]) {
        self.start = HEADROOM - tail.len();
        self.bytes[self.start..HEADROOM].copy_from_slice(tail);
    }
}

/// Reads the blocks of one file.
struct Reader<'a, C: SourceContract> {
    context: &'a FileContext<'a>,
    layout: &'a CsvLayout,
    /// The state of each working thread, kept between segments.
    workers: Pool<Worker<'a, C::Row>>,
}

/// The state that a thread keeps between segments: its decoder and a buffer of rows.
struct Worker<'a, R> {
    decoder: CellDecoder<'a>,
    rows: Vec<R>,
}

/// The rows of one segment.
struct SegmentResult<R> {
    rows: ShardedRows<R>,
    rejections: Vec<Rejection>,
    counts: RuleCounts,
    findings: RecordFindings,
    swallowed: Option<SwallowedRecords>,
    /// The line of an incomplete last record of the file.
    cut_record_line: Option<u64>,
    records_read: u64,
    /// The number of bytes outside records.
    blank: u64,
    scan_result: Scanned,
    start: usize,
    evidence: EncodingEvidence,
}

struct BlockResult<R> {
    segments: Vec<SegmentResult<R>>,
    scan_result: Scanned,
    evidence: EncodingEvidence,
}

impl<'a, C: SourceContract> Reader<'a, C> {
    /// Reads a block; the lines in the result are counted from its start.
    fn read_block(&self, block: &FileBlock, encoding: Option<Encoding>) -> BlockResult<C::Row> {
        let bytes = block.rest();
        let cuts: Vec<usize> = (0..bytes.len().div_ceil(SEGMENT_BYTES))
            .into_par_iter()
            .map(|index| match index {
                0 => 0,
                _ => guess_record_start(bytes, index * SEGMENT_BYTES, self.layout),
            })
            .collect();
        let until = |index: usize| cuts.get(index + 1).copied().unwrap_or(bytes.len());
        let guessed: Vec<_> = (0..cuts.len())
            .into_par_iter()
            .map(|index| self.read_segment(block, cuts[index], until(index), encoding))
            .collect();

        let mut read = BlockResult {
            segments: Vec::with_capacity(guessed.len()),
            scan_result: Scanned { next_record_start: 0, lines: 0, stop: ScanEnd::Reached },
            evidence: EncodingEvidence::Ascii,
        };
        for (index, guess) in guessed.into_iter().enumerate() {
            let at = read.scan_result.next_record_start;
            if at >= until(index) {
                continue;
            }
            let mut segment =
                if guess.start == at { guess } else { self.read_segment(block, at, until(index), encoding) };
            let lines = read.scan_result.lines;
            segment.rows.lines_before = u64::from(lines);
            segment.rejections.iter_mut().for_each(|rejection| rejection.line += u64::from(lines));
            segment.swallowed = segment.swallowed.map(|swallowed| shift_lines(swallowed, u64::from(lines)));
            segment.cut_record_line = segment.cut_record_line.map(|line| line + u64::from(lines));
            let stop = match segment.scan_result.stop {
                ScanEnd::UnclosedQuote { line } => ScanEnd::UnclosedQuote { line: line + lines },
                ScanEnd::TooLong { line } => ScanEnd::TooLong { line: line + lines },
                other => other,
            };
            read.scan_result = Scanned {
                next_record_start: segment.scan_result.next_record_start,
                lines: lines + segment.scan_result.lines,
                stop,
            };
            read.evidence = combine_evidence(read.evidence, segment.evidence);
            read.segments.push(segment);
            if stop != ScanEnd::Reached {
                break;
            }
        }
        read
    }

    /// Reads the records that begin in `start..until`; lines are counted from `start`.
    fn read_segment(
        &self,
        block: &FileBlock,
        start: usize,
        until: usize,
        encoding: Option<Encoding>,
    ) -> SegmentResult<C::Row> {
        let bytes = block.rest();
        let mut worker = self.worker(encoding.unwrap_or(Encoding::Utf8));
        let Worker { decoder, rows } = &mut worker;
        // A block may end inside a multi-byte sequence, so its last line is checked with the next
        // block.
        let part = bytes.get(start..until).unwrap_or_default();
        let whole = if block.is_last { part.len() } else { memchr::memrchr(b'\n', part).unwrap_or(0) };
        let mut evidence = match encoding {
            Some(Encoding::Windows1252) => EncodingEvidence::Ascii,
            None | Some(Encoding::Utf8) => encoding::encoding_evidence(&part[..whole]),
        };
        let check_records = matches!(evidence, EncodingEvidence::BrokenUtf8 | EncodingEvidence::NotUtf8);
        // Every byte is a character in Windows-1252.
        let may_be_broken = encoding != Some(Encoding::Windows1252);
        let mut rejections = Vec::new();
        let mut counts = RuleCounts::default();
        let mut swallowed = None;
        let mut cut_record_line = None;
        let mut records_read = 0;
        let mut taken = 0;
        let scanned = scan(bytes, start, until, block.is_last, self.layout, |record| {
            if self.is_blank(decoder, record) {
                return;
            }
            records_read += 1;
            taken += record.bytes().len() + 1;
            if record.line_ends > 0 {
                merge_swallowed(&mut swallowed, self.find_swallowed_lines(record));
            }
            match self.validate_record(
                decoder,
                record,
                may_be_broken && (check_records || record.end() > start + whole),
            ) {
                Ok(row) => rows.push(row),
                Err(fault) => {
                    counts.add(fault.rule);
                    let line = u64::from(record.line) + 1;
                    rejections.push(Rejection { line, rule: fault.rule, column: fault.column });
                    // The record has no line end.
                    if block.is_last && record.end() == bytes.len() && self.is_cut(record, fault) {
                        cut_record_line = Some(line);
                    }
                }
            }
        });
        if encoding != Some(Encoding::Windows1252) && scanned.next_record_start > start + whole {
            evidence = combine_evidence(
                evidence,
                encoding::encoding_evidence(&bytes[start + whole..scanned.next_record_start]),
            );
        }
        let segment = ShardedRows::partition(rows);
        rows.clear();
        let findings = std::mem::take(&mut decoder.findings);
        self.workers.give_back(worker);
        let blank = scanned.next_record_start.saturating_sub(start + taken) as u64;
        SegmentResult {
            rows: segment,
            rejections,
            counts,
            findings,
            swallowed,
            cut_record_line,
            records_read,
            blank,
            scan_result: scanned,
            start,
            evidence,
        }
    }

    /// Whether every cell is empty, so that the line is not a record. The first cell decides nearly
    /// always, because nearly every record begins with a folio.
    #[inline]
    fn is_blank(&self, decoder: &CellDecoder, record: &CsvRecord) -> bool {
        let may_be = match record.bytes() {
            [first, ..] => {
                !first.is_ascii_alphanumeric() || *first == self.layout.delimiter || decoder.has_empty_words()
            }
            [] => true,
        };
        may_be && decoder.are_empty((0..record.fields()).map(|place| record.cell(place)))
    }

    /// Whether the rejected last record of a file is incomplete: it ends before its last cell, or
    /// inside a date in the last cell.
    #[cold]
    fn is_cut(&self, record: &CsvRecord, fault: RecordFault) -> bool {
        let is_last =
            |column: u8| self.layout.column_indices.get(usize::from(column)) == Some(&(self.layout.field_count - 1));
        let is_short_date = fault.rule == RecordRule::FechaInvalida && fault.column.is_some_and(is_last);
        record.fields() < self.layout.field_count || is_short_date
    }

    /// The record-like lines inside a record that spans lines, if there are any.
    #[cold]
    fn find_swallowed_lines(&self, record: &CsvRecord) -> Option<SwallowedRecords> {
        let between = swallowed_lines(record.bytes(), self.layout.delimiter, self.layout.field_count)?;
        let line = u64::from(record.line) + 1;
        Some(SwallowedRecords {
            line,
            last_line: line + u64::from(record.line_ends),
            record_like_lines: between,
            records: 1,
        })
    }

    #[inline]
    fn validate_record(
        &self,
        decoder: &mut CellDecoder,
        record: &CsvRecord,
        check: bool,
    ) -> Result<C::Row, RecordFault> {
        let broken = check && std::str::from_utf8(record.bytes()).is_err();
        let other_width = record.fields() != self.layout.field_count;
        if other_width {
            decoder.findings.diagnosis.count_wrong_width(record.fields());
            if record.fields() == self.layout.field_count + 1
                && decoder.trimmed_text(record.cell(self.layout.field_count)).is_empty()
            {
                decoder.findings.diagnosis.count_delimiter_at_end();
            }
        }
        if broken {
            decoder.findings.diagnosis.count_invalid_utf8();
        }
        if broken || other_width {
            return Err(RecordFault { rule: RecordRule::FilaMalformada, column: None });
        }
        C::validate(
            decoder,
            self.context,
            |column| record.cell(self.layout.column_indices[column.index()]),
            record.line,
        )
    }

    fn worker(&self, encoding: Encoding) -> Worker<'a, C::Row> {
        let new = || Worker { decoder: CellDecoder::new::<C>(self.context), rows: Vec::new() };
        let mut worker = self.workers.take().unwrap_or_else(new);
        worker.decoder.set_encoding(encoding);
        worker
    }
}

/// Combines the evidence of two parts of a file.
fn combine_evidence(one: EncodingEvidence, other: EncodingEvidence) -> EncodingEvidence {
    use EncodingEvidence::{Ascii, BrokenUtf8, NotUtf8, Utf8};
    match (one, other) {
        (Ascii, evidence) | (evidence, Ascii) => evidence,
        (Utf8, Utf8) => Utf8,
        (NotUtf8, NotUtf8) => NotUtf8,
        _ => BrokenUtf8,
    }
}
