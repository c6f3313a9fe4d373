//! What the projection must reach on processes whose outcome is known. The seeds were not used for
//! any setting.
#![allow(clippy::expect_used, missing_docs)]

use lnere_projection::Settings;
use lnere_projection_lab::evaluation::{
    DISTANCES, Outcome, Scope, mean, outcomes_at, outcomes_of_family, outcomes_of_shape, process_of_course,
    references_of_others, settings_of_2021, share_of,
};
use lnere_projection_lab::generated_processes::Scenario;
use lnere_projection_lab::real_courses::REAL_COURSES;

fn of_scope(outcomes: &[Outcome], scope: Scope) -> impl Iterator<Item = &Outcome> {
    outcomes.iter().filter(move |one| one.scope == scope)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Two processes of each of six shapes, 38 days before the close.
#[test]
fn twelve_generated_processes_six_weeks_before_the_close() {
    let settings = settings_of_2021();
    let outcomes: Vec<Outcome> =
        Scenario::SPECIAL.into_iter().flat_map(|shape| outcomes_of_shape(shape, 701..=702, &settings, 38)).collect();
    assert_eq!(of_scope(&outcomes, Scope::Nation).count(), 12);
    let error = median(of_scope(&outcomes, Scope::Nation).map(|one| one.error().abs()).collect());
    let drift = median(of_scope(&outcomes, Scope::Nation).map(|one| one.error_of(one.rivals.drift).abs()).collect());
    assert!(error <= drift / 2.0, "{error:.2} {drift:.2}");
    assert_cells(&outcomes, 1.1);
}

/// The members vary as the real courses do.
#[test]
fn members_of_the_family_six_weeks_before_the_close() {
    assert_cells(&outcomes_of_family(8_002, 12, &settings_of_2021(), 38), 1.2);
}

fn assert_cells(outcomes: &[Outcome], widest: f64) {
    let cells = || of_scope(outcomes, Scope::Cell);
    let inside_90 = mean(cells(), |one| share_of(one.expected.is_inside_90(one.outcome)));
    let inside_50 = mean(cells(), |one| share_of(one.expected.is_inside_50(one.outcome)));
    let width = mean(cells(), Outcome::width);
    assert!((0.75..=0.99).contains(&inside_90), "in 90 %: {inside_90:.2}");
    assert!((0.35..=0.75).contains(&inside_50), "in 50 %: {inside_50:.2}");
    assert!(width <= widest, "{width:.2}");
}

/// The bounds hold most real outcomes, and a finance officer can use them.
#[test]
fn real_courses_lie_inside_their_bounds() {
    let settings = Settings::default();
    let outcomes: Vec<Outcome> = DISTANCES
        .iter()
        .flat_map(|distance| {
            let mexican = REAL_COURSES.iter().filter(|course| course.is_mexican);
            mexican.filter_map(|course| {
                let process = process_of_course(course)?;
                let outcomes = outcomes_at(&process, &references_of_others(course), &settings, *distance)?;
                outcomes.into_iter().find(|one| one.scope == Scope::Nation)
            })
        })
        .collect();
    let inside = mean(&outcomes, |one| share_of(one.expected.is_inside_90(one.outcome)));
    assert!(inside >= 0.8, "{inside:.2}");
    let at_38: Vec<Outcome> = outcomes[9..12].to_vec();
    let width = mean(&at_38, Outcome::width);
    assert!((0.6..=0.85).contains(&width), "{width:.2}");
}
