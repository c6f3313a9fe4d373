"""Checks the totals of the committed sample in its newest exports, with DuckDB and no code of the
program.

    pip install duckdb
    python tests/check_sample.py [FOLDER]        default: sample_data/pel_2020_2021

Prints one line for each check, and exits 1 if any differs. The script decides by itself which rows
are rejected, and which of two records of a folio is kept. It follows docs/contract.md §2 as far as
the sample needs it.
"""
import sys
from pathlib import Path

import duckdb

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "sample_data" / "pel_2020_2021"

ENTITIES = {3: 159, 6: 719, 8: 2080, 9: 12660, 12: 2802, 14: 5534, 16: 4169, 18: 1038, 22: 1038, 24: 1767, 32: 1732}
NAMES = {
    "BAJA CALIFORNIA SUR": 3, "COLIMA": 6, "CHIHUAHUA": 8, "CIUDAD DE MEXICO": 9, "DISTRITO FEDERAL": 9, "CDMX": 9,
    "GUERRERO": 12, "JALISCO": 14, "MICHOACAN": 16, "MICHOACAN DE OCAMPO": 16, "NAYARIT": 18, "QUERETARO": 22,
    "SAN LUIS POTOSI": 24, "ZACATECAS": 32,
}
COUNTRIES = {
    "ESTADOS UNIDOS DE AMERICA": 25896, "CANADA": 1573, "ESPANA": 1209, "ALEMANIA": 997, "REINO UNIDO": 607,
    "FRANCIA": 534, "SUIZA": 289,
}
SYNONYMS = {
    "ESTADOS UNIDOS": "ESTADOS UNIDOS DE AMERICA", "REINO UNIDO DE GRAN BRETANA": "REINO UNIDO",
    "FEDERACION DE RUSIA": "RUSIA", "COREA": "REPUBLICA DE COREA",
}
UNKNOWN_COUNTRIES = {"", "OTRO PAIS", "ULTRAMAR"}
STATUSES = ["RECIBIDA", "EN_ANALISIS", "CON_INCONSISTENCIA", "SUBSANADA", "PROCEDENTE", "IMPROCEDENTE"]

failures = 0


def check(what, found, expected, ok=None):
    global failures
    ok = found == expected if ok is None else ok
    failures += not ok
    print(f"{'ok  ' if ok else 'FAIL'} {what}: {found}" + ("" if ok and found == expected else f" (expected {expected})"))


def newest(source):
    files = sorted(FOLDER.glob(f"{source}_*.csv*"))
    if not files:
        sys.exit(f"no export of {source} in {FOLDER}")
    return files


def one(sql):
    return db.sql(sql).fetchall()[0][0]


def values(mapping):
    return ", ".join(f"('{key}', {value!r})" for key, value in mapping.items())


db = duckdb.connect()
db.sql("""create macro moment(x) as case when regexp_matches(x, '(Z|[+-][0-9]{2}:[0-9]{2})$')
              then try_cast(x as timestamptz) at time zone 'America/Mexico_City' else try_cast(x as timestamp) end""")
db.sql("create macro fold(x) as upper(strip_accents(trim(coalesce(x, ''))))")


def load(table, source, columns):
    """Loads every record with the right number of fields. Returns the number of lines, and how many
    of them are not such records.
    """
    file = newest(source)[-1]
    lines = db.sql(f"select count(*) - 1 from read_csv('{file}', columns={{'l': 'VARCHAR'}}, delim='\x01', quote='', escape='', "
                   "header=false, skip=0)").fetchall()[0][0]
    db.sql(f"create table {table} as select row_number() over () n, * from read_csv('{file}', header=true, delim=',', quote='\"', "
           f"columns={ {c: 'VARCHAR' for c in columns} }, ignore_errors=true, null_padding=false, parallel=false)")
    return lines, lines - db.sql(f"select count(*) from {table}").fetchall()[0][0]


def rules(table):
    return dict(db.sql(f"select regla, count(*) from {table} where regla is not null group by 1").fetchall())


# --- solicitudes ----------------------------------------------------------------------------------
lines, malformed = load("s", "solicitudes", ["FOLIO", "FECHA_SOLICITUD", "CVE_ENTIDAD", "PAIS", "SEXO", "MODALIDAD",
                                             "TIPO_CREDENCIAL", "MEDIO", "ESTATUS", "FECHA_ESTATUS"])
db.sql(f"""create table coded as select s.*, moment(FECHA_SOLICITUD) alta, moment(FECHA_ESTATUS) cambio,
           coalesce(try_cast(CVE_ENTIDAD as int), e.v) entidad, coalesce(p.v, fold(PAIS)) pais_
           from s left join (values {values(NAMES)}) e(k, v) on e.k = fold(CVE_ENTIDAD)
                  left join (values {values(SYNONYMS)}) p(k, v) on p.k = fold(PAIS)""")
