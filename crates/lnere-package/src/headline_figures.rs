/*!
Computes the figures with which a package and its message begin: registered, accepted, undecided, the
expected list, and the days to the close. A missing table yields no figure.
*/

use chrono::NaiveDate;
use lnere_core::column_names;

use lnere_core::mexican_formats::{integer, long_date};
use lnere_core::process::{Dimension, Process};
use lnere_tables::{ColumnError, Table, TableRows};

/// The expected list with its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedList {
    /// The median.
    pub median: i64,
    /// The probability of fewer is 5 %.
    pub lower_90: i64,
    /// The probability of more is 5 %.
    pub upper_90: i64,
}

/// The applications that have a final status, and the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decisions {
    /// Accepted on the list.
    pub accepted: i64,
    /// Without a final status.
    pub undecided: i64,
}

/// The codes of the statuses that accept an application and of those that refuse it; empty if the
/// process projects no list.
#[must_use]
pub fn final_status_codes(process: &Process) -> [Vec<String>; 2] {
    let Some(plan) = &process.projection else { return [Vec::new(), Vec::new()] };
    let list = process.categories(Dimension::ESTATUS);
    let codes = |indices: &[u8]| indices.iter().map(|index| list.code(*index).to_owned()).collect();
    [codes(&plan.accepted_statuses), codes(&plan.refused_statuses)]
}

/// The figures of an entity or of the nation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadlineFigures {
    /// All applications.
    pub registered: Option<i64>,
    /// The applications by decision; `None` if the process does not say which statuses are final.
    pub decisions: Option<Decisions>,
    /// The projected list.
    pub expected_list: Option<ExpectedList>,
    /// The close of registration that is known at the corte.
    pub closes: Option<NaiveDate>,
    /// The days from the corte to the close, negative after it.
    pub days_left: Option<i64>,
}

impl HeadlineFigures {
    /// The figures of an entity by its code, or of the nation (`None`). `accepted` and `refused` are
    /// the codes of the final statuses.
    ///
    /// # Errors
    /// An existing table lacks a column.
    pub fn from_tables(
        tables: &[Table],
        code: Option<&str>,
        corte: NaiveDate,
        closes: Option<NaiveDate>,
        (accepted, refused): (&[String], &[String]),
    ) -> Result<Self, ColumnError> {
        let find = |name: &str| -> Result<Option<TableRows>, ColumnError> {
            let Some(table) = tables.iter().find(|table| table.name == name) else { return Ok(None) };
            Ok(Some(TableRows::of_entity(table, code)?).filter(|rows| !rows.is_empty()))
        };
        let measure = [column_names::SOLICITUDES_ACUMULADAS];
        let registered = find("lnere_por_entidad")?.map(|rows| Ok(rows.sums(&measure)?[0])).transpose()?;
        let by_status = find("lnere_por_estatus")?.filter(|_| !accepted.is_empty());
        let decisions = by_status.map(|rows| {
            let groups = rows.sums_by(&[column_names::ESTATUS], &measure)?;
            let sum = |keep: &dyn Fn(&String) -> bool| {
                groups.iter().filter(|group| keep(&group.key[0])).map(|group| group.sums[0]).sum()
            };
            Ok(Decisions {
                accepted: sum(&|status| accepted.contains(status)),
                undecided: sum(&|status| !accepted.contains(status) && !refused.contains(status)),
            })
        });
        let projection = if code.is_some() { "proyeccion_lnere_entidad" } else { "proyeccion_lnere_nacional" };
        let list = match tables.iter().find(|table| table.name == projection) {
            None => None,
            Some(table) => Some(TableRows::of_entity(table, code)?.with_value(column_names::UNIVERSO, "lnere")?),
        };
        let expected_list = list.filter(|rows| !rows.is_empty()).map(|rows| {
            let value = |name| Ok(rows.values::<i64>(name)?.into_iter().sum());
            Ok(ExpectedList {
                median: value(column_names::MEDIANA)?,
                lower_90: value(column_names::INFERIOR_90)?,
                upper_90: value(column_names::SUPERIOR_90)?,
            })
        });
        Ok(Self {
            registered,
            decisions: decisions.transpose()?,
            expected_list: expected_list.transpose()?,
            closes,
            days_left: closes.map(|closes| (closes - corte).num_days()),
        })
    }

