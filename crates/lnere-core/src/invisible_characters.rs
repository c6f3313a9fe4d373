/*!
Detects invisible characters: controls, direction marks, zero-width marks.
*/

use lnere_messages::message;

/// Whether a character is invisible and has no width: zero-width spaces and joiners, the byte order
/// mark, the soft hyphen, direction marks, variation selectors, tags. The other default ignorable
/// code points of Unicode 16 count too.
#[must_use]
pub fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character is invisible and not a space. Such are control characters (tab and line end
/// included), line separators, ignorable characters, and code points without a character.
///
/// XML, and therefore SVG and XLSX, does not allow most control characters. The others make the
/// visible text differ from the compared text. Source: Unicode 16, categories Cc, Cf, Zl and Zp,
/// and the noncharacters.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || is_ignorable(character)
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xFFFE == 0xFFFE
}

/// The name of an invisible character in a message: `the line end U+000A`.
#[must_use]
pub fn describe_invisible(character: char) -> String {
    let kind = match character {
        '\t' => "tab",
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "line-end",
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "direction",
        other if other.is_control() => "control",
        _ => "other",
    };
    message!("core-invisible-character", kind, code = format!("U+{:04X}", u32::from(character)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_and_blanks_are_let_through() {
        for character in "Aáñ Ü«»–—·%°’\u{a0}\u{2009}\u{202f}\u{3000}日🙂\u{fffd}".chars() {
            assert!(!is_invisible(character), "{character:?}");
        }
    }

    #[test]
    fn each_kind_of_invisible_character_is_found_and_named() {
        let cases = [
            ('\0', "the control character U+0000"),
            ('\u{7}', "the control character U+0007"),
            ('\u{1b}', "the control character U+001B"),
            ('\u{7f}', "the control character U+007F"),
            ('\u{9b}', "the control character U+009B"),
            ('\t', "the tab U+0009"),
            ('\n', "the line end U+000A"),
            ('\u{2028}', "the line end U+2028"),
            ('\u{202e}', "the mark of direction U+202E"),
            ('\u{2066}', "the mark of direction U+2066"),
            ('\u{200f}', "the mark of direction U+200F"),
            ('\u{200b}', "the invisible character U+200B"),
            ('\u{feff}', "the invisible character U+FEFF"),
            ('\u{ffff}', "the invisible character U+FFFF"),
            ('\u{1fffe}', "the invisible character U+1FFFE"),
            ('\u{e0041}', "the invisible character U+E0041"),
            ('\u{fe0f}', "the invisible character U+FE0F"),
            ('\u{3164}', "the invisible character U+3164"),
        ];
        for (character, expected_name) in cases {
            assert!(is_invisible(character), "{expected_name}");
            assert_eq!(describe_invisible(character), expected_name);
        }
    }
}
