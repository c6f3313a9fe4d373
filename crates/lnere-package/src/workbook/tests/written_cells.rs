//! Tests of cells, names, headers and bytes of workbooks.

use std::collections::BTreeSet;

use calamine::{Data, Reader as _};

use super::super::{style, table_sheet, workbook};
use super::{
    ReadWorkbook, assert_holds_all, cell_text, chihuahua, columns_of, nation, package_contents, parse_day,
    sample_tables, sheet_name_of, visible_to_chihuahua,
};
use crate::PackageData;
use crate::test_release::SAMPLE_PROCESS;
use lnere_core::process::PlausibilityRule;
use lnere_tables::sheet_names::{INDEX_SHEET, STATUS_COURSE_SHEET, SUMMARY_SHEET};
use lnere_tables::{Column, Table};

#[test]
fn every_cell_of_every_table_is_there() {
    let tables = sample_tables("2021-03-15");
    assert!(tables.len() >= 25);
    assert_holds_all(&mut ReadWorkbook::write_and_read(&nation(), &tables, "2021-03-15"), &tables);
    let own = visible_to_chihuahua(&tables);
    assert_holds_all(&mut ReadWorkbook::write_and_read(&chihuahua(), &own, "2021-03-15"), &own);
}

#[test]
fn sheets_are_in_order_and_linked() {
    let tables = visible_to_chihuahua(&sample_tables("2021-01-31"));
    let mut book = ReadWorkbook::write_and_read(&chihuahua(), &tables, "2021-01-31");
    let names = book.xlsx.sheet_names();
    let expected = [SUMMARY_SHEET, INDEX_SHEET, STATUS_COURSE_SHEET].map(str::to_owned).into_iter();
    let expected = expected.chain(tables.iter().map(|table| sheet_name_of(&table.name)));
    let expected: Vec<String> = expected.chain(["Diccionario", "Códigos"].map(str::to_owned)).collect();
    assert_eq!(names, expected);
    assert!(names.iter().all(|name| name.chars().count() <= 31));
    for name in names.iter().filter(|name| *name != INDEX_SHEET) {
        book.cells_right_of(INDEX_SHEET, name);
        assert!(book.xml_part("xl/worksheets/sheet2.xml").contains(&format!("location=\"'{name}'!A1\"")), "{name}");
    }
    let rows = tables.iter().find(|table| table.name == "lnere_cubo").unwrap().row_count();
    let line = book.cells_right_of(INDEX_SHEET, "Datos para tabla dinámica");
    assert_eq!(line[0], Data::String("lnere_cubo".to_owned()));
    assert_eq!(line.last(), Some(&Data::Float(rows as f64)));
}

#[test]
fn headers_are_frozen_filterable_and_printed_on_every_page() {
    let tables = visible_to_chihuahua(&sample_tables("2021-01-31"));
    let book = ReadWorkbook::write_and_read(&chihuahua(), &tables, "2021-01-31");
    for (index, table) in tables.iter().enumerate() {
        let sheet = book.xml_part(&format!("xl/worksheets/sheet{}.xml", index + 4));
        for part in [
            "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "Chihuahua · Corte al 31 ene 2021 · Revisión 1</oddHeader>",
            "Página &amp;P de &amp;N</oddFooter>",
        ] {
            assert!(sheet.contains(part), "{} lacks {part}", table.name);
        }
        assert_eq!(sheet.contains("<tablePart "), table.row_count() > 0, "{}", table.name);
    }
    for part in book.part_names("xl/tables/") {
        assert!(book.xml_part(&part).contains("<autoFilter ref=\"A1:"), "{part}");
    }
    let names = book.xml_part("xl/workbook.xml");
    assert!(names.contains("'Por sexo'!$1:$1"));
    let print_areas: Vec<String> = names
        .split("<definedName name=\"_xlnm.Print_Area\"")
        .skip(1)
        .map(|rest| rest.split('>').nth(1).unwrap().replace('\'', ""))
        .collect();
    for table in &tables {
        let start = format!("{}!$A$1:", sheet_name_of(&table.name));
        assert!(print_areas.iter().any(|area| area.starts_with(&start)), "{} has a print area", table.name);
    }
}

