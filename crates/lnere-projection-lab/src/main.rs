//! Prints the tables of docs/evaluation.md, or writes them into it:
//!
//!     cargo run --release -p lnere-projection-lab
//!     cargo run --release -p lnere-projection-lab -- docs/evaluation.md
#![allow(clippy::print_stdout)]

use std::fmt::Write as _;

use lnere_projection::{Settings, Spread};
use lnere_projection_lab::evaluation::{
    DISTANCES, Outcome, Rivals, Scope, mean, outcomes_at, outcomes_of_family, outcomes_of_shape, process_of_course,
    references_of_others, settings_of_2021, share_of,
};
use lnere_projection_lab::generated_processes::Scenario;
use lnere_projection_lab::real_courses::{COURSE_OF_2018_IN_MAY, REAL_COURSES, RealCourse};

/// The seeds and the family that no setting was chosen on.
const SEEDS: std::ops::RangeInclusive<u64> = 601..=612;
const FAMILY: u64 = 8_001;
const MEMBERS: usize = 60;

/// Everything after this line of the page is replaced.
const TABLES_MARKER: &str =
    "<!-- What follows is written by `cargo run --release -p lnere-projection-lab -- docs/evaluation.md`. -->\n";

fn main() -> std::io::Result<()> {
    let tables = [widths(), real_courses(), parts_left_out(), shapes(), family(), variants()].concat();
    match std::env::args_os().nth(1) {
        None => println!("{tables}"),
        Some(page) => {
            let before = std::fs::read_to_string(&page)?;
            let kept = before.split(TABLES_MARKER).next().unwrap_or_default();
            std::fs::write(&page, format!("{kept}{TABLES_MARKER}{tables}"))?;
        }
    }
    Ok(())
}

fn percent(value: f64) -> String {
    format!("{:.0} %", 100.0 * value)
}

