/*!
`lnere init`: proposes a process file from one export of each source, then checks the exports with
it.
*/

mod category_proposals;
mod file_pattern_proposal;
mod header_matching;
mod process_file_writer;
mod questions;
mod synonyms;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::args::{CheckArgs, InitArgs, OutputFormat};
use super::check::{CheckResult, check_exports};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::target_folder::check_can_be_folder;
use super::terminal::{Terminal, Verbosity, count_text, print};
use crate::built_in_configuration::{self, ProcessFile};
use crate::unfinished_paths::UnfinishedPaths;
use category_proposals::{ProposedList, printable, propose_categories, proposed_code};
use file_pattern_proposal::{matches_pattern, propose_file_names};
use header_matching::{
    ColumnMatch, Confidence, canonical_name, contract_columns, known_names, match_columns, source_score,
};
use lnere_core::calendar::parse_iso_day;
use lnere_core::catalog::Catalogs;
use lnere_core::column_names::CVE_ENTIDAD;
use lnere_core::process::{Dimension, Process, Source};
use lnere_core::terminal_text::{escaped_name, path_text};
use lnere_core::text_folding::fold_label;
use lnere_ingest::export_survey::{DayRange, ExportSurvey, SurveyError, SurveyWords, survey_export};
use lnere_messages::{count, join_with_and, message};
use process_file_writer::{MatchedExport, Proposed, ProposedProcess, REVIEW_MARK, process_file_text};
use questions::{Answer, Questions};
use synonyms::Synonyms;

/// The difference of two scores from which a source is certain.
const CERTAIN_SCORE_DIFFERENCE: i32 = 3;

/// The synonyms beside the process file, in the folder of the catalogues.
const SYNONYMS_FILE: &str = "catalogos/encabezados.toml";

/// An entity with a smaller share of the records is taken for mistyped: one in five thousand.
const MISTYPED_ENTITY_DIVISOR: u64 = 5_000;

/// An export as it was surveyed.
struct SurveyedExport<'a> {
    path: &'a Path,
    name: String,
    survey: ExportSurvey,
    /// The columns and the score as an export of each source, in the order of [`Source::ALL`].
    as_source: [(Vec<ColumnMatch>, i32); 2],
}

