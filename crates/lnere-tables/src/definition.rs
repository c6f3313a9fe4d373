/*!
Reads the definitions of the published tables from `tablas.toml`: the source of each table, and its
keys.
*/

use lnere_core::column_names;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::dictionary::{self, ColumnMeaning, Dictionary};
use super::sheet_names::{default_sheet_name, sheet_name_problem};
use lnere_core::process::{DIMENSION_PLACEHOLDER, Dimension, DimensionDefinition, Process, ProcessError};
use lnere_messages::message;

/// The source that a table rolls up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableSource {
    /// Applications by entity, country and categories.
    Applications,
    /// Applications by day, entity and modality.
    Days,
    /// Credentials by entity and office.
    Credentials,
    /// Delivered credentials by entity and days to delivery.
    DeliveryTimes,
    /// Applications by entity and status, at the corte before and at this one.
    StatusChanges,
    /// Applications by quincena, entity and status at the end of the quincena.
    StatusSeries,
    /// What came of the credentials applied for since the start, by entity and office.
    Cohorts,
    /// Records by file and rule.
    Quality,
    /// Cells of other tables that differ from those of the replaced release.
    Revisions,
    /// Applications at the close and the list.
    Projection,
    /// Applications by day, from the corte to the close.
    ProjectionDays,
    /// Earlier processes at the same distance to the close.
    ProjectionReferences,
    /// Quantiles of the applications at the close and of the list.
    ProjectionQuantiles,
    /// What was expected at each corte of the closed process, and its outcome.
    Evaluation,
    /// Postal packages and their cost.
    Packages,
    /// Voters by Internet.
    Electors,
    /// Applications of this process and of earlier ones at the same days to the close.
    Comparison,
    /// The goals of the process file.
    Goals,
    /// Counts divided by the numbers of other sources.
    Rates,
}

impl TableSource {
    /// The name in `tablas.toml`.
    fn name(self) -> &'static str {
        match self {
            Self::Applications => "applications",
            Self::Days => "days",
            Self::Credentials => "credentials",
            Self::DeliveryTimes => "delivery_times",
            Self::StatusChanges => "status_changes",
            Self::StatusSeries => "status_series",
            Self::Cohorts => "cohorts",
            Self::Quality => "quality",
            Self::Revisions => "revisions",
            Self::Projection => "projection",
            Self::ProjectionDays => "projection_days",
            Self::ProjectionReferences => "projection_references",
            Self::ProjectionQuantiles => "projection_quantiles",
            Self::Evaluation => "evaluation",
            Self::Packages => "packages",
            Self::Electors => "electors",
            Self::Comparison => "comparison",
            Self::Goals => "goals",
            Self::Rates => "rates",
        }
    }

    /// Whether the source is a projection and not a count. Bounds do not add up, so such a table is
    /// not rolled up from another one.
    #[must_use]
    pub fn is_projected(self) -> bool {
        use TableSource::{
            Electors, Evaluation, Packages, Projection, ProjectionDays, ProjectionQuantiles, ProjectionReferences,
        };
        matches!(
            self,
            Projection | ProjectionDays | ProjectionReferences | ProjectionQuantiles | Evaluation | Packages | Electors
        )
    }

    /// Whether a table of this source needs what the section `[projection]` names.
    #[must_use]
    pub fn needs_projection_inputs(self) -> bool {
        self.is_projected() || self == Self::Comparison
    }

    /// Whether its tables have given keys, and no roll-up.
    pub(super) fn has_given_keys(self) -> bool {
        self.is_projected() || matches!(self, Self::Comparison | Self::Goals | Self::Rates)
    }

    /// Whether a table of this source can be summed from a table with more keys. Bounds and
    /// percentiles do not add up.
    pub(super) fn adds_up(self) -> bool {
        !self.has_given_keys() && self != Self::Cohorts
    }

    /// The permitted key combinations of its tables.
    fn accepted_given_keys(self) -> &'static [&'static [TableKey]] {
        match self {
            Self::Projection => &[
                &[TableKey::Universo],
                &[TableKey::Entidad, TableKey::Universo],
                &[TableKey::Entidad, TableKey::Category(Dimension::MODALIDAD), TableKey::Universo],
            ],
            Self::ProjectionDays => &[&[TableKey::Fecha], &[TableKey::Entidad, TableKey::Fecha]],
            Self::ProjectionReferences => &[&[TableKey::Referencia, TableKey::Fecha]],
            Self::ProjectionQuantiles => &[&[TableKey::Entidad, TableKey::Universo, TableKey::Cuantil]],
            Self::Evaluation => &[&[TableKey::CorteEvaluado, TableKey::Metodo, TableKey::Horizonte, TableKey::Entidad]],
            Self::Packages | Self::Electors => &[&[TableKey::Entidad, TableKey::Pais]],
            Self::Comparison => &[&[TableKey::Entidad, TableKey::Proceso, TableKey::DiasAlCierre]],
            Self::Goals => &[&[TableKey::Entidad]],
            Self::Rates => &[&[TableKey::Entidad, TableKey::Denominador, TableKey::Clave]],
            _ => &[],
        }
    }
}

