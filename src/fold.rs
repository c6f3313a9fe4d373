/*!
Labels without case, accents and punctuation, so that they can be compared.
*/

/// Lower case, no accents, each run of other characters one space: `" EE.UU. "` is `"ee uu"`.
#[must_use]
pub fn label(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in letters(text) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Lower case and no accents, blanks around removed: how the headers of two exports are compared.
#[must_use]
pub fn header(text: &str) -> String {
    letters(text.trim()).collect()
}

/// A name for files and codes: `"Ciudad de México"` is `"ciudad_de_mexico"`.
#[must_use]
pub fn slug(text: &str) -> String {
    label(text).replace(' ', "_")
}

fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(without_accent)
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
        assert_eq!(label("  MICHOACÁN de  Ocampo "), "michoacan de ocampo");
        assert_eq!(label("EE.UU."), "ee uu");
        assert_eq!(label("São Paulo"), "sao paulo");
        assert_eq!(label("Espan\u{303}a"), "espana");
        assert_eq!(label("Türkiye"), "turkiye");
        assert_eq!(label("---"), "");
    }

    #[test]
    fn headers_keep_their_punctuation() {
        assert_eq!(header(" Fecha_Trámite\t"), "fecha_tramite");
        assert_ne!(header("FECHA SOLICITUD"), header("FECHA_SOLICITUD"));
    }

    #[test]
    fn slugs_are_file_names() {
        assert_eq!(slug("Ciudad de México"), "ciudad_de_mexico");
    }
}
