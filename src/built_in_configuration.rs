/*!
The configuration that the program carries, so that an installed `lnere` needs no checkout: process
files, catalogues, table definitions, charts, report template and shapes of samples.
*/

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::unfinished_paths::UnfinishedPaths;

/// The process file of the sample, relative to the folder of the configuration.
pub const SAMPLE_PROCESS_FILE: &str = "pipelines/pel_2020_2021.toml";

/// The folder of the sample's exports that [`SAMPLE_PROCESS_FILE`] names, relative to the folder of
/// the configuration.
pub const SAMPLE_EXPORTS_FOLDER: &str = "sample_data/pel_2020_2021";

/// The folders of the configuration.
pub const FOLDERS: [&str; 2] = ["charts", "pipelines"];

/// A file of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct ConfigurationFile {
    /// The path, relative to the folder of the configuration.
    pub path: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

impl ConfigurationFile {
    /// Writes the file to a new path, and creates the folder that it needs.
    fn write(&self, path: &Path, unfinished: &UnfinishedPaths) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            unfinished.create_folder(parent)?;
        }
        unfinished.create_file(path)?.write_all(self.bytes)
    }
}

macro_rules! carried_files {
    ($($path:literal,)+) => {
        &[$(ConfigurationFile { path: $path, bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path)) },)+]
    };
}

/// All files, ordered by path.
pub static FILES: &[ConfigurationFile] = carried_files![
    "charts/aciertos.toml",
    "charts/avance_diario.toml",
    "charts/avance_quincenal.toml",
    "charts/comparativo.toml",
    "charts/credenciales_por_entidad.toml",
    "charts/credenciales_por_representacion.toml",
    "charts/estatus_por_corte.toml",
    "charts/mapa_paises.toml",
    "charts/mapa_representaciones.toml",
    "charts/pais_por_modalidad.toml",
    "charts/perfil.toml",
    "charts/por_entidad.toml",
    "charts/por_estatus.toml",
    "charts/por_medio.toml",
    "charts/por_modalidad.toml",
    "charts/por_pais.toml",
    "charts/por_sexo.toml",
    "charts/por_tipo_credencial.toml",
    "charts/por_{dimension}.toml",
    "charts/proyeccion.toml",
    "charts/sexo_por_modalidad.toml",
    "pipelines/catalogos/encabezados.toml",
    "pipelines/catalogos/entidades.toml",
    "pipelines/catalogos/paises.toml",
    "pipelines/catalogos/representaciones.toml",
    "pipelines/denominadores/cpve_2019_entidad.csv",
    "pipelines/denominadores/cpve_2019_representacion.csv",
    "pipelines/formas/limpia.toml",
    "pipelines/formas/publicada.toml",
    "pipelines/formas/sucia.toml",
    "pipelines/formas/temporada.toml",
    "pipelines/formas/uniforme.toml",
    "pipelines/pef_2023_2024.toml",
    "pipelines/pel_2020_2021.toml",
    "pipelines/proyeccion/curva_2017_2018.csv",
    "pipelines/proyeccion/curva_2020_2021.csv",
    "pipelines/proyeccion/curva_2023_2024.csv",
    "pipelines/proyeccion/solicitudes_2017_2018.csv",
    "pipelines/proyeccion/tarifa_pep.toml",
    "pipelines/reporte/avance.typ",
    "pipelines/reporte/calidad.typ",
    "pipelines/reporte/credenciales.typ",
    "pipelines/reporte/estilo.typ",
    "pipelines/reporte/glosario.typ",
    "pipelines/reporte/piezas.typ",
    "pipelines/reporte/plan.typ",
    "pipelines/reporte/portada.typ",
    "pipelines/reporte/proyeccion.typ",
    "pipelines/reporte/reporte.typ",
    "pipelines/reporte/resumen.typ",
    "pipelines/reporte/solicitudes.typ",
    "pipelines/tablas.toml",
    "pipelines/titulares.toml",
];

/// Writes all files below a folder, and creates the folders that it needs.
///
/// # Errors
/// A file exists already, or cannot be written.
pub fn write_into(folder: &Path, unfinished: &UnfinishedPaths) -> io::Result<()> {
    FILES.iter().try_for_each(|file| file.write(&folder.join(file.path), unfinished))
}

/// Writes what a process file names besides exports: catalogues, report template, shapes and table
/// definitions into its folder, and charts into theirs. What is there already stays as it is.
/// Returns the files and folders written.
///
/// # Errors
/// A file cannot be written.
pub fn write_missing_companions(
    folder: &Path,
    charts: &Path,
    unfinished: &UnfinishedPaths,
) -> io::Result<Vec<PathBuf>> {
    let below = |name: &str| folder.join(name);
    let places = [
        ("pipelines/catalogos", below("catalogos")),
        ("pipelines/formas", below("formas")),
        ("pipelines/reporte", below("reporte")),
        ("pipelines/tablas.toml", below("tablas.toml")),
        ("pipelines/titulares.toml", below("titulares.toml")),
        ("charts", charts.to_owned()),
    ];
    let mut written = Vec::new();
    for (built_in, place) in places {
        if place.symlink_metadata().is_ok() {
            continue;
        }
        for file in FILES {
            let Ok(rest) = Path::new(file.path).strip_prefix(built_in) else { continue };
            let path = if rest.as_os_str().is_empty() { place.clone() } else { place.join(rest) };
            file.write(&path, unfinished)?;
        }
        written.push(place);
    }
    Ok(written)
}

/// A process file on the disk.
#[derive(Debug)]
pub struct ProcessFile {
    path: PathBuf,
    /// The folder of a built-in process file, which is removed with this value.
    _temporary_folder: Option<UnfinishedPaths>,
}

impl ProcessFile {
    /// A file of the user.
    #[must_use]
    pub fn existing(path: PathBuf) -> Self {
        Self { path, _temporary_folder: None }
    }

    /// The process file of the sample with all that it names, in a temporary folder.
    ///
    /// # Errors
    /// The temporary folder cannot be written.
    pub fn built_in() -> io::Result<Self> {
        let unfinished = UnfinishedPaths::begin();
        let folder = unfinished.create_temporary_folder()?;
        write_into(&folder, &unfinished)?;
        Ok(Self { path: folder.join(SAMPLE_PROCESS_FILE), _temporary_folder: Some(unfinished) })
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;

    /// The files of a folder and of its folders, by path relative to `root`.
    fn files_below(root: &Path, folder: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap) {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                files_below(root, &name, found);
            } else {
                found.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }

    #[test]
    fn the_program_carries_each_file_of_the_configuration() {
        let mut expected = BTreeMap::new();
        for folder in FOLDERS {
            files_below(Path::new(env!("CARGO_MANIFEST_DIR")), folder, &mut expected);
        }
        let carried: BTreeMap<String, Vec<u8>> =
            FILES.iter().map(|file| (file.path.to_owned(), file.bytes.to_vec())).collect();
        assert_eq!(carried.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        assert!(carried == expected, "the build is older than the configuration");
    }
}
