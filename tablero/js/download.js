/** Files for the visitor: CSV of what a part of the page shows, its chart as SVG or PNG. */
import * as Format from './format.js';
import * as Dom from './dom.js';
import * as Frame from './frame.js';
import { init } from './echarts.js';

/** What a spreadsheet begins a formula with, as wide or small as East Asian editions accept it too. */
const OPERATOR = '[=+\\-@＝＋－＠﹦﹢﹣﹫\\u2212]';
/** Blanks, and what is not seen at all: controls, marks of direction, marks without width. */
const UNSEEN = '[\\s\\p{Cc}\\p{Cf}]';
const BEGINS = new RegExp(`^(?:[\\t\\r\\n]|${UNSEEN}*${OPERATOR})`, 'u');
const WITHIN = new RegExp(`([,;|\\t\\r\\n](?:"|${UNSEEN})*)(?=${OPERATOR})`, 'gu');

/**
 * A text with an apostrophe before all that a spreadsheet could take for a formula: at its beginning, and after what a
 * program that was told of another delimiter would take for the end of a cell. The rule of `src/csv_writer.rs`.
 * @param {string} text
 */
function harmless(text) {
  return (BEGINS.test(text) ? `'${text}` : text).replace(WITHIN, "$1'");
}

/** One cell by RFC 4180; a number is no text that could become a formula. @param {string | number} value */
function cell(value) {
  const text = typeof value === 'number' ? String(value) : harmless(value);
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/**
 * With a byte order mark, without which Excel reads accents wrong.
 * @param {string[]} parts of the name
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
function saveCsv(parts, head, rows) {
  const text = `\uFEFF${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
  save(new Blob([text], { type: 'text/csv;charset=utf-8' }), name(parts, 'csv'));
}

/**
 * All breakdowns of a view in one table.
 * @param {string[]} parts
 * @param {{ name: string, rows: BarRow[], total: number | null, about: string }[]} sections `about` has the entity, the
 *   filters and the dates of each in words
 * @param {string} [hidden] what stands for a count that is not published
 */
export function view(parts, sections, hidden = '') {
  const rows = sections.flatMap((section) =>
    section.rows.map((row) => [
      section.name,
      row.key,
      row.label,
      row.value ?? hidden,
      Format.percent(row.value, section.total, hidden),
      section.about,
    ]),
  );
  saveCsv(parts, ['desglose', 'clave', 'etiqueta', 'solicitudes', 'porcentaje', 'vista'], rows);
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = Dom.el('a', { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/**
 * A name that says what is in the file: `lnere_2021-03-15_08_modalidad.csv`, with the words of the notice at its end. In a
 * CSV the notice has no other place: a line above the header would be its header to every program that reads it.
 * @param {string[]} parts
 * @param {string} ending
 */
function name(parts, ending) {
  const notice = (DATOS.aviso ?? '').split(/\s+/).join('_').slice(0, 60);
  const slug = [...parts, notice].filter(Boolean).map((part) =>
    part
      .normalize('NFD')
      .replace(/[^\w-]+/g, '')
      .toLowerCase(),
  );
  return `lnere_${DATOS.hasta}_${slug.join('_')}.${ending}`;
}

/**
 * The three buttons under a chart.
 * @param {string} what its title
 * @param {() => { parts: string[], head: string[], rows: (string | number)[][], chart?: Drawing }} content
 * @param {boolean} [withChart]
 */
export function buttons(what, content, withChart = true) {
  const press = (/** @type {string} */ kind) => {
    const { parts, head, rows, chart } = content();
    const named = [...parts, ...(chart?.words.marks ?? [])];
    if (kind === 'csv') saveCsv(named, head, rows);
    else if (chart && kind === 'svg') save(new Blob([toSvg(chart)], { type: 'image/svg+xml' }), name(named, kind));
    else if (chart) toPng(chart, (blob) => save(blob, name(named, kind)));
  };
  const button = (/** @type {string} */ kind) =>
    Dom.el(
      'button',
      {
        type: 'button',
        class: 'download',
        'data-format': kind,
        onclick: () => press(kind),
        'aria-label': Format.t('descargar', { que: what, formato: Format.t(kind) }),
      },
      Format.t(kind),
    );
  return Dom.el(
    'div',
    { class: 'downloads', role: 'group', 'aria-label': `${Format.t('descargas')}: ${what}` },
    ...(withChart ? ['csv', 'svg', 'png'] : ['csv']).map(button),
  );
}

/** @typedef {{ option: any, words: Words }} Drawing */

/** @param {Drawing} drawing */
function toSvg({ option, words }) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...Frame.size(words) });
  chart.setOption(option);
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}

/** @param {Drawing} drawing @param {(blob: Blob) => void} done */
function toPng({ option, words }, done) {
  const host = document.createElement('div');
  const chart = init(host, null, { renderer: 'canvas', devicePixelRatio: 2, ...Frame.size(words) });
  chart.setOption(option);
  chart.renderToCanvas({ pixelRatio: 2, backgroundColor: '#ffffff' }).toBlob((/** @type {Blob | null} */ blob) => {
    if (blob) done(blob);
    chart.dispose();
  }, 'image/png');
}
