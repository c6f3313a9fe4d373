/*!
Writes releases: stages, reads back, verifies and publishes each release in one step. Only this
crate writes releases.
*/

mod compare;
mod dashboard_folder;
mod data_catalogue;
mod datapackage;
mod file_writing;
mod foreign_owner;
mod latest_link;
mod manifest;
mod output_folder;
mod public_series_file;
mod publication_series;
mod publications;
mod publish;
mod recover;
mod release_folder;
mod verify;
mod verify_dashboard;
mod verify_public;

pub use compare::{CompareError, ReleaseTables, TableDifference, table_differences};
pub use dashboard_folder::{
    DashboardFolder, DashboardFolderError, DashboardReplacement, is_output_folder, is_release_folder, resolve_path,
};
pub use data_catalogue::{CATALOGUE_FILE, DataFile, Dataset, catalogue};
pub use datapackage::{DescribedTable, PublicationContext, public_descriptor};
pub use file_writing::{PrivateFolder, can_exchange_folders, create_new_file, replace_file};
pub use foreign_owner::{ForeignOwnerError, user_name};
pub use latest_link::LatestLinkError;
pub use lnere_core::checksum::CHECKSUMS_FILE_NAME;
pub use manifest::{
    ConfigRecord, FinalStatuses, Manifest, ProjectionRecord, ReferenceRecord, ReplacedRelease, TableRecord,
};
pub use output_folder::{LockError, LockedOutput, Output};
pub use public_series_file::{
    PublicCorte, SERIES_CSV_FILE, SERIES_PARQUET_FILE, SERIES_TABLE, SeriesFileRecord, current_public_cortes,
    series_table,
};
pub use publication_series::{NextPublication, PublicHistory, SeriesError, SeriesLink, SeriesStart};
pub use publications::{
    PUBLIC_FOLDER, PublicFolderContent, PublicManifest, Publication, PublicationError, PublicationRecord,
};
pub use publish::{PendingRelease, PublishError, PublishOutcome, PublishedRelease, RevisionDifference};
pub use recover::recover_interrupted_publication;
pub use release_folder::ReleaseFolder;
pub use verify::{Finding, Verification, verify};
pub use verify_public::html_escaped;

/// The name of the file that describes the tables.
pub const DATA_PACKAGE_FILE: &str = "datapackage.json";

/// The name of the page of the public part.
pub const PUBLIC_PAGE_FILE: &str = "index.html";

/// The name of the text that explains the public part.
pub const PUBLIC_README_FILE: &str = "LEEME.txt";

/// The name of the manifest.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The path of a table in a release.
#[must_use]
pub fn table_path(name: &str) -> String {
    format!("tablas/{name}.parquet")
}

/// The path of a public table as CSV.
#[must_use]
pub fn csv_table_path(name: &str) -> String {
    format!("tablas/{name}.csv")
}
