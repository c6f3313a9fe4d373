//! Tests of dialects: each dialect of docs/contract.md §2 gives the same numbers, and an invalid
//! export is refused with a reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use std::io::Write;
use std::sync::Arc;

use crate::common::{self, APPLICATION_HEADER, Bench, CREDENTIAL_HEADER, GOOD_APPLICATION, GOOD_CREDENTIAL, csv};

const ROWS: [&str; 3] = [
    "A1,2020-09-10,16,España,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10",
    "A2,2020-09-11,Michoacán,Canadá,H,ELECTRONICA,CPV,INETEL,PROCEDENTE,2020-09-20",
    "A3,2020-09-20,Ciudad de México,Países Bajos,H,ELECTRÓNICA,CPV,INETEL,RECIBIDA,",
];

fn plain() -> String {
    csv(APPLICATION_HEADER, &ROWS)
}

/// Checks that a file of the rows above is counted correctly.
#[track_caller]
fn assert_counted(name: &str, bytes: impl AsRef<[u8]>) {
    let bench = Bench::new().file(name, bytes).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    let columns =
        ["cve_entidad", "cve_pais", "sexo", "modalidad", "estatus", "solicitudes_quincena", "solicitudes_acumuladas"];
    let expected =
        "09 NLD H ELECTRONICA RECIBIDA 1 1\n16 CAN H ELECTRONICA PROCEDENTE 0 1\n16 ESP M POSTAL RECIBIDA 0 1";
    assert_eq!(ran.rows_text("lnere_cubo", &columns, ""), expected);
}

/// The same check with additional keys in the section of the applications.
#[track_caller]
fn assert_counted_with_keys(keys: &str, bytes: impl AsRef<[u8]>) {
    let bench = Bench::new().file(EXPORT_NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    let bench = with_keys(bench, keys);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 3);
}

#[track_caller]
fn assert_refused_with_keys(keys: &str, bytes: impl AsRef<[u8]>, message: &str) {
    let bench = Bench::new().file(EXPORT_NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    with_keys(bench, keys).run().assert_refused(3, message);
}

/// Adds keys to `[exports.solicitudes]`; a key for the encoding replaces the existing one.
fn with_keys(bench: Bench, keys: &str) -> Bench {
    if keys.starts_with("encoding") {
        return bench.with_process_edit("encoding = \"auto\"", keys);
    }
    bench.with_process_edit("[exports.solicitudes]\n", &format!("[exports.solicitudes]\n{keys}\n"))
}

/// Rows of some hundred valid applications.
fn many_rows(rows: usize) -> Vec<String> {
    let day = |n: usize| 1 + n % 28;
    (0..rows)
        .map(|n| format!("F{n:06},2020-09-{:02} 10:00:00,08,Canada,M,POSTAL,CPVE,SRVE,RECIBIDA,", day(n)))
        .collect()
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

#[track_caller]
fn assert_refused(bytes: impl AsRef<[u8]>, message: &str) {
    let bench = Bench::new().file("solicitudes_20200930.csv", bytes).credentials(&[GOOD_CREDENTIAL]);
    bench.run().assert_refused(3, message);
}

const EXPORT_NAME: &str = "solicitudes_20200930.csv";

#[test]
fn delimiters() {
    assert_counted(EXPORT_NAME, plain());
    for delimiter in [";", "|", "\t"] {
        assert_counted(EXPORT_NAME, plain().replace(',', delimiter));
    }
}

#[test]
fn line_ends() {
    assert_counted(EXPORT_NAME, plain().replace('\n', "\r\n"));
    assert_counted(EXPORT_NAME, plain().trim_end());
    assert_counted(EXPORT_NAME, plain().replacen('\n', "\r\n", 2));
    assert_counted(EXPORT_NAME, plain().replace('\n', "\n\n\r\n"));
}

#[test]
fn quotes_on_every_cell_and_line_ends_inside() {
    let quoted = format!("\"{}\"\r\n", plain().trim_end().replace(',', "\",\"").replace('\n', "\"\r\n\""));
    assert_counted(EXPORT_NAME, &quoted);
    let with_note = plain().replace("FECHA_ESTATUS\n", "FECHA_ESTATUS,NOTA\n");
    let with_note: String = with_note
        .lines()
        .map(|line| {
            if line.ends_with("NOTA") {
                format!("{line}\n")
            } else {
                format!("{line},\"dos\nlíneas, y una \"\"comilla\"\"\"\n")
            }
        })
        .collect();
    assert_counted(EXPORT_NAME, with_note);
}

#[test]
fn encodings() {
    assert_counted(EXPORT_NAME, [b"\xef\xbb\xbf", plain().as_bytes()].concat());
    let latin: Vec<u8> = plain().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert!(String::from_utf8(latin.clone()).is_err());
    assert_counted(EXPORT_NAME, latin);
}

#[test]
fn an_invalid_record_of_a_utf8_file_is_malformed() {
    let many: String = (0..200).map(|n| format!("G{n},2020-09-10,08,España,M,POSTAL,CPVE,SRVE,RECIBIDA,\n")).collect();
    let bytes = [
        APPLICATION_HEADER.as_bytes(),
        b"\n",
        many.as_bytes(),
        b"B1,2020-09-10,08,Espa\xf1a,M,POSTAL,CPVE,SRVE,RECIBIDA,\n",
    ]
    .concat();
    let bench = Bench::new().file(EXPORT_NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "error fila_malformada 1");
    assert!(ran.quarantine(EXPORT_NAME).contains(&format!("{EXPORT_NAME},202,,fila_malformada")));
}

#[test]
fn an_encoding_that_shows_only_late_in_a_large_file() {
    let early = "E{n},2020-09-10,08,Canada,M,POSTAL,CPVE,SRVE,RECIBIDA,\n";
    let mut bytes = format!("{APPLICATION_HEADER}\n").into_bytes();
    for n in 0..400_000 {
        bytes.extend_from_slice(early.replace("{n}", &n.to_string()).as_bytes());
    }
    bytes.extend_from_slice(b"L1,2020-09-10,08,Espa\xf1a,M,POSTAL,CPVE,SRVE,RECIBIDA,\n");
    let bench = Bench::new().file(EXPORT_NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rows_text("lnere_por_pais", &["cve_pais", "solicitudes_acumuladas"], ""), "CAN 400000\nESP 1");
}

#[test]
fn compressed_and_parquet() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(plain().as_bytes()).unwrap();
    assert_counted("solicitudes_20200930.csv.gz", gz.finish().unwrap());
    assert_counted("solicitudes_20200930.csv.zst", zstd::encode_all(plain().as_bytes(), 1).unwrap());
    assert_counted("solicitudes_20200930.parquet", parquet_of(&ROWS));
}

/// The rows as Parquet with dates, a timestamp and a dictionary column.
fn parquet_of(rows: &[&str]) -> Vec<u8> {
    use arrow_array::{
        ArrayRef, Date32Array, DictionaryArray, RecordBatch, StringArray, TimestampMicrosecondArray, types::Int32Type,
    };
    use chrono::NaiveDate;
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.split(',').collect()).collect();
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (index, name) in APPLICATION_HEADER.split(',').enumerate() {
        let column = cells.iter().map(|row| row[index]);
        let array: ArrayRef = match name {
            "FECHA_SOLICITUD" => Arc::new(Date32Array::from_iter_values(column.map(|text| day(text).to_epoch_days()))),
            "FECHA_ESTATUS" => {
                let noon = |text: &str| day(text).and_hms_opt(18, 0, 0).unwrap().and_utc().timestamp_micros();
                let instants = column.map(|text| (!text.is_empty()).then(|| noon(text)));
                Arc::new(instants.collect::<TimestampMicrosecondArray>().with_timezone("America/Mexico_City"))
            }
            "PAIS" => Arc::new(column.collect::<DictionaryArray<Int32Type>>()),
            _ => Arc::new(StringArray::from_iter_values(column)),
        };
        columns.push((name.to_lowercase(), array));
    }
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    common::parquet(&batch)
}

