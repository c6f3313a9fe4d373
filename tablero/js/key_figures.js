/**
 * The three numbers at the top: the total, the last day and the last seven days. Each is a button
 * that selects its period.
 */
import * as Format from './format.js';
import { t } from './language.js';
import * as Cube from './cube.js';
import * as State from './state.js';
import * as Dom from './dom.js';
import { id, el } from './dom.js';
import * as Exact from './filtered_counts.js';

/**
 * @param {Ready} ready
 * @param {() => State} now
 * @typedef {ReturnType<typeof Exact.prepare>} Ready
 */
export function make(ready, now) {
  const { data, first } = ready;

  /** @param {string} name @param {string} action */
  function tile(name, action) {
    const made = {
      label: el('span', { class: 'figure-label' }),
      value: el('span', { class: 'figure-value', id: `n-${name}` }),
      detail: el('span', { class: 'figure-detail' }),
      element: /** @type {any} */ (null),
      range: ['', ''],
    };
    made.element = el(
      'button',
      { type: 'button', class: 'figure', onclick: () => State.go({ ...now(), from: made.range[0], to: made.range[1] }) },
      made.label,
      made.value,
      made.detail,
      el('span', { class: 'figure-action' }, action),
    );
    return made;
  }

  const tiles = { total: tile('total', t('ver_todo')), day: tile('dia', t('ver_dia')), week: tile('siete', t('ver_siete')) };
  id('cifras').replaceChildren(tiles.total.element, tiles.day.element, tiles.week.element);

  /** @param {Answer} answer */
  function update(answer) {
    const state = now();
    const { from, to, ranged } = Exact.range(ready, state);
    const where = Exact.place(data, state);
    Dom.text(id('h-cifras'), where);
    if (ready.days === 0) {
      id('cifras').replaceChildren(el('p', { class: 'note' }, t('sin_dias', { dia: Format.date(data.inicio) })));
      return t('sin_dias', { dia: Format.date(data.inicio) });
    }
    const all = Cube.sum(answer.byDay, 0, ready.days - 1);
    const iso = (/** @type {number} */ at) => Format.isoDay(first + at);
    const number = Format.integer;
    const withShare = (/** @type {string} */ detail, /** @type {number} */ n) =>
      state.shares ? `${t(ranged ? 'de_todas_las_fechas' : 'del_total', { p: Format.share(n, all) })} · ${detail}` : detail;
    const day = answer.byDay[to];
    const week = Exact.week(answer.byDay, to);
    // All seven days count even if the visitor selected fewer. The label then says that they are
    // more than the selected period.
    const wider = ranged && week.start < from;
    Dom.text(tiles.total.label, ranged ? t('solicitudes_rango') : t('solicitudes'));
    Dom.text(tiles.total.value, number(answer.total));
    Dom.text(
      tiles.total.detail,
      withShare(
        ranged && from === to
          ? t('solo_dia', { dia: Format.date(iso(to)) })
          : ranged
            ? t('rango', { desde: Format.shortDate(iso(from), true), hasta: Format.shortDate(iso(to), true) })
            : t('hasta_ahora', { desde: Format.date(data.inicio) }),
        answer.total,
      ),
    );
    Dom.text(
      tiles.day.label,
      ranged && to !== ready.days - 1 ? Format.date(iso(to)) : `${t('ultimo_dia')}: ${Format.shortDate(iso(to), true)}`,
    );
    Dom.text(tiles.day.value, number(day));
    Dom.text(
      tiles.day.detail,
      withShare(to > 0 ? t('dia_anterior', { n: number(answer.byDay[to - 1]) }) : t('sin_anteriores'), day),
    );
    Dom.text(
      tiles.week.label,
      `${t(wider ? 'siete_y_periodo' : 'ultimos_7')}: ${t('rango_corto', { desde: Format.shortDate(iso(week.start)), hasta: Format.shortDate(iso(to)) })}`,
    );
    Dom.text(tiles.week.value, number(week.count));
    const before = week.before === null ? t('sin_siete_anteriores') : t('siete_anteriores', { n: number(week.before) });
    Dom.text(tiles.week.detail, withShare(before, week.count));
    tiles.day.range = [iso(to), iso(to)];
    tiles.week.range = [iso(week.start), iso(to)];
    const current = (/** @type {string[]} */ pair) => String(pair[0] === state.from && pair[1] === state.to);
    for (const one of Object.values(tiles)) Dom.attribute(one.element, 'aria-pressed', current(one.range));
    Dom.text(id('resumen'), Exact.summary(data, state, answer));
    return t(ranged && to - from < 6 ? 'aviso_corto' : 'aviso_total', {
      lugar: where,
      n: number(answer.total),
      u: number(day),
      dia: Format.date(iso(to)),
      s: number(week.count),
    });
  }

  return { update };
}
