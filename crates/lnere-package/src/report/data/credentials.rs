/*!
Computes the credentials of the report: what happened in the period, what came of the trámites of
the period (the cohort), and the days to delivery. The values are for the subject, for each entity
and for each office.
*/

use std::collections::BTreeMap;

use lnere_core::column_names;
use serde::Serialize;

use super::breakdowns::KeyFigure;
use super::formatting::{NO_SHARE_TEXT, ReportTable, count_text, count_texts, share_of_cases_text, whole_share_text};
use crate::PackageData;
use crate::subject_rows;
use lnere_statements::MIN_SHARE_BASE;
use lnere_tables::dictionary::CREDENTIAL_MEASURES;
use lnere_tables::{Column, ColumnError, TableKey, TableSource};
use lnere_tables::{GroupSums, TableRows, sort_by_rank, total_sums};

const KEY_FIGURE_NAMES: [&str; 3] = ["tramitadas", "entregadas", "confirmadas"];

/// The measures of a cohort, in the order of [`CohortCounts`].
const COHORT_MEASURES: [&str; 4] =
    [column_names::TRAMITADAS, column_names::EN_CAMINO, column_names::ENTREGADAS, column_names::CONFIRMADAS];

/// The columns that identify an office, without its entity.
const OFFICE_KEYS: [&str; 5] = [
    column_names::CVE_PAIS,
    column_names::TIPO_REPRESENTACION,
    column_names::CVE_REPRESENTACION,
    column_names::PAIS,
    column_names::REPRESENTACION,
];

/// The credential section.
#[derive(Debug, Serialize)]
pub(super) struct CredentialSection {
    /// The numbers of the subject in the period, each by its own date: applied for, delivered,
    /// confirmed.
    pub figures: Vec<KeyFigure>,
    /// What came of the trámites of the period; `None` without a table of cohorts.
    pub cohort: Option<CohortFigures>,
    /// Every entity of the country. Columns: code, entity, then as in `by_office`.
    pub by_entity: Option<ReportTable>,
    /// The offices of the subject. Columns: office, country, then those of a cohort: applied for in
    /// the quincena and so far, under way, delivered, confirmed, share delivered, median and 90th
    /// percentile of days, deliveries of older trámites. Without a cohort: the six measures.
    pub by_office: Option<OfficeTables>,
    /// The days to delivery, for the subject.
    pub times: Option<DeliveryTimes>,
}

/// The offices of the subject.
#[derive(Debug, Serialize)]
pub(super) struct OfficeTables {
    /// The offices with enough trámites for shares and days.
    pub large: ReportTable,
    /// All other offices.
    pub small: ReportTable,
    /// The total row of all offices, in the columns of `large`.
    pub total: Vec<String>,
    /// The number of offices.
    pub count: String,
    /// The country of most offices in `small`, whose name `small` leaves out.
    pub usual_country: Option<String>,
}

/// What came of the trámites of the period.
#[derive(Debug, Serialize)]
pub(super) struct CohortFigures {
    pub applied: String,
    pub under_way: String,
    pub delivered: String,
    pub confirmed: String,
    /// The delivered credentials that their holders have not confirmed.
    pub unconfirmed: String,
    /// The shares without decimals; `None` for too few trámites. Under way and delivered are shares
    /// of those applied for, and confirmed of those delivered.
    pub under_way_share: Option<String>,
    pub delivered_share: Option<String>,
    pub confirmed_share: Option<String>,
    /// The days within which half and nine tenths of the delivered arrived; `None` where no table
    /// gives them.
    pub median: Option<String>,
    pub ninth: Option<String>,
    /// The deliveries and confirmations in the period of trámites from before it.
    pub older_delivered: String,
    pub older_confirmed: String,
    pub any_older: bool,
    /// The length of the bars of applied for, under way, delivered and confirmed, 0–1000.
    pub bars: [i64; 4],
}

/// The trámites of the period at one office, of one entity, or of the subject.
#[derive(Clone, Copy, Debug, Default)]
struct CohortCounts {
    applied: i64,
    under_way: i64,
    delivered: i64,
    confirmed: i64,
    /// The percentiles 50 and 90 of the days to delivery.
    days: [Option<i64>; 2],
}

