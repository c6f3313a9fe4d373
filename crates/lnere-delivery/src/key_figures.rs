/*!
The key figures of a message, from the published tables. A missing table yields no figure.
*/

use chrono::NaiveDate;
use lnere_core::columns;

use lnere_core::calendar::Corte;
use lnere_tables::Table;

/// A total and its part in the quincena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalAndQuincena {
    /// Up to the corte.
    pub total: i64,
    /// In the quincena that the corte ends.
    pub quincena: i64,
}

/// What is expected at the close of registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The close, as it was known at the corte.
    pub target: NaiveDate,
    /// The median.
    pub median: i64,
    /// 5 % chance of fewer.
    pub lower_90: i64,
    /// 5 % chance of more.
    pub upper_90: i64,
}

/// The key figures of an entity, or of the nation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyFigures {
    /// Applications to be put on the list.
    pub applications: Option<TotalAndQuincena>,
    /// Applications of the quincena before this one, where there was one.
    pub applications_before: Option<i64>,
    /// Credentials applied for, delivered, confirmed.
    pub credentials: Option<[TotalAndQuincena; 3]>,
    /// Applications at the close.
    pub expected_applications: Option<Expected>,
    /// Those of them on the list.
    pub expected_list: Option<Expected>,
}

impl KeyFigures {
    /// The figures of an entity by its code, or of the nation (`None`).
    #[must_use]
    pub fn from_tables(tables: &[Table], code: Option<&str>, corte: Corte) -> Self {
        let applications = find(tables, "lnere_por_entidad");
        let credentials = find(tables, "credenciales_por_entidad");
        let projection = if code.is_some() { "proyeccion_lnere_entidad" } else { "proyeccion_lnere_nacional" };
        let projection = find(tables, projection);
        let advance = |table, stem, end| {
            let [quincena, total] = [format!("{stem}_quincena"), format!("{stem}_{end}")];
            Some(TotalAndQuincena { total: sum(table, &total, code)?, quincena: sum(table, &quincena, code)? })
        };
        let credential = |stem| credentials.and_then(|table| advance(table, stem, "acumuladas"));
        let credentials = ["tramitadas", "entregadas", "confirmadas"].map(credential);
        Self {
            applications: applications.and_then(|table| advance(table, "solicitudes", "acumuladas")),
            applications_before: find(tables, "lnere_serie").and_then(|table| before(table, code, corte)),
            credentials: match credentials {
                [Some(applied), Some(delivered), Some(confirmed)] => Some([applied, delivered, confirmed]),
                _ => None,
            },
            expected_applications: projection.and_then(|table| expected(table, "solicitudes", code)),
            expected_list: projection.and_then(|table| expected(table, "lnere", code)),
        }
    }
}

fn find<'a>(tables: &'a [Table], name: &str) -> Option<&'a Table> {
    tables.iter().find(|table| table.name == name)
}

/// The rows of an entity, or all of them.
fn rows<'a>(table: &'a Table, code: Option<&'a str>) -> impl Iterator<Item = usize> + Clone + 'a {
    let entities = table.text_values(columns::CVE_ENTIDAD);
    (0..table.rows()).filter(move |row| code.is_none_or(|code| entities.is_some_and(|all| all[*row] == code)))
}

/// The sum of a measure; `None` where the table has no row of the entity, which is not the same as zero.
fn sum(table: &Table, measure: &str, code: Option<&str>) -> Option<i64> {
    let values = table.int(measure)?;
    let mut rows = rows(table, code).peekable();
    rows.peek()?;
    Some(rows.map(|row| values[row]).sum())
}

/// What came in in the quincena before the one that the corte ends.
fn before(table: &Table, code: Option<&str>, corte: Corte) -> Option<i64> {
    let (days, values) = (table.date(columns::QUINCENA)?, table.int(columns::SOLICITUDES_QUINCENA)?);
    let earlier = rows(table, code).filter(|row| days[*row] < corte.day());
    let newest = earlier.clone().map(|row| days[row]).max()?;
    Some(earlier.filter(|row| days[*row] == newest).map(|row| values[row]).sum())
}

fn expected(table: &Table, universe: &str, code: Option<&str>) -> Option<Expected> {
    let universes = table.text_values(columns::UNIVERSO)?;
    let row = rows(table, code).find(|row| universes[*row] == universe)?;
    let value = |name| table.int(name).map(|values| values[row]);
    Some(Expected {
        target: *table.date(columns::FECHA_OBJETIVO)?.get(row)?,
        median: value(columns::MEDIANA)?,
        lower_90: value(columns::INFERIOR_90)?,
        upper_90: value(columns::SUPERIOR_90)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_tables::Column;

    fn table(name: &str, columns: Vec<(&str, Column)>) -> Table {
        Table { name: name.to_owned(), columns: columns.into_iter().map(|(name, c)| (name.to_owned(), c)).collect() }
    }

    fn text(values: &[&str]) -> Column {
        Column::Text(values.iter().map(|value| (*value).to_owned()).collect())
    }

    #[test]
    fn figures_are_of_the_entity_or_of_all() {
        let corte: Corte = "2020-10-15".parse().unwrap();
        let day = |text: &str| text.parse::<Corte>().unwrap().day();
        let tables = [
            table(
                "lnere_por_entidad",
                vec![
                    ("cve_entidad", text(&["03", "08"])),
                    ("solicitudes_quincena", Column::Int(vec![0, 20])),
                    ("solicitudes_acumuladas", Column::Int(vec![0, 100])),
                ],
            ),
            table(
                "lnere_serie",
                vec![
                    (
                        "quincena",
                        Column::Date(["2020-09-15", "2020-09-30", "2020-09-30", "2020-10-15"].map(day).into()),
                    ),
                    ("cve_entidad", text(&["08", "08", "08", "08"])),
                    ("solicitudes_quincena", Column::Int(vec![1, 30, 40, 20])),
                ],
            ),
        ];
        let chihuahua = KeyFigures::from_tables(&tables, Some("08"), corte);
        assert_eq!(chihuahua.applications, Some(TotalAndQuincena { total: 100, quincena: 20 }));
        assert_eq!(chihuahua.applications_before, Some(70), "both modalities of the quincena before");
        assert_eq!(chihuahua.credentials, None, "no table, no figure");
        assert_eq!(
            KeyFigures::from_tables(&tables, Some("03"), corte).applications,
            Some(TotalAndQuincena { total: 0, quincena: 0 })
        );
        assert_eq!(KeyFigures::from_tables(&tables, Some("32"), corte).applications, None, "not there is not zero");
        assert_eq!(
            KeyFigures::from_tables(&tables, None, corte).applications,
            Some(TotalAndQuincena { total: 100, quincena: 20 })
        );
    }
}
