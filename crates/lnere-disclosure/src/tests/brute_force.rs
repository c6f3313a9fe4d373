//! Random small tables, checked by enumeration of all tables that agree with the public statements.

use proptest::prelude::*;

use super::*;

/// All tables of two rows and columns that agree with a release, as the counts of its statements.
fn feasible_tables(release: &Snapshot) -> Vec<Vec<i64>> {
    let said = &release.statements;
    let exact = |cell: usize| said[cell].exact_count.unwrap();
    let total = exact(said.len() - 1);
    let inner: Vec<usize> = (0..said.len()).filter(|cell| said[*cell].cell.codes.len() == 2).collect();
    let mut found = Vec::new();
    for (a, b, c) in
        (0..=total).flat_map(|a| (0..=total - a).flat_map(move |b| (0..=total - a - b).map(move |c| (a, b, c))))
    {
        let mut values = vec![0; said.len()];
        for (cell, value) in inner.iter().zip([a, b, c, total - a - b - c]) {
            values[*cell] = value;
        }
        for margin in (0..said.len()).filter(|cell| said[*cell].cell.codes.len() < 2) {
            let of = &said[margin].cell.codes;
            let is_part = |cell: &&usize| of.iter().all(|(key, code)| said[**cell].cell.codes.get(key) == Some(code));
            values[margin] = inner.iter().filter(is_part).map(|cell| values[*cell]).sum();
        }
        if (0..said.len()).all(|cell| said[cell].suppressed || values[cell] == exact(cell)) {
            found.push(values);
        }
    }
    found
}

/// The possible values of a cell, sorted and without repetition.
fn possible_values(tables: &[Vec<i64>], cell: usize) -> Vec<i64> {
    let mut values: Vec<i64> = tables.iter().map(|table| table[cell]).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// Whether two cells of one person each count the same person. In one release this holds if one
/// cell is part of the other, or if both are parts of a third cell of one person. In two releases
/// it holds if both releases have the same cell with one person.
fn are_same_person(said: &[&CellStatement], half: usize, one: usize, other: usize) -> bool {
    let is_one = |cell: usize| said[cell].exact_count == Some(1);
    let within =
        |small: &CellId, large: &CellId| small.codes.iter().all(|(key, code)| large.codes.get(key) == Some(code));
    let is_next = |a: usize, b: usize| {
        let (a_id, b_id) = (&said[a].cell, &said[b].cell);
        let same_release = (a < half) == (b < half);
        if same_release { within(a_id, b_id) || within(b_id, a_id) } else { a_id == b_id }
    };
    let mut reached = vec![one];
    let mut next = 0;
    while let Some(&at) = reached.get(next) {
        next += 1;
        let more: Vec<usize> =
            (0..said.len()).filter(|cell| is_one(*cell) && is_next(at, *cell) && !reached.contains(cell)).collect();
        reached.extend(more);
    }
    reached.contains(&other)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// At two cortes each suppressed cell has at least minimum + 1 possible values. If one cell of
    /// one person is known, each other small cell still has two.
    #[test]
    fn enough_numbers_fit(
        first in prop::collection::vec(0i64..5, 4),
        growth in prop::collection::vec(0i64..3, 4),
        minimum in 2i64..4,
    ) {
        let grid = |counts: &[i64]| Grid::new("AB", &["x", "y"], &[&counts[..2], &counts[2..]]);
        let later: Vec<i64> = first.iter().zip(&growth).map(|(count, more)| count + more).collect();
        prop_assume!(first.iter().sum::<i64>() >= minimum);
        let before = protect_snapshot(grid(&first).release_on(15), &[], minimum);
        let after = protect_snapshot(grid(&later).release_on(30), std::slice::from_ref(&before), minimum);
        // If the grand total is suppressed, the number of possible tables is unlimited.
        prop_assume!([&before, &after].iter().all(|release| !release.statements.last().unwrap().suppressed));
        prop_assert_eq!(leaks_to_outsider(&[before.clone(), after.clone()], minimum), []);

        let half = before.statements.len();
        let never_falls = |one: &[i64], other: &[i64]| one.iter().zip(other).all(|(one, other)| one <= other);
        let later: Vec<Vec<i64>> = feasible_tables(&after);
        let pairs = feasible_tables(&before).into_iter().flat_map(|one| {
            let fits = later.iter().filter(|other| never_falls(&one, other));
            fits.map(|other| [&one[..], other].concat()).collect::<Vec<_>>()
        });
        let tables: Vec<Vec<i64>> = pairs.collect();
        let said: Vec<&CellStatement> = before.statements.iter().chain(&after.statements).collect();
        prop_assert_eq!(said.len(), 2 * half);
        for cell in (0..said.len()).filter(|cell| said[*cell].suppressed) {
            let values = possible_values(&tables, cell);
            prop_assert!(values.len() > usize::try_from(minimum).unwrap(), "{} of {:?}: {:?}", said[cell].cell, first, values);
        }
        for single in (0..said.len()).filter(|cell| said[*cell].suppressed && said[*cell].exact_count == Some(1)) {
            let known: Vec<Vec<i64>> = tables.iter().filter(|table| table[single] == 1).cloned().collect();
            for other in (0..said.len()).filter(|cell| said[*cell].suppressed && *cell != single) {
                let is_small = said[other].exact_count.is_some_and(|exact| (1..minimum).contains(&exact));
                let is_own = said[other].exact_count == Some(1) && are_same_person(&said, half, single, other);
                let is_free = possible_values(&known, other).len() > 1;
                prop_assert!(!is_small || is_own || is_free, "{} tells {}", said[single].cell, said[other].cell);
            }
        }
    }
}
