/*!
Reads the packages of a release for all recipients: the package, the progress chart and the key
figures.
*/

use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::key_figures::KeyFigures;
use super::revision_changes::{RevisionChanges, entity_names};
use lnere_core::calendar::{Corte, parse_iso_day};
use lnere_core::checksum::sha256;
use lnere_core::product_notice;
use lnere_messages::{count, message};
use lnere_package::{HeadlineFigures, SUMMARY_PATH, single_page_name};
use lnere_release::{FinalStatuses, Finding, Manifest, ReleaseFolder, Verification, table_path};
use lnere_tables::{ColumnError, Table};

/// The recipient of the package of the nation: the working group.
pub const NATIONAL_RECIPIENT: &str = "nacional";

/// The path of the chart for the message in a package.
const PROGRESS_CHART_PATH: &str = "graficas/avance_diario.png";

/// The folder of a release that holds the packages.
pub const PACKAGES_FOLDER: &str = "paquetes";

/// The number of attempts to read a release that is replaced during reading.
const MAX_READ_ATTEMPTS: u32 = 3;

/// The tables for the message; a release may lack them.
const MESSAGE_TABLES: [&str; 7] = [
    "lnere_por_entidad",
    "lnere_por_estatus",
    "lnere_diario",
    "credenciales_por_entidad",
    "proyeccion_lnere_entidad",
    "proyeccion_lnere_nacional",
    "revisiones",
];

/// The packages of a release, completely read and checked against its checksums.
#[derive(Clone, Debug)]
pub struct ReleasePackages {
    /// The manifest of the release.
    pub manifest: Manifest,
    /// The corte.
    pub corte: Corte,
    /// The package of each recipient, ordered by slug.
    pub packages: Vec<OplPackage>,
}

/// The package of one recipient.
#[derive(Clone, Debug)]
pub struct OplPackage {
    /// The name of the recipient in paths: `08_chihuahua`, `nacional`.
    pub slug: String,
    /// The two-digit code of the entity, or `nacional`.
    pub entity: String,
    /// The name of the entity; `Nacional` for the working group.
    pub recipient_name: String,
    /// The name of the package file.
    pub file_name: String,
    /// The bytes of the package.
    pub zip: Vec<u8>,
    /// The checksum of the package.
    pub sha256: String,
    /// Whether the package contains a PDF report.
    pub has_report: bool,
    /// The dashboard as one file, if the release has it.
    pub dashboard_page: Option<DashboardPage>,
    /// The progress chart as PNG, if the release has one.
    pub progress_chart: Option<Vec<u8>>,
    /// The headline and the main points, if the process has sentences for them.
    pub summary_sentences: Vec<String>,
    /// The figures with which the message begins.
    pub headline_figures: HeadlineFigures,
    /// The key figures.
    pub key_figures: KeyFigures,
    /// The changes of this revision; `None` in the first one.
    pub revision_changes: Option<RevisionChanges>,
}

/// The dashboard of a recipient as one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardPage {
    /// The name of the file.
    pub file_name: String,
    /// The bytes of the file.
    pub html: Vec<u8>,
}

/// The packages of a release cannot be delivered.
#[derive(Debug, thiserror::Error)]
pub enum ReleasePackagesError {
    /// The folder is not a release, or the release is damaged.
    #[error(
        "{}",
        message!(
            "L501-release-unsound",
            path = lnere_core::terminal_text::escaped_name(path),
            findings = count(*finding_count),
            first = first_finding,
        )
    )]
    Unsound {
        /// The release.
        path: PathBuf,
        /// The number of findings.
        finding_count: usize,
        /// The first finding.
        first_finding: Finding,
    },
    /// The release could not be verified completely.
    #[error(
        "{}",
        message!(
            "L502-release-unverified",
            path = lnere_core::terminal_text::escaped_name(path),
            first = first_unrun_check,
        )
    )]
    Unverified {
        /// The release.
        path: PathBuf,
        /// The first check that could not run.
        first_unrun_check: Finding,
    },
    /// The release has no packages.
    #[error("{}", message!("L503-no-packages", path = lnere_core::terminal_text::escaped_name(path), corte))]
    NoPackages {
        /// The release.
        path: PathBuf,
        /// The corte.
        corte: Corte,
    },
    /// A file cannot be read.
    #[error("{}", message!("L500-cannot-read", path = lnere_core::terminal_text::escaped_name(path)))]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A table for the messages lacks a column. Another version of the program made it, or
    /// `tablas.toml` defines other keys.
    #[error("{}", message!("L504-column-missing", path = lnere_core::terminal_text::escaped_name(path)))]
    Column {
        /// The release.
        path: PathBuf,
        /// The table and the column.
        source: ColumnError,
    },
    /// The release was replaced during each attempt to read it.
    #[error("{}", message!("L505-replaced-while-read", path = lnere_core::terminal_text::escaped_name(path)))]
    ReplacedWhileRead {
        /// The release.
        path: PathBuf,
    },
}

impl ReleasePackages {
    /// Verifies a release and reads its packages.
    ///
    /// # Errors
    /// The release cannot be read, fails verification, or has no packages.
    pub fn read(release: &Path) -> Result<Self, ReleasePackagesError> {
        for _ in 0..MAX_READ_ATTEMPTS {
            let folder = ReleaseFolder::open(release)
                .map_err(|source| ReleasePackagesError::Io { path: release.to_owned(), source })?;
            // A revision replaces a release in one step, and the opened release stays complete. It
            // must not be sent, because it is no longer visible.
            let read = Self::read_once(&folder);
            if folder.is_at(release) {
                return read;
            }
        }
        Err(ReleasePackagesError::ReplacedWhileRead { path: release.to_owned() })
    }

