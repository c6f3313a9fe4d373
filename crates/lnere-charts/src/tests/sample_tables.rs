//! Tables like those of a release: the published totals of PEL 2020-2021, split by invented shares.

use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate};

use crate::ChartContext;
use crate::Scope;
use lnere_core::catalog::Catalogs;
use lnere_tables::{Column, Table};

/// Applications at close, 10 March 2021, as the press published them.
pub const ENTITIES: [(&str, &str, i64); 11] = [
    ("03", "Baja California Sur", 159),
    ("06", "Colima", 719),
    ("08", "Chihuahua", 2_080),
    ("09", "Ciudad de México", 12_660),
    ("12", "Guerrero", 2_802),
    ("14", "Jalisco", 5_534),
    ("16", "Michoacán", 4_169),
    ("18", "Nayarit", 1_038),
    ("22", "Querétaro", 1_038),
    ("24", "San Luis Potosí", 1_767),
    ("32", "Zacatecas", 1_732),
];

/// Weights; the first seven are the published counts.
const COUNTRIES: [(&str, &str, i64); 24] = [
    ("USA", "Estados Unidos de América", 25_896),
    ("CAN", "Canadá", 1_573),
    ("ESP", "España", 1_209),
    ("DEU", "Alemania", 997),
    ("GBR", "Reino Unido de Gran Bretaña e Irlanda del Norte", 607),
    ("FRA", "Francia", 534),
    ("CHE", "Suiza", 289),
    ("NLD", "Países Bajos", 270),
    ("ITA", "Italia", 260),
    ("COD", "República Democrática del Congo", 240),
    ("SWE", "Suecia", 220),
    ("AUS", "Australia", 210),
    ("BEL", "Bélgica", 180),
    ("JPN", "Japón", 150),
    ("CHL", "Chile", 140),
    ("ARG", "Argentina", 130),
    ("COL", "Colombia", 120),
    ("NOR", "Noruega", 110),
    ("IRL", "Irlanda", 100),
    ("DNK", "Dinamarca", 90),
    ("FIN", "Finlandia", 80),
    ("AUT", "Austria", 70),
    ("NZL", "Nueva Zelandia", 60),
    ("XXX", "No identificado", 163),
];

const OFFICES: [(&str, &str, &str, &str, &str, i64); 27] = [
    ("USA", "Estados Unidos de América", "consulado", "dallas", "Dallas", 6_122),
    ("USA", "Estados Unidos de América", "consulado", "el_paso", "El Paso", 4_660),
    ("USA", "Estados Unidos de América", "consulado", "denver", "Denver", 3_475),
    ("USA", "Estados Unidos de América", "consulado", "albuquerque", "Albuquerque", 2_805),
    ("USA", "Estados Unidos de América", "consulado", "phoenix", "Phoenix", 2_760),
    ("USA", "Estados Unidos de América", "consulado", "san_jose", "San José", 2_500),
    ("CRI", "Costa Rica", "embajada", "san_jose", "San José", 2_450),
    ("GTM", "Guatemala", "embajada", "guatemala", "Guatemala", 2_350),
    ("GTM", "Guatemala", "consulado", "guatemala", "Guatemala", 2_340),
    ("USA", "Estados Unidos de América", "consulado", "chicago", "Chicago", 2_400),
    ("USA", "Estados Unidos de América", "consulado", "los_angeles", "Los Ángeles", 2_300),
    ("USA", "Estados Unidos de América", "consulado", "houston", "Houston", 2_200),
    ("USA", "Estados Unidos de América", "consulado", "nueva_york", "Nueva York", 2_100),
    ("USA", "Estados Unidos de América", "consulado", "atlanta", "Atlanta", 2_000),
    ("USA", "Estados Unidos de América", "consulado", "san_antonio", "San Antonio", 1_900),
    ("USA", "Estados Unidos de América", "consulado", "sacramento", "Sacramento", 1_800),
    ("USA", "Estados Unidos de América", "consulado", "las_vegas", "Las Vegas", 1_700),
    ("CAN", "Canadá", "consulado", "toronto", "Toronto", 1_600),
    ("ESP", "España", "embajada", "madrid", "Madrid", 1_500),
    ("DEU", "Alemania", "embajada", "berlin", "Berlín", 1_400),
    ("GBR", "Reino Unido de Gran Bretaña e Irlanda del Norte", "embajada", "londres", "Londres", 1_300),
    ("FRA", "Francia", "embajada", "paris", "París", 650),
    ("ITA", "Italia", "embajada", "roma", "Roma", 300),
    ("CUB", "Cuba", "embajada", "la_habana", "La Habana", 200),
    ("JPN", "Japón", "embajada", "tokio", "Tokio", 100),
    ("KEN", "Kenia", "embajada", "nairobi", "Nairobi", 3),
    ("XXX", "No identificado", "no_identificada", "no_identificada", "No identificada", 40),
];

