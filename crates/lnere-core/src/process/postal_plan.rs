/*!
Reads the sections `[postal]` and `[electronic]` of a process file: the plans for the votes of the
projected list.
*/

use std::ops::Range;
use std::path::{Path, PathBuf};

use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::postal_tariff::Tariff;
use super::projection_plan::modality_index;
use super::validate::ProcessFile;
use super::{CategoryList, ProcessError};
use crate::catalog::Catalogs;

/// The permitted probabilities that a print run suffices.
const PERMITTED_SERVICE_LEVELS: Range<f64> = 0.5..1.0;

/// The settings of the postal vote.
#[derive(Clone, Debug)]
pub struct PostalPlan {
    /// The index of the postal modality.
    pub modality: u8,
    /// The probability, 0–1, that the print run of an entity suffices.
    pub service_level: f64,
    /// The cost of a package.
    pub tariff: Tariff,
}

/// The postal packages (PEP) to print and post.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawPostal {
    /// The modality of the postal vote.
    #[cfg_attr(test, schemars(
        with = "String", extend("x-accepts" = "a code of `categories.modalidad`", "examples" = ["POSTAL"])
    ))]
    modality: Spanned<String>,
    /// The chance with which the print run of an entity is enough.
    #[cfg_attr(test, schemars(
        with = "f64",
        extend(
            "minimum" = PERMITTED_SERVICE_LEVELS.start, "exclusiveMaximum" = PERMITTED_SERVICE_LEVELS.end, "examples" = [0.95]
        )
    ))]
    service_level: Spanned<f64>,
    /// File with the cost of a package, relative to the folder of the process file.
    #[cfg_attr(test, schemars(extend("examples" = ["proyeccion/tarifa_pep.toml"])))]
    #[serde(rename = "tariff")]
    tariff_file: String,
}

/// The voters of the Internet voting system (SIVEI).
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawElectronic {
    /// The modality of the vote by Internet.
    #[cfg_attr(test, schemars(
        with = "String", extend("x-accepts" = "a code of `categories.modalidad`", "examples" = ["ELECTRONICA"])
    ))]
    modality: Spanned<String>,
}

/// Reads the section `[postal]`. The second result is the file of the tariff.
pub(super) fn validate_postal(
    process_file: &ProcessFile,
    process_folder: &Path,
    raw_postal: &RawPostal,
    modalities: &CategoryList,
    catalogs: &Catalogs,
) -> Result<(PostalPlan, PathBuf), ProcessError> {
    let level = *raw_postal.service_level.get_ref();
    if !PERMITTED_SERVICE_LEVELS.contains(&level) {
        return Err(process_file.mistake_at(&raw_postal.service_level, message!("L114-service-level")));
    }
    let path = process_folder.join(&raw_postal.tariff_file);
    let plan = PostalPlan {
        modality: modality_index(process_file, &raw_postal.modality, modalities)?,
        service_level: level,
        tariff: Tariff::load(&path, catalogs)?,
    };
    Ok((plan, path))
}

/// Reads the section `[electronic]`, which names a modality.
pub(super) fn validate_internet_modality(
    process_file: &ProcessFile,
    raw_electronic: &RawElectronic,
    modalities: &CategoryList,
) -> Result<u8, ProcessError> {
    modality_index(process_file, &raw_electronic.modality, modalities)
}
