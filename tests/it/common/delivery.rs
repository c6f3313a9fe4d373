//! Helpers for delivery tests: a release with packages, a recipients file, and the mail server of
//! `tests/smtp_server.py`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{APPLICATION_HEADER, Bench, GOOD_APPLICATION, csv, lnere};

/// The recipients of the process of these tests.
#[derive(Clone, Copy, Debug)]
pub enum Addressee {
    Chihuahua,
    Capital,
    Nation,
}

impl Addressee {
    pub const ALL: [Self; 3] = [Self::Chihuahua, Self::Capital, Self::Nation];

    pub fn entity(self) -> &'static str {
        ["08", "09", "nacional"][self as usize]
    }

    pub fn slug(self) -> &'static str {
        ["08_chihuahua", "09_ciudad_de_mexico", "nacional"][self as usize]
    }

    pub fn address(self) -> &'static str {
        ["opl08@opl.example", "opl09@opl.example", "grupo@opl.example"][self as usize]
    }
}

/// A release of a process with two entities, with their packages.
pub struct DeliveryBench {
    pub bench: Bench,
}

/// A recipients file and its password.
pub struct RecipientsFile {
    pub path: PathBuf,
    pub text: String,
    password: String,
}

impl RecipientsFile {
    /// Sets other limits than 10 seconds for a step, 60 seconds for a message, and 3 attempts.
    pub fn with_limits(self, delivery_bench: &DeliveryBench, seconds: u32, attempts: u32) -> Self {
        let text = self.text.replace("timeout_seconds = 10", &format!("timeout_seconds = {seconds}"));
        let text = text.replace("reply_seconds = 60", &format!("reply_seconds = {seconds}"));
        delivery_bench.write_recipients(&text.replace("attempts = 3", &format!("attempts = {attempts}")))
    }

    pub fn with_password(mut self, password: &str) -> Self {
        password.clone_into(&mut self.password);
        self
    }
}

/// The result of a delivery.
pub struct CommandResult {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl DeliveryBench {
    pub fn new() -> Self {
        let pipelines = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml"));
        let pipelines = pipelines.unwrap();
        let start = pipelines.find("entities = [").unwrap();
        let entities = &pipelines[start..=start + pipelines[start..].find(']').unwrap()];
        let delivery_bench = Self {
            bench: Bench::new()
                .without_projection()
                .without_comparisons()
                .with_edit(entities, "entities = [\"08\", \"09\"]"),
        };
        delivery_bench.exports("20200930", 2);
        delivery_bench.run(&[]);
        delivery_bench
    }

    fn exports(&self, day: &str, of_chihuahua: usize) {
        let row = |n: usize, entity: &str| {
            GOOD_APPLICATION.replacen("A1", &format!("{entity}{n}"), 1).replace(",08,", &format!(",{entity},"))
        };
        let rows: Vec<String> = (0..of_chihuahua).map(|n| row(n, "08")).chain([row(0, "09")]).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        fs::write(self.bench.inputs().join(format!("solicitudes_{day}.csv")), csv(APPLICATION_HEADER, &rows)).unwrap();
        let credentials = csv(super::CREDENTIAL_HEADER, &[super::GOOD_CREDENTIAL]);
        fs::write(self.bench.inputs().join(format!("credenciales_{day}.csv")), credentials).unwrap();
    }

    /// Adds a newer export with an additional application of Chihuahua, dated before the corte.
    pub fn add_late_application(&self) {
        self.exports("20201015", 3);
    }

