import type { RunRecord } from '#harness/record/record.ts';
import type { EventOf, TimelineEvent } from '#harness/timeline/events.ts';
import { providers } from '#mocks/targets.ts';
import { providerNamed } from './hosts.ts';

/** Where an event happens: on the page, in the gateway, at an imitated service, or by our own hand. */
export const lanes = ['chat', 'gateway', ...providers, 'fault'] as const;
type Lane = (typeof lanes)[number];

/** One event of a run as people read it. */
export interface Moment {
  event: TimelineEvent;
  lane: Lane;
  says: string;
  /** It belongs to the short form of the story. */
  isKey: boolean;
}

/** Tells a run, event by event. Pure. */
export function storyOf({ timeline }: Pick<RunRecord, 'timeline'>): Moment[] {
  const providerOf = new Map<number, Lane>();
  let streaming: string | undefined;
  return timeline.map((event) => {
    if (event.kind === 'provider.request') providerOf.set(event.exchange, laneNamed(event.provider));
    // Of the pieces of a reply only the first one is news.
    const isNextPiece = event.kind === 'chat.event' && event.state === 'delta' && streaming === runOf(event);
    if (event.kind === 'chat.event') streaming = event.state === 'delta' ? runOf(event) : undefined;
    return {
      event,
      lane: laneOf(event, providerOf),
      says: sentenceOf(event),
      isKey: KEY.has(event.kind) && !isNextPiece,
    };
  });
}

const runOf = ({ runId, session }: { runId?: string | undefined; session: string }) => runId ?? session;

const laneNamed = (provider: string): Lane => providerNamed(provider) ?? 'gateway';

function laneOf(event: TimelineEvent, providerOf: ReadonlyMap<number, Lane>): Lane {
  const [family] = event.kind.split('.');
  if (OURS.has(event.kind)) return 'fault';
  if ('exchange' in event) return providerOf.get(event.exchange) ?? 'auth';
  return PAGE.has(family ?? '') ? 'chat' : 'gateway';
}

/** Done on purpose, or by our own machine. */
const OURS = new Set<TimelineEvent['kind']>([
  'provider.fault',
  'gateway.step',
  'gateway.diagnostics',
  'page.step',
  'clock.jumped',
  'harness.stalled',
]);

const PAGE = new Set(['chat', 'turn', 'command']);

const KEY = new Set<TimelineEvent['kind']>([
  'gateway.started',
  'gateway.ready',
  'gateway.exit',
  'gateway.step',
  'gateway.cli',
  'gateway.diagnostics',
  'chat.closed',
  'chat.abort',
  'chat.stopped',
  'command.sent',
  'command.ended',
  'page.step',
  'chat.event',
  'turn.sent',
  'turn.sent-again',
  'turn.refused-again',
  'turn.rejected',
  'turn.run-ended',
  'turn.given-up',
  'provider.request',
  'provider.fault',
  'provider.end',
  'token.redeemed',
  'credentials.stored',
  'clock.jumped',
  'harness.stalled',
]);

