/*!
Reads the section `[exports.<source>]` of the process file: how the exports of one source are read.
*/

use std::ops::RangeInclusive;

use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::ProcessError;
use super::columns::{ColumnMap, DeclaredColumn, RawColumns, SharedHeader, SourceColumn};
use super::dimensions::{CategorySource, DeclaredDimension};
use super::export_date_format::DateFormat;
use super::file_pattern::FilePattern;
#[cfg(test)]
use super::generated_docs::LineOrAuto;
use super::validate::ProcessFile;
use crate::text_folding;

/// The date formats if the process file declares none.
const DEFAULT_DATE_FORMATS: [&str; 2] = ["YYYY-MM-DD", "DD/MM/YYYY"];

/// With this value in the process file, the program detects the delimiter or the header line.
pub(super) const AUTO_KEYWORD: &str = "auto";

/// Whether cells may be quoted if the process file does not state it.
const DEFAULT_QUOTES: bool = true;

/// The lines that may contain the header.
pub(super) const PERMITTED_HEADER_LINES: RangeInclusive<i64> = 1..=1_000;

/// How the bytes of a text export become characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(JsonSchema, serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum EncodingChoice {
    /// UTF-8 or UTF-16 where a BOM says so, UTF-8 where any valid multi-byte sequence says so, else
    /// Windows-1252.
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
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TimestampZone {
    /// Mexico City.
    Local,
    /// UTC.
    Utc,
}

/// How the exports of one source are read.
#[derive(Clone, Debug)]
pub struct ExportContract<C> {
    /// The pattern of file names; `None`: the name of the source, `_` and the day,
    /// `solicitudes_20201015`.
    pub file_pattern: Option<FilePattern>,
    /// Forced encoding, or automatic.
    pub encoding: EncodingChoice,
    /// The byte between cells; `None` if it is detected from the header.
    pub delimiter: Option<u8>,
    /// Whether cells may be quoted; if `false`, a quote is text.
    pub allows_quoted_cells: bool,
    /// The line of the header, from 1; `None` for the first of the first 20 lines with the required
    /// columns.
    pub header_line: Option<u32>,
    /// Words that mean an empty cell in any column. They are compared exactly, after removal of the
    /// blanks around a cell.
    pub words_for_empty_cells: Vec<String>,
    /// The accepted date formats, tried in this order.
    pub date_formats: Vec<DateFormat>,
    /// Whether an export without a control file is refused.
    pub requires_control_file: bool,
    /// The zone of Parquet timestamps without one. `None`: not declared, which means Mexico City
    /// and refuses INT96.
    pub timestamp_zone: Option<TimestampZone>,
    /// The sheet of a workbook to read; `None` for the first.
    pub sheet_name: Option<String>,
    /// The header names of each column.
    pub columns: ColumnMap<C>,
}

