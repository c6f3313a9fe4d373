/*!
Reads a Parquet export, one file or a folder, as text columns that are validated like CSV cells.
*/

use std::borrow::Cow;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{Compression, LogicalType, Type};
use rayon::prelude::*;

use super::accepted_rows::{FileRows, ShardedRows};
use super::dates::DateReader;
use super::export_fault::ExportFault;
use super::export_survey::SurveyTable;
use super::export_warning::ExportWarning;
use super::file_bytes::FileBytes;
use super::label_cache::RecordFindings;
use super::open::too_large;
use super::parquet_folder::FolderPart;
use super::parquet_page_checks;
use super::parquet_to_text::{TextColumn, ValueMeaning, has_text, text_column};
use super::record_rules::{RecordRule, Rejection, RuleCounts};
use super::record_validation::{CellDecoder, FileContext, SourceContract, column_places};
use super::typed_cell_text::{self, RoundedCounts};
use lnere_core::process::{DateFormat, Source, SourceColumn, TimestampZone};
use lnere_messages::message;

/// The number of rows that are decoded at a time.
const BATCH_ROWS: usize = if cfg!(fuzzing) { 1 << 3 } else { 1 << 15 };

/// The most bytes of text that are decoded at a time.
const BATCH_BYTES: u64 = 16 << 20;

/// The number of row groups that are read in parallel.
const GROUPS_AT_ONCE: usize = 8;

/// One file of an export.
struct ParquetFile<'a> {
    /// The name of the file in a folder.
    part: Option<&'a str>,
    store: FileBytes,
    metadata: ArrowReaderMetadata,
    columns: Vec<ParquetColumn>,
}

/// The place of a contract column in a file.
#[derive(Clone, Copy)]
struct ParquetColumn {
    /// The index among the columns of the file.
    column_index: usize,
    /// The index among the leaf columns; a nested column has several leaves.
    leaf: usize,
    meaning: ValueMeaning,
}

/// A row group, and the number of rows of the export before it.
#[derive(Clone, Copy)]
struct RowGroup {
    file: usize,
    index: usize,
    first_row: u64,
}

struct GroupRead<R> {
    segments: Vec<ShardedRows<R>>,
    rejections: Vec<Rejection>,
    counts: RuleCounts,
    findings: RecordFindings,
    rounded: RoundedCounts,
    /// Rows whose cells are all empty; they are not records.
    empty: u64,
}

/// Reads an export that is one file; a line is a row number, from 1.
pub(super) fn read<C: SourceContract>(
    store: FileBytes,
    source: Source,
    context: &FileContext,
    warnings: &mut Vec<ExportWarning>,
) -> Result<FileRows<C::Row>, ExportFault> {
    read_files::<C>(&[ParquetFile::open::<C>(None, store, source, context)?], context, warnings)
}

/// Reads an export that is a folder. Rows are counted through all parts in the order of their
/// names.
pub(super) fn read_parts<C: SourceContract>(
    parts: &[FolderPart],
    source: Source,
    context: &FileContext,
    warnings: &mut Vec<ExportWarning>,
) -> Result<FileRows<C::Row>, ExportFault> {
    let mut files = Vec::with_capacity(parts.len());
    for part in parts {
        let name = Some(part.name.as_str());
        let store = FileBytes::open(&part.path).map_err(ExportFault::from);
        let file = store.and_then(|store| ParquetFile::open::<C>(name, store, source, context));
        files.push(file.map_err(|fault| with_part_name(name, fault))?);
    }
    read_files::<C>(&files, context, warnings)
}

