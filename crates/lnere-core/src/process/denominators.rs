/*!
Reads `[[denominators]]` of a process file: counts of a source, by entity, country or office, that
rates are computed with.
*/

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::ProcessError;
#[cfg(test)]
use super::generated_docs::Day;
use super::projection_csv_files::{SeriesRecord, mistake_on_line, read_records};
use super::validate::ProcessFile;
use crate::catalog::{Catalogs, CountryId, EntityId, OfficeId};
use crate::column_names;
use crate::text_folding;

/// The permitted numbers of the source for which a rate is given.
const PERMITTED_BASES: RangeInclusive<i64> = 1..=1_000_000;

/// The code of all entities of the process together, in files and tables.
pub const ALL_ENTITIES_CODE: &str = "00";

/// What the values of a denominator are by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DenominatorKey {
    /// Entity alone.
    Entidad,
    /// Entity and country of residence.
    Pais,
    /// Entity and embassy or consulate.
    Representacion,
}

impl DenominatorKey {
    /// The name in process files and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Entidad => "entidad",
            Self::Pais => "pais",
            Self::Representacion => "representacion",
        }
    }
}

/// The country or the office of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenominatorPlace {
    /// The whole entity.
    Everywhere,
    /// A country of residence: its applications are counted.
    Country(CountryId),
    /// An office: the credentials applied for there are counted.
    Office(OfficeId),
}

/// One number of the source.
#[derive(Clone, Copy, Debug)]
pub struct DenominatorValue {
    /// The entity; `None` for all entities of the process together.
    pub entity: Option<EntityId>,
    /// The country or the office.
    pub place: DenominatorPlace,
    /// The number, above 0.
    pub value: i64,
}

/// Counts of a source that rates are computed with.
#[derive(Clone, Debug)]
pub struct Denominator {
    /// The short name, in tables.
    pub name: String,
    /// What the source counts, in Spanish.
    pub title: String,
    /// The unit of its numbers, in Spanish.
    pub unit: String,
    /// The publication.
    pub cited_publication: String,
    /// The day up to which the source counts.
    pub date: NaiveDate,
    /// What the values are by.
    pub key: DenominatorKey,
    /// The numbers of the source for which a rate is given: 1,000 for «de cada mil».
    pub base: i64,
    /// The values, in the order of the file.
    pub values: Vec<DenominatorValue>,
    /// The file of the values.
    pub path: PathBuf,
}

/// Counts of a source that the counts of the process are divided by. Table `tasas` has the rates. A
/// rate exists only where the source gives a number, and no number is added up from others.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawDenominator {
    /// Short name, each once.
    #[cfg_attr(test, schemars(
        with = "String",
        extend("x-accepts" = "lower snake_case without accents", "examples" = ["cpve_expedidas_2019"])
    ))]
    name: Spanned<String>,
    /// What the source counts, in Spanish.
    #[cfg_attr(test, schemars(extend("examples" = ["Credenciales expedidas en el extranjero"])))]
    title: String,
    /// Unit of its numbers in Spanish, for «por cada 1,000 …».
    #[cfg_attr(test, schemars(extend("examples" = ["credenciales expedidas"])))]
    unit: String,
    /// Publication with the numbers.
    #[cfg_attr(test, schemars(extend("examples" = ["Instituto Estatal Electoral de Chihuahua, ieechihuahua.org.mx"])))]
    #[serde(rename = "source")]
    cited_publication: String,
    /// Day up to which the source counts.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2019-12-09"])))]
    date: Spanned<Datetime>,
    /// CSV of the numbers, relative to the folder of the process file. Its header is
    /// `cve_entidad,valor`, with `cve_pais` or `cve_representacion` in between where `by` says so.
    /// `00` is all entities of the process together: a number of all of Mexico is not that.
    #[cfg_attr(test, schemars(extend("examples" = ["denominadores/cpve_2019_entidad.csv"])))]
    #[serde(rename = "csv")]
    values_file: String,
    /// What the numbers are by. Numbers by country divide applications; numbers by office divide
    /// credentials applied for, as applications have no office.
    #[cfg_attr(test, schemars(extend("examples" = ["entidad"])))]
    #[serde(rename = "by")]
    key: DenominatorKey,
    /// Numbers of the source for which a rate is given.
    #[cfg_attr(test, schemars(
        with = "i64",
        range(min = *PERMITTED_BASES.start(), max = *PERMITTED_BASES.end()),
        extend("examples" = [1_000])
    ))]
    #[serde(rename = "per")]
    base: Spanned<i64>,
}

