"""Plants leaks in what was published, one at a time and in memory only, and says which of them the attack finds.

    python -m attacker.plant OUT [--each 3] [--alone DIR]      (from the tests folder)

In each release: some hidden counts shown, small ones and others; each table left unprotected; and, with --alone, the public part of the
same corte in another output folder, which was protected without knowing of any other corte. OUT itself must be clean. Exit 1 where a leak
was not found; a larger count that may be shown without harm is no leak, but was hidden for nothing, and is only counted.
"""
import argparse
import collections
import copy
import random
import sys

from . import checks, published
from .system import Cell


def cells(release, index):
    """The hidden cells of one release."""
    return [Cell(index, name, key, measure) for name, table in release.tables.items() for key, row in table.rows.items()
            for measure in table.measures if row[measure] is None]


def truth(release, cell):
    return release.tables[cell.table].exact.get(cell.key, {}).get(cell.measure, 0)


def shown(release, chosen):
    """The release with these cells shown, marks and shares as they then are."""
    release = copy.copy(release)
    release.tables = {name: copy.copy(table) for name, table in release.tables.items()}
    for cell in chosen:
        table = release.tables[cell.table]
        row = {**table.rows[cell.key], cell.measure: truth(release, cell)}
        row["protegida"] = None in [row[measure] for measure in table.measures]
        table.rows = {**table.rows, cell.key: row}
    return release


def first_finding(releases, index, every=False):
    """The first finding in any release, that of the table itself aside where the attack is what is tried."""
    attack = checks.Attack(releases, releases)
    alone = (found for found in checks.of_tables(releases[index]) if every and found["kind"] == "small_shown")
    return next(alone, None) or next(attack.findings(), None)


def main(arguments=None):
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("out")
    options.add_argument("--each", type=int, default=3, help="how many small and how many other hidden counts of each release")
    options.add_argument("--alone", help="an output folder whose releases were each protected alone")
    options = options.parse_args(arguments)
    releases, draw = published.read_all(options.out), random.Random(0)
    if next(checks.Attack(releases, releases).findings(), None):
        sys.exit(f"{options.out} leaks before anything is planted; see attack.py")
    alone = {release.corte: release for release in published.read_all(options.alone)} if options.alone else {}
    tried, found = collections.Counter(), collections.Counter()

    def attempt(kind, index, changed, every=False):
        tried[kind] += 1
        finding = first_finding([*releases[:index], changed, *releases[index + 1:]], index, every)
        found[kind] += finding is not None
        return finding is not None

    for index, release in enumerate(releases):
        hidden = cells(release, index)
        small = [cell for cell in hidden if 0 < truth(release, cell) < release.minimum]
        others = [cell for cell in hidden if cell not in set(small)]
        for kind, some in (("a small count shown", small), ("another hidden count shown", others)):
            for cell in draw.sample(some, min(options.each, len(some))):
                if not attempt(kind, index, shown(release, [cell]), every=True) and some is small:
                    print(f"not found: {release.label()} {cell.table} {cell.key} {cell.measure} shown")
        for name in release.tables:
            own = [cell for cell in hidden if cell.table == name]
            if any(0 < truth(release, cell) < release.minimum for cell in own):
                if not attempt("a table left unprotected", index, shown(release, own), every=True):
                    print(f"not found: {release.label()} {name} left unprotected")
        if release.corte in alone and not release.superseded:
            other = alone[release.corte]
            if {(cell.table, cell.key, cell.measure) for cell in cells(other, index)} != {(cell.table, cell.key, cell.measure) for cell in hidden}:
                if not attempt("a corte protected alone", index, other):
                    print(f"no leak: {release.label()} as it is when protected alone")
    for kind in tried:
        print(f"{kind}: {found[kind]} of {tried[kind]} found")
    leaks = ("a small count shown", "a table left unprotected")
    return 1 if any(found[kind] < tried[kind] for kind in leaks) else 0


if __name__ == "__main__":
    sys.exit(main())