/// A key of the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableKey {
    /// Entity of Mexico.
    Entidad,
    /// Country of residence.
    Pais,
    /// Category of a dimension of the process.
    Category(Dimension),
    /// Day.
    Fecha,
    /// Quincena, by its last day.
    Quincena,
    /// Embassy or consulate.
    Representacion,
    /// Days from application to delivery.
    Dias,
    /// Export.
    Archivo,
    /// Rule.
    Regla,
    /// Table.
    Tabla,
    /// Row of a table.
    Clave,
    /// Measure of a table.
    Medida,
    /// Universe: applications or the list.
    Universo,
    /// Method of projection.
    Metodo,
    /// Days to the close.
    Horizonte,
    /// Corte that is evaluated.
    CorteEvaluado,
    /// Probability of a quantile.
    Cuantil,
    /// Earlier process.
    Referencia,
    /// Process: this one or an earlier one.
    Proceso,
    /// Days to the close of its process.
    DiasAlCierre,
    /// Numbers of another source.
    Denominador,
}

impl TableKey {
    /// The keys other than categories.
    const KEYS_WITHOUT_CATEGORIES: [Self; 20] = [
        Self::Entidad,
        Self::Pais,
        Self::Fecha,
        Self::Quincena,
        Self::Representacion,
        Self::Dias,
        Self::Archivo,
        Self::Regla,
        Self::Tabla,
        Self::Clave,
        Self::Medida,
        Self::Universo,
        Self::Metodo,
        Self::Horizonte,
        Self::CorteEvaluado,
        Self::Cuantil,
        Self::Referencia,
        Self::Proceso,
        Self::DiasAlCierre,
        Self::Denominador,
    ];

    /// The name in `tablas.toml`; for a category it is its column.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Category(dimension) => dimension.column_name(),
            Self::Entidad => "entidad",
            Self::Pais => "pais",
            Self::Fecha => "fecha",
            Self::Quincena => "quincena",
            Self::Representacion => "representacion",
            Self::Dias => "dias",
            Self::Archivo => "archivo",
            Self::Regla => "regla",
            Self::Tabla => "tabla",
            Self::Clave => "clave",
            Self::Medida => "medida",
            Self::Universo => "universo",
            Self::Metodo => "metodo",
            Self::Horizonte => "horizonte",
            Self::CorteEvaluado => column_names::CORTE_EVALUADO,
            Self::Cuantil => column_names::CUANTIL,
            Self::Referencia => "referencia",
            Self::Proceso => "proceso",
            Self::DiasAlCierre => column_names::DIAS_AL_CIERRE,
            Self::Denominador => "denominador",
        }
    }

    /// The dimension of a category key.
    #[must_use]
    pub fn dimension(self) -> Option<Dimension> {
        if let Self::Category(dimension) = self { Some(dimension) } else { None }
    }

    /// The columns of the key: codes first, then their names.
    #[must_use]
    pub fn columns(self) -> Vec<&'static str> {
        match self {
            Self::Entidad => vec![column_names::CVE_ENTIDAD, column_names::ENTIDAD],
            Self::Pais => vec![column_names::CVE_PAIS, column_names::PAIS],
            Self::Representacion => vec![
                column_names::CVE_PAIS,
                column_names::PAIS,
                column_names::TIPO_REPRESENTACION,
                column_names::CVE_REPRESENTACION,
                column_names::REPRESENTACION,
            ],
            Self::Archivo => vec![
                column_names::FUENTE,
                column_names::ARCHIVO,
                column_names::FECHA_EXPORTACION,
                column_names::ES_FUENTE,
            ],
            Self::Regla => vec![column_names::REGLA, column_names::NIVEL],
            Self::Horizonte => vec![column_names::HORIZONTE_DIAS],
            other => vec![other.name()],
        }
    }
}

