/*!
Says a share in Spanish words: `una de cada tres`, `casi la mitad`, `el 85 % de las solicitudes`.
*/

use lnere_core::mexican_formats::{rounded_percent, whole_percentage, with_no_break_spaces};

/// The fractions that have words, as numerator and denominator.
const FRACTIONS: [(i64, i64); 13] =
    [(1, 10), (1, 5), (1, 4), (3, 10), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (7, 10), (3, 4), (4, 5), (9, 10)];

/// A fraction names a share that is nearer than this, in thousandths of the whole.
const FARTHEST: i64 = 30;
/// Up to this distance, in thousandths, the fraction stands without `casi` or `poco más de`.
const EXACT: i64 = 5;

/// A share in words, or as a percentage where no fraction is near.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareWords {
    /// The words with the noun: `dos de cada tres solicitudes`, `la mitad de las solicitudes`.
    pub text: String,
    /// Whether a verb that follows is singular.
    pub is_singular: bool,
    /// Whether the words leave the percentage open.
    pub(crate) is_approximate: bool,
}

/// Says a share of a noun in words, with the percentage unless the words give it: `dos de cada tres
/// solicitudes (67 %)`, `el 85 % de las solicitudes`.
#[must_use]
pub fn share_in_words_and_percent(part: i64, whole: i64, noun_phrase: &str) -> ShareWords {
    let mut words = share_in_words(part, whole, noun_phrase);
    if words.is_approximate {
        words.text = format!("{} ({})", words.text, with_no_break_spaces(&whole_percentage(part, whole)));
    }
    words
}

/// Says a share of a noun with its plural article: `las solicitudes`, `los trámites`. Without a noun
/// (empty text) the words stand alone, in the feminine.
pub(crate) fn share_in_words(part: i64, whole: i64, noun_phrase: &str) -> ShareWords {
    let (article, noun) = noun_phrase.split_once(' ').unwrap_or(("las", noun_phrase));
    let is_masculine = article == "los";
    let with_noun = |words: &str| if noun.is_empty() { words.to_owned() } else { format!("{words} {noun}") };
    let of_all = |words: &str| if noun.is_empty() { words.to_owned() } else { format!("{words} de {article} {noun}") };
    let all = |words: &str| match (noun.is_empty(), is_masculine) {
        (true, true) => format!("{words}odos"),
        (true, false) => format!("{words}odas"),
        (false, true) => format!("{words}odos los {noun}"),
        (false, false) => format!("{words}odas las {noun}"),
    };
    if part == whole {
        return ShareWords { text: all("t"), is_singular: false, is_approximate: false };
    }
    if part == 0 {
        let word = if is_masculine { "ninguno" } else { "ninguna" };
        return ShareWords { text: of_all(word), is_singular: true, is_approximate: false };
    }
    if part * 1_000 / whole >= 970 {
        return ShareWords { text: all("casi t"), is_singular: false, is_approximate: true };
    }
    // The distance from a fraction in thousandths of the whole, with its sign.
    let distance =
        |(numerator, denominator): (i64, i64)| (part * denominator - whole * numerator) * 1_000 / (whole * denominator);
    let nearest = FRACTIONS.into_iter().min_by_key(|fraction| distance(*fraction).abs()).unwrap_or((1, 2));
    let off = distance(nearest);
    if off.abs() >= FARTHEST {
        if part * 2 > whole && part * 100 < whole * 60 {
            return ShareWords { text: of_all("más de la mitad"), is_singular: false, is_approximate: true };
        }
        let words = match rounded_percent(part, whole) {
            0 => "menos del 1\u{a0}%".to_owned(),
            percent => format!("el {percent}\u{a0}%"),
        };
        return ShareWords { text: of_all(&words), is_singular: true, is_approximate: false };
    }
    let approximation = match off {
        off if off.abs() <= EXACT => "",
        off if off < 0 => "casi ",
        _ => "poco más de ",
    };
    if nearest == (1, 2) {
        // `La mitad de las solicitudes son de mujeres`: the noun decides.
        let text = of_all(&format!("{approximation}la mitad"));
        return ShareWords { text, is_singular: false, is_approximate: part * 2 != whole };
    }
    let (numerator, denominator) = nearest;
    let numerator_word = match (numerator, is_masculine) {
        (1, true) => "uno",
        (1, false) => "una",
        (number, _) => number_word(number),
    };
    let words = format!("{approximation}{numerator_word} de cada {}", number_word(denominator));
    ShareWords { text: with_noun(&words), is_singular: numerator == 1, is_approximate: true }
}

