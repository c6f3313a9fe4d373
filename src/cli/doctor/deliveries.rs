/*!
Checks of what a delivery needs: recipients, their folders, the mail server and the ledger.
*/

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::access;

use super::folders::WRITABLE_FOLDER;
use super::modes::mode_of;
use super::{Check, CheckFindings, PRIVATE_IS_CLOSED, error_text};
use crate::cli::loaded_process::LoadedProcess;
use lnere_core::process::ReleasePart;
use lnere_core::terminal_text::{count_with_noun, escaped_name, shell_quoted};
use lnere_delivery::{
    DeliveryChannel, DeliveryHistory, LedgerError, LedgerEvent, MailServer, NATIONAL_RECIPIENT, PASSWORD_VARIABLE,
    Recipients, Security, SmtpSettings,
};
use lnere_release::{Output, PrivateFolder, PublicationError};

const BYTES_PER_MIB: u64 = 1 << 20;

/// The ids of the checks that need the recipients file.
const RECIPIENT_IDS: [&str; 3] = ["recipients", "recipient-folders", "smtp"];

pub(super) fn delivery_checks(
    recipients_file: Option<&Path>,
    loaded_process: Option<&LoadedProcess>,
    output: &Output,
) -> Vec<Check> {
    let mut checks = match recipients_file {
        None => RECIPIENT_IDS.map(|id| Check::skipped(id, "without --recipients")).into(),
        Some(path) => recipient_checks(path, loaded_process),
    };
    checks.push(ledger_check(output));
    checks
}

fn recipient_checks(path: &Path, loaded_process: Option<&LoadedProcess>) -> Vec<Check> {
    let [recipients_id, folders_id, smtp_id] = RECIPIENT_IDS;
    let advice = "correct what the message names; `lnere deliver --dry-run` sends nothing";
    let recipients = match Recipients::load(path) {
        Ok(recipients) => recipients,
        Err(error) => {
            let skipped = |id| Check::skipped(id, "it needs a recipients file without mistakes");
            return vec![
                Check::problem(recipients_id, error_text(error), advice),
                skipped(folders_id),
                skipped(smtp_id),
            ];
        }
    };
    let mut found = CheckFindings::default();
    if let Err(error) = recipients.check_folders_disjoint() {
        found.add_problem(error_text(error), advice);
    }
    // Without packages the process has no recipients to compare with.
    let process = loaded_process.map(|loaded| &loaded.process);
    if let Some(process) = process.filter(|process| process.release_parts.contains(&ReleasePart::Paquetes)) {
        let entities = process.entities.iter().map(|entity| entity.code());
        let expected: Vec<String> = entities.chain([NATIONAL_RECIPIENT.to_owned()]).collect();
        if let Err(error) = recipients.check_covers_packages(&expected) {
            found.add_problem(error_text(error), advice);
        }
    }
    let count = count_with_noun(recipients.entries.len(), "recipient");
    let check = found.into_check(recipients_id, format!("{}: {count}", escaped_name(path)));
    vec![check, folders_check(folders_id, &recipients), smtp_check(smtp_id, &recipients)]
}

/// The folders of recipients. A delivery never makes one, because a share may not be mounted.
fn folders_check(id: &'static str, recipients: &Recipients) -> Check {
    let folders = recipients.entries.iter().filter_map(|recipient| match &recipient.channel {
        DeliveryChannel::Folder(folder) => Some((&recipient.entity, folder)),
        DeliveryChannel::Mail { .. } => None,
    });
    let folders: Vec<_> = folders.collect();
    if folders.is_empty() {
        return Check::ok(id, "no recipient has a folder");
    }
    let mut found = CheckFindings::default();
    for (entity, folder) in &folders {
        let name = escaped_name(folder.as_path());
        let metadata = match fs::metadata(folder) {
            Ok(metadata) if metadata.is_dir() => metadata,
            Ok(_) => {
                found.add_problem(format!("`{entity}`: {name} is no folder"), "name a folder");
                continue;
            }
            Err(error) => {
                found.add_problem(format!("`{entity}`: {name}: {error}"), "mount the share, or make the folder");
                continue;
            }
        };
        if let Err(error) = access(folder.as_path(), WRITABLE_FOLDER) {
            let advice = "let the user of the service write it, and add it to ReadWritePaths= of lnere-deliver.service";
            found.add_problem(format!("`{entity}`: {name} cannot be written: {}", io::Error::from(error)), advice);
        }
        let mode = mode_of(&metadata);
        if mode & 0o002 != 0 {
            let message = format!("`{entity}`: {name} has the mode {mode:04o}: every user may replace packages");
            found.add_warning(message, format!("`chmod o-w {}`", shell_quoted(folder.as_path())));
        }
    }
    found.into_check(id, format!("{}, each can be written", count_with_noun(folders.len(), "folder")))
}

