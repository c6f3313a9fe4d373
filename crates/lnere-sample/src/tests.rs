//! Tests of properties of every sample, whatever its shape and size.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::*;
use lnere_core::process::ApplicationColumn;

fn sample_process() -> (Process, Catalogs) {
    Process::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipelines/pel_2020_2021.toml")))
        .expect("the process of this repository")
}

fn sample_generator(name: Option<&str>, applications: Option<u64>, seed: u64) -> SampleGenerator {
    let (process, catalogs) = sample_process();
    let shape = SampleShape::load(name, &process, &catalogs).expect("a shape of this repository");
    let request = SampleRequest {
        shape,
        seed,
        application_count: applications,
        credential_count: applications,
        export_count: None,
    };
    plan_exports(request, &process, &catalogs).expect("a sample")
}

fn file_bytes(generator: &SampleGenerator, file: &SampleFile) -> Vec<u8> {
    let mut out = Vec::new();
    generator.write_file(file, &mut out).expect("memory takes everything");
    out
}

/// The accepted rows of the newest applications. A folio with an R or a missing folio means a
/// rejected row, and so does the second of two rows with one folio.
fn newest_application_rows(generator: &SampleGenerator) -> Vec<Vec<String>> {
    let file = generator.files().into_iter().rfind(|file| file.source == Source::Solicitudes).expect("a file");
    let text = String::from_utf8(file_bytes(generator, &file)).expect("UTF-8");
    let mut seen = HashSet::new();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let rows = text.lines().skip(1).map(cells).filter(|row| row[0].starts_with("SINT-2020-") && !row[0].contains('R'));
    rows.filter(|row| seen.insert(row[0].clone())).collect()
}

fn count_by_value(rows: &[Vec<String>], column: ApplicationColumn) -> HashMap<&str, usize> {
    let mut tally = HashMap::new();
    for row in rows {
        *tally.entry(row[column.index()].as_str()).or_insert(0) += 1;
    }
    tally
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let one = sample_generator(None, Some(2000), 1);
    let same = sample_generator(None, Some(2000), 1);
    let other = sample_generator(None, Some(2000), 2);
    for file in one.files() {
        assert_eq!(file_bytes(&one, &file), file_bytes(&same, &file), "{}", file.name);
        assert_ne!(file_bytes(&one, &file), file_bytes(&other, &file), "{}", file.name);
    }
}

#[test]
fn bytes_do_not_depend_on_the_number_of_threads() {
    let generator = sample_generator(Some("sucia"), Some(20_000), 3);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    for file in generator.files() {
        assert!(pool.install(|| file_bytes(&generator, &file)) == file_bytes(&generator, &file), "{}", file.name);
    }
}

#[test]
fn the_published_totals_are_exact() {
    let rows = newest_application_rows(&sample_generator(None, None, 1));
    assert_eq!(rows.len(), 33_698);
    let sexes = count_by_value(&rows, ApplicationColumn::Sexo);
    let of =
        |tally: &HashMap<&str, usize>, texts: &[&str]| -> usize { texts.iter().filter_map(|t| tally.get(t)).sum() };
    assert_eq!(of(&sexes, &["H", "HOMBRE", "MASCULINO"]), 18_247);
    assert_eq!(of(&sexes, &["M", "MUJER", "FEMENINO"]), 15_451);
    assert_eq!(of(&count_by_value(&rows, ApplicationColumn::Modalidad), &["POSTAL"]), 11_134);
    let until = |day: &str| rows.iter().filter(|row| row[1].as_str() <= day).count();
    assert_eq!(until("2020-09-01T99"), 83);
    // Times in UTC may have the next day, so the DuckDB script checks later points.
}

#[test]
fn any_size_has_its_number_of_rows() {
    for shape in ["publicada", "uniforme", "limpia"] {
        for size in [1, 10, 1000, 50_000] {
            assert_eq!(
                newest_application_rows(&sample_generator(Some(shape), Some(size), 5)).len() as u64,
                size,
                "{shape}"
            );
        }
    }
}

#[test]
fn an_export_holds_all_of_the_one_before_it() {
    let generator = sample_generator(Some("limpia"), Some(3000), 1);
    let [solicitudes, credenciales] = &generator.sources;
    for source in [solicitudes, credenciales] {
        let counts: Vec<_> =
            (0..250).map(|days| source.row_writer.rows_until(generator.first_day + chrono::Days::new(days))).collect();
        assert!(counts.is_sorted());
    }
    // The shape of the sample has twelve exports in several dialects; one export suffices here.
    let sample = self::sample_generator(None, Some(5000), 1);
    let plain: Vec<_> = sample.files().into_iter().filter(|file| file.source == Source::Solicitudes).collect();
    let folios = |file| {
        let text = String::from_utf8_lossy(&file_bytes(&sample, file)).into_owned();
        text.lines().skip(1).filter_map(|line| line.split(',').next().map(str::to_owned)).collect::<HashSet<_>>()
    };
    assert!(folios(&plain[10]).is_subset(&folios(&plain[11])));
}

