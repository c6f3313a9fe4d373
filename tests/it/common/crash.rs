//! Tests an output folder with runs that are killed or whose system calls fail, and checks it
//! afterwards. The runs use the real binary, with a umask that gives other users nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use lnere_release::{CHECKSUMS_FILE_NAME, Manifest, verify};

use super::{APPLICATION_HEADER, Bench, CREDENTIAL_HEADER, GOOD_APPLICATION, GOOD_CREDENTIAL, csv};

/// System calls that change a file system, and `openat`, which may; calls that a machine lacks are
/// skipped.
pub const WRITING_SYSTEM_CALLS: &str = "openat,write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,symlink,symlinkat,\
    link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,chmod,fchmod,fchmodat,ftruncate,fallocate,copy_file_range,utimensat";

/// strace delivers the signal before the call has any effect.
pub const KILL: &str = "signal=SIGKILL";

/// A run: the number of applications in its exports, and its cortes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Job {
    pub applications: u32,
    pub args: &'static [&'static str],
    pub cortes: &'static [&'static str],
}

impl Job {
    /// A run of one corte, tables only.
    pub const fn one_corte(applications: u32) -> Self {
        Self { applications, args: &["--corte", "2020-09-30", "--only", "tablas"], cortes: &["2020-09-30"] }
    }
}

/// Exports of one, two and three applications that cover 2020-10-15, and a process file with few
/// tables.
pub struct CrashHarness {
    pub bench: Bench,
    program: PathBuf,
}

impl CrashHarness {
    pub fn new() -> Self {
        let bench = Bench::new().with_process_edit(
            "# tables = [\"lnere_por_entidad\"]",
            "tables = [\"lnere_por_entidad\", \"revisiones\"]\ncharts = [\"por_entidad\"] #",
        );
        for applications in 1..=3 {
            let inputs = bench.path(&format!("in_{applications}"));
            fs::create_dir(&inputs).unwrap();
            let rows: Vec<String> =
                (0..applications).map(|n| GOOD_APPLICATION.replacen("A1", &format!("A{n}"), 1)).collect();
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let requests = ("solicitudes", csv(APPLICATION_HEADER, &rows));
            for (source, text) in [requests, ("credenciales", csv(CREDENTIAL_HEADER, &[GOOD_CREDENTIAL]))] {
                let path = inputs.join(format!("{source}_20201015.csv"));
                fs::write(&path, text).unwrap();
                // `run --due` leaves recently written files alone.
                let file = fs::File::options().write(true).open(path).unwrap();
                file.set_modified(SystemTime::now() - Duration::from_hours(1)).unwrap();
            }
        }
        Self { bench, program: assert_cmd::cargo::cargo_bin!("lnere").to_owned() }
    }

    /// A harness whose program, process file and exports any user may read.
    pub fn for_any_user() -> Self {
        let mut harness = Self::new();
        harness.program = harness.bench.readable_by_any_user();
        harness
    }

    /// An output folder that does not exist yet.
    pub fn out(&self) -> CrashOutput<'_> {
        CrashOutput {
            harness: self,
            path: self.bench.out(),
            can_exchange: true,
            seen_revisions: BTreeSet::new(),
            last_action: String::new(),
        }
    }

    /// An output folder after some successful runs.
    pub fn output_after(&self, jobs: &[Job]) -> CrashOutput<'_> {
        let mut out = self.out();
        out.clear();
        for job in jobs {
            out.run_to_end(*job);
        }
        let kept = self.bench.path(&format!("base_{}", jobs.len()));
        out.move_to(kept)
    }
}

/// A revision that was visible: corte, number, and the checksums of all its files.
type SeenRevision = (String, u32, String);

/// The state of an output after a run that failed or was killed.
#[expect(clippy::struct_excessive_bools, reason = "each may be seen with each other")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputState {
    /// A formerly visible revision is in `private/staging`, and the newer one in its place.
    pub is_swap_unfinished: bool,
    /// A corte that had a release has none; this occurs only without an exchange of folders.
    pub is_corte_missing: bool,
    /// `latest` points to the previous corte.
    pub is_latest_behind: bool,
    /// `private/staging` is not empty.
    pub has_staged_files: bool,
}

