/*!
Lists the labels of rows: the labels, their names in a shape file, and their spellings in exports.
*/

use lnere_core::catalog::{Catalogs, CountryId, EntityId, OfficeId};
use lnere_core::column_names;
use lnere_core::process::{AgeBands, CategoryList, CategorySource, Dimension, Process};
use lnere_core::random::RandomKey;
use lnere_core::text_folding;
use lnere_messages::message;

/// A column whose cells come from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum LabelColumn {
    Entidad,
    Pais,
    Modalidad,
    Medio,
    TipoCredencial,
    Sexo,
    Estatus,
    Representacion,
    /// A column of a dimension that the process file declares.
    Declared(Dimension),
}

impl LabelColumn {
    /// The columns that every process has, in the order of their [`index`](LabelColumn::index).
    pub(super) const BUILT_IN: [Self; 8] = [
        Self::Entidad,
        Self::Pais,
        Self::Modalidad,
        Self::Medio,
        Self::TipoCredencial,
        Self::Sexo,
        Self::Estatus,
        Self::Representacion,
    ];

    /// The columns that the plan of applications allocates before those of declared dimensions.
    pub(super) const APPLICATION_COLUMNS: [Self; 6] =
        [Self::Entidad, Self::Pais, Self::Modalidad, Self::Medio, Self::TipoCredencial, Self::Sexo];

    /// The columns that the plan of credentials allocates.
    pub(super) const CREDENTIAL_COLUMNS: [Self; 2] = [Self::Entidad, Self::Sexo];

    /// The name of the column in a shape file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Entidad => "entidad",
            Self::Pais => "pais",
            Self::Modalidad => "modalidad",
            Self::Medio => "medio",
            Self::TipoCredencial => column_names::TIPO_CREDENCIAL,
            Self::Sexo => "sexo",
            Self::Estatus => "estatus",
            Self::Representacion => "representacion",
            Self::Declared(dimension) => dimension.column_name(),
        }
    }

    /// The index among all columns; columns of declared dimensions come last.
    pub(super) fn index(self) -> usize {
        match self {
            Self::Entidad => 0,
            Self::Pais => 1,
            Self::Modalidad => 2,
            Self::Medio => 3,
            Self::TipoCredencial => 4,
            Self::Sexo => 5,
            Self::Estatus => 6,
            Self::Representacion => 7,
            Self::Declared(dimension) => Self::BUILT_IN.len() + dimension.index() - Dimension::BUILT_IN.len(),
        }
    }

    /// Random bits for a cell of this column in the row of an index.
    pub(super) fn draw_bits(self, key: RandomKey, index: u64) -> u64 {
        let columns = Self::BUILT_IN.len();
        match self.index().checked_sub(columns) {
            None => key.draw(index * columns as u64 + self.index() as u64),
            Some(declared) => key.child(declared as u64).draw(index),
        }
    }

    fn dimension(self) -> Option<Dimension> {
        if let Self::Declared(dimension) = self {
            return Some(dimension);
        }
        Dimension::BUILT_IN.into_iter().find(|dimension| dimension.column_name() == self.name())
    }
}

/// Labels as numbers. The label of an entity is its number, and that of a country or an office its
/// index in the catalogue (0 if unknown). The label of a category is its index in the list.
#[derive(Clone, Copy)]
pub(super) struct Vocabulary<'a> {
    pub process: &'a Process,
    pub catalogs: &'a Catalogs,
}

