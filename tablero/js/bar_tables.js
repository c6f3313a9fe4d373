/** Tables that are also charts: each row has its count as text and a bar beside it. */
import * as Format from './format.js';
import * as Language from './language.js';
import { t } from './language.js';
import * as State from './state.js';
import * as Dimensions from './dimension_list.js';
import * as Dom from './dom.js';
import * as Download from './download.js';
import * as Charts from './chart_options.js';

/**
 * The number of rows in the short form of a list of `named` categories. The short form never leaves
 * out a single category, as in the charts.
 * @param {Data} data
 * @param {string} list
 * @param {number} named
 */
export function limit(data, list, named) {
  const most = data.mostrar?.[list] ?? named;
  return named > most + 1 ? most : named;
}

/**
 * The sort key of an office among those with equal counts: country, kind, code. The charts use the
 * same order.
 * @param {string} country
 * @param {string} kind
 * @param {string} code
 */
export function officeOrder(country, kind, code) {
  return [country, kind, code].join('\0');
}

/**
 * The offices to show from a ranked list, in which `named` offices are identified.
 * @template Row
 * @param {Data} data
 * @param {Row[]} ranked
 * @param {number} named
 * @param {boolean} open
 */
export function shownOffices(data, ranked, named, open) {
  const most = limit(data, 'representacion', named);
  return open || most === named ? ranked : ranked.slice(0, most);
}

/**
 * A card with a heading, its menu beside it, a note and its content.
 * @param {string} id
 * @param {string} title
 * @param {string} note
 * @param {...(Node | string | null)} children
 */
export function card(id, title, note, ...children) {
  const isMenu = (/** @type {Node | string | null} */ one) =>
    one instanceof window.HTMLDetailsElement && one.className === 'menu';
  return Dom.el(
    'section',
    { class: 'card', id: `c-${id}`, 'aria-labelledby': `t-${id}` },
    Dom.el('div', { class: 'card-head' }, Dom.el('h3', { id: `t-${id}` }, title), ...children.filter(isMenu)),
    note ? Dom.el('p', { class: 'note' }, note) : null,
    ...children.filter((one) => !isMenu(one)),
  );
}

/**
 * The button that switches between the short and the full form of a list. `words` is the key of its
 * text, which contains the number of rows.
 * @param {string} words
 * @param {() => void} press
 */
export function moreButton(words, press) {
  const element = Dom.el('button', { type: 'button', class: 'quiet more', onclick: press });
  return {
    element,
    update: (/** @type {number} */ count, /** @type {number} */ limit, /** @type {boolean} */ open) => {
      element.hidden = count <= limit;
      Dom.attribute(element, 'aria-expanded', String(open));
      Dom.text(element, open ? t('mostrar_menos') : t(words, { n: count }));
    },
  };
}

/**
 * The arguments of `bars` for a dimension. The short form of a long list has the largest
 * categories, the largest first.
 * @param {Data} data
 * @param {string} dimension
 */
export function ofDimension(data, dimension) {
  return {
    id: Dimensions.slot(dimension),
    column: dimension,
    title: Dimensions.label(data, dimension),
    head: t('categoria'),
    note: dimension === Dimensions.STATUS ? t('estatus_nota', { dia: Format.date(data.hasta) }) : '',
    long: {
      limit: (/** @type {number} */ count) => limit(data, dimension, count),
      words: dimension === Dimensions.COUNTRY ? 'pais' : 'categorias',
    },
    named: (/** @type {BarRow[]} */ rows) => State.named(data, dimension, rows),
    most: (/** @type {BarRow[]} */ rows) => State.bySize(data, dimension, rows.slice(), (row) => row.value),
  };
}

/**
 * A breakdown: a bar for each category. With `toggle`, a click on a row selects its category.
 * `long` has the number of rows in the short form of a long list, and the key of its texts. `most`
 * sorts rows by count.
 * @param {{ id: string, column?: string, title: string, note?: string, head: string,
 *   long?: { limit: (count: number) => number, words: string },
 *   named?: (rows: BarRow[]) => number, most?: (rows: BarRow[]) => BarRow[],
 *   toggle?: (key: string) => void, more?: () => void, hidden?: string,
 *   download: (shown: BarRow[]) => { parts: string[], total: number | null, shares: boolean,
 *     words: Words } }} c
 */
