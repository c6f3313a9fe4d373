/*!
Tests of properties of every projection: coherence, determinism, refusals, and the known points of
2020–21.
*/

// Times and widths are printed for reading, and helpers outside test functions may use `expect` as
// tests do.
#![allow(clippy::print_stdout, clippy::expect_used)]

use crate::projection_support::{
    ELEVEN_ENTITIES, day, entity, finished_process, observed_process, references, settings,
};
use chrono::{Days, NaiveDate};
use lnere_core::catalog::EntityId;
use lnere_projection::{
    DecidedCounts, ErrorSource, Method, ObservedProcess, Projection, ProjectionError, QUANTILE_LEVELS, Quantiles,
    Reference, Series, Settings, Universe, observed_at, project,
};
use lnere_projection_lab::generated_processes::Scenario;
use lnere_projection_lab::real_courses::REAL_COURSES;
use proptest::prelude::*;

/// The published counts of 2020–21, with straight lines in the logarithm between them. They are
/// allocated to entities as on 4 December: the largest seven as published, the rest by the totals
/// of 2017–18.
fn process_of_2021(until: NaiveDate) -> ObservedProcess {
    let points = [
        (day("2020-09-01"), 83.0_f64),
        (day("2020-11-27"), 5574.0),
        (day("2020-12-04"), 6889.0),
        (day("2021-01-25"), 12005.0),
    ];
    let opens = points[0].0;
    let nation = |date: NaiveDate| {
        let pair = points.windows(2).find(|pair| date <= pair[1].0).expect("a day that is known");
        let part = (date - pair[0].0).num_days() as f64 / (pair[1].0 - pair[0].0).num_days() as f64;
        (pair[0].1.ln() + part * (pair[1].1 / pair[0].1).ln()).exp()
    };
    let december = [(9, 2561.0), (14, 1156.0), (16, 918.0), (12, 672.0), (8, 467.0), (32, 367.0), (24, 318.0)];
    let rest: f64 = ELEVEN_ENTITIES.iter().filter(|one| [3, 6, 18, 22].contains(&one.0)).map(|one| one.1 as f64).sum();
    let share = |number: u8, total: i64| {
        let known = december.iter().find(|one| one.0 == number).map(|one| one.1);
        known.unwrap_or((6889.0 - 6459.0) * total as f64 / rest) / 6889.0
    };
    let days = (until - opens).num_days();
    let series = ELEVEN_ENTITIES
        .iter()
        .flat_map(|(number, total, _)| {
            [(0, 0.538), (1, 0.462)].map(|(modality, part)| Series {
                entity: entity(*number),
                modality,
                cumulative: (0..=days)
                    .map(|ahead| nation(opens + Days::new(ahead as u64)) * share(*number, *total) * part)
                    .map(|count| count.round() as i64)
                    .collect(),
            })
        })
        .collect();
    observed_process("pel_2020_2021", series, until)
}

#[test]
fn what_is_said_on_25_january_2021_of_the_close() {
    let known = process_of_2021(day("2021-01-25"));
    for (name, settings) in [("with the totals of 2017–18", settings()), ("without", Settings::default())] {
        let projection = project(&known, &references(), &settings).expect("projects");
        let nation = projection.nation[0];
        println!(
            "25 January 2021, 12,005 known, {name}: {:?} by {}; it became 33,698",
            nation.quantiles.to_array(),
            nation.method.code(),
        );
        assert_eq!(projection.error_source, ErrorSource::References { count: 1 });
        assert!((nation.quantiles.lower_90..=nation.quantiles.upper_90).contains(&33_698), "{nation:?}");
        let width = (nation.quantiles.upper_90 - nation.quantiles.lower_90) as f64 / 33_698.0;
        assert!((0.6..0.95).contains(&width), "44 days before the close: {width:.2}");
    }
}

