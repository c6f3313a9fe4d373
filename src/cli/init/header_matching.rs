/*!
Finds the columns of the contract among those of a surveyed export: by name, by synonym, by similar
words, and by content.
*/

use std::collections::{BTreeSet, HashSet};

use super::synonyms::Synonyms;
use lnere_core::process::{ApplicationColumn, CredentialColumn, Source, SourceColumn};
use lnere_core::text_folding::{fold_header, fold_label};
use lnere_ingest::export_survey::{ColumnSurvey, ExportSurvey};
use lnere_messages::message;

/// The least fit of a column that a name or synonym proposes.
const MIN_FIT: f64 = 0.5;

/// The longest range of event dates in days. A longer one is that of dates of birth.
const MAX_EVENT_DAYS: i64 = 6 * 366;

/// The most distinct texts of a column of categories.
const MAX_CATEGORY_TEXTS: usize = 60;

/// Words of header names with the same meaning; the first stands for all.
const SAME_WORDS: [&[&str]; 9] = [
    &["fecha", "f", "fec", "fch", "fech", "dt"],
    &["clave", "cve", "id", "cod", "codigo"],
    &["nombre", "nom", "desc", "descripcion"],
    &["numero", "num", "no", "nro"],
    &["solicitud", "sol", "solic"],
    &["registro", "reg"],
    &["situacion", "sit"],
    &["entidad", "ent"],
    &["estatus", "status", "est"],
];

/// Words of header names without a meaning of their own.
const FILLER_WORDS: [&str; 11] = ["de", "del", "la", "el", "los", "las", "en", "y", "a", "the", "of"];

/// Words that alone do not tell which column is meant.
const VAGUE_WORDS: [&str; 8] = ["fecha", "clave", "nombre", "numero", "tipo", "estado", "origen", "date"];

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    Identifier,
    Date,
    Entity,
    Country,
    Office,
    Category,
    Text,
}

/// A column of the contract.
#[derive(Clone, Debug)]
pub(super) struct ContractColumn {
    pub key: String,
    pub default_header: &'static str,
    pub kind: CellKind,
}

/// The columns of the contract of a source.
pub(super) fn contract_columns(source: Source) -> Vec<ContractColumn> {
    fn columns<C: SourceColumn>(kind: impl Fn(C) -> CellKind) -> Vec<ContractColumn> {
        let column = |column: &C| ContractColumn {
            key: column.toml_key(),
            default_header: column.default_header(),
            kind: if column.is_date() { CellKind::Date } else { kind(*column) },
        };
        C::BUILT_IN.iter().map(column).collect()
    }
    match source {
        Source::Solicitudes => columns(|column| match column {
            ApplicationColumn::Folio => CellKind::Identifier,
            ApplicationColumn::Entidad => CellKind::Entity,
            ApplicationColumn::Pais => CellKind::Country,
            _ => CellKind::Category,
        }),
        Source::Credenciales => columns(|column| match column {
            CredentialColumn::FolioTramite => CellKind::Identifier,
            CredentialColumn::Entidad => CellKind::Entity,
            CredentialColumn::Representacion => CellKind::Office,
            CredentialColumn::Sexo => CellKind::Category,
            _ => CellKind::Text,
        }),
    }
}

/// How a column was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confidence {
    /// It has the name of the contract.
    Exact,
    /// The synonyms have its name.
    Synonym,
    /// The operator chose it.
    Chosen,
    /// Its name has the words of a synonym.
    Similar,
    /// Only its content fits.
    Content,
    /// Its name fits, but its content does not.
    NameOnly,
    NotFound,
}

impl Confidence {
    pub fn text(self) -> String {
        match self {
            Self::Exact => message!("init-confidence-exact"),
            Self::Synonym => message!("init-confidence-synonym"),
            Self::Chosen => message!("init-confidence-chosen"),
            Self::Similar => message!("init-confidence-similar"),
            Self::Content => message!("init-confidence-content"),
            Self::NameOnly => message!("init-confidence-name"),
            Self::NotFound => message!("init-confidence-not-found"),
        }
    }

    pub fn is_sure(self) -> bool {
        matches!(self, Self::Exact | Self::Synonym | Self::Chosen)
    }
}

/// A column of the contract with its place in the export.
#[derive(Clone, Debug)]
pub(super) struct ColumnMatch {
    pub column: ContractColumn,
    pub place: Option<usize>,
    pub confidence: Confidence,
}

impl ColumnMatch {
    pub fn survey<'s>(&self, survey: &'s ExportSurvey) -> Option<&'s ColumnSurvey> {
        survey.columns.get(self.place?)
    }

    pub fn assign(&mut self, place: usize, confidence: Confidence) {
        (self.place, self.confidence) = (Some(place), confidence);
    }
}

/// The names of all columns of both sources, in the form of [`canonical_name`].
pub(super) fn known_names(synonyms: &Synonyms) -> HashSet<String> {
    let columns = Source::ALL.into_iter().flat_map(|source| {
        contract_columns(source).into_iter().flat_map(move |column| synonyms.headers(source, &column.key))
    });
    columns.map(|name| canonical_name(name)).filter(|name| !name.is_empty()).collect()
}

