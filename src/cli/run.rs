/*!
`lnere run` and `lnere plan`.
*/

use std::fmt::Write as _;

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::args::{Format, RunArgs};
use super::failure::{Exit, Failure, OrExit};
use super::setup::{Setup, quarantine, threads};
use super::terminal::{Terminal, Verbosity, count, print};
use crate::calendar::Corte;
use crate::ingest::{self, ExportFile, Ingested};
use crate::pipeline::{self, Totals};
use crate::plan::Plan;
use crate::process::Part;
use crate::release::{LockError, LockedOutput, Outcome, Output, Published};

/// What became of one corte.
struct Line {
    corte: Corte,
    result: Result<(Published, Totals), (Exit, String)>,
}

pub(super) fn run(args: &RunArgs, terminal: &Terminal) -> Result<(), Failure> {
    let started = Utc::now();
    threads(args.jobs)?;
    let setup = Setup::load(&args.process.process)?;
    let plan = setup.plan(args, terminal)?;
    let output = Output::new(&args.output);
    may_publish(&setup, &plan, &output, args.force)?;
    let parts = parts(&setup, args);
    let configuration = setup.configuration()?;
    let output = output.lock().map_err(|error| match error {
        LockError::Held { .. } => Failure::new(Exit::Held, error),
        LockError::Io { .. } => Failure::new(Exit::Unexpected, error),
    })?;

    let Plan { solicitudes, credenciales, .. } = &plan;
    terminal.stage("reading exports", solicitudes.len() + credenciales.len());
    let ingested = ingest::read(&setup.process, &setup.catalogs, solicitudes, credenciales, false, terminal);
    quarantine(&setup.process, &ingested.files, &output.private)?;
    if let Some(reasons) = refusal(&ingested) {
        terminal.finish();
        return Err(Failure::message(Exit::Refused, format!("exports refused, nothing published:\n{reasons}")));
    }

    terminal.stage("publishing", plan.cortes.len());
    let world = pipeline::World {
        process: &setup.process,
        catalogs: &setup.catalogs,
        tables: &setup.tables,
        published: &setup.published,
        charts: &setup.charts,
        configuration: &configuration,
        parts: &parts,
        vintage: plan.vintage,
    };
    let mut lines: Vec<Line> =
        plan.cortes.iter().map(|corte| publish(&world, &ingested, *corte, &output, terminal)).collect();
    let newest = |files: &[ExportFile]| files.last().map_or_else(String::new, |file| file.name.clone());
    lines.extend(plan.uncovered.iter().map(|corte| {
        let newest = [newest(&plan.solicitudes), newest(&plan.credenciales)].join(" and ");
        let message =
            format!("not covered: the newest exports, {newest}, are known up to {} together", plan.covered_to);
        Line { corte: *corte, result: Err((Exit::Refused, message)) }
    }));
    terminal.finish();

    let result = json(&setup, &plan, &ingested, &lines);
    record(&output, started, &result)?;
    let text = match args.format.format {
        Format::Text => text(&setup, &ingested, &lines, &output),
        Format::Json => format!("{result:#}\n"),
    };
    print(&text).or_exit(Exit::Unexpected)?;
    let failed: Vec<_> = lines.iter().filter_map(|line| Some((line.corte, line.result.as_ref().err()?))).collect();
    match failed.iter().map(|(_, (exit, _))| *exit).max() {
        None => Ok(()),
        Some(exit) => {
            let messages: Vec<_> =
                failed.iter().map(|(corte, (_, message))| format!("corte {corte}: {message}")).collect();
            Err(Failure::message(exit, messages.join("\n")))
        }
    }
}

/// Writes when the run was and what came of it to `out/private/corridas`; releases say nothing of it.
fn record(output: &LockedOutput, started: DateTime<Utc>, result: &Value) -> Result<(), Failure> {
    let ended = Utc::now();
    let record = json!({
        "started": started.to_rfc3339_opts(SecondsFormat::Millis, true),
        "ended": ended.to_rfc3339_opts(SecondsFormat::Millis, true),
        "process_id": std::process::id(),
        "version": env!("CARGO_PKG_VERSION"),
        "result": result,
    });
    let name = format!("{}_{}.json", started.format("%Y%m%dT%H%M%SZ"), std::process::id());
    let folder = output.private.folder("corridas");
    let written = folder.and_then(|folder| folder.write(&name, format!("{record:#}\n").as_bytes()));
    written
        .with_context(|| format!("cannot write {}", output.private.path("corridas").display()))
        .or_exit(Exit::Unexpected)
}

