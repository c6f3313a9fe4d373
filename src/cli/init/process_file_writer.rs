/*!
Writes the proposed process file, with comments in Spanish for the operator.
*/

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::category_proposals::{ProposedList, printable};
use super::header_matching::{CellKind, ColumnMatch, Confidence};
use crate::cli::terminal::count_text;
use lnere_core::process::{DateFormat, Source};
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::export_survey::{ColumnSurvey, ExportSurvey, MIN_SHOWN_RECORDS, SurveyedText};

/// The mark of what the operator must review.
pub(super) const REVIEW_MARK: &str = "# REVISAR:";

/// The most names of unused columns in a comment.
const MAX_UNUSED_NAMES: usize = 40;

/// The most characters of a line with a comment.
const MAX_LINE_CHARACTERS: usize = 100;

/// Date formats that a process file has by default. Later exports may have them too.
const DEFAULT_DATE_FORMATS: [&str; 2] = ["YYYY-MM-DD", "DD/MM/YYYY"];

/// A value with what the operator must review, in Spanish.
pub(super) struct Proposed<T> {
    pub value: T,
    pub doubt: Option<String>,
}

/// An export with its columns.
pub(super) struct MatchedExport {
    pub source: Source,
    /// The name of the file.
    pub name: String,
    /// The day that its name gives.
    pub day: Option<NaiveDate>,
    pub survey: ExportSurvey,
    pub columns: Vec<ColumnMatch>,
    /// The pattern of file names; `None` for the default names.
    pub file_pattern: Option<String>,
    /// What the operator must review about the source or the name, in Spanish.
    pub doubt: Option<String>,
}

/// The content of the process file.
pub(super) struct ProposedProcess {
    pub id: String,
    pub title: Proposed<String>,
    pub election_day: Proposed<NaiveDate>,
    pub entities: Proposed<Vec<(String, String)>>,
    pub opens: Proposed<NaiveDate>,
    pub closes: Proposed<NaiveDate>,
    pub exports_folder: Proposed<String>,
    pub charts_folder: String,
    /// The lists of the five dimensions, by the key of each.
    pub categories: Vec<(String, ProposedList)>,
    pub exports: Vec<MatchedExport>,
}

/// The text of a process file.
pub(super) fn process_file_text(process: &ProposedProcess) -> String {
    let mut text = String::new();
    write_head(&mut text, process);
    write_categories(&mut text, process);
    for source in Source::ALL {
        match process.exports.iter().find(|export| export.source == source) {
            Some(export) => write_export(&mut text, export, &sure_date_patterns(process)),
            None => {
                let _ = write!(
                    text,
                    "\n{REVIEW_MARK} no se dio ninguna exportación de {source}; se espera con los encabezados de siempre.\n\
                     [exports.{source}]\nencoding = \"auto\"\n"
                );
            }
        }
    }
    text
}

