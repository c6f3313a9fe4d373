// Takes pictures of the main states for visual review.
//
//     node tests/tablero/screenshots.mjs [FOLDER]
//
// FOLDER is by default shots/ beside the dashboards.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DESKTOP, PHONE, choose, download, folder, launch, open } from './support.mjs';

const target = process.argv[2] ?? join(folder, 'shots');
mkdirSync(target, { recursive: true });
const browser = await launch();
const states = [
  ['inicio', 'pel', '#/'],
  ['abierto', 'abierto', '#/08'],
  ['abierto_en', 'abierto', '#/?idioma=en'],
  ['chihuahua_ayer', 'pel', '#/08?desde=2021-03-10&hasta=2021-03-10'],
  ['filtros', 'pel', '#/09?pais=USA,CAN&modalidad=POSTAL&desde=2021-01-01&hasta=2021-01-31'],
  ['porcentajes_en', 'pel', '#/14?ver=porcentajes&idioma=en'],
  ['primer_dia', 'primer_dia', '#/'],
  ['vacia', 'vacia', '#/06'],
  ['antes', 'antes', '#/'],
  ['publico', 'publico', '#/08'],
  ['publico_en', 'publico', '#/?idioma=en&ver=porcentajes'],
  ['siete', 'siete', '#/'],
  ['siete_en', 'siete', '#/08?sede=DALLAS&grupo_edad=18_24&idioma=en'],
  ['siete_publico', 'siete_publico', '#/08'],
];
for (const [name, site, address] of states) {
  for (const [device, options] of [
    ['escritorio', DESKTOP],
    ['telefono', PHONE],
  ]) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, context, troubles } = await open(browser, site, address, { ...options, colorScheme });
      await page.screenshot({ path: join(target, `${name}_${device}_${colorScheme}.png`), fullPage: true });
      if (troubles.length) console.log(name, troubles);
      await context.close();
    }
  }
}
const { page } = await open(browser, 'pel', '#/08');
for (const card of ['avance', 'estatus-serie', 'mapa', 'pais', 'entidades', 'credenciales-dia', 'representaciones']) {
  writeFileSync(
    join(target, `descarga_${card}.png`),
    (await download(page, () => choose(page, `#c-${card} [data-format=png]`))).bytes,
  );
}
await page.pdf({ path: join(target, 'impresion.pdf'), format: 'Letter', printBackground: false });
await browser.close();
