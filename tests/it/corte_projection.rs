//! Tests of the projection in a release, with the real binary. They check its coherence, its state
//! before the opening and after the close, and the refused inputs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::{self, Bench, CompletedRun, GOOD_APPLICATION};
use lnere_release::Manifest;
use lnere_tables::Table;

/// The sample data, which describe no real person.
fn sample_bench() -> Bench {
    let bench = Bench::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/pel_2020_2021");
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), bench.inputs().join(file.file_name())).unwrap();
    }
    bench
}

/// The sums of a measure by entity, over the rows for which `keep` holds.
fn by_entity(table: &Table, measure: &str, keep: impl Fn(usize) -> bool) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    let rows =
        table.values::<String>("cve_entidad").unwrap().iter().zip(table.values::<i64>(measure).unwrap()).enumerate();
    for (_, (entity, count)) in rows.filter(|(row, _)| keep(*row)) {
        *sums.entry(entity.clone()).or_default() += count;
    }
    sums
}

fn has_value<'t>(table: &'t Table, column: &str, value: &'t str) -> impl Fn(usize) -> bool + 't {
    let values = table.values::<String>(column).unwrap();
    move |row| values[row] == value
}

fn names(release: &Path, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(release.join(folder)).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn numbers_of_a_corte_follow_from_each_other() {
    let bench = sample_bench().with_corte("2021-01-31");
    let ran = bench.run().assert_published();
    let registered = by_entity(&ran.table("lnere_por_entidad"), "solicitudes_acumuladas", |_| true);
    let entities = ran.table("proyeccion_lnere_entidad");
    let lower = by_entity(&entities, "inferior_90", has_value(&entities, "universo", "solicitudes"));
    assert_eq!(lower.len(), 11);
    assert!(registered.iter().all(|(entity, count)| lower[entity] >= *count), "below what is registered");

    // A straight line in the middle of the period gives about 15,000; the outcome was 33,698.
    let nation = ran.table("proyeccion_lnere_nacional");
    let row = (0..2).find(|row| has_value(&nation, "universo", "solicitudes")(*row)).unwrap();
    let at = |measure: &str| nation.values::<i64>(measure).unwrap()[row];
    assert!((at("inferior_90")..=at("superior_90")).contains(&33_698) && at("mediana") > 25_000);
    assert_eq!(nation.values::<chrono::NaiveDate>("fecha_objetivo").unwrap()[row].to_string(), "2021-03-10");

    // The plan equals the list of its modality; the print run is its 95 % quantile, as the process
    // file requires.
    let cells = ran.table("proyeccion_lnere");
    let list = |modality: &'static str, measure: &str| {
        let keep = |row| has_value(&cells, "universo", "lnere")(row) && has_value(&cells, "modalidad", modality)(row);
        by_entity(&cells, measure, keep)
    };
    let packages = ran.table("plan_pep");
    assert_eq!(by_entity(&packages, "paquetes_mediana", |_| true), list("POSTAL", "mediana"));
    assert_eq!(by_entity(&packages, "tiraje", |_| true), list("POSTAL", "superior_90"));
    let electors = ran.table("plan_sivei");
    assert_eq!(by_entity(&electors, "electores_mediana", |_| true), list("ELECTRONICA", "mediana"));

    // The prices of the sample's tariff, computed by hand.
    let countries = packages.values::<String>("cve_pais").unwrap();
    for (row, country) in countries.iter().enumerate() {
        let price = match country.as_str() {
            "USA" | "CAN" => 310.0,
            "ESP" | "DEU" | "GBR" | "FRA" | "CHE" | "NLD" | "ITA" | "BEL" | "AUT" | "SWE" | "NOR" | "DNK" | "FIN"
            | "IRL" | "PRT" => 395.5,
            _ => 460.0,
        };
        let costs = [
            ("paquetes_mediana", "costo_mediana"),
            ("paquetes_superior_90", "costo_superior_90"),
            ("tiraje", "costo_tiraje"),
        ];
        for (count, cost) in costs {
            let count = packages.values::<i64>(count).unwrap()[row];
            assert_eq!(packages.values::<f64>(cost).unwrap()[row], price * count as f64, "{country} {count}");
        }
    }
    assert!(packages.values::<String>("moneda").unwrap().iter().all(|currency| currency == "MXN"));

    let text = fs::read_to_string(bench.release().join("textos/08_chihuahua/proyeccion.txt")).unwrap();
    assert!(text.contains("Faltan 38 días") && text.contains("bajo estos supuestos"), "{text}");
    assert!(text.contains("Sus precios son inventados"), "{text}");
}

