// Each number on the page against the recount of the exports, in eleven states; and the pages with little to count.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expected, launch, open, read, share, withOpen } from './support.mjs';

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
  for (const dimension of ['pais', 'modalidad', 'sexo', 'tipo_credencial', 'medio', 'estatus']) {
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

for (const wanted of expected.states) {
  test(`numbers of ${wanted.address}`, async () => {
    const { page, context, troubles } = await open(
      browser,
      'pel',
      withOpen(wanted.address, 'pais', 'representaciones', 'tabla-avance'),
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
