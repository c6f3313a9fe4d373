/**
 * The daily cube: how it is read from `datos.js`, and how many applications each bar stands for under any
 * set of filters.
 */

/** The dimensions of the daily cube, in the order of its keys. */
export const DIMENSIONS = ['fecha', 'entidad', 'pais', 'sexo', 'modalidad', 'tipo_credencial', 'medio', 'estatus'];
/** The dimensions in which a visitor may choose categories, in the order of the page. */
export const BREAKDOWNS = ['pais', 'modalidad', 'sexo', 'tipo_credencial', 'medio', 'estatus'];

/**
 * Reads a sparse cube: differences of ascending keys, each followed by its count where that is over one.
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
  let key = -1;
  let total = 0;
  for (let cell = 0; cell < sparse.celdas; cell += 1) {
    const word = next();
    const several = word % 2;
    key += (word - several) / 2 + 1;
    const count = several ? next() + 2 : 1;
    counts[cell] = count;
    total += count;
    let rest = key;
    for (let dimension = sizes.length - 1; dimension >= 0; dimension -= 1) {
      const whole = Math.floor(rest / sizes[dimension]);
      columns[dimension][cell] = rest - whole * sizes[dimension];
      rest = whole;
    }
    if (rest !== 0) throw new Error('una clave está fuera del cubo');
  }
  if (at !== bytes.length || total !== sparse.total) throw new Error('los conteos no suman su total');
  return { count: sparse.celdas, columns, counts };
}

/**
 * One pass over all cells. A cell counts towards a dimension's bars where it passes every filter but that
 * dimension's own, so that a bar says what choosing it would give.
 * @param {Sparse} sparse
 * @param {Columns} cells
 * @param {Chosen} selection
 * @returns {Answer}
 */
export function query(sparse, cells, selection) {
  const sizes = sparse.tamanos;
  const failing = sparse.dimensiones.map((name, at) => {
    const bits = new Uint8Array(Math.max(1, sizes[at]));
    const chosen = selection.chosen[name];
    for (let code = 0; code < sizes[at]; code += 1) {
      const passes =
        name === 'fecha'
          ? code >= selection.from && code <= selection.to
          : name === 'entidad'
            ? selection.entity < 0 || code === selection.entity
            : !chosen?.size || chosen.has(code);
      bits[code] = passes ? 0 : 1 << at;
    }
    return bits;
  });
  const bars = sizes.map((size) => new Float64Array(size));
  const byEntityDay = new Float64Array(sizes[0] * sizes[1]);
  // Written out for the eight dimensions, since this loop is what a press waits for.
  const [f0, f1, f2, f3, f4, f5, f6, f7] = failing;
  const [b0, b1, b2, b3, b4, b5, b6, b7] = bars;
  const [c0, c1, c2, c3, c4, c5, c6, c7] = cells.columns;
  const { counts } = cells;
  const days = sizes[0];
  let total = 0;
  for (let at = 0; at < cells.count; at += 1) {
    const apart = f2[c2[at]] | f3[c3[at]] | f4[c4[at]] | f5[c5[at]] | f6[c6[at]] | f7[c7[at]];
    const failed = apart | f0[c0[at]] | f1[c1[at]];
    const count = counts[at];
    if (apart === 0) byEntityDay[c1[at] * days + c0[at]] += count;
    if (failed === 0) {
      total += count;
      b0[c0[at]] += count;
      b1[c1[at]] += count;
      b2[c2[at]] += count;
      b3[c3[at]] += count;
      b4[c4[at]] += count;
      b5[c5[at]] += count;
      b6[c6[at]] += count;
      b7[c7[at]] += count;
    } else if ((failed & (failed - 1)) === 0) {
      const dimension = 31 - Math.clz32(failed);
      bars[dimension][cells.columns[dimension][at]] += count;
    }
  }
  /** @type {Record<string, Float64Array>} */
  const by = {};
  sparse.dimensiones.forEach((name, at) => {
    by[name] = bars[at];
  });
  return { total, byDay: by.fecha, byEntityDay, by };
}

/** @param {ArrayLike<number>} numbers @param {number} from @param {number} to */
export function sum(numbers, from, to) {
  let total = 0;
  for (let at = Math.max(0, from); at <= to; at += 1) total += numbers[at];
  return total;
}