#[test]
fn headers_without_case_accents_and_blanks_in_any_order() {
    let text = plain().replace("FECHA_SOLICITUD", " Fecha_Solicitúd ").replace("PAIS", "país");
    assert_counted(EXPORT_NAME, text);
    let reversed: String =
        plain().lines().map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n").collect();
    assert_counted(EXPORT_NAME, reversed);
}

#[test]
fn a_quote_inside_an_unquoted_cell_is_text() {
    let notes = ["5\" de alto", "\"entre comillas\" y más", "x\""];
    let mut text = format!("{APPLICATION_HEADER},NOTA\n");
    for (row, note) in ROWS.iter().zip(notes) {
        text.push_str(&format!("{row},{note}\n"));
    }
    assert_counted(EXPORT_NAME, text);
}

#[test]
fn a_header_under_which_another_delimiter_makes_no_sense() {
    assert_counted(
        EXPORT_NAME,
        plain()
            .replace("FECHA_ESTATUS\n", "FECHA_ESTATUS,a;\"b\n")
            .replace("-10\n", "-10,\n")
            .replace("-20\n", "-20,\n")
            .replace("RECIBIDA,\n", "RECIBIDA,,\n"),
    );
}

#[test]
fn a_header_in_windows_1252() {
    let text = plain().replace("PAIS", "PAÍS").replace("España", "Espana").replace("México", "Mexico");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_counted(EXPORT_NAME, latin);
}

#[test]
fn large_files_are_split_where_quoted_line_ends_cannot_fool() {
    // Every record contains lines that look like records of another entity, over several segments.
    let bait = "\"x\nB{n},2020-09-10,03,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,,\n\"\"\n,\"";
    let mut text = format!("{APPLICATION_HEADER},NOTA\n");
    for n in 0..60_000 {
        text.push_str(&format!(
            "A{n},2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,,{}\n",
            bait.replace("{n}", &n.to_string())
        ));
    }
    assert!(text.len() > 5 << 20);
    let bench = Bench::new().file(EXPORT_NAME, text).credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.with_process_edit("swallowed = true", "swallowed = false");
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    assert_eq!(ran.rows_text("lnere_por_entidad", &["cve_entidad", "solicitudes_acumuladas"], "08 "), "08 60000");
}

