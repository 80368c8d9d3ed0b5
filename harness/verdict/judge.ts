import { messageOf } from '#harness/base/error.ts';
import { counted, plain } from '#harness/base/plain.ts';
import type { Stage, TimelineEvent } from '#harness/timeline/events.ts';
import { providers } from '#mocks/targets.ts';
import { type Check, type Evidence, evidenceOf, type Finding } from './checks/check.ts';
import { checksFor, namedChecks } from './checks/index.ts';
import type { Judged, Result } from './doubts/doubt.ts';
import { type DoubtId, strongDoubtIds, weakDoubtIds } from './doubts/ids.ts';
import { doubts } from './doubts/index.ts';
import type { Rules } from './rules.ts';

export const outcomes = ['clean', 'reproduced', 'inconclusive', 'untestable'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Judgement {
  outcome: Outcome;
  /** One sentence that says why. */
  verdict: string;
  /** What makes it prove nothing, where it does not. */
  doubt?: DoubtId;
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
  const decisive = findings.find((finding) => matches(scenario, finding));
  return {
    ...weigh({ scenario, evidence, results, findings, decisive }),
    findings,
    checks: results.map((result) => ({ id: result.id, result: resultOf(result) })),
  };
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

/** The first that holds: a doubt that outweighs all, the regression, another doubt; else the run is clean. */
function weigh(run: Judged): Pick<Judgement, 'outcome' | 'verdict' | 'doubt'> {
  const { decisive, evidence } = run;
  return (
    firstDoubt(strongDoubtIds, run) ??
    (decisive && { outcome: 'reproduced', verdict: sentence(decisive.sentence) }) ??
    firstDoubt(weakDoubtIds, run) ?? { outcome: 'clean', verdict: sentence(healthy(evidence)) }
  );
}

function firstDoubt(ids: readonly DoubtId[], run: Judged) {
  for (const id of ids) {
    const { outcome, raise } = doubts[id];
    const why = raise(run);
    if (why) return { outcome, verdict: sentence(why), doubt: id };
  }
  return undefined;
}

/** Whether a finding is the regression that the scenario is about. Who is only slow shows none. */
export const matches = (
  { regression }: Pick<Rules, 'regression'>,
  finding: { check: Finding['check']; stage?: Stage | undefined; late?: true | undefined },
): boolean =>
  !finding.late &&
  (regression?.some(({ check, stage }) => finding.check === check && (!stage || finding.stage === stage)) ??
    true);

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
  return parts.filter(Boolean).join(', ');
}

/** A text as a sentence. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The providers whose models a set-up uses: those whose control must be clean before the gateway is accused. */
export const providersOf = ({ setup }: Pick<Rules, 'setup'>) =>
  providers.filter((name) => [setup.model, ...setup.fallbacks].some((model) => model.startsWith(`${name}/`)));
