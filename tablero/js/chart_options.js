/** Builds the ECharts option of each chart. A chart in a file also has a title and its source. */
import * as Format from './format.js';
import { t } from './language.js';
import * as Cube from './cube.js';
import * as Dom from './dom.js';
import { spread } from './label_places.js';
import { LAND } from './echarts.js';
import { FONT, LIGHT, palette, around, frame } from './chart_style.js';

/**
 * Sets the height of a line. By default, ECharts uses the width of a Chinese character as the
 * height. On a machine without a Chinese font, the second line of a label would then overlap the
 * first.
 * @param {typeof LIGHT} p
 * @param {any} [more]
 */
function label(p, more = {}) {
  return { color: p.muted, fontFamily: FONT, fontSize: 12, lineHeight: 15, ...more };
}

/**
 * The axis of days. The width limits the number of labels, so that all of them are readable.
 * @param {string[]} dates
 * @param {number} width
 */
function dayAxis(dates, width, /** @type {typeof LIGHT} */ p) {
  const long = dates.length > 45;
  const step = Math.max(1, Math.ceil(dates.length / Math.max(2, Math.floor(width / 60))));
  const shown = (/** @type {number} */ at) => (long ? dates[at].endsWith('-01') : at % step === 0);
  return {
    type: 'category',
    data: dates,
    // ECharts shades areas over bars from tick to tick. By default, only a day with a label has a
    // tick.
    axisTick: { show: false, interval: 0 },
    axisLine: { lineStyle: { color: p.base } },
    axisLabel: label(p, {
      interval: (/** @type {number} */ at) => shown(at),
      hideOverlap: true,
      formatter: (/** @type {string} */ iso) => (long ? Format.month(iso) : Format.shortDate(iso)),
    }),
  };
}

/** @param {typeof LIGHT} p @param {boolean} shares @param {any} [more] */
function valueAxis(p, shares, more = {}) {
  return {
    type: 'value',
    min: 0,
    splitNumber: 4,
    minInterval: shares ? undefined : 1,
    splitLine: { lineStyle: { color: p.grid } },
    axisLabel: label(p, { formatter: (/** @type {number} */ v) => (shares ? `${v} %` : Format.integer(v)) }),
    ...more,
  };
}

/**
 * The tooltip of a chart. `say` returns the text for the day at a position. The tooltip is rich
 * text, because the content security policy forbids the inline styles of an HTML tooltip.
 * @param {typeof LIGHT} p
 * @param {(at: number) => string} say
 */
function tooltip(p, say) {
  return {
    trigger: 'axis',
    renderMode: 'richText',
    confine: true,
    backgroundColor: p.surface,
    borderColor: p.base,
    borderWidth: 1,
    padding: 10,
    shadowBlur: 0,
    textStyle: { color: p.ink, fontFamily: FONT, fontSize: 13 },
    formatter: (/** @type {any[]} */ points) => say(points[0].dataIndex),
  };
}

/**
 * The width of a chart: that of its host element or, during printing, `paper`. The screen does not
 * show how wide the paper is.
 * @param {Element} host
 * @param {number} paper
 */
export function width(host, paper) {
  return document.documentElement.classList.contains('printing') ? paper : Math.max(240, host.clientWidth);
}

/**
 * Draws a chart again when the width of its host element changes, before the browser paints. A
 * chart of the old width would be cut off or leave a gap. Returns a function that stops the
 * observer.
 * @param {Element} host
 * @param {() => void} draw
 */
export function follow(host, draw) {
  // The observed element must not contain the chart, because the height of a chart depends on its
  // width.
  const ruler = Dom.el('div');
  host.before(ruler);
  const observer = new window.ResizeObserver(draw);
  observer.observe(ruler);
  return () => observer.disconnect();
}

/**
 * The cumulative curve above the daily counts, on one axis of days.
 * @param {{ dates: string[], daily: ArrayLike<number>, days: number, from: number, to: number,
 *   ranged: boolean, shares: boolean, marks: { date: string, text: string }[], quincenas: string[],
 *   width: number, height: number, words?: Words }} c
 */
