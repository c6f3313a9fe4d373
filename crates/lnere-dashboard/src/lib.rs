/*!
The dashboard: a page that any web server or a double click serves, and one file of data. Pure: facts or protected
tables come in, and the bytes of files go out. `tablero/` has the page, `tablero/DATOS.md` the form of its data.
*/

mod cube;
mod data;
mod exact;
mod protected;
mod site;
#[cfg(test)]
mod tests;

use lnere_core::Files;

pub use cube::Cube;
pub use data::{Categories, CredentialData, Data, Mark, Pair, PublicData, Summary};
pub use exact::exact;
pub use protected::{protected, rows};

/// The folder of a release that holds its dashboard, and the name of the daily one.
pub const BOARD: &str = "tablero";

/// The name of the data file in it.
pub const DATA: &str = "datos.js";

/// All files of a dashboard, by their names.
#[must_use]
pub fn files(data: &Data) -> Files {
    site::files(data.to_file())
}