pub(super) fn init(args: &InitArgs, terminal: &Terminal) -> Result<(), Failure> {
    let into = &args.into;
    if into.symlink_metadata().is_ok() {
        return Err(Failure::usage(message!("L800-file-exists", path = escaped_name(into))));
    }
    let folder = into.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    check_can_be_folder(folder)?;
    let id = process_id(into)?;
    let built_in =
        ProcessFile::built_in().with_context(|| message!("L803-temporary-folder")).or_exit(Exit::Unexpected)?;
    let (process, built_in_catalogs) = Process::load(built_in.path()).or_exit(Exit::Unexpected)?;
    let catalogs_folder = folder.join("catalogos");
    let catalogs = if catalogs_folder.is_dir() {
        Catalogs::load(&catalogs_folder).or_exit(Exit::Usage)?
    } else {
        built_in_catalogs
    };
    let own_synonyms = folder.join(SYNONYMS_FILE);
    let synonyms = Synonyms::load(&if own_synonyms.is_file() {
        own_synonyms
    } else {
        built_in.path().with_file_name(SYNONYMS_FILE)
    })?;

    let mut surveyed = Vec::with_capacity(args.exports.len());
    for path in &args.exports {
        terminal.print_line(Verbosity::Verbose, message!("init-reading", export = escaped_name(path)));
        surveyed.push(survey(path, &process, &catalogs, &synonyms)?);
    }
    let mut questions = Questions::new(args.yes);
    let mut exports = decide_sources(surveyed, &mut questions)?;
    for (_, export) in &mut exports {
        ask_for_columns(export, &mut questions);
    }
    exports.sort_by_key(|(_, export)| export.source);

    let charts = charts_folder(folder);
    let exports_folder = exports[0].0.parent().filter(|folder| !folder.as_os_str().is_empty());
    let exports_folder = exports_folder.unwrap_or(Path::new(".")).to_owned();
    // An export may be a link, so its folder counts and not the place of the file.
    let folder_of = |path: &Path| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.unwrap_or(Path::new(".")).canonicalize().ok()
    };
    let in_one_folder = exports.iter().all(|(path, _)| folder_of(path) == folder_of(exports[0].0));
    let exports: Vec<MatchedExport> = exports.into_iter().map(|(_, export)| export).collect();
    let unfinished = UnfinishedPaths::begin();
    unfinished
        .create_folder(folder)
        .with_context(|| message!("commands-cannot-create", folder = escaped_name(folder)))
        .or_exit(Exit::Unexpected)?;
    let exports_folder_text = Proposed {
        value: relative_path(folder, &exports_folder),
        doubt: (!in_one_folder).then(|| "las exportaciones están en carpetas distintas; póngalas en una".to_owned()),
    };
    let proposed = propose_process(
        id,
        exports,
        exports_folder_text,
        charts.to_owned(),
        &catalogs,
        &synonyms,
        args,
        &mut questions,
    );
    let text = process_file_text(&proposed);
    let companions =
        built_in_configuration::write_missing_companions(folder, &charts_path(folder, charts), &unfinished)
            .with_context(|| message!("init-companions-not-written", path = escaped_name(into)))
            .or_exit(Exit::Unexpected)?;
    write_new_file(into, &text, &unfinished)?;
    unfinished.keep();

    let mut result = match args.format.format {
        OutputFormat::Json => Some(result_json(&proposed, &text, into, &companions)),
        OutputFormat::Text => {
            print(&result_text(&proposed, &text, into, &companions), &message!("init-done"))
                .or_exit(Exit::Unexpected)?;
            None
        }
    };
    let checked = check_proposed(&proposed, in_one_folder, exports_folder, args, terminal);
    let (text, outcome) = match (checked, &mut result) {
        (Ok(CheckResult { text, outcome, .. }), None) => (text, outcome),
        (Err(failure), None) => return Err(failure),
        (Ok(CheckResult { json, outcome, .. }), Some(result)) => {
            result["check"] = json;
            (json_text(result.take(), &outcome), outcome)
        }
        (Err(failure), Some(result)) => {
            let outcome = Err(failure);
            (json_text(result.take(), &outcome), outcome)
        }
    };
    finish_command(print(&text, &message!("check-done")), outcome)
}

/// Checks the exports with the new process file.
fn check_proposed(
    proposed: &ProposedProcess,
    in_one_folder: bool,
    exports_folder: PathBuf,
    args: &InitArgs,
    terminal: &Terminal,
) -> Result<CheckResult, Failure> {
    if !in_one_folder || proposed.exports.iter().any(|export| export.day.is_none()) {
        let message = if in_one_folder { message!("L805-no-day-in-name") } else { message!("L806-different-folders") };
        return Err(Failure::with_message(Exit::ExportsRefused, message));
    }
    let args = CheckArgs::for_process(args.into.clone(), exports_folder, args.output.clone(), args.today.clone());
    check_exports(&args, terminal)
}

/// The short name of the process: the name of its file, in lower snake case without accents.
fn process_id(into: &Path) -> Result<String, Failure> {
    let stem = into.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let id = proposed_code(&stem).to_lowercase();
    let is_toml = into.extension().is_some_and(|extension| extension == "toml");
    if id.is_empty() || !is_toml {
        return Err(Failure::usage(message!("L801-process-file-name", path = escaped_name(into))));
    }
    Ok(id)
}

