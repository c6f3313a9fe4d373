/*!
Publishes a release: stages its files, reads them back, and moves them into place in one step.
*/

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::datapackage::{self, PublicationContext};
use super::file_writing::{create_public_folder, swap_folders, sync_path, sync_tree, write_public_file};
use super::manifest::{Manifest, ReplacedRelease};
use super::output_folder::LockedOutput;
use super::release_folder::ReleaseFolder;
use super::verify::{Finding, Verification, check_integrity, new_finding, verify_and_read_tables};
use super::{CHECKSUMS_FILE_NAME, DATA_PACKAGE_FILE, MANIFEST_FILE, table_path};
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::checksum::{parse_sha256sums, sha256, sha256sums_text};
use lnere_core::process::{Audience, ReleasePart};
use lnere_dashboard::DashboardData;
use lnere_messages::{count, message};
use lnere_tables::dictionary::Dictionary;
use lnere_tables::{CellChange, Metadata, ParquetError, Table, TableDefinition, TableSource};

/// The folder of `out/private` in which a release is staged.
pub(super) const STAGING_FOLDER: &str = "staging";

/// A release before publication: its manifest and its files by path. [`PendingRelease::publish`]
/// sets the revision in the manifest.
pub struct PendingRelease {
    /// The corte.
    pub corte: Corte,
    /// The manifest, which lists the content.
    pub manifest: Manifest,
    /// The tables in memory.
    pub tables: Vec<Table>,
    /// The definitions of the tables.
    pub table_definitions: Vec<TableDefinition>,
    /// The dictionary of the columns.
    pub dictionary: Dictionary,
    /// What the descriptor says beside the tables.
    pub publication_context: PublicationContext,
    /// All other files, including the tables as Parquet.
    pub files: NamedFiles,
    /// The charts, which are published if the manifest names that part.
    pub charts: NamedFiles,
    /// The exact data of the dashboard, if a part of the release needs them.
    pub exact_dashboard: Option<DashboardData>,
    /// The audience of the dashboard, if that part was requested.
    pub dashboard_audience: Option<Audience>,
    /// The names of the files that define charts, as the manifest records them.
    pub chart_files: Vec<String>,
    /// The names of the files of the report template, as the manifest records them.
    pub template_files: Vec<String>,
}

/// The result of publishing a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishOutcome {
    /// The release is the first of its corte.
    Published,
    /// The release replaced another one.
    Revised,
    /// The visible release is equal.
    Unchanged,
}

/// The difference between a release and the visible one of its corte.
pub enum RevisionDifference {
    /// The corte has no visible release.
    NoVisibleRelease,
    /// Both are equal.
    Same(PublishedRelease),
    /// The changed cells, with the manifest of the visible release.
    Changed(Box<Manifest>, Vec<CellChange>),
}

/// A visible release.
#[derive(Debug)]
pub struct PublishedRelease {
    /// The result.
    pub outcome: PublishOutcome,
    /// The revision of the release.
    pub revision: u32,
    /// The folder of the release.
    pub path: PathBuf,
    /// The error after the release became visible.
    pub error_after_publication: Option<PublishError>,
    /// Parts that the present definitions or templates would change; they were not made again.
    pub outdated_parts: Vec<&'static str>,
}

/// A release was not published. The visible releases are unchanged.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Reading or writing failed.
    #[error("{}", message!("L400-cannot-read-or-write", path = lnere_core::terminal_text::escaped_name(path)))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The visible release of the corte is damaged.
    #[error(
        "{}",
        message!(
            "L430-release-damaged",
            path = lnere_core::terminal_text::escaped_name(path),
            finding = first_finding(findings),
        )
    )]
    Damaged {
        /// The folder of the release.
        path: PathBuf,
        /// The findings.
        findings: Vec<Finding>,
    },
    /// The data read back differ from the data to be written.
    #[error("{}", message!("L431-staged-unsound", corte, finding = first_finding(findings)))]
    Unsound {
        /// The corte.
        corte: Corte,
        /// The findings.
        findings: Vec<Finding>,
    },
    /// The table of revisions cannot be written as Parquet.
    #[error("{}", message!("L432-revisions-unwritable"))]
    Parquet(#[from] ParquetError),
}

