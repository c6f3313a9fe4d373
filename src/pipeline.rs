/*!
The way of the data for one corte, room by room: facts, cube, tables, charts, and a release that is
ready to be published. Pure but for the threads.
*/

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::calendar::Corte;
use crate::catalog::Catalogs;
use crate::charts::{self, ChartDefinition, Scope};
use crate::count::count;
use crate::ingest::Ingested;
use crate::process::{Dimension, Part, Process, UNIDENTIFIED};
use crate::release::{ConfigRecord, InputRecord, Manifest, Pending, TableRecord, table_file};
use crate::tables::{self, Ingredients, Metadata, Table, TableDefinition, dictionary};

/// What every corte of a run shares.
pub struct World<'a> {
    /// The process.
    pub process: &'a Process,
    /// Its catalogues.
    pub catalogs: &'a Catalogs,
    /// All tables; charts may be drawn from some that are not published.
    pub tables: &'a [TableDefinition],
    /// The names of the tables to publish.
    pub published: &'a [String],
    /// The charts to publish.
    pub charts: &'a [ChartDefinition],
    /// The files behind all of these.
    pub configuration: &'a [ConfigRecord],
    /// The parts to publish.
    pub parts: &'a [Part],
    /// Date of the newest export.
    pub vintage: NaiveDate,
}

/// Makes the release of a corte.
///
/// # Errors
/// None that data can cause: a table or chart that cannot be built, or tables that do not add up.
pub fn release(world: &World, ingested: &Ingested, corte: Corte) -> anyhow::Result<Pending> {
    let cube = count(&ingested.facts, world.process, corte);
    let ingredients =
        Ingredients { process: world.process, catalogs: world.catalogs, corte, cube: &cube, files: &ingested.files };
    let tables = tables::build(world.tables, &ingredients)?;
    let totals = tables::cube_totals(&cube);
    if let Some(imbalance) = tables::against_totals(&tables, &totals).first() {
        anyhow::bail!("{}", imbalance.message);
    }

    let charts = if world.parts.contains(&Part::Graficas) { draw(world, &tables, corte)? } else { Vec::new() };
    let tables: Vec<Table> = tables.into_iter().filter(|table| world.published.contains(&table.name)).collect();

    let metadata = Metadata::new(&world.process.id, corte);
    let written = tables.par_iter().map(|table| Ok((table_file(&table.name), tables::write(table, &metadata)?)));
    let mut files = written.collect::<anyhow::Result<Vec<_>>>()?;
    let drawn = charts.len() / 2;
    files.extend(charts);

    let record = |table: &Table| TableRecord {
        name: table.name.clone(),
        rows: table.rows(),
        columns: table.columns.iter().map(|(name, _)| name.clone()).collect(),
        key: world
            .tables
            .iter()
            .find(|definition| definition.name == table.name)
            .map(|definition| definition.key_columns().into_iter().map(str::to_owned).collect())
            .unwrap_or_default(),
    };
    let manifest = Manifest {
        process: world.process.id.clone(),
        title: world.process.title.clone(),
        corte: corte.to_string(),
        revision: 1,
        replaces: None,
        vintage: world.vintage.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: dictionary::SCHEMA_VERSION.to_owned(),
        parts: world.parts.iter().map(|part| part.name().to_owned()).collect(),
        inputs: ingested.files.iter().map(InputRecord::of).collect(),
        configuration: world.configuration.to_vec(),
        tables: tables.iter().map(record).collect(),
        charts: drawn,
        totals,
    };
    Ok(Pending { corte, manifest, tables, definitions: world.tables.to_vec(), files })
}

/// Draws all charts of a corte, in parallel, as SVG and PNG.
fn draw(world: &World, tables: &[Table], corte: Corte) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let context = context(world, corte);
    let entities = &world.catalogs.entities;
    let nation = std::iter::once((Scope::Nation, "nacional".to_owned()));
    let states = world.process.entities.iter().map(|entity| {
        let scope = Scope::Entity { code: entity.code(), name: entities.name(*entity).to_owned() };
        (scope, entities.slug(*entity))
    });
    let scopes: Vec<_> = nation.chain(states).collect();
    let all: Vec<_> = scopes
        .iter()
        .flat_map(|(scope, folder)| world.charts.iter().map(move |chart| (chart, scope, folder)))
        .filter(|(chart, scope, _)| match scope {
            Scope::Nation => chart.for_nation(),
            Scope::Entity { .. } => chart.for_entities(),
        })
        .collect();
    let drawn: Vec<_> = all
        .par_iter()
        .map(|(chart, scope, folder)| {
            let rendered = charts::render(chart, tables, scope, &context)?;
            let path = format!("graficas/{folder}/{}", chart.name());
            Ok([(format!("{path}.svg"), rendered.svg), (format!("{path}.png"), rendered.png)])
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(drawn.into_iter().flatten().collect())
}

fn context(world: &World, corte: Corte) -> charts::Context {
    let labels = Dimension::ALL.into_iter().map(|dimension| {
        let list = world.process.categories(dimension).categories().iter();
        let labels = list.map(|category| (category.code.clone(), category.label.clone()));
        let unidentified = (UNIDENTIFIED.to_owned(), "No identificado".to_owned());
        (dimension.column().to_owned(), labels.chain([unidentified]).collect())
    });
    charts::Context {
        process_title: world.process.title.clone(),
        corte: corte.day(),
        start: world.process.opens,
        source: world.process.source_note.clone(),
        labels: labels.collect(),
    }
}
