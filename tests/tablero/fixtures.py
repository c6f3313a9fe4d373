"""Makes the dashboards that the tests open, and the numbers that they must show.

    python tests/tablero/fixtures.py FOLDER SITE RELEASES PROCESS INPUTS

SITE is the program's dashboard of the sample data, and RELEASES has the program's releases of two
cortes of them. FOLDER already contains abierto/, the dashboard of the earlier one. PROCESS and INPUTS are the output of
write_seven_dimensions_process.py; FOLDER already contains the program's dashboards of them, siete/ and
siete_publico/. This script adds to FOLDER:

- pel/: a copy of SITE
- vacia/: an entity without applications
- noviembre/: an earlier day
- sin_identificar/: entities with mostly unidentified countries and offices
- sin_aviso/: no notice
- primer_dia/: the first day of registration
- antes/: the day before registration opens
- expected.json: the expected numbers
"""
import datetime
import json
import pathlib
import shutil
import sys

import duckdb

from reference_dashboard_data import ROOT, exact, write
from reference_sentences import first_view
from recount_exports import Recuento

PEL = ROOT / "pipelines/pel_2020_2021.toml"

# The address of each state, and the same state for SQL: the filter of each dimension, and the range
# of days.
STATES = [
    ("#/", {}, None),
    ("#/08", {"entidad": ["08"]}, None),
    ("#/08?desde=2021-03-10&hasta=2021-03-10", {"entidad": ["08"]}, ("2021-03-10", "2021-03-10")),
    ("#/09?modalidad=POSTAL", {"entidad": ["09"], "modalidad": ["POSTAL"]}, None),
    ("#/?pais=CAN,USA&modalidad=ELECTRONICA", {"pais": ["CAN", "USA"], "modalidad": ["ELECTRONICA"]}, None),
    ("#/?sexo=M&desde=2021-01-01&hasta=2021-01-31&ver=porcentajes", {"sexo": ["M"]}, ("2021-01-01", "2021-01-31")),
    ("#/14?estatus=EN_ANALISIS,CON_INCONSISTENCIA&idioma=en", {"entidad": ["14"], "estatus": ["EN_ANALISIS", "CON_INCONSISTENCIA"]}, None),
    ("#/?tipo_credencial=CPV&medio=INETEL&hasta=2020-12-04", {"tipo_credencial": ["CPV"], "medio": ["INETEL"]}, ("2020-09-01", "2020-12-04")),
    ("#/03?pais=ESP,FRA,DEU", {"entidad": ["03"], "pais": ["ESP", "FRA", "DEU"]}, None),
    ("#/32?pais=USA&sexo=H&modalidad=POSTAL&medio=SRVE&estatus=PROCEDENTE&desde=2020-11-15&hasta=2021-02-28&orden=solicitudes",
     {"entidad": ["32"], "pais": ["USA"], "sexo": ["H"], "modalidad": ["POSTAL"], "medio": ["SRVE"], "estatus": ["PROCEDENTE"]}, ("2020-11-15", "2021-02-28")),
    ("#/16?medio=NO_IDENTIFICADO", {"entidad": ["16"], "medio": ["NO_IDENTIFICADO"]}, None),
]
# The states of the process of seven dimensions.
SEVEN = [
    ("#/", {}, None),
    ("#/?sede=DALLAS", {"sede": ["DALLAS"]}, None),
    ("#/08?grupo_edad=18_24,65_MAS&idioma=en", {"entidad": ["08"], "grupo_edad": ["18_24", "65_MAS"]}, None),
    ("#/?pais=USA&modalidad=POSTAL&sede=CHICAGO,LOS_ANGELES&grupo_edad=25_34,35_44&estatus=PROCEDENTE&desde=2020-12-01&hasta=2021-02-28&ver=porcentajes",
     {"pais": ["USA"], "modalidad": ["POSTAL"], "sede": ["CHICAGO", "LOS_ANGELES"], "grupo_edad": ["25_34", "35_44"], "estatus": ["PROCEDENTE"]},
     ("2020-12-01", "2021-02-28")),
    ("#/?sede=NO_IDENTIFICADO&grupo_edad=NO_IDENTIFICADO", {"sede": ["NO_IDENTIFICADO"], "grupo_edad": ["NO_IDENTIFICADO"]}, None),
    ("#/32?sexo=H&sede=SIDNEY", {"entidad": ["32"], "sexo": ["H"], "sede": ["SIDNEY"]}, None),
]
# The corte of the public dashboard of seven dimensions. Some of its counts are suppressed, others
# are not.
PUBLISHED = datetime.date(2020, 12, 15)


