/*!
Writes the manual pages in the language of the process.
*/

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use clap::Command;
use clap_mangen::Man;

use super::failure::{Exit, Failure, OrExit};
use super::localized_command::localized_command;
use super::target_folder;
use crate::unfinished_paths::UnfinishedPaths;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;

/// Writes a manual page for each command. The pages have no date, so the same program writes the
/// same bytes.
pub(super) fn write_manual_pages(dir: &Path) -> Result<(), Failure> {
    target_folder::check_can_be_folder(dir)?;
    let mut command = localized_command().disable_help_subcommand(true);
    command.build();
    let unfinished = UnfinishedPaths::begin();
    // Pages of an earlier version are replaced one by one, and each is there as a whole.
    let staged = dir.join(format!(".lnere-man-{}", std::process::id()));
    let write = || -> io::Result<()> {
        unfinished.create_folder(dir)?;
        unfinished.create_tree(&staged)?;
        write_pages(&command, &staged)?;
        for page in fs::read_dir(&staged)? {
            let page = page?;
            fs::rename(page.path(), dir.join(page.file_name()))?;
        }
        fs::remove_dir(&staged)
    };
    write()
        .with_context(|| message!("commands-man-not-written", folder = escaped_name(dir)))
        .or_exit(Exit::Unexpected)?;
    unfinished.keep();
    Ok(())
}

fn write_pages(command: &Command, dir: &Path) -> io::Result<()> {
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        write_pages(subcommand, dir)?;
    }
    let page = Man::new(command.clone());
    let mut bytes = Vec::new();
    page.render(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let text: String = text.lines().map(|line| with_localized_heading(line) + "\n").collect();
    fs::write(dir.join(page.get_filename()), text)
}

/// A line of a page; the library writes the headings of sections in English.
fn with_localized_heading(line: &str) -> String {
    let Some(heading) = line.strip_prefix(".SH ") else { return line.to_owned() };
    let heading = match heading {
        "NAME" => message!("man-name"),
        "SYNOPSIS" => message!("man-synopsis"),
        "DESCRIPTION" => message!("man-description"),
        "OPTIONS" => message!("man-options"),
        "SUBCOMMANDS" => message!("man-commands"),
        "EXTRA" => message!("man-notes"),
        "VERSION" => message!("man-version"),
        other => other.to_owned(),
    };
    format!(".SH \"{heading}\"")
}