fn read_files<C: SourceContract>(
    files: &[ParquetFile],
    context: &FileContext,
    warnings: &mut Vec<ExportWarning>,
) -> Result<FileRows<C::Row>, ExportFault> {
    let mut rows = FileRows::new(context);
    let mut groups = Vec::new();
    let mut bytes = 0_u64;
    for (index, file) in files.iter().enumerate() {
        let before = rows.records_read;
        for (group, metadata) in file.metadata.metadata().row_groups().iter().enumerate() {
            groups.push(RowGroup { file: index, index: group, first_row: rows.records_read });
            let more = u64::try_from(metadata.num_rows()).ok();
            rows.records_read = more
                .and_then(|more| rows.records_read.checked_add(more))
                .ok_or_else(|| with_part_name(file.part, contradiction()))?;
            bytes = bytes.saturating_add(u64::try_from(metadata.total_byte_size()).unwrap_or(u64::MAX));
        }
        if u64::try_from(file.metadata.metadata().file_metadata().num_rows()) != Ok(rows.records_read - before) {
            return Err(with_part_name(file.part, contradiction()));
        }
    }
    if rows.records_read == 0 {
        return Err(ExportFault::NoRecords);
    }
    // Checked before any row is decoded.
    rows.check_limits(context)?;
    if bytes > context.process.limits.max_uncompressed_bytes {
        return Err(too_large(context.process));
    }
    let contract = C::export(context.process);
    let formats = typed_cell_text::date_formats(contract);
    let mut rounded = RoundedCounts::default();
    let mut empty = 0;
    for groups in groups.chunks(GROUPS_AT_ONCE) {
        let read = |group: &RowGroup| {
            let file = &files[group.file];
            file.read_group::<C>(*group, &formats, context).map_err(|fault| with_part_name(file.part, fault))
        };
        for group in groups.par_iter().map(read).collect::<Vec<_>>() {
            let group = group?;
            rows.counts.merge(&group.counts);
            empty += group.empty;
            rows.record_findings.merge(group.findings);
            rows.rejections.extend(group.rejections);
            rounded.merge(&group.rounded);
            for segment in group.segments {
                rows.append(segment, []);
            }
        }
        rows.check_limits(context)?;
    }
    rounded.warn(contract, warnings);
    rows.records_read -= empty;
    if rows.records_read == 0 {
        return Err(ExportFault::NoRecords);
    }
    Ok(rows)
}

/// Calls the Parquet libraries. They panic on some damaged files instead of returning an error.
fn call_library<T, E: Display>(call: impl FnOnce() -> Result<T, E>) -> Result<T, ExportFault> {
    let called = catch_unwind(AssertUnwindSafe(call));
    let called = called.map_err(|_| contradiction())?;
    called.map_err(|error| ExportFault::Parquet(error.to_string()))
}

fn contradiction() -> ExportFault {
    ExportFault::Parquet(message!("ingest-parts-contradict"))
}

/// Adds the name of the file in the folder to a fault. A fault of the machine stays unchanged.
fn with_part_name(part: Option<&str>, fault: ExportFault) -> ExportFault {
    match part {
        Some(part) if !fault.is_caused_by_machine() => {
            ExportFault::Part { part: part.to_owned(), fault: Box::new(fault) }
        }
        _ => fault,
    }
}

impl<'a> ParquetFile<'a> {
    fn open<C: SourceContract>(
        part: Option<&'a str>,
        store: FileBytes,
        source: Source,
        context: &FileContext,
    ) -> Result<Self, ExportFault> {
        let metadata = call_library(|| ArrowReaderMetadata::load(&store, ArrowReaderOptions::default()))?;
        let columns = columns::<C>(&metadata, context)?;
        let metadata = with_wide_timestamps::<C>(metadata, &columns, source, context)?;
        for group in metadata.metadata().row_groups() {
            for column in &columns {
                if let Compression::LZO = group.column(column.leaf).compression() {
                    return Err(ExportFault::Codec { codec: "LZO".to_owned() });
                }
            }
        }
        Ok(Self { part, store, metadata, columns })
    }

