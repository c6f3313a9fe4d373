/*!
Builds the dashboard: static files and one data file. Any web server or a double click opens it. The
functions are pure: facts or protected tables come in, and file contents go out. `tablero/` holds
the static files, and `tablero/DATOS.md` defines the data.
*/

mod corte_data;
mod data_file;
mod encoded_cube;
mod entity_data;
mod exact_data;
mod public_data;
mod single_page;
mod static_files;
#[cfg(test)]
mod tests;

use lnere_core::NamedFiles;

pub use corte_data::{CorteData, StatusSeries};
pub use data_file::{
    Categories, CodeAndName, CohortRow, CredentialData, DashboardData, DashboardMilestone, DashboardSummary, MapPlaces,
    PlacesByCode, PublicData,
};
pub use encoded_cube::EncodedCube;
pub use exact_data::exact_data;
pub use public_data::{public_data, table_json};
pub use single_page::{data_of_single_page, single_page, single_page_name};

/// The folder of the dashboard in a release, and of the daily dashboard in an output.
pub const DASHBOARD_FOLDER: &str = "tablero";

/// The name of the data file.
pub const DASHBOARD_DATA_FILE: &str = "datos.js";

/// All files of a dashboard by name.
#[must_use]
pub fn dashboard_files(data: &DashboardData) -> NamedFiles {
    static_files::files_with_data(data.to_file())
}
