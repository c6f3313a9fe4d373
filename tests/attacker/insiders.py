"""The attack of the insiders. Each knows the rows of its own entity and the shared tables of all
entities, at every corte.

An insider sees all counts in its package. Every other suppressed count must keep its width for each
insider alone. The attack does not combine the knowledge of two insiders.
"""
import collections

from .read_releases import TOTALS
from .disclosed_system import Cell, System

SHARED = "shared"  # an observer who knows the shared tables, but no own rows


class Insiders:
    """The attack of each insider on all releases. After it, `wide` has the cells that keep their
    width for an insider, and so for an outsider.
    """

    def __init__(self, releases, names, asked_about):
        self.system = System(releases, shared=True)
        self.releases, self.names, self.asked_about = releases, names, asked_about
        self.wide, self.asked, self.components = set(), 0, 0
        self.counts = {name: collections.Counter() for name in (SHARED, *names)}
        self.parts_of = dict(self.system.sums)
        self.earlier = {}

    def narrow(self):
        """(insider, cell, least, most) of each suppressed count that is not protected well enough
        from an insider.
        """
        for component in self.system.components():
            self.components += 1
            if not component.dropped and self.is_true(component):
                yield from self.of_component(component)
            self.asked += component.moves.asked

    def is_true(self, component):
        """Whether the exact counts satisfy the system. If not, the published counts are wrong,
        which other checks find.
        """
        return all(self.system.truth(cells[0]) == value for cells, value in zip(component.cells, component.moves.point))

    def of_component(self, component):
        moves = component.moves
        # First the observer who knows what all insiders know. What is exact for this observer is
        # exact for each insider, and its moves answer many of their questions.
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
        """What an insider knows besides the shared tables, in the form of `Moves.known`: its own
        rows, its own parts, and by how much these rose.
        """
        held, least = set(), {}
        for unknown, cells in enumerate(component.cells):
            if any(self.is_own(cell, name) for cell in cells):
                held.add(unknown)
            part = max(self.system.parts(cell).get(name, 0) for cell in cells)
            if part:
                least[unknown] = part
        return held, least, component.closer.get(name, {})

    def intervals(self, component, targets, everyone):
        """{unknown: (least, most)} of the targets that are narrower than the minimum requires."""
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
        """The width of a count if its release and later ones were not public, but all packages were
        known. No protection can achieve more: the insiders get each package, whatever is public.
        """
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
        """Whether a package contains this count: it belongs to the insider's entity, or it is a sum
        with no other suppressed part.
        """
        if cell.table == TOTALS:
            parts = self.parts_of.get(cell)
            return parts is not None and all(self.is_own(part, name) for part in parts)
        keys = self.releases[cell.release].tables[cell.table].keys
        return "cve_entidad" in keys and cell.key[keys.index("cve_entidad")] == name

    def room(self, cell, name):
        """The greatest width that the shared tables alone leave a count: from zero to the total of
        its entity. A sum of the nation is at most as wide as its suppressed parts together. A count
        that is not by entity ranges from zero to all that is not the insider's own.
        """
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
        """By insider, and for the shared tables alone: the suppressed small counts of other
        entities, how many of these are exact, all exact counts, and all narrow ones. `no_room`
        counts those that are exactly as wide as the shared tables and earlier releases leave them.
        """
        kinds = ("small", "small_exact", "exact", "narrow", "no_room")
        return {name: {kind: counts[kind] for kind in kinds} for name, counts in self.counts.items()}
