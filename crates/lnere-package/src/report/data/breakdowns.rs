/*!
Computes the applications of the report: the total now and a quincena ago, and each breakdown of
numeral 76.
*/

use lnere_core::column_names;
use lnere_core::mexican_formats::capitalized;
use serde::Serialize;

use super::TextList;
use super::formatting::{ReportTable, count_text, count_texts, share_of_cases_text, signed_count_text};
use crate::PackageData;
use crate::subject_rows;
use lnere_core::process::Dimension;
use lnere_statements::{MIN_SHARE_BASE, share_in_words_and_percent};
use lnere_tables::ColumnError;
use lnere_tables::dictionary::APPLICATION_MEASURES;
use lnere_tables::{GroupSums, sort_by_rank, total_sums};

/// A number and its value a quincena ago.
#[derive(Debug, Serialize)]
pub(super) struct KeyFigure {
    /// The name of the number in the template.
    pub name: &'static str,
    /// The count up to the corte.
    pub now: String,
    /// The count up to the previous corte.
    pub before: String,
    /// The count in the quincena.
    #[serde(rename = "change")]
    pub in_quincena: String,
    /// Whether the count up to the corte is above zero.
    pub any: bool,
}

impl KeyFigure {
    pub fn new(name: &'static str, in_quincena: i64, up_to_corte: i64) -> Self {
        let before = up_to_corte - in_quincena;
        Self {
            name,
            now: count_text(up_to_corte),
            before: count_text(before),
            in_quincena: signed_count_text(in_quincena),
            any: up_to_corte > 0,
        }
    }
}

/// The applications of the subject.
pub(super) fn applications_figure(contents: &PackageData) -> Result<Option<KeyFigure>, ColumnError> {
    let Some(rows) = subject_rows::rows_of_subject(contents, "lnere_por_entidad")? else { return Ok(None) };
    let sums = rows.sums(&APPLICATION_MEASURES)?;
    Ok(Some(KeyFigure::new("solicitudes", sums[0], sums[1])))
}

/// How much the report says of its applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ReportLength {
    /// So few that a sentence says each of them, without tables and charts.
    Sentence,
    /// So few that charts which only repeat a table are left out.
    Short,
    Full,
}

/// The length of the report of the subject.
pub(super) fn report_length(contents: &PackageData) -> Result<ReportLength, ColumnError> {
    const MOST_IN_A_SENTENCE: i64 = 2;
    const MOST_IN_A_SHORT_REPORT: i64 = 299;
    let Some(rows) = subject_rows::rows_of_subject(contents, "lnere_por_entidad")? else {
        return Ok(ReportLength::Full);
    };
    let applications = rows.sums(&APPLICATION_MEASURES)?[1];
    Ok(if applications <= MOST_IN_A_SENTENCE {
        ReportLength::Sentence
    } else if applications <= MOST_IN_A_SHORT_REPORT {
        ReportLength::Short
    } else {
        ReportLength::Full
    })
}

/// One breakdown. Its columns are category, in the quincena, up to the corte, share.
#[derive(Debug, Serialize)]
pub(super) struct Breakdown {
    /// The name of the column of categories.
    pub name: &'static str,
    /// The label of the column of categories.
    pub label: String,
    /// The categories with at least one application.
    pub grid: ReportTable,
    /// The categories without any.
    pub unused: TextList,
    /// The largest category in words, if one is larger than all others.
    pub largest: Option<LargestCategory>,
    /// The number of categories with at least one application.
    pub used: usize,
}

/// The largest category.
#[derive(Debug, Serialize)]
pub(super) struct LargestCategory {
    pub label: String,
    pub count: String,
    /// The share in words; `None` for too few applications.
    pub words: Option<LargestShare>,
}

/// The share of the largest category at the start of a sentence.
#[derive(Debug, Serialize)]
pub(super) struct LargestShare {
    /// `Más de la mitad de las solicitudes (54 %)`.
    pub text: String,
    /// Whether the verb that follows is singular.
    pub is_singular: bool,
}

