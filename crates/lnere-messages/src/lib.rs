/*!
The messages of the command line in English and Spanish: errors, warnings and results.

Each subject has one Fluent file per language in `locales/`. Both languages have the same keys and
arguments; a test compares them. The key of an error or a warning begins with its code:
`L203-unclosed-quote`. The code is printed after the message, is the same in both languages, and
leads to `docs/messages.es.md`.

[`message!`] formats a message in the language of the process. Texts that a release contains do not
come from here: they are the same for every user.
*/

mod catalogue;
mod language;
mod list;
mod numbers;

use std::fmt;

use fluent_bundle::{FluentArgs, FluentValue};

pub use catalogue::{Explanation, explanations, help_keys, help_text, key_arguments, keys};
pub use language::Language;
pub use list::{join_with_and, join_with_or};
pub use numbers::with_thousands_separators;

/// Formats a message: `message!("L203-unclosed-quote", line, section = self.source)`.
///
/// An argument is anything that implements `Display`, or a [`count`]. A name alone stands for the
/// variable of that name. The result is a `String`.
#[macro_export]
macro_rules! message {
    (@value $name:ident) => { $crate::ToArgument::to_argument(&$name) };
    (@value $name:ident = $value:expr) => { $crate::ToArgument::to_argument(&$value) };
    ($key:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::format_message(
            $crate::Language::of_process(),
            $key,
            [$((stringify!($name), $crate::message!(@value $name $(= $value)?))),*],
        )
    };
}

/// A number that a message prints with thousands separators and that chooses between its singular
/// and plural forms: `{ $records -> [one] { $records } record *[other] { $records } records }`.
#[derive(Clone, Copy, Debug)]
pub struct Count(i64);

/// A [`Count`]. A number beyond `i64` counts as its largest value.
#[must_use]
pub fn count(number: impl TryInto<i64>) -> Count {
    Count(number.try_into().unwrap_or(i64::MAX))
}

/// An argument of a message.
#[derive(Debug)]
pub enum Argument {
    /// Printed as it is.
    Text(String),
    /// Printed with thousands separators.
    Count(i64),
}

/// A value that can be the argument of a message.
pub trait ToArgument {
    /// The argument.
    fn to_argument(&self) -> Argument;
}

impl<T: fmt::Display + ?Sized> ToArgument for T {
    fn to_argument(&self) -> Argument {
        Argument::Text(self.to_string())
    }
}

impl ToArgument for Count {
    fn to_argument(&self) -> Argument {
        Argument::Count(self.0)
    }
}

/// The text of the message `key` in a language, with its code if the key has one. [`message!`]
/// calls this.
#[must_use]
pub fn format_message<const N: usize>(
    language: Language,
    key: &str,
    arguments: [(&'static str, Argument); N],
) -> String {
    let mut values = FluentArgs::with_capacity(N);
    for (name, argument) in arguments {
        values.set(
            name,
            match argument {
                Argument::Text(text) => FluentValue::from(text),
                Argument::Count(number) => FluentValue::from(number),
            },
        );
    }
    let text = catalogue::format(language, key, &values);
    match code_of_key(key) {
        Some(code) => with_code(&text, code),
        None => text,
    }
}

/// The code at the start of a key: `L203` of `L203-unclosed-quote`.
#[must_use]
pub fn code_of_key(key: &str) -> Option<&str> {
    let code = key.split('-').next().unwrap_or_default();
    let digits = code.strip_prefix('L')?;
    (digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// The code of a printed message: the last one on the first line that has any. A message that
/// quotes another one has its own code after it.
#[must_use]
pub fn code_in_text(text: &str) -> Option<&str> {
    let last_code = |line: &'_ str| -> Option<(usize, usize)> {
        let starts = line.rmatch_indices('[').map(|(start, _)| start + 1);
        let ends = starts.filter_map(|start| Some((start, start + line[start..].find(']')?)));
        ends.into_iter().find(|(start, end)| code_of_key(&line[*start..*end]) == Some(&line[*start..*end]))
    };
    text.lines().find_map(|line| last_code(line).map(|(start, end)| &line[start..end]))
}

/// A text with its code at the end of the first line, before a colon that introduces a list.
fn with_code(text: &str, code: &str) -> String {
    let (first, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
    match first.strip_suffix(':') {
        Some(first) => format!("{first} [{code}]:{rest}"),
        None => format!("{first} [{code}]{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_ends_the_first_line() {
        assert_eq!(with_code("a quote is open", "L203"), "a quote is open [L203]");
        assert_eq!(with_code("refused:\n  a.csv", "L301"), "refused [L301]:\n  a.csv");
    }

    #[test]
    fn the_code_of_a_message_comes_after_those_that_it_quotes() {
        assert_eq!(code_in_text("refused [L301]:\n  a.csv: a quote is open [L203]"), Some("L301"));
        assert_eq!(code_in_text("x is damaged (x has changed [L440]); move it away [L430]"), Some("L430"));
        assert_eq!(code_in_text("corte 2020-09-30: cannot read x: it is a socket [L100]\nb [L200]"), Some("L100"));
        assert_eq!(code_in_text("[exports.solicitudes] of a file [L3] [L20] [L2034] [l203]"), None);
    }

    #[test]
    fn a_key_begins_with_its_code_or_has_none() {
        assert_eq!(code_of_key("L203-unclosed-quote"), Some("L203"));
        assert_eq!(["status-late", "L20-short", "Late-203"].map(code_of_key), [None; 3]);
    }
}
