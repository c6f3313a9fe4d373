//! Tests of the texts beside the numbers: every product carries the notice of the process file, and
//! all texts can be printed.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use crate::common::{self, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, files_below, pdf_text, unzip};
use calamine::{Reader, Xlsx};
use lnere_core::checksum::sha256;
use serde_json::Value;

const NOTICE: &str = "DATOS SINTÉTICOS DE MUESTRA";
const NOTICE_LINE: &str = "notice = \"DATOS SINTÉTICOS DE MUESTRA\"\n";

/// A corte with a public part, which has its own charts, tables and texts.
fn bench() -> Bench {
    let request =
        |folio: usize| GOOD_APPLICATION.replace("A1", &format!("A{folio}")).replace("2020-09-10", "2020-10-10");
    let requests: Vec<String> = (0..12).map(request).collect();
    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
    Bench::new()
        .with_corte("2020-10-15")
        .applications_on("20201015", &requests)
        .credentials_on("20201015", &[GOOD_CREDENTIAL])
}

/// For each kind of file in a release, how often it has the notice as required, and how often it
/// lacks it.
type NoticeCounts = BTreeMap<String, (usize, usize)>;

fn notice_counts(release: &Path) -> NoticeCounts {
    let mut said = NoticeCounts::new();
    for (path, bytes) in files_below(release) {
        count_notice(&mut said, &path, &bytes);
    }
    said
}

fn count_notice(said: &mut NoticeCounts, path: &str, bytes: &[u8]) {
    let file = path.rsplit('/').next().unwrap();
    let ending = file.rsplit('.').next().unwrap();
    let text = || String::from_utf8(bytes.to_vec()).unwrap();
    let json = || serde_json::from_slice::<Value>(bytes).unwrap();
    let is_said = match ending {
        "svg" if !path.starts_with("tablero/") => {
            text().contains(&format!(">{NOTICE}</text>")) && text().contains(&format!("descripcion\">{NOTICE}."))
        }
        "parquet" => {
            let pairs = lnere_tables::read_metadata(bytes.to_vec()).unwrap();
            pairs.contains(&("lnere.notice".to_owned(), NOTICE.to_owned()))
        }
        "txt" if file == "licencias.txt" => return,
        "txt" => text().starts_with(&format!("{NOTICE}\n\n")) || text().starts_with(&format!("{NOTICE}\r\n\r\n")),
        "json" if file == "datapackage.json" => {
            json()["notice"] == NOTICE && json()["description"].as_str().is_some_and(|text| text.contains(NOTICE))
        }
        "json" => json()["notice"] == NOTICE,
        "jsonld" => json()["dcat:dataset"].as_array().unwrap().iter().chain([&json()]).all(|node| {
            node["dct:description"]["@value"].as_str().is_some_and(|text| text.starts_with(&format!("{NOTICE}. ")))
        }),
        "html" if path.starts_with("publico/") => text().contains(&format!("<p class=\"aviso\">{NOTICE}</p>")),
        "js" if file == "datos.js" => text().contains(&format!("\"aviso\":\"{NOTICE}\"")),
        "pdf" => {
            let pages = pdf_text(bytes);
            let pages: Vec<&str> = pages.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
            assert!(pages.len() > 2, "{path}");
            pages.iter().all(|page| page.contains(NOTICE))
        }
        "xlsx" => has_notice_on_every_sheet(bytes),
        "zip" => {
            for (name, bytes) in unzip(bytes) {
                count_notice(said, &name, &bytes);
            }
            return;
        }
        // An additional line would be the header of a CSV table; the PNG is drawn from the SVG.
        "csv" | "png" | "SHA256SUMS" | "html" | "css" | "js" | "svg" => return,
        other => panic!("{path}: nobody has said whether a file of the kind {other} carries the notice"),
    };
    let counts = said.entry(ending.to_owned()).or_default();
    if is_said {
        counts.0 += 1;
    } else {
        counts.1 += 1;
    }
}

