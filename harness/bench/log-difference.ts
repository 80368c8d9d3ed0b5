import type { TimelineEvent } from '#harness/timeline/events.ts';
import { ofKind } from '#harness/timeline/timeline.ts';

/** What a gateway says differently because of us, and why that is as it should be. */
const EXPLAINED: readonly { line: RegExp; why: string }[] = [
  { line: /^log file:/, why: 'its log is kept out of /tmp/openclaw, which all gateways of a machine share' },
  { line: /OPENCLAW_SKIP_CHANNELS|channel-connect-grace/, why: 'no scenario uses a chat channel' },
  { line: /bonjour|_openclaw-gw\._tcp/, why: 'nothing is announced by multicast' },
  {
    line: /acpx runtime backend/,
    why: 'npm, which it starts in vain, gives up at once, not after two minutes',
  },
  {
    line: /handshake timeout|closed before connect/,
    why: 'how often a page must try while it starts is chance',
  },
  { line: /GatewayDrainingError/, why: 'what a restart breaks off depends on its moment' },
  { line: /timings surface=/, why: 'a reply’s timings are logged only where it took long' },
  { line: /^⇄ res/, why: 'an answer is logged only where it took long' },
];

export interface LogDifference {
  /** Lines that only one of the two wrote, without numbers, ids, times and paths. */
  stock: string[];
  harnessed: string[];
}

/** What two gateways wrote on their consoles, compared line by line. */
export function logDifference(
  stock: readonly TimelineEvent[],
  harnessed: readonly TimelineEvent[],
): LogDifference {
  const [left, right] = [linesOf(stock), linesOf(harnessed)];
  return {
    stock: [...left].filter((line) => !right.has(line)),
    harnessed: [...right].filter((line) => !left.has(line)),
  };
}

/** Why a line is there in one of the two alone; `undefined` where nobody knows. */
export const explanationOf = (line: string): string | undefined =>
  EXPLAINED.find((one) => one.line.test(line))?.why;

function linesOf(events: readonly TimelineEvent[]): Set<string> {
  const lines = events
    .filter(ofKind('gateway.log'))
    .filter(({ stream }) => stream !== 'file')
    .map(({ message = '' }) => withoutChance(message));
  return new Set(lines.filter(Boolean));
}

/** Leaves out what differs between any two runs: paths of the run's folder, ids, times, sizes and other numbers. */
const withoutChance = (line: string): string =>
  line
    .replace(/\/[^\s"']*\/runs\/[^\s/"']+/g, 'RUN')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, 'ID')
    .replace(/\b(?=[\w…-]*\d)[\w…-]{8,}\b/g, 'ID')
    .replace(/\d+(\.\d+)*/g, '#')
    .replace(/#(ms|s|m|h|MB|KB|B)\b/g, '#')
    .trim();
