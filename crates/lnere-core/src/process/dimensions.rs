/*!
Defines the dimensions of an application: the five of every process, and those of `[[dimensions]]`
in the process file.
*/

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use chrono::{Datelike, NaiveDate};
use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::columns::{ApplicationColumn, SourceColumn};
use super::export_contract::HeaderNames;
use super::raw_process::RawCategory;
use super::validate::{ProcessFile, validate_categories};
use super::{Category, CategoryList, ProcessError};
use crate::calendar::day_number;
use crate::{column_names, text_folding};

/// The most dimensions that a process file may declare in addition to the five.
pub const MAX_DECLARED_DIMENSIONS: usize = ApplicationColumn::DECLARED.len();

/// The bits that the day, the five categories, the country and the entity leave free in the first
/// word of a packed application.
const FREE_BITS_OF_FIRST_WORD: u32 = 13;

/// The most categories that one declared dimension can have.
const MAX_DECLARED_CATEGORIES: usize = 254;

/// The age from which a date of birth counts as missing: systems write `1900-01-01` for an unknown
/// date.
const IMPLAUSIBLE_AGE: i32 = 120;

/// Names that tables, charts or frames use for other columns.
const RESERVED_COLUMN_NAMES: [&str; 4] = ["dimension", "dimensiones", "nacional", "orden"];

/// One dimension of the applications of a process: its column, and its bits in a packed
/// application.
///
/// A packed application is one word of 64 bits. If the declared dimensions do not fit into the free
/// bits, a second word holds all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimension {
    index: u8,
    word_index: u8,
    bit_shift: u8,
    bit_width: u8,
    column_name: &'static str,
}

impl Dimension {
    /// Sex.
    pub const SEXO: Self = Self::built_in(0, column_names::SEXO);
    /// Modality of the vote.
    pub const MODALIDAD: Self = Self::built_in(1, column_names::MODALIDAD);
    /// Credential type.
    pub const TIPO_CREDENCIAL: Self = Self::built_in(2, column_names::TIPO_CREDENCIAL);
    /// Medium of registration.
    pub const MEDIO: Self = Self::built_in(3, column_names::MEDIO);
    /// Status of the analysis.
    pub const ESTATUS: Self = Self::built_in(4, column_names::ESTATUS);

    /// The five dimensions of every process, in the order of the columns of `lnere_cubo`.
    pub const BUILT_IN: [Self; 5] = [Self::SEXO, Self::MODALIDAD, Self::TIPO_CREDENCIAL, Self::MEDIO, Self::ESTATUS];

    /// Places four bits for each dimension after 16 bits for the day.
    const fn built_in(index: u8, column: &'static str) -> Self {
        Self { index, word_index: 0, bit_shift: 16 + 4 * index, bit_width: 4, column_name: column }
    }

    /// The index among the dimensions of the process.
    #[must_use]
    #[inline]
    pub const fn index(self) -> usize {
        self.index as usize
    }

    /// The column in the tables.
    #[must_use]
    pub const fn column_name(self) -> &'static str {
        self.column_name
    }

    /// The word of a packed application that holds its bits.
    #[must_use]
    #[inline]
    pub const fn word_index(self) -> usize {
        self.word_index as usize
    }

    /// The lowest bit in that word.
    #[must_use]
    #[inline]
    pub const fn bit_shift(self) -> u32 {
        self.bit_shift as u32
    }

    /// The number of bits in that word.
    #[must_use]
    #[inline]
    pub const fn bit_width(self) -> u32 {
        self.bit_width as u32
    }

    /// The mask of its bits in that word.
    #[must_use]
    #[inline]
    pub const fn bit_mask(self) -> u64 {
        ((1 << self.bit_width) - 1) << self.bit_shift
    }
}

/// A placeholder in a name of `tablas.toml` or of a chart file, which is repeated for each declared
/// dimension. The texts of that table or chart may contain `{dimension}`, `{label}` and
/// `{label_en}`. `{label_lower}` and `{label_en_lower}` are for the middle of a sentence.
pub const DIMENSION_PLACEHOLDER: &str = "{dimension}";

