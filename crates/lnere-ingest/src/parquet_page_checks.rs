/*!
Checks the sizes that the pages of a Parquet column state before the library decodes any page.

The library allocates memory for as many bytes and values as a page states. A damaged or hostile file
of some kilobytes can state gigabytes. Page headers are Thrift in its compact protocol; this module
reads only their sizes and encodings. Delta encodings state a second number of values in the page.
*/

use std::io::{self, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageReader};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;

/// The most bytes of a decompressed page; programs write a hundredth of this.
const MAX_PAGE_BYTES: u64 = if cfg!(fuzzing) { 1 << 20 } else { 128 << 20 };

/// The longest text in a dictionary; a column of the contract needs a hundredth of this.
const MAX_TEXT_BYTES: u64 = 64 << 10;

/// The signature of an LZ4 frame at the start of a page.
const LZ4_FRAME: &[u8] = b"\x04\x22\x4d\x18";

/// The longest LZ4 frame. The programs that wrote frames made pages of 1 MiB. A byte of a frame
/// expands to at most 255 bytes.
const MAX_LZ4_FRAME_BYTES: usize = (1 << 20) + (64 << 10);

/// The buffer for reading a Brotli page, in bytes.
const BROTLI_BUFFER_BYTES: usize = 4 << 10;

/// The deepest nesting of structures; the structures of a page header have depth three.
const MAX_DEPTH: u8 = 8;

/// The encodings that store lengths before texts, with their numbers in page headers.
const DELTA_LENGTH_BYTE_ARRAY: i64 = 6;
const DELTA_BYTE_ARRAY: i64 = 7;

/// The encodings in the headers of a column's pages. The footer also lists encodings, but the
/// library uses the page headers.
#[derive(Clone, Copy, Default)]
pub(super) struct PageEncodings {
    /// A page begins with the lengths of its texts.
    has_lengths: bool,
    /// A page states how many bytes each text shares with the previous one.
    has_shared_prefixes: bool,
}

/// Reads the headers of a flat column's pages. Returns `None` if the pages do not hold `rows`
/// values or a page exceeds the limit.
pub(super) fn page_encodings(
    file: &impl ChunkReader,
    column: &ColumnChunkMetaData,
    rows: u64,
) -> io::Result<Option<PageEncodings>> {
    let (mut at, length) = column.byte_range();
    let end = at.saturating_add(length);
    let mut values = 0_u64;
    let mut encodings = PageEncodings::default();
    while at < end {
        let mut reader = CompactReader { bytes: file.get_read(at)?.take(end - at), read: 0 };
        let mut header = PageHeader::default();
        reader.structure(&mut header, 0, 0)?;
        at += reader.read;
        let unsigned = |number: i64| u64::try_from(number).unwrap_or(u64::MAX);
        let (packed, unpacked) = (unsigned(header.compressed), unsigned(header.uncompressed));
        if packed > end - at || unpacked > MAX_PAGE_BYTES || unsigned(header.entries) > unpacked {
            return Ok(None);
        }
        values = values.saturating_add(unsigned(header.values));
        if values > rows {
            return Ok(None);
        }
        if may_exceed_declared_size(column.compression()) {
            let page = file.get_bytes(at, usize::try_from(packed).map_err(io::Error::other)?)?;
            if !is_bounded(column.compression(), &page) {
                return Ok(None);
            }
        }
        encodings.has_lengths |= matches!(header.encoding, DELTA_LENGTH_BYTE_ARRAY | DELTA_BYTE_ARRAY);
        encodings.has_shared_prefixes |= header.encoding == DELTA_BYTE_ARRAY;
        at += packed;
    }
    Ok((values == rows).then_some(encodings))
}

