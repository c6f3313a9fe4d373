//! Tests of file formats (docs/contract.md §2): names, ZIP, workbooks, Parquet of any writer,
//! compression, a name that states another format, and control files. Each file is counted
//! correctly, or refused with a clear reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Arc;

use crate::common::{self, APPLICATION_HEADER, Bench, CREDENTIAL_HEADER, GOOD_APPLICATION, GOOD_CREDENTIAL, csv};
use arrow_array::{
    ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, Date32Array, Date64Array, Decimal128Array, DictionaryArray,
    Float32Array, Float64Array, Int64Array, LargeStringArray, NullArray, RecordBatch, StringArray, StringViewArray,
    StructArray, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
    UInt8Array, types::Int32Type,
};
use arrow_schema::{DataType, Field};
use chrono::NaiveDate;
use lnere_core::process::{Dimension, Process, Source};
use lnere_ingest::{FileReport, Inventory, ReadOptions, ReadProgress};
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const ROWS: [&str; 3] = [
    "A1,2020-09-10,16,España,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10",
    "A2,2020-09-11,8,Canadá,H,ELECTRONICA,CPV,INETEL,PROCEDENTE,2020-09-20",
    "A3,2020-09-20,Ciudad de México,Países Bajos,H,ELECTRÓNICA,CPV,INETEL,RECIBIDA,",
];

const EXPECTED_CUBE: &str =
    "08 CAN H ELECTRONICA PROCEDENTE 1\n09 NLD H ELECTRONICA RECIBIDA 1\n16 ESP M POSTAL RECIBIDA 1";

fn plain() -> String {
    csv(APPLICATION_HEADER, &ROWS)
}

fn bench_of(name: &str, bytes: impl AsRef<[u8]>) -> Bench {
    Bench::new().file(name, bytes).credentials(&[GOOD_CREDENTIAL])
}

/// Checks that a run counts the rows above correctly.
#[track_caller]
fn assert_run_counts(bench: &Bench) {
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "");
    let columns = ["cve_entidad", "cve_pais", "sexo", "modalidad", "estatus", "solicitudes_acumuladas"];
    assert_eq!(ran.rows_text("lnere_cubo", &columns, ""), EXPECTED_CUBE);
}

/// Checks that an export with this name and these bytes gives the rows above.
#[track_caller]
fn assert_reads(name: &str, bytes: impl AsRef<[u8]>) {
    assert_applications(&bench_of(name, bytes));
}

/// Checks that the applications of a folder give the rows above.
#[track_caller]
fn assert_applications(bench: &Bench) {
    let IngestedExport { report, cube, .. } = ingest(bench);
    assert!(report.fault.is_none(), "{}: {:?}", report.file.name, report.fault);
    assert_eq!((report.rejections.as_slice(), cube.as_str()), (&[][..], EXPECTED_CUBE), "{}", report.file.name);
}

#[track_caller]
fn assert_refused(name: &str, bytes: impl AsRef<[u8]>, message: &str) {
    bench_of(name, bytes).run().assert_refused(3, message);
}

/// Adds keys to the section of the exports of applications.
fn with_keys(bench: Bench, keys: &str) -> Bench {
    bench.with_process_edit("[exports.solicitudes]\n", &format!("[exports.solicitudes]\n{keys}\n"))
}

struct Silent;

impl ReadProgress for Silent {
    fn file_read(&self, _: &FileReport) {}
}

struct IngestedExport {
    report: FileReport,
    /// The entity, country, sex, modality and status of each application.
    cube: String,
    /// The day of registration of each application.
    days: String,
}

/// Reads the only export of applications in a folder, and returns its findings and its counts.
fn ingest(bench: &Bench) -> IngestedExport {
    let edited = bench.path("process.toml");
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml");
    let (process, catalogs) = Process::load(if edited.exists() { &edited } else { &default }).unwrap();
    let inventory = Inventory::list_folder(&bench.inputs(), &process).unwrap();
    assert_eq!(inventory.refused, []);
    let files: Vec<_> = inventory.of_source(Source::Solicitudes, None).into_iter().cloned().collect();
    assert_eq!(files.len(), 1, "{:?}", fs::read_dir(bench.inputs()).unwrap().collect::<Vec<_>>());
    let mut ingested = lnere_ingest::read(&ReadOptions::new(&process, &catalogs), [&files, &[]], &Silent).unwrap();
    let (mut rows, mut days) = (Vec::new(), Vec::new());
    let day = NaiveDate::from_ymd_opt(2020, 9, 30).unwrap();
    for (key, count) in ingested.facts.applications.count_as_of_day(day, 0).unwrap() {
        let category = |dimension| process.categories(dimension).code(key.category(dimension)).to_owned();
        let row = [
            format!("{:02}", key.entity().unwrap().number()),
            catalogs.countries.get(key.country()).code.clone(),
            category(Dimension::SEXO),
            category(Dimension::MODALIDAD),
            category(Dimension::ESTATUS),
            "1".to_owned(),
        ];
        let day = NaiveDate::from_epoch_days(i32::from(key.day())).unwrap().to_string();
        for _ in 0..count {
            rows.push(row.join(" "));
            days.push(day.clone());
        }
    }
    rows.sort();
    days.sort();
    IngestedExport { report: ingested.files.pop().unwrap(), cube: rows.join("\n"), days: days.join(" ") }
}

/// The warnings about an accepted export with this name and these bytes.
#[track_caller]
fn warnings(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let IngestedExport { report, .. } = ingest(&bench_of(name, bytes));
    assert!(report.fault.is_none(), "{name}: {:?}", report.fault);
    report.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn gz(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_ref()).unwrap();
    packed.finish().unwrap()
}

fn zst(text: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(text.as_ref(), 3).unwrap()
}

