// What people do, told as journeys; each runs with and without JavaScript, and each starts from the demo as it is made.
import { ask, expect, Visit } from './browser.mjs';

const main = visit => visit.page.locator('main');

async function search(visit, mrn) {
  await visit.goto('/patients');
  await visit.page.locator('form.search input[name=mrn]').fill(mrn);
  await visit.follow(visit.page.locator('form.search button[type=submit]').first());
}

/** The first test of the flowsheet with numbers at two dates or more: one that has a course to draw. */
async function testWithCourse(visit) {
  for (const row of await main(visit).locator('.sheet tbody tr').all()) {
    const values = await row.locator('.reading strong').allInnerTexts();
    if (values.filter(value => /^[0-9]/.test(value)).length > 1) return row.locator('th a');
  }
  throw new Error('no test has two values');
}

/** By keyboard alone: the first result is within 10 tab stops of the top of the page. */
async function expectFirstResultNear(visit) {
  if (!visit.script) return;
  await visit.page.keyboard.press('Tab');
  await visit.page.keyboard.press('Enter');
  for (let stops = 2; stops <= 10; stops += 1) {
    await visit.page.keyboard.press('Tab');
    if (await visit.page.evaluate(() => document.activeElement.matches('.sheet tbody th a'))) return;
  }
  throw new Error('the first result is more than 10 tab stops away');
}

