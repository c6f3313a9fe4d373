/** The colours and the font of charts, and the texts around a chart in a file. */

// No quotation marks: ECharts would write them unescaped into an attribute of an SVG file.
export const FONT = 'system-ui, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif';
/** The light colours. Files always have them, even if the screen is dark. */
export const LIGHT = {
  ink: '#1b2028',
  muted: '#525b68',
  grid: '#e2e5ea',
  base: '#8b939e',
  surface: '#ffffff',
  band: '#f3f5f8',
  line: '#083054',
  bar: '#0072b2',
  off: '#8b939e',
  mean: '#b84f00',
  mark: '#525b68',
  a: '#4798c6',
  b: '#0072b2',
  c: '#083054',
};

/**
 * The colours of the screen, from the style sheet, because only the style sheet defines dark mode.
 * @returns {typeof LIGHT}
 */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const found = /** @type {Record<string, string>} */ ({});
  for (const name of Object.keys(LIGHT)) found[name] = style.getPropertyValue(`--c-${name}`).trim();
  return /** @type {any} */ (found);
}

/** The colours of statuses that are neither accepted nor refused, light and dark alike. */
const OPEN_STATUSES = ['#56b4e9', '#e69f00', '#cc79a7', '#009e73', '#f0e442', '#d55e00'];

/**
 * The colours of statuses: one for those that accept, one for those that refuse, and one for each of
 * the others. `p` are the colours of a file; null for those of the screen.
 * @param {typeof LIGHT | null} p
 * @param {('yes' | 'no' | 'open')[]} kinds
 */
export function statusColors(p, kinds) {
  const { bar, off } = p ?? palette();
  let open = -1;
  return kinds.map((kind) => {
    if (kind !== 'open') return kind === 'yes' ? bar : off;
    open += 1;
    return OPEN_STATUSES[open % OPEN_STATUSES.length];
  });
}

/** The font size, weight and line height of each text in a file. */
const WRITTEN = {
  notice: { fontSize: 13, fontWeight: 'bold', lineHeight: 18 },
  title: { fontSize: 20, fontWeight: 'bold', lineHeight: 26 },
  subtitle: { fontSize: 13, fontWeight: 'normal', lineHeight: 18 },
  foot: { fontSize: 12, fontWeight: 'normal', lineHeight: 16 },
};
/** The colours of a notice, and the space around and below its text. */
const NOTICE = { ink: '#9c3d00', ground: '#f7dfcc', top: 6, side: 12, gap: 10 };
const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));

/**
 * Breaks a text into lines of at most 95 % of `width`. The reserve is for a viewer of the file that
 * uses another font.
 * @param {string} text
 * @param {{ fontSize: number, fontWeight: string }} style
 * @param {number} width
 */
function broken(text, style, width) {
  ruler.font = `${style.fontWeight} ${style.fontSize}px ${FONT}`;
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const longer = [lines[lines.length - 1], word].filter(Boolean).join(' ');
      if (ruler.measureText(longer).width <= width * 0.95) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines.filter(Boolean);
  });
}

/**
 * The lines of text around a chart in a file. `above` and `below` are the height that they need
 * beyond one line of each text.
 * @param {Words} [words]
 */
export function around(words) {
  const lines = (/** @type {'notice' | 'title' | 'subtitle' | 'foot'} */ part) =>
    words ? broken(words[part], WRITTEN[part], words.width - (part === 'notice' ? 48 + 2 * NOTICE.side : 48)) : [];
  const room = (/** @type {string[]} */ made, /** @type {{ lineHeight: number }} */ style) =>
    Math.max(0, made.length - 1) * style.lineHeight;
  const made = { notice: lines('notice'), title: lines('title'), subtitle: lines('subtitle'), foot: lines('foot') };
  const notice = made.notice.length ? made.notice.length * WRITTEN.notice.lineHeight + 2 * NOTICE.top + NOTICE.gap : 0;
  return {
    ...made,
    /** The top of the title, below the notice. */
    start: 16 + notice,
    above: notice + room(made.title, WRITTEN.title) + room(made.subtitle, WRITTEN.subtitle),
    below: room(made.foot, WRITTEN.foot),
  };
}

/** The size of a picture with all its texts. @param {Words} words */
export function size(words) {
  const { above, below } = around(words);
  return { width: words.width, height: words.height + above + below };
}

/**
 * The notice, title, subtitle and source of a chart in a file.
 * @param {typeof LIGHT} p @param {Words} words
 */
export function frame(p, words) {
  const { notice, title, subtitle, foot, start } = around(words);
  const text = (/** @type {string[]} */ lines, /** @type {any} */ style, /** @type {string} */ color, /** @type {any} */ at) => ({
    text: lines.join('\n'),
    left: 24,
    ...at,
    textStyle: { fontFamily: FONT, color, ...style },
  });
  const ground = { top: 16, backgroundColor: NOTICE.ground, padding: [NOTICE.top, NOTICE.side] };
  return [
    ...(notice.length ? [text(notice, WRITTEN.notice, NOTICE.ink, ground)] : []),
    text(title, WRITTEN.title, p.ink, { top: start }),
    text(subtitle, WRITTEN.subtitle, p.muted, { top: start + 32 + (title.length - 1) * WRITTEN.title.lineHeight }),
    text(foot, WRITTEN.foot, p.muted, { bottom: 16 }),
  ];
}
