/*!
A second reader, against which the targets check the readers. It reads one byte at a time, and is
written from the text of docs/contract.md §2 alone.
*/

/// The limits of crates/lnere-ingest/src/csv/scan.rs under the fuzzer.
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

/// The contents of a CSV file.
pub struct Contents<'a> {
    /// Its records with the header, up to the first one that makes the file unreadable.
    pub records: Vec<Record<'a>>,
    /// The reason why the file is unreadable, if it is.
    pub broken: Option<Broken>,
}

/// Why a file is unreadable. A record whose quote is never closed may also be too long. A reader
/// may then report either reason.
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

/// Whether a file is UTF-8. Any other file is Windows-1252.
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
        // In Windows-1252 each byte from 0x80 to 0x9f is another character, and none is a blank. So
        // any distinct characters will do.
        let private = |byte: u8| char::from_u32(0xe000 + u32::from(byte)).unwrap_or('x');
        cell.iter().map(|byte| if (0x80..0xa0).contains(byte) { private(*byte) } else { char::from(*byte) }).collect()
    };
    text.trim().to_owned()
}

/// Whether all cells of a record are empty. Such a record does not count.
pub fn is_blank(record: &Record, utf8: bool) -> bool {
    record.cells.iter().all(|cell| text(cell, utf8).is_empty())
}

/// The number of lines inside a record that look like records with this number of columns. `None`
/// if the record swallowed no other record.
pub fn swallowed(record: &Record, delimiter: u8, columns: usize) -> Option<u32> {
    let lines: Vec<&[u8]> = record.bytes.split(|byte| *byte == b'\n').collect();
    let [first, between @ .., last] = &lines[..] else { return None };
    let is_inside = |line: &&&[u8]| {
        // Inside quotes every quote is doubled.
        let mut rest: &[u8] = line;
        let mut cells = 1;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if *byte == b'"' {
                match rest.split_first() {
                    Some((b'"', after)) => rest = after,
                    _ => return false,
                }
            }
            cells += usize::from(*byte == delimiter);
        }
        cells == columns
    };
    let count = between.iter().filter(is_inside).count();
    let alone = |line: &[u8]| cells_of(line, delimiter) == columns;
    (count > 0 || (alone(first) && alone(last))).then_some(u32::try_from(count).expect("few lines"))
}

/// The number of cells of a line on its own. A quote that is never closed is text.
fn cells_of(line: &[u8], delimiter: u8) -> usize {
    let mut cells = 1;
    let (mut at, mut fresh) = (0, true);
    while at < line.len() {
        if fresh && line[at] == b'"' {
            let mut end = at + 1;
            while end < line.len() && (line[end] != b'"' || line.get(end + 1) == Some(&b'"')) {
                end += if line[end] == b'"' { 2 } else { 1 };
            }
            if end < line.len() {
                at = end;
            }
        }
        fresh = line[at] == delimiter;
        cells += usize::from(fresh);
        at += 1;
    }
    cells
}

/// A UTF-16 file with a byte-order mark, as UTF-8. Half a character becomes a byte that UTF-8 never
/// contains.
pub fn from_utf16(file: &[u8]) -> Option<Vec<u8>> {
    let (bytes, unit): (_, fn([u8; 2]) -> u16) = match file {
        [0xff, 0xfe, 0, 0, ..] => return None,
        [0xff, 0xfe, bytes @ ..] => (bytes, u16::from_le_bytes),
        [0xfe, 0xff, bytes @ ..] => (bytes, u16::from_be_bytes),
        _ => return None,
    };
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut text = Vec::new();
    for c in char::decode_utf16(units) {
        match c {
            Ok(c) => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(_) => text.push(0xff),
        }
    }
    text.resize(text.len() + bytes.len() % 2, 0xff);
    Some(text)
}

/// The blanks that are allowed before a time and in `p. m.`.
const BLANKS: [char; 4] = [' ', '\t', '\u{a0}', '\u{202f}'];
const OFFSETS: [&str; 7] = ["+99", "-99", "+9999", "-9999", "+99:99", "-99:99", "Z"];

/// A day and a time as written.
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

    let (second, offset) = time(&text[10..], iso)?;
    Some(Written { year, month, day, second, offset })
}

/// A date in one of the two default forms. A spreadsheet may have marked it as text: `'2020-10-05`,
/// `="2020-10-05"`.
pub fn marked_date(text: &str) -> Option<Written> {
    let formula = || text.strip_prefix("=\"")?.strip_suffix('"');
    date(text).or_else(|| date(text.strip_prefix('\'').or_else(formula)?.trim()))
}

