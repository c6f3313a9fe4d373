//! Tests of the units and the cron line of `deploy/`: they use existing options, and systemd treats
//! the right exit codes as success.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, OPTION_VARIABLES, lnere};
use assert_cmd::Command;
use lnere_core::process::Process;
use lnere_delivery::{NATIONAL_RECIPIENT, Recipients};

/// The value of a key of a unit.
fn unit_value(unit: &str, key: &str) -> String {
    let text = fs::read_to_string(deploy_path(unit)).unwrap();
    let mut values = text.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("{unit} has no {key}")).to_owned();
    assert_eq!(values.next(), None, "{unit}: {key} once");
    value
}

fn deploy_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)
}

/// The command of a unit, and the variables of its environment file with the paths of the bench.
fn command(bench: &Bench, unit: &str) -> Command {
    // The value has no leading `-`: a unit without its environment fails instead of using the
    // defaults of another process.
    assert_eq!(unit_value(unit, "EnvironmentFile"), "/etc/lnere/lnere.env");
    let line = unit_value(unit, "ExecStart");
    let mut command = lnere();
    command.current_dir("/").args(line.strip_prefix("/usr/local/bin/lnere ").unwrap().split(' ').map(|word| {
        word.replace("/etc/lnere/destinatarios.toml", deploy_path("destinatarios.ejemplo.toml").to_str().unwrap())
    }));
    let text = fs::read_to_string(deploy_path("lnere.env")).unwrap();
    for (name, value) in text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('=')) {
        if name == "LNERE_LANG" {
            // The tests compare English messages.
            assert_eq!(value, "es");
            continue;
        }
        assert!(OPTION_VARIABLES.contains(&name), "{name} is no variable that the program knows");
        let value = value.replace("/etc/lnere", env!("CARGO_MANIFEST_DIR"));
        let value = value.replace("/srv/lnere/exports", bench.inputs().to_str().unwrap());
        command.env(name, value.replace("/srv/lnere/out", bench.out().to_str().unwrap()));
    }
    command
}

#[test]
fn what_the_units_run() {
    let bench = Bench::new().applications(&[GOOD_APPLICATION]).credentials(&[GOOD_CREDENTIAL]);
    bench.age_exports();
    let code = |unit: &str| {
        let output = command(&bench, unit).args(["--today", "2020-10-01"]).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    // The corte of 15 September has no release yet, and is late.
    assert_eq!(code("lnere-status.service"), (6, String::new()));
    assert_eq!(code("lnere.service").0, 0);
    assert_eq!(bench.revision("2020-09-30"), Some(1));
    assert_eq!(code("lnere-status.service"), (0, String::new()));
    assert_eq!(code("lnere-tablero.service"), (0, String::new()));
    assert!(bench.out().join("tablero/index.html").is_file());

    let verified = || command(&bench, "lnere-verify.service").output().unwrap();
    assert_eq!((verified().status.code(), verified().stderr), (Some(0), Vec::new()));
    fs::write(bench.out().join("latest/SHA256SUMS"), "").unwrap();
    assert_eq!(verified().status.code(), Some(5), "and so the alert starts");
}

#[test]
fn the_user_of_the_service_may_write_the_file_of_acceptances_that_the_guide_names() {
    let guide = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.es.md")).unwrap();
    let (_, rest) = guide.split_once("`accepted = \"").unwrap();
    let file = Path::new(rest.split_once('"').unwrap().0);
    let folders = fs::read_to_string(deploy_path("tmpfiles.conf")).unwrap();
    let line = format!("d {} 0755 lnere lnere", file.parent().unwrap().display());
    assert!(folders.lines().any(|other| other == line), "tmpfiles.conf has no `{line}`");
}

#[test]
fn the_example_of_recipients_is_one_for_the_process() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = deploy_path("destinatarios.ejemplo.toml");
    let recipients = Recipients::load(&example).unwrap();
    let (process, _) = Process::load(&repository.join("pipelines/pel_2020_2021.toml")).unwrap();
    let states = process.entities.iter().map(|entity| entity.code());
    let expected: Vec<String> = states.chain([NATIONAL_RECIPIENT.to_owned()]).collect();
    recipients.check_covers_packages(&expected).unwrap();

    // The command of the unit is valid, and reports that there is nothing to deliver.
    let bench = Bench::new();
    let ended = command(&bench, "lnere-deliver.service").output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.code() == Some(2) && said.contains("there is no release in"), "{said}");
}

/// The limit of records fits into the memory of the units: 80 bytes per record, plus the memory of
/// a run.
#[test]
fn an_export_of_as_many_records_as_are_allowed_fits_in_the_units() {
    let (process, _) =
        Process::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml")).unwrap();
    let needed = process.limits.max_records * 80 + (160 << 20);
    for unit in ["lnere.service", "lnere-tablero.service"] {
        let limit: u64 = unit_value(unit, "MemoryMax").strip_suffix('G').unwrap().parse().unwrap();
        assert!(needed <= limit << 30, "{unit}: {needed} bytes in {limit} GiB");
    }
}
