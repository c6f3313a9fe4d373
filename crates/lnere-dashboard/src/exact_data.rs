/*!
Builds the dashboard data for INE and the OPL: all applications by day and all dimensions, and the
credentials.
*/

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use hashbrown::HashMap;
use lnere_core::column_names;

use super::corte_data::CorteData;
use super::data_file::{
    Categories, CodeAndName, CohortRow, CredentialData, DashboardData, MapPlaces, PlacesByCode, entity_codes_and_names,
    hundredths_of_degrees,
};
use super::encoded_cube::{CubeEncoder, EncodedCube};
use lnere_charts::ChartDefinition;
use lnere_core::calendar::day_number;
use lnere_core::catalog::{Catalogs, CountryId, EntityId, OfficeId};
use lnere_core::process::{Audience, Process, UNIDENTIFIED_CODE};
use lnere_count::{Cohort, INITIAL_STATUS};
use lnere_ingest::coded_records::{ApplicationKey, Credential, Facts, Sharded, SpillError, merge_counts};

/// The label of an unidentified value.
pub(super) const UNIDENTIFIED_LABEL: &str = "No identificado";

/// The number of measures of a credential: applied for, delivered, confirmed.
const CREDENTIAL_MEASURE_COUNT: usize = 3;

/// Builds the dashboard of a process for INE and the OPL, with everything known up to a day,
/// inclusive. `corte_data` has the tables of the newest corte not after that day.
///
/// # Errors
/// The facts are in spill files that cannot be read.
pub fn exact_data(
    process: &Process,
    catalogs: &Catalogs,
    charts: &[ChartDefinition],
    facts: &Facts,
    until: NaiveDate,
    corte_data: Option<CorteData>,
) -> Result<DashboardData, SpillError> {
    let counts = facts.applications.count_as_of_day(until, INITIAL_STATUS)?;

    let countries = &catalogs.countries;
    let ids: Vec<_> = std::iter::once(CountryId::UNKNOWN).chain(countries.identified_ids()).collect();
    let mut is_used = vec![false; ids.iter().map(|id| usize::from(id.0) + 1).max().unwrap_or(0)];
    for key in counts.keys() {
        is_used[usize::from(key.country().0)] = true;
    }
    let mut used: Vec<_> = ids.into_iter().filter(|id| is_used[usize::from(id.0)]).collect();
    used.sort_by_key(|id| &countries.get(*id).code);
    used.dedup();
    let mut place_of_country = vec![0; is_used.len()];
    for (place, id) in used.iter().enumerate() {
        place_of_country[usize::from(id.0)] = place;
    }
    let pair = |id: &CountryId| (countries.get(*id).code.clone(), countries.get(*id).name.clone());

    let categories = Categories::from_dimensions(process, |dimension| {
        let list = process.categories(dimension);
        let pairs = list.categories().iter().map(|category| (category.code.clone(), category.label.clone()));
        let is_unidentified = counts.keys().any(|key| key.category(dimension) == list.unidentified_index());
        let unidentified = is_unidentified.then(|| (UNIDENTIFIED_CODE.to_owned(), UNIDENTIFIED_LABEL.to_owned()));
        pairs.chain(unidentified).collect()
    });
    let country_places = used.iter().filter_map(|id| {
        let country = countries.get(*id);
        Some((country.code.clone(), hundredths_of_degrees(country.coordinates?)))
    });
    let country_places: PlacesByCode = country_places.collect();
    let countries: Vec<CodeAndName> = used.iter().map(pair).collect();
    let solicitudes = encode_applications(process, &countries, &categories, &counts, &place_of_country, until);
    let (credentials, offices) = credentials(process, catalogs, &facts.credentials, until)?;
    let office_places = offices.iter().filter_map(|id| {
        let office = catalogs.offices.get(*id);
        Some((office.code.clone(), hundredths_of_degrees(office.coordinates?)))
    });
    Ok(DashboardData {
        paises: Some(countries),
        coordenadas: Some(MapPlaces { pais: country_places, representacion: office_places.collect() }),
        solicitudes: Some(solicitudes),
        credenciales: Some(credentials),
        corte: corte_data,
        ..DashboardData::new(process, catalogs, charts, Audience::Opl, until, categories)
    })
}

fn encode_applications(
    process: &Process,
    countries: &[CodeAndName],
    categories: &Categories,
    counts: &HashMap<ApplicationKey, u64>,
    place_of_country: &[usize],
    until: NaiveDate,
) -> EncodedCube {
    let place_of_entity = index_by_entity_number(&process.entities);
    let mut axes = vec![
        (column_names::FECHA, day_count(process.opens, until.min(process.closes))),
        (column_names::ENTIDAD, process.entities.len()),
        (column_names::PAIS, countries.len()),
    ];
    let dimensions = || process.dimensions().iter().map(|definition| definition.dimension);
    axes.extend(
        dimensions()
            .map(|dimension| (dimension.column_name(), categories.list_of_column(dimension.column_name()).len())),
    );
    let mut counter = CubeEncoder::new(&axes);
    let first_day = day_number(process.opens);
    for (key, count) in counts {
        let day = usize::try_from(i32::from(key.day()) - first_day).unwrap_or(0);
        let entity = key.entity().map_or(0, |entity| place_of_entity[usize::from(entity.number())]);
        let country = place_of_country[usize::from(key.country().0)];
        let categories = dimensions().map(|dimension| usize::from(key.category(dimension)));
        counter.add([day, entity, country].into_iter().chain(categories), *count);
    }
    counter.encode()
}

/// Credential events by entity, office, measure and day.
type Events = HashMap<(EntityId, OfficeId, usize, i32), u64>;

