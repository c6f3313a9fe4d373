/*!
Defines the data file of the dashboard, with its field names (`tablero/DATOS.md`).
*/

use lnere_core::column_names;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::corte_data::CorteData;
use super::encoded_cube::EncodedCube;
use lnere_charts::{ChartDefinition, category_limit};
use lnere_core::calendar::Corte;
use lnere_core::catalog::{Catalogs, Coordinates, EntityId};
use lnere_core::process::{Audience, Dimension, Process, ProjectionPlan};
use lnere_tables::dictionary::unidentified_code;

/// The version of the data format; the page refuses any other.
const FORMAT_VERSION: u32 = 1;

/// The name and version of the program in the data.
const PROGRAM_AND_VERSION: &str = concat!("lnere ", env!("CARGO_PKG_VERSION"));

/// The text before and after the JSON in the data file.
const DATA_FILE_AFFIXES: [&str; 2] = ["'use strict';\nconst DATOS = ", ";\n"];

/// A code and its name.
pub type CodeAndName = (String, String);

/// The dashboard data. A field of a later version is an `Option`, so older releases stay readable.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DashboardData {
    /// The version of the data format.
    pub formato: u32,
    /// The name and version of the program.
    pub version: String,
    /// `opl` or `publico`.
    pub audiencia: String,
    /// The id of the process.
    pub proceso: String,
    /// The name of the process.
    pub titulo: String,
    /// The source of the numbers.
    pub fuente: String,
    /// The notice about the counts, for example that they are synthetic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aviso: Option<String>,
    /// The last counted day.
    pub hasta: String,
    /// The day on which registration opens.
    pub inicio: String,
    /// The last day of registration.
    pub cierre: String,
    /// The election day.
    pub eleccion: String,
    /// The last day of each quincena of the registration.
    pub quincenas: Vec<String>,
    /// The marked days.
    pub hitos: Vec<DashboardMilestone>,
    /// The statuses that put an application on the list.
    pub aceptados: Vec<String>,
    /// The statuses that refuse an application.
    pub rechazados: Vec<String>,
    /// By dimension, the code of the unidentified value. It is counted, but it is not a country,
    /// office or category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_identificado: Option<BTreeMap<String, String>>,
    /// The only entity whose rows the data have; `None` for all entities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entidad: Option<String>,
    /// The entities of the process, or the only entity.
    pub entidades: Vec<CodeAndName>,
    /// With an only entity, the shared tables by name, as [`super::table_json`] writes them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub compartidas: BTreeMap<String, serde_json::Value>,
    /// The countries of the audience `opl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paises: Option<Vec<CodeAndName>>,
    /// The places on the map of the countries and offices of the audience `opl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordenadas: Option<MapPlaces>,
    /// The lists of the categories.
    pub categorias: Categories,
    /// The names of the dimensions that the process file declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensiones: Vec<DeclaredDimensionName>,
    /// By dimension, the number of categories that a long list shows at first; it equals that of
    /// the charts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mostrar: Option<BTreeMap<String, usize>>,
    /// The applications of the audience `opl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solicitudes: Option<EncodedCube>,
    /// The credentials of the audience `opl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credenciales: Option<CredentialData>,
    /// The tables of the newest corte, for the audience `opl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corte: Option<CorteData>,
    /// The tables of the audience `publico`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publico: Option<PublicData>,
}

/// Longitude and latitude in hundredths of a degree, by code.
pub type PlacesByCode = BTreeMap<String, (i32, i32)>;

/// The places of countries and offices on a map. A code without coordinates is left out.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapPlaces {
    /// The countries.
    pub pais: PlacesByCode,
    /// The offices.
    pub representacion: PlacesByCode,
}

/// The coordinates of a place as the data file has them.
pub(super) fn hundredths_of_degrees(coordinates: Coordinates) -> (i32, i32) {
    // Degrees are at most 180, so their hundredths fit.
    let hundredths = |degrees: f64| (degrees * 100.0).round() as i32;
    (hundredths(coordinates.longitude), hundredths(coordinates.latitude))
}

/// A day that the page marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DashboardMilestone {
    /// The day.
    pub fecha: String,
    /// The kind of event.
    pub tipo: String,
    /// The event, in Spanish.
    pub etiqueta: String,
    /// The event, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etiqueta_en: Option<String>,
}

