/*!
`lnere verify`: a release read again.
*/

use std::path::PathBuf;

use serde_json::json;

use super::args::{Format, VerifyArgs};
use super::failure::{Exit, Failure, OrExit};
use super::terminal::print;
use crate::calendar::Corte;
use crate::release::{self, Output};

pub(super) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let folder = folder(args)?;
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

/// The folder that RELEASE names: a path, or a corte of the output.
fn folder(args: &VerifyArgs) -> Result<PathBuf, Failure> {
    if args.release.is_dir() {
        return Ok(args.release.clone());
    }
    let corte = args.release.to_str().and_then(|text| text.parse::<Corte>().ok());
    let of_output = corte.map(|corte| Output::new(&args.output).release(corte));
    of_output.filter(|path| path.is_dir()).ok_or_else(|| {
        let message =
            format!("no release {}: neither a folder nor a corte in {}", args.release.display(), args.output.display());
        Failure::message(Exit::Usage, message)
    })
}
