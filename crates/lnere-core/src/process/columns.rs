/*!
The columns of the two exports, and the header names under which each is looked for.
*/

use std::fmt::Debug;

use super::Source;
use crate::text_folding;

/// A column of an export's contract.
pub trait SourceColumn: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// All columns, in the order of their [`index`](SourceColumn::index).
    const ALL: &'static [Self];

    /// The source whose exports have these columns.
    const SOURCE: Source;

    /// The header of docs/contract.md §2, used where the process file maps no other.
    fn default_header(self) -> &'static str;

    /// Its place in [`ALL`](SourceColumn::ALL).
    fn index(self) -> usize;

    /// Whether its cells are dates.
    fn is_date(self) -> bool;

    /// Its name in the process file: the default header in lower case.
    fn key(self) -> String {
        self.default_header().to_lowercase()
    }
}

macro_rules! columns {
    (@is_date) => { false };
    (@is_date date) => { true };
    ($(#[$doc:meta])* $name:ident of $source:ident {
        $($(#[$column_doc:meta])* $column:ident $(: $kind:ident)? = $header:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$column_doc])* $column),+ }

        impl SourceColumn for $name {
            const ALL: &'static [Self] = &[$(Self::$column),+];
            const SOURCE: Source = Source::$source;

            fn default_header(self) -> &'static str {
                match self { $(Self::$column => $header),+ }
            }

            fn index(self) -> usize {
                self as usize
            }

            fn is_date(self) -> bool {
                match self { $(Self::$column => columns!(@is_date $($kind)?)),+ }
            }
        }
    };
}

columns! {
    /// Columns of `solicitudes`.
    RequestColumn of Solicitudes {
        /// Identifies the application.
        Folio = "FOLIO",
        /// When it was registered.
        FechaSolicitud: date = "FECHA_SOLICITUD",
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
        FechaEstatus: date = "FECHA_ESTATUS",
    }
}

columns! {
    /// Columns of `credenciales`.
    CredentialColumn of Credenciales {
        /// Identifies the trámite.
        FolioTramite = "FOLIO_TRAMITE",
        /// When it was applied for.
        FechaTramite: date = "FECHA_TRAMITE",
        /// Entity, code or name.
        Entidad = "CVE_ENTIDAD",
        /// Embassy or consulate, by seat city or code.
        Representacion = "REPRESENTACION",
        /// Sex.
        Sexo = "SEXO",
        /// Kind of trámite; part of the contract, in no table.
        TipoTramite = "TIPO_TRAMITE",
        /// When it was delivered; empty while not.
        FechaEntrega: date = "FECHA_ENTREGA",
        /// When it was confirmed; empty while not.
        FechaConfirmacion: date = "FECHA_CONFIRMACION",
    }
}

/// The header names of each column of a source.
#[derive(Clone, Debug)]
pub struct ColumnMap<C> {
    headers: Vec<Vec<String>>,
    /// Every name as it is compared, and the column that it stands for.
    folded: Vec<(String, C)>,
}

/// Two columns that have one header name.
pub(super) struct SharedHeader<C> {
    pub header: String,
    pub columns: [C; 2],
}

impl<C: SourceColumn> ColumnMap<C> {
    /// A map that gives each column its default header, but for the names in `mapped`. Two spellings of one
    /// name may stand for the same column, never for two.
    pub(super) fn new(mapped: &[(C, Vec<String>)]) -> Result<Self, SharedHeader<C>> {
        let names = |column: &C| {
            let own = mapped.iter().find(|(c, _)| c == column).map(|(_, names)| names.clone());
            own.unwrap_or_else(|| vec![column.default_header().to_owned()])
        };
        let headers: Vec<Vec<String>> = C::ALL.iter().map(names).collect();
        let mut folded: Vec<(String, C)> = Vec::new();
        for (column, names) in C::ALL.iter().zip(&headers) {
            for name in names {
                let key = text_folding::header(name);
                match folded.iter().find(|(known, _)| *known == key) {
                    Some((_, other)) if other != column => {
                        return Err(SharedHeader { header: name.clone(), columns: [*other, *column] });
                    }
                    Some(_) => {}
                    None => folded.push((key, *column)),
                }
            }
        }
        Ok(Self { headers, folded })
    }

    /// The name to write the column under, and to name it by in messages.
    #[must_use]
    pub fn header(&self, column: C) -> &str {
        self.headers[column.index()].first().map_or(column.default_header(), String::as_str)
    }

    /// All names under which the column is looked for.
    #[must_use]
    pub fn headers(&self, column: C) -> &[String] {
        &self.headers[column.index()]
    }

    /// The column that a header of an export names.
    #[must_use]
    pub fn find(&self, header: &str) -> Option<C> {
        let key = text_folding::header(header);
        self.folded.iter().find(|(known, _)| *known == key).map(|(_, column)| *column)
    }
}
