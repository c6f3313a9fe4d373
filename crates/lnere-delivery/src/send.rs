/*!
Sends deliveries in rounds. Each recipient is tried once per round, and temporary failures are tried
again later. The failure of one recipient does not delay the others.
*/

use std::fmt;
use std::time::Duration;

use lettre::message::Mailbox;

use super::folder_delivery;
use super::ledger::{DeliveryEntry, DeliveryHistory, Ledger, LedgerError, LedgerEvent};
use super::mail_server::{DeliveryFailure, MailServer, RefusalScope};
use super::message::Email;
use super::message_content::{DashboardEnclosure, Enclosure, Notice};
use super::notice_text::notice_text;
use super::recipients::{DeliveryChannel, Recipient, RetrySettings};
use super::release_packages::{OplPackage, ReleasePackages};
use lnere_messages::message;

/// A package and its recipient.
pub struct Delivery<'a> {
    /// The recipient.
    pub recipient: &'a Recipient,
    /// The package.
    pub package: &'a OplPackage,
    /// The message, if the channel is mail.
    pub email: Option<Email>,
}

/// The outcome of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The package was delivered in this run.
    Delivered {
        /// The reply of the server or the message of the system.
        message: String,
    },
    /// The package was delivered before.
    AlreadyDelivered {
        /// The time of the delivery.
        time: String,
    },
    /// A later revision of the corte was delivered before.
    NewerRevisionDelivered {
        /// The delivered revision.
        revision: u32,
    },
    /// The delivery failed.
    Failed {
        /// The reason.
        reason: String,
    },
}

/// Receives progress events, and provides the clock.
pub trait DeliveryEnvironment {
    /// The present time, RFC 3339 in UTC.
    fn now(&self) -> String;
    /// Waits for the given time.
    fn wait(&self, time: Duration);
    /// An attempt ended; another one follows if `again` is true.
    fn on_attempt(&self, package: &OplPackage, attempt: u32, result: Result<&str, &str>, will_retry: bool);
    /// `count` deliveries are tried again after `time`.
    fn on_retry_wait(&self, count: usize, time: Duration);
    /// The ledger has no result for an attempt of an earlier run.
    fn on_interrupted_attempt(&self, package: &OplPackage);
}

/// The outcomes of all deliveries, in their order, and the failure that stopped them.
pub struct SendResult {
    /// The result of each delivery.
    pub outcomes: Vec<DeliveryOutcome>,
    /// The failure to write the ledger.
    pub ledger_failure: Option<LedgerFailure>,
}

/// The ledger failed. Nothing is delivered unless the ledger can record it.
#[derive(Debug)]
pub struct LedgerFailure {
    /// The error of the ledger.
    pub ledger_error: LedgerError,
    /// The recipient whose package was accepted without an entry in the ledger.
    pub unrecorded_recipient: Option<String>,
}

impl fmt::Display for LedgerFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause =
            std::error::Error::source(&self.ledger_error).map_or_else(String::new, |cause| format!(": {cause}"));
        let error = format!("{}{cause}", self.ledger_error);
        f.write_str(&match &self.unrecorded_recipient {
            None => message!("delivery-stopped", error),
            Some(recipient) => message!("L513-delivery-not-recorded", error, recipient),
        })
    }
}

/// The outcome that the ledger already records; `None` if the package must be sent.
#[must_use]
pub fn recorded_outcome(
    history: &DeliveryHistory,
    release_packages: &ReleasePackages,
    package: &OplPackage,
) -> Option<DeliveryOutcome> {
    let manifest = &release_packages.manifest;
    let accepted = || {
        history
            .entries_for(&manifest.process, &manifest.corte, &package.slug)
            .filter(|entry| entry.event == LedgerEvent::Accepted)
    };
    if let Some(entry) = accepted().find(|entry| entry.package == package.sha256) {
        return Some(DeliveryOutcome::AlreadyDelivered { time: entry.time.clone() });
    }
    let newest = accepted().map(|entry| entry.revision).max()?;
    (newest > manifest.revision).then_some(DeliveryOutcome::NewerRevisionDelivered { revision: newest })
}

