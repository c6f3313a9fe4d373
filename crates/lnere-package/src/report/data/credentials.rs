/*!
Computes the credentials of the report: applied for, delivered and confirmed. The values are for the
subject, for each entity and for each office, with the days to delivery.
*/

use lnere_core::column_names;
use serde::Serialize;

use super::breakdowns::KeyFigure;
use super::formatting::{ReportTable, count_text, count_texts, share_text};
use crate::PackageData;
use crate::subject_rows;
use lnere_tables::ColumnError;
use lnere_tables::dictionary::CREDENTIAL_MEASURES;
use lnere_tables::{GroupSums, TableRows, sort_by_rank, total_sums};

const KEY_FIGURE_NAMES: [&str; 3] = ["tramitadas", "entregadas", "confirmadas"];

/// The credential section.
#[derive(Debug, Serialize)]
pub(super) struct CredentialSection {
    /// The numbers of the subject: applied for, delivered, confirmed.
    pub figures: Vec<KeyFigure>,
    /// Delivered in per cent of those applied for.
    pub delivered: String,
    /// Confirmed in per cent of those delivered.
    pub confirmed: String,
    /// Every entity of the country. Columns: code, entity, the six measures, the two rates.
    pub by_entity: Option<ReportTable>,
    /// The offices of the subject. Columns: office, country, the six measures, the two rates.
    pub by_office: Option<ReportTable>,
    /// The days to delivery, for the subject.
    pub times: Option<DeliveryTimes>,
}

/// The credentials of the subject, if the release has a table of them.
pub(super) fn credential_section(contents: &PackageData) -> Result<Option<CredentialSection>, ColumnError> {
    let offices = match contents.subject.entity_code() {
        Some(_) => "credenciales_por_entidad_representacion",
        None => "credenciales_por_representacion",
    };
    let offices = subject_rows::rows_of_subject(contents, offices)?;
    let own = subject_rows::rows_of_subject(contents, "credenciales_por_entidad")?;
    let Some(source_rows) = own.as_ref().or(offices.as_ref()) else { return Ok(None) };
    let sums = source_rows.sums(&CREDENTIAL_MEASURES)?;
    let times = subject_rows::rows_of_subject(contents, "credenciales_tiempos")?
        .map(|rows| DeliveryTimes::from_rows(&rows))
        .transpose()?;
    Ok(Some(CredentialSection {
        figures: KEY_FIGURE_NAMES
            .iter()
            .zip(sums.chunks(2))
            .map(|(name, of)| KeyFigure::new(name, of[0], of[1]))
            .collect(),
        delivered: share_text(sums[3], sums[1]),
        confirmed: share_text(sums[5], sums[3]),
        by_entity: credentials_by_entity(contents)?,
        by_office: offices.map_or(Ok(None), |rows| office_table(&rows))?,
        times: times.flatten(),
    }))
}

/// A row of labels, measures and the two rates.
fn credential_row(labels: [&str; 2], sums: &[i64]) -> Vec<String> {
    let rates = [share_text(sums[3], sums[1]), share_text(sums[5], sums[3])];
    labels.into_iter().map(str::to_owned).chain(count_texts(sums)).chain(rates).collect()
}

fn credentials_by_entity(contents: &PackageData) -> Result<Option<ReportTable>, ColumnError> {
    let Some(rows) = subject_rows::all_rows_of(contents, "credenciales_por_entidad") else { return Ok(None) };
    let groups = rows.sums_by(&[column_names::CVE_ENTIDAD, column_names::ENTIDAD], &CREDENTIAL_MEASURES)?;
    let totals = total_sums(&groups);
    if groups.len() < 2 || totals.iter().all(|sum| *sum == 0) {
        return Ok(None);
    }
    Ok(Some(ReportTable {
        rows: groups.iter().map(|group| credential_row([&group.key[0], &group.key[1]], &group.sums)).collect(),
        totals: vec![credential_row(["", "Total"], &totals)],
        subject_row: groups.iter().position(|group| Some(group.key[0].as_str()) == contents.subject.entity_code()),
    }))
}

fn office_table(rows: &TableRows) -> Result<Option<ReportTable>, ColumnError> {
    let keys = [
        column_names::CVE_PAIS,
        column_names::TIPO_REPRESENTACION,
        column_names::CVE_REPRESENTACION,
        column_names::PAIS,
        column_names::REPRESENTACION,
    ];
    let mut groups = rows.sums_by(&keys, &CREDENTIAL_MEASURES)?;
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
    Ok(Some(ReportTable {
        rows: groups.iter().map(|group| credential_row([&label(group), &group.key[3]], &group.sums)).collect(),
        totals: vec![credential_row(["Total", ""], &totals)],
        subject_row: None,
    }))
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
                share_text(*delivered, total_delivered),
                share_text(up_to, total_delivered),
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
                    share_text(total_delivered, total_delivered),
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
        let times = DeliveryTimes::new(vec![(30, 1), (20, 5), (25, 4)]).unwrap();
        assert_eq!((times.median.as_str(), times.ninth.as_str()), ("20", "25"));
        assert_eq!(times.mean, "23.0");
        assert_eq!(times.longest, "30");
        let delivered: Vec<&str> = times.grid.rows.iter().map(|row| row[1].as_str()).collect();
        assert_eq!(delivered, ["0", "0", "5", "4", "1"], "a week each, and none after the last delivery");
        assert_eq!(times.grid.rows[3][3], "90.00\u{a0}%");
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
