/*!
Solves a ridge regression with few features.
*/

/// The intercept and the slopes, in this order.
pub(super) const FEATURE_COUNT: usize = 4;

/// The penalties. The penalty on the intercept pulls a bias that few references show towards zero.
const PENALTIES: [f64; FEATURE_COUNT] = [4.0, 4.0, 4.0, 4.0];

/// Sums of squares and products of the rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Ridge {
    feature_products: [[f64; FEATURE_COUNT]; FEATURE_COUNT],
    target_products: [f64; FEATURE_COUNT],
}

impl Ridge {
    /// Adds a row; its first feature is 1.
    #[inline]
    pub fn add_row(&mut self, features: &[f64; FEATURE_COUNT], target: f64, weight: f64) {
        for i in 0..FEATURE_COUNT {
            for j in 0..FEATURE_COUNT {
                self.feature_products[i][j] += weight * features[i] * features[j];
            }
            self.target_products[i] += weight * features[i] * target;
        }
    }

    /// `β = (XᵀWX + Λ)⁻¹ XᵀWy` (Hoerl and Kennard 1970, Technometrics 12, eq. 2.1), by Gaussian
    /// elimination. `Λ` is positive, so a solution always exists. Without rows all parameters are
    /// 0.
    pub fn solve(&self) -> [f64; FEATURE_COUNT] {
        let (mut matrix, mut right) = (self.feature_products, self.target_products);
        for i in 0..FEATURE_COUNT {
            matrix[i][i] += PENALTIES[i];
        }
        for pivot in 0..FEATURE_COUNT {
            for row in pivot + 1..FEATURE_COUNT {
                let factor = matrix[row][pivot] / matrix[pivot][pivot];
                let above = matrix[pivot];
                matrix[row].iter_mut().zip(above).skip(pivot).for_each(|(own, above)| *own -= factor * above);
                right[row] -= factor * right[pivot];
            }
        }
        for row in (0..FEATURE_COUNT).rev() {
            let known: f64 = (row + 1..FEATURE_COUNT).map(|column| matrix[row][column] * right[column]).sum();
            right[row] = (right[row] - known) / matrix[row][row];
        }
        right
    }
}

/// `β·x`.
#[inline]
pub(super) fn dot_product(slopes: &[f64; FEATURE_COUNT], features: &[f64; FEATURE_COUNT]) -> f64 {
    slopes.iter().zip(features).map(|(slope, feature)| slope * feature).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_outweigh_the_penalty() {
        let mut ridge = Ridge::default();
        for i in 0..4000 {
            let x = [1.0, f64::from(i % 7) - 3.0, f64::from(i % 5) - 2.0, f64::from(i % 3) - 1.0];
            ridge.add_row(&x, dot_product(&[0.5, -1.0, 2.0, 0.25], &x), 1.0);
        }
        let found = ridge.solve();
        assert!(found.iter().zip([0.5, -1.0, 2.0, 0.25]).all(|(a, b)| (a - b).abs() < 0.01), "{found:?}");
        assert_eq!(Ridge::default().solve(), [0.0; FEATURE_COUNT]);
    }
}
