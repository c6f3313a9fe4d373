/*!
Writes `LEEME.txt`, which describes the content of an archive in Spanish.
*/

use lnere_core::column_names;
use std::fmt::Write as _;

use super::{NamedFiles, PackageData};
use lnere_core::mexican_formats::{integer, long_date};
use lnere_core::product_notice;

/// The parts of an archive other than those that `readme_text` receives, in their order.
const ARCHIVE_FOLDERS: [(&str, &str); 4] = [
    ("csv/", "las tablas como CSV para Excel (UTF-8 con BOM, fin de línea CRLF)"),
    ("tablas/", "las mismas tablas como Parquet, para analizarlas con DuckDB, Python o R"),
    ("graficas/", "las gráficas, cada una como SVG (vectores) y como PNG"),
    ("textos/", "la proyección en palabras"),
];

const WORKBOOK_DESCRIPTION: &str = "el libro de Excel: una hoja por tabla, resumen con gráficas y diccionario de datos";

/// The text, with line ends that every Windows editor shows.
#[must_use]
pub fn readme_text(contents: &PackageData, files: &NamedFiles) -> String {
    let PackageData { process, corte, revision, vintage, subject, .. } = contents;
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "LISTA NOMINAL DE ELECTORES RESIDENTES EN EL EXTRANJERO");
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
        let is_report = path.starts_with("reporte_");
        line(path, if is_report { "el reporte" } else { WORKBOOK_DESCRIPTION });
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