/// What the exports of a source have that differs from the defaults. docs/exports.md describes
/// formats, dates and messages.
#[derive(Deserialize, Default)]
#[cfg_attr(
    test,
    derive(JsonSchema),
    schemars(title = "`[exports.solicitudes]`, `[exports.credenciales]`", bound = "K: Default + JsonSchema")
)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExport<K> {
    /// Names of the files: a pattern with one day in braces; `*` stands for anything.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend(
            "x-accepts" = "in braces `YYYY` or `YY`, `MM` and `DD`, in any order with any separators",
            "x-if-absent" = "the source, `_` and the day: `solicitudes_20201015.csv`",
            "examples" = ["SIILNERE_*_{YYYYMMDD}_*.txt"]
        )
    ))]
    files: Option<Spanned<String>>,
    /// Encoding of a text export. A byte-order mark (BOM) is obeyed.
    #[cfg_attr(test, schemars(extend("examples" = ["windows-1252"])))]
    #[serde(default)]
    encoding: EncodingChoice,
    /// The character between cells. With `"auto"`, the program finds `,`, `;`, `|` or a tab in the
    /// header.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend(
            "x-accepts" = "`\"auto\"`, or one ASCII character that is no quote and no line end",
            "default" = AUTO_KEYWORD,
            "examples" = ["|"]
        )
    ))]
    delimiter: Option<Spanned<String>>,
    /// Whether cells may be quoted. With `false`, a quote is text.
    #[cfg_attr(test, schemars(extend("default" = DEFAULT_QUOTES, "examples" = [false])))]
    quotes: Option<bool>,
    /// Line of the header. With `"auto"`, it is the first of the first 20 lines with all columns. A
    /// line `sep=;` is skipped.
    #[cfg_attr(test, schemars(with = "Option<LineOrAuto>", extend("default" = AUTO_KEYWORD, "examples" = [6])))]
    header_line: Option<Spanned<toml::Value>>,
    /// Words that mean an empty cell in any column. Blanks around a cell do not count; case does.
    #[cfg_attr(test, schemars(extend("examples" = [["null", "NULL"]])))]
    #[serde(default)]
    empty: Vec<String>,
    /// Forms of a day, tried in this order. The time of day needs no form.
    #[cfg_attr(test, schemars(
        with = "Option<Vec<String>>",
        length(min = 1),
        extend(
            "x-accepts" = "`YYYY`, `YY` or `RR`; `MM`, `M` or `MON`; `DD` or `D`; any order and separators",
            "default" = DEFAULT_DATE_FORMATS,
            "examples" = [["DD-MON-RR"]]
        )
    ))]
    date_formats: Option<Spanned<Vec<Spanned<String>>>>,
    /// Whether an export without a control file is refused.
    #[cfg_attr(test, schemars(extend("examples" = [true])))]
    #[serde(default)]
    require_control: bool,
    /// Time zone of Parquet timestamps that have none.
    #[cfg_attr(test, schemars(extend(
        "x-if-absent" = "Mexico City, and INT96 timestamps are refused", "examples" = ["utc"]
    )))]
    timestamps: Option<TimestampZone>,
    /// Sheet of a workbook that is read.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "the first visible sheet", "examples" = ["Hoja1"])))]
    sheet: Option<String>,
    /// Header names of the columns.
    #[serde(default)]
    columns: K,
}

/// `"FOLIO"` or `["FOLIO", "FOLIO_SOLICITUD"]`.
#[cfg_attr(test, derive(JsonSchema), schemars(untagged))]
pub(super) enum HeaderNames {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for HeaderNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = |value: toml::Value| value.as_str().map(str::to_owned);
        let names = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(name) => Some(Self::One(name)),
            toml::Value::Array(names) => names.into_iter().map(text).collect::<Option<_>>().map(Self::Many),
            _ => None,
        };
        names.ok_or_else(|| D::Error::custom(message!("L126-header-names")))
    }
}

impl HeaderNames {
    /// The names.
    pub fn to_vec(&self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name.clone()],
            Self::Many(names) => names.clone(),
        }
    }
}

pub(super) fn validate_export_contract<C: SourceColumn>(
    process_file: &ProcessFile,
    raw_export: RawExport<RawColumns<C>>,
    declared_dimensions: &[DeclaredDimension],
) -> Result<ExportContract<C>, ProcessError> {
    let date_formats = match raw_export.date_formats {
        None => DEFAULT_DATE_FORMATS.iter().filter_map(|format| format.parse().ok()).collect(),
        Some(formats) => {
            let parse = |format: &Spanned<String>| {
                format.get_ref().parse().map_err(|error: String| process_file.mistake_at(format, error))
            };
            if formats.get_ref().is_empty() {
                return Err(process_file.mistake_at(&formats, message!("L128-no-date-forms")));
            }
            let parsed: Vec<DateFormat> = formats.get_ref().iter().map(parse).collect::<Result<_, _>>()?;
            for (place, format) in parsed.iter().enumerate() {
                let texts = formats.get_ref();
                let other = parsed[..place]
                    .iter()
                    .zip(texts)
                    .find_map(|(one, text)| Some((format.find_conflicting_text(one)?, text)));
                if let Some((day, other)) = other {
                    let (format, other) = (texts[place].get_ref(), other.get_ref());
                    let message = message!(
                        "L128-conflicting-date-forms",
                        other = other.escape_debug(),
                        form = format.escape_debug(),
                        text = day,
                    );
                    return Err(process_file.mistake_at(&texts[place], message));
                }
            }
            parsed
        }
    };
    let files = raw_export.files.as_ref().map(|pattern| {
        pattern.get_ref().parse::<FilePattern>().map_err(|error| process_file.mistake_at(pattern, error))
    });
    Ok(ExportContract {
        file_pattern: files.transpose()?,
        encoding: raw_export.encoding,
        delimiter: validate_delimiter(process_file, raw_export.delimiter.as_ref())?,
        allows_quoted_cells: raw_export.quotes.unwrap_or(DEFAULT_QUOTES),
        header_line: validate_header_line(process_file, raw_export.header_line.as_ref())?,
        words_for_empty_cells: raw_export.empty,
        date_formats,
        requires_control_file: raw_export.require_control,
        timestamp_zone: raw_export.timestamps,
        sheet_name: raw_export.sheet,
        columns: validate_columns(process_file, raw_export.columns, declared_dimensions)?,
    })
}

