// Emergency access: from the not-authorized page to the chart, the review of the access team, and what the family reads.
import { ask, expect, Visit } from './browser.mjs';
import { born } from './family.mjs';
import { fresh } from './pcp.mjs';

const main = visit => visit.page.locator('main');
const MRN = '2096481';
const REASON = 'Seizing at our clinic; no record of her medications here.';

async function search(visit) {
  await visit.goto('/patients');
  await visit.page.locator('form.search input[name=mrn]').fill(MRN);
  await visit.follow(visit.page.locator('form.search button[type=submit]').first());
}

async function fill(visit, fields) {
  for (const [name, value] of Object.entries(fields)) await main(visit).locator(`[name="${name}"]`).first().fill(String(value));
}

async function look(visit, name, widths) {
  if (visit.script) await visit.inspect(name, widths); // axe is a script
}

export const emergency = {
  async a_physician_takes_emergency_access_the_team_reviews_it_and_the_family_reads_it(visit, browser) {
    const birth = await born(browser, visit.script, MRN);
    const physician = await ask({ account: 'haddad@example.org' });
    await visit.signIn(physician);
    await search(visit);
    await visit.expectText('Not authorized', 'Only when a delay would harm the patient');
    await look(visit, 'not authorized, with emergency access');
    await visit.follow(visit.button('Emergency access'));
    await visit.expectText('for 4 hours', 'within 72 hours');
    expect(await main(visit).locator('input[name=mrn]').inputValue() === MRN, 'the MRN is to be typed again');
    // What is wrong is said, and what was typed stays.
    await fill(visit, { family: 'Emmerich', given: 'Daron', month: birth.month, day: birth.day, year: birth.year, reason: 'urgent' });
    await visit.follow(visit.button('Open the chart for 4 hours'));
    await fresh(visit, physician);
    await visit.expectText('There is a problem', '10 to 1000 characters');
    await look(visit, 'emergency access with a short reason');
    expect(await main(visit).locator('[name=family]').inputValue() === 'Emmerich', 'what was typed is gone');
    await fill(visit, { reason: REASON });
    await visit.follow(visit.button('Open the chart for 4 hours'));
    await visit.expectText('EMMERICH', 'Why you see this', 'emergency');
    await visit.follow(visit.page.locator('nav.sections a[href$="/allergies"]'));
    await visit.expectText('EMMERICH');
    // The access team: alerted, and it reviews.
    await visit.goto('/dev/mail');
    await visit.expectText('Emergency access was taken');
    const desk = await Visit.start(browser, { script: visit.script });
    await desk.signIn(await ask({ account: 'ortiz@hospital.example' }));
    await desk.goto('/team/requests?view=needs_action&kind=emergency_review');
    await desk.follow(main(desk).locator('tbody tr', { hasText: 'EMMERICH' }).locator('a[href^="/team/requests/"]').first());
    await desk.expectText('took emergency access', REASON, 'Allergies', 'Not reviewed yet', 'Within 72 hours');
    await look(desk, 'a request to review emergency access');
    await desk.follow(desk.link('Review this emergency access'));
    await fill(desk, { note: 'The clinic confirms the seizure.' });
    await desk.follow(desk.button('Keep the review'));
    await desk.expectText('There is a problem', 'Say whether it was justified');
    expect(await main(desk).locator('[name=note]').inputValue() === 'The clinic confirms the seizure.', 'the note is gone');
    await look(desk, 'the review of an emergency access');
    await main(desk).locator('input[name=finding][value=justified]').check();
    await desk.follow(desk.button('Keep the review'));
    await desk.expectText('found it justified', 'The clinic confirms the seizure.');
    // Who saw this chart, for the accounting of disclosures.
    await desk.follow(desk.page.locator('header nav').getByRole('link', { name: 'Look-ups' }));
    await desk.follow(desk.link('accounting of disclosures'));
    await fill(desk, { mrn: MRN });
    await desk.follow(main(desk).locator('form.search button[type=submit]').first());
    await desk.expectText('Haddad', 'Opened: Allergies', 'Emergency access');
    await look(desk, 'the accounting of disclosures');
    await desk.end();
    // The family reads it in plain words, in both languages.
    const mother = await Visit.start(browser, { script: visit.script, width: 390 });
    await mother.signIn(await ask({ account: 'jordan.emmerich@example.org' }));
    await mother.goto('/family/disclosures');
    await mother.expectText('Haddad', 'They said it was an emergency; our team checks it');
    await look(mother, 'who opened the chart', [390, 320]);
    await mother.follow(mother.button('Español'));
    await mother.goto('/family/disclosures');
    await mother.expectText('Dijo que era una emergencia; nuestro equipo lo revisa');
    await mother.end();
    // Four hours later the chart is closed again.
    await ask({ advance: 4 * 3600 });
    await visit.context.clearCookies();
    await visit.signIn(physician);
    await search(visit);
    await visit.expectText('Not authorized', 'Your access ended on');
  },
};
