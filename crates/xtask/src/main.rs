/*!
The tasks of a developer: `cargo xtask TASK`. Each step prints its command and the time it took.
*/
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod dist;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

const HELP: &str = "\
cargo xtask TASK

  check         format, lints, documentation, licences
  test [ARGS]   all tests: tests/run ARGS
  bench         the benchmarks of docs/benchmarks.md
  docs          writes the generated pages of docs/ again
  dist          target/dist: archive, Debian package, wheel, SBOM and SHA256SUMS; with
                --packages-only the first three, from the release program that exists
  ci            everything that must pass before a change lands: .ci/run
";

fn main() -> ExitCode {
    let mut words = env::args().skip(1);
    let task = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let is_done = match task.as_str() {
        "check" => run_checks(),
        "test" => run_step("tests/run", &rest, &[]),
        "bench" => run_benches(),
        "docs" => write_docs(),
        "dist" => dist::build(rest.iter().any(|word| word == "--packages-only")),
        "ci" => run_step(".ci/run", &[], &[]),
        _ => {
            eprint!("{HELP}");
            return if matches!(task.as_str(), "help" | "--help" | "-h") {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    if is_done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run_checks() -> bool {
    let lints = ["-D", "warnings"];
    let clippy = |words: &[&'static str]| run_cargo(&[&["clippy", "--release"], words, &["--"], &lints].concat(), &[]);
    run_cargo(&["fmt", "--all", "--check"], &[])
        && clippy(&["--workspace", "--exclude", "lnere-fuzz", "--all-targets"])
        && clippy(&["--no-default-features"])
        && run_cargo(
            &["doc", "--release", "--no-deps", "--workspace", "--exclude", "lnere-fuzz", "--quiet"],
            &[("RUSTDOCFLAGS", "-D warnings")],
        )
        && run_cargo(&["deny", "--locked", "--workspace", "check", "licenses", "bans", "sources"], &[])
}

fn run_benches() -> bool {
    run_cargo(&["bench", "--bench", "projection"], &[])
        && ["speed.py", "date_parsing_speed.py", "instructions.py"]
            .iter()
            .all(|script| run_step("python3", &[format!("benches/{script}")], &[]))
}

/// Sets the variable with which the tests write the generated pages instead of comparing them.
fn write_docs() -> bool {
    let update = [("LNERE_UPDATE_DOCS", "1")];
    run_cargo(&["test", "--release", "-p", "lnere-core", "--lib", "generated_docs"], &update)
        && run_cargo(&["test", "--release", "-p", "lnere-statements", "documentation"], &update)
        && run_cargo(&["test", "--release", "--test", "it", "generated_docs"], &update)
        && run_cargo(&["run", "--release", "-p", "lnere-projection-lab", "--", "docs/evaluation.md"], &[])
}

fn run_cargo(words: &[&str], variables: &[(&str, &str)]) -> bool {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    run_step(&env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), &words, variables)
}

/// Runs one step from the root of the repository. Returns whether it succeeded.
fn run_step(program: &str, words: &[String], variables: &[(&str, &str)]) -> bool {
    let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let step = format!("{name} {}", words.join(" "));
    println!("── {step}");
    let began = Instant::now();
    let status =
        Command::new(program).args(words).envs(variables.iter().copied()).current_dir(repository_root()).status();
    let is_done = match status {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!("cannot start {program}: {error}");
            false
        }
    };
    let outcome = if is_done { "done" } else { "FAILED" };
    println!("── {outcome} in {:.1} s: {step}", began.elapsed().as_secs_f64());
    is_done
}

fn repository_root() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).components().collect()
}
