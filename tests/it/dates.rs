//! Tests of dates in every format that a process file may declare, and of times of day, which need
//! no declaration (docs/contract.md §2). The expected days are days of Mexico City.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use crate::common::{APPLICATION_HEADER, Bench, CREDENTIAL_HEADER, GOOD_APPLICATION, GOOD_CREDENTIAL, csv};

const DEFAULT_FORMATS: &str = "[\"YYYY-MM-DD\", \"DD/MM/YYYY\"]";

/// Applications with these registration dates and these date formats.
fn bench(formats: &str, cells: &[&str]) -> Bench {
    let row = |(n, cell): (usize, &&str)| format!("F{n};{cell};08;Canada;M;POSTAL;CPVE;SRVE;RECIBIDA;");
    let rows: Vec<String> = cells.iter().enumerate().map(row).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let text = csv(&APPLICATION_HEADER.replace(',', ";"), &rows);
    let bench = Bench::new().file("solicitudes_20200930.csv", text).credentials(&[GOOD_CREDENTIAL]);
    bench.with_process_edit(&format!("date_formats = {DEFAULT_FORMATS}  #"), &format!("date_formats = {formats}  #"))
}

/// Checks that all cells mean the same day.
#[track_caller]
fn assert_all_are(day: &str, formats: &str, cells: &[&str]) {
    let bench = bench(formats, cells);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    let days = ran.rows_text("lnere_diario", &["fecha", "cve_entidad", "solicitudes"], &format!("{day} 08 "));
    let counted: usize = days.lines().map(|line| line.rsplit_once(' ').unwrap().1.parse::<usize>().unwrap()).sum();
    assert_eq!(counted, cells.len(), "{formats} {cells:?}");
}

/// Checks that no cell is a valid date.
#[track_caller]
fn assert_none_is_date(formats: &str, cells: &[&str]) {
    let all: Vec<&str> = cells.iter().copied().chain(["2020-09-10"]).collect();
    let formats =
        if formats == DEFAULT_FORMATS { formats.to_owned() } else { formats.replace(']', ", \"YYYY-MM-DD\"]") };
    let bench = bench(&formats, &all).with_edit("max_rejected = 0.01", "max_rejected = 1.0");
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), format!("error fecha_invalida {}", cells.len()), "{cells:?}");
}

#[test]
fn times_of_day_need_no_declaration() {
    assert_all_are(
        "2020-09-10",
        DEFAULT_FORMATS,
        &[
            "2020-09-10",
            "10/09/2020",
            "2020-09-10 1:45",
            "10/09/2020 0:00",
            "10/09/2020 23:59:59",
            "2020-09-10T13:45:09",
            "10/09/2020T13:45",
            "10/09/2020   13:45",
            "2020-09-10  1:45:00",
            "2020-09-10 13:45:00.0000000",
            "10/09/2020 13:45:09,250",
            "10/09/2020 12:00 a. m.",
            "10/09/2020 11:59:59 p. m.",
            "10/09/2020 01:45:00 p.m.",
            "2020-09-10 1:45 PM",
            "2020-09-10 1:45AM",
            "10/09/2020 01:45:00\u{a0}p.\u{a0}m.",
            "2020-09-10T13:45:09.123-0500",
            "2020-09-11T04:59:59Z",
        ],
    );
    assert_none_is_date(
        DEFAULT_FORMATS,
        &[
            "2020-09-10 24:00",
            "10/09/2020 13:45 PM",
            "10/09/2020 0:45 AM",
            "2020-09-10 1:4",
            "2020-09-10 13.45",
            "2020-09-10 1",
            "2020-09-10 13:45 hrs",
            "10/09/2020 13:45Z",
            "10/9/2020",
            "09/25/2020",
            "10-SEP-20",
        ],
    );
}

