//! Tests of deliveries by the real binary: by a real mail server on loopback with TLS, which
//! refuses, drops and greylists, and into folders. Each package is delivered once, whatever is
//! killed. `tests/run` creates the virtual environment of the mail server and sets `LNERE_PYTHON`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, missing_docs)]

use crate::common;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::delivery::{Addressee, DeliveryBench, MailServerFixture, sha256_hex};

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn each_opl_has_its_own_package_once() {
    for security in ["starttls", "tls"] {
        let delivery_bench = DeliveryBench::new();
        let server = MailServerFixture::new().serve(security, "good");
        let recipients = delivery_bench.mail_recipients(&server, "");
        let sent = delivery_bench.deliver(&recipients, &[]);
        assert_eq!(sent.code, 0, "{}{}", sent.stdout, sent.stderr);
        assert!(sent.stdout.contains("3 packages: 3 delivered, 0 had before, 0 failed"), "{}", sent.stdout);
        server.assert_each_once(&delivery_bench, 1);
        for mail in server.mails() {
            assert!(mail.tls && mail.defects.is_empty(), "{:?}", mail.defects);
            assert_eq!(mail.inline, ["<avance-diario@ine.example>"], "the chart is in it");
            assert!(mail.html.contains("cid:avance-diario@ine.example") && mail.html.contains("alt=\"Avance"));
            assert!(mail.text.contains("Corte al 30 de septiembre de 2020"), "{}", mail.text);
        }
        // The message of each state contains the figures of that state.
        let chihuahua = server.mails_to("opl08@opl.example").remove(0);
        assert!(chihuahua.single_line_text().contains("Solicitudes de registro a la LNERE 2 "), "{}", chihuahua.text);
        assert!(!chihuahua.text.contains("Ciudad de México") && !chihuahua.html.contains("Ciudad de México"));

        let again = delivery_bench.deliver(&recipients, &[]);
        assert!(again.code == 0 && again.stdout.contains("0 delivered, 3 had before"), "{}", again.stdout);
        assert_eq!(server.mails().len(), 3, "never again");
        assert!(delivery_bench.status().contains("3 of 3 packages are delivered"), "{}", delivery_bench.status());
        // Neither messages nor files contain the password.
        let ledger = delivery_bench.ledger();
        assert!(![&sent.stdout, &sent.stderr, &ledger].iter().any(|text| text.contains("Contrase")));
        assert!(!sent.stderr.contains('@') && !sent.stdout.contains('@'), "addresses stay in the ledger");
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn who_is_refused_dropped_or_greylisted_holds_up_nobody() {
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("starttls", "good");
    let recipients = delivery_bench.mail_recipients(&server, "");
    server.rules(
        r#"{"opl08@opl.example": {"rcpt": "550 5.1.1 <opl08@opl.example> no such user"},
            "opl09@opl.example": {"drop": 1}, "grupo@opl.example": {"greylist": 2}}"#,
    );
    let sent = delivery_bench.deliver(&recipients, &["-v"]);
    assert_eq!(sent.code, 7, "{}{}", sent.stdout, sent.stderr);
    assert!(
        sent.stdout.contains("08 Chihuahua         FAILED          permanent error (550): 5.1.1 <…> no such user"),
        "{}",
        sent.stdout
    );
    assert!(sent.stdout.contains("2 delivered, 0 had before, 1 failed"), "{}", sent.stdout);
    assert!(sent.stderr.contains("1 of 3 packages were not delivered: 08 Chihuahua"), "{}", sent.stderr);
    assert!(!sent.stderr.contains('@'), "addresses stay in the ledger: {}", sent.stderr);
    assert_eq!(server.log_lines("RCPT opl08"), 1, "what is refused for good is not asked again");
    assert_eq!(server.log_lines("RCPT grupo"), 3, "greylisted twice");
    assert!(server.mails_to("opl08@opl.example").is_empty());
    assert_eq!(server.mails().len(), 2);
    assert!(delivery_bench.status().contains("08_chihuahua         FAILED"), "{}", delivery_bench.status());

    server.rules("{}");
    assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0);
    server.assert_each_once(&delivery_bench, 1);
    assert_eq!(server.mails().len(), 3, "only what was missing went out");
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_that_takes_a_message_and_does_not_say_so_gets_the_same_again() {
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("starttls", "good");
    let recipients = delivery_bench.mail_recipients(&server, "");
    server.rules(r#"{"opl09@opl.example": {"drop_taken": 1}}"#);
    assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0);
    let twice = server.mails_to("opl09@opl.example");
    assert_eq!(twice.len(), 2, "nobody can know that the first was taken");
    assert_eq!(twice[0].message_id, twice[1].message_id);
    assert_eq!(twice[0].raw, twice[1].raw, "the same bytes");
    server.assert_each_once(&delivery_bench, 1);
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_that_takes_one_message_of_each_connection() {
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("tls", "good");
    server.rules(r#"{"*": {"per_connection": 1}}"#);
    let sent = delivery_bench.deliver(&delivery_bench.mail_recipients(&server, ""), &[]);
    assert!(sent.code == 0 && !sent.stderr.contains("tried again"), "{}{}", sent.stdout, sent.stderr);
    assert_eq!(server.log_lines("AUTH"), 3, "a connection for each");
    server.assert_each_once(&delivery_bench, 1);
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn nothing_is_said_to_a_server_that_is_not_the_one() {
    let delivery_bench = DeliveryBench::new();
    let office = MailServerFixture::new();
    let cases = [
        ("starttls", "stranger", "certificate"),
        ("tls", "stranger", "certificate"),
        ("starttls", "othername", "certificate"),
        ("tls", "othername", "certificate"),
        ("stripped", "good", "STARTTLS is not supported"),
    ];
    for (security, certificate, said) in cases {
        let server = office.serve(security, certificate);
        let sent = delivery_bench.deliver(&delivery_bench.mail_recipients(&server, ""), &[]);
        assert_eq!(sent.code, 7, "{security} {certificate}: {}{}", sent.stdout, sent.stderr);
        assert!(sent.stdout.contains(said), "{security} {certificate}: {}", sent.stdout);
        assert!(!sent.stderr.contains("tried again"), "it would be the same: {}", sent.stderr);
        assert_eq!(server.log_lines(""), 0, "no password, no address");
        assert!(server.mails().is_empty());
    }
    // The system's authorities do not include that of the test.
    let server = office.serve("starttls", "good");
    let trusting = delivery_bench.mail_recipients(&server, "").text.replace("ca_file", "# ca_file");
    let sent = delivery_bench.deliver(&delivery_bench.write_recipients(&trusting), &[]);
    assert!(sent.code == 7 && sent.stdout.contains("certificate"), "{}", sent.stdout);
    assert_eq!(server.log_lines(""), 0);
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_wrong_password_is_given_once() {
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("starttls", "good");
    let recipients = delivery_bench.mail_recipients(&server, "").with_password("otra");
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert!(sent.code == 7 && sent.stdout.contains("535"), "{}{}", sent.stdout, sent.stderr);
    assert_eq!(server.log_lines("AUTH"), 1, "an account that is tried again and again is locked");
    assert!(server.mails().is_empty());

    // From a file that other users may read.
    let path = delivery_bench.bench.path("contrasena");
    fs::write(&path, "Contraseña-de-prueba\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let text = recipients.text.replace("user = \"lnere\"", &format!("user = \"lnere\"\npassword_file = {path:?}"));
    let refused = delivery_bench.deliver(&delivery_bench.write_recipients(&text), &[]);
    assert!(refused.code == 2 && refused.stderr.contains("has the mode 0640"), "{}", refused.stderr);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(delivery_bench.deliver(&delivery_bench.write_recipients(&text), &[]).code, 0);
    server.assert_each_once(&delivery_bench, 1);
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn two_at_once_send_once() {
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("starttls", "good");
    let recipients = delivery_bench.mail_recipients(&server, "");
    server.rules(r#"{"opl08@opl.example": {"delay": 3}}"#);
    let first = delivery_bench.spawn(&recipients, &[]);
    let until = Instant::now() + Duration::from_secs(20);
    while server.mails().is_empty() && Instant::now() < until {
        sleep(Duration::from_millis(20));
    }
    let second = delivery_bench.deliver(&recipients, &[]);
    assert_eq!(second.code, 4, "{}{}", second.stdout, second.stderr);
    assert!(second.stderr.contains("another delivery holds"), "{}", second.stderr);
    // A delivery does not delay a run.
    delivery_bench.run(&["--corte", "2020-09-15"]);
    assert_eq!(first.wait_with_output().unwrap().status.code(), Some(0));
    server.assert_each_once(&delivery_bench, 1);
    assert_eq!(server.mails().len(), 3);
}

/// Kills the delivery before each relevant call and runs it again. Each recipient has its package
/// under one Message-ID. A second copy is sent only if the ledger did not record the first.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn killed_at_any_moment_each_has_its_package() {
    if !common::crash::can_trace() {
        return;
    }
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("starttls", "good");
    let recipients = delivery_bench.mail_recipients(&server, "");
    let (mut kills, mut doubles) = (0, 0);
    for call in ["write", "writev", "fdatasync", "fsync", "sendto", "recvfrom", "fallocate"] {
        // Every reply takes several of these calls.
        let step = if call == "recvfrom" { 3 } else { 1 };
        for number in (1..).step_by(step) {
            server.clear();
            delivery_bench.remove_ledger();
            let killed = delivery_bench.is_killed_by(&recipients, &format!("{call}:signal=SIGKILL:when={number}"));
            if !killed {
                break;
            }
            kills += 1;
            let before = delivery_bench.ledger_events();
            // The server may still accept a message that was sent before the process died.
            server.wait_until_idle();
            let taken = server.mails();
            let sent = delivery_bench.deliver(&recipients, &[]);
            assert_eq!(sent.code, 0, "{call} {number}: {}{}", sent.stdout, sent.stderr);
            server.assert_each_once(&delivery_bench, 1);
            for copy in Addressee::ALL {
                let address = copy.address();
                let copies = server.mails_to(address).len();
                let known = before.iter().any(|(event, slug)| event == "accepted" && *slug == copy.slug());
                let was_taken = taken.iter().any(|mail| mail.to == [address]);
                // A package is sent again only if it was accepted and the ledger does not record
                // it.
                let again = was_taken && !known;
                assert_eq!(copies, 1 + usize::from(again), "{call} {number}: {address}, {before:?}");
                doubles += u32::from(again);
            }
            let again = delivery_bench.deliver(&recipients, &[]);
            assert!(again.stdout.contains("0 delivered, 3 had before"), "{call} {number}: {}", again.stdout);
        }
    }
    eprintln!("{kills} kills, {doubles} packages sent twice");
    assert!(kills > 30, "{kills} kills");
    assert!(doubles > 0, "no kill came between the server's 250 and the ledger");
}

/// The process dies while the server is accepting the message.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn killed_while_the_server_takes_its_time() {
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("starttls", "good");
    let recipients = delivery_bench.mail_recipients(&server, "");
    server.rules(r#"{"opl09@opl.example": {"delay": 30}}"#);
    let mut first = delivery_bench.spawn(&recipients, &[]);
    let until = Instant::now() + Duration::from_secs(20);
    while server.mails_to("opl09@opl.example").is_empty() && Instant::now() < until {
        sleep(Duration::from_millis(20));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(delivery_bench.status().contains("09_ciudad_de_mexico  an attempt of"), "{}", delivery_bench.status());
    server.rules("{}");
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(sent.stderr.contains("09 Ciudad de México: an earlier attempt was interrupted"), "{}", sent.stderr);
    server.assert_each_once(&delivery_bench, 1);
    assert_eq!((server.mails_to("opl08@opl.example").len(), server.mails_to("opl09@opl.example").len()), (1, 2));
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_full_disk_stops_deliveries_before_they_are_forgotten() {
    if !common::crash::can_trace() {
        return;
    }
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("starttls", "good");
    let recipients = delivery_bench.mail_recipients(&server, "");
    // There is no space for the result entry.
    let full = delivery_bench.deliver_with_fault(&recipients, "fallocate:error=ENOSPC");
    assert_eq!(full.code, 1, "{}{}", full.stdout, full.stderr);
    assert!(full.stderr.contains("No space left on device"), "{}", full.stderr);
    assert!(server.mails().is_empty(), "nothing went out");
    // The result of the first attempt cannot be written, with or without space. It is the third
    // line end, after two intents.
    delivery_bench.remove_ledger();
    let lost = delivery_bench.deliver_with_fault(&recipients, "fdatasync:error=EIO:when=2");
    assert_eq!(lost.code, 1, "{}{}", lost.stdout, lost.stderr);
    assert!(lost.stderr.contains("was accepted, which could not be written down"), "{}", lost.stderr);
    assert_eq!(server.mails().len(), 1, "it stopped there");
    assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0);
    server.assert_each_once(&delivery_bench, 1);
}

#[test]
fn a_revision_of_an_earlier_corte_is_delivered_too() {
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.write_recipients_with_folders(&["08", "09", "nacional"]);
    delivery_bench.run(&["--corte", "2020-09-15"]);
    for release in [&["2020-09-15"][..], &[]] {
        let sent = delivery_bench.deliver(&recipients, release);
        assert!(sent.code == 0 && sent.stdout.contains("3 delivered"), "{}{}", sent.stdout, sent.stderr);
    }
    delivery_bench.add_late_application();
    delivery_bench.run(&["--corte", "2020-09-15"]);
    assert!(
        delivery_bench.status().contains("not everybody has the visible revision of 2020-09-15"),
        "{}",
        delivery_bench.status()
    );
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(sent.stdout.contains("corte 2020-09-15, revision 2"), "{}", sent.stdout);
    assert!(sent.stdout.contains("3 delivered, 0 had before") && sent.stdout.contains("0 delivered, 3 had before"));
    assert!(!delivery_bench.status().contains("not everybody"), "{}", delivery_bench.status());
    assert!(delivery_bench.bench.path("08").join("paquete_08_chihuahua_2020-09-15_r2.zip").is_file());
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_revision_says_what_changed_and_no_more() {
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve("starttls", "good");
    let recipients = delivery_bench.mail_recipients(&server, "");
    assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0);
    let first = server.mails_to("opl08@opl.example").remove(0);
    let old = delivery_bench.bench.path("elsewhere");
    assert!(
        std::process::Command::new("cp")
            .arg("-a")
            .arg(delivery_bench.bench.release())
            .arg(&old)
            .status()
            .unwrap()
            .success()
    );

    delivery_bench.add_late_application();
    delivery_bench.run(&[]);
    assert!(delivery_bench.status().contains("0 of 3 packages are delivered"), "{}", delivery_bench.status());
    assert!(
        delivery_bench.status().contains("revision 1 is delivered, this one not yet"),
        "{}",
        delivery_bench.status()
    );
    server.clear();
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert!(sent.code == 0 && sent.stdout.contains("revision 2"), "{}{}", sent.stdout, sent.stderr);
    server.assert_each_once(&delivery_bench, 2);
    let second = server.mails_to("opl08@opl.example").remove(0);
    let subject = "[DATOS SINTÉTICOS DE MUESTRA] LNERE: Chihuahua, corte al 30 de septiembre de 2020, revisión 2";
    assert_eq!(second.subject, subject);
    assert_ne!(second.message_id, first.message_id);
    assert_eq!(second.in_reply_to.as_ref(), Some(&first.message_id));
    assert!(second.single_line_text().contains("sustituye por completo a la revisión 1"), "{}", second.text);
    assert!(second.single_line_text().contains("Solicitudes acumuladas 2 3"), "{}", second.text);
    // The other state learns whose shared totals changed, but none of the rows.
    let other = server.mails_to("opl09@opl.example").remove(0);
    assert!(other.text.contains("LOS TOTALES POR ENTIDAD Y POR ESTATUS NO CAMBIARON"), "{}", other.text);
    assert!(other.single_line_text().contains("cambiaron cifras de Chihuahua"), "{}", other.text);
    assert!(!other.text.contains("RECIBIDA"), "{}", other.text);

    // The replaced release is no longer sent.
    let replaced = delivery_bench.deliver(&recipients, &["2020-09-30.r1"]);
    assert!(replaced.code == 2 && replaced.stderr.contains("was replaced by revision 2"), "{}", replaced.stderr);
    delivery_bench.hide_releases();
    let copied = delivery_bench.deliver(&recipients, &[old.to_str().unwrap()]);
    assert!(
        copied.code == 0 && copied.stdout.contains("0 delivered, 3 had before"),
        "{}{}",
        copied.stdout,
        copied.stderr
    );
    assert_eq!(server.mails().len(), 3);
}

#[test]
fn a_release_is_held_until_somebody_approves_it_or_its_time_is_over() {
    let delivery_bench = DeliveryBench::new();
    let plain = delivery_bench.write_recipients_with_folders(&["08", "09", "nacional"]);
    let recipients = delivery_bench.write_recipients(&format!("[delivery]\nhold_hours = 24\n{}", plain.text));
    let delivered = || common::crash::names(&delivery_bench.bench.path("08")).len();
    for _ in 0..2 {
        let held = delivery_bench.deliver(&recipients, &[]);
        assert_eq!(held.code, 0, "{}{}", held.stdout, held.stderr);
        assert!(held.stdout.contains(" -06:00, 24 hours after it was published; nothing was sent"), "{}", held.stdout);
        assert!(held.stdout.contains("--approve 2020-09-30` sends them now"), "{}", held.stdout);
    }
    assert_eq!(delivered(), 0);
    assert_eq!(delivery_bench.ledger_events(), [("held".to_owned(), String::new())], "once");
    let status = delivery_bench.status();
    assert!(status.contains("2020-09-30 is held until ") && status.contains(" 23 h 5"), "{status}");
    assert!(status.contains("    to do: look at the messages with `lnere deliver 2020-09-30"), "{status}");
    let json = delivery_bench.deliver(&recipients, &["--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["releases"][0]["deliveries"][0]["outcome"], "held");
    assert!(json["releases"][0]["held_until"].as_str().unwrap().ends_with('Z'), "{json}");
    let draft = delivery_bench.deliver(&recipients, &["--dry-run"]);
    assert!(draft.code == 0 && draft.stdout.contains("the release is held until "), "{}", draft.stdout);

    let approved = delivery_bench.deliver(&recipients, &["--approve", "2020-09-30"]);
    assert!(approved.code == 0 && approved.stdout.contains("3 delivered"), "{}{}", approved.stdout, approved.stderr);
    assert!(delivery_bench.ledger().contains("\"said\":\"approved by "), "{}", delivery_bench.ledger());
    assert!(!delivery_bench.status().contains("held"), "{}", delivery_bench.status());

    // A revision is another release. Its time is over a day after it was published.
    delivery_bench.add_late_application();
    delivery_bench.run(&[]);
    assert!(delivery_bench.deliver(&recipients, &[]).stdout.contains("held until"), "revision 2");
    let manifest = fs::File::options().write(true).open(delivery_bench.bench.release().join("manifest.json")).unwrap();
    manifest.set_modified(std::time::SystemTime::now() - Duration::from_hours(25)).unwrap();
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert!(sent.code == 0 && sent.stdout.contains("3 delivered"), "{}{}", sent.stdout, sent.stderr);
    let refused = delivery_bench.deliver(&recipients, &["--approve", "2020-09-30", "--only", "08"]);
    assert_eq!(refused.code, 2, "an approval is for all");
}

#[test]
fn folders_have_each_its_own() {
    let delivery_bench = DeliveryBench::new();
    let folder = |name: &str| delivery_bench.bench.path(name);
    let text = delivery_bench.folder_recipients(&["08", "09", "nacional"]);
    for name in ["08", "nacional"] {
        fs::create_dir(folder(name)).unwrap();
    }
    let recipients = delivery_bench.write_recipients(&text);
    // One share is not mounted.
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert_eq!(sent.code, 7, "{}{}", sent.stdout, sent.stderr);
    assert!(sent.stdout.contains("is the share mounted?"), "{}", sent.stdout);
    assert!(!folder("09").exists());
    fs::create_dir(folder("09")).unwrap();
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert!(sent.code == 0 && sent.stdout.contains("1 delivered, 2 had before"), "{}", sent.stdout);
    for (name, slug) in [("08", "08_chihuahua"), ("09", "09_ciudad_de_mexico"), ("nacional", "nacional")] {
        let names = common::crash::names(&folder(name));
        let wanted = [
            format!("aviso_{slug}_2020-09-30.txt"),
            format!("paquete_{slug}_2020-09-30.zip"),
            format!("tablero_{slug}_2020-09-30.html"),
        ];
        assert_eq!(names.into_iter().collect::<Vec<_>>(), wanted);
        let page = format!("paquetes/{slug}/tablero_{slug}.html");
        let page = fs::read(delivery_bench.bench.release().join(page)).unwrap();
        assert_eq!(fs::read(folder(name).join(&wanted[2])).unwrap(), page);
        let copied = fs::read(folder(name).join(&wanted[1])).unwrap();
        assert_eq!(copied, delivery_bench.package(slug));
    }

    // A revision is stored beside the file that it replaces; a file of other origin stays.
    delivery_bench.add_late_application();
    delivery_bench.run(&[]);
    let theirs = folder("08").join("paquete_08_chihuahua_2020-09-30_r2.zip");
    fs::write(&theirs, "theirs").unwrap();
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert!(sent.code == 7 && sent.stdout.contains("is there with other content"), "{}", sent.stdout);
    assert_eq!(fs::read(&theirs).unwrap(), b"theirs");
    fs::remove_file(&theirs).unwrap();
    // A pipe would block the program.
    assert!(std::process::Command::new("mkfifo").arg(&theirs).status().unwrap().success());
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert!(sent.code == 7 && sent.stdout.contains("is there with other content"), "{}", sent.stdout);
    fs::remove_file(&theirs).unwrap();
    assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0);
    assert_eq!(fs::read(&theirs).unwrap(), delivery_bench.package("08_chihuahua"));
    assert_eq!(common::crash::names(&folder("08")).len(), 6);
}

#[test]
fn a_folder_killed_at_any_moment_has_it_once() {
    if !common::crash::can_trace() {
        return;
    }
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.write_recipients(&delivery_bench.folder_recipients(&["08", "09", "nacional"]));
    let mut kills = 0;
    for call in ["write", "fsync", "fdatasync", "rename", "renameat2", "unlink", "fchmod", "openat"] {
        let step = if call == "openat" { 7 } else { 1 };
        for number in (1..).step_by(step) {
            delivery_bench.remove_ledger();
            for name in ["08", "09", "nacional"] {
                let _ = fs::remove_dir_all(delivery_bench.bench.path(name));
                fs::create_dir(delivery_bench.bench.path(name)).unwrap();
            }
            if !delivery_bench.is_killed_by(&recipients, &format!("{call}:signal=SIGKILL:when={number}")) {
                break;
            }
            kills += 1;
            assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0, "{call} {number}");
            for copy in Addressee::ALL {
                let folder = delivery_bench.bench.path(copy.entity());
                let zip = folder.join(format!("paquete_{}_2020-09-30.zip", copy.slug()));
                assert_eq!(fs::read(zip).unwrap(), delivery_bench.package(copy.slug()), "{call} {number}");
                assert_eq!(common::crash::names(&folder).len(), 3, "{call} {number}: something is left");
            }
        }
    }
    assert!(kills > 30, "{kills} kills");
}

#[test]
fn a_dry_run_writes_drafts_and_no_ledger() {
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.recipients_without_server("");
    let sent = delivery_bench.deliver(&recipients, &["--dry-run"]);
    assert_eq!(sent.code, 0, "{}{}", sent.stdout, sent.stderr);
    let folder = delivery_bench.bench.out().join("private/entregas");
    assert_eq!(common::crash::names(&folder).into_iter().collect::<Vec<_>>(), ["borradores"], "no ledger");
    let drafts = folder.join("borradores");
    for name in ["08_chihuahua", "09_ciudad_de_mexico", "nacional"] {
        let path = drafts.join(format!("{name}_2020-09-30_r1.eml"));
        assert!(sent.stdout.contains(path.to_str().unwrap()), "{}", sent.stdout);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read_to_string(&path).unwrap().contains(&format!("paquete_{name}_2020-09-30.zip")));
    }
    let one = delivery_bench.deliver(&recipients, &["--dry-run", "--only", "08"]);
    assert!(one.stdout.contains("08_chihuahua") && !one.stdout.contains("09_ciudad"), "{}", one.stdout);
}

#[test]
fn mistakes_are_found_before_anything_is_sent() {
    let delivery_bench = DeliveryBench::new();
    let good = delivery_bench.folder_recipients(&["08", "09", "nacional"]);
    let check = |text: &str, args: &[&str], code: i32, said: &str| {
        let sent = delivery_bench.deliver(&delivery_bench.write_recipients(text), args);
        assert_eq!(sent.code, code, "{}{}", sent.stdout, sent.stderr);
        assert!(sent.stderr.contains(said), "{said}: {}", sent.stderr);
    };
    check(&good.replace("\"09\"", "\"08\""), &[], 2, "recipient `08` is there twice");
    check(&good.replace("\"09\"", "\"10\""), &[], 2, "the release has no package for `10`, only for: 08, 09, nacional");
    check(&delivery_bench.folder_recipients(&["08", "nacional"]), &[], 2, "no [[recipient]] for 09");
    check(&delivery_bench.folder_recipients(&["08", "nacional"]), &["--only", "08"], 2, "no [[recipient]] for 09");
    check(&good, &["--only", "08,31"], 2, "--only 31: the release has no package for it");
    check(&good, &["2021-01-15"], 2, "no release 2021-01-15");
    check("[smtp", &[], 2, "recipients.toml:1:");
    let too_long = format!("[delivery]\nhold_hours = 400\n{good}");
    check(&too_long, &[], 2, "recipients.toml:2: hold_hours is a whole number from 0 to 360");
    fs::create_dir(delivery_bench.bench.path("08")).unwrap();
    check(&good.replace("/09\"", "/08/../08\""), &[], 2, "the folder of `09`");
    check(&good.replace("/09\"", "/08/09\""), &[], 2, "one lies in the other");
    let tables = delivery_bench.bench.release().join("tablas").display().to_string();
    check(&good, &[&tables], 2, "is no release");
    let other = delivery_bench.bench.path("other");
    assert!(
        std::process::Command::new("cp")
            .arg("-a")
            .arg(delivery_bench.bench.out())
            .arg(&other)
            .status()
            .unwrap()
            .success()
    );
    let release = other.join("releases/2020-09-30").display().to_string();
    check(&good, &[&release], 2, "name it with --output");
    let zip = delivery_bench.bench.release().join("paquetes/08_chihuahua/paquete_08_chihuahua_2020-09-30.zip");
    assert!(!delivery_bench.bench.out().join("private/entregas/bitacora.jsonl").exists());

    // A modified release is sent to nobody.
    let mut bytes = fs::read(&zip).unwrap();
    bytes[100] ^= 1;
    fs::write(&zip, bytes).unwrap();
    check(&good, &[], 5, "is not what it says");
    assert!(!delivery_bench.bench.out().join("private/entregas/bitacora.jsonl").exists());
    // A release without packages has none to send.
    delivery_bench.clear_releases();
    delivery_bench.run_only("tablas");
    check(&good, &[], 2, "has no packages; `lnere run --corte 2020-09-30");
}

#[test]
fn a_package_that_is_too_large_has_a_link() {
    let delivery_bench = DeliveryBench::new();
    delivery_bench.enlarge_package("08_chihuahua", 8 << 20);
    let sent =
        delivery_bench.deliver(&delivery_bench.recipients_without_server("max_message_mib = 8\n"), &["--dry-run"]);
    assert!(sent.code == 2 && sent.stderr.contains("set smtp.link_base"), "{}{}", sent.stdout, sent.stderr);
    assert!(
        !delivery_bench.bench.out().join("private/entregas/borradores/nacional_2020-09-30_r1.eml").exists(),
        "for none"
    );
    let with = delivery_bench
        .recipients_without_server("max_message_mib = 8\nlink_base = \"https://archivos.example/lnere/\"\n");
    let sent = delivery_bench.deliver(&with, &["--dry-run"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    let draft = |slug: &str| {
        fs::read_to_string(
            delivery_bench.bench.out().join(format!("private/entregas/borradores/{slug}_2020-09-30_r1.eml")),
        )
        .unwrap()
    };
    let link = "https://archivos.example/lnere/2020-09-30.r1/paquetes/08_chihuahua/paquete_08_chihuahua_2020-09-30.zip";
    let plain = draft("08_chihuahua").replace("=\r\n", "");
    assert!(plain.contains(link), "{}", &plain[..4_000]);
    let attachments = |draft: &str| draft.matches("Content-Disposition: attachment").count();
    assert!(!plain.contains("application/zip") && attachments(&plain) == 1, "the dashboard alone");
    let other = draft("09_ciudad_de_mexico");
    assert!(other.contains("application/zip"), "others have theirs");
    assert_eq!(attachments(&other), 2, "and the dashboard");
    let without = delivery_bench.recipients_without_server("max_message_mib = 20\nattach_dashboard = false\n");
    let sent = delivery_bench.deliver(&without, &["--dry-run"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert_eq!(attachments(&draft("09_ciudad_de_mexico")), 1, "the dashboard is in the package alone");

    // After a revision, the link leads to the file with the stated checksum, by the rule of
    // deploy/paquetes.nginx.conf.
    let rule = "try_files /superseded/$corte.r$revision/paquetes/$carpeta/$archivo /releases/$corte/paquetes/$carpeta/$archivo =404;";
    let deployed = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/paquetes.nginx.conf")).unwrap();
    assert!(deployed.contains(rule));
    let file = "paquetes/08_chihuahua/paquete_08_chihuahua_2020-09-30.zip";
    let served = |revision: u32| {
        let superseded = delivery_bench.bench.out().join(format!("superseded/2020-09-30.r{revision}/{file}"));
        fs::read(superseded)
            .unwrap_or_else(|_| fs::read(delivery_bench.bench.out().join("releases/2020-09-30").join(file)).unwrap())
    };
    assert!(plain.contains(&sha256_hex(&served(1))), "the sum of the message is that of the file");
    delivery_bench.add_late_application();
    delivery_bench.run(&[]);
    assert!(delivery_bench.bench.out().join("superseded/2020-09-30.r1").is_dir());
    assert!(plain.contains(&sha256_hex(&served(1))) && !plain.contains(&sha256_hex(&served(2))));
    assert!(plain.contains("de la revisi=C3=B3n 1 de este corte"), "{plain}");
}

#[test]
fn an_unreadable_ledger_sends_nothing() {
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.write_recipients(&delivery_bench.folder_recipients(&["08", "09", "nacional"]));
    let folder = delivery_bench.bench.out().join("private/entregas");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("bitacora.jsonl"), "one\ntwo\nthree\n").unwrap();
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert!(sent.code == 1 && sent.stderr.contains("bitacora.jsonl:1: is no entry"), "{}", sent.stderr);
    assert!(delivery_bench.status().contains("not known: "), "{}", delivery_bench.status());
}
