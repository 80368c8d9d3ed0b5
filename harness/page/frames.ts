import { z } from 'zod';

/** The gateway's WebSocket frames, protocol 3 (up to 2026.5.7) and 4. */
export const inboundFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('res'),
    id: z.string(),
    ok: z.boolean(),
    payload: z.unknown().optional(),
    error: z.object({ code: z.string().optional(), message: z.string().optional() }).loose().optional(),
  }),
  z.object({ type: z.literal('event'), event: z.string(), payload: z.unknown().optional() }),
]);
export type InboundFrame = z.infer<typeof inboundFrame>;

export const challenge = z.object({ nonce: z.string() });

export const helloOk = z.object({ type: z.literal('hello-ok'), protocol: z.int() });

const contentPart = z.object({ text: z.string() });
const chatMessage = z.object({
  role: z.string().optional(),
  content: z.union([z.string(), z.array(contentPart.or(z.unknown()))]).optional(),
  text: z.string().optional(),
});

export const chatEvent = z.object({
  runId: z.string().optional(),
  sessionKey: z.string(),
  state: z.string(),
  message: z.unknown().optional(),
  errorMessage: z.string().optional(),
});

/** A message was added to a session's history. */
export const sessionMessage = z.object({ sessionKey: z.string() });

export const agentEvent = z.object({
  runId: z.string(),
  sessionKey: z.string().optional(),
  stream: z.string(),
  data: z.object({ phase: z.string().optional() }).loose().optional(),
});

export const sendAnswer = z.object({ runId: z.string().optional(), status: z.string().default('started') });
export const abortAnswer = z.object({ runIds: z.array(z.string()).default([]) });
/** The answer to `/stop`, which has no run of its own: the gateway stops the session's runs and says so at once. */
export const stopAnswer = z.object({ aborted: z.boolean(), runIds: z.array(z.string()).default([]) });
export const waitAnswer = z.object({ status: z.string() });
const sessionRow = z.object({
  key: z.string(),
  status: z.string().optional(),
  hasActiveRun: z.boolean().optional().catch(undefined),
  endedAt: z.number().nullish().catch(undefined),
});
export const sessionList = z.object({ sessions: z.array(sessionRow).default([]) });

/**
 * Whether OpenClaw's own page shows the session at work: from 2026.4.29 on a row also tells whether there is a run, which
 * counts more than a status that was left behind. Read in the pages of 2026.4.14, 2026.5.28 and 2026.9.6; run on
 * 2026.5.28, which leaves "running" behind after an error.
 */
export function isAtWork({ status, hasActiveRun, endedAt }: z.infer<typeof sessionRow>): boolean {
  if (status !== undefined && status !== 'running' && status !== 'queued') return false;
  return hasActiveRun ?? (status !== undefined && endedAt == null);
}
export const history = z.object({ messages: z.array(z.unknown()) });

/** A message's role and text, whichever of the forms it has. */
export function readMessage(message: unknown): { role: string; text: string } {
  const parsed = chatMessage.safeParse(message);
  if (!parsed.success) return { role: 'unknown', text: typeof message === 'string' ? message : '' };
  const { role = 'unknown', content, text = '' } = parsed.data;
  if (typeof content === 'string') return { role, text: content };
  const parts = (content ?? []).flatMap((part) => {
    const known = contentPart.safeParse(part);
    return known.success ? [known.data.text] : [];
  });
  return { role, text: parts.join('\n') || text };
}
