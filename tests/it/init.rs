//! `lnere init`: from exports that nobody has described to counts (docs/contract.md §1).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use lnere_tables::Table;
use tempfile::TempDir;

use crate::common::lnere;

/// Texts that fewer than ten records have. None of them may leave the program.
const CANARIES: [&str; 6] =
    ["CANARIOSEXO", "CANARIOESTATUS", "CANARIOPAIS", "CANARIONOMBRE", "CANARIOCURP", "CANARIOFOLIO"];

/// A folder with exports in `in`; the process file goes to `pipelines/nuevo.toml`.
struct Folder {
    dir: TempDir,
}

struct Initialized {
    output: Output,
    process: String,
}

impl Initialized {
    fn all_text(&self) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        format!("{}{}{}", text(&self.output.stdout), text(&self.output.stderr), self.process)
    }

    #[track_caller]
    fn assert_code(self, code: i32) -> Self {
        assert_eq!(self.output.status.code(), Some(code), "{}", self.all_text());
        for canary in CANARIES {
            assert!(!self.all_text().contains(canary), "{canary} has left the program:\n{}", self.all_text());
        }
        self
    }

    #[track_caller]
    fn assert_has(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.all_text().contains(text), "no `{text}`:\n{}", self.all_text());
        }
        self
    }

    /// The lines with a mark for the operator.
    fn marks(&self) -> Vec<&str> {
        self.process.lines().filter(|line| line.contains("# REVISAR:")).collect()
    }
}

