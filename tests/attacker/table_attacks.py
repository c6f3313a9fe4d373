"""Checks each public table alone, and attacks all of them together."""
from .insiders import Insiders
from .read_releases import TOTALS
from .disclosed_system import System


def finding(kind, release, table, key=None, measure=None, **more):
    return {"kind": kind, "corte": release.label(), "table": table, "key": key, "measure": measure, **more}


def of_tables(release):
    """Small counts that are shown, and tables that differ from the exact ones."""
    for name, table in release.tables.items():
        for fault in table.faults:
            yield finding("wrong", release, name, why=fault)
        for key, row in table.rows.items():
            counts = [row[measure] for measure in table.measures]
            if row["protegida"] is None or bool(row["protegida"]) != (None in counts):
                yield finding("wrong", release, name, key, why=f"protegida is {row['protegida']} and the counts are {counts}")
            for measure, count in zip(table.measures, counts):
                if count is not None and 0 < count < release.minimum:
                    yield finding("small_shown", release, name, key, measure, shown=count)
            if "porcentaje" in row:
                yield from of_share(release, name, table, key, row)
        if table.exact is not None:
            yield from against_exact(release, name, table)


def of_share(release, name, table, key, row):
    """A share is shown if its count and the entity's total are. It is rounded half up."""
    measure = table.measures[0]
    entity = key[table.keys.index("cve_entidad")] if "cve_entidad" in table.keys else None
    whole = release.tables["lnere_por_entidad"].rows.get((entity,), {}).get(measure) if "lnere_por_entidad" in release.tables else None
    if row[measure] is None or whole is None:
        if row["porcentaje"] is not None:
            yield finding("wrong", release, name, key, "porcentaje", why="shown where the count or the entity's total is hidden")
    else:
        right = (20000 * row[measure] + whole) // (2 * whole) / 100 if whole else 0.0
        if row["porcentaje"] is None or abs(float(row["porcentaje"]) - right) > 1e-9:
            yield finding("wrong", release, name, key, "porcentaje", shown=row["porcentaje"], exact=right)


def against_exact(release, name, table):
    for key, row in table.rows.items():
        for measure in table.measures:
            exact = table.exact.get(key, {}).get(measure, 0)
            if row[measure] is not None and row[measure] != exact:
                yield finding("wrong", release, name, key, measure, shown=row[measure], exact=exact)
    for key, counts in table.exact.items():
        if key not in table.rows and any(counts.values()):
            yield finding("wrong", release, name, key, why="the row is not there", exact=counts)


class Attack:
    """The attack on all releases. It asks about the cells of the releases in `wanted`. All other
    releases are only knowledge.

    `insiders` are the entities whose OPL attack too. With `only`, the attack asks about no other
    cells.
    """

    def __init__(self, releases, wanted, exact=True, strict=False, insiders=(), only=None):
        self.system = System(releases, exact)
        self.releases, self.wanted, self.exact, self.strict, self.only = releases, wanted, exact, strict, only
        self.persons = self.system.persons() if exact else {}
        self.insiders = Insiders(releases, insiders, self.asked_about) if insiders else None
        self.asked = self.components = self.dropped = 0

    def findings(self):
        """First the findings of an outsider, then those of each insider that go further."""
        components = list(self.system.components())
        for fault in self.system.faults:
            yield {"kind": "sum", "why": "no whole numbers satisfy what is published", **fault}
        inside = list(self.insiders.narrow()) if self.insiders else []
        self.wide = self.insiders.wide if self.insiders else set()
        self.public = set()
        for component in components:
            self.components += 1
            self.dropped += component.dropped
            yield from self.intervals(component)
            if self.exact and not component.dropped:
                yield from self.singletons(component)
            self.asked += component.moves.asked
        for insider, cell, low, high in inside:
            if (cell, low, high) not in self.public:
                yield finding("exact" if low == high else "narrow", self.releases[cell.release], cell.table, cell.key, cell.measure,
                              insider=insider, least=int(low), most=int(high))

    def asked_about(self, cells):
        return [cell for cell in cells if self.releases[cell.release] in self.wanted and (self.only is None or cell in self.only)]

    def intervals(self, component):
        self.known = set()
        for unknown, cells in enumerate(component.cells):
            if not self.asked_about(cells) or not self.wide.isdisjoint(cells):
                continue
            width = max(self.releases[cell.release].minimum for cell in cells)
            bounds = component.moves.interval(unknown, width)
            if bounds is None:
                continue
            low, high = bounds
            if low == high:
                self.known.add(unknown)
            for cell in self.asked_about(cells):
                self.public.add((cell, low, high))
                yield finding("exact" if low == high else "narrow", self.releases[cell.release], cell.table, cell.key, cell.measure,
                              least=int(low), most=int(high))

    def singletons(self, component):
        """A person who is alone in a cell knows that it counts one. No small count of others may
        follow from that.
        """
        small = []
        for unknown, cells in enumerate(component.cells):
            truth = self.system.truth(cells[0])
            if truth is not None and 0 < truth < min(self.releases[cell.release].minimum for cell in cells) and unknown not in self.known:
                small.append((unknown, truth))
        targets = [unknown for unknown, _ in small if self.asked_about(component.cells[unknown])]
        person = {unknown: self.persons[component.cells[unknown][0]] for unknown, truth in small if truth == 1}
        if not person or not targets:
            return
        component.moves.prepare(targets)
        for single, who in person.items():
            known = [unknown for unknown in person if person[unknown] == who] if self.strict else [single]
            first = component.cells[single][0]
            for other in component.moves.betrayed(known, [target for target in targets if person.get(target) != who]):
                cell = self.asked_about(component.cells[other])[0]
                yield finding("singleton", self.releases[cell.release], cell.table, cell.key, cell.measure, exact=self.system.truth(cell),
                              known={"corte": self.releases[first.release].label(), "table": first.table, "key": first.key,
                                     "measure": first.measure})


def totals_hidden(release):
    """How many totals of entities and how many sums of the nation are suppressed."""
    entities = release.tables.get("lnere_por_entidad")
    totals = release.tables.get(TOTALS)
    count = lambda table: 0 if table is None else sum(row[measure] is None for row in table.rows.values() for measure in table.measures)
    return count(entities), count(totals)
