/*!
Detects the kind of a file from its first bytes, independent of its name.
*/

use std::fmt;

use lnere_messages::message;

/// The number of bytes that identify the kind of a file.
pub(super) const HEAD_BYTES: usize = 1 << 10;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// Probably text, that is CSV.
    Text,
    Gzip,
    Zstd,
    /// A ZIP; an Excel workbook is also a ZIP.
    Zip,
    Parquet,
    /// Neither text nor a known binary format.
    Unknown,
    /// A known format that is not supported.
    UnsupportedFormat(UnsupportedFormat),
}

/// A known format that is not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsupportedFormat {
    /// The binary workbook of Excel before 2007, or a workbook with a password.
    OldExcel,
    /// A PDF document.
    Pdf,
    /// A web page.
    Html,
    /// XML.
    Xml,
    /// JSON.
    Json,
    /// Parquet with an encrypted footer.
    EncryptedParquet,
    /// A workbook in the open format of `LibreOffice`.
    OpenDocument,
    /// Excel's binary workbook.
    BinaryExcel,
    /// An Office text or presentation.
    Office,
    /// An unsupported archive or compression format, by its name.
    Archive(&'static str),
    /// A database of `SQLite`.
    Sqlite,
    /// An unsupported data format, by its name.
    Data(&'static str),
    /// A picture.
    Picture,
}

impl fmt::Display for UnsupportedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::OldExcel => message!("L217-old-excel"),
            Self::Pdf => message!("L217-pdf"),
            Self::Html => message!("L217-html"),
            Self::Xml => message!("L217-xml"),
            Self::Json => message!("L217-json"),
            Self::EncryptedParquet => message!("L217-encrypted-parquet"),
            Self::OpenDocument => message!("L217-open-document"),
            Self::BinaryExcel => message!("L217-binary-excel"),
            Self::Office => message!("L217-office"),
            Self::Archive(archive) => message!("L217-archive", archive),
            Self::Sqlite => message!("L217-sqlite"),
            Self::Data(format) => message!("L217-data-file", format),
            Self::Picture => message!("L217-picture"),
        })
    }
}

/// Signatures at the start of a file, with the kind that they identify.
const SIGNATURES: [(&[u8], FileKind); 22] = [
    (b"\x1f\x8b\x08", FileKind::Gzip),
    (b"\x28\xb5\x2f\xfd", FileKind::Zstd),
    (b"PK\x03\x04", FileKind::Zip),
    (b"PK\x05\x06", FileKind::Zip),
    (b"PK\x07\x08", FileKind::Zip),
    (b"PAR1", FileKind::Parquet),
    (b"PARE", FileKind::UnsupportedFormat(UnsupportedFormat::EncryptedParquet)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind::UnsupportedFormat(UnsupportedFormat::OldExcel)),
    (b"%PDF-", FileKind::UnsupportedFormat(UnsupportedFormat::Pdf)),
    (b"BZh", FileKind::UnsupportedFormat(UnsupportedFormat::Archive("bzip2"))),
    (b"\xfd7zXZ\0", FileKind::UnsupportedFormat(UnsupportedFormat::Archive("xz"))),
    (b"7z\xbc\xaf\x27\x1c", FileKind::UnsupportedFormat(UnsupportedFormat::Archive("7-Zip"))),
    (b"Rar!\x1a\x07", FileKind::UnsupportedFormat(UnsupportedFormat::Archive("RAR"))),
    (b"\x04\x22\x4d\x18", FileKind::UnsupportedFormat(UnsupportedFormat::Archive("LZ4"))),
    (b"\x1f\x9d", FileKind::UnsupportedFormat(UnsupportedFormat::Archive("compress"))),
    (b"SQLite format 3\0", FileKind::UnsupportedFormat(UnsupportedFormat::Sqlite)),
    (b"ARROW1\0\0", FileKind::UnsupportedFormat(UnsupportedFormat::Data("Arrow"))),
    (b"Obj\x01", FileKind::UnsupportedFormat(UnsupportedFormat::Data("Avro"))),
    (b"ORC", FileKind::UnsupportedFormat(UnsupportedFormat::Data("ORC"))),
    (b"{\\rtf", FileKind::UnsupportedFormat(UnsupportedFormat::Office)),
    (b"\x89PNG\r\n", FileKind::UnsupportedFormat(UnsupportedFormat::Picture)),
    (b"\xff\xd8\xff", FileKind::UnsupportedFormat(UnsupportedFormat::Picture)),
];

/// The position of the signature of a tar archive.
const TAR_MARK: std::ops::Range<usize> = 257..262;

