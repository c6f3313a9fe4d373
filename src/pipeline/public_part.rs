/*!
Makes the public part of a release: a separate folder with tables, charts, manifest and checksums.
*/

use chrono::NaiveDate;
use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use rayon::prelude::*;

use super::public_figures::{Figure, PublicFigures, PublicLabels, count_text};
use super::public_page::{
    Download, PageChart, PageContent, STYLE, STYLE_FILE, citation, headline_text, lower_initial, public_page,
};
use super::{RunContext, dashboard_files};
use lnere_charts::{ChartDefinition, Scope, SuppressionDisplay};
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::checksum::sha256sums_text;
use lnere_core::mexican_formats::long_date;
use lnere_core::process::{Audience, Process, PublicAudience, ReleasePart};
use lnere_core::product_notice;
use lnere_disclosure::{
    ALL_CODES, CellId, DisclosureError, NATION_TABLE, Proofs, PublicTableInputs, PublicTables, Snapshot,
    build_public_tables, column_order, grain_of_plan, insiders_of_plan,
};
use lnere_messages::message;
use lnere_release::{
    CATALOGUE_FILE, CHECKSUMS_FILE_NAME, DATA_PACKAGE_FILE, DataFile, Dataset, DescribedTable, MANIFEST_FILE,
    PUBLIC_FOLDER, PUBLIC_PAGE_FILE, PUBLIC_README_FILE, PendingRelease, PublicCorte, PublicManifest, Publication,
    PublicationContext, SERIES_CSV_FILE, SERIES_PARQUET_FILE, SERIES_TABLE, SeriesFileRecord, SeriesLink, TableRecord,
    catalogue, csv_table_path, current_public_cortes, public_descriptor, series_table, table_path,
};
use lnere_tables::{Column, ColumnError, Metadata, Table, TableDefinition, dictionary, spreadsheet_csv};

/// The titles of the table of national sums, in Spanish and in English.
const NATION_TABLE_TITLES: (&str, &str) =
    ("Sumas nacionales de las demás tablas", "The nation's sums of the other tables");

/// The titles of the table of all public cortes.
const SERIES_TITLES: (&str, &str) =
    ("Todas las cifras públicas de todas las fechas de corte", "All public figures of all cortes");

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
    let labels = PublicLabels::new(context.process, context.catalogs, plan, corte);
    let notice = context.process.notice.as_deref();
    let mut cortes = current_public_cortes(earlier_publications, &series_link, notice, corte.day());
    let own = PublicCorte {
        corte: corte.day(),
        revision: pending.manifest.revision,
        grain: protected.grain.clone(),
        published_counts: protected.published_counts.iter().map(|(cell, count)| (cell.clone(), *count)).collect(),
    };
    cortes.insert(corte.day(), own);
    let dimension_columns = protected.grain.dimension_columns(&column_order(context.table_definitions), |_| true);
    let (series, series_key) = series_table(&cortes, &dimension_columns, |column, code| labels.label(column, code));

    // The file of all cortes comes first, because most readers need no other.
    let series_paths = (SERIES_PARQUET_FILE.to_owned(), SERIES_CSV_FILE.to_owned());
    let published = protected
        .tables
        .iter()
        .map(|(table, key)| (table, key, (table_path(&table.name), csv_table_path(&table.name))));
    let published: Vec<PublishedTable> = [(&series, &series_key, series_paths)].into_iter().chain(published).collect();
    let write = |(table, _, _): &PublishedTable| -> anyhow::Result<[Vec<u8>; 2]> {
        Ok([lnere_tables::write(table, &metadata)?, spreadsheet_csv(table)?])
    };
    let written = published.par_iter().map(write).collect::<anyhow::Result<Vec<_>>>()?;
    let charts = draw_public_charts(context, plan, &labels, &protected, corte)?;

    let parts = PublicContent { plan, labels: &labels, protected: &protected, cortes: &cortes, charts: &charts };
    let manifest = public_manifest(context, pending, &parts, series_link, (&series, &series_key), earlier_publications);
    let mut files = document_files(context, pending, &parts, &manifest, &published, &written);
    files.extend(charts);
    for ((_, _, (parquet_path, csv_path)), [parquet, csv]) in published.into_iter().zip(written) {
        files.extend([(parquet_path, parquet), (csv_path, csv)]);
    }
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

/// What the documents of the public part state.
struct PublicContent<'a> {
    plan: &'a PublicAudience,
    labels: &'a PublicLabels<'a>,
    protected: &'a PublicTables,
    cortes: &'a BTreeMap<NaiveDate, PublicCorte>,
    charts: &'a NamedFiles,
}

