// Tests typed dates, the focus, and messages for screen readers. Also tests that everything is
// visible on small screens, with large text and on paper.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { TEXTOS_EN } from '../../tablero/js/textos.en.js';
import { PHONE, launch, open, settled } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const hash = (page) => page.evaluate(() => window.location.hash);
const value = (page, field) => page.evaluate((id) => document.getElementById(id).value, field);
const spoken = (page) => page.textContent('#aviso');

test('a date that is typed is one step, and the field says what the page counts', async () => {
  const { page, context, troubles } = await open(browser, 'pel');
  const entries = () => page.evaluate(() => window.history.length);
  const before = await entries();
  // Headless Chromium has date fields in the order of the United States.
  await page.focus('#desde');
  await page.keyboard.type('01152021', { delay: 5 });
  assert.equal(await hash(page), '#/');
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal(await hash(page), '#/?desde=2021-01-15&hasta=2021-03-10');
  assert.equal((await entries()) - before, 1);
  await page.goBack();
  await settled(page);
  assert.equal(await value(page, 'desde'), '2020-09-01', 'Back with the focus in the field');

  await page.focus('#hasta-fecha');
  await page.keyboard.type('10022035', { delay: 5 });
  await page.keyboard.press('Enter');
  assert.equal(await hash(page), '#/');
  assert.equal(await value(page, 'hasta-fecha'), '2021-03-10');
  assert.match(await page.textContent('#fecha-ajena'), /del 1 de septiembre de 2020 al 10 de marzo de 2021/);

  // A typed date also counts if a click on another control takes the focus.
  await page.focus('#desde');
  await page.focus('#hasta-fecha');
  await page.keyboard.type('10032020', { delay: 5 });
  await page.click('#c-modalidad tr[data-key=POSTAL] button');
  await settled(page);
  assert.equal(await hash(page), '#/?modalidad=POSTAL&desde=2020-09-01&hasta=2020-10-03');
  assert.equal(await page.textContent('#fecha-ajena'), '');

  await page.focus('#hasta-fecha');
  for (let part = 0; part < 4; part += 1) {
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Tab');
  }
  await settled(page);
  assert.equal(await hash(page), '#/?modalidad=POSTAL');
  assert.equal(await value(page, 'hasta-fecha'), '2021-03-10');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the focus stays near a country that leaves the list', async () => {
  const { page, context } = await open(browser, 'pel', '#/?pais=FIN');
  await page.focus('#c-pais tr[data-key=FIN] button');
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal(await hash(page), '#/');
  assert.equal(await page.evaluate(() => document.activeElement.closest('#c-pais tr')?.rowIndex), 15);
  await context.close();
});

test('on a phone the answer to three taps is seen without a scroll', async () => {
  const { page, context } = await open(browser, 'pel', '#/08?desde=2021-03-10&hasta=2021-03-10', PHONE);
  assert.equal(await page.textContent('#n-total'), '114');
  for (const part of ['#n-total', '#resumen']) {
    const box = await page.locator(part).boundingBox();
    assert.ok(box.y + box.height <= 740, `${part} ends at ${box.y + box.height}`);
  }
  await context.close();
  // Before the tap, the number to tap is also visible without a scroll.
  const before = await open(browser, 'pel', '#/09', PHONE);
  const box = await before.page.locator('#n-dia').boundingBox();
  assert.ok(box.y + box.height <= 740, `the last day ends at ${box.y + box.height}`);
  await before.context.close();
});

test('the options stay within reach when the window is widened, and paper changes nothing', async () => {
  const { page, context } = await open(browser, 'pel', '#/', { viewport: { width: 600, height: 800 } });
  const unfolded = () => page.evaluate(() => [...document.querySelectorAll('details')].map((one) => one.open));
  const before = await unfolded();
  await page.evaluate(() => {
    window.addEventListener('beforeprint', () => {
      window.onPaper = document.querySelector('.chart svg').getAttribute('viewBox');
    });
  });
  await page.pdf({ format: 'Letter' });
  assert.equal(await page.evaluate(() => window.onPaper), '0 0 700 480');
  assert.deepEqual(await unfolded(), before);
  assert.equal(await page.locator('#desde').isVisible(), false);
  await page.setViewportSize({ width: 1000, height: 800 });
  await page.locator('#desde').waitFor({ state: 'visible' });
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 710, height: 1000 });
  for (const column of ['count', 'share']) assert.ok(await page.locator(`#c-sexo .${column}`).first().isVisible(), column);
  await context.close();
});

