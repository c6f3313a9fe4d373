/*!
Computes the chain ladder on any triangle, with Mack's distribution-free standard errors.
*/

/// Cumulative claims, here applications: one row for each origin, oldest first, and one column for
/// each development period. A row ends at the last known period of its origin. The first row must
/// be the longest.
#[derive(Clone, Debug, PartialEq)]
pub struct Triangle {
    rows: Vec<Vec<f64>>,
}

/// The result of [`Triangle::develop`]. Amounts have the unit of the triangle.
#[derive(Clone, Debug, PartialEq)]
pub struct Development {
    /// `fₖ = Σᵢ Cᵢ,ₖ₊₁ / Σᵢ Cᵢ,ₖ`.
    pub factors: Vec<f64>,
    /// `σₖ²`, the variance around the factor per unit of `Cᵢ,ₖ`.
    pub sigma_squared: Vec<f64>,
    /// Projected ultimate of each origin.
    pub ultimates: Vec<f64>,
    /// The ultimate less the known amount, by origin.
    pub reserves: Vec<f64>,
    /// Standard error of each reserve.
    pub standard_errors: Vec<f64>,
    /// Sum of the reserves.
    pub total_reserve: f64,
    /// The standard error of the total.
    pub total_standard_error: f64,
}

impl Triangle {
    /// `None` if a row is empty or longer than the first, or if a number is not finite and
    /// positive.
    #[must_use]
    pub fn new(rows: Vec<Vec<f64>>) -> Option<Self> {
        let longest = rows.first()?.len();
        let fine =
            |row: &Vec<f64>| !row.is_empty() && row.len() <= longest && row.iter().all(|c| c.is_finite() && *c > 0.0);
        rows.iter().all(fine).then_some(Self { rows })
    }

    /// Factors, reserves and their standard errors.
    ///
    /// Factors and `σₖ² = 1/(n−1) · Σᵢ Cᵢ,ₖ (Cᵢ,ₖ₊₁/Cᵢ,ₖ − fₖ)²`, with `n` origins known in both
    /// periods. Source: Mack 1993, "Distribution-free calculation of the standard error of chain
    /// ladder reserve estimates", ASTIN Bulletin 23, eq. 3–5. If only one origin is known, `σₖ² =
    /// min(σₖ₋₁⁴/σₖ₋₂², σₖ₋₁², σₖ₋₂²)` (p. 217). With `Ĉ` the projected amounts,
    ///
    /// `s.e.²(Rᵢ) = Ĉᵢ,ₙ² Σₖ σₖ²/fₖ² · (1/Ĉᵢ,ₖ + 1/Σⱼ Cⱼ,ₖ)` (eq. 7), and the total adds
    /// `2 Ĉᵢ,ₙ (Σ_{j>i} Ĉⱼ,ₙ) Σₖ σₖ²/fₖ² / Σⱼ Cⱼ,ₖ` for each pair (corollary to eq. 7, p. 220).
    #[must_use]
    pub fn develop(&self) -> Development {
        let periods = self.rows[0].len();
        let (mut factors, mut sigma_squared, mut sums) = (Vec::new(), Vec::<f64>::new(), Vec::new());
        for k in 0..periods - 1 {
            let pairs: Vec<(f64, f64)> =
                self.rows.iter().filter_map(|row| Some((*row.get(k)?, *row.get(k + 1)?))).collect();
            let sum: f64 = pairs.iter().map(|(from, _)| from).sum();
            let factor = pairs.iter().map(|(_, to)| to).sum::<f64>() / sum;
            let variance = if pairs.len() > 1 {
                let squares: f64 = pairs.iter().map(|(from, to)| from * (to / from - factor).powi(2)).sum();
                squares / (pairs.len() - 1) as f64
            } else {
                match sigma_squared[..] {
                    [.., before, last] if before > 0.0 => (last * last / before).min(last).min(before),
                    [.., last] => last,
                    [] => 0.0,
                }
            };
            factors.push(factor);
            sigma_squared.push(variance);
            sums.push(sum);
        }

        let completed: Vec<Vec<f64>> = self.rows.iter().map(|row| complete_row(row, &factors)).collect();
        let ultimates: Vec<f64> = completed.iter().map(|row| row[periods - 1]).collect();
        let relative = |k: usize| sigma_squared[k] / factors[k].powi(2);
        let mut total_variance = 0.0;
        let mut standard_errors = Vec::new();
        for (i, row) in self.rows.iter().enumerate() {
            let open = row.len() - 1..periods - 1;
            let own: f64 = open.clone().map(|k| relative(k) * (1.0 / completed[i][k] + 1.0 / sums[k])).sum();
            let shared: f64 = open.map(|k| 2.0 * relative(k) / sums[k]).sum();
            let variance = ultimates[i].powi(2) * own;
            let later: f64 = ultimates[i + 1..].iter().sum();
            standard_errors.push(variance.sqrt());
            total_variance += variance + ultimates[i] * later * shared;
        }
        let reserves: Vec<f64> =
            self.rows.iter().zip(&ultimates).map(|(row, ultimate)| ultimate - row[row.len() - 1]).collect();
        Development {
            factors,
            sigma_squared,
            total_reserve: reserves.iter().sum(),
            ultimates,
            reserves,
            standard_errors,
            total_standard_error: total_variance.sqrt(),
        }
    }
}