#[test]
fn a_notice_is_on_every_sheet_and_every_printed_page_and_the_tables_are_as_they_were() {
    let notice = "DATOS SINTÉTICOS DE MUESTRA";
    let tables = sample_tables("2021-03-15");
    let subject = nation();
    let with = PackageData { process: &SAMPLE_PROCESS.process, ..package_contents(&subject, &tables, "2021-03-15") };
    let bytes = workbook(&with).unwrap();
    let mut book = ReadWorkbook::read(bytes);
    let mut plain = ReadWorkbook::write_and_read(&subject, &tables, "2021-03-15");

    assert_holds_all(&mut book, &tables);
    for name in [INDEX_SHEET, SUMMARY_SHEET, STATUS_COURSE_SHEET] {
        assert!(book.sheet_text(name).contains(notice) && !plain.sheet_text(name).contains(notice), "{name}");
    }
    let names = book.xlsx.sheet_names();
    for (index, name) in names.iter().enumerate() {
        let part = format!("xl/worksheets/sheet{}.xml", index + 1);
        assert!(book.xml_part(&part).contains(&format!("\n&amp;B&amp;10{notice}&amp;R")), "the pages of {name}");
        if ![INDEX_SHEET, SUMMARY_SHEET, STATUS_COURSE_SHEET].contains(&name.as_str()) {
            assert_eq!(book.sheet(name).get_size(), plain.sheet(name).get_size(), "{name} has no cell more");
        }
    }
    // Each table has a label beside it, and each chart has the notice below its title.
    let drawn = |book: &ReadWorkbook, folder: &str| {
        book.part_names(folder).iter().filter(|part| book.xml_part(part).contains(notice)).count()
    };
    assert_eq!(
        drawn(&book, "xl/drawings/drawing"),
        names.len() - 2,
        "the charts of the summary are read aloud with it"
    );
    assert_eq!(drawn(&book, "xl/charts/chart"), book.chart_count());
    let folders = ["xl/worksheets/sheet", "xl/drawings/drawing", "xl/charts/chart", "xl/sharedStrings", "docProps/"];
    for part in folders.into_iter().flat_map(|folder| plain.part_names(folder)) {
        assert!(!plain.xml_part(&part).contains(notice), "{part}");
    }
    for part in ["docProps/core.xml", "docProps/custom.xml"] {
        assert!(book.xml_part(part).contains(notice), "{part}");
    }
    for part in ["docProps/core.xml", "docProps/app.xml"] {
        assert!(!book.xml_part(part).contains("Instituto"), "the institute has not written this");
    }
}

#[test]
fn a_header_has_room_for_a_notice_whatever_the_names() {
    let (tables, subject) = (visible_to_chihuahua(&sample_tables("2021-01-31")), chihuahua());
    let mut process = SAMPLE_PROCESS.process.clone();
    process.title = "Proceso & Electoral ".repeat(10);
    process.notice = Some("1 & AVISO ".repeat(12));
    let bytes =
        workbook(&PackageData { process: &process, ..package_contents(&subject, &tables, "2021-01-31") }).unwrap();
    let book = ReadWorkbook::read(bytes);
    let sheet = book.xml_part("xl/worksheets/sheet4.xml");
    let header = sheet.split("<oddHeader>").nth(1).unwrap().split("</oddHeader>").next().unwrap();
    assert!(header.contains("&amp;B&amp;10 1 &amp;&amp; AVISO") && header.ends_with("Revisión 1"), "{header}");
    assert!(header.replace("&amp;", "&").encode_utf16().count() <= 255);
}

#[test]
fn the_same_contents_give_the_same_bytes() {
    let tables = sample_tables("2021-03-15");
    let subject = nation();
    let once = workbook(&package_contents(&subject, &tables, "2021-03-15")).unwrap();
    for _ in 0..3 {
        assert!(once == workbook(&package_contents(&subject, &tables, "2021-03-15")).unwrap());
    }
    let core = ReadWorkbook::write_and_read(&subject, &tables, "2021-03-15").xml_part("docProps/core.xml");
    assert!(core.contains(">2021-03-15T00:00:00Z</dcterms:created>"), "{core}");
    assert!(core.contains(">2021-03-15T00:00:00Z</dcterms:modified>"), "{core}");
    assert!(core.contains("<dc:title>LNERE · Nacional · Corte al 15 de marzo de 2021</dc:title>"), "{core}");
}

#[test]
fn text_cannot_become_a_formula() {
    let hostile =
        ["=1+1", "+1", "-1", "@SUM(A1)", "\ta", "\ra", " =1", "＝1", "=HYPERLINK(\"http://x\")", "_x0041_", "08"];
    let table = Table {
        name: "hostil_y_mas".to_owned(),
        columns: vec![
            ("texto".to_owned(), Column::Text(hostile.map(str::to_owned).into())),
            ("cuenta".to_owned(), Column::Int((-5..6).collect())),
        ],
    };
    let tables = [table];
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2021-03-15");
    assert_holds_all(&mut book, &tables);
    for name in book.xlsx.sheet_names() {
        assert!(book.xlsx.worksheet_formula(&name).unwrap().is_empty(), "{name}");
    }
    for part in book.part_names("xl/worksheets/sheet") {
        assert!(!book.xml_part(&part).contains("<f>"), "{part}");
    }
    // New text typed over such a text also begins as text.
    assert!(book.xml_part("xl/styles.xml").contains("quotePrefix=\"1\""));
}

