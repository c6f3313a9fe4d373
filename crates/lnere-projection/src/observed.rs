/*!
What a projection is made from: the course of the process so far, earlier courses, and settings.
*/

use chrono::NaiveDate;

use lnere_core::catalog::EntityId;

/// The applications of one entity and modality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The entity.
    pub entity: EntityId,
    /// The modality, by its place in the process file's list.
    pub modality: u8,
    /// Cumulative applications at the end of each day, from the opening day to the last known day.
    /// All series of a process are equally long; those that end before the corte stay at their last value.
    pub cumulative: Vec<i64>,
}

/// Applications of which the analysis has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Found in order (procedente).
    pub accepted: i64,
    /// Refused (improcedente).
    pub refused: i64,
}

/// A close that was in force until another one was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierClose {
    /// The day on which the later close became known.
    pub until: NaiveDate,
    /// The close that was expected before that day.
    pub closes: NaiveDate,
}

/// One process's applications as far as they are known: cumulative by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedProcess {
    /// The process's name: no reference may bear it.
    pub name: String,
    /// The first day of registration.
    pub opens: NaiveDate,
    /// The last day of registration, as it is known at the corte.
    pub closes: NaiveDate,
    /// The corte, inclusive. Before the opening day no series has any value.
    pub until: NaiveDate,
    /// Every entity and modality, those without any application included.
    pub series: Vec<Series>,
    /// Decided so far, by entity and modality. What is undecided is applications less these.
    pub decided: Vec<(EntityId, u8, Decided)>,
    /// Credentials applied for abroad so far, by entity; may be empty.
    pub credentials: Vec<(EntityId, i64)>,
    /// Closes in force before the present one was announced, for replays; empty if none.
    pub earlier_closes: Vec<EarlierClose>,
}

/// An earlier (or generated) process whose whole course is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// Whether it comes from a generator and not from a process that took place.
    pub generated: bool,
    /// Share of the final total that had been reached, by days before the close: index 0 is the close.
    /// Days before the opening may be left out; they are 0.
    pub reached: Vec<f64>,
    /// Applications at the close.
    pub total: i64,
    /// Totals by entity where known.
    pub entities: Vec<(EntityId, i64)>,
    /// Its course by entity and modality, from the opening day to the close, where known; may be empty.
    /// Errors of entities and of modalities can only be learnt from references that have it.
    pub series: Vec<Series>,
}

impl Reference {
    /// A reference from a process whose course is known to its close. Series that are shorter than
    /// the longest one stay at their last value.
    #[must_use]
    pub fn from_series(name: impl Into<String>, generated: bool, series: Vec<Series>) -> Self {
        let days = series.iter().map(|one| one.cumulative.len()).max().unwrap_or(0);
        let at = |one: &Series, day: usize| one.cumulative.get(day).or(one.cumulative.last()).copied().unwrap_or(0);
        let sums: Vec<i64> = (0..days).map(|day| series.iter().map(|one| at(one, day)).sum()).collect();
        let total = sums.last().copied().unwrap_or(0);
        let reached = sums.iter().rev().map(|sum| *sum as f64 / total.max(1) as f64).collect();
        let mut entities: Vec<(EntityId, i64)> = Vec::new();
        for one in &series {
            let last = one.cumulative.last().copied().unwrap_or(0);
            match entities.iter_mut().find(|(entity, _)| *entity == one.entity) {
                Some((_, sum)) => *sum += last,
                None => entities.push((one.entity, last)),
            }
        }
        Self { name: name.into(), generated, reached, total, entities, series }
    }
}

/// The prior assumptions, and how firm they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Totals by entity of an earlier process, for instance 2017–18; may be empty.
    pub prior_totals: Vec<(EntityId, i64)>,
    /// The factor for the earlier totals while the process has no data of its own.
    pub prior_scale: f64,
    /// How uncertain the logarithm of that scale is (standard deviation). 1.0 is a factor of
    /// 2.7 either way, which is what lay between 2017–18 and 2020–21, the one pair of processes that is known.
    pub prior_scale_log_sd: f64,
    /// How far an entity's share moves between two processes (standard deviation of its logarithm).
    pub prior_entity_log_sd: f64,
    /// Applications per credential, used without earlier totals; `None`: no assumption.
    pub applications_per_credential: Option<f64>,
    /// Share of each modality before there are data; empty: all alike.
    pub prior_modalities: Vec<(u8, f64)>,
    /// Share of decided applications that is accepted, before there are data.
    pub prior_acceptance: f64,
    /// The weight of that share, as a number of decided applications.
    pub prior_acceptance_weight: f64,
    /// Standard deviation between the accepted share of late decisions and that of early ones.
    pub acceptance_drift: f64,
    /// Takes the place of the combination. For comparison, not for publication.
    pub method: Option<Method>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prior_totals: Vec::new(),
            prior_scale: 1.0,
            prior_scale_log_sd: 1.0,
            prior_entity_log_sd: 0.3,
            applications_per_credential: None,
            prior_modalities: Vec::new(),
            prior_acceptance: 0.95,
            prior_acceptance_weight: 20.0,
            acceptance_drift: 0.01,
            method: None,
        }
    }
}

/// How a number was projected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Development factors by days to the close, volume-weighted over the references.
    ChainLadder,
    /// Chain ladder on the last weeks: older days count half for every two weeks that they are older.
    RecentLadder,
    /// Growth to the close as a ridge regression, over the references, on the shape of the course so far.
    ShapeRegression,
    /// An entity's own growth and the nation's, weighted by credibility.
    Credibility,
    /// The earlier process's totals, scaled, for what is still to come.
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
    /// Registration has closed: counted, not projected.
    Counted,
    /// In an [`EvaluationSection`](super::Evaluation): what is projected by where no method is forced, the combination.
    Chosen,
}

impl Method {
    /// The code under which tables name it.
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
