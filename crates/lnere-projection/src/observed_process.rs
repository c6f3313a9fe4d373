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

/// An earlier or generated process whose complete curve is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// Whether a generator made the process.
    pub generated: bool,
    /// The share of the final total by days before the close; index 0 is the close. Days before the
    /// opening may be absent; they are 0.
    pub share_by_horizon: Vec<f64>,
    /// Applications at the close.
    pub total: i64,
    /// Totals by entity, if known.
    pub entity_totals: Vec<(EntityId, i64)>,
    /// The curves by entity and modality, from the opening day to the close, if known; may be
    /// empty. Errors of entities and modalities come only from references with these curves.
    pub series: Vec<Series>,
}

impl Reference {
    /// Makes a reference from a process whose curve is known up to its close. Series that are
    /// shorter than the longest one keep their last value.
    #[must_use]
    pub fn from_series(name: impl Into<String>, generated: bool, series: Vec<Series>) -> Self {
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
        Self { name: name.into(), generated, share_by_horizon, total, entity_totals, series }
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
    /// A method that replaces the combination. For comparison, not for publication.
    pub forced_method: Option<Method>,
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
            forced_method: None,
        }
    }
}

/// The method of a projected number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Development factors by days to the close, volume-weighted over the references.
    ChainLadder,
    /// Chain ladder on the last weeks; the weight of a day halves with every two weeks of age.
    RecentLadder,
    /// Ridge regression over the references: growth to the close, explained by the shape of the
    /// curve so far.
    ShapeRegression,
    /// The growth of the entity and of the nation, weighted by credibility.
    Credibility,
    /// The scaled totals of the earlier process, for the remaining applications.
    BornhuetterFerguson,
    /// A combination of the recent ladder, the shape regression, Bornhuetter–Ferguson (if there are
    /// earlier totals), and drift. An entity uses credibility in place of drift. Performance over
    /// the references gives the weights.
    Combination,
    /// Damped Holt on the cumulative counts, ETS(A,Ad,N). A baseline.
    DampedHolt,
    /// Random walk with drift on the cumulative counts. A baseline.
    Drift,
    /// Predicts no further applications. A baseline.
    Naive,
    /// Earlier totals and credentials alone, before registration opens.
    PriorTotals,
    /// Registration has closed: the number is counted, not projected.
    Counted,
    /// In an [`Evaluation`](super::Evaluation): the method of a projection without a forced
    /// method, which is the combination.
    Chosen,
}

impl Method {
    /// The code of the method in tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ChainLadder => "chain_ladder",
            Self::RecentLadder => "chain_ladder_reciente",
            Self::ShapeRegression => "regresion_de_forma",
            Self::Credibility => "credibilidad",
            Self::BornhuetterFerguson => "bornhuetter_ferguson",
            Self::Combination => "combinacion",
            Self::DampedHolt => "holt_amortiguado",
            Self::Drift => "deriva",
            Self::Naive => "ingenuo",
            Self::PriorTotals => "totales_previos",
            Self::Counted => "contado",
            Self::Chosen => "elegido",
        }
    }
}
