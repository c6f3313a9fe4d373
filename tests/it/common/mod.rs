//! A test bench for the real binary: a test writes exports, runs `lnere` on them, and reads the
//! published files. No row describes a real person.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used)]

pub mod crash;
pub mod delivery;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::RecordBatch;
use assert_cmd::Command;
use expect_test::Expect;
use lnere_tables::{Column, Table};
use tempfile::TempDir;
use zip::ZipArchive;

pub const APPLICATION_HEADER: &str =
    "FOLIO,FECHA_SOLICITUD,CVE_ENTIDAD,PAIS,SEXO,MODALIDAD,TIPO_CREDENCIAL,MEDIO,ESTATUS,FECHA_ESTATUS";
pub const CREDENTIAL_HEADER: &str =
    "FOLIO_TRAMITE,FECHA_TRAMITE,CVE_ENTIDAD,REPRESENTACION,SEXO,TIPO_TRAMITE,FECHA_ENTREGA,FECHA_CONFIRMACION";

/// A valid application; tests change single cells.
pub const GOOD_APPLICATION: &str = "A1,2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10";
/// A valid trámite.
pub const GOOD_CREDENTIAL: &str = "T1,2020-09-02,08,Chicago,H,INSCRIPCION,,";

/// The paths of the default process file, by key; they are relative to that file.
pub const PROCESS_FILE_PATHS: [(&str, &str); 12] = [
    ("catalogs", "catalogos"),
    ("tables", "tablas.toml"),
    ("charts", "../charts"),
    ("statements", "titulares.toml"),
    ("report", "reporte"),
    ("shapes", "formas"),
    ("totals", "proyeccion/solicitudes_2017_2018.csv"),
    ("tariff", "proyeccion/tarifa_pep.toml"),
    ("curve", "proyeccion/curva_2017_2018.csv"),
    ("curve", "proyeccion/curva_2020_2021.csv"),
    ("csv", "denominadores/cpve_2019_entidad.csv"),
    ("csv", "denominadores/cpve_2019_representacion.csv"),
];

/// Two dimensions in addition to the five of every process: the consular seat of the vote in
/// person, and the age on election day.
pub const TWO_DIMENSIONS: &str = r#"
[[dimensions]]
name = "sede"
label = "Sede consular"
label_en = "Consular seat"
header = "SEDE"
categories = [
    { code = "LOS_ANGELES", label = "Los Ángeles", aliases = ["CONSULMEX LOS ANGELES", "LAX"] },
    { code = "CHICAGO", label = "Chicago", aliases = ["CONSULMEX CHICAGO"] },
    { code = "DALLAS", label = "Dallas", aliases = ["CONSULMEX DALLAS"] },
    { code = "HOUSTON", label = "Houston", aliases = ["CONSULMEX HOUSTON"] },
    { code = "NUEVA_YORK", label = "Nueva York", aliases = ["CONSULMEX NUEVA YORK", "NEW YORK"] },
    { code = "MONTREAL", label = "Montreal", aliases = ["CONSULMEX MONTREAL", "Montréal, Quebec"] },
    { code = "MADRID", label = "Madrid", aliases = ["EMBAMEX ESPAÑA"] },
    { code = "PARIS", label = "París", aliases = ["EMBAMEX FRANCIA"] },
    { code = "SIN_SEDE", label = "Sin sede consular", aliases = ["NO APLICA"] },
]

[[dimensions]]
name = "grupo_edad"
label = "Grupo de edad"
label_en = "Age group"
header = ["FECHA_NACIMIENTO", "NACIMIENTO"]
ages = { at = "election_day", edges = [18, 25, 35, 45, 55, 65] }
"#;

/// The groups of the two dimensions in the public tables.
const TWO_DIMENSIONS_MERGED: &str = r#"
sede = [
    { code = "SIN_SEDE_O_NO_IDENTIFICADA", label = "Sin sede consular o no identificada", of = ["SIN_SEDE", "NO_IDENTIFICADO"] },
]
grupo_edad = [
    { code = "65_MAS_O_NO_IDENTIFICADO", label = "65 años o más, o no identificado", of = ["65_MAS", "NO_IDENTIFICADO"] },
]
"#;

