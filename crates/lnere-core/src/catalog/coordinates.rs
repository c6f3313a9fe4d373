/*!
Where maps show a country or an office.
*/

use lnere_messages::message;

use super::{CatalogError, CatalogFile};

/// A place on the globe, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// -90 to 90; south is negative.
    pub latitude: f64,
    /// -180 to 180; west is negative.
    pub longitude: f64,
}

/// The place of an entry, if the entry has one: both numbers, each in its range.
pub(super) fn validate(
    catalog_file: &CatalogFile,
    offset: usize,
    latitude: Option<f64>,
    longitude: Option<f64>,
) -> Result<Option<Coordinates>, CatalogError> {
    match (latitude, longitude) {
        (None, None) => Ok(None),
        (Some(latitude), Some(longitude)) if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => {
            Ok(Some(Coordinates { latitude, longitude }))
        }
        (Some(latitude), Some(longitude)) => {
            let message =
                message!("L168-coordinates-range", latitude = latitude.to_string(), longitude = longitude.to_string());
            Err(catalog_file.mistake_at(offset, message))
        }
        _ => Err(catalog_file.mistake_at(offset, message!("L168-half-coordinates"))),
    }
}
