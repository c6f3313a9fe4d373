// Tests the effect of clicks, that the address stores it, and that downloads contain what the
// dashboard shows.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  DESKTOP,
  PHONE,
  choose,
  download,
  expected,
  folder,
  launch,
  open,
  read,
  settled,
  parseCsv,
  withOpen,
} from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const hash = (page) => page.evaluate(() => window.location.hash);
/** The end of the name of a file, without its extension, if the data have a notice. */
const NOTICE = '_datos_sinteticos_de_muestra';

test("three taps on a phone: how many of one's state registered on the last day, from where, by which modality", async () => {
  const { page, context, troubles } = await open(browser, 'pel', '#/', PHONE);
  // The first tap opens the list of entities, the second selects an entity.
  await page.selectOption('#entidad', '08');
  await settled(page);
  await page.tap('.figure:has(#n-dia)');
  await settled(page);
  const wanted = expected.states[2];
  const shown = await read(page);
  assert.equal(await hash(page), wanted.address);
  assert.equal(shown.day, wanted.day);
  assert.deepEqual(
    shown.cards.modalidad.map((row) => [row.key, row.count]),
    [
      ['POSTAL', wanted.by.modalidad.POSTAL],
      ['ELECTRONICA', wanted.by.modalidad.ELECTRONICA],
    ],
  );
  assert.equal(shown.cards.pais[0].count, wanted.by.pais.USA);
  const words = await page.textContent('#resumen');
  assert.ok(words.startsWith(`De dónde: Estados Unidos de América ${wanted.by.pais.USA} (`), words);
  assert.ok(words.includes(`Cómo votarán: Electrónica por Internet ${wanted.by.modalidad.ELECTRONICA} (`), words);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('an address restores everything that presses made', async () => {
  const { page, context } = await open(browser, 'pel');
  await page.selectOption('#entidad', '16');
  await settled(page);
  for (const press of [
    '#c-modalidad tr[data-key=POSTAL] button',
    '#c-pais tr[data-key=USA]',
    '#c-pais tr[data-key=CAN] button',
    '#c-pais .more',
    '#ver-porcentajes',
    '#c-entidades thead th:nth-child(5) button',
    '#idioma',
  ]) {
    await page.click(press);
    await settled(page);
  }
  await page.fill('#desde', '2020-12-01');
  await page.dispatchEvent('#desde', 'change');
  await settled(page);
  await page.click('#c-avance details:not(.menu, .for-print) summary');
  await settled(page);
  const address = await hash(page);
  assert.equal(
    address,
    '#/16?pais=CAN,USA&modalidad=POSTAL&desde=2020-12-01&hasta=2021-03-10&ver=porcentajes&orden=ritmo&abierto=pais,tabla-avance&idioma=en',
  );
  const before = await read(page);
  const other = await open(browser, 'pel', address);
  assert.deepEqual(await read(other.page), before);
  assert.deepEqual(other.troubles, []);
  await page.goBack();
  await settled(page);
  assert.ok(!(await hash(page)).includes('tabla-avance'));
  await other.context.close();
  await context.close();
});

test('filters can be removed one by one and all at once', async () => {
  const { page, context } = await open(browser, 'pel', '#/09?modalidad=POSTAL&sexo=H&desde=2021-01-01&hasta=2021-01-31');
  assert.deepEqual((await read(page)).filters, [
    'Modalidad de voto: Postal×',
    'Sexo: Hombres×',
    'Fechas: 1 ene 2021 a 31 ene 2021×',
  ]);
  await page.click('#filtros li:nth-child(2) button');
  await settled(page);
  assert.equal(await hash(page), '#/09?modalidad=POSTAL&desde=2021-01-01&hasta=2021-01-31');
  assert.ok(await page.evaluate(() => document.activeElement !== document.body), 'the focus is not lost');
  await page.click('#quitar');
  await settled(page);
  assert.equal(await hash(page), '#/09');
  assert.equal((await read(page)).total, 12660);
  await context.close();
});

test('a day is chosen on the chart, and a range by dragging', async () => {
  const { page, context, troubles } = await open(browser, 'pel');
  await page.locator('.chart.curves').scrollIntoViewIfNeeded();
  const box = await page.locator('.chart.curves').boundingBox();
  const at = (share) => [box.x + 56 + (box.width - 72) * share, box.y + box.height - 100];
  await page.mouse.click(...at(0.999));
  await settled(page);
  assert.equal(await hash(page), '#/?desde=2021-03-10&hasta=2021-03-10');
  await page.mouse.move(...at(0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.3), { steps: 4 });
  await page.mouse.move(...at(0.4), { steps: 4 });
  await page.mouse.up();
  await settled(page);
  const match = /^#\/\?desde=(\S{10})&hasta=(\S{10})$/.exec(await hash(page));
  assert.ok(match && match[1] < match[2] && match[1] > '2020-10-01' && match[2] < '2020-11-25', await hash(page));
  assert.deepEqual(troubles, []);
  await context.close();
});

test('all by the keyboard, and what a reader that speaks is told', async () => {
  const { page, context } = await open(browser, 'pel');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'contenido');
  assert.equal(await hash(page), '#/');
  await page.focus('#c-modalidad tr[data-key=POSTAL] button');
  await page.keyboard.press('Space');
  await settled(page);
  assert.equal(await hash(page), '#/?modalidad=POSTAL');
  assert.equal(await page.evaluate(() => document.activeElement.closest('tr').dataset.key), 'POSTAL');
  assert.match((await read(page)).spoken, /^Todas las entidades: 11,134 solicitudes, /);
  await page.focus('#c-pais tr[data-key=FRA] button');
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.closest('tr').dataset.key), 'FRA');
  // The Tab key reaches every control, in the order of the page.
  const count = await page.evaluate(
    () =>
      [...document.querySelectorAll('button, a[href], select, input, summary, [tabindex="0"]')].filter((one) =>
        one.checkVisibility(),
      ).length,
  );
  const seen = new Set();
  await page.evaluate(() => document.activeElement.blur());
  for (let at = 0; at < count + 40; at += 1) {
    await page.keyboard.press('Tab');
    seen.add(
      await page.evaluate(() => {
        document.activeElement.dataset.seen ??= String(Math.random());
        return document.activeElement.dataset.seen;
      }),
    );
  }
  assert.ok(seen.size >= count, `${seen.size} of ${count}`);
  await context.close();
});

