"""Measures how long exports take that have all dates in one form: ISO, day first, or ISO with an
offset.

    python benches/date_parsing_speed.py [--lnere BINARY] [--rows 2000000] [--repeat 5] [--keep DIR]

Needs no package. Every row has two dates with a time of day. Each export is read several times on
one thread, the cases in turn. The script prints the least CPU time of each, which other programs on
the machine change less than the wall time.
"""
import argparse
import datetime
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", pathlib.Path.home() / ".cache/lnere-target"))

options = argparse.ArgumentParser()
options.add_argument("--lnere", default=target / "release/lnere", help="the program to measure")
options.add_argument("--rows", type=int, default=2_000_000)
options.add_argument("--repeat", type=int, default=5)
options.add_argument("--keep", help="folder for the generated data, kept and used again")
options = options.parse_args()

FORMS = {
    "iso": "%Y-%m-%d %H:%M:%S",
    "day_first": "%d/%m/%Y %H:%M:%S",
    "offset": "%Y-%m-%dT%H:%M:%S-06:00",
}
HEADER = "FOLIO,FECHA_SOLICITUD,CVE_ENTIDAD,PAIS,SEXO,MODALIDAD,TIPO_CREDENCIAL,MEDIO,ESTATUS,FECHA_ESTATUS\n"
CREDENTIALS = """FOLIO_TRAMITE,FECHA_TRAMITE,CVE_ENTIDAD,REPRESENTACION,SEXO,TIPO_TRAMITE,FECHA_ENTREGA,FECHA_CONFIRMACION
T1,2020-09-02,08,Chicago,H,INSCRIPCION,,
"""


def export(folder, form):
    """Writes an export of the whole process, with its days in no order."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    (folder / "credenciales_20210315.csv").write_text(CREDENTIALS)
    draw = random.Random(1)
    opens = datetime.datetime(2020, 9, 1, 6)
    days = [opens + datetime.timedelta(days=n, hours=draw.randrange(12), minutes=draw.randrange(60)) for n in range(190)]
    texts = [day.strftime(form) for day in days]
    with open(folder / "solicitudes_20210315.csv", "w") as file:
        file.write(HEADER)
        for n in range(options.rows):
            first = draw.randrange(190)
            last = draw.randrange(first, 190)
            file.write(f"F{n:07},{texts[first]},08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,{texts[last]}\n")


def cpu_seconds(inputs, out):
    shutil.rmtree(out, ignore_errors=True)
    command = [options.lnere, "run", "-q", "--process", root / "pipelines/pel_2020_2021.toml", "--inputs", inputs, "--output", out]
    command += ["--corte", "2020-09-15", "--only", "tablas", "--jobs", "1"]
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command} ended with status {status}")
    return usage.ru_utime + usage.ru_stime


folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lnere-dates-"))
for name, form in FORMS.items():
    export(folder / name, form)
least = {}
for _ in range(options.repeat):
    for name in FORMS:
        seconds = cpu_seconds(folder / name, folder / "out")
        least[name] = min(seconds, least.get(name, seconds))
print(f"| {options.rows:,} rows, one thread | CPU |\n|---|---|")
for name, seconds in least.items():
    print(f"| {name} | {seconds:.2f} s |")
if not options.keep:
    shutil.rmtree(folder)
