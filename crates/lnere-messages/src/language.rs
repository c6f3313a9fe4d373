/*!
Chooses the language of the process.
*/

use std::cell::Cell;
use std::env;
use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};

static IS_SPANISH: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// The language of the messages that this thread formats within [`Language::within`].
    static OF_THREAD: Cell<Option<Language>> = const { Cell::new(None) };
}

/// The environment variables that choose the language, the first one that is not empty.
const VARIABLES: [&str; 4] = ["LNERE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

/// A language of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Spanish as written in Mexico.
    Spanish,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// The language of the process: English until [`Self::use_in_process`] changes it. Within
    /// [`Self::within`] it is another one.
    #[must_use]
    pub fn of_process() -> Self {
        if let Some(language) = OF_THREAD.get() {
            return language;
        }
        if IS_SPANISH.load(Ordering::Relaxed) { Self::Spanish } else { Self::English }
    }

    /// Makes this the language of the process.
    pub fn use_in_process(self) {
        IS_SPANISH.store(self == Self::Spanish, Ordering::Relaxed);
    }

    /// Formats messages in this language, for a file whose language the user does not choose.
    pub fn within<T>(self, format: impl FnOnce() -> T) -> T {
        let before = OF_THREAD.replace(Some(self));
        let formatted = format();
        OF_THREAD.set(before);
        formatted
    }

    /// The language of a locale: Spanish for every locale that begins with `es`, else English.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        let is_spanish = locale.get(..2).is_some_and(|language| language.eq_ignore_ascii_case("es"));
        if is_spanish { Self::Spanish } else { Self::English }
    }

    /// The language that the environment asks for: `LNERE_LANG`, else the locale.
    #[must_use]
    pub fn of_environment() -> Self {
        Self::of_variables(|name| env::var_os(name))
    }

    fn of_variables(value: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut values = VARIABLES.iter().filter_map(|name| value(name)).filter(|value| !value.is_empty());
        values.next().map_or(Self::English, |locale| Self::of_locale(&locale.to_string_lossy()))
    }

    /// The code of the language: `en` or `es`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(variables: &[(&str, &str)]) -> Language {
        Language::of_variables(|name| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_first_variable_that_is_not_empty_decides() {
        assert_eq!(language(&[]), Language::English);
        assert_eq!(language(&[("LANG", "es_MX.UTF-8")]), Language::Spanish);
        assert_eq!(language(&[("LANG", "es_MX.UTF-8"), ("LC_ALL", "C")]), Language::English);
        assert_eq!(language(&[("LANG", "es_MX.UTF-8"), ("LC_ALL", "")]), Language::Spanish);
        assert_eq!(language(&[("LNERE_LANG", "es"), ("LC_ALL", "en_US.UTF-8")]), Language::Spanish);
        assert_eq!(language(&[("LNERE_LANG", "en"), ("LANG", "es_MX.UTF-8")]), Language::English);
    }

    #[test]
    fn a_file_may_have_another_language() {
        let of_process = Language::of_process();
        let within = Language::Spanish.within(|| {
            let inner = Language::English.within(Language::of_process);
            (inner, Language::of_process())
        });
        assert_eq!(within, (Language::English, Language::Spanish));
        assert_eq!(Language::of_process(), of_process);
    }

    #[test]
    fn anything_but_spanish_is_english() {
        for locale in ["C", "POSIX", "en_US.UTF-8", "fr_FR", "e", "ñ", ""] {
            assert_eq!(Language::of_locale(locale), Language::English, "{locale}");
        }
        for locale in ["es", "ES", "es_MX.UTF-8", "es-419"] {
            assert_eq!(Language::of_locale(locale), Language::Spanish, "{locale}");
        }
    }
}
