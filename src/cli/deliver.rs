/*!
`lnere deliver`: delivers each package of a release once to its recipient.
*/

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use rustix::fs::Mode;
use serde_json::{Value, json};

use super::args::{DeliverArgs, OutputFormat};
use super::delivery_status::undelivered_cortes;
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::kept_revisions::calling_user;
use super::status_text::write_advice;
use super::terminal::{Terminal, Verbosity, print};
use super::verify;
use lnere_core::mexico_city_time::{mexico_city_time, recorded_time, utc_record};
use lnere_core::terminal_text::{escaped_name, path_text, shell_quoted};
use lnere_delivery::{
    self, DELIVERIES_FOLDER, DRAFTS_FOLDER, Delivery, DeliveryChannel, DeliveryEntry, DeliveryEnvironment,
    DeliveryHistory, DeliveryOutcome, Email, LEDGER_FILE, Ledger, LedgerError, LedgerEvent, MailServer, MessageContext,
    NATIONAL_RECIPIENT, OplPackage, PASSWORD_VARIABLE, Recipients, ReleasePackages, ReleasePackagesError,
};
use lnere_messages::{count, message};
use lnere_release::{CHECKSUMS_FILE_NAME, MANIFEST_FILE, Manifest, Output, PrivateFolder};

const SECONDS_PER_HOUR: u64 = 3_600;

/// The least width of the column with the results of packages.
const MIN_OUTCOME_WIDTH: usize = 14;

pub(super) fn deliver(args: &DeliverArgs, terminal: &Terminal) -> Result<(), Failure> {
    let recipients = Recipients::load(&args.recipients).or_exit(Exit::Usage)?;
    recipients.check_folders_disjoint().or_exit(Exit::Usage)?;
    let output = Output::new(&args.output);
    let mut results = Vec::new();
    let mut failures = Vec::new();
    for release in releases_to_deliver(args, &output)? {
        // A failure in one corte does not stop the delivery of another.
        let done = deliver_release(args, &recipients, &output, &release, terminal);
        let (result, failure) = match done {
            Ok((result, failure)) => (Some(result), failure),
            Err(failure) => (None, Some(failure)),
        };
        results.extend(result);
        failures.extend(failure);
    }
    let exit = failures.iter().map(|failure| failure.exit).max();
    let messages = failures.into_iter().filter_map(|failure| failure.unprinted_error).map(|error| format!("{error:#}"));
    let messages = messages.collect::<Vec<_>>().join("\n");
    let outcome = exit.map_or(Ok(()), |exit| Err(Failure::with_message(exit, messages)));
    let text = match args.format.format {
        OutputFormat::Text => results.iter().map(|result| result.text.as_str()).collect::<Vec<_>>().join("\n"),
        OutputFormat::Json => {
            let releases: Vec<&Value> = results.iter().map(|result| &result.json).collect();
            json_text(json!({ "releases": releases }), &outcome)
        }
    };
    finish_command(print(&text, &message!("deliver-done")), outcome)
}

/// The results of the packages of a release, in both formats.
struct DeliveryReport {
    text: String,
    json: Value,
}

/// Delivers the packages of one release. Some of them may have failed.
fn deliver_release(
    args: &DeliverArgs,
    recipients: &Recipients,
    output: &Output,
    release: &Path,
    terminal: &Terminal,
) -> Result<(DeliveryReport, Option<Failure>), Failure> {
    let release_packages = ReleasePackages::read(release).map_err(|error| {
        let exit = match &error {
            ReleasePackagesError::Unsound { .. } => Exit::ReleaseUnsound,
            ReleasePackagesError::NoPackages { .. } | ReleasePackagesError::Column { .. } => Exit::Usage,
            ReleasePackagesError::Unverified { .. }
            | ReleasePackagesError::Io { .. }
            | ReleasePackagesError::ReplacedWhileRead { .. } => Exit::Unexpected,
        };
        Failure::new(exit, error)
    })?;
    recipients.check_covers_packages(&release_packages.recipient_entities()).or_exit(Exit::Usage)?;
    refuse_superseded_release(&release_packages, output)?;
    let release_delivery =
        ReleaseDelivery { args, recipients, release_packages: &release_packages, release_path: release, terminal };
    let requested = release_delivery.requested_packages()?;
    if args.dry_run {
        release_delivery.write_drafts(&requested, output).map(|drafts| (drafts, None))
    } else {
        release_delivery.send(&requested, output)
    }
}

