"""Checks the public part of every release of an output with other tools than the program.

    python tests/check_public_part.py OUT

- The descriptor is a valid Data Package, and frictionless reads each CSV by its schema.
- The catalogue is JSON-LD with DCAT datasets and distributions, whose sizes and checksums are those of the
  files. rdflib reads it.
- CSV and Parquet hold the same cells.
- The file of all cortes holds the published cells of the newest revision of each corte up to its own, and
  nothing else.
- Each number on the page, in LEEME.txt and in the titles of charts is a published count, a percentage of
  two of them, a day, or one of the fixed numbers.

Needs duckdb, frictionless and rdflib. Prints what it checked; exits 1 at the first finding.
"""
import hashlib
import html.parser
import json
import pathlib
import re
import sys

import duckdb
import frictionless
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
TOTALS, ALL = "totales_nacionales", "TODOS"
MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


def fail(*message):
    sys.exit(" ".join(str(part) for part in message))


def rows(path):
    if path.suffix == ".csv":
        relation = duckdb.read_csv(str(path), header=True, all_varchar=True)
        return relation.columns, [tuple(value or None for value in row) for row in relation.fetchall()]
    relation = duckdb.read_parquet(str(path))
    written = lambda value: None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return relation.columns, [tuple(written(value) for value in row) for row in relation.fetchall()]


def number(text):
    return None if text is None else float(text) if re.fullmatch(r"-?\d+(\.\d+)?(e[-+]?\d+)?", text) else text


def check_same_cells(public):
    files = sorted(public.glob("tablas/*.parquet")) + sorted(public.glob("serie/*.parquet"))
    for file in files:
        assert file.with_suffix(".csv").read_bytes().startswith(b"\xef\xbb\xbf"), file
        columns, parquet = rows(file)
        names, csv = rows(file.with_suffix(".csv"))
        if names != columns or [[number(cell) for cell in row] for row in csv] != [[number(cell) for cell in row] for row in parquet]:
            fail(file, "and its CSV differ")
    return len(files)


def check_package(public):
    path = public / "datapackage.json"
    descriptor = json.loads(path.read_text())
    package = frictionless.Package.from_descriptor(descriptor, basepath=str(public))
    errors = [error.message for error in frictionless.Package.metadata_validate(descriptor)]
    if errors:
        fail(path, errors)
    for key in ("created", "licenses", "contributors", "sources", "keywords", "title", "version"):
        if not descriptor.get(key):
            fail(path, "has no", key)
    checked = 0
    for resource in package.resources:
        if resource.format == "csv":
            report = resource.validate()
            if not report.valid:
                fail(resource.path, report.flatten(["rowNumber", "fieldNumber", "type", "message"])[:3])
            checked += 1
    return checked


def check_catalogue(public):
    graph = rdflib.Graph()
    base = "https://example.org/datos/"
    graph.parse(data=(public / "catalog.jsonld").read_text(), format="json-ld", publicID=base + "catalog.jsonld")
    [catalogue] = graph.subjects(RDF.type, DCAT.Catalog)
    datasets = set(graph.objects(catalogue, DCAT.dataset))
    if not datasets or datasets != set(graph.subjects(RDF.type, DCAT.Dataset)):
        fail(public, "names no datasets, or some that are not in the catalogue")
    for node in (catalogue, *datasets):
        for name in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.issued, DCTERMS.modified, DCTERMS.license):
            if not list(graph.objects(node, name)):
                fail(node, "has no", name)
        assert list(graph.objects(next(graph.objects(node, DCTERMS.publisher)), FOAF.name))
    files = set()
    for dataset in datasets:
        for name in (DCTERMS.temporal, DCAT.contactPoint, DCAT.keyword, DCTERMS.identifier):
            if not list(graph.objects(dataset, name)):
                fail(dataset, "has no", name)
        for node in graph.objects(dataset, DCAT.distribution):
            path = str(next(graph.objects(node, DCAT.downloadURL))).removeprefix(base)
            content = (public / path).read_bytes()
            size = int(next(graph.objects(node, DCAT.byteSize)))
            checksum = next(graph.objects(next(graph.objects(node, SPDX.checksum)), SPDX.checksumValue))
            if (size, str(checksum).lower()) != (len(content), hashlib.sha256(content).hexdigest()):
                fail(path, "is not what the catalogue says")
            kind = str(next(graph.objects(node, DCAT.mediaType))).rsplit("media-types/", 1)[1]
            assert kind == {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}[pathlib.Path(path).suffix], path
            files.add(path)
    there = {str(file.relative_to(public)) for file in public.rglob("*") if file.suffix in (".csv", ".parquet")}
    if files != there:
        fail(public, "files that the catalogue does not name, or the reverse:", files ^ there)
    return len(files)


