/*!
Formats texts for the terminal and the journal: counts, and names of files. A formatted
name cannot change the output around it.
*/

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::{self, Write as _};

use crate::invisible_characters::is_ignorable;
use crate::mexican_formats::integer;

/// A count alone: `1,200`.
#[must_use]
pub fn format_count(count: impl TryInto<i64>) -> String {
    integer(count.try_into().unwrap_or(i64::MAX))
}

/// The name of a file or a folder as a message shows it. An untrusted name may hold terminal escape
/// sequences, line ends that forge journal lines, or marks that reorder or hide letters. These are
/// written as in JSON (`\n`, `\u001b`, `\u202e`), and bytes that are not UTF-8 as `\xff`.
pub fn escaped_name<S: AsRef<OsStr> + ?Sized>(name: &S) -> EscapedName<'_> {
    EscapedName(name.as_ref())
}

/// A path as JSON gives it. JSON has only Unicode, and a path may have any bytes: one that is not
/// UTF-8 is written as [`escaped_name`] does.
pub fn path_text<S: AsRef<OsStr> + ?Sized>(path: &S) -> String {
    path.as_ref().to_str().map_or_else(|| escaped_name(path).to_string(), str::to_owned)
}

/// The name of a file or folder, quoted as a word for a shell.
#[must_use]
pub fn shell_quoted<S: AsRef<OsStr> + ?Sized>(name: &S) -> String {
    let name = escaped_name(name).to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+@:,".contains(letter);
    if !name.is_empty() && name.chars().all(is_plain) { name } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

/// A displayed name: see [`escaped_name`].
#[derive(Clone, Copy, Debug)]
pub struct EscapedName<'a>(&'a OsStr);

impl fmt::Display for EscapedName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for chunk in self.0.as_encoded_bytes().utf8_chunks() {
            chunk.valid().chars().for_each(|letter| push_escaped(&mut text, letter));
            for byte in chunk.invalid() {
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
        f.pad(&text)
    }
}

/// Escapes the terminal control sequences in a text of several lines, for example from another
/// program or a server. It does not change names that [`escaped_name`] has formatted. JSON keeps
/// its meaning.
#[must_use]
pub fn escape_control_sequences(text: &str) -> Cow<'_, str> {
    if text.chars().all(|letter| letter == '\n' || is_visible(letter)) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\n' { escaped.push(letter) } else { push_escaped(&mut escaped, letter) }
    }
    Cow::Owned(escaped)
}

fn push_escaped(text: &mut String, letter: char) {
    match letter {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        letter if is_visible(letter) => text.push(letter),
        letter => {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
}

/// Whether a terminal shows a character in its place and leaves the text around it as it is.
/// Control characters, separators of lines and paragraphs, direction marks and default ignorable
/// characters fail this test.
fn is_visible(letter: char) -> bool {
    !(letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') || is_ignorable(letter))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn a_name_that_says_what_it_is_stays_as_it_is() {
        for name in ["solicitudes_20201015.csv.gz", "C\u{a0}d 'Ñandú' \"é\" \\ 漢.txt", "Cana\u{301}da"] {
            assert_eq!(escaped_name(name).to_string(), name);
            assert_eq!(escape_control_sequences(name), name);
        }
        assert_eq!(format!("{:<6}|", escaped_name("a")), "a     |");
    }

    #[test]
    fn a_name_is_one_word_of_a_command() {
        for (name, word) in [
            ("solicitudes_20201015.csv.gz", "solicitudes_20201015.csv.gz"),
            ("LN 15102020.csv", "'LN 15102020.csv'"),
            ("$(id)", "'$(id)'"),
            ("a'b", "'a'\\''b'"),
            ("", "''"),
        ] {
            assert_eq!(shell_quoted(name), word);
        }
    }

    #[test]
    fn a_name_cannot_move_the_cursor_end_the_line_or_turn_the_letters_round() {
        let name = "a\u{1b}[31m\n\r\t\u{7f}\u{9b}2J\u{202e}gpj\u{2066}\u{200b}\u{feff}\u{2028}\u{ad}\u{e0041}\u{fe0f}";
        let escaped = escaped_name(name).to_string();
        assert_eq!(
            escaped,
            "a\\u001b[31m\\n\\r\\t\\u007f\\u009b2J\\u202egpj\\u2066\\u200b\\ufeff\\u2028\\u00ad\\udb40\\udc41\\ufe0f"
        );
        assert!(escaped.is_ascii());
        assert_eq!(escape_control_sequences("250 \u{1b}]0;x\u{7}\nend"), "250 \\u001b]0;x\\u0007\nend");
        let json = serde_json::json!({ "file": name });
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escape_control_sequences(&format!("{json:#}"))).expect("JSON"),
            json
        );
        assert_eq!(escaped_name(OsStr::from_bytes(b"a\xff\xfe\xc3\xb1")).to_string(), "a\\xff\\xfeñ");
    }
}
