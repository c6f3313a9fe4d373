/*!
How the exports of one source are read: the section `[exports.<source>]` of the process file.
*/

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::ProcessError;
use super::columns::{ColumnMap, DeclaredColumn, SharedHeader, SourceColumn};
use super::date_format::DateFormat;
use super::dimensions::{CategoryCoding, DeclaredDimension};
use super::file_pattern::FilePattern;
use super::validate::ProcessFile;
use crate::text_folding;

/// The forms of a day that are read where the process file declares none.
const DEFAULT_DATE_FORMATS: [&str; 2] = ["YYYY-MM-DD", "DD/MM/YYYY"];

/// How the bytes of a text export become characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncodingChoice {
    /// UTF-8 or UTF-16 where a BOM says so, UTF-8 where any valid multi-byte sequence says so, else Windows-1252.
    #[default]
    Auto,
    /// UTF-8, whatever the bytes look like.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252, whatever the bytes look like.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// UTF-16; without a BOM little-endian, unless its first byte is zero.
    #[serde(rename = "utf-16")]
    Utf16,
}

/// The zone of Parquet timestamps that carry none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimestampZone {
    /// Mexico City.
    Local,
    /// UTC.
    Utc,
}

/// How one source's exports are read.
#[derive(Clone, Debug)]
pub struct ExportContract<C> {
    /// Names of the files; `None`: the source's name, `_` and the day, `solicitudes_20201015`.
    pub files: Option<FilePattern>,
    /// Forced encoding, or automatic.
    pub encoding: EncodingChoice,
    /// The byte between cells; `None`: found from the header.
    pub delimiter: Option<u8>,
    /// Whether cells may be quoted; `false`: a quote is text.
    pub quotes: bool,
    /// The line of the header, from 1; `None`: the first of the first 20 lines that holds the required columns.
    pub header_line: Option<u32>,
    /// Words that mean an empty cell in any column. Blanks around a cell are removed; then the comparison is exact.
    pub empty_words: Vec<String>,
    /// Accepted forms of a day, tried in this order.
    pub date_formats: Vec<DateFormat>,
    /// Whether an export without a control file is refused.
    pub require_control: bool,
    /// The zone of Parquet timestamps without one; `None`: not declared, which means Mexico City, and refuses INT96.
    pub timestamps: Option<TimestampZone>,
    /// The sheet of a workbook that is read; `None`: the first.
    pub sheet: Option<String>,
    /// Header names of each column.
    pub columns: ColumnMap<C>,
}

/// `[exports.<source>]` as it is typed.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExport {
    files: Option<Spanned<String>>,
    #[serde(default)]
    encoding: EncodingChoice,
    delimiter: Option<Spanned<String>>,
    quotes: Option<bool>,
    header_line: Option<Spanned<toml::Value>>,
    #[serde(default)]
    empty: Vec<String>,
    date_formats: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    require_control: bool,
    timestamps: Option<TimestampZone>,
    sheet: Option<String>,
    #[serde(default)]
    columns: BTreeMap<Spanned<String>, OneOrMany>,
}

/// `"FOLIO"` or `["FOLIO", "FOLIO_SOLICITUD"]`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a header name or a list of header names")]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    /// The names.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name.clone()],
            Self::Many(names) => names.clone(),
        }
    }
}

pub(super) fn export_contract<C: SourceColumn>(
    file: &ProcessFile,
    raw: RawExport,
    declared: &[DeclaredDimension],
) -> Result<ExportContract<C>, ProcessError> {
    let date_formats = match raw.date_formats {
        None => DEFAULT_DATE_FORMATS.iter().filter_map(|format| format.parse().ok()).collect(),
        Some(formats) => {
            let parse = |format: &Spanned<String>| {
                format.get_ref().parse().map_err(|error: String| file.mistake_at(format, error))
            };
            if formats.get_ref().is_empty() {
                return Err(file.mistake_at(&formats, "date_formats names no form, so no date could be read"));
            }
            let parsed: Vec<DateFormat> = formats.get_ref().iter().map(parse).collect::<Result<_, _>>()?;
            for (place, format) in parsed.iter().enumerate() {
                let texts = formats.get_ref();
                let other =
                    parsed[..place].iter().zip(texts).find_map(|(one, text)| Some((format.contradiction(one)?, text)));
                if let Some((day, other)) = other {
                    let (format, other) = (texts[place].get_ref(), other.get_ref());
                    let message = format!(
                        "`{}` and `{}` read another day in {day}; keep the form that the export has",
                        other.escape_debug(),
                        format.escape_debug()
                    );
                    return Err(file.mistake_at(&texts[place], message));
                }
            }
            parsed
        }
    };
    let files = raw
        .files
        .as_ref()
        .map(|pattern| pattern.get_ref().parse::<FilePattern>().map_err(|error| file.mistake_at(pattern, error)));
    Ok(ExportContract {
        files: files.transpose()?,
        encoding: raw.encoding,
        delimiter: delimiter(file, raw.delimiter.as_ref())?,
        quotes: raw.quotes.unwrap_or(true),
        header_line: header_line(file, raw.header_line.as_ref())?,
        empty_words: raw.empty,
        date_formats,
        require_control: raw.require_control,
        timestamps: raw.timestamps,
        sheet: raw.sheet,
        columns: columns(file, raw.columns, declared)?,
    })
}

