/*!
Renders a notice as plain text, for mail programs without HTML and for folders.
*/

use super::message_content::{Notice, NoticeTable};
use lnere_core::product_notice::prepend_notice;

/// The maximum width of a line in characters.
const LINE_WIDTH: usize = 76;

/// The notice as text with line feeds.
pub(super) fn notice_text(notice: &Notice) -> String {
    let head = format!("{}\n{}\n{}\n", notice.process_title, notice.recipient_heading, notice.subheading);
    let mut text = prepend_notice(notice.data_notice.as_deref(), &head);
    for paragraph in &notice.opening_paragraphs {
        text.push('\n');
        push_wrapped(&mut text, paragraph);
    }
    for grid in notice.changes_table.iter().chain(&notice.key_figures) {
        self::push_table(&mut text, grid);
    }
    for paragraph in &notice.package_paragraphs {
        text.push('\n');
        push_wrapped(&mut text, paragraph);
    }
    if let Some(link) = &notice.package_link {
        text.push_str(&format!("{link}\n"));
    }
    for paragraph in &notice.closing_paragraphs {
        text.push('\n');
        push_wrapped(&mut text, paragraph);
    }
    text
}

/// Writes a table: the first column is left-aligned, the others are right-aligned.
fn push_table(text: &mut String, NoticeTable { title, headings, rows, notes, .. }: &NoticeTable) {
    text.push_str(&format!("\n{}\n", title.to_uppercase()));
    if !rows.is_empty() {
        let head = headings.map(str::to_owned);
        let all = || std::iter::once(&head).chain(rows.iter().map(|row| &row.0));
        let width = |place: usize| all().map(|row| row[place].chars().count()).max().unwrap_or_default();
        let [first, second, third] = [0, 1, 2].map(width);
        for [a, b, c] in all() {
            text.push_str(&format!("  {a:<first$}  {b:>second$}  {c:>third$}\n"));
        }
    }
    for note in notes {
        push_wrapped(text, note);
    }
}

/// Writes a paragraph with lines that are broken at blanks.
fn push_wrapped(text: &mut String, paragraph: &str) {
    let mut length = 0;
    for word in paragraph.split(' ') {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > LINE_WIDTH {
            text.push('\n');
            length = 0;
        } else if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += word_length;
    }
    text.push('\n');
}
