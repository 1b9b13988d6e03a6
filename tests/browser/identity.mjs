// Who people are: registering, a reset, another address, a lost phone, passkeys, the hospital's sign-in; told as journeys.
import { ask, base, expect, Visit } from './browser.mjs';

const main = visit => visit.page.locator('main');
const send = visit => visit.follow(main(visit).locator('form button[type=submit]').first());
const NEW_PASSWORD = 'nine brass kettles on a shelf';

/** Fills the fields of the page by their names; a name with a value of `true` is ticked. */
async function fill(visit, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = main(visit).locator(`[name="${name}"]`).first();
    if (value === true) await field.check();
    else await field.fill(value);
  }
}

/** Follows the link in the newest letter to `address`, as its owner does in the demo's mail. */
async function openLetter(visit, address, subject) {
  const status = await visit.goto('/dev/mail');
  expect(status === 200, `the mail answers ${status}`);
  const row = main(visit).locator('tbody tr', { hasText: address }).filter({ hasText: subject }).first();
  expect(await row.count() === 1, `no letter "${subject}" to ${address}:\n${await visit.text()}`);
  await visit.follow(row.locator('a').first());
  await visit.follow(main(visit).locator('a.wrap-any[href^="/"]').first());
}

async function password(visit, email, word) {
  await visit.goto('/sign-in');
  await fill(visit, { email, password: word });
  await send(visit);
}

/** Confirms with the present code where the page asks for a fresh factor; sends a held form on. */
async function confirm(visit, account) {
  if (!(await visit.h1()).includes('Confirm that it is you')) return;
  await ask({ advance: 31 });
  await fill(visit, { code: (await ask({ code: account.email })).code });
  await visit.follow(visit.button('Confirm'));
  if ((await visit.h1()).includes('Confirmed')) await send(visit);
}

