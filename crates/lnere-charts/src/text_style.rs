/*!
Measures texts in the carried fonts and breaks them into lines.
*/

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef};
use plotters::style::RGBColor;

use super::ChartError;
use super::palette::{MUTED_TEXT_COLOR, TEXT_COLOR};

/// The family of the two carried fonts.
pub(super) const FONT_FAMILY: &str = "Noto Sans";

/// The weight of a text; each has its own font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FontWeight {
    Regular,
    Bold,
}

/// Size in pixels of the em, weight and colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextStyle {
    pub size: i32,
    pub weight: FontWeight,
    pub color: RGBColor,
}

// No text is below 26 pixels: 7.5 points on a page where the chart is 6.5 inches wide.
pub(super) const TITLE_STYLE: TextStyle = TextStyle { size: 42, weight: FontWeight::Bold, color: TEXT_COLOR };
pub(super) const SUBTITLE_STYLE: TextStyle =
    TextStyle { size: 28, weight: FontWeight::Regular, color: MUTED_TEXT_COLOR };
pub(super) const AXIS_STYLE: TextStyle = TextStyle { size: 26, weight: FontWeight::Bold, color: MUTED_TEXT_COLOR };
pub(super) const TICK_STYLE: TextStyle = TextStyle { size: 26, weight: FontWeight::Regular, color: MUTED_TEXT_COLOR };
pub(super) const LABEL_STYLE: TextStyle = TextStyle { size: 26, weight: FontWeight::Regular, color: TEXT_COLOR };
pub(super) const VALUE_STYLE: TextStyle = TextStyle { size: 26, weight: FontWeight::Regular, color: TEXT_COLOR };
pub(super) const SUPPRESSED_LABEL_STYLE: TextStyle =
    TextStyle { size: 26, weight: FontWeight::Regular, color: MUTED_TEXT_COLOR };
pub(super) const TOTAL_STYLE: TextStyle = TextStyle { size: 26, weight: FontWeight::Bold, color: TEXT_COLOR };
pub(super) const NOTICE_STYLE: TextStyle = TextStyle { size: 28, weight: FontWeight::Bold, color: TEXT_COLOR };
pub(super) const FOOT_STYLE: TextStyle = TextStyle { size: 26, weight: FontWeight::Regular, color: MUTED_TEXT_COLOR };

struct Fonts {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

static FONTS: LazyLock<Result<Fonts, ChartError>> = LazyLock::new(|| {
    let load = |bytes| FontRef::try_from_slice(bytes).map_err(|_| ChartError::DamagedFont);
    Ok(Fonts { regular: load(notosans::REGULAR_TTF)?, bold: load(notosans::BOLD_TTF)? })
});

impl TextStyle {
    /// The width of a line of text in pixels, rounded up.
    ///
    /// The width ignores kerning. Kerning mostly moves letters closer together, so the text does
    /// not exceed this width.
    pub(super) fn width(self, text: &str) -> i32 {
        let Ok(fonts) = &*FONTS else { return 0 };
        let font = match self.weight {
            FontWeight::Regular => &fonts.regular,
            FontWeight::Bold => &fonts.bold,
        };
        let units: f32 = text.chars().map(|c| font.h_advance_unscaled(font.glyph_id(c))).sum();
        let units_per_em = font.units_per_em().unwrap_or(1000.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "pixels are few")]
        let pixels = (units * self.size as f32 / units_per_em).ceil() as i32;
        pixels
    }

    /// The width of the widest of some texts.
    pub(super) fn max_width<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> i32 {
        texts.into_iter().map(|text| self.width(text)).max().unwrap_or(0)
    }

    /// The distance from the middle of a line of text down to its base line.
    pub(super) fn middle_to_base_line(self) -> i32 {
        self.size * 36 / 100
    }

    /// The distance from one base line to the next.
    pub(super) fn line_height(self) -> i32 {
        self.size * 13 / 10
    }

    /// Breaks a text into lines of at most `width` pixels. A wider word gets its own line. A percent
    /// sign stays with its number.
    pub(super) fn wrap(self, text: &str, width: i32) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match words.last_mut() {
                Some(number) if word.starts_with('%') => *number = format!("{number} {word}"),
                _ => words.push(word.to_owned()),
            }
        }
        let mut lines: Vec<String> = Vec::new();
        for word in words {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}")) <= width => {
                    line.push(' ');
                    line.push_str(&word);
                }
                _ => lines.push(word),
            }
        }
        lines
    }
}

/// The width of a line of text in pixels.
pub(super) fn width(text: &str, is_bold: bool, size: i32) -> i32 {
    let weight = if is_bold { FontWeight::Bold } else { FontWeight::Regular };
    TextStyle { size, weight, ..LABEL_STYLE }.width(text)
}

/// The width of a line of text in the carried regular font, in thousandths of the font size,
/// rounded up. The text does not exceed it.
#[must_use]
pub fn width_in_thousandths(text: &str) -> i32 {
    TextStyle { size: 1000, ..LABEL_STYLE }.width(text)
}

/// Checks that the carried fonts can be used; every drawing calls this first.
pub(super) fn check_fonts() -> Result<(), ChartError> {
    match &*FONTS {
        Ok(_) => Ok(()),
        Err(_) => Err(ChartError::DamagedFont),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // A digit of Noto Sans is 1171 units wide; the em has 2048 units.
        let style = TextStyle { size: 1000, ..LABEL_STYLE };
        assert_eq!(style.width("0123456789"), 5718);
        assert!(TextStyle { size: 1000, ..TITLE_STYLE }.width("Título") > style.width("Título"));
    }

    #[test]
    fn lines_are_no_wider_than_asked() {
        let text = "Reino Unido de Gran Bretaña e Irlanda del Norte";
        let lines = LABEL_STYLE.wrap(text, 300);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| LABEL_STYLE.width(line) <= 300));
        assert_eq!(lines.join(" "), text);
        let share = "Tres de cada cinco (60 %); le sigue Canadá";
        for width in 100..600 {
            let lines = LABEL_STYLE.wrap(share, width);
            assert!(lines.iter().all(|line| !line.starts_with('%')), "{lines:?}");
            assert_eq!(lines.join(" "), share);
        }
    }
}
