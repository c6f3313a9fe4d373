"""Makes the data file of the dashboard from the exports by tablero/DATOS.md, without the program.

The tests compare the program's datos.js with this data file. They also make dashboards from it for
cases that the sample data do not contain.
"""
import base64
import datetime
import json
import math
import pathlib
import shutil
import tomllib

import duckdb

from recount_exports import UNIDENTIFIED

ROOT = pathlib.Path(__file__).resolve().parents[2]


def varint(number, into):
    """LEB128, seven bits at a time, least significant first."""
    while number >= 128:
        into.append(number & 127 | 128)
        number >>= 7
    into.append(number)


def parts(sizes):
    """Divides the sizes into parts, from the first on. The product of each part is at most 2^52."""
    found = [[]]
    for size in sizes:
        if math.prod(found[-1]) * size > 2**52:
            found.append([])
        found[-1].append(size)
    return found


def sparse(dimensions, sizes, counts):
    """A cube as a stream of key differences and counts, in base64."""
    keyed = {}
    for codes, count in counts:
        key, rest = [], list(codes)
        for part in parts(sizes):
            number = 0
            for size in part:
                code = rest.pop(0)
                assert 0 <= code < size
                number = number * size + code
            key.append(number)
        keyed[tuple(key)] = keyed.get(tuple(key), 0) + count
    stream, before = bytearray(), None
    for key in sorted(keyed):
        same = before is not None
        for at, number in enumerate(key[:-1]):
            varint(number - before[at] if same else number, stream)
            same = same and number == before[at]
        varint((key[-1] - before[-1] - 1 if same else key[-1]) * 2 + (keyed[key] > 1), stream)
        if keyed[key] > 1:
            varint(keyed[key] - 2, stream)
        before = key
    return {"dimensiones": dimensions, "tamanos": sizes, "celdas": len(keyed), "total": sum(keyed.values()),
            "datos": base64.b64encode(stream).decode()}


def quincenas(first, last):
    """The last day of each quincena from `first` to `last`. The last quincena ends on `last`."""
    days = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
    return [d.isoformat() for d in days if d.day == 15 or (d + datetime.timedelta(1)).day == 1 or d == last]


def milestones(process):
    keys = ["tipo", "etiqueta", "etiqueta_en"]
    found = [{"fecha": m["fecha"].isoformat()} | {k: m[k] for k in keys if k in m} for m in process.get("tablero", {}).get("hitos", [])]
    return sorted(found, key=lambda m: (m["fecha"], m["tipo"], m["etiqueta"]))


def shown(count):
    """By list, the number of categories that the charts of the process show one by one."""
    keys = {"pais": ["cve_pais"], "representacion": ["cve_pais", "tipo_representacion", "cve_representacion"]}
    keys |= {dimension: [dimension] for dimension in count.dimensions}
    limits = {}
    for path in sorted((count.path.parent / count.process["paths"]["charts"]).glob("*.toml")):
        for name in count.declared if "{dimension}" in path.name else [""]:
            for form in tomllib.loads(path.read_text().replace("{dimension}", name))["form"].values():
                category = form.get("category")  # in line charts, it is a column
                if not isinstance(category, dict):
                    continue
                found = [key for key, columns in keys.items() if category.get("key") == columns and "limit" in category]
                limits |= {key: category["limit"]["bars"] for key in found}
    return limits


def head(count):
    process = count.process
    return {
        "formato": 1, "version": "lnere", "audiencia": "opl", "proceso": process["id"], "titulo": process["title"],
        "fuente": process["source_note"], "hasta": count.until.isoformat(), "inicio": count.opens.isoformat(), "cierre": count.closes.isoformat(),
        "no_identificado": {"pais": "XXX", "representacion": "no_identificada"} | {c: UNIDENTIFIED for c in count.dimensions},
        "eleccion": process["election_day"].isoformat(), "quincenas": quincenas(count.opens, count.closes), "hitos": milestones(process),
        "aceptados": process["projection"]["accepted"], "rechazados": process["projection"]["refused"],
        "entidades": [[code, count.entities[code]["nombre"]] for code in process["entities"]], "mostrar": shown(count),
    } | ({"aviso": process["notice"]} if "notice" in process else {}) | ({"dimensiones": declared(count)} if count.declared else {})


def declared(count):
    return [{"clave": name, "etiqueta": one["label"], "etiqueta_en": one.get("label_en", one["label"])} for name, one in count.declared.items()]


def exact(count):
    """The data of the audience `opl`."""
    data = head(count)
    columns = ["fecha", "entidad", "pais", *count.dimensions]
    rows = count.db.sql(f"select {', '.join(columns)}, count(*) n from solicitudes group by all").fetchall()
    used = lambda column: {row[column] for row in rows}
    data["paises"] = [[code, count.countries[code]["nombre"]] for code in sorted(used(2))]
    data["categorias"] = {}
    for at, dimension in enumerate(count.dimensions, 3):
        data["categorias"][dimension] = count.categories(dimension)
        if UNIDENTIFIED in used(at):
            data["categorias"][dimension].append([UNIDENTIFIED, "No identificado"])
    last = min(count.until, count.closes)
    days = max(0, (last - count.opens).days + 1)
    lists = [data["entidades"], data["paises"], *data["categorias"].values()]
    index = [{code: at for at, (code, _) in enumerate(items)} for items in lists]
    coded = (([(row[0] - count.opens).days, *(places[code] for places, code in zip(index, row[1:]))], row[-1]) for row in rows)
    data["solicitudes"] = sparse(columns, [days, *map(len, lists)], coded)
    data["credenciales"] = credentials(count)
    place = lambda entry: [round(entry["longitud"] * 100), round(entry["latitud"] * 100)]
    places = lambda codes, catalog: {code: place(catalog[code]) for code in codes if "latitud" in catalog.get(code, {})}
    data["coordenadas"] = {"pais": places((code for code, _ in data["paises"]), count.countries),
                           "representacion": places((office[0] for office in data["credenciales"]["representaciones"]), count.offices)}
    return data


