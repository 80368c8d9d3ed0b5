import { effectOf } from '#harness/timeline/events.ts';
import type { Turn } from '#harness/verdict/turns.ts';
import { type Check, type Evidence, nameOf, seconds } from './check.ts';

export const errorIsUseful: Check = {
  id: 'error-is-useful',
  title: 'an error that is shown says in words what went wrong, and names no cause that it did not have',
  judge: (evidence) =>
    evidence.turns.flatMap((turn) => {
      if (!turn.end || !isError(turn)) return [];
      const { text, seq } = turn.end;
      const wrong = nothingSaid(text) ?? wrongCause(text, seq, evidence);
      if (!wrong) return [];
      return {
        sentence: `${nameOf(turn)} was shown an error that ${wrong}: "${text.slice(0, 200)}"`,
        turn: turn.number,
        evidence: [turn.marks.sent.seq, seq],
      };
    }),
  blind: ({ turns }) =>
    turns.some(isError) || turns.every(({ end }) => end?.ending === 'answered')
      ? undefined
      : 'no error was shown',
};

const isError = ({ end }: Turn): boolean => end?.ending === 'failed' || end?.ending === 'rejected';

/** Why a text as a whole tells a user nothing, if so. What stands beside such a word may well be of use. */
function nothingSaid(text: string): string | undefined {
  const said = text.replace(/^(\p{Extended_Pictographic}|\uFE0F|\s)+/u, '').trim();
  if (!said) return 'is empty';
  if (BARE.test(said)) return 'is no more than the name of a failure inside the program';
  if (/^\{.*\}$|^\[.*\]$/s.test(said)) return 'is raw data';
  if (/^<(!doctype|html)\b/i.test(said)) return 'is a page of HTML';
  return /\n\s+at .+:\d+:\d+/.test(said) ? 'shows a stack trace' : undefined;
}

/** Node's word for a stream that ends before its time is `terminated`. */
const BARE =
  /^(error: *)?(terminated|fetch failed|aborted|this operation was aborted|socket hang up|undefined|null|error|\[object \w+\]|unknown error)\.?$/i;

/** A cause, and the words by which an error claims it. */
const causes: readonly { cause: string; words: RegExp }[] = [
  { cause: 'a rate limit', words: /\brate.?limit|\btoo many requests\b|\b429\b/i },
  {
    cause: 'a bill',
    words: /\bbilling\b|\bout of credits\b|\binsufficient (credits|funds|quota)\b|\b402\b/i,
  },
  {
    cause: 'a sign-in',
    words: /\bauthentication (failed|error)\b|\bunauthori[sz]ed\b|\btoken refresh failed\b|\b401\b/i,
  },
  {
    cause: 'too long a conversation',
    words: /\bcontext (window|length|overflow)\b|\bprompt (is )?too (long|large)\b/i,
  },
];

/**
 * Told only where it is certain: all that the providers did wrong until then was to stay silent, to be slow, or to
 * break off, and no answer of theirs said anything of the kind.
 */
function wrongCause(text: string, until: number, evidence: Evidence): string | undefined {
  const stranger = namesStranger(text, until, evidence);
  if (stranger) return `names ${stranger}, which was never asked`;
  if (/\btimed out\b/i.test(text) && allBrokenOff(until, evidence))
    return `blames a wait, though every answer was broken off by the provider within ${seconds(AT_ONCE)}`;
  if (!onlyTransportFailed(until, evidence)) return undefined;
  const named = causes.find(({ words }) => words.test(text));
  return named && `blames ${named.cause}, of which no provider had said anything`;
}

function onlyTransportFailed(until: number, { all }: Evidence): boolean {
  const asked = new Set(
    all('provider.request').flatMap(({ exchange, purpose }) => (purpose === 'other' ? [] : [exchange])),
  );
  const refused = all('provider.answer').some(
    ({ seq, exchange, status }) => seq < until && asked.has(exchange) && status >= 400,
  );
  const faults = all('provider.fault').filter(({ seq }) => seq < until);
  const refreshed = all('token.redeemed').every(({ seq, result }) => seq > until || result === 'rotated');
  return !refused && refreshed && faults.length > 0 && faults.every((fault) => effectOf(fault) !== 'answer');
}

/** An answer that is broken off sooner can have kept nobody waiting. */
const AT_ONCE = 5_000;

/** 2026.9.6 says "LLM request timed out." of Node's `terminated`. */
function allBrokenOff(until: number, { all }: Evidence): boolean {
  const requests = all('provider.request').filter(
    ({ seq, purpose }) => seq < until && (purpose === 'turn' || purpose === 'recall'),
  );
  return (
    requests.length > 0 &&
    requests.every((request) => {
      const end = all('provider.end').find(({ exchange }) => exchange === request.exchange);
      const cut = all('provider.fault').some(
        (fault) => fault.exchange === request.exchange && effectOf(fault) === 'broken-off',
      );
      return cut && end?.by === 'provider' && end.how !== 'complete' && end.at - request.at < AT_ONCE;
    })
  );
}

interface Service {
  name: string;
  words: RegExp;
  /** The providers that are its own. @default the one of the same name */
  asked?: readonly string[];
}

const services: readonly Service[] = [
  {
    name: 'OpenAI',
    words: /\bopenai\b|\bcodex\b|\bchatgpt\b|\bgpt-\d/i,
    asked: ['auth', 'codex', 'chatgpt.com'],
  },
  { name: 'xAI', words: /\bxai\b|\bgrok\b/i, asked: ['xai', 'xai-auth'] },
  { name: 'Anthropic', words: /\banthropic\b|\bclaude\b/i },
  { name: 'Google', words: /\bgoogle\b|\bgemini\b/i },
  { name: 'OpenRouter', words: /\bopenrouter\b/i },
];

/** A service that an error names alone, although nobody asked it and no configured model is its own. */
function namesStranger(text: string, until: number, { all, setup }: Evidence): string | undefined {
  const asked = new Set(
    all('provider.request').flatMap(({ seq, provider }) => (seq < until ? [provider] : [])),
  );
  const configured = [setup.model, ...setup.fallbacks].map((model) => model.split('/')[0] ?? '');
  const known = new Set([...asked, ...configured]);
  const named = services.filter(({ words }) => words.test(text));
  const isKnown = ({ name, asked: hosts = [name.toLowerCase()] }: Service) =>
    hosts.some((host) => known.has(host));
  if (named.some(isKnown)) return undefined;
  return named[0]?.name;
}
