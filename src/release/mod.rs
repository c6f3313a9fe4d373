/*!
The only room that writes: a release is staged, read back, verified, and published in one step.
*/

mod datapackage;
mod files;
mod layout;
mod manifest;
mod publish;
mod verify;

pub use files::{PrivateFolder, write_new};
pub use layout::{LockError, LockedOutput, Output};
pub use manifest::{ConfigRecord, InputRecord, Manifest, TableRecord};
pub use publish::{Outcome, Pending, PublishError, Published};
pub use verify::{Finding, verify};

/// The name of the file that holds the checksums of all others.
pub const CHECKSUMS: &str = "SHA256SUMS";

/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";