/// How a cell of an export becomes a category.
#[derive(Clone, Debug)]
pub enum CategorySource {
    /// By the codes and aliases of the list.
    Labels,
    /// By the age that a date of birth gives on election day.
    Ages(AgeBands),
}

/// One dimension with its categories.
#[derive(Clone, Debug)]
pub struct DimensionDefinition {
    /// The column and the bits of the dimension.
    pub dimension: Dimension,
    /// The printed name, in Spanish.
    pub label: String,
    /// The printed name, in English.
    pub label_en: String,
    /// The categories in order.
    pub categories: CategoryList,
    /// How a cell becomes a category.
    pub category_source: CategorySource,
    /// The export column of the dimension.
    pub source_column: ApplicationColumn,
}

impl DimensionDefinition {
    /// A text with the placeholders of [`DIMENSION_PLACEHOLDER`] filled in.
    #[must_use]
    pub fn fill_placeholders(&self, text: &str) -> String {
        text.replace(DIMENSION_PLACEHOLDER, self.dimension.column_name())
            .replace("{label}", &self.label)
            .replace("{label_lower}", &lowercase_first_letter(&self.label))
            .replace("{label_en}", &self.label_en)
            .replace("{label_en_lower}", &lowercase_first_letter(&self.label_en))
    }

    /// Whether the process file declares it in `[[dimensions]]`.
    #[must_use]
    #[inline]
    pub fn is_declared(&self) -> bool {
        self.dimension.index() >= Dimension::BUILT_IN.len()
    }
}

/// Age bands, by the days of birth of their youngest members.
#[derive(Clone, Debug)]
pub struct AgeBands {
    /// For each edge, the last day of birth (days since 1970) of a person of that age.
    last_birth_days: Vec<i32>,
    /// A person born on this day or earlier would be implausibly old.
    latest_implausible_birth: i32,
    /// The day on which ages are computed.
    reference_day: i32,
}

impl AgeBands {
    /// The bands on `day`, from each edge to the next; `edges` are rising ages in years.
    #[must_use]
    pub fn for_reference_day(day: NaiveDate, edges: &[u8]) -> Self {
        // A person born on 29 February reaches an age on 1 March if the year has no such day.
        let birth = |age: i32| {
            let year = day.year() - age;
            day.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).map_or(i32::MIN, day_number)
        };
        Self {
            last_birth_days: edges.iter().map(|edge| birth(i32::from(*edge))).collect(),
            latest_implausible_birth: birth(IMPLAUSIBLE_AGE),
            reference_day: day_number(day),
        }
    }

    /// The day on which ages are computed, as days since 1970.
    #[must_use]
    #[inline]
    pub fn reference_day(&self) -> i32 {
        self.reference_day
    }

    /// A person born on this day or earlier counts as having no date of birth.
    #[must_use]
    #[inline]
    pub fn latest_implausible_birth(&self) -> i32 {
        self.latest_implausible_birth
    }

    /// The days of birth of the members of a band; empty for a band that does not exist.
    #[must_use]
    pub fn birth_days_of_band(&self, band: usize) -> RangeInclusive<i32> {
        let Some(last) = self.last_birth_days.get(band) else { return RangeInclusive::new(1, 0) };
        let before = self.last_birth_days.get(band + 1).copied().unwrap_or(self.latest_implausible_birth);
        before + 1..=*last
    }

    /// The index of the band for a day of birth (days since 1970); `None` below the first edge and
    /// from 120 years on.
    #[must_use]
    pub fn band_of_birth(&self, birth: i32) -> Option<u8> {
        if birth <= self.latest_implausible_birth {
            return None;
        }
        let reached = self.last_birth_days.iter().take_while(|last| birth <= **last).count();
        u8::try_from(reached.checked_sub(1)?).ok()
    }
}