def where(filters, days=None, but=()):
    parts = [f"{column} in ({', '.join(repr(code) for code in codes)})" for column, codes in filters.items() if column not in but]
    if days and "fecha" not in but:
        parts.append(f"fecha between date '{days[0]}' and date '{days[1]}'")
    return " and ".join(parts) or "true"


def expected(count, address, filters, days):
    """The numbers that the page must show in one state."""
    db = count.db
    one = lambda condition: db.sql(f"select count(*) from solicitudes where {condition}").fetchall()[0][0]
    last = min(count.until, count.closes) if days is None else datetime.date.fromisoformat(days[1])
    open_dates = where(filters, days, but=("fecha",))
    between = lambda first, to: one(f"{open_dates} and fecha between date '{first}' and date '{to}'")
    week = last - datetime.timedelta(6)
    by = {}
    for dimension in ("entidad", "pais", *count.dimensions):
        rows = db.sql(f"select {dimension}, count(*) from solicitudes where {where(filters, days, but=(dimension,))} group by 1").fetchall()
        by[dimension] = dict(rows)
    daily = db.sql(f"select fecha::varchar, count(*) from solicitudes where {open_dates} group by 1").fetchall()
    entity = filters.get("entidad", [None])[0]
    own = f"entidad = '{entity}'" if entity else "true"
    since = count.process["credentials"]["counts_from"]
    credential = {}
    for name, column in (("tramitadas", "tramitada"), ("entregadas", "entregada"), ("confirmadas", "confirmada")):
        rows = db.sql(f"select representacion, count(*) from credenciales where {own} and {column} between date '{since}' and date '{count.until}' group by 1").fetchall()
        credential[name] = dict(rows)
    before = {"first": (last - datetime.timedelta(13)).isoformat(), "to": (last - datetime.timedelta(7)).isoformat()}
    weeks = dict(db.sql(f"select entidad, count(*) from solicitudes where {where(filters, days, but=('fecha', 'entidad'))} "
                        f"and fecha between date '{week}' and date '{last}' group by 1").fetchall())
    return {
        "address": address, "total": one(where(filters, days)), "day": between(last, last), "week": between(week, last),
        "before": between(before["first"], before["to"]), "by": by, "daily": dict(daily), "weeks": weeks, "credentials": credential,
        "range": [days[0] if days else count.opens.isoformat(), last.isoformat()],
    }


def named(count):
    """The numbers of identified and unidentified countries and offices of each entity.

    The entity "" stands for the nation.
    """
    since = count.process["credentials"]["counts_from"]
    dated = " or ".join(f"{day} between date '{since}' and date '{count.until}'" for day in ("tramitada", "entregada", "confirmada"))

    def distinct(column, table, unidentified, condition):
        known, all_ = count.db.sql(f"select count(distinct {column}) filter ({column} <> '{unidentified}'), count(distinct {column}) "
                                   f"from {table} where {condition}").fetchall()[0]
        return known, all_ - known

    found = {}
    for entity in ["", *count.process["entities"]]:
        own = f"entidad = '{entity}'" if entity else "true"
        countries, no_country = distinct("pais", "solicitudes", "XXX", own)
        offices, no_office = distinct("representacion", "credenciales", "no_identificada", f"({own}) and ({dated})")
        found[entity] = {"pais": countries, "sin_pais": no_country, "representaciones": offices, "sin_representacion": no_office}
    return found


def published(count):
    """The exact counts that the public page may show, by dimension, entity and code.

    The entity "" stands for all entities. A merged group counts as one code.
    """
    merges = count.process["audiences"]["publico"]["merge"]
    found = {}
    for dimension in count.dimensions:
        group = {code: one["code"] for one in merges.get(dimension, []) for code in one["of"]}
        counts = found[dimension] = {}
        for entity, code, n in count.db.sql(f"select entidad, {dimension}, count(*) from solicitudes group by all").fetchall():
            for place in ("", entity):
                own = counts.setdefault(place, {})
                own[group.get(code, code)] = own.get(group.get(code, code), 0) + n
    return found