impl Folder {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        fs::create_dir(dir.path().join("in")).unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn export(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.path("in").join(name), bytes).unwrap();
        self
    }

    fn init(&self, exports: &[&str]) -> Initialized {
        let exports: Vec<PathBuf> = exports.iter().map(|name| self.path("in").join(name)).collect();
        let mut command = lnere();
        command.current_dir(self.dir.path()).arg("init").args(exports);
        let output = command.args(["--into", "pipelines/nuevo.toml", "--yes"]).output().unwrap();
        let process = fs::read_to_string(self.path("pipelines/nuevo.toml")).unwrap_or_default();
        Initialized { output, process }
    }

    /// Replaces a text of the process file, as the operator would.
    #[track_caller]
    fn edit(&self, from: &str, to: &str) {
        let path = self.path("pipelines/nuevo.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is in the process file:\n{text}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    /// Publishes a corte with the process file; returns the applications by the codes of a column.
    #[track_caller]
    fn run(&self, corte: &str) -> Release {
        let mut command = lnere();
        command.current_dir(self.dir.path()).args(["run", "--process", "pipelines/nuevo.toml", "--corte", corte]);
        let output = command.args(["--only", "tablas"]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{text}");
        Release { tables: self.path("out/releases").join(corte).join("tablas") }
    }
}

struct Release {
    tables: PathBuf,
}

impl Release {
    fn table(&self, name: &str) -> Table {
        lnere_tables::read(name, fs::read(self.tables.join(format!("{name}.parquet"))).unwrap()).unwrap()
    }

    /// The sums of a measure by a column, without zeros.
    fn counts(&self, table: &str, column: &str, measure: &str) -> String {
        let table = self.table(table);
        let mut counts = BTreeMap::<&str, i64>::new();
        let (keys, numbers) = (table.values::<String>(column).unwrap(), table.values::<i64>(measure).unwrap());
        for (key, number) in keys.iter().zip(numbers) {
            *counts.entry(key).or_default() += number;
        }
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        counts.map(|(key, count)| format!("{key} {count}")).collect::<Vec<_>>().join(", ")
    }

    fn applications(&self, column: &str) -> String {
        self.counts("lnere_cubo", column, "solicitudes_acumuladas")
    }
}

/// Exports as the institute writes them: `|`, nothing quoted, capitals, `null`, entities without a
/// leading zero, no line end after the last record, and columns with personal data.
fn institute_exports() -> (String, String) {
    let mut applications = vec![
        "CONSECUTIVO|NUM_FOLIO|NOMBRE|CURP|CLAVE_ENTIDAD|NOMBRE_PAIS|GENERO|MODALIDAD_VOTO|TIPO_CRED|CANAL|F_REGISTRO|\
         SITUACION|F_SITUACION"
            .to_owned(),
    ];
    for n in 0..400 {
        let entity = [8, 9, 14, 16][n % 4];
        let country = ["ESTADOS UNIDOS", "CANADA", "ESPAÑA", "ESTADOS UNIDOS", "ALEMANIA"][n % 5];
        let sex = if n % 2 == 0 { "HOMBRE" } else { "MUJER" };
        let modality = ["VOTO POSTAL", "INTERNET", "PRESENCIAL"][n % 3];
        let status = ["REGISTRADA", "PROCEDENTE", "TURNADA A COMISION", "RECHAZADA"][n % 4];
        let (day, name) = (1 + n % 15, format!("CANARIONOMBRE{n}"));
        let status_date = if n % 4 == 0 { "null".to_owned() } else { format!("{:02}/10/2023 11:30:00", 16 + n % 12) };
        let (sex, status, country) = match n {
            11 => ("CANARIOSEXO", status, country),
            12 => (sex, "CANARIOESTATUS", country),
            13 => (sex, status, "CANARIOPAIS"),
            _ => (sex, status, country),
        };
        let credential = if n % 2 == 0 { "CPVE" } else { "NACIONAL" };
        let channel = if n % 8 == 0 { "TELEFONO" } else { "PORTAL" };
        applications.push(format!(
            "{n}|CANARIOFOLIO{n:06}|{name}|CANARIOCURP{n}|{entity}|{country}|{sex}|{modality}|{credential}|{channel}|\
             {day:02}/10/2023 10:00:00|{status}|{status_date}"
        ));
    }
    let mut credentials =
        vec!["FOLIO_FUAR|FECHA_CAPTURA|EDO|CONSULADO|GENERO|MOVIMIENTO|F_ENTREGA|F_ACTIVACION".to_owned()];
    for n in 0..120 {
        let (entity, office) = ([8, 9, 14][n % 3], ["Chicago", "DALLAS", "Houston"][n % 3]);
        let delivered = if n % 2 == 0 { "null".to_owned() } else { format!("{:02}/10/2023", 2 + n % 10) };
        let sex = if n % 2 == 0 { "HOMBRE" } else { "MUJER" };
        credentials.push(format!(
            "CANARIOFOLIOT{n:05}|{:02}/10/2023|{entity}|{office}|{sex}|INSCRIPCION|{delivered}|null",
            1 + n % 2
        ));
    }
    (applications.join("\r\n"), credentials.join("\r\n"))
}

#[track_caller]
fn assert_counts_of_the_institute(release: &Release) {
    assert_eq!(release.applications("cve_entidad"), "08 100, 09 100, 14 100, 16 100");
    assert_eq!(release.applications("sexo"), "H 200, M 199, NO_IDENTIFICADO 1");
    assert_eq!(release.applications("cve_pais"), "CAN 80, DEU 80, ESP 80, USA 159, XXX 1");
    assert_eq!(release.applications("modalidad"), "ELECTRONICA 133, POSTAL 134, PRESENCIAL 133");
    assert_eq!(release.applications("tipo_credencial"), "CPV 200, CPVE 200");
    assert_eq!(release.applications("medio"), "INETEL 50, SRVE 350");
    let statuses = "IMPROCEDENTE 100, NO_IDENTIFICADO 1, PROCEDENTE 100, RECIBIDA 99, TURNADA_A_COMISION 100";
    assert_eq!(release.applications("estatus"), statuses);
    let credentials = |measure: &str| release.counts("credenciales_por_entidad", "cve_entidad", measure);
    assert_eq!(credentials("tramitadas_acumuladas"), "08 40, 09 40, 14 40");
    assert_eq!(credentials("entregadas_acumuladas"), "08 20, 09 20, 14 20");
}

#[test]
fn exports_of_the_institute_are_counted_without_an_edit() {
    let (applications, credentials) = institute_exports();
    let (one, other) = ("SIILNERE_NAL_20231031_V2.txt", "CPVE_20231031.txt");
    let folder = Folder::new().export(one, applications).export(other, credentials);
    let initialized = folder.init(&[other, one]).assert_code(0).assert_has(&[
        "files = \"SIILNERE_NAL_{YYYYMMDD}_V*.txt\"",
        "quotes = false",
        "empty = [\"null\"]",
        "date_formats = [\"DD/MM/YYYY\", \"YYYY-MM-DD\"]",
        "fecha_solicitud      F_REGISTRO                       synonym",
        "code = \"TURNADA_A_COMISION\"",
        "# Columnas que no se usan: CONSECUTIVO, NOMBRE, CURP",
        "opens = 2023-10-01 # REVISAR:",
        "election_day = 2024-06-02 # REVISAR:",
        "inputs = \"../in\"",
        "400 accepted",
        "120 accepted",
    ]);
    let marks = initialized.marks();
    assert_eq!(marks.len(), 5, "title, election day, two days of registration, one status: {marks:#?}");
    assert_counts_of_the_institute(&folder.run("2023-10-31"));
}

/// Half of the header names are in no list of synonyms. The content decides, and is right here.
#[test]
fn unknown_headers_are_found_by_their_content() {
    let (applications, credentials) = institute_exports();
    let applications = applications
        .replacen("NOMBRE_PAIS", "LUGAR_DONDE_VIVE", 1)
        .replacen("F_REGISTRO", "CUANDO", 1)
        .replacen("CANAL", "POR_DONDE", 1)
        .replacen("SITUACION|F_SITUACION", "COMO_VA|DESDE", 1)
        .replacen("NUM_FOLIO", "LLAVE", 1);
    let folder = Folder::new().export("lista_20231031.txt", applications).export("tramites_20231031.txt", credentials);
    let initialized = folder.init(&["lista_20231031.txt", "tramites_20231031.txt"]).assert_code(0).assert_has(&[
        "folio                LLAVE                            content alone, review",
        "pais                 LUGAR_DONDE_VIVE                 content alone, review",
        "fecha_solicitud      CUANDO                           content alone, review",
        "estatus              COMO_VA                          content alone, review",
        "fecha_estatus        DESDE                            content alone, review",
    ]);
    assert!(initialized.process.contains("pais = \"LUGAR_DONDE_VIVE\" # REVISAR: se eligió solo por el contenido"));
    assert_counts_of_the_institute(&folder.run("2023-10-31"));
}

/// A name that the content contradicts is marked, and the operator corrects two lines.
#[test]
fn two_edits_correct_a_proposal() {
    let (applications, credentials) = institute_exports();
    // One status is called by the name of the unknown one, and the process has another title.
    let applications = applications.replace("|REGISTRADA|", "|EN ESPERA|");
    let names = ["lista_20231031.txt", "tramites_20231031.txt"];
    let folder = Folder::new().export(names[0], applications).export(names[1], credentials);
    folder.init(&names).assert_code(0).assert_has(&["code = \"EN_ESPERA\", label = \"EN ESPERA\" }, # REVISAR:"]);
    folder.edit("label = \"Recibida\", aliases = [", "label = \"Recibida\", aliases = [\"EN ESPERA\", ");
    folder.edit("    { code = \"EN_ESPERA\",", "    # { code = \"EN_ESPERA\",");
    assert_counts_of_the_institute(&folder.run("2023-10-31"));
}

/// An export of applications with sexes M and F, day first, in Windows-1252 with `;`.
fn windows_export() -> Vec<u8> {
    let mut text =
        "Número de solicitud;Fecha de registro;Entidad;País de residencia;Sexo;Modalidad de voto;Tipo;Medio;\
                    Situación;Fecha de situación\r\n"
            .to_owned();
    for n in 0..200 {
        let (sex, country) = (if n % 4 == 0 { "F" } else { "M" }, if n % 2 == 0 { "Canadá" } else { "España" });
        let entity = if n % 2 == 0 { "Michoacán" } else { "Jalisco" };
        let (day, modality) = (1 + n % 12, if n % 2 == 0 { "Electrónica" } else { "Postal" });
        text +=
            &format!("\"S-{n}\";{day}/3/2023;{entity};{country};{sex};{modality};CPVE;SRVE;Recibida;{day}/3/2023\r\n");
    }
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn few_credentials(day: &str) -> String {
    let rows = (0..40).map(|n| format!("T{n},{day},08,Chicago,H,INSCRIPCION,,\n"));
    format!(
        "FOLIO_TRAMITE,FECHA_TRAMITE,CVE_ENTIDAD,REPRESENTACION,SEXO,TIPO_TRAMITE,FECHA_ENTREGA,FECHA_CONFIRMACION\n{}",
        rows.collect::<String>()
    )
}

#[test]
fn windows_1252_with_semicolons_and_sexes_m_and_f() {
    let names = ["Solicitudes 31-03-2023.csv", "credenciales_20230331.csv"];
    let credentials = few_credentials("2023-03-02").replace(",H,", ",M,");
    let folder = Folder::new().export(names[0], windows_export()).export(names[1], credentials);
    folder.init(&names).assert_code(0).assert_has(&[
        "files = \"Solicitudes {DD-MM-YYYY}.csv\"",
        "se vio windows-1252",
        "\"D/M/YYYY\"",
        "code = \"HOMBRE\", label = \"Hombres\"",
        "code = \"MUJER\", label = \"Mujeres\"",
        // No day is after the 12th, so the order of day and month is open.
        "# REVISAR: ninguna fecha dice si va primero el día o el mes",
    ]);
    let release = folder.run("2023-03-31");
    assert_eq!(release.applications("sexo"), "HOMBRE 150, MUJER 50");
    assert_eq!(release.applications("cve_entidad"), "14 100, 16 100");
    assert_eq!(release.applications("cve_pais"), "CAN 100, ESP 100");
    assert_eq!(release.applications("modalidad"), "ELECTRONICA 100, POSTAL 100");
}

#[test]
fn a_workbook_is_surveyed_on_the_sheet_with_the_header() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Portada").unwrap().write(0, 0, "Exportación").unwrap();
    let sheet = book.add_worksheet().set_name("Datos").unwrap();
    sheet.write(0, 0, "Lista de solicitudes").unwrap();
    let header = "FOLIO,FECHA_REGISTRO,ENTIDAD,PAIS,SEXO,MODALIDAD,TIPO_CREDENCIAL,MEDIO,ESTATUS,FECHA_ESTATUS";
    header.split(',').zip(0..).for_each(|(name, column)| {
        sheet.write(2, column, name).unwrap();
    });
    let date = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    for n in 0..60_u32 {
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2023, 3, (1 + n % 3) as u8).unwrap();
        let row = n + 3;
        sheet.write(row, 0, format!("A{n}")).unwrap().write_with_format(row, 1, &day, &date).unwrap();
        sheet.write(row, 2, 8).unwrap();
        let sex = if n % 2 == 0 { "H" } else { "M" };
        for (text, column) in ["Canadá", sex, "POSTAL", "CPVE", "SRVE", "RECIBIDA"].into_iter().zip(3..) {
            sheet.write(row, column, text).unwrap();
        }
        sheet.write_with_format(row, 9, &day, &date).unwrap();
    }
    let names = ["solicitudes_20230331.xlsx", "credenciales_20230331.csv"];
    let folder =
        Folder::new().export(names[0], book.save_to_buffer().unwrap()).export(names[1], few_credentials("2023-03-02"));
    folder.init(&names).assert_code(0).assert_has(&["sheet = \"Datos\"", "encabezado en la fila 3"]);
    let release = folder.run("2023-03-31");
    assert_eq!(release.applications("sexo"), "H 30, M 30");
    assert_eq!(release.applications("cve_entidad"), "08 60");
}

/// The sample is a known process, so the proposal must give its published counts.
#[test]
fn the_exports_of_the_sample_give_its_counts() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/pel_2020_2021");
    let mut folder = Folder::new();
    for entry in fs::read_dir(sample).unwrap().map(Result::unwrap) {
        folder = folder.export(entry.file_name().to_str().unwrap(), fs::read(entry.path()).unwrap());
    }
    let names = ["solicitudes_20210315.csv.gz", "credenciales_20210315.csv.zst"];
    folder.init(&names).assert_code(0).assert_has(&["opens = 2020-09-01", "closes = 2021-03-10"]);
    let release = folder.run("2021-03-15");
    let entities = "03 159, 06 719, 08 2080, 09 12660, 12 2802, 14 5534, 16 4169, 18 1038, 22 1038, 24 1767, 32 1732";
    assert_eq!(release.applications("cve_entidad"), entities);
    assert_eq!(release.applications("sexo"), "H 18247, M 15451");

    let mut known = lnere();
    known.current_dir(folder.dir.path()).args(["run", "--corte", "2021-03-15", "--only", "tablas"]);
    let process = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml");
    known.arg("--process").arg(process).args(["--inputs", "in", "--output", "known"]);
    assert!(known.output().unwrap().status.success());
    let known = Release { tables: folder.path("known/releases/2021-03-15/tablas") };
    for column in ["cve_pais", "modalidad", "tipo_credencial", "medio", "estatus"] {
        assert_eq!(release.applications(column), known.applications(column), "{column}");
    }
    for measure in ["tramitadas_acumuladas", "entregadas_acumuladas", "confirmadas_acumuladas"] {
        let counts = |release: &Release| release.counts("credenciales_por_entidad", "cve_entidad", measure);
        assert_eq!(counts(&release), counts(&known), "{measure}");
    }
}

