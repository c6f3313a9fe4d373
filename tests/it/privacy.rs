//! Tests that no data of a person's row leave `ingest` (docs/contract.md §4). Every cell, accepted
//! and rejected, contains a canary, and no file or output of any command contains one. The canaries
//! are invented.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::common::{self, APPLICATION_HEADER, Bench, CREDENTIAL_HEADER, GOOD_APPLICATION, csv};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use lnere_tables::Column;

/// Unique texts, each in one cell.
#[derive(Default)]
struct Canaries(Vec<String>);

impl Canaries {
    /// A new canary. Half of them look like codes, half like typed text.
    fn new_canary(&mut self) -> String {
        let n = self.0.len();
        let canary = if n.is_multiple_of(2) { format!("Canario Ñandú {n:04}") } else { format!("KANARI{n:04}X") };
        self.0.push(canary.clone());
        canary
    }

    /// The canaries in `bytes`, unchanged or with folded letters.
    fn in_bytes(&self, bytes: &[u8]) -> Vec<&String> {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let folded = lnere_core::text_folding::fold_label(&text);
        let is_in = |canary: &&String| {
            let label = lnere_core::text_folding::fold_label(canary);
            text.contains(&canary.to_lowercase()) || folded.contains(&label) || text.contains(&label.replace(' ', "_"))
        };
        self.0.iter().filter(is_in).collect()
    }
}

/// Rows of a source with a canary in each cell in turn, among good rows, and malformed rows.
fn rows(header: &str, good: &str, canaries: &mut Canaries) -> Vec<String> {
    let columns = header.split(',').count();
    let mut rows: Vec<String> = Vec::new();
    for place in 0..columns {
        for quoted in [false, true] {
            let mut cells: Vec<String> = good.split(',').map(str::to_owned).collect();
            cells[0] = format!("F{place}{quoted}");
            let canary = canaries.new_canary();
            cells[place] = if quoted { format!("\"{canary}\"") } else { canary };
            // An additional column, which is never stored and has a canary in every row.
            rows.push(format!("{},{}", cells.join(","), canaries.new_canary()));
        }
    }
    rows.push(canaries.new_canary());
    rows.push(format!("{},{}", canaries.new_canary(), canaries.new_canary()));
    rows.push(format!("\"{}\n{}\",x", canaries.new_canary(), canaries.new_canary()));
    rows
}

