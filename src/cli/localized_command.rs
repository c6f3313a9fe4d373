/*!
Builds the command line in the language of the process. The English help is written beside each
argument in [`super::args`]; the Spanish help comes from a catalogue.
*/

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, Command, CommandFactory};

use super::args::Cli;
use lnere_messages::{Language, help_text, message};

/// The option that chooses the language.
const LANGUAGE_OPTION: &str = "--lang";

/// The language that the command line asks for, else that of the environment. Help and errors of
/// the command line need it before the command line is parsed.
pub(super) fn requested_language(arguments: &[OsString]) -> Language {
    let mut words = arguments.iter().skip(1).map(OsString::as_os_str).take_while(|word| *word != "--");
    let mut requested = None;
    while let Some(word) = words.next() {
        let value = if word == LANGUAGE_OPTION {
            words.next().and_then(OsStr::to_str)
        } else {
            word.to_str().and_then(|word| word.strip_prefix(LANGUAGE_OPTION)?.strip_prefix('='))
        };
        requested = value.or(requested);
    }
    requested.map_or_else(Language::of_environment, Language::of_locale)
}

/// The command line with its help in the language of the process.
pub(super) fn localized_command() -> Command {
    match Language::of_process() {
        Language::English => Cli::command(),
        Language::Spanish => in_spanish(Cli::command(), "lnere", &["lnere"]),
    }
}

/// The key of a command's help: `help-config-export`.
fn command_key(path: &[&str]) -> String {
    format!("help-{}", path[path.len().min(2) - 1..].join("-"))
}

/// The Spanish help of an argument: its own in this command, else that of all commands.
fn argument_help(path: &[&str], argument: &Arg) -> Option<String> {
    let id = argument.get_id().as_str();
    help_text(&format!("{}--{id}", command_key(path))).or_else(|| help_text(&format!("help--{id}")))
}

fn in_spanish(command: Command, shown_name: &str, path: &[&str]) -> Command {
    let key = command_key(path);
    let subcommands: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    let has_subcommands = !subcommands.is_empty();
    let mut command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .subcommand_help_heading(message!("command-line-commands"))
        .subcommand_value_name(message!("command-line-command"));
    if let Some(about) = help_text(&key) {
        command = command.about(about);
    }
    if let Some(after) = help_text(&format!("{key}--after-help")) {
        command = command.after_help(after);
    }
    command = command.mut_args(|argument| argument_in_spanish(argument, path));
    command = command.arg(
        Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help_heading(message!("command-line-options"))
            .help(help_text("help--help").unwrap_or_default()),
    );
    if path.len() == 1 {
        command = command.arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help_heading(message!("command-line-options"))
                .help(help_text("help--version").unwrap_or_default()),
        );
    }
    for name in subcommands {
        command = command.mut_subcommand(&name, |subcommand| {
            let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
            in_spanish(subcommand, &format!("{shown_name} {name}"), &path)
        });
    }
    let usage = spanish_usage(&command, shown_name, has_subcommands);
    command = command.override_usage(usage);
    let heading = message!("command-line-usage");
    command.help_template(format!("{{about-with-newline}}\n{heading} {{usage}}\n\n{{all-args}}{{after-help}}"))
}

/// The usage line: options, then the arguments that have a position, or a command.
fn spanish_usage(command: &Command, shown_name: &str, has_subcommands: bool) -> String {
    let mut usage = format!("{shown_name} [{}]", message!("command-line-options").to_uppercase());
    for option in command.get_opts().filter(|option| option.is_required_set()) {
        usage.push_str(&format!(" --{} <{}>", option.get_long().unwrap_or_default(), value_name(option)));
    }
    for argument in command.get_positionals() {
        let (open, close) = if argument.is_required_set() { ('<', '>') } else { ('[', ']') };
        let is_repeated = argument.get_num_args().is_some_and(|range| range.max_values() > 1);
        let dots = if is_repeated { "..." } else { "" };
        usage.push_str(&format!(" {open}{}{close}{dots}", value_name(argument)));
    }
    if has_subcommands {
        usage.push_str(&format!(" <{}>", message!("command-line-command")));
    }
    usage
}

