import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Redactor } from './redactor.ts';

const redacted = (text: string): string => new Redactor().text(text);

test('the same value has the same label, however it is written', () => {
  const log = [
    'login of ann@mail.test and bob@mail.test',
    '{"user":"ANN@mail.test"} /callback?login=ann%40mail.test',
    String.raw`"{\"user\":\"ann\u0040mail.test\"}"`,
  ].join('\n');
  expect(redacted(log)).toBe(
    [
      'login of EMAIL-1 and EMAIL-2',
      '{"user":"EMAIL-1"} /callback?login=EMAIL-1',
      String.raw`"{\"user\":\"EMAIL-1\"}"`,
    ].join('\n'),
  );
});

test.each([
  ['a home path', 'at /home/ann/.openclaw/x.js:3', 'at /home/USER-1/.openclaw/x.js:3'],
  ['a path on a Mac', 'file:///Users/ann/a', 'file:///Users/USER-1/a'],
  ['a path on Windows', String.raw`C:\Users\Ann Lee\AppData`, String.raw`C:\Users\USER-1\AppData`],
  ['the same in JSON', String.raw`"C:\\Users\\ann\\x"`, String.raw`"C:\\Users\\USER-1\\x"`],
  ['the same in WSL', '/mnt/c/Users/ann/x', '/mnt/c/Users/USER-1/x'],
  ['hosts', 'wss://mybox.lan:18789/ and http://intranet/', 'wss://HOST-1:18789/ and http://HOST-2/'],
  ['a host that is not found', 'getaddrinfo ENOTFOUND proxy.acme.test', 'getaddrinfo ENOTFOUND HOST-1'],
  [
    'the host of a syslog line',
    'Nov 23 01:15:11 annsbox openclaw[77]: up',
    'Nov 23 01:15:11 HOST-1 openclaw[77]: up',
  ],
  ['addresses', 'from 192.168.1.20 and fe80::1c2:ff:fe00:1', 'from IP-1 and IP-2'],
  ['a phone number', 'whatsapp +491701234567 linked', 'whatsapp PHONE-1 linked'],
  ['a cookie', 'Cookie: sid=abc; theme=dark', 'Cookie: COOKIE-1'],
  ['a password in an address', 'https://ann:pw@example.com/', 'https://SECRET-1/'],
  ['a field that says so', '{"apiKey":"hunter2","n":1}', '{"apiKey":"SECRET-1","n":1}'],
  ['the environment', 'XAI_API_KEY=abcd1234 npm start', 'XAI_API_KEY=SECRET-1 npm start'],
])('%s', (_what, log, expected) => {
  expect(redacted(log)).toBe(expected);
});

const PEM = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'Proc-Type: 4,ENCRYPTED',
  '',
  'MIIEow\u0049BAAKCAQEA0Z3VS5JJ',
  'abc=',
  '-----END RSA PRIVATE KEY-----',
];

test('a key goes with all its lines, and the log goes on behind it', () => {
  expect(redacted(['before', ...PEM, 'after'].join('\n'))).toBe(
    'before\nKEY-1\n\nafter'.replace('\n\n', '\n'),
  );
  expect(redacted(JSON.stringify({ key: PEM.join('\n'), rest: 1 }))).toBe('{"key":"KEY-1","rest":1}');
  expect(redacted(`${PEM.slice(0, 4).join('\n')}\nand nothing more of it`)).toBe(
    'KEY-1\nand nothing more of it',
  );
});

test('a token that a terminal broke at its edge goes with both parts', () => {
  const log = `Bearer sk-${'a1'.repeat(30)}\n${'b2'.repeat(20)}\nnext line`;
  expect(redacted(log)).toBe('Bearer OPENAI-KEY-1\nOPENAI-KEY-1\nnext line');
});

