/*!
Draws the numbers at the close of all entities and modalities together, so that the bounds of a
whole and of its parts come from the same draws.
*/

use lnere_core::random::RandomKey;

use super::acceptance::AcceptanceEstimate;
use super::curve_panel::ProcessCurves;
use super::quantile_functions::student_quantile;
use super::random_variates::{binomial, normal, poisson};
use super::{DecidedCounts, Quantiles};

/// The number of draws. The 5 % quantile has 100 of them below it.
const DRAW_COUNT: usize = 2_000;

/// The seed of all draws. A projection is a function of its input, so the seed never changes.
const SEED: u64 = 2_022;

/// The probabilities of the table of quantiles.
pub const QUANTILE_LEVELS: [f64; 21] = [
    0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
    0.975,
];

/// The distribution of the applications that are still to come.
#[derive(Clone, Debug)]
pub(super) struct RemainderModel {
    /// Location and scale of the logarithm of the nation's remainder.
    pub log_location: f64,
    pub log_scale: f64,
    /// Degrees of freedom of Student's t.
    pub degrees_of_freedom: f64,
    /// The share of each entity in the remainder, and the deviation of its logarithm.
    pub entity_weights: Vec<(f64, f64)>,
    /// The same of each cell within its entity.
    pub cell_weights: Vec<(f64, f64)>,
}

/// The draws of a number for the nation, each entity and each cell.
pub(super) struct JointDraws {
    pub nation: Vec<i64>,
    pub entities: Vec<Vec<i64>>,
    pub cells: Vec<Vec<i64>>,
}

impl JointDraws {
    /// Adds cells up to entities and the nation, draw by draw.
    fn from_cells(panel: &ProcessCurves, cells: Vec<Vec<i64>>) -> Self {
        let mut entities = vec![vec![0; DRAW_COUNT]; panel.entities.len()];
        let mut nation = vec![0; DRAW_COUNT];
        for (cell, entity) in cells.iter().zip(&panel.entity_of_cell) {
            for (draw, count) in cell.iter().enumerate() {
                entities[*entity][draw] += count;
                nation[draw] += count;
            }
        }
        Self { nation, entities, cells }
    }

    /// Draws the applications at the close.
    ///
    /// The logarithm of the nation's remainder takes [`DRAW_COUNT`] equally probable quantiles of
    /// its Student's t. A draw is allocated to entities in proportion to `wₑ exp(dₑ Z)` and to the
    /// cells of an entity in proportion to `w_c exp(d_c Z)`. The count of a cell is Poisson.
    pub fn of_applications(panel: &ProcessCurves, model: &RemainderModel) -> Self {
        let key = RandomKey::new(SEED);
        let perturbed = |(place, (weight, deviation)): (usize, &(f64, f64)), purpose: u64| -> Vec<f64> {
            let key = key.child(purpose).child(place as u64);
            (0..DRAW_COUNT as u64).map(|draw| weight * (deviation * normal(key, draw)).exp()).collect()
        };
        let entities: Vec<Vec<f64>> = model.entity_weights.iter().enumerate().map(|one| perturbed(one, 1)).collect();
        let cells: Vec<Vec<f64>> = model.cell_weights.iter().enumerate().map(|one| perturbed(one, 2)).collect();
        let mut counts = vec![vec![0; DRAW_COUNT]; cells.len()];
        for draw in 0..DRAW_COUNT {
            let probability = (draw as f64 + 0.5) / DRAW_COUNT as f64;
            let score = student_quantile(probability, model.degrees_of_freedom);
            let whole = (model.log_location + model.log_scale * score).exp().min(1e12);
            let sum: f64 = entities.iter().map(|one| one[draw]).sum();
            let mut sums_of_cells = vec![0.0; entities.len()];
            for (cell, entity) in cells.iter().zip(&panel.entity_of_cell) {
                sums_of_cells[*entity] += cell[draw];
            }
            for (place, entity) in panel.entity_of_cell.iter().enumerate() {
                let share = entities[*entity][draw] / sum * (cells[place][draw] / sums_of_cells[*entity]);
                let registered = panel.cell_curves[place].last().copied().unwrap_or(0.0).round() as i64;
                let key = key.child(3).child(place as u64);
                counts[place][draw] = registered + poisson(key, draw as u64, whole * share);
            }
        }
        Self::from_cells(panel, counts)
    }

