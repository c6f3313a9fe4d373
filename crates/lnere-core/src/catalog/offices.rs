/*!
Finds embassies and consulates by the city of their seat.

A label may contain more than the seat: the kind of office (`Consulado General de México en
Dallas`), the state and the country (`Dallas, Texas, EUA`). Everything in it must apply to the
office: `Portland, Maine` is not the consulate in Portland, Oregon.
*/

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use lnere_messages::message;
use serde::Deserialize;
use toml::Spanned;

use super::name_index::{
    EnteredName, NameIndex, NameMatch, SplitName, WordRules, parse_single_word, part_permutations,
};
use super::{CatalogError, CatalogFile, Coordinates, Countries, CountryId, coordinates};
use crate::text_folding;

/// An office, as its index in the catalogue; the first is [`OfficeId::UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficeId(pub u16);

impl OfficeId {
    /// The unidentified office, `no_identificada`.
    pub const UNKNOWN: Self = Self(0);
    /// The code of the unidentified office and of its kind.
    pub const UNKNOWN_CODE: &str = "no_identificada";
}

/// The kind of an office.
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
    /// The slug of its seat, unique: `chicago`, `la_habana_cub`.
    pub code: String,
    /// The city of its seat.
    pub name: String,
    /// The country of its seat.
    pub country: CountryId,
    /// `None` only for the unidentified one.
    pub kind: Option<OfficeKind>,
    /// Where maps show it.
    pub coordinates: Option<Coordinates>,
}

impl Office {
    /// The code of the kind in the column `tipo_representacion`.
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
    /// The offices by id; the first is the unidentified one.
    by_id: Vec<Office>,
    /// The offices by code.
    ids_by_code: HashMap<String, OfficeId>,
    /// The offices by the key of a seat name; a seat has at most a consulate and an embassy.
    ids_by_seat: HashMap<String, Vec<OfficeId>>,
    /// The most words in the name of a seat.
    longest_seat_words: usize,
    /// For each country, the offices that its name alone can mean.
    ids_by_country: HashMap<CountryId, Vec<OfficeId>>,
    /// The number of the state of each office, by the index of the office.
    state_numbers_by_office: Vec<Option<usize>>,
    /// The number of each state, by country and key of its names.
    state_numbers_by_name: HashMap<(CountryId, String), usize>,
    /// The keys of all state names.
    state_name_keys: HashSet<String>,
    country_names: Arc<NameIndex<CountryId>>,
    word_rules: WordRules,
    /// The prefixes that may precede a name, the longest first.
    kind_prefixes: Vec<(Vec<String>, OfficeKind)>,
    /// Optional words of a prefix: `de`, `México`, `en`.
    optional_prefix_words: HashSet<String>,
}

impl Offices {
    /// The office with this id.
    #[must_use]
    pub fn get(&self, id: OfficeId) -> &Office {
        &self.by_id[usize::from(id.0)]
    }