/// The credentials, and the offices that have any.
fn credentials(
    process: &Process,
    catalogs: &Catalogs,
    credentials: &Sharded<Vec<Credential>>,
    until: NaiveDate,
) -> Result<(CredentialData, Vec<OfficeId>), SpillError> {
    let first_day = day_number(process.credentials_counted_from);
    let counted = first_day..=day_number(until);
    let count_events = |mut events: Events, credentials: &Vec<Credential>| {
        for credential in credentials {
            for (measure, day) in credential.events_on(&counted) {
                *events.entry((credential.entity, credential.office, measure, day)).or_default() += 1;
            }
        }
        events
    };
    let events = credentials.fold(Events::new, count_events, merge_counts)?;
    let all: Vec<EntityId> = catalogs.entities.ids().collect();
    let place_of_entity = index_by_entity_number(&all);

    let mut offices: Vec<OfficeId> = events.keys().map(|(_, office, ..)| *office).collect();
    offices.sort_unstable();
    offices.dedup();
    offices.sort_by_key(|office| &catalogs.offices.get(*office).code);
    let mut place_of_office = vec![0; offices.iter().map(|office| usize::from(office.0) + 1).max().unwrap_or(0)];
    for (place, office) in offices.iter().enumerate() {
        place_of_office[usize::from(office.0)] = place;
    }

    let (entity, measure) = ((column_names::ENTIDAD, all.len()), (column_names::MEDIDA, CREDENTIAL_MEASURE_COUNT));
    let mut accumulated = CubeEncoder::new(&[entity, (column_names::REPRESENTACION, offices.len()), measure]);
    let mut daily =
        CubeEncoder::new(&[(column_names::FECHA, day_count(process.credentials_counted_from, until)), entity, measure]);
    for ((entity, office, measure, day), count) in &events {
        let entity = place_of_entity[usize::from(entity.number())];
        accumulated.add([entity, place_of_office[usize::from(office.0)], *measure], *count);
        daily.add([usize::try_from(day - first_day).unwrap_or(0), entity, *measure], *count);
    }
    let cohorts = credentials.fold(
        Cohorts::default,
        |mut cohorts: Cohorts, credentials: &Vec<Credential>| {
            cohorts.add_all(credentials, process, &counted);
            cohorts
        },
        Cohorts::merge,
    )?;
    let describe = |office: &OfficeId| {
        let office = catalogs.offices.get(*office);
        let country = catalogs.countries.get(office.country).code.clone();
        (office.code.clone(), office.name.clone(), office.kind_code().to_owned(), country)
    };
    let data = CredentialData {
        desde: process.credentials_counted_from.to_string(),
        entidades: entity_codes_and_names(&all, catalogs),
        representaciones: offices.iter().map(describe).collect(),
        acumuladas: accumulated.encode(),
        diarias: daily.encode(),
        cohorte: Some(cohorts.rows(catalogs)),
    };
    Ok((data, offices))
}

/// Cohorts by entity and office. `None` stands for all entities, or for all offices. Percentiles of
/// offices do not add up, so each sum has its own cohort.
#[derive(Default)]
struct Cohorts(HashMap<(Option<EntityId>, Option<OfficeId>), Cohort>);

impl Cohorts {
    /// Counts the credentials applied for on the days `counted`, by what came of them up to the last
    /// of these days. Entities that are not of the process count in the sum of all alone.
    fn add_all(&mut self, credentials: &[Credential], process: &Process, counted: &RangeInclusive<i32>) {
        let is_past = |day: &i32| day <= counted.end();
        for credential in credentials.iter().filter(|credential| counted.contains(&credential.applied)) {
            let own = Some(credential.entity).filter(|entity| process.entities.contains(entity));
            for entity in std::iter::once(None).chain(own.map(Some)) {
                for office in [None, Some(credential.office)] {
                    let cohort = self.0.entry((entity, office)).or_default();
                    cohort.applied += 1;
                    cohort.confirmed += i64::from(credential.confirmed.as_ref().is_some_and(is_past));
                    if let Some(day) = credential.delivered.filter(is_past) {
                        *cohort.delivered_by_days.entry(day - credential.applied).or_default() += 1;
                    }
                }
            }
        }
    }

    fn merge(mut self, other: Self) -> Self {
        for (key, cohort) in other.0 {
            *self.0.entry(key).or_default() += &cohort;
        }
        self
    }

    /// The rows, by the codes of entity and office.
    fn rows(self, catalogs: &Catalogs) -> Vec<CohortRow> {
        let by_code: BTreeMap<(String, String), Cohort> = self
            .0
            .into_iter()
            .map(|((entity, office), cohort)| {
                let entity = entity.map(EntityId::code).unwrap_or_default();
                let office = office.map(|office| catalogs.offices.get(office).code.clone()).unwrap_or_default();
                ((entity, office), cohort)
            })
            .collect();
        let row = |((entity, office), cohort): ((String, String), Cohort)| {
            let (median, ninetieth) = (cohort.days_percentile(50), cohort.days_percentile(90));
            CohortRow(entity, office, cohort.applied, cohort.delivered(), cohort.confirmed, median, ninetieth)
        };
        by_code.into_iter().map(row).collect()
    }
}

/// The index of each entity in a list, by its number.
fn index_by_entity_number(entities: &[EntityId]) -> [usize; EntityId::COUNT as usize + 1] {
    let mut places = [0; EntityId::COUNT as usize + 1];
    for (place, entity) in entities.iter().enumerate() {
        places[usize::from(entity.number())] = place;
    }
    places
}

/// The number of days between two days, both included.
fn day_count(from: NaiveDate, to: NaiveDate) -> usize {
    usize::try_from((to - from).num_days() + 1).unwrap_or(0)
}