fn write_head(text: &mut String, process: &ProposedProcess) {
    text.push_str("# Archivo del proceso que propuso `lnere init` a partir de estas exportaciones:\n");
    for export in &process.exports {
        let _ = writeln!(
            text,
            "# - {}: {}, {} registros",
            export.source,
            escaped_name(&export.name),
            count_text(export.survey.records)
        );
    }
    let _ = write!(
        text,
        "# Lo que no es seguro lleva una marca (\"REVISAR\" con dos puntos). Corrija la línea y borre la\n\
         # marca. Ningún valor que tengan menos de {MIN_SHOWN_RECORDS} registros está en este archivo. La página\n\
         # docs/process-file.md explica todas las claves. Las rutas son relativas a este archivo.\n\n\
         id = {}\n",
        quoted(&process.id)
    );
    line(text, &format!("title = {}", quoted(&process.title.value)), process.title.doubt.as_deref());
    line(text, "source_note = \"Registros del SIILNERE y de la credencialización en el extranjero.\"", None);
    line(text, &format!("election_day = {}", process.election_day.value), process.election_day.doubt.as_deref());
    text.push_str("# Entidades con voto desde el extranjero. Las solicitudes de otras se rechazan.\n");
    if let Some(doubt) = &process.entities.doubt {
        let _ = writeln!(text, "{REVIEW_MARK} {doubt}");
    }
    text.push_str("entities = [\n");
    for (code, note) in &process.entities.value {
        let _ = writeln!(text, "    {}, # {note}", quoted(code));
    }
    text.push_str("]\n\n# Periodo de registro. Una solicitud con fecha fuera de él se rechaza.\n[registration]\n");
    line(text, &format!("opens = {}", process.opens.value), process.opens.doubt.as_deref());
    line(text, &format!("closes = {}", process.closes.value), process.closes.doubt.as_deref());
    let _ = write!(
        text,
        "\n[credentials]\ncounts_from = {} # los trámites anteriores a este día no se cuentan\n\n[paths]\n",
        process.opens.value
    );
    let folder = &process.exports_folder;
    line(text, &format!("inputs = {}", quoted(&folder.value)), folder.doubt.as_deref());
    let _ = write!(
        text,
        "catalogs = \"catalogos\"\ntables = \"tablas.toml\"\ncharts = {}\nstatements = \"titulares.toml\"\nreport = \"reporte\"\nshapes = \"formas\"\n\n\
         [publish]\nparts = [\"tablas\", \"graficas\", \"paquetes\", \"tablero\"]\n\n\
         # Sin [projection] no hay proyección: necesita procesos de referencia. Sin [audiences.publico]\n\
         # nada es para el público. Los procesos de ejemplo de `lnere config export` tienen las dos.\n",
        quoted(&process.charts_folder)
    );
}

fn write_categories(text: &mut String, process: &ProposedProcess) {
    text.push_str(
        "\n# Valores de cada columna de categorías, en el orden de las tablas. Un texto que no está aquí se\n\
         # cuenta como no identificado. El número es el de registros con ese valor.\n[categories]\n",
    );
    for (key, list) in &process.categories {
        if key == "estatus" {
            text.push_str("# En el orden del análisis: el primero vale mientras no se conozca otro.\n");
        }
        if list.categories.is_empty() {
            let _ = write!(
                text,
                "{REVIEW_MARK} ningún valor de esta columna lo tienen {MIN_SHOWN_RECORDS} registros; escriba sus claves.\n\
                 {key} = [{{ code = \"PENDIENTE\", label = \"Pendiente de definir\" }}]\n"
            );
            continue;
        }
        let _ = writeln!(text, "{key} = [");
        for category in &list.categories {
            let mut entry = format!("code = {}, label = {}", quoted(&category.code), quoted(&category.label));
            if !category.aliases.is_empty() {
                let aliases: Vec<String> = category.aliases.iter().map(|alias| quoted(alias)).collect();
                let _ = write!(entry, ", aliases = [{}]", aliases.join(", "));
            }
            let note = match (&category.doubt, category.records) {
                (Some(doubt), records) => format!("{REVIEW_MARK} {doubt} ({} registros)", count_text(records)),
                (None, 0) => "# no se vio".to_owned(),
                (None, records) => format!("# {}", count_text(records)),
            };
            let _ = writeln!(text, "    {{ {entry} }}, {note}");
        }
        text.push_str("]\n");
        if list.records_without_data > 0 {
            let _ =
                writeln!(text, "# Sin dato, quedan como no identificados: {}.", count_text(list.records_without_data));
        }
        if list.rare_texts > 0 {
            let _ = writeln!(
                text,
                "# Valores distintos con menos de {MIN_SHOWN_RECORDS} registros, que no se muestran: {}.",
                list.rare_texts
            );
        }
        if list.further_texts > 0 {
            let _ = writeln!(
                text,
                "{REVIEW_MARK} {key} tiene más valores frecuentes, que no caben: {}.",
                list.further_texts
            );
        }
    }
}