#[test]
fn what_a_sheet_cannot_hold_exactly_is_text() {
    let table = Table {
        name: "limites".to_owned(),
        columns: vec![
            ("entero".to_owned(), Column::Int(vec![999_999_999_999_999, i64::MAX, i64::MIN])),
            ("real".to_owned(), Column::Real(vec![0.5, f64::NAN, f64::INFINITY])),
            (
                "fecha".to_owned(),
                Column::Date(vec![parse_day("1900-03-01"), parse_day("1899-12-31"), parse_day("9999-12-31")]),
            ),
            ("texto".to_owned(), Column::Text(vec!["x".repeat(300), "ñ".repeat(40_000), String::new()])),
        ],
    };
    let mut book = ReadWorkbook::write_and_read(&nation(), &[table], "2021-03-15");
    let sheet = book.sheet("Limites");
    let text = |row, column| cell_text(&sheet[(row, column)]);
    assert_eq!(sheet[(1, 0)], Data::Float(999_999_999_999_999.0));
    assert_eq!((text(2, 0), text(3, 0)), (&*i64::MAX.to_string(), &*i64::MIN.to_string()));
    assert_eq!((&sheet[(2, 1)], &sheet[(3, 1)]), (&Data::Empty, &Data::Empty));
    assert_eq!(text(2, 2), "1899-12-31");
    assert_eq!(text(1, 3).len(), 300);
    assert!(text(2, 3).ends_with("… [el texto completo está en el CSV]"));
    assert_eq!(text(2, 3).encode_utf16().count(), 32_767);
}

#[test]
fn a_table_that_no_sheet_holds_is_not_cut_in_silence() {
    let rows = table_sheet::MAX_SHEET_ROWS + 1;
    let measure = |name: &str| (name.to_owned(), Column::Int(vec![1; rows]));
    let columns = vec![measure("solicitudes_quincena"), measure("solicitudes_acumuladas")];
    let tables = [Table { name: "lnere_cubo".to_owned(), columns }];
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2021-03-15");
    let said = "Esta tabla tiene 1,048,575 filas y una hoja de Excel solo admite 1,048,574: aquí no se incluye ninguna. \
                Está completa en el paquete, en los archivos csv/lnere_cubo.csv y tablas/lnere_cubo.parquet.";
    assert!(book.sheet_text("Datos para tabla dinámica").contains(said));
    assert!(book.sheet_text(INDEX_SHEET).contains(said));
    assert_eq!(book.sheet("Datos para tabla dinámica").height(), 3);
}

#[test]
fn the_dictionary_has_every_column_and_every_code() {
    let tables = sample_tables("2021-03-15");
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2021-03-15");
    let sheet = book.sheet("Diccionario");
    let columns: usize = tables.iter().map(|table| columns_of(&nation(), table).len()).sum();
    assert_eq!(sheet.height(), columns + 1);
    for row in sheet.rows() {
        assert!(row.iter().all(|cell| *cell != Data::Empty), "{row:?}");
    }
    let codes = book.sheet_text("Códigos");
    for code in ["ELECTRONICA", "Con inconsistencia notificada", "folio_duplicado", "NO_IDENTIFICADO", "XXX"] {
        assert!(codes.contains(code), "{code}");
    }
    // The codes that the plausibility rules write into `calidad`.
    let rules = PlausibilityRule::ALL.map(PlausibilityRule::code);
    for code in rules.into_iter().chain(["spreadsheet_limit", "error", "aviso", "advertencia", "aceptada", "total"]) {
        assert!(codes.lines().any(|line| line == code), "{code}");
    }
    let words = book.sheet_text("Diccionario");
    assert!(words.contains("advertencia: regla de plausibilidad cerca de su límite"), "{words}");
}

#[test]
fn days_are_counted_as_spreadsheets_do() {
    assert_eq!(style::excel_serial_number(parse_day("1900-03-01")), Some(61.0));
    assert_eq!(style::excel_serial_number(parse_day("2020-10-15")), Some(44_119.0));
    assert_eq!(style::excel_serial_number(parse_day("1900-02-28")), None);
}

