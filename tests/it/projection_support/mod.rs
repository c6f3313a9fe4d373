//! Processes and references that the projection tests share.

// Each test crate uses only a part of these.
#![allow(dead_code, clippy::expect_used)]

use chrono::NaiveDate;
use lnere_core::catalog::EntityId;
use lnere_projection::{ObservedProcess, Reference, Series, Settings};
pub use lnere_projection_lab::evaluation::ELEVEN_ENTITIES;
use lnere_projection_lab::generated_processes::{ProcessOutline, Scenario, generate_process};
use lnere_projection_lab::real_courses::REAL_COURSES;

/// The references of `pipelines/pel_2020_2021.toml`: the course of 2017–18.
pub fn references() -> Vec<Reference> {
    vec![REAL_COURSES[0].reference()]
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn entity(number: u8) -> EntityId {
    EntityId::new(number).expect("1 to 32")
}

pub fn outline(entities: Vec<(EntityId, f64)>, modalities: u8) -> ProcessOutline {
    let modalities = (0..modalities).map(|place| (place, [0.6, 0.4, 0.2][usize::from(place)])).collect();
    ProcessOutline {
        opens: day("2020-09-01"),
        closes: day("2021-03-10"),
        median_applications: entities,
        modality_shares: modalities,
    }
}

/// The raw totals of 2017–18; the outcome was 2.7 times larger, so the scale must be learnt.
pub fn settings() -> Settings {
    Settings { prior_totals: ELEVEN_ENTITIES.iter().map(|one| (entity(one.0), one.1)).collect(), ..Settings::default() }
}

/// A finished process with about the totals of 2020–21.
pub fn finished_process(shape: Scenario, seed: u64) -> ObservedProcess {
    generate_process(
        shape,
        seed,
        &outline(ELEVEN_ENTITIES.iter().map(|one| (entity(one.0), one.2 as f64)).collect(), 2),
    )
}

pub fn observed_process(name: impl Into<String>, series: Vec<Series>, corte: NaiveDate) -> ObservedProcess {
    ObservedProcess {
        name: name.into(),
        opens: day("2020-09-01"),
        closes: day("2021-03-10"),
        corte,
        series,
        decided: Vec::new(),
        credentials: Vec::new(),
        earlier_closes: Vec::new(),
    }
}
