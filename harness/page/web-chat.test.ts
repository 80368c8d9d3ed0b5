import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { type FakeClient, startFakeGateway } from '#harness/testing/fake-gateway.ts';
import { ofKind, Timeline } from '#harness/timeline/timeline.ts';
import { WebChat } from './web-chat.ts';

const never = new AbortController().signal;

test('signs the challenge so that the device id, the key and the signature belong together', async () => {
  let params: Record<string, never> = {};
  await using gateway = await startFakeGateway({
    connect: (given) => {
      params = given as typeof params;
      return { type: 'hello-ok', protocol: 3 };
    },
  });
  await using chat = new WebChat({ url: gateway.url, token: 'secret' }, new Timeline().record);
  expect(await chat.connect(5_000, never)).toBe(1);
  expect(chat.protocol).toBe(3);
  const { device, client, scopes } = params as unknown as {
    device: { id: string; publicKey: string; signature: string; signedAt: number; nonce: string };
    client: { id: string; mode: string };
    scopes: string[];
  };
  expect(device.id).toBe(
    createHash('sha256').update(Buffer.from(device.publicKey, 'base64url')).digest('hex'),
  );
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: device.publicKey }, format: 'jwk' });
  const said = [
    'v2',
    device.id,
    client.id,
    client.mode,
    'operator',
    scopes.join(','),
    device.signedAt,
    'secret',
    'challenge',
  ];
  expect(verify(null, Buffer.from(said.join('|')), key, Buffer.from(device.signature, 'base64url'))).toBe(
    true,
  );
});

test('tries again when a busy gateway closes the handshake with 1000, as 2026.4.14 does', async () => {
  let refusals = 2;
  await using gateway = await startFakeGateway({
    connect: (_params, client) => {
      if (refusals-- > 0) return client.close(1000, 'handshake timeout');
      return { type: 'hello-ok', protocol: 4 };
    },
  });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, new Timeline().record);
  expect(await chat.connect(5_000, never)).toBe(3);
});

test('waits for a gateway that lets the page in and then says that it is still starting', async () => {
  const starting = Object.assign(new Error('sessions.list unavailable during gateway startup'), {
    code: 'UNAVAILABLE',
  });
  let asked = 0;
  await using gateway = await startFakeGateway({
    'sessions.list': () => {
      if (++asked < 3) throw starting;
      return { sessions: [] };
    },
  });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, new Timeline().record);
  expect(await chat.connect(5_000, never)).toBe(1);
  expect(asked).toBe(3);

  asked = Number.NEGATIVE_INFINITY;
  await using late = new WebChat({ url: gateway.url, token: 't' }, new Timeline().record);
  await expect(late.connect(300, never)).rejects.toMatchObject({
    code: 'NOT_READY',
    message: expect.stringContaining('during gateway startup'),
  });
});

test('sees what the gateway says while the page still asks whether it has started', async () => {
  const timeline = new Timeline();
  await using gateway = await startFakeGateway({
    'sessions.list': (_params, client) => {
      client.event('chat', { sessionKey: 's', runId: 'r', state: 'error', errorMessage: 'early' });
      return { sessions: [] };
    },
  });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, timeline.record);
  await chat.connect(5_000, never);
  expect(timeline.events).toContainEqual(expect.objectContaining({ kind: 'chat.event', error: 'early' }));
});

test.each([
  ['a status alone, in versions that say no more', { status: 'running' }, true],
  ['a status that was left behind, without a run', { status: 'running', hasActiveRun: false }, false],
  ['a status with its run', { status: 'running', hasActiveRun: true }, true],
  ['a message that waits', { status: 'queued' }, true],
  ['a session that has ended', { status: 'running', endedAt: 1 }, false],
  ['a session that is done', { status: 'done', hasActiveRun: true }, false],
  ['a run without a status', { hasActiveRun: true }, true],
  ['nothing', {}, false],
  ['nonsense beside the status', { status: 'running', hasActiveRun: 'no', endedAt: 'never' }, true],
])('takes a session to be at work as the page does: %s', async (_what, row, atWork) => {
  const timeline = new Timeline();
  await using gateway = await startFakeGateway({
    'sessions.list': () => ({ sessions: [{ key: 's', ...row }] }),
  });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, timeline.record);
  await chat.connect(5_000, never);
  await chat.lookAtSessions();
  const [seen] = timeline.events.filter(ofKind('chat.sessions'));
  expect(seen?.sessions).toMatchObject([{ key: 's', atWork }]);
});

