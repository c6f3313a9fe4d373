//! Tests of each plausibility rule of the contract. A rule refuses an export with valid records,
//! the refusal contains its numbers, and a published export is not checked again.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;

use crate::common::{APPLICATION_HEADER, Bench, CREDENTIAL_HEADER, CompletedRun, GOOD_CREDENTIAL, csv};
use serde_json::Value;

/// Applications `from..to`, registered and last changed in September or October 2020.
fn applications(from: usize, to: usize, change: impl Fn(usize, &mut [String; 10])) -> Vec<String> {
    let row = |index: usize| {
        let day = format!("2020-09-{:02}", 1 + index % 15);
        let entity = ["08", "09", "14", "16"][index % 4];
        let country = ["Estados Unidos de América", "Canadá"][index / 4 % 2];
        let sex = ["H", "M"][index / 8 % 2];
        let modality = ["POSTAL", "ELECTRONICA"][index / 16 % 2];
        let mut cells = [
            format!("F{index:06}"),
            day.clone(),
            entity.to_owned(),
            country.to_owned(),
            sex.to_owned(),
            modality.to_owned(),
            "CPVE".to_owned(),
            "SRVE".to_owned(),
            "RECIBIDA".to_owned(),
            day,
        ];
        change(index, &mut cells);
        cells.join(",")
    };
    (from..to).map(row).collect()
}

fn plain(from: usize, to: usize) -> Vec<String> {
    applications(from, to, |_, _| {})
}

/// Applications that were registered in the second half of September.
fn later_applications(from: usize, to: usize) -> Vec<String> {
    applications(from, to, |index, cells| {
        let day = format!("2020-09-{:02}", 16 + index % 15);
        cells[1].clone_from(&day);
        cells[9] = day;
    })
}