fn first_finding(findings: &[Finding]) -> String {
    let more = findings.len().saturating_sub(1);
    let first = findings.first().map(ToString::to_string).unwrap_or_default();
    if more == 0 { first } else { message!("release-finding-and-more", finding = first, more = count(more)) }
}

fn io_error_at(path: &Path) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::Io { path, source }
}

/// The visible release of a corte, completely read.
struct VisibleRelease {
    path: PathBuf,
    folder: ReleaseFolder,
    manifest: Manifest,
    /// The tables that the pending release also has.
    tables: Vec<Table>,
    /// The checksum of each file.
    checksums: BTreeMap<String, String>,
}

/// Whether the files below a folder differ from those of a release.
fn differs_from_visible_files(files: &NamedFiles, folder: &str, sums: &BTreeMap<String, String>) -> bool {
    let own: BTreeMap<&str, String> = files
        .iter()
        .filter(|(name, _)| name.starts_with(folder))
        .map(|(name, bytes)| (name.as_str(), sha256(bytes)))
        .collect();
    let visible_sums = sums.iter().filter(|(name, _)| name.starts_with(folder));
    own.iter().map(|(name, sum)| (*name, sum)).ne(visible_sums.map(|(name, sum)| (name.as_str(), sum)))
}

impl PendingRelease {
    /// Publishes the release, unless the visible release of its corte has the same tables and
    /// parts. With `replaces_derived_parts` it is also published if derived parts differ: charts,
    /// packages or the dashboard. `packages` and `public` make the files that contain the revision
    /// number. `public` is called once, and only for a new publication.
    ///
    /// # Errors
    /// `packages`, `public` or writing failed, or the written files do not verify. No visible file
    /// has changed.
    pub fn publish<E: From<PublishError>>(
        mut self,
        output: &LockedOutput,
        replaces_derived_parts: bool,
        make_packages: impl Fn(&Self) -> Result<NamedFiles, E>,
        make_public_part: impl FnOnce(&Self) -> Result<NamedFiles, E>,
    ) -> Result<PublishedRelease, E> {
        let path = output.release_path(self.corte);
        let visible = self.visible_release(output)?;
        if let Some(visible) = &visible {
            let has_more =
                self.manifest.has_more_parts_than(&visible.manifest) || self.has_other_audience(&visible.manifest);
            // Each file states the notice. Real counts must not stay labelled as synthetic, nor the
            // other way round.
            let has_other_notice = self.manifest.notice != visible.manifest.notice;
            if !has_more && !has_other_notice && !self.has_other_tables_than(visible) {
                let mut outdated_parts = self.outdated_visible_parts(visible);
                // A revision with fewer parts would remove the others.
                let has_all = !visible.manifest.has_more_parts_than(&self.manifest);
                if replaces_derived_parts && has_all && self.manifest.has_part(ReleasePart::Paquetes) {
                    self.adopt_visible_revision(visible);
                    let made = make_packages(&self)?;
                    outdated_parts.retain(|part| *part != ReleasePart::Paquetes.name());
                    if differs_from_visible_files(&made, "paquetes/", &visible.checksums) {
                        outdated_parts.push(ReleasePart::Paquetes.name());
                    }
                }
                if outdated_parts.is_empty() || !replaces_derived_parts || !has_all {
                    let revision = visible.manifest.revision;
                    return Ok(PublishedRelease {
                        outcome: PublishOutcome::Unchanged,
                        revision,
                        path,
                        outdated_parts,
                        error_after_publication: None,
                    });
                }
            }
            self.make_revision_of(visible)?;
        } else {
            // A release that was moved away by hand leaves its number.
            let superseded = output.newest_superseded_revision(self.corte).map_err(io_error_at(output.root()))?;
            self.manifest.revision = superseded.unwrap_or(0) + 1;
        }
        let public = make_public_part(&self)?;
        let packages = make_packages(&self)?;
        self.files.extend(packages);
        self.files.extend(public);
        Ok(self.replace_visible(output, visible.as_ref())?)
    }

