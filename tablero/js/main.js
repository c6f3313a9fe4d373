/** Starts the dashboard: reads the data and the address, draws, and adds the listeners. */
import * as Format from './format.js';
import * as Language from './language.js';
import { t } from './language.js';
import * as State from './state.js';
import * as Dimensions from './dimension_list.js';
import * as Dom from './dom.js';
import { id } from './dom.js';
import * as Exact from './filtered_counts.js';
import * as ExactPage from './exact-page.js';
import * as PublicPage from './public-page.js';

/** @param {unknown} cause */
function fail(cause) {
  const notice = id('falla');
  notice.textContent = t('falla_datos', { causa: cause instanceof Error ? cause.message : String(cause) });
  notice.hidden = false;
  id('contenido').hidden = true;
}

/** Writes the texts that depend only on the language. @param {State} state */
function say(state) {
  Language.setLanguage(state.language);
  document.documentElement.lang = state.language;
  for (const element of document.querySelectorAll('[data-t]')) {
    element.textContent = t(element.getAttribute('data-t') ?? '');
  }
  // The public dashboard has no dates to select.
  if (DATOS.audiencia === 'publico') Dom.text(id('opciones-nombre'), t('opciones_publico'));
  const notice = id('leyenda');
  notice.hidden = !DATOS.aviso;
  notice.textContent = DATOS.aviso ?? '';
  notice.setAttribute('aria-label', t('leyenda'));
  // The style sheet prints the notice in the margins of sheets, which no element can reach.
  document.documentElement.style.setProperty('--said', JSON.stringify(DATOS.aviso ?? ''));
  Dom.attribute(notice, 'lang', Language.spanish());
  id('proceso').textContent = DATOS.titulo;
  Dom.attribute(id('proceso'), 'lang', Language.spanish());
  id('titulo').textContent = t('titulo');
  const language = id('idioma');
  language.textContent = t('otro_idioma');
  language.lang = state.language === 'es' ? 'en' : 'es';
  const until = t(DATOS.audiencia === 'opl' ? 'cuenta_hasta' : 'corte_publico', { dia: Format.date(DATOS.hasta) });
  const closed = DATOS.hasta > DATOS.cierre ? t('cerro', { dia: Format.date(DATOS.cierre) }) : '';
  id('hasta').textContent = `${until} ${closed}`.trim();
  id('fuente').replaceChildren(
    ...Dom.quoted(t('fuente'), 'fuente', DATOS.fuente),
    ` ${t('generado', { version: DATOS.version })}`,
  );
  const select = /** @type {HTMLSelectElement} */ (id('entidad'));
  const options = DATOS.entidad ? DATOS.entidades : [['', t('nacion')], ...DATOS.entidades];
  select.replaceChildren(...options.map(([code, label]) => Dom.el('option', { value: code }, label)));
  // There is nothing to choose in a dashboard of one entity, so the bar says whose it is.
  for (const control of document.querySelectorAll('.control.entity')) control.toggleAttribute('hidden', Boolean(DATOS.entidad));
  const own = id('propia');
  own.hidden = !DATOS.entidad;
  const name = DATOS.entidades.find(([code]) => code === DATOS.entidad)?.[1] ?? '';
  const day = t('cifras_al', { dia: Format.shortDate(DATOS.hasta, true) });
  own.replaceChildren(Dom.el('strong', {}, name), ' ', Dom.el('span', {}, day));
}

/**
 * The message for screen readers about a change that affects the display but no number.
 * @param {State} before
 * @param {State} after
 */
function news(before, after) {
  const said = [];
  if (before.shares !== after.shares) said.push(t(after.shares ? 'aviso_porcentajes' : 'aviso_cantidades'));
  if (before.sort !== after.sort) said.push(t('aviso_orden', { columna: t(after.sort || 'entidad') }));
  const lists = [...Dimensions.breakdowns(DATOS).map(Dimensions.slot), 'representaciones'];
  for (const list of lists) {
    const open = after.open.includes(list);
    const que = Dimensions.words(DATOS, list);
    if (before.open.includes(list) !== open) said.push(t(open ? 'aviso_completa' : 'aviso_breve', { que }));
  }
  return said.join(' ');
}

