// Tests that downloads and printed sheets have the numbers of the page, and texts that describe
// what was counted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PHONE, choose, download, launch, open, read, settled, parseCsv } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const file = async (page, card, format) =>
  (await download(page, () => choose(page, `#c-${card} [data-format=${format}]`))).bytes.toString('utf8');
const csv = async (page, card) => parseCsv(await file(page, card, 'csv'));

/** The texts of a chart, each with its bounding box. */
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

test('seven days beside a shorter period are a week, by its last day', async () => {
  const { page, context } = await open(browser, 'pel', '#/?desde=2020-10-01&hasta=2020-10-02');
  const label = () => page.textContent('.figure:has(#n-siete) .figure-label');
  assert.equal(await label(), 'Semana que termina el 2 oct');
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
  assert.match(offices, /las 15 con más, de 126/);
  assert.ok(!offices.includes(' %') && offices.includes(' 339 '), offices);
  assert.match(await page.textContent('#c-embudo .note'), /Sin el filtro de estatus\.$/);
  const funnel = written(await texts(page, await file(page, 'embudo', 'svg')));
  assert.match(funnel, /Sin el filtro de estatus\./);
  assert.match(funnel, /Modalidad de voto: Postal/);
  assert.doesNotMatch(funnel, /Estatus del análisis/);
  assert.match(written(await texts(page, await file(page, 'pais', 'svg'))), /los 15 con más, de \d+/);
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
    // No text overlaps another text.
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
  assert.equal(name, 'lnere_2021-03-15_08_vista_2021-01-01_2021-01-31_filtrado_datos_sinteticos_de_muestra.csv');
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

const SAID = 'DATOS SINTÉTICOS DE MUESTRA';

test('the notice is seen on every view, wherever the page is scrolled to, and takes nothing where there is none', async () => {
  for (const [site, address, lang] of [
    ['pel', '#/', null],
    ['pel', '#/08?idioma=en&desde=2021-01-01', 'es'],
    ['publico', '#/', null],
    ['antes', '#/', null],
  ]) {
    for (const options of [undefined, PHONE]) {
      const { page, context } = await open(browser, site, address, options);
      const seen = async () => {
        const box = await page.locator('#leyenda').boundingBox();
        return box.y >= -0.5 && box.y + box.height <= 60;
      };
      assert.equal(await page.textContent('#leyenda'), SAID);
      assert.equal(await page.getAttribute('#leyenda', 'lang'), lang);
      assert.ok(await seen(), `${site} ${address}`);
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      assert.ok(await seen(), `${site} ${address} at its end`);
      assert.ok((await page.title()).endsWith(SAID));
      await context.close();
    }
  }
  const { page, context } = await open(browser, 'sin_aviso', '#/08');
  assert.equal(await page.locator('#leyenda').isVisible(), false);
  assert.ok(!(await page.textContent('body')).includes(SAID) && !(await page.title()).includes(SAID));
  assert.equal(await page.evaluate(() => document.querySelector('header').getBoundingClientRect().top), 0);
  await context.close();
});

test('each printed sheet says the notice', async () => {
  for (const [site, wanted] of [
    ['pel', true],
    ['sin_aviso', false],
  ]) {
    const { page, context } = await open(browser, site, '#/08');
    const path = join(tmpdir(), `lnere-${site}-${process.pid}.pdf`);
    await page.pdf({ path, format: 'Letter' });
    const sheets = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);
    rmSync(path);
    assert.ok(sheets.length > 2);
    for (const sheet of sheets) assert.equal(sheet.trimEnd().endsWith(SAID), wanted, sheet);
    await context.close();
  }
});

test('the notice is in every picture and in the name of every file', async () => {
  for (const card of ['avance', 'pais', 'embudo', 'entidades', 'credenciales-dia', 'representaciones']) {
    for (const site of ['pel', 'sin_aviso']) {
      const { page, context } = await open(browser, site, '#/08');
      const picture = await texts(page, await file(page, card, 'svg'));
      const wanted = site === 'pel';
      assert.equal(written(picture).includes(SAID), wanted, `${site} ${card}`);
      for (const format of ['csv', 'svg', 'png']) {
        const { name } = await download(page, () => choose(page, `#c-${card} [data-format=${format}]`));
        assert.equal(name.endsWith(`_datos_sinteticos_de_muestra.${format}`), wanted, name);
      }
      if (wanted) {
        const [notice] = picture.made.filter((one) => one.text === SAID);
        const below = picture.made.filter((one) => one !== notice);
        assert.ok(
          below.every((one) => one.top >= notice.bottom - 1),
          `${card}: nothing beside or over the notice`,
        );
      }
      await context.close();
    }
  }
});

test('text that a spreadsheet could take for a formula is made harmless in files, and numbers stay numbers', async () => {
  const cases = [
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\ta', "'\ta"],
    ['  =1', "'  =1"],
    ['\u200b\ufeff=1', "'\u200b\ufeff=1"],
    ['\u202e=1', "'\u202e=1"],
    ['＝1', "'＝1"],
    ['\u22121', "'\u22121"],
    ['a;=1', "a;'=1"],
    ['a,"=1', 'a,"\'=1'],
    ['a\t +1', "a\t '+1"],
    ['a=b', 'a=b'],
    ['1-2', '1-2'],
    ['Côte d’Ivoire', 'Côte d’Ivoire'],
  ];
  // Chromium allows a page at most ten downloads in a row.
  for (let at = 0; at < cases.length; at += 8) {
    const { page, context } = await open(browser, 'pel');
    for (const [label, wanted] of cases.slice(at, at + 8)) {
      await page.evaluate((text) => {
        DATOS.categorias.sexo[0][1] = text;
        window.location.hash = `#/?ver=${window.location.hash.includes('porcentajes') ? 'cantidades' : 'porcentajes'}`;
      }, label);
      await settled(page);
      const [, men] = parseCsv(await file(page, 'sexo', 'csv'));
      assert.deepEqual(men, ['H', wanted, '18247', '54.15'], JSON.stringify(label));
    }
    await context.close();
  }
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
  // The first sheet has the whole first view and what is decided; the next one has the curves whole.
  const box = (selector) => page.evaluate((one) => document.querySelector(one).getBoundingClientRect().toJSON(), selector);
  const first = await box('#c-dictamen');
  assert.ok(first.bottom < 950, `the decisions end at ${first.bottom}`);
  const curves = await box('.chart.curves');
  assert.ok(curves.height < 600, `the curves take ${curves.height}`);
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize(PHONE.viewport);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  assert.deepEqual(await drawn(), before);
  await context.close();
});
