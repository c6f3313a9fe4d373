/** Small makers of elements. No HTML is ever made from text, so nothing in the data can become markup. */
import * as Format from './format.js';

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} id */
export function id(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `on…` are listeners, null leaves one out
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

/** @param {Element} element @param {Record<string, any>} attributes @param {(Node | string | null)[]} children */
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
 * A text with what stays in Spanish in the place of `{name}`, marked so that a reader that speaks says it in Spanish.
 * @param {string} text
 * @param {string} name
 * @param {string} spanish
 * @returns {(Node | string)[]}
 */
export function quoted(text, name, spanish) {
  const [before, after] = text.split(`{${name}}`);
  return after === undefined ? [before] : [before, el('span', { lang: Format.spanish() }, spanish), after];
}

/** Writes only what differs, since each write costs a layout. @param {Element} element @param {string} text */
export function text(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A count, or the word for one that is not published, which the data have in Spanish only.
 * @param {Element} element
 * @param {string} said
 * @param {string} [hidden]
 */
export function count(element, said, hidden) {
  text(element, said);
  attribute(element, 'lang', said === hidden ? Format.spanish() : null);
}

/** @param {Element} element @param {string} name @param {string | null} value */
export function attribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Puts these children in this order, and moves none that is in its place already. What had the focus keeps it; where it
 * leaves, the focus goes to the child now in its place, else to the heading.
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

/** Lets a chart that ECharts drew as SVG shrink with its paper. @param {Element} host @param {number} width @param {number} height */
export function scalable(host, width, height) {
  host.querySelector('svg')?.setAttribute('viewBox', `0 0 ${width} ${height}`);
}