export function curves(c) {
  const p = c.words ? LIGHT : palette();
  const total = Cube.sum(c.daily, 0, c.days - 1);
  const scaled = (/** @type {number} */ n) => (c.shares ? Format.hundredths(n, total) / 100 : n);
  const cumulative = [];
  const daily = [];
  const mean = [];
  let sum = 0;
  for (let at = 0; at < c.dates.length; at += 1) {
    const known = at < c.days;
    sum += known ? c.daily[at] : 0;
    cumulative.push(known ? scaled(sum) : null);
    const chosen = !c.ranged || (at >= c.from && at <= c.to);
    daily.push({ value: known ? scaled(c.daily[at]) : null, itemStyle: { color: chosen ? p.bar : p.off } });
    const week = known && at >= 6 ? Cube.sum(c.daily, at - 6, at) / 7 : null;
    mean.push(
      week === null ? null : c.shares ? Math.round((week / Math.max(1, total)) * 10000) / 100 : Math.round(week * 10) / 10,
    );
  }
  const { above, below } = around(c.words);
  const top = c.words ? 104 + above : 30;
  const bottom = c.words ? 78 + below : 40;
  // On the narrowest screens, the label of the mean is on a second line below the heading.
  const narrow = c.width < 310;
  const gap = narrow ? 82 : 66;
  const room = c.height + above + below - top - bottom - gap;
  const upper = Math.round(room * 0.5);
  const left = 56;
  const right = 16;
  const bands = [];
  for (let at = 0; at < c.quincenas.length; at += 2) {
    const first = at === 0 ? c.dates[0] : Format.isoDay(Format.dayNumber(c.quincenas[at - 1]) + 1);
    bands.push([{ xAxis: first }, { xAxis: c.quincenas[at] }]);
  }
  const picked =
    c.ranged && c.from !== c.to
      ? [[{ xAxis: c.dates[c.from], itemStyle: { color: p.bar, opacity: 0.16 } }, { xAxis: c.dates[c.to] }]]
      : [];
  const areas = { silent: true, itemStyle: { color: p.band }, data: [...bands, ...picked] };
  const oneDay =
    c.ranged && c.from === c.to
      ? [{ xAxis: c.dates[c.from], label: { show: false }, lineStyle: { color: p.bar, type: 'solid', width: 2 } }]
      : [];
  const lines = (/** @type {boolean} */ labelled) => markLines(p, c.marks, labelled ? upper - 12 : 0, c.dates[0], oneDay);
  const heading = (/** @type {string} */ text, /** @type {number} */ y, extra = '') => ({
    text: `{h|${text}}${extra}`,
    left: c.words ? 24 : 0,
    top: y,
    textStyle: {
      rich: {
        h: { color: p.ink, fontSize: 13, lineHeight: 16, fontWeight: 'bold', fontFamily: FONT },
        m: { color: p.mean, fontSize: 12, lineHeight: 16, fontFamily: FONT },
      },
    },
  });
  const axis = dayAxis(c.dates, c.width - left - right, p);
  return {
    animation: false,
    backgroundColor: c.words ? '#ffffff' : 'transparent',
    title: [
      ...(c.words ? frame(p, c.words) : []),
      heading(t('acumuladas'), top - 30),
      heading(t('por_dia'), top + upper + gap - (narrow ? 46 : 30), `${narrow ? '\n' : '   '}{m|━ ${t('media_7')}}`),
    ],
    grid: [
      { left, right, top: top + 6, height: upper - 6 },
      { left, right, top: top + upper + gap, height: room - upper },
    ],
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: p.base } },
    tooltip: c.words
      ? { show: false }
      : tooltip(p, (at) => {
          if (at >= c.days) return Format.date(c.dates[at]);
          const soFar = Cube.sum(c.daily, 0, at);
          const say = (/** @type {number} */ n) => (c.shares ? Format.share(n, total) : Format.integer(n));
          return [Format.date(c.dates[at]), `${t('por_dia')}: ${say(c.daily[at])}`, `${t('acumuladas')}: ${say(soFar)}`].join(
            '\n',
          );
        }),
    toolbox: { show: false },
    brush: c.words
      ? undefined
      : {
          xAxisIndex: [0, 1],
          brushType: 'lineX',
          brushMode: 'single',
          transformable: false,
          toolbox: [],
          brushStyle: { color: 'rgba(120,140,165,0.25)', borderColor: p.base },
          outOfBrush: { colorAlpha: 1 },
          inBrush: { colorAlpha: 1 },
        },
    xAxis: [
      { ...axis, gridIndex: 0 },
      { ...axis, gridIndex: 1 },
    ],
    yAxis: [
      valueAxis(p, c.shares, { gridIndex: 0, ...(c.shares ? { max: 100, interval: 25 } : total === 0 ? { max: 1 } : {}) }),
      valueAxis(p, c.shares, { gridIndex: 1, ...(total === 0 ? { max: 1 } : {}) }),
    ],
    series: [
      {
        type: 'line',
        xAxisIndex: 0,
        yAxisIndex: 0,
        data: cumulative,
        showSymbol: c.days === 1,
        symbolSize: 8,
        lineStyle: { color: p.line, width: 2.5 },
        itemStyle: { color: p.line },
        areaStyle: { color: p.line, opacity: 0.08 },
        markArea: areas,
        markLine: lines(true),
      },
      {
        type: 'bar',
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: daily,
        barCategoryGap: '15%',
        barMaxWidth: 24,
        markArea: areas,
        markLine: lines(false),
      },
      {
        type: 'line',
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: mean,
        showSymbol: false,
        lineStyle: { color: p.mean, width: 2 },
        itemStyle: { color: p.mean },
      },
    ],
  };
}

