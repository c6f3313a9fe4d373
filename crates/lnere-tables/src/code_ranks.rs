/*!
Ranks the codes of entities, countries, offices and categories in the order of published rows.

Frames hold ranks instead of codes: a rank takes four bytes, and ranks have the same order as codes.
*/

use lnere_core::catalog::{Catalogs, CountryId, EntityId, OfficeId};
use lnere_core::column_names;
use lnere_core::process::{CategoryList, Dimension, Process};

use super::definition::TableKey;
use super::table::Column;

/// The name of all entities together in tables.
pub(super) const ALL_ENTITIES_NAME: &str = "Nacional";

/// Converts the numbers of one key to ranks, and ranks to numbers.
struct RankedCodes {
    /// The rank of each number.
    ranks_by_number: Vec<u32>,
    /// The number at each rank.
    numbers_by_rank: Vec<usize>,
}

impl RankedCodes {
    /// Ranks codes that are given in the order of their numbers.
    fn new<C: Ord>(codes: &[C]) -> Self {
        let mut numbers: Vec<usize> = (0..codes.len()).collect();
        numbers.sort_by_key(|number| &codes[*number]);
        let mut ranks = vec![0; codes.len()];
        for (rank, number) in (0..).zip(&numbers) {
            ranks[*number] = rank;
        }
        Self { ranks_by_number: ranks, numbers_by_rank: numbers }
    }
}

/// The ranks of the codes of every key for which frames hold ranks.
pub(super) struct CodeRanks<'a> {
    catalogs: &'a Catalogs,
    process: &'a Process,
    countries: RankedCodes,
    offices: RankedCodes,
    /// A list for each dimension, in the order of the process.
    dimensions: Vec<(Dimension, RankedCodes)>,
}

impl<'a> CodeRanks<'a> {
    pub fn new(process: &'a Process, catalogs: &'a Catalogs) -> Self {
        let (countries, offices) = (&catalogs.countries, &catalogs.offices);
        let country = |id| countries.get(id).code.as_str();
        let country_codes: Vec<_> =
            std::iter::once(CountryId::UNKNOWN).chain(countries.identified_ids()).map(country).collect();
        // Rows of offices are sorted by country and kind before the code.
        let office = |id| {
            let office = offices.get(id);
            (country(office.country), office.kind_code(), office.code.as_str())
        };
        let office_codes: Vec<_> =
            std::iter::once(OfficeId::UNKNOWN).chain(offices.identified_ids()).map(office).collect();
        let of_list = |list: &CategoryList| {
            RankedCodes::new(&(0..=list.unidentified_index()).map(|index| list.code(index)).collect::<Vec<_>>())
        };
        Self {
            catalogs,
            process,
            countries: RankedCodes::new(&country_codes),
            offices: RankedCodes::new(&office_codes),
            dimensions: process.dimensions().iter().map(|one| (one.dimension, of_list(&one.categories))).collect(),
        }
    }

    /// The rank of an entity; 0 means all entities together, as code `00`.
    pub fn entity_rank(entity: Option<EntityId>) -> u32 {
        entity.map_or(0, |entity| u32::from(entity.number()))
    }

    /// The rank of a country.
    pub fn country_rank(&self, id: CountryId) -> u32 {
        self.countries.ranks_by_number[usize::from(id.0)]
    }

    /// The rank of an office.
    pub fn office_rank(&self, id: OfficeId) -> u32 {
        self.offices.ranks_by_number[usize::from(id.0)]
    }

    /// The ranks of the categories of a dimension by index; the unidentified one is last.
    pub fn category_ranks(&self, dimension: Dimension) -> &[u32] {
        self.dimensions.iter().find(|(other, _)| *other == dimension).map_or(&[], |(_, list)| &list.ranks_by_number)
    }

    /// The rank of a category by its index among the ranks of its dimension. `None` and an index
    /// that the list lacks are the unidentified category.
    pub fn category_rank(ranks: &[u32], index: Option<u8>) -> u32 {
        let known_rank = index.and_then(|index| ranks.get(usize::from(index)));
        known_rank.or(ranks.last()).copied().unwrap_or_default()
    }

    /// The codes and names for the ranks of a key, as columns of a published table. `None` if
    /// frames store the values of the key themselves.
    pub fn decode(&self, key: TableKey, ranks: &[u32]) -> Option<Vec<(&'static str, Column)>> {
        let text = |name, of: &dyn Fn(usize) -> String| {
            (name, Column::Text(ranks.iter().map(|rank| of(*rank as usize)).collect()))
        };
        let (entities, countries) = (&self.catalogs.entities, &self.catalogs.countries);
        let country_at = |rank: usize| {
            countries.get(CountryId(u16::try_from(self.countries.numbers_by_rank[rank]).unwrap_or_default()))
        };
        let office_at = |rank: usize| {
            self.catalogs.offices.get(OfficeId(u16::try_from(self.offices.numbers_by_rank[rank]).unwrap_or_default()))
        };
        Some(match key {
            TableKey::Entidad => vec![
                text(column_names::CVE_ENTIDAD, &|number| format!("{number:02}")),
                text(column_names::ENTIDAD, &|number| {
                    let entity = u8::try_from(number).ok().and_then(EntityId::new);
                    entity.map_or(ALL_ENTITIES_NAME, |entity| entities.name(entity)).to_owned()
                }),
            ],
            TableKey::Pais => vec![
                text(column_names::CVE_PAIS, &|rank| country_at(rank).code.clone()),
                text(column_names::PAIS, &|rank| country_at(rank).name.clone()),
            ],
            TableKey::Representacion => vec![
                text(column_names::CVE_PAIS, &|rank| countries.get(office_at(rank).country).code.clone()),
                text(column_names::PAIS, &|rank| countries.get(office_at(rank).country).name.clone()),
                text(column_names::TIPO_REPRESENTACION, &|rank| office_at(rank).kind_code().to_owned()),
                text(column_names::CVE_REPRESENTACION, &|rank| office_at(rank).code.clone()),
                text(column_names::REPRESENTACION, &|rank| office_at(rank).name.clone()),
            ],
            TableKey::Category(dimension) => {
                let (_, list) = self.dimensions.iter().find(|(other, _)| *other == dimension)?;
                let categories = self.process.categories(dimension);
                let code = |rank: usize| {
                    categories.code(u8::try_from(list.numbers_by_rank[rank]).unwrap_or(u8::MAX)).to_owned()
                };
                vec![text(dimension.column_name(), &code)]
            }
            _ => return None,
        })
    }
}
