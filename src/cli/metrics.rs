/*!
`--metrics FILE`: writes what a monitor watches, in the text format of Prometheus, for the textfile
collector of `node_exporter`. Every command writes all that it can know. Each sample names its
command, so that the collector may read the files of several commands.
*/

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

use super::delivery_status::DeliveryStatus;
use super::pending_revisions::PendingChanges;
use super::status::{Status, read_last_run_record};
use lnere_core::calendar::{Corte, end_of_day, parse_iso_day};
use lnere_core::column_names;
use lnere_core::mexico_city_time::parse_recorded_time;
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;
use lnere_release::{Manifest, Output, PrivateFolder, ReleaseFolder, table_path};
use lnere_tables::Column;

/// The ending that the textfile collector reads.
const FILE_EXTENSION: &str = "prom";

/// The mode of the file: the collector runs as another user.
const FILE_MODE: u32 = 0o644;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

const LATE_HELP: &str = "1 if `lnere status` does not end with code 0.";

/// The table with the records of each file by rule.
const QUALITY_TABLE: &str = "calidad";

/// The level of a rule about accepted records.
const NOTE_LEVEL: &str = "aviso";

/// The file of a command: the named one, or one of its own in a folder.
pub(super) fn metrics_file(path: &Path, command: &str) -> PathBuf {
    if path.is_dir() { path.join(format!("lnere_{command}.{FILE_EXTENSION}")) } else { path.to_owned() }
}

