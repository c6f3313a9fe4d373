/*!
Writes tables as CSV for spreadsheets.
*/

use super::table::{Column, Table};
use lnere_core::csv_writer::{CsvCell, CsvVariant, CsvWriter};

/// A table as CSV for Excel: UTF-8 with a byte order mark, CR LF line ends, quotes as in RFC 4180.
/// An apostrophe precedes text that could become a formula. Numbers are plain (`-1234.5`), days are
/// `2020-10-15`, and a suppressed count is an empty cell.
///
/// # Errors
/// None that data can cause.
pub fn spreadsheet_csv(table: &Table) -> Result<Vec<u8>, ::csv::Error> {
    let mut file = CsvWriter::new(CsvVariant::Spreadsheet, table.columns.iter().map(|(name, _)| name.as_str()))?;
    for row in 0..table.row_count() {
        file.write_record(table.columns.iter().map(|(_, column)| csv_cell(column, row)))?;
    }
    file.finish()
}

fn csv_cell(column: &Column, row: usize) -> CsvCell<'_> {
    match column {
        Column::Int(values) => CsvCell::Whole(values[row]),
        Column::Real(values) => CsvCell::Real(values[row]),
        Column::Date(values) => CsvCell::Day(values[row]),
        Column::Text(values) => CsvCell::Text(&values[row]),
        Column::MaybeInt(values) => values[row].map_or(CsvCell::Empty, CsvCell::Whole),
        Column::MaybeReal(values) => values[row].map_or(CsvCell::Empty, CsvCell::Real),
        Column::Bool(values) => CsvCell::Flag(values[row]),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn each_kind_of_column_is_written_as_a_spreadsheet_reads_it() {
        let day = NaiveDate::from_ymd_opt(2020, 10, 15).unwrap();
        let columns = [
            ("pais", Column::Text(vec!["=Canadá".to_owned(), "Washington, D.C.".to_owned()])),
            ("fecha", Column::Date(vec![day, day])),
            ("cuenta", Column::Int(vec![-5, 12])),
            ("parte", Column::Real(vec![66.96, f64::NAN])),
            ("oculta", Column::MaybeInt(vec![None, Some(0)])),
            ("porcentaje", Column::MaybeReal(vec![Some(0.5), None])),
            ("protegida", Column::Bool(vec![true, false])),
        ];
        let columns = columns.map(|(name, column)| (name.to_owned(), column)).into();
        let table = Table { name: "prueba".to_owned(), columns };
        assert_eq!(
            String::from_utf8(spreadsheet_csv(&table).unwrap()).unwrap(),
            "\u{feff}pais,fecha,cuenta,parte,oculta,porcentaje,protegida\r\n\
             '=Canadá,2020-10-15,-5,66.96,,0.5,true\r\n\
             \"Washington, D.C.\",2020-10-15,12,,0,,false\r\n"
        );
    }
}
