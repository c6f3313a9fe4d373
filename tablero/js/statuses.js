/** The statuses of the applications of an entity at each corte so far. */
import * as Format from './format.js';
import * as Language from './language.js';
import { t } from './language.js';
import * as Cube from './cube.js';
import * as Dimensions from './dimension_list.js';
import { id } from './dom.js';
import * as Charts from './chart_options.js';
import * as ChartCard from './chart_card.js';
import * as Exact from './filtered_counts.js';
import { LIGHT, statusColors } from './chart_style.js';

/**
 * @param {ReturnType<typeof Exact.prepare>} ready
 * @param {() => State} now
 * @param {(name: string) => (open: boolean) => void} tie
 */
export function make(ready, now, tie) {
  const { data } = ready;
  const source = data.corte?.estatus;
  if (!source || source.cortes.length === 0) {
    id('estatus').replaceChildren();
    return { update: () => {}, redraw: () => {}, dispose: () => {} };
  }
  const cells = Cube.decode(source.solicitudes);
  const labels = new Map(Dimensions.pairs(data, Dimensions.STATUS));
  const title = t('estatus_serie');

  /** The statuses with the counts of each corte. Accepted ones come first, refused ones last. */
  function series() {
    const entity = data.entidades.findIndex(([code]) => code === now().entity);
    const counts = source?.estatus.map(() => new Array(source.cortes.length).fill(0)) ?? [];
    for (let cell = 0; cell < cells.count; cell += 1) {
      if (entity < 0 || cells.columns[1][cell] === entity) {
        counts[cells.columns[2][cell]][cells.columns[0][cell]] += cells.counts[cell];
      }
    }
    const place = (/** @type {string} */ code) => (data.aceptados.includes(code) ? 0 : data.rechazados.includes(code) ? 2 : 1);
    return (source?.estatus ?? [])
      .map((code, at) => ({
        code,
        name: Language.category(Dimensions.STATUS, code, labels.get(code) ?? code).label,
        values: counts[at],
      }))
      .filter((one) => one.values.some((n) => n > 0))
      .sort((one, other) => place(one.code) - place(other.code));
  }

  const cortes = source.cortes;
  const shown = () => series();
  const content = () => ({
    head: ['corte', ...shown().map((one) => one.code)],
    rows: cortes.map((corte, at) => [corte, ...shown().map((one) => one.values[at])]),
  });
  const card = ChartCard.make({
    id: 'estatus-serie',
    title,
    words: (width) => Exact.words(data, { ...now(), filters: {}, from: '', to: '' }, title, width, 520, t('estatus_serie_nota')),
    height: (width) => (width < 560 ? 300 : 360),
    option: ({ width, height, words }) => {
      const found = shown();
      const colors = statusColors(
        words ? LIGHT : null,
        found.map((one) => (data.aceptados.includes(one.code) ? 'yes' : data.rechazados.includes(one.code) ? 'no' : 'open')),
      );
      return Charts.stacked({
        dates: cortes,
        series: found.map((one, at) => ({ name: one.name, values: one.values, color: colors[at] })),
        width,
        height,
        words,
      });
    },
    content,
    shown: () => ({
      head: [t('corte'), ...shown().map((one) => one.name)],
      rows: cortes.map((corte, at) => [Format.date(corte), ...shown().map((one) => one.values[at])]).reverse(),
    }),
    table: tie('tabla-estatus'),
    parts: () => [now().entity || 'nacional', 'estatus_por_corte'],
  });
  id('estatus').replaceChildren(card.element);

  function update() {
    const last = shown().map((one) => `${one.name} ${Format.integer(one.values[one.values.length - 1])}`);
    const texts = {
      message: '',
      note: [t('estatus_serie_nota'), ChartCard.unfiltered(now())].filter(Boolean).join(' '),
      alt: t('estatus_serie_alt', {
        n: cortes.length,
        dia: Format.date(cortes[cortes.length - 1]),
        lista: last.join(', ') || t('sin_datos'),
      }),
      open: now().open.includes('tabla-estatus'),
    };
    card.update(texts, `entidad ${now().entity}`);
  }

  return { update, redraw: card.draw, dispose: card.dispose };
}
