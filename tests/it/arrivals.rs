//! Tests of arriving exports (docs/contract.md §2). A file that is still being copied is left. A
//! damaged or invalid file is refused with its reason, and the last good release stays unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::common::{APPLICATION_HEADER, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, csv};
use lnere_release::{Verification, verify};

/// An export of `count` good rows.
fn export_of_rows(count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|n| GOOD_APPLICATION.replace("A1", &format!("F{n}"))).collect();
    csv(APPLICATION_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn gz(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes.as_ref()).unwrap();
    packed.finish().unwrap()
}

fn zst(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(bytes.as_ref(), 3).unwrap()
}

fn first_half(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// Adds an export with this name and these bytes after a release of 2020-09-30. Checks that it
/// refuses the next run with the reason, and that the release stays.
#[track_caller]
fn assert_refuses(name: &str, bytes: impl AsRef<[u8]>, message: &str) {
    let bench = Bench::new().applications(&[GOOD_APPLICATION]).credentials(&[GOOD_CREDENTIAL]);
    bench.run().assert_published();
    let before = fs::read(bench.release().join("SHA256SUMS")).unwrap();
    let bench = bench.file(name, bytes).credentials_on("20201015", &[GOOD_CREDENTIAL]);
    let ran = bench.run_due("2020-10-16", &[]);
    assert_eq!(ran.code(), Some(3), "{name}: {}{}", ran.stdout(), ran.stderr());
    assert!(ran.stderr().contains(name) && ran.stderr().contains(message), "{name}: {}", ran.stderr());
    assert_eq!(fs::read(bench.release().join("SHA256SUMS")).unwrap(), before);
    assert_eq!(verify(&bench.out().join("latest")), Verification::default());
    assert_eq!(fs::read_dir(bench.out().join("releases")).unwrap().count(), 1);
}

const NEXT_EXPORT: &str = "solicitudes_20201015.csv";

#[test]
fn truncated_compression() {
    assert_refuses("solicitudes_20201015.csv.gz", first_half(gz(export_of_rows(500))), "cannot be read to its end");
    assert_refuses("solicitudes_20201015.csv.zst", first_half(zst(export_of_rows(500))), "cannot be read to its end");
    let mut without_checksum = gz(export_of_rows(500));
    without_checksum.truncate(without_checksum.len() - 4);
    assert_refuses("solicitudes_20201015.csv.gz", without_checksum, "cannot be read to its end");
    assert_refuses("solicitudes_20201015.parquet", b"PAR1 and no more", "is no readable Parquet file");
}

#[test]
fn fewer_records_a_renamed_column_and_one_there_twice() {
    assert_refuses(NEXT_EXPORT, csv(APPLICATION_HEADER, &[]), "has a header and no record");
    assert_refuses(NEXT_EXPORT, "", "is empty");
    assert_refuses(NEXT_EXPORT, export_of_rows(1).replace("PAIS", "PAIS_RESIDENCIA"), "column PAIS not found");
    assert_refuses(NEXT_EXPORT, export_of_rows(1).replace("ESTATUS,FECHA", "PAIS,FECHA"), "column PAIS is there twice");
    assert_refuses(
        NEXT_EXPORT,
        export_of_rows(1).replace("2020-09-10,08", "hoy,08"),
        "1 of 1 records rejected (100.00 %",
    );
    let bench =
        Bench::new().file("solicitudes_20200930.csv", export_of_rows(200)).file(NEXT_EXPORT, export_of_rows(190));
    let bench = bench.credentials_on("20201015", &[GOOD_CREDENTIAL]);
    let ran = bench.run();
    ran.assert_refused(
        3,
        "max_shrink: 190 accepted records, 200 in solicitudes_20200930.csv (5.00 % fewer, limit 2.00 %)",
    );
}

#[test]
fn a_control_file_that_disagrees_or_is_none() {
    let with_control = |control: &str, message: &str| {
        let bench = Bench::good().file("solicitudes_20200930.csv.control", control);
        bench.run().assert_refused(3, message);
    };
    with_control("rows = 2", "has 1 record, its control file says 2");
    with_control(&format!("sha256 = \"{}\"", "0".repeat(64)), "its SHA-256 is not the one of its control file");
    with_control("filas = 1", "control file: unknown field `filas`");
    with_control("", "control file: it names neither `rows` nor `sha256`");
    let bench = Bench::good();
    fs::create_dir(bench.inputs().join("solicitudes_20200930.csv.control")).unwrap();
    bench.run().assert_refused(3, "control file: is a folder, a link or a device");
    let bench = Bench::good().file("solicitudes_20200930.csv.control", "rows = 1\n");
    bench.run().assert_published();
}

#[test]
fn names_that_cannot_be_told_apart_or_are_no_files() {
    let refuses = |make: &dyn Fn(&Bench), message: &str| {
        let bench = Bench::good();
        make(&bench);
        bench.run().assert_refused(3, message);
    };
    let path = |bench: &Bench, name: &str| bench.inputs().join(name);
    refuses(
        &|bench| fs::write(path(bench, "solicitudes_20200930.csv.gz"), gz(export_of_rows(1))).unwrap(),
        "another export of the same source covers the same day",
    );
    refuses(
        &|bench| fs::write(path(bench, "solicitudes_20990101.csv"), export_of_rows(1)).unwrap(),
        "covers a day after today",
    );
    refuses(
        &|bench| fs::create_dir(path(bench, "solicitudes_20200915.csv")).unwrap(),
        "is a folder, a link or a device",
    );
    refuses(
        &|bench| {
            std::os::unix::fs::symlink(
                path(bench, "solicitudes_20200930.csv"),
                path(bench, "solicitudes_20200915.csv"),
            )
            .unwrap();
        },
        "is a folder, a link or a device",
    );
    refuses(&|bench| fs::write(path(bench, "solicitudes_20201399.csv"), "x").unwrap(), "no date of the form YYYYMMDD");
}

#[test]
fn a_file_that_is_still_being_copied_is_left() {
    for ending in ["part", "filepart", "partial", "tmp"] {
        let bench =
            Bench::good().file(&format!("solicitudes_20201015.csv.gz.{ending}"), first_half(gz(export_of_rows(9))));
        let ran = bench.run().assert_published();
        let said = format!("left for the next run: solicitudes_20201015.csv.gz.{ending}");
        assert!(ran.stderr().contains(&said), "{}", ran.stderr());
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_is_left_and_the_older_one_counts() {
    let bench = Bench::new().file("solicitudes_20200930.csv", export_of_rows(3)).credentials(&[GOOD_CREDENTIAL]);
    let bench = bench.file(NEXT_EXPORT, export_of_rows(20_000));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::File::options().append(true).open(bench.inputs().join(NEXT_EXPORT)).unwrap();
            while !done.load(Ordering::Relaxed) {
                file.write_all(GOOD_APPLICATION.as_bytes()).unwrap();
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
        });
        let ran = bench.run();
        done.store(true, Ordering::Relaxed);
        let ran = ran.assert_published();
        assert!(ran.stderr().contains(&format!("left for the next run: {NEXT_EXPORT}")), "{}", ran.stderr());
        assert_eq!(ran.total("lnere_por_entidad", "solicitudes_acumuladas"), 3);
        assert!(!ran.rows_text("calidad", &["archivo"], "").contains(NEXT_EXPORT), "it was not read for the release");
    });
}

