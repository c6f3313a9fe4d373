/*!
What the package of one recipient is made of, before it is written in any format.
*/

use chrono::NaiveDate;

use lnere_charts::{ChartDefinition, Scope};
use lnere_core::calendar::Corte;
use lnere_core::catalog::Catalogs;
use lnere_core::process::{Dimension, Process};
use lnere_ingest::InputRecord;
use lnere_ingest::PlausibilityFinding;
use lnere_tables::dictionary::is_unidentified;
use lnere_tables::{Table, TableDefinition};

/// The recipient of a package: the OPL of an entity, or the working group, which sees the nation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The entity, or the nation.
    pub scope: Scope,
    /// Its name in paths: `08_chihuahua`, `nacional`.
    pub slug: String,
}

impl Subject {
    /// The entity's two digits; `None` for the nation.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match &self.scope {
            Scope::Nation => None,
            Scope::Entity { code, .. } => Some(code),
        }
    }

    /// Its name in print: `Chihuahua`, `Nacional`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.scope.label()
    }
}

/// One chart of the subject, as it is published.
#[derive(Clone, Copy, Debug)]
pub struct PackageChart<'a> {
    /// The chart's name: `por_sexo`.
    pub name: &'a str,
    /// The SVG document, UTF-8, with `<title>` and `<desc>`.
    pub svg: &'a [u8],
    /// The same drawing in pixels.
    pub png: &'a [u8],
}

/// Everything that a package may contain. Writers of packages see nothing else.
pub struct PackageContents<'a> {
    /// The process.
    pub process: &'a Process,
    /// Its catalogues.
    pub catalogs: &'a Catalogs,
    /// The corte.
    pub corte: Corte,
    /// The revision of the release.
    pub revision: u32,
    /// Date of the newest export.
    pub vintage: NaiveDate,
    /// The recipient.
    pub subject: &'a Subject,
    /// The exports that were read, by source and day.
    pub inputs: &'a [InputRecord],
    /// The findings of the plausibility rules in the exports, except refusals.
    pub findings: &'a [PlausibilityFinding],
    /// The tables that the subject may see, with the rows that it may see, in the order of `tablas.toml`.
    pub tables: &'a [Table],
    /// What every table of the process is.
    pub definitions: &'a [TableDefinition],
    /// The charts of the process: the workbook shows as many categories as they do.
    pub chart_definitions: &'a [ChartDefinition],
    /// The charts of the subject, in the order of their names; none where the release has none.
    pub pictures: &'a [PackageChart<'a>],
    /// The projection in words, where there is one.
    pub paragraph: Option<&'a str>,
}

impl<'a> PackageContents<'a> {
    /// A table by its name, where the process publishes it.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&'a Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// A category's label; a code that the process file does not list stands for itself.
    pub(crate) fn category_label(&self, dimension: Dimension, code: &str) -> String {
        if is_unidentified(dimension.column(), code) {
            return "No identificado".to_owned();
        }
        let list = self.process.categories(dimension).categories();
        list.iter().find(|category| category.code == code).map_or_else(|| code.to_owned(), |one| one.label.clone())
    }

    #[cfg(feature = "reports")]
    /// An entity's name; what is no entity's code stands for itself.
    pub(crate) fn entity_name(&self, code: &str) -> String {
        let entities = &self.catalogs.entities;
        entities.by_code(code).map_or_else(|| code.to_owned(), |entity| entities.name(entity).to_owned())
    }

    /// The place of a category in the process file's list; one that is not listed comes last.
    pub(crate) fn category_place(&self, dimension: Dimension, code: &str) -> usize {
        let list = self.process.categories(dimension).categories();
        list.iter().position(|category| category.code == code).unwrap_or(usize::MAX)
    }

    /// Whom it is about in a sentence: `de Chihuahua`; empty for the nation.
    #[must_use]
    pub fn genitive(&self) -> String {
        let entities = &self.catalogs.entities;
        let entity = self.subject.code().and_then(|code| entities.by_code(code));
        entity.map(|entity| entities.genitive(entity)).unwrap_or_default()
    }

    /// The end of the names of its files: `08_chihuahua_2020-10-15`.
    #[must_use]
    pub fn stem(&self) -> String {
        format!("{}_{}", self.subject.slug, self.corte)
    }
}
