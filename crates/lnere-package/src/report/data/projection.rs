/*!
What is to come: applications at the close and the list, never one beside the other in a table; packages and their
cost; voters by Internet; and how good earlier projections of the process were.
*/

use lnere_core::columns;
use std::collections::BTreeMap;

use serde::Serialize;

use super::print::{ReportTable, count, counts, money};
use super::view::{SubjectRowsView, total};
use super::{Labels, TextList, short_day};
use crate::PackageContents;
use lnere_core::calendar::{Corte, parse_iso_day};
use lnere_core::numbers::{decimal, long_date};
use lnere_core::process::Dimension;
use lnere_tables::dictionary::is_unidentified;

const BOUNDS: [&str; 5] =
    [columns::INFERIOR_90, columns::INFERIOR_50, columns::MEDIANA, columns::SUPERIOR_50, columns::SUPERIOR_90];

/// The projection of the subject.
#[derive(Debug, Serialize)]
pub(super) struct ProjectionSection {
    /// The close that it is of.
    pub closes: Option<String>,
    /// The projection in words, without its heading.
    pub paragraphs: TextList,
    /// The entity or the nation, and five bounds of the applications at the close.
    pub applications: Option<ReportTable>,
    /// The entity or the nation, and five bounds of the list.
    pub list: Option<ReportTable>,
    /// Each corte until the close, and the five bounds of the applications up to then.
    #[serde(rename = "course")]
    pub expected_by_corte: Option<ReportTable>,
    /// Earlier process, what it had of its total at the same distance to its close.
    pub references: Option<ReportTable>,
    pub postal: Option<Postal>,
    pub electronic: Option<Electronic>,
    pub evaluation: Option<EvaluationSection>,
}

/// The projection section; `None` if the release has no projection.
pub(super) fn projection_section(contents: &PackageContents, labels: &Labels) -> Option<ProjectionSection> {
    let whole = match contents.subject.code() {
        Some(_) => "proyeccion_lnere_entidad",
        None => "proyeccion_lnere_nacional",
    };
    let closes =
        SubjectRowsView::own(contents, whole).and_then(|view| view.texts(columns::FECHA_OBJETIVO)?.first().cloned());
    let outlook = ProjectionSection {
        closes: closes.and_then(|day| parse_iso_day(&day)).map(long_date),
        paragraphs: paragraphs(contents),
        applications: projected(contents, labels, whole, "solicitudes"),
        list: projected(contents, labels, whole, "lnere"),
        expected_by_corte: expected_by_corte(contents),
        references: references(contents),
        postal: Postal::from_contents(contents),
        electronic: Electronic::from_contents(contents),
        evaluation: EvaluationSection::from_contents(contents),
    };
    let says = !outlook.paragraphs.is_empty()
        || outlook.applications.is_some()
        || outlook.expected_by_corte.is_some()
        || outlook.postal.is_some()
        || outlook.electronic.is_some()
        || outlook.evaluation.is_some();
    says.then_some(outlook)
}

/// The projection in words; what its heading says is on every page.
fn paragraphs(contents: &PackageContents) -> TextList {
    let heading = format!(" · Corte al {}", long_date(contents.corte.day()));
    let text = contents.paragraph.unwrap_or_default();
    let blocks = text.split("\n\n").flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
    blocks.filter(|line| !line.ends_with(&heading)).map(|line| line.replace(" %", "\u{a0}%")).collect()
}

/// Of an entity all and each modality, of the nation all and each entity, in one universe.
fn projected(contents: &PackageContents, labels: &Labels, whole: &str, universe: &str) -> Option<ReportTable> {
    let of = |view: SubjectRowsView, name: &dyn Fn(&[String]) -> String, keys: &[&str]| -> Option<Vec<Vec<String>>> {
        let groups = view.with(columns::UNIVERSO, &[universe])?.grouped(keys, &BOUNDS)?;
        let row = |group: &super::view::GroupSums| -> Vec<String> {
            std::iter::once(name(&group.key)).chain(counts(&group.sums)).collect()
        };
        Some(groups.iter().map(row).collect())
    };
    let totals = of(SubjectRowsView::own(contents, whole)?, &|_| "Total".to_owned(), &[])?;
    let rows = match contents.subject.code() {
        Some(_) => SubjectRowsView::own(contents, "proyeccion_lnere").and_then(|view| {
            let name = |key: &[String]| labels.label(Dimension::MODALIDAD, &key[0]);
            of(view, &name, &[columns::MODALIDAD])
        }),
        None => SubjectRowsView::own(contents, "proyeccion_lnere_entidad")
            .and_then(|view| of(view, &|key| key[1].clone(), &[columns::CVE_ENTIDAD, columns::ENTIDAD])),
    };
    Some(ReportTable { rows: rows.unwrap_or_default(), totals, own: None })
}

