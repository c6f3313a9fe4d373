/*!
Sentences with placeholders for statistics, and the conditions under which they are stated.

`docs/statements.md` lists the placeholders, the conditions and the statistics.
*/

use lnere_core::mexican_formats;
use lnere_core::process::lowercase_first_letter;
use lnere_messages::message;
use serde::Deserialize;

use crate::known_statistics::{KNOWN_STATISTICS, StatisticKind, known_statistic};
use crate::share_words::{share_in_words, share_in_words_and_percent};
use crate::statistics::{Situation, Statistic, Statistics};

/// Sentences in the order in which they are tried.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct StatementList {
    statements: Vec<Statement>,
}

impl StatementList {
    /// The first sentence that can be stated.
    #[must_use]
    pub fn choose(&self, statistics: &Statistics) -> Option<String> {
        self.statements.iter().find_map(|statement| statement.state(statistics))
    }

    /// Each sentence that can be stated, in order.
    #[must_use]
    pub fn all(&self, statistics: &Statistics) -> Vec<String> {
        self.statements.iter().filter_map(|statement| statement.state(statistics)).collect()
    }
}

/// A sentence and its conditions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// All of these must hold.
    #[serde(default, rename = "when")]
    conditions: Vec<Condition>,
    text: StatementText,
}

impl Statement {
    /// The sentence, if its conditions hold and its statistics exist.
    #[must_use]
    pub fn state(&self, statistics: &Statistics) -> Option<String> {
        if !self.conditions.iter().all(|condition| condition.holds(statistics)) {
            return None;
        }
        let mut sentence = String::new();
        for part in &self.text.parts {
            match part {
                TextPart::Words(words) => sentence.push_str(words),
                TextPart::Statistic { name, style } => sentence.push_str(&style.print(statistics.get(name)?)?),
            }
        }
        (!sentence.is_empty()).then(|| mexican_formats::capitalized(&sentence))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Condition {
    is_negated: bool,
    requirement: Requirement,
}

#[derive(Clone, Debug)]
enum Requirement {
    Situation(Situation),
    Exists(String),
    Comparison { name: String, comparison: Comparison, value: i64 },
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
}

/// The comparisons with their signs; `>=` is tried before `>`.
const COMPARISONS: [(&str, Comparison); 5] = [
    ("==", Comparison::Equal),
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    (">", Comparison::Above),
    ("<", Comparison::Below),
];

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (is_negated, rest) = match text.trim().strip_prefix('!') {
            Some(rest) => (true, rest.trim()),
            None => (false, text.trim()),
        };
        if let Some((situation, _)) = Situation::ALL.into_iter().find(|(_, name)| *name == rest) {
            return Ok(Self { is_negated, requirement: Requirement::Situation(situation) });
        }
        for (sign, comparison) in COMPARISONS {
            let Some((name, value)) = rest.split_once(sign) else { continue };
            let name = checked_statistic_name(
                name.trim(),
                &[StatisticKind::Count, StatisticKind::Share, StatisticKind::Percent],
            )?;
            let value = value.trim().replace('_', "");
            let value = value.parse().map_err(|_| message!("L316-condition-number", condition = text))?;
            return Ok(Self { is_negated, requirement: Requirement::Comparison { name, comparison, value } });
        }
        let Some(statistic) = known_statistic(rest) else {
            let situations: Vec<&str> = Situation::ALL.iter().map(|(_, name)| *name).collect();
            return Err(message!("L316-condition-unknown", condition = text, accepted = situations.join(", ")));
        };
        Ok(Self { is_negated, requirement: Requirement::Exists(statistic.name.to_owned()) })
    }
}

impl Condition {
    fn holds(&self, statistics: &Statistics) -> bool {
        let holds = match &self.requirement {
            Requirement::Situation(situation) => statistics.is_in(*situation),
            Requirement::Exists(name) => statistics.get(name).is_some(),
            Requirement::Comparison { name, comparison, value } => {
                let value = i128::from(*value);
                // Shares are compared exactly: part / whole against value / 100.
                let (left, right) = match statistics.get(name) {
                    Some(Statistic::Count(count) | Statistic::Percent(count)) => (i128::from(*count), value),
                    Some(Statistic::Share { part, whole }) => (i128::from(*part) * 100, value * i128::from(*whole)),
                    // Without the statistic neither the condition nor its negation holds.
                    _ => return false,
                };
                match comparison {
                    Comparison::AtLeast => left >= right,
                    Comparison::AtMost => left <= right,
                    Comparison::Above => left > right,
                    Comparison::Below => left < right,
                    Comparison::Equal => left == right,
                }
            }
        };
        holds != self.is_negated
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct StatementText {
    parts: Vec<TextPart>,
}

#[derive(Clone, Debug)]
enum TextPart {
    Words(String),
    Statistic { name: String, style: Style },
}

/// How a statistic is printed.
#[derive(Clone, Debug)]
enum Style {
    Plain,
    WithNoun { one: String, many: String },
    WordForm { one: String, many: String },
    ShareWords { noun_phrase: String, has_percentage: bool },
    WithArticle,
    Signed,
    Lower,
    ShortDay,
}

impl TryFrom<String> for StatementText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find(['{', '}']) {
            if rest[start..].starts_with('}') {
                return Err(message!("L316-brace-close", text = rest[..=start].to_owned()));
            }
            let end = rest[start..].find('}').map(|length| start + length);
            let end = end.ok_or_else(|| message!("L316-brace-open", text = rest[start..].to_owned()))?;
            if start > 0 {
                parts.push(TextPart::Words(rest[..start].to_owned()));
            }
            parts.push(TextPart::parse_placeholder(&rest[start + 1..end])?);
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            parts.push(TextPart::Words(rest.to_owned()));
        }
        Ok(Self { parts })
    }
}