/// Whether each page of delta-encoded texts states at most as many lengths as it has values. The
/// pages must have passed [`page_encodings`].
pub(super) fn are_lengths_sound<R: ChunkReader + 'static>(
    file: &Arc<R>,
    column: &ColumnChunkMetaData,
    rows: u64,
    encodings: PageEncodings,
) -> parquet::errors::Result<bool> {
    if !encodings.has_lengths {
        return Ok(true);
    }
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let mut pages = SerializedPageReader::new(file.clone(), column, rows, None)?;
    while let Some(page) = pages.get_next_page()? {
        let has_prefixes = match page.encoding() {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => false,
            Encoding::DELTA_BYTE_ARRAY => true,
            _ => continue,
        };
        let mut reader = CompactReader { bytes: values_of(&page, column)?, read: 0 };
        let limit = u64::from(page.num_values());
        let mut lengths = reader.delta_encoded_header()?;
        if has_prefixes && lengths.count <= limit {
            // The lengths of the suffixes follow those of the shared prefixes.
            reader.pass_deltas(&lengths)?;
            lengths = reader.delta_encoded_header()?;
        }
        if lengths.count > limit {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The bytes of a data page after its levels. A flat column has at most definition levels.
fn values_of<'a>(page: &'a Page, column: &ColumnChunkMetaData) -> io::Result<&'a [u8]> {
    let has_levels = column.column_descr().max_def_level() > 0;
    let levels = match page {
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len)
        }
        Page::DataPage { buf, def_level_encoding: Encoding::RLE, .. } if has_levels => {
            let length = buf.first_chunk::<4>().ok_or_else(damaged)?;
            4 + u64::from(u32::from_le_bytes(*length))
        }
        // Old writers packed one bit per value.
        Page::DataPage { num_values, .. } if has_levels => u64::from(num_values.div_ceil(8)),
        Page::DataPage { .. } | Page::DictionaryPage { .. } => 0,
    };
    usize::try_from(levels).ok().and_then(|levels| page.buffer().get(levels..)).ok_or_else(damaged)
}

/// Whether the library decompresses a page beyond the size that its header states.
fn may_exceed_declared_size(compression: Compression) -> bool {
    matches!(compression, Compression::GZIP(_) | Compression::BROTLI(_) | Compression::LZ4)
}

/// Whether the decompressed size of a page is within the limit.
fn is_bounded(compression: Compression, page: &[u8]) -> bool {
    let is_within = |bytes: &mut dyn Read| {
        io::copy(&mut bytes.take(MAX_PAGE_BYTES + 1), &mut io::sink()).map_or(true, |bytes| bytes <= MAX_PAGE_BYTES)
    };
    match compression {
        Compression::GZIP(_) => is_within(&mut MultiGzDecoder::new(page)),
        Compression::BROTLI(_) => is_within(&mut brotli::Decompressor::new(page, BROTLI_BUFFER_BYTES)),
        // Old writers stored an LZ4 frame instead of a block, and only frames are read without a
        // bound.
        Compression::LZ4 => !page.starts_with(LZ4_FRAME) || page.len() <= MAX_LZ4_FRAME_BYTES,
        _ => true,
    }
}

/// The most bytes that one decoded value of a column can take, or `None` above the limit. A
/// dictionary or shared prefixes can repeat one value for any number of rows. Therefore this bound
/// limits decoding, not the size of the pages.
pub(super) fn max_value_bytes<R: ChunkReader + 'static>(
    file: &Arc<R>,
    column: &ColumnChunkMetaData,
    rows: u64,
    encodings: PageEncodings,
) -> parquet::errors::Result<Option<u64>> {
    if !matches!(column.column_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY) {
        return Ok(Some(0));
    }
    if encodings.has_shared_prefixes {
        return Ok(Some(u64::try_from(column.uncompressed_size()).unwrap_or(0).min(MAX_PAGE_BYTES)));
    }
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let mut pages = SerializedPageReader::new(file.clone(), column, rows, None)?;
    let Some(Page::DictionaryPage { buf, .. }) = pages.get_next_page()? else { return Ok(Some(0)) };
    if column.column_type() == Type::FIXED_LEN_BYTE_ARRAY {
        return Ok(u64::try_from(column.column_descr().type_length()).ok().filter(|length| *length <= MAX_TEXT_BYTES));
    }
    let (mut longest, mut rest) = (0_u64, &buf[..]);
    while let Some((length, more)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length);
        longest = longest.max(u64::from(length));
        rest = more.get(length as usize..).unwrap_or_default();
    }
    Ok((longest <= MAX_TEXT_BYTES).then_some(longest))
}

