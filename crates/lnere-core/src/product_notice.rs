/*!
Places the notice of a process file in texts: as a separate sentence, or as the first line of a
file.
*/

/// The notice as a sentence, with a final full stop.
#[must_use]
pub fn notice_sentence(notice: &str) -> String {
    if notice.ends_with(['.', '!', '?', '…']) { notice.to_owned() } else { format!("{notice}.") }
}

/// A text below its notice and an empty line; without a notice, only the text.
pub fn prepend_notice(notice: Option<&str>, text: &str) -> String {
    notice.map_or_else(String::new, |notice| format!("{notice}\n\n")) + text
}

/// Restores the text that was passed to [`prepend_notice`].
#[must_use]
pub fn strip_notice<'t>(notice: Option<&str>, text: &'t str) -> &'t str {
    let rest = notice.and_then(|notice| text.strip_prefix(notice)?.strip_prefix("\n\n"));
    rest.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_a_sentence() {
        assert_eq!(notice_sentence("DATOS DE MUESTRA"), "DATOS DE MUESTRA.");
        assert_eq!(notice_sentence("Datos de muestra."), "Datos de muestra.");
    }

    #[test]
    fn a_text_has_its_notice_above_and_nothing_without_one() {
        let notice = Some("DATOS DE MUESTRA");
        assert_eq!(prepend_notice(notice, "Uno.\n"), "DATOS DE MUESTRA\n\nUno.\n");
        assert_eq!(strip_notice(notice, &prepend_notice(notice, "Uno.\n")), "Uno.\n");
        assert_eq!((prepend_notice(None, "Uno.\n").as_str(), strip_notice(None, "Uno.\n")), ("Uno.\n", "Uno.\n"));
        assert_eq!(strip_notice(notice, "Uno.\n"), "Uno.\n", "a text without it is left as it is");
    }
}
