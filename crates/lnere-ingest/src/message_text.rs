/*!
Prepares names and shapes of an export for messages. Invisible characters become visible, and cells
of persons are not shown.
*/

use std::fmt::Write as _;

use super::export_fault::with_count_of_others;
use lnere_core::invisible_characters::is_ignorable;
use lnere_core::text_folding;

/// The most header names in a message.
const MAX_NAMES_IN_MESSAGE: usize = 40;

/// The most characters of a header name or of a shape in a message.
const MAX_CHARACTERS_IN_MESSAGE: usize = 60;

/// The largest difference between a wanted name and a proposed name.
const MAX_NAME_DIFFERENCE: f64 = 0.4;

/// Words of header names that do not identify a column.
const FILLERS: [&str; 16] = [
    "cve",
    "clave",
    "id",
    "codigo",
    "cod",
    "de",
    "del",
    "la",
    "el",
    "num",
    "numero",
    "no",
    "nombre",
    "desc",
    "descripcion",
    "the",
];

/// A text with escaped control, invisible and unusual blank characters: `FOLIO\u{200b}`.
pub(super) fn escape_invisible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        if index == MAX_CHARACTERS_IN_MESSAGE {
            shown.push('…');
            break;
        }
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            _ if needs_escape(c) => {
                // Writing to a string does not fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            _ => shown.push(c),
        }
    }
    shown
}

/// Whether a character is invisible, or looks like an ordinary blank.
fn needs_escape(c: char) -> bool {
    c.is_control() || (c.is_whitespace() && c != ' ') || is_ignorable(c)
}

/// The names of a header as a list for people; `None` if the line may be a record.
///
/// If a file has no header, or unknown line ends, the presumed names are cells of persons.
pub(super) fn header_names(names: &[&str], known: usize) -> Option<String> {
    if names.iter().any(|name| looks_like_data(name)) || (known == 0 && names.len() < 2) {
        return None;
    }
    let list: Vec<String> = names.iter().take(MAX_NAMES_IN_MESSAGE).map(|name| header_name(name)).collect();
    Some(with_count_of_others(list.join(", "), names.len() - list.len()))
}

/// A name, in quotes if it is empty or contains a comma or a quote.
fn header_name(name: &str) -> String {
    let name = name.trim();
    if name.is_empty() || name.contains([',', '"']) {
        format!("\"{}\"", escape_invisible(name))
    } else {
        escape_invisible(name)
    }
}

/// A name as the content of a TOML string. Characters that comparisons ignore are removed: hidden
/// characters and repeated blanks.
pub(super) fn toml_name(name: &str) -> String {
    let seen: String = name.chars().filter(|c| c.is_whitespace() || !needs_escape(*c)).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    words.join(" ").replace('\\', "\\\\").replace('"', "\\\"")
}

/// Whether a header cell looks like data: a date, a number, a folio, or lines with delimiters.
fn looks_like_data(name: &str) -> bool {
    let name = name.trim();
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let groups = name.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let is_number = digits > 0 && letters == 0;
    let is_date = groups >= 2 && digits >= 3;
    // An unclosed quote puts records into a name.
    let holds_lines = name.contains('\n') && name.contains([',', ';', '|', '\t']);
    is_number || is_date || digits >= 5 || holds_lines
}

/// The place of the found name that most resembles one of `wanted`; `found` holds places and names.
pub(super) fn nearest(wanted: &[&str], found: &[(usize, &str)]) -> Option<usize> {
    let near = |(place, name): &(usize, &str)| {
        let distances = wanted.iter().map(|wanted| difference(wanted, name));
        let least = distances.fold(f64::INFINITY, f64::min);
        (least <= MAX_NAME_DIFFERENCE).then_some((least, *place))
    };
    let best = found.iter().filter_map(near).min_by(|one, other| one.0.total_cmp(&other.0));
    best.map(|(_, place)| place)
}

/// The difference of two names, from 0 to 1: the share of letters to change. It is small if one
/// name contains all words of the other.
fn difference(wanted: &str, found: &str) -> f64 {
    let (wanted, found) = (text_folding::fold_label(wanted), text_folding::fold_label(found));
    let words = |name: &str| -> Vec<String> {
        let words = name.split(' ').filter(|word| !word.is_empty() && !FILLERS.contains(word));
        words.map(str::to_owned).collect()
    };
    let (wanted_words, found_words) = (words(&wanted), words(&found));
    let longest = wanted.chars().count().max(found.chars().count()).max(1);
    let letters = edit_distance(&wanted, &found) as f64 / longest as f64;
    let has_all = !wanted_words.is_empty() && wanted_words.iter().all(|word| found_words.contains(word));
    if has_all { letters.min(MAX_NAME_DIFFERENCE * 0.75) } else { letters }
}

