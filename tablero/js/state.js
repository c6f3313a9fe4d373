/**
 * The state: what the visitor selected. Only the address stores it, for example
 * `#/08?modalidad=POSTAL,ELECTRONICA&desde=2021-01-01`. Each change of the address draws the
 * dashboard again.
 */
import * as Format from './format.js';
import * as Dimensions from './dimension_list.js';

/** The sort keys of the entities. Without a key, the entities are in the order of their codes. */
const SORTS = ['solicitudes', 'ritmo', 'cambio'];

/** @returns {State} */
export function empty() {
  return { entity: '', filters: {}, from: '', to: '', shares: false, language: 'es', sort: '', open: [] };
}

/**
 * Reads an address, and leaves out every value that the data do not have. `strange` has a name that
 * `Dimensions.words` knows for each of them. It has no other text of the address, because anybody
 * can write an address.
 * @param {string} hash
 * @param {Data} data
 * @returns {{ state: State, strange: string[] }}
 */
export function parse(hash, data) {
  const state = { ...empty(), entity: data.entidad ?? '' };
  const strange = /** @type {Set<string>} */ (new Set());
  const match = /^#?\/?([^?]*?)\/?(?:\?(.*))?$/.exec(hash);
  const entity = safeDecode(match?.[1] ?? '');
  if (data.entidades.some(([code]) => code === entity)) state.entity = entity;
  else if (entity) strange.add('entidad');
  for (const [name, value] of new URLSearchParams(match?.[2] ?? '')) {
    const dimension = Dimensions.ofSlot(data, name);
    if (name === 'idioma' && (value === 'en' || value === 'es')) state.language = value;
    else if (name === 'ver' && (value === 'porcentajes' || value === 'cantidades')) state.shares = value === 'porcentajes';
    else if (name === 'orden' && SORTS.includes(value)) state.sort = value;
    else if (name === 'abierto') state.open = value.split(',').filter((part) => /^[a-z][a-z0-9_-]{0,99}$/.test(part));
    else if (data.audiencia === 'opl' && (name === 'desde' || name === 'hasta') && Format.isDay(value)) {
      if (value < data.inicio || value > lastDay(data)) strange.add(name);
      else state[name === 'desde' ? 'from' : 'to'] = value;
    } else if (data.audiencia === 'opl' && dimension !== undefined) {
      const known = new Set(Dimensions.pairs(data, dimension).map(([code]) => code));
      const codes = [...new Set(value.split(',').filter(Boolean))];
      const found = codes.filter((code) => known.has(code));
      if (found.length < codes.length) strange.add(name);
      if (found.length > 0) state.filters[dimension] = found;
    } else strange.add(dimension !== undefined || name === 'desde' || name === 'hasta' ? name : 'otra_cosa');
  }
  if (state.from && state.to && state.from > state.to) [state.from, state.to] = [state.to, state.from];
  return { state, strange: [...strange] };
}

/** @param {string} text */
function safeDecode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a state. Each state has exactly one address. @param {State} state */
export function address(state) {
  const parts = [];
  for (const dimension of Dimensions.breakdowns(DATOS)) {
    const codes = state.filters[dimension];
    if (codes?.length) parts.push(`${Dimensions.slot(dimension)}=${codes.slice().sort().map(encodeURIComponent).join(',')}`);
  }
  if (state.from) parts.push(`desde=${state.from}`);
  if (state.to) parts.push(`hasta=${state.to}`);
  if (state.shares) parts.push('ver=porcentajes');
  if (state.sort) parts.push(`orden=${state.sort}`);
  if (state.open.length) parts.push(`abierto=${state.open.slice().sort().join(',')}`);
  if (state.language === 'en') parts.push('idioma=en');
  return `#/${state.entity}${parts.length ? `?${parts.join('&')}` : ''}`;
}

/** The last day that can have applications. @param {Data} data */
export function lastDay(data) {
  return data.hasta < data.cierre ? data.hasta : data.cierre;
}

/**
 * The kind of a code: 0 for one country, office or category, 1 for a merged group, 2 for
 * unidentified. Lists are sorted by kind first. Sentences count only codes of kind 0.
 * @param {Data} data
 * @param {string} dimension
 * @param {string} code
 */
export function kind(data, dimension, code) {
  if (data.no_identificado[dimension] === code) return 2;
  return data.publico?.reunidos[dimension]?.includes(code) ? 1 : 0;
}

/**
 * The number of rows that stand for one country, office or category.
 * @param {Data} data
 * @param {string} dimension
 * @param {{ key: string }[]} rows
 */
export function named(data, dimension, rows) {
  return rows.filter((row) => kind(data, dimension, row.key) === 0).length;
}

/**
 * Sorts rows by kind: single codes, merged groups, unidentified. Within a kind, the largest count
 * comes first and suppressed counts come last. `order`, or else `key`, decides between equal
 * counts.
 * @template {{ key: string, order?: string }} Row
 * @param {Data} data
 * @param {string} dimension
 * @param {Row[]} rows
 * @param {(row: Row) => number | null} count
 */
export function bySize(data, dimension, rows, count) {
  const place = (/** @type {Row} */ row) => kind(data, dimension, row.key);
  const order = (/** @type {Row} */ row) => row.order ?? row.key;
  return rows.sort(
    (one, other) =>
      place(one) - place(other) || (count(other) ?? -1) - (count(one) ?? -1) || (order(one) < order(other) ? -1 : 1),
  );
}

/**
 * The state with one category selected, or deselected if it was selected.
 * @param {State} state
 * @param {string} dimension
 * @param {string} code
 * @returns {State}
 */
export function toggled(state, dimension, code) {
  const before = state.filters[dimension] ?? [];
  const after = before.includes(code) ? before.filter((one) => one !== code) : [...before, code];
  const filters = { ...state.filters, [dimension]: after };
  if (after.length === 0) delete filters[dimension];
  return { ...state, filters };
}

/**
 * The state with a part of the dashboard open or closed.
 * @param {State} state
 * @param {string} part
 * @param {boolean} open
 * @returns {State}
 */
export function opened(state, part, open) {
  const others = state.open.filter((one) => one !== part);
  return { ...state, open: open ? [...others, part] : others };
}

/** Goes to a state by its address. @param {State} state */
export function go(state) {
  window.location.hash = address(state).slice(1);
}