db.sql(f"""create table judged as select *, case
             when coalesce(FOLIO, '') = '' then 'folio_vacio'
             when alta is null or (cambio is null and coalesce(FECHA_ESTATUS, '') <> '') then 'fecha_invalida'
             when alta::date < date '2020-09-01' or alta::date > date '2021-03-10' or cambio::date > date '2021-03-15' then 'fecha_fuera_de_periodo'
             when cambio::date < alta::date then 'fechas_en_desorden'
             when entidad is null or entidad not between 1 and 32 then 'entidad_desconocida'
             when entidad not in {tuple(ENTITIES)} then 'entidad_fuera_de_proceso' end regla from coded""")
db.sql("""create table kept as select * from judged where regla is null
          qualify row_number() over (partition by FOLIO order by coalesce(cambio, alta) desc, n desc) = 1""")


def count(where="true"):
    return db.sql(f"select count(*) from kept where {where}").fetchall()[0][0]


check("exports of solicitudes, dates", len(newest("solicitudes")), 12)
check("exports of credenciales, dates", len(newest("credenciales")), 12)
size = sum(file.stat().st_size for file in FOLDER.iterdir()) / 1e6
check("size of the folder in MB", f"{size:.1f}", "at most 10", size <= 10)
check("accepted applications at the close", count(), 33698)
for entity, expected in ENTITIES.items():
    check(f"entity {entity:02}", count(f"entidad = {entity}"), expected)
for column, texts, expected in [
    ("SEXO", "('H', 'HOMBRE', 'MASCULINO')", 18247), ("SEXO", "('M', 'MUJER', 'FEMENINO')", 15451),
    ("MODALIDAD", "('ELECTRONICA', 'INTERNET', 'ELECTRONICA POR INTERNET')", 22564), ("MODALIDAD", "('POSTAL')", 11134),
]:
    check(f"{column} {texts}", count(f"{column} in {texts}"), expected)
for country, expected in COUNTRIES.items():
    check(f"country {country}", count(f"pais_ = '{country}'"), expected)
next_two = db.sql("select pais_ from kept group by 1 order by count(*) desc, 1 limit 9").fetchall()[7:]
check("the next two countries", [name for name, in next_two], ["PAISES BAJOS", "ITALIA"])
unknown = "('" + "', '".join(UNKNOWN_COUNTRIES) + "')"
check("countries, the unknown ones not counted", db.sql(f"select count(distinct pais_) from kept where pais_ not in {unknown}").fetchall()[0][0], 92)
check("applications without a known country", count(f"pais_ in {unknown}"), 24)
most = db.sql(f"select max(n) from (select count(*) n from kept where pais_ in {unknown} group by pais_)").fetchall()[0][0]
check("an unknown label that occurs ten times", most, "at least 10", most >= 10)

until = "alta::date <= date '{}'".format
for day, expected in [("2020-09-01", 83), ("2020-11-24", 5574), ("2020-12-04", 6889), ("2021-01-25", 12005), ("2021-03-10", 33698)]:
    check(f"up to {day}", count(until(day)), expected)
november = until("2020-11-24")
for what, where, expected in [
    ("USA", "pais_ = 'ESTADOS UNIDOS DE AMERICA'", 80.0), ("men", "SEXO in ('H', 'HOMBRE', 'MASCULINO')", 59.2), ("electronic", "MODALIDAD <> 'POSTAL'", 53.8),
]:
    check(f"% {what} up to 2020-11-24", round(100 * count(f"{november} and {where}") / count(november), 1), expected)
december = until("2020-12-04")
for entity, expected in {9: 2561, 14: 1156, 16: 918, 12: 672, 8: 467, 32: 367, 24: 318}.items():
    check(f"entity {entity:02} up to 2020-12-04", count(f"{december} and entidad = {entity}"), expected)
inetel = count(f"{december} and MEDIO = 'INETEL'") / count(december)
check("share by INETEL up to 2020-12-04", f"{inetel:.3f}", "over 0.5", inetel > 0.5)
peak = db.sql("select alta::date from kept group by 1 order by count(*) desc limit 1").fetchall()[0][0]
check("the busiest day", str(peak), "2021-03-10")

for column, known in [("MEDIO", ["SRVE", "INETEL"]), ("TIPO_CREDENCIAL", ["CPVE", "CPV"]), ("ESTATUS", STATUSES)]:
    found = count(f"coalesce({column}, '') not in ('" + "', '".join(known) + "')")
    check(f"avisos in {column}", found, "some, under 1 %", 0 < found < 337)
granted = count("ESTATUS = 'PROCEDENTE'") / count("ESTATUS in ('PROCEDENTE', 'IMPROCEDENTE')")
check("granted among the decided", f"{granted:.3f}", "0.94 to 0.98", 0.94 < granted < 0.98)
is_open = count("ESTATUS not in ('PROCEDENTE', 'IMPROCEDENTE')") / count()
check("share still open", f"{is_open:.3f}", "0.1 to 0.6", 0.1 < is_open < 0.6)

