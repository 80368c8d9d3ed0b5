import { HarnessError, messageOf } from '#harness/base/error.ts';
import { CLI_TIMEOUT, type RunningGateway } from '#harness/gateway/gateway.ts';
import type { WebChat } from '#harness/page/web-chat.ts';
import { ofKind, type Timeline } from '#harness/timeline/timeline.ts';
import { HARD_CAP } from '#harness/verdict/served.ts';
import { servedTimeout } from './served-timeout.ts';

interface ReadyOptions {
  /** How long the gateway may take until it answers the web chat, in milliseconds of served time. @default 120000 */
  bootTimeoutMs?: number;
  /** The version whose state it starts on: its `doctor` looks it over first, and has a time of its own for that. */
  upgradedFrom?: string | undefined;
  signal: AbortSignal;
  progress?: (text: string) => void;
}

/**
 * Ready is who answers `hello-ok`; the log's own "ready" comes earlier on some versions and never on others.
 * @throws HarnessError `BOOT_FAILED`, `NOT_READY`
 */
export async function waitUntilReady(
  chat: WebChat,
  running: Pick<RunningGateway, 'exited' | 'logTail'>,
  timeline: Timeline,
  { bootTimeoutMs = 120_000, upgradedFrom, signal, progress }: ReadyOptions,
): Promise<void> {
  progress?.('waiting for the gateway to answer');
  const from = timeline.elapsed();
  const timeoutMs = bootTimeoutMs + (upgradedFrom ? CLI_TIMEOUT : 0);
  const after = upgradedFrom ? ` after the upgrade from ${upgradedFrom}` : '';
  const seconds = Math.round(timeoutMs / 1000);
  const tooLate = new Error(`The gateway did not answer the web chat within ${seconds} s.`);
  using over = servedTimeout(timeline, timeoutMs, tooLate);
  try {
    const late = AbortSignal.any([signal, running.exited, over.signal]);
    const attempts = await chat.connect(HARD_CAP * timeoutMs, late);
    const waitedMs = timeline.elapsed() - from;
    timeline.record({ kind: 'gateway.ready', protocol: chat.protocol, attempts, waitedMs });
  } catch (error) {
    signal.throwIfAborted();
    const died = running.exited.aborted;
    const { outOfMemory } = timeline.events.findLast(ofKind('gateway.exit')) ?? {};
    throw new HarnessError(
      died ? 'BOOT_FAILED' : 'NOT_READY',
      died
        ? `The gateway ${outOfMemory ? 'ran out of memory' : 'ended'} before it answered the web chat${after}.`
        : messageOf(error),
      died
        ? 'Its last lines are below.'
        : 'Give it more time with --boot-timeout, or look at its last lines below.',
      { cause: error, logTail: running.logTail() },
    );
  }
}
