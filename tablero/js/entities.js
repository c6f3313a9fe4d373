/** All entities side by side: a small curve, the count, its share, and the rate per day. */
import * as Format from './format.js';
import { t } from './language.js';
import * as Cube from './cube.js';
import * as State from './state.js';
import * as Dom from './dom.js';
import { id, el, svg } from './dom.js';
import * as Download from './download.js';
import * as Charts from './chart_options.js';
import * as Tables from './bar_tables.js';
import * as Exact from './filtered_counts.js';

/**
 * @param {ReturnType<typeof Exact.prepare>} ready
 * @param {() => State} now
 * @param {() => Answer} answer
 */
export function make(ready, now, answer) {
  const { data, days, dates } = ready;
  const title = t('entidades');
  const body = el('tbody', { role: 'rowgroup' });
  const columns = [
    ['', t('entidad'), ''],
    [null, t('curva'), ''],
    ['solicitudes', t('solicitudes'), ''],
    [null, t('parte'), ''],
    ['ritmo', t('ritmo'), t('ritmo_largo')],
    ['cambio', t('cambio'), t('cambio_largo')],
  ];
  const heads = columns.map(([sort, label, long]) =>
    el(
      'th',
      { scope: 'col', role: 'columnheader' },
      sort === null
        ? label
        : el(
            'button',
            {
              type: 'button',
              'aria-label': t('orden', { columna: long || label || '' }),
              title: long || null,
              onclick: () => State.go({ ...now(), sort: sort ?? '' }),
            },
            label,
          ),
    ),
  );
  const table = el(
    'table',
    { class: 'entities', role: 'table' },
    el('caption', { class: 'sr' }, title),
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...heads)),
    body,
  );
  const buttons = Download.menu(title, () => {
    const words = {
      ...Exact.words(data, Exact.without(now(), 'entidad'), title, 1000, 150 + Math.ceil(data.entidades.length / 4) * 120),
      title,
    };
    const { from, to } = Exact.range(ready, now());
    const found = numbers();
    return {
      parts: ['entidades'],
      head: ['cve_entidad', 'entidad', 'solicitudes', 'porcentaje', 'solicitudes_7_dias', 'solicitudes_7_anteriores'],
      rows: sorted(found).map((one) => [
        one.code,
        one.label,
        one.total,
        Format.percent(one.total, one.whole),
        one.week,
        one.before ?? '',
      ]),
      chart: { option: from === to ? ofOneDay(found, words) : multiples(found, words), words },
    };
  });
  id('entidades').replaceChildren(Tables.card('entidades', title, t('entidades_nota'), table, buttons));

  const rows = data.entidades.map(([code, label]) => {
    const made = {
      link: el('a', {}, label),
      path: svg('path', { class: 'spark', d: '', 'vector-effect': 'non-scaling-stroke' }),
      curve: '',
      total: el('td', { role: 'cell', class: 'num', 'data-label': t('solicitudes') }),
      share: el('td', { role: 'cell', class: 'num', 'data-label': t('parte') }),
      pace: el('td', { role: 'cell', class: 'num', 'data-label': t('ritmo') }),
      change: el('td', { role: 'cell', class: 'num', 'data-label': t('cambio') }),
      element: /** @type {any} */ (null),
    };
    made.element = el(
      'tr',
      { role: 'row', 'data-key': code },
      el('th', { scope: 'row', role: 'rowheader' }, made.link),
      el(
        'td',
        { role: 'cell', class: 'spark-cell' },
        svg(
          'svg',
          { viewBox: '0 0 100 24', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${t('curva')}: ${label}` },
          made.path,
        ),
      ),
      made.total,
      made.share,
      made.pace,
      made.change,
    );
    return made;
  });

  /** The cumulative curve of one entity within the selected days. @param {number} at */
  function curve(at) {
    const { from, to } = Exact.range(ready, now());
    let sum = 0;
    return Array.from(answer().byEntityDay.subarray(at * days + from, at * days + to + 1), (n) => (sum += n));
  }

  /** @param {ReturnType<typeof numbers>} found @param {Words} words */
  function multiples(found, words) {
    const { from, to } = Exact.range(ready, now());
    const entities = found.map((one) => ({ label: one.label, values: curve(one.at), total: one.total }));
    return Charts.multiples({ dates: dates.slice(from, to + 1), entities, words });
  }

  /**
   * A single day has no curve, so the chart has bars.
   * @param {ReturnType<typeof numbers>} found
   * @param {Words} words
   */
  function ofOneDay(found, words) {
    const rows = found.map((one) => ({ key: one.code, label: one.label, value: one.total }));
    words.height = 160 + rows.length * 30;
    return Charts.bars({ rows, shares: now().shares, total: found[0]?.whole ?? 0, words });
  }

  function numbers() {
    const { from, to } = Exact.range(ready, now());
    const whole = Cube.sum(answer().by.entidad, 0, data.entidades.length - 1);
    return data.entidades.map(([code, label], at) => {
      const own = answer().byEntityDay.subarray(at * days, (at + 1) * days);
      const { start, count, before } = Exact.week(own, to);
      return {
        at,
        code,
        label,
        whole,
        total: Cube.sum(own, from, to),
        week: count,
        length: Math.max(1, to - start + 1),
        before,
      };
    });
  }

  /** @param {ReturnType<typeof numbers>} list */
  function sorted(list) {
    const value = (/** @type {typeof list[0]} */ one) =>
      now().sort === 'solicitudes'
        ? one.total
        : now().sort === 'ritmo'
          ? one.week
          : now().sort === 'cambio'
            ? one.before
              ? one.week / one.before
              : -1
            : -one.at;
    return list.slice().sort((one, other) => value(other) - value(one) || one.at - other.at);
  }

  /** @param {{ week: number, before: number | null }} one */
  function change(one) {
    if (!one.before) return '–';
    const per = Math.round(((one.week - one.before) / one.before) * 100);
    return `${per > 0 ? '▲ +' : per < 0 ? '▼ −' : '= '}${Format.integer(Math.abs(per))} %`;
  }

  function update() {
    const state = now();
    const order = sorted(numbers());
    const { from, to, ranged } = Exact.range(ready, state);
    // A single day has no curve, so the table hides that column.
    table.classList.toggle('single', from === to);
    const length = ranged ? to - from + 1 : dates.length;
    Dom.arrange(
      body,
      order.map((one) => {
        const row = rows[one.at];
        const current = one.code === state.entity;
        Dom.attribute(row.link, 'href', State.address({ ...state, entity: current ? '' : one.code }));
        Dom.attribute(row.link, 'aria-current', current ? 'true' : null);
        Dom.text(row.total, Format.integer(one.total));
        Dom.text(row.share, Format.share(one.total, one.whole));
        Dom.text(row.pace, (Math.round((one.week / one.length) * 10) / 10).toFixed(1));
        Dom.text(row.change, change(one));
        const line = Tables.spark(curve(one.at), length);
        if (line !== row.curve) row.path.setAttribute('d', (row.curve = line));
        return row.element;
      }),
    );
    columns.forEach(([sort], at) => {
      if (sort !== null) {
        Dom.attribute(heads[at], 'aria-sort', sort === state.sort ? (sort ? 'descending' : 'ascending') : null);
      }
    });
  }

  return { update };
}
