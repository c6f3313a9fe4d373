/*!
`lnere demo`: publishes a release of synthetic data in a new folder, with nothing but the program.
*/

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::args::{DemoArgs, ExportsArgs, OutputFormat, ProcessArg, RunArgs, SampleArgs, option_variables_set};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::run::{CompletedRun, publish_cortes};
use super::sample::write_sample;
use super::target_folder::check_can_be_folder;
use super::terminal::{Terminal, print};
use crate::built_in_configuration::{self, SAMPLE_EXPORTS_FOLDER, SAMPLE_PROCESS_FILE};
use crate::unfinished_paths::UnfinishedPaths;
use lnere_core::terminal_text::{escaped_name, path_text, shell_quoted};
use lnere_messages::message;

/// The output folder that a command in the folder of the demo uses without an option.
const OUTPUT_FOLDER: &str = "out";

pub(super) fn demo(args: &DemoArgs, terminal: &Terminal) -> Result<(), Failure> {
    let folder = &args.dir;
    check_can_be_folder(folder)?;
    if !is_absent_or_empty(folder)
        .with_context(|| message!("commands-cannot-read", path = escaped_name(folder)))
        .or_exit(Exit::Unexpected)?
    {
        let message = message!("L076-demo-folder-not-empty", folder = escaped_name(folder));
        return Err(Failure::usage(message));
    }
    let unfinished = UnfinishedPaths::begin();
    unfinished
        .take_empty_folder(folder)
        .and_then(|()| built_in_configuration::write_into(folder, &unfinished))
        .with_context(|| message!("config-not-written", folder = escaped_name(folder)))
        .or_exit(Exit::Unexpected)?;
    let process_file = folder.join(SAMPLE_PROCESS_FILE);
    let process = ProcessArg::from_path(process_file.clone());
    let sample_args = SampleArgs::for_folder(folder.join(SAMPLE_EXPORTS_FOLDER), process.clone());
    write_sample(&process_file, &sample_args, &unfinished, terminal)?;

    let exports = ExportsArgs { process, inputs: Some(sample_args.dir) };
    let run_args = RunArgs::for_newest_corte(exports, folder.join(OUTPUT_FOLDER));
    let CompletedRun { loaded_process, output, result, record_result } = publish_cortes(&run_args, terminal)?;
    let failure = result.failure();
    // A demo without a release is of no use, and would block the next attempt.
    if failure.is_none() {
        unfinished.keep();
    }
    let outcome = record_result.and(failure.map_or(Ok(()), Err));
    let text = match args.format.format {
        OutputFormat::Text => {
            format!("{}{}", result.render_text(&loaded_process.process, &output), next_commands(folder))
        }
        OutputFormat::Json => {
            let mut json = result.json();
            json["dashboard"] = path_text(&dashboard_path(folder)).into();
            json["folder"] = path_text(folder).into();
            json_text(json, &outcome)
        }
    };
    finish_command(print(&text, &result.completion_note()), outcome)
}

fn is_absent_or_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn dashboard_path(folder: &Path) -> PathBuf {
    folder.join(OUTPUT_FOLDER).join("latest/tablero/index.html")
}

/// What a new user may try next.
fn next_commands(folder: &Path) -> String {
    let dashboard = dashboard_path(folder);
    let (folder, dashboard) = (shell_quoted(folder), escaped_name(&dashboard));
    // With these variables, the commands below would read and publish elsewhere.
    let set: Vec<&str> = option_variables_set().collect();
    let unset = if set.is_empty() { String::new() } else { format!("  unset {}\n", set.join(" ")) };
    let commands: String = [
        ("lnere run --corte 2020-12-31", message!("demo-run")),
        ("lnere verify latest", message!("demo-verify")),
        ("lnere schema lnere_por_entidad", message!("demo-schema")),
    ]
    .iter()
    .map(|(command, purpose)| format!("  {command:<30}    {purpose}\n"))
    .collect();
    format!(
        "{}\n{}\n\n{}\n{unset}  cd -- {folder}\n{commands}",
        message!("demo-open-dashboard", path = dashboard),
        message!("demo-synthetic"),
        message!("demo-next")
    )
}
