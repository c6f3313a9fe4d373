/*!
Converts the columns of a Parquet export to the text that a CSV would hold.
*/

use std::fmt::{Display, Write as _};

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowTimestampType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DecimalType, Float16Type, Float32Type, Float64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, StringArray, downcast_integer_array};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use chrono::{DateTime, NaiveDateTime, SecondsFormat};

use super::typed_cell_text::{self, MAX_EXACT_F64};

/// The largest whole number up to which a 32-bit or 16-bit float is exact.
const MAX_EXACT_SINGLE: f64 = 16_777_216.0;

/// The meaning of the values of a column, which their type alone does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ValueMeaning {
    /// The values are UUIDs in sixteen bytes.
    pub is_uuid: bool,
    /// The timestamps are in UTC.
    pub is_utc: bool,
}

/// A column as text. A value that has no text, such as invalid UTF-8, is null.
pub(super) struct TextColumn {
    pub text: StringArray,
    /// The count of whole numbers too large for the column to hold exactly.
    pub rounded: u64,
}

/// Whether values of a type have a text form.
pub(super) fn has_text(kind: &DataType) -> bool {
    use DataType::{
        Binary, BinaryView, Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, Dictionary,
        FixedSizeBinary, Float16, Float32, Float64, LargeBinary, LargeUtf8, Null, Timestamp, Utf8, Utf8View,
    };
    match kind {
        Dictionary(_, value) => has_text(value),
        Null | Boolean | Float16 | Float32 | Float64 | Decimal32(..) | Decimal64(..) | Decimal128(..)
        | Decimal256(..) | Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView | FixedSizeBinary(_)
        | Date32 | Date64 | Timestamp(..) => true,
        other => other.is_integer(),
    }
}

/// Converts a column to text. Dates and timestamps become ISO 8601; those with a time zone are in
/// UTC. Whole numbers become digits, whatever their type.
///
/// # Errors
/// The type has no text form, or the keys of a dictionary are wrong.
pub(super) fn text_column(column: &ArrayRef, meaning: ValueMeaning) -> Result<TextColumn, ArrowError> {
    let text = match column.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            let plain = arrow_select::take::take(dictionary.values(), dictionary.keys(), None)?;
            return text_column(&plain, meaning);
        }
        DataType::Float16 => {
            return Ok(float_text(
                column.as_primitive::<Float16Type>().iter().map(|n| n.map(f64::from)),
                MAX_EXACT_SINGLE,
            ));
        }
        DataType::Float32 => {
            return Ok(float_text(
                column.as_primitive::<Float32Type>().iter().map(|n| n.map(f64::from)),
                MAX_EXACT_SINGLE,
            ));
        }
        DataType::Float64 => return Ok(float_text(column.as_primitive::<Float64Type>().iter(), MAX_EXACT_F64)),
        DataType::Null => StringArray::new_null(column.len()),
        DataType::Utf8 => column.as_string::<i32>().clone(),
        DataType::LargeUtf8 => column.as_string::<i64>().iter().collect(),
        DataType::Utf8View => column.as_string_view().iter().collect(),
        DataType::Binary => utf8_text(column.as_binary::<i32>().iter()),
        DataType::LargeBinary => utf8_text(column.as_binary::<i64>().iter()),
        DataType::BinaryView => utf8_text(column.as_binary_view().iter()),
        DataType::FixedSizeBinary(16) if meaning.is_uuid => {
            column.as_fixed_size_binary().iter().map(|bytes| bytes.map(uuid)).collect()
        }
        DataType::FixedSizeBinary(_) => utf8_text(column.as_fixed_size_binary().iter()),
        DataType::Boolean => display_text(column.as_boolean().iter()),
        DataType::Decimal32(..) => decimal_text::<Decimal32Type>(column),
        DataType::Decimal64(..) => decimal_text::<Decimal64Type>(column),
        DataType::Decimal128(..) => decimal_text::<Decimal128Type>(column),
        DataType::Decimal256(..) => decimal_text::<Decimal256Type>(column),
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            rows(days, |row| days.value_as_date(row)).map(|day| day.map(|day| format!("{day:?}"))).collect()
        }
        DataType::Date64 => {
            let milliseconds = column.as_primitive::<Date64Type>();
            let instants = rows(milliseconds, |row| {
                DateTime::from_timestamp(milliseconds.value(row) / 1_000, 0).map(|instant| instant.naive_utc())
            });
            instants.map(|instant| instant.map(|instant| timestamp_text(instant, false))).collect()
        }
        DataType::Timestamp(unit, zone) => {
            let is_utc = zone.is_some() || meaning.is_utc;
            match unit {
                TimeUnit::Second => timestamps_text::<TimestampSecondType>(column, is_utc),
                TimeUnit::Millisecond => timestamps_text::<TimestampMillisecondType>(column, is_utc),
                TimeUnit::Microsecond => timestamps_text::<TimestampMicrosecondType>(column, is_utc),
                TimeUnit::Nanosecond => timestamps_text::<TimestampNanosecondType>(column, is_utc),
            }
        }
        _ => downcast_integer_array!(
            column => display_text(column.iter()),
            other => return Err(ArrowError::NotYetImplemented(format!("text of {other}")))
        ),
    };
    Ok(TextColumn { text, rounded: 0 })
}

/// The value of each row; `None` for a null, and where `value` gives none.
fn rows<T>(column: &dyn Array, value: impl Fn(usize) -> Option<T>) -> impl Iterator<Item = Option<T>> {
    (0..column.len()).map(move |row| if column.is_null(row) { None } else { value(row) })
}

