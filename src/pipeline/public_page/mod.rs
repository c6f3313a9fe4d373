/*!
Writes the page of the public part, `index.html`. It is static: it needs no script and no other host.

Every count on it is a published one and stands in a `data` element. Days stand in `time`. A test
reads the page and compares each number with the public tables.
*/

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use chrono::NaiveDate;

use super::public_figures::{Breakdown, Figure, PublicFigures, count_text, largest};
use lnere_core::mexican_formats::{decimal, long_date};
use lnere_core::process::{NamedParty, Process, PublicAudience};
use lnere_core::product_notice::notice_sentence;
use lnere_release::{PublicationContext, html_escaped};

/// The text of the page, with places for what changes.
const PAGE: &str = include_str!("index.html");

/// The sentences whose figures decide whether they stand on the page, by name.
static SENTENCES: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("frases.toml")).unwrap_or_default());

/// The style sheet of the page.
pub(super) const STYLE: &str = include_str!("publico.css");

/// The file name of [`STYLE`].
pub(super) const STYLE_FILE: &str = "publico.css";

/// A table to download.
pub(super) struct Download<'a> {
    /// The title of the table.
    pub title: &'a str,
    /// The path and the size of each of its files.
    pub files: [(&'a str, usize); 2],
}

/// A chart on the page.
pub(super) struct PageChart<'a> {
    /// The path without its ending.
    pub path: &'a str,
    /// The SVG document.
    pub svg: &'a str,
}

/// What the page shows.
pub(super) struct PageContent<'a> {
    pub process: &'a Process,
    pub plan: &'a PublicAudience,
    pub context: &'a PublicationContext,
    pub revision: u32,
    pub figures: &'a PublicFigures,
    pub downloads: Vec<Download<'a>>,
    /// The other files.
    pub documents: Vec<(&'a str, &'a str)>,
    /// The charts of the nation.
    pub charts: Vec<PageChart<'a>>,
    /// Entities with charts: the name, and the paths of the charts without their endings.
    pub entity_charts: Vec<(String, Vec<&'a str>)>,
}

/// The page.
pub(super) fn public_page(content: &PageContent) -> String {
    let PageContent { process, context, figures, .. } = content;
    let notice = process.notice.as_deref().map(|notice| format!("<p class=\"aviso\">{}</p>\n", html_escaped(notice)));
    let source = sentence("fuente", &[("fuente", context.source_note.clone())]);
    let values = [
        ("titulo_pagina", html_escaped(&sentence("titulo_pagina", &[("proceso", process.title.clone())]))),
        ("aviso", notice.unwrap_or_default()),
        ("proceso", html_escaped(&process.title)),
        ("mensaje", content.headline()),
        ("corte", sentence("corte", &[("corte", time(context.corte)), ("revision", content.revision.to_string())])),
        ("avance", content.course_section()),
        ("entidades", content.entity_section()),
        ("desgloses", content.breakdown_section(&figures.breakdowns)),
        ("credenciales", content.credential_section()),
        ("proteccion", content.protection_paragraphs()),
        ("graficas", content.chart_section()),
        ("archivos", content.download_tables()),
        ("cita", content.citation_html()),
        ("licencia", content.licence_paragraph()),
        ("contacto", content.contact_paragraph()),
        ("fuente", html_escaped(&source)),
    ];
    fill(PAGE, &values)
}

/// A template with its places filled. It is read once, so that a value cannot hold a place.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut parts = template.split("{{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        let value = values.iter().find(|(other, _)| *other == name);
        text.push_str(value.map_or("", |(_, value)| value));
        text.push_str(rest);
    }
    text
}

/// A sentence of `frases.toml` with its places filled.
fn sentence(name: &str, values: &[(&str, String)]) -> String {
    fill(SENTENCES.get(name).map_or("", String::as_str), values)
}

/// The citation of the public part.
pub(super) fn citation(process: &Process, context: &PublicationContext, revision: u32) -> String {
    let publisher = context.metadata.publisher.as_ref().map(|publisher| notice_sentence(&publisher.name));
    let mut parts: Vec<String> = publisher.into_iter().collect();
    parts.push(sentence("cita_obra", &[("proceso", process.title.clone())]));
    let (corte, vintage) = (long_date(context.corte), long_date(context.vintage));
    let values = [("corte", corte), ("revision", revision.to_string()), ("exportacion", vintage)];
    parts.push(sentence("cita_version", &values));
    parts.extend(process.notice.as_deref().map(notice_sentence));
    parts.extend(context.metadata.homepage.clone());
    parts.join(" ")
}

