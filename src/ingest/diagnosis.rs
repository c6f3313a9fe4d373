/*!
What the rejected records of an export have in common, in counts and shapes, so that a refusal says what to do.
*/

use std::collections::BTreeMap;

use super::rules::{Rejection, Rule};
use super::wording::shape;
use crate::message::{counted, number};
use crate::process::Source;

/// The words that systems write where there is no value. They say nothing of a person, so messages may name them.
const NULL_WORDS: [&str; 14] =
    ["null", "NULL", "\\N", "NA", "N/A", "NaN", "None", "nan", "-", "(null)", "#N/D", "#N/A", "S/D", "SIN DATO"];

/// The most kinds of a thing that are counted; a hostile file cannot make them more.
const MOST_KINDS: usize = 256;

/// The longest date that has a shape of its own, in bytes.
const LONGEST_DATE: usize = 40;

/// How many rules, and how many shapes of a column, a message names.
const MOST_NAMED: usize = 3;

/// A shape that fewer records have is not told, unless all records of the file have it.
const LEAST_RECORDS: u64 = 10;

/// What the rejected records of a file, or of a part of it, have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The fields that a record should have, where the export is text.
    expected_fields: Option<usize>,
    /// Malformed records by their number of fields.
    widths: BTreeMap<usize, u64>,
    /// Dates that could not be read, by column and shape: `99-AAA-99`.
    date_shapes: BTreeMap<(u8, String), u64>,
    /// Known words for no value in cells that reject their records, by column.
    null_words: BTreeMap<(u8, &'static str), u64>,
}

impl Diagnosis {
    /// Says how many fields a record should have.
    pub(super) fn expect_fields(&mut self, fields: usize) {
        self.expected_fields = Some(fields);
    }

    /// One more record of a wrong number of fields.
    #[cold]
    pub(super) fn width(&mut self, fields: usize) {
        count(&mut self.widths, fields, 1);
    }

    /// One more date that could not be read; blanks are removed.
    #[cold]
    pub(super) fn unreadable_date(&mut self, column: usize, text: &str) {
        if !self.null_word(column, text) {
            let shape = if text.len() > LONGEST_DATE { "…".to_owned() } else { shape(text) };
            count(&mut self.date_shapes, (place(column), shape), 1);
        }
    }

    /// One more cell that rejects its record, if it is a known word for no value; blanks are removed.
    pub(super) fn null_word(&mut self, column: usize, text: &str) -> bool {
        let word = NULL_WORDS.into_iter().find(|word| *word == text);
        if let Some(word) = word {
            count(&mut self.null_words, (place(column), word), 1);
        }
        word.is_some()
    }

    /// Adds what another part of the file has.
    pub(super) fn merge(&mut self, other: Self) {
        self.expected_fields = self.expected_fields.or(other.expected_fields);
        other.widths.into_iter().for_each(|(key, records)| count(&mut self.widths, key, records));
        other.date_shapes.into_iter().for_each(|(key, records)| count(&mut self.date_shapes, key, records));
        other.null_words.into_iter().for_each(|(key, records)| count(&mut self.null_words, key, records));
    }

    /// Why records were rejected, the commonest rules first, and what the operator can do about it. `column` gives
    /// the header of a column by its place in the contract; `read` are all records of the file.
    #[must_use]
    pub fn explain(
        &self,
        rejections: &[Rejection],
        read: u64,
        source: Source,
        column: impl Fn(u8) -> String,
    ) -> String {
        let mut sentences = vec![rules(rejections, &column)];
        sentences.extend(self.widths());
        sentences.extend(self.shapes(read, source, &column));
        sentences.extend(self.words(read, source, &column));
        sentences.retain(|sentence| !sentence.is_empty());
        sentences.join("; ")
    }

    /// `10 expected, 11 found in 400 records`.
    fn widths(&self) -> Option<String> {
        let expected = self.expected_fields?;
        let (found, records) = self.widths.iter().max_by_key(|(_, records)| **records)?;
        Some(format!("fields: {expected} expected, {found} found in {}", counted(*records, "record")))
    }

    fn shapes(&self, read: u64, source: Source, column: impl Fn(u8) -> String) -> Vec<String> {
        let mut sentences = Vec::new();
        for (place, shapes) in by_column(&self.date_shapes, read) {
            let empty = shapes.iter().find(|(shape, _)| shape.is_empty()).map(|(_, records)| *records);
            let shapes = shapes.iter().filter(|(shape, _)| !shape.is_empty() && **shape != "…").take(MOST_NAMED);
            let listed: Vec<_> =
                shapes.map(|(shape, records)| format!("`{shape}` in {}", counted(*records, "record"))).collect();
            if let Some(records) = empty {
                sentences.push(format!("{} is empty in {}", column(place), counted(records, "record")));
            }
            if !listed.is_empty() {
                sentences.push(format!(
                    "the dates of {} look like {} (9 is a digit, A a letter): add their form to `date_formats` in \
                     [exports.{source}]",
                    column(place),
                    listed.join(", "),
                ));
            }
        }
        sentences
    }