/// The lists of the categories, by the column of each dimension, in the order of the process.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Categories(pub(super) IndexMap<String, Vec<CodeAndName>>);

impl Categories {
    /// The lists of all dimensions of a process.
    pub(super) fn from_dimensions(process: &Process, list: impl Fn(Dimension) -> Vec<CodeAndName>) -> Self {
        let dimensions = process.dimensions().iter().map(|definition| definition.dimension);
        Self(dimensions.map(|dimension| (dimension.column_name().to_owned(), list(dimension))).collect())
    }

    /// The list of a column; empty if the data have none.
    #[must_use]
    pub fn list_of_column(&self, column: &str) -> &[CodeAndName] {
        self.0.get(column).map_or(&[], Vec::as_slice)
    }

    /// All columns with their lists, in the order of a cell of the cube.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[CodeAndName])> {
        self.0.iter().map(|(column, list)| (column.as_str(), list.as_slice()))
    }
}

/// The printed names of a dimension that the process file declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredDimensionName {
    /// The key of the dimension in `categorias`.
    pub clave: String,
    /// The name in Spanish.
    pub etiqueta: String,
    /// The name in English.
    pub etiqueta_en: String,
}

/// The credentials for the audience `opl`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialData {
    /// The first day from which credentials are counted.
    pub desde: String,
    /// All entities.
    pub entidades: Vec<CodeAndName>,
    /// The offices: code, name, kind, country.
    pub representaciones: Vec<(String, String, String, String)>,
    /// The cumulative credentials by entity, office and measure.
    pub acumuladas: EncodedCube,
    /// The daily credentials by day, entity and measure.
    pub diarias: EncodedCube,
    /// What came of the credentials applied for since the first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohorte: Option<Vec<CohortRow>>,
}

/// What came of the credentials of an entity and an office that were applied for since the first
/// day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortRow(
    /// The entity; empty for all 32 entities.
    pub String,
    /// The office; empty for all offices.
    pub String,
    /// Applied for.
    pub i64,
    /// Delivered.
    pub i64,
    /// Confirmed.
    pub i64,
    /// The median days from application to delivery; `None` if none was delivered.
    pub Option<i32>,
    /// The 90th percentile of those days.
    pub Option<i32>,
);

/// The data of the audience `publico`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicData {
    /// The smallest count that may be shown, apart from 0.
    pub minimo: i64,
    /// The label of a suppressed count.
    pub oculta: String,
    /// By dimension, the codes of merged groups, which are not single countries or categories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reunidos: Option<BTreeMap<String, Vec<String>>>,
    /// The tables by name, as [`super::table_json`] writes them.
    pub tablas: BTreeMap<String, serde_json::Value>,
}

impl DashboardData {
    /// The data without counts, from the process file.
    pub(super) fn new(
        process: &Process,
        catalogs: &Catalogs,
        charts: &[ChartDefinition],
        audience: Audience,
        until: NaiveDate,
        categorias: Categories,
    ) -> Self {
        let ends = Corte::range(process.opens, process.closes).map(Corte::day);
        let mut quincenas: Vec<NaiveDate> = ends.filter(|day| *day <= process.closes).collect();
        if quincenas.last() != Some(&process.closes) {
            quincenas.push(process.closes);
        }
        let marks = process.dashboard.milestones.iter().map(|milestone| DashboardMilestone {
            fecha: milestone.milestone_day.to_string(),
            tipo: milestone.kind.name().to_owned(),
            etiqueta: milestone.label.clone(),
            etiqueta_en: milestone.label_en.clone(),
        });
        let declared = process.declared_dimensions().iter().map(|definition| DeclaredDimensionName {
            clave: definition.dimension.column_name().to_owned(),
            etiqueta: definition.label.clone(),
            etiqueta_en: definition.label_en.clone(),
        });
        let statuses = process.categories(Dimension::ESTATUS);
        let codes = |of: fn(&ProjectionPlan) -> &[u8]| {
            let own = process.projection.iter().flat_map(of);
            own.map(|status| statuses.code(*status).to_owned()).collect()
        };
        Self {
            formato: FORMAT_VERSION,
            version: PROGRAM_AND_VERSION.to_owned(),
            audiencia: audience.name().to_owned(),
            proceso: process.id.clone(),
            titulo: process.title.clone(),
            fuente: process.source_note.clone(),
            aviso: process.notice.clone(),
            hasta: until.to_string(),
            inicio: process.opens.to_string(),
            cierre: process.closes.to_string(),
            eleccion: process.election_day.to_string(),
            quincenas: quincenas.iter().map(NaiveDate::to_string).collect(),
            hitos: marks.collect(),
            aceptados: codes(|plan| &plan.accepted_statuses),
            rechazados: codes(|plan| &plan.refused_statuses),
            no_identificado: Some(unidentified_codes(process)),
            entidad: None,
            compartidas: BTreeMap::new(),
            entidades: entity_codes_and_names(&process.entities, catalogs),
            paises: None,
            coordenadas: None,
            categorias,
            dimensiones: declared.collect(),
            mostrar: Some(shown_category_limits(process, charts)),
            solicitudes: None,
            credenciales: None,
            corte: None,
            publico: None,
        }
    }

