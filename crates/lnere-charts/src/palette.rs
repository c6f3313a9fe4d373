/*!
Defines the colours of charts. The data colours are those of Okabe and Ito
(<https://jfly.uni-koeln.de/color/>). Their pale yellow is omitted, because it is hard to see on
white, and a dark navy is added. Neighbouring colours in a chart also differ in lightness, so that
grey print distinguishes them.
*/

use plotters::style::RGBColor;
use serde::Deserialize;

/// The background.
pub const WHITE: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
/// Titles, labels and values.
pub const TEXT_COLOR: RGBColor = RGBColor(0x1B, 0x20, 0x28);
/// Axis names, ticks and the lines at the foot.
pub const MUTED_TEXT_COLOR: RGBColor = RGBColor(0x52, 0x5B, 0x68);
/// Grid lines.
pub const GRID_LINE_COLOR: RGBColor = RGBColor(0xE2, 0xE5, 0xEA);
/// The base line from which bars grow, and frames.
pub const BASE_LINE_COLOR: RGBColor = RGBColor(0x8B, 0x93, 0x9E);
/// The unidentified category, and the remainder.
pub const RESIDUAL_COLOR: RGBColor = RGBColor(0xA3, 0xA9, 0xB2);

/// The land of maps.
pub const LAND_COLOR: RGBColor = RGBColor(0xDC, 0xDF, 0xE3);

/// A colour of data, by the name that a chart's file uses.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Color {
    /// Dark blue.
    Navy,
    /// Blue.
    Blue,
    /// Light blue.
    Sky,
    /// Very light blue.
    PaleSky,
    /// Orange.
    Orange,
    /// Light orange.
    PaleOrange,
    /// Red orange.
    Vermilion,
    /// Bluish green.
    Green,
    /// Reddish purple.
    Purple,
}

impl Color {
    /// The colours of categories for which the chart file names none; neighbours differ in
    /// lightness.
    const FALLBACK_CATEGORY_COLORS: [Self; 4] = [Self::Blue, Self::Orange, Self::Navy, Self::Sky];

    /// The colour of the category at `index`; `named` are the colours of the chart file.
    pub(super) fn of_category(file_colors: &[Self], index: usize) -> Self {
        file_colors
            .get(index)
            .copied()
            .unwrap_or(Self::FALLBACK_CATEGORY_COLORS[index % Self::FALLBACK_CATEGORY_COLORS.len()])
    }

    const ALL: [Self; 9] = [
        Self::Navy,
        Self::Blue,
        Self::Sky,
        Self::PaleSky,
        Self::Orange,
        Self::PaleOrange,
        Self::Vermilion,
        Self::Green,
        Self::Purple,
    ];

    /// The colour value.
    #[must_use]
    pub fn rgb(self) -> RGBColor {
        match self {
            Self::Navy => RGBColor(0x08, 0x30, 0x54),
            Self::Blue => RGBColor(0x00, 0x72, 0xB2),
            Self::Sky => RGBColor(0x8C, 0xCB, 0xF0),
            Self::PaleSky => RGBColor(0xD2, 0xE8, 0xF7),
            Self::PaleOrange => RGBColor(0xF7, 0xD8, 0x92),
            Self::Orange => RGBColor(0xE6, 0x9F, 0x00),
            Self::Vermilion => RGBColor(0xD5, 0x5E, 0x00),
            Self::Green => RGBColor(0x00, 0x9E, 0x73),
            Self::Purple => RGBColor(0xCC, 0x79, 0xA7),
        }
    }
}

/// Every colour that a chart can be drawn with, white first.
pub(super) fn all_colors() -> impl Iterator<Item = RGBColor> {
    let data = Color::ALL.map(Color::rgb);
    // A tint of a pale colour is almost white.
    let tinted = Color::ALL.into_iter().filter(|color| !matches!(color, Color::PaleSky | Color::PaleOrange));
    [WHITE, TEXT_COLOR, MUTED_TEXT_COLOR, GRID_LINE_COLOR, BASE_LINE_COLOR, RESIDUAL_COLOR, LAND_COLOR]
        .into_iter()
        .chain(data)
        .chain(tinted.map(|color| tint(color.rgb())))
}

/// The colour mixed with white, for the area under a line.
pub(super) fn tint(color: RGBColor) -> RGBColor {
    let fade = |channel: u8| u8::MAX - (u8::MAX - channel) / 5;
    RGBColor(fade(color.0), fade(color.1), fade(color.2))
}

/// A readable text colour on `fill`.
pub(super) fn text_color_on(fill: RGBColor) -> RGBColor {
    if luma(fill) < 128 { WHITE } else { TEXT_COLOR }
}

/// The lightness of a colour in grey print, 0 to 255.
fn luma(color: RGBColor) -> u32 {
    (299 * u32::from(color.0) + 587 * u32::from(color.1) + 114 * u32::from(color.2)) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_differ_in_grey_print() {
        let pairs = Color::FALLBACK_CATEGORY_COLORS.windows(2).map(|pair| (pair[0], pair[1]));
        for (one, other) in pairs.chain([(Color::Sky, Color::Blue), (Color::Blue, Color::Navy)]) {
            assert!(luma(one.rgb()).abs_diff(luma(other.rgb())) > 40, "{one:?} {other:?}");
        }
    }
}
