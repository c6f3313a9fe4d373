/*!
Names the sheets of workbooks, within the rules of Excel.
*/

use lnere_core::mexican_formats::capitalized;
use lnere_messages::message;

/// The maximum length of a sheet name, in UTF-16 units.
pub const MAX_SHEET_NAME_LENGTH: usize = 31;

/// The sheet with the key figures.
pub const SUMMARY_SHEET: &str = "Resumen";
/// The sheet that lists the others.
pub const INDEX_SHEET: &str = "Índice";
/// The sheet with the statuses at each corte, one column for each status.
pub const STATUS_COURSE_SHEET: &str = "Estatus por corte";
/// The sheet with the meanings of columns.
pub const DICTIONARY_SHEET: &str = "Diccionario";
/// The sheet with the meanings of codes.
pub const CODES_SHEET: &str = "Códigos";

/// The names that no table may have: those of the other sheets, and one that Excel reserves.
const RESERVED_NAMES: [&str; 6] =
    [SUMMARY_SHEET, INDEX_SHEET, STATUS_COURSE_SHEET, DICTIONARY_SHEET, CODES_SHEET, "History"];

/// The characters that Excel forbids.
const FORBIDDEN_CHARACTERS: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];

/// Whether two names are the same to Excel, which ignores case.
fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// The mistake of a sheet name in `tablas.toml`, if any; `taken` are the names of the tables above.
pub(super) fn sheet_name_problem<'a>(
    table: &str,
    name: &str,
    mut taken: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let length = name.encode_utf16().count();
    let has_forbidden = |character: char| FORBIDDEN_CHARACTERS.contains(&character) || character.is_control();
    if name.trim().is_empty() || name.trim() != name || length > MAX_SHEET_NAME_LENGTH {
        return Some(message!("L306-sheet-length", table, sheet = name, length, most = MAX_SHEET_NAME_LENGTH));
    }
    if name.contains(has_forbidden) || name.starts_with('\'') || name.ends_with('\'') {
        return Some(message!("L306-sheet-characters", table, sheet = name));
    }
    if RESERVED_NAMES.iter().any(|reserved| is_same_name(reserved, name)) {
        return Some(message!("L306-sheet-reserved", table, sheet = name));
    }
    taken.any(|other| is_same_name(other, name)).then(|| message!("L306-sheet-twice", table, sheet = name))
}

/// The sheet name of a table that names none: `proyeccion_lnere` is on `Proyeccion lnere`.
#[must_use]
pub fn default_sheet_name(table: &str) -> String {
    capitalized(&shorten(table, MAX_SHEET_NAME_LENGTH).replace('_', " "))
}

/// The sheet names of a workbook, in order. A name that is reserved or taken gets a number.
pub fn unique_sheet_names<'a>(wanted: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in wanted {
        let is_taken = |candidate: &str| {
            RESERVED_NAMES.iter().any(|reserved| is_same_name(reserved, candidate))
                || names.iter().any(|other| is_same_name(other, candidate))
        };
        let mut candidate = cut(name, MAX_SHEET_NAME_LENGTH).to_owned();
        let mut copy = 1;
        while is_taken(&candidate) {
            copy += 1;
            let mark = format!(" {copy}");
            candidate = cut(name, MAX_SHEET_NAME_LENGTH - mark.len()).to_owned() + &mark;
        }
        names.push(candidate);
    }
    names
}

/// The start of a text, of at most `limit` UTF-16 units.
fn cut(text: &str, limit: usize) -> &str {
    let mut length = 0;
    let end = text.char_indices().find(|(_, character)| {
        length += character.len_utf16();
        length > limit
    });
    end.map_or(text, |(end, _)| text[..end].trim_end())
}

/// A name of at most `limit` letters. The longest words are cut at the end, so that each word stays
/// recognizable.
fn shorten(name: &str, limit: usize) -> String {
    let mut words: Vec<Vec<char>> = name.split('_').map(|word| word.chars().collect()).collect();
    let length = |words: &[Vec<char>]| words.iter().map(|word| word.len() + 1).sum::<usize>() - 1;
    while length(&words) > limit {
        let longest = words.iter().map(Vec::len).max().unwrap_or(0);
        // Of equally long words the last one is cut, because the first words state the subject of
        // the table.
        match words.iter_mut().rev().find(|word| word.len() == longest) {
            Some(word) if longest > 1 => {
                word.pop();
            }
            _ => {
                words.pop();
            }
        }
    }
    words.into_iter().map(String::from_iter).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_name_is_the_table_in_words() {
        assert_eq!(default_sheet_name("proyeccion_lnere_nacional"), "Proyeccion lnere nacional");
        let long = default_sheet_name("credenciales_por_entidad_representacion");
        assert_eq!(long, "Credencia por entidad represent", "each word keeps its start");
        assert_eq!(default_sheet_name(&vec!["a"; 40].join("_")).len(), 31);
    }

    #[test]
    fn no_two_sheets_are_called_the_same() {
        let (long, longer) = ("a".repeat(40), "a".repeat(41));
        let names = unique_sheet_names(["resumen", "Tabla", "tabla", &long, &longer].into_iter());
        assert_eq!(names, ["resumen 2", "Tabla", "tabla 2", &"a".repeat(31), &format!("{} 2", "a".repeat(29))]);
    }

    #[test]
    fn a_name_that_excel_refuses_is_a_mistake() {
        let problem = |name: &str| sheet_name_problem("tabla", name, ["Por sexo"].into_iter());
        assert_eq!(problem("Por país"), None);
        assert_eq!(problem(&"ñ".repeat(31)), None);
        for wrong in ["", " Por país", "Sexo/país", "¿Qué?", "[1]", "'Por país'", "POR SEXO", "índice", "History"]
        {
            assert!(problem(wrong).is_some(), "{wrong}");
        }
        assert!(problem(&"ñ".repeat(32)).is_some());
        assert!(problem(&"🗳".repeat(16)).is_some(), "Excel counts UTF-16 units");
    }
}
