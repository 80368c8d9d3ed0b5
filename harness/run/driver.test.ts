import { expect, test } from 'vitest';
import type { Script } from '#harness/scenario/script.ts';
import { answer, playScript as play } from '#harness/testing/play-script.ts';
import { ofKind } from '#harness/timeline/timeline.ts';

const once: Script = (page) => page.session().say('Hello');

test('goes on as soon as the reply is there', async () => {
  const started = performance.now();
  const events = await play(once, { onSend: answer });
  expect(performance.now() - started).toBeLessThan(400);
  expect(events.some(ofKind('turn.given-up'))).toBe(false);
});

test('stops waiting soon after the gateway itself has called the run ended', async () => {
  const events = await play(once, { onSend: () => undefined, runStatus: () => 'ok' });
  const givenUp = events.find(ofKind('turn.given-up'));
  expect(givenUp?.because).toBe('quiet');
  expect(givenUp?.waitedMs).toBeLessThan(1_500);
});

test('waits for the whole budget while the gateway calls the run unfinished', async () => {
  const events = await play(once, { onSend: () => undefined, budgets: { turnMs: 1_500 } });
  expect(events.find(ofKind('turn.given-up'))).toMatchObject({ because: 'budget' });
});

test('waits on for a queued message while the gateway calls the session running, though its run has ended', async () => {
  let calls = 0;
  const events = await play(once, {
    onSend: (nonce, client, runId) => {
      client.event('chat', { sessionKey: 'agent:main:main', runId, state: 'final' });
      setTimeout(() => answer(nonce, client, 'another-run'), 1_500);
    },
    runStatus: () => 'ok',
    sessionStatus: () => (calls++ < 5 ? 'running' : 'done'),
  });
  expect(events.some(ofKind('turn.given-up'))).toBe(false);
});

test('does not wait for a session that is called running for ever, as 2026.4.14 does after a timeout', async () => {
  const fake = { onSend: () => undefined, runStatus: () => 'ok', sessionStatus: () => 'running' };
  const events = await play(once, fake);
  expect(events.find(ofKind('turn.given-up'))?.because).toBe('quiet');
});

test('a message behind one that is still being answered is waited for', async () => {
  const script: Script = async (page) => {
    await page.session().send('One');
    await page.session().send('Two');
    await page.settled();
  };
  let sent = 0;
  const events = await play(script, {
    onSend: (nonce, client, runId) =>
      void setTimeout(() => answer(nonce, client, runId), sent++ === 0 ? 1_400 : 1_600),
    runStatus: (runId) => (runId.startsWith('repro-1') ? 'ok' : undefined),
  });
  expect(events.some(ofKind('turn.given-up'))).toBe(false);
});

test('stops at once when the process is gone', async () => {
  const events = await play(once, { onSend: () => undefined, exited: AbortSignal.abort() });
  expect(events.find(ofKind('turn.given-up'))?.because).toBe('exit');
});

test('the same seed sends the same messages, another one others', async () => {
  const sent = async (seed: string) =>
    (await play(once, { onSend: answer, seed })).filter(ofKind('turn.sent')).map(({ text }) => text);
  expect(await sent('one')).toEqual([expect.stringMatching(/^Hello \(ref-[0-9a-f]{8}\)$/)]);
  expect(await sent('one')).toEqual(await sent('one'));
  expect(await sent('one')).not.toEqual(await sent('two'));
});

test('a script can send several messages before it waits', async () => {
  const script: Script = async (page) => {
    await page.session().send('One');
    await page.session('other').send('Two');
    await page.settled();
  };
  const events = await play(script, { onSend: answer });
  expect(events.filter(ofKind('chat.event'))).toHaveLength(2);
});
