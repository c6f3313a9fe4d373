/*!
Decompresses gzip and Zstandard files. It counts gzip members and Zstandard frames, because a file
that was cut between two of them looks complete.
*/

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;

use super::export_fault::ExportFault;
use super::peek_reader::PeekReader;
use lnere_messages::message;

/// The largest window that a Zstandard frame may declare, as with `zstd --long=31`.
const MAX_WINDOW_LOG: u32 = 31;

/// The most bytes of a window that are kept in memory. A frame with a larger window uses only as
/// much as it has produced. It is accepted as long as it produces no more than this.
const MAX_WINDOW_IN_USE: u64 = 512 << 20;

/// The longest header of a Zstandard frame.
const FRAME_HEADER_BYTES: usize = 18;

/// The number of members or frames begun so far; it can be read while the reader works.
#[derive(Clone, Default)]
pub(super) struct PartCount(Arc<AtomicU64>);

impl PartCount {
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Reads the members of a gzip file as one text. Zeros after a member are allowed, because tapes
/// and some disks pad blocks with them. Any other bytes that are not a member are damage.
pub(super) struct Gunzip<R> {
    /// `None` at the end, and after a fault.
    member: Option<GzDecoder<PeekReader<R>>>,
    parts: PartCount,
}

impl<R: Read> Gunzip<R> {
    pub fn new(reader: PeekReader<R>, parts: PartCount) -> Self {
        parts.add();
        Self { member: Some(GzDecoder::new(reader)), parts }
    }

    fn next(&mut self) -> io::Result<()> {
        let Some(member) = self.member.take() else { return Ok(()) };
        let mut rest = member.into_inner();
        let has_padding = skip_zeros(&mut rest)?;
        let next = rest.peek(2)?;
        if next.is_empty() {
            return Ok(());
        }
        if has_padding && next != [0x1f, 0x8b] {
            return Err(io::Error::new(io::ErrorKind::InvalidData, message!("ingest-bytes-follow-compressed-data")));
        }
        self.parts.add();
        self.member = Some(GzDecoder::new(rest));
        Ok(())
    }
}

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            self.next()?;
        }
        Ok(0)
    }
}

/// Skips zeros; returns whether there were any.
fn skip_zeros(rest: &mut impl BufRead) -> io::Result<bool> {
    let mut any = false;
    loop {
        let bytes = rest.fill_buf()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let ends_here = zeros < bytes.len() || bytes.is_empty();
        any |= zeros > 0;
        rest.consume(zeros);
        if ends_here {
            return Ok(any);
        }
    }
}

/// Reads the frames of a Zstandard file as one text, without skippable frames.
pub(super) struct Unzstd<R: Read> {
    state: Frames<R>,
    parts: PartCount,
    /// The most bytes of a window that may be in use.
    limit: u64,
}

enum Frames<R: Read> {
    /// Between two frames, or at the end.
    Between(PeekReader<R>),
    Within(ZstdFrame<R>),
    /// After a fault.
    Failed,
}

struct ZstdFrame<R: Read> {
    decoder: zstd::Decoder<'static, PeekReader<R>>,
    window: u64,
    /// The number of bytes produced.
    bytes_produced: u64,
}

impl<R: Read> Unzstd<R> {
    pub fn new(reader: PeekReader<R>, parts: PartCount) -> Self {
        Self { state: Frames::Between(reader), parts, limit: MAX_WINDOW_IN_USE }
    }
}

impl<R: Read> Read for Unzstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, Frames::Failed) {
                Frames::Failed => return Err(io::ErrorKind::InvalidData.into()),
                Frames::Between(mut reader) => {
                    skip_skippable(&mut reader)?;
                    let header = reader.peek(FRAME_HEADER_BYTES)?;
                    if header.is_empty() {
                        self.state = Frames::Between(reader);
                        return Ok(0);
                    }
                    let window = window(header);
                    if window > 1 << MAX_WINDOW_LOG {
                        return Err(window_too_large_error(window, self.limit));
                    }
                    self.parts.add();
                    let mut decoder = zstd::Decoder::with_buffer(reader)?.single_frame();
                    decoder.window_log_max(MAX_WINDOW_LOG)?;
                    self.state = Frames::Within(ZstdFrame { decoder, window, bytes_produced: 0 });
                }
                Frames::Within(mut frame) => {
                    let read = match frame.decoder.read(buffer) {
                        // The library allocates the whole window at once.
                        Err(error) if frame.bytes_produced == 0 && error.to_string().contains("not enough memory") => {
                            return Err(window_too_large_error(frame.window, self.limit));
                        }
                        read => read?,
                    };
                    if read == 0 {
                        self.state = Frames::Between(frame.decoder.finish());
                        continue;
                    }
                    frame.bytes_produced += read as u64;
                    if frame.window > self.limit && frame.bytes_produced > self.limit {
                        return Err(window_too_large_error(frame.window, self.limit));
                    }
                    self.state = Frames::Within(frame);
                    return Ok(read);
                }
            }
        }
    }
}

/// The fault of a window that takes too much memory, as an I/O error.
fn window_too_large_error(window: u64, limit: u64) -> io::Error {
    io::Error::other(ExportFault::ZstdWindow { window_mib: window.div_ceil(1 << 20), limit_mib: limit >> 20 })
}