/// The folders of the releases to deliver: the named one, or the newest of the output. Earlier
/// cortes come first if they were delivered, or follow a delivered one, and some recipient lacks
/// their revision.
fn releases_to_deliver(args: &DeliverArgs, output: &Output) -> Result<Vec<PathBuf>, Failure> {
    if let Some(release) = args.approve.as_ref().or(args.release.as_ref()) {
        let folder = verify::find_release_folder(release, &args.output)?;
        if ![MANIFEST_FILE, CHECKSUMS_FILE_NAME].iter().any(|name| folder.join(name).is_file()) {
            let message = message!("L040-no-release-folder", path = escaped_name(&folder));
            return Err(Failure::usage(message));
        }
        refuse_release_of_other_output(&folder, output)?;
        return Ok(vec![folder]);
    }
    let cortes = output.published_cortes().or_exit(Exit::Unexpected)?;
    let Some((newest, earlier)) = cortes.split_last() else {
        let message = message!("L041-no-release-yet", folder = escaped_name(&args.output));
        return Err(Failure::usage(message));
    };
    let private = PrivateFolder::open_existing(output.root().join("private"));
    let history = private.map(|private| DeliveryHistory::read(&private)).transpose().or_exit(Exit::Unexpected)?;
    let outstanding_cortes = undelivered_cortes(output, earlier, &history.unwrap_or_default());
    Ok(outstanding_cortes.into_iter().chain([*newest]).map(|corte| output.release_path(corte)).collect())
}

/// Refuses a release of another output, because the ledger of that output records its deliveries.
fn refuse_release_of_other_output(folder: &Path, output: &Output) -> Result<(), Failure> {
    let Ok(folder) = folder.canonicalize() else { return Ok(()) };
    let is_release_folder =
        |folder: &Path| folder.file_name().is_some_and(|name| name == "releases" || name == "superseded");
    let Some(other) = folder.parent().filter(|parent| is_release_folder(parent)).and_then(Path::parent) else {
        return Ok(());
    };
    if !other.join("private").is_dir() || output.root().canonicalize().is_ok_and(|root| root == other) {
        return Ok(());
    }
    let message = message!("L042-release-of-other-output", folder = escaped_name(other));
    Err(Failure::usage(message))
}

/// Refuses a superseded revision. Its recipient would work with figures that are known to be wrong.
fn refuse_superseded_release(release_packages: &ReleasePackages, output: &Output) -> Result<(), Failure> {
    let visible = output
        .visible_manifest(release_packages.corte)
        .filter(|visible| visible.process == release_packages.manifest.process);
    let Some(visible) = visible.filter(|visible| visible.revision > release_packages.manifest.revision) else {
        return Ok(());
    };
    let (corte, old, new) = (release_packages.corte, release_packages.manifest.revision, visible.revision);
    let message = message!("L043-release-superseded", corte, old, new);
    Err(Failure::usage(message))
}

/// The printed name of a recipient: `08 Chihuahua`, `nacional`.
fn recipient_label(package: &OplPackage) -> String {
    if package.entity == NATIONAL_RECIPIENT {
        NATIONAL_RECIPIENT.to_owned()
    } else {
        format!("{} {}", package.entity, package.recipient_name)
    }
}

struct ReleaseDelivery<'a> {
    args: &'a DeliverArgs,
    recipients: &'a Recipients,
    release_packages: &'a ReleasePackages,
    release_path: &'a Path,
    terminal: &'a Terminal,
}

