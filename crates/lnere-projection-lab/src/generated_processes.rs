/*!
Generates processes, to set and to measure what the few real courses cannot show: modalities, small
entities and special events.

The family and the scenarios use different formulae, so that what is set on one is measured on the
other. The days of the family follow a power law of the days to the close, with a random exponent and
random events. The scenarios follow two exponentials and a special trait.
*/

use chrono::{Datelike, Days, NaiveDate};

use crate::random_variates::{autoregressive_path, log_normal, uniform};
use lnere_core::catalog::EntityId;
use lnere_core::random::RandomKey;
use lnere_projection::random_variates::{normal, poisson};
use lnere_projection::{EarlierClose, ObservedProcess, Reference, Series};

/// The special trait of a generated process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scenario {
    /// No special trait.
    Ordinary,
    /// A campaign in the first weeks, with four times as many applications.
    EarlyCampaign,
    /// Most applications arrive in the last three weeks.
    LateSurge,
    /// Half-way through, registration is extended by five weeks.
    Extension,
    /// The second largest entity registers most of its voters early.
    OddEntity,
    /// Registration hardly works for eighteen days; half of the lost applications arrive later.
    Pause,
    /// The odds of the first modality fall to less than a fifth around six weeks before the close.
    ModalityShift,
}

impl Scenario {
    /// The six special scenarios of the evaluation.
    pub const SPECIAL: [Self; 6] =
        [Self::EarlyCampaign, Self::LateSurge, Self::Extension, Self::OddEntity, Self::Pause, Self::ModalityShift];

    /// The code of the scenario in tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinario",
            Self::EarlyCampaign => "campana_temprana",
            Self::LateSurge => "oleada_tardia",
            Self::Extension => "ampliacion_del_plazo",
            Self::OddEntity => "entidad_distinta",
            Self::Pause => "pausa",
            Self::ModalityShift => "cambio_de_modalidad",
        }
    }
}

/// The dates and the approximate applications of each entity and modality.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessOutline {
    /// First day.
    pub opens: NaiveDate,
    /// Last day.
    pub closes: NaiveDate,
    /// The median number of applications by entity; the generated totals vary around it.
    pub median_applications: Vec<(EntityId, f64)>,
    /// The modalities and their shares.
    pub modality_shares: Vec<(u8, f64)>,
}

impl ProcessOutline {
    fn day_count(&self) -> usize {
        usize::try_from((self.closes - self.opens).num_days() + 1).unwrap_or(0)
    }

    fn weekday(&self, day: usize) -> usize {
        let first = self.opens.weekday().num_days_from_monday() as usize;
        (first + day) % 7
    }

    /// Whether a day lies from the day `from` in December to the day `to` in January.
    fn is_in_holidays(&self, day: usize, from: u32, to: u32) -> bool {
        let date = self.opens.checked_add_days(Days::new(day as u64)).unwrap_or(self.opens);
        (date.month() == 12 && date.day() >= from) || (date.month() == 1 && date.day() <= to)
    }

    fn modality_share(&self, modality: usize) -> f64 {
        let sum: f64 = self.modality_shares.iter().map(|(_, share)| share).sum();
        self.modality_shares[modality].1 / if sum > 0.0 { sum } else { 1.0 }
    }
}

/// The expected applications of a unit on each day, before they are scaled to its total.
type DailyIntensities = Vec<f64>;

/// Generates an ordinary family of `count` references.
///
/// With `u` days to the close, the intensity of a day is `(u + u₀)^−γ`, with `γ` uniform in
/// 0.8–1.35, as in the real courses, and `u₀` in 4–14. It is multiplied by several factors: a spike on the last days, weekdays, and
/// quiet holidays (16 December to 6 January). Further factors are a weekly autoregressive path and
/// up to three events of one to four weeks. Each event multiplies or divides the intensity by up to
/// three. Three in ten processes have an outage, part of which is made up for later. A third has a
/// launch campaign of ten to sixty days. The exponents of entities vary around that of the nation.
/// One entity in ten has its own exponent in −0.4–1.7; a negative exponent means that most voters
/// register first. The mix of modalities drifts. The total varies by `exp(Z)`, and the shares of
/// entities by `exp(0.3 Z)`. Daily counts are Poisson with a log-normal mean.
#[must_use]
pub fn generate_family(seed: u64, count: usize, outline: &ProcessOutline) -> Vec<Reference> {
    (0..count)
        .map(|place| {
            let key = RandomKey::new(seed).child(1).child(place as u64);
            let series = generate_member(key, outline);
            Reference::from_series(format!("generado_{seed}_{:03}", place + 1), series)
        })
        .collect()
}

