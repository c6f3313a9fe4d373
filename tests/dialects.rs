//! Each dialect of SPEC §2 gives the same numbers, and what is no export is refused with a reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

mod common;

use std::io::Write;
use std::sync::Arc;

use common::{Bench, CREDENTIAL_HEADER, GOOD_CREDENTIAL, GOOD_REQUEST, REQUEST_HEADER, csv};

const ROWS: [&str; 3] = [
    "A1,2020-09-10,16,España,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10",
    "A2,2020-09-11,Michoacán,Canadá,H,ELECTRONICA,CPV,INETEL,PROCEDENTE,2020-09-20",
    "A3,2020-09-20,Ciudad de México,Países Bajos,H,ELECTRÓNICA,CPV,INETEL,RECIBIDA,",
];

fn plain() -> String {
    csv(REQUEST_HEADER, &ROWS)
}

/// A file of the rows above counts as it should.
#[track_caller]
fn reads(name: &str, bytes: impl AsRef<[u8]>) {
    let bench = Bench::new().file(name, bytes).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().published();
    assert_eq!(ran.rules("solicitudes"), "");
    let columns =
        ["cve_entidad", "cve_pais", "sexo", "modalidad", "estatus", "solicitudes_quincena", "solicitudes_acumuladas"];
    let expected =
        "09 NLD H ELECTRONICA RECIBIDA 1 1\n16 CAN H ELECTRONICA PROCEDENTE 0 1\n16 ESP M POSTAL RECIBIDA 0 1";
    assert_eq!(ran.rows("lnere_cubo", &columns, ""), expected);
}

#[track_caller]
fn refuses(bytes: impl AsRef<[u8]>, message: &str) {
    let bench = Bench::new().file("solicitudes_20200930.csv", bytes).credentials(&[GOOD_CREDENTIAL]);
    bench.run().refused(3, message);
}

const NAME: &str = "solicitudes_20200930.csv";

#[test]
fn delimiters() {
    reads(NAME, plain());
    for delimiter in [";", "|", "\t"] {
        reads(NAME, plain().replace(',', delimiter));
    }
}

#[test]
fn line_ends() {
    reads(NAME, plain().replace('\n', "\r\n"));
    reads(NAME, plain().trim_end());
    reads(NAME, plain().replacen('\n', "\r\n", 2));
    reads(NAME, plain().replace('\n', "\n\n\r\n"));
}

#[test]
fn quotes_on_every_cell_and_line_ends_inside() {
    let quoted = format!("\"{}\"\r\n", plain().trim_end().replace(',', "\",\"").replace('\n', "\"\r\n\""));
    reads(NAME, &quoted);
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
    reads(NAME, with_note);
}

#[test]
fn encodings() {
    reads(NAME, [b"\xef\xbb\xbf", plain().as_bytes()].concat());
    let latin: Vec<u8> = plain().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert!(String::from_utf8(latin.clone()).is_err());
    reads(NAME, latin);
}