/// A declared dimension has either `categories` or `ages`. It adds a column to `lnere_cubo`, and
/// the table and the chart that are defined for each dimension.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawDimension {
    /// Name of its column. The table `lnere_por_…` and the chart `por_…` end with it.
    #[cfg_attr(test, schemars(
        with = "String",
        extend("x-accepts" = "lower snake_case without accents, no other column", "examples" = ["sede"])
    ))]
    name: Spanned<String>,
    /// Name in Spanish, for charts, reports and the dashboard.
    #[cfg_attr(test, schemars(extend("examples" = ["Sede consular"])))]
    label: String,
    /// Name in English.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "`label`", "examples" = ["Consular seat"])))]
    label_en: Option<String>,
    /// Header name of its column in the exports of applications, or a list of names.
    #[cfg_attr(test, schemars(with = "HeaderNames", extend("examples" = ["SEDE"])))]
    header: Spanned<HeaderNames>,
    /// Its values, in their order.
    #[cfg_attr(test, schemars(
        with = "Option<Vec<RawCategory>>",
        length(min = 1, max = MAX_DECLARED_CATEGORIES),
        extend("x-if-absent" = "`ages` gives the values")
    ))]
    categories: Option<Spanned<Vec<Spanned<RawCategory>>>>,
    /// Groups of ages, from a column with dates of birth.
    #[cfg_attr(test, schemars(with = "Option<RawAges>", extend("x-if-absent" = "`categories` gives the values")))]
    ages: Option<Spanned<RawAges>>,
}

/// Somebody without a date of birth, below the first edge, or as old as nobody becomes counts as
/// `NO_IDENTIFICADO`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawAges {
    /// The day on which ages count.
    #[cfg_attr(test, schemars(extend("examples" = ["election_day"])))]
    #[serde(rename = "at")]
    _at: AgeDay,
    /// First age of each group in years, in rising order. `[18, 25, 65]` gives `18_24`, `25_64` and
    /// `65_MAS`.
    #[cfg_attr(test, schemars(
        length(min = 1),
        inner(range(max = IMPLAUSIBLE_AGE - 1)),
        extend("examples" = [[18, 25, 35, 45, 55, 65]])
    ))]
    edges: Vec<u8>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
enum AgeDay {
    ElectionDay,
}

/// A declared dimension with the header names of its column.
pub(super) struct DeclaredDimension {
    pub definition: DimensionDefinition,
    pub headers: Vec<String>,
    /// The name and its position in the process file.
    pub name: Spanned<String>,
}