/// Checks the notice in the first three sheets, beside the tables of the others, and in the header of
/// every printed page.
fn has_notice_on_every_sheet(bytes: &[u8]) -> bool {
    let parts = unzip(bytes);
    let says = |path: &str| parts.get(path).is_some_and(|part| String::from_utf8_lossy(part).contains(NOTICE));
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    let drawings = parts.keys().filter(|path| path.starts_with("xl/drawings/drawing") && says(path)).count();
    let cells = names.iter().filter(|name| {
        let sheet = book.worksheet_range(name).unwrap();
        sheet.used_cells().any(|(_, _, cell)| *cell == NOTICE)
    });
    let (cells, pages) = (cells.count(), (1..=names.len()).all(|at| says(&format!("xl/worksheets/sheet{at}.xml"))));
    cells == 3 && drawings >= names.len() - 2 && pages
}

fn pdf_author(bench: &Bench) -> String {
    let path = bench.release().join("paquetes/08_chihuahua/reporte_08_chihuahua_2020-10-15.pdf");
    let output = Command::new("pdfinfo").arg(path).output().expect("pdfinfo, from Debian's package poppler-utils");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("Author:")).unwrap_or_default().trim().to_owned()
}

#[test]
fn the_notice_is_on_every_medium_and_without_one_nothing_is_printed() {
    let bench = bench();
    bench.run_with(&[]).assert_published();
    let with = notice_counts(&bench.release());
    for (kind, (yes, no)) in &with {
        assert!(*yes > 0 && *no == 0, "{kind}: {yes} files say it, {no} do not");
    }
    assert_eq!(
        with.keys().collect::<Vec<_>>(),
        ["html", "js", "json", "jsonld", "parquet", "pdf", "svg", "txt", "xlsx"]
    );
    assert!(pdf_author(&bench).starts_with("lnere "), "{}", pdf_author(&bench));

    let plain = self::bench().with_process_edit(NOTICE_LINE, "");
    plain.run_with(&["--new-series", "Primera publicación"]).assert_published();
    for (kind, (yes, no)) in notice_counts(&plain.release()) {
        assert_eq!((yes, yes + no), (0, with[&kind].0), "{kind}");
    }
    assert_eq!(pdf_author(&plain), "Instituto Nacional Electoral");
    for (path, bytes) in files_below(&plain.release()) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(NOTICE) && !text.contains("\"notice\":") && !text.contains("lnere.notice"), "{path}");
        assert!(!path.contains(".txt") || !text.starts_with(['\n', '\r']), "{path} begins with an empty line");
    }
}

#[test]
fn the_daily_dashboard_says_it_too() {
    for (bench, expected) in [(bench(), true), (bench().with_process_edit(NOTICE_LINE, ""), false)] {
        let output = bench.command("tablero", &[]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let data = fs::read_to_string(bench.out().join("tablero/datos.js")).unwrap();
        assert_eq!(data.contains(&format!("\"aviso\":\"{NOTICE}\"")), expected);
    }
}

#[test]
fn a_notice_that_comes_or_goes_is_a_revision() {
    let bench = bench();
    bench.run().assert_published();
    bench.run().assert_published();
    assert_eq!(bench.revision("2020-10-15"), Some(1), "the same notice is no reason");
    let bench = bench.with_process_edit(NOTICE_LINE, "");
    bench.run().assert_published();
    assert_eq!(bench.revision("2020-10-15"), Some(2), "real counts are not left called synthetic");
    assert!(notice_counts(&bench.release()).values().all(|(yes, _)| *yes == 0));
    let bench = bench.with_edit("[registration]", &format!("{NOTICE_LINE}\n[registration]"));
    bench.run().assert_published();
    assert_eq!(bench.revision("2020-10-15"), Some(3));
}

#[test]
fn a_release_that_hides_or_invents_a_notice_does_not_verify() {
    let bench = bench();
    bench.run_with(&[]).assert_published();
    let release = bench.release();
    let seal = |folder: &Path| {
        let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
        let sum = |name: &str| format!("{}  {name}\n", sha256(&fs::read(folder.join(name)).unwrap()));
        let sums: String = sums.lines().map(|line| sum(line.split_once("  ").unwrap().1)).collect();
        fs::write(folder.join("SHA256SUMS"), sums).unwrap();
    };
    for (path, from, finding) in [
        ("datapackage.json", format!("\"notice\": \"{NOTICE}\""), "datapackage.json: has another notice"),
        ("tablero/datos.js", format!("\"aviso\":\"{NOTICE}\""), "tablero/datos.js: has another notice"),
        ("manifest.json", format!("\"notice\": \"{NOTICE}\""), "its metadata lnere.notice is not that of the manifest"),
        ("publico/manifest.json", format!("\"notice\": \"{NOTICE}\""), "or has another notice"),
        (
            "publico/datapackage.json",
            format!("\"notice\": \"{NOTICE}\""),
            "publico/datapackage.json: has another notice",
        ),
    ] {
        let file = release.join(path);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(&from), "{path}");
        fs::write(&file, text.replace(&from, &from.replace(NOTICE, "DATOS REALES"))).unwrap();
        for folder in ["publico", "tablero", ""] {
            seal(&release.join(folder));
        }
        let findings: Vec<String> = lnere_release::verify(&release).findings.iter().map(ToString::to_string).collect();
        assert!(findings.iter().any(|found| found.contains(finding)), "{path}: {findings:#?}");
        fs::write(&file, text).unwrap();
    }
    for folder in ["publico", "tablero", ""] {
        seal(&release.join(folder));
    }
    assert_eq!(lnere_release::verify(&release), lnere_release::Verification::default());
}