/// An output folder, and everything that was visible in it.
pub struct CrashOutput<'a> {
    harness: &'a CrashHarness,
    pub path: PathBuf,
    /// Whether the file system can exchange two folders in one step.
    pub can_exchange: bool,
    seen_revisions: BTreeSet<SeenRevision>,
    /// The last action, for failure messages.
    last_action: String,
}

impl CrashOutput<'_> {
    /// The command of a job, with a umask that gives other users nothing.
    ///
    /// A traced job has one worker thread: with two, the number of a call in its thread would vary
    /// between runs.
    pub fn command(&self, job: Job, tracer: &[String]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "umask 077 && exec \"$@\"", "sh"]).args(tracer).arg(&self.harness.program);
        command.arg("run").arg("--process").arg(&self.harness.bench.process).arg("--inputs");
        command.arg(self.harness.bench.path(&format!("in_{}", job.applications))).arg("--output").arg(&self.path);
        if !tracer.is_empty() {
            command.args(["--jobs", "1"]);
        }
        command.args(job.args).env("NO_COLOR", "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a job under strace, which makes some of its calls fail.
    pub fn run_under_strace(&mut self, job: Job, faults: &[Fault]) -> TracedRun {
        let calls: Vec<&str> = faults.iter().map(|fault| fault.call.as_str()).collect();
        let mut words = strace(&calls.join(","), Path::new("/dev/null"));
        words.extend(faults.iter().flat_map(|fault| ["-e".to_owned(), format!("inject={fault}")]));
        self.last_action =
            format!("{job:?} under strace {}", faults.iter().map(|f| format!("-e inject={f} ")).collect::<String>());
        TracedRun(self.command(job, &words).output().unwrap())
    }

    /// Finds the calls of a job that touch the output folder: for each name, the numbers of these
    /// calls.
    ///
    /// Each thread numbers its own calls, and a fault hits the call with this number in every
    /// thread. The numbers by which the first thread reads its configuration are left out, because
    /// a run without configuration ends early.
    pub fn calls_touching_output(&self, names: &str, job: Job) -> BTreeMap<String, Vec<u32>> {
        let log = self.harness.bench.path("strace.log");
        let ran = self.command(job, &strace(names, &log)).output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
        let mut counted: BTreeMap<(String, String), u32> = BTreeMap::new();
        let mut touching: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let mut elsewhere: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let mut first_thread = None;
        for line in fs::read_to_string(log).unwrap().lines() {
            let Some((thread, call)) = line.split_once(' ') else { continue };
            let Some((name, args)) = call.trim_start().split_once('(') else { continue };
            if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                continue;
            }
            let number = counted.entry((thread.to_owned(), name.to_owned())).or_default();
            *number += 1;
            let is_first = first_thread.get_or_insert(thread.to_owned()) == thread;
            if args.contains(self.path.to_str().unwrap()) {
                touching.entry(name.to_owned()).or_default().insert(*number);
            } else if is_first && args.contains(env!("CARGO_MANIFEST_DIR")) {
                elsewhere.entry(name.to_owned()).or_default().insert(*number);
            }
        }
        let numbers_of = |(name, numbers): (String, BTreeSet<u32>)| {
            let elsewhere = elsewhere.get(&name).cloned().unwrap_or_default();
            (name, numbers.difference(&elsewhere).copied().collect())
        };
        touching.into_iter().map(numbers_of).collect()
    }

    /// Runs a job to its end, which repairs the output.
    #[track_caller]
    pub fn run_to_end(&mut self, job: Job) {
        let output = self.command(job, &[]).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{job:?} after {}: {stderr}", self.last_action);
        self.assert_right_after(job);
    }

    /// Checks the output after a successful run.
    #[track_caller]
    pub fn assert_right_after(&mut self, job: Job) {
        let story = format!("{job:?} after {}", self.last_action);
        let state = self.assert_sound();
        assert_eq!(state, OutputState::default(), "{story}");
        let visible = self.revisions();
        let lost: Vec<_> =
            self.seen_revisions.iter().filter(|seen| !visible.contains(seen)).map(|seen| (&seen.0, seen.1)).collect();
        assert!(lost.is_empty(), "{story}: lost {lost:?}");
        let mut numbers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (corte, revision, _) in &visible {
            numbers.entry(corte).or_default().push(*revision);
        }
        for (corte, numbers) in numbers {
            let wanted: Vec<u32> = (1..=numbers.len() as u32).collect();
            assert_eq!(numbers, wanted, "{story}: revisions of {corte}");
            let release = Manifest::read(&self.path.join("releases").join(corte)).expect(&story);
            assert_eq!(release.revision, numbers.len() as u32, "{story}: the visible one of {corte} is the newest");
        }
        for corte in job.cortes {
            let manifest = Manifest::read(&self.path.join("releases").join(corte)).expect(&story);
            assert_eq!(manifest.totals["solicitudes_acumuladas"], i64::from(job.applications), "{story}: {corte}");
        }
        assert!(self.path.join("latest").exists(), "{story}: there is no latest");
        assert_tidy(&self.path, false, &story);
    }

    /// Checks what must hold at any moment: all visible releases are complete, none is lost, and no
    /// remains exist.
    #[track_caller]
    pub fn assert_sound(&mut self) -> OutputState {
        let story = &self.last_action;
        for name in names(&self.path) {
            assert!(["latest", "private", "releases", "superseded"].contains(&name.as_str()), "{story}: {name} in out");
        }
        let visible = self.revisions();
        let staging = self.path.join("private/staging");
        let staged: BTreeSet<SeenRevision> =
            names(&staging).iter().filter_map(|name| read_revision(&staging.join(name))).collect();
        for seen in &self.seen_revisions {
            assert!(visible.contains(seen) || staged.contains(seen), "{story}: r{} of {} is lost", seen.1, seen.0);
        }
        let releases = names(&self.path.join("releases"));
        let is_corte_missing = self.seen_revisions.iter().any(|seen| !releases.contains(&seen.0));
        assert!(!is_corte_missing || !self.can_exchange, "{story}: a corte has no release");

        let mut is_latest_behind = false;
        if let Ok(link) = fs::read_link(self.path.join("latest")) {
            let target = link.to_str().and_then(|link| link.strip_prefix("releases/")).expect(story).to_owned();
            assert!(releases.contains(&target) || is_corte_missing, "{story}: latest leads nowhere, to {target}");
            let newer = releases.iter().filter(|corte| **corte > target).count();
            assert!(newer <= 1, "{story}: latest is {newer} cortes behind");
            is_latest_behind = newer == 1;
        } else {
            assert!(releases.len() <= 1, "{story}: there is no latest");
            is_latest_behind |= releases.len() == 1;
        }
        let is_swap_unfinished = staged.iter().any(|staged| self.seen_revisions.contains(staged));
        self.seen_revisions.extend(visible);
        OutputState {
            is_swap_unfinished,
            is_corte_missing,
            is_latest_behind,
            has_staged_files: !names(&staging).is_empty(),
        }
    }

    /// Checks the output after a failed run: the general conditions hold, and no swap is
    /// incomplete.
    #[track_caller]
    pub fn assert_no_unfinished_swap(&mut self) {
        let OutputState { is_swap_unfinished, is_corte_missing, .. } = self.assert_sound();
        assert!(!is_swap_unfinished && !is_corte_missing, "{}: half a swap is left", self.last_action);
    }

    /// The visible revisions; checks that each verifies and has the right name.
    #[track_caller]
    fn revisions(&self) -> BTreeSet<SeenRevision> {
        let mut revisions = BTreeSet::new();
        for folder in ["releases", "superseded"] {
            for name in names(&self.path.join(folder)) {
                let path = self.path.join(folder).join(&name);
                let verification = verify(&path);
                assert!(
                    verification.is_sound(),
                    "{}: {folder}/{name} does not verify: {verification:?}",
                    self.last_action
                );
                let found = read_revision(&path).expect(&self.last_action);
                let named = if folder == "releases" { found.0.clone() } else { format!("{}.r{}", found.0, found.1) };
                assert_eq!(name, named, "{}: in {folder}", self.last_action);
                assert!(revisions.insert(found), "{}: {folder}/{name} is there twice", self.last_action);
            }
        }
        revisions
    }

    /// A copy of its present state, in the place of the harness output.
    pub fn copy_in_place(&self) -> Self {
        let copy = Self {
            path: self.harness.bench.out(),
            seen_revisions: self.seen_revisions.clone(),
            last_action: String::new(),
            ..*self
        };
        copy.clear();
        if self.path.exists() {
            let copied = Command::new("cp").arg("-a").arg(&self.path).arg(&copy.path).status().unwrap();
            assert!(copied.success());
        }
        copy
    }

    /// Moves it to another place, from which it is copied.
    pub fn move_to(self, to: PathBuf) -> Self {
        let _ = fs::remove_dir_all(&to);
        if self.path.exists() {
            fs::rename(&self.path, &to).unwrap();
        }
        Self { path: to, ..self }
    }

    /// Empties it, and forgets its former content.
    pub fn clear(&self) {
        let _ = fs::remove_dir_all(&self.path);
    }

    /// The number of visible revisions of all cortes.
    pub fn revision_count(&self) -> usize {
        ["releases", "superseded"].iter().map(|folder| names(&self.path.join(folder)).len()).sum()
    }

    pub fn set_last_action(&mut self, story: impl fmt::Display) {
        self.last_action = story.to_string();
    }
}

