"""Recounts the newest exports of a process with DuckDB, by docs/contract.md §2 and §3.

The module shares no code with the program.

    from recount_exports import Recuento
    Recuento("pipelines/pel_2020_2021.toml").db.sql("select count(*) from solicitudes")

The tables contain the accepted records, with codes in place of labels and days of Mexico City:

- solicitudes: folio, fecha, entidad, pais, sexo, modalidad, tipo_credencial, medio, estatus, and
  one column for each dimension that the process declares
- credenciales: entidad, representacion, tramitada, entregada, confirmada
"""
import datetime
import pathlib
import re
import tomllib
import unicodedata

import duckdb

COLUMNS = {
    "solicitudes": ["folio", "fecha_solicitud", "cve_entidad", "pais", "sexo", "modalidad", "tipo_credencial", "medio", "estatus", "fecha_estatus"],
    "credenciales": ["folio_tramite", "fecha_tramite", "cve_entidad", "representacion", "fecha_entrega", "fecha_confirmacion"],
}
CATEGORIES = ["sexo", "modalidad", "tipo_credencial", "medio", "estatus"]
UNIDENTIFIED = "NO_IDENTIFICADO"
# The lowest age that no person has. Systems write 1900-01-01 if they have no date of birth, and the
# age is then higher.
IMPLAUSIBLE_AGE = 120


