import { z } from 'zod';
import { setupSchema } from '#harness/openclaw/setup.ts';
import { checkIds } from '#harness/verdict/checks/ids.ts';
import { budgetsSchema, type Expectation, expectations, signatureSchema } from '#harness/verdict/rules.ts';
import type { Behaviour } from '#mocks/behaviour.ts';
import type { Fault } from '#mocks/faults.ts';
import { providers, targetPattern } from '#mocks/targets.ts';
import type { Script } from './script.ts';

const fault = z.custom<Fault>(isFault, 'expected a fault, as cutAfter(1)');
const target = z
  .string()
  .regex(
    targetPattern,
    `expected ${providers.join(', ')}, codex/<model>, codex:recall, codex:compaction or codex:handshake`,
  );

/** A host that cannot be reached has no first and no second request, and no models. */
function hostFaultsStandAlone(
  behaviour: { [target: string]: { name: string }[] | undefined },
  context: z.RefinementCtx,
): void {
  for (const [target, faults = []] of Object.entries(behaviour)) {
    const found = faults.find((fault) => 'trouble' in fault);
    if (!found || (faults.length === 1 && providers.some((provider) => provider === target))) continue;
    const message = `${found.name} befalls a whole host: expected it alone, for ${providers.join(', ')}`;
    context.addIssue({ code: 'custom', path: [target], message });
  }
}

const scenarioSchema = z.strictObject({
  /** One sentence: what should be, or what goes wrong. */
  title: z.string().min(1),
  /** What happened to whom, and where it was reported. */
  about: z.string().optional(),
  setup: setupSchema.prefault({}),
  providers: z
    .partialRecord(target, z.array(fault).min(1))
    .superRefine(hostFaultsStandAlone)
    .default({})
    .transform((behaviour) => behaviour as unknown as Behaviour),
  /**
   * What every message must end in. Without it: a reply where nothing is wrong with the providers and the
   * credential, else a reply or an error that the user sees.
   */
  expect: z.enum(expectations).optional(),
  script: z.custom<Script>((value) => typeof value === 'function', 'expected a function'),
  budgets: budgetsSchema.prefault({}),
  /** Checks that judge it besides those that judge every run; one that `regression` names need not stand here. */
  checks: z.array(z.enum(checkIds)).default([]),
  /** The findings that make the regression; without it, any finding does. */
  regression: z.array(signatureSchema).min(1).optional(),
});

type ScenarioInput = Omit<z.input<typeof scenarioSchema>, 'providers'> & { providers?: Behaviour };
type ScenarioBody = z.infer<typeof scenarioSchema>;

export interface Scenario extends ScenarioBody {
  /** `area/name`, from the file's place. */
  name: string;
  expect: Expectation;
  /** Where it was read from. */
  file?: string;
}

/** Types a scenario file's default export; what it holds is checked when it is loaded. */
export const defineScenario = (scenario: ScenarioInput): ScenarioInput => scenario;

/** @throws z.ZodError with the path of each wrong field. */
export function parseScenario(name: string, exported: unknown): Scenario {
  const body = scenarioSchema.parse(exported);
  const { codexToken, xaiToken } = body.setup;
  const healthy = Object.keys(body.providers).length === 0 && codexToken !== 'spent' && xaiToken !== 'spent';
  return { name, ...body, expect: body.expect ?? (healthy ? 'reply' : 'reply-or-error') };
}

function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null) return false;
  const { name, describe, apply } = value as { [key: string]: unknown };
  return typeof name === 'string' && typeof describe === 'function' && typeof apply === 'function';
}
