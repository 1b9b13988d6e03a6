// The record out of a FHIR server, in the browser: who is PCP there decides here, with the next click.
import { ask, expect, Visit } from './browser.mjs';

const main = visit => visit.page.locator('main');
const PASSPHRASE = 'nine brass kettles on a shelf';

/** Sets up the account of a physician and signs in. The code that sets it up is the one before, so that the present one still signs in. */
async function begin(visit, who) {
  const { path, email } = await ask({ account: who });
  expect(await visit.goto(path) === 200, 'the set-up link does not open');
  const key = (await visit.page.locator('code.key').innerText()).replaceAll(/\s/g, '');
  await main(visit).locator('input[name=password]').fill(PASSPHRASE);
  await main(visit).locator('input[name=code]').fill((await ask({ totp: key, ago: 30 })).code);
  await visit.follow(main(visit).locator('form button[type=submit]').first());
  await visit.goto('/sign-in');
  await visit.page.locator('input[name=email]').fill(email);
  await visit.page.locator('input[name=password]').fill(PASSPHRASE);
  await visit.follow(main(visit).locator('form button[type=submit]').first());
  await visit.page.locator('input[name=code]').fill((await ask({ totp: key, ago: 0 })).code);
  await visit.follow(main(visit).locator('form button[type=submit]').first());
  expect(!visit.page.url().includes('/sign-in'), `still on ${visit.page.url()}:\n${await visit.text()}`);
}

async function search(visit, mrn) {
  await visit.goto('/patients');
  await main(visit).locator('input[name=mrn]').first().fill(mrn);
  await visit.follow(main(visit).locator('form:has(input[name=mrn]) button[type=submit]').first());
}

export const remote = {
  async the_pcp_changes_in_the_fhir_server(visit, browser) {
    const { mrn, family } = await ask({ patient: true });
    await begin(visit, 'rivera');
    const other = await Visit.start(browser, { script: visit.script });
    await begin(other, 'haddad');
    await search(other, mrn);
    await other.expectText('Not authorized');
    // The chart of whoever is listed, out of the server.
    await search(visit, mrn);
    await visit.expectText(family, 'Why you see this', 'Recent results');
    if (visit.script) await visit.inspect('the summary out of a FHIR server');
    const section = name => visit.page.locator(`nav.sections a[href$="/${name}"]`);
    await visit.follow(section('results'));
    expect(await main(visit).locator('table').count() > 0, `no results:\n${await visit.text()}`);
    if (visit.script) await visit.inspect('results out of a FHIR server');
    // The hospital lists another: the very next click is refused, and the other's next search opens the chart.
    await ask({ pcp: 'haddad' });
    await visit.follow(section('notes'));
    await visit.expectText('Not authorized');
    expect(!(await visit.text()).includes('Recent results'), 'something of the chart is still shown');
    await search(other, mrn);
    await other.expectText(family, 'Why you see this', 'Recent results');
    await search(visit, mrn);
    await visit.expectText('Not authorized');
    await other.end();
  },
};