    fn read_group<C: SourceContract>(
        &self,
        group: RowGroup,
        formats: &[DateFormat],
        context: &FileContext,
    ) -> Result<GroupRead<C::Row>, ExportFault> {
        let RowGroup { index, first_row, .. } = group;
        let places = self.columns.iter().map(|column| column.column_index);
        let expected = self.rows(index)?;
        let mut reader = self.batches(index, &self.columns)?;
        // The projection has the order of the file, not of the contract.
        let mut in_file: Vec<usize> = places.clone().collect();
        in_file.sort_unstable();
        let order: Vec<usize> = places.filter_map(|place| in_file.iter().position(|other| *other == place)).collect();

        let mut decoder = CellDecoder::new::<C>(context);
        decoder.dates = DateReader::new(formats, context.clock);
        let mut read = GroupRead {
            segments: Vec::new(),
            rejections: Vec::new(),
            counts: RuleCounts::default(),
            findings: RecordFindings::default(),
            rounded: RoundedCounts::default(),
            empty: 0,
        };
        // For each row, whether all cells outside the contract are empty; computed only if needed.
        let mut without_others: Option<Vec<bool>> = None;
        let mut first = first_row;
        while let Some(batch) = call_library(|| reader.next().transpose())? {
            let cells = self.cells(&batch, &order)?;
            cells.iter().enumerate().for_each(|(column, cells)| read.rounded.add(column, cells.rounded));
            let mut rows = Vec::with_capacity(batch.num_rows());
            for row in 0..batch.num_rows() {
                let mut reject = |rule, column| {
                    read.counts.add(rule);
                    read.rejections.push(Rejection { line: first + row as u64 + 1, rule, column });
                };
                if let Some(column) = cells.iter().position(|cells| cells.is_unreadable(row)) {
                    reject(RecordRule::FilaMalformada, u8::try_from(column).ok());
                    continue;
                }
                let cell = |column: C::Column| {
                    let text = &cells[column.index()].text;
                    if text.is_null(row) { &b""[..] } else { text.value(row).as_bytes() }
                };
                match C::validate(&mut decoder, context, cell, u32::try_from(row).unwrap_or(u32::MAX)) {
                    Ok(accepted) => rows.push(accepted),
                    Err(fault) => {
                        let place = (first - first_row) as usize + row;
                        let is_empty = decoder
                            .are_empty(C::export(context.process).columns.all().iter().map(|column| cell(*column)))
                            && {
                                let rows =
                                    without_others.get_or_insert_with(|| self.rows_without_others(index, &decoder));
                                rows.get(place) == Some(&true)
                            };
                        if is_empty {
                            read.empty += 1;
                        } else {
                            reject(fault.rule, fault.column);
                        }
                    }
                }
            }
            let mut segment = ShardedRows::partition(&rows);
            segment.lines_before = first;
            read.segments.push(segment);
            first += batch.num_rows() as u64;
        }
        // A column that ends early would silently drop counted rows, so the group is refused.
        if first - first_row != expected {
            return Err(contradiction());
        }
        read.findings = decoder.findings;
        Ok(read)
    }

    /// The number of rows that a row group states.
    fn rows(&self, group: usize) -> Result<u64, ExportFault> {
        u64::try_from(self.metadata.metadata().row_group(group).num_rows()).map_err(|_| contradiction())
    }

