/*!
The sheet of a chart: draws the few shapes of charts with plotters, in whole pixels so that edges
are sharp.
*/

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle};

use super::ChartError;
use super::palette::WHITE;
use super::svg_writer::{SvgHeader, SvgWriter};
use super::text_style::{self, FontWeight, TextStyle};

/// A place on the sheet, from its upper left corner.
pub(super) type Point = (i32, i32);

/// A part of the sheet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rect {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl Rect {
    pub(super) fn width(&self) -> i32 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> i32 {
        self.bottom - self.top
    }
}

/// The part of a line of text that is placed at its point.
#[derive(Clone, Copy, Debug)]
pub(super) enum TextAnchor {
    Start,
    Middle,
    End,
}

/// The opacity of circles that overlap.
const CIRCLE_OPACITY: f64 = 0.5;

/// The sheet.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SvgWriter<'a>, Shift>,
}

impl<'a> Canvas<'a> {
    /// A white sheet that writes its SVG into `svg`, up to [`Self::finish`].
    pub(super) fn new(
        svg: &'a mut String,
        (width, height): (i32, i32),
        texts: &SvgHeader<'_>,
    ) -> Result<Self, ChartError> {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let canvas = Self { area: SvgWriter::new(svg, size, texts).into_drawing_area() };
        canvas.fill_rect(Rect { left: 0, top: 0, right: width, bottom: height }, WHITE)?;
        Ok(canvas)
    }

    /// Ends the document.
    pub(super) fn finish(self) -> Result<(), ChartError> {
        self.area.present().map_err(ChartError::drawing_failed)
    }

    pub(super) fn fill_rect(&self, rect: Rect, color: RGBColor) -> Result<(), ChartError> {
        let corners = [(rect.left, rect.top), (rect.right, rect.bottom)];
        self.area.draw(&Rectangle::new(corners, color.filled())).map_err(ChartError::drawing_failed)
    }

    pub(super) fn draw_line(&self, from: Point, to: Point, color: RGBColor) -> Result<(), ChartError> {
        self.draw_path(vec![from, to], color, 2)
    }

    pub(super) fn draw_path(&self, points: Vec<Point>, color: RGBColor, width: u32) -> Result<(), ChartError> {
        let style = ShapeStyle::from(color).stroke_width(width);
        self.area.draw(&PathElement::new(points, style)).map_err(ChartError::drawing_failed)
    }

    pub(super) fn fill_polygon(&self, points: Vec<Point>, color: RGBColor) -> Result<(), ChartError> {
        self.area.draw(&Polygon::new(points, color.filled())).map_err(ChartError::drawing_failed)
    }

    /// Draws a dot with a white rim, so that it stands out from its line.
    pub(super) fn draw_dot(&self, center: Point, color: RGBColor) -> Result<(), ChartError> {
        self.draw_dot_of_radius(center, 65, color)
    }

    /// As [`Self::draw_dot`], with its radius in tenths of a pixel.
    pub(super) fn draw_dot_of_radius(
        &self,
        center: Point,
        radius_tenths: i32,
        color: RGBColor,
    ) -> Result<(), ChartError> {
        for (radius, color) in [(radius_tenths + radius_tenths / 6, WHITE), (radius_tenths, color)] {
            self.area.draw(&Circle::new(center, radius, color.filled())).map_err(ChartError::drawing_failed)?;
        }
        Ok(())
    }

    /// Draws a circle through which others stay visible, with an outline.
    pub(super) fn draw_see_through_circle(
        &self,
        center: Point,
        radius_tenths: i32,
        color: RGBColor,
    ) -> Result<(), ChartError> {
        let draw = |style: ShapeStyle| self.area.draw(&Circle::new(center, radius_tenths, style));
        draw(color.mix(CIRCLE_OPACITY).filled()).map_err(ChartError::drawing_failed)?;
        draw(ShapeStyle::from(color).stroke_width(2)).map_err(ChartError::drawing_failed)
    }

    /// Draws the outline of a circle.
    pub(super) fn draw_circle_outline(
        &self,
        center: Point,
        radius_tenths: i32,
        color: RGBColor,
    ) -> Result<(), ChartError> {
        let style = ShapeStyle::from(color).stroke_width(2);
        self.area.draw(&Circle::new(center, radius_tenths, style)).map_err(ChartError::drawing_failed)
    }

    /// Draws a line of text whose base line runs through `at`.
    pub(super) fn draw_text(
        &self,
        text: &str,
        at: Point,
        anchor: TextAnchor,
        style: TextStyle,
    ) -> Result<(), ChartError> {
        let weight = match style.weight {
            FontWeight::Regular => FontStyle::Normal,
            FontWeight::Bold => FontStyle::Bold,
        };
        let h_pos = match anchor {
            TextAnchor::Start => HPos::Left,
            TextAnchor::Middle => HPos::Center,
            TextAnchor::End => HPos::Right,
        };
        let font = FontDesc::new(FontFamily::Name(text_style::FONT_FAMILY), f64::from(style.size), weight);
        let style = font.color(&style.color).pos(Pos::new(h_pos, VPos::Bottom));
        self.area.draw(&Text::new(text, at, style)).map_err(ChartError::drawing_failed)
    }

    /// Draws a line of text on a white ground, so that no line of the grid runs through it.
    pub(super) fn draw_text_on_white(
        &self,
        text: &str,
        at: Point,
        anchor: TextAnchor,
        style: TextStyle,
    ) -> Result<(), ChartError> {
        let width = style.width(text);
        let left = match anchor {
            TextAnchor::Start => at.0,
            TextAnchor::Middle => at.0 - width / 2,
            TextAnchor::End => at.0 - width,
        };
        let background =
            Rect { left: left - 2, top: at.1 - style.size * 4 / 5, right: left + width + 2, bottom: at.1 + 4 };
        self.fill_rect(background, WHITE)?;
        self.draw_text(text, at, anchor, style)
    }

    /// Draws a line of text that is vertically centred on `middle`.
    pub(super) fn draw_text_centered_on(
        &self,
        text: &str,
        (x, middle): Point,
        anchor: TextAnchor,
        style: TextStyle,
    ) -> Result<(), ChartError> {
        self.draw_text(text, (x, middle + style.middle_to_base_line()), anchor, style)
    }
}