fn write_export(text: &mut String, export: &MatchedExport, sure_patterns: &[&str]) {
    let MatchedExport { source, survey, .. } = export;
    let _ = writeln!(text, "\n# {}:\n# {}.", escaped_name(&export.name), dialect_text(survey));
    if let Some(doubt) = &export.doubt {
        let _ = writeln!(text, "{REVIEW_MARK} {doubt}");
    }
    if survey.records_of_other_width > 0 {
        // Some damaged records are usual, and the check counts them.
        let is_unusual = survey.records_of_other_width > survey.records / 100;
        let mark = if is_unusual { REVIEW_MARK } else { "#" };
        let other = count_text(survey.records_of_other_width);
        let _ = writeln!(text, "{mark} registros con otro número de celdas que el encabezado: {other}.");
    }
    let _ = writeln!(text, "[exports.{source}]");
    if let Some(pattern) = &export.file_pattern {
        let _ = writeln!(text, "files = {} # el día va entre llaves; `*` es cualquier texto", quoted(pattern));
    }
    if let Some(dialect) = &survey.text {
        write_dialect(text, dialect);
    }
    if let Some(sheet) = &survey.sheet {
        let _ = writeln!(text, "sheet = {}", quoted(sheet));
    }
    if survey.has_int96 {
        line(text, "timestamps = \"local\"", Some("zona de las fechas sin zona: `local` o `utc`"));
    }
    if !survey.empty_words.is_empty() {
        let words: Vec<String> = survey.empty_words.iter().map(|(word, _)| quoted(word)).collect();
        let cells: u64 = survey.empty_words.iter().map(|(_, cells)| cells).sum();
        let _ = writeln!(
            text,
            "empty = [{}] # palabras en lugar de una celda vacía: {}",
            words.join(", "),
            count_text(cells)
        );
    }
    let (formats, doubt) = date_formats(export, sure_patterns);
    line(text, &format!("date_formats = [{formats}]"), doubt.as_deref());
    let _ = writeln!(text, "\n[exports.{source}.columns]");
    for one in &export.columns {
        let header = one.survey(survey).map_or(one.column.default_header, |column| column.header.as_str());
        let doubt = match one.confidence {
            Confidence::Exact | Confidence::Synonym | Confidence::Chosen => None,
            Confidence::Similar => Some("el encabezado solo se parece"),
            Confidence::Content => Some("se eligió solo por el contenido"),
            Confidence::NameOnly => Some("el nombre corresponde, pero el contenido no parece"),
            Confidence::NotFound => Some("no se encontró la columna; escriba aquí su encabezado"),
        };
        line(text, &format!("{} = {}", one.column.key, quoted(header)), doubt);
    }
    let is_used = |place: usize| export.columns.iter().any(|one| one.place == Some(place));
    let unused: Vec<String> = survey
        .columns
        .iter()
        .enumerate()
        .filter(|(place, column)| !is_used(*place) && !column.header.is_empty())
        .map(|(_, column)| printable(&column.header))
        .take(MAX_UNUSED_NAMES)
        .collect();
    if !unused.is_empty() {
        let _ = writeln!(text, "# Columnas que no se usan: {}", unused.join(", "));
    }
}

fn write_dialect(text: &mut String, dialect: &SurveyedText) {
    if dialect.is_encoding_found {
        let _ = writeln!(text, "encoding = \"auto\" # se vio {}", dialect.encoding);
    } else {
        let _ = writeln!(text, "encoding = {}", quoted(dialect.encoding));
    }
    let delimiter = dialect.delimiter.to_string();
    if dialect.is_delimiter_found {
        let shown = if dialect.delimiter == '\t' { "un tabulador".to_owned() } else { format!("`{delimiter}`") };
        let _ = writeln!(text, "delimiter = \"auto\" # se vio {shown}");
    } else {
        let _ = writeln!(text, "delimiter = {}", quoted(&delimiter));
    }
    // Systems that write `|` seldom quote. A stray quote would then join records.
    if dialect.quotes == Some(false) || (dialect.quotes.is_none() && dialect.delimiter == '|') {
        text.push_str("quotes = false # una comilla es texto, no encierra celdas\n");
    }
}

