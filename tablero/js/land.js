/**
 * The land of the world for a flat map, without borders and without Antarctica. The rings of the
 * source are those of a globe: some cross the line at 180 degrees, and a flat map would draw them
 * across its whole width.
 */
import { feature } from 'topojson-client';
import source from 'world-atlas/land-110m.json';

/** @typedef {[number, number][]} Ring */

/** No land north of Antarctica lies south of this latitude. */
const SOUTH = -60;

/** The land as GeoJSON. @returns {any} */
export function land() {
  const all = feature(source, source.objects.land);
  /** @type {Ring[][]} */
  const polygons = all.features.flatMap((/** @type {any} */ one) =>
    one.geometry.type === 'Polygon' ? [one.geometry.coordinates] : one.geometry.coordinates,
  );
  const flat = polygons.filter(([outer]) => outer.some(([, latitude]) => latitude > SOUTH)).flatMap(flattened);
  return {
    type: 'FeatureCollection',
    features: [{ type: 'Feature', properties: { name: 'tierra' }, geometry: { type: 'MultiPolygon', coordinates: flat } }],
  };
}

/** The parts of a polygon between 180 degrees west and east. @param {Ring[]} polygon @returns {Ring[][]} */
function flattened(polygon) {
  const rings = polygon.map(unwound);
  const longitudes = rings[0].map(([longitude]) => longitude);
  if (Math.min(...longitudes) >= -180 && Math.max(...longitudes) <= 180) return [polygon];
  return [-360, 0, 360]
    .map((shift) =>
      rings
        .map((ring) => ring.map(([x, y]) => /** @type {[number, number]} */ ([x + shift, y])))
        .map((ring) => clipped(clipped(ring, -180, 1), 180, -1)),
    )
    .filter(([outer]) => outer.length > 2);
}

/** A ring whose longitudes go on beyond 180 degrees instead of jumping. @param {Ring} ring @returns {Ring} */
function unwound(ring) {
  let shift = 0;
  return ring.map(([x, y], at) => {
    const step = at > 0 ? x - ring[at - 1][0] : 0;
    if (step > 180) shift -= 360;
    else if (step < -180) shift += 360;
    return [x + shift, y];
  });
}

/**
 * The part of a ring on one side of a longitude.
 * @param {Ring} ring
 * @param {number} edge
 * @param {1 | -1} side 1 for the part east of it, -1 for the part west of it
 * @returns {Ring}
 */
function clipped(ring, edge, side) {
  const inside = (/** @type {[number, number]} */ [x]) => (x - edge) * side >= 0;
  return ring.flatMap((point, at) => {
    const before = ring[(at + ring.length - 1) % ring.length];
    const kept = inside(point) ? [point] : [];
    if (inside(point) === inside(before)) return kept;
    const share = (edge - before[0]) / (point[0] - before[0]);
    const crossing = /** @type {[number, number]} */ ([edge, before[1] + share * (point[1] - before[1])]);
    return [crossing, ...kept];
  });
}
