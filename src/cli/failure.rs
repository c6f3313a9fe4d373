/*!
Defines failures of a command: a message for the user, and an exit code for scripts
(docs/contract.md §1).
*/

use std::process::ExitCode;

use lnere_messages::code_in_text;

/// The exit codes of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Exit {
    /// Full disk, missing permission, or a bug.
    Unexpected = 1,
    /// Wrong command line or process file.
    Usage = 2,
    /// Refused exports.
    ExportsRefused = 3,
    /// Another run holds the output.
    LockHeld = 4,
    /// A release contradicts itself or another release.
    ReleaseUnsound = 5,
    /// `status`: something is late; `doctor`: there is a problem.
    NeedsAction = 6,
    /// Some packages were not delivered.
    Undelivered = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A failure with its exit code.
#[derive(Debug)]
pub(super) struct Failure {
    pub exit: Exit,
    /// `None` if the printed result already contains the error.
    pub unprinted_error: Option<anyhow::Error>,
    /// The error in short, if the printed result contains it.
    printed_reason: Option<String>,
}

impl Failure {
    pub fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, unprinted_error: Some(error.into()), printed_reason: None }
    }

    /// A failure of the command line or of a configuration file.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::with_message(Exit::Usage, message)
    }

    pub fn with_message(exit: Exit, message: impl Into<String>) -> Self {
        Self::new(exit, anyhow::Error::msg(message.into()))
    }

    /// A failure that the printed result explains. The JSON result has the reason as its `error`.
    pub fn already_printed(exit: Exit, reason: String) -> Self {
        Self { exit, unprinted_error: None, printed_reason: Some(reason) }
    }

    /// The error message, whether or not a text result contains it.
    pub fn message(&self) -> String {
        self.unprinted_message().or_else(|| self.printed_reason.clone()).unwrap_or_default()
    }

    /// The code of the outermost message that has one.
    pub fn code(&self) -> Option<String> {
        let links = self.unprinted_error.iter().flat_map(|error| error.chain().map(ToString::to_string));
        links.chain(self.printed_reason.clone()).find_map(|text| code_in_text(&text).map(str::to_owned))
    }

    /// The error message, if it was not printed before.
    pub fn unprinted_message(&self) -> Option<String> {
        self.unprinted_error.as_ref().map(|error| format!("{error:#}"))
    }
}

/// The end of a command that prints a result. The outcome of the command has priority; a failure to
/// print is reported too.
pub(super) fn finish_command(print_result: anyhow::Result<()>, outcome: Result<(), Failure>) -> Result<(), Failure> {
    match (print_result, outcome) {
        (Ok(()), outcome) => outcome,
        (Err(unprinted), Ok(())) => Err(Failure::new(Exit::Unexpected, unprinted)),
        (Err(unprinted), Err(Failure { exit, unprinted_error: error, .. })) => {
            let error = error.map(|error| format!("{error:#}\n")).unwrap_or_default();
            Err(Failure::with_message(exit, format!("{error}{unprinted:#}")))
        }
    }
}

/// Assigns an exit code to an error of another module.
pub(super) trait OrExit<T> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(exit, error))
    }
}