/// Checks everything that must hold for any projection.
fn check_coherence(known: &ObservedProcess, projection: &Projection) {
    let find = |list: &[lnere_projection::ProjectedNumber], universe| -> Vec<(Option<EntityId>, Quantiles)> {
        list.iter().filter(|one| one.universe == universe).map(|one| (one.entity, one.quantiles)).collect()
    };
    for universe in [Universe::Solicitudes, Universe::Lnere] {
        let nation = find(&projection.nation, universe)[0].1;
        let entities = find(&projection.entities, universe);
        let cells = find(&projection.cells, universe);
        let mut wholes = vec![(nation, entities.iter().map(|one| one.1).collect::<Vec<_>>())];
        for (entity, quantiles) in &entities {
            wholes.push((*quantiles, cells.iter().filter(|one| one.0 == *entity).map(|one| one.1).collect()));
        }
        for (whole, parts) in wholes {
            let sum = |of: fn(&Quantiles) -> i64| parts.iter().map(of).sum::<i64>();
            assert_eq!(whole.median, sum(|q| q.median));
            assert!(whole.lower_90 >= sum(|q| q.lower_90) && whole.upper_90 <= sum(|q| q.upper_90));
            assert!(whole.lower_50 >= sum(|q| q.lower_50) && whole.upper_50 <= sum(|q| q.upper_50));
            assert!(whole.to_array().windows(2).all(|pair| pair[0] <= pair[1]), "{whole:?}");
            for part in &parts {
                assert!(part.upper_90 <= whole.upper_90 && part.upper_50 <= whole.upper_50, "{part:?} of {whole:?}");
                assert!(part.to_array().windows(2).all(|pair| pair[0] <= pair[1]), "{part:?}");
            }
        }
    }
    check_quantile_table(projection);
    let applications = projection.cells.iter().filter(|one| one.universe == Universe::Solicitudes);
    for one in applications {
        let registered = known.series.iter().find(|s| Some(s.entity) == one.entity && Some(s.modality) == one.modality);
        let count = registered.and_then(|s| s.cumulative.last()).copied().unwrap_or(0);
        assert!(one.quantiles.lower_90 >= count, "{one:?} {count}");
    }
    for list in [&projection.cells, &projection.entities, &projection.nation] {
        let (applications, lists) = (find(list, Universe::Solicitudes), find(list, Universe::Lnere));
        for (whole, part) in applications.iter().zip(&lists) {
            assert!(whole.1.to_array().iter().zip(part.1.to_array()).all(|(n, l)| l <= *n), "{whole:?} {part:?}");
        }
    }
}

/// The table of quantiles rises with its probability and has the five numbers of the projection.
fn check_quantile_table(projection: &Projection) {
    for number in projection.nation.iter().chain(&projection.entities) {
        let rows = projection.quantiles.iter();
        let rows = rows.filter(|row| (row.universe, row.entity) == (number.universe, number.entity));
        let values: Vec<(f64, i64)> = rows.map(|row| (row.level, row.value)).collect();
        assert_eq!(values.iter().map(|(level, _)| *level).collect::<Vec<_>>(), QUANTILE_LEVELS);
        assert!(values.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{values:?}");
        let at = |level: f64| values.iter().find(|(one, _)| *one == level).map_or(0, |(_, value)| *value);
        assert_eq!([0.05, 0.25, 0.5, 0.75, 0.95].map(at), number.quantiles.to_array());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Tests any combination of counts and decisions, however small. An incoherent projection would
    /// prevent the publication of the counts.
    #[test]
    fn any_projection_is_coherent(
        sizes in prop::collection::vec(prop::collection::vec(0_i64..4, 3), 1..6),
        shares in prop::collection::vec(0_u32..101, 12),
        scale in 1_i64..200,
        distance in 0_u64..200,
        with_totals in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let mut known = process_of_any_size(&sizes, scale, seed);
        known = observed_at(&known, known.closes - Days::new(distance));
        for (place, one) in known.series.iter().enumerate() {
            let count = one.cumulative.last().copied().unwrap_or(0);
            let decided = count * i64::from(shares[place % shares.len()]) / 100;
            let accepted = decided * i64::from(shares[(place + 5) % shares.len()]) / 100;
            known.decided.push((one.entity, one.modality, DecidedCounts { accepted, refused: decided - accepted }));
        }
        let settings = if with_totals { settings() } else { Settings::default() };
        match project(&known, &references(), &settings) {
            Ok(projection) => check_coherence(&known, &projection),
            Err(error) => prop_assert_eq!(error, ProjectionError::NoPrior),
        }
    }
}

/// Entities of the given sizes by modality, with separate curves from zero to thousands.
fn process_of_any_size(sizes: &[Vec<i64>], scale: i64, seed: u64) -> ObservedProcess {
    let numbers = [3, 8, 9, 14, 32];
    let mut state = seed | 1;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40).cast_signed()
    };
    let mut series = Vec::new();
    for (sizes, number) in sizes.iter().zip(numbers) {
        for (size, modality) in sizes.iter().zip(0..) {
            let mut sum = 0;
            let mut cumulative = Vec::new();
            for _ in 0..191 {
                // Small entities have no applications on most days.
                sum += if draw() % 7 < *size { draw() % (size * scale / 20 + 2) } else { 0 };
                cumulative.push(sum);
            }
            series.push(Series { entity: entity(number), modality, cumulative });
        }
    }
    observed_process("any", series, day("2021-03-10"))
}