def within(days, percent):
    """The fewest days within which at least `percent` of the deliveries took place."""
    return next((day for at, day in enumerate(sorted(days), 1) if at * 100 >= len(days) * percent), None)


def cohorts(count):
    """What came of the credentials applied for since the start, by entity and office. An empty code stands for all."""
    since = count.process["credentials"]["counts_from"]
    past = lambda day: f"({day} is not null and {day} <= date '{count.until}')"
    rows = count.db.sql(f"select entidad, representacion, case when {past('entregada')} then date_diff('day', tramitada, entregada) end, {past('confirmada')} "
                        f"from credenciales where tramitada between date '{since}' and date '{count.until}'").fetchall()
    found = {}
    for entity, office, days, confirmed in rows:
        for own in {"", entity if entity in count.process["entities"] else ""}:
            for place in ("", office):
                one = found.setdefault((own, place), [0, [], 0])
                one[0] += 1
                one[1] += [] if days is None else [days]
                one[2] += confirmed
    return [[entity, office, applied, len(days), confirmed, within(days, 50), within(days, 90)]
            for (entity, office), (applied, days, confirmed) in sorted(found.items())]


def corte_tables(tables, corte):
    """What the data file has of the tables of a release. `tables` is their folder."""
    def rows(name, columns, rest=""):
        path = pathlib.Path(tables) / f"{name}.parquet"
        if not path.exists():
            return {}
        found = duckdb.sql(f"select {columns} from '{path}' {rest}")
        filas = [[str(cell) if isinstance(cell, datetime.date) else cell for cell in row] for row in found.fetchall()]
        return {name: {"columnas": found.columns, "filas": filas}} if filas else {}

    quantiles = "inferior_90, inferior_50, mediana, superior_50, superior_90"
    found = {}
    for name, keys in (("proyeccion_lnere_entidad", "cve_entidad, universo"), ("proyeccion_lnere_nacional", "universo"),
                       ("proyeccion_diaria", "cve_entidad, fecha"), ("proyeccion_diaria_nacional", "fecha")):
        found |= rows(name, f"{keys}, {quantiles}")
    found |= rows("comparativo", "cve_entidad, proceso, dias_al_cierre, solicitudes_acumuladas, titulo, que_cuenta")
    found |= rows("metas", "cve_entidad, meta, titulo")
    sums = "cve_entidad, sum(paquetes_mediana)::bigint paquetes_mediana, sum(tiraje)::bigint tiraje"
    found |= rows("plan_pep", sums, "group by 1 order by 1")
    found |= rows("calidad", "fuente, archivo, fecha_exportacion, regla, nivel, filas", "where es_fuente")
    return {"dia": corte, "tablas": found}


def status_series(tables, process, categories):
    """The statuses at each corte, from the table of a release. `categories` are those of the process file."""
    path = pathlib.Path(tables) / "lnere_estatus_serie.parquet"
    rows = duckdb.sql(f"select quincena::varchar, cve_entidad, estatus, solicitudes from '{path}'").fetchall()
    cortes = sorted({row[0] for row in rows})
    statuses = categories + sorted({row[2] for row in rows} - set(categories))
    coded = (([cortes.index(q), process["entities"].index(e), statuses.index(s)], n) for q, e, s, n in rows if n)
    return {"cortes": cortes, "estatus": statuses,
            "solicitudes": sparse(["corte", "entidad", "estatus"], [len(cortes), len(process["entities"]), len(statuses)], coded)}


def credentials(count):
    since = count.process["credentials"]["counts_from"]
    kinds = ["tramitada", "entregada", "confirmada"]
    union = " union all ".join(f"select {k}_ fecha, entidad, representacion, {at} medida from (select *, {k} as {k}_ from credenciales)" for at, k in enumerate(kinds))
    rows = count.db.sql(f"select *, count(*) n from ({union}) where fecha between date '{since}' and date '{count.until}' group by all").fetchall()
    entities = sorted(count.entities)
    offices = sorted({row[2] for row in rows})
    e, o = ({code: at for at, code in enumerate(codes)} for codes in (entities, offices))
    describe = lambda code: [code, count.offices[code]["nombre"], count.offices[code]["tipo"], count.offices[code]["pais"]] \
        if code in count.offices else [code, "No identificada", "no_identificada", "XXX"]
    days = max(0, (count.until - since).days + 1)
    return {
        "desde": since.isoformat(), "entidades": [[code, count.entities[code]["nombre"]] for code in entities],
        "representaciones": [describe(code) for code in offices],
        "acumuladas": sparse(["entidad", "representacion", "medida"], [32, len(offices), 3], (([e[r[1]], o[r[2]], r[3]], r[4]) for r in rows)),
        "diarias": sparse(["fecha", "entidad", "medida"], [days, 32, 3], (([(r[0] - since).days, e[r[1]], r[3]], r[4]) for r in rows)),
        "cohorte": cohorts(count),
    }


def write(site, data, like):
    """Writes a copy of the dashboard `like` with other data."""
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(like, site)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    (site / "datos.js").write_text(f"'use strict';\nconst DATOS = {text};\n")
