//! Tests of the properties that every shipped chart has.

mod forms_of_comparison;
mod projection_tables;
mod sample_tables;
mod suppressed_charts;

use resvg::usvg::{Group, Node, Options, Tree};

use super::*;
use lnere_core::mexican_formats;
use lnere_tables::Column;

const SHIPPED_CHARTS: [(&str, &str); 20] = [
    ("avance_diario", include_str!("../../../../charts/avance_diario.toml")),
    ("avance_quincenal", include_str!("../../../../charts/avance_quincenal.toml")),
    ("comparativo", include_str!("../../../../charts/comparativo.toml")),
    ("credenciales_por_entidad", include_str!("../../../../charts/credenciales_por_entidad.toml")),
    ("credenciales_por_representacion", include_str!("../../../../charts/credenciales_por_representacion.toml")),
    ("estatus_por_corte", include_str!("../../../../charts/estatus_por_corte.toml")),
    ("aciertos", include_str!("../../../../charts/aciertos.toml")),
    ("mapa_paises", include_str!("../../../../charts/mapa_paises.toml")),
    ("mapa_representaciones", include_str!("../../../../charts/mapa_representaciones.toml")),
    ("pais_por_modalidad", include_str!("../../../../charts/pais_por_modalidad.toml")),
    ("perfil", include_str!("../../../../charts/perfil.toml")),
    ("por_entidad", include_str!("../../../../charts/por_entidad.toml")),
    ("por_estatus", include_str!("../../../../charts/por_estatus.toml")),
    ("por_medio", include_str!("../../../../charts/por_medio.toml")),
    ("por_modalidad", include_str!("../../../../charts/por_modalidad.toml")),
    ("por_pais", include_str!("../../../../charts/por_pais.toml")),
    ("por_sexo", include_str!("../../../../charts/por_sexo.toml")),
    ("por_tipo_credencial", include_str!("../../../../charts/por_tipo_credencial.toml")),
    ("proyeccion", include_str!("../../../../charts/proyeccion.toml")),
    ("sexo_por_modalidad", include_str!("../../../../charts/sexo_por_modalidad.toml")),
];

fn shipped_chart(name: &str) -> ChartDefinition {
    let (_, toml) = SHIPPED_CHARTS.iter().find(|shipped| shipped.0 == name).unwrap();
    ChartDefinition::parse(name, toml).unwrap()
}

fn render_svg(name: &str, tables: &[Table], scope: &Scope) -> String {
    forms::draw_svg(&shipped_chart(name), tables, scope, &sample_tables::sample_context(), &Statistics::default(), None)
        .unwrap()
}

/// The SVG of a chart with a notice.
fn render_svg_with_notice(name: &str, tables: &[Table], scope: &Scope, notice: &str) -> String {
    let context = ChartContext { notice: Some(notice.to_owned()), ..sample_tables::sample_context() };
    forms::draw_svg(&shipped_chart(name), tables, scope, &context, &Statistics::default(), None).unwrap()
}

/// Calls `check` with every shipped chart, for the nation and two entities.
fn check_each_chart(tables: &[Table], mut check: impl FnMut(&str, &str)) {
    for (name, _) in SHIPPED_CHARTS {
        let chart = shipped_chart(name);
        for scope in [Scope::Nation, sample_tables::entity_scope("09"), sample_tables::entity_scope("03")] {
            if chart.is_drawn_for(&scope) {
                check(&format!("{name} {}", scope.printed_name()), &render_svg(name, tables, &scope));
            }
        }
    }
}