/// Writes the metrics under a temporary name and renames it. The collector ignores names of another
/// ending.
///
/// # Errors
/// The name has another ending, or the file cannot be written.
pub(super) fn write_metrics(path: &Path, text: &str) -> io::Result<()> {
    if path.extension().is_none_or(|extension| extension != FILE_EXTENSION) {
        let message = message!("L058-metrics-file-name", extension = FILE_EXTENSION);
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A release contains nothing but its files.
    let resolved = fs::canonicalize(folder)?;
    if let Some(release) = resolved.ancestors().find(|part| lnere_release::is_release_folder(part)) {
        let message = message!("L058-metrics-in-release", release = escaped_name(release));
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let mut file = tempfile::Builder::new().prefix(".lnere-").tempfile_in(folder)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    fs::set_permissions(file.path(), Permissions::from_mode(FILE_MODE))?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// What the metrics of a command are made of.
pub(super) struct MetricsInput<'a> {
    pub command: &'static str,
    pub exit: u8,
    pub ended: DateTime<Utc>,
    pub today: NaiveDate,
    pub output: &'a Output,
    /// `None` if the process file or the output cannot be read.
    pub status: Option<&'a Status>,
}

/// The text of all metrics of one file.
struct MetricsText {
    command: &'static str,
    text: String,
}

impl MetricsText {
    /// Adds a gauge with its samples: further labels and the value. A gauge without a sample is
    /// left out.
    fn add(&mut self, name: &str, help: &str, samples: impl IntoIterator<Item = (String, i64)>) {
        let mut samples = samples.into_iter().peekable();
        if samples.peek().is_none() {
            return;
        }
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "# HELP lnere_{name} {help}\n# TYPE lnere_{name} gauge");
        for (labels, value) in samples {
            let comma = if labels.is_empty() { "" } else { "," };
            let _ = writeln!(self.text, "lnere_{name}{{command=\"{}\"{comma}{labels}}} {value}", self.command);
        }
    }

    fn add_one(&mut self, name: &str, help: &str, value: impl Into<Option<i64>>) {
        self.add(name, help, value.into().map(|value| (String::new(), value)));
    }
}

/// The metrics of a command that has ended.
pub(super) fn metrics_text(input: &MetricsInput) -> String {
    let MetricsInput { command, exit, ended, today, output, status } = input;
    let mut text = MetricsText { command, text: String::new() };
    text.add("build_info", "The version of the program.", [(format!("version=\"{}\"", env!("CARGO_PKG_VERSION")), 1)]);
    text.add_one("command_exit_code", "Exit code of the command that wrote this file.", i64::from(*exit));
    text.add_one("command_end_timestamp_seconds", "When the command that wrote this file ended.", ended.timestamp());

    let newest = output.published_cortes().unwrap_or_default().last().copied();
    let manifest = newest.and_then(|corte| output.visible_manifest(corte));
    add_release(&mut text, output, newest, manifest.as_ref(), *today);

    let private = PrivateFolder::open_existing(output.root().join("private"));
    let deliveries = manifest.as_ref().and_then(|one| DeliveryStatus::for_release(output, one, private.as_ref()));
    let as_count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    text.add_one(
        "undelivered_packages",
        "Packages of the newest release that their recipients do not have.",
        // Without packages there is nothing to deliver.
        manifest
            .as_ref()
            .and_then(|_| deliveries.as_ref().map_or(Some(0), DeliveryStatus::undelivered_packages))
            .map(as_count),
    );
    text.add_one(
        "held_releases",
        "Releases whose delivery is held for approval.",
        as_count(deliveries.as_ref().map_or(0, |deliveries| deliveries.held_cortes.len())),
    );

    // The unit that delivers does not see the exports, so it does not know what is late.
    let seen = status.filter(|status| *command != "deliver" || status.inputs_error.is_none());
    if let Some(status) = seen {
        text.add(
            "export_age_seconds",
            "Whole days that the newest export of a source lacks, in seconds; 0 if it is up to date.",
            status.source_ages.iter().map(|(age, _)| (source_label(age.source), age.days_behind * SECONDS_PER_DAY)),
        );
        text.add_one(
            "inputs_readable",
            "1 if the folder of the exports can be listed.",
            i64::from(status.inputs_error.is_none()),
        );
        text.add_one("late", LATE_HELP, i64::from(status.needs_action()));
        text.add_one("due_cortes", "Cortes that have ended and have no release.", as_count(status.due_cortes.len()));
    } else if *command != "deliver" {
        text.add_one("late", LATE_HELP, 1);
    }
    // A delivery does not see the exports, and so repeats what the last run found.
    let pending = match status {
        Some(status) if status.inputs_error.is_none() => {
            status.pending_changes.is_some().then(|| status.pending_revisions().count())
        }
        _ => private
            .as_ref()
            .and_then(PendingChanges::read)
            .map(|known| known.cortes.iter().filter(|one| one.kept.is_none()).count()),
    };
    text.add_one(
        "pending_revisions",
        "Published cortes that would change and wait for a decision.",
        pending.map(as_count),
    );
    // A run that fails before it has a record has this exit code all the same.
    let last_run = private.as_ref().and_then(read_last_run_record);
    let recorded_end =
        last_run.as_ref().and_then(|run| parse_recorded_time(run["ended"].as_str()?)).map(|end| end.timestamp());
    let recorded_exit = last_run.as_ref().and_then(|run| run["exit"].as_i64());
    let (last_exit, last_end) = if *command == "run" {
        (Some(i64::from(*exit)), Some(ended.timestamp()))
    } else {
        (recorded_exit, recorded_end)
    };
    text.add_one("last_run_exit_code", "Exit code of the last run.", last_exit);
    text.add_one("last_run_end_timestamp_seconds", "When the last run ended.", last_end);
    text.text
}

fn source_label(source: Source) -> String {
    format!("source=\"{source}\"")
}

/// Adds what the newest release says.
fn add_release(
    text: &mut MetricsText,
    output: &Output,
    newest: Option<Corte>,
    manifest: Option<&Manifest>,
    today: NaiveDate,
) {
    text.add_one(
        "release_corte_timestamp_seconds",
        "End of the corte of the newest release, in Mexico City.",
        newest.map(|corte| end_of_day(corte.day())),
    );
    text.add_one(
        "release_corte_age_seconds",
        "Whole days since the corte of the newest release, in seconds.",
        newest.map(|corte| (today - corte.day()).num_days() * SECONDS_PER_DAY),
    );
    let Some((corte, manifest)) = newest.zip(manifest) else { return };
    text.add_one("release_revision", "Revision of the newest release.", i64::from(manifest.revision));
    let newest_inputs: Vec<_> = Source::ALL
        .into_iter()
        .filter_map(|source| {
            let of_source = manifest.inputs.iter().filter(|input| input.source == source.name());
            Some((source, of_source.max_by_key(|input| parse_iso_day(&input.date))?))
        })
        .collect();
    text.add(
        "release_rejected_records",
        "Records of the newest export of a source that the newest release does not count.",
        newest_inputs
            .iter()
            .map(|(source, input)| (source_label(*source), i64::try_from(input.rejected).unwrap_or(i64::MAX))),
    );
    let unidentified = unidentified_records(output, corte);
    text.add(
        "release_unidentified_records",
        "Notes on records of the newest export of a source: country, office or category not identified.",
        newest_inputs
            .iter()
            .filter_map(|(source, input)| Some((source_label(*source), unidentified.as_ref()?(&input.name)))),
    );
}

/// The notes on the accepted records of a file, by its name, as the release counts them.
fn unidentified_records(output: &Output, corte: Corte) -> Option<impl Fn(&str) -> i64> {
    let release = ReleaseFolder::open(&output.release_path(corte)).ok()?;
    let table = lnere_tables::read(QUALITY_TABLE, release.read(&table_path(QUALITY_TABLE)).ok()?).ok()?;
    let texts = |name: &str| match table.column(name) {
        Some(Column::Text(values)) => Some(values.clone()),
        _ => None,
    };
    let (files, levels) = (texts(column_names::ARCHIVO)?, texts(column_names::NIVEL)?);
    let Some(Column::Int(records)) = table.column(column_names::FILAS) else { return None };
    let records = records.clone();
    Some(move |file: &str| {
        let rows = files.iter().zip(&levels).zip(&records);
        rows.filter(|((name, level), _)| *name == file && *level == NOTE_LEVEL).map(|(_, count)| count).sum()
    })
}
