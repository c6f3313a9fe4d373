"""Reads every table of the releases in a folder with DuckDB and pyarrow, and recounts the newest
export.

Usage: python tests/check_release.py OUTPUT. Shares no code with the program. Exits 1 at the first
difference.
"""
import json
import pathlib
import subprocess
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

out = pathlib.Path(sys.argv[1])
inputs = pathlib.Path("sample_data/pel_2020_2021")
types = {"Int64": pa.int64(), "Float64": pa.float64(), "Utf8": pa.string(), "Date32": pa.date32()}


def same(what, ours, theirs):
    if ours != theirs:
        sys.exit(f"FAILED {what}: {ours!r}, expected {theirs!r}")
    print(f"ok {what}: {ours}")


releases = sorted(path for path in (out / "releases").iterdir())
same("releases", len(releases), 13)
for release in releases:
    package = json.loads((release / "datapackage.json").read_text())
    for resource in package["resources"]:
        table = pq.read_table(release / resource["path"])
        metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert table.schema.names == fields, resource["name"]
        assert metadata["lnere.process"] == "pel_2020_2021" and metadata["lnere.corte"] == release.name
        assert metadata["lnere.notice"] == package["notice"] == "DATOS SINTÉTICOS DE MUESTRA"
        assert set(json.loads(metadata["lnere.columns"])) == set(fields)
        # A row may lack days of delivery, the share of a close that is still to come, and the accepted
        # applications of an earlier process, and an error in per cent of nothing.
        optional = [field["name"] for field in resource["schema"]["fields"] if "constraints" not in field]
        may_lack = {
            "comparativo": ["porcentaje_del_cierre", "lista_acumulada"],
            "proyeccion_evaluacion": ["error_porcentual"],
        }
        if resource["name"].startswith("credenciales_cohorte"):
            may_lack[resource["name"]] = ["dias_mediana", "dias_p90"]
        assert optional == may_lack.get(resource["name"], []), optional
        assert all(table[name].null_count == 0 for name in fields if name not in optional), resource["name"]
        keys = resource["schema"]["primaryKey"]
        rows = list(zip(*(table[key].to_pylist() for key in keys)))
        assert rows == sorted(rows) and len(set(rows)) == len(rows), f"{resource['name']} is not sorted by its keys"
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release, check=True)
print("ok names, metadata, nulls, keys and checksums of every table")

db = duckdb.connect()
table = lambda name, corte="*": f"'{out}/releases/{corte}/tablas/{name}.parquet'"
one = lambda query: db.sql(query).fetchall()[0][0]
described = {row[0]: row[1] for row in db.sql(f"describe select * from {table('lnere_por_sexo')}").fetchall()}
same("types in DuckDB", [described[c] for c in ("corte", "cve_entidad", "solicitudes_acumuladas", "porcentaje")],
     ["DATE", "VARCHAR", "BIGINT", "DOUBLE"])

last = "2021-03-15"
same("the notice in DuckDB", db.sql(f"select distinct decode(value) from parquet_kv_metadata({table('*')}) where key = 'lnere.notice'").fetchall(),
     [("DATOS SINTÉTICOS DE MUESTRA",)])
same("applications at the close", one(f"select sum(solicitudes_acumuladas)::int from {table('lnere_por_entidad', last)}"), 33698)
for corte, expected in (("2020-12-15", None), ("2021-01-31", None)):
    totals = {one(f"select sum(solicitudes_acumuladas)::int from {table(name, corte)}")
              for name in ("lnere_cubo", "lnere_por_entidad", "lnere_por_pais", "lnere_por_sexo", "lnere_por_estatus")}
    same(f"one total in all tables of {corte}", len(totals), 1)
same("published points", [one(f"select sum(solicitudes)::int from {table('lnere_diario', last)} where fecha <= '{day}'")
                          for day in ("2020-09-01", "2020-11-24", "2020-12-04", "2021-01-25")], [83, 5574, 6889, 12005])
same("H, M", [one(f"select sum(solicitudes_acumuladas)::int from {table('lnere_por_sexo', last)} where sexo = '{s}'") for s in "HM"],
     [18247, 15451])
same("cohorts whose medians exceed their 90th percentiles", one(f"select count(*) from {table('credenciales_cohorte', last)} where dias_mediana > dias_p90"), 0)
same("cohorts without days and without deliveries", one(f"select count(*) from {table('credenciales_cohorte', last)} where (dias_mediana is null) <> (entregadas = 0)"), 0)
# The status before, from the same exports as the status now: not always what the release before said.
same("applications at the corte before", one(f"select sum(anterior)::int from {table('lnere_estatus_cambios', last)}"),
     one(f"select sum(solicitudes_acumuladas - solicitudes_quincena)::int from {table('lnere_por_entidad', last)}"))
same("applications by status at each quincena's end", db.sql(f"select quincena, sum(solicitudes)::int from {table('lnere_estatus_serie', last)} group by 1 order by 1").fetchall(),
     db.sql(f"select quincena, sum(solicitudes_acumuladas)::int from {table('lnere_serie', last)} group by 1 order by 1").fetchall())
same("statuses at the corte", db.sql(f"select cve_entidad, estatus, solicitudes from {table('lnere_estatus_serie', last)} where quincena = corte order by all").fetchall(),
     db.sql(f"select cve_entidad, estatus, solicitudes_acumuladas from {table('lnere_por_estatus', last)} order by all").fetchall())
same("statuses at the corte before", db.sql(f"select cve_entidad, estatus, solicitudes from {table('lnere_estatus_serie', last)} where quincena = '2021-02-28' and solicitudes > 0 order by all").fetchall(),
     db.sql(f"select cve_entidad, estatus, anterior from {table('lnere_estatus_cambios', last)} where anterior > 0 order by all").fetchall())
own = f"from {table('comparativo', last)} where proceso = 'pel_2020_2021'"
same("this process at each corte", db.sql(f"select cve_entidad, solicitudes_acumuladas {own} and cve_entidad <> '00' order by 1, dias_al_cierre desc").fetchall(),
     db.sql(f"select cve_entidad, sum(solicitudes_acumuladas)::int from {table('lnere_serie', last)} group by cve_entidad, quincena order by 1, quincena").fetchall())
same("the nation at each corte", one(f"select count(*) from (select sum(solicitudes_acumuladas) filter (cve_entidad = '00') as nation, sum(solicitudes_acumuladas) filter (cve_entidad <> '00') as states {own} group by dias_al_cierre) where nation <> states"), 0)
same("no share of a close that is still to come", one(f"select count(*) from {table('comparativo')} where proceso = 'pel_2020_2021' and corte < '2021-03-10' and porcentaje_del_cierre is not null"), 0)
same("rates", one(f"select count(*) from {table('tasas')} where abs(tasa - numerador * por / valor::double) > 0.0051"), 0)
same("credential entities", one(f"select count(*) from {table('credenciales_por_entidad', last)}"), 32)
