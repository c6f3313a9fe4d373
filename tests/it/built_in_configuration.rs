//! An installed program needs no checkout: it carries its configuration (docs/contract.md §1.2).

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::common::{crash::names, lnere};
use lnere_release::Manifest;
use tempfile::TempDir;

fn run_in(folder: &Path, args: &[&str]) -> Output {
    lnere().current_dir(folder).args(args).output().unwrap()
}

#[track_caller]
fn assert_ended(output: &Output, code: i32, message: &str) {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(message), "{text}");
}

#[test]
fn the_demo_publishes_and_its_next_commands_work() {
    let folder = TempDir::new().unwrap();
    let demo = run_in(folder.path(), &["demo"]);
    assert_ended(&demo, 0, "corte 2021-03-15   published");
    let stdout = String::from_utf8(demo.stdout).unwrap();
    let demo_folder = folder.path().join("lnere-demo");
    let manifest = Manifest::read(&demo_folder.join("out/releases/2021-03-15")).unwrap();
    assert_eq!(manifest.totals["solicitudes_acumuladas"], 33_698);
    assert_eq!(names(&demo_folder), ["charts", "out", "pipelines", "sample_data"].map(str::to_owned).into());

    // The listed commands, as a user would type them.
    let commands: Vec<Vec<&str>> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  lnere "))
        .map(|line| line.split("  ").next().unwrap().split(' ').collect())
        .collect();
    assert_eq!(commands.len(), 3, "{stdout}");
    for command in commands {
        assert_ended(&run_in(&demo_folder, &command), 0, "");
    }
    assert!(demo_folder.join("out/releases/2020-12-31").is_dir());
}

#[test]
fn the_demo_leaves_a_folder_with_files_alone() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("acta.txt"), "acta").unwrap();
    let demo = run_in(folder.path(), &["demo", "."]);
    assert_ended(&demo, 2, "is not empty; name another folder: `lnere demo DIR`");
    assert_eq!(names(folder.path()), ["acta.txt".to_owned()].into());
    assert_ended(&run_in(folder.path(), &["demo", "acta.txt"]), 2, "acta.txt is a file; name a folder");
}

#[test]
fn the_exported_configuration_is_complete() {
    let folder = TempDir::new().unwrap();
    assert_ended(&run_in(folder.path(), &["config", "export", "etc"]), 0, "pipelines/pel_2020_2021.toml");
    let etc = folder.path().join("etc");
    assert_eq!(names(&etc), ["charts", "pipelines"].map(str::to_owned).into());
    let process = "pipelines/pel_2020_2021.toml";
    let sample =
        ["sample", "exports", "--process", &format!("etc/{process}"), "--applications", "300", "--cortes", "1"];
    assert_ended(&run_in(folder.path(), &sample), 0, "2 synthetic exports in exports");
    let run = ["run", "--inputs", "../exports"];
    assert_ended(&run_in(&etc, &run), 0, "published");

    let before = fs::read(etc.join(process)).unwrap();
    fs::write(etc.join(process), "# mine").unwrap();
    assert_ended(&run_in(folder.path(), &["config", "export", "etc"]), 2, "etc/charts exists already");
    assert_eq!(fs::read_to_string(etc.join(process)).unwrap(), "# mine");
    assert!(before.starts_with(b"#"));
}

#[test]
fn what_reads_no_export_works_in_any_folder() {
    let folder = TempDir::new().unwrap();
    assert_ended(&run_in(folder.path(), &["schema", "lnere_por_entidad"]), 0, "solicitudes_acumuladas");
    let sample = ["sample", "exports", "--applications", "300", "--cortes", "1"];
    assert_ended(&run_in(folder.path(), &sample), 0, "2 synthetic exports in exports");
    assert_eq!(names(folder.path()), ["exports".to_owned()].into(), "nothing else is left");
}

/// From a wrong folder, the built-in process would count real exports by the rules of the sample.
#[test]
fn what_reads_exports_needs_a_process_file() {
    let folder = TempDir::new().unwrap();
    for command in ["run", "plan", "check", "status", "tablero", "backtest"] {
        let message = "there is no process file pipelines/pel_2020_2021.toml in this folder";
        assert_ended(&run_in(folder.path(), &[command, "--inputs", "."]), 2, message);
    }
    assert!(names(folder.path()).is_empty());
}
