/** The counts of a state, and the texts about it. The public dashboard uses the texts too. */
import * as Format from './format.js';
import * as Language from './language.js';
import { t } from './language.js';
import * as Cube from './cube.js';
import * as Corte from './corte_tables.js';
import * as Dimensions from './dimension_list.js';
import * as State from './state.js';
import * as Download from './download.js';
import * as Headline from './headline.js';

/** @param {Data} data */
export function prepare(data) {
  if (data.solicitudes.dimensiones.join() !== Dimensions.axes(data).join()) throw new Error('el cubo tiene otras dimensiones');
  const cells = Cube.decode(data.solicitudes);
  const daily = Cube.decode(data.credenciales.diarias);
  const offices = Cube.decode(data.credenciales.acumuladas);
  const days = data.solicitudes.tamanos[0];
  const first = Format.dayNumber(data.inicio);
  const end = Math.max(Format.dayNumber(data.cierre), first + days - 1);
  const dates = Array.from({ length: end - first + 1 }, (_, at) => Format.isoDay(first + at));
  const entities = data.entidades.length;
  const whole = Cube.query(data.solicitudes, cells, { entity: -1, from: 0, to: days - 1, chosen: {} });
  /** The cumulative applications of an entity by day, or of all with -1, without filters. */
  const cumulative = (/** @type {number} */ entity) => {
    let sum = 0;
    return Array.from({ length: days }, (_, at) => {
      for (let one = Math.max(0, entity); one < (entity < 0 ? entities : entity + 1); one += 1) {
        sum += whole.byEntityDay[one * days + at];
      }
      return sum;
    });
  };
  return { data, cells, daily, offices, days, first, dates, cumulative, corte: Corte.make(data) };
}

/** @typedef {ReturnType<typeof prepare>} Ready */

/** The range of days of a state, as positions. @param {Ready} ready @param {State} state */
export function range(ready, state) {
  const from = state.from ? Format.dayNumber(state.from) - ready.first : 0;
  const to = state.to ? Format.dayNumber(state.to) - ready.first : ready.days - 1;
  return { from: Math.max(0, from), to: Math.min(ready.days - 1, to), ranged: Boolean(state.from || state.to) };
}

/** @param {Ready} ready @param {State} state @returns {Chosen} */
export function selection(ready, state) {
  const { from, to } = range(ready, state);
  /** @type {Record<string, Set<number>>} */
  const chosen = {};
  for (const [dimension, codes] of Object.entries(state.filters)) {
    const order = Dimensions.pairs(ready.data, dimension).map(([code]) => code);
    chosen[dimension] = new Set(codes.map((code) => order.indexOf(code)));
  }
  return { entity: ready.data.entidades.findIndex(([code]) => code === state.entity), from, to, chosen };
}

/**
 * The bars of one breakdown.
 * @param {Data} data
 * @param {State} state
 * @param {string} dimension
 * @param {ArrayLike<number>} numbers
 * @returns {BarRow[]}
 */
export function rows(data, state, dimension, numbers) {
  const chosen = new Set(state.filters[dimension] ?? []);
  const made = Dimensions.pairs(data, dimension).map(([code, label], at) => ({
    key: code,
    ...Language.category(dimension, code, label),
    value: numbers[at],
    pressed: chosen.has(code),
  }));
  if (dimension !== Dimensions.COUNTRY) return made;
  const counted = made.filter((row) => row.value > 0 || row.pressed);
  return State.bySize(data, dimension, counted, (row) => row.value);
}

/** The periods that have a button. @param {Ready} ready @returns {[string, string, string][]} */
export function periods(ready) {
  const { data, days, first } = ready;
  if (days === 0) return [];
  const last = first + days - 1;
  const iso = (/** @type {number} */ number) => Format.isoDay(Math.max(first, number));
  const before = data.quincenas.filter((day) => Format.dayNumber(day) < last).at(-1);
  const quincena = before ? Format.dayNumber(before) + 1 : first;
  return [
    ['todo', '', ''],
    ['ultimo_dia', iso(last), iso(last)],
    ['ultimos_7', iso(last - 6), iso(last)],
    ['ultima_quincena', iso(quincena), iso(last)],
  ];
}

/**
 * The milestones and the dates of the process itself, by date. `within` has those on the axis of
 * days, and `marks` the names for each of its days; `deadlines` has only deadlines.
 * @param {Ready} ready
 */
