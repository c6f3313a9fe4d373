/*!
Typesets the report as a PDF with Typst, inside the program, from a template beside the process
files.

`data` computes all numbers and writes them as they are printed; the template only places them on
pages. A report is tagged for readers who do not see it, and Typst refuses to write one that breaks
PDF/UA-1.
*/

mod data;
mod report_template;
mod typst_world;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::ThreadPoolBuilder;
use typst::WorldExt;
use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst::syntax::{DiagSpan, Source};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::PackageData;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;
use lnere_tables::ColumnError;
use typst_world::TypstWorld;

pub use report_template::{ReportTemplate, TemplateError};

/// The stack size of the thread that typesets a report. Typst recurses once for each level of
/// nesting.
const STACK_SIZE: usize = 16 << 20;

/// The number of reports for which Typst caches unused results. The results that all reports share,
/// above all the evaluated template, are always in use and stay cached.
const MAX_CACHE_AGE: usize = 1;

/// A report could not be typeset.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The template is wrong, or uses data that do not exist.
    #[error("{}", message!("L341-template-mistake", file = escaped_name(path), line, column, mistake = message))]
    Template {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// The error message of Typst, with its hints.
        message: String,
    },
    /// Typst refuses the report without naming a place in the template, for example because it
    /// would not be PDF/UA-1.
    #[error("{}", message!("L342-report-refused", file = escaped_name(path), reason = message))]
    Document {
        /// The main file of the template.
        path: PathBuf,
        /// The error message of Typst, with its hints.
        message: String,
    },
    /// A known table lacks a column that the report needs.
    #[error(transparent)]
    Column(#[from] ColumnError),
    /// The data could not be serialized for the template.
    #[error("{}", message!("L340-report-data-failed"))]
    Data(#[from] serde_json::Error),
    /// The system could not create a thread.
    #[error("{}", message!("L343-no-report-thread"))]
    Thread(#[from] rayon::ThreadPoolBuildError),
}

/// Typesets the report of one recipient.
///
/// It may be called from anywhere, including a rayon pool. Typst waits for work in the pool in
/// which it runs, and a waiting thread takes other work. That work may be another report, which
/// waits for a lock of the first one. Therefore each report has its own pool of one thread. For
/// several reports use [`report_pdfs`].
///
/// # Errors
/// A mistake in the template with its place, a table without a column, or a report that would not
/// be PDF/UA-1.
pub fn report_pdf(template: &ReportTemplate, contents: &PackageData) -> Result<Vec<u8>, ReportError> {
    let pool = ThreadPoolBuilder::new().num_threads(1).stack_size(STACK_SIZE).build()?;
    let bytes = pool.install(|| typeset(template, contents));
    comemo::evict(MAX_CACHE_AGE);
    bytes
}

impl ReportError {
    /// Whether the configuration is wrong: the template, or the keys of a table in `tablas.toml`.
    #[must_use]
    pub fn is_usage_error(&self) -> bool {
        matches!(self, Self::Template { .. } | Self::Document { .. } | Self::Column(_))
    }
}

/// The slot in which a thread stores a report.
type ReportSlot = Mutex<Option<Result<Vec<u8>, ReportError>>>;

/// Typesets the reports of several recipients in the given order, on as many threads as the pool of
/// the caller has. `done` is called for each report.
///
/// # Errors
/// The first error in that order.
pub fn report_pdfs(
    template: &ReportTemplate,
    packages: &[PackageData],
    on_report_done: &(dyn Fn() + Sync),
) -> Result<Vec<Vec<u8>>, ReportError> {
    let threads = rayon::current_num_threads().clamp(1, packages.len().max(1));
    let next = AtomicUsize::new(0);
    let slots: Vec<ReportSlot> = packages.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(contents), Some(slot)) = (packages.get(place), slots.get(place)) else { break };
                    let bytes = report_pdf(template, contents);
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
                    on_report_done();
                }
            });
        }
    });
    slots.into_iter().filter_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

fn typeset(template: &ReportTemplate, contents: &PackageData) -> Result<Vec<u8>, ReportError> {
    let sheet = typst_world(template, contents, data::ReportData::from_contents(contents)?)?;
    let mistake = |errors: &[SourceDiagnostic]| template_error(&sheet, template, errors);
    let document = typst::compile(&sheet).output.map_err(|errors| mistake(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| ReportError::Document {
        path: template.main_file_path(),
        message: error.message().to_string(),
    })?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{} {} r{}", contents.process.id, contents.file_name_suffix(), contents.revision)),
        creator: Smart::Custom(Some(concat!("lnere ", env!("CARGO_PKG_VERSION")).to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| mistake(&errors))
}

/// The files of a report that Typst can access.
fn typst_world<'a>(
    template: &'a ReportTemplate,
    contents: &PackageData,
    report: data::ReportData,
) -> Result<TypstWorld<'a>, ReportError> {
    let mut files = vec![("datos.json".to_owned(), serde_json::to_vec(&report)?)];
    files.extend(report.into_svg_files());
    Ok(TypstWorld::new(template, files, contents.corte.day()))
}

/// The first error of Typst, with its place if it has one.
fn template_error(sheet: &TypstWorld, template: &ReportTemplate, errors: &[SourceDiagnostic]) -> ReportError {
    let Some(error) = errors.first() else {
        return ReportError::Document {
            path: template.main_file_path(),
            message: message!("publication-typst-no-reason"),
        };
    };
    let hints = error.hints.iter().map(|hint| format!(" ({})", hint.v));
    let message = error.message.to_string() + &hints.collect::<String>();
    // An error inside a library function is reported at the call in the template.
    let spans = std::iter::once(error.span).chain(error.trace.iter().map(|call| DiagSpan::from(call.span)));
    for span in spans {
        let Some(id) = span.id() else { continue };
        let Some((path, source)) = template.file_path(id).zip(template.parsed_source(id)) else { continue };
        if let Some((line, column)) = line_and_column(sheet, source, span) {
            return ReportError::Template { path: path.to_owned(), line, column, message };
        }
    }
    ReportError::Document { path: template.main_file_path(), message }
}

fn line_and_column(sheet: &TypstWorld, source: &Source, span: DiagSpan) -> Option<(usize, usize)> {
    let (line, column) = source.lines().byte_to_line_column(sheet.range(span)?.start)?;
    Some((line + 1, column + 1))
}

#[cfg(test)]
mod tests;
