/*!
Defines the input of a projection: the curves of the process so far, earlier curves, and settings.
*/

use chrono::NaiveDate;

use lnere_core::catalog::EntityId;

/// The applications of one entity and modality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The entity.
    pub entity: EntityId,
    /// The place of the modality in the list of the process file.
    pub modality: u8,
    /// Cumulative applications at the end of each day, from the opening day to the last known day.
    /// All series of a process have the same length; a series that ends before the corte keeps its
    /// last value.
    pub cumulative: Vec<i64>,
}

/// Applications whose analysis has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecidedCounts {
    /// Applications found in order (procedente).
    pub accepted: i64,
    /// Applications that were refused (improcedente).
    pub refused: i64,
}

/// A close that was in force until a later one was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierClose {
    /// The day on which the later close became known.
    pub superseded_on: NaiveDate,
    /// The close that was expected before that day.
    pub closes: NaiveDate,
}

/// The known applications of one process, cumulative by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedProcess {
    /// The name of the process; no reference may have the same name.
    pub name: String,
    /// The first day of registration.
    pub opens: NaiveDate,
    /// The last day of registration, as it is known at the corte.
    pub closes: NaiveDate,
    /// The corte, inclusive. Before the opening day no series has any value.
    pub corte: NaiveDate,
    /// Every entity and modality, including those without an application.
    pub series: Vec<Series>,
    /// Decided applications so far, by entity and modality. Undecided applications are all
    /// applications less these.
    pub decided: Vec<(EntityId, u8, DecidedCounts)>,
    /// Credentials applied for abroad so far, by entity; may be empty.
    pub credentials: Vec<(EntityId, i64)>,
    /// Closes that were in force before the present one was announced, for replays; empty if none.
    pub earlier_closes: Vec<EarlierClose>,
}

/// An earlier process whose complete curve is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// The share of the final total by days before the close; index 0 is the close. Days before the
    /// opening may be absent; they are 0.
    pub share_by_horizon: Vec<f64>,
    /// Applications at the close.
    pub total: i64,
    /// Totals by entity, if known.
    pub entity_totals: Vec<(EntityId, i64)>,
    /// The curves by entity and modality, from the opening day to the close, if known; may be
    /// empty.
    pub series: Vec<Series>,
}

impl Reference {
    /// Makes a reference from a process whose curve is known up to its close. Series that are
    /// shorter than the longest one keep their last value.
    #[must_use]
    pub fn from_series(name: impl Into<String>, series: Vec<Series>) -> Self {
        let days = series.iter().map(|one| one.cumulative.len()).max().unwrap_or(0);
        let at = |one: &Series, day: usize| one.cumulative.get(day).or(one.cumulative.last()).copied().unwrap_or(0);
        let sums: Vec<i64> = (0..days).map(|day| series.iter().map(|one| at(one, day)).sum()).collect();
        let total = sums.last().copied().unwrap_or(0);
        let share_by_horizon = sums.iter().rev().map(|sum| *sum as f64 / total.max(1) as f64).collect();
        let mut entity_totals: Vec<(EntityId, i64)> = Vec::new();
        for one in &series {
            let last = one.cumulative.last().copied().unwrap_or(0);
            match entity_totals.iter_mut().find(|(entity, _)| *entity == one.entity) {
                Some((_, sum)) => *sum += last,
                None => entity_totals.push((one.entity, last)),
            }
        }
        Self { name: name.into(), share_by_horizon, total, entity_totals, series }
    }
}

/// The prior assumptions and their uncertainty.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Totals by entity of an earlier process, for instance 2017–18; may be empty.
    pub prior_totals: Vec<(EntityId, i64)>,
    /// The factor for the earlier totals while the process has no data.
    pub prior_scale: f64,
    /// The standard deviation of the logarithm of that factor. 1.0 means a factor of 2.7 in either
    /// direction. This is the change from 2017–18 to 2020–21, the only known pair of processes.
    pub prior_scale_log_sd: f64,
    /// The standard deviation of the logarithm of an entity's share between two processes.
    pub prior_entity_share_log_sd: f64,
    /// Applications per credential, used without earlier totals; `None`: no assumption.
    pub applications_per_credential: Option<f64>,
    /// The share of each modality before there are data; if empty, all modalities have the same
    /// share.
    pub prior_modality_shares: Vec<(u8, f64)>,
    /// The accepted share of decided applications, before there are data.
    pub prior_accepted_share: f64,
    /// The weight of that share, as a number of decided applications.
    pub prior_acceptance_weight: f64,
    /// The standard deviation between the accepted shares of late and of early decisions.
    pub acceptance_drift: f64,
    /// How much processes differ from each other.
    pub spread: Spread,
}

/// How much the course of a process differs from the courses of others. `L` is the logarithm of the
/// applications that are still to come, divided by those that have come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The standard deviation of `L` between processes at the same distance to the close.
    pub deviation: f64,
    /// The weight of `deviation` and of the assumed course, as a number of processes.
    pub weight: f64,
    /// The standard deviation of `L` between the entities of one process.
    pub entity_deviation: f64,
    /// How far the projection follows the recent pace: 0 is the chain ladder, and 1 the recent pace
    /// alone.
    pub pace_weight: f64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { deviation: 0.27, weight: 4.0, entity_deviation: 0.13, pace_weight: 0.3 }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prior_totals: Vec::new(),
            prior_scale: 1.0,
            prior_scale_log_sd: 1.0,
            prior_entity_share_log_sd: 0.3,
            applications_per_credential: None,
            prior_modality_shares: Vec::new(),
            prior_accepted_share: 0.95,
            prior_acceptance_weight: 20.0,
            acceptance_drift: 0.01,
            spread: Spread::default(),
        }
    }
}

/// The method of a projected number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The ratio of the remaining applications to those that have come, as in earlier courses.
    RemainingRatio,
    /// Earlier totals and credentials alone, before registration opens.
    PriorTotals,
    /// Registration has closed: the number is counted, not projected.
    Counted,
}

impl Method {
    /// The code of the method in tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::RemainingRatio => "razon_por_llegar",
            Self::PriorTotals => "totales_previos",
            Self::Counted => "contado",
        }
    }
}
