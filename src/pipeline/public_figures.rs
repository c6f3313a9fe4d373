/*!
Collects the main figures of the public part for its page and for `LEEME.txt`. Each is a published
count: nothing is added up, and no share is computed.
*/

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use lnere_charts::ChartContext;
use lnere_core::calendar::Corte;
use lnere_core::catalog::Catalogs;
use lnere_core::column_names;
use lnere_core::mexican_formats::integer;
use lnere_core::process::{Process, PublicAudience};
use lnere_disclosure::{CellId, PublicTables};
use lnere_release::PublicCorte;

/// The measure of applications.
const APPLICATIONS: &str = column_names::SOLICITUDES_ACUMULADAS;

/// The measures of credentials, as readers call them.
const CREDENTIALS: [(&str, &str); 3] = [
    (column_names::TRAMITADAS_ACUMULADAS, "tramitadas"),
    (column_names::ENTREGADAS_ACUMULADAS, "entregadas"),
    (column_names::CONFIRMADAS_ACUMULADAS, "confirmadas"),
];

/// The names of codes in the public tables, in which groups take the place of their members.
pub(super) struct PublicLabels<'a> {
    process: &'a Process,
    catalogs: &'a Catalogs,
    plan: &'a PublicAudience,
    /// For each column of categories, its codes and their labels in order.
    pub labels_by_column: HashMap<String, Vec<(String, String)>>,
}

impl<'a> PublicLabels<'a> {
    pub(super) fn new(process: &'a Process, catalogs: &'a Catalogs, plan: &'a PublicAudience, corte: Corte) -> Self {
        let mut labels_by_column = ChartContext::for_corte(process, catalogs, corte).labels_by_column;
        for (column, merge) in &plan.merges_by_column {
            let Some(labels) = labels_by_column.get_mut(*column) else { continue };
            let mut merged: Vec<(String, String)> = Vec::new();
            for (code, label) in labels.drain(..) {
                let (code, label) =
                    merge.group_of_code(&code).map_or((code, label), |group| (group.code.clone(), group.label.clone()));
                if merged.iter().all(|(other, _)| *other != code) {
                    merged.push((code, label));
                }
            }
            *labels = merged;
        }
        Self { process, catalogs, plan, labels_by_column }
    }

    /// The name of a code. A code without a name is its own.
    pub(super) fn label(&self, column: &str, code: &str) -> String {
        let named = match column {
            column_names::CVE_ENTIDAD => {
                let entities = &self.catalogs.entities;
                entities.by_code(code).map(|entity| entities.name(entity).to_owned())
            }
            column_names::CVE_PAIS => {
                let groups = self.plan.merges_by_column.get(column).into_iter().flat_map(|merge| &merge.groups);
                let group = groups.filter(|group| group.code == code).map(|group| group.label.clone()).next();
                let countries = &self.catalogs.countries;
                group.or_else(|| countries.find(code).map(|country| countries.get(country).name.clone()))
            }
            column_names::CVE_REPRESENTACION => {
                let offices = &self.catalogs.offices;
                offices.find(code).map(|office| offices.get(office).name.clone())
            }
            _ => {
                let labels = self.labels_by_column.get(column).into_iter().flatten();
                labels.filter(|(other, _)| other == code).map(|(_, label)| label.clone()).next()
            }
        };
        named.unwrap_or_else(|| code.to_owned())
    }

    /// What a column distinguishes, as a heading.
    fn dimension_label(&self, column: &str) -> String {
        match column {
            column_names::CVE_PAIS => "País de residencia".to_owned(),
            _ => {
                let mut definitions = self.process.dimensions().iter();
                let definition = definitions.find(|definition| definition.dimension.column_name() == column);
                definition.map_or_else(|| column.to_owned(), |definition| definition.label.clone())
            }
        }
    }

    /// Where a code stands among those of its column.
    fn place(&self, column: &str, code: &str) -> usize {
        let listed = self.labels_by_column.get(column).and_then(|all| all.iter().position(|(other, _)| other == code));
        listed.unwrap_or(usize::MAX)
    }
}

/// A published count with its name; `None`: it is suppressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figure {
    pub label: String,
    pub count: Option<i64>,
}

/// The national counts by one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breakdown {
    pub label: String,
    pub figures: Vec<Figure>,
}

/// The main figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PublicFigures {
    /// All applications; no value where no public table counts them.
    pub applications: Option<Figure>,
    /// The applications of each entity, the most first.
    pub entities: Vec<Figure>,
    /// The applications of the nation by each dimension.
    pub breakdowns: Vec<Breakdown>,
    /// The credentials of the nation.
    pub credentials: Vec<Figure>,
    /// The applications of the nation at each public corte.
    pub course: Vec<(NaiveDate, Option<i64>)>,
}

