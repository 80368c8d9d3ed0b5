import { expect, test } from 'vitest';
import { ofKind } from '#harness/timeline/timeline.ts';
import * as faults from '#mocks/faults.ts';
import { startProviders } from '#mocks/testing/providers.ts';

test('a refresh token works once over the wire and is then refused in the words of the thread', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`
    const refresh = async () => {
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: process.env.REFRESH });
      const response = await fetch('https://auth.openai.com/oauth/token', { method: 'POST', body });
      return { status: response.status, ...(await response.json()) };
    };
    const first = await refresh();
    say([first.status, typeof first.refresh_token, await refresh()]);
  `);
  expect(seen).toEqual([
    200,
    'string',
    { status: 401, error: expect.objectContaining({ code: 'refresh_token_reused' }) },
  ]);
  const redeemed = providers.timeline.events.filter(ofKind('token.redeemed'));
  expect(redeemed.map(({ presented, result }) => `${presented} ${result}`)).toEqual([
    'RT1 rotated',
    'RT1 reused',
  ]);
});

test('a fault in place of the answer leaves the refresh token as it was', async () => {
  await using providers = await startProviders({ auth: [faults.status(503, {}), faults.reply()] });
  const seen = await providers.fromInside(`
    const form = 'grant_type=refresh_token&refresh_token=' + process.env.REFRESH;
    const post = async () => (await fetch('https://auth.openai.com/oauth/token', { method: 'POST', body: form })).status;
    say([await post(), await post()]);
  `);
  expect(seen).toEqual([503, 200]);
  const results = providers.timeline.events.filter(ofKind('token.redeemed')).map(({ result }) => result);
  expect(results).toEqual(['unanswered', 'rotated']);
});

/** What a client does that signs in: asks for a code with the challenge of a verifier, and redeems the code with it. */
const SIGN_IN = `
  import { createHash } from 'node:crypto';
  const redirect_uri = 'http://localhost:1455/auth/callback';
  const challengeOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');
  const authorize = (base, fields = {}) => fetch(base + '?' + new URLSearchParams({ response_type: 'code', client_id: 'app',
    redirect_uri, code_challenge: challengeOf('right'), code_challenge_method: 'S256', state: 's1', ...fields }), { redirect: 'manual' });
  const codeFrom = (response) => new URL(response.headers.get('location')).searchParams.get('code');
  const redeem = async (endpoint, fields) => {
    const response = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(fields) });
    const body = await response.json();
    return { ...body, status: response.status, error: body.error?.code ?? body.error };
  };
`;

test('a sign-in gets its tokens only with the verifier of its own challenge, and a code works once', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`${SIGN_IN}
    const base = 'https://auth.openai.com/oauth/';
    const grant_type = 'authorization_code';
    const sent = await authorize(base + 'authorize');
    const code = codeFrom(sent);
    const good = await redeem(base + 'token', { grant_type, code, code_verifier: 'right', redirect_uri });
    const again = await redeem(base + 'token', { grant_type, code, code_verifier: 'right', redirect_uri });
    const stolen = await redeem(base + 'token', { grant_type, redirect_uri, code_verifier: 'wrong',
      code: codeFrom(await authorize(base + 'authorize')) });
    const asked = await ask({ headers: { authorization: 'Bearer ' + good.access_token } });
    say([sent.status, new URL(sent.headers.get('location')).searchParams.get('state'), good.status, asked.status,
      again.error, stolen.error,
      (await authorize(base + 'authorize', { code_challenge: '' })).status,
      (await authorize(base + 'authorize', { redirect_uri: 'https://example.com/' })).status,
      (await redeem(base + 'token', { grant_type: 'password' })).error]);
  `);
  expect(seen).toEqual([
    302,
    's1',
    200,
    200,
    'invalid_grant',
    'invalid_grant',
    400,
    400,
    'unsupported_grant_type',
  ]);
});

test('a device is let in once its code was typed in, and gets tokens for what it is given', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`${SIGN_IN}
    const post = async (path, fields) => {
      const response = await fetch('https://auth.openai.com/api/accounts/deviceauth/' + path,
        { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) });
      const said = await response.json();
      return { ...said, status: response.status, error: said.error?.code };
    };
    const device = await post('usercode', { client_id: 'app' });
    const poll = (device_auth_id) => post('token', { device_auth_id, user_code: device.user_code });
    const [pending, letIn, again] = [await poll(device.device_auth_id), await poll(device.device_auth_id), await poll(device.device_auth_id)];
    const tokens = await redeem('https://auth.openai.com/oauth/token', { grant_type: 'authorization_code',
      code: letIn.authorization_code, code_verifier: letIn.code_verifier, redirect_uri: 'https://auth.openai.com/deviceauth/callback' });
    const asked = await ask({ headers: { authorization: 'Bearer ' + tokens.access_token } });
    say([device.status, device.interval, pending.status, pending.error, letIn.status, again.status, (await poll('another')).status, asked.status]);
  `);
  expect(seen).toEqual([200, '1', 403, 'deviceauth_authorization_pending', 200, 403, 403, 200]);
});

