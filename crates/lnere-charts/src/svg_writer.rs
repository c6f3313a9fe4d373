/*!
Writes the SVG of a chart: a plotters backend that adds title, description and fonts.

Each element is on a line of its own, and coordinates are whole pixels. Only the radii of circles have
tenths.
*/

use std::convert::Infallible;
use std::fmt::{Arguments, Write};

use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::text_style::{self, FONT_FAMILY, SUBTITLE_STYLE};
use lnere_core::xml_escape::escape;

/// Font families of similar width, for viewers that do not have the carried font.
const FALLBACK_FONT_FAMILIES: &str = "'Helvetica Neue', Arial, sans-serif";

/// The width of a text in the widest of these families, in hundredths of its width in the carried
/// font. Linux has `DejaVu Sans` as its `sans-serif`, whose bold letters are the widest.
const WIDEST_FALLBACK_PERCENT: i32 = 130;

/// The attribute of the root element that holds the height of title and subtitle.
pub(super) const HEADING_HEIGHT_ATTRIBUTE: &str = "data-encabezado";

/// The texts that the SVG carries about itself.
pub(super) struct SvgHeader<'a> {
    pub id_prefix: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// The height of title and subtitle in pixels.
    pub heading_height: i32,
}

/// Writes an SVG document into a string.
pub(super) struct SvgWriter<'a> {
    svg: &'a mut String,
    size: (u32, u32),
    is_closed: bool,
}

/// The result of drawing; writing into a string does not fail.
type DrawResult = Result<(), DrawingErrorKind<Infallible>>;

impl<'a> SvgWriter<'a> {
    /// Begins a document of the given size in pixels.
    pub(super) fn new(svg: &'a mut String, (width, height): (u32, u32), texts: &SvgHeader<'_>) -> Self {
        let id = escape(texts.id_prefix);
        let mut writer = Self { svg, size: (width, height), is_closed: false };
        writer.write_line(format_args!(
            "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             xmlns=\"http://www.w3.org/2000/svg\" lang=\"es-MX\" role=\"img\" \
             aria-labelledby=\"{id}-titulo {id}-descripcion\" {HEADING_HEIGHT_ATTRIBUTE}=\"{}\" \
             font-family=\"'{FONT_FAMILY}', {FALLBACK_FONT_FAMILIES}\">",
            texts.heading_height
        ));
        writer.write_line(format_args!("<title id=\"{id}-titulo\">{}</title>", escape(texts.title)));
        writer.write_line(format_args!("<desc id=\"{id}-descripcion\">{}</desc>", escape(texts.description)));
        writer
    }

    fn write_line(&mut self, element: Arguments<'_>) {
        // Writing into a string does not fail.
        let _ = self.svg.write_fmt(element);
        self.svg.push('\n');
    }
}

impl DrawingBackend for SvgWriter<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> DrawResult {
        Ok(())
    }

    /// Ends the document.
    fn present(&mut self) -> DrawResult {
        if !self.is_closed {
            self.write_line(format_args!("</svg>"));
            self.is_closed = true;
        }
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> DrawResult {
        self.write_line(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" fill=\"{}\"/>",
            hex_color(color)
        ));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> DrawResult {
        self.write_line(format_args!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" {}/>",
            right - left,
            bottom - top,
            paint_attributes(style, fill)
        ));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> DrawResult {
        let paint = paint_attributes(style, false);
        self.write_line(format_args!("<polyline {paint} points=\"{}\"/>", points_attribute(path)));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> DrawResult {
        self.write_line(format_args!(
            "<polygon {} points=\"{}\"/>",
            paint_attributes(style, true),
            points_attribute(path)
        ));
        Ok(())
    }

    /// Writes a circle whose radius is given in tenths of a pixel: areas of small circles are only
    /// in proportion with such radii.
    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> DrawResult {
        let (whole, tenths) = (radius / 10, radius % 10);
        let decimals = if tenths == 0 { String::new() } else { format!(".{tenths}") };
        self.write_line(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{whole}{decimals}\" {}/>",
            paint_attributes(style, fill)
        ));
        Ok(())
    }

    /// Writes a line of text whose base line runs through its point.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> DrawResult {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let is_bold = matches!(style.style(), FontStyle::Bold);
        let weight = if is_bold { " font-weight=\"bold\"" } else { "" };
        let (size, fill) = (style.size(), hex_color(style.color()));
        #[expect(clippy::cast_possible_truncation, reason = "sizes are whole pixels")]
        let pixels = size.round() as i32;
        let own_width = text_style::width(text, is_bold, pixels);
        // The width of a text that another font would carry beyond the edge is set, so that the viewer
        // condenses the letters. All lines of a heading are condensed alike.
        let is_heading = pixels >= SUBTITLE_STYLE.size;
        let widest = own_width * WIDEST_FALLBACK_PERCENT / 100;
        let (left, right) = match style.anchor().h_pos {
            HPos::Left => (x, x + widest),
            HPos::Center => (x - widest / 2, x + widest / 2),
            HPos::Right => (x - widest, x),
        };
        let picture_width = i32::try_from(self.size.0).unwrap_or(i32::MAX);
        let length = if is_heading || left < 0 || right > picture_width {
            format!(" textLength=\"{own_width}\" lengthAdjust=\"spacingAndGlyphs\"")
        } else {
            String::new()
        };
        self.write_line(format_args!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{fill}\"{weight}{length}>{}</text>",
            escape(text)
        ));
        Ok(())
    }
}

