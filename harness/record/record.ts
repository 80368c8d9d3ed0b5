import { z } from 'zod';
import { HarnessError } from '#harness/base/error.ts';
import { type Blame, blames, isErrorCode } from '#harness/base/error-codes.ts';
import { runtimes } from '#harness/gateway/gateway.ts';
import { stages, timelineEvent } from '#harness/timeline/events.ts';
import { checkIds } from '#harness/verdict/checks/ids.ts';
import { doubtIds } from '#harness/verdict/doubts/ids.ts';
import { outcomes } from '#harness/verdict/judge.ts';

const text = z.string();
const ms = z.number().nonnegative();

/**
 * All that is known of one run, in one document. Reports, search and matrix read nothing else, and a stored one can
 * be judged again. Its JSON Schema is `reports/run-record.schema.json`.
 */
export const runRecord = z
  .object({
    schema: z
      .literal(1)
      .describe('Version of this document’s form; raised when a field changes its meaning.'),
    harness: z.object({ version: text }),
    scenario: z.object({
      name: text,
      title: text,
      setup: z.record(z.string(), z.unknown()),
      faults: z.record(z.string(), z.array(text)).describe('What each provider does, request by request.'),
      budgets: z.object({
        turnMs: ms,
        quietMs: ms,
        healthMs: ms,
        attempts: z.int(),
        refreshes: z.int().optional(),
        firstWordMs: ms.optional(),
      }),
      checks: z
        .array(z.enum(checkIds))
        .optional()
        .describe('Checks that judged it besides the standing ones.'),
      regression: z.array(z.object({ check: z.enum(checkIds), stage: z.enum(stages).optional() })).optional(),
    }),
    gateway: z.object({
      version: text,
      runtime: z.enum(runtimes),
      integrity: text.optional().describe('Of the npm package; an image that brings its own has none.'),
      image: text.optional().describe('Name and digest, or id, of the container’s image.'),
      commit: text.optional(),
      node: text,
    }),
    seed: text,
    startedAt: z.iso.datetime(),
    platform: text,
    outcome: z.enum(outcomes),
    verdict: text.describe('One sentence that says why.'),
    doubt: z.enum(doubtIds).optional().describe('What makes it prove nothing, where it does not.'),
    control: z
      .object({ failing: z.array(text), otherwise: z.enum(outcomes) })
      .optional()
      .describe('The controls that failed on this version, and what the outcome would be without them.'),
    findings: z.array(
      z.object({
        check: z.enum(checkIds),
        sentence: text,
        stage: z.enum(stages).optional(),
        late: z.literal(true).optional().describe('It ended in the end, only after its budget.'),
        turn: z.int().optional(),
        evidence: z.array(z.int()).describe('Places in the timeline (`seq`).'),
      }),
    ),
    checks: z.array(
      z.object({
        id: z.enum(checkIds),
        result: z
          .enum(['clean', 'found', 'crashed', 'blind'])
          .describe('Blind: what it looks for never came about.'),
      }),
    ),
    turns: z.array(
      z.object({
        number: z.int(),
        session: text,
        stage: z.enum(stages),
        ending: z.enum(['answered', 'failed', 'partial', 'aborted', 'rejected', 'interrupted', 'never']),
        text: text.optional().describe('What the user was shown at the end.'),
        tookMs: ms.optional(),
        attempts: z.int().describe('Provider requests made for the reply.'),
      }),
    ),
    refused: z
      .record(z.string(), z.int())
      .describe('Destinations that the closed network refused, with how often.'),
    timing: z.object({ bootMs: ms.optional(), totalMs: ms }),
    cpu: z.object({
      harnessMs: ms,
      gatewayMs: ms.optional(),
      waitedMs: ms
        .optional()
        .describe('How long the gateway waited for a core, where that was long enough to be noted.'),
      waitedBy: z
        .literal('harness')
        .optional()
        .describe('The gateway could not be watched: it is the harness that waited.'),
    }),
    error: z
      .object({
        code: text,
        blame: z
          .enum(blames)
          .optional()
          .describe('Whose matter it is: `call` (a wrong call or scenario), `gateway`, or `harness` (ours).'),
        message: text,
        advice: text,
        logTail: z.array(text),
      })
      .optional(),
    timeline: z.array(timelineEvent),
  })
  .meta({ title: 'openclaw-repro run record' });

export type RunRecord = z.infer<typeof runRecord>;

/** A run that says nothing of its gateway: its scenario is at fault, or the harness. */
export const isSpoilt = ({ error }: Pick<RunRecord, 'error'>): boolean =>
  error?.blame === 'call' || error?.blame === 'harness';

/** @throws HarnessError with what spoilt the run, where one of `by` did: what was begun with it cannot go on */
export function mustNotBeSpoilt(
  { error }: Pick<RunRecord, 'error'>,
  by: readonly Blame[] = ['call', 'harness'],
): void {
  if (!error?.blame || !by.includes(error.blame)) return;
  const { code, message, advice, logTail } = error;
  throw new HarnessError(isErrorCode(code) ? code : 'HARNESS_FAULT', message, advice, { logTail });
}
