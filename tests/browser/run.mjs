// Runs one journey: node run.mjs NAME on|off (with or without JavaScript). Started by tests/suite/browser.rs.
import { launch, Visit } from './browser.mjs';
import { emergency } from './emergency.mjs';
import { family } from './family.mjs';
import { gallery } from './gallery.mjs';
import { growing } from './growing.mjs';
import { identity } from './identity.mjs';
import { journeys } from './journeys.mjs';
import { pcp } from './pcp.mjs';
import { remote } from './remote.mjs';
import { staff } from './staff.mjs';
import { tokens } from './tokens.mjs';

const [name, script] = process.argv.slice(2);
const browser = await launch();
let failure;
try {
  if (name.startsWith('gallery ')) {
    await gallery(browser, ...name.split(' ').slice(1).map(Number));
  } else {
    const journey = journeys[name] ?? identity[name] ?? staff[name] ?? tokens[name] ?? pcp[name] ?? family[name] ?? growing[name] ?? emergency[name] ?? remote[name];
    if (!journey) throw new Error(`no journey is called ${name}`);
    const visit = await Visit.start(browser, { script: script === 'on' });
    await journey(visit, browser);
    await visit.end();
  }
} catch (error) {
  failure = error;
}
await browser.close();
if (failure) {
  console.error(failure.stack);
  process.exit(1);
}
process.exit(0);