/// The combinations of keys that have a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowCoverage {
    /// Each entity and each category of its list, including zeros.
    All,
    /// Combinations with a count above zero.
    Counted,
}

/// One published table.
#[derive(Clone, Debug)]
pub struct TableDefinition {
    /// The file name without extension, in lower `snake_case`.
    pub name: String,
    /// The source that the table rolls up.
    pub source: TableSource,
    /// The keys of its rows, in the order of the columns.
    pub keys: Vec<TableKey>,
    /// The row coverage of the table.
    pub coverage: RowCoverage,
    /// The tables whose cells it compares, if it is a table of revisions.
    pub tables_compared_between_revisions: Vec<String>,
    /// Whether it has the column `porcentaje`.
    pub has_share: bool,
    /// Whether each OPL receives the whole table, including rows of other entities.
    pub is_shared_with_all: bool,
    /// The name of its sheet in workbooks.
    pub sheet_name: String,
    /// The content in Spanish.
    pub es: String,
    /// The content in English.
    pub en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTables {
    #[serde(rename = "table")]
    tables: Vec<Spanned<RawTable>>,
}

/// The unchecked content of a `[[table]]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    name: String,
    #[serde(rename = "from")]
    source: TableSource,
    #[serde(rename = "by")]
    key_names: Vec<String>,
    #[serde(rename = "rows")]
    coverage: RowCoverage,
    #[serde(default, rename = "of")]
    tables_compared_between_revisions: Vec<String>,
    #[serde(default, rename = "share")]
    has_share: bool,
    #[serde(default, rename = "shared")]
    is_shared_with_all: bool,
    #[serde(default, rename = "sheet")]
    sheet_name: Option<String>,
    es: String,
    en: String,
}

/// The value in `by` that means all dimensions of applications, in the order of the process.
const ALL_DIMENSIONS: &str = "dimensiones";

impl RawTable {
    /// The table itself, or one table for each declared dimension if the name contains
    /// `{dimension}`.
    fn for_each_declared_dimension(self, process: &Process) -> Vec<Self> {
        if !self.name.contains(DIMENSION_PLACEHOLDER) {
            return vec![self];
        }
        let of = |definition: &DimensionDefinition| {
            let fill = |text: &String| definition.fill_placeholders(text);
            Self {
                name: fill(&self.name),
                key_names: self.key_names.iter().map(fill).collect(),
                // A label may be no name for a sheet, and then the name of the table is used.
                sheet_name: self
                    .sheet_name
                    .as_ref()
                    .map(fill)
                    .filter(|name| sheet_name_problem(&self.name, name, std::iter::empty()).is_none()),
                es: fill(&self.es),
                en: fill(&self.en),
                ..self.clone()
            }
        };
        process.declared_dimensions().iter().map(of).collect()
    }

