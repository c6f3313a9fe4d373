"""Tests of the attacker itself: random systems against brute force, known answers, and folders with one planted fault each.

    python -m attacker.selftest      (from the tests folder; needs no built program and no sample)
"""
import collections
import itertools
import json
import pathlib
import random
import shutil
import sys
import tempfile

import duckdb
import numpy as np

from . import checks, linear, plant, published, simulate

ONE = "solicitudes_acumuladas"


def brute(size, bound, rows):
    """All points of whole numbers up to a bound that satisfy the rows."""
    points = np.array(list(itertools.product(range(bound + 1), repeat=size)), float)
    for place in range(len(rows.low)):
        cut = slice(rows.starts[place], rows.starts[place + 1])
        sums = points[:, rows.index[cut]] @ np.array(rows.value[cut], float)
        points = points[(sums >= rows.low[place]) & (sums <= rows.high[place])]
    return points


def random_systems(count=400, seed=7):
    """Intervals and what a known unknown betrays, of small systems with sums and orders, not all of them totally unimodular."""
    draw = random.Random(seed)
    for _ in range(count):
        size, bound = draw.randint(2, 5), 6
        truth = np.array([draw.choice([0, 1, 1, 2, 3]) for _ in range(size)], float)
        rows = linear.Rows()
        rows.add({unknown: 1 for unknown in range(size)}, *[truth.sum()] * 2) if truth.sum() <= bound else [
            rows.add({unknown: 1}, 0, bound) for unknown in range(size)]
        for _ in range(draw.randint(0, 3)):
            terms = {unknown: draw.choice([1, 1, -1]) for unknown in draw.sample(range(size), draw.randint(2, size))}
            value = sum(sign * truth[unknown] for unknown, sign in terms.items())
            rows.add(terms, value, draw.choice([value, np.inf]))
        points = brute(size, bound, rows)
        for point in (truth, None):
            moves = linear.Moves(size, rows, point)
            for unknown in range(size):
                least, most = points[:, unknown].min(), points[:, unknown].max()
                expected = None if most - least >= 3 else (least, most)
                same(moves.interval(unknown, 3), expected, (truth, rows.__dict__, unknown))
        unknowns = [unknown for unknown in range(size) if points[:, unknown].min() < points[:, unknown].max()]
        moves = linear.Moves(size, rows, truth)
        moves.prepare(unknowns)
        for single in range(size):
            left = points[points[:, single] == truth[single]]
            expected = [other for other in unknowns if other != single and np.all(left[:, other] == truth[other])]
            same(moves.betrayed([single], [other for other in unknowns if other != single]), expected, (truth, rows.__dict__, single))
    print(f"ok {count} random systems against brute force")


def same(ours, expected, what):
    if ours != expected:
        sys.exit(f"FAILED {what}: {ours!r}, expected {expected!r}")


