//! Tests the PDF: it exists for every release, is reproducible and tagged, and reports mistakes in
//! the template.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use super::TEMPLATE;
use super::numbers::package_without_counts;
use crate::report::{ReportError, ReportTemplate, TemplateError, data, report_pdf, report_pdfs, typst_world};
use crate::test_release::{FixturePackage, FixtureRelease, SAMPLE_PROCESS, SampleProcess, repository_root};
use lnere_sample::{SampleRequest, SampleShape, plan_exports};

static CLOSED_RELEASE: LazyLock<FixtureRelease<'static>> = LazyLock::new(|| SAMPLE_PROCESS.release("2021-03-15", true));

fn report_bytes(package: &FixturePackage) -> Vec<u8> {
    let bytes = report_pdf(&TEMPLATE, &package.contents()).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    bytes
}

fn contains_text(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

#[test]
fn a_report_is_tagged_for_those_who_do_not_see_it() {
    let bytes = report_bytes(&CLOSED_RELEASE.package(Some("09")));
    for mark in ["/StructTreeRoot", "/Marked true", "/Lang(es-MX)", "/DisplayDocTitle true", "/Outlines"] {
        assert!(contains_text(&bytes, mark), "{mark}");
    }
    // Tables have heads, charts have descriptions, and titles are titles.
    for element in ["/S/Title", "/S/TH", "/S/THead", "/S/Table", "/S/Figure", "/Alt", "/S/H1", "/S/Caption", "/S/TOC"] {
        assert!(contains_text(&bytes, element), "{element}");
    }
    assert!(contains_text(&bytes, "<pdfuaid:part>1</pdfuaid:part>"));
    assert!(!contains_text(&bytes, "/Lang(en"), "nothing is read out in another language");
    assert!(contains_text(&bytes, "/CreationDate(D:20210315000000"), "the only date is that of the corte");
}

#[test]
fn the_same_package_gives_the_same_bytes_on_any_number_of_threads() {
    let packages: Vec<FixturePackage> = [None, Some("03"), Some("18")].map(|code| CLOSED_RELEASE.package(code)).into();
    let contents: Vec<_> = packages.iter().map(FixturePackage::contents).collect();
    let one_by_one: Vec<_> = packages.iter().map(report_bytes).collect();
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let again = pool.install(|| report_pdfs(&TEMPLATE, &contents, &|| {})).unwrap();
        assert!(again == one_by_one, "{threads} threads");
    }
}

#[test]
fn reports_can_be_set_inside_a_pool() {
    use rayon::prelude::*;
    let packages = CLOSED_RELEASE.packages();
    let set: Vec<_> = packages.par_iter().take(6).map(report_bytes).collect();
    assert_eq!(set.len(), 6);
}

#[test]
fn a_report_shrinks_to_what_the_release_has() {
    let whole = CLOSED_RELEASE.package(Some("24"));
    let names: Vec<String> = whole.tables.iter().map(|table| table.name.clone()).collect();
    for name in names {
        let mut package = CLOSED_RELEASE.package(Some("24"));
        package.tables.retain(|table| table.name != name);
        report_bytes(&package);
    }
    let mut package = CLOSED_RELEASE.package(Some("24"));
    package.tables.clear();
    report_bytes(&package);
}

/// How far each page is filled, in per cent of the height between the head and the foot.
fn filled_heights(pdf: &[u8]) -> Vec<usize> {
    // At 36 dots an inch, the text of a Letter page is between these rows of pixels.
    const TEXT_ROWS: std::ops::Range<usize> = 31..367;
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("reporte.pdf"), pdf).unwrap();
    let mut command = Command::new("pdftoppm");
    command.args(["-r", "36", "-gray", "reporte.pdf", "pagina"]).current_dir(&folder);
    let output = command.output().expect("pdftoppm, from Debian's package poppler-utils");
    assert!(output.status.success());
    let mut pages: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "pgm"));
    pages.sort_unstable();
    let filled_height = |path: &PathBuf| {
        let image = fs::read(path).unwrap();
        // Three lines come before the pixels: P5, width and height, the value of white.
        let head: Vec<&[u8]> = image.splitn(4, |byte| *byte == b'\n').collect();
        let size = std::str::from_utf8(head[1]).unwrap().split_once(' ').unwrap();
        let (width, height): (usize, usize) = (size.0.parse().unwrap(), size.1.parse().unwrap());
        let pixels = &image[image.len() - width * height..];
        let rows: Vec<&[u8]> = pixels.chunks(width).collect();
        let is_white = |row: &&[u8]| row.iter().all(|pixel| *pixel > 240);
        let empty = rows[TEXT_ROWS].iter().rev().take_while(|row| is_white(row)).count();
        100 - 100 * empty / TEXT_ROWS.len()
    };
    pages.iter().map(filled_height).collect()
}

#[test]
fn a_page_is_filled_and_a_small_entity_has_a_short_report() {
    for corte in ["2020-09-15", "2021-02-28", "2021-03-15"] {
        let release = SAMPLE_PROCESS.release(corte, true);
        for code in [None, Some("03"), Some("08"), Some("09")] {
            let filled = filled_heights(&report_bytes(&release.package(code)));
            let (_, all_but_last) = filled.split_last().unwrap();
            assert!(all_but_last.iter().all(|filled| *filled >= 60), "{corte} {code:?}: {filled:?}");
            if code == Some("03") {
                assert!(filled.len() <= 8, "{corte}: {filled:?}");
            }
        }
    }
}

#[test]
fn charts_may_be_missing() {
    let release = SAMPLE_PROCESS.release("2020-11-30", false);
    let bytes = report_bytes(&release.package(Some("09")));
    assert!(!contains_text(&bytes, "/S/Figure"));
}

