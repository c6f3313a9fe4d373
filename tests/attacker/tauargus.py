"""Calls Tau-Argus (pytauargus, EUPL, for tests only), which is independent code. It computes the
feasible intervals of a table, and chooses a suppression.

A table has cells {name: (value, status)} and sums [{name: 1 or -1}] that are zero. The status is
`s` for shown, `u` for unsafe, and `m` for suppressed besides.
"""
import contextlib
import math
import os
import tempfile

try:
    from pytauargus.engine import HiTaSCtrl, audit_jj
except ImportError:
    audit_jj = None


def is_there():
    return audit_jj is not None


@contextlib.contextmanager
def scratch():
    """A separate folder, because the engine leaves its logs where it runs."""
    kept = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="tauargus-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(kept)


def write(file, cells, sums, levels):
    """Writes the table in the form of Tau-Argus (JJ). An unsafe cell requires `levels` below and
    above its value.
    """
    places = {name: place for place, name in enumerate(cells)}
    most = 2 * sum(value for value, _ in cells.values()) + 10
    lines = ["0", str(len(cells))]
    for name, (value, status) in cells.items():
        below, above = levels if status == "u" else (0, 0)
        lines.append(f"{places[name]} {value} {value + 1} {status} 0 {most} {below} {above} 0")
    lines.append(str(len(sums)))
    for terms in sums:
        lines.append(f"0 {len(terms)} : " + " ".join(f"{places[name]} ({sign})" for name, sign in terms.items()))
    with open(file, "w") as table:
        table.write("\n".join(lines) + "\n")


def intervals(cells, sums):
    """{name: (least, most)} of all that is suppressed, in whole numbers."""
    with scratch():
        write("table.jj", cells, sums, (0, 0))
        names = list(cells)
        found = audit_jj("table.jj")
        return {names[row["cell"]]: (math.ceil(row["min"] - 1e-6), math.floor(row["max"] + 1e-6)) for row in found}


def suppressed(cells, sums, levels):
    """The cells that Tau-Argus suppresses besides the unsafe ones, at the least loss."""
    with scratch():
        write("table.jj", cells, sums, levels)
        code = HiTaSCtrl().full_jj(in_file_jj="table.jj", out_file="hidden.txt", max_time=1)
        if code > 1:
            raise RuntimeError(f"Tau-Argus could not protect the table: code {code}")
        names = list(cells)
        with open("hidden.txt") as hidden:
            return [names[int(line)] for line in hidden.read().split()]