export const identity = {
  async a_new_physician_registers_is_approved_and_reads_a_first_record(visit, browser) {
    const email = 'imani.brandt@elm.example.org';
    await visit.goto('/sign-in');
    await visit.follow(visit.link('Register'));
    await visit.expectText('Step 1 of 4');
    await fill(visit, { npi: '1234567890' });
    await main(visit).locator('input[name=chart][value=no]').check();
    await send(visit);
    await visit.expectText('There is a problem');
    expect(await main(visit).locator('[name=npi]').inputValue() === '1234567890', 'the number that was typed is gone');
    await fill(visit, { npi: '1669990065' });
    await send(visit);
    await visit.expectText('Step 2 of 4');
    await fill(visit, { family: 'Brandt', given: 'Imani', specialty: 'Pediatrics', phone: '617-555-0166', practice_search: 'Elm' });
    await visit.follow(main(visit).locator('button[value=find]'));
    await main(visit).locator('label', { hasText: 'Elm Street Pediatrics' }).click();
    await visit.follow(visit.button('Continue'));
    await visit.expectText('Step 3 of 4', 'Brandt', 'Elm Street Pediatrics');
    await fill(visit, { email });
    await visit.follow(main(visit).locator('form button[type=submit]').first());
    await visit.expectText('mail');
    await openLetter(visit, email, '');
    await visit.expectText('Brandt', email);
    const key = (await visit.page.locator('code.key').innerText()).replaceAll(/\s/g, '');
    await fill(visit, { password: 'short', code: (await ask({ totp: key })).code });
    await send(visit);
    await visit.expectText('There is a problem');
    await fill(visit, { password: NEW_PASSWORD, code: (await ask({ totp: key })).code, terms: true });
    await send(visit);
    await visit.expectText('With the access team', 'Answer expected by');
    // Until the team says yes, there is nobody to sign in.
    await password(visit, email, NEW_PASSWORD);
    await visit.expectText('not right');
    // The team, in a second browser.
    const account = await ask({ account: 'ortiz@hospital.example' });
    const team = await Visit.start(browser, { script: visit.script });
    await team.signIn(account);
    await team.expectText('Brandt');
    await team.follow(main(team).locator('tbody tr', { hasText: 'Brandt' }).locator('a[href^="/team/requests/"]').first());
    await team.expectText('Imani', 'Elm Street Pediatrics', email);
    await team.follow(main(team).locator('a[href$="/approved"], a[href$="/approve"]').first());
    await confirm(team, account);
    await send(team);
    await confirm(team, account);
    await team.expectText('Approved');
    await team.end();
    // Now she signs in and reads a chart of her practice.
    await ask({ advance: 31 });
    await password(visit, email, NEW_PASSWORD);
    await fill(visit, { code: (await ask({ totp: key })).code });
    await send(visit);
    await visit.expectText('Imani Brandt');
    await visit.goto('/patients/mine');
    await visit.follow(main(visit).locator('a[href^="/charts/"]').first());
    await visit.expectText('MRN', 'Why you see this', 'is the PCP of record');
  },

  async a_forgotten_password_is_chosen_anew_and_the_code_is_asked_for_all_the_same(visit) {
    const account = await ask({ account: 'novak@example.org' });
    await visit.goto('/sign-in');
    await visit.follow(visit.link('Forgot your password?'));
    await fill(visit, { email: 'nobody@example.org' });
    await send(visit);
    const unknown = await main(visit).innerText();
    await visit.goto('/reset');
    await fill(visit, { email: account.email });
    await send(visit);
    expect(await main(visit).innerText() === unknown, 'known and unknown addresses read differently');
    await openLetter(visit, account.email, 'password');
    await fill(visit, { password: 'too short' });
    await send(visit);
    await visit.expectText('at least 15 characters');
    await fill(visit, { password: NEW_PASSWORD });
    await send(visit);
    await visit.expectText('Your password is set');
    await password(visit, account.email, account.password);
    await visit.expectText('not right');
    await password(visit, account.email, NEW_PASSWORD);
    await visit.expectText('6-digit code');
    await fill(visit, { code: (await ask({ code: account.email })).code });
    await send(visit);
    expect(!visit.page.url().includes('/sign-in'), `not in: ${visit.page.url()}`);
  },

  async a_physician_changes_the_address_and_signs_in_with_the_new_one(visit) {
    const account = await ask({ account: 'raman@example.org' });
    const email = 'priya.raman@new-place.example';
    await visit.signIn(account);
    await visit.goto('/account/email');
    await fill(visit, { email });
    await send(visit);
    await visit.expectText('Check your mail');
    await openLetter(visit, email, '');
    await visit.expectText(email);
    await send(visit);
    await confirm(visit, account);
    await visit.expectText('Your address was changed');
    await visit.follow(visit.button('Sign out'));
    await password(visit, account.email, account.password);
    await visit.expectText('not right');
    await password(visit, email, account.password);
    await visit.expectText('6-digit code');
    await visit.goto('/dev/mail');
    await visit.expectText(account.email);
  },

  async a_lost_phone_is_replaced_by_a_recovery_code_and_by_two_of_the_team(visit, browser) {
    // With a recovery code made before.
    const account = await ask({ account: 'rivera@example.org' });
    await visit.signIn(account);
    await visit.goto('/account/factors');
    await visit.follow(visit.button('Make recovery codes'));
    await confirm(visit, account);
    const code = (await main(visit).locator('ol.codes code').first().innerText()).trim();
    await visit.follow(visit.button('Sign out'));
    await password(visit, account.email, account.password);
    await fill(visit, { code });
    await send(visit);
    expect(!visit.page.url().includes('/sign-in'), 'the recovery code does not sign in');
    await visit.goto('/account/factors');
    await visit.follow(visit.button('Replace it'));
    const key = (await visit.page.locator('code.key').innerText()).replaceAll(/\s/g, '');
    await fill(visit, { code: (await ask({ totp: key })).code });
    await send(visit);
    await visit.expectText('The new authenticator app is in use');
    await visit.follow(visit.button('Sign out'));
    // Without one: the team, in two steps by two people.
    const lost = await ask({ account: 'novak@example.org' });
    const asker = await ask({ account: 'kimura@hospital.example' });
    const first = await Visit.start(browser, { script: visit.script });
    await first.signIn(asker);
    await first.goto('/team/accounts');
    await fill(first, { email: lost.email });
    await send(first);
    await first.follow(first.page.locator('main a[href$="/reset"]'));
    await confirm(first, asker);
    await fill(first, { text: 'Called back at the practice number, named her sponsor and two patients.' });
    await send(first);
    await confirm(first, asker);
    await first.end();
    const decider = await ask({ account: 'delacroix@hospital.example' });
    const second = await Visit.start(browser, { script: visit.script });
    await second.signIn(decider);
    await second.goto('/team/requests?kind=factor_reset');
    await second.follow(main(second).locator('tbody a[href^="/team/requests/"]').first());
    await second.expectText('named her sponsor');
    await second.follow(main(second).locator('a[href$="/approved"], a[href$="/approve"]').first());
    await confirm(second, decider);
    await send(second);
    await confirm(second, decider);
    const handover = (await main(second).locator('code.key').innerText()).replaceAll(/\s/g, '');
    expect(/^\d{8}$/.test(handover), `no code to read out: ${handover}`);
    await second.end();
    await openLetter(visit, lost.email, 'Set up your account');
    const fresh = (await visit.page.locator('code.key').innerText()).replaceAll(/\s/g, '');
    await fill(visit, { handover: '00000000', password: NEW_PASSWORD, code: (await ask({ totp: fresh })).code });
    await send(visit);
    await visit.expectText('There is a problem');
    await fill(visit, { handover, password: NEW_PASSWORD, code: (await ask({ totp: fresh })).code });
    await send(visit);
    await visit.expectText('Your account is set up');
    await ask({ advance: 31 });
    await password(visit, lost.email, NEW_PASSWORD);
    await fill(visit, { code: (await ask({ totp: fresh })).code });
    await send(visit);
    expect(!visit.page.url().includes('/sign-in'), `not in: ${visit.page.url()}`);
  },

  async somebody_who_cannot_sign_in_asks_for_help_and_reads_the_answer(visit, browser) {
    await visit.goto('/help');
    await fill(visit, { email: 'lee@example.org', name: 'Sam Lee', description: 'The code page says that my code is wrong.' });
    const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await main(visit).locator('input[type=file]').setInputFiles({ name: 'screen.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
    await send(visit);
    await visit.expectText('There is a problem');
    expect((await main(visit).locator('[name=description]').inputValue()).includes('code is wrong'), 'the text is gone');
    await main(visit).locator('input[type=file]').setInputFiles({ name: 'screen.png', mimeType: 'image/png', buffer: picture });
    await send(visit);
    const account = await ask({ account: 'ortiz@hospital.example' });
    const team = await Visit.start(browser, { script: visit.script });
    await team.signIn(account);
    await team.goto('/team/requests?kind=help');
    await team.follow(main(team).locator('tbody tr', { hasText: 'Sam Lee' }).locator('a[href^="/team/requests/"]').first());
    await team.expectText('my code is wrong');
    await team.follow(main(team).locator('a[href$="/answered"], a[href$="/answer"]').first());
    await fill(team, { text: 'Set the clock of your phone, then try again.' });
    await send(team);
    await confirm(team, account);
    await team.end();
    await openLetter(visit, 'lee@example.org', 'answered');
    await visit.expectText('Set the clock of your phone');
  },

  async the_hospital_signs_a_physician_in_with_a_second_factor_and_not_without(visit, browser) {
    const { issuer } = await ask({ hospital: true });
    visit.alsoAt(issuer);
    const there = async (user, code) => {
      await visit.goto('/sign-in');
      await visit.follow(visit.link('Sign in with hospital account'));
      await visit.page.locator('input[name=user]').fill(user);
      await visit.page.locator('input[name=password]').fill('hospital');
      await visit.page.locator('input[name=code]').fill(code);
      await visit.page.locator('button[value=login]').click();
      await visit.page.waitForURL(url => url.href.startsWith(base));
      await visit.page.waitForLoadState();
    };
    await there('dr.lee', '');
    await visit.expectText('second factor');
    expect(await visit.goto('/account') !== 200 || visit.page.url().includes('/sign-in'), 'in without a second factor');
    await visit.context.clearCookies();
    await there('dr.lee', '000000');
    await visit.expectText('not linked yet');
    await fill(visit, { email: 'okafor@hospital.example' });
    await send(visit);
    await visit.expectText('access team');
    const account = await ask({ account: 'ortiz@hospital.example' });
    const team = await Visit.start(browser, { script: visit.script });
    await team.signIn(account);
    await team.goto('/team/requests?kind=single_sign_on');
    await team.follow(main(team).locator('tbody a[href^="/team/requests/"]').first());
    await team.expectText('dr.lee', 'okafor@hospital.example');
    await team.follow(main(team).locator('a[href$="/approved"], a[href$="/approve"]').first());
    await confirm(team, account);
    await send(team);
    await confirm(team, account);
    await team.expectText('Approved');
    await team.end();
    await visit.context.clearCookies();
    await there('dr.lee', '000000');
    await visit.goto('/account');
    await visit.expectText('okafor@hospital.example', 'Hospital sign-in');
    await visit.follow(visit.button('Sign out'));
    await visit.expectText('hospital');
  },

  // With JavaScript only: without it, browsers have no passkeys.
  async a_passkey_is_added_and_signs_in_without_password_and_code(visit) {
    const session = await visit.context.newCDPSession(visit.page);
    await session.send('WebAuthn.enable');
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    const account = await ask({ account: 'raman@example.org' });
    await visit.signIn(account);
    await visit.goto('/account/factors');
    await fill(visit, { name: 'Office laptop' });
    await visit.follow(visit.button('Add a passkey'));
    await visit.expectText('The passkey was added', 'Office laptop');
    await visit.follow(visit.button('Sign out'));
    await visit.follow(visit.button('Use a passkey'));
    expect(!visit.page.url().includes('/sign-in'), `not in: ${await visit.text()}`);
    // After a password, as the second step.
    await visit.follow(visit.button('Sign out'));
    await password(visit, account.email, account.password);
    await visit.follow(visit.button('Use a passkey'));
    expect(!visit.page.url().includes('/sign-in'), `not in: ${await visit.text()}`);
    // And as a fresh factor, ten minutes later.
    await ask({ advance: 600 });
    await visit.goto('/account/password');
    await visit.expectText('Confirm that it is you');
    await visit.follow(visit.button('Use a passkey'));
    await visit.expectText('Change your password');
  },
};
