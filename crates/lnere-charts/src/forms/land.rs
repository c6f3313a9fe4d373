/*!
The land of maps, without borders.
*/

use lnere_core::catalog::Coordinates;

use super::super::ChartError;
use super::super::canvas::{Canvas, Point, Rect};
use super::super::palette::{LAND_COLOR, WHITE};
use super::map_projection::Projection;

/// Rings of points; `crates/lnere-charts/land` has the source and the script that converted it.
const LAND: &str = include_str!("../../land/land_110m.txt");

/// A closed line around land or around a lake.
struct Ring {
    is_lake: bool,
    points: Vec<Coordinates>,
}

/// Draws the land in an area.
pub(super) fn draw(canvas: &Canvas<'_>, projection: &Projection, area: Rect) -> Result<(), ChartError> {
    for ring in rings() {
        let points = ring.points.iter().map(|place| projection.on_sheet(projection.project(*place), area));
        let mut points: Vec<Point> = clip(points.collect(), area);
        points.dedup();
        if points.len() > 2 {
            canvas.fill_polygon(points, if ring.is_lake { WHITE } else { LAND_COLOR })?;
        }
    }
    Ok(())
}

/// The rings of the carried file. Its lines hold hundredths of degrees, which a test reads.
fn rings() -> impl Iterator<Item = Ring> {
    LAND.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (is_lake, steps) = line.strip_prefix("- ").map_or((false, line), |steps| (true, steps));
        let (mut x, mut y) = (0, 0);
        let points = steps.split(' ').filter_map(|step| {
            let (right, up) = step.split_once(',')?;
            x += right.parse::<i32>().ok()?;
            y += up.parse::<i32>().ok()?;
            Some(Coordinates { latitude: f64::from(y) / 100.0, longitude: f64::from(x) / 100.0 })
        });
        Ring { is_lake, points: points.collect() }
    })
}

/// The part of a polygon in a rectangle, cut at one edge after the other (Sutherland and Hodgman).
fn clip(points: Vec<Point>, area: Rect) -> Vec<Point> {
    let mirror = |points: Vec<Point>| points.into_iter().map(|(x, y)| (y, x)).collect::<Vec<Point>>();
    let points = clip_at(points, area.left, false);
    let points = clip_at(points, area.right, true);
    let points = clip_at(mirror(points), area.top, false);
    mirror(clip_at(points, area.bottom, true))
}

/// The part of a polygon to the right of a vertical line, or to the left of it.
fn clip_at(points: Vec<Point>, edge: i32, keeps_left: bool) -> Vec<Point> {
    let is_kept = |(x, _): Point| if keeps_left { x <= edge } else { x >= edge };
    let Some(last) = points.last().copied() else { return points };
    let mut kept = Vec::with_capacity(points.len());
    let mut previous = last;
    for point in points {
        if is_kept(point) != is_kept(previous) {
            let (dx, dy) = (i64::from(point.0 - previous.0), i64::from(point.1 - previous.1));
            let up = i64::from(edge - previous.0) * dy / dx;
            kept.push((edge, previous.1 + i32::try_from(up).unwrap_or(0)));
        }
        if is_kept(point) {
            kept.push(point);
        }
        previous = point;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_carried_file_is_land() {
        let rings: Vec<Ring> = rings().collect();
        assert!(rings.len() > 100 && rings.iter().filter(|ring| ring.is_lake).count() == 1, "the Caspian Sea");
        for ring in &rings {
            assert!(ring.points.len() > 2);
            for point in &ring.points {
                assert!(point.latitude.abs() <= 90.0 && point.longitude.abs() <= 180.0, "{point:?}");
            }
        }
        // Each step of the file is a point.
        let steps: usize =
            LAND.lines().filter(|line| !line.starts_with('#')).map(|line| line.matches(',').count()).sum();
        assert_eq!(steps, rings.iter().map(|ring| ring.points.len()).sum::<usize>());
    }

    #[test]
    fn a_polygon_is_cut_at_the_edges() {
        let area = Rect { left: 0, top: 0, right: 10, bottom: 10 };
        assert_eq!(clip(vec![(2, 2), (8, 2), (8, 8)], area), [(2, 2), (8, 2), (8, 8)]);
        let mut cut = clip(vec![(-10, 5), (5, -10), (20, 5), (5, 20)], area);
        cut.sort_unstable();
        assert!(cut.iter().all(|(x, y)| (0..=10).contains(x) && (0..=10).contains(y)), "{cut:?}");
        assert_eq!(clip(vec![(20, 20), (30, 20), (30, 30)], area), []);
    }
}
