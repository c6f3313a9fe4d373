/*!
Computes the content hash of an export. A text export gets the XXH3 hash and the size of its
decompressed text. An export of another format gets a part of the SHA-256 and the size of its file.
*/

use std::io::{self, Read};

use xxhash_rust::xxh3::Xxh3Default;

/// The content hash of an export. Exports with equal content hashes have the same content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentHash {
    hash: u128,
    bytes: u64,
}

impl ContentHash {
    /// The content hash of an export that is not text: the first 128 bits of its SHA-256.
    pub fn of_file(sha256: &str, bytes: u64) -> Self {
        let hash = sha256.get(..32).and_then(|digits| u128::from_str_radix(digits, 16).ok()).unwrap_or_default();
        Self { hash, bytes }
    }
}

/// A reader that computes the content hash of the text that it reads.
pub(super) struct ContentReader<R> {
    inner: R,
    hash: Xxh3Default,
    bytes: u64,
}

impl<R: Read> ContentReader<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, hash: Xxh3Default::new(), bytes: 0 }
    }

    /// The content hash of all bytes read so far.
    pub fn content(&self) -> ContentHash {
        ContentHash { hash: self.hash.digest128(), bytes: self.bytes }
    }

    pub fn get_ref(&self) -> &R {
        &self.inner
    }
}

impl<R: Read> Read for ContentReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}
