/*!
Reads the catalogues of entities, countries, embassies and consulates, with the names that exports
use.

They are data files beside the process file. This module refuses a name that would have two entries,
and answers look-ups. `name_index.rs` defines which spellings of a name are equal. For an unknown label a
look-up returns `None`, and the caller decides what follows.
*/

mod coordinates;
mod name_index;
mod offices;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lnere_messages::message;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::invisible_characters::is_ignorable;
use crate::line_numbers::line_of;
use crate::printable_toml::{self, TomlMistake};
use crate::text_folding;

use name_index::{NameIndex, SplitName, WordRules};

pub use coordinates::Coordinates;
pub use offices::{Office, OfficeId, OfficeKind, Offices};

/// An entity by its official number, 1–32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(u8);

impl EntityId {
    /// The number of entities of Mexico.
    pub const COUNT: u8 = 32;

    /// The entity with this number, 1–32.
    #[must_use]
    #[inline]
    pub fn new(number: u8) -> Option<Self> {
        (1..=Self::COUNT).contains(&number).then_some(Self(number))
    }

    /// The official number, 1–32.
    #[must_use]
    #[inline]
    pub fn number(self) -> u8 {
        self.0
    }

    /// The two-digit code of tables: `08`.
    #[must_use]
    pub fn code(self) -> String {
        format!("{:02}", self.0)
    }
}

/// The 32 entities.
#[derive(Clone, Debug)]
pub struct Entities {
    names: Vec<String>,
    /// The genitive, such as `de la Ciudad de México`, if it is not `de` and the name.
    genitives: HashMap<EntityId, String>,
    name_index: NameIndex<EntityId>,
}

impl Entities {
    /// All entities, ordered by number.
    pub fn ids(&self) -> impl Iterator<Item = EntityId> + use<> {
        (1..=EntityId::COUNT).map(EntityId)
    }

    /// The short official name.
    #[must_use]
    pub fn name(&self, entity: EntityId) -> &str {
        &self.names[usize::from(entity.0) - 1]
    }

    /// The name in a genitive phrase: `de Chihuahua`, `de la Ciudad de México`.
    #[must_use]
    pub fn genitive(&self, entity: EntityId) -> String {
        self.genitives.get(&entity).cloned().unwrap_or_else(|| format!("de {}", self.name(entity)))
    }

    /// The name of files and folders: `08_chihuahua`.
    #[must_use]
    pub fn slug(&self, entity: EntityId) -> String {
        format!("{}_{}", entity.code(), text_folding::slug(self.name(entity)))
    }

    /// The entity of a two-digit code.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<EntityId> {
        let digits = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| code.parse().ok().and_then(EntityId::new)).flatten()
    }

    /// The entity in a cell of an export. The cell holds a number from 1 to 32, a name, an
    /// abbreviation, or the two letters of the CURP. A number may have the form that spreadsheets
    /// write (`9.0`, `'09`, `="9"`).
    #[must_use]
    pub fn find(&self, text: &str) -> Option<EntityId> {
        let visible: String = text.chars().filter(|c| !is_ignorable(*c)).collect();
        let bare = strip_text_mark(&visible);
        if bare.bytes().any(|byte| byte.is_ascii_digit()) && !bare.contains(char::is_alphabetic) {
            return entity_by_number(bare);
        }
        self.name_index.find(text)
    }
}

/// A text without the text mark of a spreadsheet: an apostrophe before it, or a formula around it.
fn strip_text_mark(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('=').unwrap_or(text);
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '’' | '‘' | '´' | '`'))
}

/// The entity of a number without a fraction: `9`, `09`, `9.0`.
fn entity_by_number(number: &str) -> Option<EntityId> {
    let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let is_whole = whole.bytes().all(|byte| byte.is_ascii_digit()) && decimals.bytes().all(|byte| byte == b'0');
    whole.parse().ok().filter(|_| is_whole).and_then(EntityId::new)
}

/// A country, as its index in the catalogue; the first is [`CountryId::UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryId(pub u16);

impl CountryId {
    /// The unidentified country, `XXX`.
    pub const UNKNOWN: Self = Self(0);
    /// The code of the unidentified country.
    pub const UNKNOWN_CODE: &str = "XXX";
}

/// The countries of ISO 3166-1, and `XXX`.
#[derive(Clone, Debug)]
pub struct Countries {
    countries: Vec<Country>,
    name_index: Arc<NameIndex<CountryId>>,
}

