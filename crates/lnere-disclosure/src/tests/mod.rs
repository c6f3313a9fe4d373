//! Tests with known answers and small tables.

mod brute_force;

use chrono::NaiveDate;

use super::{
    ALL_CODES, CellId, CellStatement, DisclosureKind, EntityParts, Grain, Insiders, NATION_TABLE, Proofs, Snapshot,
    SuppressionSettings, TableGrain, audit, protect,
};
use lnere_tables::{Column, Table};

/// Counts by row and column, in rows of digits and blanks.
struct Grid {
    rows: Vec<String>,
    columns: Vec<&'static str>,
    counts: Vec<Vec<i64>>,
}

impl Grid {
    fn new(rows: &str, columns: &[&'static str], counts: &[&[i64]]) -> Self {
        let counts = counts.iter().map(|row| row.to_vec()).collect();
        Self { rows: rows.chars().map(String::from).collect(), columns: columns.to_vec(), counts }
    }

    /// The grid as a release with its margins; rows are entities.
    fn release_on(&self, day: u32) -> Snapshot {
        let mut statements = Vec::new();
        let mut say = |codes: Vec<(&str, &str)>, exact: i64| {
            statements.push(CellStatement {
                cell: CellId::new("n", codes),
                exact_count: Some(exact),
                suppressed: false,
            });
        };
        for (row, counts) in self.rows.iter().zip(&self.counts) {
            say(vec![("cve_entidad", row)], counts.iter().sum());
            for (column, count) in self.columns.iter().zip(counts) {
                say(vec![("cve_entidad", row), ("c", column)], *count);
            }
        }
        for (index, column) in self.columns.iter().enumerate() {
            say(vec![("c", column)], self.counts.iter().map(|row| row[index]).sum());
        }
        say(vec![], self.counts.iter().flatten().sum());
        Snapshot {
            corte: NaiveDate::from_ymd_opt(2020, 9, day).unwrap(),
            revision: 1,
            publication_order: day as usize,
            statements,
            entity_parts: EntityParts::new(),
        }
    }
}

/// The release with the suppressions that `protect` decided.
fn protect_snapshot(mut snapshot: Snapshot, history: &[Snapshot], minimum: i64) -> Snapshot {
    let hidden = protect(
        &snapshot,
        history,
        &SuppressionSettings { minimum, ..SuppressionSettings::default() },
        &Proofs::default(),
    )
    .unwrap()
    .suppressed;
    snapshot.statements.iter_mut().zip(hidden).for_each(|(said, hidden)| said.suppressed = hidden);
    snapshot
}

/// The release with some cells suppressed by hand, by row and column.
fn with_suppressed(mut snapshot: Snapshot, cells: &str) -> Snapshot {
    for said in &mut snapshot.statements {
        said.suppressed = cells.split(", ").any(|cell| codes_text(&said.cell) == cell);
    }
    snapshot
}

fn codes_text(cell: &CellId) -> String {
    cell.codes.values().rev().cloned().collect::<Vec<_>>().join(" ")
}

fn suppressed_cells(snapshot: &Snapshot) -> String {
    let names = snapshot.statements.iter().filter(|said| said.suppressed).map(|said| codes_text(&said.cell));
    names.collect::<Vec<_>>().join(", ")
}

/// The cells that an attacker can derive, in order, without the method.
fn leaks_to_outsider(snapshots: &[Snapshot], minimum: i64) -> Vec<(String, DisclosureKind)> {
    audit(snapshots, minimum, &Insiders::default(), &Proofs::default())
        .into_iter()
        .map(|leak| (codes_text(&leak.cell), leak.kind))
        .collect()
}

fn z1_grid() -> Grid {
    let counts: [&[i64]; 8] = [
        &[11, 11, 55, 36],
        &[7, 1, 29, 18],
        &[5, 8, 35, 25],
        &[13, 2, 17, 13],
        &[9, 14, 63, 52],
        &[12, 9, 24, 22],
        &[6, 4, 22, 8],
        &[9, 3, 38, 15],
    ];
    Grid::new("ABCDEFGH", &["annet", "arbeid", "soshjelp", "trygd"], &counts)
}

/// Compares with `SSBtools::SSBtoolsData("z1")` and the suppressions of
/// `GaussSuppressionFromData(z1, 1:2, 3)`. Its rule suppresses counts up to 3, which is a minimum
/// of 4 here. (statisticsnorway/ssb-gausssuppression, reference/GaussSuppressionFromData)
#[test]
fn z1_is_protected_as_by_gauss_suppression() {
    let release = protect_snapshot(z1_grid().release_on(15), &[], 4);
    assert_eq!(suppressed_cells(&release), "B annet, B arbeid, D annet, D arbeid, H annet, H arbeid");
    assert_eq!(leaks_to_outsider(&[release], 4), []);
}

/// With a minimum of 3, suppressing B and D would suffice, but B counts one person: B and D
/// together count 3.
#[test]
fn z1_with_a_smaller_minimum_needs_a_third_region() {
    let by_hand = with_suppressed(z1_grid().release_on(15), "B annet, B arbeid, D annet, D arbeid");
    assert_eq!(leaks_to_outsider(&[by_hand], 3), [("D arbeid".to_owned(), DisclosureKind::KnownToOnePerson)]);
    let release = protect_snapshot(z1_grid().release_on(15), &[], 3);
    assert_eq!(release.statements.iter().filter(|said| said.suppressed).count(), 6);
    assert_eq!(leaks_to_outsider(&[release], 3), []);
}

/// Compares with `sdcTable::microdata1`, 100 persons. All its methods suppress the same three cells
/// in addition to the small one. (sdcTools/sdcTable, tests/testthat/test-protectTable.r)
#[test]
fn microdata1_is_protected_as_by_sdctable() {
    let grid = Grid::new("ABCD", &["female", "male"], &[&[2, 18], &[19, 14], &[10, 12], &[14, 11]]);
    let release = protect_snapshot(grid.release_on(15), &[], 3);
    assert_eq!(suppressed_cells(&release), "A female, A male, C female, C male");
    assert_eq!(leaks_to_outsider(&[release], 3), []);
}

/// Each row and column has two suppressed cells, but one of them can still be derived.
/// (sdcTools/sdcTable, tests/testthat/test-simpleheuristic.R)
#[test]
fn two_hidden_in_each_line_are_not_enough() {
    let counts: [&[i64]; 4] = [&[30, 47, 64, 89], &[90, 124, 5, 31], &[92, 100, 59, 85], &[800, 991, 651, 685]];
    let grid = Grid::new("wxyz", &["a", "b", "c", "d"], &counts);
    let cells = "w a, w b, w c, x a, x c, y b, y d, z b, z d";
    let found = leaks_to_outsider(&[with_suppressed(grid.release_on(15), cells)], 3);
    assert_eq!(found, [("w b".to_owned(), DisclosureKind::NarrowInterval { feasible_values: 1 })]);
    assert_eq!(leaks_to_outsider(&[with_suppressed(grid.release_on(15), &format!("{cells}, x b"))], 3), []);
}

/// Two suppressed cells of one person each disclose each other, even if four values would fit.
#[test]
fn two_cells_of_one_person_do_not_protect_each_other() {
    let grid = Grid::new("AB", &["x", "y", "z"], &[&[1, 1, 40], &[9, 9, 40]]);
    let found = leaks_to_outsider(&[with_suppressed(grid.release_on(15), "A x, A y, B x, B y")], 2);
    assert_eq!(
        found,
        [("A x".to_owned(), DisclosureKind::KnownToOnePerson), ("A y".to_owned(), DisclosureKind::KnownToOnePerson)]
    );
    let release = protect_snapshot(grid.release_on(15), &[], 2);
    assert_eq!(leaks_to_outsider(std::slice::from_ref(&release), 2), []);
    assert!(suppressed_cells(&release).contains("A z"), "{}", suppressed_cells(&release));
}

#[test]
fn what_is_not_small_is_shown_whole() {
    let grid = Grid::new("AB", &["x", "y"], &[&[0, 3], &[7, 5]]);
    assert_eq!(suppressed_cells(&protect_snapshot(grid.release_on(15), &[], 3)), "");
}

#[test]
fn a_total_that_is_small_is_hidden_too() {
    let grid = Grid::new("ABC", &["x", "y"], &[&[1, 1], &[7, 5], &[30, 40]]);
    let release = protect_snapshot(grid.release_on(15), &[], 3);
    assert!(suppressed_cells(&release).starts_with("A, "), "{}", suppressed_cells(&release));
    assert_eq!(leaks_to_outsider(&[release], 3), []);
}

/// Few counts grew since the first corte, so the counts shown at the second would bound those
/// suppressed at the first.
#[test]
fn a_later_corte_does_not_give_away_an_earlier_one() {
    let first = Grid::new("AB", &["x", "y"], &[&[2, 10], &[10, 20]]);
    let second = Grid::new("AB", &["x", "y"], &[&[3, 10], &[10, 20]]);
    let release = protect_snapshot(first.release_on(15), &[], 3);
    assert_eq!(suppressed_cells(&release), "A x, A y, B x, B y");
    // On its own, the second release needs no suppression.
    assert_eq!(suppressed_cells(&protect_snapshot(second.release_on(30), &[], 3)), "");
    assert!(!leaks_to_outsider(&[release.clone(), second.release_on(30)], 3).is_empty());
    let next = protect_snapshot(second.release_on(30), std::slice::from_ref(&release), 3);
    assert_eq!(leaks_to_outsider(&[release, next], 3), []);
}

/// A count that a revision leaves unchanged must stay suppressed, together with the cells that
/// protect it.
#[test]
fn a_revision_does_not_give_away_the_one_before() {
    let first =
        protect_snapshot(Grid::new("ABC", &["x", "y"], &[&[2, 10], &[10, 20], &[40, 40]]).release_on(15), &[], 3);
    let mut second = Grid::new("ABC", &["x", "y"], &[&[2, 10], &[10, 20], &[40, 45]]).release_on(15);
    (second.revision, second.publication_order) = (2, 16);
    let second = protect_snapshot(second, std::slice::from_ref(&first), 3);
    assert_eq!(leaks_to_outsider(&[first, second], 3), []);
}

#[test]
fn a_small_count_that_is_shown_is_a_leak() {
    let grid = Grid::new("AB", &["x", "y"], &[&[2, 10], &[10, 20]]);
    assert_eq!(leaks_to_outsider(&[grid.release_on(15)], 3), [("A x".to_owned(), DisclosureKind::SmallCountShown)]);
}

/// The audit finds contradictions and the same intervals from the public tables alone.
#[test]
fn without_the_exact_tables_the_attack_is_the_same() {
    let mut release = with_suppressed(z1_grid().release_on(15), "B annet, B arbeid, D annet, D arbeid");
    release.statements.iter_mut().filter(|said| said.suppressed).for_each(|said| said.exact_count = None);
    assert_eq!(leaks_to_outsider(std::slice::from_ref(&release), 3), [], "nobody knows that B is one person");
    release.statements.iter_mut().find(|said| codes_text(&said.cell) == "A annet").unwrap().exact_count = Some(12);
    assert!(leaks_to_outsider(&[release], 3).iter().any(|(_, kind)| *kind == DisclosureKind::Contradiction));
}

/// A corte in between that shows only totals does not break the relation.
#[test]
fn what_is_not_said_in_between_is_tied_all_the_same() {
    let first = protect_snapshot(Grid::new("AB", &["x", "y"], &[&[2, 10], &[10, 20]]).release_on(15), &[], 3);
    let second = Grid::new("AB", &["x", "y"], &[&[3, 10], &[10, 20]]);
    let mut between = second.release_on(20);
    between.statements.retain(|said| said.cell.codes.is_empty());
    assert!(!leaks_to_outsider(&[first.clone(), between.clone(), second.release_on(30)], 3).is_empty());
    let history = [first, between];
    let next = protect_snapshot(second.release_on(30), &history, 3);
    assert_eq!(leaks_to_outsider(&[&history[..], &[next]].concat(), 3), []);
}

/// A release that comes last but whose corte lies between two others with nearly equal counts.
/// Their counts leave nothing to suppress.
#[test]
fn a_cell_that_has_no_room_in_time_hides_nothing() {
    let early = Grid::new("ABC", &["x", "y"], &[&[3, 9], &[30, 30], &[20, 40]]).release_on(10);
    let late = Grid::new("ABC", &["x", "y"], &[&[4, 10], &[30, 30], &[30, 50]]).release_on(30);
    let history = [protect_snapshot(early, &[], 3), protect_snapshot(late, &[], 3)];
    let between =
        protect_snapshot(Grid::new("ABC", &["x", "y"], &[&[3, 10], &[30, 30], &[22, 45]]).release_on(20), &history, 3);
    assert_eq!(leaks_to_outsider(&[&history[..], &[between]].concat(), 3), []);
}

/// Two tables share keys by which no table shows the sums.
#[test]
fn tables_that_share_sums_show_them() {
    use crate::Grain;
    use crate::TableGrain;
    let table = |keys: &[&str]| TableGrain {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        measures: vec!["n".to_owned()],
    };
    let by_category = [("a", table(&["cve_entidad", "sexo"])), ("b", table(&["cve_entidad", "medio"]))];
    let mut grain = Grain::default();
    grain.tables.extend(by_category.map(|(name, table)| (name.to_owned(), table)));
    assert_eq!(grain.find_missing_margin(), Some(("a".to_owned(), "b".to_owned(), "cve_entidad".to_owned())));
    grain.tables.insert("c".to_owned(), table(&["cve_entidad"]));
    assert_eq!(grain.find_missing_margin(), None);
}

/// The bodies of the given entities; each knows its own rows and the totals of all.
fn insiders_of(entities: &str) -> Insiders {
    use crate::TableGrain;
    let shared = TableGrain { keys: vec!["cve_entidad".to_owned()], measures: vec!["n".to_owned()] };
    Insiders {
        entities: entities.chars().map(String::from).collect(),
        shared: [("totals".to_owned(), shared)].into_iter().collect(),
    }
}

/// The cells that insiders can derive but outsiders cannot.
fn leaks_to_insiders(snapshots: &[Snapshot], minimum: i64, insiders: &Insiders) -> Vec<(String, Option<String>)> {
    let leaks = audit(snapshots, minimum, insiders, &Proofs::default()).into_iter();
    leaks.map(|leak| (codes_text(&leak.cell), leak.insider)).collect()
}

fn protect_from_insiders(mut snapshot: Snapshot, history: &[Snapshot], minimum: i64, insiders: &Insiders) -> Snapshot {
    let protection = SuppressionSettings { minimum, insiders: insiders.clone(), min_total_for_detail: 0 };
    let hidden = protect(&snapshot, history, &protection, &Proofs::default()).unwrap().suppressed;
    snapshot.statements.iter_mut().zip(hidden).for_each(|(said, hidden)| said.suppressed = hidden);
    snapshot
}

/// The owner of one of two suppressed rows of a column subtracts it to derive the other.
#[test]
fn two_hidden_rows_are_not_enough_against_the_owner_of_one() {
    let grid = Grid::new("ABCD", &["x", "y"], &[&[2, 18], &[19, 14], &[10, 12], &[14, 11]]);
    let two = with_suppressed(grid.release_on(15), "A x, A y, C x, C y");
    assert_eq!(leaks_to_outsider(std::slice::from_ref(&two), 3), []);
    let insiders = insiders_of("ABCD");
    let found = leaks_to_insiders(&[two], 3, &insiders);
    let by = |cell: &str, entity: &str| (cell.to_owned(), Some(entity.to_owned()));
    assert_eq!(found, [by("A x", "C"), by("C x", "A"), by("A y", "C"), by("C y", "A")]);
    let three = protect_from_insiders(grid.release_on(15), &[], 3, &insiders);
    assert_eq!(suppressed_cells(&three), "A x, A y, C x, C y, D x, D y");
    assert_eq!(leaks_to_insiders(&[three], 3, &insiders), []);
}

/// A suppressed total protects only from outsiders, because all bodies know it.
#[test]
fn a_shared_total_is_known_to_every_insider() {
    let grid = Grid::new("ABCD", &["x", "y"], &[&[2, 9], &[19, 14], &[10, 12], &[14, 11]]);
    let by_totals = with_suppressed(grid.release_on(15), "A x, A, B x, B, C x, C");
    assert_eq!(leaks_to_outsider(std::slice::from_ref(&by_totals), 3), []);
    assert!(!leaks_to_insiders(&[by_totals], 3, &insiders_of("ABCD")).is_empty());
}

/// In an entity of two persons each count is 0, 1 or 2, and all three must stay possible.
#[test]
fn all_that_a_small_shared_total_leaves_stays_possible() {
    let grid = Grid::new("ABCDE", &["x", "y"], &[&[1, 1], &[19, 14], &[10, 12], &[14, 11], &[8, 9]]);
    let insiders = insiders_of("ABCDE");
    let release = protect_from_insiders(grid.release_on(15), &[], 3, &insiders);
    assert_eq!(leaks_to_insiders(&[release], 3, &insiders), []);
}

/// An office counts 2, and the rows of an entity count 2 of it. Its body therefore knows that the
/// count is at least 2.
#[test]
fn an_own_part_is_the_least_that_a_count_can_be() {
    let cell = |code: &str| CellId::new("n", [("oficina", code)]);
    let counts = [("a", 2), ("b", 2), ("c", 40)];
    let mut statements: Vec<CellStatement> = counts
        .iter()
        .map(|(code, count)| CellStatement { cell: cell(code), exact_count: Some(*count), suppressed: *code != "c" })
        .collect();
    statements.push(CellStatement { cell: CellId::new("n", []), exact_count: Some(44), suppressed: false });
    let corte = NaiveDate::from_ymd_opt(2020, 9, 15).unwrap();
    let release = |entity_parts: EntityParts| Snapshot {
        corte,
        revision: 1,
        publication_order: 0,
        statements: statements.clone(),
        entity_parts,
    };
    let own: EntityParts = [(cell("a"), vec![("A".to_owned(), 2)])].into_iter().collect();
    let insiders = insiders_of("AB");
    assert_eq!(leaks_to_outsider(&[release(EntityParts::new())], 3), []);
    let found = leaks_to_insiders(&[release(own.clone())], 3, &insiders);
    assert!(found.iter().all(|(_, insider)| insider.as_deref() == Some("A")) && found.len() == 2, "{found:?}");
    let release = protect_from_insiders(release(own), &[], 3, &insiders);
    assert_eq!(suppressed_cells(&release), "a, b, c");
}

/// Proofs of one corte hold at the next; damaged ones do not count.
#[test]
fn proofs_are_checked_before_they_count() {
    let insiders = insiders_of("ABCD");
    let grid = Grid::new("ABCD", &["x", "y"], &[&[2, 18], &[19, 14], &[10, 12], &[14, 11]]);
    let protection = SuppressionSettings { minimum: 3, insiders, min_total_for_detail: 0 };
    let mut release = grid.release_on(15);
    let protected = protect(&release, &[], &protection, &Proofs::default()).unwrap();
    release.statements.iter_mut().zip(protected.suppressed).for_each(|(said, hidden)| said.suppressed = hidden);
    let text = serde_json::to_string(&protected.proofs).unwrap();
    let wrong: Proofs = serde_json::from_str(&text.replace(",1]", ",5]")).unwrap();
    for proofs in [&protected.proofs, &wrong, &Proofs::default()] {
        assert_eq!(audit(std::slice::from_ref(&release), 3, &protection.insiders, proofs), []);
    }
    let next = protect(&grid.release_on(30), std::slice::from_ref(&release), &protection, &protected.proofs).unwrap();
    assert!(next.suppressed.iter().filter(|hidden| **hidden).count() >= 6);
}

/// Releases of earlier versions have the codes of a national sum as a JSON object.
#[test]
fn national_sums_are_read_by_plain_columns_and_as_earlier_versions_wrote_them() {
    let text = |values: &[&str]| Column::Text(values.iter().map(|value| (*value).to_owned()).collect());
    let table = |codes: Vec<(&str, Column)>| {
        let columns = [("tabla", text(&["por_entidad", "por_sexo"]))]
            .into_iter()
            .chain(codes)
            .chain([("medida", text(&["n", "n"])), ("nacional", Column::MaybeInt(vec![Some(9), None]))]);
        let columns = columns.map(|(name, column)| (name.to_owned(), column)).collect();
        Table { name: NATION_TABLE.to_owned(), columns }
    };
    let of = |keys: &[&str]| TableGrain {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        measures: vec!["n".to_owned()],
    };
    let tables = [("por_entidad", of(&["cve_entidad"])), ("por_sexo", of(&["cve_entidad", "sexo"]))];
    let grain = Grain { tables: tables.map(|(name, of)| (name.to_owned(), of)).into(), ..Grain::default() };
    let plain = grain.statements(&[table(vec![("sexo", text(&[ALL_CODES, "H"]))])], None).unwrap();
    let earlier = grain.statements(&[table(vec![("clave", text(&["{}", r#"{"sexo":"H"}"#]))])], None).unwrap();
    assert_eq!(plain, earlier);
    let said: Vec<(String, Option<i64>)> = plain.iter().map(|said| (said.cell.to_string(), said.exact_count)).collect();
    assert_eq!(said, [("n".to_owned(), Some(9)), (CellId::new("n", [("sexo", "H")]).to_string(), None)]);
    assert!(grain.statements(&[table(vec![])], None).is_err(), "it lacks the column of the sex");
}
