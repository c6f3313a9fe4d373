/*!
The dashboard: a page that any web server or a double click serves, and one file of data. Pure: facts or protected
tables come in, and the bytes of files go out. `tablero/` has the page, `tablero/DATOS.md` the form of its data.
*/

mod cube;
mod exact;
mod protected;
mod site;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::Corte;
use crate::catalog::{Catalogs, EntityId};
use crate::packages::Files;
use crate::process::{Audience, Dimension, Process, ProjectionPlan};

pub use cube::Cube;
pub use exact::exact;
pub use protected::{protected, rows};

/// The folder of a release that holds its dashboard, and the name of the daily one.
pub const BOARD: &str = "tablero";

/// The name of the data file in it.
pub const DATA: &str = site::DATA;

/// The form of the data; the page refuses any other.
const FORM: u32 = 1;

/// What the data file begins and ends with.
const AROUND: [&str; 2] = ["'use strict';\nconst DATOS = ", ";\n"];

/// A code and what it stands for.
pub type Pair = (String, String);

/// What the data of both audiences begin with.
#[derive(Serialize)]
struct Head<'a> {
    formato: u32,
    version: String,
    audiencia: &'static str,
    proceso: &'a str,
    titulo: &'a str,
    fuente: &'a str,
    hasta: String,
    inicio: String,
    cierre: String,
    eleccion: String,
    quincenas: Vec<String>,
    hitos: Vec<Mark<'a>>,
    aceptados: Vec<&'a str>,
    rechazados: Vec<&'a str>,
    entidades: Vec<Pair>,
}

/// A day that the page marks.
#[derive(Serialize)]
struct Mark<'a> {
    fecha: String,
    tipo: &'static str,
    etiqueta: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    etiqueta_en: Option<&'a str>,
}

impl<'a> Head<'a> {
    fn new(process: &'a Process, catalogs: &Catalogs, audience: Audience, until: NaiveDate) -> Self {
        let ends = Corte::range(process.opens, process.closes).map(Corte::day);
        let mut quincenas: Vec<NaiveDate> = ends.filter(|day| *day <= process.closes).collect();
        if quincenas.last() != Some(&process.closes) {
            quincenas.push(process.closes);
        }
        let marks = process.board.milestones.iter().map(|milestone| Mark {
            fecha: milestone.day.to_string(),
            tipo: milestone.kind.name(),
            etiqueta: &milestone.label,
            etiqueta_en: milestone.label_en.as_deref(),
        });
        let statuses = process.categories(Dimension::Estatus);
        let codes = |of: fn(&ProjectionPlan) -> &[u8]| {
            let own = process.projection.iter().flat_map(of);
            own.map(|status| statuses.code(*status)).collect()
        };
        Self {
            formato: FORM,
            version: format!("lnere {}", env!("CARGO_PKG_VERSION")),
            audiencia: audience.name(),
            proceso: &process.id,
            titulo: &process.title,
            fuente: &process.source_note,
            hasta: until.to_string(),
            inicio: process.opens.to_string(),
            cierre: process.closes.to_string(),
            eleccion: process.election_day.to_string(),
            quincenas: quincenas.iter().map(NaiveDate::to_string).collect(),
            hitos: marks.collect(),
            aceptados: codes(|plan| &plan.accepted),
            rechazados: codes(|plan| &plan.refused),
            entidades: entities(&process.entities, catalogs),
        }
    }
}

/// Entities by code and name.
fn entities(of: &[EntityId], catalogs: &Catalogs) -> Vec<Pair> {
    of.iter().map(|entity| (entity.code(), catalogs.entities.name(*entity).to_owned())).collect()
}

/// The files of a page with its data.
fn page(data: &impl Serialize) -> Files {
    // Names and counts always are JSON.
    let json = serde_json::to_string(data).unwrap_or_default();
    site::files(format!("{}{json}{}", AROUND[0], AROUND[1]).into_bytes())
}

/// What a data file says: of itself, and of its audience what it counts.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Summary {
    /// The process's id.
    pub proceso: String,
    /// `opl` or `publico`.
    pub audiencia: String,
    /// The day up to which is counted.
    pub hasta: String,
    /// The entities of the process.
    pub entidades: Vec<Pair>,
    /// The categories, by the column that they are of.
    pub categorias: BTreeMap<String, Vec<Pair>>,
    /// The countries of the audience `opl`.
    pub paises: Option<Vec<Pair>>,
    /// The applications of the audience `opl`.
    pub solicitudes: Option<Cube>,
    /// The credentials of the audience `opl`.
    pub credenciales: Option<CredentialData>,
    /// The tables of the audience `publico`.
    pub publico: Option<PublicData>,
}

/// The credentials that the audience `opl` sees.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialData {
    /// The day from which they are counted.
    pub desde: String,
    /// All entities.
    pub entidades: Vec<Pair>,
    /// The offices: code, name, kind, country.
    pub representaciones: Vec<(String, String, String, String)>,
    /// By entity, office and measure.
    pub acumuladas: Cube,
    /// By day, entity and measure.
    pub diarias: Cube,
}

/// What the audience `publico` sees.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicData {
    /// The least count that is shown, but for 0.
    pub minimo: i64,
    /// The word that stands for a hidden count.
    pub oculta: String,
    /// Tables by name, as [`rows`] writes them.
    pub tablas: BTreeMap<String, serde_json::Value>,
}

/// Reads a data file; `None` where it is none that this program wrote.
#[must_use]
pub fn summary(data: &[u8]) -> Option<Summary> {
    let json = data.strip_prefix(AROUND[0].as_bytes())?.strip_suffix(AROUND[1].as_bytes())?;
    serde_json::from_slice(json).ok()
}