fn delimiter(file: &ProcessFile, raw: Option<&Spanned<String>>) -> Result<Option<u8>, ProcessError> {
    let Some(raw) = raw else { return Ok(None) };
    match raw.get_ref().as_bytes() {
        b"auto" => Ok(None),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(Some(*byte)),
        _ => Err(file.mistake_at(raw, "delimiter is \"auto\" or one ASCII character that is no quote and no line end")),
    }
}

fn header_line(file: &ProcessFile, raw: Option<&Spanned<toml::Value>>) -> Result<Option<u32>, ProcessError> {
    let Some(raw) = raw else { return Ok(None) };
    match raw.get_ref() {
        toml::Value::String(word) if word == "auto" => Ok(None),
        toml::Value::Integer(line @ 1..=1_000) => Ok(u32::try_from(*line).ok()),
        _ => Err(file.mistake_at(raw, "header_line is \"auto\" or a line number from 1 to 1000")),
    }
}

fn columns<C: SourceColumn>(
    file: &ProcessFile,
    raw: BTreeMap<Spanned<String>, OneOrMany>,
    declared: &[DeclaredDimension],
) -> Result<ColumnMap<C>, ProcessError> {
    let mut mapped: Vec<(C, Vec<String>)> = Vec::new();
    let mut keys = Vec::new();
    for (key, headers) in raw {
        let column = C::BUILT_IN.iter().find(|column| column.key() == *key.get_ref()).ok_or_else(|| {
            if declared.iter().any(|declared| declared.name.get_ref() == key.get_ref()) {
                let message = format!(
                    "the header names of the dimension `{}` are its key `header` in [[dimensions]]",
                    key.get_ref()
                );
                return file.mistake_at(&key, message);
            }
            let accepted: Vec<_> = C::BUILT_IN.iter().map(|column| column.key()).collect();
            file.mistake_at(
                &key,
                format!("unknown column `{}`, expected one of: {}", key.get_ref(), accepted.join(", ")),
            )
        })?;
        let headers = headers.names();
        if headers.is_empty() || headers.iter().any(|header| text_folding::header(header).is_empty()) {
            return Err(file.mistake_at(&key, format!("column `{}` needs a header name", key.get_ref())));
        }
        mapped.push((*column, headers));
        keys.push((*column, key));
    }
    keys.extend(C::DECLARED.iter().copied().zip(declared.iter().map(|declared| declared.name.clone())));
    let declared_columns = declared.iter().map(|declared| DeclaredColumn {
        key: declared.name.get_ref().clone(),
        headers: declared.headers.clone(),
        is_date: matches!(declared.definition.coding, CategoryCoding::Ages(_)),
    });
    ColumnMap::new(&mapped, declared_columns).map_err(|SharedHeader { header, columns }| {
        let key = |column: C| {
            let declared = column.index().checked_sub(C::BUILT_IN.len()).and_then(|place| declared.get(place));
            declared.map_or_else(|| column.key(), |declared| declared.name.get_ref().clone())
        };
        let message = format!(
            "header `{}` stands for two columns, `{}` and `{}`",
            header.escape_debug(),
            key(columns[0]),
            key(columns[1])
        );
        // The later of the two keys; a default header has no line.
        let named = keys.iter().filter(|(column, _)| columns.contains(column));
        match named.max_by_key(|(_, key)| key.span().start) {
            Some((_, key)) => file.mistake_at(key, message),
            None => ProcessError::mistake_at(file.path, file.text, 0, message),
        }
    })
}
