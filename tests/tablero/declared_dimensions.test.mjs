// Tests a process that declares two dimensions. The page draws, filters, names and writes them like
// the five dimensions of every process.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import * as Cube from '../../tablero/js/cube.js';
import * as Dimensions from '../../tablero/js/dimension_list.js';
import * as State from '../../tablero/js/state.js';
import { choose, download, expected, launch, open, read, settled, share, parseCsv } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const hash = (page) => page.evaluate(() => window.location.hash);
const titles = (page) => page.locator('#desgloses h3').allTextContents();
const labels = (page, card) => page.locator(`#c-${card} tbody th`).allTextContents();
const keys = (page, card) => page.locator(`#c-${card} tbody tr`).evaluateAll((rows) => rows.map((row) => row.dataset.key));
const file = async (page, selector) => {
  const { name, bytes } = await download(page, () => choose(page, selector));
  return { name, text: bytes.toString('utf8') };
};
const sum = (object) => Object.values(object).reduce((total, n) => total + n, 0);
const [WHOLE] = expected.seven;

test('each dimension of the data has its card, named in both languages', async () => {
  const { page, context, troubles } = await open(browser, 'siete');
  assert.deepEqual(await titles(page), [
    'País de residencia',
    'Modalidad de voto',
    'Sexo',
    'Tipo de credencial',
    'Medio de registro',
    'Sede consular',
    'Grupo de edad',
    'Estatus del análisis',
    'Embudo del análisis',
  ]);
  const ages = [
    '18 a 24 años',
    '25 a 34 años',
    '35 a 44 años',
    '45 a 54 años',
    '55 a 64 años',
    '65 años o más',
    'No identificado',
  ];
  assert.deepEqual(await labels(page, 'grupo_edad'), ages);
  assert.deepEqual(await keys(page, 'grupo_edad'), ['18_24', '25_34', '35_44', '45_54', '55_64', '65_MAS', 'NO_IDENTIFICADO']);
  await page.click('#idioma');
  await settled(page);
  assert.deepEqual((await titles(page)).slice(5, 7), ['Consular seat', 'Age group']);
  const years = ['18 to 24', '25 to 34', '35 to 44', '45 to 54', '55 to 64', '65'].map((one) => `${one} years`);
  assert.deepEqual(await labels(page, 'grupo_edad'), [...years.slice(0, 5), '65 years and over', 'Not identified']);
  // The page marks the language of a label that the process file has in Spanish only.
  assert.deepEqual(await page.locator('#c-grupo_edad tbody [lang]').count(), 0);
  assert.equal(await page.locator('#c-sede tbody button[lang=es]').count(), 15);
  assert.equal(await page.locator('#c-sexo tbody [lang]').count(), 0);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a press on a declared dimension filters all others, and the address restores it', async () => {
  const { page, context, troubles } = await open(browser, 'siete');
  for (const press of ['sede tr[data-key=DALLAS]', 'estatus tr[data-key=PROCEDENTE]', 'grupo_edad tr[data-key="25_34"]']) {
    await page.click(`#c-${press} button`);
    await settled(page);
  }
  await page.click('#c-sede tr[data-key=CHICAGO] button');
  await settled(page);
  const address = '#/?sede=CHICAGO,DALLAS&grupo_edad=25_34&estatus=PROCEDENTE';
  assert.equal(await hash(page), address);
  const shown = await read(page);
  assert.deepEqual(
    shown.filters.sort(),
    [
      'Estatus del análisis: Procedente×',
      'Grupo de edad: 25 a 34 años×',
      'Sede consular: Chicago×',
      'Sede consular: Dallas×',
    ].sort(),
  );
  // The filter of a dimension applies to every other dimension, but not to itself.
  const pressed = (card) => shown.cards[card].filter((row) => row.pressed).map((row) => row.key);
  assert.deepEqual([pressed('sede'), pressed('grupo_edad')], [['CHICAGO', 'DALLAS'], ['25_34']]);
  for (const card of ['pais', 'sexo', 'modalidad', 'tipo_credencial', 'medio']) {
    assert.equal(
      shown.cards[card].reduce((total, row) => total + row.count, 0),
      shown.total,
      card,
    );
  }
  const ofSeats = shown.cards.sede.filter((row) => row.pressed).reduce((total, row) => total + row.count, 0);
  assert.equal(ofSeats, shown.total);
  const other = await open(browser, 'siete', address);
  assert.deepEqual(await read(other.page), { ...shown, filters: (await read(other.page)).filters });
  await other.page.click('#quitar');
  await settled(other.page);
  assert.equal((await read(other.page)).total, WHOLE.total);
  assert.deepEqual([...troubles, ...other.troubles], []);
  await other.context.close();
  await context.close();
});