#[test]
fn the_evaluation_is_of_what_was_published() {
    assert_evaluation(sample_bench());
}

/// Without earlier totals, only credentials indicate the size of an entity, and they grow from
/// corte to corte.
#[test]
fn the_evaluation_knows_no_credential_of_later() {
    let text = fs::read_to_string("pipelines/pel_2020_2021.toml").unwrap();
    let (start, end) = (text.find("[projection.earlier]").unwrap(), text.find("# Earlier processes whose").unwrap());
    let worth = "[projection]\nper_credential = { applications = 0.8, log_sd = 0.5 } #";
    assert_evaluation(sample_bench().with_process_edit(&text[start..end], "").with_process_edit("[projection]", worth));
}

/// Checks that the evaluation agrees with the releases: it computes the score of each published
/// interval.
#[track_caller]
fn assert_evaluation(bench: Bench) {
    let bench = bench.with_corte("2021-03-15");
    let output = bench.command("backtest", &[]).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let methods = stdout.lines().skip_while(|line| !line.starts_with("method")).nth(1).unwrap();
    assert!(methods.starts_with("elegido "), "{stdout}");

    let closed = bench.run().assert_published();
    let evaluation = closed.table("proyeccion_evaluacion");
    let outcome = by_entity(&closed.table("lnere_por_entidad"), "solicitudes_acumuladas", |_| true);
    let chosen = has_value(&evaluation, "metodo", "elegido");
    let rows = (0..evaluation.row_count()).filter(|row| chosen(*row)).count();
    assert_eq!(rows, 12 * 12, "each corte and entity, and all together");
    let national = by_entity(&evaluation, "resultado", &chosen)["00"];
    assert_eq!(national, 12 * outcome.values().sum::<i64>());
    // The evaluated counts are those of the same release.
    let counted = closed.table("proyeccion_lnere_entidad");
    assert!(counted.values::<String>("metodo").unwrap().iter().all(|method| method == "contado"));

    let bench = bench.with_corte("2020-12-31");
    let ran = bench.run().assert_published();
    assert_eq!(ran.table("proyeccion_evaluacion").row_count(), 0, "no outcome is known yet");
    let published = ran.table("proyeccion_lnere_entidad");
    let is_applications = has_value(&published, "universo", "solicitudes");
    for row in (0..published.row_count()).filter(|row| is_applications(*row)) {
        let entity = &published.values::<String>("cve_entidad").unwrap()[row];
        let at = |measure: &str| published.values::<i64>(measure).unwrap()[row] as f64;
        let y = outcome[entity] as f64;
        let score = |lower: f64, upper: f64, alpha: f64| {
            upper - lower + 2.0 / alpha * ((lower - y).max(0.0) + (y - upper).max(0.0))
        };
        let wis = ((y - at("mediana")).abs() / 2.0
            + 0.25 * score(at("inferior_50"), at("superior_50"), 0.5)
            + 0.05 * score(at("inferior_90"), at("superior_90"), 0.1))
            / 2.5;
        let inside = f64::from(u8::from((at("inferior_90")..=at("superior_90")).contains(&y)));
        let place = (0..evaluation.row_count()).find(|row| {
            chosen(*row)
                && evaluation.values::<i64>("horizonte_dias").unwrap()[*row] == 69
                && evaluation.values::<String>("cve_entidad").unwrap()[*row] == *entity
        });
        let place = place.expect("a row for the corte and entity");
        assert!((evaluation.values::<f64>("wis").unwrap()[place] - wis).abs() < 0.006, "{entity}: {wis}");
        assert_eq!(evaluation.values::<f64>("cobertura_90").unwrap()[place], inside, "{entity}");
        for measure in ["inferior_90", "mediana", "superior_90"] {
            assert_eq!(evaluation.values::<i64>(measure).unwrap()[place] as f64, at(measure), "{entity} {measure}");
        }
        assert_eq!(evaluation.values::<i64>("resultado").unwrap()[place], outcome[entity]);
        assert_eq!(evaluation.values::<chrono::NaiveDate>("corte_evaluado").unwrap()[place].to_string(), "2020-12-31");
    }
}

