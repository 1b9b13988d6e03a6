// Families: a request answered on a phone in Spanish, taken back while the chart is open, and a child who grows up.
import { ask, expect, Visit } from './browser.mjs';

const main = visit => visit.page.locator('main');

async function search(visit, mrn) {
  await visit.goto('/patients');
  await visit.page.locator('form.search input[name=mrn]').fill(mrn);
  await visit.follow(visit.page.locator('form.search button[type=submit]').first());
}

/** Birth date of `mrn` as the PCP reads it on the chart: {year, month, day}. */
export async function born(browser, script, mrn) {
  const pcp = await Visit.start(browser, { script });
  await pcp.signIn(await ask({ account: 'rivera@example.org' }));
  await search(pcp, mrn);
  const date = await pcp.page.locator('.banner time').first().getAttribute('datetime');
  await pcp.end();
  const [year, month, day] = date.split('-').map(Number);
  return { year, month, day };
}

/** A physician who may not see `mrn` asks the family. */
async function asks(visit, mrn, family, given, birth) {
  await search(visit, mrn);
  await visit.expectText('Not authorized');
  await visit.follow(visit.button('Request non-PCP access'));
  const fields = { family, given, month: birth.month, day: birth.day, year: birth.year, reason: 'Second opinion before the visit' };
  for (const [name, value] of Object.entries(fields)) {
    await main(visit).locator(`[name="${name}"]`).first().fill(String(value));
  }
  await visit.follow(main(visit).locator('form button[type=submit]').first());
  await ask({ route: 'family' });
}

/** Signs in anew, as one must after days. */
async function again(visit, email) {
  await visit.context.clearCookies();
  await visit.signIn(await ask({ account: email }));
}

async function look(visit, name) {
  if (visit.script) await visit.inspect(name, [390, 320]); // axe is a script
}

export const family = {
  async a_mother_says_yes_on_her_phone_in_spanish_and_takes_it_back_while_the_chart_is_open(visit, browser) {
    const birth = await born(browser, visit.script, '2096481');
    await visit.signIn(await ask({ account: 'haddad@example.org' }));
    await asks(visit, '2096481', 'Emmerich', 'Daron', birth);
    const mother = await Visit.start(browser, { script: visit.script, width: 390 });
    await mother.signIn(await ask({ account: 'jordan.emmerich@example.org' }));
    await mother.expectText('asks to see the chart of Daron Emmerich');
    await look(mother, 'the home of a family');
    await mother.follow(mother.button('Español'));
    await mother.expectText('pide ver el expediente de Daron Emmerich');
    expect(await mother.page.locator('html').getAttribute('lang') === 'es', 'the page does not say that it is in Spanish');
    // Three clicks: read, choose how long, say yes.
    mother.clicks = 0;
    await mother.follow(mother.page.getByRole('link', { name: 'Leer y responder' }).first());
    await mother.expectText('Second opinion before the visit', 'Por qué', 'Qué vería');
    await look(mother, 'a request in Spanish');
    expect(await main(mother).locator('input:checked').count() === 0, 'something is ticked beforehand');
    await main(mother).locator('input[name=lasting][value="30_days"]').check();
    mother.clicks += 1;
    await mother.follow(mother.button('Sí, que lo vea'));
    expect(mother.clicks === 3, `${mother.clicks} clicks`);
    await mother.expectText('Usted dijo que sí.');
    // The record, and the end of it while it is open.
    await search(visit, '2096481');
    await visit.expectText('EMMERICH', 'Why you see this');
    await mother.follow(mother.page.locator('header nav').getByRole('link', { name: 'Quién puede verlo' }));
    await mother.expectText('La familia dijo que sí', 'Haddad');
    await look(mother, 'who can see the chart in Spanish');
    await mother.follow(mother.page.getByRole('button', { name: /^Quitar a/ }).first());
    await mother.expectText('Usted lo quitó.');
    await visit.follow(visit.page.locator('nav.sections a[href$="/results"]'));
    await visit.expectText('Not authorized');
    await mother.follow(mother.page.locator('header nav').getByRole('link', { name: 'Quién lo abrió' }));
    await mother.expectText('Haddad', 'La familia dijo que sí');
    await mother.end();
  },

  async a_refusal_of_one_of_two_guardians_goes_to_the_access_team(visit, browser) {
    const birth = await born(browser, visit.script, '2096481');
    const physician = await Visit.start(browser, { script: visit.script });
    await physician.signIn(await ask({ account: 'haddad@example.org' }));
    await asks(physician, '2096481', 'Emmerich', 'Daron', birth);
    await physician.end();
    await visit.signIn(await ask({ account: 'alexis.emmerich@example.org' }));
    await visit.follow(visit.page.getByRole('link', { name: 'Read and answer' }).first());
    await visit.follow(visit.button('No, do not let them'));
    await visit.expectText('our team will call you both');
    await again(visit, 'jordan.emmerich@example.org');
    await visit.expectText('Our team takes care of this one.');
  },

  async a_child_turns_13_and_18_and_who_decides_changes_by_the_clock(visit, browser) {
    const birth = await born(browser, visit.script, '2096481');
    const noon = (age, days) => new Date(Date.UTC(birth.year + age, birth.month - 1, birth.day + days, 17)).toISOString().replace('.000', '');
    await ask({ at: noon(13, -1) });
    await again(visit, 'jordan.emmerich@example.org');
    expect(!(await visit.text()).includes('13 or older'), 'a day too early');
    await ask({ at: noon(13, 0) });
    await again(visit, 'jordan.emmerich@example.org');
    await visit.expectText('Daron Emmerich is 13 or older.');
    await visit.goto('/family/care-team');
    await visit.expectText('a guardian and the teen must both agree');
    await look(visit, 'the care team of a teen');
    await ask({ at: noon(18, -1) });
    await again(visit, 'jordan.emmerich@example.org');
    await visit.expectText('Daron Emmerich');
    await ask({ at: noon(18, 0) });
    await again(visit, 'jordan.emmerich@example.org');
    await visit.expectText('No chart is linked to your account now.', '617-555-0140');
    expect(!(await visit.text()).includes('Daron'), 'the name of an adult is still shown');
  },
};
