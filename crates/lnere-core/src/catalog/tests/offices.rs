//! Tests of embassies and consulates by seat, with prefixes and suffixes.

use super::*;
use crate::catalog::offices::{RawOffice, RawOffices};

fn office_code_of(catalogs: &Catalogs, text: &str) -> Option<String> {
    catalogs.offices.find(text).map(|id| catalogs.offices.get(id).code.clone())
}

#[track_caller]
fn assert_all_mean_office(code: &str, texts: &[&str]) {
    let catalogs = shipped_catalogs();
    for text in texts {
        assert_eq!(office_code_of(&catalogs, text).as_deref(), Some(code), "{text:?}");
        assert_eq!(office_code_of(&catalogs, &text.to_uppercase()).as_deref(), Some(code), "{text:?} in capitals");
    }
}

#[test]
fn a_seat_with_its_state_or_country() {
    assert_all_mean_office(
        "atlanta",
        &["Atlanta", "Atlanta, Georgia", "Atlanta, GA", "Atlanta, Ga.", "Atlanta, Georgia, EUA"],
    );
    assert_all_mean_office("laredo", &["Laredo, Tx.", "Laredo, Texas", "Laredo (Tex.)", "Laredo, TX, Estados Unidos"]);
    assert_all_mean_office("san_jose", &["San José", "San José, California", "San José, CA", "San Jose, Calif."]);
    assert_all_mean_office(
        "san_jose_cri",
        &["San José, Costa Rica", "San José (Costa Rica)", "Costa Rica", "San José de Costa Rica"],
    );
    assert_all_mean_office("saint_paul", &["St. Paul, Minnesota", "Saint Paul, Minn.", "Saint Paul", "St. Paul, MN"]);
    assert_all_mean_office(
        "filadelfia",
        &["Filadelfia, Pensilvania", "Philadelphia, Pennsylvania", "Filadelfia, Pa.", "Filadelfia (PA)"],
    );
    assert_all_mean_office(
        "nueva_york",
        &["Nueva York, N.Y.", "Nueva York", "New York, NY", "Nueva York, Nueva York", "New York City"],
    );
    assert_all_mean_office(
        "calgary",
        &["Calgary, Alberta", "Calgary, AB", "Calgary, Canadá", "Calgary, Alberta, Canadá"],
    );
    assert_all_mean_office("del_rio", &["Del Río, Texas", "Del Rio, Tx", "Del Río"]);
    assert_all_mean_office(
        "toronto",
        &["Toronto, Canadá", "Toronto, Ontario", "Toronto, Ont.", "Toronto (Canadá)", "Canadá - Toronto"],
    );
    assert_all_mean_office("milan", &["Milán, Italia", "Milano", "Milán"]);
    assert_all_mean_office(
        "los_angeles",
        &["Los Ángeles (California)", "Los Ángeles, Ca.", "Los Ángeles", "Los Angeles California"],
    );
    assert_all_mean_office(
        "dallas",
        &["Dallas - Texas", "Dallas – Texas", "Dallas/Texas", "Dallas, Tx", "Texas, Dallas", "dallas"],
    );
    assert_all_mean_office(
        "kansas_city",
        &["Kansas City, Misuri", "Kansas City, MO", "Kansas City, Missouri", "Kansas City"],
    );
    assert_all_mean_office(
        "new_brunswick",
        &["New Brunswick, NJ", "New Brunswick, Nueva Jersey", "New Brunswick, New Jersey"],
    );
    assert_all_mean_office("raleigh", &["Raleigh, Carolina del Norte", "Raleigh, N.C.", "Raleigh, North Carolina"]);
    assert_all_mean_office(
        "washington",
        &["Washington", "Washington, D.C.", "Washington DC", "Washington, Distrito de Columbia"],
    );
    assert_all_mean_office("seattle", &["Seattle, Washington", "Seattle, WA", "Seattle, Wash."]);
    assert_all_mean_office("portland", &["Portland, Oregón", "Portland, Oregon", "Portland, OR", "Portland"]);
    assert_all_mean_office(
        "san_juan",
        &["San Juan, Puerto Rico", "San Juan, P.R.", "Puerto Rico", "San Juan, PR, Estados Unidos"],
    );
    assert_all_mean_office("hong_kong", &["Hong Kong", "Hong Kong, China", "Hong Kong (RAE)"]);
    assert_all_mean_office("la_habana", &["La Habana", "La Habana, Cuba", "Habana"]);
    assert_all_mean_office(
        "vancouver",
        &["Vancouver, B.C.", "Vancouver, Columbia Británica", "Vancouver, British Columbia"],
    );
    assert_all_mean_office("londres", &["Londres, Inglaterra", "Londres, Reino Unido", "Londres", "Reino Unido"]);
    assert_all_mean_office("guangzhou", &["Guangzhou, China", "Cantón"]);
    assert_all_mean_office("ciudad_de_guatemala", &["Guatemala", "Ciudad de Guatemala, Guatemala", "Cd. de Guatemala"]);
}

