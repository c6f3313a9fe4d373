/*!
Defines the rules for a record (docs/contract.md §2), and the counts of records that break them.
*/

/// A rule of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RecordRule {
    /// Wrong number of fields, or invalid encoding.
    FilaMalformada,
    /// No folio.
    FolioVacio,
    /// The event date is empty or invalid, or another date is invalid.
    FechaInvalida,
    /// The date is outside the registration window, or after the day of the export.
    FechaFueraDePeriodo,
    /// Delivered before applied for, confirmed before or without delivered, or status before
    /// registration.
    FechasEnDesorden,
    /// Not an entity of Mexico.
    EntidadDesconocida,
    /// An entity without a vote from abroad in this process.
    EntidadFueraDeProceso,
    /// A record of a folio with several records, other than the kept one.
    FolioDuplicado,
    /// Country not in the catalogue.
    PaisNoIdentificado,
    /// Embassy or consulate not in the catalogue.
    RepresentacionNoIdentificada,
    /// A category not in its list.
    CategoriaNoIdentificada,
}

/// The severity of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSeverity {
    /// The record is rejected.
    Error,
    /// The record is accepted and noted.
    Aviso,
}

impl RuleSeverity {
    /// The code in the table `calidad`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Aviso => "aviso",
        }
    }
}

impl RecordRule {
    /// All rules, in the order in which a record is checked.
    pub const ALL: [Self; 11] = [
        Self::FilaMalformada,
        Self::FolioVacio,
        Self::FechaInvalida,
        Self::FechaFueraDePeriodo,
        Self::FechasEnDesorden,
        Self::EntidadDesconocida,
        Self::EntidadFueraDeProceso,
        Self::FolioDuplicado,
        Self::PaisNoIdentificado,
        Self::RepresentacionNoIdentificada,
        Self::CategoriaNoIdentificada,
    ];

    /// The code in the table `calidad` and in the quarantine.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FilaMalformada => "fila_malformada",
            Self::FolioVacio => "folio_vacio",
            Self::FechaInvalida => "fecha_invalida",
            Self::FechaFueraDePeriodo => "fecha_fuera_de_periodo",
            Self::FechasEnDesorden => "fechas_en_desorden",
            Self::EntidadDesconocida => "entidad_desconocida",
            Self::EntidadFueraDeProceso => "entidad_fuera_de_proceso",
            Self::FolioDuplicado => "folio_duplicado",
            Self::PaisNoIdentificado => "pais_no_identificado",
            Self::RepresentacionNoIdentificada => "representacion_no_identificada",
            Self::CategoriaNoIdentificada => "categoria_no_identificada",
        }
    }

    /// Whether the rule rejects or notes.
    #[must_use]
    pub fn severity(self) -> RuleSeverity {
        match self {
            Self::PaisNoIdentificado | Self::RepresentacionNoIdentificada | Self::CategoriaNoIdentificada => {
                RuleSeverity::Aviso
            }
            _ => RuleSeverity::Error,
        }
    }

    /// The meaning of the rule for the operator.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::FilaMalformada => "número de campos distinto al del encabezado, o codificación dañada",
            Self::FolioVacio => "sin folio",
            Self::FechaInvalida => "la fecha del evento está vacía o no es fecha, u otra fecha presente no lo es",
            Self::FechaFueraDePeriodo => "fuera del periodo de registro, o posterior al día de la exportación",
            Self::FechasEnDesorden => "fechas en un orden imposible",
            Self::EntidadDesconocida => "la entidad no existe en el catálogo",
            Self::EntidadFueraDeProceso => "la entidad no tiene voto desde el extranjero en este proceso",
            Self::FolioDuplicado => "otro registro del mismo folio es el que cuenta",
            Self::PaisNoIdentificado => "el país no está en el catálogo; se cuenta como XXX, No identificado",
            Self::RepresentacionNoIdentificada => "la representación no está en el catálogo",
            Self::CategoriaNoIdentificada => "una categoría no está en su lista; se cuenta como NO_IDENTIFICADO",
        }
    }
}

/// The number of records that break each rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleCounts([u64; RecordRule::ALL.len()]);

impl RuleCounts {
    /// Counts a record for a rule.
    pub fn add(&mut self, rule: RecordRule) {
        self.0[rule as usize] += 1;
    }

    /// Sets the number of records of a rule.
    pub fn set(&mut self, rule: RecordRule, records: u64) {
        self.0[rule as usize] = records;
    }

    /// The number of records of a rule.
    #[must_use]
    pub fn get(&self, rule: RecordRule) -> u64 {
        self.0[rule as usize]
    }

    /// Adds another count, rule by rule.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }

    /// The number of rejected records.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        RecordRule::ALL.iter().filter(|rule| rule.severity() == RuleSeverity::Error).map(|rule| self.get(*rule)).sum()
    }
}

/// A rejected record, without any of its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejection {
    /// The line on which the record begins, from 1; in a Parquet file the row, from 1.
    pub line: u64,
    /// The rule.
    pub rule: RecordRule,
    /// The column at fault, by its place in the contract; `None` if the whole record is at fault.
    pub column: Option<u8>,
}