def published_cells(public):
    """{(tabla, cve_entidad, codes, medida): count}, from the public tables alone."""
    manifest = json.loads((public / "manifest.json").read_text())
    cells = {}
    for file in sorted(public.glob("tablas/*.parquet")):
        columns, records = rows(file)
        for record in records:
            row = dict(zip(columns, record))
            if file.stem == TOTALS:
                keys = manifest["tables"][row["tabla"]]["keys"]
                codes = tuple(sorted((key, row[key]) for key in keys if key != "cve_entidad"))
                cells[row["tabla"], "00", codes, row["medida"]] = row["nacional"]
                continue
            grain = manifest["tables"][file.stem]
            codes = tuple(sorted((key, row[key]) for key in grain["keys"] if key != "cve_entidad"))
            for measure in grain["measures"]:
                cells[file.stem, row.get("cve_entidad", "00"), codes, measure] = row[measure]
    return manifest, cells


def check_series(public, others):
    manifest, _ = published_cells(public)
    columns, records = rows(public / "serie/lnere_publico.parquet")
    stated = {}
    for record in records:
        row = dict(zip(columns, record))
        keys = manifest["tables"][row["tabla"]]["keys"]
        codes = tuple(sorted((key, row[key]) for key in keys if key != "cve_entidad"))
        other = [row[column] for column in columns[5:-4] if column not in keys]
        assert set(other) <= {ALL}, row
        key = (row["corte"], int(row["revision"]), row["tabla"], row["cve_entidad"], codes, row["medida"])
        assert key not in stated, key
        assert (row["cifra"] is None) == (row["protegida"] == "true"), row
        stated[key] = row["cifra"]
    expected = {}
    for corte, revision in manifest["serie"]["cortes"].items():
        _, cells = others[corte, revision]
        expected.update({(corte, revision, *cell): count for cell, count in cells.items()})
    if stated != expected:
        differing = [key for key in stated.keys() | expected.keys() if stated.get(key, "absent") != expected.get(key, "absent")]
        fail(public, len(differing), "cells of the file of all cortes differ:", differing[:3])
    # Up to its own corte, each that was public before it is there.
    before = {record["corte"] for record in manifest["earlier"] if record["corte"] <= manifest["corte"]}
    assert before | {manifest["corte"]} == set(manifest["serie"]["cortes"]), public
    return len(stated)


class Page(html.parser.HTMLParser):
    """The counts, and the text outside elements that hold days, sizes and paths."""

    def __init__(self):
        super().__init__()
        self.stack, self.counts, self.titles, self.text = [], [], [], ""

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "data":
            self.counts.append([int(attributes["value"]), ""])
        if tag not in ("meta", "link", "img", "rect"):
            self.stack.append((tag, attributes.get("class")))
        if tag == "img":
            self.titles.append(attributes["alt"])

    def handle_endtag(self, tag):
        if tag not in ("meta", "link", "img", "rect"):
            assert self.stack.pop()[0] == tag, tag

    def handle_data(self, data):
        tags = [tag for tag, _ in self.stack]
        if "data" in tags:
            self.counts[-1][1] += data
        elif "figcaption" in tags:
            self.titles.append(data)
        elif "time" not in tags and ("small", "peso") not in self.stack:
            self.text += data


