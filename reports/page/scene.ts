import type { RunRecord } from '#harness/record/record.ts';
import type { TimelineEvent } from '#harness/timeline/events.ts';
import { ofKind } from '#harness/timeline/timeline.ts';
import { judgedPart } from '#harness/verdict/judged-part.ts';
import { type Turn, Turns } from '#harness/verdict/turns.ts';
import { lanes, type Moment, seconds, storyOf } from '../story.ts';

/** How a mark is coloured. */
type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'dim';

/** Something that lasts: a turn, a request, the gateway's start. Times in milliseconds of the run. */
interface Span {
  lane: number;
  from: number;
  to: number;
  tone: Tone;
  says: string;
  /** From 0; -1 belongs to none. */
  turn: number;
  /** Nothing came where something was due. */
  isSilence?: boolean;
}

/** What the page draws of one run, and nothing else. */
export interface Scene {
  name: string;
  outcome: RunRecord['outcome'];
  lanes: readonly string[];
  spans: Span[];
  /** `[at, lane, turn, tone, says, payload]`, in order of time. */
  events: [at: number, lane: number, turn: number, tone: Tone, says: string, payload: string][];
  findings: { says: string; from: number; to: number; events: number[] }[];
  turns: { number: number; at: number; to: number }[];
  end: number;
  /** Events that had no room. */
  left: number;
}

interface Limits {
  /** Characters of an event's sentence, and of its payload. */
  says: number;
  payload: number;
  events: number;
}

const STEPS: readonly Limits[] = [
  { says: 300, payload: 4_000, events: Infinity },
  { says: 200, payload: 600, events: Infinity },
  { says: 120, payload: 150, events: Infinity },
  { says: 100, payload: 0, events: Infinity },
  { says: 80, payload: 0, events: 15_000 },
];

/** Makes a run's scene, shorter and shorter until it takes no more than `most` characters as JSON. */
export function sceneOf(record: RunRecord, most: number): Scene {
  const scenes = STEPS.values().map((limits) => compose(record, limits));
  let last: Scene | undefined;
  for (const scene of scenes) {
    last = scene;
    if (JSON.stringify(scene).length <= most) break;
  }
  return last ?? compose(record, { says: 80, payload: 0, events: 15_000 });
}

function compose(record: RunRecord, limits: Limits): Scene {
  const { timeline } = record;
  const followed = Turns.of(judgedPart(timeline));
  const turnOf = turnsByEvent(timeline, followed);
  const story = storyOf(record);
  const proofs = new Set(record.findings.flatMap(({ evidence }) => evidence));
  const shown = choose(story, proofs, limits.events);
  const places = new Map(shown.map(({ event }, index) => [event.seq, index]));
  const end = timeline.at(-1)?.at ?? 0;
  return {
    name: `openclaw ${record.gateway.version}`,
    outcome: record.outcome,
    lanes,
    spans: spansOf(story, followed, turnOf, end),
    events: shown.map(({ event, lane, says }) => [
      event.at,
      lanes.indexOf(lane),
      turnOf(event),
      proofs.has(event.seq) ? 'bad' : toneOf(event),
      says.slice(0, limits.says),
      payloadOf(event, limits.payload),
    ]),
    findings: record.findings.map(({ check, sentence, evidence }) => {
      const times = evidence.flatMap((seq) => timeline[seq]?.at ?? []);
      return {
        says: `${check}: ${sentence}`.slice(0, 300),
        from: Math.min(end, ...times),
        to: Math.max(0, ...times),
        events: evidence.flatMap((seq) => places.get(seq) ?? []),
      };
    }),
    turns: followed.map((turn) => ({ number: turn.number, at: turn.marks.sent.at, to: overAt(turn, end) })),
    end,
    left: story.length - shown.length,
  };
}

/** What proves something and what is key stays, of the rest what came first. */
function choose(story: readonly Moment[], proofs: ReadonlySet<number>, most: number): readonly Moment[] {
  if (story.length <= most) return story;
  const needed = story.filter(({ isKey, event }) => isKey || proofs.has(event.seq)).slice(0, most);
  const kept = new Set(needed);
  for (const moment of story) if (kept.size < most) kept.add(moment);
  return story.filter((moment) => kept.has(moment));
}

const overAt = ({ end, givenUp }: Turn, otherwise: number): number => (end ?? givenUp)?.at ?? otherwise;

