/*!
Defines the content of a recipient's package, independent of output formats.
*/

use chrono::NaiveDate;

use lnere_charts::{ChartContext, ChartDefinition, ChartSubject, Scope, chart_about, chart_title};
use lnere_core::calendar::Corte;
use lnere_core::catalog::Catalogs;
use lnere_core::process::{Dimension, Process};
use lnere_ingest::PlausibilityFinding;
use lnere_ingest::ReleaseInput;
use lnere_statements::{StatementFile, Statistics};
use lnere_tables::dictionary::is_unidentified;
use lnere_tables::{ColumnError, Table, TableDefinition};

use crate::{HeadlineFigures, final_status_codes};

/// The recipient of a package: the OPL of an entity, or the working group, which receives the
/// nation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The entity or the nation.
    pub scope: Scope,
    /// The name of the recipient in paths: `08_chihuahua`, `nacional`.
    pub slug: String,
}

impl Subject {
    /// The two-digit code of the entity; `None` for the nation.
    #[must_use]
    pub fn entity_code(&self) -> Option<&str> {
        self.scope.entity_code()
    }

    /// The printed name of the recipient: `Chihuahua`, `Nacional`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.scope.printed_name()
    }
}

/// One chart of the subject as published.
#[derive(Clone, Copy, Debug)]
pub struct PackageChart<'a> {
    /// The name of the chart: `por_sexo`.
    pub name: &'a str,
    /// The SVG document, UTF-8, with `<title>` and `<desc>`.
    pub svg: &'a [u8],
    /// The same drawing as PNG.
    pub png: &'a [u8],
}

/// Everything that a package may contain. The writers of packages use only this.
pub struct PackageData<'a> {
    /// The process.
    pub process: &'a Process,
    /// The catalogues of the process.
    pub catalogs: &'a Catalogs,
    /// The sentences of the process.
    pub statement_file: &'a StatementFile,
    /// The statistics of the subject, from the tables that it may see.
    pub statistics: Statistics,
    /// The corte.
    pub corte: Corte,
    /// The revision of the release.
    pub revision: u32,
    /// The date of the newest export.
    pub vintage: NaiveDate,
    /// The recipient.
    pub subject: &'a Subject,
    /// The exports that were read, by source and day.
    pub input_records: &'a [ReleaseInput],
    /// The findings of the plausibility rules in the exports, except refusals.
    pub findings: &'a [PlausibilityFinding],
    /// The tables and rows that the subject may see, in the order of `tablas.toml`.
    pub tables: &'a [Table],
    /// The definitions of all tables of the process.
    pub table_definitions: &'a [TableDefinition],
    /// The definitions of the charts of the process; the workbook shows as many categories as they
    /// do.
    pub chart_definitions: &'a [ChartDefinition],
    /// The charts of the subject, in the order of their names; empty if the release has none.
    pub charts: &'a [PackageChart<'a>],
    /// The projection in words, if there is one.
    pub projection_text: Option<&'a str>,
}

impl<'a> PackageData<'a> {
    /// The table with this name, if the process publishes it.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&'a Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The definition of a table.
    pub(crate) fn table_definition(&self, table: &Table) -> Option<&'a TableDefinition> {
        self.table_definitions.iter().find(|definition| definition.name == table.name)
    }

    /// How the subject is doing, in one sentence.
    #[must_use]
    pub fn headline(&self) -> Option<String> {
        self.statement_file.headline(&self.statistics)
    }

    /// What changed most, what waits for citizens, and what comes next; a sentence for each.
    #[must_use]
    pub fn main_points(&self) -> Vec<String> {
        self.statement_file.main_points(&self.statistics)
    }

    /// The headline as a sentence, and the main points.
    #[must_use]
    pub fn summary_sentences(&self) -> Vec<String> {
        let headline = self.headline().map(|text| format!("{text}."));
        headline.into_iter().chain(self.main_points()).collect()
    }

    /// What the chart of the subject about this says, if its title is more than its topic. The chart
    /// must have its counts from this table, so that the sentence is true of them.
    pub(crate) fn chart_message(&self, about: ChartSubject<'_>, table: &Table) -> Option<String> {
        let definition = chart_about(self.chart_definitions, about, &self.subject.scope, &table.name)?;
        let chart = self.charts.iter().find(|chart| chart.name == definition.name())?;
        let title = chart_title(std::str::from_utf8(chart.svg).ok()?)?;
        let context = ChartContext::for_corte(self.process, self.catalogs, self.corte);
        (title != definition.topic(&self.subject.scope, &context)).then_some(title)
    }

    /// The label of a category; a code that the process file does not list is its own label.
    pub(crate) fn label_of_category_code(&self, dimension: Dimension, code: &str) -> String {
        if is_unidentified(dimension.column_name(), code) {
            return "No identificado".to_owned();
        }
        let list = self.process.categories(dimension).categories();
        list.iter().find(|category| category.code == code).map_or_else(|| code.to_owned(), |one| one.label.clone())
    }

    #[cfg(feature = "reports")]
    /// The name of an entity; a text that is not the code of an entity is its own name.
    pub(crate) fn entity_name(&self, code: &str) -> String {
        let entities = &self.catalogs.entities;
        entities.by_code(code).map_or_else(|| code.to_owned(), |entity| entities.name(entity).to_owned())
    }

    /// The position of a category in the list of the process file; an unlisted category comes last.
    pub(crate) fn category_position(&self, dimension: Dimension, code: &str) -> usize {
        let list = self.process.categories(dimension).categories();
        list.iter().position(|category| category.code == code).unwrap_or(usize::MAX)
    }

    /// The subject as part of a sentence: `de Chihuahua`; empty for the nation.
    #[must_use]
    pub fn subject_genitive(&self) -> String {
        let entities = &self.catalogs.entities;
        let entity = self.subject.entity_code().and_then(|code| entities.by_code(code));
        entity.map(|entity| entities.genitive(entity)).unwrap_or_default()
    }

    /// The figures with which the package begins.
    ///
    /// # Errors
    /// A table lacks a column.
    pub fn headline_figures(&self) -> Result<HeadlineFigures, ColumnError> {
        let [accepted, refused] = final_status_codes(self.process);
        let closes = self.process.close_known_on(self.corte.day());
        let code = self.subject.entity_code();
        HeadlineFigures::from_tables(self.tables, code, self.corte.day(), Some(closes), (&accepted, &refused))
    }

    /// The suffix of the names of its files: `08_chihuahua_2020-10-15`.
    #[must_use]
    pub fn file_name_suffix(&self) -> String {
        format!("{}_{}", self.subject.slug, self.corte)
    }
}