/// A failing system call, in the syntax of strace.
#[derive(Clone, Debug)]
pub struct Fault {
    pub call: String,
    /// `signal=SIGKILL` takes effect before the call; `error=ENOSPC` replaces the call.
    pub effect: &'static str,
    /// The call of a thread, counted from 1; `3+` means the third and all later ones.
    pub when: String,
}

impl Fault {
    pub fn new(call: &str, effect: &'static str, when: impl fmt::Display) -> Self {
        Self { call: call.to_owned(), effect, when: when.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:when={}", self.call, self.effect, self.when)
    }
}

/// A run that may have been killed or have failed.
pub struct TracedRun(pub Output);

impl TracedRun {
    pub fn was_killed(&self) -> bool {
        self.0.status.signal() == Some(9) || self.0.status.code() == Some(128 + 9)
    }

    pub fn code(&self) -> Option<i32> {
        self.0.status.code()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }
}

/// The actions, with the number of resulting states.
#[derive(Debug, Default)]
pub struct KillTally {
    pub kills: u32,
    pub ended: u32,
    pub staged: u32,
    pub swapped: u32,
    pub gone: u32,
    pub behind: u32,
}

impl KillTally {
    pub fn add(&mut self, state: OutputState) {
        self.kills += 1;
        self.staged += u32::from(state.has_staged_files);
        self.swapped += u32::from(state.is_swap_unfinished);
        self.gone += u32::from(state.is_corte_missing);
        self.behind += u32::from(state.is_latest_behind);
    }
}

/// Kills a job before each call that changes the output, one run per call, and completes the next
/// run. A job that runs again after a kill ends with the same number of revisions as without the
/// kill.
pub fn kill_before_every_call(base: &CrashOutput, job: Job, next: Job, also: &[Fault]) -> KillTally {
    let (mut tally, mut revisions) = (KillTally::default(), BTreeSet::new());
    for (call, numbers) in base.copy_in_place().calls_touching_output(WRITING_SYSTEM_CALLS, job) {
        // Most calls only read. The effect of one that creates a file is tested by the kill before
        // the following `fchmod`.
        let step = if call == "openat" { 5 } else { 1 };
        for number in (numbers[0]..).step_by(step) {
            let mut out = base.copy_in_place();
            let faults: Vec<Fault> = also.iter().cloned().chain([Fault::new(&call, KILL, number)]).collect();
            let attempt = out.run_under_strace(job, &faults);
            if !attempt.was_killed() {
                assert_eq!(attempt.code(), Some(0), "{}", attempt.stderr());
                assert!(number > *numbers.last().unwrap(), "{call} {number} was to be killed");
                out.assert_right_after(job);
                revisions.insert(out.revision_count());
                tally.ended += 1;
                break;
            }
            tally.add(out.assert_sound());
            out.run_to_end(next);
            if next == job {
                revisions.insert(out.revision_count());
            }
        }
    }
    assert_eq!(revisions.len(), 1, "{revisions:?} revisions");
    tally
}

/// An output in which revision 2 is visible, and revision 1 is not yet in superseded.
pub fn interrupted_swap(harness: &CrashHarness) -> CrashOutput<'_> {
    let base = harness.output_after(&[Job::one_corte(1)]);
    let swap = base.copy_in_place().calls_touching_output("rename", Job::one_corte(2))["rename"].clone();
    for number in swap {
        let mut out = base.copy_in_place();
        out.run_under_strace(Job::one_corte(2), &[Fault::new("rename", KILL, number)]);
        if out.assert_sound().is_swap_unfinished {
            return out.move_to(harness.bench.path("interrupted"));
        }
    }
    panic!("no rename comes after the exchange");
}

