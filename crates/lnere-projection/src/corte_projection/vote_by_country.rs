/*!
Plans the vote: postal packages and voters by Internet, by entity and country of residence.
*/

use std::collections::BTreeMap;

use super::ByEntityAndCountry;
use crate::Projection;
use crate::Quantiles;
use crate::Universe;
use crate::adding_up::apportion;
use crate::quantile_functions::{normal_quantile, poisson_quantile};
use lnere_core::catalog::{Catalogs, CountryId, EntityId};
use lnere_core::process::{Dimension, PostalPlan, Process, ProjectionPlan};
use lnere_count::CorteCube;

/// The prior weight of the nation: this many applications, spread over the countries as in the
/// nation, are added to the counts of each entity.
const NATIONAL_PRIOR_WEIGHT: f64 = 10.0;

/// Packages for one entity and country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalPackages {
    /// The entity.
    pub entity: EntityId,
    /// The country of destination.
    pub country: CountryId,
    /// Median and 90 % interval.
    pub count: MedianAndInterval,
    /// The number of packages to print.
    pub print_run: i64,
    /// Currency, ISO 4217.
    pub currency: String,
    /// The cost of the median, in hundredths of the currency.
    pub cost_median: i64,
    /// The cost of the upper bound, in hundredths of the currency.
    pub cost_upper: i64,
    /// The cost of the print run, in hundredths of the currency.
    pub cost_print_run: i64,
}

/// Voters by Internet of one entity and country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternetVoters {
    /// The entity.
    pub entity: EntityId,
    /// The country of residence.
    pub country: CountryId,
    /// Median and 90 % interval.
    pub count: MedianAndInterval,
}

/// A median with its 90 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MedianAndInterval {
    /// 5 % of the distribution lies below.
    pub lower: i64,
    /// Half of the distribution lies below.
    pub median: i64,
    /// 5 % of the distribution lies above.
    pub upper: i64,
}

/// Applications of one entity, country and modality, by the result of the analysis.
#[derive(Clone, Copy, Debug, Default)]
struct DecisionCounts {
    accepted: i64,
    undecided: i64,
    refused: i64,
}

impl DecisionCounts {
    fn registered_count(&self) -> f64 {
        (self.accepted + self.undecided + self.refused) as f64
    }
}

/// The known countries of residence of voters, by entity and modality.
pub(super) struct CountryShares {
    decisions_by_modality: Vec<ByEntityAndCountry<DecisionCounts>>,
    /// Credentials abroad by the country of their office, used while nobody has applied.
    credential_counts: ByEntityAndCountry<f64>,
}

impl CountryShares {
    pub fn new(process: &Process, catalogs: &Catalogs, cube: &CorteCube) -> Self {
        let count = usize::from(process.categories(Dimension::MODALIDAD).unidentified_index()) + 1;
        let mut modalities: Vec<ByEntityAndCountry<DecisionCounts>> = vec![BTreeMap::new(); count];
        let decision = |plan: &ProjectionPlan, status: u8| {
            (plan.accepted_statuses.contains(&status), plan.refused_statuses.contains(&status))
        };
        for (key, tally) in &cube.applications {
            let (Some(entity), Some(plan)) = (key.entity(), &process.projection) else { continue };
            let known =
                modalities[usize::from(key.category(Dimension::MODALIDAD))].entry((entity, key.country())).or_default();
            match decision(plan, key.category(Dimension::ESTATUS)) {
                (true, _) => known.accepted += tally.acumulada,
                (_, true) => known.refused += tally.acumulada,
                _ => known.undecided += tally.acumulada,
            }
        }
        let mut credentials: ByEntityAndCountry<f64> = BTreeMap::new();
        for ((entity, office), count) in &cube.all_credentials_by_office {
            let country = catalogs.offices.get(*office).country;
            *credentials.entry((*entity, country)).or_default() += *count as f64;
        }
        Self { decisions_by_modality: modalities, credential_counts: credentials }
    }

