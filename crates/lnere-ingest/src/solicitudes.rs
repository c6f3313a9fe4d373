/*!
Applications to be put on the list (SIILNERE).
*/

use super::contract::{AcceptedRow, CellDecoder, FileContext, FolioHash, RecordFault, SourceContract};
use super::rules::{RecordRule, RuleCounts};
use super::statistics::AcceptedStatistics;
use crate::facts::ApplicationKey;
use lnere_core::catalog::CountryId;
use lnere_core::process::{Dimension, ExportContract, Process, RequestColumn, SourceColumn};

/// The contract of `solicitudes`.
pub(super) struct ApplicationContract;

/// An accepted application.
#[derive(Clone, Copy)]
pub(super) struct ApplicationRow {
    pub folio: FolioHash,
    pub key: ApplicationKey,
    /// When it took its status, seconds since 1970.
    pub status_at: u32,
    line: u32,
}

impl AcceptedRow for ApplicationRow {
    fn folio(&self) -> FolioHash {
        self.folio
    }

    fn rank(&self) -> i64 {
        i64::from(self.status_at)
    }

    fn line(&self) -> u32 {
        self.line
    }

    fn attributes(&self) -> u64 {
        self.key.without_day_and_status()
    }

    const ATTRIBUTES: &'static [(u8, u64)] = &[
        (RequestColumn::Entidad as u8, ApplicationKey::ENTITY_BITS),
        (RequestColumn::Pais as u8, ApplicationKey::COUNTRY_BITS),
        (RequestColumn::Sexo as u8, ApplicationKey::category_bits(Dimension::Sexo)),
        (RequestColumn::Modalidad as u8, ApplicationKey::category_bits(Dimension::Modalidad)),
        (RequestColumn::TipoCredencial as u8, ApplicationKey::category_bits(Dimension::TipoCredencial)),
        (RequestColumn::Medio as u8, ApplicationKey::category_bits(Dimension::Medio)),
    ];

    #[inline]
    fn count(&self, counts: &mut RuleCounts, statistics: &mut AcceptedStatistics, limits: &FileContext) {
        if let Some(entity) = self.key.entity() {
            // The day of the status is never before that of the registration.
            statistics.add(entity, i64::from(self.status_at));
        }
        if self.key.country() == CountryId::UNKNOWN {
            counts.add(RecordRule::PaisNoIdentificado);
            statistics.add_unidentified(RequestColumn::Pais.index());
        }
        let mut any = false;
        for (dimension, column) in CATEGORY_COLUMNS {
            if self.key.category(dimension) == limits.process.categories(dimension).unidentified() {
                any = true;
                statistics.add_unidentified(column.index());
            }
        }
        if any {
            counts.add(RecordRule::CategoriaNoIdentificada);
        }
    }
}

/// The category dimensions of an application and the columns that they are read from.
const CATEGORY_COLUMNS: [(Dimension, RequestColumn); 5] = [
    (Dimension::Sexo, RequestColumn::Sexo),
    (Dimension::Modalidad, RequestColumn::Modalidad),
    (Dimension::TipoCredencial, RequestColumn::TipoCredencial),
    (Dimension::Medio, RequestColumn::Medio),
    (Dimension::Estatus, RequestColumn::Estatus),
];

impl SourceContract for ApplicationContract {
    type Column = RequestColumn;
    type Row = ApplicationRow;

    fn export(process: &Process) -> &ExportContract<RequestColumn> {
        &process.solicitudes
    }

    #[inline]
    fn validate<'a>(
        coder: &mut CellDecoder,
        limits: &FileContext,
        cell: impl Fn(RequestColumn) -> &'a [u8],
        line: u32,
    ) -> Result<ApplicationRow, RecordFault> {
        use RequestColumn as Column;
        let FileContext { process, catalogs, .. } = limits;

        let folio = coder.folio(Column::Folio, cell(Column::Folio))?;
        let registered = coder.date(Column::FechaSolicitud, cell(Column::FechaSolicitud))?;
        let status = coder.optional_date(Column::FechaEstatus, cell(Column::FechaEstatus))?.unwrap_or(registered);

        let (opens, closes) = limits.window;
        if registered.day < opens || registered.day > closes {
            return Err(RecordFault::in_column(RecordRule::FechaFueraDePeriodo, Column::FechaSolicitud));
        }
        if status.day > limits.export_day {
            return Err(RecordFault::in_column(RecordRule::FechaFueraDePeriodo, Column::FechaEstatus));
        }
        if status.day < registered.day {
            return Err(RecordFault::in_column(RecordRule::FechasEnDesorden, Column::FechaEstatus));
        }

        let entity = coder.entity(Column::Entidad, cell(Column::Entidad), catalogs);
        let entity = entity.ok_or_else(|| RecordFault::in_column(RecordRule::EntidadDesconocida, Column::Entidad))?;
        if process.entities.binary_search(&entity).is_err() {
            return Err(RecordFault::in_column(RecordRule::EntidadFueraDeProceso, Column::Entidad));
        }

        let country = coder.label(Column::Pais, cell(Column::Pais), CountryId::UNKNOWN.0, |text| {
            catalogs.countries.find(text).map(|country| country.0)
        });
        let mut category = |column, dimension| {
            let list = process.categories(dimension);
            let unknown = u16::from(list.unidentified());
            coder.label(column, cell(column), unknown, |text| list.find(text).map(u16::from)) as u8
        };
        let categories = [
            category(Column::Sexo, Dimension::Sexo),
            category(Column::Modalidad, Dimension::Modalidad),
            category(Column::TipoCredencial, Dimension::TipoCredencial),
            category(Column::Medio, Dimension::Medio),
            category(Column::Estatus, Dimension::Estatus),
        ];
        // Both lie between the opening day and the export's day, so they fit.
        let day = u16::try_from(registered.day).unwrap_or(u16::MAX);
        let status_at = u32::try_from(status.at).unwrap_or(u32::MAX);
        Ok(ApplicationRow {
            folio,
            key: ApplicationKey::new(entity, CountryId(country), categories, day),
            status_at,
            line,
        })
    }
}
