/*!
A buffered reader that can return the next bytes without consuming them.
*/

use std::io::{self, BufRead, Read};

/// Bytes that are read ahead at a time.
const BUFFER_BYTES: usize = if cfg!(fuzzing) { 64 } else { 64 << 10 };

/// A buffered reader whose next bytes can be inspected, independent of the sizes of the reads.
pub(super) struct PeekReader<R> {
    inner: R,
    buffer: Vec<u8>,
    /// The offset in the buffer of the first byte that was not consumed.
    start: usize,
}

impl<R: Read> PeekReader<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, buffer: Vec::new(), start: 0 }
    }

    /// The next `count` bytes, or all remaining ones.
    pub fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.start < count {
            self.buffer.drain(..self.start);
            self.start = 0;
            let missing = count.max(BUFFER_BYTES) - self.buffer.len();
            // A stream may return fewer bytes per read than it has.
            self.inner.by_ref().take(missing as u64).read_to_end(&mut self.buffer)?;
        }
        let rest = &self.buffer[self.start..];
        Ok(&rest[..rest.len().min(count)])
    }
}

impl<R: Read> BufRead for PeekReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.buffer.len() {
            self.start = 0;
            self.buffer.resize(BUFFER_BYTES, 0);
            let read = loop {
                match self.inner.read(&mut self.buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read,
                }
            };
            self.buffer.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        Ok(&self.buffer[self.start..])
    }

    fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.buffer.len());
    }
}

impl<R: Read> Read for PeekReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A large read bypasses the buffer.
        if self.start == self.buffer.len() && buffer.len() >= BUFFER_BYTES {
            return self.inner.read(buffer);
        }
        let next = self.fill_buf()?;
        let read = next.len().min(buffer.len());
        buffer[..read].copy_from_slice(&next[..read]);
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns one byte at a time.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    #[test]
    fn looking_takes_nothing_away() {
        let mut reader = PeekReader::new(Drops(b"abcdef"));
        assert_eq!(reader.peek(3).expect("bytes"), b"abc");
        let mut two = [0; 2];
        reader.read_exact(&mut two).expect("bytes");
        assert_eq!((&two, reader.peek(9).expect("bytes")), (b"ab", &b"cdef"[..]));
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).expect("bytes");
        assert_eq!((rest.as_slice(), reader.peek(1).expect("bytes")), (&b"cdef"[..], &b""[..]));
    }
}