/**
 * Vertical lines at the marked days, each with its name along it. `room` is the height for a name; 0
 * for none.
 * @param {typeof LIGHT} p
 * @param {{ date: string, text: string }[]} marks
 * @param {number} room
 * @param {string} first the first day of the axis
 * @param {any[]} [others]
 */
function markLines(p, marks, room, first, others = []) {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: p.mark, type: 'dashed', width: 1 },
    data: [
      ...others,
      ...marks.map((mark) => ({
        xAxis: mark.date,
        label: {
          show: room > 0,
          formatter: mark.text,
          // The name of the first day is to the right of its line, away from the axis.
          position: mark.date === first ? 'insideEndBottom' : 'insideEndTop',
          distance: 3,
          color: p.mark,
          fontSize: 11,
          fontFamily: FONT,
          width: room,
          overflow: 'truncate',
        },
      })),
    ],
  };
}

/**
 * Labels to the right of the last point of lines or areas: points without symbols. The labels keep
 * apart, and have the colour of their line beside them.
 * @param {typeof LIGHT} p
 * @param {{ text: string, color: string, value: number }[]} items
 * @param {{ x: string, max: number, top: number, height: number, bold?: number,
 *   gap?: number, room?: number, distance?: number }} c
 */
function endLabels(p, items, c) {
  const scale = c.height / c.max;
  const places = spread(
    items.map((one) => c.height - one.value * scale),
    c.gap ?? 15,
    0,
    c.height,
  );
  return {
    type: 'scatter',
    silent: true,
    symbolSize: 0.01,
    z: 5,
    clip: false,
    tooltip: { show: false },
    data: items.map((one, at) => ({
      value: [c.x, (c.height - places[at]) / scale],
      itemStyle: { color: one.color },
      label: {
        show: true,
        position: 'right',
        distance: c.distance ?? 6,
        formatter: `{m|━} {t|${fitting(one.text.replace(/[{}|]/g, ' '), c.room)}}`,
        rich: {
          m: { color: one.color, fontSize: 12, fontWeight: 'bold', fontFamily: FONT },
          t: { color: p.ink, fontSize: 12, fontFamily: FONT, fontWeight: at === c.bold ? 'bold' : 'normal' },
        },
      },
    })),
  };
}

