"""Reads the public tables of every release and superseded release, and the exact ones at the same
grain.
"""
import dataclasses
import functools
import json
import pathlib
import re

import duckdb

LABELS = {"corte", "entidad", "pais", "representacion", "porcentaje", "protegida"}
TOTALS = "totales_nacionales"
# In a column of codes of TOTALS: the sum is not broken down by it.
ALL = "TODOS"
# The tables that each package has whole, if the release does not name them.
SHARED = {"lnere_por_entidad", "credenciales_por_entidad"}


@dataclasses.dataclass
class Table:
    keys: list
    measures: list
    rows: dict           # key: {measure: count, or None if suppressed; "porcentaje", "protegida"}
    faults: list
    exact: dict = None   # key: {measure: count}; None if the exact tables are not read
    # For a table without entities: {entity: {key: {measure: its part}}}.
    parts: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Release:
    path: pathlib.Path
    corte: str
    revision: int
    superseded: bool
    minimum: int
    groups: dict         # column: {group: [codes]}
    tables: dict         # name: Table; one is TOTALS, with the keys (tabla, clave, medida)
    # The tables that each package has whole.
    shared: set = dataclasses.field(default_factory=lambda: SHARED)
    order: int = None    # number of releases that were public before it

    def unpublished(self):
        """The same release with every count suppressed, as if its public part were not known."""
        blank = lambda row, table: {**row, **dict.fromkeys(table.measures)}
        tables = {name: dataclasses.replace(table, rows={key: blank(row, table) for key, row in table.rows.items()})
                  for name, table in self.tables.items()}
        return dataclasses.replace(self, tables=tables)

    def label(self):
        return f"{self.corte}.r{self.revision}" if self.superseded else self.corte

    def members(self, column, code):
        return self.groups.get(column, {}).get(code, [code])

    def group_of(self, column):
        return {code: group for group, codes in self.groups.get(column, {}).items() for code in codes}


@functools.cache
def database():
    """One connection for all: it takes longer to open one than to read a small table."""
    return duckdb.connect()


def read_all(out, exact=True):
    """Releases with a public part, by corte and revision."""
    releases = []
    for folder, superseded in (("superseded", True), ("releases", False)):
        for path in sorted((pathlib.Path(out) / folder).glob("*")):
            if (path / "publico/manifest.json").is_file():
                releases.append(read(path, superseded, exact))
    releases.sort(key=lambda release: (release.corte, release.revision))
    if any(release.order is None for release in releases):
        for order, release in enumerate(releases):
            release.order = order
    return releases


def read(path, superseded, exact):
    manifest = json.loads((path / "publico/manifest.json").read_text())
    named = re.match(r"(\d{4}-\d\d-\d\d)(?:\.r(\d+))?$", path.name)
    whole = json.loads((path / "manifest.json").read_text()) if (path / "manifest.json").is_file() else {}
    revision = int(named[2] or manifest.get("revision") or whole.get("revision") or 1)
    shared = {table["name"] for table in whole["tables"] if table.get("shared")} if "tables" in whole else SHARED
    release = Release(path, named[1], revision, superseded, manifest["minimum"], manifest.get("groups", {}), {}, shared,
                      len(manifest["earlier"]) if "earlier" in manifest else None)
    connection = database()
    for file in sorted((path / "publico/tablas").glob("*.parquet")):
        release.tables[file.stem] = read_table(connection, file)
    if exact:
        for name, table in release.tables.items():
            if name != TOTALS and (path / "tablas" / f"{name}.parquet").is_file():
                table.exact = read_exact(connection, release, name, table)
                table.parts = read_parts(connection, release, table) if "cve_entidad" not in table.keys else {}
        if TOTALS in release.tables:
            release.tables[TOTALS].exact = exact_totals(release)
    return release


