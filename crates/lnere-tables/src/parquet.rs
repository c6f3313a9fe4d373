/*!
Writes tables as Parquet bytes and reads them. Reading shares no code with building. It is an
independent check of files of this program, or of one with another dictionary.
*/

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::dictionary::{Dictionary, SCHEMA_VERSION};
use super::table::{Column, Table};
use lnere_core::calendar::{Corte, day_from_number, day_number};
use lnere_core::process::Process;
use lnere_messages::message;

/// A table cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ParquetError {
    /// The Parquet library refuses it.
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The Arrow library refuses it.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// A column has a type that no published table has, or nulls although its values cannot be
    /// suppressed.
    #[error("{}", message!("L301-column-type", column = _0))]
    Column(String),
}

/// The key-value metadata of every table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The id of the process.
    pub process_id: String,
    /// The corte.
    pub corte: String,
    /// The notice about the counts; `None` if there is none.
    pub notice: Option<String>,
    /// The meanings of the columns.
    pub dictionary: Dictionary,
}

impl Metadata {
    /// The metadata of the tables of a corte without declared dimensions.
    #[must_use]
    pub fn new(process: &str, corte: Corte, notice: Option<&str>) -> Self {
        Self {
            process_id: process.to_owned(),
            corte: corte.to_string(),
            notice: notice.map(str::to_owned),
            dictionary: Dictionary::default(),
        }
    }

    /// The metadata of all tables of a corte, including the declared dimensions of the process.
    #[must_use]
    pub fn of_process(process: &Process, corte: Corte) -> Self {
        let dictionary = Dictionary::of_process(process);
        Self { dictionary, ..Self::new(&process.id, corte, process.notice.as_deref()) }
    }

    /// The pairs for a table with these columns.
    #[must_use]
    pub fn key_value_pairs(&self, columns: &[&str]) -> Vec<(String, String)> {
        let meanings: serde_json::Map<_, _> = columns
            .iter()
            .filter_map(|name| self.dictionary.meaning(name))
            .map(|column| (column.name.to_owned(), serde_json::json!({ "es": column.es, "en": column.en })))
            .collect();
        let pairs = [
            ("lnere.process", self.process_id.clone()),
            ("lnere.corte", self.corte.clone()),
            ("lnere.version", env!("CARGO_PKG_VERSION").to_owned()),
            ("lnere.schema", SCHEMA_VERSION.to_owned()),
            ("lnere.columns", serde_json::Value::Object(meanings).to_string()),
        ];
        let notice = self.notice.clone().map(|notice| ("lnere.notice", notice));
        pairs.into_iter().chain(notice).map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

/// The bytes of a table as a Parquet file with ZSTD; the same table gives the same bytes. A column
/// is nullable if its numbers can be suppressed, whether or not any is.
///
/// # Errors
/// Data cannot cause an error.
pub fn write(table: &Table, metadata: &Metadata) -> Result<Vec<u8>, ParquetError> {
    let mut fields = Vec::with_capacity(table.columns.len());
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(table.columns.len());
    for (name, column) in &table.columns {
        let array: ArrayRef = match column {
            Column::Int(values) => Arc::new(Int64Array::from(values.clone())),
            Column::Real(values) => Arc::new(Float64Array::from(values.clone())),
            Column::Text(values) => Arc::new(StringArray::from_iter_values(values)),
            Column::Date(days) => Arc::new(Date32Array::from_iter_values(days.iter().map(|day| day_number(*day)))),
            Column::MaybeInt(values) => Arc::new(Int64Array::from(values.clone())),
            Column::MaybeReal(values) => Arc::new(Float64Array::from(values.clone())),
            Column::Bool(values) => Arc::new(BooleanArray::from(values.clone())),
        };
        fields.push(Field::new(name, array.data_type().clone(), column.is_suppressible()));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let columns: Vec<_> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let pairs = metadata.key_value_pairs(&columns).into_iter().map(|(key, value)| KeyValue::new(key, value)).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("lnere ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(pairs))
        .build();
    let mut bytes = Vec::new();
    // Without an embedded Arrow schema, pyarrow shows the key-value pairs as metadata of the
    // schema.
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, schema.clone(), options)?;
    writer.write(&RecordBatch::try_new(schema, arrays)?)?;
    writer.close()?;
    Ok(bytes)
}

/// Reads a published table; a nullable column can hold suppressed numbers.
///
/// # Errors
/// The bytes are not a Parquet file, or the columns have types that published tables do not have.
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Table, ParquetError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes))?;
    let schema = reader.schema().clone();
    let mut columns: Vec<(String, Column)> = Vec::new();
    for field in schema.fields() {
        let empty = match (field.data_type(), field.is_nullable()) {
            (DataType::Int64, false) => Column::Int(Vec::new()),
            (DataType::Int64, true) => Column::MaybeInt(Vec::new()),
            (DataType::Float64, false) => Column::Real(Vec::new()),
            (DataType::Float64, true) => Column::MaybeReal(Vec::new()),
            (DataType::Utf8, false) => Column::Text(Vec::new()),
            (DataType::Date32, false) => Column::Date(Vec::new()),
            (DataType::Boolean, false) => Column::Bool(Vec::new()),
            _ => return Err(ParquetError::Column(field.name().clone())),
        };
        columns.push((field.name().clone(), empty));
    }
    for batch in reader.build()? {
        let batch = batch?;
        for ((name, column), array) in columns.iter_mut().zip(batch.columns()) {
            if array.null_count() > 0 && !column.is_suppressible() {
                return Err(ParquetError::Column(name.clone()));
            }
            match column {
                Column::Int(values) => values.extend(array.as_primitive::<Int64Type>().values()),
                Column::Real(values) => values.extend(array.as_primitive::<Float64Type>().values()),
                Column::Text(values) => values.extend(array.as_string::<i32>().iter().flatten().map(str::to_owned)),
                Column::Date(days) => {
                    days.extend(array.as_primitive::<Date32Type>().values().iter().map(|day| day_from_number(*day)));
                }
                Column::MaybeInt(values) => values.extend(array.as_primitive::<Int64Type>().iter()),
                Column::MaybeReal(values) => values.extend(array.as_primitive::<Float64Type>().iter()),
                Column::Bool(values) => values.extend(array.as_boolean().values().iter()),
            }
        }
    }
    Ok(Table { name: name.to_owned(), columns })
}

