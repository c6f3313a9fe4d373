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
use super::svg_writer::{SvgTexts, SvgWriter};
use super::text::{self, TextStyle, Weight};

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
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The sheet.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SvgWriter<'a>, Shift>,
}

impl<'a> Canvas<'a> {
    /// A white sheet that writes its SVG into `svg`, up to [`Self::finish`].
    pub(super) fn new(
        svg: &'a mut String,
        (width, height): (i32, i32),
        texts: &SvgTexts<'_>,
    ) -> Result<Self, ChartError> {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let canvas = Self { area: SvgWriter::new(svg, size, texts).into_drawing_area() };
        canvas.rect(Rect { left: 0, top: 0, right: width, bottom: height }, WHITE)?;
        Ok(canvas)
    }

    /// Ends the document.
    pub(super) fn finish(self) -> Result<(), ChartError> {
        self.area.present().map_err(ChartError::drawing_failed)
    }

    pub(super) fn rect(&self, rect: Rect, color: RGBColor) -> Result<(), ChartError> {
        let corners = [(rect.left, rect.top), (rect.right, rect.bottom)];
        self.area.draw(&Rectangle::new(corners, color.filled())).map_err(ChartError::drawing_failed)
    }

    pub(super) fn line(&self, from: Point, to: Point, color: RGBColor) -> Result<(), ChartError> {
        self.path(vec![from, to], color, 2)
    }

    pub(super) fn path(&self, points: Vec<Point>, color: RGBColor, width: u32) -> Result<(), ChartError> {
        let style = ShapeStyle::from(color).stroke_width(width);
        self.area.draw(&PathElement::new(points, style)).map_err(ChartError::drawing_failed)
    }

    pub(super) fn polygon(&self, points: Vec<Point>, color: RGBColor) -> Result<(), ChartError> {
        self.area.draw(&Polygon::new(points, color.filled())).map_err(ChartError::drawing_failed)
    }

    /// Draws a dot with a white rim, so that it stands out from its line.
    pub(super) fn dot(&self, center: Point, color: RGBColor) -> Result<(), ChartError> {
        for (radius, color) in [(8, WHITE), (6, color)] {
            self.area.draw(&Circle::new(center, radius, color.filled())).map_err(ChartError::drawing_failed)?;
        }
        Ok(())
    }

    /// Draws a line of text whose base line runs through `at`.
    pub(super) fn draw_text(&self, text: &str, at: Point, anchor: Anchor, style: TextStyle) -> Result<(), ChartError> {
        let weight = match style.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        };
        let h_pos = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let font = FontDesc::new(FontFamily::Name(text::FAMILY), f64::from(style.size), weight);
        let style = font.color(&style.color).pos(Pos::new(h_pos, VPos::Bottom));
        self.area.draw(&Text::new(text, at, style)).map_err(ChartError::drawing_failed)
    }

    /// Draws a line of text on a white ground, so that no line of the grid runs through it.
    pub(super) fn text_on_white(
        &self,
        text: &str,
        at: Point,
        anchor: Anchor,
        style: TextStyle,
    ) -> Result<(), ChartError> {
        let width = style.width(text);
        let left = match anchor {
            Anchor::Start => at.0,
            Anchor::Middle => at.0 - width / 2,
            Anchor::End => at.0 - width,
        };
        let ground = Rect { left: left - 2, top: at.1 - style.size * 4 / 5, right: left + width + 2, bottom: at.1 + 4 };
        self.rect(ground, WHITE)?;
        self.draw_text(text, at, anchor, style)
    }

    /// Draws a line of text that is vertically centred on `middle`.
    pub(super) fn text_middle(
        &self,
        text: &str,
        (x, middle): Point,
        anchor: Anchor,
        style: TextStyle,
    ) -> Result<(), ChartError> {
        self.draw_text(text, (x, middle + style.middle()), anchor, style)
    }
}
