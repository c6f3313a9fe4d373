/*!
Normalizes names in exports: `Corea (la República de)`, `Corea, Rep. de` and `República de Corea`
are one name.

A label is split into words and parts ([`text_folding::split_into_parts`]). Its key consists of its words in
order. The catalogue replaces synonyms (`Rep.` by `República`), and removes words without meaning
(`la`, `de`). A label matches an entry in one of these cases, tried in order:

1. It is a bare code, such as `MEX`.
2. Its parts, in any order, form the key of a name.
3. It names the same entry twice, such as `Holanda (Países Bajos)` or `08 - Chihuahua`.

A label that would match two entries matches none.
*/

use std::hash::Hash;

use hashbrown::{HashMap, HashSet};
use lnere_messages::message;
use toml::Spanned;

use super::{CatalogError, CatalogFile};
use crate::text_folding;

/// The longest label that can be a name, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// The most parts that are tried in other orders. A label with more parts is read in its written
/// order and as one name.
const MAX_NAME_PARTS: usize = 4;

/// Synonyms of a catalogue, and words that a comparison ignores.
#[derive(Clone, Debug, Default)]
pub(super) struct WordRules {
    canonical_words: HashMap<String, String>,
    ignored_words: HashSet<String>,
}

impl WordRules {
    pub fn new(
        catalog_file: &CatalogFile,
        abreviaturas: Vec<Spanned<Vec<String>>>,
        articulos: Vec<Spanned<String>>,
    ) -> Result<Self, CatalogError> {
        let mut words = Self::default();
        for list in abreviaturas {
            let offset = list.span().start;
            let folded: Vec<String> = list
                .get_ref()
                .iter()
                .map(|word| parse_single_word(catalog_file, offset, word))
                .collect::<Result<_, _>>()?;
            for word in &folded {
                if words.canonical_words.insert(word.clone(), folded[0].clone()).is_some_and(|other| other != folded[0])
                {
                    return Err(catalog_file.mistake_at(offset, message!("L162-word-in-two-lists", word)));
                }
            }
        }
        for article in articulos {
            let word = parse_single_word(catalog_file, article.span().start, article.get_ref())?;
            if words.canonical_words.contains_key(&word) {
                let message = message!("L162-article-in-list", word);
                return Err(catalog_file.mistake_at(article.span().start, message));
            }
            words.ignored_words.insert(word);
        }
        Ok(words)
    }

    /// The canonical form of a word.
    pub fn canonical_word<'a>(&'a self, word: &'a str) -> &'a str {
        self.canonical_words.get(word).map_or(word, String::as_str)
    }

    fn is_ignored_word(&self, word: &str) -> bool {
        self.ignored_words.contains(word)
    }

    /// The key of words in order. If a comparison ignores all of them, it uses all.
    pub fn name_key(&self, words: &[&str]) -> String {
        let mut key = String::new();
        let all = words.iter().all(|word| self.is_ignored_word(word));
        for word in words.iter().filter(|word| all || !self.is_ignored_word(word)) {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(self.canonical_word(word));
        }
        key
    }
}

/// The single word of a text.
pub(super) fn parse_single_word(catalog_file: &CatalogFile, offset: usize, text: &str) -> Result<String, CatalogError> {
    match text_folding::split_into_parts(text).as_mut_slice() {
        [words] if words.len() == 1 => Ok(std::mem::take(&mut words[0])),
        _ => Err(catalog_file.mistake_at(offset, message!("L162-not-one-word", text))),
    }
}

/// The words of a label by parts.
type NameParts = Vec<Vec<String>>;

/// A label, split into parts.
pub(super) struct SplitName {
    /// The word that forms the whole label, as written.
    pub only_word: Option<String>,
    /// The words by part, with initials as one word: `E.E.U.U.` is `eeuu`.
    pub parts: NameParts,
}

impl SplitName {
    /// `None` for a text without a word, or one that is too long.
    pub fn new(text: &str) -> Option<Self> {
        if text.len() > MAX_NAME_BYTES {
            return None;
        }
        let parts = text_folding::split_into_parts(text);
        let only_word = match parts.as_slice() {
            [] => return None,
            [words] if words.len() == 1 => Some(words[0].clone()),
            _ => None,
        };
        Some(Self { only_word, parts: parts.into_iter().map(join_initials).collect() })
    }
}

