/*!
Draws a circle for each place on land without borders. The area of a circle is proportional to its
count. The largest places of a panel have their names and counts beside them.
*/

use std::collections::HashMap;

use super::super::canvas::{Canvas, Point, Rect, TextAnchor};
use super::super::chart_frame::{CHART_WIDTH, ChartContent, MARGIN};
use super::super::chart_values::{Bar, ScopedRows};
use super::super::definition::{MapForm, MapPanel, MapPoints};
use super::super::palette::{BASE_LINE_COLOR, MUTED_TEXT_COLOR};
use super::super::text_style::{AXIS_STYLE, LABEL_STYLE, TICK_STYLE};
use super::super::{ChartContext, ChartError};
use super::label_placement::{self, NamedCircle};
use super::land;
use super::map_projection::Projection;
use lnere_core::catalog::Coordinates;
use lnere_core::mexican_formats::integer;
use lnere_statements::Statistics;

/// The width of a panel below the first one, in hundredths of the chart's width.
const LATER_PANEL_HUNDREDTHS: i32 = 66;
const PANEL_GAP: i32 = 28;
/// The height of the heading of a panel.
const HEADING_HEIGHT: i32 = 44;
/// The smallest radius that can be seen, in tenths of a pixel.
const MIN_RADIUS_TENTHS: i32 = 25;
/// The width in pixels above which a name is broken into lines.
const MAX_NAME_WIDTH: i32 = 240;
/// The parts of the largest round count that the legend shows too.
const LEGEND_PARTS: [i64; 3] = [1, 6, 40];
/// The least distance between two counts of the legend.
const LEGEND_STEP: i32 = 34;
/// The most places off the map that the note lists.
const MAX_LISTED_OMISSIONS: usize = 6;

/// The picture.
pub(super) struct MapChart<'d> {
    form: &'d MapForm,
    panels: Vec<PanelPlaces<'d>>,
    /// The largest count of a place on the map.
    largest_count: i64,
    total: i64,
    /// Those of all places, on the map or not.
    statistics: Statistics,
    /// The places whose coordinates no catalogue has.
    unlocated: Vec<Bar>,
    /// The places that are beyond the edges of all panels.
    beyond_edges: Vec<Bar>,
}

/// The places of a panel, the largest first.
struct PanelPlaces<'d> {
    definition: &'d MapPanel,
    projection: Projection,
    places: Vec<Place>,
}

struct Place {
    label: String,
    count: i64,
    coordinates: Coordinates,
}

impl<'d> MapChart<'d> {
    pub(super) fn new(form: &'d MapForm, rows: &ScopedRows<'_>, context: &ChartContext) -> Result<Self, ChartError> {
        let catalogue: &HashMap<String, Coordinates> = match form.points {
            MapPoints::Countries => &context.country_coordinates,
            MapPoints::Offices => &context.office_coordinates,
        };
        let bar_set = rows.bars(&form.places(), &[&form.measure.column], context, None)?;
        let statistics = bar_set.statistics();
        let mut panels: Vec<PanelPlaces<'_>> = form
            .panels
            .iter()
            .map(|definition| PanelPlaces {
                definition,
                projection: Projection::new(definition.view),
                places: Vec::new(),
            })
            .collect();
        let (mut unlocated, mut beyond_edges) = (Vec::new(), Vec::new());
        let total = bar_set.measure_totals.iter().copied().flatten().sum();
        for bar in bar_set.bars {
            let count = bar.measure_counts.first().copied().flatten().unwrap_or(0);
            if count <= 0 {
                continue;
            }
            let coordinates = bar.key.last().and_then(|code| catalogue.get(code)).copied();
            let Some(coordinates) = coordinates else {
                unlocated.push(bar);
                continue;
            };
            match panels.iter_mut().find(|panel| panel.projection.shows(coordinates)) {
                Some(panel) => panel.places.push(Place { label: bar.label, count, coordinates }),
                None => beyond_edges.push(bar),
            }
        }
        let largest_count = panels.iter().flat_map(|panel| &panel.places).map(|place| place.count).max().unwrap_or(0);
        Ok(Self { form, panels, largest_count, total, statistics, unlocated, beyond_edges })
    }

    /// The radius of a circle in tenths of a pixel: its square is proportional to the count.
    fn radius_tenths(&self, count: i64) -> i32 {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let share = (count as f64 / self.largest_count.max(1) as f64).sqrt();
        #[expect(clippy::cast_possible_truncation, reason = "pixels are few")]
        let radius = (share * f64::from(self.form.largest_radius.get()) * 10.0).round() as i32;
        radius.max(MIN_RADIUS_TENTHS)
    }

    /// The areas of the panels in an area, from its top down.
    fn panel_areas(&self, area: Rect) -> Vec<Rect> {
        let mut top = area.top;
        let place = |(index, panel): (usize, &PanelPlaces<'_>)| {
            let width = if index == 0 { area.width() } else { area.width() * LATER_PANEL_HUNDREDTHS / 100 };
            top += panel.heading_height();
            let bottom = top + panel.projection.height_at_width(width);
            let rect = Rect { left: area.left, top, right: area.left + width, bottom };
            top = bottom + PANEL_GAP;
            rect
        };
        self.panels.iter().enumerate().map(place).collect()
    }

