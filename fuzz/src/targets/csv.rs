/*!
CSV: records below a valid header, and whole files.
*/

use lnere_core::process::Source;
use lnere_ingest::fuzzing::FuzzResult;
use lnere_ingest::{Rejection, SwallowedRecords};

use crate::harness::{check, columns, harness};
use crate::reference_csv_reader;

const DELIMITERS: [u8; 4] = [b',', b';', b'|', b'\t'];
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Checks the records of an export. The first byte chooses the delimiter, the BOM and the line end
/// of the header. The second byte chooses the number of empty lines before the header. These lines
/// change no record, but they move every block and segment.
pub fn records(source: Source, input: &[u8]) {
    let [choice, shift, records @ ..] = input else { return };
    let delimiter = DELIMITERS[usize::from(choice & 3)];
    let file = |blank_lines: usize| {
        let mut file = if choice & 4 == 0 { Vec::new() } else { BOM.to_vec() };
        file.resize(file.len() + blank_lines, b'\n');
        let header: Vec<_> = columns(source).0.iter().map(|name| name.as_bytes()).collect();
        file.extend(header.join(&delimiter));
        file.extend_from_slice(if choice & 8 == 0 { b"\n" } else { b"\r\n" });
        file.extend_from_slice(records);
        file
    };

    let one = file(0);
    let said = harness().csv(source, &one);
    check(&one, delimiter, source, &said);
    let blank_lines = usize::from(shift % 64) + 1;
    let moved = file(blank_lines);
    let moved_said = harness().csv(source, &moved);
    check(&moved, delimiter, source, &moved_said);

    if let (Ok(found), Ok(mut other)) = (said, moved_said) {
        let up = |it: Rejection| Rejection { line: it.line - blank_lines as u64, ..it };
        other.rejections = other.rejections.into_iter().map(up).collect();
        let lines = blank_lines as u64;
        other.swallowed =
            other.swallowed.map(|it| SwallowedRecords { line: it.line - lines, last_line: it.last_line - lines, ..it });
        assert_eq!(found, other, "where blocks and segments begin changes nothing");
    }
}

/// Checks a whole file. The header may be on any of its first lines.
pub fn whole(file: &[u8]) {
    let utf16 = reference_csv_reader::from_utf16(file);
    let utf8 = utf16.is_some() || reference_csv_reader::is_utf8(file);
    let text = utf16.unwrap_or_else(|| file.to_vec());
    for source in Source::ALL {
        if let Ok(found) = harness().csv(source, file) {
            let FuzzResult { read, counts, rejections, kept, .. } = found;
            assert_eq!(read, kept + counts.rejected());
            assert_eq!(rejections.len() as u64, counts.rejected());
            let starts = (0..text.len()).filter(|at| *at == 0 || text[at - 1] == b'\n');
            let counts = |start: usize| {
                DELIMITERS.map(|delimiter| {
                    let records = reference_csv_reader::csv(&text[start..], delimiter).records;
                    records.iter().skip(1).filter(|record| !reference_csv_reader::is_blank(record, utf8)).count() as u64
                })
            };
            let counted: Vec<_> = starts.flat_map(counts).collect();
            assert!(counted.contains(&read), "{read} is the independent count under no header: {counted:?}");
        }
    }
}