impl ReleaseDelivery<'_> {
    /// The requested packages, in the order of the release.
    fn requested_packages(&self) -> Result<Vec<&OplPackage>, Failure> {
        let packages = &self.release_packages.packages;
        let Some(only) = &self.args.only else { return Ok(packages.iter().collect()) };
        if let Some(name) = only.iter().find(|name| !packages.iter().any(|package| package.entity == **name)) {
            let all = self.release_packages.recipient_entities().join(", ");
            let message = message!("L044-no-package-for-recipient", name, all);
            return Err(Failure::usage(message));
        }
        Ok(packages.iter().filter(|package| only.contains(&package.entity)).collect())
    }

    /// The deliveries with their messages. All messages are built before the first one is sent.
    fn build_deliveries<'a>(
        &'a self,
        chosen: &[&'a OplPackage],
        history: &DeliveryHistory,
    ) -> Result<Vec<Delivery<'a>>, Failure> {
        let date = SystemTime::now();
        let manifest = &self.release_packages.manifest;
        let delivery = |package: &&'a OplPackage| -> Result<Option<Delivery<'a>>, Failure> {
            let Some(recipient) = self.recipients.for_entity(&package.entity) else { return Ok(None) };
            let accepted = || {
                let entries = history.entries_for(&manifest.process, &manifest.corte, &package.slug);
                entries.filter(|entry| entry.event == LedgerEvent::Accepted)
            };
            let message = match (&recipient.channel, &self.recipients.smtp) {
                (DeliveryChannel::Mail { to, cc }, Some(smtp)) => {
                    let same = |entry: &&lnere_delivery::DeliveryEntry| entry.revision == manifest.revision;
                    let earlier = accepted().rfind(|entry| entry.revision < manifest.revision);
                    let context = MessageContext {
                        smtp,
                        date,
                        earlier_message_id: earlier.map(|entry| entry.message_id.as_str()).filter(|id| !id.is_empty()),
                        was_delivered_before: accepted().any(|entry| same(&entry) && entry.package != package.sha256),
                    };
                    Some(Email::build(self.release_packages, package, (to, cc), context).or_exit(Exit::Usage)?)
                }
                _ => None,
            };
            Ok(Some(Delivery { recipient, package, email: message }))
        };
        chosen.iter().filter_map(|package| delivery(package).transpose()).collect()
    }

    fn send(&self, chosen: &[&OplPackage], output: &Output) -> Result<(DeliveryReport, Option<Failure>), Failure> {
        let by_mail = |package: &&&OplPackage| {
            self.recipients
                .for_entity(&package.entity)
                .is_some_and(|one| matches!(one.channel, DeliveryChannel::Mail { .. }))
        };
        let smtp = self.recipients.smtp.as_ref().filter(|_| chosen.iter().any(|package| by_mail(&package)));
        let server = match smtp {
            None => None,
            Some(smtp) => {
                let password = smtp.user_and_password(std::env::var(PASSWORD_VARIABLE).ok()).or_exit(Exit::Usage)?;
                Some(MailServer::new(smtp, password).or_exit(Exit::Usage)?)
            }
        };
        let mut ledger = open_ledger(output)?;
        if self.args.approve.is_some() {
            self.record_about_release(&mut ledger, LedgerEvent::Approved, None)?;
        } else if let Some(end) = self.hold_end(ledger.history())? {
            self.record_about_release(&mut ledger, LedgerEvent::Held, Some(end))?;
            return Ok((self.held_report(chosen, end), None));
        }
        let deliveries = self.build_deliveries(chosen, ledger.history())?;
        let watch = TerminalEnvironment { terminal: self.terminal };
        let sent = lnere_delivery::send(
            self.release_packages,
            &deliveries,
            &mut ledger,
            self.recipients.retry,
            server,
            &watch,
        );
        let packages = || deliveries.iter().map(|delivery| delivery.package).zip(&sent.outcomes);
        let ledger = output.root().join("private").join(DELIVERIES_FOLDER).join(LEDGER_FILE);
        let lines: Vec<Value> =
            deliveries.iter().zip(&sent.outcomes).map(|(delivery, outcome)| delivery_json(delivery, outcome)).collect();
        let delivered = DeliveryReport { text: self.summary_text(packages(), &ledger), json: self.json(&lines) };
        if let Some(stopped) = &sent.ledger_failure {
            return Ok((delivered, Some(Failure::with_message(Exit::Unexpected, stopped.to_string()))));
        }
        let failed: Vec<String> = packages()
            .filter(|(_, outcome)| matches!(outcome, DeliveryOutcome::Failed { .. }))
            .map(|(package, _)| recipient_label(package))
            .collect();
        if failed.is_empty() {
            return Ok((delivered, None));
        }
        let message = message!(
            "L045-packages-not-delivered",
            failed = count(failed.len()),
            packages = count(deliveries.len()),
            recipients = failed.join(", ")
        );
        Ok((delivered, Some(Failure::with_message(Exit::Undelivered, message))))
    }

    /// The end of the hold of the release; `None` if it may be sent.
    fn hold_end(&self, history: &DeliveryHistory) -> Result<Option<DateTime<Utc>>, Failure> {
        let path = self.release_path.join(MANIFEST_FILE);
        let modified = fs::metadata(&path).and_then(|metadata| metadata.modified());
        let published = modified
            .with_context(|| message!("deliver-publication-time-unreadable", path = escaped_name(&path)))
            .or_exit(Exit::Unexpected)?;
        let (manifest, checksum) = (&self.release_packages.manifest, self.release_packages.checksum());
        Ok(history.hold_end(manifest, &checksum, (published.into(), self.recipients.hold), Utc::now()))
    }

    /// Records that the release is held or approved, unless the ledger says so already.
    fn record_about_release(
        &self,
        ledger: &mut Ledger,
        event: LedgerEvent,
        until: Option<DateTime<Utc>>,
    ) -> Result<(), Failure> {
        let mut entry = DeliveryEntry::about_release(event, self.release_packages, utc_record(Utc::now()));
        entry.until = until.map(utc_record).unwrap_or_default();
        if event == LedgerEvent::Approved {
            entry.message = message!("deliver-approved-by", user = calling_user());
        }
        let is_same = |other: &DeliveryEntry| {
            (other.event, &other.process, &other.corte, other.revision, &other.package, &other.until)
                == (event, &entry.process, &entry.corte, entry.revision, &entry.package, &entry.until)
        };
        if ledger.history().entries().iter().any(is_same) {
            return Ok(());
        }
        ledger.append(entry).or_exit(Exit::Unexpected)
    }

    /// The report on a release of which nothing is sent yet.
    fn held_report(&self, chosen: &[&OplPackage], end: DateTime<Utc>) -> DeliveryReport {
        let mut text = self.heading_line();
        let hours = count(self.recipients.hold.as_secs() / SECONDS_PER_HOUR);
        let _ = writeln!(text, "  {}", message!("deliver-held", end = mexico_city_time(end), hours));
        let corte = &self.release_packages.manifest.corte;
        write_advice(&mut text, held_advice(&shell_quoted(&self.args.recipients), corte));
        let lines: Vec<Value> =
            chosen.iter().map(|package| json!({ "recipient": package.slug, "outcome": "held" })).collect();
        let mut json = self.json(&lines);
        json["held_until"] = utc_record(end).into();
        DeliveryReport { text, json }
    }

    /// Writes the messages as files, and records nothing.
    fn write_drafts(&self, chosen: &[&OplPackage], output: &Output) -> Result<DeliveryReport, Failure> {
        let private = open_private_folder(output)?;
        let history = DeliveryHistory::read(&private).or_exit(Exit::Unexpected)?;
        let deliveries = self.build_deliveries(chosen, &history)?;
        let folder = private
            .open_folder(DELIVERIES_FOLDER)
            .and_then(|folder| folder.open_folder(DRAFTS_FOLDER))
            .or_exit(Exit::Unexpected)?;
        let (mut text, mut lines) = (self.heading_line(), Vec::new());
        let width = recipient_label_width(deliveries.iter().map(|delivery| delivery.package));
        for delivery in &deliveries {
            let Delivery { package, email: message, .. } = delivery;
            let recorded = lnere_delivery::recorded_outcome(&history, self.release_packages, package);
            let draft = match message {
                None => None,
                Some(message) => Some(self.write_draft(&folder, package, message)?),
            };
            let what = match (&delivery.recipient.channel, &draft) {
                (DeliveryChannel::Folder(folder), _) => message!("deliver-to-be-copied", folder = escaped_name(folder)),
                (_, Some(path)) => escaped_name(path).to_string(),
                _ => String::new(),
            };
            let reason_not_sent = recorded.as_ref().map_or_else(String::new, |known| {
                format!("   {}", message!("deliver-not-to-be-sent", reason = outcome_and_details(known).0))
            });
            let _ = writeln!(text, "  {:<width$}  {what}{reason_not_sent}", recipient_label(package));
            lines.push(json!({
                "recipient": package.slug,
                "outcome": "draft",
                "draft": draft.as_ref().map(path_text),
                "message_id": message.as_ref().map(|message| message.message_id.clone()),
                "to_be_sent": recorded.is_none(),
            }));
        }
        let _ = writeln!(text, "\n{}", message!("deliver-dry-run-done"));
        let mut json = self.json(&lines);
        if let Some(end) = self.hold_end(&history)? {
            let corte = &self.release_packages.manifest.corte;
            let _ = writeln!(text, "{}", message!("deliver-release-held", end = mexico_city_time(end)));
            write_advice(&mut text, held_advice(&shell_quoted(&self.args.recipients), corte));
            json["held_until"] = utc_record(end).into();
        }
        Ok(DeliveryReport { text, json })
    }

    fn write_draft(&self, folder: &PrivateFolder, package: &OplPackage, email: &Email) -> Result<PathBuf, Failure> {
        let name = format!(
            "{}_{}_r{}.eml",
            package.slug, self.release_packages.corte, self.release_packages.manifest.revision
        );
        folder.write(&name, &email.bytes).or_exit(Exit::Unexpected)?;
        Ok(folder.entry_path(&name))
    }

    fn heading_line(&self) -> String {
        let manifest = &self.release_packages.manifest;
        let Manifest { title, corte, revision, .. } = manifest;
        format!("{}\n\n", message!("deliver-heading", title, corte, revision))
    }

    /// The result of each package as text.
    fn summary_text<'a>(
        &self,
        packages: impl Iterator<Item = (&'a OplPackage, &'a DeliveryOutcome)> + Clone,
        ledger: &Path,
    ) -> String {
        let mut text = self.heading_line();
        let width = recipient_label_width(packages.clone().map(|(package, _)| package));
        let words = packages.clone().map(|(_, outcome)| outcome_and_details(outcome).0.chars().count());
        let word_width = words.max().unwrap_or_default().max(MIN_OUTCOME_WIDTH);
        let (mut delivered, mut had_before, mut failed) = (0, 0, 0);
        for (package, outcome) in packages {
            match outcome {
                DeliveryOutcome::Delivered { .. } => delivered += 1,
                DeliveryOutcome::AlreadyDelivered { .. } | DeliveryOutcome::NewerRevisionDelivered { .. } => {
                    had_before += 1;
                }
                DeliveryOutcome::Failed { .. } => failed += 1,
            }
            let (word, details) = outcome_and_details(outcome);
            let (label, details) = (recipient_label(package), escaped_name(&details));
            let _ = writeln!(text, "  {label:<width$}  {word:<word_width$}  {details}");
        }
        let all = delivered + had_before + failed;
        let summary = message!(
            "deliver-summary",
            packages = count(all),
            delivered = count(delivered),
            had = count(had_before),
            failed = count(failed)
        );
        let _ = writeln!(text, "\n{summary}\n{}", message!("deliver-ledger", path = escaped_name(ledger)));
        text
    }

    fn json(&self, deliveries: &[Value]) -> Value {
        let manifest = &self.release_packages.manifest;
        json!({
            "process": manifest.process,
            "corte": manifest.corte,
            "revision": manifest.revision,
            "release": path_text(self.release_path),
            "deliveries": deliveries,
        })
    }
}

