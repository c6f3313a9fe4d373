/**
 * The dashboard of the audience `publico`: only the protected tables. The data have no cube, so
 * there are no filters: a visitor can select only the entity. No selection reveals a suppressed
 * count.
 */
import * as Format from './format.js';
import * as Language from './language.js';
import { t } from './language.js';
import * as Dimensions from './dimension_list.js';
import * as State from './state.js';
import * as Dom from './dom.js';
import { id, el } from './dom.js';
import * as Download from './download.js';
import * as Headline from './headline.js';
import * as Tables from './bar_tables.js';
import * as Exact from './filtered_counts.js';

/** The text in a column of `totales_nacionales` by which a sum is not broken down. */
const ALL_CODES = 'TODOS';

const MEASURES = ['tramitadas', 'entregadas', 'confirmadas'];

/** @param {Data} data */
export function make(data) {
  const tables = data.publico?.tablas ?? {};
  const hidden = data.publico?.oculta ?? '';
  const breakdowns = Dimensions.breakdowns(data);
  const published = breakdowns.filter((dimension) => tables[`lnere_por_${dimension}`]);
  /** The columns of codes that the key of a count can have. */
  const codes = [...breakdowns.map(codeColumn), 'cve_representacion'];
  const crossing = crossingOf();
  /** @type {() => State} */
  let now = State.empty;
  /** @type {any} */
  let parts = {};

  /**
   * The rows of a table as objects. The list is empty if the table is not published.
   * @param {string} name
   * @returns {Record<string, any>[]}
   */
  function records(name) {
    const table = tables[name];
    return table ? table.filas.map((row) => Object.fromEntries(table.columnas.map((column, at) => [column, row[at]]))) : [];
  }

  const national = new Map(
    records('totales_nacionales').map((row) => [`${row.tabla} ${row.medida} ${canonical(row)}`, row.nacional]),
  );

  /**
   * The codes of a key or of a row with the names of their columns, in a fixed order and without
   * labels. Thus keys match even if they differ in order or labels. A sum is not broken down by a
   * column with the text `TODOS`.
   * @param {Record<string, string>} key
   */
  function canonical(key) {
    const brokenDown = codes.filter((name) => name in key && key[name] !== ALL_CODES);
    return JSON.stringify(brokenDown.map((name) => [name, key[name]]));
  }

  /**
   * @param {string} table
   * @param {string} measure
   * @param {Record<string, string>} key
   * @returns {number | null}
   */
  function nation(table, measure, key) {
    return national.get(`${table} ${measure} ${canonical(key)}`) ?? null;
  }

  /** All applications of an entity, or of the nation. @returns {number | null} */
  function total(entity = now().entity) {
    if (!entity) return nation('lnere_por_entidad', 'solicitudes_acumuladas', {});
    return records('lnere_por_entidad').find((row) => row.cve_entidad === entity)?.solicitudes_acumuladas ?? null;
  }

  /**
   * The bars of a breakdown, for an entity or the nation.
   * @param {string} dimension
   * @returns {BarRow[]}
   */
  function rows(dimension) {
    const table = `lnere_por_${dimension}`;
    const column = codeColumn(dimension);
    const { entity } = now();
    const found = records(table);
    const made = named(dimension, found).flatMap(({ code, ...name }) => {
      const own = found.find((row) => row.cve_entidad === entity && row[column] === code);
      if (entity && !own) return [];
      const value = entity ? (own?.solicitudes_acumuladas ?? null) : nation(table, 'solicitudes_acumuladas', { [column]: code });
      return [{ key: code, ...name, value }];
    });
    return dimension === Dimensions.COUNTRY ? State.bySize(data, dimension, made, (row) => row.value) : made;
  }

  /** @param {string} title @param {number} height */
  function words(title, height) {
    return {
      ...Exact.words(data, now(), title, 860, height),
      subtitle: `${data.titulo} · ${t('corte_publico', { dia: Format.date(data.hasta) })}`,
    };
  }

  /** @param {string} dimension */
  function breakdown(dimension) {
    const title = Dimensions.label(data, dimension);
    const slot = Dimensions.slot(dimension);
    const open = () => now().open.includes(slot);
    const card = Tables.bars({
      ...Tables.ofDimension(data, dimension),
      hidden,
      more: () => State.go(State.opened(now(), slot, !open())),
      download: (shown) => ({
        parts: [now().entity || 'nacional', slot],
        total: total(),
        shares: now().shares,
        words: words(title, 160 + shown.length * 30),
      }),
    });
    return { element: card.element, update: () => card.update(rows(dimension), total(), open()) };
  }

  /** The column of a table with the codes of a dimension. @param {string} dimension */
  function codeColumn(dimension) {
    return dimension === Dimensions.COUNTRY ? 'cve_pais' : dimension;
  }

  /**
   * The codes of a dimension with their labels in the language of the dashboard. For countries, the
   * rows of the table have the codes and labels.
   * @param {string} dimension
   * @param {Record<string, any>[]} found
   */
  function named(dimension, found) {
    const pairs =
      dimension === Dimensions.COUNTRY
        ? new Map(found.map((row) => [String(row.cve_pais), String(row.pais)]))
        : Dimensions.pairs(data, dimension);
    return [...pairs].map(([code, label]) => ({ code, ...Language.category(dimension, code, label) }));
  }

  /**
   * The two dimensions of the protected cube, or null if the cube has another number of dimensions.
   * The longer list comes first, because a table has more space for rows than for columns.
   */
  function crossingOf() {
    const columns = tables.lnere_cubo?.columnas ?? [];
    const [one, other, third] = columns.flatMap((column) => breakdowns.filter((dimension) => codeColumn(dimension) === column));
    if (one === undefined || other === undefined || third !== undefined) return null;
    const length = (/** @type {string} */ dimension) => named(dimension, records('lnere_cubo')).length;
    return length(one) < length(other) ? { one: other, other: one } : { one, other };
  }

  /**
   * The counts of each category of one dimension with each category of the other.
   * @param {{ one: string, other: string }} pair
   * @returns {BarRow[][]}
   */
  function crossed({ one, other }) {
    const { entity } = now();
    const all = records('lnere_cubo');
    const own = all.filter((row) => row.cve_entidad === entity);
    const [rows, columns] = [codeColumn(one), codeColumn(other)];
    return named(one, all).map((first) =>
      named(other, all).map((second) => ({
        key: `${first.code}+${second.code}`,
        label: `${first.label}, ${second.label}`,
        value: entity
          ? (own.find((row) => row[rows] === first.code && row[columns] === second.code)?.solicitudes_acumuladas ?? null)
          : nation('lnere_cubo', 'solicitudes_acumuladas', { [rows]: first.code, [columns]: second.code }),
      })),
    );
  }

  /** @param {{ one: string, other: string }} pair */
  function crossingCard(pair) {
    const title = t('cruce', {
      una: Dimensions.label(data, pair.one),
      otra: Format.inSentence(Dimensions.label(data, pair.other)),
    });
    const holder = el('div', {
      class: 'scroll',
      tabindex: '0',
      role: 'region',
      'aria-label': t('tabla_de', { que: title }),
    });
    const all = records('lnere_cubo');
    const labels = (/** @type {string} */ dimension) => named(dimension, all).map(({ label }) => label);
    const content = () => {
      const cells = crossed(pair);
      const rows = labels(pair.one).map((label, at) => [label, ...cells[at].map((cell) => cell.value ?? hidden)]);
      return { head: [Dimensions.label(data, pair.one), ...labels(pair.other)], rows };
    };
    const buttons = Download.menu(title, () => ({ parts: [now().entity || 'nacional', 'cruce'], ...content() }), false);
    return {
      element: Tables.card('cruce', title, '', holder, buttons),
      update: () => {
        const { head, rows } = content();
        holder.replaceChildren(Tables.plain(head, rows, title));
      },
    };
  }

  /** @returns {BarRow[]} */
  function entityRows() {
    return data.entidades.map(([code, label]) => ({ key: code, label, value: total(code), pressed: code === now().entity }));
  }

  function entities() {
    const title = t('entidades');
    const card = Tables.bars({
      id: 'entidad',
      title,
      head: t('entidad'),
      note: t('entidades_nota_publico'),
      hidden,
      toggle: (code) => State.go({ ...now(), entity: now().entity === code ? '' : code }),
      download: () => ({
        parts: ['entidades'],
        total: total(''),
        shares: now().shares,
        words: words(title, 160 + data.entidades.length * 30),
      }),
    });
    return { element: card.element, update: () => card.update(entityRows(), total(''), true) };
  }

  function credentials() {
    const title = t('credenciales');
    const totals = MEASURES.map((name) => el('dd', { id: `n-${name}` }));
    const offices = records('credenciales_por_representacion');
    const list = Tables.offices(
      t('representaciones'),
      MEASURES.map((name) => t(name)),
      hidden,
    );
    const made = offices.map((row) => ({
      key: String(row.cve_representacion),
      order: Tables.officeOrder(String(row.cve_pais), String(row.tipo_representacion), String(row.cve_representacion)),
      name: row.representacion,
      kind: row.tipo_representacion,
      counts: MEASURES.map((name) => /** @type {number | null} */ (row[`${name}_acumuladas`] ?? null)),
    }));
    const rows = State.bySize(data, 'representacion', made, (row) => row.counts[0]);
    const named = State.named(data, 'representacion', rows);
    const shown = () => Tables.shownOffices(data, rows, named, now().open.includes('representaciones'));
    const more = Tables.moreButton('mostrar_representaciones', () =>
      State.go(State.opened(now(), 'representaciones', !now().open.includes('representaciones'))),
    );
    const buttons = Download.menu(
      t('representaciones'),
      () => ({
        parts: ['nacional', 'credenciales_por_representacion'],
        head: ['cve_representacion', 'representacion', ...MEASURES.map((name) => `${name}_acumuladas`)],
        rows: rows.map((row) => [row.key, Tables.officeName(row.name, row.kind), ...row.counts.map((n) => n ?? hidden)]),
      }),
      false,
    );
    const heading = el('h2', {}, title);
    id('credenciales').replaceChildren(
      heading,
      el('p', { class: 'note' }, t('credenciales_nota_publico')),
      el(
        'dl',
        { class: 'trio' },
        ...MEASURES.map((name, at) => el('div', { class: `measure-${at}` }, el('dt', {}, t(name)), totals[at])),
      ),
      Tables.card('representaciones', `${t('representaciones')}: ${t('nacion')}`, '', list.element, more.element, buttons),
    );
    return {
      update: () => {
        const { entity } = now();
        const own = records('credenciales_por_entidad').find((row) => row.cve_entidad === entity);
        MEASURES.forEach((name, at) => {
          const measure = `${name}_acumuladas`;
          const n = entity ? (own?.[measure] ?? null) : nation('credenciales_por_entidad', measure, {});
          Dom.count(totals[at], Format.integer(n, hidden), hidden);
        });
        Dom.text(heading, `${title}: ${Exact.place(data, now())}`);
        list.fill(shown(), Math.max(1, ...rows.flatMap((row) => row.counts.map((n) => n ?? 0))));
        more.update(named, Tables.limit(data, 'representacion', named), now().open.includes('representaciones'));
      },
    };
  }

  /** @param {() => State} current */
  function build(current) {
    now = current;
    const figure = (/** @type {string} */ name, /** @type {string} */ label) => {
      const value = el('span', { class: 'figure-value', id: `n-${name}` });
      const detail = el('span', { class: 'figure-detail' });
      const element = el('div', { class: 'figure still' }, el('span', { class: 'figure-label' }, label), value, detail);
      return { element, value, detail };
    };
    const total = figure('total', t('solicitudes'));
    const close = figure('cierre', t('cierre_cifra'));
    const left = Format.dayNumber(data.cierre) - Format.dayNumber(data.hasta);
    Dom.text(close.value, left > 0 ? Headline.counted('faltan_corto', left) : t('cerro_corto'));
    Dom.text(close.detail, `${t(left > 0 ? 'falta_para' : 'el_dia', { dia: Format.dayOfYear(data.cierre) })}.`);
    id('cifras').replaceChildren(total.element, close.element);
    parts = {
      value: total.value,
      cards: published.map(breakdown),
      entities: entities(),
      credentials: tables.credenciales_por_entidad ? credentials() : null,
    };
    if (crossing) parts.cards.push(crossingCard(crossing));
    id('desgloses').replaceChildren(...parts.cards.map((/** @type {any} */ one) => one.element));
    id('entidades').replaceChildren(parts.entities.element);
    const notes = [
      Dom.quoted(t('nota_publico', { minimo: data.publico?.minimo ?? 0 }), 'oculta', hidden),
      ...['nota_agregados', 'nota_sumas', 'nota_fechas'].map((key) => [t(key)]),
    ];
    id('notas').replaceChildren(...notes.map((note) => el('li', {}, ...note)));
  }

  /**
   * The headline, from published counts alone. A suppressed total is not in it, nor a share of one.
   * @param {string} where
   */
  function headline(where) {
    const nation = now().entity === '';
    const n = total();
    const lugar = nation ? t('sujeto_nacion', { n: data.entidades.length }) : where;
    if (n === null) return t('titular_publico_oculto', { lugar: nation ? where : lugar });
    const said = t(`titular_publico${nation ? '_n' : ''}`, {
      lugar,
      n: Format.integer(n),
      dia: Format.dayOfYear(data.hasta),
    });
    const sentences = Dimensions.withSentence(data)
      .filter((dimension) => published.includes(dimension))
      .map((dimension) => Exact.largest(data, dimension, rows(dimension), n));
    return [said, ...sentences].filter(Boolean).join(' ');
  }

  /** @param {State} state */
  function update(state) {
    const where = Exact.place(data, state);
    Dom.text(id('h-cifras'), where);
    Dom.text(id('titular'), headline(where));
    Dom.count(parts.value, Format.integer(total(), hidden), hidden);
    for (const card of parts.cards) card.update();
    parts.entities.update();
    parts.credentials?.update();
    const n = total();
    return t(n === null ? 'aviso_publico_oculto' : 'aviso_publico', { lugar: where, n: Format.integer(n) });
  }

  id('todo-csv').addEventListener('click', () => {
    const about = Exact.place(data, now());
    const sections = [{ name: 'entidad', rows: entityRows(), total: total(''), about: t('nacion') }];
    for (const name of published) sections.push({ name: Dimensions.slot(name), rows: rows(name), total: total(), about });
    if (crossing) {
      const name = `${crossing.one}+${crossing.other}`;
      sections.push({ name, rows: crossed(crossing).flat(), total: total(), about });
    }
    Download.view([now().entity || 'nacional', 'vista'], sections, hidden);
  });

  return { build, update, resize: () => {} };
}
