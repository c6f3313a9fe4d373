/*!
Checks of the machine: units and timers of systemd, and the clock.
*/

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use chrono::{Local, NaiveDate, Utc};
use chrono_tz::America::Mexico_City;

use super::{Check, CheckFindings};
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::Inventory;
use lnere_messages::message;
use lnere_release::Output;

/// The time after which a program of the system is ended.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes that are read from a program of the system.
const MAX_COMMAND_BYTES: u64 = 64 << 10;

/// How far a time may lie ahead, because machines that share a disk differ by some seconds.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(5);

/// The lines of cron in the place that `deploy/lnere.cron` names.
const CRON_FILE: &str = "/etc/cron.d/lnere";

/// What a program prints. A program that does not end is killed.
fn command_output(program: &str, arguments: &[&str], timeout: Duration) -> io::Result<String> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let deadline = Instant::now() + timeout;
    while child.try_wait()?.is_none() {
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    let mut bytes = Vec::new();
    if let Some(stdout) = child.stdout {
        stdout.take(MAX_COMMAND_BYTES).read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether the work of a unit is missed at once, or only later.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UnitNeed {
    /// Without it nothing is published.
    Essential,
    Expected,
    /// An operator may have left it off.
    Optional,
}

/// The properties of a unit, as systemd prints them.
type UnitProperties = BTreeMap<String, String>;

pub(super) fn units_check(has_recipients: bool) -> Check {
    const ID: &str = "units";
    let has_cron = Path::new(CRON_FILE).is_file();
    let without_systemd = || {
        if has_cron {
            return Check::skipped(ID, message!("doctor-cron-without-systemd", file = CRON_FILE));
        }
        Check {
            advice: Some(message!("doctor-copy-cron", file = CRON_FILE)),
            ..Check::skipped(ID, message!("doctor-no-cron-nor-systemd", file = CRON_FILE))
        }
    };
    let unasked = |error: io::Error| {
        Check::warning(ID, message!("L760-systemctl-failed", error), message!("doctor-look-at-timers"))
    };
    let manager = match command_output("systemctl", &["is-system-running"], COMMAND_TIMEOUT) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return without_systemd(),
        Err(error) => return unasked(error),
        Ok(state) => state,
    };
    // In a container systemctl is often there, but not systemd.
    if ["", "offline", "unknown"].contains(&manager.trim()) {
        return without_systemd();
    }
    let delivery_need = if has_recipients { UnitNeed::Expected } else { UnitNeed::Optional };
    let units = [
        ("lnere", UnitNeed::Essential),
        ("lnere-status", UnitNeed::Expected),
        ("lnere-verify", UnitNeed::Expected),
        ("lnere-deliver", delivery_need),
        ("lnere-tablero", UnitNeed::Optional),
    ];
    let names: Vec<String> =
        units.iter().flat_map(|(name, _)| [format!("{name}.timer"), format!("{name}.service")]).collect();
    // An instance shows whether its template is there.
    let alert = "lnere-alert@lnere.service.service";
    let mut words = vec!["show", "--no-pager", "--property=Id,LoadState,UnitFileState,ActiveState"];
    words.extend(names.iter().map(String::as_str).chain([alert]));
    let known = match command_output("systemctl", &words, COMMAND_TIMEOUT) {
        Err(error) => return unasked(error),
        Ok(printed) => parsed_units(&printed),
    };
    let property = |unit: &str, name: &str| known.get(unit).and_then(|unit| unit.get(name)).map_or("", String::as_str);
    let is_loaded = |unit: &str| property(unit, "LoadState") == "loaded";
    if !names.iter().any(|name| is_loaded(name)) {
        if has_cron {
            return Check::ok(ID, message!("doctor-cron-without-units", file = CRON_FILE));
        }
        return Check::warning(ID, message!("L761-no-units"), message!("doctor-install-units"));
    }

    let mut found = CheckFindings::default();
    let mut active_timers = Vec::new();
    for (name, need) in units {
        let (timer, service) = (format!("{name}.timer"), format!("{name}.service"));
        if property(&service, "ActiveState") == "failed" {
            found.add_problem(message!("L762-service-failed", service), message!("doctor-look-at-journal", service));
        }
        let is_active = property(&timer, "ActiveState") == "active";
        if is_active {
            active_timers.push(timer.clone());
        }
        // A timer that is active but not enabled ends with the next start of the machine.
        if need == UnitNeed::Optional || is_active && property(&timer, "UnitFileState") == "enabled" {
            continue;
        }
        let enable = || format!("`systemctl enable --now {timer}`");
        let (message, advice) = match (is_loaded(&timer), is_active) {
            (true, true) => (message!("L763-timer-not-enabled", timer), enable()),
            (true, false) => (message!("L763-timer-not-active", timer), enable()),
            (false, _) => {
                (message!("L764-timer-not-installed", timer), message!("doctor-install-timer", timer, service))
            }
        };
        if need == UnitNeed::Essential {
            found.add_problem(message, advice);
        } else {
            found.add_warning(message, advice);
        }
    }
    if !is_loaded(alert) {
        found.add_warning(message!("L764-alert-not-installed"), message!("doctor-install-alert"));
    }
    found.into_check(ID, message!("doctor-active-timers", timers = active_timers.join(", ")))
}

/// The properties of each unit by its name. `systemctl show` prints a blank line between units.
fn parsed_units(printed: &str) -> BTreeMap<String, UnitProperties> {
    let properties = |block: &str| -> UnitProperties {
        let lines = block.lines().filter_map(|line| line.split_once('='));
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let units = printed.split("\n\n").map(properties);
    units.filter_map(|unit| Some((unit.get("Id")?.clone(), unit))).collect()
}

/// The clock decides what is due. The zone of the machine does not matter, since days are those of
/// Mexico City.
pub(super) fn clock_check(inventory: Option<&Inventory>, output: &Output, today: NaiveDate) -> Check {
    let advice = || message!("doctor-set-clock");
    let mut found = CheckFindings::default();
    let newest_corte = output.published_cortes().ok().and_then(|cortes| cortes.last().copied());
    if let Some(corte) = newest_corte.filter(|corte| corte.day() > today) {
        found.add_problem(message!("L770-release-of-future-day", corte, today), advice());
    }
    let files = inventory.map_or(&[][..], |inventory| &inventory.files);
    if let Some(file) = files.iter().filter(|file| file.date > today).max_by_key(|file| file.date) {
        let message = message!("L771-export-of-future-day", name = escaped_name(&file.name), today);
        found.add_problem(message, message!("doctor-set-clock-or-correct-name"));
    }
    let latest = SystemTime::now() + CLOCK_TOLERANCE;
    if let Some(file) = files.iter().find(|file| file.stamp.modified.is_some_and(|modified| modified > latest)) {
        found.add_warning(message!("L772-written-in-future", name = escaped_name(&file.name)), advice());
    }
    let synchronized =
        command_output("timedatectl", &["show", "--property=NTPSynchronized", "--value"], COMMAND_TIMEOUT);
    let synchronized = synchronized.as_deref().map_or("", str::trim);
    if synchronized == "no" {
        found.add_warning(message!("L773-clock-not-synchronized"), message!("doctor-synchronize-clock"));
    }
    let now = Utc::now();
    let message = message!(
        "doctor-clock",
        mexico_time = now.with_timezone(&Mexico_City).format("%Y-%m-%d %H:%M:%S"),
        machine_time = now.with_timezone(&Local).format("%H:%M:%S %:z"),
        synchronized
    );
    found.into_check("clock", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let timeout = Duration::from_millis(50);
        let error = command_output("sleep", &["60"], timeout).expect_err("it does not end");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let missing = command_output("no-such-program-of-lnere", &[], timeout).expect_err("it is not there");
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        assert_eq!(command_output("echo", &["a"], COMMAND_TIMEOUT).expect("it prints"), "a\n");
    }

    #[test]
    fn units_are_told_apart_by_blank_lines() {
        let units = parsed_units("Id=a.timer\nLoadState=loaded\n\nLoadState=loaded\nId=b=c.service\n");
        let names: Vec<&String> = units.keys().collect();
        assert_eq!(names, ["a.timer", "b=c.service"]);
        assert_eq!(units["a.timer"]["LoadState"], "loaded");
        assert!(parsed_units("").is_empty());
    }
}
