//! Tests of the public part: it shows no small count and discloses none, at any corte and in any
//! revision.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::{Bench, lnere};
use lnere_core::checksum::sha256;
use lnere_release::{PublicManifest, Verification, verify};
use lnere_tables::{Column, Metadata, Table};
use tempfile::TempDir;

/// An output of the sample process.
struct SampleOutput(TempDir);

impl SampleOutput {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn of(cortes: &[&str]) -> Self {
        let sample = Self::new();
        for corte in cortes {
            let ran = sample.run(&["--corte", corte]);
            assert!(ran.status.success(), "{}", text(&ran.stderr));
        }
        sample
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = lnere();
        command.args(["run", "-q", "--only", "publico", "--output"]).arg(self.0.path()).args(args);
        command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
    }

    fn release(&self, corte: &str) -> PathBuf {
        self.0.path().join("releases").join(corte)
    }

    fn public(&self, corte: &str) -> PathBuf {
        self.release(corte).join("publico")
    }

    fn table(&self, corte: &str, name: &str) -> Table {
        let bytes = fs::read(self.public(corte).join(format!("tablas/{name}.parquet"))).unwrap();
        lnere_tables::read(name, bytes).unwrap()
    }

    /// Replaces a public table, and corrects all checksums.
    fn replace_table(&self, corte: &str, table: &Table) {
        let metadata = Metadata::new("pel_2020_2021", corte.parse().unwrap(), Some("DATOS SINTÉTICOS DE MUESTRA"));
        let bytes = lnere_tables::write(table, &metadata).unwrap();
        fs::write(self.public(corte).join(format!("tablas/{}.parquet", table.name)), bytes).unwrap();
        self.correct_checksums(corte);
    }

    /// Corrects the checksums of the public part and of the release.
    fn correct_checksums(&self, corte: &str) {
        for folder in [self.public(corte), self.release(corte)] {
            let old = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
            let sums = old.lines().map(|line| {
                let name = line.split_once("  ").unwrap().1;
                format!("{}  {name}\n", sha256(&fs::read(folder.join(name)).unwrap()))
            });
            fs::write(folder.join("SHA256SUMS"), sums.collect::<String>()).unwrap();
        }
        // An attacker who corrects checksums also corrects the ledger.
        fs::remove_file(self.0.path().join("private/publicado.jsonl")).ok();
    }