test('gives up with the last reason when the gateway never lets it in', async () => {
  await using gateway = await startFakeGateway({
    connect: () => {
      throw new Error('NOT_PAIRED');
    },
  });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, new Timeline().record);
  await expect(chat.connect(300, never)).rejects.toMatchObject({
    code: 'NOT_READY',
    message: expect.stringContaining('NOT_PAIRED'),
  });
});

test('writes down what it sees, whatever the form, and passes over nonsense', async () => {
  const timeline = new Timeline();
  await using gateway = await startFakeGateway({
    'chat.send': (_params, client) => {
      client.event('chat', {
        sessionKey: 's',
        runId: 'r',
        state: 'delta',
        message: { content: [{ text: 'one' }, {}] },
      });
      client.event('chat', { sessionKey: 's', state: 'error', errorMessage: 'broken' });
      client.event('chat', 'nonsense');
      client.event('agent', { runId: 'r', sessionKey: 's', stream: 'lifecycle', data: { phase: 'end' } });
      return { runId: 'r', status: 'started' };
    },
  });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, timeline.record);
  await chat.connect(5_000, never);
  await chat.send(0, 's', '00000000', 'Hello', 'key');
  expect(timeline.events.map(({ seq, at, ...event }) => event)).toEqual([
    { kind: 'turn.sent', turn: 0, session: 's', nonce: '00000000', text: 'Hello' },
    { kind: 'chat.event', session: 's', runId: 'r', state: 'delta', text: 'one' },
    { kind: 'chat.event', session: 's', state: 'error', text: '', error: 'broken' },
    { kind: 'agent.event', session: 's', runId: 'r', phase: 'end' },
    { kind: 'turn.accepted', turn: 0, runId: 'r', status: 'started' },
  ]);
});

test('a dropped connection leaves the message open, and the page comes back by itself and reads the history', async () => {
  const timeline = new Timeline();
  await using gateway = await startFakeGateway({
    'chat.send': (_params, client) => client.close(1006 - 5, 'gone'),
    'chat.history': () => ({ messages: [] }),
  });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, timeline.record);
  await chat.connect(5_000, never);
  await chat.send(0, 's', '00000000', 'Hello', 'key');
  expect(timeline.events.map(({ kind }) => kind)).toEqual(['turn.sent', 'chat.closed']);
  await expect.poll(() => timeline.events.find(ofKind('chat.history'))?.reloaded).toBe(true);
  await chat.checkHealth(1_000);
  expect(timeline.events.find(ofKind('gateway.health'))?.ok).toBe(true);
});

test('an answer that holds no history is not taken for an empty one', async () => {
  const timeline = new Timeline();
  await using gateway = await startFakeGateway({ 'chat.history': () => ({ sessionKey: 's' }) });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, timeline.record);
  await chat.connect(5_000, never);
  await chat.lookAtHistory('s');
  expect(timeline.events.filter(ofKind('chat.history'))).toEqual([]);
});

test('reads what the gateway adds to a history, once its own run is over, and of no other session', async () => {
  const timeline = new Timeline();
  const asked: unknown[] = [];
  let client: FakeClient | undefined;
  await using gateway = await startFakeGateway({
    'sessions.subscribe': (_params, subscriber) => {
      client = subscriber;
      return {};
    },
    'chat.history': ({ sessionKey }) => {
      asked.push(sessionKey);
      return { messages: [{ role: 'assistant', content: 'late' }] };
    },
  });
  await using chat = new WebChat({ url: gateway.url, token: 't' }, timeline.record);
  await chat.connect(5_000, never);
  await chat.send(0, 's', 'nonce', 'Hello', 'key');
  client?.event('session.message', { sessionKey: 's' });
  client?.event('session.message', { sessionKey: 'another' });
  const words = { role: 'assistant', content: 'words' };
  client?.event('chat', { sessionKey: 's', runId: 'of another', state: 'final', message: words });
  await expect.poll(() => timeline.events.filter(ofKind('chat.event'))).toHaveLength(1);
  expect(asked).toEqual([]);
  client?.event('chat', { sessionKey: 's', runId: 'key', state: 'final', message: words });
  await expect.poll(() => timeline.events.filter(ofKind('chat.history'))).toHaveLength(1);
  client?.event('session.message', { sessionKey: 's' });
  await expect.poll(() => timeline.events.filter(ofKind('chat.history'))).toHaveLength(2);
  expect(timeline.events.findLast(ofKind('chat.history'))).toMatchObject({ session: 's', reloaded: true });
  client?.event('chat', { sessionKey: 's', runId: 'of another', state: 'final' });
  await expect.poll(() => asked).toEqual(['s', 's', 's']);
});