/// The declared dimensions of a process file, in its order.
pub(super) fn validate_declared_dimensions(
    process_file: &ProcessFile,
    raw_dimensions: Vec<Spanned<RawDimension>>,
    election_day: NaiveDate,
) -> Result<Vec<DeclaredDimension>, ProcessError> {
    if let Some(seventh) = raw_dimensions.get(MAX_DECLARED_DIMENSIONS) {
        return Err(
            process_file.mistake_at(seventh, message!("L122-too-many-dimensions", most = MAX_DECLARED_DIMENSIONS))
        );
    }
    let mut declared: Vec<DeclaredDimension> = Vec::with_capacity(raw_dimensions.len());
    let mut names = HashSet::new();
    for (place, raw) in (0_u8..).zip(raw_dimensions) {
        let entry = Spanned::new(raw.span(), ());
        let raw = raw.into_inner();
        let name = raw.name.get_ref();
        if name.is_empty() || text_folding::slug(name) != *name || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(process_file.mistake_at(&raw.name, message!("L113-dimension-name", name)));
        }
        if column_names::ALL.contains(&name.as_str()) || RESERVED_COLUMN_NAMES.contains(&name.as_str()) {
            return Err(process_file.mistake_at(&raw.name, message!("L122-reserved-name", name)));
        }
        if !names.insert(name.clone()) {
            return Err(process_file.mistake_at(&raw.name, message!("L122-dimension-twice", name)));
        }
        for label in [Some(&raw.label), raw.label_en.as_ref()].into_iter().flatten() {
            if label.trim().is_empty() || label.contains(['{', '}', '"', '\\']) {
                return Err(process_file.mistake_at(&entry, message!("L124-label-form", name)));
            }
        }
        let (list, category_source) = match (&raw.categories, &raw.ages) {
            (Some(list), None) => {
                let list =
                    validate_categories(process_file, &format!("dimensions.{name}"), list, MAX_DECLARED_CATEGORIES)?;
                (list, CategorySource::Labels)
            }
            (None, Some(ages)) => {
                let edges = &ages.get_ref().edges;
                if edges.is_empty()
                    || !edges.is_sorted_by(|a, b| a < b)
                    || edges.last() >= Some(&(IMPLAUSIBLE_AGE as u8))
                {
                    return Err(process_file.mistake_at(ages, message!("L125-age-edges", limit = IMPLAUSIBLE_AGE)));
                }
                (age_band_categories(edges), CategorySource::Ages(AgeBands::for_reference_day(election_day, edges)))
            }
            _ => return Err(process_file.mistake_at(&entry, message!("L125-categories-or-ages", name))),
        };
        let headers = raw.header.get_ref().to_vec();
        if headers.is_empty() || headers.iter().any(|header| text_folding::fold_header(header).is_empty()) {
            return Err(process_file.mistake_at(&raw.header, message!("L126-dimension-without-header", name)));
        }
        let dimension = Dimension {
            index: Dimension::BUILT_IN.len() as u8 + place,
            word_index: 0,
            bit_shift: 0,
            bit_width: bits_for_categories(&list),
            column_name: intern_name(name),
        };
        let definition = DimensionDefinition {
            dimension,
            label_en: raw.label_en.unwrap_or_else(|| raw.label.clone()),
            label: raw.label,
            categories: list,
            category_source,
            source_column: ApplicationColumn::DECLARED[usize::from(place)],
        };
        declared.push(DeclaredDimension { definition, headers, name: raw.name });
    }
    assign_bits(declared.iter_mut().map(|declared| &mut declared.definition.dimension));
    Ok(declared)
}

/// The number of bits for the index of any category of a list, including the unidentified one.
fn bits_for_categories(list: &CategoryList) -> u8 {
    (u8::BITS - list.unidentified_index().leading_zeros()) as u8
}

/// Assigns bits to declared dimensions, in the free part of the first word or in the second. Six
/// dimensions of eight bits fit into one word.
fn assign_bits<'d>(dimensions: impl Iterator<Item = &'d mut Dimension>) {
    let dimensions: Vec<&mut Dimension> = dimensions.collect();
    let bits: u32 = dimensions.iter().map(|dimension| dimension.bit_width()).sum();
    let (word, mut shift) =
        if bits <= FREE_BITS_OF_FIRST_WORD { (0, (u64::BITS - FREE_BITS_OF_FIRST_WORD) as u8) } else { (1, 0) };
    for dimension in dimensions {
        (dimension.word_index, dimension.bit_shift) = (word, shift);
        shift += dimension.bit_width;
    }
}

/// The categories of age bands: `18_24`, and `65_MAS` for the last edge and above.
fn age_band_categories(edges: &[u8]) -> CategoryList {
    let ends = edges.iter().skip(1).map(|next| Some(next - 1)).chain([None]);
    let band = |(first, last): (&u8, Option<u8>)| match last {
        Some(last) if last == *first => Category {
            code: format!("{first}"),
            label: format!("{first} años"),
            aliases: Vec::new(),
            awaits_citizen: false,
        },
        Some(last) => Category {
            code: format!("{first}_{last}"),
            label: format!("{first} a {last} años"),
            aliases: Vec::new(),
            awaits_citizen: false,
        },
        None => Category {
            code: format!("{first}_MAS"),
            label: format!("{first} años o más"),
            aliases: Vec::new(),
            awaits_citizen: false,
        },
    };
    CategoryList { categories: edges.iter().zip(ends).map(band).collect() }
}

