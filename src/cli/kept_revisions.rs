/*!
`lnere run --keep`: records that a published corte stays as it is although its counts would differ
now, with the reason. The ledger is in `out/private`. It is replaced as a whole, with the earlier
decisions.

A decision holds for one difference. If the counts differ otherwise, the revision is pending again.
*/

use std::io;

use anyhow::{Context as _, anyhow};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::args::{OutputFormat, PublishArgs};
use super::export_reading::lock_output;
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::loaded_process::LoadedProcess;
use super::pending_revisions::{PendingChanges, PendingRevision};
use super::terminal::print;
use lnere_core::calendar::Corte;
use lnere_core::mexico_city_time::utc_record;
use lnere_core::terminal_text::{escaped_name, path_text};
use lnere_messages::{join_with_and, message};
use lnere_release::{Output, PrivateFolder, user_name};

/// The ledger of the decisions, in `out/private`.
const LEDGER_FILE: &str = "revisiones_conservadas.jsonl";

/// The variable in which `sudo` names the user who called it.
const SUDO_USER_VARIABLE: &str = "SUDO_USER";

/// The decision that a published corte stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptRevision {
    /// When it was decided, RFC 3339 in UTC.
    pub at: String,
    /// The user who decided.
    pub by: String,
    pub corte: String,
    /// The visible revision, which stays.
    pub revision: u32,
    /// The checksum of the difference; see [`PendingRevision`].
    pub difference: String,
    pub reason: String,
}

/// The recorded decisions, oldest first. A last line without its end counts if it is whole: an
/// editor may leave it like that. Otherwise its writer was killed before it acknowledged it.
///
/// # Errors
/// The ledger cannot be read, or has a damaged line. An automatic revision could then replace a
/// corte that somebody decided to keep.
pub(super) fn read_decisions(private: &PrivateFolder) -> anyhow::Result<Vec<KeptRevision>> {
    let path = private.entry_path(LEDGER_FILE);
    let bytes = match private.read(LEDGER_FILE) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.with_context(|| message!("commands-cannot-read", path = escaped_name(&path)))?,
    };
    let mut decisions = Vec::new();
    for (number, line) in (1_usize..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        match serde_json::from_slice(line) {
            Ok(decision) => decisions.push(decision),
            Err(_) if !line.ends_with(b"\n") => {}
            Err(_) => {
                return Err(anyhow!(message!("L047-decision-damaged", path = escaped_name(&path), line = number)));
            }
        }
    }
    Ok(decisions)
}

impl KeptRevision {
    fn is_about(&self, pending: &PendingRevision) -> bool {
        (&self.corte, self.revision, &self.difference) == (&pending.corte, pending.revision, &pending.difference)
    }
}

/// Marks the pending revisions that somebody decided to leave.
pub(super) fn mark_kept(pending: &mut [PendingRevision], decisions: &[KeptRevision]) {
    for one in pending {
        one.kept = decisions.iter().rfind(|decision| decision.is_about(one)).cloned();
    }
}

/// The user who runs the program, for a record. `sudo` says who called it; `runuser` does not.
pub(super) fn calling_user() -> String {
    let user = user_name(rustix::process::getuid().as_raw());
    match std::env::var(SUDO_USER_VARIABLE) {
        Ok(caller) if !caller.is_empty() && caller != user => message!("commands-user-by-sudo", user, caller),
        _ => user,
    }
}

/// Records the decision about the corte of the arguments. It reads no record of an export.
pub(super) fn keep_revision(args: &PublishArgs, corte: Corte, reason: &str) -> Result<(), Failure> {
    let loaded_process = LoadedProcess::load(&args.run.exports.process.path()?)?;
    let output = Output::new(&args.run.output);
    loaded_process.refuse_output_of_other_process(&output)?;
    let mut inventory = loaded_process.list_exports(args.run.exports.inputs.as_deref())?;
    loaded_process.set_aside_recently_written(&mut inventory);
    if output.visible_manifest(corte).is_none() {
        return Err(Failure::usage(message!("L037-keep-without-release", corte, folder = escaped_name(output.root()))));
    }
    let output = lock_output(&output)?;
    let today = args.run.today.today();
    let Some(known) = PendingChanges::read_current(&loaded_process, &inventory, today, &output)? else {
        return Err(Failure::usage(message!("L038-keep-before-look", corte)));
    };
    let Some(pending) = known.cortes.iter().find(|pending| pending.corte == corte.to_string()) else {
        let cortes: Vec<&String> = known.cortes.iter().map(|pending| &pending.corte).collect();
        return Err(Failure::usage(if cortes.is_empty() {
            message!("L039-keep-of-unchanged", corte)
        } else {
            message!("L039-keep-of-unchanged-others", corte, others = join_with_and(&cortes))
        }));
    };
    // The ledger is written anew with its end of line, and a damaged one is left to the operator.
    let private = &output.private_folder;
    let earlier = read_decisions(private).or_exit(Exit::Unexpected)?;
    let decision = KeptRevision {
        at: utc_record(Utc::now()),
        by: calling_user(),
        corte: pending.corte.clone(),
        revision: pending.revision,
        difference: pending.difference.clone(),
        reason: reason.to_owned(),
    };
    let file = private.entry_path(LEDGER_FILE);
    let lines = earlier.iter().chain([&decision]).map(|one| format!("{}\n", json!(one)));
    private
        .write(LEDGER_FILE, lines.collect::<String>().as_bytes())
        .with_context(|| message!("commands-cannot-write", path = escaped_name(&file)))
        .or_exit(Exit::Unexpected)?;
    let text = match args.run.format.format {
        OutputFormat::Json => json_text(json!({ "kept": decision, "file": path_text(&file) }), &Ok(())),
        OutputFormat::Text => {
            let kept = message!("run-kept", revision = decision.revision, corte, size = pending.size_text());
            format!("{kept}\n{}\n", message!("run-kept-written", path = escaped_name(&file)))
        }
    };
    finish_command(print(&text, &message!("run-kept-done")), Ok(()))
}
