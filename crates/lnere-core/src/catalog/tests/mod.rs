//! Tests of the shipped catalogues: each spelling matches the right entry, or none.

mod coordinates;
mod country_name_lists;
mod mistakes;
mod offices;

use super::*;

fn catalog_folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("pipelines/catalogos")
}

fn shipped_catalogs() -> Catalogs {
    Catalogs::load(&catalog_folder()).unwrap_or_else(|error| panic!("{error}"))
}

fn country_code_of(catalogs: &Catalogs, text: &str) -> Option<String> {
    catalogs.countries.find(text).map(|id| catalogs.countries.get(id).code.clone())
}

fn entity_number_of(catalogs: &Catalogs, text: &str) -> Option<u8> {
    catalogs.entities.find(text).map(EntityId::number)
}

/// Spellings of a name that do not change its meaning.
fn equivalent_spellings(name: &str) -> Vec<String> {
    let mut spellings = vec![
        name.to_owned(),
        format!("  {name} "),
        name.to_uppercase(),
        name.to_lowercase(),
        text_folding::fold_label(name),
        name.replace(' ', "\u{a0}"),
        name.replace(' ', "  "),
        name.chars().flat_map(|c| [c, '\u{200b}']).collect(),
        format!("\u{feff}{name}\u{ad}"),
        format!("\"{name}\""),
    ];
    for article in ["el", "la", "los", "las", "Los"] {
        spellings.extend([
            format!("{name} ({article})"),
            format!("{name}, {article}"),
            format!("{name} [{article}]"),
            format!("{article} {name}"),
        ]);
    }
    let words: Vec<&str> = name.split(' ').collect();
    for (full, short) in [
        ("República", "Rep."),
        ("Democrática", "Dem."),
        ("Popular", "Pop."),
        ("Islas", "Is."),
        ("Santa", "Sta."),
        ("Estado", "Edo."),
        ("México", "Méx."),
        ("Ciudad", "Cd."),
    ] {
        if words.contains(&full) {
            spellings.push(name.replace(full, short));
        }
    }
    // Inverted names: the words before the last one follow a comma or stand in brackets, with the
    // preposition in its place.
    if let Some((last, first)) = words.split_last().filter(|(_, first)| !first.is_empty())
        && !name.contains([',', '(', '[', '-'])
    {
        let first = first.join(" ");
        spellings.extend([format!("{last}, {first}"), format!("{last} ({first})"), format!("{last} ({first}) (la)")]);
    }
    spellings
}

