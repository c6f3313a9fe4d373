"""Tests of the attacker itself: random systems against brute force, known answers, and folders with
one planted fault each.

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

import numpy as np

from . import insiders, integer_solver, naive_protection, plant_leaks, read_releases, table_attacks, tauargus

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
    """Small systems with sums and orders, not all of them totally unimodular. Compares their
    intervals, and what one known unknown discloses.
    """
    draw = random.Random(seed)
    for _ in range(count):
        size, bound = draw.randint(2, 5), 6
        truth = np.array([draw.choice([0, 1, 1, 2, 3]) for _ in range(size)], float)
        rows = integer_solver.Rows()
        rows.add({unknown: 1 for unknown in range(size)}, *[truth.sum()] * 2) if truth.sum() <= bound else [
            rows.add({unknown: 1}, 0, bound) for unknown in range(size)]
        for _ in range(draw.randint(0, 3)):
            terms = {unknown: draw.choice([1, 1, -1]) for unknown in draw.sample(range(size), draw.randint(2, size))}
            value = sum(sign * truth[unknown] for unknown, sign in terms.items())
            rows.add(terms, value, draw.choice([value, np.inf]))
        points = brute(size, bound, rows)
        for point in (truth, None):
            moves = integer_solver.Moves(size, rows, point)
            for unknown in range(size):
                least, most = points[:, unknown].min(), points[:, unknown].max()
                expected = None if most - least >= 3 else (least, most)
                same(moves.interval(unknown, 3), expected, (truth, rows.__dict__, unknown))
        unknowns = [unknown for unknown in range(size) if points[:, unknown].min() < points[:, unknown].max()]
        moves = integer_solver.Moves(size, rows, truth)
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
    """An output folder that a test builds. Counts are {entity: {category: count}} of one table."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="attack-"))

    def release(self, name, counts, hidden, table="lnere_por_sexo", nation_hidden=(), groups=None, totals_hidden=()):
        """`hidden` has entries like "08 H". `groups` is {group: [codes]} of the category of the
        table, and only the public table sums them.
        """
        place = self.path / ("superseded" if ".r" in name else "releases") / name
        (place / "tablas").mkdir(parents=True)
        category = naive_protection.TABLES[table][0][1]
        exact = {(entity, code): {ONE: count} for entity, codes in counts.items() for code, count in codes.items()}
        whole = {(entity,): {ONE: sum(codes.values())} for entity, codes in counts.items()}
        group_of = {code: group for group, codes in (groups or {}).items() for code in codes}
        public = collections.defaultdict(lambda: {ONE: 0})
        for (entity, code), count in exact.items():
            public[entity, group_of.get(code, code)][ONE] += count[ONE]
        for file, rows, keys in ((table, exact, ["cve_entidad", category]), ("lnere_por_entidad", whole, ["cve_entidad"])):
            columns = [*((key, "varchar") for key in keys), (ONE, "bigint")]
            naive_protection.write(read_releases.database(), place / f"tablas/{file}.parquet", columns, [[*key, count[ONE]] for key, count in rows.items()])
        masks = {table: {(tuple(cell.split()), ONE) for cell in hidden}, "lnere_por_entidad": {((cell,), ONE) for cell in totals_hidden},
                 "totales_nacionales": {((table, json.dumps({category: code}), ONE), "nacional") for code in nation_hidden}}
        naive_protection.publish(place, {"lnere_por_entidad": whole, table: dict(public)}, masks, {category: groups} if groups else {}, 3,
                         int(name.split(".r")[1]) if ".r" in name else 2)
        return self

    def offices(self, name, counts, hidden, totals_hidden=()):
        """Credentials as {entity: {office: count}}. `hidden` has offices. Of the three counts only
        the first is not zero.
        """
        place = self.path / ("superseded" if ".r" in name else "releases") / name
        (place / "tablas").mkdir(parents=True)
        three = lambda count: dict(zip(naive_protection.THREE, (count, 0, 0)))
        key = lambda office: ("USA", "consulado", office)
        names = sorted({office for row in counts.values() for office in row})
        tables = {
            "credenciales_por_entidad_representacion":
                {(entity, *key(office)): three(count) for entity, row in counts.items() for office, count in row.items()},
            "credenciales_por_entidad": {(entity,): three(sum(row.values())) for entity, row in counts.items()},
            "credenciales_por_representacion":
                {key(office): three(sum(row.get(office, 0) for row in counts.values())) for office in names}}
        for file, rows in tables.items():
            keys = ["cve_entidad"] * ("por_entidad" in file) + naive_protection.TABLES["credenciales_por_representacion"][0] * ("representacion" in file)
            columns = [*((column, "varchar") for column in keys), *((measure, "bigint") for measure in naive_protection.THREE)]
            naive_protection.write(read_releases.database(), place / f"tablas/{file}.parquet", columns, [[*row, *count.values()] for row, count in rows.items()])
        del tables["credenciales_por_entidad_representacion"]
        masks = {"credenciales_por_representacion": {(key(office), naive_protection.THREE[0]) for office in hidden},
                 "credenciales_por_entidad": {((entity,), naive_protection.THREE[0]) for entity in totals_hidden}}
        naive_protection.publish(place, tables, masks, {}, 3, int(name.split(".r")[1]) if ".r" in name else 2)
        return self

    def found(self, corte=None, exact=True, insiders=()):
        """The findings. With insiders, each begins with the insider that makes it, or None for an
        outsider.
        """
        releases = read_releases.read_all(self.path, exact)
        wanted = [release for release in releases if corte in (None, release.corte)]
        found = [item for release in wanted for item in table_attacks.of_tables(release)]
        found += table_attacks.Attack(releases, wanted, exact, insiders=insiders).findings()
        shutil.rmtree(self.path)
        if insiders:
            return sorted({(item.get("insider"), item["kind"], " ".join(item["key"][-2:]), item.get("least"), item.get("most"))
                           for item in found}, key=str)
        return sorted({(item["kind"], *(" ".join(item["key"][:2]) if isinstance(item.get("key"), (tuple, list)) else "",
                        item.get("least"), item.get("most"))) for item in found}, key=str)

    def range_of(self, cell):
        """The least and the greatest value of a suppressed cell, however far apart."""
        attack = table_attacks.Attack(read_releases.read_all(self.path), [])
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
    """Examples of R's packages: what they publish as safe is safe here, and what they publish as a
    trap is one.
    """
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
    # Each line has at least two suppressed cells, but one of them is known anyway (sdcTable,
    # test-simpleheuristic.R).
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


