/*!
Links public releases to a series: the series of a release, its start, and its predecessor.

Two outputs of one process that are protected independently disclose by subtraction what each of
them suppresses. Every publication therefore continues the series that the process file names. Each
public release names its predecessor. A series begins only with a reason from a person.
*/

use serde::{Deserialize, Serialize};

use super::publications::{Publication, PublicationRecord};
use lnere_messages::message;

/// The start of a series. It holds no time, so that the same run gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesStart {
    /// The corte of the first publication.
    pub corte: String,
    /// The revision of the first publication.
    pub revision: u32,
    /// The reason that the operator gave; `null` if none was required.
    pub reason: Option<String>,
    /// The notice of the process file at that time, for example that the counts are synthetic;
    /// absent for real counts.
    #[serde(rename = "begun_under", default, skip_serializing_if = "Option::is_none")]
    pub notice_at_start: Option<String>,
}

/// The place of a public release in its series, as its manifest states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesLink {
    /// The series; `None` in releases of versions without series.
    #[serde(default)]
    pub series: Option<String>,
    /// The start of the series.
    #[serde(default)]
    pub series_start: Option<SeriesStart>,
    /// The previous publication of the output; `null` in the first one.
    #[serde(default)]
    pub previous: Option<PublicationRecord>,
}

/// The publication cannot be added to a series.
#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    /// The operator has not confirmed the start of the series.
    #[error(
        "{}",
        if *is_empty {
            message!("L420-series-not-begun", series)
        } else {
            message!("L420-series-of-synthetic-counts", series)
        }
    )]
    StartNotConfirmed {
        /// The series that the process file names.
        series: String,
        /// Whether the output has no public release.
        is_empty: bool,
    },
    /// The process file names another series.
    #[error(
        "{}",
        message!(
            "L421-series-renamed",
            configured = configured_series,
            corte,
            revision,
            published = published_series,
        )
    )]
    Renamed {
        /// The series that the process file names.
        configured_series: String,
        /// The series of the existing publications.
        published_series: String,
        /// The corte.
        corte: String,
        /// The revision.
        revision: u32,
    },
    /// The operator asks to begin a series that has already begun.
    #[error("{}", message!("L422-series-already-begun", series, corte, revision))]
    AlreadyBegun {
        /// The series.
        series: String,
        /// The first corte.
        corte: String,
        /// Its revision.
        revision: u32,
    },
}

/// The publications of an output so far.
pub struct PublicHistory {
    /// The publications by corte and revision.
    pub publications: Vec<Publication>,
    /// The latest publication.
    pub newest_record: Option<PublicationRecord>,
}

/// The next publication of an output.
#[derive(Clone, Copy)]
pub struct NextPublication<'a> {
    /// The series that the process file names.
    pub series: &'a str,
    /// The notice of the process file.
    pub notice: Option<&'a str>,
    /// The operator's reason for a new series, if there is one.
    pub reason: Option<&'a str>,
    /// The corte.
    pub corte: &'a str,
    /// The revision.
    pub revision: u32,
}

impl PublicHistory {
    /// The start of the series that a process with this notice continues; `None` if the series has
    /// not begun. A series that began under a notice has synthetic counts, so real counts begin a
    /// new series.
    fn continued_start(&self, notice: Option<&str>) -> Option<SeriesStart> {
        let newest = self.newest_record.as_ref()?;
        let newest = self.publications.iter().find(|publication| publication.record == *newest)?;
        let start = newest.manifest.series_link.series_start.clone().unwrap_or_else(|| {
            // In versions without series, the first publication is the start.
            let first = self.publications.first().unwrap_or(newest);
            SeriesStart {
                corte: first.record.corte.clone(),
                revision: first.record.revision,
                reason: None,
                notice_at_start: newest.manifest.notice.clone(),
            }
        });
        (start.notice_at_start.is_none() || notice.is_some()).then_some(start)
    }

    /// Refuses to begin a series that has already begun.
    ///
    /// # Errors
    /// [`SeriesError::AlreadyBegun`].
    pub fn check_series_not_begun(&self, series: &str, notice: Option<&str>) -> Result<(), SeriesError> {
        match self.continued_start(notice) {
            None => Ok(()),
            Some(SeriesStart { corte, revision, .. }) => {
                Err(SeriesError::AlreadyBegun { series: series.to_owned(), corte, revision })
            }
        }
    }