/// Whether strace exists; `LNERE_SKIP_STRACE=1` permits its absence.
#[track_caller]
pub fn can_trace() -> bool {
    if std::env::var_os("LNERE_SKIP_STRACE").is_some_and(|value| value == "1") {
        return false;
    }
    let mut words = strace("openat", Path::new("/dev/null")).into_iter();
    let ran = Command::new(words.next().unwrap()).args(words).arg("true").output();
    let traced = ran.as_ref().is_ok_and(|output| output.status.success());
    assert!(
        traced,
        "strace is missing or may not trace: `apt-get install strace`; in a container also `--cap-add SYS_PTRACE`; \
         LNERE_SKIP_STRACE=1 leaves the tests that need it out ({ran:?})"
    );
    true
}

/// The command line of strace up to the traced command.
fn strace(calls: &str, log: &Path) -> Vec<String> {
    let calls: Vec<String> = calls.split(',').map(|call| format!("?{}", call.trim())).collect();
    let log = log.to_str().unwrap();
    // --seccomp-bpf is not used: with it strace 6.1 does not affect the calls of the first thread.
    ["strace", "-f", "-qq", "-y", "-o", log, "-e", &format!("trace={}", calls.join(","))].map(str::to_owned).to_vec()
}

/// The names in a folder; empty if the folder does not exist.
pub fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn read_revision(release: &Path) -> Option<SeenRevision> {
    let manifest = Manifest::read(release).ok()?;
    let sums = fs::read_to_string(release.join(CHECKSUMS_FILE_NAME)).ok()?;
    Some((manifest.corte, manifest.revision, sums))
}

/// Checks that no file below a folder is unfinished, and that each has its required mode.
#[track_caller]
fn assert_tidy(folder: &Path, private: bool, story: &str) {
    let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
    let (folder_mode, file_mode) = if private { (0o700, 0o600) } else { (0o755, 0o644) };
    assert_eq!(mode(folder), folder_mode, "{story}: mode of {}, {:o}", folder.display(), mode(folder));
    for name in names(folder) {
        let path = folder.join(&name);
        let unfinished = Path::new(&name).extension().is_some_and(|extension| extension == "new");
        assert!(!unfinished, "{story}: {} is left", path.display());
        if path.is_symlink() {
            assert_eq!(name, "latest", "{story}");
        } else if path.is_dir() {
            assert_tidy(&path, private || name == "private", story);
        } else {
            assert_eq!(mode(&path), file_mode, "{story}: mode of {}, {:o}", path.display(), mode(&path));
        }
    }
}
