"""Proves with DuckDB that each sentence of the releases in a folder is true of their tables.

Usage: python tests/check_sentences.py OUTPUT [PROCESS]. PROCESS is the process file; without it,
`pipelines/` has it under the id that the manifest names. `--selftest OUTPUT` plants mistakes in
the true sentences and requires that each is found.

It reads the titles of charts, also of the public part; of each package the texts, the workbook's
Resumen and page 1 of the report; and the messages of `lnere deliver --dry-run`. A share in words must
lie within three points of the exact one and on the stated side; a percentage is rounded half up
once; verbs agree.

Shares no code with the program. A title of a chart that is neither its topic nor a sentence below
is a failure, and so is an unknown sentence of a package: who writes a new sentence adds it here.
Exits 1 if a sentence is false.
"""
import collections
import datetime
import email
import email.policy
import fractions
import html
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import duckdb

ROOT = pathlib.Path(__file__).resolve().parent.parent
MIN_BASE = 30  # no share of fewer cases is stated
MONTHS = ("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
          "diciembre").split()
NUMBER_WORDS = {"una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
                "ocho": 8, "nueve": 9, "diez": 10}

# Parts of the patterns. `<n>` to `<d>` stand for counts, percentages and so on.
COUNT = r"-?\d{1,3}(?:,\d{3})*"
DAY = r"\d{1,2} de [a-z]+ de \d{4}"
PERCENT = rf"el {COUNT} %|menos del 1 %|más del 99 %"
NOUN = r"(?:de las |las )?solicitudes"
SHARE = (rf"(?i:(?:casi |poco más de )?(?:[a-z]+ de cada [a-z]+|la mitad)|más de la mitad|(?:casi )?todas"
         rf"|ninguna|{PERCENT})(?: {NOUN})?(?: \((?:\d+ %|menos de 1 %|más de 99 %)\))?")
APPLICATIONS = "solicitud(?:es)?"


class Mistake(Exception):
    """A sentence that is false, or that nobody can check."""


def require(condition, what):
    if not condition:
        raise Mistake(what)


def number(text):
    return int(text.replace(",", ""))


def is_count(text, value):
    require(number(text) == value and text == f"{value:,}", f"{text}, in the tables {value:,}")


def agrees(word, singular, plural, count):
    """The word must be singular for a count of 1, and for a share with a singular verb (True)."""
    expected = singular if count == 1 else plural
    require(word == expected, f"«{word}» for {count}: «{expected}»")


def is_unknown(key):
    """Whether the key stands for records whose category is not identified."""
    return key in ("NO_IDENTIFICADO", "99") or key.startswith("XXX")


def half_up(part, whole):
    return (2 * 100 * part + whole) // (2 * whole)


def is_percent(text, part, whole):
    """`33 %`, `el 33 %`, `menos del 1 %`: rounded half up once, of 30 cases or more."""
    require(whole >= MIN_BASE, f"«{text}» of {whole} cases")
    rounded = half_up(part, whole)
    if "menos de" in text:
        require(0 < part and rounded == 0, f"«{text}»: {part} of {whole}")
    elif "más de" in text:
        require(part < whole and rounded == 100, f"«{text}»: {part} of {whole}")
    else:
        printed = number(re.search(COUNT, text)[0])
        require(printed == rounded, f"«{text}»: {part} of {whole} are {rounded} %")
        require(printed > 0 or part == 0, f"«{text}» for {part} of {whole}")
        require(printed < 100 or part >= whole, f"«{text}» for {part} of {whole}")


def is_share(text, part, whole, with_percent):
    """A share in words. Returns 1 if its verb is singular, and 2 if it is plural."""
    require(whole >= MIN_BASE, f"«{text}» of {whole} cases")
    text = text[:1].lower() + text[1:]
    words, _, percent = text.partition(" (")
    noun = re.search(rf" {NOUN}$", words)
    words = words[:noun.start()] if noun else words
    if percent:
        is_percent(percent.rstrip(")"), part, whole)
    share = part / whole
    if re.fullmatch(PERCENT, words):
        require(not percent, f"«{text}» has its percentage twice")
        is_percent(words, part, whole)
        return 1
    if words in ("todas", "ninguna"):
        require(part == (whole if words == "todas" else 0), f"«{text}»: {part} of {whole}")
        return 1 if words == "ninguna" else 2
    if words == "casi todas":
        require(0.97 <= share < 1, f"«{text}»: {part} of {whole}")
        verb = 2
    elif words == "más de la mitad":
        require(0.53 <= share <= 0.57, f"«{text}»: {part} of {whole}")
        verb = 2
    else:
        side = next((side for side in ("casi ", "poco más de ") if words.startswith(side)), "")
        fraction = words[len(side):]
        if fraction == "la mitad":
            numerator, denominator, verb = 1, 2, 2
        else:
            numerator, denominator = (NUMBER_WORDS.get(word, 0) for word in fraction.split(" de cada "))
            require(0 < numerator < denominator, f"«{text}» is no fraction")
            verb = 1 if numerator == 1 else 2
        # Whole numbers alone, so that no float decides at the edge.
        off, unit = part * denominator - numerator * whole, whole * denominator
        require(abs(off) * 100 < 3 * unit, f"«{text}» is three points or more from {part} of {whole}")
        require(side != "casi " or off < 0, f"«{text}», but {part} of {whole} are not less")
        require(side != "poco más de " or off > 0, f"«{text}», but {part} of {whole} are not more")
        require(side or abs(off) * 100 <= unit, f"«{text}» is over a point from {part} of {whole}")
    exactly_half = words == "la mitad" and 2 * part == whole
    require(bool(percent) == (with_percent and not exactly_half), f"the percentage of «{text}»")
    return verb


def is_day(text, day):
    require(text == f"{day.day} de {MONTHS[day.month - 1]} de {day.year}", f"{text}: {day}")


class Release:
    """A release with its process; reads its tables."""

    def __init__(self, path, process):
        manifest = json.loads((path / "manifest.json").read_text())
        process = process or ROOT / "pipelines" / f"{manifest['process']}.toml"
        self.path, self.name = path, path.name
        self.process = tomllib.loads(pathlib.Path(process).read_text())
        self.corte = datetime.date.fromisoformat(manifest["corte"])
        self.opens = self.process["registration"]["opens"]
        self.closes = self.process["registration"]["closes"]
        self.election = self.process["election_day"]
        # The quincena of the corte and the one before: first and last day.
        first = self.corte.replace(day=1 if self.corte.day <= 15 else 16)
        last_before = first - datetime.timedelta(days=1)
        self.quincena = first, self.corte
        self.before = last_before.replace(day=1 if last_before.day <= 15 else 16), last_before
        self.days_left = (self.closes - self.corte).days
        self.is_closed = self.days_left <= 0
        self.db = duckdb.connect()
        for table in (path / "tablas").glob("*.parquet"):
            self.db.execute(f'create view "{table.stem}" as from read_parquet(\'{table}\')')

    def rows(self, query, *values):
        return self.db.execute(query, list(values)).fetchall()

    def label(self, dimension, code):
        labels = {one["code"]: one["label"] for one in self.process["categories"][dimension]}
        return labels.get(code, "No identificado" if is_unknown(code) else code)


