/*!
Reads the audiences of a release: INE and the OPL see exact counts, and the public sees protected
ones.
*/

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

#[cfg(test)]
use super::generated_docs::Day;
use super::validate::ProcessFile;
use super::{DimensionDefinition, ProcessError, UNIDENTIFIED_CODE};
use crate::catalog::{Catalogs, CountryId};
use crate::{column_names, text_folding};

/// The column of the country.
const COUNTRY_COLUMN: &str = column_names::CVE_PAIS;

/// The public plan of a process.
#[derive(Clone, Debug)]
pub struct PublicAudience {
    /// The name of the series of all public releases of the process.
    pub series_name: String,
    /// The smallest count that may be shown, apart from 0.
    pub minimum_shown_count: i64,
    /// The smallest total of an entity whose rows by category are shown.
    pub min_total_for_detail: i64,
    /// Whether the recipients of packages count as observers who know their own rows and the shared
    /// tables.
    pub protects_against_insiders: bool,
    /// The first public corte.
    pub first_corte: NaiveDate,
    /// The word for a suppressed count in charts and on the dashboard.
    pub suppressed_label: String,
    /// The public tables, each with the key columns that it keeps.
    pub public_tables: Vec<PublicTable>,
    /// The merged groups, by the column of the codes.
    pub merges_by_column: BTreeMap<&'static str, CategoryMerge>,
}

/// A table that the public may see.
#[derive(Clone, Debug)]
pub struct PublicTable {
    /// The name of the table and of the exact table.
    pub name: String,
    /// The key columns that it keeps; `None` for all.
    pub kept_key_columns: Option<Vec<String>>,
    /// The line of the table in the process file.
    pub line: usize,
}

/// The groups into which codes of a column are merged before suppression.
#[derive(Clone, Debug)]
pub struct CategoryMerge {
    /// The groups in the order of the process file.
    pub groups: Vec<MergedGroup>,
    /// The countries that are not merged; `None`: all countries outside groups.
    pub unmerged_countries: Option<Vec<String>>,
}

/// Codes that are counted together.
#[derive(Clone, Debug)]
pub struct MergedGroup {
    /// The code of the group.
    pub code: String,
    /// The label that charts print.
    pub label: String,
    /// The codes in the group.
    pub member_codes: Vec<String>,
}

