/*!
Reads the Fluent files of `locales/`, which the program carries.
*/

use std::collections::BTreeSet;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::numbers::with_thousands_separators;
use crate::{Language, code_of_key};

/// Lists the files of both languages.
macro_rules! catalogue_files {
    ($($subject:literal),* $(,)?) => {
        const ENGLISH_FILES: &[(&str, &str)] =
            &[$(($subject, include_str!(concat!("../locales/en/", $subject, ".ftl")))),*];
        const SPANISH_FILES: &[(&str, &str)] =
            &[$(($subject, include_str!(concat!("../locales/es/", $subject, ".ftl")))),*];
    };
}

catalogue_files!["core", "ingest", "release", "delivery", "publication", "commands", "doctor", "init", "command_line"];

/// What a code means and what to do about it, in Spanish. English has the message alone.
const EXPLANATIONS: &str = include_str!("../locales/es/explanations.ftl");

/// The Spanish help of the command line. The English help is in the source, beside the arguments.
const SPANISH_HELP: &str = include_str!("../locales/es/help.ftl");

const SPANISH_LOCALE: &str = "es-MX";

type Catalogue = FluentBundle<FluentResource>;

fn files(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => ENGLISH_FILES,
        Language::Spanish => SPANISH_FILES,
    }
}

/// The catalogue of a language, read at the first message.
fn catalogue(language: Language) -> &'static Catalogue {
    static ENGLISH: OnceLock<Catalogue> = OnceLock::new();
    static SPANISH: OnceLock<Catalogue> = OnceLock::new();
    let (cell, locale) = match language {
        Language::English => (&ENGLISH, "en"),
        Language::Spanish => (&SPANISH, SPANISH_LOCALE),
    };
    cell.get_or_init(|| {
        let mut bundle = empty_catalogue(locale);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(with_thousands_separators(number.value as i64)),
            _ => None,
        }));
        for (_, text) in files(language) {
            // A test checks that every file is valid and no key is in two of them.
            bundle.add_resource_overriding(resource(text));
        }
        bundle
    })
}

fn empty_catalogue(locale: &str) -> Catalogue {
    let locale: LanguageIdentifier = locale.parse().unwrap_or_default();
    let mut catalogue = FluentBundle::new_concurrent(vec![locale]);
    // Marks that isolate the direction of arguments would be visible in files and journals.
    catalogue.set_use_isolating(false);
    catalogue
}

fn resource(text: &str) -> FluentResource {
    FluentResource::try_new(text.to_owned()).unwrap_or_else(|(valid_part, _)| valid_part)
}

/// The text of a message without its code; the key itself if no message has it.
pub(crate) fn format(language: Language, key: &str, arguments: &FluentArgs<'_>) -> String {
    let catalogue = catalogue(language);
    let Some(pattern) = catalogue.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    catalogue.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned()
}

/// The keys of a language, sorted.
#[must_use]
pub fn keys(language: Language) -> BTreeSet<String> {
    files(language).iter().flat_map(|(_, text)| keys_of_file(text)).collect()
}

fn keys_of_file(text: &str) -> Vec<String> {
    let is_key_line = |line: &&str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    let key = |line: &str| Some(line.split_once('=')?.0.trim().to_owned());
    text.lines().filter(is_key_line).filter_map(key).collect()
}

/// The names of the arguments of a message, sorted.
#[must_use]
pub fn key_arguments(language: Language, key: &str) -> BTreeSet<String> {
    let text = files(language).iter().find_map(|(_, text)| text_of_key(text, key)).unwrap_or_default();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let names = text.split('$').skip(1).map(|rest| rest.split(|letter| !is_part(letter)).next().unwrap_or_default());
    names.map(str::to_owned).collect()
}

/// The lines of a message in its file.
fn text_of_key<'t>(file: &'t str, key: &str) -> Option<&'t str> {
    let mut start = None;
    let mut position = 0;
    for line in file.split_inclusive('\n') {
        match start {
            None if line.split_once('=').is_some_and(|(name, _)| name.trim() == key) && line.starts_with(key) => {
                start = Some(position);
            }
            Some(start) if !line.starts_with([' ', '\n', '}']) => return Some(&file[start..position]),
            _ => {}
        }
        position += line.len();
    }
    start.map(|start| &file[start..])
}

/// A Spanish text of the command line's help; `None` if there is none for the key.
#[must_use]
pub fn help_text(key: &str) -> Option<String> {
    static HELP: OnceLock<Catalogue> = OnceLock::new();
    let help = HELP.get_or_init(|| {
        let mut help = empty_catalogue(SPANISH_LOCALE);
        help.add_resource_overriding(resource(SPANISH_HELP));
        help
    });
    let pattern = help.get_message(key)?.value()?;
    Some(help.format_pattern(pattern, None, &mut Vec::new()).into_owned())
}