    /// The office that a label names: by its code, by a name of its seat, or by its country if that
    /// is unambiguous. A prefix such as "Consulado General de México en" and the state and the
    /// country of the seat are optional.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<OfficeId> {
        let code = text.trim();
        if let Some(id) = self.ids_by_code.get(code).or_else(|| self.ids_by_code.get(&code.to_ascii_lowercase())) {
            return Some(*id);
        }
        let label = SplitName::new(text)?;
        match self.match_name_parts(None, &label.parts) {
            NameMatch::Nothing => self.match_after_prefix(&label.parts).single_id(),
            found => found.single_id(),
        }
    }

    /// All offices except the unidentified one, in the order of the file.
    pub fn identified_ids(&self) -> impl Iterator<Item = OfficeId> + use<> {
        (1..=u16::try_from(self.by_id.len() - 1).unwrap_or(u16::MAX)).map(OfficeId)
    }

    /// The office for the parts of a label without a prefix; `kind` is the kind that the prefix
    /// stated.
    fn match_name_parts(&self, kind: Option<OfficeKind>, parts: &[Vec<String>]) -> NameMatch<OfficeId> {
        let mut found = NameMatch::Nothing;
        for words in part_permutations(parts) {
            for place in 1..=words.len().min(self.longest_seat_words) {
                let seat = self.word_rules.name_key(&words[..place]);
                let seated = self.ids_by_seat.get(&seat).map_or(&[][..], Vec::as_slice);
                let fits = |id: &OfficeId| {
                    kind.is_none_or(|kind| self.get(*id).kind == Some(kind))
                        && self.is_location_of_office(*id, &seat, &words[place..])
                };
                // Consulates were entered first: if a seat has both, its bare name means the
                // consulate.
                if let Some(id) = seated.iter().copied().find(fits) {
                    found.add(id);
                }
            }
            if let Some(id) =
                self.country_names.find_words(&words).and_then(|country| self.office_meant_by_country(kind, country))
            {
                found.add(id);
            }
        }
        found
    }

    /// Whether the words after a seat apply to an office. They may be empty, its state or another
    /// name of the seat, its country, or both.
    fn is_location_of_office(&self, id: OfficeId, seat: &str, words: &[&str]) -> bool {
        let country = self.get(id).country;
        (0..=words.len()).any(|place| {
            let (of_place, of_country) = words.split_at(place);
            let is_place = || {
                let place = self.word_rules.name_key(of_place);
                match self.state_numbers_by_office[usize::from(id.0)] {
                    Some(state) if self.state_numbers_by_name.get(&(country, place.clone())) == Some(&state) => true,
                    // `Kansas` is a name of the office in Kansas City, Misuri, but beside that name
                    // it means another state.
                    _ => {
                        let is_seat = self.ids_by_seat.get(&place).is_some_and(|offices| offices.contains(&id));
                        is_seat && !self.state_name_keys.contains(&place) && !self.state_name_keys.contains(seat)
                    }
                }
            };
            (of_place.is_empty() || is_place())
                && (of_country.is_empty() || self.words_name_country(country, of_country))
        })
    }

    /// Whether the words name a country, the country to which it belongs, or both: `Puerto Rico,
    /// EUA`.
    fn words_name_country(&self, country: CountryId, words: &[&str]) -> bool {
        (1..=words.len()).any(|place| {
            let (first, second) = words.split_at(place);
            self.country_names.is_name_of_entry_or_parent(country, first)
                && (second.is_empty() || self.country_names.is_name_of_entry_or_parent(country, second))
        })
    }

    /// The office that the name of a country means: its only office, or its only embassy.
    fn office_meant_by_country(&self, kind: Option<OfficeKind>, country: CountryId) -> Option<OfficeId> {
        let all = self.ids_by_country.get(&country)?;
        match (kind, all.as_slice()) {
            (None, [id]) => Some(*id),
            (Some(kind), [id]) => Some(*id).filter(|id| self.get(*id).kind == Some(kind)),
            (Some(OfficeKind::Embajada), _) => {
                let mut embassies = all.iter().filter(|id| self.get(**id).kind == Some(OfficeKind::Embajada));
                embassies.next().copied().filter(|_| embassies.next().is_none())
            }
            _ => None,
        }
    }

    /// The office for the parts of a label with one or more prefixes of the same kind of office.
    fn match_after_prefix(&self, parts: &[Vec<String>]) -> NameMatch<OfficeId> {
        let mut kind = None;
        // For each part, the position after its prefix, and the number of link words there.
        let mut begins = Vec::with_capacity(parts.len());
        for part in parts {
            let Some((begin, of)) = self.match_prefix(part) else {
                begins.push((0, 0));
                continue;
            };
            if kind.is_some_and(|kind| kind != of) {
                return NameMatch::Nothing;
            }
            kind = Some(of);
            let links = part[begin..]
                .iter()
                .take_while(|word| self.optional_prefix_words.contains(self.word_rules.canonical_word(word)))
                .count();
            begins.push((begin, links));
        }
        if kind.is_none() {
            return NameMatch::Nothing;
        }
        // `en La Habana`: omit as few link words as possible until an office matches.
        let most = begins.iter().map(|(_, links)| *links).max().unwrap_or(0);
        for links in 0..=most {
            let rests =
                parts.iter().zip(&begins).map(|(part, (begin, most))| part[begin + links.min(*most)..].to_vec());
            let rests: Vec<Vec<String>> = rests.filter(|rest| !rest.is_empty()).collect();
            let found = self.match_name_parts(kind, &rests);
            if found != NameMatch::Nothing {
                return found;
            }
        }
        NameMatch::Nothing
    }

    /// The longest prefix of a part: the index of the word after it, and its kind of office.
    fn match_prefix(&self, part: &[String]) -> Option<(usize, OfficeKind)> {
        self.kind_prefixes.iter().find_map(|(prefix, kind)| {
            let mut rest = prefix.iter();
            let mut next = rest.next();
            for (place, word) in part.iter().map(|word| self.word_rules.canonical_word(word)).enumerate() {
                match next {
                    None => return Some((place, *kind)),
                    Some(expected) if expected == word => next = rest.next(),
                    Some(_) if self.optional_prefix_words.contains(word) => {}
                    Some(_) => return None,
                }
            }
            next.is_none().then_some((part.len(), *kind))
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOffices {
    #[serde(default)]
    pub(super) abreviaturas: Vec<Spanned<Vec<String>>>,
    #[serde(default)]
    pub(super) nexos: Vec<Spanned<String>>,
    pub(super) prefijos_consulado: Vec<Spanned<String>>,
    pub(super) prefijos_embajada: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) estado: Vec<Spanned<RawForeignState>>,
    pub(super) representacion: Vec<Spanned<RawOffice>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawForeignState {
    pub(super) pais: String,
    pub(super) nombre: String,
    #[serde(default)]
    pub(super) alias: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOffice {
    pub(super) clave: String,
    pub(super) nombre: String,
    pub(super) pais: String,
    pub(super) estado: Option<String>,
    pub(super) tipo: OfficeKind,
    pub(super) latitud: Option<f64>,
    pub(super) longitud: Option<f64>,
    #[serde(default)]
    pub(super) alias: Vec<String>,
}

/// The most offices: an id has 16 bits, and the first one is the unidentified office.
const MAX_OFFICES: usize = u16::MAX as usize;

pub(super) fn load(catalog_file: &CatalogFile, countries: &Countries) -> Result<Offices, CatalogError> {
    let mut raw: RawOffices = catalog_file.parse()?;
    if let Some(one_too_many) = raw.representacion.get(MAX_OFFICES) {
        let message = message!("L163-too-many-offices", offices = raw.representacion.len(), most = MAX_OFFICES);
        return Err(catalog_file.mistake_at(one_too_many.span().start, message));
    }
    let words = WordRules::new(catalog_file, raw.abreviaturas, Vec::new())?;
    let (links, prefixes) =
        parse_prefixes(catalog_file, &words, &raw.nexos, [&raw.prefijos_consulado, &raw.prefijos_embajada])?;
    let states = parse_states(catalog_file, &words, countries, raw.estado)?;
    let unknown = Office {
        code: OfficeId::UNKNOWN_CODE.to_owned(),
        name: "No identificada".to_owned(),
        country: CountryId::UNKNOWN,
        kind: None,
        coordinates: None,
    };
    let mut offices = Offices {
        by_id: vec![unknown],
        ids_by_code: HashMap::new(),
        ids_by_seat: HashMap::new(),
        longest_seat_words: 0,
        ids_by_country: HashMap::new(),
        state_numbers_by_office: vec![None],
        state_name_keys: states.keys().map(|(_, state)| state.clone()).collect(),
        state_numbers_by_name: states,
        country_names: Arc::clone(&countries.name_index),
        word_rules: words,
        kind_prefixes: prefixes,
        optional_prefix_words: links,
    };
    // Consulates are entered first: if a seat has both, its bare name means the consulate.
    raw.representacion.sort_by_key(|office| office.get_ref().tipo == OfficeKind::Embajada);
    let mut entered = Vec::new();
    for (entry, id) in raw.representacion.into_iter().zip(1..) {
        let (id, offset) = (OfficeId(id), entry.span().start);
        let RawOffice { clave, nombre, pais, estado, tipo, latitud, longitud, alias } = entry.into_inner();
        let coordinates = coordinates::validate(catalog_file, offset, latitud, longitud)?;
        if text_folding::slug(&clave) != clave || offices.ids_by_code.insert(clave.clone(), id).is_some() {
            return Err(catalog_file.mistake_at(offset, message!("L163-office-code", code = clave)));
        }
        let country = find_country(catalog_file, offset, countries, &pais)?;
        let state = match &estado {
            None => None,
            Some(state) => {
                Some(offices.find_state_of_country(catalog_file, offset, country, state).ok_or_else(|| {
                    catalog_file.mistake_at(offset, message!("L164-state-of-office", state, country = pais))
                })?)
            }
        };
        offices.by_id.push(Office { code: clave, name: nombre.clone(), country, kind: Some(tipo), coordinates });
        offices.state_numbers_by_office.push(state);
        offices.ids_by_country.entry(country).or_default().push(id);
        for name in std::iter::once(nombre).chain(alias) {
            entered.push(offices.add_seat_name(catalog_file, id, offset, name)?);
        }
    }
    for EnteredName { id, offset, name, split_name: label } in entered {
        if offices.match_name_parts(offices.get(id).kind, &label.parts) != NameMatch::One(id) {
            return Err(catalog_file.ambiguous_name_error(offset, &name));
        }
    }
    Ok(offices)
}

impl Offices {
    /// Enters a name of a seat. A consulate and an embassy may share it.
    fn add_seat_name(
        &mut self,
        catalog_file: &CatalogFile,
        id: OfficeId,
        offset: usize,
        name: String,
    ) -> Result<EnteredName<OfficeId>, CatalogError> {
        let label = catalog_file.split_name(offset, &name)?;
        let kind = self.get(id).kind;
        for words in part_permutations(&label.parts) {
            self.longest_seat_words = self.longest_seat_words.max(words.len());
            let key = self.word_rules.name_key(&words);
            let known = self.ids_by_seat.get(&key).map_or(&[][..], Vec::as_slice);
            if known.iter().any(|other| *other != id && self.get(*other).kind == kind) {
                return Err(catalog_file.ambiguous_name_error(offset, &name));
            }
            if !known.contains(&id) {
                self.ids_by_seat.entry(key).or_default().push(id);
            }
        }
        Ok(EnteredName { id, offset, name, split_name: label })
    }

    fn find_state_of_country(
        &self,
        catalog_file: &CatalogFile,
        offset: usize,
        country: CountryId,
        name: &str,
    ) -> Option<usize> {
        let label = catalog_file.split_name(offset, name).ok()?;
        let words: Vec<&str> = label.parts.iter().flatten().map(String::as_str).collect();
        self.state_numbers_by_name.get(&(country, self.word_rules.name_key(&words))).copied()
    }
}

fn find_country(
    catalog_file: &CatalogFile,
    offset: usize,
    countries: &Countries,
    code: &str,
) -> Result<CountryId, CatalogError> {
    countries.find(code).ok_or_else(|| catalog_file.mistake_at(offset, message!("L164-country-of-office", code)))
}

/// The link words, and the prefixes without them, the longest first.
#[expect(clippy::type_complexity, reason = "named by the fields that it fills")]
fn parse_prefixes(
    catalog_file: &CatalogFile,
    words: &WordRules,
    raw_links: &[Spanned<String>],
    [consulates, embassies]: [&[Spanned<String>]; 2],
) -> Result<(HashSet<String>, Vec<(Vec<String>, OfficeKind)>), CatalogError> {
    let mut link_words = HashSet::new();
    for link in raw_links {
        let word = parse_single_word(catalog_file, link.span().start, link.get_ref())?;
        link_words.insert(words.canonical_word(&word).to_owned());
    }
    let mut prefixes = Vec::new();
    let consulates = consulates.iter().map(|prefix| (prefix, OfficeKind::Consulado));
    for (prefix, kind) in consulates.chain(embassies.iter().map(|prefix| (prefix, OfficeKind::Embajada))) {
        let label = catalog_file.split_name(prefix.span().start, prefix.get_ref())?;
        let prefix_words: Vec<String> =
            label.parts.iter().flatten().map(|word| words.canonical_word(word).to_owned()).collect();
        let prefix_words: Vec<String> = prefix_words.into_iter().filter(|word| !link_words.contains(word)).collect();
        if prefix_words.is_empty() {
            let message = message!("L162-prefix-of-links", prefix = prefix.get_ref());
            return Err(catalog_file.mistake_at(prefix.span().start, message));
        }
        match prefixes.iter().find(|(other, _)| *other == prefix_words) {
            None => prefixes.push((prefix_words, kind)),
            Some((_, other)) if *other == kind => {}
            Some(_) => return Err(catalog_file.ambiguous_name_error(prefix.span().start, prefix.get_ref())),
        }
    }
    prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    Ok((link_words, prefixes))
}

/// The states by country and key.
fn parse_states(
    catalog_file: &CatalogFile,
    words: &WordRules,
    countries: &Countries,
    raw_states: Vec<Spanned<RawForeignState>>,
) -> Result<HashMap<(CountryId, String), usize>, CatalogError> {
    let mut states = HashMap::new();
    for (number, entry) in raw_states.into_iter().enumerate() {
        let offset = entry.span().start;
        let RawForeignState { pais, nombre, alias } = entry.into_inner();
        let country = find_country(catalog_file, offset, countries, &pais)?;
        for name in std::iter::once(nombre).chain(alias) {
            let label = catalog_file.split_name(offset, &name)?;
            for order in part_permutations(&label.parts) {
                let key = (country, words.name_key(&order));
                if states.insert(key, number).is_some_and(|other| other != number) {
                    return Err(catalog_file.ambiguous_name_error(offset, &name));
                }
            }
        }
    }
    Ok(states)
}