impl FileKind {
    /// The kind of a file that begins with these bytes: [`HEAD_BYTES`] bytes, or the whole file.
    pub fn from_head(head: &[u8]) -> Self {
        // A skippable frame may precede the first data frame.
        if let [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] = head {
            return Self::Zstd;
        }
        // `ORC` and `BZh` may also begin the first column of a CSV.
        let is_telling = |signature: &[u8]| !signature.iter().all(u8::is_ascii_alphabetic) || !is_text(head);
        let by_signature =
            SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature) && is_telling(signature));
        if let Some((_, kind)) = by_signature {
            return *kind;
        }
        if head.get(TAR_MARK) == Some(b"ustar") {
            return Self::UnsupportedFormat(UnsupportedFormat::Archive("tar"));
        }
        let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
        match markup(head) {
            Some(format) => Self::UnsupportedFormat(format),
            None if is_utf16 || is_text(head) => Self::Text,
            None => Self::Unknown,
        }
    }
}

/// Whether bytes may be UTF-8 or Windows-1252 text: they have no control characters that text never
/// has.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| !matches!(byte, 0..=8 | 14..=25 | 28..=31))
}

/// Detects text that begins like HTML, XML or JSON.
fn markup(head: &[u8]) -> Option<UnsupportedFormat> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let next = |from: usize| text.get(from..).and_then(|rest| rest.trim_ascii_start().first());
    match text.first()? {
        b'<' => {
            let lower = text.to_ascii_lowercase();
            let has = |tag: &&[u8]| memchr::memmem::find(&lower, tag).is_some();
            let tags: [&[u8]; 6] = [b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta"];
            let is_xml = matches!(text.get(1), Some(b'!' | b'?'));
            if tags.iter().any(has) { Some(UnsupportedFormat::Html) } else { is_xml.then_some(UnsupportedFormat::Xml) }
        }
        // `[FOLIO],[PAIS]` is the header of a CSV; a JSON list begins with another value.
        b'{' if matches!(next(1), Some(b'"' | b'}')) => Some(UnsupportedFormat::Json),
        b'[' if matches!(next(1), Some(b'"' | b'{' | b'[' | b']')) => Some(UnsupportedFormat::Json),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_whatever_its_first_column_is_called() {
        for text in [
            "FOLIO,PAIS\n",
            "ORC,PAIS\nA1,España\n",
            "BZhang|PAIS\n",
            "PAR,PAIS\n",
            "[FOLIO],[PAIS]\n",
            "{FOLIO},PAIS\n",
            "<FOLIO>,<PAIS>\n",
            "\u{feff}FOLIO,PAIS\n",
            "",
        ] {
            assert_eq!(FileKind::from_head(text.as_bytes()), FileKind::Text, "{text}");
        }
        assert_eq!(FileKind::from_head(b"\xff\xfeF\0O\0"), FileKind::Text);
        assert_eq!(FileKind::from_head(b"FOLIO,PA\xcdS\n"), FileKind::Text);
    }

    #[test]
    fn markup_is_named() {
        for (text, format) in [
            ("<!DOCTYPE html>\n<html>", UnsupportedFormat::Html),
            ("\u{feff} \n<HTML><BODY>", UnsupportedFormat::Html),
            ("<table><tr><td>FOLIO</td>", UnsupportedFormat::Html),
            ("<?xml version=\"1.0\"?><html xmlns=\"x\">", UnsupportedFormat::Html),
            ("<?xml version=\"1.0\"?><Workbook>", UnsupportedFormat::Xml),
            ("{\"FOLIO\": \"A1\"}", UnsupportedFormat::Json),
            ("[\n  {\"FOLIO\": \"A1\"}]", UnsupportedFormat::Json),
            ("[]", UnsupportedFormat::Json),
        ] {
            assert_eq!(FileKind::from_head(text.as_bytes()), FileKind::UnsupportedFormat(format), "{text}");
        }
    }

    #[test]
    fn binary_files_are_known_by_their_signature() {
        assert_eq!(FileKind::from_head(b"\x1f\x8b\x08\0\0"), FileKind::Gzip);
        assert_eq!(FileKind::from_head(b"\x28\xb5\x2f\xfd\0"), FileKind::Zstd);
        assert_eq!(FileKind::from_head(b"\x5a\x2a\x4d\x18\0"), FileKind::Zstd);
        assert_eq!(FileKind::from_head(b"PK\x03\x04\x14\0"), FileKind::Zip);
        assert_eq!(FileKind::from_head(b"PAR1\x15\x04"), FileKind::Parquet);
        assert_eq!(FileKind::from_head(b"%PDF-1.7\n"), FileKind::UnsupportedFormat(UnsupportedFormat::Pdf));
        assert_eq!(FileKind::from_head(b"ORC\x08\x03"), FileKind::UnsupportedFormat(UnsupportedFormat::Data("ORC")));
        assert_eq!(FileKind::from_head(b"{\\rtf1\\ansi"), FileKind::UnsupportedFormat(UnsupportedFormat::Office));
        assert_eq!(FileKind::from_head(b"\0\x01\x02\x03"), FileKind::Unknown);
        let tar = [vec![b'x'; 257], b"ustar\x0000".to_vec()].concat();
        assert_eq!(FileKind::from_head(&tar), FileKind::UnsupportedFormat(UnsupportedFormat::Archive("tar")));
    }
}
