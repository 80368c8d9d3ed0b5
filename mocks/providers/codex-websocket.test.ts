import { expect, test } from 'vitest';
import { ofKind } from '#harness/timeline/timeline.ts';
import type { Behaviour } from '#mocks/behaviour.ts';
import * as faults from '#mocks/faults.ts';
import { replyTo } from '#mocks/marks.ts';
import { startProviders } from '#mocks/testing/providers.ts';

/** Asks as OpenClaw does, with Node's own WebSocket, and tells what came until an answer was whole or the socket gone. */
const ASK = `
  const open = () => new Promise((resolve, reject) => {
    const socket = new WebSocket('wss://chatgpt.com/backend-api/codex/responses', {
      headers: { authorization: 'Bearer ' + (globalThis.token ?? process.env.TOKEN) } });
    socket.addEventListener('open', () => resolve(socket));
    socket.addEventListener('error', () => reject(new Error('refused')));
  });
  const askOn = (socket, wait = 700) => new Promise((resolve) => {
    const seen = { types: [], last: undefined };
    const done = (how) => resolve({ ...seen, ...how });
    setTimeout(done, wait, { how: 'silence' });
    socket.addEventListener('close', ({ code, reason }) => done({ how: 'closed', code, reason }));
    socket.addEventListener('message', ({ data }) => {
      const event = JSON.parse(data);
      seen.types.push(event.type.replace('response.', ''));
      seen.last = event;
      if (['response.completed', 'error'].includes(event.type)) done({ how: 'whole' });
    });
    socket.send(JSON.stringify({ type: 'response.create', ...JSON.parse(body) }));
  });
`;

const start = (behaviour: Behaviour = {}) => startProviders(behaviour, { codexTransport: 'websocket' });

test('two requests on one WebSocket are answered, each as an exchange of its own', async () => {
  await using providers = await start();
  const seen = await providers.fromInside(`${ASK}
    const socket = await open();
    const [one, two] = [await askOn(socket), await askOn(socket)];
    socket.close();
    say([one.how, one.last.response.output[0].content[0].text, two.types]);
  `);
  expect(seen).toEqual([
    'whole',
    replyTo('0000abcd'),
    expect.arrayContaining(['created', 'output_text.delta', 'completed']),
  ]);
  const requests = providers.timeline.events.filter(ofKind('provider.request'));
  expect(requests).toMatchObject([
    { method: 'WEBSOCKET', purpose: 'turn', nonce: '0000abcd', credential: 'AT1' },
    { method: 'WEBSOCKET', purpose: 'turn' },
  ]);
  const ends = providers.timeline.events.filter(ofKind('provider.end'));
  expect(ends).toMatchObject([
    { exchange: 0, by: 'provider', how: 'complete' },
    { exchange: 1, by: 'provider', how: 'complete' },
  ]);
});

const seenAs: [faults.Fault, object, string][] = [
  [faults.closeWebSocket(1006), { how: 'closed', code: 1006 }, 'close 1006'],
  [
    faults.closeWebSocket(1011, 1, 'keepalive'),
    { how: 'closed', code: 1011, reason: 'keepalive' },
    'close 1011',
  ],
  [faults.cutAfter(1), { how: 'closed', code: 1006 }, 'fin'],
  [faults.cutAfter(1, 'reset'), { how: 'closed', code: 1006 }, 'reset'],
  [faults.silence(), { how: 'silence', types: [] }, 'closed'],
  [
    faults.silenceAfter(1),
    { how: 'silence', types: expect.arrayContaining(['output_text.delta']) },
    'closed',
  ],
  [faults.garbage(1), { how: 'closed', code: expect.any(Number) }, 'closed'],
  [
    faults.usageLimitReached(60),
    { how: 'whole', last: { type: 'error', status: 429, error: { type: 'usage_limit_reached' } } },
    'complete',
  ],
  [faults.sliced(50), { how: 'whole', types: expect.arrayContaining(['completed']) }, 'complete'],
];

test.each(seenAs.map(([fault, expected, end]) => ({ fault, expected, end, name: fault.name })))(
  '$name on a WebSocket is delivered, recorded, and seen as what it is',
  async ({ fault, expected, end }) => {
    await using providers = await start({ codex: [fault] });
    const seen = await providers.fromInside(`${ASK} say(await askOn(await open())); process.exit();`);
    expect(seen).toMatchObject(expected);
    const told = providers.timeline.events.find(ofKind('provider.fault'));
    expect(fault.name.split('+')).toContain(told?.fault);
    await expect.poll(() => providers.timeline.events.find(ofKind('provider.end'))?.how).toBe(end);
  },
);

test('the opening of a WebSocket can go wrong in its own way', async () => {
  await using providers = await start({
    'codex:handshake': [
      faults.htmlPage(403),
      faults.cutBeforeHeaders('reset'),
      faults.delay(50),
      faults.reply(),
    ],
  });
  const seen = await providers.fromInside(`${ASK}
    const refused = [await tried(open), await tried(open)];
    const answered = (await askOn(await open())).how;
    globalThis.token = 'nonsense';
    say([...refused.map(({ error }) => error), answered, (await tried(open)).error]);
    process.exit();
  `);
  expect(seen).toEqual(['refused', 'refused', 'whole', 'refused']);
  const faultsTold = providers.timeline.events.filter(ofKind('provider.fault')).map(({ fault }) => fault);
  expect(faultsTold).toEqual(['html-page-403', 'cut-before-headers-reset', 'delay-50ms']);
  const statuses = providers.timeline.events.filter(ofKind('provider.answer')).map(({ status }) => status);
  // Node's own WebSocket asks again where it is refused with 401, as a browser would after a sign-in.
  expect(statuses).toEqual([403, 101, 200, 401, 401]);
});

test('where a scenario does not ask for it a WebSocket is refused, and the fault waits for the request by HTTP', async () => {
  await using providers = await startProviders({ codex: [faults.status(503, {}), faults.reply()] });
  const seen = await providers.fromInside(`${ASK} say([(await tried(open)).error, (await ask()).status]);`);
  expect(seen).toEqual(['refused', 503]);
  const [refused] = providers.timeline.events.filter(ofKind('provider.answer'));
  expect(refused?.status).toBe(426);
});
