//! Tests a season as an operator experiences it: start, late export, cut export, correction, real
//! drop, changed codes, extension, end. Every visible count equals an independent count of its
//! export, and no limit is loosened.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;

use crate::common::{self, APPLICATION_HEADER, Bench, CREDENTIAL_HEADER, CompletedRun};
use chrono::{Days, NaiveDate};
use serde_json::Value;

/// One invented application of the season.
#[derive(Clone)]
struct Application {
    folio: String,
    registered: NaiveDate,
    entity: &'static str,
    modality: &'static str,
    /// The day of withdrawal; later exports do not contain the application.
    withdrawn: Option<NaiveDate>,
}

/// The simulated system that writes the exports.
struct Siilnere {
    applications: Vec<Application>,
    /// The texts of the modalities in its exports.
    modalities: [&'static str; 2],
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl Siilnere {
    /// About 2,000 applications, with more each quincena, from the opening to the extended close.
    fn new() -> Self {
        let mut applications = Vec::new();
        let opening = day("2020-09-01");
        for number in 0..196_u64 {
            let registered = opening + Days::new(number);
            for copy in 0..(2 + number / 12) {
                let index = applications.len();
                applications.push(Application {
                    folio: format!("S{index:07}"),
                    registered,
                    entity: ["08", "09", "14", "16"][index % 4],
                    modality: ["POSTAL", "ELECTRONICA"][usize::from((number + copy) % 3 == 0)],
                    withdrawn: None,
                });
            }
        }
        Self { applications, modalities: ["POSTAL", "ELECTRONICA"] }
    }

    /// The applications in the export of a day.
    fn in_export(&self, export: NaiveDate) -> impl Iterator<Item = &Application> {
        self.applications
            .iter()
            .filter(move |one| one.registered <= export && one.withdrawn.is_none_or(|withdrawn| withdrawn > export))
    }

    fn csv(&self, export: NaiveDate) -> String {
        let mut text = format!("{APPLICATION_HEADER}\n");
        for one in self.in_export(export) {
            let modality = self.modalities[usize::from(one.modality == "ELECTRONICA")];
            // An application is accepted four days after its registration.
            let (status, changed) = match one.registered + Days::new(4) {
                accepted if accepted <= export => ("PROCEDENTE", accepted),
                _ => ("RECIBIDA", one.registered),
            };
            let Application { folio, registered, entity, .. } = one;
            text += &format!("{folio},{registered},{entity},Canadá,H,{modality},CPVE,SRVE,{status},{changed}\n");
        }
        text
    }

    /// Two trámites a day until the day of the export, delivered after three weeks.
    fn credentials(export: NaiveDate) -> String {
        let mut text = format!("{CREDENTIAL_HEADER}\n");
        let days = day("2020-09-01").iter_days().take_while(|day| *day <= export);
        for (number, applied) in days.flat_map(|day| [day, day]).enumerate() {
            let delivered = Some(applied + Days::new(21)).filter(|delivered| *delivered <= export);
            let delivered = delivered.map(|day| day.to_string()).unwrap_or_default();
            text += &format!("T{number:06},{applied},08,Chicago,H,INSCRIPCION,{delivered},\n");
        }
        text
    }
}

struct Season {
    bench: Bench,
    system: Siilnere,
}

impl Season {
    fn deliver(&mut self, source: &str, export: &str) {
        let text =
            if source == "solicitudes" { self.system.csv(day(export)) } else { Siilnere::credentials(day(export)) };
        let name = format!("{source}_{}.csv", export.replace('-', ""));
        fs::write(self.bench.inputs().join(name), text).unwrap();
    }

    fn deliver_both_sources(&mut self, export: &str) {
        self.deliver("solicitudes", export);
        self.deliver("credenciales", export);
    }

    /// Checks that an unattended run publishes a corte with the counts of its export.
    #[track_caller]
    fn assert_publishes(&mut self, corte: &str, today: &str) {
        let ran = self.bench.run_due(today, &["--format", "json"]).assert_published();
        let json = json(&ran);
        let lines = json["cortes"].as_array().unwrap();
        let line = lines.iter().find(|line| line["corte"] == corte);
        assert_eq!(line.expect(corte)["outcome"], "published", "{json:#}");
        self.assert_counts(corte, corte);
    }

    /// Checks that the visible release of a corte has the counts of the export of a day.
    #[track_caller]
    fn assert_counts(&self, corte: &str, export: &str) {
        let path = self.bench.out().join("releases").join(corte).join("tablas/lnere_por_modalidad.parquet");
        let table = lnere_tables::read("lnere_por_modalidad", fs::read(path).unwrap()).unwrap();
        let (entities, modalities) =
            (table.values::<String>("cve_entidad").unwrap(), table.values::<String>("modalidad").unwrap());
        let counts = table.values::<i64>("solicitudes_acumuladas").unwrap();
        for entity in ["08", "09", "14", "16"] {
            for modality in ["POSTAL", "ELECTRONICA"] {
                let counted: i64 = (0..table.row_count())
                    .filter(|row| entities[*row] == entity && modalities[*row] == modality)
                    .map(|row| counts[row])
                    .sum();
                let of = |one: &&Application| {
                    one.entity == entity && one.modality == modality && one.registered <= day(corte)
                };
                let expected = self.system.in_export(day(export)).filter(of).count();
                assert_eq!(counted, i64::try_from(expected).unwrap(), "{corte} {entity} {modality}");
            }
        }
        assert!(!modalities.iter().any(|modality| modality == "NO_IDENTIFICADO"), "{corte}");
    }

    /// Checks that these rules refuse an unattended run, which leaves the visible releases
    /// unchanged.
    #[track_caller]
    fn assert_refuses(&mut self, today: &str, rules: &[&str]) {
        let before = common::files_below(&self.bench.out().join("releases"));
        let ran = self.bench.run_due(today, &["--format", "json"]);
        assert_eq!(ran.code(), Some(3), "{}{}", ran.stdout(), ran.stderr());
        let json = json(&ran);
        let refused = json["refused"].as_array().unwrap().iter();
        let findings = refused.flat_map(|refused| refused["findings"].as_array().unwrap());
        let mut found: Vec<&str> = findings.map(|finding| finding["rule"].as_str().unwrap()).collect();
        found.dedup();
        assert_eq!(found, rules, "{}", ran.stderr());
        assert_eq!(common::files_below(&self.bench.out().join("releases")), before, "what is visible stays");
    }

    #[track_caller]
    fn accept_export(&self, export: &str, rule: &str) {
        self.bench.age_exports();
        let reason = "Bajas por duplicidad, oficio 12 de la DERFE";
        let output = self.bench.command("accept", &[export, "--rule", rule, "--reason", reason]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[track_caller]
fn json(ran: &CompletedRun) -> Value {
    serde_json::from_str(&ran.stdout()).unwrap_or_else(|_| panic!("{}{}", ran.stdout(), ran.stderr()))
}

#[test]
fn no_wrong_figure_goes_out() {
    let mut season = Season { bench: Bench::new().without_projection(), system: Siilnere::new() };

    // The start.
    season.deliver_both_sources("2020-09-15");
    season.assert_publishes("2020-09-15", "2020-09-17");

    // One system is late: the other source alone causes no publication.
    season.deliver("credenciales", "2020-09-30");
    let ran = season.bench.run_due("2020-10-02", &["--format", "json"]).assert_published();
    assert_eq!(
        json(&ran)["cortes"].as_array().unwrap().iter().filter(|line| line["outcome"] == "published").count(),
        0
    );
    season.deliver("solicitudes", "2020-09-30");
    season.assert_publishes("2020-09-30", "2020-10-05");

    // An export that was cut short while the total still grew.
    season.deliver_both_sources("2020-10-15");
    let path = season.bench.inputs().join("solicitudes_20201015.csv");
    let whole = fs::read_to_string(&path).unwrap();
    let rows: Vec<&str> = whole.lines().collect();
    let cut: Vec<&str> =
        rows.iter().enumerate().filter(|(row, _)| *row == 0 || row % 9 != 0).map(|(_, line)| *line).collect();
    fs::write(&path, cut.join("\n")).unwrap();
    assert!(cut.len() > season.system.in_export(day("2020-09-30")).count(), "the total grew");
    season.assert_refuses("2020-10-17", &["min_kept"]);
    fs::write(&path, whole).unwrap();
    season.assert_publishes("2020-10-15", "2020-10-18");

    // The file of the previous quincena under the new day.
    season.deliver("credenciales", "2020-10-31");
    let last = fs::read(season.bench.inputs().join("solicitudes_20201015.csv")).unwrap();
    fs::write(season.bench.inputs().join("solicitudes_20201031.csv"), last).unwrap();
    season.assert_refuses("2020-11-02", &["same_file", "stale"]);
    season.deliver("solicitudes", "2020-10-31");
    season.assert_publishes("2020-10-31", "2020-11-03");

    // A real drop: a tenth of the applications is withdrawn.
    for (number, one) in season.system.applications.iter_mut().enumerate() {
        if number % 10 == 3 && one.registered <= day("2020-10-31") {
            one.withdrawn = Some(day("2020-11-10"));
        }
    }
    season.deliver_both_sources("2020-11-15");
    season.assert_refuses("2020-11-17", &["min_kept"]);
    season.accept_export("solicitudes_20201115.csv", "min_kept");
    season.assert_publishes("2020-11-15", "2020-11-17");

    // The accepted export is not checked again, and the next export is compared with it.
    season.deliver_both_sources("2020-11-30");
    season.assert_publishes("2020-11-30", "2020-12-02");

    // The system changes its codes: its exports are refused until the process file lists them.
    season.system.modalities = ["1", "2"];
    season.deliver_both_sources("2020-12-15");
    season.assert_refuses("2020-12-17", &["max_unidentified", "max_changed"]);
    let electronic = "aliases = [\"INTERNET\", \"ELECTRONICA POR INTERNET\"]";
    season.bench = season
        .bench
        .with_edit("label = \"Postal\" }", "label = \"Postal\", aliases = [\"1\"] }")
        .with_edit(electronic, "aliases = [\"INTERNET\", \"ELECTRONICA POR INTERNET\", \"2\"]");
    season.assert_publishes("2020-12-15", "2020-12-18");

    // The codes are swapped, which only a comparison of the same folios can detect.
    season.system.modalities = ["2", "1"];
    season.deliver_both_sources("2020-12-31");
    season.assert_refuses("2021-01-02", &["max_changed"]);
    season.system.modalities = ["1", "2"];
    season.deliver("solicitudes", "2020-12-31");
    season.assert_publishes("2020-12-31", "2021-01-03");

    for (corte, today) in [
        ("2021-01-15", "2021-01-17"),
        ("2021-01-31", "2021-02-02"),
        ("2021-02-15", "2021-02-17"),
        ("2021-02-28", "2021-03-02"),
    ] {
        season.deliver_both_sources(corte);
        season.assert_publishes(corte, today);
    }

    // Registration is extended by five days, and the process file states this before the export
    // arrives.
    season.bench = season.bench.with_edit("closes = 2021-03-10", "closes = 2021-03-15");
    season.deliver_both_sources("2021-03-15");
    season.assert_publishes("2021-03-15", "2021-03-17");

    // After the close statuses still change, and then nothing does: an export without changes is
    // accepted by name.
    season.deliver_both_sources("2021-03-31");
    season.assert_publishes("2021-03-31", "2021-04-02");
    season.deliver_both_sources("2021-04-15");
    season.assert_refuses("2021-04-17", &["same_file", "stale"]);
    for rule in ["same_file", "stale"] {
        season.accept_export("solicitudes_20210415.csv", rule);
    }
    season.assert_publishes("2021-04-15", "2021-04-18");

    // All releases are still correct, and later exports change only the withdrawn applications.
    for corte in ["2020-09-15", "2020-09-30", "2020-10-15", "2020-10-31", "2020-11-15", "2020-12-31", "2021-03-31"] {
        season.assert_counts(corte, corte);
    }
    let process = fs::read_to_string(season.bench.path("process.toml")).unwrap();
    assert!(process.contains("max_rejected = 0.01") && process.contains("max_shrink = 0.02"), "no limit was loosened");
}
