use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;

fn entry(event: LedgerEvent, recipient: &str) -> DeliveryEntry {
    DeliveryEntry {
        event,
        process: "p".to_owned(),
        corte: "2020-10-15".to_owned(),
        revision: 1,
        recipient: recipient.to_owned(),
        package: "sum".to_owned(),
        ..DeliveryEntry::mended_entry()
    }
}

struct LedgerFixture(TempDir);

impl LedgerFixture {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn private_folder(&self) -> PrivateFolder {
        PrivateFolder::open(self.0.path().join("private")).unwrap()
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("private").join(DELIVERIES_FOLDER).join(LEDGER_FILE)
    }

    fn open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.private_folder(), "now")
    }

    fn write(&self, bytes: &[u8]) {
        fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        fs::write(self.path(), bytes).unwrap();
    }
}

fn line(event: LedgerEvent, recipient: &str) -> String {
    String::from_utf8(entry(event, recipient).to_line().unwrap()).unwrap()
}

#[test]
fn entries_are_appended_and_read_again() {
    let place = LedgerFixture::new();
    let mut ledger = place.open().unwrap();
    ledger.append(entry(LedgerEvent::Intent, "a")).unwrap();
    ledger.append(entry(LedgerEvent::Accepted, "a")).unwrap();
    assert!(matches!(place.open(), Err(LedgerError::Held { .. })), "one at a time");
    drop(ledger);
    let history = DeliveryHistory::read(&place.private_folder()).unwrap();
    assert_eq!(history.entries().len(), 2);
    assert_eq!(history.entries_for("p", "2020-10-15", "a").count(), 2);
    assert_eq!(history.entries_for("q", "2020-10-15", "a").count(), 0, "of another process");
    assert_eq!(fs::metadata(place.path()).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(place.path()).unwrap();
    assert_eq!(
        text.len(),
        line(LedgerEvent::Intent, "a").len() + line(LedgerEvent::Accepted, "a").len(),
        "room is not length"
    );
}

#[test]
fn a_line_cut_off_anywhere_is_closed_and_said_to_be() {
    let whole = line(LedgerEvent::Accepted, "a");
    let torn = line(LedgerEvent::Accepted, "b");
    for cut in 0..torn.len() {
        let place = LedgerFixture::new();
        place.write(format!("{whole}{}", &torn[..cut]).as_bytes());
        let read = DeliveryHistory::read(&place.private_folder()).unwrap().entries().len();
        // A valid entry may lack only its line end.
        assert_eq!(read, if cut == torn.len() - 1 { 2 } else { 1 }, "cut at {cut}");
        let mut ledger = place.open().unwrap();
        ledger.append(entry(LedgerEvent::Accepted, "c")).unwrap();
        drop(ledger);
        let after = place.open().unwrap().history().clone();
        assert_eq!(after.entries_for("p", "2020-10-15", "c").count(), 1, "cut at {cut}");
        assert_eq!(after.entries_for("p", "2020-10-15", "a").count(), 1, "cut at {cut}");
        assert_eq!(
            after.entries().iter().filter(|entry| entry.event == LedgerEvent::Mended).count(),
            usize::from(cut > 0 && cut < torn.len() - 1),
            "cut at {cut}"
        );
    }
}

#[test]
fn a_mending_that_is_cut_off_is_mended() {
    let torn = &line(LedgerEvent::Accepted, "b")[..40];
    let mending = [&[CUT_OFF_MARK, b'\n'], &*DeliveryEntry::mended_entry().to_line().unwrap()].concat();
    for cut in 0..=mending.len() {
        let mut bytes = format!("{}{torn}", line(LedgerEvent::Accepted, "a")).into_bytes();
        bytes.extend_from_slice(&mending[..cut]);
        // The second repair may be cut off too.
        let is_mended_again = !bytes.ends_with(b"\n") && cut < mending.len() - 1;
        for second in if is_mended_again { vec![0, 1, 2, 60] } else { vec![0] } {
            let place = LedgerFixture::new();
            place.write(&[&*bytes, &mending[..second]].concat());
            drop(place.open().unwrap_or_else(|error| panic!("cut at {cut} and {second}: {error}")));
            let history = place.open().unwrap().history().clone();
            assert_eq!(history.entries_for("p", "2020-10-15", "a").count(), 1, "cut at {cut} and {second}");
        }
    }
}

#[test]
fn a_ledger_of_an_earlier_version_is_read() {
    let old = |event, recipient| serde_json::to_string(&entry(event, recipient)).unwrap();
    let mended = serde_json::to_string(&DeliveryEntry::mended_entry()).unwrap();
    let place = LedgerFixture::new();
    let torn = r#"{"time":"x"#;
    place.write(
        format!("{}\n{torn}\n{mended}\n{}\n{torn}", old(LedgerEvent::Intent, "a"), old(LedgerEvent::Accepted, "a"))
            .as_bytes(),
    );
    place.open().unwrap().append(entry(LedgerEvent::Accepted, "b")).unwrap();
    let history = place.open().unwrap().history().clone();
    let events: Vec<LedgerEvent> = history.entries().iter().map(|entry| entry.event).collect();
    assert_eq!(
        events,
        [LedgerEvent::Intent, LedgerEvent::Mended, LedgerEvent::Accepted, LedgerEvent::Mended, LedgerEvent::Accepted]
    );
}

#[track_caller]
fn assert_damaged(bytes: &[u8], at: usize) {
    let place = LedgerFixture::new();
    place.write(bytes);
    let error = place.open().unwrap_err();
    assert!(matches!(error, LedgerError::Damaged { line, .. } if line == at), "{error}: {}", bytes.escape_ascii());
    assert!(DeliveryHistory::read(&place.private_folder()).is_err());
    assert_eq!(fs::read(place.path()).unwrap(), bytes, "left as it is");
}

#[test]
fn a_ledger_that_is_damaged_sends_nothing() {
    let good = line(LedgerEvent::Accepted, "a");
    assert_damaged(format!("{good}no entry\n{good}").as_bytes(), 2);
    assert_damaged(b"x\ny\nz\n", 1);
    assert_damaged(format!("{good}\n{good}").as_bytes(), 2);
    // A cut-off line is the last line, or the next run closed it.
    assert_damaged(format!("{good}{}\n{good}", &good[..50]).as_bytes(), 2);
    assert_damaged(format!("{good}{}\n", &good[..50]).as_bytes(), 2);
    assert_damaged(format!("{good}{}", good.replace("accepted", "failed")).as_bytes(), 2);
}

/// Changes one byte or the whole end of each line, including its line end.
#[test]
fn damage_with_the_line_end_is_no_torn_line() {
    let lines = [line(LedgerEvent::Intent, "a"), line(LedgerEvent::Accepted, "a"), line(LedgerEvent::Intent, "b")];
    let whole = lines.concat().into_bytes();
    let ends: Vec<usize> = lines
        .iter()
        .scan(0, |end, line| {
            Some({
                *end += line.len();
                *end
            })
        })
        .collect();
    for (place, end) in ends.iter().enumerate() {
        for length in 1..lines[place].len() {
            for by in [b'X', b' ', b'"', b'}', b'\\', 0, 0xff, CUT_OFF_MARK] {
                let mut bytes = whole.clone();
                bytes[end - length..*end].fill(by);
                // At the very end, a blank instead of the line end keeps the meaning. The mark
                // there looks like a line that is being closed.
                if place == 2 && (by == CUT_OFF_MARK || (by == b' ' && length == 1)) {
                    continue;
                }
                let parsed = DeliveryHistory::parse(Path::new("b"), &bytes);
                let is_damaged = matches!(parsed, Err(LedgerError::Damaged { line, .. }) if line == place + 1);
                assert!(is_damaged, "{}", bytes.escape_ascii());
            }
        }
    }
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        let at = ends.iter().position(|end| place < *end).unwrap() + 1;
        let parsed = DeliveryHistory::parse(Path::new("b"), &bytes);
        assert!(matches!(parsed, Err(LedgerError::Damaged { line, .. }) if line == at), "{}", bytes.escape_ascii());
    }
}
