/*!
What the pages of a Parquet column say of themselves, looked at before any of them is decoded.

The library believes a page's header: it makes room for as many bytes and values as it claims, and a
damaged or hostile file of some kilobytes can claim gigabytes. Headers are Thrift in its compact form; of
them only the sizes are read here.
*/

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;

/// The most bytes that a page may have once it is decompressed; programs write a hundredth of it.
const MAX_PAGE_BYTES: u64 = if cfg!(fuzzing) { 1 << 20 } else { 128 << 20 };

/// How deep structures may lie in each other; those of a header lie three deep.
const MAX_DEPTH: u8 = 8;

/// Whether the pages of a flat column hold `rows` values and no page is larger than any may be.
pub(super) fn are_sound(file: &impl ChunkReader, column: &ColumnChunkMetaData, rows: u64) -> io::Result<bool> {
    let (mut at, length) = column.byte_range();
    let end = at.saturating_add(length);
    let mut values = 0_u64;
    while at < end {
        let mut header = Header { bytes: file.get_read(at)?.take(end - at), read: 0, sizes: Sizes::default() };
        header.structure(0, 0)?;
        let Header { read, sizes, .. } = header;
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
        // Of a page of gzip the library reads all that comes out, whatever the header says.
        if matches!(column.compression(), Compression::GZIP(_)) {
            let page = file.get_bytes(at, usize::try_from(packed).map_err(io::Error::other)?)?;
            let mut bytes = MultiGzDecoder::new(&page[..]).take(MAX_PAGE_BYTES + 1);
            if io::copy(&mut bytes, &mut io::sink()).is_ok_and(|bytes| bytes > MAX_PAGE_BYTES) {
                return Ok(false);
            }
        }
        at += packed;
    }
    Ok(values == rows)
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

struct Header<R> {
    bytes: R,
    /// Bytes read so far.
    read: u64,
    sizes: Sizes,
}

impl<R: Read> Header<R> {
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
