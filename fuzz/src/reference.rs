/*!
SPEC §2 once more, a byte at a time and from the text of the contract alone: what the readers are held
against.
*/

/// The limits that src/ingest/csv/scan.rs has under the fuzzer.
const MAX_RECORD_BYTES: usize = 128;
const MAX_RECORD_LINES: usize = 6;

/// A record of a CSV file.
pub struct Record<'a> {
    /// Line on which it begins, from 1.
    pub line: u64,
    /// Its bytes without the line end.
    pub bytes: &'a [u8],
    /// Its cells without their quotes.
    pub cells: Vec<Vec<u8>>,
}

/// What a CSV file holds.
pub struct Contents<'a> {
    /// Its records, the header among them, up to the first that makes the file unreadable.
    pub records: Vec<Record<'a>>,
    /// What makes it unreadable.
    pub broken: Option<Broken>,
}

/// What makes a file unreadable. A record that is never closed may be too long as well, and then either
/// may be said.
pub struct Broken {
    /// The line on which a record over a limit begins.
    pub too_long: Option<u64>,
    /// The line with the quote that is never closed.
    pub unclosed: Option<u64>,
}

pub fn csv(file: &[u8], delimiter: u8) -> Contents<'_> {
    let mut records = Vec::new();
    let mut at = if file.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut line = 1;
    while at < file.len() {
        let (start, first_line) = (at, line);
        let mut cells = vec![Vec::new()];
        let mut fresh = true;
        let mut quoted_since = None;
        while at < file.len() {
            let byte = file[at];
            let cell = cells.last_mut().expect("a record has a cell");
            at += 1;
            if quoted_since.is_some() {
                match byte {
                    b'"' if file.get(at) == Some(&b'"') => {
                        cell.push(b'"');
                        at += 1;
                    }
                    b'"' => quoted_since = None,
                    _ => cell.push(byte),
                }
                line += u64::from(byte == b'\n');
            } else if byte == b'\n' {
                break;
            } else if byte == delimiter {
                cells.push(Vec::new());
                fresh = true;
            } else if byte == b'"' && fresh {
                quoted_since = Some(line);
                fresh = false;
            } else {
                cell.push(byte);
                fresh = false;
            }
        }
        let ended = quoted_since.is_none() && at > start && file[at - 1] == b'\n';
        let bytes = &file[start..at - usize::from(ended)];
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let lines = bytes.split(|byte| *byte == b'\n').count();
        let too_long = (bytes.len() > MAX_RECORD_BYTES || lines > MAX_RECORD_LINES).then_some(first_line);
        if too_long.is_some() || quoted_since.is_some() {
            return Contents { records, broken: Some(Broken { too_long, unclosed: quoted_since }) };
        }
        if !bytes.is_empty() {
            records.push(Record { line: first_line, bytes, cells });
        }
        line += u64::from(ended);
    }
    Contents { records, broken: None }
}

/// Whether a file is UTF-8, and not Windows-1252.
pub fn is_utf8(file: &[u8]) -> bool {
    file.is_ascii() || (0..file.len()).any(|at| (2..=4).any(|length| is_sequence(file.get(at..at + length))))
}

fn is_sequence(bytes: Option<&[u8]>) -> bool {
    bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).is_some_and(|text| text.chars().count() == 1)
}

/// A cell as text, without the blanks around it.
pub fn text(cell: &[u8], utf8: bool) -> String {
    let text: String = if utf8 {
        String::from_utf8_lossy(cell).into_owned()
    } else {
        // What Windows-1252 has from 0x80 to 0x9f is never a blank and never the same twice.
        let private = |byte: u8| char::from_u32(0xe000 + u32::from(byte)).unwrap_or('x');
        cell.iter().map(|byte| if (0x80..0xa0).contains(byte) { private(*byte) } else { char::from(*byte) }).collect()
    };
    text.trim().to_owned()
}

/// What may follow a day, `9` being any digit; the second list an ISO day alone.
const TIMES: [&str; 3] = ["", " 99:99", " 99:99:99"];
const SEPARATORS: [&str; 3] = [" ", "T", "t"];
const OFFSETS: [&str; 8] = ["", "Z", "z", "+99", "-99", "+9999", "-9999", "+99:99"];

/// A day and a time as they are written.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub second: i64,
    /// Seconds east of UTC.
    pub offset: Option<i64>,
}

/// A date in one of the two default forms.
pub fn date(text: &str) -> Option<Written> {
    let fits = |template: &str, text: &str| {
        template.len() == text.len()
            && template.bytes().zip(text.bytes()).all(|(t, b)| if t == b'9' { b.is_ascii_digit() } else { t == b })
    };
    let head = text.get(..10)?;
    let iso = fits("9999-99-99", head);
    if !iso && !fits("99/99/9999", head) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().ok();
    let (year, month, day) = if iso { (0..4, 5..7, 8..10) } else { (6..10, 3..5, 0..2) };
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *days.get(usize::try_from(month - 1).ok()?)?;
    if !(1..=length).contains(&day) {
        return None;
    }

    let rest = &text[10..];
    let known = if iso { is_iso_time(rest, &fits) } else { TIMES.iter().any(|time| fits(time, rest)) };
    if !known {
        return None;
    }
    let (mut second, mut offset) = (0, None);
    if !rest.is_empty() {
        let (hour, minute) = (number(11..13)?, number(14..16)?);
        let seconds = if text[16..].starts_with(':') { number(17..19)? } else { 0 };
        if hour > 23 || minute > 59 || seconds > 59 {
            return None;
        }
        second = (hour * 60 + minute) * 60 + seconds;
        if text.ends_with(['Z', 'z']) {
            offset = Some(0);
        } else if let Some(sign) = text[16..].find(['+', '-']) {
            let digits: String = text[16 + sign..].chars().filter(char::is_ascii_digit).collect();
            let hours = digits[..2].parse::<i64>().ok()?;
            let minutes = digits[2..].parse::<i64>().unwrap_or(0);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let east = (hours * 60 + minutes) * 60;
            offset = Some(if text[16..].contains('-') { -east } else { east });
        }
    }
    Some(Written { year, month, day, second, offset })
}

fn is_iso_time(rest: &str, fits: &impl Fn(&str, &str) -> bool) -> bool {
    if rest.is_empty() {
        return true;
    }
    if rest.contains('#') {
        return false;
    }
    // A fraction of a second may be of any length: it becomes one sign before the look.
    let mut text = rest.to_owned();
    if let Some(point) = rest.find(['.', ',']) {
        let digits = rest[point + 1..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        text.replace_range(point..=point + digits, "#");
    }
    let offsets = || OFFSETS.iter().copied().chain(["-99:99"]);
    SEPARATORS.iter().any(|separator| {
        ["99:99", "99:99:99", "99:99:99#"]
            .iter()
            .any(|time| offsets().any(|offset| fits(&format!("{separator}{time}{offset}"), &text)))
    })
}
