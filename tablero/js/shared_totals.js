/**
 * The entities side by side in a dashboard of one entity. It has the cells of that entity alone, so
 * this part shows the totals that all recipients share, without filters and dates.
 */
import * as Format from './format.js';
import { t } from './language.js';
import { id } from './dom.js';
import * as Tables from './bar_tables.js';
import * as Exact from './filtered_counts.js';

/** The shared table with the applications of each entity. */
const TABLE = 'lnere_por_entidad';

/**
 * @param {ReturnType<typeof Exact.prepare>} ready
 * @param {() => State} now
 */
export function make(ready, now) {
  const { data } = ready;
  const table = data.compartidas?.[TABLE];
  id('entidades').replaceChildren();
  if (!table) return { update: () => {} };
  const [code, name, count] = ['cve_entidad', 'entidad', 'solicitudes_acumuladas'].map((column) =>
    table.columnas.indexOf(column),
  );
  const rows = table.filas.map((row) => ({
    key: String(row[code]),
    label: String(row[name]),
    value: Number(row[count]),
    pressed: row[code] === data.entidad,
  }));
  const total = rows.reduce((sum, row) => sum + row.value, 0);
  const title = t('entidades');
  const card = Tables.bars({
    id: 'entidad',
    title,
    head: t('entidad'),
    note: t('entidades_nota_compartidas', { dia: Format.date(data.hasta) }),
    download: () => {
      const whole = { ...now(), filters: {}, from: '', to: '' };
      const words = { ...Exact.words(data, whole, title, 860, 160 + rows.length * 30), title };
      return { parts: ['entidades'], total, shares: now().shares, words };
    },
  });
  id('entidades').replaceChildren(card.element);
  return { update: () => card.update(rows, total, true) };
}
