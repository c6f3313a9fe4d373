/*!
Writes `LEEME.txt`, which describes the content of an archive in Spanish.
*/

use lnere_core::column_names;
use std::fmt::Write as _;

use super::{HeadlineFigures, NamedFiles, PackageData, Subject};
use lnere_core::mexican_formats::{integer, long_date};
use lnere_core::product_notice;
use lnere_dashboard::single_page_name;

/// The parts of an archive other than those that `readme_text` receives, in their order.
const ARCHIVE_FOLDERS: [(&str, &str); 4] = [
    ("csv/", "las tablas como CSV para Excel (UTF-8 con BOM, fin de línea CRLF)"),
    ("tablas/", "las mismas tablas como Parquet, para analizarlas con DuckDB, Python o R"),
    ("graficas/", "las gráficas, cada una como SVG (vectores) y como PNG"),
    ("textos/", "el resumen y la proyección en palabras"),
];

const WORKBOOK_DESCRIPTION: &str = "el libro de Excel: una hoja por tabla, resumen con gráficas y diccionario de datos";

const DASHBOARD_DESCRIPTION: &str =
    "el tablero en un solo archivo: se abre con doble clic en el navegador, sin conexión a internet";

/// The beginning of the name of a report.
const REPORT_PREFIX: &str = "reporte_";

/// The files to open first, in this order, each with the reason.
fn first_files<'a>(subject: &Subject, files: &'a NamedFiles) -> Vec<(&'a str, &'static str)> {
    let dashboard = single_page_name(&subject.slug);
    let path_of =
        |is_wanted: &dyn Fn(&str) -> bool| files.iter().map(|(path, _)| path.as_str()).find(|path| is_wanted(path));
    let report = path_of(&|path| path.starts_with(REPORT_PREFIX));
    let dashboard = path_of(&|path| path == dashboard);
    let reasons = [
        (report, "la primera página resume todo"),
        (dashboard, "sáquelo del ZIP y ábralo con doble clic: filtra las cifras por fecha, país y demás"),
    ];
    reasons.into_iter().filter_map(|(path, reason)| Some((path?, reason))).collect()
}

/// The text, with line ends that every Windows editor shows.
#[must_use]
pub fn readme_text(contents: &PackageData, figures: &HeadlineFigures, files: &NamedFiles) -> String {
    let PackageData { process, corte, revision, vintage, subject, .. } = contents;
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "{} · CIFRAS AL {}\n", subject.name().to_uppercase(), long_date(corte.day()).to_uppercase());
    let figures = figures.labelled_values();
    let width = figures.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default() + 1;
    if let Some(headline) = contents.headline() {
        let _ = writeln!(text, "{headline}.\n");
    }
    for (label, value) in figures {
        let _ = writeln!(text, "  {:<width$}  {value}", format!("{label}:"));
    }
    let _ = writeln!(text, "\nPRIMERO ABRA");
    for (name, reason) in first_files(subject, files) {
        let _ = writeln!(text, "  {name}\n      {reason}");
    }
    let _ = writeln!(text, "\nLISTA NOMINAL DE ELECTORES RESIDENTES EN EL EXTRANJERO");
    let _ = writeln!(text, "{}\n", process.title);
    let _ = writeln!(text, "Entidad:          {}", subject.name());
    let _ = writeln!(text, "Fecha de corte:   {}", long_date(corte.day()));
    let _ = writeln!(text, "Datos recibidos:  hasta el {}", long_date(*vintage));
    let _ = writeln!(text, "Revisión:         {revision}");
    if *revision > 1 {
        let _ = writeln!(
            text,
            "\nEsta revisión sustituye a la anterior. La tabla revisiones lista los conteos por entidad y por"
        );
        let _ = writeln!(text, "estatus que cambiaron; otros desgloses y la proyección pueden haber cambiado también.");
    }

    text.push_str("\nCONTENIDO\n");
    let mut line = |name: &str, what: &str| {
        let _ = writeln!(text, "  {name}\n      {what}");
    };
    for (path, _) in files.iter().filter(|(path, _)| !path.contains('/')) {
        let what = match path {
            path if path.starts_with(REPORT_PREFIX) => "el reporte",
            path if *path == single_page_name(&subject.slug) => DASHBOARD_DESCRIPTION,
            _ => WORKBOOK_DESCRIPTION,
        };
        line(path, what);
    }
    for (folder, what) in ARCHIVE_FOLDERS {
        if files.iter().any(|(path, _)| path.starts_with(folder)) {
            line(folder, what);
        }
    }
    line("SHA256SUMS", "las sumas de verificación de todos los archivos: sha256sum --check SHA256SUMS");

    text.push_str("\nTABLAS\n");
    for table in contents.tables {
        let definition = contents.table_definitions.iter().find(|definition| definition.name == table.name);
        let what = definition.map_or("", |definition| definition.es.as_str());
        let is_shared =
            subject.entity_code().is_some() && definition.is_some_and(|definition| definition.is_shared_with_all);
        let shared = if is_shared { ", compartida" } else { "" };
        let rows = table.row_count();
        let rows = format!(
            "{} {}",
            integer(i64::try_from(rows).unwrap_or(i64::MAX)),
            if rows == 1 { "fila" } else { column_names::FILAS }
        );
        let _ = writeln!(text, "  {} ({rows}{shared})\n      {what}.", table.name);
    }

    if subject.entity_code().is_some() {
        text.push_str(
            "\n  Las tablas compartidas tienen las filas de todas las entidades, como las comparte el grupo de trabajo;\n  \
             las demás, solo las de esta entidad.\n",
        );
    }
    text.push_str(
        "\nNOTAS\n  \
         Las solicitudes de inscripción y la Lista Nominal son universos distintos y no deben mezclarse.\n  \
         Los trámites de credencial no son personas, y una credencial entregada no está por ello confirmada.\n  \
         Los días son los de la Ciudad de México. Un dato con fecha de corte cuenta hasta ese día, inclusive.\n  \
         En los CSV, un texto que una hoja de cálculo tomaría por fórmula lleva un apóstrofo al principio. Excel muestra las\n  \
         claves como 08 sin su cero; en el libro están completas.\n",
    );
    product_notice::prepend_notice(process.notice.as_deref(), &text).replace('\n', "\r\n")
}
