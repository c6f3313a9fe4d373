/**
 * Decodes the cubes of `datos.js`, and counts the applications of each bar under any set of
 * filters.
 */

/**
 * The largest number of keys in one part of the dimensions. JavaScript represents all whole numbers
 * up to twice this number exactly.
 */
const MAX_PART = 2 ** 52;
/** The bits of the day and the entity in the mask of the filters that a cell fails. */
const DAY_AND_ENTITY = 0b11;

/**
 * Decodes a sparse cube: the differences between ascending keys, each with its count if the count
 * is more than one. `tablero/DATOS.md` specifies the format.
 * @param {Sparse} sparse
 * @returns {Columns}
 */
export function decode(sparse) {
  const bytes = atob(sparse.datos);
  const sizes = sparse.tamanos;
  const columns = sizes.map((size) => (size > 256 ? new Uint16Array(sparse.celdas) : new Uint8Array(sparse.celdas)));
  const counts = new Uint32Array(sparse.celdas);
  let at = 0;
  const next = () => {
    let number = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes.charCodeAt(at);
      if (Number.isNaN(byte)) throw new Error('los datos terminan antes de tiempo');
      at += 1;
      number += (byte & 127) * scale;
      if (byte < 128) return number;
      scale *= 128;
    }
  };
  const parts = partsOf(sizes);
  const keys = parts.map(() => 0);
  const last = parts.length - 1;
  let total = 0;
  for (let cell = 0; cell < sparse.celdas; cell += 1) {
    let asBefore = cell > 0;
    for (let part = 0; part < last; part += 1) {
      const difference = next();
      keys[part] = (asBefore ? keys[part] : 0) + difference;
      asBefore &&= difference === 0;
    }
    const word = next();
    const several = word % 2;
    keys[last] = (asBefore ? keys[last] + 1 : 0) + (word - several) / 2;
    const count = several ? next() + 2 : 1;
    counts[cell] = count;
    total += count;
    for (let part = 0; part <= last; part += 1) {
      let rest = keys[part];
      for (let dimension = parts[part].end - 1; dimension >= parts[part].start; dimension -= 1) {
        const whole = Math.floor(rest / sizes[dimension]);
        columns[dimension][cell] = rest - whole * sizes[dimension];
        rest = whole;
      }
      if (rest !== 0) throw new Error('una clave está fuera del cubo');
    }
  }
  if (at !== bytes.length || total !== sparse.total) throw new Error('los conteos no suman su total');
  return { count: sparse.celdas, columns, counts };
}

/**
 * Divides the dimensions of a cube into parts, from the first dimension on. Each part has as many
 * dimensions as `MAX_PART` allows.
 * @param {number[]} sizes
 */
function partsOf(sizes) {
  const parts = [{ start: 0, end: 0 }];
  let span = 1;
  sizes.forEach((size, at) => {
    span *= size;
    if (span > MAX_PART) {
      parts.push({ start: at, end: at });
      span = size;
    }
    parts[parts.length - 1].end = at + 1;
  });
  return parts;
}

/**
 * The counts of all bars. A cell counts in the bars of a dimension if it passes all filters of the
 * other dimensions. Thus each bar shows the count that its selection would give.
 * @param {Sparse} sparse
 * @param {Columns} cells
 * @param {Chosen} selection
 * @returns {Answer}
 */
export function query(sparse, cells, selection) {
  const sizes = sparse.tamanos;
  const { columns, counts } = cells;
  // For each cell, a mask: the bit of a dimension is set if the cell fails its filter.
  const failed = new Uint32Array(cells.count);
  sparse.dimensiones.forEach((name, at) => {
    const chosen = selection.chosen[name];
    const bits = Uint32Array.from({ length: sizes[at] }, (_, code) => {
      const passes =
        name === 'fecha'
          ? code >= selection.from && code <= selection.to
          : name === 'entidad'
            ? selection.entity < 0 || code === selection.entity
            : !chosen?.size || chosen.has(code);
      return passes ? 0 : 1 << at;
    });
    if (bits.some((bit) => bit !== 0)) mark(failed, columns[at], bits);
  });
  const bars = sizes.map((size) => new Float64Array(size));
  const [days] = sizes;
  const [dayOf, entityOf] = columns;
  const byEntityDay = new Float64Array(days * sizes[1]);
  const passed = new Uint32Array(cells.count);
  let total = 0;
  let passing = 0;
  for (let at = 0; at < cells.count; at += 1) {
    const fails = failed[at];
    if ((fails & ~DAY_AND_ENTITY) === 0) byEntityDay[entityOf[at] * days + dayOf[at]] += counts[at];
    if (fails === 0) {
      passed[passing] = at;
      passing += 1;
      total += counts[at];
    } else if ((fails & (fails - 1)) === 0) {
      const dimension = 31 - Math.clz32(fails);
      bars[dimension][columns[dimension][at]] += counts[at];
    }
  }
  const whole = passed.subarray(0, passing);
  bars.forEach((numbers, at) => tally(numbers, columns[at], counts, whole));
  /** @type {Record<string, Float64Array>} */
  const by = {};
  sparse.dimensiones.forEach((name, at) => {
    by[name] = bars[at];
  });
  return { total, byDay: by.fecha, byEntityDay, by };
}

/**
 * Adds the bits of each cell's code to the mask of the filters that the cell fails.
 * @param {Uint32Array} failed
 * @param {Columns['columns'][0]} codes
 * @param {Uint32Array} bits
 */
function mark(failed, codes, bits) {
  for (let at = 0; at < failed.length; at += 1) failed[at] |= bits[codes[at]];
}

/**
 * Adds the counts of some cells to the bars of one dimension.
 * @param {Float64Array} bars
 * @param {Columns['columns'][0]} codes
 * @param {Uint32Array} counts
 * @param {Uint32Array} cells the positions of the cells to count
 */
function tally(bars, codes, counts, cells) {
  for (let at = 0; at < cells.length; at += 1) bars[codes[cells[at]]] += counts[cells[at]];
}

/** @param {ArrayLike<number>} numbers @param {number} from @param {number} to */
export function sum(numbers, from, to) {
  let total = 0;
  for (let at = Math.max(0, from); at <= to; at += 1) total += numbers[at];
  return total;
}
