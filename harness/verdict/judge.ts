import { messageOf } from '#harness/base/error.ts';
import { counted, plain } from '#harness/base/plain.ts';
import type { Stage, TimelineEvent } from '#harness/timeline/events.ts';
import type { Behaviour } from '#mocks/behaviour.ts';
import { providers } from '#mocks/targets.ts';
import { type Check, type Evidence, evidenceOf, type Finding, nameOf, seconds } from './checks/check.ts';
import { checksFor, namedChecks } from './checks/index.ts';
import { disturbancesOf, isWithin } from './disturbances.ts';
import type { Rules } from './rules.ts';
import { FIRST_TAB } from './turns.ts';
import { unprovenMigration } from './unproven-migration.ts';
import { unprovenUpgrade } from './unproven-upgrade.ts';

export const outcomes = ['clean', 'reproduced', 'inconclusive', 'untestable'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Judgement {
  outcome: Outcome;
  /** One sentence that says why. */
  verdict: string;
  findings: Finding[];
  checks: { id: Check['id']; result: 'clean' | 'found' | 'crashed' | 'blind' }[];
}

const inPlainText = (finding: Finding): Finding => ({ ...finding, sentence: plain(finding.sentence) });

/** Judges a finished timeline. Pure: a stored run can be judged again. */
export function judge(
  scenario: Rules,
  events: readonly TimelineEvent[],
  checks = checksFor(scenario),
): Judgement {
  const evidence = evidenceOf(events, scenario);
  const named = namedChecks(scenario);
  const results = checks.map((check) => apply(check, evidence, named.has(check.id)));
  const findings = results.flatMap((result) => result.findings.map(inPlainText));
  return {
    ...weigh(scenario, evidence, findings, results),
    findings,
    checks: results.map((result) => ({ id: result.id, result: resultOf(result) })),
  };
}

interface Result {
  id: Check['id'];
  findings: Finding[];
  crash?: string;
  /** Why a check that the scenario names could not have found anything. */
  blind?: string;
}

function apply(check: Check, evidence: Evidence, named: boolean): Result {
  const { id } = check;
  try {
    const findings = check.judge(evidence).map((finding) => ({ check: id, ...finding }));
    const blind = named && findings.length === 0 && check.blind?.(evidence);
    return { id, findings, ...(blind && { blind }) };
  } catch (error) {
    return { id, findings: [], crash: `the check ${id} failed: ${messageOf(error)}` };
  }
}

function resultOf({ crash, findings, blind }: Result): Judgement['checks'][number]['result'] {
  if (crash) return 'crashed';
  if (findings.length > 0) return 'found';
  return blind ? 'blind' : 'clean';
}

function weigh(
  scenario: Rules,
  evidence: Evidence,
  findings: Finding[],
  results: readonly Result[],
): Pick<Judgement, 'outcome' | 'verdict'> {
  const control = scenario.name.startsWith('control/');
  const [first] = findings;
  const killed = killedFromOutside(evidence);
  if (killed) return { outcome: 'inconclusive', verdict: `${capital(killed)}.` };
  if (control && !evidence.all('provider.request').some(({ purpose }) => purpose === 'turn')) {
    return { outcome: 'untestable', verdict: 'The control fails: no message reached a provider.' };
  }
  if (control && first) {
    return {
      outcome: 'untestable',
      verdict: `The control fails, so other results on this version prove nothing: ${first.sentence}.`,
    };
  }
  const decisive = findings.find((finding) => matches(scenario, finding));
  const crash = results.find((result) => result.crash)?.crash;
  if (neverOpenedWebSocket(scenario, evidence)) {
    return {
      outcome: 'untestable',
      verdict: 'This version opened no WebSocket to Codex: what was seen, was seen over SSE.',
    };
  }
  const missing =
    crash ??
    unseenTrigger(scenario, evidence) ??
    unprovenUpgrade(evidence, findings) ??
    unprovenMigration(evidence) ??
    blindRegression(scenario, results);
  const blind = decisive && lostSight(decisive, evidence);
  if (blind) return { outcome: 'inconclusive', verdict: blind };
  if (missing) return { outcome: 'inconclusive', verdict: `${capital(missing)}.` };
  if (decisive) return { outcome: 'reproduced', verdict: `${capital(decisive.sentence)}.` };
  if (first)
    return {
      outcome: 'inconclusive',
      verdict: `Not this regression, but something else is wrong: ${first.sentence}.`,
    };
  const unseeing = results.find((result) => result.blind)?.blind;
  if (unseeing) return { outcome: 'inconclusive', verdict: `${capital(unseeing)}.` };
  return { outcome: 'clean', verdict: healthy(evidence) };
}

/** Whether a finding is the regression that the scenario is about. */
export const matches = (
  { regression }: Pick<Rules, 'regression'>,
  finding: { check: Finding['check']; stage?: Stage | undefined },
): boolean =>
  regression?.some(({ check, stage }) => finding.check === check && (!stage || finding.stage === stage)) ??
  true;

/** A scenario about WebSockets says nothing of a gateway that speaks SSE only (2026.4.14). */
const neverOpenedWebSocket = ({ setup }: Rules, { all }: Evidence): boolean =>
  setup.codexTransport === 'websocket' &&
  !all('provider.request').some(({ method }) => method === 'WEBSOCKET');

/** Why the run could not have shown the regression, if so. */
function unseenTrigger({ providers: behaviour }: Rules, { all, turns }: Evidence): string | undefined {
  if (turns.length === 0) return 'no message was sent';
  const open = turns.find(({ end, givenUp }) => !end && !givenUp);
  if (open) return `${nameOf(open)} was still open when the run ended`;
  const early = turns.find(({ until, marks }) => until && !marks[until]);
  if (early) return `${nameOf(early)} never came to "${early.until}", for which the script waited`;
  const delivered = new Set(all('provider.fault').map(({ fault }) => fault));
  const silent = faultNames(behaviour).find((names) => !names.some((name) => delivered.has(name)));
  if (silent) return `the fault ${silent[0]} was never delivered`;
  return undefined;
}

/** A scenario whose regression nobody could have seen proves nothing, whatever else was found. */
function blindRegression({ regression = [] }: Rules, results: readonly Result[]): string | undefined {
  return results.find(({ id, blind }) => blind && regression.some(({ check }) => check === id))?.blind;
}

/** Why nobody could see what a finding is about: a page without a connection, or a harness that did not run. */
function lostSight(
  { turn: number, sentence }: Finding,
  { all, turns, events, expect }: Evidence,
): string | undefined {
  const turn = turns.find((one) => one.number === number);
  const from = turn?.marks.sent.seq ?? 0;
  const disturbed = disturbancesOf(events);
  const ended =
    events.find(
      ({ kind, at }) => kind === 'gateway.stopping' || (kind === 'gateway.exit' && !isWithin(disturbed, at)),
    )?.seq ?? Infinity;
  const until = Math.min(ended, (turn?.end ?? turn?.givenUp)?.seq ?? ended);
  const meanwhile = ({ seq }: { seq: number }) => from < seq && seq < until;
  const ofTurn = ({ tab = FIRST_TAB }: { tab?: number | undefined }) => turn?.tabs.includes(tab);
  const lost = turn && all('chat.closed').filter(ofTurn).findLast(meanwhile);
  // A reply that came meanwhile stands in the history, which the page has read again; an error does not.
  const since = Math.max(lost?.seq ?? 0, turn?.runEnded?.seq ?? 0);
  const readAgain = all('chat.history').some(
    (history) =>
      history.reloaded &&
      history.session === turn?.session &&
      ofTurn(history) &&
      since < history.seq &&
      history.seq < until,
  );
  if (lost && !((turn?.expect ?? expect) === 'reply' && readAgain)) {
    return `The web chat had lost its connection (${lost.code} ${lost.reason}) meanwhile, so this proves little: ${sentence}.`;
  }
  const stalled = all('harness.stalled').find(meanwhile);
  return (
    stalled &&
    `The harness itself stood still for ${seconds(stalled.forMs)}, so this proves little: ${sentence}.`
  );
}

/** A signal comes from outside: an operator, or a system without memory for others than the gateway. */
function killedFromOutside({ all, events }: Evidence): string | undefined {
  const stopping = events.find(({ kind }) => kind === 'gateway.stopping')?.seq ?? Infinity;
  const disturbed = disturbancesOf(events);
  const exit = all('gateway.exit').find(
    ({ seq, at, signal, outOfMemory }) =>
      seq < stopping && signal && OUTSIDE.has(signal) && !outOfMemory && !isWithin(disturbed, at),
  );
  return exit && `somebody else ended the gateway (${exit.signal})`;
}

const OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);

