// Patient tokens, told as a journey: the letter, the physician who redeems it, the one who comes second, and taking it back.
import { ask, expect, Visit } from './browser.mjs';

const main = visit => visit.page.locator('main');
const MRN = '1790354';

async function fill(visit, fields) {
  for (const [name, value] of Object.entries(fields)) await main(visit).locator(`[name="${name}"]`).first().fill(value);
}

const send = visit => visit.follow(main(visit).locator('form button.main').first());

async function redeem(visit, token, mrn) {
  await visit.goto('/patients');
  await visit.follow(visit.page.locator('header .who').getByRole('link', { name: 'Validate a token' }));
  await fill(visit, { token, mrn });
  await send(visit);
}

export const tokens = {
  async a_token_letter_opens_a_chart_to_the_first_and_to_nobody_else(visit, browser) {
    const look = async (person, name) => { if (person.script) await person.inspect(name); }; // axe is a script
    await visit.signIn(await ask({ account: 'kimura@hospital.example' }));
    await visit.follow(visit.page.locator('header nav').getByRole('link', { name: 'Tokens' }));
    await look(visit, 'finding a patient for a token');
    await fill(visit, { mrn: '9999999' });
    await send(visit);
    await visit.expectText('There is a problem', 'No patient has this MRN');
    await fill(visit, { mrn: MRN });
    await send(visit);
    expect(/^\/team\/tokens\/of\/[0-9a-f-]{36}$/.test(new URL(visit.page.url()).pathname), visit.page.url());
    await fill(visit, { for_whom: 'Dr. Rivera' });
    await send(visit);
    await visit.expectText('Token issued', 'Invitation to see', 'Dr. Rivera', 'only place');
    await look(visit, 'a token that was just issued');
    const token = (await main(visit).locator('code').first().innerText()).trim();
    expect(/^([0-9A-Z]{4}-){6}[0-9A-Z]{2}$/.test(token), `the token is ${token}`);
    expect(await main(visit).locator('.letter svg').count() === 1, 'the letter has no QR code');
    expect(!(await main(visit).locator('.letter').innerText()).includes(MRN), 'the letter gives the MRN away');
    // On paper there is the letter and not the table.
    await visit.page.emulateMedia({ media: 'print' });
    expect(await main(visit).locator('.letter').isVisible() && !await main(visit).locator('table').isVisible(), 'the print is not the letter');
    await visit.page.emulateMedia({ media: 'screen' });
    const [file] = await Promise.all([visit.page.waitForEvent('download'), visit.button('Save the letters as PDF').click()]);
    expect(file.suggestedFilename() === 'tokens.pdf', file.suggestedFilename());
    // The first one.
    const first = await Visit.start(browser, { script: visit.script });
    await first.signIn(await ask({ account: 'rivera@example.org' }));
    await redeem(first, token, '9999999');
    await first.expectText('There is a problem', 'We could not match this token and MRN');
    await look(first, 'a token that did not match');
    await fill(first, { token: token.toLowerCase().replaceAll('-', ' '), mrn: MRN });
    await send(first);
    await first.expectText('MRN', 'Why you see this', 'token');
    const chart = new URL(first.page.url()).pathname;
    expect(/^\/charts\/[0-9a-f-]{36}$/.test(chart), chart);
    await redeem(first, token, MRN);
    expect(new URL(first.page.url()).pathname === chart, 'the same token again does not lead to the chart');
    // The second one, and the letter to who issued it.
    const second = await Visit.start(browser, { script: visit.script });
    await second.signIn(await ask({ account: 'raman@example.org' }));
    await redeem(second, token, MRN);
    await second.expectText('There is a problem', 'We could not match this token and MRN');
    expect(await second.goto(chart) === 404, 'a second account opens the chart');
    await second.goto('/dev/mail');
    await second.expectText('kimura@hospital.example', 'A patient token was tried by somebody else');
    await second.end();
    // Taken back while the chart is open.
    await visit.goto('/team/tokens');
    await fill(visit, { mrn: MRN });
    await send(visit);
    await visit.expectText('Redeemed', 'Rivera');
    await look(visit, 'the tokens of a patient');
    await visit.follow(main(visit).locator('tbody tr', { hasText: 'Dr. Rivera' }).getByRole('link', { name: /^Take back/ }));
    await look(visit, 'taking a token back');
    await send(visit);
    await visit.expectText('There is a problem');
    await fill(visit, { reason: 'The family asked for it.' });
    await send(visit);
    await visit.expectText('Taken back', 'The family asked for it.');
    expect(await first.goto(chart) === 404, 'a token that was taken back still opens the chart');
    await first.expectText('Your access ended');
    await first.end();
  },
};
