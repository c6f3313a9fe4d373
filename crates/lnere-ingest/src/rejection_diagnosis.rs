/*!
Diagnoses the rejected records of an export in counts and shapes, so that a refusal gives advice.
*/

use std::collections::BTreeMap;

use super::dates::DateFault;
use super::message_text::masked_text;
use super::record_rules::{RecordRule, Rejection};
use lnere_core::process::Source;
use lnere_core::terminal_text::format_count;
use lnere_messages::{count, join_with_and, message};

/// Words that systems write for a missing value. They disclose nothing about a person, so messages
/// may show them.
const NULL_WORDS: [&str; 23] = [
    "null",
    "NULL",
    "Null",
    "\\N",
    "NA",
    "N/A",
    "NaN",
    "None",
    "none",
    "nan",
    "nil",
    "-",
    "(null)",
    "<NA>",
    "NaT",
    "#N/D",
    "#N/A",
    "S/D",
    "SIN DATO",
    "0000-00-00",
    "0000-00-00 00:00:00",
    "00/00/0000",
    "00/00/0000 00:00:00",
];

/// The most distinct kinds that are counted, so that a hostile file cannot fill the memory.
const MAX_KINDS: usize = 256;

/// The longest date whose shape is recorded, in bytes.
const MAX_DATE_BYTES: usize = 60;

/// The most rules, and the most shapes of a column, in a message.
const MAX_NAMED_IN_MESSAGE: usize = 3;

/// The fewest records for a shape in a message, unless all records of the file have it.
const MIN_RECORDS_IN_MESSAGE: u64 = 10;

