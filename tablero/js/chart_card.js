/** A card with a chart: it draws again when its width or its contents change. */
import { t } from './language.js';
import * as Dom from './dom.js';
import { el } from './dom.js';
import * as Download from './download.js';
import * as Charts from './chart_options.js';
import * as Tables from './bar_tables.js';
import { init } from './echarts.js';

/**
 * @param {{ id: string, title: string, words: (width: number) => Words,
 *   height: (width: number) => number,
 *   option: (size: { width: number, height: number, words?: Words }) => any,
 *   content: () => { head: string[], rows: (string | number)[][] },
 *   table?: (open: boolean) => void, shown?: () => { head: string[], rows: (string | number)[][] },
 *   parts: () => string[] }} c `content` is for files, and `shown` for the table on the page
 * @param {...(Node | null)} before what the card has above its chart
 */
export function make(c, ...before) {
  const host = el('div', { class: 'chart', role: 'img' });
  const note = el('p', { class: 'note' });
  const heading = el('p', { class: 'message' });
  const table = c.table && c.shown ? Tables.disclosed(c.title, c.shown, c.table) : null;
  const menu = Download.menu(c.title, () => {
    const words = c.words(1000);
    return {
      parts: c.parts(),
      ...c.content(),
      chart: { option: c.option({ width: words.width, height: words.height, words }), words },
    };
  });
  const element = Tables.card(c.id, c.title, '', heading, ...before, host, note, table?.element ?? null, menu);
  const chart = init(host, null, { renderer: 'svg', width: 500, height: 320 });
  let drawn = false;
  let last = '';

  function draw() {
    const width = Charts.width(host, 700);
    const height = c.height(width);
    if (chart.getWidth() !== width || chart.getHeight() !== height) chart.resize({ width, height });
    chart.setOption(c.option({ width, height }), { notMerge: true, silent: true });
    Dom.scalable(host, width, height);
    drawn = true;
  }

  const leave = Charts.follow(host, () => {
    if (drawn && chart.getWidth() !== Charts.width(host, 700)) draw();
  });

  /**
   * @param {{ message: string, note: string, alt: string, open?: boolean }} texts
   * @param {string} [shown] what the chart shows; if it is what was drawn, the chart stays as it is
   */
  function update(texts, shown = '') {
    Dom.text(heading, texts.message);
    heading.hidden = !texts.message;
    Dom.text(note, texts.note);
    note.hidden = !texts.note;
    Dom.attribute(host, 'aria-label', texts.alt);
    if (!drawn || shown === '' || shown !== last) draw();
    last = shown;
    table?.update(texts.open ?? false);
  }

  function dispose() {
    leave();
    chart.dispose();
  }

  return { element, host, chart, update, draw, dispose };
}

/** The sentence that filters and dates do not apply to a card. @param {State} state */
export function unfiltered(state) {
  return Object.keys(state.filters).length > 0 || state.from || state.to ? t('sin_los_filtros') : '';
}
