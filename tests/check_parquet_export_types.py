"""Checks one small export that pyarrow, pandas, polars and DuckDB write to Parquet, with every type
that a column may have.

Usage: python tests/check_parquet_export_types.py LNERE. Exits 1 if the program counts one of them differently
from the CSV.
"""
import datetime
import decimal
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zoneinfo

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet

lnere = sys.argv[1]
names = ["FOLIO", "FECHA_SOLICITUD", "CVE_ENTIDAD", "PAIS", "SEXO", "MODALIDAD", "TIPO_CREDENCIAL", "MEDIO", "ESTATUS", "FECHA_ESTATUS"]
count = 400
entities = [8, 9, 14, 16]
days = [datetime.date(2020, 10, 1 + row % 15) for row in range(count)]
texts = {
    "FOLIO": [f"S{row:05}" for row in range(count)],
    "FECHA_SOLICITUD": [day.isoformat() for day in days],
    "CVE_ENTIDAD": [str(entities[row % 4]) for row in range(count)],
    "PAIS": [["Estados Unidos", "Canadá", "España"][row % 3] for row in range(count)],
    "SEXO": ["HM"[row % 2] for row in range(count)],
    "MODALIDAD": ["POSTAL"] * count,
    "TIPO_CREDENCIAL": ["CPVE"] * count,
    "MEDIO": ["SRVE"] * count,
    "ESTATUS": ["RECIBIDA"] * count,
    "FECHA_ESTATUS": [day.isoformat() for day in days],
}
plain = pa.table(texts)
folder = pathlib.Path(tempfile.mkdtemp())
process = pathlib.Path("pipelines/pel_2020_2021.toml").resolve()
wrong = []


def run(keys):
    """Checks the export under a process file with further keys for exports of applications."""
    text = process.read_text().replace("[exports.solicitudes]\n", f"[exports.solicitudes]\n{keys}\n", 1)
    # The paths of a process file are relative to its folder.
    absolute = lambda found: f'"{process.parent / found[1]}"' if (process.parent / found[1]).exists() else found[0]
    text = re.sub(r'"([^"\n]+)"', absolute, text)
    (folder / "process.toml").write_text(text)
    command = [lnere, "check", "--process", folder / "process.toml", "--inputs", folder / "in", "--output", folder / "out", "--format", "json", "--quiet"]
    ended = subprocess.run(command, capture_output=True, text=True)
    if not ended.stdout:
        return ended.stderr
    found = [file for file in json.loads(ended.stdout)["files"] if file["source"] == "solicitudes"][0]
    return found["read"], found["accepted"], found["rejected"], found["rules"], found["refused"]


def check(what, write, keys="", expected=(count, count, 0, {}, None)):
    shutil.rmtree(folder / "in", ignore_errors=True)
    (folder / "in").mkdir()
    (folder / "in" / "credenciales_20201031.csv").write_text(
        "FOLIO_TRAMITE,FECHA_TRAMITE,CVE_ENTIDAD,REPRESENTACION,SEXO,TIPO_TRAMITE,FECHA_ENTREGA,FECHA_CONFIRMACION\n"
        "T1,2020-09-02,08,Chicago,H,INSCRIPCION,,\n"
    )
    write(folder / "in" / "solicitudes_20201031.parquet")
    found = run(keys)
    print(f"{what}: {found}")
    if found != expected:
        wrong.append(what)


def arrow(column, values, **options):
    table = plain.set_column(names.index(column), column, values)
    return lambda path: pyarrow.parquet.write_table(table, path, **options)


numbers = [int(text) for text in texts["CVE_ENTIDAD"]]
kinds = [pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64(), pa.float32(), pa.float64()]
for kind in kinds:
    check(f"pyarrow, entity as {kind}", arrow("CVE_ENTIDAD", pa.array(numbers).cast(kind)))
check("pyarrow, entity as half float", arrow("CVE_ENTIDAD", pa.array(numbers).cast(pa.float32()).cast(pa.float16())))
for kind in [pa.decimal128(5, 0), pa.decimal128(20, 3), pa.decimal256(40, 3)]:
    values = pa.array([decimal.Decimal(number) for number in numbers], kind)
    check(f"pyarrow, entity as {kind}", arrow("CVE_ENTIDAD", values))
for kind in [pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.dictionary(pa.int8(), pa.string())]:
    check(f"pyarrow, country as {kind}", arrow("PAIS", pa.array(texts["PAIS"]).cast(pa.string()).cast(kind)))
check("pyarrow, folio as fixed binary", arrow("FOLIO", pa.array([text.encode() for text in texts["FOLIO"]], pa.binary(6))))

