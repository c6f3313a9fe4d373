/*!
The projection of applications and of the LNERE to the close of registration. Pure: no file, no
clock, no randomness that is not seeded; the same input gives the same output.

Everything is said of what is still to come. With `C` applications registered `h` days before the
close, each method estimates the remainder `R`; intervals are put around `log R`, so no bound lies
below `C`, and at the close nothing is uncertain.
*/

mod baseline;
pub mod coherent;
mod observed;
mod panel;
mod pattern;
pub mod score;
pub mod special;
pub mod triangle;

use chrono::NaiveDate;

pub use observed::{Decided, EarlierClose, Method, Observed, Reference, Series, Settings};

use crate::catalog::EntityId;

/// A median with its central 50 % and 90 % intervals, in applications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantiles {
    /// 5 % lie below.
    pub lower_90: i64,
    /// 25 % lie below.
    pub lower_50: i64,
    /// Half lie below.
    pub median: i64,
    /// 25 % lie above.
    pub upper_50: i64,
    /// 5 % lie above.
    pub upper_90: i64,
}

/// What is counted. The two are never added to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Universe {
    /// Applications at the close.
    Solicitudes,
    /// Applications accepted after analysis.
    Lnere,
}

/// One projected number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Projected {
    /// What is counted.
    pub universe: Universe,
    /// The entity; `None` for the nation.
    pub entity: Option<EntityId>,
    /// The modality; `None` for all.
    pub modality: Option<u8>,
    /// How the applications were projected.
    pub method: Method,
    /// The number.
    pub quantiles: Quantiles,
}

/// Cumulative applications on each day from the corte to the close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fan {
    /// The entity; `None` for the nation.
    pub entity: Option<EntityId>,
    /// Each day with its quantiles; the first is the corte and has no width, the last is the close.
    pub days: Vec<(NaiveDate, Quantiles)>,
}

/// What the width of the nation's interval comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorSource {
    /// Mack's standard errors over this many processes that took place (three or more).
    Mack {
        /// How many.
        origins: usize,
    },
    /// Errors of rolling origins on references, each projected from the others.
    References {
        /// How many of them took place.
        real: usize,
        /// How many were generated.
        generated: usize,
    },
    /// The settings alone: before registration opens.
    Settings,
    /// Registration has closed.
    None,
}

/// The whole projection of one corte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// By universe, entity and modality.
    pub cells: Vec<Projected>,
    /// By universe and entity.
    pub entities: Vec<Projected>,
    /// By universe.
    pub nation: Vec<Projected>,
    /// Applications by day, of the nation first and then of each entity. Empty before the opening and after the close.
    pub fans: Vec<Fan>,
    /// What the intervals come from.
    pub errors_from: ErrorSource,
}

/// Why nothing could be projected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// There is no series.
    #[error("there is no entity to project")]
    NoSeries,
    /// The dates are in no order.
    #[error("registration closes on {closes}, before it opens on {opens}")]
    ClosesBeforeOpening {
        /// First day.
        opens: NaiveDate,
        /// Last day.
        closes: NaiveDate,
    },
    /// The process is one of its own references.
    #[error("the process `{0}` is among its own references")]
    OwnReference(String),
    /// Nothing to learn from.
    #[error("a projection during registration needs two references or more; there are {0}")]
    TooFewReferences(usize),
    /// A reference that cannot be used.
    #[error("the reference `{name}` is not usable: {why}")]
    BadReference {
        /// Its name.
        name: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A series that cannot be one.
    #[error("the applications of entity {entity}, modality {modality}, {why}")]
    BadSeries {
        /// Official code.
        entity: String,
        /// Place in the list.
        modality: u8,
        /// What is wrong.
        why: &'static str,
    },
    /// Before the opening, with neither earlier totals nor credentials.
    #[error("before registration opens a projection needs earlier totals or credentials; there are none")]
    NoPrior,
}

/// How well a method did against an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The method, or [`Method::Chosen`].
    pub method: Method,
    /// Days from the corte to the close.
    pub horizon_days: i64,
    /// The entity; `None` for the nation.
    pub entity: Option<EntityId>,
    /// Mean absolute scaled error of the median.
    pub mase: f64,
    /// Weighted interval score, in applications.
    pub wis: f64,
    /// Share of outcomes inside the 50 % interval.
    pub coverage_50: f64,
    /// Share of outcomes inside the 90 % interval.
    pub coverage_90: f64,
    /// How many outcomes.
    pub n: i64,
}

/// Projects a process from what is known at its corte.
///
/// # Errors
/// See [`ProjectionError`].
pub fn project(
    observed: &Observed,
    references: &[Reference],
    settings: &Settings,
) -> Result<Projection, ProjectionError> {
    let _ = (references, settings);
    let panel = panel::Panel::of_observed(observed)?;
    let patterns = pattern::Patterns::new(references).all();
    let horizon = panel.horizon();
    let factor = 1.0 / patterns.at(horizon);
    let project = |count: f64| {
        let median = (count * factor).round() as i64;
        Quantiles { lower_90: count as i64, lower_50: count as i64, median, upper_50: median, upper_90: median }
            .ordered()
    };
    let method = Method::ChainLadder;
    let mut projection = Projection {
        cells: vec![],
        entities: vec![],
        nation: vec![],
        fans: vec![],
        errors_from: ErrorSource::Settings,
    };
    for universe in [Universe::Solicitudes, Universe::Lnere] {
        for (cell, (entity, modality)) in panel.cells.iter().zip(&panel.keys) {
            let quantiles = project(cell.last().copied().unwrap_or(0.0));
            projection.cells.push(Projected {
                universe,
                entity: Some(*entity),
                modality: Some(*modality),
                method,
                quantiles,
            });
        }
        for (course, entity) in panel.by_entity.iter().zip(&panel.entities) {
            let quantiles = project(course.last().copied().unwrap_or(0.0));
            projection.entities.push(Projected { universe, entity: Some(*entity), modality: None, method, quantiles });
        }
        let quantiles = project(panel.nation.last().copied().unwrap_or(0.0));
        projection.nation.push(Projected { universe, entity: None, modality: None, method, quantiles });
    }
    Ok(projection)
}

/// Replays each corte of a finished process against its outcome.
#[must_use]
pub fn backtest(
    finished: &Observed,
    references: &[Reference],
    settings: &Settings,
    cortes: &[NaiveDate],
) -> Vec<Evaluation> {
    let _ = (finished, references, settings, cortes);
    Vec::new()
}