test('the head says when registration closed', async () => {
  const { page, context } = await open(browser, 'pel');
  assert.equal(
    await page.textContent('#hasta'),
    'Cuenta hasta el 15 de marzo de 2021 inclusive. El registro cerró el 10 de marzo de 2021.',
  );
  assert.ok(!(await page.textContent('#notas')).includes('cerró'));
  await context.close();
});

test('an address can write nothing on the page', async () => {
  const words = 'Llame%20al%205512345678%20para%20votar';
  const long = Array.from({ length: 300 }, (_, at) => `x${at}${'y'.repeat(40)}=1`).join('&');
  const { page, context } = await open(
    browser,
    'pel',
    `#/${words}/?pais=${words}&${words}=1&desde=${words}&sexo=Z&medio=Z&${long}`,
  );
  assert.equal(
    await page.textContent('#falla'),
    'La liga pedía algo que estos datos no tienen y se omitió: Entidad, País de residencia, otra cosa, Desde, Sexo.',
  );
  assert.ok(!(await page.textContent('body')).includes('5512345678'));
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 1280);
  assert.ok(!(await spoken(page)).includes('liga'), 'said once, by the alert');
  await page.goto(`${page.url().split('#')[0]}#/08/`);
  await settled(page);
  assert.equal(await page.textContent('#h-cifras'), 'Chihuahua');
  assert.equal(await page.locator('#falla').isVisible(), false);
  await context.close();
});

test('what a reader that speaks is told of presses that change no number', async () => {
  const { page, context } = await open(browser, 'pel', '#/?desde=2020-10-01&hasta=2020-10-02');
  assert.match(await spoken(page), /^Todas las entidades: \d+ solicitudes, \d+ el 2 de octubre de 2020\.$/);
  for (const [press, said] of [
    ['#ver-porcentajes', 'Se ven porcentajes.'],
    ['#c-entidades thead th:nth-child(5) button', 'Entidades ordenadas por «Por día».'],
    ['#c-representaciones .more', 'Por embajada o consulado: lista completa.'],
    ['#c-representaciones .more', 'Por embajada o consulado: lista breve.'],
    ['#ver-cantidades', 'Se ven cantidades.'],
  ]) {
    await page.click(press);
    await settled(page);
    assert.equal(await spoken(page), said);
  }
  await page.click('#filtros button');
  await settled(page);
  assert.match(await spoken(page), /, [\d,]+ en los 7 días hasta ese\.$/);
  await context.close();
});

test('a total that is not published is said so', async () => {
  const { page, context } = await open(browser, 'publico', '#/?idioma=en');
  await page.evaluate(() => {
    const { columnas, filas } = DATOS.publico.tablas.lnere_por_entidad;
    filas.find((row) => row[columnas.indexOf('cve_entidad')] === '06')[columnas.indexOf('solicitudes_acumuladas')] = null;
    window.location.hash = '#/06?idioma=en';
  });
  await settled(page);
  assert.equal(await spoken(page), 'Colima: the number of applications is not published.');
  await context.close();
});

test('in English what stays Spanish is marked as such', async () => {
  const { page, context } = await open(browser, 'publico', '#/03?idioma=en');
  const marked = await page.evaluate(() => ({
    process: document.getElementById('proceso').lang,
    source: document.querySelector('#fuente [lang=es]').textContent,
    office: document.querySelector('.offices th [lang=es]').parentElement.textContent,
    words: [...document.querySelectorAll('td, dd, .figure-value')]
      .filter((one) => one.textContent === 'protegido')
      .map((one) => one.lang),
  }));
  assert.equal(marked.process, 'es');
  assert.match(marked.source, /^Registros del SIILNERE/);
  assert.match(marked.office, / \((embassy|consulate)\)$/);
  assert.ok(marked.words.length > 0 && marked.words.every((lang) => lang === 'es'));
  await page.click('#idioma');
  await settled(page);
  assert.equal(await page.locator('main [lang=es]').count(), 0);
  await context.close();
});