    /// Packages for the postal list of each entity. The print run of an entity suffices with the
    /// probability that the plan sets; each country gets its part of it.
    pub fn postal_packages(&self, plan: &PostalPlan, projection: &Projection) -> Vec<PostalPackages> {
        let mut packages = Vec::new();
        for entity in projected_entities(projection) {
            let Some(allocated) = self.allocate_list_to_countries(entity, plan.modality, projection) else { continue };
            let run = quantile_at_level(&allocated.entity_list, plan.service_level);
            let above: Vec<f64> =
                allocated.country_bounds.iter().map(|(_, count)| (count.upper - count.median) as f64).collect();
            let spare = apportion((run - allocated.entity_list.median).max(0), &above);
            for ((country, count), spare) in allocated.country_bounds.into_iter().zip(spare) {
                let print_run = count.median + spare;
                if count.upper == 0 && print_run == 0 {
                    continue;
                }
                let price = plan.tariff.price(country);
                packages.push(PostalPackages {
                    entity,
                    country,
                    count,
                    print_run,
                    currency: price.currency.clone(),
                    cost_median: price.cents.saturating_mul(count.median),
                    cost_upper: price.cents.saturating_mul(count.upper),
                    cost_print_run: price.cents.saturating_mul(print_run),
                });
            }
        }
        packages
    }

    /// Voters by Internet of each entity.
    pub fn internet_voters(&self, modality: u8, projection: &Projection) -> Vec<InternetVoters> {
        let rows = projected_entities(projection).into_iter().flat_map(|entity| {
            let allocated = self.allocate_list_to_countries(entity, modality, projection);
            let rows = allocated.map_or_else(Vec::new, |allocated| allocated.country_bounds);
            rows.into_iter().map(move |(country, count)| InternetVoters { entity, country, count })
        });
        rows.filter(|row| row.count.upper > 0).collect()
    }

    /// Allocates the list of an entity and modality to countries.
    ///
    /// The expected list of a country is `E = A + θ (O + R p)`. `A` are the accepted and `O` the
    /// open applications of the country. `R` are the applications that the entity still expects,
    /// and `p` is the share of the country in them. `θ` is the share of `O` and `R` that will be
    /// accepted. The function allocates the median of the entity in proportion to `E`.
    ///
    /// `p` is estimated by the share of the country in the applications of the entity, with
    /// [`NATIONAL_PRIOR_WEIGHT`] applications added. This is the mean of a Dirichlet after a
    /// multinomial count.
    ///
    /// On each side the distance from the median is `√((E/ΣE · Δ)² + (q(λ) − λ)²)` with
    /// `λ = θ R p + θ (1 − θ) O`. `Δ` is the distance of the entity. The second term is count
    /// noise: the distance of the quantile of a Poisson count from its mean.
    fn allocate_list_to_countries(
        &self,
        entity: EntityId,
        modality: u8,
        projection: &Projection,
    ) -> Option<CountryAllocation> {
        let cell = |universe: Universe| {
            let found = projection
                .cells
                .iter()
                .find(|one| (one.universe, one.entity, one.modality) == (universe, Some(entity), Some(modality)));
            found.map(|one| one.quantiles)
        };
        let (applications, list) = (cell(Universe::Solicitudes)?, cell(Universe::Lnere)?);
        let all = self.decisions_by_modality.get(usize::from(modality))?;
        let shares = self.country_shares(entity, all);
        let known = |country: CountryId| all.get(&(entity, country)).copied().unwrap_or_default();
        let sum = |of: fn(&DecisionCounts) -> i64| shares.keys().map(|country| of(&known(*country))).sum::<i64>();
        let (accepted, open) = (sum(|known| known.accepted), sum(|known| known.undecided));
        let registered = accepted + open + sum(|known| known.refused);
        let remaining = (applications.median - registered).max(0) as f64;
        let undecided = open as f64 + remaining;
        let theta = if undecided > 0.0 { ((list.median - accepted) as f64 / undecided).clamp(0.0, 1.0) } else { 0.0 };

        let expected: Vec<f64> = shares
            .iter()
            .map(|(country, share)| {
                let known = known(*country);
                known.accepted as f64 + theta * (known.undecided as f64 + remaining * share)
            })
            .collect();
        let medians = apportion(list.median, &expected);
        let whole: f64 = expected.iter().sum();
        let scale = if whole > 0.0 { list.median as f64 / whole } else { 0.0 };
        let (up, down) = ((list.upper_90 - list.median) as f64, (list.median - list.lower_90) as f64);
        let rows = shares.iter().zip(medians).zip(&expected).map(|(((country, share), median), expected)| {
            let part = if whole > 0.0 { expected / whole } else { *share };
            let known = known(*country);
            let noise = theta * remaining * share + theta * (1.0 - theta) * known.undecided as f64;
            let mean = expected * scale;
            let above = (part * up).hypot(poisson_quantile(0.95, noise) as f64 - noise);
            let below = (part * down).hypot(noise - poisson_quantile(0.05, noise) as f64);
            let bounds = MedianAndInterval {
                lower: ((mean - below).round() as i64).clamp(known.accepted.min(median), median),
                median,
                upper: ((mean + above).round() as i64).max(median),
            };
            (*country, bounds)
        });
        let mut rows: Vec<(CountryId, MedianAndInterval)> = rows.collect();
        widen_bounds_to_list(&mut rows, &list);
        Some(CountryAllocation { entity_list: list, country_bounds: rows })
    }