#[test]
fn an_entity_without_a_row_has_a_report() {
    report_bytes(&package_without_counts(&CLOSED_RELEASE, "03"));
}

#[test]
fn a_corte_before_the_opening_has_a_report() {
    let release = SAMPLE_PROCESS.release("2020-06-30", true);
    for code in [None, Some("03")] {
        report_bytes(&release.package(code));
    }
}

#[test]
fn another_process_has_its_reports() {
    let federal = federal_process();
    let release = federal.release("2024-01-31", false);
    let packages = release.packages();
    assert_eq!(packages.len(), 33);
    let contents: Vec<_> = packages.iter().map(FixturePackage::contents).collect();
    assert_eq!(report_pdfs(&TEMPLATE, &contents, &|| {}).unwrap().len(), 33);
}

#[test]
fn the_shipped_template_gives_no_warning() {
    // A missing glyph or font family is only a warning for Typst, but a gap for the reader.
    for package in [
        CLOSED_RELEASE.package(None),
        CLOSED_RELEASE.package(Some("09")),
        package_without_counts(&CLOSED_RELEASE, "03"),
    ] {
        let contents = package.contents();
        let sheet = typst_world(&TEMPLATE, &contents, data::ReportData::from_contents(&contents).unwrap()).unwrap();
        let compiled = typst::compile(&sheet);
        let document = compiled.output.unwrap();
        let warnings: Vec<String> = compiled.warnings.iter().map(|warning| warning.message.to_string()).collect();
        assert_eq!(warnings, [""; 0]);
        typst_pdf::pdf(&document, &typst_pdf::PdfOptions::default()).unwrap();
    }
}

/// The process of 32 entities, three modalities and three sexes, with a small sample.
pub(super) fn federal_process() -> SampleProcess {
    let folder = TempDir::new().unwrap();
    let (process, catalogs) =
        lnere_core::process::Process::load(&repository_root().join("pipelines/pef_2023_2024.toml")).unwrap();
    let request = SampleRequest {
        shape: SampleShape::load(None, &process, &catalogs).unwrap(),
        seed: 7,
        application_count: Some(30_000),
        credential_count: Some(30_000),
        export_count: None,
    };
    let generator = plan_exports(request, &process, &catalogs).unwrap();
    for file in generator.files() {
        let mut bytes = Vec::new();
        generator.write_file(&file, &mut bytes).unwrap();
        let packed = format!(".{}", file.compression.extension());
        fs::write(folder.path().join(file.name.replace(&packed, ".csv")), bytes).unwrap();
    }
    SampleProcess::load("pef_2023_2024.toml", folder.path())
}

/// The shipped template with one file changed.
fn changed_template(file: &str, change: impl Fn(&str) -> String) -> (TempDir, ReportTemplate) {
    let folder = TempDir::new().unwrap();
    for path in TEMPLATE.template_paths() {
        let name = path.file_name().unwrap();
        let text = fs::read_to_string(path).unwrap();
        let text = if name == file { change(&text) } else { text };
        fs::write(folder.path().join(name), text).unwrap();
    }
    let template = ReportTemplate::load(folder.path()).unwrap();
    (folder, template)
}

#[test]
fn a_mistake_in_the_template_is_found_with_its_line() {
    let mistakes: [(&str, &str, &str); 3] = [
        ("glosario.typ", "\n#let roto = (\n", "unclosed delimiter"),
        ("resumen.typ", "\n#let _ = desconocido\n", "unknown variable: desconocido"),
        ("piezas.typ", "\n#import \"ausente.typ\": nada\n", "file not found"),
    ];
    for (file, text, expected) in mistakes {
        let (_folder, template) = changed_template(file, |whole| format!("{whole}{text}"));
        let package = CLOSED_RELEASE.package(Some("03"));
        let error = report_pdf(&template, &package.contents()).unwrap_err();
        let ReportError::Template { path, line, message, .. } = &error else { panic!("{error}") };
        assert_eq!(path.file_name().unwrap(), file);
        let lines = fs::read_to_string(path).unwrap().lines().count();
        assert!(*line + 1 >= lines && message.contains(expected), "{error}");
        assert!(error.to_string().starts_with(&format!("{}:{line}:", path.display())));
    }
}

#[test]
fn a_report_that_not_all_can_read_is_refused() {
    let (_folder, template) = changed_template("piezas.typ", |text| text.replace(", alt: grafica.description", ""));
    let package = CLOSED_RELEASE.package(Some("03"));
    let error = report_pdf(&template, &package.contents()).unwrap_err();
    assert!(error.to_string().contains("piezas.typ:") && error.to_string().contains("PDF/UA-1"), "{error}");
}

#[test]
fn a_folder_that_is_no_template_is_refused() {
    let folder = TempDir::new().unwrap();
    let load_error = || ReportTemplate::load(folder.path()).unwrap_err();
    assert!(matches!(load_error(), TemplateError::NoMain { .. }));
    assert!(load_error().to_string().contains("has no file reporte.typ"));
    fs::write(folder.path().join("reporte.typ"), "uno\ndos").unwrap();
    assert_eq!(ReportTemplate::load(folder.path()).unwrap().template_paths().count(), 1);
    fs::write(folder.path().join("otro.typ"), b"uno\n\xE9").unwrap();
    assert!(load_error().to_string().contains("otro.typ:2:"), "{}", load_error());
    let missing = ReportTemplate::load(&folder.path().join("ninguna")).unwrap_err();
    assert!(missing.to_string().contains("cannot list"));
}
