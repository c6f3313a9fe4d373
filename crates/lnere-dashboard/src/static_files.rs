/*!
Provides the files of the page that are equal for every process.
*/

use super::DASHBOARD_DATA_FILE;
use lnere_core::NamedFiles;
use lnere_core::checksum::{CHECKSUMS_FILE_NAME, sha256sums_text};

/// The content of a file in the folder `tablero`, with its name there.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../tablero/", $name)))),*]
    };
}

/// The static files. `tablero/build` makes the content of `dist/` from `tablero/js` and `ECharts`.
const STATIC_FILES: &[(&str, &str)] =
    files!["dist/licencias.txt", "dist/tablero.js", "icono.svg", "index.html", "tablero.css"];

/// The text of a static file; empty for another name.
pub(super) fn static_file(name: &str) -> &'static str {
    STATIC_FILES.iter().find(|(one, _)| *one == name).map_or("", |(_, text)| text)
}

/// All files of a page with its data, by name.
pub(super) fn files_with_data(data: Vec<u8>) -> NamedFiles {
    let mut files: NamedFiles =
        STATIC_FILES.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    files.push((DASHBOARD_DATA_FILE.to_owned(), data));
    files.sort_by(|a, b| a.0.cmp(&b.0));
    // The checksum file lists the dashboard's files for copying and for replacement.
    files.push((CHECKSUMS_FILE_NAME.to_owned(), sha256sums_text(&files).into_bytes()));
    files
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use lnere_core::checksum::{parse_sha256sums, sha256};

    use super::*;

    /// The folder of the page in the repository.
    fn tablero_folder() -> PathBuf {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("tablero")
    }

    /// The names of the files in a folder of the page, with their path prefix.
    fn file_names(folder: &str) -> impl Iterator<Item = String> {
        let entries = fs::read_dir(tablero_folder().join(folder)).unwrap().map(Result::unwrap);
        let found = entries.filter(|entry| entry.file_type().unwrap().is_file());
        found.map(move |entry| format!("{folder}{}", entry.file_name().into_string().unwrap()))
    }

    #[test]
    fn every_file_of_the_page_is_in_it_and_every_one_that_it_asks_for() {
        let in_page: BTreeSet<String> = files_with_data(Vec::new()).into_iter().map(|(name, _)| name).collect();
        let mut there = BTreeSet::from([DASHBOARD_DATA_FILE.to_owned(), CHECKSUMS_FILE_NAME.to_owned()]);
        for name in file_names("").chain(file_names("dist/")) {
            let stays =
                ["build", ".md", ".d.ts", ".json", "dist/SHA256SUMS"].iter().any(|ending| name.ends_with(ending));
            if !stays {
                there.insert(name);
            }
        }
        assert_eq!(in_page, there);
        let page = include_str!("../../../tablero/index.html");
        let asked = page.split(" src=\"").chain(page.split(" href=\"")).filter_map(|rest| rest.split('"').next());
        let files =
            asked.filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "js" || ending == "css"));
        for name in files {
            assert!(in_page.contains(name), "{name}");
        }
    }

    #[test]
    fn the_bundle_is_made_of_the_modules_that_are_there() {
        let sums = fs::read_to_string(tablero_folder().join("dist/SHA256SUMS")).unwrap();
        let mut of = BTreeSet::new();
        for (sum, name) in parse_sha256sums(&sums) {
            let bytes = fs::read(tablero_folder().join(name)).unwrap();
            assert_eq!(sha256(&bytes), sum, "{name} is another one: run tablero/build");
            of.insert(name.to_owned());
        }
        let mut wanted: BTreeSet<String> = file_names("js/").collect();
        for name in ["build", "dist/licencias.txt", "dist/tablero.js", "package-lock.json", "package.json"] {
            wanted.insert(name.to_owned());
        }
        assert_eq!(of, wanted, "run tablero/build");
    }
}
