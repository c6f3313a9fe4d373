// Compares each number on the page with the recount of the exports. The states are eleven of the
// sample and six of a process of seven dimensions. Also tests dashboards with few or no
// applications.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as State from '../../tablero/js/state.js';
import { choose, download, expected, launch, open, read, settled, share, parseCsv, withOpen } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const MONTHS = {
  es: [
    'enero',
    'febrero',
    'marzo',
    'abril',
    'mayo',
    'junio',
    'julio',
    'agosto',
    'septiembre',
    'octubre',
    'noviembre',
    'diciembre',
  ],
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
};
const sum = (object) => Object.values(object).reduce((total, n) => total + n, 0);
const group = (n) => n.toLocaleString('en-US');

function dayName(iso, language) {
  const [year, month, day] = iso.split('-').map(Number);
  return language === 'en' ? `${day} ${MONTHS.en[month - 1]} ${year}` : `${day} de ${MONTHS.es[month - 1]} de ${year}`;
}

function days(from, to) {
  const list = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86400000) list.push(new Date(at).toISOString().slice(0, 10));
  return list;
}

function checkNumbers(shown, wanted) {
  assert.equal(shown.total, wanted.total, 'total');
  assert.equal(shown.day, wanted.day, 'last day');
  assert.equal(shown.week, wanted.week, 'last seven days');
  const dimensions = Object.keys(wanted.by).filter((dimension) => dimension !== 'entidad');
  assert.deepEqual(Object.keys(shown.cards).sort(), [...dimensions, 'embudo'].sort(), 'cards');
  for (const dimension of dimensions) {
    const total = sum(wanted.by[dimension]);
    for (const row of shown.cards[dimension]) {
      const count = wanted.by[dimension][row.key] ?? 0;
      assert.equal(row.count, count, `${dimension} ${row.key}`);
      assert.equal(row.share, share(count, total), `share of ${dimension} ${row.key}`);
    }
    assert.equal(
      shown.cards[dimension].reduce((all, row) => all + row.count, 0),
      total,
      `sum of ${dimension}`,
    );
  }
  const status = wanted.by.estatus;
  const total = sum(status);
  const decided = (status.PROCEDENTE ?? 0) + (status.IMPROCEDENTE ?? 0);
  assert.deepEqual(
    shown.cards.embudo.map((row) => row.count),
    [total, total - (status.RECIBIDA ?? 0) - (status.NO_IDENTIFICADO ?? 0), decided, status.PROCEDENTE ?? 0],
    'funnel',
  );
  const nation = sum(wanted.by.entidad);
  for (const [code, count, part, pace] of shown.entities) {
    const own = wanted.by.entidad[code] ?? 0;
    assert.equal(count, group(own), `entity ${code}`);
    assert.equal(part, share(own, nation), `share of entity ${code}`);
    const length = Math.min(7, (Date.parse(wanted.range[1]) - Date.parse('2020-09-01')) / 86400000 + 1);
    assert.equal(pace, (Math.round(((wanted.weeks[code] ?? 0) / length) * 10) / 10).toFixed(1), `pace of entity ${code}`);
  }
  assert.equal(shown.entities.length, 11);
  const { tramitadas, entregadas, confirmadas } = wanted.credentials;
  assert.deepEqual(shown.credentials, [sum(tramitadas), sum(entregadas), sum(confirmadas)], 'credentials');
  for (const [code, ...counts] of shown.offices) {
    assert.deepEqual(counts, [tramitadas[code] ?? 0, entregadas[code] ?? 0, confirmadas[code] ?? 0], `office ${code}`);
  }
  assert.equal(shown.offices.length, new Set([tramitadas, entregadas, confirmadas].flatMap(Object.keys)).size, 'offices');
}