    /// The figures as labels and values, for a list.
    #[must_use]
    pub fn labelled_values(&self) -> Vec<(&'static str, String)> {
        let mut list = Vec::new();
        let mut push = |label, value: Option<String>| list.extend(value.map(|value| (label, value)));
        push("Solicitudes registradas", self.registered.map(integer));
        push("Procedentes", self.decisions.map(|of| integer(of.accepted)));
        push("Por resolver", self.decisions.map(|of| integer(of.undecided)));
        push("Esperadas en la Lista Nominal", self.expected_list.map(|list| list_and_range(&list)));
        push("Cierre del registro", self.closes.map(|closes| close_and_days(closes, self.days_left.unwrap_or(0))));
        list
    }

    /// The figures as sentences.
    #[must_use]
    pub fn sentences(&self) -> String {
        let mut sentences: Vec<String> = Vec::new();
        sentences.extend(self.registered.map(|registered| registered_sentence(registered, self.decisions)));
        sentences.extend(self.expected_list.map(|list| {
            let ExpectedList { median, lower_90, upper_90 } = list;
            if lower_90 == upper_90 {
                format!("La Lista Nominal esperada es de {}.", integer(median))
            } else {
                format!(
                    "La Lista Nominal esperada es de {}, entre {} y {} con una probabilidad de 90 %.",
                    integer(median),
                    integer(lower_90),
                    integer(upper_90)
                )
            }
        }));
        sentences.extend(self.closes.zip(self.days_left).map(|(closes, days)| match days {
            ..=0 => format!("El registro cerró el {}.", long_date(closes)),
            1 => format!("Falta un día para el cierre del registro, el {}.", long_date(closes)),
            days => format!("Faltan {} días para el cierre del registro, el {}.", integer(days), long_date(closes)),
        }));
        sentences.join(" ")
    }
}

fn registered_sentence(registered: i64, decisions: Option<Decisions>) -> String {
    match (registered, decisions) {
        (0, _) => "No hay solicitudes registradas.".to_owned(),
        (1, None) => "Hay una solicitud registrada.".to_owned(),
        (count, None) => format!("Hay {} solicitudes registradas.", integer(count)),
        (1, Some(Decisions { accepted, undecided })) => {
            let status = match (accepted, undecided) {
                (1, _) => "es procedente",
                (_, 1) => "está por resolver",
                _ => "es improcedente",
            };
            format!("La única solicitud registrada {status}.")
        }
        (count, Some(Decisions { accepted, undecided })) => format!(
            "De las {} solicitudes registradas, {} y {}.",
            integer(count),
            accepted_words(accepted),
            undecided_words(undecided)
        ),
    }
}

fn accepted_words(count: i64) -> String {
    match count {
        0 => "ninguna es procedente".to_owned(),
        1 => "una es procedente".to_owned(),
        count => format!("{} son procedentes", integer(count)),
    }
}

fn undecided_words(count: i64) -> String {
    match count {
        0 => "ninguna está por resolver".to_owned(),
        1 => "una está por resolver".to_owned(),
        count => format!("{} están por resolver", integer(count)),
    }
}

fn list_and_range(list: &ExpectedList) -> String {
    let ExpectedList { median, lower_90, upper_90 } = *list;
    if lower_90 == upper_90 {
        return integer(median);
    }
    format!("{} (de {} a {}, con una probabilidad de 90 %)", integer(median), integer(lower_90), integer(upper_90))
}

