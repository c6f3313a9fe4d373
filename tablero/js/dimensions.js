/**
 * The dimensions of the applications, as the data file names them. No module has a list of them:
 * what the page draws, filters by and writes to a file follows `categorias`.
 */
import * as Format from './format.js';
import { t } from './format.js';

/** The country of residence. It has a list of its own, of those that occur. */
export const COUNTRY = 'pais';
/** How people will vote. The sentence at the top says it; its breakdown comes right after the country. */
export const MODALITY = 'modalidad';
/** The status of the analysis. It is the last breakdown, since the funnel continues it. */
export const STATUS = 'estatus';

/** The names that the address and the parts of the page have for something else. */
const OWN = new Set([
  ...['desde', 'hasta', 'ver', 'orden', 'abierto', 'idioma'],
  ...['avance', 'embudo', 'entidades', 'representaciones', 'cruce'],
]);

/** The dimensions of the daily cube, in the order of its keys. @param {Data} data */
export function axes(data) {
  return ['fecha', 'entidad', COUNTRY, ...Object.keys(data.categorias)];
}

/**
 * The dimensions in which a visitor may choose categories, in the order of the page.
 * @param {Data} data
 */
export function breakdowns(data) {
  const place = (/** @type {string} */ name) => (name === MODALITY ? 0 : name === STATUS ? 2 : 1);
  const columns = Object.keys(data.categorias).sort((one, other) => place(one) - place(other));
  return [COUNTRY, ...columns];
}

/**
 * The name of a dimension in print. The data name those that the process file declares.
 * @param {Data} data
 * @param {string} dimension
 */
export function label(data, dimension) {
  const declared = data.dimensiones?.find((one) => one.clave === dimension);
  if (!declared) return t(dimension);
  return Format.spanish() ? declared.etiqueta_en : declared.etiqueta;
}

/**
 * The name of a dimension in the address and among the parts of the page. One that is called like
 * something of the page itself gets a low line, with which no column ends.
 * @param {string} dimension
 */
export function slot(dimension) {
  return OWN.has(dimension) ? `${dimension}_` : dimension;
}

/**
 * The dimension of a name in the address; undefined where it is the name of none.
 * @param {Data} data
 * @param {string} name
 */
export function ofSlot(data, name) {
  return breakdowns(data).find((dimension) => slot(dimension) === name);
}

/** What a name in the address stands for, in print. @param {Data} data @param {string} name */
export function words(data, name) {
  const dimension = ofSlot(data, name);
  return dimension === undefined ? t(name) : label(data, dimension);
}

/**
 * The codes and labels of a dimension.
 * @param {Data} data
 * @param {string} dimension
 * @returns {Pair[]}
 */
export function pairs(data, dimension) {
  return (dimension === COUNTRY ? data.paises : dimension === 'entidad' ? data.entidades : data.categorias[dimension]) ?? [];
}
