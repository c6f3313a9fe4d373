/** The map: applications by country, or credentials applied for by office. */
import * as Format from './format.js';
import { t } from './language.js';
import * as Dimensions from './dimension_list.js';
import * as State from './state.js';
import * as Dom from './dom.js';
import { id, el } from './dom.js';
import * as Charts from './chart_options.js';
import * as ChartCard from './chart_card.js';
import * as Exact from './filtered_counts.js';
import * as Headline from './headline.js';
import * as Tables from './bar_tables.js';

/** @typedef {'mapa_paises' | 'mapa_oficinas'} Shown */

/**
 * @param {ReturnType<typeof Exact.prepare>} ready
 * @param {() => State} now
 * @param {() => Answer} answer
 */
export function make(ready, now, answer) {
  const { data } = ready;
  const places = data.coordenadas;
  if (!places) {
    id('mapa').replaceChildren();
    return { update: () => {}, redraw: () => {}, dispose: () => {} };
  }
  /** @type {Shown} */
  let shown = 'mapa_paises';
  /** @type {'mundo' | 'america_del_norte'} */
  let region = 'mundo';

  /** All places, also those without coordinates. */
  function all() {
    if (shown === 'mapa_paises') {
      return Exact.rows(data, now(), Dimensions.COUNTRY, answer().by[Dimensions.COUNTRY]).map((row) => ({
        key: row.key,
        label: row.label,
        value: row.value ?? 0,
        pressed: row.pressed,
        place: places?.pais[row.key],
      }));
    }
    const entity = data.credenciales.entidades.findIndex(([code]) => code === now().entity);
    const counts = new Float64Array(data.credenciales.representaciones.length);
    const { columns, counts: cells, count } = ready.offices;
    for (let cell = 0; cell < count; cell += 1) {
      if (columns[2][cell] === 0 && (entity < 0 || columns[0][cell] === entity)) counts[columns[1][cell]] += cells[cell];
    }
    return data.credenciales.representaciones.map(([key, label, kind], at) => ({
      key,
      label: Tables.officeName(label, kind),
      value: counts[at],
      pressed: false,
      place: places?.representacion[key],
    }));
  }

  function points() {
    return all().flatMap((one) =>
      one.place && one.value > 0 ? [{ ...one, place: one.place.map((hundredths) => hundredths / 100) }] : [],
    );
  }

  const button = (/** @type {string} */ key, /** @type {() => void} */ press) =>
    el(
      'button',
      {
        type: 'button',
        'data-map': key,
        onclick: () => {
          press();
          update();
        },
      },
      t(key),
    );
  const buttons = [
    button('mapa_paises', () => {
      shown = 'mapa_paises';
      region = 'mundo';
    }),
    button('mapa_oficinas', () => {
      shown = 'mapa_oficinas';
      region = 'america_del_norte';
    }),
  ];
  const regions = [
    button('mundo', () => {
      region = 'mundo';
    }),
    button('america_del_norte', () => {
      region = 'america_del_norte';
    }),
  ];
  const bar = el(
    'div',
    { class: 'map-buttons' },
    el('div', { class: 'buttons', role: 'group', 'aria-label': t('mapa_ver') }, ...buttons),
    el('div', { class: 'buttons', role: 'group', 'aria-label': `${t('mundo')}, ${t('america_del_norte')}` }, ...regions),
  );

  function note() {
    const without = all()
      .filter((one) => !one.place)
      .reduce((sum, one) => sum + one.value, 0);
    return [
      t(shown === 'mapa_paises' ? 'mapa_nota_paises' : 'mapa_nota_oficinas'),
      without > 0 ? Headline.counted('mapa_sin_lugar', without) : '',
    ]
      .filter(Boolean)
      .join(' ');
  }

  /** The state that the counts of the map depend on. */
  const seen = () =>
    shown === 'mapa_paises' ? Exact.without(now(), Dimensions.COUNTRY) : { ...now(), filters: {}, from: '', to: '' };
  const card = ChartCard.make(
    {
      id: 'mapa',
      title: t('mapa'),
      words: (width) => Exact.words(data, seen(), t(shown), width, 640, note()),
      height: (width) => Math.round(width < 560 ? width * 0.66 : Math.min(560, width * 0.48)),
      option: ({ width, height, words }) => Charts.map({ points: points(), region, width, height, words }),
      content: () => ({
        head: ['clave', shown === 'mapa_paises' ? 'pais' : 'representacion', 'cantidad'],
        rows: all().map((one) => [one.key, one.label, one.value]),
      }),
      parts: () => [now().entity || 'nacional', 'mapa'],
    },
    bar,
  );
  id('mapa').replaceChildren(card.element);
  card.chart.on('click', (/** @type {any} */ event) => {
    const one = points().find((point) => point.label === event.name);
    if (shown === 'mapa_paises' && one) State.go(State.toggled(now(), Dimensions.COUNTRY, one.key));
  });

  function update() {
    buttons.forEach((one) => Dom.attribute(one, 'aria-pressed', String(one.dataset.map === shown)));
    regions.forEach((one) => Dom.attribute(one, 'aria-pressed', String(one.dataset.map === region)));
    const largest = points()
      .sort((one, other) => other.value - one.value || (one.key < other.key ? -1 : 1))
      .slice(0, 5)
      .map((one) => `${one.label} ${Format.integer(one.value)}`);
    card.update({
      message: t(shown),
      note: note(),
      alt: largest.length ? t('mapa_alt', { lista: largest.join(', ') }) : t('mapa_alt_vacio'),
    });
  }

  return { update, redraw: card.draw, dispose: card.dispose };
}