fn text(rows: &[String]) -> String {
    csv(APPLICATION_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Valid exports of both sources at 2020-09-15, and the given applications at 2020-09-30.
fn bench_of_two_exports(first: &[String], second: &[String]) -> Bench {
    Bench::new()
        .without_projection()
        .file("solicitudes_20200915.csv", text(first))
        .file("solicitudes_20200930.csv", text(second))
        .credentials_on("20200915", &[GOOD_CREDENTIAL])
        .credentials_on("20200930", &[GOOD_CREDENTIAL, "T2,2020-09-20,08,Chicago,H,INSCRIPCION,,"])
}

/// The rules that refuse an export, from the JSON of the run.
fn refusing_rules(ran: &CompletedRun) -> Vec<(String, String)> {
    let json: Value = serde_json::from_str(&ran.stdout()).expect("JSON on stdout");
    let mut rules = Vec::new();
    for refused in json["refused"].as_array().expect("refused") {
        for finding in refused["findings"].as_array().expect("findings") {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            rules.push((text("export"), text("rule")));
        }
    }
    rules
}

#[track_caller]
fn assert_refuses(bench: &Bench, rule: &str, message: &str) {
    let ran = bench.run_with(&["--only", "tablas", "--format", "json"]);
    assert_eq!(ran.code(), Some(3), "{}{}", ran.stdout(), ran.stderr());
    let rules = refusing_rules(&ran);
    assert_eq!(rules, [("solicitudes_20200930.csv".to_owned(), rule.to_owned())], "{}", ran.stderr());
    assert!(ran.stderr().contains(message), "stderr has no `{message}`:\n{}", ran.stderr());
    let accept = format!("lnere accept solicitudes_20200930.csv --rule {rule} --reason");
    assert!(ran.stderr().contains(&accept), "{}", ran.stderr());
    assert!(!bench.release().exists(), "nothing is published");
}

#[test]
fn rejected_records_refuse_from_five_on_and_over_one_per_cent() {
    let with_rejected = |rejected: usize| {
        let rows = applications(0, 400, |index, cells| {
            if index < rejected {
                cells[0] = String::new();
            }
        });
        Bench::new().without_projection().file("solicitudes_20200930.csv", text(&rows)).credentials(&[GOOD_CREDENTIAL])
    };
    with_rejected(4).run().assert_published();
    assert_refuses(&with_rejected(5), "max_rejected", "5 of 400 records rejected (1.25 %, limit 1.00 %)");
}

#[test]
fn a_changed_code_list_refuses_by_column() {
    for (column, header) in
        [(3, "PAIS"), (4, "SEXO"), (5, "MODALIDAD"), (6, "TIPO_CREDENCIAL"), (7, "MEDIO"), (8, "ESTATUS")]
    {
        let with_unknown = |unknown: usize| {
            let rows = applications(0, 390, |index, cells| {
                if index < unknown {
                    cells[column] = "77".to_owned();
                }
            });
            Bench::new()
                .without_projection()
                .file("solicitudes_20200930.csv", text(&rows))
                .credentials(&[GOOD_CREDENTIAL])
        };
        let unknown = "20 of 390 accepted records are not identified (5.13 %, limit 5.00 %)";
        assert_refuses(&with_unknown(20), "max_unidentified", &format!("column {header}: {unknown}"));
        with_unknown(19).run().assert_published();
    }
}

#[test]
fn unknown_offices_refuse() {
    let row = |index: usize| {
        let office = if index < 20 { "7701" } else { "Chicago" };
        format!("T{index},2020-09-02,08,{office},H,INSCRIPCION,,")
    };
    let rows: Vec<String> = (0..300).map(row).collect();
    let credentials = csv(CREDENTIAL_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let bench = Bench::new().without_projection().file("solicitudes_20200930.csv", text(&plain(0, 50)));
    let bench = bench.file("credenciales_20200930.csv", credentials);
    bench.run().assert_refused(
        3,
        "max_unidentified: column REPRESENTACION: 20 of 300 accepted records are not identified (6.67 %",
    );
}

#[test]
fn the_share_of_the_export_before_is_said() {
    let some = |count: usize| {
        move |index: usize, cells: &mut [String; 10]| {
            if index < count {
                cells[3] = "??".to_owned();
            }
        }
    };
    let first = applications(0, 400, some(4));
    let second = [applications(0, 400, some(200)), later_applications(400, 420)].concat();
    let bench = bench_of_two_exports(&first, &second);
    let ran = bench.run();
    assert_eq!(ran.code(), Some(3));
    let expected = "column PAIS: 200 of 420 accepted records are not identified (47.62 %, limit 5.00 %; in \
                    solicitudes_20200915.csv 1.00 %)";
    assert!(ran.stderr().contains(expected), "{}", ran.stderr());
}

#[test]
fn an_export_cut_short_refuses() {
    let second = [plain(0, 380), later_applications(400, 405)].concat();
    let bench = bench_of_two_exports(&plain(0, 400), &second);
    let ran = bench.run_with(&["--only", "tablas", "--format", "json"]);
    let rules: Vec<String> = refusing_rules(&ran).into_iter().map(|(_, rule)| rule).collect();
    assert_eq!(rules, ["max_shrink", "min_kept"]);
    assert!(ran.stderr().contains("max_shrink: 385 accepted records, 400 in solicitudes_20200915.csv (3.75 % fewer"));
    assert!(
        ran.stderr().contains("min_kept: 380 of the 400 folios of solicitudes_20200915.csv are still in it (95.00 %")
    );
}

#[test]
fn an_entity_that_vanishes_refuses_although_the_total_grows() {
    let only =
        |rows: Vec<String>, entity: &str| rows.into_iter().filter(|row| row.contains(entity)).collect::<Vec<_>>();
    let of_sixteen = only(plain(0, 40), ",16,");
    let others = applications(40, 1_000, |_, cells| cells[2] = "09".to_owned());
    let first = [of_sixteen, others.clone()].concat();
    let bench = bench_of_two_exports(
        &first,
        &[others, later_applications(1_000, 1_100).into_iter().filter(|row| !row.contains(",16,")).collect()].concat(),
    );
    assert_refuses(
        &bench,
        "max_shrink",
        "max_shrink: entity 16 Michoacán: 0 accepted records, 10 in solicitudes_20200915.csv (100.00 % fewer",
    );
}

#[test]
fn folios_in_another_form_refuse() {
    let second =
        [applications(0, 400, |index, cells| cells[0] = format!("F{index}")), later_applications(400, 500)].concat();
    assert_refuses(
        &bench_of_two_exports(&plain(0, 400), &second),
        "min_kept",
        "0 of the 400 folios of solicitudes_20200915.csv are still in it",
    );
}

#[test]
fn swapped_codes_refuse() {
    let swapped = |_: usize, cells: &mut [String; 10]| {
        cells[4] = if cells[4] == "H" { "M".to_owned() } else { "H".to_owned() };
    };
    let second = [applications(0, 400, swapped), later_applications(400, 420)].concat();
    let message = "400 of the 400 folios that it shares with solicitudes_20200915.csv differ in SEXO (400) (100.00 %";
    assert_refuses(&bench_of_two_exports(&plain(0, 400), &second), "max_changed", message);
}

#[test]
fn changes_refuse_from_twenty_on_and_over_five_per_cent() {
    let changed = |count: usize| {
        let change = move |index: usize, cells: &mut [String; 10]| {
            if index < count {
                cells[3] = "España".to_owned();
            }
        };
        bench_of_two_exports(&plain(0, 390), &[applications(0, 390, change), later_applications(390, 400)].concat())
    };
    changed(19).run().assert_published();
    assert_refuses(&changed(20), "max_changed", "20 of the 390 folios");
}

#[test]
fn the_sex_of_a_credential_is_an_attribute_too() {
    let credentials = |count: usize, sex: &str, later: &str| {
        let row = |index: usize| format!("T{index},2020-09-02,08,Chicago,{sex},INSCRIPCION,,");
        let rows: Vec<String> = (0..count).map(row).chain([format!("N1,{later},08,Chicago,H,INSCRIPCION,,")]).collect();
        csv(CREDENTIAL_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let with = |sex: &str| {
        let bench = Bench::new().without_projection().file("solicitudes_20200930.csv", text(&plain(0, 50)));
        let bench = bench.file("credenciales_20200915.csv", credentials(390, "H", "2020-09-10"));
        bench.file("credenciales_20200930.csv", credentials(390, sex, "2020-09-20"))
    };
    with("H").run().assert_published();
    let message =
        "max_changed: 390 of the 391 folios that it shares with credenciales_20200915.csv differ in SEXO (390)";
    with("M").run().assert_refused(3, message);
    // An unknown value counts as unidentified.
    with("7").run().assert_refused(3, "max_unidentified: column SEXO: 390 of 391 accepted records are not identified");
}

#[test]
fn growth_refuses_from_five_thousand_on() {
    let grown = |from: usize| {
        bench_of_two_exports(&plain(0, from), &[plain(0, from), later_applications(from, 5 * from + 1)].concat())
    };
    grown(4_999).run().assert_published();
    assert_refuses(
        &grown(5_000),
        "max_growth",
        "25,001 accepted records, 5,000 in solicitudes_20200915.csv (5.00 times as many",
    );
}

#[test]
fn the_same_content_under_another_day_refuses() {
    let rows = plain(0, 400);
    let bench = bench_of_two_exports(&rows, &rows);
    let ran = bench.run_with(&["--only", "tablas", "--format", "json"]);
    let rules: Vec<String> = refusing_rules(&ran).into_iter().map(|(_, rule)| rule).collect();
    assert_eq!(rules, ["same_file", "stale"]);
}

#[test]
fn the_content_of_a_published_export_of_a_later_day_refuses_too() {
    let rows = [plain(0, 400), later_applications(400, 420)].concat();
    let bench = Bench::new().without_projection().file("solicitudes_20200930.csv", text(&rows));
    let bench = bench.credentials(&[GOOD_CREDENTIAL]);
    bench.run().assert_published();
    fs::rename(bench.inputs().join("solicitudes_20200930.csv"), bench.inputs().join("solicitudes_20200929.csv"))
        .unwrap();
    let bench = bench.file("solicitudes_20200930.csv", text(&[rows.clone(), later_applications(420, 430)].concat()));
    let ran = bench.run();
    let expected = "solicitudes_20200929.csv: same_file: its content is that of solicitudes_20200930.csv";
    assert!(ran.code() == Some(3) && ran.stderr().contains(expected), "{}", ran.stderr());
}

#[test]
fn the_same_content_compressed_is_the_same() {
    let rows = text(&plain(0, 400));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, rows.as_bytes()).unwrap();
    let bench = bench_of_two_exports(&plain(0, 400), &[]).file("solicitudes_20200930.csv.gz", gz.finish().unwrap());
    fs::remove_file(bench.inputs().join("solicitudes_20200930.csv")).unwrap();
    bench.run().assert_refused(3, "same_file: its content is that of solicitudes_20200915.csv");
}

#[test]
fn a_published_export_that_was_renamed_is_the_same() {
    let bench = bench_of_two_exports(&plain(0, 400), &[plain(0, 400), later_applications(400, 420)].concat());
    bench.run().assert_published();
    let renamed = |from: &str, to: &str| fs::rename(bench.inputs().join(from), bench.inputs().join(to)).unwrap();
    renamed("solicitudes_20200930.csv", "solicitudes_20201015.csv");
    bench.run_with(&["--only", "tablas"]);
    let ran = bench.command("check", &[]).output().unwrap();
    let stdout = String::from_utf8(ran.stdout).unwrap();
    assert!(stdout.contains("same_file: its content is that of solicitudes_20200930.csv"), "{stdout}");
}

#[test]
fn an_export_without_a_new_date_refuses_after_a_week_and_warns_before() {
    // Rows in another order make another file.
    let rows = [plain(1, 400), plain(0, 1)].concat();
    assert_refuses(
        &bench_of_two_exports(&plain(0, 400), &rows),
        "stale",
        "none of its dates is after the day that solicitudes_20200915.csv covers",
    );

    let bench = Bench::new().without_projection().with_corte("2020-09-15");
    let bench = bench.file("solicitudes_20200915.csv", text(&plain(0, 400)));
    let bench = bench.file("solicitudes_20200921.csv", text(&rows)).credentials_on("20200915", &[GOOD_CREDENTIAL]);
    let ran = bench.run().assert_published();
    assert!(
        ran.stdout().contains("solicitudes_20200921.csv: stale: none of its dates is after the day"),
        "{}",
        ran.stdout()
    );
}

#[test]
fn an_export_is_judged_once() {
    let bench = |name: &str, rows: &[String], bench: Bench| bench.file(name, text(rows));
    let all = plain(0, 1_000);
    let fewer = [plain(0, 900), later_applications(1_000, 1_001)].concat();
    let start =
        Bench::new().without_projection().with_corte("2020-09-15").credentials_on("20200915", &[GOOD_CREDENTIAL]);
    let start = bench("solicitudes_20200915.csv", &all, start);
    start.run().assert_published();
    // 100 of 1,000 applications were withdrawn.
    let credentials = [GOOD_CREDENTIAL, "T2,2020-09-20,08,Chicago,H,INSCRIPCION,,"];
    let dropped = bench("solicitudes_20200930.csv", &fewer, start.with_corte("2020-09-30").credentials(&credentials));
    assert_refusing_rules(
        &dropped,
        &["max_shrink", "max_shrink", "max_shrink", "max_shrink", "max_shrink", "min_kept"],
    );

    // With a wrong name or rule, or a rule that does not refuse, nothing is written.
    let accept = |export: &str, rule: &str, reason: &str| {
        let mut command = dropped.command("accept", &[export, "--rule", rule, "--reason", reason]);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(accept("solicitudes_20200999.csv", "max_shrink", "baja").0, Some(2));
    assert_eq!(accept("solicitudes_20200930.csv", "max_size", "baja").0, Some(2));
    assert_eq!(accept("solicitudes_20200930.csv", "max_shrink", "  ").0, Some(2));
    let (code, said) = accept("solicitudes_20200930.csv", "max_shrink", "baja\u{1b}[2J");
    assert!(code == Some(2) && said.contains("reason holds"), "{said}");
    assert!(!dropped.path("aceptadas.toml").exists(), "an entry that no command could read is not written");
    let (code, said) = accept("solicitudes_20200930.csv", "max_changed", "baja");
    assert_eq!(code, Some(2));
    assert!(
        said.contains("max_changed does not refuse solicitudes_20200930.csv; what refuses it: max_shrink, min_kept"),
        "{said}"
    );
    let file = dropped.path("aceptadas.toml");
    assert!(!file.exists());

    assert_eq!(accept("solicitudes_20200930.csv", "max_shrink", "Bajas por duplicidad, oficio 12").0, Some(0));
    assert_refusing_rules(&dropped, &["min_kept"]);
    assert_eq!(accept("solicitudes_20200930.csv", "min_kept", "Bajas por duplicidad, oficio 12").0, Some(0));
    let ran = dropped.run().assert_published();
    assert!(ran.stdout().contains("An operator accepted it: Bajas por duplicidad, oficio 12"), "{}", ran.stdout());
    assert_eq!(
        ran.rows_text("calidad", &["archivo", "nivel", "regla", "filas"], "aceptada "),
        "solicitudes_20200930.csv aceptada max_shrink 99\nsolicitudes_20200930.csv aceptada min_kept 100"
    );
    let manifest: Value = serde_json::from_slice(&fs::read(dropped.release().join("manifest.json")).unwrap()).unwrap();
    let entries: Vec<&str> =
        manifest["accepted"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect();
    assert_eq!(entries, ["max_shrink", "min_kept"]);
    assert_eq!(manifest["accepted"][0]["reason"], "Bajas por duplicidad, oficio 12");

    // The acceptance applies to these bytes. Without it the published export is still not checked
    // again.
    fs::remove_file(&file).unwrap();
    let third = bench(
        "solicitudes_20201015.csv",
        &[fewer.clone(), october_applications(1_001, 1_051)].concat(),
        dropped.with_corte("2020-10-15"),
    );
    let third =
        third.credentials_on("20201015", &[credentials[0], credentials[1], "T3,2020-10-02,08,Chicago,H,INSCRIPCION,,"]);
    third.run().assert_published();

    // Other content under the same name is checked.
    let again = bench("solicitudes_20200930.csv", &[plain(0, 890), later_applications(1_000, 1_001)].concat(), third);
    let ran = again.run();
    assert_eq!(ran.code(), Some(3), "{}", ran.stderr());
    assert!(ran.stderr().contains("solicitudes_20200930.csv: max_shrink"), "{}", ran.stderr());
}

fn october_applications(from: usize, to: usize) -> Vec<String> {
    applications(from, to, |index, cells| {
        let day = format!("2020-10-{:02}", 1 + index % 15);
        cells[1].clone_from(&day);
        cells[9] = day;
    })
}

#[track_caller]
fn assert_refusing_rules(bench: &Bench, rules: &[&str]) {
    let ran = bench.run_with(&["--only", "tablas", "--format", "json"]);
    assert_eq!(ran.code(), Some(3), "{}{}", ran.stdout(), ran.stderr());
    let found: Vec<String> = refusing_rules(&ran).into_iter().map(|(_, rule)| rule).collect();
    assert_eq!(found, rules, "{}", ran.stderr());
}

#[test]
fn a_refused_export_is_no_export_before() {
    // The middle one of three new exports is cut short, so the newest is compared with the oldest.
    let bench = bench_of_two_exports(&plain(0, 400), &[plain(0, 300), later_applications(400, 410)].concat());
    let bench = bench.file(
        "solicitudes_20201015.csv",
        text(&[plain(0, 400), later_applications(400, 420), october_applications(420, 440)].concat()),
    );
    let bench = bench.credentials_on("20201015", &[GOOD_CREDENTIAL, "T2,2020-10-02,08,Chicago,H,INSCRIPCION,,"]);
    let ran = bench.with_corte("2020-10-15");
    let output = ran.run_with(&["--only", "tablas", "--format", "json"]);
    let refused: Vec<String> = refusing_rules(&output).into_iter().map(|(export, _)| export).collect();
    assert!(!refused.is_empty() && refused.iter().all(|export| export == "solicitudes_20200930.csv"), "{refused:?}");
}

#[test]
fn half_of_a_limit_and_the_size_of_a_spreadsheet_warn() {
    let rows = applications(0, 800, |index, cells| {
        if index < 21 {
            cells[3] = "??".to_owned();
        }
    });
    let bench =
        Bench::new().without_projection().file("solicitudes_20200930.csv", text(&rows)).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run_with(&["--only", "tablas", "--format", "json"]).assert_published();
    let json: Value = serde_json::from_str(&ran.stdout()).unwrap();
    let warning = &json["warnings"][0];
    assert_eq!(
        (&warning["rule"], &warning["column"], &warning["records"]),
        (&"max_unidentified".into(), &"PAIS".into(), &21.into())
    );
    assert_eq!(
        ran.rows_text("calidad", &["nivel", "regla", "filas"], "advertencia"),
        "advertencia max_unidentified 21"
    );
    // `status` reports the same numbers without reading an export.
    let status = |format: &str| {
        let args = ["--today", "2020-10-01", "--format", format];
        String::from_utf8(bench.command("status", &args).output().unwrap().stdout).unwrap()
    };
    let json: Value = serde_json::from_str(&status("json")).unwrap();
    assert_eq!(json["warnings"].as_array().unwrap(), std::slice::from_ref(warning));
    assert!(warning["share"].as_f64().unwrap() > 0.026 && warning["limit"] == 0.05, "{warning}");
    let said = status("text");
    assert!(
        said.contains("\nwarnings\n  solicitudes_20200930.csv: max_unidentified: column PAIS: 21 of 800"),
        "{said}"
    );

    let bench = Bench::new().without_projection().file("solicitudes_20200930.csv", text(&plain(0, 65_535)));
    let ran = bench.credentials(&[GOOD_CREDENTIAL]);
    let ran = ran.run().assert_published();
    assert!(ran.stdout().contains("65,535 records, as many as a spreadsheet holds at the most"), "{}", ran.stdout());
}

#[test]
fn half_of_a_limit_is_reached_at_half() {
    let warned = |bench: Bench| {
        let ran = bench.run_with(&["--only", "tablas", "--format", "json"]).assert_published();
        let json: Value = serde_json::from_str(&ran.stdout()).unwrap();
        let warnings = json["warnings"].as_array().unwrap();
        let said = |one: &Value| format!("{} {}", one["rule"].as_str().unwrap(), one["message"].as_str().unwrap());
        warnings.iter().map(said).collect::<Vec<_>>().join("\n")
    };
    let unknown = |count: usize| {
        let rows = applications(0, 800, |index, cells| {
            if index < count {
                cells[3] = "??".to_owned();
            }
        });
        Bench::new().without_projection().file("solicitudes_20200930.csv", text(&rows)).credentials(&[GOOD_CREDENTIAL])
    };
    assert!(warned(unknown(20)).contains(". Half of the limit of max_unidentified or more is used up"));
    assert_eq!(warned(unknown(0)), "");
    // 4 of 400 are 1 %, which is half of 2 %.
    let kept =
        |from: usize| bench_of_two_exports(&plain(0, 400), &[plain(from, 400), later_applications(400, 420)].concat());
    let said = warned(kept(4));
    assert!(said.starts_with("min_kept ") && !said.contains('\n'), "{said}");
    assert_eq!(warned(kept(3)), "");
    // Ordinary growth causes no warning, even with a low limit.
    let grown = |to: usize, limit: &str| {
        let bench = bench_of_two_exports(&plain(0, 5_000), &[plain(0, 5_000), later_applications(5_000, to)].concat());
        warned(bench.with_edit("max_growth = 5.0", &format!("max_growth = {limit}")))
    };
    assert_eq!(grown(5_100, "2.0"), "");
    assert_eq!(grown(5_100, "1.5"), "");
    assert!(grown(7_500, "2.0").contains("max_growth: 7,500 accepted records"));
    assert!(grown(12_500, "5.0").starts_with("max_growth "));
    assert_eq!(grown(12_499, "5.0"), "");
}

#[test]
fn the_records_of_a_warning_are_those_that_it_is_about() {
    let first = plain(0, 1_000);
    let second = [plain(15, 1_000), later_applications(1_000, 1_001)].concat();
    let bench = bench_of_two_exports(&first, &second);
    assert_eq!(
        bench.run().assert_published().rows_text("calidad", &["nivel", "regla", "filas"], "advertencia"),
        "advertencia max_shrink 14\nadvertencia min_kept 15"
    );
}

#[test]
fn an_export_that_is_gone_warns() {
    let bench = bench_of_two_exports(&plain(0, 400), &[plain(0, 400), later_applications(400, 420)].concat());
    bench.run().assert_published();
    fs::remove_file(bench.inputs().join("solicitudes_20200915.csv")).unwrap();
    let ran = bench.run_with(&["--only", "tablas", "--force"]).assert_published();
    let expected = "solicitudes_20200915.csv: it is gone, and releases were made from it: 2020-09-30";
    assert!(ran.stdout().contains(expected), "{}", ran.stdout());
}

#[test]
fn names_with_blanks_are_quoted_and_hostile_ones_escaped() {
    let named = |before: &str, now: &str, pattern: &str| {
        let bench = Bench::new().without_projection().file(before, text(&plain(0, 400)));
        let bench = bench
            .file(now, text(&[plain(0, 300), later_applications(400, 410)].concat()))
            .credentials(&[GOOD_CREDENTIAL]);
        bench.with_edit("[exports.solicitudes]", &format!("[exports.solicitudes]\nfiles = \"{pattern}\""))
    };
    let bench = named("LN 15-09-2020.csv", "LN 30-09-2020.csv", "LN {DD-MM-YYYY}.csv");
    let command = "if LN 30-09-2020.csv is right: lnere accept 'LN 30-09-2020.csv' --rule min_kept --reason \"…\" (with \
                   the same --process, --inputs and --output)";
    bench.run().assert_refused(3, command);

    // A name that attacks terminals and journals.
    let hostile = "\u{1b}[31m\nerror: all is well\u{202e}";
    let (before, now) = (format!("L{hostile}_20200915.csv"), format!("L{hostile}_20200930.csv"));
    let bench = named(&before, &now, "L*_{YYYYMMDD}.csv").file(&format!("{now}.Control"), "rows = 1\n");
    let required = "[exports.solicitudes]\nrequire_control = true";
    let runs = |bench: &Bench| {
        let accept = |export| vec!["accept", export, "--rule", "max_changed", "--reason", "Oficio"];
        let min_kept = vec!["accept", &now, "--rule", "min_kept", "--reason", "Oficio"];
        for args in [vec!["run"], vec!["check"], accept(now.as_str()), accept("no\u{1b}"), min_kept] {
            let output = bench.command(args[0], &args[1..]).output().unwrap();
            let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(said.contains("\\u001b") || said.is_empty(), "{args:?}: {said}");
            let is_mark = |letter: char| letter != '\n' && letter.is_control() || letter == '\u{202e}';
            assert!(!said.contains(is_mark) && !said.contains("\nerror: all"), "{args:?}: {said:?}");
        }
    };
    let output = bench.command("accept", &[&now, "--rule", "min_kept", "--reason", "Oficio"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.code() == Some(2) && said.contains("rename the file, and accept it under its new name"),
        "{said}"
    );
    runs(&bench);
    runs(&bench.with_edit("[exports.solicitudes]", required));
}

#[test]
fn rules_can_be_switched_off() {
    let rows = plain(0, 400);
    let bench = bench_of_two_exports(&rows, &rows)
        .with_edit("same_file = true", "same_file = false")
        .with_edit("stale = true", "stale = false");
    bench.run().assert_published();
}

#[test]
fn the_record_of_a_refused_run_has_its_numbers() {
    let bench = bench_of_two_exports(&plain(0, 400), &plain(0, 100));
    assert_eq!(bench.run().code(), Some(3));
    let folder = bench.out().join("private/corridas");
    let record = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let record: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
    assert_eq!(record["exit"], 3);
    let finding = &record["result"]["refused"][0]["findings"][0];
    assert_eq!(
        (&finding["rule"], &finding["records"], &finding["of"]),
        (&"max_shrink".into(), &100.into(), &400.into())
    );
}

#[test]
fn a_control_file_that_disagrees_refuses_and_can_be_accepted() {
    let bench = Bench::new().without_projection().file("solicitudes_20200930.csv", text(&plain(0, 40)));
    let bench = bench.file("solicitudes_20200930.csv.control", "rows = 41\n").credentials(&[GOOD_CREDENTIAL]);
    assert_refuses(&bench, "control", "control: has 40 records, its control file says 41");
    let args = ["solicitudes_20200930.csv", "--rule", "control", "--reason", "El control es del envío anterior"];
    bench.command("accept", &args).assert().code(0);
    bench.run().assert_published();
}

#[test]
fn an_older_export_beside_a_published_newer_one_is_judged_by_it() {
    let first = plain(0, 400);
    let published = || {
        let bench = bench_of_two_exports(&first, &[first.clone(), later_applications(400, 420)].concat());
        bench.run().assert_published();
        bench
    };
    let older = "solicitudes_20200915.csv";
    let refused = |bench: &Bench, rules: &[&str], message: &str| {
        let ran = bench.run_with(&["--only", "tablas", "--format", "json"]);
        assert_eq!(ran.code(), Some(3), "{}{}", ran.stdout(), ran.stderr());
        let found = refusing_rules(&ran);
        assert!(found.iter().all(|(export, _)| export == older), "{found:?}");
        assert_eq!(found.iter().map(|(_, rule)| rule.as_str()).collect::<Vec<_>>(), rules, "{}", ran.stderr());
        assert!(ran.stderr().contains(message), "stderr has no `{message}`:\n{}", ran.stderr());
        assert_eq!(bench.revision("2020-09-30"), Some(1));
    };

    // Replaced by folios without their leading zeros.
    let other_folios = applications(0, 400, |index, cells| cells[0] = index.to_string());
    let bench = published().file(older, text(&other_folios));
    let message = "min_kept: 0 of its 400 folios are in solicitudes_20200930.csv, which is newer (0.00 %, at least 98.00 \
                   %). A visible release was made from solicitudes_20200930.csv, so this export was replaced or came late";
    refused(&bench, &["min_kept"], message);
    let args = [older, "--rule", "min_kept", "--reason", "Folios anteriores a la migración"];
    bench.command("accept", &args).assert().code(0);
    bench.run().assert_published();
    assert_eq!(bench.revision("2020-09-30"), Some(1), "the statuses are the same");

    // By codes with another meaning, and by records that disappeared later.
    let swapped = applications(0, 400, |_, cells| cells[4] = if cells[4] == "H" { "M" } else { "H" }.to_owned());
    let message =
        "max_changed: 400 of the 400 folios that it shares with solicitudes_20200930.csv differ in SEXO (400)";
    refused(&published().file(older, text(&swapped)), &["max_changed"], message);
    let more = published().file(older, text(&plain(0, 500)));
    let message = "max_shrink: 500 accepted records, 420 in solicitudes_20200930.csv, which is newer (16.00 % fewer";
    refused(&more, &["max_shrink"; 5].into_iter().chain(["min_kept"]).collect::<Vec<_>>(), message);

    // By the newer export itself, in another packing.
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, text(&[first.clone(), later_applications(400, 420)].concat()).as_bytes())
        .unwrap();
    let bench = published().file("solicitudes_20200915.csv.gz", gz.finish().unwrap());
    fs::remove_file(bench.inputs().join(older)).unwrap();
    let said = bench.run().stderr();
    let expected = "same_file: its content is that of solicitudes_20200930.csv";
    assert!(said.contains(expected), "{said}");

    // An export that arrives late, and a correction that fits.
    let late = Bench::new()
        .without_projection()
        .file("solicitudes_20200930.csv", text(&[first.clone(), later_applications(400, 420)].concat()));
    let late = late.credentials(&[GOOD_CREDENTIAL]);
    late.run().assert_published();
    refused(&late.file(older, text(&other_folios)), &["min_kept"], "0 of its 400 folios are in");
    published().file(older, text(&plain(0, 399))).run().assert_published();
}

#[test]
fn an_export_between_two_published_ones_is_judged_by_both_sources() {
    // The newer neighbour is not the newest export, so its folios are read again.
    let credential = |index: usize, day: &str, sex: &str| format!("T{index},{day},08,Chicago,{sex},INSCRIPCION,,");
    let credentials = |sex: &str, count: usize, day: &str| {
        let rows = (0..200).map(|index| credential(index, "2020-09-02", sex));
        let rows: Vec<String> = rows.chain((200..count).map(|index| credential(index, day, "H"))).collect();
        csv(CREDENTIAL_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let second = [plain(0, 400), later_applications(400, 420)].concat();
    let bench = bench_of_two_exports(&plain(0, 400), &second).with_corte("2020-10-15");
    let bench = bench
        .file("solicitudes_20201015.csv", text(&[second.clone(), october_applications(420, 440)].concat()))
        .file("credenciales_20200915.csv", credentials("H", 200, ""))
        .file("credenciales_20200930.csv", credentials("H", 202, "2020-09-20"))
        .file("credenciales_20201015.csv", credentials("H", 204, "2020-10-10"));
    bench.run().assert_published();
    let swapped = |_: usize, cells: &mut [String; 10]| {
        cells[5] = if cells[5] == "POSTAL" { "ELECTRONICA" } else { "POSTAL" }.to_owned();
    };
    let bench = bench
        .file("solicitudes_20200915.csv", text(&applications(0, 400, swapped)))
        .file("credenciales_20200930.csv", credentials("M", 202, "2020-09-20"));
    let ran = bench.run_with(&["--only", "tablas", "--format", "json"]);
    let found = refusing_rules(&ran);
    let expected = [
        ("credenciales_20200930.csv", "max_changed"),
        ("credenciales_20200930.csv", "max_changed"),
        ("solicitudes_20200915.csv", "max_changed"),
    ];
    let mut found: Vec<_> = found.iter().map(|(export, rule)| (export.as_str(), rule.as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, expected, "{}", ran.stderr());
}

#[test]
fn a_replaced_export_warns_with_its_numbers_once() {
    let bench = bench_of_two_exports(&plain(0, 400), &[plain(0, 400), later_applications(400, 420)].concat());
    bench.run().assert_published();
    let warnings = |ran: &CompletedRun| {
        let json: Value = serde_json::from_str(&ran.stdout()).unwrap();
        let warnings = json["warnings"].as_array().unwrap().clone();
        let replaced = warnings.into_iter().filter(|warning| warning["rule"] == "export_replaced");
        replaced.map(|warning| warning["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let run = |bench: &Bench| {
        let ran = bench.run_with(&["--only", "tablas", "--format", "json"]).assert_published();
        warnings(&ran)
    };
    let bench = bench.file("solicitudes_20200930.csv", text(&[plain(0, 400), later_applications(400, 421)].concat()));
    let expected = "replaced since the release of 2020-09-30 was made from it: 420 records accepted then, 421 now; if \
                    nobody corrected it, copy the earlier one back [L036]";
    assert_eq!(run(&bench), [expected]);
    assert_eq!(bench.revision("2020-09-30"), Some(2));
    assert_eq!(run(&bench), [""; 0], "the release is made from it now");
    // Another packing of the same rows changes nothing.
    let bench = bench.file("solicitudes_20200915.csv", text(&[plain(1, 400), plain(0, 1)].concat()));
    assert_eq!(run(&bench), [""; 0], "the release stays");
    // A refused run reports it too.
    let bench = bench.file("solicitudes_20200930.csv", text(&plain(0, 12)));
    let ran = bench.run_with(&["--only", "tablas", "--format", "json"]);
    assert_eq!(ran.code(), Some(3));
    assert!(warnings(&ran).iter().any(|said| said.contains("421 records accepted then, 12 now")), "{}", ran.stdout());
}

#[test]
fn a_minimum_of_records_holds_back_the_refusal_and_not_the_warning() {
    let warned = |bench: Bench| {
        let ran = bench.run_with(&["--only", "tablas", "--format", "json"]).assert_published();
        let json: Value = serde_json::from_str(&ran.stdout()).unwrap();
        let said = |one: &Value| one["message"].as_str().unwrap().to_owned();
        let calidad = ran.rows_text("calidad", &["nivel", "regla", "filas"], "advertencia");
        (json["warnings"].as_array().unwrap().iter().map(said).collect::<Vec<_>>().join("\n"), calidad)
    };
    let one = |change: &dyn Fn(usize, &mut [String; 10])| {
        let rows = applications(0, 100, change);
        Bench::new().without_projection().file("solicitudes_20200930.csv", text(&rows)).credentials(&[GOOD_CREDENTIAL])
    };
    let (said, calidad) = warned(one(&|index, cells| {
        if index < 19 {
            cells[4] = "7".to_owned();
        }
    }));
    assert_eq!(
        said,
        "max_unidentified: column SEXO: 19 of 100 accepted records are not identified (19.00 %, limit 5.00 %). That is \
         over the limit of max_unidentified, which refuses from 20 records on [L242]"
    );
    assert_eq!(calidad, "advertencia max_unidentified 19");
    let (said, _) = warned(one(&|index, cells| {
        if index < 4 {
            cells[0] = String::new();
        }
    }));
    assert!(said.contains("4 of 100 records rejected (4.00 %, limit 1.00 %)"), "{said}");
    assert!(said.ends_with("That is over the limit of max_rejected, which refuses from 5 records on [L242]"), "{said}");

    // Nine of the 250 records of an entity are gone, and the same number is new elsewhere.
    let first = plain(0, 1_000);
    let is_lost = |index: &usize| index.is_multiple_of(4) && *index < 36;
    let kept = (0..1_000).filter(|index| !is_lost(index)).flat_map(|index| plain(index, index + 1));
    let new = later_applications(1_000, 1_016).into_iter().filter(|row| !row.contains(",08,"));
    let (said, _) = warned(bench_of_two_exports(&first, &kept.chain(new).collect::<Vec<_>>()));
    let expected = "max_shrink: entity 08 Chihuahua: 241 accepted records, 250 in solicitudes_20200915.csv (3.60 % fewer, \
                    limit 2.00 %). That is over the limit of max_shrink, which refuses from 10 records on";
    assert!(said.contains(expected), "{said}");
    // Nineteen of the 200 common folios changed.
    let changed = |index: usize, cells: &mut [String; 10]| {
        if index < 19 {
            cells[3] = "España".to_owned();
        }
    };
    let (said, _) = warned(bench_of_two_exports(
        &plain(0, 200),
        &[applications(0, 200, changed), later_applications(200, 210)].concat(),
    ));
    assert!(said.contains("19 of the 200 folios") && said.contains("which refuses from 20 records on"), "{said}");
}

#[test]
fn a_column_without_values_says_so_and_proposes_no_aliases() {
    let with = |value: &'static str| {
        let rows = applications(0, 400, |index, cells| {
            if index % 2 == 0 {
                cells[4] = value.to_owned();
            }
        });
        Bench::new().without_projection().file("solicitudes_20200930.csv", text(&rows)).credentials(&[GOOD_CREDENTIAL])
    };
    let refused = |value: &'static str, message: &str| {
        let said = with(value).run().assert_refused(3, message).stderr();
        assert!(!said.contains("aliases"), "{said}");
    };
    refused(
        "null",
        "Of them `null` stands in 200: set `empty = [\"null\"]` in [exports.solicitudes] if it means no value",
    );
    refused("", "Of them 200 are empty: ask the system for an export with the values");
    let said = with("Z").run().assert_refused(3, "column SEXO: 200 of 400").stderr();
    assert!(said.contains("add them as aliases"), "{said}");
}