/// The common causes of the rejected records of a file or of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The number of fields of a record in a text export.
    expected_fields: Option<usize>,
    /// Malformed records by their number of fields.
    field_counts: BTreeMap<usize, u64>,
    /// Malformed records with one field too many, the last one empty.
    delimiters_at_end: u64,
    /// Malformed records with invalid UTF-8.
    not_utf8: u64,
    /// Cells with a formula and no result, by column. Workbooks only.
    formulas: BTreeMap<u8, u64>,
    /// Dates that could not be read, by column and shape: `99-AAA-99`.
    date_patterns: BTreeMap<(u8, (DateFault, String)), u64>,
    /// Dates of birth that could not be read, by column and shape. Their records are accepted.
    birth_patterns: BTreeMap<(u8, (DateFault, String)), u64>,
    /// Words for a missing value in unidentified cells, by column; an empty cell counts as the
    /// empty word.
    unidentified: BTreeMap<(u8, &'static str), u64>,
    /// Words for a missing value in cells that reject their records, by column.
    null_words: BTreeMap<(u8, &'static str), u64>,
}

impl Diagnosis {
    /// Sets the number of fields of a record.
    pub(super) fn expect_fields(&mut self, fields: usize) {
        self.expected_fields = Some(fields);
    }

    /// Counts a record with a wrong number of fields.
    #[cold]
    pub(super) fn count_wrong_width(&mut self, fields: usize) {
        add_records(&mut self.field_counts, fields, 1);
    }

    /// Counts a record that ends with a delimiter, unlike the header.
    #[cold]
    pub(super) fn count_delimiter_at_end(&mut self) {
        self.delimiters_at_end += 1;
    }

    /// Counts a record with invalid UTF-8.
    #[cold]
    pub(super) fn count_invalid_utf8(&mut self) {
        self.not_utf8 += 1;
    }

    /// Counts cells of a column with a formula but no result.
    pub(super) fn count_formulas(&mut self, column: usize, cells: u64) {
        add_records(&mut self.formulas, place(column), cells);
    }

    /// Counts an unreadable date, given without blanks.
    #[cold]
    pub(super) fn count_unreadable_date(&mut self, column: usize, trouble: DateFault, text: &str) {
        if !self.count_null_word(column, text) {
            let shape = if text.len() > MAX_DATE_BYTES { "…".to_owned() } else { masked_text(text) };
            add_records(&mut self.date_patterns, (place(column), (trouble, shape)), 1);
        }
    }

    /// Counts an unreadable date of birth, given without blanks.
    #[cold]
    pub(super) fn count_unreadable_birth(&mut self, column: usize, trouble: DateFault, text: &str) {
        if text.is_empty() || NULL_WORDS.contains(&text) {
            self.count_unknown_label(column, text);
        } else {
            let shape = if text.len() > MAX_DATE_BYTES { "…".to_owned() } else { masked_text(text) };
            add_records(&mut self.birth_patterns, (place(column), (trouble, shape)), 1);
        }
    }

    /// Counts an unknown label, given without blanks, if it is empty or a known word for a missing
    /// value.
    pub(super) fn count_unknown_label(&mut self, column: usize, text: &str) {
        let word = if text.is_empty() { Some("") } else { NULL_WORDS.into_iter().find(|word| *word == text) };
        if let Some(word) = word {
            add_records(&mut self.unidentified, (place(column), word), 1);
        }
    }

    /// The content of the unidentified cells of a column and advice, if most of them have no value.
    /// `unidentified` is the count of all of them.
    #[must_use]
    pub fn explain_missing_values(&self, column: u8, unidentified: u64, source: Source) -> Option<String> {
        let found =
            self.unidentified.iter().filter(|((of, _), _)| *of == column).map(|((_, word), cells)| (*word, *cells));
        let (empty, words): (Vec<_>, Vec<_>) = found.partition(|(word, _)| word.is_empty());
        let all: u64 = empty.iter().chain(&words).map(|(_, cells)| cells).sum();
        if all < unidentified.div_ceil(2) {
            return None;
        }
        let mut places: Vec<String> =
            empty.iter().map(|(_, cells)| message!("ingest-cells-are-empty", cells = count(*cells))).collect();
        places.extend(words.iter().map(|(word, cells)| message!("ingest-word-in-cells", word, cells = count(*cells))));
        let (places, section) = (join_with_and(&places), source);
        let words: Vec<_> = words.iter().map(|(word, _)| toml_word(word)).collect();
        Some(if words.is_empty() {
            message!("ingest-values-missing", places)
        } else {
            message!("ingest-values-missing-with-words", places, words = words.join(", "), section)
        })
    }

    /// The shapes of the unreadable dates of birth of a column and advice, if they are most of the
    /// `unidentified` cells.
    #[must_use]
    pub fn explain_unreadable_births(&self, column: u8, unidentified: u64, source: Source) -> Option<String> {
        let of_column = self.birth_patterns.iter().filter(|((of, _), _)| *of == column);
        let mut shapes: Vec<_> = of_column.map(|((_, shape), records)| (shape, *records)).collect();
        if shapes.iter().map(|(_, records)| records).sum::<u64>() < unidentified.div_ceil(2) {
            return None;
        }
        shapes.retain(|(_, records)| *records >= MIN_RECORDS_IN_MESSAGE);
        shapes.sort_by_key(|(_, records)| std::cmp::Reverse(*records));
        Some(pattern_sentences(&message!("ingest-dates-of-birth"), &shapes, source).join("; "))
            .filter(|said| !said.is_empty())
    }

    /// Counts a cell that rejects its record, given without blanks, if it is a known word for a
    /// missing value.
    pub(super) fn count_null_word(&mut self, column: usize, text: &str) -> bool {
        let word = NULL_WORDS.into_iter().find(|word| *word == text);
        if let Some(word) = word {
            add_records(&mut self.null_words, (place(column), word), 1);
        }
        word.is_some()
    }

    /// Adds the diagnosis of another part of the file.
    pub(super) fn merge(&mut self, other: Self) {
        self.expected_fields = self.expected_fields.or(other.expected_fields);
        self.not_utf8 += other.not_utf8;
        self.delimiters_at_end += other.delimiters_at_end;
        other.formulas.into_iter().for_each(|(key, cells)| add_records(&mut self.formulas, key, cells));
        other.field_counts.into_iter().for_each(|(key, records)| add_records(&mut self.field_counts, key, records));
        other.date_patterns.into_iter().for_each(|(key, records)| add_records(&mut self.date_patterns, key, records));
        other.birth_patterns.into_iter().for_each(|(key, records)| add_records(&mut self.birth_patterns, key, records));
        other.unidentified.into_iter().for_each(|(key, cells)| add_records(&mut self.unidentified, key, cells));
        other.null_words.into_iter().for_each(|(key, records)| add_records(&mut self.null_words, key, records));
    }

    /// The reasons of rejected records, the most frequent rules first, and advice for the operator.
    /// `column` returns the header of a column by its place in the contract. `read` is the number
    /// of all records of the file.
    #[must_use]
    pub fn explain(
        &self,
        rejections: &[Rejection],
        read: u64,
        source: Source,
        column: impl Fn(u8) -> String,
    ) -> String {
        let mut sentences = vec![rules_sentence(rejections, &column)];
        sentences.extend(self.encoding_sentence(source));
        sentences.extend(self.width_sentence());
        sentences.extend(self.formula_sentence(&column));
        sentences.extend(self.date_pattern_sentences(read, source, &column));
        sentences.extend(self.null_word_sentence(read, source, &column));
        sentences.retain(|sentence| !sentence.is_empty());
        sentences.join("; ")
    }

    fn encoding_sentence(&self, section: Source) -> Option<String> {
        (self.not_utf8 > 0).then(|| message!("ingest-not-utf8", records = count(self.not_utf8), section))
    }

    fn formula_sentence(&self, column: impl Fn(u8) -> String) -> Option<String> {
        let columns =
            self.formulas.iter().map(|(place, cells)| format!("{} ({})", column(*place), format_count(*cells)));
        let columns = columns.collect::<Vec<_>>().join(", ");
        (!columns.is_empty()).then(|| message!("ingest-formula-cells", columns))
    }

    /// `10 expected, 11 found in 400 records`.
    fn width_sentence(&self) -> Option<String> {
        let expected = self.expected_fields?;
        let (found, records) = self.field_counts.iter().max_by_key(|(_, records)| **records)?;
        let fields = message!("ingest-field-count", expected, found, records = count(*records));
        Some(match self.delimiters_at_end {
            0 => fields,
            records => message!("ingest-delimiter-at-end", fields, records = count(records)),
        })
    }

    fn date_pattern_sentences(&self, read: u64, source: Source, column: impl Fn(u8) -> String) -> Vec<String> {
        let mut sentences = Vec::new();
        for (place, shapes) in by_column(&self.date_patterns, read) {
            let column = column(place);
            let of_shape = |wanted: &str| {
                let records: u64 =
                    shapes.iter().filter(|((_, shape), _)| shape == wanted).map(|(_, records)| *records).sum();
                (records > 0).then(|| count(records))
            };
            let empty = of_shape("").map(|records| message!("ingest-date-empty", column, records));
            let dates = message!("ingest-dates-of-column", column);
            let too_long =
                of_shape("…").map(|records| message!("ingest-date-too-long", column, bytes = MAX_DATE_BYTES, records));
            sentences.extend(empty);
            sentences.extend(pattern_sentences(&dates, &shapes, source));
            sentences.extend(too_long);
        }
        sentences
    }

    fn null_word_sentence(&self, read: u64, section: Source, column: impl Fn(u8) -> String) -> Option<String> {
        let found = by_column(&self.null_words, read);
        let mut words: Vec<&str> = found.iter().flat_map(|(_, words)| words.iter().map(|(word, _)| **word)).collect();
        words.sort_unstable();
        words.dedup();
        let places = found.iter().flat_map(|(place, words)| {
            let place = *place;
            words.iter().map(move |(word, records)| (place, *word, *records))
        });
        let stands: Vec<_> = places
            .map(|(place, word, records)| {
                message!("ingest-word-in-column", word, column = column(place), records = count(records))
            })
            .collect();
        (!words.is_empty()).then(|| {
            let words: Vec<_> = words.iter().map(|word| toml_word(word)).collect();
            message!("ingest-words-for-no-value", places = stands.join(", "), words = words.join(", "), section)
        })
    }
}

/// The shapes of dates, the most frequent first, and the advice for each kind.
fn pattern_sentences(dates: &str, shapes: &[(&(DateFault, String), u64)], section: Source) -> Vec<String> {
    let sentence = |trouble: DateFault| {
        let is_it = |(of, shape): &(DateFault, String)| *of == trouble && !matches!(shape.as_str(), "" | "…");
        let shape_counts = shapes.iter().filter(|(shape, _)| is_it(shape)).take(MAX_NAMED_IN_MESSAGE);
        let shape_texts: Vec<_> = shape_counts
            .map(|((_, form), records)| message!("ingest-form-in-records", form, records = count(*records)))
            .collect();
        (!shape_texts.is_empty()).then(|| {
            let forms = shape_texts.join(", ");
            match trouble {
                DateFault::NoDeclaredFormat => {
                    message!("ingest-dates-of-undeclared-form", dates, forms, section)
                }
                DateFault::DayDoesNotExist => message!("ingest-dates-of-no-day", dates, forms, section),
                DateFault::InvalidTime => message!("ingest-dates-with-invalid-time", dates, forms),
            }
        })
    };
    [DateFault::NoDeclaredFormat, DateFault::DayDoesNotExist, DateFault::InvalidTime]
        .into_iter()
        .filter_map(sentence)
        .collect()
}

/// A word as the process file writes it.
fn toml_word(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\"))
}

/// The place of a column in its contract as a `u8`.
fn place(column: usize) -> u8 {
    u8::try_from(column).unwrap_or(u8::MAX)
}

/// Counts records of a kind, unless the limit of kinds is reached.
fn add_records<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, records: u64) {
    if counts.len() < MAX_KINDS || counts.contains_key(&key) {
        *counts.entry(key).or_default() += records;
    }
}