    /// The counts of the legend, the largest first.
    fn legend_counts(&self) -> Vec<i64> {
        let largest = round_down(self.largest_count);
        let mut counts: Vec<i64> = LEGEND_PARTS.iter().map(|part| round_down(largest / part)).collect();
        counts.retain(|count| *count > 0);
        counts.dedup();
        counts
    }

    /// The size of the legend.
    fn legend_size(&self) -> (i32, i32) {
        let counts = self.legend_counts();
        let radius = counts.first().map_or(0, |count| self.radius_tenths(*count) / 10);
        let texts: Vec<String> = counts.iter().map(|count| integer(*count)).collect();
        let texts = TICK_STYLE.max_width(texts.iter().map(String::as_str));
        let steps = i32::try_from(counts.len()).unwrap_or(0) * LEGEND_STEP;
        let heading = self.legend_heading();
        let heading_width = AXIS_STYLE.max_width(heading.iter().map(String::as_str));
        let heading_height = i32::try_from(heading.len()).unwrap_or(1) * AXIS_STYLE.line_height();
        ((2 * radius + 40 + texts).max(heading_width), heading_height + 20 + (2 * radius).max(steps) + 8)
    }

    fn legend_heading(&self) -> Vec<String> {
        AXIS_STYLE.wrap(&self.form.measure.label, 330)
    }

    /// Draws the circles of some round counts, one inside of the other.
    fn draw_legend(&self, canvas: &Canvas<'_>, place: Rect) -> Result<(), ChartError> {
        let mut top = place.top;
        for line in self.legend_heading() {
            canvas.draw_text(&line, (place.left, top + AXIS_STYLE.size), TextAnchor::Start, AXIS_STYLE)?;
            top += AXIS_STYLE.line_height();
        }
        let counts = self.legend_counts();
        let radius = counts.first().map_or(0, |count| self.radius_tenths(*count) / 10);
        let center = place.left + radius;
        let bottom = place.bottom - 4;
        let mut text_middle = i32::MIN;
        for count in counts {
            let radius_tenths = self.radius_tenths(count);
            let circle_top = bottom - radius_tenths / 5;
            canvas.draw_circle_outline((center, bottom - radius_tenths / 10), radius_tenths, MUTED_TEXT_COLOR)?;
            text_middle = circle_top.max(text_middle.saturating_add(LEGEND_STEP));
            let text = (center + radius + 36, text_middle);
            let line = vec![(center, circle_top), (center + radius + 8, text_middle), (text.0 - 6, text_middle)];
            canvas.draw_path(line, BASE_LINE_COLOR, 2)?;
            canvas.draw_text_centered_on(&integer(count), text, TextAnchor::Start, TICK_STYLE)?;
        }
        Ok(())
    }

    fn draw_panel(
        &self,
        canvas: &Canvas<'_>,
        panel: &PanelPlaces<'_>,
        area: Rect,
        legend: Rect,
    ) -> Result<(), ChartError> {
        if let Some(title) = &panel.definition.title {
            let heading = (area.left, area.top - HEADING_HEIGHT + AXIS_STYLE.size);
            canvas.draw_text(title, heading, TextAnchor::Start, AXIS_STYLE)?;
        }
        land::draw(canvas, &panel.projection, area)?;
        let on_sheet = |place: &Place| panel.projection.on_sheet(panel.projection.project(place.coordinates), area);
        for place in &panel.places {
            let (center, radius) = (on_sheet(place), self.radius_tenths(place.count));
            canvas.draw_see_through_circle(center, radius, self.form.measure.color.rgb())?;
        }
        let (named, unnamed) = panel.places.split_at(panel.named_count());
        let texts: Vec<Vec<String>> =
            named.iter().map(|place| LABEL_STYLE.wrap(&place.text(), MAX_NAME_WIDTH)).collect();
        let circle = |(place, lines): (&Place, &Vec<String>)| NamedCircle {
            center: on_sheet(place),
            radius: self.radius_tenths(place.count) / 10 + 1,
            name_size: (
                LABEL_STYLE.max_width(lines.iter().map(String::as_str)),
                i32::try_from(lines.len()).unwrap_or(1) * LABEL_STYLE.line_height(),
            ),
        };
        let circles: Vec<NamedCircle> = named.iter().zip(&texts).map(circle).collect();
        let others: Vec<(Point, i32)> =
            unnamed.iter().map(|place| (on_sheet(place), self.radius_tenths(place.count) / 10)).collect();
        let placements = label_placement::place_names(&circles, &others, &[legend], area);
        for (lines, name) in texts.iter().zip(placements) {
            let Some(name) = name else { continue };
            if let Some((from, to)) = name.line {
                canvas.draw_path(vec![from, to], MUTED_TEXT_COLOR, 2)?;
            }
            let mut middle = name.rect.top + LABEL_STYLE.line_height() / 2;
            for line in lines {
                let center = (name.rect.left.midpoint(name.rect.right), middle);
                canvas.draw_text_centered_on(line, center, TextAnchor::Middle, LABEL_STYLE)?;
                middle += LABEL_STYLE.line_height();
            }
        }
        Ok(())
    }
}

