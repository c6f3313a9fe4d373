/*!
A Parquet export: its columns as text, held against the same rules as the cells of a CSV.
*/

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, cast::AsArray};
use arrow_cast::{CastOptions, can_cast_types, cast_with_options};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;
use rayon::prelude::*;

use super::coder::Findings;
use super::contract::{Coder, Contract, Limits, places};
use super::fault::ExportFault;
use super::open::too_large;
use super::pages;
use super::rows::{FileRows, Segment};
use super::rules::{Rejection, Rule, RuleCounts};
use crate::process::SourceColumn;

/// Rows that are decoded at a time.
const BATCH_ROWS: usize = if cfg!(fuzzing) { 1 << 3 } else { 1 << 15 };

/// Bytes of text that are decoded at a time, at the most.
const BATCH_BYTES: u64 = 16 << 20;

/// Row groups that are read at the same time.
const GROUPS_AT_ONCE: usize = 8;

struct GroupRead<R> {
    segments: Vec<Segment<R>>,
    rejections: Vec<Rejection>,
    counts: RuleCounts,
    findings: Findings,
}

/// Reads a whole export; lines are rows, from 1.
pub(super) fn read<C: Contract, F: ChunkReader + 'static>(
    open: impl Fn() -> Result<F, ExportFault> + Sync,
    limits: &Limits,
) -> Result<FileRows<C::Row>, ExportFault> {
    let file = open()?;
    let metadata = library(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::default()))?;
    let columns = columns::<C>(&metadata, limits)?;
    let groups = metadata.metadata().row_groups();
    let mut rows = FileRows::default();
    let mut first_rows = Vec::with_capacity(groups.len());
    for group in groups {
        first_rows.push(rows.read);
        let more = u64::try_from(group.num_rows()).ok();
        rows.read = more.and_then(|more| rows.read.checked_add(more)).ok_or_else(contradiction)?;
    }
    if u64::try_from(metadata.metadata().file_metadata().num_rows()) != Ok(rows.read) {
        return Err(contradiction());
    }
    if rows.read == 0 {
        return Err(ExportFault::NoRecords);
    }
    if rows.read > limits.process.max_records {
        return Err(ExportFault::TooManyRecords { limit: limits.process.max_records });
    }
    let bytes = groups.iter().map(|group| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX));
    if bytes.fold(0, u64::saturating_add) > limits.process.max_uncompressed {
        return Err(too_large(limits.process));
    }
    for indices in (0..groups.len()).collect::<Vec<_>>().chunks(GROUPS_AT_ONCE) {
        let group =
            |index: &usize| group::<C, F>(&open, metadata.clone(), *index, first_rows[*index], &columns, limits);
        for group in indices.par_iter().map(group).collect::<Vec<_>>() {
            let group = group?;
            rows.counts.merge(&group.counts);
            rows.findings.merge(group.findings);
            rows.rejections.extend(group.rejections);
            for segment in group.segments {
                rows.append(segment, []);
            }
        }
    }
    Ok(rows)
}

/// Calls the libraries that read Parquet. They panic on some damaged files, where an error was due.
fn library<T, E: Display>(call: impl FnOnce() -> Result<T, E>) -> Result<T, ExportFault> {
    let called = catch_unwind(AssertUnwindSafe(call));
    let called = called.map_err(|_| contradiction())?;
    called.map_err(|error| ExportFault::Parquet(error.to_string()))
}

fn contradiction() -> ExportFault {
    ExportFault::Parquet("its parts contradict each other".to_owned())
}

/// The place in the file of each column of the contract; each must be of a type that has a text.
fn columns<C: Contract>(metadata: &ArrowReaderMetadata, limits: &Limits) -> Result<Vec<usize>, ExportFault> {
    let contract = C::export(limits.process);
    let fields = metadata.schema().fields();
    let places = places(contract, fields.iter().map(|field| field.name().as_str()))?;
    for (column, place) in C::Column::ALL.iter().zip(&places) {
        let kind = fields[*place].data_type();
        if kind.is_nested() || !can_cast_types(kind, &DataType::Utf8) {
            let column = contract.columns.header(*column).to_owned();
            return Err(ExportFault::ColumnType { column, kind: kind.to_string() });
        }
    }
    Ok(places)
}

