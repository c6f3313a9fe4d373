/*!
Apportions whole numbers in proportion to weights, by largest remainders: exact totals, in integers
only.
*/

/// Splits `total` in proportion to `weights`. The remainder after rounding down goes to the largest
/// fractions, first place first. Weights that are all zero count as equal.
pub(super) fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return if weights.is_empty() { Vec::new() } else { apportion(total, &vec![1; weights.len()]) };
    }
    let product = |weight: &u64| u128::from(total) * u128::from(*weight);
    let mut counts: Vec<u64> = weights.iter().map(|weight| (product(weight) / sum) as u64).collect();
    let left = total - counts.iter().sum::<u64>();
    let mut places: Vec<usize> = (0..weights.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(product(&weights[*place]) % sum));
    for place in places.into_iter().take(left as usize) {
        counts[place] += 1;
    }
    counts
}

/// Splits `total` with a maximum for each place; the excess of a full place goes to the others.
pub(super) fn apportion_capped(total: u64, weights: &[u64], caps: &[u64]) -> Vec<u64> {
    let total = total.min(caps.iter().sum());
    let mut counts = vec![0; caps.len()];
    loop {
        let left = total - counts.iter().sum::<u64>();
        if left == 0 {
            return counts;
        }
        let capacity: Vec<u64> = caps.iter().zip(&counts).map(|(cap, count)| cap - count).collect();
        let mut open: Vec<u64> =
            weights.iter().zip(&capacity).map(|(w, room)| if *room > 0 { *w } else { 0 }).collect();
        if open.iter().all(|weight| *weight == 0) {
            open.clone_from(&capacity);
        }
        for ((count, more), room) in counts.iter_mut().zip(apportion(left, &open)).zip(capacity) {
            *count += more.min(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_remainders_get_what_is_left() {
        assert_eq!(apportion(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(apportion(10, &[60, 25, 15]), [6, 3, 1]);
        assert_eq!(apportion(0, &[3, 4]), [0, 0]);
        assert_eq!(apportion(3, &[0, 0]), [2, 1]);
        assert_eq!(apportion(7, &[]), [0; 0]);
    }

    #[test]
    fn weights_that_add_up_to_the_total_are_the_answer() {
        assert_eq!(apportion(33_698, &[18_247, 15_451]), [18_247, 15_451]);
    }

    #[test]
    fn full_places_pass_on_what_they_cannot_take() {
        assert_eq!(apportion_capped(10, &[8, 1, 1], &[4, 10, 3]), [4, 3, 3]);
        assert_eq!(apportion_capped(5, &[1, 0, 0], &[2, 2, 2]), [2, 2, 1]);
        assert_eq!(apportion_capped(9, &[1, 1], &[2, 2]), [2, 2]);
    }
}
