"""Writes land_110m.txt from Natural Earth's land at 1:110 million.

The input is `land-110m.json` of the npm package world-atlas 2.0.2 (`npm pack world-atlas@2.0.2`),
a TopoJSON file. Natural Earth is in the public domain. Usage:

    python3 convert_land.py package/land-110m.json > land_110m.txt
"""

import json
import sys

# The charts do not show Antarctica: no country has applications there.
SOUTHERN_LIMIT = -6000

HEADER = """\
# Land without borders, from Natural Earth 1:110m (https://www.naturalearthdata.com), version 4.1 as
# packed in npm world-atlas 2.0.2. Natural Earth is in the public domain. Antarctica is left out.
# convert_land.py wrote this file. A line is a ring: its first point and the steps to the others,
# each `longitude,latitude` in hundredths of a degree. A line that begins with `-` is a lake.
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
                steps = [points[0]]
                steps += [(x - a, y - b) for (a, b), (x, y) in zip(points, points[1:])]
                sys.stdout.write(("- " if number else "") + " ".join(f"{x},{y}" for x, y in steps) + "\n")


if __name__ == "__main__":
    main()