const states = [...expected.states.map((state) => ['pel', state]), ...expected.seven.map((state) => ['siete', state])];
for (const [site, wanted] of states) {
  test(`numbers of ${site} ${wanted.address}`, async () => {
    const { page, context, troubles } = await open(
      browser,
      site,
      withOpen(wanted.address, 'pais', 'sede', 'representaciones', 'tabla-avance'),
    );
    const shown = await read(page);
    checkNumbers(shown, wanted);
    const language = wanted.address.includes('idioma=en') ? 'en' : 'es';
    const first = Object.keys(wanted.daily)
      .filter((day) => day < wanted.range[0])
      .reduce((all, day) => all + wanted.daily[day], 0);
    let running = first;
    const lines = days(...wanted.range).map((day) => [
      dayName(day, language),
      group(wanted.daily[day] ?? 0),
      group((running += wanted.daily[day] ?? 0)),
    ]);
    assert.deepEqual(shown.daily, lines.reverse(), 'days');
    const seven = shown.details[2].match(/([\d,]+)(?= en los 7| in the 7)/);
    assert.equal(seven[1], group(wanted.before), 'the seven before');
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

/** The number of countries in the sentence, and separately the number of unidentified ones. */
function countriesOf(sentence) {
  const [, list] = /^(?:De dónde|From): (.*?)\. (?:Cómo votarán|How they will vote): /.exec(sentence);
  // Each item ends with its count, and with its share if the base of the share is large enough.
  const items = list.match(/ [\d,]+(?: \([^)]*\))?(?=, | y | and |$)/g)?.length ?? 0;
  const unidentified = list.match(/(?:No identificado|Not identified) [\d,]+/g)?.length ?? 0;
  const rest = /(\d+) (?:países más|more countries)/.exec(list)?.[1] ?? (/un país más|one more country/.test(list) ? 1 : 0);
  return { pais: items - unidentified + Number(rest), sin_pais: unidentified };
}

for (const [site, places] of Object.entries(expected.named)) {
  for (const language of ['es', 'en']) {
    test(`countries and offices that are said are those that were counted: ${site} ${language}`, async () => {
      const { page, context, troubles } = await open(browser, site, `#/?idioma=${language}`);
      for (const [entity, wanted] of Object.entries(places)) {
        await page.evaluate((address) => (window.location.hash = address), `/${entity}?idioma=${language}`);
        await settled(page);
        const { pais, sin_pais, representaciones } = wanted;
        assert.deepEqual(countriesOf(await page.textContent('#resumen')), { pais, sin_pais }, `sentence of ${entity}`);
        for (const [card, limit, count, words] of [
          ['pais', 15, pais, /^(?:Mostrar los (\d+) países|Show all (\d+) countries)$/],
          ['representaciones', 15, representaciones, /^(?:Mostrar las (\d+) representaciones|Show all (\d+) offices)$/],
        ]) {
          const more = page.locator(`#c-${card} .more`);
          assert.equal(await more.isVisible(), count > limit + 1, `${card} of ${entity}: ${count}`);
          if (count <= limit + 1) continue;
          const said = words.exec(await more.textContent());
          assert.equal(Number(said[1] ?? said[2]), count, `${card} of ${entity}`);
        }
      }
      assert.deepEqual(troubles, []);
      await context.close();
    });
  }
}

test('files of countries and offices have all rows, and their titles count what is identified', async () => {
  for (const [site, entity] of [
    ['pel', ''],
    ['pel', '14'],
    ['sin_identificar', '18'],
    ['sin_identificar', '03'],
  ]) {
    const wanted = expected.named[site][entity];
    const { page, context } = await open(browser, site, `#/${entity}`);
    for (const [card, limit, count, unidentified, code] of [
      ['pais', 15, wanted.pais, wanted.sin_pais, 'XXX'],
      ['representaciones', 15, wanted.representaciones, wanted.sin_representacion, 'no_identificada'],
    ]) {
      const rows = parseCsv(
        (await download(page, () => choose(page, `#c-${card} [data-format=csv]`))).bytes.toString('utf8'),
      ).slice(1);
      assert.equal(rows.length, count + unidentified, `${card} of ${entity}`);
      assert.equal(new Set(rows.map(([key]) => key)).size, rows.length);
      // The row of unidentified values comes last.
      assert.deepEqual(
        rows.map(([key]) => key === code),
        rows.map((_, at) => unidentified > 0 && at === rows.length - 1),
      );
      const svg = (await download(page, () => choose(page, `#c-${card} [data-format=svg]`))).bytes.toString('utf8');
      const drawn = [...svg.matchAll(/>([^<]*)<\/text>/g)].map(([, text]) => text).join(' ');
      if (count > limit + 1) assert.match(drawn, new RegExp(`l[oa]s ${limit} con más, de ${count}\\b`), `${card} of ${entity}`);
      else assert.doesNotMatch(drawn, /con más/);
    }
    await context.close();
  }
});

test('offices with equal counts are ordered by country, kind and code, as in the charts', async () => {
  const place = (row) => [row.cve_pais, row.tipo_representacion, row.cve_representacion].join('\0');
  const unidentified = (row) => Number(row.cve_representacion === 'no_identificada');
  const count = (row) => (row.tramitadas_acumuladas === '' ? -1 : Number(row.tramitadas_acumuladas));
  const ranked = (rows) =>
    rows.toSorted(
      (one, other) =>
        unidentified(one) - unidentified(other) || count(other) - count(one) || (place(one) < place(other) ? -1 : 1),
    );
  const codes = (rows) => rows.map((row) => row.cve_representacion);
  const table = async (page) => {
    const [head, ...rows] = parseCsv(
      (await download(page, () => choose(page, '#c-representaciones [data-format=csv]'))).bytes.toString('utf8'),
    );
    return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
  };
  for (const entity of ['14', '18']) {
    const { page, context } = await open(browser, 'pel', `#/${entity}`);
    const rows = await table(page);
    const byCode = rows.toSorted((one, other) => count(other) - count(one) || (codes([one])[0] < codes([other])[0] ? -1 : 1));
    assert.deepEqual(codes(rows), codes(ranked(rows)));
    assert.notDeepEqual(codes(rows), codes(byCode), 'the sample has equal counts in two countries');
    await context.close();
  }
  const { page, context } = await open(browser, 'publico');
  const { columnas, filas } = await page.evaluate(() => DATOS.publico.tablas.credenciales_por_representacion);
  const offices = filas.map((row) => Object.fromEntries(columnas.map((name, at) => [name, row[at] ?? ''])));
  assert.deepEqual(codes(await table(page)), codes(ranked(offices)));
  await context.close();
});

test('on the public page neither a group of countries nor what is not identified is counted', async () => {
  const { page, context } = await open(browser, 'publico');
  const data = await page.evaluate(() => DATOS);
  const rows = ['USA', 'OTROS_EUROPA', 'OTROS', 'XXX', 'CAN'].map((key, at) => ({ key, value: at }));
  const offices = data.publico.tablas.credenciales_por_representacion;
  const code = offices.columnas.indexOf('cve_representacion');
  const counted = {
    named: State.named(data, 'pais', rows),
    order: State.bySize(data, 'pais', rows, (row) => row.value).map((row) => row.key),
    offices: offices.filas.filter((row) => row[code] !== 'no_identificada').length,
    all: offices.filas.length,
  };
  assert.deepEqual([counted.named, counted.order], [2, ['CAN', 'USA', 'OTROS', 'OTROS_EUROPA', 'XXX']]);
  assert.equal(await page.textContent('#c-representaciones .more'), `Mostrar las ${counted.offices} representaciones`);
  const lines = parseCsv(
    (await download(page, () => choose(page, '#c-representaciones [data-format=csv]'))).bytes.toString('utf8'),
  ).slice(1);
  assert.deepEqual([lines.length, lines.at(-1)[0]], [counted.all, 'no_identificada']);
  await context.close();
});

test('the sentence of voting methods says what is not identified last', async () => {
  const { page, context } = await open(browser, 'sin_identificar', '#/18');
  assert.match(
    await page.textContent('#resumen'),
    / Cómo votarán: Electrónica por Internet [\d,]+ \(\d+ %\) y No identificado [\d,]+ \(\d+ %\)\./,
  );
  await context.close();
});

test('numbers of the first day', async () => {
  const { page, context, troubles } = await open(browser, 'primer_dia', withOpen('#/', 'pais', 'representaciones'));
  const shown = await read(page);
  checkNumbers(shown, expected.first_day);
  assert.equal(shown.total, 83);
  assert.deepEqual(shown.details.slice(1), ['no hay días anteriores', 'no hay otros 7 días antes']);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('an entity without applications', async () => {
  const { page, context, troubles } = await open(browser, 'vacia', '#/06?modalidad=POSTAL');
  const shown = await read(page);
  assert.deepEqual([shown.total, shown.day, shown.week], [0, 0, 0]);
  assert.deepEqual(
    shown.cards.sexo.map((row) => [row.count, row.share]),
    [
      [0, '0.00 %'],
      [0, '0.00 %'],
    ],
  );
  assert.deepEqual(shown.credentials, [0, 0, 0]);
  assert.deepEqual(troubles, []);
  assert.ok(!(await page.textContent('body')).match(/NaN|undefined|Infinity/));
  await context.close();
});

test('before registration opens there is nothing to count', async () => {
  const { page, context, troubles } = await open(browser, 'antes', '#/');
  assert.match(await page.textContent('#cifras'), /El registro abre el 1 de septiembre de 2020/);
  assert.ok(!(await page.textContent('body')).match(/NaN|undefined|Infinity/));
  assert.deepEqual(troubles, []);
  await context.close();
});