    #[track_caller]
    fn assert_finds(&self, corte: &str, what: &str) {
        let findings: Vec<String> = verify(&self.release(corte)).findings.iter().map(ToString::to_string).collect();
        assert!(findings.iter().any(|finding| finding.contains(what)), "{what}: {findings:#?}");
        let verified = lnere().arg("verify").arg(self.release(corte)).output().unwrap();
        assert_eq!(verified.status.code(), Some(5), "{}", text(&verified.stderr));
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn counts(table: &mut Table) -> &mut Vec<Option<i64>> {
    let column = table.columns.iter_mut().find(|(name, _)| name == "solicitudes_acumuladas").unwrap();
    let Column::MaybeInt(counts) = &mut column.1 else { panic!("counts can be hidden") };
    counts
}

fn protected_flags(table: &mut Table) -> &mut Vec<bool> {
    let Some((_, Column::Bool(marks))) = table.columns.last_mut() else { panic!("`protegida` is the last column") };
    marks
}

/// The exact counts for the rows of a public table at full granularity; a missing row counts 0.
fn exact_counts(sample: &SampleOutput, corte: &str, public: &Table, category: &str) -> Vec<i64> {
    let bytes = fs::read(sample.release(corte).join(format!("tablas/{}.parquet", public.name))).unwrap();
    let exact = lnere_tables::read(&public.name, bytes).unwrap();
    let keys = |table: &Table| -> Vec<(String, String)> {
        let (entities, codes) =
            (table.values::<String>("cve_entidad").unwrap(), table.values::<String>(category).unwrap());
        entities.iter().cloned().zip(codes.iter().cloned()).collect()
    };
    let counts = exact.values::<i64>("solicitudes_acumuladas").unwrap();
    let counts: std::collections::HashMap<_, i64> = keys(&exact).into_iter().zip(counts.iter().copied()).collect();
    keys(public).iter().map(|key| counts.get(key).copied().unwrap_or(0)).collect()
}

fn python(args: &[&str], paths: &[&Path]) -> Output {
    let python = std::env::var("LNERE_PYTHON").expect("LNERE_PYTHON names a Python with duckdb and highspy: tests/run");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    Command::new(python).args(args).args(paths).current_dir(tests).output().unwrap()
}

/// An independent attacker over all cortes of the sample, and leaks that are planted in it.
#[test]
#[ignore = "needs DuckDB and HiGHS: tests/run starts them"]
fn nothing_is_given_away_over_all_cortes() {
    let sample = SampleOutput::new();
    let ran = sample.run(&["--from", "2020-09-15", "--to", "2021-03-15"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let cortes: Vec<_> = fs::read_dir(sample.0.path().join("releases")).unwrap().map(|entry| entry.unwrap()).collect();
    assert_eq!(cortes.iter().filter(|release| release.path().join("publico").is_dir()).count(), 11);
    for release in &cortes {
        assert_eq!(verify(&release.path()), Verification::default());
    }
    let attack = python(&["attack_public_tables.py"], &[sample.0.path()]);
    assert!(attack.status.success(), "{}{}", text(&attack.stdout), text(&attack.stderr));

    let alone = TempDir::new().unwrap();
    fs::create_dir(alone.path().join("releases")).unwrap();
    for corte in ["2020-10-31", "2020-11-15", "2020-12-15"] {
        let apart = SampleOutput::of(&[corte]);
        fs::rename(apart.release(corte), alone.path().join("releases").join(corte)).unwrap();
    }
    let arguments = ["-m", "attacker.plant_leaks", "--each", "2", "--alone", alone.path().to_str().unwrap()];
    let planted = python(&arguments, &[sample.0.path()]);
    assert!(planted.status.success(), "{}{}", text(&planted.stdout), text(&planted.stderr));
}

/// Descriptor, catalogue, CSV, the file of all cortes and every number of the texts, with other
/// tools. A corte is published between two others.
#[test]
#[ignore = "needs DuckDB, frictionless and rdflib: tests/run starts them"]
fn other_tools_read_the_public_part_and_find_no_other_number() {
    let sample = SampleOutput::of(&["2020-11-15", "2020-10-15", "2021-03-15"]);
    let checked = python(&["check_public_part.py"], &[sample.0.path()]);
    assert!(checked.status.success(), "{}{}", text(&checked.stdout), text(&checked.stderr));
}

#[test]
fn the_file_of_all_cortes_has_those_up_to_its_own_in_their_newest_revision() {
    let sample = SampleOutput::of(&["2020-11-15", "2020-10-15", "2020-10-31"]);
    let cortes = |corte: &str| -> Vec<String> {
        PublicManifest::read(&sample.public(corte)).unwrap().series_file.unwrap().cortes.into_keys().collect()
    };
    assert_eq!(cortes("2020-11-15"), ["2020-11-15"], "it was published first");
    assert_eq!(cortes("2020-10-15"), ["2020-10-15"], "the later corte was public already");
    assert_eq!(cortes("2020-10-31"), ["2020-10-15", "2020-10-31"]);
    for corte in ["2020-10-15", "2020-10-31", "2020-11-15"] {
        assert_eq!(verify(&sample.release(corte)), Verification::default());
    }
    // Whoever changes a count of an older corte in the file is found, checksums and all.
    let folder = sample.public("2020-10-31");
    let mut table =
        lnere_tables::read("lnere_publico", fs::read(folder.join("serie/lnere_publico.parquet")).unwrap()).unwrap();
    let row = table.values::<String>("tabla").unwrap().iter().position(|name| name == "lnere_por_entidad").unwrap();
    for (name, column) in &mut table.columns {
        if let ("cifra", Column::MaybeInt(counts)) = (name.as_str(), column) {
            counts[row] = counts[row].map(|count| count + 1);
        }
    }
    let metadata = Metadata::new("pel_2020_2021", "2020-10-31".parse().unwrap(), Some("DATOS SINTÉTICOS DE MUESTRA"));
    fs::write(folder.join("serie/lnere_publico.parquet"), lnere_tables::write(&table, &metadata).unwrap()).unwrap();
    sample.correct_checksums("2020-10-31");
    sample.assert_finds("2020-10-31", "is not what the public release of 2020-10-15, revision 1, shows");
    sample.assert_finds("2020-10-31", "publico/serie/lnere_publico.csv: does not have the cells of its table");
    sample.assert_finds("2020-10-31", "does not state the size and checksum of serie/lnere_publico.parquet");
}

#[test]
fn a_csv_a_catalogue_or_a_text_that_does_not_fit_is_found() {
    let sample = SampleOutput::of(&["2020-10-15"]);
    for (file, from, to, finding) in [
        ("tablas/lnere_por_sexo.csv", ",false\r\n", ",true\r\n", "does not have the cells of its table"),
        ("catalog.jsonld", "\"dcat:byteSize\": {", "\"otro\": {", "does not state the size and checksum of tablas/"),
        ("index.html", "DATOS SINTÉTICOS DE MUESTRA", "DATOS REALES", "index.html: has another notice"),
        ("LEEME.txt", "DATOS SINTÉTICOS DE MUESTRA", "DATOS REALES", "LEEME.txt: has another notice"),
    ] {
        let path = sample.public("2020-10-15").join(file);
        let whole = fs::read_to_string(&path).unwrap();
        assert!(whole.contains(from), "{file}");
        fs::write(&path, whole.replace(from, to)).unwrap();
        sample.correct_checksums("2020-10-15");
        sample.assert_finds("2020-10-15", finding);
        fs::write(&path, whole).unwrap();
        sample.correct_checksums("2020-10-15");
    }
    assert_eq!(verify(&sample.release("2020-10-15")).findings, []);
    fs::remove_file(sample.public("2020-10-15").join("index.html")).unwrap();
    sample.assert_finds("2020-10-15", "publico/index.html");
}

/// The exact tables have no licence; the public ones have that of the process file.
#[test]
fn publisher_contact_and_licence_are_those_of_the_process_file() {
    let read = |path: PathBuf| -> serde_json::Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let bench = || Bench::good().with_corte("2020-09-15").with_process_edit("from = 2020-10-15", "from = 2020-09-15");
    let without_keys = bench();
    let bench = bench();
    bench.run_with(&["--only", "publico"]).assert_published();
    let (exact, public) =
        (read(bench.release().join("datapackage.json")), read(bench.release().join("publico/datapackage.json")));
    assert_eq!(exact.get("licenses"), None);
    let licence = serde_json::json!([
        { "name": "Libre-Uso-MX", "path": "https://datos.gob.mx/libreusomx", "title": "Libre Uso MX" }
    ]);
    assert_eq!(public["licenses"], licence);
    for package in [&exact, &public] {
        assert_eq!(package["contributors"][0]["title"], "Instituto Nacional Electoral (INE)");
        assert_eq!(package["contributors"][1]["role"], "contact");
        assert_eq!(package["created"], "2020-09-30T00:00:00-05:00", "the day of the newest export");
        assert_eq!(package["temporal"], serde_json::json!({ "start": "2020-09-01", "end": "2020-09-15" }));
        assert_eq!(
            package["sources"][0]["title"],
            "Registros del SIILNERE y de la credencialización en el extranjero."
        );
    }
    let section = "[publish.metadata]";
    let process = fs::read_to_string(bench.path("process.toml")).unwrap();
    let (before, rest) = process.split_once(section).unwrap();
    let without = format!("{before}{}", &rest[rest.find("\n[").unwrap()..]);
    let bench = without_keys;
    fs::write(bench.path("process.toml"), without).unwrap();
    bench.run_with(&["--only", "publico"]).assert_published();
    let public = read(bench.release().join("publico/datapackage.json"));
    assert!(["licenses", "contributors", "keywords"].iter().all(|key| public.get(key).is_none()), "{public}");
    assert_eq!(verify(&bench.release()), Verification::default());
}

#[test]
fn only_accumulated_counts_are_public_and_only_from_the_first_day() {
    let sample = SampleOutput::of(&["2020-09-30", "2020-10-15"]);
    assert!(!sample.public("2020-09-30").exists());
    let manifest = fs::read_to_string(sample.release("2020-09-30").join("manifest.json")).unwrap();
    assert!(!manifest.contains("publico"));
    let manifest = PublicManifest::read(&sample.public("2020-10-15")).unwrap();
    for record in &manifest.tables {
        assert!(record.columns.iter().all(|column| !column.ends_with("_quincena")), "{record:?}");
        assert_eq!(record.columns.last().unwrap(), "protegida");
    }
    let table = sample.table("2020-10-15", "lnere_cubo");
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let expected = ["corte", "cve_entidad", "entidad", "sexo", "modalidad", "solicitudes_acumuladas", "protegida"];
    assert_eq!(columns, expected);
    assert_eq!((manifest.minimum, manifest.earlier.len()), (3, 0));
    let nation = sample.table("2020-10-15", "totales_nacionales");
    assert!(
        nation.values::<Option<i64>>("nacional").unwrap().iter().all(Option::is_some),
        "no sum of the nation is hidden"
    );
}

#[test]
fn a_hidden_count_that_is_shown_is_found() {
    let sample = SampleOutput::of(&["2020-10-15"]);
    let table = sample.table("2020-10-15", "lnere_por_sexo");
    let truth = exact_counts(&sample, "2020-10-15", &table, "sexo");
    let hidden: Vec<usize> = (0..table.row_count())
        .filter(|row| table.values::<Option<i64>>("solicitudes_acumuladas").unwrap()[*row].is_none())
        .collect();
    assert!(!hidden.is_empty());
    for row in hidden {
        let mut changed = table.clone();
        counts(&mut changed)[row] = Some(truth[row]);
        protected_flags(&mut changed)[row] = false;
        sample.replace_table("2020-10-15", &changed);
        sample.assert_finds("2020-10-15", "publico/tablas: corte 2020-10-15");
    }
}

#[test]
fn a_table_that_is_not_protected_is_found() {
    let sample = SampleOutput::of(&["2020-11-15"]);
    let mut table = sample.table("2020-11-15", "lnere_por_pais");
    let exact = fs::read(sample.release("2020-11-15").join("tablas/lnere_por_pais.parquet")).unwrap();
    let exact = lnere_tables::read("lnere_por_pais", exact).unwrap();
    let grain = PublicManifest::read(&sample.public("2020-11-15")).unwrap().grain;
    let truth = grain.exact_table_counts("lnere_por_pais", &[exact]).unwrap();
    let keys = ["cve_entidad", "cve_pais"].map(|key| table.values::<String>(key).unwrap().to_vec());
    for row in 0..table.row_count() {
        let key = keys.each_ref().map(|codes| codes[row].clone());
        counts(&mut table)[row] = Some(truth.get(&key[..]).map_or(0, |counts| counts[0]));
        protected_flags(&mut table)[row] = false;
    }
    sample.replace_table("2020-11-15", &table);
    sample.assert_finds("2020-11-15", "is small and not hidden");
}

#[test]
fn a_count_that_is_not_the_exact_one_is_found() {
    let sample = SampleOutput::of(&["2020-11-15"]);
    let mut table = sample.table("2020-11-15", "lnere_por_pais");
    let shown = counts(&mut table).iter_mut().flatten().next().unwrap();
    *shown += 1;
    sample.replace_table("2020-11-15", &table);
    sample.assert_finds("2020-11-15", "is not what the exact tables count");
    sample.assert_finds("2020-11-15", "does not fit the other public numbers");
}

#[test]
fn a_mark_or_a_percentage_that_does_not_fit_is_found() {
    let sample = SampleOutput::of(&["2020-11-15"]);
    let table = sample.table("2020-11-15", "lnere_por_estatus");
    let row = table.values::<bool>("protegida").unwrap().iter().position(|mark| *mark).unwrap();
    let mut changed = table.clone();
    protected_flags(&mut changed)[row] = false;
    sample.replace_table("2020-11-15", &changed);
    sample.assert_finds("2020-11-15", "`protegida` is not true in just those rows");
    let mut changed = table;
    for (name, column) in &mut changed.columns {
        if let ("porcentaje", Column::MaybeReal(shares)) = (name.as_str(), column) {
            shares[row] = Some(12.5);
        }
    }
    sample.replace_table("2020-11-15", &changed);
    sample.assert_finds("2020-11-15", "gives the percentage of a count that it hides");
}

#[test]
fn a_corte_that_was_forgotten_is_found() {
    let sample = SampleOutput::of(&["2020-10-15", "2020-10-31"]);
    let ledger = fs::read_to_string(sample.0.path().join("private/publicado.jsonl")).unwrap();
    let path = sample.public("2020-10-31").join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(manifest["earlier"].as_array().unwrap().len(), 1);
    manifest["earlier"] = serde_json::json!([]);
    fs::write(&path, serde_json::to_vec_pretty(&manifest).unwrap()).unwrap();
    sample.correct_checksums("2020-10-31");
    let sums = fs::read(sample.public("2020-10-31").join("SHA256SUMS")).unwrap();
    let own = sha256(&sums);
    let resealed = format!("{{\"corte\":\"2020-10-31\",\"revision\":1,\"sha256sums\":\"{own}\"}}");
    let lines = ledger.lines().map(|line| if line.contains("2020-10-31") { &resealed } else { line });
    let lines = lines.map(|line| format!("{line}\n"));
    fs::write(sample.0.path().join("private/publicado.jsonl"), lines.collect::<String>()).unwrap();
    sample.assert_finds("2020-10-31", "was made without regard to the public release of 2020-10-15, revision 1");
}

#[test]
fn what_was_public_must_be_known() {
    let sample = SampleOutput::of(&["2020-10-15"]);
    fs::rename(sample.release("2020-10-15"), sample.0.path().join("away")).unwrap();
    let ran = sample.run(&["--corte", "2020-10-31"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(text(&ran.stderr).contains("the public release of 2020-10-15, revision 1, is in the ledger"));
    assert!(!sample.release("2020-10-31").exists());

    fs::rename(sample.0.path().join("away"), sample.release("2020-10-15")).unwrap();
    assert!(sample.run(&["--corte", "2020-10-31"]).status.success());
    let manifest = PublicManifest::read(&sample.public("2020-10-31")).unwrap();
    assert_eq!(manifest.earlier.len(), 1);
    assert_eq!(fs::read_to_string(sample.0.path().join("private/publicado.jsonl")).unwrap().lines().count(), 2);
}

/// After a kill between the rename and the ledger, or within a line of the ledger, every
/// publication is still known.
#[test]
fn what_a_kill_left_out_of_the_ledger_is_named_by_the_next_run() {
    let sample = SampleOutput::of(&["2020-10-15"]);
    let path = sample.0.path().join("private/publicado.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(sample.run(&["--corte", "2020-10-31"]).status.success());
    let ledger = fs::read_to_string(&path).unwrap();
    assert!(ledger.starts_with(&whole) && ledger.lines().count() == 2, "{ledger}");
}

/// A corte published between two others, and a revision of one of them: every count stays safe, or
/// the publication is refused.
#[test]
fn backfills_and_revisions_are_protected_with_what_there_was() {
    let sample = SampleOutput::of(&["2020-11-15", "2020-10-15", "2020-10-31"]);
    let inputs = TempDir::new().unwrap();
    let exports = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/pel_2020_2021");
    for entry in fs::read_dir(exports).unwrap().map(|entry| entry.unwrap().path()) {
        fs::copy(&entry, inputs.path().join(entry.file_name().unwrap())).unwrap();
    }
    let newest = inputs.path().join("solicitudes_20210315.csv.gz");
    let rows = Command::new("gzip").arg("-dc").arg(&newest).output().unwrap().stdout;
    fs::remove_file(&newest).unwrap();
    // One record in a hundred is withdrawn.
    let kept = rows.split_inclusive(|byte| *byte == b'\n').enumerate().filter(|(line, _)| line % 100 != 99);
    fs::write(newest.with_extension(""), kept.flat_map(|(_, row)| row.to_vec()).collect::<Vec<u8>>()).unwrap();
    let inputs = inputs.path().to_str().unwrap();
    for corte in ["2020-10-31", "2020-11-15"] {
        let ran = sample.run(&["--corte", corte, "--inputs", inputs]);
        assert!(ran.status.success(), "{}", text(&ran.stderr));
    }
    assert_eq!(fs::read_dir(sample.0.path().join("superseded")).unwrap().count(), 2);
    assert_eq!(verify(&sample.release("2020-10-31")), Verification::default());
    let ledger = fs::read_to_string(sample.0.path().join("private/publicado.jsonl")).unwrap();
    assert_eq!(ledger.lines().count(), 5);
}

/// A copy of only the public part is attacked with its own statements.
#[test]
fn the_public_part_can_be_verified_by_itself() {
    let sample = SampleOutput::of(&["2020-11-15"]);
    let public = sample.public("2020-11-15");
    assert_eq!(verify(&public), Verification::default());
    // Through a link or a relative path the folder still lies in the output.
    fs::remove_file(public.join("tablas/lnere_por_sexo.parquet")).unwrap();
    for (folder, name) in [("", "./latest"), ("releases", "./2020-11-15"), ("releases/2020-11-15", "./")] {
        let verified = lnere().arg("verify").arg(name).current_dir(sample.0.path().join(folder)).output().unwrap();
        assert_eq!(verified.status.code(), Some(5), "{folder}/{name}");
    }
    let sample = SampleOutput::of(&["2020-11-15"]);
    let public = sample.public("2020-11-15");
    let copy = TempDir::new().unwrap();
    let copied = Command::new("cp").arg("-r").arg(&public).arg(copy.path()).status().unwrap();
    assert!(copied.success());
    assert_eq!(verify(&copy.path().join("publico")), Verification::default());
    fs::write(copy.path().join("publico/LEEME.txt"), "x").unwrap();
    assert!(!verify(&copy.path().join("publico")).findings.is_empty());
}

const MERGED: &str = "code = \"INETEL_O_NO_IDENTIFICADO\"";

#[test]
fn groups_stay_as_they_were_published() {
    let bench = Bench::good().with_corte("2020-09-15").with_process_edit("from = 2020-10-15", "from = 2020-09-15");
    bench.run_with(&["--only", "publico"]).assert_published();
    let bench = bench.with_edit(MERGED, "code = \"OTRO_MEDIO\"").with_corte("2020-09-30");
    let ran = bench.run_with(&["--only", "publico"]);
    ran.assert_refused(2, "medio is not as it was in the public release of 2020-09-15, revision 1");
    let bench = bench.with_edit("code = \"OTRO_MEDIO\"", MERGED).with_edit("minimum = 3", "minimum = 4");
    let ran = bench.run_with(&["--only", "publico"]);
    ran.assert_refused(2, "minimum is not as it was in the public release of 2020-09-15, revision 1");
    let bench = bench.with_edit("minimum = 4", "minimum = 3").with_edit("insiders = true", "insiders = false");
    let ran = bench.run_with(&["--only", "publico"]);
    ran.assert_refused(2, "insiders is not as it was in the public release of 2020-09-15, revision 1");
}

/// Few applications in many entities: nearly all counts are small at every corte, and each OPL
/// knows the totals.
#[test]
#[ignore = "needs DuckDB and HiGHS: tests/run starts them"]
fn nobody_inside_or_outside_works_out_a_count_where_nearly_all_are_small() {
    let sample = SampleOutput::new();
    // The output refuses to hold the exports too.
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    let mut command = lnere();
    command.args(["sample", "-q", "--applications", "300", "--seed", "3"]).arg(&exports);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).assert().code(0);
    let inputs = exports.to_str().unwrap();
    let ran = sample.run(&["--from", "2020-10-15", "--to", "2020-12-15", "--inputs", inputs]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let attack = python(&["attack_public_tables.py"], &[sample.0.path()]);
    assert!(attack.status.success(), "{}{}", text(&attack.stdout), text(&attack.stderr));
    assert!(text(&attack.stdout).contains("\"insiders\": {"), "each OPL attacked");
}

/// Proofs only save time: without them, or with others, the next corte is equally safe, and
/// `verify` finds nothing.
#[test]
fn proofs_that_are_lost_or_wrong_cost_time_alone() {
    let sample = SampleOutput::of(&["2020-10-15"]);
    let proofs = sample.0.path().join("private/pruebas_publicas.json");
    let kept = fs::read_to_string(&proofs).unwrap();
    assert!(kept.contains("solicitudes_acumuladas"), "{}", &kept[..80]);
    fs::write(&proofs, kept.replace(",1]", ",2]").replace(",-1]", ",-3]")).unwrap();
    assert_eq!(verify(&sample.release("2020-10-15")).findings, []);
    for damaged in ["{", "", "{\"solicitudes_acumuladas\": {\"cells\": [], \"alternatives\": [[[9, 9]]]}}"] {
        fs::write(&proofs, damaged).unwrap();
        assert_eq!(verify(&sample.release("2020-10-15")).findings, [], "{damaged}");
    }
    let ran = sample.run(&["--corte", "2020-10-31"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    assert_eq!(verify(&sample.release("2020-10-31")).findings, []);
}

#[track_caller]
fn mistake(from: &str, to: &str, message: &str) {
    Bench::good().with_process_edit(from, to).run().assert_refused(2, message);
}

#[test]
fn a_mistake_about_the_public_is_named_with_its_line() {
    let detail = "detail_from is the least total of an entity whose detail is shown, from 0 to 1000";
    mistake("detail_from = 10", "detail_from = -1", detail);
    let minimum = "minimum is the least count that is shown, from 2 to 1000";
    mistake("minimum = 3", "minimum = 1", minimum);
    mistake(
        "\"lnere_cubo\", \"lnere_por_entidad\"",
        "\"lnere_cubo\", \"lnere_diario\"",
        "`lnere_diario` cannot be made public",
    );
    mistake("\"lnere_cubo\", \"lnere_por_entidad\"", "\"lnere_cubo\", \"lnere_cubo\"", "names `lnere_cubo` twice");
    mistake("[\"cve_entidad\", \"sexo\", \"modalidad\"]", "[\"dia\"]", "`lnere_cubo` is not by `dia`");
    mistake(
        "lnere_cubo = [\"cve_",
        "lnere_por_mes = [\"cve_",
        "names `lnere_por_mes`, which audiences.publico.tables does not",
    );
    mistake(MERGED, "code = \"SRVE\"", "none of the codes of `medio`");
    mistake("of = [\"INETEL\",", "of = [\"FAX\",", "`FAX` is no code of `medio`");
    mistake("countries = [\"USA\",", "countries = [\"ALB\",", "`ALB` is in two groups");
    mistake("counts = \"protected\"", "counts = \"exact\"", "unknown variant `exact`, expected `protected`");
    mistake(
        "\"lnere_cubo\", \"lnere_por_entidad\"",
        "\"lnere_cubo\"",
        "have the same sums by cve_entidad, which no table shows",
    );
    mistake("rest = true", "rest = false", "or `rest = true` and takes all others");
    let homepage = "# homepage = \"https://example.org/lnere\"";
    for (from, to, message) in [
        (
            "publisher = \"Instituto Nacional Electoral (INE)\"",
            "publisher = \" \"",
            "publish.metadata.publisher is empty",
        ),
        ("publisher = \"Instituto", "# publisher = \"Instituto", "publisher_url needs publish.metadata.publisher"),
        ("licence = \"Libre", "# licence = \"Libre", "licence_url needs publish.metadata.licence"),
        ("licence_url =", "# licence_url =", "publish.metadata.licence needs publish.metadata.licence_url"),
        ("contact = \"Dir", "# contact = \"Dir", "contact_url needs publish.metadata.contact"),
        ("# contact_email = \"datos@example.org\"", "contact_email = \"datos\"", "is an e-mail address"),
        (homepage, "homepage = \"javascript:alert(1)\"", "homepage is an address like `https://example.org/lnere`"),
        (homepage, "homepage = \"https://a b\"", "homepage is an address"),
    ] {
        mistake(from, to, message);
    }
}
