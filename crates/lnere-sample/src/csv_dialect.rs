/*!
Defines how an export is written: compression, delimiter, line ends, quotes, encoding and date
format.
*/

use serde::Deserialize;

use lnere_core::calendar::day_from_number;
use lnere_core::process::{DateFormat, EncodingChoice};

/// The compression of a file; the caller compresses the bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Compression {
    /// No compression.
    #[default]
    #[serde(rename = "csv")]
    Plain,
    /// gzip.
    #[serde(rename = "csv.gz")]
    Gzip,
    /// Zstandard.
    #[serde(rename = "csv.zst")]
    Zstd,
}

impl Compression {
    /// The extension of the file, after the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Plain => "csv",
            Self::Gzip => "csv.gz",
            Self::Zstd => "csv.zst",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Delimiter {
    #[serde(rename = ",")]
    Comma,
    #[serde(rename = ";")]
    Semicolon,
    #[serde(rename = "|")]
    Bar,
    #[serde(rename = "tab")]
    Tab,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LineEnd {
    Lf,
    Crlf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Quoting {
    Needed,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum SampleEncoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-8-bom")]
    Utf8Bom,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DateFormatChoice {
    /// The first date format of the process file.
    First,
    /// The first format with the day before the month, or the first format if none has.
    DayFirst,
}

/// The settings of a shape file; a setting that is absent keeps its earlier value.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DialectOverride {
    compression: Option<Compression>,
    delimiter: Option<Delimiter>,
    line_end: Option<LineEnd>,
    quoting: Option<Quoting>,
    encoding: Option<SampleEncoding>,
    dates: Option<DateFormatChoice>,
    notes: Option<f64>,
}

/// A complete dialect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    pub compression: Compression,
    pub delimiter: Delimiter,
    pub line_end: LineEnd,
    pub quoting: Quoting,
    pub encoding: SampleEncoding,
    pub date_format_choice: DateFormatChoice,
    /// The share of rows with a note, a text with quotes and line ends in an additional column. The
    /// column exists only if the share is above zero.
    pub note_share: f64,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            compression: Compression::Plain,
            delimiter: Delimiter::Comma,
            line_end: LineEnd::Lf,
            quoting: Quoting::Needed,
            encoding: SampleEncoding::Utf8,
            date_format_choice: DateFormatChoice::First,
            note_share: 0.0,
        }
    }
}

impl Dialect {
    pub(super) fn with_override(self, overrides: &DialectOverride) -> Self {
        Self {
            compression: overrides.compression.unwrap_or(self.compression),
            delimiter: overrides.delimiter.unwrap_or(self.delimiter),
            line_end: overrides.line_end.unwrap_or(self.line_end),
            quoting: overrides.quoting.unwrap_or(self.quoting),
            encoding: overrides.encoding.unwrap_or(self.encoding),
            date_format_choice: overrides.dates.unwrap_or(self.date_format_choice),
            note_share: overrides.notes.unwrap_or(self.note_share),
        }
    }

    /// The encoding that the process file forces has priority; otherwise its exports could not be
    /// read.
    pub(super) fn with_forced_encoding(self, choice: EncodingChoice) -> Self {
        let encoding = match (choice, self.encoding) {
            (EncodingChoice::Utf8, SampleEncoding::Windows1252) => SampleEncoding::Utf8,
            (EncodingChoice::Windows1252, _) => SampleEncoding::Windows1252,
            (_, own) => own,
        };
        Self { encoding, ..self }
    }

    pub(super) fn delimiter_byte(&self) -> u8 {
        match self.delimiter {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Bar => b'|',
            Delimiter::Tab => b'\t',
        }
    }

    pub(super) fn line_end(&self) -> &'static [u8] {
        match self.line_end {
            LineEnd::Lf => b"\n",
            LineEnd::Crlf => b"\r\n",
        }
    }

    /// The first bytes of the file.
    pub(super) fn byte_order_mark(&self) -> &'static [u8] {
        if self.encoding == SampleEncoding::Utf8Bom { b"\xef\xbb\xbf" } else { b"" }
    }

    /// Whether every cell is quoted.
    pub(super) fn is_always_quoted(&self) -> bool {
        self.quoting == Quoting::All
    }

    /// Chooses the date format to write from those of a process.
    pub(super) fn date_format<'a>(&self, formats: &'a [DateFormat]) -> Option<&'a DateFormat> {
        // 4 February 1973: its three fields share no digit except zero.
        let probe = day_from_number(1130);
        let day_first = |format: &&DateFormat| {
            let text = format.format_day(probe);
            matches!((text.find("04"), text.find("02"), text.find("1973")), (Some(d), Some(m), Some(y)) if d < m && m < y)
        };
        match self.date_format_choice {
            DateFormatChoice::First => formats.first(),
            DateFormatChoice::DayFirst => formats.iter().find(day_first).or(formats.first()),
        }
    }

    /// The bytes of a cell, encoded, and quoted if the dialect or the text requires it.
    pub(super) fn encode_cell(&self, text: &str) -> Vec<u8> {
        let special = |byte: u8| byte == self.delimiter_byte() || matches!(byte, b'"' | b'\r' | b'\n');
        let text = if self.is_always_quoted() || text.bytes().any(special) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        };
        match self.encoding {
            SampleEncoding::Utf8 | SampleEncoding::Utf8Bom => text.into_bytes(),
            SampleEncoding::Windows1252 => text.chars().map(windows_1252_byte).collect(),
        }
    }
}

/// The Spanish characters of Windows-1252 are those that it shares with Latin-1.
fn windows_1252_byte(c: char) -> u8 {
    match u8::try_from(u32::from(c)) {
        Ok(byte) if !(0x80..0xa0).contains(&byte) => byte,
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let needed = Dialect::default();
        assert_eq!(needed.encode_cell("España"), "España".as_bytes());
        assert_eq!(needed.encode_cell("a,b"), b"\"a,b\"");
        assert_eq!(needed.encode_cell("di \"no\"\r\nhoy"), b"\"di \"\"no\"\"\r\nhoy\"");
        let all = Dialect { quoting: Quoting::All, encoding: SampleEncoding::Windows1252, ..needed };
        assert_eq!(all.encode_cell("España"), b"\"Espa\xf1a\"");
        assert_eq!(all.encode_cell(""), b"\"\"");
    }

    #[test]
    fn day_first_dates_are_taken_from_the_process_file() {
        let formats: Vec<DateFormat> =
            ["YYYY-MM-DD", "MM/DD/YYYY", "DD/MM/YYYY"].iter().filter_map(|text| text.parse().ok()).collect();
        let day_first = Dialect { date_format_choice: DateFormatChoice::DayFirst, ..Dialect::default() };
        assert_eq!(day_first.date_format(&formats), Some(&formats[2]));
        assert_eq!(day_first.date_format(&formats[..2]), Some(&formats[0]));
        assert_eq!(Dialect::default().date_format(&formats), Some(&formats[0]));
    }
}
