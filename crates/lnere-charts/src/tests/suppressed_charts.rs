//! Charts of protected tables show that counts are suppressed, and do not disclose them.

use std::collections::BTreeMap;

use super::*;

const MEASURES: [&str; 3] = ["tramitadas_acumuladas", "entregadas_acumuladas", "confirmadas_acumuladas"];

/// A protected table from its key columns and its rows; `-` is a suppressed count.
fn protected_table(name: &str, keys: &[&str], measures: &[&str], rows: &[&str]) -> Table {
    let fields: Vec<Vec<&str>> = rows.iter().map(|row| row.split('|').collect()).collect();
    let text = |place: usize| Column::Text(fields.iter().map(|row| row[place].to_owned()).collect());
    let count = |place: usize| Column::MaybeInt(fields.iter().map(|row| row[place].parse().ok()).collect());
    let mut columns: Vec<(String, Column)> =
        keys.iter().enumerate().map(|(place, key)| ((*key).to_owned(), text(place))).collect();
    let places = keys.len()..;
    columns.extend(measures.iter().zip(places).map(|(measure, place)| ((*measure).to_owned(), count(place))));
    Table { name: name.to_owned(), columns }
}

fn applications_table(name: &str, keys: &[&str], rows: &[&str]) -> Table {
    protected_table(name, keys, &["solicitudes_acumuladas"], rows)
}

fn suppression_display(totals: &[(&str, Option<i64>)]) -> SuppressionDisplay {
    SuppressionDisplay {
        suppressed_label: "protegido".to_owned(),
        footnote: "protegido: número oculto para que nadie pueda ser identificado.".to_owned(),
        published_totals: totals.iter().map(|(measure, total)| ((*measure).to_owned(), *total)).collect(),
        merged_countries: ["OTROS_ASIA", "OTROS_EUROPA"].map(str::to_owned).into(),
    }
}

fn suppression_with_total(total: Option<i64>) -> SuppressionDisplay {
    suppression_display(&[("solicitudes_acumuladas", total)])
}

fn context_for_nation() -> ChartContext {
    let mut context = sample_tables::sample_context();
    let statuses = [("EN_TRAMITE", "En trámite"), ("PROCEDENTE", "Procedente"), ("IMPROCEDENTE", "Improcedente")];
    let statuses = statuses.map(|(code, label)| (code.to_owned(), label.to_owned()));
    context.labels_by_column.insert("estatus".to_owned(), statuses.into());
    context
}

fn draw_protected(
    name: &str,
    table: Table,
    scope: &Scope,
    protection: &SuppressionDisplay,
) -> Result<String, ChartError> {
    let svg = forms::draw_svg(
        &shipped_chart(name),
        &[table],
        scope,
        &context_for_nation(),
        &Statistics::default(),
        Some(protection),
    )?;
    assert_text_is_readable(&format!("{name} {}", scope.printed_name()), &svg);
    Ok(svg)
}

/// The lines of text of a chart below its heading, from the top down.
fn svg_texts(svg: &str) -> Vec<&str> {
    svg.lines().filter_map(|line| line.strip_suffix("</text>")?.rsplit('>').next()).skip(2).collect()
}

fn label_positions<'s>(svg: &'s str, labels: &[&'s str]) -> Vec<usize> {
    labels.iter().map(|label| svg.find(&format!(">{label}</text>")).unwrap_or_else(|| panic!("{label}"))).collect()
}

fn table_by_sex(rows: &[&str]) -> Table {
    applications_table("lnere_por_sexo", &["cve_entidad", "sexo"], rows)
}

fn bar_count(svg: &str) -> usize {
    svg.matches("fill=\"#0072B2\"").count() + svg.matches("fill=\"#A3A9B2\"").count()
}

#[test]
fn a_hidden_count_has_a_word_and_no_bar() {
    let rows = table_by_sex(&["03|H|-", "03|M|-", "03|X|150", "06|H|300", "06|M|419"]);
    let svg = draw_protected("por_sexo", rows, &sample_tables::entity_scope("03"), &suppression_with_total(Some(159)))
        .unwrap();
    assert_eq!(bar_count(&svg), 1);
    assert_eq!(svg_texts(&svg).iter().filter(|text| **text == "protegido").count(), 2);
    assert!(svg.contains(">150 (94.34 %)</text>"));
    assert!(svg.contains("159 en total. Hombres: protegido; Mujeres: protegido; X: 150 (94.34 %)."));
    let note = "protegido: número oculto para que nadie pueda ser identificado.";
    assert!(svg.contains(&format!("{note}</text>")) && svg.contains(&format!("{note}</desc>")));
}