#[test]
fn what_is_no_export_is_refused_with_its_reason() {
    assert_refused("", "is empty");
    assert_refused("\n \n", "is empty");
    assert_refused(format!("{APPLICATION_HEADER}\n"), "has a header and no record");
    assert_refused(plain().replace("SEXO", "GENERO"), "column SEXO not found among its 10");
    assert_refused(plain().replace("MEDIO", "SEXO"), "column SEXO is there twice");
    assert_refused(plain().replace("PAIS,", "PAIS,pais,"), "column PAIS is there twice");
    assert_refused(
        plain().replace(',', "~"),
        "line 1: its columns are separated by `~`; set `delimiter = \"~\"` in [exports.sol",
    );
    assert_refused(format!("{}A9,\"2020-09-10,08,x\n", plain()), "line 5: a quote is opened and never closed");
    assert_refused(
        format!("{}A9,\"{}\",08\n", plain(), "\n".repeat(1_000)),
        "line 5: a record of over 1 MiB or 1,000 lines",
    );
    assert_refused(
        format!("{}A9,{},08\n", plain(), "x".repeat(1 << 20)),
        "line 5: a record of over 1 MiB or 1,000 lines",
    );
    assert_refused(b"\xff\xfeF\0O\0L\0".as_slice(), "not found among its 1");
    assert_refused(b"\xff\xfe\0\0F\0\0\0".as_slice(), "is UTF-32");
}