/// A ZIP of these files; a name with a final `/` is a folder.
fn zip_by(method: CompressionMethod, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        if name.ends_with('/') {
            zip.add_directory(*name, options).unwrap();
        } else {
            zip.start_file(*name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_by(CompressionMethod::DEFLATE, files)
}

/// Overwrites a number in both headers of a ZIP.
fn patch_zip_headers(mut zip: Vec<u8>, local: usize, central: usize, value: u16) -> Vec<u8> {
    let place = |signature: &[u8]| zip.windows(4).position(|bytes| bytes == signature).unwrap();
    for at in [place(b"PK\x03\x04") + local, place(b"PK\x01\x02") + central] {
        zip[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
    zip
}

/// A workbook of one sheet with the rows above, with text cells.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    write_texts(book.add_worksheet(), 0, &plain());
    book.save_to_buffer().unwrap()
}

/// Writes a CSV as text cells from a row on.
fn write_texts(sheet: &mut Worksheet, first: u32, text: &str) {
    for (row, line) in (first..).zip(text.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            if !cell.is_empty() {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
}

/// The rows above as Parquet, with text columns except the given ones.
fn parquet_with(other: &[(&str, ArrayRef)]) -> Vec<u8> {
    common::parquet(&batch_with(other))
}

fn batch_with(other: &[(&str, ArrayRef)]) -> RecordBatch {
    let cells: Vec<Vec<&str>> = ROWS.iter().map(|row| row.split(',').collect()).collect();
    let columns = APPLICATION_HEADER.split(',').enumerate().map(|(index, name)| {
        let other = other.iter().find(|(column, _)| *column == name).map(|(_, array)| array.clone());
        let text = || Arc::new(StringArray::from_iter_values(cells.iter().map(|row| row[index]))) as ArrayRef;
        (name, other.unwrap_or_else(text))
    });
    // A column without a value must be nullable.
    let columns: Vec<_> = columns.map(|(name, array)| (name, array, true)).collect();
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

// ---- Names

#[test]
fn every_extension_in_upper_and_lower_case() {
    for extension in ["csv", "txt", "CSV", "Txt"] {
        assert_reads(&format!("solicitudes_20200930.{extension}"), plain());
    }
    for extension in ["csv.gz", "txt.gz", "CSV.GZ"] {
        assert_reads(&format!("solicitudes_20200930.{extension}"), gz(plain()));
    }
    for extension in ["csv.zst", "txt.zst", "TXT.ZST"] {
        assert_reads(&format!("solicitudes_20200930.{extension}"), zst(plain()));
    }
    for extension in ["xlsx", "XLSX"] {
        assert_reads(&format!("solicitudes_20200930.{extension}"), workbook());
    }
    for extension in ["zip", "ZIP"] {
        assert_reads(&format!("solicitudes_20200930.{extension}"), zip(&[("a.csv", plain().as_bytes())]));
    }
    for extension in ["parquet", "PARQUET"] {
        assert_reads(&format!("solicitudes_20200930.{extension}"), parquet_with(&[]));
    }
}

#[test]
fn a_pattern_says_where_the_day_stands() {
    for (pattern, name) in [
        ("SIILNERE_*_{YYYYMMDD}_*.txt", "SIILNERE_NAL_20200930_v2.txt"),
        ("SIILNERE_*_{YYYYMMDD}_*.txt", "SIILNERE_NAL_20200930_v2.TXT"),
        ("LN {DD-MM-YYYY}.*", "LN 30-09-2020.csv"),
        ("{YYMMDD}_solicitudes*", "200930_solicitudes_nal.txt"),
        ("export{DDMMYYYY}.dat", "export30092020.dat"),
    ] {
        let bench = with_keys(bench_of(name, plain()), &format!("files = \"{pattern}\""));
        assert_applications(&bench);
    }
    let name = "SIILNERE_NAL_20200930_v2.txt";
    let bench = with_keys(bench_of(name, plain()), "files = \"SIILNERE_*_{YYYYMMDD}_*.txt\"");
    assert_run_counts(&bench);
    assert!(bench.run().rows_text("calidad", &["archivo"], name).contains(name));
}

#[test]
fn a_pattern_without_a_day_is_a_mistake_of_the_process_file() {
    let refused = |pattern: &str, message: &str| {
        let bench = with_keys(Bench::good(), &format!("files = \"{pattern}\""));
        bench.run().assert_refused(2, message);
        let process = fs::read_to_string(bench.process_file()).unwrap();
        let line = 1 + process.lines().position(|line| line.starts_with("files = ")).unwrap();
        bench.run().assert_refused(2, &format!("process.toml:{line}: "));
    };
    refused("LN_*.txt", "has no date field; expected one like {YYYYMMDD}");
    refused("{YYYYMMDD}_{YYYYMMDD}.txt", "has two date fields");
    refused("LN_{fecha}.txt", "`{fecha}` is no date field");
}

#[test]
fn what_nearly_fits_a_pattern_is_named_with_the_pattern() {
    let bench = with_keys(bench_of("SIILNERE_20200930.txt", plain()), "files = \"SIILNERE_{YYYYMMDD}.txt\"");
    for name in ["siilnere_20200915.txt", "SIILNERE_2020-09-15.txt", "solicitudes_20200915.csv", "LEEME.txt"] {
        fs::write(bench.inputs().join(name), "x").unwrap();
    }
    fs::write(bench.inputs().join("SIILNERE_20201015.txt.part"), "x").unwrap();
    let stderr = bench.run().assert_published().stderr();
    for name in ["siilnere_20200915.txt", "SIILNERE_2020-09-15.txt", "solicitudes_20200915.csv"] {
        let said = format!("not read: {name}; an export of solicitudes is named like SIILNERE_{{YYYYMMDD}}.txt");
        assert!(stderr.contains(&said), "{stderr}");
    }
    assert!(!stderr.contains("LEEME"), "{stderr}");
    assert!(stderr.contains("left for the next run: SIILNERE_20201015.txt.part"), "{stderr}");
}

#[test]
fn a_name_that_differs_by_case_is_named_with_that() {
    let bench = Bench::good().file("Solicitudes_20201015.csv", "x");
    let said = bench.run().assert_published().stderr();
    assert!(said.contains("zip, .xlsx, .parquet; upper and lower case count before the extension"), "{said}");
    let bench = with_keys(bench, "files = \"solicitudes_{YYYYMMDD}.*\"");
    let said = bench.run().assert_published().stderr();
    let expected = "named like solicitudes_{YYYYMMDD}.*; upper and lower case count before the extension";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_missing_export_is_asked_for_by_its_pattern() {
    let bench = with_keys(Bench::new().credentials(&[GOOD_CREDENTIAL]), "files = \"SIILNERE_{YYYYMMDD}.txt\"");
    bench.run().assert_refused(3, "expected a name of the form SIILNERE_{YYYYMMDD}.txt");
}

#[test]
fn a_name_of_both_sources_or_of_no_day_is_refused() {
    let bench = bench_of("LN_20200930.csv", plain())
        .with_process_edit("[exports.solicitudes]\n", "[exports.solicitudes]\nfiles = \"LN_{YYYYMMDD}.csv\"\n");
    let bench = bench.with_edit("[exports.credenciales]\n", "[exports.credenciales]\nfiles = \"*_{YYYYMMDD}.csv\"\n");
    bench.run().assert_refused(
        3,
        "LN_20200930.csv: its name is one of both sources, `LN_{YYYYMMDD}.csv` and `*_{YYYYMMDD}.csv`",
    );

    let bench = with_keys(bench_of("LN_20201399.csv", plain()), "files = \"LN_{YYYYMMDD}.csv\"");
    bench.run().assert_refused(3, "LN_20201399.csv: its name has no day of the calendar");
    let bench = with_keys(bench_of("a_20200915_20200930.csv", plain()), "files = \"*_{YYYYMMDD}*.csv\"");
    bench.run().assert_refused(3, "its name has several days that `*_{YYYYMMDD}*.csv` may mean");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_said() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::good();
    let name = std::ffi::OsStr::from_bytes(b"solicitudes_20201015_\xf1.csv");
    fs::write(bench.inputs().join(name), "x").unwrap();
    let stderr = bench.run().assert_published().stderr();
    assert!(stderr.contains("not read: solicitudes_20201015_\\xf1.csv; its name is not UTF-8"), "{stderr}");
}

// ---- Folders of Parquet

#[test]
fn a_folder_of_parts_is_one_export() {
    let bench = Bench::new().credentials(&[GOOD_CREDENTIAL]);
    let folder = bench.inputs().join("solicitudes_20200930.parquet");
    fs::create_dir(&folder).unwrap();
    let all = batch_with(&[]);
    // The second part has its columns in another order, and an additional column.
    let (first, rest) = (all.slice(0, 1), all.slice(1, 2));
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (field, column) in rest.schema().fields().iter().zip(rest.columns()).rev() {
        columns.push((field.name().to_lowercase(), column.clone()));
    }
    columns.insert(3, ("NOTA".to_owned(), Arc::new(Int64Array::from(vec![1, 2]))));
    fs::write(folder.join("part-00000.snappy.parquet"), common::parquet(&first)).unwrap();
    fs::write(folder.join("part-00001.parquet"), common::parquet(&RecordBatch::try_from_iter(columns).unwrap()))
        .unwrap();
    fs::write(folder.join("part-00002.parquet"), common::parquet(&all.slice(0, 0))).unwrap();
    for name in ["_SUCCESS", ".part-00000.snappy.parquet.crc", "_metadata"] {
        fs::write(folder.join(name), "no Parquet").unwrap();
    }
    assert_run_counts(&bench);

    let printed = std::process::Command::new("sh")
        .args(["-c", "LC_ALL=C sha256sum *.parquet | sha256sum"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let sum = String::from_utf8(printed.stdout).unwrap()[..64].to_owned();
    let manifest = lnere_release::Manifest::read(&bench.release()).unwrap();
    let input = manifest.inputs.iter().find(|input| input.source == "solicitudes").unwrap();
    assert_eq!((input.name.as_str(), &input.sha256), ("solicitudes_20200930.parquet", &sum));
    fs::write(bench.inputs().join("solicitudes_20200930.parquet.control"), format!("rows = 3\nsha256 = \"{sum}\"\n"))
        .unwrap();
    assert_run_counts(&bench);
    fs::write(bench.inputs().join("solicitudes_20200930.parquet.control"), "rows = 4\n").unwrap();
    assert!(bench.run().stderr().contains("has 3 records, its control file says 4"));
}

#[test]
fn lines_of_a_folder_are_counted_through_its_parts() {
    let bench = Bench::new().credentials(&[GOOD_CREDENTIAL]);
    let folder = bench.inputs().join("solicitudes_20200930.parquet");
    fs::create_dir(&folder).unwrap();
    let wrong: ArrayRef = Arc::new(StringArray::from(vec!["16", "99", "09"]));
    fs::write(folder.join("b.parquet"), parquet_with(&[("CVE_ENTIDAD", wrong)])).unwrap();
    let folios: ArrayRef = Arc::new(StringArray::from(vec!["B1", "B2", "B3"]));
    fs::write(folder.join("a.parquet"), parquet_with(&[("FOLIO", folios)])).unwrap();
    let bench = bench.with_process_edit("max_rejected = 0.01", "max_rejected = 0.5");
    let ran = bench.run().assert_published();
    let name = "solicitudes_20200930.parquet";
    assert_eq!(
        ran.quarantine(name),
        format!("archivo,linea,columna,regla\n{name},5,CVE_ENTIDAD,entidad_desconocida\n")
    );
}

#[test]
fn a_folder_that_is_no_export_or_not_whole_is_said() {
    let bench = |files: &[(&str, &[u8])]| {
        let bench = Bench::good();
        let folder = bench.inputs().join("solicitudes_20200915.parquet");
        fs::create_dir(&folder).unwrap();
        for (name, bytes) in files {
            match name.strip_suffix('/') {
                Some(name) => fs::create_dir(folder.join(name)).unwrap(),
                None => fs::write(folder.join(name), bytes).unwrap(),
            }
        }
        bench
    };
    let part = parquet_with(&[]);
    bench(&[]).run().assert_refused(3, "is a folder without a part");
    bench(&[("SEXO=H/", b"")]).run().assert_refused(3, "holds a folder, `SEXO=H`; write the export without partitions");
    bench(&[("a.parquet", &part), ("_delta_log/", b"")]).run().assert_refused(3, "is a table of Delta");
    bench(&[("a.parquet", &part), ("b.csv", b"x")]).run().assert_refused(3, "holds `b.csv`, which is no part");
    bench(&[("a.parquet", &part), ("b.parquet", b"PAR1 no")])
        .run()
        .assert_refused(3, "b.parquet: is no readable Parquet file");
    let ran = bench(&[("a.parquet", &part), ("_temporary/", b"")]);
    let stderr = ran.run().assert_published().stderr();
    assert!(stderr.contains("left for the next run: solicitudes_20200915.parquet"), "{stderr}");
}

#[test]
fn a_folder_that_may_lack_a_part_warns() {
    let said = |names: &[&str], control: bool| {
        let bench = Bench::new();
        let folder = bench.inputs().join("solicitudes_20200930.parquet");
        fs::create_dir(&folder).unwrap();
        let all = batch_with(&[]);
        for (row, name) in names.iter().filter(|name| name.ends_with("parquet")).enumerate() {
            fs::write(folder.join(name), common::parquet(&all.slice(row.min(2), 1))).unwrap();
        }
        if names.contains(&"_SUCCESS") {
            fs::write(folder.join("_SUCCESS"), "").unwrap();
        }
        let bench = if control { bench.file("solicitudes_20200930.parquet.control", "rows = 3\n") } else { bench };
        ingest(&bench).report.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let gap = ["part-00000.parquet", "part-00001.parquet", "part-00003.parquet"];
    let control = "a control file solicitudes_20200930.parquet.control with `rows = N` would tell [L221]";
    let expected = format!(
        "is a folder of 3 parts, whose numbers pass over 2: if a part is missing, copy the folder again; {control}"
    );
    assert_eq!(said(&gap, false), expected);
    assert_eq!(said(&[gap[0], gap[1], gap[2], "_SUCCESS"], false), expected);
    assert_eq!(said(&gap, true), "");
    let names = ["a.parquet", "b.parquet"];
    let expected =
        format!("is a folder of 2 parts without `_SUCCESS`, and would look whole if one were missing; {control}");
    assert_eq!(said(&names, false), expected);
    assert_eq!(said(&[names[0], names[1], "_SUCCESS"], false), "");
    assert_eq!(said(&names[..1], false), "");
}

// ---- ZIP

#[test]
fn a_zip_holds_one_of_the_others() {
    let text = plain();
    for (name, bytes) in [
        ("siilnere.csv", text.as_bytes().to_vec()),
        ("carpeta/SIILNERE.TXT", text.as_bytes().to_vec()),
        ("sin_extension", text.as_bytes().to_vec()),
        ("a.csv.gz", gz(&text)),
        ("a.csv.zst", zst(&text)),
        ("a.xlsx", workbook()),
        ("a.parquet", parquet_with(&[])),
    ] {
        let litter: [(&str, &[u8]); 3] = [("carpeta/", b""), ("__MACOSX/._a.csv", b"x"), (".DS_Store", b"x")];
        for method in [CompressionMethod::STORE, CompressionMethod::DEFLATE] {
            let files: Vec<_> = litter.into_iter().chain([(name, bytes.as_slice())]).collect();
            assert_reads("solicitudes_20200930.zip", zip_by(method, &files));
        }
    }
}

#[test]
fn a_zip_that_does_not_hold_one_export_says_what_to_do() {
    let name = "solicitudes_20200930.zip";
    let (text, one) = (plain(), zip(&[("a.csv", plain().as_bytes())]));
    let text = text.as_bytes();
    assert_refused(name, zip(&[]), "is a ZIP without a file");
    assert_refused(name, zip(&[("a/", b"")]), "is a ZIP without a file");
    assert_refused(
        name,
        zip(&[("a.csv", text), ("a.csv.control", b"rows = 3")]),
        "is a ZIP of 2 files (a.csv, a.csv.control)",
    );
    assert_refused(name, zip(&[("a.zip", &one)]), "holds ZIP inside ZIP; unpack it once");
    assert_refused("solicitudes_20200930.csv.gz", gz(&one), "holds ZIP inside gzip; unpack it once");
    assert_refused("solicitudes_20200930.csv.gz", gz(gz(text)), "holds gzip inside gzip; unpack it once");
    assert_refused(name, zip(&[("a.csv.gz", &gz(zst(text)))]), "holds Zstandard inside gzip; unpack it once");
    assert_refused(
        name,
        patch_zip_headers(one.clone(), 6, 8, 1),
        "is a ZIP with a password; pack it again without one",
    );
    assert_refused(
        name,
        patch_zip_headers(one.clone(), 8, 10, 9),
        "is a ZIP compressed with Deflate64; pack it again with Deflate",
    );
    assert_refused(name, &one[..one.len() / 2], "is no readable ZIP");
    assert_refused(name, zip(&[("a.pdf", b"%PDF-1.7")]), "is a PDF document");
    assert_refused(name, zip(&[("mimetype", b"x"), ("content.xml", b"<x/>")]), "is an OpenDocument workbook (.ods)");
    let mut damaged = one.clone();
    let at = damaged.windows(5).position(|bytes| bytes == b"a.csv").unwrap() + 20;
    damaged[at] ^= 0x55;
    assert_refused(name, damaged, "cannot be read to its end");
}

#[test]
fn what_comes_out_of_a_zip_has_limits() {
    let limited = |name: &str, bytes: Vec<u8>, message: &str| {
        assert!(bytes.len() < 300_000, "{} bytes", bytes.len());
        let bench = bench_of(name, bytes).with_process_edit("uncompressed_mib = 16384", "uncompressed_mib = 4");
        bench.with_process_edit("records = 20_000_000", "records = 50_000").run().assert_refused(3, message);
    };
    let endless = format!("{APPLICATION_HEADER}\n{}", format!("{GOOD_APPLICATION}\n").repeat(400_000));
    let large = "has over 4 MiB once it is decompressed";
    limited("solicitudes_20200930.zip", zip(&[("a.csv", endless.as_bytes())]), large);
    limited("solicitudes_20200930.zip", zip(&[("a.csv.gz", &gz(&endless))]), large);
    let short = format!("{APPLICATION_HEADER}\n{}", "x\n".repeat(60_000));
    limited("solicitudes_20200930.zip", zip(&[("a.csv", short.as_bytes())]), "has over 50000 records");
    let zeros = [b"PAR1".to_vec(), vec![0; 8 << 20]].concat();
    limited("solicitudes_20200930.zip", zip(&[("a.parquet", &zeros)]), large);
    let sheet = format!("<worksheet><sheetData>{}", "<row/>".repeat(1 << 20));
    let bomb = zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/worksheets/sheet1.xml", sheet.as_bytes())]);
    limited("solicitudes_20200930.xlsx", bomb.clone(), large);
    limited("solicitudes_20200930.zip", zip(&[("a.xlsx", &bomb)]), large);
}

// ---- Workbooks

/// A ZIP with a text replaced in one of its parts.
fn with_part(zip: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut parts = common::unzip(zip);
    let text = String::from_utf8(parts[part].clone()).unwrap();
    assert!(text.contains(from), "{part} has no {from}: {text}");
    parts.insert(part.to_owned(), text.replacen(from, to, 1).into_bytes());
    self::zip(&parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
}

const WORKBOOK_NAME: &str = "solicitudes_20200930.xlsx";

/// A workbook of the rows above with a change.
fn book_with(change: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    write_texts(sheet, 0, &plain());
    change(sheet);
    book.save_to_buffer().unwrap()
}

fn serial(text: &str) -> f64 {
    ExcelDateTime::parse_from_str(text).unwrap().to_excel()
}

#[test]
fn a_workbook_with_typed_cells() {
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let time = Format::new().set_num_format("d-mmm-yy h:mm AM/PM");
    let book = |epoch: f64| {
        book_with(|sheet| {
            sheet.write_number_with_format(1, 1, serial("2020-09-10") - epoch, &day).unwrap();
            // A number in a column of dates is a day, whatever its format.
            sheet.write_number(2, 1, serial("2020-09-11") - epoch).unwrap();
            sheet.write_number(2, 2, 8).unwrap();
            sheet.write_number_with_format(2, 9, serial("2020-09-20T13:45:00") - epoch, &time).unwrap();
            sheet.write_formula(3, 0, rust_xlsxwriter::Formula::new("\"A\"&3").set_result("A3")).unwrap();
            // A format alone is not a value.
            sheet.write_blank(4, 0, &day).unwrap();
            sheet.write_blank(9, 3, &day).unwrap();
        })
    };
    assert_run_counts(&bench_of(WORKBOOK_NAME, book(0.0)));
    assert_reads(
        WORKBOOK_NAME,
        with_part(&book(1462.0), "xl/workbook.xml", "<workbookPr ", "<workbookPr date1904=\"1\" "),
    );
}

#[test]
fn a_column_that_is_no_date_keeps_its_number_and_folios_all_their_digits() {
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let bytes = book_with(|sheet| {
        sheet.write_number(1, 0, 999_999_999_999_999_f64).unwrap();
        sheet.write_number(2, 0, 999_999_999_999_998_f64).unwrap();
        sheet.write_number_with_format(2, 2, 8, &day).unwrap();
    });
    assert_reads(WORKBOOK_NAME, &bytes);
    assert_eq!(warnings(WORKBOOK_NAME, &bytes), "");
    let bytes = book_with(|sheet| {
        sheet.write_number(1, 0, 1e18).unwrap();
        sheet.write_number(2, 0, 2e18).unwrap();
    });
    assert!(warnings(WORKBOOK_NAME, bytes).starts_with("column FOLIO: 2 numbers have more digits than a number holds"));
}

#[test]
fn a_declared_form_of_digits_takes_numbers_before_the_calendar_of_excel_does() {
    let bytes = book_with(|sheet| {
        for (row, day) in [(1, 20_200_910), (2, 20_200_911), (3, 20_200_920)] {
            sheet.write_number(row, 1, day).unwrap();
        }
        sheet.write_blank(1, 9, &Format::new()).unwrap();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_number_with_format(2, 9, serial("2020-09-20"), &day).unwrap();
    });
    let formats = "date_formats = [\"YYYY-MM-DD\", \"DD/MM/YYYY\"]  # each";
    assert_applications(
        &bench_of(WORKBOOK_NAME, bytes).with_process_edit(formats, "date_formats = [\"YYYYMMDD\"]  # each"),
    );
}

#[test]
fn an_error_of_excel_makes_its_record_malformed() {
    let bytes = book_with(|sheet| {
        sheet.write_formula(4, 0, rust_xlsxwriter::Formula::new("NA()").set_result("#N/A")).unwrap();
        sheet.write_string(5, 0, "A5").unwrap();
        sheet.write_formula(3, 12, rust_xlsxwriter::Formula::new("1/0").set_result("#DIV/0!")).unwrap();
    });
    let bench = bench_of(WORKBOOK_NAME, bytes).with_process_edit("max_rejected = 0.01", "max_rejected = 0.5");
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "error fecha_invalida 1\nerror fila_malformada 1");
    let quarantine = ran.quarantine(WORKBOOK_NAME);
    assert!(quarantine.contains(&format!("{WORKBOOK_NAME},5,FOLIO,fila_malformada")), "{quarantine}");
    assert!(quarantine.contains(&format!("{WORKBOOK_NAME},6,FECHA_SOLICITUD,fecha_invalida")), "{quarantine}");
}

#[test]
fn a_formula_without_a_stored_result_makes_its_record_malformed() {
    // Formulas without results, as libraries write them. Below and beside the records they have no
    // effect.
    let formula = |result: &str| rust_xlsxwriter::Formula::new("IF(1=1,\"M\",\"H\")").set_result(result);
    let bytes = book_with(|sheet| {
        sheet.write_formula(1, 4, formula("777")).unwrap();
        sheet.write_formula(2, 4, formula("H")).unwrap();
        sheet.write_formula(4, 12, formula("888")).unwrap();
    });
    let part = "xl/worksheets/sheet1.xml";
    let bytes = with_part(&bytes, part, "<v>777</v>", "");
    let bytes = with_part(&bytes, part, "<v>888</v>", "<v></v>");
    let bench = bench_of(WORKBOOK_NAME, bytes);
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "error fila_malformada 1");
    assert!(
        ran.quarantine(WORKBOOK_NAME).contains(&format!("{WORKBOOK_NAME},2,SEXO,fila_malformada")),
        "{}",
        ran.quarantine(WORKBOOK_NAME)
    );
    let said = "column SEXO: 1 cell holds a formula without a stored result, so its value cannot be known";
    assert!(ran.stdout().contains(said), "{}", ran.stdout());
}

#[test]
fn formulas_without_stored_results_in_all_records_are_the_reason_of_the_refusal() {
    let bytes = book_with(|sheet| {
        for row in 1..=3 {
            let formula = rust_xlsxwriter::Formula::new("IF(1=1,\"M\",\"H\")").set_result("777");
            sheet.write_formula(row, 4, formula).unwrap();
        }
    });
    let part = "xl/worksheets/sheet1.xml";
    let bytes = (0..3).fold(bytes, |bytes, _| with_part(&bytes, part, "<v>777</v>", ""));
    let said = "fila_malformada in SEXO: 3; cells of SEXO (3) hold a formula without a stored result: open and save the \
                workbook in Excel or LibreOffice, or export CSV";
    bench_of(WORKBOOK_NAME, bytes).run().assert_refused(3, said);
}

#[test]
fn a_sheet_before_the_one_with_the_records_is_named_with_the_key() {
    let mut book = Workbook::new();
    write_texts(book.add_worksheet().set_name("Portada").unwrap(), 0, "INSTITUTO,\nSolicitudes,\n");
    write_texts(book.add_worksheet().set_name("Vacía").unwrap(), 0, "");
    write_texts(book.add_worksheet().set_name("Datos \"1\"").unwrap(), 2, &plain());
    let bytes = book.save_to_buffer().unwrap();
    let said = "its sheet `Portada` holds no header of an export, and `Datos \"1\"` does: set `sheet = \"Datos \\\"1\\\"\"` \
                in [exports.solicitudes] of the process file";
    assert_refused(WORKBOOK_NAME, &bytes, said);
    assert_applications(&with_keys(bench_of(WORKBOOK_NAME, &bytes), "sheet = \"Datos \\\"1\\\"\""));
}

#[test]
fn the_header_is_found_below_titles_and_a_total_is_a_rejected_record() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "INSTITUTO").unwrap();
    sheet.write_string(2, 1, "Solicitudes al 30 de septiembre de 2020").unwrap();
    write_texts(sheet, 6, &plain().replacen("FECHA_SOLICITUD", "FECHA SOLICITUD", 1));
    sheet.write_string(6, 1, "FECHA\nSOLICITUD").unwrap();
    sheet.write_string(10, 4, "TOTALES").unwrap();
    sheet.write_number(10, 5, 3).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let bench = bench_of(WORKBOOK_NAME, &bytes).with_process_edit("max_rejected = 0.01", "max_rejected = 0.5");
    let bench = bench.with_edit("fecha_solicitud = \"FECHA_SOLICITUD\"", "fecha_solicitud = \"FECHA\\nSOLICITUD\"");
    let ran = bench.run().assert_published();
    assert_eq!(
        ran.quarantine(WORKBOOK_NAME),
        format!("archivo,linea,columna,regla\n{WORKBOOK_NAME},11,FOLIO,folio_vacio\n")
    );
    assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 3);

    with_keys(bench_of(WORKBOOK_NAME, workbook()), "header_line = 30")
        .run()
        .assert_refused(3, "has no line 30, on which `header_line` of [exports.solicitudes]");
    let bench = with_keys(bench, "header_line = 2");
    let ran = bench.run();
    assert_eq!(ran.code(), Some(3));
    assert!(ran.stderr().contains("FOLIO"), "{}", ran.stderr());
}

#[test]
fn the_first_sheet_is_read_or_the_one_that_is_named() {
    let mut book = Workbook::new();
    write_texts(book.add_worksheet().set_name("oculta").unwrap().set_hidden(true), 0, "X,Y\n1,2\n");
    write_texts(book.add_worksheet().set_name("Datos").unwrap().set_active(true), 0, &plain());
    write_texts(book.add_worksheet().set_name("Notas").unwrap(), 0, "X\n");
    let bytes = book.save_to_buffer().unwrap();
    assert_reads(WORKBOOK_NAME, &bytes);
    let said = warnings(WORKBOOK_NAME, &bytes);
    assert_eq!(
        said,
        "has 3 sheets (oculta, Datos, Notas); `Datos` was read. To read another, set `sheet` in [exports.solicitudes] [L218]"
    );
    assert_applications(&with_keys(bench_of(WORKBOOK_NAME, &bytes), "sheet = \"Datos\""));
    with_keys(bench_of(WORKBOOK_NAME, &bytes), "sheet = \"Hoja1\"").run().assert_refused(3, "has no sheet `Hoja1`, which `sheet` in [exports.solicitudes] of the process file names; it has oculta, Datos, Notas");
    assert_eq!(warnings(WORKBOOK_NAME, workbook()), "");
}

#[test]
fn workbooks_of_other_writers() {
    // Inline texts, as openpyxl's fast writer and many Java libraries write them; cells without a
    // reference.
    let rows: String = plain()
        .lines()
        .map(|line| {
            let cells = line.split(',').map(|cell| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"));
            format!("<row>{}</row>", cells.collect::<String>())
        })
        .collect();
    let sheet = format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         <sheetData>{rows}</sheetData></worksheet>"
    );
    let mut parts = common::unzip(&workbook());
    parts.insert("xl/worksheets/sheet1.xml".to_owned(), sheet.into_bytes());
    parts.remove("xl/sharedStrings.xml");
    let bytes = zip(&parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>());
    assert_reads(WORKBOOK_NAME, bytes);

    let iso = with_part(
        &book_with(|sheet| {
            sheet.write_number(1, 1, 7).unwrap();
        }),
        "xl/worksheets/sheet1.xml",
        "<c r=\"B2\"><v>7</v></c>",
        "<c r=\"B2\" t=\"d\"><v>2020-09-10T00:00:00</v></c>",
    );
    assert_reads(WORKBOOK_NAME, iso);
}

#[test]
fn a_workbook_that_is_none_or_claims_too_much_is_refused() {
    let book = workbook();
    assert_refused(WORKBOOK_NAME, &book[..book.len() / 2], "is no readable ZIP");
    assert_refused(
        WORKBOOK_NAME,
        zip(&[("[Content_Types].xml", b"<Types/>")]),
        "is no readable Excel workbook: a part of it is missing",
    );
    let claims = with_part(&book, "xl/sharedStrings.xml", "uniqueCount=\"", "uniqueCount=\"99999999999");
    assert_refused(WORKBOOK_NAME, claims, "is no readable Excel workbook: its parts contradict each other");
    let order = with_part(&book, "xl/worksheets/sheet1.xml", "<row r=\"3\"", "<row r=\"1\"");
    let order = with_part(&order, "xl/worksheets/sheet1.xml", "r=\"A3\"", "r=\"A1\"");
    assert_refused(WORKBOOK_NAME, order, "its parts contradict each other");
    // A cell reference that no sheet has: memory up to it would be 7.7 GB.
    for (place, claimed) in [("r=\"J1\"", "r=\"ZZZZZZ1\""), ("r=\"J1\"", "r=\"XFE1\""), ("r=\"J2\"", "r=\"C2\"")] {
        let cell = with_part(&book, "xl/worksheets/sheet1.xml", place, claimed);
        assert_refused(WORKBOOK_NAME, cell, "is no readable Excel workbook: its parts contradict each other");
    }
    let last = with_part(&book, "xl/worksheets/sheet1.xml", "r=\"A3\"", "r=\"A1048577\"");
    assert_refused(WORKBOOK_NAME, last, "is no readable Excel workbook: its parts contradict each other");
    let broken = with_part(&book, "xl/worksheets/sheet1.xml", "</sheetData>", "");
    assert_refused(WORKBOOK_NAME, broken, "is no readable Excel workbook: its XML is damaged");
    assert_refused(WORKBOOK_NAME, book_of(""), "is empty");
    assert_refused(WORKBOOK_NAME, book_of(APPLICATION_HEADER), "has a header and no record");
    assert_refused(WORKBOOK_NAME, book_of(&plain().replace("SEXO", "GENERO")), "SEXO");
    assert_refused(WORKBOOK_NAME, zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.bin", b"x")]), "(.xlsb)");
}

#[test]
fn what_cannot_be_unpacked_for_want_of_room_is_no_fault_of_the_export() {
    // Content above 128 MiB is unpacked to the disk.
    let mut book = vec![0; 130 << 20];
    book[..4].copy_from_slice(b"PK\x03\x04");
    let bench = bench_of("solicitudes_20200930.zip", zip(&[("a.xlsx", &book)]));
    let mut command = bench.command("run", &["--corte", "2020-09-30", "--only", "tablas"]);
    let ended = command.env("TMPDIR", bench.path("no_hay")).output().unwrap();
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("solicitudes_20200930.zip: cannot be unpacked in "), "{stderr}");
    assert!(stderr.contains("no_hay: No such file or directory"), "{stderr}");
    assert!(stderr.contains("free space there, or set TMPDIR"), "{stderr}");
}

fn book_of(text: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    write_texts(book.add_worksheet(), 0, text);
    book.save_to_buffer().unwrap()
}

// ---- Names that say another format

#[test]
fn a_file_is_read_as_what_it_is_and_its_name_is_corrected() {
    let (text, gzip, zstandard, book, parquet) = (plain(), gz(plain()), zst(plain()), workbook(), parquet_with(&[]));
    let archive = zip(&[("a.csv", text.as_bytes())]);
    let files: [(&str, &[u8]); 6] = [
        ("plain text", text.as_bytes()),
        ("text in gzip", &gzip),
        ("text in Zstandard", &zstandard),
        ("a ZIP", &archive),
        ("an Excel workbook", &book),
        ("a Parquet file", &parquet),
    ];
    let names = [
        ("csv", "plain text"),
        ("csv.gz", "text in gzip"),
        ("csv.zst", "text in Zstandard"),
        ("zip", "a ZIP"),
        ("xlsx", "an Excel workbook"),
        ("parquet", "a Parquet file"),
    ];
    for (extension, named) in names {
        for (found, bytes) in files {
            let name = format!("solicitudes_20200930.{extension}");
            let said = warnings(&name, bytes);
            if named == found {
                assert_eq!(said, "", "{name} that is {found}");
            } else {
                assert!(
                    said.contains(&format!("its name says {named}, but it is {found} and was read as that")),
                    "{name}: {said}"
                );
            }
        }
    }
    assert_run_counts(&bench_of("solicitudes_20200930.csv", &book));
}

#[test]
fn a_file_that_is_no_export_is_called_by_its_name() {
    for (bytes, message) in [
        (
            &b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"[..],
            "is an Excel workbook of the old format (.xls) or one with a password",
        ),
        (b"%PDF-1.4\n", "is a PDF document"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "is a web page (HTML)"),
        (b"<table><tr><td>FOLIO</td></tr></table>", "is a web page (HTML)"),
        (b"<?xml version=\"1.0\"?><Workbook/>", "is XML"),
        (b"[{\"FOLIO\": \"A1\"}]", "is JSON"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "is packed with 7-Zip"),
        (b"Rar!\x1a\x07\x01\0", "is packed with RAR"),
        (b"PARE\0\x01", "is an encrypted Parquet file"),
        (b"SQLite format 3\0", "is a SQLite database"),
    ] {
        for name in ["solicitudes_20200930.csv", "solicitudes_20200930.xlsx", "solicitudes_20200930.csv.gz"] {
            assert_refused(name, bytes, message);
        }
    }
    assert_refused(
        "solicitudes_20200930.csv.gz",
        b"\0\x01\x02",
        "is neither text nor text in gzip, which its name says",
    );
    assert_refused("solicitudes_20200930.xlsx", b"", "is empty");
}

// ---- Parquet

const PARQUET_NAME: &str = "solicitudes_20200930.parquet";

#[test]
fn a_whole_number_is_its_integer_whatever_its_type() {
    let decimal = |scale: i8, factor: i128| -> ArrayRef {
        let values = [16, 8, 9].map(|number| number * factor);
        Arc::new(Decimal128Array::from_iter_values(values).with_precision_and_scale(20, scale).unwrap())
    };
    let entities: [ArrayRef; 8] = [
        Arc::new(Float64Array::from(vec![16.0, 8.0, 9.0])),
        Arc::new(Float32Array::from(vec![16.0, 8.0, 9.0])),
        Arc::new(UInt8Array::from(vec![16, 8, 9])),
        Arc::new(Int64Array::from(vec![16, 8, 9])),
        decimal(0, 1),
        decimal(3, 1_000),
        Arc::new(LargeStringArray::from(vec!["16", "8", "9"])),
        Arc::new(vec!["16", "8", "9"].into_iter().collect::<DictionaryArray<Int32Type>>()),
    ];
    for entity in entities {
        assert_reads(PARQUET_NAME, parquet_with(&[("CVE_ENTIDAD", entity)]));
    }
    let parts: ArrayRef = Arc::new(Float64Array::from(vec![16.0, 8.5, f64::NAN]));
    let bench = bench_of(PARQUET_NAME, parquet_with(&[("CVE_ENTIDAD", parts)]));
    let bench = bench.with_process_edit("max_rejected = 0.01", "max_rejected = 1.0");
    assert_eq!(bench.run().assert_published().rules("solicitudes"), "error entidad_desconocida 2");
    let folios: ArrayRef =
        Arc::new(Float64Array::from(vec![Some(12_345_678_901_234.0), Some(f64::NAN), Some(f64::INFINITY)]));
    let bench = bench_of(PARQUET_NAME, parquet_with(&[("FOLIO", folios)]));
    let bench = bench.with_process_edit("max_rejected = 0.01", "max_rejected = 1.0");
    assert_eq!(bench.run().assert_published().rules("solicitudes"), "error fila_malformada 1\nerror folio_vacio 1");
    let folios: ArrayRef = Arc::new(Float64Array::from(vec![1e17, 2e17, 3.0]));
    assert!(warnings(PARQUET_NAME, parquet_with(&[("FOLIO", folios)])).starts_with("column FOLIO: 2 numbers have"));
}

#[test]
fn a_row_without_any_cell_is_no_record_whatever_the_columns() {
    let all = batch_with(&[]);
    let empty = |column: &ArrayRef| -> ArrayRef {
        let cells = column.as_any().downcast_ref::<StringArray>().unwrap().iter().chain([None, Some(" "), None]);
        Arc::new(cells.collect::<StringArray>())
    };
    let schema = all.schema();
    let read = |others: Vec<(&str, ArrayRef)>| {
        let fields = schema.fields().iter().zip(all.columns());
        let own = fields.map(|(field, column)| (field.name().as_str(), empty(column), true));
        let others = others.iter().map(|(name, column)| (*name, column.clone(), true));
        let batch = RecordBatch::try_from_iter_with_nullable(own.chain(others));
        let bench = bench_of("solicitudes_20200930.parquet", common::parquet(&batch.unwrap()));
        let ran = bench.run().assert_published();
        let read = ran.rows_text("calidad", &["fuente", "regla", "filas"], "solicitudes leidas ");
        format!("{read} {}", ran.rules("solicitudes"))
    };
    let text = |cells: [Option<&str>; 6]| Arc::new(StringArray::from(cells.to_vec())) as ArrayRef;
    let number = |cells: [Option<f64>; 6]| Arc::new(Float64Array::from(cells.to_vec())) as ArrayRef;
    let note = text([Some("x"), None, None, None, Some("  "), None]);
    let age = number([Some(20.0), None, None, None, Some(f64::NAN), None]);
    assert_eq!(read(vec![]), "solicitudes leidas 3 ");
    assert_eq!(read(vec![("NOTA", note.clone()), ("EDAD", age)]), "solicitudes leidas 3 ");
    // A cell in a column that the program ignores still counts as a cell.
    let other = number([None, None, None, None, None, Some(20.0)]);
    assert_eq!(read(vec![("NOTA", note), ("EDAD", other)]), "solicitudes leidas 4 error folio_vacio 1");
}

#[test]
fn a_column_without_any_value_is_empty() {
    let nulls: ArrayRef = Arc::new(NullArray::new(3));
    let bench = bench_of(PARQUET_NAME, parquet_with(&[("FECHA_ESTATUS", nulls.clone())]));
    let ran = bench.run().assert_published();
    assert_eq!((ran.rules("solicitudes").as_str(), ran.total("lnere_por_entidad", "solicitudes_acumuladas")), ("", 3));
    let bench = bench_of(PARQUET_NAME, parquet_with(&[("FOLIO", nulls)]));
    let bench = bench.with_process_edit("max_rejected = 0.01", "max_rejected = 1.0");
    assert_eq!(bench.run().assert_published().rules("solicitudes"), "error folio_vacio 3");
}

#[test]
fn text_in_any_array() {
    let countries = ["España", "Canadá", "Países Bajos"];
    let arrays: [ArrayRef; 3] = [
        Arc::new(StringViewArray::from_iter_values(countries)),
        Arc::new(BinaryArray::from_iter_values(countries)),
        Arc::new(BinaryViewArray::from_iter_values(countries)),
    ];
    for array in arrays {
        assert_reads(PARQUET_NAME, parquet_with(&[("PAIS", array)]));
    }
    let yes: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, false]));
    let bench = bench_of(PARQUET_NAME, parquet_with(&[("MODALIDAD", yes)]));
    let bench = bench.with_process_edit("label = \"Postal\" }", "label = \"Postal\", aliases = [\"true\"] }");
    let bench = bench.with_edit("aliases = [\"INTERNET\"", "aliases = [\"FALSE\", \"INTERNET\"");
    assert_applications(&bench);
}

#[test]
fn dates_and_timestamps_of_every_unit_and_zone() {
    let days =
        ["2020-09-10", "2020-09-11", "2020-09-20"].map(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").unwrap());
    // 23:30 in Mexico City is the next day in UTC.
    let local = days.map(|day| day.and_hms_opt(23, 30, 0).unwrap().and_utc().timestamp());
    let utc = local.map(|second| second + 5 * 3600);
    let of = |seconds: [i64; 3], factor: i64| seconds.map(|second| second * factor).to_vec();
    let dates: [ArrayRef; 7] = [
        Arc::new(Date32Array::from_iter_values(days.map(|day| day.to_epoch_days()))),
        Arc::new(Date64Array::from_iter_values(days.map(|day| i64::from(day.to_epoch_days()) * 86_400_000))),
        Arc::new(TimestampSecondArray::from(of(local, 1))),
        Arc::new(TimestampMillisecondArray::from(of(local, 1_000))),
        Arc::new(TimestampMicrosecondArray::from(of(utc, 1_000_000)).with_timezone("UTC")),
        Arc::new(TimestampNanosecondArray::from(of(utc, 1_000_000_000)).with_timezone("America/Mexico_City")),
        Arc::new(TimestampNanosecondArray::from(of(local, 1_000_000_000))),
    ];
    let days_of = |bench: Bench| {
        let IngestedExport { report, days, .. } = ingest(&bench);
        assert!(report.fault.is_none() && report.rejections.is_empty(), "{:?} {:?}", report.fault, report.rejections);
        days
    };
    let expected = "2020-09-10 2020-09-11 2020-09-20";
    let formats = "date_formats = [\"YYYY-MM-DD\", \"DD/MM/YYYY\"]  # each";
    for (which, date) in dates.into_iter().enumerate() {
        let nothing: ArrayRef = Arc::new(NullArray::new(3));
        let bytes = parquet_with(&[("FECHA_SOLICITUD", date), ("FECHA_ESTATUS", nothing)]);
        assert_eq!(days_of(bench_of(PARQUET_NAME, &bytes)), expected, "{which}");
        // A typed date needs no declared format.
        let bench =
            bench_of(PARQUET_NAME, &bytes).with_process_edit(formats, "date_formats = [\"DD/MM/YYYY\"]  # each");
        assert_eq!(days_of(bench), expected, "{which}");
    }
    let date: ArrayRef = Arc::new(TimestampMicrosecondArray::from(of(utc, 1_000_000)));
    let bench = with_keys(bench_of(PARQUET_NAME, parquet_with(&[("FECHA_SOLICITUD", date)])), "timestamps = \"utc\"");
    assert_eq!(days_of(bench), expected);
}

#[test]
fn nested_columns_and_times_of_day_are_no_cells() {
    let text: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c"]));
    let field = Arc::new(Field::new("x", DataType::Utf8, true));
    let nested: ArrayRef = Arc::new(StructArray::from(vec![(field, text)]));
    assert_refused(PARQUET_NAME, parquet_with(&[("PAIS", nested)]), "column PAIS has the type Struct");
    let time: ArrayRef = Arc::new(arrow_array::Time64MicrosecondArray::from(vec![1, 2, 3]));
    assert_refused(PARQUET_NAME, parquet_with(&[("FECHA_ESTATUS", time)]), "column FECHA_ESTATUS has the type Time64");
}

#[test]
fn every_codec() {
    let batch = batch_with(&[]);
    for codec in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ] {
        let properties = WriterProperties::builder().set_compression(codec).build();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        assert_reads(PARQUET_NAME, bytes);
    }
}

/// A Parquet file whose footer states another compression.
fn with_stated_codec(bytes: &[u8], codec: Compression) -> Vec<u8> {
    use parquet::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter};
    let file = bytes::Bytes::copy_from_slice(bytes);
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).unwrap();
    let groups = metadata.row_groups().iter().cloned().map(|group| {
        let columns = group.columns().iter().cloned();
        let columns = columns.map(|column| column.into_builder().set_compression(codec).build().unwrap()).collect();
        group.into_builder().set_column_metadata(columns).build().unwrap()
    });
    let metadata = metadata.clone().into_builder().set_row_groups(groups.collect()).build();
    let footer = u32::from_le_bytes(*bytes[..bytes.len() - 4].last_chunk::<4>().unwrap()) as usize;
    let mut changed = bytes[..bytes.len() - 8 - footer].to_vec();
    ParquetMetaDataWriter::new(&mut changed, &metadata).finish().unwrap();
    changed
}

#[test]
fn a_codec_that_is_not_read_is_named() {
    let lzo = with_stated_codec(&parquet_with(&[]), Compression::LZO);
    assert_refused(
        PARQUET_NAME,
        lzo,
        "is a Parquet file compressed with LZO; write it with ZSTD, Snappy, gzip, Brotli or LZ4",
    );
    let brotli = with_stated_codec(&parquet_with(&[]), Compression::BROTLI(BrotliLevel::default()));
    assert_refused(PARQUET_NAME, brotli, "is no readable Parquet file");
}

/// The rows above as byte columns, except a column of the type INT96.
fn int96(days: [&str; 3], utc: bool) -> Vec<u8> {
    use parquet::data_type::{ByteArray, ByteArrayType, Int96, Int96Type};
    use parquet::file::writer::SerializedFileWriter;
    let columns = APPLICATION_HEADER.split(',').map(|name| match name {
        "FECHA_SOLICITUD" => format!("required int96 {name};"),
        _ => format!("required byte_array {name} (utf8);"),
    });
    let schema = format!("message export {{ {} }}", columns.collect::<String>());
    let schema = Arc::new(parquet::schema::parser::parse_message_type(&schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut place = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        if place == 1 {
            let values = days.map(|day| {
                let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").unwrap().to_epoch_days() + 2_440_588;
                let (day, nanos) = if utc { (day + 1, 4 * 3_600_000_000_000_u64) } else { (day, 82_800_000_000_000) };
                let mut value = Int96::new();
                value.set_data((nanos & 0xffff_ffff) as u32, (nanos >> 32) as u32, u32::try_from(day).unwrap());
                value
            });
            column.typed::<Int96Type>().write_batch(&values, None, None).unwrap();
        } else {
            let values = ROWS.map(|row| ByteArray::from(row.split(',').nth(place).unwrap()));
            column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        }
        column.close().unwrap();
        place += 1;
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn int96_needs_a_word_about_its_zone() {
    let days = ["2020-09-10", "2020-09-11", "2020-09-20"];
    assert_refused(
        PARQUET_NAME,
        int96(days, false),
        "column FECHA_SOLICITUD is an INT96 timestamp, which says no time zone; say it in the process file: `timestamps = \
         \"local\"` (Mexico City) or `\"utc\"` in [exports.solicitudes]",
    );
    for (zone, utc) in [("local", false), ("utc", true)] {
        let bench = with_keys(bench_of(PARQUET_NAME, int96(days, utc)), &format!("timestamps = \"{zone}\""));
        assert_applications(&bench);
        assert_eq!(ingest(&bench).days, days.join(" "));
    }
    // A year beyond nanoseconds in 64 bits must not become another year.
    let bench = with_keys(
        bench_of(PARQUET_NAME, int96(["2020-09-10", "9999-12-31", "0001-01-01"], false)),
        "timestamps = \"local\"",
    );
    let bench = bench.with_edit("max_rejected = 0.01", "max_rejected = 1.0");
    assert_eq!(bench.run().assert_published().rules("solicitudes"), "error fecha_fuera_de_periodo 2");
}

#[test]
fn a_uuid_is_the_text_that_it_is_written_as() {
    use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType};
    use parquet::file::writer::SerializedFileWriter;
    let columns = APPLICATION_HEADER.split(',').map(|name| match name {
        "FOLIO" => format!("required fixed_len_byte_array(16) {name} (uuid);"),
        _ => format!("required byte_array {name} (utf8);"),
    });
    let schema = format!("message export {{ {} }}", columns.collect::<String>());
    let schema = Arc::new(parquet::schema::parser::parse_message_type(&schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut place = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        if place == 0 {
            let values = [1_u8, 2, 3].map(|byte| FixedLenByteArray::from(vec![0xf0 | byte; 16]));
            column.typed::<FixedLenByteArrayType>().write_batch(&values, None, None).unwrap();
        } else {
            let values = ROWS.map(|row| ByteArray::from(row.split(',').nth(place).unwrap()));
            column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        }
        column.close().unwrap();
        place += 1;
    }
    group.close().unwrap();
    assert_reads(PARQUET_NAME, writer.into_inner().unwrap());
}

// ---- Compression

fn long_window(text: &str, log: u32) -> Vec<u8> {
    let mut packed = zstd::Encoder::new(Vec::new(), 3).unwrap();
    packed.long_distance_matching(true).unwrap();
    packed.window_log(log).unwrap();
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn zstandard_with_a_long_window() {
    for log in [27, 28, 30, 31] {
        assert_reads("solicitudes_20200930.csv.zst", long_window(&plain(), log));
        let packed = long_window(&plain(), log);
        assert_reads("solicitudes_20200930.zip", zip(&[("a.csv.zst", &packed)]));
    }
    let mut wide = long_window(&plain(), 31);
    wide[5] = 23 << 3;
    assert_refused(
        "solicitudes_20200930.csv.zst",
        wide,
        "its Zstandard window is 8192 MiB, and a window may take 512 MiB of memory; compress it again with `zstd --long=27`",
    );
}

#[test]
fn several_parts_without_a_control_file_are_a_warning() {
    let text = plain();
    let (head, tail) = text.split_at(50);
    for (name, bytes, compression) in [
        ("solicitudes_20200930.csv.gz", [gz(head), gz(tail)].concat(), "gzip"),
        ("solicitudes_20200930.csv.zst", [zst(head), zst(tail)].concat(), "Zstandard"),
    ] {
        assert_reads(name, &bytes);
        let said = warnings(name, &bytes);
        let expected = format!("consists of 2 {compression} parts, and would look whole if later parts were missing");
        assert!(said.starts_with(&expected) && said.contains(&format!("{name}.control")), "{said}");
        let bench = bench_of(name, &bytes).file(&format!("{name}.control"), "rows = 3\n");
        assert!(ingest(&bench).report.warnings.is_empty());
    }
    assert_eq!(warnings("solicitudes_20200930.csv.gz", [gz(plain()), vec![0; 512]].concat()), "");
    assert_refused("solicitudes_20200930.csv.gz", [gz(plain()), b"x".to_vec()].concat(), "cannot be read to its end");
}

// ---- Control files

#[test]
fn a_control_file_may_be_required() {
    let name = "solicitudes_20200930.csv";
    let bench = with_keys(bench_of(name, plain()), "require_control = true");
    bench.run().assert_refused(
        3,
        "has no control file, which `require_control` in [exports.solicitudes] asks for; expected \
         solicitudes_20200930.csv.control beside it",
    );
    assert_applications(&bench.file(&format!("{name}.control"), "\u{feff}rows = 3\r\n"));
}

#[test]
fn a_control_file_that_belongs_to_no_export_is_named() {
    let bench = bench_of("solicitudes_20200930.csv.gz", gz(plain()));
    for name in
        ["solicitudes_20200930.control", "solicitudes_20201015.csv.gz.control", "credenciales_20200930.csv.control"]
    {
        fs::write(bench.inputs().join(name), "rows = 1\n").unwrap();
    }
    let stderr = bench.run().assert_published().stderr();
    let said = "not read: solicitudes_20200930.control; the control file of solicitudes_20200930.csv.gz is named \
                solicitudes_20200930.csv.gz.control";
    assert!(stderr.contains(said), "{stderr}");
    let said = "not read: solicitudes_20201015.csv.gz.control; it is the control file of solicitudes_20201015.csv.gz, \
                which is not there";
    assert!(stderr.contains(said), "{stderr}");
    assert!(!stderr.contains("not read: credenciales"), "{stderr}");
    // A control file that is ignored because of the case of its suffix.
    let name = "solicitudes_20200930.csv";
    let ran = bench_of(name, plain()).file(&format!("{name}.Control"), "rows = 3\n");
    let said = ran.run().assert_published().stderr();
    assert!(
        said.contains(&format!("not read: {name}.Control; the control file of {name} is named {name}.control")),
        "{said}"
    );
    bench_of(name, plain())
        .file(&format!("{name}.CONTROL"), "rows = 4\n")
        .run()
        .assert_refused(3, "its control file says 4");
    // The control file of an export that is still being copied is not reported.
    fs::write(bench.inputs().join("solicitudes_20201015.csv.gz.part"), "x").unwrap();
    assert!(!bench.run().stderr().contains("not read: solicitudes_20201015"));
}

#[test]
fn the_field_cases_of_formats() {
    let columns = format!("{CREDENTIAL_HEADER}\n{GOOD_CREDENTIAL}");
    let cells: Vec<&str> = columns.lines().nth(1).unwrap().split(',').collect();
    let columns = CREDENTIAL_HEADER.split(',').zip(cells).map(|(name, cell)| -> (_, ArrayRef, _) {
        let nothing = cell.is_empty();
        (name, if nothing { Arc::new(NullArray::new(1)) } else { Arc::new(StringArray::from(vec![cell])) }, true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns.collect::<Vec<_>>()).unwrap();
    let bench =
        Bench::new().applications(&[GOOD_APPLICATION]).file("credenciales_20200930.parquet", common::parquet(&batch));
    let ran = bench.run().assert_published();
    assert_eq!(
        (ran.rules("credenciales").as_str(), ran.total("credenciales_por_entidad", "tramitadas_acumuladas")),
        ("", 1)
    );
}