export function bars(c) {
  const column = c.column ?? c.id;
  const body = Dom.el('tbody', { role: 'rowgroup' });
  // The style sheet puts the bar of a row below its texts, which takes the role of a table from its
  // elements. So each element has its role.
  const column_head = (/** @type {string} */ text) => Dom.el('th', { scope: 'col', role: 'columnheader' }, text);
  const table = Dom.el(
    'table',
    { class: 'bars', role: 'table' },
    Dom.el('caption', { class: 'sr' }, c.title),
    Dom.el(
      'thead',
      { class: 'sr', role: 'rowgroup' },
      Dom.el('tr', { role: 'row' }, ...[c.head, t('cantidad'), t('porcentaje')].map(column_head)),
    ),
    body,
  );
  const more = c.long ? moreButton(`mostrar_${c.long.words}`, () => c.more?.()) : null;
  const note = Dom.el('p', { class: 'note' }, c.note ?? '');
  note.hidden = !c.note;
  const empty = Dom.el('p', { class: 'note' }, t('sin_datos'));
  const buttons = Download.menu(c.title, () => {
    const { parts, total, shares, words } = c.download(shown);
    const hidden = c.hidden ?? '';
    if (c.long && shown.length < all.length) {
      const most = c.long.limit(count(all));
      const chosen = shown.length > most ? '_y_elegidos' : '';
      words.title = t(`con_mas_${c.long.words}${chosen}`, { que: words.title, n: most, m: count(all) });
    }
    return {
      parts,
      head: [`cve_${column}`, column, 'solicitudes', 'porcentaje'],
      // The CSV file has all rows, also those that the screen and the chart leave out.
      rows: all.map((row) => [row.key, row.label, row.value ?? hidden, Format.percent(row.value, total, hidden)]),
      chart: { option: Charts.bars({ rows: shown, shares, total, hidden, words }), words },
    };
  });
  /** @type {Map<string, any>} */
  const known = new Map();
  /** @type {BarRow[]} */
  let all = [];
  /** @type {BarRow[]} */
  let shown = [];
  const count = (/** @type {BarRow[]} */ rows) => c.named?.(rows) ?? rows.length;

  /** @param {string} key */
  function row(key) {
    const button = c.toggle ? Dom.el('button', { type: 'button', 'aria-pressed': 'false' }) : null;
    const made = {
      button,
      label: button ?? Dom.el('span'),
      value: Dom.svg('rect', { class: 'value', height: '100%', width: '0%' }),
      count: Dom.el('td', { class: 'num count', role: 'cell' }),
      share: Dom.el('td', { class: 'num share', role: 'cell' }),
      element: /** @type {any} */ (null),
    };
    const bar = Dom.svg(
      'svg',
      { class: 'bar', 'aria-hidden': 'true', focusable: 'false' },
      Dom.svg('rect', { class: 'track', width: '100%', height: '100%' }),
      made.value,
    );
    made.element = Dom.el(
      'tr',
      {
        role: 'row',
        'data-key': key,
        class: c.toggle ? 'choice' : null,
        onclick: c.toggle ? () => c.toggle?.(key) : null,
      },
      Dom.el('th', { scope: 'row', role: 'rowheader' }, made.label, bar),
      made.count,
      made.share,
    );
    return made;
  }

  /** @param {BarRow[]} rows @param {number | null} total @param {boolean} open */
  function update(rows, total, open) {
    all = rows;
    const limit = c.long?.limit(count(rows)) ?? rows.length;
    // The short form begins with the largest, as does a chart that merges the others into a rest.
    const ranked = limit < count(rows) && !open ? (c.most?.(rows) ?? rows) : rows;
    shown = ranked === rows ? rows : ranked.filter((one, at) => at < limit || one.pressed);
    // All cards have one scale: a full bar is the total. Where the total is suppressed, it is the
    // largest count.
    const full = Math.max(1, total ?? 0, ...rows.map((one) => one.value ?? 0));
    const anyPressed = rows.some((one) => one.pressed);
    Dom.arrange(
      body,
      shown.map((one) => {
        let made = known.get(one.key);
        if (!made) known.set(one.key, (made = row(one.key)));
        Dom.text(made.label, one.label);
        Dom.attribute(made.label, 'lang', one.lang ?? null);
        if (made.button) Dom.attribute(made.button, 'aria-pressed', String(Boolean(one.pressed)));
        Dom.attribute(made.element, 'data-off', anyPressed && !one.pressed ? '' : null);
        Dom.attribute(made.element, 'data-hidden', one.value === null ? '' : null);
        Dom.attribute(made.value, 'width', `${((one.value ?? 0) / full) * 100}%`);
        Dom.count(made.count, Format.integer(one.value, c.hidden), c.hidden);
        Dom.count(made.share, Format.share(one.value, total, c.hidden), c.hidden);
        return made.element;
      }),
    );
    empty.hidden = rows.length > 0;
    more?.update(count(rows), limit, open);
  }

  return { element: card(c.id, c.title, '', note, table, empty, more?.element ?? null, buttons), note, update };
}

/** A bar of a share from 0 to 1. @param {number} share */
export function bar(share) {
  return Dom.svg(
    'svg',
    { class: 'bar', 'aria-hidden': 'true', focusable: 'false' },
    Dom.svg('rect', { class: 'track', width: '100%', height: '100%' }),
    Dom.svg('rect', { class: 'value', height: '100%', width: `${share * 100}%` }),
  );
}

