/*!
Delivers each package once to its recipient: by mail, or into the folder of the recipient.

A ledger records every delivery; it is the only state. A package counts as delivered when the server
has accepted the message, or when the copy in the folder has been read back. If the process dies
before it records this, the package is sent again with the same Message-ID.
*/

mod external_text;
mod folder_delivery;
mod hold;
mod key_figures;
mod ledger;
mod mail_server;
mod message;
mod message_content;
mod notice_html;
mod notice_text;
mod password_mask;
mod recipients;
mod release_packages;
mod revision_changes;
mod send;
mod smtp_client;
mod smtp_reply;

pub use hold::packages_checksum;
pub use key_figures::{KeyFigures, ProjectedTotal, QuincenaPace, TotalAndQuincena};
pub use ledger::{DeliveryEntry, DeliveryHistory, LEDGER_FILE, Ledger, LedgerError, LedgerEvent};
pub use mail_server::MailServer;
pub use message::{Email, EmailError, MessageContext, message_id};
pub use message_content::{DashboardEnclosure, Enclosure, Notice, NoticeRow, NoticeTable};
pub use recipients::{
    DeliveryChannel, PASSWORD_VARIABLE, PasswordError, Recipient, Recipients, RetrySettings, Security, SmtpSettings,
};
pub use release_packages::{
    DashboardPage, NATIONAL_RECIPIENT, OplPackage, PACKAGES_FOLDER, ReleasePackages, ReleasePackagesError,
};
pub use revision_changes::{CountChange, RevisionChanges, VisibleChanges};
pub use send::{Delivery, DeliveryEnvironment, DeliveryOutcome, LedgerFailure, SendResult, recorded_outcome, send};

/// The folder of `out/private` with the ledger and the drafts.
pub const DELIVERIES_FOLDER: &str = "entregas";

/// The folder of the drafts in [`DELIVERIES_FOLDER`].
pub const DRAFTS_FOLDER: &str = "borradores";