    /// Resolves the keys of the table; the first invalid key is an error.
    fn into_definition(self, process: &Process) -> Result<TableDefinition, String> {
        let mut by = Vec::with_capacity(self.key_names.len());
        for name in &self.key_names {
            let all = process.dimensions().iter().map(|definition| TableKey::Category(definition.dimension));
            if name == ALL_DIMENSIONS {
                by.extend(all);
                continue;
            }
            let key = TableKey::KEYS_WITHOUT_CATEGORIES.into_iter().chain(all.clone()).find(|key| key.name() == name);
            by.push(key.ok_or_else(|| {
                let names: Vec<_> =
                    TableKey::KEYS_WITHOUT_CATEGORIES.into_iter().chain(all).map(TableKey::name).collect();
                message!(
                    "L305-key-unknown",
                    table = self.name,
                    key = name,
                    accepted = names.join(", "),
                    all = ALL_DIMENSIONS
                )
            })?);
        }
        let Self {
            name,
            source: from,
            key_names: _,
            coverage: rows,
            tables_compared_between_revisions: compared_tables,
            has_share: share,
            is_shared_with_all: shared,
            sheet_name,
            es,
            en,
        } = self;
        Ok(TableDefinition {
            sheet_name: sheet_name.unwrap_or_else(|| default_sheet_name(&name)),
            name,
            source: from,
            keys: by,
            coverage: rows,
            tables_compared_between_revisions: compared_tables,
            has_share: share,
            is_shared_with_all: shared,
            es,
            en,
        })
    }
}

impl TableDefinition {
    /// Reads the file that defines the tables of a process.
    ///
    /// # Errors
    /// The file cannot be read, or has a mistake, reported with its line.
    pub fn load(path: &Path, process: &Process) -> Result<Vec<Self>, ProcessError> {
        let text = lnere_core::process::read_text_file(path)?;
        let raw: RawTables = ProcessError::parse(path, &text)?;
        let mut tables: Vec<Self> = Vec::new();
        let mut own_sheet_names: Vec<String> = Vec::new();
        for table in raw.tables {
            let offset = table.span().start;
            let mistake = |message| ProcessError::mistake_at(path, &text, offset, message);
            // Names with labels may be equal, because labels are free; the workbook numbers them.
            let own_sheet_name =
                table.get_ref().sheet_name.clone().filter(|_| !table.get_ref().name.contains(DIMENSION_PLACEHOLDER));
            for raw in table.into_inner().for_each_declared_dimension(process) {
                let table = raw.into_definition(process).map_err(mistake)?;
                let problem = table.validation_problem(&tables, process).or_else(|| {
                    tables
                        .iter()
                        .any(|other| other.name == table.name)
                        .then(|| message!("L306-table-twice", table = table.name))
                });
                let problem = problem.or_else(|| {
                    let taken = own_sheet_names.iter().map(String::as_str);
                    sheet_name_problem(&table.name, own_sheet_name.as_ref()?, taken)
                });
                if let Some(problem) = problem {
                    return Err(mistake(problem));
                }
                tables.push(table);
            }
            own_sheet_names.extend(own_sheet_name);
        }
        Ok(tables)
    }