/// The values of a page header on which the library relies.
#[derive(Default)]
struct PageHeader {
    uncompressed: i64,
    compressed: i64,
    /// The number of values of a data page.
    values: i64,
    /// The number of the encoding of a data page's values.
    encoding: i64,
    /// The number of entries of a dictionary; rows need not use all. Each entry has at least one
    /// byte.
    entries: i64,
}

/// The header of a sequence of delta-encoded integers; the first value belongs to the header.
struct DeltaHeader {
    miniblocks: u64,
    values_per_miniblock: u64,
    count: u64,
}

/// Reads numbers of Thrift's compact protocol, which the delta encodings of Parquet also use.
struct CompactReader<R> {
    bytes: R,
    /// The number of bytes read so far.
    read: u64,
}

impl<R: Read> CompactReader<R> {
    /// Reads a structure that is the field `parent` of the enclosing one; the page header is 0.
    fn structure(&mut self, header: &mut PageHeader, parent: i64, depth: u8) -> io::Result<()> {
        let mut id = 0;
        loop {
            let byte = self.byte()?;
            match (byte >> 4, byte & 15) {
                (_, 0) => return Ok(()),
                (0, _) => id = self.integer()?,
                (more, _) => id += i64::from(more),
            }
            match byte & 15 {
                4..=6 => {
                    let number = self.integer()?;
                    match (parent, id) {
                        (0, 2) => header.uncompressed = number,
                        (0, 3) => header.compressed = number,
                        (5 | 8, 1) => header.values = number,
                        (5, 2) | (8, 4) => header.encoding = number,
                        (7, 1) => header.entries = number,
                        _ => {}
                    }
                }
                12 if depth < MAX_DEPTH => self.structure(header, if depth == 0 { id } else { -1 }, depth + 1)?,
                // The kind of a Boolean field contains its value.
                1 | 2 => {}
                kind => self.skip(header, kind, depth)?,
            }
        }
    }

    fn skip(&mut self, header: &mut PageHeader, kind: u8, depth: u8) -> io::Result<()> {
        match kind {
            1..=3 => self.byte().map(|_| ()),
            4..=6 => self.integer().map(|_| ()),
            7 => self.skip_bytes(8),
            8 => {
                let length = self.varint()?;
                self.skip_bytes(length)
            }
            9 | 10 if depth < MAX_DEPTH => {
                let byte = self.byte()?;
                let length = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
                (0..length).try_for_each(|_| self.skip(header, byte & 15, depth + 1))
            }
            12 if depth < MAX_DEPTH => self.structure(header, -1, depth + 1),
            _ => Err(damaged()),
        }
    }

    fn delta_encoded_header(&mut self) -> io::Result<DeltaHeader> {
        let (block, miniblocks, count) = (self.varint()?, self.varint()?, self.varint()?);
        let _first_value = self.integer()?;
        // The library checks the same condition.
        if block == 0 || !block.is_multiple_of(128) || miniblocks == 0 || !block.is_multiple_of(miniblocks) {
            return Err(damaged());
        }
        Ok(DeltaHeader { miniblocks, values_per_miniblock: block / miniblocks, count })
    }