#[test]
fn bytes_that_are_no_text_in_parquet_are_a_malformed_row() {
    use arrow_array::{ArrayRef, BinaryArray, RecordBatch, StringArray};
    let cells: Vec<Vec<&str>> = ROWS.iter().map(|row| row.split(',').collect()).collect();
    let columns = APPLICATION_HEADER.split(',').enumerate().map(|(index, name)| {
        let column = cells.iter().map(|row| row[index]);
        let array: ArrayRef = match name {
            "PAIS" => Arc::new(BinaryArray::from_vec(vec![b"Espa\xf1a".as_slice(), b"USA", b"CAN"])),
            _ => Arc::new(StringArray::from_iter_values(column)),
        };
        (name, array)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let bytes = common::parquet(&batch);
    let bench = Bench::new().file("solicitudes_20200930.parquet", bytes).credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.with_process_edit("max_rejected = 0.01", "max_rejected = 0.5");
    assert_eq!(bench.run().assert_published().rules("solicitudes"), "error fila_malformada 1");
}

#[test]
fn a_record_of_exactly_one_mebibyte_is_read_with_either_line_end() {
    for end in ["\n", "\r\n"] {
        let row = format!("{GOOD_APPLICATION},");
        let text = format!("{APPLICATION_HEADER},NOTA{end}{row}{}{end}", "x".repeat((1 << 20) - row.len()));
        Bench::new().file(EXPORT_NAME, text).credentials(&[GOOD_CREDENTIAL]).run().assert_published();
    }
}

#[test]
fn damaged_compression_is_refused() {
    let whole = zstd::encode_all(plain().repeat(50).as_bytes(), 1).unwrap();
    let bench = Bench::new().credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.file("solicitudes_20200930.csv.zst", &whole[..whole.len() / 2]);
    bench.run().assert_refused(3, "solicitudes_20200930.csv.zst: cannot be read to its end");
    let bench = Bench::new().credentials(&[GOOD_CREDENTIAL]).file("solicitudes_20200930.parquet", b"PAR1 no");
    bench.run().assert_refused(3, "is no readable Parquet file");
}

#[test]
fn control_files_must_agree() {
    let control = |text: &str| Bench::good().file("solicitudes_20200930.csv.control", text);
    control("rows = 1\n").run().assert_published();
    control("rows = 2\n").run().assert_refused(3, "has 1 record, its control file says 2");
    control("sha256 = \"00\"\n").run().assert_refused(3, "its SHA-256 is not the one of its control file");
    control("filas = 1\n").run().assert_refused(3, "control file: unknown field `filas`");
}

#[test]
fn the_process_file_maps_headers_and_forces_an_encoding() {
    let text = csv(&APPLICATION_HEADER.replace("SEXO", "GENERO"), &[GOOD_APPLICATION]);
    let bench = Bench::new().file(EXPORT_NAME, text).credentials(&[GOOD_CREDENTIAL]);
    bench.with_process_edit("sexo = \"SEXO\"", "sexo = [\"SEXO\", \"Género\"]").run().assert_published();

    let bytes = csv(APPLICATION_HEADER, &[&GOOD_APPLICATION.replace("Canadá", "España")]);
    let bench = Bench::new().file(EXPORT_NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    let forced = bench.with_process_edit("encoding = \"auto\"", "encoding = \"windows-1252\"");
    assert_eq!(forced.run().assert_published().rules("solicitudes"), "aviso pais_no_identificado 1");
}

#[test]
fn credentials_in_another_dialect() {
    let text = csv(CREDENTIAL_HEADER, &[GOOD_CREDENTIAL]).replace(',', "|").replace('\n', "\r\n");
    let bench = Bench::new().applications(&[GOOD_APPLICATION]).file("credenciales_20200930.csv", text);
    assert_eq!(bench.run().assert_published().total("credenciales_por_entidad", "tramitadas_acumuladas"), 1);
}

/// A quoted cell crosses the boundary at which the reader splits a file for its threads, and the
/// guessed record start falls into it. Found by fuzzing: the record was malformed.
#[test]
fn a_record_of_windows_1252_across_a_wrong_guess() {
    let row = |n: usize| format!("G{n:06},2020-09-10,08,España,M,POSTAL,CPVE,SRVE,RECIBIDA,,\n");
    let before = (1 << 20) / row(0).chars().count() - 20;
    let note = "una línea, y otra\n".repeat(200);
    let across = format!("A1,2020-09-10,08,España,M,POSTAL,CPVE,SRVE,RECIBIDA,,\"{note},\"\n");
    let records: String = (0..before).map(row).chain([across]).chain((before..before + 3_000).map(row)).collect();
    let text = format!("{APPLICATION_HEADER},NOTA\n{records}");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let bench = Bench::new().file(EXPORT_NAME, latin).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), i64::try_from(before).unwrap() + 3_001);
}

/// A dictionary stores a repeated text once: a megabyte that decodes to two gigabytes.
#[test]
fn a_parquet_dictionary_of_long_texts_is_refused() {
    let row = |folio: &str| GOOD_APPLICATION.replace("A1", folio);
    let (long, allowed) = ("x".repeat(1_000_000), "x".repeat(60_000));
    let repeated = |folio: &str| parquet_of(&vec![row(folio).as_str(); 2_000]);
    let bytes = repeated(&long);
    assert!(bytes.len() < 2_000_000, "{} bytes", bytes.len());
    let bench = Bench::new().file("solicitudes_20200930.parquet", bytes).credentials(&[GOOD_CREDENTIAL]);
    bench.run().assert_refused(3, "a value is longer than any may be");
    let bench = Bench::new().file("solicitudes_20200930.parquet", repeated(&allowed)).credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.with_process_edit("max_rejected = 0.01", "max_rejected = 1.0");
    assert_eq!(bench.run().assert_published().rules("solicitudes"), "error folio_duplicado 1999");
}

#[test]
fn utf_16_is_read_by_its_mark_or_by_the_process_file() {
    let little: fn(u16) -> [u8; 2] = u16::to_le_bytes;
    let big: fn(u16) -> [u8; 2] = u16::to_be_bytes;
    assert_counted(EXPORT_NAME, [b"\xff\xfe".to_vec(), utf16(&plain(), little)].concat());
    assert_counted(EXPORT_NAME, [b"\xfe\xff".to_vec(), utf16(&plain().replace('\n', "\r\n"), big)].concat());
    for order in [little, big] {
        assert_counted_with_keys("encoding = \"utf-16\"", utf16(&plain(), order));
        assert_refused(
            utf16(&plain(), order),
            "looks like UTF-16 without a byte-order mark; set `encoding = \"utf-16\"` in [",
        );
    }
    assert_counted_with_keys("encoding = \"utf-16\"", [b"\xff\xfe".to_vec(), utf16(&plain(), little)].concat());
}

#[test]
fn half_a_character_of_utf_16_makes_its_record_malformed() {
    let text = csv(APPLICATION_HEADER, &many_rows(300).iter().map(String::as_str).collect::<Vec<_>>());
    let mut bytes = [b"\xff\xfe".to_vec(), utf16(&text, u16::to_le_bytes)].concat();
    let place = 2 + 2 * text.find("Canada").unwrap();
    bytes[place..place + 2].copy_from_slice(&0xd800_u16.to_le_bytes());
    let bench = Bench::new().file(EXPORT_NAME, &bytes).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "error fila_malformada 1");
    assert!(ran.quarantine(EXPORT_NAME).contains(",2,,fila_malformada"));
    bytes.push(b'x');
    let bench = Bench::new().file(EXPORT_NAME, &bytes).credentials(&[GOOD_CREDENTIAL]);
    assert_eq!(bench.run().assert_published().rules("solicitudes"), "error fila_malformada 2");
}

#[test]
fn lines_above_the_header_are_no_records() {
    let above = "SISTEMA DE REGISTRO\n30/09/2020 23:59\nCORTE \"FINAL\n\"TOTAL|3\n\n";
    let text = plain().replace(',', "|");
    assert_counted(EXPORT_NAME, format!("{above}{text}"));
    let latin: Vec<u8> =
        format!("Situación\n{above}{text}").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_counted(EXPORT_NAME, latin);
    assert_counted(EXPORT_NAME, format!("{}{}", ",,,,,,,,,\n".repeat(19), plain()));
    assert_counted_with_keys("header_line = 6", format!("{above}{text}"));
    assert_counted_with_keys("header_line = 26", format!("{}{}", "Nota\n".repeat(25), plain()));

    let bad = format!("{above}{text}A9|2020-09-10|99|Canada|M|POSTAL|CPVE|SRVE|RECIBIDA|\n");
    let bench = Bench::new().file(EXPORT_NAME, bad).credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.with_process_edit("max_rejected = 0.01", "max_rejected = 0.5");
    let ran = bench.run().assert_published();
    assert!(ran.quarantine(EXPORT_NAME).contains(",10,CVE_ENTIDAD,entidad_desconocida"), "lines are those of the file");
}

