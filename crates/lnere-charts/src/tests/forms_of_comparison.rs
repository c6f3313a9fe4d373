//! Charts that compare: maps, shares, dots, courses of statuses, and the own entity among all.

use lnere_core::catalog::Coordinates;
use lnere_statements::Situation;

use super::*;

fn sample_svg(name: &str, scope: &Scope) -> String {
    render_svg(name, &sample_tables::sample_tables(1, 1), scope)
}

/// The lines of text of a chart.
fn texts(svg: &str) -> Vec<&str> {
    svg.lines().filter_map(|line| line.strip_suffix("</text>")?.rsplit('>').next()).collect()
}

fn description(svg: &str) -> &str {
    svg.lines().find_map(|line| line.strip_prefix("<desc id=").and_then(|line| line.split_once('>'))).unwrap().1
}

/// The number at the end of a text.
fn last_number(text: &str) -> i64 {
    text.trim_end_matches(['.', ')', ' ']).rsplit(' ').next().unwrap().replace(',', "").parse().unwrap()
}

fn with_counts(table: &str, keys: &[&str], rows: &[&[&str]], measure: &str, counts: &[i64]) -> Table {
    let mut columns: Vec<(String, Column)> = keys
        .iter()
        .enumerate()
        .map(|(place, key)| ((*key).to_owned(), Column::Text(rows.iter().map(|row| row[place].to_owned()).collect())))
        .collect();
    columns.push((measure.to_owned(), Column::Int(counts.to_vec())));
    Table { name: table.to_owned(), columns }
}

fn applications_of_sexes(men: i64, women: i64) -> Table {
    let rows: [&[&str]; 2] = [&["03", "H"], &["03", "M"]];
    with_counts("lnere_por_sexo", &["cve_entidad", "sexo"], &rows, "solicitudes_acumuladas", &[men, women])
}

#[test]
fn one_or_two_cases_are_a_sentence_and_no_picture() {
    let entity = sample_tables::entity_scope("03");
    let draw = |men, women| render_svg("por_sexo", &[applications_of_sexes(men, women)], &entity);
    let two = draw(1, 1);
    assert!(texts(&two).contains(&"Hay 2 solicitudes: son muy pocos casos para una gráfica."));
    assert!(description(&two).contains(". Hay 2 solicitudes: son muy pocos casos para una gráfica. Fuente"), "{two}");
    assert!(!two.contains("Hombres"));
    assert!(draw(1, 0).contains(">Hay 1 solicitud: un solo caso no da para una gráfica.</text>"));
    assert!(draw(0, 0).contains(">Sin solicitudes registradas al corte</text>"));
    assert!(draw(2, 1).contains("Hombres"));

    // A chart file may set another minimum, and says what a case is.
    let toml = format!("minimum = 1\n{}", include_str!("../../../../charts/por_sexo.toml"));
    let chart = ChartDefinition::parse("por_sexo", &toml).unwrap();
    let svg = forms::draw_svg(
        &chart,
        &[applications_of_sexes(1, 1)],
        &entity,
        &sample_tables::sample_context(),
        &Statistics::default(),
        None,
    );
    assert!(svg.unwrap().contains("Hombres"));
    let rows: [&[&str]; 1] = [&["01", "Aguascalientes"]];
    let mut table =
        with_counts("credenciales_por_entidad", &["cve_entidad", "entidad"], &rows, "tramitadas_acumuladas", &[2]);
    for measure in ["entregadas_acumuladas", "confirmadas_acumuladas"] {
        table.columns.push((measure.to_owned(), Column::Int(vec![0])));
    }
    let svg = render_svg("credenciales_por_entidad", &[table], &Scope::Nation);
    assert!(svg.contains(">Hay 2 trámites: son muy pocos casos para una gráfica.</text>"));
}

