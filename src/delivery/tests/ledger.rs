use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;

fn entry(event: Event, recipient: &str) -> Entry {
    Entry {
        event,
        process: "p".to_owned(),
        corte: "2020-10-15".to_owned(),
        revision: 1,
        recipient: recipient.to_owned(),
        package: "sum".to_owned(),
        ..Entry::mended()
    }
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn private(&self) -> PrivateFolder {
        PrivateFolder::open(self.0.path().join("private")).unwrap()
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("private").join(FOLDER).join(LEDGER)
    }

    fn open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.private(), "now")
    }

    fn write(&self, bytes: &[u8]) {
        fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        fs::write(self.path(), bytes).unwrap();
    }
}

fn line(event: Event, recipient: &str) -> String {
    serde_json::to_string(&entry(event, recipient)).unwrap() + "\n"
}

#[test]
fn entries_are_appended_and_read_again() {
    let place = Place::new();
    let mut ledger = place.open().unwrap();
    ledger.append(entry(Event::Intent, "a")).unwrap();
    ledger.append(entry(Event::Accepted, "a")).unwrap();
    assert!(matches!(place.open(), Err(LedgerError::Held { .. })), "one at a time");
    drop(ledger);
    let history = History::read(&place.private()).unwrap();
    assert_eq!(history.entries().len(), 2);
    assert_eq!(history.of("p", "2020-10-15", "a").count(), 2);
    assert_eq!(history.of("q", "2020-10-15", "a").count(), 0, "of another process");
    assert_eq!(fs::metadata(place.path()).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(place.path()).unwrap();
    assert_eq!(text.len(), line(Event::Intent, "a").len() + line(Event::Accepted, "a").len(), "room is not length");
}

#[test]
fn a_line_cut_off_anywhere_is_closed_and_said_to_be() {
    let whole = line(Event::Accepted, "a");
    let torn = line(Event::Accepted, "b");
    for cut in 0..torn.len() {
        let place = Place::new();
        place.write(format!("{whole}{}", &torn[..cut]).as_bytes());
        let read = History::read(&place.private()).unwrap().entries().len();
        // Only the line end may be missing of one that counts.
        assert_eq!(read, if cut == torn.len() - 1 { 2 } else { 1 }, "cut at {cut}");
        let mut ledger = place.open().unwrap();
        ledger.append(entry(Event::Accepted, "c")).unwrap();
        drop(ledger);
        let after = place.open().unwrap().history().clone();
        assert_eq!(after.of("p", "2020-10-15", "c").count(), 1, "cut at {cut}");
        assert_eq!(after.of("p", "2020-10-15", "a").count(), 1, "cut at {cut}");
        assert_eq!(
            after.entries().iter().filter(|entry| entry.event == Event::Mended).count(),
            usize::from(cut > 0 && cut < torn.len() - 1),
            "cut at {cut}"
        );
    }
}

#[test]
fn a_mending_that_is_cut_off_is_mended() {
    let torn = r#"{"time":"x"#;
    let mended = serde_json::to_string(&Entry::mended()).unwrap();
    for cut in 0..=mended.len() {
        let place = Place::new();
        place.write(format!("{}{torn}\n{}", line(Event::Accepted, "a"), &mended[..cut]).as_bytes());
        drop(place.open().unwrap_or_else(|error| panic!("cut at {cut}: {error}")));
        let history = place.open().unwrap().history().clone();
        assert_eq!(history.of("p", "2020-10-15", "a").count(), 1, "cut at {cut}");
    }
}

#[test]
fn a_ledger_that_is_damaged_sends_nothing() {
    let good = line(Event::Accepted, "a");
    for bytes in [format!("{good}no entry\n{good}"), "x\ny\nz\n".to_owned(), format!("{good}\n{good}")] {
        let place = Place::new();
        place.write(bytes.as_bytes());
        let error = place.open().unwrap_err();
        assert!(matches!(error, LedgerError::Damaged { .. }), "{error}");
        assert!(History::read(&place.private()).is_err());
        assert_eq!(fs::read(place.path()).unwrap(), bytes.as_bytes(), "left as it is");
    }
}