impl CategoryMerge {
    /// The group of a code.
    #[must_use]
    pub fn group_of_code(&self, code: &str) -> Option<&MergedGroup> {
        self.groups.iter().find(|group| group.member_codes.iter().any(|other| other == code))
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawAudiences {
    /// What INE and the OPL see.
    #[serde(rename = "opl")]
    _opl: RawExactAudience,
    /// What everybody may see.
    #[cfg_attr(test, schemars(with = "Option<RawPublicPlan>", extend("x-if-absent" = "nothing is public")))]
    publico: Option<Spanned<RawPublicPlan>>,
}

/// Nothing can be chosen here. The section says what packages and delivery messages contain.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawExactAudience {
    /// INE and the OPL see exact counts.
    #[cfg_attr(test, schemars(extend("examples" = ["exact"])))]
    #[serde(rename = "counts")]
    _counts: ExactOnly,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
enum ExactOnly {
    Exact,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
enum ProtectedOnly {
    Protected,
}

/// The part `publico` of a release. Once something is public, `series`, `minimum`, `insiders`, the
/// tables and the groups stay as they are. docs/disclosure.md says against whom it protects.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawPublicPlan {
    /// The public sees protected counts.
    #[cfg_attr(test, schemars(extend("examples" = ["protected"])))]
    #[serde(rename = "counts")]
    _counts: ProtectedOnly,
    /// Name of the series that all public releases of the process form.
    #[cfg_attr(test, schemars(
        with = "String",
        extend("x-accepts" = "lower snake_case without accents", "examples" = ["pel_2020_2021"])
    ))]
    #[serde(rename = "series")]
    series_name: Option<Spanned<String>>,
    /// Smallest count that may be shown, apart from 0. With 3, each 1 and each 2 is suppressed.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_MINIMUMS.start(), max = *PERMITTED_MINIMUMS.end()),
        extend("default" = DEFAULT_MINIMUM, "examples" = [5])
    ))]
    #[serde(rename = "minimum")]
    minimum_shown_count: Option<Spanned<i64>>,
    /// Fewest applications of an entity whose counts by category are shown.
    #[cfg_attr(test, schemars(
        with = "Option<i64>",
        range(min = *PERMITTED_DETAIL_TOTALS.start(), max = *PERMITTED_DETAIL_TOTALS.end()),
        extend("default" = DEFAULT_MIN_TOTAL_FOR_DETAIL, "examples" = [20])
    ))]
    #[serde(rename = "detail_from")]
    min_total_for_detail: Option<Spanned<i64>>,
    /// Whether counts are protected against the OPL of each entity too. An OPL knows its own rows
    /// and the shared tables.
    #[cfg_attr(test, schemars(extend("default" = DEFAULT_PROTECTS_AGAINST_INSIDERS, "examples" = [false])))]
    #[serde(rename = "insiders")]
    protects_against_insiders: Option<bool>,
    /// First corte that is made public, or a day before it.
    #[cfg_attr(test, schemars(
        with = "Option<Day>", extend("x-if-absent" = "the first corte of the process", "examples" = ["2020-10-15"])
    ))]
    #[serde(rename = "from")]
    first_corte: Option<Spanned<Datetime>>,
    /// Word for a suppressed count in charts and on the dashboard. In tables it is null.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        length(min = 1),
        extend("default" = DEFAULT_SUPPRESSED_LABEL, "examples" = ["reservado"])
    ))]
    #[serde(rename = "hidden")]
    suppressed_label: Option<Spanned<String>>,
    /// Tables of which the accumulated counts are made public. No others are.
    #[cfg_attr(test, schemars(
        with = "Vec<String>", length(min = 1), extend("examples" = [["lnere_por_entidad", "lnere_cubo"]])
    ))]
    #[serde(rename = "tables")]
    table_names: Vec<Spanned<String>>,
    /// Key columns that a table keeps, by the name of the table. The table is summed over the
    /// others.
    #[cfg_attr(test, schemars(
        with = "BTreeMap<String, Vec<String>>",
        extend(
            "x-if-absent" = "every table keeps all its key columns",
            "examples" = [{"lnere_cubo": [column_names::CVE_ENTIDAD, column_names::SEXO, column_names::MODALIDAD]}]
        )
    ))]
    #[serde(default, rename = "by")]
    kept_key_columns: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    /// Groups of codes that are counted as one before anything is suppressed, by dimension.
    #[cfg_attr(test, schemars(
        with = "BTreeMap<String, Vec<RawMergedGroup>>",
        extend(
            "x-accepts" = "keys: `pais`, or a dimension of the process",
            "x-if-absent" = "no groups",
            "x-key" = "pais"
        )
    ))]
    #[serde(default, rename = "merge")]
    groups_by_column: BTreeMap<Spanned<String>, Vec<Spanned<RawMergedGroup>>>,
    /// Countries that keep their names; a group with `rest` takes all others. It needs
    /// `merge.pais`.
    #[cfg_attr(test, schemars(
        with = "Option<Vec<String>>",
        extend(
            "x-accepts" = "codes of ISO 3166-1 alpha-3",
            "x-if-absent" = "the countries that no group has",
            "examples" = [["USA", "CAN", "ESP"]]
        )
    ))]
    #[serde(default, rename = "countries")]
    unmerged_countries: Option<Vec<Spanned<String>>>,
}

/// One group of a dimension. It has either `of` or `rest`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawMergedGroup {
    /// Code of the group in the public tables. It is no code of the dimension.
    #[cfg_attr(test, schemars(extend("x-accepts" = "upper snake_case", "examples" = ["OTROS_EUROPA"])))]
    code: String,
    /// Name of the group in Spanish, for charts.
    #[cfg_attr(test, schemars(extend("examples" = ["Otros países de Europa"])))]
    label: String,
    /// Codes in the group. A code is in one group at most.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "the group has `rest`", "examples" = [["FRA", "DEU"]])))]
    #[serde(default, rename = "of")]
    member_codes: Vec<String>,
    /// Whether the group takes all codes that no other group has. Only one group of a dimension
    /// does.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "the group has `of`", "examples" = [true])))]
    #[serde(default, rename = "rest")]
    takes_remaining_codes: bool,
}

/// The default of the smallest count that may be shown.
const DEFAULT_MINIMUM: i64 = 3;

/// The permitted minimums. A larger minimum would suppress nearly everything.
const PERMITTED_MINIMUMS: RangeInclusive<i64> = 2..=1000;

/// The default of the smallest total of an entity whose detail is shown. Below it nearly every
/// count by category is small.
const DEFAULT_MIN_TOTAL_FOR_DETAIL: i64 = 10;