#[test]
fn the_area_of_a_circle_is_proportional_to_its_count() {
    let svg = sample_svg("mapa_paises", &Scope::Nation);
    let radii: Vec<f64> = svg
        .split("<circle ")
        .skip(1)
        .filter(|circle| circle.contains("fill-opacity"))
        .map(|circle| circle.split("r=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap())
        .collect();
    assert!(radii.is_sorted_by(|one, other| one >= other), "the largest is drawn first");
    // The two largest countries of the sample.
    let share = (radii[1] / radii[0]).powi(2);
    assert!((share - 1_573.0 / 25_896.0).abs() < 0.002, "{share}");
}

#[test]
fn a_map_loses_no_count() {
    for (name, total, unplaced) in
        [("mapa_paises", 33_698, "No identificado"), ("mapa_representaciones", 0, "No identificada")]
    {
        for scope in [Scope::Nation, sample_tables::entity_scope("09")] {
            let svg = sample_svg(name, &scope);
            let words = description(&svg);
            let (_, words) = words.split_once(" en total. ").unwrap();
            let (placed, note) = words.split_once(". Fuente: ").unwrap();
            let counts = placed.split("; ").flat_map(|part| part.split(". ")).filter(|part| *part != "ninguno");
            let placed: i64 = counts.map(last_number).sum();
            let omitted = note.split("por no tener ubicación: ").nth(1).unwrap();
            assert!(omitted.contains(unplaced), "{omitted}");
            let omitted = last_number(omitted.split(" (").next().unwrap());
            let whole = description(&svg).split(" en total").next().map(last_number).unwrap();
            assert_eq!(placed + omitted, whole, "{name}");
            assert!(total == 0 || scope != Scope::Nation || whole == total, "{name}");
        }
    }
    // A country without coordinates is in the note too.
    let mut context = sample_tables::sample_context();
    context.country_coordinates.remove("CHE");
    let chart = shipped_chart("mapa_paises");
    let tables = sample_tables::sample_tables(1, 1);
    let map_svg = |context: &ChartContext| {
        forms::draw_svg(&chart, &tables, &Scope::Nation, context, &Statistics::default(), None).unwrap()
    };
    let svg = map_svg(&context);
    let omitted = description(&svg).split("Fuera del mapa, por no tener ubicación").nth(1).unwrap();
    assert!(omitted.contains("Suiza ") && omitted.contains("No identificado "), "{omitted}");
    assert!(!description(&svg).contains("orillas"));
    // A country of the far south has a location, but not in the window.
    context.country_coordinates.insert("CHE".to_owned(), Coordinates { latitude: -80.0, longitude: 8.0 });
    let svg = map_svg(&context);
    let (unlocated, beyond) = description(&svg).split_once("por estar más allá de sus orillas: ").unwrap();
    assert!(!unlocated.contains("Suiza ") && unlocated.contains("No identificado "), "{unlocated}");
    assert!(beyond.starts_with("289 (Suiza 289)."), "{beyond}");
}

#[test]
fn the_profile_names_its_segments_and_marks_the_nation() {
    let mut tables = sample_tables::sample_tables(1, 1);
    tables.retain(|table| table.name != "lnere_por_sexo");
    let rows: [&[&str]; 4] = [&["03", "H"], &["03", "M"], &["09", "H"], &["09", "M"]];
    let keys = ["cve_entidad", "sexo"];
    tables.push(with_counts("lnere_por_sexo", &keys, &rows, "solicitudes_acumuladas", &[100, 59, 900, 1_100]));
    let marks = |svg: &str| svg.matches("height=\"94\" fill=\"#1B2028\"").count();

    let own = render_svg("perfil", &tables, &sample_tables::entity_scope("03"));
    assert!(texts(&own).contains(&"Hombres 63 %") && texts(&own).contains(&"Mujeres 37 %"));
    assert!(
        description(&own)
            .contains("Sexo: Hombres 100 (62.89 %), nacional 46.32 %; Mujeres 59 (37.11 %), nacional 53.68 %")
    );
    assert!(texts(&own).iter().any(|text| text.starts_with("Proporción nacional")));
    assert!(marks(&own) >= 4, "each bar has a mark");

    let nation = render_svg("perfil", &tables, &Scope::Nation);
    assert!(description(&nation).contains("Sexo: Hombres 1,000 (46.32 %); Mujeres 1,159 (53.68 %)"));
    assert_eq!(marks(&nation), 0);
    // A segment without space has its text below the bar.
    assert!(texts(&nation).contains(&"No identificado 1 %"));
}

#[test]
fn a_declared_dimension_of_few_categories_has_a_bar() {
    let toml = include_str!("../../../../charts/perfil.toml");
    let chart = ChartDefinition::parse("perfil", toml).unwrap();
    assert!(chart.table_names().all(|name| !name.contains('{')), "without declared dimensions there is no such bar");
    let few = toml.replace("most = 6", "most = 1").replace("{dimension}", "sexo").replace("{label}", "Otra vez");
    let chart = ChartDefinition::parse("perfil", &few).unwrap();
    let tables = sample_tables::sample_tables(1, 1);
    let draw = |chart| {
        forms::draw_svg(&chart, &tables, &Scope::Nation, &sample_tables::sample_context(), &Statistics::default(), None)
            .unwrap()
    };
    assert!(!draw(chart).contains("Otra vez"), "two categories are more than one");
    let more = few.replace("most = 1", "most = 2").replace("lnere_por_{sexo}", "lnere_por_sexo");
    assert!(draw(ChartDefinition::parse("perfil", &more).unwrap()).contains("Otra vez"));
}

#[test]
fn small_bases_have_counts_and_no_percentages() {
    let rows: [&[&str]; 4] =
        [&["03", "H", "POSTAL"], &["03", "H", "ELECTRONICA"], &["03", "M", "POSTAL"], &["03", "M", "ELECTRONICA"]];
    let keys = ["cve_entidad", "sexo", "modalidad"];
    let table = with_counts("lnere_sexo_modalidad", &keys, &rows, "solicitudes_acumuladas", &[10, 19, 400, 1]);
    let svg = render_svg("sexo_por_modalidad", &[table], &sample_tables::entity_scope("03"));
    let texts = texts(&svg);
    for text in ["10", "19", "29", "más de 99 %", "401"] {
        assert!(texts.contains(&text), "{text}: {texts:?}");
    }
    assert!(description(&svg).contains("Mujeres: Postal 400 (99.75 %), Electrónica por Internet 1 (0.25 %), de 401"));
}

#[test]
fn crossed_bars_add_up() {
    let svg = sample_svg("pais_por_modalidad", &Scope::Nation);
    let bars = description(&svg).split(" en total. ").nth(1).unwrap().split(" Fuente: ").next().unwrap();
    let totals: i64 = bars.split(", de ").skip(1).map(|rest| last_number(rest.split(';').next().unwrap())).sum();
    assert_eq!(totals, 33_698);
    assert!(bars.contains("Otros países (13): Postal "), "{bars}");
}

#[test]
fn the_others_are_shown_without_the_largest_country() {
    let svg = sample_svg("por_pais", &Scope::Nation);
    let rest = 33_698 - 25_889;
    let label = lnere_core::mexican_formats::integer(rest);
    assert!(texts(&svg).contains(&format!("Sin Estados Unidos: {label}").as_str()), "{:?}", texts(&svg));
    assert!(
        texts(&svg).contains(&format!("1,576 ({})", lnere_core::mexican_formats::percentage(1_576, rest)).as_str())
    );

    // A country with half or less hides nobody.
    let rows: [&[&str]; 4] = [
        &["03", "USA", "Estados Unidos de América"],
        &["03", "CAN", "Canadá"],
        &["03", "ESP", "España"],
        &["03", "FRA", "Francia"],
    ];
    let keys = ["cve_entidad", "cve_pais", "pais"];
    let draw = |counts: [i64; 4]| {
        let table = with_counts("lnere_por_pais", &keys, &rows, "solicitudes_acumuladas", &counts);
        render_svg("por_pais", &[table], &sample_tables::entity_scope("03"))
    };
    assert!(!draw([30, 10, 10, 10]).contains("Sin Estados Unidos"));
    assert!(draw([31, 10, 10, 10]).contains(">Sin Estados Unidos: 30</text>"));
}

#[test]
fn the_own_entity_has_the_colour_among_all() {
    let svg = sample_svg("por_entidad", &sample_tables::entity_scope("08"));
    let bars = |color: &str| svg.matches(&format!("fill=\"{color}\"")).count();
    assert_eq!((bars("#0072B2"), bars("#A3A9B2")), (1, 10));
    assert!(svg.contains("font-weight=\"bold\">Chihuahua</text>"));
    assert!(svg.contains("font-weight=\"bold\">2,080 (6.17 %)</text>"));
    // A headline may end with a percentage too.
    let counts = texts(&svg).into_iter().filter_map(|text| text.strip_suffix(" %)")?.split_once(" ("));
    let counts = counts.filter_map(|(count, _)| count.replace(',', "").parse::<i64>().ok());
    assert_eq!(counts.sum::<i64>(), 33_698);
    assert!(shipped_chart("por_entidad").shows_all_entities(&sample_tables::entity_scope("08")));
    assert_eq!(shipped_chart("por_entidad").table_to_share(), Some("lnere_por_entidad"));
    assert_eq!(shipped_chart("por_pais").table_to_share(), None);
}

#[test]
fn dots_have_their_counts_in_columns() {
    let svg = sample_svg("credenciales_por_representacion", &Scope::Nation);
    let texts = texts(&svg);
    for text in ["Total", "Tramitadas", "Entregadas", "Confirmadas", "6,122", "3,979", "673"] {
        assert!(texts.contains(&text), "{text}: {texts:?}");
    }
    let rest = texts.iter().position(|text| text.starts_with("Otras representaciones")).unwrap();
    assert!(texts[rest + 1].chars().all(|c| c.is_ascii_digit() || c == ','), "the remainder has its counts");
    // A row of an office has three dots with rims; the remainder and the unidentified have none.
    assert_eq!(svg.matches("<circle").count(), 2 * 3 * (15 + 1));
}

#[test]
fn decided_statuses_are_at_the_base_line() {
    let svg = sample_svg("estatus_por_corte", &sample_tables::entity_scope("08"));
    let layers = description(&svg).rsplit("15 mar 2021: ").next().unwrap().split(')').next().unwrap();
    assert!(
        layers.starts_with("2,080 (Procedente 1,331, Improcedente 42, Subsanada 42, Con inconsistencia"),
        "{layers}"
    );
    let sum: i64 = layers.split_once('(').unwrap().1.split(", ").map(last_number).sum();
    assert_eq!(sum, 2_080);
    // The last column names its layers, from the base line up.
    let places: Vec<usize> = ["Procedente 1,331", "Improcedente 42", "Subsanada 42", "En análisis 582"]
        .map(|label| svg.find(&format!(">{label}</text>")).unwrap_or_else(|| panic!("{label}: {:?}", texts(&svg))))
        .into();
    assert!(places.is_sorted());
    assert!(!texts(&svg).contains(&"Recibida 0"));
}

#[test]
fn no_text_is_too_small_to_read_in_print() {
    check_each_chart(&sample_tables::sample_tables(1, 1), |what, svg| {
        for size in svg.split("font-size=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            // 1,600 pixels are 6.5 inches, of 72 points each.
            let points = size.parse::<f64>().unwrap() * 6.5 * 72.0 / 1600.0;
            assert!(points >= 7.5, "{what}: {points} points");
        }
    });
}

#[test]
fn a_png_says_its_resolution_and_its_description() {
    let tables = sample_tables::sample_tables(1, 1);
    let scope = sample_tables::entity_scope("09");
    let chart =
        render(&shipped_chart("por_sexo"), &tables, &scope, &sample_tables::sample_context(), &Statistics::default())
            .unwrap();
    let reader = ::png::Decoder::new(std::io::Cursor::new(&chart.png)).read_info().unwrap();
    let info = reader.info();
    let dimensions = info.pixel_dims.unwrap();
    let inches = f64::from(info.width) / f64::from(dimensions.xppu) / 0.0254;
    assert!(dimensions.unit == ::png::Unit::Meter && (inches - 6.5).abs() < 0.001, "{inches}");
    let text = &info.utf8_text[0];
    assert_eq!(text.keyword, "Description");
    let svg = String::from_utf8(chart.svg).unwrap();
    assert_eq!(text.get_text().unwrap(), description(&svg).trim_end_matches("</desc>"));
}

#[test]
fn progress_is_a_percentage_of_the_earlier_process() {
    let svg = sample_svg("comparativo", &sample_tables::entity_scope("08"));
    let texts = texts(&svg);
    assert!(texts.contains(&"21 % (1,040 de 5,036)") && texts.contains(&"15 % (79 de 538)"), "{texts:?}");
    assert!(!texts.contains(&"Nacional"), "all of the earlier process are other entities");
    assert!(svg.contains("font-weight=\"bold\">21 % (1,040 de 5,036)</text>"));
    let bars = |color: &str| svg.matches(&format!("fill=\"{color}\"")).count();
    assert_eq!((bars("#0072B2"), bars("#A3A9B2")), (1, 10));
    let note = "Proceso Electoral 2017-2018: solicitudes procedentes al cierre (INE, boletín 246). Procesos Electorales \
                Locales 2020-2021: solicitudes procedentes.";
    assert!(description(&svg).contains(note), "{}", description(&svg));

    // A process whose source counts received applications is compared by those that are received.
    let mut tables = sample_tables::sample_tables(1, 1);
    for table in tables.iter_mut().filter(|table| table.name == "comparativo") {
        let accepted = table.columns.iter_mut().find(|(name, _)| name == "lista_acumulada").unwrap();
        accepted.1 = lnere_tables::Column::MaybeInt(vec![None; accepted.1.len()]);
    }
    let svg = render_svg("comparativo", &tables, &sample_tables::entity_scope("08"));
    assert!(self::texts(&svg).contains(&"41 % (2,080 de 5,036)"));
    assert!(description(&svg).contains("Locales 2020-2021: solicitudes registradas."));

    // Without the result of an earlier process there is nothing to compare with.
    let mut tables = sample_tables::sample_tables(1, 1);
    for table in tables.iter_mut().filter(|table| table.name == "comparativo") {
        let processes = table.values::<String>("proceso").unwrap().to_vec();
        *table = table.filter_rows(|row| processes[row] == "pel_2020_2021");
    }
    let svg = render_svg("comparativo", &tables, &Scope::Nation);
    assert!(svg.contains(">No se conoce, por entidad, el resultado de un proceso anterior</text>"));
}

/// The title of a chart of one entity, in a situation.
fn title_of(name: &str, tables: &[Table], scope: &Scope, situations: &[Situation]) -> String {
    let mut statistics = Statistics::default();
    statistics.set_text("subject", scope.printed_name());
    for situation in situations {
        statistics.set_situation(*situation);
    }
    let context = sample_tables::sample_context();
    let svg = forms::draw_svg(&shipped_chart(name), tables, scope, &context, &statistics, None).unwrap();
    chart_title(&svg).unwrap().replace('\u{a0}', " ")
}

/// The modalities of each sex of an entity: by Internet, and by post.
fn modalities_of_sexes(counts: &[(&str, [i64; 2])]) -> Table {
    let rows: Vec<[&str; 3]> =
        counts.iter().flat_map(|(sex, _)| ["ELECTRONICA", "POSTAL"].map(|modality| ["03", *sex, modality])).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    let counts: Vec<i64> = counts.iter().flat_map(|(_, counts)| *counts).collect();
    let keys = ["cve_entidad", "sexo", "modalidad"];
    with_counts("lnere_sexo_modalidad", &keys, &rows, "solicitudes_acumuladas", &counts)
}

#[test]
fn the_title_of_a_crossed_chart_compares_shares_that_differ_and_have_cases() {
    let scope = sample_tables::entity_scope("03");
    let title = |counts: &[(&str, [i64; 2])]| {
        title_of("sexo_por_modalidad", &[modalities_of_sexes(counts)], &scope, &[Situation::Entity])
    };
    assert_eq!(
        title(&[("H", [60, 40]), ("M", [45, 15])]),
        "Piden la modalidad electrónica por Internet el 75 % de las solicitudes de mujeres y el 60 % de las de hombres"
    );
    let topic = "Modalidad de voto de las solicitudes, por sexo";
    for (counts, why) in [
        (&[("H", [60, 40]), ("M", [20, 9])][..], "29 cases have no percentage"),
        (&[("H", [60, 40]), ("M", [603, 402])], "the same whole percentage"),
        (&[("H", [60, 40])], "nothing to compare"),
        (&[("H", [60, 40]), ("M", [40, 60])], "no modality is the largest"),
    ] {
        assert_eq!(title(counts), topic, "{why}");
    }
}

#[test]
fn the_title_of_the_map_of_offices_is_true_of_its_panels() {
    let tables = sample_tables::sample_tables(1, 1);
    let svg = render_svg("mapa_representaciones", &tables, &Scope::Nation);
    let title = title_of("mapa_representaciones", &tables, &Scope::Nation, &[Situation::Nation]);
    let words = description(&svg).replace('\u{a0}', " ");
    let whole = last_number(words.split(" en total").next().unwrap());
    let panel = words.split("Estados Unidos y sur de Canadá: ").nth(1).unwrap().split(". Resto").next().unwrap();
    let counts: Vec<i64> = panel.split("; ").map(last_number).collect();
    let share = lnere_core::mexican_formats::rounded_percent(counts.iter().sum(), whole);
    let top = format!("con {}, ", lnere_core::mexican_formats::integer(counts[0]));
    assert!(
        title.starts_with(&format!("En Estados Unidos y sur de Canadá se hizo el {share} % de los trámites; ")),
        "{title}"
    );
    assert!(title.contains(&top), "{title} {top}");
}

#[test]
fn the_title_of_the_comparison_names_the_ends() {
    let tables = sample_tables::sample_tables(1, 1);
    let title = title_of("comparativo", &tables, &Scope::Nation, &[Situation::Nation]);
    let drawn = description(&render_svg("comparativo", &tables, &Scope::Nation)).replace('\u{a0}', " ");
    let bars = drawn.split("anterior: ").nth(1).unwrap();
    let first = bars.split(':').next().unwrap();
    assert!(title.contains(&format!("{first} es la entidad que más lleva")), "{title} / {bars}");
}

#[test]
fn the_title_of_the_profile_names_what_differs_from_all() {
    let mut tables = sample_tables::sample_tables(1, 1);
    tables.retain(|table| table.name != "lnere_por_sexo");
    let rows: [&[&str]; 4] = [&["03", "H"], &["03", "M"], &["09", "H"], &["09", "M"]];
    let keys = ["cve_entidad", "sexo"];
    tables.push(with_counts("lnere_por_sexo", &keys, &rows, "solicitudes_acumuladas", &[100, 59, 900, 1_100]));
    let own = sample_tables::entity_scope("03");
    assert_eq!(
        title_of("perfil", &tables, &own, &[Situation::Entity]),
        "Lo que más distingue a Baja California Sur: hombres, con el 63 % de sus solicitudes (en todas las entidades, el 46 %)"
    );
    // All entities together differ from nothing.
    let title = title_of("perfil", &tables, &Scope::Nation, &[Situation::Nation]);
    assert!(title.starts_with("Lo más frecuente: mujeres 54 %, "), "{title}");
    // Of 29 applications there is no percentage.
    tables.retain(|table| table.name == "never");
    for (table, column) in [
        ("lnere_por_sexo", "sexo"),
        ("lnere_por_modalidad", "modalidad"),
        ("lnere_por_medio", "medio"),
        ("lnere_por_tipo_credencial", "tipo_credencial"),
    ] {
        let codes = ["A", "B"];
        let rows: Vec<[&str; 2]> = codes.iter().map(|code| ["03", *code]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        tables.push(with_counts(table, &["cve_entidad", column], &rows, "solicitudes_acumuladas", &[20, 9]));
    }
    assert_eq!(
        title_of("perfil", &tables, &own, &[Situation::Entity]),
        "Perfil de las solicitudes de registro a la LNERE"
    );
}