    /// Reads a data file; `None` if this program did not write it.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Self> {
        serde_json::from_slice(json_of_data_file(file)?).ok()
    }

    /// The data file.
    pub(super) fn to_file(&self) -> Vec<u8> {
        // Names and counts can always be serialized as JSON.
        let json = serde_json::to_string(self).unwrap_or_default();
        // In a page, `</script` or `<!--` would end or change the script. Only strings contain `<`.
        let json = json.replace('<', "\\u003c");
        format!("{}{json}{}", DATA_FILE_AFFIXES[0], DATA_FILE_AFFIXES[1]).into_bytes()
    }
}

/// The metadata of a data file of any version.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct DashboardSummary {
    /// The version of the data format.
    #[serde(default)]
    pub formato: u32,
    /// The name and version of the program.
    #[serde(default)]
    pub version: String,
    /// The notice about the numbers.
    #[serde(default)]
    pub aviso: Option<String>,
    /// The id of the process.
    pub proceso: String,
    /// `opl` or `publico`.
    pub audiencia: String,
    /// The last counted day.
    #[serde(deserialize_with = "day")]
    pub hasta: NaiveDate,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

impl DashboardSummary {
    /// Reads the metadata of a data file; `None` if it is not a data file.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Self> {
        serde_json::from_slice(json_of_data_file(file)?).ok()
    }

    /// Whether another version of the program wrote it, perhaps in a format that this one cannot
    /// read.
    #[must_use]
    pub fn is_of_other_version(&self) -> bool {
        (self.formato, self.version.as_str()) != (FORMAT_VERSION, PROGRAM_AND_VERSION)
    }
}

fn json_of_data_file(file: &[u8]) -> Option<&[u8]> {
    file.strip_prefix(DATA_FILE_AFFIXES[0].as_bytes())?.strip_suffix(DATA_FILE_AFFIXES[1].as_bytes())
}

/// The name of a code column on the page: `pais` for `cve_pais`.
pub(super) fn dimension_of_column(column: &str) -> &str {
    column.strip_prefix("cve_").unwrap_or(column)
}

/// The limits that charts set for the categories in the lists of the page.
fn shown_category_limits(process: &Process, charts: &[ChartDefinition]) -> BTreeMap<String, usize> {
    let countries = (column_names::PAIS, vec![column_names::CVE_PAIS]);
    let offices = (
        column_names::REPRESENTACION,
        vec![column_names::CVE_PAIS, column_names::TIPO_REPRESENTACION, column_names::CVE_REPRESENTACION],
    );
    let dimensions = process.dimensions().iter().map(|one| one.dimension.column_name()).map(|name| (name, vec![name]));
    let limits = [countries, offices]
        .into_iter()
        .chain(dimensions)
        .filter_map(|(name, key_columns)| Some((name.to_owned(), category_limit(charts, &key_columns)?.max_bars())));
    limits.collect()
}

fn unidentified_codes(process: &Process) -> BTreeMap<String, String> {
    let categories = process.dimensions().iter().map(|definition| definition.dimension.column_name());
    let columns = [column_names::CVE_PAIS, column_names::CVE_REPRESENTACION].into_iter().chain(categories);
    columns.map(|column| (dimension_of_column(column).to_owned(), unidentified_code(column).to_owned())).collect()
}

/// Entities by code and name.
pub(super) fn entity_codes_and_names(of: &[EntityId], catalogs: &Catalogs) -> Vec<CodeAndName> {
    of.iter().map(|entity| (entity.code(), catalogs.entities.name(*entity).to_owned())).collect()
}