fn group<C: Contract, F: ChunkReader + 'static>(
    open: &impl Fn() -> Result<F, ExportFault>,
    metadata: ArrowReaderMetadata,
    index: usize,
    first_row: u64,
    columns: &[usize],
    limits: &Limits,
) -> Result<GroupRead<C::Row>, ExportFault> {
    let mask = ProjectionMask::roots(metadata.metadata().file_metadata().schema_descr(), columns.iter().copied());
    let row_group = metadata.metadata().row_group(index);
    let expected = u64::try_from(row_group.num_rows()).map_err(|_| contradiction())?;
    let file = Arc::new(open()?);
    let mut row_bytes = 1;
    for (_, column) in row_group.columns().iter().enumerate().filter(|(place, _)| mask.leaf_included(*place)) {
        if !library(|| pages::are_sound(&*file, column, expected))? {
            return Err(contradiction());
        }
        let too_long = || ExportFault::Parquet("a value is longer than any may be".to_owned());
        row_bytes += library(|| pages::longest_text(&file, column, expected))?.ok_or_else(too_long)?;
    }
    let at_a_time = usize::try_from(BATCH_BYTES / row_bytes).unwrap_or(BATCH_ROWS).clamp(1, BATCH_ROWS);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(open()?, metadata)
        .with_row_groups(vec![index])
        .with_projection(mask)
        .with_batch_size(at_a_time);
    let mut reader = library(|| builder.build())?;
    // The projection keeps the order of the file, not of the contract.
    let mut order: Vec<usize> = columns.to_vec();
    order.sort_unstable();
    let order: Vec<usize> = columns.iter().filter_map(|place| order.iter().position(|other| other == place)).collect();

    let mut coder = Coder::new::<C>(limits);
    let mut read = GroupRead {
        segments: Vec::new(),
        rejections: Vec::new(),
        counts: RuleCounts::default(),
        findings: Findings::default(),
    };
    let mut first = first_row;
    while let Some(batch) = library(|| reader.next().transpose())? {
        let texts = order.iter().map(|place| text(&batch, *place)).collect::<Result<Vec<_>, _>>()?;
        let mut rows = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            if unreadable(&batch, &order, &texts, row) {
                read.counts.add(Rule::FilaMalformada);
                let line = first + row as u64 + 1;
                read.rejections.push(Rejection { line, rule: Rule::FilaMalformada, column: None });
                continue;
            }
            let cell = |column: C::Column| {
                let text = &texts[column.index()];
                if text.is_null(row) { &b""[..] } else { text.value(row).as_bytes() }
            };
            match C::judge(&mut coder, limits, cell, u32::try_from(row).unwrap_or(u32::MAX)) {
                Ok(accepted) => rows.push(accepted),
                Err(fault) => {
                    read.counts.add(fault.rule);
                    let line = first + row as u64 + 1;
                    read.rejections.push(Rejection { line, rule: fault.rule, column: fault.column });
                }
            }
        }
        let mut segment = Segment::deal(&rows);
        segment.first_line = first;
        read.segments.push(segment);
        first += batch.num_rows() as u64;
    }
    // A column that ends early ends the group: rows would be gone that were counted.
    if first - first_row != expected {
        return Err(contradiction());
    }
    read.findings = coder.findings;
    Ok(read)
}

/// Whether a cell that is there has no text: bytes that are no UTF-8, as in a broken CSV record.
fn unreadable(batch: &RecordBatch, order: &[usize], texts: &[StringArray], row: usize) -> bool {
    order.iter().zip(texts).any(|(place, text)| text.is_null(row) && batch.column(*place).is_valid(row))
}

/// A column as text: dates and timestamps as ISO 8601, those with a time zone in UTC.
fn text(batch: &RecordBatch, place: usize) -> Result<StringArray, ExportFault> {
    let mut column = batch.column(place).clone();
    // What cannot be cast, such as bytes that are no UTF-8, is null, and `unreadable` finds it.
    let options = CastOptions { safe: true, ..Default::default() };
    let cast = |column: &ArrayRef, kind: &DataType| library(|| cast_with_options(column, kind, &options));
    if let DataType::Timestamp(unit, Some(_)) = column.data_type() {
        let utc = DataType::Timestamp(*unit, Some("+00:00".into()));
        column = cast(&column, &utc)?;
    }
    if let DataType::Date64 = column.data_type() {
        column = cast(&column, &DataType::Timestamp(TimeUnit::Second, None))?;
    }
    let text = cast(&column, &DataType::Utf8)?;
    Ok(text.as_string().clone())
}