#[test]
fn a_header_that_is_not_where_it_should_be() {
    assert_refused(format!("{}{}", "Nota\n".repeat(20), plain()), "not found among its 1");
    assert_refused_with_keys("header_line = 2", plain(), "line 2: columns FOLIO, FECHA_SOLICITUD");
    assert_refused_with_keys(
        "header_line = 5",
        plain(),
        "has no line 5, on which `header_line` of [exports.solicitudes]",
    );
    let above = format!("Reporte\n\n{}", plain().replace("SEXO", "GENERO"));
    assert_refused(
        above,
        "line 3: column SEXO not found among its 10: FOLIO, FECHA_SOLICITUD, CVE_ENTIDAD, PAIS, GENERO, ",
    );
}

#[test]
fn a_line_that_names_the_delimiter_is_skipped() {
    for line in ["sep=;\n", "SEP=;\r\n", "\"sep=;\"\n", "\nsep=;\n", "sep=\n", "sep=,\n"] {
        assert_counted(EXPORT_NAME, format!("{line}{}", plain().replace(',', ";")));
    }
    assert_counted(EXPORT_NAME, format!("sep=^\n{}", plain().replace(',', "^")));
    assert_counted(EXPORT_NAME, format!("\u{feff}sep=;\n{}", plain().replace(',', ";")));
}

#[test]
fn the_process_file_forces_a_delimiter() {
    assert_counted_with_keys("delimiter = \"~\"", plain().replace(',', "~"));
    assert_counted_with_keys("delimiter = \"\\u001f\"", plain().replace(',', "\u{1f}"));
    assert_refused_with_keys(
        "delimiter = \",\"",
        plain().replace(',', ";"),
        "line 1: its columns are separated by `;`",
    );
}

#[test]
fn without_quotes_a_quote_is_text() {
    let rows = many_rows(60_000);
    let stray = |n: usize| if n % 1_000 == 7 { "\"El Rancho" } else { "El \"Rancho\"" };
    let mut text = format!("\"FOLIO,{},\"NOTA\n", APPLICATION_HEADER.split_once(',').unwrap().1);
    for (n, row) in rows.iter().enumerate() {
        text.push_str(&format!("{row},{}\n", stray(n)));
    }
    assert!(text.len() > 3 << 20);
    let bench = Bench::new().file(EXPORT_NAME, &text).credentials(&[GOOD_CREDENTIAL]);
    let bench = with_keys(bench, "quotes = false").with_edit("folio = \"FOLIO\"", "folio = '\"FOLIO'");
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 60_000);
    let plain_header = text.replacen("\"FOLIO", "FOLIO", 1).replacen("\"NOTA", "NOTA", 1);
    assert_refused(
        plain_header,
        "or set `quotes = false` in [exports.solicitudes] of the process file if the export quotes nothing",
    );
}

/// A file of many rows with a note, some of which have a stray quote.
fn with_notes(note: impl Fn(usize) -> &'static str) -> String {
    let mut text = format!("{APPLICATION_HEADER},NOTA\n");
    for (n, row) in many_rows(400).iter().enumerate() {
        text.push_str(&format!("{row},{}\n", note(n)));
    }
    text
}

#[test]
fn lines_inside_quotes_that_look_like_records_refuse_the_export() {
    let strays = |first: usize, second: usize, words: &str| {
        let note = move |n| if n == first || n == second { "\"El Rancho" } else { "Dallas" };
        assert_refused(with_notes(note), words);
    };
    strays(100, 168, "a quote opened on line 102 closes on line 170, and 67 lines between look like records; mend");
    strays(100, 102, "a quote opened on line 102 closes on line 104, and a line between looks like a record; mend");
    strays(100, 101, "a quote opened on line 102 closes on line 103, and both lines look like records; mend");
    strays(0, 398, "a quote opened on line 2 closes on line 400, and 397 lines between look like records; mend");
    // Three places; the closing quote belongs to a cell that is correctly quoted.
    let note = |n| match n {
        10 | 50 | 90 => "\"El Rancho",
        20 | 60 | 100 => "\"Dallas, Texas\"",
        _ => "Dallas",
    };
    let words = "a quote opened on line 12 closes on line 22, and 9 lines between look like records (so it is in 2 more places)";
    assert_refused(with_notes(note), words);
    // In a counted column, where the record is malformed, and in the header.
    let swallowed = with_notes(|_| "x").replacen("F000010,", "\"F000010,", 1).replacen("F000011,", "\"F000011,", 1);
    assert_refused(swallowed, "a quote opened on line 12 closes on line 13, and both lines look like records");
    let swallowed = with_notes(|n| if n == 30 { "x\"" } else { "x" }).replacen(",NOTA", ",\"NOTA", 1);
    assert_refused(
        swallowed.replace(",x\"\n", ",\"x\n"),
        "a quote opened on line 1 closes on line 32, and 30 lines between look",
    );
    // The rule can be switched off.
    let note = |n| if n == 100 || n == 168 { "\"El Rancho" } else { "Dallas" };
    let bench = Bench::new().file(EXPORT_NAME, with_notes(note)).credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.with_process_edit("swallowed = true", "swallowed = false");
    let ran = bench.run().assert_published();
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 332);
}

