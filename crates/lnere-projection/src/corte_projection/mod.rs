/*!
Projects one corte: passes the observed counts to the projection and plans the postal vote. The
functions are pure: the caller passes everything that was read.
*/

mod observed_from_counts;
mod references;
mod spanish_text;
mod vote_by_country;

use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::{ErrorSource, Evaluation, Fan, Projection, ProjectionError, Quantiles, Reference, Settings, Universe};
use lnere_core::calendar::Corte;
use lnere_core::catalog::{Catalogs, CountryId, EntityId};
use lnere_core::process::Process;
use lnere_count::CorteCube;

pub use references::{CountBeforeClose, ReferenceCurve, curve_from_exports, joined_counts};
pub use spanish_text::text_files;
pub use vote_by_country::{InternetVoters, PostalPackages};

/// The inputs of the projection that all cortes of a run share.
#[derive(Debug)]
pub struct ProjectionInputs {
    /// The references that the projection uses.
    references: Vec<Reference>,
    /// All earlier processes whose curve is known, also those that the projection does not use.
    curves: Arc<[ReferenceCurve]>,
    settings: Settings,
}

/// The curve of an earlier process, by days to its close.
#[derive(Clone, Debug)]
pub struct ReferenceProgress {
    /// The id of the process.
    pub name: String,
    /// The printed name of the process.
    pub title: String,
    /// The share of its applications, 0–1, that it had at the same distance to its close, by day.
    pub share_by_day: Vec<(NaiveDate, f64)>,
}

/// The projection of one corte, with the postal plan and the evaluation.
#[derive(Clone, Debug)]
pub struct CorteProjection {
    /// The close of registration as it was known at the corte.
    pub known_close: NaiveDate,
    /// Applications at the close and the list, by entity and modality. Before the opening and after
    /// the close its fans contain only the close.
    pub projection: Projection,
    /// The progress of earlier processes at the same distance to the close.
    pub reference_progress: Vec<ReferenceProgress>,
    /// The curves of earlier processes, also of those that the projection does not use.
    pub earlier_curves: Arc<[ReferenceCurve]>,
    /// What was expected at each corte, with its outcome; empty until registration has closed.
    pub evaluation: Vec<Evaluation>,
    /// Postal packages by entity and country.
    pub postal_packages: Vec<PostalPackages>,
    /// Voters by Internet by entity and country.
    pub internet_voters: Vec<InternetVoters>,
}

/// Counts by entity and country.
type ByEntityAndCountry<T> = std::collections::BTreeMap<(EntityId, CountryId), T>;

impl ProjectionInputs {
    /// Prepares the inputs from the projection section of the process file, if it has one, and from
    /// the curves of its references.
    #[must_use]
    pub fn new(process: &Process, curves: Vec<ReferenceCurve>) -> Option<Self> {
        let plan = process.projection.as_ref()?;
        let used = curves.iter().filter(|curve| curve.is_used_for_projection);
        Some(Self {
            references: used.map(|curve| curve.reference.clone()).collect(),
            curves: curves.into(),
            settings: references::projection_settings(plan),
        })
    }

    /// Projects a corte.
    ///
    /// # Errors
    /// Nothing is known that allows a projection; see [`ProjectionError`].
    pub fn project_corte(
        &self,
        process: &Process,
        catalogs: &Catalogs,
        cube: &CorteCube,
        corte: Corte,
    ) -> Result<CorteProjection, ProjectionError> {
        let observed = observed_from_counts::observed(process, cube, corte);
        let mut projection = crate::project(&observed, &self.references, &self.settings)?;
        if projection.fans.is_empty() {
            projection.fans = fans_at_close(&projection, observed.closes);
        }
        let evaluation =
            if corte.day() < process.closes { Vec::new() } else { self.evaluation(process, cube, &observed) };
        let shares = vote_by_country::CountryShares::new(process, catalogs, cube);
        Ok(CorteProjection {
            known_close: observed.closes,
            reference_progress: self.reference_progress(&observed),
            earlier_curves: Arc::clone(&self.curves),
            postal_packages: process
                .postal
                .as_ref()
                .map_or_else(Vec::new, |plan| shares.postal_packages(plan, &projection)),
            internet_voters: process
                .internet_modality
                .map_or_else(Vec::new, |modality| shares.internet_voters(modality, &projection)),
            projection,
            evaluation,
        })
    }

    /// Scores each corte of the closed process against the outcome. A replay uses what was known on
    /// the day of the corte: the close and the credentials.
    fn evaluation(&self, process: &Process, cube: &CorteCube, finished: &crate::ObservedProcess) -> Vec<Evaluation> {
        let cortes: Vec<NaiveDate> = Corte::range(process.opens, process.closes).map(Corte::day).collect();
        let as_known = |day: NaiveDate| crate::ObservedProcess {
            credentials: observed_from_counts::credentials(process, cube, day),
            ..finished.clone()
        };
        let known: Vec<(NaiveDate, crate::ObservedProcess)> =
            cortes.into_par_iter().filter(|day| *day < process.closes).map(|day| (day, as_known(day))).collect();
        let replays = known.iter().map(|(day, known)| crate::Replay {
            finished_process: known,
            references: &self.references,
            corte: *day,
        });
        let replays: Vec<crate::Replay> = replays.collect();
        crate::backtest_replays(&replays, &self.settings)
    }

    /// The progress of the references that took place, on the days of the observed process at the
    /// same distance to its close.
    fn reference_progress(&self, observed: &crate::ObservedProcess) -> Vec<ReferenceProgress> {
        let of = |curve: &ReferenceCurve| {
            let reference = &curve.reference;
            let days = observed.opens.iter_days().take_while(|day| *day <= observed.closes);
            let reached = days.map(|day| {
                let left = usize::try_from((observed.closes - day).num_days()).unwrap_or(0);
                (day, reference.share_by_horizon.get(left).copied().unwrap_or(0.0))
            });
            ReferenceProgress {
                name: reference.name.clone(),
                title: curve.title.clone(),
                share_by_day: reached.collect(),
            }
        };
        self.curves.iter().filter(|curve| curve.is_used_for_projection).map(of).collect()
    }
}

impl CorteProjection {
    /// A projected number of the nation.
    #[must_use]
    pub fn national_quantiles(&self, universe: Universe) -> Quantiles {
        let found = self.projection.nation.iter().find(|one| one.universe == universe);
        found.map_or_else(Quantiles::default, |one| one.quantiles)
    }

    /// The method that projected the nation.
    #[must_use]
    pub fn national_method_code(&self) -> &'static str {
        self.projection.nation.first().map_or("", |one| one.method.code())
    }

    /// The code of the source of the intervals: `referencias`, `supuestos` or `ninguno`.
    #[must_use]
    pub fn error_source_code(&self) -> &'static str {
        match self.projection.error_source {
            ErrorSource::References { .. } => "referencias",
            ErrorSource::Settings => "supuestos",
            ErrorSource::None => "ninguno",
        }
    }
}

/// Fans of one day: the values at the close.
fn fans_at_close(projection: &Projection, closes: NaiveDate) -> Vec<Fan> {
    let all = projection.nation.iter().chain(&projection.entities);
    let applications = all.filter(|one| one.universe == Universe::Solicitudes);
    applications.map(|one| Fan { entity: one.entity, quantiles_by_day: vec![(closes, one.quantiles)] }).collect()
}
