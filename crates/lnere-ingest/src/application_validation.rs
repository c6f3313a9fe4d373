/*!
Validates the records of `solicitudes`: applications to be put on the list (SIILNERE).
*/

use super::accepted_statistics::AcceptedStatistics;
use super::record_rules::{RecordRule, RuleCounts};
use super::record_validation::{
    AcceptedRow, CellDecoder, ComparedColumn, FileContext, FolioHash, RecordFault, SourceContract,
};
use super::spill::SpillRecord;
use crate::coded_records::ApplicationKey;
use lnere_core::catalog::CountryId;
use lnere_core::process::{ApplicationColumn, Dimension, ExportContract, Process, SourceColumn};

/// The contract of `solicitudes`.
pub(super) struct ApplicationValidator<const EXTRA_WORDS: usize>;

/// An accepted application.
#[derive(Clone, Copy)]
pub(super) struct ApplicationRow<const EXTRA_WORDS: usize> {
    pub folio: FolioHash,
    pub key: ApplicationKey<EXTRA_WORDS>,
    /// The time of its status, in seconds since 1970.
    pub status_at: u32,
    line: u32,
}

impl<const EXTRA_WORDS: usize> SpillRecord for ApplicationRow<EXTRA_WORDS> {
    const BYTES: usize = FolioHash::BYTES + ApplicationKey::<EXTRA_WORDS>::BYTES + 2 * u32::BYTES;

    #[inline]
    fn append_to_spill(&self, bytes: &mut Vec<u8>) {
        self.folio.append_to_spill(bytes);
        self.key.append_to_spill(bytes);
        [self.status_at, self.line].append_to_spill(bytes);
    }

    #[inline]
    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
        let (folio, key) = (FolioHash::take_from_spill(bytes)?, ApplicationKey::take_from_spill(bytes)?);
        let [status_at, line] = <[u32; 2]>::take_from_spill(bytes)?;
        Some(Self { folio, key, status_at, line })
    }
}

impl<const EXTRA_WORDS: usize> AcceptedRow for ApplicationRow<EXTRA_WORDS> {
    type Attributes = ApplicationKey<EXTRA_WORDS>;

    #[inline]
    fn folio(&self) -> FolioHash {
        self.folio
    }

    #[inline]
    fn rank(&self) -> i64 {
        i64::from(self.status_at)
    }

    #[inline]
    fn line_in_segment(&self) -> u32 {
        self.line
    }

    #[inline]
    fn attributes(&self) -> Self::Attributes {
        self.key.without_day_and_status()
    }

    #[inline]
    fn differing(one: Self::Attributes, other: Self::Attributes) -> [u64; 2] {
        one.differing(other)
    }

    #[inline]
    fn count(&self, counts: &mut RuleCounts, statistics: &mut AcceptedStatistics, context: &FileContext) {
        if let Some(entity) = self.key.entity() {
            // The status is never dated before the registration.
            statistics.add(entity, i64::from(self.status_at));
        }
        if self.key.country() == CountryId::UNKNOWN {
            counts.add(RecordRule::PaisNoIdentificado);
            statistics.add_unidentified(ApplicationColumn::Pais.index());
        }
        let mut any = false;
        for definition in context.process.dimensions() {
            if self.key.category(definition.dimension) == definition.categories.unidentified_index() {
                any = true;
                statistics.add_unidentified(definition.source_column.index());
            }
        }
        if any {
            counts.add(RecordRule::CategoriaNoIdentificada);
        }
    }
}

impl<const EXTRA_WORDS: usize> SourceContract for ApplicationValidator<EXTRA_WORDS> {
    type Column = ApplicationColumn;
    type Row = ApplicationRow<EXTRA_WORDS>;

    fn export(process: &Process) -> &ExportContract<ApplicationColumn> {
        &process.solicitudes_contract
    }

    fn compared_columns(process: &Process) -> Vec<ComparedColumn> {
        let categories = process.dimensions().iter().filter(|definition| definition.dimension != Dimension::ESTATUS);
        let categories = categories.map(|definition| ComparedColumn {
            column: definition.source_column.index(),
            word_index: definition.dimension.word_index(),
            bit_mask: definition.dimension.bit_mask(),
        });
        let places = [
            (ApplicationColumn::Entidad, ApplicationKey::ENTITY_MASK),
            (ApplicationColumn::Pais, ApplicationKey::COUNTRY_MASK),
        ];
        let places =
            places.map(|(column, bit_mask)| ComparedColumn { column: column.index(), word_index: 0, bit_mask });
        places.into_iter().chain(categories).collect()
    }

    #[inline]
    fn validate<'a>(
        decoder: &mut CellDecoder,
        context: &FileContext,
        cell: impl Fn(ApplicationColumn) -> &'a [u8],
        line: u32,
    ) -> Result<ApplicationRow<EXTRA_WORDS>, RecordFault> {
        use ApplicationColumn as Column;
        let FileContext { process, catalogs, .. } = context;

        let folio = decoder.hash_folio(Column::Folio, cell(Column::Folio))?;
        let registered = decoder.date(Column::FechaSolicitud, cell(Column::FechaSolicitud))?;
        let status = decoder.optional_date(Column::FechaEstatus, cell(Column::FechaEstatus))?.unwrap_or(registered);

        let (opens, closes) = context.registration_days;
        if registered.day < opens || registered.day > closes {
            return Err(RecordFault::in_column(RecordRule::FechaFueraDePeriodo, Column::FechaSolicitud));
        }
        if status.day > context.export_day {
            return Err(RecordFault::in_column(RecordRule::FechaFueraDePeriodo, Column::FechaEstatus));
        }
        if status.day < registered.day {
            return Err(RecordFault::in_column(RecordRule::FechasEnDesorden, Column::FechaEstatus));
        }

        let entity = decoder.entity(Column::Entidad, cell(Column::Entidad), catalogs);
        let entity = entity.ok_or_else(|| RecordFault::in_column(RecordRule::EntidadDesconocida, Column::Entidad))?;
        if process.entities.binary_search(&entity).is_err() {
            return Err(RecordFault::in_column(RecordRule::EntidadFueraDeProceso, Column::Entidad));
        }

        let country = decoder.label_code(Column::Pais, cell(Column::Pais), CountryId::UNKNOWN.0, |text| {
            catalogs.countries.find(text).map(|country| country.0)
        });
        // Both days lie between the opening and the day of the export, so they fit.
        let day = u16::try_from(registered.day).unwrap_or(u16::MAX);
        let status_at = u32::try_from(status.instant).unwrap_or(u32::MAX);
        let mut key = ApplicationKey::new(entity, CountryId(country), day);
        for definition in process.dimensions() {
            let category = decoder.category(definition, cell(definition.source_column));
            key = key.with_category(definition.dimension, category);
        }
        Ok(ApplicationRow { folio, key, status_at, line })
    }
}