/// A country.
#[derive(Clone, Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-3, or `XXX`.
    pub code: String,
    /// The Spanish name as INE prints it.
    pub name: String,
    /// Where maps show it.
    pub coordinates: Option<Coordinates>,
}

impl Countries {
    /// The country with this id.
    #[must_use]
    pub fn get(&self, id: CountryId) -> &Country {
        &self.countries[usize::from(id.0)]
    }

    /// The country with this name or code, alpha-3 or alpha-2.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<CountryId> {
        self.name_index.find(text)
    }

    /// All countries except `XXX`, in the order of the file.
    pub fn identified_ids(&self) -> impl Iterator<Item = CountryId> + use<> {
        (1..=u16::try_from(self.countries.len() - 1).unwrap_or(u16::MAX)).map(CountryId)
    }
}

/// All catalogues of a process.
#[derive(Clone, Debug)]
pub struct Catalogs {
    /// The states of Mexico.
    pub entities: Entities,
    /// Countries.
    pub countries: Countries,
    /// Embassies and consulates.
    pub offices: Offices,
    /// The files of the catalogues.
    pub files: Vec<PathBuf>,
}

impl Catalogs {
    /// Reads `entidades.toml`, `paises.toml` and `representaciones.toml` of a folder.
    ///
    /// # Errors
    /// A file cannot be read, or has a mistake, reported with its line.
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
    /// The file cannot be opened or is not UTF-8.
    #[error("{}", message!("L100-cannot-read-catalogue", path = crate::terminal_text::escaped_name(path)))]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A mistake on a line.
    #[error("{}:{line}: {message}", crate::terminal_text::escaped_name(path))]
    Mistake {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The mistake and the accepted values.
        message: String,
    },
}

/// The text of a catalogue, for the lines of its mistakes.
struct CatalogFile {
    path: PathBuf,
    text: String,
}

