//! Tests of workbooks in a program other than Excel.

use std::process::Command;

use super::super::workbook;
use super::{chihuahua, nation, package_contents, sample_tables, sheet_name_of, visible_to_chihuahua};
use lnere_tables::dictionary::{ColumnType, Dictionary};
use lnere_tables::spreadsheet_csv;

/// Ignored by default: `.ci/run` installs `LibreOffice`, and `tests/run` runs ignored tests.
#[test]
#[ignore = "needs LibreOffice Calc (apt: libreoffice-calc)"]
fn libreoffice_opens_it_and_counts_the_same() {
    let tables = sample_tables("2021-01-31");
    let subjects = [(nation(), tables.clone()), (chihuahua(), visible_to_chihuahua(&tables))];
    for (subject, tables) in subjects {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("libro.xlsx");
        std::fs::write(&path, workbook(&package_contents(&subject, &tables, "2021-01-31")).unwrap()).unwrap();
        // Comma, quotes, UTF-8, and unformatted numbers; -1 means every sheet.
        let every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1";
        for format in [every_sheet, "pdf"] {
            let profile = format!("-env:UserInstallation=file://{}/perfil", folder.path().display());
            let mut office = Command::new("soffice");
            office.args([&profile, "--headless", "--convert-to", format, "--outdir"]).arg(folder.path()).arg(&path);
            let output = office.output().expect("LibreOffice: apt-get install libreoffice-calc");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert!(std::fs::metadata(folder.path().join("libro.pdf")).unwrap().len() > 50_000);
        for table in tables.iter().filter(|table| table.row_count() > 0) {
            let file = folder.path().join(format!("libro-{}.csv", sheet_name_of(&table.name)));
            let read = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let ours = spreadsheet_csv(table).unwrap();
            let (read, ours) = (row_count_and_sums(&read), row_count_and_sums(&ours["\u{feff}".len()..]));
            assert_eq!(read, ours, "{}", table.name);
        }
    }
}

/// The number of rows, and the sum of each column of whole numbers.
fn row_count_and_sums(bytes: &[u8]) -> (usize, Vec<(String, i64)>) {
    let mut reader = csv::Reader::from_reader(bytes);
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let is_count = |name: &str| Dictionary::default().meaning(name).unwrap().column_type == ColumnType::Int64;
    let columns = names.iter().enumerate().filter(|(_, name)| is_count(name));
    let sum = |at: usize| rows.iter().map(|row| row[at].parse::<i64>().unwrap()).sum();
    (rows.len(), columns.map(|(at, name)| (name.clone(), sum(at))).collect())
}
