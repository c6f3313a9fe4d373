/*!
Computes the projection of the report: applications at the close, and the list in a separate table.
Also the packages with their cost, the voters by Internet, and what came of earlier projections.
*/

use lnere_core::column_names;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::TextList;
use super::formatting::{ReportTable, count_text, count_texts, two_decimals};
use super::statuses::decisions_by_part;
use crate::PackageData;
use crate::subject_rows;
use lnere_core::calendar::Corte;
use lnere_core::mexican_formats::{decimal, long_date, short_date_with_year};
use lnere_core::process::{ALL_ENTITIES_CODE, Dimension};
use lnere_tables::dictionary::QUANTILE_COLUMNS;
use lnere_tables::dictionary::is_unidentified;
use lnere_tables::{ColumnError, GroupSums, TableRows, sort_by_rank};

/// The projection of the subject.
#[derive(Debug, Serialize)]
pub(super) struct ProjectionSection {
    /// The projected close of registration.
    pub closes: Option<String>,
    /// The projection in words, without its heading.
    pub paragraphs: TextList,
    /// The applications at the close. Columns: the entity or the nation, and five quantiles.
    pub applications: Option<ReportTable>,
    /// The list. Columns: the entity or the nation, and five quantiles.
    pub list: Option<ReportTable>,
    /// After the close, the list by entity or by modality. Columns: entity or modality, accepted,
    /// undecided, lower bound, median and upper bound of the list.
    pub list_so_far: Option<ReportTable>,
    /// The projected applications up to each later corte, with five quantiles.
    #[serde(rename = "course")]
    pub expected_by_corte: Option<ReportTable>,
    /// Earlier processes, with the share of their total at the same distance to the close.
    pub references: Option<ReportTable>,
    pub postal: Option<PostalSection>,
    pub electronic: Option<ElectronicSection>,
    pub evaluation: Option<EvaluationSection>,
}

/// The projection section; `None` if the release has no projection.
pub(super) fn projection_section(contents: &PackageData) -> Result<Option<ProjectionSection>, ColumnError> {
    let close_table = match contents.subject.entity_code() {
        Some(_) => "proyeccion_lnere_entidad",
        None => "proyeccion_lnere_nacional",
    };
    let closes = subject_rows::rows_of_subject(contents, close_table)?
        .map(|rows| rows.values::<NaiveDate>(column_names::FECHA_OBJETIVO));
    let closes = closes.transpose()?.and_then(|days| days.first().copied());
    let projected = ProjectionSection {
        closes: closes.map(long_date),
        paragraphs: projection_paragraphs(contents),
        applications: quantile_table(contents, close_table, "solicitudes")?,
        list_so_far: list_so_far(contents, close_table)?,
        list: quantile_table(contents, close_table, "lnere")?,
        expected_by_corte: expected_by_corte(contents)?,
        references: reference_table(contents)?,
        postal: PostalSection::from_contents(contents)?,
        electronic: ElectronicSection::from_contents(contents)?,
        evaluation: EvaluationSection::from_contents(contents)?,
    };
    let has_content = !projected.paragraphs.is_empty()
        || projected.applications.is_some()
        || projected.expected_by_corte.is_some()
        || projected.postal.is_some()
        || projected.electronic.is_some()
        || projected.evaluation.is_some();
    Ok(has_content.then_some(projected))
}

/// The beginnings of the paragraphs on the plan, which the report has in its own chapter.
const PLAN_PARAGRAPHS: [&str; 2] = ["Voto postal:", "Voto por Internet"];

/// The projection in words, without its heading, which every page shows, and without the plan.
fn projection_paragraphs(contents: &PackageData) -> TextList {
    let heading = format!(" · Corte al {}", long_date(contents.corte.day()));
    let text = contents.projection_text.unwrap_or_default();
    let blocks = text.split("\n\n").flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
    let is_told_here =
        |line: &&str| !line.ends_with(&heading) && !PLAN_PARAGRAPHS.iter().any(|start| line.starts_with(start));
    blocks.filter(is_told_here).map(|line| line.replace(" %", "\u{a0}%")).collect()
}

