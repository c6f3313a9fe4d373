/*!
SHA-256, as `sha256sum` writes it.
*/

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The name of the file that holds the checksums of all others of a folder.
pub const CHECKSUMS: &str = "SHA256SUMS";

/// The checksum of bytes in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A file `SHA256SUMS` of these files: a line for each, with its checksum and its name.
#[must_use]
pub fn sums<'a>(files: impl IntoIterator<Item = &'a (String, Vec<u8>)>) -> String {
    files.into_iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect()
}

/// The lines of such a file that are one: the checksum and the name.
pub fn listed(sums: &str) -> impl Iterator<Item = (&str, &str)> {
    sums.lines().filter_map(|line| line.split_once("  "))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
