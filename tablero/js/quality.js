/** The exports that the counts come from: their dates, and how many records were read and accepted. */
import * as Format from './format.js';
import { t } from './language.js';
import { id, el } from './dom.js';
import * as Download from './download.js';
import * as Tables from './bar_tables.js';

/** @param {import('./filtered_counts.js').Ready} ready */
export function make(ready) {
  const sources = ready.corte.sources();
  if (sources.length === 0) {
    id('calidad').replaceChildren();
    return;
  }
  const title = t('calidad');
  const head = ['fuente', 'dia', 'leidas', 'aceptadas', 'rechazadas', 'avisos'].map((key) => t(`calidad_${key}`));
  const numbers = (/** @type {typeof sources[0]} */ one) => [one.read, one.accepted, one.rejected, one.warned];
  const rows = sources.map((one) => [t(`fuente_${one.source}`), Format.date(one.day), ...numbers(one)]);
  const menu = Download.menu(
    title,
    () => ({
      parts: ['calidad'],
      head: ['fuente', 'archivo', 'fecha_exportacion', 'leidas', 'aceptadas', 'rechazadas', 'avisos'],
      rows: sources.map((one) => [one.source, one.file, one.day, ...numbers(one)]),
    }),
    false,
  );
  const holder = el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('tabla_de', { que: title }) },
    Tables.plain(head, rows, title),
  );
  id('calidad').replaceChildren(Tables.card('calidad', title, t('calidad_nota'), holder, menu));
}
