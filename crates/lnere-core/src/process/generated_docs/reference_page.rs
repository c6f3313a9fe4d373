/*!
Writes the page of a schema: a section for each table, with a row for each key.
*/

use std::fmt::Write as _;

use super::file_schema::{FileSchema, Key, Kind, Table};
use super::schema_examples::{inline_toml, key_example_text};

/// The maximum length of a line of prose.
const MAX_LINE_WIDTH: usize = 100;

/// The row of a table shows a composed example up to this length. For a longer one, only the rows
/// of its keys show examples.
const MAX_INFERRED_EXAMPLE_BYTES: usize = 90;

/// The heading for the keys of the process file outside sections.
const TOP_LEVEL_HEADING: &str = "Top level";

/// A file on the page.
pub struct PagePart<'a> {
    /// The heading; `None` for the process file.
    pub title: Option<&'a str>,
    /// The description of the file.
    pub introduction: &'a str,
    pub schema: &'a FileSchema,
}

/// A section of the page.
struct Section<'a> {
    depth: usize,
    heading: String,
    /// For the list of sections: the meaning of its absence, and what it sets.
    list_entry: Option<(String, &'a str)>,
    introduction: Vec<&'a str>,
    table: &'a Table,
    key_path: String,
}

/// Writes the page.
pub fn render_reference(introduction: &str, parts: &[PagePart]) -> String {
    let mut page = String::from(introduction);
    let sections: Vec<Section> = parts.iter().flat_map(sections_of).collect();
    page.push_str("\n## Sections\n\n| section | if absent | what it sets |\n|---|---|---|\n");
    for section in &sections {
        if let Some((if_absent, meaning)) = &section.list_entry {
            let _ =
                writeln!(page, "| [{0}](#{1}) | {if_absent} | {meaning} |", section.heading, anchor(&section.heading));
        }
    }
    for section in &sections {
        let _ = write!(page, "\n{} {}\n\n", "#".repeat(section.depth), section.heading);
        for paragraph in &section.introduction {
            let _ = writeln!(page, "{}\n", wrapped_with_links(paragraph));
        }
        page.push_str("| key | type | if absent | accepted | meaning | example |\n|---|---|---|---|---|---|\n");
        // The list above contains the sections of the process file.
        let is_listed = |key: &&Key| section.heading == TOP_LEVEL_HEADING && key.nested_table().is_some();
        for key in section.table.keys.iter().filter(|key| !is_listed(key)) {
            page.push_str(&key_row(key, &section.key_path));
        }
    }
    page
}

fn sections_of<'a>(part: &PagePart<'a>) -> Vec<Section<'a>> {
    let mut sections = vec![Section {
        depth: 2,
        heading: part.title.unwrap_or(TOP_LEVEL_HEADING).to_owned(),
        list_entry: part.title.map(|_| (String::new(), part.introduction)),
        introduction: vec![part.introduction],
        table: &part.schema.table,
        key_path: String::new(),
    }];
    add_sections(&part.schema.table, "", part.title.map_or(2, |_| 3), &mut sections);
    // The list of sections names another file once, without the sections of that file.
    if part.title.is_some() {
        sections.iter_mut().skip(1).for_each(|section| section.list_entry = None);
    }
    sections
}

fn add_sections<'a>(table: &'a Table, path: &str, depth: usize, sections: &mut Vec<Section<'a>>) {
    for key in &table.keys {
        let Some(inner) = key.nested_table() else { continue };
        let path = join_key_path(path, &key.name);
        let heading = section_heading(key, inner, &path);
        // A table that several keys share is described once, with its own description.
        if sections.iter().all(|section| section.heading != heading) {
            let meaning = Some(key.meaning.as_str()).filter(|_| inner.title.is_none());
            sections.push(Section {
                depth,
                heading,
                list_entry: Some(match (meaning, &inner.description) {
                    (None, Some(description)) => (String::new(), first_sentence(description)),
                    (meaning, _) => (if_absent_cell(key), meaning.unwrap_or_default()),
                }),
                introduction: meaning.into_iter().chain(inner.description.as_deref()).collect(),
                table: inner,
                key_path: path.clone(),
            });
        }
        add_sections(inner, &path, 3, sections);
    }
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

fn join_key_path(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn section_heading(key: &Key, table: &Table, path: &str) -> String {
    match (&table.title, &key.kind) {
        (Some(title), _) => title.clone(),
        (None, Kind::List(_)) => format!("`[[{path}]]`"),
        (None, _) => format!("`[{path}]`"),
    }
}

fn key_row(key: &Key, path: &str) -> String {
    let example =
        key_example_text(key).filter(|text| key.example.is_some() || text.len() <= MAX_INFERRED_EXAMPLE_BYTES);
    let example = example.map(|text| code_span(&text)).unwrap_or_default();
    let Key { name, accepts, meaning, .. } = key;
    let cells = [kind_cell(key, path), if_absent_cell(key), accepts.clone(), meaning.clone(), example];
    format!("| `{name}` | {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}

/// The meaning of the absence of a key.
fn if_absent_cell(key: &Key) -> String {
    match (&key.if_absent, &key.default) {
        _ if key.is_required => "**required**".to_owned(),
        (Some(words), _) => words.clone(),
        (None, Some(default)) => code_span(&inline_toml(&key.kind, default)),
        (None, None) => "the defaults of its keys".to_owned(),
    }
}

fn code_span(text: &str) -> String {
    format!("`{text}`")
}

/// The type of a key, with a link to the section of a table.
fn kind_cell(key: &Key, path: &str) -> String {
    let name = kind_name(&key.kind, false);
    match key.nested_table() {
        None => name,
        Some(table) => format!("[{name}](#{})", anchor(&section_heading(key, table, &join_key_path(path, &key.name)))),
    }
}

fn kind_name(kind: &Kind, is_plural: bool) -> String {
    let plural = if is_plural { "s" } else { "" };
    match kind {
        Kind::Text => format!("text{plural}"),
        Kind::Date => format!("date{plural}"),
        Kind::Integer => format!("whole number{plural}"),
        Kind::Number => format!("number{plural}"),
        Kind::Boolean => "true or false".to_owned(),
        Kind::List(kind) => format!("list{plural} of {}", kind_name(kind, true)),
        Kind::Table(_) => format!("table{plural}"),
        Kind::Map(_, kind) => format!("table{plural} of {}", kind_name(kind, true)),
        Kind::Either(kinds) => kinds.iter().map(|kind| kind_name(kind, is_plural)).collect::<Vec<_>>().join(" or "),
    }
}

/// The anchor of a heading on GitHub.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '_' | '-'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The anchors of the sections of a page.
pub fn heading_anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

/// A word of prose; the path of a page in docs/ becomes a link.
fn link_to_page(word: &str) -> String {
    match word.strip_prefix("docs/").and_then(|name| name.split_once(".md")) {
        Some((name, rest)) => format!("[{name}.md]({name}.md){rest}"),
        None => word.to_owned(),
    }
}

/// Breaks prose into lines.
pub fn wrapped_with_links(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace().map(link_to_page) {
        let line = lines.last_mut().unwrap();
        if line.is_empty() {
            line.push_str(&word);
        } else if line.chars().count() + 1 + word.chars().count() <= MAX_LINE_WIDTH {
            let _ = write!(line, " {word}");
        } else {
            lines.push(word);
        }
    }
    lines.join("\n")
}