impl Place {
    fn text(&self) -> String {
        format!("{} {}", self.label, integer(self.count))
    }
}

impl PanelPlaces<'_> {
    fn heading_height(&self) -> i32 {
        if self.definition.title.is_some() { HEADING_HEIGHT } else { 0 }
    }

    fn named_count(&self) -> usize {
        self.definition.labelled_places.min(self.places.len())
    }
}

/// The count of some places, and of each of the first of them.
fn listed(places: &[Bar]) -> String {
    let count = |bar: &Bar| bar.measure_counts.first().copied().flatten().unwrap_or(0);
    let (first, others) = places.split_at(places.len().min(MAX_LISTED_OMISSIONS));
    let mut parts: Vec<String> = first.iter().map(|bar| format!("{} {}", bar.label, integer(count(bar)))).collect();
    if !others.is_empty() {
        parts.push(format!("otros lugares {}", integer(others.iter().map(count).sum())));
    }
    format!("{} ({})", integer(places.iter().map(count).sum()), parts.join("; "))
}

/// The largest of 1, 2 and 5 times a power of ten that is not above a count.
fn round_down(count: i64) -> i64 {
    let mut power: i64 = 1;
    while power.saturating_mul(10) <= count {
        power *= 10;
    }
    [5, 2, 1].into_iter().map(|factor| power.saturating_mul(factor)).find(|round| *round <= count).unwrap_or(0)
}

impl ChartContent for MapChart<'_> {
    fn is_empty(&self) -> bool {
        self.total == 0
    }

    fn height(&self) -> i32 {
        let area = Rect { left: 0, top: 0, right: CHART_WIDTH - 2 * MARGIN, bottom: 0 };
        self.panel_areas(area).last().map_or(0, |panel| panel.bottom)
    }

    fn case_count(&self) -> Option<i64> {
        Some(self.total)
    }

    fn own_note(&self) -> Option<String> {
        let omissions = [
            ("Fuera del mapa, por no tener ubicación", &self.unlocated),
            ("Fuera del mapa, por estar más allá de sus orillas", &self.beyond_edges),
        ];
        let sentences: Vec<String> = omissions
            .into_iter()
            .filter(|(_, places)| !places.is_empty())
            .map(|(reason, places)| format!("{reason}: {}.", listed(places)))
            .collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let areas = self.panel_areas(area);
        // With one panel the legend is in its lower left corner, on the ocean. With several it is
        // beside the last one.
        let (width, height) = self.legend_size();
        let Some(last) = areas.last() else { return Ok(()) };
        let left = if areas.len() > 1 { last.right + PANEL_GAP } else { last.left };
        let legend = Rect { left, top: last.bottom - height, right: left + width, bottom: last.bottom };
        for (panel, area) in self.panels.iter().zip(&areas) {
            self.draw_panel(canvas, panel, *area, legend)?;
        }
        if self.largest_count > 0 {
            self.draw_legend(canvas, legend)?;
        }
        Ok(())
    }

    fn statistics(&self) -> Statistics {
        let mut statistics = self.statistics.clone();
        if let Some((panel, title)) =
            self.panels.first().and_then(|panel| Some((panel, panel.definition.title.as_ref()?)))
        {
            statistics.set_text("panel", title.as_str());
            let count = panel.places.iter().map(|place| place.count).sum();
            statistics.set_share("panel_share", count, self.total);
        }
        statistics
    }

    fn text_alternative(&self) -> String {
        let panel = |panel: &PanelPlaces<'_>| {
            let (named, unnamed) = panel.places.split_at(panel.named_count());
            let mut parts: Vec<String> = named.iter().map(Place::text).collect();
            if !unnamed.is_empty() {
                let count = integer(unnamed.iter().map(|place| place.count).sum());
                let places = unnamed.len();
                parts.push(format!("otros ({places}) {count}"));
            }
            let parts = if parts.is_empty() { "ninguno".to_owned() } else { parts.join("; ") };
            panel.definition.title.as_ref().map_or_else(|| parts.clone(), |title| format!("{title}: {parts}"))
        };
        let panels: Vec<String> = self.panels.iter().map(panel).collect();
        let total = integer(self.total);
        format!("Mapa de círculos. {}: {total} en total. {}.", self.form.measure.label, panels.join(". "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_counts_are_not_above_the_count() {
        assert_eq!([0, 1, 4, 9, 25_896, 6_122].map(round_down), [0, 1, 2, 5, 20_000, 5_000]);
    }
}