test('a long list is shortened to those with most, the largest first', async () => {
  const { page, context } = await open(browser, 'siete');
  const counts = WHOLE.by.sede;
  const seats = (await page.evaluate(() => DATOS.categorias.sede)).map(([code]) => code);
  assert.deepEqual([seats.length, seats.at(-1)], [21, 'NO_IDENTIFICADO']);
  const most = seats
    .filter((code) => code !== 'NO_IDENTIFICADO')
    .sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0) || (one < other ? -1 : 1))
    .slice(0, 15);
  assert.deepEqual(await keys(page, 'sede'), most);
  const more = page.locator('#c-sede .more');
  assert.equal(await more.textContent(), 'Mostrar las 20 categorías');
  const { text } = await file(page, '#c-sede [data-format=svg]');
  assert.match(text, /Sede consular\. Todas las entidades: las 15 con más, de 20/);
  await more.click();
  await settled(page);
  assert.equal(await hash(page), '#/?abierto=sede');
  assert.equal(await page.textContent('#aviso'), 'Sede consular: lista completa.');
  assert.deepEqual(await keys(page, 'sede'), seats);
  // The short form of a list also shows the selected categories.
  const chosen = await open(browser, 'siete', '#/?sede=SIDNEY&idioma=en');
  assert.deepEqual((await keys(chosen.page, 'sede')).slice(-1), ['SIDNEY']);
  const drawn = (await file(chosen.page, '#c-sede [data-format=svg]')).text;
  assert.match(drawn, /Consular seat\. All states: the 15 with most and those chosen, of 20/);
  await chosen.context.close();
  // No list of the five dimensions of every process is that long.
  assert.equal(await page.locator('#desgloses .more:visible').count(), 1);
  await context.close();
});

test('the CSV of a declared dimension and of the view have its counts', async () => {
  const { page, context } = await open(browser, 'siete', '#/08?grupo_edad=18_24,65_MAS&idioma=en');
  const wanted = expected.seven.find((state) => state.address === '#/08?grupo_edad=18_24,65_MAS&idioma=en');
  const whole = await file(page, '#todo-csv');
  const view = parseCsv(whole.text).slice(1);
  const name = 'lnere_2021-03-15_08_sede_filtrado_datos_sinteticos_de_muestra.csv';
  const part = await file(page, '#c-sede [data-format=csv]');
  assert.equal(part.name, name);
  const [head, ...rows] = parseCsv(part.text);
  assert.deepEqual(head, ['cve_sede', 'sede', 'solicitudes', 'porcentaje']);
  assert.equal(rows.length, 21);
  for (const [dimension, lines] of [
    ['sede', rows],
    ['grupo_edad', parseCsv((await file(page, '#c-grupo_edad [data-format=csv]')).text).slice(1)],
  ]) {
    const counts = wanted.by[dimension];
    assert.deepEqual(
      Object.fromEntries(lines.filter((row) => row[2] !== '0').map((row) => [row[0], Number(row[2])])),
      counts,
      dimension,
    );
    for (const row of lines) assert.equal(`${row[3]} %`, share(Number(row[2]), sum(counts)), row[0]);
    assert.deepEqual(
      view.filter((row) => row[0] === dimension).map((row) => row.slice(1, 5)),
      lines,
      `${dimension} in the view`,
    );
  }
  const about = (dimension) => view.find((row) => row[0] === dimension)[5];
  assert.equal(about('sede'), 'Chihuahua · Age group: 18 to 24 years, 65 years and over');
  assert.equal(about('grupo_edad'), 'Chihuahua');
  await context.close();
});

test('a category that a declared dimension does not have is named by its label, and left out', async () => {
  const { page, context } = await open(browser, 'siete', '#/?sede=GUADALAJARA,DALLAS&grupo_edad=17&idioma=en');
  assert.match(await page.textContent('#falla'), /: Consular seat, Age group\.$/);
  assert.equal((await read(page)).total, WHOLE.by.sede.DALLAS);
  await context.close();
});

