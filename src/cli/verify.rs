/*!
`lnere verify`: reads a release again and verifies it.
*/

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use super::args::{OutputFormat, VerifyArgs};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::terminal::{PRINT_FAILED_NOTHING_CHANGED, print};
use lnere_core::terminal_text::{count_with_noun, escaped_name};
use lnere_release::{Finding, Output, Verification};

pub(super) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let folder = find_release_folder(&args.release, &args.output)?;
    let verification = lnere_release::verify(&folder);
    let text = match args.format.format {
        OutputFormat::Text => verification_text(&folder, &verification),
        OutputFormat::Json => verification_json(&folder, &verification),
    };
    let printed = print(&text, PRINT_FAILED_NOTHING_CHANGED);
    let Verification { findings, unrun_checks: unchecked, .. } = &verification;
    let folder = escaped_name(&folder);
    let could_not_be_tried = format!("{} could not be tried", count_with_noun(unchecked.len(), "thing"));
    // Findings are certain even if other checks could not run.
    let outcome = match (findings.len(), unchecked.len()) {
        (0, 0) => Ok(()),
        (0, _) => {
            let message = format!("{folder}: {could_not_be_tried}; all else is what it says");
            Err(Failure::with_message(Exit::Unexpected, message))
        }
        (found, not_tried) => {
            let also = if not_tried == 0 { String::new() } else { format!(", and {could_not_be_tried}") };
            let message = format!("{folder} is not what it says: {}{also}", count_with_noun(found, "finding"));
            Err(Failure::with_message(Exit::ReleaseUnsound, message))
        }
    };
    finish_command(printed, outcome)
}

fn verification_text(folder: &Path, verification: &Verification) -> String {
    let Verification { findings, unrun_checks: unchecked, version_notes: notes } = verification;
    let mut text = String::new();
    if verification.is_sound() {
        let _ = writeln!(text, "{}: sound", escaped_name(folder));
    }
    for finding in findings {
        let _ = writeln!(text, "{finding}");
    }
    for untried in unchecked {
        let _ = writeln!(text, "not tried: {untried}");
    }
    for note in notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

fn verification_json(folder: &Path, verification: &Verification) -> String {
    let all = |found: &[Finding]| -> Vec<_> {
        found.iter().map(|Finding { file, problem }| json!({ "file": file, "problem": problem })).collect()
    };
    let json = json!({
        "release": folder,
        "sound": verification.is_sound(),
        "findings": all(&verification.findings),
        "untried": all(&verification.unrun_checks),
        "notes": all(&verification.version_notes),
    });
    format!("{json:#}\n")
}

/// The folder that RELEASE names: a corte, a revision or `latest` in the output, or a path if it
/// contains `/`.
pub(super) fn find_release_folder(release: &Path, output: &Path) -> Result<PathBuf, Failure> {
    let usage = |message: String| Failure::with_message(Exit::Usage, message);
    let name = release.to_string_lossy();
    if name.contains('/') {
        return match fs::metadata(release) {
            Ok(metadata) if metadata.is_dir() => Ok(release.to_owned()),
            Ok(_) => Err(usage(format!("no release {}: it is no folder", escaped_name(release)))),
            Err(error) => Err(usage(format!("no release {}: {error}", escaped_name(release)))),
        };
    }
    let output = Output::new(output);
    let unreadable = || format!("cannot read the releases in {}", escaped_name(output.root()));
    if let Some(folder) = output.find_release_path(&name).with_context(unreadable).or_exit(Exit::Unexpected)? {
        return Ok(folder);
    }
    let there = output.release_names().with_context(unreadable).or_exit(Exit::Unexpected)?;
    let mut message = format!("no release {} in {}", escaped_name(release), escaped_name(output.root()));
    if there.is_empty() {
        message.push_str(": there is none; `lnere run` publishes one, and --output names another output folder");
    } else {
        message.push_str(&format!("; there are: {}", escaped_name(&there.join(", "))));
    }
    if release.is_dir() {
        message.push_str(&format!(". A folder is named with a `/`: ./{}", escaped_name(release)));
    }
    Err(usage(message))
}
