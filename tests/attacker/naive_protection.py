"""Makes public folders without the program, to try the attacker: a naive protection of exact
tables.

    python -m attacker.naive_protection OUT [--naive pairs|none]      (from the tests folder)

It writes OUT/releases/*/publico next to the exact tables. `none` suppresses small counts only.
`pairs` suppresses one more count in each entity and each column. It considers nothing else: not the
cube, not other cortes, not the width of an interval.
"""
import argparse
import json
import pathlib

from .read_releases import ALL, database

GROUPS = {
    "estatus": {"EN_TRAMITE": ["RECIBIDA", "EN_ANALISIS", "CON_INCONSISTENCIA", "SUBSANADA", "NO_IDENTIFICADO"]},
    "tipo_credencial": {"CPV": ["CPV", "NO_IDENTIFICADO"]},
    "medio": {"INETEL": ["INETEL", "NO_IDENTIFICADO"]},
}
NAMED = {"USA", "CAN"}
E_KEYS = ["cve_entidad"]
ONE = ["solicitudes_acumuladas"]
THREE = ["tramitadas_acumuladas", "entregadas_acumuladas", "confirmadas_acumuladas"]
TABLES = {
    "lnere_por_entidad": (E_KEYS, ONE), "lnere_por_pais": ([*E_KEYS, "cve_pais"], ONE), "lnere_por_sexo": ([*E_KEYS, "sexo"], ONE),
    "lnere_por_modalidad": ([*E_KEYS, "modalidad"], ONE), "lnere_por_tipo_credencial": ([*E_KEYS, "tipo_credencial"], ONE),
    "lnere_por_medio": ([*E_KEYS, "medio"], ONE), "lnere_por_estatus": ([*E_KEYS, "estatus"], ONE),
    "lnere_cubo": ([*E_KEYS, "sexo", "modalidad"], ONE), "credenciales_por_entidad": (E_KEYS, THREE),
    "credenciales_por_representacion": (["cve_pais", "tipo_representacion", "cve_representacion"], THREE),
}


def groups_of(connection, out):
    """All countries except a few are one group, which all releases share."""
    query = f"select distinct cve_pais from '{out}/releases/*/tablas/lnere_por_pais.parquet' order by 1"
    codes = [code for code, in connection.sql(query).fetchall() if code not in NAMED]
    return {**GROUPS, "cve_pais": {"OTROS": codes}}


def rolled_up(connection, release, name, groups):
    keys, measures = TABLES[name]
    columns = []
    for key in keys:
        names = {} if name.startswith("credenciales") else {code: group for group, codes in groups.get(key, {}).items() for code in codes}
        cases = "".join(f" when '{code}' then '{group}'" for code, group in names.items())
        columns.append(f"case {key}{cases} else {key} end" if cases else key)
    sums = ", ".join(f"sum({measure})::bigint" for measure in measures)
    rows = connection.sql(f"select {', '.join(columns)}, {sums} from '{release}/tablas/{name}.parquet' group by all order by all").fetchall()
    return {row[:len(keys)]: dict(zip(measures, row[len(keys):])) for row in rows}


def hidden_cells(rows, keys, measures, minimum, rule):
    """(key, measure) of each count that the naive rule suppresses."""
    hidden = {(key, measure) for key in rows for measure in measures if 0 < rows[key][measure] < minimum}
    if rule == "none" or len(keys) == 1:
        return hidden
    lines = {}
    for key in rows:
        for measure in measures:
            lines.setdefault((0, key[0], measure), []).append((key, measure))
            lines.setdefault((1, key[1:], measure), []).append((key, measure))
    for line in lines.values():
        if sum(cell in hidden for cell in line) == 1:
            others = [cell for cell in line if cell not in hidden and rows[cell[0]][cell[1]] > 0]
            if others:
                hidden.add(min(others, key=lambda cell: rows[cell[0]][cell[1]]))
    return hidden


def write(connection, file, columns, records):
    names, types = [name for name, _ in columns], ", ".join(f'"{name}" {kind}' for name, kind in columns)
    connection.sql(f"create or replace table t ({types})")
    if records:
        connection.executemany(f"insert into t values ({', '.join('?' * len(names))})", records)
    connection.sql(f"copy t to '{file}' (format parquet)")


def share(count, whole):
    return None if count is None or whole is None else (20000 * count + whole) // (2 * whole) / 100 if whole else 0.0


def publish(release, tables, hidden, groups, minimum=3, revision=1):
    """Writes `publico`. `tables` is {name: {key: {measure: count}}}. `hidden` is {name: {(key,
    measure)}}, with sums of the nation under their own keys.
    """
    connection = database()
    folder = pathlib.Path(release) / "publico/tablas"
    folder.mkdir(parents=True, exist_ok=True)
    corte = pathlib.Path(release).name[:10]
    shown = lambda name, key, measure: None if (key, measure) in hidden.get(name, ()) else tables[name][key][measure]
    totals = []
    codes = sorted({key for name in tables for key in TABLES[name][0]} - {"cve_entidad"})
    for name, rows in tables.items():
        keys, measures = TABLES[name]
        shares = name.startswith("lnere_por_") and name != "lnere_por_entidad"
        columns = [("corte", "date"), *((key, "varchar") for key in keys), *((measure, "bigint") for measure in measures)]
        columns += [("porcentaje", "double")] * shares + [("protegida", "boolean")]
        records = []
        for key in rows:
            counts = [shown(name, key, measure) for measure in measures]
            shares_of = [share(counts[0], shown("lnere_por_entidad", key[:1], measures[0]))] if shares else []
            records.append([corte, *key, *counts, *shares_of, None in counts])
        write(connection, folder / f"{name}.parquet", columns, records)
        places = [place for place, key in enumerate(keys) if key != "cve_entidad"] if "cve_entidad" in keys else []
        claves = {()} | {tuple(key[place] for place in places) for key in rows}
        for clave in sorted(claves):
            text = json.dumps(dict(zip((keys[place] for place in places), clave)), ensure_ascii=False)
            for measure in measures:
                total = sum(rows[key][measure] for key in rows if not clave or tuple(key[place] for place in places) == clave)
                value = None if 0 < total < minimum or ((name, text, measure), "nacional") in hidden.get("totales_nacionales", ()) else total
                broken_down = dict(zip((keys[place] for place in places), clave))
                totals.append([corte, name, *(broken_down.get(code, ALL) for code in codes), measure, value, value is None])
    write(connection, folder / "totales_nacionales.parquet", [("corte", "date"), ("tabla", "varchar"),
          *((code, "varchar") for code in codes), ("medida", "varchar"), ("nacional", "bigint"), ("protegida", "boolean")], totals)
    manifest = {"corte": corte, "revision": revision, "minimum": minimum, "groups": groups}
    (folder.parent / "manifest.json").write_text(json.dumps(manifest, indent=1))


def naive(out, rule="pairs", minimum=3):
    connection = database()
    groups = groups_of(connection, out)
    for release in sorted(pathlib.Path(out).glob("releases/*")):
        tables = {name: rolled_up(connection, release, name, groups) for name in TABLES}
        hidden = {name: hidden_cells(rows, *TABLES[name], minimum, rule) for name, rows in tables.items()}
        publish(release, tables, hidden, groups, minimum)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("out")
    options.add_argument("--naive", choices=["pairs", "none"], default="pairs")
    options = options.parse_args()
    naive(options.out, options.naive)
