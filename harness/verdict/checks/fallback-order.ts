import type { EventOf } from '#harness/timeline/events.ts';
import type { Turn } from '#harness/verdict/turns.ts';
import { type Check, type Evidence, type Finding, nameOf } from './check.ts';

export const fallbackOrder: Check = {
  id: 'fallback-order',
  title: 'the models are asked in the configured order, and what the gateway logs of it is so',
  judge: (evidence) =>
    evidence.turns.flatMap((turn) => [...outOfOrder(turn, evidence), ...falseSuccess(turn, evidence)]),
  blind(evidence) {
    const chain = chainOf(evidence);
    const places = evidence.turns.flatMap((turn) =>
      requestsOf(turn, evidence).map((one) => placeOf(one, chain)),
    );
    if (places.includes(-1)) return 'a model was asked that is not configured under the name it has here';
    return places.some((place) => place > 0) ? undefined : 'no fallback was asked';
  },
};

type Request = EventOf<'provider.request'>;
type Found = Omit<Finding, 'check'>[];

/** The configured candidates in their order. */
const chainOf = ({ setup }: Evidence): readonly string[] => [setup.model, ...setup.fallbacks];

const placeOf = ({ candidate }: Request, chain: readonly string[]): number => chain.indexOf(candidate ?? '');

const requestsOf = ({ nonce }: Turn, { all }: Evidence): Request[] =>
  all('provider.request').filter((request) => request.purpose === 'turn' && request.nonce === nonce);

function outOfOrder(turn: Turn, evidence: Evidence): Found {
  const chain = chainOf(evidence);
  const requests = requestsOf(turn, evidence);
  // A model by an unknown name may be any of them; a message that was queued may be run twice.
  if (turn.deferred || requests.some((request) => placeOf(request, chain) === -1)) return [];
  for (const [index, request] of requests.entries()) {
    const before = wentBackFrom(requests.slice(0, index + 1), chain);
    const skipped = chain
      .slice(0, placeOf(request, chain))
      .find((candidate) => !wasTried(candidate, request, evidence));
    const because = before
      ? `after ${before.candidate}, which stands behind it`
      : skipped && `before ${skipped}, which had not been tried`;
    if (!because) continue;
    return [
      {
        sentence: `${nameOf(turn)} went to ${request.candidate} ${because} (configured: ${chain.join(', ')})`,
        turn: turn.number,
        evidence: [before?.seq ?? turn.marks.sent.seq, request.seq],
      },
    ];
  }
  return [];
}

/**
 * The request from which the last one went back. A candidate may be asked again, one that failed in an earlier turn may
 * be passed over, and the whole list may be gone through once more; a turn that begins with a fallback, because the
 * session has been moved to it, may come to the primary last.
 */
function wentBackFrom(requests: readonly Request[], chain: readonly string[]): Request | undefined {
  const places = requests.map((request) => placeOf(request, chain));
  const [from = 0, to = 0] = places.slice(-2);
  const back = places.length > 1 && places[0] === 0 && to < from && from < chain.length - 1;
  return back ? requests.at(-2) : undefined;
}

/** By a request for a reply, by the refresh that it needs first, at a wrong address, or by the gateway's own log. */
function wasTried(candidate: string, { seq }: Request, evidence: Evidence): boolean {
  const { all } = evidence;
  const [provider = '', model = ''] = candidate.split('/');
  const tried = all('provider.request').some(
    (request) =>
      request.seq < seq &&
      (request.candidate === candidate ||
        (request.purpose === 'refresh' && provider === providerOf(request.provider)) ||
        (request.purpose === 'unknown-path' && request.provider === provider)),
  );
  const chain = chainOf(evidence);
  // The log's file is read a moment after its lines were written, so its order against the requests is not known.
  // A model by a name that no scenario knows may be this one.
  return (
    tried ||
    decisions(all).some(
      (said) =>
        said.failed &&
        said.provider === provider &&
        (said.model === model || !chain.includes(`${provider}/${said.model}`)),
    )
  );
}

/** Who is asked with the tokens of an authority. */
const providerOf = (authority: string): string =>
  authority === 'auth' ? 'codex' : authority.replace(/-auth$/, '');

/** The user's thread: `candidate_succeeded` of a candidate whose every answer was cut, and then nothing. */
function falseSuccess(turn: Turn, evidence: Evidence): Found {
  const ending = turn.end?.ending;
  if (ending === 'answered' || ending === 'aborted' || ending === 'interrupted') return [];
  return decisions(evidence.all).flatMap((said): Found => {
    if (said.decision !== 'candidate_succeeded' || !turn.runIds.has(said.runId)) return [];
    const last = requestsOf(turn, evidence).findLast(
      ({ provider, model }) => provider === said.provider && model === said.model,
    );
    const failure = last && failureOf(last, evidence);
    if (!last || !failure) return [];
    return [
      {
        sentence:
          `the gateway logged candidate_succeeded for ${said.provider}/${said.model}, whose last answer ` +
          `${failure.how}, and ${nameOf(turn)} was not answered`,
        turn: turn.number,
        evidence: [last.seq, failure.seq, said.seq],
      },
    ];
  });
}

function failureOf({ exchange }: Request, { all }: Evidence): { how: string; seq: number } | undefined {
  const answer = all('provider.answer').find((one) => one.exchange === exchange);
  if (answer && answer.status >= 400) return { how: `was ${answer.status}`, seq: answer.seq };
  const end = all('provider.end').find((one) => one.exchange === exchange);
  return end && end.how !== 'complete' ? { how: 'was broken off', seq: end.seq } : undefined;
}

interface Decision {
  seq: number;
  decision: string;
  runId: string;
  provider: string;
  model: string;
  failed: boolean;
}

/** The gateway's own account of it, as its log file has it (`model_fallback_decision`; read on 2026.4.14 to 2026.9.6). */
function decisions(all: Evidence['all']): Decision[] {
  return all('gateway.log').flatMap(({ seq, fields }) => {
    if (fields?.event !== 'model_fallback_decision') return [];
    const { decision, runId, candidateProvider, candidateModel } = fields;
    if (typeof decision !== 'string' || typeof candidateProvider !== 'string') return [];
    return {
      seq,
      decision,
      runId: String(runId ?? ''),
      provider: candidateProvider.startsWith('openai') ? 'codex' : candidateProvider,
      model: String(candidateModel ?? ''),
      failed: decision !== 'candidate_succeeded',
    };
  });
}