/// The credentials of the subject, if the release has a table of them.
pub(super) fn credential_section(contents: &PackageData) -> Result<Option<CredentialSection>, ColumnError> {
    let office_table = match contents.subject.entity_code() {
        Some(_) => "credenciales_por_entidad_representacion",
        None => "credenciales_por_representacion",
    };
    let offices = subject_rows::rows_of_subject(contents, office_table)?;
    let own = subject_rows::rows_of_subject(contents, "credenciales_por_entidad")?;
    let Some(source_rows) = own.as_ref().or(offices.as_ref()) else { return Ok(None) };
    let sums = source_rows.sums(&CREDENTIAL_MEASURES)?;
    let times = subject_rows::rows_of_subject(contents, "credenciales_tiempos")?
        .map(|rows| DeliveryTimes::from_rows(&rows))
        .transpose()?;
    let office_cohorts = office_cohorts(contents)?;
    let by_office = offices.map(|rows| OfficeTables::from_rows(&rows, office_cohorts.as_ref())).transpose()?;
    Ok(Some(CredentialSection {
        figures: KEY_FIGURE_NAMES
            .iter()
            .zip(sums.chunks(2))
            .map(|(name, of)| KeyFigure::new(name, of[0], of[1]))
            .collect(),
        cohort: subject_cohort(contents, office_cohorts.as_ref())?.map(|cohort| CohortFigures::new(cohort, &sums)),
        by_entity: credentials_by_entity(contents)?,
        by_office: by_office.flatten(),
        times: times.flatten(),
    }))
}

/// The name of a table of cohorts with these keys, if the process publishes one.
fn cohort_table_name<'a>(contents: &PackageData<'a>, keys: &[TableKey]) -> Option<&'a str> {
    let mut definitions = contents.table_definitions.iter();
    let definition = definitions.find(|table| table.source == TableSource::Cohorts && table.keys == keys);
    definition.map(|definition| definition.name.as_str())
}

type CohortsByKey = BTreeMap<Vec<String>, CohortCounts>;

/// The cohort at each office of the subject; `None` if no table has it.
fn office_cohorts(contents: &PackageData) -> Result<Option<CohortsByKey>, ColumnError> {
    let keys: &[TableKey] = match contents.subject.entity_code() {
        Some(_) => &[TableKey::Entidad, TableKey::Representacion],
        None => &[TableKey::Representacion],
    };
    let Some(rows) = subject_rows::rows_of_roll_up(contents, TableSource::Cohorts, keys)? else { return Ok(None) };
    cohorts_by_key(&rows, &OFFICE_KEYS).map(Some)
}

/// The cohort of each visible entity; `None` if no table has it.
fn entity_cohorts(contents: &PackageData) -> Result<Option<CohortsByKey>, ColumnError> {
    let Some(name) = cohort_table_name(contents, &[TableKey::Entidad]) else { return Ok(None) };
    let Some(rows) = subject_rows::all_rows_of(contents, name) else { return Ok(None) };
    cohorts_by_key(&rows, &[column_names::CVE_ENTIDAD]).map(Some)
}

/// The rows of a table of cohorts, which has one for each key.
fn cohorts_by_key(rows: &TableRows, keys: &[&str]) -> Result<CohortsByKey, ColumnError> {
    let days = [column_names::DIAS_MEDIANA, column_names::DIAS_P90].map(|name| day_percentiles(rows, name));
    let [median, ninth] = days;
    let (median, ninth) = (median?, ninth?);
    let cohort = |group: GroupSums| {
        let days = [median[group.first_row], ninth[group.first_row]];
        (group.key, CohortCounts { days, ..CohortCounts::from_sums(&group.sums) })
    };
    Ok(rows.sums_by(keys, &COHORT_MEASURES)?.into_iter().map(cohort).collect())
}

/// A column of days. It has no missing values if something was delivered in each row.
fn day_percentiles(rows: &TableRows, name: &str) -> Result<Vec<Option<i64>>, ColumnError> {
    match rows.table.column(name) {
        Some(Column::Int(days)) => Ok(days.iter().copied().map(Some).collect()),
        _ => rows.table.values::<Option<i64>>(name).map(<[_]>::to_vec),
    }
}

