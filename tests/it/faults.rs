//! Tests of failing writes: a full disk, a read-only folder, any failing call. The run reports the
//! error and ends with 1, and visible releases are complete. The next run that can write repairs
//! everything.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, clippy::print_stderr, missing_docs)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::Bench;
use crate::common::crash::{
    CrashHarness, CrashOutput, Fault, Job, KILL, OutputState, TracedRun, can_trace, interrupted_swap,
    kill_before_every_call, names,
};

/// Errors of calls that change the output; several errors are tried one after the other.
const WRITE_ERRORS: [(&str, &[&str]); 14] = [
    ("openat", &["error=EACCES", "error=EIO", "error=EROFS", "error=EMFILE"]),
    ("write", &["error=ENOSPC", "error=EDQUOT"]),
    ("fsync", &["error=EIO"]),
    ("rename", &["error=EACCES"]),
    ("rename", &["error=EROFS"]),
    ("renameat2", &["error=EACCES"]),
    ("renameat2", &["error=EROFS"]),
    ("mkdir", &["error=EACCES", "error=EROFS", "error=ENOSPC"]),
    ("symlink", &["error=EROFS"]),
    ("unlink", &["error=EIO"]),
    ("chmod", &["error=EPERM"]),
    ("fchmod", &["error=EPERM"]),
    ("ftruncate", &["error=EIO"]),
    ("rmdir", &["error=EIO"]),
];

/// Errors of calls that only read: a failing disk, too many open files.
const READ_ERRORS: [(&str, &[&str]); 6] = [
    ("openat", &["error=EIO", "error=ENFILE"]),
    ("read", &["error=EIO"]),
    ("getdents64", &["error=EIO"]),
    ("readlink", &["error=EIO"]),
    ("statx", &["error=EIO", "error=EACCES"]),
    ("unlinkat", &["error=EIO"]),
];

/// Makes each call of a job that touches the output fail, one run per call. `revisions` is the
/// final number of revisions: a failing call must not cause an additional one.
fn fail_every_call(base: &CrashOutput, job: Job, table: &[(&str, &[&'static str])], revisions: usize) -> [u32; 2] {
    let (mut codes, before) = ([0, 0], base.revision_count());
    for (call, errors) in table {
        let numbers = base.copy_in_place().calls_touching_output(call, job).remove(*call).unwrap_or_default();
        for (place, number) in numbers.into_iter().enumerate() {
            let mut out = base.copy_in_place();
            let interrupted = !names(&out.path.join("private/staging")).is_empty();
            let attempt = out.run_under_strace(job, &[Fault::new(call, errors[place % errors.len()], number)]);
            let (code, stderr) = (attempt.code(), attempt.stderr());
            let ends = matches!(code, Some(0 | 1)) && !stderr.contains("a bug at");
            assert!(ends, "{call} {number}: ended with {code:?}: {stderr}");
            codes[code.unwrap() as usize] += 1;
            if code == Some(0) {
                out.assert_right_after(job);
            } else {
                assert!(stderr.contains("error: "), "{stderr}");
                // An existing release was published, whatever failed later. Recovery may have
                // completed an interrupted swap, which makes the previous revision visible again.
                let says_none = String::from_utf8_lossy(&attempt.0.stdout).contains("   not published");
                let may_count = before..=before + usize::from(interrupted);
                assert!(
                    !says_none || may_count.contains(&out.revision_count()),
                    "{call} {number}: it is visible: {stderr}"
                );
                let state = out.assert_sound();
                assert!(interrupted || !state.is_swap_unfinished, "{call} {number}: half a swap is left: {stderr}");
            }
            out.run_to_end(job);
            assert_eq!(out.revision_count(), revisions, "{call} {number}: {stderr}");
        }
    }
    codes
}

#[test]
fn a_first_publication_whose_calls_fail() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let codes = fail_every_call(&harness.out(), Job::one_corte(1), &WRITE_ERRORS, 1);
    eprintln!("ended with 0 and with 1: {codes:?}");
    assert!(codes[1] > 20, "hardly a call was needed: {codes:?}");
}

#[test]
fn a_revision_whose_calls_fail() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let codes = fail_every_call(&harness.output_after(&[Job::one_corte(1)]), Job::one_corte(2), &WRITE_ERRORS, 2);
    eprintln!("ended with 0 and with 1: {codes:?}");
    assert!(codes[1] > 20, "hardly a call was needed: {codes:?}");
}

#[test]
fn a_run_that_changes_nothing_whose_reads_fail() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let codes = fail_every_call(&harness.output_after(&[Job::one_corte(1)]), Job::one_corte(1), &READ_ERRORS, 1);
    eprintln!("ended with 0 and with 1: {codes:?}");
    assert!(codes[1] > 20, "hardly a call was needed: {codes:?}");
}