test('what a maintainer needs stays', () => {
  const log = [
    '07:46:13+00:00 warn agent/embedded {"subsystem":"agent/embedded"} {"event":"embedded_run_agent_end","runId":"9c3f28cb-7c7f-442f-bf93-138ad2564b87","error":"terminated","model":"gpt-5.3-codex","provider":"openai-codex","rawErrorHash":"sha256:e8c95a2a7271"}',
    '"fallbackConfigured":false,"profileId":"sha256:0741309971a0","requestedModel":"grok-4-fast-reasoning-latest","status":408',
    'error [openai-codex] Token refresh failed: 401 { "code": "refresh_token_reused", "type": "invalid_request_error" }',
    'openclaw 2026.4.14-beta.1 (323493f), Node v24.21.0, Chrome/126.0.0.0, openclaw@2026.4.14, @zed-industries/codex-acp@^0.11.1',
    'config change applied (dynamic reads: tools.web.search.apiKey) in openclaw.json and auth-profiles.json',
    'POST https://chatgpt.com/backend-api/codex/responses, https://api.x.ai/v1, ws://127.0.0.1:18789, [::1]:18789',
    'uptimeMs 180018, task-force-2026-04-14, disk-usage-of-the-store-1, node_modules/openclaw/dist/index.js:12:34',
    'refused 169.254.169.254:80; integrity sha512-q0bXv5zqv7cYk4t2n0fM3nqj6v9r8s7t6u5v4w3x2y1zA==',
  ].join('\n');
  expect(redacted(log)).toBe(log);
});

const from = (letters: string, min: number, max = min) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: min, maxLength: max });
const WORD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A secret, and what of it may be in no output. */
const secret: fc.Arbitrary<string> = fc.oneof(
  from(WORD, 40).map((text) => `sk-proj-${text}`),
  from(WORD, 40).map((text) => `rt_${text}`),
  from(WORD, 40).map((text) => `xai-${text}`),
  from(WORD, 36).map((text) => `ghp_${text}`),
  from(WORD, 40).map((text) => `github_pat_${text}`),
  from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16).map((text) => `AKIA${text}`),
  from(WORD, 24).map((text) => `xoxb-123456789012-${text}`),
  from(WORD, 35).map((text) => `AIza${text}`),
  fc
    .tuple(fc.uuid(), from(WORD, 43))
    .map(([sub, signature]) => `${base64url({ alg: 'RS256' })}.${base64url({ sub })}.${signature}`),
);
const person: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(from(LOWER, 8, 12), from(LOWER, 6, 9)).map(([name, host]) => `${name}@${host}.test`),
  fc.ipV4().filter((ip) => !/^(127|0|255|169)\./.test(ip)),
);

const CODES = [
  '\u001b[31m',
  '\u001b[0m',
  '\u001b[1;38;5;200m',
  '\u001b]8;;x\u0007',
  '\u200b',
  '\u0000',
  '\u009b2m',
];
const coloured = (text: string, cuts: readonly number[]): string =>
  cuts
    .map((cut) => cut % (text.length + 1))
    .toSorted((a, b) => b - a)
    .reduce(
      (rest, place, index) => rest.slice(0, place) + CODES[index % CODES.length] + rest.slice(place),
      text,
    );
const everywhere = (text: string): string =>
  [...text].map((letter) => CODES[letter.charCodeAt(0) % CODES.length] + letter).join('');
