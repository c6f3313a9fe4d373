/*!
Extracts the keys of a file from the schema that `schemars` derives, in the order of the structs.
*/

use std::collections::BTreeSet;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::field_order::field_orders;

/// Additional keywords: the meaning of an absent key, the accepted values, the key of a map, and
/// the order of keys.
const IF_ABSENT_KEYWORD: &str = "x-if-absent";
const ACCEPTS_KEYWORD: &str = "x-accepts";
const KEY_KEYWORD: &str = "x-key";
const ORDER_KEYWORD: &str = "x-order";

/// The schema of a file.
pub struct FileSchema {
    inlined_schema: Value,
    /// The top level of the file.
    pub table: Table,
}

/// A table with its keys, in order.
pub struct Table {
    /// The heading of a table that occurs in several places.
    pub title: Option<String>,
    /// The description that applies to all its keys.
    pub description: Option<String>,
    /// The keys.
    pub keys: Vec<Key>,
}

/// A key of a table.
pub struct Key {
    /// The name of the key.
    pub name: String,
    /// Whether the key is required.
    pub is_required: bool,
    /// The meaning of the key.
    pub meaning: String,
    /// The value if the key is absent.
    pub default: Option<Value>,
    /// The meaning of its absence, if that is not a value.
    pub if_absent: Option<String>,
    /// The accepted values, in words.
    pub accepts: String,
    /// An example value.
    pub example: Option<Value>,
    /// The type of the value.
    pub kind: Kind,
}

/// The type of a value.
pub enum Kind {
    Text,
    Date,
    Integer,
    Number,
    Boolean,
    List(Box<Kind>),
    Table(Table),
    /// A table whose keys are names, with an example of a key.
    Map(Option<String>, Box<Kind>),
    /// A value of one of these types.
    Either(Vec<Kind>),
}

impl FileSchema {
    /// The schema of the file that a type reads.
    pub fn for_type<T: JsonSchema + for<'de> Deserialize<'de>>() -> Self {
        let schema = |is_inline: bool| {
            let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = is_inline);
            let mut json = settings.into_generator().into_root_schema_for::<T>().to_value();
            remove_null_types(&mut json);
            json
        };
        // With definitions, a table keeps its own description in addition to that of the key.
        let json = schema(false);
        let types = SchemaTypes { definitions: json.get("definitions"), field_orders: field_orders::<T>() };
        let table = Table::from_schema(json.as_object().unwrap(), &types);
        Self { inlined_schema: schema(true), table }
    }

    /// The schema for editors, in which the additional keywords become part of the descriptions.
    pub fn for_editors(&self) -> Value {
        let mut json = self.inlined_schema.clone();
        json["title"] = "Process file of lnere".into();
        move_keywords_to_descriptions(&mut json);
        json
    }
}

/// The definitions of all types of a file.
struct SchemaTypes<'a> {
    definitions: Option<&'a Value>,
    field_orders: Vec<&'static [&'static str]>,
}

impl SchemaTypes<'_> {
    /// The definition that a schema refers to.
    fn definition(&self, schema: &Map<String, Value>) -> Option<&Map<String, Value>> {
        let target = match schema.get("allOf") {
            Some(all) => all[0].get("$ref")?,
            None => schema.get("$ref")?,
        };
        let name = target.as_str()?.strip_prefix("#/definitions/")?;
        self.definitions?.get(name)?.as_object()
    }
}

/// Keys that have no effect any more. Older process files may have them, and no page lists them.
const OBSOLETE_KEYS: [&str; 1] = ["generated"];

impl Table {
    fn from_schema(schema: &Map<String, Value>, types: &SchemaTypes) -> Self {
        let properties = schema["properties"].as_object().unwrap();
        let names: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        let is_documented = |key: &&str| !OBSOLETE_KEYS.contains(key);
        let is_own = |order: &&&[&str]| order.iter().copied().filter(is_documented).collect::<BTreeSet<_>>() == names;
        let mut order = string_array(schema.get(ORDER_KEYWORD));
        if order.is_empty() {
            let fields = types.field_orders.iter().find(is_own).expect("a struct with these fields");
            order.extend(fields.iter().copied().filter(is_documented));
        }
        let required = string_array(schema.get("required"));
        let key = |name: &str| Key::from_schema(name, required.contains(&name), &properties[name], types);
        Self {
            title: text_keyword(schema, "title"),
            description: text_keyword(schema, "description"),
            keys: order.into_iter().map(key).collect(),
        }
    }
}

