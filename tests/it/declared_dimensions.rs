//! Tests of declared dimensions: exports with two of them are generated, published completely, and
//! counted again by independent code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use crate::common::{APPLICATION_HEADER, Bench, GOOD_CREDENTIAL, csv, lnere, parquet, pdf_text};
use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use calamine::{Data, Reader, Xlsx};
use lnere_release::{Manifest, PublicManifest, Verification, verify};
use lnere_tables::Table;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;

const SEDE: &str = "sede";
const AGE: &str = "grupo_edad";
const UNIDENTIFIED: &str = "NO_IDENTIFICADO";

// ---- A second count of the exports

/// The counted fields of a record.
struct CountedRecord {
    entity: String,
    sede: &'static str,
    age: &'static str,
}

/// The decompressed bytes of a sample export.
fn decompress(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    match path.extension().unwrap().to_str().unwrap() {
        "gz" => {
            let mut text = Vec::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
            text
        }
        "zst" => zstd::decode_all(bytes.as_slice()).unwrap(),
        _ => bytes,
    }
}

/// The rows of a sample export, by header name. Accented letters of other encodings are lost.
fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    let text = String::from_utf8_lossy(&decompress(path)).trim_start_matches('\u{feff}').to_owned();
    let delimiter = if text.lines().next().unwrap().contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        let cells = header.iter().zip(record.iter());
        cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// The accepted records of the sample. Rejected records have a folio of their own or none. Of two
/// records with one folio the second is older.
fn accepted_records(path: &Path) -> Vec<CountedRecord> {
    let mut seen = HashSet::new();
    let counts = |row: &HashMap<String, String>| {
        let number = row["FOLIO"].strip_prefix("SINT-2020-").unwrap_or_default();
        number.starts_with(|first: char| first.is_ascii_digit()) && seen.insert(number.to_owned())
    };
    let mut all = rows(path);
    all.retain(counts);
    let counted = |row: HashMap<String, String>| CountedRecord {
        entity: entity(&row["CVE_ENTIDAD"]),
        sede: sede(&row["SEDE"]),
        age: age(&row["FECHA_NACIMIENTO"]),
    };
    all.into_iter().map(counted).collect()
}

fn entity(cell: &str) -> String {
    let names = [
        ("BAJA CALIFORNIA SUR", 3),
        ("COLIMA", 6),
        ("CHIHUAHUA", 8),
        ("CIUDAD DE MEXICO", 9),
        ("GUERRERO", 12),
        ("JALISCO", 14),
        ("MICHOACAN", 16),
        ("NAYARIT", 18),
        ("QUERETARO", 22),
        ("SAN LUIS POTOSI", 24),
        ("ZACATECAS", 32),
    ];
    let plain = cell.to_uppercase().replace('É', "E").replace('Á', "A").replace('Í', "I");
    let number = cell.parse().ok().or_else(|| Some(names.iter().find(|(name, _)| *name == plain)?.1));
    format!("{:02}", number.unwrap_or_else(|| panic!("{cell} is no entity")))
}

fn sede(cell: &str) -> &'static str {
    match cell {
        "LOS_ANGELES" | "CONSULMEX LOS ANGELES" | "LAX" => "LOS_ANGELES",
        "CHICAGO" | "CONSULMEX CHICAGO" => "CHICAGO",
        "DALLAS" | "CONSULMEX DALLAS" => "DALLAS",
        "HOUSTON" | "CONSULMEX HOUSTON" => "HOUSTON",
        "NUEVA_YORK" | "CONSULMEX NUEVA YORK" | "NEW YORK" => "NUEVA_YORK",
        "MONTREAL" | "CONSULMEX MONTREAL" | "Montréal, Quebec" => "MONTREAL",
        "MADRID" | "EMBAMEX ESPAÑA" => "MADRID",
        "PARIS" | "EMBAMEX FRANCIA" => "PARIS",
        "SIN_SEDE" | "NO APLICA" => "SIN_SEDE",
        _ => UNIDENTIFIED,
    }
}

/// The age band of a date of birth on 6 June 2021.
fn age(cell: &str) -> &'static str {
    let numbers: Vec<i32> = cell.split('-').filter_map(|number| number.parse().ok()).collect();
    let [year, month, day] = numbers[..] else { return UNIDENTIFIED };
    let age = 2021 - year - i32::from((month, day) > (6, 6));
    match age {
        18..25 => "18_24",
        25..35 => "25_34",
        35..45 => "35_44",
        45..55 => "45_54",
        55..65 => "55_64",
        65..120 => "65_MAS",
        _ => UNIDENTIFIED,
    }
}

fn tally(records: &[CountedRecord], key: impl Fn(&CountedRecord) -> String) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for record in records {
        *counts.entry(key(record)).or_insert(0) += 1;
    }
    counts
}

// ---- Releases

/// A bench with seven dimensions and sample exports.
fn sampled_bench(shape: &str, applications: &str) -> Bench {
    let bench = Bench::new().seven_dimensions();
    write_sample(&bench, &["--shape", shape, "--applications", applications, "--credentials", "1000"]);
    bench
}