#[test]
fn an_excel_hour_without_a_zero() {
    let cells: Vec<String> = (0..24).map(|hour| format!("10/09/2020 {hour}:{:02}", hour * 2)).collect();
    assert_all_are("2020-09-10", DEFAULT_FORMATS, &cells.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn forms_of_a_day_are_declared() {
    assert_all_are("2020-09-10", "[\"DD-MON-RR\"]", &["10-SEP-20", "10-sep-20", "10-Sept-20", "10-sep.-20"]);
    assert_all_are(
        "2020-09-10",
        "[\"DD-MON-RR\"]",
        &["10-SEP-20 01.45.09.000000000 PM", "10-SEP-20 13.45.09", "10-SEP-20 13:45"],
    );
    assert_all_are("2020-09-10", "[\"d/m/yyyy\"]", &["10/9/2020", "10/09/2020", "10/9/2020 9:05:01 a. m."]);
    assert_all_are("2020-09-10", "[\"M/D/YY\"]", &["9/10/20", "09/10/20 13:45"]);
    assert_all_are("2020-09-10", "[\"YYYYMMDD\"]", &["20200910", "20200910 13:45", "20200910T13:45:00"]);
    assert_all_are("2020-09-10", "[\"YYMMDD\", \"DDMONYYYY\"]", &["200910", "10SEP2020", "10sep2020 1:00 PM"]);
    assert_all_are("2020-09-10", "[\"D MON, YYYY\"]", &["10 Sep, 2020", "10 sep., 2020"]);
    assert_all_are(
        "2020-09-10",
        "[\"DD/MM/YY\", \"DD/MM/YYYY\"]",
        &["10/09/20", "10/09/2020", "10/09/20 1:45", "10/09/2020 1:45"],
    );
    assert_none_is_date("[\"DD-MON-RR\"]", &["10-OKT-20", "10-SEP-2020", "10-09-20", "1-SEP-20", "31-SEP-20"]);
    assert_none_is_date("[\"D/M/YY\"]", &["10/9/2020", "010/9/20", "10/13/20"]);
}

#[test]
fn credentials_have_forms_of_their_own() {
    let row = "T1,02-SEP-20,08,Chicago,H,INSCRIPCION,20-SEP-20 1.05.00 PM,";
    let text = csv(CREDENTIAL_HEADER, &[row]);
    let bench = Bench::new().applications(&[GOOD_APPLICATION]).file("credenciales_20200930.csv", text);
    let bench = bench.with_process_edit(
        &format!("[exports.credenciales]\nencoding = \"auto\"\ndate_formats = {DEFAULT_FORMATS}"),
        "[exports.credenciales]\ndate_formats = [\"DD-MON-RR\"]",
    );
    // Oracle pads the hour; an unpadded hour is also accepted.
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("credenciales"), "");
    assert_eq!(ran.total("credenciales_por_entidad", "entregadas_acumuladas"), 1);
}

/// Unsorted days of a month that differ only in their first digit, with offsets that lead to the
/// previous day. Also hours around the change of the clock.
#[test]
fn what_is_remembered_between_records_changes_no_day() {
    let mut cells = Vec::new();
    for n in 0..4_000_u32 {
        let day = 1 + n * 7 % 30;
        cells.push(format!("{day:02}/09/2020 10:00:00"));
        cells.push(format!("2020-09-{day:02}"));
        if day > 1 {
            cells.push(format!("2020-09-{day:02}T04:59:59Z"));
        }
    }
    let bench = bench(DEFAULT_FORMATS, &cells.iter().map(String::as_str).collect::<Vec<_>>());
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    for day in 1..=30_u32 {
        let same = (0..4_000).filter(|n| 1 + n * 7 % 30 == day).count() * 2;
        let before = (0..4_000).filter(|n| 1 + n * 7 % 30 == day + 1).count();
        let rows =
            ran.rows_text("lnere_diario", &["fecha", "cve_entidad", "solicitudes"], &format!("2020-09-{day:02} 08 "));
        let counted: usize = rows.lines().map(|line| line.rsplit_once(' ').unwrap().1.parse::<usize>().unwrap()).sum();
        assert_eq!(counted, same + before, "day {day}");
    }
}

#[test]
fn a_mistake_in_a_form_is_named_with_its_line() {
    for (format, message) in [
        ("DMYYYY", "`D` and `M` have one digit or two, so they need a separator beside other digits"),
        ("DD/MM", "it has no year"),
        ("DD/MM/YYYY HH:mm", "a time of day after the day is read without being declared; leave it out"),
        ("DD de MON de YYYY", "`E` has no meaning"),
    ] {
        let bench = bench(&format!("[\"{format}\"]"), &["2020-09-10"]);
        let text = std::fs::read_to_string(bench.path("process.toml")).unwrap();
        let line = 1 + text.lines().position(|line| line.contains(format)).unwrap();
        let expected = format!("process.toml:{line}: `{format}` is no form of a date: {message}");
        bench.run().assert_refused(2, &expected);
    }
    bench("[]", &["2020-09-10"]).run().assert_refused(2, "date_formats names no form, so no date could be read");
}
