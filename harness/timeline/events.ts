import { z } from 'zod';

const text = z.string();
const count = z.int().nonnegative();
const ms = z.number().nonnegative();
/** Which tab of the page; without it, the first. */
const tab = z.int().positive().optional();

/** How a message's way through the gateway is named; also the stages at which it can stop. */
export const stages = ['sent', 'accepted', 'reached-provider', 'streaming', 'delivered'] as const;
export type Stage = (typeof stages)[number];
/** Of these, those at which a script can wait for a message. */
const midways = ['reached-provider', 'streaming'] as const satisfies Stage[];
export type Midway = (typeof midways)[number];

/** What a fault does: the answer stays away, comes slowly, breaks off, or says something else. */
const faultEffects = ['silent', 'slow', 'broken-off', 'answer'] as const;
export type FaultEffect = (typeof faultEffects)[number];

/** Everything that can stand in a timeline. Written by the actors, judged later, never changed. */
const eventBody = z.discriminatedUnion('kind', [
  // The gateway's process.
  z.object({ kind: z.literal('gateway.started'), version: text, node: text, pid: count, port: count }),
  z.object({ kind: z.literal('gateway.ready'), protocol: count, attempts: count, waitedMs: ms }),
  z.object({
    kind: z.literal('gateway.log'),
    stream: z.enum(['stdout', 'stderr', 'file']),
    level: text.optional(),
    subsystem: text.optional(),
    message: text,
    /** The structured fields of a log line, where it has some. */
    fields: z.record(z.string(), z.unknown()).optional(),
    leaks: z.array(text).optional(),
  }),
  /**
   * OpenClaw's own `doctor` has brought the credentials where the version keeps them; only now its start begins.
   * `prepared`: it did so for an earlier run of the same set-up, whose state this run was given.
   */
  z.object({ kind: z.literal('gateway.migrated'), prepared: z.literal(true).optional() }),
  z.object({ kind: z.literal('gateway.stopping') }),
  z.object({
    kind: z.literal('gateway.exit'),
    code: z.int().nullable(),
    signal: text.nullable(),
    outOfMemory: z.boolean().optional(),
  }),
  /** What the script did to the gateway. */
  z.object({
    kind: z.literal('gateway.step'),
    step: z.enum([
      ...['pause', 'unpause', 'kill', 'restart', 'upgrade', 'cut-network', 'restore-network'],
      ...['edit-config', 'sign-in', 'cli', 'rotate-token'],
    ] as const),
    /** What exactly: the change, the command, the token, both versions. */
    detail: text.optional(),
  }),
  /** What a command of the same version, run on the same state, ended in. */
  z.object({
    kind: z.literal('gateway.cli'),
    command: text,
    code: z.int().nullable(),
    tookMs: ms,
    output: text,
    leaks: z.array(text).optional(),
  }),
  /** The gateway's own diagnostics begin, after the script: nothing that follows is judged. */
  z.object({ kind: z.literal('gateway.diagnostics') }),
  /** The script has put the wall clock forward, of the gateway, the providers and the page alike. */
  z.object({ kind: z.literal('clock.jumped'), byMs: ms }),
  z.object({ kind: z.literal('gateway.health'), ok: z.boolean(), tookMs: ms }),
  /**
   * What the gateway had of the CPU in the last `overMs`, where that is worth a word: how long its busiest thread ran, and
   * how long the one that waited most waited for a core that was not free. By the harness, where nobody can see its
   * threads: then it is the harness that waited.
   */
  z.object({
    kind: z.literal('gateway.cpu'),
    overMs: ms,
    ranMs: ms,
    waitedMs: ms,
    by: z.literal('harness').optional(),
  }),
  z.object({ kind: z.literal('egress.refused'), destination: text, via: text }),

  // The web chat.
  /** What the script did in the page. */
  z.object({
    kind: z.literal('page.step'),
    step: z.enum(['leave', 'come-back', 'stop-reading', 'read-on', 'open-tab', 'close-tab']),
    tab: z.int().positive(),
  }),
  z.object({ kind: z.literal('chat.closed'), code: count, reason: text, tab }),
  z.object({ kind: z.literal('chat.abort'), session: text }),
  /** The gateway's answer to it: the runs that it has stopped. */
  z.object({ kind: z.literal('chat.stopped'), session: text, runIds: z.array(text) }),
  z.object({
    kind: z.literal('chat.event'),
    session: text,
    runId: text.optional(),
    state: text,
    text: text,
    error: text.optional(),
    tab,
    leaks: z.array(text).optional(),
  }),
  z.object({ kind: z.literal('agent.event'), session: text, runId: text, phase: text }),
  z.object({
    kind: z.literal('turn.sent'),
    turn: count,
    session: text,
    nonce: text,
    text: text,
    /** The tabs that must show its end, the one it was typed in first; without it, the first tab. */
    tabs: z.array(z.int().positive()).min(1).optional(),
    /** What it must end in, where the scenario says it of this message alone. */
    expect: z.literal('reply').optional(),
    /** How far it had to come before the script went on. */
    until: z.enum(midways).optional(),
  }),
  /** The same message with the same idempotency key once more. */
  z.object({ kind: z.literal('turn.sent-again'), turn: count }),
  z.object({ kind: z.literal('turn.refused-again'), turn: count, error: text }),
  z.object({ kind: z.literal('turn.accepted'), turn: count, runId: text, status: text }),
  z.object({ kind: z.literal('turn.rejected'), turn: count, error: text }),
  /** The gateway's own word that the turn's run is over (`agent.wait`). */
  z.object({ kind: z.literal('turn.run-ended'), turn: count, runId: text, status: text }),
  z.object({
    kind: z.literal('turn.given-up'),
    turn: count,
    because: z.enum(['quiet', 'budget', 'exit']),
    waitedMs: ms,
  }),
  /** A chat command (`/new`): it carries no nonce and is followed by its run. */
  z.object({ kind: z.literal('command.sent'), session: text, runId: text, text: text }),
  z.object({
    kind: z.literal('command.ended'),
    runId: text,
    how: z.enum(['shown', 'failed', 'refused', 'silent']),
    text: text,
  }),
  z.object({
    kind: z.literal('chat.sessions'),
    sessions: z.array(
      z.object({
        key: text,
        /** The gateway's word. */
        status: text.optional(),
        /** What the page shows for it; runs of before have not looked. */
        atWork: z.boolean().optional(),
      }),
    ),
  }),
  z.object({
    kind: z.literal('chat.history'),
    session: text,
    messages: z.array(z.object({ role: text, text: text })),
    /** Read as a page reads it when it opens anew: what stands in it is then shown. */
    reloaded: z.boolean(),
    tab,
  }),

  /** The harness itself did not run for a while: what it measured meanwhile proves nothing. */
  z.object({ kind: z.literal('harness.stalled'), forMs: ms }),

  // The providers.
  z.object({
    kind: z.literal('provider.request'),
    exchange: count,
    provider: text,
    method: text,
    path: text,
    model: text.optional(),
    nonce: text.optional(),
    /** The model as scenarios call it (`codex/gpt-5.4`), where the version has another name for it. */
    candidate: text.optional(),
    purpose: z.enum(['turn', 'recall', 'compaction', 'refresh', 'other', 'unknown-path']),
    credential: text.optional(),
  }),
  z.object({
    kind: z.literal('provider.fault'),
    exchange: count,
    fault: text,
    /** Runs of before have it not: see `effectOf`. */
    effect: z.enum(faultEffects).optional(),
  }),
  z.object({ kind: z.literal('provider.answer'), exchange: count, status: count }),
  z.object({
    kind: z.literal('provider.end'),
    exchange: count,
    by: z.enum(['provider', 'gateway', 'harness']),
    how: text,
  }),
  z.object({
    kind: z.literal('token.redeemed'),
    exchange: count,
    presented: text,
    result: z.enum(['rotated', 'reused', 'unknown', 'refused', 'unanswered']),
    issued: text.optional(),
  }),
  /** What the gateway's own store holds after its end: refresh tokens by label, never by value. */
  z.object({
    kind: z.literal('credentials.stored'),
    /** Absent where no store could be read. */
    profiles: z.array(z.object({ profile: text, refresh: text })).optional(),
  }),
]);

export const timelineEvent = z.intersection(
  z.object({
    /** The event's place in the timeline, from 0. */
    seq: count,
    /** Milliseconds since the run began, on a monotonic clock. */
    at: ms,
  }),
  eventBody,
);

export type EventBody = z.infer<typeof eventBody>;
export type TimelineEvent = z.infer<typeof timelineEvent>;
export type Kind = EventBody['kind'];
export type EventOf<K extends Kind> = Extract<TimelineEvent, { kind: K }>;

/** What a fault did, also in a timeline of before 2026-11-27, where only its name says so. */
export const effectOf = ({ effect, fault }: EventOf<'provider.fault'>): FaultEffect =>
  effect ?? NAMED.find(({ names }) => names.test(fault))?.effect ?? 'answer';

const NAMED: readonly { names: RegExp; effect: FaultEffect }[] = [
  { names: /^silence\b/, effect: 'silent' },
  { names: /^(cut|truncated-chunk)\b/, effect: 'broken-off' },
  { names: /^(delay|drip|bandwidth|sliced|slow-close)\b/, effect: 'slow' },
];