class Subject:
    """The nation, or an entity; what its tables say."""

    def __init__(self, release, folder, merged=None):
        self.release, self.folder = release, folder
        self.merged = merged or {}  # groups of categories by dimension, in the public part
        self.code = None if folder == "nacional" else folder[:2]
        self.own = "true" if self.code is None else f"cve_entidad = '{self.code}'"
        self.name = self.code and self.one("select any_value(entidad) from lnere_por_entidad where {own}")

    def rows(self, query, *values):
        return self.release.rows(query.replace("{own}", self.own), *values)

    def one(self, query, *values):
        return self.rows(query, *values)[0][0]

    def sum(self, column, table, where="true"):
        return int(self.one(f"select coalesce(sum({column}), 0) from {table} where {{own}} and {where}"))

    @property
    def applications(self):
        return self.sum("solicitudes_acumuladas", "lnere_por_entidad")

    @property
    def in_quincena(self):
        return self.sum("solicitudes_quincena", "lnere_por_entidad")

    def statuses(self, *kinds):
        plan = self.release.process["projection"]
        codes = [code for kind in kinds for code in plan[kind]]
        return self.sum("solicitudes_acumuladas", "lnere_por_estatus",
                        f"list_contains({codes}::varchar[], estatus)")

    @property
    def accepted(self):
        return self.statuses("accepted")

    @property
    def refused(self):
        return self.statuses("refused")

    @property
    def undecided(self):
        return self.applications - self.statuses("accepted", "refused")

    @property
    def awaiting(self):
        codes = [one["code"] for one in self.release.process["categories"]["estatus"]
                 if one.get("awaits_citizen")]
        return self.sum("solicitudes_acumuladas", "lnere_por_estatus",
                        f"list_contains({codes}::varchar[], estatus)")

    @property
    def last_ten_days(self):
        first = self.release.closes - datetime.timedelta(days=9)
        return self.sum("solicitudes", "lnere_diario", f"fecha between '{first}' and '{self.release.closes}'")

    def pace(self, quincena):
        """Applications of a quincena, and its days with open registration."""
        first, last = quincena
        count = self.sum("solicitudes_quincena", "lnere_serie", f"quincena = '{last}'")
        open_days = (min(last, self.release.closes) - max(first, self.release.opens)).days + 1
        return count, open_days

    def ranked(self, table, key, name, measure="solicitudes_acumuladas", own=None):
        """Keys, names and counts, largest first; and the total."""
        rows = self.rows(f"select ({key})::varchar, any_value({name}), sum({measure})::bigint as n "
                         f"from {table} where {own or '{own}'} group by 1 having n > 0 order by n desc, 1")
        return rows, sum(row[2] for row in rows)

    def projected(self, universe):
        table = "proyeccion_lnere_nacional" if self.code is None else "proyeccion_lnere_entidad"
        where = "true" if self.code is None else "{own}"
        rows = self.rows(f"select inferior_90, mediana, superior_90 from {table} where universo = ? and {where}",
                         universe)
        require(len(rows) == 1, f"{len(rows)} projections of {universe}")
        return rows[0]

    def earlier(self, title, days):
        """The earlier process of this title in `comparativo`: its count, and what it counts."""
        rows = self.rows("select solicitudes_acumuladas, que_cuenta from comparativo where proceso <> ? and "
                         "cve_entidad = ? and titulo = ? and dias_al_cierre = ?",
                         self.release.process["id"], self.code or "00", title, days)
        require(len(rows) == 1, f"{len(rows)} rows of «{title}» {days} days before its close")
        return rows[0]

    def goal(self):
        return self.sum("meta", "metas", f"cve_entidad = '{self.code or '00'}'" if self.code is None else "true")

    def is_name(self, text):
        require(self.code is not None and text == self.name, f"«{text}», but the subject is {self.name}")

    def is_days_left(self, days, noun):
        require(0 < self.release.days_left, "the registration has closed")
        is_count(days, self.release.days_left)
        agrees(noun, "día", "días", number(days))


def is_applications(subject, count, noun):
    is_count(count, subject.applications)
    agrees(noun, "solicitud", "solicitudes", number(count))


def is_largest(ranked, name, place=0):
    """The category of this name must be larger than all below it."""
    require(len(ranked) > place, f"«{name}», but there is no such category")
    key, label, count = ranked[place]
    require(not is_unknown(key) and label.lower() == name.lower(), f"«{name}», in the tables «{label}»")
    require(place + 1 == len(ranked) or ranked[place + 1][2] < count, f"«{name}» is not alone with {count:,}")
    return count


def labelled(subject, dimension):
    """Labels and counts, largest first. The public part counts groups of categories as one."""
    rows, total = subject.ranked(f"lnere_por_{dimension}", dimension, dimension)
    groups = {code: group for group in subject.merged.get(dimension, []) for code in group["of"]}
    counts = collections.Counter()
    for code, _, count in rows:
        group = groups.get(code)
        label = group["label"] if group else subject.release.label(dimension, code)
        counts[(group["code"] if group else code), label] += count
    return [(code, label, count) for (code, label), count in counts.most_common()], total


# Each sentence: a function that takes the subject and the parts that the pattern captures.
CHARTS = collections.defaultdict(list)
TEXTS = collections.defaultdict(list)


def sentence(where, *kinds, pattern):
    compiled = re.compile(pattern)

    def add(check):
        for kind in kinds:
            where[kind].append((compiled, check))
        return check
    return add


def is_closed(subject):
    require(subject.release.is_closed, f"the registration closes on {subject.release.closes}")


def closed_with(subject, count, noun, share, verb):
    is_closed(subject)
    is_applications(subject, count, noun)
    if share:
        form = is_share(share, subject.last_ten_days, subject.applications, with_percent=False)
        agrees(verb, "llegó", "llegaron", form)


LAST_DAYS = rf"(?:; ({SHARE}) (llegó|llegaron) en los últimos diez días)?"


@sentence(CHARTS, "avance_diario", pattern=rf"(.+) cerró con ({COUNT}) ({APPLICATIONS}){LAST_DAYS}")
@sentence(TEXTS, "headline", pattern=rf"(.+) cerró con ({COUNT}) ({APPLICATIONS}){LAST_DAYS}")
@sentence(CHARTS, "proyeccion", pattern=rf"(El registro) cerró con ({COUNT}) ({APPLICATIONS})()()")
def _(subject, name, count, noun, share, verb):
    if name != "El registro":
        subject.is_name(name)
    closed_with(subject, count, noun, share, verb)


@sentence(CHARTS, "avance_diario", pattern=rf"(Van|Va|.+ lleva) ({COUNT}) ({APPLICATIONS}) a ({COUNT}) (días?) del cierre")
def _(subject, name, count, noun, days, day_noun):
    if name.endswith(" lleva"):
        subject.is_name(name.removesuffix(" lleva"))
    else:
        require(subject.code is None, "a sentence of the nation")
        agrees(name, "Va", "Van", number(count))
    is_applications(subject, count, noun)
    subject.is_days_left(days, day_noun)