class Folder:
    """An output folder in the making; counts are {entity: {category: count}} of one table."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="attack-"))

    def release(self, name, counts, hidden, table="lnere_por_sexo", nation_hidden=(), groups=None, totals_hidden=()):
        """`hidden` holds "08 H"; groups are {group: [codes]} of the table's category, and are summed in the public table only."""
        place = self.path / ("superseded" if ".r" in name else "releases") / name
        (place / "tablas").mkdir(parents=True)
        category = simulate.TABLES[table][0][1]
        exact = {(entity, code): {ONE: count} for entity, codes in counts.items() for code, count in codes.items()}
        whole = {(entity,): {ONE: sum(codes.values())} for entity, codes in counts.items()}
        group_of = {code: group for group, codes in (groups or {}).items() for code in codes}
        public = collections.defaultdict(lambda: {ONE: 0})
        for (entity, code), count in exact.items():
            public[entity, group_of.get(code, code)][ONE] += count[ONE]
        for file, rows, keys in ((table, exact, ["cve_entidad", category]), ("lnere_por_entidad", whole, ["cve_entidad"])):
            columns = [*((key, "varchar") for key in keys), (ONE, "bigint")]
            simulate.write(duckdb.connect(), place / f"tablas/{file}.parquet", columns, [[*key, count[ONE]] for key, count in rows.items()])
        masks = {table: {(tuple(cell.split()), ONE) for cell in hidden}, "lnere_por_entidad": {((cell,), ONE) for cell in totals_hidden},
                 "totales_nacionales": {((table, json.dumps({category: code}), ONE), "nacional") for code in nation_hidden}}
        simulate.publish(place, {"lnere_por_entidad": whole, table: dict(public)}, masks, {category: groups} if groups else {}, 3,
                         int(name.split(".r")[1]) if ".r" in name else 2)
        return self

    def found(self, corte=None, exact=True):
        releases = published.read_all(self.path, exact)
        wanted = [release for release in releases if corte in (None, release.corte)]
        found = [item for release in wanted for item in checks.of_tables(release)]
        found += checks.Attack(releases, wanted, exact).findings()
        shutil.rmtree(self.path)
        return sorted({(item["kind"], *(" ".join(item["key"][:2]) if isinstance(item.get("key"), (tuple, list)) else "",
                        item.get("least"), item.get("most"))) for item in found}, key=str)

    def range_of(self, cell):
        """The least and the greatest value of a hidden cell, however wide."""
        attack = checks.Attack(published.read_all(self.path), [])
        shutil.rmtree(self.path)
        for component in attack.system.components():
            for unknown, cells in enumerate(component.cells):
                if tuple(cell.split()) in [one.key for one in cells]:
                    return component.moves.extreme(unknown, -1), component.moves.extreme(unknown, 1)
        raise KeyError(cell)


def table(columns, **rows):
    return {entity: dict(zip(columns.split(), counts)) for entity, counts in rows.items()}


SQUARE = ["A H", "A M", "B H", "B M"]
SAFE = table("H M", A=(1, 30), B=(40, 20), C=(15, 12))
SAFE_HIDDEN = ["A H", "A M", "C H", "C M"]
SHARED_BY_TWO = [("narrow", "A H", 0, 2), ("narrow", "A M", 29, 31), ("narrow", "C H", 0, 2), ("narrow", "C M", 11, 13)]


def one_release():
    release = lambda counts, hidden, **more: Folder().release("2020-10-15", counts, hidden, **more)
    same(release(SAFE, SAFE_HIDDEN).found(), [], "a square of four")
    same(release(SAFE, SAFE_HIDDEN).found(exact=False), [], "a square of four, public only")
    same(release(SAFE, SAFE_HIDDEN[1:]).found(), [("exact", "A M", 30, 30), ("exact", "C H", 15, 15), ("exact", "C M", 12, 12),
                                                  ("small_shown", "A H", None, None)], "one hidden cell shown")
    same(release(SAFE, []).found(), [("small_shown", "A H", None, None)], "one table left unprotected")
    same(release(SAFE, SAFE_HIDDEN[:2]).found(), [("exact", "A H", 1, 1), ("exact", "A M", 30, 30)], "one row hidden")
    singles = table("H M", A=(1, 30), B=(40, 20), C=(1, 12))
    betrayed = [("singleton", "A H", None, None), ("singleton", "C H", None, None)]
    same(release(singles, SAFE_HIDDEN).found(), SHARED_BY_TWO + betrayed, "two persons who give each other away")
    same(release(singles, SAFE_HIDDEN).found(exact=False), SHARED_BY_TWO, "the same two, public only")
    same(release(table("H M", A=(1, 10), B=(40, 20)), SQUARE, totals_hidden=["A"]).found(),
         [("exact", "A", 11, 11)], "an entity's total that the nation's gives away")
    print("ok one release")


