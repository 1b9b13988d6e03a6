// A person with a browser: Chromium against the portal that the test suite serves, watched for everything a page must not do.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

export const base = process.env.POSTERN_TEST_URL;
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Asks the test suite: {code: email} for the current TOTP code, {advance: seconds} to move the portal's clock. */
export async function ask(question) {
  process.stdout.write(`?${JSON.stringify(question)}\n`);
  const { value } = await answers.next();
  return JSON.parse(value);
}

export function expect(truth, message) {
  if (!truth) throw new Error(message);
}

export async function launch() {
  return chromium.launch({
    executablePath: process.env.POSTERN_TEST_CHROMIUM || '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
    ],
  });
}

/** One person's browser window. Counts clicks, and notes whatever a page must not do. */
export class Visit {
  constructor(context, page, script) {
    Object.assign(this, { context, page, script, clicks: 0, faults: [], origins: [] });
  }

  /** This person also goes to another place: the hospital's identity provider. */
  alsoAt(origin) { this.origins.push(origin); }

  static async start(browser, { script = true, width = 1280 } = {}) {
    const context = await browser.newContext({ javaScriptEnabled: script, viewport: { width, height: 900 }, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(30000);
    const visit = new Visit(context, page, script);
    page.on('request', request => {
      const url = request.url();
      const own = [base, ...visit.origins].some(origin => url.startsWith(origin));
      if (!own && !url.startsWith('data:')) visit.faults.push(`request to another origin: ${url}`);
    });
    page.on('pageerror', error => visit.faults.push(`script error on ${page.url()}: ${error.message}`));
    page.on('console', message => {
      const text = message.text();
      if (/content security policy|refused to/i.test(text)) visit.faults.push(`on ${page.url()}: ${text}`);
    });
    return visit;
  }

  async goto(path) {
    const response = await this.page.goto(base + path, { waitUntil: 'load' });
    return response.status();
  }

  /** Clicks something that leads to another page, and waits for it. */
  async follow(locator) {
    this.clicks += 1;
    await Promise.all([this.page.waitForEvent('load'), locator.click()]);
  }

  link(name) { return this.page.getByRole('link', { name }).first(); }
  button(name) { return this.page.getByRole('button', { name }).first(); }
  async h1() { return (await this.page.locator('h1').innerText()).trim(); }
  async text() { return this.page.locator('body').innerText(); }

  async expectText(...wanted) {
    const text = (await this.text()).toLowerCase();
    for (const one of wanted) {
      expect(text.includes(one.toLowerCase()), `"${one}" is not on ${this.page.url()}:\n${text}`);
    }
  }

  /** Signs in with password and code; the clock moves on first, because a used code is refused. */
  async signIn(account) {
    await this.goto('/sign-in');
    await this.page.locator('input[name=email]').fill(account.email);
    await this.page.locator('input[name=password]').fill(account.password);
    await this.follow(this.page.locator('main form button[type=submit], main form button:not([type])').first());
    await ask({ advance: 31 });
    const { code } = await ask({ code: account.email });
    await this.page.locator('input[name=code]').fill(code);
    await this.follow(this.page.locator('main form button[type=submit], main form button:not([type])').first());
    expect(!this.page.url().includes('/sign-in'), `still on ${this.page.url()} after the code:\n${await this.text()}`);
    this.clicks = 0;
  }

  /** What the layout does at each width on the page that is open, and what axe finds; at 320 px the styles are those of 390. */
  async inspect(name, widths = [1280, 390, 320]) {
    await this.page.evaluate(axeSource);
    for (const width of widths) {
      await this.page.setViewportSize({ width, height: 900 });
      const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) this.faults.push(`${name} at ${width} px scrolls sideways by ${wide} px`);
      if (width === 320) continue;
      const found = await this.page.evaluate(() => axe.run(document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'] },
        rules: { 'target-size': { enabled: true } },
        resultTypes: ['violations'],
      }));
      for (const violation of found.violations) {
        const where = violation.nodes.slice(0, 3).map(node => `${node.html.slice(0, 200)}\n      ${node.failureSummary.split('\n').slice(1, 3).join(' ').trim()}`);
        this.faults.push(`${name} at ${width} px: ${violation.id} (${violation.nodes.length}): ${violation.help}\n    ${where.join('\n    ')}`);
      }
    }
    await this.page.setViewportSize({ width: widths[0], height: 900 });
  }

  /** Nothing is kept in the browser but the session cookie, and the one that protects forms before any session. */
  async expectNothingStored() {
    const cookies = await this.context.cookies();
    const known = ['postern', 'postern-visitor'];
    // Where the identity provider was visited under the same host name, its cookies are its own.
    const theirs = this.origins.length > 0 ? ['_session', '_interaction', '_session.legacy'] : [];
    for (const cookie of cookies) {
      if (theirs.some(name => cookie.name.startsWith(name))) continue;
      expect(known.includes(cookie.name), `a cookie is called ${cookie.name}`);
      expect(cookie.httpOnly && cookie.sameSite !== 'None', `cookie ${JSON.stringify({ ...cookie, value: '' })}`);
      expect(cookie.expires === -1, `${cookie.name} outlives the browser`);
    }
    if (!this.script) return;
    const stored = await this.page.evaluate(() => localStorage.length + sessionStorage.length);
    expect(stored === 0, `${stored} items in the browser's storage`);
  }

  async end() {
    await this.expectNothingStored();
    await this.context.close();
    expect(this.faults.length === 0, `${this.faults.length} faults:\n  ${this.faults.join('\n  ')}`);
  }
}
