/*!
Writes the cells and rows of one file as bytes.
*/

use chrono::NaiveDate;

use super::csv_dialect::Dialect;
use super::vocabulary::{LabelColumn, Vocabulary};
use lnere_core::calendar::{MexicoCityClock, day_from_number, day_number};
use lnere_core::process::DateFormat;

/// The format of a moment in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MomentFormat {
    /// `2020-10-05 13:45:00`.
    Second,
    /// `2020-10-05 13:45`.
    Minute,
    /// `2020-10-05`.
    Day,
    /// `2020-10-05T13:45:00-05:00` if the dates of the file are ISO, otherwise as
    /// [`MomentFormat::Second`].
    Offset,
    /// `2020-10-05T18:45:00Z`, with the same condition.
    Utc,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum SampleCell<'a> {
    Empty,
    /// Bytes from [`EncodedTexts::label_cell`].
    Encoded(&'a [u8]),
    Text(&'a str),
    Folio {
        prefix: &'a str,
        number: u64,
    },
    Moment {
        day: i32,
        second: u32,
        moment_format: MomentFormat,
    },
}

/// The texts of every label of every column; the usual text comes first.
pub(super) struct Spellings(Vec<Vec<Vec<String>>>);

/// The same texts as cells of one file.
pub(super) struct EncodedTexts(Vec<Vec<Vec<Vec<u8>>>>);

/// Writes one file.
pub(super) struct CsvWriter {
    pub encoded_texts: EncodedTexts,
    pub export_day: NaiveDate,
    dialect: Dialect,
    date_format: Option<DateFormat>,
    first_formatted_day: i32,
    formatted_days: Vec<String>,
    clock: MexicoCityClock,
    encoded_notes: Vec<Vec<u8>>,
}

impl Spellings {
    pub(super) fn new(words: Vocabulary, own: impl Fn(LabelColumn, u16) -> Vec<String>) -> Self {
        let of = |column: LabelColumn| {
            let size = u16::try_from(words.label_count(column)).unwrap_or(u16::MAX);
            let texts = |label| words.spellings(column, label).into_iter().chain(own(column, label)).collect();
            (0..size).map(texts).collect()
        };
        Self(words.columns().into_iter().map(of).collect())
    }

    fn cells(&self, dialect: &Dialect) -> EncodedTexts {
        let cells = |texts: &Vec<String>| texts.iter().map(|text| dialect.encode_cell(text)).collect();
        EncodedTexts(self.0.iter().map(|labels| labels.iter().map(cells).collect()).collect())
    }
}

impl EncodedTexts {
    /// The usual text of a label, or one of its other texts if random bits are given.
    pub(super) fn label_cell(&self, column: LabelColumn, label: u16, other: Option<u64>) -> SampleCell<'_> {
        let texts = self.0[column.index()].get(usize::from(label)).map_or(&[][..], Vec::as_slice);
        let place = match (other, texts.len()) {
            (Some(bits), 2..) => 1 + (bits % (texts.len() as u64 - 1)) as usize,
            _ => 0,
        };
        texts.get(place).map_or(SampleCell::Empty, |text| SampleCell::Encoded(text))
    }
}

impl CsvWriter {
    pub(super) fn new(
        export_day: NaiveDate,
        first_day: NaiveDate,
        dialect: Dialect,
        date_formats: &[DateFormat],
        spellings: &Spellings,
    ) -> Self {
        let format = dialect.date_format(date_formats).cloned();
        let first_day = day_number(first_day) - 60;
        let formatted_days = (first_day..=day_number(export_day))
            .map(|day| format.as_ref().map_or_else(String::new, |format| format.format_day(day_from_number(day))))
            .collect();
        let notes = [
            "Llamó al INETEL; se le pidió \"comprobante\", y lo envió",
            "Domicilio:\n  calle, número\n  ciudad",
            "Sin novedad; verificado | cerrado",
            "a\tb",
        ];
        Self {
            encoded_texts: spellings.cells(&dialect),
            export_day,
            dialect,
            date_format: format,
            first_formatted_day: first_day,
            formatted_days,
            clock: MexicoCityClock::for_years_around(export_day),
            encoded_notes: notes.iter().map(|note| dialect.encode_cell(note)).collect(),
        }
    }

    /// The share of rows with a note, if the file has the column.
    pub(super) fn note_share(&self) -> Option<f64> {
        (self.dialect.note_share > 0.0).then_some(self.dialect.note_share)
    }

    pub(super) fn write_header(&self, names: &[&str], out: &mut Vec<u8>) {
        out.extend_from_slice(self.dialect.byte_order_mark());
        let names = names.iter().copied().chain(self.note_share().map(|_| "OBSERVACIONES"));
        let cells: Vec<_> = names.map(|name| self.dialect.encode_cell(name)).collect();
        out.extend_from_slice(&cells.join(&self.dialect.delimiter_byte()));
        out.extend_from_slice(self.dialect.line_end());
    }