/// The attributes of a filled shape, or of a line.
fn paint_attributes(style: &impl BackendStyle, fill: bool) -> String {
    let color = hex_color(style.color());
    let alpha = style.color().alpha;
    if fill && alpha < 1.0 {
        format!("fill=\"{color}\" fill-opacity=\"{alpha}\"")
    } else if fill {
        format!("fill=\"{color}\"")
    } else {
        format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"{}\"", style.stroke_width())
    }
}

/// A colour as `#RRGGBB`, without its opacity.
fn hex_color(color: BackendColor) -> String {
    let (red, green, blue) = color.rgb;
    format!("#{red:02X}{green:02X}{blue:02X}")
}

fn points_attribute(path: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut points = String::new();
    for (x, y) in path {
        points.push_str(&format!("{x},{y} "));
    }
    points
}

#[cfg(test)]
mod tests {
    use plotters::style::text_anchor::{Pos, VPos};
    use plotters::style::{BLACK, FontDesc, FontFamily, ShapeStyle, WHITE};

    use super::*;

    #[test]
    fn the_document_says_what_the_picture_is() {
        let mut svg = String::new();
        let texts =
            SvgHeader { id_prefix: "a-09", title: "Avance <diario>", description: "Año 2020", heading_height: 90 };
        let mut writer = SvgWriter::new(&mut svg, (10, 20), &texts);
        writer.draw_rect((0, 0), (10, 20), &WHITE, true).unwrap();
        writer.draw_path([(1, 2), (3, 4)], &ShapeStyle::from(BLACK).stroke_width(2)).unwrap();
        writer.present().unwrap();
        writer.present().unwrap();
        assert_eq!(
            svg,
            "<svg width=\"10\" height=\"20\" viewBox=\"0 0 10 20\" xmlns=\"http://www.w3.org/2000/svg\" lang=\"es-MX\" \
             role=\"img\" aria-labelledby=\"a-09-titulo a-09-descripcion\" data-encabezado=\"90\" \
             font-family=\"'Noto Sans', 'Helvetica Neue', Arial, sans-serif\">\n\
             <title id=\"a-09-titulo\">Avance &lt;diario&gt;</title>\n<desc id=\"a-09-descripcion\">Año 2020</desc>\n\
             <rect x=\"0\" y=\"0\" width=\"10\" height=\"20\" fill=\"#FFFFFF\"/>\n\
             <polyline fill=\"none\" stroke=\"#000000\" stroke-width=\"2\" points=\"1,2 3,4 \"/>\n</svg>\n"
        );
    }

    #[test]
    fn a_text_that_a_wider_font_would_cut_off_has_its_width() {
        let texts = SvgHeader { id_prefix: "a", title: "", description: "", heading_height: 0 };
        let text = "Se esperan 39,246 solicitudes al cierre";
        let written = |x: i32, anchor: HPos, size: f64, picture_width: u32| {
            let mut svg = String::new();
            let mut writer = SvgWriter::new(&mut svg, (picture_width, 50), &texts);
            let font = FontDesc::new(FontFamily::Name(FONT_FAMILY), size, FontStyle::Bold);
            let style = font.color(&BLACK).pos(Pos::new(anchor, VPos::Bottom));
            writer.draw_text(text, &style, (x, 20)).unwrap();
            svg
        };
        let width = text_style::width(text, true, 26);
        let picture_width = u32::try_from(width).unwrap() + 96;
        let length = format!(" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\">");
        for (x, anchor) in [(48, HPos::Left), (48 + width / 2, HPos::Center), (48 + width, HPos::Right)] {
            assert!(written(x, anchor, 26.0, picture_width).contains(&length), "{x}");
        }
        // With enough room the text may be as wide as the font of the viewer makes it.
        assert!(!written(48, HPos::Left, 26.0, 2 * picture_width).contains("textLength"));
        assert!(written(48, HPos::Left, 42.0, 3 * picture_width).contains("textLength"), "a title");
    }
}