#[test]
fn before_the_opening_the_projection_is_published_alone() {
    let rows: Vec<String> = (0..40).map(|n| format!("T{n},2020-05-02,08,Chicago,H,INSCRIPCION,,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let bench = Bench::new().credentials_on("20200615", &rows).with_corte("2020-06-15");
    let ran = bench.run_with(&[]).assert_published();
    assert_eq!(
        names(&bench.release(), "tablas"),
        [
            "plan_pep.parquet",
            "plan_sivei.parquet",
            "proyeccion_cuantiles.parquet",
            "proyeccion_diaria.parquet",
            "proyeccion_diaria_nacional.parquet",
            "proyeccion_evaluacion.parquet",
            "proyeccion_lnere.parquet",
            "proyeccion_lnere_entidad.parquet",
            "proyeccion_lnere_nacional.parquet",
            "proyeccion_referencias.parquet",
        ]
    );
    assert_eq!(names(&bench.release(), "graficas/nacional"), ["proyeccion.png", "proyeccion.svg"]);
    // The totals of 2017-18 unchanged, with the little that is known of their scale.
    let nation = ran.rows_text("proyeccion_lnere_nacional", &["universo", "metodo", "mediana"], "solicitudes");
    assert_eq!(nation, "solicitudes totales_previos 89814");
    assert_eq!(ran.rows_text("plan_pep", &["cve_entidad", "cve_pais"], "08"), "08 USA");
    let manifest = Manifest::read(&bench.release()).unwrap();
    assert_eq!(manifest.projection.unwrap().errors_from, "supuestos");
    bench.command("verify", &[]).arg(bench.release());

    // After the opening, applications are required.
    bench.with_corte("2020-09-15").run().assert_refused(3, "no export of solicitudes");
}

#[test]
fn without_a_projection_there_is_nothing_before_the_opening() {
    let bench = Bench::good().without_projection().with_corte("2020-06-15");
    bench.run().assert_refused(2, "the process file has no section [projection]");
    let bench = bench.with_corte("2020-09-30");
    let ran = bench.run().assert_published();
    assert_eq!(ran.table("proyeccion_lnere").row_count(), 0);
    assert!(names(&bench.release(), "textos").is_empty());
    let output = bench.command("backtest", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_process_that_is_still_open_has_no_outcome() {
    let bench = Bench::good();
    let output = bench.command("backtest", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("registration closes on 2021-03-10") && stderr.contains("2020-09-30"), "{stderr}");
    assert!(!bench.out().exists(), "nothing is written");
}

fn target_days(ran: &CompletedRun<'_>) -> String {
    ran.rows_text("proyeccion_lnere_nacional", &["fecha_objetivo"], "")
}

/// A corte is projected to the close that was known on its day.
#[test]
fn an_extension_counts_from_the_day_of_its_announcement() {
    let extended = "closes = 2021-03-10\n\n[[registration.extended]]\nannounced = 2020-10-05\nclosed = 2021-02-10\n";
    let bench = Bench::good().with_process_edit("closes = 2021-03-10\n", extended);
    let bench = bench
        .without_comparisons()
        .applications_on("20201015", &[GOOD_APPLICATION])
        .credentials_on("20201015", &[common::GOOD_CREDENTIAL]);
    assert_eq!(target_days(&bench.run().assert_published()), "2021-02-10\n2021-02-10");
    let bench = bench.with_corte("2020-10-15");
    assert_eq!(target_days(&bench.run().assert_published()), "2021-03-10\n2021-03-10");
}

/// Around an extension the process was twice at the same distance from its close, and each case has
/// its row.
#[test]
fn two_cortes_as_far_from_the_close_are_both_evaluated() {
    let extended = "closes = 2021-03-10\n\n[[registration.extended]]\nannounced = 2021-02-11\nclosed = 2021-02-10\n";
    let bench = sample_bench().with_process_edit("closes = 2021-03-10\n", extended).with_corte("2021-03-15");
    let ran = bench.run().assert_published();
    let twice = ran.rows_text(
        "proyeccion_evaluacion",
        &["metodo", "horizonte_dias", "cve_entidad", "corte_evaluado"],
        "elegido 10 08",
    );
    assert_eq!(twice, "elegido 10 08 2021-01-31\nelegido 10 08 2021-02-28");
}

/// Exports of another process as a reference: the manifest names the process, and the export with
/// its checksum.
#[test]
fn a_reference_may_be_exports() {
    let pipelines = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
    let own = fs::read_to_string(pipelines.join("pef_2023_2024.toml")).unwrap();
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/pel_2020_2021");
    let by_exports = |folder: &Path| {
        format!("process = \"{}\"\ninputs = \"{}\"", pipelines.join("pel_2020_2021.toml").display(), folder.display())
    };
    let curve = "curve = \"proyeccion/curva_2020_2021.csv\"";
    let bench =
        Bench::new().with_process(pipelines.join("pef_2023_2024.toml")).with_process_edit(curve, &by_exports(&inputs));
    let mut sample = common::lnere();
    sample.args(["sample", "--applications", "2000", "--credentials", "100", "--cortes", "2", "--process"]);
    sample.arg(pipelines.join("pef_2023_2024.toml")).arg(bench.inputs()).assert().code(0);
    let newest = names(&bench.inputs(), "").pop().unwrap();
    let day = newest.split(['_', '.']).nth(1).unwrap().to_owned();
    let bench = bench.with_corte(&format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]));
    let ran = bench.run().assert_published();
    let manifest = Manifest::read(&bench.release()).unwrap();
    assert_eq!(manifest.projection.unwrap().references[1].title, "Procesos Electorales Locales 2020-2021");
    assert!(manifest.configuration.iter().any(|file| file.name == "solicitudes_20210315.csv.gz"));
    let columns = ["fecha", "referencia", "porcentaje_alcanzado"];
    let courses = ran.rows_text("proyeccion_referencias", &columns, "2024-02-25");
    assert_eq!(courses, "2024-02-25 pef_2017_2018 100.00\n2024-02-25 pel_2020_2021 100.00");

    // Exports that end before the close do not give the complete curve.
    let folder = bench.path("cortas");
    fs::create_dir(&folder).unwrap();
    fs::copy(inputs.join("solicitudes_20200930.csv"), folder.join("solicitudes_20200930.csv")).unwrap();
    fs::remove_dir_all(bench.out()).unwrap();
    let bench = bench.with_process_edit(&by_exports(&inputs), &by_exports(&folder));
    bench.run().assert_refused(3, "no export of solicitudes in");

    // A process that is not over when this one begins is not an earlier process, whatever its name.
    assert!(own.contains("opens = 2023-09-01"));
    let bench = bench.with_process_edit("opens = 2023-09-01", "opens = 2021-02-01");
    bench.run().assert_refused(2, "is no earlier process: it closes on 2021-03-10");
}
