/*!
The catalogues: entities, countries, embassies and consulates, with the names that exports use.

They are data files beside the process file; this room reads them, refuses a name that would stand
for two things, and answers look-ups. A label that no catalogue knows is `None` here; what that
means is decided by who asks.
*/

mod offices;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::fold;
use crate::lines::line_of;
use crate::toml_file::{self, TomlMistake};

pub use offices::{Office, OfficeId, OfficeKind, Offices};

/// An entity by its official number, 1–32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(u8);

impl EntityId {
    /// How many entities Mexico has.
    pub const COUNT: u8 = 32;

    /// `Some` for 1–32.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=Self::COUNT).contains(&number).then_some(Self(number))
    }

    /// The official number, 1–32.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// Two digits, as tables print it: `08`.
    #[must_use]
    pub fn code(self) -> String {
        format!("{:02}", self.0)
    }
}

/// The 32 entities.
#[derive(Clone, Debug)]
pub struct Entities {
    names: Vec<String>,
    /// `de la Ciudad de México`, where `de` and the name do not do.
    genitives: HashMap<EntityId, String>,
    by_label: HashMap<String, EntityId>,
}

impl Entities {
    /// All of them, in the order of their numbers.
    pub fn all(&self) -> impl Iterator<Item = EntityId> + use<> {
        (1..=EntityId::COUNT).map(EntityId)
    }

    /// The short official name.
    #[must_use]
    pub fn name(&self, entity: EntityId) -> &str {
        &self.names[usize::from(entity.0) - 1]
    }

    /// The name as it stands in a sentence about what is the entity's: `de Chihuahua`, `de la Ciudad de México`.
    #[must_use]
    pub fn genitive(&self, entity: EntityId) -> String {
        self.genitives.get(&entity).cloned().unwrap_or_else(|| format!("de {}", self.name(entity)))
    }

    /// Name of files and folders: `08_chihuahua`.
    #[must_use]
    pub fn slug(&self, entity: EntityId) -> String {
        format!("{}_{}", entity.code(), fold::slug(self.name(entity)))
    }

    /// The entity of a code of exactly two digits.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<EntityId> {
        let digits = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| code.parse().ok().and_then(EntityId::new)).flatten()
    }

    /// The entity of a cell of an export: a number from 1 to 32, or a name.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<EntityId> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().and_then(EntityId::new);
        }
        self.by_label.get(&fold::label(text)).copied()
    }
}

/// A country by its place in the catalogue; the first place is [`CountryId::UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryId(pub(crate) u16);

impl CountryId {
    /// `XXX`, No identificado.
    pub const UNKNOWN: Self = Self(0);
    /// Its code.
    pub const UNKNOWN_CODE: &str = "XXX";
}

/// The countries of ISO 3166-1, and `XXX`.
#[derive(Clone, Debug)]
pub struct Countries {
    countries: Vec<Country>,
    by_label: HashMap<String, CountryId>,
}

/// A country.
#[derive(Clone, Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-3, or `XXX`.
    pub code: String,
    /// Spanish name as INE prints it.
    pub name: String,
}

impl Countries {
    /// The country of an id.
    #[must_use]
    pub fn get(&self, id: CountryId) -> &Country {
        &self.countries[usize::from(id.0)]
    }

    /// The country of an alpha-3 code or of a name.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<CountryId> {
        self.by_label.get(&fold::label(text)).copied()
    }

    /// All countries but `XXX`, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = CountryId> + use<> {
        (1..u16::try_from(self.countries.len()).unwrap_or(u16::MAX)).map(CountryId)
    }
}

/// All catalogues of a process.
#[derive(Clone, Debug)]
pub struct Catalogs {
    /// States of Mexico.
    pub entities: Entities,
    /// Countries.
    pub countries: Countries,
    /// Embassies and consulates.
    pub offices: Offices,
    /// The files that they were read from.
    pub files: Vec<PathBuf>,
}

impl Catalogs {
    /// Reads `entidades.toml`, `paises.toml` and `representaciones.toml` of a folder.
    ///
    /// # Errors
    /// A file that cannot be read, or a mistake in one, with its line.
    pub fn load(folder: &Path) -> Result<Self, CatalogError> {
        let files: Vec<_> =
            ["entidades.toml", "paises.toml", "representaciones.toml"].iter().map(|name| folder.join(name)).collect();
        let entities = entities(&CatalogFile::read(&files[0])?)?;
        let countries = countries(&CatalogFile::read(&files[1])?)?;
        let offices = offices::load(&CatalogFile::read(&files[2])?, &countries)?;
        Ok(Self { entities, countries, offices, files })
    }
}

