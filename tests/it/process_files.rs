//! Tests of process files as configuration. Another process runs without a change of code, and a
//! mistake in a file is reported with its line and the accepted values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use std::fs;
use std::path::Path;

use crate::common::{Bench, lnere};

fn pipelines(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines").join(name)
}

#[test]
fn a_second_process_runs_on_its_own_exports() {
    let bench = Bench::new().with_process(pipelines("pef_2023_2024.toml")).with_corte("2024-02-29");
    let mut sample = lnere();
    sample.args(["sample", "--applications", "5000", "--credentials", "2000"]).arg("--process");
    sample.arg(pipelines("pef_2023_2024.toml")).arg(bench.inputs()).assert().code(0);
    let newest =
        fs::read_dir(bench.inputs()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).max();
    let day = newest.unwrap().split(['_', '.']).nth(1).unwrap().to_owned();
    assert!(day.as_str() >= "20240225", "{day}");

    let output = bench.command("run", &["--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["process"], "pef_2023_2024");
    assert_eq!(result["cortes"][0]["applications"], 5000);

    let release = bench.out().join("latest/tablas");
    let table =
        |name: &str| lnere_tables::read(name, fs::read(release.join(format!("{name}.parquet"))).unwrap()).unwrap();
    assert_eq!(table("lnere_por_entidad").row_count(), 32);
    let modality = table("lnere_por_modalidad");
    let in_person: i64 = modality
        .values::<String>("modalidad")
        .unwrap()
        .iter()
        .zip(modality.values::<i64>("solicitudes_acumuladas").unwrap())
        .filter(|(code, _)| *code == "PRESENCIAL")
        .map(|(_, count)| count)
        .sum();
    assert!(in_person > 0);
    assert!(table("lnere_por_sexo").values::<String>("sexo").unwrap().iter().any(|code| code == "X"));
}

#[test]
fn two_spellings_of_one_header_are_no_mistake() {
    let bench = Bench::good().with_process_edit("pais = \"PAIS\"", "pais = [\"País\", \"PAIS\", \" pais \"]");
    bench.run().assert_published();
}

/// Checks that a process file with one text replaced is refused with this message.
#[track_caller]
fn mistake(from: &str, to: &str, line_text: &str, message: &str) {
    let bench = Bench::good().with_process_edit(from, to);
    let text = fs::read_to_string(bench.path("process.toml")).unwrap();
    let line = 1 + text.lines().position(|line| line.contains(line_text)).expect("the line is there");
    let output = bench.command("plan", &[]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(&format!("process.toml:{line}: ")), "line {line}: {stderr}");
    assert!(stderr.contains(message), "{stderr}");
}

#[test]
fn mistakes_are_named_with_their_line_and_what_is_accepted() {
    mistake("title =", "titel =", "titel =", "unknown field `titel`, expected one of `id`, `title`");
    mistake(
        "closes = 2021-03-10",
        "closes = 2020-03-10",
        "closes =",
        "registration closes on 2020-03-10, before it opens",
    );
    mistake("election_day = 2021-06-06", "election_day = \"pronto\"", "election_day", "invalid");
    mistake(
        "\"24\", \"32\"]",
        "\"24\", \"33\"]",
        "\"33\"",
        "`33` is no entity; expected two digits from \"01\" to \"32\"",
    );
    mistake("\"24\", \"32\"]", "\"24\", \"24\"]", "\"24\", \"24\"", "entity `24` is there twice");
    mistake(
        "max_rejected = 0.01",
        "max_rejected = 1",
        "max_rejected",
        "a share with a point, from 0.0 to 1.0; 0.01 is 1 %",
    );
    mistake("max_rejected = 0.01", "max_rejected = 1.5", "max_rejected", "from 0.0 to 1.0; 0.01 is 1 %");
    mistake(
        "parts = [\"tablas\"",
        "parts = [\"tabla\"",
        "parts",
        "unknown variant `tabla`, expected one of `tablas`, `graficas`, `paquetes`",
    );
    mistake("code = \"POSTAL\"", "code = \"postal\"", "\"postal\"", "must be upper snake_case");
    mistake("\"INTERNET\"", "\"postal\"", "\"postal\"", "stands for both `POSTAL` and `ELECTRONICA`");
    mistake(
        "encoding = \"auto\"",
        "encoding = \"latin1\"",
        "latin1",
        "expected one of `auto`, `utf-8`, `windows-1252`",
    );
    mistake("\"DD/MM/YYYY\"", "\"D/M\"", "D/M", "expected `YYYY-MM-DD`, `DD/MM/YYYY`");
    mistake(
        "pais = \"PAIS\"",
        "paiz = \"PAIS\"",
        "paiz",
        "unknown column `paiz`, expected one of: folio, fecha_solicitud",
    );
    mistake(
        "pais = \"PAIS\"",
        "pais = [\"X\", \"sexo\"] # two",
        "sexo = \"SEXO\"",
        "stands for two columns, `pais` and `sexo`",
    );
    mistake("pais = \"PAIS\"", "pais = [\"PAIS\", \"\"]", "\"PAIS\", \"\"", "column `pais` needs a header name");
    mistake(
        "# tables = [\"lnere_por_entidad\"]",
        "tables = [\"lnere_por_estado\"]",
        "lnere_por_estado",
        "expected some of: lnere_cubo",
    );
    mistake(
        "# charts = [\"avance_diario\"]",
        "charts = [\"avance\"]",
        "\"avance\"",
        "expected some of: aciertos, avance_diario",
    );
    mistake("id = \"pel_2020_2021\"", "id = \"PEL 2020\"", "PEL 2020", "must be lower snake_case");
}

#[test]
fn mistakes_about_the_projection_are_named_too() {
    mistake(
        "accepted = [\"PROCEDENTE\"]",
        "accepted = [\"ACEPTADA\"]",
        "ACEPTADA",
        "expected some of: RECIBIDA, EN_ANALISIS",
    );
    mistake("refused = [\"IMPROCEDENTE\"]", "refused = [\"PROCEDENTE\"]", "accepted = [", "none that `refused` names");
    mistake(
        "deviation = 0.27",
        "deviation = 30",
        "[projection.spread]",
        "deviation and entities are numbers from 0.01",
    );
    mistake("share = 0.95, weight", "share = 95.0, weight", "share = 95.0", "share is from 0.0 to 1.0");
    mistake("modality = \"POSTAL\"", "modality = \"CORREO\"", "CORREO", "expected some of: POSTAL, ELECTRONICA");
    mistake("service_level = 0.95", "service_level = 95.0", "service_level", "from 0.5 to below 1.0");
    mistake("scale = 1.0", "scale = 0.0", "[projection.earlier]", "scale is a number from 0.01 to 100.0");
    let own = "[[projection.reference]] # itself\nname = \"pel_2020_2021\"\ntitle = \"\"\nsource = \"\"\ncurve = \"x.csv\"\n\n[projection.spread]";
    mistake("[projection.spread]", own, "# itself", "cannot be its own reference");
    mistake(
        "closes = 2021-03-10\n",
        "closes = 2021-03-10\n[[registration.extended]]\nannounced = 2021-03-20\nclosed = 2021-02-10\n",
        "announced =",
        "at the latest on the day after the close that it put off",
    );
}

#[test]
fn mistakes_about_the_dashboard_are_named_too() {
    let mistake = |from: &str, to: &str, message: &str| mistake(from, to, to, message);
    mistake("audience = \"opl\" ", "audience = \"todos\" ", "unknown variant `todos`, expected `opl` or `publico`");
    let fourth = "fecha = 2020-07-17, tipo = \"reunion\"";
    mistake(fourth, "fecha = 2020-07-17, tipo = \"fiesta\"", "unknown variant `fiesta`");
    mistake("fecha = 2020-07-17", "fecha = 2020-07-17T10:00:00", "is not a date");
    mistake("\"Cuarta reunión del grupo de trabajo INE-OPL\"", "\" \"", "is empty; say what happens");
    mistake("fecha = 2020-07-17", "fecha = 2020-07-17, lugar = \"Zoom\"", "unknown field `lugar`");
    let event = "{ fecha = 2020-07-17, tipo = \"evento\", etiqueta = \"X\" }";
    let twice = format!("{event}, {event}, {{ fecha = 2020-07-17");
    mistake("{ fecha = 2020-07-17", &twice, "the milestone `X` of 2020-07-17 is there twice");
    let both = "parts = [\"tablas\", \"graficas\", \"paquetes\", \"publico\", \"tablero\"]";
    let bench = Bench::good().with_process_edit("audience = \"opl\" ", "audience = \"publico\" ");
    let bench = bench.with_edit(both, "parts = [\"tablero\"]");
    bench.run().assert_refused(2, "publish.parts must name `publico`");
    let bench = bench.with_edit("\"lnere_cubo\", \"lnere_por_entidad\"", "\"lnere_cubo\"");
    bench.run().assert_refused(2, "with lnere_por_entidad among its tables");
}

/// A mistake in a file that the process file names is reported with the name and line of that file.
#[track_caller]
fn mistake_in(file: &str, setting: &str, from: &str, to: &str, message: &str) {
    let text = fs::read_to_string(pipelines("proyeccion").join(file)).unwrap();
    assert!(text.contains(from), "{from} is in {file}");
    let bench = Bench::good();
    fs::write(bench.path(file), text.replacen(from, to, 1)).unwrap();
    let place = format!("{setting} = \"proyeccion/{file}\"");
    let bench = bench.with_process_edit(&place, &format!("{setting} = \"{file}\""));
    let output = bench.command("plan", &[]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(&format!("{file}:")) && stderr.contains(message), "{stderr}");
}

#[test]
fn mistakes_in_a_tariff_or_in_totals() {
    let tariff = |from, to, message| mistake_in("tarifa_pep.toml", "tariff", from, to, message);
    tariff("price = 310.00", "price = 310.005", "two decimals at most");
    tariff("price = 310.00", "price = -1.0", "two decimals at most");
    tariff("\"USA\", \"CAN\"", "\"USA\", \"EEUU\"", "`EEUU` is no country");
    tariff("\"ESP\"", "\"USA\"", "`USA` has a price already");
    tariff("\"ESP\", \"DEU\"", "\"ESP\", \"ESP\"", "`ESP` has a price already");
    tariff("currency = \"MXN\"", "currency = \"pesos\"", "ISO 4217");
    tariff("name = \"Resto del mundo\"", "name = \"Asia\"\ncountries = [\"JPN\"]", "the last rate has no countries");
    let totals = |from, to, message| mistake_in("solicitudes_2017_2018.csv", "totals", from, to, message);
    totals("03,220", "33,220", "an entity's two digits");
    mistake_in(
        "solicitudes_2017_2018.csv",
        "totals",
        "03,220\n06,1168\n08,5036\n09,28616\n12,9379\n14,16453\n16,14242\n18,2087\n22,2419\n24,5148\n32,5046",
        "03,0",
        "add up to 0",
    );
    totals("03,220", "03,doscientas", "expected a whole number");
    totals("03,220", "03,220,1", "expected as many fields as the header has");
    totals("cve_entidad,solicitudes", "entidad,total", "expected the header cve_entidad,solicitudes");
}

#[test]
fn mistakes_in_goals() {
    let goals = |text: &str, message: &str| {
        let section = format!("[goals]\ntitle = \"Meta\"\nsource = \"Minuta\"\n{text}\n[categories]");
        let bench = Bench::good().with_process_edit("[categories]", &section);
        bench.run().assert_refused(2, message);
    };
    goals("", "[goals] has `total`, `applications`, or both");
    goals("applications = { 07 = 5 }", "`07` is no entity of this process; expected some of: 03, 06, 08");
    goals("applications = { 08 = 0 }", "expected a goal from 1 to ");
    goals("total = -1", "expected a goal from 1 to ");
    goals("total = 9\napplications = { 08 = 10 }", "goals.total is 9, but the goals of the entities add up to 10");
    goals("total = 9\nmeta = 9", "unknown field `meta`");
}

#[test]
fn mistakes_in_denominators() {
    let denominators = |from: &str, to: &str, message: &str| {
        let bench = Bench::good().with_process_edit(from, to);
        bench.run().assert_refused(2, message);
    };
    let name = "name = \"cpve_2019_entidad\"";
    denominators(name, "name = \"CPVE 2019\"", "`CPVE 2019` is no short name");
    denominators(name, "name = \"cpve_2019_representacion\"", "`cpve_2019_representacion` is there twice");
    denominators(
        "by = \"entidad\"",
        "by = \"sexo\"",
        "unknown variant `sexo`, expected one of `entidad`, `pais`, `representacion`",
    );
    denominators("by = \"entidad\"", "by = \"pais\"", "expected the header cve_entidad,cve_pais,valor");
    denominators("per = 1_000", "per = 0", "denominators.per: expected a whole number from 1 to ");

    let file = |lines: &str, message: &str| {
        let bench =
            Bench::good().with_process_edit("csv = \"denominadores/cpve_2019_representacion.csv\"", "csv = \"a.csv\"");
        fs::write(bench.path("a.csv"), format!("cve_entidad,cve_representacion,valor\n{lines}")).unwrap();
        bench.run().assert_refused(2, message);
    };
    file("07,dallas,5\n", "a.csv:2: `07` is no entity of this process; expected 00, which is all of them together");
    file("08,cancun,5\n", "a.csv:2: `cancun` is no embassy or consulate");
    file("08,dallas,5\n08,dallas,6\n", "a.csv:3: the source has only one number");
    file("08,dallas,0\n", "a.csv:2: nothing can be divided by 0");
    file("08,dallas,muchas\n", "a.csv:2: expected a whole number");
    file("", "a.csv:1: the file has no number");
}

#[test]
fn a_table_is_a_change_of_a_toml_file() {
    let bench = Bench::good();
    let tables = fs::read_to_string(pipelines("tablas.toml")).unwrap();
    let new = "\n[[table]]\nname = \"lnere_por_sexo_modalidad\"\nfrom = \"applications\"\nby = [\"entidad\", \"sexo\", \"modalidad\"]\nrows = \"all\"\nshare = true\nes = \"Solicitudes por entidad, sexo y modalidad\"\nen = \"Applications by entity, sex and modality\"\n";
    fs::write(bench.path("tablas.toml"), tables.clone() + new).unwrap();
    let own = format!("tables = \"{}\"", bench.path("tablas.toml").display());
    let bench = bench.with_process_edit("tables = \"tablas.toml\"", &own);
    let rows = bench.run().assert_published().rows_text(
        "lnere_por_sexo_modalidad",
        &["sexo", "modalidad", "solicitudes_acumuladas", "porcentaje"],
        "1 ",
    );
    assert_eq!(rows, "M POSTAL 1 100.00");

    for (from, to, message) in [
        ("\"sexo\"", "\"fecha\"", "cannot be rolled up by fecha"),
        ("es =", "sheet = \"Sexo/modalidad\"\nes =", "must not contain [ ] : * ? /"),
        ("es =", "sheet = \"POR SEXO\"\nes =", "a table above has the sheet name `POR SEXO`"),
        ("es =", "sheet = \"Resumen\"\nes =", "another sheet of the workbook is called `Resumen`"),
        ("es =", "sheet = \"Solicitudes por sexo y modalidad\"\nes =", "has 32 characters"),
    ] {
        fs::write(bench.path("tablas.toml"), tables.clone() + &new.replace(from, to)).unwrap();
        let output = bench.command("plan", &[]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(message), "{stderr}");
    }
}

#[test]
fn tables_and_charts_to_publish_are_chosen_in_the_process_file() {
    let bench = Bench::good().with_process_edit(
        "# tables = [\"lnere_por_entidad\"]",
        "tables = [\"lnere_por_entidad\", \"calidad\"]\ncharts = [\"avance_diario\"] #",
    );
    bench.run_with(&[]).assert_published();
    let names = |folder: &str| fs::read_dir(bench.release().join(folder)).unwrap().count();
    assert_eq!((names("tablas"), names("graficas/nacional")), (2, 2));
    // The charts that are not published still set how many categories other media show.
    let data = fs::read_to_string(bench.release().join("tablero/datos.js")).unwrap();
    assert!(data.contains(r#""mostrar":{"pais":15,"representacion":15}"#));
    let manifest = fs::read_to_string(bench.release().join("manifest.json")).unwrap();
    assert!(manifest.contains("\"por_pais.toml\""), "their files are part of the configuration");
    lnere().arg("verify").arg(bench.release()).assert().code(0);
}

const REFERENCE: &str = "[[projection.reference]]\nname = \"otro\"\ntitle = \"Otro\"\nsource = \"prueba\"\ncurve = \"curva.csv\"\n\n[projection.spread]";

#[test]
fn mistakes_in_a_curve() {
    let curve = |lines: &str, message: &str| {
        let bench = Bench::good().with_process_edit("[projection.spread]", REFERENCE);
        fs::write(bench.path("curva.csv"), format!("# Invented.\nfecha,solicitudes\n{lines}")).unwrap();
        let output = bench.command("plan", &[]).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("curva.csv:") && stderr.contains(message), "{stderr}");
    };
    curve("2018-09-01,5\n2019-03-01,4\n", "a cumulative count cannot fall");
    curve("2019-09-01,5\n2019-03-01,9\n", "days must follow each other");
    curve("01/09/2018,5\n", "expected a date like 2020-09-01");
    curve("2018-09-01,0\n2019-03-01,0\n", "applications at its last one");
    curve("2018-09-01,5\n", "two points or more");
    // The process itself under another name.
    let text = fs::read_to_string(pipelines("proyeccion/curva_2020_2021.csv")).unwrap();
    let points = &text[text.find("2020-09-01,").unwrap()..];
    let own = Bench::good().with_process_edit("[projection.spread]", REFERENCE);
    fs::write(own.path("curva.csv"), format!("fecha,solicitudes\n{points}")).unwrap();
    let output = own.command("plan", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("must end before 2020-09-01, when this process opens"));
}

#[test]
fn forms_of_dates_that_contradict_each_other_are_a_mistake() {
    mistake(
        "date_formats = [\"YYYY-MM-DD\", \"DD/MM/YYYY\"]",
        "date_formats = [\"DD/MM/YYYY\", \"MM/DD/YYYY\"]",
        "date_formats = [\"DD/MM/YYYY\", \"MM/DD/YYYY\"]",
        "`DD/MM/YYYY` and `MM/DD/YYYY` read another day in ",
    );
}

#[test]
fn a_file_of_acceptances_needs_a_name() {
    for name in ["", "."] {
        let line = format!("accepted = \"{name}\"");
        mistake(
            "accepted = \"aceptadas.toml\"",
            &line,
            &line,
            "accepted names no file; name one, or leave the line out",
        );
    }
}

#[test]
fn a_process_file_of_another_encoding_is_named_with_its_line() {
    let bench = Bench::good().with_process_edit("title = ", "# Espa\u{f1}a\ntitle = ");
    let path = bench.process_file();
    let text = fs::read_to_string(path).unwrap();
    let line = text.lines().position(|line| line == "# Espa\u{f1}a").unwrap() + 1;
    let (before, after) = text.split_once('\u{f1}').unwrap();
    fs::write(path, [before.as_bytes(), b"\xf1", after.as_bytes()].concat()).unwrap();
    let expected = format!("process.toml:{line}: the file is not UTF-8 from here on; save it as UTF-8");
    bench.run().assert_refused(2, &expected);
}
