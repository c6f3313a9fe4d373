/*!
Reads and parses the files of the report template once; all reports share them.
*/

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use typst::WorldExt as _;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};

use super::typst_world::TypstWorld;
use lnere_core::regular_file;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;

/// The main file, which imports the others.
const MAIN_FILE: &str = "reporte.typ";

/// The files of the report template, read once at the setup of the process.
#[derive(Clone, Debug)]
pub struct ReportTemplate {
    main_file: TemplateFile,
    /// The other files by name.
    other_files: Vec<TemplateFile>,
}

#[derive(Clone, Debug)]
struct TemplateFile {
    path: PathBuf,
    source: Source,
}

/// A folder is not a valid template.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The folder cannot be listed.
    #[error("{}", message!("L344-template-folder-unreadable", folder = escaped_name(path)))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The main file is missing.
    #[error("{}", message!("L345-main-template-missing", folder = escaped_name(path), main = MAIN_FILE))]
    NoMain {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("{}", message!("L344-template-file-unreadable", file = escaped_name(path)))]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file is no Typst.
    #[error("{}", message!("L341-template-syntax", file = escaped_name(path), line, mistake = message))]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line of the mistake, from 1.
        line: usize,
        /// The message of Typst.
        message: String,
    },
    /// A file is not UTF-8 text.
    #[error("{}", message!("L346-template-not-utf8", file = escaped_name(path), line))]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The line of the first invalid byte, from 1.
        line: usize,
    },
}

impl ReportTemplate {
    /// Reads the `.typ` files of a folder; `reporte.typ` is the main file.
    ///
    /// # Errors
    /// The main file is missing, or a file cannot be read or is not UTF-8.
    pub fn load(folder: &Path) -> Result<Self, TemplateError> {
        let folder_error = |source| TemplateError::Folder { path: folder.to_owned(), source };
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(folder_error)? {
            let path = entry.map_err(folder_error)?.path();
            if path.extension().is_some_and(|extension| extension == "typ") {
                paths.push(path);
            }
        }
        paths.sort_unstable_by_key(|path| (path.file_name() != Some(MAIN_FILE.as_ref()), path.clone()));
        if paths.first().is_some_and(|path| path.file_name() != Some(MAIN_FILE.as_ref())) {
            paths.clear();
        }
        let mut files = paths.into_iter().map(TemplateFile::read);
        let Some(main) = files.next() else { return Err(TemplateError::NoMain { path: folder.to_owned() }) };
        Ok(Self { main_file: main?, other_files: files.collect::<Result<_, _>>()? })
    }

    /// Refuses a file that Typst cannot parse. Other mistakes show only when a report is typeset.
    ///
    /// # Errors
    /// The first mistake.
    pub fn check_syntax(&self) -> Result<(), TemplateError> {
        let sheet = TypstWorld::new(self, Vec::new(), NaiveDate::default());
        for TemplateFile { path, source } in self.all_files() {
            let (errors, _) = source.root().errors_and_warnings();
            let Some(error) = errors.first() else { continue };
            let start = sheet.range(error.span).map_or(0, |range| range.start);
            let line = source.lines().byte_to_line(start).map_or(1, |line| line + 1);
            return Err(TemplateError::Syntax { path: path.clone(), line, message: error.message.to_string() });
        }
        Ok(())
    }

    /// The files, the main file first.
    pub fn template_paths(&self) -> impl Iterator<Item = &Path> {
        self.all_files().map(|file| file.path.as_path())
    }

    fn all_files(&self) -> impl Iterator<Item = &TemplateFile> {
        std::iter::once(&self.main_file).chain(&self.other_files)
    }

    /// The main file.
    pub(super) fn main_file_id(&self) -> FileId {
        self.main_file.source.id()
    }

    /// The path of the main file.
    pub(super) fn main_file_path(&self) -> PathBuf {
        self.main_file.path.clone()
    }

    /// A parsed file.
    pub(super) fn parsed_source(&self, id: FileId) -> Option<&Source> {
        self.all_files().map(|file| &file.source).find(|source| source.id() == id)
    }

    /// The path of a file.
    pub(super) fn file_path(&self, id: FileId) -> Option<&Path> {
        self.all_files().find(|file| file.source.id() == id).map(|file| file.path.as_path())
    }
}

impl TemplateFile {
    fn read(path: PathBuf) -> Result<Self, TemplateError> {
        let bytes = regular_file::read(&path).map_err(|source| TemplateError::Read { path: path.clone(), source })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + memchr::memchr_iter(b'\n', valid).count();
            TemplateError::Encoding { path: path.clone(), line }
        })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let id = file_id(&name).ok_or_else(|| TemplateError::Read {
            path: path.clone(),
            source: io::Error::new(io::ErrorKind::InvalidFilename, message!("publication-typst-file-name")),
        })?;
        Ok(Self { source: Source::new(id, text), path })
    }
}

/// The Typst id of a file.
pub(super) fn file_id(name: &str) -> Option<FileId> {
    Some(FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?)))
}
