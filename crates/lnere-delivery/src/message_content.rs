/*!
Composes the Spanish notice for a recipient, independent of its format as text or HTML.
*/

use chrono::NaiveDate;

use super::key_figures::{ProjectedTotal, QuincenaPace, TotalAndQuincena};
use super::release_packages::{DashboardPage, NATIONAL_RECIPIENT, OplPackage, ReleasePackages};
use super::revision_changes::{CountChange, RevisionChanges};
use lnere_core::mexican_formats::{capitalized, decimal, integer, long_date};
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::PlausibilityFinding;
use lnere_package::finding_in_spanish;
use lnere_release::Manifest;

/// The most changes in the list; the package has all of them.
const MAX_LISTED_CHANGES: usize = 20;

/// The most warnings about exports in the list; the report has all of them.
const MAX_LISTED_WARNINGS: usize = 5;

/// How the recipient gets the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enclosure {
    /// The package is attached.
    Attached,
    /// The package is available at this address.
    Link(String),
    /// The package is in the same folder as the notice.
    InSameFolder(String),
}

/// How the recipient gets the dashboard as one file. The package always contains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DashboardEnclosure {
    /// The file is attached.
    Attached,
    /// The file is in the package alone.
    InPackage,
    /// The file is in the same folder as the notice.
    InSameFolder(String),
}

/// A row of a table of the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow(pub [String; 3]);

/// A table of the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeTable {
    /// The title of the table.
    pub title: String,
    /// The index of the emphasised column; 0 is the column of names.
    pub highlighted_column: usize,
    /// The headings of the columns.
    pub headings: [&'static str; 3],
    /// Its rows.
    pub rows: Vec<NoticeRow>,
    /// The note below the table.
    pub notes: Vec<String>,
}

/// The content of the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The subject of the message.
    pub subject: String,
    /// The notice about the figures, for example that they are synthetic; `None` if there is none.
    pub data_notice: Option<String>,
    /// The name of the process.
    pub process_title: String,
    /// The subject of the figures.
    pub recipient_heading: String,
    /// The corte, and the revision number if it is not the first.
    pub subheading: String,
    /// The opening paragraphs.
    pub opening_paragraphs: Vec<String>,
    /// The changes of a revision.
    pub changes_table: Option<NoticeTable>,
    /// The key figures and the projection.
    pub key_figures: Vec<NoticeTable>,
    /// A description of the chart for readers who do not see it; empty without a chart.
    pub chart_description: String,
    /// How the recipient gets the package.
    pub package_paragraphs: Vec<String>,
    /// The address of the package, if it is not enclosed.
    pub package_link: Option<String>,
    /// The closing paragraphs.
    pub closing_paragraphs: Vec<String>,
}

impl Notice {
    /// Composes the notice for a package. `again` is true if another package of the same revision
    /// was delivered before.
    #[must_use]
    pub fn for_package(
        release_packages: &ReleasePackages,
        package: &OplPackage,
        enclosure: &Enclosure,
        dashboard: &DashboardEnclosure,
        was_delivered_before: bool,
    ) -> Self {
        let ReleasePackages { manifest, corte, .. } = release_packages;
        let (date, revision) = (long_date(corte.day()), manifest.revision);
        let revision_suffix = if revision > 1 { format!(", revisión {revision}") } else { String::new() };
        let subject = if package.entity == NATIONAL_RECIPIENT {
            "total nacional".to_owned()
        } else {
            package.recipient_name.clone()
        };
        let figures = Some(package.headline_figures.sentences()).filter(|text| !text.is_empty());
        let mut summary = package.summary_sentences.iter().cloned();
        let mut opening: Vec<String> = summary.next().into_iter().chain(figures).chain(summary).collect();
        opening.push(format!(
            "Se envía el reporte quincenal del avance de la Lista Nominal de Electores Residentes en el Extranjero (LNERE) \
             y del programa de credencialización en el extranjero: {subject}, con corte al {date}."
        ));
        match &package.revision_changes {
            Some(RevisionChanges { replaced_revision, .. }) => opening.push(format!(
                "Es la revisión {revision} de este corte y sustituye por completo a la revisión {replaced_revision}, que ya no debe usarse."
            )),
            // A release that was moved away by hand leaves only its number.
            None if revision > 1 => opening.push(format!(
                "Es la revisión {revision} de este corte y sustituye por completo a cualquier entrega anterior."
            )),
            None => {}
        }
        if was_delivered_before {
            opening.push(format!(
                "Ya se había entregado otro paquete con el mismo número de revisión ({revision}); éste lo sustituye."
            ));
        }
        opening.extend(warning_paragraphs(manifest));
        let link = match enclosure {
            Enclosure::Link(address) => Some(address.clone()),
            _ => None,
        };
        Self {
            subject: format!("{}LNERE: {}, corte al {date}{revision_suffix}", subject_prefix(manifest), package.recipient_name),
            data_notice: manifest.notice.clone(),
            process_title: manifest.title.clone(),
            recipient_heading: package.recipient_name.clone(),
            subheading: format!("Corte al {date}{revision_suffix}"),
            opening_paragraphs: opening,
            changes_table: package.revision_changes.as_ref().and_then(|changes| changes_table(package, changes)),
            key_figures: key_figure_tables(package, corte.day()),
            chart_description: chart_description(package, &date),
            package_paragraphs: package_paragraphs(package, revision, enclosure, dashboard),
            package_link: link,
            closing_paragraphs: vec![
                "Las solicitudes, la LNERE y los trámites de credencial son universos distintos y no deben mezclarse ni \
                 sumarse."
                    .to_owned(),
                format!("Mensaje generado por el sistema lnere {} con exportaciones al {}.", manifest.version, newest_export_day(release_packages)),
            ],
        }
    }
}