export function milestones(ready) {
  const { data, dates } = ready;
  const own = [
    { fecha: data.inicio, tipo: 'plazo', etiqueta: t('inicio_registro'), lang: null },
    { fecha: data.cierre, tipo: 'plazo', etiqueta: t('cierre_registro'), lang: null },
    { fecha: data.eleccion, tipo: 'evento', etiqueta: t('jornada'), lang: null },
  ];
  const named = data.hitos.map((one) =>
    Language.spanish() && one.etiqueta_en
      ? { ...one, etiqueta: one.etiqueta_en, lang: null }
      : { ...one, lang: Language.spanish() },
  );
  const all = [...named, ...own].sort((one, other) => (one.fecha < other.fecha ? -1 : one.fecha > other.fecha ? 1 : 0));
  const within = all.filter((one) => one.fecha >= dates[0] && one.fecha <= dates[dates.length - 1]);
  const marks = (/** @type {typeof all} */ some) => {
    const texts = /** @type {Map<string, string[]>} */ (new Map());
    // A name may be cut off at the end. So a deadline comes before a meeting of the same day.
    const deadline = (/** @type {typeof all[0]} */ one) => Number(one.tipo === 'plazo');
    for (const one of some.slice().sort((a, b) => deadline(b) - deadline(a))) {
      texts.set(one.fecha, [...(texts.get(one.fecha) ?? []), one.etiqueta]);
    }
    return [...texts].map(([date, names]) => ({ date, text: names.join(' · ') }));
  };
  return { all, within, marks: marks(within), deadlines: marks(within.filter((one) => one.tipo === 'plazo')) };
}

/**
 * The steps of the funnel from registered to accepted, from the counts by status.
 * @param {Data} data
 * @param {ArrayLike<number>} byStatus
 * @returns {BarRow[]}
 */
export function funnel(data, byStatus) {
  const codes = Dimensions.pairs(data, Dimensions.STATUS).map(([code]) => code);
  const sum = (/** @type {(code: string, at: number) => boolean} */ wanted) =>
    codes.reduce((total, code, at) => total + (wanted(code, at) ? byStatus[at] : 0), 0);
  const steps = [
    ['registradas', sum(() => true)],
    ['analisis', sum((code, at) => at > 0 && State.kind(data, Dimensions.STATUS, code) !== 2)],
    ['resueltas', sum((code) => data.aceptados.includes(code) || data.rechazados.includes(code))],
    ['procedentes', sum((code) => data.aceptados.includes(code))],
  ];
  // Without the lists of statuses that accept and refuse, the decided applications are unknown. The
  // funnel then has no steps for them.
  const known = data.aceptados.length > 0 ? steps : steps.slice(0, 2);
  return known.map(([key, value]) => ({ key: String(key), label: t(`embudo_${key}`), value: Number(value) }));
}

/** The filters as text, for files and for the list. @param {Data} data @param {State} state */
export function filters(data, state) {
  /** @type {{ name: string, value: string, text: string, without: State }[]} */
  const list = [];
  const add = (/** @type {string} */ name, /** @type {string} */ value, /** @type {State} */ without, short = value) =>
    list.push({ name, value, text: `${name}: ${short}`, without });
  for (const dimension of Dimensions.breakdowns(data)) {
    for (const code of state.filters[dimension] ?? []) {
      const label = Dimensions.pairs(data, dimension).find(([one]) => one === code)?.[1] ?? code;
      add(
        Dimensions.label(data, dimension),
        Language.category(dimension, code, label).label,
        State.toggled(state, dimension, code),
      );
    }
  }
  if (state.from || state.to) {
    const from = state.from || data.inicio;
    const to = state.to || State.lastDay(data);
    const text =
      from === to ? t('solo_dia', { dia: Format.date(from) }) : t('rango', { desde: Format.date(from), hasta: Format.date(to) });
    const [first, last] = [from, to].map((day) => Format.shortDate(day, true));
    const short = from === to ? first : t('rango_corto', { desde: first, hasta: last });
    add(t('fechas'), text, { ...state, from: '', to: '' }, short);
  }
  return list;
}

/**
 * The state without the filter of one dimension, because no filter applies to its own breakdown.
 * @param {State} state
 * @param {string} dimension
 */
export function without(state, dimension) {
  const filters = { ...state.filters };
  delete filters[dimension];
  return { ...state, filters, entity: dimension === 'entidad' ? '' : state.entity };
}

/** The filters of a file, with each dimension once. @param {Data} data @param {State} state */
function chosen(data, state) {
  /** @type {Map<string, string[]>} */
  const values = new Map();
  for (const { name, value } of filters(data, state)) values.set(name, [...(values.get(name) ?? []), value]);
  return [...values].map(([name, list]) => `${name}: ${list.join(', ')}`);
}

