/*!
Builds what people install, into `target/dist`: an archive, a Debian package, a wheel, the list of
components (SBOM) and `SHA256SUMS`.
*/

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{repository_root, run_cargo, run_step};

/// Where the units expect a program that the administrator installed, and where the package puts it.
const LOCAL_PROGRAM: &str = "/usr/local/bin/lnere";
const PACKAGED_PROGRAM: &str = "/usr/bin/lnere";

/// What the archive holds beside the program, its manual pages and its completions.
const ARCHIVED: [&str; 8] =
    ["pipelines", "charts", "deploy", "docs", "README.md", "README.es.md", "CHANGELOG.md", "LICENSE"];

/// Builds everything. With `--packages-only` it packs the release program that exists, and leaves
/// out the list of components.
pub fn build(packages_only: bool) -> bool {
    let dist = repository_root().join("target/dist");
    let version = env!("CARGO_PKG_VERSION");
    let text = |path: &Path| path.display().to_string();
    let program = target_folder().join("release/lnere");
    let build_variables: &[(&str, &str)] = if packages_only { &[] } else { &[("CARGO_INCREMENTAL", "0")] };
    if !packages_only && !run_cargo(&["build", "--release", "--locked"], build_variables) {
        return false;
    }
    let stage = dist.join("stage");
    if let Err(error) = fs::remove_dir_all(&dist).or_else(ignore_absence).and_then(|()| stage_files(&program, &stage)) {
        eprintln!("cannot stage the files of the packages: {error}");
        return false;
    }
    let archive = format!("lnere-{version}-{}-linux", env::consts::ARCH);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    // Names of functions serve only profilers, and are a quarter of the program.
    let is_archived = run_step("strip", &[words(&["--strip-all"]), vec![text(&stage.join("lnere"))]].concat(), &[])
        && run_step("mkdir", &[text(&dist.join(&archive))], &[])
        && run_step(
            "cp",
            &[
                words(&["-r", "-t"]),
                vec![text(&dist.join(&archive))],
                ["lnere", "man", "completions"].map(|name| text(&stage.join(name))).to_vec(),
                ARCHIVED.map(|name| text(&repository_root().join(name))).to_vec(),
            ]
            .concat(),
            &[],
        )
        && run_step(
            "tar",
            &words(&[
                "--sort=name",
                "--owner=0",
                "--group=0",
                "--mtime=@0",
                "-C",
                "target/dist",
                "-czf",
                &format!("target/dist/{archive}.tar.gz"),
                &archive,
            ]),
            &[],
        )
        && run_step("rm", &[words(&["-r"]), vec![text(&dist.join(&archive))]].concat(), &[]);
    is_archived
        && run_cargo(&deb_words(packages_only), &[])
        && run_step("maturin", &words(&["build", "--release", "--locked", "--out", "target/dist"]), build_variables)
        && (packages_only || list_components(&dist, version))
        && run_step("rm", &words(&["-r", "target/dist/stage"]), &[])
        && run_step("sh", &words(&["-c", "cd target/dist && sha256sum -- * > SHA256SUMS && cat SHA256SUMS"]), &[])
}

fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository_root().join("target"), PathBuf::from)
}

fn ignore_absence(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// Puts the program, its manual pages, its completions, and the units and cron lines of the package
/// into a folder.
fn stage_files(program: &Path, stage: &Path) -> io::Result<()> {
    let completions = stage.join("completions");
    let units = stage.join("units");
    fs::create_dir_all(&completions)?;
    fs::create_dir_all(&units)?;
    fs::copy(program, stage.join("lnere"))?;
    let print = |words: &[&str]| -> io::Result<Vec<u8>> {
        let output = Command::new(program).args(words).output()?;
        if output.status.success() { Ok(output.stdout) } else { Err(io::Error::other(format!("{words:?} failed"))) }
    };
    for (language, folder) in [("en", "man"), ("es", "man/es")] {
        print(&["--lang", language, "man", &stage.join(folder).display().to_string()])?;
    }
    for shell in ["bash", "fish", "zsh"] {
        fs::write(completions.join(format!("lnere.{shell}")), print(&["completions", shell])?)?;
    }
    let deploy = repository_root().join("deploy");
    let copy_packaged = |path: &Path, folder: &Path| {
        let text = fs::read_to_string(path)?.replace(LOCAL_PROGRAM, PACKAGED_PROGRAM);
        fs::write(folder.join(path.file_name().unwrap_or_default()), text)
    };
    copy_packaged(&deploy.join("lnere.cron"), stage)?;
    for entry in fs::read_dir(deploy)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "service" || extension == "timer") {
            copy_packaged(&path, &units)?;
        }
    }
    Ok(())
}

/// The package with the best compression takes a minute, which a check does not need.
fn deb_words(packages_only: bool) -> Vec<&'static str> {
    let mut words = vec!["deb", "--no-build", "--no-strip", "--output", "target/dist/"];
    if packages_only {
        words.push("--fast");
    }
    words
}

/// Writes the components of the program in the form `CycloneDX`. The tool writes a list beside each
/// manifest of the workspace; that of the program is kept.
fn list_components(dist: &Path, version: &str) -> bool {
    let name = format!("lnere-{version}.cdx");
    let file = format!("{name}.json");
    let words = ["cyclonedx", "--format", "json", "--spec-version", "1.5", "--override-filename", &name];
    run_cargo(&words, &[])
        && run_step("mv", &[file.clone(), dist.join(&file).display().to_string()], &[])
        && run_step("sh", &["-c".to_owned(), format!("rm -f crates/*/{file} fuzz/{file}")], &[])
}
