/*!
Loads the names, words and texts by which `lnere init` recognizes columns and categories:
`pipelines/catalogos/encabezados.toml`.
*/

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::cli::failure::{Exit, Failure, OrExit};
use lnere_core::process::{ProcessError, Source, read_text_file};
use lnere_core::text_folding::fold_label;

/// The shortest folded word for a missing value. A shorter one, such as that of `\N`, may be a code.
const MIN_FOLDED_EMPTY_WORD: usize = 3;

/// The content of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Synonyms {
    #[serde(rename = "vacias")]
    words_for_empty_cells: Vec<String>,
    #[serde(rename = "sin_dato")]
    texts_without_data: Vec<String>,
    #[serde(rename = "encabezados")]
    headers: SourceHeaders,
    #[serde(rename = "valores")]
    categories: BTreeMap<String, Vec<KnownCategory>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceHeaders {
    solicitudes: BTreeMap<String, Vec<String>>,
    credenciales: BTreeMap<String, Vec<String>>,
}

/// A category that earlier processes had.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownCategory {
    #[serde(rename = "clave")]
    pub code: String,
    /// The code if [`ConditionalText`] applies to a category of the list.
    #[serde(rename = "otra_clave")]
    pub other_code: Option<String>,
    #[serde(rename = "etiqueta")]
    pub label: String,
    #[serde(default, rename = "textos")]
    pub texts: Vec<String>,
    #[serde(default, rename = "textos_dudosos")]
    pub doubtful_texts: Vec<String>,
    #[serde(rename = "si_tambien")]
    pub conditional_text: Option<ConditionalText>,
    #[serde(default, rename = "solo_si_aparece")]
    pub is_only_if_seen: bool,
}

/// A text that means a category only beside others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionalText {
    #[serde(rename = "texto")]
    pub text: String,
    #[serde(rename = "con")]
    pub beside: Vec<String>,
}

impl Synonyms {
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let text = read_text_file(path).or_exit(Exit::Usage)?;
        ProcessError::parse(path, &text).or_exit(Exit::Usage)
    }

    /// The names of a column, the likeliest first.
    pub fn headers(&self, source: Source, key: &str) -> &[String] {
        let headers = match source {
            Source::Solicitudes => &self.headers.solicitudes,
            Source::Credenciales => &self.headers.credenciales,
        };
        headers.get(key).map_or(&[], Vec::as_slice)
    }

    /// The categories of a dimension that earlier processes had.
    pub fn categories(&self, dimension: &str) -> &[KnownCategory] {
        self.categories.get(dimension).map_or(&[], Vec::as_slice)
    }

    /// Whether a text of a category column means that there is no value.
    pub fn is_without_data(&self, folded_text: &str) -> bool {
        folded_text.is_empty() || self.texts_without_data.iter().any(|text| fold_label(text) == folded_text)
    }

    /// The words for an empty cell, as written and folded.
    pub fn words_for_empty_cells(&self) -> Vec<String> {
        let folded = self.words_for_empty_cells.iter().map(|word| fold_label(word));
        let folded = folded.filter(|word| word.len() >= MIN_FOLDED_EMPTY_WORD);
        self.words_for_empty_cells.iter().cloned().chain(folded).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::init::header_matching::contract_columns;

    fn built_in() -> Synonyms {
        Synonyms::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/catalogos/encabezados.toml")).unwrap()
    }

    #[test]
    fn each_column_of_the_contract_has_synonyms_and_the_default_is_the_first() {
        let synonyms = built_in();
        for source in Source::ALL {
            for column in contract_columns(source) {
                let names = synonyms.headers(source, &column.key);
                assert_eq!(names.first().map(String::as_str), Some(column.default_header), "{source}");
            }
        }
    }

    #[test]
    fn no_text_stands_for_two_categories() {
        for list in built_in().categories.values() {
            let mut texts = BTreeSet::new();
            for category in list {
                let names = [&category.code].into_iter().chain(&category.other_code).chain(&category.texts);
                let own: BTreeSet<String> =
                    names.chain(&category.doubtful_texts).map(|text| fold_label(text)).collect();
                assert!(own.iter().all(|text| texts.insert(text.clone())), "{}: {own:?}", category.code);
            }
        }
    }
}
