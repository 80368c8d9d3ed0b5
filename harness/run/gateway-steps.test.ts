import { expect, test } from 'vitest';
import type { Script } from '#harness/scenario/script.ts';
import { answer, playScript as play } from '#harness/testing/play-script.ts';
import { ofKind } from '#harness/timeline/timeline.ts';

const script: Script = async (page) => {
  await page.session().say('Hello');
  await page.gateway.upgrade();
  await page.session().say('Do you remember me?');
};

test('an upgrade stands in the timeline with both versions before it is made, and the page comes back after it', async () => {
  const order: string[] = [];
  const upgrade = async () => void order.push('upgraded');
  const ready = async () => void order.push('ready');
  const events = await play(script, {
    onSend: answer,
    upgrade: { from: '2026.4.12', to: '2026.9.6', upgrade },
    ready,
    methods: { 'chat.history': () => ({ messages: [] }) },
  });
  const steps = events.filter(ofKind('gateway.step'));
  expect(steps).toMatchObject([{ step: 'upgrade', detail: '2026.4.12 to 2026.9.6' }]);
  expect(order).toEqual(['upgraded', 'ready']);
  const [left, ...more] = events.filter(ofKind('chat.closed'));
  expect(left?.seq).toBeLessThan(steps[0]?.seq ?? 0);
  expect(more).toEqual([]);
  const reloaded = events.findLast(ofKind('chat.history'));
  expect(reloaded).toMatchObject({ reloaded: true });
  expect(reloaded?.seq).toBeGreaterThan(steps[0]?.seq ?? 0);
});

test('a message that the upgrade found open is interrupted', async () => {
  const early: Script = async (page) => {
    await page.session().send('Hello');
    await page.gateway.upgrade();
  };
  const upgrade = { from: '2026.4.12', to: '2026.9.6', upgrade: async () => undefined };
  const events = await play(early, { onSend: () => undefined, upgrade });
  expect(events.some(ofKind('turn.given-up'))).toBe(false);
});

test('says what an upgrade needs, and that there is one at most', async () => {
  await expect(play(script, { onSend: answer })).rejects.toThrow("setup: { upgradeFrom: '2026.4.12' }");
  const twice: Script = async (page) => {
    await page.gateway.upgrade();
    await page.gateway.upgrade();
  };
  const upgrade = { from: '2026.4.12', to: '2026.9.6', upgrade: async () => undefined };
  await expect(play(twice, { onSend: answer, upgrade })).rejects.toThrow('runs already');
});
