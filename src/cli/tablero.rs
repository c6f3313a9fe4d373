/*!
`lnere tablero`: the dashboard of the newest exports, at any date; of the audience `publico`, that of the newest release.
*/

use std::path::Path;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde_json::json;

use super::args::{BoardArgs, Format};
use super::failure::{Exit, Failure, OrExit};
use super::reading::{read, refusal, set_umask};
use super::setup::{Setup, plan_failure, threads};
use super::terminal::{Terminal, Verbosity, count, print};
use crate::board;
use crate::ingest::Inventory;
use crate::packages::Files;
use crate::pipeline;
use crate::plan::{self, Exports};
use crate::process::Audience;
use crate::release::{LockError, Output, Site, SiteError};

pub(super) fn tablero(args: &BoardArgs, terminal: &Terminal) -> Result<(), Failure> {
    threads(args.jobs)?;
    let setup = Setup::load(&args.exports.process.process)?;
    set_umask();
    setup.owns(&Output::new(folder_of(&args.output)))?;
    let take = || Site::take(&args.output, &setup.process.id).map_err(failure);
    // What needs no place is found out before it is taken.
    let (site, made) = match setup.process.board.audience {
        Audience::Opl => {
            let inventory = setup.settled(args.exports.inputs.as_deref(), args.due, terminal)?;
            refuse(args.releases.is_some(), "counts exports", "--releases")?;
            exports(&setup, args, &inventory)?;
            (take()?, of_exports(&setup, args, terminal, inventory)?)
        }
        Audience::Publico => {
            refuse(args.vintage.is_some(), "shows the protected tables of a release and reads no export", "--vintage")?;
            let made = of_release(&setup, args)?;
            (take()?, made)
        }
    };
    let replaced = match site.shown() {
        // What is for others is never left.
        Some((shown, audience))
            if made.until < shown && audience == setup.process.board.audience.name() && !args.force =>
        {
            let older = format!(
                "{} counts up to {shown}, and what there is now only up to {}",
                args.output.display(),
                made.until
            );
            if !args.due {
                return Err(Failure::message(Exit::Usage, format!("{older}; --force replaces it")));
            }
            terminal.say(Verbosity::Normal, format!("{older}; it stays as it is"));
            false
        }
        _ => site.replace(&made.files).map_err(failure)?,
    };
    drop(site);
    print(&result(&setup, args, &made, replaced)).or_exit(Exit::Unexpected)
}

/// Refuses an option that chooses nothing for an audience.
fn refuse(is_given: bool, audience: &str, option: &str) -> Result<(), Failure> {
    let message = format!("the dashboard of this audience {audience}: {option} chooses nothing");
    if is_given { Err(Failure::message(Exit::Usage, message)) } else { Ok(()) }
}

/// What is said at the end.
fn result(setup: &Setup, args: &BoardArgs, made: &Made, replaced: bool) -> String {
    let Made { files, until, applications } = made;
    let audience = setup.process.board.audience.name();
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    match args.format.format {
        Format::Json => {
            let result = json!({
                "process": setup.process.id,
                "audience": audience,
                "until": until.to_string(),
                "applications": applications,
                "path": args.output,
                "replaced": replaced,
                "files": files.len(),
                "bytes": bytes,
            });
            format!("{result:#}\n")
        }
        Format::Text => {
            let total = applications.map(|total| format!("  applications   {:>9}\n", count(total))).unwrap_or_default();
            let written = if replaced { "" } else { ", unchanged" };
            format!(
                "{}\n\ndashboard   up to {until}, audience {audience}{written}\n{total}  {} files, {:.1} MB\nopen {}\n",
                setup.process.title,
                files.len(),
                bytes as f64 / 1e6,
                args.output.join("index.html").display()
            )
        }
    }
}

/// The folder that a dashboard is in.
fn folder_of(site: &Path) -> &Path {
    site.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A dashboard that is not in its place yet.
struct Made {
    files: Files,
    /// The day up to which it counts.
    until: NaiveDate,
    /// How many applications it counts; `None`: it shows what others counted.
    applications: Option<u64>,
}

/// The exports that there are, not after the vintage.
fn exports(setup: &Setup, args: &BoardArgs, inventory: &Inventory) -> Result<Exports, Failure> {
    plan::exports(inventory, args.vintage, args.today.day(), setup.process.opens).map_err(plan_failure)
}

fn of_exports(setup: &Setup, args: &BoardArgs, terminal: &Terminal, mut inventory: Inventory) -> Result<Made, Failure> {
    let (exports, ingested) =
        read(setup, &mut inventory, terminal, false, |inventory| exports(setup, args, inventory), |exports| exports)?;
    terminal.finish();
    if let Some(failure) = refusal(&ingested, "exports refused, the dashboard is as it was") {
        return Err(failure);
    }
    // Of a later day one of the two sources would say nothing, and the page would show that as none.
    let newest = [&exports.solicitudes, &exports.credenciales].map(|files| files.last().map(|file| file.date));
    let until = newest.into_iter().flatten().min().unwrap_or(setup.process.opens);
    let files = board::exact(&setup.process, &setup.catalogs, &ingested.facts, until);
    let data = files.iter().find(|(name, _)| name == board::DATA);
    let summary = data.and_then(|(_, data)| board::summary(data));
    let applications = summary.and_then(|summary| summary.solicitudes).map(|cube| cube.total);
    Ok(Made { files, until, applications })
}

fn of_release(setup: &Setup, args: &BoardArgs) -> Result<Made, Failure> {
    let releases = Output::new(args.releases.as_deref().unwrap_or(folder_of(&args.output)));
    setup.owns(&releases)?;
    let newest = releases.newest_public().context("the dashboard is as it was").or_exit(Exit::Unexpected)?;
    let (Some(newest), Some(plan)) = (newest, &setup.process.public) else {
        let message = format!(
            "nothing is public in {}: `lnere run --only publico` makes the protected tables that the dashboard of the \
             audience `publico` shows; --releases names another folder",
            releases.root().display()
        );
        return Err(Failure::message(Exit::Usage, message));
    };
    // The words of the page come from the process file, and must be those of what was counted.
    pipeline::same_rule(plan, &setup.tables, &newest.manifest).or_exit(Exit::Usage)?;
    let until = newest.corte.day();
    let files = board::protected(&setup.process, plan, &setup.catalogs, &newest.tables, until);
    Ok(Made { files, until, applications: None })
}

fn failure(error: SiteError) -> Failure {
    let exit = match &error {
        SiteError::Held(LockError::Held { .. }) | SiteError::Busy { .. } => Exit::Held,
        SiteError::Foreign { .. } | SiteError::Place { .. } | SiteError::OtherProcess { .. } => Exit::Usage,
        SiteError::Held(LockError::Io { .. }) | SiteError::Io { .. } => Exit::Unexpected,
    };
    Failure::new(exit, error)
}