#[test]
fn an_invalid_record_of_a_utf8_file_is_malformed() {
    let many: String = (0..200).map(|n| format!("G{n},2020-09-10,08,España,M,POSTAL,CPVE,SRVE,RECIBIDA,\n")).collect();
    let bytes = [
        REQUEST_HEADER.as_bytes(),
        b"\n",
        many.as_bytes(),
        b"B1,2020-09-10,08,Espa\xf1a,M,POSTAL,CPVE,SRVE,RECIBIDA,\n",
    ]
    .concat();
    let bench = Bench::new().file(NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().published();
    assert_eq!(ran.rules("solicitudes"), "error fila_malformada 1");
    assert!(ran.quarantine(NAME).contains(&format!("{NAME},202,,fila_malformada")));
}

#[test]
fn an_encoding_that_shows_only_late_in_a_large_file() {
    let early = "E{n},2020-09-10,08,Canada,M,POSTAL,CPVE,SRVE,RECIBIDA,\n";
    let mut bytes = format!("{REQUEST_HEADER}\n").into_bytes();
    for n in 0..400_000 {
        bytes.extend_from_slice(early.replace("{n}", &n.to_string()).as_bytes());
    }
    bytes.extend_from_slice(b"L1,2020-09-10,08,Espa\xf1a,M,POSTAL,CPVE,SRVE,RECIBIDA,\n");
    let bench = Bench::new().file(NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().published();
    assert_eq!(ran.rows("lnere_por_pais", &["cve_pais", "solicitudes_acumuladas"], ""), "CAN 400000\nESP 1");
}

#[test]
fn compressed_and_parquet() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(plain().as_bytes()).unwrap();
    reads("solicitudes_20200930.csv.gz", gz.finish().unwrap());
    reads("solicitudes_20200930.csv.zst", zstd::encode_all(plain().as_bytes(), 1).unwrap());
    reads("solicitudes_20200930.parquet", parquet_of(&ROWS));
}

/// The rows as Parquet with dates, a timestamp, and a dictionary among the columns.
fn parquet_of(rows: &[&str]) -> Vec<u8> {
    use arrow_array::{
        ArrayRef, Date32Array, DictionaryArray, RecordBatch, StringArray, TimestampMicrosecondArray, types::Int32Type,
    };
    use chrono::NaiveDate;
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.split(',').collect()).collect();
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (index, name) in REQUEST_HEADER.split(',').enumerate() {
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
    reads(NAME, text);
    let reversed: String =
        plain().lines().map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n").collect();
    reads(NAME, reversed);
}

#[test]
fn a_quote_inside_an_unquoted_cell_is_text() {
    let notes = ["5\" de alto", "\"entre comillas\" y más", "x\""];
    let mut text = format!("{REQUEST_HEADER},NOTA\n");
    for (row, note) in ROWS.iter().zip(notes) {
        text.push_str(&format!("{row},{note}\n"));
    }
    reads(NAME, text);
}

#[test]
fn a_header_under_which_another_delimiter_makes_no_sense() {
    reads(
        NAME,
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
    reads(NAME, latin);
}

#[test]
fn large_files_are_split_where_quoted_line_ends_cannot_fool() {
    // Every record holds lines that look like records of another entity, over several segments.
    let bait = "\"x\nB{n},2020-09-10,03,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,,\n\"\"\n,\"";
    let mut text = format!("{REQUEST_HEADER},NOTA\n");
    for n in 0..60_000 {
        text.push_str(&format!(
            "A{n},2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,,{}\n",
            bait.replace("{n}", &n.to_string())
        ));
    }
    assert!(text.len() > 5 << 20);
    let bench = Bench::new().file(NAME, text).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().published();
    assert_eq!(ran.rules("solicitudes"), "");
    assert_eq!(ran.rows("lnere_por_entidad", &["cve_entidad", "solicitudes_acumuladas"], "08 "), "08 60000");
}

#[test]
fn what_is_no_export_is_refused_with_its_reason() {
    refuses("", "is empty");
    refuses("\n \n", "is empty");
    refuses(format!("{REQUEST_HEADER}\n"), "has a header and no record");
    refuses(plain().replace("SEXO", "GENERO"), "column SEXO not found among its 10");
    refuses(plain().replace("MEDIO", "SEXO"), "column SEXO is there twice");
    refuses(plain().replace("PAIS,", "PAIS,pais,"), "column PAIS is there twice");
    refuses(plain().replace(',', "~"), "not found among its 1");
    refuses(format!("{}A9,\"2020-09-10,08,x\n", plain()), "line 5: a quote is opened and never closed");
    refuses(format!("{}A9,\"{}\",08\n", plain(), "\n".repeat(1_000)), "line 5: a record of over 1 MiB or 1,000 lines");
    refuses(format!("{}A9,{},08\n", plain(), "x".repeat(1 << 20)), "line 5: a record of over 1 MiB or 1,000 lines");
    refuses(b"\xff\xfeF\0O\0L\0".as_slice(), "is UTF-16");
    refuses(plain().replace('\n', "\r"), "column FECHA_ESTATUS not found");
}

#[test]
fn bytes_that_are_no_text_in_parquet_are_a_malformed_row() {
    use arrow_array::{ArrayRef, BinaryArray, RecordBatch, StringArray};
    let cells: Vec<Vec<&str>> = ROWS.iter().map(|row| row.split(',').collect()).collect();
    let columns = REQUEST_HEADER.split(',').enumerate().map(|(index, name)| {
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
    let bench = bench.process_with("max_rejected = 0.01", "max_rejected = 0.5");
    assert_eq!(bench.run().published().rules("solicitudes"), "error fila_malformada 1");
}

#[test]
fn a_record_of_exactly_one_mebibyte_is_read_with_either_line_end() {
    for end in ["\n", "\r\n"] {
        let row = format!("{GOOD_REQUEST},");
        let text = format!("{REQUEST_HEADER},NOTA{end}{row}{}{end}", "x".repeat((1 << 20) - row.len()));
        Bench::new().file(NAME, text).credentials(&[GOOD_CREDENTIAL]).run().published();
    }
}

#[test]
fn damaged_compression_is_refused() {
    let whole = zstd::encode_all(plain().repeat(50).as_bytes(), 1).unwrap();
    let bench = Bench::new().credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.file("solicitudes_20200930.csv.zst", &whole[..whole.len() / 2]);
    bench.run().refused(3, "solicitudes_20200930.csv.zst: cannot be read to its end");
    let bench = Bench::new().credentials(&[GOOD_CREDENTIAL]).file("solicitudes_20200930.parquet", b"PAR1 no");
    bench.run().refused(3, "is no readable Parquet file");
}

#[test]
fn control_files_must_agree() {
    let control = |text: &str| Bench::good().file("solicitudes_20200930.csv.control", text);
    control("rows = 1\n").run().published();
    control("rows = 2\n").run().refused(3, "has 1 records, its control file says 2");
    control("sha256 = \"00\"\n").run().refused(3, "its SHA-256 is not the one of its control file");
    control("filas = 1\n").run().refused(3, "control file: unknown field `filas`");
}

#[test]
fn the_process_file_maps_headers_and_forces_an_encoding() {
    let text = csv(&REQUEST_HEADER.replace("SEXO", "GENERO"), &[GOOD_REQUEST]);
    let bench = Bench::new().file(NAME, text).credentials(&[GOOD_CREDENTIAL]);
    bench.process_with("sexo = \"SEXO\"", "sexo = [\"SEXO\", \"Género\"]").run().published();

    let bytes = csv(REQUEST_HEADER, &[&GOOD_REQUEST.replace("Canadá", "España")]);
    let bench = Bench::new().file(NAME, bytes).credentials(&[GOOD_CREDENTIAL]);
    let forced = bench.process_with("encoding = \"auto\"", "encoding = \"windows-1252\"");
    assert_eq!(forced.run().published().rules("solicitudes"), "aviso pais_no_identificado 1");
}

#[test]
fn credentials_in_another_dialect() {
    let text = csv(CREDENTIAL_HEADER, &[GOOD_CREDENTIAL]).replace(',', "|").replace('\n', "\r\n");
    let bench = Bench::new().requests(&[GOOD_REQUEST]).file("credenciales_20200930.csv", text);
    assert_eq!(bench.run().published().total("credenciales_por_entidad", "tramitadas_acumuladas"), 1);
}

/// A quoted cell lies across the place where the reader cuts a file for its threads, and ends so that
/// the guess of where a record begins falls into it. Found by fuzzing: the record was malformed.
#[test]
fn a_record_of_windows_1252_across_a_wrong_guess() {
    let row = |n: usize| format!("G{n:06},2020-09-10,08,España,M,POSTAL,CPVE,SRVE,RECIBIDA,,\n");
    let before = (1 << 20) / row(0).chars().count() - 20;
    let note = "una línea, y otra\n".repeat(200);
    let across = format!("A1,2020-09-10,08,España,M,POSTAL,CPVE,SRVE,RECIBIDA,,\"{note},\"\n");
    let records: String = (0..before).map(row).chain([across]).chain((before..before + 3_000).map(row)).collect();
    let text = format!("{REQUEST_HEADER},NOTA\n{records}");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let bench = Bench::new().file(NAME, latin).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().published();
    assert_eq!(ran.rules("solicitudes"), "");
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), i64::try_from(before).unwrap() + 3_001);
}

/// A dictionary holds a text once, however often it occurs: a megabyte that decodes to two gigabytes.
#[test]
fn a_parquet_dictionary_of_long_texts_is_refused() {
    let row = |folio: &str| GOOD_REQUEST.replace("A1", folio);
    let (long, allowed) = ("x".repeat(1_000_000), "x".repeat(60_000));
    let repeated = |folio: &str| parquet_of(&vec![row(folio).as_str(); 2_000]);
    let bytes = repeated(&long);
    assert!(bytes.len() < 2_000_000, "{} bytes", bytes.len());
    let bench = Bench::new().file("solicitudes_20200930.parquet", bytes).credentials(&[GOOD_CREDENTIAL]);
    bench.run().refused(3, "a value is longer than any may be");
    let bench = Bench::new().file("solicitudes_20200930.parquet", repeated(&allowed)).credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.process_with("max_rejected = 0.01", "max_rejected = 1.0");
    assert_eq!(bench.run().published().rules("solicitudes"), "error folio_duplicado 1999");
}