    fn read_once(folder: &ReleaseFolder) -> Result<Self, ReleasePackagesError> {
        let release = folder.path();
        let io_error_at = |path: &Path| {
            let path = path.to_owned();
            move |source| ReleasePackagesError::Io { path, source }
        };
        let Verification { findings, unrun_checks: unchecked, .. } = folder.verify();
        if let Some(first) = findings.first() {
            let (path, first) = (release.to_owned(), first.clone());
            return Err(ReleasePackagesError::Unsound { path, finding_count: findings.len(), first_finding: first });
        }
        if let Some(first) = unchecked.into_iter().next() {
            return Err(ReleasePackagesError::Unverified { path: release.to_owned(), first_unrun_check: first });
        }
        let manifest = Manifest::from_folder(folder).map_err(io_error_at(release))?;
        let corte: Corte = manifest.corte.parse().map_err(io::Error::other).map_err(io_error_at(release))?;
        let mut tables = Vec::new();
        for name in MESSAGE_TABLES.iter().filter(|name| manifest.tables.iter().any(|table| table.name == **name)) {
            let file = table_path(name);
            let path = release.join(&file);
            let bytes = folder.read(&file).map_err(io_error_at(&path))?;
            tables.push(lnere_tables::read(name, bytes).map_err(io::Error::other).map_err(io_error_at(&path))?);
        }
        let slugs = folder.names_in_folder(PACKAGES_FOLDER).map_err(io_error_at(&release.join(PACKAGES_FOLDER)))?;
        let package = |slug: &String| read_package(folder, &manifest, corte, slug, &tables);
        let packages = slugs.iter().map(package).collect::<Result<Vec<_>, _>>()?;
        if packages.is_empty() {
            return Err(ReleasePackagesError::NoPackages { path: release.to_owned(), corte });
        }
        Ok(Self { manifest, corte, packages })
    }

    /// The recipients for whom the release has a package.
    #[must_use]
    pub fn recipient_entities(&self) -> Vec<String> {
        self.packages.iter().map(|package| package.entity.clone()).collect()
    }
}

fn read_package(
    release: &ReleaseFolder,
    manifest: &Manifest,
    corte: Corte,
    slug: &str,
    tables: &[Table],
) -> Result<OplPackage, ReleasePackagesError> {
    let folder = format!("{PACKAGES_FOLDER}/{slug}");
    let file_name = format!("paquete_{slug}_{corte}.zip");
    let path_in_release = format!("{folder}/{file_name}");
    let path = release.path().join(&path_in_release);
    let zip =
        release.read(&path_in_release).map_err(|source| ReleasePackagesError::Io { path: path.clone(), source })?;
    let read_file =
        |name| read_file_in_zip(&zip, name).map_err(|source| ReleasePackagesError::Io { path: path.clone(), source });
    let chart = read_file(PROGRESS_CHART_PATH)?;
    let summary = read_file(SUMMARY_PATH)?.map(String::from_utf8).transpose();
    let summary = summary
        .map_err(|error| ReleasePackagesError::Io { path: path.clone(), source: io::Error::other(error) })?
        .unwrap_or_default();
    let summary = product_notice::strip_notice(manifest.notice.as_deref(), &summary);
    let summary_sentences = summary.lines().map(str::to_owned).collect();
    let entity = if slug == NATIONAL_RECIPIENT { NATIONAL_RECIPIENT } else { slug.split('_').next().unwrap_or(slug) };
    let code = (entity != NATIONAL_RECIPIENT).then_some(entity);
    let column_error = |source| ReleasePackagesError::Column { path: release.path().to_owned(), source };
    let recipient_name = match code {
        None => "Nacional".to_owned(),
        Some(code) => entity_names(tables).map_err(column_error)?.remove(code).unwrap_or_else(|| slug.to_owned()),
    };
    let shared: Vec<&str> =
        manifest.tables.iter().filter(|table| table.shared).map(|table| table.name.as_str()).collect();
    let changes = |replaced: u32| RevisionChanges::from_tables(tables, code, replaced, &shared);
    let changes = manifest.replaces.as_ref().map(|replaced| changes(replaced.revision)).transpose();
    let page_name = single_page_name(slug);
    let page_path = format!("{folder}/{page_name}");
    let dashboard_page = if release.contains(&page_path) {
        let path = release.path().join(&page_path);
        let html = release.read(&page_path).map_err(|source| ReleasePackagesError::Io { path, source })?;
        Some(DashboardPage { file_name: page_name, html })
    } else {
        None
    };
    let closes = manifest.projection.as_ref().and_then(|projection| parse_iso_day(&projection.closes));
    let FinalStatuses { accepted, refused } = &manifest.final_statuses;
    let statuses = (accepted.as_slice(), refused.as_slice());
    Ok(OplPackage {
        headline_figures: HeadlineFigures::from_tables(tables, code, corte.day(), closes, statuses)
            .map_err(column_error)?,
        key_figures: KeyFigures::from_tables(tables, code, corte, closes).map_err(column_error)?,
        revision_changes: changes.map_err(column_error)?,
        has_report: release.contains(&format!("{folder}/reporte_{slug}_{corte}.pdf")),
        slug: slug.to_owned(),
        entity: entity.to_owned(),
        recipient_name,
        file_name,
        sha256: sha256(&zip),
        zip,
        summary_sentences,
        dashboard_page,
        progress_chart: chart,
    })
}

/// A file in a package, if the package has it.
fn read_file_in_zip(zip: &[u8], name: &str) -> io::Result<Option<Vec<u8>>> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(io::Error::other)?;
    let mut file = match archive.by_name(name) {
        Err(ZipError::FileNotFound) => return Ok(None),
        file => file.map_err(io::Error::other)?,
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