/// The environment variables that replace options, which may be set where the tests run.
pub const OPTION_VARIABLES: [&str; 4] = ["LNERE_PROCESS", "LNERE_INPUTS", "LNERE_OUTPUT", "LNERE_METRICS"];

/// An inputs folder and an output folder that are removed after the test.
pub struct Bench {
    dir: TempDir,
    process: PathBuf,
    corte: String,
}

impl Bench {
    /// A bench for the process `pel_2020_2021`, corte 2020-09-30.
    pub fn new() -> Self {
        let process = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml");
        let bench = Self { dir: TempDir::new().unwrap(), process, corte: "2020-09-30".to_owned() };
        fs::create_dir(bench.inputs()).unwrap();
        bench
    }

    /// A bench with one valid application and one valid trámite at 2020-09-30.
    pub fn good() -> Self {
        Self::new().applications(&[GOOD_APPLICATION]).credentials(&[GOOD_CREDENTIAL])
    }

    pub fn with_corte(mut self, corte: &str) -> Self {
        corte.clone_into(&mut self.corte);
        self
    }

    pub fn with_process(mut self, process: impl Into<PathBuf>) -> Self {
        self.process = process.into();
        self
    }

    /// Uses a process file without a projection, for tests of counts alone.
    pub fn without_projection(self) -> Self {
        let text = fs::read_to_string(&self.process).unwrap();
        let (start, end) = (text.find("[projection]").unwrap(), text.find("[categories]").unwrap());
        self.with_process_edit(&text[start..end], "")
    }

    /// Uses a process file with the dimensions of [`TWO_DIMENSIONS`], which are also in the public
    /// tables.
    pub fn seven_dimensions(self) -> Self {
        let (last_public, merged) = ("\"lnere_por_estatus\",", "[audiences.publico.merge]\n");
        self.with_process_edit(last_public, &format!("{last_public} \"lnere_por_sede\", \"lnere_por_grupo_edad\","))
            .with_edit(merged, &format!("{merged}{TWO_DIMENSIONS_MERGED}"))
            .with_dimensions(TWO_DIMENSIONS)
    }

    /// Adds these `[[dimensions]]` to the end of the copied process file.
    pub fn with_dimensions(self, dimensions: &str) -> Self {
        let text = fs::read_to_string(&self.process).unwrap();
        fs::write(&self.process, text + dimensions).unwrap();
        self
    }

    /// Uses a process file without the rules that compare exports or count unidentified values. It
    /// is for tests whose exports repeat each other or have unknown labels.
    pub fn without_comparisons(self) -> Self {
        if fs::read_to_string(&self.process).unwrap().contains("same_file = false") {
            return self;
        }
        self.with_process_edit("max_shrink = 0.02", "max_shrink = 1.0")
            .with_edit("min_kept = 0.98", "min_kept = 0.0")
            .with_edit("max_changed = 0.05", "max_changed = 1.0")
            .with_edit("same_file = true", "same_file = false")
            .with_edit("stale = true", "stale = false")
            .with_edit("max_unidentified = 0.05", "max_unidentified = 1.0")
    }

    /// Copies the process file with one text replaced, beside the original catalogues.
    pub fn with_process_edit(self, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(&self.process).unwrap();
        assert!(text.contains(from), "{from} is in the process file");
        let pipelines = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
        let mut text = text.replacen(from, to, 1);
        for (name, path) in PROCESS_FILE_PATHS {
            let absolute = pipelines.join(path);
            text = text.replacen(&format!("{name} = \"{path}\""), &format!("{name} = \"{}\"", absolute.display()), 1);
        }
        let path = self.path("process.toml");
        fs::write(&path, text).unwrap();
        self.with_process(path)
    }

    /// Replaces a further text in the copied process file.
    pub fn with_edit(self, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(&self.process).unwrap();
        assert!(text.contains(from), "{from} is in the process file");
        fs::write(&self.process, text.replacen(from, to, 1)).unwrap();
        self
    }

    pub fn process_file(&self) -> &Path {
        &self.process
    }