    /// Replaces the visible release of its corte, if there is one.
    fn replace_visible(
        self,
        output: &LockedOutput,
        visible: Option<&VisibleRelease>,
    ) -> Result<PublishedRelease, PublishError> {
        let path = output.release_path(self.corte);
        let staged = self.stage(output).inspect_err(|_| {
            // On a full disk, the incomplete release only wastes space. The staging folder may
            // still hold a revision of another corte that could not be moved to superseded.
            let _ = fs::remove_dir_all(output.private_folder.entry_path(STAGING_FOLDER).join(self.corte.to_string()));
        })?;
        let folder = ReleaseFolder::open(&staged).map_err(io_error_at(&staged))?;
        let moved = match visible {
            None => fs::rename(&staged, &path).inspect_err(|_| {
                let _ = fs::remove_dir_all(&staged);
            }),
            Some(visible) => {
                let superseded = output.superseded_path(self.corte, visible.manifest.revision);
                swap_folders(&staged, &path, &superseded)
            }
        };
        // The release is visible now; later errors do not undo it.
        let error_after_publication = match moved {
            Err(error) if !folder.is_at(&path) => return Err(io_error_at(&path)(error)),
            moved => {
                let synced = || {
                    output
                        .release_folders()
                        .iter()
                        .try_for_each(|folder| sync_path(folder).map_err(io_error_at(folder)))
                };
                moved.map_err(io_error_at(&path)).and_then(|()| synced()).err()
            }
        };
        // The running command reports at its end whether this succeeded.
        let _ = output.update_latest_link();
        let outcome = if visible.is_none() { PublishOutcome::Published } else { PublishOutcome::Revised };
        Ok(PublishedRelease {
            outcome,
            revision: self.manifest.revision,
            path,
            outdated_parts: Vec::new(),
            error_after_publication,
        })
    }