fn survey<'a>(
    path: &'a Path,
    process: &Process,
    catalogs: &Catalogs,
    synonyms: &Synonyms,
) -> Result<SurveyedExport<'a>, Failure> {
    let words_for_empty_cells = synonyms.words_for_empty_cells();
    let known = known_names(synonyms);
    let is_known_header = |header: &str| known.contains(&canonical_name(header));
    let words = SurveyWords { is_known_header: &is_known_header, words_for_empty_cells: &words_for_empty_cells };
    let survey = survey_export(path, process, catalogs, &words).map_err(|error| {
        if matches!(path.metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound) {
            return Failure::usage(message!("L804-export-absent", export = escaped_name(path)));
        }
        let exit = match &error {
            SurveyError::Fault(fault) if fault.is_caused_by_machine() => Exit::Unexpected,
            _ => Exit::ExportsRefused,
        };
        let context = message!("init-cannot-survey", export = escaped_name(path));
        Failure::new(exit, anyhow::Error::from(error).context(context))
    })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let as_source = Source::ALL.map(|source| {
        let columns = match_columns(source, &survey, synonyms);
        let score = source_score(source, &name, &columns);
        (columns, score)
    });
    Ok(SurveyedExport { path, name, survey, as_source })
}

/// Decides the source of each export: by its name, its header and its content.
fn decide_sources<'a>(
    surveyed: Vec<SurveyedExport<'a>>,
    questions: &mut Questions,
) -> Result<Vec<(&'a Path, MatchedExport)>, Failure> {
    let lead = |export: &SurveyedExport| export.as_source[0].1 - export.as_source[1].1;
    let leads: Vec<i32> = surveyed.iter().map(lead).collect();
    let (first, difference) = match leads[..] {
        [one, two] => {
            let is_same = |least: i32| one >= least && two >= least;
            if is_same(CERTAIN_SCORE_DIFFERENCE)
                || (one <= -CERTAIN_SCORE_DIFFERENCE && two <= -CERTAIN_SCORE_DIFFERENCE)
            {
                let source = Source::ALL[usize::from(one < 0)];
                return Err(Failure::usage(message!("L802-same-source", source)));
            }
            (usize::from(one < two), (one - two).abs())
        }
        _ => (usize::from(leads[0] < 0), leads[0].abs()),
    };
    let is_sure = difference >= CERTAIN_SCORE_DIFFERENCE;
    let mut first = Answer { value: first, is_given: false };
    if !is_sure {
        let question = message!("init-ask-source", name = escaped_name(&surveyed[0].name));
        first = questions.ask(&question, &(first.value + 1).to_string(), first.value, |answer| match answer {
            "1" | "solicitudes" => Ok(0),
            "2" | "credenciales" => Ok(1),
            _ => Err(message!("init-expected-source")),
        });
    }
    let doubt = (!is_sure && !first.is_given).then(|| "no es seguro que la exportación sea de esta fuente".to_owned());
    let mut exports: Vec<(&Path, MatchedExport)> = Vec::new();
    for (export, index) in surveyed.into_iter().zip([first.value, 1 - first.value]) {
        let source = Source::ALL[index];
        let names = propose_file_names(source, &export.name);
        let unnamed = names.is_none().then(|| {
            format!("el nombre no dice el día que cubre; llame al archivo, por ejemplo, `{source}_20210315.csv`")
        });
        let [solicitudes, credenciales] = export.as_source;
        let (columns, _) = if index == 0 { solicitudes } else { credenciales };
        let matched = MatchedExport {
            source,
            name: export.name,
            survey: export.survey,
            columns,
            day: names.as_ref().map(|names| names.day),
            file_pattern: names.and_then(|names| names.pattern),
            doubt: unnamed.or_else(|| doubt.clone()),
        };
        exports.push((export.path, matched));
    }
    let names: Vec<String> = exports.iter().map(|(_, export)| export.name.clone()).collect();
    for (index, (_, export)) in exports.iter_mut().enumerate() {
        let other = names.iter().enumerate().find(|(other, _)| *other != index).map(|(_, name)| name);
        if let (Some(pattern), Some(other)) = (&export.file_pattern, other)
            && matches_pattern(pattern, other)
        {
            export.doubt = Some("el patrón de `files` es también el de la otra fuente".to_owned());
        }
    }
    Ok(exports)
}

