/*!
The bytes of a Parquet export.
*/

use bytes::Bytes;
use lnere_core::process::Source;
use lnere_ingest::fuzzing::FuzzResult;
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::harness::harness;

/// Aborts at any panic of our own crates, caught or not. The reader catches panics of the
/// libraries.
pub fn init() {
    let abort = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let ours = |file: &str| ["src/", "crates/", "fuzz/src/"].iter().any(|folder| file.starts_with(folder));
        if panic.location().is_none_or(|location| ours(location.file())) {
            abort(panic);
        }
    }));
}

pub fn file(input: &[u8]) {
    for source in Source::ALL {
        match harness().parquet(source, input) {
            Ok(FuzzResult { read, counts, rejections, kept, .. }) => {
                assert_eq!(read, kept + counts.rejected(), "read = accepted + rejected");
                assert_eq!(rejections.len() as u64, counts.rejected());
                let lines = rejections.windows(2).all(|pair| pair[0].line < pair[1].line);
                assert!(lines && rejections.iter().all(|it| (1..=read).contains(&it.line)), "each row once");
                let file = SerializedFileReader::new(Bytes::copy_from_slice(input)).expect("it was read");
                assert_eq!(i64::try_from(read), Ok(file.metadata().file_metadata().num_rows()));
            }
            Err(fault) => assert!(!fault.to_string().is_empty()),
        }
    }
}