#[test]
fn one_export_alone_is_enough_to_write_but_not_to_check() {
    let (applications, credentials) = institute_exports();
    let folder = Folder::new().export("solicitudes_20231031.txt", &applications);
    let initialized = folder.init(&["solicitudes_20231031.txt"]).assert_code(3);
    let initialized = initialized.assert_has(&["# REVISAR: no se dio ninguna exportación de credenciales"]);
    assert!(initialized.process.contains("fecha_solicitud = \"F_REGISTRO\""));

    let folder = Folder::new().export("credenciales_20231031.txt", &credentials);
    folder
        .init(&["credenciales_20231031.txt"])
        .assert_code(3)
        .assert_has(&["# REVISAR: no se dio ninguna exportación de solicitudes", "folio_tramite = \"FOLIO_FUAR\""]);
}

#[test]
fn nothing_is_overwritten() {
    let (applications, credentials) = institute_exports();
    let names = ["solicitudes_20231031.txt", "credenciales_20231031.txt"];
    let folder = Folder::new().export(names[0], applications).export(names[1], credentials);
    fs::create_dir_all(folder.path("pipelines/reporte")).unwrap();
    fs::write(folder.path("pipelines/tablas.toml"), "# mías").unwrap();
    // The file of the operator is not valid, so the check ends with code 2; it stays as it is.
    folder.init(&names).assert_code(2);
    assert_eq!(fs::read_to_string(folder.path("pipelines/tablas.toml")).unwrap(), "# mías");
    assert!(fs::read_dir(folder.path("pipelines/reporte")).unwrap().next().is_none());

    let before = fs::read(folder.path("pipelines/nuevo.toml")).unwrap();
    folder.init(&names).assert_code(2).assert_has(&["pipelines/nuevo.toml exists already"]);
    assert_eq!(fs::read(folder.path("pipelines/nuevo.toml")).unwrap(), before);
}

