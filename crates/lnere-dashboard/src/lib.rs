/*!
Builds the dashboard: static files and one data file. Any web server or a double click opens it. The
functions are pure: facts or protected tables come in, and file contents go out. `tablero/` holds
the static files, and `tablero/DATOS.md` defines the data.
*/

mod cube;
mod data_file;
mod exact_data;
mod protected;
mod static_files;
#[cfg(test)]
mod tests;

use lnere_core::Files;

pub use cube::EncodedCube;
pub use data_file::{
    Categories, CodeAndName, CredentialData, DashboardData, DashboardMilestone, DashboardSummary, PublicData,
};
pub use exact_data::exact_data;
pub use protected::{protected_data, table_json};

/// The folder of the dashboard in a release, and of the daily dashboard in an output.
pub const DASHBOARD_FOLDER: &str = "tablero";

/// The name of the data file.
pub const DASHBOARD_DATA_FILE: &str = "datos.js";

/// All files of a dashboard by name.
#[must_use]
pub fn files(data: &DashboardData) -> Files {
    static_files::files(data.to_file())
}
