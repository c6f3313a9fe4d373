/*!
Parses TOML configuration files, and refuses texts that cannot be printed.

The program prints titles, labels, names and notes on charts, pages and sheets and in subject lines.
A control character breaks the PNG or the report, and a direction mark changes the order of letters.
So [`parse`] checks the texts of all keys, apart from keys that are only compared with exports.
*/

use std::borrow::Cow;

use lnere_messages::{Language, code_in_text, message};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::invisible_characters::{describe_invisible, is_invisible};

/// Keys whose texts are compared with exports and never printed: a header may hold a line end, and
/// a delimiter may be a tab.
const UNPRINTED_KEYS: [&str; 6] = ["exports", "header", "alias", "aliases", "prefijos_consulado", "prefijos_embajada"];

/// A mistake in a TOML file with its byte offset.
#[derive(Debug, PartialEq, Eq)]
pub struct TomlMistake {
    /// The byte offset.
    pub offset: usize,
    /// The message.
    pub message: String,
}

impl From<toml::de::Error> for TomlMistake {
    fn from(error: toml::de::Error) -> Self {
        Self { offset: error.span().map_or(0, |span| span.start), message: library_message(error.message()) }
    }
}

/// A message of the TOML library with a code, in the language of the process where its form is
/// known. A message of our own, from within the library, has its code already.
fn library_message(text: &str) -> String {
    if code_in_text(text).is_some() {
        return text.to_owned();
    }
    let name_and_expected = |prefix: &str| text.strip_prefix(prefix)?.split_once(", expected ");
    if let Some((key, expected)) = name_and_expected("unknown field ") {
        return message!("L165-unknown-key", key, expected = alternatives(expected));
    }
    if let Some((value, expected)) = name_and_expected("unknown variant ") {
        return message!("L166-unknown-value", value, expected = alternatives(expected));
    }
    if let Some((found, expected)) = name_and_expected("invalid type: ") {
        return message!("L166-other-type", found, expected);
    }
    match text.strip_prefix("missing field ") {
        Some(key) => message!("L165-missing-key", key),
        None => message!("L167-not-toml", mistake = text),
    }
}

/// The accepted names of a library message, such as "one of a, b" or "a or b", in the language of
/// the process.
fn alternatives(expected: &str) -> Cow<'_, str> {
    match Language::of_process() {
        Language::English => expected.into(),
        Language::Spanish => expected.trim_start_matches("one of ").replace("` or `", "` o `").into(),
    }
}

/// Parses a file.
///
/// # Errors
/// It is not TOML or not a valid `T`, or a text contains a character that cannot be printed.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, TomlMistake> {
    let document = DeTable::parse(text)?;
    match first_unprintable_in_table(text, document.get_ref(), "") {
        Some(mistake) => Err(mistake),
        None => Ok(toml::from_str(text)?),
    }
}

/// The first text of a table with an unprintable character, in the order of the file.
fn first_unprintable_in_table(text: &str, table: &DeTable, path: &str) -> Option<TomlMistake> {
    let printed = table.iter().filter(|(key, _)| !UNPRINTED_KEYS.contains(&key.get_ref().as_ref()));
    let found = printed.filter_map(|(key, value)| {
        let key = key.get_ref();
        let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
        first_unprintable_text(text, value, &path)
    });
    found.min_by_key(|mistake| mistake.offset)
}

fn first_unprintable_text(text: &str, value: &Spanned<DeValue>, path: &str) -> Option<TomlMistake> {
    match value.get_ref() {
        DeValue::String(string) => {
            let character = string.chars().find(|character| is_invisible(*character))?;
            // The file does not contain the character itself if an escape stands for it. Then the
            // message points to the beginning of the text.
            let span = value.span();
            let within = text.get(span.clone()).and_then(|written| written.find(character)).unwrap_or(0);
            let character_name = describe_invisible(character);
            let message = match character {
                '\n' | '\r' => message!("L103-unprintable-line-end", key = path, character = character_name),
                _ => message!("L103-unprintable-character", key = path, character = character_name),
            };
            Some(TomlMistake { offset: span.start + within, message })
        }
        DeValue::Array(values) => values.iter().find_map(|value| first_unprintable_text(text, value, path)),
        DeValue::Table(table) => first_unprintable_in_table(text, table, path),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::line_numbers::line_of;

    #[derive(Debug, Deserialize)]
    struct AnyTable {}

    /// The line and the message of a mistake; empty if the file is valid.
    fn mistake_text(text: &str) -> String {
        parse::<AnyTable>(text)
            .err()
            .map_or_else(String::new, |TomlMistake { offset, message }| format!("{} {message}", line_of(text, offset)))
    }

    #[test]
    fn every_text_is_looked_at_whatever_its_key_and_depth() {
        for (text, expected) in [
            ("a = 1\ntitle = \"Procesos\\u0007\"", "2 title holds the control character U+0007"),
            (
                "[tablero]\nhitos = [\n{ etiqueta = \"a\" },\n{ etiqueta = \"b\\u202E\" },\n]",
                "4 tablero.hitos.etiqueta holds",
            ),
            ("[[pais]]\nnombre = \"Canadá\"\n[[pais]]\nnombre = 'Can\u{200b}adá'", "4 pais.nombre holds the invisible"),
            (
                "[categories]\nsexo = [{ code = \"H\", label = \"Hom\\tbres\" }]",
                "2 categories.sexo.label holds the tab",
            ),
            (
                "note = \"\"\"\nuno\ndos\"\"\"",
                "1 note holds the line end U+000A, which cannot be printed; write the text on one line, or end each line but \
                 the last with a backslash [L103]",
            ),
            ("note = '''\nuno\ndos \u{2067}tres'''", "1 note holds the line end U+000A"),
            ("b = \"\\u0001\"\na = \"\\u0002\"", "1 b holds the control character U+0001"),
            (
                "title = 'uno\u{202e}'",
                "1 title holds the mark of direction U+202E, which cannot be printed; remove it [L103]",
            ),
        ] {
            let text_of_mistake = mistake_text(text);
            assert!(text_of_mistake.starts_with(expected), "{text_of_mistake}\n{text}");
        }
    }

    #[test]
    fn what_is_only_compared_with_exports_may_hold_anything() {
        for text in [
            "[exports.solicitudes]\ndelimiter = \"\\t\"\nempty = [\"\\u0000\"]",
            "[exports.solicitudes.columns]\ncve_entidad = [\"CLAVE\\nENTIDAD\", \"CLAVE ENTIDAD\"]",
            "[[dimensions]]\nheader = \"SEDE\\r\\nCONSULAR\"",
            "[[dimensions]]\ncategories = [{ code = \"A\", aliases = [\"a\\tb\"] }]",
            "[[pais]]\nalias = [\"Estados\\nUnidos\"]",
            "title = \"\"\"Procesos \\\n    Electorales\"\"\"",
            "# a comment with \u{200b}\ntitle = \"México «2021» — 50 %\"",
        ] {
            assert_eq!(mistake_text(text), "", "{text}");
        }
    }

    #[test]
    fn what_is_no_toml_is_said_as_before() {
        assert_eq!(mistake_text("a = 1\nb ="), "2 string values must be quoted, expected literal string [L167]");
    }
}