    /// Skips the blocks of a sequence of delta-encoded integers. A block holds its smallest delta,
    /// the bit widths of its miniblocks, and the miniblocks.
    fn pass_deltas(&mut self, header: &DeltaHeader) -> io::Result<()> {
        let mut left = header.count.saturating_sub(1);
        while left > 0 {
            let _smallest = self.integer()?;
            let mut widths = Vec::new();
            self.bytes.by_ref().take(header.miniblocks).read_to_end(&mut widths)?;
            self.read += widths.len() as u64;
            if widths.len() as u64 != header.miniblocks {
                return Err(damaged());
            }
            for width in widths {
                // Widths after the last value have no meaning.
                if left == 0 {
                    break;
                }
                self.skip_bytes((header.values_per_miniblock / 8).saturating_mul(u64::from(width)))?;
                left = left.saturating_sub(header.values_per_miniblock);
            }
        }
        Ok(())
    }

    fn skip_bytes(&mut self, length: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.bytes.by_ref().take(length), &mut io::sink())?;
        self.read += passed;
        if passed == length { Ok(()) } else { Err(damaged()) }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.bytes.read_exact(&mut byte)?;
        self.read += 1;
        Ok(byte[0])
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    /// A signed number with its sign in the lowest bit.
    fn integer(&mut self) -> io::Result<i64> {
        let number = self.varint()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

fn damaged() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::io::Write;

    use arrow_array::{RecordBatch, StringArray};
    use bytes::Bytes;
    use parquet::arrow::ArrowWriter;
    use parquet::basic::BrotliLevel;
    use parquet::file::properties::{WriterProperties, WriterVersion};
    use parquet::file::reader::FileReader;
    use parquet::file::serialized_reader::SerializedFileReader;

    use super::*;

    #[test]
    fn delta_encoded_lengths_are_passed_over_as_the_library_reads_them() -> Result<(), Box<dyn Error>> {
        let texts = (0..1000).map(|n| (n % 7 > 0).then(|| "x".repeat(n % 90)));
        let texts: StringArray = texts.collect();
        let batch = RecordBatch::try_from_iter([("folio", Arc::new(texts) as _)])?;
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for encoding in [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY] {
                let properties = WriterProperties::builder().set_writer_version(version).set_encoding(encoding);
                let properties = properties.set_dictionary_enabled(false).set_data_page_row_count_limit(300);
                let mut bytes = Vec::new();
                let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build()))?;
                writer.write(&batch)?;
                writer.close()?;
                let file = Arc::new(Bytes::from(bytes));
                let reader = SerializedFileReader::new((*file).clone())?;
                let column = reader.metadata().row_group(0).column(0).clone();
                let encodings = page_encodings(&*file, &column, 1000)?.expect("sound pages");
                assert!(encodings.has_lengths);
                assert_eq!(encodings.has_shared_prefixes, encoding == Encoding::DELTA_BYTE_ARRAY);
                assert!(are_lengths_sound(&file, &column, 1000, encodings)?, "{version:?} {encoding}");
                assert!(page_encodings(&*file, &column, 999)?.is_none());
            }
        }
        Ok(())
    }

    #[test]
    fn what_comes_out_of_a_compressed_page_is_measured() {
        let brotli = |length: u64| {
            let mut packed = brotli::CompressorWriter::new(Vec::new(), 4096, 1, 22);
            let zeros = vec![0; 1 << 20];
            for _ in 0..length >> 20 {
                packed.write_all(&zeros).expect("memory");
            }
            packed.into_inner()
        };
        let kind = Compression::BROTLI(BrotliLevel::default());
        assert!(is_bounded(kind, &brotli(MAX_PAGE_BYTES)));
        let bomb = brotli(MAX_PAGE_BYTES + (1 << 20));
        assert!(bomb.len() < 1 << 20 && !is_bounded(kind, &bomb), "{} bytes", bomb.len());
        // The library reports the damage.
        assert!(is_bounded(kind, b"damaged"));

        let frame = |length| [LZ4_FRAME, &vec![0; length]].concat();
        assert!(is_bounded(Compression::LZ4, &frame(1 << 20)));
        assert!(!is_bounded(Compression::LZ4, &frame(2 << 20)));
        assert!(is_bounded(Compression::LZ4, &vec![0; 2 << 20]));
    }
}
