/*!
Checks of what a delivery needs: recipients, their folders, the mail server and the ledger.
*/

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::access;

use super::folders::WRITABLE_FOLDER;
use super::modes::mode_of;
use super::{Check, CheckFindings, error_text, private_is_closed};
use crate::cli::loaded_process::LoadedProcess;
use lnere_core::process::ReleasePart;
use lnere_core::terminal_text::{escaped_name, shell_quoted};
use lnere_delivery::{
    DeliveryChannel, DeliveryHistory, LedgerError, LedgerEvent, MailServer, NATIONAL_RECIPIENT, PASSWORD_VARIABLE,
    Recipients, Security, SmtpSettings,
};
use lnere_messages::{count, message};
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
        None => RECIPIENT_IDS.map(|id| Check::skipped(id, message!("doctor-without-recipients"))).into(),
        Some(path) => recipient_checks(path, loaded_process),
    };
    checks.push(ledger_check(output));
    checks
}

fn recipient_checks(path: &Path, loaded_process: Option<&LoadedProcess>) -> Vec<Check> {
    let [recipients_id, folders_id, smtp_id] = RECIPIENT_IDS;
    let advice = || message!("doctor-correct-recipients");
    let recipients = match Recipients::load(path) {
        Ok(recipients) => recipients,
        Err(error) => {
            let skipped = |id| Check::skipped(id, message!("doctor-needs-recipients"));
            return vec![
                Check::problem(recipients_id, error_text(error), advice()),
                skipped(folders_id),
                skipped(smtp_id),
            ];
        }
    };
    let mut found = CheckFindings::default();
    if let Err(error) = recipients.check_folders_disjoint() {
        found.add_problem(error_text(error), advice());
    }
    // Without packages the process has no recipients to compare with.
    let process = loaded_process.map(|loaded| &loaded.process);
    if let Some(process) = process.filter(|process| process.release_parts.contains(&ReleasePart::Paquetes)) {
        let entities = process.entities.iter().map(|entity| entity.code());
        let expected: Vec<String> = entities.chain([NATIONAL_RECIPIENT.to_owned()]).collect();
        if let Err(error) = recipients.check_covers_packages(&expected) {
            found.add_problem(error_text(error), advice());
        }
    }
    let message =
        message!("doctor-recipients", file = escaped_name(path), recipients = count(recipients.entries.len()));
    let check = found.into_check(recipients_id, message);
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
        return Check::ok(id, message!("doctor-no-recipient-folder"));
    }
    let mut found = CheckFindings::default();
    for (entity, folder) in &folders {
        let name = escaped_name(folder.as_path());
        let metadata = match fs::metadata(folder) {
            Ok(metadata) if metadata.is_dir() => metadata,
            Ok(_) => {
                found.add_problem(
                    message!("L780-recipient-folder-is-file", entity, folder = name),
                    message!("doctor-name-recipient-folder"),
                );
                continue;
            }
            Err(error) => {
                found.add_problem(
                    message!("L781-recipient-folder-absent", entity, folder = name, error),
                    message!("doctor-mount-share"),
                );
                continue;
            }
        };
        if let Err(error) = access(folder.as_path(), WRITABLE_FOLDER) {
            let error = io::Error::from(error);
            let message = message!("L782-recipient-folder-not-writable", entity, folder = name, error);
            found.add_problem(message, message!("doctor-let-write-recipient-folder"));
        }
        let mode = mode_of(&metadata);
        if mode & 0o002 != 0 {
            let mode = format!("{mode:04o}");
            let message = message!("L783-recipient-folder-open", entity, folder = name, mode);
            found.add_warning(message, format!("`chmod o-w {}`", shell_quoted(folder.as_path())));
        }
    }
    found.into_check(id, message!("doctor-recipient-folders", folders = count(folders.len())))
}

/// Connects and logs in as a delivery does, and sends nothing.
fn smtp_check(id: &'static str, recipients: &Recipients) -> Check {
    let Some(smtp) = &recipients.smtp else {
        return Check::skipped(id, message!("doctor-no-smtp"));
    };
    let SmtpSettings { host, port, security, user, max_message_bytes, .. } = smtp;
    let password = match smtp.user_and_password(std::env::var(PASSWORD_VARIABLE).ok()) {
        Ok(password) => password,
        Err(error) => {
            return Check::problem(id, error_text(error), message!("doctor-store-password"));
        }
    };
    let stated_size = match MailServer::new(smtp, password) {
        Err(error) => return Check::problem(id, error.to_string(), message!("doctor-correct-ca-file")),
        Ok(server) => server.try_login(),
    };
    let security = match security {
        Security::Starttls => "STARTTLS".to_owned(),
        Security::Tls => "TLS".to_owned(),
        Security::None => message!("doctor-smtp-without-tls"),
    };
    let server = format!("{host}:{port}");
    match stated_size {
        Err(message) => Check::problem(id, format!("{server}: {message}"), message!("doctor-compare-smtp")),
        Ok(Some(size)) if size < *max_message_bytes => Check::warning(
            id,
            message!(
                "L785-message-limit",
                server,
                size = size / BYTES_PER_MIB,
                configured = max_message_bytes / BYTES_PER_MIB
            ),
            message!("doctor-set-message-limit", size = (size / BYTES_PER_MIB).max(1)),
        ),
        Ok(_) if user.is_some() => Check::ok(id, message!("doctor-smtp-with-login", server, security)),
        Ok(_) => Check::ok(id, message!("doctor-smtp-without-login", server, security)),
    }
}

fn ledger_check(output: &Output) -> Check {
    const ID: &str = "ledger";
    let Some(private) = PrivateFolder::open_existing(output.root().join("private")) else {
        return Check::ok(ID, message!("doctor-no-delivery"));
    };
    let mut found = CheckFindings::default();
    if let Err(error) = output.recorded_publications() {
        if let PublicationError::Io { source, .. } = &error
            && source.kind() == io::ErrorKind::PermissionDenied
        {
            return Check::skipped(ID, private_is_closed());
        }
        found.add_problem(error_text(error), message!("doctor-restore-publications"));
    }
    match DeliveryHistory::read(&private) {
        // Only its owner may read it, and `output-folder` says who this user is.
        Err(LedgerError::Io { source, .. }) if source.kind() == io::ErrorKind::PermissionDenied => {
            Check::skipped(ID, private_is_closed())
        }
        Err(error) => {
            found.add_problem(error_text(error), message!("doctor-restore-ledger"));
            found.into_check(ID, "")
        }
        Ok(history) => {
            let accepted = history.entries().iter().filter(|entry| entry.event == LedgerEvent::Accepted).count();
            let message = match accepted {
                0 => message!("doctor-no-delivery"),
                packages => message!("doctor-ledger", packages = count(packages)),
            };
            found.into_check(ID, message)
        }
    }
}
