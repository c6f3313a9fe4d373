//! Tests of deliveries by the real binary: by a real mail server on loopback with TLS, which
//! refuses, drops and greylists, and into folders. Each package is delivered once, whatever is
//! killed. `tests/run` creates the virtual environment of the mail server and sets `LNERE_PYTHON`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, missing_docs)]

use crate::common;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::post::{Addressee, DeliveryBench, Office, sum};

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn each_opl_has_its_own_package_once() {
    for security in ["starttls", "tls"] {
        let scene = DeliveryBench::new();
        let post = Office::new().serve(security, "good");
        let recipients = scene.recipients(&post, "");
        let sent = scene.deliver(&recipients, &[]);
        assert_eq!(sent.code, 0, "{}{}", sent.stdout, sent.stderr);
        assert!(sent.stdout.contains("3 packages: 3 delivered, 0 had before, 0 failed"), "{}", sent.stdout);
        post.has_each_once(&scene, 1);
        for mail in post.mails() {
            assert!(mail.tls && mail.defects.is_empty(), "{:?}", mail.defects);
            assert_eq!(mail.inline, ["<avance-diario@ine.example>"], "the chart is in it");
            assert!(mail.html.contains("cid:avance-diario@ine.example") && mail.html.contains("alt=\"Avance"));
            assert!(mail.text.contains("Corte al 30 de septiembre de 2020"), "{}", mail.text);
        }
        // The message of each state contains the figures of that state.
        let chihuahua = post.mails_to("opl08@opl.example").remove(0);
        assert!(chihuahua.words().contains("Solicitudes de registro a la LNERE 2 "), "{}", chihuahua.text);
        assert!(!chihuahua.text.contains("Ciudad de México") && !chihuahua.html.contains("Ciudad de México"));

        let again = scene.deliver(&recipients, &[]);
        assert!(again.code == 0 && again.stdout.contains("0 delivered, 3 had before"), "{}", again.stdout);
        assert_eq!(post.mails().len(), 3, "never again");
        assert!(scene.status().contains("3 of 3 packages are delivered"), "{}", scene.status());
        // Neither messages nor files contain the password.
        let ledger = scene.ledger();
        assert!(![&sent.stdout, &sent.stderr, &ledger].iter().any(|text| text.contains("Contrase")));
        assert!(!sent.stderr.contains('@') && !sent.stdout.contains('@'), "addresses stay in the ledger");
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn who_is_refused_dropped_or_greylisted_holds_up_nobody() {
    let scene = DeliveryBench::new();
    let post = Office::new().serve("starttls", "good");
    let recipients = scene.recipients(&post, "");
    post.rules(
        r#"{"opl08@opl.example": {"rcpt": "550 5.1.1 <opl08@opl.example> no such user"},
            "opl09@opl.example": {"drop": 1}, "grupo@opl.example": {"greylist": 2}}"#,
    );
    let sent = scene.deliver(&recipients, &["-v"]);
    assert_eq!(sent.code, 7, "{}{}", sent.stdout, sent.stderr);
    assert!(
        sent.stdout.contains("08 Chihuahua         FAILED          permanent error (550): 5.1.1 <…> no such user"),
        "{}",
        sent.stdout
    );
    assert!(sent.stdout.contains("2 delivered, 0 had before, 1 failed"), "{}", sent.stdout);
    assert!(sent.stderr.contains("1 of 3 packages were not delivered: 08 Chihuahua"), "{}", sent.stderr);
    assert!(!sent.stderr.contains('@'), "addresses stay in the ledger: {}", sent.stderr);
    assert_eq!(post.log_lines("RCPT opl08"), 1, "what is refused for good is not asked again");
    assert_eq!(post.log_lines("RCPT grupo"), 3, "greylisted twice");
    assert!(post.mails_to("opl08@opl.example").is_empty());
    assert_eq!(post.mails().len(), 2);
    assert!(scene.status().contains("08_chihuahua         FAILED"), "{}", scene.status());

    post.rules("{}");
    assert_eq!(scene.deliver(&recipients, &[]).code, 0);
    post.has_each_once(&scene, 1);
    assert_eq!(post.mails().len(), 3, "only what was missing went out");
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_that_takes_a_message_and_does_not_say_so_gets_the_same_again() {
    let scene = DeliveryBench::new();
    let post = Office::new().serve("starttls", "good");
    let recipients = scene.recipients(&post, "");
    post.rules(r#"{"opl09@opl.example": {"drop_taken": 1}}"#);
    assert_eq!(scene.deliver(&recipients, &[]).code, 0);
    let twice = post.mails_to("opl09@opl.example");
    assert_eq!(twice.len(), 2, "nobody can know that the first was taken");
    assert_eq!(twice[0].message_id, twice[1].message_id);
    assert_eq!(twice[0].raw, twice[1].raw, "the same bytes");
    post.has_each_once(&scene, 1);
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_that_takes_one_message_of_each_connection() {
    let scene = DeliveryBench::new();
    let post = Office::new().serve("tls", "good");
    post.rules(r#"{"*": {"per_connection": 1}}"#);
    let sent = scene.deliver(&scene.recipients(&post, ""), &[]);
    assert!(sent.code == 0 && !sent.stderr.contains("tried again"), "{}{}", sent.stdout, sent.stderr);
    assert_eq!(post.log_lines("AUTH"), 3, "a connection for each");
    post.has_each_once(&scene, 1);
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn nothing_is_said_to_a_server_that_is_not_the_one() {
    let scene = DeliveryBench::new();
    let office = Office::new();
    let cases = [
        ("starttls", "stranger", "certificate"),
        ("tls", "stranger", "certificate"),
        ("starttls", "othername", "certificate"),
        ("tls", "othername", "certificate"),
        ("stripped", "good", "STARTTLS is not supported"),
    ];
    for (security, certificate, said) in cases {
        let post = office.serve(security, certificate);
        let sent = scene.deliver(&scene.recipients(&post, ""), &[]);
        assert_eq!(sent.code, 7, "{security} {certificate}: {}{}", sent.stdout, sent.stderr);
        assert!(sent.stdout.contains(said), "{security} {certificate}: {}", sent.stdout);
        assert!(!sent.stderr.contains("tried again"), "it would be the same: {}", sent.stderr);
        assert_eq!(post.log_lines(""), 0, "no password, no address");
        assert!(post.mails().is_empty());
    }
    // The system's authorities do not include that of the test.
    let post = office.serve("starttls", "good");
    let trusting = scene.recipients(&post, "").text.replace("ca_file", "# ca_file");
    let sent = scene.deliver(&scene.file(&trusting), &[]);
    assert!(sent.code == 7 && sent.stdout.contains("certificate"), "{}", sent.stdout);
    assert_eq!(post.log_lines(""), 0);
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_wrong_password_is_given_once() {
    let scene = DeliveryBench::new();
    let post = Office::new().serve("starttls", "good");
    let recipients = scene.recipients(&post, "").with_password("otra");
    let sent = scene.deliver(&recipients, &[]);
    assert!(sent.code == 7 && sent.stdout.contains("535"), "{}{}", sent.stdout, sent.stderr);
    assert_eq!(post.log_lines("AUTH"), 1, "an account that is tried again and again is locked");
    assert!(post.mails().is_empty());

    // From a file that other users may read.
    let path = scene.bench.path("contrasena");
    fs::write(&path, "Contraseña-de-prueba\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let text = recipients.text.replace("user = \"lnere\"", &format!("user = \"lnere\"\npassword_file = {path:?}"));
    let refused = scene.deliver(&scene.file(&text), &[]);
    assert!(refused.code == 2 && refused.stderr.contains("has the mode 0640"), "{}", refused.stderr);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(scene.deliver(&scene.file(&text), &[]).code, 0);
    post.has_each_once(&scene, 1);
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn two_at_once_send_once() {
    let scene = DeliveryBench::new();
    let post = Office::new().serve("starttls", "good");
    let recipients = scene.recipients(&post, "");
    post.rules(r#"{"opl08@opl.example": {"delay": 3}}"#);
    let first = scene.spawn(&recipients, &[]);
    let until = Instant::now() + Duration::from_secs(20);
    while post.mails().is_empty() && Instant::now() < until {
        sleep(Duration::from_millis(20));
    }
    let second = scene.deliver(&recipients, &[]);
    assert_eq!(second.code, 4, "{}{}", second.stdout, second.stderr);
    assert!(second.stderr.contains("another delivery holds"), "{}", second.stderr);
    // A delivery does not delay a run.
    scene.run(&["--corte", "2020-09-15"]);
    assert_eq!(first.wait_with_output().unwrap().status.code(), Some(0));
    post.has_each_once(&scene, 1);
    assert_eq!(post.mails().len(), 3);
}

/// Kills the delivery before each relevant call and runs it again. Each recipient has its package
/// under one Message-ID. A second copy is sent only if the ledger did not record the first.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn killed_at_any_moment_each_has_its_package() {
    if !common::crash::can_trace() {
        return;
    }
    let scene = DeliveryBench::new();
    let post = Office::new().serve("starttls", "good");
    let recipients = scene.recipients(&post, "");
    let (mut kills, mut doubles) = (0, 0);
    for call in ["write", "writev", "fdatasync", "fsync", "sendto", "recvfrom", "fallocate"] {
        // Every reply takes several of these calls.
        let step = if call == "recvfrom" { 3 } else { 1 };
        for number in (1..).step_by(step) {
            post.clear();
            scene.forget();
            let killed = scene.traced(&recipients, &format!("{call}:signal=SIGKILL:when={number}"));
            if !killed {
                break;
            }
            kills += 1;
            let before = scene.entries();
            // The server may still accept a message that was sent before the process died.
            sleep(Duration::from_millis(100));
            let taken = post.mails();
            let sent = scene.deliver(&recipients, &[]);
            assert_eq!(sent.code, 0, "{call} {number}: {}{}", sent.stdout, sent.stderr);
            post.has_each_once(&scene, 1);
            for copy in Addressee::ALL {
                let address = copy.address();
                let copies = post.mails_to(address).len();
                let known = before.iter().any(|(event, slug)| event == "accepted" && *slug == copy.slug());
                let was_taken = taken.iter().any(|mail| mail.to == [address]);
                // A package is sent again only if it was accepted and the ledger does not record
                // it.
                let again = was_taken && !known;
                assert_eq!(copies, 1 + usize::from(again), "{call} {number}: {address}, {before:?}");
                doubles += u32::from(again);
            }
            let again = scene.deliver(&recipients, &[]);
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
    let scene = DeliveryBench::new();
    let post = Office::new().serve("starttls", "good");
    let recipients = scene.recipients(&post, "");
    post.rules(r#"{"opl09@opl.example": {"delay": 30}}"#);
    let mut first = scene.spawn(&recipients, &[]);
    let until = Instant::now() + Duration::from_secs(20);
    while post.mails_to("opl09@opl.example").is_empty() && Instant::now() < until {
        sleep(Duration::from_millis(20));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(scene.status().contains("09_ciudad_de_mexico  an attempt of"), "{}", scene.status());
    post.rules("{}");
    let sent = scene.deliver(&recipients, &[]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(sent.stderr.contains("09 Ciudad de México: an earlier attempt was interrupted"), "{}", sent.stderr);
    post.has_each_once(&scene, 1);
    assert_eq!((post.mails_to("opl08@opl.example").len(), post.mails_to("opl09@opl.example").len()), (1, 2));
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_full_disk_stops_deliveries_before_they_are_forgotten() {
    if !common::crash::can_trace() {
        return;
    }
    let scene = DeliveryBench::new();
    let post = Office::new().serve("starttls", "good");
    let recipients = scene.recipients(&post, "");
    // There is no space for the result entry.
    let full = scene.faulty(&recipients, "fallocate:error=ENOSPC");
    assert_eq!(full.code, 1, "{}{}", full.stdout, full.stderr);
    assert!(full.stderr.contains("No space left on device"), "{}", full.stderr);
    assert!(post.mails().is_empty(), "nothing went out");
    // The result of the first attempt cannot be written, with or without space. It is the third
    // line end, after two intents.
    scene.forget();
    let lost = scene.faulty(&recipients, "fdatasync:error=EIO:when=2");
    assert_eq!(lost.code, 1, "{}{}", lost.stdout, lost.stderr);
    assert!(lost.stderr.contains("was accepted, which could not be written down"), "{}", lost.stderr);
    assert_eq!(post.mails().len(), 1, "it stopped there");
    assert_eq!(scene.deliver(&recipients, &[]).code, 0);
    post.has_each_once(&scene, 1);
}

#[test]
fn a_revision_of_an_earlier_corte_is_delivered_too() {
    let scene = DeliveryBench::new();
    for name in ["08", "09", "nacional"] {
        fs::create_dir(scene.bench.path(name)).unwrap();
    }
    let recipients = scene.file(&scene.folders(&["08", "09", "nacional"]));
    scene.run(&["--corte", "2020-09-15"]);
    for release in [&["2020-09-15"][..], &[]] {
        let sent = scene.deliver(&recipients, release);
        assert!(sent.code == 0 && sent.stdout.contains("3 delivered"), "{}{}", sent.stdout, sent.stderr);
    }
    scene.late_application();
    scene.run(&["--corte", "2020-09-15"]);
    assert!(scene.status().contains("not everybody has the visible revision of 2020-09-15"), "{}", scene.status());
    let sent = scene.deliver(&recipients, &[]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(sent.stdout.contains("corte 2020-09-15, revision 2"), "{}", sent.stdout);
    assert!(sent.stdout.contains("3 delivered, 0 had before") && sent.stdout.contains("0 delivered, 3 had before"));
    assert!(!scene.status().contains("not everybody"), "{}", scene.status());
    assert!(scene.bench.path("08").join("paquete_08_chihuahua_2020-09-15_r2.zip").is_file());
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_revision_says_what_changed_and_no_more() {
    let scene = DeliveryBench::new();
    let post = Office::new().serve("starttls", "good");
    let recipients = scene.recipients(&post, "");
    assert_eq!(scene.deliver(&recipients, &[]).code, 0);
    let first = post.mails_to("opl08@opl.example").remove(0);
    let old = scene.bench.path("elsewhere");
    assert!(
        std::process::Command::new("cp").arg("-a").arg(scene.bench.release()).arg(&old).status().unwrap().success()
    );

    scene.late_application();
    scene.run(&[]);
    assert!(scene.status().contains("0 of 3 packages are delivered"), "{}", scene.status());
    assert!(scene.status().contains("revision 1 is delivered, this one not yet"), "{}", scene.status());
    post.clear();
    let sent = scene.deliver(&recipients, &[]);
    assert!(sent.code == 0 && sent.stdout.contains("revision 2"), "{}{}", sent.stdout, sent.stderr);
    post.has_each_once(&scene, 2);
    let second = post.mails_to("opl08@opl.example").remove(0);
    let subject = "[DATOS SINTÉTICOS DE MUESTRA] LNERE: Chihuahua, corte al 30 de septiembre de 2020, revisión 2";
    assert_eq!(second.subject, subject);
    assert_ne!(second.message_id, first.message_id);
    assert_eq!(second.in_reply_to.as_ref(), Some(&first.message_id));
    assert!(second.words().contains("sustituye por completo a la revisión 1"), "{}", second.text);
    assert!(second.words().contains("Solicitudes acumuladas 2 3"), "{}", second.text);
    // The other state learns whose shared totals changed, but none of the rows.
    let other = post.mails_to("opl09@opl.example").remove(0);
    assert!(other.text.contains("LOS TOTALES POR ENTIDAD Y POR ESTATUS NO CAMBIARON"), "{}", other.text);
    assert!(other.words().contains("cambiaron cifras de Chihuahua"), "{}", other.text);
    assert!(!other.text.contains("RECIBIDA"), "{}", other.text);

    // The replaced release is no longer sent.
    let replaced = scene.deliver(&recipients, &["2020-09-30.r1"]);
    assert!(replaced.code == 2 && replaced.stderr.contains("was replaced by revision 2"), "{}", replaced.stderr);
    scene.remove_releases();
    let copied = scene.deliver(&recipients, &[old.to_str().unwrap()]);
    assert!(
        copied.code == 0 && copied.stdout.contains("0 delivered, 3 had before"),
        "{}{}",
        copied.stdout,
        copied.stderr
    );
    assert_eq!(post.mails().len(), 3);
}

#[test]
fn folders_have_each_its_own() {
    let scene = DeliveryBench::new();
    let folder = |name: &str| scene.bench.path(name);
    let text = scene.folders(&["08", "09", "nacional"]);
    for name in ["08", "nacional"] {
        fs::create_dir(folder(name)).unwrap();
    }
    let recipients = scene.file(&text);
    // One share is not mounted.
    let sent = scene.deliver(&recipients, &[]);
    assert_eq!(sent.code, 7, "{}{}", sent.stdout, sent.stderr);
    assert!(sent.stdout.contains("is the share mounted?"), "{}", sent.stdout);
    assert!(!folder("09").exists());
    fs::create_dir(folder("09")).unwrap();
    let sent = scene.deliver(&recipients, &[]);
    assert!(sent.code == 0 && sent.stdout.contains("1 delivered, 2 had before"), "{}", sent.stdout);
    for (name, slug) in [("08", "08_chihuahua"), ("09", "09_ciudad_de_mexico"), ("nacional", "nacional")] {
        let names = common::crash::names(&folder(name));
        let wanted = [format!("aviso_{slug}_2020-09-30.txt"), format!("paquete_{slug}_2020-09-30.zip")];
        assert_eq!(names.into_iter().collect::<Vec<_>>(), wanted);
        let copied = fs::read(folder(name).join(&wanted[1])).unwrap();
        assert_eq!(copied, scene.package(slug));
    }

    // A revision is stored beside the file that it replaces; a file of other origin stays.
    scene.late_application();
    scene.run(&[]);
    let theirs = folder("08").join("paquete_08_chihuahua_2020-09-30_r2.zip");
    fs::write(&theirs, "theirs").unwrap();
    let sent = scene.deliver(&recipients, &[]);
    assert!(sent.code == 7 && sent.stdout.contains("is there with other content"), "{}", sent.stdout);
    assert_eq!(fs::read(&theirs).unwrap(), b"theirs");
    fs::remove_file(&theirs).unwrap();
    // A pipe would block the program.
    assert!(std::process::Command::new("mkfifo").arg(&theirs).status().unwrap().success());
    let sent = scene.deliver(&recipients, &[]);
    assert!(sent.code == 7 && sent.stdout.contains("is there with other content"), "{}", sent.stdout);
    fs::remove_file(&theirs).unwrap();
    assert_eq!(scene.deliver(&recipients, &[]).code, 0);
    assert_eq!(fs::read(&theirs).unwrap(), scene.package("08_chihuahua"));
    assert_eq!(common::crash::names(&folder("08")).len(), 4);
}

#[test]
fn a_folder_killed_at_any_moment_has_it_once() {
    if !common::crash::can_trace() {
        return;
    }
    let scene = DeliveryBench::new();
    let recipients = scene.file(&scene.folders(&["08", "09", "nacional"]));
    let mut kills = 0;
    for call in ["write", "fsync", "fdatasync", "rename", "renameat2", "unlink", "fchmod", "openat"] {
        let step = if call == "openat" { 7 } else { 1 };
        for number in (1..).step_by(step) {
            scene.forget();
            for name in ["08", "09", "nacional"] {
                let _ = fs::remove_dir_all(scene.bench.path(name));
                fs::create_dir(scene.bench.path(name)).unwrap();
            }
            if !scene.traced(&recipients, &format!("{call}:signal=SIGKILL:when={number}")) {
                break;
            }
            kills += 1;
            assert_eq!(scene.deliver(&recipients, &[]).code, 0, "{call} {number}");
            for copy in Addressee::ALL {
                let folder = scene.bench.path(copy.entity());
                let zip = folder.join(format!("paquete_{}_2020-09-30.zip", copy.slug()));
                assert_eq!(fs::read(zip).unwrap(), scene.package(copy.slug()), "{call} {number}");
                assert_eq!(common::crash::names(&folder).len(), 2, "{call} {number}: something is left");
            }
        }
    }
    assert!(kills > 30, "{kills} kills");
}

#[test]
fn a_dry_run_writes_drafts_and_no_ledger() {
    let scene = DeliveryBench::new();
    let recipients = scene.unserved("");
    let sent = scene.deliver(&recipients, &["--dry-run"]);
    assert_eq!(sent.code, 0, "{}{}", sent.stdout, sent.stderr);
    let folder = scene.bench.out().join("private/entregas");
    assert_eq!(common::crash::names(&folder).into_iter().collect::<Vec<_>>(), ["borradores"], "no ledger");
    let drafts = folder.join("borradores");
    for name in ["08_chihuahua", "09_ciudad_de_mexico", "nacional"] {
        let path = drafts.join(format!("{name}_2020-09-30_r1.eml"));
        assert!(sent.stdout.contains(path.to_str().unwrap()), "{}", sent.stdout);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read_to_string(&path).unwrap().contains(&format!("paquete_{name}_2020-09-30.zip")));
    }
    let one = scene.deliver(&recipients, &["--dry-run", "--only", "08"]);
    assert!(one.stdout.contains("08_chihuahua") && !one.stdout.contains("09_ciudad"), "{}", one.stdout);
}

#[test]
fn mistakes_are_found_before_anything_is_sent() {
    let scene = DeliveryBench::new();
    let good = scene.folders(&["08", "09", "nacional"]);
    let check = |text: &str, args: &[&str], code: i32, said: &str| {
        let sent = scene.deliver(&scene.file(text), args);
        assert_eq!(sent.code, code, "{}{}", sent.stdout, sent.stderr);
        assert!(sent.stderr.contains(said), "{said}: {}", sent.stderr);
    };
    check(&good.replace("\"09\"", "\"08\""), &[], 2, "recipient `08` is there twice");
    check(&good.replace("\"09\"", "\"10\""), &[], 2, "the release has no package for `10`, only for: 08, 09, nacional");
    check(&scene.folders(&["08", "nacional"]), &[], 2, "no [[recipient]] for 09");
    check(&scene.folders(&["08", "nacional"]), &["--only", "08"], 2, "no [[recipient]] for 09");
    check(&good, &["--only", "08,31"], 2, "--only 31: the release has no package for it");
    check(&good, &["2021-01-15"], 2, "no release 2021-01-15");
    check("[smtp", &[], 2, "recipients.toml:1:");
    fs::create_dir(scene.bench.path("08")).unwrap();
    check(&good.replace("/09\"", "/08/../08\""), &[], 2, "the folder of `09`");
    check(&good.replace("/09\"", "/08/09\""), &[], 2, "one lies in the other");
    let tables = scene.bench.release().join("tablas").display().to_string();
    check(&good, &[&tables], 2, "is no release");
    let other = scene.bench.path("other");
    assert!(std::process::Command::new("cp").arg("-a").arg(scene.bench.out()).arg(&other).status().unwrap().success());
    let release = other.join("releases/2020-09-30").display().to_string();
    check(&good, &[&release], 2, "name it with --output");
    let zip = scene.bench.release().join("paquetes/08_chihuahua/paquete_08_chihuahua_2020-09-30.zip");
    assert!(!scene.bench.out().join("private/entregas/bitacora.jsonl").exists());

    // A modified release is sent to nobody.
    let mut bytes = fs::read(&zip).unwrap();
    bytes[100] ^= 1;
    fs::write(&zip, bytes).unwrap();
    check(&good, &[], 5, "is not what it says");
    assert!(!scene.bench.out().join("private/entregas/bitacora.jsonl").exists());
    // A release without packages has none to send.
    scene.clear_releases();
    scene.run_only("tablas");
    check(&good, &[], 2, "has no packages; `lnere run --corte 2020-09-30");
}

#[test]
fn a_package_that_is_too_large_has_a_link() {
    let scene = DeliveryBench::new();
    scene.swell("08_chihuahua", 8 << 20);
    let sent = scene.deliver(&scene.unserved("max_message_mib = 8\n"), &["--dry-run"]);
    assert!(sent.code == 2 && sent.stderr.contains("set smtp.link_base"), "{}{}", sent.stdout, sent.stderr);
    assert!(!scene.bench.out().join("private/entregas/borradores/nacional_2020-09-30_r1.eml").exists(), "for none");
    let with = scene.unserved("max_message_mib = 8\nlink_base = \"https://archivos.example/lnere/\"\n");
    let sent = scene.deliver(&with, &["--dry-run"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    let draft = |slug: &str| {
        fs::read_to_string(scene.bench.out().join(format!("private/entregas/borradores/{slug}_2020-09-30_r1.eml")))
            .unwrap()
    };
    let link = "https://archivos.example/lnere/2020-09-30.r1/paquetes/08_chihuahua/paquete_08_chihuahua_2020-09-30.zip";
    let plain = draft("08_chihuahua").replace("=\r\n", "");
    assert!(plain.contains(link), "{}", &plain[..4_000]);
    assert!(!plain.contains("application/zip"));
    assert!(draft("09_ciudad_de_mexico").contains("application/zip"), "others have theirs");

    // After a revision, the link leads to the file with the stated checksum, by the rule of
    // deploy/paquetes.nginx.conf.
    let rule = "try_files /superseded/$corte.r$revision/paquetes/$carpeta/$archivo /releases/$corte/paquetes/$carpeta/$archivo =404;";
    let deployed = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/paquetes.nginx.conf")).unwrap();
    assert!(deployed.contains(rule));
    let file = "paquetes/08_chihuahua/paquete_08_chihuahua_2020-09-30.zip";
    let served = |revision: u32| {
        let superseded = scene.bench.out().join(format!("superseded/2020-09-30.r{revision}/{file}"));
        fs::read(superseded)
            .unwrap_or_else(|_| fs::read(scene.bench.out().join("releases/2020-09-30").join(file)).unwrap())
    };
    assert!(plain.contains(&sum(&served(1))), "the sum of the message is that of the file");
    scene.late_application();
    scene.run(&[]);
    assert!(scene.bench.out().join("superseded/2020-09-30.r1").is_dir());
    assert!(plain.contains(&sum(&served(1))) && !plain.contains(&sum(&served(2))));
    assert!(plain.contains("de la revisi=C3=B3n 1 de este corte"), "{plain}");
}

#[test]
fn an_unreadable_ledger_sends_nothing() {
    let scene = DeliveryBench::new();
    let recipients = scene.file(&scene.folders(&["08", "09", "nacional"]));
    let folder = scene.bench.out().join("private/entregas");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("bitacora.jsonl"), "one\ntwo\nthree\n").unwrap();
    let sent = scene.deliver(&recipients, &[]);
    assert!(sent.code == 1 && sent.stderr.contains("bitacora.jsonl:1: is no entry"), "{}", sent.stderr);
    assert!(scene.status().contains("not known: "), "{}", scene.status());
}
