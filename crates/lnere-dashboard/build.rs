//! Brings the chart library of the dashboard, a file in the crate `charming`, to where the crate includes it.
//! Nothing of it is copied into the repository, and nothing is fetched that Cargo.lock does not name.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The crate that ships the library.
const CRATE: &str = "charming";

/// The library in that crate.
const LIBRARY: &str = "src/asset/echarts-5.5.1.min.js";

/// What the library must be, so that the page is the one that was tested.
const CHECKSUM: &str = "e84270bd0cd5bdf60fefc26d00c2a391cb2e81f4d26a7a9ee16185a54773a3cf";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    let library = folder()?.join(LIBRARY);
    let bytes = fs::read(&library).map_err(|error| format!("cannot read {}: {error}", library.display()))?;
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if sum != CHECKSUM {
        return Err(format!("{} has the SHA-256 {sum}, and not {CHECKSUM}", library.display()).into());
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("echarts.min.js"), bytes)?;
    Ok(())
}

/// Where cargo keeps the crate: in its registry, or among vendored sources.
///
/// `cargo metadata` wants every crate of Cargo.lock at hand, those of the tests too, which a first build has not
/// fetched. So the network is asked only where what is at hand is not enough.
fn folder() -> Result<PathBuf, Box<dyn Error>> {
    let mut failure = String::new();
    for offline in [true, false] {
        let mut cargo = Command::new(env::var("CARGO")?);
        cargo.current_dir(env::var("CARGO_MANIFEST_DIR")?);
        cargo.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &env::var("TARGET")?]);
        let output = cargo.args(offline.then_some("--offline")).output()?;
        if !output.status.success() {
            failure = String::from_utf8_lossy(&output.stderr).into_owned();
            continue;
        }
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        let mut packages = metadata["packages"].as_array().into_iter().flatten();
        let manifest = packages.find(|package| package["name"] == CRATE).and_then(|it| it["manifest_path"].as_str());
        let folder = manifest.and_then(|manifest| Path::new(manifest).parent());
        return Ok(folder.ok_or("cargo metadata does not name the crate charming")?.to_owned());
    }
    Err(format!("cargo metadata cannot say where the crate {CRATE} is: {failure}").into())
}
