/*!
Asks the operator on a terminal. Each question has a default, and the end of the input takes it.
*/

use std::io::{BufRead, IsTerminal, Write};

use lnere_core::terminal_text::escape_control_sequences;

/// The answers that may be wrong before the default is taken.
const MAX_WRONG_ANSWERS: usize = 3;

/// Asks, or takes each default without asking.
pub(super) struct Questions<'a> {
    /// `None` if nothing may be asked.
    terminal: Option<(Box<dyn BufRead + 'a>, Box<dyn Write + 'a>)>,
}

/// An answer, and whether the operator gave it.
pub(super) struct Answer<T> {
    pub value: T,
    pub is_given: bool,
}

impl<'a> Questions<'a> {
    /// Asks on the terminal of this process, if it has one.
    pub fn new(takes_defaults: bool) -> Self {
        let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        if takes_defaults || !is_terminal {
            return Self { terminal: None };
        }
        Self::with(std::io::BufReader::new(std::io::stdin()), std::io::stdout())
    }

    fn with(input: impl BufRead + 'a, output: impl Write + 'a) -> Self {
        Self { terminal: Some((Box::new(input), Box::new(output))) }
    }

    /// Asks a question. `parse` reads an answer or states what would be accepted. An answer that is
    /// empty or repeats the text of the default takes the default.
    pub fn ask<T>(
        &mut self,
        question: &str,
        default_text: &str,
        default: T,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Answer<T> {
        let Some((input, output)) = &mut self.terminal else { return Answer { value: default, is_given: false } };
        for _ in 0..MAX_WRONG_ANSWERS {
            let text = format!("{question} [{default_text}]: ");
            let text = escape_control_sequences(&text);
            let asked = output.write_all(text.as_bytes()).and_then(|()| output.flush());
            let mut line = String::new();
            let read = asked.and_then(|()| input.read_line(&mut line));
            if !matches!(read, Ok(1..)) {
                // The terminal is gone, or its input has ended. No further question is of use.
                self.terminal = None;
                return Answer { value: default, is_given: false };
            }
            let answer = line.trim();
            if answer.is_empty() || answer == default_text {
                return Answer { value: default, is_given: true };
            }
            match parse(answer) {
                Ok(value) => return Answer { value, is_given: true },
                Err(expected) => {
                    // A closed terminal ends the next question.
                    let _ = writeln!(output, "{}", escape_control_sequences(&expected));
                }
            }
        }
        Answer { value: default, is_given: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<u32, String> {
        text.parse().map_err(|_| "expected a number".to_owned())
    }

    #[test]
    fn defaults_are_taken_where_nobody_answers() {
        let mut output = Vec::new();
        let mut questions = Questions::with(&b"7\n\nseven\n8\nfive\n"[..], &mut output);
        let mut ask = || {
            let Answer { value, is_given } = questions.ask("how many", "five", 5, number);
            (value, is_given)
        };
        assert_eq!(
            [ask(), ask(), ask(), ask(), ask(), ask()],
            [(7, true), (5, true), (8, true), (5, true), (5, false), (5, false)]
        );
        drop(questions);
        let printed = String::from_utf8(output).unwrap();
        assert_eq!(printed.matches("how many [five]: ").count(), 6, "{printed}");
        assert_eq!(printed.matches("expected a number").count(), 1, "{printed}");
    }
}
