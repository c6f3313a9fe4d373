/*!
Writes the projection in plain Spanish for decision makers: its meaning and its uncertainty.
*/

use std::fmt::Write as _;

use super::{CorteProjection, PostalPackages};
use crate::ErrorSource;
use crate::ProjectedNumber;
use crate::Quantiles;
use crate::Universe;
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::catalog::{Catalogs, CountryId, EntityId};
use lnere_core::mexican_formats::{decimal, integer, long_date};
use lnere_core::process::Process;
use lnere_core::product_notice;

/// The texts of the projection as files of a release, by path. The text of the nation comes first,
/// then the text of each entity. Each begins with the notice of the process.
#[must_use]
pub fn text_files(process: &Process, catalogs: &Catalogs, projected: &CorteProjection, corte: Corte) -> NamedFiles {
    let projection = &projected.projection;
    let entities = projection.entities.iter().filter(|one| one.universe == Universe::Solicitudes);
    let scopes = std::iter::once(None).chain(entities.map(|one| one.entity));
    let writer = ScopeTextWriter { process, catalogs, projection: projected, corte };
    let file = |entity: Option<EntityId>| {
        let folder = entity.map_or("nacional".to_owned(), |entity| catalogs.entities.slug(entity));
        let text = product_notice::prepend_notice(process.notice.as_deref(), &writer.scope_text(entity));
        (format!("textos/{folder}/proyeccion.txt"), text.into_bytes())
    };
    scopes.map(file).collect()
}

struct ScopeTextWriter<'a> {
    process: &'a Process,
    catalogs: &'a Catalogs,
    projection: &'a CorteProjection,
    corte: Corte,
}