    /// Copies the program and the files of the process into the folder, and lets any user read
    /// them. Returns the copy of the program. Other users may have no access to the checkout and
    /// the target folder.
    pub fn readable_by_any_user(&self) -> PathBuf {
        let (root, repository) = (self.path(""), Path::new(env!("CARGO_MANIFEST_DIR")));
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
        let mut copy = std::process::Command::new("cp");
        copy.args(["-r", "--"]).args(["pipelines", "charts"].map(|name| repository.join(name)));
        let program = assert_cmd::cargo::cargo_bin!("lnere");
        assert!(copy.arg(program).arg(&root).status().unwrap().success());
        assert!(self.process.starts_with(self.dir.path()), "the process file is a copy");
        let process = fs::read_to_string(&self.process).unwrap();
        let (from, to) = (repository.to_str().unwrap(), root.to_str().unwrap().trim_end_matches('/'));
        fs::write(&self.process, process.replace(from, to)).unwrap();
        root.join("lnere")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn inputs(&self) -> PathBuf {
        self.path("in")
    }

    pub fn out(&self) -> PathBuf {
        self.path("out")
    }

    pub fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.inputs().join(name), bytes).unwrap();
        self
    }

    pub fn applications(self, rows: &[&str]) -> Self {
        self.applications_on("20200930", rows)
    }

    pub fn applications_on(self, day: &str, rows: &[&str]) -> Self {
        self.file(&format!("solicitudes_{day}.csv"), csv(APPLICATION_HEADER, rows))
    }

    pub fn credentials(self, rows: &[&str]) -> Self {
        self.credentials_on("20200930", rows)
    }

    pub fn credentials_on(self, day: &str, rows: &[&str]) -> Self {
        self.file(&format!("credenciales_{day}.csv"), csv(CREDENTIAL_HEADER, rows))
    }

    pub fn command(&self, name: &str, args: &[&str]) -> Command {
        let mut command = lnere();
        command.arg(name).arg("--process").arg(&self.process).arg("--inputs").arg(self.inputs());
        let output = if name == "tablero" { self.out().join("tablero") } else { self.out() };
        command.arg("--output").arg(output).args(args);
        command
    }

    /// Runs `lnere run` for the corte, tables only.
    pub fn run(&self) -> CompletedRun<'_> {
        self.run_with(&["--only", "tablas"])
    }

    pub fn run_with(&self, args: &[&str]) -> CompletedRun<'_> {
        let output = self.command("run", &["--corte", &self.corte]).args(args).output().unwrap();
        CompletedRun { bench: self, output }
    }

    /// Runs `run --due` on a day, tables only, with exports that were last written an hour ago.
    pub fn run_due(&self, today: &str, args: &[&str]) -> CompletedRun<'_> {
        self.age_exports();
        let output = self.command("run", &["--due", "--only", "tablas", "--today", today]).args(args).output().unwrap();
        CompletedRun { bench: self, output }
    }

    /// Dates all exports to an hour ago.
    pub fn age_exports(&self) {
        let hour = std::time::Duration::from_hours(1);
        let list = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        // An export may be a folder of files.
        let parts = |path: PathBuf| if path.is_dir() { list(&path) } else { vec![path] };
        for path in list(&self.inputs()).into_iter().flat_map(parts) {
            let file = fs::File::options().write(true).open(path).unwrap();
            let modified = file.metadata().unwrap().modified().unwrap();
            // Changes only new files, because a file with another time is another one for the
            // program.
            if modified.elapsed().is_ok_and(|age| age < hour / 2) {
                file.set_modified(modified - hour).unwrap();
            }
        }
    }

    pub fn release(&self) -> PathBuf {
        self.out().join("releases").join(&self.corte)
    }

    /// The visible revision of a corte.
    pub fn revision(&self, corte: &str) -> Option<u32> {
        let release = self.out().join("releases").join(corte);
        Some(lnere_release::Manifest::read(&release).ok()?.revision)
    }
}

pub fn csv(header: &str, rows: &[&str]) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text
}

/// A batch as a Parquet file.
pub fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// The files of a ZIP or workbook by path.
pub fn unzip(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

/// The text of a PDF without hyphenation, by Debian's poppler-utils.
pub fn pdf_text(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let output = std::process::Command::new("pdftotext").arg(file.path()).arg("-").output();
    let output = output.expect("pdftotext, from Debian's package poppler-utils");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The output and the exit code of a command, with `DIR` as the folder of the bench.
#[track_caller]
pub fn assert_snapshot(bench: &Bench, mut command: Command, expected: &Expect) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes).replace(bench.path("").to_str().unwrap().trim_end_matches('/'), "DIR")
    };
    expected.assert_eq(&format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    ));
}