/// Reads all `[[denominators]]`.
pub(super) fn validate_denominators(
    process_file: &ProcessFile,
    process_folder: &Path,
    raw_denominators: Vec<RawDenominator>,
    entities: &[EntityId],
    catalogs: &Catalogs,
) -> Result<Vec<Denominator>, ProcessError> {
    let mut denominators: Vec<Denominator> = Vec::new();
    for raw in raw_denominators {
        let name = raw.name.get_ref();
        if name.is_empty() || text_folding::slug(name) != *name {
            return Err(process_file.mistake_at(&raw.name, message!("L145-denominator-name", name)));
        }
        if denominators.iter().any(|other| other.name == *name) {
            return Err(process_file.mistake_at(&raw.name, message!("L145-denominator-twice", name)));
        }
        if !PERMITTED_BASES.contains(raw.base.get_ref()) {
            let (first, last) = (PERMITTED_BASES.start(), PERMITTED_BASES.end());
            return Err(process_file.mistake_at(&raw.base, message!("L145-base", first, last)));
        }
        let path = process_folder.join(&raw.values_file);
        denominators.push(Denominator {
            date: process_file.validate_day(&raw.date)?,
            values: read_values(&path, raw.key, entities, catalogs)?,
            path,
            name: raw.name.into_inner(),
            title: raw.title,
            unit: raw.unit,
            cited_publication: raw.cited_publication,
            key: raw.key,
            base: raw.base.into_inner(),
        });
    }
    Ok(denominators)
}

fn read_values(
    path: &Path,
    key: DenominatorKey,
    entities: &[EntityId],
    catalogs: &Catalogs,
) -> Result<Vec<DenominatorValue>, ProcessError> {
    const VALUE: &str = "valor";
    let records = match key {
        DenominatorKey::Entidad => read_records(path, &[column_names::CVE_ENTIDAD, VALUE]),
        DenominatorKey::Pais => read_records(path, &[column_names::CVE_ENTIDAD, column_names::CVE_PAIS, VALUE]),
        DenominatorKey::Representacion => {
            read_records(path, &[column_names::CVE_ENTIDAD, column_names::CVE_REPRESENTACION, VALUE])
        }
    }?;
    let (countries, offices) = (&catalogs.countries, &catalogs.offices);
    let mut values: Vec<DenominatorValue> = Vec::new();
    for SeriesRecord { line, keys, count } in records {
        let mistake = |message| mistake_on_line(path, line, message);
        let code = keys.first().map_or("", String::as_str);
        let entity = catalogs.entities.by_code(code).filter(|entity| entities.contains(entity));
        if entity.is_none() && code != ALL_ENTITIES_CODE {
            let accepted: Vec<String> = entities.iter().map(|entity| entity.code()).collect();
            let message = message!("L145-csv-entity", code, all = ALL_ENTITIES_CODE, accepted = accepted.join(", "));
            return Err(mistake(message));
        }
        let code = keys.get(1).map_or("", String::as_str);
        let place = match key {
            DenominatorKey::Entidad => DenominatorPlace::Everywhere,
            DenominatorKey::Pais => {
                let country = countries.identified_ids().find(|id| countries.get(*id).code == code);
                DenominatorPlace::Country(country.ok_or_else(|| mistake(message!("L149-no-country", code)))?)
            }
            DenominatorKey::Representacion => {
                let office = offices.identified_ids().find(|id| offices.get(*id).code == code);
                DenominatorPlace::Office(office.ok_or_else(|| mistake(message!("L145-csv-office", code)))?)
            }
        };
        if values.iter().any(|other| (other.entity, other.place) == (entity, place)) {
            return Err(mistake(message!("L145-csv-twice")));
        }
        if count == 0 {
            return Err(mistake(message!("L145-csv-zero")));
        }
        values.push(DenominatorValue { entity, place, value: count });
    }
    if values.is_empty() {
        return Err(mistake_on_line(path, 1, message!("L145-csv-empty")));
    }
    Ok(values)
}
