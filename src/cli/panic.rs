/*!
Keeps personal data out of panic messages and core dumps.

The message of a panic may quote what was being worked on, and a core dump holds all of the memory. So
neither the one nor the other leaves the process; where the bug is, is said.
*/

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::failure::{Exit, Failure};

/// Where the last panic was: one that a library's caller caught is none that ends the command.
static PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Runs a command; a panic in it becomes a failure that names a place of the source and no data.
pub(super) fn caught(command: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    // Where the limit cannot be lowered there is nothing that could be done about it.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    set_hook(Box::new(|panic| {
        if let (Some(location), Ok(mut place)) = (panic.location(), PLACE.lock()) {
            *place = Some(format!("{}:{}", location.file(), location.line()));
        }
    }));
    signals();
    guarded(command)
}

/// Runs a part of a command, so that what follows it is done after a panic too.
pub(super) fn guarded<T>(part: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(part)).unwrap_or_else(|_| {
        let place = PLACE.lock().ok().and_then(|place| place.clone()).unwrap_or_default();
        let message = format!("a bug at {place}; nothing was published by this step. Please report the place");
        Err(Failure::message(Exit::Unexpected, message))
    })
}

/// Two signals would end the program without a message or without its exit code.
///
/// A write beyond a limit on the size of files (`RLIMIT_FSIZE`) must fail like one on a full disk, which is reported. An
/// allocation that fails makes the standard library say how many bytes could not be had, and abort; that is exit code 1.
fn signals() {
    // Where a handler cannot be set, what the kernel does by itself stays.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    let always = Arc::new(AtomicBool::new(true));
    let _ = signal_hook::flag::register_conditional_shutdown(
        signal_hook::consts::SIGABRT,
        i32::from(Exit::Unexpected as u8),
        always,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_says_where_it_was_and_nothing_of_what_it_was_about() {
        let failure = caught(|| panic!("a cell of a row")).expect_err("it panics");
        drop(std::panic::take_hook());
        let said = failure.error.map(|error| format!("{error:#} {error:?}")).unwrap_or_default();
        assert_eq!(failure.exit, Exit::Unexpected);
        assert!(said.contains("a bug at src/cli/panic.rs:") && !said.contains("cell"), "{said}");
    }
}
