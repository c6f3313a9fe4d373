/*!
Reads who publishes the releases: publisher, contact, licence and address. Data catalogues and the
public page state them.
*/

use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::ProcessError;
use super::validate::ProcessFile;

/// A party with a name, and its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedParty {
    /// The name.
    pub name: String,
    /// The web page.
    pub url: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

/// The licence of the public part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// The name: `Libre Uso MX`.
    pub name: String,
    /// The page with its text.
    pub url: String,
}

/// Who publishes the releases, and how others may use the public part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicationMetadata {
    /// The institution that publishes.
    pub publisher: Option<NamedParty>,
    /// Whom readers may ask.
    pub contact: Option<NamedParty>,
    /// The licence of the public part.
    pub licence: Option<Licence>,
    /// The address at which the public part can be found.
    pub homepage: Option<String>,
    /// Words under which data catalogues list the tables.
    pub keywords: Vec<String>,
}

/// The licence is that of the part `publico` alone. The exact tables have none.
#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawPublicationMetadata {
    /// Institution that publishes the releases.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        length(min = 1),
        extend("x-if-absent" = "no publisher is named", "examples" = ["Instituto Nacional Electoral (INE)"])
    ))]
    publisher: Option<Spanned<String>>,
    /// Web page of the publisher. It needs `publisher`.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend("x-accepts" = "an address that begins with `https://` or `http://`", "x-if-absent" = "none", "examples" = ["https://www.ine.mx"])
    ))]
    publisher_url: Option<Spanned<String>>,
    /// Office or person whom readers may ask.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        length(min = 1),
        extend("x-if-absent" = "no contact is named", "examples" = ["Dirección Ejecutiva del Registro Federal de Electores (DERFE)"])
    ))]
    contact: Option<Spanned<String>>,
    /// E-mail address of the contact. It needs `contact`.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend("x-accepts" = "an e-mail address", "x-if-absent" = "none", "examples" = ["datos@example.org"])
    ))]
    contact_email: Option<Spanned<String>>,
    /// Web page of the contact. It needs `contact`.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend("x-accepts" = "an address that begins with `https://` or `http://`", "x-if-absent" = "none", "examples" = ["https://example.org/contacto"])
    ))]
    contact_url: Option<Spanned<String>>,
    /// Name of the licence of the public part. It needs `licence_url`.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        length(min = 1),
        extend("x-if-absent" = "no licence is named", "examples" = ["Libre Uso MX"])
    ))]
    licence: Option<Spanned<String>>,
    /// Page with the text of the licence. It needs `licence`.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend("x-accepts" = "an address that begins with `https://` or `http://`", "x-if-absent" = "none", "examples" = ["https://datos.gob.mx/libreusomx"])
    ))]
    licence_url: Option<Spanned<String>>,
    /// Address at which the public part can be found. The citation on the public page ends with it.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend("x-accepts" = "an address that begins with `https://` or `http://`", "x-if-absent" = "none", "examples" = ["https://example.org/lnere"])
    ))]
    homepage: Option<Spanned<String>>,
    /// Words under which data catalogues list the tables.
    #[cfg_attr(test, schemars(
        with = "Vec<String>", extend("x-if-absent" = "no keywords", "examples" = [["elecciones", "voto en el extranjero"]])
    ))]
    #[serde(default)]
    keywords: Vec<Spanned<String>>,
}

pub(super) fn validate_publication_metadata(
    process_file: &ProcessFile,
    raw: &RawPublicationMetadata,
) -> Result<PublicationMetadata, ProcessError> {
    let text = |key: &str, value: &Spanned<String>| {
        let text = value.get_ref().trim();
        let is_empty = || process_file.mistake_at(value, message!("L158-empty", key));
        if text.is_empty() { Err(is_empty()) } else { Ok(text.to_owned()) }
    };
    let url = |key: &str, value: &Spanned<String>| {
        let url = text(key, value)?;
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        // These characters would end an address in HTML, JSON-LD or Markdown.
        let is_address = |host: &str| {
            host.starts_with(|first: char| first.is_alphanumeric())
                && !host.contains(|one: char| one.is_whitespace() || "\"<>\\^`{|}".contains(one))
        };
        let is_valid = host.is_some_and(is_address);
        if is_valid {
            Ok(url)
        } else {
            Err(process_file.mistake_at(value, message!("L158-no-address", key, address = url)))
        }
    };
    let email = |key: &str, value: &Spanned<String>| {
        let email = text(key, value)?;
        let is_part = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
        };
        let is_valid = email
            .split_once('@')
            .is_some_and(|(mailbox, host)| is_part(mailbox) && is_part(host) && !host.contains(['_', '+']));
        if is_valid {
            Ok(email)
        } else {
            Err(process_file.mistake_at(value, message!("L158-no-email", key, address = email)))
        }
    };
    let needs = |key: &str, value: &Spanned<String>, other: &str| {
        process_file.mistake_at(value, message!("L158-needs-other-key", key, other))
    };
    if let (None, Some(value)) = (&raw.publisher, &raw.publisher_url) {
        return Err(needs("publisher_url", value, "publisher"));
    }
    if raw.contact.is_none() {
        let addresses = [("contact_email", &raw.contact_email), ("contact_url", &raw.contact_url)];
        if let Some((key, value)) = addresses.into_iter().find_map(|(key, value)| Some((key, value.as_ref()?))) {
            return Err(needs(key, value, "contact"));
        }
    }
    let optional_url =
        |key: &str, value: &Option<Spanned<String>>| value.as_ref().map(|value| url(key, value)).transpose();
    let licence = match (&raw.licence, &raw.licence_url) {
        (None, None) => None,
        (Some(name), Some(address)) => {
            Some(Licence { name: text("licence", name)?, url: url("licence_url", address)? })
        }
        // Nobody can follow a licence without its text.
        (Some(name), None) => return Err(needs("licence", name, "licence_url")),
        (None, Some(address)) => return Err(needs("licence_url", address, "licence")),
    };
    let publisher = raw.publisher.as_ref().map(|name| text("publisher", name)).transpose()?;
    let publisher_url = optional_url("publisher_url", &raw.publisher_url)?;
    let contact = raw.contact.as_ref().map(|name| text("contact", name)).transpose()?;
    let contact_url = optional_url("contact_url", &raw.contact_url)?;
    let contact_email = raw.contact_email.as_ref().map(|value| email("contact_email", value)).transpose()?;
    Ok(PublicationMetadata {
        publisher: publisher.map(|name| NamedParty { name, url: publisher_url, email: None }),
        contact: contact.map(|name| NamedParty { name, url: contact_url, email: contact_email }),
        licence,
        homepage: optional_url("homepage", &raw.homepage)?,
        keywords: raw.keywords.iter().map(|word| text("keywords", word)).collect::<Result<_, _>>()?,
    })
}