/// Skips skippable frames.
fn skip_skippable(reader: &mut PeekReader<impl Read>) -> io::Result<()> {
    while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d] = *reader.peek(8)? {
        let length = 8 + u64::from(u32::from_le_bytes([a, b, c, d]));
        let passed = io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        if passed < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// The window that the header of a frame declares (RFC 8878, 3.1.1.1). It is 0 for an invalid
/// header, which the library reports.
fn window(header: &[u8]) -> u64 {
    let [0x28, 0xb5, 0x2f, 0xfd, descriptor, rest @ ..] = header else { return 0 };
    let is_single_segment = descriptor & 0x20 != 0;
    if !is_single_segment {
        let Some(window) = rest.first() else { return 0 };
        let base = 1_u64 << (10 + (window >> 3));
        return base + base / 8 * u64::from(window & 7);
    }
    // The window of a single-segment frame is its content. The content size follows the dictionary
    // id.
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let (width, offset) = [(1, 0), (2, 256), (4, 0), (8, 0)][usize::from(descriptor >> 6)];
    let size = rest.get(dictionary..dictionary + width).unwrap_or_default();
    offset + size.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).expect("memory");
        packed.finish().expect("memory")
    }

    fn zstandard(text: &str, window_log: u32) -> Vec<u8> {
        let mut packed = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
        packed.window_log(window_log).expect("a window");
        packed.write_all(text.as_bytes()).expect("memory");
        packed.finish().expect("memory")
    }

    fn read(mut reader: impl Read) -> io::Result<String> {
        let mut text = String::new();
        reader.read_to_string(&mut text)?;
        Ok(text)
    }

    fn gunzip(bytes: &[u8]) -> (io::Result<String>, u64) {
        let parts = PartCount::default();
        (read(Gunzip::new(PeekReader::new(bytes), parts.clone())), parts.get())
    }

    fn unzstd(bytes: &[u8]) -> (io::Result<String>, u64) {
        let parts = PartCount::default();
        (read(Unzstd::new(PeekReader::new(bytes), parts.clone())), parts.get())
    }

    #[test]
    fn parts_are_one_text_and_are_counted() {
        let (text, parts) = gunzip(&[gzip("ab"), gzip(""), gzip("cd")].concat());
        assert_eq!((text.expect("text").as_str(), parts), ("abcd", 3));
        let skippable = b"\x52\x2a\x4d\x18\x03\0\0\0xyz".to_vec();
        let frames = [skippable.clone(), zstandard("ab", 20), skippable.clone(), zstandard("cd", 27), skippable];
        let (text, parts) = unzstd(&frames.concat());
        assert_eq!((text.expect("text").as_str(), parts), ("abcd", 2));
    }

    #[test]
    fn zeros_after_gzip_are_no_damage_and_other_bytes_are() {
        assert_eq!(gunzip(&[gzip("ab"), vec![0; 100_000]].concat()).0.expect("text"), "ab");
        let (text, parts) = gunzip(&[gzip("ab"), vec![0; 70_000], gzip("cd"), vec![0; 512]].concat());
        assert_eq!((text.expect("text").as_str(), parts), ("abcd", 2));
        for tail in [&b"x"[..], b"\0\0x", b"\0\x1f", b"\x1f\x8b", b"\x1f"] {
            assert!(gunzip(&[&gzip("ab"), tail].concat()).0.is_err(), "{tail:?}");
        }
        for tail in [&b"x"[..], b"\0\0\0\0", b"\x28\xb5", b"\x52\x2a\x4d\x18\x03\0\0\0xy"] {
            assert!(unzstd(&[&zstandard("ab", 20), tail].concat()).0.is_err(), "{tail:?}");
        }
    }

    #[test]
    fn a_part_that_is_cut_is_damage() {
        let whole = gzip("abcdefgh");
        assert!((1..whole.len()).all(|length| gunzip(&whole[..length]).0.is_err()));
        let whole = zstandard("abcdefgh", 20);
        assert!((1..whole.len()).all(|length| unzstd(&whole[..length]).0.is_err()));
    }

    #[test]
    fn windows_are_read_up_to_the_largest_that_the_library_writes() {
        for log in [10, 27, 28, 30, 31] {
            let packed = zstandard("abc", log);
            assert_eq!(window(&packed), 1 << log, "{log}");
            assert_eq!(unzstd(&packed).0.expect("text"), "abc", "{log}");
        }
        // If the declared window is too wide, the number of bytes that the frame produces decides.
        let limited = |log: u32, length: usize| {
            let packed = zstandard(&"x".repeat(length), log);
            let mut reader = Unzstd::new(PeekReader::new(&packed[..]), PartCount::default());
            reader.limit = 1 << 20;
            read(reader).map(|text| text.len())
        };
        assert_eq!(limited(21, 1 << 20).expect("text"), 1 << 20);
        assert_eq!(limited(20, 2 << 20).expect("text"), 2 << 20);
        let fault = ExportFault::from(limited(21, (1 << 20) + 1).expect_err("too much of a window")).to_string();
        assert!(fault.contains("its Zstandard window is 2 MiB, and a window may take 1 MiB"), "{fault}");
        let mut too_wide = zstandard("abc", 31);
        too_wide[5] = 22 << 3;
        let error = unzstd(&too_wide).0.expect_err("a window of 4 GiB");
        let fault = ExportFault::from(error).to_string();
        assert!(fault.contains("4096 MiB"), "{fault}");
    }
}
