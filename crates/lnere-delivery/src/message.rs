/*!
Builds the message of a package: text, HTML with a chart, and the package or a link to it.
*/

use std::time::SystemTime;

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::message_content::{DashboardEnclosure, Enclosure, Notice};
use super::notice_html::notice_html;
use super::notice_text::notice_text;
use super::recipients::SmtpSettings;
use super::release_packages::{OplPackage, ReleasePackages};
use lnere_core::checksum::hex;
use lnere_messages::message;

/// The content id of the chart, before the `@`.
const CHART_CONTENT_ID: &str = "avance-diario";

/// A message ready to be sent; its bytes are equal in every attempt.
#[derive(Clone, Debug)]
pub struct Email {
    /// The `Message-ID`.
    pub message_id: String,
    /// The subject.
    pub subject: String,
    /// The sender and the recipients for the server.
    pub envelope: Envelope,
    /// Headers and body.
    pub bytes: Vec<u8>,
    /// Whether a link replaces the package.
    pub has_link: bool,
}

/// The inputs of a message apart from the package.
#[derive(Clone, Copy, Debug)]
pub struct MessageContext<'a> {
    /// The mail server, with the sender and the maximum message size.
    pub smtp: &'a SmtpSettings,
    /// The date of the message.
    pub date: SystemTime,
    /// The `Message-ID` of the newest earlier revision of the corte that the recipient received.
    pub earlier_message_id: Option<&'a str>,
    /// Whether another package of the same revision was delivered before.
    pub was_delivered_before: bool,
}

/// The message cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// The message is too large, and no link is configured.
    #[error("{}", message!("L540-message-too-large", file = file_name, bytes))]
    TooLarge {
        /// The package's file.
        file_name: String,
        /// The size of the message in bytes.
        bytes: usize,
    },
    /// The mail library refuses the message.
    #[error("{}", message!("L541-message-not-built", slug))]
    Message {
        /// The slug of the recipient.
        slug: String,
        /// The error of the mail library.
        source: lettre::error::Error,
    },
}

/// The `Message-ID` of a package; it is always the same for the same package.
#[must_use]
pub fn message_id(release_packages: &ReleasePackages, package: &OplPackage, domain: &str) -> String {
    let manifest = &release_packages.manifest;
    let revision = manifest.revision.to_string();
    let mut hash = Sha256::new();
    for part in [&manifest.process, &manifest.corte, &revision, &package.slug, &package.sha256] {
        hash.update(part.as_bytes());
        // Separates the parts, so that different lists of parts give different hashes.
        hash.update([0]);
    }
    let hash = hex(&hash.finalize());
    format!("<lnere.{}.r{revision}.{}.{}@{domain}>", manifest.corte, package.slug, &hash[..32])
}

impl Email {
    /// Builds the message of a package.
    ///
    /// # Errors
    /// The message is too large and no link is configured, or the library refuses an address.
    pub fn build(
        release_packages: &ReleasePackages,
        package: &OplPackage,
        (to, cc): (&[Mailbox], &[Mailbox]),
        context: MessageContext,
    ) -> Result<Self, EmailError> {
        let smtp = context.smtp;
        let fits = |email: &Self| email.bytes.len() as u64 <= smtp.max_message_bytes;
        let build_email = |enclosure, dashboard| {
            build_email(release_packages, package, (to, cc), (&enclosure, &dashboard), context)
                .map_err(|source| EmailError::Message { slug: package.slug.clone(), source })
        };
        // Without the dashboard beside it, the package still contains the dashboard.
        let has_page = smtp.attaches_dashboard && package.dashboard_page.is_some();
        let dashboards = || {
            let all = [DashboardEnclosure::Attached, DashboardEnclosure::InPackage];
            all.into_iter().skip(usize::from(!has_page))
        };
        let mut attached_bytes = 0;
        for dashboard in dashboards() {
            let attached = build_email(Enclosure::Attached, dashboard)?;
            if fits(&attached) {
                return Ok(attached);
            }
            attached_bytes = attached.bytes.len();
        }
        let too_large = EmailError::TooLarge { file_name: package.file_name.clone(), bytes: attached_bytes };
        let Some(base) = &smtp.link_base else { return Err(too_large) };
        // The link contains the revision, because another revision may be visible when the message
        // is read.
        let revision = format!("{}.r{}", release_packages.corte, release_packages.manifest.revision);
        let link = format!("{base}/{revision}/paquetes/{}/{}", package.slug, package.file_name);
        for dashboard in dashboards() {
            let linked = build_email(Enclosure::Link(link.clone()), dashboard)?;
            if fits(&linked) {
                return Ok(linked);
            }
        }
        Err(too_large)
    }
}