impl TextPart {
    fn parse_placeholder(placeholder: &str) -> Result<Self, String> {
        let name_length = placeholder.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let (name, style) = placeholder.split_at(name_length.unwrap_or(placeholder.len()));
        let unknown_style = || message!("L316-style-unknown", placeholder = format!("{{{placeholder}}}"));
        let two_words = |text: &str| {
            let (one, many) = text.split_once('|').filter(|(_, many)| !many.contains('|')).ok_or_else(unknown_style)?;
            Ok::<_, String>((one.to_owned(), many.to_owned()))
        };
        let (style, kinds): (Style, &[StatisticKind]) = if style.is_empty() {
            (Style::Plain, &[])
        } else if let Some(words) = style.strip_prefix('|') {
            let (one, many) = two_words(words)?;
            (Style::WithNoun { one, many }, &[StatisticKind::Count])
        } else if let Some(words) = style.strip_prefix('?') {
            let (one, many) = two_words(words)?;
            (Style::WordForm { one, many }, &[StatisticKind::Count, StatisticKind::Share])
        } else if let Some(noun_phrase) = style.strip_prefix(":words") {
            let (has_percentage, noun_phrase) = match noun_phrase.strip_prefix("_and_percent") {
                Some(rest) => (true, rest),
                None => (false, noun_phrase),
            };
            let noun_phrase = match noun_phrase.strip_prefix('|') {
                Some(phrase) if phrase.starts_with("las ") || phrase.starts_with("los ") => phrase.to_owned(),
                None if noun_phrase.is_empty() => String::new(),
                _ => return Err(unknown_style()),
            };
            (Style::ShareWords { noun_phrase, has_percentage }, &[StatisticKind::Share])
        } else {
            match style {
                ":el" => (Style::WithArticle, &[StatisticKind::Share, StatisticKind::Percent]),
                ":signed" => (Style::Signed, &[StatisticKind::Count]),
                ":lower" => (Style::Lower, &[StatisticKind::Text]),
                ":short" => (Style::ShortDay, &[StatisticKind::Day]),
                _ => return Err(unknown_style()),
            }
        };
        Ok(Self::Statistic { name: checked_statistic_name(name, kinds)?, style })
    }
}

/// The name of a known statistic of one of these kinds; of any kind if there are none.
fn checked_statistic_name(name: &str, kinds: &[StatisticKind]) -> Result<String, String> {
    let Some(statistic) = known_statistic(name) else {
        let known: Vec<&str> = KNOWN_STATISTICS.iter().map(|statistic| statistic.name).collect();
        return Err(message!("L316-statistic-unknown", statistic = name, accepted = known.join(", ")));
    };
    if !kinds.is_empty() && !kinds.contains(&statistic.kind) {
        return Err(message!("L316-statistic-kind", statistic = name));
    }
    Ok(name.to_owned())
}