/// Asks for the columns that are not certain.
fn ask_for_columns(export: &mut MatchedExport, questions: &mut Questions) {
    for index in 0..export.columns.len() {
        let one = &export.columns[index];
        if one.confidence.is_sure() {
            continue;
        }
        let headers: Vec<String> = export.survey.columns.iter().map(|column| column.header.clone()).collect();
        let default =
            one.survey(&export.survey).map_or_else(|| message!("init-no-header"), |column| printable(&column.header));
        let question = message!("init-ask-header", source = export.source, column = one.column.key);
        let answer = questions.ask(&question, &default, one.place, |answer| {
            let folded = fold_label(answer);
            let place = headers.iter().position(|header| fold_label(header) == folded);
            place.map(Some).ok_or_else(|| {
                let headers: Vec<String> = headers.iter().map(|header| printable(header)).collect();
                message!("init-expected-header", headers = headers.join(", "))
            })
        });
        if let (Some(place), true) = (answer.value, answer.is_given) {
            // The column no longer belongs to another one that was found by content.
            for other in &mut export.columns {
                if other.place == Some(place) {
                    (other.place, other.confidence) = (None, Confidence::NotFound);
                }
            }
            export.columns[index].assign(place, Confidence::Chosen);
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "each is another part of the process file")]
fn propose_process(
    id: String,
    exports: Vec<MatchedExport>,
    exports_folder: Proposed<String>,
    charts_folder: String,
    catalogs: &Catalogs,
    synonyms: &Synonyms,
    args: &InitArgs,
    questions: &mut Questions,
) -> ProposedProcess {
    let event_column = |export: &MatchedExport| {
        let key = &contract_columns(export.source)[1].key;
        let found = export.columns.iter().find(|one| one.column.key == *key)?;
        found.survey(&export.survey)?.days
    };
    let (opens, closes) =
        propose_window(exports.iter().find_map(event_column), exports.first().and_then(|one| one.day), args);
    let opens = ask_for_day(&message!("init-ask-first-day"), opens, questions);
    let closes = ask_for_day(&message!("init-ask-last-day"), closes, questions);
    let election_day = Proposed {
        value: first_sunday_of_june(closes.value),
        doubt: Some("día de la elección; se supone el primer domingo de junio".to_owned()),
    };
    let election_day = ask_for_day(&message!("init-ask-election-day"), election_day, questions);
    let title = match (opens.value.year(), election_day.value.year()) {
        (one, other) if one == other => format!("Proceso Electoral {one}"),
        (one, other) => format!("Proceso Electoral {one}-{other}"),
    };
    let answer = questions.ask(&message!("init-ask-title"), &title, title.clone(), |answer| {
        let title = printable(answer);
        if title.is_empty() { Err(message!("init-expected-title")) } else { Ok(title) }
    });
    let doubt = (!answer.is_given).then(|| "nombre completo del proceso".to_owned());
    let title = Proposed { value: answer.value, doubt };
    let categories = Dimension::BUILT_IN.iter().map(|dimension| {
        let key = dimension.column_name();
        let columns = exports.iter().flat_map(|export| {
            let found = export.columns.iter().filter(|one| one.column.key == key && one.place.is_some());
            found.filter_map(|one| one.survey(&export.survey))
        });
        let mut list = propose_categories(key, &columns.collect::<Vec<_>>(), synonyms);
        ask_for_categories(key, &mut list, questions);
        (key.to_owned(), list)
    });
    let categories = categories.collect();
    ProposedProcess {
        id,
        title,
        election_day,
        entities: propose_entities(&exports, catalogs),
        opens,
        closes,
        exports_folder,
        charts_folder,
        categories,
        exports,
    }
}

/// The window of registration: the days of the applications, or else those of the trámites.
fn propose_window(
    days: Option<DayRange>,
    export_day: Option<NaiveDate>,
    args: &InitArgs,
) -> (Proposed<NaiveDate>, Proposed<NaiveDate>) {
    let Some(days) = days else {
        let day = export_day.unwrap_or_else(|| args.today.today());
        let proposed = |value, doubt: &str| Proposed { value, doubt: Some(doubt.to_owned()) };
        let first = day.with_ordinal(1).unwrap_or(day);
        return (
            proposed(first, "primer día del registro; no se vio ninguna fecha"),
            proposed(day, "último día del registro; no se vio ninguna fecha"),
        );
    };
    let outside = |records: u64| match records {
        0 => String::new(),
        _ => format!("; fuera quedan {} registros", count_text(records)),
    };
    let opens = if days.is_first_exact {
        format!("primer día del registro; el primero con diez solicitudes o más{}", outside(days.before))
    } else {
        "primer día del registro; el inicio de la quincena de la primera solicitud".to_owned()
    };
    let closes = if days.is_last_exact {
        format!("último día del registro; el último con diez solicitudes o más{}", outside(days.after))
    } else {
        "último día del registro; el fin de la quincena de la última solicitud".to_owned()
    };
    (Proposed { value: days.first, doubt: Some(opens) }, Proposed { value: days.last, doubt: Some(closes) })
}

fn ask_for_day(question: &str, proposed: Proposed<NaiveDate>, questions: &mut Questions) -> Proposed<NaiveDate> {
    let answer = questions.ask(question, &proposed.value.to_string(), proposed.value, |answer| {
        parse_iso_day(answer).ok_or_else(|| message!("init-expected-day"))
    });
    Proposed { value: answer.value, doubt: proposed.doubt.filter(|_| !answer.is_given) }
}

/// Elections of Mexico are on the first Sunday of June.
fn first_sunday_of_june(from: NaiveDate) -> NaiveDate {
    let in_year = |year| NaiveDate::from_weekday_of_month_opt(year, 6, Weekday::Sun, 1);
    let days = [from.year(), from.year() + 1].into_iter().filter_map(in_year);
    days.into_iter().find(|day| *day >= from).unwrap_or(from)
}

fn ask_for_categories(key: &str, list: &mut ProposedList, questions: &mut Questions) {
    let mut index = 0;
    while let Some(category) = list.categories.get(index) {
        if category.doubt.is_none() {
            index += 1;
            continue;
        }
        let code = category.code.clone();
        let question =
            message!("init-ask-code", column = key, label = category.label, records = count(category.records));
        let answer = questions.ask(&question, &code, code.clone(), |answer| {
            let code = proposed_code(answer);
            if code.is_empty() { Err(message!("init-expected-code")) } else { Ok(code) }
        });
        if answer.is_given {
            let categories = list.categories.len();
            list.rename(index, &answer.value);
            if list.categories.len() < categories {
                continue;
            }
        }
        index += 1;
    }
}

/// The entities of the applications; without any, those of the credentials.
fn propose_entities(exports: &[MatchedExport], catalogs: &Catalogs) -> Proposed<Vec<(String, String)>> {
    let entity_column = |export: &MatchedExport| {
        let found = export.columns.iter().find(|one| one.column.key == CVE_ENTIDAD && one.place.is_some());
        found
            .and_then(|one| one.survey(&export.survey))
            .map(|column| (column.entities.clone(), column.rare_entities, column.filled, export.source))
    };
    let (seen, rare, filled, source) =
        exports.iter().find_map(entity_column).unwrap_or((Vec::new(), 0, 0, Source::Solicitudes));
    let is_kept = |records: u64| records >= filled / MISTYPED_ENTITY_DIVISOR;
    let mut entities: Vec<(String, String)> = Vec::new();
    for (entity, records) in seen.iter().filter(|(_, records)| is_kept(*records)) {
        let note = format!("{}: {}", catalogs.entities.name(*entity), count_text(*records));
        entities.push((entity.code(), note));
    }
    let left_out = rare + seen.iter().filter(|(_, records)| !is_kept(*records)).count();
    let doubt = if entities.is_empty() {
        entities.extend(catalogs.entities.ids().map(|id| (id.code(), catalogs.entities.name(id).to_owned())));
        Some("no se vio ninguna entidad; se proponen las 32".to_owned())
    } else if source == Source::Credenciales {
        Some("son las de las credenciales; deje las que tienen voto desde el extranjero".to_owned())
    } else {
        (left_out > 0).then(|| format!("quedan fuera otras entidades con muy pocos registros: {left_out}"))
    };
    Proposed { value: entities, doubt }
}

/// The folder of the charts, relative to that of the process file. Beside `pipelines` it is where
/// the built-in process files expect it.
fn charts_folder(folder: &Path) -> &'static str {
    let is_pipelines = folder.file_name().is_some_and(|name| name == "pipelines");
    if is_pipelines || folder.join("../charts/por_entidad.toml").is_file() { "../charts" } else { "charts" }
}

