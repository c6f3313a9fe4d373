/**
 * Credentials that were applied for, delivered and confirmed, by day and by office. Only the entity
 * filters them.
 */
import * as Format from './format.js';
import { t } from './language.js';
import * as State from './state.js';
import * as Dom from './dom.js';
import { id, el } from './dom.js';
import * as Download from './download.js';
import * as Charts from './chart_options.js';
import * as Tables from './bar_tables.js';
import * as Exact from './filtered_counts.js';
import * as Corte from './corte_tables.js';
import * as Headline from './headline.js';
import { init } from './echarts.js';

const MEASURES = ['tramitadas', 'entregadas', 'confirmadas'];

/**
 * @param {ReturnType<typeof Exact.prepare>} ready
 * @param {() => State} now
 * @param {(name: string) => (open: boolean) => void} tie
 */
export function make(ready, now, tie) {
  const { data } = ready;
  const source = data.credenciales;
  const days = source.diarias.tamanos[0];
  const first = Format.dayNumber(source.desde);
  const dates = Array.from({ length: days }, (_, at) => Format.isoDay(first + at));
  const title = t('credenciales');
  const totals = MEASURES.map((name) => el('dd', { id: `n-${name}` }));
  const host = el('div', { class: 'chart', role: 'img' });
  const list = Tables.offices(
    t('representaciones'),
    MEASURES.map((one) => t(one)),
    '',
    source.cohorte ? t('dias_entrega') : null,
  );
  const more = Tables.moreButton('mostrar_representaciones', () =>
    State.go(State.opened(now(), 'representaciones', !now().open.includes('representaciones'))),
  );
  let entity = -2;
  /** @type {number[][]} */
  let series = [[], [], []];
  /**
   * @type {{ key: string, order: string, office: Data['credenciales']['representaciones'][0],
   *   counts: number[] }[]}
   */
  let offices = [];

  const table = Tables.disclosed(
    t('credenciales_dia'),
    () => ({
      head: [t('dia'), ...MEASURES.map((name) => t(name))],
      rows: dates.map((day, at) => [Format.date(day), ...series.map((one) => one[at])]).reverse(),
    }),
    tie('tabla-credenciales'),
  );
  const earlier = t('credenciales_antes', { desde: Format.date(source.desde) });
  /** @param {string} title @param {number} width @param {number} height */
  const around = (title, width, height) =>
    Exact.words(data, { ...now(), filters: {}, from: '', to: '' }, title, width, height, earlier);
  const dayButtons = Download.menu(t('credenciales_dia'), () => {
    const words = around(t('credenciales_dia'), 1000, 520);
    return {
      parts: [now().entity || 'nacional', 'credenciales_por_dia'],
      head: ['fecha', ...MEASURES.map((name) => `${name}_acumuladas`)],
      rows: dates.map((day, at) => [day, ...series.map((one) => one[at])]),
      chart: { option: option(words.width, words.height, words), words },
    };
  });
  const officeButtons = Download.menu(t('representaciones'), () => {
    const shown = visible();
    const rows = shown.map((one) => ({ key: one.office[0], label: name(one.office), value: one.counts[0] }));
    const words = around(`${t('representaciones')}: ${t('tramitadas')}`, 860, 160 + rows.length * 30);
    if (rows.length < offices.length) {
      words.title = t('con_mas_representaciones', { que: words.title, n: rows.length, m: named() });
    }
    return {
      parts: [now().entity || 'nacional', 'credenciales_por_representacion'],
      head: [
        'cve_representacion',
        'representacion',
        'tipo_representacion',
        'cve_pais',
        ...MEASURES.map((one) => `${one}_acumuladas`),
        ...(source.cohorte ? ['dias_mediana', 'dias_p90'] : []),
      ],
      // The CSV file has all offices, also those that the screen and the chart leave out.
      rows: offices.map((one) => {
        const cohort = Corte.cohort(data, now().entity).offices.get(one.key);
        const days = source.cohorte ? [cohort?.median ?? '', cohort?.ninetieth ?? ''] : [];
        return [...one.office, ...one.counts, ...days];
      }),
      chart: {
        option: Charts.bars({ rows, shares: false, total: null, words }),
        words,
      },
    };
  });
  const cohort = cohortCard();
  const empty = el('p', { class: 'note' }, t('sin_credenciales'));
  const note = el('p', { class: 'note' });
  id('credenciales').replaceChildren(
    el('h2', { id: 'h-credenciales' }, title),
    note,
    el(
      'dl',
      { class: 'trio' },
      ...MEASURES.map((one, at) => el('div', { class: `measure-${at}` }, el('dt', {}, t(one)), totals[at])),
    ),
    el(
      'div',
      { class: 'cards two' },
      Tables.card('credenciales-dia', t('credenciales_dia'), '', host, table.element, dayButtons),
      cohort?.element ?? null,
      Tables.card('representaciones', t('representaciones'), '', empty, list.element, more.element, officeButtons),
    ),
  );
  const chart = init(host, null, { renderer: 'svg', width: 500, height: 320 });

  /**
   * The credentials applied for since the first day: on the way, delivered, confirmed. Deliveries of
   * older ones are a line of their own, because they are no share of these.
   */
  function cohortCard() {
    if (!source.cohorte) return null;
    const body = el('dl', { class: 'steps' });
    const days = el('p', { class: 'note' });
    const older = el('p', { class: 'note' });
    const steps = () => {
      const found = Corte.cohort(data, now().entity).all;
      const { applied, delivered, confirmed } = found ?? { applied: 0, delivered: 0, confirmed: 0 };
      return {
        found,
        total: applied,
        rows: [
          { key: 'tramitadas', n: applied },
          { key: 'camino', n: applied - delivered },
          { key: 'entregadas', n: delivered },
          { key: 'confirmadas', n: confirmed },
        ],
      };
    };
    const menu = Download.menu(
      t('cohorte'),
      () => ({
        parts: [now().entity || 'nacional', 'credenciales_cohorte'],
        head: ['paso', 'credenciales'],
        rows: steps().rows.map((one) => [t(`cohorte_${one.key}`), one.n]),
      }),
      false,
    );
    const whole = t('cohorte_nota', { desde: Format.date(source.desde), hasta: Format.date(data.hasta) });
    const element = Tables.card('cohorte', t('cohorte'), whole, body, days, older, menu);
    const update = () => {
      const { found, total, rows } = steps();
      body.replaceChildren(
        ...rows.map((one) => {
          const share = one.key === 'tramitadas' ? null : Headline.wholePercent(one.n, total);
          return el(
            'div',
            {},
            el('dt', {}, t(`cohorte_${one.key}`)),
            el('dd', {}, el('strong', {}, Format.integer(one.n)), share === null ? '' : ` (${share})`),
            Tables.bar(total ? one.n / total : 0),
          );
        }),
      );
      const known = found && found.delivered >= 10 && found.median !== null && found.ninetieth !== null;
      Dom.text(days, known ? t('cohorte_dias', { m: found.median ?? 0, p: found.ninetieth ?? 0 }) : '');
      days.hidden = !known;
      const before = (series[1].at(-1) ?? 0) - (found?.delivered ?? 0);
      Dom.text(older, before > 0 ? Headline.counted('entregas_anteriores', before, { desde: Format.date(source.desde) }) : '');
      older.hidden = before <= 0;
    };
    return { element, update };
  }

  /** The days to delivery at an office, of the credentials applied for since the first day. */
  function deliveryDays() {
    const { offices: found } = Corte.cohort(data, now().entity);
    return (/** @type {string} */ code) => {
      const one = found.get(code);
      return !one || one.median === null ? '' : t('dias_valor', { m: one.median, p: one.ninetieth ?? one.median });
    };
  }

  /** @param {Data['credenciales']['representaciones'][0]} office */
  function name(office) {
    return Tables.officeName(office[1], office[2]);
  }

  function count() {
    const size = source.representaciones.length;
    const sums = new Float64Array(size * 3);
    const { columns, counts, count: cells } = ready.offices;
    for (let cell = 0; cell < cells; cell += 1) {
      if (entity < 0 || columns[0][cell] === entity) sums[columns[1][cell] * 3 + columns[2][cell]] += counts[cell];
    }
    const counted = source.representaciones
      .map((office, at) => ({
        key: office[0],
        order: Tables.officeOrder(office[3], office[2], office[0]),
        office,
        counts: [...sums.subarray(at * 3, at * 3 + 3)],
      }))
      .filter((one) => one.counts.some((n) => n > 0));
    offices = State.bySize(data, 'representacion', counted, (one) => one.counts[0]);
    const byDay = new Float64Array(days * 3);
    for (let cell = 0; cell < ready.daily.count; cell += 1) {
      if (entity < 0 || ready.daily.columns[1][cell] === entity) {
        byDay[ready.daily.columns[0][cell] * 3 + ready.daily.columns[2][cell]] += ready.daily.counts[cell];
      }
    }
    series = MEASURES.map((_, measure) => {
      let sum = 0;
      return dates.map((__, at) => (sum += byDay[at * 3 + measure]));
    });
  }

  /** @param {number} width @param {number} height @param {any} [words] */
  function option(width, height, words) {
    return Charts.credentials({
      dates,
      series: MEASURES.map((one, at) => ({ name: t(one), values: series[at] })),
      width,
      height,
      words,
    });
  }

  function named() {
    return State.named(data, 'representacion', offices);
  }

  function visible() {
    return Tables.shownOffices(data, offices, named(), now().open.includes('representaciones'));
  }

  function redraw() {
    const width = Charts.width(host, 330);
    if (chart.getWidth() !== width) chart.resize({ width, height: 320 });
    chart.setOption(option(width, 320), { notMerge: true, silent: true });
    Dom.scalable(host, width, 320);
  }

  const leave = Charts.follow(host, () => {
    if (drawn && chart.getWidth() !== Charts.width(host, 330)) redraw();
  });

  let drawn = '';
  function update() {
    const state = now();
    const signature = `${state.entity} ${state.open.includes('representaciones')}`;
    const chosen = source.entidades.findIndex(([code]) => code === state.entity);
    if (signature !== drawn) {
      if (chosen !== entity) {
        entity = chosen;
        count();
        redraw();
        const last = series.map((one) => one.at(-1) ?? 0);
        last.forEach((n, at) => Dom.text(totals[at], Format.integer(n)));
        Dom.attribute(
          host,
          'aria-label',
          t('credenciales_alt', { t: Format.integer(last[0]), e: Format.integer(last[1]), c: Format.integer(last[2]) }),
        );
        cohort?.update();
        const whole = t('credenciales_nota', { desde: Format.date(source.desde), hasta: Format.date(data.hasta) });
        Dom.text(note, [whole, earlier, chosen < 0 ? t('credenciales_nota_nacion') : ''].join(' ').trim());
        Dom.text(id('h-credenciales'), `${title}: ${Exact.place(data, state)}`);
      }
      rows();
      drawn = signature;
    }
    table.update(state.open.includes('tabla-credenciales'));
  }

  function rows() {
    const most = Math.max(1, ...offices.map((one) => Math.max(...one.counts)));
    empty.hidden = offices.length > 0;
    const days = deliveryDays();
    list.fill(
      visible().map((one) => ({
        key: one.office[0],
        name: one.office[1],
        kind: one.office[2],
        counts: one.counts,
        days: days(one.office[0]),
      })),
      most,
    );
    more.update(named(), Tables.limit(data, 'representacion', named()), now().open.includes('representaciones'));
  }

  function dispose() {
    leave();
    chart.dispose();
  }

  return { update, redraw, dispose };
}