/// The parts asked for; tables are always made.
fn parts(setup: &Setup, args: &RunArgs) -> Vec<Part> {
    let mut parts = args.only.clone().unwrap_or_else(|| setup.process.parts.clone());
    parts.push(Part::Tablas);
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// Refuses an output of another process, and exports older than those of a visible release.
fn may_publish(setup: &Setup, plan: &Plan, output: &Output, force: bool) -> Result<(), Failure> {
    let visible = output.cortes().into_iter().filter_map(|corte| Some((corte, output.manifest(corte)?)));
    for (corte, manifest) in visible {
        if manifest.process != setup.process.id {
            let message = format!(
                "the output {} belongs to the process {}, not to {}; name another with --output",
                output.root().display(),
                manifest.process,
                setup.process.id
            );
            return Err(Failure::message(Exit::Usage, message));
        }
        if !force && plan.cortes.contains(&corte) && manifest.vintage > plan.vintage.to_string() {
            let message = format!(
                "the release of {corte} was made from exports up to {}, newer than {}; --force publishes the older ones",
                manifest.vintage, plan.vintage
            );
            return Err(Failure::message(Exit::Usage, message));
        }
    }
    Ok(())
}

fn publish(
    world: &pipeline::World,
    ingested: &Ingested,
    corte: Corte,
    output: &LockedOutput,
    terminal: &Terminal,
) -> Line {
    let made = pipeline::release(world, ingested, corte);
    terminal.say(Verbosity::Debug, format!("corte {corte}: counted and drawn"));
    let result = made.map_err(|error| (Exit::Unexpected, format!("{error:#}"))).and_then(|made| {
        let published = made
            .pending
            .publish(output)
            .map_err(|error| (Exit::Unexpected, format!("{:#}", anyhow::Error::from(error))))?;
        Ok((published, made.totals))
    });
    terminal.step();
    terminal.say(Verbosity::Debug, format!("corte {corte}: on the disk"));
    Line { corte, result }
}

/// The exports that refuse the run, with their reasons.
pub(super) fn refusal(ingested: &Ingested) -> Option<String> {
    let reasons: Vec<_> =
        ingested.refused().map(|(file, fault)| format!("  {}: {fault}", file.path.display())).collect();
    (!reasons.is_empty()).then(|| reasons.join("\n"))
}

fn text(setup: &Setup, ingested: &Ingested, lines: &[Line], output: &Output) -> String {
    let mut text = format!("{}\n", setup.process.title);
    for Line { corte, result } in lines {
        let Ok((published, totals)) = result else { continue };
        let what = match published.outcome {
            Outcome::Published => "published".to_owned(),
            Outcome::Revised => format!("published as revision {}", published.revision),
            Outcome::Unchanged => "unchanged, nothing published".to_owned(),
        };
        let number = |number: i64| count(number.unsigned_abs());
        let _ = write!(
            text,
            "\ncorte {corte}   {what}\n  applications   {:>9}  ({} in the quincena)\n  credentials    {:>9}  applied for since {}\n",
            number(totals.applications),
            number(totals.applications_in_quincena),
            number(totals.credentials_applied_for),
            setup.process.credentials_from,
        );
        if published.outcome != Outcome::Unchanged {
            let _ =
                writeln!(text, "  tables {}, charts {}: {}", totals.tables, totals.charts, published.path.display());
        }
    }
    let read: u64 = ingested.files.iter().map(|report| report.read).sum();
    let rejected: u64 = ingested.files.iter().map(|report| report.counts.rejected()).sum();
    let _ = writeln!(
        text,
        "\n{} records read in {} exports, {} rejected",
        count(read),
        ingested.files.len(),
        count(rejected)
    );
    if rejected > 0 {
        let _ =
            writeln!(text, "rejected records by file and line: {}", output.root().join("private/cuarentena").display());
    }
    let latest = output.latest();
    if let Some(folder) =
        ["graficas/nacional", "tablas"].map(|folder| latest.join(folder)).into_iter().find(|folder| folder.is_dir())
    {
        let _ = writeln!(text, "look at {}", folder.display());
    }
    text
}

fn json(setup: &Setup, plan: &Plan, ingested: &Ingested, lines: &[Line]) -> Value {
    let cortes: Vec<Value> = lines
        .iter()
        .map(|Line { corte, result }| match result {
            Ok((published, totals)) => json!({
                "corte": corte.to_string(),
                "outcome": format!("{:?}", published.outcome).to_lowercase(),
                "revision": published.revision,
                "path": published.path,
                "applications": totals.applications,
                "applications_in_quincena": totals.applications_in_quincena,
                "credentials_applied_for": totals.credentials_applied_for,
                "tables": totals.tables,
                "charts": totals.charts,
            }),
            Err((exit, message)) => json!({
                "corte": corte.to_string(), "outcome": "failed", "exit": *exit as u8, "message": message,
            }),
        })
        .collect();
    let sum = |of: fn(&ingest::FileReport) -> u64| ingested.files.iter().map(of).sum::<u64>();
    json!({
        "process": setup.process.id,
        "vintage": plan.vintage.to_string(),
        "exports": ingested.files.len(),
        "read": sum(|report| report.read),
        "accepted": sum(ingest::FileReport::accepted),
        "rejected": sum(|report| report.counts.rejected()),
        "cortes": cortes,
    })
}

pub(super) fn plan(args: &RunArgs, terminal: &Terminal) -> Result<(), Failure> {
    let setup = Setup::load(&args.process.process)?;
    let plan = setup.plan(args, terminal)?;
    let output = Output::new(&args.output);
    may_publish(&setup, &plan, &output, args.force)?;
    let parts = parts(&setup, args);
    let text = match args.format.format {
        Format::Text => plan_text(&setup, &plan, &output, &parts),
        Format::Json => format!("{:#}\n", plan_json(&setup, &plan, &output, &parts)),
    };
    print(&text).or_exit(Exit::Unexpected)?;
    if plan.uncovered.is_empty() { Ok(()) } else { Err(Failure::printed(Exit::Refused)) }
}

fn plan_text(setup: &Setup, plan: &Plan, output: &Output, parts: &[Part]) -> String {
    let mut text = format!("{}\n\nreads\n", setup.process.title);
    for files in [&plan.solicitudes, &plan.credenciales] {
        let last = files.len().saturating_sub(1);
        for (index, file) in files.iter().enumerate() {
            let why = match (index == last, file.source) {
                (true, _) => "the newest: what is counted comes from it",
                (false, crate::process::Source::Solicitudes) => "older: the statuses of its day, and the checks",
                (false, crate::process::Source::Credenciales) => "older: the checks",
            };
            let _ = writeln!(text, "  {:<34} {why}", file.name);
        }
    }
    let _ = writeln!(text, "\npublishes {} in {}", part_names(parts).join(", "), output.root().display());
    for corte in &plan.cortes {
        let _ = writeln!(text, "  {corte}  {}", why(output, *corte));
    }
    for corte in &plan.uncovered {
        let _ = writeln!(text, "  {corte}  not: both sources are known up to {} only", plan.covered_to);
    }
    text
}

fn part_names(parts: &[Part]) -> Vec<&'static str> {
    parts.iter().map(|part| part.name()).collect()
}

fn why(output: &Output, corte: Corte) -> String {
    match output.manifest(corte) {
        None => "first release of this corte".to_owned(),
        Some(visible) => {
            format!("revision {} is published; replaced only if a table or the parts differ", visible.revision)
        }
    }
}

fn plan_json(setup: &Setup, plan: &Plan, output: &Output, parts: &[Part]) -> Value {
    let names = |files: &[ExportFile]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    let cortes: Vec<_> =
        plan.cortes.iter().map(|corte| json!({ "corte": corte.to_string(), "why": why(output, *corte) })).collect();
    json!({
        "process": setup.process.id,
        "vintage": plan.vintage.to_string(),
        "covered_to": plan.covered_to.to_string(),
        "solicitudes": names(&plan.solicitudes),
        "credenciales": names(&plan.credenciales),
        "parts": part_names(parts),
        "cortes": cortes,
        "uncovered": plan.uncovered.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
