/*!
`lnere config export`: writes the built-in configuration to a folder, for editing.
*/

use anyhow::Context as _;
use serde_json::json;

use super::args::{ConfigExportArgs, OutputFormat};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::target_folder::check_can_be_folder;
use super::terminal::print;
use crate::built_in_configuration::{self, FILES, FOLDERS, SAMPLE_PROCESS_FILE};
use crate::unfinished_paths::UnfinishedPaths;
use lnere_core::terminal_text::{escaped_name, path_text};
use lnere_messages::{count, message};

pub(super) fn export(args: &ConfigExportArgs) -> Result<(), Failure> {
    let folder = escaped_name(&args.dir);
    check_can_be_folder(&args.dir)?;
    // Files of two configurations in one folder would be read together.
    if let Some(existing) = FOLDERS.iter().map(|name| args.dir.join(name)).find(|path| path.symlink_metadata().is_ok())
    {
        let message = message!("L077-exists-already", path = escaped_name(&existing));
        return Err(Failure::usage(message));
    }
    let unfinished = UnfinishedPaths::begin();
    built_in_configuration::write_into(&args.dir, &unfinished)
        .with_context(|| message!("config-not-written", folder))
        .or_exit(Exit::Unexpected)?;
    unfinished.keep();
    let process_file = args.dir.join(SAMPLE_PROCESS_FILE);
    let text = match args.format.format {
        OutputFormat::Text => {
            let written = message!("config-files", files = count(FILES.len()), folder, names = FOLDERS.join(", "));
            format!("{written}\n{}\n", message!("config-edit", file = escaped_name(&process_file)))
        }
        OutputFormat::Json => {
            let files: Vec<String> = FILES.iter().map(|file| path_text(&args.dir.join(file.path))).collect();
            json_text(json!({ "files": files, "process_file": path_text(&process_file) }), &Ok(()))
        }
    };
    finish_command(print(&text, &message!("config-done")), Ok(()))
}
