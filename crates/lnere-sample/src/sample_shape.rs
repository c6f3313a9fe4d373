/*!
Loads the shape of generated exports. A [`SampleShape`] always comes from a file that was checked
against the process and its catalogues.
*/

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::arrival_plan::{AllocatedColumn, Curve};
use super::csv_dialect::{Dialect, DialectOverride};
use super::fixed_point_share::FixedPointShare;
use super::raw_sample_shape::RawSampleShape;
use super::sample_shape_parser::ShapeParser;
use super::vocabulary::{LabelColumn, Vocabulary};
use lnere_core::catalog::Catalogs;
use lnere_core::process::{Process, ProcessError, Source};
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;

/// The shape for a process without a default shape.
const GENERIC_SHAPE: &str = "uniforme";

/// The shape of generated exports: sizes, totals over time, dialects, defects.
#[derive(Clone, Debug)]
pub struct SampleShape {
    /// The name of the file.
    pub name: String,
    /// The processes for which it is the default.
    pub default_for_processes: Vec<String>,
    pub(super) export_days: Vec<NaiveDate>,
    dialect: Dialect,
    dialect_overrides: Vec<(Option<Source>, Vec<NaiveDate>, DialectOverride)>,
    pub(super) applications: ApplicationShape,
    pub(super) credentials: CredentialShape,
    pub(super) spellings: HashMap<(LabelColumn, u16), Vec<String>>,
}

#[derive(Clone, Debug)]
pub(super) struct ApplicationShape {
    pub default_rows: u64,
    pub curve: Curve,
    pub allocated_columns: Vec<AllocatedColumn>,
    pub unidentified_shares: HashMap<LabelColumn, FixedPointShare>,
    pub unknown_labels: Vec<String>,
    pub defect_shares: DefectShares,
}

#[derive(Clone, Debug)]
pub(super) struct CredentialShape {
    pub default_rows: u64,
    pub curve: Curve,
    pub allocated_columns: Vec<AllocatedColumn>,
    pub kind_texts: Vec<String>,
    pub never_delivered_share: FixedPointShare,
    pub confirmed_share: FixedPointShare,
    pub unknown_office_share: FixedPointShare,
    pub unknown_labels: Vec<String>,
    /// The weight of each office, unless the entity has its own weights.
    pub office_weights: Vec<u64>,
    pub office_weights_by_entity: HashMap<u16, Vec<u64>>,
    pub defect_shares: DefectShares,
}

/// Shares of the rows of a source.
#[derive(Clone, Copy, Debug)]
pub(super) struct DefectShares {
    pub duplicates: FixedPointShare,
    pub rejected: FixedPointShare,
    pub other_spelling: FixedPointShare,
    pub other_dates: FixedPointShare,
}

/// A shape cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum SampleShapeError {
    /// The file cannot be read, or has a mistake.
    #[error(transparent)]
    File(#[from] ProcessError),
    /// No file has this name.
    #[error(
        "{}",
        message!("L821-unknown-shape", name, folder = escaped_name(folder), accepted = accepted.join(", "))
    )]
    Unknown {
        /// The requested name.
        name: String,
        /// The folder of shapes of the process.
        folder: PathBuf,
        /// The existing names.
        accepted: Vec<String>,
    },
}

impl SampleShape {
    /// Reads the named shape from the folder of the process. Without a name, reads the default
    /// shape of this process, or `uniforme`.
    ///
    /// # Errors
    /// The shape does not exist, its file cannot be read, or it has a mistake, reported with file
    /// and line.
    pub fn load(name: Option<&str>, process: &Process, catalogs: &Catalogs) -> Result<Self, SampleShapeError> {
        let folder = &process.sample_shapes_dir;
        let accepted = shape_names(folder)?;
        let file = |name: &str| folder.join(format!("{name}.toml"));
        let name = if let Some(name) = name {
            name
        } else {
            let mut own = None;
            for name in &accepted {
                if is_default_for(&file(name), &process.id)? {
                    own = own.or(Some(name.as_str()));
                }
            }
            own.unwrap_or(GENERIC_SHAPE)
        };
        if !accepted.iter().any(|known| known == name) {
            return Err(SampleShapeError::Unknown { name: name.to_owned(), folder: folder.clone(), accepted });
        }
        let path = file(name);
        let text = lnere_core::process::read_text_file(&path)?;
        Ok(Self::parse(&path, &text, process, catalogs)?)
    }

    /// Checks the text of a shape file.
    ///
    /// # Errors
    /// A mistake, reported with file and line.
    pub fn parse(path: &Path, text: &str, process: &Process, catalogs: &Catalogs) -> Result<Self, ProcessError> {
        let raw: RawSampleShape =
            toml::from_str(text).map_err(|error| ProcessError::from_toml_error(path, text, &error))?;
        let file = ShapeParser { path, text, vocabulary: Vocabulary { process, catalogs } };
        let mut overrides = Vec::new();
        for raw_override in &raw.dialect_overrides {
            let days = raw_override.days.iter().map(|day| file.parse_day(day)).collect::<Result<_, _>>()?;
            overrides.push((raw_override.source.map(Source::from), days, raw_override.dialect));
        }
        Ok(Self {
            name: path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
            export_days: file.parse_export_days(&raw)?,
            dialect: Dialect::default().with_override(&raw.dialect),
            dialect_overrides: overrides,
            applications: file.parse_applications(&raw.applications)?,
            credentials: file.parse_credentials(&raw.credentials)?,
            spellings: file.parse_spellings(&raw)?,
            default_for_processes: raw.default_for_processes,
        })
    }

    pub(super) fn dialect(&self, source: Source, day: NaiveDate) -> Dialect {
        let applies = |(of, days, _): &&(Option<Source>, Vec<NaiveDate>, DialectOverride)| {
            of.is_none_or(|of| of == source) && (days.is_empty() || days.contains(&day))
        };
        self.dialect_overrides
            .iter()
            .filter(applies)
            .fold(self.dialect, |dialect, (_, _, overrides)| dialect.with_override(overrides))
    }
}

/// The names of the shapes in a folder, in order.
fn shape_names(folder: &Path) -> Result<Vec<String>, ProcessError> {
    let failed = |source| ProcessError::Read { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "toml")
            && let Some(stem) = path.file_stem()
        {
            names.push(stem.to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Reads only `default_for`, because a shape for another process need not fit this one.
fn is_default_for(path: &Path, id: &str) -> Result<bool, ProcessError> {
    #[derive(serde::Deserialize)]
    struct DefaultForHeader {
        #[serde(default)]
        default_for: Vec<String>,
    }
    let text = lnere_core::process::read_text_file(path)?;
    let head: DefaultForHeader =
        toml::from_str(&text).map_err(|error| ProcessError::from_toml_error(path, &text, &error))?;
    Ok(head.default_for.iter().any(|process| process == id))
}
