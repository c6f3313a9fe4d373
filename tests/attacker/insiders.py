"""The attack of those who have a package: each knows the rows of the own entity, and the shared tables of all entities, at every corte.

Nobody can hide from an insider what the package says. All else that is hidden must keep its width for each of them, alone: what two of them
find out together is not asked.
"""
import collections

from .published import TOTALS
from .system import Cell, System

SHARED = "shared"  # stands for whoever knows the shared tables, and no entity's own rows


class Insiders:
    """The attack of each insider on all releases. `wide` are then the cells that keep their width for one of them, and so for anybody."""

    def __init__(self, releases, names, asked_about):
        self.system = System(releases, shared=True)
        self.releases, self.names, self.asked_about = releases, names, asked_about
        self.wide, self.asked, self.components = set(), 0, 0
        self.counts = {name: collections.Counter() for name in (SHARED, *names)}
        self.parts_of = dict(self.system.sums)
        self.earlier = {}

    def narrow(self):
        """(insider, cell, least, most) of each count that is hidden from an insider and not well enough."""
        for component in self.system.components():
            self.components += 1
            if not component.dropped and self.is_true(component):
                yield from self.of_component(component)
            self.asked += component.moves.asked

    def is_true(self, component):
        """Whether the system is about the exact counts; where it is not, what is published is not theirs, which others find."""
        return all(self.system.truth(cells[0]) == value for cells, value in zip(component.cells, component.moves.point))

    def of_component(self, component):
        moves = component.moves
        # First whoever knows what all insiders know: what is exact for them is so for each, and their moves say much of the others'.
        moves.known()
        everyone = self.intervals(component, range(len(component.cells)), {})
        for unknown in range(len(component.cells)):
            list(self.found(component, SHARED, unknown, everyone.get(unknown)))
        for name in self.names:
            held, least, closer = self.knows(component, name)
            targets = [unknown for unknown, cells in enumerate(component.cells) if not all(self.is_own(cell, name) for cell in cells)]
            if held or least or closer:
                moves.known(held, least, closer)
                intervals = self.intervals(component, targets, everyone)
            else:
                intervals = everyone
            for unknown in targets:
                yield from self.found(component, name, unknown, intervals.get(unknown))

    def knows(self, component, name):
        """What an insider knows beside the shared tables, as `Moves.known` takes it: own rows, own parts, and how these rose."""
        held, least = set(), {}
        for unknown, cells in enumerate(component.cells):
            if any(self.is_own(cell, name) for cell in cells):
                held.add(unknown)
            part = max(self.system.parts(cell).get(name, 0) for cell in cells)
            if part:
                least[unknown] = part
        return held, least, component.closer.get(name, {})

    def intervals(self, component, targets, everyone):
        """{unknown: (least, most)} of those targets that are not as wide as the minimum asks for."""
        found = {}
        for unknown in targets:
            cells = self.asked_about(component.cells[unknown])
            if not cells:
                continue
            given = everyone.get(unknown)
            if given is not None and given[0] == given[1]:
                found[unknown] = given
                continue
            bounds = component.moves.interval(unknown, self.width(component.cells[unknown]))
            if bounds is None:
                self.wide.update(component.cells[unknown])
            else:
                found[unknown] = bounds
        return found

    def width(self, cells):
        return max(self.releases[cell.release].minimum for cell in cells)

    def found(self, component, name, unknown, bounds):
        cells = component.cells[unknown]
        for cell in self.asked_about(cells):
            if self.is_own(cell, name):
                continue
            by_entity = "cve_entidad" in self.releases[cell.release].tables[cell.table].keys
            small = by_entity and 0 < self.system.truth(cell) < self.releases[cell.release].minimum
            self.counts[name]["small"] += small
            if bounds is None:
                continue
            low, high = bounds
            width = self.width(cells)
            if high - low >= min(width, min(self.room(other, name) for other in cells)) or high - low >= self.left(cell, name, width):
                self.counts[name]["no_room"] += 1
                continue
            self.counts[name]["exact" if low == high else "narrow"] += 1
            self.counts[name]["small_exact"] += small and low == high
            yield name, cell, low, high

    def left(self, cell, name, width):
        """How wide a count would be if its release and those published later were not public, but the packages of all are known. No
        protection of it can do more: each package goes to the insiders whatever is public."""
        release = self.releases[cell.release]
        if cell.release not in self.earlier:
            kept = [other if other.order < release.order else other.unpublished() for other in self.releases]
            earlier = Insiders(kept, (), lambda cells: cells)
            self.earlier[cell.release] = earlier, list(earlier.system.components())
        earlier, components = self.earlier[cell.release]
        place = next(index for index, other in enumerate(earlier.releases) if other.order == release.order)
        target = Cell(place, cell.table, cell.key, cell.measure)
        for component in components:
            unknown = next((unknown for unknown, cells in enumerate(component.cells) if target in cells), None)
            if unknown is not None:
                component.moves.known(*(() if name == SHARED else earlier.knows(component, name)))
                bounds = component.moves.interval(unknown, width)
                return width if bounds is None else bounds[1] - bounds[0]
        return 0

    def is_own(self, cell, name):
        """Whether a package says this count: it is of its own entity, or a sum that has nothing else that is hidden."""
        if cell.table == TOTALS:
            parts = self.parts_of.get(cell)
            return parts is not None and all(self.is_own(part, name) for part in parts)
        keys = self.releases[cell.release].tables[cell.table].keys
        return "cve_entidad" in keys and cell.key[keys.index("cve_entidad")] == name

    def room(self, cell, name):
        """How wide a count can be at most by the shared tables alone: from none to all of its entity's; a sum of the nation as wide as its
        hidden parts together, and what is not by entity from none to all that is not the insider's own."""
        if cell in self.parts_of:
            return sum(self.room(part, name) for part in self.parts_of[cell] if not self.is_own(part, name))
        release = self.releases[cell.release]
        table = cell.key[0] if cell.table == TOTALS else cell.table
        measure = cell.key[2] if cell.table == TOTALS else cell.measure
        whole = next((other for shared, other in release.tables.items() if shared in release.shared and other.keys == ["cve_entidad"]
                      and shared.split("_")[0] == table.split("_")[0] and measure in other.measures and other.exact is not None), None)
        if whole is None:
            return float("inf")
        keys = release.tables[cell.table].keys
        if "cve_entidad" in keys:
            return whole.exact.get((cell.key[keys.index("cve_entidad")],), {}).get(measure, 0)
        return sum(counts.get(measure, 0) for key, counts in whole.exact.items() if key != (name,))

    def summary(self):
        """By insider, and of the shared tables alone: hidden small counts of other entities, how many of these are exact, all counts that are
        exact or narrow, and all that are as wide as the shared tables and earlier releases leave them and no wider."""
        kinds = ("small", "small_exact", "exact", "narrow", "no_room")
        return {name: {kind: counts[kind] for kind in kinds} for name, counts in self.counts.items()}
