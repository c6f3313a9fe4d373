/** The selected language, and the texts and labels in it. */
import { TEXTOS_ES } from './textos.es.js';
import { TEXTOS_EN } from './textos.en.js';

/** @type {'es' | 'en'} */
let selected = 'es';
/** @type {Intl.DisplayNames | null} */
let countryNames = null;
/** @type {Map<string, string>} */
const alpha2 = new Map();

/** @param {'es' | 'en'} chosen */
export function setLanguage(chosen) {
  selected = chosen;
  if (chosen === 'en' && countryNames === null && typeof Intl.DisplayNames === 'function') {
    countryNames = new Intl.DisplayNames(['en'], { type: 'region' });
    const iso = TEXTOS_EN.iso;
    for (let at = 0; at < iso.length; at += 5) alpha2.set(iso.slice(at, at + 3), iso.slice(at + 3, at + 5));
  }
}

/** The selected language. @returns {'es' | 'en'} */
export function language() {
  return selected;
}

/**
 * The text of `key`, with `values` in the place of each `{x}`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const texts = /** @type {Record<string, any>} */ (selected === 'en' ? TEXTOS_EN : TEXTOS_ES);
  const text = /** @type {string} */ (texts[key] ?? key);
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Whether there is a text of `key`. @param {string} key */
export function hasText(key) {
  return key in TEXTOS_ES;
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
  if (selected === 'es') return { label, lang: null };
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
 * The `lang` attribute of a text that the data have in Spanish only. It is null if the whole
 * dashboard is in Spanish.
 */
export function spanish() {
  return selected === 'es' ? null : 'es';
}