def marginal_sums(entities, codes):
    """The sums of a table of Tau-Argus with its margins. "A" is the total of an entity, "H" that of
    the nation, and "all" that of everything.
    """
    yield {"all": -1, **dict.fromkeys(entities, 1)}
    yield {"all": -1, **dict.fromkeys(codes, 1)}
    yield from ({entity: -1, **{f"{entity} {code}": 1 for code in codes}} for entity in entities)
    yield from ({code: -1, **{f"{entity} {code}": 1 for entity in entities}} for code in codes)


def with_margins(counts):
    values = {f"{entity} {code}": count for entity, row in counts.items() for code, count in row.items()}
    values |= {entity: sum(row.values()) for entity, row in counts.items()}
    values |= {code: sum(row[code] for row in counts.values()) for code in next(iter(counts.values()))}
    return {**values, "all": sum(sum(row.values()) for row in counts.values())}


def ranges_of(folder, table_name, name):
    """{cell: (least, most)} of all that is suppressed for an outsider (None) or an insider, however
    wide.
    """
    releases, ranges = read_releases.read_all(folder.path), {}
    attack = insiders.Insiders(releases, [name], lambda cells: cells) if name else table_attacks.Attack(releases, [])
    for component in attack.system.components():
        held = attack.knows(component, name) if name else ((), {}, {})
        component.moves.known(*held)
        for unknown, cells in enumerate(component.cells):
            bounds = component.moves.extreme(unknown, -1), component.moves.extreme(unknown, 1)
            for cell in cells:
                nation = cell.table == "totales_nacionales"
                if unknown not in held[0] and (not nation or cell.key[0] == table_name):
                    label = " ".join(json.loads(cell.key[1]).values()) or "all" if nation else " ".join(cell.key)
                    ranges[label] = bounds
    return ranges


