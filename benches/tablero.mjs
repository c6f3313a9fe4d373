// Measures the dashboard with 32 entities and 230,000 applications. Measures the time of the
// command `lnere tablero`. In headless Chromium, measures the times until the page is ready and
// until the result of each kind of click is painted.
//
//     node benches/tablero.mjs [RUNS]
//
// Needs the release build and the packages that tests/tablero/run installs. LNERE is the path of
// the program; by default, it is in CARGO_TARGET_DIR. Prints a table for docs/benchmarks.md, and
// exits with 1 if a result exceeds its limit. The exports have the shape `uniforme`, in which
// nearly every application is a separate cell. Data with as many applications cannot be larger.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const target = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/lnere-target');
const lnere = process.env.LNERE ?? join(target, 'release/lnere');
const { chromium } = createRequire(join(target, 'tablero/node_modules/'))('playwright-core');
const runs = Number(process.argv[2] ?? 9);
const LIMITS = { megabytes: 6, own: 1.5, ready: 1500, press: 100, command: 1000 };

const work = mkdtempSync(join(tmpdir(), 'lnere-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const [exports, site] = [join(work, 'exports'), join(work, 'tablero')];
const federal = ['--process', new URL('../pipelines/pef_2023_2024.toml', import.meta.url).pathname, '--quiet'];
execFileSync(lnere, ['sample', exports, ...federal, '--shape', 'uniforme', '--applications', '230000']);
const commands = Array.from({ length: runs }, () => {
  const start = performance.now();
  execFileSync(lnere, ['tablero', ...federal, '--inputs', exports, '--output', site]);
  return performance.now() - start;
});

const size = (path) =>
  statSync(path).isDirectory() ? readdirSync(path).reduce((sum, one) => sum + size(join(path, one)), 0) : statSync(path).size;
const median = (numbers) => numbers.slice().sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const url = pathToFileURL(join(site, 'index.html')).href;

/** The time from the start of the navigation to two frames after the page reports ready. */
async function ready() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(url);
  await page.waitForSelector('[data-ready]', { state: 'attached' });
  const time = await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))),
  );
  await page.close();
  return time;
}

/** The times from a click until the parts on the screen are painted, and until all parts are. */
async function press(page, selector) {
  await page.locator(selector).first().scrollIntoViewIfNeeded();
  return page.evaluate(
    (wanted) =>
      new Promise((done) => {
        const start = performance.now();
        window.addEventListener(
          'hashchange',
          () =>
            requestAnimationFrame(() => {
              const channel = new MessageChannel();
              const whole = (painted) => {
                if ('busy' in document.documentElement.dataset) setTimeout(whole, 1, painted);
                else requestAnimationFrame(() => done([painted, performance.now() - start]));
              };
              channel.port1.onmessage = () => whole(performance.now() - start);
              channel.port2.postMessage(0);
            }),
          { once: true },
        );
        document.querySelector(wanted).click();
      }),
    selector,
  );
}

const opened = [];
for (let run = 0; run < runs; run += 1) opened.push(await ready());
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(url);
await page.waitForSelector('[data-ready]', { state: 'attached' });
const presses = {
  'a modality': '#c-modalidad tr:nth-child(1) button',
  'a second one': '#c-modalidad tr:nth-child(2) button',
  'a country': '#c-pais tbody tr:nth-child(1) button',
  'a status': '#c-estatus tbody tr:nth-child(5) button',
  'the last day': '.figure:has(#n-dia)',
  'the whole period': '.figure:has(#n-total)',
  'an entity': '#c-entidades tbody tr:nth-child(3) a',
  'counts or shares': '#ver-porcentajes',
  'all filters off': '#quitar',
};
const times = Object.fromEntries(Object.keys(presses).map((name) => [name, []]));
for (let run = 0; run < runs; run += 1) {
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await page.waitForTimeout(150);
  for (const [name, selector] of Object.entries(presses)) times[name].push(await press(page, selector));
}
await browser.close();

const total = size(site) / 1e6;
const bundle = size(join(site, 'dist/tablero.js')) / 1e6;
const rows = [
  ['`lnere tablero` (median)', `${(median(commands) / 1000).toFixed(2)} s`, median(commands), LIMITS.command],
  ['size in all', `${total.toFixed(2)} MB`, total, LIMITS.megabytes],
  ['without the bundle', `${(total - bundle).toFixed(2)} MB`, total - bundle, LIMITS.own],
  ['ready (median)', `${Math.round(median(opened))} ms`, median(opened), LIMITS.ready],
  ['ready (worst)', `${Math.round(Math.max(...opened))} ms`, Math.max(...opened), LIMITS.ready],
  ...Object.entries(times).map(([name, list]) => {
    const [painted, whole] = [0, 1].map((at) => list.map((pair) => pair[at]));
    return [
      `press: ${name}`,
      `${Math.round(median(painted))} ms (worst ${Math.round(Math.max(...painted))}; with all below the screen ${Math.round(median(whole))})`,
      Math.max(...painted),
      LIMITS.press,
    ];
  }),
];
console.log('| what | measured |\n|---|---|');
for (const [name, text] of rows) console.log(`| ${name} | ${text} |`);
const broken = rows.filter(([, , value, limit]) => value > limit);
for (const [name, text, , limit] of broken) console.log(`FAILED ${name}: ${text}, limit ${limit}`);
process.exit(broken.length ? 1 : 0);