/// The shapes that a message may show for each column, the most frequent first.
fn by_column<K: Ord>(counts: &BTreeMap<(u8, K), u64>, read: u64) -> Vec<(u8, Vec<(&K, u64)>)> {
    let mut columns: BTreeMap<u8, Vec<(&K, u64)>> = BTreeMap::new();
    for ((column, kind), records) in counts {
        if *records >= MIN_RECORDS_IN_MESSAGE || *records == read {
            columns.entry(*column).or_default().push((kind, *records));
        }
    }
    let commonest_first = |(column, mut kinds): (u8, Vec<(_, u64)>)| {
        kinds.sort_by_key(|(_, records)| std::cmp::Reverse(*records));
        (column, kinds)
    };
    columns.into_iter().map(commonest_first).collect()
}

/// `fecha_invalida in FECHA_SOLICITUD: 400, folio_vacio in FOLIO: 3`.
fn rules_sentence(rejections: &[Rejection], column: impl Fn(u8) -> String) -> String {
    let mut counts: BTreeMap<(RecordRule, Option<u8>), u64> = BTreeMap::new();
    for rejection in rejections {
        *counts.entry((rejection.rule, rejection.column)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, records)| std::cmp::Reverse(*records));
    let rule_text = |rule: RecordRule, at: Option<u8>, records: u64| match at {
        Some(at) => {
            message!("ingest-rule-in-column", rule = rule.code(), column = column(at), records = count(records))
        }
        None => format!("{}: {}", rule.code(), format_count(records)),
    };
    let mut named: Vec<_> =
        counts.iter().take(MAX_NAMED_IN_MESSAGE).map(|((rule, at), records)| rule_text(*rule, *at, *records)).collect();
    let others: u64 = counts.iter().skip(MAX_NAMED_IN_MESSAGE).map(|(_, records)| records).sum();
    if others > 0 {
        named.push(message!("ingest-other-rules", records = count(others)));
    }
    named.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(diagnosis: &Diagnosis, rejections: &[Rejection], read: u64) -> String {
        let column = |place: u8| ["FOLIO", "FECHA_SOLICITUD", "FECHA_ESTATUS"][usize::from(place)].to_owned();
        diagnosis.explain(rejections, read, Source::Solicitudes, column)
    }

    fn rejections(rule: RecordRule, column: Option<u8>, records: u64) -> Vec<Rejection> {
        (0..records).map(|line| Rejection { line, rule, column }).collect()
    }

    #[test]
    fn the_commonest_rules_are_named_with_their_columns() {
        let all = [
            rejections(RecordRule::FilaMalformada, None, 2),
            rejections(RecordRule::FolioVacio, Some(0), 3),
            rejections(RecordRule::FechaInvalida, Some(1), 40),
            rejections(RecordRule::FechaFueraDePeriodo, Some(2), 1),
        ];
        assert_eq!(
            explained(&Diagnosis::default(), &all.concat(), 100),
            "fecha_invalida in FECHA_SOLICITUD: 40, folio_vacio in FOLIO: 3, fila_malformada: 2, others: 1"
        );
    }

    #[test]
    fn widths_shapes_and_null_words_say_what_to_do() {
        let mut diagnosis = Diagnosis::default();
        diagnosis.expect_fields(10);
        (0..400).for_each(|_| diagnosis.count_wrong_width(11));
        diagnosis.count_wrong_width(3);
        let text = explained(&diagnosis, &rejections(RecordRule::FilaMalformada, None, 401), 500);
        assert_eq!(text, "fila_malformada: 401; fields: 10 expected, 11 found in 400 records");

        let mut diagnosis = Diagnosis::default();
        (0..12).for_each(|_| diagnosis.count_unreadable_date(1, DateFault::NoDeclaredFormat, "05-OCT-20"));
        (0..11).for_each(|_| diagnosis.count_unreadable_date(1, DateFault::NoDeclaredFormat, ""));
        (0..9).for_each(|_| diagnosis.count_unreadable_date(1, DateFault::NoDeclaredFormat, "Juana 5"));
        (0..10).for_each(|_| diagnosis.count_unreadable_date(1, DateFault::NoDeclaredFormat, &"Juana ".repeat(11)));
        (0..10).for_each(|_| diagnosis.count_unreadable_date(2, DateFault::NoDeclaredFormat, "null"));
        (0..10).for_each(|_| diagnosis.count_unreadable_date(2, DateFault::NoDeclaredFormat, "\\N"));
        (0..10).for_each(|_| diagnosis.count_unreadable_date(1, DateFault::NoDeclaredFormat, "null"));
        let text = explained(&diagnosis, &[], 100);
        assert_eq!(
            text,
            "FECHA_SOLICITUD is empty in 11 records; the dates of FECHA_SOLICITUD look like `99-AAA-99` in 12 records \
             (9 is a digit, A a letter): add their form to `date_formats` in [exports.solicitudes]; FECHA_SOLICITUD holds \
             texts of over 60 bytes, which are no dates, in 10 records; `null` stands in \
             FECHA_SOLICITUD of 10 records, `\\N` stands in FECHA_ESTATUS of 10 records, `null` stands in FECHA_ESTATUS of \
             10 records: set `empty = [\"\\\\N\", \"null\"]` in [exports.solicitudes] if it means no value"
        );
    }

    #[test]
    fn a_rare_shape_is_told_where_all_records_have_it() {
        let mut diagnosis = Diagnosis::default();
        diagnosis.count_unreadable_date(1, DateFault::NoDeclaredFormat, "05-OCT-20");
        assert!(explained(&diagnosis, &[], 1).contains("`99-AAA-99` in 1 record "));
        assert_eq!(explained(&diagnosis, &[], 2), "");
    }

    #[test]
    fn what_is_proposed_can_help() {
        let said = |trouble, text: &str| {
            let mut diagnosis = Diagnosis::default();
            diagnosis.count_unreadable_date(1, trouble, text);
            explained(&diagnosis, &[], 1)
        };
        assert!(said(DateFault::DayDoesNotExist, "10/25/2020").contains(
            "`99/99/9999` in 1 record (9 is a digit, A a letter): that is a declared form, and they are no days"
        ));
        let said_of_time = said(DateFault::InvalidTime, "05/10/2020 13:45 -05:00");
        assert!(said_of_time.contains("the day is read, and what follows it is no time of day"), "{said_of_time}");
        let zero = said(DateFault::DayDoesNotExist, "0000-00-00");
        assert!(
            zero.ends_with(": set `empty = [\"0000-00-00\"]` in [exports.solicitudes] if it means no value"),
            "{zero}"
        );

        let mut diagnosis = Diagnosis::default();
        (0..200).for_each(|_| diagnosis.count_unknown_label(4, "null"));
        (0..10).for_each(|_| diagnosis.count_unknown_label(4, ""));
        (0..5).for_each(|_| diagnosis.count_unknown_label(4, "Z"));
        assert_eq!(diagnosis.explain_missing_values(4, 1_000, Source::Solicitudes), None, "most have a value");
        assert_eq!(
            diagnosis.explain_missing_values(4, 215, Source::Solicitudes).as_deref(),
            Some(
                "Of them 10 are empty and `null` stands in 200: set `empty = [\"null\"]` in [exports.solicitudes] if it \
                 means no value, and ask the system for an export with the values; what is empty is not identified"
            )
        );
    }

    #[test]
    fn the_shapes_of_most_births_are_told_and_none_of_them() {
        let mut diagnosis = Diagnosis::default();
        (0..40).for_each(|_| diagnosis.count_unreadable_birth(11, DateFault::NoDeclaredFormat, "07-MAR-85"));
        (0..9).for_each(|_| diagnosis.count_unreadable_birth(11, DateFault::DayDoesNotExist, "1985-02-31"));
        diagnosis.count_unreadable_birth(11, DateFault::NoDeclaredFormat, "");
        assert_eq!(diagnosis.explain_unreadable_births(11, 101, Source::Solicitudes), None, "most can be read");
        assert_eq!(diagnosis.explain_unreadable_births(10, 50, Source::Solicitudes), None, "another column");
        assert_eq!(
            diagnosis.explain_unreadable_births(11, 50, Source::Solicitudes).as_deref(),
            Some(
                "The dates of birth look like `99-AAA-99` in 40 records (9 is a digit, A a letter): add their form to \
                 `date_formats` in [exports.solicitudes]"
            )
        );
        assert_eq!(explained(&diagnosis, &[], 50), "", "their records are accepted");
    }

    #[test]
    fn kinds_are_bounded() {
        let mut diagnosis = Diagnosis::default();
        for n in 0..1_000 {
            diagnosis.count_wrong_width(n);
            diagnosis.count_unreadable_date(1, DateFault::NoDeclaredFormat, &".".repeat(n % 40));
        }
        let mut twice = diagnosis.clone();
        twice.merge(diagnosis);
        assert_eq!((twice.field_counts.len(), twice.date_patterns.len()), (MAX_KINDS, 40));
        assert_eq!(twice.field_counts[&0], 2);
    }
}
