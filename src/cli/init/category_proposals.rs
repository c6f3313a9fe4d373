/*!
Proposes the categories of a dimension from the frequent texts of its columns.
*/

use std::collections::BTreeMap;

use super::synonyms::{KnownCategory, Synonyms};
use lnere_core::invisible_characters::is_invisible;
use lnere_core::process::UNIDENTIFIED_CODE;
use lnere_core::text_folding::fold_label;
use lnere_ingest::export_survey::ColumnSurvey;

/// The most categories of a list.
const MAX_CATEGORIES: usize = 14;

/// The longest text that may be a category, in characters. A longer one is free text.
const MAX_CATEGORY_CHARACTERS: usize = 60;

/// A proposed category.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProposedCategory {
    pub code: String,
    pub label: String,
    pub aliases: Vec<String>,
    /// The records with a text of the category, among the frequent texts.
    pub records: u64,
    /// What the operator must review, in Spanish.
    pub doubt: Option<String>,
}

/// The proposed list of a dimension.
#[derive(Debug, Default)]
pub(super) struct ProposedList {
    pub categories: Vec<ProposedCategory>,
    /// Records whose text means that there is no value.
    pub records_without_data: u64,
    /// Distinct texts that are too rare to be shown.
    pub rare_texts: usize,
    /// Frequent texts for which the list has no place, or that are too long.
    pub further_texts: usize,
}

/// Proposes the list of a dimension from its columns in both sources.
pub(super) fn propose_categories(dimension: &str, columns: &[&ColumnSurvey], synonyms: &Synonyms) -> ProposedList {
    let known = synonyms.categories(dimension);
    let mut list = ProposedList { rare_texts: columns.iter().map(|column| column.rare_texts).sum(), ..<_>::default() };
    // By folded text: the most frequent spelling, and the records of all.
    let mut seen: BTreeMap<String, (String, u64)> = BTreeMap::new();
    for (text, records) in columns.iter().flat_map(|column| &column.frequent) {
        let folded = fold_label(text);
        if synonyms.is_without_data(&folded) {
            list.records_without_data += records;
        } else if text.chars().count() > MAX_CATEGORY_CHARACTERS {
            list.further_texts += 1;
        } else {
            seen.entry(folded).or_insert_with(|| (text.clone(), 0)).1 += records;
        }
    }
    let applying = |category: &KnownCategory| {
        category.conditional_text.as_ref().map(|text| fold_label(&text.text)).filter(|folded| {
            let beside = category.conditional_text.iter().flat_map(|text| &text.beside);
            seen.contains_key(folded) && beside.into_iter().any(|other| seen.contains_key(&fold_label(other)))
        })
    };
    let conditional: Vec<Option<String>> = known.iter().map(applying).collect();
    let has_other_codes = conditional.iter().any(Option::is_some);
    let code = |category: &KnownCategory| match &category.other_code {
        Some(other) if has_other_codes => other.clone(),
        _ => category.code.clone(),
    };
    let mut found: Vec<ProposedCategory> = known
        .iter()
        .map(|category| ProposedCategory {
            code: code(category),
            label: category.label.clone(),
            aliases: category
                .texts
                .iter()
                .filter(|text| fold_label(text) != fold_label(&code(category)))
                .cloned()
                .collect(),
            records: 0,
            doubt: None,
        })
        .collect();
    let mut unknown: Vec<(String, u64)> = Vec::new();
    let seen_texts: Vec<String> = seen.keys().cloned().collect();
    for (folded, (text, records)) in seen {
        let position = conditional.iter().position(|text| text.as_ref() == Some(&folded)).or_else(|| {
            let is_it = |category: &KnownCategory| {
                let mut names = category.texts.iter().chain(&category.doubtful_texts);
                [&code(category), &category.code].into_iter().any(|name| fold_label(name) == folded)
                    || names.any(|name| fold_label(name) == folded)
            };
            known.iter().position(is_it)
        });
        let Some(position) = position else {
            unknown.push((text, records));
            continue;
        };
        let proposed = &mut found[position];
        proposed.records += records;
        // Another source or an older system uses the usual codes, and one text then has two meanings.
        if has_other_codes && fold_label(&known[position].code) == folded {
            proposed.doubt = Some("hay textos de dos formas de escribir esta lista".to_owned());
        }
        if known[position].doubtful_texts.iter().any(|doubtful| fold_label(doubtful) == folded) {
            let text = printable(&text);
            proposed.doubt = Some(format!("se supone que `{text}` es {}", proposed.code));
        }
        let is_there = std::iter::once(&proposed.code).chain(&proposed.aliases).any(|name| fold_label(name) == folded);
        if !is_there {
            proposed.aliases.push(text);
        }
    }
    // Alone, such a text has either meaning.
    let conditional_texts = known.iter().filter_map(|category| category.conditional_text.as_ref());
    let is_alone = unknown.is_empty() && found.iter().filter(|category| category.records > 0).count() == 1;
    let is_open = is_alone && conditional_texts.into_iter().any(|text| seen_texts.contains(&fold_label(&text.text)));
    for category in found.iter_mut().filter(|category| is_open && category.records > 0) {
        category.doubt = Some("el texto tiene dos significados, y no se vio otro".to_owned());
    }
    let any_known = found.iter().any(|category| category.records > 0);
    let nothing_seen = !any_known && unknown.is_empty();
    let mut known = known.iter();
    found.retain(|category| {
        let is_only_if_seen = known.next().is_some_and(|known| known.is_only_if_seen);
        category.records > 0 || ((any_known || nothing_seen) && !is_only_if_seen)
    });
    list.categories = found;
    unknown.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    for (text, records) in unknown {
        list.add_unknown(&text, records);
    }
    list
}