    /// Writes a row; `note` are the random bits of a row with a note.
    pub(super) fn write_row(&self, cells: &[SampleCell], note: Option<u64>, out: &mut Vec<u8>) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                out.push(self.dialect.delimiter_byte());
            }
            self.write_cell(cell, out);
        }
        if self.note_share().is_some() {
            out.push(self.dialect.delimiter_byte());
            let text = note.map(|bits| &self.encoded_notes[(bits % self.encoded_notes.len() as u64) as usize]);
            self.write_cell(&text.map_or(SampleCell::Empty, |text| SampleCell::Encoded(text)), out);
        }
        out.extend_from_slice(self.dialect.line_end());
    }

    fn write_cell(&self, cell: &SampleCell, out: &mut Vec<u8>) {
        match cell {
            SampleCell::Encoded(bytes) => return out.extend_from_slice(bytes),
            SampleCell::Text(text) => return out.extend_from_slice(&self.dialect.encode_cell(text)),
            SampleCell::Empty | SampleCell::Folio { .. } | SampleCell::Moment { .. } => {}
        }
        let quoted = self.dialect.is_always_quoted();
        if quoted {
            out.push(b'"');
        }
        match cell {
            SampleCell::Empty | SampleCell::Encoded(_) | SampleCell::Text(_) => {}
            SampleCell::Folio { prefix, number } => {
                out.extend_from_slice(prefix.as_bytes());
                write_padded_number(*number, 7, out);
            }
            SampleCell::Moment { day, second, moment_format: form } => self.write_moment(*day, *second, *form, out),
        }
        if quoted {
            out.push(b'"');
        }
    }

    fn write_moment(&self, day: i32, second: u32, form: MomentFormat, out: &mut Vec<u8>) {
        let is_iso = self.date_format.as_ref().is_some_and(DateFormat::is_iso);
        match form {
            MomentFormat::Day => self.write_day(day, out),
            MomentFormat::Minute => {
                self.write_day(day, out);
                out.push(b' ');
                write_clock_time(second, false, out);
            }
            MomentFormat::Offset if is_iso => {
                let east = i64::from(day) * 86_400 + i64::from(second) - self.clock.instant(day, second);
                self.write_day(day, out);
                out.push(b'T');
                write_clock_time(second, true, out);
                out.push(if east < 0 { b'-' } else { b'+' });
                write_clock_time(u32::try_from(east.abs()).unwrap_or(0), false, out);
            }
            MomentFormat::Utc if is_iso => {
                let instant = self.clock.instant(day, second);
                self.write_day(i32::try_from(instant.div_euclid(86_400)).unwrap_or(day), out);
                out.push(b'T');
                write_clock_time(u32::try_from(instant.rem_euclid(86_400)).unwrap_or(0), true, out);
                out.push(b'Z');
            }
            MomentFormat::Second | MomentFormat::Offset | MomentFormat::Utc => {
                self.write_day(day, out);
                out.push(b' ');
                write_clock_time(second, true, out);
            }
        }
    }

    fn write_day(&self, day: i32, out: &mut Vec<u8>) {
        let known =
            usize::try_from(day - self.first_formatted_day).ok().and_then(|place| self.formatted_days.get(place));
        match (known, &self.date_format) {
            (Some(text), _) => out.extend_from_slice(text.as_bytes()),
            (None, Some(format)) => out.extend_from_slice(format.format_day(day_from_number(day)).as_bytes()),
            (None, None) => {}
        }
    }
}

fn write_clock_time(second: u32, with_seconds: bool, out: &mut Vec<u8>) {
    let parts = [second / 3600, second / 60 % 60, second % 60];
    for (place, value) in parts.into_iter().take(if with_seconds { 3 } else { 2 }).enumerate() {
        if place > 0 {
            out.push(b':');
        }
        out.extend_from_slice(&[b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8]);
    }
}

fn write_padded_number(mut number: u64, width: usize, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while number > 0 {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&digits[at.min(digits.len() - width)..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_core::calendar::parse_iso_day;

    fn write_moments(forms: &[MomentFormat], pattern: &str) -> String {
        let day = parse_iso_day("2020-10-05").expect("a date");
        let formats = [pattern.parse().expect("a form")];
        let sheet = CsvWriter::new(day, day, Dialect::default(), &formats, &Spellings(Vec::new()));
        let cells: Vec<_> = forms
            .iter()
            .map(|form| SampleCell::Moment { day: day_number(day), second: 70_000, moment_format: *form })
            .collect();
        let mut out = Vec::new();
        sheet.write_row(&cells, None, &mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn moments_have_five_forms() {
        let forms =
            [MomentFormat::Second, MomentFormat::Minute, MomentFormat::Day, MomentFormat::Offset, MomentFormat::Utc];
        assert_eq!(
            write_moments(&forms, "YYYY-MM-DD"),
            "2020-10-05 19:26:40,2020-10-05 19:26,2020-10-05,2020-10-05T19:26:40-05:00,2020-10-06T00:26:40Z\n"
        );
        assert_eq!(write_moments(&[MomentFormat::Utc], "DD/MM/YYYY"), "05/10/2020 19:26:40\n");
    }

    #[test]
    fn numbers_are_padded() {
        let text = |number| {
            let mut out = Vec::new();
            write_padded_number(number, 7, &mut out);
            String::from_utf8(out).expect("digits")
        };
        assert_eq!([0, 42, 12_345_678].map(text), ["0000000", "0000042", "12345678"]);
    }
}