/// The known amounts, continued by `Ĉₖ₊₁ = Ĉₖ fₖ`.
fn complete_row(row: &[f64], factors: &[f64]) -> Vec<f64> {
    let mut whole = row.to_vec();
    let mut last = row[row.len() - 1];
    for factor in &factors[row.len() - 1..] {
        last *= factor;
        whole.push(last);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Automatic Facultative business in General Liability, Reinsurance Association of America,
    /// Historical Loss Development Study 1991, as in Mack 1994, "Measuring the variability of chain
    /// ladder reserve estimates", CAS Forum, Spring 1994.
    fn raa() -> Triangle {
        let rows: [&[i32]; 10] = [
            &[5012, 8269, 10907, 11805, 13539, 16181, 18009, 18608, 18662, 18834],
            &[106, 4285, 5396, 10666, 13782, 15599, 15496, 16169, 16704],
            &[3410, 8992, 13873, 16141, 18735, 22214, 22863, 23466],
            &[5655, 11555, 15766, 21266, 23425, 26083, 27067],
            &[1092, 9565, 15836, 22169, 25955, 26180],
            &[1513, 6445, 11702, 12935, 15852],
            &[557, 4020, 10946, 12314],
            &[1351, 6947, 13112],
            &[3133, 5395],
            &[2063],
        ];
        Triangle::new(rows.iter().map(|row| row.iter().map(|c| f64::from(*c)).collect()).collect()).expect("RAA")
    }

    #[test]
    fn raa_has_the_published_factors_reserves_and_standard_errors() {
        let found = raa().develop();
        let factors =
            [2.999_359, 1.623_523, 1.270_888, 1.171_675, 1.113_385, 1.041_935, 1.033_264, 1.016_936, 1.009_217];
        for (found, published) in found.factors.iter().zip(factors) {
            assert!((found - published).abs() < 5e-7, "{found} {published}");
        }
        let reserves = [0, 154, 617, 1636, 2747, 3649, 5435, 10907, 10650, 16339];
        let errors = [0, 206, 623, 747, 1469, 2002, 2209, 5358, 6333, 24566];
        assert_eq!(found.reserves.iter().map(|r| r.round() as i32).collect::<Vec<_>>(), reserves);
        assert_eq!(found.standard_errors.iter().map(|e| e.round() as i32).collect::<Vec<_>>(), errors);
        assert!((found.total_reserve - 52_135.23).abs() < 0.005, "{}", found.total_reserve);
        assert!((found.total_standard_error - 26_909.01).abs() < 0.005, "{}", found.total_standard_error);
    }

    #[test]
    fn a_triangle_must_be_positive_and_no_row_longer_than_the_first() {
        assert_eq!(Triangle::new(vec![]), None);
        assert_eq!(Triangle::new(vec![vec![1.0], vec![1.0, 2.0]]), None);
        assert_eq!(Triangle::new(vec![vec![1.0, 0.0]]), None);
        let one = Triangle::new(vec![vec![5.0]]).expect("one cell").develop();
        assert_eq!((one.total_reserve, one.total_standard_error), (0.0, 0.0));
    }
}
