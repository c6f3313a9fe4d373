/** The places of labels beside lines and areas. */

/**
 * Spreads labels so that none overlaps another, and keeps their order.
 * @param {number[]} places the wanted places, in pixels from the top
 * @param {number} gap the least distance between two of them
 * @param {number} from the first place that is possible
 * @param {number} to the last place that is possible
 */
export function spread(places, gap, from, to) {
  const order = places.map((place, at) => ({ at, place })).sort((one, other) => one.place - other.place || one.at - other.at);
  let least = from;
  for (const one of order) {
    one.place = Math.max(one.place, least);
    least = one.place + gap;
  }
  let most = to;
  for (const one of order.slice().reverse()) {
    one.place = Math.min(one.place, most);
    most = one.place - gap;
  }
  const found = places.slice();
  for (const one of order) found[one.at] = one.place;
  return found;
}