/// The complete one-line records of a CSV as Parquet with text columns.
fn parquet_of(csv: &str) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let whole: Vec<_> = rows[1..].iter().filter(|row| row.len() == rows[0].len()).collect();
    let columns = rows[0].iter().enumerate().map(|(place, name)| {
        let cells = StringArray::from_iter_values(whole.iter().map(|row| row[place].trim_matches('"')));
        ((*name).to_owned(), Arc::new(cells) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    common::parquet(&batch)
}

/// Exports full of canaries in several formats, and a process that refuses none of them.
fn bench(canaries: &mut Canaries) -> Bench {
    let header = |header: &str, canaries: &mut Canaries| format!("{header},{}", canaries.new_canary());
    let credential = "T1,2020-09-02,08,Chicago,H,INSCRIPCION,2020-09-20,2020-09-21";
    let file = |head: &str, good: &str, canaries: &mut Canaries| {
        let head_line = header(head, canaries);
        let rows = rows(head, good, canaries);
        csv(&head_line, &rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let older = file(APPLICATION_HEADER, GOOD_APPLICATION, canaries);
    let newer = file(APPLICATION_HEADER, GOOD_APPLICATION, canaries);
    let credentials = file(CREDENTIAL_HEADER, credential, canaries);
    let columns = file(CREDENTIAL_HEADER, credential, canaries);
    let latin: Vec<u8> = newer.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    Bench::new()
        .file("solicitudes_20200915.csv.zst", zstd::encode_all(older.as_bytes(), 3).unwrap())
        .file("solicitudes_20200930.csv", latin)
        .file("credenciales_20200915.parquet", parquet_of(&columns))
        .file("credenciales_20200930.csv", credentials)
        .with_process_edit("max_rejected = 0.01", "max_rejected = 1.0")
        .without_comparisons()
}

/// The readable content of a file, including decompressed Parquet files, archives and workbooks,
/// and the text of a report.
fn readable_content(name: &str, mut bytes: Vec<u8>) -> Vec<u8> {
    match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("parquet") => {
            let table = lnere_tables::read("any", bytes.clone()).unwrap();
            for (_, column) in &table.columns {
                if let Column::Text(values) = column {
                    bytes.extend_from_slice(values.join("\n").as_bytes());
                }
            }
        }
        Some("zip" | "xlsx") => {
            for (name, inner) in common::unzip(&bytes) {
                bytes.extend(readable_content(&name, inner));
            }
        }
        Some("pdf") => bytes.extend(common::pdf_text(&bytes).into_bytes()),
        // The data of a dashboard contain cubes as base64.
        Some("js") if name.ends_with("datos.js") => {
            let dashboard_data = lnere_dashboard::DashboardData::read(&bytes).unwrap();
            let credentials = dashboard_data.credenciales.into_iter().flat_map(|both| [both.acumuladas, both.diarias]);
            for cube in dashboard_data.solicitudes.into_iter().chain(credentials) {
                bytes.extend(format!("{:?}", cube.cells().unwrap()).into_bytes());
            }
        }
        _ => {}
    }
    bytes
}

/// Every file below a folder, with its readable content.
fn contents(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            contents(&path, found);
            continue;
        }
        let bytes = readable_content(&path.to_string_lossy(), fs::read(&path).unwrap());
        found.insert(path, bytes);
    }
}

#[test]
fn no_cell_is_in_anything_that_a_command_writes_or_prints() {
    let mut canaries = Canaries::default();
    let bench = bench(&mut canaries);
    assert!(canaries.0.len() > 160, "{} canaries", canaries.0.len());
    bench.age_exports();
    let empty = bench.path("tmp");
    fs::create_dir(&empty).unwrap();

    let mut said = Vec::new();
    let mut run = |name: &str, args: &[&str]| {
        let mut command = bench.command(name, args);
        command.env("TMPDIR", &empty).env("HOME", &empty).env("RUST_BACKTRACE", "full").current_dir(&empty);
        let output = command.output().unwrap();
        said.push((format!("{name} {args:?}"), [output.stdout, output.stderr].concat(), output.status.code()));
    };
    run("plan", &["--corte", "2020-09-30"]);
    for verbosity in [&["-q"][..], &[], &["-v"], &["-vv"], &["-vvv"]] {
        for format in ["text", "json"] {
            let args = [verbosity, &["--format", format]].concat();
            run("check", &args);
            run("run", &[&args[..], &["--from", "2020-09-15", "--to", "2020-09-30"]].concat());
            run("run", &[&args[..], &["--due", "--today", "2020-10-01"]].concat());
            run("status", &[&args[..], &["--today", "2020-10-01"]].concat());
            run("tablero", &args);
        }
    }
    assert!(
        said.iter().all(|(_, _, code)| *code == Some(0)),
        "{:?}",
        said.iter().map(|(name, _, code)| (name, code)).collect::<Vec<_>>()
    );
    let output = bench.command("doctor", &["--today", "2020-10-01"]).output().unwrap();
    said.push(("doctor".to_owned(), [output.stdout, output.stderr].concat(), None));
    for args in [&["verify", "2020-09-30"][..], &["verify", "--all"], &["diff", "2020-09-15", "2020-09-30"]] {
        let output = common::lnere().args(args).arg("--output").arg(bench.out()).output().unwrap();
        said.push((format!("{args:?}"), [output.stdout, output.stderr].concat(), None));
    }
    // The same exports are refused, so that the reasons are printed. They are checked again,
    // because their bytes differ from the published ones.
    let refused = bench.with_process_edit("max_rejected = 1.0", "max_rejected = 0.0");
    for name in ["solicitudes_20200930.csv", "credenciales_20200930.csv"] {
        let path = refused.inputs().join(name);
        fs::write(&path, [fs::read(&path).unwrap(), b"\n".to_vec()].concat()).unwrap();
    }
    let output = refused.command("run", &["-vv"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    said.push(("refused".to_owned(), [output.stdout, output.stderr].concat(), None));

    for (command, bytes, _) in &said {
        assert_eq!(canaries.in_bytes(bytes), [""; 0], "printed by {command}");
    }
    let mut written = BTreeMap::new();
    contents(&refused.out(), &mut written);
    contents(&empty, &mut written);
    assert!(written.len() > 2 * 200, "{} files", written.len());
    for (path, bytes) in &written {
        assert!(path.starts_with(refused.out()), "{} lies outside the output", path.display());
        assert_eq!(canaries.in_bytes(bytes), [""; 0], "{}", path.display());
    }
    // Checks the search itself: it finds a canary in the exports.
    assert!(!canaries.in_bytes(&fs::read(refused.inputs().join("credenciales_20200930.csv")).unwrap()).is_empty());
}

#[test]
fn the_umask_does_not_matter() {
    for umask in ["000", "022", "077", "777"] {
        let bench = Bench::good();
        // The dashboard is made first without an output folder, and again with one.
        let dashboard = bench.command("tablero", &[]);
        let command = bench.command("run", &["--corte", "2020-09-30", "--jobs", "2"]);
        let again = bench.command("tablero", &["--vintage", "2020-09-30", "--force"]);
        for command in [dashboard, command, again] {
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", "umask \"$0\"; exec \"$@\"", umask]).arg(command.get_program()).args(command.get_args());
            let output = shell.output().unwrap();
            assert!(output.status.success(), "umask {umask}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let mut folders = vec![bench.out()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_symlink() {
                    continue;
                }
                let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
                let private = path.starts_with(bench.out().join("private"));
                // A staged release becomes visible with its modes.
                let staged = path.starts_with(bench.out().join("private/staging/2020-09-30"));
                let expected = match (path.is_dir(), private && !staged) {
                    (true, true) => 0o700,
                    (true, false) => 0o755,
                    (false, true) => 0o600,
                    (false, false) => 0o644,
                };
                assert_eq!(mode, expected, "umask {umask}: {}", path.display());
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        assert_eq!(fs::metadata(bench.out()).unwrap().permissions().mode() & 0o777, 0o755);
    }
}

#[test]
fn what_is_private_is_forgotten_after_the_days_of_the_process_file() {
    let bench = Bench::good();
    bench.run().assert_published();
    let private = bench.out().join("private");
    let old = |name: &str, days: u64| {
        fs::write(private.join(name), "x").unwrap();
        let file = fs::File::options().write(true).open(private.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400 + 60)).unwrap();
    };
    old("cuarentena/solicitudes_20200101.csv.csv", 90);
    old("cuarentena/solicitudes_20200102.csv.csv", 89);
    old("etiquetas_desconocidas.csv", 90);
    old("corridas/20180101T000000000Z_1.json", 730);
    old("corridas/20190101T000000000Z_1.json", 729);
    bench.run().assert_published();
    let is_there = |name: &str| private.join(name).exists();
    assert!(
        !is_there("cuarentena/solicitudes_20200101.csv.csv") && is_there("cuarentena/solicitudes_20200102.csv.csv")
    );
    assert!(!is_there("etiquetas_desconocidas.csv"));
    assert!(!is_there("corridas/20180101T000000000Z_1.json") && is_there("corridas/20190101T000000000Z_1.json"));
    assert!(is_there("lock"));
}

#[test]
fn no_core_is_dumped() {
    let bench = Bench::good();
    let command = bench.command("run", &[]);
    let mut shell = std::process::Command::new("strace");
    shell.args(["-f", "-qq", "-e", "trace=prlimit64,setrlimit"]).arg(command.get_program()).args(command.get_args());
    let output = shell.output().expect("strace, from Debian's package of this name");
    let calls = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(calls.contains("RLIMIT_CORE, {rlim_cur=0, rlim_max=0}"), "{calls}");
}
