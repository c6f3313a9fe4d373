/*!
The text of a process file.
*/

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use lnere_core::process::{Process, ProcessError, Source};

use crate::harness::{folder, scratch};

pub fn text(input: &[u8]) {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let catalogs = scratch().join("catalogos");
        fs::create_dir_all(&catalogs).expect("a folder for the catalogues");
        for entry in fs::read_dir(folder().join("catalogos")).expect("the catalogues of the fuzzer") {
            let entry = entry.expect("a catalogue");
            fs::copy(entry.path(), catalogs.join(entry.file_name())).expect("a copy of a catalogue");
        }
        scratch().join("proceso.toml")
    });
    fs::write(file, input).expect("a process file to read");
    match Process::load(file) {
        Err(ProcessError::Mistake { line, message, path }) => {
            let lines = input.split(|byte| *byte == b'\n').count();
            assert!((1..=lines).contains(&line), "line {line} of {lines}: {message}");
            assert_eq!(path, *file);
            assert!(!message.is_empty());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok((process, _)) => accepted(&process),
    }
}

/// Checks the properties of every accepted process.
fn accepted(process: &Process) {
    assert!(process.opens <= process.closes && process.closes <= process.election_day);
    assert!(process.earliest_corte_day() <= process.opens);
    assert!(process.cortes().windows(2).all(|pair| pair[0] < pair[1]));
    assert!(process.entities.windows(2).all(|pair| pair[0] < pair[1]) && !process.entities.is_empty());
    assert!(process.limits.max_uncompressed_bytes > 0 && process.limits.max_records > 0);
    for source in Source::ALL {
        let formats = match source {
            Source::Solicitudes => &process.solicitudes_contract.date_formats,
            Source::Credenciales => &process.credenciales_contract.date_formats,
        };
        for format in formats {
            let cell = format.format_day(process.opens);
            let again = format.parse_prefix(cell.as_bytes());
            assert!(again.is_some(), "{format:?} reads what it writes: {cell:?}");
        }
    }
}
