/*!
The courses of the earlier processes that a process file refers to; those that are exports are read here.
*/

use std::path::Path;

use anyhow::Context as _;

use super::failure::{Exit, Failure, OrExit};
use super::reading::random_seed;
use super::setup::Setup;
use super::terminal::{Terminal, Verbosity};
use crate::ingest::{self, Inventory, ReadOptions};
use crate::outlook::{self, Basis, Course};
use crate::process::{CoursePlan, Process, ReferencePlan, Source};
use crate::release::ConfigRecord;

/// What the cortes of a run are projected from, and the exports that were read for it.
pub(super) fn basis(setup: &Setup, terminal: &Terminal) -> Result<(Option<Basis>, Vec<ConfigRecord>), Failure> {
    // A process whose projection nobody sees is not projected.
    let is_seen = |name: &str| {
        let published = setup.published.iter().any(|table| table == name);
        published || setup.charts.iter().any(|chart| chart.tables().any(|table| table == name))
    };
    let mut projected = setup.tables.iter().filter(|table| table.from.is_projected());
    let Some(plan) = setup.process.projection.as_ref().filter(|_| projected.any(|table| is_seen(&table.name))) else {
        return Ok((None, Vec::new()));
    };
    let (mut courses, mut records) = (Vec::new(), Vec::new());
    for reference in &plan.references {
        let course = match &reference.course {
            CoursePlan::Points(points) => Course::of_points(&reference.name, &reference.title, points),
            CoursePlan::Exports { process, inputs } => {
                let (course, record) = exports(setup, reference, process, inputs.as_deref(), terminal)?;
                records.push(record);
                Some(course)
            }
        };
        courses.extend(course);
    }
    Ok((Basis::new(&setup.process, courses), records))
}

/// Reads the newest export of the applications of another process, which must cover its close.
fn exports(
    setup: &Setup,
    reference: &ReferencePlan,
    path: &Path,
    inputs: Option<&Path>,
    terminal: &Terminal,
) -> Result<(Course, ConfigRecord), Failure> {
    let refused = |why: String| Failure::message(Exit::Refused, format!("the reference `{}`: {why}", reference.name));
    let (other, catalogs) = Process::load(path).or_exit(Exit::Usage)?;
    if other.id == setup.process.id || other.closes >= setup.process.opens {
        let message = format!(
            "the reference `{}` is no earlier process: it closes on {}, and this one opens on {}",
            reference.name, other.closes, setup.process.opens
        );
        return Err(Failure::message(Exit::Usage, message));
    }
    let folder = inputs.unwrap_or(&other.inputs);
    let inventory = Inventory::of(folder, &other)
        .with_context(|| format!("the reference `{}`: cannot list {}", reference.name, folder.display()))
        .or_exit(Exit::Refused)?;
    let file = inventory.of_source(Source::Solicitudes, None).into_iter().next_back();
    let Some(file) = file.filter(|file| file.date >= other.closes) else {
        return Err(refused(format!(
            "no export of solicitudes in {} covers the close of its registration, {}",
            folder.display(),
            other.closes
        )));
    };
    terminal.say(Verbosity::Verbose, format!("reference {}: {}", reference.name, file.path.display()));
    let options = ReadOptions { seed: random_seed(), ..ReadOptions::new(&other, &catalogs) };
    let ingested = ingest::read(&options, [std::slice::from_ref(file), &[]], terminal);
    if let Some((file, fault)) = ingested.refused().next() {
        return Err(refused(format!("{}: {fault}", file.path.display())));
    }
    let course = outlook::of_exports(&reference.name, &reference.title, &setup.process, &other, &ingested.facts);
    if course.reference.total == 0 {
        return Err(refused(format!("{} has no application that counts", file.path.display())));
    }
    let sha256 = ingested.files.first().map(|report| report.sha256.clone()).unwrap_or_default();
    Ok((course, ConfigRecord { name: file.name.clone(), sha256 }))
}
