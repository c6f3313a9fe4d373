/*!
Computes the values of a chart from published tables: selects the rows of a scope and adds them up.

Counts are whole numbers, so the counts of the nation are sums of the counts of the entities. Shares
are computed from counts, never from other shares.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::definition::{BarCategory, BarOrder, CategoryLimit};
use super::suppression_display::{self, CountColumn};
use super::{ChartContext, ChartError, Scope, SuppressionDisplay};
use lnere_core::mexican_formats::{self, hundredths_of_percent, rounded_percent};
use lnere_statements::{MIN_SHARE_BASE, Statistics};
use lnere_tables::dictionary::is_unidentified;
use lnere_tables::ranking::{self, CategoryKind, Rank};
use lnere_tables::{Table, TableRows};

/// The column of countries.
const COUNTRY_COLUMN: &str = column_names::CVE_PAIS;

/// The rows of a table that count for a scope.
pub(super) struct ScopedRows<'t> {
    table_rows: TableRows<'t>,
}

/// The content of one bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    /// The values of the key columns; empty for a remainder.
    pub key: Vec<String>,
    pub label: String,
    /// One value for each measure; `None` if the value is suppressed.
    pub measure_counts: Vec<Option<i64>>,
    /// Whether the bar is a remainder or the unidentified category.
    pub is_residual: bool,
}

/// The bars of a chart from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BarSet {
    pub bars: Vec<Bar>,
    /// The total of all rows for each measure; `None` if the total is suppressed.
    pub measure_totals: Vec<Option<i64>>,
    /// The text that replaces a suppressed number.
    suppressed_label: String,
}

impl BarSet {
    /// The text of a count.
    pub(super) fn count_text(&self, count: Option<i64>) -> String {
        count.map_or_else(|| self.suppressed_label.clone(), mexican_formats::integer)
    }

    /// The statistics of the first measure, for titles. If a count is suppressed, nobody can say
    /// which category is the largest, and those statistics are absent. So they are where a merged or
    /// unidentified category may be as large as the named one.
    pub(super) fn statistics(&self) -> Statistics {
        let mut statistics = Statistics::default();
        let Some(total) = self.measure_totals.first().copied().flatten() else { return statistics };
        statistics.set_count("total", total);
        let counted = |bar: &Bar| bar.measure_counts.first().copied().flatten();
        let Some(counts) = self.bars.iter().map(counted).collect::<Option<Vec<i64>>>() else { return statistics };
        // Merged and unidentified categories have a key, and one of them may be as large as their bar.
        // The remainder of a limit has none, and holds the smallest.
        let unnamed = self.bars.iter().zip(&counts).filter(|(bar, _)| bar.is_residual && !bar.key.is_empty());
        let largest_unnamed = unnamed.map(|(_, count)| *count).max().unwrap_or(0);
        let mut ranked: Vec<(&Bar, i64)> =
            self.bars.iter().zip(counts).filter(|(bar, count)| !bar.is_residual && *count > 0).collect();
        ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        if !self.bars.iter().any(|bar| bar.is_residual) {
            statistics.set_count("categories", i64::try_from(ranked.len()).unwrap_or(i64::MAX));
        }
        let counts: Vec<i64> = ranked.iter().map(|(_, count)| *count).collect();
        let is_above_others = |place: usize| {
            let next = counts.get(place + 1).copied().unwrap_or(0);
            counts[place] > next.max(largest_unnamed)
        };
        for (place, names) in
            [["top", "top_count", "top_share"], ["second", "second_count", "second_share"]].into_iter().enumerate()
        {
            let Some((bar, count)) = ranked.get(place).filter(|_| is_above_others(place)) else { break };
            statistics.set_text(names[0], bar.label.as_str());
            statistics.set_count(names[1], *count);
            statistics.set_share(names[2], *count, total);
        }
        statistics
    }

    /// Whether any number is suppressed.
    pub(super) fn has_suppressed(&self) -> bool {
        self.bars.iter().flat_map(|bar| &bar.measure_counts).chain(&self.measure_totals).any(Option::is_none)
    }
}

/// The highest and the lowest of some shares, given as a name, a part and its whole. They are absent
/// if a whole has too few cases, if both are the same whole percentage, or if another share is equal to
/// one of them.
pub(super) fn extreme_shares<'a>(shares: impl IntoIterator<Item = (&'a str, i64, i64)>) -> Statistics {
    let mut statistics = Statistics::default();
    let shares: Vec<(&str, i64, i64)> = shares.into_iter().collect();
    let hundredths = |(_, part, whole): &(&str, i64, i64)| hundredths_of_percent(*part, *whole);
    let (Some(highest), Some(lowest)) =
        (shares.iter().max_by_key(|one| hundredths(one)), shares.iter().min_by_key(|one| hundredths(one)))
    else {
        return statistics;
    };
    let percent = |(_, part, whole): &(&str, i64, i64)| rounded_percent(*part, *whole);
    let is_sole =
        |one: &(&str, i64, i64)| shares.iter().filter(|other| hundredths(other) == hundredths(one)).count() == 1;
    if !is_sole(highest) || !is_sole(lowest) {
        return statistics;
    }
    if highest.2 < MIN_SHARE_BASE || lowest.2 < MIN_SHARE_BASE || percent(highest) == percent(lowest) {
        return statistics;
    }
    for (names, (name, part, whole)) in [(["highest", "highest_share"], highest), (["lowest", "lowest_share"], lowest)]
    {
        statistics.set_text(names[0], *name);
        statistics.set_share(names[1], *part, *whole);
    }
    statistics
}

impl<'t> ScopedRows<'t> {
    /// Selects all rows for the nation, and the rows of the entity for an entity.
    pub(super) fn select(table: &'t Table, scope: &Scope) -> Result<Self, ChartError> {
        let code = match scope {
            Scope::Nation => None,
            Scope::Entity { code, .. } => Some(code.as_str()),
        };
        Ok(Self { table_rows: TableRows::of_entity(table, code)? })
    }

    /// Sums of measures by day.
    pub(super) fn sums_by_day(
        &self,
        day_column: &str,
        measures: &[&str],
    ) -> Result<BTreeMap<NaiveDate, Vec<i64>>, ChartError> {
        Ok(self.table_rows.sums_by_day(day_column, measures)?)
    }

    /// The values of a column by day and name, as the table holds them.
    pub(super) fn values_by_name_and_day(
        &self,
        name_column: &str,
        day_column: &str,
        value_column: &str,
    ) -> Result<BTreeMap<&'t str, BTreeMap<NaiveDate, f64>>, ChartError> {
        let days = self.table_rows.table.values::<NaiveDate>(day_column)?;
        let values = self.table_rows.table.values::<f64>(value_column)?;
        let by_day = |(name, rows): (&'t str, TableRows)| {
            (name, rows.indices.into_iter().map(|row| (days[row], values[row])).collect())
        };
        Ok(self.rows_by_code(name_column)?.into_iter().map(by_day).collect())
    }

    /// The values of a measure by a whole number: those of the entity, or of all entities together.
    /// Of rows with the same number the last one counts.
    pub(super) fn values_by_number(
        &self,
        number_column: &str,
        value_column: &str,
    ) -> Result<BTreeMap<i64, i64>, ChartError> {
        const ALL_ENTITIES: &str = "00";
        let table = self.table_rows.table;
        let numbers = table.values::<i64>(number_column)?;
        let values = table.values::<i64>(value_column)?;
        let codes = table.values::<String>(column_names::CVE_ENTIDAD)?;
        let rows = &self.table_rows.indices;
        let has_total = rows.iter().any(|row| codes[*row] == ALL_ENTITIES);
        let rows = rows.iter().filter(|row| !has_total || codes[**row] == ALL_ENTITIES);
        Ok(rows.map(|row| (numbers[*row], values[*row])).collect())
    }

    /// Sums of measures by day and by the code of a category.
    pub(super) fn sums_by_day_and_code(
        &self,
        day_column: &str,
        category_column: &str,
        measures: &[&str],
    ) -> Result<BTreeMap<NaiveDate, HashMap<&'t str, Vec<i64>>>, ChartError> {
        let mut sums: BTreeMap<NaiveDate, HashMap<&str, Vec<i64>>> = BTreeMap::new();
        for (code, rows) in self.rows_by_code(category_column)? {
            for (day, of_day) in rows.sums_by_day(day_column, measures)? {
                sums.entry(day).or_default().insert(code, of_day);
            }
        }
        Ok(sums)
    }

    /// The sum of a measure for each code of a category.
    pub(super) fn sums_by_code(
        &self,
        category_column: &str,
        measure: &str,
    ) -> Result<BTreeMap<&'t str, i64>, ChartError> {
        let sum = |(code, rows): (&'t str, TableRows)| Ok((code, rows.sums(&[measure])?[0]));
        self.rows_by_code(category_column)?.into_iter().map(sum).collect()
    }

    /// The sums of a measure by the values of some key columns and by the code of a category.
    pub(super) fn sums_by_key_and_code(
        &self,
        key_columns: &[String],
        category_column: &str,
        measure: &str,
    ) -> Result<BTreeMap<Vec<&'t str>, BTreeMap<&'t str, i64>>, ChartError> {
        let table = self.table_rows.table;
        let keys: Vec<&[String]> =
            key_columns.iter().map(|name| table.values::<String>(name)).collect::<Result<_, _>>()?;
        let groups = self.table_rows.groups(|row| keys.iter().map(|column| column[row].as_str()).collect::<Vec<_>>());
        let by_code = |(key, table_rows): (Vec<&'t str>, TableRows<'t>)| {
            Ok((key, ScopedRows { table_rows }.sums_by_code(category_column, measure)?))
        };
        groups.into_iter().map(by_code).collect()
    }

    /// The rows of each code of a category.
    fn rows_by_code(&self, category: &str) -> Result<BTreeMap<&'t str, TableRows<'t>>, ChartError> {
        let codes = self.table_rows.table.values::<String>(category)?;
        Ok(self.table_rows.groups(|row| codes[row].as_str()))
    }

    /// The bars of a category: summed, named and ordered. Bars past the limit are merged.
    pub(super) fn bars(
        &self,
        category: &BarCategory,
        measures: &[&str],
        context: &ChartContext,
        protection: Option<&SuppressionDisplay>,
    ) -> Result<BarSet, ChartError> {
        let table = self.table_rows.table;
        let keys: Vec<&[String]> =
            category.key_columns.iter().map(|name| table.values::<String>(name)).collect::<Result<_, _>>()?;
        let columns = self.count_columns(measures, protection)?;
        let sums = |rows: &TableRows| {
            let mut sums = vec![Some(0); columns.len()];
            for &row in &rows.indices {
                suppression_display::add_to_sums(&mut sums, columns.iter().map(|column| column.count_at(row)));
            }
            sums
        };
        let groups = self.table_rows.groups(|row| keys.iter().map(|column| column[row].as_str()).collect::<Vec<_>>());
        let groups: BTreeMap<Vec<&str>, BarGroup> = groups
            .into_iter()
            .map(|(key, rows)| (key, BarGroup { label_row: rows.indices[0], measure_counts: sums(&rows) }))
            .collect();
        let mut totals = sums(&self.table_rows);
        if let Some(protection) = protection {
            totals = self.published_totals(measures, &groups, protection)?;
        }

        let kind = |key: &[&str]| {
            let mut codes = category.key_columns.iter().zip(key);
            if codes.any(|(column, code)| is_unidentified(column, code)) {
                CategoryKind::Unidentified
            } else if protection.is_some_and(|protection| names_merged_country(category, key, protection)) {
                CategoryKind::Merged
            } else {
                CategoryKind::Individual
            }
        };
        let kinds: Vec<CategoryKind> = groups.keys().map(|key| kind(key)).collect();
        let named_count = kinds.iter().filter(|kind| **kind == CategoryKind::Individual).count();
        let order = category.order_for_bar_count(named_count);
        let labels = self.bar_labels(category, &groups, context)?;
        let mut ranked: Vec<(Rank, Bar)> = groups
            .into_iter()
            .zip(labels)
            .zip(&kinds)
            .map(|(((key, group), label), &kind)| {
                let rank = match order {
                    BarOrder::Count => Rank::from_count(kind, group.measure_counts.first().copied().flatten()),
                    BarOrder::Catalogue => {
                        Rank::from_place(kind, catalogue_position_of_bar(category, key.first().copied(), context))
                    }
                };
                let is_residual = kind != CategoryKind::Individual;
                let key = key.into_iter().map(str::to_owned).collect();
                (rank, Bar { key, label, measure_counts: group.measure_counts, is_residual })
            })
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let mut bars: Vec<Bar> = ranked.into_iter().map(|(_, bar)| bar).collect();
        // A merged category is already a remainder, and readers would confuse two remainders.
        let limit = category.limit.as_ref().filter(|_| !kinds.contains(&CategoryKind::Merged));
        if let Some((limit, rest_range)) =
            limit.and_then(|limit| Some((limit, ranking::rest_range(named_count, limit.max_bars())?)))
        {
            // Bars with a suppressed count rank last and belong to the remainder, even if this
            // leaves fewer bars than the limit.
            let shown = bars[..named_count]
                .iter()
                .take_while(|bar| order != BarOrder::Count || bar.measure_counts[0].is_some())
                .count();
            let from = rest_range.start.min(shown);
            let rests = merge_rest(limit, bars.drain(from..rest_range.end).collect());
            bars.splice(from..from, rests);
        }
        let label_of_suppressed = protection.map_or_else(String::new, |protection| protection.suppressed_label.clone());
        Ok(BarSet { bars, measure_totals: totals, suppressed_label: label_of_suppressed })
    }

    /// The published totals of all rows. It is an error if the rows contradict a total.
    fn published_totals(
        &self,
        measures: &[&str],
        groups: &BTreeMap<Vec<&str>, BarGroup>,
        protection: &SuppressionDisplay,
    ) -> Result<Vec<Option<i64>>, ChartError> {
        let given = measures.iter().enumerate().map(|(measure_index, measure)| {
            let parts = groups.values().map(|group| group.measure_counts[measure_index]);
            match protection.published_total(measure) {
                Some(total) if !suppression_display::can_add_up(parts, Some(total)) => Err(ChartError::TotalMismatch {
                    table: self.table_rows.table.name.clone(),
                    measure: (*measure).to_owned(),
                    total,
                }),
                total => Ok(total),
            }
        });
        given.collect()
    }

    /// The name of each bar. Bars with equal names also show a distinguishing value in parentheses.
    fn bar_labels(
        &self,
        category: &BarCategory,
        groups: &BTreeMap<Vec<&str>, BarGroup>,
        context: &ChartContext,
    ) -> Result<Vec<String>, ChartError> {
        let mut labels: Vec<String> = match &category.label_column {
            Some(name) => {
                let names = self.table_rows.table.values::<String>(name)?;
                groups.values().map(|group| names[group.label_row].clone()).collect()
            }
            None => groups
                .keys()
                .map(|key| {
                    let code = key.first().copied().unwrap_or_default();
                    context.category_label(category.key_columns.first().map_or("", String::as_str), code)
                })
                .collect(),
        };

        let mut indices_by_label: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, label) in labels.iter().enumerate() {
            indices_by_label.entry(label.clone()).or_default().push(index);
        }
        let rows: Vec<usize> = groups.values().map(|group| group.label_row).collect();
        for indices in indices_by_label.into_values().filter(|indices| indices.len() > 1) {
            let marks = self.distinguishing_values(
                category,
                &indices.iter().map(|&index| rows[index]).collect::<Vec<_>>(),
                context,
            )?;
            for (index, mark) in indices.into_iter().zip(marks) {
                labels[index] = format!("{} ({mark})", labels[index]);
            }
        }
        Ok(labels)
    }

    /// Values that distinguish rows of the same name. They come from the first column whose values
    /// all differ, otherwise from all columns together.
    fn distinguishing_values(
        &self,
        category: &BarCategory,
        rows: &[usize],
        context: &ChartContext,
    ) -> Result<Vec<String>, ChartError> {
        let mut of_columns: Vec<Vec<String>> = Vec::new();
        for name in &category.distinguishing_columns {
            let codes = self.table_rows.table.values::<String>(name)?;
            let marks: Vec<String> = rows.iter().map(|&row| context.category_label(name, &codes[row])).collect();
            if marks.iter().collect::<HashSet<_>>().len() == rows.len() {
                return Ok(marks);
            }
            of_columns.push(marks);
        }
        let together =
            |index: usize| of_columns.iter().map(|marks| marks[index].as_str()).collect::<Vec<_>>().join(", ");
        Ok((0..rows.len()).map(together).collect())
    }

    /// Reads columns of counts. With `protection` it accepts only protected columns, without it
    /// only exact ones.
    fn count_columns(
        &self,
        measure_names: &[&str],
        protection: Option<&SuppressionDisplay>,
    ) -> Result<Vec<CountColumn<'t>>, ChartError> {
        if protection.is_none() {
            return Ok(self.exact_columns(measure_names)?.into_iter().map(CountColumn::Exact).collect());
        }
        measure_names.iter().map(|name| Ok(CountColumn::Protected(self.table_rows.table.values(name)?))).collect()
    }

    fn exact_columns(&self, names: &[&str]) -> Result<Vec<&'t [i64]>, ChartError> {
        names.iter().map(|name| Ok(self.table_rows.table.values(name)?)).collect()
    }
}

struct BarGroup {
    /// The row of the table that holds the name of the bar.
    label_row: usize,
    measure_counts: Vec<Option<i64>>,
}

/// Merges the bars past the limit into at most two. The first holds bars with exact counts, which
/// can be added up. The second holds bars with a suppressed count. A single bar stays as it is.
fn merge_rest(limit: &CategoryLimit, bars: Vec<Bar>) -> Vec<Bar> {
    let (suppressed, shown): (Vec<Bar>, Vec<Bar>) =
        bars.into_iter().partition(|bar| bar.measure_counts.iter().any(Option::is_none));
    let merge_into_one = |bars: Vec<Bar>, label: &dyn Fn(usize, usize) -> String| match bars.as_slice() {
        [] | [_] => bars,
        [first, others @ ..] => {
            let mut measure_counts = first.measure_counts.clone();
            for bar in others {
                suppression_display::add_to_sums(&mut measure_counts, bar.measure_counts.iter().copied());
            }
            let label = label(bars.len(), measure_counts.len());
            vec![Bar { key: Vec::new(), label, measure_counts, is_residual: true }]
        }
    };
    let mut rests = merge_into_one(shown, &|count, _| limit.rest_label.fill_count(count));
    rests.extend(merge_into_one(suppressed, &|count, measures| {
        let more = if measures == 1 { "con número oculto" } else { "con algún número oculto" };
        limit.rest_label.fill_count_after_words(more, count)
    }));
    rests
}

/// Whether a key contains a country that was merged into its region for protection.
fn names_merged_country(category: &BarCategory, key: &[&str], protection: &SuppressionDisplay) -> bool {
    category
        .key_columns
        .iter()
        .zip(key)
        .any(|(column, code)| column == COUNTRY_COLUMN && protection.merged_countries.contains(*code))
}

/// The codes of a category in the order of the process file. Codes that the file does not list come
/// after them, and the unidentified code comes last.
pub(super) fn codes_in_catalogue_order<'c>(
    column: &str,
    codes: impl Iterator<Item = &'c str>,
    context: &ChartContext,
) -> Vec<&'c str> {
    let mut codes: Vec<&str> = codes.collect();
    codes.sort_unstable();
    codes.dedup();
    codes.sort_by_key(|code| (is_unidentified(column, code), context.catalogue_position(column, code)));
    codes
}

fn catalogue_position_of_bar(category: &BarCategory, code: Option<&str>, context: &ChartContext) -> usize {
    let column = category.key_columns.first().map_or("", String::as_str);
    context.catalogue_position(column, code.unwrap_or_default())
}
