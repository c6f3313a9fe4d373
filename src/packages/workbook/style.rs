/*!
How sheets look: colours, formats of cells, widths, and the page that a sheet is printed on.
*/

use chrono::NaiveDate;
use plotters::style::RGBColor;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet};

use crate::charts::palette::{self, Color as DataColor};
use crate::numbers::short_date_with_year;
use crate::packages::Contents;
use crate::tables::Origin;

/// Whole numbers with commas between thousands.
pub(super) const WHOLE: &str = "#,##0";
/// A change: with its sign.
pub(super) const CHANGE: &str = "+#,##0;-#,##0;0";
/// Shares, kept as fractions of one.
pub(super) const SHARE: &str = "0.00 %";
/// A change as a share.
pub(super) const SHARE_CHANGE: &str = "+0.00 %;-0.00 %;0.00 %";
/// A day in a table.
pub(super) const DAY: &str = "dd/mm/yyyy";
/// A day in full, in Spanish whatever language the program that shows it is in.
pub(super) const LONG_DAY: &str = "[$-80A]d\" de \"mmmm\" de \"yyyy";
/// Text: what is typed over it later stays text too.
pub(super) const TEXT: &str = "@";

/// How many letters of a name a header has room for: Excel takes 255 in all.
const HEADER_ROOM: usize = 70;
/// Letter, the paper of Mexican offices.
const LETTER: u8 = 1;

/// A colour as the format has it.
pub(super) fn color(color: RGBColor) -> Color {
    Color::RGB(u32::from(color.0) << 16 | u32::from(color.1) << 8 | u32::from(color.2))
}

/// A colour of data.
pub(super) fn data_color(of: DataColor) -> Color {
    color(of.rgb())
}

/// The formats of cells.
pub(super) struct Styles {
    /// The name of a sheet, on it.
    pub title: Format,
    /// The name of a part of a sheet.
    pub heading: Format,
    /// The name of a column of text.
    pub header: Format,
    /// The name of a column of numbers.
    pub header_number: Format,
    /// The name of a column of text with a filter.
    pub header_filtered: Format,
    /// The name of a column of numbers with a filter, whose button is at the right.
    pub header_number_filtered: Format,
    /// What a value is.
    pub label: Format,
    /// The same in the last row of a block, which adds up the others.
    pub total_label: Format,
    /// What is said beside the numbers.
    pub note: Format,
    /// Text over several lines.
    pub wrapped: Format,
    /// A link to a sheet.
    pub link: Format,
    /// What has no value.
    pub none: Format,
}

impl Styles {
    pub fn new() -> Self {
        let ink = color(palette::INK);
        let line = color(palette::GRID);
        let header = Format::new()
            .set_bold()
            .set_font_color(color(palette::WHITE))
            .set_background_color(data_color(DataColor::Navy))
            .set_align(FormatAlign::VerticalCenter);
        let label =
            Format::new().set_font_color(ink).set_border_bottom(FormatBorder::Hair).set_border_bottom_color(line);
        let top = label.clone().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(16).set_font_color(data_color(DataColor::Navy)),
            heading: Format::new()
                .set_bold()
                .set_font_size(12)
                .set_font_color(data_color(DataColor::Navy))
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(data_color(DataColor::Navy)),
            header_filtered: header.clone().set_align(FormatAlign::Left).set_indent(1),
            header_number_filtered: header.clone().set_align(FormatAlign::Right).set_indent(2),
            header_number: header.clone().set_align(FormatAlign::Right).set_text_wrap(),
            header,
            total_label: total(label.clone()),
            note: Format::new()
                .set_italic()
                .set_font_size(10)
                .set_font_color(color(palette::MUTED))
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter),
            wrapped: top.clone().set_text_wrap(),
            link: top
                .set_font_color(data_color(DataColor::Blue))
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            none: label.clone().set_align(FormatAlign::Right),
            label,
        }
    }

    /// A number or a day on the summary.
    pub fn value(&self, num_format: &str) -> Format {
        self.label.clone().set_num_format(num_format).set_align(FormatAlign::Right)
    }

    /// The same in the row that adds up.
    pub fn total(&self, num_format: &str) -> Format {
        total(self.value(num_format))
    }
}

fn total(format: Format) -> Format {
    format.set_bold().set_border_top(FormatBorder::Thin).set_border_top_color(color(palette::BASE))
}

/// The colour of the tab of a sheet that is no table's.
pub(super) fn tab_color_of_words() -> Color {
    data_color(DataColor::Navy)
}

/// The colour of a sheet's tab, by what its table is of.
pub(super) fn tab_color(origin: Option<Origin>) -> Color {
    match origin {
        Some(Origin::Applications | Origin::Days) => data_color(DataColor::Blue),
        Some(Origin::Credentials | Origin::DeliveryTimes) => data_color(DataColor::Green),
        Some(origin) if origin.is_projected() => data_color(DataColor::Orange),
        _ => color(palette::NEUTRAL),
    }
}

/// The page of a sheet: letter, landscape, and whom and what day it is of on every page.
pub(super) fn page(sheet: &mut Worksheet, contents: &Contents) {
    let Contents { process, corte, revision, subject, .. } = contents;
    let (title, name) = (escaped(&process.title), escaped(subject.name()));
    let corte = short_date_with_year(corte.day());
    sheet.set_paper_size(LETTER).set_landscape().set_margins(0.5, 0.5, 0.75, 0.7, 0.35, 0.3);
    sheet.set_header(format!("&L&9{title}&R&9{name} · Corte al {corte} · Revisión {revision}"));
    sheet.set_footer("&L&9LNERE · &A&R&9Página &P de &N");
}

/// A text for a header: an ampersand begins a command there, and a digit after a font's size would be part of it.
fn escaped(text: &str) -> String {
    let text: String = text.chars().take(HEADER_ROOM).collect();
    let begins_with_digit = text.starts_with(|character: char| character.is_ascii_digit());
    let text = text.replace('&', "&&");
    if begins_with_digit { format!(" {text}") } else { text }
}

/// A day as a spreadsheet counts it, where it can: days from 1 March 1900, before which its calendar has a day that
/// never was, to the end of the year 9999.
pub(super) fn serial(day: NaiveDate) -> Option<f64> {
    let number = crate::calendar::day_number(day) + 25_569;
    (61..=2_958_465).contains(&number).then(|| f64::from(number))
}
