/*!
Projects the applications and the LNERE to the close of registration. The functions are pure: they
use no file, no clock and only seeded randomness. The same input gives the same output.

With `C` applications registered `h` days before the close, the projection is about the remainder
`R`. Its distribution is one of `log R`. Therefore no bound lies below `C`, and the number at the
close is certain. docs/projection.md has the formulae on one page.
*/

mod acceptance;
pub mod adding_up;
mod backtest;
pub mod corte_projection;
mod curve_panel;
mod joint_draws;
mod observed_process;
mod prior_totals;
mod project;
pub mod quantile_functions;
pub mod random_variates;
mod registration_course;
pub mod score;

use chrono::NaiveDate;

pub use backtest::{Evaluation, Replay, backtest, backtest_replays, observed_at};
pub use joint_draws::QUANTILE_LEVELS;
pub use observed_process::{DecidedCounts, EarlierClose, Method, ObservedProcess, Reference, Series, Settings, Spread};
pub use project::project;

use lnere_core::catalog::EntityId;
use lnere_messages::message;

/// A median with its central 50 % and 90 % intervals, in applications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantiles {
    /// 5 % of the distribution lies below.
    pub lower_90: i64,
    /// 25 % of the distribution lies below.
    pub lower_50: i64,
    /// Half of the distribution lies below.
    pub median: i64,
    /// 25 % of the distribution lies above.
    pub upper_50: i64,
    /// 5 % of the distribution lies above.
    pub upper_90: i64,
}

/// The counted universe. Never add numbers of the two universes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Universe {
    /// Applications at the close.
    Solicitudes,
    /// Applications accepted after analysis.
    Lnere,
}

/// One projected number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectedNumber {
    /// The counted universe.
    pub universe: Universe,
    /// The entity; `None` for the nation.
    pub entity: Option<EntityId>,
    /// The modality; `None` for all.
    pub modality: Option<u8>,
    /// The method that projected the applications.
    pub method: Method,
    /// The number.
    pub quantiles: Quantiles,
}

/// One quantile of the applications or the list at the close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileRow {
    /// The counted universe.
    pub universe: Universe,
    /// The entity; `None` for the nation.
    pub entity: Option<EntityId>,
    /// The probability with which the outcome is not larger.
    pub level: f64,
    /// The quantile.
    pub value: i64,
}

/// Cumulative applications on each day from the corte to the close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fan {
    /// The entity; `None` for the nation.
    pub entity: Option<EntityId>,
    /// Each day with its quantiles; the first is the corte and has no width, the last is the close.
    pub quantiles_by_day: Vec<(NaiveDate, Quantiles)>,
}

/// The source of the width of the nation's interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorSource {
    /// The assumed spread between processes, updated by the references that took place.
    References {
        /// The number of references.
        count: usize,
    },
    /// The settings alone, before registration opens.
    Settings,
    /// No interval, because registration has closed.
    None,
}

/// The whole projection of one corte.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// By universe, entity and modality.
    pub cells: Vec<ProjectedNumber>,
    /// By universe and entity.
    pub entities: Vec<ProjectedNumber>,
    /// By universe.
    pub nation: Vec<ProjectedNumber>,
    /// Applications by day, first of the nation and then of each entity. Empty before the opening
    /// and after the close.
    pub fans: Vec<Fan>,
    /// The source of the intervals.
    pub error_source: ErrorSource,
    /// The nation and each entity at [`QUANTILE_LEVELS`], by universe.
    pub quantiles: Vec<QuantileRow>,
}

/// The projection is impossible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// The process has no series.
    #[error("{}", message!("L320-no-series"))]
    NoSeries,
    /// Registration closes before it opens.
    #[error("{}", message!("L321-closes-before-opening", closes, opens))]
    ClosesBeforeOpening {
        /// First day.
        opens: NaiveDate,
        /// Last day.
        closes: NaiveDate,
    },
    /// The process is one of its own references.
    #[error("{}", message!("L322-own-reference", process = _0))]
    OwnReference(String),
    /// A reference is not usable.
    #[error("{}", problem.message_of_reference(name))]
    BadReference {
        /// The name of the reference.
        name: String,
        /// The mistake.
        problem: ReferenceProblem,
    },
    /// A series is not valid.
    #[error("{}", problem.message_of_series(entity, *modality))]
    BadSeries {
        /// The official code of the entity.
        entity: String,
        /// The place of the modality in its list.
        modality: u8,
        /// The mistake.
        problem: SeriesProblem,
    },
    /// The process has not opened, and neither earlier totals nor credentials are known.
    #[error("{}", message!("L326-no-prior"))]
    NoPrior,
}

/// Why a reference is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceProblem {
    /// It has no applications.
    NoApplications,
    /// Its curve does not begin with 1 at the close.
    BeginsNotWithOne,
    /// Its curve has shares below 0 or above 1.
    OutOfRange,
    /// Its curve falls as the close comes nearer.
    Falls,
    /// Its curve is that of another reference.
    Copy,
}

impl ReferenceProblem {
    fn message_of_reference(self, reference: &str) -> String {
        match self {
            Self::NoApplications => message!("L324-reference-without-applications", reference),
            Self::BeginsNotWithOne => message!("L324-curve-begins-not-with-one", reference),
            Self::OutOfRange => message!("L324-curve-out-of-range", reference),
            Self::Falls => message!("L324-curve-falls", reference),
            Self::Copy => message!("L324-curve-is-a-copy", reference),
        }
    }
}

/// Why a series of applications is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesProblem {
    /// A cumulative count is negative.
    Negative,
    /// The cumulative counts fall.
    Falls,
}

impl SeriesProblem {
    fn message_of_series(self, entity: &str, modality: u8) -> String {
        match self {
            Self::Negative => message!("L325-applications-negative", entity, modality),
            Self::Falls => message!("L325-applications-fall", entity, modality),
        }
    }
}