/// A line of text and the box that the renderer computes for it.
struct TextBox {
    text: String,
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

fn text_boxes(tree: &Tree) -> Vec<TextBox> {
    fn collect(group: &Group, lines: &mut Vec<TextBox>) {
        for node in group.children() {
            match node {
                Node::Group(group) => collect(group, lines),
                Node::Text(text) => {
                    let bounds = text.abs_bounding_box();
                    // The box is as high as the tallest letters of the font with accents; most
                    // letters are lower.
                    let air = bounds.height() / 5.0;
                    lines.push(TextBox {
                        text: text.chunks().iter().map(resvg::usvg::TextChunk::text).collect(),
                        left: bounds.left(),
                        top: bounds.top() + air,
                        right: bounds.right(),
                        bottom: bounds.bottom() - air,
                    });
                }
                Node::Path(_) | Node::Image(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    collect(tree.root(), &mut found);
    found
}

fn assert_text_is_readable(what: &str, svg: &str) {
    let options = Options { fontdb: png::fonts(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).unwrap();
    let lines = text_boxes(&tree);
    assert!(lines.len() >= 4, "{what}");
    for (index, line) in lines.iter().enumerate() {
        let inside = line.left >= 8.0 && line.right <= tree.size().width() - 8.0;
        assert!(inside && line.top >= 0.0 && line.bottom <= tree.size().height(), "{what}: `{}` is cut off", line.text);
        for other in &lines[index + 1..] {
            let apart = line.right <= other.left
                || other.right <= line.left
                || line.bottom <= other.top
                || other.bottom <= line.top;
            assert!(apart, "{what}: `{}` overlaps `{}`", line.text, other.text);
        }
    }
}

#[test]
fn no_text_is_cut_off_or_overlaps_another() {
    for (times, by) in [(1, 1), (150, 1), (7, 1), (1, 40), (1, 12_000), (0, 1)] {
        check_each_chart(&sample_tables::sample_tables(times, by), assert_text_is_readable);
    }
}

#[test]
fn no_text_is_cut_off_at_any_corte() {
    let whole = sample_tables::sample_tables(1, 1);
    for corte in 0..13 {
        let days = 14 + corte * 15;
        let cut = |table: &Table, column: &str| {
            let start = sample_tables::sample_context().opening_day;
            let kept: Vec<usize> = (0..table.row_count())
                .filter(|&row| (table.values::<NaiveDate>(column).unwrap()[row] - start).num_days() <= days)
                .collect();
            Table {
                name: table.name.clone(),
                columns: table.columns.iter().map(|(name, values)| (name.clone(), pick_rows(values, &kept))).collect(),
            }
        };
        for (name, table, column) in [
            ("avance_diario", "lnere_diario", "fecha"),
            ("avance_quincenal", "lnere_serie", "quincena"),
            ("estatus_por_corte", "lnere_estatus_serie", "quincena"),
        ] {
            let table = whole.iter().find(|other| other.name == table).unwrap();
            for scope in [Scope::Nation, sample_tables::entity_scope("03")] {
                assert_text_is_readable(&format!("{name} {days}"), &render_svg(name, &[cut(table, column)], &scope));
            }
        }
    }
}

/// The tables of the fans, `left` days before the close.
fn fan_tables(whole: &[Table], left: u64) -> Vec<Table> {
    let daily = whole.iter().find(|table| table.name == "lnere_diario").unwrap();
    let corte = projection_tables::close_day() - chrono::Days::new(left);
    let days = daily.values::<NaiveDate>("fecha").unwrap();
    let kept: Vec<usize> = (0..daily.row_count()).filter(|&row| days[row] <= corte).collect();
    let columns = daily.columns.iter().map(|(name, values)| (name.clone(), pick_rows(values, &kept)));
    let mut tables = projection_tables::projected_tables(daily, left);
    tables.push(Table { name: daily.name.clone(), columns: columns.collect() });
    tables
}

/// Draws the fan of a scope, with a goal if it is above 0.
fn fan_svg(tables: &[Table], scope: &Scope, goal: i64) -> String {
    let mut statistics = Statistics::default();
    if goal > 0 {
        statistics.set_count("goal", goal);
    }
    let context = sample_tables::sample_context();
    forms::draw_svg(&shipped_chart("proyeccion"), tables, scope, &context, &statistics, None).unwrap()
}

#[test]
fn a_goal_has_its_line_and_its_name_wherever_it_is() {
    let whole = sample_tables::sample_tables(1, 1);
    let entity = sample_tables::entity_scope("09");
    for left in [250, 85, 10, 0] {
        let tables = fan_tables(&whole, left);
        for goal in [1, 30, 9_000, 12_660, 12_661, 20_000, 33_000, 1_000_000] {
            let svg = fan_svg(&tables, &entity, goal);
            let text = format!("Meta: {}", mexican_formats::integer(goal));
            assert_eq!(svg.matches(&format!(">{text}</text>")).count(), 1, "{left} {goal}");
            assert!(svg.split("<desc").nth(1).unwrap().contains(&format!(" {text}.")), "{left} {goal}");
            assert_text_is_readable(&format!("goal {goal}, {left} days left"), &svg);
            // The line is apart from the upper edge of the panel, which is a line of the grid.
            let line = svg.lines().find(|line| line.contains("stroke=\"#009E73\"")).unwrap();
            let y = |line: &str| -> i32 {
                let points = line.split("points=\"").nth(1).unwrap();
                points.split([',', ' ']).nth(1).unwrap().parse().unwrap()
            };
            let top = svg.lines().filter(|line| line.contains("stroke=\"#E2E5EA\"")).map(y).min().unwrap();
            assert!(y(line) > top + 10, "{left} {goal}: {} {top}", y(line));
        }
    }
    assert!(!fan_svg(&fan_tables(&whole, 10), &entity, 0).contains("Meta"));
}

#[test]
fn texts_beside_the_bands_replace_the_legend_where_they_have_room() {
    let whole = sample_tables::sample_tables(1, 1);
    let entity = sample_tables::entity_scope("09");
    let mut tables = fan_tables(&whole, 10);
    let svg = fan_svg(&tables, &entity, 0);
    assert!(svg.contains(", la mediana</text>") && svg.contains(" (90 %)</text>"), "{svg}");
    assert!(
        !svg.contains(">50 % bajo estos supuestos") && svg.contains("50 % bajo estos supuestos: de "),
        "the description has it"
    );
    // A curve of an earlier process needs the legend, which then has the count too.
    assert!(svg.contains(">Solicitudes acumuladas (número): "));
    tables.retain(|table| table.name != "proyeccion_referencias");
    tables.push(Table {
        name: "proyeccion_referencias".to_owned(),
        columns: vec![
            ("titulo".to_owned(), Column::Text(Vec::new())),
            ("fecha".to_owned(), Column::Date(Vec::new())),
            ("porcentaje_alcanzado".to_owned(), Column::Real(Vec::new())),
        ],
    });
    let svg = fan_svg(&tables, &entity, 0);
    assert!(!svg.contains(">Solicitudes acumuladas (número): ") && svg.contains(" al 28 feb 2021</text>"), "{svg}");
    // Bounds that are close together have no place for a text each.
    let narrow = fan_svg(&fan_tables(&whole, 1), &entity, 0);
    assert!(narrow.contains(">50 % bajo estos supuestos: de ") && !narrow.contains(", la mediana</text>"));
}

/// Tests several fans from before the opening to the last day. One has no history, one is narrow,
/// one has few counts, and one is all median.
#[test]
fn no_text_of_a_fan_is_cut_off_or_overlaps_another() {
    for (times, by) in [(1, 1), (150, 1), (1, 40), (1, 12_000)] {
        let whole = sample_tables::sample_tables(times, by);
        for left in [250, 190, 160, 85, 38, 10, 3, 1, 0] {
            let tables = fan_tables(&whole, left);
            for scope in [Scope::Nation, sample_tables::entity_scope("09"), sample_tables::entity_scope("03")] {
                let svg = render_svg("proyeccion", &tables, &scope);
                assert_text_is_readable(
                    &format!("proyeccion {times}/{by}, {left} days left, {}", scope.printed_name()),
                    &svg,
                );
            }
        }
    }
}

fn pick_rows(column: &Column, rows: &[usize]) -> Column {
    match column {
        Column::Int(values) => Column::Int(rows.iter().map(|&row| values[row]).collect()),
        Column::Real(values) => Column::Real(rows.iter().map(|&row| values[row]).collect()),
        Column::Text(values) => Column::Text(rows.iter().map(|&row| values[row].clone()).collect()),
        Column::Date(values) => Column::Date(rows.iter().map(|&row| values[row]).collect()),
        _ => unreachable!("no chart by day has hidden counts"),
    }
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let tables = sample_tables::sample_tables(1, 1);
    for name in [
        "avance_diario",
        "avance_quincenal",
        "por_pais",
        "credenciales_por_representacion",
        "mapa_paises",
        "mapa_representaciones",
        "perfil",
        "estatus_por_corte",
        "comparativo",
    ] {
        let draw = || {
            let scope = sample_tables::entity_scope("09");
            render(&shipped_chart(name), &tables, &scope, &sample_tables::sample_context(), &Statistics::default())
                .unwrap()
        };
        let (once, again) = (draw(), draw());
        assert!(once == again, "{name}");
        assert_eq!(&once.png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(once.png[16..20], 1600_u32.to_be_bytes());
    }
}

#[test]
fn the_svg_says_what_it_shows() {
    check_each_chart(&sample_tables::sample_tables(1, 1), |what, svg| {
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{what}");
        for part in
            ["role=\"img\"", "lang=\"es-MX\"", "<title id=", "<desc id=", "Corte al 15 de marzo de 2021", "Fuente: "]
        {
            assert!(svg.contains(part), "{what}: {part}");
        }
        // Plotters divides sizes by a constant; the result must be a whole number.
        let sizes = svg.split("font-size=\"").skip(1).filter_map(|rest| rest.split('"').next());
        assert!(sizes.clone().count() > 3 && sizes.clone().all(|size| size.len() == 2), "{what}");
        // 7.5 points where the chart is 6.5 inches wide.
        let smallest = f64::from(chart_frame::CHART_WIDTH) * 7.5 / (72.0 * 6.5);
        assert!(sizes.clone().all(|size| size.parse::<f64>().unwrap() >= smallest), "{what}");
    });
    let svg = render_svg("por_pais", &sample_tables::sample_tables(1, 1), &sample_tables::entity_scope("09"));
    assert!(svg.contains("aria-labelledby=\"por_pais-09-titulo por_pais-09-descripcion\""));
    assert!(svg.contains("Solicitudes de registro a la LNERE por país de residencia · Ciudad de México"));
    assert!(svg.contains("Bretaña e Irlanda del Norte</text>"), "a long name has two lines");
    assert!(svg.contains("Ciudad de México · Procesos Electorales Locales 2020-2021"));
}

#[test]
fn a_notice_is_on_every_chart_below_its_heading_and_is_read_aloud() {
    let notice = "DATOS SINTÉTICOS DE MUESTRA";
    for tables in [sample_tables::sample_tables(1, 1), sample_tables::sample_tables(0, 1)] {
        for (name, _) in SHIPPED_CHARTS {
            for scope in [Scope::Nation, sample_tables::entity_scope("03")] {
                if shipped_chart(name).table_for(&scope).is_none() {
                    continue;
                }
                let svg = render_svg_with_notice(name, &tables, &scope, notice);
                assert_text_is_readable(name, &svg);
                assert_eq!(svg.matches(&format!(">{notice}</text>")).count(), 1, "{name}");
                assert!(svg.contains(&format!("descripcion\">{notice}. ")), "{name}");
                // A report cuts the heading off, but the notice stays.
                let body = chart_without_heading(&svg, 10_000).unwrap();
                assert!(body.pieces[0].svg.contains(notice) && body.description.starts_with(notice), "{name}");
                assert!(!self::render_svg(name, &tables, &scope).contains(notice), "{name}");
            }
        }
    }
}

#[test]
fn a_long_notice_takes_the_lines_that_it_needs() {
    let notice = "Datos sintéticos de muestra, generados para probar el programa: ninguna cifra es del Instituto ni debe citarse.";
    let tables = sample_tables::sample_tables(1, 1);
    let svg =
        render_svg_with_notice("por_sexo", &tables, &sample_tables::entity_scope("09"), &format!("{notice} {notice}"));
    assert_text_is_readable("por_sexo", &svg);
    assert!(svg.contains(&format!("descripcion\">{notice} {notice} ")), "no second full stop");
    let height = |svg: &str| {
        let document = roxmltree::Document::parse(svg).unwrap();
        document.root_element().attribute("height").unwrap().parse::<i32>().unwrap()
    };
    let plain = self::render_svg("por_sexo", &tables, &sample_tables::entity_scope("09"));
    let short = render_svg_with_notice("por_sexo", &tables, &sample_tables::entity_scope("09"), "Muestra");
    assert!(height(&plain) < height(&short) && height(&short) < height(&svg));
}

#[test]
fn a_notice_is_in_the_pixels_too() {
    let tables = sample_tables::sample_tables(1, 1);
    let notice =
        |notice: Option<&str>| ChartContext { notice: notice.map(str::to_owned), ..sample_tables::sample_context() };
    let png = |context: &ChartContext| {
        render(&shipped_chart("por_sexo"), &tables, &Scope::Nation, context, &Statistics::default()).unwrap().png
    };
    let (plain, with) = (png(&notice(None)), png(&notice(Some("DATOS SINTÉTICOS DE MUESTRA"))));
    let height = |png: &[u8]| u32::from_be_bytes(png[20..24].try_into().unwrap());
    assert!(height(&with) > height(&plain), "the notice has room of its own");
}

#[test]
fn nothing_to_count_is_said_in_the_frame() {
    for tables in [sample_tables::sample_tables(0, 1), sample_tables::sample_tables(1, 1)] {
        // Aguascalientes is not in the process and has no row.
        let none = Scope::Entity { code: "01".to_owned(), name: "Aguascalientes".to_owned() };
        for name in ["avance_diario", "avance_quincenal", "por_sexo", "por_pais"] {
            let svg = render_svg(name, &tables, &none);
            assert!(svg.contains(">Sin solicitudes registradas al corte</text>"), "{name}");
            assert_text_is_readable(name, &svg);
        }
    }
    let svg = render_svg("credenciales_por_entidad", &sample_tables::sample_tables(0, 1), &Scope::Nation);
    assert!(svg.contains(">Sin trámites de credencial registrados al corte</text>"));
}

#[test]
fn the_rest_makes_the_bars_add_up() {
    let svg = render_svg("por_pais", &sample_tables::sample_tables(1, 1), &Scope::Nation);
    assert!(svg.contains(">Otros países (8)</text>"));
    let counts: i64 = svg
        .lines()
        .filter_map(|line| line.strip_suffix(" %)</text>")?.rsplit('>').next()?.split(" (").next())
        .filter_map(|count| count.replace(',', "").parse::<i64>().ok())
        .sum();
    // The whole, and beside it all countries without the United States.
    assert_eq!(counts, 33_698 + (33_698 - 25_889));
    assert!(svg.contains("33,698 en total"));
}

#[test]
fn small_categories_keep_their_order_and_zeros() {
    let svg = render_svg("por_estatus", &sample_tables::sample_tables(1, 1), &sample_tables::entity_scope("09"));
    let places =
        ["Recibida", "En análisis", "Con inconsistencia notificada", "Subsanada", "Procedente", "Improcedente"]
            .map(|label| svg.find(&format!(">{label}</text>")).unwrap());
    assert!(places.is_sorted());
    assert!(svg.contains(">0 (0.00 %)</text>"));

    let svg = self::render_svg("por_medio", &sample_tables::sample_tables(1, 1), &sample_tables::entity_scope("09"));
    assert!(svg.find(">INETEL (teléfono)</text>") < svg.find(">No identificado</text>"));
}

#[test]
fn offices_of_one_name_are_told_apart() {
    let svg = render_svg("credenciales_por_representacion", &sample_tables::sample_tables(1, 1), &Scope::Nation);
    for label in ["San José (Estados Unidos de América)", "San José (Costa Rica)", "Guatemala (embajada)", "Dallas"]
    {
        assert!(svg.contains(&format!(">{label}</text>")), "{label}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let error = |chart: &str, tables: &[Table], scope: &Scope| {
        render(&shipped_chart(chart), tables, scope, &sample_tables::sample_context(), &Statistics::default())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error("por_entidad", &[], &Scope::Nation),
        "chart `por_entidad` needs table `lnere_por_entidad`, which is not there [L312]"
    );
    let bare = Table { name: "lnere_por_entidad".to_owned(), columns: vec![] };
    assert_eq!(
        error("por_entidad", &[bare], &Scope::Nation),
        "the table lnere_por_entidad has no column cve_entidad of text [L300]"
    );
    assert_eq!(
        error("aciertos", &[], &sample_tables::entity_scope("09")),
        "chart `aciertos` is not drawn for Ciudad de México: its file has no such scope [L311]"
    );
}