function start() {
  if (typeof DATOS === 'undefined') throw new Error('falta datos.js');
  if (DATOS.formato !== 1) throw new Error(`formato ${DATOS.formato}`);
  const page = DATOS.audiencia === 'opl' ? ExactPage.make(DATOS) : PublicPage.make(DATOS);
  document.body.classList.add(DATOS.audiencia);
  /** @type {State | null} */
  let state = null;
  let address = '';
  let spoken = '';

  /**
   * The state of the address. If the address is new, the dashboard first draws its state, so that
   * no action starts from an old one.
   * @returns {State}
   */
  function current() {
    if (state === null || window.location.hash !== address) draw();
    return /** @type {State} */ (state);
  }

  function draw() {
    const before = state;
    address = window.location.hash;
    const read = State.parse(address, DATOS);
    const { strange } = read;
    state = read.state;
    if (state.language !== before?.language) {
      say(state);
      page.build(current);
    }
    /** @type {HTMLSelectElement} */ (id('entidad')).value = state.entity;
    document.title = [state.entity ? Exact.place(DATOS, state) : '', t('titulo'), DATOS.titulo, DATOS.aviso]
      .filter(Boolean)
      .join('. ');
    Dom.attribute(id('ver-cantidades'), 'aria-pressed', String(!state.shares));
    Dom.attribute(id('ver-porcentajes'), 'aria-pressed', String(state.shares));
    document.body.classList.toggle('shares', state.shares);
    const part = Object.keys(state.filters).length > 0 || Boolean(state.from || state.to);
    document.body.classList.toggle('part', part);
    const told = page.update(state);
    const aside = before ? news(before, state) : '';
    Dom.text(id('aviso'), told === spoken && aside ? aside : `${told} ${aside}`.trim());
    spoken = told;
    const notice = id('falla');
    const named = strange.slice(0, 5).map((name) => Dimensions.words(DATOS, name));
    Dom.text(notice, named.length ? t('liga_ajena', { que: named.join(', ') }) : '');
    notice.hidden = named.length === 0;
  }

  // The address holds the state, so the link that skips to the content must not change it.
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    id('contenido').focus();
  });
  window.addEventListener('hashchange', current);
  id('entidad').addEventListener('change', (event) =>
    State.go({ ...current(), entity: /** @type {HTMLSelectElement} */ (event.target).value }),
  );
  id('ver-cantidades').addEventListener('click', () => State.go({ ...current(), shares: false }));
  id('ver-porcentajes').addEventListener('click', () => State.go({ ...current(), shares: true }));
  id('idioma').addEventListener('click', () => State.go({ ...current(), language: current().language === 'es' ? 'en' : 'es' }));
  id('imprimir').addEventListener('click', () => window.print());
  /** @type {HTMLDetailsElement[]} */
  let unfolded = [];
  const printing = (/** @type {boolean} */ on) => {
    document.documentElement.classList.toggle('printing', on);
    if (on) unfolded = [...document.querySelectorAll(/** @type {'details'} */ ('details.for-print:not([open])'))];
    for (const details of unfolded) details.open = on;
    page.resize();
  };
  window.addEventListener('beforeprint', () => printing(true));
  window.addEventListener('afterprint', () => printing(false));
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => page.resize());

  // The bar sticks below the notice, and the browser scrolls a focused element below both.
  const heights = new window.ResizeObserver(() => {
    const bar = id('barra');
    const tall = bar.offsetHeight > window.innerHeight * 0.3;
    bar.classList.toggle('tall', tall);
    document.documentElement.style.setProperty('--notice', `${id('leyenda').offsetHeight}px`);
    document.documentElement.style.setProperty('--bar', `${tall ? 0 : bar.offsetHeight}px`);
  });
  for (const name of ['leyenda', 'barra']) heights.observe(id(name));

  // On a wide screen the style sheet hides the summary that opens the options, so the script opens
  // them.
  const options = /** @type {HTMLDetailsElement} */ (id('opciones'));
  const wide = window.matchMedia('(min-width: 43.75em)');
  options.open = wide.matches;
  wide.addEventListener('change', () => {
    options.open ||= wide.matches && !document.documentElement.classList.contains('printing');
  });
  id('contenido').hidden = false;
  draw();
  document.documentElement.dataset.ready = '';
}

try {
  start();
} catch (cause) {
  fail(cause);
}
