/**
 * The sentences of the first view. Each is true of its numbers: a fraction in words has its share
 * beside it, and no share has a base of fewer than 30.
 */
import * as Format from './format.js';
import { t } from './language.js';

/** The smallest base of a share in a sentence. */
export const SMALLEST_BASE = 30;

/** The fractions in words, the largest first. */
const FRACTIONS = [
  ['tres_cuartos', 3, 4],
  ['dos_tercios', 2, 3],
  ['mitad', 1, 2],
  ['tercio', 1, 3],
  ['cuarto', 1, 4],
  ['quinto', 1, 5],
  ['decimo', 1, 10],
];

/**
 * A share without decimals, half up in integers. Only none is 0 %, and only all is 100 %. It is
 * null if the base is too small.
 * @param {number} n
 * @param {number} total
 */
export function wholePercent(n, total) {
  if (total < SMALLEST_BASE) return null;
  const percent = Math.floor((n * 200 + total) / (2 * total));
  if (percent === 0 && n > 0) return t('menos_de_uno');
  if (percent === 100 && n < total) return t('mas_de_99');
  return `${percent} %`;
}

/**
 * A share in words with its percentage: "más de la mitad … (54 %)". Null if the base is too small.
 * `form` says whether the words name one or several, or all, which have no fraction. A fraction is "more than" only if the rounded percentage is more too.
 * @param {number} n
 * @param {number} total
 */
export function fraction(n, total) {
  const percent = wholePercent(n, total);
  if (percent === null) return null;
  if (n === total) return { form: 'todas', words: '', percent };
  const rounded = Math.floor((n * 200 + total) / (2 * total));
  for (const [name, part, whole] of /** @type {[string, number, number][]} */ (FRACTIONS)) {
    const form = part > 1 ? 'varias' : 'una';
    const level = Math.floor((part * 200 + whole) / (2 * whole));
    if (n * whole === part * total) return { form, words: t(`frac_${name}`), percent };
    if (rounded === level) return { form, words: t('frac_cerca', { fraccion: t(`frac_${name}`) }), percent };
    if (rounded > level) return { form, words: t('frac_mas', { fraccion: t(`frac_${name}`) }), percent };
  }
  return { form: 'una', words: t('frac_menos', { fraccion: t('frac_decimo') }), percent };
}

/**
 * A sentence begins with a capital letter.
 * @param {string} text
 */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * A text in the form for one or for several.
 * @param {string} key
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function counted(key, n, values = {}) {
  return t(n === 1 ? `${key}_una` : key, { n: Format.integer(n), ...values });
}

/**
 * The headline of a view.
 * @param {{ place: string, nation: number, total: number, whole: number, filtered: boolean,
 *   range: [string, string] | null, until: string, close: string, closed: boolean,
 *   lastTen: number | null, week: number | null, before: number | null }} c `nation` is the number
 *   of entities if all are shown, else 0; `whole` is the count without filters and dates; `lastTen`
 *   is the count of the last ten days before the close
 */
export function headline(c) {
  const subject = c.nation ? t('sujeto_nacion', { n: c.nation }) : c.place;
  const form = c.nation ? '_n' : '';
  const n = Format.integer(c.total);
  if (c.filtered || c.range) return ofPart(c, subject, form, n);
  if (c.total === 0) return t(`titular_ninguna${form}`, { lugar: subject, dia: Format.dayOfYear(c.until) });
  if (c.total === 1) return t(`titular_una${form}`, { lugar: subject, dia: Format.dayOfYear(c.until) });
  if (c.closed) {
    const closed = t(`titular_cerro${form}`, { lugar: subject, n });
    if (!c.lastTen) return `${closed}.`;
    const part = fraction(c.lastTen, c.total);
    return part
      ? `${closed}; ${t(`llegaron_${part.form}`, { fraccion: part.words, p: part.percent })}.`
      : `${closed}; ${counted('llegaron_en_diez', c.lastTen)}.`;
  }
  const so_far = t(`titular_lleva${form}`, { lugar: subject, n, dia: Format.dayOfYear(c.until) });
  if (c.week === null || c.before === null) return `${so_far}.`;
  const than = c.week > c.before ? 'mas' : c.week < c.before ? 'menos' : 'igual';
  const b = Format.integer(c.before);
  const week = c.week === 0 ? t('siete_ninguna') : counted('siete', c.week);
  return c.week === 0 && c.before === 0 ? `${so_far}; ${week}.` : `${so_far}; ${week}, ${t(`siete_${than}`, { b })}.`;
}

/**
 * The headline of a view with filters or dates.
 * @param {Parameters<typeof headline>[0]} c
 * @param {string} subject
 * @param {string} form
 * @param {string} n
 */
function ofPart(c, subject, form, n) {
  const [from, to] = c.range ?? ['', ''];
  const when = !c.range
    ? ''
    : from === to
      ? t('titular_dia', { dia: Format.date(from) })
      : t('titular_rango', { desde: Format.date(from), hasta: Format.date(to) });
  const where = [when, c.filtered ? t('titular_filtros') : ''].filter(Boolean).join(', ');
  const share = wholePercent(c.total, c.whole);
  const key = c.total === 0 ? 'titular_parte_ninguna' : c.total === 1 ? 'titular_parte_una' : 'titular_parte';
  const sentence = t(`${key}${form}`, { donde: capital(where), lugar: subject, n });
  const share_of = t(`titular_del_total${form}`, { p: share ?? '' });
  return c.total > 1 && share !== null ? `${sentence}, ${share_of}.` : `${sentence}.`;
}

/**
 * What comes next: the days to the close and what is expected then, or what is undecided.
 * @param {{ until: string, close: string, left: number, total: number, undecided: number | null,
 *   accepted: number, expected: { low90: number, high90: number } | null }} c `expected` are the
 *   applications at the close, or after the close the list
 */
export function next(c) {
  const low = c.expected ? Format.integer(c.expected.low90) : '';
  const high = c.expected ? Format.integer(c.expected.high90) : '';
  if (c.left > 0) {
    const days = counted('faltan', c.left, { dia: Format.dayOfYear(c.close) });
    if (!c.expected) return `${days}.`;
    return c.expected.low90 === c.expected.high90 ? `${days}.` : `${days}; ${t('se_esperan', { desde: low, hasta: high })}.`;
  }
  if (c.undecided === null || c.total === 0) return '';
  if (c.undecided === 0) return t('todas_resueltas', { n: Format.integer(c.accepted) });
  const waiting = counted('sin_resolver_frase', c.undecided);
  if (!c.expected) return `${waiting}.`;
  return c.expected.low90 === c.expected.high90
    ? `${waiting}; ${t('lista_de', { n: low })}.`
    : `${waiting}; ${t('lista_entre', { desde: low, hasta: high })}.`;
}

/**
 * "Más de la mitad son hombres (54 %)." Empty if the base is too small or no category is named.
 * @param {string} key
 * @param {string} label
 * @param {number} n
 * @param {number} total
 */
export function largest(key, label, n, total) {
  const part = fraction(n, total);
  return part
    ? capital(
        t(part.form === 'todas' ? `${key}_todas` : key, {
          fraccion: part.words,
          categoria: Format.inSentence(label),
          p: part.percent,
        }),
      )
    : '';
}
