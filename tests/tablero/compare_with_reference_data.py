"""Compares the `datos.js` of the program, key by key, with that of reference_dashboard_data.py.

Both come from the same exports.

    python tests/tablero/compare_with_reference_data.py SITE [--process FILE] [--inputs DIR] [--release DIR]

SITE is the folder of the dashboard; it also determines the last day to count. The projection and the
other tables of the newest corte are compared with the tables of RELEASE, a release of that corte.
Without --release they are not compared. `version` is not compared. The exit code is 1 if there is a difference.
"""
import argparse
import datetime
import json
import pathlib
import sys

from reference_dashboard_data import ROOT, corte_tables, exact, status_series
from recount_exports import Recuento

parser = argparse.ArgumentParser()
parser.add_argument("site", type=pathlib.Path)
parser.add_argument("--process", default=str(ROOT / "pipelines/pel_2020_2021.toml"))
parser.add_argument("--inputs")
parser.add_argument("--release", type=pathlib.Path)
args = parser.parse_args()

text = (args.site / "datos.js").read_text()
head, tail = "'use strict';\nconst DATOS = ", ";\n"
if not (text.startswith(head) and text.endswith(tail)):
    sys.exit(f"FAILED datos.js does not begin with {head!r} and end with {tail!r}")
found = json.loads(text[len(head):-len(tail)])
count = Recuento(args.process, args.inputs, datetime.date.fromisoformat(found["hasta"]))
wanted = exact(count)
skipped = {"version"}
if args.release:
    tables = args.release / "tablas"
    corte = json.loads((args.release / "manifest.json").read_text())["corte"]
    statuses = [code for code, _ in count.categories("estatus")]
    wanted["corte"] = corte_tables(tables, corte) | {"estatus": status_series(tables, count.process, statuses)}
else:
    skipped.add("corte")
differences = []


def compare(where, one, other):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            compare(f"{where}.{key}", one.get(key), other.get(key))
    elif one != other:
        differences.append(f"{where}: {str(one)[:200]}, expected {str(other)[:200]}")


for key in sorted((found.keys() | wanted.keys()) - skipped):
    compare(key, found.get(key), wanted.get(key))
for difference in differences:
    print("FAILED", difference)
print(f"{len(found)} keys, {len(differences)} differences")
sys.exit(bool(differences))
