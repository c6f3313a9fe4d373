"""Attacks the public tables of an output folder, and prints its findings. Shares no code with the
program.

    python tests/attack_public_tables.py OUT [--corte 2020-10-15] [--insiders all|none|08,16] [--public-only]
                               [--strict] [--summary]

Needs duckdb, numpy and highspy. Prints one JSON line for each finding, then one `loss` for each
corte and one `summary`. It exits 1 if it found anything.

It attacks as an outsider, and as the OPL of each entity (an insider). An insider has the package of
its entity. So at every corte and revision it knows the whole shared tables. It also knows the exact
rows of its own entity in every table, and its own part of each office. A finding that only an
insider makes has the entity's code in `insider`. Counts that a package contains are no findings. A
count is no finding either if its entity's shared total alone leaves it so few values.

    small_shown  a shown count from 1 to minimum - 1
    exact        a suppressed count that has only one possible value
    narrow       a suppressed count with fewer than minimum + 1 possible values
    singleton    a small count that one person, who is alone in another cell, can derive
    wrong        a shown count, a share or a mark that differs from the exact tables
    sum          published counts that do not add up
"""
import argparse
import json
import sys
import time

from attacker import protection_loss, read_releases, table_attacks


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("out", help="output folder: OUT/releases/*/publico, OUT/superseded/*/publico")
    options.add_argument("--corte", help="ask only about the cells of this release; all others are still known to the attacker")
    options.add_argument("--insiders", default="all", help="whose OPL attack too: all (the default), none, or codes of entities")
    options.add_argument("--public-only", action="store_true", help="without the exact tables, as anybody can")
    options.add_argument("--strict", action="store_true", help="who is alone in several cells knows all of them at once")
    options.add_argument("--summary", action="store_true", help="no attack: what protection costs, as Markdown")
    options = options.parse_args()
    releases = read_releases.read_all(options.out, exact=not options.public_only)
    wanted = [release for release in releases if options.corte in (None, release.corte, release.label())]
    if not wanted:
        sys.exit(f"no release with a public part in {options.out}" + (f" for {options.corte}" if options.corte else ""))
    if options.summary:
        print("\n".join(protection_loss.as_markdown(wanted)))
        return 0
    begin = time.perf_counter()
    insiders = insiders_of(options, releases)
    attack = table_attacks.Attack(releases, wanted, not options.public_only, options.strict, insiders)
    kinds = {}
    alone = (found for release in wanted for found in table_attacks.of_tables(release))
    for found in (*alone, *attack.findings()):
        kinds[found["kind"]] = kinds.get(found["kind"], 0) + 1
        print(json.dumps(found, ensure_ascii=False, default=str), flush=True)
    for release in wanted:
        print(json.dumps(protection_loss.as_json(release)))
    print(json.dumps({
        "kind": "summary", "releases": len(releases), "hidden": len(attack.system.hidden), "relations": len(attack.system.relations),
        "components": attack.components, "without_time_order": attack.dropped,
        "programs": attack.asked + (attack.insiders.asked if insiders else 0), "findings": kinds,
        "insiders": attack.insiders.summary() if insiders else {}, "seconds": round(time.perf_counter() - begin, 1)}))
    return 1 if kinds else 0


def insiders_of(options, releases):
    """The entities whose OPL attack. Their knowledge is in the exact tables, so without these there
    are none.
    """
    every = read_releases.insiders(releases)
    if options.public_only or options.insiders in ("all", "none"):
        return [] if options.public_only or options.insiders == "none" else every
    chosen = options.insiders.split(",")
    if set(chosen) - set(every):
        sys.exit(f"no package for {', '.join(sorted(set(chosen) - set(every)))}: there are {', '.join(every)}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