/// The permitted values of `min_total_for_detail`.
const PERMITTED_DETAIL_TOTALS: RangeInclusive<i64> = 0..=1000;

/// Whether counts are protected against insiders by default.
const DEFAULT_PROTECTS_AGAINST_INSIDERS: bool = true;

/// The default word for a suppressed count.
const DEFAULT_SUPPRESSED_LABEL: &str = "protegido";

pub(super) fn validate_public_audience(
    process_file: &ProcessFile,
    raw_audiences: RawAudiences,
    process_opens: NaiveDate,
    dimensions: &[DimensionDefinition],
    catalogs: &Catalogs,
) -> Result<Option<PublicAudience>, ProcessError> {
    let Some(raw) = raw_audiences.publico else { return Ok(None) };
    let whole = Spanned::new(raw.span(), ());
    let raw = raw.into_inner();
    let minimum = raw.minimum_shown_count.as_ref().map_or(DEFAULT_MINIMUM, |minimum| *minimum.get_ref());
    if let Some(given) = raw.minimum_shown_count.filter(|_| !PERMITTED_MINIMUMS.contains(&minimum)) {
        let (first, last) = (PERMITTED_MINIMUMS.start(), PERMITTED_MINIMUMS.end());
        return Err(process_file.mistake_at(&given, message!("L114-minimum", first, last)));
    }
    let series = validate_series_name(process_file, &whole, raw.series_name)?;
    if let Some(given) =
        raw.min_total_for_detail.as_ref().filter(|given| !PERMITTED_DETAIL_TOTALS.contains(given.get_ref()))
    {
        let (first, last) = (PERMITTED_DETAIL_TOTALS.start(), PERMITTED_DETAIL_TOTALS.end());
        return Err(process_file.mistake_at(given, message!("L114-detail-from", first, last)));
    }
    if raw.table_names.is_empty() {
        return Err(process_file.mistake_at(&whole, message!("L151-no-public-tables")));
    }
    if let Some(word) = raw.suppressed_label.as_ref().filter(|word| word.get_ref().trim().is_empty()) {
        return Err(process_file.mistake_at(word, message!("L151-hidden-empty")));
    }

    let mut tables: Vec<PublicTable> = Vec::new();
    for table in &raw.table_names {
        let name = table.get_ref();
        if tables.iter().any(|other| other.name == *name) {
            return Err(process_file.mistake_at(table, message!("L151-public-table-twice", name)));
        }
        let by = raw.kept_key_columns.iter().find(|(of, _)| of.get_ref() == name);
        let by = by.map(|(_, by)| by.iter().map(|column| column.get_ref().clone()).collect());
        tables.push(PublicTable { name: name.clone(), kept_key_columns: by, line: process_file.line(table) });
    }
    if let Some((stray, _)) =
        raw.kept_key_columns.iter().find(|(of, _)| tables.iter().all(|table| table.name != *of.get_ref()))
    {
        let message = message!("L151-columns-of-other-table", name = stray.get_ref());
        return Err(process_file.mistake_at(stray, message));
    }

    let mut merges = BTreeMap::new();
    for (column, groups) in &raw.groups_by_column {
        let (name, codes) = column_and_codes(process_file, column, dimensions, catalogs)?;
        let alone = if name == COUNTRY_COLUMN { raw.unmerged_countries.as_deref() } else { None };
        merges.insert(name, validate_merge(process_file, column, groups, &codes, alone)?);
    }
    if let Some(first) = raw.unmerged_countries.iter().flatten().next().filter(|_| !merges.contains_key(COUNTRY_COLUMN))
    {
        return Err(process_file.mistake_at(first, message!("L153-countries-without-merge")));
    }
    Ok(Some(PublicAudience {
        series_name: series,
        minimum_shown_count: minimum,
        min_total_for_detail: raw.min_total_for_detail.map_or(DEFAULT_MIN_TOTAL_FOR_DETAIL, Spanned::into_inner),
        protects_against_insiders: raw.protects_against_insiders.unwrap_or(DEFAULT_PROTECTS_AGAINST_INSIDERS),
        first_corte: raw.first_corte.map(|from| process_file.validate_day(&from)).transpose()?.unwrap_or(process_opens),
        suppressed_label: raw.suppressed_label.map_or_else(|| DEFAULT_SUPPRESSED_LABEL.to_owned(), Spanned::into_inner),
        public_tables: tables,
        merges_by_column: merges,
    }))
}