/// The cohort of the subject. That of the nation has no percentiles: no table gives them, and
/// those of its parts do not add up.
fn subject_cohort(contents: &PackageData, offices: Option<&CohortsByKey>) -> Result<Option<CohortCounts>, ColumnError> {
    if let Some(code) = contents.subject.entity_code()
        && let Some(cohorts) = entity_cohorts(contents)?
    {
        return Ok(Some(cohorts.get([code.to_owned()].as_slice()).copied().unwrap_or_default()));
    }
    Ok(offices.map(cohort_total))
}

impl CohortCounts {
    fn from_sums(sums: &[i64]) -> Self {
        Self { applied: sums[0], under_way: sums[1], delivered: sums[2], confirmed: sums[3], days: [None; 2] }
    }

    /// The printed percentiles; `None` for too few deliveries.
    fn day_texts(&self) -> [Option<String>; 2] {
        self.days.map(|days| days.filter(|_| self.delivered >= MIN_SHARE_BASE).map(count_text))
    }

    /// The columns of a cohort, beside the six measures of the same office or entity.
    fn printed_cells(&self, sums: &[i64]) -> Vec<String> {
        let counts = [sums[0], self.applied, self.under_way, self.delivered, self.confirmed];
        let days = self.day_texts().map(|days| days.unwrap_or_else(|| NO_SHARE_TEXT.to_owned()));
        count_texts(&counts)
            .chain([share_of_cases_text(self.delivered, self.applied)])
            .chain(days)
            .chain([count_text(sums[3] - self.delivered)])
            .collect()
    }
}

impl CohortFigures {
    fn new(cohort: CohortCounts, sums: &[i64]) -> Self {
        let CohortCounts { applied, under_way, delivered, confirmed, .. } = cohort;
        let [median, ninth] = cohort.day_texts();
        let (older_delivered, older_confirmed) = (sums[3] - delivered, sums[5] - confirmed);
        Self {
            applied: count_text(applied),
            under_way: count_text(under_way),
            delivered: count_text(delivered),
            confirmed: count_text(confirmed),
            unconfirmed: count_text(delivered - confirmed),
            under_way_share: whole_share_text(under_way, applied),
            delivered_share: whole_share_text(delivered, applied),
            confirmed_share: whole_share_text(confirmed, delivered),
            median,
            ninth,
            older_delivered: count_text(older_delivered),
            older_confirmed: count_text(older_confirmed),
            any_older: older_delivered + older_confirmed > 0,
            bars: [applied, under_way, delivered, confirmed].map(|count| count * 1000 / applied.max(1)),
        }
    }
}

/// A row of labels and the columns of a cohort, or of the measures if there is no table of cohorts.
fn credential_row(labels: [&str; 2], sums: &[i64], cohort: Option<CohortCounts>) -> Vec<String> {
    let cells = cohort.map_or_else(|| count_texts(sums).collect(), |cohort| cohort.printed_cells(sums));
    labels.into_iter().map(str::to_owned).chain(cells).collect()
}

fn credentials_by_entity(contents: &PackageData) -> Result<Option<ReportTable>, ColumnError> {
    let Some(rows) = subject_rows::all_rows_of(contents, "credenciales_por_entidad") else { return Ok(None) };
    let groups = rows.sums_by(&[column_names::CVE_ENTIDAD, column_names::ENTIDAD], &CREDENTIAL_MEASURES)?;
    let totals = total_sums(&groups);
    if groups.len() < 2 || totals.iter().all(|sum| *sum == 0) {
        return Ok(None);
    }
    let cohorts = entity_cohorts(contents)?;
    let cohort = |code: &String| {
        cohorts.as_ref().map(|cohorts| cohorts.get(std::slice::from_ref(code)).copied().unwrap_or_default())
    };
    let row = |group: &GroupSums| credential_row([&group.key[0], &group.key[1]], &group.sums, cohort(&group.key[0]));
    Ok(Some(ReportTable {
        rows: groups.iter().map(row).collect(),
        totals: vec![credential_row(["", "Total"], &totals, cohorts.as_ref().map(cohort_total))],
        subject_row: groups.iter().position(|group| Some(group.key[0].as_str()) == contents.subject.entity_code()),
    }))
}

