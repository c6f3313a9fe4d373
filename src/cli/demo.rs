/*!
`lnere demo`: publishes a release of synthetic data in a new folder, with nothing but the program.
*/

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;

use super::args::{DemoArgs, ExportsArgs, ProcessArg, RunArgs, SampleArgs, option_variables_set};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::run::{CompletedRun, publish_cortes};
use super::sample::write_sample;
use super::terminal::{Terminal, print};
use crate::built_in_configuration::{self, SAMPLE_EXPORTS_FOLDER, SAMPLE_PROCESS_FILE};
use lnere_core::terminal_text::{escaped_name, shell_quoted};

/// The output folder that a command in the folder of the demo uses without an option.
const OUTPUT_FOLDER: &str = "out";

pub(super) fn demo(args: &DemoArgs, terminal: &Terminal) -> Result<(), Failure> {
    let folder = &args.dir;
    if !is_absent_or_empty(folder)
        .with_context(|| format!("cannot read {}", escaped_name(folder)))
        .or_exit(Exit::Unexpected)?
    {
        let message = format!("{} is not empty; name another folder: `lnere demo DIR`", escaped_name(folder));
        return Err(Failure::with_message(Exit::Usage, message));
    }
    built_in_configuration::write_into(folder)
        .with_context(|| format!("cannot write the configuration to {}", escaped_name(folder)))
        .or_exit(Exit::Unexpected)?;
    let process_file = folder.join(SAMPLE_PROCESS_FILE);
    let process = ProcessArg::from_path(process_file.clone());
    let sample_args = SampleArgs::for_folder(folder.join(SAMPLE_EXPORTS_FOLDER), process.clone());
    write_sample(&process_file, &sample_args, terminal)?;

    let exports = ExportsArgs { process, inputs: Some(sample_args.dir) };
    let run_args = RunArgs::for_newest_corte(exports, folder.join(OUTPUT_FOLDER));
    let CompletedRun { loaded_process, output, result, record_result } = publish_cortes(&run_args, terminal)?;
    let text = format!("{}{}", result.render_text(&loaded_process.process, &output), next_commands(folder));
    let outcome = result.failure().map_or(Ok(()), Err);
    finish_command(print(&text, &result.completion_note()), record_result.and(outcome))
}

fn is_absent_or_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// What a new user may try next.
fn next_commands(folder: &Path) -> String {
    let dashboard = folder.join(OUTPUT_FOLDER).join("latest/tablero/index.html");
    let (folder, dashboard) = (shell_quoted(folder), escaped_name(&dashboard));
    // With these variables, the commands below would read and publish elsewhere.
    let set: Vec<&str> = option_variables_set().collect();
    let unset = if set.is_empty() { String::new() } else { format!("  unset {}\n", set.join(" ")) };
    format!(
        "\
open the dashboard: {dashboard}
all rows are synthetic

next, try
{unset}  cd -- {folder}
  lnere run --corte 2020-12-31      publishes an earlier corte
  lnere verify latest               reads the newest release again: checksums, schemas, totals
  lnere schema lnere_por_entidad    says what each column of a table means
"
    )
}
