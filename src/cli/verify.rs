/*!
`lnere verify`: reads a release again and verifies it, or each visible release of an output.
*/

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::args::{OutputFormat, VerifyArgs};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::terminal::{Terminal, nothing_changed_note, print};
use lnere_core::calendar::Corte;
use lnere_core::terminal_text::{escaped_name, path_text};
use lnere_messages::{count, message};
use lnere_release::{Finding, Output, PublicationError, Verification};

pub(super) fn verify(args: &VerifyArgs, terminal: &Terminal) -> Result<(), Failure> {
    match &args.release {
        Some(release) => verify_release(release, args),
        None => verify_all(args, terminal),
    }
}

/// A visible release and what its verification found.
pub(super) struct VerifiedRelease {
    pub corte: Corte,
    /// The revision; `None` if the manifest cannot be read.
    revision: Option<u32>,
    folder: PathBuf,
    pub verification: Verification,
}

/// Verifies each visible release of an output, oldest first.
pub(super) fn verify_visible_releases(output: &Output, terminal: &Terminal) -> io::Result<Vec<VerifiedRelease>> {
    let cortes = output.published_cortes()?;
    terminal.begin_stage(message!("stage-verifying"), cortes.len());
    let verified = cortes.into_iter().map(|corte| {
        let folder = output.release_path(corte);
        let verification = lnere_release::verify(&folder);
        terminal.end_step();
        let revision = output.visible_manifest(corte).map(|manifest| manifest.revision);
        VerifiedRelease { corte, revision, folder, verification }
    });
    let verified = verified.collect();
    terminal.finish_progress();
    Ok(verified)
}

impl VerifiedRelease {
    /// What was found, on one line: the first finding, and the number of all.
    pub fn outcome_text(&self) -> String {
        let Verification { findings, unrun_checks, .. } = &self.verification;
        let first_of = |found: &[Finding]| found.first().map(ToString::to_string).unwrap_or_default();
        match (findings.len(), unrun_checks.len()) {
            (0, 0) => message!("verify-outcome-sound"),
            (0, untried) => {
                message!("verify-outcome-untried", untried = count(untried), first = first_of(unrun_checks))
            }
            (found, _) => message!("verify-outcome-findings", findings = count(found), first = first_of(findings)),
        }
    }

    fn text_line(&self) -> String {
        let revision = self.revision.map_or_else(String::new, |revision| message!("verify-revision", revision));
        format!("{}  {revision:<11}  {}\n", self.corte, self.outcome_text())
    }

    fn json(&self) -> Value {
        let mut json = verification_json(&self.folder, &self.verification);
        json["corte"] = json!(self.corte.to_string());
        json["revision"] = json!(self.revision);
        json
    }
}

/// The releases that are not what they say, and those of which a check could not run.
pub(super) fn unsound_and_untried(releases: &[VerifiedRelease]) -> [Vec<&VerifiedRelease>; 2] {
    let select = |is_listed: fn(&Verification) -> bool| -> Vec<&VerifiedRelease> {
        releases.iter().filter(|release| is_listed(&release.verification)).collect()
    };
    [
        select(|verification| !verification.findings.is_empty()),
        select(|verification| !verification.unrun_checks.is_empty()),
    ]
}

/// Refuses an output in which a public release of its ledger is missing. Each public release that
/// is there compares the ledger with the output too. Without any, the ledger alone knows of it.
pub(super) fn check_public_releases_exist(output: &Output, releases: &[VerifiedRelease]) -> Result<(), Failure> {
    match output.publications() {
        Ok(_) => Ok(()),
        // A public release that is there was not tried whole then, which is said already.
        Err(PublicationError::Io { source, .. })
            if source.kind() == io::ErrorKind::PermissionDenied && !releases.is_empty() =>
        {
            Ok(())
        }
        Err(error @ PublicationError::Io { .. }) => Err(Failure::new(Exit::Unexpected, error)),
        Err(error) => Err(Failure::new(Exit::ReleaseUnsound, error)),
    }
}

fn cortes_text(releases: &[&VerifiedRelease]) -> String {
    releases.iter().map(|release| release.corte.to_string()).collect::<Vec<_>>().join(", ")
}