/// The sum of cohorts, without percentiles.
fn cohort_total(cohorts: &CohortsByKey) -> CohortCounts {
    cohorts.values().fold(CohortCounts::default(), |sum, cohort| CohortCounts {
        applied: sum.applied + cohort.applied,
        under_way: sum.under_way + cohort.under_way,
        delivered: sum.delivered + cohort.delivered,
        confirmed: sum.confirmed + cohort.confirmed,
        days: [None; 2],
    })
}

impl OfficeTables {
    fn from_rows(rows: &TableRows, cohorts: Option<&CohortsByKey>) -> Result<Option<Self>, ColumnError> {
        let mut groups = rows.sums_by(&OFFICE_KEYS, &CREDENTIAL_MEASURES)?;
        sort_by_rank(&mut groups, 1);
        let totals = total_sums(&groups);
        if totals.iter().all(|sum| *sum == 0) {
            return Ok(None);
        }
        // Two offices in the same city and country are an embassy and a consulate.
        let same = |one: &GroupSums, other: &GroupSums| one.key[3..] == other.key[3..];
        let label = |group: &GroupSums| match groups.iter().filter(|other| same(group, other)).count() {
            1 => group.key[4].clone(),
            _ => format!("{} ({})", group.key[4], group.key[1].replace('_', " ")),
        };
        let cohort = |group: &GroupSums| cohorts.map(|all| all.get(&group.key).copied().unwrap_or_default());
        let is_large = |group: &&GroupSums| group.sums[1] >= MIN_SHARE_BASE;
        let usual_country = usual_country(groups.iter().filter(|group| !is_large(group)));
        let large_row = |group: &GroupSums| credential_row([&label(group), &group.key[3]], &group.sums, cohort(group));
        let small_row = |group: &GroupSums| {
            let name = if usual_country.as_deref() == Some(group.key[3].as_str()) || !group.is_identified {
                label(group)
            } else {
                format!("{}, {}", label(group), group.key[3])
            };
            credential_row([&name, ""], &group.sums, cohort(group))
        };
        let table = |rows: Vec<Vec<String>>| ReportTable { rows, ..ReportTable::default() };
        Ok(Some(Self {
            large: table(groups.iter().filter(is_large).map(large_row).collect()),
            small: table(groups.iter().filter(|group| !is_large(group)).map(small_row).collect()),
            total: credential_row(["Total", ""], &totals, cohorts.map(cohort_total)),
            count: count_text(i64::try_from(groups.len()).unwrap_or(i64::MAX)),
            usual_country,
        }))
    }
}

/// The country of more than a third of the offices, and of several of them.
fn usual_country<'a>(offices: impl Iterator<Item = &'a GroupSums>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for office in offices.filter(|office| office.is_identified) {
        *counts.entry(&office.key[3]).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    // Of equal numbers the first name counts.
    let (country, of_country) = counts.into_iter().rev().max_by_key(|(_, offices)| *offices)?;
    (of_country > 1 && of_country * 3 > all).then(|| country.to_owned())
}

/// The days from a credential's application to its delivery.
#[derive(Debug, Serialize)]
pub(super) struct DeliveryTimes {
    /// The number of delivered credentials.
    pub delivered: String,
    /// The fewest days in which half of them were delivered.
    pub median: String,
    /// The fewest days in which nine of ten were delivered.
    pub ninth: String,
    /// The mean with one decimal, rounded half up.
    pub mean: String,
    /// The largest number of days.
    pub longest: String,
    /// Columns: interval, delivered, share, cumulative share.
    pub grid: ReportTable,
    /// The length of the bar of each interval, relative to the largest, 0–1000.
    pub bars: Vec<i64>,
}

/// The last days of the intervals, except the last interval, which is open.
const INTERVAL_LAST_DAYS: [i64; 7] = [7, 14, 21, 28, 35, 60, 90];