#[test]
fn every_projection_is_coherent_and_narrows_to_the_count_at_the_close() {
    let (references, settings) = (references(), settings());
    let finished = finished_process(Scenario::Ordinary, 5);
    let mut relative = Vec::new();
    for distance in [190, 189, 180, 150, 100, 60, 42, 20, 10, 5, 2, 1, 0] {
        let mut known = observed_at(&finished, finished.closes - Days::new(distance));
        let halves = known.series.iter().filter(|one| one.modality == 0).map(|one| {
            let count = one.cumulative.last().copied().unwrap_or(0) / 2;
            (one.entity, one.modality, DecidedCounts { accepted: count - count / 20, refused: count / 20 })
        });
        known.decided = halves.collect();
        let projection = project(&known, &references, &settings).expect("projects");
        check_coherence(&known, &projection);
        assert_eq!(projection, project(&known, &references, &settings).expect("projects"), "not deterministic");
        let nation = projection.nation[0].quantiles;
        relative.push((nation.upper_90 - nation.lower_90) as f64 / nation.median as f64);
        for fan in &projection.fans {
            assert_eq!(fan.quantiles_by_day.len(), distance as usize + 1);
            assert!(
                fan.quantiles_by_day.windows(2).all(|pair| pair[0]
                    .1
                    .to_array()
                    .iter()
                    .zip(pair[1].1.to_array())
                    .all(|(a, b)| *a <= b))
            );
        }
        if let Some(fan) = projection.fans.first() {
            assert_eq!(fan.quantiles_by_day.last().map(|day| day.1), Some(nation));
        }
    }
    println!("width of the 90 % interval over the median: {relative:.3?}");
    assert_eq!(relative.last(), Some(&0.0));
    assert!(relative[5] > relative[9] && relative[9] > relative[11]);
}

#[test]
fn before_the_opening_totals_and_credentials_speak_alone() {
    let mut known = process_of_2021(day("2020-09-30"));
    known.corte = day("2020-06-10");
    let projection = project(&known, &[], &settings()).expect("projects");
    check_coherence(&observed_process("x", Vec::new(), known.corte), &projection);
    assert_eq!(projection.nation[0].method, Method::PriorTotals);
    assert_eq!(projection.nation[0].quantiles.median, 89_814);
    assert_eq!(projection.error_source, ErrorSource::Settings);

    assert_eq!(project(&known, &[], &Settings::default()), Err(ProjectionError::NoPrior));
    known.credentials = vec![(entity(8), 33_451)];
    assert_eq!(project(&known, &[], &Settings::default()), Err(ProjectionError::NoPrior), "how much is one worth?");
    let worth = Settings { applications_per_credential: Some(0.1), ..Settings::default() };
    assert_eq!(project(&known, &[], &worth).expect("projects").nation[0].quantiles.median, 3_345);
}

