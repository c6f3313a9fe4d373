/**
 * The dimensions of the applications, from the data file. No module has a list of them:
 * `categorias` determines what the dashboard draws, what it filters by and what it writes to files.
 */
import * as Language from './language.js';
import { t } from './language.js';

/** The country of residence. The data file has a separate list of the countries that occur. */
export const COUNTRY = 'pais';
/** The modality of the vote. The summary names it. Its breakdown follows that of the country. */
export const MODALITY = 'modalidad';
/** The status of the analysis. It is the last breakdown, because the funnel continues it. */
export const STATUS = 'estatus';

/** The names that the address and the parts of the dashboard already use for something else. */
const OWN = new Set([
  ...['desde', 'hasta', 'ver', 'orden', 'abierto', 'idioma'],
  ...['avance', 'embudo', 'entidades', 'representaciones', 'cruce', 'proyeccion', 'dictamen', 'mapa', 'calidad', 'cohorte'],
]);

/** The dimensions of the daily cube, in the order of its keys. @param {Data} data */
export function axes(data) {
  return ['fecha', 'entidad', COUNTRY, ...Object.keys(data.categorias)];
}

/**
 * The dimensions whose categories a visitor can select, in the order of the dashboard.
 * @param {Data} data
 */
export function breakdowns(data) {
  const place = (/** @type {string} */ name) => (name === MODALITY ? 0 : name === STATUS ? 2 : 1);
  const columns = Object.keys(data.categorias).sort((one, other) => place(one) - place(other));
  return [COUNTRY, ...columns];
}

/**
 * The display name of a dimension. The data file has the names of declared dimensions.
 * @param {Data} data
 * @param {string} dimension
 */
export function label(data, dimension) {
  const declared = data.dimensiones?.find((one) => one.clave === dimension);
  if (!declared) return t(dimension);
  return Language.spanish() ? declared.etiqueta_en : declared.etiqueta;
}

/**
 * The name of a dimension in the address and among the parts of the dashboard. If the dashboard
 * already uses the name, an underscore follows it. No name of a column ends with an underscore.
 * @param {string} dimension
 */
export function slot(dimension) {
  return OWN.has(dimension) ? `${dimension}_` : dimension;
}

/**
 * The dimension of a name in the address, or undefined if no dimension has the name.
 * @param {Data} data
 * @param {string} name
 */
export function ofSlot(data, name) {
  return breakdowns(data).find((dimension) => slot(dimension) === name);
}

/**
 * The dimensions whose largest category a sentence names: those for which the texts have one.
 * @param {Data} data
 */
export function withSentence(data) {
  return breakdowns(data).filter((dimension) => Language.hasText(sentence(dimension)));
}

/** The key of the sentence about the largest category of a dimension. @param {string} dimension */
export function sentence(dimension) {
  return `mayoria_${dimension}`;
}

/** The display name for a name in the address. @param {Data} data @param {string} name */
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
