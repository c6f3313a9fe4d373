/*!
Determines the memory that this process may use: the remainder of the lowest limit, of the system or
of the process file.

The kernel kills a process that exceeds its control group, and the standard library aborts if an
allocation fails. Neither gives advice. Therefore the limits are read before the exports.
*/

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Resource, getrlimit};
use rustix::system::sysinfo;

use lnere_ingest::AvailableMemory;
use lnere_messages::message;

/// The value from which a control group has no limit; version 1 writes a number near 2⁶³.
const NO_LIMIT: u64 = 1 << 60;

/// The available memory, by the limit that leaves the least. `configured` is the limit of the
/// process file in bytes; without one it is half of the machine's memory.
pub(super) fn available_memory(configured: Option<u64>) -> Option<AvailableMemory> {
    let of_groups = control_group_limits(Path::new("/"));
    let (limit, limit_cause) = match configured {
        Some(bytes) => (bytes, message!("memory-configured", mib = bytes >> 20)),
        None => (total_memory() / 2, message!("memory-half-of-machine")),
    };
    let configured = AvailableMemory { bytes: limit.saturating_sub(own_size("VmRSS")), limit_cause };
    let all = of_groups.into_iter().chain(process_limits()).chain([machine_memory(), configured]);
    all.min_by_key(|available| available.bytes)
}

/// A size of this process in bytes, by its key in `/proc/self/status`.
fn own_size(key: &str) -> u64 {
    let sizes = fs::read_to_string("/proc/self/status").unwrap_or_default();
    value_of_key(&sizes, key).unwrap_or(0) << 10
}

/// The memory of the machine in bytes.
fn total_memory() -> u64 {
    let system = sysinfo();
    system.totalram.saturating_mul(u64::from(system.mem_unit))
}

fn read_number(path: PathBuf) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// The value of a key in lines of `key value`, in the unit of the file.
fn value_of_key(text: &str, key: &str) -> Option<u64> {
    let line =
        text.lines().find_map(|line| line.strip_prefix(key)?.trim_start_matches(':').strip_prefix([' ', '\t']))?;
    line.trim_start().split(' ').next()?.parse().ok()
}

/// The limits of the control groups of this process and of their parents, for both versions.
fn control_group_limits(root: &Path) -> Vec<AvailableMemory> {
    let group_lines = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mut found = Vec::new();
    for line in group_lines.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else { continue };
        let (mounts, limit, used, cache): (&[&str], _, _, _) = if controllers.is_empty() {
            (&["sys/fs/cgroup", "sys/fs/cgroup/unified"], "memory.max", "memory.current", "file")
        } else if controllers.split(',').any(|controller| controller == "memory") {
            (&["sys/fs/cgroup/memory"], "memory.limit_in_bytes", "memory.usage_in_bytes", "total_cache")
        } else {
            continue;
        };
        for mount in mounts {
            for group in Path::new(path.trim_start_matches('/')).ancestors() {
                let folder = root.join(mount).join(group);
                let Some(bytes) = read_number(folder.join(limit)).filter(|bytes| *bytes < NO_LIMIT) else { continue };
                // The kernel frees cached files when it needs memory.
                let statistics = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
                let cached = value_of_key(&statistics, cache).unwrap_or(0);
                let taken = read_number(folder.join(used)).unwrap_or(0).saturating_sub(cached);
                found.push(AvailableMemory {
                    bytes: bytes.saturating_sub(taken),
                    limit_cause: message!("memory-control-group", limit, group = group.display(), mib = bytes >> 20),
                });
            }
        }
    }
    found
}

/// The limits of the process, as `ulimit` sets them.
fn process_limits() -> Vec<AvailableMemory> {
    let limit_of = |resource, size: &str, name: &str| {
        let limit = getrlimit(resource).current?;
        let taken = own_size(size);
        Some(AvailableMemory {
            bytes: limit.saturating_sub(taken),
            limit_cause: message!("memory-process-limit", name, mib = limit >> 20),
        })
    };
    [limit_of(Resource::As, "VmSize", "RLIMIT_AS"), limit_of(Resource::Data, "VmData", "RLIMIT_DATA")]
        .into_iter()
        .flatten()
        .collect()
}

/// The memory that is left on the machine.
fn machine_memory() -> AvailableMemory {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let free =
        value_of_key(&text, "MemAvailable").map(|kib| (kib + value_of_key(&text, "SwapFree").unwrap_or(0)) << 10);
    // A confined unit cannot read this file; then the total memory of the machine counts.
    let (bytes, limit_cause) = match free {
        Some(bytes) => (bytes, message!("memory-left-on-machine")),
        None => (total_memory(), message!("memory-of-machine")),
    };
    AvailableMemory { bytes, limit_cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with_files(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::TempDir::new().expect("a folder");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        root
    }

    fn group_limits_found_in(paths: &[(&str, &str)]) -> Vec<(u64, String)> {
        let root = folder_with_files(paths);
        control_group_limits(root.path()).into_iter().map(|found| (found.bytes >> 20, found.limit_cause)).collect()
    }

    #[test]
    fn the_limits_of_control_groups_are_those_of_the_own_one_and_of_those_around_it() {
        let found = group_limits_found_in(&[
            ("proc/self/cgroup", "0::/system.slice/lnere.service\n"),
            ("sys/fs/cgroup/system.slice/lnere.service/memory.max", "2147483648\n"),
            ("sys/fs/cgroup/system.slice/lnere.service/memory.current", "209715200\n"),
            ("sys/fs/cgroup/system.slice/lnere.service/memory.stat", "anon 104857600\nfile 104857600\nfile_mapped 1\n"),
            ("sys/fs/cgroup/system.slice/memory.max", "1073741824\n"),
        ]);
        let expected = [
            (1948, "memory.max of the control group /system.slice/lnere.service is 2048 MiB"),
            (1024, "memory.max of the control group /system.slice is 1024 MiB"),
        ];
        assert_eq!(found, expected.map(|(mib, text)| (mib, text.to_owned())));
        assert!(
            group_limits_found_in(&[("proc/self/cgroup", "0::/\n"), ("sys/fs/cgroup/memory.max", "max\n")]).is_empty()
        );
        assert!(group_limits_found_in(&[]).is_empty());
    }

    #[test]
    fn the_limits_of_the_first_version_count_too() {
        let found = group_limits_found_in(&[
            ("proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/a/b\n"),
            ("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "536870912\n"),
            ("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "104857600\n"),
            ("sys/fs/cgroup/memory/a/memory.stat", "cache 1\ntotal_cache 52428800\n"),
        ]);
        assert_eq!(found, [(462, "memory.limit_in_bytes of the control group /a is 512 MiB".to_owned())]);
    }

    #[test]
    fn this_machine_has_available_memory() {
        let available = available_memory(None).expect("Linux says what it has");
        assert!(available.bytes > 64 << 20, "{available:?}");
        let configured = available_memory(Some(5 << 20)).expect("a limit");
        assert!(configured.bytes < 5 << 20, "the program has some of it");
        assert_eq!(configured.limit_cause, "limits.memory_mib is 5");
        assert_eq!(value_of_key("MemTotal:  9 kB\nMemAvailable:     12 kB\n", "MemAvailable"), Some(12));
        assert_eq!(value_of_key("file_mapped 3\nfile 7\n", "file"), Some(7));
    }
}
