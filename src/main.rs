//! Counts the list of Mexican voters abroad and publishes a release per corte.

use std::process::ExitCode;

fn main() -> ExitCode {
    lnere::cli::main()
}