impl Style {
    /// The text of a statistic; `None` if the statistic has another kind.
    fn print(&self, statistic: &Statistic) -> Option<String> {
        Some(match (self, statistic) {
            (Self::Plain, Statistic::Count(count)) => mexican_formats::integer(*count),
            (Self::Plain, Statistic::Share { part, whole }) => {
                mexican_formats::with_no_break_spaces(&mexican_formats::whole_percentage(*part, *whole))
            }
            (Self::Plain, Statistic::Percent(percent)) => {
                mexican_formats::with_no_break_spaces(&format!("{} %", mexican_formats::integer(*percent)))
            }
            (Self::Plain, Statistic::Text(text)) => text.clone(),
            (Self::Plain, Statistic::Day(day)) => mexican_formats::long_date(*day),
            (Self::WithNoun { one, many }, Statistic::Count(count)) => {
                format!("{} {}", mexican_formats::integer(*count), if *count == 1 { one } else { many })
            }
            (Self::WordForm { one, many }, Statistic::Count(count)) => if *count == 1 { one } else { many }.clone(),
            (Self::WordForm { one, many }, Statistic::Share { part, whole }) => {
                if share_in_words(*part, *whole, "").is_singular { one } else { many }.clone()
            }
            (Self::ShareWords { noun_phrase, has_percentage }, Statistic::Share { part, whole }) => {
                let words = if *has_percentage { share_in_words_and_percent } else { share_in_words };
                words(*part, *whole, noun_phrase).text
            }
            // The article may end a line; the number and its sign stay together.
            (Self::WithArticle, Statistic::Share { part, whole }) => {
                mexican_formats::whole_percentage_with_article(*part, *whole).replace(" %", "\u{a0}%")
            }
            (Self::WithArticle, Statistic::Percent(percent)) => {
                format!("el {}\u{a0}%", mexican_formats::integer(*percent))
            }
            (Self::Signed, Statistic::Count(count)) => mexican_formats::signed_integer(*count),
            (Self::Lower, Statistic::Text(text)) => lowercase_first_letter(text),
            (Self::ShortDay, Statistic::Day(day)) => mexican_formats::day_and_month(*day),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics() -> Statistics {
        let mut statistics = Statistics::default();
        statistics.set_text("subject", "Chihuahua");
        statistics.set_count("applications", 2_080);
        statistics.set_share("last_ten_days", 679, 2_080);
        statistics.set_share("goal_share", 3, 10);
        statistics.set_count("accepted_change", 447);
        statistics.set_text("top", "Hombres");
        statistics.set_share("top_share", 541, 1_000);
        statistics.set_day("closes", chrono::NaiveDate::from_ymd_opt(2021, 3, 10).unwrap());
        statistics.set_situation(Situation::Closed);
        statistics
    }

    fn parse(toml: &str) -> Result<Statement, String> {
        toml::from_str(toml).map_err(|error| error.message().to_owned())
    }

    fn state(toml: &str) -> Option<String> {
        parse(toml).unwrap().state(&statistics())
    }

    #[test]
    fn a_sentence_states_its_statistics() {
        let text = r#"
            when = ["closed", "last_ten_days >= 30", "!few"]
            text = "{subject} cerró con {applications|solicitud|solicitudes}; {last_ten_days:words} {last_ten_days?llegó|llegaron} en los últimos diez días"
        "#;
        let sentence = "Chihuahua cerró con 2,080 solicitudes; casi una de cada tres llegó en los últimos diez días";
        assert_eq!(state(text).unwrap(), sentence);
        let text = r#"text = "{top_share:words_and_percent|las solicitudes} son de {top:lower}""#;
        assert_eq!(state(text).unwrap(), "Más de la mitad de las solicitudes (54\u{a0}%) son de hombres");
        assert_eq!(state(r#"text = "Con {top_share:el}""#).unwrap(), "Con el 54\u{a0}%");
        assert_eq!(state(r#"text = "{accepted_change:signed}, {closes:short}""#).unwrap(), "+447, 10 de marzo");
    }

    #[test]
    fn a_sentence_is_left_out_if_a_condition_fails_or_a_statistic_is_absent() {
        assert_eq!(state(r#"text = "{in_quincena}""#), None);
        assert_eq!(state(r#"text = "{goal_share}""#), None, "a share of ten cases is not stated");
        assert_eq!(state("when = [\"open\"]\ntext = \"a\""), None);
        assert_eq!(state("when = [\"last_ten_days < 30\"]\ntext = \"a\""), None);
        assert_eq!(
            state("when = [\"!in_quincena >= 1\"]\ntext = \"a\""),
            None,
            "an absent statistic compares with nothing"
        );
        assert_eq!(state("when = [\"!in_quincena\"]\ntext = \"a\"").unwrap(), "A");
    }

    #[test]
    fn a_mistake_names_what_is_accepted() {
        let mistake = |text: &str| parse(&format!("text = {text:?}")).unwrap_err();
        assert!(mistake("{solicitudes}").contains("applications"), "{}", mistake("{solicitudes}"));
        assert!(mistake("{applications:lower}").contains("applications"));
        assert!(mistake("{applications:upper}").contains("{applications:upper}"));
        assert!(mistake("{applications").contains("{applications"));
        assert!(mistake("hay {applications}}").contains('}'));
        assert!(mistake("{applications|una|dos|tres}").contains("{applications|una|dos|tres}"));
        let mistake = |when: &str| parse(&format!("when = [{when:?}]\ntext = \"a\"")).unwrap_err();
        assert!(mistake("cerrado").contains("closed"));
        assert!(mistake("applications >= muchas").contains("muchas"));
        assert!(mistake("top >= 3").contains("top"));
    }
}
