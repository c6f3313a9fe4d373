/*!
`lnere sample`: generates synthetic exports.
*/

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::Context as _;
use flate2::GzBuilder;

use super::args::SampleArgs;
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::process_setup::set_thread_count;
use super::terminal::{Terminal, count_text, print};
use lnere_core::process::Process;
use lnere_core::terminal_text::{count_with_noun, plural, shown};
use lnere_release::create_new;
use lnere_sample::{Compression, Generator, SampleFile, SampleRequest, SampleShape, plan_exports};

pub(super) fn sample(args: &SampleArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_thread_count(None)?;
    let (process, catalogs) = Process::load(&args.process.process).or_exit(Exit::Usage)?;
    let shape = SampleShape::load(args.shape.as_deref(), &process, &catalogs).or_exit(Exit::Usage)?;
    let request = SampleRequest {
        shape,
        seed: args.seed,
        applications: args.applications,
        credentials: args.credentials,
        cortes: args.cortes,
    };
    let generator = plan_exports(request, &process, &catalogs).or_exit(Exit::Usage)?;
    let dir = shown(&args.dir);
    std::fs::create_dir_all(&args.dir).with_context(|| format!("cannot create {dir}")).or_exit(Exit::Unexpected)?;

    let files = generator.files();
    terminal.begin_stage("writing exports", files.len());
    let mut text = String::new();
    for file in &files {
        let path = args.dir.join(&file.name);
        let records = create_new(&path)
            .and_then(|out| write_export(&generator, file, out))
            .with_context(|| format!("cannot write {}", shown(&path)))
            .or_exit(Exit::Unexpected)?;
        terminal.end_step();
        let _ =
            writeln!(text, "{:<34} {:>11} {}", file.name, count_text(records), plural(records, "record", "records"));
    }
    terminal.finish();
    let _ = writeln!(text, "{} in {dir}", count_with_noun(files.len(), "synthetic export"));
    finish_command(print(&text, "the exports are written"), Ok(()))
}

fn write_export(generator: &Generator, file: &SampleFile, out: File) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, out);
    let records = match file.compression {
        Compression::Plain => generator.write(file, &mut out)?,
        Compression::Gzip => {
            // The header contains no time and no name, so the same rows give the same bytes.
            let mut packed = GzBuilder::new().write(&mut out, flate2::Compression::best());
            let records = generator.write(file, &mut packed)?;
            packed.finish()?;
            records
        }
        Compression::Zstd => {
            let mut packed = zstd::Encoder::new(&mut out, 12)?;
            let records = generator.write(file, &mut packed)?;
            packed.finish()?;
            records
        }
    };
    out.flush()?;
    Ok(records)
}
