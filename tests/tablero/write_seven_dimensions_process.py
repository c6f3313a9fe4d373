"""Writes a process of seven dimensions and its exports. The process is that of the sample, with two
declared dimensions: the consular seat and the age group of the voter.

    python tests/tablero/write_seven_dimensions_process.py PIPELINES INPUTS

PIPELINES is a copy of pipelines/. The script adds siete_dimensiones.toml, for INE and the OPL, and
siete_publico.toml, for the public. It writes one export of each source to INPUTS. Every row is
synthetic: a generator with a fixed seed makes it, and no row describes a person.
"""
import csv
import datetime
import json
import pathlib
import random
import re
import sys
import tomllib

APPLICATIONS = 4000
CREDENTIALS = 700
EXPORTED = datetime.date(2021, 3, 15)
# Code, label, alias in the exports, and weight of each seat. The list is so long that the page
# shows its short form first.
SEATS = [
    ("CHICAGO", "Chicago", "CONSULMEX CHICAGO", 30), ("DALLAS", "Dallas", "CONSULMEX DALLAS", 25), ("HOUSTON", "Houston", "", 20),
    ("LOS_ANGELES", "Los Ángeles", "CONSULMEX LOS ANGELES", 40), ("NUEVA_YORK", "Nueva York", "NEW YORK", 18), ("PHOENIX", "Phoenix", "", 12),
    ("SAN_DIEGO", "San Diego", "", 11), ("SAN_ANTONIO", "San Antonio", "", 10), ("ATLANTA", "Atlanta", "", 9), ("DENVER", "Denver", "", 8),
    ("MONTREAL", "Montreal", "CONSULMEX MONTRÉAL", 6), ("TORONTO", "Toronto", "", 5), ("VANCOUVER", "Vancouver", "", 4),
    ("MADRID", "Madrid", "EMBAMEX ESPAÑA", 7), ("PARIS", "París", "EMBAMEX FRANCIA", 3), ("BERLIN", "Berlín", "", 3),
    ("LONDRES", "Londres", "LONDON", 2), ("ROMA", "Roma", "", 1), ("TOKIO", "Tokio", "", 1), ("SIDNEY", "Sídney", "", 0),
]
EDGES = [18, 25, 35, 45, 55, 65]
COUNTRIES = [("USA", 80), ("CAN", 8), ("ESP", 5), ("DEU", 3), ("FRA", 3), ("GBR", 2), ("JPN", 1)]
# The codes that the public dashboard merges into one group: some seats, and NO_IDENTIFICADO.
MERGED = ["PARIS", "BERLIN", "LONDRES", "ROMA", "TOKIO", "SIDNEY", "VANCOUVER", "TORONTO", "NO_IDENTIFICADO"]


def quoted(values):
    return json.dumps(values, ensure_ascii=False)


def declarations():
    def category(code, label, alias, _):
        aliases = f", aliases = {quoted([alias])}" if alias else ""
        return f"    {{ code = {quoted(code)}, label = {quoted(label)}{aliases} }},"

    return "\n".join([
        "", "[[dimensions]]", 'name = "sede"', 'label = "Sede consular"', 'label_en = "Consular seat"', 'header = ["SEDE", "SEDE CONSULAR"]',
        "categories = [", *(category(*seat) for seat in SEATS), "]",
        "", "[[dimensions]]", 'name = "grupo_edad"', 'label = "Grupo de edad"', 'label_en = "Age group"', 'header = "FECHA_NACIMIENTO"',
        f'ages = {{ at = "election_day", edges = {EDGES} }}', "",
    ])


def replaced(text, pattern, by):
    """Replaces the only match of a pattern in a text."""
    text, times = re.subn(pattern, lambda _: by, text, flags=re.MULTILINE)
    assert times == 1, f"{pattern} is {times} times in the process file"
    return text


def processes(pipelines):
    text = (pipelines / "pel_2020_2021.toml").read_text() + declarations()
    text = replaced(text, r'^id = "\w+"$', 'id = "siete_dimensiones"')
    text = replaced(text, r'^title = "Procesos Electorales Locales 2020-2021"$', 'title = "Proceso de siete dimensiones"')
    text = replaced(text, r'^series = "\w+"', 'series = "siete_dimensiones"')
    text = replaced(text, r'"lnere_por_estatus",$', '"lnere_por_estatus", "lnere_por_sede", "lnere_por_grupo_edad",')
    text = replaced(text, r"^lnere_cubo = .*$", 'lnere_cubo = ["cve_entidad", "sexo", "grupo_edad"]')
    group = f'sede = [\n    {{ code = "OTRAS_SEDES", label = "Otras sedes o no identificada", of = {quoted(MERGED)} }},\n]\nmedio = ['
    head, merges = text.split("[audiences.publico.merge]")
    text = f"{head}[audiences.publico.merge]{merges.replace('medio = [', group, 1)}"
    for name, audience in (("siete_dimensiones", "opl"), ("siete_publico", "publico")):
        (pipelines / f"{name}.toml").write_text(replaced(text, r'^audience = "\w+"', f'audience = "{audience}"'))
    return tomllib.loads(text)


