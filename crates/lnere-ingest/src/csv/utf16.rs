/*!
Converts UTF-16 to UTF-8, before any other reader receives the bytes.
*/

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};

/// Bytes read at a time.
const CHUNK: usize = if cfg!(fuzzing) { 64 } else { 1 << 16 };

/// The byte that replaces an invalid character. UTF-8 never contains it, so the record is
/// malformed.
const INVALID_CHARACTER_BYTE: u8 = 0xff;

/// The order of the two bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

/// A reader that converts UTF-16 to UTF-8.
pub(super) struct Utf16Reader<R> {
    inner: R,
    decoder: Decoder,
    read: Vec<u8>,
    /// Converted UTF-8; the part from `start` on was not returned yet.
    text: Vec<u8>,
    start: usize,
    ended: bool,
}

impl<R: Read> Utf16Reader<R> {
    /// Reads text after its byte-order mark.
    pub fn new(inner: R, order: ByteOrder) -> Self {
        let encoding = match order {
            ByteOrder::Little => UTF_16LE,
            ByteOrder::Big => UTF_16BE,
        };
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            read: vec![0; CHUNK],
            text: Vec::new(),
            start: 0,
            ended: false,
        }
    }

    /// Reads and converts the next chunk.
    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.start = 0;
        let length = loop {
            match self.inner.read(&mut self.read) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.ended = length == 0;
        let mut rest = &self.read[..length];
        loop {
            let needed = self.decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(4 * CHUNK);
            let filled = self.text.len();
            self.text.resize(filled + needed.max(16), 0);
            let (result, taken, written) =
                self.decoder.decode_to_utf8_without_replacement(rest, &mut self.text[filled..], self.ended);
            self.text.truncate(filled + written);
            rest = &rest[taken..];
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.text.push(INVALID_CHARACTER_BYTE),
            }
        }
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.start == self.text.len() && !self.ended {
            self.refill()?;
        }
        let rest = &self.text[self.start..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.start += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns one byte at a time, as a reader may.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(1);
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn decoded(bytes: &[u8], order: ByteOrder) -> Vec<u8> {
        let mut whole = Vec::new();
        Utf16Reader::new(bytes, order).read_to_end(&mut whole).expect("memory can be read");
        let mut drops = Vec::new();
        Utf16Reader::new(Trickle(bytes), order).read_to_end(&mut drops).expect("memory can be read");
        assert_eq!(whole, drops);
        whole
    }

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    fn little(units: &[u16]) -> Vec<u8> {
        units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
    }

    #[test]
    fn both_orders_and_characters_of_two_units() {
        let text = "España, 5 €, 𝒳\n".repeat(20_000);
        assert_eq!(decoded(&little(&units(&text)), ByteOrder::Little), text.as_bytes());
        let big: Vec<u8> = units(&text).iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(decoded(&big, ByteOrder::Big), text.as_bytes());
    }

    #[test]
    fn half_a_character_is_a_byte_that_no_text_has() {
        let bytes = little(&[u16::from(b'a'), 0xd800, u16::from(b'b'), 0xdc00, u16::from(b'\n')]);
        assert_eq!(decoded(&bytes, ByteOrder::Little), b"a\xffb\xff\n");
        assert_eq!(decoded(b"a\0b\0c", ByteOrder::Little), b"ab\xff");
        assert_eq!(decoded(&little(&[u16::from(b'a'), 0xd83d]), ByteOrder::Little), b"a\xff");
        assert_eq!(decoded(b"", ByteOrder::Little), b"");
    }
}