/// The second of the day, and the offset in seconds east of UTC.
fn time(rest: &str, iso: bool) -> Option<(i64, Option<i64>)> {
    if rest.is_empty() {
        return Some((0, None));
    }
    let is_after_t = rest.starts_with(['T', 't']);
    let after_comma = rest.strip_prefix(',').unwrap_or(rest);
    let unblanked = after_comma.trim_start_matches(BLANKS);
    if !is_after_t && unblanked.len() == after_comma.len() {
        return None;
    }
    let body = if is_after_t { &rest[1..] } else { unblanked };
    let is_clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',');
    let (clock, tail) = body.split_at(body.find(|c| !is_clock(c)).unwrap_or(body.len()));
    let digits = |text: &str, lengths: &[usize]| {
        let all = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| text.parse::<i64>().ok()).flatten()
    };
    // The basic form has 4 or 6 digits in a row. A fraction may follow only 6 digits.
    let row = clock.bytes().take_while(u8::is_ascii_digit).count();
    if is_after_t && row == 4 && clock.len() > 4 {
        return None;
    }
    let basic = if is_after_t && matches!(row, 4 | 6) {
        let seconds = if row == 6 { format!(":{}{}", &clock[4..6], &clock[6..]) } else { clock[4..].to_owned() };
        Some(format!("{}:{}{seconds}", &clock[..2], &clock[2..4]))
    } else {
        None
    };
    let clock = basic.as_deref().unwrap_or(clock);
    let separator = if clock.contains(':') { ':' } else { '.' };
    let (hour, rest) = clock.split_once(separator)?;
    let (minute, second) = match rest.split_once(separator) {
        Some((minute, second)) => (minute, Some(second)),
        None => (rest, None),
    };
    if separator == '.' && second.is_none() {
        return None;
    }
    let (second, fraction) = match second {
        None => ("00", None),
        Some(text) => text.split_once(['.', ',']).map_or((text, None), |(second, fraction)| (second, Some(fraction))),
    };
    if fraction.is_some_and(|text| text.is_empty() || text.contains(|c: char| !c.is_ascii_digit())) {
        return None;
    }
    let (hour, minute, second) = (digits(hour, &[1, 2])?, digits(minute, &[2])?, digits(second, &[2])?);
    if minute > 59 || second > 59 {
        return None;
    }
    let small = (minute * 60) + second;
    if tail.is_empty() {
        return (hour <= 23).then_some((hour * 3600 + small, None));
    }
    let zone = tail.trim_start_matches(BLANKS);
    if iso && zone.is_empty() {
        return (hour <= 23).then_some((hour * 3600 + small, None));
    }
    if iso && matches!(zone, "UTC" | "GMT") {
        return (hour <= 23).then_some((hour * 3600 + small, Some(0)));
    }
    if iso && (zone.eq_ignore_ascii_case("z") || zone.starts_with(['+', '-'])) {
        return (hour <= 23).then_some((hour * 3600 + small, Some(offset(zone)?)));
    }
    let letters: String = tail.chars().filter(|c| !BLANKS.contains(c)).collect::<String>().to_ascii_lowercase();
    let afternoon = match letters.as_str() {
        "am" | "a.m" | "am." | "a.m." => 0,
        "pm" | "p.m" | "pm." | "p.m." => 12,
        _ => return None,
    };
    // Blanks are allowed only before the first letter and before the second one.
    let second_letter = tail.find(['m', 'M'])?;
    let first = tail.find(['a', 'A', 'p', 'P'])?;
    let between = tail[first + 1..second_letter].trim_end_matches(BLANKS);
    let ends = tail[second_letter + 1..].is_empty() || &tail[second_letter + 1..] == ".";
    if !(between.is_empty() || between == ".") || !ends || !(1..=12).contains(&hour) {
        return None;
    }
    Some(((hour % 12 + afternoon) * 3600 + small, None))
}

fn offset(text: &str) -> Option<i64> {
    let fits = |template: &&str| {
        template.len() == text.len()
            && template.bytes().zip(text.bytes()).all(|(t, b)| match t {
                b'9' => b.is_ascii_digit(),
                b'Z' => b.eq_ignore_ascii_case(&b'z'),
                _ => t == b,
            })
    };
    OFFSETS.iter().find(|template| fits(template))?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return Some(0);
    }
    let (hours, minutes) = (digits[..2].parse::<i64>().ok()?, digits[2..].parse::<i64>().unwrap_or(0));
    let east = (hours * 60 + minutes) * 60;
    (hours <= 23 && minutes <= 59).then_some(if text.starts_with('-') { -east } else { east })
}
