//! Tests of `lnere doctor` and `lnere verify --all` by the real binary. Each kind of problem has its
//! check and its state; what is examined stays as it was. Programs of the system are scripts.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

use crate::common::delivery::{DeliveryBench, MailServerFixture, RecipientsFile};
use crate::common::{self, Bench, GOOD_APPLICATION, files_below, lnere};

/// The checks in their order.
const IDS: [&str; 16] = [
    "process-file",
    "catalogs",
    "definitions",
    "inputs-folder",
    "exports",
    "output-folder",
    "modes",
    "free-disk",
    "folder-exchange",
    "units",
    "clock",
    "recipients",
    "recipient-folders",
    "smtp",
    "ledger",
    "releases",
];

/// What `doctor` says, as JSON.
#[derive(Debug)]
struct Diagnosis {
    code: i32,
    json: Value,
}

impl Diagnosis {
    fn of(mut command: Command) -> Self {
        let output = command.args(["--format", "json"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.is_empty(), "{said}");
        Self { code: output.status.code().unwrap(), json: serde_json::from_slice(&output.stdout).unwrap() }
    }

    fn check(&self, id: &str) -> &Value {
        let checks = self.json["checks"].as_array().unwrap();
        checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no check {id}"))
    }

    fn state(&self, id: &str) -> &str {
        self.check(id)["state"].as_str().unwrap()
    }

    fn message(&self, id: &str) -> &str {
        self.check(id)["message"].as_str().unwrap()
    }

    fn in_state(&self, state: &str) -> Vec<&str> {
        IDS.into_iter().filter(|id| self.state(id) == state).collect()
    }

    /// Checks that these are the only problems, that the exit code says so, and that each has a
    /// way out.
    #[track_caller]
    fn assert_problems(&self, expected: &[&str]) -> &Self {
        assert_eq!(self.in_state("problem"), expected, "{:#}", self.json);
        assert_eq!(self.code, if expected.is_empty() { 0 } else { 6 });
        assert_eq!(self.json["exit"], self.code);
        assert_eq!(self.json["problems"], expected.len());
        assert_eq!(self.json["warnings"], self.in_state("warning").len());
        for check in self.json["checks"].as_array().unwrap() {
            let needs_advice = ["warning", "problem"].contains(&check["state"].as_str().unwrap());
            assert!(!needs_advice || check["advice"].as_str().is_some_and(|advice| !advice.is_empty()), "{check}");
        }
        self
    }

    #[track_caller]
    fn assert_says(&self, id: &str, text: &str) -> &Self {
        assert!(self.message(id).contains(text), "{id} has no `{text}`: {}", self.message(id));
        self
    }
}

/// A `systemctl` and a `timedatectl` that answer from files. Without files they answer as in a
/// container.
fn system_programs(bench: &Bench) -> PathBuf {
    let folder = bench.path("programs");
    fs::create_dir_all(&folder).unwrap();
    let systemctl = "#!/bin/sh\nif [ \"$1\" = is-system-running ]; then cat \"$0.manager\" 2>/dev/null || echo offline\n\
                     else cat \"$0.units\"; fi\n";
    let timedatectl = "#!/bin/sh\ncat \"$0.synchronized\" 2>/dev/null\n";
    for (name, script) in [("systemctl", systemctl), ("timedatectl", timedatectl)] {
        fs::write(folder.join(name), script).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

fn with_programs(bench: &Bench, mut command: Command) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", system_programs(bench).display()));
    command
}

/// `doctor` on the day after the corte.
fn command(bench: &Bench, args: &[&str]) -> Command {
    with_programs(bench, bench.command("doctor", &[&["--today", "2020-10-01"], args].concat()))
}

fn doctor(bench: &Bench, args: &[&str]) -> Diagnosis {
    Diagnosis::of(command(bench, args))
}

fn published() -> Bench {
    let bench = Bench::good();
    bench.run().assert_published();
    bench.age_exports();
    // Other users cannot reach the exports.
    set_mode(bench.path(""), 0o700);
    bench
}

fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_healthy_installation_has_no_problem() {
    let bench = published();
    let all_well = doctor(&bench, &[]);
    all_well.assert_problems(&[]);
    assert_eq!(all_well.in_state("warning"), [""; 0], "{:#}", all_well.json);
    assert_eq!(all_well.in_state("skipped"), ["units", "recipients", "recipient-folders", "smtp"]);
    all_well
        .assert_says("process-file", "pel_2020_2021.toml")
        .assert_says("exports", "solicitudes: solicitudes_20200930.csv, up to date")
        .assert_says("output-folder", "1 release")
        .assert_says("free-disk", "the release of 2020-09-30 has")
        .assert_says("clock", "in Mexico City")
        .assert_says("units", "systemd does not run here")
        .assert_says("releases", "1 verified, all sound");

    let output = command(&bench, &[]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    assert!(text.contains("ok       releases           1 verified, all sound\n"), "{text}");
    assert!(text.ends_with("\n16 checks: 12 ok, 0 warnings, 0 problems, 4 skipped\n"), "{text}");
}

#[test]
fn the_json_has_every_check_in_order() {
    let bench = published();
    let Diagnosis { json, .. } = doctor(&bench, &["--no-verify"]);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["checks", "error", "exit", "problems", "version", "warnings"]);
    assert_eq!(json["version"], 1);
    let checks = json["checks"].as_array().unwrap();
    assert_eq!(checks.iter().map(|check| check["id"].as_str().unwrap()).collect::<Vec<_>>(), IDS);
    for check in checks {
        assert_eq!(keys(check), ["advice", "id", "message", "state"]);
        assert!(!check["message"].as_str().unwrap().is_empty(), "{check}");
    }
    assert_eq!(checks[15]["state"], "skipped", "--no-verify");
}

#[test]
fn doctor_leaves_everything_as_it_was() {
    let bench = published();
    let state = || {
        let mut found: BTreeMap<String, Vec<u8>> = files_below(&bench.path(""));
        found.retain(|name, _| !name.starts_with("programs/"));
        let folders = std::process::Command::new("find").arg(bench.out()).args(["-type", "d"]).output().unwrap();
        (found, String::from_utf8(folders.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
    };
    let before = state();
    doctor(&bench, &[]).assert_problems(&[]);
    assert!(before == state());

    // Before the first run there is no output, and afterwards there is none either.
    let bench = Bench::good();
    bench.age_exports();
    set_mode(bench.path(""), 0o700);
    let first = doctor(&bench, &[]);
    // The corte of 15 September is no matter of doctor: `status` says what is due.
    first
        .assert_problems(&[])
        .assert_says("output-folder", "is not there yet")
        .assert_says("free-disk", "no release yet");
    first.assert_says("releases", "none yet");
    assert!(!bench.out().exists());
    let mut names: Vec<_> = fs::read_dir(bench.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["in", "programs"]);
}

#[test]
fn a_mistake_of_the_configuration_is_a_finding() {
    let bench = published().with_process("no_hay.toml");
    let missing = doctor(&bench, &[]);
    missing.assert_problems(&["process-file"]).assert_says("process-file", "cannot read no_hay.toml");
    assert_eq!(
        missing.in_state("skipped"),
        ["catalogs", "definitions", "exports", "units", "recipients", "recipient-folders", "smtp"]
    );
    missing.assert_says("inputs-folder", "can be listed").assert_says("releases", "1 verified, all sound");

    // No process file is named, and the folder has none.
    let mut command = with_programs(&bench, lnere());
    command.args(["doctor", "--output"]).arg(bench.out()).current_dir(bench.path(""));
    Diagnosis::of(command).assert_problems(&["process-file"]).assert_says("process-file", "no process file");

    let bench = published().with_process_edit("id = \"pel_2020_2021\"", "id = 7");
    doctor(&bench, &[]).assert_problems(&["process-file"]).assert_says("process-file", "process.toml:");

    let bench = published().with_process_edit("id = \"pel_2020_2021\"", "id = \"otro\"");
    doctor(&bench, &[])
        .assert_problems(&["output-folder"])
        .assert_says("output-folder", "belongs to the process pel_2020_2021, not to otro");

    let listed = "tables = [\"no_hay\"]\nparts = ";
    let bench = published().with_process_edit("parts = ", listed);
    doctor(&bench, &[]).assert_problems(&["definitions"]).assert_says("definitions", "publish.tables names `no_hay`");
}

#[test]
fn a_mistake_of_a_catalogue_is_a_finding() {
    let bench = published();
    let catalogs = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/catalogos");
    let copied = std::process::Command::new("cp").arg("-r").arg(&catalogs).arg(bench.path("catalogos")).status();
    assert!(copied.unwrap().success());
    let (from, to) = (catalogs.display().to_string(), bench.path("catalogos").display().to_string());
    let bench = bench.with_process_edit("id = \"pel_2020_2021\"", "id = \"pel_2020_2021\" ").with_edit(&from, &to);
    doctor(&bench, &[]).assert_problems(&[]);
    let countries = bench.path("catalogos/paises.toml");
    let text = fs::read_to_string(&countries).unwrap();
    fs::write(&countries, format!("{text}no es TOML\n")).unwrap();
    let diagnosis = doctor(&bench, &[]);
    diagnosis.assert_problems(&["catalogs"]).assert_says("catalogs", countries.to_str().unwrap());
    assert_eq!(diagnosis.state("process-file"), "skipped");
}

#[test]
fn folders_that_are_missing_or_open_are_problems() {
    let bench = published();
    fs::rename(bench.inputs(), bench.path("moved")).unwrap();
    let missing = doctor(&bench, &[]);
    missing.assert_problems(&["inputs-folder"]).assert_says("inputs-folder", "cannot list");
    assert_eq!(missing.state("exports"), "skipped");
    fs::rename(bench.path("moved"), bench.inputs()).unwrap();

    let private = bench.out().join("private");
    set_mode(&private, 0o770);
    let open = doctor(&bench, &[]);
    open.assert_problems(&["modes"]).assert_says("modes", "has the mode 0770");
    assert_eq!(open.check("modes")["advice"], format!("`chmod go= {}`", private.display()));
    set_mode(&private, 0o700);

    // A staged release already has the modes of a published one.
    let staged = private.join("staging/2020-10-15");
    fs::create_dir_all(&staged).unwrap();
    set_mode(&staged, 0o755);
    doctor(&bench, &[]).assert_problems(&[]);
    fs::remove_dir(&staged).unwrap();

    let table = bench.release().join("tablas/calidad.parquet");
    set_mode(&table, 0o666);
    doctor(&bench, &[]).assert_problems(&["modes"]).assert_says("modes", "calidad.parquet has the mode 0666");
    set_mode(&table, 0o644);

    let latest = bench.out().join("latest");
    fs::remove_file(&latest).unwrap();
    symlink("private", &latest).unwrap();
    doctor(&bench, &[]).assert_problems(&["output-folder"]).assert_says("output-folder", "latest does not lead to");

    let file = bench.path("file");
    fs::write(&file, "").unwrap();
    let mut command = with_programs(&bench, lnere());
    command.args(["doctor", "--today", "2020-10-01", "--output"]).arg(&file);
    command.arg("--process").arg(bench.process_file()).arg("--inputs").arg(bench.inputs());
    let no_folder = Diagnosis::of(command);
    assert_eq!((no_folder.code, no_folder.state("output-folder")), (6, "problem"), "{:#}", no_folder.json);
}

#[test]
fn exports_that_every_user_may_read_are_a_warning() {
    let bench = published();
    // Only the folder above kept others out.
    set_mode(bench.path(""), 0o755);
    let open = doctor(&bench, &[]);
    open.assert_problems(&[]);
    let is_reachable = bench
        .path("")
        .ancestors()
        .all(|folder| fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0));
    if is_reachable {
        assert_eq!(open.in_state("warning"), ["modes"], "{:#}", open.json);
        open.assert_says("modes", "every user may read solicitudes_20200930.csv (and 1 more)");
    }
    set_mode(bench.inputs(), 0o750);
    assert_eq!(doctor(&bench, &[]).in_state("warning"), [""; 0]);
}

#[test]
fn late_refused_and_unread_exports_are_findings() {
    let bench = published().file("Solicitudes-20201015.csv", "x");
    let unread = doctor(&bench, &[]);
    unread.assert_problems(&[]).assert_says("exports", "not read: Solicitudes-20201015.csv");
    assert_eq!(unread.in_state("warning"), ["exports"]);

    let late = Diagnosis::of(with_programs(&bench, bench.command("doctor", &["--today", "2021-02-01"])));
    late.assert_problems(&["exports"]).assert_says("exports", "solicitudes: solicitudes_20200930.csv, 123 days behind");

    // The clock is slow, or the name is wrong; a run would be refused either way.
    let bench = published().applications_on("20201015", &[GOOD_APPLICATION]);
    let future = doctor(&bench, &[]);
    future
        .assert_problems(&["exports", "clock"])
        .assert_says("clock", "solicitudes_20201015.csv covers a day after today");
    let slow = Diagnosis::of(with_programs(&bench, bench.command("doctor", &["--today", "2020-09-20"])));
    slow.assert_says("clock", "the release of 2020-09-30 counts up to a day after today, 2020-09-20");
    assert_eq!(slow.code, 6);
}

#[test]
fn ten_cortes_must_fit_on_the_disk() {
    let bench = Bench::good();
    // A file without blocks, so large that ten such releases fit on no disk of a test.
    let export = fs::File::options().write(true).open(bench.inputs().join("solicitudes_20200930.csv")).unwrap();
    export.set_len(8 << 40).unwrap();
    bench.age_exports();
    doctor(&bench, &[]).assert_problems(&["free-disk"]).assert_says("free-disk", "10 cortes need 87960.9 GB");
}

#[test]
fn a_changed_release_is_a_problem() {
    let bench = published();
    fs::write(bench.release().join("tablas/calidad.parquet"), "x").unwrap();
    let changed = doctor(&bench, &[]);
    changed.assert_problems(&["releases"]);
    changed
        .assert_says("releases", "1 of 1 is not sound; 2020-09-30: ")
        .assert_says("releases", "tablas/calidad.parquet");
    doctor(&bench, &["--no-verify"]).assert_problems(&[]);
}

#[test]
fn timers_that_do_not_run_are_findings() {
    let bench = published();
    let programs = system_programs(&bench);
    let unit = |name: &str, state: &str, active: &str| {
        let load = if state == "missing" { "not-found" } else { "loaded" };
        format!("Id={name}\nLoadState={load}\nUnitFileState={state}\nActiveState={active}\n")
    };
    let units = |timers: [(&str, &str); 5], failed: &str| {
        let names = ["lnere", "lnere-status", "lnere-verify", "lnere-deliver", "lnere-tablero"];
        let mut blocks = vec![unit("lnere-alert@lnere.service.service", timers[0].0, "inactive")];
        for (name, (state, active)) in names.iter().zip(timers) {
            let service = format!("{name}.service");
            let service_state = if service == failed { "failed" } else { "inactive" };
            blocks.push(unit(&format!("{name}.timer"), state, active));
            blocks.push(unit(&service, if state == "missing" { "missing" } else { "static" }, service_state));
        }
        fs::write(programs.join("systemctl.manager"), "running\n").unwrap();
        fs::write(programs.join("systemctl.units"), blocks.join("\n")).unwrap();
    };
    let (on, off, missing) = (("enabled", "active"), ("disabled", "inactive"), ("missing", "inactive"));

    units([on, on, on, off, off], "");
    let all_well = doctor(&bench, &["--no-verify"]);
    assert_eq!(all_well.state("units"), "ok", "{:#}", all_well.json);
    all_well.assert_says("units", "active: lnere.timer, lnere-status.timer, lnere-verify.timer");

    units([off, on, missing, off, off], "");
    let stopped = doctor(&bench, &["--no-verify"]);
    stopped.assert_problems(&["units"]).assert_says("units", "lnere.timer is not active");
    stopped.assert_says("units", "lnere-verify.timer is not installed");
    assert!(stopped.check("units")["advice"].as_str().unwrap().contains("`systemctl enable --now lnere.timer`"));

    units([("disabled", "active"), on, on, off, off], "");
    doctor(&bench, &["--no-verify"]).assert_problems(&["units"]).assert_says("units", "active, but not enabled");

    units([on, on, on, off, off], "lnere-status.service");
    doctor(&bench, &["--no-verify"]).assert_problems(&["units"]).assert_says("units", "lnere-status.service failed");

    units([missing; 5], "");
    let none = doctor(&bench, &["--no-verify"]);
    none.assert_problems(&[]);
    assert!(["warning", "ok"].contains(&none.state("units")), "{:#}", none.json);
}

#[test]
fn a_clock_that_nothing_sets_is_a_warning() {
    let bench = published();
    let answer = system_programs(&bench).join("timedatectl.synchronized");
    for (word, state) in [("yes", "ok"), ("no", "warning"), ("", "ok")] {
        fs::write(&answer, format!("{word}\n")).unwrap();
        let diagnosis = doctor(&bench, &["--no-verify"]);
        assert_eq!(diagnosis.state("clock"), state, "{word}: {:#}", diagnosis.json);
        assert_eq!(diagnosis.code, 0);
    }
}

#[test]
fn the_options_and_the_environment_are_those_of_status() {
    let bench = published();
    let mut command = with_programs(&bench, lnere());
    command.args(["doctor", "--today", "2020-10-01"]).current_dir(bench.path(""));
    command.env("LNERE_PROCESS", bench.process_file()).env("LNERE_INPUTS", "in").env("LNERE_OUTPUT", "out");
    Diagnosis::of(command).assert_problems(&[]).assert_says("inputs-folder", "in: 2 exports");

    let wrong = lnere().args(["doctor", "--format", "json", "--todo"]).output().unwrap();
    let json: Value = serde_json::from_slice(&wrong.stdout).unwrap();
    assert_eq!((wrong.status.code(), &json["exit"]), (Some(2), &2.into()));
}

/// Copies the configuration into the folder of the bench, whose process file then names the copy.
fn with_own_configuration(bench: Bench) -> Bench {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bench = bench.with_process_edit("id = \"pel_2020_2021\"", "id = \"pel_2020_2021\" ");
    let mut copy = std::process::Command::new("cp");
    copy.arg("-r").args(["pipelines", "charts"].map(|name| repository.join(name))).arg(bench.path(""));
    assert!(copy.status().unwrap().success());
    let text = fs::read_to_string(bench.process_file()).unwrap();
    let (from, to) = (repository.to_str().unwrap(), bench.path(""));
    fs::write(bench.process_file(), text.replace(from, to.to_str().unwrap().trim_end_matches('/'))).unwrap();
    bench
}

#[test]
fn an_export_that_the_user_may_not_read_is_a_problem() {
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let bench = Bench::good().with_process_edit("id = \"pel_2020_2021\"", "id = \"pel_2020_2021\" ");
    let bench = bench.file("credenciales_20200930.csv.control", "rows = 1\n");
    bench.age_exports();
    let program = bench.readable_by_any_user();
    for name in ["solicitudes_20200930.csv", "credenciales_20200930.csv.control"] {
        let path = bench.inputs().join(name);
        set_mode(&path, 0o000);
        let mut command = std::process::Command::new(&program);
        command.args(["doctor", "--format", "json", "--today", "2020-10-01", "--no-verify", "--process"]);
        command.arg(bench.process_file()).arg("--inputs").arg(bench.inputs()).arg("--output").arg(bench.path("out"));
        // No mode keeps root out.
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let json: Value =
            serde_json::from_slice(&command.current_dir(bench.path("")).output().unwrap().stdout).unwrap();
        let diagnosis = Diagnosis { code: 6, json };
        assert_eq!(diagnosis.state("exports"), "problem", "{:#}", diagnosis.json);
        diagnosis.assert_says("exports", &format!("{name} cannot be read: Permission denied"));
        set_mode(&path, 0o644);
    }
}

#[test]
fn a_mistake_of_the_report_is_a_finding() {
    let bench = with_own_configuration(Bench::good());
    bench.age_exports();
    set_mode(bench.path(""), 0o700);
    let template = bench.path("pipelines/reporte/portada.typ");
    let good = fs::read_to_string(&template).unwrap();
    doctor(&bench, &[]).assert_problems(&[]);

    // Typst cannot parse it.
    fs::write(&template, format!("{good}\n#let mal = (\n")).unwrap();
    let broken = doctor(&bench, &[]);
    broken.assert_problems(&["definitions"]).assert_says("definitions", "reporte/portada.typ:");
    broken.assert_says("definitions", "unclosed delimiter");

    // It fails with the counts of a release.
    fs::write(&template, &good).unwrap();
    bench.run().assert_published();
    doctor(&bench, &[]).assert_problems(&[]);
    fs::write(&template, format!("#no_hay()\n{good}")).unwrap();
    doctor(&bench, &[]).assert_problems(&["definitions"]).assert_says("definitions", "reporte/portada.typ:1");
}

#[test]
fn configuration_that_others_may_change_is_a_problem() {
    let bench = with_own_configuration(published());
    doctor(&bench, &[]).assert_problems(&[]);
    for (name, open, closed) in [
        ("process.toml", 0o666, 0o644),
        ("pipelines/catalogos/paises.toml", 0o664, 0o644),
        ("pipelines/catalogos", 0o777, 0o755),
        ("pipelines/tablas.toml", 0o646, 0o644),
        ("pipelines", 0o775, 0o755),
        ("pipelines/proyeccion", 0o777, 0o755),
        ("pipelines/reporte", 0o777, 0o755),
        ("pipelines/reporte/plan.typ", 0o666, 0o644),
        ("pipelines/../charts", 0o1777, 0o755),
        ("pipelines/../charts/por_sexo.toml", 0o666, 0o644),
    ] {
        let path = bench.path(name);
        set_mode(&path, open);
        let found = doctor(&bench, &["--no-verify"]);
        found.assert_problems(&["modes"]).assert_says("modes", &format!("may change {}", path.display()));
        assert_eq!(found.check("modes")["advice"], format!("`chmod go-w {}`", path.display()));
        set_mode(&path, closed);
    }
    // Whoever may write the folder above can put another `pipelines` there.
    set_mode(bench.path(""), 0o777);
    doctor(&bench, &["--no-verify"]).assert_problems(&["modes"]);
    set_mode(bench.path(""), 0o700);
    // A process file with a mistake may be the work of somebody else.
    set_mode(bench.process_file(), 0o666);
    let bench = bench.with_edit("id = \"pel_2020_2021\"", "id = 7");
    doctor(&bench, &["--no-verify"]).assert_problems(&["process-file", "modes"]);
}

/// Nothing waits for a named pipe, and nothing reads a device.
#[test]
fn a_named_pipe_in_the_place_of_a_file_is_a_finding_at_once() {
    let bench = with_own_configuration(published());
    let recipients = bench.path("destinatarios.toml");
    fs::write(&recipients, "").unwrap();
    let make_pipe = |path: &Path| {
        let _ = fs::remove_file(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let patient = |mut command: Command| {
        command.timeout(std::time::Duration::from_mins(1));
        command
    };
    let process_file = bench.process_file().to_owned();
    let cases: [(PathBuf, &str, &[&str]); 11] = [
        (process_file, "process-file", &["run", "plan", "check", "status"]),
        (bench.path("pipelines/catalogos/paises.toml"), "catalogs", &["run"]),
        (bench.path("pipelines/tablas.toml"), "definitions", &["run", "status"]),
        (bench.path("charts/por_sexo.toml"), "definitions", &["run"]),
        (bench.path("pipelines/reporte/plan.typ"), "definitions", &["run"]),
        (bench.path("aceptadas.toml"), "definitions", &["run"]),
        (bench.path("pipelines/proyeccion/tarifa_pep.toml"), "process-file", &["run"]),
        (bench.inputs().join("solicitudes_20200930.csv.control"), "exports", &["run", "check"]),
        (bench.out().join("private/entregas/bitacora.jsonl"), "ledger", &[]),
        (bench.out().join("private/publicado.jsonl"), "ledger", &[]),
        (recipients.clone(), "recipients", &[]),
    ];
    for (path, id, commands) in &cases {
        let before = fs::read(path).ok();
        make_pipe(path);
        let name = path.file_name().unwrap().to_str().unwrap();
        let found = Diagnosis::of(patient(command(&bench, &["--recipients", recipients.to_str().unwrap()])));
        assert_eq!(found.state(id), "problem", "{name}: {:#}", found.json);
        found.assert_says(id, "named pipe");
        for command in *commands {
            let output = patient(bench.command(command, &[])).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(1..=3)) && !said.is_empty(), "{name}: {command}: {said}");
        }
        fs::remove_file(path).unwrap();
        if let Some(bytes) = before {
            fs::write(path, bytes).unwrap();
        }
    }
    // The lock and the remains of a run are opened for writing.
    for name in ["private/lock", "private/etiquetas_desconocidas.csv.new"] {
        make_pipe(&bench.out().join(name));
        let output = patient(bench.command("check", &[])).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains("named pipe"), "{name}: {said}");
        fs::remove_file(bench.out().join(name)).unwrap();
    }
}

#[test]
fn each_way_out_fits_its_problem() {
    let bench = published();
    let advice = |diagnosis: &Diagnosis, id: &str| diagnosis.check(id)["advice"].as_str().unwrap().to_owned();

    // The process is over, and what the exports cover has no release: no newer export will come.
    fs::remove_dir_all(bench.out()).unwrap();
    let day = ["--today", "2026-01-01"];
    let over = Diagnosis::of(with_programs(&bench, bench.command("doctor", &day)));
    assert_eq!(advice(&over, "exports"), "publish what the exports cover: `lnere run --corte 2020-09-30`");
    bench.run().assert_published();
    let released = Diagnosis::of(with_programs(&bench, bench.command("doctor", &day)));
    assert_eq!(released.state("exports"), "ok", "{:#}", released.json);

    // While it runs, a source that is late is late with a release too.
    let late = Diagnosis::of(with_programs(&bench, bench.command("doctor", &["--today", "2021-02-01"])));
    assert_eq!(advice(&late, "exports"), "ask for the newest export of this source");

    let ledger = bench.out().join("private/publicado.jsonl");
    fs::write(&ledger, "no es JSON\n").unwrap();
    let damaged = doctor(&bench, &[]);
    assert!(damaged.state("ledger") == "problem" && damaged.message("ledger").contains("publicado.jsonl"));
    assert!(advice(&damaged, "ledger").starts_with("restore private/publicado.jsonl from a backup"));
    // The way out works.
    fs::remove_file(&ledger).unwrap();
    bench.run().assert_published();
    doctor(&bench, &[]).assert_problems(&[]);
}

#[test]
fn an_output_in_a_wrong_place_is_a_problem() {
    let bench = published();
    for (output, message) in [(bench.release().join("nueva"), "lies in the release"), (bench.inputs(), "is the folder")]
    {
        let mut command = with_programs(&bench, lnere());
        command.args(["doctor", "--today", "2020-10-01", "--output"]).arg(&output);
        command.arg("--process").arg(bench.process_file()).arg("--inputs").arg(bench.inputs());
        let found = Diagnosis::of(command);
        assert_eq!(found.state("output-folder"), "problem", "{:#}", found.json);
        found.assert_says("output-folder", message);
    }
}

/// `doctor` of a release with packages, for a recipients file and its password.
fn with_recipients(delivery_bench: &DeliveryBench, recipients: &RecipientsFile, password: &str) -> Diagnosis {
    delivery_bench.bench.age_exports();
    let mut command = command(&delivery_bench.bench, &["--no-verify", "--recipients"]);
    command.arg(&recipients.path).env("LNERE_SMTP_PASSWORD", password);
    let diagnosis = Diagnosis::of(command);
    assert!(!diagnosis.json.to_string().contains(password), "the password is printed");
    diagnosis
}

const PASSWORD: &str = "Contraseña-de-prueba";

#[test]
fn folders_of_recipients_must_be_there() {
    let delivery_bench = DeliveryBench::new();
    let bench = &delivery_bench.bench;
    let recipients = delivery_bench.write_recipients(&delivery_bench.folder_recipients(&["08", "09", "nacional"]));
    for name in ["08", "09"] {
        fs::create_dir(bench.path(name)).unwrap();
    }
    let missing = with_recipients(&delivery_bench, &recipients, PASSWORD);
    missing.assert_problems(&["recipient-folders"]).assert_says("recipient-folders", "`nacional`: ");
    assert_eq!(missing.state("smtp"), "skipped");
    assert!(!bench.path("nacional").exists(), "it is not made");

    fs::create_dir(bench.path("nacional")).unwrap();
    let all_well = with_recipients(&delivery_bench, &recipients, PASSWORD);
    all_well.assert_problems(&[]).assert_says("recipient-folders", "3 folders, each can be written");
    assert_eq!(files_below(&bench.path("nacional")).len(), 0, "nothing is delivered");

    set_mode(bench.path("08"), 0o777);
    let open = with_recipients(&delivery_bench, &recipients, PASSWORD);
    assert_eq!((open.state("recipient-folders"), open.code), ("warning", 0));

    set_mode(bench.path("08"), 0o755);
    let one_less = delivery_bench.write_recipients(&delivery_bench.folder_recipients(&["08", "nacional"]));
    with_recipients(&delivery_bench, &one_less, PASSWORD)
        .assert_problems(&["recipients"])
        .assert_says("recipients", "no [[recipient]] for 09");
    let broken = delivery_bench.write_recipients("[smtp]\n");
    let diagnosis = with_recipients(&delivery_bench, &broken, PASSWORD);
    diagnosis.assert_problems(&["recipients"]);
    assert_eq!((diagnosis.state("recipient-folders"), diagnosis.state("smtp")), ("skipped", "skipped"));
}

#[test]
fn a_damaged_ledger_is_a_problem() {
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.write_recipients_with_folders(&["08", "09", "nacional"]);
    assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0);
    with_recipients(&delivery_bench, &recipients, PASSWORD).assert_says("ledger", "3 accepted packages noted");
    let ledger = delivery_bench.bench.out().join("private/entregas/bitacora.jsonl");
    fs::write(&ledger, delivery_bench.ledger().replacen("accepted", "rejected", 1)).unwrap();
    with_recipients(&delivery_bench, &recipients, PASSWORD).assert_problems(&["ledger"]);
}

#[test]
fn a_mail_server_that_is_down_or_no_password_is_a_problem() {
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.recipients_without_server("user = \"lnere\"\n");
    let down = with_recipients(&delivery_bench, &recipients, PASSWORD);
    down.assert_problems(&["smtp"]).assert_says("smtp", "localhost:9: Connection refused");

    let file = delivery_bench.bench.path("password");
    fs::write(&file, PASSWORD).unwrap();
    set_mode(&file, 0o644);
    let recipients = delivery_bench.recipients_without_server("user = \"lnere\"\npassword_file = \"password\"\n");
    let open = with_recipients(&delivery_bench, &recipients, PASSWORD);
    open.assert_problems(&["smtp"]).assert_says("smtp", "has the mode 0644");
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn the_mail_server_is_reached_and_nothing_is_sent() {
    let delivery_bench = DeliveryBench::new();
    let office = MailServerFixture::new();
    for (security, name) in [("starttls", "STARTTLS"), ("tls", "TLS")] {
        let server = office.serve(security, "good");
        let recipients = delivery_bench.mail_recipients(&server, "");
        let reached = with_recipients(&delivery_bench, &recipients, PASSWORD);
        reached.assert_problems(&[]);
        reached.assert_says("smtp", &format!("localhost:{}: {name}, logged in; nothing was sent", server.port));
        assert_eq!(server.log_lines("AUTH"), 1);
        assert_eq!(server.log_lines("RCPT"), 0);
        assert!(server.mails().is_empty());

        let refused = with_recipients(&delivery_bench, &recipients, "otra-contraseña");
        refused.assert_problems(&["smtp"]).assert_says("smtp", "permanent error (535)");
        assert_eq!(server.log_lines("AUTH"), 2, "a wrong password is given once");

        // The server takes 32 MiB.
        let recipients = delivery_bench.mail_recipients(&server, "max_message_mib = 40\n");
        let small = with_recipients(&delivery_bench, &recipients, PASSWORD);
        assert_eq!((small.state("smtp"), small.code), ("warning", 0), "{:#}", small.json);
        small.assert_says("smtp", "takes messages of 32 MiB, and max_message_mib is 40");
    }
    let server = office.serve("starttls", "stranger");
    let stranger = with_recipients(&delivery_bench, &delivery_bench.mail_recipients(&server, ""), PASSWORD);
    stranger.assert_problems(&["smtp"]).assert_says("smtp", "certificate");
    assert_eq!(server.log_lines(""), 0, "no password is given to it");
}

/// Exit code, stdout and stderr of `verify --all`.
fn verify_all(bench: &Bench, args: &[&str]) -> (i32, String, String) {
    let output = lnere().args(["verify", "--all", "--output"]).arg(bench.out()).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn all_visible_releases_are_verified() {
    let bench = Bench::good();
    for corte in ["2020-09-15", "2020-09-30"] {
        assert!(bench.command("run", &["--corte", corte, "--only", "tablas"]).output().unwrap().status.success());
    }
    let sound = "2020-09-15  revision 1   sound\n2020-09-30  revision 1   sound\n";
    assert_eq!(verify_all(&bench, &[]), (0, sound.to_owned(), String::new()));

    // What was replaced is not visible.
    let bench = bench.applications(&[GOOD_APPLICATION, &GOOD_APPLICATION.replace("A1", "A2")]);
    bench.run().assert_published();
    fs::write(bench.out().join("superseded/2020-09-30.r1/SHA256SUMS"), "").unwrap();
    assert_eq!(verify_all(&bench, &[]).0, 0);

    fs::write(bench.release().join("otra"), "").unwrap();
    let expected = "2020-09-15  revision 1   sound\n\
                    2020-09-30  revision 2   1 finding: otra: is not in SHA256SUMS: it was not published [L442]\n";
    let said =
        "error: 1 of 2 releases is not what it says: 2020-09-30; `lnere verify CORTE` lists all findings [L080]\n";
    assert_eq!(verify_all(&bench, &[]), (5, expected.to_owned(), said.to_owned()));

    let (code, json, _) = verify_all(&bench, &["--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &json["exit"], &json["version"], &json["unsound"]), (5, &5.into(), &1.into(), &1.into()));
    let releases = json["releases"].as_array().unwrap();
    assert_eq!((releases.len(), &releases[0]["sound"], &releases[1]["sound"]), (2, &true.into(), &false.into()));
    assert_eq!((&releases[1]["corte"], &releases[1]["revision"]), (&"2020-09-30".into(), &2.into()));
    assert_eq!(releases[1]["findings"][0]["file"], "otra");
    assert!(json["error"]["message"].as_str().unwrap().contains("2020-09-30"));
}

#[test]
fn verify_takes_either_a_release_or_all() {
    let bench = Bench::good();
    let (code, _, said) = verify_all(&bench, &[]);
    assert!(code == 2 && said.contains("there is no output folder"), "{said}");
    fs::create_dir(bench.out()).unwrap();
    let (code, printed, said) = verify_all(&bench, &[]);
    assert_eq!((code, said), (0, String::new()));
    assert_eq!(printed, format!("there is no release in {}\n", bench.out().display()));

    assert_eq!(verify_all(&bench, &["latest"]).0, 2, "not both");
    common::lnere().arg("verify").assert().code(2);
}