def known_answers():
    """Of R's packages: what they publish as safe is safe here, and what they publish as a trap is one."""
    release = lambda counts, hidden, **more: Folder().release("2020-10-15", counts, hidden, table="lnere_por_medio", **more)
    z1 = table("annet arbeid soshjelp trygd", A=(11, 11, 55, 36), B=(7, 1, 29, 18), C=(5, 8, 35, 25), D=(13, 2, 17, 13), E=(9, 14, 63, 52),
               F=(12, 9, 24, 22), G=(6, 4, 22, 8), H=(9, 3, 38, 15))
    pairs = [f"{region} {column}" for region in "BDH" for column in ("annet", "arbeid")]
    same(release(z1, pairs).found(), [], "SSBtools z1")
    same(release(z1, pairs[:4]).found(), [("singleton", "D arbeid", None, None)], "SSBtools z1, B and D alone: whoever is the one of B knows D")
    microdata1 = table("male female", A=(18, 2), B=(14, 19), C=(12, 10), D=(11, 14))
    same(release(microdata1, ["A male", "A female", "C male", "C female"]).found(), [], "sdcTable microdata1")
    data1a = table("A B H M W", r1=(0, 1, 7, 1, 0), r2=(2, 0, 0, 2, 8))
    trap = release(data1a, ["r1 B", "r1 M", "r2 A", "r2 M"], nation_hidden=["A", "B", "M"]).found()
    same([item[1] for item in trap if item[0] == "singleton"], ["r1 B", "r1 M"], "easySdcTable data1a, the old heuristic")
    # At least two hidden in each line, and yet one of them is known (sdcTable, test-simpleheuristic.R).
    lines = table("a b c d", w=(30, 47, 64, 89), x=(90, 124, 5, 31), y=(92, 100, 59, 85), z=(800, 991, 651, 685))
    hidden = ["w a", "w b", "w c", "x a", "x c", "y b", "y d", "z b", "z d"]
    same(release(lines, hidden).found(), [("exact", "w b", 47, 47)], "sdcTable, nine hidden")
    same(release(lines, [*hidden, "x b"]).range_of("w b"), (0, 141), "sdcTable, the tenth hidden")
    # The intervals that R's GaussSuppression prints (vignette on small counts, table 9).
    ages = table("Iceland Portugal Spain", young=(3, 1, 17), old=(10, 11, 17))
    hidden = [f"{age} {country}" for age in ("young", "old") for country in ("Iceland", "Portugal")]
    same([release(ages, hidden).range_of(f"young {country}") for country in ("Iceland", "Portugal")], [(0, 4), (0, 4)], "GaussSuppression, four")
    hidden += ["young Spain", "old Spain"]
    same([release(ages, hidden).range_of(f"young {country}") for country in ("Iceland", "Portugal")], [(0, 13), (0, 12)], "GaussSuppression, six")
    print("ok known answers")