    fn words(&self, read: u64, source: Source, column: impl Fn(u8) -> String) -> Option<String> {
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
                format!("`{word}` stands in {} of {}", column(place), counted(records, "record"))
            })
            .collect();
        let list: Vec<_> = words.iter().map(|word| format!("\"{}\"", word.replace('\\', "\\\\"))).collect();
        (!words.is_empty()).then(|| {
            let list = list.join(", ");
            format!("{}: set `empty = [{list}]` in [exports.{source}] if it means no value", stands.join(", "))
        })
    }
}

/// The place of a column in its contract, as a small number.
fn place(column: usize) -> u8 {
    u8::try_from(column).unwrap_or(u8::MAX)
}

/// Counts records of a kind, unless there are too many kinds.
fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, records: u64) {
    if counts.len() < MOST_KINDS || counts.contains_key(&key) {
        *counts.entry(key).or_default() += records;
    }
}

/// What may be told of each column, the commonest first.
fn by_column<K: Ord>(counts: &BTreeMap<(u8, K), u64>, read: u64) -> Vec<(u8, Vec<(&K, u64)>)> {
    let mut columns: BTreeMap<u8, Vec<(&K, u64)>> = BTreeMap::new();
    for ((column, kind), records) in counts {
        if *records >= LEAST_RECORDS || *records == read {
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
fn rules(rejections: &[Rejection], column: impl Fn(u8) -> String) -> String {
    let mut counts: BTreeMap<(Rule, Option<u8>), u64> = BTreeMap::new();
    for rejection in rejections {
        *counts.entry((rejection.rule, rejection.column)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, records)| std::cmp::Reverse(*records));
    let place = |at: Option<u8>| at.map_or_else(String::new, |at| format!(" in {}", column(at)));
    let mut named: Vec<_> = counts
        .iter()
        .take(MOST_NAMED)
        .map(|((rule, at), records)| format!("{}{}: {}", rule.code(), place(*at), number(*records)))
        .collect();
    let others: u64 = counts.iter().skip(MOST_NAMED).map(|(_, records)| records).sum();
    if others > 0 {
        named.push(format!("others: {}", number(others)));
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

    fn rejections(rule: Rule, column: Option<u8>, records: u64) -> Vec<Rejection> {
        (0..records).map(|line| Rejection { line, rule, column }).collect()
    }

    #[test]
    fn the_commonest_rules_are_named_with_their_columns() {
        let all = [
            rejections(Rule::FilaMalformada, None, 2),
            rejections(Rule::FolioVacio, Some(0), 3),
            rejections(Rule::FechaInvalida, Some(1), 40),
            rejections(Rule::FechaFueraDePeriodo, Some(2), 1),
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
        (0..400).for_each(|_| diagnosis.width(11));
        diagnosis.width(3);
        let text = explained(&diagnosis, &rejections(Rule::FilaMalformada, None, 401), 500);
        assert_eq!(text, "fila_malformada: 401; fields: 10 expected, 11 found in 400 records");

        let mut diagnosis = Diagnosis::default();
        (0..12).for_each(|_| diagnosis.unreadable_date(1, "05-OCT-20"));
        (0..11).for_each(|_| diagnosis.unreadable_date(1, ""));
        (0..9).for_each(|_| diagnosis.unreadable_date(1, "Juana 5"));
        (0..10).for_each(|_| diagnosis.unreadable_date(1, &"Juana ".repeat(9)));
        (0..10).for_each(|_| diagnosis.unreadable_date(2, "null"));
        (0..10).for_each(|_| diagnosis.unreadable_date(2, "\\N"));
        (0..10).for_each(|_| diagnosis.unreadable_date(1, "null"));
        let text = explained(&diagnosis, &[], 100);
        assert_eq!(
            text,
            "FECHA_SOLICITUD is empty in 11 records; the dates of FECHA_SOLICITUD look like `99-AAA-99` in 12 records \
             (9 is a digit, A a letter): add their form to `date_formats` in [exports.solicitudes]; `null` stands in \
             FECHA_SOLICITUD of 10 records, `\\N` stands in FECHA_ESTATUS of 10 records, `null` stands in FECHA_ESTATUS of \
             10 records: set `empty = [\"\\\\N\", \"null\"]` in [exports.solicitudes] if it means no value"
        );
    }

    #[test]
    fn a_rare_shape_is_told_where_all_records_have_it() {
        let mut diagnosis = Diagnosis::default();
        diagnosis.unreadable_date(1, "05-OCT-20");
        assert!(explained(&diagnosis, &[], 1).contains("`99-AAA-99` in 1 record "));
        assert_eq!(explained(&diagnosis, &[], 2), "");
    }

    #[test]
    fn kinds_are_bounded() {
        let mut diagnosis = Diagnosis::default();
        for n in 0..1_000 {
            diagnosis.width(n);
            diagnosis.unreadable_date(1, &".".repeat(n % 40));
        }
        let mut twice = diagnosis.clone();
        twice.merge(diagnosis);
        assert_eq!((twice.widths.len(), twice.date_shapes.len()), (MOST_KINDS, 40));
        assert_eq!(twice.widths[&0], 2);
    }
}
