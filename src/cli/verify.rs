/*!
`lnere verify`: a release read again.
*/

use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::{Format, VerifyArgs};
use super::failure::{Exit, Failure, OrExit};
use super::terminal::print;
use crate::release::{self, Output};

pub(super) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let folder = folder(&args.release, &args.output)?;
    let findings = release::verify(&folder);
    let text = match args.format.format {
        Format::Text if findings.is_empty() => format!("{}: sound\n", folder.display()),
        Format::Text => findings.iter().fold(String::new(), |text, finding| text + &finding.to_string() + "\n"),
        Format::Json => {
            let findings: Vec<_> =
                findings.iter().map(|finding| json!({ "file": finding.file, "problem": finding.problem })).collect();
            format!("{:#}\n", json!({ "release": folder, "sound": findings.is_empty(), "findings": findings }))
        }
    };
    print(&text).or_exit(Exit::Unexpected)?;
    if findings.is_empty() {
        return Ok(());
    }
    let message = format!("{} is not what it says: {} findings", folder.display(), findings.len());
    Err(Failure::message(Exit::Unsound, message))
}

/// The folder that RELEASE names: a path, or a corte or a replaced revision of the output.
pub(super) fn folder(release: &Path, output: &Path) -> Result<PathBuf, Failure> {
    Output::new(output).find(release).ok_or_else(|| {
        let (release, output) = (release.display(), output.display());
        let message = format!("no release {release}: neither a folder, nor a corte or a replaced revision in {output}");
        Failure::message(Exit::Usage, message)
    })
}
