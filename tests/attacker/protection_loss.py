"""What protection costs: the share of cells and counts that are suppressed. The baseline suppresses
each row and column with a small cell.
"""
import collections

from .table_attacks import totals_hidden

BY_CATEGORY = ["lnere_por_sexo", "lnere_por_modalidad", "lnere_por_tipo_credencial", "lnere_por_medio", "lnere_por_estatus"]
OTHERS = ["lnere_por_pais", "lnere_cubo", "credenciales_por_entidad", "credenciales_por_representacion"]


class Loss(collections.Counter):
    """Cells and counts: in all, suppressed (`hidden_`), and of the baseline (`baseline_`)."""

    def share(self, part, whole):
        return 100 * self[part] / self[whole] if self[whole] else 0.0

    def ratio(self, part):
        ours, theirs = self[f"hidden_{part}"], self[f"baseline_{part}"]
        return "–" if not theirs else "all" if not ours else f"{theirs / ours:.1f}"


def of_table(release, table):
    """The loss of one table. A zero without a row is not counted as a cell."""
    loss = Loss()
    if table is None:
        return loss
    entity = table.keys.index("cve_entidad") if "cve_entidad" in table.keys else None
    cells = {}
    for key, row in table.rows.items():
        for measure in table.measures:
            exact = table.exact.get(key, {}).get(measure, 0) if table.exact is not None else row[measure] or 0
            across = key if entity is None else key[entity]
            down = measure if entity is None else (key[:entity] + key[entity + 1:], measure)
            cells[key, measure] = across, down, exact, row[measure] is None
    small = [(across, down) for across, down, exact, _ in cells.values() if 0 < exact < release.minimum]
    rows, columns = {across for across, _ in small}, {down for _, down in small}
    for across, down, exact, hidden in cells.values():
        loss.update(cells=1, counts=exact)
        if hidden:
            loss.update(hidden_cells=1, hidden_counts=exact)
        if across in rows or down in columns:
            loss.update(baseline_cells=1, baseline_counts=exact)
    return loss


def of_release(release):
    losses = {name: of_table(release, release.tables.get(name)) for name in BY_CATEGORY + OTHERS}
    together = Loss()
    for name in BY_CATEGORY:
        together.update(losses[name])
    return {"by_category": together, **losses}


def as_json(release):
    entities, nation = totals_hidden(release)
    kept = ("cells", "hidden_cells", "counts", "hidden_counts", "baseline_cells", "baseline_counts")
    tables = {name: {part: loss[part] for part in kept} for name, loss in of_release(release).items()}
    return {"kind": "loss", "corte": release.label(), "entity_totals_hidden": entities, "nation_totals_hidden": nation, "tables": tables}


def as_markdown(releases):
    """Three tables: all tables by category at each corte, each table over all cortes, and each
    table at each corte.
    """
    each = {release.corte: of_release(release) for release in releases if not release.superseded}
    hidden = {release.corte: totals_hidden(release) for release in releases if not release.superseded}
    yield "| corte | cells | counts | baseline cells | baseline counts | ratio of cells | ratio of counts | entity totals | nation totals |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for corte, losses in each.items():
        yield f"| {corte} | {line(losses['by_category'])} | {hidden[corte][0]} | {hidden[corte][1]} |"
    yield ""
    yield "| table, all cortes | cells | counts | baseline cells | baseline counts | ratio of cells | ratio of counts |"
    yield "|---|---|---|---|---|---|---|"
    for name in ["by_category", *BY_CATEGORY, *OTHERS]:
        total = Loss()
        for losses in each.values():
            total.update(losses[name])
        yield f"| {name} | {line(total)} |"
    yield ""
    yield "| hidden cells (counts) | " + " | ".join(BY_CATEGORY + OTHERS) + " |"
    yield "|---|" + "---|" * len(BY_CATEGORY + OTHERS)
    for corte, losses in each.items():
        yield f"| {corte} | " + " | ".join(brief(losses[name]) for name in BY_CATEGORY + OTHERS) + " |"


def line(loss):
    return (f"{loss.share('hidden_cells', 'cells'):.1f} % | {loss.share('hidden_counts', 'counts'):.2f} % | "
            f"{loss.share('baseline_cells', 'cells'):.1f} % | {loss.share('baseline_counts', 'counts'):.2f} % | "
            f"{loss.ratio('cells')} | {loss.ratio('counts')}")


def brief(loss):
    return f"{loss['hidden_cells']} of {loss['cells']} ({loss.share('hidden_counts', 'counts'):.2f} %)"