impl Key {
    fn from_schema(name: &str, is_required: bool, schema: &Value, types: &SchemaTypes) -> Self {
        let schema = schema.as_object().unwrap();
        let meaning = text_keyword(schema, "description").unwrap_or_default();
        let if_absent = text_keyword(schema, IF_ABSENT_KEYWORD);
        let default = schema.get("default").filter(|default| if_absent.is_none() && !default.is_null());
        Self {
            name: name.to_owned(),
            is_required,
            meaning,
            default: default.cloned(),
            if_absent,
            accepts: accepted_values_text(schema, types),
            example: schema.get("examples").map(|examples| examples[0].clone()),
            kind: Kind::from_schema(schema, types),
        }
    }

    /// The table of this key, either directly or in a list.
    pub fn nested_table(&self) -> Option<&Table> {
        self.kind.nested_table()
    }

    /// Whether the table is optional because each of its keys is.
    pub fn is_optional_table(&self) -> bool {
        matches!(&self.kind, Kind::Table(table) if table.keys.iter().all(|key| !key.is_required)) && !self.is_required
    }
}

impl Kind {
    fn from_schema(schema: &Map<String, Value>, types: &SchemaTypes) -> Self {
        let of = |schema: &Value| Self::from_schema(schema.as_object().unwrap(), types);
        if let Some(definition) = types.definition(schema) {
            return Self::from_schema(definition, types);
        }
        if let Some(kinds) = subschemas(schema) {
            let is_word = |kind: &Value| kind.get("const").is_some_and(Value::is_string);
            return if kinds.iter().all(is_word) { Self::Text } else { Self::Either(kinds.iter().map(of).collect()) };
        }
        match schema["type"].as_str().unwrap() {
            "string" if schema.get("format").is_some_and(|format| format == "date") => Self::Date,
            "string" => Self::Text,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "array" => Self::List(Box::new(of(&schema["items"]))),
            "object" if schema.contains_key("properties") => Self::Table(Table::from_schema(schema, types)),
            "object" => Self::Map(text_keyword(schema, KEY_KEYWORD), Box::new(of(&schema["additionalProperties"]))),
            other => panic!("no name for the type {other}"),
        }
    }

    fn nested_table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::List(kind) | Self::Map(_, kind) => kind.nested_table(),
            _ => None,
        }
    }
}

/// The values that a schema accepts, in words.
fn accepted_values_text(schema: &Map<String, Value>, types: &SchemaTypes) -> String {
    if let Some(words) = text_keyword(schema, ACCEPTS_KEYWORD) {
        return words;
    }
    if let Some(definition) = types.definition(schema) {
        return accepted_values_text(definition, types);
    }
    let mut words: Vec<String> = Vec::new();
    for one in subschemas(schema).into_iter().flatten() {
        let meaning = one.as_object().and_then(|schema| text_keyword(schema, "description"));
        match (one.get("const").and_then(Value::as_str), meaning) {
            (Some(word), Some(meaning)) => words.push(format!("`\"{word}\"`: {meaning}")),
            (Some(word), None) => words.push(format!("`\"{word}\"`")),
            _ => words
                .extend(Some(accepted_values_text(one.as_object().unwrap(), types)).filter(|words| !words.is_empty())),
        }
    }
    words.extend(string_array(schema.get("enum")).into_iter().map(|word| format!("`\"{word}\"`")));
    words.extend(bounds_text(schema, ["minimum", "maximum"], ""));
    words.extend(bounds_text(schema, ["minLength", "maxLength"], "characters"));
    words.extend(bounds_text(schema, ["minItems", "maxItems"], "entries"));
    if let Some(items) = schema.get("items").and_then(Value::as_object) {
        let each = accepted_values_text(items, types);
        if each.starts_with(|first: char| first.is_ascii_digit()) {
            words.push(format!("each {each}"));
        } else if !each.is_empty() {
            words.push(each);
        }
    }
    words.join("<br>")
}