impl DeliveryTimes {
    fn from_rows(rows: &TableRows) -> Result<Option<Self>, ColumnError> {
        let (days, delivered) =
            (rows.values::<i64>(column_names::DIAS)?, rows.values::<i64>(column_names::ENTREGADAS)?);
        Ok(Self::new(days.into_iter().zip(delivered).collect()))
    }

    fn new(mut days: Vec<(i64, i64)>) -> Option<Self> {
        days.sort_unstable();
        let total_delivered: i64 = days.iter().map(|(_, delivered)| delivered).sum();
        if total_delivered == 0 {
            return None;
        }
        let delivered_within =
            |end: i64| days.iter().filter(|(day, _)| *day <= end).map(|(_, delivered)| delivered).sum::<i64>();
        let quantile = |tenths: i64| {
            let found = days.iter().find(|(day, _)| delivered_within(*day) * 10 >= total_delivered * tenths);
            found.map_or(0, |(day, _)| *day)
        };
        let sum: i64 = days.iter().map(|(day, delivered)| day * delivered).sum();
        let longest = days.iter().filter(|(_, delivered)| *delivered > 0).map(|(day, _)| *day).max()?;

        let mut intervals = Vec::new();
        let mut start = 0;
        for end in INTERVAL_LAST_DAYS {
            intervals.push((format!("{start} a {end} días"), delivered_within(end) - delivered_within(start - 1)));
            start = end + 1;
        }
        intervals.push((format!("{start} días o más"), total_delivered - delivered_within(start - 1)));
        // Empty intervals at the long end are left out.
        while intervals.last().is_some_and(|(_, delivered)| *delivered == 0) {
            intervals.pop();
        }
        let most = intervals.iter().map(|(_, delivered)| *delivered).max()?.max(1);
        let mut up_to = 0;
        let rows = intervals.iter().map(|(label, delivered)| {
            up_to += delivered;
            vec![
                label.clone(),
                count_text(*delivered),
                share_of_cases_text(*delivered, total_delivered),
                share_of_cases_text(up_to, total_delivered),
            ]
        });
        Some(Self {
            delivered: count_text(total_delivered),
            median: count_text(quantile(5)),
            ninth: count_text(quantile(9)),
            mean: lnere_core::mexican_formats::decimal((20 * sum + total_delivered) / (2 * total_delivered), 10),
            longest: count_text(longest),
            grid: ReportTable {
                rows: rows.collect(),
                totals: vec![vec![
                    "Total".to_owned(),
                    count_text(total_delivered),
                    share_of_cases_text(total_delivered, total_delivered),
                    String::new(),
                ]],
                subject_row: None,
            },
            bars: intervals.iter().map(|(_, delivered)| delivered * 1000 / most).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_each_credential() {
        let times = DeliveryTimes::new(vec![(30, 3), (20, 15), (25, 12)]).unwrap();
        assert_eq!((times.median.as_str(), times.ninth.as_str()), ("20", "25"));
        assert_eq!(times.mean, "23.0");
        assert_eq!(times.longest, "30");
        let delivered: Vec<&str> = times.grid.rows.iter().map(|row| row[1].as_str()).collect();
        assert_eq!(delivered, ["0", "0", "15", "12", "3"], "a week each, and none after the last delivery");
        assert_eq!(times.grid.rows[3][3], "90.00\u{a0}%");
        let few = DeliveryTimes::new(vec![(30, 1), (20, 5), (25, 4)]).unwrap();
        assert_eq!(few.grid.rows[3][3], "—", "ten deliveries have no shares");
    }

    #[test]
    fn nothing_delivered_has_no_time() {
        assert!(DeliveryTimes::new(Vec::new()).is_none());
        assert!(DeliveryTimes::new(vec![(3, 0)]).is_none());
    }

    #[test]
    fn a_mean_is_rounded_half_up() {
        assert_eq!(DeliveryTimes::new(vec![(1, 3), (2, 1)]).unwrap().mean, "1.3");
        assert_eq!(DeliveryTimes::new(vec![(0, 2)]).unwrap().mean, "0.0");
    }
}