/// The keys of the Spanish help.
#[must_use]
pub fn help_keys() -> Vec<String> {
    keys_of_file(SPANISH_HELP)
}

/// What a code means, in Spanish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code, such as `L203`.
    pub code: String,
    /// The Spanish messages that have the code, with the names of their arguments in `{ }`.
    pub messages: Vec<String>,
    /// Why it happens.
    pub cause: String,
    /// What to do about it.
    pub action: String,
}

/// All codes with their explanations, sorted by code.
#[must_use]
pub fn explanations() -> Vec<Explanation> {
    let mut explained = empty_catalogue(SPANISH_LOCALE);
    explained.add_resource_overriding(resource(EXPLANATIONS));
    let keys = keys(Language::Spanish);
    let codes: BTreeSet<&str> = keys.iter().filter_map(|key| code_of_key(key)).collect();
    let attribute = |code: &str, name: &str| {
        let message = explained.get_message(code);
        let pattern = message.and_then(|message| message.get_attribute(name));
        let text = pattern.map(|attribute| explained.format_pattern(attribute.value(), None, &mut Vec::new()));
        text.map(std::borrow::Cow::into_owned).unwrap_or_default()
    };
    let explanation = |code: &str| Explanation {
        code: code.to_owned(),
        messages: keys.iter().filter(|key| code_of_key(key) == Some(code)).map(|key| readable_text(key)).collect(),
        cause: attribute(code, "causa"),
        action: attribute(code, "accion"),
    };
    codes.into_iter().map(explanation).collect()
}

/// The Spanish text of a message, with the names of its arguments in place of their values.
fn readable_text(key: &str) -> String {
    let mut values = FluentArgs::new();
    for name in key_arguments(Language::Spanish, key) {
        let value = format!("{{{name}}}");
        values.set(name, FluentValue::from(value));
    }
    format(Language::Spanish, key, &values)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_file_is_valid_and_no_key_occurs_twice() {
        for language in Language::ALL {
            let mut seen = BTreeSet::new();
            for (subject, text) in files(language) {
                if let Err((_, errors)) = FluentResource::try_new((*text).to_owned()) {
                    panic!("{}/{subject}.ftl: {errors:?}", language.code());
                }
                for key in keys_of_file(text) {
                    assert!(seen.insert(key.clone()), "{}/{subject}.ftl: {key} occurs twice", language.code());
                }
            }
        }
        for text in [EXPLANATIONS, SPANISH_HELP] {
            assert!(FluentResource::try_new(text.to_owned()).is_ok());
        }
    }

    #[test]
    fn the_messages_of_a_code_are_in_one_file() {
        let mut file_of_code: BTreeMap<String, &str> = BTreeMap::new();
        for (subject, text) in ENGLISH_FILES {
            for code in keys_of_file(text).iter().filter_map(|key| code_of_key(key)) {
                let other = file_of_code.entry(code.to_owned()).or_insert(subject);
                assert_eq!(other, subject, "{code}");
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_and_arguments_in_the_same_files() {
        for ((subject, english), (_, spanish)) in ENGLISH_FILES.iter().zip(SPANISH_FILES) {
            assert_eq!(keys_of_file(english), keys_of_file(spanish), "{subject}.ftl: keys and their order");
            for key in keys_of_file(english) {
                assert_eq!(
                    key_arguments(Language::English, &key),
                    key_arguments(Language::Spanish, &key),
                    "arguments of {key}"
                );
            }
        }
    }

    #[test]
    fn every_code_is_explained_and_no_other() {
        let explanations = explanations();
        let missing: Vec<_> = explanations
            .iter()
            .filter(|one| one.cause.is_empty() || one.action.is_empty())
            .map(|one| &one.code)
            .collect();
        assert!(missing.is_empty(), "locales/es/explanations.ftl lacks .causa or .accion of {missing:?}");
        let codes: Vec<String> = explanations.into_iter().map(|one| one.code).collect();
        assert_eq!(keys_of_file(EXPLANATIONS), codes, "locales/es/explanations.ftl: codes in order");
    }

    #[test]
    fn no_message_lacks_an_argument_that_it_names() {
        for language in Language::ALL {
            for key in keys(language) {
                let mut values = FluentArgs::new();
                for name in key_arguments(language, &key) {
                    values.set(name, FluentValue::from("x"));
                }
                let catalogue = catalogue(language);
                let pattern = catalogue.get_message(&key).and_then(|message| message.value());
                let mut errors = Vec::new();
                catalogue.format_pattern(pattern.expect(&key), Some(&values), &mut errors);
                assert!(errors.is_empty(), "{}: {key}: {errors:?}", language.code());
            }
        }
    }
}