def against_tauargus(count=40, seed=1):
    """Compares feasible intervals and patterns of suppression with those of Tau-Argus. Half of the
    tables have random suppressions. Tau-Argus itself protects the others.
    """
    if not tauargus.is_there():
        print("left out: Tau-Argus (pip install pytauargus; it needs Python 3.11 and has no wheel for every system)")
        return
    draw, cells_compared, hidden_by_it, found_by_insiders = random.Random(seed), 0, 0, 0
    for attempt in range(count):
        protects = attempt % 2 == 1
        entities, codes = "ABCDE"[:draw.randint(3, 5)], ["CPV", "CPVE", "OTRO", "X"][:draw.randint(2, 4)]
        draws = [0, 1, 2, 4, 5, 7, 9, 12, 20, 31] if protects else [0, 1, 2, 3, 5, 8]
        counts = {entity: {code: draw.choice(draws) for code in codes} for entity in entities}
        values, sums = with_margins(counts), list(marginal_sums(entities, codes))
        if values["all"] < 12:
            continue
        small = {name for name, value in values.items() if 0 < value < 3}
        status = {name: "u" if name in small else "z" if name == "all" else "s" for name in values}
        if protects:
            # One below and two above leave four values, so Tau-Argus considers the table safe.
            hidden = small | set(tauargus.suppressed({name: (value, status[name]) for name, value in values.items()}, sums, (1, 2)))
            hidden_by_it += len(hidden)
        else:
            hidden = small | {name for name in values if name != "all" and draw.random() < (0.6 if " " in name else 0.25)}
        folder = Folder().release("2020-10-15", counts, [name for name in hidden if " " in name], table="lnere_por_tipo_credencial",
                                  nation_hidden=hidden & set(codes), totals_hidden=hidden & set(entities))
        for name in (None, *entities):
            known = {cell for cell in hidden if name and (cell in entities or cell.split()[0] == name)}
            cells = {cell: (value, "m" if cell in hidden - known else "s") for cell, value in values.items()}
            theirs = tauargus.intervals(cells, sums)
            ours = ranges_of(folder, "lnere_por_tipo_credencial", name)
            # If nothing else of a sum of the nation is suppressed but the insider's own, both
            # programs know it. Neither is asked about it.
            compared = {cell: bounds for cell, bounds in ours.items() if cell in theirs}
            same(compared, {cell: theirs[cell] for cell in compared}, (counts, sorted(hidden), name))
            same(all(theirs[cell][0] == theirs[cell][1] for cell in theirs.keys() - ours.keys()), True, (counts, sorted(hidden), name))
            cells_compared += len(compared)
            narrow = {cell for cell in small & set(compared) if compared[cell][1] - compared[cell][0] < 3}
            if protects and name is None:
                same(narrow, set(), (counts, sorted(hidden)))
            elif protects:
                found_by_insiders += len(narrow)
        shutil.rmtree(folder.path)
    print(f"ok Tau-Argus: {cells_compared} intervals; {hidden_by_it} cells in its patterns, whose small counts are safe from anybody, "
          f"{found_by_insiders} times not from insiders")


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
    # The one person of A learns nothing from having been the same person two weeks before. The two
    # persons of C are others.
    alone = table("H M", A=(1, 9), B=(8, 7), C=(2, 9))
    twice = Folder().release("2020-10-15", alone, [*SQUARE, "C H", "C M"])
    same(twice.release("2020-10-31", alone, [*SQUARE, "C H", "C M"]).found(), [], "one person in two cortes")
    same(by_status.release("2020-10-31", table("H M", A=(3, 9), B=(8, 7)), [], table="lnere_por_estatus").found(), [], "statuses may fall")
    fine = table("X Y Z", A=(5, 4, 30), B=(6, 4, 20))
    coarse = Folder().release("2020-10-15.r1", fine, ["A G", "A Z", "B G", "B Z"], table="lnere_por_medio", groups={"G": ["X", "Y"]})
    same(coarse.release("2020-10-15", fine, [], table="lnere_por_medio").found(),
         [("exact", "A G", 9, 9), ("exact", "A Z", 30, 30), ("exact", "B G", 10, 10), ("exact", "B Z", 20, 20)], "a group that a revision opens")
    print("ok several releases")


