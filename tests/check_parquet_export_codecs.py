"""Checks the newest sample export as other programs write it to Parquet: every version of pages and
every codec.

Usage: python tests/check_parquet_export_codecs.py LNERE. Exits 1 if the program reads one of them differently
from the CSV.
"""
import itertools
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import duckdb
import polars
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

lnere = sys.argv[1]
sample = pathlib.Path("sample_data/pel_2020_2021")
columns = ["FOLIO", "FECHA_SOLICITUD", "CVE_ENTIDAD", "PAIS", "SEXO", "MODALIDAD", "TIPO_CREDENCIAL", "MEDIO", "ESTATUS", "FECHA_ESTATUS"]
# A table cannot hold records with a wrong number of fields.
applications = pa.csv.read_csv(
    sample / "solicitudes_20210315.csv.gz",
    parse_options=pa.csv.ParseOptions(invalid_row_handler=lambda row: "skip"),
    convert_options=pa.csv.ConvertOptions(column_types={column: "string" for column in columns}),
)
folder = pathlib.Path(tempfile.mkdtemp())
inputs = folder / "in"
inputs.mkdir()
shutil.copy(sample / "credenciales_20210315.csv.zst", inputs)
export = inputs / "solicitudes_20210315.parquet"
wrong = []


def check(writer):
    command = [lnere, "check", "--inputs", inputs, "--output", folder / "out", "--format", "json", "--quiet"]
    ended = subprocess.run(command, capture_output=True, text=True)
    found = json.loads(ended.stdout)["files"][0]
    result = found["read"], found["accepted"], found["refused"]
    print(writer, *result)
    if result != (applications.num_rows, 33698, None):
        wrong.append(writer)


for pages, codec, dictionary, rows in itertools.product(["1.0", "2.0"], ["none", "snappy", "gzip", "zstd", "lz4"], [True, False], [None, 1000]):
    pa.parquet.write_table(applications, export, compression=codec, data_page_version=pages, use_dictionary=dictionary, row_group_size=rows)
    check(f"pyarrow, pages {pages}, {codec}, dictionary {dictionary}, {rows or 'all'} rows in a group:")
duckdb.sql("create table copied as from applications")
for pages, codec in itertools.product(["v1", "v2"], ["uncompressed", "snappy", "gzip", "zstd", "lz4_raw"]):
    duckdb.sql(f"copy copied to '{export}' (format parquet, compression {codec}, parquet_version {pages})")
    check(f"DuckDB, {pages}, {codec}:")
for codec in ["uncompressed", "snappy", "gzip", "zstd", "lz4"]:
    polars.from_arrow(applications).write_parquet(export, compression=codec)
    check(f"polars, {codec}:")
shutil.rmtree(folder)
sys.exit(f"not read like the CSV: {wrong}" if wrong else 0)