/** What happened, in a few words; text from outside stands in it as it came. */
function sentenceOf(event: TimelineEvent): string {
  switch (event.kind) {
    case 'gateway.started':
      return `the gateway ${event.version} is started (Node ${event.node})`;
    case 'gateway.ready':
      return `the gateway answers (protocol ${event.protocol}) after ${seconds(event.waitedMs)}`;
    case 'gateway.log':
      return `${event.level ? `${event.level} ` : ''}${event.subsystem ? `[${event.subsystem}] ` : ''}${event.message}`;
    case 'gateway.migrated':
      return event.prepared
        ? 'the state is the one that doctor made for an earlier run of the same set-up'
        : 'doctor has moved the credentials';
    case 'gateway.stopping':
      return 'the harness ends the gateway';
    case 'gateway.exit':
      return `the gateway is gone (${event.signal ?? `code ${event.code}`}${event.outOfMemory ? ', out of memory' : ''})`;
    case 'gateway.step':
      return `the script: ${event.step}${event.detail ? ` (${event.detail})` : ''}`;
    case 'gateway.cli':
      return `${event.command} ends with ${event.code ?? 'a signal'} after ${seconds(event.tookMs)}`;
    case 'gateway.diagnostics':
      return 'the diagnostics begin; nothing from here on is judged';
    case 'gateway.health':
      return `health ${event.ok ? 'ok' : 'not ok'} after ${seconds(event.tookMs)}`;
    case 'gateway.cpu':
      if (event.by === 'harness') return `the harness itself waited ${seconds(event.waitedMs)} for a core`;
      return `in ${seconds(event.overMs)} the gateway ran for ${seconds(event.ranMs)} and waited ${seconds(event.waitedMs)} for a core`;
    case 'egress.refused':
      return `refused: ${event.destination} (${event.via})`;
    case 'chat.closed':
      return `connection closed (${event.code} ${event.reason})`;
    case 'chat.abort':
      return `the user presses stop in ${event.session}`;
    case 'chat.event':
      return chatSentence(event);
    case 'agent.event':
      return `agent ${event.phase}`;
    case 'turn.sent':
      return `turn ${event.turn + 1} sent: "${event.text}"`;
    case 'turn.sent-again':
      return `turn ${event.turn + 1} sent again, with the same key`;
    case 'turn.refused-again':
      return `turn ${event.turn + 1}, sent again, is refused: ${event.error}`;
    case 'command.sent':
      return `command sent: "${event.text}"`;
    case 'command.ended':
      return `command ended (${event.how}): "${event.text}"`;
    case 'page.step':
      return `the script, in tab ${event.tab}: ${event.step}`;
    case 'chat.stopped':
      return `stopped in ${event.session}: ${event.runIds.length} runs`;
    case 'turn.accepted':
      return `turn ${event.turn + 1} accepted (${event.status})`;
    case 'turn.rejected':
      return `turn ${event.turn + 1} rejected: ${event.error}`;
    case 'turn.run-ended':
      return `the gateway calls the run of turn ${event.turn + 1} ended (${event.status})`;
    case 'turn.given-up':
      return `turn ${event.turn + 1} given up after ${seconds(event.waitedMs)} (${event.because})`;
    case 'chat.sessions':
      return `sessions: ${event.sessions.map(sessionOf).join(', ')}`;
    case 'chat.history':
      return `history of ${event.session}: ${event.messages.length} messages${event.reloaded ? ', read by the page' : ''}`;
    case 'credentials.stored':
      return `stored after the end: ${event.profiles?.map(({ profile, refresh }) => `${profile} ${refresh}`).join(', ') ?? 'nothing could be read'}`;
    case 'clock.jumped':
      return `the script puts the clock forward by ${seconds(event.byMs)}`;
    case 'harness.stalled':
      return `the harness stood still for ${seconds(event.forMs)}`;
    case 'provider.request':
      return requestSentence(event);
    case 'provider.fault':
      return event.fault;
    case 'provider.answer':
      return `answers ${event.status}`;
    case 'provider.end':
      return `ended by the ${event.by} (${event.how})`;
    case 'token.redeemed':
      return `${tokenChange(event)} (${event.result})`;
    default:
      return event satisfies never;
  }
}

function sessionOf({ key, status, atWork }: EventOf<'chat.sessions'>['sessions'][number]): string {
  return `${key} ${status ?? '?'}${status === 'running' && atWork === false ? ', without a run' : ''}`;
}

function chatSentence({ state, text, error }: { state: string; text: string; error?: string | undefined }) {
  if (state === 'error') return `shown: error "${error ?? text}"`;
  return text ? `shown: ${state} "${text}"` : `${state}, empty`;
}

function requestSentence({
  method,
  path,
  model,
  credential,
  purpose,
}: TimelineEvent & { kind: 'provider.request' }) {
  const what = purpose === 'turn' ? '' : `, ${purpose}`;
  return `${method} ${path}${model ? ` ${model}` : ''}${credential ? ` with ${credential}` : ''}${what}`;
}

/** `RT1 → RT2`, or `RT1 → nothing` where no new one was given. */
export const tokenChange = ({ presented, issued }: { presented: string; issued?: string | undefined }) =>
  `${presented} → ${issued ?? 'nothing'}`;

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
