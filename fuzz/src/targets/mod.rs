/*!
The targets.
*/

mod compressed;
mod csv;
mod dates;
mod parquet;
mod process;

use std::sync::OnceLock;

use lnere_core::process::Source;

static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();

/// Chooses the target. This thread does all the work of rayon, because the same input must take the
/// same path each time.
pub fn init() {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().expect("a pool of one thread");
    let name = std::env::var("LNERE_FUZZ_TARGET").unwrap_or_default();
    let target: fn(&[u8]) = match name.as_str() {
        "csv_solicitudes" => |bytes| csv::records(Source::Solicitudes, bytes),
        "csv_credenciales" => |bytes| csv::records(Source::Credenciales, bytes),
        "csv_header" => csv::whole,
        "dates" => dates::cells,
        "process" => process::text,
        "parquet" => parquet::file,
        "compressed" => compressed::file,
        _ => panic!("LNERE_FUZZ_TARGET names no target: `{name}`"),
    };
    if name == "parquet" {
        parquet::init();
    }
    TARGET.set(target).expect("the target is chosen once");
}

pub fn run(bytes: &[u8]) {
    TARGET.get().expect("a target")(bytes);
}
