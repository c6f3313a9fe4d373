/*!
`lnere diff`: compares two releases table by table and cell by cell.
*/

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::args::{DiffArgs, OutputFormat};
use super::failure::{Exit, Failure, finish_command};
use super::json_result::json_text;
use super::terminal::{nothing_changed_note, print};
use super::verify::find_release_folder;
use lnere_messages::{count, message};
use lnere_release::{CompareError, Manifest, ReleaseTables, TableDifference, table_differences};

pub(super) fn diff(args: &DiffArgs) -> Result<(), Failure> {
    let read = |name: &Path| -> Result<ReleaseTables, Failure> {
        let folder = find_release_folder(name, &args.output)?;
        ReleaseTables::read(&folder).map_err(|error| {
            let exit = match &error {
                CompareError::NoRelease { .. } => Exit::Usage,
                error if error.is_release_damaged() => Exit::ReleaseUnsound,
                _ => Exit::Unexpected,
            };
            Failure::new(exit, error)
        })
    };
    let (before, after) = (read(&args.before)?, read(&args.after)?);
    let found = table_differences(&before, &after);
    let outcome = if found.is_empty() {
        Ok(())
    } else {
        Err(Failure::already_printed(Exit::ReleaseUnsound, message!("L067-differences")))
    };
    let text = match args.format.format {
        OutputFormat::Text => differences_text(&before.manifest, &after.manifest, &found),
        OutputFormat::Json => json_text(differences_json(&before.manifest, &after.manifest, &found), &outcome),
    };
    finish_command(print(&text, &nothing_changed_note()), outcome)
}

/// A line that identifies a release.
fn release_line(manifest: &Manifest) -> String {
    let Manifest { process, corte, revision, vintage, version, .. } = manifest;
    message!("diff-release", process, corte, revision, vintage, version)
}

fn differences_text(before: &Manifest, after: &Manifest, found: &[TableDifference]) -> String {
    let mut text = message!("diff-heading", before = release_line(before), after = release_line(after)) + "\n";
    if found.is_empty() {
        let _ = writeln!(text, "\n{}", message!("diff-none"));
    }
    for difference in found {
        match difference {
            TableDifference::OnlyInOne { table, is_in_earlier: is_earlier } => {
                let line =
                    if *is_earlier { message!("diff-only-before", table) } else { message!("diff-only-after", table) };
                let _ = writeln!(text, "\n{line}");
            }
            TableDifference::ChangedCells { table, cells: changes } => {
                let _ = writeln!(text, "\n{}", message!("diff-cells", table, cells = count(changes.len())));
                for change in changes {
                    let value = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
                    let (was, is) = (value(&change.anterior), value(&change.actual));
                    let _ = writeln!(text, "  {}  {}  {was} -> {is}", change.clave, change.medida);
                }
            }
        }
    }
    text
}

fn differences_json(before: &Manifest, after: &Manifest, found: &[TableDifference]) -> Value {
    let release = |manifest: &Manifest| {
        json!({
            "process": manifest.process,
            "corte": manifest.corte,
            "revision": manifest.revision,
            "vintage": manifest.vintage,
            "version": manifest.version,
        })
    };
    let tables: Vec<Value> = found
        .iter()
        .map(|difference| match difference {
            TableDifference::OnlyInOne { table, is_in_earlier: is_earlier } => {
                json!({ "tabla": table, "only": if *is_earlier { "before" } else { "after" }, "changes": [] })
            }
            TableDifference::ChangedCells { table, cells: changes } => {
                json!({ "tabla": table, "only": null, "changes": changes })
            }
        })
        .collect();
    json!({ "before": release(before), "after": release(after), "same": found.is_empty(), "tables": tables })
}
