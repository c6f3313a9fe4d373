/*!
The projections of maps, and the windows that they show.

The world has the Natural Earth projection, whose polynomials need no library of functions. North
America has Albers' conic projection, in which areas are in proportion.
*/

use lnere_core::catalog::Coordinates;

use super::super::canvas::{Point, Rect};
use super::super::definition::MapView;

/// A place in a plane, to the right and upward.
pub(super) type PlanePoint = (f64, f64);

/// A view of the globe: its projection and the part of the plane that it shows.
pub(super) struct Projection {
    view: MapView,
    left: f64,
    bottom: f64,
    right: f64,
    top: f64,
}

/// The southern and the northern limit of the world's window, in degrees.
const WORLD_LATITUDES: (f64, f64) = (-56.5, 83.8);

/// The parallels in which Albers' projection has no distortion, its centre, and the edges of its
/// window: west and east at the middle latitude, south and north at the central meridian.
const PARALLELS: (f64, f64) = (29.5, 45.5);
const CENTER: Coordinates = Coordinates { latitude: 37.5, longitude: -96.0 };
const NORTH_AMERICA_LONGITUDES: (f64, f64) = (-124.5, -66.5);
const NORTH_AMERICA_LATITUDES: (f64, f64) = (24.4, 52.6);

impl Projection {
    pub(super) fn new(view: MapView) -> Self {
        let place = |latitude, longitude| project(view, Coordinates { latitude, longitude });
        let ((west, east), (south, north), (middle, meridian)) = match view {
            MapView::World => ((-180.0, 180.0), WORLD_LATITUDES, (0.0, 0.0)),
            MapView::NorthAmerica => {
                (NORTH_AMERICA_LONGITUDES, NORTH_AMERICA_LATITUDES, (CENTER.latitude, CENTER.longitude))
            }
        };
        Self {
            view,
            left: place(middle, west).0,
            right: place(middle, east).0,
            bottom: place(south, meridian).1,
            top: place(north, meridian).1,
        }
    }

    /// Where a place is in the plane.
    pub(super) fn project(&self, place: Coordinates) -> PlanePoint {
        project(self.view, place)
    }

    /// Whether the window shows a place.
    pub(super) fn shows(&self, place: Coordinates) -> bool {
        let (x, y) = self.project(place);
        (self.left..=self.right).contains(&x) && (self.bottom..=self.top).contains(&y)
    }

    /// The height of the window in pixels if it is this wide.
    pub(super) fn height_at_width(&self, width: i32) -> i32 {
        pixels(f64::from(width) * (self.top - self.bottom) / (self.right - self.left))
    }

    /// Where a point of the plane is on the sheet, if the window is as wide as `area`.
    pub(super) fn on_sheet(&self, (x, y): PlanePoint, area: Rect) -> Point {
        let scale = f64::from(area.width()) / (self.right - self.left);
        (area.left + pixels((x - self.left) * scale), area.top + pixels((self.top - y) * scale))
    }
}

/// Pixels of a sheet, which are far from the limits of the type.
fn pixels(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "pixels are few")]
    let pixels = value.round() as i32;
    pixels
}

fn project(view: MapView, place: Coordinates) -> PlanePoint {
    match view {
        MapView::World => natural_earth(place),
        MapView::NorthAmerica => albers(place),
    }
}

/// The Natural Earth projection of Patterson, in the polynomials of Šavrič and others (2011).
fn natural_earth(place: Coordinates) -> PlanePoint {
    let (lambda, phi) = (place.longitude.to_radians(), place.latitude.to_radians());
    let square = phi * phi;
    let fourth = square * square;
    let x = 0.8707 - 0.131_979 * square + fourth * (-0.013_791 + fourth * (0.003_971 * square - 0.001_529 * fourth));
    let y = 1.007_226 + square * (0.015_085 + fourth * (-0.044_475 + 0.028_874 * square - 0.005_916 * fourth));
    (lambda * x, phi * y)
}

/// Albers' equal-area conic projection of a sphere.
fn albers(place: Coordinates) -> PlanePoint {
    let (south, north) = (PARALLELS.0.to_radians(), PARALLELS.1.to_radians());
    let n = f64::midpoint(south.sin(), north.sin());
    let c = south.cos() * south.cos() + 2.0 * n * south.sin();
    let radius = |latitude: f64| (c - 2.0 * n * latitude.to_radians().sin()).sqrt() / n;
    let angle = n * (place.longitude - CENTER.longitude).to_radians();
    let from_pole = radius(place.latitude);
    (from_pole * angle.sin(), radius(CENTER.latitude) - from_pole * angle.cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Coordinates {
        Coordinates { latitude, longitude }
    }

    #[test]
    fn the_world_has_the_published_dimensions() {
        // The equator is 0.8707 of the globe's, and almost twice as long as the meridian.
        let (equator, _) = natural_earth(at(0.0, 180.0));
        assert!((equator - 0.8707 * std::f64::consts::PI).abs() < 1e-9);
        let (_, pole) = natural_earth(at(90.0, 0.0));
        assert!((2.0 * equator / (2.0 * pole) - 1.9227).abs() < 0.01, "{}", equator / pole);
        let (west, _) = natural_earth(at(40.0, -100.0));
        let (east, _) = natural_earth(at(40.0, 100.0));
        assert!(west < 0.0 && (west + east).abs() < 1e-12);
    }

    #[test]
    fn albers_keeps_areas() {
        // Two cells of a degree, in the south and in the north, have areas in proportion to the cosine.
        let area = |latitude: f64| {
            let corners = [(-0.5, -0.5), (-0.5, 0.5), (0.5, 0.5), (0.5, -0.5)];
            let points = corners.map(|(down, right)| albers(at(latitude + down, -100.0 + right)));
            (0..4).map(|i| points[i].0 * points[(i + 1) % 4].1 - points[(i + 1) % 4].0 * points[i].1).sum::<f64>()
        };
        let expected = 25.0_f64.to_radians().cos() / 50.0_f64.to_radians().cos();
        assert!((area(25.0) / area(50.0) - expected).abs() < 0.001);
    }

    #[test]
    fn the_windows_show_what_they_should() {
        let america = Projection::new(MapView::NorthAmerica);
        for (latitude, longitude) in
            [(47.61, -122.33), (25.76, -80.19), (42.36, -71.06), (25.9, -97.5), (51.05, -114.07)]
        {
            assert!(america.shows(at(latitude, longitude)), "{latitude} {longitude}");
        }
        for (latitude, longitude) in [(23.13, -82.38), (18.47, -66.11), (40.42, -3.7), (-33.45, -70.67)] {
            assert!(!america.shows(at(latitude, longitude)), "{latitude} {longitude}");
        }
        let world = Projection::new(MapView::World);
        for (latitude, longitude) in [(-41.29, 174.78), (64.1, -21.9), (-17.8, 178.0), (-34.6, -58.38)] {
            assert!(world.shows(at(latitude, longitude)), "{latitude} {longitude}");
        }
        let height = world.height_at_width(1000);
        assert!((300..520).contains(&height), "{height}");
    }
}