test('the public page has the protected tables of declared dimensions', async () => {
  let hidden = 0;
  let shown = 0;
  for (const entity of ['', '03', '08', '16']) {
    const { page, context, troubles } = await open(browser, 'siete_publico', `#/${entity}?abierto=sede`);
    assert.deepEqual((await titles(page)).slice(5), [
      'Sede consular',
      'Grupo de edad',
      'Estatus del análisis',
      'Grupo de edad y sexo a la vez',
    ]);
    const { word, merged, tables } = await page.evaluate(() => ({
      word: DATOS.publico.oculta,
      merged: DATOS.publico.reunidos.sede,
      tables: DATOS.publico.tablas,
    }));
    assert.deepEqual(merged, ['OTRAS_SEDES']);
    const { columnas, filas } = tables.lnere_cubo;
    const cells = filas.map((row) => Object.fromEntries(columnas.map((column, at) => [column, row[at]])));
    for (const dimension of ['sede', 'grupo_edad', 'sexo', 'estatus']) {
      const exact = expected.published[dimension][entity];
      const rows = await page
        .locator(`#c-${dimension} tbody tr`)
        .evaluateAll((all) => all.map((row) => [row.dataset.key, row.querySelector('.count').textContent]));
      for (const [code, count] of rows) {
        if (count === word) hidden += 1;
        else {
          shown += 1;
          assert.equal(Number(count.replace(/,/g, '')), exact[code] ?? 0, `${dimension} ${code} of ${entity}`);
        }
      }
      const codes = rows.map(([code]) => code);
      assert.ok(
        Object.keys(exact).every((code) => codes.includes(code)),
        `${dimension} of ${entity}`,
      );
      const lines = parseCsv((await file(page, `#c-${dimension} [data-format=csv]`)).text).slice(1);
      assert.deepEqual(
        lines.map((row) => [row[0], row[2]]),
        rows.map(([code, count]) => [code, count.replace(/,/g, '')]),
      );
    }
    const grid = await page.locator('#c-cruce tbody td').allTextContents();
    const sexes = (await keys(page, 'sexo')).length;
    assert.equal(grid.length, sexes * (await page.evaluate(() => DATOS.categorias.grupo_edad.length)));
    if (entity) {
      const own = cells.filter((row) => row.cve_entidad === entity).map((row) => row.solicitudes_acumuladas);
      const numbers = grid.filter((cell) => cell !== word).map((cell) => Number(cell.replace(/,/g, '')));
      assert.equal(sum(numbers), sum(own.filter((n) => n !== null)), `cells of ${entity}`);
    } else assert.ok(grid.some((cell) => cell !== word));
    const view = parseCsv((await file(page, '#todo-csv')).text).slice(1);
    assert.deepEqual(
      [...new Set(view.map((row) => row[0]))],
      ['entidad', 'pais', 'modalidad', 'sexo', 'tipo_credencial', 'medio', 'sede', 'grupo_edad', 'estatus', 'grupo_edad+sexo'],
    );
    assert.equal(await page.locator('#c-sede button[aria-pressed]').count(), 0);
    assert.deepEqual(troubles, []);
    await context.close();
  }
  assert.ok(hidden > 0 && shown > 50, `${shown} shown, ${hidden} hidden`);
});

test('a dimension may have the name of something of the page itself', () => {
  const data = {
    audiencia: 'opl',
    inicio: '2020-09-01',
    hasta: '2021-03-15',
    cierre: '2021-03-10',
    entidades: [['08', 'Chihuahua']],
    paises: [['USA', 'Estados Unidos']],
    categorias: {
      sexo: [['H', 'Hombres']],
      modalidad: [['POSTAL', 'Postal']],
      estatus: [['RECIBIDA', 'Recibida']],
      idioma: [['es', 'Español']],
      embudo: [['UNO', 'Uno']],
    },
    dimensiones: [
      { clave: 'idioma', etiqueta: 'Idioma de la boleta', etiqueta_en: 'Language of the ballot' },
      { clave: 'embudo', etiqueta: 'Otro embudo', etiqueta_en: 'Another funnel' },
    ],
  };
  globalThis.DATOS = data;
  assert.deepEqual(Dimensions.breakdowns(data), ['pais', 'modalidad', 'sexo', 'idioma', 'embudo', 'estatus']);
  const address = '#/08?idioma_=es&embudo_=UNO&idioma=en';
  const { state, strange } = State.parse(address, data);
  assert.deepEqual([state.language, state.filters, strange], ['en', { idioma: ['es'], embudo: ['UNO'] }, []]);
  assert.equal(State.address(state), address);
  assert.equal(Dimensions.words(data, 'idioma_'), 'Idioma de la boleta');
});

test('a cube of more keys than a number holds is read in parts', () => {
  const text = readFileSync(new URL('../../tablero/DATOS.md', import.meta.url), 'utf8');
  const [, celdas, total, datos] = /`"celdas":(\d+),"total":(\d+),"datos":"([^"]+)"`/.exec(text.split('in two parts')[1]);
  const tamanos = [191, 32, 200, 3, 3, 3, 3, 7, 250, 250, 250, 250, 250, 250];
  const sparse = { dimensiones: tamanos.map(String), tamanos, celdas: Number(celdas), total: Number(total), datos };
  const { columns, counts } = Cube.decode(sparse);
  const cells = [...counts].map((count, cell) => [count, ...columns.map((codes) => codes[cell])]);
  const zeros = tamanos.map(() => 0);
  assert.deepEqual(cells, [
    [2, ...zeros],
    [1, ...zeros.slice(1), 1],
    [1, ...zeros.slice(4), 249, 249, 249, 249],
    [300, ...zeros.slice(5), 1, 0, 0, 0, 0],
    [1, ...tamanos.map((size) => size - 1)],
  ]);
  assert.throws(() => Cube.decode({ ...sparse, datos: datos.slice(0, -4) }), /antes de tiempo/);
  assert.throws(() => Cube.decode({ ...sparse, tamanos: [190, ...tamanos.slice(1)] }), /fuera del cubo/);
});

test('no module but the catalogue of texts names the dimensions that only the data have', () => {
  const modules = new URL('../../tablero/js/', import.meta.url);
  for (const name of readdirSync(modules).filter((one) => !one.startsWith('textos.'))) {
    const text = readFileSync(new URL(name, modules), 'utf8');
    assert.doesNotMatch(text, /tipo_credencial|'(sexo|medio|sede|grupo_edad)'/, name);
  }
});
