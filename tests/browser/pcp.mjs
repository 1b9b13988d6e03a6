// From "not authorized" to the record: a PCP change that the family confirms by phone.
import { ask, expect, Visit } from './browser.mjs';

const main = visit => visit.page.locator('main');
const MRN = '1790354';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

async function fill(visit, fields) {
  for (const [name, value] of Object.entries(fields)) await main(visit).locator(`[name=${name}]`).first().fill(value);
}

async function search(visit) {
  await visit.page.locator('form.search input[name=mrn]').fill(MRN);
  await visit.follow(visit.page.locator('form.search button[type=submit]').first());
}

async function inspect(visit, name) {
  if (visit.script) await visit.inspect(name); // axe is a script
}

/** Shows a fresh second factor where it is asked for. */
export async function fresh(visit, account) {
  if (!(await visit.h1()).includes('Confirm that it is you')) return;
  await ask({ advance: 31 });
  const { code } = await ask({ code: account.email });
  await main(visit).locator('input[name=code]').fill(code);
  await visit.follow(visit.button('Confirm'));
  if ((await visit.h1()).includes('Confirmed')) await visit.follow(main(visit).locator('form button[type=submit]').first());
}

/** The birth date that the hospital's record has, read from the request of somebody else for the same patient. */
export async function born(desk) {
  await desk.goto('/team/requests?view=needs_action&kind=pcp_change');
  await inspect(desk, 'the queue');
  await desk.follow(main(desk).locator('tbody tr', { hasText: 'BAILEY' }).locator('a[href^="/team/requests/"]').first());
  const text = await main(desk).innerText();
  const [, day, month, year] = /Born\s+(\d\d)-(\w{3})-(\d{4})/.exec(text);
  return { day: String(Number(day)), month: String(MONTHS.indexOf(month) + 1), year };
}

export const pcp = {
  async two_of_the_team_on_one_request_see_who_was_first_and_lose_nothing_typed(visit, browser) {
    const other = await Visit.start(browser, { script: visit.script });
    await visit.signIn(await ask({ account: 'ortiz@hospital.example' }));
    await other.signIn(await ask({ account: 'kimura@hospital.example' }));
    for (const one of [visit, other]) {
      await one.goto('/team/requests?view=needs_action&kind=pcp_change');
      await one.follow(main(one).locator('tbody tr', { hasText: 'BAILEY' }).locator('a[href^="/team/requests/"]').first());
    }
    // Both have the same request open; one takes it, the other wants to write a note.
    await visit.follow(visit.button('Assign to me'));
    const note = 'The mother asked for a call after five.';
    await fill(other, { note });
    await other.follow(main(other).locator('form:has([name=note]) button[type=submit]').first());
    await other.expectText('Ortiz', 'changed this at');
    expect(await main(other).locator('[name=note]').inputValue() === note, 'what was typed is gone');
    await inspect(other, 'a request that another changed meanwhile');
    await other.follow(main(other).locator('form:has([name=note]) button[type=submit]').first());
    await other.expectText(note);
    expect(!(await other.text()).includes('changed this at'), 'the second try is held up too');
    // The first sees the note, and that nothing of hers is undone.
    await visit.page.reload();
    await visit.expectText(note, 'You');
    await other.end();
  },

  async a_refused_physician_asks_the_family_confirms_by_phone_and_the_chart_opens(visit, browser) {
    const reviewer = await ask({ account: 'ortiz@hospital.example' });
    const desk = await Visit.start(browser, { script: visit.script });
    await desk.signIn(reviewer);
    const birth = await born(desk);
    // The request in no more than four clicks after sign-in.
    await visit.signIn(await ask({ account: 'raman@example.org' }));
    await search(visit);
    await visit.expectText('Not authorized');
    await visit.follow(visit.button('Request PCP access'));
    await fill(visit, { family: 'Bailey', given: 'Kristin', ...birth, reason: 'The family moved; first visit next week.' });
    await visit.follow(visit.button('Send the request'));
    expect(visit.clicks <= 4, `${visit.clicks} clicks`);
    await visit.expectText('Your request is filed');
    await visit.goto('/requests');
    await visit.expectText('Bailey', 'The hospital', 'business day');
    await inspect(visit, 'My requests');
    await visit.follow(main(visit).locator('tbody a[href^="/requests/"]').first());
    await visit.expectText('The request was sent', 'Take it back');
    await inspect(visit, 'a request of mine');
    // The desk: whom to call, a voicemail, a call that reached the mother.
    await desk.goto('/team/requests?view=needs_action&kind=pcp_change');
    await desk.follow(main(desk).locator('tbody tr', { hasText: 'Raman' }).locator('a[href^="/team/requests/"]').first());
    await desk.expectText('Not verified yet', 'Raman');
    await inspect(desk, 'a request about a patient');
    await desk.follow(desk.button('Assign to me'));
    await desk.follow(desk.link('Verify by phone'));
    await desk.expectText('617-555-0132', 'Nobody has called yet');
    await desk.follow(desk.button('Save the call'));
    await desk.expectText('Say how the call ended');
    await main(desk).getByLabel('Voicemail left').check();
    await desk.follow(desk.button('Save the call'));
    await main(desk).locator('input[name=outcome][value=reached]').check();
    await main(desk).getByLabel('An interpreter helped').check();
    await fill(desk, { note: 'The mother; at work until five.' });
    await desk.follow(desk.button('Save the call'));
    await desk.expectText('Reached', 'The mother; at work until five.');
    await fill(desk, { spoken_to: 'Elena Bailey' });
    await main(desk).locator('input[name=identifier][value=birth_date]').check();
    await desk.follow(desk.button('They confirm: save the checklist'));
    await desk.expectText('There is a problem', 'at least two');
    expect(await main(desk).locator('[name=spoken_to]').inputValue() === 'Elena Bailey', 'what was typed is gone');
    await inspect(desk, 'an incomplete checklist');
    await main(desk).locator('input[name=identifier][value=address]').check();
    await main(desk).locator('input[name=relationship][value=parent]').check();
    await desk.follow(desk.button('They confirm: save the checklist'));
    await desk.expectText('Verified', 'Elena Bailey');
    await desk.follow(desk.link('Confirm and update PCP'));
    await fresh(desk, reviewer);
    await desk.expectText('Requested PCP', 'Raman', 'Nobody is listed as PCP now.');
    await inspect(desk, 'before the PCP is changed');
    await desk.follow(desk.button('Confirm and update PCP'));
    await fresh(desk, reviewer);
    await desk.expectText('Approved');
    await desk.end();
    // The very next search opens the chart, and the page says how it went without naming the family.
    await visit.goto('/patients');
    await search(visit);
    await visit.expectText('BAILEY', 'Why you see this');
    await visit.goto('/requests');
    await visit.follow(main(visit).locator('tbody a[href^="/requests/"]').first());
    await visit.expectText('It was approved', 'The access team called the family');
    expect(!(await visit.text()).includes('Elena'), 'the page names somebody of the family');
  },
};