/** A text of at most `room` pixels, cut off if it is longer. @param {string} text @param {number} [room] */
function fitting(text, room) {
  const most = room === undefined ? text.length : Math.max(8, Math.floor(room / 7));
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

/** A round number not below `n`, for the end of an axis. @param {number} n */
function roundUp(n) {
  if (n <= 4) return Math.max(1, n);
  const unit = 10 ** Math.floor(Math.log10(n));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((one) => one * unit).find((one) => one >= n) ?? n;
}

/**
 * What the charts over one axis of dates share: their frame, their axes, and a name to the right of
 * the last point of each line or area. `draw` makes the rest from the colours and the height of the
 * panel. `labels` sets how the names are written.
 * @param {{ dates: string[], width: number, height: number, words?: Words }} c
 * @param {number} right the room for the names
 * @param {(p: typeof LIGHT, height: number) => { max: number, axis: (dates: string[], width: number,
 *   p: typeof LIGHT) => any, series: any[], ends: { text: string, color: string, value: number }[],
 *   say: (at: number) => string[], labels?: { x?: string, bold?: number, gap?: number,
 *   room?: number, distance?: number } }} draw
 */
function course(c, right, draw) {
  const p = c.words ? LIGHT : palette();
  const { above, below } = around(c.words);
  const grid = { left: 60, right, top: c.words ? 84 + above : 14, bottom: c.words ? 76 + below : 40 };
  const height = c.height + (c.words ? above + below : 0) - grid.top - grid.bottom;
  const { max, axis, series, ends, say, labels } = draw(p, height);
  const x = labels?.x ?? c.dates.at(-1);
  return {
    animation: false,
    backgroundColor: c.words ? '#ffffff' : 'transparent',
    title: c.words ? frame(p, c.words) : undefined,
    grid,
    tooltip: c.words ? { show: false } : tooltip(p, (at) => [Format.date(c.dates[at]), ...say(at)].join('\n')),
    xAxis: axis(c.dates, c.width - grid.left - grid.right, p),
    yAxis: valueAxis(p, false, { max }),
    series: x === undefined ? series : [...series, endLabels(p, ends, { max, top: grid.top, height, ...labels, x })],
  };
}

/**
 * Cumulative credentials: three lines, which differ in colour and in dash.
 * @param {{ dates: string[], series: { name: string, values: number[] }[], width: number,
 *   height: number, words?: Words }} c
 */
export function credentials(c) {
  const dashes = ['solid', [8, 4], [2, 3]];
  return course(c, 120, (p) => {
    const colors = [p.a, p.b, p.c];
    return {
      max: roundUp(Math.max(1, ...c.series.flatMap((one) => one.values.slice(-1)))),
      axis: dayAxis,
      series: c.series.map((one, at) => ({
        type: 'line',
        name: one.name,
        data: one.values,
        symbol: one.values.length === 1 ? 'circle' : 'none',
        symbolSize: 8,
        itemStyle: { color: colors[at] },
        lineStyle: { color: colors[at], width: 2.5, type: dashes[at] },
      })),
      ends: c.series.map((one, at) => ({ text: one.name, color: colors[at], value: one.values.at(-1) ?? 0 })),
      say: (at) => c.series.map((one) => `${one.name}: ${Format.integer(one.values[at])}`),
    };
  });
}

/**
 * The cumulative curve, the goal if there is one, and from the corte on the fan of what is expected:
 * two bands and the median.
 * @param {{ dates: string[], known: number[], fan: { day: string, low90: number, low50: number,
 *   median: number, high50: number, high90: number }[], goal: number | null,
 *   marks: { date: string, text: string }[], width: number, height: number, words?: Words }} c
 */
export function fan(c) {
  const byDay = new Map(c.fan.map((one) => [one.day, one]));
  const last = c.fan[c.fan.length - 1];
  const values = (/** @type {(one: NonNullable<ReturnType<typeof byDay.get>>) => number} */ of) =>
    c.dates.map((day) => {
      const one = byDay.get(day);
      return one ? of(one) : null;
    });
  const hidden = { type: 'line', symbol: 'none', silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
  return course(c, 136, (p, height) => {
    const band = (
      /** @type {string} */ stack,
      /** @type {any} */ low,
      /** @type {any} */ high,
      /** @type {number} */ opacity,
    ) => [
      { ...hidden, stack, data: values(low) },
      { ...hidden, stack, data: values((one) => high(one) - low(one)), areaStyle: { color: p.bar, opacity } },
    ];
    return {
      // The line of a goal is not to be the upper edge.
      max: roundUp(Math.max(last.high90, c.known[c.known.length - 1] ?? 0, (c.goal ?? 0) * 1.05, 1)),
      axis: (dates, width) => ({ ...dayAxis(dates, width, p), boundaryGap: false }),
      series: [
        {
          type: 'line',
          data: c.known,
          symbol: c.known.length === 1 ? 'circle' : 'none',
          symbolSize: 8,
          lineStyle: { color: p.line, width: 2.5 },
          itemStyle: { color: p.line },
          markLine: markLines(p, c.marks, height - 12, c.dates[0]),
          z: 4,
        },
        ...band(
          'a90',
          (/** @type {any} */ one) => one.low90,
          (/** @type {any} */ one) => one.high90,
          0.16,
        ),
        ...band(
          'a50',
          (/** @type {any} */ one) => one.low50,
          (/** @type {any} */ one) => one.high50,
          0.28,
        ),
        {
          type: 'line',
          data: values((one) => one.median),
          symbol: 'none',
          silent: true,
          lineStyle: { color: p.bar, width: 2, type: [6, 4] },
          itemStyle: { color: p.bar },
          z: 4,
        },
        ...(c.goal === null
          ? []
          : [
              {
                type: 'line',
                data: c.dates.map(() => c.goal),
                symbol: 'none',
                silent: true,
                lineStyle: { color: p.mean, width: 2 },
                itemStyle: { color: p.mean },
                z: 3,
              },
            ]),
      ],
      ends: [
        { text: t('proyeccion_alto', { n: Format.integer(last.high90) }), color: p.off, value: last.high90 },
        { text: t('proyeccion_mediana', { n: Format.integer(last.median) }), color: p.bar, value: last.median },
        { text: t('proyeccion_bajo', { n: Format.integer(last.low90) }), color: p.off, value: last.low90 },
        ...(c.goal === null ? [] : [{ text: t('meta_linea', { n: Format.integer(c.goal) }), color: p.mean, value: c.goal }]),
      ],
      labels: { x: last.day, bold: 1 },
      say: (at) => {
        const one = byDay.get(c.dates[at]);
        return [
          ...(at < c.known.length ? [`${t('acumuladas')}: ${Format.integer(c.known[at])}`] : []),
          ...(one && one.low90 !== one.high90
            ? [
                `${t('mediana')}: ${Format.integer(one.median)}`,
                `90 %: ${Format.integer(one.low90)} – ${Format.integer(one.high90)}`,
              ]
            : []),
        ];
      },
    };
  });
}

/**
 * Stacked areas by category: what each category counted on each date.
 * @param {{ dates: string[], series: { name: string, color: string, values: number[] }[],
 *   width: number, height: number, words?: Words }} c
 */
export function stacked(c) {
  const totals = c.dates.map((_, at) => c.series.reduce((total, one) => total + one.values[at], 0));
  const longest = Math.max(0, ...c.series.map((one) => one.name.length));
  const right = Math.round(Math.min(c.width * 0.44, 70 + longest * 7));
  const single = c.dates.length === 1;
  let beneath = 0;
  const ends = c.series.map((one) => {
    const value = one.values[one.values.length - 1] ?? 0;
    const middle = beneath + value / 2;
    beneath += value;
    return { text: `${Format.integer(value)} ${one.name}`, color: one.color, value: middle };
  });
  return course(c, right, (p) => ({
    max: roundUp(Math.max(1, ...totals)),
    axis: (dates, width) => ({ ...corteAxis(dates, width, p), boundaryGap: single }),
    series: c.series.map((one) => ({
      type: single ? 'bar' : 'line',
      stack: 'todas',
      name: one.name,
      data: one.values,
      symbol: 'none',
      barMaxWidth: 60,
      itemStyle: { color: one.color },
      lineStyle: { color: p.surface, width: 1 },
      areaStyle: { color: one.color, opacity: 1 },
    })),
    ends,
    labels: { gap: 16, room: right - 30, distance: single ? 38 : 6 },
    say: (at) =>
      c.series
        .slice()
        .reverse()
        .map((one) => `${one.name}: ${Format.integer(one.values[at])}`),
  }));
}

/** The axis of cortes, with as many labels as it has room for. @param {string[]} dates @param {number} width */
function corteAxis(dates, width, /** @type {typeof LIGHT} */ p) {
  const step = Math.max(1, Math.ceil(dates.length / Math.max(2, Math.floor(width / 62))));
  return {
    type: 'category',
    data: dates,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: p.base } },
    axisLabel: label(p, {
      interval: (/** @type {number} */ at) => (dates.length - 1 - at) % step === 0,
      hideOverlap: true,
      formatter: (/** @type {string} */ iso) => Format.shortDate(iso),
    }),
  };
}

