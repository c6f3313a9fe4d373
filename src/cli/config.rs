/*!
`lnere config export`: writes the built-in configuration to a folder, for editing.
*/

use anyhow::Context as _;

use super::args::ConfigExportArgs;
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::terminal::print;
use crate::built_in_configuration::{self, FILES, FOLDERS, SAMPLE_PROCESS_FILE};
use lnere_core::terminal_text::{count_with_noun, escaped_name};

pub(super) fn export(args: &ConfigExportArgs) -> Result<(), Failure> {
    let folder = escaped_name(&args.dir);
    // Files of two configurations in one folder would be read together.
    if let Some(existing) = FOLDERS.iter().map(|name| args.dir.join(name)).find(|path| path.symlink_metadata().is_ok())
    {
        let message = format!("{} exists already; name another folder", escaped_name(&existing));
        return Err(Failure::with_message(Exit::Usage, message));
    }
    built_in_configuration::write_into(&args.dir)
        .with_context(|| format!("cannot write the configuration to {folder}"))
        .or_exit(Exit::Unexpected)?;
    let text = format!(
        "{} in {folder}: {}\nedit {}, and name it with --process or LNERE_PROCESS\n",
        count_with_noun(FILES.len(), "file"),
        FOLDERS.join(", "),
        escaped_name(&args.dir.join(SAMPLE_PROCESS_FILE)),
    );
    finish_command(print(&text, "the configuration is written"), Ok(()))
}