#[test]
fn an_unattended_run_leaves_what_was_written_to_lately() {
    let bench = Bench::good();
    let output = bench.command("run", &["--due", "--today", "2020-10-01"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("left for the next run: solicitudes_20200930.csv"), "{stderr}");
    assert!(
        String::from_utf8_lossy(&output.stdout)
            .contains("waiting for solicitudes and credenciales to cover 2020-09-15, 2020-09-30")
    );
    assert!(bench.run_due("2020-10-01", &[]).assert_published().stderr().is_empty());
    assert_eq!(bench.revision("2020-09-30"), Some(1));
}

#[test]
fn a_compressed_file_that_grows_without_end_is_stopped_at_a_limit() {
    let stopped = |name: &str, bytes: Vec<u8>, message: &str| {
        assert!(bytes.len() < 200_000, "{} bytes", bytes.len());
        let bench = Bench::new().file(name, bytes).credentials(&[GOOD_CREDENTIAL]);
        let bench = bench.with_process_edit("uncompressed_mib = 16384", "uncompressed_mib = 4");
        let bench = bench.with_process_edit("records = 20_000_000", "records = 50_000");
        bench.run().assert_refused(3, message);
    };
    // One folio repeated without end, like a decompression bomb.
    let endless = format!("{}\n{}", APPLICATION_HEADER, format!("{GOOD_APPLICATION}\n").repeat(400_000));
    let large = "has over 4 MiB once it is decompressed";
    stopped("solicitudes_20200930.csv.gz", gz(&endless), large);
    stopped("solicitudes_20200930.csv.zst", zst(&endless), large);
    let short = format!("{}\n{}", APPLICATION_HEADER, "x\n".repeat(60_000));
    stopped("solicitudes_20200930.csv.gz", gz(short), "has over 50000 records");
}

/// The additions of a spreadsheet are accepted.
#[test]
fn some_megabytes_of_empty_lines_are_passed_over() {
    let text = format!("{}{}", export_of_rows(3), "\r\n,,,,,,,,,".repeat(1 << 20));
    let bench = Bench::new().without_projection().file("solicitudes_20200930.csv.gz", gz(text));
    let ran = bench.credentials(&[GOOD_CREDENTIAL]);
    assert_eq!(ran.run().assert_published().total("lnere_por_entidad", "solicitudes_acumuladas"), 3);
}