/// A table with its key columns, and the paths of its Parquet and of its CSV file.
type PublishedTable<'a> = (&'a Table, &'a Vec<String>, (String, String));

/// The titles of a table in Spanish and English; empty if nothing defines it.
fn titles<'a>(definitions: &'a [TableDefinition], name: &str) -> (&'a str, &'a str) {
    let definition = definitions.iter().find(|definition| definition.name == name);
    let own = definition.map(|definition| (definition.es.as_str(), definition.en.as_str()));
    let made = [(NATION_TABLE, NATION_TABLE_TITLES), (SERIES_TABLE, SERIES_TITLES)];
    let made = made.into_iter().find(|(other, _)| *other == name).map(|(_, titles)| titles);
    own.or(made).unwrap_or_default()
}

fn public_manifest(
    context: &RunContext,
    pending: &PendingRelease,
    parts: &PublicContent,
    series_link: SeriesLink,
    series: (&Table, &[String]),
    earlier_publications: &[Publication],
) -> PublicManifest {
    let record = |table: &Table, key: &[String]| TableRecord {
        name: table.name.clone(),
        rows: table.row_count(),
        columns: table.columns.iter().map(|(name, _)| name.clone()).collect(),
        key: key.to_vec(),
        shared: false,
    };
    PublicManifest {
        audience: PUBLIC_FOLDER.to_owned(),
        process: context.process.id.clone(),
        title: context.process.title.clone(),
        notice: context.process.notice.clone(),
        corte: pending.corte.to_string(),
        revision: pending.manifest.revision,
        series_link,
        vintage: Some(context.vintage.to_string()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: dictionary::SCHEMA_VERSION.to_owned(),
        dimensions: super::declared_dimension_columns(context.process),
        minimum: parts.plan.minimum_shown_count,
        detail_from: parts.plan.min_total_for_detail,
        insiders: parts.protected.suppression_settings.insiders.clone(),
        grain: parts.protected.grain.clone(),
        tables: parts.protected.tables.iter().map(|(table, key)| record(table, key)).collect(),
        series_file: Some(SeriesFileRecord {
            table: record(series.0, series.1),
            cortes: parts.cortes.values().map(|public| (public.corte.to_string(), public.revision)).collect(),
        }),
        chart_count: parts.charts.len() / 2,
        cells: parts.protected.published_counts.len(),
        suppressed_count: parts.protected.published_counts.values().filter(|said| said.is_none()).count(),
        earlier: earlier_publications.iter().map(|publication| publication.record.clone()).collect(),
    }
}

/// The documents beside the tables and charts: page, LEEME, catalogue, descriptor and manifest.
fn document_files(
    context: &RunContext,
    pending: &PendingRelease,
    parts: &PublicContent,
    manifest: &PublicManifest,
    published: &[PublishedTable],
    written: &[[Vec<u8>; 2]],
) -> NamedFiles {
    let publication_context = &pending.publication_context;
    let described: Vec<DescribedTable> = published
        .iter()
        .map(|(table, key, (parquet_path, csv_path))| {
            let titles = titles(context.table_definitions, &table.name);
            DescribedTable { table, key, parquet_path, csv_path, title_es: titles.0, title_en: titles.1 }
        })
        .collect();
    let datasets = described.iter().zip(written).map(|(described, [parquet, csv])| Dataset {
        name: &described.table.name,
        title_es: described.title_es,
        title_en: described.title_en,
        files: vec![
            DataFile { path: described.csv_path, bytes: csv },
            DataFile { path: described.parquet_path, bytes: parquet },
        ],
    });
    let catalogue = catalogue(manifest, publication_context, &datasets.collect::<Vec<_>>());
    let figures = PublicFigures::new(parts.labels, parts.protected, parts.cortes);
    let downloads = described.iter().zip(written).map(|(described, [parquet, csv])| Download {
        title: described.title_es,
        files: [(described.csv_path, csv.len()), (described.parquet_path, parquet.len())],
    });
    let (nation_charts, entity_charts) = charts_of_page(context, parts.charts);
    let page = public_page(&PageContent {
        process: context.process,
        plan: parts.plan,
        context: publication_context,
        revision: manifest.revision,
        figures: &figures,
        downloads: downloads.collect(),
        documents: vec![
            (PUBLIC_README_FILE, "qué se oculta y por qué, en texto"),
            (DATA_PACKAGE_FILE, "cada tabla y columna, su tipo y su significado (Data Package)"),
            (CATALOGUE_FILE, "las mismas tablas para los portales de datos abiertos (DCAT)"),
            (CHECKSUMS_FILE_NAME, "sumas de verificación de todos los archivos"),
        ],
        charts: nation_charts,
        entity_charts,
    });
    let readme = readme_text(context.process, parts.plan, publication_context, &figures, manifest, |name| {
        titles(context.table_definitions, name)
    });
    let descriptor = public_descriptor(manifest, publication_context, &described, &pending.dictionary);
    NamedFiles::from([
        (DATA_PACKAGE_FILE.to_owned(), descriptor),
        (CATALOGUE_FILE.to_owned(), catalogue),
        (PUBLIC_README_FILE.to_owned(), readme.into_bytes()),
        (PUBLIC_PAGE_FILE.to_owned(), page.into_bytes()),
        (STYLE_FILE.to_owned(), STYLE.as_bytes().to_vec()),
        (MANIFEST_FILE.to_owned(), manifest.to_json()),
    ])
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
    labels: &PublicLabels,
    protected_tables: &PublicTables,
    corte: Corte,
) -> anyhow::Result<NamedFiles> {
    let mut chart_context = lnere_charts::ChartContext::for_corte(context.process, context.catalogs, corte);
    chart_context.labels_by_column.clone_from(&labels.labels_by_column);
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
        // Statistics without tables: a public title states only the published counts of its chart.
        let statistics =
            lnere_statements::subject_statistics(context.process, context.catalogs, corte, &[], subject.entity_code())?;
        let rendered =
            lnere_charts::render_protected(chart, tables, &subject.scope, &chart_context, &statistics, &protection)?;
        let path = format!("graficas/{}/{}", subject.slug, chart.name());
        Ok([(format!("{path}.svg"), rendered.svg), (format!("{path}.png"), rendered.png)])
    });
    Ok(drawn.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The charts of the nation for the page, and the paths of those of each entity.
fn charts_of_page<'c>(
    context: &RunContext,
    charts: &'c NamedFiles,
) -> (Vec<PageChart<'c>>, Vec<(String, Vec<&'c str>)>) {
    let mut nation = Vec::new();
    let mut entities = Vec::new();
    for subject in lnere_package::all_subjects(context.process, context.catalogs) {
        let folder = format!("graficas/{}/", subject.slug);
        let own = charts.iter().filter(|(name, _)| name.starts_with(&folder));
        let own = own.filter_map(|(name, svg)| Some((name.strip_suffix(".svg")?, std::str::from_utf8(svg).ok()?)));
        match subject.scope {
            Scope::Nation => nation.extend(own.map(|(path, svg)| PageChart { path, svg })),
            Scope::Entity { name, .. } => {
                let paths: Vec<&str> = own.map(|(path, _)| path).collect();
                if !paths.is_empty() {
                    entities.push((name, paths));
                }
            }
        }
    }
    (nation, entities)
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
         todos comparten.\n  A cada uno le quedan al menos {least} valores posibles de cada cifra oculta de otra entidad, o todos los que \
         dejan\n  los totales compartidos y lo que ya se había publicado.\n  No protege contra dos o más OPL que junten sus \
         cifras.\n\n"
    )
}

