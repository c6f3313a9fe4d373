// The public page: it needs no script and no other host, holds what it links to, and axe-core finds
// nothing on a phone and on a desktop.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { axeSource, folder, launch } from './support.mjs';

const releases = join(folder, 'otro/pagina/releases');
const cortes = ['2020-10-15', '2020-11-15', '2021-03-15'];
const widths = [390, 1440];

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function open(corte, width) {
  const context = await browser.newContext({ locale: 'es-MX', viewport: { width, height: 900 } });
  const page = await context.newPage();
  const troubles = [];
  page.on('console', (message) => troubles.push(message.text()));
  page.on('requestfailed', (request) => troubles.push(`request ${request.url()}`));
  await page.goto(pathToFileURL(join(releases, corte, 'publico/index.html')).href);
  return { page, context, troubles };
}

for (const corte of cortes) {
  for (const width of widths) {
    test(`${corte} at ${width} pixels`, async () => {
      const { page, context, troubles } = await open(corte, width);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, 'nothing is cut off');
      await page.evaluate(() => document.querySelectorAll('img').forEach((image) => image.setAttribute('loading', 'eager')));
      const broken = await page.evaluate(async () => {
        const images = [...document.querySelectorAll('img')];
        await Promise.all(images.map((image) => image.decode().catch(() => null)));
        return images.filter((image) => image.naturalWidth === 0).map((image) => image.src);
      });
      assert.deepEqual(broken, []);
      // The policy of the page lets its style sheet through.
      assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('h1')).textWrapStyle), 'balance');
      // axe-core runs through the debugger: the page itself needs no script.
      await page.evaluate(axeSource);
      const violations = await page.evaluate(async () => {
        const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const found = await globalThis.axe.run(document, { preload: false, runOnly: { type: 'tag', values } });
        return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target)}`);
      });
      assert.deepEqual(violations, []);
      assert.deepEqual(troubles, []);
      await context.close();
    });
  }
}

test('every link of the page leads to a file of the folder or to a named host', async () => {
  const { page, context } = await open(cortes[2], 1440);
  const links = await page.evaluate(() => [...document.querySelectorAll('a')].map((link) => link.getAttribute('href')));
  assert.ok(links.length > 100);
  for (const link of links.filter((one) => !/^(#|https?:|mailto:)/.test(one))) {
    assert.ok(existsSync(join(releases, cortes[2], 'publico', link)), link);
  }
  assert.equal(await page.evaluate(() => document.scripts.length), 0);
  assert.doesNotMatch(readFileSync(join(releases, cortes[2], 'publico/index.html'), 'utf8'), /<script| style=| on[a-z]+=/);
  await context.close();
});