/// The pairs of a Parquet file's metadata with the prefix `lnere.`, in order.
///
/// # Errors
/// The bytes are not a Parquet file.
pub fn read_metadata(bytes: Vec<u8>) -> Result<Vec<(String, String)>, ParquetError> {
    let metadata = ArrowReaderMetadata::load(&bytes::Bytes::from(bytes), ArrowReaderOptions::default())?;
    let pairs = metadata.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let ours = pairs.into_iter().filter(|pair| pair.key.starts_with("lnere."));
    Ok(ours.map(|pair| (pair.key, pair.value.unwrap_or_default())).collect())
}

#[cfg(test)]
mod tests {
    use parquet::basic::Repetition;

    use super::*;

    fn table(columns: Vec<(&str, Column)>) -> Table {
        let columns = columns.into_iter().map(|(name, column)| (name.to_owned(), column)).collect();
        Table { name: "lnere_por_sexo".to_owned(), columns }
    }

    fn example_metadata() -> Metadata {
        Metadata::new("pel_2020_2021", "2020-10-15".parse().unwrap(), None)
    }

    #[test]
    fn a_notice_is_in_the_metadata_and_nothing_without_one() {
        let table = || table(vec![("filas", Column::Int(vec![1]))]);
        let corte = "2020-10-15".parse().unwrap();
        let pairs = |notice| read_metadata(write(&table(), &Metadata::new("pel", corte, notice)).unwrap()).unwrap();
        let said = ("lnere.notice".to_owned(), "DATOS SINTÉTICOS DE MUESTRA".to_owned());
        assert!(pairs(Some(&said.1)).contains(&said));
        assert!(pairs(None).iter().all(|(key, _)| key != "lnere.notice"));
    }

    /// A table with one shown and one suppressed row; if `hidden` is false, all are shown.
    fn table_with_suppressed_row(hidden: bool) -> Table {
        let day = day_from_number(18_550);
        table(vec![
            ("corte", Column::Date(vec![day, day])),
            ("sexo", Column::Text(vec!["H".to_owned(), "M".to_owned()])),
            ("solicitudes_acumuladas", Column::MaybeInt(vec![Some(0), (!hidden).then_some(4)])),
            ("porcentaje", Column::MaybeReal(vec![Some(0.0), (!hidden).then_some(100.0)])),
            ("protegida", Column::Bool(vec![false, hidden])),
        ])
    }

    #[test]
    fn what_is_hidden_is_read_back_hidden() {
        for hidden in [true, false] {
            let bytes = write(&table_with_suppressed_row(hidden), &example_metadata()).unwrap();
            assert_eq!(read("lnere_por_sexo", bytes.clone()).unwrap(), table_with_suppressed_row(hidden));
            let file = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
            let columns = file.parquet_schema().root_schema().get_fields().to_vec();
            let optional: Vec<bool> =
                columns.iter().map(|field| field.get_basic_info().repetition() == Repetition::OPTIONAL).collect();
            assert_eq!(optional, [false, false, true, true, false]);
            let dictionary = Dictionary::default();
            let name = |name: &str| dictionary.meaning(name).map(|column| column.column_type.arrow_name());
            assert_eq!((name("protegida"), name("nacional")), (Some("Boolean"), Some("Int64")));
        }
    }

    #[test]
    fn a_table_of_nothing_keeps_its_types() {
        let none = table(vec![
            ("solicitudes_acumuladas", Column::MaybeInt(vec![])),
            ("porcentaje", Column::MaybeReal(vec![])),
            ("protegida", Column::Bool(vec![])),
            ("filas", Column::Int(vec![])),
        ]);
        assert_eq!(read("lnere_por_sexo", write(&none, &example_metadata()).unwrap()).unwrap(), none);
    }

    #[test]
    fn what_is_no_number_is_never_null() {
        let schema = Arc::new(Schema::new(vec![Field::new("protegida", DataType::Boolean, true)]));
        let array: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None]));
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, schema.clone(), None).unwrap();
        writer.write(&RecordBatch::try_new(schema, vec![array]).unwrap()).unwrap();
        writer.close().unwrap();
        let error = read("t", bytes).unwrap_err().to_string();
        assert_eq!(error, "column `protegida` has a type or nulls that no published table has [L301]");
    }
}