/// Sends the deliveries that the ledger does not record as delivered.
pub fn send(
    release_packages: &ReleasePackages,
    deliveries: &[Delivery],
    ledger: &mut Ledger,
    retry: RetrySettings,
    server: Option<MailServer>,
    environment: &dyn DeliveryEnvironment,
) -> SendResult {
    let recorded: Vec<_> = deliveries
        .iter()
        .map(|delivery| recorded_outcome(ledger.history(), release_packages, delivery.package))
        .collect();
    let mut round = SendRound { release_packages, ledger, server, environment, attempt: 1 };
    let mut pending: Vec<usize> = (0..deliveries.len()).filter(|place| recorded[*place].is_none()).collect();
    for place in &pending {
        round.report_interrupted(deliveries[*place].package);
    }
    let mut outcomes: Vec<Option<DeliveryOutcome>> = recorded;
    let mut stopped = None;
    while stopped.is_none() && !pending.is_empty() {
        if let Some(server) = &mut round.server {
            server.begin_round();
        }
        if round.attempt > 1 {
            let time = retry.wait_before(round.attempt);
            // A server closes a connection that stays idle for a while.
            if let Some(server) = &mut round.server {
                server.quit();
            }
            environment.on_retry_wait(pending.len(), time);
            environment.wait(time);
        }
        let is_last_round = round.attempt >= retry.max_attempts;
        stopped = round.attempt_pending(deliveries, &mut pending, &mut outcomes, is_last_round).err();
        if is_last_round {
            break;
        }
        round.attempt += 1;
    }
    if let Some(server) = &mut round.server {
        server.quit();
    }
    let untried = || DeliveryOutcome::Failed { reason: message!("delivery-not-tried") };
    SendResult {
        outcomes: outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(untried)).collect(),
        ledger_failure: stopped,
    }
}

struct SendRound<'a> {
    release_packages: &'a ReleasePackages,
    ledger: &'a mut Ledger,
    server: Option<MailServer<'a>>,
    environment: &'a dyn DeliveryEnvironment,
    attempt: u32,
}