#[test]
fn what_cannot_be_is_refused() {
    let known = process_of_2021(day("2021-01-25"));
    let mut own = references();
    own[0].name = known.name.clone();
    assert_eq!(project(&known, &own, &settings()), Err(ProjectionError::OwnReference(known.name.clone())));
    let bad = |change: fn(&mut Reference)| {
        let mut references = references();
        change(&mut references[0]);
        project(&known, &references, &settings())
    };
    let is_bad = |found| matches!(found, Err(ProjectionError::BadReference { .. }));
    assert!(is_bad(bad(|one| one.total = 0)));
    assert!(is_bad(bad(|one| one.share_by_horizon[0] = 0.9)));
    assert!(is_bad(bad(|one| one.share_by_horizon[5] = 1.5)));
    assert!(is_bad(bad(|one| one.share_by_horizon[9] = 0.99)));
    let mut fewer = known.clone();
    fewer.series[6].cumulative[20] = 0;
    assert!(matches!(project(&fewer, &references(), &settings()), Err(ProjectionError::BadSeries { .. })));
    let nobody = ObservedProcess { series: Vec::new(), ..known.clone() };
    assert_eq!(project(&nobody, &references(), &settings()), Err(ProjectionError::NoSeries));
    let empty = known.series.iter().map(|one| Series { cumulative: vec![0; 147], ..one.clone() });
    let nothing = ObservedProcess { series: empty.collect(), ..known };
    check_coherence(&nothing, &project(&nothing, &references(), &settings()).expect("projects"));
}

/// Without any reference the assumed course projects, with wider bounds than with references that
/// agree with it.
#[test]
fn references_that_agree_narrow_the_bounds() {
    let known = process_of_2021(day("2021-01-25"));
    let width = |references: &[Reference]| {
        let nation = project(&known, references, &settings()).expect("projects").nation[0].quantiles;
        (nation.upper_90 - nation.lower_90) as f64 / nation.median as f64
    };
    let three: Vec<Reference> = REAL_COURSES[..3]
        .iter()
        .map(|course| Reference { name: format!("de {}", course.name), ..course.reference() })
        .collect();
    assert!(width(&three) < width(&[]), "{} {}", width(&three), width(&[]));
    assert!(width(&three) > 0.5, "three courses do not make it certain: {}", width(&three));
}

/// The last days weigh: a process that registers faster than the course expects more to come.
#[test]
fn a_faster_pace_expects_more() {
    let slow = process_of_2021(day("2021-01-25"));
    let mut fast = slow.clone();
    for series in &mut fast.series {
        let days = series.cumulative.len();
        let last = series.cumulative[days - 1];
        for (place, count) in series.cumulative.iter_mut().enumerate() {
            let recent_days = i64::try_from((place + 15).saturating_sub(days)).expect("few days");
            *count = (*count).min(last - last / 5 + last / 5 * recent_days / 14);
        }
        series.cumulative[days - 1] = last;
    }
    let median = |known: &ObservedProcess| {
        project(known, &references(), &settings()).expect("projects").nation[0].quantiles.median
    };
    assert!(median(&fast) > median(&slow), "{} {}", median(&fast), median(&slow));
}

/// Origins with nearly equal values are weak evidence for the next one, and copies are no evidence.
#[test]
fn agreement_is_no_certainty() {
    let known = process_of_2021(day("2021-01-25"));
    let one = references().remove(0);
    let near = |name: &str, power: f64| Reference {
        name: name.to_owned(),
        share_by_horizon: one.share_by_horizon.iter().map(|share| share.powf(power)).collect(),
        entity_totals: Vec::new(),
        series: Vec::new(),
        ..one.clone()
    };
    let alike = [near("a", 1.0), near("b", 1.000_001), near("c", 0.999_999)];
    let nation = project(&known, &alike, &settings()).expect("projects").nation[0].quantiles;
    let noise = 1.6 * ((nation.median - 12_005) as f64).sqrt();
    assert!((nation.upper_90 - nation.median) as f64 > noise, "{nation:?} {noise}");

    let copies = [near("a", 1.0), near("b", 1.0), near("c", 1.0)];
    assert!(matches!(project(&known, &copies, &settings()), Err(ProjectionError::BadReference { .. })));
}