/// What to do about a release that is held.
pub(super) fn held_advice(recipients: &str, corte: &str) -> String {
    message!("deliver-held-to-do", corte, recipients)
}

/// The private folder of the output, for writing.
fn open_private_folder(output: &Output) -> Result<PrivateFolder, Failure> {
    // As in a run, folders have their mode from the start.
    rustix::process::umask(Mode::WGRP | Mode::WOTH);
    output.open_private_folder().or_exit(Exit::Unexpected)
}

/// Locks the ledger for this process.
fn open_ledger(output: &Output) -> Result<Ledger, Failure> {
    Ledger::open(&open_private_folder(output)?, &utc_timestamp()).map_err(|error| {
        let exit = if matches!(error, LedgerError::Held { .. }) { Exit::LockHeld } else { Exit::Unexpected };
        Failure::new(exit, error)
    })
}

fn recipient_label_width<'a>(packages: impl Iterator<Item = &'a OplPackage>) -> usize {
    packages.map(|package| recipient_label(package).chars().count()).max().unwrap_or_default()
}

/// The result of a delivery in a word, and further details.
fn outcome_and_details(outcome: &DeliveryOutcome) -> (String, String) {
    match outcome {
        DeliveryOutcome::Delivered { message: reply } => (message!("deliver-delivered"), reply.clone()),
        DeliveryOutcome::AlreadyDelivered { time } => {
            (message!("deliver-had-before"), message!("deliver-delivered-at", time = recorded_time(time)))
        }
        DeliveryOutcome::NewerRevisionDelivered { revision } => {
            (message!("deliver-has-later"), message!("deliver-later-revision", revision))
        }
        DeliveryOutcome::Failed { reason: cause } => (message!("deliver-failed"), cause.clone()),
    }
}

