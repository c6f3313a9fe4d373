/*!
Keeps personal data out of panic messages and core dumps.

The message of a panic may contain data, and a core dump contains the whole memory. The program
therefore prints neither; it prints only the place of the bug.
*/

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::failure::{Exit, Failure};
use lnere_messages::message;

/// The place of the last panic. A panic that a library's caller caught does not end the command.
static LAST_PANIC_LOCATION: Mutex<Option<String>> = Mutex::new(None);

/// Runs a command. A panic becomes a failure that names a place in the source and no data.
pub(super) fn run_command_catching_panics(command: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    // If the limit cannot be lowered, the command continues without it.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    set_hook(Box::new(|panic| {
        if let (Some(location), Ok(mut place)) = (panic.location(), LAST_PANIC_LOCATION.lock()) {
            *place = Some(format!("{}:{}", location.file(), location.line()));
        }
    }));
    set_signal_handlers();
    run_step_catching_panics(command)
}

/// Runs a part of a command, so that the following parts also run after a panic.
pub(super) fn run_step_catching_panics<T>(part: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(part)).unwrap_or_else(|_| {
        let place = LAST_PANIC_LOCATION.lock().ok().and_then(|place| place.clone()).unwrap_or_default();
        Err(Failure::with_message(Exit::Unexpected, message!("L900-bug", place)))
    })
}

/// Handles two signals that would end the program without a message or its exit code.
///
/// A write beyond the limit on file sizes (`RLIMIT_FSIZE`) must fail like a write on a full disk,
/// which is reported. After a failed allocation, the standard library prints the size and aborts;
/// this becomes exit code 1.
fn set_signal_handlers() {
    // If a handler cannot be set, the default action of the kernel stays.
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
        let failure = run_command_catching_panics(|| panic!("a cell of a row")).expect_err("it panics");
        drop(std::panic::take_hook());
        let text = failure.unprinted_error.map(|error| format!("{error:#} {error:?}")).unwrap_or_default();
        assert_eq!(failure.exit, Exit::Unexpected);
        assert!(text.contains("a bug at src/cli/panic.rs:") && !text.contains("cell"), "{text}");
    }
}