/// Values whose standard text is their text in a CSV.
fn display_text<T: Display>(values: impl Iterator<Item = Option<T>>) -> StringArray {
    let mut text = StringBuilder::new();
    for value in values {
        match value {
            // Writing to the builder cannot fail; an empty value ends the text of the row.
            Some(value) if write!(text, "{value}").is_ok() => text.append_value(""),
            _ => text.append_null(),
        }
    }
    text.finish()
}

/// Bytes as text; invalid UTF-8 is null.
fn utf8_text<'a>(values: impl Iterator<Item = Option<&'a [u8]>>) -> StringArray {
    values.map(|bytes| std::str::from_utf8(bytes?).ok()).collect()
}

/// Numbers as text. Whole numbers above `limit` in size may have been rounded when they were
/// written.
fn float_text(values: impl Iterator<Item = Option<f64>>, limit: f64) -> TextColumn {
    let mut rounded = 0;
    let text = values.map(|number| {
        let number = number?;
        if number.is_finite() && number.abs() > limit {
            rounded += 1;
        }
        match number {
            // Pandas and others write NaN for a missing value.
            number if number.is_nan() => Some(String::new()),
            number if number.is_infinite() => None,
            number => Some(typed_cell_text::number(number)),
        }
    });
    let text = text.collect();
    TextColumn { text, rounded }
}

fn decimal_text<T: DecimalType>(column: &ArrayRef) -> StringArray {
    let decimals = column.as_primitive::<T>();
    let texts = rows(decimals, |row| Some(decimals.value_as_string(row)));
    texts.map(|text| Some(typed_cell_text::without_zero_fraction(&text?).to_owned())).collect()
}

fn timestamps_text<T: ArrowTimestampType>(column: &ArrayRef, is_utc: bool) -> StringArray {
    let instants = column.as_primitive::<T>();
    let texts = rows(instants, |row| instants.value_as_datetime(row));
    texts.map(|instant| instant.map(|instant| timestamp_text(instant, is_utc))).collect()
}

/// ISO 8601, with a fraction only if there is one. An instant in UTC ends in `Z`.
fn timestamp_text(instant: NaiveDateTime, is_utc: bool) -> String {
    if is_utc { instant.and_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true) } else { format!("{instant:?}") }
}

/// The text of a UUID of sixteen bytes.
fn uuid(bytes: &[u8]) -> String {
    let hex = lnere_core::checksum::hex(bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| hex.get(part).unwrap_or_default());
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int8Type;
    use arrow_array::{
        BinaryArray, BooleanArray, Date32Array, Date64Array, Decimal128Array, DictionaryArray, Float32Array,
        Float64Array, Int64Array, TimestampMicrosecondArray, TimestampSecondArray, UInt8Array,
    };

    use super::*;

    fn texts(column: impl Array + 'static, meaning: ValueMeaning) -> (Vec<Option<String>>, u64) {
        assert!(has_text(column.data_type()));
        let made = text_column(&(Arc::new(column) as ArrayRef), meaning).expect("text");
        (made.text.iter().map(|text| text.map(str::to_owned)).collect(), made.rounded)
    }

    fn check(column: impl Array + 'static, expected: &[Option<&str>]) {
        let (found, _) = texts(column, ValueMeaning::default());
        assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_type_has_the_text_of_a_csv() {
        check(
            Int64Array::from(vec![Some(-8), None, Some(i64::MIN)]),
            &[Some("-8"), None, Some("-9223372036854775808")],
        );
        check(UInt8Array::from(vec![8]), &[Some("8")]);
        check(BooleanArray::from(vec![Some(true), Some(false), None]), &[Some("true"), Some("false"), None]);
        check(BinaryArray::from(vec![b"a".as_slice(), b"\xff"]), &[Some("a"), None]);
        check(
            Date32Array::from(vec![Some(18_540), Some(-1), None, Some(i32::MAX)]),
            &[Some("2020-10-05"), Some("1969-12-31"), None, None],
        );
        check(Date64Array::from(vec![1_601_856_000_000]), &[Some("2020-10-05T00:00:00")]);
        check(
            TimestampSecondArray::from(vec![Some(1_601_905_500), Some(i64::MAX)]),
            &[Some("2020-10-05T13:45:00"), None],
        );
        check(TimestampMicrosecondArray::from(vec![1_601_905_500_250_000]), &[Some("2020-10-05T13:45:00.250")]);
        check(
            TimestampSecondArray::from(vec![1_601_905_500]).with_timezone("America/Mexico_City"),
            &[Some("2020-10-05T13:45:00Z")],
        );
        let decimals = Decimal128Array::from(vec![Some(8_000), Some(-8_010), None]).with_precision_and_scale(9, 3);
        check(decimals.expect("a decimal"), &[Some("8"), Some("-8.010"), None]);
        check(Float64Array::from(vec![8.0, 0.5, f64::NAN, f64::INFINITY]), &[Some("8"), Some("0.5"), Some(""), None]);
    }

    #[test]
    fn dictionaries_have_the_text_of_their_values() {
        let keys: DictionaryArray<Int8Type> = vec![Some("POSTAL"), None, Some("POSTAL")].into_iter().collect();
        check(keys, &[Some("POSTAL"), None, Some("POSTAL")]);
    }

    #[test]
    fn instants_in_utc_are_marked_and_rounded_numbers_counted() {
        let utc = ValueMeaning { is_utc: true, ..ValueMeaning::default() };
        let (found, _) = texts(TimestampSecondArray::from(vec![0]), utc);
        assert_eq!(found, [Some("1970-01-01T00:00:00Z".to_owned())]);
        let (found, rounded) = texts(Float32Array::from(vec![16_777_216.0, 33_554_432.0]), ValueMeaning::default());
        assert_eq!((found[1].as_deref(), rounded), (Some("33554432"), 1));
    }
}