#[test]
fn a_prefix_says_the_kind_of_office() {
    assert_all_mean_office(
        "houston",
        &[
            "Consulado General de México en Houston, Texas",
            "Consulado de México en Houston",
            "CONSULMEX HOUSTON",
            "Consulmex: Houston, Tx.",
            "Consulmex - Houston",
            "Cons. Gral. de Méx. en Houston",
            "Consulado Gral. de México en Houston (Texas)",
            "Houston, Consulado General",
            "Houston (Consulado General de México)",
            "Mexican Consulate in Houston",
            "Consulate General of Mexico in Houston, TX",
        ],
    );
    assert_all_mean_office(
        "presidio",
        &["CONSULADO DE CARRERA EN PRESIDIO", "Consulado de Carrera de México en Presidio, Texas"],
    );
    assert_all_mean_office("las_vegas", &["CONSULMEX LAS VEGAS", "Consulado de México en Las Vegas, Nevada"]);
    assert_all_mean_office("el_paso", &["Consulado General de México en El Paso", "Consulado en El Paso, Texas"]);
    assert_all_mean_office("los_angeles", &["Consulado General de México en Los Ángeles, California"]);
    assert_all_mean_office("washington", &["Consulado de México en Washington, D.C."]);
    assert_all_mean_office(
        "washington_usa",
        &["Embajada de México en Washington", "Embajada de México en Estados Unidos de América"],
    );
    assert_all_mean_office(
        "washington_usa",
        &["Embajada en EUA", "Embajada de México en los EE.UU.", "Washington (Embajada)"],
    );
    assert_all_mean_office(
        "londres",
        &["Embajada de México en el Reino Unido", "Embajada en Londres", "Embamex Reino Unido"],
    );
    assert_all_mean_office(
        "paris",
        &[
            "Sección Consular de la Embajada de México en Francia",
            "Sección Consular de la Embajada de México en París",
            "Secc. Consular Embajada de México en París, Francia",
            "Sección Consular, Embajada de México en Francia",
            "Embajada de México en Francia (París)",
            "EMBAMEX FRANCIA",
            "Francia",
        ],
    );
    assert_all_mean_office(
        "la_haya",
        &["Embajada de México en los Países Bajos", "Embajada en Holanda", "La Haya, Países Bajos"],
    );
    assert_all_mean_office(
        "el_vaticano",
        &["Embajada de México ante la Santa Sede", "Embajada ante la Santa Sede", "Santa Sede"],
    );
    assert_all_mean_office(
        "seul",
        &["Embajada de México en Corea (República de)", "Embajada de México en la República de Corea"],
    );
    assert_all_mean_office(
        "praga",
        &["Embajada de México en la República Checa", "Embajada de México en Chequia", "Praga, Rep. Checa"],
    );
    assert_all_mean_office("san_salvador", &["Embajada de México en El Salvador", "San Salvador, El Salvador"]);
    assert_all_mean_office("la_habana_cub", &["Embajada de México en Cuba", "Embajada de México en La Habana"]);
    assert_all_mean_office("san_jose_cri", &["Embajada de México en Costa Rica", "Embajada en San José"]);
    assert_all_mean_office("madrid", &["Embajada de México en España", "Sección Consular de la Embajada en España"]);
}

#[test]
fn punctuation_is_not_needed() {
    assert_all_mean_office(
        "atlanta",
        &["Atlanta Georgia", "Atlanta GA", "Atlanta Georgia Estados Unidos", "Atlanta G.A."],
    );
    assert_all_mean_office("nueva_york", &["Nueva York NY", "Nueva York N Y"]);
    assert_all_mean_office("vancouver", &["Vancouver BC Canadá", "Vancouver B C"]);
    assert_all_mean_office("san_jose_cri", &["San José Costa Rica"]);
    assert_all_mean_office("houston", &["Consulado General de México en Houston Texas", "CONSULMEX HOUSTON TX"]);
    assert_all_mean_office("raleigh", &["Consulado General Raleigh NC"]);
}

