/*!
Embassies and consulates, named by the city of their seat.
*/

use std::collections::HashMap;

use serde::Deserialize;
use toml::Spanned;

use super::{CatalogError, CatalogFile, Countries, CountryId};
use crate::fold;

/// An office by its place in the catalogue; the first place is [`OfficeId::UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficeId(pub(crate) u16);

impl OfficeId {
    /// `no_identificada`.
    pub const UNKNOWN: Self = Self(0);
    /// Its code, and that of its kind.
    pub const UNKNOWN_CODE: &str = "no_identificada";
}

/// What kind of office it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfficeKind {
    /// An embassy, its consular section included.
    Embajada,
    /// A consulate.
    Consulado,
}

/// An embassy or consulate.
#[derive(Clone, Debug)]
pub struct Office {
    /// Its seat as a slug, unique: `chicago`, `la_habana_cub`.
    pub code: String,
    /// The city of its seat.
    pub name: String,
    /// The country of its seat.
    pub country: CountryId,
    /// `None` only for the unidentified one.
    pub kind: Option<OfficeKind>,
}

impl Office {
    /// What tables print as `tipo_representacion`.
    #[must_use]
    pub fn kind_code(&self) -> &'static str {
        match self.kind {
            Some(OfficeKind::Embajada) => "embajada",
            Some(OfficeKind::Consulado) => "consulado",
            None => OfficeId::UNKNOWN_CODE,
        }
    }
}

/// All offices.
#[derive(Clone, Debug)]
pub struct Offices {
    offices: Vec<Office>,
    by_label: HashMap<String, OfficeId>,
}

impl Offices {
    /// The office of an id.
    #[must_use]
    pub fn get(&self, id: OfficeId) -> &Office {
        &self.offices[usize::from(id.0)]
    }

    /// The office of a label: code, seat city, alias, or any of these after a prefix such as
    /// "Consulado General de México en".
    #[must_use]
    pub fn find(&self, text: &str) -> Option<OfficeId> {
        self.by_label.get(&fold::label(text)).copied()
    }

    /// All offices but the unidentified one, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = OfficeId> + use<> {
        (1..u16::try_from(self.offices.len()).unwrap_or(u16::MAX)).map(OfficeId)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOffices {
    prefijos_consulado: Vec<String>,
    prefijos_embajada: Vec<String>,
    representacion: Vec<Spanned<RawOffice>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOffice {
    clave: String,
    nombre: String,
    pais: String,
    tipo: OfficeKind,
    #[serde(default)]
    alias: Vec<String>,
}

pub(super) fn load(file: &CatalogFile, countries: &Countries) -> Result<Offices, CatalogError> {
    let mut raw: RawOffices = file.parse()?;
    let mut by_label = HashMap::new();
    // Consulates enter first: where a seat has both, its bare name is the consulate's.
    raw.representacion.sort_by_key(|office| office.get_ref().tipo == OfficeKind::Embajada);

    let unknown = Office {
        code: OfficeId::UNKNOWN_CODE.to_owned(),
        name: "No identificada".to_owned(),
        country: CountryId::UNKNOWN,
        kind: None,
    };
    let mut offices = vec![unknown];
    for (entry, id) in raw.representacion.into_iter().zip(1..) {
        let (id, offset) = (OfficeId(id), entry.span().start);
        let RawOffice { clave, nombre, pais, tipo, alias } = entry.into_inner();
        if fold::slug(&clave) != clave || offices.iter().any(|office| office.code == clave) {
            return Err(file.mistake(offset, format!("clave `{clave}` is not lower snake_case, or is there twice")));
        }
        let country = countries.find(&pais).ok_or_else(|| {
            file.mistake(offset, format!("pais `{pais}` is no country of paises.toml; expected an alpha-3 code"))
        })?;
        let prefixes = match tipo {
            OfficeKind::Consulado => &raw.prefijos_consulado,
            OfficeKind::Embajada => &raw.prefijos_embajada,
        };
        let names: Vec<_> = alias.into_iter().chain([nombre.clone(), clave.replace('_', " ")]).collect();
        let with_prefix = names.iter().flat_map(|name| prefixes.iter().map(move |prefix| format!("{prefix} {name}")));
        file.enter(&mut by_label, id, offset, with_prefix)?;
        let seat_is_shared = |name: &String| tipo == OfficeKind::Embajada && is_consulate(&by_label, &offices, name);
        let own: Vec<_> = names.iter().filter(|name| !seat_is_shared(name)).cloned().collect();
        file.enter(&mut by_label, id, offset, own)?;
        offices.push(Office { code: clave, name: nombre, country, kind: Some(tipo) });
    }
    Ok(Offices { offices, by_label })
}

fn is_consulate(by_label: &HashMap<String, OfficeId>, offices: &[Office], name: &str) -> bool {
    let owner = by_label.get(&fold::label(name)).and_then(|id| offices.get(usize::from(id.0)));
    owner.is_some_and(|office| office.kind == Some(OfficeKind::Consulado))
}
