/*!
The forms of a day that a process file may declare: `YYYY-MM-DD`, `DD/MM/YYYY` and their like.
*/

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

/// Where the digits of a day stand in a cell; every field has its fixed width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    pattern: Vec<u8>,
    year: usize,
    month: usize,
    day: usize,
}

impl DateFormat {
    /// The patterns accepted in a process file, as examples for messages.
    pub const EXAMPLES: &'static str = "`YYYY-MM-DD`, `DD/MM/YYYY`, `MM/DD/YYYY`, `YYYYMMDD` or the like";

    /// Bytes that a day takes.
    #[must_use]
    pub fn width(&self) -> usize {
        self.pattern.len()
    }

    /// Whether it is the day of ISO 8601, the only one that a time zone may follow.
    #[must_use]
    pub fn is_iso(&self) -> bool {
        self.pattern == b"YYYY-MM-DD"
    }

    /// Year, month and day of a cell that begins with a day of this form; not yet checked against
    /// the calendar.
    #[must_use]
    pub fn read(&self, cell: &[u8]) -> Option<(i32, u32, u32)> {
        let cell = cell.get(..self.pattern.len())?;
        let fits = self.pattern.iter().zip(cell).all(|(expected, byte)| match expected {
            b'Y' | b'M' | b'D' => byte.is_ascii_digit(),
            separator => separator == byte,
        });
        let digits =
            |at: usize, width: usize| cell[at..at + width].iter().fold(0, |n, byte| n * 10 + u32::from(byte & 15));
        fits.then(|| (digits(self.year, 4).cast_signed(), digits(self.month, 2), digits(self.day, 2)))
    }

    /// Writes a day in this form.
    #[must_use]
    pub fn write(&self, day: NaiveDate) -> String {
        let mut text = self.pattern.clone();
        let mut put = |at: usize, digits: String| text[at..at + digits.len()].copy_from_slice(digits.as_bytes());
        put(self.year, format!("{:04}", day.year().clamp(0, 9999)));
        put(self.month, format!("{:02}", day.month()));
        put(self.day, format!("{:02}", day.day()));
        String::from_utf8(text).unwrap_or_default()
    }
}

impl FromStr for DateFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let once = |field: &str| (text.matches(field).count() == 1).then(|| text.find(field)).flatten();
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric).count();
        match (once("YYYY"), once("MM"), once("DD")) {
            (Some(year), Some(month), Some(day)) if letters == 8 && text.is_ascii() => {
                Ok(Self { pattern: text.as_bytes().to_vec(), year, month, day })
            }
            _ => Err(format!("`{text}` is no form of a date; expected {}", Self::EXAMPLES)),
        }
    }
}