#[test]
fn statuses_only_go_forward_from_export_to_export() {
    let sample = sample_generator(Some("sucia"), Some(3000), 1);
    let order = ["RECIBIDA", "EN_ANALISIS", "CON_INCONSISTENCIA", "SUBSANADA", "PROCEDENTE", "IMPROCEDENTE"];
    let mut before: HashMap<String, usize> = HashMap::new();
    for file in sample.files().iter().filter(|file| file.source == Source::Solicitudes) {
        let text = String::from_utf8(file_bytes(&sample, file)).expect("UTF-8");
        let mut seen = HashSet::new();
        for line in text.lines().skip(1) {
            let cells: Vec<_> = line.trim_matches('"').split("\",\"").collect();
            if cells[0].contains('R') || !seen.insert(cells[0].to_owned()) {
                continue;
            }
            let rank = order.iter().position(|status| *status == cells[8]).expect("a status");
            let earlier = before.insert(cells[0].to_owned(), rank).unwrap_or(0);
            assert!(earlier <= rank, "{} went from {earlier} to {rank}", cells[0]);
        }
    }
    assert_eq!(before.len(), 3000);
}

#[test]
fn a_size_of_zero_is_refused() {
    let (process, catalogs) = sample_process();
    let shape = SampleShape::load(Some("limpia"), &process, &catalogs).expect("a shape");
    let request =
        SampleRequest { shape, seed: 1, application_count: Some(0), credential_count: None, export_count: None };
    let error = plan_exports(request.clone(), &process, &catalogs).err();
    assert_eq!(error, Some(SampleError::ZeroSize("--applications")));
    let request = SampleRequest { application_count: Some(u64::MAX), ..request };
    assert!(matches!(plan_exports(request, &process, &catalogs).err(), Some(SampleError::TooMany { .. })));
}

#[test]
fn the_first_cortes_alone_are_the_same_files() {
    let (process, catalogs) = sample_process();
    let all = sample_generator(None, Some(500), 1);
    let shape = SampleShape::load(None, &process, &catalogs).expect("a shape");
    let request = SampleRequest {
        shape,
        seed: 1,
        application_count: Some(500),
        credential_count: Some(500),
        export_count: Some(2),
    };
    let two = plan_exports(request, &process, &catalogs).expect("a sample");
    assert_eq!(two.files(), all.files()[..4]);
    assert_eq!(file_bytes(&two, &two.files()[2]), file_bytes(&all, &all.files()[2]));
}

#[test]
fn a_mistake_in_a_shape_has_its_line() {
    let (process, catalogs) = sample_process();
    let message = |from: &str, to: &str| {
        let text = include_str!("../../../pipelines/formas/publicada.toml").replacen(from, to, 1);
        let error = SampleShape::parse(Path::new("formas/x.toml"), &text, &process, &catalogs).expect_err("a mistake");
        error.to_string()
    };
    let line = |text: &str| {
        let (before, _) = include_str!("../../../pipelines/formas/publicada.toml").split_once(text).expect("the text");
        format!("formas/x.toml:{}: ", before.matches('\n').count() + 1)
    };
    let sex = message("{ H = 18247, M = 15451 }", "{ H = 18247, X = 15451 }");
    assert_eq!(sex, format!("{}the process has no sexo `X`; expected H, M [L823]", line("sexo = { H = 18247")));
    let known = message("\"ULTRAMAR\"", "\"Francia\"");
    assert!(known.starts_with(&line("\"ULTRAMAR\"")) && known.contains("knows `Francia`"), "{known}");
    let sum = message("\"03\" = 159", "\"03\" = 158");
    assert!(sum.contains("add up to 33697"), "{sum}");
    let shrinking = message("\"06\" = 719", "\"06\" = 719\n\"05\" = 0");
    assert!(shrinking.contains("no vote from abroad in entidad `05`"), "{shrinking}");
    let unknown = SampleShape::load(Some("nada"), &process, &catalogs).expect_err("no such shape").to_string();
    assert!(unknown.contains("limpia, publicada, sucia, temporada, uniforme"), "{unknown}");
}

#[test]
fn another_process_gets_its_own_exports() {
    let (process, catalogs) =
        Process::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipelines/pef_2023_2024.toml")))
            .expect("the second process");
    let shape = SampleShape::load(None, &process, &catalogs).expect("the generic shape");
    assert_eq!(shape.name, "uniforme");
    let request = SampleRequest {
        shape,
        seed: 1,
        application_count: Some(4000),
        credential_count: Some(400),
        export_count: None,
    };
    let sample = plan_exports(request, &process, &catalogs).expect("a sample");
    let file = sample.files().into_iter().rfind(|file| file.source == Source::Solicitudes).expect("a file");
    let text = String::from_utf8(file_bytes(&sample, &file)).expect("UTF-8");
    assert!(
        text.starts_with(process.solicitudes_contract.columns.first_header(ApplicationColumn::Folio)),
        "its own header names"
    );
    let first_day = process.solicitudes_contract.date_formats[0].format_day(process.opens);
    assert!(text.lines().nth(1).is_some_and(|row| row.contains(&first_day)), "its own form of dates");
    for category in process.categories(lnere_core::process::Dimension::MODALIDAD).categories() {
        let rows = text.lines().filter(|row| row.split(',').any(|cell| cell == category.code)).count();
        assert!(rows > 400, "{rows} rows have {}", category.code);
    }

    let other =
        SampleShape::load(Some("publicada"), &process, &catalogs).expect_err("made for other dates").to_string();
    assert!(other.contains("publicada.toml:") && other.contains("outside the window"), "{other}");
}