fn close_and_days(closes: NaiveDate, days_left: i64) -> String {
    match days_left {
        ..=0 => format!("{}, ya cerró", long_date(closes)),
        1 => format!("{}, falta un día", long_date(closes)),
        days => format!("{}, faltan {} días", long_date(closes), integer(days)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_core::calendar::parse_iso_day;
    use lnere_tables::Column;

    fn texts(values: &[&str]) -> Column {
        Column::Text(values.iter().map(|value| (*value).to_owned()).collect())
    }

    fn table(name: &str, columns: Vec<(&str, Column)>) -> Table {
        Table { name: name.to_owned(), columns: columns.into_iter().map(|(name, c)| (name.to_owned(), c)).collect() }
    }

    fn tables() -> Vec<Table> {
        vec![
            table(
                "lnere_por_entidad",
                vec![("cve_entidad", texts(&["03", "08"])), ("solicitudes_acumuladas", Column::Int(vec![1, 1_401]))],
            ),
            table(
                "lnere_por_estatus",
                vec![
                    ("cve_entidad", texts(&["03", "08", "08", "08", "08"])),
                    ("estatus", texts(&["NUEVA", "SI", "NO", "NUEVA", "NO_IDENTIFICADO"])),
                    ("solicitudes_acumuladas", Column::Int(vec![1, 912, 75, 410, 4])),
                ],
            ),
            table(
                "proyeccion_lnere_entidad",
                vec![
                    ("cve_entidad", texts(&["08", "08"])),
                    ("universo", texts(&["lnere", "solicitudes"])),
                    ("mediana", Column::Int(vec![2_290, 2_366])),
                    ("inferior_90", Column::Int(vec![1_742, 1_803])),
                    ("superior_90", Column::Int(vec![3_600, 3_716])),
                ],
            ),
        ]
    }

    fn figures(code: Option<&str>, corte: &str) -> HeadlineFigures {
        let [corte, closes] = [corte, "2021-03-10"].map(|day| parse_iso_day(day).unwrap());
        let (accepted, refused) = (["SI".to_owned()], ["NO".to_owned()]);
        HeadlineFigures::from_tables(&tables(), code, corte, Some(closes), (&accepted, &refused)).unwrap()
    }

    #[test]
    fn the_sentences_state_the_figures_of_the_subject() {
        assert_eq!(
            figures(Some("08"), "2021-02-28").sentences(),
            "De las 1,401 solicitudes registradas, 912 son procedentes y 414 están por resolver. La Lista Nominal esperada \
             es de 2,290, entre 1,742 y 3,600 con una probabilidad de 90 %. Faltan 10 días para el cierre del registro, el \
             10 de marzo de 2021."
        );
        assert_eq!(
            figures(Some("03"), "2021-03-15").sentences(),
            "La única solicitud registrada está por resolver. El registro cerró el 10 de marzo de 2021."
        );
        assert_eq!(
            figures(None, "2021-03-09").sentences(),
            "De las 1,402 solicitudes registradas, 912 son procedentes y 415 están por resolver. Falta un día para el \
             cierre del registro, el 10 de marzo de 2021."
        );
        assert_eq!(HeadlineFigures::default().sentences(), "");
    }

    #[test]
    fn one_or_no_application_is_stated_as_such() {
        let decided = |accepted, undecided| Some(Decisions { accepted, undecided });
        for (registered, decisions, expected) in [
            (0, decided(0, 0), "No hay solicitudes registradas."),
            (1, None, "Hay una solicitud registrada."),
            (7, None, "Hay 7 solicitudes registradas."),
            (1, decided(1, 0), "La única solicitud registrada es procedente."),
            (1, decided(0, 0), "La única solicitud registrada es improcedente."),
            (2, decided(1, 1), "De las 2 solicitudes registradas, una es procedente y una está por resolver."),
            (5, decided(0, 0), "De las 5 solicitudes registradas, ninguna es procedente y ninguna está por resolver."),
        ] {
            assert_eq!(registered_sentence(registered, decisions), expected);
        }
    }

    #[test]
    fn a_figure_without_its_table_is_left_out() {
        let labels = |figures: HeadlineFigures| figures.labelled_values().iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(
            labels(figures(Some("08"), "2021-02-28")),
            [
                "Solicitudes registradas",
                "Procedentes",
                "Por resolver",
                "Esperadas en la Lista Nominal",
                "Cierre del registro"
            ]
        );
        assert_eq!(labels(figures(Some("32"), "2021-02-28")), ["Cierre del registro"]);
        let corte = parse_iso_day("2021-02-28").unwrap();
        let without = HeadlineFigures::from_tables(&tables(), Some("08"), corte, None, (&[], &[])).unwrap();
        assert_eq!(without.decisions, None, "the process does not say which statuses are final");
    }
}