/// The sentence that says how many applications there are.
pub(super) fn headline_text(applications: Option<i64>, corte: &str, count: &str) -> String {
    let name = match applications {
        Some(0) => "mensaje_ninguna",
        Some(1) => "mensaje_una",
        Some(_) => "mensaje",
        None => "mensaje_oculta",
    };
    sentence(name, &[("corte", corte.to_owned()), ("solicitudes", count.to_owned())])
}

impl PageContent<'_> {
    /// A published count, or the word for a suppressed one.
    fn count(&self, count: Option<i64>) -> String {
        let text = html_escaped(&count_text(count, &self.plan.suppressed_label));
        match count {
            Some(count) => format!("<data value=\"{count}\">{text}</data>"),
            None => format!("<span class=\"oculta\">{text}</span>"),
        }
    }

    fn headline(&self) -> String {
        let corte = time(self.context.corte);
        match &self.figures.applications {
            Some(figure) => headline_text(figure.count, &corte, &self.count(figure.count)),
            None => sentence("mensaje_sin_solicitudes", &[("corte", corte)]),
        }
    }

    /// The values of a sentence about a part of all applications.
    fn part_of_total(&self, figure: &Figure, part: i64, total: i64) -> [(&'static str, String); 3] {
        [("nombre", html_escaped(&figure.label)), ("parte", self.count(Some(part))), ("total", self.count(Some(total)))]
    }

    fn total(&self) -> Option<i64> {
        self.figures.applications.as_ref().and_then(|figure| figure.count)
    }

    /// Rows of a name, a bar and a count.
    fn bar_table(&self, caption: &str, heading: &str, rows: &[(String, Option<i64>)]) -> String {
        let most = rows.iter().filter_map(|(_, count)| *count).max().unwrap_or(0);
        let mut html = format!(
            "<table>\n<caption class=\"lector\">{caption}</caption>\n<thead><tr><th scope=\"col\">{heading}</th>\
             <td></td><th scope=\"col\">{}</th></tr></thead>\n<tbody>\n",
            sentence("columna_solicitudes", &[])
        );
        for (name, count) in rows {
            // A bar is drawn in thousandths, so that it is the same on every machine.
            let width = count.map_or(0, |count| if most > 0 { count * 1000 / most } else { 0 });
            let _ = writeln!(
                html,
                "<tr><th scope=\"row\">{name}</th><td class=\"barra\"><svg viewBox=\"0 0 1000 10\" \
                 preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\"><rect width=\"{width}\" \
                 height=\"10\"/></svg></td><td class=\"numero\">{}</td></tr>",
                self.count(*count)
            );
        }
        html + "</tbody>\n</table>\n"
    }

    fn course_section(&self) -> String {
        let course = &self.figures.course;
        let shown: Vec<(NaiveDate, i64)> = course.iter().filter_map(|(day, count)| Some((*day, (*count)?))).collect();
        let title = match (shown.first(), shown.last()) {
            (Some(first), Some(last)) if first.0 < last.0 && first.1 < last.1 => {
                let values = [
                    ("antes", self.count(Some(first.1))),
                    ("primer_corte", time(first.0)),
                    ("ahora", self.count(Some(last.1))),
                    ("corte", time(last.0)),
                ];
                sentence("avance_crece", &values)
            }
            (Some(first), Some(last)) if first.0 < last.0 => sentence("avance", &[]),
            _ => sentence("avance_primero", &[]),
        };
        if course.is_empty() {
            return String::new();
        }
        let rows: Vec<(String, Option<i64>)> = course.iter().map(|(day, count)| (time(*day), *count)).collect();
        let table = self.bar_table(&sentence("avance_tabla", &[]), &sentence("columna_corte", &[]), &rows);
        section("avance", &title, &format!("<p>{}</p>\n{table}", sentence("avance_tema", &[])))
    }

    fn entity_section(&self) -> String {
        let entities = &self.figures.entities;
        if entities.is_empty() {
            return String::new();
        }
        let title = match (largest(entities), self.total()) {
            (Some((figure, most)), Some(total)) if entities.len() > 1 => {
                sentence("entidades_mayor", &self.part_of_total(figure, most, total))
            }
            _ => sentence("entidades", &[]),
        };
        let (caption, heading) = (sentence("entidades_tabla", &[]), sentence("columna_entidad", &[]));
        let table = self.bar_table(&caption, &heading, &named_rows(entities));
        section("entidades", &title, &format!("<p>{}</p>\n{table}", sentence("entidades_tema", &[])))
    }

    fn breakdown_section(&self, breakdowns: &[Breakdown]) -> String {
        let shown: Vec<&Breakdown> = breakdowns.iter().filter(|one| !one.figures.is_empty()).collect();
        if shown.is_empty() {
            return String::new();
        }
        let mut html = "<div class=\"desgloses\">\n".to_owned();
        for Breakdown { label, figures } in shown {
            let label = html_escaped(label);
            let title = match (largest(figures), self.total()) {
                (Some((figure, most)), Some(total)) => {
                    sentence("desglose_mayor", &self.part_of_total(figure, most, total))
                }
                _ => sentence("desglose", &[("desglose", lower_initial(&label))]),
            };
            let caption = sentence("desglose_tabla", &[("desglose", lower_initial(&label))]);
            let table = self.bar_table(&caption, &label, &named_rows(figures));
            let _ = write!(html, "<div>\n<p class=\"tema\">{label}</p>\n<h3>{title}</h3>\n{table}</div>\n");
        }
        section("desgloses", &sentence("desgloses", &[]), &(html + "</div>\n"))
    }

    fn credential_section(&self) -> String {
        let credentials = &self.figures.credentials;
        if credentials.is_empty() {
            return String::new();
        }
        let mut html = "<ul class=\"cifras\">\n".to_owned();
        for Figure { label, count } in credentials {
            let _ = writeln!(html, "<li>{} {}</li>", self.count(*count), html_escaped(label));
        }
        let since = time(self.process.credentials_counted_from);
        let _ = writeln!(html, "</ul>\n<p>{}</p>", sentence("credenciales_nota", &[("inicio", since)]));
        section("credenciales", &sentence("credenciales", &[]), &html)
    }

    fn protection_paragraphs(&self) -> String {
        let hidden = html_escaped(&self.plan.suppressed_label);
        format!("<p>{}</p>\n", sentence("proteccion", &[("oculta", hidden)]))
    }

    fn chart_section(&self) -> String {
        if self.charts.is_empty() {
            return String::new();
        }
        let mut html = "<div class=\"galeria\">\n".to_owned();
        // A PNG has its letters in it; in an SVG the reader's fonts can be wider than the picture.
        for PageChart { path, svg } in &self.charts {
            // The title of the document is escaped for XML already, and so for HTML.
            let title = between(svg, "<title", "</title>").and_then(|rest| rest.split_once('>'));
            let title = title.map_or(*path, |(_, title)| title).replace('"', "&quot;");
            let _ = writeln!(
                html,
                "<figure><img src=\"{path}.png\" alt=\"{title}\" loading=\"lazy\"><figcaption>{title} \
                 (<a href=\"{path}.svg\">SVG<span class=\"lector\"> de {title}</span></a>, \
                 <a href=\"{path}.png\">PNG<span class=\"lector\"> de {title}</span></a>)</figcaption></figure>"
            );
        }
        html.push_str("</div>\n");
        if !self.entity_charts.is_empty() {
            let summary = sentence("graficas_entidades", &[]);
            let _ = write!(html, "<details>\n<summary>{summary}</summary>\n<ul>\n");
            for (name, paths) in &self.entity_charts {
                let links = paths.iter().map(|path| {
                    let chart = path.rsplit('/').next().unwrap_or(path).replace('_', " ");
                    format!("<a href=\"{path}.svg\">{chart}</a>")
                });
                let links: Vec<String> = links.collect();
                let _ = writeln!(html, "<li>{}: {}</li>", html_escaped(name), links.join(", "));
            }
            html.push_str("</ul>\n</details>\n");
        }
        section("graficas", &sentence("graficas", &[]), &html)
    }

    fn download_tables(&self) -> String {
        let mut html = format!(
            "<div class=\"archivos\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n\
             <thead><tr><th scope=\"col\">{}</th><th scope=\"col\">CSV</th>\
             <th scope=\"col\">Parquet</th></tr></thead>\n<tbody>\n",
            sentence("archivos", &[]),
            sentence("columna_tabla", &[])
        );
        for Download { title, files } in &self.downloads {
            let _ = write!(html, "<tr><th scope=\"row\">{}</th>", html_escaped(title));
            for (path, bytes) in files {
                let name = path.rsplit('/').next().unwrap_or(path);
                let _ = write!(
                    html,
                    "<td><a href=\"{path}\">{name}</a> <small class=\"peso\">{}</small></td>",
                    size(*bytes)
                );
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody>\n</table>\n</div>\n<ul>\n");
        for (path, meaning) in &self.documents {
            let _ = writeln!(html, "<li><a href=\"{path}\">{path}</a>: {meaning}</li>");
        }
        html + "</ul>\n"
    }

    fn citation_html(&self) -> String {
        let text = html_escaped(&citation(self.process, self.context, self.revision));
        [self.context.corte, self.context.vintage].into_iter().fold(text, |text, day| {
            if text.contains(&time(day)) { text } else { text.replace(&long_date(day), &time(day)) }
        })
    }

    fn licence_paragraph(&self) -> String {
        self.context.metadata.licence.as_ref().map_or_else(String::new, |licence| {
            let (name, url) = (html_escaped(&licence.name), html_escaped(&licence.url));
            let link = format!("<a rel=\"license\" href=\"{url}\">{name}</a>");
            format!("<p>{}</p>\n", sentence("licencia", &[("licencia", link)]))
        })
    }

    fn contact_paragraph(&self) -> String {
        let metadata = &self.context.metadata;
        let mut html = String::new();
        for (name, party) in [("publica", &metadata.publisher), ("contacto", &metadata.contact)] {
            if let Some(party) = party {
                let _ = writeln!(html, "<p>{}</p>", sentence(name, &[("quien", party_html(party))]));
            }
        }
        html
    }
}

/// A day for readers and for programs.
fn time(day: NaiveDate) -> String {
    format!("<time datetime=\"{day}\">{}</time>", long_date(day))
}

fn section(id: &str, title: &str, content: &str) -> String {
    format!("<section aria-labelledby=\"h-{id}\">\n<h2 id=\"h-{id}\">{title}</h2>\n{content}</section>\n")
}

fn named_rows(figures: &[Figure]) -> Vec<(String, Option<i64>)> {
    figures.iter().map(|figure| (html_escaped(&figure.label), figure.count)).collect()
}

/// A heading within a sentence.
pub(super) fn lower_initial(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_lowercase().collect::<String>());
    first.unwrap_or_default() + characters.as_str()
}

fn party_html(party: &NamedParty) -> String {
    let name = html_escaped(&party.name);
    let name = match &party.url {
        Some(url) => format!("<a href=\"{}\">{name}</a>", html_escaped(url)),
        None => name,
    };
    match &party.email {
        Some(email) => format!("{name}, <a href=\"mailto:{0}\">{0}</a>", html_escaped(email)),
        None => name,
    }
}

/// A size as people read it: `3.8 kB`.
fn size(bytes: usize) -> String {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let (unit, name) = if bytes < 1_000_000 { (1_000, "kB") } else { (1_000_000, "MB") };
    format!("{} {name}", decimal((bytes.saturating_mul(10) + unit / 2) / unit, 10))
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    text.split_once(from)?.1.split_once(to).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_no_place_and_an_unknown_place_is_empty() {
        let values = [("a", "{{b}}".to_owned()), ("b", "B".to_owned())];
        assert_eq!(fill("1 {{a}} 2 {{b}} 3 {{c}}.", &values), "1 {{b}} 2 B 3 .");
    }

    #[test]
    fn every_place_of_the_page_is_filled() {
        let mut places: Vec<&str> =
            PAGE.split("{{").skip(1).filter_map(|part| Some(part.split_once("}}")?.0)).collect();
        places.sort_unstable();
        let known = [
            "archivos",
            "avance",
            "aviso",
            "cita",
            "contacto",
            "corte",
            "credenciales",
            "desgloses",
            "entidades",
            "fuente",
            "graficas",
            "licencia",
            "mensaje",
            "proceso",
            "proteccion",
            "titulo_pagina",
        ];
        assert_eq!(places, known);
    }

    /// A name without a sentence would be an empty text on the page.
    #[test]
    fn every_sentence_is_there_and_is_used() {
        let (code, _) = include_str!("mod.rs").split_once("#[cfg(test)]").unwrap();
        for name in SENTENCES.keys() {
            assert!(code.contains(&format!("\"{name}\"")), "`{name}` is not used");
        }
        let named = code.split("sentence(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut count = 0;
        for name in named.chain(["mensaje", "mensaje_una", "mensaje_ninguna", "mensaje_oculta", "publica", "contacto"])
        {
            assert!(SENTENCES.get(name).is_some_and(|text| !text.is_empty()), "`{name}` has no sentence");
            count += 1;
        }
        assert!(count > 20, "{count}");
    }

    #[test]
    fn sizes_are_rounded() {
        assert_eq!([49, 3_751, 999_999, 1_250_000].map(size), ["0.0 kB", "3.8 kB", "1,000.0 kB", "1.3 MB"]);
    }

    #[test]
    fn a_headline_says_what_is_known() {
        let headline = |count| headline_text(count, "15 de marzo de 2021", "9");
        assert_eq!(
            headline_text(Some(1), "15 de marzo de 2021", "1"),
            "Hasta el 15 de marzo de 2021 se registró 1 solicitud para votar desde el extranjero"
        );
        assert_eq!(
            [Some(9), Some(0), None].map(headline),
            [
                "Hasta el 15 de marzo de 2021 se registraron 9 solicitudes para votar desde el extranjero",
                "Hasta el 15 de marzo de 2021 no se registró ninguna solicitud para votar desde el extranjero",
                "El número de solicitudes registradas hasta el 15 de marzo de 2021 está protegido",
            ]
        );
    }
}