#[test]
fn what_is_not_true_of_an_office_is_not_taken_for_it() {
    let catalogs = shipped_catalogs();
    let unknown = [
        "",
        "Consulado",
        "Consulado General de México en",
        "Embajada de México",
        "Portland, Maine",
        "San José, Texas",
        "San José, Guatemala",
        "Kansas City, Kansas",
        "Nogales, Sonora",
        "Laredo, Tamaulipas",
        "Nuevo Laredo",
        "Atlanta, Texas",
        "Atlanta, México",
        "Georgia",
        "Texas",
        "Washington, Georgia",
        "Washington, Washington",
        "Vancouver, Washington",
        "Toronto, Estados Unidos",
        "Dallas, Houston",
        "Dallas, Texas, Canadá",
        "Londres, Ontario",
        "París, Texas",
        "Embajada de México en Dallas",
        "Consulado General de México en San José, Costa Rica",
        "Consulado de México en Francia",
        "Embajada, Consulado de México en Dallas",
        "Embajada de México en Georgia",
        "Estados Unidos",
        "España",
        "Dallas?",
        "Milá?n",
        "MilÃ¡n",
        "San Jos\u{fffd}",
        "Río",
    ];
    for text in unknown {
        assert_eq!(office_code_of(&catalogs, text), None, "{text:?}");
    }
}

/// Each name finds its office: alone, with each name of its state and country, and after each
/// prefix of its kind. It never finds another office.
#[test]
fn no_name_of_an_office_stands_for_two() {
    let catalogs = shipped_catalogs();
    let raw: RawOffices = CatalogFile::read(&catalog_folder().join("representaciones.toml")).unwrap().parse().unwrap();
    let of_kind = |kind| match kind {
        OfficeKind::Consulado => &raw.prefijos_consulado,
        OfficeKind::Embajada => &raw.prefijos_embajada,
    };
    let mut spelled = 0;
    for entry in &raw.representacion {
        let RawOffice { clave, nombre, pais, estado, tipo, alias, .. } = entry.get_ref();
        assert_eq!(office_code_of(&catalogs, clave).as_ref(), Some(clave));
        assert_eq!(office_code_of(&catalogs, &clave.to_uppercase()).as_ref(), Some(clave));
        let state = raw
            .estado
            .iter()
            .map(Spanned::get_ref)
            .find(|state| state.pais == *pais && Some(&state.nombre) == estado.as_ref());
        let mut places =
            vec![pais.clone(), catalogs.countries.get(catalogs.countries.find(pais).unwrap()).name.clone()];
        places.extend(state.iter().flat_map(|state| std::iter::once(&state.nombre).chain(&state.alias)).cloned());
        for name in std::iter::once(nombre).chain(alias) {
            let mut labels = vec![name.clone()];
            for place in &places {
                labels.extend(
                    [
                        format!("{name}, {place}"),
                        format!("{name} ({place})"),
                        format!("{name} - {place}"),
                        format!("{name} {place}"),
                        format!("{name}, {place}, {pais}"),
                    ][..if *place == *pais { 4 } else { 5 }]
                        .iter()
                        .cloned(),
                );
            }
            for label in labels {
                for prefix in of_kind(*tipo) {
                    let prefixed = format!("{} {label}", prefix.get_ref());
                    assert_eq!(office_code_of(&catalogs, &prefixed).as_ref(), Some(clave), "{prefixed:?}");
                    spelled += 1;
                }
                let bare = catalogs.offices.find(&label);
                let shared = bare.map(|id| catalogs.offices.get(id)).is_some_and(|other| {
                    *tipo == OfficeKind::Embajada
                        && other.kind == Some(OfficeKind::Consulado)
                        && text_folding::fold_label(&other.name) == text_folding::fold_label(nombre)
                });
                assert!(
                    shared || office_code_of(&catalogs, &label).as_ref() == Some(clave),
                    "{label:?} is not {clave}"
                );
                spelled += 1;
            }
        }
    }
    assert!(spelled > 50_000, "{spelled} labels");
}

#[test]
fn a_seat_with_the_state_of_another_is_unknown() {
    let catalogs = shipped_catalogs();
    let raw: RawOffices = CatalogFile::read(&catalog_folder().join("representaciones.toml")).unwrap().parse().unwrap();
    let mut refused = 0;
    for entry in &raw.representacion {
        let RawOffice { clave, nombre, pais, estado, .. } = entry.get_ref();
        for state in raw.estado.iter().map(Spanned::get_ref).filter(|state| state.pais == *pais) {
            if Some(&state.nombre) == estado.as_ref() {
                continue;
            }
            for place in std::iter::once(&state.nombre).chain(&state.alias) {
                for label in [format!("{nombre}, {place}"), format!("{nombre} {place}"), format!("{nombre} ({place})")]
                {
                    assert_eq!(office_code_of(&catalogs, &label), None, "{label:?} is not {clave}");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 20_000, "{refused} labels");
}
