import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HarnessError } from '#harness/base/error.ts';
import { attach, markerOf } from './attach.ts';
import { Comments } from './comments.ts';
import { issueAddress } from './issue-address.ts';

const TOKEN = 'ghp_synthetic0000000000000000000000000000';
const API = 'https://api.github.com';
const COMMENTS = '/repos/acme/gateway/issues/7/comments';
const marker = markerOf('stream/x');

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(left).toEqual([]);
});

const comment = (id: number, body: string, login = 'me') => ({
  id,
  body,
  user: { login },
  html_url: `https://github.com/acme/gateway/issues/7#issuecomment-${id}`,
});

const signIn = (times = 1, api = API) =>
  nock(api)
    .post('/graphql')
    .times(times)
    .reply(200, { data: { viewer: { login: 'me' } } });
const list = (...comments: unknown[]) => nock(API).get(COMMENTS).query(true).reply(200, comments);

async function put(text = 'report', api?: string) {
  const waits: number[] = [];
  const said: string[] = [];
  const comments = new Comments(issueAddress('acme/gateway#7', api), TOKEN);
  const wait = async (ms: number) => waits.push(ms);
  try {
    return {
      waits,
      said,
      ...(await attach(comments, marker, text, { wait, say: (line) => said.push(line) })),
    };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    for (const line of [error.message, error.advice, ...said]) expect(line).not.toContain(TOKEN);
    return { waits, said, error };
  }
}

test('creates a comment that begins with the unseen marker', async () => {
  signIn();
  list(comment(1, 'Same here'));
  nock(API)
    .post(COMMENTS, { body: `${marker}\nreport` })
    .matchHeader('authorization', `token ${TOKEN}`)
    .reply(201, comment(2, ''));
  expect(await put()).toMatchObject({ did: 'created', url: expect.stringContaining('issuecomment-2') });
});

test('updates its comment, also on a later page', async () => {
  signIn();
  const next = `<${API}${COMMENTS}?per_page=100&page=2>; rel="next"`;
  nock(API)
    .get(COMMENTS)
    .query({ per_page: 100 })
    .reply(200, [comment(1, 'Same here')], { link: next });
  nock(API)
    .get(COMMENTS)
    .query({ per_page: 100, page: 2 })
    .reply(200, [comment(8, `${marker}\r\nold`)]);
  nock(API)
    .patch('/repos/acme/gateway/issues/comments/8', { body: `${marker}\nreport` })
    .reply(200, comment(8, ''));
  expect(await put()).toMatchObject({ did: 'updated' });
});

test('sends nothing where the comment already says it', async () => {
  signIn();
  list(comment(8, `${marker}\r\nreport\r\n`));
  expect(await put('report\n')).toMatchObject({ did: 'left as it is' });
});

test.each([
  ['of another author, who copied the marker', comment(8, `${marker}\nold`, 'mallory')],
  ['that only quotes the marker', comment(8, `> ${marker}\nold`)],
  ['of another scenario', comment(8, `${markerOf('stream/y')}\nold`)],
  ['of an account that is gone', { ...comment(8, `${marker}\nold`), user: null }],
])('leaves a comment alone %s', async (_what, other) => {
  signIn();
  list(other);
  nock(API).post(COMMENTS).reply(201, comment(9, ''));
  expect(await put()).toMatchObject({ did: 'created' });
});

test('makes no second comment where the answer to the first got lost', async () => {
  signIn(2);
  list();
  nock(API).post(COMMENTS).replyWithError(new Error('socket hang up'));
  list(comment(9, `${marker}\nreport`));
  expect(await put()).toMatchObject({
    did: 'left as it is',
    waits: [2_000],
    said: [expect.stringContaining('GitHub cannot be reached: ')],
  });
});

test.each([
  [429, {}],
  [403, { message: 'You have exceeded a secondary rate limit' }],
])('waits as long as GitHub asks (%i)', async (status, body) => {
  signIn(2);
  list();
  nock(API).post(COMMENTS).reply(status, body, { 'retry-after': '7' });
  list();
  nock(API).post(COMMENTS).reply(201, comment(9, ''));
  expect(await put()).toMatchObject({ did: 'created', waits: [7_000] });
});

test('waits until the rate limit is filled again, and not for an hour', async () => {
  const reset = (seconds: number) => ({
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + seconds),
  });
  signIn(2);
  nock(API).get(COMMENTS).query(true).reply(403, { message: 'API rate limit exceeded' }, reset(20));
  nock(API).get(COMMENTS).query(true).reply(403, { message: 'API rate limit exceeded' }, reset(3_000));
  const { waits, error } = await put();
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThan(15_000);
  expect(error).toMatchObject({ code: 'GITHUB_LIMIT', exitCode: 129 });
});

test('gives up on a server that fails every time', async () => {
  signIn(5);
  nock(API).get(COMMENTS).query(true).times(5).reply(502, 'bad gateway');
  expect(await put()).toMatchObject({
    error: { code: 'GITHUB_REFUSED' },
    waits: [2_000, 4_000, 8_000, 16_000],
  });
});

test.each([
  [401, 'Bad credentials', 'GITHUB_TOKEN_REFUSED'],
  [403, 'Resource not accessible by personal access token', 'GITHUB_FORBIDDEN'],
  [403, 'Unable to create comment because issue is locked.', 'ISSUE_LOCKED'],
  [404, 'Not Found', 'NO_ISSUE'],
  [410, 'Issues are disabled for this repo', 'NO_ISSUE'],
  [422, 'Validation Failed: body is too long (maximum is 65536 characters)', 'GITHUB_REFUSED'],
])('%i (%s) is told at once', async (status, message, code) => {
  signIn();
  list();
  nock(API).post(COMMENTS).reply(status, { message });
  const { error, waits } = await put();
  expect(error).toMatchObject({ code, exitCode: 128, message: expect.stringContaining(message) });
  expect(waits).toEqual([]);
});

test('a wrong token is told before anything is looked for', async () => {
  nock(API).post('/graphql').reply(401, { message: 'Bad credentials' });
  expect(await put()).toMatchObject({ error: { code: 'GITHUB_TOKEN_REFUSED' } });
});

test.each([
  ['a page of HTML', () => nock(API).post('/graphql').reply(200, '<html>sign in</html>')],
  [
    'an error of GraphQL',
    () =>
      nock(API)
        .post('/graphql')
        .reply(200, { errors: [{ message: 'no' }] }),
  ],
])('%s is no answer', async (_what, answer) => {
  answer();
  expect(await put()).toMatchObject({ error: { code: 'GITHUB_ANSWER', exitCode: 129 } });
});

test('speaks to GitHub Enterprise where its API is', async () => {
  const host = 'https://ghe.example';
  nock(host)
    .post('/api/graphql')
    .reply(200, { data: { viewer: { login: 'me' } } });
  nock(host).get(`/api/v3${COMMENTS}`).query(true).reply(200, []);
  nock(host).post(`/api/v3${COMMENTS}`).reply(201, comment(1, ''));
  expect(await put('report', `${host}/api/v3/`)).toMatchObject({ did: 'created' });
});