test('each category of the processes has its English name, and no other', () => {
  const root = new URL('../../', import.meta.url);
  const named = TEXTOS_EN.categorias;
  const wanted = { pais: new Set(['XXX']) };
  for (const process of ['pel_2020_2021', 'pef_2023_2024']) {
    const text = readFileSync(new URL(`pipelines/${process}.toml`, root), 'utf8');
    for (const section of ['audiences.publico.merge', 'categories']) {
      const body = text.split(`\n[${section}]`)[1].split(/\n\[/)[0];
      for (const [, dimension, list] of body.matchAll(/^(\w+) = \[\n([^]*?)^\]/gm)) {
        wanted[dimension] ??= new Set(['NO_IDENTIFICADO']);
        for (const [, code] of list.matchAll(/\{ code = "(\w+)"/g)) wanted[dimension].add(code);
      }
    }
  }
  assert.deepEqual(Object.keys(named).sort(), Object.keys(wanted).sort());
  for (const [dimension, codes] of Object.entries(wanted)) {
    assert.deepEqual(Object.keys(named[dimension]).sort(), [...codes].sort(), dimension);
  }
});

test('no words leave their card or touch others on a narrow screen or in letters of twice the size', async () => {
  for (const [site, address, width, letters] of [
    ['pel', '#/08?ver=porcentajes', 320, 16],
    ['publico', '#/08', 320, 16],
    ['siete', '#/?sede=LOS_ANGELES&grupo_edad=65_MAS&ver=porcentajes&abierto=sede', 320, 16],
    ['siete_publico', '#/08?abierto=sede', 320, 16],
    ['pel', '#/08?ver=porcentajes&desde=2021-01-01&hasta=2021-01-31', 1280, 32],
    ['publico', '#/', 1280, 32],
    ['siete', '#/?sede=LOS_ANGELES&grupo_edad=65_MAS&idioma=en', 1280, 32],
  ]) {
    const { page, context } = await open(browser, site, address, { viewport: { width, height: 800 } });
    await page.evaluate((size) => {
      document.documentElement.style.fontSize = `${size}px`;
    }, letters);
    const found = await page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const pieces = [];
      // Text for screen readers only is clipped and has no place on the screen.
      const clipped = (element) =>
        element !== null && (getComputedStyle(element).clipPath !== 'none' || clipped(element.parentElement));
      while (walker.nextNode()) {
        const node = walker.currentNode;
        const element = node.parentElement;
        const apart = element.closest('.skip, .scroll, option, noscript, script');
        if (apart || clipped(element) || !node.textContent.trim() || !element.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) pieces.push({ element, box, text: node.textContent.trim() });
      }
      const outside = pieces.filter(({ element, box }) => {
        const card = element.closest('.card, .figure, .trio > div, .controls, body').getBoundingClientRect();
        return box.right > card.right + 0.5 || box.right > window.innerWidth;
      });
      const touching = pieces.filter(({ box, element }, at) =>
        pieces
          .slice(at + 1, at + 40)
          .some(
            (other) =>
              other.element !== element &&
              Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 0.5 &&
              Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 4,
          ),
      );
      return [...outside, ...touching].map((one) => one.text);
    });
    assert.deepEqual(found, [], `${site} ${address} at ${width} in ${letters}`);
    await context.close();
  }
});

test('a chart is as wide as its place in the first picture after a change of width', async () => {
  const { page, context, troubles } = await open(browser, 'pel');
  for (const width of [390, 700, 320, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    // A timer that an animation frame sets runs right after the browser paints that frame.
    const drawn = await page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return [...document.querySelectorAll('.chart')].map((host) => {
        const svg = host.querySelector('svg').getBoundingClientRect();
        return [Math.round(svg.width), host.clientWidth];
      });
    });
    assert.equal(drawn.length, 4);
    for (const [svg, place] of drawn) assert.equal(svg, place, `at ${width}`);
  }
  assert.deepEqual(troubles, []);
  await context.close();
});