/// The applications expected up to each corte that is still to come, and up to the close.
fn expected_by_corte(contents: &PackageContents) -> Option<ReportTable> {
    let view = match contents.subject.code() {
        Some(_) => SubjectRowsView::own(contents, "proyeccion_diaria")?,
        None => SubjectRowsView::own(contents, "proyeccion_diaria_nacional")?,
    };
    let groups = view.grouped(&[columns::FECHA], &BOUNDS)?;
    let last = groups.len().checked_sub(1)?;
    let rows = groups.iter().enumerate().filter_map(|(place, group)| {
        let day = parse_iso_day(&group.key[0])?;
        let shown = day > contents.corte.day() && (place == last || Corte::new(day).is_some());
        shown.then(|| std::iter::once(short_day(&group.key[0])).chain(counts(&group.sums)).collect())
    });
    let rows: Vec<Vec<String>> = rows.collect();
    // One row says no more than the table of the close does.
    (rows.len() > 1).then_some(ReportTable { rows, ..ReportTable::default() })
}

fn references(contents: &PackageContents) -> Option<ReportTable> {
    let view = SubjectRowsView::whole(contents, "proyeccion_referencias")?;
    let (days, titles) = (view.texts(columns::FECHA)?, view.texts(columns::TITULO)?);
    let reached = view.hundredths(columns::PORCENTAJE_ALCANZADO)?;
    let corte = contents.corte.to_string();
    let rows = (0..days.len()).filter(|row| days[*row] == corte);
    let rows: Vec<Vec<String>> =
        rows.map(|row| vec![titles[row].clone(), format!("{}\u{a0}%", decimal(reached[row], 100))]).collect();
    (!rows.is_empty()).then_some(ReportTable { rows, ..ReportTable::default() })
}

/// Packages to send and what they cost.
#[derive(Debug, Serialize)]
pub(super) struct Postal {
    /// Country, fewest, median, most, print run, currency, cost of the median and of the most; of the nation's
    /// countries, bounds of which are no sums: country, median, print run, currency, cost of the median.
    pub by_country: ReportTable,
    /// The nation's entities: entity, median, print run, currency, cost of the median.
    pub by_entity: Option<ReportTable>,
    /// The median of all of them.
    pub packages: String,
    /// The number of packages to print.
    pub print_run: String,
    /// How likely that is enough, in per cent.
    pub level: Option<String>,
    pub tariff: Option<TariffNote>,
}

/// The note on the source of the prices.
#[derive(Debug, Serialize)]
pub(super) struct TariffNote {
    pub name: String,
    pub source: String,
    pub date: String,
    pub invented: bool,
}

/// A row of the postal plan, or the sum of some.
#[derive(Clone, Debug, Default)]
struct PostalSums {
    lower: i64,
    median: i64,
    upper: i64,
    print_run: i64,
    /// In hundredths, by currency: of the median and of the most.
    costs: BTreeMap<String, (i64, i64)>,
}

impl PostalSums {
    fn add(&mut self, other: &Self) {
        self.lower += other.lower;
        self.median += other.median;
        self.upper += other.upper;
        self.print_run += other.print_run;
        for (currency, (median, upper)) in &other.costs {
            let cost = self.costs.entry(currency.clone()).or_default();
            *cost = (cost.0.saturating_add(*median), cost.1.saturating_add(*upper));
        }
    }

    /// Rows in print: what is counted in the first one, each further currency in its own.
    fn print(&self, label: &str, bounds: bool) -> Vec<Vec<String>> {
        let costs = self.costs.iter().enumerate().map(|(place, (currency, (median, upper)))| {
            let counted = |value: i64| if place == 0 { count(value) } else { String::new() };
            let mut row = vec![if place == 0 { label.to_owned() } else { String::new() }];
            if bounds {
                row.push(counted(self.lower));
            }
            row.push(counted(self.median));
            if bounds {
                row.push(counted(self.upper));
            }
            row.extend([counted(self.print_run), currency.clone(), money(*median)]);
            if bounds {
                row.push(money(*upper));
            }
            row
        });
        costs.collect()
    }
}

