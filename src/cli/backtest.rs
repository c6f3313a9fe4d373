/*!
`lnere backtest`: replays each corte of a closed process and compares it with the outcome.
*/

use lnere_core::column_names;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::args::{OutputFormat, ReleasesArgs};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::loaded_process::{LoadedProcess, set_thread_count};
use super::run::{CompletedRun, publish_cortes};
use super::terminal::{Terminal, print};
use lnere_core::mexican_formats::{decimal, integer};
use lnere_core::process::ALL_ENTITIES_CODE;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;
use lnere_release::{Output, ReleaseFolder};
use lnere_tables::{ColumnError, Table, TableSource};

pub(super) fn backtest(args: &ReleasesArgs, terminal: &Terminal) -> Result<(), Failure> {
    let args = args.as_run_args();
    set_thread_count(args.jobs)?;
    let loaded_process = LoadedProcess::load(&args.exports.process.path()?)?;
    let table = loaded_process
        .table_definitions
        .iter()
        .find(|table| table.source == TableSource::Evaluation)
        .map(|table| table.name.clone());
    let table = table.filter(|name| {
        loaded_process.published_table_names.contains(name) && loaded_process.process.projection.is_some()
    });
    let table = table.ok_or_else(|| Failure::usage(message!("L020-nothing-to-evaluate")))?;
    let inventory = loaded_process.list_exports(args.exports.inputs.as_deref())?;
    let plan = loaded_process.plan_run(&args, &inventory, &Output::new(&args.output))?;
    let corte = plan.cortes.iter().copied().max();
    let Some(corte) = corte.filter(|corte| corte.day() >= loaded_process.process.closes) else {
        let closes = loaded_process.process.closes;
        let message = match corte {
            Some(corte) => message!("L021-no-outcome-yet", closes, corte),
            None => message!("L021-no-corte-covered", closes),
        };
        return Err(Failure::with_message(Exit::ExportsRefused, message));
    };

    let CompletedRun { loaded_process: setup, output, result, record_result: record_written } =
        publish_cortes(&args, terminal)?;
    result.failure().map_or(Ok(()), Err)?;
    record_written?;
    let path = output.release_path(corte);
    let file = format!("tablas/{table}.parquet");
    let bytes = ReleaseFolder::open(&path).and_then(|release| release.read(&file));
    let bytes = bytes.with_context(|| message!("commands-cannot-read", path = escaped_name(&path.join(&file))));
    let read = lnere_tables::read(&table, bytes.or_exit(Exit::Unexpected)?).or_exit(Exit::Unexpected)?;
    let methods = scores_by_method(&read).or_exit(Exit::Unexpected)?;
    let text = match args.format.format {
        OutputFormat::Text => {
            let mut text = format!(
                "{}\n\n{}\n\n{:<24} {:>9} {:>9} {:>9} {:>9} {:>7}\n",
                setup.process.title,
                message!("backtest-heading", corte),
                message!("backtest-method"),
                "WIS",
                "MASE",
                message!("backtest-inside", share = 50),
                message!("backtest-inside", share = 90),
                column_names::N
            );
            for (method, score) in &methods {
                let [wis, mase, inner, outer] = score.weighted_means();
                let in_hundredths = |value: f64| decimal((value * 100.0).round() as i64, 100);
                let _ = writeln!(
                    text,
                    "{method:<24} {:>9} {:>9} {:>7} % {:>7} % {:>7}",
                    in_hundredths(wis),
                    in_hundredths(mase),
                    (inner * 100.0).round(),
                    (outer * 100.0).round(),
                    score.outcomes
                );
            }
            text.push('\n');
            for line in national_lines(&read).or_exit(Exit::Unexpected)? {
                let _ = writeln!(text, "{line}");
            }
            let _ = writeln!(text, "\n{}", message!("backtest-table", file = escaped_name(&file)));
            text
        }
        OutputFormat::Json => {
            let methods: Vec<Value> = methods
                .iter()
                .map(|(method, score)| {
                    let [wis, mase, coverage_50, coverage_90] = score.weighted_means();
                    json!({
                        "method": method, "wis": wis, "mase": mase,
                        "coverage_50": coverage_50, "coverage_90": coverage_90, "n": score.outcomes,
                    })
                })
                .collect();
            json_text(json!({ "corte": corte.to_string(), "table": file, "methods": methods }), &Ok(()))
        }
    };
    finish_command(print(&text, &message!("backtest-done")), Ok(()))
}

/// What was expected of all entities together at each corte, and the outcome.
fn national_lines(table: &Table) -> Result<Vec<String>, ColumnError> {
    let codes = table.values::<String>(column_names::CVE_ENTIDAD)?;
    let cortes = table.values::<NaiveDate>(column_names::CORTE_EVALUADO)?;
    let names = [column_names::INFERIOR_90, column_names::MEDIANA, column_names::SUPERIOR_90, column_names::RESULTADO];
    let columns: Vec<&[i64]> = names.iter().map(|name| table.values(name)).collect::<Result<_, _>>()?;
    let rows = (0..table.row_count()).filter(|row| codes[*row] == ALL_ENTITIES_CODE);
    let line = |row: usize| {
        let [lower, median, upper, outcome] = [0, 1, 2, 3].map(|place: usize| integer(columns[place][row]));
        message!("backtest-corte", corte = cortes[row], median, lower, upper, outcome)
    };
    Ok(rows.map(line).collect())
}

/// The sums of scores, weighted by the number of outcomes of each row.
#[derive(Default)]
struct MethodScores {
    weighted_sums: [f64; 4],
    outcomes: i64,
}

impl MethodScores {
    fn weighted_means(&self) -> [f64; 4] {
        self.weighted_sums.map(|sum| sum / self.outcomes.max(1) as f64)
    }
}

/// The scores by method over entities, from the best to the worst.
fn scores_by_method(table: &Table) -> Result<Vec<(String, MethodScores)>, ColumnError> {
    let mut scores: BTreeMap<&String, MethodScores> = BTreeMap::new();
    let names = [column_names::WIS, column_names::MASE, column_names::COBERTURA_50, column_names::COBERTURA_90];
    let columns: Vec<&[f64]> = names.iter().map(|name| table.values(name)).collect::<Result<_, _>>()?;
    let (methods, counts) = (table.values::<String>(column_names::METODO)?, table.values::<i64>(column_names::N)?);
    let codes = table.values::<String>(column_names::CVE_ENTIDAD)?;
    let of_entities = |(row, _): &(usize, _)| codes[*row] != ALL_ENTITIES_CODE;
    for (row, (method, n)) in methods.iter().zip(counts).enumerate().filter(of_entities) {
        let score = scores.entry(method).or_default();
        score.outcomes += n;
        for (sum, column) in score.weighted_sums.iter_mut().zip(&columns) {
            *sum += column[row] * *n as f64;
        }
    }
    let mut scores: Vec<(String, MethodScores)> =
        scores.into_iter().map(|(method, score)| (method.clone(), score)).collect();
    scores.sort_by(|(_, x), (_, y)| x.weighted_means()[0].total_cmp(&y.weighted_means()[0]));
    Ok(scores)
}
