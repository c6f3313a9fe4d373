//! Results of all commands: their JSON, paths that are not UTF-8, folders that cannot be written
//! to, and what a command that fails or is interrupted leaves (docs/contract.md §1).
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::crash::names;
use crate::common::delivery::DeliveryBench;
use crate::common::{self, APPLICATION_HEADER, Bench, GOOD_APPLICATION, csv, lnere};

/// Commands that print no result.
const WITHOUT_RESULT: [&str; 3] = ["completions", "help", "man"];

/// The names of all commands, by the help.
fn command_names() -> Vec<String> {
    let help = String::from_utf8(lnere().arg("--help").output().unwrap().stdout).unwrap();
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // The description of a command may go on in a line that is indented further.
    let names = lines.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// Runs a command in a folder, and checks that the top level of its JSON says how it ended.
#[track_caller]
fn json_result(folder: &Path, args: &[OsString], code: i32) -> Value {
    let output = lnere().current_dir(folder).args(args).args(["--format", "json"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error} {said}"));
    let words: Vec<_> = args.iter().filter_map(|word| word.to_str()).collect();
    let definition = match words[0] {
        "config" => "config_export",
        "verify" if words.contains(&"--all") => "verify_all",
        command => command,
    };
    common::collect_json_result(definition, &output.stdout);
    assert_eq!(json["exit"], code, "{args:?}");
    let error = json.get("error").unwrap_or_else(|| panic!("{args:?} has no `error`"));
    assert_eq!(error.is_null(), code == 0, "{args:?}: {error}");
    json
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

#[test]
fn the_json_of_every_command_says_how_it_ended_also_where_paths_are_not_utf8() {
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.write_recipients_with_folders(&["08", "09", "nacional"]);
    let bench = &delivery_bench.bench;
    let odd = |name: &[u8]| bench.path("").join(OsStr::from_bytes(name));
    let output = odd(b"o\xffut");
    let process = [OsString::from("--process"), bench.process_file().into()];
    let exports = [&process[..], &["--inputs".into(), bench.inputs().into()]].concat();
    let in_output = ["--output".into(), output.clone().into_os_string()];
    let today = words(&["--today", "2020-10-01"]);
    let all = [&exports[..], &in_output, &today].concat();
    let with = |name: &[&str], args: &[OsString]| [&words(name)[..], args].concat();
    let corte = ["--corte", "2020-09-30", "--only", "tablas,paquetes"];
    let recipients = with(&["--recipients"], &[recipients.path.into()]);

    let mut tried = vec![];
    let mut json = |args: Vec<OsString>, code: i32| {
        tried.push(args[0].to_str().unwrap().to_owned());
        json_result(&bench.path(""), &args, code)
    };
    let release = "o\\xffut/releases/2020-09-30";
    let ends_with = |json: &Value, end: &str| json.as_str().is_some_and(|path| path.ends_with(end));
    let run = json([with(&["run"], &all), words(&corte)].concat(), 0);
    assert!(ends_with(&run["cortes"][0]["path"], release), "{run}");
    json([with(&["plan"], &all), words(&corte)].concat(), 0);
    json(with(&["plan", "--corte", "2020-10-15"], &all), 3);
    json(with(&["check"], &all), 0);
    let on_day = |day| [with(&["status", "--today", day], &exports), in_output.to_vec()].concat();
    json(on_day("2020-09-16"), 0);
    assert_eq!(json(on_day("2021-02-01"), 6)["late"], true);
    let doctor = with(&["doctor"], &[&all[..], &recipients].concat());
    // The process names no series of public releases, and the folder of the test may be open.
    assert!(json(doctor, 0)["checks"].is_array());
    let missing = words(&["--process", "/nowhere.toml"]);
    json([words(&["doctor"]), missing.clone(), in_output.to_vec()].concat(), 6);
    let verify = json(with(&["verify", "latest"], &in_output), 0);
    assert!(ends_with(&verify["release"], "o\\xffut/latest"), "{verify}");
    let verify = json(with(&["verify", "--all"], &in_output), 0);
    assert!(ends_with(&verify["releases"][0]["release"], release), "{verify}");
    json(with(&["verify", "2020-10-15"], &in_output), 2);
    json(with(&["diff", "latest", "2020-09-30"], &in_output), 0);
    let deliver = [&recipients[..], &in_output].concat();
    let drafts = json(with(&["deliver", "--dry-run"], &deliver), 0);
    assert!(ends_with(&drafts["releases"][0]["release"], release), "{drafts}");
    json(with(&["deliver"], &deliver), 0);
    let dashboard = [&exports[..], &["--output".into(), output.join("tablero").into()]].concat();
    let made = json(with(&["tablero"], &dashboard), 0);
    assert!(ends_with(&made["path"], "o\\xffut/tablero"), "{made}");
    // The exports were written a moment ago: the command leaves everything as it is.
    json(with(&["tablero", "--due"], &dashboard), 0);
    json(with(&["backtest"], &all), 2);
    json(with(&["schema"], &process), 0);
    json(with(&["schema", "no_hay"], &process), 2);

    let sample = |dir: &Path| with(&["sample", "--applications", "300", "--cortes", "1"], &[dir.into()]);
    let written = json(sample(&odd(b"s\xff")), 0);
    assert!(written["folder"] == bench.path("s\\xff").to_str().unwrap() && written["files"][0]["records"].is_u64());
    assert!(json(sample(&odd(b"s\xff")), 2)["error"]["message"].as_str().unwrap().contains("exists already"));
    let exported = json(with(&["config", "export"], &[odd(b"c\xff").into()]), 0);
    assert!(ends_with(&exported["process_file"], "c\\xff/pipelines/pel_2020_2021.toml"), "{exported}");
    json(with(&["config", "export"], &[odd(b"c\xff").into()]), 2);
    let demo = json(with(&["demo"], &[odd(b"d\xff").into()]), 0);
    assert!(ends_with(&demo["dashboard"], "d\\xff/out/latest/tablero/index.html"), "{demo}");
    assert!(ends_with(&demo["cortes"][0]["path"], "d\\xff/out/releases/2021-03-15"), "{demo}");
    json(with(&["demo"], &[odd(b"d\xff").into()]), 2);

    let rows: Vec<String> = (0..40).map(|n| GOOD_APPLICATION.replacen("A1", &format!("A{n}"), 1)).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let export = bench.inputs().join("solicitudes_20200930.csv");
    fs::write(&export, csv(APPLICATION_HEADER, &rows)).unwrap();
    fs::write(bench.inputs().join("solicitudes_20200930.csv.control"), "rows = 41\n").unwrap();
    json(with(&["check"], &all), 3);
    json([with(&["run"], &all), words(&corte)].concat(), 3);
    let accept = ["accept", "solicitudes_20200930.csv", "--rule", "control", "--reason", "El control es anterior"];
    let accepted = json(with(&accept, &all), 0);
    assert!(ends_with(&accepted["file"], "aceptadas.toml"), "{accepted}");
    json(with(&accept, &all), 2);
    fs::remove_file(bench.inputs().join("solicitudes_20200930.csv.control")).unwrap();

    let init = |into: &[u8]| {
        let args = [OsString::from("--into"), odd(into).into()];
        [
            with(&["init", "--yes"], &[export.clone().into(), bench.inputs().join("credenciales_20200930.csv").into()]),
            args.to_vec(),
            in_output.to_vec(),
        ]
        .concat()
    };
    let proposed = json(init(b"p\xff/nuevo.toml"), 0);
    assert!(ends_with(&proposed["process_file"], "p\\xff/nuevo.toml"), "{proposed}");
    assert!(proposed["review_lines"].is_array() && proposed["exports"][0]["columns"].is_array(), "{proposed}");
    assert_eq!(proposed["check"]["files"].as_array().unwrap().len(), 2);
    json(init(b"p\xff/nuevo.toml"), 2);

    // A wrong command line is JSON too, and an argument of it may be no UTF-8.
    for name in &command_names() {
        let args = [OsString::from(name), OsStr::from_bytes(b"--\xff").to_owned()];
        let result = json_result(&bench.path(""), &args, 2);
        assert_eq!(result["exit"], 2);
        assert!(tried.contains(name) || WITHOUT_RESULT.contains(&name.as_str()), "`{name}` is not tried");
    }
}

#[test]
fn an_output_in_a_release_in_another_output_or_among_exports_is_refused() {
    let bench = Bench::good();
    bench.run().assert_published();
    let before = common::files_below(&bench.path(""));
    symlink(bench.release(), bench.path("enlace")).unwrap();
    let inputs = bench.inputs();
    let refused = |name: &str, output: &Path, inputs: &Path, message: &str| {
        let mut command = lnere();
        command.arg(name).arg("--process").arg(bench.process_file()).arg("--inputs").arg(inputs);
        let output = command.arg("--output").arg(output).args(["--today", "2020-10-01"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(message), "{name}: {:?} {said}", output.status);
    };
    let (release, out) = (bench.release(), bench.out());
    let cases: [(PathBuf, &Path, &str); 8] = [
        (release.clone(), &inputs, "lies in the release "),
        (release.join("tablas/nueva"), &inputs, "lies in the release "),
        (bench.path("enlace/nueva"), &inputs, "lies in the release "),
        (bench.path("nueva/../enlace/a/../b"), &inputs, "lies in the release "),
        (out.join("private/x"), &inputs, "lies in another output, "),
        (inputs.join("out"), &inputs, "lies in the folder of the exports, "),
        (bench.path("nueva/../in"), &inputs, "is the folder of the exports, "),
        (bench.path(""), &inputs, "contains the folder of the exports, "),
    ];
    for (output, inputs, message) in &cases {
        for name in ["run", "plan", "check"] {
            refused(name, output, inputs, message);
        }
    }
    refused("tablero", &inputs.join("tablero"), &inputs, "the dashboard ");
    fs::write(bench.path("archivo"), "").unwrap();
    refused("run", &bench.path("archivo"), &inputs, "archivo is a file; name a folder");
    refused("run", &bench.path("archivo/out"), &inputs, "archivo is a file; name a folder");
    fs::remove_file(bench.path("archivo")).unwrap();
    fs::remove_file(bench.path("enlace")).unwrap();
    assert!(before == common::files_below(&bench.path("")), "nothing is written");
}

#[test]
fn a_file_in_the_place_of_a_folder_is_a_mistake_of_the_command_line() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("acta.txt"), "acta").unwrap();
    symlink("nada", folder.path().join("enlace")).unwrap();
    for command in [&["demo"][..], &["config", "export"], &["man"], &["sample", "--cortes", "1"]] {
        for (dir, message) in [
            ("acta.txt", "acta.txt is a file; name a folder"),
            ("acta.txt/nueva", "acta.txt is a file; name a folder"),
            ("enlace/nueva", "enlace is a link that leads nowhere"),
        ] {
            let output = lnere().current_dir(folder.path()).args(command).arg(dir).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.code() == Some(2) && said.contains(message), "{command:?} {dir}: {said}");
        }
    }
    assert_eq!(names(folder.path()), ["acta.txt", "enlace"].map(str::to_owned).into());
}

/// A tmpfs of a few pages, in which a command cannot finish.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` if this user may not mount.
    fn mount(path: &Path, options: &str) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let mut command = Command::new("mount");
        let mounted =
            command.args(["-t", "tmpfs", "-o", options, "lnere-test"]).arg(path).stderr(Stdio::null()).status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(path.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// The commands that make a folder, and a size of the disk that none of their results fits on.
const MAKING_A_FOLDER: [(&[&str], &str); 4] = [
    (&["demo"], "size=4m"),
    (&["config", "export"], "size=64k"),
    (&["sample", "--applications", "20000"], "size=64k"),
    (&["man"], "size=32k"),
];

#[test]
fn a_full_disk_leaves_nothing_that_blocks_the_next_attempt() {
    let folder = TempDir::new().unwrap();
    let disk = folder.path().join("disco");
    for (command, size) in MAKING_A_FOLDER {
        let Some(mounted) = SmallDisk::mount(&disk, size) else {
            eprintln!("skipped: this user may not mount a tmpfs");
            return;
        };
        for dir in ["nueva", "vacia"] {
            fs::create_dir_all(disk.join("vacia")).unwrap();
            let output = lnere().args(command).arg(disk.join(dir)).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.code() == Some(1) && said.contains("No space left"), "{command:?}: {said}");
            assert_eq!(names(&disk), ["vacia".to_owned()].into(), "{command:?}");
            assert!(names(&disk.join("vacia")).is_empty(), "{command:?}");
        }
        // What somebody else put there stays.
        fs::write(disk.join("vacia/acta.txt"), "acta").unwrap();
        if command[0] != "demo" {
            let _ = lnere().args(command).arg(disk.join("vacia")).output().unwrap();
            assert_eq!(names(&disk.join("vacia")), ["acta.txt".to_owned()].into(), "{command:?}");
        }
        drop(mounted);
    }
}

/// Starts a command, waits until `is_begun`, and ends it by a signal.
fn interrupt(mut command: Command, signal: &str, is_begun: impl Fn() -> bool) -> Output {
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_begun() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    child.wait_with_output().unwrap()
}

#[test]
fn an_interrupted_command_leaves_nothing_that_blocks_the_next_attempt() {
    let folder = TempDir::new().unwrap();
    let temporary = folder.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let dir = folder.path().join("nueva");
    let command = |args: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("lnere"));
        command.args(args).arg(&dir).env("TMPDIR", &temporary).current_dir(folder.path());
        for variable in common::OPTION_VARIABLES {
            command.env_remove(variable);
        }
        command
    };
    let demo: &[&str] = &["demo"];
    let sample: &[&str] = &["sample", "--applications", "3000000"];
    for (args, begun, signal, number) in [
        (demo, "pipelines/tablas.toml", "INT", 2),
        (demo, "out/private/lock", "TERM", 15),
        (demo, "out/private/staging", "INT", 2),
        (sample, "solicitudes_20201031.csv.gz", "INT", 2),
        (sample, "", "TERM", 15),
    ] {
        let output = interrupt(command(args), signal, || dir.join(begun).exists());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal(), Some(number), "{args:?} at {begun}: {:?} {said}", output.status);
        assert!(!dir.exists(), "{args:?} at {begun}: {:?}", names(&dir));
        assert!(names(&temporary).is_empty(), "{args:?} at {begun}");
    }
    // The temporary configuration alone.
    let begun = || fs::read_dir(&temporary).unwrap().next().is_some();
    let output = interrupt(command(sample), "INT", begun);
    assert!(output.status.signal() == Some(2) && names(&temporary).is_empty() && !dir.exists(), "{:?}", output.status);

    // As under `nohup`, a signal that is ignored stays ignored.
    let mut ignoring = Command::new("sh");
    ignoring.args(["-c", "trap '' INT; exec \"$@\"", "sh"]).arg(assert_cmd::cargo::cargo_bin!("lnere"));
    ignoring.args(["sample", "--applications", "100000", "--cortes", "2"]).arg(&dir).current_dir(folder.path());
    let output = interrupt(ignoring, "INT", || dir.exists());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