/// The projection in one universe. For an entity: all and each modality. For the nation: all and
/// each entity.
fn quantile_table(contents: &PackageData, whole: &str, universe: &str) -> Result<Option<ReportTable>, ColumnError> {
    let quantile_rows = |table: &str, keys: &[&str], name: &dyn Fn(&[String]) -> String| {
        let Some(rows) = subject_rows::rows_of_subject(contents, table)? else { return Ok(Vec::new()) };
        let groups = rows.with_value(column_names::UNIVERSO, universe)?.sums_by(keys, &QUANTILE_COLUMNS)?;
        let row = |group: &GroupSums| std::iter::once(name(&group.key)).chain(count_texts(&group.sums)).collect();
        Ok(groups.iter().map(row).collect::<Vec<Vec<String>>>())
    };
    let totals = quantile_rows(whole, &[], &|_| "Total".to_owned())?;
    if totals.is_empty() {
        return Ok(None);
    }
    let rows = if contents.subject.entity_code().is_some() {
        let name = |key: &[String]| contents.label_of_category_code(Dimension::MODALIDAD, &key[0]);
        quantile_rows("proyeccion_lnere", &[column_names::MODALIDAD], &name)?
    } else {
        let keys = [column_names::CVE_ENTIDAD, column_names::ENTIDAD];
        quantile_rows("proyeccion_lnere_entidad", &keys, &|key| key[1].clone())?
    };
    Ok(Some(ReportTable { rows, totals, subject_row: None }))
}

/// After the close, what is decided and undecided of the list, and what is expected of it.
fn list_so_far(contents: &PackageData, close_table: &str) -> Result<Option<ReportTable>, ColumnError> {
    let corte = contents.corte.day();
    if corte < contents.process.close_known_on(corte) {
        return Ok(None);
    }
    let Some(list) = quantile_table(contents, close_table, "lnere")? else { return Ok(None) };
    let decisions = decisions_by_part(contents)?;
    let all = decisions.values().fold([0, 0], |sum, part| [sum[0] + part[0], sum[1] + part[1]]);
    // A row of the list has its name and five quantiles, the median in the middle.
    let row = |cells: &Vec<String>, [accepted, undecided]: [i64; 2]| {
        let counts = [accepted, undecided].map(count_text);
        let bounds = [1, 3, 5].map(|place| cells[place].clone());
        std::iter::once(cells[0].clone()).chain(counts).chain(bounds).collect()
    };
    let part_row = |cells: &Vec<String>| row(cells, decisions.get(&cells[0]).copied().unwrap_or_default());
    Ok((!decisions.is_empty()).then(|| ReportTable {
        rows: list.rows.iter().map(part_row).collect(),
        totals: list.totals.iter().map(|cells| row(cells, all)).collect(),
        subject_row: None,
    }))
}

/// The expected applications up to each later corte and up to the close.
fn expected_by_corte(contents: &PackageData) -> Result<Option<ReportTable>, ColumnError> {
    let table = match contents.subject.entity_code() {
        Some(_) => "proyeccion_diaria",
        None => "proyeccion_diaria_nacional",
    };
    let Some(rows) = subject_rows::rows_of_subject(contents, table)? else { return Ok(None) };
    let days = rows.sums_by_day(column_names::FECHA, &QUANTILE_COLUMNS)?;
    let last = days.keys().next_back().copied();
    let is_shown = |day: &NaiveDate| *day > contents.corte.day() && (Some(*day) == last || Corte::new(*day).is_some());
    let shown = days.iter().filter(|(day, _)| is_shown(day));
    let row = |(day, bounds): (&NaiveDate, &Vec<i64>)| {
        std::iter::once(short_date_with_year(*day)).chain(count_texts(bounds)).collect()
    };
    let rows: Vec<Vec<String>> = shown.map(row).collect();
    // A single row would only repeat the table of the close.
    Ok((rows.len() > 1).then_some(ReportTable { rows, ..ReportTable::default() }))
}

fn reference_table(contents: &PackageData) -> Result<Option<ReportTable>, ColumnError> {
    let Some(rows) = subject_rows::all_rows_of(contents, "proyeccion_referencias") else { return Ok(None) };
    let (days, titles) = (rows.values::<NaiveDate>(column_names::FECHA)?, rows.values::<String>(column_names::TITULO)?);
    let reached = rows.values_in_hundredths(column_names::PORCENTAJE_ALCANZADO)?;
    let rows = (0..days.len()).filter(|row| days[*row] == contents.corte.day());
    let rows: Vec<Vec<String>> =
        rows.map(|row| vec![titles[row].clone(), format!("{}\u{a0}%", decimal(reached[row], 100))]).collect();
    Ok((!rows.is_empty()).then_some(ReportTable { rows, ..ReportTable::default() }))
}

/// The packages to send and their cost.
#[derive(Debug, Serialize)]
pub(super) struct PostalSection {
    /// Columns: country, median, print run, cost of the median, currency. Without bounds, because
    /// bounds of a sum are not sums of bounds.
    pub by_country: ReportTable,
    /// The entities, only for the nation. Columns: entity, then as in `by_country`.
    pub by_entity: Option<ReportTable>,
    /// The only currency, whose column the template leaves out; `None` if there are several.
    pub currency: Option<String>,
    /// The packages of the print run for voters without an identified country; `None` if there are
    /// none.
    pub unidentified: Option<String>,
    /// The sum of the medians.
    pub packages: String,
    /// The number of packages to print.
    pub print_run: String,
    /// The probability that the print run suffices, in per cent.
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

/// A row of the postal plan, or the sum of rows.
#[derive(Clone, Debug, Default)]
struct PostalSums {
    median: i64,
    print_run: i64,
    /// The cost of the median by currency, in hundredths.
    costs: BTreeMap<String, i64>,
}

impl PostalSums {
    fn add(&mut self, other: &Self) {
        self.median += other.median;
        self.print_run += other.print_run;
        for (currency, median) in &other.costs {
            let cost = self.costs.entry(currency.clone()).or_default();
            *cost = cost.saturating_add(*median);
        }
    }

