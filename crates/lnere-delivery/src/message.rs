/*!
A notice and its package as one mail: text, HTML with the chart in it, and the package or a link to it.
*/

use std::time::SystemTime;

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::html::html;
use super::notice::{Enclosure, Notice};
use super::recipients::Smtp;
use super::release_packages::{OplPackage, ReleasePackages};
use super::text::notice_text;
use lnere_core::checksum::hex;

/// The content id of the chart, before the `@`.
const CHART: &str = "avance-diario";

/// A message ready to be sent, the same bytes at every attempt.
#[derive(Clone, Debug)]
pub struct Email {
    /// Its `Message-ID`.
    pub message_id: String,
    /// Its subject.
    pub subject: String,
    /// From whom and to whom the server is told that it goes.
    pub envelope: Envelope,
    /// Headers and body.
    pub bytes: Vec<u8>,
    /// Whether a link stands in the place of the package.
    pub linked: bool,
}

/// What a message depends on besides the package.
#[derive(Clone, Copy, Debug)]
pub struct MessageContext<'a> {
    /// The mail server, with the sender and the largest message.
    pub smtp: &'a Smtp,
    /// Its date.
    pub date: SystemTime,
    /// The `Message-ID` of the newest revision of the same corte that the recipient has.
    pub earlier_message_id: Option<&'a str>,
    /// Another package of the same revision was delivered before.
    pub again: bool,
}

/// Why there is no message.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// It would be too large, and there is no link for it.
    #[error(
        "the message with {file} would have {bytes} bytes, over smtp.max_message_mib; set smtp.link_base to the address \
         below which revisions are served, or raise the limit"
    )]
    TooLarge {
        /// The package's file.
        file: String,
        /// How large it would be.
        bytes: usize,
    },
    /// The library objects.
    #[error("the message for {slug} cannot be put together")]
    Message {
        /// The slug of the recipient.
        slug: String,
        /// The error of the mail library.
        source: lettre::error::Error,
    },
}

/// The `Message-ID` of a package: the same for the same package, whenever it is sent.
#[must_use]
pub fn message_id(release_packages: &ReleasePackages, package: &OplPackage, domain: &str) -> String {
    let manifest = &release_packages.manifest;
    let revision = manifest.revision.to_string();
    let mut hash = Sha256::new();
    for part in [&manifest.process, &manifest.corte, &revision, &package.slug, &package.sha256] {
        hash.update(part.as_bytes());
        // So that no two lists of parts read alike.
        hash.update([0]);
    }
    let hash = hex(&hash.finalize());
    format!("<lnere.{}.r{revision}.{}.{}@{domain}>", manifest.corte, package.slug, &hash[..32])
}

impl Email {
    /// The message of a package.
    ///
    /// # Errors
    /// It is too large and there is no link for it, or an address is none to the library.
    pub fn write(
        release_packages: &ReleasePackages,
        package: &OplPackage,
        (to, cc): (&[Mailbox], &[Mailbox]),
        context: MessageContext,
    ) -> Result<Self, EmailError> {
        let smtp = context.smtp;
        let fits = |letter: &Self| letter.bytes.len() as u64 <= smtp.max_message_bytes;
        let made = |enclosure| {
            made(release_packages, package, (to, cc), &enclosure, context)
                .map_err(|source| EmailError::Message { slug: package.slug.clone(), source })
        };
        let attached = made(Enclosure::Attached)?;
        if fits(&attached) {
            return Ok(attached);
        }
        let too_large = EmailError::TooLarge { file: package.file.clone(), bytes: attached.bytes.len() };
        let Some(base) = &smtp.link_base else { return Err(too_large) };
        // Of the revision: what is visible of the corte may be another by the time that the message is read.
        let revision = format!("{}.r{}", release_packages.corte, release_packages.manifest.revision);
        let link = format!("{base}/{revision}/paquetes/{}/{}", package.slug, package.file);
        let linked = made(Enclosure::Link(link))?;
        if fits(&linked) { Ok(linked) } else { Err(too_large) }
    }
}

fn made(
    release_packages: &ReleasePackages,
    package: &OplPackage,
    (to, cc): (&[Mailbox], &[Mailbox]),
    enclosure: &Enclosure,
    context: MessageContext,
) -> Result<Email, lettre::error::Error> {
    let MessageContext { smtp, date, earlier_message_id: earlier, again } = context;
    let notice = Notice::for_package(release_packages, package, enclosure, again);
    let domain = smtp.from.email.domain();
    let message_id = message_id(release_packages, package, domain);
    // Boundaries follow from the Message-ID, so that a message is the same bytes each time it is made.
    let boundary = |place: &str| format!("{place}-{}", &hex(&Sha256::digest(&message_id))[..32]);
    let content_id = format!("{CHART}@{domain}");
    let page = html(&notice, package.chart.as_ref().map(|_| content_id.as_str()));
    let page = SinglePart::html(page);
    let mut related = MultiPart::related().boundary(boundary("related")).singlepart(page);
    if let Some(chart) = &package.chart {
        let name = format!("avance_diario_{}.png", package.slug);
        let picture = Attachment::new_inline_with_name(content_id, name);
        related = related.singlepart(picture.body(chart.clone(), media("image/png")));
    }
    let words = MultiPart::alternative()
        .boundary(boundary("alternative"))
        .singlepart(SinglePart::plain(notice_text(&notice)))
        .multipart(related);
    let mut mixed = MultiPart::mixed().boundary(boundary("mixed")).multipart(words);
    if *enclosure == Enclosure::Attached {
        let attachment = Attachment::new(package.file.clone());
        mixed = mixed.singlepart(attachment.body(package.zip.clone(), media("application/zip")));
    }
    let header = |name: HeaderName, value: &str| HeaderValue::new(name, value.to_owned());
    let mut message = Message::builder()
        .from(smtp.from.clone())
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
        linked: matches!(enclosure, Enclosure::Link(_)),
    })
}

/// A media type; both that are asked for are known.
fn media(name: &str) -> ContentType {
    ContentType::parse(name).unwrap_or(ContentType::TEXT_PLAIN)
}
