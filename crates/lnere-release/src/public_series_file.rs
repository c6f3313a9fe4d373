/*!
Builds the file of all public cortes: one long table with each published count of the series so far.

It holds nothing new. Each count stands in the public tables of its corte, and `verify` compares
them. The file is a function of the publications that the manifest names by checksum.
*/

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::manifest::TableRecord;
use super::publication_series::SeriesLink;
use super::publications::{PublicManifest, Publication};
use lnere_core::column_names;
use lnere_disclosure::{ALL_CODES, CellDimensions, CellId, CellStatement, Grain};
use lnere_tables::{Column, ColumnError, Table};

/// The name of the table of all public cortes.
pub const SERIES_TABLE: &str = "lnere_publico";

/// The table of all public cortes as Parquet, by its path in a public folder.
pub const SERIES_PARQUET_FILE: &str = "serie/lnere_publico.parquet";

/// The same table as CSV.
pub const SERIES_CSV_FILE: &str = "serie/lnere_publico.csv";

/// The code and the name of all entities together.
const NATION: (&str, &str) = ("00", "Nacional");

/// The label of a row that is not broken down.
const TOTAL_LABEL: &str = "Total";

/// What a manifest says of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesFileRecord {
    /// Its table.
    #[serde(flatten)]
    pub table: TableRecord,
    /// Each corte in it, with the revision that its counts are from.
    pub cortes: BTreeMap<String, u32>,
}

/// The published counts of one corte.
#[derive(Clone, Debug)]
pub struct PublicCorte {
    /// The corte.
    pub corte: NaiveDate,
    /// The revision that its counts are from.
    pub revision: u32,
    /// The tables that were published.
    pub grain: Grain,
    /// Each published count; `None` if it is suppressed.
    pub published_counts: BTreeMap<CellId, Option<i64>>,
}

/// What a cell is in the file: the corte, the revision, the table and the cell.
pub(super) type SeriesCell = (NaiveDate, u32, String, CellId);

impl PublicCorte {
    pub(super) fn from_publication(publication: &Publication) -> Self {
        let published = |said: &CellStatement| (said.cell.clone(), said.exact_count.filter(|_| !said.suppressed));
        Self {
            corte: publication.snapshot.corte,
            revision: publication.record.revision,
            grain: publication.manifest.grain.clone(),
            published_counts: publication.snapshot.statements.iter().map(published).collect(),
        }
    }

    /// The cells of each table, among them the national sums of the tables that are by entity.
    fn cells_by_table(&self) -> impl Iterator<Item = (&str, &CellId, Option<i64>)> {
        let mut by_dimensions: BTreeMap<CellDimensions, Vec<(&CellId, Option<i64>)>> = BTreeMap::new();
        for (cell, count) in &self.published_counts {
            by_dimensions.entry(cell.dimensions()).or_default().push((cell, *count));
        }
        let mut found = Vec::new();
        for (name, of) in &self.grain.tables {
            let own: CellDimensions = of.keys.iter().cloned().collect();
            let nation: CellDimensions = own.iter().filter(|key| *key != column_names::CVE_ENTIDAD).cloned().collect();
            for dimensions in BTreeSet::from([own, nation]) {
                let cells = by_dimensions.get(&dimensions).into_iter().flatten();
                let cells = cells.filter(|(cell, _)| of.measures.contains(&cell.measure));
                found.extend(cells.map(|(cell, count)| (name.as_str(), *cell, *count)));
            }
        }
        found.into_iter()
    }

    /// Its cells as the file should state them.
    pub(super) fn expected_cells(&self) -> impl Iterator<Item = (SeriesCell, Option<i64>)> {
        self.cells_by_table()
            .map(|(table, cell, count)| ((self.corte, self.revision, table.to_owned(), cell.clone()), count))
    }
}

/// The cortes up to `last` that earlier publications of a series show, each in its newest revision.
/// A series with a notice has other counts than one without.
#[must_use]
pub fn current_public_cortes(
    publications: &[Publication],
    link: &SeriesLink,
    notice: Option<&str>,
    last: NaiveDate,
) -> BTreeMap<NaiveDate, PublicCorte> {
    let is_same_series = |manifest: &PublicManifest| {
        let theirs = &manifest.series_link;
        (theirs.series.is_none() || theirs.series_start == link.series_start)
            && manifest.notice.is_some() == notice.is_some()
    };
    let own = publications.iter().filter(|one| one.snapshot.corte <= last && is_same_series(&one.manifest));
    let mut newest: BTreeMap<NaiveDate, &Publication> = BTreeMap::new();
    for publication in own {
        let shown = newest.entry(publication.snapshot.corte).or_insert(publication);
        if publication.record.revision > shown.record.revision {
            *shown = publication;
        }
    }
    newest.into_iter().map(|(corte, publication)| (corte, PublicCorte::from_publication(publication))).collect()
}