#[test]
fn notes_of_several_lines_are_meant() {
    let notes = [
        "\"Domicilio:\n  calle, número, 5\n  ciudad\"",
        "\"a,b,c,d,e,f,g,h,i\nj\n\"",
        "\"\n\n\n,,,,,,,,,\"",
        "\"di \"\"no\"\"\r\nhoy\" y mañana",
    ];
    let bench = Bench::new().file(EXPORT_NAME, with_notes(|n| notes[n % 4])).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().assert_published();
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 400);
    // In the first column, and in the first and the last.
    for (first, last) in [("\"una\nnota\"", "x"), ("\"una\nnota\"", "\"y\notra\"")] {
        let rows = many_rows(300);
        let rows: Vec<String> = rows.iter().map(|row| format!("{first},{row},{last}")).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let text = csv(&format!("UNA,{APPLICATION_HEADER},OTRA"), &rows);
        let bench = Bench::new().file(EXPORT_NAME, text).credentials(&[GOOD_CREDENTIAL]);
        assert_eq!(bench.run().assert_published().total("lnere_por_entidad", "solicitudes_acumuladas"), 300);
    }
}

#[test]
fn records_of_which_every_cell_is_empty_are_none() {
    let text = plain().replace("10\n", "10\n,,,,,,,,,\n   \n, \t,,,\n\"\",\"\",,,\n");
    let bench = Bench::new().file(EXPORT_NAME, format!("{text},,,,,,,,,\r\n,,,")).credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.file("solicitudes_20200930.csv.control", "rows = 3\n");
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    assert!(
        ran.rows_text("calidad", &["archivo", "regla", "filas"], "leidas").contains(&format!("{EXPORT_NAME} leidas 3"))
    );
    assert_refused(format!("{APPLICATION_HEADER}\n,,,,,,,,,\n\n  \n"), "has a header and no record");
    // A word that means an empty cell is empty.
    let words = format!("{}null,null,null,,,,,,,null\n", plain());
    assert_counted_with_keys("empty = [\"null\"]", words);
}

