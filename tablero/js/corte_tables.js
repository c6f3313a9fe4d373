/**
 * Reads the tables of the newest corte: the projection, the postal packages and the quality of the
 * exports. Filters and dates do not apply to them. Each function returns nothing if the data lack
 * its table.
 */

/** @typedef {{ low90: number, low50: number, median: number, high50: number, high90: number }} Range */

/**
 * The rows of a table as objects.
 * @param {PublicTable | undefined} table
 * @returns {Record<string, any>[]}
 */
export function records(table) {
  if (!table) return [];
  return table.filas.map((row) => Object.fromEntries(table.columnas.map((column, at) => [column, row[at]])));
}

/** @param {Record<string, any>} row @returns {Range} */
function range(row) {
  return {
    low90: row.inferior_90,
    low50: row.inferior_50,
    median: row.mediana,
    high50: row.superior_50,
    high90: row.superior_90,
  };
}

/** The tables of a corte. @param {Data} data */
export function make(data) {
  const tables = data.corte?.tablas ?? {};
  const all = (/** @type {string} */ name) => records(tables[name]);
  const national = (/** @type {string} */ name) => all(name).map((row) => Object.assign(row, { cve_entidad: '' }));
  const projected = [...national('proyeccion_lnere_nacional'), ...all('proyeccion_lnere_entidad')];
  const byDay = [...national('proyeccion_diaria_nacional'), ...all('proyeccion_diaria')];
  const packages = all('plan_pep');
  const quality = all('calidad');
  const comparison = all('comparativo');
  const goals = all('metas');
  /** These tables have all entities together under a code of their own. */
  const together = (/** @type {string} */ entity) => entity || '00';

  /**
   * The projection of an entity, or of all entities with the code "".
   * @param {'solicitudes' | 'lnere'} universe
   * @param {string} entity
   */
  function projection(universe, entity) {
    const row = projected.find((one) => one.universo === universe && one.cve_entidad === entity);
    return row ? range(row) : null;
  }

  /** The cumulative applications by day, from the corte to the close. @param {string} entity */
  function fan(entity) {
    const rows = byDay.filter((row) => row.cve_entidad === entity);
    return rows.map((row) => ({ day: String(row.fecha), ...range(row) })).sort((one, other) => (one.day < other.day ? -1 : 1));
  }

  /** The postal packages: the median, and the copies to print. @param {string} entity */
  function postal(entity) {
    const rows = packages.filter((row) => entity === '' || row.cve_entidad === entity);
    if (packages.length === 0) return null;
    const sum = (/** @type {string} */ column) => rows.reduce((total, row) => total + Number(row[column]), 0);
    return { median: sum('paquetes_mediana'), run: sum('tiraje') };
  }

  /** The goal of an entity. @param {string} entity */
  function goal(entity) {
    const row = goals.find((one) => one.cve_entidad === together(entity));
    return row ? { count: Number(row.meta), title: String(row.titulo) } : null;
  }

  /**
   * The newest earlier process whose source has a count at the same days to its close.
   * @param {string} entity
   */
  function earlier(entity) {
    const rows = comparison.filter((row) => row.cve_entidad === together(entity));
    const own = rows.filter((row) => row.proceso === data.proceso).map((row) => Number(row.dias_al_cierre));
    const days = Math.min(...own);
    const found = rows.filter((row) => row.proceso !== data.proceso && row.dias_al_cierre === days);
    const year = (/** @type {any} */ row) =>
      Number(
        String(row.proceso)
          .split('_')
          .filter((part) => /^\d+$/.test(part))
          .at(-1) ?? 0,
      );
    const last = found.sort((one, other) => year(other) - year(one))[0];
    return last
      ? {
          count: Number(last.solicitudes_acumuladas),
          title: String(last.titulo),
          counted: String(last.que_cuenta),
          days,
        }
      : null;
  }

  /** The newest export of each source that the counts come from, and its records. */
  function sources() {
    /** @type {Map<string, { source: string, file: string, day: string, read: number, accepted: number, rejected: number, warned: number }>} */
    const found = new Map();
    for (const row of quality) {
      const one = found.get(row.archivo) ?? {
        source: row.fuente,
        file: row.archivo,
        day: row.fecha_exportacion,
        read: 0,
        accepted: 0,
        rejected: 0,
        warned: 0,
      };
      if (row.nivel === 'aviso') one.warned += row.filas;
      else if (row.regla === 'leidas') one.read = row.filas;
      else if (row.regla === 'aceptadas') one.accepted = row.filas;
      else if (row.regla === 'rechazadas') one.rejected = row.filas;
      found.set(row.archivo, one);
    }
    return [...found.values()];
  }

  return {
    day: data.corte?.dia ?? '',
    projection,
    fan,
    postal,
    goal,
    earlier,
    sources,
  };
}

/**
 * What came of the credentials of an entity, or of all entities with the code "", that were applied
 * for since the first day. `offices` has the same for each office.
 * @param {Data} data
 * @param {string} entity
 */
export function cohort(data, entity) {
  const rows = (data.credenciales.cohorte ?? []).filter((row) => row[0] === entity);
  const named = rows.map(([, office, applied, delivered, confirmed, median, ninetieth]) => ({
    office,
    applied,
    delivered,
    confirmed,
    median,
    ninetieth,
  }));
  return {
    all: named.find((one) => one.office === ''),
    offices: new Map(named.map((one) => [one.office, one])),
  };
}
