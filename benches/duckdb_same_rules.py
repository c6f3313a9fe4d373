"""Counts one export of applications in DuckDB with the rules of docs/contract.md §2.4: every record
is accepted or rejected by the first rule that it breaks, folios are de-duplicated, and labels are
looked up in the catalogues.

    python benches/duckdb_same_rules.py solicitudes_YYYYMMDD.csv OUTDIR [RELEASE]

Writes the tables of duckdb_careful.py and prints seconds and the records by rule. With a release it
compares the cells of `lnere_cubo` and fails if one differs. The status is that of the export, so
compare with the release of the export's last corte.
"""
import pathlib
import re
import sys
import time
import tomllib
import unicodedata

import duckdb

root = pathlib.Path(__file__).resolve().parent.parent
source, out = sys.argv[1:3]
start = time.time()
process = tomllib.loads((root / "pipelines/pel_2020_2021.toml").read_text())
catalogue = tomllib.loads((root / "pipelines/catalogos/paises.toml").read_text())
export_day = re.search(r"(\d{4})(\d\d)(\d\d)\.csv$", source)
export_day = "-".join(export_day.groups())
opens, closes = process["registration"]["opens"], process["registration"]["closes"]


def words(text):
    """The words of a name of a country without articles, each abbreviation as its first spelling."""
    text = "".join(letter for letter in unicodedata.normalize("NFD", text.upper()) if not unicodedata.combining(letter))
    return tuple(sorted(short.get(word, word) for word in re.findall(r"\w+", text) if word not in articles))


articles, short = {article.upper() for article in catalogue["articulos"]}, {}
short = {words(other)[0]: words(group[0])[0] for group in catalogue["abreviaturas"] for other in group}
codes_of_words = {words(text): country["clave"] for country in catalogue["pais"]
                  for text in (country["clave"], country["alfa2"], *country["alias"], country["nombre"])}

db = duckdb.connect()
# A row for each text that means a category: upper case, without accents.
db.sql("create macro folded(text) as upper(strip_accents(trim(text)))")
dimensions = ("sexo", "modalidad", "tipo_credencial", "medio", "estatus")
for dimension in dimensions:
    db.sql(f"create table d_{dimension} (texto varchar, clave varchar)")
    for category in process["categories"][dimension]:
        texts = [category["code"], category["label"], *category.get("aliases", [])]
        db.executemany(f"insert into d_{dimension} select folded(?), ?", [[text, category["code"]] for text in texts])
    # A code and its label may be one text.
    db.sql(f"create or replace table d_{dimension} as select distinct * from d_{dimension}")

text = ("FOLIO", "FECHA_SOLICITUD", "CVE_ENTIDAD", "PAIS", *(dimension.upper() for dimension in dimensions), "FECHA_ESTATUS")
moment = lambda column: f"try_strptime({column}, ['%Y-%m-%d %H:%M:%S', '%d/%m/%Y %H:%M:%S', '%Y-%m-%d', '%d/%m/%Y'])"
db.sql(f"""create table leidas as
    select row_number() over () linea, trim(FOLIO) folio, {moment('FECHA_SOLICITUD')} registrada,
        coalesce({moment('FECHA_ESTATUS')}, {moment('FECHA_SOLICITUD')}) en_estatus, trim(FECHA_ESTATUS) != '' and {moment('FECHA_ESTATUS')} is null mala,
        try_cast(CVE_ENTIDAD as int) entidad, trim(PAIS) pais, {', '.join(f'folded({one.upper()}) {one}' for one in dimensions)}
    from read_csv('{source}', columns={ {column: 'VARCHAR' for column in text} }, header=true, auto_detect=false, delim=',', quote='"', escape='"', store_rejects=true)""")
entities = ", ".join(str(int(code)) for code in process["entities"])
db.sql(f"""create table revisadas as select *, case
        when folio = '' or folio is null then 'folio_vacio'
        when registrada is null or mala then 'fecha_invalida'
        when registrada::date < '{opens}' or registrada::date > least(date '{closes}', date '{export_day}') then 'fecha_fuera_de_periodo'
        when en_estatus::date > '{export_day}' then 'fecha_fuera_de_periodo'
        when en_estatus::date < registrada::date then 'fechas_en_desorden'
        when entidad is null or entidad not between 1 and 32 then 'entidad_desconocida'
        when entidad not in ({entities}) then 'entidad_fuera_de_proceso' end regla
    from leidas""")
db.sql("""create table aceptadas as select * from revisadas where regla is null
    qualify row_number() over (partition by folio order by en_estatus desc, linea desc) = 1""")
texts = [text for (text,) in db.sql("select distinct pais from aceptadas where pais is not null").fetchall()]
db.sql("create table paises (texto varchar, clave varchar)")
db.executemany("insert into paises values (?, ?)", [[text, codes_of_words.get(words(text), "XXX")] for text in texts])
lookups = " ".join(f"left join d_{one} on d_{one}.texto = aceptadas.{one}" for one in dimensions)
codes = ", ".join(f"coalesce(d_{one}.clave, 'NO_IDENTIFICADO') {one}" for one in dimensions)
db.sql(f"""create table base as select registrada::date dia, printf('%02d', entidad) cve_entidad, coalesce(paises.clave, 'XXX') cve_pais, {codes}, count(*) n
    from aceptadas left join paises on paises.texto = aceptadas.pais {lookups} group by all""")
keys = "cve_entidad, cve_pais, " + ", ".join(dimensions)
db.sql(f"""create table q as select case when day(dia) <= 15 then date_trunc('month', dia) + interval 14 day else last_day(dia) end corte,
    {keys}, sum(n) n from base group by all""")
tables = {"entidad": "cve_entidad", "cubo": keys, "pais": "cve_entidad, cve_pais", **{one: f"cve_entidad, {one}" for one in dimensions}}
for name, columns in tables.items():
    db.sql(f"""copy (select corte, {columns}, sum(n) n, sum(sum(n)) over (partition by {columns} order by corte) acumulado from q
        group by corte, {columns} order by all) to '{out}/{name}.parquet' (format parquet)""")
print(f"{time.time() - start:.2f} s")
print(db.sql("""select coalesce(regla, 'sin error') regla, count(*) registros from revisadas group by 1
    union all select 'folio_duplicado', (select count(*) from revisadas where regla is null) - (select count(*) from aceptadas)
    union all select 'fila_malformada', count(distinct line) from reject_errors order by 1"""))

if len(sys.argv) > 3:
    ours = f"select {keys}, solicitudes_acumuladas n from '{sys.argv[3]}/tablas/lnere_cubo.parquet'"
    theirs = f"select {keys}, sum(n)::bigint n from base group by all"
    differing = db.sql(f"select count(*) from (({ours} except {theirs}) union all ({theirs} except {ours}))").fetchall()[0][0]
    print(f"{differing} cells differ")
    sys.exit(differing > 0)