def fold(text):
    """A label in upper case, without accents and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text or "") if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^0-9A-Za-z]+", " ", plain).upper().split())


def bands(edges):
    """The age groups that begin at the ages `edges`: first age, last age, code and label."""
    for first, following in zip(edges, [*edges[1:], None]):
        if following is None:
            yield first, IMPLAUSIBLE_AGE - 1, f"{first}_MAS", f"{first} años o más"
        elif following == first + 1:
            yield first, first, f"{first}", f"{first} años"
        else:
            yield first, following - 1, f"{first}_{following - 1}", f"{first} a {following - 1} años"


class Recuento:
    """One process, its catalogues and its newest exports."""

    def __init__(self, process, inputs=None, until=None):
        self.path = pathlib.Path(process)
        self.process = tomllib.loads(self.path.read_text())
        self.declared = {dimension["name"]: dimension for dimension in self.process.get("dimensions", [])}
        self.dimensions = [*CATEGORIES, *self.declared]
        base = self.path.parent
        paths = self.process["paths"]
        self.inputs = pathlib.Path(inputs) if inputs else base / paths["inputs"]
        catalogs = base / paths["catalogs"]
        read = lambda name: tomllib.loads((catalogs / f"{name}.toml").read_text())
        self.entities = {e["clave"]: e for e in read("entidades")["entidad"]}
        self.countries = {p["clave"]: p for p in read("paises")["pais"]} | {"XXX": {"nombre": "No identificado", "alias": []}}
        offices = read("representaciones")
        self.prefixes = {kind: offices[f"prefijos_{kind}"] for kind in ("consulado", "embajada")}
        self.offices = {r["clave"]: r for r in offices["representacion"]}
        files = self.files("solicitudes")
        newest = max(files)
        self.until = min(until or newest, newest, max(self.files("credenciales")))
        self.opens, self.closes = (self.process["registration"][key] for key in ("opens", "closes"))
        self.db = duckdb.connect()
        self.db.create_function("fold", fold, ["VARCHAR"], "VARCHAR", null_handling="special")
        self.db.sql("create macro offset_moment(x) as case when regexp_matches(x, '(Z|[+-][0-9]{2}:?[0-9]{2})$') "
                    "then try_cast(x as timestamptz) at time zone 'America/Mexico_City' else try_cast(x as timestamp) end")
        self._dictionaries()
        self._applications(files)
        self._credentials(self.files("credenciales"))

    def files(self, source):
        """The exports of one source, by the day that each of them covers."""
        found = {}
        for file in self.inputs.glob(f"{source}_*.*"):
            match = re.fullmatch(rf"{source}_(\d{{8}})\.csv(\.gz|\.zst)?", file.name)
            if match:
                found[datetime.datetime.strptime(match[1], "%Y%m%d").date()] = file
        return found

    def categories(self, dimension):
        """The codes and labels of a dimension, in the order of the process file."""
        declared = self.declared.get(dimension, {})
        if "ages" in declared:
            return [[code, label] for _, _, code, label in bands(declared["ages"]["edges"])]
        return [[item["code"], item["label"]] for item in self._list(dimension)]

    def _list(self, dimension):
        return self.declared[dimension].get("categories", []) if dimension in self.declared else self.process["categories"][dimension]

    def _dictionaries(self):
        rows = []
        for code, entity in self.entities.items():
            rows += [("entidad", fold(name), code) for name in [code, str(int(code)), entity["nombre"], *entity["alias"]]]
        for code, country in self.countries.items():
            rows += [("pais", fold(name), code) for name in [code, country["nombre"], *country["alias"]] if code != "XXX"]
        for dimension in self.dimensions:
            for item in self._list(dimension):
                rows += [(dimension, fold(name), item["code"]) for name in [item["code"], item["label"], *item.get("aliases", [])]]
        for code, office in self.offices.items():
            names = [code.replace("_", " "), office["nombre"], *office["alias"]]
            for name in names:
                rows.append(("representacion", fold(name), code))
                rows += [("representacion", fold(f"{prefix} {name}"), code) for prefix in self.prefixes[office["tipo"]]]
        # The first entry of a name wins, and codes of offices come first. Thus the plain name of a
        # city stands for the office with that code.
        self.db.sql("create table nombres (dimension varchar, nombre varchar, clave varchar)")
        seen = {}
        order = lambda row: (row[0] == "representacion" and row[1] != fold(row[2].replace("_", " ")))
        for dimension, name, code in sorted(rows, key=order):
            seen.setdefault((dimension, name), code)
        self.db.executemany("insert into nombres values (?, ?, ?)", [(d, n, c) for (d, n), c in seen.items()])

    def _moment(self, column, source):
        forms = [self.process["exports"][source]["date_formats"], {"YYYY-MM-DD": None, "DD/MM/YYYY": "%d/%m/%Y", "YYYYMMDD": "%Y%m%d"}]
        tries = []
        for form in forms[0]:
            pattern = forms[1][form]
            if pattern is None:
                tries.append(f"offset_moment({column})")
            else:
                tries += [f"try_strptime({column}, '{pattern}{time}')" for time in (" %H:%M:%S", " %H:%M", "")]
        return f"coalesce({', '.join(tries)})"

    def _load(self, table, source, file):
        """Loads the records with the right number of fields, as text without outer blanks."""
        names = self.process["exports"][source]["columns"]
        head = self.db.sql(f"select * from read_csv('{file}', all_varchar=true, header=true, sample_size=200, ignore_errors=true) limit 0").columns
        known = {fold(column): column for column in head}
        names = names | {name: dimension["header"] for name, dimension in self.declared.items()}
        select = []
        for column in [*COLUMNS[source], *(self.declared if source == "solicitudes" else [])]:
            wanted = names[column]
            found = next(known[fold(n)] for n in ([wanted] if isinstance(wanted, str) else wanted) if fold(n) in known)
            select.append(f"trim(coalesce(\"{found}\", '')) {column}")
        types = ", ".join(f"'{column}': 'VARCHAR'" for column in head)
        delim = self.db.sql(f"select Delimiter from sniff_csv('{file}', all_varchar=true, sample_size=200, ignore_errors=true)").fetchall()[0][0]
        # A quote inside an unquoted cell is text, but DuckDB reports an error for it. These samples
        # have none.
        self.db.sql(f"create or replace table {table} as select row_number() over () n, {', '.join(select)} from read_csv('{file}', header=true, "
                    f"delim='{delim}', quote='\"', escape='\"', columns={{{types}}}, ignore_errors=true, null_padding=false, parallel=false)")

    def _code(self, column, dimension):
        ages = self.declared.get(dimension, {}).get("ages")
        if ages:
            birth, day = f"{self._moment(column, 'solicitudes')}::date", self.process["election_day"]
            # If the birthday comes after election day in that year, the age is one year less.
            age = f"({day.year} - year({birth}) - (month({birth}) * 100 + day({birth}) > {day.month * 100 + day.day})::int)"
            cases = " ".join(f"when {age} between {first} and {last} then '{code}'" for first, last, code, _ in bands(ages["edges"]))
            return f"(case {cases} end)"
        return f"(select clave from nombres where dimension = '{dimension}' and nombre = fold({column}))"

    def _judge(self, file, day):
        self._load("s", "solicitudes", file)
        for dimension in ("entidad", "pais", *self.dimensions):
            column = "cve_entidad" if dimension == "entidad" else dimension
            self.db.sql(f"create or replace table m_{dimension} as select t, {self._code('t', dimension)} c from (select distinct {column} t from s)")
        joins = "".join(f" join m_{d} on m_{d}.t = s.{'cve_entidad' if d == 'entidad' else d}" for d in ("entidad", "pais", *self.dimensions))
        codes = ", ".join(f"coalesce(m_{d}.c, '{UNIDENTIFIED}') c_{d}" for d in self.dimensions)
        members = ", ".join(f"'{e}'" for e in self.process["entities"])
        self.db.sql(f"""create or replace table kept as select * from (
            select n, s.folio, {self._moment('fecha_solicitud', 'solicitudes')} alta, {self._moment('fecha_estatus', 'solicitudes')} cambio,
                   fecha_estatus, m_entidad.c c_entidad, coalesce(m_pais.c, 'XXX') c_pais, {codes} from s {joins})
            where folio <> '' and alta is not null and (cambio is not null or fecha_estatus = '')
              and alta::date between date '{self.opens}' and date '{self.closes}' and alta::date <= date '{day}'
              and (cambio is null or (cambio::date <= date '{day}' and cambio::date >= alta::date)) and c_entidad in ({members})
            qualify row_number() over (partition by folio order by coalesce(cambio, alta) desc, n desc) = 1""")

    def _applications(self, files):
        """Takes the records of the newest export.

        The status is the latest that any export has up to the day `until`.
        """
        self.db.sql("create table observaciones (folio varchar, estatus varchar, instante timestamp, export date)")
        for day in sorted(files):
            self._judge(files[day], day)
            self.db.sql(f"insert into observaciones select folio, c_estatus, coalesce(cambio, alta), date '{day}' from kept")
        declared = "".join(f", c_{dimension} {dimension}" for dimension in self.declared)
        self.db.sql(f"""create table solicitudes as
            with vistos as (select folio, estatus from observaciones where instante::date <= date '{self.until}'
                            qualify row_number() over (partition by folio order by instante desc, export desc) = 1)
            select k.folio, alta::date fecha, c_entidad entidad, c_pais pais, c_sexo sexo, c_modalidad modalidad,
                   c_tipo_credencial tipo_credencial, c_medio medio, coalesce(v.estatus, '{self.process['categories']['estatus'][0]['code']}') estatus{declared}
            from kept k left join vistos v using (folio) where alta::date <= date '{self.until}'""")

    def _credentials(self, files):
        day = max(files)
        self._load("c", "credenciales", files[day])
        for column, dimension in (("cve_entidad", "entidad"), ("representacion", "representacion")):
            self.db.sql(f"create or replace table m_{dimension} as select t, {self._code('t', dimension)} c from (select distinct {column} t from c)")
        moments = ", ".join(f"{self._moment(c, 'credenciales')} {name}" for c, name in
                            (("fecha_tramite", "alta"), ("fecha_entrega", "entrega"), ("fecha_confirmacion", "confirma")))
        self.db.sql(f"""create table credenciales as select entidad, representacion, alta::date tramitada, entrega::date entregada, confirma::date confirmada
            from (select n, folio_tramite, fecha_entrega, fecha_confirmacion, {moments}, m_entidad.c entidad,
                         coalesce(m_representacion.c, 'no_identificada') representacion
                  from c join m_entidad on m_entidad.t = c.cve_entidad join m_representacion on m_representacion.t = c.representacion)
            where folio_tramite <> '' and alta is not null and (entrega is not null or fecha_entrega = '')
              and (confirma is not null or fecha_confirmacion = '') and greatest(alta, entrega, confirma)::date <= date '{day}'
              and (entrega is null or entrega::date >= alta::date) and (confirma is null or (entrega is not null and confirma::date >= entrega::date))
              and entidad is not null
            qualify row_number() over (partition by folio_tramite order by greatest(alta, entrega, confirma) desc, n desc) = 1""")