export const journeys = {
  async a_physician_reaches_a_lab_trend_in_three_clicks(visit) {
    await visit.signIn(await ask({ account: 'raman@example.org' }));
    expect((await visit.h1()).includes('Find a patient'), `home is ${await visit.h1()}`);
    await visit.follow(main(visit).locator('#mine a[href^="/charts/"], section a[href^="/charts/"]').first());
    await visit.expectText('MRN', 'Why you see this');
    await visit.follow(visit.page.locator('nav.sections a[href$="/results"]'));
    await expectFirstResultNear(visit);
    await visit.follow(await testWithCourse(visit));
    expect(visit.clicks === 3, `${visit.clicks} clicks`);
    expect(await main(visit).locator('svg').count() > 0, 'no chart on the page of the test');
    expect(await main(visit).locator('tbody tr').count() > 1, 'no table of values beside the chart');
    const path = new URL(visit.page.url()).pathname;
    expect(/^\/charts\/[0-9a-f-]{36}\/results\/[0-9a-f-]{36}$/.test(path), `the address says more than ids: ${path}`);
    // By name and birth date, the other way in; and the chart just read is among the recent ones.
    await visit.goto('/patients');
    visit.clicks = 0;
    await visit.follow(visit.page.locator('section[aria-labelledby=recent] a[href^="/charts/"]').first());
    await visit.follow(main(visit).locator('a[href*="/results/"]').first());
    expect(visit.clicks === 2, `${visit.clicks} clicks`);
    expect(await main(visit).locator('tbody tr').count() > 0, 'no values of a recent patient after two clicks');
  },

  async the_summary_of_every_patient_of_a_physician_prints_on_two_letter_sheets(visit) {
    await visit.signIn(await ask({ account: 'raman@example.org' }));
    await visit.goto('/patients/mine');
    const charts = await main(visit).locator('a[href^="/charts/"]').evaluateAll(all => [...new Set(all.map(a => a.getAttribute('href')))]);
    expect(charts.length > 2, 'too few patients');
    const long = [];
    for (const chart of charts.slice(0, 30)) {
      await visit.goto(chart);
      const pdf = (await visit.page.pdf({ format: 'Letter' })).toString('latin1');
      const sheets = (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length;
      expect(sheets > 0, 'no sheets');
      if (sheets > 2) long.push(`${await visit.page.locator('.banner .name').innerText()}: ${sheets}`);
    }
    expect(long.length === 0, `more than two sheets: ${long.join('; ')}`);
  },

  async a_physician_is_told_why_a_chart_stays_closed(visit) {
    await visit.signIn(await ask({ account: 'rivera@example.org' }));
    await search(visit, '1790354');
    await visit.expectText('Not authorized', '1790354', '617-555-0140', 'Request PCP access', 'Request non-PCP access');
    const unseen = await main(visit).innerText();
    await search(visit, '9999999');
    await visit.expectText('Not authorized', '9999999');
    const unknown = await main(visit).innerText();
    expect(unseen.replaceAll('1790354', 'N') === unknown.replaceAll('9999999', 'N'), `the two answers differ:\n${unseen}\n---\n${unknown}`);
    // Restricted for everyone, and she would be let in otherwise: it may be named.
    await search(visit, '6630841');
    await visit.expectText('Not authorized', 'restricted');
    // A chart by its address: 404, and no more than the page without a search.
    expect(await visit.goto('/charts/01890000-0000-7000-8000-000000000000') === 404, 'an unknown chart is not 404');
    await search(visit, '???');
    await visit.expectText('There is a problem');
  },

  async a_nurse_reads_what_her_sponsor_may_and_no_sensitive_item(visit) {
    await visit.signIn(await ask({ account: 'lee@example.org' }));
    await search(visit, '7420619');
    await visit.expectText('HAMMES', 'Some information may not be shown');
    for (const section of ['problems', 'medications', 'allergies', 'immunizations', 'results', 'vitals', 'visits', 'notes', 'documents', 'care_team']) {
      const link = visit.page.locator(`nav.sections a[href$="/${section}"]`);
      if (await link.count() === 0) continue;
      await visit.follow(link);
      await visit.expectText('HAMMES');
    }
    await search(visit, '1790354');
    await visit.expectText('Not authorized', 'Request PCP access');
    expect(await visit.button('Request non-PCP access').count() === 0, 'a sponsored user is offered a non-PCP request');
  },

  async a_locked_sponsor_sees_only_the_way_out(visit) {
    await visit.signIn(await ask({ account: 'tanaka@example.org' }));
    await visit.expectText('617-555-0140');
    expect(await visit.goto('/patients') === 423, 'a locked sponsor reaches Patient Selection');
    await visit.follow(visit.button('Sign out'));
    expect(visit.page.url().includes('/sign-in'), `signed out to ${visit.page.url()}`);
  },

  async the_access_team_asks_who_can_and_reads_the_audit(visit, browser) {
    await visit.signIn(await ask({ account: 'delacroix@hospital.example' }));
    const lookUp = async (email, mrn) => {
      await visit.goto('/team/look-ups');
      await visit.page.locator('main input[name=email]').fill(email);
      await visit.page.locator('main input[name=mrn]').fill(mrn);
      await visit.follow(main(visit).locator('form button[type=submit]').first());
    };
    await lookUp('rivera@example.org', '7420619');
    await visit.expectText('Rivera', 'Hammes');
    await lookUp('castellan@example.org', '5187263');
    await visit.expectText('restricted');
    await lookUp('', '7420619');
    await visit.expectText('rivera@example.org', 'lee@example.org', 'haddad@example.org');
    await lookUp('novak@example.org', '');
    await visit.expectText('1058873');
    // Somebody opens a chart; the audit shows it.
    const physician = await Visit.start(browser, { script: visit.script });
    await physician.signIn(await ask({ account: 'rivera@example.org' }));
    await search(physician, '7420619');
    await physician.end();
    await visit.goto('/team/audit');
    await visit.page.locator('main form.search input[name=mrn]').fill('7420619');
    await visit.follow(main(visit).locator('form button[type=submit]').first());
    await visit.expectText('Rivera', '7420619');
  },

  async a_mother_reads_who_opened_the_chart(visit, browser) {
    const physician = await Visit.start(browser, { script: visit.script });
    await physician.signIn(await ask({ account: 'rivera@example.org' }));
    await search(physician, '2096481');
    const opened = /\/charts\//.test(physician.page.url());
    await physician.end();
    await visit.signIn(await ask({ account: 'jordan.emmerich@example.org' }));
    expect((await visit.h1()).includes('Daron Emmerich'), `home is ${await visit.h1()}`);
    await visit.follow(visit.page.locator('header nav').getByRole('link', { name: 'Who opened it' }));
    expect((await visit.h1()).includes('Who opened the chart'), `it leads to ${await visit.h1()}`);
    if (opened) await visit.expectText('Rivera');
    expect(await visit.goto('/patients') === 404, 'a family account reaches Patient Selection');
  },

  async a_new_colleague_sets_up_the_account_and_signs_in(visit) {
    const { path } = await ask({ link: 'noor.bianchi@hospital.example' });
    expect(await visit.goto(path) === 200, 'the set-up link does not open');
    await visit.expectText('noor.bianchi@hospital.example');
    const key = (await visit.page.locator('code.key').innerText()).replaceAll(/\s/g, '');
    const fill = async (password, code) => {
      await visit.page.locator('main input[name=password]').fill(password);
      await visit.page.locator('main input[name=code]').fill(code);
      await visit.follow(main(visit).locator('form button[type=submit]').first());
    };
    await fill('short', (await ask({ totp: key })).code);
    await visit.expectText('There is a problem');
    await fill('nine brass kettles on a shelf', (await ask({ totp: key })).code);
    expect(await visit.goto(path) !== 200 || !(await visit.page.locator('code.key').count()), 'the link works twice');
    await visit.goto('/sign-in');
    await visit.page.locator('input[name=email]').fill('noor.bianchi@hospital.example');
    await visit.page.locator('input[name=password]').fill('nine brass kettles on a shelf');
    await visit.follow(main(visit).locator('form button[type=submit]').first());
    await ask({ advance: 31 });
    await visit.page.locator('input[name=code]').fill((await ask({ totp: key })).code);
    await visit.follow(main(visit).locator('form button[type=submit]').first());
    await visit.expectText('Noor Bianchi');
  },

  // The real pages with the real data, as axe sees them.
  async pages(visit, browser) {
    await visit.goto('/sign-in');
    await visit.inspect('/sign-in');
    const look = async (email, paths, links) => {
      const person = await Visit.start(browser);
      await person.signIn(await ask({ account: email }));
      for (const path of paths) {
        const status = await person.goto(path);
        expect([200, 423].includes(status), `${path} answers ${status} to ${email}`); // 423: the page of who is locked
        await person.inspect(`${path} as ${email}`);
      }
      if (links) await links(person);
      await person.end();
    };
    // Follows the first of such links, and looks at where it leads.
    const open = async (person, selector) => {
      const link = main(person).locator(selector).first();
      expect(await link.count(), `no ${selector} on ${person.page.url()}`);
      await person.follow(link);
      await person.inspect(`${new URL(person.page.url()).pathname} by ${selector}`);
    };
    await look('raman@example.org', ['/', '/patients', '/patients/mine', '/requests', '/account'], async person => {
      await search(person, '6579302');
      const links = await person.page.locator('nav.sections a').evaluateAll(all => all.map(a => a.getAttribute('href')));
      for (const link of links) {
        await person.goto(link);
        await person.inspect(`section ${link.split('/').pop()}`);
      }
      await person.goto(links.find(link => link.endsWith('/results')));
      await person.follow(main(person).locator('nav.layouts a'));
      await person.inspect('results as a list');
      await person.follow(main(person).locator('table.res tbody th a').first());
      await person.inspect('a test with its trend');
      await search(person, '1790354');
      await person.inspect('not authorized');
    });
    await look('rivera@example.org', ['/staff', '/staff/duties', '/practices', '/review'], async person => {
      await person.goto('/staff');
      await open(person, 'a[href$="/remove"]');
      await person.goto('/practices');
      await open(person, 'a[href^="/practices/"]');
      await open(person, 'a[href$="/leaving"]');
    });
    await ask({ job: 'validation' });
    const team = ['/', '/help', '/team/requests?view=closed', '/team/accounts', '/team/look-ups', '/team/audit'];
    const schedule = ['/team/validation', '/team/validation/rehearsal'];
    await look('delacroix@hospital.example', [...team, ...schedule, '/team/tokens', '/team/families'], async person => {
      await person.goto('/team/validation');
      await open(person, 'a[href^="/team/validation/phones"]');
      await person.goto('/team/validation');
      await open(person, 'table a[href^="/team/validation/"]');
    });
    // A sponsor who is locked still reaches the review.
    await look('tanaka@example.org', ['/review']);
    await look('jordan.emmerich@example.org', ['/']);
    await look('cohen@example.org', ['/']);
  },
};
