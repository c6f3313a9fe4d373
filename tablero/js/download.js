/** Downloads: the data of a part of the dashboard as CSV, and its chart as SVG or PNG. */
import * as Format from './format.js';
import { t } from './language.js';
import * as Dom from './dom.js';
import * as Frame from './chart_style.js';
import { init } from './echarts.js';

/**
 * The characters that begin a formula in a spreadsheet. East Asian editions also accept their
 * full-width and small forms.
 */
const OPERATOR = '[=+\\-@＝＋－＠﹦﹢﹣﹫\\u2212]';
/** Blanks and invisible characters: control, direction and zero-width characters. */
const UNSEEN = '[\\s\\p{Cc}\\p{Cf}]';
const BEGINS = new RegExp(`^(?:[\\t\\r\\n]|${UNSEEN}*${OPERATOR})`, 'u');
const WITHIN = new RegExp(`([,;|\\t\\r\\n](?:"|${UNSEEN})*)(?=${OPERATOR})`, 'gu');

/**
 * Adds an apostrophe before everything in a text that a spreadsheet could read as a formula. A
 * formula can begin the text, or follow a character that a program with another delimiter could
 * read as the end of a cell. `crates/lnere-core/src/csv_writer.rs` has the same rule.
 * @param {string} text
 */
function harmless(text) {
  return (BEGINS.test(text) ? `'${text}` : text).replace(WITHIN, "$1'");
}

/**
 * One cell by RFC 4180. A number needs no apostrophe: a spreadsheet reads it as a number.
 * @param {string | number} value
 */
function cell(value) {
  const text = typeof value === 'number' ? String(value) : harmless(value);
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/**
 * Saves a CSV file with a byte order mark. Without the mark, Excel misreads accents.
 * @param {string[]} parts the parts of the file name
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
function saveCsv(parts, head, rows) {
  const text = `\uFEFF${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
  save(new Blob([text], { type: 'text/csv;charset=utf-8' }), name(parts, 'csv'));
}

/**
 * Saves all breakdowns of a view in one CSV file.
 * @param {string[]} parts
 * @param {{ name: string, rows: BarRow[], total: number | null, about: string }[]} sections `about`
 *   describes the entity, the filters and the dates of a section
 * @param {string} [hidden] the text for a suppressed count
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
 * A file name that describes the content, such as `lnere_2021-03-15_08_modalidad.csv`. The text of
 * the notice is at its end. The notice has no other place in a CSV file: programs would read a line
 * above the header as the header.
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
 * The menu of a card: its table as CSV and for the clipboard and, for a chart, a picture as PNG and
 * SVG.
 * @param {string} what the title of the chart or table
 * @param {() => { parts: string[], head: string[], rows: (string | number)[][],
 *   chart?: Drawing }} content
 * @param {boolean} [withChart]
 */
export function menu(what, content, withChart = true) {
  const press = (/** @type {string} */ kind) => {
    const { parts, head, rows, chart } = content();
    const named = [...parts, ...(chart?.words.marks ?? [])];
    if (kind === 'csv') saveCsv(named, head, rows);
    else if (kind === 'copia') copy(what, [head, ...rows]);
    else if (chart && kind === 'svg') save(new Blob([toSvg(chart)], { type: 'image/svg+xml' }), name(named, kind));
    else if (chart) toPng(chart, (blob) => save(blob, name(named, kind)));
    close(true);
  };
  const button = (/** @type {string} */ kind) =>
    Dom.el(
      'button',
      {
        type: 'button',
        class: 'download',
        'data-format': kind,
        onclick: () => press(kind),
        'aria-label': kind === 'copia' ? `${t('copiar')}: ${what}` : t('descargar', { que: what, formato: t(kind) }),
      },
      kind === 'copia' ? t('copiar') : t(kind),
    );
  const summary = Dom.el('summary', { 'aria-label': `${t('menu')}: ${what}` }, t('menu'));
  const list = Dom.el(
    'div',
    { class: 'menu-list', role: 'group', 'aria-label': `${t('descargas')}: ${what}` },
    ...(withChart ? ['png', 'svg', 'csv', 'copia'] : ['csv', 'copia']).map(button),
  );
  const details = /** @type {HTMLDetailsElement} */ (Dom.el('details', { class: 'menu' }, summary, list));
  const close = (/** @type {boolean} */ back) => {
    if (!details.open) return;
    details.open = false;
    if (back) summary.focus();
  };
  details.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close(true);
  });
  details.addEventListener('focusout', (event) => {
    const to = /** @type {Node | null} */ (event.relatedTarget);
    if (to !== null && !details.contains(to)) close(false);
  });
  const outside = (/** @type {Event} */ event) => {
    if (!details.contains(/** @type {Node} */ (event.target))) close(false);
  };
  details.addEventListener('toggle', () => {
    if (details.open) document.addEventListener('pointerdown', outside);
    else document.removeEventListener('pointerdown', outside);
  });
  return details;
}

/**
 * Copies a table to the clipboard, with tabs between its cells, for a spreadsheet.
 * @param {string} what
 * @param {(string | number)[][]} rows
 */
function copy(what, rows) {
  const plain = (/** @type {string | number} */ value) =>
    typeof value === 'number' ? String(value) : harmless(value).replace(/[\t\r\n]+/g, ' ');
  const text = rows.map((row) => row.map(plain).join('\t')).join('\n');
  const say = (/** @type {string} */ key) => Dom.text(Dom.id('aviso'), t(key, { que: what }));
  if (window.navigator.clipboard) {
    window.navigator.clipboard.writeText(text).then(
      () => say('copiada'),
      () => say('no_copiada'),
    );
  } else say('no_copiada');
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
