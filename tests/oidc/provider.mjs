// The hospital's identity provider of the tests: a certified protocol engine with four people and a plain sign-in page.
//
//   node provider.mjs PORTAL_URL [PORT]
//
// Prints `listening ISSUER`. Reads commands, one a line: `rotate` makes new keys and forgets every session (it answers `rotated`);
// the end of the input ends it. Every password is `hospital`; the code 000000 is the second factor, none or another is not.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const [portal, wantedPort = '0'] = process.argv.slice(2);
const people = {
  'dr.lee': { given_name: 'Mina', family_name: 'Lee', email: 'mina.lee@hospital.example', groups: ['staff'] },
  'jo.ortiz': { given_name: 'Jo', family_name: 'Ortiz', email: 'jo.ortiz@hospital.example', groups: ['portal-reviewers'] },
  'sam.gone': { given_name: 'Sam', family_name: 'Gone', email: 'sam.gone@hospital.example', groups: ['staff'] },
  'ana.doe': { given_name: 'Ana', family_name: 'Doe', email: 'ana.doe@hospital.example', groups: ['portal-administrators'] },
};

function keys() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' }] };
}

function provider(issuer) {
  const made = new Provider(issuer, {
    jwks: keys(),
    clients: [{
      client_id: 'postern',
      client_secret: 'a secret that only the two of them know',
      redirect_uris: [`${portal}/sign-in/hospital/callback`],
      post_logout_redirect_uris: [`${portal}/sign-in/hospital/signed-out`],
      backchannel_logout_uri: `${portal}/sign-in/hospital/logout`,
      backchannel_logout_session_required: true,
    }],
    pkce: { required: () => true },
    acrValues: ['urn:hospital:mfa', 'urn:hospital:pwd'],
    claims: {
      openid: ['sub', 'acr', 'amr', 'auth_time', 'sid'],
      profile: ['name', 'given_name', 'family_name', 'groups'],
      email: ['email'],
    },
    conformIdTokenClaims: false,
    cookies: { keys: ['only for tests'] },
    // Without its guard against special-use addresses: the portal of the tests is on loopback.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, name: `${people[id].given_name} ${people[id].family_name}`, ...people[id] }) },
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  return made;
}

const page = (uid, note = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hospital sign-in</title></head>
<body><main><h1>Hospital sign-in</h1><p role="alert">${note}</p><form method="post" action="/interaction/${uid}">
<p><label>User <input name="user" autocomplete="username"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><label>Code <input name="code" inputmode="numeric"></label></p>
<p><button name="do" value="login">Sign in</button> <button name="do" value="cancel">Cancel</button></p></form></main></body></html>`;

async function interaction(req, res, uid) {
  if (req.method === 'GET') {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    return res.end(page(uid));
  }
  let body = '';
  for await (const chunk of req) body += chunk;
  const typed = new URLSearchParams(body);
  if (typed.get('do') === 'cancel') {
    return op.interactionFinished(req, res, { error: 'access_denied', error_description: 'turned back' });
  }
  const user = typed.get('user');
  if (!people[user] || typed.get('password') !== 'hospital') {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    return res.end(page(uid, 'That is not right.'));
  }
  const mfa = typed.get('code') === '000000';
  const login = { accountId: user, acr: mfa ? 'urn:hospital:mfa' : 'urn:hospital:pwd', amr: mfa ? ['pwd', 'otp', 'mfa'] : ['pwd'] };
  return op.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
}

let op;
let answer;
const server = http.createServer((req, res) => {
  const uid = /^\/interaction\/([\w-]+)$/.exec(req.url)?.[1];
  if (!uid) return answer(req, res);
  interaction(req, res, uid).catch((error) => { res.statusCode = 400; res.end(String(error)); });
});
function renew(issuer) {
  op = provider(issuer);
  answer = op.callback();
}
server.listen(Number(wantedPort), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  renew(issuer);
  console.log(`listening ${issuer}`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line !== 'rotate') return;
    renew(issuer);
    console.log('rotated');
  });
  lines.on('close', () => process.exit(0));
});