/// `LEEME.txt`: the main figures, and then what is hidden, for readers without knowledge of
/// disclosure control.
fn readme_text<'t>(
    process: &Process,
    plan: &PublicAudience,
    context: &PublicationContext,
    figures: &PublicFigures,
    manifest: &PublicManifest,
    titles: impl Fn(&str) -> (&'t str, &'t str),
) -> String {
    let day = long_date(context.corte);
    let (title, revision, minimum, hidden) =
        (&process.title, manifest.revision, plan.minimum_shown_count, &plan.suppressed_label);
    let (least, detail_from) = (minimum + 1, plan.min_total_for_detail);
    let mut text = format!(
        "LISTA NOMINAL DE ELECTORES RESIDENTES EN EL EXTRANJERO
{title}

Cifras para el público. Fecha de corte: {day}. Revisión: {revision}.

"
    );
    text.push_str(&figures_text(figures, &day, hidden));
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "QUÉ SE OCULTA Y POR QUÉ
  Una cifra muy pequeña puede señalar a una persona. Por eso toda cifra menor que {minimum}, salvo el cero,
  se oculta: en las tablas queda vacía, y en las gráficas dice «{hidden}».
  Con eso no basta: si se conoce el total y todas las demás cifras, la oculta se obtiene por resta.
  Por eso se ocultan también otras, grandes o de cero, las menos que se encuentran: que esté oculta no
  dice que sea cero ni que sea pequeña. Entre el menor y el mayor valor que puede tener cada una hay al menos
  {least} números, tomando en cuenta todo lo que se ha hecho público, también en otras fechas de corte y en
  revisiones anteriores.
  De una entidad con menos de {detail_from} solicitudes se oculta todo el detalle que no se conozca de otro modo.
  La columna protegida dice en qué filas hay algo oculto. Sin su total no se da el porcentaje.

"
    );
    text.push_str(&protection_paragraph(plan));
    let _ = write!(
        text,
        "TODAS LAS FECHAS DE CORTE EN UN ARCHIVO ({SERIES_CSV_FILE} y .parquet)
  {}: una cifra por fila.
  La revisión es la vigente de cada corte cuando se hizo público este. cve_entidad 00 es la suma de las entidades.
  {ALL_CODES} en una columna: la cifra no se desagrega por ella.

TABLAS DE ESTE CORTE (tablas/, como CSV para Excel y como Parquet)
",
        SERIES_TITLES.0
    );
    for record in &manifest.tables {
        let _ = writeln!(text, "  {}\n      {}", record.name, titles(&record.name).0);
        if plan.public_tables.iter().any(|table| table.name == record.name && table.kept_key_columns.is_some()) {
            let _ = writeln!(text, "      (aquí por {})", record.key[1..].join(", "));
        }
    }
    let _ = writeln!(
        text,
        "  Solo hay cifras acumuladas. Las sumas de todas las entidades están en {NATION_TABLE}: donde algo\n  \
         se oculta no pueden obtenerse sumando. Sus columnas dicen de qué es la suma, con {ALL_CODES} donde no se desagrega."
    );
    if plan.merges_by_column.values().any(|merge| !merge.groups.is_empty()) {
        let _ = writeln!(text, "\nCLAVES QUE REÚNEN VARIAS");
        for group in plan.merges_by_column.values().flat_map(|merge| &merge.groups) {
            let _ = writeln!(text, "  {}: {}", group.code, group.label);
        }
    }
    let _ = writeln!(text, "\nCÓMO CITAR\n  {}", citation(process, context, revision));
    if let Some(licence) = &context.metadata.licence {
        let _ = writeln!(text, "\nLICENCIA\n  {}: {}", licence.name, licence.url);
    }
    if let Some(contact) = &context.metadata.contact {
        let addresses = [&contact.email, &contact.url].into_iter().flatten();
        let parts: Vec<&str> = std::iter::once(&contact.name).chain(addresses).map(String::as_str).collect();
        let _ = writeln!(text, "\nCONTACTO\n  {}", parts.join(", "));
    }
    let _ = writeln!(
        text,
        "\n{PUBLIC_PAGE_FILE} es una página con estas cifras y sus gráficas. {DATA_PACKAGE_FILE} y {CATALOGUE_FILE} \
         describen los datos\npara programas y portales de datos abiertos.\nSHA256SUMS tiene las sumas de verificación de \
         todos los archivos: sha256sum --check SHA256SUMS"
    );
    product_notice::prepend_notice(process.notice.as_deref(), &text)
}