/** The areas that a map can show: their centre in degrees, and their zoom. */
const REGIONS = {
  mundo: { center: [10, 22], zoom: 1.15 },
  america_del_norte: { center: [-98, 38], zoom: 4.2 },
};

/**
 * Circles on land, their area proportional to their counts. The largest have their names.
 * @param {{ points: { key: string, label: string, place: number[], value: number,
 *   pressed?: boolean }[], region: keyof typeof REGIONS, width: number, height: number,
 *   words?: Words }} c
 */
export function map(c) {
  const p = c.words ? LIGHT : palette();
  const { above, below } = around(c.words);
  const most = Math.max(1, ...c.points.map((one) => one.value));
  const radius = Math.min(44, Math.max(22, c.width / 22));
  const size = (/** @type {number} */ value) => Math.max(3, Math.sqrt(value / most) * radius * 2);
  const chosen = c.points.some((one) => one.pressed);
  const named = c.width < 560 ? 3 : 8;
  const ranked = c.points.slice().sort((one, other) => other.value - one.value || (one.key < other.key ? -1 : 1));
  return {
    animation: false,
    backgroundColor: c.words ? '#ffffff' : 'transparent',
    title: c.words ? frame(p, c.words) : undefined,
    tooltip: c.words
      ? { show: false }
      : {
          ...tooltip(p, () => ''),
          trigger: 'item',
          formatter: (/** @type {any} */ point) => `${point.name}: ${Format.integer(point.value[2])}`,
        },
    geo: {
      map: LAND,
      silent: true,
      roam: false,
      left: c.words ? 24 : 0,
      right: c.words ? 24 : 0,
      top: c.words ? 84 + above : 0,
      bottom: c.words ? 60 + below : 0,
      ...REGIONS[c.region],
      itemStyle: { areaColor: p.grid, borderColor: p.grid, borderWidth: 0.5 },
    },
    series: [
      {
        type: 'scatter',
        coordinateSystem: 'geo',
        clip: true,
        labelLayout: { hideOverlap: true },
        data: ranked.map((one, at) => ({
          name: one.label,
          value: [...one.place, one.value],
          symbolSize: size(one.value),
          itemStyle: {
            color: chosen && !one.pressed ? p.off : p.bar,
            opacity: 0.72,
            borderColor: p.surface,
            borderWidth: 1,
          },
          label: {
            show: at < named,
            position: 'right',
            distance: 4,
            formatter: `${one.label} ${Format.integer(one.value)}`,
            color: p.ink,
            fontSize: 12,
            fontFamily: FONT,
            textBorderColor: p.surface,
            textBorderWidth: 3,
          },
        })),
      },
    ],
  };
}

