/*!
Defines a published table in memory: named columns, each of one type. Only counts and percentages
can be suppressed.
*/

use chrono::NaiveDate;

use lnere_messages::message;

use super::dictionary::ColumnType;

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Counts and other whole numbers.
    Int(Vec<i64>),
    /// Percentages.
    Real(Vec<f64>),
    /// Codes and names.
    Text(Vec<String>),
    /// Days.
    Date(Vec<NaiveDate>),
    /// Counts, some of which may be suppressed.
    MaybeInt(Vec<Option<i64>>),
    /// Percentages, some of which may be suppressed.
    MaybeReal(Vec<Option<f64>>),
    /// Booleans.
    Bool(Vec<bool>),
}

impl Column {
    /// The number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Int(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Date(values) => values.len(),
            Self::MaybeInt(values) => values.len(),
            Self::MaybeReal(values) => values.len(),
            Self::Bool(values) => values.len(),
        }
    }

    /// The type of the values.
    #[must_use]
    pub fn column_type(&self) -> ColumnType {
        match self {
            Self::Int(_) | Self::MaybeInt(_) => ColumnType::Int64,
            Self::Real(_) | Self::MaybeReal(_) => ColumnType::Float64,
            Self::Text(_) => ColumnType::Text,
            Self::Date(_) => ColumnType::Date,
            Self::Bool(_) => ColumnType::Boolean,
        }
    }

    /// The values of some rows.
    #[must_use]
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        match self {
            Self::Int(values) => Self::Int(rows.iter().map(|row| values[*row]).collect()),
            Self::Real(values) => Self::Real(rows.iter().map(|row| values[*row]).collect()),
            Self::Text(values) => Self::Text(rows.iter().map(|row| values[*row].clone()).collect()),
            Self::Date(values) => Self::Date(rows.iter().map(|row| values[*row]).collect()),
            Self::MaybeInt(values) => Self::MaybeInt(rows.iter().map(|row| values[*row]).collect()),
            Self::MaybeReal(values) => Self::MaybeReal(rows.iter().map(|row| values[*row]).collect()),
            Self::Bool(values) => Self::Bool(rows.iter().map(|row| values[*row]).collect()),
        }
    }

    /// Whether a value can be suppressed. A file states this for the column, independent of its
    /// values.
    #[must_use]
    pub fn is_suppressible(&self) -> bool {
        matches!(self, Self::MaybeInt(_) | Self::MaybeReal(_))
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A table with its rows in the published order.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The name of the file and of the table in the data dictionary.
    pub name: String,
    /// The columns by name, in order.
    pub columns: Vec<(String, Column)>,
}

impl Table {
    /// The number of rows.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }

    /// The rows whose index satisfies `keep`.
    #[must_use]
    pub fn filter_rows(&self, keep: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..self.row_count()).filter(|row| keep(*row)).collect();
        let columns = self.columns.iter().map(|(name, column)| (name.clone(), column.select_rows(&rows)));
        Self { name: self.name.clone(), columns: columns.collect() }
    }

    /// The column with this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(other, _)| other == name).map(|(_, column)| column)
    }

    /// Whether it has a column with this name, of any type; used to find the keys of a table.
    #[must_use]
    pub fn has_column(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    /// The values of a column that every table of its kind has.
    ///
    /// # Errors
    /// The column is missing or has another type.
    pub fn values<T: ColumnValue>(&self, name: &str) -> Result<&[T], ColumnError> {
        let values = self.column(name).and_then(T::of_column);
        values.ok_or_else(|| ColumnError::new(self, name, T::VALUES_NAME))
    }

    /// The values of a column that not every table of its kind has; `None` if the column is
    /// missing.
    ///
    /// # Errors
    /// The column has another type.
    pub fn values_if_column_exists<T: ColumnValue>(&self, name: &str) -> Result<Option<&[T]>, ColumnError> {
        if self.has_column(name) { self.values(name).map(Some) } else { Ok(None) }
    }

    /// The values of a key column as text; a day becomes `2020-10-15`.
    ///
    /// # Errors
    /// The column is missing, or holds neither text nor days.
    pub fn key_texts(&self, name: &str) -> Result<Vec<String>, ColumnError> {
        match self.column(name) {
            Some(Column::Text(values)) => Ok(values.clone()),
            Some(Column::Date(values)) => Ok(values.iter().map(NaiveDate::to_string).collect()),
            _ => Err(ColumnError::new(self, name, "text-or-dates")),
        }
    }
}

/// The type of a column's values. An exact count is an `i64`, and one that may be suppressed an
/// `Option<i64>`. This prevents accidental sums of suppressed counts.
pub trait ColumnValue: Sized {
    /// The values, as the message of [`ColumnError`] selects their words.
    const VALUES_NAME: &'static str;

    /// The values of a column, if it has this type.
    fn of_column(column: &Column) -> Option<&[Self]>;
}

macro_rules! column_values {
    ($($variant:ident($value:ty) = $values_name:literal;)+) => {
        $(impl ColumnValue for $value {
            const VALUES_NAME: &'static str = $values_name;

            fn of_column(column: &Column) -> Option<&[Self]> {
                if let Column::$variant(values) = column { Some(values) } else { None }
            }
        })+
    };
}

column_values! {
    Int(i64) = "whole-numbers";
    Real(f64) = "numbers";
    Text(String) = "text";
    Date(NaiveDate) = "dates";
    MaybeInt(Option<i64>) = "suppressible-whole-numbers";
    MaybeReal(Option<f64>) = "suppressible-numbers";
    Bool(bool) = "booleans";
}

/// A table lacks a column, or has it with another type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("L300-column-missing", table, column, values = expected_values))]
pub struct ColumnError {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The values that it must hold, as the message selects their words.
    pub expected_values: &'static str,
}

impl ColumnError {
    /// The error for a table without a column of this name and type.
    #[must_use]
    pub fn new(table: &Table, column: &str, wanted: &'static str) -> Self {
        Self { table: table.name.clone(), column: column.to_owned(), expected_values: wanted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_column_is_named_with_its_table_and_type() {
        let columns = vec![("solicitudes_acumuladas".to_owned(), Column::MaybeInt(vec![Some(1), None]))];
        let table = Table { name: "lnere_por_sexo".to_owned(), columns };
        let error = |result: Result<(), ColumnError>| result.unwrap_err().to_string();
        let name = "solicitudes_acumuladas";
        assert_eq!(
            error(table.values::<i64>(name).map(|_| ())),
            "the table lnere_por_sexo has no column solicitudes_acumuladas of whole numbers [L300]"
        );
        assert_eq!(table.values::<Option<i64>>(name), Ok(&[Some(1), None][..]));
        assert!(table.has_column(name) && !table.has_column("sexo"));
        assert_eq!(table.values_if_column_exists::<String>("sexo"), Ok(None));
        assert_eq!(
            error(table.values_if_column_exists::<String>(name).map(|_| ())),
            "the table lnere_por_sexo has no column solicitudes_acumuladas of text [L300]"
        );
    }
}