mexico = zoneinfo.ZoneInfo("America/Mexico_City")
# Late in the evening, when it is already the next day in UTC.
late = [datetime.datetime(day.year, day.month, day.day, 23, 30) for day in days]
no_status = plain.set_column(9, "FECHA_ESTATUS", pa.nulls(count))


def registered(values, **options):
    table = no_status.set_column(1, "FECHA_SOLICITUD", values)
    return lambda path: pyarrow.parquet.write_table(table, path, **options)


check("pyarrow, status dates of type null", lambda path: pyarrow.parquet.write_table(no_status, path))
check("pyarrow, date32", registered(pa.array(days, pa.date32())))
check("pyarrow, date64", registered(pa.array(days, pa.date64())))
for unit in ["s", "ms", "us", "ns"]:
    check(f"pyarrow, timestamp {unit}", registered(pa.array(late, pa.timestamp(unit))))
    check(f"pyarrow, timestamp {unit} with a zone", registered(pa.array([moment.replace(tzinfo=mexico) for moment in late], pa.timestamp(unit, "UTC"))))
utc = [moment.replace(tzinfo=mexico).astimezone(datetime.timezone.utc).replace(tzinfo=None) for moment in late]
check("pyarrow, timestamp without a zone in UTC", registered(pa.array(utc, pa.timestamp("us"))), "timestamps = \"utc\"")
int96 = {"use_deprecated_int96_timestamps": True}
check("pyarrow, INT96", registered(pa.array(late, pa.timestamp("ns")), **int96), "timestamps = \"local\"")
check("pyarrow, INT96 in UTC", registered(pa.array(utc, pa.timestamp("ns")), **int96), "timestamps = \"utc\"")
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    for pages in ["1.0", "2.0"]:
        check(f"pyarrow, {codec}, pages {pages}", lambda path: pyarrow.parquet.write_table(plain, path, compression=codec, data_page_version=pages))


def parts(path):
    path.mkdir()
    for part in range(4):
        pyarrow.parquet.write_table(plain.slice(part * 100, 100), path / f"part-{part:05}.parquet")
    (path / "_SUCCESS").touch()


check("pyarrow, a folder", parts)

frame = plain.to_pandas()
check("pandas", lambda path: frame.to_parquet(path))
check("pandas, entity with a missing value", lambda path: frame.assign(CVE_ENTIDAD=[None] + numbers[1:]).to_parquet(path),
      expected=(count, count - 1, 1, {"entidad_desconocida": 1}, None))
check("pandas, dates", lambda path: frame.assign(FECHA_SOLICITUD=pandas.to_datetime(late), FECHA_ESTATUS=None).to_parquet(path))
check("pandas, categories", lambda path: frame.assign(PAIS=frame["PAIS"].astype("category")).to_parquet(path))
check("polars", lambda path: polars.from_arrow(plain).write_parquet(path))
check("polars, categories and dates", lambda path: polars.from_arrow(plain).with_columns(
    polars.col("PAIS").cast(polars.Categorical), polars.Series("FECHA_SOLICITUD", days), polars.Series("FECHA_ESTATUS", [None] * count)).write_parquet(path))

for kind in ["utinyint", "smallint", "bigint", "hugeint", "uhugeint", "double", "float", "decimal(18, 3)"]:
    duckdb.sql(f"create or replace table typed as select * replace (CVE_ENTIDAD::{kind} as CVE_ENTIDAD) from plain")
    check(f"DuckDB, entity as {kind}", lambda path: duckdb.sql(f"copy typed to '{path}' (format parquet)"))
duckdb.sql("create or replace table typed as select * replace (uuid() as FOLIO, FECHA_SOLICITUD::date as FECHA_SOLICITUD, null as FECHA_ESTATUS) from plain")
for codec in ["uncompressed", "snappy", "gzip", "zstd", "lz4_raw", "brotli"]:
    check(f"DuckDB, UUID, date and no status date, {codec}", lambda path: duckdb.sql(f"copy typed to '{path}' (format parquet, compression {codec})"))
duckdb.sql("create or replace table typed as select * replace (FECHA_SOLICITUD::date + interval '23 hours 30 minutes' as FECHA_SOLICITUD, null as FECHA_ESTATUS) from plain")
check("DuckDB, timestamp", lambda path: duckdb.sql(f"copy typed to '{path}' (format parquet)"))
check("DuckDB, a folder", lambda path: duckdb.sql(f"copy plain to '{path}' (format parquet, per_thread_output true)"))
shutil.rmtree(folder)
sys.exit(f"not counted like the CSV: {wrong}" if wrong else 0)