fn generate_member(key: RandomKey, outline: &ProcessOutline) -> Vec<Series> {
    let days = outline.day_count();
    let exponent = uniform(key, 0, 0.8, 1.35);
    let offset = uniform(key, 1, 4.0, 14.0);
    let spike = uniform(key, 2, 0.5, 4.0);
    let size = log_normal(key.child(1), 0, 1.0);
    let weekdays: Vec<f64> = (0..7).map(|d| log_normal(key.child(2), d, if d > 4 { 0.3 } else { 0.1 })).collect();
    let path = autoregressive_path(key.child(3), days / 7 + 2, 0.7, 0.15);
    let mut common: DailyIntensities = (0..days)
        .map(|day| {
            let left = (days - 1 - day) as f64;
            weekdays[outline.weekday(day)] * path[day / 7].exp() * (1.0 + spike * (-left / 1.5).exp())
        })
        .collect();
    for event in 0..key.child(4).draw(0) % 4 {
        let key = key.child(5).child(event);
        let start = uniform(key, 0, 0.0, days as f64) as usize;
        let length = uniform(key, 1, 7.0, 28.0) as usize;
        let strength = uniform(key, 2, -1.1, 1.1).exp();
        common.iter_mut().skip(start).take(length).for_each(|day| *day *= strength);
    }
    if key.child(8).unit_interval(0) < 0.3 {
        apply_outage(key.child(8), &mut common);
    }
    if key.child(9).unit_interval(0) < 0.35 {
        let (length, strength) = (uniform(key.child(9), 1, 10.0, 60.0), uniform(key.child(9), 2, 1.3, 6.0));
        common.iter_mut().take(length as usize).for_each(|day| *day *= strength);
    }
    let quiet = uniform(key.child(10), 0, 0.3, 1.0);
    common
        .iter_mut()
        .enumerate()
        .filter(|(day, _)| outline.is_in_holidays(*day, 16, 6))
        .for_each(|(_, day)| *day *= quiet);
    let drift = 0.5 * normal(key.child(6), 0);
    let mut series = Vec::new();
    for (place, (entity, centre)) in outline.median_applications.iter().enumerate() {
        let key = key.child(7).child(place as u64);
        let own = if key.unit_interval(0) < 0.1 { uniform(key, 1, -0.4, 1.7) } else { exponent + 0.1 * normal(key, 1) };
        let path = autoregressive_path(key.child(1), days / 7 + 2, 0.7, 0.15);
        let total = centre * size * log_normal(key.child(2), 0, 0.3);
        let power = |day: usize| ((days - 1 - day) as f64 + offset).powf(-own);
        let profile: DailyIntensities = (0..days).map(|day| common[day] * path[day / 7].exp() * power(day)).collect();
        let lean = drift + 0.2 * normal(key.child(3), 0);
        let mix = |day: usize| lean * (day as f64 / days.max(1) as f64 - 0.5);
        series.extend(draw_series(key.child(4), outline, *entity, total, &profile, mix));
    }
    series
}

/// Registration fails for three days to four weeks, wholly or in part. In the weeks after, up to
/// all of the lost applications arrive.
fn apply_outage(key: RandomKey, common: &mut DailyIntensities) {
    let start = uniform(key, 1, 0.0, common.len() as f64) as usize;
    let length = uniform(key, 2, 3.0, 28.0) as usize;
    let after = uniform(key, 3, 5.0, 35.0) as usize;
    let works = uniform(key, 4, 0.0, 0.5);
    let usual: f64 = common.iter().skip(start).take(length).sum::<f64>() / length as f64;
    common.iter_mut().skip(start).take(length).for_each(|day| *day *= works);
    let made_up = uniform(key, 5, 0.0, 1.0) * (1.0 - works) * usual * length as f64 / after as f64;
    common.iter_mut().skip(start + length).take(after).for_each(|day| *day += made_up);
}

/// Converts days to daily counts and then to cumulative counts, by modality. `mix` is added to the
/// logit of the share of the first modality.
fn draw_series(
    key: RandomKey,
    outline: &ProcessOutline,
    entity: EntityId,
    total: f64,
    profile: &DailyIntensities,
    mix: impl Fn(usize) -> f64,
) -> Vec<Series> {
    if outline.modality_shares.is_empty() {
        return Vec::new();
    }
    let sum: f64 = profile.iter().sum();
    let scale = total / if sum > 0.0 { sum } else { 1.0 };
    let first = outline.modality_share(0);
    let part = |modality: usize, day: usize| {
        if outline.modality_shares.len() < 2 {
            return 1.0;
        }
        let odds = first / (1.0 - first).max(1e-9) * mix(day).exp();
        let moved = odds / (1.0 + odds);
        if modality == 0 { moved } else { outline.modality_share(modality) / (1.0 - first).max(1e-9) * (1.0 - moved) }
    };
    let of = |modality: usize| {
        let draws = key.child(modality as u64 + 1);
        let mut sum = 0;
        let cumulative = profile.iter().enumerate().map(|(day, intensity)| {
            let shared = log_normal(key.child(0), day as u64, 0.2);
            let mean = scale * intensity * part(modality, day) * shared;
            sum += poisson(draws, day as u64, mean);
            sum
        });
        Series { entity, modality: outline.modality_shares[modality].0, cumulative: cumulative.collect() }
    };
    (0..outline.modality_shares.len()).map(of).collect()
}