fn validate_delimiter(process_file: &ProcessFile, raw: Option<&Spanned<String>>) -> Result<Option<u8>, ProcessError> {
    let Some(raw) = raw else { return Ok(None) };
    match raw.get_ref().as_bytes() {
        word if word == AUTO_KEYWORD.as_bytes() => Ok(None),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(Some(*byte)),
        _ => Err(process_file.mistake_at(raw, message!("L130-delimiter"))),
    }
}

fn validate_header_line(
    process_file: &ProcessFile,
    raw: Option<&Spanned<toml::Value>>,
) -> Result<Option<u32>, ProcessError> {
    let Some(raw) = raw else { return Ok(None) };
    match raw.get_ref() {
        toml::Value::String(word) if word == AUTO_KEYWORD => Ok(None),
        toml::Value::Integer(line) if PERMITTED_HEADER_LINES.contains(line) => Ok(u32::try_from(*line).ok()),
        _ => {
            let (first, last) = (PERMITTED_HEADER_LINES.start(), PERMITTED_HEADER_LINES.end());
            let message = message!("L114-header-line", auto = AUTO_KEYWORD, first, last);
            Err(process_file.mistake_at(raw, message))
        }
    }
}

fn validate_columns<C: SourceColumn>(
    process_file: &ProcessFile,
    raw_columns: RawColumns<C>,
    declared_dimensions: &[DeclaredDimension],
) -> Result<ColumnMap<C>, ProcessError> {
    let mut mapped: Vec<(C, Vec<String>)> = Vec::new();
    let mut keys = Vec::new();
    for (key, headers) in raw_columns.headers {
        let column = C::BUILT_IN.iter().find(|column| column.toml_key() == *key.get_ref()).ok_or_else(|| {
            if declared_dimensions.iter().any(|declared| declared.name.get_ref() == key.get_ref()) {
                let message = message!("L126-dimension-in-columns", name = key.get_ref());
                return process_file.mistake_at(&key, message);
            }
            let accepted: Vec<_> = C::BUILT_IN.iter().map(|column| column.toml_key()).collect();
            let message = message!("L126-unknown-column", column = key.get_ref(), accepted = accepted.join(", "));
            process_file.mistake_at(&key, message)
        })?;
        let headers = headers.to_vec();
        if headers.is_empty() || headers.iter().any(|header| text_folding::fold_header(header).is_empty()) {
            return Err(process_file.mistake_at(&key, message!("L126-column-without-header", column = key.get_ref())));
        }
        mapped.push((*column, headers));
        keys.push((*column, key));
    }
    keys.extend(C::DECLARED.iter().copied().zip(declared_dimensions.iter().map(|declared| declared.name.clone())));
    let declared_columns = declared_dimensions.iter().map(|declared| DeclaredColumn {
        toml_key: declared.name.get_ref().clone(),
        headers: declared.headers.clone(),
        is_date: matches!(declared.definition.category_source, CategorySource::Ages(_)),
    });
    ColumnMap::new(&mapped, declared_columns).map_err(|SharedHeader { header, columns }| {
        let key = |column: C| {
            let declared =
                column.index().checked_sub(C::BUILT_IN.len()).and_then(|place| declared_dimensions.get(place));
            declared.map_or_else(|| column.toml_key(), |declared| declared.name.get_ref().clone())
        };
        let message = message!(
            "L127-shared-header",
            header = header.escape_debug(),
            first = key(columns[0]),
            second = key(columns[1]),
        );
        // Reports the later of the two keys; a default header has no line.
        let named = keys.iter().filter(|(column, _)| columns.contains(column));
        match named.max_by_key(|(_, key)| key.span().start) {
            Some((_, key)) => process_file.mistake_at(key, message),
            None => ProcessError::mistake_at(process_file.path, process_file.text, 0, message),
        }
    })
}
