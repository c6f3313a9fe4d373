use lnere_charts::*;
use lnere_core::{calendar::Corte, process::Process};
use std::path::Path;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (release, out, only) = (Path::new(&a[1]), Path::new(&a[2]), &a[3]);
    let (process, catalogs) = Process::load(Path::new("pipelines/pel_2020_2021.toml")).unwrap();
    let mut tables = Vec::new();
    for e in std::fs::read_dir(release.join("tablas")).unwrap() {
        let p = e.unwrap().path();
        let name = p.file_stem().unwrap().to_string_lossy().into_owned();
        tables.push(lnere_tables::read(&name, std::fs::read(&p).unwrap()).unwrap());
    }
    let day = release.file_name().unwrap().to_string_lossy().parse().unwrap();
    let corte = Corte::new(day).unwrap();
    let context = ChartContext::for_corte(&process, &catalogs, corte);
    let charts = ChartDefinition::load_folder(Path::new("charts"), &process).unwrap();
    for code in ["", "09", "03", "08"] {
        let scope = if code.is_empty() {
            Scope::Nation
        } else {
            Scope::Entity {
                code: code.to_owned(),
                name: catalogs.entities.name(catalogs.entities.by_code(code).unwrap()).to_owned(),
            }
        };
        for (_, chart) in &charts {
            if !(only == "all" || only.split(',').any(|o| o == chart.name())) || !chart.is_drawn_for(&scope) {
                continue;
            }
            match render(chart, &tables, &scope, &context, &Default::default()) {
                Ok(r) => {
                    let f = out.join(format!("{}_{}", chart.name(), if code.is_empty() { "nac" } else { code }));
                    std::fs::write(f.with_extension("png"), r.png).unwrap();
                    std::fs::write(f.with_extension("svg"), r.svg).unwrap();
                }
                Err(e) => println!("{} {code}: {e}", chart.name()),
            }
        }
    }
}