/// Generates a whole process of a scenario. It has no decided application and no credential.
///
/// With `u` days to the close, the intensity of a day is `0.35 + 2 exp(−u/45) + 5 exp(−u/7) + 9
/// exp(−u/0.8)`. Each term varies by `exp(0.15 Z)`. The intensity is multiplied by weekdays
/// (Saturday 0.7, Sunday 0.6), by 0.5 from 20 December to 3 January, and by `exp(0.15 Z)` for each
/// day. The terms of entities vary by `exp(0.1 Z)`, totals by `exp(0.3 Z)`, and shares of entities
/// by `exp(0.25 Z)`.
#[must_use]
pub fn generate_process(scenario: Scenario, seed: u64, outline: &ProcessOutline) -> ObservedProcess {
    let days = outline.day_count();
    let key = RandomKey::new(seed).child(2).child(scenario as u64);
    let size = log_normal(key.child(1), 0, 0.3);
    let jitter: Vec<f64> = (0..6).map(|term| log_normal(key.child(2), term, 0.15)).collect();
    let announced = days / 2;
    let extension = if scenario == Scenario::Extension { 35.min(days / 4) } else { 0 };
    let odd = second_largest_entity(outline);
    let mut series = Vec::new();
    for (place, (entity, centre)) in outline.median_applications.iter().enumerate() {
        let key = key.child(3).child(place as u64);
        let own: Vec<f64> = (0..4).map(|term| log_normal(key, term, 0.1)).collect();
        let surge: f64 = if scenario == Scenario::LateSurge { 3.0 } else { 1.0 };
        let mut profile: DailyIntensities = (0..days)
            .map(|day| {
                let left = (days - 1 - day) as f64 - if day < announced { extension as f64 } else { 0.0 };
                if scenario == Scenario::OddEntity && Some(place) == odd {
                    return 0.3 + 3.0 * (-(day as f64) / 40.0).exp();
                }
                let terms = [
                    0.35 * jitter[0],
                    2.0 * jitter[1] * own[1] * (-left / (45.0 * jitter[2])).exp() / surge.sqrt(),
                    5.0 * jitter[3] * own[2] * surge * (-left / (7.0 * surge.sqrt() * jitter[4])).exp(),
                    9.0 * jitter[5] * own[3] * (-left / 0.8).exp(),
                ];
                terms.iter().sum()
            })
            .collect();
        for (day, intensity) in profile.iter_mut().enumerate() {
            let holidays = outline.is_in_holidays(day, 20, 3);
            let weekday = [1.15, 1.1, 1.05, 1.0, 1.0, 0.7, 0.6][outline.weekday(day)];
            *intensity *= weekday * if holidays { 0.5 } else { 1.0 } * log_normal(key.child(8), day as u64, 0.15);
        }
        apply_scenario(scenario, &mut profile);
        let total = centre * size * log_normal(key.child(4), 0, 0.25);
        let mix = |day: usize| {
            let elapsed_share = day as f64 / days.max(1) as f64;
            if scenario == Scenario::ModalityShift {
                let turned = 1.0 / (1.0 + (-(day as f64 - (days as f64 - 45.0)) / 8.0).exp());
                0.85 - 1.7 * turned
            } else {
                0.4 * (elapsed_share - 0.5)
            }
        };
        series.extend(draw_series(key.child(5), outline, *entity, total, &profile, mix));
    }
    let at = |day: usize| outline.opens.checked_add_days(Days::new(day as u64)).unwrap_or(outline.opens);
    let before = EarlierClose { superseded_on: at(announced), closes: at(days.saturating_sub(1 + extension)) };
    ObservedProcess {
        name: format!("{}_{seed}", scenario.code()),
        opens: outline.opens,
        closes: outline.closes,
        corte: outline.closes,
        series,
        decided: Vec::new(),
        credentials: Vec::new(),
        earlier_closes: if extension > 0 { vec![before] } else { Vec::new() },
    }
}

fn apply_scenario(scenario: Scenario, profile: &mut DailyIntensities) {
    let days = profile.len();
    match scenario {
        Scenario::EarlyCampaign => profile.iter_mut().skip(14).take(30).for_each(|day| *day *= 4.0),
        Scenario::Pause => {
            let start = days.saturating_sub(80);
            let missed: f64 = profile.iter().skip(start).take(18).sum::<f64>() * 0.95;
            profile.iter_mut().skip(start).take(18).for_each(|day| *day *= 0.05);
            profile.iter_mut().skip(start + 18).take(20).for_each(|day| *day += 0.5 * missed / 20.0);
        }
        _ => {}
    }
}

fn second_largest_entity(outline: &ProcessOutline) -> Option<usize> {
    let mut order: Vec<usize> = (0..outline.median_applications.len()).collect();
    order.sort_by(|a, b| outline.median_applications[*b].1.total_cmp(&outline.median_applications[*a].1));
    order.get(1).copied()
}
