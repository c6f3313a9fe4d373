// axe-core finds nothing in any state, in light and dark mode, on a phone and on a desktop. Other
// tests check what axe-core cannot check.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, axeViolations, expected, launch, open } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const states = [
  ...expected.states.map((state) => ['pel', state.address]),
  ['pel', '#/?abierto=pais,representaciones,tabla-avance,tabla-credenciales'],
  ['pel', '#/77?modalidad=PALOMA'],
  ['abierto', '#/08'],
  ['abierto', '#/?idioma=en&abierto=tabla-proyeccion,tabla-estatus'],
  ['primer_dia', '#/'],
  ['vacia', '#/06'],
  ['antes', '#/'],
  ['publico', '#/'],
  ['publico', '#/08?idioma=en'],
  ['siete', '#/?sede=DALLAS&grupo_edad=18_24&abierto=sede'],
  ['siete', '#/08?sede=NO_IDENTIFICADO&idioma=en'],
  ['siete_publico', '#/08?idioma=en&abierto=sede'],
];
states.forEach(([site, address], at) => {
  test(`axe: ${site} ${address}`, async () => {
    // The first two states are tested in all four looks, every other state in one of them.
    const looks = [
      [DESKTOP, 'light'],
      [PHONE, 'dark'],
      [DESKTOP, 'dark'],
      [PHONE, 'light'],
    ];
    for (const [device, colorScheme] of at < 2 ? looks : [looks[at % 4]]) {
      const { page, context } = await open(browser, site, address, { ...device, colorScheme });
      await page.locator('details.menu > summary').first().click();
      assert.deepEqual(await axeViolations(page), [], `${colorScheme} ${device.viewport.width}`);
      await context.close();
    }
  });
});

test('nothing is cut off from 320 pixels on', async () => {
  for (const width of [320, 360, 480, 700, 900, 1920]) {
    for (const [site, address] of [
      ['pel', '#/08?pais=USA,CAN&estatus=CON_INCONSISTENCIA&abierto=representaciones,tabla-avance'],
      ['publico', '#/08'],
      ['abierto', '#/'],
      ['pel', '#/?idioma=en&ver=porcentajes'],
      ['siete', '#/?sede=DALLAS,CHICAGO&grupo_edad=65_MAS&abierto=sede'],
      ['siete_publico', '#/08'],
    ]) {
      const { page, context } = await open(browser, site, address, { viewport: { width, height: 800 } });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${site} ${address} at ${width}`);
      await context.close();
    }
  }
});

test('targets are large enough, the focus is seen, nothing moves for who asks for that', async () => {
  const { page, context } = await open(browser, 'pel', '#/?modalidad=POSTAL', { ...PHONE, reducedMotion: 'reduce' });
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button, select, input, summary')]
      .filter((one) => one.checkVisibility())
      .map((one) => [one.textContent, one.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 24)
      .map(([text]) => text),
  );
  assert.deepEqual(small, []);
  await page.focus('#idioma');
  await page.keyboard.press('Tab');
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.bar .value')).transitionDuration), '0s');
  await context.close();
});