def first_views(count, releases):
    """The sentences and figures of the first view, by site and entity. The entity "" stands for all."""
    found = []
    for site, corte in (("abierto", "2021-02-28"), ("pel", "2021-03-15")):
        tables = releases / corte / "tablas"
        for entity in ["", *count.process["entities"]]:
            name, own = ("proyeccion_lnere_entidad", f"cve_entidad = '{entity}'") if entity else ("proyeccion_lnere_nacional", "true")
            rows = duckdb.sql(f"select universo, inferior_90, mediana, superior_90 from '{tables}/{name}.parquet' where {own}").fetchall()
            projected = {row[0]: row[1:] for row in rows}
            postal = duckdb.sql(f"select coalesce(sum(paquetes_mediana), 0)::bigint, coalesce(sum(tiraje), 0)::bigint from '{tables}/plan_pep.parquet' "
                                f"where {own}").fetchall()[0]
            ranges = {universe: (low, high) for universe, (low, _, high) in projected.items()}
            until = datetime.date.fromisoformat(corte)
            status = dict(duckdb.sql(f"select estatus, sum(solicitudes_acumuladas)::bigint from '{tables}/lnere_por_estatus.parquet' "
                                     f"where {own} group by 1").fetchall())
            cohort = duckdb.sql(f"select sum(tramitadas)::bigint, sum(en_camino)::bigint, sum(entregadas)::bigint, sum(confirmadas)::bigint "
                                f"from '{tables}/credenciales_cohorte.parquet'").fetchall()[0] if not entity else None
            found.append({"site": site, "entity": entity, "headline": first_view(count, until, entity, ranges), "list": projected["lnere"],
                          "applications": projected["solicitudes"], "postal": postal, "status": status, "cohort": cohort})
    return found


def main():
    folder, page, releases, process, inputs = (pathlib.Path(argument) for argument in sys.argv[1:])
    seven = Recuento(process, inputs)
    states_of_seven = [expected(seven, *state) for state in SEVEN]
    whole = Recuento(PEL)
    shutil.rmtree(folder / "pel", ignore_errors=True)
    shutil.copytree(page, folder / "pel")
    states = [expected(whole, *state) for state in STATES]
    views = first_views(whole, releases)
    counts = {"pel": named(whole), "siete": named(seven)}
    data = exact(whole)
    data.pop("aviso")
    write(folder / "sin_aviso", data, page)
    november = Recuento(PEL, until=datetime.date(2020, 11, 30))
    write(folder / "noviembre", exact(november), page)
    counts["noviembre"] = named(november)
    # No country and no office of one entity is identified. The largest country and the largest
    # office of another entity are unidentified.
    for table, column, code, largest in (("solicitudes", "pais", "XXX", "USA"), ("credenciales", "representacion", "no_identificada", None)):
        largest = largest or november.db.sql(f"select mode({column}) from {table} where entidad = '18'").fetchall()[0][0]
        november.db.sql(f"update {table} set {column} = '{code}' where entidad = '03' or (entidad = '18' and {column} = '{largest}')")
    november.db.sql("update solicitudes set modalidad = 'NO_IDENTIFICADO' where entidad = '18' and modalidad = 'POSTAL'")
    write(folder / "sin_identificar", exact(november), page)
    counts["sin_identificar"] = named(november)
    whole.db.sql("delete from solicitudes where entidad = '06'")
    whole.db.sql("delete from credenciales where entidad = '06'")
    write(folder / "vacia", exact(whole), page)
    first = Recuento(PEL, until=whole.opens)
    write(folder / "primer_dia", exact(first), page)
    day = expected(first, "#/", {}, None)
    write(folder / "antes", exact(Recuento(PEL, until=whole.opens - datetime.timedelta(1))), page)
    wanted = {"states": states, "first_day": day, "named": counts, "seven": states_of_seven, "views": views,
              "published": published(Recuento(process, inputs, until=PUBLISHED))}
    (folder / "expected.json").write_text(json.dumps(wanted, ensure_ascii=False))


if __name__ == "__main__":
    main()
