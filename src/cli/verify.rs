/*!
`lnere verify`: a release read again.
*/

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use super::args::{Format, VerifyArgs};
use super::failure::{Exit, Failure, OrExit, ended};
use super::terminal::{NOTHING_CHANGED, print};
use crate::message::{counted, shown};
use crate::release::{self, Output};

pub(super) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let folder = folder(&args.release, &args.output)?;
    let findings = release::verify(&folder);
    let text = match args.format.format {
        Format::Text if findings.is_empty() => format!("{}: sound\n", shown(&folder)),
        Format::Text => findings.iter().fold(String::new(), |text, finding| text + &finding.to_string() + "\n"),
        Format::Json => {
            let findings: Vec<_> =
                findings.iter().map(|finding| json!({ "file": finding.file, "problem": finding.problem })).collect();
            format!("{:#}\n", json!({ "release": folder, "sound": findings.is_empty(), "findings": findings }))
        }
    };
    let message = format!("{} is not what it says: {}", shown(&folder), counted(findings.len(), "finding"));
    let outcome = if findings.is_empty() { Ok(()) } else { Err(Failure::message(Exit::Unsound, message)) };
    ended(print(&text, NOTHING_CHANGED), outcome)
}

/// The folder that RELEASE names: in the output a corte, a revision of one, or `latest`; a path where it has a `/`.
pub(super) fn folder(release: &Path, output: &Path) -> Result<PathBuf, Failure> {
    let usage = |message: String| Failure::message(Exit::Usage, message);
    let name = release.to_string_lossy();
    if name.contains('/') {
        return match fs::metadata(release) {
            Ok(metadata) if metadata.is_dir() => Ok(release.to_owned()),
            Ok(_) => Err(usage(format!("no release {}: it is no folder", shown(release)))),
            Err(error) => Err(usage(format!("no release {}: {error}", shown(release)))),
        };
    }
    let output = Output::new(output);
    let unreadable = || format!("cannot read the releases in {}", shown(output.root()));
    if let Some(folder) = output.find(&name).with_context(unreadable).or_exit(Exit::Unexpected)? {
        return Ok(folder);
    }
    let there = output.release_names().with_context(unreadable).or_exit(Exit::Unexpected)?;
    let mut message = format!("no release {} in {}", shown(release), shown(output.root()));
    if there.is_empty() {
        message.push_str(": there is none; `lnere run` publishes one, and --output names another output folder");
    } else {
        message.push_str(&format!("; there are: {}", shown(&there.join(", "))));
    }
    if release.is_dir() {
        message.push_str(&format!(". A folder is named with a `/`: ./{}", shown(release)));
    }
    Err(usage(message))
}
