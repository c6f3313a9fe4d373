/*!
Places the names of points on a map, so that no name covers another name or its circle.
*/

use super::super::canvas::{Point, Rect};

/// The distances of a name from its circle. Farther names have a line to their circle.
const DISTANCES: [i32; 11] = [6, 24, 42, 62, 84, 110, 140, 175, 215, 260, 310];
/// The largest distance that needs no line.
const MAX_DISTANCE_WITHOUT_LINE: i32 = 6;
/// The directions of a name from its circle, as parts of its radius: right, left, above, below, and
/// those between them.
const DIRECTIONS: [(f64, f64); 16] = [
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, -1.0),
    (0.0, 1.0),
    (0.71, -0.71),
    (-0.71, -0.71),
    (0.71, 0.71),
    (-0.71, 0.71),
    (0.38, -0.92),
    (-0.38, -0.92),
    (0.38, 0.92),
    (-0.38, 0.92),
    (0.92, -0.38),
    (-0.92, -0.38),
    (0.92, 0.38),
    (-0.92, 0.38),
];
/// What it costs to cover a circle without a name, or to lie nearer to another circle than to the
/// own one, in pixels of distance.
const COST_OF_COVERED_CIRCLE: i64 = 60;
const COST_OF_AMBIGUITY: i64 = 90;
/// The free space around a name.
const PADDING: i32 = 4;

/// A circle that gets a name of some size.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedCircle {
    pub center: Point,
    pub radius: i32,
    pub name_size: (i32, i32),
}

/// Where a name is.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedName {
    pub rect: Rect,
    /// The ends of the line between a circle and a name that is far from it.
    pub line: Option<(Point, Point)>,
}

/// A place for the name of each circle, the most important first. `None` if none is free.
/// `others` are circles without a name, which a name should rather not cover. `blocked` is taken.
pub(super) fn place_names(
    circles: &[NamedCircle],
    others: &[(Point, i32)],
    blocked: &[Rect],
    area: Rect,
) -> Vec<Option<PlacedName>> {
    let mut placed: Vec<PlacedName> = Vec::new();
    let mut result = Vec::with_capacity(circles.len());
    for (index, circle) in circles.iter().enumerate() {
        let is_free = |name: &PlacedName| {
            contains(area, name.rect)
                && blocked.iter().all(|rect| !overlap(name.rect, *rect))
                && placed.iter().all(|other| {
                    !overlap(name.rect, other.rect)
                        && name.line.is_none_or(|line| !crosses(line, other.rect))
                        && other.line.is_none_or(|line| !crosses(line, name.rect))
                })
                && circles.iter().enumerate().all(|(other, circle)| {
                    !covers(name.rect, circle.center, circle.radius)
                        && (other == index || name.line.is_none_or(|line| !touches(line, circle.center, circle.radius)))
                })
        };
        let cost = |name: &PlacedName| {
            let covered = others.iter().filter(|(center, radius)| covers(name.rect, *center, radius + PADDING)).count();
            let others = others.iter().copied();
            let named = circles.iter().enumerate().filter(|(other, _)| *other != index);
            let mut all = others.chain(named.map(|(_, circle)| (circle.center, circle.radius)));
            // A line says whose name it is.
            let own = distance(name.rect, circle.center, circle.radius);
            let is_ambiguous =
                name.line.is_none() && all.any(|(center, radius)| distance(name.rect, center, radius) <= own);
            let covered = i64::try_from(covered).unwrap_or(i64::MAX / COST_OF_COVERED_CIRCLE);
            covered * COST_OF_COVERED_CIRCLE + if is_ambiguous { COST_OF_AMBIGUITY } else { 0 }
        };
        // A name inside of its circle alone needs no other place. One inside of two circles could be
        // the name of either.
        let inside = inside_name(circle).filter(|name| {
            let named = circles.iter().enumerate().filter(|(other, _)| *other != index);
            let large = others.iter().copied().filter(|(_, radius)| radius * 2 > circle.radius);
            let mut rivals = named.map(|(_, other)| (other.center, other.radius)).chain(large);
            contains(area, name.rect) && !rivals.any(|(center, radius)| covers(name.rect, center, radius))
        });
        let best = inside.or_else(|| {
            let free = candidates(circle).filter(|(_, name)| is_free(name));
            free.min_by_key(|(distance, name)| i64::from(*distance) + cost(name)).map(|(_, name)| name)
        });
        placed.extend(best);
        result.push(best);
    }
    result
}