test('a link that asks for what there is not says so and shows the rest', async () => {
  const { page, context } = await open(browser, 'pel', '#/77?modalidad=PALOMA,POSTAL&desde=1999-01-01&otro=1');
  const shown = await read(page);
  assert.equal(shown.total, 11134);
  assert.match(await page.textContent('#falla'), /se omitió: Entidad, Modalidad de voto, Desde, otra cosa\.$/);
  await context.close();
});

test('CSV is what is seen once every list is whole', async () => {
  for (const address of ['#/', '#/14?modalidad=ELECTRONICA&pais=USA&desde=2021-02-01&hasta=2021-03-10']) {
    const whole = await open(browser, 'pel', withOpen(address, 'pais', 'representaciones'));
    const shown = await read(whole.page);
    await whole.context.close();
    const { page, context } = await open(browser, 'pel', address);
    for (const [name, rows] of Object.entries(shown.cards)) {
      const { bytes, name: file } = await download(page, () => choose(page, `#c-${name} [data-format=csv]`));
      const marks = address === '#/' ? '' : '_2021-02-01_2021-03-10_filtrado';
      assert.equal(file, `lnere_2021-03-15_${shown.place === 'Jalisco' ? '14' : 'nacional'}_${name}${marks}${NOTICE}.csv`);
      const [head, ...lines] = parseCsv(bytes.toString('utf8'));
      assert.deepEqual(head.slice(2), ['solicitudes', 'porcentaje']);
      assert.deepEqual(
        lines,
        rows.map((row) => [row.key, row.label, String(row.count), row.share.replace(' %', '')]),
        name,
      );
    }
    const entities = parseCsv(
      (await download(page, () => choose(page, '#c-entidades [data-format=csv]'))).bytes.toString('utf8'),
    ).slice(1);
    assert.deepEqual(
      entities.map((row) => [row[0], row[2], `${row[3]} %`]),
      shown.entities.map((row) => [row[0], row[1].replace(/,/g, ''), row[2]]),
    );
    const offices = parseCsv(
      (await download(page, () => choose(page, '#c-representaciones [data-format=csv]'))).bytes.toString('utf8'),
    ).slice(1);
    assert.deepEqual(
      offices.map((row) => [row[0], ...row.slice(4, 7).map(Number)]),
      shown.offices,
    );
    const days = parseCsv((await download(page, () => choose(page, '#c-avance [data-format=csv]'))).bytes.toString('utf8')).slice(
      1,
    );
    assert.equal(
      days.reduce((sum, row) => sum + Number(row[1]), 0),
      shown.total,
    );
    // Chromium allows a page at most ten downloads in a row.
    const other = await open(browser, 'pel', address);
    const all = parseCsv((await download(other.page, () => other.page.click('#todo-csv'))).bytes.toString('utf8')).slice(1);
    assert.equal(
      all.filter((row) => row[0] === 'modalidad').reduce((sum, row) => sum + Number(row[3]), 0),
      shown.cards.modalidad.reduce((sum, row) => sum + row.count, 0),
    );
    await other.context.close();
    await context.close();
  }
});