/**
 * The bars of a breakdown, for a file. On the screen, the table itself has bars.
 * @param {{ rows: BarRow[], shares: boolean, total: number | null, hidden?: string,
 *   words: Words }} c
 */
export function bars(c) {
  const anyPressed = c.rows.some((row) => row.pressed);
  const rows = c.rows.slice().reverse();
  const value = (/** @type {BarRow} */ row) =>
    c.shares ? Format.share(row.value, c.total, c.hidden) : Format.integer(row.value, c.hidden);
  const { above, below } = around(c.words);
  return {
    animation: false,
    backgroundColor: '#ffffff',
    title: frame(LIGHT, c.words),
    grid: { left: 240, right: 90, top: 92 + above, bottom: 52 + below },
    xAxis: { type: 'value', min: 0, max: Math.max(1, ...rows.map((row) => row.value ?? 0)), show: false },
    yAxis: {
      type: 'category',
      data: rows.map((row) => row.label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LIGHT.base } },
      axisLabel: label(LIGHT, { color: LIGHT.ink, fontSize: 13, width: 210, overflow: 'break' }),
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 24,
        data: rows.map((row) => ({
          value: row.value ?? 0,
          itemStyle: { color: !anyPressed || row.pressed ? LIGHT.bar : LIGHT.off },
        })),
        label: {
          show: true,
          position: 'right',
          color: LIGHT.ink,
          fontFamily: FONT,
          fontSize: 13,
          formatter: (/** @type {any} */ point) => value(rows[point.dataIndex]),
        },
      },
    ],
  };
}