impl Postal {
    fn from_contents(contents: &PackageContents) -> Option<Self> {
        let view = SubjectRowsView::own(contents, "plan_pep")?;
        let rows = Self::rows(&view)?;
        let national = contents.subject.code().is_none();
        let by = |names: Vec<String>| {
            let mut sums: BTreeMap<String, PostalSums> = BTreeMap::new();
            for (name, row) in names.into_iter().zip(&rows) {
                sums.entry(name).or_default().add(row);
            }
            let mut sums: Vec<(String, PostalSums)> = sums.into_iter().collect();
            sums.sort_by_cached_key(|(name, sum)| {
                (std::cmp::Reverse((sum.median, sum.print_run)), lnere_core::text_folding::label(name))
            });
            sums
        };
        let mut all = PostalSums::default();
        for row in &rows {
            all.add(row);
        }
        // The bounds of a sum are no sums of bounds, and are left blank.
        let mut totals = all.print("Total", !national);
        if !national {
            for row in &mut totals {
                for place in [1, 3, 7] {
                    row[place] = String::new();
                }
            }
        }
        let grid = |sums: Vec<(String, PostalSums)>, bounds: bool| ReportTable {
            rows: sums.iter().flat_map(|(name, sum)| sum.print(name, bounds)).collect(),
            totals: totals.clone(),
            own: None,
        };
        let plan = contents.process.postal.as_ref();
        Some(Self {
            by_country: grid(by(view.texts(columns::PAIS)?), !national),
            by_entity: if national { Some(grid(by(view.texts(columns::ENTIDAD)?), false)) } else { None },
            packages: count(all.median),
            print_run: count(all.print_run),
            level: plan.map(|plan| level(plan.service_level)),
            tariff: plan.map(|plan| TariffNote {
                name: plan.tariff.name.clone(),
                source: plan.tariff.authority.clone(),
                date: long_date(plan.tariff.date),
                invented: plan.tariff.invented,
            }),
        })
    }

    fn rows(view: &SubjectRowsView) -> Option<Vec<PostalSums>> {
        let ints =
            [columns::PAQUETES_INFERIOR_90, columns::PAQUETES_MEDIANA, columns::PAQUETES_SUPERIOR_90, columns::TIRAJE];
        let ints: Vec<Vec<i64>> = ints.iter().map(|name| view.ints(name)).collect::<Option<_>>()?;
        let currency = view.texts(columns::MONEDA)?;
        let (median, upper) = (view.hundredths(columns::COSTO_MEDIANA)?, view.hundredths(columns::COSTO_SUPERIOR_90)?);
        let row = |place: usize| PostalSums {
            lower: ints[0][place],
            median: ints[1][place],
            upper: ints[2][place],
            print_run: ints[3][place],
            costs: BTreeMap::from([(currency[place].clone(), (median[place], upper[place]))]),
        };
        Some((0..currency.len()).map(row).collect())
    }
}

/// `95`, `99.5`: a share as it is said, without decimals that are zero.
fn level(share: f64) -> String {
    format!("{}\u{a0}%", (share * 1_000.0).round() / 10.0)
}

/// Voters by Internet.
#[derive(Debug, Serialize)]
pub(super) struct Electronic {
    /// Country, fewest, median, most; of the nation's countries: country, median.
    pub by_country: ReportTable,
    /// The nation's entities: entity, median.
    pub by_entity: Option<ReportTable>,
    /// The median of all of them.
    pub electors: String,
}

