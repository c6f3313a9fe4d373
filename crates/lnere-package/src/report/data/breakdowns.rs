/*!
Applications: how many there are now and were a quincena ago, and by each of numeral 76's breakdowns.
*/

use lnere_core::columns;
use serde::Serialize;

use super::print::{DASH, ReportTable, count, counts, growth, share, signed};
use super::view::{GroupSums, SubjectRowsView, by_size, total};
use super::{Labels, TextList};
use crate::PackageContents;
use lnere_core::process::Dimension;
use lnere_tables::dictionary::is_unidentified;

const MEASURES: [&str; 2] = [columns::SOLICITUDES_QUINCENA, columns::SOLICITUDES_ACUMULADAS];

/// A number and what it was a quincena ago.
#[derive(Debug, Serialize)]
pub(super) struct KeyFigure {
    /// The counted thing, by its name in the template.
    pub name: &'static str,
    /// Up to the corte.
    pub now: String,
    /// Up to the corte before.
    pub before: String,
    /// In the quincena.
    #[serde(rename = "change")]
    pub in_quincena: String,
    /// The change in per cent of what it was; `None` where it was zero.
    pub growth: Option<String>,
    /// Whether there is anything up to the corte.
    pub any: bool,
}

impl KeyFigure {
    pub fn new(name: &'static str, in_quincena: i64, up_to_corte: i64) -> Self {
        let before = up_to_corte - in_quincena;
        Self {
            name,
            now: count(up_to_corte),
            before: count(before),
            in_quincena: signed(in_quincena),
            growth: growth(before, in_quincena),
            any: up_to_corte > 0,
        }
    }
}

/// The applications of the subject.
pub(super) fn key_figure(contents: &PackageContents) -> Option<KeyFigure> {
    let view = SubjectRowsView::own(contents, "lnere_por_entidad")?;
    Some(KeyFigure::new("solicitudes", view.sum(MEASURES[0])?, view.sum(MEASURES[1])?))
}

/// One breakdown: category, in the quincena, up to the corte, share.
#[derive(Debug, Serialize)]
pub(super) struct Breakdown {
    /// The column that it is by.
    pub name: &'static str,
    /// The label of that column.
    pub label: String,
    pub grid: ReportTable,
    /// The largest category in words, where one is the largest.
    pub largest: Option<Largest>,
    /// How many categories have one application or more.
    pub used: usize,
}

/// The largest category.
#[derive(Debug, Serialize)]
pub(super) struct Largest {
    pub label: String,
    pub count: String,
    pub share: String,
}

/// Those of numeral 76 that the release has, in its order, then those of declared dimensions; none
/// where there is no application.
pub(super) fn all_breakdowns(contents: &PackageContents, labels: &Labels) -> Vec<Breakdown> {
    let by = |dimension| of_dimension(contents, labels, dimension);
    let numeral_76 = [
        by(Dimension::MODALIDAD),
        by(Dimension::TIPO_CREDENCIAL),
        of_countries(contents),
        by(Dimension::SEXO),
        by(Dimension::MEDIO),
        by(Dimension::ESTATUS),
    ];
    let declared = contents.process.declared_dimensions().iter().map(|definition| by(definition.dimension));
    numeral_76.into_iter().chain(declared).flatten().collect()
}

fn of_dimension(contents: &PackageContents, labels: &Labels, dimension: Dimension) -> Option<Breakdown> {
    let column = dimension.column();
    let view = SubjectRowsView::own(contents, &format!("lnere_por_{column}"))?;
    let mut groups = view.grouped(&[column], &MEASURES)?;
    groups.sort_by_key(|group| labels.place(dimension, &group.key[0]));
    let is_named: Vec<bool> = groups.iter().map(|group| !is_unidentified(column, &group.key[0])).collect();
    for group in &mut groups {
        group.key[0] = labels.label(dimension, &group.key[0]);
    }
    Breakdown::new(column, labels.dimension(dimension), &groups, &is_named)
}

fn of_countries(contents: &PackageContents) -> Option<Breakdown> {
    let mut groups =
        SubjectRowsView::own(contents, "lnere_por_pais")?.grouped(&[columns::PAIS, columns::CVE_PAIS], &MEASURES)?;
    let is_named = |group: &GroupSums| !is_unidentified(columns::CVE_PAIS, &group.key[1]);
    by_size(&mut groups, 1, is_named);
    let is_named: Vec<bool> = groups.iter().map(is_named).collect();
    Breakdown::new(columns::PAIS, "País", &groups, &is_named)
}