/// The smallest number of letters to insert, remove or replace.
fn edit_distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(200).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().take(200).enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (place, d) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(c != *d);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// The shape of a text: each digit becomes 9 and each letter A.
pub(super) fn masked_text(text: &str) -> String {
    let masked: String = text
        .chars()
        .map(|c| match c {
            _ if c.is_numeric() => '9',
            _ if c.is_alphabetic() => 'A',
            _ if c.is_ascii() || needs_escape(c) => c,
            _ => '?',
        })
        .collect();
    escape_invisible(&masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_written_out() {
        assert_eq!(escape_invisible("FOLIO\u{200b}"), "FOLIO\\u{200b}");
        assert_eq!(
            escape_invisible("CLAVE\r\nENTIDAD\t\u{a0}\u{feff}\u{1b}"),
            "CLAVE\\r\\nENTIDAD\\t\\u{a0}\\u{feff}\\u{1b}"
        );
        assert_eq!(escape_invisible("Situación nº 1"), "Situación nº 1");
        assert_eq!(escape_invisible(&"x".repeat(61)), format!("{}…", "x".repeat(60)));
    }

    #[test]
    fn header_names_are_listed() {
        assert_eq!(header_names(&["FOLIO", " PAIS ", "", "a,b"], 2).as_deref(), Some("FOLIO, PAIS, \"\", \"a,b\""));
        let many: Vec<String> = (0..50).map(|n| format!("C{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(header_names(&many, 0).expect("names").ends_with("C38, C39 and 10 more"));
        assert!(header_names(&["FOLIO", "1ER APELLIDO", "PEL 2020"], 1).is_some());
    }

    #[test]
    fn a_name_is_proposed_as_toml() {
        assert_eq!(toml_name(" CLAVE\r\n ENTIDAD\u{200b} "), "CLAVE ENTIDAD");
        assert_eq!(toml_name("a\\b \"c\""), "a\\\\b \\\"c\\\"");
    }

    #[test]
    fn a_record_is_never_listed() {
        for record in [
            &["A1", "2020-09-10", "08", "Canadá"][..],
            &["F000001", "Canadá"],
            &["FOLIO", "05-OCT-20"],
            &["FOLIO", "08"],
            &["FOLIO", "ESTATUS\nA1,Canadá"],
            &["Juana Pérez"],
            &["A12", "5-OCT-20", "Chihuahua", "JUANA PEREZ"],
        ] {
            assert_eq!(header_names(record, 0), None, "{record:?}");
        }
    }

    #[test]
    fn the_nearest_name_is_proposed() {
        let near = |wanted: &str, found: &[&str]| {
            let places: Vec<(usize, &str)> = found.iter().copied().enumerate().collect();
            nearest(&[wanted], &places).map(|place| found[place].to_owned())
        };
        assert_eq!(near("CVE_ENTIDAD", &["NOTA", "ID_ENTIDAD"]).as_deref(), Some("ID_ENTIDAD"));
        assert_eq!(near("CVE_ENTIDAD", &["Entidad federativa", "X"]).as_deref(), Some("Entidad federativa"));
        assert_eq!(near("PAIS", &["PAIS DE RESIDENCIA"]).as_deref(), Some("PAIS DE RESIDENCIA"));
        assert_eq!(near("FECHA_ESTATUS", &["FECHA_NACIMIENTO", "FEC_ESTATUS"]).as_deref(), Some("FEC_ESTATUS"));
        assert_eq!(near("FECHA_ESTATUS", &["FECHA_NACIMIENTO"]), None);
        assert_eq!(near("SEXO", &["GENERO"]), None);
    }

    #[test]
    fn a_shape_has_no_text() {
        assert_eq!(masked_text("05-OCT-20"), "99-AAA-99");
        assert_eq!(masked_text("2020年10月"), "9999A99A");
        assert_eq!(masked_text("Peñón 1:45 p.\u{a0}m."), "AAAAA 9:99 A.\\u{a0}A.");
        assert_eq!(masked_text("5 € ½"), "9 ? 9");
    }
}
