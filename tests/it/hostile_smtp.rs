//! Tests of mail servers that misbehave by mistake or on purpose, and of an attacker in between.
//! The ledger records `accepted` only for messages that the server accepted, and each delivery
//! ends.

use std::fs;
use std::time::{Duration, Instant};

use crate::common::delivery::{
    Addressee, CommandResult, DeliveryBench, MailServerFixture, MailServerProcess, RecipientsFile,
};

/// Delivers, and measures the time.
fn deliver_timed(delivery_bench: &DeliveryBench, recipients: &RecipientsFile) -> (CommandResult, Duration) {
    let start = Instant::now();
    (delivery_bench.deliver(recipients, &[]), start.elapsed())
}

fn event_count(delivery_bench: &DeliveryBench, event: &str) -> usize {
    delivery_bench.ledger_events().iter().filter(|(name, _)| name == event).count()
}

fn result_text(ended: &CommandResult) -> String {
    format!("exit {}\n{}{}", ended.code, ended.stdout, ended.stderr)
}

/// RFC 3207, section 6, and CVE-2011-0411: text that an attacker adds after the reply to STARTTLS
/// must not answer commands over TLS.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_man_in_the_middle_answers_for_nobody() {
    for (injected, said) in [("together", "somebody in between may be forging answers"), ("later", "message")] {
        let delivery_bench = DeliveryBench::new();
        let office = MailServerFixture::new();
        let server = office.serve("starttls", "good");
        let refuses = Addressee::ALL.map(|one| format!("\"{}\": {{\"rcpt\": \"550 5.7.1 no\"}}", one.address()));
        server.rules(&format!("{{{}}}", refuses.join(",")));
        let between = office.intercept(&server, injected);
        let sent = delivery_bench.deliver(&delivery_bench.mail_recipients(&between, ""), &[]);
        assert_eq!(sent.code, 7, "{injected}: {}", result_text(&sent));
        assert!(sent.stdout.contains(said), "{injected}: {}", result_text(&sent));
        assert!(!sent.stderr.contains("tried again"), "{injected}: {}", result_text(&sent));
        assert_eq!(
            (event_count(&delivery_bench, "accepted"), event_count(&delivery_bench, "failed")),
            (0, 3),
            "{injected}: {}",
            delivery_bench.ledger()
        );
        assert_eq!(server.log_lines("AUTH"), 0, "{injected}: no password");
        assert!(server.mails().is_empty());
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_reply_that_is_not_utf8_is_an_acceptance() {
    let delivery_bench = DeliveryBench::new();
    let rules = r#"{"at": "end", "do": "say", "reply": "250 2.0.0 Aceptado: está en la cola"}"#;
    let server = MailServerFixture::new().serve_hostile("starttls", rules);
    let recipients = delivery_bench.mail_recipients(&server, "");
    let sent = delivery_bench.deliver(&recipients, &[]);
    assert!(sent.code == 0 && sent.stdout.contains("Aceptado: está en la cola"), "{}", result_text(&sent));
    assert_eq!(server.log_lines("TAKEN"), 3);
    assert_eq!((event_count(&delivery_bench, "accepted"), event_count(&delivery_bench, "failed")), (3, 0));
    assert!(delivery_bench.deliver(&recipients, &[]).stdout.contains("0 delivered, 3 had before"));
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_reply_without_an_end_is_not_read_to_it() {
    let delivery_bench = DeliveryBench::new();
    let office = MailServerFixture::new();
    for at in ["greeting", "EHLO", "AUTH", "RCPT", "end"] {
        for (reply, said) in
            [("250 xxxxxxxx", "a line of more than 4096 bytes"), ("250-x\\r\\n", "more than 128 lines")]
        {
            delivery_bench.remove_ledger();
            let rules = format!(r#"{{"at": "{at}", "do": "endless", "reply": "{reply}"}}"#);
            let server = office.serve_hostile("tls", &rules);
            let (sent, time) = deliver_timed(
                &delivery_bench,
                &delivery_bench.mail_recipients(&server, "").with_limits(&delivery_bench, 5, 2),
            );
            assert!(sent.code == 7 && sent.stdout.contains(said), "{at} {reply}: {}", result_text(&sent));
            assert_eq!(event_count(&delivery_bench, "accepted"), 0);
            assert!(time < Duration::from_secs(5), "{at} {reply}: {time:?}");
            let bytes = wait_for_log_number(&server, "SENT");
            assert!(bytes < 16 << 20, "{at} {reply}: it read on for {bytes} bytes");
        }
    }
}

/// The first number in the log after a word; the server may write it with a delay.
fn wait_for_log_number(server: &MailServerProcess, start: &str) -> u64 {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(number) = server.log_numbers(start).first() {
            return *number;
        }
        assert!(Instant::now() < until, "the log has no {start}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_letter_now_and_then_puts_nothing_off() {
    let delivery_bench = DeliveryBench::new();
    let office = MailServerFixture::new();
    for (security, at) in
        [("starttls", "greeting"), ("starttls", "EHLO"), ("tls", "AUTH"), ("tls", "RCPT"), ("tls", "end")]
    {
        delivery_bench.remove_ledger();
        let server =
            office.serve_hostile(security, &format!(r#"{{"at": "{at}", "do": "trickle", "reply": "250-x\r\n"}}"#));
        let (sent, time) = deliver_timed(
            &delivery_bench,
            &delivery_bench.mail_recipients(&server, "").with_limits(&delivery_bench, 2, 2),
        );
        assert!(sent.code == 7 && sent.stdout.contains("did not answer in time"), "{at}: {}", result_text(&sent));
        assert_eq!(event_count(&delivery_bench, "accepted"), 0);
        assert!(time < Duration::from_secs(7), "{at}: {time:?}, two attempts of two seconds");
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn silence_is_waited_for_once_in_a_round() {
    let delivery_bench = DeliveryBench::new();
    let office = MailServerFixture::new();
    for at in ["greeting", "RCPT", "end"] {
        delivery_bench.remove_ledger();
        let server = office.serve_hostile("tls", &format!(r#"{{"at": "{at}", "do": "silence"}}"#));
        let (sent, time) = deliver_timed(
            &delivery_bench,
            &delivery_bench.mail_recipients(&server, "").with_limits(&delivery_bench, 2, 2),
        );
        assert!(sent.code == 7 && sent.stdout.contains("did not answer in time"), "{at}: {}", result_text(&sent));
        assert!(time < Duration::from_secs(7), "{at}: {time:?}, two attempts of two seconds");
    }
    // The next round begins with the recipients that the last one did not reach. A message that
    // breaks the server delays nobody else.
    delivery_bench.remove_ledger();
    let server = office.serve_hostile("tls", r#"{"at": "end", "to": "opl08@opl.example", "do": "silence"}"#);
    let (sent, time) =
        deliver_timed(&delivery_bench, &delivery_bench.mail_recipients(&server, "").with_limits(&delivery_bench, 2, 3));
    assert!(sent.code == 7 && sent.stdout.contains("2 delivered, 0 had before, 1 failed"), "{}", result_text(&sent));
    assert_eq!(server.log_lines("TAKEN"), 2);
    assert!(time < Duration::from_secs(10), "{time:?}, three attempts of two seconds");
}

/// Refusals that arrive just before each deadline do not extend a delivery without end.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_has_the_time_of_one_message_to_take_one() {
    let delivery_bench = DeliveryBench::new();
    let rules = r#"{"at": "RCPT", "do": "slow", "seconds": 2, "reply": "451 4.7.1 later"}"#;
    let server = MailServerFixture::new().serve_hostile("tls", rules);
    let (sent, time) =
        deliver_timed(&delivery_bench, &delivery_bench.mail_recipients(&server, "").with_limits(&delivery_bench, 3, 2));
    assert_eq!(sent.code, 7, "{}", result_text(&sent));
    assert!(time < Duration::from_secs(9), "{time:?}, two rounds of three seconds");
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_that_closes_after_each_message_gets_them_all_in_one_round() {
    for security in ["starttls", "tls"] {
        let delivery_bench = DeliveryBench::new();
        let server = MailServerFixture::new().serve_hostile(security, r#"{"close": true}"#);
        let sent = delivery_bench.deliver(&delivery_bench.mail_recipients(&server, ""), &[]);
        assert!(sent.code == 0 && !sent.stderr.contains("again"), "{}", result_text(&sent));
        assert_eq!((server.log_lines("TAKEN"), server.log_lines("AUTH")), (3, 3), "a connection for each");
        assert_eq!((event_count(&delivery_bench, "accepted"), event_count(&delivery_bench, "failed")), (3, 0));
    }
}

/// A reply that arrived before the command does not answer it.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_that_answers_twice_is_not_believed() {
    let delivery_bench = DeliveryBench::new();
    let office = MailServerFixture::new();
    for (at, reply) in [
        ("RCPT", "250 ok\\r\\n354 go\\r\\n250 taken"),
        ("DATA", "354 go\\r\\n250 taken"),
        ("MAIL", "250 ok\\r\\n250 ok"),
    ] {
        delivery_bench.remove_ledger();
        let server = office.serve_hostile("tls", &format!(r#"{{"at": "{at}", "do": "say", "reply": "{reply}"}}"#));
        let sent = delivery_bench
            .deliver(&delivery_bench.mail_recipients(&server, "").with_limits(&delivery_bench, 5, 2), &[]);
        assert!(
            sent.code == 7 && sent.stdout.contains("answered what it was not asked"),
            "{at}: {}",
            result_text(&sent)
        );
        assert_eq!(event_count(&delivery_bench, "accepted"), 0, "{at}: {}", delivery_bench.ledger());
    }
}

#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_password_that_a_server_repeats_is_masked() {
    let delivery_bench = DeliveryBench::new();
    let office = MailServerFixture::new();
    let plain = "AGxuZXJlAENvbnRyYXNlw7FhLWRlLXBydWViYQ==";
    let (clear, alone) = ("Contrase\\u00c3\\u00b1a-de-prueba", "Q29udHJhc2XDsWEtZGUtcHJ1ZWJh");
    let replies = [
        ("AUTH", "535 5.7.8 no: {line}".to_owned()),
        ("AUTH", format!("535-5.7.8 the user's\\r\\n535 password '{clear}' is wrong")),
        ("RCPT", format!("550 login with {alone} was from elsewhere")),
        ("end", format!("250 taken, Contrase\\u00f1a-de-prueba {plain}")),
    ];
    for (at, reply) in replies {
        delivery_bench.remove_ledger();
        let server = office.serve_hostile("tls", &format!(r#"{{"at": "{at}", "do": "say", "reply": "{reply}"}}"#));
        let sent = delivery_bench.deliver(&delivery_bench.mail_recipients(&server, ""), &["-v"]);
        let code = if at == "end" { 0 } else { 7 };
        assert!(sent.code == code && sent.stdout.contains("<…>"), "{at}: {}", result_text(&sent));
        let json = delivery_bench.deliver(&delivery_bench.mail_recipients(&server, ""), &["--format", "json"]);
        for said in
            [&sent.stdout, &sent.stderr, &json.stdout, &json.stderr, &delivery_bench.ledger(), &delivery_bench.status()]
        {
            let shown = ["de-prueba", "Contrase", "b250cmFz", plain, alone].iter().any(|form| said.contains(form));
            assert!(!shown, "{at} {reply}: {said}");
        }
    }
}

/// `security = "none"` is permitted only for this machine, without a password.
#[test]
#[ignore = "needs aiosmtpd: tests/run starts it"]
fn a_server_of_this_machine_needs_no_encryption() {
    let delivery_bench = DeliveryBench::new();
    let server = MailServerFixture::new().serve_hostile("none", "{}");
    let recipients = delivery_bench.mail_recipients(&server, "");
    let text: Vec<&str> = recipients
        .text
        .lines()
        .filter(|line| !["ca_file", "user"].iter().any(|key| line.starts_with(key)))
        .map(|line| if line.starts_with("security") { "security = \"none\"" } else { line })
        .collect();
    let sent = delivery_bench.deliver(&delivery_bench.write_recipients(&text.join("\n")), &[]);
    assert_eq!(sent.code, 0, "{}", self::result_text(&sent));
    assert_eq!((server.log_lines("TAKEN"), server.log_lines("AUTH")), (3, 0));
}

#[test]
fn what_others_may_write_decides_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.write_recipients_with_folders(&["08", "09", "nacional"]);
    let mode = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for open in [0o664, 0o646, 0o622] {
        mode(&recipients.path, open);
        let sent = delivery_bench.deliver(&recipients, &[]);
        let command = format!("`chmod go-w {}`", recipients.path.display());
        assert!(sent.code == 2 && sent.stderr.contains(&command), "{open:o}: {}", result_text(&sent));
        assert!(sent.stderr.contains(&format!("has the mode {open:04o}")), "{}", result_text(&sent));
        assert!(delivery_bench.ledger().is_empty(), "nothing was delivered");
    }
    mode(&recipients.path, 0o640);
    assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0, "the group may read it");

    // The trusted certificates.
    let ca = delivery_bench.bench.path("ca.pem");
    fs::write(&ca, "").unwrap();
    mode(&ca, 0o666);
    let by_mail = delivery_bench.recipients_without_server(&format!("ca_file = {ca:?}\n"));
    let sent = delivery_bench.deliver(&by_mail, &[]);
    assert!(sent.code == 2 && sent.stderr.contains("chmod go-w"), "{}", result_text(&sent));
}

#[test]
fn a_ledger_line_that_was_damaged_with_its_end_is_no_torn_one() {
    let delivery_bench = DeliveryBench::new();
    let recipients = delivery_bench.write_recipients_with_folders(&["08", "09", "nacional"]);
    assert_eq!(delivery_bench.deliver(&recipients, &[]).code, 0);
    let path = delivery_bench.bench.out().join("private/entregas/bitacora.jsonl");
    let whole = fs::read(&path).unwrap();
    let ends: Vec<usize> = (0..whole.len()).filter(|place| whole[*place] == b'\n').collect();
    assert_eq!(ends.len(), 6);
    for (place, end) in ends.iter().enumerate() {
        let mut bytes = whole.clone();
        bytes[end - 4..=*end].fill(b'X');
        fs::write(&path, &bytes).unwrap();
        let sent = delivery_bench.deliver(&recipients, &[]);
        let named = format!("bitacora.jsonl:{}: is no entry of the ledger", place + 1);
        assert!(sent.code == 1 && sent.stderr.contains(&named), "line {}: {}", place + 1, result_text(&sent));
        assert_eq!(fs::read(&path).unwrap(), bytes, "left as it is");
    }
}