impl Breakdown {
    /// `is_named` says of each group whether it is a category, or a country, and not what is not identified.
    fn new(name: &'static str, label: &str, groups: &[GroupSums], is_named: &[bool]) -> Option<Self> {
        let total = total(groups);
        let all = *total.get(1)?;
        if all == 0 {
            return None;
        }
        let row = |label: &str, sums: &[i64]| -> Vec<String> {
            let share = share(sums[1], all);
            std::iter::once(label.to_owned()).chain(counts(sums)).chain([share]).collect()
        };
        let named = || groups.iter().zip(is_named).filter_map(|(group, is_named)| is_named.then_some(group));
        let most = named().map(|group| group.sums[1]).max().filter(|most| *most > 0).unwrap_or(i64::MAX);
        let mut largest = named().filter(|group| group.sums[1] == most);
        let alone = largest.next().filter(|_| largest.next().is_none());
        Some(Self {
            name,
            label: label.to_owned(),
            largest: alone.map(|group| Largest {
                label: group.key[0].clone(),
                count: count(most),
                share: share(most, all),
            }),
            used: named().filter(|group| group.sums[1] > 0).count(),
            grid: ReportTable {
                rows: groups.iter().map(|group| row(&group.key[0], &group.sums)).collect(),
                totals: vec![row("Total", &total)],
                own: None,
            },
        })
    }
}

/// Applications of each entity that the subject may see, if there is more than its own. Columns:
/// code, name, in the quincena, up to the corte, share.
pub(super) fn by_entity(contents: &PackageContents) -> Option<ReportTable> {
    let groups = SubjectRowsView::whole(contents, "lnere_por_entidad")?
        .grouped(&[columns::CVE_ENTIDAD, columns::ENTIDAD], &MEASURES)?;
    if groups.len() < 2 {
        return None;
    }
    let total = total(&groups);
    let row = |code: &str, name: &str, sums: &[i64]| -> Vec<String> {
        let share = if total[1] == 0 { DASH.to_owned() } else { share(sums[1], total[1]) };
        [code.to_owned(), name.to_owned()].into_iter().chain(counts(sums)).chain([share]).collect()
    };
    Some(ReportTable {
        rows: groups.iter().map(|group| row(&group.key[0], &group.key[1], &group.sums)).collect(),
        totals: vec![row("", "Total", &total)],
        own: groups.iter().position(|group| Some(group.key[0].as_str()) == contents.subject.code()),
    })
}

/// For the nation, a breakdown of few categories by entity: name, each category, total.
#[derive(Debug, Serialize)]
pub(super) struct Crossed {
    /// The column that it is by.
    pub name: &'static str,
    /// The label of that column.
    pub label: String,
    /// The categories in print.
    pub heads: TextList,
    pub grid: ReportTable,
}

/// The most categories that fit side by side on a page.
const MOST_CROSSED: usize = 10;

/// The breakdowns by entity, for the nation alone.
pub(super) fn crossed(contents: &PackageContents, labels: &Labels) -> Vec<Crossed> {
    if contents.subject.code().is_some() {
        return Vec::new();
    }
    let order =
        [Dimension::MODALIDAD, Dimension::TIPO_CREDENCIAL, Dimension::SEXO, Dimension::MEDIO, Dimension::ESTATUS];
    let declared = contents.process.declared_dimensions().iter().map(|definition| definition.dimension);
    order.into_iter().chain(declared).filter_map(|dimension| cross(contents, labels, dimension)).collect()
}

fn cross(contents: &PackageContents, labels: &Labels, dimension: Dimension) -> Option<Crossed> {
    let column = dimension.column();
    let view = SubjectRowsView::own(contents, &format!("lnere_por_{column}"))?;
    let mut codes: Vec<String> = view.grouped(&[column], &[])?.into_iter().flat_map(|group| group.key).collect();
    if codes.len() > MOST_CROSSED {
        return None;
    }
    codes.sort_by_key(|code| labels.place(dimension, code));
    let groups = view.grouped(&[columns::CVE_ENTIDAD, columns::ENTIDAD, column], &MEASURES[1..])?;
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
        return None;
    }
    let row = |name: &str, sums: &[i64]| -> Vec<String> {
        std::iter::once(name.to_owned()).chain(counts(sums)).chain([count(sums.iter().sum())]).collect()
    };
    Some(Crossed {
        name: column,
        label: labels.dimension(dimension).to_owned(),
        heads: codes.iter().map(|code| labels.label(dimension, code)).collect(),
        grid: ReportTable {
            rows: rows.iter().map(|(name, sums)| row(name, sums)).collect(),
            totals: vec![row("Total", &totals)],
            own: None,
        },
    })
}