/// The breakdowns of numeral 76 that the release has, in their order, then those of declared
/// dimensions. Empty if there is no application.
pub(super) fn all_breakdowns(contents: &PackageData) -> Result<Vec<Breakdown>, ColumnError> {
    let by = |dimension| dimension_breakdown(contents, dimension);
    let numeral_76 = [
        by(Dimension::MODALIDAD),
        by(Dimension::TIPO_CREDENCIAL),
        country_breakdown(contents),
        by(Dimension::SEXO),
        by(Dimension::MEDIO),
        by(Dimension::ESTATUS),
    ];
    let declared = contents.process.declared_dimensions().iter().map(|definition| by(definition.dimension));
    numeral_76.into_iter().chain(declared).filter_map(Result::transpose).collect()
}

fn dimension_breakdown(contents: &PackageData, dimension: Dimension) -> Result<Option<Breakdown>, ColumnError> {
    let column = dimension.column_name();
    let Some(rows) = subject_rows::rows_of_subject(contents, &format!("lnere_por_{column}"))? else { return Ok(None) };
    let mut groups = subject_rows::sums_by_category(&rows, contents, dimension, &APPLICATION_MEASURES)?;
    for group in &mut groups {
        group.key[0] = contents.label_of_category_code(dimension, &group.key[0]);
    }
    Ok(Breakdown::new(column, &contents.process.dimension(dimension).label, &groups))
}

fn country_breakdown(contents: &PackageData) -> Result<Option<Breakdown>, ColumnError> {
    let Some(rows) = subject_rows::rows_of_subject(contents, "lnere_por_pais")? else { return Ok(None) };
    let mut groups = rows.sums_by(&[column_names::CVE_PAIS, column_names::PAIS], &APPLICATION_MEASURES)?;
    sort_by_rank(&mut groups, 1);
    for group in &mut groups {
        group.key.remove(0);
    }
    Ok(Breakdown::new(column_names::PAIS, "País", &groups))
}

impl Breakdown {
    fn new(name: &'static str, label: &str, groups: &[GroupSums]) -> Option<Self> {
        let total = total_sums(groups);
        let total_applications = *total.get(1)?;
        if total_applications == 0 {
            return None;
        }
        let row = |label: &str, sums: &[i64]| -> Vec<String> {
            let share = share_of_cases_text(sums[1], total_applications);
            std::iter::once(label.to_owned()).chain(count_texts(sums)).chain([share]).collect()
        };
        let named = || groups.iter().filter(|group| group.is_identified);
        let largest_count = named().map(|group| group.sums[1]).max().filter(|most| *most > 0).unwrap_or(i64::MAX);
        let mut largest = named().filter(|group| group.sums[1] == largest_count);
        let sole_largest = largest.next().filter(|_| largest.next().is_none());
        Some(Self {
            name,
            label: label.to_owned(),
            largest: sole_largest.map(|group| LargestCategory {
                label: group.key[0].clone(),
                count: count_text(largest_count),
                words: (total_applications >= MIN_SHARE_BASE).then(|| {
                    let words = share_in_words_and_percent(largest_count, total_applications, "las solicitudes");
                    LargestShare { text: capitalized(&words.text), is_singular: words.is_singular }
                }),
            }),
            used: named().filter(|group| group.sums[1] > 0).count(),
            unused: groups.iter().filter(|group| group.sums[1] == 0).map(|group| group.key[0].clone()).collect(),
            grid: ReportTable {
                rows: groups
                    .iter()
                    .filter(|group| group.sums[1] > 0)
                    .map(|group| row(&group.key[0], &group.sums))
                    .collect(),
                totals: vec![row("Total", &total)],
                subject_row: None,
            },
        })
    }
}

