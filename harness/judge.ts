import { type Behaviour, providers } from '#mocks/behaviour.ts';
import { type Check, type Evidence, evidenceOf, type Finding } from './checks/check.ts';
import { standingChecks } from './checks/index.ts';
import { messageOf } from './error.ts';
import type { Scenario } from './scenario.ts';
import type { TimelineEvent } from './timeline/events.ts';

export const outcomes = ['clean', 'reproduced', 'inconclusive', 'untestable'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Judgement {
  outcome: Outcome;
  /** One sentence that says why. */
  verdict: string;
  findings: Finding[];
  checks: { id: Check['id']; result: 'clean' | 'found' | 'crashed' }[];
}

type Rules = Pick<Scenario, 'name' | 'budgets' | 'expect' | 'providers' | 'setup' | 'regression'>;

/** Judges a finished timeline. Pure: a stored run can be judged again. */
export function judge(scenario: Rules, events: readonly TimelineEvent[], checks = standingChecks): Judgement {
  const evidence = evidenceOf(events, scenario);
  const results = checks.map((check) => apply(check, evidence));
  const findings = results.flatMap((result) => result.findings);
  const summary = results.map(({ id, crash, findings: found }) => ({
    id,
    result: crash ? ('crashed' as const) : found.length > 0 ? ('found' as const) : ('clean' as const),
  }));
  return {
    ...weigh(scenario, evidence, findings, results.find(({ crash }) => crash)?.crash),
    findings,
    checks: summary,
  };
}

function apply(check: Check, evidence: Evidence): { id: Check['id']; findings: Finding[]; crash?: string } {
  try {
    return {
      id: check.id,
      findings: check.judge(evidence).map((finding) => ({ check: check.id, ...finding })),
    };
  } catch (error) {
    return { id: check.id, findings: [], crash: `the check ${check.id} failed: ${messageOf(error)}` };
  }
}

function weigh(
  scenario: Rules,
  evidence: Evidence,
  findings: Finding[],
  crash?: string,
): Pick<Judgement, 'outcome' | 'verdict'> {
  const control = scenario.name.startsWith('control/');
  const [first] = findings;
  if (control && first) {
    return {
      outcome: 'untestable',
      verdict: `The control fails, so other results on this version prove nothing: ${first.sentence}.`,
    };
  }
  const decisive = findings.find((finding) => matches(scenario, finding));
  const missing = crash ?? unseenTrigger(scenario, evidence);
  const blind = decisive && lostSight(decisive, evidence);
  if (blind) return { outcome: 'inconclusive', verdict: blind };
  if (missing) return { outcome: 'inconclusive', verdict: `${capital(missing)}.` };
  if (decisive) return { outcome: 'reproduced', verdict: `${capital(decisive.sentence)}.` };
  if (first)
    return {
      outcome: 'inconclusive',
      verdict: `Not this regression, but something else is wrong: ${first.sentence}.`,
    };
  return { outcome: 'clean', verdict: healthy(evidence) };
}

const matches = ({ regression }: Rules, finding: Finding): boolean =>
  regression?.some(({ check, stage }) => finding.check === check && (!stage || finding.stage === stage)) ??
  true;

/** Why the run could not have shown the regression, if so. */
function unseenTrigger(
  { providers: behaviour, setup, regression }: Rules,
  { all, turns }: Evidence,
): string | undefined {
  if (turns.length === 0) return 'no message was sent';
  const delivered = new Set(all('provider.fault').map(({ fault }) => fault));
  const silent = faultNames(behaviour).find((names) => !names.some((name) => delivered.has(name)));
  if (silent) return `the fault ${silent[0]} was never delivered`;
  const aboutRefresh = regression?.some(({ check }) => check === 'refresh-discipline');
  if (aboutRefresh && setup.codexToken !== 'fresh' && all('token.redeemed').length === 0)
    return 'no refresh was attempted';
  return undefined;
}

/** A page that lost its connection cannot say what was not shown. */
function lostSight(
  { turn: number, sentence }: Finding,
  { all, turns, events }: Evidence,
): string | undefined {
  const turn = turns.find((one) => one.number === number);
  const over = turn && (turn.end ?? turn.givenUp);
  const ended =
    events.find(({ kind }) => kind === 'gateway.stopping' || kind === 'gateway.exit')?.seq ?? Infinity;
  const lost = all('chat.closed').find(
    ({ seq }) => turn && over && turn.marks.sent.seq < seq && seq < over.seq && seq < ended,
  );
  if (!lost) return undefined;
  return `The gateway closed the web chat's connection (${lost.code} ${lost.reason}) meanwhile, so this proves little: ${sentence}.`;
}

/** By target, the names of its faults; healthy replies do not count. */
function faultNames(behaviour: Behaviour): string[][] {
  return Object.values(behaviour)
    .map((faults) => (faults ?? []).flatMap(({ name }) => name.split('+')).filter((name) => name !== 'reply'))
    .filter((names) => names.length > 0);
}

function healthy({ turns, all }: Evidence): string {
  const answered = turns.filter(({ end }) => end?.ending === 'answered').length;
  const failed = turns.filter(({ end }) => end?.ending === 'failed' || end?.ending === 'rejected').length;
  const requests = all('provider.request').filter(({ purpose }) => purpose === 'turn').length;
  const parts = [
    answered > 0 && `${answered} of ${turns.length} messages answered`,
    failed > 0 && `${failed} of ${turns.length} ended in an error that the user sees`,
    `${requests} provider requests`,
  ];
  return `${capital(parts.filter(Boolean).join(', '))}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The providers whose models a set-up uses: those whose control must be clean before the gateway is accused. */
export const providersOf = ({ setup }: Pick<Scenario, 'setup'>) =>
  providers.filter((name) => [setup.model, ...setup.fallbacks].some((model) => model.startsWith(`${name}/`)));
