/*!
The columns of the two exports, and the header names under which each is looked for.
*/

use std::fmt::Debug;

use crate::fold;

/// A column of an export's contract.
pub trait SourceColumn: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// All columns, in the order of their [`index`](SourceColumn::index).
    const ALL: &'static [Self];

    /// The header of SPEC §2, used where the process file maps no other.
    fn default_header(self) -> &'static str;

    /// Its place in [`ALL`](SourceColumn::ALL).
    fn index(self) -> usize;

    /// Its name in the process file: the default header in lower case.
    fn key(self) -> String {
        self.default_header().to_lowercase()
    }
}

macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($(#[$column_doc:meta])* $column:ident = $header:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$column_doc])* $column),+ }

        impl SourceColumn for $name {
            const ALL: &'static [Self] = &[$(Self::$column),+];

            fn default_header(self) -> &'static str {
                match self { $(Self::$column => $header),+ }
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

columns! {
    /// Columns of `solicitudes`.
    RequestColumn {
        /// Identifies the application.
        Folio = "FOLIO",
        /// When it was registered.
        FechaSolicitud = "FECHA_SOLICITUD",
        /// Entity, code or name.
        Entidad = "CVE_ENTIDAD",
        /// Country of residence.
        Pais = "PAIS",
        /// Sex.
        Sexo = "SEXO",
        /// Modality.
        Modalidad = "MODALIDAD",
        /// Credential type.
        TipoCredencial = "TIPO_CREDENCIAL",
        /// Medium of registration.
        Medio = "MEDIO",
        /// Status.
        Estatus = "ESTATUS",
        /// When it took that status.
        FechaEstatus = "FECHA_ESTATUS",
    }
}

columns! {
    /// Columns of `credenciales`.
    CredentialColumn {
        /// Identifies the trámite.
        FolioTramite = "FOLIO_TRAMITE",
        /// When it was applied for.
        FechaTramite = "FECHA_TRAMITE",
        /// Entity, code or name.
        Entidad = "CVE_ENTIDAD",
        /// Embassy or consulate, by seat city or code.
        Representacion = "REPRESENTACION",
        /// Sex.
        Sexo = "SEXO",
        /// Kind of trámite; part of the contract, in no table.
        TipoTramite = "TIPO_TRAMITE",
        /// When it was delivered; empty while not.
        FechaEntrega = "FECHA_ENTREGA",
        /// When it was confirmed; empty while not.
        FechaConfirmacion = "FECHA_CONFIRMACION",
    }
}

/// The header names of each column of a source.
#[derive(Clone, Debug)]
pub struct ColumnMap<C> {
    headers: Vec<(C, Vec<String>)>,
}

impl<C: SourceColumn> ColumnMap<C> {
    /// A map that gives each column its default header, but for the names in `mapped`.
    #[must_use]
    pub fn new(mapped: &[(C, Vec<String>)]) -> Self {
        let names = |column: C| {
            let own = mapped.iter().find(|(c, _)| *c == column).map(|(_, names)| names.clone());
            own.unwrap_or_else(|| vec![column.default_header().to_owned()])
        };
        Self { headers: C::ALL.iter().map(|column| (*column, names(*column))).collect() }
    }

    /// The name to write the column under, and to name it by in messages.
    #[must_use]
    pub fn header(&self, column: C) -> &str {
        self.headers[column.index()].1.first().map_or(column.default_header(), String::as_str)
    }

    /// The column that a header of an export names.
    #[must_use]
    pub fn find(&self, header: &str) -> Option<C> {
        let folded = fold::header(header);
        let names = |(_, names): &&(C, Vec<String>)| names.iter().any(|name| fold::header(name) == folded);
        self.headers.iter().find(names).map(|(column, _)| *column)
    }
}