#[test]
fn every_country_of_every_list_is_known() {
    let catalogs = shipped_catalogs();
    let lists = [
        country_name_lists::ISO_3166_1,
        country_name_lists::CFDI_COUNTRY_NAMES,
        country_name_lists::MIGRATION_STATISTICS_NAMES,
        country_name_lists::COMMON_NAMES,
    ];
    let mut wrong = Vec::new();
    for (code, name) in lists.iter().flat_map(|list| code_and_name_rows(list)) {
        let found = country_code_of(&catalogs, name);
        if found.as_deref() != Some(code) {
            wrong.push(format!("{name} is {code}, not {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for list in [country_name_lists::ISO_3166_1, country_name_lists::CFDI_COUNTRY_NAMES] {
        let codes: std::collections::BTreeSet<_> = code_and_name_rows(list).map(|(code, _)| code).collect();
        assert_eq!(codes.len(), 249);
    }
}

/// The alpha-3 code and the name in each entry of a list.
fn code_and_name_rows(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.trim().lines().flat_map(|line| {
        let mut names = line.split('|');
        let code = names.next().unwrap();
        names.map(move |name| (code, name))
    })
}

#[test]
fn every_code_of_a_country_is_known() {
    let catalogs = shipped_catalogs();
    let raw: RawCountries = CatalogFile::read(&catalog_folder().join("paises.toml")).unwrap().parse().unwrap();
    assert_eq!(raw.pais.len(), 249);
    let silent: Vec<&str> = raw.sin_pais.iter().map(|word| word.get_ref().as_str()).collect();
    for entry in &raw.pais {
        let RawCountry { clave, alfa2, .. } = entry.get_ref();
        assert_eq!(country_code_of(&catalogs, clave).as_ref(), Some(clave));
        assert_eq!(country_code_of(&catalogs, &clave.to_lowercase()).as_ref(), Some(clave));
        let alfa2 = alfa2.as_ref().unwrap();
        let expected = Some(clave).filter(|_| !silent.contains(&alfa2.as_str()));
        assert_eq!(country_code_of(&catalogs, alfa2).as_ref(), expected, "{alfa2}");
    }
}

#[test]
fn countries_with_like_names_are_not_mixed_up() {
    let catalogs = shipped_catalogs();
    let pairs = [
        ("República de Corea", "KOR"),
        ("República Popular Democrática de Corea", "PRK"),
        ("República Democrática Popular de Corea", "PRK"),
        ("Congo", "COG"),
        ("Congo, República del", "COG"),
        ("Congo, República Democrática del", "COD"),
        ("Guinea", "GIN"),
        ("Guinea Ecuatorial", "GNQ"),
        ("Guinea-Bisáu", "GNB"),
        ("Papúa Nueva Guinea", "PNG"),
        ("Guinea, Papúa Nueva", "PNG"),
        ("Guyana", "GUY"),
        ("Guayana Francesa", "GUF"),
        ("Dominica", "DMA"),
        ("República Dominicana", "DOM"),
        ("Níger", "NER"),
        ("Nigeria", "NGA"),
        ("Sudán", "SDN"),
        ("Sudán del Sur", "SSD"),
        ("Irlanda", "IRL"),
        ("Irlanda del Norte", "GBR"),
        ("Islas Vírgenes (EE.UU.)", "VIR"),
        ("Islas Vírgenes (Británicas)", "VGB"),
        ("Samoa", "WSM"),
        ("Samoa Americana", "ASM"),
        ("Austria", "AUT"),
        ("Australia", "AUS"),
        ("China", "CHN"),
        ("Taiwán, China", "TWN"),
        ("Hong Kong, China", "HKG"),
        ("Georgia", "GEO"),
        ("Islas Georgias del Sur y Sandwich del Sur", "SGS"),
        ("San Martín (parte francesa)", "MAF"),
        ("San Martín (parte holandesa)", "SXM"),
        ("Mali", "MLI"),
        ("Malawi", "MWI"),
        ("Mauricio", "MUS"),
        ("Mauritania", "MRT"),
        ("Eslovaquia", "SVK"),
        ("Eslovenia", "SVN"),
        ("Macao", "MAC"),
        ("Mónaco", "MCO"),
        ("Islandia", "ISL"),
        ("Suecia", "SWE"),
        ("Suiza", "CHE"),
        ("Timor Oriental", "TLS"),
        ("Sahara Occidental", "ESH"),
        ("Estados Unidos Mexicanos", "MEX"),
        ("Estados Unidos Americanos", "USA"),
        ("Islas Ultramarinas Menores de los Estados Unidos", "UMI"),
        ("Territorio Británico del Océano Índico", "IOT"),
        ("India", "IND"),
        ("Granada", "GRD"),
        ("San Vicente y las Granadinas", "VCT"),
    ];
    for (name, code) in pairs {
        assert_eq!(country_code_of(&catalogs, name).as_deref(), Some(code), "{name}");
    }
}

#[test]
fn what_is_no_country_or_could_be_two_is_unknown() {
    let catalogs = shipped_catalogs();
    let unknown = [
        "",
        " ",
        "---",
        "Países no declarados",
        "No identificado",
        "XXX",
        "ZZZ",
        "Otro",
        "Otros países",
        "Extranjero",
        "América",
        "Unidos",
        "República",
        "República Democrática",
        "República Popular",
        "Islas",
        "Islas Vírgenes",
        "San Martín",
        "República de China",
        "Irlanda, Escocia",
        "México, Estados Unidos",
        "México/EUA",
        "Georgia, Estados Unidos",
        "Guinea (Guinea Ecuatorial)",
        "Congo - Zaire",
        "Sur de Sudán",
        "Norte de Corea",
        "Yugoslavia",
        "Kosovo",
        // Two letters for an unknown value, also with punctuation.
        "NA",
        "N/A",
        "N.A.",
        "S/D",
        "SD",
        "S/N",
        "NE",
        "N.E.",
        "NI",
        "NO",
        "SI",
        "Sí",
        // Ambiguous: Reino Unido or Rusia.
        "RU",
        "C.A.",
        // Damaged texts are not repaired.
        "Estados Unidos de AmÃ©rica",
        "CANADÃ\u{81}",
        "PerÃº",
        "TurquÃ\u{ad}a",
        "Espa?a",
        "M?xico",
        "Per?",
        "Canad?a",
        "Espa\u{fffd}a",
        "Per\u{fffd}",
        "Espa¤a",
        "Per£",
    ];
    for name in unknown {
        assert_eq!(country_code_of(&catalogs, name), None, "{name:?}");
    }
    assert_eq!(country_code_of(&catalogs, &"Canadá ".repeat(1_000)), None);
    assert_eq!(country_code_of(&catalogs, &"Canadá, ".repeat(20)), None);
}

#[test]
fn two_names_in_one_label_are_unknown_unless_one_is_a_territory_of_the_other() {
    let catalogs = shipped_catalogs();
    let countries = &catalogs.countries;
    for first in countries.identified_ids() {
        for second in countries.identified_ids().filter(|second| *second != first) {
            let label = format!("{}, {}", countries.get(first).name, countries.get(second).name);
            let territory = [(first, second), (second, first)]
                .into_iter()
                .find(|(territory, of)| {
                    countries
                        .name_index
                        .is_name_of_entry_or_parent(*territory, &[&countries.get(*of).code.to_lowercase()])
                })
                .map(|(territory, _)| territory);
            let expected = if matches!(label.as_str(), "Taiwán, China" | "China, Taiwán") {
                countries.find("TWN")
            } else {
                territory
            };
            assert_eq!(countries.find(&label), expected, "{label}");
        }
    }
    let entities = &catalogs.entities;
    for first in entities.ids() {
        for second in entities.ids().filter(|second| *second != first) {
            for label in [
                format!("{}, {}", entities.name(first), entities.name(second)),
                format!("{} {}", entities.name(first), entities.name(second)),
                format!("{} {}", first.code(), entities.name(second)),
                format!("{} {}", first.code(), second.code()),
            ] {
                assert_eq!(entities.find(&label), None, "{label}");
            }
        }
    }
}

#[test]
fn every_entity_is_known_by_number_name_and_abbreviation() {
    let catalogs = shipped_catalogs();
    let names: [&[&str]; 32] = [
        &["Aguascalientes", "AS", "Ags.", "AGU"],
        &["Baja California", "BC", "B.C.", "B. C.", "BCN"],
        &["Baja California Sur", "BS", "BCS", "B.C.S.", "B. C. S.", "Baja Calif. Sur"],
        &["Campeche", "CC", "Camp.", "CAM"],
        &["Coahuila de Zaragoza", "CL", "Coahuila", "Coah.", "COA"],
        &["Colima", "CM", "Col.", "COL"],
        &["Chiapas", "CS", "Chis.", "CHP"],
        &["Chihuahua", "CH", "Chih.", "CHH"],
        &[
            "Ciudad de México",
            "DF",
            "CDMX",
            "D.F.",
            "Distrito Federal",
            "Cd. de Méx.",
            "C.D.M.X.",
            "México, D.F.",
            "CMX",
        ],
        &["Durango", "DG", "Dgo.", "DUR"],
        &["Guanajuato", "GT", "Gto.", "GUA"],
        &["Guerrero", "GR", "Gro.", "GRO"],
        &["Hidalgo", "HG", "Hgo.", "HID"],
        &["Jalisco", "JC", "Jal.", "JAL"],
        &[
            "México",
            "MC",
            "Estado de México",
            "Edo. de Méx.",
            "Edo. Mex.",
            "Edomex",
            "EDOMEX",
            "Mex.",
            "MEX",
            "México (Estado de)",
            "México, Estado de",
            "Edo. de México",
        ],
        &["Michoacán de Ocampo", "MN", "Michoacán", "Mich.", "MIC"],
        &["Morelos", "MS", "Mor.", "MOR"],
        &["Nayarit", "NT", "Nay.", "NAY"],
        &["Nuevo León", "NL", "N.L.", "N. L.", "Nvo. León", "NLE"],
        &["Oaxaca", "OC", "Oax.", "OAX"],
        &["Puebla", "PL", "Pue.", "PUE"],
        &["Querétaro", "QT", "Qro.", "Querétaro de Arteaga", "QUE"],
        &["Quintana Roo", "QR", "Q. Roo", "Q.Roo", "Q.R.", "QROO", "ROO"],
        &["San Luis Potosí", "SP", "S.L.P.", "SLP", "S. L. P.", "Sn. Luis Potosí"],
        &["Sinaloa", "SL", "Sin.", "SIN"],
        &["Sonora", "SR", "Son.", "SON"],
        &["Tabasco", "TC", "Tab.", "TAB"],
        &["Tamaulipas", "TS", "Tamps.", "TAM"],
        &["Tlaxcala", "TL", "Tlax.", "TLA"],
        &["Veracruz de Ignacio de la Llave", "VZ", "Veracruz", "Ver.", "VER", "Veracruz-Llave"],
        &["Yucatán", "YN", "Yuc.", "YUC"],
        &["Zacatecas", "ZS", "Zac.", "ZAC"],
    ];
    for (number, names) in (1..).zip(names) {
        for name in names {
            for spelling in [(*name).to_owned(), name.to_uppercase(), name.to_lowercase(), format!("\u{feff} {name} ")]
            {
                assert_eq!(entity_number_of(&catalogs, &spelling), Some(number), "{spelling:?}");
            }
        }
        let official = names[0];
        for text in [
            format!("{number}"),
            format!("{number:02}"),
            format!(" {number} "),
            format!("{number:03}"),
            format!("{number}.0"),
            format!("{number:02}.00"),
            format!("'{number}"),
            format!("'{number:02}"),
            format!("’{number:02}"),
            format!("=\"{number}\""),
            format!("=\"{number:02}\""),
            format!("\"{number:02}\""),
            format!("={number}"),
            format!("{number}\u{200b}"),
            format!("{number:02} - {official}"),
            format!("{number} {official}"),
            format!("{number:02}-{}", official.to_uppercase()),
            format!("{official} ({number:02})"),
            format!("Estado de {official}"),
            format!("Edo. de {official}"),
            format!("Estado Libre y Soberano de {official}"),
        ] {
            assert_eq!(entity_number_of(&catalogs, &text), Some(number), "{text:?}");
        }
    }
}

#[test]
fn what_is_no_entity_is_unknown() {
    let catalogs = shipped_catalogs();
    let unknown = [
        "",
        "0",
        "00",
        "33",
        "87",
        "88",
        "99",
        "9.5",
        "8.08",
        "8,8",
        "8-8",
        "8 9",
        "0.0",
        "33.0",
        "9.0.1",
        "-9",
        "9a",
        "'",
        "=\"\"",
        "NE",
        "N.E.",
        "Extranjero",
        "Nacido en el extranjero",
        "Jalisco o Colima",
        "08 - Jalisco",
        "8 Sonora",
        "Sonora - Sinaloa",
        "Morelos, México",
        "Estado",
        "Ciudad",
        "Edo.",
        "Texas",
        "Nuevo México",
        "M?xico",
        "MÃ©xico",
        "Michoac?n",
        "YucatÃ¡n",
        "Quer\u{fffd}taro",
        "256",
        "264",
    ];
    for text in unknown {
        assert_eq!(entity_number_of(&catalogs, text), None, "{text:?}");
    }
}

#[test]
fn no_name_stands_for_two_entries_in_any_spelling() {
    let catalogs = shipped_catalogs();
    let read = |name: &str| CatalogFile::read(&catalog_folder().join(name)).unwrap();
    let mut spelled = 0;

    let raw: RawCountries = read("paises.toml").parse().unwrap();
    for entry in raw.pais {
        let RawCountry { clave, nombre, alias, .. } = entry.into_inner();
        for spelling in std::iter::once(nombre).chain(alias).flat_map(|name| equivalent_spellings(&name)) {
            // An inverted name may match nothing, but never another entry.
            let found = country_code_of(&catalogs, &spelling);
            assert!(found.is_none() || found.as_deref() == Some(&clave), "{spelling:?} of {clave} is {found:?}");
            spelled += usize::from(found.is_some());
        }
    }
    let raw: RawEntities = read("entidades.toml").parse().unwrap();
    for entry in raw.entidad {
        let RawEntity { clave, nombre, alias, .. } = entry.into_inner();
        let number = clave.parse().unwrap();
        for spelling in std::iter::once(nombre).chain(alias).flat_map(|name| equivalent_spellings(&name)) {
            let found = entity_number_of(&catalogs, &spelling);
            assert!(found.is_none() || found == Some(number), "{spelling:?} of {clave} is {found:?}");
            spelled += usize::from(found.is_some());
        }
    }
    assert!(spelled > 20_000, "{spelled} spellings are known");
}

#[test]
fn every_name_is_known_whatever_its_case_blanks_articles_and_invisible_characters() {
    let catalogs = shipped_catalogs();
    let raw: RawCountries = CatalogFile::read(&catalog_folder().join("paises.toml")).unwrap().parse().unwrap();
    for entry in raw.pais {
        let RawCountry { clave, nombre, alias, .. } = entry.into_inner();
        for name in std::iter::once(nombre).chain(alias) {
            for spelling in equivalent_spellings(&name).into_iter().take(30) {
                assert_eq!(country_code_of(&catalogs, &spelling).as_ref(), Some(&clave), "{spelling:?}");
            }
        }
    }
}

#[test]
fn abbreviations_that_exports_hold_are_known() {
    let catalogs = shipped_catalogs();
    for (text, code) in [
        ("Estados Unidos de N.A.", "USA"),
        ("E.U.de A.", "USA"),
        ("R. Unido", "GBR"),
        ("Surcorea", "KOR"),
        ("Sudcorea", "KOR"),
        ("N. Zelanda", "NZL"),
        ("Venezuela, Rep. Bol.", "VEN"),
        ("El Salvador, C.A.", "SLV"),
        ("Reino de Swazilandia", "SWZ"),
    ] {
        assert_eq!(country_code_of(&catalogs, text).as_deref(), Some(code), "{text}");
    }
    assert_eq!(entity_number_of(&catalogs, "E. de M."), Some(15));
    let office = catalogs.offices.find("S. Francisco, Cal.").map(|id| catalogs.offices.get(id).code.clone());
    assert_eq!(office.as_deref(), Some("san_francisco"));
}