NAMES = ["A", "B", "C"]


def for_insiders():
    """What is safe from an outsider, but not from an insider."""
    one = lambda counts, hidden, **more: Folder().release("2020-10-15", counts, hidden, **more).found(insiders=NAMES)
    wide = table("H M", A=(1, 30), B=(40, 20), C=(15, 12), D=(9, 9), E=(8, 9))
    five = [f"{entity} {code}" for entity in "ABCDE" for code in "HM"]
    same(one(wide, five), [], "five rows hidden: whoever owns one leaves four")
    same(one(SAFE, SAFE_HIDDEN), [("A", "exact", "C H", 15, 15), ("A", "exact", "C M", 12, 12), ("C", "exact", "A H", 1, 1),
                                  ("C", "exact", "A M", 30, 30)], "two rows hidden, one of them the insider's")
    same(one(SAFE, ["A H", "C H"], totals_hidden=["A", "C"]), [("A", "exact", "C H", 15, 15), ("B", "exact", "A H", 1, 1),
         ("B", "exact", "C H", 15, 15), ("C", "exact", "A H", 1, 1)], "totals of entities that the shared table gives to all")
    # Two applications allow fewer than four values, so that is no finding. With a zero shown beside
    # them, it is one.
    two = table("H M", A=(1, 1), B=(40, 20), C=(15, 12), D=(9, 9), E=(8, 9))
    same(one(two, five, totals_hidden=["A", "B"]), [], "as wide as the shared total leaves it")
    two["A"] = {"H": 2, "M": 0}
    same(one(two, [cell for cell in five if cell != "A M"], totals_hidden=["A", "B"]),
         [("B", "exact", "A H", 2, 2), ("C", "exact", "A H", 2, 2)], "the same, with a zero shown beside it")
    same(one(table("H M", A=(2, 30), B=(0, 20), C=(0, 12)), ["A H", "A M"], nation_hidden=["M"]), [],
         "the nation's sums, of which nothing is hidden but the insider's own")
    before, later = Folder().release("2020-10-15", wide, five), {**wide, "B": {"H": 41, "M": 20}}
    same(before.release("2020-10-31", later, [*five[:2], *five[4:6]]).found("2020-10-31", insiders=["A", "B"]),
         [("A", "exact", "C H", 15, 15), ("A", "exact", "C M", 12, 12)], "a later corte that hides less")
    first = table("H M", A=(2, 9), B=(8, 7))
    given = [(None, "exact", "A H", 2, 2), (None, "exact", "A M", 9, 9), (None, "exact", "B H", 8, 8), (None, "exact", "B M", 7, 7)]
    forgotten = Folder().release("2020-10-15", first, SQUARE).release("2020-10-31", table("H M", A=(3, 9), B=(8, 7)), [])
    same(forgotten.found(insiders=["C"]), given, "what anybody finds is not said again for each insider")
    # An insider knows its own part of an office. The rest does not fall, and a revision of the own
    # part does not change it.
    offices = lambda name, counts, hidden: Folder().offices(name, counts, hidden)
    same(offices("2020-10-15", table("x y z", A=(2, 3, 5), B=(0, 1, 9)), ["x", "y"]).found(insiders=NAMES),
         [("A", "narrow", "consulado x", 2, 3), ("A", "narrow", "consulado y", 3, 4)], "own parts of two offices")
    rising = offices("2020-10-15", table("x y z", A=(0, 3, 5), B=(2, 3, 9)), ["x", "y"])
    same(rising.offices("2020-10-31", table("x y z", A=(3, 3, 5), B=(2, 8, 9)), []).found(insiders=NAMES),
         [("A", "narrow", "consulado x", 0, 2), ("A", "narrow", "consulado y", 6, 8)], "an office that rose by the own part")
    revised = offices("2020-10-15.r1", table("x y z", A=(1, 2, 5), B=(3, 4, 9)), ["x", "y"])
    same(revised.offices("2020-10-15", table("x y z", A=(2, 1, 5), B=(3, 4, 9)), []).found(insiders=NAMES),
         [("A", "exact", "consulado x", 4, 4), ("A", "exact", "consulado y", 6, 6)], "a revision of the own part alone")
    print("ok what only insiders find")