#[test]
fn what_hides_nothing_is_drawn_as_the_exact_tables_are() {
    let rows = ["03|H|87", "03|M|72"];
    let svg = draw_protected(
        "por_sexo",
        table_by_sex(&rows),
        &sample_tables::entity_scope("03"),
        &suppression_with_total(Some(159)),
    )
    .unwrap();
    let exact = Table {
        name: "lnere_por_sexo".to_owned(),
        columns: vec![
            ("cve_entidad".to_owned(), Column::Text(vec!["03".to_owned(); 2])),
            ("sexo".to_owned(), Column::Text(vec!["H".to_owned(), "M".to_owned()])),
            ("solicitudes_acumuladas".to_owned(), Column::Int(vec![87, 72])),
        ],
    };
    assert_eq!(svg, super::render_svg("por_sexo", &[exact], &sample_tables::entity_scope("03")));
}

#[test]
fn without_a_total_there_are_no_percentages() {
    let rows = ["03|H|-", "03|M|7"];
    for protection in [suppression_with_total(None), suppression_display(&[])] {
        let svg =
            draw_protected("por_sexo", table_by_sex(&rows), &sample_tables::entity_scope("03"), &protection).unwrap();
        assert!(!svg.contains(" %"), "{svg}");
        assert!(svg.contains("(número): total protegido. Hombres: protegido; Mujeres: 7."));
        assert!(svg.contains("No se dan porcentajes: el total también está oculto.</text>"));
    }
}

#[test]
fn where_all_is_hidden_no_axis_says_how_much() {
    let svg = draw_protected(
        "por_sexo",
        table_by_sex(&["03|H|-", "03|M|-"]),
        &sample_tables::entity_scope("03"),
        &suppression_with_total(None),
    )
    .unwrap();
    assert_eq!(bar_count(&svg), 0);
    let shown = ["Sexo", "Solicitudes acumuladas (número)", "Hombres", "Mujeres", "protegido", "protegido"];
    let texts = svg_texts(&svg);
    assert!(
        shown.iter().all(|text| texts.contains(text)) && !texts.contains(&"1") && !texts.contains(&"0"),
        "{texts:?}"
    );
    // A protected table without rows does not mean that nothing was counted.
    let svg = draw_protected(
        "por_sexo",
        table_by_sex(&[]),
        &sample_tables::entity_scope("03"),
        &suppression_with_total(None),
    )
    .unwrap();
    assert!(!svg.contains("Sin solicitudes") && svg.contains("para que nadie pueda ser identificado.</text>"));
    let svg = draw_protected(
        "por_sexo",
        table_by_sex(&["03|H|0", "03|M|0"]),
        &sample_tables::entity_scope("03"),
        &suppression_with_total(Some(0)),
    )
    .unwrap();
    assert!(svg.contains(">Sin solicitudes registradas al corte</text>"));
}

#[test]
fn the_nation_has_one_row_for_each_category() {
    let rows = applications_table("lnere_por_sexo", &["sexo"], &["H|18247", "M|15451"]);
    let svg = draw_protected("por_sexo", rows, &Scope::Nation, &suppression_with_total(Some(33_698))).unwrap();
    assert!(svg.contains(">18,247 (54.15 %)</text>") && !svg.contains("protegido"));

    let rows = ["03|Baja California Sur|-", "06|Colima|-", "08|Chihuahua|2080", "09|Ciudad de México|12660"];
    let rows = applications_table("lnere_por_entidad", &["cve_entidad", "entidad"], &rows);
    let svg = draw_protected("por_entidad", rows, &Scope::Nation, &suppression_with_total(Some(15_400))).unwrap();
    assert!(label_positions(&svg, &["Ciudad de México", "Chihuahua", "Baja California Sur", "Colima"]).is_sorted());
}

#[test]
fn groups_of_statuses_have_the_labels_that_are_given() {
    let rows = ["03|EN_TRAMITE|-", "03|IMPROCEDENTE|-", "03|NO_IDENTIFICADO|-", "03|PROCEDENTE|140"];
    let rows = applications_table("lnere_por_estatus", &["cve_entidad", "estatus"], &rows);
    let svg =
        draw_protected("por_estatus", rows, &sample_tables::entity_scope("03"), &suppression_with_total(Some(159)))
            .unwrap();
    assert!(label_positions(&svg, &["En trámite", "Procedente", "Improcedente", "No identificado"]).is_sorted());
}