fn delivery_json(delivery: &Delivery, outcome: &DeliveryOutcome) -> Value {
    let (name, details) = match outcome {
        DeliveryOutcome::Delivered { message: reply } => ("delivered", reply.clone()),
        DeliveryOutcome::AlreadyDelivered { time } => ("had", time.clone()),
        DeliveryOutcome::NewerRevisionDelivered { revision } => ("newer", revision.to_string()),
        DeliveryOutcome::Failed { reason: cause } => ("failed", cause.clone()),
    };
    json!({
        "recipient": delivery.package.slug,
        "outcome": name,
        "said": details,
        "way": match delivery.recipient.channel { DeliveryChannel::Mail { .. } => "mail", DeliveryChannel::Folder(_) => "folder" },
        "linked": delivery.email.as_ref().is_some_and(|email| email.has_link),
        "message_id": delivery.email.as_ref().map(|email| email.message_id.clone()),
        "package": delivery.package.sha256,
    })
}

fn utc_timestamp() -> String {
    utc_record(Utc::now())
}

/// Provides the clock of the deliveries, and prints their messages on stderr.
struct TerminalEnvironment<'a> {
    terminal: &'a Terminal,
}

impl DeliveryEnvironment for TerminalEnvironment<'_> {
    fn now(&self) -> String {
        utc_timestamp()
    }

    fn wait(&self, time: Duration) {
        thread::sleep(time);
    }

    fn on_attempt(&self, package: &OplPackage, attempt: u32, result: Result<&str, &str>, will_retry: bool) {
        let recipient = recipient_label(package);
        match result {
            Ok(said) => {
                self.terminal.print_line(Verbosity::Normal, message!("deliver-attempt-delivered", recipient));
                let reply = escaped_name(said);
                self.terminal.print_line(Verbosity::Verbose, message!("deliver-attempt", recipient, attempt, reply));
            }
            Err(said) => {
                let reason = escaped_name(said);
                self.terminal.print_warning(if will_retry {
                    message!("deliver-attempt-failed-again", recipient, reason)
                } else {
                    message!("deliver-attempt-failed", recipient, reason)
                });
            }
        }
    }

    fn on_retry_wait(&self, package_count: usize, time: Duration) {
        let (packages, seconds) = (count(package_count), time.as_secs());
        self.terminal.print_line(Verbosity::Normal, message!("deliver-retry-wait", packages, seconds));
    }

    fn on_interrupted_attempt(&self, package: &OplPackage) {
        self.terminal.print_warning(message!("L046-attempt-interrupted", recipient = recipient_label(package)));
    }
}