def splits(whole, parts):
    """All ways to write a count as a sum of this number of counts."""
    if parts == 1:
        yield (whole,)
    else:
        for first in range(whole + 1):
            yield from ((first, *rest) for rest in splits(whole - first, parts - 1))


def random_history(draw, entities, codes):
    """The counts of a corte, and then of a later one, of a revision of it, or of nothing more. Each
    is (name of the folder, {entity: {code: count}}).
    """
    first = {entity: {code: draw.choice([0, 0, 1, 1, 2, 3]) for code in codes} for entity in entities}
    then = draw.choice([None, "2020-10-31", "2020-10-15"])
    if then is None:
        return [("2020-10-15", first)]
    changes = [0, 0, 0, 0, 1, 1, 2, -1] if then == "2020-10-31" else [0, 0, 0, 0, 1, -1]
    second = {entity: {code: max(0, count + draw.choice(changes)) for code, count in row.items()} for entity, row in first.items()}
    return [("2020-10-15.r1" if then == "2020-10-15" else "2020-10-15", first), (then, second)]


def fits_in_time(history, sums):
    """A test of pairs of arrays, before and after. Counts that did not fall must not fall, and
    counts that a revision left unchanged must stay.

    `sums` are the compared sums. Each is a pair: how to compute it from an array, and how from the
    true counts.
    """
    revision = history[0][0].endswith(".r1")

    def fits(before, after):
        good = np.ones((len(before), len(after)), bool)
        for of_array, of_truth in sums:
            true = [of_truth(counts) for _, counts in history]
            old, new = of_array(before)[:, None], of_array(after)[None, :]
            if revision and true[0] == true[1]:
                good &= old == new
            elif not revision and true[0] <= true[1]:
                good &= old <= new
        return good
    return fits


def worlds_of(history, each, fits):
    """For each release, the arrays that agree with some array of the other one. None if there are
    too many to try.
    """
    arrays = [np.array(sorted(set(each(index))), int) for index in range(len(history))]
    if len(arrays) == 1:
        return arrays
    if len(arrays[0]) * len(arrays[1]) > 400_000:
        return None
    good = fits(*arrays)
    return [arrays[0][good.any(axis=1)], arrays[1][good.any(axis=0)]]


def worlds_of_packages(history, each, fits):
    """For each release, its arrays if it and later releases are not public, but all packages are
    known.
    """
    found = []
    for index in range(len(history)):
        unpublished = range(index, len(history))
        worlds = worlds_of(history, lambda other: each(other, unpublished), fits)
        if worlds is None:
            return None
        found.append(worlds[index])
    return found


