/*!
Turns the output of plotters into the published SVG: adds title, description and fonts, and removes
redundant attributes.
*/

use super::text::FAMILY;
use lnere_core::xml_escape::{escape, unescape};

/// Families to fall back on, near in width, where a reader's program does not have ours.
const FALLBACK: &str = "'Helvetica Neue', Arial, sans-serif";

/// The root's attribute that says how far down title and subtitle reach.
pub(super) const HEADING: &str = "data-encabezado";

/// What the SVG says about itself.
pub(super) struct SvgTexts<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// The height of title and subtitle in pixels.
    pub heading: i32,
}

/// Rewrites plotters' output, which has each element on its own line and the content of a text on the
/// lines after the element's.
pub(super) fn finish(drawn: &str, words: &SvgTexts<'_>) -> String {
    let mut svg = String::with_capacity(drawn.len() + 1024);
    let mut lines = drawn.lines();
    if let Some(opening) = lines.next() {
        svg.push_str(&root(opening, words));
    }
    let family = format!(" font-family=\"{FAMILY}\"");
    let mut in_text = false;
    for line in lines {
        if line.starts_with("<text ") {
            in_text = true;
            // Every text is placed by its base line, so plotters' shift of half an ex has to go.
            svg.push_str(&line.replace(" dy=\"-0.5ex\"", "").replace(&family, "").replace(" opacity=\"1\"", ""));
        } else if in_text {
            in_text = line != "</text>";
            svg.push_str(line);
            if !in_text {
                svg.push('\n');
            }
        } else {
            svg.push_str(&line.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", ""));
            svg.push('\n');
        }
    }
    svg
}

/// The opening element, with what the picture is called and what it shows.
fn root(opening: &str, words: &SvgTexts<'_>) -> String {
    let id = escape(words.id);
    format!(
        "{} lang=\"es-MX\" role=\"img\" aria-labelledby=\"{id}-titulo {id}-descripcion\" \
         {HEADING}=\"{}\" font-family=\"'{FAMILY}', {FALLBACK}\">\n\
         <title id=\"{id}-titulo\">{}</title>\n<desc id=\"{id}-descripcion\">{}</desc>\n",
        opening.trim_end_matches('>'),
        words.heading,
        escape(words.title),
        escape(words.description)
    )
}

/// The value of an attribute of the root, of an SVG that [`finish`] wrote.
pub(super) fn attribute<'a>(opening: &'a str, name: &str) -> Option<&'a str> {
    let start = opening.find(&format!(" {name}=\""))? + name.len() + 3;
    opening[start..].split('"').next()
}

/// What the title or the description says, of an SVG that [`finish`] wrote.
pub(super) fn words_of(svg: &str, element: &str) -> Option<String> {
    let start = svg.find(&format!("<{element} "))?;
    let (_, text) = svg[start..].split_once('>')?;
    Some(unescape(text.split_once('<')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_says_what_the_picture_is() {
        let drawn = "<svg width=\"10\" xmlns=\"x\">\n<rect opacity=\"1\" fill=\"#FFFFFF\" stroke=\"none\"/>\n\
                     <text x=\"1\" dy=\"-0.5ex\" font-family=\"Noto Sans\" opacity=\"1\">\nMéxico &amp; más\n</text>\n</svg>\n";
        let words = SvgTexts { id: "a-09", title: "Avance <diario>", description: "Año 2020", heading: 90 };
        assert_eq!(
            finish(drawn, &words),
            "<svg width=\"10\" xmlns=\"x\" lang=\"es-MX\" role=\"img\" aria-labelledby=\"a-09-titulo a-09-descripcion\" \
             data-encabezado=\"90\" font-family=\"'Noto Sans', 'Helvetica Neue', Arial, sans-serif\">\n\
             <title id=\"a-09-titulo\">Avance &lt;diario&gt;</title>\n<desc id=\"a-09-descripcion\">Año 2020</desc>\n\
             <rect fill=\"#FFFFFF\"/>\n<text x=\"1\">México &amp; más</text>\n</svg>\n"
        );
    }
}