/// The main figures, in lines.
fn figures_text(figures: &PublicFigures, day: &str, hidden: &str) -> String {
    let mut text = String::new();
    let lines = |text: &mut String, rows: &[(String, String)]| {
        let widest = |side: fn(&(String, String)) -> &String| {
            rows.iter().map(|row| side(row).chars().count()).max().unwrap_or(0)
        };
        let (names, counts) = (widest(|row| &row.0), widest(|row| &row.1));
        for (name, count) in rows {
            let _ = writeln!(text, "    {name:<names$}  {count:>counts$}");
        }
    };
    let named = |figures: &[Figure]| -> Vec<(String, String)> {
        figures.iter().map(|figure| (figure.label.clone(), count_text(figure.count, hidden))).collect()
    };
    let _ = writeln!(text, "LAS CIFRAS");
    if let Some(applications) = &figures.applications {
        let count = count_text(applications.count, hidden);
        let _ = writeln!(text, "  {}.", headline_text(applications.count, day, &count));
    }
    let course: Vec<(String, String)> =
        figures.course.iter().map(|(day, count)| (long_date(*day), count_text(*count, hidden))).collect();
    let mut parts =
        vec![("A cada fecha de corte".to_owned(), course), ("Por entidad".to_owned(), named(&figures.entities))];
    parts.extend(
        figures
            .breakdowns
            .iter()
            .map(|breakdown| (format!("Por {}", lower_initial(&breakdown.label)), named(&breakdown.figures))),
    );
    parts.push(("Credenciales en el extranjero".to_owned(), named(&figures.credentials)));
    for (heading, rows) in parts.iter().filter(|(_, rows)| !rows.is_empty()) {
        let _ = writeln!(text, "\n  {heading}");
        lines(&mut text, rows);
    }
    text.push('\n');
    text
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
