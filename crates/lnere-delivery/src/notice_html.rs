/*!
Renders a notice as HTML that all mail programs show alike: tables, inline styles, no script, no
external picture.
*/

use super::message_content::{Notice, NoticeTable};
use lnere_core::xml_escape::escape;

const FONT_STYLE: &str = "font-family:Arial,Helvetica,sans-serif;";
const CELL_STYLE: &str = "padding:6px 8px;border-bottom:1px solid #d9d9d9;font-size:14px;line-height:20px;";
const MESSAGE_WIDTH: u32 = 640;

/// The notice as an HTML document; `chart` is the content id of its picture.
pub(super) fn notice_html(notice: &Notice, chart: Option<&str>) -> String {
    let mut body = String::new();
    if let Some(notice_text) = &notice.data_notice {
        let escaped_notice = escape(notice_text);
        body.push_str(&format!(
            "<tr><td bgcolor=\"#f7dfcc\" style=\"padding:10px 24px;background-color:#f7dfcc;border-left:6px solid #9c3d00;{FONT_STYLE}\">\n\
             <p style=\"margin:0;font-size:15px;line-height:20px;font-weight:bold;color:#9c3d00\">{escaped_notice}</p>\n</td></tr>\n"
        ));
    }
    push_head(&mut body, notice);
    body.push_str(&format!("<tr><td style=\"padding:20px 24px 4px 24px;{FONT_STYLE}\">\n"));
    notice.opening_paragraphs.iter().for_each(|text| push_paragraph(&mut body, text));
    body.push_str("</td></tr>\n");
    for grid in notice.changes_table.iter().chain(&notice.key_figures) {
        self::push_table(&mut body, grid);
    }
    if let Some(id) = chart {
        let (alt, width) = (escape(&notice.chart_description), MESSAGE_WIDTH - 48);
        body.push_str(&format!(
            "<tr><td style=\"padding:16px 24px 0 24px;{FONT_STYLE}font-size:13px;color:#333333\"><img src=\"cid:{id}\" \
             width=\"{width}\" alt=\"{alt}\" style=\"display:block;width:100%;max-width:{width}px;height:auto;border:0\"></td></tr>\n"
        ));
    }
    body.push_str(&format!("<tr><td style=\"padding:16px 24px 4px 24px;{FONT_STYLE}\">\n"));
    notice.package_paragraphs.iter().for_each(|text| push_paragraph(&mut body, text));
    if let Some(link) = &notice.package_link {
        let link = escape(link);
        body.push_str(&format!(
            "<p style=\"margin:0 0 12px 0;font-size:14px;line-height:20px;word-break:break-all\"><a href=\"{link}\" \
             style=\"color:#083054\">{link}</a></p>\n"
        ));
    }
    body.push_str("</td></tr>\n");
    body.push_str(&format!(
        "<tr><td style=\"padding:12px 24px 20px 24px;border-top:1px solid #d9d9d9;{FONT_STYLE}font-size:12px;line-height:18px;color:#555555\">\n"
    ));
    for text in &notice.closing_paragraphs {
        body.push_str(&format!("<p style=\"margin:0 0 6px 0\">{}</p>\n", escape(text)));
    }
    body.push_str("</td></tr>\n");
    format!(
        "<!DOCTYPE html>\n<html lang=\"es-MX\">\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>{}</title>\n</head>\n\
         <body style=\"margin:0;padding:0;background-color:#f2f2f2\">\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" bgcolor=\"#f2f2f2\"><tr>\
         <td align=\"center\" style=\"padding:16px 8px\">\n\
         <table role=\"presentation\" width=\"{MESSAGE_WIDTH}\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" bgcolor=\"#ffffff\" \
         style=\"width:100%;max-width:{MESSAGE_WIDTH}px;background-color:#ffffff;border:1px solid #d9d9d9;text-align:left;color:#222222\">\n\
         {body}</table>\n</td></tr></table>\n</body>\n</html>\n",
        escape(&notice.subject)
    )
}

/// Writes the head of the message: the process, the subject and the corte.
fn push_head(body: &mut String, notice: &Notice) {
    let [process, heading, subheading] =
        [&notice.process_title, &notice.recipient_heading, &notice.subheading].map(|text| escape(text));
    body.push_str(&format!(
        "<tr><td bgcolor=\"#083054\" style=\"padding:18px 24px;background-color:#083054;color:#ffffff;{FONT_STYLE}\">\n\
         <p style=\"margin:0;font-size:13px;line-height:18px;color:#ffffff\">{process}</p>\n\
         <h1 style=\"margin:4px 0 2px 0;font-size:24px;line-height:30px;font-weight:bold;color:#ffffff\">{heading}</h1>\n\
         <p style=\"margin:0;font-size:15px;line-height:20px;color:#ffffff\">{subheading}</p>\n</td></tr>\n"
    ));
}

fn push_paragraph(body: &mut String, text: &str) {
    // A checksum is one word of 64 letters, which would widen the whole message on a telephone.
    let text = escape(text);
    body.push_str(&format!(
        "<p style=\"margin:0 0 12px 0;font-size:14px;line-height:20px;word-wrap:break-word;overflow-wrap:anywhere\">{text}</p>\n"
    ));
}

fn push_table(
    body: &mut String,
    NoticeTable { title, highlighted_column: bold_column, headings, rows, notes }: &NoticeTable,
) {
    let title = escape(title);
    body.push_str(&format!(
        "<tr><td style=\"padding:8px 24px;{FONT_STYLE}\">\n<h2 style=\"margin:4px 0 6px 0;font-size:16px;line-height:22px;\
         font-weight:bold;color:#083054\">{title}</h2>\n"
    ));
    if !rows.is_empty() {
        body.push_str(
            "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"width:100%;border-collapse:collapse\">\n<tr>",
        );
        for (place, text) in headings.iter().enumerate() {
            let (align, text) = (column_alignment(place), escape(text));
            body.push_str(&format!(
                "<th scope=\"col\" align=\"{align}\" style=\"{CELL_STYLE}text-align:{align};border-bottom:2px solid #083054;font-size:13px\">{text}</th>"
            ));
        }
        body.push_str("</tr>\n");
        for row in rows {
            body.push_str("<tr>");
            for (place, text) in row.0.iter().enumerate() {
                let (align, text) = (column_alignment(place), escape(text));
                // Only the words of a label may be broken, never a number.
                let wrap = if place == 0 { "" } else { "white-space:nowrap;" };
                let bold = if place == *bold_column { "font-weight:bold;" } else { "" };
                body.push_str(&format!(
                    "<td align=\"{align}\" style=\"{CELL_STYLE}{wrap}{bold}text-align:{align}\">{text}</td>"
                ));
            }
            body.push_str("</tr>\n");
        }
        body.push_str("</table>\n");
    }
    for note in notes {
        let note = escape(note);
        body.push_str(&format!(
            "<p style=\"margin:6px 0 4px 0;font-size:13px;line-height:18px;color:#444444\">{note}</p>\n"
        ));
    }
    body.push_str("</td></tr>\n");
}

fn column_alignment(place: usize) -> &'static str {
    if place == 0 { "left" } else { "right" }
}
