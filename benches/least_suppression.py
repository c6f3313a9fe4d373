"""Computes the least possible loss: for each public table of each corte alone, the least sum of
suppressed counts, by integer programming.

    python benches/least_suppression.py OUT [--cells] [--seconds 20]

The result is a lower bound for any protection, because it considers one corte only and no
singletons. Small counts are suppressed. Each suppressed count keeps minimum + 1 values. Totals of
entities and of the nation are suppressed only if nothing else helps. `--cells` asks for the fewest
cells instead. Needs duckdb, numpy and highspy. Prints Markdown, with what OUT suppresses beside it.
"""
import argparse
import pathlib
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from attacker import linear, published  # noqa: E402  (loads HiGHS without its banner)
from attacker.disclosed_system import System  # noqa: E402

import highspy  # noqa: E402

TOGETHER = [["lnere_por_sexo", "lnere_por_modalidad", "lnere_cubo"], ["lnere_por_tipo_credencial"], ["lnere_por_medio"], ["lnere_por_estatus"],
            ["lnere_por_pais"]]
# To suppress an entity's total or a sum of the nation costs this much more than another cell.
DEAR = 1000.0
# A suppressed count is not protected better by another one that may rise further than this.
LARGE = 50.0


class Table:
    """Cells with exact counts, and the published sums between them."""

    def __init__(self, release, names):
        self.minimum = release.minimum
        names = [name for name in names if name in release.tables]
        kept = {name: table for name, table in release.tables.items() if name in (*names, "lnere_por_entidad", published.TOTALS)}
        whole = published.Release(release.path, release.corte, release.revision, False, release.minimum, release.groups, {})
        for name, table in kept.items():
            rows = {key: dict.fromkeys(table.measures) for key in table.rows
                    if name != published.TOTALS or key[0] in names or key[:2] == ("lnere_por_entidad", "{}")}
            whole.tables[name] = published.Table(table.keys, table.measures, rows, [], table.exact)
        self.system = System([whole])
        self.cells = self.system.hidden
        place = {cell: index for index, cell in enumerate(self.cells)}
        self.counts = np.array([self.system.truth(cell) for cell in self.cells], float)
        self.small = (self.counts > 0) & (self.counts < self.minimum)
        self.own = np.array([cell.table in names for cell in self.cells])
        self.fixed = np.array([cell.table == published.TOTALS and cell.key[1] == "{}" for cell in self.cells])
        self.rows = [{place[cell]: sign for cell, sign in terms.items()} for terms, *_ in self.system.relations]


def least(table, weights, seconds):
    """The cells to suppress at the least weight, and whether the solver proved it. Adds cuts until
    every interval is wide enough.
    """
    size, width = len(table.cells), table.minimum
    master = highspy.Highs()
    master.silent()
    master.setOptionValue("time_limit", float(seconds))
    for cell in range(size):
        master.addCol(weights[cell], float(table.small[cell]), 0.0 if table.fixed[cell] else 1.0, 0, [], [])
    every = np.arange(size, dtype=np.int32)
    master.changeColsIntegrality(size, every, np.full(size, linear.WHOLE))
    # No cell of a sum may be suppressed alone.
    for row in table.rows:
        for cell in row:
            others = [other for other in row if other != cell]
            master.addRow(0.0, linear.FAR, len(row), np.array([cell, *others], np.int32), np.array([-1.0] + [1.0] * len(others)))
    moves = highspy.Highs()
    moves.silent()
    for _ in range(2 * size):
        moves.addCol(0.0, 0.0, 0.0, 0, [], [])
    for half in (0, size):
        for row in table.rows:
            moves.addRow(0.0, 0.0, len(row), np.array([cell + half for cell in row], np.int32), np.array(list(row.values()), float))
    twice, begin = np.arange(2 * size, dtype=np.int32), time.perf_counter()
    while True:
        master.run()
        proved = master.getModelStatus() == linear.OPTIMAL
        chosen = np.array(master.getSolution().col_value) > 0.5
        cuts = list(too_narrow(table, moves, chosen, width, twice))
        for place, value in cuts:
            master.addRow(0.0, linear.FAR, len(place), place, value)
        if not cuts:
            return chosen, proved
        if time.perf_counter() - begin > seconds:
            return None, False


def too_narrow(table, moves, chosen, width, twice):
    """For each chosen cell with too narrow an interval, the sum of choices that would widen it."""
    size = len(table.cells)
    down, up = np.where(chosen, -table.counts, 0.0), np.where(chosen, LARGE, 0.0)
    moves.changeColsBounds(2 * size, twice, np.concatenate([down, down]), np.concatenate([up, up]))
    most, least_move = np.zeros(size), np.zeros(size)
    for cell in np.flatnonzero(chosen):
        if most[cell] - least_move[cell] >= width:
            continue
        cost = np.zeros(2 * size)
        cost[cell], cost[size + cell] = -1.0, 1.0
        moves.changeColsCost(2 * size, twice, cost)
        moves.run()
        found, dual = np.array(moves.getSolution().col_value), -np.array(moves.getSolution().col_dual)
        high, low = found[:size], found[size:]
        most, least_move = np.maximum(most, np.maximum(high, low)), np.minimum(least_move, np.minimum(high, low))
        if high[cell] - low[cell] < width - linear.EPSILON:
            value = sum(np.where(dual[half] > 0, dual[half] * LARGE, -dual[half] * table.counts) for half in (slice(size), slice(size, None)))
            value = np.minimum(value, width)
            value[cell] -= width
            place = np.flatnonzero(np.abs(value) > 1e-9)
            yield place.astype(np.int32), value[place]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("out")
    options.add_argument("--cells", action="store_true", help="the fewest cells, not the least sum of counts")
    options.add_argument("--seconds", type=float, default=20)
    options = options.parse_args()
    print("| corte | tables | hidden cells | least | hidden counts | least |\n|---|---|---|---|---|---|")
    for release in published.read_all(options.out):
        if release.superseded:
            continue
        for names in TOGETHER:
            table = Table(release, names)
            weights = (np.ones(len(table.cells)) if options.cells else table.counts + 0.01) * np.where(table.own, 1.0, DEAR)
            chosen, proved = least(table, weights, options.seconds)
            ours = np.array([release.tables[cell.table].rows[cell.key][cell.measure] is None for cell in table.cells])
            total = max(table.counts[table.own].sum(), 1.0)
            share = lambda mask: f"{int(mask.sum())} of {int(table.own.sum())} | {100 * table.counts[mask].sum() / total:.2f} %"
            hidden_cells, hidden_counts = share(ours & table.own).split(" | ")
            best = ("none found", "–") if chosen is None else share(chosen & table.own).split(" | ")
            mark = "" if proved or chosen is None else " (not proved)"
            print(f"| {release.corte} | {', '.join(name.removeprefix('lnere_') for name in names)} | {hidden_cells} | {best[0]}{mark} | "
                  f"{hidden_counts} | {best[1]} |", flush=True)


if __name__ == "__main__":
    main()