fn write_sample(bench: &Bench, args: &[&str]) {
    let mut command = lnere();
    command.arg("sample").arg(bench.inputs()).arg("--process").arg(bench.process_file()).args(args);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn table(folder: &Path, name: &str) -> Table {
    let bytes = fs::read(folder.join(format!("tablas/{name}.parquet"))).unwrap();
    lnere_tables::read(name, bytes).unwrap()
}

/// The sums of a measure by some columns, without zeros.
fn sums(table: &Table, by: &[&str], measure: &str) -> BTreeMap<String, i64> {
    let keys: Vec<&[String]> = by.iter().map(|column| table.values::<String>(column).unwrap()).collect();
    let mut sums = BTreeMap::new();
    for (row, count) in table.values::<i64>(measure).unwrap().iter().enumerate() {
        let key: Vec<&str> = keys.iter().map(|values| values[row].as_str()).collect();
        *sums.entry(key.join(" ")).or_insert(0) += count;
    }
    sums.retain(|_, count| *count > 0);
    sums
}

/// The code of a counted application in one dimension.
type CodeOf = fn(&CountedRecord) -> &'static str;

/// Checks that the tables of a release agree with the exports of its day and of the previous corte.
#[track_caller]
fn assert_counts_match_exports(release: &Path, now: &[CountedRecord], before: &[CountedRecord]) {
    let cube = table(release, "lnere_cubo");
    let of: [(&str, CodeOf); 2] = [(SEDE, |one| one.sede), (AGE, |one| one.age)];
    for (column, label) in of {
        let whole = |records: &[CountedRecord]| tally(records, |one| label(one).to_owned());
        let by_entity = |records: &[CountedRecord]| tally(records, |one| format!("{} {}", one.entity, label(one)));
        let roll_up = table(release, &format!("lnere_por_{column}"));
        assert!(whole(now).len() >= 7, "all categories occur");
        for table in [&cube, &roll_up] {
            assert_eq!(sums(table, &[column], "solicitudes_acumuladas"), whole(now), "{} by {column}", table.name);
            let keys = ["cve_entidad", column];
            assert_eq!(sums(table, &keys, "solicitudes_acumuladas"), by_entity(now), "{} by {column}", table.name);
            let mut new = by_entity(now);
            for (key, count) in by_entity(before) {
                *new.get_mut(&key).expect("nobody goes") -= count;
            }
            new.retain(|_, count| *count > 0);
            assert_eq!(sums(table, &keys, "solicitudes_quincena"), new, "{} by {column}", table.name);
        }
        // Each entity and each category has a row; the unidentified one has a row only if it has a
        // count.
        let listed = whole(now).keys().filter(|code| *code != UNIDENTIFIED).count();
        let unidentified = by_entity(now).keys().filter(|key| key.ends_with(UNIDENTIFIED)).count();
        assert_eq!(roll_up.row_count(), 11 * listed + unidentified);
    }
    let all = table(release, "lnere_por_entidad").values::<i64>("solicitudes_acumuladas").unwrap().iter().sum::<i64>();
    assert_eq!(all, i64::try_from(now.len()).unwrap());
}

fn dashboard(release: &Path) -> Value {
    let text = fs::read_to_string(release.join("tablero/datos.js")).unwrap();
    let json = text.strip_prefix("'use strict';\nconst DATOS = ").unwrap().strip_suffix(";\n").unwrap();
    serde_json::from_str(json).unwrap()
}

/// The texts of a sheet, and the names of all sheets.
fn workbook(path: &Path, sheet: &str) -> (Vec<String>, Vec<String>) {
    let mut book = Xlsx::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let texts = range.used_cells().filter_map(|(_, _, cell)| match cell {
        Data::String(text) => Some(text.clone()),
        _ => None,
    });
    (texts.collect(), book.sheet_names())
}

fn export(bench: &Bench, day: &str) -> PathBuf {
    bench.inputs().join(format!("solicitudes_{day}.csv.gz"))
}

#[test]
fn a_release_of_all_parts_counts_as_the_exports_do() {
    let bench = sampled_bench("uniforme", "3000").with_corte("2021-03-15");
    let output = bench.command("run", &["--from", "2021-02-28", "--to", "2021-03-15"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let release = |corte: &str| bench.out().join("releases").join(corte);
    let of_day = |day: &str| accepted_records(&export(&bench, day));
    let (january, february, march) = (of_day("20210215"), of_day("20210228"), of_day("20210315"));
    assert_eq!(march.len(), 3000);
    assert_counts_match_exports(&release("2021-02-28"), &february, &january);
    assert_counts_match_exports(&release("2021-03-15"), &march, &february);

    for corte in ["2021-02-28", "2021-03-15"] {
        assert_eq!(verify(&release(corte)), Verification::default());
    }
    let mut diff = lnere();
    let differing = diff.args(["diff", "2021-02-28", "2021-03-15", "--output"]).arg(bench.out()).output().unwrap();
    let printed = String::from_utf8(differing.stdout).unwrap();
    assert_eq!(differing.status.code(), Some(5));
    assert!(printed.contains("\nlnere_por_sede: ") && printed.contains("\nlnere_por_grupo_edad: "), "{printed}");
    assert!(printed.contains("sede=LOS_ANGELES") || printed.contains("LOS_ANGELES"), "{printed}");

    let newest = release("2021-03-15");
    assert_eq!(Manifest::read(&newest).unwrap().dimensions, [SEDE, AGE]);
    let package = fs::read_to_string(newest.join("datapackage.json")).unwrap();
    assert!(package.contains("Sede consular") && package.contains("Age group"));
    for place in ["nacional", "08_chihuahua"] {
        for chart in ["por_sede", "por_grupo_edad"] {
            let drawn = fs::read_to_string(newest.join(format!("graficas/{place}/{chart}.svg"))).unwrap();
            assert!(drawn.contains(if chart == "por_sede" { "Los Ángeles" } else { "65 años o más" }));
            assert!(newest.join(format!("graficas/{place}/{chart}.png")).exists());
        }
        let folder = newest.join("paquetes").join(place);
        let (summary, sheets) = workbook(&folder.join(format!("libro_{place}_2021-03-15.xlsx")), "Resumen");
        for name in ["Por sede consular", "Por grupo de edad"] {
            assert!(sheets.iter().any(|sheet| sheet == name), "{sheets:?}");
        }
        for text in ["Solicitudes por sede consular", "Solicitudes por grupo de edad", "Nueva York", "18 a 24 años"] {
            assert!(summary.iter().any(|cell| cell == text), "{text} is in the summary of {place}");
        }
        let report = fs::read(folder.join(format!("reporte_{place}_2021-03-15.pdf"))).unwrap();
        let report = pdf_text(&report).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(report.contains("los que se agregaron para este proceso: sede consular y grupo de edad."), "{report}");
        for text in ["Solicitudes por sede consular", "Solicitudes por grupo de edad", "65 años o más"] {
            assert!(report.contains(text), "{text} is in the report of {place}");
        }
    }

    let data = dashboard(&newest);
    assert_eq!(data["solicitudes"]["total"], 3000);
    let axes = data["solicitudes"]["dimensiones"].as_array().unwrap();
    assert!(axes.ends_with(&[SEDE.into(), AGE.into()]), "{axes:?}");
    assert_eq!(data["categorias"][SEDE][0], serde_json::json!(["LOS_ANGELES", "Los Ángeles"]));
    let declared = data["dimensiones"].to_string();
    assert!(declared.contains("Sede consular") && declared.contains("Grupo de edad"), "{declared}");

    let public = newest.join("publico");
    assert_eq!(PublicManifest::read(&public).unwrap().dimensions, [SEDE, AGE]);
    for (column, group) in [(SEDE, "SIN_SEDE_O_NO_IDENTIFICADA"), (AGE, "65_MAS_O_NO_IDENTIFICADO")] {
        let public = table(&public, &format!("lnere_por_{column}"));
        let codes = public.values::<String>(column).unwrap();
        assert!(codes.iter().any(|code| code == group) && !codes.iter().any(|code| code == UNIDENTIFIED));
        assert_eq!(public.columns.last().unwrap().0, "protegida");
    }
}

/// An independent attacker, as an outsider and as the OPL of each entity.
#[test]
#[ignore = "needs DuckDB and HiGHS: tests/run starts them"]
fn public_tables_of_declared_dimensions_give_nothing_away() {
    let bench = sampled_bench("publicada", "4000");
    let args = ["--only", "publico", "--from", "2020-12-15", "--to", "2021-03-15"];
    let output = bench.command("run", &args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let python = std::env::var("LNERE_PYTHON").expect("LNERE_PYTHON names a Python with duckdb and highspy: tests/run");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let attack =
        Command::new(python).arg("attack_public_tables.py").arg(bench.out()).current_dir(tests).output().unwrap();
    let said = String::from_utf8_lossy(&attack.stdout).into_owned();
    assert!(attack.status.success(), "{said}{}", String::from_utf8_lossy(&attack.stderr));
}

#[test]
fn a_season_of_exports_keeps_each_label_and_each_date_of_birth() {
    let bench = sampled_bench("publicada", "1500");
    let mut known: HashMap<String, (String, &'static str)> = HashMap::new();
    let mut files: Vec<PathBuf> = fs::read_dir(bench.inputs()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.file_name().unwrap().to_string_lossy().starts_with("solicitudes_"));
    files.sort();
    assert_eq!(files.len(), 12);
    let mut forms = HashSet::new();
    for file in &files {
        for row in rows(file) {
            let folio = row["FOLIO"].clone();
            if !folio.starts_with("SINT-2020-0") || row.len() < 12 {
                continue;
            }
            let written = row["FECHA_NACIMIENTO"].as_str();
            // The export of 31 October has the day first, and another encoding.
            let birth = match written.split('/').collect::<Vec<_>>()[..] {
                [day, month, year] => format!("{year}-{month}-{day}"),
                _ => written.to_owned(),
            };
            forms.insert(written.contains('/'));
            let label = if row["SEDE"].contains('\u{fffd}') { None } else { Some(sede(&row["SEDE"])) };
            let (birth_before, label_before) =
                known.entry(folio.clone()).or_insert_with(|| (birth.clone(), label.unwrap_or(UNIDENTIFIED)));
            assert_eq!(*birth_before, birth, "{folio} in {}", file.display());
            assert!(label.is_none_or(|label| label == *label_before || *label_before == UNIDENTIFIED), "{folio}");
        }
    }
    assert_eq!(known.len(), 1500);
    assert_eq!(forms.len(), 2, "both forms of a date occur");
    let ages = known.values().fold(BTreeMap::new(), |mut ages: BTreeMap<&str, usize>, (birth, _)| {
        *ages.entry(age(birth)).or_insert(0) += 1;
        ages
    });
    assert_eq!(ages.len(), 7, "{ages:?}");
    assert!((1..20).contains(&ages[UNIDENTIFIED]), "{ages:?}");
    // In a list without weights in the shape, each category has fewer records than the previous
    // one.
    let seats =
        ["LOS_ANGELES", "CHICAGO", "DALLAS", "HOUSTON", "NUEVA_YORK", "MONTREAL", "MADRID", "PARIS", "SIN_SEDE"];
    let counts = seats.map(|seat| known.values().filter(|(_, label)| *label == seat).count());
    assert!(counts.is_sorted_by(|a, b| a >= b) && counts[8] > 30, "{counts:?}");
}

#[test]
fn a_shape_file_gives_the_totals_of_declared_dimensions() {
    let bench = Bench::new().seven_dimensions().with_corte("2021-03-15");
    let shapes = bench.path("formas");
    fs::create_dir(&shapes).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/formas");
    let bench =
        bench.with_edit(&format!("shapes = \"{}\"", folder.display()), &format!("shapes = \"{}\"", shapes.display()));
    let shape = fs::read_to_string(folder.join("limpia.toml")).unwrap();
    let shape = shape.replace("\npais = { USA", "\nsede = { DALLAS = 600_000, CHICAGO = 300_000 }\ngrupo_edad = { \"18_24\" = 900_000, \"65_MAS\" = 0 }\npais = { USA");
    let shape = shape.replace(
        "default = 1_000_000\n",
        "default = 1_000_000\nunidentified = { sede = 0.02, grupo_edad = 0.0 }\nshares = { other_spelling = 0.5 }\n",
    );
    let shape = shape + "\n[spellings.sede]\nDALLAS = [\"Dallas.\"]\n";
    fs::write(shapes.join("propia.toml"), &shape).unwrap();
    write_sample(&bench, &["--shape", "propia", "--applications", "10000", "--credentials", "100"]);

    let all = rows(&bench.inputs().join("solicitudes_20210315.csv"));
    let births = all.iter().fold(HashMap::new(), |mut births: HashMap<&str, usize>, row| {
        *births.entry(age(&row["FECHA_NACIMIENTO"])).or_insert(0) += 1;
        births
    });
    assert_eq!((births["18_24"], births.get("65_MAS"), births.get(UNIDENTIFIED)), (9000, None, None));
    let of = |texts: &[&str]| all.iter().filter(|row| texts.contains(&row["SEDE"].as_str())).count();
    assert!((5800..=6000).contains(&of(&["DALLAS", "CONSULMEX DALLAS", "Dallas."])));
    assert!((2900..=3000).contains(&of(&["CHICAGO", "CONSULMEX CHICAGO"])));
    assert!(of(&["Dallas."]) > 1000);
    let ran = bench.run().assert_published();
    let seats = sums(&ran.table("lnere_por_sede"), &[SEDE], "solicitudes_acumuladas");
    assert_eq!(seats["DALLAS"], i64::try_from(of(&["DALLAS", "CONSULMEX DALLAS", "Dallas."])).unwrap());
    assert!((150..=260).contains(&seats[UNIDENTIFIED]), "{seats:?}");

    let mistake = |from: &str, to: &str, message: &str| {
        fs::write(shapes.join("propia.toml"), shape.replace(from, to)).unwrap();
        let mut command = lnere();
        command.args(["sample", "--shape", "propia", "--process"]).arg(bench.process_file()).arg(bench.path("otra"));
        let output = command.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("propia.toml:") && stderr.contains(message), "{stderr}");
    };
    mistake("DALLAS = 600_000", "DALAS = 600_000", "the process has no sede `DALAS`; expected LOS_ANGELES, CHICAGO");
    mistake("\"65_MAS\" = 0", "\"65\" = 0", "the process has no grupo_edad `65`; expected 18_24, 25_34");
    mistake("sede = 0.02", "sedes = 0.02", "no column `sedes` here; expected one of: modalidad");
    mistake("[spellings.sede]\nDALLAS", "[spellings.grupo_edad]\n18_24", "no column `grupo_edad` here");
}

/// The program reproduces the committed sample, whose process file declares no dimension.
#[test]
fn exports_without_declared_dimensions_are_what_they_were() {
    let bench = Bench::new();
    write_sample(&bench, &["--seed", "1"]);
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/pel_2020_2021");
    let mut files = 0;
    for entry in fs::read_dir(&committed).unwrap() {
        let path = entry.unwrap().path();
        // The compression libraries may change, but the content may not.
        assert!(decompress(&path) == decompress(&bench.inputs().join(path.file_name().unwrap())), "{}", path.display());
        files += 1;
    }
    assert_eq!(files, fs::read_dir(bench.inputs()).unwrap().count());
}

// ---- What is read

const HEADER: &str = "SEDE,FECHA_NACIMIENTO";

/// Applications with a seat and a date of birth, and their categories.
const PEOPLE: [(&str, &str, &str, &str); 8] = [
    ("DALLAS", "2003-06-06", "DALLAS", "18_24"),
    ("Consulmex Dallas", "1996-06-07", "DALLAS", "18_24"),
    ("los angeles", "1996-06-06", "LOS_ANGELES", "25_34"),
    ("Montréal, Quebec", "1950-02-28", "MONTREAL", "65_MAS"),
    ("", "2003-06-07", UNIDENTIFIED, UNIDENTIFIED),
    ("Marte", "1900-01-01", UNIDENTIFIED, UNIDENTIFIED),
    ("PARIS", "", "PARIS", UNIDENTIFIED),
    ("PARIS", "1901-06-07", "PARIS", "65_MAS"),
];

fn column_cells() -> Vec<Vec<String>> {
    let of = |place: usize| {
        let cells = (0..PEOPLE.len()).map(|row| {
            let good = format!("A{row},2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10");
            good.split(',').nth(place).unwrap().to_owned()
        });
        cells.collect::<Vec<_>>()
    };
    (0..10).map(of).collect()
}

/// Checks that the exports of a bench are counted as in [`PEOPLE`].
#[track_caller]
fn assert_counts_people(bench: &Bench) {
    let ran = bench.run().assert_published();
    for (column, label) in [(SEDE, 2), (AGE, 3)] {
        let mut expected = BTreeMap::new();
        for person in PEOPLE {
            let code = if label == 2 { person.2 } else { person.3 };
            *expected.entry(code.to_owned()).or_insert(0) += 1;
        }
        assert_eq!(sums(&ran.table("lnere_cubo"), &[column], "solicitudes_acumuladas"), expected, "{column}");
    }
}

/// A bench with seven dimensions and one export of applications, most of which may be unidentified.
fn bench_of(name: &str, bytes: impl AsRef<[u8]>) -> Bench {
    Bench::new().seven_dimensions().without_comparisons().file(name, bytes).credentials(&[GOOD_CREDENTIAL])
}

#[test]
fn texts_and_date_cells_of_every_format_count_the_same() {
    let write = |birth: &dyn Fn(&str) -> String| {
        let rows: Vec<String> = (0..)
            .zip(PEOPLE)
            .map(|(row, (seat, date, ..))| {
                format!("A{row},2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10,\"{seat}\",{}", birth(date))
            })
            .collect();
        csv(&format!("{APPLICATION_HEADER},{HEADER}"), &rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let turned = |date: &str| date.split('-').rev().collect::<Vec<_>>().join("/");
    let with_time = |date: &str| if date.is_empty() { String::new() } else { format!("{date} 00:00:00") };
    let as_text = |date: &str| if date.is_empty() { String::new() } else { format!("'{date}") };
    for birth in [&str::to_owned as &dyn Fn(&str) -> String, &turned, &with_time, &as_text] {
        assert_counts_people(&bench_of("solicitudes_20200930.csv", write(birth)));
    }
    // The second name of the header, in other letters.
    let renamed = write(&str::to_owned).replace("FECHA_NACIMIENTO", "Nacimiento");
    assert_counts_people(&bench_of("solicitudes_20200930.csv", renamed));

    let days = || PEOPLE.iter().map(|(_, date, ..)| date.parse::<chrono::NaiveDate>().ok());
    let epoch = chrono::NaiveDate::default();
    let day_numbers = days().map(|day| Some(i32::try_from((day? - epoch).num_days()).unwrap()));
    let midnights = days().map(|day| Some((day? - epoch).num_days() * 86_400_000_000));
    let births: [ArrayRef; 2] =
        [Arc::new(day_numbers.collect::<Date32Array>()), Arc::new(midnights.collect::<TimestampMicrosecondArray>())];
    for births in births {
        let texts = column_cells().into_iter().map(|cells| Arc::new(StringArray::from(cells)) as ArrayRef);
        let mut fields: Vec<(&str, ArrayRef)> = APPLICATION_HEADER.split(',').zip(texts).collect();
        let seats: Vec<&str> = PEOPLE.iter().map(|person| person.0).collect();
        fields.push(("SEDE", Arc::new(StringArray::from(seats))));
        fields.push(("FECHA_NACIMIENTO", births));
        let batch =
            RecordBatch::try_from_iter_with_nullable(fields.into_iter().map(|(name, values)| (name, values, true)));
        assert_counts_people(&bench_of("solicitudes_20200930.parquet", parquet(&batch.unwrap())));
    }

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let header = format!("{APPLICATION_HEADER},{HEADER}");
    for (column, name) in (0..).zip(header.split(',')) {
        sheet.write_string(0, column, name).unwrap();
    }
    for (column, cells) in (0..).zip(column_cells()) {
        for (row, cell) in (1..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (row, (seat, birth, ..)) in (1..).zip(PEOPLE) {
        sheet.write_string(row, 10, seat).unwrap();
        if !birth.is_empty() {
            let day = ExcelDateTime::parse_from_str(birth).unwrap();
            sheet.write_datetime_with_format(row, 11, &day, &date).unwrap();
        }
    }
    assert_counts_people(&bench_of("solicitudes_20200930.xlsx", book.save_to_buffer().unwrap()));
}

#[test]
fn years_of_two_digits_are_of_the_last_hundred_years() {
    let header = format!("{APPLICATION_HEADER},{HEADER}");
    let row = |folio: u8, birth: &str| {
        format!("A{folio},10-SEP-20,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,10-SEP-20,DALLAS,{birth}")
    };
    let rows = [row(1, "07-MAR-50"), row(2, "07-MAR-85"), row(3, "06-JUN-03"), row(4, "07-JUN-03")];
    let export = csv(&header, &rows.each_ref().map(String::as_str));
    let bench = bench_of("solicitudes_20200930.csv", export);
    let formats = "encoding = \"auto\"                            # or \"utf-8\", \"windows-1252\"\ndate_formats = [\"YYYY-MM-DD\", \"DD/MM/YYYY\"]";
    let bench = bench.with_edit(formats, "date_formats = [\"DD-MON-RR\"]");
    let ages = sums(&bench.run().assert_published().table("lnere_por_grupo_edad"), &[AGE], "solicitudes_acumuladas");
    let expected = [("18_24", 1), ("35_44", 1), ("65_MAS", 1), (UNIDENTIFIED, 1)];
    assert_eq!(ages, expected.map(|(code, count)| (code.to_owned(), count)).into());
}

#[test]
fn what_is_not_identified_is_noted_listed_and_limited() {
    let header = format!("{APPLICATION_HEADER},{HEADER}");
    let rows = |count: usize, seat: &str, birth: &str| {
        (0..count)
            .map(|row| format!("A{row},2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10,{seat},{birth}"))
            .collect::<Vec<_>>()
    };
    let of = |rows: &[String]| csv(&header, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let refused = |seat: &str, birth: &str, message: &str| {
        let bench = Bench::new().seven_dimensions().file("solicitudes_20200930.csv", of(&rows(30, seat, birth)));
        bench.credentials(&[GOOD_CREDENTIAL]).run().assert_refused(3, message);
    };
    refused("DALLAS", "07-MAR-85", "max_unidentified: column FECHA_NACIMIENTO");
    refused("DALLAS", "07-MAR-85", "The dates of birth look like `99-AAA-99` in 30 records");
    refused("DALLAS", "07-MAR-85", "add their form to `date_formats` in [exports.solicitudes]");
    refused("DALLAS", "", "30 are empty");
    refused("DALLAS", "2015-03-07", "an age below the first edge of `ages`, or one of 120 years or more");
    refused("CANARIO", "1985-03-07", "add them as aliases in [categories] or [[dimensions]]");

    // `check` lists unknown labels, but no date of birth.
    let bench = bench_of("solicitudes_20200930.csv", of(&rows(30, "CANARIO", "07-MAR-85")));
    assert_eq!(bench.command("check", &[]).output().unwrap().status.code(), Some(0));
    let listed = fs::read_to_string(bench.out().join("private/etiquetas_desconocidas.csv")).unwrap();
    assert!(listed.contains("SEDE") && listed.contains("CANARIO"), "{listed}");
    assert!(!listed.contains("FECHA_NACIMIENTO") && !listed.contains("MAR-85"), "{listed}");
    let ran = bench.run().assert_published();
    assert_eq!(ran.rules("solicitudes"), "aviso categoria_no_identificada 30");
    for (path, bytes) in crate::common::files_below(&bench.out()) {
        let is_list = path.ends_with("etiquetas_desconocidas.csv");
        assert!(is_list || !String::from_utf8_lossy(&bytes).contains("MAR-85"), "{path}");
    }
}

#[test]
fn an_export_without_the_columns_is_refused_with_header_and_key() {
    let good = "A1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10";
    bench_of("solicitudes_20200930.csv", csv(APPLICATION_HEADER, &[good])).run().assert_refused(
        3,
        "line 1: columns SEDE, FECHA_NACIMIENTO not found among its 10: FOLIO, FECHA_SOLICITUD, CVE_ENTIDAD, PAIS, SEXO, \
         MODALIDAD, TIPO_CREDENCIAL, MEDIO, ESTATUS, FECHA_ESTATUS; if the system renamed them, write in the process file: \
         [[dimensions]] header = \"…\" of `sede` and header = \"…\" of `grupo_edad`",
    );
    let header = format!("{APPLICATION_HEADER},SEDE_CONSULAR,FECHA_NACIMIENTO").replace("PAIS", "PAIS_RESIDENCIA");
    bench_of("solicitudes_20200930.csv", csv(&header, &[&format!("{good},DALLAS,1985-03-07")])).run().assert_refused(
        3,
        "write in the process file: [exports.solicitudes.columns] pais = \"PAIS_RESIDENCIA\"; [[dimensions]] header = \
         \"SEDE_CONSULAR\" of `sede`",
    );
    let header = format!("{APPLICATION_HEADER},SEDE,FECHA_NACIMIENTO,NACIMIENTO");
    bench_of("solicitudes_20200930.csv", csv(&header, &[&format!("{good},DALLAS,1985-03-07,")])).run().assert_refused(
        3,
        "column FECHA_NACIMIENTO is there twice; which one counts cannot be told. Where they have different names, keep \
         one of them in `header` of `grupo_edad` in [[dimensions]] of the process file",
    );
    // Without declared dimensions the columns are additional and are ignored.
    let header = format!("{APPLICATION_HEADER},{HEADER}");
    let plain = Bench::new().file("solicitudes_20200930.csv", csv(&header, &[&format!("{good},DALLAS,1985-03-07")]));
    plain.credentials(&[GOOD_CREDENTIAL]).run().assert_published();
}

#[test]
fn six_dimensions_of_many_categories_are_counted() {
    let categories = (0..254).map(|code| format!("{{ code = \"C{code}\", label = \"Categoría {code}\" }}"));
    let categories = categories.collect::<Vec<_>>().join(", ");
    let declared = |number: usize| {
        format!(
            "\n[[dimensions]]\nname = \"d{number}\"\nlabel = \"Dato {number}\"\nheader = \"D{number}\"\ncategories = [{categories}]\n"
        )
    };
    let bench = Bench::new().with_process_edit("notice =", "notice =");
    let bench = bench.with_dimensions(&(1..=6).map(declared).collect::<String>());
    let header = format!("{APPLICATION_HEADER},D1,D2,D3,D4,D5,D6");
    let rows: Vec<String> = (0..254)
        .map(|row: usize| {
            let codes: Vec<String> = (1..=6).map(|number| format!("C{}", row * number % 254)).collect();
            format!("A{row},2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10,{}", codes.join(","))
        })
        .collect();
    let export = csv(&header, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let bench = bench.file("solicitudes_20200930.csv", export).credentials(&[GOOD_CREDENTIAL]);
    let ran = bench.run().assert_published();
    assert_eq!(verify(&bench.release()), Verification::default());
    for number in 1..=6 {
        let column = format!("d{number}");
        let mut expected = BTreeMap::new();
        for row in 0..254 {
            *expected.entry(format!("C{}", row * number % 254)).or_insert(0) += 1;
        }
        for name in ["lnere_cubo", &format!("lnere_por_d{number}")] {
            assert_eq!(sums(&ran.table(name), &[&column], "solicitudes_acumuladas"), expected, "{name}");
        }
    }
}

#[test]
fn of_a_long_list_charts_and_workbook_show_the_largest_and_one_rest() {
    let codes = (0..60).map(|code| format!("{{ code = \"C{code}\", label = \"Nivel {code}\" }}"));
    let codes = codes.collect::<Vec<_>>().join(", ");
    let declared = format!(
        "\n[[dimensions]]\nname = \"escolaridad\"\nlabel = \"Escolaridad\"\nheader = \"ESCOLARIDAD\"\ncategories = [{codes}]\n"
    );
    // The later a category is in the list, the more applications it has.
    let rows: Vec<String> = (0..60)
        .flat_map(|code| (0..=code).map(move |row| (code, row)))
        .map(|(code, row)| format!("A{code}_{row},2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10,C{code}"))
        .collect();
    let export =
        csv(&format!("{APPLICATION_HEADER},ESCOLARIDAD"), &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let bench = Bench::new().with_process_edit("notice =", "notice =").with_dimensions(&declared);
    let bench = bench.file("solicitudes_20200930.csv", export).credentials(&[GOOD_CREDENTIAL]);
    bench.run_with(&["--only", "graficas,paquetes"]).assert_published();
    let drawn = fs::read_to_string(bench.release().join("graficas/08_chihuahua/por_escolaridad.svg")).unwrap();
    let place = |text: &str| drawn.find(text).unwrap_or_else(|| panic!("{text} is not drawn"));
    assert!(place("Nivel 59: 60 ") < place("Nivel 30: 31 "), "the largest come first");
    assert!(place("Nivel 30: 31 ") < place("Resto de la lista (30): 465 "));
    assert!(!drawn.contains("Nivel 29: "), "{drawn}");
    let book = bench.release().join("paquetes/08_chihuahua/libro_08_chihuahua_2020-09-30.xlsx");
    let (summary, _) = workbook(&book, "Resumen");
    let listed: Vec<&String> =
        summary.iter().filter(|text| text.starts_with("Nivel ") || text.contains("Resto")).collect();
    assert_eq!((listed.len(), listed[0].as_str(), listed[30].as_str()), (31, "Nivel 59", "Resto de la lista (30)"));
}

// ---- The process file

#[test]
fn the_dictionary_has_the_columns() {
    let bench = Bench::new().seven_dimensions();
    let schema = |args: &[&str]| {
        let output = lnere().arg("schema").args(args).arg("--process").arg(bench.process_file()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = schema(&["lnere_por_grupo_edad"]);
    assert!(
        printed.starts_with("## lnere_por_grupo_edad\n\nSolicitudes por entidad y grupo de edad.  \n"),
        "{printed}"
    );
    assert!(printed.contains("| grupo_edad | Utf8 | ✓ | Grupo de edad"), "{printed}");
    let json: Value = serde_json::from_str(&schema(&["--format", "json"])).unwrap();
    let columns = |name: &str| -> Vec<String> {
        let table = json["tables"].as_array().unwrap().iter().find(|table| table["name"] == name).unwrap();
        let columns = table["columns"].as_array().unwrap().iter();
        columns.map(|column| column["name"].as_str().unwrap().to_owned()).collect()
    };
    let cube = columns("lnere_cubo").join(" ");
    assert!(cube.contains("medio estatus sede grupo_edad solicitudes_quincena"), "{cube}");
    assert_eq!(columns("lnere_por_sede")[3], SEDE);
}

/// Checks that a process file with these dimensions is refused with a message on the line of a
/// text.
#[track_caller]
fn assert_mistake(dimensions: &str, line_text: &str, message: &str) {
    let bench = Bench::good().with_process_edit("notice =", "notice =").with_dimensions(dimensions);
    let text = fs::read_to_string(bench.process_file()).unwrap();
    let line = text.lines().collect::<Vec<_>>().iter().rposition(|line| line.contains(line_text)).unwrap() + 1;
    let output = bench.command("plan", &[]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(&format!("process.toml:{line}: ")), "line {line}: {stderr}");
    assert!(stderr.contains(message), "{stderr}");
}

#[test]
fn mistakes_in_dimensions_are_named_with_their_line() {
    let one = |from: &str, to: &str| {
        let whole = "\n[[dimensions]]\nname = \"sede\"\nlabel = \"Sede\"\nheader = \"SEDE\"\n\
                     categories = [{ code = \"DALLAS\", label = \"Dallas\" }]\n";
        assert!(whole.contains(from), "{from}");
        whole.replace(from, to)
    };
    let with_ages =
        |ages: &str| one("categories = [{ code = \"DALLAS\", label = \"Dallas\" }]", &format!("ages = {ages}"));
    let sixth: String =
        (1..=6).map(|n| one("\"sede\"", &format!("\"sede{n}\"")).replace("SEDE", &format!("S{n}"))).collect();
    let seventh = one("[[dimensions]]", "[[dimensions]] # la séptima");
    assert_mistake(&(sixth + &seventh), "la séptima", "a process file declares at most 6 dimensions");
    assert_mistake(
        &one("header =", "ages = { at = \"election_day\", edges = [18] }\nheader ="),
        "[[dimensions]]",
        "the dimension `sede` has either `categories` or `ages`",
    );
    assert_mistake(
        &one("categories = [{ code = \"DALLAS\", label = \"Dallas\" }]", ""),
        "[[dimensions]]",
        "the dimension `sede` has either `categories` or `ages`",
    );
    for name in ["sexo", "cve_pais", "corte", "solicitudes_acumuladas", "dimensiones"] {
        let taken = one("name = \"sede\"", &format!("name = \"{name}\""));
        assert_mistake(&taken, &format!("name = \"{name}\""), &format!("`{name}` names something else in the tables"));
    }
    assert_mistake(
        &one("name = \"sede\"", "name = \"Sede\""),
        "name = \"Sede\"",
        "must be lower snake_case without accents",
    );
    let twice = one("", "") + &one("SEDE", "OTRA").replace("name = \"sede\"", "name = \"sede\" # otra vez");
    assert_mistake(&twice, "otra vez", "the dimension `sede` is declared twice");
    assert_mistake(
        &one("name = \"sede\"", "name = \"sede\" # aquí").replace("\"SEDE\"", "[\"SEDE\", \"sexo\"]"),
        "# aquí",
        "header `sexo` stands for two columns, `sexo` and `sede`",
    );
    let shared = one("", "") + &one("name = \"sede\"", "name = \"otra\"");
    assert_mistake(&shared, "name = \"otra\"", "header `SEDE` stands for two columns, `sede` and `otra`");
    assert_mistake(&one("\"SEDE\"", "\" \""), "header = ", "the dimension `sede` needs a header name");
    assert_mistake(&one("\"SEDE\"", "[]"), "header = ", "the dimension `sede` needs a header name");
    for edges in ["[]", "[18, 18]", "[25, 18]", "[18, 120]"] {
        let ages = with_ages(&format!("{{ at = \"election_day\", edges = {edges} }}"));
        assert_mistake(&ages, "ages = ", "ages.edges are years in rising order, below 120");
    }
    assert_mistake(&with_ages("{ at = \"opens\", edges = [18] }"), "ages = ", "expected `election_day`");
    assert_mistake(&with_ages("{ at = \"election_day\", edges = [18, 300] }"), "ages = ", "300");
    assert_mistake(&with_ages("{ edges = [18] }"), "ages = ", "missing field `at`");
    assert_mistake(&one("label = \"Sede\"", "label = \"\""), "[[dimensions]]", "the label of `sede` is a text");
    assert_mistake(&one("\"DALLAS\"", "\"Dallas\""), "categories = ", "must be upper snake_case");
    assert_mistake(&one("\"DALLAS\"", "\"NO_IDENTIFICADO\""), "categories = ", "and not NO_IDENTIFICADO");
    let alias = one(
        "label = \"Dallas\" }",
        "label = \"Dallas\" }, { code = \"TX\", label = \"Texas\", aliases = [\"dallas\"] }",
    );
    assert_mistake(&alias, "categories = ", "stands for both `DALLAS` and `TX`");
    let many: Vec<String> = (0..255).map(|code| format!("{{ code = \"C{code}\", label = \"C\" }}")).collect();
    let many = one("{ code = \"DALLAS\", label = \"Dallas\" }", &many.join(", "));
    assert_mistake(&many, "categories = ", "dimensions.sede has 255 values; expected 1 to 254");
    assert_mistake(&one("header =", "heading ="), "heading =", "unknown field `heading`");

    // The section of columns accepts only the built-in ones, and names the place of the others.
    let bench = Bench::good().seven_dimensions().with_edit("pais = \"PAIS\"", "pais = \"PAIS\"\nsede = \"SEDE_2\"");
    let output = bench.command("plan", &[]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("the header names of the dimension `sede` are its key `header` in [[dimensions]]"),
        "{stderr}"
    );

    // The references to a dimension in the rest of the process file are also checked.
    for (from, to, message) in [
        ("\"lnere_por_sede\"", "\"lnere_por_sedes\"", "lnere_por_sedes"),
        ("of = [\"65_MAS\"", "of = [\"66_MAS\"", "66_MAS"),
    ] {
        let bench = Bench::good().seven_dimensions().with_edit(from, to);
        let output = bench.command("plan", &[]).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("process.toml:") && stderr.contains(message), "{stderr}");
    }
}
