"""Writes the sentences that the first view must have, from the recount and the tables of a release.

The module shares no code with the page.
"""
import datetime
from fractions import Fraction

MONTHS = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"]
# The fractions in words, the largest first, and whether the words name several.
FRACTIONS = [(Fraction(3, 4), "tres de cada cuatro", True), (Fraction(2, 3), "dos de cada tres", True), (Fraction(1, 2), "la mitad", False),
             (Fraction(1, 3), "una de cada tres", False), (Fraction(1, 4), "una de cada cuatro", False),
             (Fraction(1, 5), "una de cada cinco", False), (Fraction(1, 10), "una de cada diez", False)]


def half_up(fraction):
    """A share as a whole percentage, half up."""
    return int(fraction * 100 + Fraction(1, 2))


def day(date):
    return f"{date.day} de {MONTHS[date.month - 1]}"


def percent(n, total):
    """A share without decimals. It is empty if its base has fewer than 30."""
    if total < 30:
        return ""
    share = half_up(Fraction(n, total))
    return "menos del 1 %" if share == 0 and n else "más del 99 %" if share == 100 and n < total else f"{share} %"


def arrived(n, total):
    """How many arrived in the last ten days, in words."""
    if total < 30:
        return "una llegó en los últimos diez días" if n == 1 else f"{n:,} llegaron en los últimos diez días"
    if n == total:
        return "todas llegaron en los últimos diez días"
    share = Fraction(n, total)
    for level, words, several in FRACTIONS:
        if share == level or half_up(share) >= half_up(level):
            before = "" if share == level else "cerca de " if half_up(share) == half_up(level) else "más de "
            return f"{before}{words} {'llegaron' if several else 'llegó'} en los últimos diez días ({percent(n, total)})"
    return f"menos de una de cada diez llegó en los últimos diez días ({percent(n, total)})"


def first_view(count, until, entity, projected):
    """The headline of an entity, or of all entities with None, without filters. `projected` has the ranges (low, high) by universe."""
    own = f"entidad = '{entity}'" if entity else "true"
    one = lambda condition: count.db.sql(f"select count(*) from solicitudes where {own} and {condition}").fetchall()[0][0]
    between = lambda first, last: one(f"fecha between date '{first}' and date '{last}'")
    back = lambda date, days: date - datetime.timedelta(days)
    total = between(count.opens, until)
    name = count.entities[entity]["nombre"] if entity else f"Las {len(count.process['entities'])} entidades"
    number = f"{total:,} solicitudes"
    if until >= count.closes:
        text = f"{name} {'cerró' if entity else 'cerraron'} con {number}"
        last_ten = between(back(count.closes, 9), count.closes)
        text += f"; {arrived(last_ten, total)}." if last_ten else "."
        undecided = one("estatus not in ('PROCEDENTE', 'IMPROCEDENTE')")
        low, high = projected["lnere"]
        return f"{text} Faltan {undecided:,} por resolver; se espera una lista de entre {low:,} y {high:,} personas."
    week, before = between(back(until, 6), until), between(back(until, 13), back(until, 7))
    than = f"más que en los siete anteriores ({before:,})" if week > before else f"menos que en los siete anteriores ({before:,})" \
        if week < before else "las mismas que en los siete anteriores"
    low, high = projected["solicitudes"]
    return (f"{name} {'lleva' if entity else 'llevan'} {number} al {day(until)}; {week:,} llegaron en los últimos siete días, {than}. "
            f"Faltan {(count.closes - until).days} días para el cierre, el {day(count.closes)}; "
            f"para entonces se esperan entre {low:,} y {high:,} solicitudes.")