const refusals: [faults.Fault, number, string][] = [
  [faults.refreshTokenReused(), 401, 'refresh_token_reused'],
  [faults.refreshTokenExpired(), 401, 'refresh_token_expired'],
  [faults.refreshTokenInvalidated(), 401, 'refresh_token_invalidated'],
  [faults.invalidGrant(), 400, 'invalid_grant'],
  [faults.rateLimited(30), 429, 'rate_limit_exceeded'],
];

test.each(refusals.map(([fault, status, code]) => ({ fault, status, code, name: fault.name })))(
  'a refresh that is answered with $name says so, is recorded, and leaves the token as it was',
  async ({ fault, status, code }) => {
    await using providers = await startProviders({ auth: [fault, faults.reply()] });
    const seen = await providers.fromInside(`${SIGN_IN}
      const once = () => redeem('https://auth.openai.com/oauth/token',
        { grant_type: 'refresh_token', refresh_token: process.env.REFRESH });
      const [refused, then] = [await once(), await once()];
      say([refused.status, refused.error, then.status]);
    `);
    expect(seen).toEqual([status, code, 200]);
    expect(providers.timeline.events.find(ofKind('provider.fault'))?.fault).toBe(fault.name);
    const results = providers.timeline.events.filter(ofKind('token.redeemed')).map(({ result }) => result);
    expect(results).toEqual([status === 429 ? 'unanswered' : 'refused', 'rotated']);
  },
);

test('answers carry the ids by which a log line is followed to its exchange', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`
    const { headers } = await ask();
    say(['x-request-id', 'cf-ray', 'openai-processing-ms'].map((name) => headers.get(name)));
  `);
  expect(seen).toEqual(['req_synthetic_0', expect.stringMatching(/^[0-9a-f]+synthetic-AMS$/), '42']);
});

test('xAI signs people in by its discovery document, with a code or on another device, and refreshes', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`${SIGN_IN}
    const found = await (await fetch('https://auth.x.ai/.well-known/openid-configuration')).json();
    const code = codeFrom(await authorize(found.authorization_endpoint));
    const byCode = await redeem(found.token_endpoint,
      { grant_type: 'authorization_code', code, code_verifier: 'right', redirect_uri });
    const device = await redeem(found.device_authorization_endpoint, { client_id: 'app', scope: 'openid' });
    const poll = () => redeem(found.token_endpoint,
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: device.device_code });
    const [pending, granted] = [await poll(), await poll()];
    const refresh = () => redeem(found.token_endpoint, { grant_type: 'refresh_token', refresh_token: granted.refresh_token });
    const [rotated, dead] = [await refresh(), await refresh()];
    const reply = await fetch('https://api.x.ai/v1/responses', { method: 'POST', body,
      headers: { authorization: 'Bearer ' + rotated.access_token } });
    say([byCode.status, pending.error, granted.status, rotated.status, dead.status, dead.error, reply.status]);
  `);
  expect(seen).toEqual([200, 'authorization_pending', 200, 200, 400, 'invalid_grant', 200]);
  const redeemed = providers.timeline.events.filter(ofKind('token.redeemed'));
  expect(redeemed.map(({ presented, result }) => `${presented} ${result}`)).toEqual([
    'XRT2 rotated',
    'XRT2 reused',
  ]);
});

test('how long a token lives may depend on the one that it is issued for', async () => {
  const accessLifetimeMs = (_issuer: string, presented?: string) =>
    presented === 'RT1' ? 60_000 : 7_200_000;
  await using providers = await startProviders({}, { accessLifetimeMs });
  const seen = await providers.fromInside(`${SIGN_IN}
    const refresh = (refresh_token) => redeem('https://auth.openai.com/oauth/token', { grant_type: 'refresh_token', refresh_token });
    const first = await refresh(process.env.REFRESH);
    say([first.expires_in, (await refresh(first.refresh_token)).expires_in]);
  `);
  expect(seen).toEqual([60, 7_200]);
});

test('each sign-in service says for itself how long its tokens live', async () => {
  const accessLifetimeMs = (issuer: string) => (issuer === 'auth' ? 7_200_000 : 60_000);
  await using providers = await startProviders({}, { accessLifetimeMs });
  const seen = await providers.fromInside(`${SIGN_IN}
    const lives = async (endpoint, form) => (await redeem(endpoint, form)).expires_in;
    const device = await redeem('https://auth.x.ai/oauth2/device/code', { client_id: 'app' });
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: device.device_code };
    await redeem('https://auth.x.ai/oauth2/token', form);
    const byDevice = await redeem('https://auth.x.ai/oauth2/token', form);
    say([
      byDevice.expires_in,
      await lives('https://auth.x.ai/oauth2/token', { grant_type: 'refresh_token', refresh_token: byDevice.refresh_token }),
      await lives('https://auth.openai.com/oauth/token', { grant_type: 'refresh_token', refresh_token: process.env.REFRESH }),
    ]);
  `);
  expect(seen).toEqual([60, 60, 7_200]);
});
