// Tests the dashboard as one file, which a package contains. It opens from a disk alone, its policy
// allows its own parts alone, and it has the numbers of its recipient.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import {
  DESKTOP,
  PHONE,
  axeViolations,
  choose,
  download,
  expected,
  folder,
  launch,
  parseCsv,
  read,
  settled,
} from './support.mjs';

const pages = join(folder, 'paquetes');
/** The most bytes of a file that is to be sent by mail. */
const MOST = 2_000_000;
let browser;
/** A folder with nothing else, as that in which a mail program saves an attachment. */
let alone;
before(async () => {
  browser = await launch();
  alone = mkdtempSync(join(tmpdir(), 'lnere adjunto ñ '));
});
after(async () => {
  await browser.close();
  rmSync(alone, { recursive: true });
});

/** Opens a copy of a file without network. `troubles` collects errors, and requests to other files. */
async function openFile(name, address = '', options = DESKTOP, change = (text) => text) {
  const path = join(alone, name);
  writeFileSync(path, change(readFileSync(join(pages, name), 'utf8')));
  const context = await browser.newContext({ locale: 'es-MX', acceptDownloads: true, offline: true, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(path).href;
  const troubles = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url && !/^(data|blob):/.test(request.url())) troubles.push(`request ${request.url()}`);
  });
  await page.goto(url + address);
  return { page, context, troubles };
}

const stateOf = (address) => expected.states.find((state) => state.address === address);

test('each recipient has a file that a mail can carry', () => {
  const names = readdirSync(pages).sort();
  assert.equal(names.length, 12, names.join());
  for (const name of names) assert.ok(statSync(join(pages, name)).size <= MOST, name);
});

test('the file of an entity opens on the entity, with its numbers and the shared totals', async () => {
  const { page, context, troubles } = await openFile('tablero_08_chihuahua.html');
  await settled(page);
  const shown = await read(page);
  const wanted = stateOf('#/08');
  assert.deepEqual([shown.place, shown.total, shown.day, shown.week], ['Chihuahua', wanted.total, wanted.day, wanted.week]);
  for (const dimension of ['sexo', 'modalidad', 'estatus', 'medio']) {
    for (const row of shown.cards[dimension]) assert.equal(row.count, wanted.by[dimension][row.key] ?? 0, row.key);
  }
  assert.equal(await page.isVisible('#entidad'), false, 'there is no other entity to choose');
  // The totals of all entities are shared. No other number of another entity is in the file.
  const totals = stateOf('#/').by.entidad;
  assert.deepEqual(Object.fromEntries(shown.cards.entidad.map((row) => [row.key, row.count])), totals);
  assert.deepEqual(
    shown.cards.entidad.filter((row) => row.pressed).map((row) => row.key),
    [],
    'nothing to press',
  );
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the bar of the file of an entity says whose figures these are, and of which day', async () => {
  for (const options of [DESKTOP, PHONE]) {
    const { page, context } = await openFile('tablero_08_chihuahua.html', '', options);
    await settled(page);
    await page.evaluate(() => window.scrollTo(0, 1500));
    const own = page.locator('#barra .own');
    assert.equal(await own.textContent(), 'Chihuahua Cifras al 15 mar 2021');
    const box = await own.boundingBox();
    assert.ok(box.y >= 0 && box.y < 60 && box.height > 15, `the text is at ${box.y}, ${box.height} high`);
    await page.click('#idioma');
    await settled(page);
    assert.equal(await own.textContent(), 'Chihuahua Figures up to 15 Mar 2021');
    await context.close();
  }
  const { page, context } = await openFile('tablero_nacional.html');
  await settled(page);
  assert.equal(await page.isVisible('#barra .own'), false);
  await context.close();
});

test('the file of the nation has every entity', async () => {
  const { page, context, troubles } = await openFile('tablero_nacional.html', '#/09?modalidad=POSTAL');
  await settled(page);
  assert.equal((await read(page)).total, stateOf('#/09?modalidad=POSTAL').total);
  assert.equal(await page.isVisible('#entidad'), true);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('an address of another entity changes nothing and is named', async () => {
  const { page, context } = await openFile('tablero_08_chihuahua.html', '#/09');
  await settled(page);
  const shown = await read(page);
  assert.deepEqual([shown.place, shown.total], ['Chihuahua', stateOf('#/08').total]);
  assert.equal(await page.isVisible('#falla'), true);
  await context.close();
});

test('filters, language and downloads work without a network', async () => {
  const { page, context, troubles } = await openFile('tablero_08_chihuahua.html');
  await settled(page);
  await page.click('#c-modalidad tr[data-key=POSTAL] button');
  await settled(page);
  await page.click('#idioma');
  await settled(page);
  const shown = await read(page);
  assert.equal(shown.total, stateOf('#/08').by.modalidad.POSTAL);
  const totals = Object.fromEntries(shown.cards.entidad.map((row) => [row.key, row.count]));
  assert.deepEqual(totals, stateOf('#/').by.entidad, 'no filter applies');
  const csv = parseCsv((await download(page, () => choose(page, '#c-entidad [data-format=csv]'))).bytes.toString('utf8'));
  assert.deepEqual(csv[0], ['cve_entidad', 'entidad', 'solicitudes', 'porcentaje']);
  assert.equal(csv.length, 12);
  const view = parseCsv((await download(page, () => page.click('#todo-csv'))).bytes.toString('utf8'));
  assert.ok(
    view.slice(1).every((row) => row[0] !== 'entidad'),
    'the view is of one entity',
  );
  const picture = await download(page, () => choose(page, '#c-sexo [data-format=png]'));
  assert.equal(picture.bytes.subarray(1, 4).toString(), 'PNG');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('no script runs but those of the file', async () => {
  const changed = (text) =>
    text.replace('<script>', '<script>document.title = "otro";</script><script>').replace('const DATOS = {', 'const DATOS = { ');
  const { page, context, troubles } = await openFile('tablero_08_chihuahua.html', '', DESKTOP, changed);
  await page.waitForTimeout(500);
  assert.notEqual(await page.title(), 'otro');
  assert.equal(await page.getAttribute('html', 'data-ready'), null);
  assert.ok(
    troubles.some((text) => text.includes('Content Security Policy')),
    troubles.join('\n'),
  );
  await context.close();
});

test('axe finds nothing in a file', async () => {
  for (const [name, device, colorScheme] of [
    ['tablero_08_chihuahua.html', DESKTOP, 'light'],
    ['tablero_08_chihuahua.html', PHONE, 'dark'],
    ['tablero_03_baja_california_sur.html', PHONE, 'light'],
    ['tablero_nacional.html', DESKTOP, 'dark'],
  ]) {
    const { page, context } = await openFile(name, '', { ...device, colorScheme });
    await settled(page);
    assert.deepEqual(await axeViolations(page), [], name);
    await context.close();
  }
});