/// The applications of each visible entity, if the subject sees more than its own. Columns: code,
/// name, in the quincena, up to the corte, share.
pub(super) fn applications_by_entity(contents: &PackageData) -> Result<Option<ReportTable>, ColumnError> {
    let Some(rows) = subject_rows::all_rows_of(contents, "lnere_por_entidad") else { return Ok(None) };
    let groups = rows.sums_by(&[column_names::CVE_ENTIDAD, column_names::ENTIDAD], &APPLICATION_MEASURES)?;
    if groups.len() < 2 {
        return Ok(None);
    }
    let total = total_sums(&groups);
    let row = |code: &str, name: &str, sums: &[i64]| -> Vec<String> {
        let share = share_of_cases_text(sums[1], total[1]);
        [code.to_owned(), name.to_owned()].into_iter().chain(count_texts(sums)).chain([share]).collect()
    };
    Ok(Some(ReportTable {
        rows: groups.iter().map(|group| row(&group.key[0], &group.key[1], &group.sums)).collect(),
        totals: vec![row("", "Total", &total)],
        subject_row: groups.iter().position(|group| Some(group.key[0].as_str()) == contents.subject.entity_code()),
    }))
}

/// For the nation, a breakdown with few categories by entity. Its columns are name, each category,
/// total.
#[derive(Debug, Serialize)]
pub(super) struct CrossTabulation {
    /// The name of the column of categories.
    pub name: &'static str,
    /// The label of the column of categories.
    pub label: String,
    /// The printed categories.
    pub heads: TextList,
    pub grid: ReportTable,
}

/// The most categories that fit side by side on a page.
const MAX_CROSSED_CATEGORIES: usize = 10;

/// The breakdowns by entity, only for the nation.
pub(super) fn cross_tabulations(contents: &PackageData) -> Result<Vec<CrossTabulation>, ColumnError> {
    if contents.subject.entity_code().is_some() {
        return Ok(Vec::new());
    }
    let order =
        [Dimension::MODALIDAD, Dimension::TIPO_CREDENCIAL, Dimension::SEXO, Dimension::MEDIO, Dimension::ESTATUS];
    let declared = contents.process.declared_dimensions().iter().map(|definition| definition.dimension);
    order.into_iter().chain(declared).filter_map(|dimension| cross_tabulate(contents, dimension).transpose()).collect()
}

fn cross_tabulate(contents: &PackageData, dimension: Dimension) -> Result<Option<CrossTabulation>, ColumnError> {
    let column = dimension.column_name();
    let Some(own) = subject_rows::rows_of_subject(contents, &format!("lnere_por_{column}"))? else { return Ok(None) };
    let measures = [column_names::SOLICITUDES_ACUMULADAS];
    let counted = subject_rows::sums_by_category(&own, contents, dimension, &measures)?;
    let codes = counted.into_iter().filter(|group| group.sums[0] > 0).flat_map(|group| group.key);
    let codes: Vec<String> = codes.collect();
    if codes.len() > MAX_CROSSED_CATEGORIES {
        return Ok(None);
    }
    let keys = [column_names::CVE_ENTIDAD, column_names::ENTIDAD, column];
    let groups = own.sums_by(&keys, &measures)?;
    let mut rows: Vec<(String, Vec<i64>)> = Vec::new();
    for group in &groups {
        if rows.last().is_none_or(|(name, _)| *name != group.key[1]) {
            rows.push((group.key[1].clone(), vec![0; codes.len()]));
        }
        let place = codes.iter().position(|code| *code == group.key[2]);
        if let (Some(place), Some((_, sums))) = (place, rows.last_mut()) {
            sums[place] += group.sums[0];
        }
    }
    let totals: Vec<i64> = (0..codes.len()).map(|place| rows.iter().map(|(_, sums)| sums[place]).sum()).collect();
    if rows.len() < 2 || totals.iter().sum::<i64>() == 0 {
        return Ok(None);
    }
    let row = |name: &str, sums: &[i64]| -> Vec<String> {
        std::iter::once(name.to_owned()).chain(count_texts(sums)).chain([count_text(sums.iter().sum())]).collect()
    };
    Ok(Some(CrossTabulation {
        name: column,
        label: contents.process.dimension(dimension).label.clone(),
        heads: codes.iter().map(|code| contents.label_of_category_code(dimension, code)).collect(),
        grid: ReportTable {
            rows: rows.iter().map(|(name, sums)| row(name, sums)).collect(),
            totals: vec![row("Total", &totals)],
            subject_row: None,
        },
    }))
}
