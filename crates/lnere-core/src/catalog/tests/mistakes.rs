//! Tests of mistakes in catalogue files, which are reported with file and line.

use std::fs;

use tempfile::TempDir;

use super::*;

/// A copy of the catalogues with one text of one file replaced.
fn load_edited(name: &str, from: &str, to: &str) -> Result<Catalogs, CatalogError> {
    let copy = TempDir::new().unwrap();
    for file in ["entidades.toml", "paises.toml", "representaciones.toml"] {
        let mut text = fs::read_to_string(catalog_folder().join(file)).unwrap();
        if file == name {
            assert!(text.contains(from), "{from} is in {name}");
            text = text.replacen(from, to, 1);
        }
        fs::write(copy.path().join(file), text).unwrap();
    }
    Catalogs::load(copy.path())
}

#[track_caller]
fn assert_mistake(name: &str, from: &str, to: &str, message: &str) {
    let line = fs::read_to_string(catalog_folder().join(name)).unwrap();
    let entry = line.find(from).unwrap();
    let error = load_edited(name, from, to).unwrap_err().to_string();
    assert!(error.contains(message), "`{message}` is not in: {error}");
    let at: usize = error.split(&format!("{name}:")).nth(1).unwrap().split(':').next().unwrap().parse().unwrap();
    let entry = 1 + line[..entry].matches('\n').count();
    // The mistake is at the entry with the text, or at a later entry whose name it repeats.
    assert!(at + 10 > entry, "line {at} for an edit of line {entry}");
}

#[test]
fn a_name_that_stands_for_two() {
    let two = "stands for two entries";
    // The same name, or one that a rule makes equal.
    for name in ["Canadá", "canada (el)", "Rep. Checa", "Checa, República", "E.E.U.U.", "Corea (la República de)"] {
        assert_mistake("paises.toml", "\"Anguilla\"", &format!("\"Anguilla\", \"{name}\""), two);
    }
    for code in ["MEX", "MX", "de"] {
        assert_mistake("paises.toml", "\"Anguilla\"", &format!("\"Anguilla\", \"{code}\""), two);
    }
    assert_mistake("paises.toml", "alfa2 = \"AI\"", "alfa2 = \"AF\"", two);
    assert_mistake("paises.toml", "clave = \"AIA\"", "clave = \"AFG\"", two);
    // Two letters of the CURP, or an abbreviation, that another entity has.
    assert_mistake("entidades.toml", "curp = \"CH\"", "curp = \"CS\"", two);
    assert_mistake("entidades.toml", "curp = \"AS\"", "curp = \"DF\"", two);
    assert_mistake("entidades.toml", "curp = \"SR\"", "curp = \"SL\"", two);
    assert_mistake("entidades.toml", "\"Chis.\"", "\"Chis.\", \"Chih\"", two);
    assert_mistake("entidades.toml", "\"Chis.\"", "\"Chis.\", \"C.H.\"", two);
    assert_mistake("entidades.toml", "\"Chis.\"", "\"Chis.\", \"Estado de Jalisco\"", two);
    // Mistakes in seats.
    let houston = "nombre = \"Houston\"\npais = \"USA\"\nlatitud = 29.76\nlongitud = -95.37\nestado = \"Texas\"\ntipo = \"consulado\"\nalias = []";
    for name in ["Dallas", "DALLAS", "Dallas Texas", "Dallas, Tx.", "St. Antonio"] {
        let with = houston.replace("[]", &format!("[\"{name}\"]"));
        assert_mistake("representaciones.toml", houston, &with, two);
    }
    assert_mistake("representaciones.toml", "alias = [\"AL\", \"Ala\"]", "alias = [\"AL\", \"Ala\", \"TX\"]", two);
    assert_mistake("representaciones.toml", "\"Embamex\"", "\"Consulmex\"", two);
}

#[test]
fn other_mistakes() {
    assert_mistake("paises.toml", "\"Anguilla\"", "\"Anguilla\", \"NA\"", "is also in `sin_pais`");
    assert_mistake("paises.toml", "\"Anguilla\"", "\"--\"", "has no letter or digit");
    assert_mistake("paises.toml", "alfa2 = \"AI\"", "alfa2 = \"ai\"", "alfa2 `ai` is no ISO 3166-1 alpha-2 code");
    assert_mistake(
        "paises.toml",
        "territorio_de = \"GBR\"",
        "territorio_de = \"ZZZ\"",
        "is the clave of no other country",
    );
    assert_mistake(
        "paises.toml",
        "territorio_de = \"NLD\"",
        "territorio_de = \"ABW\"",
        "is the clave of no other country",
    );
    assert_mistake(
        "paises.toml",
        "[\"Popular\", \"Pop\"]",
        "[\"Popular\", \"Rep\"]",
        "is in two lists of abreviaturas",
    );
    assert_mistake(
        "paises.toml",
        "[\"Popular\", \"Pop\"]",
        "[\"Popular\", \"del\"]",
        "is also in a list of abreviaturas",
    );
    assert_mistake("paises.toml", "[\"Popular\", \"Pop\"]", "[\"Popular\", \"P. op\"]", "is not one word");
    assert_mistake("representaciones.toml", "estado = \"Georgia\"", "estado = \"Jorgia\"", "is no [[estado]] of `USA`");
    assert_mistake("representaciones.toml", "estado = \"Alberta\"", "estado = \"Texas\"", "is no [[estado]] of `CAN`");
    assert_mistake("representaciones.toml", "\"Embamex\"", "\"de México\"", "holds nothing but nexos");
}

