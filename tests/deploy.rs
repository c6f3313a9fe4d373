//! The units and the cron line of `deploy/` run the program with options that it has, and a success
//! is what systemd is told that it is.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::fs;
use std::path::Path;

use common::{Bench, GOOD_CREDENTIAL, GOOD_REQUEST, lnere};
use lnere::delivery::{NATIONAL, Recipients};
use lnere::process::Process;

/// The command line of a unit, with the bench's paths and a day in the place of the clock's.
fn arguments(bench: &Bench, unit: &str) -> Vec<String> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let unit = fs::read_to_string(repository.join("deploy").join(unit)).unwrap();
    let command = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/lnere ")).unwrap();
    let place = |word: &str| match word.strip_prefix("/etc/lnere") {
        Some(rest) => format!("{}{rest}", repository.display()),
        None if word == "/srv/lnere/exports" => bench.inputs().display().to_string(),
        None => match word.strip_prefix("/srv/lnere/out") {
            Some(rest) => format!("{}{rest}", bench.out().display()),
            None => word.to_owned(),
        },
    };
    command.split(' ').map(place).chain(["--today".to_owned(), "2020-10-01".to_owned()]).collect()
}

#[test]
fn what_the_units_run() {
    let bench = Bench::new().requests(&[GOOD_REQUEST]).credentials(&[GOOD_CREDENTIAL]);
    bench.settle();
    // The corte of 15 September has no release yet, and is late.
    lnere().args(arguments(&bench, "lnere-status.service")).assert().code(6);
    lnere().args(arguments(&bench, "lnere.service")).assert().code(0);
    assert_eq!(bench.revision("2020-09-30"), Some(1));
    lnere().args(arguments(&bench, "lnere-status.service")).assert().code(0);
    lnere().args(arguments(&bench, "lnere-tablero.service")).assert().code(0);
    assert!(bench.out().join("tablero/index.html").is_file());
}

#[test]
fn the_example_of_recipients_is_one_for_the_process() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = repository.join("deploy/destinatarios.ejemplo.toml");
    let recipients = Recipients::load(&example).unwrap();
    let (process, _) = Process::load(&repository.join("pipelines/pel_2020_2021.toml")).unwrap();
    let states = process.entities.iter().map(|entity| entity.code());
    let expected: Vec<String> = states.chain([NATIONAL.to_owned()]).collect();
    recipients.covers(&expected).unwrap();

    // What the unit runs is understood, and says that there is nothing to deliver.
    let bench = Bench::new();
    let unit = fs::read_to_string(repository.join("deploy/lnere-deliver.service")).unwrap();
    let command = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/lnere ")).unwrap();
    let command = command.replace("/etc/lnere/destinatarios.toml", example.to_str().unwrap());
    let command = command.replace("/srv/lnere/out", bench.out().to_str().unwrap());
    let ended = lnere().args(command.split(' ')).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.code() == Some(2) && said.contains("there is no release in"), "{said}");
}