def numbers(text):
    return [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)]


def without_days(text):
    text = re.sub("SHA256SUMS|sha256sum", "", text)
    return re.sub(rf"\d{{1,2}} de (?:{'|'.join(MONTHS)}) de \d{{4}}", "", text)


def percentages(public):
    """The whole percentages of a published count in the total of its table and place."""
    _, cells = published_cells(public)
    totals = {}
    for (table, entity, codes, measure), count in cells.items():
        if count is not None:
            totals.setdefault((table, entity, measure), []).append(int(count))
            totals.setdefault((table, measure), []).append(int(count))
    found = set()
    for counts in totals.values():
        wholes = {sum(counts), max(counts)}
        found |= {(200 * part + whole) // (2 * whole) for part in counts for whole in wholes if part <= whole and whole >= 30}
    return found | {100}


def stray_numbers(text, shown, shares):
    """The numbers of a text that are neither counts nor percentages."""
    of_percent = [int(found) for found in re.findall(r"(\d+)\s*%", text)]
    rest = re.sub(r"\d+\s*%", "", text)
    return [value for value in of_percent if value not in shares] + [value for value in numbers(rest) if value not in shown]


def check_texts(public, others):
    manifest, _ = published_cells(public)
    shown = set()
    for corte, revision in manifest["serie"]["cortes"].items():
        shown |= {int(count) for count in others[corte, revision][1].values() if count is not None}
    page = Page()
    page.feed((public / "index.html").read_text())
    for count, text in page.counts:
        if text != f"{count:,}" or count not in shown:
            fail(public / "index.html", "shows", text, "for", count, "which is no published count")
    fixed = set(numbers(manifest["title"])) | {manifest["revision"]}
    shares = percentages(public)
    stray = [value for value in numbers(without_days(page.text)) if value not in fixed]
    # The titles of charts state counts and percentages.
    stray += [value for title in page.titles for value in stray_numbers(without_days(title), fixed | shown, shares)]
    if stray:
        fail(public / "index.html", "shows numbers outside its counts:", stray)
    text = without_days((public / "LEEME.txt").read_text())
    # The nation's code `cve_entidad 00`, and the numbers that explain the protection.
    fixed |= {manifest["minimum"], manifest["minimum"] + 1, manifest["detail_from"], 0}
    stray = [value for value in numbers(text) if value not in fixed | shown]
    if stray:
        fail(public / "LEEME.txt", "shows numbers that are no published counts:", stray)
    charts = 0
    for chart in sorted(public.glob("graficas/*/*.svg")):
        # Entities' charts are of the public tables as well. Their shares and axes are checked by the program.
        title = re.search(r"<title[^>]*>(.*?)</title>", chart.read_text(), re.S)[1]
        assert not stray_numbers(without_days(title), fixed | shown, shares), (chart, title)
        charts += 1
    return len(page.counts), charts


def main():
    found = [path for folder in ("superseded", "releases") for path in sorted(pathlib.Path(sys.argv[1]).glob(f"{folder}/*/publico"))]
    if not found:
        fail("no public part in", sys.argv[1])
    others = {}
    for public in found:
        manifest, cells = published_cells(public)
        others[manifest["corte"], manifest["revision"]] = manifest, cells
    for public in found:
        tables, csv, files = check_same_cells(public), check_package(public), check_catalogue(public)
        cells, (counts, charts) = check_series(public, others), check_texts(public, others)
        assert tables == csv and files == 2 * tables, (tables, csv, files)
        print(f"{public}: {tables} tables, {cells} cells of all cortes, {counts} counts on the page, {charts} charts")


if __name__ == "__main__":
    main()
