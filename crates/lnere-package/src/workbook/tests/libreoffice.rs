//! Tests of workbooks in a program other than Excel.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader as _};
use lnere_tables::Column;

use super::super::workbook;
use super::{
    ReadWorkbook, chihuahua, columns_of, nation, package_contents, sample_tables, sheet_name_of, visible_to_chihuahua,
};

/// Settings that make `LibreOffice` calculate all formulas of a file that it opens.
const RECALCULATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"#;

/// Ignored by default: `.ci/run` installs `LibreOffice`, and `tests/run` runs ignored tests.
#[test]
#[ignore = "needs LibreOffice Calc (apt: libreoffice-calc)"]
fn libreoffice_opens_it_and_calculates_the_same() {
    let tables = sample_tables("2021-01-31");
    let subjects = [(nation(), tables.clone()), (chihuahua(), visible_to_chihuahua(&tables))];
    for (subject, tables) in subjects {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("perfil/user");
        std::fs::create_dir_all(&settings).unwrap();
        std::fs::write(settings.join("registrymodifications.xcu"), RECALCULATE).unwrap();
        let bytes = workbook(&package_contents(&subject, &tables, "2021-01-31")).unwrap();
        let path = folder.path().join("libro.xlsx");
        std::fs::write(&path, without_cached_values(&bytes)).unwrap();
        convert(&path, "pdf", folder.path());
        assert!(std::fs::metadata(folder.path().join("libro.pdf")).unwrap().len() > 50_000);
        let calculated = folder.path().join("calculado");
        convert(&path, "xlsx:Calc MS Excel 2007 XML", &calculated);

        let calculated = std::fs::read(calculated.join("libro.xlsx")).unwrap();
        let mut theirs = ReadWorkbook::read(calculated);
        let mut ours = ReadWorkbook::read(bytes);
        let mut formula_count = 0;
        for name in ours.xlsx.sheet_names() {
            let formulas = ours.xlsx.worksheet_formula(&name).unwrap();
            let (values, calculated) = (ours.sheet(&name), theirs.sheet(&name));
            let (first_row, first_column) = formulas.start().unwrap_or_default();
            for (row, column, formula) in formulas.used_cells() {
                let place = (row as u32 + first_row, column as u32 + first_column);
                assert_eq!(values.get_value(place), calculated.get_value(place), "{name} {place:?} {formula}");
                formula_count += 1;
            }
        }
        assert!(formula_count > 60, "{formula_count}");
        for table in tables.iter().filter(|table| table.row_count() > 0) {
            let sheet = theirs.sheet(&sheet_name_of(&table.name));
            for (place, column) in columns_of(&subject, table).iter().enumerate() {
                let Column::Int(values) = &*column.values else { continue };
                let read = |row: usize| if let Data::Float(value) = sheet[(row, place)] { value as i64 } else { -1 };
                let read: Vec<i64> = (1..=table.row_count()).map(read).collect();
                assert!(read == *values, "{}.{}", table.name, column.header);
            }
        }
    }
}

fn convert(path: &Path, format: &str, folder: &Path) {
    let profile = format!("-env:UserInstallation=file://{}/perfil", path.parent().unwrap().display());
    let mut office = Command::new("soffice");
    office.args([&profile, "--headless", "--convert-to", format, "--outdir"]).arg(folder).arg(path);
    let output = office.output().expect("LibreOffice: apt-get install libreoffice-calc");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The workbook with zero as the value of each formula, so that only a calculation gives the right
/// one.
fn without_cached_values(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut written = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if name.starts_with("xl/worksheets/sheet") {
            let text = String::from_utf8(content).unwrap();
            let mut parts = text.split("</f><v>");
            let mut zeroed = parts.next().unwrap().to_owned();
            for rest in parts {
                zeroed.push_str("</f><v>0");
                zeroed.push_str(&rest[rest.find("</v>").unwrap()..]);
            }
            content = zeroed.into_bytes();
        }
        written.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        written.write_all(&content).unwrap();
    }
    written.finish().unwrap().into_inner()
}