const STATES: [&str; 32] = [
    "Aguascalientes",
    "Baja California",
    "Baja California Sur",
    "Campeche",
    "Coahuila",
    "Colima",
    "Chiapas",
    "Chihuahua",
    "Ciudad de México",
    "Durango",
    "Guanajuato",
    "Guerrero",
    "Hidalgo",
    "Jalisco",
    "México",
    "Michoacán",
    "Morelos",
    "Nayarit",
    "Nuevo León",
    "Oaxaca",
    "Puebla",
    "Querétaro",
    "Quintana Roo",
    "San Luis Potosí",
    "Sinaloa",
    "Sonora",
    "Tabasco",
    "Tamaulipas",
    "Tlaxcala",
    "Veracruz",
    "Yucatán",
    "Zacatecas",
];

pub fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn entity_scope(code: &str) -> Scope {
    let name = ENTITIES.iter().find(|entity| entity.0 == code).unwrap().1;
    Scope::Entity { code: code.to_owned(), name: name.to_owned() }
}

pub fn sample_context() -> ChartContext {
    let labels = |pairs: &[(&str, &str)]| pairs.iter().map(|(c, l)| ((*c).to_owned(), (*l).to_owned())).collect();
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipelines/catalogos"));
    let catalogs = Catalogs::load(folder).unwrap();
    let country = |id| {
        let country = catalogs.countries.get(id);
        Some((country.code.clone(), country.coordinates?))
    };
    let office = |id| {
        let office = catalogs.offices.get(id);
        Some((office.code.clone(), office.coordinates?))
    };
    ChartContext {
        events: vec![crate::ChartEvent {
            day: NaiveDate::from_ymd_opt(2021, 2, 12).unwrap(),
            label: "Último día para tramitar una CPVE".to_owned(),
        }],
        process_title: "Procesos Electorales Locales 2020-2021".to_owned(),
        corte: ymd(2021, 3, 15),
        opening_day: ymd(2020, 9, 1),
        source_note: "Instituto Nacional Electoral, registros del SIILNERE y de la credencialización en el extranjero."
            .to_owned(),
        notice: None,
        process_id: "pel_2020_2021".to_owned(),
        entity_codes: ENTITIES.map(|(code, ..)| code.to_owned()).to_vec(),
        accepted_statuses: vec!["PROCEDENTE".to_owned()],
        refused_statuses: vec!["IMPROCEDENTE".to_owned()],
        country_coordinates: catalogs.countries.identified_ids().filter_map(country).collect(),
        office_coordinates: catalogs.offices.identified_ids().filter_map(office).collect(),
        labels_by_column: HashMap::from([
            ("sexo".to_owned(), labels(&[("H", "Hombres"), ("M", "Mujeres")])),
            ("modalidad".to_owned(), labels(&[("POSTAL", "Postal"), ("ELECTRONICA", "Electrónica por Internet")])),
            (
                "tipo_credencial".to_owned(),
                labels(&[("CPVE", "CPVE (expedida en el extranjero)"), ("CPV", "CPV (expedida en México)")]),
            ),
            ("medio".to_owned(), labels(&[("SRVE", "SRVE (Internet)"), ("INETEL", "INETEL (teléfono)")])),
            (
                "estatus".to_owned(),
                labels(&[
                    ("RECIBIDA", "Recibida"),
                    ("EN_ANALISIS", "En análisis"),
                    ("CON_INCONSISTENCIA", "Con inconsistencia notificada"),
                    ("SUBSANADA", "Subsanada"),
                    ("PROCEDENTE", "Procedente"),
                    ("IMPROCEDENTE", "Improcedente"),
                ]),
            ),
        ]),
    }
}

