/*!
Evaluates the projection on generated processes of six shapes, against the baselines. Also evaluates
it on members of the family from which the references come. `docs/evaluacion.md` is its report; to
write its tables again:

    LNERE_REPORT=docs/evaluacion.md cargo test --release --test it projection_evaluation

Seeds 1 to 9 with the families 77, 78 and 79, and members of the family 7001, were used for tuning.
Four sets of seeds were each used once before a change of the method or of the family. These are 101
to 106 (family 2021), 201 to 206 (2022), 301 to 306 (2023) and 401 to 406 (2024). The reported and
asserted results were computed once, after the last change of both. They use seeds 501 to 512 with
the family 2025, and members of the family 7002.
*/

// Helpers outside test functions may use `expect` as tests do.
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::projection_support::{FAMILY_SIZE, finished_process, observed_process, outline_of_2018, settings};
use chrono::{Days, NaiveDate};
use lnere_core::calendar::Corte;
use lnere_projection::generated_processes::{Scenario, generate_family};
use lnere_projection::{Evaluation, Method, Reference, backtest};

const SEEDS: std::ops::RangeInclusive<u64> = 501..=512;
const FAMILY: u64 = 2_025;
const OTHER_FAMILY: u64 = 7_002;
const OTHER_MEMBERS: usize = 40;
const SIX_WEEKS: i64 = 42;

/// Everything after this line of the report is replaced when it is written again.
const TABLES_MARKER: &str = "<!-- What follows is written by tests/it/projection_evaluation.rs. -->\n";

fn references() -> Vec<Reference> {
    generate_family(FAMILY, FAMILY_SIZE, &outline_of_2018())
}

/// Sums of scores by nation or entities, and by method.
#[derive(Default)]
struct Scores(BTreeMap<(bool, Method), [f64; 4]>);

impl Scores {
    fn add(&mut self, one: &Evaluation) {
        let sums = self.0.entry((one.entity.is_none(), one.method)).or_default();
        for (sum, value) in sums.iter_mut().zip([one.wis, one.coverage_50, one.coverage_90, 1.0]) {
            *sum += value;
        }
    }

    fn mean(&self, nation: bool, method: Method, measure: usize) -> f64 {
        self.0.get(&(nation, method)).map_or(f64::NAN, |sums| sums[measure] / sums[3])
    }

    fn wis(&self, nation: bool, method: Method) -> f64 {
        self.mean(nation, method, 0)
    }

    fn coverage(&self, nation: bool) -> [f64; 2] {
        [1, 2].map(|measure| self.mean(nation, Method::Chosen, measure))
    }

    fn ratio(&self, nation: bool, baseline: Method) -> f64 {
        self.wis(nation, Method::Chosen) / self.wis(nation, baseline)
    }

    /// The cells of [`COLUMNS`].
    fn cells(&self, nation: bool) -> String {
        let mut cells = String::new();
        for method in [Method::Chosen, Method::ChainLadder, Method::Drift, Method::DampedHolt] {
            write!(cells, " {:.0} |", self.wis(nation, method)).expect("a string");
        }
        for baseline in [Method::Drift, Method::DampedHolt] {
            write!(cells, " {:.2} |", self.ratio(nation, baseline)).expect("a string");
        }
        for share in self.coverage(nation) {
            write!(cells, " {:.0} % |", 100.0 * share).expect("a string");
        }
        cells
    }
}

const COLUMNS: &str = " chosen | chain ladder | drift | Holt | chosen/drift | chosen/Holt | in 50 % | in 90 % |";

/// A table with one or more first columns and [`COLUMNS`].
fn table(title: &str, first: &str, rows: &[(String, String)]) -> String {
    let ruler = "---|".repeat(first.matches('|').count() + 1 + COLUMNS.matches('|').count());
    let rows: String = rows.iter().map(|(first, cells)| format!("| {first} |{cells}\n")).collect();
    format!("\n## {title}\n\n| {first} |{COLUMNS}\n|{ruler}\n{rows}")
}

/// Mean WIS of every method.
fn table_of_methods(title: &str, rows: &[(String, &Scores)], nation: bool) -> String {
    let methods = [
        Method::Chosen,
        Method::ChainLadder,
        Method::RecentLadder,
        Method::ShapeRegression,
        Method::Credibility,
        Method::BornhuetterFerguson,
        Method::Drift,
        Method::DampedHolt,
        Method::Naive,
    ];
    let methods: Vec<Method> = methods.into_iter().filter(|method| !nation || *method != Method::Credibility).collect();
    let head: String = methods.iter().map(|method| format!(" {} |", method.code())).collect();
    let mut table = format!("\n## {title}\n\n| |{head}\n|{}\n", "---|".repeat(methods.len() + 1));
    for (name, scores) in rows {
        let cells: String = methods.iter().map(|method| format!(" {:.0} |", scores.wis(nation, *method))).collect();
        writeln!(table, "| {name} |{cells}").expect("a string");
    }
    table
}

/// The scores of one shape.
#[derive(Default)]
struct ShapeScores {
    all: Scores,
    by_seed: BTreeMap<u64, Scores>,
    by_distance: BTreeMap<i64, Scores>,
}

