/*!
Restricts exact dashboard data to one entity. Its OPL gets the result in its package.
*/

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::corte_data::CorteData;
use super::data_file::{Categories, CodeAndName, CredentialData, DashboardData, MapPlaces, PlacesByCode};
use super::encoded_cube::EncodedCube;

/// The first category dimension of a cell of applications; a day, an entity and a country precede
/// it.
const FIRST_CATEGORY_PLACE: usize = 3;

impl DashboardData {
    /// The exact data of one entity, with what it may see of tables: those that all recipients
    /// share, and its rows of the corte. No list names a country, an office or an unidentified value
    /// that only other entities have. `None` if the data have no exact counts of the entity.
    #[must_use]
    pub fn restricted_to_entity(
        &self,
        code: &str,
        shared_tables: BTreeMap<String, Value>,
        corte_data: Option<CorteData>,
    ) -> Option<Self> {
        // No `..`: whoever adds a field decides here whose rows it has.
        let Self {
            formato,
            version,
            audiencia,
            proceso,
            titulo,
            fuente,
            aviso,
            hasta,
            inicio,
            cierre,
            eleccion,
            quincenas,
            hitos,
            aceptados,
            rechazados,
            no_identificado,
            entidad: _,
            entidades,
            compartidas: _,
            paises,
            coordenadas,
            categorias,
            dimensiones,
            mostrar,
            solicitudes,
            credenciales,
            corte: _,
            publico: _,
        } = self;
        let entity = position_of(entidades, code)?;
        let countries = paises.as_ref()?;
        let applications = solicitudes.as_ref()?;
        let own = applications.restricted(&[(1, &[entity])])?;
        let used_countries = used_codes(&own, 2)?;
        let unidentified = no_identificado.iter().flatten().collect::<BTreeMap<_, _>>();
        let mut kept_categories = Vec::new();
        for (place, (column, list)) in (FIRST_CATEGORY_PLACE..).zip(categorias.iter()) {
            let used: BTreeSet<usize> = used_codes(&own, place)?.into_iter().collect();
            let is_kept = |at: &usize| used.contains(at) || unidentified.get(&column.to_owned()) != Some(&&list[*at].0);
            kept_categories.push((place, (0..list.len()).filter(is_kept).collect::<Vec<_>>()));
        }
        let mut kept = vec![(2, used_countries.as_slice())];
        kept.extend(kept_categories.iter().map(|(place, codes)| (*place, codes.as_slice())));
        let own_countries = items_at(countries, &used_countries);
        let own_credentials = credenciales.as_ref()?.restricted_to_entity(code)?;
        let own_places = coordenadas.as_ref().map(|MapPlaces { pais, representacion }| MapPlaces {
            pais: places_of(pais, own_countries.iter().map(|(code, _)| code)),
            representacion: places_of(representacion, own_credentials.representaciones.iter().map(|office| &office.0)),
        });
        let lists = categorias.iter().zip(&kept_categories);
        Some(Self {
            formato: *formato,
            version: version.clone(),
            audiencia: audiencia.clone(),
            proceso: proceso.clone(),
            titulo: titulo.clone(),
            fuente: fuente.clone(),
            aviso: aviso.clone(),
            hasta: hasta.clone(),
            inicio: inicio.clone(),
            cierre: cierre.clone(),
            eleccion: eleccion.clone(),
            quincenas: quincenas.clone(),
            hitos: hitos.clone(),
            aceptados: aceptados.clone(),
            rechazados: rechazados.clone(),
            no_identificado: no_identificado.clone(),
            entidad: Some(code.to_owned()),
            entidades: vec![entidades[entity].clone()],
            compartidas: shared_tables,
            paises: Some(own_countries),
            coordenadas: own_places,
            categorias: Categories(
                lists.map(|((column, list), (_, codes))| (column.to_owned(), items_at(list, codes))).collect(),
            ),
            dimensiones: dimensiones.clone(),
            mostrar: mostrar.clone(),
            solicitudes: Some(own.restricted(&kept)?),
            credenciales: Some(own_credentials),
            corte: corte_data,
            publico: None,
        })
    }
}

impl CredentialData {
    fn restricted_to_entity(&self, code: &str) -> Option<Self> {
        let Self { desde, entidades, representaciones, acumuladas, diarias, cohorte } = self;
        let entity = position_of(entidades, code)?;
        let own = acumuladas.restricted(&[(0, &[entity])])?;
        let used_offices = used_codes(&own, 1)?;
        Some(Self {
            desde: desde.clone(),
            entidades: vec![entidades[entity].clone()],
            representaciones: items_at(representaciones, &used_offices),
            acumuladas: own.restricted(&[(1, &used_offices)])?,
            diarias: diarias.restricted(&[(1, &[entity])])?,
            cohorte: cohorte.as_ref().map(|rows| rows.iter().filter(|row| row.0 == code).cloned().collect()),
        })
    }
}

/// The places of some codes.
fn places_of<'a>(places: &PlacesByCode, codes: impl Iterator<Item = &'a String>) -> PlacesByCode {
    codes.filter_map(|code| Some((code.clone(), *places.get(code)?))).collect()
}

fn position_of(pairs: &[CodeAndName], code: &str) -> Option<usize> {
    pairs.iter().position(|(one, _)| one == code)
}

/// The codes of a dimension that occur, in ascending order.
fn used_codes(cube: &EncodedCube, place: usize) -> Option<Vec<usize>> {
    let cells = cube.cells()?;
    let used: BTreeSet<usize> = cells.iter().filter_map(|(codes, _)| codes.get(place).copied()).collect();
    Some(used.into_iter().collect())
}

fn items_at<Item: Clone>(items: &[Item], positions: &[usize]) -> Vec<Item> {
    positions.iter().filter_map(|at| items.get(*at).cloned()).collect()
}
