import type { MockContext } from './context.ts';
import type { Dialect } from './dialects/dialect.ts';
import { type ModelRequest, readModelRequest } from './dialects/request.ts';
import { responses } from './dialects/responses.ts';
import { currentExchange, perform } from './exchange.ts';
import { lastNonce, replyTo } from './marks.ts';
import { answer, type Step } from './steps.ts';
import type { ModelProvider } from './targets.ts';
import type { Words } from './words.ts';

interface ModelCall {
  provider: { readonly name: ModelProvider; readonly words: Words };
  path: string;
  /** Label of the accepted credential; `undefined` is refused. */
  credential: string | undefined;
  refusal: Step[];
  /** @default the Responses API by SSE */
  dialect?: Dialect;
  /** @default 'http' */
  transport?: 'http' | 'websocket';
  /** The gateway's own id for the conversation. */
  session?: string | undefined;
}

/** One request for a reply by HTTP. */
export async function serveModel(context: MockContext, request: Request, call: ModelCall): Promise<Response> {
  const session = request.headers.get('session_id') ?? undefined;
  return perform(answerModel(context, await request.json().catch(() => undefined), { session, ...call }));
}

/** One request for a reply: who asked, for which message, and what comes back. */
export function answerModel(context: MockContext, body: unknown, call: ModelCall): Step[] {
  const { id, record } = currentExchange();
  const { path, credential, dialect = responses, transport = 'http', session } = call;
  const { name: provider, words } = call.provider;
  const asked = readModelRequest(body);
  const nonce = asked && lastNonce(asked.userText);
  const purpose = purposeOf(asked, nonce);
  record({
    kind: 'provider.request',
    exchange: id,
    provider,
    method: transport === 'http' ? 'POST' : 'WEBSOCKET',
    path,
    purpose,
    ...(asked && { model: asked.model, candidate: `${provider}/${context.nameOf(asked.model)}` }),
    // Of all that was said, a summary is about none in particular.
    ...(nonce && purpose !== 'compaction' && { nonce }),
    ...(credential && { credential }),
  });
  if (!credential) return call.refusal;
  if (!asked) return answer(400, { error: { message: 'Invalid request body', code: 'invalid_request' } });
  const text = purpose === 'turn' && nonce ? replyTo(nonce) : INTERNAL[purpose];
  const healthy = dialect.reply(asked.model, text, `synthetic_${id}`);
  if (purpose === 'other') return healthy;
  const model = context.nameOf(asked.model);
  const targets =
    purpose === 'turn' ? [`${provider}/${model}` as const, provider] : [`${provider}:${purpose}` as const];
  const next = context.next(
    {
      provider,
      purpose,
      dialect,
      words,
      transport,
      model,
      text: asked.userText,
      ...(session && { session }),
    },
    ...targets,
  );
  return next(healthy);
}

/** The credential in an `Authorization` header. */
export const bearer = (header: string | null | undefined): string =>
  (header ?? '').replace(/^bearer\s+/i, '');

/** What a healthy model says to the questions that the gateway asks for itself. */
const INTERNAL = {
  turn: '',
  recall: 'NONE',
  compaction: 'A summary of what was said',
  other: 'A short title',
};

function purposeOf(asked: ModelRequest | undefined, nonce: string | undefined): keyof typeof INTERNAL {
  // Of a short conversation it is shown no message of the user's: there the summary is of the rest.
  if (asked && isCompaction(asked.instructions)) return 'compaction';
  if (!asked || !nonce || isRecap(asked.userText)) return 'other';
  return isRecall(asked.userText, asked.instructions) ? 'recall' : 'turn';
}

/** The agent core's own prompt, the same from 2026.4.14 to 2026.9.6. */
const isCompaction = (instructions: string): boolean =>
  instructions.includes('You are a context summarization assistant');

/** 2026.9.6 has a small model sum up for its list of tasks what was said, before the turn and after it. */
const isRecap = (userText: string): boolean => userText.startsWith('{"previousRecap":');

/** Active Memory asks the model in a run of its own, with a prompt of its own around the user's message. */
const isRecall = (userText: string, instructions: string): boolean =>
  /memory search agent/i.test(userText) || /memory search agent/i.test(instructions);