/** By target, the names of its faults; healthy replies do not count. */
function faultNames(behaviour: Behaviour): string[][] {
  return Object.values(behaviour)
    .map((faults = []) => faults.filter(({ mayBeMissed }) => !mayBeMissed))
    .map((faults) => faults.flatMap(({ name }) => name.split('+')).filter((name) => name !== 'reply'))
    .filter((names) => names.length > 0);
}

function healthy({ turns, all }: Evidence): string {
  const answered = turns.filter(({ end }) => end?.ending === 'answered').length;
  const failed = turns.filter(({ end }) => end?.ending === 'failed' || end?.ending === 'rejected').length;
  const interrupted = turns.filter(({ end }) => end?.ending === 'interrupted').length;
  const requests = all('provider.request').filter(({ purpose }) => purpose === 'turn').length;
  const parts = [
    answered > 0 && `${answered} of ${turns.length} messages answered`,
    interrupted > 0 && `${interrupted} interrupted by the script`,
    failed > 0 && `${failed} of ${turns.length} ended in an error that the user sees`,
    counted(requests, 'provider request'),
  ];
  return `${capital(parts.filter(Boolean).join(', '))}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The providers whose models a set-up uses: those whose control must be clean before the gateway is accused. */
export const providersOf = ({ setup }: Pick<Rules, 'setup'>) =>
  providers.filter((name) => [setup.model, ...setup.fallbacks].some((model) => model.startsWith(`${name}/`)));
