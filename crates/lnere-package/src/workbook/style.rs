/*!
Defines the style of sheets: colours, cell formats, widths, and the printed page.
*/

use chrono::NaiveDate;
use plotters::style::RGBColor;
use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, ObjectMovement, Shape, ShapeFont, ShapeFormat, ShapeLine, ShapeSolidFill,
    ShapeText, ShapeTextHorizontalAlignment, ShapeTextVerticalAlignment, Worksheet, XlsxError,
};

use crate::PackageData;
use lnere_charts::palette::{self, Color as DataColor};
use lnere_core::mexican_formats::short_date_with_year;
use lnere_tables::TableSource;

/// Whole numbers with commas between thousands.
pub(super) const COUNT_FORMAT: &str = "#,##0";
/// The format of a change, with its sign.
pub(super) const SIGNED_COUNT_FORMAT: &str = "+#,##0;-#,##0;0";
/// The format of shares, which are stored as fractions of one.
pub(super) const SHARE_FORMAT: &str = "0.0 %";
/// The format of a change as a share.
pub(super) const SIGNED_SHARE_FORMAT: &str = "+0.0 %;-0.0 %;0.0 %";
/// The format of a day in a table.
pub(super) const DAY_FORMAT: &str = "dd/mm/yyyy";
/// The format of a full date in Spanish, whatever the language of the program that shows it.
pub(super) const LONG_DAY_FORMAT: &str = "[$-80A]d\" de \"mmmm\" de \"yyyy";
/// The format of text; text typed over it later stays text.
pub(super) const TEXT_FORMAT: &str = "@";

/// The most characters of a name in a header.
const MAX_HEADER_NAME_LENGTH: usize = 70;
/// The maximum length of a header in Excel, including commands.
const MAX_HEADER_LENGTH: usize = 255;
/// The number of letters of a notice on a line, its height in points, and the width of a letter
/// beside a table in pixels.
const NOTICE_CHARACTERS_PER_LINE: usize = 70;
const NOTICE_LINE_HEIGHT: f64 = 18.0;
const NOTICE_CHARACTER_WIDTH: u32 = 8;
/// Letter, the paper size of Mexican offices.
const LETTER_PAPER: u8 = 1;
/// The paper of a wide sheet: legal, which in landscape is as high as letter and longer.
pub(super) const LEGAL_PAPER: u8 = 5;

/// A colour in the file format.
pub(super) fn excel_color(color: RGBColor) -> Color {
    Color::RGB(u32::from(color.0) << 16 | u32::from(color.1) << 8 | u32::from(color.2))
}

/// A colour of data.
pub(super) fn excel_data_color(of: DataColor) -> Color {
    excel_color(of.rgb())
}

/// The text and background colours of a notice, as in the report.
const NOTICE_TEXT_COLOR: Color = Color::RGB(0x9C_3D_00);
const NOTICE_BACKGROUND: Color = Color::RGB(0xF7_DF_CC);

/// The background of a key figure.
const FIGURE_BACKGROUND: Color = Color::RGB(0xEE_F2_F7);

/// The formats of cells.
pub(super) struct Styles {
    /// The title of a sheet.
    pub title: Format,
    /// The heading of a part of a sheet.
    pub heading: Format,
    /// The header of a column of text.
    pub header: Format,
    /// The header of a column of numbers.
    pub header_number: Format,
    /// The header of a column of text with a filter.
    pub header_filtered: Format,
    /// The header of a column of numbers with a filter, whose button is at the right.
    pub header_number_filtered: Format,
    /// The style of a label.
    pub label: Format,
    /// The label in the total row of a block.
    pub total_label: Format,
    /// A note beside the numbers.
    pub note: Format,
    /// Text over several lines.
    pub wrapped: Format,
    /// A link to a sheet.
    pub link: Format,
    /// A notice.
    pub notice: Format,
    /// The band at the top of the first screen.
    pub band_title: Format,
    pub band: Format,
    /// The message of the first screen.
    pub headline: Format,
    /// A main point below it.
    pub point: Format,
    /// A key figure: its name, its value and its note.
    pub figure_label: Format,
    pub figure_value: Format,
    pub figure_note: Format,
}