/// Without a header, the first record must not be taken for one and printed.
#[test]
fn a_file_without_a_header_shows_nothing() {
    let (applications, _) = institute_exports();
    let records = applications.split_once('\n').unwrap().1;
    let folder = Folder::new().export("solicitudes_20231031.txt", records);
    let initialized = folder.init(&["solicitudes_20231031.txt"]).assert_code(3);
    assert!(initialized.process.is_empty());
    initialized.assert_has(&["none of its first 20 lines looks like a header", "nothing is written"]);
}

#[test]
fn names_and_arguments_that_do_not_fit_say_why() {
    let (applications, credentials) = institute_exports();
    let folder = Folder::new()
        .export("solicitudes.txt", &applications)
        .export("solicitudes_20231031.txt", &applications)
        .export("credenciales_20231031.txt", &credentials);
    folder
        .init(&["solicitudes.txt", "solicitudes_20231031.txt"])
        .assert_code(2)
        .assert_has(&["both exports look like"]);
    folder.init(&["no_hay.csv"]).assert_code(2).assert_has(&["cannot survey"]);
    let initialized = folder.init(&["solicitudes.txt", "credenciales_20231031.txt"]).assert_code(3);
    initialized.assert_has(&["not checked: the name of an export has no day", "# REVISAR: el nombre no dice el día"]);
}