#[test]
fn merged_countries_come_after_those_with_a_name() {
    let mut rows: Vec<String> =
        (0..20).map(|number| format!("09|P{number:02}|País {number:02}|{}", 900 - number)).collect();
    rows[4] = "09|P04|País 04|-".to_owned();
    rows.push("09|OTROS_ASIA|Otros países de Asia|-".to_owned());
    rows.push("09|OTROS_EUROPA|Otros países de Europa|2000".to_owned());
    rows.push("09|XXX|No identificado|3000".to_owned());
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let keys = ["cve_entidad", "cve_pais", "pais"];
    let svg = draw_protected(
        "por_pais",
        applications_table("lnere_por_pais", &keys, &rows),
        &sample_tables::entity_scope("09"),
        &suppression_with_total(Some(30_000)),
    );
    let svg = svg.unwrap();
    let order = ["País 00", "País 19", "País 04", "Otros países de Europa", "Otros países de Asia", "No identificado"];
    assert!(label_positions(&svg, &order).is_sorted(), "{:?}", svg_texts(&svg));
    // Merged countries are not merged again.
    assert!(!svg.contains("Otros países ("));
}

#[test]
fn a_country_is_not_called_second_if_a_merged_one_may_be() {
    let svg_with = |merged: i64| {
        let merged_row = format!("09|OTROS_EUROPA|Otros países de Europa|{merged}");
        let rows = ["09|CAN|Canadá|51", merged_row.as_str(), "09|USA|Estados Unidos de América|1800"];
        let table = applications_table("lnere_por_pais", &["cve_entidad", "cve_pais", "pais"], &rows);
        let protection = suppression_with_total(Some(1_851 + merged));
        draw_protected("por_pais", table, &sample_tables::entity_scope("09"), &protection).unwrap()
    };
    assert!(svg_with(50).contains("viene de Estados Unidos de América; le sigue Canadá"));
    for merged in [51, 149] {
        let svg = svg_with(merged);
        assert!(svg.contains("de Estados Unidos de América</title>") && !svg.contains("le sigue"), "{merged}");
    }
}