/// Splits `total` in proportion to the weights; the parts add up to it.
fn split_by_weights(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i64 = weights.iter().sum();
    let (mut seen, mut given) = (0, 0);
    weights
        .iter()
        .map(|weight| {
            seen += weight;
            let part = total * seen / sum - given;
            given += part;
            part
        })
        .collect()
}

/// The codes of a category and their weights.
type CodeWeights = &'static [(&'static str, i64)];

/// A table under construction, row by row.
struct TableBuilder {
    name: &'static str,
    text: Vec<(&'static str, Vec<String>)>,
    date: Option<(&'static str, Vec<NaiveDate>)>,
    int: Vec<(&'static str, Vec<i64>)>,
}

impl TableBuilder {
    fn new(name: &'static str, text: &[&'static str], int: &[&'static str]) -> Self {
        Self {
            name,
            text: text.iter().map(|name| (*name, Vec::new())).collect(),
            date: None,
            int: int.iter().map(|name| (*name, Vec::new())).collect(),
        }
    }

    fn with_date(mut self, name: &'static str) -> Self {
        self.date = Some((name, Vec::new()));
        self
    }

    fn push(&mut self, text: &[&str], int: &[i64]) {
        for ((_, column), value) in self.text.iter_mut().zip(text) {
            column.push((*value).to_owned());
        }
        for ((_, column), value) in self.int.iter_mut().zip(int) {
            column.push(*value);
        }
    }

    fn push_on(&mut self, day: NaiveDate, text: &[&str], int: &[i64]) {
        if let Some((_, days)) = &mut self.date {
            days.push(day);
        }
        self.push(text, int);
    }

    fn table(self) -> Table {
        let mut columns: Vec<(String, Column)> =
            self.text.into_iter().map(|(name, values)| (name.to_owned(), Column::Text(values))).collect();
        columns.extend(self.date.map(|(name, values)| (name.to_owned(), Column::Date(values))));
        columns.extend(self.int.into_iter().map(|(name, values)| (name.to_owned(), Column::Int(values))));
        Table { name: self.name.to_owned(), columns }
    }
}

const APPLICATION_MEASURES: [&str; 2] = ["solicitudes_quincena", "solicitudes_acumuladas"];
const CREDENTIAL_MEASURES: [&str; 3] = ["tramitadas_acumuladas", "entregadas_acumuladas", "confirmadas_acumuladas"];

const OFFICE_COLUMNS: [&str; 5] = ["cve_pais", "pais", "tipo_representacion", "cve_representacion", "representacion"];

/// All tables that charts read; each count is multiplied by `times` and divided by `by`.
pub fn sample_tables(times: i64, by: i64) -> Vec<Table> {
    let totals = ENTITIES.map(|(code, name, total)| (code, name, total * times / by));
    let mut made = Vec::new();

    let mut rows = TableBuilder::new("lnere_por_entidad", &["cve_entidad", "entidad"], &APPLICATION_MEASURES);
    for (code, name, total) in totals {
        rows.push(&[code, name], &[0, total]);
    }
    made.push(rows.table());

    let mut rows =
        TableBuilder::new("lnere_por_pais", &["cve_entidad", "entidad", "cve_pais", "pais"], &APPLICATION_MEASURES);
    for (code, name, total) in totals {
        for (country, count) in COUNTRIES.iter().zip(split_by_weights(total, &COUNTRIES.map(|country| country.2))) {
            if count > 0 {
                rows.push(&[code, name, country.0, country.1], &[0, count]);
            }
        }
    }
    made.push(rows.table());

    let categories: [(&str, &str, CodeWeights); 5] = [
        ("lnere_por_sexo", "sexo", &[("H", 18_247), ("M", 15_451)]),
        ("lnere_por_modalidad", "modalidad", &[("ELECTRONICA", 6_696), ("POSTAL", 3_304)]),
        ("lnere_por_tipo_credencial", "tipo_credencial", &[("CPV", 41), ("CPVE", 59)]),
        ("lnere_por_medio", "medio", &[("INETEL", 30), ("NO_IDENTIFICADO", 1), ("SRVE", 69)]),
        (
            "lnere_por_estatus",
            "estatus",
            &[
                ("CON_INCONSISTENCIA", 9),
                ("EN_ANALISIS", 14),
                ("IMPROCEDENTE", 0),
                ("PROCEDENTE", 61),
                ("RECIBIDA", 12),
                ("SUBSANADA", 4),
            ],
        ),
    ];
    for (table, column, weights) in categories {
        let mut rows = TableBuilder::new(table, &["cve_entidad", "entidad", column], &APPLICATION_MEASURES);
        for (code, name, total) in totals {
            let shares: Vec<i64> = weights.iter().map(|weight| weight.1).collect();
            for ((value, _), count) in weights.iter().zip(split_by_weights(total, &shares)) {
                rows.push(&[code, name, value], &[0, count]);
            }
        }
        made.push(rows.table());
    }

    made.extend(crossed_tables(&totals));
    made.push(comparison_table(&totals));

    let mut daily = TableBuilder::new(
        "lnere_diario",
        &["cve_entidad", "entidad", "modalidad"],
        &["solicitudes", "solicitudes_acumuladas"],
    )
    .with_date("fecha");
    let mut series = TableBuilder::new("lnere_serie", &["cve_entidad", "entidad", "modalidad"], &APPLICATION_MEASURES)
        .with_date("quincena");
    for (code, name, total) in totals {
        for (modality, of_modality) in ["ELECTRONICA", "POSTAL"].iter().zip(split_by_weights(total, &[6_696, 3_304])) {
            let (mut before, mut before_quincena) = (0, 0);
            for number in 0..196_u32 {
                let date = ymd(2020, 9, 1) + Days::new(u64::from(number));
                let share = (f64::from(number.min(190) + 1) / 191.0).powf(3.2);
                #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "counts are small")]
                let by_then = (of_modality as f64 * share).round() as i64;
                daily.push_on(date, &[code, name, modality], &[by_then - before, by_then]);
                before = by_then;
                if date.day() == 15 || (date + Days::new(1)).day() == 1 {
                    series.push_on(date, &[code, name, modality], &[by_then - before_quincena, by_then]);
                    before_quincena = by_then;
                }
            }
        }
    }
    let daily = daily.table();
    let projected = super::projection_tables::projected_tables(&daily, 0);
    made.push(daily);
    made.extend(projected);
    made.push(series.table());
    made.extend(credential_tables(times, by, &totals));
    made
}

/// Sex and country by modality, and the statuses at each corte.
fn crossed_tables(totals: &[(&str, &str, i64)]) -> [Table; 3] {
    const MODALITIES: [&str; 2] = ["ELECTRONICA", "POSTAL"];
    let mut by_sex = TableBuilder::new(
        "lnere_sexo_modalidad",
        &["cve_entidad", "entidad", "sexo", "modalidad"],
        &APPLICATION_MEASURES,
    );
    let mut by_country = TableBuilder::new(
        "lnere_pais_modalidad",
        &["cve_entidad", "entidad", "cve_pais", "pais", "modalidad"],
        &APPLICATION_MEASURES,
    );
    let mut course = TableBuilder::new("lnere_estatus_serie", &["cve_entidad", "entidad", "estatus"], &["solicitudes"])
        .with_date("quincena");
    for &(code, name, total) in totals {
        for (sex, of_sex) in ["H", "M"].iter().zip(split_by_weights(total, &[18_247, 15_451])) {
            for (modality, count) in MODALITIES.iter().zip(split_by_weights(of_sex, &[6_696, 3_304])) {
                by_sex.push(&[code, name, sex, modality], &[0, count]);
            }
        }
        for (country, of_country) in COUNTRIES.iter().zip(split_by_weights(total, &COUNTRIES.map(|one| one.2))) {
            for (modality, count) in MODALITIES.iter().zip(split_by_weights(of_country, &[6_696, 3_304])) {
                if count > 0 {
                    by_country.push(&[code, name, country.0, country.1, modality], &[0, count]);
                }
            }
        }
        for (index, month) in (0..).zip([9, 10, 11, 12, 1, 2, 3]) {
            let day = ymd(if month > 8 { 2020 } else { 2021 }, month, 15);
            let by_then = total * (index + 1) * (index + 1) / 49;
            let statuses = ["CON_INCONSISTENCIA", "EN_ANALISIS", "IMPROCEDENTE", "PROCEDENTE", "RECIBIDA", "SUBSANADA"];
            for (status, count) in statuses.iter().zip(split_by_weights(by_then, &[4, 28, 2, 64, 0, 2])) {
                course.push_on(day, &[code, name, status], &[count]);
            }
        }
    }
    [by_sex.table(), by_country.table(), course.table()]
}

/// This process at two cortes, and the result of an earlier one; `00` is all entities together.
fn comparison_table(totals: &[(&str, &str, i64)]) -> Table {
    let text = ["cve_entidad", "entidad", "proceso", "titulo", "que_cuenta", "fuente"];
    let mut rows = TableBuilder::new("comparativo", &text, &["dias_al_cierre", "solicitudes_acumuladas"]);
    let earlier = ["pef_2017_2018", "Proceso Electoral 2017-2018", "solicitudes procedentes", "INE, boletín 246"];
    let own = [
        "pel_2020_2021",
        "Procesos Electorales Locales 2020-2021",
        "solicitudes registradas",
        "Registros del SIILNERE.",
    ];
    let nation = [("00", "Nacional", totals.iter().map(|entity| entity.2).sum())];
    for (code, name, total) in totals.iter().copied().chain(nation) {
        let mut push = |process: [&str; 4], days: i64, count: i64| {
            rows.push(&[code, name, process[0], process[1], process[2], process[3]], &[days, count]);
        };
        push(earlier, 0, if code == "08" { 5_036 } else { 220 + total * 2 });
        push(own, 0, total);
        push(own, 38, total / 3);
    }
    let mut table = rows.table();
    // The earlier process counts accepted applications alone; half of this one are accepted.
    let processes = table.values::<String>("proceso").unwrap().iter();
    let counts = table.values::<i64>("solicitudes_acumuladas").unwrap().iter();
    let accepted =
        processes.zip(counts).map(|(process, count)| Some(if process == earlier[0] { *count } else { count / 2 }));
    let accepted = Column::MaybeInt(accepted.collect());
    table.columns.push(("lista_acumulada".to_owned(), accepted));
    table
}

/// The tables of credentials, scaled like those of applications.
fn credential_tables(times: i64, by: i64, totals: &[(&str, &str, i64)]) -> [Table; 3] {
    let funnel = |applied: i64| [applied, applied * 65 / 100, applied * 11 / 100];
    let mut rows = TableBuilder::new("credenciales_por_entidad", &["cve_entidad", "entidad"], &CREDENTIAL_MEASURES);
    for (index, name) in STATES.iter().enumerate() {
        let number = i64::try_from(index).unwrap() + 1;
        rows.push(&[&format!("{number:02}"), name], &funnel((number * 7_919 % 33_451) * times / by));
    }

    let mut national = TableBuilder::new("credenciales_por_representacion", &OFFICE_COLUMNS, &CREDENTIAL_MEASURES);
    let mut of_entities = TableBuilder::new(
        "credenciales_por_entidad_representacion",
        &[
            "cve_entidad",
            "entidad",
            OFFICE_COLUMNS[0],
            OFFICE_COLUMNS[1],
            OFFICE_COLUMNS[2],
            OFFICE_COLUMNS[3],
            OFFICE_COLUMNS[4],
        ],
        &CREDENTIAL_MEASURES,
    );
    for (country, country_name, kind, slug, seat, applied) in OFFICES {
        national.push(&[country, country_name, kind, slug, seat], &funnel(applied * times / by));
        for &(code, name, total) in totals {
            let share = applied * total / 33_698;
            if share > 0 {
                of_entities.push(&[code, name, country, country_name, kind, slug, seat], &funnel(share));
            }
        }
    }
    [rows.table(), national.table(), of_entities.table()]
}