impl SendRound<'_> {
    /// Reports an earlier attempt without a result.
    fn report_interrupted(&self, package: &OplPackage) {
        let manifest = &self.release_packages.manifest;
        let mut entries = self.ledger.history().entries_for(&manifest.process, &manifest.corte, &package.slug);
        let last = entries.rfind(|entry| entry.package == package.sha256);
        if last.is_some_and(|entry| entry.event == LedgerEvent::Intent) {
            self.environment.on_interrupted_attempt(package);
        }
    }

    /// Tries each pending delivery once, and keeps those that must be tried again.
    fn attempt_pending(
        &mut self,
        deliveries: &[Delivery],
        pending: &mut Vec<usize>,
        outcomes: &mut [Option<DeliveryOutcome>],
        is_last_round: bool,
    ) -> Result<(), LedgerFailure> {
        // The reason why the mail server is not tried again in this round.
        let mut server_refusal: Option<DeliveryFailure> = None;
        // A message that breaks the server must not come first again and block the others.
        let (mut untried, mut tried) = (Vec::new(), Vec::new());
        for place in pending.drain(..) {
            let delivery = &deliveries[place];
            let by_mail = matches!(delivery.recipient.channel, DeliveryChannel::Mail { .. });
            let is_untried = by_mail && server_refusal.is_some();
            let result = match server_refusal.clone().filter(|_| by_mail) {
                Some(refusal) => {
                    self.append_to_ledger(delivery, LedgerEvent::Failed, &refusal.message)?;
                    Err(refusal)
                }
                None => match self.attempt_delivery(delivery) {
                    Ok(result) => result,
                    Err(stopped) => {
                        if stopped.unrecorded_recipient.is_some() {
                            let reply = message!("delivery-accepted-not-recorded");
                            outcomes[place] = Some(DeliveryOutcome::Delivered { message: reply });
                        }
                        return Err(stopped);
                    }
                },
            };
            let is_temporary = |refusal: &DeliveryFailure| {
                matches!(refusal.scope, RefusalScope::MessageTemporary | RefusalScope::ServerTemporary)
            };
            let again_later = !is_last_round && result.as_ref().is_err_and(is_temporary);
            let outcome_message = result.as_ref().map(String::as_str).map_err(|refusal| refusal.message.as_str());
            self.environment.on_attempt(delivery.package, self.attempt, outcome_message, again_later);
            outcomes[place] = Some(match result {
                Ok(reply) => DeliveryOutcome::Delivered { message: reply },
                Err(refusal) => {
                    if by_mail && matches!(refusal.scope, RefusalScope::ServerPermanent | RefusalScope::ServerTemporary)
                    {
                        server_refusal = Some(refusal.clone());
                    }
                    DeliveryOutcome::Failed { reason: refusal.message }
                }
            });
            if again_later {
                if is_untried { untried.push(place) } else { tried.push(place) }
            }
        }
        untried.append(&mut tried);
        *pending = untried;
        Ok(())
    }

    /// Makes one attempt, with an entry before and after it.
    fn attempt_delivery(&mut self, delivery: &Delivery) -> Result<Result<String, DeliveryFailure>, LedgerFailure> {
        self.append_to_ledger(delivery, LedgerEvent::Intent, "")?;
        let result = match (&delivery.recipient.channel, &delivery.email, &mut self.server) {
            (DeliveryChannel::Mail { .. }, Some(email), Some(server)) => server.send(email),
            (DeliveryChannel::Folder(folder), ..) => {
                let FolderNames { package, notice, dashboard } =
                    FolderNames::new(delivery.package, self.release_packages.manifest.revision);
                let notice_content = Notice::for_package(
                    self.release_packages,
                    delivery.package,
                    &Enclosure::InSameFolder(package.clone()),
                    &DashboardEnclosure::InSameFolder(dashboard.clone()),
                    false,
                );
                let notice_text = notice_text(&notice_content);
                let page = delivery.package.dashboard_page.as_ref();
                let page = page.map(|page| (dashboard.as_str(), page.html.as_slice()));
                let companions: Vec<_> = [(notice.as_str(), notice_text.as_bytes())].into_iter().chain(page).collect();
                folder_delivery::deliver_to_folder(folder, (&package, &delivery.package.zip), &companions)
            }
            _ => {
                Err(DeliveryFailure { scope: RefusalScope::MessagePermanent, message: message!("delivery-no-message") })
            }
        };
        match &result {
            Ok(reply) => self.append_to_ledger(delivery, LedgerEvent::Accepted, reply).map_err(|stopped| {
                LedgerFailure { unrecorded_recipient: Some(delivery.package.recipient_name.clone()), ..stopped }
            })?,
            Err(refusal) => self.append_to_ledger(delivery, LedgerEvent::Failed, &refusal.message)?,
        }
        Ok(result)
    }

    fn append_to_ledger(
        &mut self,
        delivery: &Delivery,
        event: LedgerEvent,
        message: &str,
    ) -> Result<(), LedgerFailure> {
        let (manifest, package) = (&self.release_packages.manifest, delivery.package);
        let to = match &delivery.recipient.channel {
            DeliveryChannel::Mail { to, cc } => to.iter().chain(cc).map(Mailbox::to_string).collect(),
            DeliveryChannel::Folder(folder) => vec![folder.display().to_string()],
        };
        let entry = DeliveryEntry {
            time: self.environment.now(),
            event,
            process: manifest.process.clone(),
            corte: manifest.corte.clone(),
            revision: manifest.revision,
            recipient: package.slug.clone(),
            package: package.sha256.clone(),
            until: String::new(),
            message_id: delivery.email.as_ref().map(|email| email.message_id.clone()).unwrap_or_default(),
            to,
            attempt: self.attempt,
            message: message.to_owned(),
        };
        self.ledger.append(entry).map_err(|error| LedgerFailure { ledger_error: error, unrecorded_recipient: None })
    }
}

/// The names of the files of a delivery in a folder. They contain the corte and the number of a
/// revision, because a revision does not replace the previous file.
struct FolderNames {
    package: String,
    notice: String,
    dashboard: String,
}

impl FolderNames {
    fn new(package: &OplPackage, revision: u32) -> Self {
        let stem = package.file_name.strip_suffix(".zip").unwrap_or(&package.file_name);
        let stem = if revision > 1 { format!("{stem}_r{revision}") } else { stem.to_owned() };
        let named = |kind: &str, ending: &str| format!("{}.{ending}", stem.replacen("paquete", kind, 1));
        Self { package: format!("{stem}.zip"), notice: named("aviso", "txt"), dashboard: named("tablero", "html") }
    }
}