impl ShapeScores {
    /// Scores the corte of each quincena, and the one six weeks before the close.
    fn measure(shape: Scenario, references: &[Reference]) -> Self {
        let mut found = Self::default();
        for seed in SEEDS {
            let finished = finished_process(shape, seed);
            let mut cortes: Vec<NaiveDate> = Corte::range(finished.opens, finished.closes).map(Corte::day).collect();
            cortes.push(finished.closes - Days::new(SIX_WEEKS as u64));
            for one in backtest(&finished, references, &settings(), &cortes) {
                found.all.add(&one);
                found.by_distance.entry(one.horizon_days).or_default().add(&one);
                if one.horizon_days == SIX_WEEKS {
                    found.by_seed.entry(seed).or_default().add(&one);
                }
            }
        }
        found
    }

    fn six_weeks(&self) -> &Scores {
        &self.by_distance[&SIX_WEEKS]
    }
}

fn report_of_shapes(shapes: &[(Scenario, ShapeScores)], members: &Scores) -> String {
    let mut tables = String::new();
    for (nation, whose) in [(true, "the nation"), (false, "entities")] {
        let six_weeks = shapes.iter().map(|(shape, one)| (shape.code().to_owned(), one.six_weeks().cells(nation)));
        let all = shapes.iter().map(|(shape, one)| (shape.code().to_owned(), one.all.cells(nation)));
        tables +=
            &table(&format!("All seeds, six weeks before the close: {whose}"), "shape", &six_weeks.collect::<Vec<_>>());
        tables += &table(&format!("All seeds, all cortes: {whose}"), "shape", &all.collect::<Vec<_>>());
    }
    let mut rows: Vec<(String, &Scores)> =
        shapes.iter().map(|(shape, one)| (shape.code().to_owned(), &one.all)).collect();
    rows.push(("members of another family".to_owned(), members));
    for (nation, whose) in [(true, "the nation"), (false, "entities")] {
        tables += &table_of_methods(&format!("WIS of every method, all cortes: {whose}"), &rows, nation);
    }
    let by_seed = shapes.iter().flat_map(|(shape, one)| {
        one.by_seed.iter().map(move |(seed, scores)| (format!("{} | {seed}", shape.code()), scores.cells(true)))
    });
    tables += &table("Each seed, six weeks before the close: the nation", "shape | seed", &by_seed.collect::<Vec<_>>());
    let by_distance = shapes.iter().flat_map(|(shape, one)| {
        one.by_distance.iter().map(move |(days, scores)| (format!("{} | {days}", shape.code()), scores.cells(true)))
    });
    tables + &table("All seeds, by days to the close: the nation", "shape | days", &by_distance.collect::<Vec<_>>())
}

/// References are exchangeable with members of another family of the same generator, so the
/// intervals must have their nominal coverage there.
fn measure_members(references: &[Reference]) -> (BTreeMap<usize, Scores>, Scores) {
    let outline = outline_of_2018();
    let (mut by_distance, mut all) = (BTreeMap::<usize, Scores>::new(), Scores::default());
    for (place, member) in generate_family(OTHER_FAMILY, OTHER_MEMBERS, &outline).into_iter().enumerate() {
        let finished = observed_process(format!("member {place}"), member.series, outline.closes);
        for distance in [7, 14, 42, 69, 100, 146] {
            let corte = finished.closes - Days::new(distance as u64);
            for one in backtest(&finished, references, &settings(), &[corte]) {
                by_distance.entry(distance).or_default().add(&one);
                all.add(&one);
            }
        }
    }
    (by_distance, all)
}

fn report_of_members(by_distance: &BTreeMap<usize, Scores>, all: &Scores) -> String {
    [(true, "the nation"), (false, "entities")]
        .map(|(nation, whose)| {
            let mut rows: Vec<(String, String)> =
                by_distance.iter().map(|(days, scores)| (days.to_string(), scores.cells(nation))).collect();
            rows.push(("all".to_owned(), all.cells(nation)));
            table(&format!("Members of another family, by days to the close: {whose}"), "days", &rows)
        })
        .concat()
}

#[test]
fn the_combination_beats_drift_and_holt_on_every_shape() {
    let references = references();
    let shapes: Vec<(Scenario, ShapeScores)> =
        Scenario::SPECIAL.into_iter().map(|shape| (shape, ShapeScores::measure(shape, &references))).collect();
    let (by_distance, members) = measure_members(&references);
    let tables = report_of_shapes(&shapes, &members) + &report_of_members(&by_distance, &members);
    println!("{tables}");
    if let Some(path) = std::env::var_os("LNERE_REPORT").map(PathBuf::from) {
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        let kept = before.split(TABLES_MARKER).next().unwrap_or_default();
        std::fs::write(&path, format!("{kept}{TABLES_MARKER}{tables}")).expect("the report can be written");
    }

    for (shape, scores) in &shapes {
        for nation in [true, false] {
            for baseline in [Method::Drift, Method::DampedHolt] {
                let (near, all) = (scores.six_weeks().ratio(nation, baseline), scores.all.ratio(nation, baseline));
                assert!(near <= 0.5, "{shape:?} six weeks {baseline:?} nation={nation}: {near:.2}");
                assert!(all < 1.0, "{shape:?} all cortes {baseline:?} nation={nation}: {all:.2}");
            }
            let [_, most] = scores.all.coverage(nation);
            assert!(most >= 0.85, "{shape:?} 90 % nation={nation}: {most:.2}");
        }
    }
    for nation in [true, false] {
        let [half, most] = members.coverage(nation);
        assert!((0.85..=0.97).contains(&most) && (0.4..=0.68).contains(&half), "{half} {most} nation={nation}");
    }
}