const percent = (text: string): string =>
  [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const unicode = (text: string): string =>
  [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const json = (text: string): string => JSON.stringify({ message: `x ${text} y`, deep: [text] });

const disguise: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.constantFrom<(text: string) => string>(
    (text) => text,
    json,
    (text) => json(json(text)),
    (text) => json(json(json(text))),
    encodeURIComponent,
    percent,
    (text) => percent(percent(text)),
    unicode,
    (text) => json(unicode(text)),
    (text) => encodeURIComponent(json(text)),
    everywhere,
    (text) => unicode(everywhere(text)),
    (text) => json(everywhere(text)),
    (text) => Buffer.from(json(text)).toString('base64'),
    (text) => Buffer.from(`{"token":"${text}"}`).toString('base64url'),
  ),
  fc.array(fc.nat(), { maxLength: 5 }).map((cuts) => (text: string) => coloured(text, cuts)),
);

const before = fc.constantFrom(
  '',
  'key ',
  'key=',
  '"',
  "'",
  '(',
  '\u001b[31mtoken\u001b[0m',
  'AUTHORIZATION: bEaReR ',
  'x-Api-Key:',
  '{"access_token":"',
  'Set-Cookie: sid=',
  '\t',
  '/',
  'user:',
);
const after = fc.constantFrom('', ' ', '"', "'", ')', ', next', '\r', '\u001b[0m', '\n', '"}');
const ordinary = fc.constantFrom(
  'gateway ready',
  'info web-heartbeat {"module":"web-heartbeat"}',
  'runId=9c3f28cb-7c7f-442f-bf93-138ad2564b87',
  '\u001b[32mok\u001b[39m',
  '{"a":"\\"b\\""}',
);

/** As somebody reads it who looks for it: without codes, decoded. */
function readings(text: string): string[] {
  const all = [text];
  for (let depth = 0; depth < 4; depth++) {
    const last = all.at(-1) ?? '';
    all.push(
      last
        .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
        .replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
        .replace(/\\(.)/g, '$1'),
    );
  }
  const unwrapped =
    text.match(/[\w+/-]{16,}/g)?.map((run) => Buffer.from(run, 'base64').toString('latin1')) ?? [];
  return [...all, ...unwrapped].map((one) => CODES.reduce((rest, code) => rest.replaceAll(code, ''), one));
}

const line = (value: fc.Arbitrary<string>) =>
  fc
    .tuple(before, value, disguise, after)
    .map(([head, text, hide, tail]) => ({ text, log: head + hide(text) + tail }));

test('no secret survives, wherever and however it stands in a log', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          line(secret),
          ordinary.map((log) => ({ text: undefined, log })),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      fc.constantFrom('\n', ' ', '\r\n'),
      (parts, glue) => {
        const clean = readings(redacted(parts.map(({ log }) => log).join(glue))).join('\n');
        for (const { text } of parts) if (text) expect(clean).not.toContain(text.slice(-16));
      },
    ),
    { numRuns: 500 },
  );
});

test('nor does anybody’s address', () => {
  const plainly = fc.tuple(
    person,
    fc.constantFrom((text: string) => text, json, percent, unicode, everywhere),
  );
  fc.assert(
    fc.property(plainly, ([text, hide]) => {
      expect(readings(redacted(`from ${hide(text)} `)).join('\n')).not.toContain(text);
    }),
    { numRuns: 300 },
  );
});

test('what is redacted stays as it is when it is redacted again', () => {
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'@.:/\\"=-_%ae0 \n[]'), maxLength: 30 }),
    fc.constantFrom('Cookie: ', 'token=', 'https://', '@mail.test', '/home/', 'EMAIL-1', ...PEM),
    secret,
    person,
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          noise,
          line(secret).map(({ log }) => log),
        ),
        { maxLength: 8 },
      ),
      fc.constantFrom('', '\n'),
      (parts, glue) => {
        const once = redacted(parts.join(glue));
        expect(redacted(once)).toBe(once);
      },
    ),
    { numRuns: 500 },
  );
});

test('a hostile line takes no longer than its length', () => {
  const lines = [
    'a',
    'a.',
    'eyJaaaaaaaa',
    'cookie:',
    'token:',
    '--',
    '://',
    '%40',
    '\u001b[',
    '@',
    '-----BEGIN A-----',
    'aaaa:',
    '1.',
  ];
  const start = performance.now();
  for (const piece of lines) redacted(piece.repeat(Math.floor(100_000 / piece.length)));
  expect(performance.now() - start).toBeLessThan(15_000);
});
