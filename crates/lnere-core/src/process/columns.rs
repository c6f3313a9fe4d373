/*!
Defines the columns of the two exports, and the header names of each.
*/

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Deserialize;
use toml::Spanned;

use super::Source;
use super::export_contract::HeaderNames;
use crate::text_folding;

/// A column in the contract of an export.
pub trait SourceColumn: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// The columns of every process, in the order of their [`index`](SourceColumn::index).
    const BUILT_IN: &'static [Self];

    /// The columns for declared dimensions, which follow the built-in ones.
    const DECLARED: &'static [Self];

    /// The source whose exports have these columns.
    const SOURCE: Source;

    /// The header of docs/contract.md §2, used if the process file names no other. A declared
    /// column has none, because the process file gives its names.
    fn default_header(self) -> &'static str;

    /// The index in the contract.
    fn index(self) -> usize;

    /// Whether its cells are dates according to the contract.
    fn is_date(self) -> bool;

    /// The meaning in English; a declared column has none.
    #[cfg(test)]
    fn meaning(self) -> &'static str;

    /// The name of a built-in column in the process file: the default header in lower case.
    fn toml_key(self) -> String {
        self.default_header().to_lowercase()
    }
}

macro_rules! columns {
    (@is_date) => { false };
    (@is_date date) => { true };
    ($(#[$doc:meta])* $name:ident of $source:ident {
        $($(#[doc = $meaning:literal])+ $column:ident $(: $kind:ident)? = $header:literal),+;
        declared: $($declared:ident),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $meaning])+ $column),+,
            $(
                /// The column of a declared dimension.
                $declared
            ),*
        }

        impl SourceColumn for $name {
            const BUILT_IN: &'static [Self] = &[$(Self::$column),+];
            const DECLARED: &'static [Self] = &[$(Self::$declared),*];
            const SOURCE: Source = Source::$source;

            fn default_header(self) -> &'static str {
                match self { $(Self::$column => $header,)+ $(Self::$declared => "",)* }
            }

            #[inline]
            fn index(self) -> usize {
                self as usize
            }

            #[cfg(test)]
            fn meaning(self) -> &'static str {
                match self { $(Self::$column => concat!($($meaning),+).trim_start(),)+ $(Self::$declared => "",)* }
            }

            fn is_date(self) -> bool {
                match self { $(Self::$column => columns!(@is_date $($kind)?),)+ $(Self::$declared => false,)* }
            }
        }
    };
}

columns! {
    /// Columns of `solicitudes`.
    ApplicationColumn of Solicitudes {
        /// Text that identifies the application (folio).
        Folio = "FOLIO",
        /// When the application was registered.
        FechaSolicitud: date = "FECHA_SOLICITUD",
        /// Entity: its code, 1 to 32, or its name.
        Entidad = "CVE_ENTIDAD",
        /// Country of residence: its name or its code of ISO 3166-1.
        Pais = "PAIS",
        /// Sex, a text of `categories.sexo`.
        Sexo = "SEXO",
        /// Modality of the vote, a text of `categories.modalidad`.
        Modalidad = "MODALIDAD",
        /// Credential type, a text of `categories.tipo_credencial`.
        TipoCredencial = "TIPO_CREDENCIAL",
        /// Medium of registration, a text of `categories.medio`.
        Medio = "MEDIO",
        /// Status of the analysis, a text of `categories.estatus`.
        Estatus = "ESTATUS",
        /// When the application took that status.
        FechaEstatus: date = "FECHA_ESTATUS";
        declared: Declared1, Declared2, Declared3, Declared4, Declared5, Declared6,
    }
}

columns! {
    /// Columns of `credenciales`.
    CredentialColumn of Credenciales {
        /// Text that identifies the trámite.
        FolioTramite = "FOLIO_TRAMITE",
        /// When the credential was applied for.
        FechaTramite: date = "FECHA_TRAMITE",
        /// Entity: its code, 1 to 32, or its name.
        Entidad = "CVE_ENTIDAD",
        /// Embassy or consulate, by the city of its seat or its code.
        Representacion = "REPRESENTACION",
        /// Sex, a text of `categories.sexo`.
        Sexo = "SEXO",
        /// Kind of trámite. The column must be there; no table has it.
        TipoTramite = "TIPO_TRAMITE",
        /// When the credential was delivered. Empty while it is not.
        FechaEntrega: date = "FECHA_ENTREGA",
        /// When the person confirmed that they have it. Empty while they have not.
        FechaConfirmacion: date = "FECHA_CONFIRMACION";
        declared:
    }
}