def narrow_of(history, ranges):
    """The narrow counts of {(index, cell): (values, room, true, left)}. `values` is None if the
    count is the insider's own. `room` is the room that shared totals leave. `true` is the true
    count, and `left` the width that packages and earlier releases leave.

    A count that a revision left unchanged has the room that both of its totals leave.
    """
    revision = history[0][0].endswith(".r1")
    narrow = set()
    for (index, cell), (values, room, true, left) in ranges.items():
        _, other_room, other_true, _ = ranges.get((1 - index, cell), (None, room, true, left))
        if revision and other_true == true:
            room = min(room, other_room)
        if values is not None and values.max() - values.min() < min(3, room, left):
            narrow.add((index, cell, int(values.min()), int(values.max())))
    return narrow


def insiders_by_brute_force(count=60, seed=3):
    """In random tables of applications, each insider finds what brute force over all tables of
    whole numbers finds.
    """
    draw, tried, some = random.Random(seed), 0, 0
    codes = ["H", "M"]
    while tried < count:
        history, folder, masks = random_history(draw, NAMES, codes), Folder(), []
        for name, counts in history:
            masks.append([{f"{entity} {code}" for entity in NAMES for code in codes if draw.random() < 0.6},
                          {code for code in codes if draw.random() < 0.3}, {entity for entity in NAMES if draw.random() < 0.3}])
            folder.release(name, counts, masks[-1][0], nation_hidden=masks[-1][1], totals_hidden=masks[-1][2])
            # `publish` itself suppresses a small sum of the nation.
            masks[-1][1] |= {code for code in codes if 0 < sum(row[code] for row in counts.values()) < 3}
        ours = collections.defaultdict(set)
        releases = read_releases.read_all(folder.path)
        for name, cell, low, high in insiders.Insiders(releases, NAMES, lambda cells: cells).narrow():
            ours[name].add((cell.release, " ".join(cell.key) if cell.table == "lnere_por_sexo" else json.loads(cell.key[1])["sexo"], low, high))
        shutil.rmtree(folder.path)
        for name in NAMES:
            places = {(entity, code): place for place, (entity, code) in enumerate(itertools.product(NAMES, codes))}

            def each(index, unpublished=()):
                counts, (hidden, nation, _) = history[index][1], masks[index]
                rows = []
                for entity, row in counts.items():
                    ways = [tuple(row.values())] if entity == name else splits(sum(row.values()), len(codes))
                    rows.append([way for way in ways if index in unpublished or
                                 all(f"{entity} {code}" in hidden or way[at] == row[code] for at, code in enumerate(codes))])
                for ways in itertools.product(*rows):
                    if all(index in unpublished or code in nation or sum(way[at] for way in ways) == sum(row[code] for row in counts.values())
                           for at, code in enumerate(codes)):
                        yield tuple(itertools.chain(*ways))

            cells = [(lambda array, at=at: array[:, at], lambda counts, key=key: counts[key[0]][key[1]]) for key, at in places.items()]
            whole = [(lambda array, code=code: sum(array[:, places[entity, code]] for entity in NAMES),
                      lambda counts, code=code: sum(row[code] for row in counts.values())) for code in codes]
            fits = fits_in_time(history, cells + whole)
            worlds, packages = worlds_of(history, each, fits), worlds_of_packages(history, each, fits)
            if worlds is None or packages is None:
                continue
            ranges = {}
            for index, (world, (hidden, nation, _)) in enumerate(zip(worlds, masks)):
                counts = history[index][1]
                for cell in hidden:
                    entity, code = cell.split()
                    if entity != name:
                        place = places[entity, code]
                        left = np.ptp(packages[index][:, place])
                        ranges[index, cell] = world[:, place], sum(counts[entity].values()), counts[entity][code], left
                for code in nation:
                    values = sum(world[:, places[entity, code]] for entity in NAMES)
                    room = sum(sum(row.values()) for entity, row in counts.items() if entity != name and f"{entity} {code}" in hidden)
                    left = np.ptp(sum(packages[index][:, places[entity, code]] for entity in NAMES))
                    own = not any(f"{entity} {code}" in hidden for entity in NAMES if entity != name)
                    ranges[index, code] = None if own else values, room, sum(row[code] for row in counts.values()), left
            expected = narrow_of(history, ranges)
            same(ours[name], expected, (name, history, masks))
            some += len(expected)
        tried += 1
    print(f"ok {count} random tables of applications, each insider against brute force ({some} findings)")