def several_releases():
    first = table("H M", A=(2, 9), B=(8, 7))
    case = lambda *more: [Folder().release("2020-10-15", first, SQUARE), *more][0]
    same(case().release("2020-10-31", table("H M", A=(5, 20), B=(20, 20)), []).found(), [], "a later corte that shows nothing of an earlier one")
    given = [("exact", "A H", 2, 2), ("exact", "A M", 9, 9), ("exact", "B H", 8, 8), ("exact", "B M", 7, 7)]
    same(case().release("2020-10-31", table("H M", A=(3, 9), B=(8, 7)), []).found(), given, "a corte forgotten")
    narrow = [("narrow", "A H", 1, 3), ("narrow", "A M", 8, 10), ("narrow", "B H", 7, 9), ("narrow", "B M", 6, 8)]
    same(case().release("2020-10-31", table("H M", A=(3, 10), B=(20, 20)), []).found("2020-10-15"), narrow, "a corte half forgotten")
    same(case().release("2020-10-31", table("H M", A=(3, 10), B=(20, 20)), []).found("2020-10-31"), [], "asked about the later one only")
    same(case().release("2020-10-31", table("H M", A=(0, 3), B=(0, 3)), []).found(), [], "counts that fell say nothing")
    same(case().release("2020-10-31", table("H M", A=(0, 3), B=(0, 3)), []).found(exact=False), [], "counts that fell, public only")
    through = case().release("2020-10-31", table("H M", A=(0, 3), B=(0, 3)), [])
    same(through.release("2020-11-15", table("H M", A=(3, 9), B=(8, 7)), []).found(), given, "counts that fell and rose again")
    shown = [("small_shown", "A H", None, None)]
    same(Folder().release("2020-10-15.r1", first, SQUARE).release("2020-10-15", first, []).found(), given + shown, "a revision that changed nothing")
    same(Folder().release("2020-10-15.r1", first, SQUARE).release("2020-10-15", table("H M", A=(4, 7), B=(6, 9)), []).found(), [],
         "a revision that changed all")
    by_status = Folder().release("2020-10-15", first, SQUARE, table="lnere_por_estatus")
    # Whoever is the one of A learns nothing by being the same one two weeks before; the two of C are others.
    alone = table("H M", A=(1, 9), B=(8, 7), C=(2, 9))
    twice = Folder().release("2020-10-15", alone, [*SQUARE, "C H", "C M"])
    same(twice.release("2020-10-31", alone, [*SQUARE, "C H", "C M"]).found(), [], "one person in two cortes")
    same(by_status.release("2020-10-31", table("H M", A=(3, 9), B=(8, 7)), [], table="lnere_por_estatus").found(), [], "statuses may fall")
    fine = table("X Y Z", A=(5, 4, 30), B=(6, 4, 20))
    coarse = Folder().release("2020-10-15.r1", fine, ["A G", "A Z", "B G", "B Z"], table="lnere_por_medio", groups={"G": ["X", "Y"]})
    same(coarse.release("2020-10-15", fine, [], table="lnere_por_medio").found(),
         [("exact", "A G", 9, 9), ("exact", "A Z", 30, 30), ("exact", "B G", 10, 10), ("exact", "B Z", 20, 20)], "a group that a revision opens")
    print("ok several releases")


def tampered():
    """A published file that was changed by hand; only the kinds are compared."""
    def kinds(replace, file="lnere_por_sexo", exact=True):
        folder = Folder().release("2020-10-15", SAFE, SAFE_HIDDEN)
        path = folder.path / f"releases/2020-10-15/publico/tablas/{file}.parquet"
        duckdb.connect().sql(f"copy (select {replace} from '{path}') to '{path}.new' (format parquet)")
        path.with_suffix(".parquet.new").replace(path)
        return sorted({item[0] for item in folder.found(exact=exact)})
    same(kinds("* replace (solicitudes_acumuladas + 1 as solicitudes_acumuladas)"), ["sum", "wrong"], "counts that are not the exact ones")
    same(kinds("* replace (solicitudes_acumuladas + 1 as solicitudes_acumuladas)", exact=False), ["sum", "wrong"], "the same, public only")
    same(kinds("* replace (true as protegida)"), ["wrong"], "all marked as hidden")
    same(kinds("* replace (50.0 as porcentaje)"), ["wrong"], "shares of hidden counts")
    same(kinds("* exclude (protegida)"), ["wrong"], "no column protegida")
    same(kinds("*, 3 as solicitudes_quincena"), ["wrong"], "a column of the quincena")
    same(kinds("* replace (nacional + 40 as nacional)", "totales_nacionales"), ["sum", "wrong"], "the nation's sums are others")
    print("ok tampered files")


def planted():
    """Leaks that are planted in clean releases are found; what was hidden for nothing is not called a leak."""
    later = table("H M", A=(2, 40), B=(60, 30), C=(16, 13))
    folder, other = Folder(), Folder()
    folder.release("2020-10-15", SAFE, SAFE_HIDDEN).release("2020-10-31", later, [*SAFE_HIDDEN, "B H", "B M"])
    other.release("2020-10-31", later, ["A H", "A M", "B H", "B M"])
    same(plant.main([str(folder.path), "--alone", str(other.path)]), 0, "planted leaks")
    shutil.rmtree(folder.path)
    shutil.rmtree(other.path)


if __name__ == "__main__":
    random_systems()
    one_release()
    known_answers()
    several_releases()
    tampered()
    planted()
