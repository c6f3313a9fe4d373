"""Plants leaks in public releases, one at a time and only in memory. Prints how many of them the
attack finds, and which it does not.

    python -m attacker.plant_leaks OUT [--each 3] [--alone DIR]      (from the tests folder)

In each release it plants these leaks:
- some suppressed counts shown, small ones and others;
- each table left unprotected;
- all counts of a column shown but two: the owner of one derives the other from the nation's sum;
- with --alone, the public part of the same corte in another output folder, which was protected
  without knowledge of any other corte.

OUT itself must have no finding for an outsider. Exits 1 if a leak was not found. A larger count
that may be shown without harm is no leak. It was suppressed for nothing, and is only counted.
"""
import argparse
import collections
import copy
import json
import random
import sys

from . import insiders, read_releases, table_attacks
from .disclosed_system import Cell


def cells(release, index):
    """The suppressed cells of one release."""
    return [Cell(index, name, key, measure) for name, table in release.tables.items() for key, row in table.rows.items()
            for measure in table.measures if row[measure] is None]


def truth(release, cell):
    return release.tables[cell.table].exact.get(cell.key, {}).get(cell.measure, 0)


def shown(release, chosen):
    """The release with these cells shown, and with marks and shares that agree."""
    release = copy.copy(release)
    release.tables = {name: copy.copy(table) for name, table in release.tables.items()}
    for cell in chosen:
        table = release.tables[cell.table]
        row = {**table.rows[cell.key], cell.measure: truth(release, cell)}
        row["protegida"] = None in [row[measure] for measure in table.measures]
        table.rows = {**table.rows, cell.key: row}
    return release


def first_finding(releases, index, every=False):
    """The first finding in any release. Without `every`, the check of the table alone does not
    count: only the attack is tried.
    """
    attack = table_attacks.Attack(releases, releases)
    alone = (found for found in table_attacks.of_tables(releases[index]) if every and found["kind"] == "small_shown")
    return next(alone, None) or next(attack.findings(), None)


def pairs(release, index, owners):
    """(insider, cell of another entity, the other cells of the column), for each column whose sum
    of the nation is shown.
    """
    columns = collections.defaultdict(list)
    for cell in cells(release, index):
        keys = release.tables[cell.table].keys
        if "cve_entidad" in keys and cell.table not in release.shared:
            place = keys.index("cve_entidad")
            columns[cell.table, cell.measure, cell.key[:place] + cell.key[place + 1:]].append((cell.key[place], cell))
    for (name, measure, rest), column in columns.items():
        others = [key for key in release.tables[name].keys if key != "cve_entidad"]
        clave = json.dumps(dict(zip(others, rest)), sort_keys=True)
        if release.tables[read_releases.TOTALS].rows.get((name, clave, measure), {}).get("nacional") is None:
            continue
        for insider, own in column:
            for _, victim in column:
                if insider in owners and victim != own and truth(release, victim):
                    yield insider, victim, [cell for _, cell in column if cell not in (own, victim)]


def worked_out(releases, insider, victim):
    """Whether an insider finds the only possible value of a cell."""
    attack = insiders.Insiders(releases, [insider], lambda some: [cell for cell in some if cell == victim])
    return any(low == high for _, _, low, high in attack.narrow())


def main(arguments=None):
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("out")
    options.add_argument("--each", type=int, default=3, help="how many small and how many other hidden counts of each release")
    options.add_argument("--alone", help="an output folder whose releases were each protected alone")
    options = options.parse_args(arguments)
    releases, draw = read_releases.read_all(options.out), random.Random(0)
    if next(table_attacks.Attack(releases, releases).findings(), None):
        sys.exit(f"{options.out} leaks before anything is planted; see attack_public_tables.py")
    owners = read_releases.insiders(releases)
    alone = {release.corte: release for release in read_releases.read_all(options.alone)} if options.alone else {}
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
        kind = "all of a column but an insider's own count and another"
        choice = list(pairs(release, index, owners))
        for insider, victim, others in draw.sample(choice, min(options.each, len(choice))):
            tried[kind] += 1
            if worked_out([*releases[:index], shown(release, others), *releases[index + 1:]], insider, victim):
                found[kind] += 1
            else:
                print(f"not found by {insider}: {release.label()} {victim.table} {victim.key} {victim.measure}")
        if release.corte in alone and not release.superseded:
            other = alone[release.corte]
            if {(cell.table, cell.key, cell.measure) for cell in cells(other, index)} != {(cell.table, cell.key, cell.measure) for cell in hidden}:
                if not attempt("a corte protected alone", index, other):
                    print(f"no leak: {release.label()} as it is when protected alone")
    for kind in tried:
        print(f"{kind}: {found[kind]} of {tried[kind]} found")
    harmless = ("another hidden count shown", "a corte protected alone")
    return 1 if any(found[kind] < tried[kind] for kind in tried if kind not in harmless) else 0


if __name__ == "__main__":
    sys.exit(main())