/**
 * The parts of a file name that describe the dates and filters, so that nobody confuses two views.
 * @param {Data} data
 * @param {State} state
 */
function marks(data, state) {
  const days = state.from || state.to ? [state.from || data.inicio, state.to || State.lastDay(data)] : [];
  return [...new Set(days), Object.keys(state.filters).length > 0 ? 'filtrado' : ''];
}

/**
 * The count of the seven days up to a day, and of the seven days before them. `before` is null if
 * there are fewer than seven such days.
 * @param {Float64Array} daily
 * @param {number} to
 */
export function week(daily, to) {
  const start = Math.max(0, to - 6);
  return { start, count: Cube.sum(daily, start, to), before: to < 13 ? null : Cube.sum(daily, to - 13, to - 7) };
}

/** The name of the selected entity, or of the nation. @param {Data} data @param {State} state */
export function place(data, state) {
  return data.entidades.find(([code]) => code === state.entity)?.[1] ?? t('nacion');
}

/**
 * Two sentences: the countries of the applications, and the modalities of the vote. They answer the
 * question of most visitors without a scroll. Unidentified values come last and do not count as a
 * country.
 * @param {Data} data
 * @param {State} state
 * @param {Answer} answer
 */
export function summary(data, state, answer) {
  if (answer.total === 0) return t('sin_datos');
  const list = (/** @type {string} */ dimension, /** @type {number} */ limit) => {
    const all = rows(data, state, dimension, answer.by[dimension]);
    const any = all.some((row) => row.pressed);
    const counted = all
      .filter((row) => (row.value ?? 0) > 0 && (row.pressed || !any))
      .sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
    const is = (/** @type {BarRow} */ row, /** @type {number} */ kind) => State.kind(data, dimension, row.key) === kind;
    const said = (/** @type {BarRow} */ row) =>
      [`${row.label} ${Format.integer(row.value ?? 0)}`, inBrackets(row.value ?? 0, answer.total)].filter(Boolean).join(' ');
    const known = counted.filter((row) => is(row, 0));
    const items = known.slice(0, limit).map(said);
    const rest = known.length - items.length;
    if (rest > 0) items.push(t(rest === 1 ? `resumen_mas_uno_${dimension}` : `resumen_mas_${dimension}`, { n: rest }));
    items.push(...counted.filter((row) => is(row, 2)).map(said));
    const last = items.pop() ?? '';
    return items.length ? `${items.join(', ')} ${t('y')} ${last}` : last;
  };
  const countries = t('resumen_pais', { lista: list(Dimensions.COUNTRY, 3) });
  const modalities = t('resumen_modalidad', { lista: list(Dimensions.MODALITY, 4) });
  return [countries, modalities, ...largestCategories(data, state, answer)].filter(Boolean).join(' ');
}

/** A share for brackets in a sentence. Empty if its base is too small. @param {number} n @param {number} total */
function inBrackets(n, total) {
  const percent = Headline.wholePercent(n, total);
  return percent === null ? '' : `(${percent})`;
}

/**
 * The sentences about the largest category of some dimensions. A filtered dimension has none.
 * @param {Data} data
 * @param {State} state
 * @param {Answer} answer
 */
function largestCategories(data, state, answer) {
  return Dimensions.withSentence(data)
    .filter((dimension) => !state.filters[dimension])
    .map((dimension) => largest(data, dimension, rows(data, state, dimension, answer.by[dimension]), answer.total));
}

/**
 * The sentence about the largest category of a dimension. It is empty if two are equal, or if a
 * count is suppressed, because the largest is then unknown.
 * @param {Data} data
 * @param {string} dimension
 * @param {BarRow[]} rows
 * @param {number} total
 */
export function largest(data, dimension, rows, total) {
  const named = rows.filter((row) => State.kind(data, dimension, row.key) === 0);
  if (rows.some((row) => row.value === null)) return '';
  const [most, second] = State.bySize(data, dimension, named, (row) => row.value);
  if (!most || most.value === second?.value) return '';
  return Headline.largest(Dimensions.sentence(dimension), most.label, most.value ?? 0, total);
}

/**
 * The applications of a view that are accepted, refused and undecided. It is null if the process has
 * no list of statuses that accept and refuse.
 * @param {Data} data
 * @param {State} state
 * @param {Answer} answer
 */