    /// Reads some columns of a row group after checking their pages.
    fn batches(&self, group: usize, columns: &[ParquetColumn]) -> Result<ParquetRecordBatchReader, ExportFault> {
        let metadata = self.metadata.metadata();
        let row_group = metadata.row_group(group);
        let rows = self.rows(group)?;
        let file = Arc::new(self.store.clone());
        let mut row_bytes = 1;
        for ParquetColumn { leaf, .. } in columns {
            let column = row_group.column(*leaf);
            let encodings = call_library(|| parquet_page_checks::page_encodings(&*file, column, rows))?
                .ok_or_else(contradiction)?;
            if !call_library(|| parquet_page_checks::are_lengths_sound(&file, column, rows, encodings))? {
                return Err(contradiction());
            }
            let too_long = || ExportFault::Parquet(message!("ingest-value-too-long"));
            row_bytes += call_library(|| parquet_page_checks::max_value_bytes(&file, column, rows, encodings))?
                .ok_or_else(too_long)?;
        }
        let at_a_time = usize::try_from(BATCH_BYTES / row_bytes).unwrap_or(BATCH_ROWS).clamp(1, BATCH_ROWS);
        let places = columns.iter().map(|column| column.column_index);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.store.clone(), self.metadata.clone())
            .with_row_groups(vec![group])
            .with_projection(ProjectionMask::roots(metadata.file_metadata().schema_descr(), places))
            .with_batch_size(at_a_time);
        call_library(|| builder.build())
    }

    /// For each row of a group, whether it has no cell in the columns outside the contract. An
    /// unreadable column, such as a list, does not refuse the export, and its cells do not count as
    /// empty.
    fn rows_without_others(&self, group: usize, decoder: &CellDecoder) -> Vec<bool> {
        let mut rows =
            vec![true; self.rows(group).ok().and_then(|rows| usize::try_from(rows).ok()).unwrap_or_default()];
        let is_other = |place: &usize| !self.columns.iter().any(|column| column.column_index == *place);
        let mut others = (0..self.metadata.schema().fields().len()).filter(is_other);
        let looked = others.try_for_each(|place| self.clear_rows_with_cells(group, place, decoder, &mut rows));
        if looked.is_err() {
            rows.fill(false);
        }
        rows
    }

    /// Clears the mark of each row of a group that has a cell in a column.
    fn clear_rows_with_cells(
        &self,
        group: usize,
        column_index: usize,
        decoder: &CellDecoder,
        rows: &mut [bool],
    ) -> Result<(), ExportFault> {
        let schema = self.metadata.metadata().file_metadata().schema_descr();
        let leaves = (0..schema.num_columns()).filter(|leaf| schema.get_column_root_idx(*leaf) == column_index);
        let leaves: Vec<usize> = leaves.collect();
        let is_nested = self.metadata.schema().field(column_index).data_type().is_nested();
        let [leaf] = leaves[..] else { return Err(contradiction()) };
        if is_nested {
            return Err(contradiction());
        }
        let column = ParquetColumn { column_index, leaf, meaning: ValueMeaning::default() };
        let mut reader = self.batches(group, &[column])?;
        let mut marks = rows.iter_mut();
        while let Some(batch) = call_library(|| reader.next().transpose())? {
            let array = batch.column(0);
            let nulls = array.logical_nulls();
            let cells =
                if has_text(array.data_type()) { Some(Cells::from_array(array, column.meaning)?) } else { None };
            for row in 0..array.len() {
                let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
                let is_blank = |cells: &Cells| {
                    !cells.is_unreadable(row) && decoder.are_empty(std::iter::once(cells.text.value(row).as_bytes()))
                };
                let is_empty = is_null || cells.as_ref().is_some_and(is_blank);
                *marks.next().ok_or_else(contradiction)? &= is_empty;
            }
        }
        if marks.next().is_some() { Err(contradiction()) } else { Ok(()) }
    }

    /// The columns of the contract in a batch, as text.
    fn cells(&self, batch: &RecordBatch, order: &[usize]) -> Result<Vec<Cells>, ExportFault> {
        let columns = self.columns.iter().zip(order);
        columns.map(|(column, place)| Cells::from_array(batch.column(*place), column.meaning)).collect()
    }
}

/// The places of the contract columns in a file; each must have a type with a text form.
fn columns<C: SourceContract>(
    metadata: &ArrowReaderMetadata,
    context: &FileContext,
) -> Result<Vec<ParquetColumn>, ExportFault> {
    let contract = C::export(context.process);
    let fields = metadata.schema().fields();
    let places = column_places(contract, fields.iter().map(|field| field.name().as_str()))?;
    let schema = metadata.metadata().file_metadata().schema_descr();
    let column = |(column, place): (&C::Column, &usize)| {
        let kind = fields[*place].data_type();
        if !has_text(kind) {
            let column = contract.columns.first_header(*column).to_owned();
            return Err(ExportFault::ColumnType { column, kind: kind.to_string() });
        }
        let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == *place);
        let leaf = leaf.ok_or_else(contradiction)?;
        let is_uuid = matches!(schema.column(leaf).logical_type_ref(), Some(LogicalType::Uuid));
        let says_no_zone = matches!(kind, DataType::Timestamp(_, None));
        let is_utc = says_no_zone && contract.timestamp_zone == Some(TimestampZone::Utc);
        Ok(ParquetColumn { column_index: *place, leaf, meaning: ValueMeaning { is_uuid, is_utc } })
    };
    contract.columns.all().iter().zip(&places).map(column).collect()
}

/// INT96 timestamps count nanoseconds. The library's usual type for them ends in the years 1677 and
/// 2262, so more distant years would become others. They are therefore read as seconds if the
/// process file defines their zone.
fn with_wide_timestamps<C: SourceContract>(
    metadata: ArrowReaderMetadata,
    columns: &[ParquetColumn],
    source: Source,
    context: &FileContext,
) -> Result<ArrowReaderMetadata, ExportFault> {
    let contract = C::export(context.process);
    let Some(first) = columns.iter().position(|column| is_int96(&metadata, column)) else { return Ok(metadata) };
    if contract.timestamp_zone.is_none() {
        let column = contract.columns.first_header(contract.columns.all()[first]).to_owned();
        return Err(ExportFault::Int96 { column, section: source });
    }
    read_int96_as_seconds(&metadata, columns)
}

