/*!
Computes the interval of the nation by Mack's standard errors, if at least three real processes are
known.
*/

use super::Reference;
use super::chain_ladder::Triangle;
use super::quantile_functions::student_quantile;

/// The end of each development period, in days before the close.
const PERIOD_ENDS: [usize; 14] = [0, 3, 7, 14, 21, 28, 42, 56, 70, 90, 110, 135, 160, 185];

/// Half-widths of `log R` at 50 and 90 %: `t · √(log (1 + (s.e./R)²))`. This is the log-normal of
/// Mack 1993 (sec. 6) with quantiles of Student's `t`, because few origins give the variances. The
/// degrees of freedom are the number of origins less one. The result is the largest of all shorter
/// distances, so that intervals never narrow with the distance.
///
/// `None` with fewer than three origins, or if one had no application yet at this distance.
pub(super) fn half_widths(references: &[Reference], horizon: usize, count: f64) -> Option<[f64; 2]> {
    let real: Vec<&Reference> = references.iter().filter(|one| !one.generated).collect();
    if real.len() < 3 || count <= 0.0 {
        return None;
    }
    let mut largest = relative_standard_error(&real, horizon, count)?;
    for shorter in PERIOD_ENDS.into_iter().filter(|period| *period > 0 && *period < horizon) {
        largest = largest.max(relative_standard_error(&real, shorter, count).unwrap_or(0.0));
    }
    let degrees = (real.len() - 1) as f64;
    let deviation = (largest * largest).ln_1p().sqrt();
    Some([0.75, 0.95].map(|p| student_quantile(p, degrees) * deviation))
}

/// Mack's `s.e.(R)/R` for a process with `count` applications `horizon` days before the close.
fn relative_standard_error(real: &[&Reference], horizon: usize, count: f64) -> Option<f64> {
    let periods: Vec<usize> =
        std::iter::once(horizon).chain(PERIOD_ENDS.into_iter().rev().filter(|period| *period < horizon)).collect();
    let row = |one: &&Reference| {
        periods
            .iter()
            .map(|period| one.share_by_horizon.get(*period).copied().unwrap_or(0.0) * one.total as f64)
            .collect()
    };
    let mut rows: Vec<Vec<f64>> = real.iter().map(row).collect();
    rows.push(vec![count]);
    let developed = Triangle::new(rows)?.develop();
    let (reserve, error) = (developed.reserves.last()?, developed.standard_errors.last()?);
    (*reserve > 0.0).then(|| error / reserve)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(power: f64, total: i64) -> Reference {
        let share_by_horizon = (0..180).map(|left| (1.0 - f64::from(left) / 180.0).powf(power)).collect();
        Reference {
            name: String::new(),
            generated: false,
            share_by_horizon,
            total,
            entity_totals: vec![],
            series: vec![],
        }
    }

    #[test]
    fn three_origins_are_needed_and_unlike_ones_widen_the_interval() {
        let alike = [reference(3.0, 900), reference(3.05, 1000), reference(2.95, 1100)];
        let unlike = [reference(2.0, 900), reference(3.0, 1000), reference(4.0, 1100)];
        assert_eq!(half_widths(&alike[..2], 42, 300.0), None);
        let [narrow, wide] = [&alike, &unlike].map(|one| half_widths(one, 42, 300.0).expect("three"));
        assert!(narrow[1] < wide[1] && wide[0] < wide[1], "{narrow:?} {wide:?}");
        assert!(half_widths(&unlike, 90, 300.0).expect("three")[1] >= wide[1]);
    }
}
