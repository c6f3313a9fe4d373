/** Numbers, dates and texts in the selected language. */
import { TEXTOS_ES } from './textos.es.js';
import { TEXTOS_EN } from './textos.en.js';

const DAY = 86400000;
const MONTHS = {
  es: [
    'enero',
    'febrero',
    'marzo',
    'abril',
    'mayo',
    'junio',
    'julio',
    'agosto',
    'septiembre',
    'octubre',
    'noviembre',
    'diciembre',
  ],
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
};
/** @type {'es' | 'en'} */
let language = 'es';
/** @type {Intl.DisplayNames | null} */
let countryNames = null;
/** @type {Map<string, string>} */
const alpha2 = new Map();

/** @param {'es' | 'en'} chosen */
export function setLanguage(chosen) {
  language = chosen;
  if (chosen === 'en' && countryNames === null && typeof Intl.DisplayNames === 'function') {
    countryNames = new Intl.DisplayNames(['en'], { type: 'region' });
    const iso = TEXTOS_EN.iso;
    for (let at = 0; at < iso.length; at += 5) alpha2.set(iso.slice(at, at + 3), iso.slice(at + 3, at + 5));
  }
}

/**
 * The text of `key`, with `values` in the place of each `{x}`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const texts = /** @type {Record<string, any>} */ (language === 'en' ? TEXTOS_EN : TEXTOS_ES);
  const text = /** @type {string} */ (texts[key] ?? key);
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * The label of a category. On the English dashboard it is in English if an English label exists;
 * otherwise `lang` marks it as Spanish.
 * @param {string} dimension
 * @param {string} code
 * @param {string} label
 * @returns {{ label: string, lang: string | null }}
 */
export function category(dimension, code, label) {
  if (language === 'es') return { label, lang: null };
  const english = inEnglish(dimension, code, label);
  return english ? { label: english, lang: null } : { label, lang: 'es' };
}

/** @param {string} dimension @param {string} code @param {string} label */
function inEnglish(dimension, code, label) {
  const named = /** @type {Record<string, Record<string, string>>} */ (TEXTOS_EN.categorias)[dimension]?.[code];
  if (named) return named;
  const region = dimension === 'pais' ? alpha2.get(code) : undefined;
  if (region) return countryNames?.of(region);
  const [pattern, words] = TEXTOS_EN.escritas.find(([one]) => one.test(label)) ?? [];
  return pattern && label.replace(pattern, String(words));
}

/**
 * A name within a sentence: it begins in lower case, unless it begins with an abbreviation.
 * @param {string} name
 */
export function inSentence(name) {
  return /^.\p{Lu}/u.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

/** @param {number | null} n @param {string} [hidden] the text for a suppressed count */
export function integer(n, hidden = '') {
  return n === null ? hidden : String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * A share in hundredths of a percent, rounded half up in integers, as in the published tables.
 * @param {number} n
 * @param {number} total
 */
export function hundredths(n, total) {
  return total > 0 ? Math.floor((n * 20000 + total) / (2 * total)) : 0;
}

/**
 * A share in files, such as "12.34". It is `hidden` if either count is suppressed.
 * @param {number | null} n
 * @param {number | null} total
 * @param {string} [hidden]
 */
export function percent(n, total, hidden = '') {
  return n === null || total === null ? hidden : (hundredths(n, total) / 100).toFixed(2);
}

/**
 * A share on the screen, such as "12.34 %". It is `hidden` if either count is suppressed.
 * @param {number | null} n
 * @param {number | null} total
 * @param {string} [hidden]
 */
export function share(n, total, hidden = '') {
  return n === null || total === null ? hidden : `${percent(n, total)} %`;
}

/** The number of days from 1970-01-01 to an ISO date. @param {string} iso */
export function dayNumber(iso) {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
}

/** @param {number} number */
export function isoDay(number) {
  return new Date(number * DAY).toISOString().slice(0, 10);
}

/** Whether a text is an ISO date that exists in the calendar. @param {string} text */
export function isDay(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && isoDay(dayNumber(text)) === text;
}

/** "15 de octubre de 2020". @param {string} iso */
export function date(iso) {
  const [year, month, day] = iso.split('-').map(Number);
  const name = MONTHS[language][month - 1];
  return language === 'es' ? `${day} de ${name} de ${year}` : `${day} ${name} ${year}`;
}

/** "15 oct", or with the year "15 oct 2020". @param {string} iso @param {boolean} [withYear] */
export function shortDate(iso, withYear = false) {
  const [year, month, day] = iso.split('-').map(Number);
  const text = `${day} ${MONTHS[language][month - 1].slice(0, 3)}`;
  return withYear ? `${text} ${year}` : text;
}

/** "oct"; for January, also the year on a second line. @param {string} iso */
export function month(iso) {
  const [year, number] = iso.split('-').map(Number);
  const name = MONTHS[language][number - 1].slice(0, 3);
  return number === 1 ? `${name}\n${year}` : name;
}

/**
 * The `lang` attribute of a text that the data have in Spanish only. It is null if the whole
 * dashboard is in Spanish.
 */
export function spanish() {
  return language === 'es' ? null : 'es';
}
