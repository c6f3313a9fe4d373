/*!
Makes the public part of a release: a separate folder with tables, charts, manifest and checksums.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use rayon::prelude::*;

use super::{RunContext, dashboard_files};
use lnere_charts::{ChartDefinition, Scope, SuppressionDisplay};
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::checksum::sha256sums_text;
use lnere_core::mexican_formats::long_date;
use lnere_core::process::{Audience, Process, PublicAudience, ReleasePart};
use lnere_core::product_notice;
use lnere_disclosure::{
    CellId, DisclosureError, NATION_TABLE, Proofs, PublicTableInputs, PublicTables, Snapshot, build_public_tables,
    grain_of_plan, insiders_of_plan,
};
use lnere_messages::message;
use lnere_release::{
    CHECKSUMS_FILE_NAME, DATA_PACKAGE_FILE, MANIFEST_FILE, PUBLIC_FOLDER, PendingRelease, PublicManifest, Publication,
    SeriesLink, TableRecord, public_descriptor, table_path,
};
use lnere_tables::{Column, ColumnError, Metadata, Table, TableDefinition, dictionary};

/// The titles of the table of national sums, in Spanish and in English.
const NATION_TABLE_TITLES: (&str, &str) =
    ("Sumas nacionales de las demás tablas", "The nation's sums of the other tables");

/// The public part of a release cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PublicError {
    /// Earlier publications were made with other settings: groups, tables, minimum or insiders.
    #[error("{}", message!("L336-public-settings-changed", setting = changed_setting, corte, revision))]
    SettingsChanged {
        /// The column, the table, `minimum` or `insiders`.
        changed_setting: String,
        /// The corte.
        corte: String,
        /// The revision.
        revision: u32,
    },
    /// A release lacks the exact tables of its publication.
    #[error("{}", message!("L337-no-exact-tables", corte, revision))]
    NoExactTables {
        /// The corte.
        corte: String,
        /// The revision.
        revision: u32,
    },
    /// The tables cannot be protected.
    #[error(transparent)]
    Disclosure(#[from] DisclosureError),
}

impl PublicError {
    /// Whether the process file asks for something impossible: other groups than before, or a table
    /// that is not published.
    #[must_use]
    pub fn is_usage_error(&self) -> bool {
        use DisclosureError::{Column, MissingTable};
        matches!(self, Self::SettingsChanged { .. } | Self::Disclosure(MissingTable { .. } | Column(_)))
    }
}

/// Whether a release of this corte has a public part: the process file sets the first day.
pub(super) fn is_public_corte(process: &Process, corte: Corte) -> bool {
    process.public.as_ref().is_some_and(|plan| corte.day() >= plan.first_corte && corte.day() >= process.opens)
}

/// Makes the files of the public part, if it is published. `earlier_publications` are all
/// publications so far, and `series_link` is the place in their series.
///
/// # Errors
/// The publications do not fit the process file, or they disclose a count that no suppression
/// protects.
pub fn build_public_part(
    context: &RunContext,
    pending: &PendingRelease,
    earlier_publications: &[Publication],
    series_link: SeriesLink,
    proofs: &Proofs,
) -> anyhow::Result<(NamedFiles, Proofs)> {
    let plan = context.process.public.as_ref().filter(|_| pending.manifest.has_part(ReleasePart::Publico));
    let Some(plan) = plan else { return Ok((NamedFiles::new(), Proofs::default())) };
    let corte = pending.corte;
    check_earlier_publications(context.process, plan, context.table_definitions, earlier_publications)?;
    let exact = PublicTableInputs {
        process: context.process,
        plan,
        catalogs: context.catalogs,
        definitions: context.table_definitions,
        exact_tables: &pending.tables,
    };
    let history: Vec<Snapshot> = earlier_publications.iter().map(|publication| publication.snapshot.clone()).collect();
    let mut protected = build_public_tables(&exact, corte.day(), pending.manifest.revision, &history, proofs)
        .map_err(PublicError::from)?;
    let proofs = std::mem::take(&mut protected.proofs);

    let metadata = Metadata::of_process(context.process, corte);
    let write =
        |(table, _): &(Table, Vec<String>)| Ok((table_path(&table.name), lnere_tables::write(table, &metadata)?));
    let mut files = protected.tables.par_iter().map(write).collect::<anyhow::Result<NamedFiles>>()?;
    let charts = draw_public_charts(context, plan, &protected, corte)?;
    let count = charts.len() / 2;
    files.extend(charts);

    let titles = |name: &str| {
        let definition = context.table_definitions.iter().find(|definition| definition.name == name);
        let own = definition.map(|definition| (definition.es.as_str(), definition.en.as_str()));
        own.or((name == NATION_TABLE).then_some(NATION_TABLE_TITLES)).unwrap_or_default()
    };
    let record = |(table, key): &(Table, Vec<String>)| TableRecord {
        name: table.name.clone(),
        rows: table.row_count(),
        columns: table.columns.iter().map(|(name, _)| name.clone()).collect(),
        key: key.clone(),
        shared: false,
    };
    let manifest = PublicManifest {
        audience: PUBLIC_FOLDER.to_owned(),
        process: context.process.id.clone(),
        title: context.process.title.clone(),
        notice: context.process.notice.clone(),
        corte: corte.to_string(),
        revision: pending.manifest.revision,
        series_link,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: dictionary::SCHEMA_VERSION.to_owned(),
        dimensions: super::declared_dimension_columns(context.process),
        minimum: plan.minimum_shown_count,
        detail_from: plan.min_total_for_detail,
        insiders: protected.suppression_settings.insiders.clone(),
        grain: protected.grain.clone(),
        tables: protected.tables.iter().map(record).collect(),
        chart_count: count,
        cells: protected.published_counts.len(),
        suppressed_count: protected.published_counts.values().filter(|said| said.is_none()).count(),
        earlier: earlier_publications.iter().map(|publication| publication.record.clone()).collect(),
    };
    files.push((
        DATA_PACKAGE_FILE.to_owned(),
        public_descriptor(&manifest, &protected.tables, &metadata.dictionary, titles),
    ));
    files.push(("LEEME.txt".to_owned(), readme_text(context.process, plan, &manifest, titles).into_bytes()));
    files.push((MANIFEST_FILE.to_owned(), manifest.to_json()));
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files.push((CHECKSUMS_FILE_NAME.to_owned(), sha256sums_text(&files).into_bytes()));
    let mut files: NamedFiles =
        files.into_iter().map(|(name, bytes)| (format!("{PUBLIC_FOLDER}/{name}"), bytes)).collect();
    if pending.manifest.has_part(ReleasePart::Tablero) && context.process.dashboard.audience == Audience::Publico {
        let tables: Vec<Table> = protected.tables.into_iter().map(|(table, _)| table).collect();
        files.extend(dashboard_files(&lnere_dashboard::public_data(
            context.process,
            plan,
            context.catalogs,
            context.chart_definitions,
            &tables,
            corte.day(),
        )));
    }
    Ok((files, proofs))
}

/// Checks that earlier publications have the settings of the process file, and that their exact
/// counts are known.
fn check_earlier_publications(
    process: &Process,
    plan: &PublicAudience,
    definitions: &[TableDefinition],
    earlier_publications: &[Publication],
) -> Result<(), PublicError> {
    for publication in earlier_publications {
        check_same_settings(process, plan, definitions, &publication.manifest)?;
        if publication.snapshot.statements.iter().any(|said| said.exact_count.is_none()) {
            let (corte, revision) = (publication.record.corte.clone(), publication.record.revision);
            return Err(PublicError::NoExactTables { corte, revision });
        }
    }
    Ok(())
}

/// Checks that earlier publications have the settings of the process file.
///
/// # Errors
/// [`PublicError::SettingsChanged`] if they do not.
pub fn check_same_settings(
    process: &Process,
    plan: &PublicAudience,
    definitions: &[TableDefinition],
    published: &PublicManifest,
) -> Result<(), PublicError> {
    let (published_grain, current_grain, minimum) =
        (&published.grain, grain_of_plan(plan, definitions), "minimum".to_owned());
    let mut groups = published_grain.groups.iter().chain(&current_grain.groups).map(|(column, _)| column);
    let mut tables = published_grain.tables.keys();
    let insiders_setting = "insiders".to_owned();
    let other = if published.minimum != plan.minimum_shown_count {
        Some(&minimum)
    } else if published.insiders != insiders_of_plan(process, plan, definitions) {
        Some(&insiders_setting)
    } else {
        groups
            .find(|column| published_grain.groups.get(*column) != current_grain.groups.get(*column))
            .or_else(|| tables.find(|name| published_grain.tables.get(*name) != current_grain.tables.get(*name)))
    };
    let regrouped = |what: &String| PublicError::SettingsChanged {
        changed_setting: what.clone(),
        corte: published.corte.clone(),
        revision: published.revision,
    };
    other.map_or(Ok(()), |what| Err(regrouped(what)))
}

/// Draws the charts that the public tables permit, in parallel.
fn draw_public_charts(
    context: &RunContext,
    plan: &PublicAudience,
    protected_tables: &PublicTables,
    corte: Corte,
) -> anyhow::Result<NamedFiles> {
    let mut chart_context = lnere_charts::ChartContext::for_corte(context.process, context.catalogs, corte);
    for (column, merge) in &plan.merges_by_column {
        let Some(labels) = chart_context.labels_by_column.get_mut(*column) else { continue };
        let mut merged: Vec<(String, String)> = Vec::new();
        for (code, label) in labels.drain(..) {
            let (code, label) =
                merge.group_of_code(&code).map_or((code, label), |group| (group.code.clone(), group.label.clone()));
            if merged.iter().all(|(other, _)| *other != code) {
                merged.push((code, label));
            }
        }
        *labels = merged;
    }
    let own: Vec<Table> = protected_tables.tables.iter().map(|(table, _)| without_unidentified(table)).collect();
    let nation = protected_tables.tables.iter().map(|(table, key)| {
        Ok(without_unidentified(&with_national_sums(table, key, &protected_tables.published_counts)?))
    });
    let nation = nation.collect::<Result<Vec<Table>, ColumnError>>()?;
    let subjects = lnere_package::all_subjects(context.process, context.catalogs);
    let all: Vec<(&ChartDefinition, &lnere_package::Subject)> = subjects
        .iter()
        .flat_map(|subject| context.published_charts.iter().map(move |chart| (*chart, subject)))
        .filter(|(chart, subject)| {
            let table = chart.table_for(&subject.scope);
            // The chart of the nation already shows all entities.
            chart.supports_suppression()
                && !chart.shows_all_entities(&subject.scope)
                && table.is_some_and(|name| protected_tables.grain.tables.contains_key(name))
        })
        .collect();
    let drawn = all.par_iter().map(|(chart, subject)| {
        let (tables, codes) = match &subject.scope {
            Scope::Nation => (&nation, Vec::new()),
            Scope::Entity { code, .. } => (&own, vec![(column_names::CVE_ENTIDAD, code.as_str())]),
        };
        let of = chart.table_for(&subject.scope).and_then(|name| protected_tables.grain.tables.get(name));
        let measures = of.into_iter().flat_map(|of| &of.measures);
        let total = |measure: &String| {
            let total_count =
                protected_tables.published_counts.get(&CellId::new(measure, codes.iter().copied())).copied().flatten();
            (measure.clone(), total_count)
        };
        let protection = SuppressionDisplay {
            suppressed_label: plan.suppressed_label.clone(),
            footnote: format!("{}: número oculto para que nadie pueda ser identificado.", plan.suppressed_label),
            published_totals: measures.map(total).collect::<BTreeMap<_, _>>(),
            merged_countries: plan
                .merges_by_column
                .get(column_names::CVE_PAIS)
                .into_iter()
                .flat_map(|merge| &merge.groups)
                .map(|group| group.code.clone())
                .collect(),
        };
        let rendered = lnere_charts::render_protected(chart, tables, &subject.scope, &chart_context, &protection)?;
        let path = format!("graficas/{}/{}", subject.slug, chart.name());
        Ok([(format!("{path}.svg"), rendered.svg), (format!("{path}.png"), rendered.png)])
    });
    Ok(drawn.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// A table without its unidentified rows if these are all zero, because charts of exact tables have
/// no such bar either.
fn without_unidentified(table: &Table) -> Table {
    let is_unidentified = |row: usize| {
        let mut codes = table.columns.iter().filter_map(|(name, column)| {
            if let Column::Text(codes) = column { Some((name, &codes[row])) } else { None }
        });
        codes.any(|(name, code)| dictionary::is_unidentified(name, code))
    };
    let is_zero = |row: usize| {
        let mut counts = table
            .columns
            .iter()
            .filter_map(|(_, column)| if let Column::MaybeInt(counts) = column { Some(counts[row]) } else { None });
        counts.all(|count| count == Some(0))
    };
    table.filter_rows(|row| !(is_unidentified(row) && is_zero(row)))
}

/// A table with national sums instead of the counts of entities, unless it is only by entity.
fn with_national_sums(
    table: &Table,
    key: &[String],
    cells: &HashMap<CellId, Option<i64>>,
) -> Result<Table, ColumnError> {
    let codes: Vec<&String> =
        key.iter().filter(|key| !matches!(key.as_str(), column_names::CORTE | column_names::CVE_ENTIDAD)).collect();
    let is_by_entity = key.iter().any(|key| key == column_names::CVE_ENTIDAD);
    if !is_by_entity || codes.is_empty() || table.name == NATION_TABLE {
        return Ok(table.clone());
    }
    let texts = codes.iter().map(|code| Ok((code.as_str(), table.values::<String>(code)?)));
    let texts: Vec<(&str, &[String])> = texts.collect::<Result<_, _>>()?;
    let codes_of = |row: usize| texts.iter().map(move |(code, texts)| (*code, texts[row].as_str()));
    let mut seen = BTreeSet::new();
    let rows: Vec<usize> =
        (0..table.row_count()).filter(|row| seen.insert(codes_of(*row).collect::<Vec<_>>())).collect();
    let columns = table.columns.iter().filter(|(name, _)| {
        !matches!(
            name.as_str(),
            column_names::CVE_ENTIDAD | column_names::ENTIDAD | column_names::PORCENTAJE | column_names::PROTEGIDA
        )
    });
    let of = |(name, column): &(String, Column)| match column {
        Column::MaybeInt(_) => {
            let nation_count = |row: &usize| cells.get(&CellId::new(name, codes_of(*row))).copied().flatten();
            (name.clone(), Column::MaybeInt(rows.iter().map(nation_count).collect()))
        }
        other => (name.clone(), other.select_rows(&rows)),
    };
    Ok(Table { name: table.name.clone(), columns: columns.map(of).collect() })
}

/// The observers that the protection assumes, in three sentences.
fn protection_paragraph(plan: &PublicAudience) -> String {
    let least = plan.minimum_shown_count + 1;
    let outsider = "CONTRA QUIÉN PROTEGE\n  Protege contra quien conoce todo lo que se ha hecho público";
    if !plan.protects_against_insiders {
        return format!(
            "{outsider}.\n  No protege contra los OPL, que además conocen cifras exactas: las de su entidad y las que todos comparten.\n  \
             Tampoco protege contra quien sepa algo de una persona por otro lado.\n\n"
        );
    }
    format!(
        "{outsider}, y contra cada OPL por separado, que además\n  conoce las cifras exactas de su entidad y las tablas que \
         todos comparten.\n  A cada uno le quedan al menos {least} valores posibles de cada cuenta oculta de otra entidad, o todos los que \
         dejan\n  los totales compartidos y lo que ya se había publicado.\n  No protege contra dos o más OPL que junten sus \
         cifras.\n\n"
    )
}

/// `LEEME.txt`, which explains the public tables to readers without knowledge of disclosure
/// control.
fn readme_text<'t>(
    process: &Process,
    plan: &PublicAudience,
    manifest: &PublicManifest,
    titles: impl Fn(&str) -> (&'t str, &'t str),
) -> String {
    let day = manifest.corte.parse().map(long_date).unwrap_or_default();
    let (title, revision, minimum, hidden) =
        (&process.title, manifest.revision, plan.minimum_shown_count, &plan.suppressed_label);
    let (least, detail_from) = (minimum + 1, plan.min_total_for_detail);
    let mut text = format!(
        "LISTA NOMINAL DE ELECTORES RESIDENTES EN EL EXTRANJERO
{title}

Cifras para el público. Fecha de corte: {day}. Revisión: {revision}.

QUÉ SE OCULTA Y POR QUÉ
  Una cuenta muy pequeña puede señalar a una persona. Por eso toda cuenta menor que {minimum}, salvo el cero,
  se oculta: en las tablas queda vacía (nula), y en las gráficas dice «{hidden}».
  Con eso no basta: si se conoce el total y todas las demás cuentas, la oculta se obtiene por resta.
  Por eso se ocultan también otras, grandes o de cero, las menos que se encuentran: que esté oculta no
  dice que sea cero ni que sea pequeña. Entre el menor y el mayor valor que puede tener cada una hay al menos
  {least} números, tomando en cuenta todo lo que se ha hecho público, también en otras fechas de corte y en
  revisiones anteriores.
  De una entidad con menos de {detail_from} solicitudes se oculta todo el detalle que no se conozca de otro modo.
  La columna protegida dice en qué filas hay algo oculto. Sin su total no se da el porcentaje.

"
    );
    text.push_str(&protection_paragraph(plan));
    // Writing to a string does not fail.
    let _ = writeln!(text, "TABLAS (tablas/*.parquet)");
    for record in &manifest.tables {
        let _ = writeln!(text, "  {}\n      {}", record.name, titles(&record.name).0);
        if plan.public_tables.iter().any(|table| table.name == record.name && table.kept_key_columns.is_some()) {
            let _ = writeln!(text, "      (aquí por {})", record.key[1..].join(", "));
        }
    }
    let _ = writeln!(
        text,
        "  Solo hay cuentas acumuladas. Las sumas de todas las entidades están en {NATION_TABLE}: donde algo"
    );
    let _ = writeln!(text, "  se oculta no pueden obtenerse sumando; clave dice de qué, como objeto JSON.");
    if plan.merges_by_column.values().any(|merge| !merge.groups.is_empty()) {
        let _ = writeln!(text, "\nCLAVES QUE REÚNEN VARIAS");
        for group in plan.merges_by_column.values().flat_map(|merge| &merge.groups) {
            let _ = writeln!(text, "  {}: {}", group.code, group.label);
        }
    }
    let _ = writeln!(
        text,
        "\nSHA256SUMS tiene las sumas de verificación de todos los archivos: sha256sum --check SHA256SUMS"
    );
    product_notice::prepend_notice(process.notice.as_deref(), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_what_is_not_identified_go_where_there_is_none() {
        for (column, code) in
            [("cve_pais", "XXX"), ("cve_representacion", "no_identificada"), ("medio", "NO_IDENTIFICADO")]
        {
            let texts = |texts: [&str; 3]| Column::Text(texts.map(str::to_owned).into());
            let table = |counts: [Option<i64>; 3]| Table {
                name: "tabla".to_owned(),
                columns: vec![
                    (column.to_owned(), texts(["A", code, "B"])),
                    ("solicitudes_acumuladas".to_owned(), Column::MaybeInt(counts.into())),
                ],
            };
            let rows = |counts| without_unidentified(&table(counts)).row_count();
            assert_eq!(
                rows([Some(0), Some(0), Some(7)]),
                2,
                "{column}: zero of its own is a row, zero unidentified none"
            );
            assert_eq!(rows([Some(0), Some(3), Some(7)]), 3, "{column}");
            assert_eq!(rows([Some(0), None, Some(7)]), 3, "{column}: what is hidden may be some");
        }
    }
}
