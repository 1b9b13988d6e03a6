// Sponsors, the people they sponsor, and a whole cycle of the validation, told as journeys.
import { ask, expect, Visit } from './browser.mjs';

const main = visit => visit.page.locator('main');
const DAY = 86_400;

async function fill(visit, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = main(visit).locator(`[name="${name}"]`).first();
    if (value === true) await field.check();
    else if (await field.evaluate(node => node.tagName) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
}

const send = visit => visit.follow(main(visit).locator('form button.main, form button[type=submit]').first());

/** The newest letter to `address` whose subject holds `subject`, opened in the demo's mail. */
export async function letter(visit, address, subject) {
  expect(await visit.goto('/dev/mail') === 200, 'the mail does not open');
  const row = main(visit).locator('tbody tr', { hasText: address }).filter({ hasText: subject }).first();
  expect(await row.count() === 1, `no letter "${subject}" to ${address}:\n${await visit.text()}`);
  await visit.follow(row.locator('a').first());
}

/** Moves the clock to `instant`, and lets the schedule do what is due. */
async function at(instant) {
  await ask({ at: instant });
  await ask({ job: 'validation' });
}

/** Signs in anew, as one must after days. */
async function again(visit, email) {
  await visit.context.clearCookies();
  await visit.signIn(await ask({ account: email }));
}

async function status(visit, path) { return visit.goto(path); }

export const staff = {
  async a_nurse_is_invited_activates_and_reads_a_first_record(visit, browser) {
    const email = 'nadia.brooks@elm.example.org';
    await visit.signIn(await ask({ account: 'rivera@example.org' }));
    await visit.goto('/staff');
    await visit.expectText('Your staff', 'Lee');
    await visit.follow(visit.link('Register as a sponsor'));
    await fill(visit, { name: 'Somebody Else' });
    await send(visit);
    await visit.expectText('There is a problem');
    const name = (await visit.page.locator('header .who a[href="/account"]').innerText()).trim();
    await fill(visit, { name });
    await send(visit);
    await visit.expectText('You are registered as a sponsor');
    await visit.follow(visit.link('Sponsor a person'));
    await fill(visit, { given: 'Nadia', family: 'Brooks', email: 'rivera@example.org' });
    await send(visit);
    await visit.expectText('There is a problem');
    expect(await main(visit).locator('[name=family]').inputValue() === 'Brooks', 'what was typed is gone');
    await fill(visit, { email });
    await main(visit).locator('[name=job][value=registered_nurse], select[name=job]').first()
      .evaluate(node => { if (node.tagName === 'SELECT') node.value = 'registered_nurse'; else node.click(); });
    const practice = main(visit).locator('select[name=practice]');
    if (await practice.count()) await practice.selectOption({ label: 'Elm Street Pediatrics' });
    await send(visit);
    await visit.expectText('never', email);
    const code = (await main(visit).locator('code').first().innerText()).replaceAll(/\D/g, '');
    expect(code.length === 8, `the code is ${code}`);
    // The nurse, in her own browser.
    const nurse = await Visit.start(browser, { script: visit.script });
    await letter(nurse, email, 'Set up your access');
    await nurse.follow(main(nurse).locator('a.wrap-any[href*="/invitation/"]').first());
    await nurse.expectText('Nadia Brooks', email, 'Elm Street Pediatrics');
    const key = (await nurse.page.locator('code.key').innerText()).replaceAll(/\s/g, '');
    await fill(nurse, { handover: '00000000', password: 'short', code: (await ask({ totp: key })).code, terms: true });
    await send(nurse);
    await nurse.expectText('There is a problem');
    await fill(nurse, { handover: code, password: 'nine brass kettles on a shelf', code: (await ask({ totp: key })).code, terms: true });
    await send(nurse);
    await nurse.expectText('sign in');
    await nurse.goto('/sign-in');
    await fill(nurse, { email, password: 'nine brass kettles on a shelf' });
    await nurse.follow(main(nurse).locator('form button[type=submit]').first());
    await ask({ advance: 31 });
    await fill(nurse, { code: (await ask({ totp: key })).code });
    await nurse.follow(main(nurse).locator('form button[type=submit]').first());
    await nurse.goto('/patients/mine');
    await nurse.follow(main(nurse).locator('a[href^="/charts/"]').first());
    await nurse.expectText('MRN', 'Why you see this');
    // Removed in three clicks, and put back within ten minutes.
    await visit.goto('/');
    visit.clicks = 0;
    await visit.follow(visit.page.locator('header nav').getByRole('link', { name: 'Staff' }));
    await visit.follow(main(visit).locator('tr', { hasText: 'Nadia' }).getByRole('link', { name: /^Remove/ }));
    await visit.expectText('Nadia Brooks', '10 minutes');
    await send(visit);
    expect(visit.clicks === 3, `${visit.clicks} clicks`);
    expect(await nurse.goto('/patients') === 423, 'a removed nurse still finds patients');
    await visit.follow(visit.button('Undo'));
    expect(await nurse.goto('/patients') === 200, 'a removal that was undone still holds');
    await nurse.end();
  },

  async a_whole_cycle_from_the_opening_mail_to_the_late_review_and_the_next_october(visit, browser) {
    const sponsor = 'rivera@example.org';
    const nurse = await Visit.start(browser, { script: visit.script });
    const partners = await Visit.start(browser, { script: visit.script });
    await at('2027-04-01T03:59:59Z');
    await visit.goto('/dev/mail');
    expect(!(await visit.text()).includes('Review'), 'a letter came before the opening');
    await at('2027-04-01T04:00:00Z');
    await letter(visit, sponsor, 'eview');
    await visit.expectText('30-Apr-2027', '/review');
    await again(visit, sponsor);
    await visit.expectText('Review your staff');
    await visit.follow(visit.link('Review now'));
    await visit.expectText('April 2027', 'April 30, 2027', '11:59 pm', 'May 1');
    // Half of it, kept for later.
    const rows = await main(visit).locator('input[type=radio][value=keep]').count();
    expect(rows >= 2, `${rows} rows`);
    await main(visit).locator('input[type=radio][value=keep]').first().check();
    await visit.follow(visit.button('Save and finish later'));
    await visit.goto('/review');
    expect(await main(visit).locator('input[type=radio][value=keep]').first().isChecked(), 'the choice is gone');
    if (visit.script) await visit.inspect('a review half done'); // axe is a script
    for (const day of ['2027-04-15', '2027-04-22', '2027-04-28', '2027-04-30']) await at(`${day}T04:00:00Z`);
    await visit.goto('/dev/mail');
    const reminders = await main(visit).locator('tbody tr', { hasText: sponsor }).count();
    expect(reminders === 5, `${reminders} letters to the sponsor by April 30`);
    // The partner completes hers: keep for each of ten or fewer people, the signature, the button.
    await again(partners, 'oyelaran@example.org');
    await partners.goto('/review');
    const theirs = await main(partners).locator('input[type=radio][value=keep]').all();
    partners.clicks = 0;
    for (const keep of theirs) {
      await keep.check();
      partners.clicks += 1;
    }
    await fill(partners, { name: 'Grace Oyelaran' });
    partners.clicks += 1;
    await partners.follow(partners.button('Complete the review'));
    // One for each person, one into the field of the signature, the button: 12 for ten people, and no page between.
    expect(partners.clicks === theirs.length + 2, `${partners.clicks} clicks for ${theirs.length} people`);
    await partners.expectText('October 1, 2027');
    // 00:00 on May 1, hospital time: the sponsor and the staff, and not the partner's.
    await at('2027-05-01T03:59:50Z');
    await again(nurse, 'lee@example.org');
    await ask({ at: '2027-05-01T04:00:31Z' });
    await ask({ job: 'validation' });
    expect(await status(nurse, '/patients') === 423, 'the staff are not locked');
    await nurse.expectText('Rivera', 'Elm Street Pediatrics');
    if (visit.script) await nurse.inspect('a locked nurse'); // axe is a script
    await nurse.follow(nurse.button('Remind'));
    await nurse.expectText('Reminded');
    await again(partners, 'park@example.org');
    expect(await status(partners, '/patients') === 200, 'the staff of the partner, who has completed hers, are locked');
    await letter(visit, sponsor, 'locked');
    await letter(visit, sponsor, 'waited for');
    await again(visit, sponsor);
    expect(await status(visit, '/patients') === 423, 'the sponsor is not locked');
    if (visit.script) await visit.inspect('a locked sponsor'); // axe is a script
    await visit.follow(visit.link('Complete the review'));
    await visit.expectText('You and the people you sponsor are locked since');
    for (const keep of await main(visit).locator('input[type=radio][value=keep]').all()) await keep.check();
    const name = (await visit.page.locator('header .who').innerText()).split('\n')[0].replace('Sign out', '').trim();
    await fill(visit, { name });
    await visit.follow(visit.button('Complete the review'));
    await visit.expectText('You and the people you sponsor are unlocked', 'October 1, 2027');
    expect(await status(visit, '/patients') === 200, 'the sponsor is still locked');
    expect(await status(nurse, '/patients') === 200, 'the staff are still locked');
    await at('2027-10-01T04:00:00Z');
    await again(visit, sponsor);
    await visit.follow(visit.link('Review now'));
    await visit.expectText('October 2027', 'October 30, 2027');
    await nurse.end();
    await partners.end();
  },
};