/// A range in words.
fn bounds_text(schema: &Map<String, Value>, [least, most]: [&str; 2], of: &str) -> Option<String> {
    let number = |name: &str| schema.get(name).map(number_text);
    let range = match (number(least), number(most), number("exclusiveMaximum")) {
        (Some(least), Some(most), _) => format!("{least} to {most}"),
        (Some(least), None, Some(most)) => format!("{least} to below {most}"),
        (Some(least), None, None) if least == "1" && of == "characters" => return Some("not empty".to_owned()),
        (Some(least), None, None) => format!("{least} or more"),
        (None, Some(most), _) => format!("at most {most}"),
        (None, None, _) => return None,
    };
    Some(format!("{range} {of}").trim_end().to_owned())
}

/// A number in the format for readers.
fn number_text(value: &Value) -> String {
    match value.as_i64() {
        Some(whole) => crate::mexican_formats::integer(whole),
        None => match value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() >= 1000.0) {
            Some(whole) => format!("{}.0", crate::mexican_formats::integer(whole as i64)),
            None => value.to_string(),
        },
    }
}

fn subschemas(schema: &Map<String, Value>) -> Option<&Vec<Value>> {
    schema.get("oneOf").or(schema.get("anyOf")).and_then(Value::as_array)
}

fn text_keyword(schema: &Map<String, Value>, name: &str) -> Option<String> {
    schema.get(name).and_then(Value::as_str).map(|text| text.replace('\n', " "))
}

fn string_array(values: Option<&Value>) -> Vec<&str> {
    values.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// TOML has no null: a key is present or absent.
fn remove_null_types(schema: &mut Value) {
    match schema {
        Value::Array(values) => values.iter_mut().for_each(remove_null_types),
        Value::Object(fields) => {
            for name in ["type", "enum"] {
                if let Some(Value::Array(values)) = fields.get_mut(name) {
                    values.retain(|value| !value.is_null() && value != "null");
                    if let (1, "type") = (values.len(), name) {
                        let only = values.remove(0);
                        fields.insert(name.to_owned(), only);
                    }
                }
            }
            let is_null = |value: &Value| value.get("type").is_some_and(|kind| kind == "null");
            if let Some(Value::Array(values)) = fields.get_mut("anyOf")
                && values.iter().any(is_null)
            {
                values.retain(|value| !is_null(value));
                if let [Value::Object(only)] = &values[..] {
                    let only = only.clone();
                    fields.remove("anyOf");
                    for (name, value) in only {
                        fields.entry(name).or_insert(value);
                    }
                }
            }
            fields.values_mut().for_each(remove_null_types);
        }
        _ => {}
    }
}

/// Moves the additional keywords into the descriptions.
fn move_keywords_to_descriptions(schema: &mut Value) {
    match schema {
        Value::Array(values) => values.iter_mut().for_each(move_keywords_to_descriptions),
        Value::Object(fields) => {
            let words = [(ACCEPTS_KEYWORD, "Accepts"), (IF_ABSENT_KEYWORD, "If absent")];
            let words = words.map(|(name, lead)| Some(format!("{lead}: {}.", fields.remove(name)?.as_str()?)));
            if words.iter().any(Option::is_some) {
                let meaning = text_keyword(fields, "description");
                let all: Vec<String> = meaning.into_iter().chain(words.into_iter().flatten()).collect();
                fields.insert("description".to_owned(), all.join(" ").into());
            }
            if let Some(description) = text_keyword(fields, "description") {
                fields.insert("description".to_owned(), description.into());
            }
            fields.remove(KEY_KEYWORD);
            fields.remove(ORDER_KEYWORD);
            // Removes the width of a Rust type; a date keeps its format.
            if fields.get("type").is_some_and(|kind| kind == "integer" || kind == "number") {
                fields.remove("format");
            }
            if fields.get("default").is_some_and(Value::is_null) {
                fields.remove("default");
            }
            fields.values_mut().for_each(move_keywords_to_descriptions);
        }
        _ => {}
    }
}