/// The name in the middle of a circle that is large enough.
fn inside_name(circle: &NamedCircle) -> Option<PlacedName> {
    let (width, height) = circle.name_size;
    let fits = i64::from(width).pow(2) + i64::from(height).pow(2) <= i64::from(2 * circle.radius - 8).pow(2);
    let (x, y) = circle.center;
    let rect = Rect { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
    fits.then_some(PlacedName { rect, line: None })
}

/// The places of a name around its circle, with their distances from it.
fn candidates(circle: &NamedCircle) -> impl Iterator<Item = (i32, PlacedName)> {
    let NamedCircle { center: (x, y), radius, name_size: (width, height) } = *circle;
    DISTANCES.into_iter().flat_map(move |distance| {
        DIRECTIONS.into_iter().map(move |(right, down)| {
            let at = |length: i32| {
                #[expect(clippy::cast_possible_truncation, reason = "pixels are few")]
                let along = |part: f64| (f64::from(length) * part).round() as i32;
                (x + along(right), y + along(down))
            };
            let (edge, end) = (at(radius + 1), at(radius + distance));
            // The corner or the side of the name that is nearest to its circle is at the end.
            let left = if right > 0.5 {
                end.0
            } else if right < -0.5 {
                end.0 - width
            } else {
                end.0 - width / 2
            };
            let top = if down > 0.5 {
                end.1
            } else if down < -0.5 {
                end.1 - height
            } else {
                end.1 - height / 2
            };
            let rect = Rect { left, top, right: left + width, bottom: top + height };
            (distance, PlacedName { rect, line: (distance > MAX_DISTANCE_WITHOUT_LINE).then_some((edge, end)) })
        })
    })
}

fn contains(area: Rect, rect: Rect) -> bool {
    rect.left >= area.left && rect.right <= area.right && rect.top >= area.top && rect.bottom <= area.bottom
}

fn overlap(one: Rect, other: Rect) -> bool {
    one.left < other.right + PADDING
        && other.left < one.right + PADDING
        && one.top < other.bottom + PADDING
        && other.top < one.bottom + PADDING
}

/// The square of the distance of a rectangle from a point.
fn square_distance(rect: Rect, (x, y): Point) -> i64 {
    let (dx, dy) = (x - x.clamp(rect.left, rect.right), y - y.clamp(rect.top, rect.bottom));
    i64::from(dx).pow(2) + i64::from(dy).pow(2)
}

/// The distance of a rectangle from the edge of a circle; negative if it covers a part of it.
fn distance(rect: Rect, center: Point, radius: i32) -> i64 {
    square_distance(rect, center).isqrt() - i64::from(radius)
}

/// Whether a rectangle covers a part of a circle.
fn covers(rect: Rect, center: Point, radius: i32) -> bool {
    square_distance(rect, center) < i64::from(radius).pow(2)
}

/// Points along a line that are few pixels apart.
fn points_along((from, to): (Point, Point)) -> impl Iterator<Item = Point> {
    let steps = ((to.0 - from.0).abs().max((to.1 - from.1).abs()) / 3).max(1);
    (0..=steps).map(move |step| (from.0 + (to.0 - from.0) * step / steps, from.1 + (to.1 - from.1) * step / steps))
}

fn crosses(line: (Point, Point), rect: Rect) -> bool {
    points_along(line)
        .any(|(x, y)| (rect.left - 2..=rect.right + 2).contains(&x) && (rect.top - 2..=rect.bottom + 2).contains(&y))
}

fn touches(line: (Point, Point), (x, y): Point, radius: i32) -> bool {
    let square = i64::from(radius + 1).pow(2);
    points_along(line).any(|(px, py)| i64::from(px - x).pow(2) + i64::from(py - y).pow(2) < square)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect { left: 0, top: 0, right: 1000, bottom: 600 };

    #[test]
    fn names_of_near_circles_do_not_overlap() {
        let circles: Vec<NamedCircle> = (0..8)
            .map(|index| NamedCircle {
                center: (500 + index * 12, 300 + index % 3 * 14),
                radius: 9,
                name_size: (150, 30),
            })
            .collect();
        let names = place_names(&circles, &[], &[], AREA);
        let placed: Vec<PlacedName> = names.into_iter().flatten().collect();
        assert!(placed.len() >= 6, "{}", placed.len());
        for (index, name) in placed.iter().enumerate() {
            assert!(contains(AREA, name.rect));
            assert!(placed[index + 1..].iter().all(|other| !overlap(name.rect, other.rect)));
            assert!(circles.iter().all(|circle| !covers(name.rect, circle.center, circle.radius)));
        }
    }

    #[test]
    fn a_large_circle_holds_its_name() {
        let circle = NamedCircle { center: (500, 300), radius: 100, name_size: (150, 30) };
        let name = place_names(&[circle], &[], &[], AREA)[0].unwrap();
        assert_eq!((name.rect.left, name.rect.top, name.line), (425, 285, None));
    }

    #[test]
    fn no_name_lies_in_two_circles() {
        let named = |x| NamedCircle { center: (x, 300), radius: 100, name_size: (150, 30) };
        // Two large circles overlap where their names would be.
        let circles = [named(450), named(550)];
        for name in place_names(&circles, &[], &[], AREA).into_iter().flatten() {
            assert!(circles.iter().all(|circle| !covers(name.rect, circle.center, circle.radius)), "{name:?}");
        }
        assert!(place_names(&circles, &[], &[], AREA).iter().all(Option::is_some));
        // A large circle without a name is as misleading, a small one is not.
        let beside = place_names(&[named(450)], &[((520, 300), 90)], &[], AREA)[0].unwrap();
        assert!(!covers(beside.rect, (520, 300), 90), "{beside:?}");
        let within = place_names(&[named(450)], &[((460, 300), 6)], &[], AREA)[0].unwrap();
        assert_eq!((within.rect.left, within.rect.top), (375, 285));
    }

    #[test]
    fn a_name_avoids_circles_without_a_name() {
        let circle = NamedCircle { center: (500, 300), radius: 10, name_size: (100, 30) };
        let name = place_names(&[circle], &[((560, 300), 10)], &[], AREA)[0].unwrap();
        assert!(name.rect.right < 500, "{name:?}");
    }
}
