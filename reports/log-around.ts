import type { RunRecord } from '#harness/record/record.ts';
import type { EventOf } from '#harness/timeline/events.ts';
import { ofKind } from '#harness/timeline/timeline.ts';

type LogLine = EventOf<'gateway.log'>;

const MOST = 40;
/** Lines that come just after the last proof still speak of it. */
const AFTERWARDS_MS = 1_000;
const TELLING = /fail|error|warn|timed? ?out|terminated|abort|embedded|refus|exception/i;

/**
 * The gateway's log lines between the first and the last event that prove a finding; `gap` where some are left out.
 * Without a finding, the lines of the whole run that speak of trouble.
 */
export function logAround({ timeline, findings }: RunRecord): (LogLine | 'gap')[] {
  const lines = printed(timeline.filter(ofKind('gateway.log')));
  const windows = findings.flatMap(({ evidence }) => {
    const times = evidence.flatMap((seq) => timeline[seq]?.at ?? []);
    return times.length > 0 ? [{ from: Math.min(...times), to: Math.max(...times) + AFTERWARDS_MS }] : [];
  });
  const near = lines.filter(({ at }) => windows.some(({ from, to }) => from <= at && at <= to));
  const telling = (findings.length > 0 ? near : lines).filter(({ message }) => TELLING.test(message));
  const chosen = findings.length > 0 && near.length <= MOST ? near : telling;
  if (chosen.length <= MOST) return chosen;
  return [...chosen.slice(0, MOST / 2), 'gap', ...chosen.slice(-MOST / 2)];
}

/** A line stands in the log's file as well as on the terminal: the terminal's is for people. */
function printed(lines: readonly LogLine[]): LogLine[] {
  const onTerminal = lines.filter(({ stream }) => stream !== 'file');
  return onTerminal.length > 0 ? onTerminal : [...lines];
}
