/*!
Defines the JSON schemas of values that the process file has but for which no Rust type exists.
*/

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::super::columns::{RawColumns, SourceColumn};
use super::super::export_contract::{AUTO_KEYWORD, HeaderNames, PERMITTED_HEADER_LINES};
use super::super::validate::PERMITTED_SHARES;

/// Declares an empty type that stands for the given JSON schema.
macro_rules! schema_of {
    ($(#[$doc:meta])* $name:ident, $schema:tt) => {
        $(#[$doc])*
        pub struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

schema_of!(
    /// A date of TOML, without quotes.
    Day,
    { "type": "string", "format": "date" }
);

schema_of!(
    /// A share of one, with a decimal point.
    Share,
    { "type": "number", "minimum": PERMITTED_SHARES.start(), "maximum": PERMITTED_SHARES.end() }
);

schema_of!(
    /// A currency of ISO 4217.
    Currency,
    { "type": "string", "pattern": "^[A-Z]{3}$", "x-accepts": "three letters of ISO 4217" }
);

schema_of!(
    /// A line number, or the value for automatic detection.
    LineOrAuto,
    {
        "oneOf": [
            { "type": "string", "const": AUTO_KEYWORD },
            { "type": "integer", "minimum": PERMITTED_HEADER_LINES.start(), "maximum": PERMITTED_HEADER_LINES.end() },
        ]
    }
);

/// One key for each built-in column, with its default header.
impl<C: SourceColumn> JsonSchema for RawColumns<C> {
    fn schema_name() -> Cow<'static, str> {
        format!("Columns_{}", C::SOURCE).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = Map::new();
        let names: Vec<String> = C::BUILT_IN.iter().map(|column| column.toml_key()).collect();
        for (column, name) in C::BUILT_IN.iter().zip(&names) {
            let mut schema = HeaderNames::json_schema(generator);
            schema.insert("description".to_owned(), column.meaning().into());
            schema.insert("default".to_owned(), column.default_header().into());
            let (first, rest) = name.split_at(1);
            let example = format!("{}{}", first.to_uppercase(), rest.replace('_', " "));
            schema.insert("examples".to_owned(), Value::from(vec![example]));
            properties.insert(name.clone(), schema.into());
        }
        json_schema!({
            "type": "object",
            "description": "A header name, or a list of names. Case, accents and invisible characters do not count.",
            "additionalProperties": false,
            "properties": properties,
            "x-order": names,
        })
    }
}
