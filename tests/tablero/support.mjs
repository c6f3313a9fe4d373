// Shared functions of the dashboard tests: they launch a browser that records errors, and read the
// numbers on a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const folder = resolve(process.env.LNERE_TABLERO ?? 'target/tablero');
const modules = process.env.LNERE_NODE_MODULES ?? join(folder, 'node_modules');
const require = createRequire(`${modules}/`);
export const { chromium } = require('playwright-core');
export const axeSource = readFileSync(join(modules, 'axe-core/axe.min.js'), 'utf8');
export const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));

export const DESKTOP = { viewport: { width: 1280, height: 900 } };
export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** Launches a browser without background network traffic. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

/**
 * Opens a state of a dashboard. `troubles` collects errors and warnings, and requests to anything
 * outside its folder.
 */
export async function open(browser, site, address = '#/', options = DESKTOP) {
  const context = await browser.newContext({ locale: 'es-MX', acceptDownloads: true, ...options });
  const page = await context.newPage();
  const root = pathToFileURL(join(folder, site)).href;
  const troubles = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${root}/`) && !/^(data|blob):/.test(request.url())) troubles.push(`request ${request.url()}`);
  });
  await page.goto(`${root}/index.html${address}`);
  await settled(page);
  return { page, context, troubles };
}

/** Waits until every part of the page shows the state of the address. */
export async function settled(page) {
  await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 10000 });
  await page.evaluate(
    () =>
      new Promise((done) => {
        const wait = () => ('busy' in document.documentElement.dataset ? setTimeout(wait, 5) : done(null));
        setTimeout(() => requestAnimationFrame(wait), 20);
      }),
  );
}

/** Reads the numbers on the page, their labels, and the message for screen readers. */
export function read(page) {
  return page.evaluate(() => {
    const text = (node) => node?.textContent.trim() ?? null;
    const number = (node) => (node ? Number(text(node).replace(/,/g, '')) : null);
    const cards = {};
    for (const card of document.querySelectorAll('.card:has(table.bars)')) {
      cards[card.id.slice(2)] = [...card.querySelectorAll('tbody tr')].map((row) => ({
        key: row.dataset.key,
        label: text(row.querySelector('th')),
        count: number(row.querySelector('.count')),
        share: text(row.querySelector('.share')),
        pressed: row.querySelector('[aria-pressed=true]') !== null,
      }));
    }
    const plain = (scope) =>
      [...document.querySelectorAll(`${scope} table.plain tbody tr`)].map((row) => [...row.children].map(text));
    return {
      place: text(document.getElementById('h-cifras')),
      total: number(document.getElementById('n-total')),
      day: number(document.getElementById('n-dia')),
      week: number(document.getElementById('n-siete')),
      details: [...document.querySelectorAll('.figure:not(.still) .figure-detail')].map(text),
      cards,
      entities: [...document.querySelectorAll('.entities tbody tr')].map((row) => [
        row.dataset.key,
        ...[...row.querySelectorAll('.num')].map(text),
      ]),
      credentials: ['tramitadas', 'entregadas', 'confirmadas'].map((name) => number(document.getElementById(`n-${name}`))),
      offices: [...document.querySelectorAll('.offices tbody tr')].map((row) => [
        row.dataset.key,
        ...[...row.querySelectorAll('.num')].map(number),
      ]),
      daily: plain('#c-avance'),
      filters: [...document.querySelectorAll('#filtros li')].map(text),
      headline: text(document.getElementById('titular')),
      figures: Object.fromEntries(
        [...document.querySelectorAll('.figure.still')]
          .filter((one) => one.checkVisibility())
          .map((one) => [one.id.slice(2), [...one.children].slice(1).map(text)]),
      ),
      spoken: text(document.getElementById('aviso')),
    };
  });
}

/** The address with parts of the page open. Open parts change no number. */
export function withOpen(address, ...parts) {
  return `${address}${address.includes('?') ? '&' : '?'}abierto=${parts.join(',')}`;
}

/** The violations that axe-core finds on a page. */
export async function axeViolations(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const found = await globalThis.axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    });
    return found.violations.map(
      (one) =>
        `${one.id}: ${one.nodes
          .slice(0, 3)
          .map((node) => `${node.target} ${node.failureSummary}`)
          .join(' | ')}`,
    );
  });
}

/** Presses a button; one in the menu of a card, after the menu is open. */
export async function choose(page, selector) {
  const menu = page.locator(selector).locator('xpath=ancestor::details[@class="menu"]');
  if ((await menu.count()) > 0 && (await menu.getAttribute('open')) === null) await menu.locator('summary').click();
  await page.click(selector);
}

/** The name and the bytes of the file that `press` downloads. */
export async function download(page, press) {
  const [file] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** The rows of a CSV file whose cells contain no line ends. */
export function parseCsv(text) {
  return text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
        .slice(0, -1)
        .map((match) => match[1].replace(/^"|"$/g, '').replace(/""/g, '"')),
    );
}

/** A share, rounded half up in integers, as in the tables of a release. */
export function share(n, total) {
  return `${((total ? Math.floor((n * 20000 + total) / (2 * total)) : 0) / 100).toFixed(2)} %`;
}