/// The five dimensions of every process, with the lists of `[categories]`.
pub(super) fn built_in_definitions(lists: [CategoryList; 5]) -> Vec<DimensionDefinition> {
    const LABELS_AND_COLUMNS: [(&str, &str, ApplicationColumn); 5] = [
        ("Sexo", "Sex", ApplicationColumn::Sexo),
        ("Modalidad de voto", "Modality of the vote", ApplicationColumn::Modalidad),
        ("Tipo de credencial", "Credential type", ApplicationColumn::TipoCredencial),
        ("Medio de registro", "Medium of registration", ApplicationColumn::Medio),
        ("Estatus del análisis", "Status of the analysis", ApplicationColumn::Estatus),
    ];
    let dimensions = Dimension::BUILT_IN.into_iter().zip(LABELS_AND_COLUMNS).zip(lists);
    let definition = |((dimension, (label, label_en, source_column)), categories)| DimensionDefinition {
        dimension,
        label: String::from(label),
        label_en: String::from(label_en),
        categories,
        category_source: CategorySource::Labels,
        source_column,
    };
    dimensions.map(definition).collect()
}

/// A label with a lower-case first letter, unless it begins with an abbreviation.
#[must_use]
pub fn lowercase_first_letter(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

/// A column name with static lifetime; equal names give the same text. Column names are few, and
/// table keys that contain one stay small and can be copied.
fn intern_name(name: &str) -> &'static str {
    static INTERNED_NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = INTERNED_NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(name);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_day_number(text: &str) -> i32 {
        day_number(text.parse().unwrap())
    }

    #[test]
    fn an_age_changes_on_the_birthday() {
        let bands = AgeBands::for_reference_day("2021-06-06".parse().unwrap(), &[18, 25, 65]);
        for (birth, band) in [
            ("2003-06-07", None),
            ("2003-06-06", Some(0)),
            ("1996-06-07", Some(0)),
            ("1996-06-06", Some(1)),
            ("1956-06-06", Some(2)),
            ("1901-06-07", Some(2)),
            ("1901-06-06", None),
            ("1900-01-01", None),
            ("2045-03-01", None),
        ] {
            assert_eq!(bands.band_of_birth(parse_day_number(birth)), band, "{birth}");
        }
    }

    #[test]
    fn bands_are_named_by_their_ages() {
        let list = age_band_categories(&[18, 25, 26, 65]);
        let names: Vec<_> = list.categories().iter().map(|one| (one.code.as_str(), one.label.as_str())).collect();
        assert_eq!(
            names,
            [("18_24", "18 a 24 años"), ("25", "25 años"), ("26_64", "26 a 64 años"), ("65_MAS", "65 años o más")]
        );
    }

    #[test]
    fn the_bits_of_the_five_are_apart_and_below_those_of_declared_dimensions() {
        let mut all = 0;
        for dimension in Dimension::BUILT_IN {
            assert_eq!(all & dimension.bit_mask(), 0);
            all |= dimension.bit_mask();
        }
        assert_eq!(intern_name("sede").as_ptr(), intern_name("sede").as_ptr());
    }

    #[test]
    fn declared_dimensions_share_the_free_bits_or_have_a_word_of_their_own() {
        let placed = |widths: &[u8]| {
            let named = |width: &u8| Dimension {
                index: 5,
                word_index: 0,
                bit_shift: 0,
                bit_width: *width,
                column_name: "sede",
            };
            let mut dimensions: Vec<Dimension> = widths.iter().map(named).collect();
            assign_bits(dimensions.iter_mut());
            dimensions.iter().map(|one| (one.word_index(), one.bit_shift())).collect::<Vec<_>>()
        };
        assert_eq!(placed(&[5, 3, 5]), [(0, 51), (0, 56), (0, 59)]);
        assert_eq!(placed(&[5, 3, 6]), [(1, 0), (1, 5), (1, 8)]);
        assert_eq!(placed(&[8; 6]).last(), Some(&(1, 40)));
    }
}