def chosen(random_, weighted):
    return random_.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def birth(random_):
    """A date of birth as in exports: of an adult or a minor, on the edge of a group, or invalid."""
    strange = random_.random()
    if strange < 0.01:
        return random_.choice(["", "no dijo", "1900-01-01", "31/02/1980"])
    if strange < 0.02:
        # A minor on election day, 6 June 2021.
        return random_.choice(["2003-06-07", "2004-01-31"])
    if strange < 0.06:
        # A birthday on election day, the day before it, or the day after it.
        return f"{2021 - random_.choice(EDGES)}-06-{random_.choice([5, 6, 7]):02}"
    day = datetime.date(2003, 6, 6) - datetime.timedelta(int(random_.triangular(0, 75 * 365, 12 * 365)))
    return day.isoformat() if random_.random() < 0.5 else day.strftime("%d/%m/%Y")


def seat(random_):
    if random_.random() < 0.02:
        return random_.choice(["", "CONSULMEX ATLÁNTIDA"])
    code, label, alias = chosen(random_, [((code, label, alias or label), weight) for code, label, alias, weight in SEATS])
    return random_.choice([code, label, alias])


def applications(random_, process):
    opens, closes = (process["registration"][key] for key in ("opens", "closes"))
    entities = [(code, random_.randint(2, 12)) for code in process["entities"]]
    code = {dimension: [one["code"] for one in process["categories"][dimension]] for dimension in process["categories"]}
    for number in range(APPLICATIONS):
        # The last weeks have more applications.
        day = opens + datetime.timedelta(int(((closes - opens).days + 1) * random_.random() ** 0.5))
        changed = day + datetime.timedelta(random_.randint(0, (EXPORTED - day).days))
        yield {
            "FOLIO": f"S{number:06}", "FECHA_SOLICITUD": f"{day} {random_.randint(0, 23):02}:{random_.randint(0, 59):02}",
            "CVE_ENTIDAD": chosen(random_, entities), "PAIS": chosen(random_, COUNTRIES) if random_.random() > 0.005 else "",
            "SEXO": random_.choice(code["sexo"]), "MODALIDAD": chosen(random_, list(zip(code["modalidad"], (1, 2)))),
            "TIPO_CREDENCIAL": chosen(random_, list(zip(code["tipo_credencial"], (3, 1)))), "MEDIO": chosen(random_, list(zip(code["medio"], (9, 1)))),
            "ESTATUS": chosen(random_, list(zip(code["estatus"], (1, 2, 1, 1, 6, 1)))), "FECHA_ESTATUS": changed.isoformat() + " 23:59",
            "SEDE CONSULAR": seat(random_), "FECHA_NACIMIENTO": birth(random_),
        }


def credentials(random_, process):
    since = process["credentials"]["counts_from"]
    for number in range(CREDENTIALS):
        day = since + datetime.timedelta(random_.randint(0, 150))
        delivered = day + datetime.timedelta(random_.randint(5, 40)) if random_.random() < 0.8 else None
        confirmed = delivered + datetime.timedelta(random_.randint(0, 5)) if delivered and random_.random() < 0.7 else None
        yield {
            "FOLIO_TRAMITE": f"T{number:06}", "FECHA_TRAMITE": day, "CVE_ENTIDAD": f"{random_.randint(1, 32):02}",
            "REPRESENTACION": random_.choice(["chicago", "dallas", "houston", "montreal", "madrid"]), "SEXO": random_.choice("HM"),
            "TIPO_TRAMITE": "INSCRIPCION", "FECHA_ENTREGA": delivered or "", "FECHA_CONFIRMACION": confirmed or "",
        }


def write(file, rows):
    rows = list(rows)
    with open(file, "w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def main():
    pipelines, inputs = (pathlib.Path(argument) for argument in sys.argv[1:])
    inputs.mkdir(parents=True, exist_ok=True)
    process = processes(pipelines)
    random_ = random.Random(7)
    found = list(applications(random_, process))
    # A second record of some folios. The later status counts.
    found += [found[at] | {"ESTATUS": "PROCEDENTE", "FECHA_ESTATUS": f"{EXPORTED} 23:59:59"} for at in range(0, 600, 100)]
    write(inputs / f"solicitudes_{EXPORTED:%Y%m%d}.csv", found)
    write(inputs / f"credenciales_{EXPORTED:%Y%m%d}.csv", credentials(random_, process))


if __name__ == "__main__":
    main()