impl Styles {
    pub fn new() -> Self {
        let ink = excel_color(palette::TEXT_COLOR);
        let line = excel_color(palette::GRID_LINE_COLOR);
        let header = Format::new()
            .set_bold()
            .set_font_color(excel_color(palette::WHITE))
            .set_background_color(excel_data_color(DataColor::Navy))
            .set_align(FormatAlign::VerticalCenter);
        let label =
            Format::new().set_font_color(ink).set_border_bottom(FormatBorder::Hair).set_border_bottom_color(line);
        let top = label.clone().set_align(FormatAlign::Top);
        let band = header.clone().unset_bold().set_indent(1);
        let white = excel_color(palette::WHITE);
        let figure = Format::new()
            .set_background_color(FIGURE_BACKGROUND)
            .set_align(FormatAlign::Left)
            .set_align(FormatAlign::VerticalCenter)
            .set_indent(1)
            .set_border_right(FormatBorder::Thick)
            .set_border_right_color(white);
        let muted = excel_color(palette::MUTED_TEXT_COLOR);
        Self {
            band_title: band.clone().set_bold().set_font_size(18),
            band,
            headline: Format::new()
                .set_bold()
                .set_font_size(14)
                .set_font_color(excel_data_color(DataColor::Navy))
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter),
            point: Format::new()
                .set_font_size(10)
                .set_font_color(ink)
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter),
            figure_label: figure.clone().set_font_size(10).set_font_color(ink),
            figure_value: figure
                .clone()
                .set_bold()
                .set_font_size(18)
                .set_font_color(excel_data_color(DataColor::Navy))
                .set_num_format(COUNT_FORMAT),
            figure_note: figure.set_font_size(9).set_font_color(muted),
            title: Format::new().set_bold().set_font_size(16).set_font_color(excel_data_color(DataColor::Navy)),
            heading: Format::new()
                .set_bold()
                .set_font_size(12)
                .set_font_color(excel_data_color(DataColor::Navy))
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(excel_data_color(DataColor::Navy)),
            header_filtered: header.clone().set_align(FormatAlign::Left).set_indent(1),
            header_number_filtered: header.clone().set_align(FormatAlign::Right).set_indent(2),
            header_number: header.clone().set_align(FormatAlign::Right).set_text_wrap(),
            header,
            total_label: total_row_format(label.clone()),
            note: Format::new()
                .set_italic()
                .set_font_size(10)
                .set_font_color(excel_color(palette::MUTED_TEXT_COLOR))
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter),
            wrapped: top.clone().set_text_wrap(),
            link: top
                .set_font_color(excel_data_color(DataColor::Blue))
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            notice: Format::new()
                .set_bold()
                .set_font_color(NOTICE_TEXT_COLOR)
                .set_background_color(NOTICE_BACKGROUND)
                .set_indent(1)
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter),
            label,
        }
    }

    /// The style of a number or day on the summary.
    pub fn value_format(&self, num_format: &str) -> Format {
        self.label.clone().set_num_format(num_format).set_align(FormatAlign::Right)
    }

    /// The style of a number or day in a total row.
    pub fn total_format(&self, num_format: &str) -> Format {
        total_row_format(self.value_format(num_format))
    }
}

fn total_row_format(format: Format) -> Format {
    format.set_bold().set_border_top(FormatBorder::Thin).set_border_top_color(excel_color(palette::BASE_LINE_COLOR))
}

/// The address of a range in a formula: `B4:B9`.
pub(super) fn range(first_row: u32, first_column: u16, last_row: u32, last_column: u16) -> String {
    rust_xlsxwriter::utility::cell_range(first_row, first_column, last_row, last_column)
}

/// The tab colour of a sheet without a table.
pub(super) fn text_tab_color() -> Color {
    excel_data_color(DataColor::Navy)
}

/// The tab colour of a sheet, by the source of its table.
pub(super) fn tab_color(origin: Option<TableSource>) -> Color {
    match origin {
        Some(
            TableSource::Applications | TableSource::Days | TableSource::StatusChanges | TableSource::StatusSeries,
        ) => excel_data_color(DataColor::Blue),
        Some(TableSource::Credentials | TableSource::DeliveryTimes | TableSource::Cohorts) => {
            excel_data_color(DataColor::Green)
        }
        Some(origin) if origin.is_projected() => excel_data_color(DataColor::Orange),
        _ => excel_color(palette::RESIDUAL_COLOR),
    }
}

