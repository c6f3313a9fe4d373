/*!
Statistics of a subject by name, and the situations that it is in.
*/

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

/// The smallest number of cases of which a share is stated. Below it, one case more or less would
/// move the share by more than three points.
pub const MIN_SHARE_BASE: i64 = 30;

/// One statistic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// A count, or a difference of counts.
    Count(i64),
    /// A part of a whole.
    Share {
        /// The count of the part.
        part: i64,
        /// The count of the whole, at least [`MIN_SHARE_BASE`].
        whole: i64,
    },
    /// Whole per cent that are not a part of a whole, for example of growth.
    Percent(i64),
    /// A name.
    Text(String),
    /// A day.
    Day(NaiveDate),
}

/// A situation that a sentence can require.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Situation {
    /// Registration has not opened.
    NotOpen,
    /// Registration is open.
    Open,
    /// Registration is open and closes within three weeks.
    LastWeeks,
    /// Registration has closed.
    Closed,
    /// The election day is after the corte.
    BeforeElection,
    /// There is no application.
    None,
    /// There are applications, but fewer than [`MIN_SHARE_BASE`].
    Few,
    /// The subject is the nation.
    Nation,
    /// The subject is an entity.
    Entity,
}

impl Situation {
    /// All situations with their names in statement files.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::NotOpen, "not_open"),
        (Self::Open, "open"),
        (Self::LastWeeks, "last_weeks"),
        (Self::Closed, "closed"),
        (Self::BeforeElection, "before_election"),
        (Self::None, "none"),
        (Self::Few, "few"),
        (Self::Nation, "nation"),
        (Self::Entity, "entity"),
    ];
}

/// The statistics of a subject at a corte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    values: BTreeMap<String, Statistic>,
    situations: BTreeSet<Situation>,
}

impl Statistics {
    /// The statistic of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Statistic> {
        self.values.get(name)
    }

    /// The count of this name.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<i64> {
        match self.values.get(name) {
            Some(Statistic::Count(count)) => Some(*count),
            _ => None,
        }
    }

    /// The name under this name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(Statistic::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether the subject is in a situation.
    #[must_use]
    pub fn is_in(&self, situation: Situation) -> bool {
        self.situations.contains(&situation)
    }

    /// Adds a count.
    pub fn set_count(&mut self, name: &str, count: i64) {
        self.values.insert(name.to_owned(), Statistic::Count(count));
    }

    /// Adds a share if its whole has enough cases; otherwise the statistic stays absent.
    pub fn set_share(&mut self, name: &str, part: i64, whole: i64) {
        if whole >= MIN_SHARE_BASE && (0..=whole).contains(&part) {
            self.values.insert(name.to_owned(), Statistic::Share { part, whole });
        }
    }

    /// Adds whole per cent.
    pub fn set_percent(&mut self, name: &str, percent: i64) {
        self.values.insert(name.to_owned(), Statistic::Percent(percent));
    }

    /// Adds a name.
    pub fn set_text(&mut self, name: &str, text: impl Into<String>) {
        self.values.insert(name.to_owned(), Statistic::Text(text.into()));
    }

    /// Adds a day.
    pub fn set_day(&mut self, name: &str, day: NaiveDate) {
        self.values.insert(name.to_owned(), Statistic::Day(day));
    }

    /// Adds a situation.
    pub fn set_situation(&mut self, situation: Situation) {
        self.situations.insert(situation);
    }

    /// These statistics with those of a chart.
    #[must_use]
    pub fn with(mut self, others: &Self) -> Self {
        self.values.extend(others.values.iter().map(|(name, statistic)| (name.clone(), statistic.clone())));
        self.situations.extend(&others.situations);
        self
    }
}
