/**
 * Draws the dashboard of the audience `opl`. A change of language builds all elements again; other
 * changes of the state update the elements in place.
 */
import * as Format from './format.js';
import { t } from './language.js';
import * as Cube from './cube.js';
import * as Dimensions from './dimension_list.js';
import * as State from './state.js';
import * as Dom from './dom.js';
import { id, el } from './dom.js';
import * as Tables from './bar_tables.js';
import * as Exact from './filtered_counts.js';
import * as Figures from './key_figures.js';
import * as CurveView from './curves.js';
import * as EntityView from './entities.js';
import * as SharedTotals from './shared_totals.js';
import * as CredentialView from './credentials.js';
import * as OutlookView from './outlook.js';
import * as StatusView from './statuses.js';
import * as MapView from './map.js';
import * as QualityView from './quality.js';

/** @param {Data} data */
export function make(data) {
  const ready = Exact.prepare(data);
  /** @type {() => State} */
  let now = State.empty;
  /** @type {Answer} */
  let answer = Cube.query(data.solicitudes, ready.cells, Exact.selection(ready, State.empty()));
  /** @type {any} */
  let parts = {};
  let drawnCurves = '';
  let started = false;
  let removed = -1;
  let turns = 0;
  const fields = [dateField('from'), dateField('to')];

  /** @param {() => State} current */
  function build(current) {
    now = current;
    drawnCurves = '';
    started = false;
    for (const name of ['curves', 'credentials', 'outlook', 'statuses', 'map']) parts[name]?.dispose();
    const go = (/** @type {State} */ state) => State.go(state);
    const tie = (/** @type {string} */ name) => (/** @type {boolean} */ open) => {
      if (now().open.includes(name) !== open) go(State.opened(now(), name, open));
    };
    Dom.text(id('ayuda-desglose'), t('desglose_ayuda'));
    buildPeriods();
    buildNotes();
    parts = {
      figures: Figures.make(ready, now),
      breakdowns: Dimensions.breakdowns(data).map((dimension) => breakdown(dimension)),
      funnel: funnelCard(),
      entities: data.entidad ? SharedTotals.make(ready, now) : EntityView.make(ready, now, () => answer),
      credentials: CredentialView.make(ready, now, tie),
      curves: CurveView.make(ready, now, () => answer, tie),
      outlook: OutlookView.make(ready, now, tie),
      statuses: StatusView.make(ready, now, tie),
      map: MapView.make(ready, now, () => answer),
    };
    QualityView.make(ready);
    id('desgloses').replaceChildren(...parts.breakdowns.map((/** @type {any} */ one) => one.element), parts.funnel.element);
  }

  /** @param {string} dimension */
  function breakdown(dimension) {
    const title = Dimensions.label(data, dimension);
    const slot = Dimensions.slot(dimension);
    const card = Tables.bars({
      ...Tables.ofDimension(data, dimension),
      toggle: (key) => State.go(State.toggled(now(), dimension, key)),
      more: () => State.go(State.opened(now(), slot, !now().open.includes(slot))),
      download: (shown) => ({
        parts: [now().entity || 'nacional', slot],
        total: Cube.sum(answer.by[dimension], 0, answer.by[dimension].length - 1),
        shares: now().shares,
        words: Exact.words(
          data,
          Exact.without(now(), dimension),
          title,
          860,
          160 + shown.length * 30,
          now().filters[dimension] ? t('sin_filtro_propio') : '',
        ),
      }),
    });
    const update = () => {
      const numbers = answer.by[dimension];
      card.update(
        Exact.rows(data, now(), dimension, numbers),
        Cube.sum(numbers, 0, numbers.length - 1),
        now().open.includes(slot),
      );
    };
    return { element: card.element, update };
  }

  function funnelCard() {
    const title = t('embudo');
    const rows = () => Exact.funnel(data, answer.by[Dimensions.STATUS]);
    const unfiltered = () => (now().filters[Dimensions.STATUS] ? t('sin_filtro_estatus') : '');
    const card = Tables.bars({
      id: 'embudo',
      title,
      head: t('embudo_paso'),
      note: t('embudo_nota'),
      download: (steps) => ({
        parts: [now().entity || 'nacional', 'embudo'],
        total: steps[0].value ?? 0,
        shares: now().shares,
        words: Exact.words(data, Exact.without(now(), Dimensions.STATUS), title, 860, 160 + steps.length * 30, unfiltered()),
      }),
    });
    const update = () => {
      Dom.text(card.note, `${t('embudo_nota')} ${unfiltered()}`.trim());
      card.update(rows(), rows()[0].value ?? 0, false);
    };
    return { element: card.element, update };
  }

  function buildPeriods() {
    id('periodos').replaceChildren(
      ...Exact.periods(ready).map(([key, from, to]) =>
        el(
          'button',
          {
            type: 'button',
            'data-from': from,
            'data-to': to,
            onclick: () => State.go({ ...now(), from, to }),
          },
          t(key),
        ),
      ),
    );
  }

  function buildNotes() {
    const notes = ['nota_opl', 'nota_agregados', 'escala', 'nota_sumas', 'nota_fechas'].map((key) => t(key));
    if (ready.days === 0) notes.unshift(t('sin_dias', { dia: Format.date(data.inicio) }));
    id('notas').replaceChildren(...notes.map((note) => el('li', {}, note)));
  }

  /** @param {State} state @returns {string} the message for screen readers */
  function update(state) {
    answer = Cube.query(data.solicitudes, ready.cells, Exact.selection(ready, state));
    // A chart measures its width, which costs a layout after a write to the page. Therefore charts
    // come first.
    const [first, later] = split();
    first.forEach((part) => part.update());
    updateControls(state);
    const spoken = parts.figures.update(answer);
    parts.breakdowns.forEach((/** @type {any} */ one) => one.update());
    parts.funnel.update();
    drawLater(later);
    return spoken;
  }

  function updateCurves() {
    const signature = State.address({ ...now(), open: [], sort: '' });
    if (signature !== drawnCurves) parts.curves.update();
    drawnCurves = signature;
    parts.curves.open(now().open.includes('tabla-avance'));
  }

  /**
   * Divides the large parts into two lists. The parts in view are updated at once; the others wait
   * until the browser has painted. The first call puts all parts into the first list.
   */
  function split() {
    const large = [
      ['proyeccion', parts.outlook],
      ['curvas', { update: updateCurves }],
      ['estatus', parts.statuses],
      ['mapa', parts.map],
      ['entidades', parts.entities],
      ['credenciales', parts.credentials],
    ];
    const near = (/** @type {string} */ name) => {
      const box = id(name).getBoundingClientRect();
      return box.top < window.innerHeight && box.bottom > 0;
    };
    const first = large.filter(([name]) => !started || near(name));
    started = true;
    return [first, large.filter((one) => !first.includes(one))].map((list) => list.map((one) => one[1]));
  }

  /** @param {{ update: () => void }[]} list */
  function drawLater(list) {
    const turn = (turns += 1);
    delete document.documentElement.dataset.busy;
    if (list.length === 0) return;
    document.documentElement.dataset.busy = '';
    window.requestAnimationFrame(() =>
      window.setTimeout(() => {
        if (turn !== turns) return;
        list.forEach((part) => part.update());
        delete document.documentElement.dataset.busy;
      }),
    );
  }

  /** @param {State} state */
  function updateControls(state) {
    for (const button of id('periodos').children) {
      const pressed = button.getAttribute('data-from') === state.from && button.getAttribute('data-to') === state.to;
      Dom.attribute(button, 'aria-pressed', String(pressed));
    }
    // The message about a date outside the limits stays until the state changes.
    Dom.text(id('fecha-ajena'), '');
    for (const field of fields) field.update();
    const list = Exact.filters(data, state);
    id('sin-filtros').hidden = list.length > 0;
    id('quitar').hidden = list.length < 2;
    id('filtros').replaceChildren(
      ...list.map((one, at) =>
        el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              class: 'chip',
              'aria-label': t('quitar', { filtro: one.text }),
              onclick: () => {
                removed = at;
                State.go(one.without);
              },
            },
            one.text,
            el('span', { 'aria-hidden': 'true' }, '×'),
          ),
        ),
      ),
    );
    if (removed < 0) return;
    // The button of the removed filter is gone. The focus goes to the filter in its place, or else
    // to the heading.
    const buttons = id('filtros').querySelectorAll('button');
    (buttons[Math.min(removed, buttons.length - 1)] ?? id('h-filtros')).focus();
    removed = -1;
  }

  /**
   * A date field. While a visitor types a date, the field contains other valid dates. Therefore a
   * typed date counts at Enter, when the field loses the focus, or after a pause. A date from the
   * picker counts at once.
   * @param {'from' | 'to'} end
   */
  function dateField(end) {
    const input = /** @type {HTMLInputElement} */ (id(end === 'from' ? 'desde' : 'hasta-fecha'));
    // A browser writes the dates of its fields in its own language. Until the field has the focus,
    // these words in the language of the dashboard are in its place.
    const words = id(end === 'from' ? 'desde-dicho' : 'hasta-dicho');
    const limits = { from: data.inicio, to: State.lastDay(data) };
    let typing = false;
    let pause = 0;
    let drawn = '';
    const within = () => !input.validity.badInput && (!input.value || (input.value >= limits.from && input.value <= limits.to));
    input.min = limits.from;
    input.max = limits.to;
    input.disabled = ready.days === 0;

    function write() {
      window.clearTimeout(pause);
      typing = false;
      if (input.value !== drawn || input.validity.badInput) input.value = drawn;
      Dom.text(words, drawn ? Format.shortDate(drawn, true) : '');
    }

    function settle() {
      // An empty field sets no limit.
      const day = input.value || limits[end];
      const bad = !within();
      Dom.text(
        id('fecha-ajena'),
        bad ? t('fecha_ajena', { desde: Format.date(limits.from), hasta: Format.date(limits.to) }) : '',
      );
      if (!bad && day !== drawn) {
        const next = { ...now(), from: now().from || limits.from, to: now().to || limits.to, [end]: day };
        if (next.from > next.to) next[end === 'from' ? 'to' : 'from'] = day;
        const whole = next.from === limits.from && next.to === limits.to;
        drawn = day;
        State.go(whole ? { ...next, from: '', to: '' } : next);
      }
      // The field shows the date that the dashboard uses, also after an invalid input.
      write();
    }

    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') settle();
      else if (/^(\d|Backspace|Delete|Arrow(Up|Down)|Page(Up|Down)|Home|End)$/.test(event.key) && !event.altKey) typing = true;
    });
    input.addEventListener('input', () => {
      window.clearTimeout(pause);
      if (!typing) settle();
      else if (input.value && within()) pause = window.setTimeout(settle, 1500);
    });
    input.addEventListener('blur', settle);

    return {
      update: () => {
        const day = now()[end] || limits[end];
        if (day === drawn && typing) return;
        drawn = day;
        write();
      },
    };
  }

  function listen() {
    id('quitar').addEventListener('click', () => {
      removed = 0;
      State.go({ ...now(), filters: {}, from: '', to: '' });
    });
    id('todo-csv').addEventListener('click', () => Exact.saveView(ready, now(), answer));
  }

  function resize() {
    parts.curves?.update();
    for (const name of ['credentials', 'outlook', 'statuses', 'map']) parts[name]?.redraw();
  }

  listen();
  return { build, update, resize };
}