/// Sets up the printed page: letter, landscape, with the subject and the day on every page.
pub(super) fn set_up_page(sheet: &mut Worksheet, contents: &PackageData) {
    let PackageData { process, corte, revision, subject, .. } = contents;
    let of = format!(" · Corte al {} · Revisión {revision}", short_date_with_year(corte.day()));
    // The notice has its own line, so that nothing is printed over it.
    let notice =
        process.notice.as_deref().map(|notice| format!("&C\n&B&10{}", escape_header(notice, MAX_HEADER_LENGTH)));
    let notice = notice.unwrap_or_default();
    let used = utf16_length("&L&9&R&9") + utf16_length(&of) + utf16_length(&notice);
    let room = (MAX_HEADER_LENGTH.saturating_sub(used) / 2).min(MAX_HEADER_NAME_LENGTH);
    let (title, name) = (escape_header(&process.title, room), escape_header(subject.name(), room));
    sheet.set_paper_size(LETTER_PAPER).set_landscape().set_margins(0.5, 0.5, 0.75, 0.7, 0.35, 0.3);
    sheet.set_header(format!("&L&9{title}{notice}&R&9{name}{of}"));
    sheet.set_footer("&L&9LNERE · &A&R&9Página &P de &N");
}

/// Writes the notice into a row of a sheet without a table, if there is one. Returns the number of
/// rows.
pub(super) fn write_notice_row(
    sheet: &mut Worksheet,
    contents: &PackageData,
    row: u32,
    last_column: u16,
    styles: &Styles,
) -> Result<u32, XlsxError> {
    let Some(notice) = &contents.process.notice else { return Ok(0) };
    sheet.merge_range(row, 0, row, last_column, notice, &styles.notice)?;
    sheet
        .set_row_height(row, NOTICE_LINE_HEIGHT * notice.chars().count().div_ceil(NOTICE_CHARACTERS_PER_LINE) as f64)?;
    Ok(1)
}

/// Places the notice beside the header of a table, if there is one. It is a drawing and not a cell,
/// so programs that read the sheet see only the table. The filter does not move it. On paper it is
/// in the page header.
pub(super) fn place_notice_beside(
    sheet: &mut Worksheet,
    contents: &PackageData,
    columns: u16,
) -> Result<(), XlsxError> {
    let Some(notice) = &contents.process.notice else { return Ok(()) };
    let font = ShapeFont::new().set_bold().set_size(9).set_color(NOTICE_TEXT_COLOR);
    let line = ShapeLine::new().set_color(NOTICE_TEXT_COLOR).set_width(1);
    let format = ShapeFormat::new().set_solid_fill(&ShapeSolidFill::new().set_color(NOTICE_BACKGROUND)).set_line(&line);
    let text = ShapeText::new()
        .set_horizontal_alignment(ShapeTextHorizontalAlignment::Center)
        .set_vertical_alignment(ShapeTextVerticalAlignment::Middle);
    let letters = u32::try_from(notice.chars().count()).unwrap_or_default();
    let label = Shape::textbox()
        .set_text(notice)
        .set_alt_text(notice)
        .set_width(NOTICE_CHARACTER_WIDTH * letters + 30)
        .set_height(24)
        .set_font(&font)
        .set_format(&format)
        .set_text_options(&text)
        .set_object_movement(ObjectMovement::DontMoveOrSizeWithCells);
    sheet.insert_shape_with_offset(0, columns, &label, 12, 1)?;
    Ok(())
}

/// A text for a header, cut to the available length. In a header an ampersand begins a command, and
/// a digit after a font size would extend the size.
fn escape_header(text: &str, max_length: usize) -> String {
    let mut escaped =
        if text.starts_with(|first: char| first.is_ascii_digit()) { " ".to_owned() } else { String::new() };
    for character in text.chars() {
        let written = if character == '&' { "&&".to_owned() } else { character.to_string() };
        if utf16_length(&escaped) + utf16_length(&written) > max_length {
            break;
        }
        escaped.push_str(&written);
    }
    escaped
}

/// The length of a text as Excel counts it.
fn utf16_length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A day as a spreadsheet serial number, from 1 March 1900 to the end of the year 9999. Before
/// that, the spreadsheet calendar has a day that never existed.
pub(super) fn excel_serial_number(day: NaiveDate) -> Option<f64> {
    let number = lnere_core::calendar::day_number(day) + 25_569;
    (61..=2_958_465).contains(&number).then(|| f64::from(number))
}