#[test]
fn words_that_mean_an_empty_cell() {
    let rows: Vec<String> = many_rows(300).into_iter().map(|row| format!("{row}null")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let extra = [
        "null,2020-09-10,08,Canada,M,POSTAL,CPVE,SRVE,RECIBIDA,",
        "B1,2020-09-10,08,\\N,M,POSTAL,CPVE, null ,RECIBIDA,\\N",
        "B2,2020-09-10,08,VACÍO,M,POSTAL,CPVE,SRVE,RECIBIDA,\" VACÍO\"",
    ];
    let text = csv(APPLICATION_HEADER, &[&rows[..], &extra].concat());
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [text.clone().into_bytes(), latin] {
        let bench = Bench::new().file(EXPORT_NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
        let bench = with_keys(bench, "empty = [\"null\", \"\\\\N\", \"VACÍO\"]");
        let ran = bench.run().assert_published();
        let rules = "error folio_vacio 1\naviso pais_no_identificado 2\naviso categoria_no_identificada 1";
        let mut found: Vec<_> = ran.rules("solicitudes").lines().map(str::to_owned).collect();
        found.sort();
        let mut expected: Vec<_> = rules.lines().map(str::to_owned).collect();
        expected.sort();
        assert_eq!(found, expected);
    }
    assert_refused(
        text,
        "fecha_invalida in FECHA_ESTATUS: 302; `null` stands in FECHA_ESTATUS of 300 records: set `empty = [\"null\"]` in \
         [exports.solicitudes] if it means no value. `lnere check` lists the records",
    );
    // The setting is sensitive to case: the word in another case stays text.
    assert_refused_with_keys(
        "empty = [\"NULL\"]",
        csv(APPLICATION_HEADER, &rows),
        "`null` stands in FECHA_ESTATUS of 300 records",
    );
}

#[test]
fn empty_words_hold_in_parquet_too() {
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    let cells: Vec<Vec<&str>> = ROWS.iter().map(|row| row.split(',').collect()).collect();
    let columns = APPLICATION_HEADER.split(',').enumerate().map(|(index, name)| {
        let column = cells.iter().map(|row| if row[index].is_empty() { "null" } else { row[index] });
        (name, Arc::new(StringArray::from_iter_values(column)) as ArrayRef)
    });
    let bytes = common::parquet(&RecordBatch::try_from_iter(columns).unwrap());
    let bench = Bench::new().file("solicitudes_20200930.parquet", bytes).credentials(&[GOOD_CREDENTIAL]);
    assert_eq!(with_keys(bench, "empty = [\"null\"]").run().assert_published().rules("solicitudes"), "");
}

#[test]
fn a_missing_column_says_what_is_there_and_what_to_write() {
    assert_refused(
        plain().replace("CVE_ENTIDAD", "ID_ENTIDAD"),
        "line 1: column CVE_ENTIDAD not found among its 10: FOLIO, FECHA_SOLICITUD, ID_ENTIDAD, PAIS, SEXO, MODALIDAD, \
         TIPO_CREDENCIAL, MEDIO, ESTATUS, FECHA_ESTATUS; if the system renamed it, write in the process file: \
         [exports.solicitudes.columns] cve_entidad = \"ID_ENTIDAD\"",
    );
    let hidden = plain().replace("CVE_ENTIDAD", "Ent\u{200b}\u{a0}1").replace("SEXO", "\"GE\r\nNERO\"");
    assert_refused(hidden, "FECHA_SOLICITUD, Ent\\u{200b}\\u{a0}1, PAIS, GE\\r\\nNERO, MODALIDAD");
    assert_refused(
        plain().replace("PAIS", "PAIS DE RESIDENCIA").replace("SEXO", "GENERO"),
        "pais = \"PAIS DE RESIDENCIA\" and sexo = \"…\"",
    );
    let bench = Bench::new().applications(&[GOOD_APPLICATION]);
    let credentials = csv(&CREDENTIAL_HEADER.replace("CVE_ENTIDAD", "ENTIDAD"), &[GOOD_CREDENTIAL]);
    bench
        .file("credenciales_20200930.csv", credentials)
        .run()
        .assert_refused(3, "[exports.credenciales.columns] cve_entidad = \"ENTIDAD\"");
}

#[test]
fn a_record_in_the_place_of_the_header_is_not_shown() {
    let bench = |bytes: String| Bench::new().file(EXPORT_NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    let headless = plain().split_once('\n').unwrap().1.to_owned();
    let ended_by_nel = plain().replace('\n', "\u{85}");
    let swallowed = plain().replace(",FECHA_ESTATUS\n", ",\"FECHA_ESTATUS\n") + "A4,\",x\n";
    for text in [headless, ended_by_nel, swallowed] {
        let bench = bench(text);
        let ran = bench.run().assert_refused(3, "not found among its");
        for cell in ["A1", "España", "POSTAL", "Michoac"] {
            assert!(!ran.stderr().contains(cell), "{}", ran.stderr());
        }
    }
}

#[test]
fn lines_that_end_in_cr_alone_are_told() {
    let words = "the lines of this file end in CR alone (old Mac); save it with LF or CRLF";
    assert_refused(plain().replace('\n', "\r"), words);
    assert_refused(plain().replace('\n', "\r") + "\n", words);
    assert_refused(plain().replace("FECHA_ESTATUS\n", "FECHA_ESTATUS,NOTA\n").replace('\n', "\r"), words);
    let many = csv(APPLICATION_HEADER, &many_rows(20_000).iter().map(String::as_str).collect::<Vec<_>>());
    assert_refused(many.replace('\n', "\r"), words);
}

#[test]
fn a_refusal_names_the_commonest_rules_and_what_to_do() {
    let rows = |edit: fn(String) -> String| {
        let rows: Vec<String> = many_rows(400).into_iter().map(edit).collect();
        csv(APPLICATION_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_refused(
        rows(|row| format!("{row},")),
        "400 of 400 records rejected (100.00 %, limit 1.00 %): fila_malformada: 400; \
         fields: 10 expected, 11 found in 400 records, of which 400 end with a delimiter that the header does not have at \
         its end; export the header with it, or the records without it. `lnere check` lists the records",
    );
    assert_refused(
        rows(|row| row.replacen("2020-09-", "SEP/20/", 1)),
        "fecha_invalida in FECHA_SOLICITUD: 400; the dates of FECHA_SOLICITUD look like `AAA/99/99 99:99:99` in 400 records \
         (9 is a digit, A a letter): add their form to `date_formats` in [exports.solicitudes]. `lnere check` lists the records",
    );
    let bench = Bench::new().file(EXPORT_NAME, rows(|row| row.replace(",08,", ",99,"))).credentials(&[GOOD_CREDENTIAL]);
    bench.run().assert_refused(3, "entidad_desconocida in CVE_ENTIDAD: 400. `lnere check` lists the records");
    assert_refused(
        rows(|row| row.replace(",08,", ",N/A,")),
        "`N/A` stands in CVE_ENTIDAD of 400 records: set `empty = [\"N/A\"]`",
    );
}

/// Labels of a part that is read again count once. A part is read again if its encoding is detected
/// late or a guess was wrong.
#[test]
fn labels_are_counted_once() {
    let mut rows = many_rows(60_000);
    for (n, row) in rows.iter_mut().enumerate().skip(100) {
        let label = if n % 5_000 == 0 {
            "Ñandú"
        } else if n % 100 == 0 {
            "Ñarnia"
        } else {
            "España"
        };
        *row = row.replace("Canada", label);
    }
    let rows: Vec<String> = rows.iter().map(|row| format!("{row},\"dos\nlíneas\"")).collect();
    let text = csv(&format!("{APPLICATION_HEADER},NOTA"), &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (bytes, least) in [(text.into_bytes(), "Ñandú"), (latin, "Ñandú")] {
        let bench = Bench::new().file(EXPORT_NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
        bench.command("check", &[]).assert().code(0);
        let labels = std::fs::read_to_string(bench.out().join("private/etiquetas_desconocidas.csv")).unwrap();
        let listed: Vec<&str> = labels.lines().skip(1).collect();
        assert!(listed.iter().any(|line| line.contains("Ñarnia") && line.ends_with(",588")), "{labels}");
        assert!(listed.iter().any(|line| line.contains(least) && line.ends_with(",11")), "{labels}");
        assert_eq!(listed.len(), 2, "{labels}");
    }
}

#[test]
fn a_last_record_that_is_cut_off_warns() {
    let rows = many_rows(400);
    let whole = csv(APPLICATION_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let said = |text: &str, control: bool| {
        let bench = Bench::new().file("solicitudes_20200930.csv", text).credentials(&[GOOD_CREDENTIAL]);
        let bench = if control { bench.file("solicitudes_20200930.csv.control", "rows = 400\n") } else { bench };
        let bench = bench.without_projection();
        let ran = bench.run_with(&["--only", "tablas", "--format", "json"]).assert_published();
        let json: serde_json::Value = serde_json::from_str(&ran.stdout()).unwrap();
        let warnings = json["warnings"].as_array().unwrap().clone();
        let cut = warnings.into_iter().filter(|warning| warning["rule"] == "last_record_cut");
        cut.map(|warning| warning["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("\n")
    };
    let trimmed = whole.trim_end();
    let (last, _) = trimmed.rsplit_once(',').unwrap();
    let expected = "line 401: the last record is not whole and has no line end, so the file is probably cut off here; copy \
                    it again, or ask the system for it again. A control file solicitudes_20200930.csv.control with \
                    `rows = N` would tell [L221]";
    assert_eq!(said(last, false), expected);
    assert_eq!(said(&format!("{trimmed}2020-09-2"), false), expected, "in the midst of its last date");
    assert_eq!(said(last, true), "", "the control file says that it is whole");
    // A record with too few fields inside the file, and a complete one without a line end.
    assert_eq!(said(&format!("{last}\n"), false), "");
    assert_eq!(said(trimmed, false), "");
}

#[test]
fn malformed_records_of_another_encoding_are_said_with_the_key() {
    let said = "records hold bytes that are not UTF-8: if the system writes Windows-1252, set `encoding = \
                \"windows-1252\"` in [exports.solicitudes]";
    let spain = "A1,2020-09-10,16,Espa\u{f1}a,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10";
    let rows: Vec<String> = (0..20).map(|index| spain.replace("A1", &format!("A{index}"))).collect();
    let text = csv(APPLICATION_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let marked = [b"\xef\xbb\xbf".as_slice(), &latin(&text)].concat();
    assert_refused(&marked, &format!("fila_malformada: 20; 20 {said}"));
    // One word of UTF-8 in a file of Windows-1252.
    let one = [latin(&text), spain.replace("A1", "B1").into_bytes()].concat();
    assert_refused(&one, &format!("20 {said}"));
    let bench = Bench::new().file("solicitudes_20200930.csv", &marked).credentials(&[GOOD_CREDENTIAL]);
    with_keys(bench, "encoding = \"windows-1252\"").without_projection().run().assert_published();
    assert_refused_with_keys(
        "encoding = \"utf-16\"",
        plain(),
        "is no UTF-16, which `encoding` in [exports.solicitudes] of the process file says",
    );
}

#[test]
fn dates_that_cannot_be_read_say_what_can_help() {
    let with_date = |date: &str| {
        let row = |index: usize| format!("A{index},{date},16,España,M,POSTAL,CPVE,SRVE,RECIBIDA,");
        let rows: Vec<String> = (0..20).map(row).collect();
        csv(APPLICATION_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let no_day = "look like `99/99/9999` in 20 records (9 is a digit, A a letter): that is a declared form, and they are no \
                  days of the calendar in it; if month and day are the other way round";
    assert_refused(with_date("09/25/2020"), no_day);
    assert_refused(
        with_date("2020-09-10 CST"),
        "`9999-99-99 AAA` in 20 records (9 is a digit, A a letter): the day is read",
    );
    assert_refused(
        with_date("0000-00-00"),
        "set `empty = [\"0000-00-00\"]` in [exports.solicitudes] if it means no value",
    );
    assert_refused(with_date("<NA>"), "set `empty = [\"<NA>\"]`");
    let zoned = "2020-09-10T10:00:00.000-05:00[America/Mexico_City] (CDT daylight)";
    assert_refused(with_date(zoned), "FECHA_SOLICITUD holds texts of over 60 bytes, which are no dates, in 20 records");
}

#[test]
fn a_layout_that_cannot_be_read_says_its_cause() {
    let rows: Vec<String> = ROWS.iter().cycle().take(9).map(|row| format!("{row},")).collect();
    let trailing = csv(APPLICATION_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let said = "fields: 10 expected, 11 found in 9 records, of which 9 end with a delimiter that the header does not have at \
                its end; export the header with it, or the records without it";
    assert_refused(trailing, said);
    let padded = |line: &str| line.split(',').map(|cell| format!("{cell:<20}")).collect::<String>() + "\n";
    let fixed: String = plain().lines().map(padded).collect();
    assert_refused(fixed, "line 1: its columns are padded with blanks to a fixed width, and nothing separates them");
}

#[test]
fn dates_that_a_spreadsheet_was_told_to_keep_as_text_are_read() {
    let text = plain().replace("2020-09-10", "'2020-09-10").replace("2020-09-11", "=\"2020-09-11\"");
    assert_counted("solicitudes_20200930.csv", text);
}