pub fn lnere() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("lnere"));
    command.env("NO_COLOR", "1").env("COLUMNS", "100").env("LNERE_LANG", "en");
    for variable in OPTION_VARIABLES {
        command.env_remove(variable);
    }
    command
}

/// Writes a JSON result of a command to the folder `LNERE_JSON_RESULTS`, if it is set. `tests/run`
/// compares all of them with docs/results.schema.json. `command` is a definition of the schema.
pub fn collect_json_result(command: &str, json: &[u8]) {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    if let Some(folder) = std::env::var_os("LNERE_JSON_RESULTS") {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        fs::write(Path::new(&folder).join(format!("{command}.{number}.json")), json).unwrap();
    }
}

/// A completed run.
pub struct CompletedRun<'a> {
    bench: &'a Bench,
    output: Output,
}

impl CompletedRun<'_> {
    pub fn code(&self) -> Option<i32> {
        self.output.status.code()
    }

    pub fn stdout(&self) -> String {
        if self.output.stdout.starts_with(b"{") {
            collect_json_result("run", &self.output.stdout);
        }
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    /// Checks that the run published.
    #[track_caller]
    pub fn assert_published(self) -> Self {
        assert_eq!(self.output.status.code(), Some(0), "{}{}", self.stdout(), self.stderr());
        self
    }

    /// Checks that the run ended with this code and message, and that nothing became visible.
    #[track_caller]
    pub fn assert_refused(self, code: i32, message: &str) -> Self {
        assert_eq!(self.output.status.code(), Some(code), "{}{}", self.stdout(), self.stderr());
        assert!(self.stderr().contains(message), "stderr has no `{message}`:\n{}", self.stderr());
        assert!(!self.bench.release().exists(), "nothing is published");
        self
    }

    pub fn table(&self, name: &str) -> Table {
        let path = self.bench.release().join("tablas").join(format!("{name}.parquet"));
        lnere_tables::read(name, fs::read(path).unwrap()).unwrap()
    }

    /// A table as text: the named columns, and the rows whose printed text satisfies `keep`.
    pub fn rows_text(&self, name: &str, columns: &[&str], keep: &str) -> String {
        let table = self.table(name);
        let cell = |column: &str, row: usize| match table.column(column).unwrap() {
            Column::Int(values) => values[row].to_string(),
            Column::Real(values) => format!("{:.2}", values[row]),
            Column::Text(values) => values[row].clone(),
            Column::Date(values) => values[row].to_string(),
            Column::MaybeInt(values) => values[row].map_or_else(String::new, |value| value.to_string()),
            Column::MaybeReal(values) => values[row].map_or_else(String::new, |value| format!("{value:.2}")),
            Column::Bool(values) => values[row].to_string(),
        };
        let rows = (0..table.row_count())
            .map(|row| columns.iter().map(|column| cell(column, row)).collect::<Vec<_>>().join(" "));
        rows.filter(|row| row.contains(keep)).collect::<Vec<_>>().join("\n")
    }

    /// The rules that `calidad` counts for the newest file of a source, without the totals.
    pub fn rules(&self, source: &str) -> String {
        let all = self.rows_text("calidad", &["archivo", "nivel", "regla", "filas"], source);
        let of_records = |line: &&str| line.contains(" error ") || line.contains(" aviso ");
        let rules = all.lines().filter(of_records);
        rules.map(|line| line.split_once(' ').unwrap().1.to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// The quarantine of a file.
    pub fn quarantine(&self, file: &str) -> String {
        let path = self.bench.out().join("private/cuarentena").join(format!("{file}.csv"));
        fs::read_to_string(path).unwrap_or_default()
    }

    /// The sum of a measure over a table.
    pub fn total(&self, table: &str, measure: &str) -> i64 {
        self.table(table).values::<i64>(measure).unwrap().iter().sum()
    }
}

/// The files below a folder by path.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}
