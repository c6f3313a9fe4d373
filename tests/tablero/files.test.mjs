// What is downloaded and what is printed: the same numbers as on the page, under words that say what was counted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, download, launch, open, parseCsv, read, settled } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const file = async (page, card, format) =>
  (await download(page, () => page.click(`#c-${card} [data-format=${format}]`))).bytes.toString('utf8');
const csv = async (page, card) => parseCsv(await file(page, card, 'csv'));

/** The texts of a drawing, each with its box. */
async function texts(page, svg) {
  const viewer = await page.context().newPage();
  await viewer.setContent(svg);
  const wrong = await viewer.evaluate(
    (text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')?.textContent,
    svg,
  );
  assert.equal(wrong, undefined, 'an SVG file is XML');
  const found = await viewer.evaluate(() => {
    const box = (one) => {
      const { top, bottom, left, right } = one.getBoundingClientRect();
      return { text: one.textContent, top, bottom, left, right };
    };
    return {
      whole: box(document.querySelector('svg')),
      made: [...document.querySelectorAll('text')].map(box).filter((one) => one.text.trim()),
    };
  });
  await viewer.close();
  return found;
}
const written = (drawing) => drawing.made.map((one) => one.text).join(' ');

test('the curves of the entities count the days that were chosen, on the page and in the file', async () => {
  const { page, context } = await open(browser, 'pel', '#/?desde=2021-01-01&hasta=2021-02-01&modalidad=POSTAL');
  const shown = (await read(page)).entities.map(([code, count]) => [code, count]);
  assert.equal(shown.find(([code]) => code === '08')[1], '45');
  const labels = written(await texts(page, await file(page, 'entidades', 'svg')));
  const names = await page.locator('.entities tbody th').allTextContents();
  shown.forEach(([, count], at) => assert.ok(labels.includes(`${names[at]}: ${count}`), names[at]));
  const path = () => page.locator('.entities tr[data-key="08"] .spark').getAttribute('d');
  const ranged = await path();
  assert.match(ranged, /^M0\.0 .*L100\.0 2\.0$/);
  await page.click('#filtros li:last-child button');
  await settled(page);
  assert.notEqual(await path(), ranged);
  await context.close();
});

test('the file of a breakdown does not name its own filter, which filters the others', async () => {
  const { page, context } = await open(browser, 'pel', '#/?sexo=M&modalidad=POSTAL');
  const sexes = written(await texts(page, await file(page, 'sexo', 'svg')));
  assert.ok(sexes.includes('Modalidad de voto: Postal') && !sexes.includes('Sexo: Mujeres'), sexes);
  assert.ok(sexes.includes('Sin el filtro de esta categoría'), sexes);
  const modalities = written(await texts(page, await file(page, 'modalidad', 'svg')));
  assert.ok(modalities.includes('Sexo: Mujeres') && !modalities.includes('Modalidad de voto: Postal'), modalities);
  await context.close();
});

test('one day has no curve: its file has bars, and the page no empty column', async () => {
  const { page, context } = await open(browser, 'pel', '#/?desde=2021-03-10&hasta=2021-03-10');
  assert.equal(await page.locator('.entities .spark-cell').first().isVisible(), false);
  const drawn = written(await texts(page, await file(page, 'entidades', 'svg')));
  for (const [, count] of (await read(page)).entities) assert.ok(drawn.includes(count), `${count} is not in: ${drawn}`);
  await context.close();
});

test('both curves shade the same days', async () => {
  const { page, context } = await open(browser, 'pel', '#/?desde=2020-11-10&hasta=2020-12-20');
  const bands = await page.evaluate(() => {
    const width = document.querySelector('.chart.curves svg').getBoundingClientRect().width;
    return {
      day: (width - 72) / 190,
      boxes: [...document.querySelectorAll('.chart.curves path[fill-opacity="0.16"]')].map((one) => {
        const box = one.getBoundingClientRect();
        return [box.left, box.right];
      }),
    };
  });
  assert.equal(bands.boxes.length, 2);
  const [upper, lower] = bands.boxes;
  for (const side of [0, 1]) assert.ok(Math.abs(upper[side] - lower[side]) <= bands.day, JSON.stringify(bands));
  await context.close();
});

test('seven days are compared only with seven others', async () => {
  for (const [to, before, change] of [
    ['2020-09-13', 'no hay otros 7 días antes', /^–$/],
    ['2020-09-14', / en los 7 anteriores$/, /%$/],
  ]) {
    const { page, context } = await open(browser, 'pel', `#/?hasta=${to}&orden=cambio`);
    const shown = await read(page);
    if (typeof before === 'string') assert.equal(shown.details[2], before);
    else assert.match(shown.details[2], before);
    const rows = await csv(page, 'entidades');
    const big = shown.entities.find(([code]) => code === '09');
    assert.match(big.at(-1), change);
    assert.equal(rows.find(([code]) => code === '09')[5] === undefined, change.test('–'), 'an empty last cell');
    const unknown = shown.entities.map((row) => row.at(-1) === '–');
    assert.deepEqual(unknown, unknown.slice().sort(), 'unknowns come last');
    await context.close();
  }
});

test('seven days beside a shorter period say that they are more', async () => {
  const { page, context } = await open(browser, 'pel', '#/?desde=2020-10-01&hasta=2020-10-02');
  const label = () => page.textContent('#cifras > :nth-child(3) .figure-label');
  assert.equal(await label(), '7 días, más que el periodo: 26 sep a 2 oct');
  assert.doesNotMatch((await read(page)).spoken, /7 días/);
  await context.close();
});

test('on the public page a hidden count is the hidden word in files too, and no share is worked out from it', async () => {
  const { page, context, troubles } = await open(browser, 'publico', '#/03');
  const word = await page.evaluate(() => DATOS.publico.oculta);
  assert.deepEqual((await csv(page, 'sexo')).find(([code]) => code === 'H').slice(2), [word, word]);
  assert.ok((await csv(page, 'cruce')).flat().includes(word));
  assert.ok((await csv(page, 'representaciones')).flat().every((cell) => cell !== ''));
  const all = parseCsv((await download(page, () => page.click('#todo-csv'))).bytes.toString('utf8'));
  assert.deepEqual(
    new Set(all.slice(1).map((row) => row[0])),
    new Set(['entidad', 'pais', 'modalidad', 'sexo', 'tipo_credencial', 'medio', 'estatus', 'sexo+modalidad']),
  );
  assert.deepEqual(all.find((row) => row[1] === 'POSTAL').slice(3), ['4', '44.44', 'Baja California Sur']);
  await page.evaluate(() => {
    const { columnas, filas } = DATOS.publico.tablas.lnere_por_entidad;
    filas.find((row) => row[0] === '03')[columnas.indexOf('solicitudes_acumuladas')] = null;
  });
  await page.click('#ver-porcentajes');
  await settled(page);
  assert.deepEqual((await csv(page, 'modalidad')).find(([code]) => code === 'POSTAL').slice(2), ['4', word]);
  const drawn = written(await texts(page, await file(page, 'modalidad', 'svg')));
  assert.ok(drawn.includes(word) && !drawn.includes(' %'), drawn);
  assert.ok(!(await page.textContent('#c-modalidad')).includes(' %'));
  assert.match((await read(page)).spoken, /no se publica/);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('credentials and the funnel say what they do not count', async () => {
  const { page, context } = await open(browser, 'pel', '#/08?estatus=PROCEDENTE&modalidad=POSTAL&ver=porcentajes');
  assert.match(await page.textContent('#credenciales > .note'), /tramitadas antes del 1 de septiembre de 2020; por eso/);
  for (const card of ['credenciales-dia', 'representaciones']) {
    assert.match(written(await texts(page, await file(page, card, 'svg'))), /tramitadas antes del 1 de septiembre de 2020/);
  }
  const offices = written(await texts(page, await file(page, 'representaciones', 'svg')));
  assert.match(offices, /las 12 con más, de 127/);
  assert.ok(!offices.includes(' %') && offices.includes(' 339 '), offices);
  assert.match(await page.textContent('#c-embudo .note'), /Sin el filtro de estatus\.$/);
  const funnel = written(await texts(page, await file(page, 'embudo', 'svg')));
  assert.match(funnel, /Sin el filtro de estatus\./);
  assert.match(funnel, /Modalidad de voto: Postal/);
  assert.doesNotMatch(funnel, /Estatus del análisis/);
  assert.match(written(await texts(page, await file(page, 'pais', 'svg'))), /los 10 con más, de \d+/);
  await context.close();
});

test('words around a chart take the room they need', async () => {
  const { page, context } = await open(
    browser,
    'pel',
    '#/?pais=USA,CAN,FRA,ESP,DEU&sexo=H,M&modalidad=POSTAL,ELECTRONICA&medio=SRVE,INETEL&tipo_credencial=CPVE,CPV' +
      '&estatus=PROCEDENTE,IMPROCEDENTE,RECIBIDA&desde=2020-10-01&hasta=2021-02-01',
  );
  for (const card of ['avance', 'pais', 'entidades']) {
    const drawing = await texts(page, await file(page, card, 'svg'));
    const all = written(drawing);
    assert.match(all, /Sexo: (Hombres, Mujeres|Hombres,)/);
    assert.equal(all.split('Sexo').length, 2, 'a dimension is named once');
    for (const one of drawing.made)
      assert.ok(one.left >= drawing.whole.left && one.right <= drawing.whole.right, `${card}: ${one.text}`);
    // Nothing is written over anything else.
    for (const one of drawing.made) {
      for (const other of drawing.made) {
        const apart =
          one === other ||
          one.bottom <= other.top + 4 ||
          other.bottom <= one.top + 4 ||
          one.right <= other.left ||
          other.right <= one.left;
        assert.ok(apart, `${card}: «${one.text}» over «${other.text}»`);
      }
    }
  }
  await context.close();
});

test('the file of a view has its days, and says in each row what was counted', async () => {
  const { page, context } = await open(browser, 'pel', '#/08?modalidad=POSTAL&desde=2021-01-01&hasta=2021-01-31');
  const shown = await read(page);
  const { name, bytes } = await download(page, () => page.click('#todo-csv'));
  assert.equal(name, 'lnere_2021-03-15_08_vista_2021-01-01_2021-01-31_filtrado.csv');
  const [head, ...rows] = parseCsv(bytes.toString('utf8'));
  assert.deepEqual(head, ['desglose', 'clave', 'etiqueta', 'solicitudes', 'porcentaje', 'vista']);
  const of = (part) => rows.filter((row) => row[0] === part);
  assert.equal(of('fecha').length, 31);
  const sum = (part) => of(part).reduce((total, row) => total + Number(row[3]), 0);
  assert.deepEqual([sum('fecha'), sum('sexo')], [shown.total, shown.total]);
  const dates = 'Fechas: del 1 de enero de 2021 al 31 de enero de 2021';
  assert.equal(of('sexo')[0][5], `Chihuahua · Modalidad de voto: Postal · ${dates}`);
  assert.equal(of('modalidad')[0][5], `Chihuahua · ${dates}`);
  assert.equal(of('entidad')[0][5], `Todas las entidades · Modalidad de voto: Postal · ${dates}`);
  assert.deepEqual(
    of('embudo').map((row) => Number(row[3])),
    shown.cards.embudo.map((row) => row.count),
  );
  await context.close();
});

test('on paper charts are as wide as the paper and every share is there, and then all is as before', async () => {
  const { page, context } = await open(browser, 'pel', '#/08?modalidad=POSTAL', PHONE);
  const drawn = () =>
    page.evaluate(() => [
      document.querySelector('.chart.curves svg').getAttribute('viewBox'),
      document.querySelector('details:has(> .milestones)').open,
    ]);
  const before = await drawn();
  assert.equal(before[1], false);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.deepEqual(await drawn(), ['0 0 700 480', true]);
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 710, height: 950 });
  assert.ok(await page.locator('#c-sexo tbody tr:first-child .share').isVisible());
  assert.ok(await page.locator('#c-sexo tbody tr:first-child .count').isVisible());
  const bottom = await page.evaluate(() => document.querySelector('.chart.curves').getBoundingClientRect().bottom);
  assert.ok(bottom < 950, `the chart ends at ${bottom}`);
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize(PHONE.viewport);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  assert.deepEqual(await drawn(), before);
  await context.close();
});
