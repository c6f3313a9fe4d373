/**
 * The first view: a headline, and the figures that matter. The total, the last day and the last seven
 * days are buttons that select their period. The others say how the analysis goes, and without
 * filters and dates what is expected.
 */
import * as Format from './format.js';
import * as Language from './language.js';
import { t } from './language.js';
import * as Cube from './cube.js';
import * as State from './state.js';
import * as Dom from './dom.js';
import { id, el } from './dom.js';
import * as Exact from './filtered_counts.js';
import * as Headline from './headline.js';

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

  /** A figure that selects nothing. @param {string} name @param {string} label */
  function still(name, label) {
    const made = {
      label: el('span', { class: 'figure-label' }, label),
      value: el('span', { class: 'figure-value', id: `n-${name}` }),
      detail: el('span', { class: 'figure-detail' }),
      element: /** @type {any} */ (null),
    };
    made.element = el('div', { class: 'figure still', id: `f-${name}` }, made.label, made.value, made.detail);
    return made;
  }

  const tiles = { total: tile('total', t('ver_todo')), day: tile('dia', t('ver_dia')), week: tile('siete', t('ver_siete')) };
  const figures = {
    accepted: still('aceptadas', t('aceptadas_cifra')),
    undecided: still('sin-resolver', t('sin_resolver_cifra')),
    list: still('lista', t('lista_esperada')),
    postal: still('paquetes', t('paquetes_postales')),
    close: still('cierre', t('cierre_cifra')),
    goal: still('meta', t('meta')),
    earlier: still('anterior', t('proceso_anterior')),
  };
  id('cifras').replaceChildren(...[tiles.total, ...Object.values(figures), tiles.day, tiles.week].map((one) => one.element));
  const { all: milestones } = Exact.milestones(ready);

  /**
   * Shows a figure, or hides it if its value is null.
   * @param {ReturnType<typeof still>} figure
   * @param {string | null} value
   * @param {string} detail
   */
  function show(figure, value, detail) {
    figure.element.hidden = value === null;
    Dom.text(figure.value, value ?? '');
    Dom.text(figure.detail, detail);
  }

  /** @param {Answer} answer */
  function updateFigures(answer) {
    const state = now();
    const { ranged } = Exact.range(ready, state);
    const decided = Exact.decisions(data, state, answer);
    const percent = (/** @type {number} */ n) => Headline.wholePercent(n, answer.total);
    const ofAll = (/** @type {number} */ n) => {
      const share = percent(n);
      return share === null ? '' : t('de_las_registradas', { p: share });
    };
    show(figures.accepted, decided && Format.integer(decided.accepted), decided ? ofAll(decided.accepted) : '');
    show(
      figures.undecided,
      decided && Format.integer(decided.undecided),
      decided ? [percent(decided.undecided), Headline.counted('rechazadas_n', decided.refused)].filter(Boolean).join(' · ') : '',
    );
    // What is expected is known for an entity alone, so filters and dates hide it.
    const whole = !ranged && Object.keys(state.filters).length === 0;
    const list = whole ? ready.corte.projection('lnere', state.entity) : null;
    const settled = list !== null && list.low90 === list.high90;
    Dom.text(figures.list.label, t(settled ? 'lista_definitiva' : 'lista_esperada'));
    show(
      figures.list,
      list && Format.integer(list.median),
      list && !settled ? t('entre_90', { desde: Format.integer(list.low90), hasta: Format.integer(list.high90) }) : '',
    );
    const postal = whole ? ready.corte.postal(state.entity) : null;
    show(figures.postal, postal && Format.integer(postal.median), postal ? t('tiraje', { n: Format.integer(postal.run) }) : '');
    const goal = whole ? ready.corte.goal(state.entity) : null;
    show(figures.goal, goal && Format.integer(goal.count), goal ? progress(answer.total, goal.count) : '');
    const earlier = whole ? ready.corte.earlier(state.entity) : null;
    // The title and what is counted are in Spanish in the data.
    Dom.attribute(figures.earlier.label, 'lang', earlier && Language.spanish());
    Dom.text(figures.earlier.label, earlier ? earlier.title : '');
    figures.earlier.detail.replaceChildren();
    show(figures.earlier, earlier && Format.integer(earlier.count), '');
    if (earlier) {
      const key = earlier.days === 0 ? 'anterior_al_cierre' : 'anterior_a_dias';
      figures.earlier.detail.replaceChildren(...Dom.quoted(t(key, { n: earlier.days }), 'que', earlier.counted));
    }
    const left = Format.dayNumber(data.cierre) - Format.dayNumber(data.hasta);
    const coming = milestones.find((one) => one.fecha > data.hasta && one.fecha !== data.cierre);
    const day = Format.dayOfYear(data.cierre);
    const next = coming ? t('lo_que_sigue', { dia: Format.shortDate(coming.fecha), que: coming.etiqueta }) : '';
    show(
      figures.close,
      left > 0 ? Headline.counted('faltan_corto', left) : t('cerro_corto'),
      [`${t(left > 0 ? 'falta_para' : 'el_dia', { dia: day })}.`, next && `${next}.`].filter(Boolean).join(' '),
    );
  }

  /** How much of a goal is reached. @param {number} n @param {number} goal */
  function progress(n, goal) {
    if (n > goal) return t('meta_rebasada', { n: Format.integer(n - goal) });
    if (n === goal) return t('meta_lograda');
    const share = Headline.wholePercent(n, goal);
    return share ? t('meta_alcanzada', { p: share }) : '';
  }

  /** @param {Answer} answer */
  function update(answer) {
    const state = now();
    const { from, to, ranged } = Exact.range(ready, state);
    const where = Exact.place(data, state);
    Dom.text(id('h-cifras'), where);
    if (ready.days === 0) {
      Dom.text(id('titular'), '');
      id('cifras').replaceChildren(el('p', { class: 'note' }, t('sin_dias', { dia: Format.date(data.inicio) })));
      return t('sin_dias', { dia: Format.date(data.inicio) });
    }
    const said = Exact.sentences(ready, state, answer);
    Dom.text(id('titular'), `${said.headline} ${said.next}`.trim());
    updateFigures(answer);
    const all = Cube.sum(answer.byDay, 0, ready.days - 1);
    const iso = (/** @type {number} */ at) => Format.isoDay(first + at);
    const number = Format.integer;
    const withShare = (/** @type {string} */ detail, /** @type {number} */ n) =>
      state.shares ? `${t(ranged ? 'de_todas_las_fechas' : 'del_total', { p: Format.share(n, all) })} · ${detail}` : detail;
    const day = answer.byDay[to];
    const week = Exact.week(answer.byDay, to);
    // All seven days count even if the visitor selected fewer. The label then names the last day, so
    // that nobody takes them for the selected period.
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
      wider
        ? t('siete_y_periodo', { dia: Format.shortDate(iso(to)) })
        : `${t('ultimos_7')}: ${t('rango_corto', { desde: Format.shortDate(iso(week.start)), hasta: Format.shortDate(iso(to)) })}`,
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