#[test]
fn a_notice_that_says_nothing_or_too_much_is_a_mistake() {
    for (notice, message) in [
        ("  ".to_owned(), "notice is empty; remove the key"),
        ("x".repeat(121), "notice has 121 characters; it is printed on every page and sheet: at most 120"),
    ] {
        let bench = Bench::good().with_process_edit(NOTICE_LINE, &format!("notice = \"{notice}\"\n"));
        bench.run().assert_refused(2, message);
    }
    Bench::good()
        .with_process_edit(NOTICE_LINE, &format!("notice = \"{}\"\n", "ñ".repeat(120)))
        .run()
        .assert_published();
}

/// Checks that a file with an unprintable text is refused with its line, before an export is read.
#[track_caller]
fn refused(bench: &Bench, place: &str, message: &str) {
    for command in ["plan", "run"] {
        let output = bench.command(command, &[]).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(place) && stderr.contains(message), "{place} {message}\n{stderr}");
        assert!(stderr.chars().all(|character| character == '\n' || !character.is_control()), "{stderr:?}");
    }
    assert!(!bench.out().join("releases").exists());
}

#[test]
fn every_text_of_the_process_file_can_be_printed() {
    for (from, key) in [
        ("title = \"Procesos", "title"),
        ("source_note = \"Registros", "source_note"),
        ("notice = \"DATOS", "notice"),
        ("label = \"Hombres", "categories.sexo.label"),
        ("label = \"Electrónica", "categories.modalidad.label"),
        ("etiqueta = \"Segunda", "tablero.hitos.etiqueta"),
        ("etiqueta_en = \"Second", "tablero.hitos.etiqueta_en"),
        ("hidden = \"protegido", "audiences.publico.hidden"),
        ("label = \"Otros países de Europa", "audiences.publico.merge.pais.label"),
        ("title = \"Proceso Electoral 2017", "projection.earlier.title"),
        ("source = \"INE, Central", "projection.earlier.source"),
    ] {
        for (written, said) in [
            ("\\u0007", "the control character U+0007"),
            ("\\t", "the tab U+0009"),
            ("\\n", "the line end U+000A"),
            ("\\u007F", "the control character U+007F"),
            ("\\u009B", "the control character U+009B"),
            ("\u{202e}", "the mark of direction U+202E"),
            ("\\u2066", "the mark of direction U+2066"),
            ("\u{200b}", "the invisible character U+200B"),
            ("\\uFFFF", "the invisible character U+FFFF"),
        ] {
            let bench = Bench::good().with_process_edit(from, &format!("{from}{written}"));
            let text = fs::read_to_string(bench.path("process.toml")).unwrap();
            let line = 1 + text[..text.find(&format!("{from}{written}")).unwrap()].matches('\n').count();
            refused(&bench, &format!("process.toml:{line}: "), &format!("{key} holds {said}, which cannot be printed"));
            // One key is tested with all ways of writing, the other keys with one.
            if key != "title" {
                break;
            }
        }
    }
}

