//! Tests of the messages: each call of `message!` names an existing message with its arguments, and
//! no message is unused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lnere_messages::{Language, key_arguments, keys};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The calls of `message!` in a source, as keys with the names of their arguments.
fn calls_of_message(tokens: TokenStream, found: &mut Vec<(String, BTreeSet<String>)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let is_call = index >= 2
            && matches!(&tokens[index - 2], TokenTree::Ident(name) if name == "message")
            && matches!(&tokens[index - 1], TokenTree::Punct(mark) if mark.as_char() == '!');
        if is_call && group.delimiter() == Delimiter::Parenthesis {
            found.extend(key_and_arguments(group.stream()));
        }
        calls_of_message(group.stream(), found);
    }
}

/// The key of a call, and the first name of each of its arguments.
fn key_and_arguments(tokens: TokenStream) -> Option<(String, BTreeSet<String>)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut arguments =
        tokens.split(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',')).map(<[_]>::first);
    let Some(Some(TokenTree::Literal(key))) = arguments.next() else { return None };
    let names = arguments.filter_map(|name| match name {
        Some(TokenTree::Ident(name)) => Some(name.to_string()),
        _ => None,
    });
    Some((key.to_string().trim_matches('"').to_owned(), names.collect()))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_call_names_a_message_with_its_arguments_and_no_message_is_unused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    sources(&root.join("src"), &mut paths);
    for entry in fs::read_dir(root.join("crates")).unwrap().map(Result::unwrap) {
        if entry.path().join("src").is_dir() && entry.file_name() != "lnere-messages" {
            sources(&entry.path().join("src"), &mut paths);
        }
    }
    let mut calls: BTreeMap<String, BTreeSet<BTreeSet<String>>> = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut found = Vec::new();
        calls_of_message(tokens, &mut found);
        for (key, names) in found {
            calls.entry(key).or_default().insert(names);
        }
    }
    let known = keys(Language::English);
    let used: BTreeSet<String> = calls.keys().cloned().collect();
    assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "calls without a message");
    assert_eq!(known.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "messages without a call");
    for (key, names) in calls {
        let expected = BTreeSet::from([key_arguments(Language::English, &key)]);
        assert_eq!(names, expected, "arguments of {key}");
    }
}
