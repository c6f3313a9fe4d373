//! Measures a projection with 32 entities and 3 modalities, six weeks before the close.
//!
//!     cargo bench --bench projection
//!
//! Prints the best and the median of some runs. The limit for one corte is 2 s on two cores. That
//! covers the projection and its draws.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use std::time::{Duration, Instant};

use chrono::Days;
use lnere_core::catalog::EntityId;
use lnere_projection::{Settings, backtest, observed_at, project};
use lnere_projection_lab::generated_processes::{ProcessOutline, Scenario, generate_process};
use lnere_projection_lab::real_courses::REAL_COURSES;

const RUNS: usize = 15;

fn main() {
    // In all about the applications of 2023-24. Each entity has more than the one before it.
    let size = |number: u8| 226_661.0 / 528.0 * f64::from(number);
    let outline = ProcessOutline {
        opens: "2020-09-01".parse().expect("a date"),
        closes: "2021-03-10".parse().expect("a date"),
        median_applications: (1..=32).map(|number| (EntityId::new(number).expect("1 to 32"), size(number))).collect(),
        modality_shares: vec![(0, 0.6), (1, 0.3), (2, 0.1)],
    };
    let settings = Settings {
        prior_totals: outline.median_applications.iter().map(|(entity, total)| (*entity, *total as i64)).collect(),
        ..Settings::default()
    };
    let references = [REAL_COURSES[0].reference()];
    let finished = generate_process(Scenario::Ordinary, 1, &outline);
    let known = observed_at(&finished, finished.closes - Days::new(42));

    timed("project one corte", || project(&known, &references, &settings).expect("projects").cells.len());
    timed("replay one corte", || backtest(&finished, &references, &settings, &[known.corte]).len());
}

fn timed(what: &str, work: impl Fn() -> usize) {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        assert!(work() > 0);
        times.push(start.elapsed());
    }
    times.sort();
    println!("{what:<32} best {:>9.1?}   median {:>9.1?}", times[0], times[RUNS / 2]);
}
