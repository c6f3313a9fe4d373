/** Numbers, days and words in the language that was chosen. */
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
 * The words of `key`, `{x}` filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const texts = /** @type {Record<string, any>} */ (language === 'en' ? TEXTOS_EN : TEXTOS_ES);
  const text = /** @type {string} */ (texts[key] ?? key);
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * The label of a category, in English where there is one. `lang` is the language of a label that
 * stays in Spanish.
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
 * A name within a sentence: without its capital, unless it begins with an abbreviation.
 * @param {string} name
 */
export function inSentence(name) {
  return /^.\p{Lu}/u.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

/** @param {number | null} n @param {string} [hidden] what stands for a count that is not published */
export function integer(n, hidden = '') {
  return n === null ? hidden : String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * Hundredths of a per cent, half up and in integers, as the published tables round.
 * @param {number} n
 * @param {number} total
 */
export function hundredths(n, total) {
  return total > 0 ? Math.floor((n * 20000 + total) / (2 * total)) : 0;
}

/**
 * A share as files have it, "12.34"; `hidden` where either of the two is not published.
 * @param {number | null} n
 * @param {number | null} total
 * @param {string} [hidden]
 */
export function percent(n, total, hidden = '') {
  return n === null || total === null ? hidden : (hundredths(n, total) / 100).toFixed(2);
}

/** The same as the page has it, "12.34 %". @param {number | null} n @param {number | null} total @param {string} [hidden] */
export function share(n, total, hidden = '') {
  return n === null || total === null ? hidden : `${percent(n, total)} %`;
}

/** Days since 1970 of an ISO day. @param {string} iso */
export function dayNumber(iso) {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
}

/** @param {number} number */
export function isoDay(number) {
  return new Date(number * DAY).toISOString().slice(0, 10);
}

/** An ISO day that there is in the calendar. @param {string} text */
export function isDay(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && isoDay(dayNumber(text)) === text;
}

/** "15 de octubre de 2020". @param {string} iso */
export function date(iso) {
  const [year, month, day] = iso.split('-').map(Number);
  const name = MONTHS[language][month - 1];
  return language === 'es' ? `${day} de ${name} de ${year}` : `${day} ${name} ${year}`;
}

/** "15 oct", with the year where it is asked for. @param {string} iso @param {boolean} [withYear] */
export function shortDate(iso, withYear = false) {
  const [year, month, day] = iso.split('-').map(Number);
  const text = `${day} ${MONTHS[language][month - 1].slice(0, 3)}`;
  return withYear ? `${text} ${year}` : text;
}

/** "oct". @param {string} iso */
export function month(iso) {
  const [year, number] = iso.split('-').map(Number);
  const name = MONTHS[language][number - 1].slice(0, 3);
  return number === 1 ? `${name}\n${year}` : name;
}

/** The language of what the data say in Spanish only; null where the whole page is in it. */
export function spanish() {
  return language === 'es' ? null : 'es';
}
