/*!
Parses replies of a mail server (RFC 5321, section 4.2). Only the reply code affects the program.

A server can send any bytes, so each dimension of a reply has a limit. The text may be in any
encoding and is used only in messages for people.
*/

use encoding_rs::WINDOWS_1252;

use super::password_mask::PasswordForms;
use lnere_messages::message;

/// The most bytes of a line with its end. RFC 5321, section 4.5.3.1.5, allows 512.
pub(super) const MAX_LINE_BYTES: usize = 4 * 1024;

/// The most lines of a reply.
pub(super) const MAX_LINES: usize = 128;

/// A complete reply.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Reply {
    code: u16,
    /// The text after the code in each line, without line ends.
    lines: Vec<Vec<u8>>,
}

/// The class of a reply code, from its first digit (RFC 5321, section 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReplyClass {
    /// 2yz: done.
    Completed,
    /// 3yz: the server expects the rest.
    Intermediate,
    /// 4yz: refused for the moment.
    Transient,
    /// 5yz: refused for good.
    Permanent,
}

/// The bytes from the server are not a valid reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ReplyError {
    #[error("{}", message!("L535-line-too-long", bytes = MAX_LINE_BYTES))]
    LineTooLong,
    #[error("{}", message!("L535-too-many-lines", lines = MAX_LINES))]
    TooManyLines,
    #[error("{}", message!("L535-no-reply"))]
    NoCode,
    #[error("{}", message!("L535-two-codes", first = _0, second = _1))]
    TwoCodes(u16, u16),
}

impl Reply {
    pub(super) fn code(&self) -> u16 {
        self.code
    }

    pub(super) fn class(&self) -> ReplyClass {
        match self.code / 100 {
            2 => ReplyClass::Completed,
            3 => ReplyClass::Intermediate,
            4 => ReplyClass::Transient,
            _ => ReplyClass::Permanent,
        }
    }

    /// The text of the reply on one line, without its code and without secrets. Text that is not
    /// UTF-8 is decoded as Windows-1252, which old servers write.
    pub(super) fn masked_text(&self, secrets: &PasswordForms) -> String {
        let bytes = secrets.mask(&self.lines.join(&b' '));
        String::from_utf8(bytes).unwrap_or_else(|error| WINDOWS_1252.decode(error.as_bytes()).0.into_owned())
    }

    /// The parameters, in capitals, of an extension in the reply to EHLO (RFC 5321, section
    /// 4.1.1.1). `None` if the server does not offer it.
    pub(super) fn extension_parameters(&self, keyword: &str) -> Option<Vec<String>> {
        // The first line holds the name of the server.
        self.lines.iter().skip(1).find_map(|line| {
            let line = line.to_ascii_uppercase();
            let line = String::from_utf8_lossy(&line);
            let mut words = line.split_ascii_whitespace().map(str::to_owned);
            (words.next()? == keyword).then(|| words.collect())
        })
    }
}

/// Parses one reply from pieces of any size.
#[derive(Default)]
pub(super) struct ReplyParser {
    /// The unfinished line.
    unfinished_line: Vec<u8>,
    reply: Option<Reply>,
}

impl ReplyParser {
    /// Consumes bytes up to the end of the reply, and returns the reply when it is complete. Later
    /// bytes stay.
    pub(super) fn push(&mut self, bytes: &mut Vec<u8>) -> Result<Option<Reply>, ReplyError> {
        let mut taken = 0;
        let mut complete_reply = None;
        while complete_reply.is_none() && taken < bytes.len() {
            let rest = &bytes[taken..];
            let end = memchr::memchr(b'\n', rest).map(|end| end + 1);
            let part = &rest[..end.unwrap_or(rest.len())];
            if self.unfinished_line.len() + part.len() > MAX_LINE_BYTES {
                return Err(ReplyError::LineTooLong);
            }
            self.unfinished_line.extend_from_slice(part);
            taken += part.len();
            if end.is_some() {
                complete_reply = self.finish_line()?;
            }
        }
        bytes.drain(..taken);
        Ok(complete_reply)
    }

    /// Parses the line that has just ended; returns the reply if it was the last line.
    fn finish_line(&mut self) -> Result<Option<Reply>, ReplyError> {
        let line = std::mem::take(&mut self.unfinished_line);
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (code, is_last, text) = parse_line(line).ok_or(ReplyError::NoCode)?;
        let reply = self.reply.get_or_insert_with(|| Reply { code, lines: Vec::new() });
        if reply.code != code {
            return Err(ReplyError::TwoCodes(reply.code, code));
        }
        if reply.lines.len() == MAX_LINES {
            return Err(ReplyError::TooManyLines);
        }
        reply.lines.push(text.to_vec());
        Ok(if is_last { self.reply.take() } else { None })
    }
}

/// The code of a line, whether it is the last line of its reply, and its text.
fn parse_line(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (code, rest) = line.split_at_checked(3)?;
    let is_code = (b'2'..=b'5').contains(&code[0]) && code.iter().all(u8::is_ascii_digit);
    let code = code.iter().fold(0, |code, digit| code * 10 + u16::from(digit.wrapping_sub(b'0')));
    match rest.split_first() {
        _ if !is_code => None,
        None => Some((code, true, rest)),
        Some((b' ', text)) => Some((code, true, text)),
        Some((b'-', text)) => Some((code, false, text)),
        Some(_) => None,
    }
}

#[cfg(test)]
#[path = "tests/smtp_reply.rs"]
mod tests;
