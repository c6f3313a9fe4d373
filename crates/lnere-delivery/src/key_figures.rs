/*!
Computes the key figures of a message from the published tables. A missing table yields no figure.
*/

use chrono::NaiveDate;
use lnere_core::column_names;

use lnere_core::calendar::{Corte, Quincena};
use lnere_tables::{ColumnError, Table, TableRows};

/// A total and its part in the quincena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalAndQuincena {
    /// The count up to the corte.
    pub total: i64,
    /// The count in the quincena that ends with the corte.
    pub quincena: i64,
}

/// Applications of a quincena, and the days of it on which registration was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuincenaPace {
    /// The applications.
    pub applications: i64,
    /// The open days.
    pub open_days: i64,
}

/// The projection of the close of registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectedTotal {
    /// The close that was known at the corte.
    pub close: NaiveDate,
    /// The median.
    pub median: i64,
    /// The probability of fewer is 5 %.
    pub lower_90: i64,
    /// The probability of more is 5 %.
    pub upper_90: i64,
}

/// The key figures of an entity, or of the nation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyFigures {
    /// Applications to be put on the list.
    pub applications: Option<TotalAndQuincena>,
    /// The pace of the quincena; `None` if registration was not open in it.
    pub pace: Option<QuincenaPace>,
    /// The pace of the previous quincena, if there was one.
    pub previous_pace: Option<QuincenaPace>,
    /// Credentials applied for, delivered, confirmed.
    pub credentials: Option<[TotalAndQuincena; 3]>,
    /// Projected applications at the close.
    pub projected_applications: Option<ProjectedTotal>,
    /// Projected list at the close.
    pub projected_list: Option<ProjectedTotal>,
}

impl KeyFigures {
    /// The figures of an entity by its code, or of the nation (`None`).
    ///
    /// # Errors
    /// An existing table lacks a column.
    pub fn from_tables(
        tables: &[Table],
        code: Option<&str>,
        corte: Corte,
        closes: Option<NaiveDate>,
    ) -> Result<Self, ColumnError> {
        let [applications, daily, credentials] =
            ["lnere_por_entidad", "lnere_diario", "credenciales_por_entidad"].map(|name| find_rows(tables, name, code));
        let daily = daily?;
        let quincena = Quincena::containing(corte.day());
        let previous_quincena = quincena.first_day().pred_opt().map(Quincena::containing);
        let pace_in = |quincena: Quincena| {
            let last_day = closes.map_or(quincena.corte().day(), |closes| closes.min(quincena.corte().day()));
            daily.as_ref().map_or(Ok(None), |rows| pace_between(rows, quincena.first_day(), last_day))
        };
        let projection = if code.is_some() { "proyeccion_lnere_entidad" } else { "proyeccion_lnere_nacional" };
        let projection = find_rows(tables, projection, code)?;
        let credentials = credentials?.map(|rows| {
            let [applied, delivered, confirmed] = ["tramitadas", "entregadas", "confirmadas"];
            Ok([
                total_and_quincena(&rows, applied)?,
                total_and_quincena(&rows, delivered)?,
                total_and_quincena(&rows, confirmed)?,
            ])
        });
        let expected = |universe| projection.as_ref().map_or(Ok(None), |rows| projected_total(rows, universe));
        Ok(Self {
            applications: applications?.map(|rows| total_and_quincena(&rows, "solicitudes")).transpose()?,
            pace: pace_in(quincena)?,
            previous_pace: previous_quincena.map_or(Ok(None), pace_in)?,
            credentials: credentials.transpose()?,
            projected_applications: expected("solicitudes")?,
            projected_list: expected("lnere")?,
        })
    }
}

/// Finds the rows of an entity in the table with this name. `None` if the table is missing or has
/// no such row; this differs from a count of zero.
fn find_rows<'a>(tables: &'a [Table], name: &str, code: Option<&str>) -> Result<Option<TableRows<'a>>, ColumnError> {
    let Some(table) = tables.iter().find(|table| table.name == name) else { return Ok(None) };
    Ok(Some(TableRows::of_entity(table, code)?).filter(|rows| !rows.is_empty()))
}

/// The total and the part in the quincena, from the two measures with this stem.
fn total_and_quincena(rows: &TableRows, stem: &str) -> Result<TotalAndQuincena, ColumnError> {
    let sums = rows.sums(&[&format!("{stem}_acumuladas"), &format!("{stem}_quincena")])?;
    Ok(TotalAndQuincena { total: sums[0], quincena: sums[1] })
}

