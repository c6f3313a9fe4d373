//! The coordinates of the shipped catalogues are plausible: none is swapped or has a wrong sign.

use std::collections::HashMap;

use super::*;

/// Degrees by which a point may lie outside of a box: the coast lines of the boxes are simplified.
const TOLERANCE: f64 = 0.3;

/// West, south, east and north of each country.
fn country_boxes() -> HashMap<&'static str, [f64; 4]> {
    let rows = include_str!("country_boxes.csv").lines().skip(2).map(|line| {
        let (code, edges) = line.split_once(',').unwrap();
        let edges: Vec<f64> = edges.split(',').map(|edge| edge.parse().unwrap()).collect();
        (code, edges.try_into().unwrap())
    });
    rows.collect()
}

fn is_inside(point: Coordinates, [west, south, east, north]: [f64; 4]) -> bool {
    (west - TOLERANCE..=east + TOLERANCE).contains(&point.longitude)
        && (south - TOLERANCE..=north + TOLERANCE).contains(&point.latitude)
}

#[test]
fn each_country_lies_in_its_box() {
    let (catalogs, boxes) = (shipped_catalogs(), country_boxes());
    let mut checked = 0;
    for id in catalogs.countries.identified_ids() {
        let country = catalogs.countries.get(id);
        let point = country.coordinates.unwrap_or_else(|| panic!("{} has no coordinates", country.code));
        if let Some(edges) = boxes.get(country.code.as_str()) {
            assert!(is_inside(point, *edges), "{}: {point:?} {edges:?}", country.code);
            checked += 1;
        }
    }
    assert!(checked > 230, "{checked}");
}

#[test]
fn each_office_lies_in_the_box_of_its_country() {
    let (catalogs, boxes) = (shipped_catalogs(), country_boxes());
    for id in catalogs.offices.identified_ids() {
        let office = catalogs.offices.get(id);
        let country = &catalogs.countries.get(office.country).code;
        let point = office.coordinates.unwrap_or_else(|| panic!("{} has no coordinates", office.code));
        assert!(is_inside(point, boxes[country.as_str()]), "{}: {point:?}", office.code);
        if country == "USA" {
            // The box of the country reaches from the Aleutians to Maine. No office is outside of
            // the 48 contiguous states.
            assert!(is_inside(point, [-124.8, 24.5, -66.9, 49.4]), "{}: {point:?}", office.code);
        }
    }
}

#[test]
fn no_two_cities_share_a_point() {
    let catalogs = shipped_catalogs();
    let mut cities: HashMap<String, &str> = HashMap::new();
    for id in catalogs.offices.identified_ids() {
        let office = catalogs.offices.get(id);
        let other = cities.insert(format!("{:?}", office.coordinates), &office.name);
        assert!(other.is_none_or(|other| other == office.name), "{} and {other:?}", office.name);
    }
}
