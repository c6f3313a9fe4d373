/*!
The files of the page that are the same for every process.
*/

use super::DASHBOARD_DATA_FILE;
use lnere_core::Files;
use lnere_core::checksum::{CHECKSUMS, sums};

/// The chart library; `build.rs` says where it comes from.
const LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/echarts.min.js"));

/// A file of the folder `tablero` under its name there.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../tablero/", $name)))),*]
    };
}

/// The handwritten files of the dashboard.
const STATIC_FILES: &[(&str, &str)] = files![
    "icono.svg",
    "index.html",
    "js/charts.js",
    "js/credentials.js",
    "js/cube.js",
    "js/curves.js",
    "js/dom.js",
    "js/download.js",
    "js/entities.js",
    "js/exact-view.js",
    "js/exact.js",
    "js/figures.js",
    "js/format.js",
    "js/frame.js",
    "js/main.js",
    "js/public-view.js",
    "js/state.js",
    "js/tables.js",
    "js/textos.en.js",
    "js/textos.es.js",
    "tablero.css",
];

/// All files of a page with its data, by their names.
pub(super) fn files(data: Vec<u8>) -> Files {
    let mut files: Files =
        STATIC_FILES.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    files.push(("echarts.min.js".to_owned(), LIBRARY.to_vec()));
    files.push((DASHBOARD_DATA_FILE.to_owned(), data));
    files.sort_by(|a, b| a.0.cmp(&b.0));
    // The checksum file lists the dashboard's files for copying and for replacement.
    files.push((CHECKSUMS.to_owned(), sums(&files).into_bytes()));
    files
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_page_is_in_it_and_every_one_that_it_asks_for() {
        let names: BTreeSet<String> = files(Vec::new()).into_iter().map(|(name, _)| name).collect();
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("tablero");
        let mut there =
            BTreeSet::from(["echarts.min.js".to_owned(), DASHBOARD_DATA_FILE.to_owned(), CHECKSUMS.to_owned()]);
        for (folder, prefix) in [(root.clone(), ""), (root.join("js"), "js/")] {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
                let stays = [".md", ".d.ts", ".json"].iter().any(|ending| name.ends_with(ending));
                if entry.file_type().unwrap().is_file() && !stays {
                    there.insert(name);
                }
            }
        }
        assert_eq!(names, there);
        let page = include_str!("../../../tablero/index.html");
        let asked = page.split(" src=\"").chain(page.split(" href=\"")).filter_map(|rest| rest.split('"').next());
        let files =
            asked.filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "js" || ending == "css"));
        for name in files {
            assert!(names.contains(name), "{name}");
        }
    }
}