/// The data notice precedes the subject, because message lists cut the end of the subject.
fn subject_prefix(manifest: &Manifest) -> String {
    manifest.notice.as_deref().map(|notice| format!("[{notice}] ")).unwrap_or_default()
}

/// One paragraph for each finding about the exports; the report has all findings.
fn warning_paragraphs(manifest: &Manifest) -> Vec<String> {
    // The counts come from the newest export of each source. The report has the findings about
    // older exports.
    let is_newest = |finding: &&PlausibilityFinding| {
        let input = manifest.inputs.iter().find(|input| input.name == finding.export);
        input.is_some_and(|input| {
            !manifest.inputs.iter().any(|other| other.source == input.source && other.date > input.date)
        })
    };
    let findings: Vec<&PlausibilityFinding> = manifest.findings.iter().filter(is_newest).collect();
    let listed = findings.iter().take(MAX_LISTED_WARNINGS);
    let mut paragraphs: Vec<String> = listed
        .map(|finding| {
            format!(
                "Advertencia sobre la exportación {}: {}",
                escaped_name(&finding.export),
                finding_in_spanish(finding)
            )
        })
        .collect();
    if findings.len() > MAX_LISTED_WARNINGS {
        paragraphs.push("Las demás advertencias sobre las exportaciones están en el reporte.".to_owned());
    }
    paragraphs
}

fn newest_export_day(release_packages: &ReleasePackages) -> String {
    let vintage = &release_packages.manifest.vintage;
    vintage.parse().map_or_else(|_| vintage.clone(), long_date)
}

fn key_figure_tables(package: &OplPackage, corte: NaiveDate) -> Vec<NoticeTable> {
    let figures = &package.key_figures;
    let mut rows = Vec::new();
    if let Some(applications) = &figures.applications {
        rows.push(key_figure_row("Solicitudes de registro a la LNERE", applications));
    }
    let names = ["Credenciales (CPVE) tramitadas", "Credenciales (CPVE) entregadas", "Credenciales (CPVE) confirmadas"];
    for (name, credential) in names.into_iter().zip(figures.credentials.iter().flatten()) {
        rows.push(key_figure_row(name, credential));
    }
    let mut notes = Vec::new();
    notes.extend(figures.pace.map(|pace| pace_sentence(pace, figures.previous_pace)));
    let mut grids = Vec::new();
    if !rows.is_empty() {
        let headings = ["Cifra", "Al corte", "En la quincena"];
        grids.push(NoticeTable {
            title: "Cifras principales".to_owned(),
            highlighted_column: 1,
            headings,
            rows,
            notes,
        });
    }
    // After the close the applications are counted, and only the list is expected.
    let is_open = |total: &ProjectedTotal| corte < total.close;
    let expected = [
        ("Solicitudes al cierre", figures.projected_applications.filter(is_open)),
        ("Integrarán la LNERE", figures.projected_list),
    ];
    let projections: Vec<(&str, ProjectedTotal)> =
        expected.into_iter().filter_map(|(name, expected)| Some((name, expected?))).collect();
    if let Some((_, first @ ProjectedTotal { close, .. })) = projections.first() {
        let rows = projections.iter().map(|(name, expected)| {
            let ProjectedTotal { median, lower_90, upper_90, .. } = *expected;
            let interval = if lower_90 == upper_90 {
                "sin incertidumbre".to_owned()
            } else {
                format!("de {} a {}", integer(lower_90), integer(upper_90))
            };
            NoticeRow([(*name).to_owned(), integer(median), interval])
        });
        let title = if is_open(first) {
            format!("Proyección al cierre del registro, {}", long_date(*close))
        } else {
            format!("Lista esperada; el registro cerró el {}", long_date(*close))
        };
        grids.push(NoticeTable {
            title,
            highlighted_column: 1,
            headings: ["Universo", "Mediana", "Intervalo de 90 %"],
            rows: rows.collect(),
            notes: Vec::new(),
        });
    }
    grids
}