#[test]
fn every_text_of_the_files_that_it_names_can_be_printed() {
    let pipelines = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
    for (name, folder, file, from, place) in [
        ("catalogs", "catalogos", "entidades.toml", "nombre = \"Colima", "entidades.toml:"),
        ("catalogs", "catalogos", "paises.toml", "nombre = \"Canadá", "paises.toml:"),
        ("catalogs", "catalogos", "representaciones.toml", "nombre = \"Chicago", "representaciones.toml:"),
        ("charts", "../charts", "por_sexo.toml", "title = \"Solicitudes", "charts/por_sexo.toml, line "),
        ("tables", "tablas.toml", "", "es = \"", "tablas.toml:"),
        ("tariff", "proyeccion/tarifa_pep.toml", "", "name = \"", "tarifa_pep.toml:"),
    ] {
        let mut bench = Bench::good();
        let copy = bench.path(Path::new(folder).file_name().unwrap().to_str().unwrap());
        if file.is_empty() {
            fs::copy(pipelines.join(folder), &copy).unwrap();
        } else {
            fs::create_dir(&copy).unwrap();
            for (file, bytes) in files_below(&pipelines.join(folder)) {
                fs::write(copy.join(file), bytes).unwrap();
            }
        }
        bench = bench.with_process_edit(&format!("{name} = \"{folder}\""), &format!("{name} = \"{}\"", copy.display()));
        let path = if file.is_empty() { copy } else { copy.join(file) };
        let text = fs::read_to_string(&path).unwrap();
        let at = text.find(from).unwrap_or_else(|| panic!("{from} is in {}", path.display()));
        let line = 1 + text[..at].matches('\n').count();
        let (before, after) = text.split_at(at + from.len());
        fs::write(&path, format!("{before}\u{202e}{after}")).unwrap();
        refused(&bench, &format!("{place}{line}"), "holds the mark of direction U+202E, which cannot be printed");
    }
}

#[test]
fn private_csv_files_quote_headers_and_hold_no_formula() {
    let header =
        common::APPLICATION_HEADER.replace("PAIS", "\"PAIS, DE RESIDENCIA\"").replace("FECHA_SOLICITUD", "=FECHA");
    let row = |folio: usize, date: &str| {
        format!("A{folio},{date},08,\"=HYPERLINK(\"\"http://x\"\")\",M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10")
    };
    let rows: Vec<String> = (0..12).map(|folio| row(folio, "2020-09-10")).chain([row(12, "ayer")]).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let bench = Bench::new()
        .file("solicitudes_20200930.csv", common::csv(&header, &rows))
        .credentials(&[GOOD_CREDENTIAL])
        .with_process_edit("pais = \"PAIS\"", "pais = \"PAIS, DE RESIDENCIA\"")
        .with_edit("fecha_solicitud = \"FECHA_SOLICITUD\"", "fecha_solicitud = \"=FECHA\"");
    bench.command("check", &[]).output().unwrap();
    let private = bench.out().join("private");
    let labels = fs::read_to_string(private.join("etiquetas_desconocidas.csv")).unwrap();
    assert_eq!(
        labels,
        "fuente,columna,etiqueta,registros\n\
         solicitudes,\"PAIS, DE RESIDENCIA\",\"'=HYPERLINK(\"\"http://x\"\")\",12\n"
    );
    let quarantine = fs::read_to_string(private.join("cuarentena/solicitudes_20200930.csv.csv")).unwrap();
    assert_eq!(quarantine, "archivo,linea,columna,regla\nsolicitudes_20200930.csv,14,'=FECHA,fecha_invalida\n");
}

#[test]
fn what_exports_write_may_hold_anything() {
    let bench = Bench::good().with_process_edit("aliases = [\"HOMBRE\"", "aliases = [\"HOM\\tBRE\", \"HOMBRE\"");
    bench.with_edit("pais = \"PAIS\"", "pais = [\"PAIS\", \"PAIS\\nDE RESIDENCIA\"]").run().assert_published();
}