/// The series, which must have a name: only the name distinguishes a second output of a process
/// from its first.
fn validate_series_name(
    process_file: &ProcessFile,
    section: &Spanned<()>,
    name: Option<Spanned<String>>,
) -> Result<String, ProcessError> {
    let Some(name) = name else {
        return Err(process_file.mistake_at(section, message!("L150-series-missing")));
    };
    if name.get_ref().is_empty() || text_folding::slug(name.get_ref()) != *name.get_ref() {
        return Err(process_file.mistake_at(&name, message!("L113-series-name", name = name.get_ref())));
    }
    Ok(name.into_inner())
}

/// The column of a key of `merge`, and its codes.
fn column_and_codes(
    process_file: &ProcessFile,
    raw_column: &Spanned<String>,
    dimensions: &[DimensionDefinition],
    catalogs: &Catalogs,
) -> Result<(&'static str, Vec<String>), ProcessError> {
    if raw_column.get_ref() == "pais" {
        let ids = catalogs.countries.identified_ids().chain([CountryId::UNKNOWN]);
        return Ok((COUNTRY_COLUMN, ids.map(|id| catalogs.countries.get(id).code.clone()).collect()));
    }
    let definition = dimensions.iter().find(|one| one.dimension.column_name() == raw_column.get_ref());
    let definition = definition.ok_or_else(|| {
        let names: Vec<&str> = dimensions.iter().map(|one| one.dimension.column_name()).collect();
        let message = message!("L153-column-not-merged", column = raw_column.get_ref(), accepted = names.join(", "));
        process_file.mistake_at(raw_column, message)
    })?;
    let codes = definition.categories.categories().iter().map(|category| category.code.clone());
    Ok((definition.dimension.column_name(), codes.chain([UNIDENTIFIED_CODE.to_owned()]).collect()))
}

fn validate_merge(
    process_file: &ProcessFile,
    raw_column: &Spanned<String>,
    raw_groups: &[Spanned<RawMergedGroup>],
    column_codes: &[String],
    unmerged_countries: Option<&[Spanned<String>]>,
) -> Result<CategoryMerge, ProcessError> {
    if let Some(stranger) = unmerged_countries.into_iter().flatten().find(|code| !column_codes.contains(code.get_ref()))
    {
        return Err(
            process_file.mistake_at(stranger, message!("L149-no-country-of-catalogue", code = stranger.get_ref()))
        );
    }
    let alone: Option<Vec<String>> =
        unmerged_countries.map(|codes| codes.iter().map(|code| code.get_ref().clone()).collect());
    let mut taken: Vec<&String> = alone.iter().flatten().collect();
    for group in raw_groups {
        let RawMergedGroup { code, member_codes: of, takes_remaining_codes: rest, .. } = group.get_ref();
        let is_upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
        if code.is_empty() || !code.bytes().all(is_upper) || column_codes.contains(code) {
            let message = message!("L153-group-code", code, column = raw_column.get_ref());
            return Err(process_file.mistake_at(group, message));
        }
        if raw_groups.iter().filter(|other| other.get_ref().code == *code).count() > 1 {
            return Err(process_file.mistake_at(group, message!("L153-group-twice", code)));
        }
        if *rest != of.is_empty() {
            return Err(process_file.mistake_at(group, message!("L153-of-or-rest")));
        }
        for one in of {
            if !column_codes.contains(one) {
                return Err(process_file
                    .mistake_at(group, message!("L153-no-code-of-column", code = one, column = raw_column.get_ref())));
            }
            if taken.contains(&one) {
                return Err(process_file.mistake_at(group, message!("L153-code-in-two-groups", code = one)));
            }
            taken.push(one);
        }
    }
    if let Some(second) = raw_groups.iter().filter(|group| group.get_ref().takes_remaining_codes).nth(1) {
        return Err(process_file.mistake_at(second, message!("L153-two-groups-with-rest")));
    }
    let others: Vec<String> = column_codes.iter().filter(|code| !taken.contains(code)).cloned().collect();
    let has_rest = raw_groups.iter().any(|group| group.get_ref().takes_remaining_codes);
    let of =
        |group: &RawMergedGroup| if group.takes_remaining_codes { others.clone() } else { group.member_codes.clone() };
    let groups = raw_groups.iter().map(Spanned::get_ref);
    let groups =
        groups.map(|raw| MergedGroup { code: raw.code.clone(), label: raw.label.clone(), member_codes: of(raw) });
    // Without a group that has `rest`, every code outside the groups stays separate.
    Ok(CategoryMerge { groups: groups.collect(), unmerged_countries: alone.filter(|_| has_rest) })
}