    /// The printed rows: the first has the counts and the first currency, and each further currency
    /// has its own row.
    fn printed_rows(&self, label: &str) -> Vec<Vec<String>> {
        let costs = self.costs.iter().enumerate().map(|(place, (currency, median))| {
            let first = |text: String| if place == 0 { text } else { String::new() };
            vec![
                first(label.to_owned()),
                first(count_text(self.median)),
                first(count_text(self.print_run)),
                two_decimals(*median),
                currency.clone(),
            ]
        });
        costs.collect()
    }
}

impl PostalSection {
    fn from_contents(contents: &PackageData) -> Result<Option<Self>, ColumnError> {
        let Some(own) = subject_rows::rows_of_subject(contents, "plan_pep")? else { return Ok(None) };
        let rows = Self::postal_rows(&own)?;
        let national = contents.subject.entity_code().is_none();
        let sums_by_name = |names: Vec<String>| {
            let mut sums: BTreeMap<String, PostalSums> = BTreeMap::new();
            for (name, row) in names.into_iter().zip(&rows) {
                sums.entry(name).or_default().add(row);
            }
            let mut sums: Vec<(String, PostalSums)> = sums.into_iter().collect();
            sums.sort_by_cached_key(|(name, sum)| {
                (std::cmp::Reverse((sum.median, sum.print_run)), lnere_core::text_folding::fold_label(name))
            });
            sums
        };
        let mut all = PostalSums::default();
        for row in &rows {
            all.add(row);
        }
        let grid = |sums: Vec<(String, PostalSums)>| ReportTable {
            rows: sums.iter().flat_map(|(name, sum)| sum.printed_rows(name)).collect(),
            totals: all.printed_rows("Total"),
            subject_row: None,
        };
        let countries = own.values::<String>(column_names::CVE_PAIS)?;
        let unidentified: i64 = countries
            .iter()
            .zip(&rows)
            .filter(|(country, _)| is_unidentified(column_names::CVE_PAIS, country))
            .map(|(_, row)| row.print_run)
            .sum();
        let mut currencies = all.costs.keys();
        let plan = contents.process.postal.as_ref();
        Ok(Some(Self {
            by_country: grid(sums_by_name(own.values(column_names::PAIS)?)),
            currency: currencies.next().filter(|_| currencies.next().is_none()).cloned(),
            unidentified: (unidentified > 0).then(|| count_text(unidentified)),
            by_entity: if national { Some(grid(sums_by_name(own.values(column_names::ENTIDAD)?))) } else { None },
            packages: count_text(all.median),
            print_run: count_text(all.print_run),
            level: plan.map(|plan| share_percent(plan.service_level)),
            tariff: plan.map(|plan| TariffNote {
                name: plan.tariff.name.clone(),
                source: plan.tariff.authority.clone(),
                date: long_date(plan.tariff.applies_from),
                invented: plan.tariff.is_invented,
            }),
        }))
    }

