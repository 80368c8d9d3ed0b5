import { expect, test } from 'vitest';
import { WebChat } from '#harness/page/web-chat.ts';
import { Timeline } from '#harness/timeline/timeline.ts';
import { waitUntilReady } from './ready.ts';

const gone = { exited: AbortSignal.abort(), logTail: () => ['Config invalid'] };

test('a gateway that ends before it answers says so with its last lines, and on whose state it started', async () => {
  const timeline = new Timeline();
  const { signal } = new AbortController();
  await using chat = new WebChat({ url: 'ws://127.0.0.1:1/', token: 't' }, timeline.record);
  const boot = (upgradedFrom?: string) => waitUntilReady(chat, gone, timeline, { signal, upgradedFrom });
  await expect(boot()).rejects.toMatchObject({
    code: 'BOOT_FAILED',
    message: 'The gateway ended before it answered the web chat.',
    logTail: ['Config invalid'],
  });
  await expect(boot('2026.4.12')).rejects.toThrow('the web chat after the upgrade from 2026.4.12.');
});
