/*!
Normalizes texts for comparison: without case, accents and invisible characters.
*/

use crate::invisible_characters::is_ignorable;

/// Lower case without accents and invisible characters. Each run of other characters becomes one
/// space: `" EE.UU. "` becomes `"ee uu"`.
#[must_use]
pub fn fold_label(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in folded_letters(text) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The form in which header names are compared: lower case without accents and invisible
/// characters. Each run of blanks and line ends becomes one space, and none remains at the ends.
/// `"CLAVE\r\nENTIDAD"` becomes `"clave entidad"`.
#[must_use]
pub fn fold_header(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in folded_letters(text) {
        if !c.is_whitespace() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A name for files and codes: `"Ciudad de México"` becomes `"ciudad_de_mexico"`.
#[must_use]
pub fn slug(text: &str) -> String {
    fold_label(text).replace(' ', "_")
}

/// The words of a name by part. Brackets, commas, slashes, colons and lone dashes separate parts:
/// `"Corea, Rep. (Sur)"` is `[["corea"], ["rep"], ["sur"]]`, `"Guinea-Bissau"` is `[["guinea",
/// "bissau"]]`.
///
/// Only punctuation divides. A character that no name contains (`?`, `±`, U+FFFD) stays in its
/// word, so a damaged text (`Espa?a`, `EspaÃ±a`) equals no valid name.
#[must_use]
pub fn split_into_parts(text: &str) -> Vec<Vec<String>> {
    let visible: Vec<char> = text.chars().filter(|c| !is_ignorable(*c)).collect();
    let mut parts: Vec<Vec<String>> = Vec::new();
    let mut words = Vec::new();
    let mut word = String::new();
    for (place, c) in visible.iter().copied().enumerate() {
        let before = place.checked_sub(1).map(|place| visible[place]);
        let role = character_role(c, before, visible.get(place + 1).copied());
        match role {
            CharacterRole::Letter => word.extend(folded_letters(c.encode_utf8(&mut [0; 4]))),
            CharacterRole::Foreign => word.push(c),
            CharacterRole::Blank | CharacterRole::Divider if !word.is_empty() => words.push(std::mem::take(&mut word)),
            CharacterRole::Blank | CharacterRole::Divider => {}
        }
        if role == CharacterRole::Divider && !words.is_empty() {
            parts.push(std::mem::take(&mut words));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    if !words.is_empty() {
        parts.push(words);
    }
    parts
}

/// The role of a character in a name.
#[derive(Clone, Copy, PartialEq)]
enum CharacterRole {
    /// Part of a word, in its folded form.
    Letter,
    /// Part of a word, unchanged.
    Foreign,
    /// The end of a word.
    Blank,
    /// The end of a word and of a part.
    Divider,
}

fn character_role(c: char, before: Option<char>, after: Option<char>) -> CharacterRole {
    match c {
        c if c.is_alphanumeric() || is_combining_mark(c) => CharacterRole::Letter,
        c if c.is_whitespace() => CharacterRole::Blank,
        ',' | ';' | ':' | '/' | '\\' | '|' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' => CharacterRole::Divider,
        '-' | '\u{2010}'..='\u{2015}' | '−' => {
            let alone = |beside: Option<char>| beside.is_none_or(char::is_whitespace);
            if alone(before) || alone(after) { CharacterRole::Divider } else { CharacterRole::Blank }
        }
        '.' | '\'' | '"' | '`' | '´' | '\u{2018}'..='\u{201f}' | '«' | '»' | '‹' | '›' | '′' | '″' => {
            CharacterRole::Blank
        }
        '_' | '¡' | '¿' | '&' | '*' | '=' | '+' | '·' | '•' | '…' => CharacterRole::Blank,
        _ => CharacterRole::Foreign,
    }
}

fn folded_letters(text: &str) -> impl Iterator<Item = char> + '_ {
    let visible = text.chars().filter(|c| !is_ignorable(*c));
    // The lower case of some capitals, such as `İ`, is a letter and a mark.
    visible.flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)).map(without_accent)
}

/// The combining marks that a decomposed accent leaves behind (U+0300–U+036F).
fn is_combining_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// The base letter of the accented lower-case letters of Western European languages and Turkish.
fn without_accent(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ē' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ı' | 'ī' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ū' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        'ş' | 'š' => 's',
        'ý' | 'ÿ' => 'y',
        'ž' => 'z',
        'ğ' => 'g',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lose_case_accents_and_punctuation() {
        assert_eq!(fold_label("  MICHOACÁN de  Ocampo "), "michoacan de ocampo");
        assert_eq!(fold_label("EE.UU."), "ee uu");
        assert_eq!(fold_label("São Paulo"), "sao paulo");
        assert_eq!(fold_label("Espan\u{303}a"), "espana");
        assert_eq!(fold_label("Türkiye"), "turkiye");
        assert_eq!(fold_label("TÜRKİYE"), "turkiye");
        assert_eq!(fold_label("---"), "");
    }

    #[test]
    fn headers_keep_their_punctuation() {
        assert_eq!(fold_header(" Fecha_Trámite\t"), "fecha_tramite");
        assert_ne!(fold_header("FECHA SOLICITUD"), fold_header("FECHA_SOLICITUD"));
    }

    #[test]
    fn a_run_of_blanks_and_line_ends_in_a_header_is_one_blank() {
        for spelling in [
            "CLAVE\r\nENTIDAD",
            "CLAVE\nENTIDAD",
            "clave  entidad",
            "\u{a0}Clave\u{a0}\t Entidad\u{2003}",
            "CLAVE\u{2028}ENTIDAD",
        ] {
            assert_eq!(fold_header(spelling), "clave entidad", "{spelling:?}");
        }
        assert_ne!(fold_header("CLAVE ENTIDAD"), fold_header("CLAVEENTIDAD"));
    }

    #[test]
    fn invisible_characters_do_not_matter() {
        let invisible = [
            '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2060}', '\u{2066}',
            '\u{2069}', '\u{feff}', '\u{ad}', '\u{61c}', '\u{180e}', '\u{fe0f}',
        ];
        for c in invisible {
            assert_eq!(fold_header(&format!("{c}FO{c}LIO{c}")), "folio", "{}", c.escape_unicode());
            assert_eq!(fold_header(&format!("FECHA {c} ESTATUS")), "fecha estatus", "{}", c.escape_unicode());
            assert_eq!(fold_label(&format!("{c}Pos{c}tal{c}")), "postal", "{}", c.escape_unicode());
            assert_eq!(split_into_parts(&format!("{c}Canad{c}á{c}")), [["canada"]], "{}", c.escape_unicode());
        }
    }

    #[test]
    fn a_name_is_split_into_parts_and_words() {
        let parts = |text: &str| {
            let parts: Vec<String> = split_into_parts(text).iter().map(|words| words.join(" ")).collect();
            parts.join(" | ")
        };
        assert_eq!(parts("Corea, Rep. (Sur)"), "corea | rep | sur");
        assert_eq!(parts("Islas Malvinas [Falkland] (las)"), "islas malvinas | falkland | las");
        assert_eq!(parts("Dallas - Texas"), "dallas | texas");
        assert_eq!(parts("Dallas -Texas"), "dallas | texas");
        assert_eq!(parts("Guinea-Bissau"), "guinea bissau");
        assert_eq!(parts("Côte d’Ivoire"), "cote d ivoire");
        assert_eq!(parts("TÜRKİYE"), "turkiye");
        assert_eq!(parts(" (, ) "), "");
    }

    #[test]
    fn a_damaged_name_equals_no_sound_one() {
        // Texts damaged by reading UTF-8 as Windows-1252 or Latin-1, by question marks, or by
        // U+FFFD.
        let damaged = ["CANADÃ\u{81}", "Canad?a", "CanadÂ±a", "Canada\u{fffd}", "Canada\u{1}"];
        for text in damaged {
            assert_ne!(split_into_parts(text), [["canada"]], "{text:?}");
        }
        assert_eq!(split_into_parts("SÃO PAULO"), [["sao", "paulo"]]);
    }

    #[test]
    fn slugs_are_file_names() {
        assert_eq!(slug("Ciudad de México"), "ciudad_de_mexico");
    }
}