def offices_by_brute_force(count=50, seed=5):
    """The same for offices, of which each insider knows its own part."""
    draw, tried, some = random.Random(seed), 0, 0
    codes = ["x", "y", "z"]
    while tried < count:
        history, folder, masks = random_history(draw, NAMES, codes), Folder(), []
        for name, counts in history:
            masks.append({code for code in codes if draw.random() < 0.75})
            folder.offices(name, counts, masks[-1], {entity for entity in NAMES if draw.random() < 0.3})
        ours = collections.defaultdict(set)
        for name, cell, low, high in insiders.Insiders(read_releases.read_all(folder.path), NAMES, lambda cells: cells).narrow():
            ours[name].add((cell.release, cell.key[2], low, high))
        shutil.rmtree(folder.path)
        for name in NAMES:
            others = [entity for entity in NAMES if entity != name]

            def each(index, unpublished=()):
                """What the others count in each office."""
                counts = history[index][1]
                for ways in itertools.product(*[splits(sum(counts[entity].values()), len(codes)) for entity in others]):
                    rest = tuple(map(sum, zip(*ways)))
                    if all(index in unpublished or code in masks[index] or rest[at] == sum(counts[entity][code] for entity in others) for at, code in enumerate(codes)):
                        yield rest + tuple(rest[at] + counts[name][code] for at, code in enumerate(codes))

            rests = [(lambda array, at=at: array[:, at], lambda counts, code=code: sum(counts[entity][code] for entity in others))
                     for at, code in enumerate(codes)]
            whole = [(lambda array, at=at: array[:, at + len(codes)], lambda counts, code=code: sum(row[code] for row in counts.values()))
                     for at, code in enumerate(codes)]
            fits = fits_in_time(history, rests + whole)
            worlds, packages = worlds_of(history, each, fits), worlds_of_packages(history, each, fits)
            if worlds is None or packages is None:
                continue
            ranges = {}
            for index, world in enumerate(worlds):
                counts = history[index][1]
                room = sum(sum(counts[entity].values()) for entity in others)
                for at, code in enumerate(codes):
                    if code in masks[index]:
                        left = np.ptp(packages[index][:, len(codes) + at])
                        ranges[index, code] = world[:, len(codes) + at], room, sum(row[code] for row in counts.values()), left
            expected = narrow_of(history, ranges)
            same(ours[name], expected, (name, history, masks))
            some += len(expected)
        tried += 1
    print(f"ok {count} random tables of offices, each insider against brute force ({some} findings)")


def tampered():
    """A public file that was changed by hand. Only the kinds of findings are compared."""
    def kinds(replace, file="lnere_por_sexo", exact=True):
        folder = Folder().release("2020-10-15", SAFE, SAFE_HIDDEN)
        path = folder.path / f"releases/2020-10-15/publico/tablas/{file}.parquet"
        read_releases.database().sql(f"copy (select {replace} from '{path}') to '{path}.new' (format parquet)")
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
    """The attack finds leaks that are planted in clean releases. A count suppressed for nothing is
    no leak.
    """
    later = table("H M", A=(2, 40), B=(60, 30), C=(16, 13))
    folder, other = Folder(), Folder()
    folder.release("2020-10-15", SAFE, SAFE_HIDDEN).release("2020-10-31", later, [*SAFE_HIDDEN, "B H", "B M"])
    other.release("2020-10-31", later, ["A H", "A M", "B H", "B M"])
    same(plant_leaks.main([str(folder.path), "--alone", str(other.path)]), 0, "planted leaks")
    shutil.rmtree(folder.path)
    shutil.rmtree(other.path)


if __name__ == "__main__":
    random_systems()
    one_release()
    known_answers()
    several_releases()
    for_insiders()
    against_tauargus()
    insiders_by_brute_force()
    offices_by_brute_force()
    tampered()
    planted()