impl PublicFigures {
    pub(super) fn new(
        labels: &PublicLabels,
        protected: &PublicTables,
        cortes: &BTreeMap<NaiveDate, PublicCorte>,
    ) -> Self {
        let nation = |measure: &str| protected.published_counts.get(&CellId::new(measure, [])).copied();
        let figure =
            |measure: &str, label: &str| nation(measure).map(|count| Figure { label: label.to_owned(), count });
        let counts_applications = |keys: &[&str]| {
            let mut tables = protected.grain.tables.values();
            tables.any(|of| of.keys == keys && of.measures.iter().any(|measure| measure == APPLICATIONS))
        };
        // The cells that differ in this column alone.
        let cells_by = |column: &str| {
            let own = |cell: &CellId| {
                cell.measure == APPLICATIONS && cell.codes.len() == 1 && cell.codes.contains_key(column)
            };
            let cells = protected.published_counts.iter().filter(|(cell, _)| own(cell));
            let mut cells: Vec<(String, Option<i64>)> =
                cells.map(|(cell, count)| (cell.codes[column].clone(), *count)).collect();
            cells.sort();
            cells
        };
        let figures = |column: &str, cells: Vec<(String, Option<i64>)>| -> Vec<Figure> {
            cells.into_iter().map(|(code, count)| Figure { label: labels.label(column, &code), count }).collect()
        };
        let mut entities = Vec::new();
        if counts_applications(&[column_names::CVE_ENTIDAD]) {
            let mut cells = cells_by(column_names::CVE_ENTIDAD);
            // A suppressed count has no rank, and comes last.
            cells.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            entities = figures(column_names::CVE_ENTIDAD, cells);
        }
        let dimensions = labels.process.dimensions().iter().map(|definition| definition.dimension.column_name());
        let breakdowns = [column_names::CVE_PAIS].into_iter().chain(dimensions);
        let breakdowns = breakdowns.filter(|column| counts_applications(&[column_names::CVE_ENTIDAD, column]));
        let breakdowns = breakdowns.map(|column| {
            let mut cells = cells_by(column);
            // What is not identified is shown where there is some.
            cells.retain(|(code, count)| *count != Some(0) || !lnere_tables::dictionary::is_unidentified(column, code));
            if labels.labels_by_column.contains_key(column) {
                cells.sort_by_key(|(code, _)| labels.place(column, code));
            } else {
                // Countries with a name come first, the most of them before others.
                let is_group = |code: &String| {
                    let merge = labels.plan.merges_by_column.get(column);
                    merge.is_some_and(|merge| merge.groups.iter().any(|group| group.code == *code))
                };
                cells.sort_by(|a, b| {
                    is_group(&a.0).cmp(&is_group(&b.0)).then_with(|| b.1.cmp(&a.1)).then_with(|| a.0.cmp(&b.0))
                });
            }
            Breakdown { label: labels.dimension_label(column), figures: figures(column, cells) }
        });
        let total = |public: &PublicCorte| public.published_counts.get(&CellId::new(APPLICATIONS, [])).copied();
        Self {
            applications: figure(APPLICATIONS, "solicitudes"),
            entities,
            breakdowns: breakdowns.collect(),
            credentials: CREDENTIALS.iter().filter_map(|(measure, label)| figure(measure, label)).collect(),
            course: cortes.values().filter_map(|public| Some((public.corte, total(public)?))).collect(),
        }
    }
}

/// A count as readers see it; `hidden` is the word for a suppressed one.
pub(super) fn count_text(count: Option<i64>, hidden: &str) -> String {
    count.map_or_else(|| hidden.to_owned(), integer)
}

/// The figure that exceeds all others, if all are shown.
pub(super) fn largest(figures: &[Figure]) -> Option<(&Figure, i64)> {
    let counts: Vec<i64> = figures.iter().map(|figure| figure.count).collect::<Option<_>>()?;
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let mut of_most = figures.iter().filter(|figure| figure.count == Some(most));
    let (Some(figure), None) = (of_most.next(), of_most.next()) else { return None };
    Some((figure, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_figure_above_all_others_is_the_largest_and_only_if_all_are_shown() {
        let figures = |counts: &[Option<i64>]| -> Vec<Figure> {
            let figure = |(place, count): (usize, &Option<i64>)| Figure { label: format!("E{place}"), count: *count };
            counts.iter().enumerate().map(figure).collect()
        };
        let name =
            |counts: &[Option<i64>]| largest(&figures(counts)).map(|(figure, most)| (figure.label.clone(), most));
        assert_eq!(name(&[Some(3), Some(9), Some(0)]), Some(("E1".to_owned(), 9)));
        assert_eq!(name(&[Some(9), Some(9)]), None);
        assert_eq!(name(&[Some(9), None]), None, "the suppressed one may be larger");
        assert_eq!(name(&[Some(0), Some(0)]), None);
        assert_eq!(name(&[]), None);
    }
}