    /// Applications that are counted, not projected.
    pub fn of_counts(panel: &ProcessCurves) -> Self {
        let count = |curve: &Vec<f64>| curve.last().copied().unwrap_or(0.0).round() as i64;
        Self::from_cells(panel, panel.cell_curves.iter().map(|curve| vec![count(curve); DRAW_COUNT]).collect())
    }

    /// Draws the list from the draws of the applications: the accepted applications, and of the
    /// undecided and the coming ones a binomial number. Its share is normal around that of the
    /// entity, cut off at 0 and 1. All entities share the drift between early and late decisions.
    pub fn of_lists(
        panel: &ProcessCurves,
        applications: &Self,
        decided: &[DecidedCounts],
        estimates: &[AcceptanceEstimate],
        drift: f64,
    ) -> Self {
        let key = RandomKey::new(SEED);
        let lists = applications.cells.iter().enumerate().map(|(place, cell)| {
            let entity = panel.entity_of_cell[place];
            let (estimate, decided) = (&estimates[entity], &decided[place]);
            let (own, counts) = (key.child(5).child(entity as u64), key.child(6).child(place as u64));
            let draw = |(draw, whole): (u64, &i64)| {
                let open = (whole - decided.accepted - decided.refused).max(0);
                let moved = drift * normal(key.child(4), draw) + estimate.share_deviation() * normal(own, draw);
                let share = (estimate.expected_accepted_share + moved).clamp(0.0, 1.0);
                decided.accepted + binomial(counts, draw, open, share)
            };
            (0..).zip(cell).map(draw).collect()
        });
        Self::from_cells(panel, lists.collect())
    }
}

/// The bounds of the draws around a median.
pub(super) fn quantiles_around(median: i64, draws: &[i64]) -> (Quantiles, [i64; QUANTILE_LEVELS.len()]) {
    let mut sorted = draws.to_vec();
    sorted.sort_unstable();
    let at = |level: f64| {
        let rank = (sorted.len() as f64 * level - 1e-9).ceil() as usize;
        sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(median)
    };
    let bounds = Quantiles { lower_90: at(0.05), lower_50: at(0.25), median, upper_50: at(0.75), upper_90: at(0.95) };
    (bounds.sorted_around_median(), QUANTILE_LEVELS.map(at))
}

/// The quantiles of the table, between and beyond the five numbers of the projection, which are
/// among them.
pub(super) fn quantiles_through(bounds: &Quantiles, mut by_level: [i64; QUANTILE_LEVELS.len()]) -> Vec<i64> {
    const PLACES: [usize; 5] = [1, 5, 10, 15, 19];
    let fixed = bounds.to_array();
    for (place, value) in by_level.iter_mut().enumerate() {
        let below = PLACES.iter().zip(fixed).filter(|(fixed, _)| **fixed <= place).map(|(_, value)| value).next_back();
        let above = PLACES.iter().zip(fixed).find(|(fixed, _)| **fixed >= place).map(|(_, value)| value);
        *value = (*value).max(below.unwrap_or(i64::MIN)).min(above.unwrap_or(i64::MAX));
    }
    by_level.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_numbers_are_among_the_quantiles() {
        let draws: Vec<i64> = (1..=2_000).collect();
        let (bounds, by_level) = quantiles_around(1_000, &draws);
        assert_eq!(bounds.to_array(), [100, 500, 1_000, 1_500, 1_900]);
        assert_eq!(quantiles_through(&bounds, by_level)[..3], [50, 100, 200]);
        let narrow = Quantiles { lower_90: 150, lower_50: 550, median: 990, upper_50: 1_500, upper_90: 1_800 };
        let through = quantiles_through(&narrow, by_level);
        assert_eq!([through[1], through[5], through[10], through[15], through[19]], narrow.to_array());
        assert!(through.windows(2).all(|pair| pair[0] <= pair[1]), "{through:?}");
    }
}