impl ScopeTextWriter<'_> {
    fn scope_text(&self, entity: Option<EntityId>) -> String {
        let mut text = self.heading(entity);
        text.push_str(&self.expectation_paragraph(entity));
        text.push_str(&self.voting_materials_paragraph(entity));
        text.push_str(&self.uncertainty_paragraph(entity));
        text
    }

    fn find_number(
        &self,
        universe: Universe,
        entity: Option<EntityId>,
        modality: Option<u8>,
    ) -> Option<&ProjectedNumber> {
        let projection = &self.projection.projection;
        let all = projection.nation.iter().chain(&projection.entities).chain(&projection.cells);
        all.into_iter().find(|one| (one.universe, one.entity, one.modality) == (universe, entity, modality))
    }

    fn quantiles(&self, universe: Universe, entity: Option<EntityId>) -> Quantiles {
        self.find_number(universe, entity, None).map_or_else(Quantiles::default, |one| one.quantiles)
    }

    fn heading(&self, entity: Option<EntityId>) -> String {
        let name = entity.map_or("Nacional", |entity| self.catalogs.entities.name(entity));
        format!("{name} · {} · Corte al {}\n\n", self.process.title, long_date(self.corte.day()))
    }

    /// Writes the applications at the close, and the list.
    fn expectation_paragraph(&self, entity: Option<EntityId>) -> String {
        let Self { projection: projected, corte, .. } = self;
        let (applications, list) =
            (self.quantiles(Universe::Solicitudes, entity), self.quantiles(Universe::Lnere, entity));
        let left = (projected.known_close - corte.day()).num_days();
        let close = long_date(projected.known_close);
        let mut text = if left <= 0 {
            format!(
                "El registro cerró el {close} con {} {}. Este número ya no es una proyección.",
                integer(applications.median),
                singular_or_plural(applications.median, "solicitud", "solicitudes")
            )
        } else {
            let when = if corte.day() < self.process.opens {
                format!("El registro abre el {} y cierra el {close}.", long_date(self.process.opens))
            } else {
                format!("{} para el cierre del registro, el {close}.", days_left_phrase(left))
            };
            format!(
                "{when} Al cierre se esperan {} {} en total (mediana, el valor central). Con una probabilidad de 90 % (bajo los \
                 supuestos de abajo) serán entre {} y {}; con una de 50 %, entre {} y {}.",
                integer(applications.median),
                singular_or_plural(applications.median, "solicitud", "solicitudes"),
                integer(applications.lower_90),
                integer(applications.upper_90),
                integer(applications.lower_50),
                integer(applications.upper_50)
            )
        };
        if list.lower_90 == list.upper_90 {
            let _ = write!(text, " Todas están dictaminadas: integran la LNERE {}.", integer(list.median));
        } else {
            let _ = write!(
                text,
                " De ellas integrarán la LNERE, una vez dictaminadas, {} (90 %: de {} a {}). Las solicitudes y la LNERE \
                 son universos distintos y no deben mezclarse.",
                integer(list.median),
                integer(list.lower_90),
                integer(list.upper_90)
            );
        }
        text.push_str("\n\n");
        text
    }

    /// Writes the packages, their cost, and the voters by Internet.
    fn voting_materials_paragraph(&self, entity: Option<EntityId>) -> String {
        let mut text = String::new();
        let of = |other: EntityId| entity.is_none_or(|entity| entity == other);
        if let Some(plan) = &self.process.postal {
            let rows: Vec<&PostalPackages> =
                self.projection.postal_packages.iter().filter(|row| of(row.entity)).collect();
            let sum = |count: fn(&PostalPackages) -> i64| rows.iter().map(|row| count(row)).sum::<i64>();
            let median = sum(|row| row.count.median);
            let level = (plan.service_level * 1_000.0).round() / 10.0;
            let _ = write!(
                text,
                "Voto postal: {} {} (mediana). {} {}, que alcanza con una probabilidad de {level} %.",
                integer(median),
                singular_or_plural(median, "paquete electoral postal", "paquetes electorales postales"),
                if entity.is_some() {
                    "Se recomienda un tiraje de"
                } else {
                    "Se recomienda para cada entidad un tiraje, en suma de"
                },
                integer(sum(|row| row.print_run)),
            );
            let invented =
                if plan.tariff.is_invented { " Sus precios son inventados: los costos no deben usarse." } else { "" };
            let mut currencies: Vec<&str> = rows.iter().map(|row| row.currency.as_str()).collect();
            currencies.sort_unstable();
            currencies.dedup();
            for currency in currencies {
                let cost = |count: fn(&PostalPackages) -> i64| {
                    let of_currency = rows.iter().filter(|row| row.currency == currency);
                    decimal(of_currency.map(|row| count(row)).fold(0, i64::saturating_add), 100)
                };
                let _ = write!(
                    text,
                    " Costo de la mediana: {} {currency}; del tiraje completo: {} {currency}.",
                    cost(|row| row.cost_median),
                    cost(|row| row.cost_print_run)
                );
            }
            let unknown =
                rows.iter().filter(|row| row.country == CountryId::UNKNOWN).map(|row| row.print_run).sum::<i64>();
            if unknown > 0 {
                let _ = write!(
                    text,
                    " Del tiraje, {} {} sin país identificado: no se {} enviar hasta conocerlo.",
                    integer(unknown),
                    singular_or_plural(unknown, "paquete es para una persona", "paquetes son para personas"),
                    singular_or_plural(unknown, "puede", "pueden")
                );
            }
            let _ = write!(
                text,
                " Los costos aplican la tarifa «{}», del {} (fuente: {}).{invented} El detalle por país está en el libro de Excel.",
                plan.tariff.name,
                long_date(plan.tariff.applies_from),
                plan.tariff.authority
            );
            text.push('\n');
        }
        if let Some(modality) = self.process.internet_modality {
            let cells = self.projection.projection.cells.iter().filter(|one| {
                one.universe == Universe::Lnere && one.modality == Some(modality) && one.entity.is_some_and(of)
            });
            let median: i64 = cells.clone().map(|one| one.quantiles.median).sum();
            let electors = singular_or_plural(median, "elector", "electores");
            let _ = write!(text, "Voto por Internet (SIVEI): {} {electors} (mediana)", integer(median));
            if entity.is_some() {
                let bounds = cells.map(|one| one.quantiles).next().unwrap_or_default();
                let _ = write!(text, "; 90 %: de {} a {}", integer(bounds.lower_90), integer(bounds.upper_90));
            }
            text.push_str(".\n");
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    /// Writes the uncertainty and its source.
    fn uncertainty_paragraph(&self, entity: Option<EntityId>) -> String {
        let Self { projection: projected, corte, .. } = self;
        let mut text = String::from("Qué tan segura es: ");
        text.push_str(&match projected.projection.error_source {
            ErrorSource::None => "las solicitudes están contadas; falta el dictamen de una parte.".to_owned(),
            ErrorSource::Settings => {
                let earlier = self.process.projection.as_ref().and_then(|plan| plan.earlier_totals.as_ref());
                let source_text = earlier.map_or_else(
                    || "las credenciales tramitadas".to_owned(),
                    |earlier| format!("los totales del {}, y para los países las credenciales tramitadas", earlier.title),
                );
                format!(
                    "todavía no hay registro. La estimación usa {source_text}; su intervalo es un supuesto del archivo del \
                     proceso y no un error medido. Sirve para un primer orden de magnitud: desde la apertura la proyección \
                     se basa en el registro mismo, y puede cambiar mucho."
                )
            }
            ErrorSource::References { count } => {
                let compared = match count {
                    0 => "no se conoce el avance de ningún proceso anterior".to_owned(),
                    1 => "solo se conoce el avance de un proceso anterior".to_owned(),
                    _ => format!("se conoce el avance de {count} procesos anteriores"),
                };
                let plan = self.process.projection.as_ref();
                let assumptions = plan.map_or("", |plan| plan.spread.assumptions.as_str());
                format!(
                    "la proyección compara lo registrado con lo que a la misma distancia del cierre faltaba por llegar en \
                     otros procesos, y con el ritmo de las últimas dos semanas; {compared}. El 90 % vale bajo estos \
                     supuestos: {assumptions}."
                )
            }
        });
        let registered = self.registered_count(entity);
        let expected = self.quantiles(Universe::Solicitudes, entity).median;
        if corte.day() >= self.process.opens && corte.day() < projected.known_close && expected > 0 {
            let _ = write!(
                text,
                " Al corte hay {} {}, {} % de la mediana: lo demás está por llegar. El intervalo suele \
                 estrecharse conforme se acerca el cierre.",
                integer(registered),
                singular_or_plural(registered, "solicitud registrada", "solicitudes registradas"),
                (registered * 100 + expected / 2) / expected
            );
        }
        for reference in &projected.reference_progress {
            let reached =
                reference.share_by_day.iter().find(|(day, _)| *day == corte.day()).map(|(_, reached)| *reached);
            if let Some(reached) = reached.filter(|_| corte.day() < projected.known_close) {
                let _ = write!(
                    text,
                    " {}: a la misma distancia del cierre se tenía {} % de su total.",
                    reference.title,
                    (reached * 100.0).round()
                );
            }
        }
        text.push('\n');
        text
    }

    fn registered_count(&self, entity: Option<EntityId>) -> i64 {
        // The first day of a fan is the corte, which has no width.
        let fan = self.projection.projection.fans.iter().find(|fan| fan.entity == entity);
        fan.and_then(|fan| fan.quantiles_by_day.first()).map_or(0, |(_, quantiles)| quantiles.median)
    }
}

fn singular_or_plural(count: i64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

fn days_left_phrase(left: i64) -> String {
    if left == 1 { "Falta 1 día".to_owned() } else { format!("Faltan {left} días") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_agree_with_their_number() {
        assert_eq!(days_left_phrase(1), "Falta 1 día");
        assert_eq!(days_left_phrase(38), "Faltan 38 días");
        assert_eq!(singular_or_plural(1, "solicitud", "solicitudes"), "solicitud");
    }
}