impl CatalogFile {
    fn read(path: &Path) -> Result<Self, CatalogError> {
        let bytes =
            crate::regular_file::read(path).map_err(|source| CatalogError::Read { path: path.to_owned(), source })?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { path: path.to_owned(), text }),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(&error.as_bytes()[..offset]).into_owned();
                Err(Self { path: path.to_owned(), text }.mistake_at(offset, message!("L101-not-utf8")))
            }
        }
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T, CatalogError> {
        printable_toml::parse(&self.text).map_err(|TomlMistake { offset, message }| self.mistake_at(offset, message))
    }

    fn mistake_at(&self, offset: usize, message: impl Into<String>) -> CatalogError {
        CatalogError::Mistake { path: self.path.clone(), line: line_of(&self.text, offset), message: message.into() }
    }

    /// Splits a name into its words and parts.
    fn split_name(&self, offset: usize, name: &str) -> Result<SplitName, CatalogError> {
        SplitName::new(name).ok_or_else(|| self.mistake_at(offset, message!("L161-unusable-name", name)))
    }

    fn ambiguous_name_error(&self, offset: usize, name: &str) -> CatalogError {
        self.mistake_at(offset, message!("L160-name-of-two-entries", name))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntities {
    #[serde(default)]
    abreviaturas: Vec<Spanned<Vec<String>>>,
    #[serde(default)]
    articulos: Vec<Spanned<String>>,
    #[serde(default)]
    formas: Vec<Spanned<String>>,
    #[serde(default)]
    prefijos: Vec<Spanned<String>>,
    entidad: Vec<Spanned<RawEntity>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntity {
    clave: String,
    nombre: String,
    de: Option<String>,
    curp: Option<String>,
    #[serde(default)]
    alias: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCountries {
    #[serde(default)]
    abreviaturas: Vec<Spanned<Vec<String>>>,
    #[serde(default)]
    articulos: Vec<Spanned<String>>,
    #[serde(default)]
    formas: Vec<Spanned<String>>,
    #[serde(default)]
    sin_pais: Vec<Spanned<String>>,
    pais: Vec<Spanned<RawCountry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCountry {
    clave: String,
    alfa2: Option<String>,
    nombre: String,
    latitud: Option<f64>,
    longitud: Option<f64>,
    territorio_de: Option<String>,
    #[serde(default)]
    alias: Vec<String>,
}

fn entities(catalog_file: &CatalogFile) -> Result<Entities, CatalogError> {
    let raw: RawEntities = catalog_file.parse()?;
    let mut names = vec![String::new(); usize::from(EntityId::COUNT)];
    let mut genitives = HashMap::new();
    let mut labels = NameIndex::new(WordRules::new(catalog_file, raw.abreviaturas, raw.articulos)?);
    for form in &raw.formas {
        labels.add_part_starting_word(catalog_file, form)?;
    }
    for prefix in &raw.prefijos {
        labels.add_prefix(catalog_file, prefix)?;
    }
    let (mut entered, mut codes) = (Vec::new(), Vec::new());
    for entry in raw.entidad {
        let offset = entry.span().start;
        let RawEntity { clave, nombre, de, curp, alias } = entry.into_inner();
        let entity = clave.parse().ok().and_then(EntityId::new).filter(|entity| entity.code() == clave);
        let entity = entity.ok_or_else(|| catalog_file.mistake_at(offset, message!("L163-no-entity", code = clave)))?;
        let name = &mut names[usize::from(entity.0) - 1];
        if !name.is_empty() {
            return Err(catalog_file.mistake_at(offset, message!("L163-entity-twice", code = clave)));
        }
        name.clone_from(&nombre);
        genitives.extend(de.map(|genitive| (entity, genitive)));
        for name in std::iter::once(nombre).chain(alias) {
            entered.push(labels.add_name(catalog_file, entity, offset, name)?);
        }
        let numbers = [entity.code(), entity.number().to_string()];
        codes.extend(numbers.into_iter().chain(curp).map(|code| (entity, offset, code)));
    }
    labels.add_codes_and_validate(catalog_file, entered, &codes)?;
    match names.iter().position(String::is_empty) {
        Some(missing) => {
            Err(catalog_file.mistake_at(0, message!("L163-entity-missing", code = format!("{:02}", missing + 1))))
        }
        None => Ok(Entities { names, genitives, name_index: labels }),
    }
}

fn countries(catalog_file: &CatalogFile) -> Result<Countries, CatalogError> {
    /// A fact packs the country into nine bits.
    const MAX_COUNTRIES: usize = 511;

    let raw: RawCountries = catalog_file.parse()?;
    if let Some(one_too_many) = raw.pais.get(MAX_COUNTRIES) {
        let message = message!("L163-too-many-countries", countries = raw.pais.len(), most = MAX_COUNTRIES);
        return Err(catalog_file.mistake_at(one_too_many.span().start, message));
    }
    let mut labels = NameIndex::new(WordRules::new(catalog_file, raw.abreviaturas, raw.articulos)?);
    for form in &raw.formas {
        labels.add_part_starting_word(catalog_file, form)?;
    }
    for word in &raw.sin_pais {
        labels.add_meaningless_word(catalog_file, word)?;
    }
    let mut countries = vec![Country {
        code: CountryId::UNKNOWN_CODE.to_owned(),
        name: "No identificado".to_owned(),
        coordinates: None,
    }];
    let (mut entered, mut codes, mut territories) = (Vec::new(), Vec::new(), Vec::new());
    for (entry, id) in raw.pais.into_iter().zip(1..) {
        let (id, offset) = (CountryId(id), entry.span().start);
        let RawCountry { clave, alfa2, nombre, latitud, longitud, territorio_de, alias } = entry.into_inner();
        let coordinates = coordinates::validate(catalog_file, offset, latitud, longitud)?;
        let capitals =
            |code: &str, letters| code.len() == letters && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if !capitals(&clave, 3) || clave == CountryId::UNKNOWN_CODE {
            return Err(catalog_file.mistake_at(offset, message!("L163-country-code", code = clave)));
        }
        if let Some(code) = alfa2.as_ref().filter(|code| !capitals(code, 2)) {
            return Err(catalog_file.mistake_at(offset, message!("L163-alpha-2-code", code)));
        }
        for name in std::iter::once(nombre.clone()).chain(alias) {
            entered.push(labels.add_name(catalog_file, id, offset, name)?);
        }
        territories.extend(territorio_de.map(|of| (id, offset, of)));
        codes.extend(std::iter::once(clave.clone()).chain(alfa2).map(|code| (id, offset, code)));
        countries.push(Country { code: clave, name: nombre, coordinates });
    }
    for (id, offset, of) in territories {
        let country = (1..).map(CountryId).zip(&countries[1..]).find(|(_, country)| country.code == of);
        let (country, _) = country
            .filter(|(country, _)| *country != id)
            .ok_or_else(|| catalog_file.mistake_at(offset, message!("L164-parent-country", code = of)))?;
        labels.add_territory(id, country);
    }
    labels.add_codes_and_validate(catalog_file, entered, &codes)?;
    Ok(Countries { countries, name_index: Arc::new(labels) })
}