    /// The mistake of the definition, if any; `before` are the preceding tables of the file.
    fn validation_problem(&self, before: &[Self], process: &Process) -> Option<String> {
        let name = &self.name;
        if name.is_empty() || lnere_core::text_folding::slug(name) != *name {
            return Some(message!("L306-table-name", table = name));
        }
        if self.source.has_given_keys() {
            return self.validation_problem_of_given_keys();
        }
        let accepted: Vec<TableKey> = match self.source {
            TableSource::Applications => {
                let categories = process.dimensions().iter().map(|one| TableKey::Category(one.dimension));
                [TableKey::Entidad, TableKey::Pais].into_iter().chain(categories).collect()
            }
            TableSource::Days => {
                vec![TableKey::Fecha, TableKey::Quincena, TableKey::Entidad, TableKey::Category(Dimension::MODALIDAD)]
            }
            TableSource::Credentials | TableSource::Cohorts => vec![TableKey::Entidad, TableKey::Representacion],
            TableSource::StatusChanges => vec![TableKey::Entidad, TableKey::Category(Dimension::ESTATUS)],
            TableSource::StatusSeries => {
                vec![TableKey::Quincena, TableKey::Entidad, TableKey::Category(Dimension::ESTATUS)]
            }
            TableSource::DeliveryTimes => vec![TableKey::Entidad, TableKey::Dias],
            TableSource::Quality => vec![TableKey::Archivo, TableKey::Regla],
            TableSource::Revisions => vec![TableKey::Tabla, TableKey::Clave, TableKey::Medida],
            _ => Vec::new(),
        };
        if let Some(key) = self.keys.iter().find(|key| !accepted.contains(key)) {
            return Some(message!(
                "L305-key-not-accepted",
                table = name,
                source = self.source.name(),
                key = key.name(),
                accepted = key_names_text(&accepted)
            ));
        }
        if (1..self.keys.len()).any(|index| self.keys[..index].contains(&self.keys[index])) {
            return Some(message!("L305-key-twice", table = name));
        }
        let times = self.keys.iter().filter(|key| matches!(key, TableKey::Fecha | TableKey::Quincena)).count();
        if matches!(self.source, TableSource::Days | TableSource::StatusSeries) && times != 1 {
            return Some(message!("L305-days-need-a-time", table = name));
        }
        if self.source == TableSource::DeliveryTimes && !self.keys.contains(&TableKey::Dias) {
            return Some(message!("L305-delivery-times-need-days", table = name));
        }
        if self.source == TableSource::Quality && self.keys.len() != 2 {
            return Some(message!("L305-quality-needs-keys", table = name));
        }
        if (self.source == TableSource::Revisions) == self.tables_compared_between_revisions.is_empty() {
            return Some(message!("L307-of-belongs-to-revisions", table = name));
        }
        if let Some(other) =
            self.tables_compared_between_revisions.iter().find(|other| before.iter().all(|table| table.name != **other))
        {
            return Some(message!("L307-compared-table-missing", table = name, other));
        }
        if self.source == TableSource::Revisions && self.keys.len() != 3 {
            return Some(message!("L305-revisions-need-keys", table = name));
        }
        if self.has_share && (self.source != TableSource::Applications || self.keys.first() != Some(&TableKey::Entidad))
        {
            return Some(message!("L307-share-needs-entities", table = name));
        }
        let has_listed_keys = self
            .keys
            .iter()
            .all(|key| *key != TableKey::Pais && *key != TableKey::Representacion && *key != TableKey::Dias);
        let has_listed_keys = has_listed_keys && !matches!(self.source, TableSource::Quality | TableSource::Revisions);
        if self.coverage == RowCoverage::All && !has_listed_keys {
            return Some(message!("L307-all-rows-need-listed-keys", table = name));
        }
        None
    }

    fn validation_problem_of_given_keys(&self) -> Option<String> {
        let (name, accepted) = (&self.name, self.source.accepted_given_keys());
        if !accepted.contains(&&self.keys[..]) {
            let accepted: Vec<_> = accepted.iter().map(|keys| format!("[{}]", key_names_text(keys))).collect();
            return Some(message!(
                "L305-projected-keys",
                table = name,
                source = self.source.name(),
                accepted = accepted.join(", ")
            ));
        }
        if self.coverage == RowCoverage::All || self.has_share || !self.tables_compared_between_revisions.is_empty() {
            return Some(message!("L307-projected-options", table = name, source = self.source.name()));
        }
        None
    }