#[test]
fn putting_a_kill_right_while_reads_fail() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let codes = fail_every_call(&interrupted_swap(&harness), Job::one_corte(2), &READ_ERRORS, 2);
    eprintln!("ended with 0 and with 1: {codes:?}");
    assert!(codes[1] > 20, "hardly a call was needed: {codes:?}");
}

/// The old revision of the first corte cannot be moved to superseded, nor back; the disk is full
/// for the second.
#[test]
fn a_swap_that_fails_half_way_while_the_disk_fills_up() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let job = |applications| Job {
        applications,
        args: &["--from", "2020-09-15", "--to", "2020-09-30", "--only", "tablas"],
        cortes: &["2020-09-15", "2020-09-30"],
    };
    let base = harness.output_after(&[job(1)]);
    let calls = base.copy_in_place().calls_touching_output("rename,write", job(2));
    let mut swapped = 0;
    for rename in &calls["rename"] {
        for write in &calls["write"][calls["write"].len() / 2..] {
            let mut out = base.copy_in_place();
            let faults = [
                Fault::new("rename", "error=ENOSPC", rename),
                Fault::new("renameat2", "error=ENOSPC", "2+"),
                Fault::new("write", "error=ENOSPC", format!("{write}+")),
            ];
            assert_eq!(out.run_under_strace(job(2), &faults).code(), Some(1));
            swapped += u32::from(out.assert_sound().is_swap_unfinished);
            out.run_to_end(job(2));
        }
    }
    assert!(swapped > 0, "no rename that failed was that of a swap");
}

/// A job of another corte: only recovery can restore a corte that the job does not publish.
const OTHER_CORTE_JOB: Job =
    Job { args: &["--corte", "2020-09-15", "--only", "tablas"], cortes: &["2020-09-15"], ..Job::one_corte(1) };

fn no_exchange() -> Fault {
    Fault::new("renameat2", "error=EINVAL", "1+")
}

#[test]
fn without_an_exchange_two_renames_are_killed_before_every_call() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let mut base = harness.output_after(&[Job::one_corte(1)]);
    base.can_exchange = false;
    let tally = kill_before_every_call(&base, Job::one_corte(2), OTHER_CORTE_JOB, &[no_exchange()]);
    eprintln!("{tally:?}");
    assert!(tally.gone > 0 && tally.swapped == 0, "no kill came between the two renames: {tally:?}");

    // The calls that restore the corte are killed too.
    for number in base.copy_in_place().calls_touching_output("rename", Job::one_corte(2))["rename"].clone() {
        let mut out = base.copy_in_place();
        out.run_under_strace(Job::one_corte(2), &[no_exchange(), Fault::new("rename", KILL, number)]);
        if out.assert_sound().is_corte_missing {
            let base = out.move_to(harness.bench.path("interrupted"));
            let tally = kill_before_every_call(&base, OTHER_CORTE_JOB, OTHER_CORTE_JOB, &[no_exchange()]);
            assert!(tally.gone > 0, "{tally:?}");
            return;
        }
    }
    panic!("no rename is the second one of a swap");
}