/// Whether a column is an INT96 timestamp.
fn is_int96(metadata: &ArrowReaderMetadata, column: &ParquetColumn) -> bool {
    let schema = metadata.metadata().file_metadata().schema_descr();
    schema.column(column.leaf).physical_type() == Type::INT96
}

fn read_int96_as_seconds(
    metadata: &ArrowReaderMetadata,
    columns: &[ParquetColumn],
) -> Result<ArrowReaderMetadata, ExportFault> {
    let fields = metadata.schema().fields().iter().enumerate();
    let fields = fields.map(|(place, field)| match columns.iter().find(|column| column.column_index == place) {
        Some(column) if is_int96(metadata, column) => {
            let seconds = DataType::Timestamp(TimeUnit::Second, None);
            Arc::new(Field::new(field.name(), seconds, field.is_nullable()))
        }
        _ => field.clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = ArrowReaderOptions::default().with_schema(schema);
    call_library(|| ArrowReaderMetadata::try_new(metadata.metadata().clone(), options))
}

/// Reads all rows of the columns with a text form, for a survey. Returns whether a column has the
/// type INT96.
pub(super) fn survey(stores: &[FileBytes], table: &mut SurveyTable) -> Result<bool, ExportFault> {
    let mut has_int96 = false;
    for store in stores {
        let metadata = call_library(|| ArrowReaderMetadata::load(store, ArrowReaderOptions::default()))?;
        let names: Vec<String> = metadata.schema().fields().iter().map(|field| field.name().clone()).collect();
        table.begin(&names);
        let columns = columns_with_text(&metadata);
        has_int96 |= columns.iter().any(|column| is_int96(&metadata, column));
        let metadata = read_int96_as_seconds(&metadata, &columns)?;
        let places: Vec<Option<usize>> =
            columns.iter().map(|column| table.place_of(&names[column.column_index])).collect();
        let file = ParquetFile { part: None, store: store.clone(), metadata, columns };
        let order: Vec<usize> = (0..file.columns.len()).collect();
        for group in 0..file.metadata.metadata().num_row_groups() {
            let mut reader = file.batches(group, &file.columns)?;
            while let Some(batch) = call_library(|| reader.next().transpose())? {
                let cells = file.cells(&batch, &order)?;
                for row in 0..batch.num_rows() {
                    let text = |cells: &Cells| {
                        if cells.text.is_null(row) {
                            Cow::Borrowed("")
                        } else {
                            cells.text.value(row).to_owned().into()
                        }
                    };
                    let record = cells.iter().zip(&places).filter_map(|(cells, place)| Some(((*place)?, text(cells))));
                    table.add_record(record);
                }
            }
        }
    }
    Ok(has_int96)
}

/// The columns of a file that have a text form, in its order.
fn columns_with_text(metadata: &ArrowReaderMetadata) -> Vec<ParquetColumn> {
    let schema = metadata.metadata().file_metadata().schema_descr();
    let fields = metadata.schema().fields().iter().enumerate();
    let fields = fields.filter(|(_, field)| !field.data_type().is_nested() && has_text(field.data_type()));
    let column = |(column_index, _)| {
        let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == column_index)?;
        let is_uuid = matches!(schema.column(leaf).logical_type_ref(), Some(LogicalType::Uuid));
        Some(ParquetColumn { column_index, leaf, meaning: ValueMeaning { is_uuid, is_utc: false } })
    };
    fields.filter_map(column).collect()
}

/// The cells of a column of a batch, as text.
struct Cells {
    text: StringArray,
    /// The rows with a value but without text, for example invalid UTF-8; `None` if there are none.
    unreadable: Option<Vec<bool>>,
    /// The count of whole numbers too large for the column to hold exactly.
    rounded: u64,
}

impl Cells {
    fn from_array(column: &ArrayRef, meaning: ValueMeaning) -> Result<Self, ExportFault> {
        let TextColumn { text, rounded } = call_library(|| text_column(column, meaning))?;
        let unreadable = (text.null_count() > column.logical_null_count()).then(|| {
            let nulls = column.logical_nulls();
            let is_there = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            (0..text.len()).map(|row| text.is_null(row) && is_there(row)).collect()
        });
        Ok(Self { text, unreadable, rounded })
    }

    fn is_unreadable(&self, row: usize) -> bool {
        self.unreadable.as_ref().is_some_and(|rows| rows[row])
    }
}