/// The unchecked `[exports.<source>.columns]`; `C` are the columns of the source.
#[derive(Deserialize)]
#[serde(transparent, bound = "")]
pub(super) struct RawColumns<C> {
    pub headers: BTreeMap<Spanned<String>, HeaderNames>,
    #[serde(skip)]
    source: PhantomData<C>,
}

impl<C> Default for RawColumns<C> {
    fn default() -> Self {
        Self { headers: BTreeMap::new(), source: PhantomData }
    }
}

/// A column that the process file declares.
pub(super) struct DeclaredColumn {
    /// The name of the dimension.
    pub toml_key: String,
    pub headers: Vec<String>,
    pub is_date: bool,
}

/// The columns of a source, with the header names of each.
#[derive(Clone, Debug)]
pub struct ColumnMap<C> {
    columns: Vec<C>,
    column_entries: Vec<ColumnEntry>,
    /// Every header name in the form for comparison, with its column.
    columns_by_folded_header: Vec<(String, C)>,
}

#[derive(Clone, Debug)]
struct ColumnEntry {
    toml_key: String,
    headers: Vec<String>,
    is_date: bool,
}

/// Two columns with the same header name.
pub(super) struct SharedHeader<C> {
    pub header: String,
    pub columns: [C; 2],
}

impl<C: SourceColumn> ColumnMap<C> {
    /// Gives each built-in column its default header unless `configured_headers` names others, and
    /// adds the declared columns. Two spellings of one name may mean the same column, but never two
    /// columns.
    pub(super) fn new(
        configured_headers: &[(C, Vec<String>)],
        declared: impl IntoIterator<Item = DeclaredColumn>,
    ) -> Result<Self, SharedHeader<C>> {
        let built_in = C::BUILT_IN.iter().map(|column| {
            let own = configured_headers.iter().find(|(c, _)| c == column).map(|(_, names)| names.clone());
            let headers = own.unwrap_or_else(|| vec![column.default_header().to_owned()]);
            (*column, ColumnEntry { toml_key: column.toml_key(), headers, is_date: column.is_date() })
        });
        let declared = C::DECLARED.iter().zip(declared).map(|(column, declared)| {
            let DeclaredColumn { toml_key: key, headers, is_date } = declared;
            (*column, ColumnEntry { toml_key: key, headers, is_date })
        });
        let (columns, entries): (Vec<C>, Vec<ColumnEntry>) = built_in.chain(declared).unzip();
        let mut columns_by_folded_header: Vec<(String, C)> = Vec::new();
        for (column, entry) in columns.iter().zip(&entries) {
            for name in &entry.headers {
                let key = text_folding::fold_header(name);
                match columns_by_folded_header.iter().find(|(known, _)| *known == key) {
                    Some((_, other)) if other != column => {
                        return Err(SharedHeader { header: name.clone(), columns: [*other, *column] });
                    }
                    Some(_) => {}
                    None => columns_by_folded_header.push((key, *column)),
                }
            }
        }
        Ok(Self { columns, column_entries: entries, columns_by_folded_header })
    }

    /// The columns of the contract in the order of their [`index`](SourceColumn::index).
    #[must_use]
    pub fn all(&self) -> &[C] {
        &self.columns
    }

    /// The name of the column in the process file.
    #[must_use]
    pub fn key(&self, column: C) -> &str {
        &self.column_entries[column.index()].toml_key
    }

    /// Whether the column belongs to a declared dimension.
    #[must_use]
    pub fn is_declared(&self, column: C) -> bool {
        column.index() >= C::BUILT_IN.len()
    }

    /// Whether the cells of the column are dates.
    #[must_use]
    pub fn is_date(&self, column: C) -> bool {
        self.column_entries[column.index()].is_date
    }

    /// The header name for writing the column and for messages.
    #[must_use]
    pub fn first_header(&self, column: C) -> &str {
        self.headers(column).first().map_or(column.default_header(), String::as_str)
    }

    /// All header names of the column.
    #[must_use]
    pub fn headers(&self, column: C) -> &[String] {
        &self.column_entries[column.index()].headers
    }

    /// The column that a header of an export names.
    #[must_use]
    pub fn find(&self, header: &str) -> Option<C> {
        let key = text_folding::fold_header(header);
        self.columns_by_folded_header.iter().find(|(known, _)| *known == key).map(|(_, column)| *column)
    }
}