/// The applications of the quincena and of the previous one, each by open day: quincenas differ in
/// their open days.
fn pace_sentence(pace: QuincenaPace, previous: Option<QuincenaPace>) -> String {
    let (verb, noun) = match pace.applications {
        0 => return zero_sentence(previous),
        1 => ("Se registró", "solicitud"),
        _ => ("Se registraron", "solicitudes"),
    };
    let before = previous.map_or_else(String::new, |before| format!("; en la anterior, {}", count_by_day(before)));
    format!("{verb} {} {noun} en la quincena, {}{before}.", integer(pace.applications), by_day(pace))
}

fn zero_sentence(previous: Option<QuincenaPace>) -> String {
    let before = match previous {
        None => String::new(),
        Some(QuincenaPace { applications: 0, .. }) => ", como tampoco en la anterior".to_owned(),
        Some(before) => format!("; en la anterior, {}", count_by_day(before)),
    };
    format!("No se registraron solicitudes en la quincena{before}.")
}

fn count_by_day(pace: QuincenaPace) -> String {
    match pace.applications {
        0 => "ninguna".to_owned(),
        count => format!("{}, {}", integer(count), by_day(pace)),
    }
}

/// The nearest whole number of applications by open day.
fn by_day(QuincenaPace { applications, open_days }: QuincenaPace) -> String {
    match (2 * applications + open_days) / (2 * open_days) {
        0 => "menos de una por día".to_owned(),
        1 => "cerca de una por día".to_owned(),
        count => format!("cerca de {} por día", integer(count)),
    }
}

/// A total and the increase in the quincena.
fn key_figure_row(name: &str, TotalAndQuincena { total, quincena }: &TotalAndQuincena) -> NoticeRow {
    let added = if *quincena == 0 { "0".to_owned() } else { format!("+{}", integer(*quincena)) };
    NoticeRow([name.to_owned(), integer(*total), added])
}

fn changes_table(package: &OplPackage, changes: &RevisionChanges) -> Option<NoticeTable> {
    let visible = changes.visible_changes.as_ref()?;
    let mut notes = Vec::new();
    let left_out = visible.detailed_changes.len().saturating_sub(MAX_LISTED_CHANGES);
    if left_out > 0 {
        notes.push(format!(
            "Y {} cifras más, que están en la tabla «revisiones» del paquete.",
            integer(i64::try_from(left_out).unwrap_or(i64::MAX))
        ));
    }
    let title = match (visible.detailed_changes.len(), package.entity.as_str()) {
        (0, _) => "Los totales por entidad y por estatus no cambiaron".to_owned(),
        _ => format!("Qué cambió respecto de la revisión {}", changes.replaced_revision),
    };
    if !visible.other_entities.is_empty() {
        let also = if visible.detailed_changes.is_empty() { "" } else { " además" };
        notes.push(format!(
            "En los totales que se comparten cambiaron{also} cifras de {}.",
            join_names(&visible.other_entities)
        ));
    }
    notes.push("Aquí se listan los conteos por entidad y por estatus; otros desgloses, los porcentajes y la proyección pueden haber cambiado también.".to_owned());
    let rows = visible
        .detailed_changes
        .iter()
        .take(MAX_LISTED_CHANGES)
        .map(|change| NoticeRow([change_text(change), integer(change.before), integer(change.now)]));
    Some(NoticeTable {
        title,
        highlighted_column: 2,
        headings: ["Cifra", "Antes", "Ahora"],
        rows: rows.collect(),
        notes,
    })
}