found = rules("judged") | {"fila_malformada": malformed}
found["folio_duplicado"] = db.sql("select count(*) from judged where regla is null").fetchall()[0][0] - count()
for rule in ["fila_malformada", "folio_vacio", "fecha_invalida", "fecha_fuera_de_periodo", "fechas_en_desorden", "entidad_desconocida",
             "entidad_fuera_de_proceso", "folio_duplicado"]:
    check(f"solicitudes rejected by {rule}", found.get(rule, 0), "at least 1", found.get(rule, 0) >= 1)
share = sum(found.values()) / lines
check("solicitudes: read = accepted + rejected", count() + sum(found.values()), lines)
check("solicitudes: share rejected", f"{share:.4f}", "under 0.01", share < 0.01)

# --- credenciales ---------------------------------------------------------------------------------
lines, malformed = load("c", "credenciales", ["FOLIO_TRAMITE", "FECHA_TRAMITE", "CVE_ENTIDAD", "REPRESENTACION", "SEXO", "TIPO_TRAMITE",
                                              "FECHA_ENTREGA", "FECHA_CONFIRMACION"])
db.sql("""create table coded_c as select *, moment(FECHA_TRAMITE) alta, moment(FECHA_ENTREGA) entrega, moment(FECHA_CONFIRMACION) confirma,
          -- Names of all 32 entities are not spelled out here: a long text counts as some entity above 1000.
          coalesce(try_cast(CVE_ENTIDAD as int), case when length(CVE_ENTIDAD) > 2 then 1000 + hash(fold(CVE_ENTIDAD)) % 1000 end) entidad from c""")
db.sql("""create table judged_c as select *, case
            when coalesce(FOLIO_TRAMITE, '') = '' then 'folio_vacio'
            when alta is null or (entrega is null and coalesce(FECHA_ENTREGA, '') <> '') then 'fecha_invalida'
            when greatest(alta, entrega, confirma)::date > date '2021-03-15' then 'fecha_fuera_de_periodo'
            when entrega::date < alta::date or (confirma is not null and entrega is null) or confirma::date < entrega::date then 'fechas_en_desorden'
            when entidad is null or entidad = 0 or entidad between 33 and 999 then 'entidad_desconocida' end regla from coded_c""")
db.sql("""create table kept_c as select * from judged_c where regla is null
          qualify row_number() over (partition by FOLIO_TRAMITE order by greatest(alta, entrega, confirma) desc, n desc) = 1""")

total = one("select count(*) from kept_c")
check("accepted trámites", total, 40000)
check("entities with trámites", one("select count(distinct entidad) from kept_c where entidad < 100"), 32)
check("Chihuahua's trámites by number", one("select count(*) from kept_c where entidad = 8"), "about 2,544", 2450 <= one("select count(*) from kept_c where entidad = 8") <= 2544)
check("trámites from before 2020-09-01", one("select count(*) from kept_c where alta < date '2020-09-01'"), 11500)
check("last day of a trámite", str(one("select max(alta)::date from kept_c")), "2021-02-12")
days = one("select avg(date_diff('day', alta::date, entrega::date)) from kept_c where alta < date '2020-12-15'")
check("mean days to delivery", f"{days:.1f}", "27 to 29", 27 <= days <= 29)
typical = one("select avg((date_diff('day', alta::date, entrega::date) between 21 and 35)::int) from kept_c where entrega is not null")
check("share delivered in three to five weeks", f"{typical:.3f}", "over 0.7", typical > 0.7)
never = one("select avg((entrega is null)::int) from kept_c where alta < date '2020-12-15'")
check("share never delivered", f"{never:.3f}", "0.04 to 0.08", 0.04 <= never <= 0.08)
confirmed = one("select avg((confirma is not null)::int) from kept_c where entrega < date '2021-01-15'")
check("share confirmed of the delivered", f"{confirmed:.3f}", "0.30 to 0.36", 0.30 <= confirmed <= 0.36)
strange = one("select count(*) from kept_c where fold(REPRESENTACION) in ('', 'CONSULADO MOVIL', 'SEDE ALTERNA')")
check("trámites at unknown offices", strange, "10 to 100", 10 <= strange <= 100)
found = rules("judged_c") | {"fila_malformada": malformed}
found["folio_duplicado"] = one("select count(*) from judged_c where regla is null") - total
for rule in ["fila_malformada", "folio_vacio", "fecha_invalida", "fecha_fuera_de_periodo", "fechas_en_desorden", "entidad_desconocida", "folio_duplicado"]:
    check(f"credenciales rejected by {rule}", found.get(rule, 0), "at least 1", found.get(rule, 0) >= 1)
check("credenciales: read = accepted + rejected", total + sum(found.values()), lines)
share = sum(found.values()) / lines
check("credenciales: share rejected", f"{share:.4f}", "under 0.01", share < 0.01)

print(f"{failures} failed" if failures else "all as published")
sys.exit(1 if failures else 0)
