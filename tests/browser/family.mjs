// Families: a request answered on a phone in Spanish, taken back while the chart is open, and a child who grows up.
import { ask, expect, Visit } from './browser.mjs';
import { born as bornAtDesk, fresh } from './pcp.mjs';

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
export async function asks(visit, mrn, family, given, birth) {
  visit.clicks = 0;
  await search(visit, mrn);
  await visit.expectText('Not authorized');
  await visit.follow(visit.button('Request non-PCP access'));
  const fields = { family, given, month: birth.month, day: birth.day, year: birth.year, reason: 'Second opinion before the visit' };
  for (const [name, value] of Object.entries(fields)) {
    await main(visit).locator(`[name="${name}"]`).first().fill(String(value));
  }
  await visit.follow(main(visit).locator('form button[type=submit]').first());
  expect(visit.clicks <= 4, `${visit.clicks} clicks for a request`);
  await ask({ route: 'family' });
}

/** Signs in anew, as one must after days. */
export async function again(visit, email) {
  await visit.context.clearCookies();
  await visit.signIn(await ask({ account: email }));
}

async function fill(visit, fields) {
  for (const [name, value] of Object.entries(fields)) await main(visit).locator(`[name=${name}]`).first().fill(value);
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

  async a_guardian_without_a_code_is_called_and_begins_with_the_one_she_is_read(visit, browser) {
    const mrn = '1790354';
    const reviewer = await ask({ account: 'ortiz@hospital.example' });
    const desk = await Visit.start(browser, { script: visit.script });
    await desk.signIn(reviewer);
    const birth = await bornAtDesk(desk);
    const when = { patient_month: birth.month, patient_day: birth.day, patient_year: birth.year };
    const patient = { patient_given: 'Kristin', patient_family: 'Bailey', ...when };
    const own = { given: 'Elena', family: 'Bailey', born_month: '2', born_day: '3', born_year: '1985', email: 'elena.bailey@example.org' };
    await visit.goto('/family/activate');
    await visit.follow(visit.page.locator('main a[href^="/family/enroll"]').first());
    await main(visit).locator('input[name=who][value=guardian]').check();
    await fill(visit, { ...own, phone: '1', ...patient, mrn });
    await visit.follow(main(visit).locator('form button.main, form button[type=submit]').last());
    await visit.expectText('There is a problem');
    expect(await main(visit).locator('[name=patient_family]').inputValue() === 'Bailey', 'what was typed is gone');
    await look(visit, 'the form of who has no code');
    await fill(visit, { phone: '617-555-0199' });
    await visit.follow(main(visit).locator('form button.main, form button[type=submit]').last());
    await look(visit, 'asked for a call');
    // The access team compares, calls on a number of the record, and reads the code out.
    await desk.goto('/team/requests?view=needs_action&kind=enrolment');
    await desk.follow(main(desk).locator('tbody a[href^="/team/requests/"]').first());
    await desk.expectText('Elena Bailey', '617-555-0199');
    if (desk.script) await desk.inspect('an enrolment at the desk');
    await desk.follow(desk.button('Assign to me'));
    await desk.follow(desk.link('Verify by phone'));
    await main(desk).locator('input[name=outcome][value=reached]').check();
    await desk.follow(desk.button('Save the call'));
    await fill(desk, { spoken_to: 'Elena Bailey' });
    for (const known of ['birth_date', 'address']) await main(desk).locator(`input[name=identifier][value=${known}]`).check();
    await main(desk).locator('input[name=relationship][value=parent]').check();
    await main(desk).locator('input[name=on_record_number]').check();
    await desk.follow(desk.button('They confirm: save the checklist'));
    await desk.follow(main(desk).locator('a[href$="/approved"], a[href$="/approve"]').first());
    await fresh(desk, reviewer);
    await desk.follow(main(desk).locator('form button.main, form button[type=submit]').first());
    await fresh(desk, reviewer);
    await desk.expectText('Read this code out now');
    const code = (await main(desk).locator('code').first().innerText()).trim();
    await desk.end();
    // With the code the account begins.
    await visit.goto('/family/activate');
    await fill(visit, { ...own, ...when, code, signature: 'Elena Bailey' });
    await main(visit).locator('select[name=relationship]').selectOption('mother');
    await main(visit).locator('input[name=terms]').check();
    await visit.follow(main(visit).locator('form button.main, form button[type=submit]').last());
    // Kristin is 13 or older: nothing is shown before she signs too.
    await visit.expectText('One more step', 'Your number', 'must sign too');
    await look(visit, 'an account that waits for the teen');
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