/// The table of all public cortes, and its key. `dimension_columns` are its columns of codes
/// without the entity; `label` names a code of a column.
#[must_use]
pub fn series_table(
    cortes: &BTreeMap<NaiveDate, PublicCorte>,
    dimension_columns: &[String],
    label: impl Fn(&str, &str) -> String,
) -> (Table, Vec<String>) {
    struct Row<'a> {
        key: (NaiveDate, &'a str, &'a str, Vec<&'a str>, &'a str),
        revision: u32,
        label: String,
        count: Option<i64>,
    }
    let mut rows: Vec<Row> = Vec::new();
    for public in cortes.values() {
        for (table, cell, count) in public.cells_by_table() {
            let entity = cell.codes.get(column_names::CVE_ENTIDAD).map_or(NATION.0, String::as_str);
            let code = |column: &'_ String| cell.codes.get(column).map_or(ALL_CODES, String::as_str);
            let labels: Vec<String> = dimension_columns
                .iter()
                // An office is named by its country and its city.
                .filter(|column| *column != column_names::TIPO_REPRESENTACION)
                .filter_map(|column| Some(label(column, cell.codes.get(column)?)))
                .collect();
            rows.push(Row {
                key: (public.corte, table, entity, dimension_columns.iter().map(code).collect(), &cell.measure),
                revision: public.revision,
                label: if labels.is_empty() { TOTAL_LABEL.to_owned() } else { labels.join(", ") },
                count,
            });
        }
    }
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    let text = |value: &dyn Fn(&Row) -> String| Column::Text(rows.iter().map(value).collect());
    let entity_name =
        |code: &str| if code == NATION.0 { NATION.1.to_owned() } else { label(column_names::CVE_ENTIDAD, code) };
    let mut columns = vec![
        (column_names::CORTE.to_owned(), Column::Date(rows.iter().map(|row| row.key.0).collect())),
        (column_names::REVISION.to_owned(), Column::Int(rows.iter().map(|row| i64::from(row.revision)).collect())),
        (column_names::TABLA.to_owned(), text(&|row| row.key.1.to_owned())),
        (column_names::CVE_ENTIDAD.to_owned(), text(&|row| row.key.2.to_owned())),
        (column_names::ENTIDAD.to_owned(), text(&|row| entity_name(row.key.2))),
    ];
    for (place, column) in dimension_columns.iter().enumerate() {
        columns.push((column.clone(), text(&|row| row.key.3[place].to_owned())));
    }
    columns.extend([
        (column_names::ETIQUETA.to_owned(), text(&|row| row.label.clone())),
        (column_names::MEDIDA.to_owned(), text(&|row| row.key.4.to_owned())),
        (column_names::CIFRA.to_owned(), Column::MaybeInt(rows.iter().map(|row| row.count).collect())),
        (column_names::PROTEGIDA.to_owned(), Column::Bool(rows.iter().map(|row| row.count.is_none()).collect())),
    ]);
    let key = [column_names::CORTE, column_names::TABLA, column_names::CVE_ENTIDAD].map(str::to_owned);
    let key = key.into_iter().chain(dimension_columns.iter().cloned()).chain([column_names::MEDIDA.to_owned()]);
    (Table { name: SERIES_TABLE.to_owned(), columns }, key.collect())
}

/// A cell that a file states, `None` if the grain does not have it, and its count, `None` if the
/// count is suppressed.
type StatedCell = (Option<SeriesCell>, Option<i64>);