/// Connects and logs in as a delivery does, and sends nothing.
fn smtp_check(id: &'static str, recipients: &Recipients) -> Check {
    let Some(smtp) = &recipients.smtp else {
        return Check::skipped(id, "the recipients file has no section [smtp]");
    };
    let SmtpSettings { host, port, security, user, max_message_bytes, .. } = smtp;
    let password = match smtp.user_and_password(std::env::var(PASSWORD_VARIABLE).ok()) {
        Ok(password) => password,
        Err(error) => {
            let advice = "put the password into the file of smtp.password_file, as its user, with mode 0600";
            return Check::problem(id, error_text(error), advice);
        }
    };
    let stated_size = match MailServer::new(smtp, password) {
        Err(error) => return Check::problem(id, error.to_string(), "correct smtp.ca_file"),
        Ok(server) => server.try_login(),
    };
    let security = match security {
        Security::Starttls => "STARTTLS",
        Security::Tls => "TLS",
        Security::None => "no TLS",
    };
    let login = if user.is_some() { "logged in" } else { "no login" };
    match stated_size {
        Err(message) => Check::problem(
            id,
            format!("{host}:{port}: {message}"),
            "compare host, port, security, user and password with what the mail administrators say",
        ),
        Ok(Some(size)) if size < *max_message_bytes => Check::warning(
            id,
            format!(
                "{host}:{port} takes messages of {} MiB, and max_message_mib is {}",
                size / BYTES_PER_MIB,
                max_message_bytes / BYTES_PER_MIB
            ),
            format!("set max_message_mib to {}", (size / BYTES_PER_MIB).max(1)),
        ),
        Ok(_) => Check::ok(id, format!("{host}:{port}: {security}, {login}; nothing was sent")),
    }
}

fn ledger_check(output: &Output) -> Check {
    const ID: &str = "ledger";
    let Some(private) = PrivateFolder::open_existing(output.root().join("private")) else {
        return Check::ok(ID, "no delivery yet");
    };
    let mut found = CheckFindings::default();
    if let Err(error) = output.recorded_publications() {
        if let PublicationError::Io { source, .. } = &error
            && source.kind() == io::ErrorKind::PermissionDenied
        {
            return Check::skipped(ID, PRIVATE_IS_CLOSED);
        }
        let advice = "restore private/publicado.jsonl from a backup; without one, move the file away, and the next run \
                      makes it again from the public releases that are there";
        found.add_problem(error_text(error), advice);
    }
    match DeliveryHistory::read(&private) {
        // Only its owner may read it, and `output-folder` says who this user is.
        Err(LedgerError::Io { source, .. }) if source.kind() == io::ErrorKind::PermissionDenied => {
            Check::skipped(ID, PRIVATE_IS_CLOSED)
        }
        Err(error) => {
            let advice = "restore the ledger from a backup; until then nothing is delivered";
            found.add_problem(error_text(error), advice);
            found.into_check(ID, "")
        }
        Ok(history) => {
            let accepted = history.entries().iter().filter(|entry| entry.event == LedgerEvent::Accepted).count();
            let message = match accepted {
                0 => "no delivery yet".to_owned(),
                count => format!("{} noted", count_with_noun(count, "accepted package")),
            };
            found.into_check(ID, message)
        }
    }
}
