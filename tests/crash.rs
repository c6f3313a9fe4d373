//! A run may be killed at any moment: what is visible is whole all the same, and the next run that ends
//! leaves no trace of the one that did not. No revision that was ever visible is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, clippy::print_stderr, missing_docs)]

mod common;

use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use common::crash::{Fault, Job, Lab, Out, State, can_trace};

const KILL: &str = "signal=SIGKILL";

/// What was done, and how often it led to which state.
#[derive(Debug, Default)]
struct Tally {
    kills: u32,
    ended: u32,
    staged: u32,
    swapped: u32,
    gone: u32,
    behind: u32,
}

impl Tally {
    fn add(&mut self, state: State) {
        self.kills += 1;
        self.staged += u32::from(state.staged);
        self.swapped += u32::from(state.swapped);
        self.gone += u32::from(state.gone);
        self.behind += u32::from(state.behind);
    }
}

/// Kills a job before each of its calls that touch the output, one run for each, and lets the next one end.
fn killed_before_every_call(base: &Out, job: Job, next: Job, also: &[Fault]) -> Tally {
    let mut tally = Tally::default();
    for (call, numbers) in base.again().calls(job) {
        for number in numbers[0].. {
            let mut out = base.again();
            let faults: Vec<Fault> = also.iter().cloned().chain([Fault::new(&call, KILL, number)]).collect();
            let attempt = out.traced(job, &faults);
            if !attempt.killed() {
                assert_eq!(attempt.code(), Some(0), "{}", attempt.stderr());
                assert!(number > *numbers.last().unwrap(), "{call} {number} was to be the last one");
                out.is_right_after(job);
                tally.ended += 1;
                break;
            }
            tally.add(out.is_sound());
            out.complete(next);
        }
    }
    tally
}

#[test]
fn a_first_publication_killed_before_every_call() {
    if !can_trace() {
        return;
    }
    let lab = Lab::new();
    let tally = killed_before_every_call(&lab.out(), Job::of(1), Job::of(1), &[]);
    eprintln!("{tally:?}");
    assert!(tally.kills > 50 && tally.staged > 10 && tally.behind > 0, "{tally:?}");
}

#[test]
fn a_revision_killed_before_every_call() {
    if !can_trace() {
        return;
    }
    let lab = Lab::new();
    let tally = killed_before_every_call(&lab.after(&[Job::of(1)]), Job::of(2), Job::of(2), &[]);
    eprintln!("{tally:?}");
    assert!(tally.swapped > 0, "no kill came between the exchange and the move to superseded: {tally:?}");
}

#[test]
fn what_puts_a_kill_right_killed_before_every_call() {
    if !can_trace() {
        return;
    }
    let lab = Lab::new();
    let base = interrupted_swap(&lab);
    let tally = killed_before_every_call(&base, Job::of(2), Job::of(3), &[]);
    eprintln!("{tally:?}");
    assert!(tally.swapped > 0, "{tally:?}");
}

/// Revision 2 is visible, and revision 1 not yet in superseded.
fn interrupted_swap(lab: &Lab) -> Out<'_> {
    let base = lab.after(&[Job::of(1)]);
    let swap = base.again().calls(Job::of(2))["rename"].clone();
    for number in swap {
        let mut out = base.again();
        out.traced(Job::of(2), &[Fault::new("rename", KILL, number)]);
        if out.is_sound().swapped {
            return out.moved(lab.bench.path("interrupted"));
        }
    }
    panic!("no rename comes after the exchange");
}

/// Splitmix64: the same seed kills at the same moments, as far as a machine repeats itself.
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

/// What the random runs choose from: ranges of cortes, with charts or without.
const KINDS: [Job; 4] = [
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

fn variable(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().expect("a number"))
}

#[test]
fn killed_at_random_moments() {
    let kills = variable("LNERE_CRASH_KILLS").unwrap_or(200);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = variable("LNERE_CRASH_SEED").unwrap_or(now.as_nanos() as u64);
    let mut random = Random(seed);
    let lab = Lab::new();
    let mut out = lab.out();
    let durations: Vec<Duration> = KINDS.iter().map(|job| duration(&mut out, *job)).collect();

    let mut tally = Tally::default();
    while u64::from(tally.kills) < kills {
        // Now and then from nothing, so that first publications are killed too.
        if random.below(8) == 0 {
            out = lab.out();
            out.clear();
        }
        for _ in 0..=random.below(5) {
            let (kind, applications) = (random.below(4) as usize, 1 + random.below(3) as usize);
            let job = Job { applications, ..KINDS[kind] };
            let delay = Duration::from_nanos(random.below(durations[kind].as_nanos() as u64 * 5 / 4));
            out.tell(format!("LNERE_CRASH_SEED={seed}, kill {}: {job:?} after {delay:?}", tally.kills));
            let mut run = out.command(job, &[]).spawn().unwrap();
            sleep(delay);
            run.kill().unwrap();
            if run.wait().unwrap().code().is_some() {
                tally.ended += 1;
            } else {
                tally.add(out.is_sound());
            }
        }
        out.complete(Job { applications: 1 + random.below(3) as usize, ..KINDS[random.below(4) as usize] });
    }
    eprintln!("LNERE_CRASH_SEED={seed}: {tally:?}");
    assert!(tally.staged > 0, "no kill came while a release was staged: {tally:?}");
}

/// How long a job takes, as a revision.
fn duration(out: &mut Out, job: Job) -> Duration {
    out.complete(job);
    let start = Instant::now();
    out.complete(Job { applications: 2, ..job });
    start.elapsed()
}