    /// The measures and further values of a row, in the order of the columns.
    #[must_use]
    pub fn measures(&self) -> &'static [&'static str] {
        match self.source {
            TableSource::Days if self.keys.contains(&TableKey::Fecha) => {
                &[column_names::SOLICITUDES, column_names::SOLICITUDES_ACUMULADAS]
            }
            TableSource::Applications | TableSource::Days => &dictionary::APPLICATION_MEASURES,
            TableSource::Credentials => &dictionary::CREDENTIAL_MEASURES,
            TableSource::DeliveryTimes => &[column_names::ENTREGADAS],
            TableSource::StatusChanges => &[column_names::ANTERIOR, column_names::ACTUAL, column_names::CAMBIO],
            TableSource::StatusSeries => &[column_names::SOLICITUDES],
            TableSource::Cohorts => &[
                column_names::TRAMITADAS,
                column_names::ENTREGADAS,
                column_names::CONFIRMADAS,
                column_names::EN_CAMINO,
                column_names::DIAS_MEDIANA,
                column_names::DIAS_P90,
            ],
            TableSource::Quality => &[column_names::FILAS],
            TableSource::Revisions => &[column_names::ANTERIOR, column_names::ACTUAL],
            TableSource::Projection => &[
                column_names::FECHA_OBJETIVO,
                column_names::METODO,
                column_names::INFERIOR_90,
                column_names::INFERIOR_50,
                column_names::MEDIANA,
                column_names::SUPERIOR_50,
                column_names::SUPERIOR_90,
            ],
            TableSource::ProjectionDays => &dictionary::QUANTILE_COLUMNS,
            TableSource::ProjectionReferences => &[column_names::TITULO, column_names::PORCENTAJE_ALCANZADO],
            TableSource::ProjectionQuantiles => &[column_names::FECHA_OBJETIVO, column_names::VALOR],
            TableSource::Evaluation => &[
                column_names::INFERIOR_90,
                column_names::MEDIANA,
                column_names::SUPERIOR_90,
                column_names::RESULTADO,
                column_names::ERROR_PORCENTUAL,
                column_names::MASE,
                column_names::WIS,
                column_names::COBERTURA_50,
                column_names::COBERTURA_90,
                column_names::N,
            ],
            TableSource::Packages => &[
                column_names::PAQUETES_INFERIOR_90,
                column_names::PAQUETES_MEDIANA,
                column_names::PAQUETES_SUPERIOR_90,
                column_names::TIRAJE,
                column_names::MONEDA,
                column_names::COSTO_MEDIANA,
                column_names::COSTO_SUPERIOR_90,
                column_names::COSTO_TIRAJE,
            ],
            TableSource::Electors => &[
                column_names::ELECTORES_INFERIOR_90,
                column_names::ELECTORES_MEDIANA,
                column_names::ELECTORES_SUPERIOR_90,
            ],
            TableSource::Comparison => &[
                column_names::SOLICITUDES_ACUMULADAS,
                column_names::PORCENTAJE_DEL_CIERRE,
                column_names::INTERPOLADA,
                column_names::LISTA_ACUMULADA,
                column_names::TITULO,
                column_names::QUE_CUENTA,
                column_names::FUENTE,
            ],
            TableSource::Goals => &[column_names::META, column_names::TITULO, column_names::FUENTE],
            TableSource::Rates => &[
                column_names::CONCEPTO,
                column_names::UNIDAD,
                column_names::AMBITO,
                column_names::NOMBRE,
                column_names::QUE_CUENTA,
                column_names::NUMERADOR,
                column_names::VALOR,
                column_names::POR,
                column_names::TASA,
                column_names::FUENTE,
                column_names::FECHA_FUENTE,
            ],
        }
    }

    /// The names of all columns, in order.
    #[must_use]
    pub fn columns(&self) -> Vec<&'static str> {
        let keys = self.keys.iter().flat_map(|key| key.columns());
        let corte_before = (self.source == TableSource::StatusChanges).then_some(column_names::CORTE_ANTERIOR);
        let share = self.has_share.then_some(column_names::PORCENTAJE);
        let measures = self.measures().iter().copied();
        std::iter::once(column_names::CORTE).chain(keys).chain(corte_before).chain(measures).chain(share).collect()
    }

    /// The meaning of each column, in order.
    pub fn column_meanings<'d>(&self, dictionary: &'d Dictionary) -> impl Iterator<Item = &'d ColumnMeaning> + use<'d> {
        self.columns().into_iter().filter_map(|column| dictionary.meaning(column))
    }

    /// The columns that identify a row, in order: codes, not names.
    #[must_use]
    pub fn key_columns(&self) -> Vec<&'static str> {
        let names = [
            column_names::ENTIDAD,
            column_names::PAIS,
            column_names::REPRESENTACION,
            column_names::NIVEL,
            column_names::FECHA_EXPORTACION,
            column_names::ES_FUENTE,
        ];
        let keys = self.keys.iter().flat_map(|key| key.columns());
        let codes = keys.filter(|column| !names.contains(column));
        std::iter::once(column_names::CORTE).chain(codes).collect()
    }
}

/// The names of keys, for messages.
fn key_names_text(keys: &[TableKey]) -> String {
    let names: Vec<_> = keys.iter().map(|key| key.name()).collect();
    names.join(", ")
}