impl ProposedList {
    /// Adds a text that no known category has, as a category of its own.
    fn add_unknown(&mut self, text: &str, records: u64) {
        let code = proposed_code(text);
        let is_taken = |category: &ProposedCategory| category.code == code;
        let is_possible = !code.is_empty() && code != UNIDENTIFIED_CODE && !self.categories.iter().any(is_taken);
        if !is_possible || self.categories.len() >= MAX_CATEGORIES {
            self.further_texts += 1;
            return;
        }
        let aliases = if fold_label(&code) == fold_label(text) { Vec::new() } else { vec![text.to_owned()] };
        let doubt = Some("texto desconocido; proponga clave y etiqueta, o agréguelo a otra como alias".to_owned());
        self.categories.push(ProposedCategory { code, label: printable(text), aliases, records, doubt });
    }

    /// Takes the operator's code for a category: a new code, or that of another category.
    pub fn rename(&mut self, index: usize, code: &str) {
        if self.categories[index].code == code {
            self.categories[index].doubt = None;
            return;
        }
        let old = self.categories[index].code.clone();
        let Some(other) = self.categories.iter().position(|category| category.code == code) else {
            let category = &mut self.categories[index];
            code.clone_into(&mut category.code);
            category.aliases.insert(0, old);
            category.doubt = None;
            return;
        };
        let moved = self.categories.remove(index);
        let other = &mut self.categories[if other > index { other - 1 } else { other }];
        other.records += moved.records;
        other.aliases.push(old);
        other.aliases.extend(moved.aliases);
    }
}

/// A code for a text: upper snake case without accents.
pub(super) fn proposed_code(text: &str) -> String {
    let folded = fold_label(text).to_uppercase();
    let ascii: String = folded.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect();
    ascii.split_whitespace().collect::<Vec<_>>().join("_")
}

/// A text on one line, without characters that cannot be printed.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if is_invisible(c) || c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The proposed codes of the sexes in a column with these texts, with `?` where unsure.
    fn sexes(texts: &[&str]) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/catalogos/encabezados.toml");
        let frequent = texts.iter().map(|text| ((*text).to_owned(), 20)).collect();
        let column = ColumnSurvey { frequent, ..ColumnSurvey::default() };
        let list = propose_categories("sexo", &[&column], &Synonyms::load(&path).unwrap());
        let text = |category: &ProposedCategory| {
            let mark = if category.doubt.is_some() { "?" } else { "" };
            format!("{}{mark}={}", category.code, category.records)
        };
        list.categories.iter().map(text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_text_with_two_meanings_is_decided_by_the_others() {
        assert_eq!(sexes(&["H", "M"]), "H=20 M=20");
        assert_eq!(sexes(&["M", "F"]), "HOMBRE=20 MUJER=20");
        assert_eq!(sexes(&["Mujer", "HOMBRE", "M", "H"]), "H=40 M=40");
        assert_eq!(sexes(&["M"]), "H=0 M?=20");
        assert_eq!(sexes(&["1", "2", "?"]), "H?=20 M?=20");
        assert_eq!(sexes(&["M", "F", "H"]), "HOMBRE?=40 MUJER=20");
        assert_eq!(sexes(&["A", "B b"]), "A?=20 B_B?=20");
        assert_eq!(sexes(&[]), "H=0 M=0");
    }

    #[test]
    fn the_operator_renames_or_joins_a_category() {
        let category = |code: &str, records| ProposedCategory {
            code: code.to_owned(),
            label: code.to_owned(),
            aliases: Vec::new(),
            records,
            doubt: Some("?".to_owned()),
        };
        let mut list = ProposedList { categories: vec![category("A", 1), category("B", 2)], ..<_>::default() };
        list.rename(0, "C");
        assert_eq!((list.categories[0].code.as_str(), list.categories[0].aliases.join(" ")), ("C", "A".to_owned()));
        list.rename(1, "C");
        assert_eq!(list.categories.len(), 1);
        assert_eq!((list.categories[0].records, list.categories[0].aliases.join(" ")), (3, "A B".to_owned()));
    }
}
