/*!
Cuts the heading off a chart for pages that print the title as text. A chart that is taller than the
page is cut into pieces. The title and the description are returned as text.
*/

use roxmltree::{Document, Node};

use super::chart_frame::{CHART_WIDTH, MARGIN};
use super::svg_writer::HEADING_HEIGHT_ATTRIBUTE;

/// The space at each side after the margin is cut; labels may overlap it slightly.
const SIDE_SPACE: i32 = 8;

/// A published chart without its heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartWithoutHeading {
    /// The title.
    pub title: String,
    /// The picture in words.
    pub description: String,
    /// The picture, from top to bottom.
    pub pieces: Vec<ChartPiece>,
}

/// A part of a chart, as wide as the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartPiece {
    /// The SVG document.
    pub svg: String,
    /// Its width in pixels.
    pub width: i32,
    /// Its height in pixels.
    pub height: i32,
}

/// Cuts the heading off a chart that [`render`](super::render) drew. Cuts the rest into pieces of
/// similar height if it is taller than `max_height` pixels. Cuts follow the lines from margin to
/// margin. Returns `None` for any other SVG.
#[must_use]
pub fn chart_without_heading(svg: &str, max_height: i32) -> Option<ChartWithoutHeading> {
    let document = Document::parse(svg).ok()?;
    let root = document.root_element();
    let (bottom, heading) = (integer_attribute(root, "height")?, integer_attribute(root, HEADING_HEIGHT_ATTRIBUTE)?);
    let text = |name: &str| {
        let element = root.children().find(|child| child.tag_name().name() == name)?;
        Some(element.text().unwrap_or_default().to_owned())
    };
    let (title, description) = (text("title")?, text("desc")?);

    let count = 1 + (bottom - heading - 1).max(0) / max_height.max(1);
    let ideal = (1..count).map(|place| heading + (bottom - heading) * place / count);
    let cuts: Vec<i32> = root.children().filter_map(full_width_line_y).collect();
    let mut edges = vec![heading];
    edges.extend(ideal.filter_map(|ideal| cuts.iter().copied().min_by_key(|cut| cut.abs_diff(ideal))));
    edges.push(bottom);
    edges.dedup();
    // Each piece keeps the attributes of the root from the namespace on; it has its own size and
    // view box.
    let opening = &svg[root.range().start..root.first_child()?.range().start];
    let attributes = &opening[opening.find(" xmlns=")?..];
    let piece = |edges: &[i32]| {
        let (left, top, height) = (MARGIN - SIDE_SPACE, edges[0], edges[1] - edges[0]);
        let width = CHART_WIDTH - 2 * left;
        let mut piece = format!("<svg width=\"{width}\" height=\"{height}\" viewBox=\"{left} {top} {width} {height}\"");
        piece.push_str(attributes);
        piece.push('\n');
        for element in root.children().filter(|child| child.is_element() && overlaps(*child, top, edges[1])) {
            piece.push_str(&svg[element.range()]);
            piece.push('\n');
        }
        piece.push_str("</svg>\n");
        ChartPiece { svg: piece, width, height }
    };
    Some(ChartWithoutHeading { title, description, pieces: edges.windows(2).map(piece).collect() })
}

/// The title of a chart that [`render`](super::render) drew: its message, or its topic. `None` for
/// any other SVG.
#[must_use]
pub fn chart_title(svg: &str) -> Option<String> {
    // The title is the first element, so the rest of the document is not read.
    let end = svg.find("</title>")?;
    let document = format!("{}</title></svg>", &svg[..end]);
    let document = Document::parse(&document).ok()?;
    integer_attribute(document.root_element(), HEADING_HEIGHT_ATTRIBUTE)?;
    Some(document.root_element().first_element_child()?.text().unwrap_or_default().to_owned())
}

/// The whole number in an attribute.
fn integer_attribute(element: Node<'_, '_>, attribute: &str) -> Option<i32> {
    element.attribute(attribute)?.parse().ok()
}

/// The vertical position of a line that runs from margin to margin.
fn full_width_line_y(element: Node<'_, '_>) -> Option<i32> {
    let (from, to) = element.attribute("points")?.trim().split_once(' ')?;
    let (y, end) = (from.strip_prefix(&format!("{MARGIN},"))?, to.strip_prefix(&format!("{},", CHART_WIDTH - MARGIN))?);
    (element.tag_name().name() == "polyline" && y == end).then(|| y.parse().ok()).flatten()
}

/// Whether any part of a text or bar may be visible between two vertical positions.
fn overlaps(element: Node<'_, '_>, top: i32, bottom: i32) -> bool {
    let y = integer_attribute(element, "y");
    let reach = match element.tag_name().name() {
        "text" => y.map(|base| (base, base)),
        "rect" => y.zip(integer_attribute(element, "height")).map(|(y, height)| (y, y + height)),
        _ => None,
    };
    reach.is_none_or(|(from, to)| from <= bottom && to >= top)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE_SVG: &str = "<svg width=\"1600\" height=\"500\" viewBox=\"0 0 1600 500\" xmlns=\"x\" data-encabezado=\"100\" a=\"b\">\n\
        <title id=\"t\">Uno &amp; otro</title>\n<desc id=\"d\">Dos</desc>\n\
        <rect x=\"0\" y=\"0\" width=\"1600\" height=\"500\"/>\n<text x=\"9\" y=\"150\">arriba</text>\n\
        <polyline stroke=\"#E2E5EA\" points=\"48,310 1552,310 \"/>\n<text x=\"9\" y=\"450\">abajo</text>\n</svg>\n";

    #[test]
    fn the_heading_goes_and_its_words_stay() {
        let body = chart_without_heading(EXAMPLE_SVG, 400).unwrap();
        assert_eq!((body.title.as_str(), body.description.as_str()), ("Uno & otro", "Dos"));
        let [piece] = body.pieces.as_slice() else { panic!("one piece") };
        assert_eq!((piece.width, piece.height), (1520, 400));
        assert!(piece.svg.starts_with("<svg width=\"1520\" height=\"400\" viewBox=\"40 100 1520 400\" xmlns=\"x\""));
        assert!(piece.svg.ends_with(&EXAMPLE_SVG[EXAMPLE_SVG.find(" data-").unwrap()..]), "all else is as it was");
    }

    #[test]
    fn what_is_too_tall_is_cut_along_a_line() {
        let pieces = chart_without_heading(EXAMPLE_SVG, 399).unwrap().pieces;
        assert_eq!(pieces.iter().map(|piece| piece.height).collect::<Vec<_>>(), [210, 190]);
        assert!(pieces[0].svg.contains("arriba") && !pieces[0].svg.contains("abajo"));
        assert!(!pieces[1].svg.contains("arriba") && pieces[1].svg.contains("abajo"));
        assert!(pieces.iter().all(|piece| piece.svg.contains("<rect ") && piece.svg.ends_with("</svg>\n")));
    }

    #[test]
    fn other_drawings_are_left_alone() {
        assert_eq!(chart_without_heading("<svg width=\"10\" height=\"10\" xmlns=\"x\"></svg>", 100), None);
        assert_eq!(chart_without_heading("no drawing", 100), None);
        assert_eq!(chart_title("<svg xmlns=\"x\"><title>Otro</title></svg>"), None);
        assert_eq!(chart_title("no drawing"), None);
        assert_eq!(chart_title(EXAMPLE_SVG).as_deref(), Some("Uno & otro"));
    }
}