#[test]
fn a_rest_is_of_what_shows_all_its_numbers() {
    let mut rows: Vec<String> =
        (0..30).map(|number| format!("09|P{number:02}|País {number:02}|{}", 900 - number)).collect();
    for hidden in [3, 8, 25] {
        rows[hidden] = format!("09|P{hidden:02}|País {hidden:02}|-");
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let keys = ["cve_entidad", "cve_pais", "pais"];
    let table = applications_table("lnere_por_pais", &keys, &rows);
    let svg =
        draw_protected("por_pais", table, &sample_tables::entity_scope("09"), &suppression_with_total(Some(27_000)))
            .unwrap();
    let order = ["País 00", "País 16", "Otros países (12)", "Otros países con número oculto (3)"];
    assert!(label_positions(&svg, &order).is_sorted(), "{:?}", svg_texts(&svg));
    assert!(!svg.contains("País 03") && !svg.contains("País 17"));
    assert!(svg.contains("Otros países con número oculto (3): protegido."));
}

#[test]
fn hidden_bars_are_not_named_at_random() {
    let row = |number: i32| format!("09|P{number:02}|País {number:02}|{}", if number < 4 { "50" } else { "-" });
    let rows: Vec<String> = (0..30).map(row).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let table = applications_table("lnere_por_pais", &["cve_entidad", "cve_pais", "pais"], &rows);
    let svg = draw_protected("por_pais", table, &sample_tables::entity_scope("09"), &suppression_with_total(Some(250)))
        .unwrap();
    assert!(label_positions(&svg, &["País 00", "País 03", "Otros países con número oculto (26)"]).is_sorted());
    assert!(!svg.contains("País 04"));
}

/// Offices, of which the small ones have suppressed measures, and the totals of all offices.
pub fn office_table_and_totals() -> (Table, BTreeMap<String, Option<i64>>) {
    let exact = sample_tables::sample_tables(1, 20)
        .into_iter()
        .find(|table| table.name == "credenciales_por_representacion")
        .unwrap();
    let counts = |measure: &str| exact.values::<i64>(measure).unwrap().to_vec();
    let sum = |measure: &str| (measure.to_owned(), Some(counts(measure).iter().sum()));
    let mut columns: Vec<(String, Column)> =
        exact.columns.iter().filter(|(name, _)| !MEASURES.contains(&name.as_str())).cloned().collect();
    for measure in MEASURES {
        let hidden = counts(measure).into_iter().map(|count| (count == 0 || count > 7).then_some(count));
        columns.push((measure.to_owned(), Column::MaybeInt(hidden.collect())));
    }
    (Table { name: exact.name.clone(), columns }, MEASURES.iter().map(|measure| sum(measure)).collect())
}

#[test]
fn offices_that_hide_some_of_their_numbers() {
    let (table, totals) = office_table_and_totals();
    let protection = SuppressionDisplay { published_totals: totals, ..suppression_with_total(None) };
    let svg = draw_protected("credenciales_por_representacion", table.clone(), &Scope::Nation, &protection).unwrap();
    // A long name has two lines.
    let order = ["Dallas", "El Paso", "Otras representaciones (5)", "Otras representaciones con algún"];
    assert!(label_positions(&svg, &order).is_sorted(), "{:?}", svg_texts(&svg));
    assert!(svg.contains("(6): Tramitadas protegido, Entregadas protegido, Confirmadas protegido"), "{svg}");

    let unknown = SuppressionDisplay { published_totals: BTreeMap::new(), ..protection };
    let svg = draw_protected("credenciales_por_representacion", table, &Scope::Nation, &unknown).unwrap();
    let total = svg_texts(&svg).iter().position(|text| *text == "Total").unwrap();
    let heads = ["Tramitadas", "protegido", "Entregadas", "protegido", "Confirmadas", "protegido"];
    assert_eq!(svg_texts(&svg)[total + 1..total + 7], heads);
    assert!(svg.contains("Total: Tramitadas protegido, Entregadas protegido, Confirmadas protegido."));
}

#[test]
fn no_text_is_cut_off_whatever_is_hidden() {
    for (times, by) in [(1, 1), (150, 1), (1, 40), (1, 2_000)] {
        for table in sample_tables::sample_tables(times, by) {
            let hide = |column: &Column| match column {
                Column::Int(values) => Column::MaybeInt(values.iter().map(|n| (n % 3 > 0).then_some(*n)).collect()),
                other => other.clone(),
            };
            let columns = table.columns.iter().map(|(name, column)| (name.clone(), hide(column)));
            let table = Table { name: table.name.clone(), columns: columns.collect() };
            for (name, _) in SHIPPED_CHARTS {
                let chart = shipped_chart(name);
                for scope in [Scope::Nation, sample_tables::entity_scope("09"), sample_tables::entity_scope("03")] {
                    if chart.supports_suppression() && chart.table_for(&scope) == Some(table.name.as_str()) {
                        draw_protected(name, table.clone(), &scope, &suppression_display(&[])).unwrap();
                    }
                }
            }
        }
    }
}

#[test]
fn any_word_may_stand_for_a_hidden_number() {
    let protection = SuppressionDisplay { suppressed_label: "<oculto>".to_owned(), ..suppression_with_total(Some(12)) };
    let svg = draw_protected(
        "por_sexo",
        table_by_sex(&["03|H|-", "03|M|-"]),
        &sample_tables::entity_scope("03"),
        &protection,
    )
    .unwrap();
    assert!(svg.contains(">&lt;oculto&gt;</text>") && svg.contains("Hombres: &lt;oculto&gt;;"));
    let tables = [table_by_sex(&["03|H|-", "03|M|-"])];
    let rendered = || {
        render_protected(
            &shipped_chart("por_sexo"),
            &tables,
            &sample_tables::entity_scope("03"),
            &context_for_nation(),
            &Statistics::default(),
            &protection,
        )
    };
    assert!(rendered().unwrap() == rendered().unwrap());
}

#[test]
fn exact_and_protected_are_not_taken_for_each_other() {
    let error = |result: Result<String, ChartError>| result.unwrap_err().to_string();
    let exact = sample_tables::sample_tables(1, 1).into_iter().find(|table| table.name == "lnere_por_sexo").unwrap();
    assert_eq!(
        error(draw_protected(
            "por_sexo",
            exact,
            &sample_tables::entity_scope("03"),
            &suppression_with_total(Some(159))
        )),
        "the table lnere_por_sexo has no column solicitudes_acumuladas of whole numbers that may be suppressed [L300]"
    );
    let rows = || table_by_sex(&["03|H|-", "03|M|150"]);
    let svg = forms::draw_svg(
        &shipped_chart("por_sexo"),
        &[rows()],
        &sample_tables::entity_scope("03"),
        &context_for_nation(),
        &Statistics::default(),
        None,
    );
    assert_eq!(error(svg), "the table lnere_por_sexo has no column solicitudes_acumuladas of whole numbers [L300]");
    assert_eq!(
        error(draw_protected(
            "por_sexo",
            rows(),
            &sample_tables::entity_scope("03"),
            &suppression_with_total(Some(100))
        )),
        "table `lnere_por_sexo`: what it shows of `solicitudes_acumuladas` cannot add up to 100; is the total of another \
         scope? [L314]"
    );
    let daily = sample_tables::sample_tables(1, 1).into_iter().find(|table| table.name == "lnere_diario").unwrap();
    assert!(!shipped_chart("avance_diario").supports_suppression());
    assert_eq!(
        error(draw_protected("avance_diario", daily, &Scope::Nation, &suppression_with_total(None))),
        "chart `avance_diario` cannot be drawn with hidden numbers; only the forms `bars` and `dots` can [L313]"
    );
}