    /// Publishes the corte of 2020-09-30, or that of the arguments.
    pub fn run(&self, args: &[&str]) {
        let corte: &[&str] = if args.is_empty() { &["--corte", "2020-09-30"] } else { args };
        let parts = ["--only", "tablas,graficas,paquetes"];
        let output = self.bench.command("run", corte).args(parts).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn run_only(&self, parts: &str) {
        let output = self.bench.command("run", &["--corte", "2020-09-30", "--only", parts]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn package(&self, slug: &str) -> Vec<u8> {
        let corte = "2020-09-30";
        fs::read(self.bench.release().join(format!("paquetes/{slug}/paquete_{slug}_{corte}.zip"))).unwrap()
    }

    /// Makes a package larger, and corrects the checksums.
    pub fn enlarge_package(&self, slug: &str, by: usize) {
        let release = self.bench.release();
        let file = format!("paquetes/{slug}/paquete_{slug}_2020-09-30.zip");
        let package = self.package(slug);
        let old = sha256_hex(&package);
        // A ZIP is read from its end.
        let bytes: Vec<u8> = (0..by).map(|n| (n * 31 % 251) as u8).chain(package).collect();
        fs::write(release.join(&file), &bytes).unwrap();
        let sums = fs::read_to_string(release.join("SHA256SUMS")).unwrap().replace(&old, &sha256_hex(&bytes));
        fs::write(release.join("SHA256SUMS"), sums).unwrap();
    }

    /// Removes the releases from the output, but not the ledger.
    pub fn hide_releases(&self) {
        fs::rename(self.bench.out().join("releases"), self.bench.path("hidden")).unwrap();
    }

    pub fn clear_releases(&self) {
        fs::remove_dir_all(self.bench.out().join("releases")).unwrap();
    }

    pub fn write_recipients(&self, text: &str) -> RecipientsFile {
        let path = self.bench.path("recipients.toml");
        fs::write(&path, text).unwrap();
        RecipientsFile { path, text: text.to_owned(), password: "Contraseña-de-prueba".to_owned() }
    }

    /// A recipients file with mail for all recipients over a server; `more` is added to the section
    /// of the server.
    pub fn mail_recipients(&self, server: &MailServerProcess, more: &str) -> RecipientsFile {
        let security = if server.security == "tls" { "tls" } else { "starttls" };
        let ca = server.folder.join("ca.pem").display().to_string();
        let lines =
            format!("port = {}\nsecurity = \"{security}\"\nca_file = {ca:?}\nuser = \"lnere\"\n{more}", server.port);
        self.by_mail(&lines)
    }

    /// The same recipients file without a running server.
    pub fn recipients_without_server(&self, more: &str) -> RecipientsFile {
        self.by_mail(&format!("port = 9\n{more}"))
    }

    fn by_mail(&self, lines: &str) -> RecipientsFile {
        let mut text = format!(
            "[smtp]\nhost = \"localhost\"\nfrom = \"INE · LNERE <lnere@ine.example>\"\ntimeout_seconds = 10\nreply_seconds = 60\n\
             {lines}\n[retry]\nattempts = 3\nwait_seconds = 0\n"
        );
        for copy in Addressee::ALL {
            text.push_str(&format!("\n[[recipient]]\nentity = \"{}\"\nto = [\"{}\"]\n", copy.entity(), copy.address()));
        }
        self.write_recipients(&text)
    }

    /// A recipients file with a folder for each recipient, named after it.
    pub fn folder_recipients(&self, entities: &[&str]) -> String {
        let one = |entity: &&str| {
            let folder = self.bench.path(entity).display().to_string();
            format!("[[recipient]]\nentity = \"{entity}\"\nfolder = {folder:?}\n")
        };
        format!("[retry]\nattempts = 2\nwait_seconds = 0\n{}", entities.iter().map(one).collect::<String>())
    }

    /// Makes the folder of each recipient, and writes the recipients file that names them.
    pub fn write_recipients_with_folders(&self, entities: &[&str]) -> RecipientsFile {
        for entity in entities {
            fs::create_dir(self.bench.path(entity)).unwrap();
        }
        self.write_recipients(&self.folder_recipients(entities))
    }

    fn arguments(&self, recipients: &RecipientsFile, args: &[&str]) -> Vec<String> {
        let paths = [recipients.path.display().to_string(), self.bench.out().display().to_string()];
        let [file, out] = paths;
        let words = ["deliver".to_owned(), "--recipients".to_owned(), file, "--output".to_owned(), out];
        words.into_iter().chain(args.iter().map(|arg| (*arg).to_owned())).collect()
    }

    pub fn deliver(&self, recipients: &RecipientsFile, args: &[&str]) -> CommandResult {
        let mut command = lnere();
        command.env("LNERE_SMTP_PASSWORD", &recipients.password).args(self.arguments(recipients, args));
        command_result(&command.output().unwrap())
    }

    pub fn spawn(&self, recipients: &RecipientsFile, args: &[&str]) -> Child {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("lnere"));
        command.env("LNERE_SMTP_PASSWORD", &recipients.password).args(self.arguments(recipients, args));
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Delivers under strace, which makes a call fail.
    pub fn deliver_with_fault(&self, recipients: &RecipientsFile, fault: &str) -> CommandResult {
        let call = fault.split(':').next().unwrap();
        let mut command = Command::new("strace");
        command.args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace=?{call}"),
            "-e",
            &format!("inject=?{fault}"),
        ]);
        command.arg(assert_cmd::cargo::cargo_bin!("lnere")).args(self.arguments(recipients, &[]));
        command_result(&command.env("LNERE_SMTP_PASSWORD", &recipients.password).env("NO_COLOR", "1").output().unwrap())
    }

    /// The same delivery; returns whether it was killed.
    #[track_caller]
    pub fn is_killed_by(&self, recipients: &RecipientsFile, fault: &str) -> bool {
        let ended = self.deliver_with_fault(recipients, fault);
        assert!([0, -9, 137].contains(&ended.code), "{fault}: exit {}, {}", ended.code, ended.stderr);
        ended.code != 0
    }

    /// Removes the ledger.
    pub fn remove_ledger(&self) {
        let _ = fs::remove_dir_all(self.bench.out().join("private/entregas"));
    }

    pub fn ledger(&self) -> String {
        fs::read_to_string(self.bench.out().join("private/entregas/bitacora.jsonl")).unwrap_or_default()
    }

    /// The events of the ledger with their recipients, without cut-off lines.
    pub fn ledger_events(&self) -> Vec<(String, String)> {
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let lines = self.ledger();
        let values = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        values.map(|value| (text(&value, "event"), text(&value, "recipient"))).collect()
    }

    pub fn status(&self) -> String {
        let output = self.bench.command("status", &["--today", "2020-10-01"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

fn command_result(output: &std::process::Output) -> CommandResult {
    use std::os::unix::process::ExitStatusExt;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or_else(|| -output.status.signal().unwrap());
    CommandResult { code, stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn python(script: &str) -> Command {
    let python = std::env::var("LNERE_PYTHON").expect("LNERE_PYTHON names a Python with aiosmtpd; tests/run sets it");
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(script));
    command
}

/// Starts a server, which prints its port.
fn start_server(command: &mut Command) -> (Child, u16) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().parse().expect("the server says its port"))
}

/// Certificates, and the servers that use them.
pub struct MailServerFixture(Rc<TempDir>);

impl MailServerFixture {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        assert!(python("smtp_server.py").arg("certs").arg(folder.path()).status().unwrap().success());
        Self(Rc::new(folder))
    }

    /// Starts a server with an empty mailbox, which runs until it is dropped.
    pub fn serve(&self, security: &str, certificate: &str) -> MailServerProcess {
        self.start_server(
            python("smtp_server.py").arg("serve").arg(self.0.path()).args([security, certificate]),
            security,
        )
    }

    /// Starts a server that follows the rules, and otherwise behaves normally.
    pub fn serve_hostile(&self, security: &str, rules: &str) -> MailServerProcess {
        let mut command = python("hostile_smtp_server.py");
        let server = self.start_server(command.arg("serve").arg(self.0.path()).arg(security), security);
        server.rules(rules);
        server
    }

    /// Starts an attacker between client and server, who answers in the server's name; `injected`
    /// is `together` or `later`.
    pub fn intercept(&self, server: &MailServerProcess, injected: &str) -> MailServerProcess {
        let mut command = python("hostile_smtp_server.py");
        let (child, port) = start_server(command.arg("between").arg(server.port.to_string()).arg(injected));
        let (folder, security) = (server.folder.clone(), server.security.clone());
        MailServerProcess { folder, port, security, child, _kept: Rc::clone(&self.0) }
    }

    fn start_server(&self, command: &mut Command, security: &str) -> MailServerProcess {
        let folder = self.0.path().to_owned();
        for name in ["mail", "log"] {
            let path = folder.join(name);
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        fs::write(folder.join("rules.json"), "{}").unwrap();
        let (child, port) = start_server(command);
        MailServerProcess { folder, port, security: security.to_owned(), child, _kept: Rc::clone(&self.0) }
    }
}

/// A running mail server.
pub struct MailServerProcess {
    pub folder: PathBuf,
    pub port: u16,
    pub security: String,
    child: Child,
    /// Keeps the folder as long as the server.
    _kept: Rc<TempDir>,
}

impl Drop for MailServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A message that the server accepted.
#[derive(Debug)]
pub struct ReceivedMail {
    pub to: Vec<String>,
    pub tls: bool,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub inline: Vec<String>,
    pub defects: Vec<String>,
    /// The name and checksum of each attachment.
    pub attached: Vec<(String, String)>,
    pub raw: Vec<u8>,
}

impl ReceivedMail {
    /// The text with single blanks between words.
    pub fn single_line_text(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl MailServerProcess {
    pub fn rules(&self, json: &str) {
        fs::write(self.folder.join("rules.new"), json).unwrap();
        fs::rename(self.folder.join("rules.new"), self.folder.join("rules.json")).unwrap();
    }

    /// The number of log lines with this beginning.
    pub fn log_lines(&self, start: &str) -> usize {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        log.lines().filter(|line| line.starts_with(start)).count()
    }

    /// The numbers in the log lines with this beginning.
    pub fn log_numbers(&self, start: &str) -> Vec<u64> {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        log.lines().filter_map(|line| line.strip_prefix(start)?.trim().parse().ok()).collect()
    }

    /// Waits until no connection is open: from an open one, the server may still take a message of a
    /// client that is gone.
    #[track_caller]
    pub fn wait_until_idle(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        while fs::read_to_string(self.folder.join("connections")).is_ok_and(|open| open != "0") {
            assert!(Instant::now() < until, "a connection stays open");
            sleep(Duration::from_millis(10));
        }
    }

    pub fn clear(&self) {
        fs::remove_dir_all(self.folder.join("mail")).unwrap();
        fs::create_dir(self.folder.join("mail")).unwrap();
    }

    /// The accepted messages in order.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        let folder = self.folder.join("mail");
        let names: BTreeSet<String> = super::crash::names(&folder);
        let files = names.into_iter().filter(|name| Path::new(name).extension().is_some_and(|end| end == "json"));
        files.map(|name| mail(&folder.join(name))).collect()
    }

    pub fn mails_to(&self, address: &str) -> Vec<ReceivedMail> {
        self.mails().into_iter().filter(|mail| mail.to == [address]).collect()
    }

    /// Checks that each recipient has only its own package, under one Message-ID, and that nobody
    /// else has any.
    #[track_caller]
    pub fn assert_each_once(&self, delivery_bench: &DeliveryBench, revision: u32) {
        let mut mail_count = 0;
        for copy in Addressee::ALL {
            let mails = self.mails_to(copy.address());
            mail_count += mails.len();
            let ids: BTreeSet<&String> = mails.iter().map(|mail| &mail.message_id).collect();
            assert_eq!(ids.len(), 1, "{copy:?}: {ids:?}");
            let start = format!("<lnere.2020-09-30.r{revision}.{}.", copy.slug());
            assert!(mails[0].message_id.starts_with(&start), "{}", mails[0].message_id);
            let slug = copy.slug();
            let folder = delivery_bench.bench.release().join("paquetes").join(slug);
            let attached = [format!("tablero_{slug}.html"), format!("paquete_{slug}_2020-09-30.zip")].map(|file| {
                let sum = sha256_hex(&fs::read(folder.join(&file)).unwrap());
                (file, sum)
            });
            for mail in mails {
                assert_eq!(mail.attached, attached, "{copy:?}");
            }
        }
        assert_eq!(mail_count, self.mails().len(), "somebody else has one");
    }
}

fn mail(path: &Path) -> ReceivedMail {
    let value: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let text = |name: &str| value[name].as_str().unwrap_or_default().replace("\r\n", "\n");
    let list = |name: &str| -> Vec<String> {
        value[name].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let attached = value["attached"].as_array().unwrap().iter();
    ReceivedMail {
        to: list("to"),
        tls: value["tls"].as_bool().unwrap(),
        message_id: text("message_id"),
        in_reply_to: value["in_reply_to"].as_str().map(str::to_owned),
        subject: text("subject"),
        text: text("text"),
        html: text("html"),
        inline: list("inline"),
        defects: list("defects"),
        attached: attached
            .map(|one| (one["name"].as_str().unwrap().to_owned(), one["sha256"].as_str().unwrap().to_owned()))
            .collect(),
        raw: fs::read(path.with_extension("eml")).unwrap(),
    }
}
