"""Writes land_110m.txt from Natural Earth's land at 1:110 million.

The input is `land-110m.json` of the npm package world-atlas 2.0.2 (`npm pack world-atlas@2.0.2`),
a TopoJSON file. Natural Earth is in the public domain. Usage:

    python3 convert_land.py package/land-110m.json > land_110m.txt
"""

import json
import sys

# The charts do not show Antarctica: no country has applications there.
SOUTHERN_LIMIT = -6000
HALF_TURN = 18000

HEADER = """\
# Land without borders, from Natural Earth 1:110m (https://www.naturalearthdata.com), version 4.1 as
# packed in npm world-atlas 2.0.2. Natural Earth is in the public domain. Antarctica is left out.
# convert_land.py wrote this file. A line is a ring: its first point and the steps to the others,
# each `longitude,latitude` in hundredths of a degree. A ring that crosses the meridian of 180 degrees
# is two lines. A line that begins with `- ` is a lake.
"""


def decode_arcs(topology):
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((round((x * scale_x + left) * 100), round((y * scale_y + bottom) * 100)))
        yield points


def ring_points(ring, arcs):
    points = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1 if points else 0 :])
    without_repeats = [points[0]]
    for point in points[1:]:
        if point != without_repeats[-1]:
            without_repeats.append(point)
    if without_repeats[0] == without_repeats[-1]:
        without_repeats.pop()
    return without_repeats


def clip_at(points, edge, keep_less):
    """The part of a ring on one side of a meridian (Sutherland and Hodgman)."""
    kept = []
    for previous, point in zip(points[-1:] + points[:-1], points):
        inside, was_inside = ((x <= edge) if keep_less else (x >= edge) for x in (point[0], previous[0]))
        if inside != was_inside:
            part = (edge - previous[0]) / (point[0] - previous[0])
            kept.append((edge, round(previous[1] + part * (point[1] - previous[1]))))
        if inside:
            kept.append(point)
    return kept


def cut_at_antimeridian(points):
    """The rings on both sides of the meridian of 180 degrees. Each step of the result is a short way
    on the map; a ring of the input may step from one edge of the map to the other."""
    unwrapped = [points[0]]
    for x, y in points[1:]:
        while x - unwrapped[-1][0] > HALF_TURN:
            x -= 2 * HALF_TURN
        while unwrapped[-1][0] - x > HALF_TURN:
            x += 2 * HALF_TURN
        unwrapped.append((x, y))
    for turns in (-1, 0, 1):
        moved = [(x + turns * 2 * HALF_TURN, y) for x, y in unwrapped]
        part = clip_at(clip_at(moved, -HALF_TURN, False), HALF_TURN, True)
        part = [point for place, point in enumerate(part) if point != part[place - 1]]
        if len(part) > 2 and len({x for x, _ in part}) > 1:
            yield part


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        topology = json.load(file)
    arcs = list(decode_arcs(topology))
    sys.stdout.write(HEADER)
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for number, ring in enumerate(polygon):
                points = ring_points(ring, arcs)
                if len(points) < 3 or max(latitude for _, latitude in points) < SOUTHERN_LIMIT:
                    continue
                for part in cut_at_antimeridian(points):
                    steps = [part[0]]
                    steps += [(x - a, y - b) for (a, b), (x, y) in zip(part, part[1:])]
                    line = " ".join(f"{x},{y}" for x, y in steps)
                    sys.stdout.write(("- " if number else "") + line + "\n")


if __name__ == "__main__":
    main()