/// A changed count in words.
fn change_text(change: &CountChange) -> String {
    let mut words = change.measure.replace('_', " ");
    words = words.replace(" quincena", " en la quincena");
    let credentials = change.table.starts_with("credenciales");
    let mut text = if credentials { format!("Credenciales {words}") } else { capitalized(&words) };
    for (column, value) in &change.categories {
        text.push_str(&format!(", {} {value}", column.replace('_', " ")));
    }
    match &change.entity_name {
        Some(entity) => format!("{entity}: {}", lowercase_first(&text)),
        None => text,
    }
}

fn lowercase_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Names as a list in a sentence: `Colima, Jalisco y Zacatecas`.
fn join_names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => {
            // Before the sound of i, `y` becomes `e`. No name of a state begins with it, but the
            // rule belongs to the language.
            let and = if last.starts_with(['I', 'Í']) { "e" } else { "y" };
            format!("{} {and} {last}", most.join(", "))
        }
    }
}

fn chart_description(package: &OplPackage, date: &str) -> String {
    if package.progress_chart.is_none() {
        return String::new();
    }
    let total = package
        .key_figures
        .applications
        .map_or_else(String::new, |applications| format!(": {} acumuladas", integer(applications.total)));
    format!("Avance diario de las solicitudes de registro, {}, al {date}{total}", package.recipient_name)
}

fn package_paragraphs(
    package: &OplPackage,
    revision: u32,
    enclosure: &Enclosure,
    dashboard: &DashboardEnclosure,
) -> Vec<String> {
    let OplPackage { file_name, zip, sha256, has_report, .. } = package;
    let size = size_text(zip.len());
    let report = if *has_report { "el reporte (PDF), el libro de Excel" } else { "el libro de Excel" };
    let board = if package.dashboard_page.is_some() { ", el tablero" } else { "" };
    let what = format!("Contiene {report}{board}, las tablas (CSV y Parquet), las gráficas y un archivo LEEME.txt.");
    let check = format!("Para comprobar que llegó íntegro, su SHA-256 es {sha256}.");
    let mut paragraphs: Vec<String> = dashboard_paragraph(package, dashboard).into_iter().collect();
    paragraphs.extend(match enclosure {
        Enclosure::Attached => vec![format!("Se adjunta el paquete {file_name} ({size}). {what}"), check],
        Enclosure::InSameFolder(name) => {
            vec![format!("El paquete es el archivo {name} ({size}) de esta carpeta. {what}"), check]
        }
        Enclosure::Link(_) => vec![
            format!("El paquete {file_name} ({size}) es demasiado grande para este correo. {what}"),
            check,
            format!(
                "La liga y el SHA-256 son de la revisión {revision} de este corte, y lo seguirán siendo cuando otra revisión la \
                 sustituya. Se descarga de:"
            ),
        ],
    });
    paragraphs
}

/// The file to open first: the dashboard, if the package has it.
fn dashboard_paragraph(package: &OplPackage, dashboard: &DashboardEnclosure) -> Option<String> {
    let DashboardPage { file_name, html } = package.dashboard_page.as_ref()?;
    let size = size_text(html.len());
    Some(match dashboard {
        DashboardEnclosure::Attached => format!(
            "Se adjunta el tablero {file_name} ({size}): guárdelo y ábralo con doble clic. Funciona en el navegador, sin \
             conexión a internet."
        ),
        DashboardEnclosure::InSameFolder(name) => format!(
            "El tablero es el archivo {name} ({size}) de esta carpeta: ábralo con doble clic. Funciona en el navegador, sin \
             conexión a internet."
        ),
        DashboardEnclosure::InPackage => format!(
            "El tablero {file_name} ({size}) está dentro del paquete: sáquelo del ZIP y ábralo con doble clic. Funciona en el \
             navegador, sin conexión a internet."
        ),
    })
}

/// A printed size: `1.4 MB`.
fn size_text(bytes: usize) -> String {
    let tenths = |unit: usize| decimal(i64::try_from((bytes * 10).div_ceil(unit)).unwrap_or(i64::MAX), 10);
    if bytes >= 1_000_000 { format!("{} MB", tenths(1_000_000)) } else { format!("{} kB", tenths(1_000)) }
}

#[cfg(test)]
#[path = "tests/message_content.rs"]
mod tests;
