//! Tests of runs that are killed at any moment. Visible releases stay complete, and the next
//! successful run removes all remains. No revision that was ever visible is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, clippy::print_stderr, missing_docs)]

use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::common::crash::{
    CrashHarness, CrashOutput, Fault, Job, KILL, KillTally, WRITING_SYSTEM_CALLS, can_trace, interrupted_swap,
    kill_before_every_call,
};

#[test]
fn a_first_publication_killed_before_every_call() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let tally = kill_before_every_call(&harness.out(), Job::one_corte(1), Job::one_corte(1), &[]);
    eprintln!("{tally:?}");
    assert!(tally.kills > 50 && tally.staged > 10 && tally.behind > 0, "{tally:?}");
}

#[test]
fn a_revision_killed_before_every_call() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let tally =
        kill_before_every_call(&harness.output_after(&[Job::one_corte(1)]), Job::one_corte(2), Job::one_corte(2), &[]);
    eprintln!("{tally:?}");
    assert!(tally.swapped > 0, "no kill came between the exchange and the move to superseded: {tally:?}");
}

#[test]
fn what_puts_a_kill_right_killed_before_every_call() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let base = interrupted_swap(&harness);
    let tally = kill_before_every_call(&base, Job::one_corte(2), Job::one_corte(3), &[]);
    eprintln!("{tally:?}");
    assert!(tally.swapped > 0, "{tally:?}");
}

/// The run after a kill may concern another corte, and need not publish anything.
#[test]
fn any_next_run_brings_latest_up_to_date() {
    if !can_trace() {
        return;
    }
    let harness = CrashHarness::new();
    let base = harness.output_after(&[JOBS[1]]);
    let newest = Job { args: &["--corte", "2020-10-15", "--only", "tablas"], ..JOBS[2] };
    let only_reports =
        Job { applications: 2, args: &["--due", "--today", "2020-10-16", "--only", "tablas"], cortes: &[] };
    let mut behind = 0;
    for (call, numbers) in base.copy_in_place().calls_touching_output(WRITING_SYSTEM_CALLS, newest) {
        for number in numbers {
            let mut out = base.copy_in_place();
            out.run_under_strace(newest, &[Fault::new(&call, KILL, number)]);
            if out.assert_sound().is_latest_behind {
                out.run_to_end(only_reports);
                behind += 1;
            }
        }
    }
    assert!(behind > 0, "no kill came between the first publication and the move of latest");
}

/// Splitmix64: the same seed kills at the same moments, as far as the machine is reproducible.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// The random runs choose from these: ranges of cortes, with or without charts.
const JOBS: [Job; 4] = [
    Job {
        applications: 1,
        args: &["--from", "2020-09-15", "--to", "2020-10-15", "--only", "tablas"],
        cortes: &["2020-09-15", "2020-09-30", "2020-10-15"],
    },
    Job {
        applications: 1,
        args: &["--from", "2020-09-15", "--to", "2020-09-30", "--only", "tablas"],
        cortes: &["2020-09-15", "2020-09-30"],
    },
    Job { applications: 1, args: &["--corte", "2020-10-15", "--only", "tablas"], cortes: &["2020-10-15"] },
    Job {
        applications: 1,
        args: &["--from", "2020-09-30", "--to", "2020-10-15", "--only", "tablas,graficas"],
        cortes: &["2020-09-30", "2020-10-15"],
    },
];

fn number_variable(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().expect("a number"))
}

#[test]
fn killed_at_random_moments() {
    let kills = number_variable("LNERE_CRASH_KILLS").unwrap_or(200);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = number_variable("LNERE_CRASH_SEED").unwrap_or(now.as_nanos() as u64);
    let mut random = Random(seed);
    let harness = CrashHarness::new();
    let mut out = harness.out();
    let durations: Vec<Duration> = JOBS.iter().map(|job| duration(&mut out, *job)).collect();

    let mut tally = KillTally::default();
    while u64::from(tally.kills) < kills {
        // Sometimes the output starts empty, so that first publications are killed too.
        if random.below(8) == 0 {
            out = harness.out();
            out.clear();
        }
        for _ in 0..=random.below(5) {
            let (kind, applications) = (random.below(4) as usize, 1 + random.below(3) as u32);
            let job = Job { applications, ..JOBS[kind] };
            let delay = Duration::from_nanos(random.below(durations[kind].as_nanos() as u64 * 5 / 4));
            out.set_last_action(format!("LNERE_CRASH_SEED={seed}, kill {}: {job:?} after {delay:?}", tally.kills));
            let mut run = out.command(job, &[]).spawn().unwrap();
            sleep(delay);
            run.kill().unwrap();
            if run.wait().unwrap().code().is_some() {
                tally.ended += 1;
            } else {
                tally.add(out.assert_sound());
            }
        }
        out.run_to_end(Job { applications: 1 + random.below(3) as u32, ..JOBS[random.below(4) as usize] });
    }
    eprintln!("LNERE_CRASH_SEED={seed}: {tally:?}");
    assert!(tally.staged > 0, "no kill came while a release was staged: {tally:?}");
}

/// The duration of a job that makes a revision.
fn duration(out: &mut CrashOutput, job: Job) -> Duration {
    out.run_to_end(job);
    let start = Instant::now();
    out.run_to_end(Job { applications: 2, ..job });
    start.elapsed()
}
