/*!
Formats errors of the command line in the language of the process.
*/

use std::fmt::Write as _;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorFormatter, ErrorKind};

use lnere_messages::{code_in_text, message};

/// Formats an error of the command line from the catalogues.
pub(super) struct CatalogueFormatter;

impl ErrorFormatter for CatalogueFormatter {
    fn format_error(error: &clap::error::Error<Self>) -> StyledStr {
        let mut text = format!("{}: {}", message!("command-line-error"), error_text(error));
        for (kind, write) in [
            (ContextKind::SuggestedSubcommand, similar_command as fn(&str) -> String),
            (ContextKind::SuggestedArg, similar_argument),
            (ContextKind::SuggestedValue, similar_value),
        ] {
            if let Some(values) = error.get(kind).map(quoted_values).filter(|values| !values.is_empty()) {
                let _ = write!(text, "\n\n  {}", write(&values));
            }
        }
        if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
            let usage = usage.to_string();
            let usage = usage.strip_prefix("Usage:").map_or(usage.as_str(), str::trim_start);
            let _ = write!(text, "\n\n{} {usage}", message!("command-line-usage"));
        }
        let _ = writeln!(text, "\n\n{}", message!("command-line-try-help"));
        StyledStr::from(text)
    }
}

fn similar_command(values: &str) -> String {
    message!("command-line-similar-command", values)
}

fn similar_argument(values: &str) -> String {
    message!("command-line-similar-argument", values)
}

fn similar_value(values: &str) -> String {
    message!("command-line-similar-value", values)
}

/// The message of an error without suggestions and usage.
fn error_text(error: &clap::error::Error<CatalogueFormatter>) -> String {
    let text = |kind| error.get(kind).map(plain_values).unwrap_or_default();
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    let with_values = |text: String| match error.get(ContextKind::ValidValue).map(plain_values) {
        Some(values) if !values.is_empty() => {
            format!("{text}\n  [{}]", message!("command-line-values", values))
        }
        _ => text,
    };
    match error.kind() {
        ErrorKind::UnknownArgument => message!("L001-unexpected-argument", argument),
        ErrorKind::InvalidSubcommand => {
            message!("L001-unknown-command", command = text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::TooManyValues => message!("L001-too-many-values", value, argument),
        ErrorKind::MissingRequiredArgument => {
            let arguments = error.get(ContextKind::InvalidArg).map(listed_values).unwrap_or_default();
            message!("L002-missing-arguments", arguments)
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            message!("L002-missing-command")
        }
        ErrorKind::InvalidValue if value.is_empty() => with_values(message!("L002-missing-value", argument)),
        ErrorKind::InvalidValue => with_values(message!("L003-invalid-value", value, argument)),
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            if code_in_text(&reason).is_some() {
                message!("command-line-rejected-value", value, argument, reason)
            } else {
                message!("L003-rejected-value", value, argument, reason)
            }
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => message!("L003-number-of-values", argument),
        ErrorKind::NoEquals => message!("L003-no-equals", argument),
        ErrorKind::InvalidUtf8 => message!("L003-invalid-utf8"),
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg);
            if other == argument {
                message!("L004-repeated-argument", argument)
            } else {
                message!("L004-conflicting-arguments", argument, other)
            }
        }
        kind => kind.to_string(),
    }
}

fn values(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(value) => vec![value.clone()],
        ContextValue::Strings(values) => values.clone(),
        ContextValue::Number(value) => vec![value.to_string()],
        _ => Vec::new(),
    }
}

fn plain_values(value: &ContextValue) -> String {
    values(value).join(", ")
}

fn quoted_values(value: &ContextValue) -> String {
    values(value).iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ")
}

fn listed_values(value: &ContextValue) -> String {
    values(value).iter().map(|value| format!("\n  {value}")).collect()
}
