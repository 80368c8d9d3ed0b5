import { expect, test } from 'vitest';
import { ofKind } from '#harness/timeline/timeline.ts';
import * as faults from './faults.ts';
import { startProviders } from './testing/providers.ts';

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