    /// The share of each country in the applications of an entity and modality.
    fn country_shares(&self, entity: EntityId, all: &ByEntityAndCountry<DecisionCounts>) -> BTreeMap<CountryId, f64> {
        let counts: ByEntityAndCountry<f64> = all.iter().map(|(key, known)| (*key, known.registered_count())).collect();
        let counts = if counts.values().sum::<f64>() > 0.0 { &counts } else { &self.credential_counts };
        let nation: f64 = counts.values().sum();
        let mut weights: BTreeMap<CountryId, f64> = BTreeMap::new();
        for ((of, country), count) in counts {
            let weight = weights.entry(*country).or_default();
            *weight += NATIONAL_PRIOR_WEIGHT * count / nation.max(1.0) + if *of == entity { *count } else { 0.0 };
        }
        if weights.is_empty() {
            // Nobody has applied for anything, but the plan still needs packages.
            weights.insert(CountryId::UNKNOWN, 1.0);
        }
        let sum: f64 = weights.values().sum();
        weights.into_iter().map(|(country, weight)| (country, weight / sum)).collect()
    }
}

/// The list of an entity by country.
struct CountryAllocation {
    entity_list: Quantiles,
    country_bounds: Vec<(CountryId, MedianAndInterval)>,
}

fn projected_entities(projection: &Projection) -> Vec<EntityId> {
    let of_applications = projection.entities.iter().filter(|one| one.universe == Universe::Solicitudes);
    of_applications.filter_map(|one| one.entity).collect()
}

/// Adds the losses of rounding to the bounds of the countries with the largest medians. The
/// interval of the entity is then not wider than the intervals of the countries together.
fn widen_bounds_to_list(rows: &mut [(CountryId, MedianAndInterval)], list: &Quantiles) {
    let medians: Vec<f64> = rows.iter().map(|(_, row)| row.median as f64).collect();
    let missing = list.upper_90 - rows.iter().map(|(_, row)| row.upper).sum::<i64>();
    for ((_, row), more) in rows.iter_mut().zip(apportion(missing.max(0), &medians)) {
        row.upper += more;
    }
    let missing = rows.iter().map(|(_, row)| row.lower).sum::<i64>() - list.lower_90;
    let lower_bounds: Vec<f64> = rows.iter().map(|(_, row)| row.lower as f64).collect();
    for ((_, row), less) in rows.iter_mut().zip(apportion(missing.max(0), &lower_bounds)) {
        row.lower = (row.lower - less).max(0);
    }
}

/// The quantile at a level of at least one half, rounded up to whole packages. Between the median,
/// the 75 % and the 95 % quantile, and beyond, it is linear in the normal score.
fn quantile_at_level(list: &Quantiles, level: f64) -> i64 {
    let score = normal_quantile(level);
    let (inner, outer) = (normal_quantile(0.75), normal_quantile(0.95));
    let (median, upper_50, upper_90) = (list.median as f64, list.upper_50 as f64, list.upper_90 as f64);
    let at = if score <= inner {
        median + (upper_50 - median) * score / inner
    } else {
        upper_50 + (upper_90 - upper_50) * (score - inner) / (outer - inner)
    };
    // Rounding noise must not add a package.
    (at - 1e-9).ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_run_is_the_quantile_of_its_level() {
        let list = Quantiles { lower_90: 60, lower_50: 80, median: 100, upper_50: 130, upper_90: 180 };
        assert_eq!([0.5, 0.75, 0.95].map(|level| quantile_at_level(&list, level)), [100, 130, 180]);
        assert!((131..180).contains(&quantile_at_level(&list, 0.9)));
        assert!(quantile_at_level(&list, 0.99) > 180);
        assert_eq!(quantile_at_level(&Quantiles::from_exact_count(7), 0.999), 7);
    }
}
