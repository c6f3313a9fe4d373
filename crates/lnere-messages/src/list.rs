/*!
Lists of words in a sentence.
*/

use std::fmt::{Display, Write as _};

use crate::Language;

/// Words as a list in the language of the process: `a`, `a and b`, `a, b and c`; `a, b y c`.
#[must_use]
pub fn join_with_and(words: &[impl Display]) -> String {
    join(Language::of_process(), words, "and", |next| if begins_with_i(next) { "e" } else { "y" })
}

/// Words as alternatives in the language of the process: `a`, `a or b`, `a, b or c`; `a, b o c`.
#[must_use]
pub fn join_with_or(words: &[impl Display]) -> String {
    join(Language::of_process(), words, "or", |next| if begins_with_o(next) { "u" } else { "o" })
}

fn join(
    language: Language,
    words: &[impl Display],
    english: &'static str,
    spanish: fn(&str) -> &'static str,
) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().map(ToString::to_string).enumerate() {
        let _ = match (index, words.len() - index) {
            (0, _) => write!(text, "{word}"),
            (_, 1) => {
                let conjunction = if language == Language::Spanish { spanish(&word) } else { english };
                write!(text, " {conjunction} {word}")
            }
            _ => write!(text, ", {word}"),
        };
    }
    text
}

/// Whether Spanish says `e` instead of `y` before a word: before the sound i, but not before `hie`.
fn begins_with_i(word: &str) -> bool {
    let word = word.to_lowercase();
    let word = word.trim_start_matches(['`', '«', '"']);
    (word.starts_with(['i', 'í']) && !word.starts_with("ie"))
        || ["hi", "hí"].iter().any(|start| word.starts_with(start)) && !word.starts_with("hie")
}

/// Whether Spanish says `u` instead of `o` before a word: before the sound o, and before 8 and 11.
fn begins_with_o(word: &str) -> bool {
    let word = word.to_lowercase();
    let word = word.trim_start_matches(['`', '«', '"']);
    ["o", "ó", "ho", "hó", "8"].iter().any(|start| word.starts_with(start)) || word == "11"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_listed_as_in_a_sentence() {
        let and = |words: &[&str]| join(Language::English, words, "and", |_| "y");
        assert_eq!([&[][..], &["a"], &["a", "b"], &["a", "b", "c"]].map(and), ["", "a", "a and b", "a, b and c"]);
    }

    #[test]
    fn spanish_avoids_two_equal_vowels() {
        let spanish =
            |words: &[&str]| join(Language::Spanish, words, "and", |next| if begins_with_i(next) { "e" } else { "y" });
        assert_eq!(spanish(&["Jalisco", "Colima"]), "Jalisco y Colima");
        assert_eq!(spanish(&["Colima", "Hidalgo"]), "Colima e Hidalgo");
        assert_eq!(spanish(&["agua", "hielo"]), "agua y hielo");
        let or =
            |words: &[&str]| join(Language::Spanish, words, "or", |next| if begins_with_o(next) { "u" } else { "o" });
        assert_eq!(or(&["Puebla", "Oaxaca"]), "Puebla u Oaxaca");
        assert_eq!(or(&["7", "8"]), "7 u 8");
    }
}