/**
 * One small curve for each entity, for a file.
 * @param {{ dates: string[], entities: { label: string, values: number[], total: number }[],
 *   words: Words }} c
 */
export function multiples(c) {
  const columns = 4;
  const { above } = around(c.words);
  const cell = { width: (c.words.width - 48) / columns, height: 120 };
  const place = (/** @type {number} */ at) => ({
    x: 24 + (at % columns) * cell.width,
    y: 92 + above + Math.floor(at / columns) * cell.height,
  });
  return {
    animation: false,
    backgroundColor: '#ffffff',
    title: [
      ...frame(LIGHT, c.words),
      ...c.entities.map((entity, at) => ({
        text: `${entity.label}: ${Format.integer(entity.total)}`,
        left: place(at).x,
        top: place(at).y,
        textStyle: { color: LIGHT.ink, fontSize: 12, fontFamily: FONT, width: cell.width - 12, overflow: 'truncate' },
      })),
    ],
    grid: c.entities.map((_, at) => ({
      left: place(at).x,
      top: place(at).y + 22,
      width: cell.width - 20,
      height: cell.height - 42,
    })),
    xAxis: c.entities.map((_, at) => ({
      type: 'category',
      data: c.dates,
      gridIndex: at,
      axisLabel: { show: false },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LIGHT.base } },
    })),
    yAxis: c.entities.map((entity, at) => ({
      type: 'value',
      gridIndex: at,
      min: 0,
      max: Math.max(1, entity.total),
      axisLabel: { show: false },
      splitLine: { show: false },
    })),
    series: c.entities.map((entity, at) => ({
      type: 'line',
      xAxisIndex: at,
      yAxisIndex: at,
      data: entity.values,
      showSymbol: c.dates.length === 1,
      lineStyle: { color: LIGHT.line, width: 1.5 },
      areaStyle: { color: LIGHT.line, opacity: 0.1 },
    })),
  };
}
