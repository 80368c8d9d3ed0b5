import type { Check, Evidence, Finding } from '../checks/check.ts';
import type { Rules } from '../rules.ts';
import type { DoubtId } from './ids.ts';

/** What one check said of a run. */
export interface Result {
  id: Check['id'];
  findings: Finding[];
  /** Why it could not judge. */
  crash?: string;
  /** Why a check that the scenario names could not have found anything. */
  blind?: string;
}

/** A run as its checks have judged it. */
export interface Judged {
  scenario: Rules;
  evidence: Evidence;
  results: readonly Result[];
  findings: readonly Finding[];
  /** The first finding that is the scenario's regression. */
  decisive: Finding | undefined;
}

/** A reason why a run proves nothing, whatever was found. Pure. */
export interface Doubt {
  readonly id: DoubtId;
  readonly outcome: 'inconclusive' | 'untestable';
  /** Why, as a sentence without a full stop; `undefined` where there is no such doubt. */
  raise(run: Judged): string | undefined;
}
