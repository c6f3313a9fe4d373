use std::fs;
use std::os::unix::fs::PermissionsExt;

use expect_test::{Expect, expect};
use tempfile::TempDir;

use super::*;

const SMTP_SECTION: &str = "[smtp]\nhost = \"correo.example\"\nfrom = \"LNERE <lnere@ine.example>\"\n";

fn load_recipients(text: &str) -> Result<Recipients, ProcessError> {
    RecipientsChecker { path: Path::new("/etc/lnere/d.toml"), file_text: text }.checked_recipients()
}

#[track_caller]
fn assert_outcome(text: &str, expected: &Expect) {
    let outcome = match load_recipients(text) {
        Ok(recipients) => format!("{} recipients", recipients.entries.len()),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&outcome);
}

fn with_smtp(recipients: &str) -> String {
    format!("{SMTP_SECTION}{recipients}")
}

#[test]
fn a_complete_file_is_read() {
    let recipients = load_recipients(&with_smtp(
        "[[recipient]]\nentity = \"08\"\nto = [\"OPL <a@ch.example>\"]\ncc = [\"b@ine.example\"]\n\
         [[recipient]]\nentity = \"nacional\"\nfolder = \"grupo\"\n",
    ))
    .unwrap();
    let smtp = recipients.smtp.as_ref().unwrap();
    assert_eq!((smtp.port, smtp.security, smtp.max_message_bytes), (587, Security::Starttls, 20 << 20));
    let DeliveryChannel::Folder(folder) = &recipients.for_entity("nacional").unwrap().channel else {
        panic!("a folder")
    };
    assert_eq!(folder, Path::new("/etc/lnere/grupo"), "from the folder of the file");
    let expected = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    recipients.check_covers_packages(&expected(&["08", "nacional"])).unwrap();
    let mistake = |names| recipients.check_covers_packages(&expected(names)).unwrap_err().to_string();
    assert_eq!(
        mistake(&["08", "09", "12", "nacional"]),
        "/etc/lnere/d.toml:9: no [[recipient]] for 09, 12: every package of the release needs one [L561]"
    );
    assert_eq!(
        mistake(&["09", "nacional"]),
        "/etc/lnere/d.toml:5: the release has no package for `08`, only for: 09, nacional [L560]"
    );
}