fn verify_all(args: &VerifyArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = Output::new(&args.output);
    let root = escaped_name(output.root());
    // A misspelled output must not pass for one without releases.
    if !output.root().is_dir() {
        return Err(Failure::usage(message!("L082-no-output-folder", folder = root)));
    }
    let unreadable = || message!("commands-releases-unreadable", folder = root);
    let releases = verify_visible_releases(&output, terminal).with_context(unreadable).or_exit(Exit::Unexpected)?;
    let [unsound, untried] = unsound_and_untried(&releases);
    let outcome = if !unsound.is_empty() {
        let message = message!(
            "L080-releases-unsound",
            unsound = count(unsound.len()),
            releases = count(releases.len()),
            cortes = cortes_text(&unsound)
        );
        Err(Failure::with_message(Exit::ReleaseUnsound, message))
    } else if !untried.is_empty() {
        let message = message!("L081-releases-untried", cortes = cortes_text(&untried));
        Err(Failure::with_message(Exit::Unexpected, message))
    } else {
        check_public_releases_exist(&output, &releases)
    };
    let text = match args.format.format {
        OutputFormat::Text if releases.is_empty() => format!("{}\n", message!("verify-no-release", folder = root)),
        OutputFormat::Text => releases.iter().map(VerifiedRelease::text_line).collect(),
        OutputFormat::Json => {
            let json = json!({
                "releases": releases.iter().map(VerifiedRelease::json).collect::<Vec<_>>(),
                "unsound": unsound.len(),
                "untried": untried.len(),
            });
            json_text(json, &outcome)
        }
    };
    finish_command(print(&text, &nothing_changed_note()), outcome)
}

fn verify_release(release: &Path, args: &VerifyArgs) -> Result<(), Failure> {
    let folder = find_release_folder(release, &args.output)?;
    let verification = lnere_release::verify(&folder);
    let Verification { findings, unrun_checks: unchecked, .. } = &verification;
    let name = escaped_name(&folder);
    // Findings are certain even if other checks could not run.
    let outcome = match (findings.len(), unchecked.len()) {
        (0, 0) => Ok(()),
        (0, untried) => {
            let message = message!("L081-release-untried", release = name, untried = count(untried));
            Err(Failure::with_message(Exit::Unexpected, message))
        }
        (found, 0) => {
            let message = message!("L080-release-unsound", release = name, findings = count(found));
            Err(Failure::with_message(Exit::ReleaseUnsound, message))
        }
        (found, untried) => {
            let message = message!(
                "L080-release-unsound-and-untried",
                release = name,
                findings = count(found),
                untried = count(untried)
            );
            Err(Failure::with_message(Exit::ReleaseUnsound, message))
        }
    };
    let text = match args.format.format {
        OutputFormat::Text => verification_text(&folder, &verification),
        OutputFormat::Json => json_text(verification_json(&folder, &verification), &outcome),
    };
    finish_command(print(&text, &nothing_changed_note()), outcome)
}

fn verification_text(folder: &Path, verification: &Verification) -> String {
    let Verification { findings, unrun_checks: unchecked, version_notes: notes } = verification;
    let mut text = String::new();
    if verification.is_sound() {
        let _ = writeln!(text, "{}", message!("verify-sound", release = escaped_name(folder)));
    }
    for finding in findings {
        let _ = writeln!(text, "{finding}");
    }
    for untried in unchecked {
        let _ = writeln!(text, "{}", message!("verify-not-tried", finding = untried));
    }
    for note in notes {
        let _ = writeln!(text, "{}", message!("verify-note", note));
    }
    text
}

fn verification_json(folder: &Path, verification: &Verification) -> Value {
    let all = |found: &[Finding]| -> Vec<_> {
        found.iter().map(|Finding { file, problem }| json!({ "file": file, "problem": problem })).collect()
    };
    json!({
        "release": path_text(folder),
        "sound": verification.is_sound(),
        "findings": all(&verification.findings),
        "untried": all(&verification.unrun_checks),
        "notes": all(&verification.version_notes),
    })
}

/// The folder that RELEASE names: a corte, a revision or `latest` in the output, or a path if it
/// contains `/`.
pub(super) fn find_release_folder(release: &Path, output: &Path) -> Result<PathBuf, Failure> {
    let name = release.to_string_lossy();
    if name.contains('/') {
        return match fs::metadata(release) {
            Ok(metadata) if metadata.is_dir() => Ok(release.to_owned()),
            Ok(_) => Err(Failure::usage(message!("L084-release-is-file", release = escaped_name(release)))),
            Err(error) => Err(Failure::usage(message!("L084-release-absent", release = escaped_name(release), error))),
        };
    }
    let output = Output::new(output);
    let folder = escaped_name(output.root());
    let unreadable = || message!("commands-releases-unreadable", folder);
    if let Some(folder) = output.find_release_path(&name).with_context(unreadable).or_exit(Exit::Unexpected)? {
        return Ok(folder);
    }
    let there = output.release_names().with_context(unreadable).or_exit(Exit::Unexpected)?;
    let is_folder = release.is_dir();
    let release = escaped_name(release);
    let message = if there.is_empty() {
        message!("L083-no-release-at-all", release, folder)
    } else {
        message!("L083-no-release", release, folder, names = escaped_name(&there.join(", ")))
    };
    let hint = if is_folder { format!(". {}", message!("verify-name-of-folder", release)) } else { String::new() };
    Err(Failure::usage(format!("{message}{hint}")))
}