fn dialect_text(survey: &ExportSurvey) -> String {
    let kind = match &survey.text {
        Some(dialect) => {
            let delimiter =
                if dialect.delimiter == '\t' { "tabulador".to_owned() } else { format!("`{}`", dialect.delimiter) };
            format!(
                "texto en {} separado por {delimiter}, encabezado en la línea {}",
                dialect.encoding, survey.header_line
            )
        }
        None if survey.header_line > 0 => format!("libro de Excel, encabezado en la fila {}", survey.header_line),
        None => "Parquet".to_owned(),
    };
    format!("{kind}, {} registros", count_text(survey.records))
}

fn date_columns(export: &MatchedExport) -> impl Iterator<Item = &ColumnSurvey> {
    let columns = export.columns.iter().filter(|one| one.column.kind == CellKind::Date);
    columns.filter_map(|one| one.survey(&export.survey))
}

/// The date formats whose order of day and month a column of either export decides.
fn sure_date_patterns(process: &ProposedProcess) -> Vec<&'static str> {
    let columns = process.exports.iter().flat_map(date_columns).filter(|column| !column.is_date_order_unsure);
    columns.flat_map(|column| column.date_formats.iter().map(|(pattern, _)| *pattern)).collect()
}

/// The date formats of the date columns, the most frequent first.
fn date_formats(export: &MatchedExport, sure_patterns: &[&str]) -> (String, Option<String>) {
    // A column that decides between day first and month first precedes one that does not.
    let mut formats: Vec<(bool, &str, u64)> = Vec::new();
    for column in date_columns(export) {
        for (pattern, cells) in &column.date_formats {
            match formats.iter_mut().find(|(_, other, _)| other == pattern) {
                Some((is_unsure, _, sum)) => {
                    *is_unsure &= column.is_date_order_unsure;
                    *sum += cells;
                }
                None => formats.push((column.is_date_order_unsure, pattern, *cells)),
            }
        }
    }
    formats.sort_by_key(|(is_unsure, _, cells)| (*is_unsure, std::cmp::Reverse(*cells)));
    let mut kept: Vec<(bool, &str)> = Vec::new();
    let mut conflict = false;
    for (is_unsure, pattern, _) in formats {
        if kept.iter().any(|(_, other)| conflicts(pattern, other)) {
            conflict |= !is_unsure;
        } else {
            kept.push((is_unsure, pattern));
        }
    }
    let is_unsure = kept.iter().any(|(is_unsure, pattern)| *is_unsure && !sure_patterns.contains(pattern));
    let patterns: Vec<&str> = kept.into_iter().map(|(_, pattern)| pattern).collect();
    let doubt = if patterns.is_empty() {
        Some("no se vio ninguna fecha")
    } else if conflict {
        Some("las columnas tienen fechas con el día y el mes en distinto orden")
    } else if is_unsure {
        Some("ninguna fecha dice si va primero el día o el mes")
    } else {
        None
    };
    let mut patterns = patterns;
    for pattern in DEFAULT_DATE_FORMATS {
        if !patterns.iter().any(|other| *other == pattern || conflicts(pattern, other)) {
            patterns.push(pattern);
        }
    }
    let patterns: Vec<String> = patterns.into_iter().map(quoted).collect();
    (patterns.join(", "), doubt.map(str::to_owned))
}

/// Whether two date formats read one text as different days.
fn conflicts(pattern: &str, other: &str) -> bool {
    match (pattern.parse::<DateFormat>(), other.parse::<DateFormat>()) {
        (Ok(one), Ok(other)) => one.find_conflicting_text(&other).is_some(),
        _ => true,
    }
}

/// Writes a line, with what the operator must review behind it, or above it if it is long.
fn line(text: &mut String, content: &str, doubt: Option<&str>) {
    let Some(doubt) = doubt else {
        let _ = writeln!(text, "{content}");
        return;
    };
    let is_long = content.chars().count() + doubt.chars().count() + REVIEW_MARK.len() + 2 > MAX_LINE_CHARACTERS;
    let _ = if is_long {
        writeln!(text, "{REVIEW_MARK} {doubt}\n{content}")
    } else {
        writeln!(text, "{content} {REVIEW_MARK} {doubt}")
    };
}

/// A text of TOML in double quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
