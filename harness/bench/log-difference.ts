import type { TimelineEvent } from '#harness/timeline/events.ts';
import { ofKind } from '#harness/timeline/timeline.ts';

/** What a gateway says differently because of us, and why that is as it should be. */
const EXPLAINED: readonly { line: RegExp; why: string }[] = [
  { line: /^log file:/, why: 'its log is kept out of /tmp/openclaw, which all gateways of a machine share' },
  {
    line: /^\[openclaw\] tightened permissions on temp dir/,
    why: 'that folder is the bench’s own, made for it alone',
  },
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

type Timelines = readonly (readonly TimelineEvent[])[];

/**
 * What gateways wrote on their consoles: lines that each of `these` wrote and none of `those`, without numbers, ids, times
 * and paths. With two of each, what is chance drops out.
 */
export function onlyIn(these: Timelines, those: Timelines): string[] {
  const [first = new Set<string>(), ...others] = these.map(linesOf);
  const known = those.map(linesOf);
  return [...first].filter(
    (line) => others.every((lines) => lines.has(line)) && !known.some((lines) => lines.has(line)),
  );
}

/** Why a line is there in one form alone; `undefined` where nobody knows. */
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
