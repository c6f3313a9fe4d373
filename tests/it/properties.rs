//! Tests of properties for any input. Threads, shards, files and the order of rows do not change
//! the counts, and read = accepted + rejected = an independent count.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use std::fs;

use crate::common::{self, APPLICATION_HEADER, Bench, CREDENTIAL_HEADER, csv, files_below};
use proptest::prelude::*;

/// Some hundred rows, good and bad, of all kinds.
fn random_applications(seed: u64, rows: usize) -> Vec<String> {
    let mut state = seed | 1;
    let mut pick = move |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let entities = ["03", "8", "Michoacán", "32", "09", "14"];
    let countries = ["Canadá", "EE.UU.", "España", "Narnia", ""];
    let statuses = ["RECIBIDA", "EN_ANALISIS", "PROCEDENTE", "IMPROCEDENTE", "?"];
    (0..rows)
        .map(|n| {
            let day = 1 + pick(30);
            let status_day = day + pick(31 - day);
            format!(
                "F{},2020-09-{day:02} {:02}:00,{},{},{},{},CPV,INETEL,{},2020-09-{status_day:02} 23:00:{:02}",
                if pick(50) == 0 { pick(rows) } else { n },
                pick(23),
                entities[pick(entities.len())],
                countries[pick(countries.len())],
                ["H", "M"][pick(2)],
                ["POSTAL", "ELECTRONICA"][pick(2)],
                statuses[pick(statuses.len())],
                n % 60,
            )
        })
        .collect()
}

fn bench(rows: &[String]) -> Bench {
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    Bench::new()
        .applications(&rows)
        .credentials(&[common::GOOD_CREDENTIAL])
        .with_process_edit("max_rejected = 0.01", "max_rejected = 0.5")
        .with_edit("max_unidentified = 0.05", "max_unidentified = 1.0")
}

#[test]
fn one_thread_or_many_give_the_same_bytes() {
    let bench = bench(&random_applications(7, 30_000));
    let release = bench.release();
    let mut seen = Vec::new();
    for jobs in ["1", "2", "16"] {
        bench.run_with(&["--jobs", jobs]).assert_published();
        seen.push(files_below(&release));
        fs::remove_dir_all(bench.out()).unwrap();
    }
    // Tables, charts as SVG and PNG, the dashboard, and the three files beside the folders. Each
    // scope has a text, a report, a workbook, a dashboard and an archive.
    assert_eq!(seen[0].len(), 36 + 217 * 2 + 12 * 5 + 7 + 3);
    assert!(seen[0] == seen[1] && seen[1] == seen[2]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_is_irrelevant(seed in any::<u64>(), rotate in 0_usize..300) {
        // The order decides between rows of one folio and instant, so each folio occurs once here.
        let mut rows = random_applications(seed, 300);
        rows.iter_mut().enumerate().for_each(|(n, row)| *row = format!("U{n}{}", &row[row.find(',').unwrap()..]));
        let one = bench(&rows);
        one.run().assert_published();
        rows.rotate_left(rotate);
        rows.reverse();
        let other = bench(&rows);
        other.run().assert_published();
        for table in ["lnere_cubo", "lnere_diario", "calidad"] {
            let file = |bench: &Bench| fs::read(bench.release().join(format!("tablas/{table}.parquet"))).unwrap();
            prop_assert!(file(&one) == file(&other), "{table}");
        }
    }

    #[test]
    fn read_is_accepted_and_rejected_and_an_independent_count(
        lines in prop::collection::vec("[A-Z0-9,;\" áñ/-]{0,40}", 0..40),
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let good: Vec<String> = (0..3).map(|n| format!("{n},2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,")).collect();
        let all: Vec<&str> = good.iter().map(String::as_str).chain(lines.iter().copied()).collect();
        let text = csv(APPLICATION_HEADER, &all);
        let bench = Bench::new()
            .file("solicitudes_20200930.csv", &text)
            .file("credenciales_20200930.csv", csv(CREDENTIAL_HEADER, &[common::GOOD_CREDENTIAL]))
            .with_process_edit("max_rejected = 0.01", "max_rejected = 1.0")
            .with_edit("swallowed = true", "swallowed = false");
        match independent_count(&text) {
            None => { bench.run().assert_refused(3, "a quote is opened and never closed"); }
            Some(records) => {
                let ran = bench.run().assert_published();
                let rows = ran.rows_text("calidad", &["archivo", "regla", "filas"], "solicitudes");
                let of = |rule: &str| -> u64 {
                    let line = rows.lines().find(|line| line.contains(rule)).unwrap();
                    line.rsplit(' ').next().unwrap().parse().unwrap()
                };
                prop_assert_eq!(of("leidas"), records);
                prop_assert_eq!(of("aceptadas") + of("rechazadas"), records);
                prop_assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas").cast_unsigned(), of("aceptadas"));
            }
        }
    }
}

/// The number of records after the header, counted byte by byte; `None` if a quote is never closed.
fn independent_count(text: &str) -> Option<u64> {
    // A record with only empty cells does not count.
    let (mut records, mut quoted, mut cell_start, mut is_filled) = (0_u64, false, true, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if quoted {
            if c == '"' && chars.next_if_eq(&'"').is_none() {
                quoted = false;
            } else {
                is_filled |= !c.is_whitespace();
            }
        } else if c == '"' && cell_start {
            quoted = true;
        } else if c == '\n' {
            records += u64::from(is_filled);
            is_filled = false;
            cell_start = true;
            continue;
        } else {
            is_filled |= c != ',' && !c.is_whitespace();
        }
        cell_start = !quoted && c == ',';
    }
    (!quoted).then_some(records - 1)
}