/// Finds the columns of a source in an export.
pub(super) fn match_columns(source: Source, survey: &ExportSurvey, synonyms: &Synonyms) -> Vec<ColumnMatch> {
    let mut matches: Vec<ColumnMatch> = contract_columns(source)
        .into_iter()
        .map(|column| ColumnMatch { column, place: None, confidence: Confidence::NotFound })
        .collect();
    let names: Vec<String> = survey.columns.iter().map(|column| canonical_name(&column.header)).collect();
    // Candidates as (rank, column of the contract, place); a lower rank is better.
    let by_name: Vec<(usize, usize, usize)> = candidates(&matches, &names, |column, name| {
        synonyms.headers(source, &column.key).iter().position(|known| canonical_name(known) == *name)
    });
    let by_words: Vec<(usize, usize, usize)> = {
        let words: Vec<BTreeSet<String>> = survey.columns.iter().map(|column| words(&column.header)).collect();
        candidates(&matches, &words, |column, header| {
            let known = synonyms.headers(source, &column.key).iter();
            known.filter_map(|known| similarity_rank(&self::words(known), header)).min()
        })
    };
    let assign = |found: Vec<(usize, usize, usize)>, confidence, needs_fit: bool, matches: &mut Vec<ColumnMatch>| {
        for (_, column, place) in found {
            let is_free = matches[column].place.is_none() && !matches.iter().any(|other| other.place == Some(place));
            let fits = fit(&matches[column].column, &survey.columns[place], synonyms) >= MIN_FIT;
            if is_free && (fits || !needs_fit) {
                let default = fold_header(matches[column].column.default_header);
                let is_exact =
                    confidence == Confidence::Synonym && fold_header(&survey.columns[place].header) == default;
                matches[column].assign(place, if is_exact { Confidence::Exact } else { confidence });
            }
        }
    };
    assign(by_name.clone(), Confidence::Synonym, true, &mut matches);
    assign(by_words, Confidence::Similar, true, &mut matches);
    match_by_content(&mut matches, survey, synonyms);
    assign(by_name, Confidence::NameOnly, false, &mut matches);
    matches
}

/// All pairs of a column of the contract and a place that have a rank, the best first.
fn candidates<T>(
    matches: &[ColumnMatch],
    headers: &[T],
    rank: impl Fn(&ContractColumn, &T) -> Option<usize>,
) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    for (column, one) in matches.iter().enumerate() {
        for (place, header) in headers.iter().enumerate() {
            found.extend(rank(&one.column, header).map(|rank| (rank, column, place)));
        }
    }
    found.sort_unstable();
    found
}

/// The share of the filled cells of a column that are of the expected kind.
fn fit(column: &ContractColumn, survey: &ColumnSurvey, synonyms: &Synonyms) -> f64 {
    let yes_or_no = |fits: bool| if fits { 1.0 } else { 0.0 };
    if survey.filled == 0 {
        return MIN_FIT;
    }
    match column.kind {
        CellKind::Identifier => yes_or_no(survey.is_identifier()),
        CellKind::Date => survey.date_share,
        CellKind::Entity => survey.entity_share,
        CellKind::Country => survey.country_share,
        CellKind::Office => survey.office_share,
        CellKind::Category => {
            let known = known_share(&column.key, survey, synonyms);
            let few = survey.distinct.is_some_and(|distinct| distinct <= MAX_CATEGORY_TEXTS);
            known.max(yes_or_no(few && !survey.frequent.is_empty()))
        }
        CellKind::Text => yes_or_no(survey.distinct.is_some()),
    }
}

/// The share of the filled cells of a column with a text of a known category.
fn known_share(dimension: &str, survey: &ColumnSurvey, synonyms: &Synonyms) -> f64 {
    let is_known = |text: &str| {
        let folded = fold_label(text);
        synonyms.categories(dimension).iter().any(|category| {
            std::iter::once(&category.code).chain(&category.texts).any(|known| fold_label(known) == folded)
        })
    };
    let known: u64 = survey.frequent.iter().filter(|(text, _)| is_known(text)).map(|(_, records)| records).sum();
    known as f64 / survey.filled.max(1) as f64
}

fn is_range_of_births(survey: &ColumnSurvey) -> bool {
    survey.days.is_some_and(|days| (days.last - days.first).num_days() > MAX_EVENT_DAYS)
}

