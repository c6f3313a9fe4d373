"""Measures the whole program beside DuckDB and `wc -l`, and prints the table of docs/benchmarks.md
with its commit.

    python benches/speed.py [--rows 10000000] [--repeat 3] [--keep DIR]

Needs duckdb (tests/run makes a virtual environment that has it) and about 9 GB of disk. `lnere
sample` generates the data. Each case runs several times, all cases in turn. The script keeps the
best wall time and the largest peak memory of each.
"""
import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parent.parent
target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", pathlib.Path.home() / ".cache/lnere-target"))
lnere = target / "release/lnere"
process = root / "pipelines/pel_2020_2021.toml"

options = argparse.ArgumentParser()
options.add_argument("--rows", type=int, default=10_000_000)
options.add_argument("--repeat", type=int, default=3)
options.add_argument("--keep", help="folder for the generated data, kept and used again")
options = options.parse_args()


def measure(command):
    """The wall time in seconds and the peak memory in MB of a command."""
    start = time.perf_counter()
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"{command} ended with status {status}")
    return wall, usage.ru_maxrss / 1024


def run(inputs, out, *more, process=process):
    shutil.rmtree(out, ignore_errors=True)
    return measure([lnere, "run", "-q", "--process", process, "--inputs", inputs, "--output", out, *more])


def sample(folder, shape, rows, credentials=10_000, process=process):
    if not folder.exists():
        subprocess.run([lnere, "sample", "-q", folder, "--process", process, "--shape", shape, "--applications", str(rows),
                        "--credentials", str(credentials)], check=True, stdout=subprocess.DEVNULL)
    return sum(path.stat().st_size for path in folder.glob("solicitudes_*")) / 1e9


subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=root, check=True, env={**os.environ, "CARGO_TARGET_DIR": str(target)})
folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lnere-bench-"))
folder.mkdir(parents=True, exist_ok=True)
out, duck = folder / "out", folder / "duck"
cases = []
for share in (0.1, 0.3, 1.0):
    rows = int(options.rows * share)
    inputs = folder / f"clean_{rows}"
    size = sample(inputs, "limpia", rows)
    cases.append((f"lnere, {rows:,} applications ({size:.2f} GB)", lambda inputs=inputs: run(inputs, out, "--only", "tablas")))
full = folder / f"clean_{options.rows}"
cases.append((f"lnere, {options.rows:,}, one thread", lambda: run(full, out, "--only", "tablas", "--jobs", "1")))
# Rows of the last of four exports, which together have about --rows records.
dirty_rows = int(options.rows * 0.39)
dirty = folder / f"dirty_{dirty_rows}"
size = sample(dirty, "sucia", dirty_rows)
cases.append((f"lnere, dirty, four exports ({size:.2f} GB)", lambda: run(dirty, out, "--only", "tablas")))


def duckdb_run():
    shutil.rmtree(duck, ignore_errors=True)
    duck.mkdir()
    return measure([sys.executable, root / "benches/duckdb_careful.py", next(full.glob("solicitudes_*.csv")), duck])


cases.append((f"DuckDB, careful script, {options.rows:,}", duckdb_run))


def duckdb_rules_run():
    shutil.rmtree(duck, ignore_errors=True)
    duck.mkdir()
    return measure([sys.executable, root / "benches/duckdb_same_rules.py", next(full.glob("solicitudes_*.csv")), duck])


cases.append((f"DuckDB with the rules of a record, {options.rows:,}", duckdb_rules_run))
cases.append((f"`wc -l`, {options.rows:,}", lambda: measure(["wc", "-l", next(full.glob("solicitudes_*.csv"))])))


def with_memory_limit(mebibytes):
    """A copy of the process file with a limit of memory."""
    copy = folder / f"memory_{mebibytes}"
    for name in ("pipelines", "charts"):
        shutil.copytree(root / name, copy / name, dirs_exist_ok=True)
    file = copy / "pipelines/pel_2020_2021.toml"
    file.write_text(process.read_text().replace("[limits]", f"[limits]\nmemory_mib = {mebibytes}", 1))
    return file


limited = with_memory_limit(256)
cases.append((f"lnere, {options.rows:,}, `memory_mib = 256`", lambda: run(full, out, "--only", "tablas", process=limited)))
season_rows = options.rows // 10
season = folder / f"season_{season_rows}"
size = sample(season, "temporada", season_rows, season_rows)
cases.append((f"lnere, a season: 24 exports of {season_rows:,} of each source", lambda: run(season, out, "--only", "tablas")))
without = ("--only", "tablas,graficas")
ours = root / "sample_data/pel_2020_2021"
cases.append(("lnere, sample data, all tables and 123 charts", lambda: run(ours, out, *without)))
cases.append(("the same with 12 packages", lambda: run(ours, out)))
federal = root / "pipelines/pef_2023_2024.toml"
states = folder / "states"
sample(states, "uniforme", 33_698, 40_000, federal)
cases.append(("lnere, 32 entities at the sample's size, 333 charts", lambda: run(states, out, *without, process=federal)))
cases.append(("the same with 33 packages", lambda: run(states, out, process=federal)))

best = {}
for _ in range(options.repeat):
    for name, case in cases:
        wall, peak = case()
        walls, peaks = best.setdefault(name, ([], []))
        walls.append(wall)
        peaks.append(peak)
        print(f"{name}: {wall:.2f} s, {peak:.0f} MB", file=sys.stderr)

commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True).stdout.strip()
print(f"Commit {commit}.\n\n| what | wall | peak memory |\n|---|---|---|")
for name, _ in cases:
    walls, peaks = best[name]
    print(f"| {name} | {min(walls):.2f} s | {max(peaks):,.0f} MB |")
names = [name for name, _ in cases]
wall = lambda index: min(best[names[index]][0])
print(f"\nratio to DuckDB {wall(2) / wall(5):.2f}; two threads to one {wall(2) / wall(3):.2f}; dirty to clean {wall(4) / wall(2):.2f}; "
      f"10x the rows take {wall(2) / wall(0):.1f}x the time")
if not options.keep:
    shutil.rmtree(folder)
