/*!
`lnere sample`: generates synthetic exports.
*/

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flate2::GzBuilder;
use serde_json::{Value, json};

use super::args::{OutputFormat, SampleArgs};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::loaded_process::set_thread_count;
use super::target_folder::check_can_be_folder;
use super::terminal::{Terminal, count_text, print};
use crate::unfinished_paths::UnfinishedPaths;
use lnere_core::process::Process;
use lnere_core::terminal_text::{escaped_name, path_text};
use lnere_messages::{count, message};
use lnere_sample::{Compression, SampleFile, SampleGenerator, SampleRequest, SampleShape, plan_exports};

pub(super) fn sample(args: &SampleArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_thread_count(None)?;
    let process_file = args.process.path_or_built_in()?;
    let unfinished = UnfinishedPaths::begin();
    let written = write_sample(process_file.path(), args, &unfinished, terminal)?;
    unfinished.keep();
    let text = match args.format.format {
        OutputFormat::Text => exports_text(&written, &args.dir),
        OutputFormat::Json => {
            let file = |(name, records): &(String, u64)| json!({ "name": name, "records": records });
            let files: Vec<Value> = written.iter().map(file).collect();
            json_text(json!({ "folder": path_text(&args.dir), "files": files }), &Ok(()))
        }
    };
    finish_command(print(&text, &message!("sample-done")), Ok(()))
}

fn exports_text(written: &[(String, u64)], dir: &Path) -> String {
    let mut text = String::new();
    for (name, records) in written {
        let line = message!(
            "sample-export",
            name = format!("{name:<34}"),
            number = format!("{:>11}", count_text(*records)),
            records = count(*records)
        );
        let _ = writeln!(text, "{line}");
    }
    let summary = message!("sample-exports", exports = count(written.len()), folder = escaped_name(dir));
    let _ = writeln!(text, "{summary}");
    text
}

/// Writes the exports that the arguments describe, and returns their names and numbers of records.
pub(super) fn write_sample(
    process_file: &Path,
    args: &SampleArgs,
    unfinished: &UnfinishedPaths,
    terminal: &Terminal,
) -> Result<Vec<(String, u64)>, Failure> {
    check_can_be_folder(&args.dir)?;
    let (process, catalogs) = Process::load(process_file).or_exit(Exit::Usage)?;
    let shape = SampleShape::load(args.shape.as_deref(), &process, &catalogs).or_exit(Exit::Usage)?;
    let request = SampleRequest {
        shape,
        seed: args.seed,
        application_count: args.applications,
        credential_count: args.credentials,
        export_count: args.cortes,
    };
    let generator = plan_exports(request, &process, &catalogs).or_exit(Exit::Usage)?;
    let files = generator.files();
    let is_there = |path: &PathBuf| path.symlink_metadata().is_ok();
    if let Some(existing) = files.iter().map(|file| args.dir.join(&file.name)).find(is_there) {
        let message = message!("L077-exists-already", path = escaped_name(&existing));
        return Err(Failure::usage(message));
    }
    unfinished
        .create_folder(&args.dir)
        .with_context(|| message!("commands-cannot-create", folder = escaped_name(&args.dir)))
        .or_exit(Exit::Unexpected)?;
    terminal.begin_stage(message!("stage-writing-exports"), files.len());
    let mut written = Vec::with_capacity(files.len());
    for file in &files {
        let path = args.dir.join(&file.name);
        let records = unfinished
            .create_file(&path)
            .and_then(|out| write_export(&generator, file, out))
            .with_context(|| message!("commands-cannot-write", path = escaped_name(&path)))
            .or_exit(Exit::Unexpected)?;
        terminal.end_step();
        written.push((file.name.clone(), records));
    }
    terminal.finish_progress();
    Ok(written)
}

fn write_export(generator: &SampleGenerator, file: &SampleFile, out: File) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, out);
    let records = match file.compression {
        Compression::Plain => generator.write_file(file, &mut out)?,
        Compression::Gzip => {
            // The header contains no time and no name, so the same rows give the same bytes.
            let mut packed = GzBuilder::new().write(&mut out, flate2::Compression::best());
            let records = generator.write_file(file, &mut packed)?;
            packed.finish()?;
            records
        }
        Compression::Zstd => {
            let mut packed = zstd::Encoder::new(&mut out, 12)?;
            let records = generator.write_file(file, &mut packed)?;
            packed.finish()?;
            records
        }
    };
    out.flush()?;
    Ok(records)
}
