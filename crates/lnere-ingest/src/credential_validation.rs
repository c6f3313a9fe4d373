/*!
Validates the records of `credenciales`: trámites of credentials abroad.
*/

use super::accepted_statistics::AcceptedStatistics;
use super::record_rules::{RecordRule, RuleCounts};
use super::record_validation::{
    AcceptedRow, CellDecoder, ComparedColumn, FileContext, FolioHash, RecordFault, SourceContract,
};
use super::spill::SpillRecord;
use crate::coded_records::{Credential, NO_DAY, day_of_event};
use lnere_core::catalog::{EntityId, OfficeId};
use lnere_core::process::{CredentialColumn, Dimension, ExportContract, Process, SourceColumn};

/// The contract of `credenciales`.
pub(super) struct CredentialValidator;

/// An accepted credential.
#[derive(Clone, Copy)]
pub(super) struct CredentialRow {
    folio: FolioHash,
    /// The latest of its dates, in seconds since 1970.
    latest_instant: i64,
    applied: i32,
    /// The day of delivery; [`NO_DAY`] while not delivered.
    delivered: i32,
    /// The day of confirmation; [`NO_DAY`] while not confirmed.
    confirmed: i32,
    line: u32,
    office: OfficeId,
    entity: EntityId,
    sex: u8,
}

impl CredentialRow {
    #[inline]
    pub fn fact(&self) -> Credential {
        Credential {
            entity: self.entity,
            office: self.office,
            applied: self.applied,
            delivered: day_of_event(self.delivered),
            confirmed: day_of_event(self.confirmed),
        }
    }
}

impl SpillRecord for CredentialRow {
    const BYTES: usize = FolioHash::BYTES + i64::BYTES + 3 * i32::BYTES + u32::BYTES + u16::BYTES + 2;

    fn append_to_spill(&self, bytes: &mut Vec<u8>) {
        self.folio.append_to_spill(bytes);
        self.latest_instant.append_to_spill(bytes);
        [self.applied, self.delivered, self.confirmed].append_to_spill(bytes);
        self.line.append_to_spill(bytes);
        self.office.0.append_to_spill(bytes);
        [self.entity.number(), self.sex].append_to_spill(bytes);
    }

    fn take_from_spill(bytes: &mut &[u8]) -> Option<Self> {
        let (folio, latest_instant) = (FolioHash::take_from_spill(bytes)?, i64::take_from_spill(bytes)?);
        let [applied, delivered, confirmed] = <[i32; 3]>::take_from_spill(bytes)?;
        let (line, office) = (u32::take_from_spill(bytes)?, OfficeId(u16::take_from_spill(bytes)?));
        let (entity, sex) = (EntityId::new(u8::take_from_spill(bytes)?)?, u8::take_from_spill(bytes)?);
        Some(Self { folio, latest_instant, applied, delivered, confirmed, line, office, entity, sex })
    }
}

impl AcceptedRow for CredentialRow {
    #[inline]
    fn folio(&self) -> FolioHash {
        self.folio
    }

    #[inline]
    fn rank(&self) -> i64 {
        self.latest_instant
    }

    #[inline]
    fn line_in_segment(&self) -> u32 {
        self.line
    }

    type Attributes = u64;

    #[inline]
    fn attributes(&self) -> u64 {
        u64::from(self.sex) << 24 | u64::from(self.entity.number()) << 16 | u64::from(self.office.0)
    }

    #[inline]
    fn differing(one: u64, other: u64) -> [u64; 2] {
        [one ^ other, 0]
    }

    #[inline]
    fn count(&self, counts: &mut RuleCounts, statistics: &mut AcceptedStatistics, context: &FileContext) {
        statistics.add(self.entity, self.latest_instant);
        if self.office == OfficeId::UNKNOWN {
            counts.add(RecordRule::RepresentacionNoIdentificada);
            statistics.add_unidentified(CredentialColumn::Representacion.index());
        }
        if self.sex == context.process.categories(Dimension::SEXO).unidentified_index() {
            counts.add(RecordRule::CategoriaNoIdentificada);
            statistics.add_unidentified(CredentialColumn::Sexo.index());
        }
    }
}

impl SourceContract for CredentialValidator {
    type Column = CredentialColumn;
    type Row = CredentialRow;

    fn export(process: &Process) -> &ExportContract<CredentialColumn> {
        &process.credenciales_contract
    }

    fn compared_columns(_: &Process) -> Vec<ComparedColumn> {
        let columns = [
            (CredentialColumn::Entidad, 0xff << 16),
            (CredentialColumn::Representacion, 0xffff),
            (CredentialColumn::Sexo, 0xff << 24),
        ];
        columns.map(|(column, bit_mask)| ComparedColumn { column: column.index(), word_index: 0, bit_mask }).to_vec()
    }

    #[inline]
    fn validate<'a>(
        decoder: &mut CellDecoder,
        context: &FileContext,
        cell: impl Fn(CredentialColumn) -> &'a [u8],
        line: u32,
    ) -> Result<CredentialRow, RecordFault> {
        use CredentialColumn as Column;
        let catalogs = context.catalogs;

        let folio = decoder.hash_folio(Column::FolioTramite, cell(Column::FolioTramite))?;
        let applied = decoder.date(Column::FechaTramite, cell(Column::FechaTramite))?;
        let delivered = decoder.optional_date(Column::FechaEntrega, cell(Column::FechaEntrega))?;
        let confirmed = decoder.optional_date(Column::FechaConfirmacion, cell(Column::FechaConfirmacion))?;

        let dates = [
            (Column::FechaTramite, Some(applied)),
            (Column::FechaEntrega, delivered),
            (Column::FechaConfirmacion, confirmed),
        ];
        for (column, date) in dates {
            if date.is_some_and(|date| date.day > context.export_day) {
                return Err(RecordFault::in_column(RecordRule::FechaFueraDePeriodo, column));
            }
        }
        if delivered.is_some_and(|delivered| delivered.day < applied.day) {
            return Err(RecordFault::in_column(RecordRule::FechasEnDesorden, Column::FechaEntrega));
        }
        if confirmed.is_some_and(|confirmed| delivered.is_none_or(|delivered| confirmed.day < delivered.day)) {
            return Err(RecordFault::in_column(RecordRule::FechasEnDesorden, Column::FechaConfirmacion));
        }

        let entity = decoder.entity(Column::Entidad, cell(Column::Entidad), catalogs);
        let entity = entity.ok_or_else(|| RecordFault::in_column(RecordRule::EntidadDesconocida, Column::Entidad))?;
        let office =
            decoder.label_code(Column::Representacion, cell(Column::Representacion), OfficeId::UNKNOWN.0, |text| {
                catalogs.offices.find(text).map(|office| office.0)
            });
        let sexes = context.process.categories(Dimension::SEXO);
        let unknown = sexes.unidentified_index();
        let find = |text: &str| sexes.find(text).map(u16::from);
        let sex = decoder.label_code(Column::Sexo, cell(Column::Sexo), u16::from(unknown), find);

        let latest_instant =
            dates.iter().filter_map(|(_, date)| date.map(|date| date.instant)).max().unwrap_or(applied.instant);
        Ok(CredentialRow {
            folio,
            latest_instant,
            applied: applied.day,
            delivered: delivered.map_or(NO_DAY, |date| date.day),
            confirmed: confirmed.map_or(NO_DAY, |date| date.day),
            line,
            office: OfficeId(office),
            entity,
            sex: u8::try_from(sex).unwrap_or(unknown),
        })
    }
}