fn table(title: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = format!("\n## {title}\n\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
    for row in rows {
        let _ = writeln!(table, "| {} |", row.join(" | "));
    }
    table
}

fn columns_of_days(first: &str) -> Vec<String> {
    std::iter::once(first.to_owned()).chain(DISTANCES.map(|days| days.to_string())).collect()
}

fn table_by_days(title: &str, first: &str, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let columns = columns_of_days(first);
    table(title, &columns.iter().map(String::as_str).collect::<Vec<_>>(), rows)
}

/// The width of the nation's 90 % interval as a share of its median, on 2020-21.
fn widths() -> String {
    let settings = Settings::default();
    let references = [
        ("no reference", Vec::new()),
        ("2017-18", vec![REAL_COURSES[0].reference()]),
        ("2017-18 and 2023-24", vec![REAL_COURSES[0].reference(), REAL_COURSES[2].reference()]),
    ];
    let rows = references.iter().map(|(name, references)| {
        let cell = |distance: usize| {
            let outcomes =
                process_of_course(&REAL_COURSES[1]).and_then(|one| outcomes_at(&one, references, &settings, distance));
            let nation = outcomes.and_then(|all| all.into_iter().find(|one| one.scope == Scope::Nation));
            nation.map_or_else(String::new, |one| {
                percent((one.expected.upper_90 - one.expected.lower_90) as f64 / one.expected.median as f64)
            })
        };
        std::iter::once((*name).to_owned()).chain(DISTANCES.map(cell)).collect()
    });
    table_by_days(
        "Width of the nation's 90 % interval as a share of the median, on the course of 2020-21",
        "references",
        rows,
    )
}

/// The outcome of the nation of a course.
fn nation_of(course: &RealCourse, settings: &Settings, distance: usize) -> Option<Outcome> {
    let process = process_of_course(course)?;
    let outcomes = outcomes_at(&process, &references_of_others(course), settings, distance)?;
    outcomes.into_iter().find(|one| one.scope == Scope::Nation)
}

/// A rival by its name.
type Rival = (&'static str, fn(&Rivals) -> f64);

const RIVALS: [Rival; 4] = [
    ("chain ladder alone", |rivals| rivals.chain_ladder),
    ("last process's share", |rivals| rivals.last_share),
    ("drift", |rivals| rivals.drift),
    ("damped Holt", |rivals| rivals.damped_holt),
];

/// Mean absolute errors of the projection and its rivals, mean width and coverage.
fn summary(outcomes: &[&Outcome]) -> Vec<String> {
    let of = |value: &dyn Fn(&Outcome) -> f64| mean(outcomes.iter().copied(), value);
    let rivals = RIVALS.map(|(_, rival)| percent(of(&|one| one.error_of(rival(&one.rivals)).abs())));
    let mut cells = vec![percent(of(&|one| one.error())), percent(of(&|one| one.error().abs()))];
    cells.extend(rivals);
    cells.extend([
        percent(of(&|one| one.width())),
        percent(of(&|one| share_of(one.expected.is_inside_50(one.outcome)))),
        percent(of(&|one| share_of(one.expected.is_inside_90(one.outcome)))),
    ]);
    cells
}

const SUMMARY: [&str; 9] = [
    "mean error",
    "mean absolute error",
    RIVALS[0].0,
    RIVALS[1].0,
    RIVALS[2].0,
    RIVALS[3].0,
    "width of 90 %",
    "in 50 %",
    "in 90 %",
];

fn real_courses() -> String {
    let settings = Settings::default();
    let rows = REAL_COURSES.iter().map(|course| {
        let cell = |distance: usize| match nation_of(course, &settings, distance) {
            None => "–".to_owned(),
            Some(one) => {
                let mark = if one.expected.is_inside_90(one.outcome) { "" } else { " outside" };
                format!("{:+.0} % ({:.0} %){mark}", 100.0 * one.error(), 100.0 * one.width())
            }
        };
        std::iter::once(course.name.to_owned()).chain(DISTANCES.map(cell)).collect()
    });
    let mut text = table_by_days(
        "Each real course from the other Mexican ones: error of the median (width of the 90 % interval)",
        "process",
        rows,
    );

    let mut columns = vec!["days"];
    columns.extend(SUMMARY);
    for (title, is_used) in
        [("The three Mexican courses, each from the other two", true), ("All five real courses", false)]
    {
        let rows = DISTANCES.iter().map(|distance| {
            let courses = REAL_COURSES.iter().filter(|course| course.is_mexican || !is_used);
            let outcomes: Vec<Outcome> = courses.filter_map(|course| nation_of(course, &settings, *distance)).collect();
            std::iter::once(distance.to_string()).chain(summary(&outcomes.iter().collect::<Vec<_>>())).collect()
        });
        text += &table(title, &columns, rows);
    }
    text
}

/// The projection without one of its parts each time.
fn parts_left_out() -> String {
    let whole = settings_of_2021();
    let without_pace = Settings { spread: Spread { pace_weight: 0.0, ..Spread::default() }, ..whole.clone() };
    let pace_alone = Settings { spread: Spread { pace_weight: 1.0, ..Spread::default() }, ..whole.clone() };
    let without_totals = Settings { prior_totals: Vec::new(), ..whole.clone() };
    let without_assumed = Settings { spread: Spread { weight: 0.05, ..Spread::default() }, ..whole.clone() };
    let variants = [
        ("whole", whole),
        ("without the recent pace (chain ladder)", without_pace),
        ("recent pace with weight 1", pace_alone),
        ("without earlier totals", without_totals),
        ("assumed course with weight 0.05", without_assumed),
    ];
    let rows = variants.iter().map(|(name, settings)| {
        let mut cells = vec![(*name).to_owned()];
        let real: Vec<Outcome> = DISTANCES
            .iter()
            .flat_map(|distance| {
                let settings = Settings { prior_totals: Vec::new(), ..settings.clone() };
                let mexican = REAL_COURSES.iter().filter(|course| course.is_mexican);
                mexican.filter_map(|course| nation_of(course, &settings, *distance)).collect::<Vec<_>>()
            })
            .collect();
        let shapes: Vec<Outcome> = DISTANCES
            .iter()
            .flat_map(|distance| {
                Scenario::SPECIAL.into_iter().flat_map(|shape| outcomes_of_shape(shape, 1..=6, settings, *distance))
            })
            .collect();
        let family: Vec<Outcome> =
            DISTANCES.iter().flat_map(|distance| outcomes_of_family(7_001, 30, settings, *distance)).collect();
        cells.push(percent(mean(&real, |one| one.error().abs())));
        for outcomes in [&shapes, &family] {
            for scope in [Scope::Nation, Scope::Entity] {
                cells.push(percent(mean(outcomes.iter().filter(|one| one.scope == scope), |one| one.error().abs())));
            }
        }
        cells
    });
    let columns =
        ["projection", "real: nation", "shapes: nation", "shapes: entities", "family: nation", "family: entities"];
    table("Mean absolute error over all distances with one part fewer", &columns, rows)
}

fn shapes() -> String {
    let settings = settings_of_2021();
    let mut columns = vec!["shape"];
    columns.extend(SUMMARY);
    let shapes = std::iter::once(Scenario::Ordinary).chain(Scenario::SPECIAL);
    let of_nation = shapes.clone().map(|shape| {
        let outcomes = outcomes_of_shape(shape, SEEDS, &settings, 38);
        let nation: Vec<&Outcome> = outcomes.iter().filter(|one| one.scope == Scope::Nation).collect();
        std::iter::once(shape.code().to_owned()).chain(summary(&nation)).collect()
    });
    let mut text =
        table("Generated shapes, twelve seeds each, 38 days before the close: the nation", &columns, of_nation);
    let columns = ["shape", "what", "mean absolute error", "width of 90 %", "in 50 %", "in 90 %"];
    let of_parts = shapes.clone().flat_map(|shape| {
        let outcomes = outcomes_of_shape(shape, SEEDS, &settings, 38);
        [(Scope::Entity, "entity"), (Scope::Cell, "entity and modality")]
            .map(|(scope, name)| parts(&outcomes, scope, shape.code(), name))
    });
    text += &table("Generated shapes, 38 days before the close: entities and modalities", &columns, of_parts);
    let mut columns = vec!["days"];
    columns.extend(SUMMARY);
    let by_distance = DISTANCES.iter().map(|distance| {
        let outcomes: Vec<Outcome> =
            shapes.clone().flat_map(|shape| outcomes_of_shape(shape, SEEDS, &settings, *distance)).collect();
        let nation: Vec<&Outcome> = outcomes.iter().filter(|one| one.scope == Scope::Nation).collect();
        std::iter::once(distance.to_string()).chain(summary(&nation)).collect()
    });
    text += &table("All generated shapes by days to the close: the nation", &columns, by_distance);
    text
}

fn parts(outcomes: &[Outcome], scope: Scope, first: &str, second: &str) -> Vec<String> {
    let of = |value: &dyn Fn(&Outcome) -> f64| mean(outcomes.iter().filter(|one| one.scope == scope), value);
    vec![
        first.to_owned(),
        second.to_owned(),
        percent(of(&|one| one.error().abs())),
        percent(of(&|one| one.width())),
        percent(of(&|one| share_of(one.expected.is_inside_50(one.outcome)))),
        percent(of(&|one| share_of(one.expected.is_inside_90(one.outcome)))),
    ]
}

fn family() -> String {
    let settings = settings_of_2021();
    let columns = ["days", "what", "mean absolute error", "width of 90 %", "in 50 %", "in 90 %"];
    let rows = DISTANCES.iter().flat_map(|distance| {
        let outcomes = outcomes_of_family(FAMILY, MEMBERS, &settings, *distance);
        [(Scope::Nation, "nation"), (Scope::Entity, "entity"), (Scope::Cell, "entity and modality")]
            .map(|(scope, name)| parts(&outcomes, scope, &distance.to_string(), name))
    });
    table("Members of the narrowed family", &columns, rows)
}

/// 2020-21 from either end of the course of 2017-18.
fn variants() -> String {
    let target = &REAL_COURSES[1];
    let rows = [&REAL_COURSES[0], &COURSE_OF_2018_IN_MAY].map(|reference| {
        let cell = |distance: usize| {
            let process = process_of_course(target);
            let outcomes = process
                .and_then(|process| outcomes_at(&process, &[reference.reference()], &settings_of_2021(), distance));
            let nation = outcomes.and_then(|all| all.into_iter().find(|one| one.scope == Scope::Nation));
            nation
                .map_or_else(String::new, |one| format!("{:+.0} % ({:.0} %)", 100.0 * one.error(), 100.0 * one.width()))
        };
        std::iter::once(reference.name.to_owned()).chain(DISTANCES.map(cell)).collect()
    });
    table_by_days("2020-21 from 2017-18 alone: error of the median (width)", "reference", rows)
}