/// The same folder, as a path that is easy to read.
fn charts_path(folder: &Path, charts: &str) -> PathBuf {
    match (folder.file_name(), folder.parent(), charts.strip_prefix("../")) {
        (Some(_), Some(parent), Some(name)) => parent.join(name),
        _ => folder.join(charts),
    }
}

/// A path to a folder as the process file names it: relative, if both have a common folder.
fn relative_path(from: &Path, to: &Path) -> String {
    let (Ok(from), Ok(to)) = (from.canonicalize(), to.canonicalize()) else {
        return to.to_string_lossy().into_owned();
    };
    let common = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    // With nothing in common but the root, an absolute path is clearer.
    if common <= 1 {
        return to.to_string_lossy().into_owned();
    }
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to.components().skip(common)).collect();
    let path = path.to_string_lossy().into_owned();
    if path.is_empty() { ".".to_owned() } else { path }
}

fn write_new_file(path: &Path, text: &str, unfinished: &UnfinishedPaths) -> Result<(), Failure> {
    let written = unfinished.create_file(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| message!("commands-cannot-write", path = escaped_name(path))).or_exit(Exit::Unexpected)
}

/// The lines of the process file that somebody must look at.
fn marked_lines(written: &str) -> Vec<usize> {
    written.lines().zip(1..).filter(|(line, _)| line.contains(REVIEW_MARK)).map(|(_, number)| number).collect()
}

