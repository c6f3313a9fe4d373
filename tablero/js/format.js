/** Numbers and dates in the selected language. */
import { language } from './language.js';

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
  const name = MONTHS[language()][month - 1];
  return language() === 'es' ? `${day} de ${name} de ${year}` : `${day} ${name} ${year}`;
}

/** "15 de octubre": for sentences in which the year is plain. @param {string} iso */
export function dayOfYear(iso) {
  return date(iso).replace(language() === 'es' ? / de \d{4}$/ : / \d{4}$/, '');
}

/** "15 oct", or with the year "15 oct 2020". @param {string} iso @param {boolean} [withYear] */
export function shortDate(iso, withYear = false) {
  const [year, month, day] = iso.split('-').map(Number);
  const text = `${day} ${MONTHS[language()][month - 1].slice(0, 3)}`;
  return withYear ? `${text} ${year}` : text;
}

/** "oct"; for January, also the year on a second line. @param {string} iso */
export function month(iso) {
  const [year, number] = iso.split('-').map(Number);
  const name = MONTHS[language()][number - 1].slice(0, 3);
  return number === 1 ? `${name}\n${year}` : name;
}