#[test]
fn mistakes_are_reported_with_their_lines() {
    assert_outcome(
        &with_smtp("[[recipient]]\nentity = \"08\"\nfolder = \"a\"\n[[recipient]]\nentity = \"08\"\nfolder = \"b\"\n"),
        &expect!["/etc/lnere/d.toml:8: recipient `08` is there twice, first in line 5 [L564]"],
    );
    assert_outcome(
        &with_smtp("[[recipient]]\nentity = \"8\"\nfolder = \"a\"\n"),
        &expect![[r#"/etc/lnere/d.toml:5: `8` is no recipient; expected two digits like "08", or "nacional" [L566]"#]],
    );
    assert_outcome(
        &with_smtp("[[recipient]]\nentity = \"08\"\nto = [\"nobody\"]\n"),
        &expect!["/etc/lnere/d.toml:6: `nobody` is no address; expected `a@b.mx` or `Nombre <a@b.mx>` [L566]"],
    );
    assert_outcome(
        &with_smtp("[[recipient]]\nentity = \"08\"\n"),
        &expect![
            "/etc/lnere/d.toml:5: recipient `08` needs either `to` with an address (and `cc`), or `folder` [L567]"
        ],
    );
    assert_outcome(
        &with_smtp("[[recipient]]\nentity = \"08\"\nto = [\"a@b.mx\"]\nfolder = \"x\"\n"),
        &expect![
            "/etc/lnere/d.toml:5: recipient `08` needs either `to` with an address (and `cc`), or `folder` [L567]"
        ],
    );
    assert_outcome(
        SMTP_SECTION,
        &expect![
            "/etc/lnere/d.toml:1: it names nobody; it needs a [[recipient]] for each package of the release [L561]"
        ],
    );
    assert_outcome(
        "[[recipient]]\nentity = \"08\"\nto = [\"a@b.mx\"]\n",
        &expect!["/etc/lnere/d.toml:2: recipient `08` has addresses, so the file needs a section [smtp] [L563]"],
    );
    assert_outcome(
        &with_smtp("bcc = 1\n"),
        &expect![
            "/etc/lnere/d.toml:4: unknown field `bcc`, expected one of `host`, `port`, `security`, `user`, `password_file`, `ca_file`, `from`, `reply_to`, `timeout_seconds`, `reply_seconds`, `max_message_mib`, `attach_dashboard`, `link_base` [L165]"
        ],
    );
}

#[test]
fn no_package_goes_to_two_states() {
    assert_outcome(
        &with_smtp(
            "[[recipient]]\nentity = \"08\"\nto = [\"a@b.mx\"]\n[[recipient]]\nentity = \"09\"\nto = [\"A@B.mx\"]\n",
        ),
        &expect!["/etc/lnere/d.toml:8: an address of `08` is one of `09` too: it would get both packages [L565]"],
    );
    assert_outcome(
        &with_smtp(
            "[[recipient]]\nentity = \"08\"\nto = [\"a@b.mx\"]\n[[recipient]]\nentity = \"09\"\nto = [\"c@b.mx\"]\ncc = [\"a@b.mx\"]\n",
        ),
        &expect!["/etc/lnere/d.toml:8: an address of `08` is one of `09` too: it would get both packages [L565]"],
    );
    assert_outcome(
        &with_smtp("[[recipient]]\nentity = \"08\"\nfolder = \"a\"\n[[recipient]]\nentity = \"09\"\nfolder = \"a\"\n"),
        &expect!["/etc/lnere/d.toml:8: `09` and `08` share the folder /etc/lnere/a: each needs its own [L562]"],
    );
    // One address may get a copy of all packages, and the working group includes recipients of a
    // state.
    assert_outcome(
        &with_smtp(
            "[[recipient]]\nentity = \"08\"\nto = [\"a@b.mx\"]\ncc = [\"ine@b.mx\"]\n[[recipient]]\nentity = \"09\"\n\
             to = [\"c@b.mx\"]\ncc = [\"ine@b.mx\"]\n[[recipient]]\nentity = \"nacional\"\nto = [\"a@b.mx\", \"c@b.mx\"]\n",
        ),
        &expect!["3 recipients"],
    );
}

#[test]
fn what_is_said_to_a_server_is_encrypted() {
    let smtp = |lines: &str| {
        format!("[smtp]\n{lines}\nfrom = \"a@b.mx\"\n[[recipient]]\nentity = \"08\"\nto = [\"c@b.mx\"]\n")
    };
    assert_outcome(
        &smtp("host = \"correo.example\"\nsecurity = \"none\""),
        &expect![[
            r#"/etc/lnere/d.toml:2: security = "none" is for a mail server on this machine alone, like `localhost`; for correo.example use "starttls" or "tls" [L568]"#
        ]],
    );
    assert_outcome(&smtp("host = \"localhost\"\nsecurity = \"none\""), &expect!["1 recipients"]);
    assert_outcome(
        &smtp("host = \"127.0.0.1\"\nsecurity = \"none\"\nuser = \"u\""),
        &expect!["/etc/lnere/d.toml:4: a password is only sent over TLS: leave `user` out, or set `security` [L568]"],
    );
    assert_outcome(
        &smtp("host = \"c.example\"\nlink_base = \"http://x\""),
        &expect!["/etc/lnere/d.toml:3: link_base is an address that begins with https:// [L566]"],
    );
}

#[test]
fn a_password_that_others_may_read_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("password");
    fs::write(&path, "secret\n").unwrap();
    let text = format!(
        "[smtp]\nhost = \"c.example\"\nfrom = \"a@b.mx\"\nuser = \"u\"\npassword_file = {path:?}\n[[recipient]]\nentity = \"08\"\nfolder = \"a\"\n"
    );
    let smtp = load_recipients(&text).unwrap().smtp.unwrap();
    for mode in [0o640, 0o604, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = smtp.user_and_password(None).unwrap_err().to_string();
        assert!(error.contains(&format!("{mode:04o}")) && !error.contains("secret"), "{error}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(smtp.user_and_password(None).unwrap(), Some(("u".to_owned(), "secret".to_owned())));
    let without = SmtpSettings { password_file: None, ..smtp };
    assert!(matches!(without.user_and_password(None), Err(PasswordError::Missing(_))));
    assert_eq!(without.user_and_password(Some("x".to_owned())).unwrap(), Some(("u".to_owned(), "x".to_owned())));
    assert!(matches!(without.user_and_password(Some(String::new())), Err(PasswordError::Empty(_))));
}

#[test]
fn waits_double_up_to_the_longest() {
    let retry = load_recipients(
        "[retry]\nattempts = 6\nwait_seconds = 60\nmax_wait_seconds = 300\n[[recipient]]\nentity = \"08\"\nfolder = \"a\"\n",
    );
    let retry = retry.unwrap().retry;
    let waits: Vec<u64> = (2..=6).map(|attempt| retry.wait_before(attempt).as_secs()).collect();
    assert_eq!(waits, [60, 120, 240, 300, 300]);
    assert_eq!(retry.wait_before(u32::MAX).as_secs(), 300);
}
