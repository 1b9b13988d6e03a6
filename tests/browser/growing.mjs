// A patient of 17: the guardian and the teen must both say yes, and at 18 the patient alone keeps what is to go on.
import { ask, expect, Visit } from './browser.mjs';
import { again, asks, born } from './family.mjs';
import { fresh } from './pcp.mjs';
import { letter } from './staff.mjs';

const main = visit => visit.page.locator('main');
const MRN = '2096481';
const TEEN = { given: 'Daron', family: 'Emmerich', email: 'daron.emmerich@example.org', password: 'nine brass kettles on a shelf' };

async function fill(visit, fields) {
  for (const [name, value] of Object.entries(fields)) await main(visit).locator(`[name=${name}]`).first().fill(value);
}

const send = visit => visit.follow(main(visit).locator('form button.main, form button[type=submit]').last());

async function look(visit, name) {
  if (visit.script) await visit.inspect(name, [390, 320]); // axe is a script
}

/** The teen begins an account with a code of the practice; the key of the authenticator is returned. */
async function begins(teen, code, birth) {
  const boxes = { patient_month: birth.month, patient_day: birth.day, patient_year: birth.year, born_month: birth.month, born_day: birth.day, born_year: birth.year };
  await teen.goto('/family/activate');
  const dates = Object.fromEntries(Object.entries(boxes).map(([name, value]) => [name, String(value)]));
  await fill(teen, { code, given: TEEN.given, family: TEEN.family, email: TEEN.email, signature: `${TEEN.given} ${TEEN.family}`, ...dates });
  await main(teen).locator('input[name=terms]').check();
  await send(teen);
  await teen.expectText('One more step', 'Your number');
  const handover = (await main(teen).locator('code').first().innerText()).replaceAll(/\D/g, '');
  await letter(teen, TEEN.email, 'Set up your account');
  await teen.follow(main(teen).locator('a.wrap-any[href*="/set-up/"], a.wrap-any[href*="/invitation/"]').first());
  const key = (await teen.page.locator('code.key').innerText()).replaceAll(/\s/g, '');
  await fill(teen, { handover, password: TEEN.password, code: (await ask({ totp: key })).code });
  const terms = main(teen).locator('input[name=terms]');
  if (await terms.count()) await terms.check();
  await send(teen);
  return key;
}

async function signIn(teen, key) {
  await teen.context.clearCookies();
  await teen.goto('/sign-in');
  await fill(teen, { email: TEEN.email, password: TEEN.password });
  await teen.follow(main(teen).locator('form button[type=submit]').first());
  await ask({ advance: 31 });
  await fill(teen, { code: (await ask({ totp: key })).code });
  await teen.follow(main(teen).locator('form button[type=submit]').first());
}

async function sees(visit) {
  await visit.goto('/patients');
  await visit.page.locator('form.search input[name=mrn]').fill(MRN);
  await visit.follow(visit.page.locator('form.search button[type=submit]').first());
  return (await visit.text()).includes('Why you see this');
}

async function saysYes(visit, lasting) {
  await visit.goto('/family');
  await visit.follow(visit.page.getByRole('link', { name: 'Read and answer' }).first());
  await main(visit).locator(`input[name=lasting][value="${lasting}"]`).check();
  await look(visit, 'a request that takes two');
  await visit.follow(visit.button('Yes, let them see it'));
}

export const growing = {
  async a_teen_and_the_mother_both_say_yes_and_at_18_the_teen_keeps_it(visit, browser) {
    const birth = await born(browser, visit.script, MRN);
    const noon = (age, days) => new Date(Date.UTC(birth.year + age, birth.month - 1, birth.day + days, 17)).toISOString().replace('.000', '');
    await ask({ at: noon(18, -60) });
    // The team hands over a code for the patient, after checking identity in person.
    const reviewer = await ask({ account: 'ortiz@hospital.example' });
    const desk = await Visit.start(browser, { script: visit.script });
    await desk.signIn(reviewer);
    await desk.goto('/team/families');
    await fill(desk, { mrn: MRN });
    await desk.follow(desk.button('Find'));
    await desk.follow(main(desk).locator('form:has(input[name=deed][value=code_patient]) button'));
    await fresh(desk, reviewer);
    await desk.expectText('Activation code, shown once');
    const code = (await main(desk).locator('code.key').first().innerText()).trim();
    await desk.end();
    const teen = await Visit.start(browser, { script: visit.script, width: 390 });
    const key = await begins(teen, code, birth);
    await signIn(teen, key);
    await teen.expectText('You are under 18');
    await look(teen, 'the home of a teen');
    // Two must say yes: one alone opens nothing.
    await visit.signIn(await ask({ account: 'aziz@example.org' }));
    await asks(visit, MRN, 'Emmerich', 'Daron', birth);
    const mother = await Visit.start(browser, { script: visit.script, width: 390 });
    await mother.signIn(await ask({ account: 'jordan.emmerich@example.org' }));
    await saysYes(mother, '1_year');
    await mother.expectText('The other one of you must say yes too');
    expect(!await sees(visit), 'one yes of two opens the chart');
    await saysYes(teen, '1_year');
    await teen.expectText('said yes');
    expect(await sees(visit), 'two yeses do not open the chart');
    await mother.end();
    // What the guardian helped to give would end at 18; the patient keeps it, before that day.
    await teen.goto('/family/access');
    await teen.expectText('What a guardian gave for you', 'Aziz');
    await look(teen, 'what ends at 18');
    await teen.follow(teen.page.getByRole('link', { name: /^Keep it/ }).first());
    await teen.expectText('Do you want to keep this?');
    await look(teen, 'keeping it');
    await teen.follow(teen.button('Keep it'));
    await teen.expectText('It goes on after you turn 18');
    await ask({ at: noon(18, 1) });
    await again(visit, 'aziz@example.org');
    expect(await sees(visit), 'what the patient kept has ended');
    // From 18 on the patient alone takes it back.
    await signIn(teen, key);
    await teen.goto('/family/access');
    await teen.follow(teen.page.getByRole('button', { name: /^Take back/ }).first());
    await teen.end();
    expect(!await sees(visit), 'what was taken back still opens the chart');
  },
};