export function decisions(data, state, answer) {
  if (data.aceptados.length === 0) return null;
  const chosen = state.filters[Dimensions.STATUS];
  const found = { accepted: 0, refused: 0, undecided: 0 };
  Dimensions.pairs(data, Dimensions.STATUS).forEach(([code], at) => {
    if (chosen && !chosen.includes(code)) return;
    const kind = data.aceptados.includes(code) ? 'accepted' : data.rechazados.includes(code) ? 'refused' : 'undecided';
    found[kind] += answer.by[Dimensions.STATUS][at];
  });
  return found;
}

/**
 * The same for an entity, without filters and dates.
 * @param {Ready} ready
 * @param {string} entity
 */
export function decisionsOfEntity(ready, entity) {
  const state = { ...State.empty(), entity };
  const answer = Cube.query(ready.data.solicitudes, ready.cells, selection(ready, state));
  return decisions(ready.data, state, answer) ?? { accepted: 0, refused: 0, undecided: 0 };
}

/**
 * The headline of a view, and the sentence about what comes next.
 * @param {Ready} ready
 * @param {State} state
 * @param {Answer} answer
 */
export function sentences(ready, state, answer) {
  const { data, days, first } = ready;
  const { from, to, ranged } = range(ready, state);
  const entity = data.entidades.findIndex(([code]) => code === state.entity);
  const filtered = Object.keys(state.filters).length > 0;
  const close = Format.dayNumber(data.cierre) - first;
  const closed = data.hasta >= data.cierre;
  const seven = week(answer.byDay, days - 1);
  const headline = Headline.headline({
    place: place(data, state),
    nation: entity < 0 ? data.entidades.length : 0,
    total: answer.total,
    whole: ready.cumulative(entity).at(-1) ?? 0,
    filtered,
    range: ranged ? [Format.isoDay(first + from), Format.isoDay(first + to)] : null,
    until: data.hasta,
    close: data.cierre,
    closed,
    lastTen: close >= 10 ? Cube.sum(answer.byDay, close - 9, Math.min(close, days - 1)) : null,
    week: days >= 7 ? seven.count : null,
    before: seven.before,
  });
  if (filtered || ranged) return { headline, next: '' };
  const decided = decisions(data, state, answer);
  const next = Headline.next({
    until: data.hasta,
    close: data.cierre,
    left: Format.dayNumber(data.cierre) - Format.dayNumber(data.hasta),
    total: answer.total,
    undecided: decided?.undecided ?? null,
    accepted: decided?.accepted ?? 0,
    expected: ready.corte.projection(closed ? 'lnere' : 'solicitudes', state.entity),
  });
  return { headline, next };
}

/**
 * The texts around a chart in a file.
 * @param {Data} data
 * @param {State} state
 * @param {string} title
 * @param {number} width
 * @param {number} height
 * @param {string} [note] a text above the source
 * @returns {Words}
 */
export function words(data, state, title, width, height, note = '') {
  return {
    notice: data.aviso ?? '',
    title: `${title}. ${place(data, state)}`,
    subtitle: [data.titulo, t('cuenta_hasta', { dia: Format.date(data.hasta) }).replace(/\.$/, ''), ...chosen(data, state)].join(
      ' · ',
    ),
    foot: [note, t('fuente', { fuente: data.fuente })].filter(Boolean).join('\n'),
    marks: marks(data, state),
    width,
    height,
  };
}

/**
 * Saves all counts of a view in one CSV file.
 * @param {Ready} ready
 * @param {State} state
 * @param {Answer} answer
 */
export function saveView(ready, state, answer) {
  const { data, dates } = ready;
  const about = (/** @type {State} */ seen) => [place(data, seen), ...chosen(data, seen)].join(' · ');
  // A dashboard of one entity cannot compare it with others.
  const names = data.entidad ? Dimensions.breakdowns(data) : ['entidad', ...Dimensions.breakdowns(data)];
  const sections = names.map((name) => {
    const numbers = answer.by[name];
    const total = Cube.sum(numbers, 0, numbers.length - 1);
    return { name: Dimensions.slot(name), rows: rows(data, state, name, numbers), total, about: about(without(state, name)) };
  });
  const steps = funnel(data, answer.by[Dimensions.STATUS]);
  sections.push({ name: 'embudo', rows: steps, total: steps[0].value ?? 0, about: about(without(state, Dimensions.STATUS)) });
  const { from, to } = range(ready, state);
  const days = dates
    .slice(from, to + 1)
    .map((day, at) => ({ key: day, label: Format.date(day), value: answer.byDay[from + at] }));
  sections.push({ name: 'fecha', rows: days, total: answer.total, about: about(state) });
  Download.view([state.entity || 'nacional', 'vista', ...marks(data, state)], sections);
}