/// Finds further columns by their content alone.
fn match_by_content(matches: &mut [ColumnMatch], survey: &ExportSurvey, synonyms: &Synonyms) {
    // What is easiest to recognize comes first; dates and identifiers come last.
    let order = [
        CellKind::Country,
        CellKind::Office,
        CellKind::Category,
        CellKind::Entity,
        CellKind::Date,
        CellKind::Identifier,
        CellKind::Text,
    ];
    for kind in order {
        for index in 0..matches.len() {
            if matches[index].column.kind != kind || matches[index].place.is_some() {
                continue;
            }
            let free: Vec<(usize, &ColumnSurvey)> = survey
                .columns
                .iter()
                .enumerate()
                .filter(|(place, column)| column.filled > 0 && !matches.iter().any(|other| other.place == Some(*place)))
                .collect();
            let key = &matches[index].column.key;
            let most = |share: &dyn Fn(&ColumnSurvey) -> f64, least: f64| {
                let shares = free.iter().map(|(place, column)| (*place, share(column)));
                shares.filter(|(_, share)| *share >= least).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place)
            };
            let first = |is_it: &dyn Fn(&ColumnSurvey) -> bool| {
                free.iter().find(|(_, column)| is_it(column)).map(|(place, _)| *place)
            };
            let found = match kind {
                CellKind::Country => most(&|column| column.country_share, 0.9),
                CellKind::Office => most(&|column| column.office_share, 0.8),
                CellKind::Category => most(&|column| known_share(key, column, synonyms), 0.5),
                CellKind::Entity => first(&|column| column.entity_share >= 0.95 && column.entities.len() >= 3),
                CellKind::Date => {
                    let dates =
                        free.iter().filter(|(_, column)| column.date_share >= 0.9 && !is_range_of_births(column));
                    // The date of the event itself is in every record; other dates are still empty.
                    let is_event = !matches[..index].iter().any(|other| other.column.kind == CellKind::Date);
                    if is_event {
                        dates.min_by_key(|(_, column)| column.empty).map(|(place, _)| *place)
                    } else {
                        dates.map(|(place, _)| *place).next()
                    }
                }
                CellKind::Identifier => first(&|column| {
                    let is_text = column.digit_share > 0.5 && column.date_share < 0.5;
                    column.is_identifier() && is_text && !column.is_row_number
                }),
                CellKind::Text => first(&|column| column.distinct.is_some_and(|distinct| (2..=30).contains(&distinct))),
            };
            if let Some(place) = found {
                matches[index].assign(place, Confidence::Content);
            }
        }
    }
}

/// How well an export fits a source, and whether its name says so.
pub(super) fn source_score(source: Source, name: &str, matches: &[ColumnMatch]) -> i32 {
    let hints: &[&str] = match source {
        Source::Solicitudes => &["solicitud", "lnere", "application", "registro"],
        Source::Credenciales => &["credencial", "cpve", "tramite", "credential"],
    };
    let name = fold_label(name);
    let by_name = if hints.iter().any(|hint| name.contains(hint)) { 4 } else { 0 };
    let points = matches.iter().map(|one| match (one.confidence, one.column.kind) {
        (Confidence::Exact, _) => 3,
        (Confidence::Synonym | Confidence::Chosen, _)
        | (Confidence::Content, CellKind::Country | CellKind::Office | CellKind::Category) => 2,
        (Confidence::Similar, _) => 1,
        (Confidence::Content | Confidence::NameOnly, _) => 0,
        (Confidence::NotFound, _) => -1,
    });
    by_name + points.sum::<i32>()
}

/// The words of a name without filler words, each by the word that stands for it.
fn canonical_words(header: &str) -> Vec<String> {
    let folded = fold_label(header);
    let words = folded.split(' ').filter(|word| !FILLER_WORDS.contains(word));
    words
        .map(|word| SAME_WORDS.iter().find(|same| same.contains(&word)).map_or(word, |same| same[0]).to_owned())
        .collect()
}

/// The form in which names are compared.
pub(super) fn canonical_name(header: &str) -> String {
    canonical_words(header).concat()
}

fn words(header: &str) -> BTreeSet<String> {
    canonical_words(header).into_iter().filter(|word| !word.is_empty()).collect()
}

/// How many further words a name has that contains all words of a known one; `None` if it does not.
fn similarity_rank(known: &BTreeSet<String>, header: &BTreeSet<String>) -> Option<usize> {
    let is_telling = known.iter().any(|word| word.len() >= 4 && !VAGUE_WORDS.contains(&word.as_str()));
    let rank = header.len().checked_sub(known.len())?;
    (is_telling && known.is_subset(header) && rank <= known.len() + 1).then_some(rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_their_words() {
        for (one, other) in [
            ("F_REGISTRO", "Fecha de registro"),
            ("fec. registro", "FECHA_REGISTRO"),
            ("País de residencia", "PAIS_RESIDENCIA"),
            ("CVE_EDO", "clave edo"),
        ] {
            assert_eq!(canonical_name(one), canonical_name(other), "{one}");
        }
        assert_ne!(canonical_name("FECHA"), canonical_name("FECHA_REGISTRO"));
        let rank = |known: &str, header: &str| similarity_rank(&words(known), &words(header));
        assert_eq!(rank("FECHA_REGISTRO", "Fecha en que se hizo el registro"), Some(3));
        assert_eq!(rank("FECHA", "FECHA_NACIMIENTO"), None);
    }
}
