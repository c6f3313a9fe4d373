//! A release in memory and the packages of its recipients, for the tests of all that writes them.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::calendar::Corte;
use crate::catalog::Catalogs;
use crate::charts::ChartDefinition;
use crate::ingest::{self, ExportFile, FileReport, Ingested, Inventory, ReadOptions};
use crate::outlook::{Basis, Course};
use crate::packages::parcel::Parcel;
use crate::packages::{self, Contents, Files, Picture, Subject, subjects};
use crate::pipeline::{self, World};
use crate::process::{CoursePlan, Part, Process, Source};
use crate::release::{InputRecord, Pending};
use crate::tables::{Table, TableDefinition};

/// A process, and what was read for it.
pub struct Press {
    pub process: Process,
    pub catalogs: Catalogs,
    pub definitions: Vec<TableDefinition>,
    charts: Vec<ChartDefinition>,
    ingested: Ingested,
    basis: Option<Basis>,
    vintage: NaiveDate,
}

struct Silent;

impl ingest::Progress for Silent {
    fn file_read(&self, _: &FileReport) {}
}

/// The sample of the repository, read once.
pub static SAMPLE: LazyLock<Press> =
    LazyLock::new(|| Press::of("pel_2020_2021.toml", &root().join("sample_data/pel_2020_2021")));

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

impl Press {
    /// Of a process file of the repository and a folder of exports.
    pub fn of(process: &str, inputs: &Path) -> Self {
        let (process, catalogs) = Process::load(&root().join("pipelines").join(process)).unwrap();
        let definitions = TableDefinition::load(&process.tables_file).unwrap();
        let mut paths: Vec<PathBuf> =
            fs::read_dir(&process.charts_dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        let chart = |path: &PathBuf| {
            let name = path.file_stem().unwrap().to_string_lossy();
            ChartDefinition::parse(&name, &fs::read_to_string(path).unwrap()).unwrap()
        };
        let charts = paths.iter().map(chart).collect();
        let files = Inventory::of(inputs, &process).unwrap().files;
        let of = |source| files.iter().filter(|file| file.source == source).cloned().collect::<Vec<ExportFile>>();
        let (requests, credentials) = (of(Source::Solicitudes), of(Source::Credenciales));
        let ingested = ingest::read(&ReadOptions::new(&process, &catalogs), [&requests, &credentials], &Silent);
        assert!(ingested.refused().next().is_none());
        let plan = process.projection.as_ref().unwrap();
        let courses = plan.references.iter().filter_map(|reference| match &reference.course {
            CoursePlan::Points(points) => Course::of_points(&reference.name, &reference.title, points),
            CoursePlan::Exports { .. } => None,
        });
        let basis = Basis::new(&process, courses.collect());
        let vintage = files.iter().map(|file| file.date).max().unwrap();
        Self { process, catalogs, definitions, charts, ingested, basis, vintage }
    }

    /// The release of a corte, with charts or without.
    pub fn release(&self, corte: &str, charts: bool) -> Release<'_> {
        let names: Vec<String> = self.definitions.iter().map(|definition| definition.name.clone()).collect();
        let world = World {
            process: &self.process,
            catalogs: &self.catalogs,
            tables: &self.definitions,
            published: &names,
            charts: &self.charts,
            configuration: &[],
            basis: self.basis.as_ref(),
            parts: if charts { &[Part::Tablas, Part::Graficas] } else { &[Part::Tablas] },
            template: None,
            vintage: self.vintage,
        };
        let corte: Corte = corte.parse().unwrap();
        let Pending { manifest, tables, charts, files: texts, .. } =
            pipeline::release(&world, &self.ingested, corte).unwrap();
        let subjects = subjects(&self.process, &self.catalogs);
        Release { press: self, corte, inputs: manifest.inputs, subjects, tables, charts, texts }
    }
}

/// A release that is not written anywhere.
pub struct Release<'a> {
    press: &'a Press,
    pub corte: Corte,
    inputs: Vec<InputRecord>,
    subjects: Vec<Subject>,
    pub tables: Vec<Table>,
    charts: Files,
    texts: Files,
}

/// One recipient's part of it, to be changed by a test.
pub struct Package<'a> {
    release: &'a Release<'a>,
    pub subject: &'a Subject,
    pub tables: Vec<Table>,
    pictures: Vec<Picture<'a>>,
    paragraph: Option<&'a str>,
    pub revision: u32,
}

impl<'a> Release<'a> {
    /// The nation's first, then each entity's.
    pub fn packages(&'a self) -> Vec<Package<'a>> {
        self.subjects.iter().map(|subject| self.package(subject.code())).collect()
    }

    /// The package of an entity, or of the nation.
    pub fn package(&'a self, code: Option<&str>) -> Package<'a> {
        let press = self.press;
        let release = packages::Release {
            process: &press.process,
            catalogs: &press.catalogs,
            definitions: &press.definitions,
            inputs: &self.inputs,
            findings: &[],
            corte: self.corte,
            revision: 1,
            vintage: press.vintage,
            tables: &self.tables,
            charts: &self.charts,
            texts: &self.texts,
        };
        let subject = self.subjects.iter().find(|subject| subject.code() == code).unwrap();
        let Parcel { tables, pictures, paragraph, .. } = Parcel::of(&release, subject);
        Package { release: self, subject, tables, pictures, paragraph, revision: 1 }
    }
}

impl Package<'_> {
    pub fn contents(&self) -> Contents<'_> {
        let press = self.release.press;
        Contents {
            process: &press.process,
            catalogs: &press.catalogs,
            corte: self.release.corte,
            revision: self.revision,
            vintage: press.vintage,
            subject: self.subject,
            tables: &self.tables,
            definitions: &press.definitions,
            inputs: &self.release.inputs,
            findings: &[],
            pictures: &self.pictures,
            paragraph: self.paragraph,
        }
    }
}