def read_table(connection, file):
    relation = connection.read_parquet(str(file))
    columns, faults = relation.columns, []
    if "protegida" not in columns:
        faults.append("it has no column protegida")
    faults += [f"it has the column {column}" for column in columns if column.endswith("_quincena")]
    if file.stem == TOTALS:
        keys, measures = ["tabla", "clave", "medida"], ["nacional"]
    else:
        measures = [column for column in columns if column.endswith(("_acumuladas", "_acumulada", "_quincena"))]
        keys = [column for column in columns if column not in LABELS and column not in measures]
    rows = {}
    for record in relation.fetchall():
        record = dict(zip(columns, record))
        if file.stem == TOTALS:
            record["clave"] = json.dumps(clave_of(record, columns), sort_keys=True)
        key = tuple(record[column] for column in keys)
        if key in rows:
            faults.append(f"the row {key} is there twice")
        rows[key] = {name: record.get(name) for name in (*measures, "porcentaje", "protegida")}
        if "porcentaje" not in columns:
            del rows[key]["porcentaje"]
    return Table(keys, measures, rows, faults)


def clave_of(record, columns):
    """The codes of a national sum. Earlier releases have them as a JSON object."""
    if "clave" in columns:
        return json.loads(record["clave"])
    codes = [column for column in columns if column not in ("corte", "tabla", "medida", "nacional", "protegida")]
    return {column: record[column] for column in codes if record[column] != ALL}


def read_exact(connection, release, name, table):
    """The exact counts, rolled up to the grain and the groups of the public table."""
    relation = connection.read_parquet(str(release.path / "tablas" / f"{name}.parquet"))
    unknown = [column for column in (*table.keys, *table.measures) if column not in relation.columns]
    table.faults += [f"the exact table has no column {column}" for column in unknown]
    if set(unknown) & set(table.keys):
        return None
    return rolled_up(connection, relation, release, table, [measure for measure in table.measures if measure not in unknown])


def read_parts(connection, release, table):
    """What each entity counts in a table without entities. Exact tables of the same counts by
    entity give it.
    """
    parts = {}
    for file in sorted((release.path / "tablas").glob("*.parquet")):
        relation = connection.read_parquet(str(file))
        measures = [measure for measure in table.measures if measure in relation.columns]
        if measures and {"cve_entidad", *table.keys} <= set(relation.columns):
            for key, counts in rolled_up(connection, relation, release, table, measures, ["cve_entidad"]).items():
                known = parts.setdefault(key[0], {}).setdefault(key[1:], {})
                known.update({measure: max(count, known.get(measure, 0)) for measure, count in counts.items()})
    return parts


def rolled_up(connection, relation, release, table, measures, before=()):
    """Sums an exact table by the columns `before` and the keys of a public table, in its groups."""
    grouped = list(before)
    for position, column in enumerate(table.keys):
        groups = release.group_of(column)
        used = groups and any(key[position] in release.groups[column] for key in table.rows)
        cases = "".join(f" when '{code}' then '{group}'" for code, group in groups.items()) if used else ""
        grouped.append(f"case {column}{cases} else {column} end" if cases else column)
    sums = ", ".join(f"sum({measure})::bigint" for measure in measures)
    query = f"select {', '.join(grouped)}, {sums} from relation group by all"
    cut = len(grouped)
    return {tuple(row[:cut]): dict(zip(measures, row[cut:])) for row in connection.sql(query).fetchall()}


def exact_totals(release):
    totals = {}
    for name, clave, medida in release.tables[TOTALS].rows:
        table = release.tables.get(name)
        if table and table.exact is not None and medida in table.measures:
            total = sum(table.exact[key].get(medida, 0) for key in matching(table, json.loads(clave), table.exact))
            totals[name, clave, medida] = {"nacional": total}
    return totals


def matching(table, wanted, rows):
    """The rows whose key columns have the wanted values."""
    places = [(table.keys.index(column), value) for column, value in wanted.items() if column not in LABELS]
    return [key for key in rows if all(key[place] == value for place, value in places)]


def insiders(releases):
    """The entities of the process: each of their OPL receives a package."""
    tables = [release.tables["lnere_por_entidad"] for release in releases if "lnere_por_entidad" in release.tables]
    return sorted({key[0] for table in tables for key in (table.exact or {}) if re.fullmatch(r"\d\d", key[0])})
