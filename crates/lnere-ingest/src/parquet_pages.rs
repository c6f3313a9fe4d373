/*!
Checks what the page headers of a Parquet column state before any page is decoded.

The library believes a page's header: it makes room for as many bytes and values as it claims, and a
damaged or hostile file of some kilobytes can claim gigabytes. Headers are Thrift in its compact form; of
them only the sizes are read here.
*/

use std::io::{self, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageReader};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;

/// The most bytes that a page may have once it is decompressed; programs write a hundredth of it.
const MAX_PAGE_BYTES: u64 = if cfg!(fuzzing) { 1 << 20 } else { 128 << 20 };

/// The longest text that a dictionary may hold; a column of the contract has a hundredth of it.
const MAX_TEXT_BYTES: u64 = 64 << 10;

/// What a page of LZ4 begins with where it is a frame.
const LZ4_FRAME: &[u8] = b"\x04\x22\x4d\x18";

/// The longest such frame; the programs that wrote them made pages of 1 MiB. At most 255 bytes come out of each.
const MAX_LZ4_FRAME_BYTES: usize = (1 << 20) + (64 << 10);

/// Bytes of a page of Brotli that are read at a time.
const BROTLI_BUFFER_BYTES: usize = 4 << 10;

/// How deep structures may lie in each other; those of a header lie three deep.
const MAX_DEPTH: u8 = 8;

/// Whether the pages of a flat column hold `rows` values and no page is larger than any may be.
pub(super) fn are_sound(file: &impl ChunkReader, column: &ColumnChunkMetaData, rows: u64) -> io::Result<bool> {
    let (mut at, length) = column.byte_range();
    let end = at.saturating_add(length);
    let mut values = 0_u64;
    while at < end {
        let mut header = PageHeader { bytes: file.get_read(at)?.take(end - at), read: 0, sizes: Sizes::default() };
        header.structure(0, 0)?;
        let PageHeader { read, sizes, .. } = header;
        at += read;
        let unsigned = |number: i64| u64::try_from(number).unwrap_or(u64::MAX);
        let (packed, unpacked) = (unsigned(sizes.compressed), unsigned(sizes.uncompressed));
        if packed > end - at || unpacked > MAX_PAGE_BYTES || unsigned(sizes.entries) > unpacked {
            return Ok(false);
        }
        values = values.saturating_add(unsigned(sizes.values));
        if values > rows {
            return Ok(false);
        }
        if may_exceed_declared_size(column.compression()) {
            let page = file.get_bytes(at, usize::try_from(packed).map_err(io::Error::other)?)?;
            if !is_bounded(column.compression(), &page) {
                return Ok(false);
            }
        }
        at += packed;
    }
    Ok(values == rows)
}

/// Whether the library reads all that comes out of a page, whatever the header says.
fn may_exceed_declared_size(compression: Compression) -> bool {
    matches!(compression, Compression::GZIP(_) | Compression::BROTLI(_) | Compression::LZ4)
}

/// Whether no more comes out of a compressed page than one may have.
fn is_bounded(compression: Compression, page: &[u8]) -> bool {
    let is_within = |bytes: &mut dyn Read| {
        io::copy(&mut bytes.take(MAX_PAGE_BYTES + 1), &mut io::sink()).map_or(true, |bytes| bytes <= MAX_PAGE_BYTES)
    };
    match compression {
        Compression::GZIP(_) => is_within(&mut MultiGzDecoder::new(page)),
        Compression::BROTLI(_) => is_within(&mut brotli::Decompressor::new(page, BROTLI_BUFFER_BYTES)),
        // Old writers put a frame of LZ4 where others put a block, and only a frame is read without a bound.
        Compression::LZ4 => !page.starts_with(LZ4_FRAME) || page.len() <= MAX_LZ4_FRAME_BYTES,
        _ => true,
    }
}

/// The most bytes that one decoded value of a column can take, or `None` above the limit. A
/// dictionary can repeat one value for any number of rows, and so can shared prefixes. This bound,
/// not the size of the pages, therefore limits decoding.
pub(super) fn longest_text<R: ChunkReader + 'static>(
    file: &Arc<R>,
    column: &ColumnChunkMetaData,
    rows: u64,
) -> parquet::errors::Result<Option<u64>> {
    if !matches!(column.column_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY) {
        return Ok(Some(0));
    }
    if column.encodings().any(|encoding| encoding == Encoding::DELTA_BYTE_ARRAY) {
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

/// The sizes in a header.
#[derive(Default)]
struct Sizes {
    uncompressed: i64,
    compressed: i64,
    /// Values of a data page.
    values: i64,
    /// Entries of a dictionary, of which rows need not use all; none has fewer bytes than one.
    entries: i64,
}

struct PageHeader<R> {
    bytes: R,
    /// Bytes read so far.
    read: u64,
    sizes: Sizes,
}

impl<R: Read> PageHeader<R> {
    /// Reads a structure that is the field `parent` of the one around it, the header itself being 0.
    fn structure(&mut self, parent: i64, depth: u8) -> io::Result<()> {
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
                        (0, 2) => self.sizes.uncompressed = number,
                        (0, 3) => self.sizes.compressed = number,
                        (5 | 8, 1) => self.sizes.values = number,
                        (7, 1) => self.sizes.entries = number,
                        _ => {}
                    }
                }
                12 => self.inner(if depth == 0 { id } else { -1 }, depth)?,
                // A field that is true or false has its value in its kind.
                1 | 2 => {}
                kind => self.skip(kind, depth)?,
            }
        }
    }

    fn inner(&mut self, id: i64, depth: u8) -> io::Result<()> {
        if depth < MAX_DEPTH { self.structure(id, depth + 1) } else { Err(damaged()) }
    }

    fn skip(&mut self, kind: u8, depth: u8) -> io::Result<()> {
        match kind {
            1..=3 => self.byte().map(|_| ()),
            4..=6 => self.integer().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(length)
            }
            9 | 10 if depth < MAX_DEPTH => {
                let byte = self.byte()?;
                let length = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
                (0..length).try_for_each(|_| self.skip(byte & 15, depth + 1))
            }
            12 => self.inner(-1, depth),
            _ => Err(damaged()),
        }
    }

    fn pass(&mut self, length: u64) -> io::Result<()> {
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

    /// A signed number, its sign in the lowest bit.
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
    use std::io::Write;

    use parquet::basic::BrotliLevel;

    use super::*;

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
        // What is damaged is for the library to say.
        assert!(is_bounded(kind, b"damaged"));

        let frame = |length| [LZ4_FRAME, &vec![0; length]].concat();
        assert!(is_bounded(Compression::LZ4, &frame(1 << 20)));
        assert!(!is_bounded(Compression::LZ4, &frame(2 << 20)));
        assert!(is_bounded(Compression::LZ4, &vec![0; 2 << 20]));
    }
}
