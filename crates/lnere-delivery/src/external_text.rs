/*!
Makes external text safe to show and store: one line, limited length, no addresses.
*/

/// The largest number of characters that are kept.
const MAX_CHARACTERS: usize = 300;

/// Converts external text to one line without control characters, which could control a terminal.
/// `<…>` replaces every address.
pub(super) fn sanitize_external_text(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let words = words.map(|word| if word.contains('@') { "<…>" } else { word });
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARACTERS) {
        None => line,
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_control_characters_go() {
        assert_eq!(
            sanitize_external_text("550 5.1.1 <opl@x.mx>:\r\n user\u{1b}[31m unknown"),
            "550 5.1.1 <…> user [31m unknown"
        );
        assert_eq!(sanitize_external_text(&"é".repeat(400)).chars().count(), 301);
    }
}