impl<'a> Vocabulary<'a> {
    /// The columns of the dimensions that the process file declares, in its order.
    pub(super) fn declared_columns(self) -> impl Iterator<Item = LabelColumn> + use<'a> {
        self.process.declared_dimensions().iter().map(|definition| LabelColumn::Declared(definition.dimension))
    }

    /// All columns, in the order of their [`index`](LabelColumn::index).
    pub(super) fn columns(self) -> Vec<LabelColumn> {
        LabelColumn::BUILT_IN.into_iter().chain(self.declared_columns()).collect()
    }

    /// The columns that the plan of applications allocates, in this order.
    pub(super) fn application_columns(self) -> Vec<LabelColumn> {
        LabelColumn::APPLICATION_COLUMNS.into_iter().chain(self.declared_columns()).collect()
    }

    /// The age bands that the labels of a column represent, if its cells are dates of birth.
    pub(super) fn age_bands(self, column: LabelColumn) -> Option<&'a AgeBands> {
        match &self.process.dimension(column.dimension()?).category_source {
            CategorySource::Ages(bands) => Some(bands),
            CategorySource::Labels => None,
        }
    }

    /// The labels that rows may have by default.
    pub(super) fn known_labels(&self, column: LabelColumn) -> Vec<u16> {
        match (column, column.dimension()) {
            (_, Some(dimension)) => (0..self.category_list(dimension).unidentified_index().into()).collect(),
            (LabelColumn::Entidad, _) => self.catalogs.entities.ids().map(|entity| entity.number().into()).collect(),
            (LabelColumn::Pais, _) => self.catalogs.countries.identified_ids().map(|country| country.0).collect(),
            (_, _) => self.catalogs.offices.identified_ids().map(|office| office.0).collect(),
        }
    }

    /// The largest label plus one.
    pub(super) fn label_count(&self, column: LabelColumn) -> usize {
        self.known_labels(column).last().map_or(1, |label| usize::from(*label) + 1)
    }

    /// The label with this name in a shape file. `XXX` is the unknown country.
    pub(super) fn find(&self, column: LabelColumn, name: &str) -> Option<u16> {
        match (column, column.dimension()) {
            (_, Some(dimension)) => self.category_list(dimension).find(name).map(u16::from),
            (LabelColumn::Entidad, _) => self.catalogs.entities.find(name).map(|entity| entity.number().into()),
            (LabelColumn::Pais, _) if name == "XXX" => Some(CountryId::UNKNOWN.0),
            (LabelColumn::Pais, _) => self.catalogs.countries.find(name).map(|country| country.0),
            (_, _) => self.find_office(name).map(|office| office.0),
        }
    }

    /// An office by its code or by any of its labels.
    fn find_office(&self, name: &str) -> Option<OfficeId> {
        let offices = &self.catalogs.offices;
        offices.identified_ids().find(|office| offices.get(*office).code == name).or_else(|| offices.find(name))
    }

    /// The accepted names, for messages.
    pub(super) fn accepted_names(&self, column: LabelColumn) -> String {
        match (column, column.dimension()) {
            (_, Some(dimension)) => {
                let codes: Vec<_> =
                    self.category_list(dimension).categories().iter().map(|c| c.code.as_str()).collect();
                codes.join(", ")
            }
            (LabelColumn::Entidad, _) => message!("core-sample-entity-codes"),
            (LabelColumn::Pais, _) => message!("core-sample-country-codes"),
            (_, _) => message!("core-sample-office-codes"),
        }
    }

    /// The texts of a label in exports; the usual one comes first.
    pub(super) fn spellings(&self, column: LabelColumn, label: u16) -> Vec<String> {
        match (column, column.dimension()) {
            (_, Some(dimension)) => {
                let categories = self.category_list(dimension).categories();
                categories.get(usize::from(label)).map_or(Vec::new(), |category| {
                    std::iter::once(&category.code).chain(&category.aliases).cloned().collect()
                })
            }
            (LabelColumn::Entidad, _) => {
                u8::try_from(label).ok().and_then(EntityId::new).map_or(Vec::new(), |entity| {
                    let name = self.catalogs.entities.name(entity);
                    vec![
                        entity.code(),
                        label.to_string(),
                        name.to_owned(),
                        text_folding::fold_label(name).to_uppercase(),
                    ]
                })
            }
            (LabelColumn::Pais, _) => {
                let name = &self.catalogs.countries.get(CountryId(label)).name;
                vec![name.clone(), text_folding::fold_label(name).to_uppercase()]
            }
            (_, _) => vec![self.office_label(OfficeId(label))],
        }
    }

    /// The seat city, with the kind of office before it if the city alone names another office.
    fn office_label(&self, id: OfficeId) -> String {
        let offices = &self.catalogs.offices;
        let office = offices.get(id);
        let candidates = [office.name.clone(), format!("Embajada de México en {}", office.name)];
        let own = candidates.into_iter().find(|label| offices.find(label) == Some(id));
        own.unwrap_or_else(|| office.code.replace('_', " "))
    }

    fn category_list(&self, dimension: Dimension) -> &CategoryList {
        self.process.categories(dimension)
    }
}
