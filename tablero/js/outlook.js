/**
 * What comes next for an entity: before the close the projection with its fan, and after it the
 * decisions on what was counted and the list that is expected of them.
 */
import * as Format from './format.js';
import { t } from './language.js';
import * as Dom from './dom.js';
import { id, el, svg } from './dom.js';
import * as Charts from './chart_options.js';
import * as ChartCard from './chart_card.js';
import * as Exact from './filtered_counts.js';
import * as Headline from './headline.js';
import * as Download from './download.js';
import * as Tables from './bar_tables.js';

/**
 * @param {ReturnType<typeof Exact.prepare>} ready
 * @param {() => State} now
 * @param {(name: string) => (open: boolean) => void} tie
 */
export function make(ready, now, tie) {
  const { data, corte } = ready;
  if (!corte.day || ready.days === 0) return none();
  return data.hasta >= data.cierre ? decided(ready, now) : projected(ready, now, tie);
}

function none() {
  id('proyeccion').replaceChildren();
  return { update: () => {}, redraw: () => {}, dispose: () => {} };
}

/** The state without filters and dates. @param {State} state @returns {State} */
function whole(state) {
  return { ...state, filters: {}, from: '', to: '' };
}

/** @type {(ready: ReturnType<typeof Exact.prepare>, now: () => State, tie: (name: string) => (open: boolean) => void) => any} */
function projected(ready, now, tie) {
  const { data, corte, dates } = ready;
  const { marks, deadlines } = Exact.milestones(ready);
  if (corte.fan('').length < 2) return none();
  const fan = () => corte.fan(now().entity);
  const known = () => ready.cumulative(data.entidades.findIndex(([code]) => code === now().entity));
  // The fan needs room. The curve before it is in the next card, so a month of it is enough here, or
  // more where the close is far.
  const left = Format.dayNumber(data.cierre) - Format.dayNumber(corte.day);
  const start = Math.max(0, Format.dayNumber(corte.day) - ready.first - Math.max(30, Math.round(left * 1.5)));
  const note = () =>
    [t('proyeccion_nota', { dia: Format.date(corte.day) }), ChartCard.unfiltered(now())].filter(Boolean).join(' ');
  const content = () => ({
    head: ['fecha', 'inferior_90', 'inferior_50', 'mediana', 'superior_50', 'superior_90'],
    rows: fan().map((one) => [one.day, one.low90, one.low50, one.median, one.high50, one.high90]),
  });
  const card = ChartCard.make({
    id: 'proyeccion',
    title: t('proyeccion'),
    words: (width) => Exact.words(data, whole(now()), t('proyeccion'), width, 520, note()),
    height: (width) => (width < 560 ? 300 : 380),
    option: ({ width, height, words }) =>
      Charts.fan({
        dates: dates.slice(start),
        known: known().slice(start),
        fan: fan(),
        goal: corte.goal(now().entity)?.count ?? null,
        marks: (width < 560 ? deadlines : marks).filter((one) => one.date >= dates[start]),
        width,
        height,
        words,
      }),
    content,
    shown: () => ({
      head: [t('dia'), ...['inferior_90', 'inferior_50', 'mediana', 'superior_50', 'superior_90'].map((one) => t(one))],
      rows: content().rows.map(([day, ...rest]) => [Format.date(String(day)), ...rest]),
    }),
    table: tie('tabla-proyeccion'),
    parts: () => [now().entity || 'nacional', 'proyeccion'],
  });
  id('proyeccion').replaceChildren(card.element);

  function update() {
    const range = corte.projection('solicitudes', now().entity);
    const goal = corte.goal(now().entity);
    const counts = known();
    const said = {
      n: Format.integer(range?.median ?? 0),
      desde: Format.integer(range?.low90 ?? 0),
      hasta: Format.integer(range?.high90 ?? 0),
    };
    const texts = {
      message: range ? t('proyeccion_titulo', said) : '',
      note: note(),
      alt: [
        t('proyeccion_alt', {
          hasta: Format.date(data.hasta),
          n: Format.integer(counts.at(-1) ?? 0),
          m: said.n,
          desde: said.desde,
          a: said.hasta,
        }),
        goal ? t('meta_alt', { n: Format.integer(goal.count) }) : '',
      ]
        .filter(Boolean)
        .join(' '),
      open: now().open.includes('tabla-proyeccion'),
    };
    card.update(texts, `entidad ${now().entity}`);
  }

  return { update, redraw: card.draw, dispose: card.dispose };
}

/** @param {ReturnType<typeof Exact.prepare>} ready @param {() => State} now */
function decided(ready, now) {
  const { data, corte } = ready;
  if (data.aceptados.length === 0) return none();
  const title = t('dictamen');
  const message = el('p', { class: 'message' });
  const note = el('p', { class: 'note' });
  const bar = svg('svg', { class: 'decisions', 'aria-hidden': 'true', focusable: 'false' });
  const list = el('dl', { class: 'decisions-list' });
  /** @type {Map<string, ReturnType<typeof Exact.decisionsOfEntity>>} */
  const counted = new Map();
  const parts = () => {
    const { entity } = now();
    const found = counted.get(entity) ?? Exact.decisionsOfEntity(ready, entity);
    counted.set(entity, found);
    return [
      { key: 'procedentes', n: found.accepted },
      { key: 'sin_resolver', n: found.undecided },
      { key: 'improcedentes', n: found.refused },
    ];
  };
  const menu = Download.menu(
    title,
    () => ({
      parts: [now().entity || 'nacional', 'dictamen'],
      head: ['dictamen', 'solicitudes'],
      rows: parts().map((one) => [t(one.key), one.n]),
    }),
    false,
  );
  id('proyeccion').replaceChildren(Tables.card('dictamen', title, '', message, bar, list, note, menu));

  function update() {
    const steps = parts();
    const total = steps.reduce((sum, one) => sum + one.n, 0);
    const expected = corte.projection('lnere', now().entity);
    Dom.text(
      message,
      !expected
        ? ''
        : expected.low90 === expected.high90
          ? t('dictamen_de', { n: Format.integer(expected.median) })
          : t('dictamen_entre', { desde: Format.integer(expected.low90), hasta: Format.integer(expected.high90) }),
    );
    message.hidden = !expected;
    let x = 0;
    bar.replaceChildren(
      ...steps.map((one) => {
        const width = total ? (one.n / total) * 100 : 0;
        const made = svg('rect', { class: one.key, x: `${x}%`, width: `${width}%`, height: '100%' });
        x += width;
        return made;
      }),
    );
    list.replaceChildren(
      ...steps.map((one) => {
        const share = Headline.wholePercent(one.n, total);
        return el(
          'div',
          { class: one.key },
          el('dt', {}, t(one.key)),
          el('dd', {}, el('strong', {}, Format.integer(one.n)), share === null ? '' : ` (${share})`),
        );
      }),
    );
    Dom.text(
      note,
      [t('dictamen_nota', { n: Format.integer(total), dia: Format.date(corte.day) }), ChartCard.unfiltered(now())]
        .filter(Boolean)
        .join(' '),
    );
  }

  return { update, redraw: () => {}, dispose: () => {} };
}