#[test]
fn without_an_exchange_renames_that_fail_are_taken_back() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let mut base = harness.output_after(&[Job::one_corte(1)]);
    base.can_exchange = false;
    assert_eq!(base.copy_in_place().run_under_strace(Job::one_corte(2), &[no_exchange()]).code(), Some(0));
    for number in 1.. {
        let mut out = base.copy_in_place();
        let attempt =
            out.run_under_strace(Job::one_corte(2), &[no_exchange(), Fault::new("rename", "error=EACCES", number)]);
        if attempt.code() == Some(0) {
            break;
        }
        out.assert_no_unfinished_swap();
        out.run_to_end(OTHER_CORTE_JOB);
        out.run_to_end(Job::one_corte(2));
        assert_eq!(out.revision_count(), 3);
    }
}

/// A tmpfs that is removed after the test.
struct Tmpfs(PathBuf);

impl Tmpfs {
    fn mount(path: &Path) -> Self {
        fs::create_dir_all(path).unwrap();
        let options = "size=64m,nr_inodes=4096,mode=755";
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "lnere-test"]).arg(path).status();
        assert!(mounted.unwrap().success(), "a tmpfs cannot be mounted; in a container: --cap-add SYS_ADMIN");
        Self(path.to_owned())
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap().success(), "{options}");
    }

    /// The used bytes and inodes.
    fn used(&self) -> (u64, u64) {
        let stat = rustix::fs::statvfs(&self.0).unwrap();
        ((stat.f_blocks - stat.f_bfree) * stat.f_frsize, stat.f_files - stat.f_ffree)
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        // A lazy unmount also works if a failed test still holds files open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// Runs a job on a disk that grows step by step until the job fits.
fn run_on_growing_disk(before: &[Job], job: Job, limit: impl Fn((u64, u64), u64) -> String) -> u64 {
    let harness = CrashHarness::new();
    for step in 1..1000 {
        let disk = Tmpfs::mount(&harness.bench.out());
        let mut out = harness.out();
        for job in before {
            out.run_to_end(*job);
        }
        let limit = limit(disk.used(), step);
        disk.remount(&limit);
        let attempt = TracedRun(out.command(job, &[]).output().unwrap());
        out.set_last_action(format!("{job:?} on a tmpfs of {limit}"));
        if attempt.code() == Some(0) {
            out.assert_right_after(job);
            return step;
        }
        assert_failure_names(&attempt, &out.path, "No space left on device");
        out.assert_no_unfinished_swap();
        disk.remount("size=64m,nr_inodes=4096");
        out.run_to_end(job);
        assert_eq!(out.revision_count(), before.len() + 1);
    }
    panic!("the job never fits");
}

#[track_caller]
fn assert_failure_names(attempt: &TracedRun, path: &Path, reason: &str) {
    let stderr = attempt.stderr();
    assert_eq!(attempt.code(), Some(1), "{stderr}");
    assert!(stderr.contains(path.to_str().unwrap()), "no path: {stderr}");
    assert!(stderr.contains(reason), "no reason: {stderr}");
}

/// With charts, drawn by all available threads.
const WITH_CHARTS: &[&str] = &["--corte", "2020-09-30", "--only", "tablas,graficas"];

#[test]
#[ignore = "needs root: mounts a tmpfs"]
fn a_full_disk() {
    let bytes = |(used, _): (u64, u64), step: u64| format!("size={}", used + step * 4096);
    let inodes = |(_, used): (u64, u64), step: u64| format!("nr_inodes={}", used + step);
    let many = |applications| Job { args: WITH_CHARTS, ..Job::one_corte(applications) };
    for (before, job) in [(vec![], many(1)), (vec![many(1)], many(2))] {
        let steps = run_on_growing_disk(&before, job, bytes);
        assert!(steps > 8, "{steps}");
        let steps = run_on_growing_disk(&before, job, inodes);
        assert!(steps > 8, "{steps}");
    }
}

#[test]
#[ignore = "needs root: mounts a tmpfs"]
fn a_disk_mounted_read_only() {
    let harness = CrashHarness::new();
    let disk = Tmpfs::mount(&harness.bench.out());
    let mut out = harness.out();
    for (applications, before) in [(1, 0), (2, 1)] {
        disk.remount("ro");
        let attempt = TracedRun(out.command(Job::one_corte(applications), &[]).output().unwrap());
        assert_failure_names(&attempt, &out.path, "Read-only file system");
        assert_eq!(out.revision_count(), before);
        disk.remount("rw");
        out.run_to_end(Job::one_corte(applications));
    }
}

#[test]
#[ignore = "needs root: runs as another user"]
fn a_folder_of_another_user() {
    const NOBODY: u32 = 65534;
    let harness = CrashHarness::for_any_user();
    let mut out = harness.out();
    fs::create_dir(&out.path).unwrap();
    fs::set_permissions(&out.path, fs::Permissions::from_mode(0o755)).unwrap();
    let as_nobody = |out: &CrashOutput, applications| {
        TracedRun(out.command(Job::one_corte(applications), &[]).uid(NOBODY).gid(NOBODY).output().unwrap())
    };
    // The message names the path, its owner, and the command that changes the owner.
    let refused = |out: &CrashOutput, path: &Path| {
        let attempt = as_nobody(out, 1);
        assert_failure_names(&attempt, path, " belongs to root, and nobody, who runs this, cannot write it");
        assert_failure_names(&attempt, path, &format!("`chown -R nobody:nogroup {}`", out.path.display()));
    };
    refused(&out, &out.path);
    assert!(names(&out.path).is_empty(), "nothing is written");

    chown(&out.path, Some(NOBODY), Some(NOBODY)).unwrap();
    assert_eq!(as_nobody(&out, 1).code(), Some(0));
    out.assert_right_after(Job::one_corte(1));

    // Someone ran the program as root once, and a folder or a file now belongs to root.
    let pending = out.path.join("private/revisiones_pendientes.json");
    fs::write(&pending, "{}").unwrap();
    fs::set_permissions(&pending, fs::Permissions::from_mode(0o600)).unwrap();
    chown(&pending, Some(NOBODY), Some(NOBODY)).unwrap();
    for name in [
        "releases",
        "releases/2020-09-30",
        "superseded",
        "private",
        "private/cuarentena",
        "private/corridas",
        "private/lock",
        "private/revisiones_pendientes.json",
    ] {
        let path = out.path.join(name);
        chown(&path, Some(0), Some(0)).unwrap();
        refused(&out, &path);
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        assert_eq!(out.assert_sound(), OutputState::default());
    }
    assert_eq!(as_nobody(&out, 2).code(), Some(0));
    out.assert_right_after(Job::one_corte(2));
    assert_eq!(out.revision_count(), 2);
}

/// Another user may read the published files, but not `out/private`.
#[test]
#[ignore = "needs root: runs as another user"]
fn a_user_who_may_not_read_all_verifies_the_rest() {
    const NOBODY: u32 = 65534;
    let bench = Bench::good().without_projection().with_edit("from = 2020-10-15", "from = 2020-09-15");
    let program = bench.readable_by_any_user();
    bench.run_with(&["--only", "tablas,publico,graficas"]).assert_published();
    let release = bench.release();
    let verified = |format: &str| {
        let mut command = Command::new(&program);
        command.args(["verify", "2020-09-30", "--format", format, "--output"]).arg(bench.out());
        let output = command.uid(NOBODY).gid(NOBODY).output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let closed = |name: &str, closed: bool| {
        let path = release.join(name);
        let mode = match (path.is_dir(), closed) {
            (true, false) => 0o755,
            (false, false) => 0o644,
            (_, true) => 0o600,
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let ledger = bench.out().join("private/publicado.jsonl");
    let (code, said) = verified("text");
    assert_eq!(code, Some(1), "{said}");
    let not_tried = format!(
        "not tried: publico/manifest.json: cannot read or write {} [L400]: Permission denied (os error 13): what is \
         public was not held against all that was\n",
        ledger.display()
    );
    assert!(said.starts_with(&not_tried), "{said}");
    assert!(said.ends_with("1 thing could not be tried; all else is what it says [L081]\n"), "{said}");

    for (name, untried) in [
        ("tablas/calidad.parquet", 2),
        ("publico/tablas/lnere_por_sexo.parquet", 3),
        ("publico", 4),
        ("graficas/nacional", 2),
        ("tablas", 2 + fs::read_dir(release.join("tablas")).unwrap().count()),
        ("datapackage.json", 2),
        ("SHA256SUMS", 2),
    ] {
        closed(name, true);
        let (code, said) = verified("json");
        let json: serde_json::Value = serde_json::from_str(&said[..=said.rfind("\n}").unwrap() + 1]).unwrap();
        assert_eq!((code, &json["findings"]), (Some(1), &serde_json::json!([])), "{name}: {said}");
        assert_eq!(json["sound"], false);
        let all = json["untried"].as_array().unwrap();
        assert!(all.iter().any(|one| one["file"].as_str().unwrap().starts_with(name)), "{name}: {said}");
        assert!(all.len() <= untried, "{name}: {said}");
        closed(name, false);
    }

    // Findings in the other files count.
    closed("tablas/calidad.parquet", true);
    fs::write(release.join("datapackage.json"), "{}").unwrap();
    let (code, said) = verified("json");
    let json: serde_json::Value = serde_json::from_str(&said[..=said.rfind("\n}").unwrap() + 1]).unwrap();
    assert_eq!(code, Some(5), "{said}");
    assert!(!json["findings"].as_array().unwrap().is_empty() && !json["untried"].as_array().unwrap().is_empty());
    let (_, said) = verified("text");
    assert!(said.contains("is not what it says: ") && said.ends_with(" could not be tried [L080]\n"), "{said}");
}

/// The output folder belongs to the user but is read-only for a while: releases appear, and
/// `latest` stays unchanged.
#[test]
#[ignore = "needs root: runs as another user"]
fn an_output_folder_in_which_latest_cannot_be_moved() {
    const EARLIER: &[&str] = &["--corte", "2020-09-15", "--only", "tablas"];
    const LATER: &[&str] = &["--corte", "2020-09-30", "--only", "tablas"];
    const NOBODY: u32 = 65534;
    let harness = CrashHarness::for_any_user();
    let mut out = harness.out();
    fs::create_dir(&out.path).unwrap();
    chown(&out.path, Some(NOBODY), Some(NOBODY)).unwrap();
    fs::set_permissions(&out.path, fs::Permissions::from_mode(0o755)).unwrap();
    let ran = |out: &CrashOutput, corte: &'static [&'static str]| {
        let job = Job { args: corte, ..Job::one_corte(1) };
        TracedRun(out.command(job, &[]).uid(NOBODY).gid(NOBODY).output().unwrap())
    };
    assert_eq!(ran(&out, EARLIER).code(), Some(0));
    fs::set_permissions(&out.path, fs::Permissions::from_mode(0o555)).unwrap();
    for said in ["corte 2020-09-30   published", "corte 2020-09-30   unchanged"] {
        let attempt = ran(&out, LATER);
        assert_failure_names(&attempt, &out.path, "latest still leads to releases/2020-09-15: Permission denied");
        let stdout = String::from_utf8_lossy(&attempt.0.stdout).into_owned();
        assert!(stdout.contains(said), "{stdout}");
        assert!(out.assert_sound().is_latest_behind);
    }
    fs::set_permissions(&out.path, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ran(&out, LATER).code(), Some(0));
    assert!(!out.assert_sound().is_latest_behind);
}
