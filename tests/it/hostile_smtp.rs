//! Tests of mail servers that misbehave by mistake or on purpose, and of an attacker in between.
//! The ledger records `accepted` only for messages that the server accepted, and each delivery
//! ends.

use std::fs;
use std::time::{Duration, Instant};

use crate::common::post::{Addressee, DeliveryBench, Ended, MailServerProcess, Office, RecipientsFile};

/// Delivers, and measures the time.
fn timed(scene: &DeliveryBench, recipients: &RecipientsFile) -> (Ended, Duration) {
    let start = Instant::now();
    (scene.deliver(recipients, &[]), start.elapsed())
}

fn events(scene: &DeliveryBench, event: &str) -> usize {
    scene.entries().iter().filter(|(name, _)| name == event).count()
}

fn text(ended: &Ended) -> String {
    format!("exit {}\n{}{}", ended.code, ended.stdout, ended.stderr)
}

/// RFC 3207, section 6, and CVE-2011-0411: text that an attacker adds after the reply to STARTTLS
/// must not answer commands over TLS.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_man_in_the_middle_answers_for_nobody() {
    for (injected, said) in [("together", "somebody in between may be forging answers"), ("later", "message")] {
        let scene = DeliveryBench::new();
        let office = Office::new();
        let post = office.serve("starttls", "good");
        let refuses = Addressee::ALL.map(|one| format!("\"{}\": {{\"rcpt\": \"550 5.7.1 no\"}}", one.address()));
        post.rules(&format!("{{{}}}", refuses.join(",")));
        let between = office.between(&post, injected);
        let sent = scene.deliver(&scene.recipients(&between, ""), &[]);
        assert_eq!(sent.code, 7, "{injected}: {}", text(&sent));
        assert!(sent.stdout.contains(said), "{injected}: {}", text(&sent));
        assert!(!sent.stderr.contains("tried again"), "{injected}: {}", text(&sent));
        assert_eq!((events(&scene, "accepted"), events(&scene, "failed")), (0, 3), "{injected}: {}", scene.ledger());
        assert_eq!(post.log_lines("AUTH"), 0, "{injected}: no password");
        assert!(post.mails().is_empty());
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_reply_that_is_not_utf8_is_an_acceptance() {
    let scene = DeliveryBench::new();
    let rules = r#"{"at": "end", "do": "say", "reply": "250 2.0.0 Aceptado: está en la cola"}"#;
    let post = Office::new().hostile("starttls", rules);
    let recipients = scene.recipients(&post, "");
    let sent = scene.deliver(&recipients, &[]);
    assert!(sent.code == 0 && sent.stdout.contains("Aceptado: está en la cola"), "{}", text(&sent));
    assert_eq!(post.log_lines("TAKEN"), 3);
    assert_eq!((events(&scene, "accepted"), events(&scene, "failed")), (3, 0));
    assert!(scene.deliver(&recipients, &[]).stdout.contains("0 delivered, 3 had before"));
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_reply_without_an_end_is_not_read_to_it() {
    let scene = DeliveryBench::new();
    let office = Office::new();
    for at in ["greeting", "EHLO", "AUTH", "RCPT", "end"] {
        for (reply, said) in
            [("250 xxxxxxxx", "a line of more than 4096 bytes"), ("250-x\\r\\n", "more than 128 lines")]
        {
            scene.forget();
            let rules = format!(r#"{{"at": "{at}", "do": "endless", "reply": "{reply}"}}"#);
            let post = office.hostile("tls", &rules);
            let (sent, time) = timed(&scene, &scene.recipients(&post, "").patience(&scene, 5, 2));
            assert!(sent.code == 7 && sent.stdout.contains(said), "{at} {reply}: {}", text(&sent));
            assert_eq!(events(&scene, "accepted"), 0);
            assert!(time < Duration::from_secs(5), "{at} {reply}: {time:?}");
            let bytes = wait_for(&post, "SENT");
            assert!(bytes < 16 << 20, "{at} {reply}: it read on for {bytes} bytes");
        }
    }
}

/// The first number in the log after a word; the server may write it with a delay.
fn wait_for(post: &MailServerProcess, start: &str) -> u64 {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(number) = post.log_numbers(start).first() {
            return *number;
        }
        assert!(Instant::now() < until, "the log has no {start}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_letter_now_and_then_puts_nothing_off() {
    let scene = DeliveryBench::new();
    let office = Office::new();
    for (security, at) in
        [("starttls", "greeting"), ("starttls", "EHLO"), ("tls", "AUTH"), ("tls", "RCPT"), ("tls", "end")]
    {
        scene.forget();
        let post = office.hostile(security, &format!(r#"{{"at": "{at}", "do": "trickle", "reply": "250-x\r\n"}}"#));
        let (sent, time) = timed(&scene, &scene.recipients(&post, "").patience(&scene, 2, 2));
        assert!(sent.code == 7 && sent.stdout.contains("did not answer in time"), "{at}: {}", text(&sent));
        assert_eq!(events(&scene, "accepted"), 0);
        assert!(time < Duration::from_secs(7), "{at}: {time:?}, two attempts of two seconds");
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn silence_is_waited_for_once_in_a_round() {
    let scene = DeliveryBench::new();
    let office = Office::new();
    for at in ["greeting", "RCPT", "end"] {
        scene.forget();
        let post = office.hostile("tls", &format!(r#"{{"at": "{at}", "do": "silence"}}"#));
        let (sent, time) = timed(&scene, &scene.recipients(&post, "").patience(&scene, 2, 2));
        assert!(sent.code == 7 && sent.stdout.contains("did not answer in time"), "{at}: {}", text(&sent));
        assert!(time < Duration::from_secs(7), "{at}: {time:?}, two attempts of two seconds");
    }
    // The next round begins with the recipients that the last one did not reach. A message that
    // breaks the server delays nobody else.
    scene.forget();
    let post = office.hostile("tls", r#"{"at": "end", "to": "opl08@opl.example", "do": "silence"}"#);
    let (sent, time) = timed(&scene, &scene.recipients(&post, "").patience(&scene, 2, 3));
    assert!(sent.code == 7 && sent.stdout.contains("2 delivered, 0 had before, 1 failed"), "{}", text(&sent));
    assert_eq!(post.log_lines("TAKEN"), 2);
    assert!(time < Duration::from_secs(10), "{time:?}, three attempts of two seconds");
}

/// Refusals that arrive just before each deadline do not extend a delivery without end.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_has_the_time_of_one_message_to_take_one() {
    let scene = DeliveryBench::new();
    let rules = r#"{"at": "RCPT", "do": "slow", "seconds": 2, "reply": "451 4.7.1 later"}"#;
    let post = Office::new().hostile("tls", rules);
    let (sent, time) = timed(&scene, &scene.recipients(&post, "").patience(&scene, 3, 2));
    assert_eq!(sent.code, 7, "{}", text(&sent));
    assert!(time < Duration::from_secs(9), "{time:?}, two rounds of three seconds");
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_that_closes_after_each_message_gets_them_all_in_one_round() {
    for security in ["starttls", "tls"] {
        let scene = DeliveryBench::new();
        let post = Office::new().hostile(security, r#"{"close": true}"#);
        let sent = scene.deliver(&scene.recipients(&post, ""), &[]);
        assert!(sent.code == 0 && !sent.stderr.contains("again"), "{}", text(&sent));
        assert_eq!((post.log_lines("TAKEN"), post.log_lines("AUTH")), (3, 3), "a connection for each");
        assert_eq!((events(&scene, "accepted"), events(&scene, "failed")), (3, 0));
    }
}

/// A reply that arrived before the command does not answer it.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_that_answers_twice_is_not_believed() {
    let scene = DeliveryBench::new();
    let office = Office::new();
    for (at, reply) in [
        ("RCPT", "250 ok\\r\\n354 go\\r\\n250 taken"),
        ("DATA", "354 go\\r\\n250 taken"),
        ("MAIL", "250 ok\\r\\n250 ok"),
    ] {
        scene.forget();
        let post = office.hostile("tls", &format!(r#"{{"at": "{at}", "do": "say", "reply": "{reply}"}}"#));
        let sent = scene.deliver(&scene.recipients(&post, "").patience(&scene, 5, 2), &[]);
        assert!(sent.code == 7 && sent.stdout.contains("answered what it was not asked"), "{at}: {}", text(&sent));
        assert_eq!(events(&scene, "accepted"), 0, "{at}: {}", scene.ledger());
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_password_that_a_server_repeats_is_masked() {
    let scene = DeliveryBench::new();
    let office = Office::new();
    let plain = "AGxuZXJlAENvbnRyYXNlw7FhLWRlLXBydWViYQ==";
    let (clear, alone) = ("Contrase\\u00c3\\u00b1a-de-prueba", "Q29udHJhc2XDsWEtZGUtcHJ1ZWJh");
    let replies = [
        ("AUTH", "535 5.7.8 no: {line}".to_owned()),
        ("AUTH", format!("535-5.7.8 the user's\\r\\n535 password '{clear}' is wrong")),
        ("RCPT", format!("550 login with {alone} was from elsewhere")),
        ("end", format!("250 taken, Contrase\\u00f1a-de-prueba {plain}")),
    ];
    for (at, reply) in replies {
        scene.forget();
        let post = office.hostile("tls", &format!(r#"{{"at": "{at}", "do": "say", "reply": "{reply}"}}"#));
        let sent = scene.deliver(&scene.recipients(&post, ""), &["-v"]);
        let code = if at == "end" { 0 } else { 7 };
        assert!(sent.code == code && sent.stdout.contains("<…>"), "{at}: {}", text(&sent));
        let json = scene.deliver(&scene.recipients(&post, ""), &["--format", "json"]);
        for said in [&sent.stdout, &sent.stderr, &json.stdout, &json.stderr, &scene.ledger(), &scene.status()] {
            let shown = ["de-prueba", "Contrase", "b250cmFz", plain, alone].iter().any(|form| said.contains(form));
            assert!(!shown, "{at} {reply}: {said}");
        }
    }
}

/// `security = "none"` is permitted only for this machine, without a password.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_of_this_machine_needs_no_encryption() {
    let scene = DeliveryBench::new();
    let post = Office::new().hostile("none", "{}");
    let recipients = scene.recipients(&post, "");
    let text: Vec<&str> = recipients
        .text
        .lines()
        .filter(|line| !["ca_file", "user"].iter().any(|key| line.starts_with(key)))
        .map(|line| if line.starts_with("security") { "security = \"none\"" } else { line })
        .collect();
    let sent = scene.deliver(&scene.file(&text.join("\n")), &[]);
    assert_eq!(sent.code, 0, "{}", self::text(&sent));
    assert_eq!((post.log_lines("TAKEN"), post.log_lines("AUTH")), (3, 0));
}

#[test]
fn what_others_may_write_decides_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let scene = DeliveryBench::new();
    let recipients = scene.file(&scene.folders(&["08", "09", "nacional"]));
    for name in ["08", "09", "nacional"] {
        fs::create_dir(scene.bench.path(name)).unwrap();
    }
    let mode = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for open in [0o664, 0o646, 0o622] {
        mode(&recipients.path, open);
        let sent = scene.deliver(&recipients, &[]);
        let command = format!("`chmod go-w {}`", recipients.path.display());
        assert!(sent.code == 2 && sent.stderr.contains(&command), "{open:o}: {}", text(&sent));
        assert!(sent.stderr.contains(&format!("has the mode {open:04o}")), "{}", text(&sent));
        assert!(scene.ledger().is_empty(), "nothing was delivered");
    }
    mode(&recipients.path, 0o640);
    assert_eq!(scene.deliver(&recipients, &[]).code, 0, "the group may read it");

    // The trusted certificates.
    let ca = scene.bench.path("ca.pem");
    fs::write(&ca, "").unwrap();
    mode(&ca, 0o666);
    let by_mail = scene.unserved(&format!("ca_file = {ca:?}\n"));
    let sent = scene.deliver(&by_mail, &[]);
    assert!(sent.code == 2 && sent.stderr.contains("chmod go-w"), "{}", text(&sent));
}

#[test]
fn a_ledger_line_that_was_damaged_with_its_end_is_no_torn_one() {
    let scene = DeliveryBench::new();
    let recipients = scene.file(&scene.folders(&["08", "09", "nacional"]));
    for name in ["08", "09", "nacional"] {
        fs::create_dir(scene.bench.path(name)).unwrap();
    }
    assert_eq!(scene.deliver(&recipients, &[]).code, 0);
    let path = scene.bench.out().join("private/entregas/bitacora.jsonl");
    let whole = fs::read(&path).unwrap();
    let ends: Vec<usize> = (0..whole.len()).filter(|place| whole[*place] == b'\n').collect();
    assert_eq!(ends.len(), 6);
    for (place, end) in ends.iter().enumerate() {
        let mut bytes = whole.clone();
        bytes[end - 4..=*end].fill(b'X');
        fs::write(&path, &bytes).unwrap();
        let sent = scene.deliver(&recipients, &[]);
        let named = format!("bitacora.jsonl:{}: is no entry of the ledger", place + 1);
        assert!(sent.code == 1 && sent.stderr.contains(&named), "line {}: {}", place + 1, text(&sent));
        assert_eq!(fs::read(&path).unwrap(), bytes, "left as it is");
    }
}