    fn postal_rows(own: &TableRows) -> Result<Vec<PostalSums>, ColumnError> {
        let median = own.values::<i64>(column_names::PAQUETES_MEDIANA)?;
        let print_run = own.values::<i64>(column_names::TIRAJE)?;
        let currency = own.values::<String>(column_names::MONEDA)?;
        let cost = own.values_in_hundredths(column_names::COSTO_MEDIANA)?;
        let row = |place: usize| PostalSums {
            median: median[place],
            print_run: print_run[place],
            costs: BTreeMap::from([(currency[place].clone(), cost[place])]),
        };
        Ok((0..currency.len()).map(row).collect())
    }
}

/// A share as printed text, `95` or `99.5`, without zero decimals.
fn share_percent(share: f64) -> String {
    format!("{}\u{a0}%", (share * 1_000.0).round() / 10.0)
}

/// Voters by Internet.
#[derive(Debug, Serialize)]
pub(super) struct ElectronicSection {
    /// The countries where the median is not zero. Columns: country, median.
    pub by_country: ReportTable,
    /// The entities, only for the nation. Columns: entity, median.
    pub by_entity: Option<ReportTable>,
    /// The sum of the medians.
    pub electors: String,
}

impl ElectronicSection {
    fn from_contents(contents: &PackageData) -> Result<Option<Self>, ColumnError> {
        let Some(own) = subject_rows::rows_of_subject(contents, "plan_sivei")? else { return Ok(None) };
        let national = contents.subject.entity_code().is_none();
        let grid = |keys: &[&str]| -> Result<ReportTable, ColumnError> {
            let mut groups = own.sums_by(keys, &[column_names::ELECTORES_MEDIANA])?;
            sort_by_rank(&mut groups, 0);
            let total = vec!["Total".to_owned(), count_text(groups.iter().map(|group| group.sums[0]).sum())];
            let row = |group: &GroupSums| vec![group.key[1].clone(), count_text(group.sums[0])];
            let shown = groups.iter().filter(|group| group.sums[0] > 0);
            Ok(ReportTable { rows: shown.map(row).collect(), totals: vec![total], subject_row: None })
        };
        Ok(Some(Self {
            by_country: grid(&[column_names::CVE_PAIS, column_names::PAIS])?,
            by_entity: if national { Some(grid(&[column_names::CVE_ENTIDAD, column_names::ENTIDAD])?) } else { None },
            electors: count_text(own.sums(&[column_names::ELECTORES_MEDIANA])?[0]),
        }))
    }
}

/// The projections of each corte, compared with the outcome of the process.
#[derive(Debug, Serialize)]
pub(super) struct EvaluationSection {
    /// Columns: corte, lower bound, median and upper bound of 90 %, outcome, error of the median in
    /// per cent of the outcome.
    pub grid: ReportTable,
    /// The last corte before the close: its date, what was expected, and the outcome.
    pub newest: Option<[String; 3]>,
    /// The outcomes inside the intervals of 50 % and 90 %, and their number.
    pub covered: [String; 3],
}

impl EvaluationSection {
    /// The rows of the entity of the package, or of all entities together.
    fn from_contents(contents: &PackageData) -> Result<Option<Self>, ColumnError> {
        let Some(own) = subject_rows::rows_of_subject(contents, "proyeccion_evaluacion")? else { return Ok(None) };
        let own = match contents.subject.entity_code() {
            Some(_) => own,
            None => own.with_value(column_names::CVE_ENTIDAD, ALL_ENTITIES_CODE)?,
        };
        let cortes = own.values::<NaiveDate>(column_names::CORTE_EVALUADO)?;
        let column = |name| own.values::<i64>(name);
        let [lower, median, upper, outcome] = [
            column(column_names::INFERIOR_90)?,
            column(column_names::MEDIANA)?,
            column(column_names::SUPERIOR_90)?,
            column(column_names::RESULTADO)?,
        ];
        let error = |row: usize| {
            if outcome[row] < lnere_statements::MIN_SHARE_BASE {
                return String::new();
            }
            let error = ((median[row] - outcome[row]) as f64 / outcome[row] as f64 * 100.0).round() as i64;
            let sign = match error.signum() {
                1 => "+",
                -1 => "−",
                _ => "",
            };
            format!("{sign}{}\u{a0}%", error.abs())
        };
        let rows = (0..cortes.len()).map(|row| {
            let counts = [lower[row], median[row], upper[row], outcome[row]].map(count_text);
            std::iter::once(long_date(cortes[row])).chain(counts).chain([error(row)]).collect()
        });
        let newest = (0..cortes.len()).max_by_key(|row| cortes[*row]);
        let inside = |name: &str| -> Result<i64, ColumnError> {
            Ok(own.values_in_hundredths(name)?.iter().map(|share| i64::from(*share == 100)).sum())
        };
        let covered = [
            inside(column_names::COBERTURA_50)?,
            inside(column_names::COBERTURA_90)?,
            i64::try_from(cortes.len()).unwrap_or(i64::MAX),
        ];
        Ok(Some(Self {
            grid: ReportTable { rows: rows.collect(), ..ReportTable::default() },
            newest: newest.map(|row| [long_date(cortes[row]), count_text(median[row]), count_text(outcome[row])]),
            covered: covered.map(count_text),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_said_without_needless_decimals() {
        assert_eq!([0.95, 0.995, 1.0].map(share_percent), ["95\u{a0}%", "99.5\u{a0}%", "100\u{a0}%"]);
    }

    #[test]
    fn costs_of_two_currencies_are_not_added() {
        let of = |currency: &str, cost| PostalSums {
            median: 2,
            print_run: 4,
            costs: BTreeMap::from([(currency.to_owned(), cost)]),
        };
        let mut all = of("MXN", 1_000);
        all.add(&of("USD", 500));
        assert_eq!(
            all.printed_rows("Total"),
            [["Total", "4", "8", "10.00", "MXN"].map(str::to_owned), ["", "", "", "5.00", "USD"].map(str::to_owned)]
        );
    }
}