/// The cells that a file states. A row of a table that `grain` does not have is `None`.
pub(super) fn stated_cells(table: &Table, grain: &Grain) -> Result<Vec<StatedCell>, ColumnError> {
    let cortes = table.values::<NaiveDate>(column_names::CORTE)?;
    let revisions = table.values::<i64>(column_names::REVISION)?;
    let tables = table.values::<String>(column_names::TABLA)?;
    let entities = table.values::<String>(column_names::CVE_ENTIDAD)?;
    let measures = table.values::<String>(column_names::MEDIDA)?;
    let counts = table.values::<Option<i64>>(column_names::CIFRA)?;
    let cell = |row: usize| -> Result<Option<SeriesCell>, ColumnError> {
        let (Some(of), Ok(revision)) = (grain.tables.get(&tables[row]), u32::try_from(revisions[row])) else {
            return Ok(None);
        };
        let mut codes: Vec<(&str, &str)> = Vec::new();
        for key in &of.keys {
            if key != column_names::CVE_ENTIDAD {
                codes.push((key, &table.values::<String>(key)?[row]));
            } else if entities[row] != NATION.0 {
                codes.push((key, &entities[row]));
            }
        }
        Ok(Some((cortes[row], revision, tables[row].clone(), CellId::new(&measures[row], codes))))
    };
    (0..table.row_count()).map(|row| Ok((cell(row)?, counts[row]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_disclosure::TableGrain;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The codes of a cell, and its count.
    type CodedCount<'a> = (&'a [(&'a str, &'a str)], Option<i64>);

    fn public_corte(corte: &str, revision: u32, counts: [CodedCount; 3]) -> PublicCorte {
        let grain = |keys: &[&str]| TableGrain {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            measures: vec!["solicitudes_acumuladas".to_owned()],
        };
        let tables = [("por_entidad", grain(&["cve_entidad"])), ("por_sexo", grain(&["cve_entidad", "sexo"]))];
        let counts = counts
            .into_iter()
            .map(|(codes, count)| (CellId::new("solicitudes_acumuladas", codes.iter().copied()), count));
        PublicCorte {
            corte: day(corte),
            revision,
            grain: Grain {
                tables: tables.map(|(name, grain)| (name.to_owned(), grain)).into(),
                groups: BTreeMap::new(),
            },
            published_counts: counts.collect(),
        }
    }

    #[test]
    fn each_published_count_is_a_row_and_is_read_back() {
        let chihuahua = [("cve_entidad", "08")];
        let women = [("cve_entidad", "08"), ("sexo", "M")];
        let cortes = [
            public_corte("2020-10-15", 2, [(&[], Some(9)), (&chihuahua, Some(9)), (&women, None)]),
            public_corte("2020-10-31", 1, [(&[], Some(12)), (&chihuahua, Some(12)), (&women, Some(5))]),
        ];
        let cortes: BTreeMap<NaiveDate, PublicCorte> = cortes.into_iter().map(|one| (one.corte, one)).collect();
        let label = |column: &str, code: &str| if column == "sexo" { "Mujeres".to_owned() } else { format!("E{code}") };
        let (table, key) = series_table(&cortes, &["sexo".to_owned()], label);
        assert_eq!(key, ["corte", "tabla", "cve_entidad", "sexo", "medida"]);
        let csv = String::from_utf8(lnere_tables::spreadsheet_csv(&table).unwrap()).unwrap();
        assert_eq!(
            csv,
            "\u{feff}corte,revision,tabla,cve_entidad,entidad,sexo,etiqueta,medida,cifra,protegida\r\n\
             2020-10-15,2,por_entidad,00,Nacional,TODOS,Total,solicitudes_acumuladas,9,false\r\n\
             2020-10-15,2,por_entidad,08,E08,TODOS,Total,solicitudes_acumuladas,9,false\r\n\
             2020-10-15,2,por_sexo,08,E08,M,Mujeres,solicitudes_acumuladas,,true\r\n\
             2020-10-31,1,por_entidad,00,Nacional,TODOS,Total,solicitudes_acumuladas,12,false\r\n\
             2020-10-31,1,por_entidad,08,E08,TODOS,Total,solicitudes_acumuladas,12,false\r\n\
             2020-10-31,1,por_sexo,08,E08,M,Mujeres,solicitudes_acumuladas,5,false\r\n"
        );
        let grain = &cortes[&day("2020-10-15")].grain;
        let stated: BTreeMap<SeriesCell, Option<i64>> =
            stated_cells(&table, grain).unwrap().into_iter().map(|(cell, count)| (cell.unwrap(), count)).collect();
        let expected: BTreeMap<SeriesCell, Option<i64>> =
            cortes.values().flat_map(PublicCorte::expected_cells).collect();
        assert_eq!(stated, expected);
    }
}
