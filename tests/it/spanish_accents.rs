//! Tests that all published Spanish has its accents. A word list cannot prove a text correct, but
//! it contains the words that are most often written without accents.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use crate::common;
use std::fs;
use std::path::Path;

use lnere_ingest::RecordRule;
use lnere_tables::dictionary;

/// Words that lack an accent or ñ in Spanish text.
const WORDS_WITHOUT_ACCENT: &[&str] = &[
    "analisis",
    "telefono",
    "mexico",
    "numero",
    "credito",
    "dia",
    "dias_",
    "linea",
    "segun",
    "estan",
    "tambien",
    "electronica",
    "electronico",
    "pais_",
    "credencializacion",
    "informacion",
    "poblacion",
    "representacion_",
    "identificacion",
    "espana",
    "canada",
    "japon",
    "belgica",
    "peru",
    "panama",
    "turquia",
    "haiti",
    "queretaro",
    "michoacan",
    "potosi",
    "leon",
    "yucatan",
    "ano",
    "anos",
    "codigo",
    "codigos",
    "titulo",
    "estadistica",
    "ultimo",
    "ultima",
    "maximo",
    "minimo",
    "practica",
    "tramite",
    "tramites",
    "confirmacion",
    "recepcion",
    "region",
    "confirmo",
    "solicito",
    "despues",
    "inclusive_",
    "periodo_",
    "publico_",
    "ambito",
    "pagina",
    "grafica_",
    "rapido",
    "unico",
    "valido",
    "invalido",
    "esten",
    "este_",
    "catalogo",
    "demas",
    "asi",
    "exportacion",
];

#[track_caller]
fn check(place: &str, text: &str) {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_lowercase);
    for word in words {
        assert!(!WORDS_WITHOUT_ACCENT.contains(&word.as_str()), "{place}: `{word}` lacks an accent in: {text}");
    }
}

/// The strings of a TOML value, except those under keys that hold codes.
fn texts(value: &toml::Value, found: &mut Vec<String>) {
    const CODE_KEYS: [&str; 22] = [
        "clave",
        "pais",
        "tipo",
        "alias",
        "aliases",
        "code",
        "name",
        "by",
        "en",
        "columns",
        "prefijos_consulado",
        "prefijos_embajada",
        "id",
        "form",
        "table",
        "paths",
        "accepted",
        "refused",
        "modality",
        "totals",
        "tariff",
        "curve",
    ];
    match value {
        toml::Value::String(text) => found.push(text.clone()),
        toml::Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        toml::Value::Table(table) => {
            table
                .iter()
                .filter(|(key, value)| {
                    !CODE_KEYS.contains(&key.as_str())
                        || value.as_array().is_some_and(|values| values.iter().any(toml::Value::is_table))
                })
                .for_each(|(_, value)| texts(value, found));
        }
        _ => {}
    }
}

#[test]
fn files_of_configuration() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["pipelines", "pipelines/catalogos", "pipelines/proyeccion", "charts"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // The synonyms of headers and codes are compared without accents, and nobody reads them.
            if path.extension().is_some_and(|extension| extension == "toml") && !path.ends_with("encabezados.toml") {
                let value: toml::Value = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
                let mut found = Vec::new();
                texts(&value, &mut found);
                assert!(!found.is_empty(), "{}", path.display());
                for text in &found {
                    check(&path.display().to_string(), text);
                }
            }
        }
    }
}

#[test]
fn every_text_of_every_chart() {
    let bench = common::Bench::good();
    bench.run_with(&[]).assert_published();
    let mut texts = 0;
    for folder in ["nacional", "08_chihuahua", "03_baja_california_sur"] {
        for entry in fs::read_dir(bench.release().join("graficas").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "svg") {
                let svg = fs::read_to_string(&path).unwrap();
                for text in svg.split('>').skip(1).filter_map(|part| part.split_once('<')).map(|(text, _)| text) {
                    check(&path.display().to_string(), text);
                    texts += usize::from(!text.trim().is_empty());
                }
            }
        }
    }
    assert!(texts > 300, "{texts} texts");
}

#[test]
fn every_word_of_a_report_and_of_what_goes_with_it() {
    let bench = common::Bench::good();
    bench.run_with(&["--only", "paquetes"]).assert_published();
    for slug in ["nacional", "08_chihuahua", "03_baja_california_sur"] {
        let package = bench.release().join(format!("paquetes/{slug}/paquete_{slug}_2020-09-30.zip"));
        let files = common::unzip(&fs::read(package).unwrap());
        let report = common::pdf_text(&files[&format!("reporte_{slug}_2020-09-30.pdf")]);
        assert!(report.split_whitespace().count() > 1000, "{slug}");
        for text in [&report, std::str::from_utf8(&files["LEEME.txt"]).unwrap()] {
            text.lines().for_each(|line| check(slug, line));
        }
    }
}

#[test]
fn every_word_of_the_dashboard() {
    let tablero = Path::new(env!("CARGO_MANIFEST_DIR")).join("tablero");
    let words = fs::read_to_string(tablero.join("js/textos.es.js")).unwrap();
    // The texts between quotation marks, without the names of placeholders.
    let unfilled =
        |text: &str| text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
    let texts: Vec<String> = words.split('\'').skip(1).step_by(2).map(unfilled).collect();
    assert!(texts.len() > 100, "{} texts", texts.len());
    for text in &texts {
        check("textos.es.js", text);
    }
    let page = fs::read_to_string(tablero.join("index.html")).unwrap();
    page.split('>').filter_map(|part| part.split_once('<')).for_each(|(text, _)| check("index.html", text));
}

#[test]
fn dictionary_and_rules() {
    for column in dictionary::COLUMN_MEANINGS {
        check(column.name, &column.es);
    }
    for rule in RecordRule::ALL {
        check(rule.code(), rule.meaning());
    }
}