/// The applications between two days, and the number of these days that the table has.
fn pace_between(rows: &TableRows, first: NaiveDate, last: NaiveDate) -> Result<Option<QuincenaPace>, ColumnError> {
    let days = rows.sums_by_day(column_names::FECHA, &[column_names::SOLICITUDES])?;
    if first > last {
        return Ok(None);
    }
    let days = days.range(first..=last);
    let open_days = i64::try_from(days.clone().count()).unwrap_or(i64::MAX);
    let applications = days.map(|(_, sums)| sums[0]).sum();
    Ok((open_days > 0).then_some(QuincenaPace { applications, open_days }))
}

fn projected_total(rows: &TableRows, universe: &str) -> Result<Option<ProjectedTotal>, ColumnError> {
    let rows = rows.clone().with_value(column_names::UNIVERSO, universe)?;
    let Some(&row) = rows.indices.first() else { return Ok(None) };
    let value = |name| Ok(rows.table.values::<i64>(name)?[row]);
    Ok(Some(ProjectedTotal {
        close: rows.table.values::<NaiveDate>(column_names::FECHA_OBJETIVO)?[row],
        median: value(column_names::MEDIANA)?,
        lower_90: value(column_names::INFERIOR_90)?,
        upper_90: value(column_names::SUPERIOR_90)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_tables::Column;

    fn table(name: &str, columns: Vec<(&str, Column)>) -> Table {
        Table { name: name.to_owned(), columns: columns.into_iter().map(|(name, c)| (name.to_owned(), c)).collect() }
    }

    fn text_column(values: &[&str]) -> Column {
        Column::Text(values.iter().map(|value| (*value).to_owned()).collect())
    }

    #[test]
    fn figures_are_of_the_entity_or_of_all() {
        let corte: Corte = "2020-10-15".parse().unwrap();
        let day = |text: &str| lnere_core::calendar::parse_iso_day(text).unwrap();
        let tables = [
            table(
                "lnere_por_entidad",
                vec![
                    ("cve_entidad", text_column(&["03", "08"])),
                    ("solicitudes_quincena", Column::Int(vec![0, 20])),
                    ("solicitudes_acumuladas", Column::Int(vec![0, 100])),
                ],
            ),
            table(
                "lnere_diario",
                vec![
                    (
                        "fecha",
                        Column::Date(
                            ["2020-09-15", "2020-09-29", "2020-09-30", "2020-09-30", "2020-10-01", "2020-10-02"]
                                .map(day)
                                .into(),
                        ),
                    ),
                    ("cve_entidad", text_column(&["08"; 6])),
                    ("solicitudes", Column::Int(vec![1, 10, 20, 40, 20, 0])),
                ],
            ),
        ];
        let figures = |code| KeyFigures::from_tables(&tables, code, corte, Some(day("2020-10-01"))).unwrap();
        let chihuahua = figures(Some("08"));
        assert_eq!(chihuahua.applications, Some(TotalAndQuincena { total: 100, quincena: 20 }));
        assert_eq!(chihuahua.previous_pace, Some(QuincenaPace { applications: 70, open_days: 2 }), "both modalities");
        assert_eq!(
            chihuahua.pace,
            Some(QuincenaPace { applications: 20, open_days: 1 }),
            "the days after the close are left out"
        );
        assert_eq!(chihuahua.credentials, None, "no table, no figure");
        assert_eq!(figures(Some("03")).applications, Some(TotalAndQuincena { total: 0, quincena: 0 }));
        assert_eq!(figures(Some("32")).applications, None, "not there is not zero");
        assert_eq!(figures(None).applications, Some(TotalAndQuincena { total: 100, quincena: 20 }));
    }

    #[test]
    fn a_column_that_is_missing_is_no_missing_figure() {
        let corte: Corte = "2020-10-15".parse().unwrap();
        let columns = vec![("cve_entidad", text_column(&["08"])), ("solicitudes_quincena", Column::Int(vec![20]))];
        let tables = [table("lnere_por_entidad", columns)];
        let error = KeyFigures::from_tables(&tables, Some("08"), corte, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the table lnere_por_entidad has no column solicitudes_acumuladas of whole numbers [L300]"
        );
    }
}
