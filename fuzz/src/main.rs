/*!
Fuzz targets of lnere in one program; `LNERE_FUZZ_TARGET` names the one that is run.

fuzz/run builds it with coverage and sets `--cfg fuzzing`. Built any other way it does nothing.
*/
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
mod allocation_limit;
#[cfg(fuzzing)]
mod harness;
#[cfg(fuzzing)]
mod reference_csv_reader;
#[cfg(fuzzing)]
mod targets;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(init: targets::init(), |bytes: &[u8]| targets::run(bytes));

#[cfg(not(fuzzing))]
fn main() {
    eprintln!("built without coverage; fuzz/run builds and runs the targets");
    std::process::exit(2);
}