def check_pace(subject, count, noun, percent, direction, before=None):
    require(subject.release.corte < subject.release.closes, "the registration has closed")
    (now, days), (earlier, days_before) = subject.pace(subject.release.quincena), subject.pace(subject.release.before)
    require(min(now, earlier) >= MIN_BASE, f"the pace of {earlier} and {now} applications")
    is_count(count, (2 * now + days) // (2 * days))
    agrees(noun, "solicitud", "solicitudes", number(count))
    change = now * days_before - earlier * days
    require((change > 0) == (direction == "más"), f"«{direction}»: {earlier} in {days_before} days, {now} in {days}")
    rounded = half_up(abs(change), earlier * days)
    require(number(percent) == rounded > 0, f"{percent} %: {rounded} %")
    if before:
        is_count(before, (2 * earlier + days_before) // (2 * days_before))
        require(before != count, "equal numbers beside a change")


@sentence(CHARTS, "avance_quincenal",
          pattern=rf"El registro se (acelera|frena): ({COUNT}) ({APPLICATIONS}) por día de registro, ({COUNT}) % "
                  r"(más|menos) que en la quincena anterior")
def _(subject, verb, count, noun, percent, direction):
    require((verb == "acelera") == (direction == "más"), f"«{verb}» and «{direction}»")
    check_pace(subject, count, noun, percent, direction)


@sentence(TEXTS, "what_changed",
          pattern=rf"Ritmo: (llegó|llegaron) ({COUNT}) ({APPLICATIONS}) por día de registro, ({COUNT}) % (más|menos) "
                  rf"que en la quincena anterior(?: \(({COUNT})\))?\.")
def _(subject, verb, count, noun, percent, direction, before):
    agrees(verb, "llegó", "llegaron", number(count))
    check_pace(subject, count, noun, percent, direction, before)


@sentence(CHARTS, "avance_quincenal",
          pattern=rf"En la quincena del cierre (llegó|llegaron) ({COUNT}) de las ({COUNT}) ({APPLICATIONS})")
def _(subject, verb, count, total, noun):
    first, last = subject.release.quincena
    require(first <= subject.release.closes <= last, f"the registration closes on {subject.release.closes}")
    is_count(count, subject.in_quincena)
    agrees(verb, "llegó", "llegaron", number(count))
    is_applications(subject, total, noun)
    require(noun == "solicitudes", "«de las 1 solicitud»")


@sentence(CHARTS, "avance_quincenal", pattern=rf"En la quincena (llegó|llegaron) ({COUNT}) ({APPLICATIONS})()")
@sentence(TEXTS, "what_changed",
          pattern=rf"En la quincena (llegó|llegaron) ({COUNT}) ({APPLICATIONS}); antes había ({COUNT})\.")
def _(subject, verb, count, noun, before):
    is_count(count, subject.in_quincena)
    agrees(verb, "llegó", "llegaron", number(count))
    agrees(noun, "solicitud", "solicitudes", number(count))
    if before:
        is_count(before, subject.applications - subject.in_quincena)


@sentence(TEXTS, "what_changed", pattern=r"En la quincena no llegó ninguna solicitud\.")
def _(subject):
    require(subject.in_quincena == 0, f"{subject.in_quincena} applications came")


@sentence(TEXTS, "what_changed",
          pattern=rf"Mayor cambio de estatus desde el corte anterior: «(.+)» pasó de ({COUNT}) a ({COUNT}) "
                  rf"\(([+-]?{COUNT})\)\.")
def _(subject, status, before, now, change):
    rows = subject.rows("select estatus, sum(anterior)::bigint, sum(actual)::bigint, sum(cambio)::bigint as change "
                        "from lnere_estatus_cambios where {own} group by 1 order by abs(change) desc")
    code, was, has, moved = rows[0]
    require(len(rows) == 1 or abs(rows[1][3]) < abs(moved), f"«{status}» is not alone with {moved}")
    require(status == subject.release.label("estatus", code), f"«{status}», in the tables {code}")
    is_count(before, was)
    is_count(now, has)
    require(change == f"{moved:+,}" and moved == has - was, f"{change}, in the tables {moved:+,}")


def offices(subject):
    """Credentials applied for by office, the largest first; and their total."""
    table = "credenciales_por_representacion" if subject.code is None else "credenciales_por_entidad_representacion"
    own = "true" if subject.code is None else "{own}"
    return subject.ranked(table, "cve_pais || '/' || tipo_representacion || '/' || cve_representacion",
                          "representacion", "tramitadas_acumuladas", own)


@sentence(CHARTS, "credenciales_por_entidad",
          pattern=rf"(.+) es la entidad con más credenciales tramitadas: ({COUNT}) de ({COUNT})(); le sigue (.+), con ({COUNT})")
@sentence(CHARTS, "credenciales_por_representacion",
          pattern=rf"(.+) es la representación con más credenciales tramitadas: ({COUNT}) de ({COUNT}) \((.+?)\); le sigue "
                  rf"(.+), con ({COUNT})")
def _(subject, name, count, total, percent, second, second_count):
    if percent:
        ranked, whole = offices(subject)
        # Offices of one name are told apart in brackets, by their country or kind.
        names = collections.Counter(row[1] for row in ranked)
        for printed in (name, second):
            bare = printed.partition(" (")[0]
            require(names[bare] == 1 or printed != bare, f"«{printed}» is the name of {names[bare]} offices")
        name, second = name.partition(" (")[0], second.partition(" (")[0]
        is_percent(percent, ranked[0][2], whole)
    else:
        ranked, whole = subject.ranked("credenciales_por_entidad", "cve_entidad", "entidad", "tramitadas_acumuladas")
    is_count(count, is_largest(ranked, name))
    is_count(total, whole)
    is_count(second_count, is_largest(ranked, second, 1))


@sentence(CHARTS, "estatus_por_corte", "por_estatus",
          pattern=rf"Todavía no hay solicitudes procedentes; (queda|quedan) ({COUNT}) por resolver")
def _(subject, verb, count):
    require(subject.accepted == 0, f"{subject.accepted} were accepted")
    is_count(count, subject.undecided)
    agrees(verb, "queda", "quedan", number(count))


@sentence(CHARTS, "estatus_por_corte", "por_estatus",
          pattern=rf"({SHARE}) ya (es procedente|son procedentes); (queda|quedan) ({COUNT}) por resolver")
def _(subject, share, verb, second_verb, count):
    form = is_share(share, subject.accepted, subject.applications, with_percent=True)
    agrees(verb, "es procedente", "son procedentes", form)
    is_count(count, subject.undecided)
    agrees(second_verb, "queda", "quedan", number(count))
    require(subject.undecided > 0, "all are decided")


@sentence(CHARTS, "estatus_por_corte", "por_estatus",
          pattern=rf"Todas las solicitudes están resueltas: ({COUNT}) (procedentes?) y ({COUNT}) (improcedentes?)")
def _(subject, accepted, noun, refused, refused_noun):
    require(subject.undecided == 0, f"{subject.undecided} are undecided")
    is_count(accepted, subject.accepted)
    is_count(refused, subject.refused)
    agrees(noun, "procedente", "procedentes", number(accepted))
    agrees(refused_noun, "improcedente", "improcedentes", number(refused))


@sentence(CHARTS, "mapa_paises",
          pattern=rf"Hay solicitudes de ({COUNT}) países; de (.+) (viene|vienen) ({SHARE})")
def _(subject, countries, name, verb, share):
    ranked, total = subject.ranked("lnere_por_pais", "cve_pais", "pais")
    is_count(countries, sum(not is_unknown(key) for key, _, _ in ranked))
    require(number(countries) >= 2, "«1 países»")
    agrees(verb, "viene", "vienen", is_share(share, is_largest(ranked, name), total, with_percent=True))


@sentence(CHARTS, "por_pais",
          pattern=rf"({SHARE}) (viene|vienen) de (.+?)(?:; le sigue (.+), con ({PERCENT}))?")
def _(subject, share, verb, name, second, second_share):
    ranked, total = subject.ranked("lnere_por_pais", "cve_pais", "pais")
    agrees(verb, "viene", "vienen", is_share(share, is_largest(ranked, name), total, with_percent=True))
    if second:
        is_percent(second_share, is_largest(ranked, second, 1), total)


def entities(subject):
    return subject.ranked("lnere_por_entidad", "cve_entidad", "entidad", own="true")


@sentence(CHARTS, "por_entidad", pattern=rf"(.+) es la entidad con más solicitudes: ({PERCENT}) del total")
def _(subject, name, share):
    subject.is_name(name)
    ranked, total = entities(subject)
    is_percent(share, is_largest(ranked, name), total)


@sentence(CHARTS, "por_entidad",
          pattern=rf"(.+) comparte el primer lugar entre las ({COUNT}) entidades, con ({PERCENT}) de las solicitudes")
def _(subject, name, count, share):
    subject.is_name(name)
    ranked, total = entities(subject)
    own = subject.applications
    require(own == ranked[0][2] == ranked[1][2], f"{ranked[0][1]} and {ranked[1][1]} have the most applications")
    is_count(count, len(subject.release.process["entities"]))
    is_percent(share, own, total)


@sentence(CHARTS, "por_entidad",
          pattern=rf"(.+) ocupa el lugar ({COUNT}) entre las ({COUNT}) entidades, con ({PERCENT}) de las solicitudes")
def _(subject, name, rank, count, share):
    subject.is_name(name)
    ranked, total = entities(subject)
    own = subject.applications
    is_count(rank, 1 + sum(row[2] > own for row in ranked))
    is_count(count, len(subject.release.process["entities"]))
    is_percent(share, own, total)


@sentence(CHARTS, "por_entidad", pattern=rf"(.+) reúne ({SHARE})(?:; le sigue (.+), con ({PERCENT}))?")
def _(subject, name, share, second, second_share):
    ranked, total = entities(subject)
    is_share(share, is_largest(ranked, name), total, with_percent=True)
    if second:
        is_percent(second_share, is_largest(ranked, second, 1), total)


# The noun of the verb for these dimensions; others state `category: share`.
for dimension, text in (("medio", rf"(?P<name>.+) recibió (?P<share>{SHARE})"),
                        ("modalidad", rf"(?P<share>{SHARE}) (?P<verb>pide|piden) la modalidad (?P<name>.+)"),
                        ("sexo", rf"(?P<share>{SHARE}) (?P<verb>es|son) de (?P<name>.+)"),
                        ("tipo_credencial", rf"(?P<share>{SHARE}) (?P<verb>corresponde|corresponden) a (?P<name>.+)"),
                        ("estatus", rf"(?P<name>[^:;]+): (?P<share>{SHARE})")):
    def check_largest(subject, dimension=dimension, *, name, share, verb=None):
        ranked, total = labelled(subject, dimension)
        form = is_share(share, is_largest(ranked, name), total, with_percent=True)
        if verb:
            singular = "es" if verb == "son" else verb.removesuffix("n")
            agrees(verb, singular, "son" if singular == "es" else singular + "n", form)
    CHARTS[f"por_{dimension}"].append((re.compile(text), check_largest))


@sentence(CHARTS, "proyeccion",
          pattern=rf"Se espera un total de ({COUNT}) ({APPLICATIONS}) \(90 %: de ({COUNT}) a ({COUNT})\)"
                  rf"(?:; (va|van) ({COUNT}))?")
def _(subject, median, noun, low, high, verb, count):
    require(not subject.release.is_closed, "the registration has closed")
    for text, value in zip((low, median, high), subject.projected("solicitudes")):
        is_count(text, value)
    agrees(noun, "solicitud", "solicitudes", number(median))
    if count:
        is_count(count, subject.applications)
        agrees(verb, "va", "van", number(count))


EXPECTED = rf"(?:; se espera un total de ({COUNT})(?: (solicitud|solicitudes))?)?"


def is_expected(subject, expected, noun=None):
    if expected:
        is_count(expected, subject.projected("solicitudes")[1])
        if noun:
            agrees(noun, "solicitud", "solicitudes", number(expected))


@sentence(TEXTS, "headline", pattern=rf"El registro (?:(de .+) )?abre el ({DAY}){EXPECTED}")
def _(subject, name, day, expected, noun):
    require(subject.release.corte < subject.release.opens, "the registration is open")
    is_day(day, subject.release.opens)
    is_of_subject(subject, name)
    is_expected(subject, expected, noun)


def is_of_subject(subject, text):
    """`de Chihuahua`, `de la Ciudad de México`, `del Estado de México`."""
    require(bool(text) == (subject.code is not None), f"«{text}» for {subject.folder}")
    if text:
        article = {"Ciudad de México": "de la Ciudad de México", "México": "del Estado de México",
                   "Estado de México": "del Estado de México"}
        require(text == article.get(subject.name, f"de {subject.name}"), f"«{text}» for {subject.name}")


@sentence(TEXTS, "headline", pattern=rf"El registro (?:(de .+) )?cerró el ({DAY}) sin solicitudes")
def _(subject, name, day):
    is_closed(subject)
    is_of_subject(subject, name)
    is_day(day, subject.release.closes)
    require(subject.applications == 0, f"{subject.applications} applications")


@sentence(TEXTS, "headline",
          pattern=rf"Todavía no hay solicitudes (de .+); (falta|faltan) ({COUNT}) (días?) para el cierre")
def _(subject, name, verb, days, noun):
    require(subject.applications == 0, f"{subject.applications} applications")
    if name != "de registro":
        is_of_subject(subject, name)
    subject.is_days_left(days, noun)
    agrees(verb, "falta", "faltan", number(days))


@sentence(TEXTS, "headline", pattern=r"Todavía no hay solicitudes de registro")
def _(subject):
    require(subject.applications == 0, f"{subject.applications} applications")


@sentence(TEXTS, "headline",
          pattern=rf"A ({COUNT}) (días?) del cierre(?:, (.+) tiene| hay) ({COUNT}) ({APPLICATIONS}){EXPECTED}")
def _(subject, days, day_noun, name, count, noun, expected, _expected_noun):
    require((name is None) == (subject.code is None), f"«{name}» for {subject.folder}")
    if name:
        subject.is_name(name)
    subject.is_days_left(days, day_noun)
    is_applications(subject, count, noun)
    is_expected(subject, expected)


def is_share_of_goal(subject, share, goal, noun):
    require(goal == f"{subject.goal():,}" and subject.goal() > 0, f"{goal}, in the tables {subject.goal():,}")
    agrees(noun, "solicitud", "solicitudes", number(goal))
    is_percent(share, subject.applications, subject.goal())
    require(subject.applications <= subject.goal(), "a share above the goal")


@sentence(TEXTS, "how_it_compares", pattern=rf"(Cerró con|Lleva) ({PERCENT}) de la meta de ({COUNT}) ({APPLICATIONS})\.")
def _(subject, verb, share, goal, noun):
    require((verb == "Cerró con") == subject.release.is_closed, f"«{verb}» at {subject.release.days_left} days")
    is_share_of_goal(subject, share, goal, noun)


@sentence(TEXTS, "how_it_compares",
          pattern=rf"(Cerró con|Ya superó por) ({COUNT}) ({APPLICATIONS})(?: más que)? la meta de ({COUNT})\.")
def _(subject, verb, excess, noun, goal):
    require((verb == "Cerró con") == subject.release.is_closed, f"«{verb}» at {subject.release.days_left} days")
    is_count(goal, subject.goal())
    is_count(excess, subject.applications - subject.goal())
    require(number(excess) > 0, "not above the goal")
    agrees(noun, "solicitud", "solicitudes", number(excess))


def is_accepted_of_earlier(subject, title, final):
    """The number of an earlier process that counts accepted applications alone."""
    count, counted = subject.earlier(title, 0)
    require("procedentes" in counted, f"«{title}» counts «{counted}»")
    is_count(final, count)
    latest = subject.one("select arg_min(lista_acumulada, dias_al_cierre) from comparativo where proceso = ? and "
                         "cve_entidad = ?", subject.release.process["id"], subject.code or "00")
    require(latest == subject.accepted, f"lista_acumulada {latest}, accepted {subject.accepted}")
    return count


@sentence(TEXTS, "how_it_compares",
          pattern=rf"Lleva ({PERCENT}) de la meta de ({COUNT}) ({APPLICATIONS})\. (Es procedente|Son procedentes) ({COUNT}): "
                  rf"({PERCENT}) de las ({COUNT}) procedentes del (.+)\.")
def _(subject, share, goal, noun, verb, accepted, of_earlier, final, title):
    is_share_of_goal(subject, share, goal, noun)
    agrees(verb, "Es procedente", "Son procedentes", number(accepted))
    is_count(accepted, subject.accepted)
    is_percent(of_earlier, subject.accepted, is_accepted_of_earlier(subject, title, final))


OF_EARLIER = (rf"({COUNT}) (solicitud|solicitudes)( procedentes?)?(?:: ({PERCENT}) de|, ({COUNT}) más que) las "
              rf"({COUNT}) que tuvo en el (.+)")


@sentence(CHARTS, "comparativo", pattern=rf"(.+) tiene {OF_EARLIER}")
@sentence(TEXTS, "how_it_compares", pattern=rf"(Tiene) {OF_EARLIER}\.")
def _(subject, name, count, noun, kind, share, excess, final, title):
    if name != "Tiene":
        subject.is_name(name)
    agrees(noun, "solicitud", "solicitudes", number(count))
    if kind:
        agrees(kind, " procedente", " procedentes", number(count))
        own, earlier = subject.accepted, is_accepted_of_earlier(subject, title, final)
    else:
        earlier, counted = subject.earlier(title, 0)
        require("procedentes" not in counted, f"«{title}» counts «{counted}»")
        is_count(final, earlier)
        own = subject.applications
    is_count(count, own)
    if share:
        is_percent(share, own, earlier)
        require(own <= earlier, "a share above the earlier process")
    else:
        is_count(excess, own - earlier)
        require(own > earlier, "not above the earlier process")


@sentence(CHARTS, "comparativo",
          pattern=rf"(.+) todavía no tiene solicitudes procedentes; en el (.+) tuvo ({COUNT})")
@sentence(TEXTS, "how_it_compares",
          pattern=rf"(Todavía) no tiene solicitudes procedentes; en el (.+) tuvo ({COUNT})\.")
def _(subject, name, title, final):
    if name != "Todavía":
        subject.is_name(name)
    is_accepted_of_earlier(subject, title, final)
    require(subject.accepted == 0, f"{subject.accepted} are accepted")


@sentence(TEXTS, "how_it_compares",
          pattern=rf"A ({COUNT}) (días?) de su cierre, el (.+) llevaba ({PERCENT}) de su total\.")
def _(subject, days, noun, title, share):
    subject.is_days_left(days, noun)
    is_percent(share, subject.earlier(title, number(days))[0], subject.earlier(title, 0)[0])


@sentence(TEXTS, "what_waits",
          pattern=rf"({COUNT}) (solicitud espera|solicitudes esperan) que la persona subsane una inconsistencia; en total "
                  rf"(queda|quedan) ({COUNT}) por resolver\.")
def _(subject, awaiting, noun, verb, undecided):
    is_count(awaiting, subject.awaiting)
    agrees(noun, "solicitud espera", "solicitudes esperan", number(awaiting))
    is_count(undecided, subject.undecided)
    agrees(verb, "queda", "quedan", number(undecided))


@sentence(TEXTS, "what_waits",
          pattern=rf"({COUNT}) (solicitud sigue|solicitudes siguen) por resolver"
                  r"(; ninguna espera a la persona que la presentó)?\.")
def _(subject, undecided, noun, none_waits):
    is_count(undecided, subject.undecided)
    agrees(noun, "solicitud sigue", "solicitudes siguen", number(undecided))
    require(not none_waits or subject.awaiting == 0, f"{subject.awaiting} wait")


@sentence(TEXTS, "what_waits", pattern=r"Todas las solicitudes están resueltas\.")
def _(subject):
    require(subject.undecided == 0 < subject.applications, f"{subject.undecided} are undecided")


@sentence(TEXTS, "what_is_next",
          pattern=rf"Sigue: el registro (?:abre el ({DAY}) y )?cierra el ({DAY})(?:; la jornada electoral es el ({DAY}))?\.")
def _(subject, opens, closes, election):
    release = subject.release
    require(not release.is_closed, "the registration has closed")
    require(bool(opens) == (release.corte < release.opens), f"opens on {release.opens}")
    if opens:
        is_day(opens, release.opens)
    is_day(closes, release.closes)
    if election:
        is_day(election, release.election)


@sentence(TEXTS, "what_is_next", pattern=rf"Sigue: (.+), el ({DAY}); el registro cierra el ({DAY})\.")
def _(subject, deadline, day, closes):
    release = subject.release
    require(not release.is_closed, "the registration has closed")
    deadlines = [(one["fecha"], one["etiqueta"]) for one in release.process["tablero"]["hitos"]
                 if one["tipo"] == "plazo" and one["fecha"] > release.corte]
    require(deadlines, "no deadline is left")
    fecha, label = min(deadlines)
    require(deadline.lower() == label.lower(), f"«{deadline}», in the process file «{label}»")
    is_day(day, fecha)
    is_day(closes, release.closes)


@sentence(TEXTS, "what_is_next",
          pattern=rf"Sigue: resolver (la solicitud pendiente|las solicitudes pendientes); la jornada electoral es el ({DAY})\.")
def _(subject, noun, election):
    is_closed(subject)
    require(subject.undecided > 0, "all are decided")
    agrees(noun, "la solicitud pendiente", "las solicitudes pendientes", subject.undecided)
    is_day(election, subject.release.election)


@sentence(TEXTS, "what_is_next", pattern=rf"Sigue: la jornada electoral, el ({DAY})\.")
def _(subject, election):
    is_closed(subject)
    require(subject.undecided == 0, f"{subject.undecided} are undecided")
    is_day(election, subject.release.election)


LISTS = {"Sexo": "sexo", "Modalidad de voto": "modalidad", "Tipo de credencial": "tipo_credencial",
         "Medio de registro": "medio", "Estatus del análisis": "estatus", "País de residencia": "pais"}


@sentence(TEXTS, "list", pattern=rf"({'|'.join(LISTS)}): (.+)\.")
def _(subject, label, items):
    """All categories of a short report, with their counts."""
    if label == "País de residencia":
        ranked, _ = subject.ranked("lnere_por_pais", "cve_pais", "pais")
    else:
        ranked, _ = labelled(subject, LISTS[label])
    expected = sorted(f"{name}, {count:,}" for _, name, count in ranked)
    require(sorted(items.split("; ")) == expected, f"in the tables {'; '.join(expected)}")


def is_extreme(shares, name, percent, of):
    """Of the shares by name, the one of this name must be the largest (`max`) or smallest, alone."""
    exact = {key: fractions.Fraction(part, whole) for key, (part, whole) in shares.items()}
    extreme = of(exact.values())
    named = [key for key in exact if key.lower() == name.lower()]
    require(len(named) == 1, f"«{name}» is not among {', '.join(exact)}")
    require(exact[named[0]] == extreme and list(exact.values()).count(extreme) == 1,
            f"«{name}» has {float(exact[named[0]]):.2%}, the {of.__name__} is {float(extreme):.2%}")
    is_percent(percent, *shares[named[0]])


@sentence(CHARTS, "comparativo",
          pattern=r"Respecto de lo que reunieron en el proceso anterior, (.+) es la entidad que más lleva \((.+?)\) y (.+), "
                  r"la que menos \((.+?)\)")
def _(subject, highest, high_share, lowest, low_share):
    require(subject.code is None, "a sentence of the nation")
    own = subject.release.process["id"]
    rows = subject.rows("select e.entidad, e.solicitudes_acumuladas, e.que_cuenta, "
                        "arg_min(o.solicitudes_acumuladas, o.dias_al_cierre), arg_min(o.lista_acumulada, o.dias_al_cierre) "
                        "from comparativo e join comparativo o using (cve_entidad) where e.proceso <> ? and o.proceso = ? and "
                        "e.dias_al_cierre = 0 and cve_entidad <> '00' group by all", own, own)
    require(len(rows) == len(subject.release.process["entities"]), f"{len(rows)} entities have an earlier count")
    shares = {name: (accepted if "procedentes" in counted else received, earlier)
              for name, earlier, counted, received, accepted in rows}
    is_extreme(shares, highest, high_share, max)
    is_extreme(shares, lowest, low_share, min)


@sentence(CHARTS, "mapa_representaciones",
          pattern=rf"En Estados Unidos y sur de Canadá se hizo ({PERCENT}) de los trámites"
                  rf"(?:; (.+), con ({COUNT}), recibió más que ninguna otra representación)?")
def _(subject, share, name, count):
    ranked, total = offices(subject)
    # All offices of both countries lie in the panel.
    is_percent(share, sum(row[2] for row in ranked if row[0].startswith(("USA/", "CAN/"))), total)
    if name:
        is_count(count, is_largest(ranked, name.partition(" (")[0]))


def modalities(subject, table, key, name):
    """The largest modality of all, and its count and the total by category, the largest first."""
    rows = subject.rows(f"select {key}, any_value({name}), modalidad, sum(solicitudes_acumuladas)::bigint from {table} "
                        "where {own} group by 1, 3")
    by_modality, by_key = collections.Counter(), collections.defaultdict(collections.Counter)
    names = {}
    for code, label, modality, count in rows:
        by_modality[modality] += count
        by_key[code][modality] += count
        names[code] = label
    (split, most), *others = by_modality.most_common()
    require(not others or others[0][1] < most, "no modality is the largest")
    named = sorted((code for code in by_key if not is_unknown(code)), key=lambda code: (-by_key[code].total(), code))
    return split, [(names[code], by_key[code][split], by_key[code].total()) for code in named]


@sentence(CHARTS, "pais_por_modalidad",
          pattern=r"Entre los países con más solicitudes, la modalidad (.+?) va de ([^()]+ %) \((.+)\) a ([^()]+ %) \((.+)\)")
def _(subject, split, low_share, lowest, high_share, highest):
    largest, countries = modalities(subject, "lnere_pais_modalidad", "cve_pais", "pais")
    require(split.lower() == subject.release.label("modalidad", largest).lower(), f"«{split}», the largest is {largest}")
    # The chart names ten countries, and an eleventh in place of a remainder of one.
    drawn = countries[:11 if len(countries) == 11 else 10]
    shares = {name: (count, total) for name, count, total in drawn if total >= MIN_BASE}
    is_extreme(shares, lowest, low_share, min)
    is_extreme(shares, highest, high_share, max)


@sentence(CHARTS, "sexo_por_modalidad",
          pattern=rf"Piden la modalidad (.+?) ({PERCENT}) de las solicitudes de (.+) y ({PERCENT}) de las de (.+)")
def _(subject, split, high_share, highest, low_share, lowest):
    largest, sexes = modalities(subject, "lnere_sexo_modalidad", "sexo", "sexo")
    require(split.lower() == subject.release.label("modalidad", largest).lower(), f"«{split}», the largest is {largest}")
    shares = {subject.release.label("sexo", code): (count, total) for code, count, total in sexes if total >= MIN_BASE}
    is_extreme(shares, lowest, low_share, min)
    is_extreme(shares, highest, high_share, max)


PROFILE = ("sexo", "modalidad", "medio", "tipo_credencial")


@sentence(CHARTS, "perfil",
          pattern=rf"Lo que más distingue a (.+?): (.+), con ({PERCENT}) de sus solicitudes "
                  rf"\(en todas las entidades, ({PERCENT})\)")
def _(subject, name, category, share, share_of_all):
    subject.is_name(name)
    nation, found = Subject(subject.release, "nacional"), {}
    for dimension in PROFILE:
        (own, total), (all_entities, whole) = labelled(subject, dimension), labelled(nation, dimension)
        own = {code: count for code, _, count in own}
        for code, label, count in all_entities:
            if not is_unknown(code) and min(total, whole) >= MIN_BASE:
                found[label.lower()] = own.get(code, 0), total, count, whole
    require(category.lower() in found, f"«{category}» is no category of {PROFILE}")
    above = {label: fractions.Fraction(a, b) - fractions.Fraction(c, d) for label, (a, b, c, d) in found.items()}
    most = max(above.values())
    # The program compares hundredths of a per cent.
    require(most - above[category.lower()] <= fractions.Fraction(1, 10_000),
            f"«{category}», but {max(above, key=above.get)} differs most")
    require(most >= fractions.Fraction(299, 10_000), f"«{category}» differs by {float(most):.2%}")
    part, total, count, whole = found[category.lower()]
    is_percent(share, part, total)
    is_percent(share_of_all, count, whole)


@sentence(CHARTS, "perfil", pattern=r"Lo más frecuente: (.+)")
def _(subject, items):
    largest = {}
    for dimension in PROFILE:
        ranked, total = labelled(subject, dimension)
        if ranked and (len(ranked) == 1 or ranked[1][2] < ranked[0][2]):
            largest[ranked[0][1].lower()] = ranked[0][2], total
    for item in re.findall(r"(.+? (?:\d+ %|menos de 1 %|más de 99 %))(?:, |$)", items):
        match = re.fullmatch(r"(.+?),? (\d+ %|menos de 1 %|más de 99 %)", item)
        require(match[1].lower() in largest, f"«{match[1]}», the largest are {', '.join(largest)}")
        is_percent(match[2], *largest.pop(match[1].lower()))
    require(not any(total >= MIN_BASE for _, total in largest.values()), f"lacks {', '.join(largest)}")


NUMBER = rf"(ninguna|una|{COUNT})"


def is_number(text, value):
    """A count of a message: `ninguna`, `una` or digits."""
    words = {"ninguna": 0, "una": 1}
    require(text in words or number(text) > 1, f"«{text}» for {value:,}")
    require(words.get(text, text) in (value, f"{value:,}"), f"«{text}», in the tables {value:,}")


@sentence(TEXTS, "message",
          pattern=rf"De las ({COUNT}) solicitudes registradas, {NUMBER} (es|son) procedentes? y {NUMBER} (está|están) "
                  r"por resolver\.")
def _(subject, count, accepted, verb, undecided, second_verb):
    is_applications(subject, count, "solicitudes")
    for text, value, word, one, many in ((accepted, subject.accepted, verb, "es", "son"),
                                         (undecided, subject.undecided, second_verb, "está", "están")):
        is_number(text, value)
        require(word == (one if value < 2 else many), f"«{text} {word}»")


@sentence(TEXTS, "message", pattern=r"La única solicitud registrada (es procedente|está por resolver|es improcedente)\.")
def _(subject, status):
    require(subject.applications == 1, f"{subject.applications} applications")
    expected = {"es procedente": subject.accepted, "está por resolver": subject.undecided, "es improcedente": subject.refused}
    require(expected[status] == 1, f"«{status}»: {expected}")


@sentence(TEXTS, "message", pattern=r"No hay solicitudes registradas\.")
def _(subject):
    require(subject.applications == 0, f"{subject.applications} applications")


@sentence(TEXTS, "message",
          pattern=rf"La Lista Nominal esperada es de ({COUNT})(?:, entre ({COUNT}) y ({COUNT}) con una probabilidad de 90 %)?\.")
def _(subject, median, low, high):
    bounds = subject.projected("lnere")
    is_count(median, bounds[1])
    if low:
        is_count(low, bounds[0])
        is_count(high, bounds[2])
    else:
        is_certain(subject)


@sentence(TEXTS, "message",
          pattern=rf"(?:(Falta|Faltan) ({COUNT}|un) (días?) para el cierre del registro, el|El registro cerró el) ({DAY})\.")
def _(subject, verb, days, noun, day):
    is_day(day, subject.release.closes)
    require(bool(verb) != subject.release.is_closed, f"the registration closes on {subject.release.closes}")
    if verb:
        subject.is_days_left("1" if days == "un" else days, noun)
        require((days == "un") == (subject.release.days_left == 1), f"«{days} {noun}»")
        agrees(verb, "Falta", "Faltan", subject.release.days_left)


def plain(text):
    """The text with simple spaces and minus signs, and without hyphens at the ends of lines."""
    text = re.sub("\u00ad\\s*", "", html.unescape(text))
    return " ".join(text.replace("\u00a0", " ").replace("\u2212", "-").split())


def check(subject, text, patterns):
    """Whether a sentence that some pattern matches is true. Without a match nobody can tell."""
    mistakes = []
    for pattern, is_true in patterns:
        if match := pattern.fullmatch(text):
            named = match.groupdict()
            try:
                is_true(subject, **named) if named else is_true(subject, *match.groups())
                return
            except Mistake as mistake:
                mistakes.append(str(mistake))
    raise Mistake("; or ".join(mistakes) or "no pattern of check_sentences.py matches")


def topic(subject, chart):
    """The topic of a chart, in its file or in that of the declared dimensions."""
    path = ROOT / "charts" / f"{chart}.toml"
    return plain(tomllib.loads(path.read_text())["title"]) if path.exists() else None


def check_title(subject, chart, text):
    if text != topic(subject, chart):
        check(subject, text, CHARTS[chart])
        return f"title of {chart}"
    return "topic"


def check_text(subject, kind, text):
    check(subject, text, TEXTS[kind])
    return kind


POINTS = ("what_changed", "how_it_compares", "what_waits", "what_is_next", "list")


def point_kind(text):
    kinds = [kind for kind in POINTS if any(pattern.fullmatch(text) for pattern, _ in TEXTS[kind])]
    require(len(kinds) == 1, "no pattern of check_sentences.py matches")
    return kinds[0]


def is_certain(subject):
    low, _, high = subject.projected("lnere")
    require(low == high, f"the list will have {low:,} to {high:,}")


def check_figure(subject, label, text):
    """A figure of the first lines of LEEME.txt."""
    if label == "Esperadas en la Lista Nominal":
        match = re.fullmatch(rf"({COUNT})(?: \(de ({COUNT}) a ({COUNT}), con una probabilidad de 90 %\))?", text)
        require(match, f"«{text}»")
        if not match[2]:
            is_certain(subject)
            is_count(text, subject.projected("lnere")[1])
            return "figure of LEEME.txt"
        for printed, value in zip((match[2], match[1], match[3]), subject.projected("lnere")):
            is_count(printed, value)
    elif label == "Cierre del registro":
        day, _, rest = text.partition(", ")
        is_day(day, subject.release.closes)
        if subject.release.is_closed:
            require(rest == "ya cerró", f"«{rest}»")
        else:
            verb, days, noun = rest.split(" ")
            subject.is_days_left(days, noun)
            agrees(verb, "falta", "faltan", number(days))
    else:
        values = {"Solicitudes registradas": "applications", "Procedentes": "accepted", "Por resolver": "undecided"}
        require(label in values, f"unknown figure «{label}»")
        is_count(text, getattr(subject, values[label]))
    return "figure of LEEME.txt"


def workbook_head(data):
    """Headline, main points and tiles of the sheet Resumen. A tile has a label, a number and a text."""
    book = zipfile.ZipFile(io.BytesIO(data))
    strings = [plain(re.sub(r"<[^>]*>", "", one)) for one in
               re.findall(r"<si>(.*?)</si>", book.read("xl/sharedStrings.xml").decode(), re.S)]
    cells = {}
    for name, kind, value in re.findall(r'<c r="([A-Z]+\d+)"[^>]*?(t="s")?><v>([^<]*)</v>',
                                        book.read("xl/worksheets/sheet1.xml").decode()):
        cells[name] = strings[int(value)] if kind else value
    points = [text.removeprefix("• ") for name, text in cells.items()
              if re.fullmatch(r"A\d+", name) and text.startswith("• ")]
    first = next(int(name[1:]) for name, text in cells.items() if name[0] == "A" and text.lower() in TILES)
    tiles = [[cells.get(f"{column}{first + row}", "") for row in range(3)] for column in "ABDGJM"
             if f"{column}{first}" in cells]
    return cells["A4"], points, tiles


def page_tiles(page):
    """The tiles of the first page of the report: label, number, and what is said below."""
    lines = [line.replace("\u00a0", " ").replace("\u2212", "-") for line in page.splitlines() if line.strip()]
    # Cells of a line are two blanks or more apart; each belongs to the nearest label.
    rows = [[(cell.start(), cell[0]) for cell in re.finditer(r"\S+(?: \S+)*", line)] for line in lines]
    for labels, numbers, below in zip(rows, rows[1:], rows[2:]):
        if all(label.lower() in TILES for _, label in labels):
            for start, label in labels:
                def own(cells):
                    nearest = lambda place: min(labels, key=lambda one: abs(one[0] - place))[0]
                    return "; ".join(text for place, text in cells if nearest(place) == start)
                yield label, own(numbers), own(below)


# The number of each tile.
TILES = {
    "solicitudes registradas": lambda subject: subject.applications,
    "aceptadas hasta ahora": lambda subject: subject.accepted,
    "resueltas": lambda subject: subject.accepted + subject.refused,
    "por resolver": lambda subject: subject.undecided,
    "lista nominal esperada": lambda subject: subject.projected("lnere")[1],
    "paquetes postales esperados": lambda subject: subject.sum("paquetes_mediana", "plan_pep"),
    "credenciales tramitadas": lambda subject: subject.sum("tramitadas_acumuladas", "credenciales_por_entidad"),
    "votantes por internet": lambda subject: subject.sum("electores_mediana", "plan_sivei"),
    "votantes por internet esperados": lambda subject: subject.sum("electores_mediana", "plan_sivei"),
}


def in_quincena(subject, label):
    """By how much the number of a tile grew in the quincena."""
    if label == "solicitudes registradas":
        return subject.in_quincena
    if label == "credenciales tramitadas":
        return subject.sum("tramitadas_quincena", "credenciales_por_entidad")
    plan = subject.release.process["projection"]
    final = plan["accepted"] if label == "aceptadas hasta ahora" else plan["accepted"] + plan["refused"]
    is_final = f"list_contains({final}::varchar[], estatus)"
    return subject.sum("cambio", "lnere_estatus_cambios", is_final if label != "por resolver" else f"not {is_final}")


def check_tile(subject, label, text):
    label = label.lower()
    printed, _, below = text.partition(" | ")
    require(label in TILES, f"unknown tile «{label}»")
    value = TILES[label](subject)
    require(number(printed) == value, f"«{label}» {printed}, in the tables {value:,}")
    for part in below.split("; "):
        if match := re.fullmatch(r"(\d+ %|menos de 1 %|más de 99 %)", part):
            is_percent(match[1], value, subject.applications)
        elif match := re.fullmatch(rf"([+-]?{COUNT}) en la quincena", part):
            grown = in_quincena(subject, label)
            require(match[1] == (f"{grown:+,}" if grown else "0"), f"«{part}», in the tables {grown:+,}")
        elif match := re.fullmatch(rf"(?:90 % de probabilidad: |entre )({COUNT}) [ay] ({COUNT})(?: \(90 %\))?", part):
            is_count(match[1], subject.projected("lnere")[0])
            is_count(match[2], subject.projected("lnere")[2])
        elif match := re.fullmatch(rf"tiraje(?: recomendado)?: ({COUNT})", part):
            is_count(match[1], subject.sum("tiraje", "plan_pep"))
        elif match := re.fullmatch(rf"(?:({COUNT}) aceptadas? y )?({COUNT}) rechazadas?", part):
            is_count(match[1] or f"{subject.accepted:,}", subject.accepted)
            is_count(match[2], subject.refused)
        elif part == "ya sin incertidumbre":
            is_certain(subject)
        elif match := re.fullmatch(rf"al ({DAY})", part):
            is_day(match[1], subject.release.corte)
        else:
            require(part in ("", "esperan análisis o subsanación", "esperados, por el SIVEI", "de la lista nominal"),
                    f"unknown text of a tile «{part}»")
    return "tile"


def stated(release):
    """What a release states: subject, place, text, and the check of the text."""
    merged = release.process.get("audiences", {}).get("publico", {}).get("merge", {})
    for part, groups in (("graficas", None), ("publico/graficas", merged)):
        for folder in sorted(path for path in (release.path / part).glob("*") if path.is_dir()):
            # The public part suppresses counts and never changes one, so the exact tables decide.
            subject = Subject(release, folder.name, groups)
            for svg in sorted(folder.glob("*.svg")):
                title = plain(re.search(r"<title[^>]*>(.*?)</title>", svg.read_text(), re.S)[1])
                where = f"{part}/{svg.name}"
                yield subject, where, title, lambda text, s=subject, c=svg.stem: check_title(s, c, text)
    for folder in sorted(path for path in (release.path / "paquetes").glob("*") if path.is_dir()):
        yield from stated_in_package(Subject(release, folder.name), folder)
    yield from stated_in_messages(release, release.path.parent.parent)


def stated_in_package(subject, folder):
    package = zipfile.ZipFile(next(folder.glob("*.zip")))
    headline = lambda text: check_text(subject, "headline", text)
    lines = package.read("textos/resumen.txt").decode().splitlines()
    lines = [plain(line) for line in lines if line.strip()]
    if "notice" in subject.release.process:
        lines.remove(subject.release.process["notice"])
    yield subject, "resumen.txt", lines[0].removesuffix("."), headline
    points = lines[1:]
    for line in points:
        yield subject, "resumen.txt", line, lambda text: check_text(subject, point_kind(text), text)
    readme = "\n".join(package.read("LEEME.txt").decode().splitlines())
    head = re.search(r"CIFRAS AL .*?\n\n(.+?)\.?\n\n(.*?)\n\n", readme, re.S)
    yield subject, "LEEME.txt", plain(head[1]), headline
    for line in head[2].splitlines():
        label, _, figure = plain(line).partition(": ")
        yield subject, f"LEEME.txt, {label}", figure, lambda text, l=label: check_figure(subject, l, text)
    title, book_points, tiles = workbook_head(next(folder.glob("libro_*.xlsx")).read_bytes())
    yield subject, "Resumen of the workbook", title, headline
    for text in book_points:
        yield subject, "Resumen of the workbook", text, lambda text: check_text(subject, point_kind(text), text)
    for label, value, below in tiles:
        yield subject, f"workbook, {label}", f"{value} | {below}", lambda text, l=label: check_tile(subject, l, text)
    if shutil.which("pdftotext"):
        report = next(folder.glob("reporte_*.pdf"))
        page = subprocess.run(["pdftotext", "-layout", "-l", "1", report, "-"], capture_output=True, check=True).stdout.decode()
        yield from stated_on_first_page(subject, page, lines[0].removesuffix("."), points)


def stated_in_messages(release, out):
    """The sentences of the messages that `lnere deliver --dry-run` has written."""
    for path in sorted((out / "private/entregas/borradores").glob(f"*_{release.name}_r*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = message.get_body(("plain",)).get_content()
        paragraphs = [plain(one) for one in re.split(r"\n\s*\n", text.replace("\r", "")) if one.strip()]
        start = next(place for place, one in enumerate(paragraphs) if " Corte al " in one)
        end = next(place for place, one in enumerate(paragraphs) if one.startswith("Se envía"))
        subject = Subject(release, path.name.rsplit(f"_{release.name}")[0])
        headline, figures, *points = paragraphs[start + 1:end]
        yield subject, path.name, headline.removesuffix("."), lambda text, s=subject: check_text(s, "headline", text)
        for one in re.split(r"(?<=\.) (?=[A-Z])", figures):
            yield subject, path.name, one, lambda text, s=subject: check_text(s, "message", text)
        for one in points:
            yield subject, path.name, one, lambda text, s=subject: check_text(s, point_kind(text), text)


def stated_on_first_page(subject, page, title, points):
    """The first page of the report has the headline, the main points, and the title of a chart."""
    words = plain(page)

    def is_printed(text):
        require(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", words), "the first page of the report does not have it")
        return "on page 1 of the report"
    for text in (title, *points):
        yield subject, "page 1 of the report", text, is_printed
    # All that the page lists are main points: none is on it that `resumen.txt` lacks.
    for point in re.findall(r"^ *• (.+?)(?=\n *\n|\n *•|\Z)", page, re.S | re.M):
        yield subject, "point on page 1", plain(point), lambda text: check_text(subject, point_kind(text), text)
    for label, value, below in page_tiles(page):
        yield subject, f"page 1, {label}", f"{value} | {below}", lambda text, l=label: check_tile(subject, l, text)
    # A caption is the title of the chart, and its topic if that is another.
    for caption in re.findall(r"Figura \d+\. (.+?)\n\s*\n", page, re.S):
        title = plain(caption).split(". ")[0]
        yield subject, "caption on page 1", title, lambda text: check_any_title(subject, text)


def check_any_title(subject, text):
    for chart in [path.stem for path in (ROOT / "charts").glob("*.toml")]:
        if any(pattern.fullmatch(text) for pattern, _ in CHARTS[chart]) or text == topic(subject, chart):
            check_title(subject, chart, text)
            return "title on page 1 of the report"
    raise Mistake("no pattern of check_sentences.py matches")


def planted(text):
    """Copies of a true sentence, each with one mistake."""
    for match in re.finditer(r"\d[\d,]*", text):
        # A year or a day within the name of a process is as good as any other number.
        value = number(match[0])
        grown = value + (1 if value % 10 != 9 else -1)
        yield "number", text[:match.start()] + f"{grown:,}" + text[match.end():]
    names = ["Hombres", "Mujeres", "Postal", "Electrónica por Internet", "SRVE (Internet)", "INETEL (teléfono)",
             "CPVE (expedida en el extranjero)", "CPV (expedida en México)", "Ciudad de México", "Jalisco",
             "Estados Unidos de América", "Canadá", "Chicago", "Dallas", "Los Ángeles"]
    for name in names:
        for printed in (name, name[:1].lower() + name[1:]):
            if re.search(rf"(?<!\w){re.escape(printed)}(?![\w)])", text):
                other = names[names.index(name) ^ 1] if names.index(name) < 8 else "Chiapas"
                yield "name", text.replace(printed, other if printed == name else other[:1].lower() + other[1:])
    if swapped := re.fullmatch(r"(.+) (es la .+?|reúne .+?); le sigue (.+), con (.+)", text):
        yield "order", f"{swapped[3]} {swapped[2]}; le sigue {swapped[1]}, con {swapped[4]}"
    swaps = [("dos de cada tres", "tres de cada cuatro"), ("tres de cada cuatro", "tres de cada cinco"),
             ("tres de cada cinco", "dos de cada tres"), ("tres de cada diez", "dos de cada cinco"),
             ("una de cada tres", "una de cada cuatro"), ("nueve de cada diez", "cuatro de cada cinco"),
             ("Más de la mitad", "La mitad"), ("casi ", "poco más de "), ("Casi ", "Poco más de "),
             ("poco más de ", "casi "), ("Poco más de ", "Casi "), ("asi todas", "odas")]
    swaps += [("acelera", "frena"), (" más que", " menos que"), (" vienen ", " viene "), (" viene ", " vienen "),
              (" son ", " es "), (" llegó ", " llegaron "), (" llegaron ", " llegó "), (" quedan ", " queda "),
              (" piden ", " pide "), ("corresponden", "corresponde"), ("solicitudes", "solicitud"),
              ("faltan", "falta"), (" siguen ", " sigue "), ("cerró", "lleva"), ("marzo", "abril"), ("junio", "julio")]
    for right, wrong in swaps:
        if right in text:
            yield f"«{right.strip()}»", text.replace(right, wrong, 1)


def releases(out, process):
    found = sorted(path for path in (out / "releases").iterdir() if (path / "graficas").is_dir())
    if not found:
        sys.exit(f"no release with charts in {out}/releases")
    return [Release(path, process) for path in found]


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--selftest"]
    selftest = "--selftest" in sys.argv[1:]
    if not shutil.which("pdftotext"):
        print("no pdftotext (apt-get install poppler-utils): page 1 of the reports is left out", file=sys.stderr)
    counts, mistakes = collections.Counter(), []
    for release in releases(pathlib.Path(arguments[0]), arguments[1] if len(arguments) > 1 else None):
        for subject, place, text, is_true in stated(release):
            where = f"{release.name} {subject.folder} {place}: «{text}»"
            try:
                kind = is_true(text)
                counts[kind] += 1
            except Mistake as mistake:
                mistakes.append(f"{where}: {mistake}")
                continue
            if not selftest or kind == "topic":
                continue
            for what, wrong in planted(text):
                try:
                    is_true(wrong)
                    mistakes.append(f"{where}: the planted {what} is not found: «{wrong}»")
                except Mistake:
                    counts[f"planted {what}"] += 1
    for kind, count in sorted(counts.items()):
        print(f"{count:7,}  {kind}")
    if mistakes:
        sys.exit("\n".join(["", *mistakes, f"FAILED {len(mistakes)} of {sum(counts.values()) + len(mistakes)}"]))
    print(f"ok {sum(counts.values()):,} sentences and figures")


if __name__ == "__main__":
    main()
