// Tests the first view: its sentences and figures are those of the recount and of the release, before
// the close and after it. Also tests the cards of the projection, the statuses, the map, the cohort
// and the quality, the menu of a card, and the bar that sticks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as Headline from '../../tablero/js/headline.js';
import * as Language from '../../tablero/js/language.js';
import { PHONE, choose, download, expected, launch, open, parseCsv, read, settled } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const group = (n) => n.toLocaleString('en-US');
const percent = (n, total) => `${Math.floor((n * 200 + total) / (2 * total))} %`;

for (const site of ['abierto', 'pel']) {
  test(`the sentences and figures of the first view are true: ${site}`, async () => {
    const { page, context, troubles } = await open(browser, site);
    for (const wanted of expected.views.filter((one) => one.site === site)) {
      await page.evaluate((address) => (window.location.hash = address), `/${wanted.entity}`);
      await settled(page);
      const { headline, figures, total } = await read(page);
      assert.equal(headline, wanted.headline);
      const accepted = wanted.status.PROCEDENTE;
      const undecided = total - accepted - wanted.status.IMPROCEDENTE;
      assert.deepEqual(figures.aceptadas, [group(accepted), `${percent(accepted, total)} de las solicitudes`]);
      assert.equal(figures['sin-resolver'][0], group(undecided));
      assert.ok(figures['sin-resolver'][1].startsWith(percent(undecided, total)), figures['sin-resolver'][1]);
      const [low, median, high] = wanted.list.map(group);
      assert.deepEqual(figures.lista, [median, `90 %: de ${low} a ${high}`]);
      assert.deepEqual(figures.paquetes, [group(wanted.postal[0]), `tiraje: ${group(wanted.postal[1])}`]);
      const next = 'Sigue, el 6 jun: Jornada electoral.';
      assert.deepEqual(
        figures.cierre,
        site === 'pel' ? ['Cerró', `el 10 de marzo. ${next}`] : ['10 días', `para el 10 de marzo. ${next}`],
      );
    }
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('a view with filters or dates says them, and shows nothing that they do not apply to', async () => {
  const { page, context } = await open(browser, 'pel', '#/08?modalidad=POSTAL&desde=2021-01-01&hasta=2021-01-31');
  const shown = await read(page);
  assert.equal(percent(shown.total, 2080), '2 %');
  assert.equal(
    shown.headline,
    `Del 1 de enero de 2021 al 31 de enero de 2021, con los filtros elegidos, Chihuahua tiene ${shown.total} solicitudes, el 2 % de las suyas.`,
  );
  assert.deepEqual(Object.keys(shown.figures).sort(), ['aceptadas', 'cierre', 'sin-resolver']);
  assert.match(await page.textContent('#c-dictamen'), /Sin los filtros ni las fechas elegidas\./);
  await page.evaluate(() => (window.location.hash = '/08?modalidad=POSTAL&desde=2021-01-01&hasta=2021-01-31&idioma=en'));
  await settled(page);
  assert.equal(
    (await read(page)).headline,
    `From 1 January 2021 to 31 January 2021, with the chosen filters, Chihuahua has ${shown.total} applications, 2 % of its own.`,
  );
  await context.close();
});

test('an entity without applications, the first day, and the day before have their sentences', async () => {
  for (const [site, address, sentence] of [
    ['vacia', '#/06', 'Colima no tiene solicitudes registradas hasta el 15 de marzo.'],
    [
      'primer_dia',
      '#/',
      'Las 11 entidades llevan 83 solicitudes al 1 de septiembre. Faltan 190 días para el cierre, el 10 de marzo.',
    ],
    ['antes', '#/', ''],
  ]) {
    const { page, context, troubles } = await open(browser, site, address);
    assert.equal((await read(page)).headline, sentence);
    assert.deepEqual(troubles, []);
    await context.close();
  }
});

test('fractions in words are true, and none has a small base', () => {
  Language.setLanguage('es');
  const said = (n, total) => {
    const found = Headline.fraction(n, total);
    return found && [found.form, found.words, found.percent];
  };
  assert.equal(said(10, 29), null);
  assert.deepEqual(said(15, 30), ['una', 'la mitad', '50 %']);
  assert.deepEqual(said(501, 1000), ['una', 'cerca de la mitad', '50 %']);
  assert.deepEqual(said(54, 100), ['una', 'más de la mitad', '54 %']);
  assert.deepEqual(said(332, 1000), ['una', 'cerca de una de cada tres', '33 %']);
  assert.deepEqual(said(77, 100), ['varias', 'más de tres de cada cuatro', '77 %']);
  assert.deepEqual(said(30, 30), ['todas', '', '100 %']);
  assert.deepEqual(said(999, 1000), ['varias', 'más de tres de cada cuatro', 'más del 99 %']);
  assert.deepEqual(said(1, 1000), ['una', 'menos de una de cada diez', 'menos del 1 %']);
  assert.equal(Headline.largest('mayoria_sexo', 'Hombres', 54, 100), 'Más de la mitad son hombres (54 %).');
  // Whatever the numbers, the words are a bound of the share or close to it.
  const values = { 'tres de cada cuatro': 3 / 4, 'dos de cada tres': 2 / 3, 'la mitad': 1 / 2, 'una de cada tres': 1 / 3 };
  Object.assign(values, { 'una de cada cuatro': 1 / 4, 'una de cada cinco': 1 / 5, 'una de cada diez': 1 / 10 });
  for (let total = 30; total < 300; total += 7) {
    for (let n = 0; n < total; n += 1) {
      const [, words] = said(n, total);
      const value = values[words.replace(/^(más de|menos de|cerca de) /, '')];
      const share = n / total;
      if (words.startsWith('más de')) assert.ok(share > value, `${n} of ${total}: ${words}`);
      else if (words.startsWith('menos de')) assert.ok(share < value, `${n} of ${total}: ${words}`);
      else assert.ok(Math.abs(share - value) < 0.01, `${n} of ${total}: ${words}`);
    }
  }
});

test('the projection is that of the release, by day up to the close, and there is none after the close', async () => {
  for (const entity of ['', '03']) {
    const { page, context, troubles } = await open(browser, 'abierto', `#/${entity}?abierto=tabla-proyeccion`);
    const wanted = expected.views.find((one) => one.site === 'abierto' && one.entity === entity);
    const [low, median, high] = wanted.applications.map(group);
    assert.equal(
      await page.textContent('#c-proyeccion .message'),
      `Al cierre se esperan ${median} solicitudes, entre ${low} y ${high}`,
    );
    const { bytes } = await download(page, () => choose(page, '#c-proyeccion [data-format=csv]'));
    const [head, ...rows] = parseCsv(bytes.toString('utf8'));
    assert.deepEqual(head, ['fecha', 'inferior_90', 'inferior_50', 'mediana', 'superior_50', 'superior_90']);
    assert.equal(rows.length, 11);
    const last = rows.at(-1);
    assert.deepEqual([last[0], last[1], last[3], last[5]], ['2021-03-10', ...wanted.applications.map(String)]);
    assert.equal(rows[0][3], String((await read(page)).total));
    const cells = await page.locator('#c-proyeccion table.plain tbody tr:last-child').textContent();
    assert.ok(cells.startsWith('10 de marzo de 2021') && cells.endsWith(high), cells);
    assert.deepEqual(troubles, []);
    await context.close();
  }
  const { page, context } = await open(browser, 'pel', '#/08');
  assert.equal(await page.locator('#c-proyeccion').count(), 0);
  const wanted = expected.views.find((one) => one.site === 'pel' && one.entity === '08');
  const [low, , high] = wanted.list.map(group);
  assert.equal(await page.textContent('#c-dictamen .message'), `La lista tendrá entre ${low} y ${high} personas`);
  const decided = await page.locator('#c-dictamen dd strong').allTextContents();
  assert.deepEqual([decided[0], decided[2]], [group(wanted.status.PROCEDENTE), group(wanted.status.IMPROCEDENTE)]);
  await context.close();
});

test('the goal is a figure and a line with its name, and none is made up', async () => {
  for (const options of [undefined, PHONE]) {
    const { page, context, troubles } = await open(browser, 'metas', '#/', options);
    for (const [entity, goal] of [
      ['', 40000],
      ['08', 5000],
      ['03', 150],
    ]) {
      await page.evaluate((address) => (window.location.hash = address), `/${entity}`);
      await settled(page);
      const { figures, total } = await read(page);
      assert.ok(total < goal);
      assert.deepEqual(figures.meta, [group(goal), `se lleva el ${percent(total, goal)}`]);
      const chart = page.locator('#c-proyeccion .chart');
      assert.ok((await chart.getAttribute('aria-label')).endsWith(` La meta es de ${group(goal)}.`));
      const right = await chart.evaluate(
        (host, name) => {
          const found = [...host.querySelectorAll('svg text')].filter((one) => one.textContent.trim() === name);
          return found.map((one) => host.getBoundingClientRect().right - one.getBoundingClientRect().right);
        },
        `meta ${group(goal)}`,
      );
      assert.ok(right.length === 1 && right[0] >= 0, `${entity} ${right}`);
    }
    // The document gives this entity none.
    await page.evaluate(() => (window.location.hash = '/06'));
    await settled(page);
    assert.equal((await read(page)).figures.meta, undefined);
    assert.doesNotMatch(await page.locator('#c-proyeccion .chart').innerHTML(), /meta/);
    assert.deepEqual(troubles, []);
    await context.close();
  }
  const { page, context } = await open(browser, 'metas_cierre', '#/03');
  assert.deepEqual((await read(page)).figures.meta, ['150', 'rebasada por 9']);
  await page.evaluate(() => (window.location.hash = '/09'));
  await settled(page);
  assert.deepEqual((await read(page)).figures.meta, ['12,660', 'alcanzada']);
  await context.close();
});

test('the statuses at the last corte are those of the breakdown', async () => {
  for (const entity of ['', '08']) {
    const { page, context } = await open(browser, 'pel', `#/${entity}`);
    const { bytes } = await download(page, () => choose(page, '#c-estatus-serie [data-format=csv]'));
    const [head, ...rows] = parseCsv(bytes.toString('utf8'));
    const shown = Object.fromEntries((await read(page)).cards.estatus.map((row) => [row.key, row.count]));
    const last = Object.fromEntries(head.slice(1).map((code, at) => [code, Number(rows.at(-1)[at + 1])]));
    assert.equal(rows.at(-1)[0], '2021-03-15');
    for (const [code, count] of Object.entries(shown)) assert.equal(last[code] ?? 0, count, code);
    assert.equal(rows.length, 13);
    await context.close();
  }
});

test('the cohort of credentials adds up, and no share is over 100 %', async () => {
  const { page, context } = await open(browser, 'pel');
  const wanted = expected.views.find((one) => one.site === 'pel' && one.entity === '').cohort;
  const shown = await page.locator('#c-cohorte dd strong').allTextContents();
  assert.deepEqual(shown, wanted.map(group));
  for (const entity of ['', '08', '03']) {
    await page.evaluate((address) => (window.location.hash = address), `/${entity}`);
    await settled(page);
    const [applied, way, delivered, confirmed] = (await page.locator('#c-cohorte dd strong').allTextContents()).map((text) =>
      Number(text.replace(/,/g, '')),
    );
    assert.equal(way + delivered, applied);
    assert.ok(confirmed <= applied);
  }
  const { bytes } = await download(page, () => choose(page, '#c-representaciones [data-format=csv]'));
  const [head] = parseCsv(bytes.toString('utf8'));
  assert.deepEqual(head.slice(-2), ['dias_mediana', 'dias_p90']);
  await context.close();
});

test('the map has each country with applications, and a press on a circle filters by it', async () => {
  const { page, context, troubles } = await open(browser, 'pel', '#/08');
  const { bytes } = await download(page, () => choose(page, '#c-mapa [data-format=csv]'));
  const rows = parseCsv(bytes.toString('utf8')).slice(1);
  const counts = Object.fromEntries(rows.map(([code, , n]) => [code, Number(n)]));
  assert.deepEqual(counts, expected.states[1].by.pais);
  await page.locator('#c-mapa .chart').scrollIntoViewIfNeeded();
  const circle = await page.evaluate(() => {
    const [largest] = [...document.querySelectorAll('#c-mapa svg path')]
      .filter((one) => one.getAttribute('fill-opacity') === '0.72' || one.getAttribute('opacity') === '0.72')
      .map((one) => one.getBoundingClientRect())
      .sort((one, other) => other.width - one.width);
    return [largest.left + largest.width / 2, largest.top + largest.height / 2];
  });
  await page.mouse.click(...circle);
  await settled(page);
  assert.equal(await page.evaluate(() => window.location.hash), '#/08?pais=USA');
  await page.click('[data-map=mapa_oficinas]');
  assert.equal(await page.textContent('#c-mapa .message'), 'Credenciales tramitadas por representación');
  assert.match(await page.getAttribute('#c-mapa .chart', 'aria-label'), /Dallas \(consulado\) \d+/);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the quality is that of the exports of the counts', async () => {
  const { page, context } = await open(browser, 'pel');
  const rows = await page
    .locator('#c-calidad tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((one) => one.textContent)));
  assert.deepEqual(rows.map((row) => row[0]).sort(), ['Credenciales', 'Solicitudes']);
  for (const row of rows) {
    const [readRecords, accepted, rejected] = row.slice(2, 5).map((text) => Number(text.replace(/,/g, '')));
    assert.equal(accepted + rejected, readRecords, row.join());
    assert.equal(row[1], '15 de marzo de 2021');
  }
  assert.equal(rows.find((row) => row[0] === 'Solicitudes')[3], group(33698));
  await context.close();
});

test('the menu of a card opens and closes by the keyboard, and copies the table', async () => {
  const { page, context } = await open(browser, 'pel');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => {});
  const menu = page.locator('#c-sexo details.menu');
  await menu.locator('summary').focus();
  await page.keyboard.press('Enter');
  assert.equal(await menu.getAttribute('open'), '');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.format), 'png');
  await page.keyboard.press('Escape');
  assert.equal(await menu.getAttribute('open'), null);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SUMMARY');
  await page.evaluate(() => {
    window.copied = '';
    Object.defineProperty(window.navigator, 'clipboard', { value: { writeText: async (text) => (window.copied = text) } });
  });
  await choose(page, '#c-sexo [data-format=copia]');
  assert.equal(
    await page.evaluate(() => window.copied),
    'cve_sexo\tsexo\tsolicitudes\tporcentaje\nH\tHombres\t18247\t54.15\nM\tMujeres\t15451\t45.85',
  );
  assert.equal(await page.textContent('#aviso'), 'Sexo: tabla copiada.');
  await context.close();
});

test('entity and filters stay in view, and no focused control is below them', async () => {
  for (const options of [undefined, PHONE]) {
    const { page, context } = await open(browser, 'pel', '#/08?modalidad=POSTAL', options);
    await page.evaluate(() => window.scrollTo(0, 2500));
    const box = await page.locator('#barra').boundingBox();
    assert.ok(box.y >= 0 && box.y < 60, `the bar is at ${box.y}`);
    assert.ok(await page.locator('#filtros button').first().isVisible());
    await page.focus('#c-sexo tr[data-key=H] button');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(
      () => document.activeElement.getBoundingClientRect().top < document.getElementById('barra').getBoundingClientRect().bottom,
    );
    assert.equal(hidden, false);
    await context.close();
  }
});

test('dates are in the language of the page, whatever that of the browser', async () => {
  const { page, context } = await open(browser, 'pel', '#/?desde=2021-01-05', {
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
  });
  assert.equal(await page.textContent('#desde-dicho'), '5 ene 2021');
  assert.equal(await page.textContent('#hasta-dicho'), '10 mar 2021');
  await page.focus('#desde');
  assert.equal(await page.locator('#desde-dicho').isVisible(), false);
  await page.click('#idioma');
  await settled(page);
  assert.equal(await page.textContent('#desde-dicho'), '5 Jan 2021');
  await context.close();
});

test('the public page has its headline from published counts alone', async () => {
  const { page, context } = await open(browser, 'publico', '#/03');
  assert.match((await read(page)).headline, /^Solicitudes de Baja California Sur al 15 de octubre: \d+\.$/);
  await page.evaluate(() => {
    const { columnas, filas } = DATOS.publico.tablas.lnere_por_entidad;
    filas.find((row) => row[0] === '03')[columnas.indexOf('solicitudes_acumuladas')] = null;
    window.location.hash = '#/03?ver=porcentajes';
  });
  await settled(page);
  assert.equal(
    (await read(page)).headline,
    'El número de solicitudes de Baja California Sur no se publica, para que nadie pueda ser identificado.',
  );
  for (const card of ['proyeccion', 'estatus-serie', 'mapa', 'cohorte', 'calidad'])
    assert.equal(await page.locator(`#c-${card}`).count(), 0);
  await context.close();
});
