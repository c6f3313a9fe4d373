/*!
`lnere schema`: prints the data dictionary, in Spanish and English.
*/

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::args::{SchemaArgs, SchemaFormat};
use super::failure::{Failure, finish_command};
use super::json_result::json_text;
use super::loaded_process::LoadedProcess;
use super::terminal::{nothing_changed_note, print};
use lnere_messages::message;
use lnere_tables::TableDefinition;
use lnere_tables::dictionary::{Dictionary, SCHEMA_VERSION};

pub(super) fn schema(args: &SchemaArgs) -> Result<(), Failure> {
    let process_file = args.process.path_or_built_in()?;
    let loaded_process = LoadedProcess::load(process_file.path())?;
    let tables: Vec<&TableDefinition> = match &args.table {
        None => loaded_process.table_definitions.iter().collect(),
        Some(name) => {
            let table = loaded_process.table_definitions.iter().find(|table| table.name == *name).ok_or_else(|| {
                let names: Vec<_> = loaded_process.table_definitions.iter().map(|table| table.name.as_str()).collect();
                Failure::usage(message!("L022-no-table", name, names = names.join(", ")))
            })?;
            vec![table]
        }
    };
    let dictionary = Dictionary::of_process(&loaded_process.process);
    let text = match args.format {
        SchemaFormat::Md => {
            tables.iter().map(|table| table_markdown(table, &dictionary)).collect::<Vec<_>>().join("\n")
        }
        SchemaFormat::Json => {
            let tables: Vec<Value> = tables.iter().map(|table| table_json(table, &dictionary)).collect();
            json_text(json!({ "schema": SCHEMA_VERSION, "tables": tables }), &Ok(()))
        }
    };
    finish_command(print(&text, &nothing_changed_note()), Ok(()))
}

fn table_markdown(table: &TableDefinition, dictionary: &Dictionary) -> String {
    let mut text = format!("## {}\n\n{}.  \n{}.\n\n", table.name, table.es, table.en);
    text.push_str("| columna / column | tipo / type | clave / key | significado | meaning |\n|---|---|---|---|---|\n");
    let keys = table.key_columns();
    for column in table.column_meanings(dictionary) {
        let key = if keys.contains(&column.name) { "✓" } else { "" };
        let _ = writeln!(
            text,
            "| {} | {} | {key} | {} | {} |",
            column.name,
            column.column_type.arrow_name(),
            column.es,
            column.en
        );
    }
    text
}

fn table_json(table: &TableDefinition, dictionary: &Dictionary) -> Value {
    let keys = table.key_columns();
    let columns: Vec<Value> = table
        .column_meanings(dictionary)
        .map(|column| {
            json!({
                "name": column.name,
                "type": column.column_type.arrow_name(),
                "unit": column.unit(),
                "key": keys.contains(&column.name),
                "es": column.es,
                "en": column.en,
            })
        })
        .collect();
    json!({ "name": table.name, "es": table.es, "en": table.en, "columns": columns })
}