/**
 * A table of texts and numbers.
 * @param {string[]} head
 * @param {(string | number)[][]} rows the first cell of a row is its name; each other cell is a
 *   count, or the text for a suppressed count
 * @param {string} caption
 */
export function plain(head, rows, caption) {
  return Dom.el(
    'table',
    { class: 'plain' },
    Dom.el('caption', { class: 'sr' }, caption),
    Dom.el('thead', {}, Dom.el('tr', {}, ...head.map((text) => Dom.el('th', { scope: 'col' }, text)))),
    Dom.el(
      'tbody',
      {},
      ...rows.map((row) =>
        Dom.el(
          'tr',
          {},
          Dom.el('th', { scope: 'row' }, String(row[0])),
          ...row
            .slice(1)
            .map((value) =>
              typeof value === 'number'
                ? Dom.el('td', { class: 'num' }, Format.integer(value))
                : Dom.el('td', { class: 'num', lang: Language.spanish() }, value),
            ),
        ),
      ),
    ),
  );
}

/**
 * Three counts for each office, each with a bar. On a phone, each row is a small block.
 * @param {string} caption
 * @param {string[]} measures
 * @param {string} hidden the text for a suppressed count
 * @param {string | null} [days] the name of the column of days to delivery; null if there is none
 */
export function offices(caption, measures, hidden, days = null) {
  const body = Dom.el('tbody', { role: 'rowgroup' });
  const head = [t('representacion'), ...measures, ...(days === null ? [] : [days])].map((one) =>
    Dom.el('th', { scope: 'col', role: 'columnheader' }, one),
  );
  const element = Dom.el(
    'table',
    { class: 'offices', role: 'table' },
    Dom.el('caption', { class: 'sr' }, caption),
    Dom.el('thead', { role: 'rowgroup' }, Dom.el('tr', { role: 'row' }, ...head)),
    body,
  );

  /**
   * @param {{ key: string, name: string, kind: string, counts: (number | null)[],
   *   days?: string }[]} rows
   * @param {number} most the count of the longest bar
   */
  function fill(rows, most) {
    body.replaceChildren(
      ...rows.map((row) =>
        Dom.el(
          'tr',
          { role: 'row', 'data-key': row.key },
          Dom.el('th', { scope: 'row', role: 'rowheader' }, ...Dom.quoted(officeName('{n}', row.kind), 'n', row.name)),
          ...row.counts.map((n, at) =>
            Dom.el(
              'td',
              { role: 'cell', class: 'num', 'data-label': measures[at], lang: n === null ? Language.spanish() : null },
              Format.integer(n, hidden),
              Dom.svg(
                'svg',
                { class: `bar small measure-${at}`, 'aria-hidden': 'true', focusable: 'false' },
                Dom.svg('rect', { class: 'value', height: '100%', width: `${((n ?? 0) / most) * 100}%` }),
              ),
            ),
          ),
          days === null ? null : Dom.el('td', { role: 'cell', class: 'days', 'data-label': days }, row.days ?? ''),
        ),
      ),
    );
  }

  return { element, fill };
}

/** The name of an office with its kind. @param {string} label @param {string} kind */
export function officeName(label, kind) {
  return State.kind(DATOS, 'representacion', kind) === 2 ? t('no_identificada') : `${label} (${t(kind)})`;
}

/**
 * "Ver como tabla": a table that is built when the visitor opens it, because a year of days has
 * many rows. It is updated while it is open.
 * @param {string} caption
 * @param {() => { head: string[], rows: (string | number)[][] }} content
 * @param {(open: boolean) => void} changed
 */
export function disclosed(caption, content, changed) {
  const holder = Dom.el('div', {
    class: 'scroll',
    tabindex: '0',
    role: 'region',
    'aria-label': t('tabla_de', { que: caption }),
  });
  const details = Dom.el('details', {}, Dom.el('summary', {}, t('como_tabla')), holder);
  const fill = () => {
    const { head, rows } = content();
    holder.replaceChildren(plain(head, rows, caption));
  };
  details.addEventListener('toggle', () => {
    if (details.open) fill();
    else holder.replaceChildren();
    changed(details.open);
  });
  return {
    element: details,
    update: (/** @type {boolean} */ open) => {
      if (details.open && open) fill();
      else details.open = open;
    },
  };
}

/**
 * The line of a small curve, in a box of 100 by 24.
 * @param {ArrayLike<number>} values
 * @param {number} length the width of the box in days
 */
export function spark(values, length) {
  const most = values.length ? values[values.length - 1] : 0;
  if (most === 0) return '';
  let path = '';
  // One or two points for each of the 100 units are enough.
  const step = Math.max(1, Math.floor(length / 100));
  for (
    let at = 0;
    at < values.length;
    at += at + step >= values.length && at < values.length - 1 ? values.length - 1 - at : step
  ) {
    path += `${path ? 'L' : 'M'}${((at / Math.max(1, length - 1)) * 100).toFixed(1)} ${(23 - (values[at] / most) * 21).toFixed(1)}`;
  }
  return path;
}
