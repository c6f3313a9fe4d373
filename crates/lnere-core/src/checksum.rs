/*!
Computes SHA-256 checksums and writes them in the format of `sha256sum`.
*/

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The name of the file with the checksums of all other files of a folder.
pub const CHECKSUMS_FILE_NAME: &str = "SHA256SUMS";

/// The checksum of bytes in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The content of `SHA256SUMS` for these files: a line for each, with its checksum and its name.
#[must_use]
pub fn sha256sums_text<'a>(files: impl IntoIterator<Item = &'a (String, Vec<u8>)>) -> String {
    files.into_iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect()
}

/// The checksum and the name on each line of `SHA256SUMS`. Lines without both are left out.
pub fn parse_sha256sums(sums: &str) -> impl Iterator<Item = (&str, &str)> {
    sums.lines().filter_map(|line| line.split_once("  "))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