/// What [`result_text`] says, as JSON. The check comes later.
fn result_json(process: &ProposedProcess, written: &str, into: &Path, companions: &[PathBuf]) -> Value {
    let column = |export: &MatchedExport, one: &ColumnMatch| {
        let header = one.survey(&export.survey).map(|column| printable(&column.header));
        json!({ "column": one.column.key, "header": header, "confidence": one.confidence.text() })
    };
    let export = |export: &MatchedExport| {
        let columns: Vec<Value> = export.columns.iter().map(|one| column(export, one)).collect();
        let records = export.survey.records;
        json!({ "source": export.source, "export": export.name, "records": records, "columns": columns })
    };
    json!({
        "process_file": path_text(into),
        "companions": companions.iter().map(path_text).collect::<Vec<_>>(),
        "review_lines": marked_lines(written),
        "exports": process.exports.iter().map(export).collect::<Vec<_>>(),
        "check": null,
    })
}

/// The table of the columns, and what was written.
fn result_text(process: &ProposedProcess, written: &str, into: &Path, companions: &[PathBuf]) -> String {
    let mut text = String::new();
    let (column, header, confidence) =
        (message!("init-column"), message!("init-header-found"), message!("init-confidence"));
    for export in &process.exports {
        let heading = message!(
            "init-export",
            source = export.source,
            name = escaped_name(&export.name),
            records = count(export.survey.records)
        );
        let _ = writeln!(text, "{heading}\n    {column:<20} {header:<32} {confidence}");
        for one in &export.columns {
            let header = one.survey(&export.survey).map_or_else(|| "-".to_owned(), |column| printable(&column.header));
            let _ = writeln!(text, "    {:<20} {header:<32} {}", one.column.key, one.confidence.text());
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", message!("init-written", path = escaped_name(into)));
    if !companions.is_empty() {
        let companions: Vec<String> = companions.iter().map(|path| escaped_name(path).to_string()).collect();
        let _ = writeln!(text, "    {}", message!("init-companions", files = companions.join(", ")));
    }
    let marked = marked_lines(written);
    if !marked.is_empty() {
        let (marks, lines) = (count(marked.len()), join_with_and(&marked));
        let _ = writeln!(text, "    {}", message!("init-marks", marks, mark = REVIEW_MARK, lines));
    }
    text.push('\n');
    text
}
