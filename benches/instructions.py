"""Counts the instructions that one application costs, and compares them with the committed figure.

    python benches/instructions.py           prints the figure; exit 1 if it is over the limit
    python benches/instructions.py --write   writes it to benches/instructions.toml

Needs valgrind and the release build (LNERE is its path, by default that of CARGO_TARGET_DIR). Wall
time depends on the machine and its load; the number of instructions hardly does. Callgrind runs
`lnere run --only tablas` with one thread on 20,000 and on 200,000 synthetic applications. The
difference of the two, by application, leaves out what a run costs whatever its size. The SHA-256 of
the exports is left out too: callgrind does not offer the instructions of processors for it.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", pathlib.Path.home() / ".cache/lnere-target"))
LNERE = os.environ.get("LNERE", str(TARGET / "release/lnere"))
PROCESS = ROOT / "pipelines/pel_2020_2021.toml"
COMMITTED = ROOT / "benches/instructions.toml"
FEW, MANY = 20_000, 200_000
# The largest accepted excess over the committed figure.
TOLERANCE = 0.05


def instructions(folder, rows):
    """The instructions of a run that makes the tables of this number of applications."""
    inputs = folder / str(rows)
    subprocess.run([LNERE, "sample", "-q", inputs, "--process", PROCESS, "--shape", "limpia",
                    "--applications", str(rows), "--credentials", "1000"], check=True, stdout=subprocess.DEVNULL)
    profile = folder / "callgrind.out"
    run = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", LNERE, "run", "-q",
                          "--process", PROCESS, "--inputs", inputs, "--output", folder / f"out_{rows}",
                          "--only", "tablas", "--jobs", "1"], capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or not found:
        sys.exit(f"callgrind ended with status {run.returncode}:\n{run.stderr[-2000:]}")
    functions = subprocess.run(["callgrind_annotate", "--threshold=100", profile], check=True, capture_output=True, text=True)
    checksum = re.findall(r"^ *([0-9,]+) .*\bsha2::", functions.stdout, re.MULTILINE)
    return int(found[1]) - sum(int(count.replace(",", "")) for count in checksum)


with tempfile.TemporaryDirectory(prefix="lnere-instructions-") as folder:
    few, many = (instructions(pathlib.Path(folder), rows) for rows in (FEW, MANY))
per_row = round((many - few) / (MANY - FEW))
fixed = round(few - FEW * per_row, -6)
if "--write" in sys.argv[1:]:
    COMMITTED.write_text("# Instructions by callgrind; `python benches/instructions.py --write` writes this file.\n"
                         f"per_application = {per_row}\nof_a_run = {fixed}\n")
committed = tomllib.loads(COMMITTED.read_text())["per_application"]
excess = per_row / committed - 1
print(f"{per_row:,} instructions for each application, {excess:+.1%} against {committed:,}; {fixed:,} for a run")
if excess > TOLERANCE:
    sys.exit(f"more than {TOLERANCE:.0%} over benches/instructions.toml: mend it, or say why and run --write")
