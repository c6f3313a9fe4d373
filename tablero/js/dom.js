/** Makes elements. No function here parses text as HTML, so data cannot become markup. */
import * as Language from './language.js';

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} id */
export function id(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `on…` adds a listener; null omits an attribute
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  return fill(element, attributes, children);
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * @param {Element} element
 * @param {Record<string, any>} attributes
 * @param {(Node | string | null)[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null).map((child) => /** @type {Node | string} */ (child)));
  return element;
}

/**
 * A text with `spanish` in the place of `{name}`. An element marks the language, so that a screen
 * reader pronounces it as Spanish.
 * @param {string} text
 * @param {string} name
 * @param {string} spanish
 * @returns {(Node | string)[]}
 */
export function quoted(text, name, spanish) {
  const [before, after] = text.split(`{${name}}`);
  return after === undefined ? [before] : [before, el('span', { lang: Language.spanish() }, spanish), after];
}

/**
 * Writes a text only if it differs, because each write costs a layout.
 * @param {Element} element
 * @param {string} text
 */
export function text(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Writes a count, or the text for a suppressed count, which the data have in Spanish only.
 * @param {Element} element
 * @param {string} said
 * @param {string} [hidden]
 */
export function count(element, said, hidden) {
  text(element, said);
  attribute(element, 'lang', said === hidden ? Language.spanish() : null);
}

/** @param {Element} element @param {string} name @param {string | null} value */
export function attribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Puts `children` into `parent` in this order, and moves only those that are out of place. The
 * focused element keeps the focus. If it is removed, the focus goes to the child that is now in its
 * place, or else to the heading.
 * @param {Element} parent
 * @param {Element[]} children
 */
export function arrange(parent, children) {
  const focused = parent.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const place = focused ? [...parent.children].findIndex((child) => child.contains(focused)) : -1;
  children.forEach((child, at) => {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild?.remove();
  if (!focused || focused === document.activeElement) return;
  const next = parent.contains(focused) ? focused : children[Math.min(place, children.length - 1)]?.querySelector('button, a');
  const heading = parent.closest('section')?.querySelector('h2, h3');
  if (!next) heading?.setAttribute('tabindex', '-1');
  /** @type {HTMLElement | null | undefined} */ (next ?? heading)?.focus({ preventScroll: true });
}

/**
 * Sets the `viewBox` of an SVG chart, so that the chart shrinks with the paper.
 * @param {Element} host
 * @param {number} width
 * @param {number} height
 */
export function scalable(host, width, height) {
  host.querySelector('svg')?.setAttribute('viewBox', `0 0 ${width} ${height}`);
}