fn value_name(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    names.first().map_or_else(|| argument.get_id().as_str().to_uppercase(), ToString::to_string)
}

fn argument_in_spanish(argument: Arg, path: &[&str]) -> Arg {
    let mut help = argument_help(path, &argument).unwrap_or_default();
    let join = |values: Vec<String>| values.join(", ");
    if argument.get_action().takes_values() {
        let possible: Vec<String> =
            argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        let default: Vec<String> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        if !default.is_empty() {
            help.push_str(&format!(" [{}]", message!("command-line-default", value = join(default))));
        }
        if !possible.is_empty() {
            help.push_str(&format!(" [{}]", message!("command-line-values", values = join(possible))));
        }
    }
    let heading =
        if argument.is_positional() { message!("command-line-arguments") } else { message!("command-line-options") };
    let name = value_name(&argument);
    let is_named = argument.get_value_names().is_some() || argument.is_positional();
    let spanish_name = help_text(&format!("value-{name}")).filter(|_| is_named);
    let argument = argument.help(help).help_heading(heading).hide_default_value(true).hide_possible_values(true);
    match spanish_name {
        Some(name) => argument.value_name(name),
        None => argument,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn collect_keys(command: &Command, path: &[&str], used: &mut BTreeSet<String>, missing: &mut Vec<String>) {
        let key = command_key(path);
        for (wanted, is_there) in
            [(key.clone(), true), (format!("{key}--after-help"), command.get_after_help().is_some())]
        {
            if is_there && help_text(&wanted).is_none() {
                missing.push(wanted.clone());
            }
            used.extend(is_there.then_some(wanted));
        }
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            let keys = [format!("{key}--{id}"), format!("help--{id}")];
            match keys.iter().find(|key| help_text(key).is_some()) {
                Some(key) => drop(used.insert(key.clone())),
                None => missing.push(keys[0].clone()),
            }
            used.insert(format!("value-{}", value_name(argument)));
        }
        for subcommand in command.get_subcommands() {
            let path: Vec<&str> = path.iter().copied().chain([subcommand.get_name()]).collect();
            collect_keys(subcommand, &path, used, missing);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_spanish_help_and_no_other() {
        let (mut used, mut missing) = (BTreeSet::new(), Vec::new());
        collect_keys(&Cli::command(), &["lnere"], &mut used, &mut missing);
        assert!(missing.is_empty(), "locales/es/help.ftl lacks {missing:#?}");
        used.extend(["help--help", "help--version"].map(str::to_owned));
        let unused: Vec<String> = lnere_messages::help_keys().into_iter().filter(|key| !used.contains(key)).collect();
        assert!(unused.is_empty(), "locales/es/help.ftl has {unused:#?}");
    }

    #[test]
    fn both_languages_have_the_same_commands_and_arguments() {
        fn names(command: &Command) -> BTreeSet<String> {
            let arguments = command.get_arguments().map(|argument| argument.get_id().to_string());
            let of_subcommands = command.get_subcommands().flat_map(|one| {
                names(one).into_iter().map(|name| format!("{} {name}", one.get_name())).collect::<Vec<_>>()
            });
            let automatic =
                |name: &String| ["help", "version"].contains(&name.split(' ').next_back().unwrap_or_default());
            arguments.chain(of_subcommands).filter(|name| !automatic(name)).collect()
        }
        let english = Cli::command().disable_help_subcommand(true);
        let [english, spanish] = [english, in_spanish(Cli::command(), "lnere", &["lnere"])].map(|mut command| {
            command.build();
            names(&command)
        });
        assert_eq!(english, spanish);
    }

    #[test]
    fn the_last_language_option_counts() {
        let language = |words: &[&str]| requested_language(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(language(&["lnere", "--lang", "es", "status"]), Language::Spanish);
        assert_eq!(language(&["lnere", "status", "--lang=es"]), Language::Spanish);
        assert_eq!(language(&["lnere", "--lang=es", "--lang", "en"]), Language::English);
    }
}
