import type { WebChat } from './chat/web-chat.ts';
import { HarnessError, messageOf } from './error.ts';
import type { RunningGateway } from './gateway/gateway.ts';
import { ofKind, type Timeline } from './timeline/timeline.ts';

interface ReadyOptions {
  /** How long the gateway may take until it answers the web chat, in milliseconds. @default 120000 */
  bootTimeoutMs?: number;
  /** How much longer where a `doctor` that has a state to look over goes before. @default 0 */
  extraMs?: number;
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
  { bootTimeoutMs = 120_000, extraMs = 0, signal, progress }: ReadyOptions,
): Promise<void> {
  progress?.('waiting for the gateway to answer');
  const from = timeline.elapsed();
  try {
    const attempts = await chat.connect(bootTimeoutMs + extraMs, AbortSignal.any([signal, running.exited]));
    const waitedMs = timeline.elapsed() - from;
    timeline.record({ kind: 'gateway.ready', protocol: chat.protocol, attempts, waitedMs });
  } catch (error) {
    signal.throwIfAborted();
    const died = running.exited.aborted;
    const { outOfMemory } = timeline.events.findLast(ofKind('gateway.exit')) ?? {};
    throw new HarnessError(
      died ? 'BOOT_FAILED' : 'NOT_READY',
      'gateway',
      died
        ? `The gateway ${outOfMemory ? 'ran out of memory' : 'ended'} before it answered the web chat.`
        : messageOf(error),
      died
        ? 'Its last lines are below.'
        : 'Give it more time with --boot-timeout, or look at its last lines below.',
      { cause: error, logTail: running.logTail() },
    );
  }
}