test('charts are saved as SVG and as PNG', async () => {
  for (const card of ['avance', 'pais', 'embudo', 'entidades', 'credenciales-dia', 'representaciones']) {
    const { page, context, troubles } = await open(browser, 'pel', '#/08?modalidad=POSTAL');
    const svg = (await download(page, () => choose(page, `#c-${card} [data-format=svg]`))).bytes.toString('utf8');
    assert.ok(svg.startsWith('<svg') && svg.includes('Procesos Electorales Locales 2020-2021') && !svg.includes('NaN'), card);
    const png = (await download(page, () => choose(page, `#c-${card} [data-format=png]`))).bytes;
    assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
    assert.ok(png.length > 5000, `${card}: ${png.length}`);
    assert.deepEqual(troubles, []);
    await context.close();
  }
});

test('the policy of the page lets no other script, style or request through', async () => {
  const { page, context } = await open(browser, 'pel');
  const done = await page.evaluate(async () => {
    const blocked = [];
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.ran = true;';
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    const image = new Image();
    image.src = 'https://example.org/x.png';
    document.body.append(script, style, image);
    await fetch('https://example.org/').catch(() => {});
    await new Promise((wait) => setTimeout(wait, 100));
    return { blocked: [...new Set(blocked)].sort(), ran: 'ran' in window, shown: getComputedStyle(document.body).display };
  });
  assert.deepEqual(done, {
    blocked: ['connect-src', 'img-src', 'script-src-elem', 'style-src-elem'],
    ran: false,
    shown: 'block',
  });
  await context.close();
});