/// The only formulas are the totals and shares of this program, on sheets with counts.
#[test]
fn formulas_are_totals_and_shares_with_their_values() {
    let tables = sample_tables("2021-03-15");
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2021-03-15");
    let mut kinds = std::collections::BTreeMap::new();
    for name in book.xlsx.sheet_names() {
        let (formulas, values) = (book.xlsx.worksheet_formula(&name).unwrap(), book.sheet(&name));
        let (row_offset, column_offset) = formulas.start().unwrap_or_default();
        for (row, column, formula) in formulas.used_cells() {
            let place = (row as u32 + row_offset, column as u32 + column_offset);
            assert!(matches!(values.get_value(place), Some(Data::Float(_))), "{name} {place:?} {formula}");
            *kinds.entry(formula.split('(').next().unwrap().to_owned()).or_insert(0) += 1;
        }
    }
    assert_eq!(kinds.keys().collect::<Vec<_>>(), ["ROUND", "SUBTOTAL", "SUM"]);
    assert!(kinds.values().all(|count| *count > 20), "{kinds:?}");
}

#[test]
fn codes_have_labels_and_percentages_are_fractions() {
    let tables = sample_tables("2021-03-15");
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2021-03-15");
    let text = |text: &str| Data::String(text.to_owned());
    let sheet = book.sheet("Por estatus");
    let header: Vec<&str> = sheet.rows().next().unwrap().iter().map(cell_text).collect();
    let expected = ["corte", "cve_entidad", "entidad", "estatus", "estatus_etiqueta"];
    assert_eq!(header[..5], expected);
    let row = sheet.rows().find(|row| row[3] == text("CON_INCONSISTENCIA")).unwrap();
    assert_eq!(row[4], text("Con inconsistencia notificada"));

    let published = tables.iter().find(|table| table.name == "lnere_por_estatus").unwrap();
    for (row, percentage) in published.values::<f64>("porcentaje").unwrap().iter().enumerate() {
        let Data::Float(fraction) = sheet[(row + 1, header.len() - 1)] else { panic!("row {row} has no share") };
        assert!((fraction * 100.0 - percentage).abs() < 1e-9 && fraction <= 1.0);
    }
    let cube = book.sheet("Datos para tabla dinámica");
    let fields: Vec<&str> = cube.rows().next().unwrap().iter().map(cell_text).collect();
    for field in
        ["Entidad", "País de residencia", "Sexo", "Sexo (clave)", "Medio de registro", "Solicitudes acumuladas"]
    {
        assert!(fields.contains(&field), "{fields:?}");
    }
    let rows = tables.iter().find(|table| table.name == "lnere_cubo").unwrap().row_count();
    assert_eq!(cube.height(), rows + 1, "no total row, which a pivot table would count");
    // It is wide, so its headers have lines and it prints on longer paper.
    let part = (1..=book.xlsx.sheet_names().len())
        .map(|number| book.xml_part(&format!("xl/worksheets/sheet{number}.xml")))
        .nth(book.xlsx.sheet_names().iter().position(|name| name == "Datos para tabla dinámica").unwrap())
        .unwrap();
    assert!(part.contains("<pageSetup paperSize=\"5\" fitToHeight=\"0\" orientation=\"landscape\""), "{part:.2000}");
    let widths = part.split(" width=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
    assert!(widths.sum::<f64>() < 320.0, "at least half of the size on the screen");
    let defined = book.xml_part("xl/workbook.xml");
    assert!(defined.contains("'Datos para tabla dinámica'!$1:$1"), "{defined}");
}

/// With fewer than thirty applications one of them moves a percentage by more than three points.
#[test]
fn no_percentage_of_a_small_base() {
    let tables = sample_tables("2020-09-15");
    let totals = tables.iter().find(|table| table.name == "lnere_por_entidad").unwrap();
    let codes = totals.values::<String>("cve_entidad").unwrap();
    let counts = totals.values::<i64>("solicitudes_acumuladas").unwrap();
    let mut book = ReadWorkbook::write_and_read(&nation(), &tables, "2020-09-15");
    let sheet = book.sheet("Por modalidad");
    let last = sheet.width() - 1;
    let mut shown = BTreeSet::new();
    for row in sheet.rows().skip(1).filter(|row| !cell_text(&row[1]).is_empty()) {
        let total = counts[codes.iter().position(|code| code == cell_text(&row[1])).unwrap()];
        assert_eq!(row[last] != Data::Empty, total >= 30, "{row:?}");
        shown.insert(total >= 30);
    }
    assert_eq!(shown.len(), 2, "the sample has entities of both kinds");
}
