/*!
Assembles the package of one subject from its part of a release.
*/

use super::{
    NamedFiles, PackageChart, PackageData, PackageError, PackageInputs, Subject, archive, readme, visible_tables,
    workbook,
};
use lnere_core::checksum::{CHECKSUMS_FILE_NAME, sha256sums_text};
use lnere_core::product_notice;
use lnere_dashboard::single_page_name;
use lnere_statements::Statistics;
use lnere_tables::{ColumnError, Metadata, Table};

/// The path of the headline and the main points in a package, one on each line. The message of the
/// package begins with them.
pub const SUMMARY_PATH: &str = "textos/resumen.txt";

/// The part of a release that belongs to a subject.
pub struct RecipientPart<'a> {
    pub subject: &'a Subject,
    pub tables: Vec<Table>,
    pub charts: Vec<PackageChart<'a>>,
    pub projection_text: Option<&'a str>,
    pub statistics: Statistics,
}

impl<'a> RecipientPart<'a> {
    pub fn for_recipient(release: &PackageInputs<'a>, subject: &'a Subject) -> Result<Self, ColumnError> {
        let charts = subject_files("graficas", release.chart_files, subject);
        let mut charts: Vec<PackageChart> = charts
            .iter()
            .filter_map(|(file, svg)| {
                let name = file.strip_suffix(".svg")?;
                let (_, png) = charts.iter().find(|(other, _)| other.strip_suffix(".png") == Some(name))?;
                Some(PackageChart { name, svg, png })
            })
            .collect();
        charts.sort_by_key(|picture| picture.name);
        let texts = subject_files("textos", release.text_files, subject);
        let paragraph = texts.iter().find(|(file, _)| *file == "proyeccion.txt");
        let paragraph = paragraph.and_then(|(_, text)| std::str::from_utf8(text).ok());
        let projection_text =
            paragraph.map(|text| product_notice::strip_notice(release.process.notice.as_deref(), text));
        let tables = visible_tables(release.tables, release.table_definitions, subject)?;
        let PackageInputs { process, catalogs, corte, .. } = *release;
        let statistics =
            lnere_statements::subject_statistics(process, catalogs, corte, &tables, subject.entity_code())?;
        Ok(Self { subject, tables, charts, projection_text, statistics })
    }

    pub fn contents<'b>(&'b self, release: &PackageInputs<'b>) -> PackageData<'b> {
        PackageData {
            process: release.process,
            catalogs: release.catalogs,
            statement_file: release.statement_file,
            statistics: self.statistics.clone(),
            corte: release.corte,
            revision: release.revision,
            vintage: release.vintage,
            input_records: release.input_records,
            findings: release.findings,
            subject: self.subject,
            tables: &self.tables,
            table_definitions: release.table_definitions,
            chart_definitions: release.chart_definitions,
            charts: &self.charts,
            projection_text: self.projection_text,
        }
    }
}

/// The files in a folder that belong to the subject, by their path below it.
fn subject_files<'a>(folder: &str, files: &'a [(String, Vec<u8>)], subject: &Subject) -> Vec<(&'a str, &'a [u8])> {
    let prefix = format!("{folder}/{}/", subject.slug);
    files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&prefix)?, &bytes[..]))).collect()
}

/// The files in the folder of a subject: its report, its workbook, its dashboard, and the archive
/// that contains them.
pub fn package_files(
    contents: &PackageData,
    report: Option<Vec<u8>>,
    dashboard_page: Option<Vec<u8>>,
) -> Result<NamedFiles, PackageError> {
    let stem = contents.file_name_suffix();
    let mut documents = NamedFiles::new();
    documents.extend(dashboard_page.map(|page| (single_page_name(&contents.subject.slug), page)));
    documents.extend(report.map(|pdf| (format!("reporte_{stem}.pdf"), pdf)));
    documents.push((format!("libro_{stem}.xlsx"), workbook::workbook(contents)?));

    let mut files = documents.clone();
    let notice = contents.process.notice.as_deref();
    let metadata = Metadata::of_process(contents.process, contents.corte);
    for table in contents.tables {
        files.push((format!("csv/{}.csv", table.name), lnere_tables::spreadsheet_csv(table)?));
        files.push((format!("tablas/{}.parquet", table.name), lnere_tables::write(table, &metadata)?));
    }
    for picture in contents.charts {
        files.push((format!("graficas/{}.png", picture.name), picture.png.to_vec()));
        files.push((format!("graficas/{}.svg", picture.name), picture.svg.to_vec()));
    }
    let paragraph = contents.projection_text.map(|text| product_notice::prepend_notice(notice, text));
    files.extend(paragraph.map(|text| ("textos/proyeccion.txt".to_owned(), text.into_bytes())));
    let summary: String = contents.summary_sentences().iter().map(|sentence| format!("{sentence}\n")).collect();
    if !summary.is_empty() {
        files.push((SUMMARY_PATH.to_owned(), product_notice::prepend_notice(notice, &summary).into_bytes()));
    }
    files.push((
        "LEEME.txt".to_owned(),
        readme::readme_text(contents, &contents.headline_figures()?, &files).into_bytes(),
    ));
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files.push((CHECKSUMS_FILE_NAME.to_owned(), sha256sums_text(&files).into_bytes()));
    documents.push((format!("paquete_{stem}.zip"), archive::zip_archive(&files, contents.corte.day())?));

    let folder = format!("paquetes/{}", contents.subject.slug);
    Ok(documents.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)).collect())
}