    /// The parts of the visible release, with the same tables, that would differ if made now.
    /// Packages and public tables are not made for this, so the result may be incomplete.
    fn outdated_visible_parts(&self, visible: &VisibleRelease) -> Vec<&'static str> {
        let both_have = |part: ReleasePart| self.manifest.has_part(part) && visible.manifest.has_part(part);
        let have_changed = |names: &[String]| {
            let record = |manifest: &Manifest, name: &String| {
                manifest.configuration.iter().find(|record| record.name == *name).cloned()
            };
            names.iter().any(|name| record(&self.manifest, name) != record(&visible.manifest, name))
        };
        let charts = if both_have(ReleasePart::Graficas) {
            differs_from_visible_files(&self.charts, "graficas/", &visible.checksums)
        } else {
            have_changed(&self.chart_files)
        };
        let reports = visible.manifest.reports > 0 && have_changed(&self.template_files);
        let exact = Some(Audience::Opl.name());
        let has_exact = [&self.manifest, &visible.manifest].iter().all(|one| one.dashboard.as_deref() == exact);
        let outdated = [
            (ReleasePart::Graficas, charts),
            (ReleasePart::Paquetes, charts || reports),
            (ReleasePart::Publico, charts),
            (
                ReleasePart::Tablero,
                has_exact && differs_from_visible_files(&self.files, "tablero/", &visible.checksums),
            ),
        ];
        let outdated = outdated.into_iter().filter(|(part, is_outdated)| *is_outdated && both_have(*part));
        let mut outdated: Vec<_> = outdated.map(|(part, _)| part.name()).collect();
        if differs_from_visible_files(&self.files, "textos/", &visible.checksums) {
            outdated.push("textos");
        }
        outdated
    }

    /// Adopts the revision number and the changes of the visible release, which has the same
    /// tables.
    fn adopt_visible_revision(&mut self, visible: &VisibleRelease) {
        self.manifest.revision = visible.manifest.revision;
        self.manifest.replaces.clone_from(&visible.manifest.replaces);
        let is_of_revisions = |name: &str| {
            self.table_definitions.iter().any(|one| one.name == name && one.source == TableSource::Revisions)
        };
        for table in self.tables.iter_mut().filter(|table| is_of_revisions(&table.name)) {
            if let Some(shown) = visible.tables.iter().find(|shown| shown.name == table.name) {
                table.clone_from(shown);
            }
        }
    }

    /// The changes that this release would make to the visible release of its corte. Every cell of
    /// a new table counts as changed.
    ///
    /// # Errors
    /// The visible release is damaged or cannot be read.
    pub fn difference_from_visible(&self, output: &LockedOutput) -> Result<RevisionDifference, PublishError> {
        let Some(visible) = self.visible_release(output)? else { return Ok(RevisionDifference::NoVisibleRelease) };
        if !self.has_other_tables_than(&visible) {
            let VisibleRelease { path, manifest, .. } = visible;
            let (revision, outdated_parts) = (manifest.revision, Vec::new());
            let published = PublishedRelease {
                outcome: PublishOutcome::Unchanged,
                revision,
                path,
                outdated_parts,
                error_after_publication: None,
            };
            return Ok(RevisionDifference::Same(published));
        }
        let changes = self.compared_tables().flat_map(|table| {
            let key = self.table_definition(&table.name).map(TableDefinition::key_columns).unwrap_or_default();
            let key: Vec<String> = key.into_iter().map(str::to_owned).collect();
            let nothing = Table { name: table.name.clone(), columns: Vec::new() };
            let before = visible.tables.iter().find(|other| other.name == table.name).unwrap_or(&nothing);
            lnere_tables::cell_changes(before, table, &key)
        });
        let changes = changes.collect();
        Ok(RevisionDifference::Changed(Box::new(visible.manifest), changes))
    }

    fn table_definition(&self, name: &str) -> Option<&TableDefinition> {
        self.table_definitions.iter().find(|definition| definition.name == name)
    }

    /// The tables whose changes cause a revision: all except the tables of data quality and of
    /// revisions.
    fn compared_tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| {
            let origin = self.table_definition(&table.name).map(|definition| definition.source);
            !matches!(origin, Some(TableSource::Quality | TableSource::Revisions))
        })
    }

    fn has_other_tables_than(&self, visible: &VisibleRelease) -> bool {
        self.compared_tables().any(|table| visible.tables.iter().find(|other| other.name == table.name) != Some(table))
    }

    /// Whether the visible dashboard has another audience. An exact dashboard must not stay if a
    /// protected one is requested.
    fn has_other_audience(&self, visible: &Manifest) -> bool {
        let wanted = self.dashboard_audience.map(Audience::name);
        wanted.is_some() && visible.dashboard.is_some() && visible.dashboard.as_deref() != wanted
    }

    /// The visible release of its corte, if there is one.
    fn visible_release(&self, output: &LockedOutput) -> Result<Option<VisibleRelease>, PublishError> {
        let path = output.release_path(self.corte);
        if !path.try_exists().map_err(io_error_at(&path))? {
            return Ok(None);
        }
        let folder = ReleaseFolder::open(&path).map_err(io_error_at(&path))?;
        let Verification { mut findings, unrun_checks: unchecked, .. } = check_integrity(&folder).verification;
        if let Some(Finding { file, problem }) = unchecked.into_iter().next() {
            return Err(io_error_at(&path.join(file))(io::Error::other(problem)));
        }
        let manifest = match Manifest::from_folder(&folder) {
            Ok(manifest) if findings.is_empty() => manifest,
            manifest => {
                let unread = manifest.err().filter(|_| findings.is_empty());
                findings.extend(unread.map(|error| new_finding(MANIFEST_FILE, error)));
                return Err(PublishError::Damaged { path, findings });
            }
        };
        let mut read_tables = Vec::new();
        for table in &self.tables {
            let file = table_path(&table.name);
            match folder.read(&file) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(io_error_at(&path.join(file))(error)),
                Ok(bytes) => read_tables.extend(lnere_tables::read(&table.name, bytes).ok()),
            }
        }
        let sums = folder.read(CHECKSUMS_FILE_NAME).map_err(io_error_at(&path.join(CHECKSUMS_FILE_NAME)))?;
        let sums = String::from_utf8_lossy(&sums);
        let checksums = parse_sha256sums(&sums).map(|(sum, name)| (name.to_owned(), sum.to_owned())).collect();
        Ok(Some(VisibleRelease { path, folder, manifest, tables: read_tables, checksums }))
    }

    /// Makes it the next revision: sets its number, the replaced release and the changes.
    fn make_revision_of(&mut self, visible: &VisibleRelease) -> Result<(), PublishError> {
        let revision = visible.manifest.revision;
        let sha256sums =
            visible.folder.sha256(CHECKSUMS_FILE_NAME).map_err(io_error_at(&visible.path.join(CHECKSUMS_FILE_NAME)))?;
        self.manifest.revision = revision + 1;
        self.manifest.replaces = Some(ReplacedRelease { revision, sha256sums });

        let metadata = Metadata {
            dictionary: self.dictionary.clone(),
            ..Metadata::new(&self.manifest.process, self.corte, self.manifest.notice.as_deref())
        };
        let definitions =
            self.table_definitions.iter().filter(|definition| definition.source == TableSource::Revisions);
        for definition in definitions {
            let Some(place) = self.tables.iter().position(|table| table.name == definition.name) else { continue };
            let table = lnere_tables::revisions_table(
                definition,
                &self.table_definitions,
                self.corte,
                &visible.tables,
                &self.tables,
            );
            let bytes = lnere_tables::write(&table, &metadata)?;
            let file = table_path(&table.name);
            self.files.retain(|(name, _)| *name != file);
            self.files.push((file, bytes));
            for record in self.manifest.tables.iter_mut().filter(|record| record.name == table.name) {
                record.rows = table.row_count();
            }
            self.tables[place] = table;
        }
        Ok(())
    }

    /// Writes it to the staging folder and to the disk, and reads it back.
    fn stage(&self, output: &LockedOutput) -> Result<PathBuf, PublishError> {
        let staging = output
            .private_folder
            .open_folder(STAGING_FOLDER)
            .map_err(io_error_at(&output.private_folder.entry_path(STAGING_FOLDER)))?;
        let folder = staging.entry_path(&self.corte.to_string());
        create_public_folder(&folder).map_err(io_error_at(&folder))?;

        let manifest = (MANIFEST_FILE.to_owned(), self.manifest.to_json());
        let package = (
            DATA_PACKAGE_FILE.to_owned(),
            datapackage::release_descriptor(
                &self.manifest,
                &self.publication_context,
                &self.table_definitions,
                &self.dictionary,
            ),
        );
        let charts: &[_] = if self.manifest.has_part(ReleasePart::Graficas) { &self.charts } else { &[] };
        let mut files: Vec<_> = self.files.iter().chain(charts).chain([&manifest, &package]).collect();
        files.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, bytes) in &files {
            let path = folder.join(name);
            write_public_file(&path, bytes).map_err(io_error_at(&path))?;
        }
        let path = folder.join(CHECKSUMS_FILE_NAME);
        write_public_file(&path, sha256sums_text(files).as_bytes()).map_err(io_error_at(&path))?;
        sync_tree(&folder).map_err(io_error_at(&folder))?;

        let (Verification { mut findings, unrun_checks: unchecked, version_notes: notes }, read) =
            verify_and_read_tables(&ReleaseFolder::open(&folder).map_err(io_error_at(&folder))?);
        // The program wrote all these files, so it must be able to read all of them without notes.
        findings.extend(unchecked.into_iter().chain(notes));
        if let Some(table) = self.tables.iter().find(|table| !read.contains(table)) {
            findings.push(Finding { file: table_path(&table.name), problem: message!("release-not-what-was-counted") });
        }
        if findings.is_empty() { Ok(folder) } else { Err(PublishError::Unsound { corte: self.corte, findings }) }
    }
}