/// A mistake in a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It cannot be opened or is not UTF-8.
    #[error("cannot read the catalogue {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A mistake at a line of it.
    #[error("{}:{line}: {message}", path.display())]
    Mistake {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong, and what would be accepted.
        message: String,
    },
}

/// A catalogue's text, kept for the lines of its mistakes.
struct CatalogFile {
    path: PathBuf,
    text: String,
}

impl CatalogFile {
    fn read(path: &Path) -> Result<Self, CatalogError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| CatalogError::Read { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), text })
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T, CatalogError> {
        toml_file::parse(&self.text).map_err(|TomlMistake { offset, message }| self.mistake(offset, message))
    }

    fn mistake(&self, offset: usize, message: impl Into<String>) -> CatalogError {
        CatalogError::Mistake { path: self.path.clone(), line: line_of(&self.text, offset), message: message.into() }
    }

    /// Enters the names of one thing; a name that another thing has already is a mistake.
    fn enter<Id: Copy + PartialEq>(
        &self,
        labels: &mut HashMap<String, Id>,
        id: Id,
        offset: usize,
        names: impl IntoIterator<Item = String>,
    ) -> Result<(), CatalogError> {
        for name in names {
            let folded = fold::label(&name);
            if folded.is_empty() {
                return Err(self.mistake(offset, format!("the name `{name}` has no letter or digit")));
            }
            if labels.insert(folded, id).is_some_and(|other| other != id) {
                return Err(self.mistake(offset, format!("the name `{name}` stands for two entries")));
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntities {
    entidad: Vec<Spanned<RawEntity>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntity {
    clave: String,
    nombre: String,
    de: Option<String>,
    #[serde(default)]
    alias: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCountries {
    pais: Vec<Spanned<RawEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    clave: String,
    nombre: String,
    #[serde(default)]
    alias: Vec<String>,
}

fn entities(file: &CatalogFile) -> Result<Entities, CatalogError> {
    let raw: RawEntities = file.parse()?;
    let mut names = vec![String::new(); usize::from(EntityId::COUNT)];
    let mut genitives = HashMap::new();
    let mut by_label = HashMap::new();
    for entry in raw.entidad {
        let offset = entry.span().start;
        let RawEntity { clave, nombre, de, alias } = entry.into_inner();
        let entity = clave.parse().ok().and_then(EntityId::new).filter(|entity| entity.code() == clave);
        let entity = entity
            .ok_or_else(|| file.mistake(offset, format!("clave `{clave}` is no entity; expected \"01\" to \"32\"")))?;
        let name = &mut names[usize::from(entity.0) - 1];
        if !name.is_empty() {
            return Err(file.mistake(offset, format!("entity `{clave}` is there twice")));
        }
        name.clone_from(&nombre);
        genitives.extend(de.map(|genitive| (entity, genitive)));
        file.enter(&mut by_label, entity, offset, alias.into_iter().chain([nombre]))?;
    }
    match names.iter().position(String::is_empty) {
        Some(missing) => Err(file.mistake(0, format!("entity `{:02}` is missing", missing + 1))),
        None => Ok(Entities { names, genitives, by_label }),
    }
}

fn countries(file: &CatalogFile) -> Result<Countries, CatalogError> {
    /// A fact packs the country into nine bits.
    const MAX_COUNTRIES: usize = 511;

    let raw: RawCountries = file.parse()?;
    if raw.pais.len() > MAX_COUNTRIES {
        return Err(file.mistake(0, format!("{} countries; at most {MAX_COUNTRIES} fit", raw.pais.len())));
    }
    let mut countries = vec![Country { code: CountryId::UNKNOWN_CODE.to_owned(), name: "No identificado".to_owned() }];
    let mut by_label = HashMap::new();
    for (entry, id) in raw.pais.into_iter().zip(1..) {
        let offset = entry.span().start;
        let RawEntry { clave, nombre, alias } = entry.into_inner();
        if clave.len() != 3 || !clave.bytes().all(|byte| byte.is_ascii_uppercase()) || clave == CountryId::UNKNOWN_CODE
        {
            let message =
                format!("clave `{clave}` is no ISO 3166-1 alpha-3 code; expected three capital letters, not XXX");
            return Err(file.mistake(offset, message));
        }
        let names = alias.into_iter().chain([clave.clone(), nombre.clone()]);
        file.enter(&mut by_label, CountryId(id), offset, names)?;
        countries.push(Country { code: clave, name: nombre });
    }
    Ok(Countries { countries, by_label })
}