/// A name for the check after all names are entered.
pub(super) struct EnteredName<Id> {
    pub id: Id,
    /// The position of its entry in the file.
    pub offset: usize,
    pub name: String,
    pub split_name: SplitName,
}

/// Joins each run of initials to one word: `["e", "e", "u", "u"]`, from `E.E.U.U.`, and `["ee",
/// "uu"]` become `["eeuu"]`.
fn join_initials(words: Vec<String>) -> Vec<String> {
    // Initials are single letters, doubled for a plural.
    let is_initial = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().filter(|c| c.is_alphabetic());
        first.is_some() && letters.next().is_none_or(|second| Some(second) == first) && letters.next().is_none()
    };
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    let mut in_run = false;
    for word in words {
        let initial = is_initial(&word);
        match joined.last_mut() {
            Some(run) if in_run && initial => run.push_str(&word),
            _ => joined.push(word),
        }
        in_run = initial;
    }
    joined
}

/// The words of the parts, for each order of the parts; the written order comes first.
pub(super) fn part_permutations(parts: &[Vec<String>]) -> Vec<Vec<&str>> {
    let mut orders = Vec::new();
    let mut chosen: Vec<usize> = Vec::with_capacity(parts.len());
    if parts.len() > MAX_NAME_PARTS {
        chosen.extend(0..parts.len());
    }
    extend_permutations(parts, &mut chosen, &mut orders);
    orders
}

fn extend_permutations<'a>(parts: &'a [Vec<String>], chosen: &mut Vec<usize>, orders: &mut Vec<Vec<&'a str>>) {
    if chosen.len() == parts.len() {
        orders.push(chosen.iter().flat_map(|place| parts[*place].iter().map(String::as_str)).collect());
        return;
    }
    for place in 0..parts.len() {
        if !chosen.contains(&place) {
            chosen.push(place);
            extend_permutations(parts, chosen, orders);
            chosen.pop();
        }
    }
}

/// The entries of a catalogue that the possible readings of a label match.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum NameMatch<Id> {
    Nothing,
    One(Id),
    Several,
}

impl<Id: Copy + PartialEq> NameMatch<Id> {
    pub fn add(&mut self, id: Id) {
        *self = match *self {
            Self::Nothing => Self::One(id),
            Self::One(known) if known == id => Self::One(id),
            _ => Self::Several,
        };
    }

    pub fn single_id(self) -> Option<Id> {
        if let Self::One(id) = self { Some(id) } else { None }
    }
}

/// The names and codes of one catalogue.
#[derive(Clone, Debug)]
pub(super) struct NameIndex<Id> {
    word_rules: WordRules,
    /// The entries by the key of a name.
    ids_by_name_key: HashMap<String, Id>,
    /// The entries by a one-word code. A label with initials is not a code: `N/A` is not `NA`.
    ids_by_code: HashMap<String, Id>,
    /// One-word labels that mean no entry, even if a code or a name has the same spelling.
    meaningless_words: HashSet<String>,
    /// Words that begin a new part of a name.
    part_starting_words: HashSet<String>,
    /// Prefixes that may precede a name: the key with a final blank, and the words.
    name_prefixes: Vec<(String, Vec<String>)>,
    /// The entries that belong to another entry, which a label may name too.
    country_by_territory: HashMap<Id, Id>,
}

impl<Id: Copy + Eq + Hash> NameIndex<Id> {
    pub fn new(words: WordRules) -> Self {
        Self {
            word_rules: words,
            ids_by_name_key: HashMap::new(),
            ids_by_code: HashMap::new(),
            meaningless_words: HashSet::new(),
            part_starting_words: HashSet::new(),
            name_prefixes: Vec::new(),
            country_by_territory: HashMap::new(),
        }
    }

    /// Declares a one-word label without meaning.
    pub fn add_meaningless_word(
        &mut self,
        catalog_file: &CatalogFile,
        word: &Spanned<String>,
    ) -> Result<(), CatalogError> {
        self.meaningless_words.insert(parse_single_word(catalog_file, word.span().start, word.get_ref())?);
        Ok(())
    }

    /// Declares a word that begins a part of a name, with or without punctuation before it.
    pub fn add_part_starting_word(
        &mut self,
        catalog_file: &CatalogFile,
        form: &Spanned<String>,
    ) -> Result<(), CatalogError> {
        let word = parse_single_word(catalog_file, form.span().start, form.get_ref())?;
        self.part_starting_words.insert(self.word_rules.canonical_word(&word).to_owned());
        Ok(())
    }

