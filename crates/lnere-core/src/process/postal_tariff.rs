/*!
Reads the tariff: the cost of a postal package by country, with its date and source.
*/

use std::ops::RangeInclusive;
use std::path::Path;

use chrono::NaiveDate;
use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::ProcessError;
#[cfg(test)]
use super::generated_docs::{Currency, Day};
use super::validate::ProcessFile;
use crate::catalog::{Catalogs, CountryId};

/// Prices by country.
#[derive(Clone, Debug)]
pub struct Tariff {
    /// The printed name of the tariff.
    pub name: String,
    /// The authority that set it.
    pub authority: String,
    /// The day from which it applies.
    pub applies_from: NaiveDate,
    /// Whether its prices are invented.
    pub is_invented: bool,
    /// The countries, with their currency (ISO 4217) and their price in hundredths of it.
    rates: Vec<Rate>,
    /// The currency and the price for all other countries.
    default_price: Price,
}

/// The cost of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The currency, ISO 4217.
    pub currency: String,
    /// The price in hundredths of the currency.
    pub cents: i64,
}

#[derive(Clone, Debug)]
struct Rate {
    countries: Vec<CountryId>,
    price: Price,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawTariff {
    /// Name of the tariff in Spanish, for reports.
    #[cfg_attr(test, schemars(extend("examples" = ["Tarifa de muestra, inventada"])))]
    name: String,
    /// Who set the tariff, in Spanish.
    #[cfg_attr(test, schemars(extend("examples" = ["Servicio Postal Mexicano"])))]
    #[serde(rename = "source")]
    authority: String,
    /// Day since which the tariff holds.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2020-06-01"])))]
    #[serde(rename = "date")]
    applies_from: Spanned<Datetime>,
    /// Currency of the prices.
    #[cfg_attr(test, schemars(with = "Currency", extend("examples" = ["MXN"])))]
    #[serde(rename = "currency")]
    default_currency: Spanned<String>,
    /// Whether the prices are made up. Reports then say so.
    #[cfg_attr(test, schemars(extend("examples" = [true])))]
    #[serde(default, rename = "invented")]
    is_invented: bool,
    /// Prices. A country has the price of the first rate that lists it.
    #[cfg_attr(test, schemars(with = "Vec<RawRate>"))]
    #[serde(rename = "rate")]
    rates: Spanned<Vec<Spanned<RawRate>>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawRate {
    /// Name of the rate, for people who read the file.
    #[cfg_attr(test, schemars(extend("examples" = ["América del Norte"])))]
    #[serde(rename = "name")]
    _name: String,
    /// The countries. Only the last rate has none: it is for all others.
    #[cfg_attr(test, schemars(
        with = "Option<Vec<String>>",
        extend("x-accepts" = "codes of ISO 3166-1 alpha-3", "x-if-absent" = "all others", "examples" = [["USA", "CAN"]])
    ))]
    countries: Option<Vec<Spanned<String>>>,
    /// Price of one package, with two decimals at most.
    #[cfg_attr(test, schemars(
        with = "f64",
        range(min = *PERMITTED_PRICES.start(), max = *PERMITTED_PRICES.end()),
        extend("examples" = [310.5])
    ))]
    price: Spanned<f64>,
    /// Currency of this price.
    #[cfg_attr(test, schemars(
        with = "Option<Currency>", extend("x-if-absent" = "`currency` of the tariff", "examples" = ["USD"])
    ))]
    currency: Option<Spanned<String>>,
}

/// The permitted prices.
const PERMITTED_PRICES: RangeInclusive<f64> = 0.0..=1e7;

impl Tariff {
    /// Reads a tariff.
    ///
    /// # Errors
    /// The file cannot be read, or has a mistake, reported with its line.
    pub(super) fn load(path: &Path, catalogs: &Catalogs) -> Result<Self, ProcessError> {
        let text = super::read_text_file(path)?;
        let raw: RawTariff = ProcessError::parse(path, &text)?;
        let process_file = ProcessFile::new(path, &text);
        let currency = process_file.validate_currency(&raw.default_currency)?;
        let mut rates: Vec<Rate> = Vec::new();
        let mut others = None;
        for spanned in raw.rates.get_ref() {
            let rate = spanned.get_ref();
            if others.is_some() {
                return Err(process_file.mistake_at(spanned, message!("L148-rate-after-others")));
            }
            let currency =
                rate.currency.as_ref().map_or(Ok(currency.clone()), |own| process_file.validate_currency(own))?;
            let price = Price { currency, cents: process_file.validate_price_in_cents(&rate.price)? };
            let Some(codes) = &rate.countries else {
                others = Some(price);
                continue;
            };
            let mut countries: Vec<CountryId> = Vec::new();
            for code in codes {
                let known =
                    catalogs.countries.identified_ids().find(|id| catalogs.countries.get(*id).code == *code.get_ref());
                let unknown = || process_file.mistake_at(code, message!("L149-no-country", code = code.get_ref()));
                let id = known.ok_or_else(unknown)?;
                if countries.contains(&id) || rates.iter().any(|other| other.countries.contains(&id)) {
                    return Err(process_file.mistake_at(code, message!("L148-country-twice", code = code.get_ref())));
                }
                countries.push(id);
            }
            rates.push(Rate { countries, price });
        }
        let others = others.ok_or_else(|| process_file.mistake_at(&raw.rates, message!("L148-no-rate-for-others")))?;
        let date = process_file.validate_day(&raw.applies_from)?;
        Ok(Self {
            name: raw.name,
            authority: raw.authority,
            applies_from: date,
            is_invented: raw.is_invented,
            rates,
            default_price: others,
        })
    }

    /// The price for a country.
    #[must_use]
    pub fn price(&self, country: CountryId) -> &Price {
        let rate_of_country = self.rates.iter().find(|rate| rate.countries.contains(&country));
        rate_of_country.map_or(&self.default_price, |rate| &rate.price)
    }
}

impl ProcessFile<'_> {
    fn validate_currency(&self, code: &Spanned<String>) -> Result<String, ProcessError> {
        let well_formed = code.get_ref().len() == 3 && code.get_ref().bytes().all(|byte| byte.is_ascii_uppercase());
        if !well_formed {
            return Err(self.mistake_at(code, message!("L148-currency")));
        }
        Ok(code.get_ref().clone())
    }

    /// A price in hundredths; it has at most two decimals.
    fn validate_price_in_cents(&self, price: &Spanned<f64>) -> Result<i64, ProcessError> {
        let cents = (price.get_ref() * 100.0).round();
        let exact = (price.get_ref() * 100.0 - cents).abs() < 1e-6;
        if !exact || !PERMITTED_PRICES.contains(&(cents / 100.0)) {
            return Err(self.mistake_at(price, message!("L148-price")));
        }
        Ok(cents as i64)
    }
}