    /// The place of the next publication in the series.
    ///
    /// # Errors
    /// The output belongs to another series, or nobody has confirmed the start of the series.
    pub fn next_series_link(&self, next: NextPublication) -> Result<SeriesLink, SeriesError> {
        let NextPublication { series, notice, reason, corte, revision } = next;
        for Publication { record, manifest, .. } in &self.publications {
            if let Some(was) = manifest.series_link.series.as_ref().filter(|was| *was != series) {
                return Err(SeriesError::Renamed {
                    configured_series: series.to_owned(),
                    published_series: was.clone(),
                    corte: record.corte.clone(),
                    revision: record.revision,
                });
            }
        }
        let is_empty = self.publications.is_empty();
        let new_start = || {
            // Synthetic counts need no protection, so the first publication needs no reason.
            (reason.is_some() || (notice.is_some() && is_empty)).then(|| SeriesStart {
                corte: corte.to_owned(),
                revision,
                reason: reason.map(str::to_owned),
                notice_at_start: notice.map(str::to_owned),
            })
        };
        let start = self.continued_start(notice).or_else(new_start);
        let start = start.ok_or_else(|| SeriesError::StartNotConfirmed { series: series.to_owned(), is_empty })?;
        Ok(SeriesLink {
            series: Some(series.to_owned()),
            series_start: Some(start),
            previous: self.newest_record.clone(),
        })
    }
}

/// Public releases that the ledger lacks, in the order that they state: each follows the release
/// that it names. Releases of versions without series come first.
pub(super) fn in_publication_order<'a>(
    unrecorded: Vec<&'a Publication>,
    recorded: &[PublicationRecord],
) -> Vec<&'a Publication> {
    let (mut ordered, mut rest): (Vec<_>, Vec<_>) =
        unrecorded.into_iter().partition(|publication| publication.manifest.series_link.series.is_none());
    while !rest.is_empty() {
        let is_named = |record: &PublicationRecord| {
            recorded.contains(record) || ordered.iter().any(|publication: &&Publication| publication.record == *record)
        };
        let next =
            rest.iter().position(|publication| publication.manifest.series_link.previous.as_ref().is_none_or(is_named));
        // If the named predecessor is missing, the release follows anyway, and `verify` reports it.
        let next = rest.remove(next.unwrap_or(0));
        ordered.push(next);
    }
    ordered
}

/// The problems in the chain of predecessors of a public release, back to the first one. `lost` are
/// the publications that the ledger records as lost.
pub(super) fn chain_problems(own: &PublicationRecord, all: &[Publication], lost: &[PublicationRecord]) -> Vec<String> {
    let find = |record: &PublicationRecord| all.iter().find(|publication| publication.record == *record);
    let Some(mut current) = find(own) else { return Vec::new() };
    let Some(series) = &current.manifest.series_link.series else { return Vec::new() };
    let mut problems = Vec::new();
    for other in all {
        if let Some(was) = other.manifest.series_link.series.as_ref().filter(|was| *was != series) {
            let PublicationRecord { corte, revision, .. } = &other.record;
            problems.push(message!("L425-two-series", series, corte, revision, other_series = was));
        }
    }
    // A chain cannot be longer than the number of releases.
    for _ in all {
        let link = &current.manifest.series_link;
        let PublicationRecord { corte, revision, .. } = &current.record;
        let has_same = |other: &&Publication| {
            let theirs = &other.manifest.series_link;
            other.record != current.record && theirs.series.is_some() && theirs.previous == link.previous
        };
        if let Some(other) = all.iter().find(has_same) {
            let PublicationRecord { corte: other_corte, revision: other_revision, .. } = &other.record;
            problems.push(match &link.previous {
                None => message!("L425-two-firsts", corte, revision, other_corte, other_revision),
                Some(PublicationRecord { corte: previous_corte, revision: previous_revision, .. }) => message!(
                    "L425-same-predecessor",
                    corte,
                    revision,
                    other_corte,
                    other_revision,
                    previous_corte,
                    previous_revision,
                ),
            });
            break;
        }
        let begins =
            |start: &SeriesStart| (&start.corte, start.revision) == (&current.record.corte, current.record.revision);
        let Some(previous) = &link.previous else {
            if !link.series_start.as_ref().is_some_and(begins) {
                problems.push(message!("L425-no-predecessor", corte, revision));
            }
            break;
        };
        let PublicationRecord { corte: previous_corte, revision: previous_revision, .. } = previous;
        let Some(before) = find(previous) else {
            if !lost.contains(previous) {
                problems.push(message!("L423-predecessor-missing", corte, revision, previous_corte, previous_revision));
            }
            break;
        };
        let theirs = &before.manifest.series_link;
        if theirs.series.is_none() {
            break;
        }
        if link.series_start != theirs.series_start && !link.series_start.as_ref().is_some_and(begins) {
            problems.push(message!("L425-other-beginning", corte, revision, previous_corte, previous_revision));
        }
        current = before;
    }
    problems
}