fn build_email(
    release_packages: &ReleasePackages,
    package: &OplPackage,
    (to, cc): (&[Mailbox], &[Mailbox]),
    (enclosure, dashboard): (&Enclosure, &DashboardEnclosure),
    context: MessageContext,
) -> Result<Email, lettre::error::Error> {
    let MessageContext { smtp, date, earlier_message_id: earlier, was_delivered_before } = context;
    let notice = Notice::for_package(release_packages, package, enclosure, dashboard, was_delivered_before);
    let domain = smtp.sender.email.domain();
    let message_id = message_id(release_packages, package, domain);
    // Boundaries are derived from the Message-ID, so that a message always has the same bytes.
    let boundary = |place: &str| format!("{place}-{}", &hex(&Sha256::digest(&message_id))[..32]);
    let content_id = format!("{CHART_CONTENT_ID}@{domain}");
    let html_document = notice_html(&notice, package.progress_chart.as_ref().map(|_| content_id.as_str()));
    let html_part = SinglePart::html(html_document);
    let mut related = MultiPart::related().boundary(boundary("related")).singlepart(html_part);
    if let Some(chart) = &package.progress_chart {
        let name = format!("avance_diario_{}.png", package.slug);
        let picture = Attachment::new_inline_with_name(content_id, name);
        related = related.singlepart(picture.body(chart.clone(), attachment_media_type("image/png")));
    }
    let text_and_html = MultiPart::alternative()
        .boundary(boundary("alternative"))
        .singlepart(SinglePart::plain(notice_text(&notice)))
        .multipart(related);
    let mut mixed = MultiPart::mixed().boundary(boundary("mixed")).multipart(text_and_html);
    if let Some(page) = package.dashboard_page.as_ref().filter(|_| *dashboard == DashboardEnclosure::Attached) {
        // A mail program that showed the file itself would run none of its scripts.
        let attachment = Attachment::new(page.file_name.clone());
        mixed = mixed.singlepart(attachment.body(page.html.clone(), attachment_media_type("text/html; charset=utf-8")));
    }
    if *enclosure == Enclosure::Attached {
        let attachment = Attachment::new(package.file_name.clone());
        mixed = mixed.singlepart(attachment.body(package.zip.clone(), attachment_media_type("application/zip")));
    }
    let header = |name: HeaderName, value: &str| HeaderValue::new(name, value.to_owned());
    let mut message = Message::builder()
        .from(smtp.sender.clone())
        .subject(&notice.subject)
        .date(date)
        .message_id(Some(message_id.clone()))
        // Suppresses automatic out-of-office replies.
        .raw_header(header(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"))
        .raw_header(header(HeaderName::new_from_ascii_str("Content-Language"), "es-MX"));
    for mailbox in to {
        message = message.to(mailbox.clone());
    }
    for mailbox in cc {
        message = message.cc(mailbox.clone());
    }
    if let Some(reply_to) = &smtp.reply_to {
        message = message.reply_to(reply_to.clone());
    }
    if let Some(earlier) = earlier {
        message = message.in_reply_to(earlier.to_owned()).references(earlier.to_owned());
    }
    let message = message.multipart(mixed)?;
    Ok(Email {
        message_id,
        subject: notice.subject,
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
        has_link: matches!(enclosure, Enclosure::Link(_)),
    })
}

/// The media type of a known name.
fn attachment_media_type(name: &str) -> ContentType {
    ContentType::parse(name).unwrap_or(ContentType::TEXT_PLAIN)
}
