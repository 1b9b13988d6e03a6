// Every sample of the gallery: axe finds nothing, nothing scrolls sideways down to 320 px, nothing breaks the policy.
import { expect, Visit } from './browser.mjs';

/** One of `parts` equal shares of the samples, the first being 1. */
export async function gallery(browser, part, parts) {
  const first = await Visit.start(browser);
  expect(await first.goto('/dev/gallery') === 200, 'the gallery does not open');
  if (part === 1) await first.inspect('the gallery itself');
  if (part === 1) await onOneSheet(first, '/dev/gallery/chart-growth-sheet');
  const paths = await first.page.locator('a[href^="/dev/gallery/"]').evaluateAll(links => links.map(link => link.getAttribute('href')));
  expect(paths.length > 20, `only ${paths.length} samples`);
  const waiting = [...new Set(paths)].filter((_, index) => index % parts === part - 1);
  const count = waiting.length;
  const visits = [first, await Visit.start(browser)];
  const faults = [];
  await Promise.all(visits.map(async visit => {
    for (let path = waiting.shift(); path; path = waiting.shift()) {
      const status = await visit.goto(path);
      if (status >= 500) visit.faults.push(`${path} answers ${status}`);
      await visit.inspect(path.replace('/dev/gallery/', ''));
    }
    faults.push(...visit.faults);
  }));
  console.log(`${count} samples`);
  expect(faults.length === 0, `${faults.length} faults:\n  ${faults.join('\n  ')}`);
}

/** The page at `path` prints on one Letter sheet. */
async function onOneSheet(visit, path) {
  await visit.goto(path);
  const pdf = (await visit.page.pdf({ format: 'Letter' })).toString('latin1');
  const sheets = (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length;
  expect(sheets === 1, `${path} prints on ${sheets} sheets`);
  await visit.goto('/dev/gallery');
}