impl Electronic {
    fn from_contents(contents: &PackageContents) -> Option<Self> {
        let view = SubjectRowsView::own(contents, "plan_sivei")?;
        let national = contents.subject.code().is_none();
        let measures: &[&str] = if national {
            &[columns::ELECTORES_MEDIANA]
        } else {
            &[columns::ELECTORES_INFERIOR_90, columns::ELECTORES_MEDIANA, columns::ELECTORES_SUPERIOR_90]
        };
        let middle = measures.len() / 2;
        let grid = |keys: &[&str]| -> Option<ReportTable> {
            let mut groups = view.grouped(keys, measures)?;
            super::view::by_size(&mut groups, middle, |group| !is_unidentified(keys[1], &group.key[1]));
            let all = total(&groups)[middle];
            let mut last = vec!["Total".to_owned(), count(all)];
            if !national {
                last = vec!["Total".to_owned(), String::new(), count(all), String::new()];
            }
            let row = |group: &super::view::GroupSums| -> Vec<String> {
                std::iter::once(group.key[0].clone()).chain(counts(&group.sums)).collect()
            };
            Some(ReportTable { rows: groups.iter().map(row).collect(), totals: vec![last], own: None })
        };
        Some(Self {
            by_country: grid(&[columns::PAIS, columns::CVE_PAIS])?,
            by_entity: if national { grid(&[columns::ENTIDAD, columns::CVE_ENTIDAD]) } else { None },
            electors: count(view.sum(columns::ELECTORES_MEDIANA)?),
        })
    }
}

/// The projections of each corte of the process held against its outcome.
#[derive(Debug, Serialize)]
pub(super) struct EvaluationSection {
    /// The methods in print, in the order of the columns.
    pub methods: TextList,
    /// Days to the close, the weighted interval score of each method; of the nation summed over its entities.
    pub grid: ReportTable,
    /// Of what was published: outcomes inside its intervals of 50 % and 90 %, and how many there were.
    pub covered: Option<[String; 3]>,
}

/// The methods that are evaluated, as the chart of the evaluation calls them.
const METHODS: [(&str, &str); 4] = [
    ("elegido", "Lo publicado"),
    ("chain_ladder", "Factores de desarrollo"),
    ("holt_amortiguado", "Holt amortiguado"),
    ("deriva", "Deriva"),
];

impl EvaluationSection {
    fn from_contents(contents: &PackageContents) -> Option<Self> {
        let view = SubjectRowsView::own(contents, "proyeccion_evaluacion")?;
        let (methods, days) = (view.texts(columns::METODO)?, view.ints(columns::HORIZONTE_DIAS)?);
        let scores = view.hundredths(columns::WIS)?;
        let mut by_day: BTreeMap<i64, BTreeMap<&str, i64>> = BTreeMap::new();
        for ((method, day), score) in methods.iter().zip(&days).zip(&scores) {
            let sum = by_day.entry(*day).or_default().entry(method).or_default();
            *sum = sum.saturating_add(*score);
        }
        let known: Vec<(&str, &str)> =
            METHODS.into_iter().filter(|(code, _)| methods.iter().any(|method| method == code)).collect();
        let rows = by_day.iter().rev().map(|(day, scores)| {
            let score = |(code, _): &(&str, &str)| scores.get(code).map_or_else(String::new, |score| money(*score));
            std::iter::once(count(*day)).chain(known.iter().map(score)).collect()
        });
        Some(Self {
            grid: ReportTable { rows: rows.collect(), ..ReportTable::default() },
            methods: known.iter().map(|(_, label)| (*label).to_owned()).collect(),
            covered: Self::covered(contents),
        })
    }

    /// Shares are of `n` outcomes each, so that they give back how many lay inside.
    fn covered(contents: &PackageContents) -> Option<[String; 3]> {
        let view = SubjectRowsView::own(contents, "proyeccion_evaluacion")?.with(columns::METODO, &["elegido"])?;
        let of = view.ints(columns::N)?;
        let inside = |name: &str| -> Option<i64> {
            let shares = view.hundredths(name)?;
            Some(shares.iter().zip(&of).map(|(share, of)| (share * of + 50) / 100).sum())
        };
        Some([count(inside(columns::COBERTURA_50)?), count(inside(columns::COBERTURA_90)?), count(of.iter().sum())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_said_without_needless_decimals() {
        assert_eq!([0.95, 0.995, 1.0].map(level), ["95\u{a0}%", "99.5\u{a0}%", "100\u{a0}%"]);
    }

    #[test]
    fn costs_of_two_currencies_are_not_added() {
        let of = |currency: &str, cost| PostalSums {
            lower: 1,
            median: 2,
            upper: 3,
            print_run: 4,
            costs: BTreeMap::from([(currency.to_owned(), (cost, 2 * cost))]),
        };
        let mut all = of("MXN", 1_000);
        all.add(&of("USD", 500));
        assert_eq!(
            all.print("Total", false),
            [["Total", "4", "8", "MXN", "10.00"].map(str::to_owned), ["", "", "", "USD", "5.00"].map(str::to_owned)]
        );
    }
}