    /// Declares words that may precede any name, such as `Estado de`.
    pub fn add_prefix(&mut self, catalog_file: &CatalogFile, prefix: &Spanned<String>) -> Result<(), CatalogError> {
        let offset = prefix.span().start;
        let mut label = catalog_file.split_name(offset, prefix.get_ref())?;
        if label.parts.len() > 1 {
            return Err(
                catalog_file.mistake_at(offset, message!("L162-prefix-of-several-parts", prefix = prefix.get_ref()))
            );
        }
        let words = label.parts.swap_remove(0);
        let key = self.word_rules.name_key(&words.iter().map(String::as_str).collect::<Vec<_>>());
        self.name_prefixes.push((format!("{key} "), words));
        Ok(())
    }

    /// Declares that an entry belongs to another one: `Puerto Rico, Estados Unidos` is Puerto Rico.
    pub fn add_territory(&mut self, territory: Id, country: Id) {
        self.country_by_territory.insert(territory, country);
    }

    /// Enters a name of an entry.
    ///
    /// # Errors
    /// Another entry has the name.
    pub fn add_name(
        &mut self,
        catalog_file: &CatalogFile,
        id: Id,
        offset: usize,
        name: String,
    ) -> Result<EnteredName<Id>, CatalogError> {
        let label = catalog_file.split_name(offset, &name)?;
        for order in part_permutations(&self.significant_parts(&label.parts)) {
            if self.ids_by_name_key.insert(self.word_rules.name_key(&order), id).is_some_and(|other| other != id) {
                return Err(catalog_file.ambiguous_name_error(offset, &name));
            }
        }
        Ok(EnteredName { id, offset, name, split_name: label })
    }

    /// Enters the codes after all names, and checks that each name finds its entry, alone and after
    /// each prefix.
    ///
    /// # Errors
    /// A code or a name can be read as that of another entry, or as a label without meaning.
    pub fn add_codes_and_validate(
        &mut self,
        catalog_file: &CatalogFile,
        names: Vec<EnteredName<Id>>,
        codes: &[(Id, usize, String)],
    ) -> Result<(), CatalogError> {
        for (id, offset, code) in codes {
            let word = parse_single_word(catalog_file, *offset, code)?;
            let name = self
                .ids_by_name_key
                .get(&self.word_rules.name_key(&[&word]))
                .filter(|_| !self.meaningless_words.contains(&word));
            if name.is_some_and(|other| other != id)
                || self.ids_by_code.insert(word, *id).is_some_and(|other| other != *id)
            {
                return Err(catalog_file.ambiguous_name_error(*offset, code));
            }
        }
        for EnteredName { id, offset, name, split_name: mut label } in names {
            if label.only_word.as_ref().is_some_and(|word| self.meaningless_words.contains(word)) {
                return Err(catalog_file.mistake_at(offset, message!("L161-name-without-meaning", name)));
            }
            if self.find_split_name(&label) != Some(id) {
                return Err(catalog_file.ambiguous_name_error(offset, &name));
            }
            label.only_word = None;
            for (_, prefix) in &self.name_prefixes {
                label.parts[0].splice(0..0, prefix.iter().cloned());
                if self.find_split_name(&label) != Some(id) {
                    return Err(catalog_file.ambiguous_name_error(offset, &format!("{} {name}", prefix.join(" "))));
                }
                label.parts[0].drain(..prefix.len());
            }
        }
        Ok(())
    }

    /// The entry that a label matches.
    pub fn find(&self, text: &str) -> Option<Id> {
        self.find_split_name(&SplitName::new(text)?)
    }

    fn find_split_name(&self, label: &SplitName) -> Option<Id> {
        if let Some(word) = &label.only_word {
            if self.meaningless_words.contains(word) {
                return None;
            }
            if let Some(id) = self.ids_by_code.get(word) {
                return Some(*id);
            }
        }
        let parts = self.significant_parts(&label.parts);
        match self.find_in_any_part_order(&parts) {
            NameMatch::Nothing if parts.len() <= MAX_NAME_PARTS => self.find_entry_named_twice(&parts).single_id(),
            found => found.single_id(),
        }
    }

    /// The entry whose name or code has these words in this order.
    pub fn find_words(&self, words: &[&str]) -> Option<Id> {
        let code = if let [word] = words { self.ids_by_code.get(*word) } else { None };
        code.or_else(|| self.ids_by_name_key.get(&self.word_rules.name_key(words))).copied()
    }

