/** The daily and the cumulative curve, the milestones, and the selection of days on the chart. */
import * as Format from './format.js';
import { t } from './language.js';
import * as Cube from './cube.js';
import * as State from './state.js';
import * as Dom from './dom.js';
import { id, el } from './dom.js';
import * as Download from './download.js';
import * as Charts from './chart_options.js';
import * as Tables from './bar_tables.js';
import * as Exact from './filtered_counts.js';
import { init } from './echarts.js';

/**
 * @param {ReturnType<typeof Exact.prepare>} ready
 * @param {() => State} now
 * @param {() => Answer} answer
 * @param {(name: string) => (open: boolean) => void} tie
 */
export function make(ready, now, answer, tie) {
  const { data, dates, days, first } = ready;
  const { all, within, marks, deadlines } = Exact.milestones(ready);
  const title = t('curvas');
  const host = el('div', { class: 'chart curves', role: 'img' });
  const table = Tables.disclosed(
    title,
    () => {
      const { from, to } = Exact.range(ready, now());
      let sum = Cube.sum(answer().byDay, 0, from - 1);
      const rows = [];
      for (let at = from; at <= to; at += 1) {
        sum += answer().byDay[at];
        rows.push(/** @type {(string | number)[]} */ ([Format.date(dates[at]), answer().byDay[at], sum]));
      }
      return { head: [t('dia'), t('por_dia'), t('acumuladas')], rows: rows.reverse() };
    },
    tie('tabla-avance'),
  );
  const buttons = Download.menu(title, () => {
    const { from, to } = Exact.range(ready, now());
    let sum = Cube.sum(answer().byDay, 0, from - 1);
    const rows = [];
    for (let at = from; at <= to; at += 1) rows.push([dates[at], answer().byDay[at], (sum += answer().byDay[at])]);
    const named = within.map((one) => `${Format.shortDate(one.fecha)} ${one.etiqueta}`);
    const words = Exact.words(data, now(), title, 1000, 680, named.join(' · '));
    return {
      parts: [now().entity || 'nacional', 'avance'],
      head: ['fecha', 'solicitudes', 'solicitudes_acumuladas'],
      rows,
      chart: { option: option(words.width, words.height, words), words },
    };
  });
  const list = el(
    'ol',
    { class: 'milestones' },
    ...all.map((one) =>
      el(
        'li',
        {},
        el('strong', {}, Format.date(one.fecha)),
        ' ',
        el('span', { lang: one.lang }, one.etiqueta),
        el('span', { class: 'kind' }, t(`tipo_${one.tipo}`)),
      ),
    ),
  );
  const milestones = el('details', { class: 'for-print' }, el('summary', {}, `${t('hitos')} (${all.length})`), list);
  milestones.open = window.matchMedia('(min-width: 700px)').matches;
  const section = Tables.card(
    'avance',
    title,
    t(window.matchMedia('(pointer: fine)').matches ? 'curvas_ayuda' : 'curvas_ayuda_tactil'),
    host,
    table.element,
    milestones,
    buttons,
  );
  id('curvas').replaceChildren(section);
  const chart = init(host, null, { renderer: 'svg', width: 600, height: 420 });

  /** @param {number} width @param {number} height @param {any} [words] */
  function option(width, height, words) {
    const { from, to, ranged } = Exact.range(ready, now());
    return Charts.curves({
      dates,
      daily: answer().byDay,
      days,
      from,
      to,
      ranged,
      shares: now().shares,
      // A narrow chart has room for the names of deadlines alone.
      marks: width < 560 ? deadlines : marks,
      quincenas: data.quincenas,
      width,
      height,
      words,
    });
  }

  let drawn = '';
  function update() {
    const width = Charts.width(host, 700);
    const height = width < 560 ? 360 : 480;
    if (chart.getWidth() !== width || chart.getHeight() !== height) chart.resize({ width, height });
    const whole = option(width, height);
    const look = `${width} ${height} ${getComputedStyle(host).color}`;
    // If only the numbers changed, the axes of days and everything around them stay as they are.
    if (look === drawn) chart.setOption({ yAxis: whole.yAxis, series: whole.series, tooltip: whole.tooltip }, { silent: true });
    else {
      chart.setOption(whole, { notMerge: true, silent: true });
      // Touch scrolls the page, so only a mouse can drag over days.
      if (window.matchMedia('(pointer: fine)').matches && days > 1) {
        chart.dispatchAction({
          type: 'takeGlobalCursor',
          key: 'brush',
          brushOption: { brushType: 'lineX', brushMode: 'single' },
        });
      }
    }
    drawn = look;
    Dom.scalable(host, width, height);
    Dom.attribute(host, 'aria-label', describe());
  }

  function describe() {
    const { from, to } = Exact.range(ready, now());
    let peak = from;
    for (let at = from; at <= to; at += 1) if (answer().byDay[at] > answer().byDay[peak]) peak = at;
    if (days === 0 || answer().total === 0) return t('curvas_alt_vacia');
    return t('curvas_alt', {
      desde: Format.date(dates[from]),
      hasta: Format.date(dates[to]),
      n: Format.integer(answer().total),
      pico: Format.date(dates[peak]),
      m: Format.integer(answer().byDay[peak]),
    });
  }

  /** @param {number} from @param {number} to */
  function choose(from, to) {
    const clamp = (/** @type {number} */ at) => Math.max(0, Math.min(days - 1, Math.round(at)));
    const range = [clamp(from), clamp(to)].sort((one, other) => one - other).map((at) => Format.isoDay(first + at));
    State.go({ ...now(), from: range[0], to: range[1] });
  }

  const leave = Charts.follow(host, () => {
    if (drawn && chart.getWidth() !== Charts.width(host, 700)) update();
  });

  let brushed = 0;
  chart.on('brushEnd', (/** @type {any} */ event) => {
    const range = event.areas[0]?.coordRange;
    if (!range) return;
    chart.dispatchAction({ type: 'brush', areas: [] });
    if (range[0] !== range[1]) {
      brushed = Date.now();
      choose(range[0], range[1]);
    }
  });
  chart.getZr().on('click', (/** @type {any} */ event) => {
    const point = [event.offsetX, event.offsetY];
    if (days === 0 || Date.now() - brushed < 300) return;
    for (const gridIndex of [0, 1]) {
      if (chart.containPixel({ gridIndex }, point)) {
        const at = chart.convertFromPixel({ gridIndex }, point)[0];
        if (at < days) choose(at, at);
      }
    }
  });

  return {
    update: () => {
      update();
      table.update(now().open.includes('tabla-avance'));
    },
    open: table.update,
    dispose: () => {
      leave();
      chart.dispose();
    },
  };
}
