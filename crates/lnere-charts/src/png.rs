/*!
Renders an SVG as PNG with the carried fonts alone.
*/

use std::sync::{Arc, LazyLock};

use png::{BitDepth, ColorType, Compression, Encoder, Filter, PixelDimensions, Unit};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Options, Tree};

use lnere_messages::message;

use super::{ChartError, palette};

/// The carried fonts and no others, because the picture must not depend on the machine.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
        fonts.load_font_source(Source::Binary(Arc::new(font)));
    }
    Arc::new(fonts)
});

/// The width of a chart on a page in tenths of a millimetre: 6.5 inches.
const PRINTED_WIDTH: u32 = 1651;
const TENTHS_OF_MILLIMETER_PER_METER: u32 = 10_000;

/// The carried fonts, which all drawings share.
pub(super) fn fonts() -> Arc<Database> {
    Arc::clone(&FONTS)
}

/// The PNG of an SVG, one pixel for each of its units.
///
/// The file says the description of the SVG, and a resolution at which it is as wide as a page.
pub(super) fn render(svg: &str) -> Result<Vec<u8>, ChartError> {
    let options = Options { fontdb: fonts(), ..Options::default() };
    let document = Document::parse(svg).map_err(|error| ChartError::PngFailed(error.to_string()))?;
    let tree = Tree::from_xmltree(&document, &options).map_err(|error| ChartError::PngFailed(error.to_string()))?;
    let description = document.root_element().children().find(|child| child.tag_name().name() == "desc");
    let description = description.and_then(|element| element.text()).unwrap_or_default();
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or_else(|| {
        ChartError::PngFailed(message!("publication-png-size", width = size.width(), height = size.height()))
    })?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    encode_with_palette(&pixels, description).map_err(|error| ChartError::PngFailed(error.to_string()))
}

/// The palette of a picture; each colour is written as one byte.
///
/// Reduces the shades at the edges of shapes to a few. Shades become one colour if the upper half
/// of the bits of each channel agrees. A palette colour among them wins, so shapes keep their exact
/// colour.
struct ShadePalette {
    colors: Vec<[u8; 3]>,
    /// For each upper half, the index of its colour plus one, or zero.
    index_by_shade: Vec<u16>,
}

impl ShadePalette {
    /// The number of values of a byte.
    const MAX_COLORS: usize = 256;

    fn new() -> Self {
        let mut shades = Self { colors: Vec::with_capacity(Self::MAX_COLORS), index_by_shade: vec![0; 1 << 12] };
        for color in palette::all_colors() {
            shades.palette_index([color.0, color.1, color.2]);
        }
        shades
    }

    fn palette_index(&mut self, color: [u8; 3]) -> u8 {
        let half = color.iter().fold(0, |key, channel| key << 4 | usize::from(channel >> 4));
        if self.index_by_shade[half] == 0 {
            let place = if self.colors.len() < Self::MAX_COLORS {
                self.colors.push(color);
                self.colors.len() - 1
            } else {
                self.nearest_index(color)
            };
            self.index_by_shade[half] = u16::try_from(place + 1).unwrap_or(1);
        }
        u8::try_from(self.index_by_shade[half] - 1).unwrap_or(0)
    }

    fn nearest_index(&self, color: [u8; 3]) -> usize {
        let distance = |other: &[u8; 3]| -> u32 {
            other.iter().zip(color).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
        };
        (0..self.colors.len()).min_by_key(|&place| distance(&self.colors[place])).unwrap_or(0)
    }
}

/// No pixel of a white sheet is transparent, so the alpha channel is omitted.
fn encode_with_palette(pixels: &Pixmap, description: &str) -> Result<Vec<u8>, png::EncodingError> {
    let mut shades = ShadePalette::new();
    // Most pixels repeat the one before, so its index is kept.
    let mut previous = ([u8::MAX; 4], 0);
    let (rgba, _) = pixels.data().as_chunks::<4>();
    let indices: Vec<u8> = rgba
        .iter()
        .map(|pixel| {
            // As numbers: comparing slices calls a function for each pixel.
            if u32::from_ne_bytes(*pixel) != u32::from_ne_bytes(previous.0) {
                previous = (*pixel, shades.palette_index([pixel[0], pixel[1], pixel[2]]));
            }
            previous.1
        })
        .collect();

    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(shades.colors.concat());
    encoder.set_compression(Compression::Fast);
    encoder.set_filter(Filter::Up);
    let pixels_per_meter = pixels.width() * TENTHS_OF_MILLIMETER_PER_METER / PRINTED_WIDTH;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: pixels_per_meter, yppu: pixels_per_meter, unit: Unit::Meter }));
    encoder.add_itxt_chunk("Description".to_owned(), description.to_owned())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&indices)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colors_of_the_palette_stay_exact() {
        let mut shades = ShadePalette::new();
        for color in palette::all_colors() {
            let color = [color.0, color.1, color.2];
            let place = usize::from(shades.palette_index(color));
            assert_eq!(shades.colors[place], color);
        }
        assert_eq!(shades.palette_index([0xFF; 3]), 0, "white comes first, since runs of zeros are the shortest");
    }

    #[test]
    fn a_full_palette_takes_the_nearest_shade() {
        let mut shades = ShadePalette::new();
        for red in 0..16 {
            for green in 0..16 {
                for blue in 0..16 {
                    shades.palette_index([red << 4, green << 4, blue << 4]);
                }
            }
        }
        assert_eq!(shades.colors.len(), ShadePalette::MAX_COLORS);
        assert_eq!(shades.palette_index([0xFE, 0xFE, 0xFE]), 0);
    }
}
