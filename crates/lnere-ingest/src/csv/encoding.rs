/*!
Detects and decodes the encoding of an export: UTF-8 or Windows-1252 (docs/contract.md §2).
*/

use std::borrow::Cow;
use std::io::{self, Read};

/// The two encodings of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Windows1252,
}

/// The evidence that a part of a file gives about its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EncodingEvidence {
    /// No evidence: every byte is ASCII.
    Ascii,
    /// All bytes are valid UTF-8, and some are not ASCII.
    Utf8,
    /// Valid multi-byte sequences of UTF-8 and invalid bytes, which means UTF-8 with malformed
    /// records.
    BrokenUtf8,
    /// Bytes from 0x80 on, without a valid multi-byte sequence.
    NotUtf8,
}

pub(crate) fn encoding_evidence(bytes: &[u8]) -> EncodingEvidence {
    if bytes.is_ascii() {
        return EncodingEvidence::Ascii;
    }
    if simdutf8::basic::from_utf8(bytes).is_ok() {
        return EncodingEvidence::Utf8;
    }
    let any_sequence = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    if any_sequence { EncodingEvidence::BrokenUtf8 } else { EncodingEvidence::NotUtf8 }
}

/// Detects the encoding of a whole file. Returns `None` if parts that are mostly blank hold more
/// than `most_blank` bytes.
pub(crate) fn detect_in_file(mut reader: impl Read, most_blank: u64) -> io::Result<Option<Encoding>> {
    const BLOCK: usize = if cfg!(fuzzing) { 64 } else { 1 << 20 };
    let mut blank = 0;
    let mut bytes = vec![0; BLOCK];
    let mut kept = 0;
    let mut any_high = false;
    loop {
        let read = reader.read(&mut bytes[kept..])?;
        let filled = kept + read;
        match encoding_evidence(&bytes[..filled]) {
            EncodingEvidence::Utf8 | EncodingEvidence::BrokenUtf8 => return Ok(Some(Encoding::Utf8)),
            EncodingEvidence::NotUtf8 => any_high = true,
            EncodingEvidence::Ascii => {}
        }
        if read == 0 {
            return Ok(Some(if any_high { Encoding::Windows1252 } else { Encoding::Utf8 }));
        }
        let new = &bytes[kept..filled];
        if memchr::memchr2_iter(b'\n', b'\r', new).count() > new.len() / 2 {
            blank += read as u64;
        }
        if blank > most_blank {
            return Ok(None);
        }
        // A sequence has at most four bytes, so up to three of them may precede the next block.
        kept = filled.min(3);
        bytes.copy_within(filled - kept..filled, 0);
    }
}

impl Encoding {
    /// The text of a cell. Invalid UTF-8 becomes U+FFFD; its record was already rejected.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Windows1252 if bytes.is_ascii() => String::from_utf8_lossy(bytes),
            Self::Windows1252 => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
        }
    }

    /// A cell without the blanks around it.
    #[inline]
    pub fn trim(self, bytes: &[u8]) -> &[u8] {
        match bytes {
            [first, .., last] if is_text(*first) && is_text(*last) => bytes,
            [only] if is_text(*only) => bytes,
            _ => self.trim_blanks(bytes),
        }
    }

    #[inline]
    fn trim_blanks(self, mut bytes: &[u8]) -> &[u8] {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => text.trim().as_bytes(),
                Err(_) => bytes.trim_ascii(),
            },
            Self::Windows1252 => {
                let blank = |byte: u8| windows_1252(byte).is_whitespace();
                while let [first, rest @ ..] = bytes
                    && blank(*first)
                {
                    bytes = rest;
                }
                while let [rest @ .., last] = bytes
                    && blank(*last)
                {
                    bytes = rest;
                }
                bytes
            }
        }
    }
}

/// Whether a byte is certainly not blank in either encoding.
#[inline]
fn is_text(byte: u8) -> bool {
    (b'!'..=b'~').contains(&byte)
}

/// The character of a byte in Windows-1252 (WHATWG Encoding Standard, index windows-1252).
fn windows_1252(byte: u8) -> char {
    const FROM_0X80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => FROM_0X80[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_valid_sequence_makes_a_file_utf8() {
        assert_eq!(encoding_evidence(b"plain"), EncodingEvidence::Ascii);
        assert_eq!(encoding_evidence("México".as_bytes()), EncodingEvidence::Utf8);
        assert_eq!(encoding_evidence(b"M\xe9xico"), EncodingEvidence::NotUtf8);
        assert_eq!(encoding_evidence(b"M\xe9xico Espa\xc3\xb1a"), EncodingEvidence::BrokenUtf8);
        assert_eq!(detect_in_file(&b"M\xe9xico"[..], 0).ok(), Some(Some(Encoding::Windows1252)));
        assert_eq!(detect_in_file(&b"M\xe9xico Espa\xc3\xb1a"[..], 0).ok(), Some(Some(Encoding::Utf8)));
    }

    #[test]
    fn a_file_of_empty_lines_is_not_read_to_its_end() {
        let text = [b"M\xe9xico".to_vec(), vec![b'\n'; 3 << 20]].concat();
        assert_eq!(detect_in_file(&text[..], 2 << 20).ok(), Some(None));
        assert_eq!(detect_in_file(&text[..], 4 << 20).ok(), Some(Some(Encoding::Windows1252)));
        assert_eq!(detect_in_file(io::repeat(b'\n'), 2 << 20).ok(), Some(None), "it ends though the file does not");
    }

    #[test]
    fn a_sequence_across_two_reads_counts() {
        let first = [vec![b'x'; (1 << 20) - 1], vec![0xc3]].concat();
        assert_eq!(detect_in_file(first.chain(&[0xb1][..]), 0).ok(), Some(Some(Encoding::Utf8)));
    }

    #[test]
    fn blanks_are_trimmed_in_both_encodings() {
        assert_eq!(Encoding::Utf8.trim(b" \ta b\r"), b"a b");
        assert_eq!(Encoding::Utf8.trim("\u{a0}é\u{a0}".as_bytes()), "é".as_bytes());
        assert_eq!(Encoding::Windows1252.trim(b"\xa0\xe9 "), b"\xe9");
        assert_eq!(Encoding::Utf8.trim(b"   "), b"");
        assert_eq!(Encoding::Windows1252.decode(b"Espa\xf1a \x80"), "España €");
    }
}