    /// Whether the words are a name or a code of the entry, or of the entry that it belongs to.
    pub fn is_name_of_entry_or_parent(&self, id: Id, words: &[&str]) -> bool {
        let code = if let [word] = words { self.ids_by_code.get(*word) } else { None };
        let found = [code, self.ids_by_name_key.get(&self.word_rules.name_key(words))];
        found.into_iter().flatten().any(|found| *found == id || self.is_territory_of(id, *found))
    }

    /// The parts with meaning, or all if none has one: `(los)` in `Estados Unidos (los)` has none.
    /// A form such as `República` begins a part without punctuation: `COREA LA REPUBLICA DE`.
    fn significant_parts(&self, parts: &[Vec<String>]) -> NameParts {
        let mut divided: NameParts = Vec::with_capacity(parts.len());
        for part in parts {
            let mut words = part.as_slice();
            while let Some(place) = (1..words.len())
                .find(|place| self.part_starting_words.contains(self.word_rules.canonical_word(&words[*place])))
            {
                divided.push(words[..place].to_vec());
                words = &words[place..];
            }
            divided.push(words.to_vec());
        }
        let says_something = |part: &Vec<String>| part.iter().any(|word| !self.word_rules.is_ignored_word(word));
        if divided.iter().any(says_something) {
            divided.retain(says_something);
        }
        divided
    }

    fn find_in_any_part_order(&self, parts: &[Vec<String>]) -> NameMatch<Id> {
        let mut found = NameMatch::Nothing;
        for order in part_permutations(parts) {
            let key = self.word_rules.name_key(&order);
            let after = |(prefix, _): &(String, _)| {
                key.strip_prefix(prefix.as_str()).and_then(|name| self.ids_by_name_key.get(name))
            };
            if let Some(id) = self.ids_by_name_key.get(&key).or_else(|| self.name_prefixes.iter().find_map(after)) {
                found.add(*id);
            }
        }
        found
    }

    /// The entry that a label names twice: a name and another name or a code, split between two
    /// parts or between two words. A territory may also occur beside its country.
    fn find_entry_named_twice(&self, parts: &[Vec<String>]) -> NameMatch<Id> {
        let mut found = NameMatch::Nothing;
        for place in 1..parts.len() {
            let (first, second) = parts.split_at(place);
            let names = [self.find_in_any_part_order(first), self.find_in_any_part_order(second)];
            if names.contains(&NameMatch::Several) {
                return NameMatch::Several;
            }
            self.add_agreement(
                &mut found,
                names.map(NameMatch::single_id),
                [self.id_of_code(first), self.id_of_code(second)],
            );
        }
        let words: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
        for place in 1..words.len() {
            let (first, second) = words.split_at(place);
            let name = |words: &[&str]| self.ids_by_name_key.get(&self.word_rules.name_key(words)).copied();
            let code = |words: &[&str]| if let [word] = words { self.ids_by_code.get(*word).copied() } else { None };
            self.add_agreement(&mut found, [name(first), name(second)], [code(first), code(second)]);
        }
        found
    }

    /// Adds the entry on which two pieces of a label agree; if the pieces disagree, the match
    /// becomes ambiguous.
    fn add_agreement(&self, found: &mut NameMatch<Id>, names: [Option<Id>; 2], codes: [Option<Id>; 2]) {
        // Two codes are not a name: `8-8` is not the entity 8.
        let readings = [(names[0], names[1]), (names[0], codes[1]), (codes[0], names[1])];
        let readings = readings.iter().filter_map(|(first, second)| Some(((*first)?, (*second)?)));
        let agreed = readings.clone().find_map(|(first, second)| {
            let is_first = first == second || self.is_territory_of(first, second);
            if is_first { Some(first) } else { Some(second).filter(|_| self.is_territory_of(second, first)) }
        });
        match agreed {
            Some(id) => found.add(id),
            None if readings.count() > 0 => *found = NameMatch::Several,
            None => {}
        }
    }

    fn is_territory_of(&self, territory: Id, country: Id) -> bool {
        self.country_by_territory.get(&territory) == Some(&country)
    }

    fn id_of_code(&self, parts: &[Vec<String>]) -> Option<Id> {
        match parts {
            [words] if words.len() == 1 => self.ids_by_code.get(&words[0]).copied(),
            _ => None,
        }
    }
}