test('the public page shows the protected tables and filters nothing', async () => {
  const { page, context, troubles } = await open(browser, 'publico', '#/08?modalidad=POSTAL&desde=2021-01-01');
  assert.equal(await page.locator('#curvas').isVisible(), false);
  assert.equal(await page.locator('#c-modalidad button[aria-pressed]').count(), 0);
  assert.match(await page.textContent('#falla'), /se omitió: Modalidad de voto, Desde\.$/);
  const bytes = readFileSync(join(folder, 'publico/datos.js'), 'utf8');
  const { tablas, oculta, minimo } = JSON.parse(bytes.slice(bytes.indexOf('{'), bytes.lastIndexOf(';'))).publico;
  const notes = await page.textContent('#notas');
  assert.ok(notes.includes(`«${oculta}» está en lugar de las cifras que no se publican`), notes);
  assert.ok(notes.includes(`las menores que ${minimo} `), notes);
  const records = (name) =>
    tablas[name].filas.map((row) => Object.fromEntries(tablas[name].columnas.map((column, at) => [column, row[at]])));
  const said = (n) => (n === null ? oculta : n.toLocaleString('en-US'));
  let hidden = 0;
  for (const entity of ['', '03', '32']) {
    const other = await open(browser, 'publico', `#/${entity}?abierto=pais`);
    for (const dimension of ['pais', 'modalidad', 'sexo', 'tipo_credencial', 'medio', 'estatus']) {
      const column = dimension === 'pais' ? 'cve_pais' : dimension;
      const shown = await other.page.evaluate(
        (card) =>
          [...document.querySelectorAll(`#c-${card} tbody tr`)].map((row) => [
            row.dataset.key,
            row.querySelector('.count').textContent,
            row.querySelector('.share').textContent,
          ]),
        dimension,
      );
      const wanted = entity
        ? records(`lnere_por_${dimension}`)
            .filter((row) => row.cve_entidad === entity)
            .map((row) => [row[column], row.solicitudes_acumuladas])
        : records('totales_nacionales')
            .filter((row) => row.tabla === `lnere_por_${dimension}`)
            .map((row) => [row[column], row.nacional]);
      assert.deepEqual(
        Object.fromEntries(shown.map(([key, count]) => [key, count])),
        Object.fromEntries(wanted.map(([key, n]) => [key, said(n)])),
        `${entity} ${dimension}`,
      );
      hidden += shown.filter(([, count, part]) => count === oculta && part === oculta).length;
    }
    const grid = await other.page.evaluate(() =>
      [...document.querySelectorAll('#c-cruce tbody td')].map((cell) => cell.textContent),
    );
    const crossed = entity
      ? records('lnere_cubo').filter((row) => row.cve_entidad === entity)
      : records('totales_nacionales').filter((row) => row.tabla === 'lnere_cubo');
    assert.deepEqual(
      grid.sort(),
      crossed.map((row) => said(entity ? row.solicitudes_acumuladas : row.nacional)).sort(),
      `${entity} sexo y modalidad`,
    );
    await other.context.close();
  }
  const list = await open(browser, 'publico', '#/?abierto=representaciones');
  const shown = await list.page.evaluate(() =>
    [...document.querySelectorAll('.offices tbody tr, #c-entidad tbody tr')].map((row) => [
      row.dataset.key,
      ...[...row.querySelectorAll('.offices .num, .count')].map((cell) => cell.textContent),
    ]),
  );
  const measures = ['tramitadas_acumuladas', 'entregadas_acumuladas', 'confirmadas_acumuladas'];
  assert.deepEqual(
    shown.sort(),
    [
      ...records('credenciales_por_representacion').map((row) => [
        row.cve_representacion,
        ...measures.map((one) => said(row[one])),
      ]),
      ...records('lnere_por_entidad').map((row) => [row.cve_entidad, said(row.solicitudes_acumuladas)]),
    ].sort(),
  );
  await list.context.close();
  assert.ok(hidden > 0, 'some counts are hidden');
  assert.ok(!bytes.includes('"dimensiones"'), 'no cube and no days');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the same from a web server, and a broken data file shows no number', async () => {
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
  let broken = false;
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://x').pathname.slice(1);
    let body = readFileSync(join(folder, 'pel', path));
    if (broken && path === 'datos.js') body = Buffer.from(body.toString().replace('"total":33698', '"total":33699'));
    response.setHeader('Content-Type', types[path.split('.').at(-1)]);
    response.end(body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const context = await browser.newContext(DESKTOP);
  const page = await context.newPage();
  const troubles = [];
  page.on('console', (message) => troubles.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(`http://127.0.0.1:${server.address().port}/`)) troubles.push(request.url());
  });
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html`);
  await settled(page);
  assert.equal((await read(page)).total, 33698);
  assert.deepEqual(troubles, []);
  broken = true;
  await page.reload();
  await page.waitForSelector('#falla:not([hidden])');
  assert.match(await page.textContent('#falla'), /no suman su total/);
  assert.equal(await page.locator('main').isVisible(), false);
  await context.close();
  server.close();
});