/** By turn, nonce, run or exchange where an event names one; else the turn that was sent last. */
function turnsByEvent(timeline: readonly TimelineEvent[], turns: readonly Turn[]) {
  const byRun = new Map(
    turns.flatMap(({ runIds, number }) => [...runIds].map((id) => [id, number] as const)),
  );
  const byNonce = new Map(turns.map(({ nonce, number }) => [nonce, number]));
  const byExchange = new Map<number, number>();
  const places: number[] = [];
  let latest = -1;
  for (const event of timeline) {
    if (event.kind === 'turn.sent') latest = event.turn;
    const named =
      ('turn' in event ? event.turn : undefined) ??
      ('nonce' in event && event.nonce ? byNonce.get(event.nonce) : undefined) ??
      ('runId' in event && event.runId ? byRun.get(event.runId) : undefined) ??
      ('exchange' in event ? byExchange.get(event.exchange) : undefined) ??
      latest;
    if (event.kind === 'provider.request') byExchange.set(event.exchange, named);
    places.push(named);
  }
  return ({ seq }: TimelineEvent): number => places[seq] ?? -1;
}

function spansOf(
  story: readonly Moment[],
  turns: readonly Turn[],
  turnOf: (event: TimelineEvent) => number,
  end: number,
): Span[] {
  const events = story.map(({ event }) => event);
  return [
    ...turns.flatMap((turn) => ofTurn(turn, end)),
    ...ofGateway(events, end),
    ...ofRequests(story, turnOf, end),
  ];
}

function ofTurn(turn: Turn, end: number): Span[] {
  const { number, marks, runEnded, givenUp } = turn;
  const span = { lane: lanes.indexOf('chat'), turn: number };
  const to = overAt(turn, end);
  const took = seconds(to - marks.sent.at);
  const name = `turn ${number + 1}`;
  if (turn.end) {
    const { ending } = turn.end;
    const tone =
      ending === 'answered' ? 'good' : ending === 'interrupted' || ending === 'aborted' ? 'dim' : 'warn';
    return [{ ...span, from: marks.sent.at, to, tone, says: `${name}: ${ending} after ${took}` }];
  }
  const silentFrom = runEnded && givenUp ? runEnded.at : to;
  const nothing = `${seconds(to - silentFrom)}: no reply, no error`;
  return [
    { ...span, from: marks.sent.at, to: silentFrom, tone: 'bad', says: `${name}: never ended` },
    ...(silentFrom < to
      ? [{ ...span, from: silentFrom, to, tone: 'bad' as const, says: nothing, isSilence: true }]
      : []),
  ];
}

function ofGateway(events: readonly TimelineEvent[], end: number): Span[] {
  const span = { lane: lanes.indexOf('gateway'), turn: -1 };
  return events.filter(ofKind('gateway.started', 'gateway.ready')).map((event, index, all) => {
    const next = all[index + 1]?.at ?? end;
    const exit = events.find(({ kind, at }) => kind === 'gateway.exit' && at >= event.at)?.at ?? end;
    const to = Math.min(next, exit);
    return event.kind === 'gateway.started'
      ? { ...span, from: event.at, to, tone: 'dim' as const, says: `starting, ${seconds(to - event.at)}` }
      : { ...span, from: event.at, to, tone: 'plain' as const, says: 'answers' };
  });
}

function ofRequests(story: readonly Moment[], turnOf: (event: TimelineEvent) => number, end: number): Span[] {
  const ends = new Map<number, number>();
  const faults = new Map<number, string[]>();
  for (const { event } of story) {
    if (event.kind === 'provider.end') ends.set(event.exchange, event.at);
    if (event.kind === 'provider.fault')
      faults.set(event.exchange, [...(faults.get(event.exchange) ?? []), event.fault]);
  }
  return story.flatMap(({ event, lane }) => {
    if (event.kind !== 'provider.request') return [];
    const wrong = faults.get(event.exchange);
    const name = event.model ?? event.purpose;
    return {
      lane: lanes.indexOf(lane),
      turn: turnOf(event),
      from: event.at,
      to: ends.get(event.exchange) ?? end,
      tone: wrong ? 'warn' : 'good',
      says: wrong ? `${name}: ${wrong.join(', ')}` : name,
    };
  });
}

function toneOf(event: TimelineEvent): Tone {
  switch (event.kind) {
    case 'provider.fault':
    case 'gateway.step':
    case 'harness.stalled':
      return 'warn';
    case 'gateway.log':
      return event.level && /error|fatal/i.test(event.level) ? 'warn' : 'dim';
    case 'chat.event':
      return event.state === 'error' ? 'warn' : 'plain';
    case 'token.redeemed':
      return event.result === 'rotated' ? 'good' : 'warn';
    case 'gateway.health':
      return event.ok ? 'dim' : 'warn';
    case 'gateway.cpu':
    case 'egress.refused':
    case 'agent.event':
      return 'dim';
    default:
      return 'plain';
  }
}

function payloadOf({ seq: _seq, at: _at, ...body }: TimelineEvent, most: number): string {
  if (most === 0) return '';
  const text = JSON.stringify(body, undefined, 1);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
