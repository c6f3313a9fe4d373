/*!
Puts files into a ZIP; the same files give the same bytes.
*/

use std::io::{Cursor, Write};
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Extensions of files that are already compressed.
const COMPRESSED_EXTENSIONS: [&str; 3] = ["png", "xlsx", "parquet"];

/// Puts files in an archive, by their path with `/`, in the given order. All files get the date
/// `day`, so that the archive does not show when it was made.
///
/// # Errors
/// Too many files or bytes for the format, a repeated path, or a day before 1980.
pub fn zip_archive(files: &[(String, Vec<u8>)], day: NaiveDate) -> ZipResult<Vec<u8>> {
    let year = u16::try_from(day.year()).unwrap_or(u16::MAX);
    let time = DateTime::from_date_and_time(year, day.month() as u8, day.day() as u8, 0, 0, 0)?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
        let is_compressed = extension.is_some_and(|extension| COMPRESSED_EXTENSIONS.contains(&extension));
        let method = if is_compressed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options =
            SimpleFileOptions::default().compression_method(method).last_modified_time(time).unix_permissions(0o644);
        archive.start_file(path.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
