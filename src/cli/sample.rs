/*!
`lnere sample`: generates synthetic exports.
*/

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use flate2::GzBuilder;

use super::args::SampleArgs;
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::loaded_process::set_thread_count;
use super::terminal::{Terminal, count_text, print};
use lnere_core::process::Process;
use lnere_core::terminal_text::{count_with_noun, escaped_name, singular_or_plural};
use lnere_messages::message;
use lnere_release::create_new_file;
use lnere_sample::{Compression, SampleFile, SampleGenerator, SampleRequest, SampleShape, plan_exports};

pub(super) fn sample(args: &SampleArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_thread_count(None)?;
    let process_file = args.process.path_or_built_in()?;
    let text = write_sample(process_file.path(), args, terminal)?;
    finish_command(print(&text, "the exports are written"), Ok(()))
}

/// Writes the exports that the arguments describe, and returns the list of them.
pub(super) fn write_sample(process_file: &Path, args: &SampleArgs, terminal: &Terminal) -> Result<String, Failure> {
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
    let dir = escaped_name(&args.dir);
    std::fs::create_dir_all(&args.dir).with_context(|| format!("cannot create {dir}")).or_exit(Exit::Unexpected)?;

    let files = generator.files();
    terminal.begin_stage(message!("stage-writing-exports"), files.len());
    let mut text = String::new();
    for file in &files {
        let path = args.dir.join(&file.name);
        let records = create_new_file(&path)
            .and_then(|out| write_export(&generator, file, out))
            .with_context(|| format!("cannot write {}", escaped_name(&path)))
            .or_exit(Exit::Unexpected)?;
        terminal.end_step();
        let _ = writeln!(
            text,
            "{:<34} {:>11} {}",
            file.name,
            count_text(records),
            singular_or_plural(records, "record", "records")
        );
    }
    terminal.finish_progress();
    let _ = writeln!(text, "{} in {dir}", count_with_noun(files.len(), "synthetic export"));
    Ok(text)
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
