"""All that the public tables disclose about their suppressed counts, as one linear system.

An unknown is a suppressed count. The public knows sums over the categories of an entity, sums over
entities, and sums of the cube. It also knows that accumulated counts do not fall, and that a
revision left some counts unchanged. The same count in two places is one unknown.

With `shared`, it is the system of an insider, who also knows the shared tables and the sums of the
nation of these. If a count is not by entity, an insider knows its own part of it. The rest does not
fall either, and is not negative.
"""
import collections
import dataclasses
import itertools
import json

import numpy as np

from .integer_solver import Infeasible, Moves, Rows
from .read_releases import TOTALS, matching


@dataclasses.dataclass(frozen=True)
class Cell:
    release: int
    table: str
    key: tuple
    measure: str


@dataclasses.dataclass
class Component:
    cells: list          # for each unknown, the cells that it stands for
    moves: Moves
    dropped: bool = False
    closer: dict = dataclasses.field(default_factory=dict)  # insider: {row: (low, high)}


class System:
    def __init__(self, releases, exact=True, shared=False):
        self.releases, self.exact, self.shared = releases, exact, shared
        self.relations = []  # ({cell: coefficient}, low, high, is_order, {insider: (low, high)})
        self.faults = []     # relations between shown counts only that do not hold
        self.sums = []       # (cell of the nation, its cells), of those that are suppressed
        for index in range(len(releases)):
            self.add_sums(index)
            self.add_totals(index)
        self.add_times()
        self.hidden = [Cell(index, name, key, measure) for index, release in enumerate(releases) for name, table in release.tables.items()
                       for key, row in table.rows.items() for measure in table.measures if row[measure] is None]
        if shared:
            self.hidden = [cell for cell in self.hidden if self.value(cell) is None]

    def truth(self, cell):
        exact = self.releases[cell.release].tables[cell.table].exact
        return None if exact is None else exact.get(cell.key, {}).get(cell.measure, 0)

    def is_shared(self, cell):
        """Whether every insider knows this count: it is in a shared table, or it is the nation's
        sum of one.
        """
        shared = self.releases[cell.release].shared
        if cell.table != TOTALS:
            return cell.table in shared
        name, clave, _ = cell.key
        return clave == "{}" and any(other.split("_")[0] == name.split("_")[0] for other in shared)

    def value(self, cell):
        """The count if it is shown, absent (which means zero), or shared with the observer. None if
        it is suppressed.
        """
        row = self.releases[cell.release].tables[cell.table].rows.get(cell.key)
        value = 0 if row is None else row[cell.measure]
        return self.truth(cell) if value is None and self.shared and self.is_shared(cell) else value

    def relate(self, signed, low, high, what, order=False, closer=None):
        """Adds a relation between cells. Known counts go to the right-hand side. Some insiders know
        closer bounds.
        """
        terms, shown = collections.Counter(), 0
        for cell, sign in signed:
            value = self.value(cell)
            if value is None:
                terms[cell] += sign
            else:
                shown += sign * value
        terms = {cell: sign for cell, sign in terms.items() if sign}
        if terms:
            closer = {insider: (least - shown, most - shown) for insider, (least, most) in (closer or {}).items()}
            self.relations.append((terms, low - shown, high - shown, order, closer))
        elif not low <= shown <= high and not order:
            self.faults.append({**what, "sum": shown})

    def add_sums(self, index):
        """Adds the sums of tables: a table holds the sums of one that has the same keys and further
        ones.
        """
        release = self.releases[index]
        for (coarse_name, coarse), (fine_name, fine) in itertools.permutations(release.tables.items(), 2):
            same_family = coarse_name.split("_")[0] == fine_name.split("_")[0] and TOTALS not in (coarse_name, fine_name)
            if not same_family or not set(coarse.keys) < set(fine.keys):
                continue
            places = [fine.keys.index(column) for column in coarse.keys]
            groups = []
            for place, column in enumerate(coarse.keys):
                codes = {key[place] for key in coarse.rows}
                groups.append({code: group for code, group in release.group_of(column).items() if group in codes and code not in codes})
            for measure in set(coarse.measures) & set(fine.measures):
                sums = collections.defaultdict(list)
                for key in coarse.rows:
                    sums[key].append((Cell(index, coarse_name, key, measure), -1))
                for key in fine.rows:
                    target = tuple(names.get(key[place], key[place]) for names, place in zip(groups, places))
                    sums[target].append((Cell(index, fine_name, key, measure), 1))
                for key, signed in sums.items():
                    self.relate(signed, 0, 0, {"corte": release.label(), "table": fine_name, "of": coarse_name, "key": key})

    def add_totals(self, index):
        """Adds the sums of the nation, and the relations between them."""
        release = self.releases[index]
        if TOTALS not in release.tables:
            return
        totals = release.tables[TOTALS].rows
        for name, clave, medida in totals:
            what = {"corte": release.label(), "table": TOTALS, "of": name, "key": clave}
            total = (Cell(index, TOTALS, (name, clave, medida), "nacional"), -1)
            table = release.tables.get(name)
            if table is None or medida not in table.measures:
                continue
            parts = [(Cell(index, name, key, medida), 1) for key in matching(table, json.loads(clave), table.rows)]
            self.relate([*parts, total], 0, 0, what)
            if self.value(total[0]) is None:
                self.sums.append((total[0], [cell for cell, _ in parts if self.value(cell) is None]))
            grand = Cell(index, TOTALS, ("lnere_por_entidad", "{}", medida), "nacional")
            if clave == "{}" and name.startswith("lnere") and name != "lnere_por_entidad" and grand.key in totals:
                self.relate([(grand, 1), total], 0, 0, what)
        for medida in {key[2] for key in totals if key[0].startswith("credenciales")}:
            alike = [Cell(index, TOTALS, key, "nacional") for key in totals if key[0].startswith("credenciales") and key[1:] == ("{}", medida)]
            for first, second in itertools.pairwise(alike):
                self.relate([(first, 1), (second, -1)], 0, 0, {"corte": release.label(), "table": TOTALS, "key": medida})

    def add_times(self):
        """Adds relations over time. Accumulated counts do not fall, and counts that a revision left
        unchanged are equal. If groups differ, sums of them are compared.
        """
        cortes = sorted({release.corte for release in self.releases})
        at = {corte: [index for index, release in enumerate(self.releases) if release.corte == corte] for corte in cortes}
        if self.exact:
            for indices in at.values():
                for first, second in itertools.combinations(indices, 2):
                    for signed, rise in self.pairs(first, second):
                        alone = {insider: (own, own) for insider, own in self.rises(signed).items() if own == rise}
                        if rise == 0:
                            self.relate(signed, 0, 0, {"corte": self.releases[second].label(), "table": signed[0][0].table})
                        elif alone:
                            self.relate(signed, -np.inf, np.inf, {}, order=True, closer=alone)
        for position, corte in enumerate(cortes):
            for first in at[corte]:
                fallen = None  # what fell so far; only this is compared with the next corte
                for later in cortes[position + 1:]:
                    fell, held = set(), set()
                    for second in at[later]:
                        for signed, rise in self.pairs(first, second):
                            name = signed[0][0].table, signed[0][0].measure, frozenset(cell.key for cell, sign in signed if sign < 0)
                            if self.by_status(signed[0][0]) or not name[2] or (fallen is not None and name not in fallen):
                                continue
                            falls = rise is not None and rise < 0
                            least = -np.inf if falls else 0
                            others = {insider: (own, np.inf) for insider, own in self.rises(signed).items() if least < own <= rise}
                            if others or not falls:
                                self.relate(signed, least, np.inf, {}, order=True, closer=others)
                            (fell if falls else held).add(name)
                    fallen = fell - held
                    if not fallen:
                        break

    def rises(self, signed):
        """For counts that are not by entity: by how much the part of each insider rises."""
        if not self.shared or "cve_entidad" in self.releases[signed[0][0].release].tables[signed[0][0].table].keys:
            return {}
        rises = collections.Counter()
        for cell, sign in signed:
            for insider, part in self.parts(cell).items():
                rises[insider] += sign * part
        return rises

    def parts(self, cell):
        """The part of each entity in a cell that is not by entity."""
        parts = self.releases[cell.release].tables[cell.table].parts
        return {entity: rows[cell.key][cell.measure] for entity, rows in parts.items() if cell.measure in rows.get(cell.key, {})}

    def by_status(self, cell):
        return "estatus" in self.releases[cell.release].tables[cell.table].keys or (cell.table == TOTALS and cell.key[0].endswith("_estatus"))

    def pairs(self, first, second):
        """Sums of cells of two releases that count the same, with the exact difference. A sum is
        [(cell, -1 for the first release or 1 for the second)].
        """
        one, two = self.releases[first], self.releases[second]
        for name in one.tables.keys() & two.tables.keys():
            before, after = one.tables[name], two.tables[name]
            if before.keys != after.keys:
                continue
            classes = [joined(one, two, column, {key[place] for key in before.rows}, {key[place] for key in after.rows})
                       for place, column in enumerate(before.keys)] if name != TOTALS else []
            if name == TOTALS and one.groups != two.groups:
                continue
            alike = collections.defaultdict(list)
            for index, side, table, sign in ((first, 0, before, -1), (second, 1, after, 1)):
                for key in table.rows:
                    target = tuple(names[side][code] for names, code in zip(classes, key)) if classes else key
                    alike[target].append((index, key, sign))
            for members in alike.values():
                for measure in set(before.measures) & set(after.measures):
                    signed = [(Cell(index, name, key, measure), sign) for index, key, sign in members]
                    truths = [self.truth(cell) for cell, _ in signed] if self.exact else [None]
                    rise = None if None in truths else sum(sign * truth for (_, sign), truth in zip(signed, truths))
                    if self.exact and rise is None:
                        continue
                    yield signed, rise

    def persons(self):
        """A name for each suppressed cell of exactly one person. Cells that count the same person
        have the same name.

        A sum contains the persons of its parts. An accumulated cell contains those of the same cell
        at an earlier corte.
        """
        same = {cell: cell for cell in self.hidden if self.truth(cell) == 1}
        for terms, *_ in self.relations:
            alone = [cell for cell in terms if cell in same]
            for inner, outer in itertools.product(alone, alone):
                if terms[inner] * terms[outer] < 0:
                    merge(same, inner, outer)
        return {cell: root(same, cell) for cell in same}

    def components(self):
        """The parts of the system that share no unknown, ready for questions. Parts that nothing
        satisfies are faults.
        """
        parent = {cell: cell for cell in self.hidden}
        joined_cells = {cell: cell for cell in self.hidden}
        for terms, low, high, *_ in self.relations:
            if low == high == 0 and len(terms) == 2 and sum(terms.values()) == 0:
                merge(joined_cells, *terms)
        for terms, *_ in self.relations:
            for cell in terms:
                merge(parent, cell, next(iter(terms)))
        members, rows = collections.defaultdict(list), collections.defaultdict(list)
        for cell in self.hidden:
            members[root(parent, cell)].append(cell)
        for relation in self.relations:
            rows[root(parent, next(iter(relation[0])))].append(relation)
        for name, cells in members.items():
            component = self.component(cells, rows[name], joined_cells)
            if component is not None:
                yield component

    def component(self, cells, relations, joined_cells):
        places, stand_for = {}, collections.defaultdict(list)
        for cell in cells:
            place = places.setdefault(root(joined_cells, cell), len(places))
            stand_for[place].append(cell)
        truths = [self.truth(stand_for[place][0]) for place in range(len(places))]
        point = None if None in truths or not self.exact else np.array(truths, float)
        for orders in (True, False):
            rows, seen, closer = Rows(), {}, collections.defaultdict(dict)
            for terms, low, high, order, insiders in relations:
                if order and not orders:
                    continue
                merged = collections.Counter()
                for cell, sign in terms.items():
                    merged[places[root(joined_cells, cell)]] += sign
                merged = {place: sign for place, sign in sorted(merged.items()) if sign}
                same = (tuple(merged.items()), low, high)
                if same not in seen and (merged or not low <= 0 <= high):
                    seen[same] = rows.add(merged, low, high)
                for insider, (least, most) in insiders.items() if merged else ():
                    before = closer[insider].get(seen[same], (-np.inf, np.inf))
                    closer[insider][seen[same]] = max(least, before[0]), min(most, before[1])
            try:
                moves = Moves(len(places), rows, point)
                return Component([stand_for[place] for place in range(len(places))], moves, not orders, closer)
            except Infeasible:
                if self.exact:
                    break
        first = cells[0]
        self.faults.append({"corte": self.releases[first.release].label(), "table": first.table, "key": first.key, "cells": len(cells)})
        return None


def joined(one, two, column, codes_one, codes_two):
    """A name for each code of two releases. Codes have the same name if they share a member,
    directly or through other codes.
    """
    names, owner = {}, {}
    for release, side, codes in ((one, 0, codes_one), (two, 1, codes_two)):
        for code in codes:
            names[side, code] = (side, code)
    for release, side, codes in ((one, 0, codes_one), (two, 1, codes_two)):
        for code in codes:
            for member in release.members(column, code):
                if member in owner:
                    merge(names, owner[member], (side, code))
                owner[member] = (side, code)
    return [{code: root(names, (side, code)) for code in codes} for side, codes in ((0, codes_one), (1, codes_two))]


def root(parent, item):
    while parent[item] != item:
        parent[item] = item = parent[parent[item]]
    return item


def merge(parent, first, second):
    parent[root(parent, second)] = root(parent, first)
