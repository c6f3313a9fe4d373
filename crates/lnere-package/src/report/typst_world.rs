/*!
Provides everything that Typst can access: the template, the data, the charts and the carried fonts.
Typst has no access to files, network, clock or installed fonts.
*/

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::report_template::{self, ReportTemplate};

/// The inputs that all reports share, built once.
struct SharedInputs {
    library: LazyHash<Library>,
    font_book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static SHARED_INPUTS: LazyLock<SharedInputs> = LazyLock::new(|| {
    let carried = [notosans::REGULAR_TTF, notosans::BOLD_TTF, notosans::ITALIC_TTF, notosans::BOLD_ITALIC_TTF];
    let fonts: Vec<Font> = carried.into_iter().flat_map(|font| Font::iter(Bytes::new(font))).collect();
    SharedInputs {
        library: LazyHash::new(Library::default()),
        font_book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

/// The inputs of one report.
pub(super) struct TypstWorld<'a> {
    template: &'a ReportTemplate,
    main_file_id: FileId,
    files: HashMap<FileId, Bytes>,
    corte_date: Option<Datetime>,
}

impl<'a> TypstWorld<'a> {
    /// `files` are the data and the charts by their names in the template; `day` is the only
    /// available date.
    pub fn new(template: &'a ReportTemplate, files: Vec<(String, Vec<u8>)>, corte_day: NaiveDate) -> Self {
        let files =
            files.into_iter().filter_map(|(name, bytes)| Some((report_template::file_id(&name)?, Bytes::new(bytes))));
        Self {
            template,
            main_file_id: template.main_file_id(),
            files: files.collect(),
            corte_date: typst_date(corte_day),
        }
    }
}

impl World for TypstWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &SHARED_INPUTS.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHARED_INPUTS.font_book
    }

    fn main(&self) -> FileId {
        self.main_file_id
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.template.parsed_source(id).cloned().ok_or_else(|| not_found_error(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if let Some(source) = self.template.parsed_source(id) {
            return Ok(Bytes::from_string(source.clone()));
        }
        self.files.get(&id).cloned().ok_or_else(|| not_found_error(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHARED_INPUTS.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.corte_date
    }
}

fn typst_date(day: NaiveDate) -> Option<Datetime> {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    Datetime::from_ymd(day.year(), part(day.month()), part(day.day()))
}

fn not_found_error(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.vpath().get_without_slash()))
}