#[test]
fn a_new_seat_is_toml_alone() {
    let maine = "[[representacion]]
clave = \"portland_maine\"
nombre = \"Portland (Maine)\"
pais = \"USA\"
estado = \"Maine\"
tipo = \"consulado\"

[[representacion]]
clave = \"presidio\"";
    let catalogs = load_edited("representaciones.toml", "[[representacion]]\nclave = \"presidio\"", maine).unwrap();
    let office = |text: &str| catalogs.offices.find(text).map(|id| catalogs.offices.get(id).code.clone());
    for text in ["Portland, Maine", "Portland (Maine)", "Consulado de México en Portland, Maine", "portland maine"] {
        assert_eq!(office(text).as_deref(), Some("portland_maine"), "{text}");
    }
    for text in ["Portland", "Portland, Oregón", "Consulado de México en Portland, Or."] {
        assert_eq!(office(text).as_deref(), Some("portland"), "{text}");
    }
}

#[test]
fn a_damaged_text_may_be_an_alias() {
    let catalogs = load_edited("paises.toml", "\"Anguilla\"", "\"Anguilla\", \"Angu?la\", \"AnguÃ¡la\"").unwrap();
    assert_eq!(country_code_of(&catalogs, "ANGU?LA").as_deref(), Some("AIA"));
    assert_eq!(country_code_of(&catalogs, "AnguÃ¡la").as_deref(), Some("AIA"));
    assert_eq!(country_code_of(&catalogs, "Angula"), None);
}

#[test]
fn catalogues_without_rules_know_the_names_that_they_list() {
    let copy = TempDir::new().unwrap();
    let entities: String = (1..=32)
        .map(|number| format!("[[entidad]]\nclave = \"{number:02}\"\nnombre = \"Entidad {number}\"\n"))
        .collect();
    fs::write(copy.path().join("entidades.toml"), entities).unwrap();
    fs::write(copy.path().join("paises.toml"), "[[pais]]\nclave = \"ESP\"\nnombre = \"España\"\nalias = [\"Spain\"]\n")
        .unwrap();
    let offices = "prefijos_consulado = [\"Consulado de México en\"]\nprefijos_embajada = [\"Embajada en\"]\n[[representacion]]\nclave = \"madrid\"\nnombre = \"Madrid\"\npais = \"ESP\"\ntipo = \"embajada\"\n";
    fs::write(copy.path().join("representaciones.toml"), offices).unwrap();
    let catalogs = Catalogs::load(copy.path()).unwrap();
    assert_eq!(entity_number_of(&catalogs, "ENTIDAD 7"), Some(7));
    assert_eq!(country_code_of(&catalogs, "spain").as_deref(), Some("ESP"));
    assert_eq!(catalogs.offices.find("Embajada en Madrid"), catalogs.offices.identified_ids().next());
}

/// Ids have 16 bits for offices and 9 for countries; the first one is the unidentified value.
#[test]
fn more_entries_than_fit_are_refused_with_the_number_that_fits() {
    let offices = |count: usize| -> Result<Catalogs, CatalogError> {
        let more: String = (0..count - 154)
            .map(|n| format!("[[representacion]]\nclave = \"sede_{n}\"\nnombre = \"Sede {n}\"\npais = \"USA\"\ntipo = \"consulado\"\n"))
            .collect();
        let last = "[[representacion]]\nclave = \"yakarta\"";
        load_edited("representaciones.toml", last, &format!("{more}{last}"))
    };
    let catalogs = offices(65_535).unwrap();
    assert_eq!(catalogs.offices.identified_ids().count(), 65_535);
    let last = catalogs.offices.identified_ids().last().unwrap();
    assert_eq!(catalogs.offices.find(&catalogs.offices.get(last).name), Some(last));
    let error = offices(65_536).unwrap_err().to_string();
    assert!(error.contains("65536 offices; at most 65535 are allowed [L163]"), "{error}");
    assert!(error.contains("representaciones.toml:"), "{error}");

    let countries = |count: usize| {
        let letters = ('A'..='Z').flat_map(|first| ('A'..='Z').map(move |second| format!("Q{first}{second}")));
        let more: String = letters
            .filter(|code| code != "QAT")
            .take(count - 249)
            .map(|code| format!("[[pais]]\nclave = \"{code}\"\nnombre = \"Tierra {code}\"\n"))
            .collect();
        load_edited("paises.toml", "[[pais]]\nclave = \"ZWE\"", &format!("{more}[[pais]]\nclave = \"ZWE\""))
    };
    let catalogs = countries(511).unwrap();
    assert_eq!(catalogs.countries.identified_ids().count(), 511);
    assert_eq!(country_code_of(&catalogs, "Zimbabwe").as_deref(), Some("ZWE"));
    let error = countries(512).unwrap_err().to_string();
    assert!(error.contains("512 countries; at most 511 are allowed [L163]"), "{error}");
}

#[test]
fn coordinates_that_are_no_place() {
    // A swapped pair of an office in the west is out of range.
    assert_mistake("representaciones.toml", "latitud = 39.74", "latitud = -104.99", "[L168]");
    assert_mistake("representaciones.toml", "longitud = -104.99\n", "", "both, or none");
    assert_mistake("paises.toml", "latitud = 38.9", "latitud = 138.9", "expected -90 to 90");
    let without = load_edited("representaciones.toml", "latitud = 39.74\nlongitud = -104.99\n", "").unwrap();
    assert_eq!(without.offices.get(without.offices.find("Denver").unwrap()).coordinates, None);
}