fn number_word(number: i64) -> &'static str {
    match number {
        2 => "dos",
        3 => "tres",
        4 => "cuatro",
        5 => "cinco",
        7 => "siete",
        9 => "nueve",
        _ => "diez",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(part: i64, whole: i64) -> String {
        share_in_words(part, whole, "las solicitudes").text
    }

    #[test]
    fn shares_are_said_by_the_nearest_fraction() {
        assert_eq!(words(100, 300), "una de cada tres solicitudes");
        assert_eq!(words(679, 2_080), "casi una de cada tres solicitudes");
        assert_eq!(words(700, 2_080), "una de cada tres solicitudes");
        assert_eq!(words(740, 2_080), "poco más de una de cada tres solicitudes");
        assert_eq!(words(500, 1_000), "la mitad de las solicitudes");
        assert_eq!(words(480, 1_000), "casi la mitad de las solicitudes");
        assert_eq!(words(520, 1_000), "poco más de la mitad de las solicitudes");
        assert_eq!(words(541, 1_000), "más de la mitad de las solicitudes");
        assert_eq!(words(670, 1_000), "dos de cada tres solicitudes");
        assert_eq!(words(600, 1_000), "tres de cada cinco solicitudes");
        assert_eq!(words(850, 1_000), "el 85\u{a0}% de las solicitudes");
        assert_eq!(words(975, 1_000), "casi todas las solicitudes");
        assert_eq!(words(1_000, 1_000), "todas las solicitudes");
        assert_eq!(words(4, 100), "el 4\u{a0}% de las solicitudes");
        assert_eq!(words(4, 1_000), "menos del 1\u{a0}% de las solicitudes");
        assert_eq!(words(0, 100), "ninguna de las solicitudes");
        assert_eq!(share_in_words(0, 3, "los trámites").text, "ninguno de los trámites");
        assert_eq!(share_in_words(1, 3, "los trámites").text, "uno de cada tres trámites");
        assert_eq!(share_in_words(3, 3, "los trámites").text, "todos los trámites");
        assert_eq!(share_in_words(1, 3, "").text, "una de cada tres");
    }

    #[test]
    fn the_words_lie_within_three_points_of_the_share() {
        for part in 0..=1_000 {
            let text = words(part, 1_000);
            let stated = match text.as_str() {
                text if text.starts_with("todas") => 1_000,
                text if text.starts_with("casi todas") || text.starts_with("más de la mitad") => continue,
                text if text.starts_with("menos del 1") || text.starts_with("ninguna") => 0,
                text => match text.strip_prefix("el ").and_then(|text| text.strip_suffix("\u{a0}% de las solicitudes"))
                {
                    Some(percent) => percent.parse::<i64>().unwrap() * 10,
                    None => FRACTIONS
                        .iter()
                        .map(|(numerator, denominator)| numerator * 1_000 / denominator)
                        .find(|exact| text.ends_with(&words(*exact, 1_000)))
                        .unwrap(),
                },
            };
            assert!((part - stated).abs() <= FARTHEST, "{part}: {text}, {stated}");
            assert!(!text.starts_with("casi") || part < stated || part >= 970, "{part}: {text}");
            assert!(!text.starts_with("poco más") || part > stated, "{part}: {text}");
        }
    }
}
