/*!
Builds files from the examples and the defaults of a schema.
*/

use serde_json::Value;
use toml::value::Datetime;

use super::file_schema::{Key, Kind, Table};
use crate::mexican_formats::integer;

/// How a file sets the keys with a default.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DefaultKeys {
    /// With their examples.
    Examples,
    /// With their defaults.
    Written,
    /// Not at all.
    Absent,
}

/// The file with an example of each key, except those at the `absent` paths.
pub fn example_document(table: &Table, defaults: DefaultKeys, absent: &[&str]) -> toml::Table {
    example_table(table, "", defaults, absent)
}

fn example_table(table: &Table, path: &str, defaults: DefaultKeys, absent: &[&str]) -> toml::Table {
    let mut values = toml::Table::new();
    for key in &table.keys {
        let path = if path.is_empty() { key.name.clone() } else { format!("{path}.{}", key.name) };
        let value = match (&key.default, defaults) {
            _ if absent.contains(&path.as_str()) => None,
            (Some(_), DefaultKeys::Absent) => None,
            (Some(default), DefaultKeys::Written) => Some(json_to_toml(&key.kind, default)),
            _ => Some(example_value(key, &key.kind, &path, defaults, absent)),
        };
        if let Some(value) = value {
            values.insert(key.name.clone(), value);
        }
    }
    values
}

fn example_value(key: &Key, kind: &Kind, path: &str, defaults: DefaultKeys, absent: &[&str]) -> toml::Value {
    match (&key.example, kind) {
        (Some(example), _) => json_to_toml(kind, example),
        (None, Kind::Table(table)) => example_table(table, path, defaults, absent).into(),
        (None, Kind::List(kind)) => vec![example_value(key, kind, path, defaults, absent)].into(),
        (None, Kind::Map(Some(name), kind)) => {
            toml::Table::from_iter([(name.clone(), example_value(key, kind, path, defaults, absent))]).into()
        }
        (None, _) => panic!("{path} has no example"),
    }
}

/// Converts a value of a schema to TOML.
fn json_to_toml(kind: &Kind, value: &Value) -> toml::Value {
    match value {
        Value::String(day) if matches!(kind, Kind::Date) => day.parse::<Datetime>().unwrap().into(),
        Value::String(text) => text.clone().into(),
        Value::Bool(is) => (*is).into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap().into(),
        },
        Value::Array(values) => values.iter().map(|value| json_to_toml(&Kind::Text, value)).collect::<Vec<_>>().into(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), json_to_toml(&Kind::Text, value)));
            fields.collect::<toml::Table>().into()
        }
        Value::Null => panic!("TOML has no null"),
    }
}

/// The text of an example on one line.
pub fn key_example_text(key: &Key) -> Option<String> {
    match &key.example {
        Some(example) => Some(inline_toml(&key.kind, example)),
        None => kind_example_text(&key.kind),
    }
}

fn kind_example_text(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Table(table) => {
            let keys = table.keys.iter().map(|key| Some(format!("{} = {}", key.name, key_example_text(key)?)));
            Some(format!("{{ {} }}", keys.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        Kind::List(kind) => Some(format!("[{}]", kind_example_text(kind)?)),
        _ => None,
    }
}

/// A value on one line of TOML.
pub fn inline_toml(kind: &Kind, value: &Value) -> String {
    match (kind, value) {
        // In the order of the table, not in alphabetical order.
        (Kind::Table(table), Value::Object(fields)) => {
            let keys = table.keys.iter().filter_map(|key| Some((key, fields.get(&key.name)?)));
            let keys = keys.map(|(key, value)| format!("{} = {}", key.name, inline_toml(&key.kind, value)));
            format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
        }
        (Kind::List(kind), Value::Array(values)) => {
            format!("[{}]", values.iter().map(|value| inline_toml(kind, value)).collect::<Vec<_>>().join(", "))
        }
        (Kind::Map(_, kind), Value::Object(fields)) => {
            let fields = fields.iter().map(|(name, value)| format!("{name} = {}", inline_toml(kind, value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        (_, Value::Number(number)) if number.as_i64().is_some_and(|whole| whole >= 10_000) => {
            integer(number.as_i64().unwrap()).replace(',', "_")
        }
        _ => json_to_toml(kind, value).to_string(),
    }
}
