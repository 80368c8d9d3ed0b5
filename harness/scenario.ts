import { z } from 'zod';
import { type Behaviour, providers } from '#mocks/behaviour.ts';
import type { Fault } from '#mocks/faults.ts';
import { checkIds } from './checks/ids.ts';
import type { Script } from './script.ts';
import { stages } from './timeline/events.ts';
import { isVersion } from './version.ts';

const model = z.string().regex(/^(codex|xai)\/[\w.-]+$/, 'expected codex/<model> or xai/<model>');
const fault = z.custom<Fault>(isFault, 'expected a fault, as cutAfter(1)');
const target = z
  .string()
  .regex(
    /^(auth|xai-auth|codex:handshake|(codex|xai)(\/[\w.-]+|:recall|:compaction)?)$/,
    'expected auth, codex, xai, xai-auth, codex/<model>, codex:recall, codex:compaction or codex:handshake',
  );

const agent = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'expected an agent’s id, as main');

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

const tokenStates = ['fresh', 'expired', 'spent'] as const;

const setupSchema = z.strictObject({
  /** Primary model. @default codex/gpt-5.4 */
  model: model.default('codex/gpt-5.4'),
  fallbacks: z.array(model).default([]),
  /** State of the Codex credential at the start: usable, expired, or expired with its refresh token already used. */
  codexToken: z.enum(tokenStates).default('fresh'),
  /** xAI is signed in to (`auth.x.ai`), instead of used with a key: the state of that credential. */
  xaiToken: z.enum(tokenStates).optional(),
  /** After how long the gateway itself gives up on a silent model call. The gateway's own default is 120 s. */
  idleTimeoutSeconds: z.int().positive().optional(),
  /**
   * Whether Codex takes a WebSocket (most versions try one first), or refuses it (426) so that all speak SSE.
   * @default 'sse'
   */
  codexTransport: z.enum(['sse', 'websocket']).default('sse'),
  /**
   * What the sign-in service does where a used refresh token is presented: refuses it, or revokes all that came of
   * the same sign-in. Which of the two OpenAI does is not known for certain. @default 'refuse'
   */
  onTokenReuse: z.enum(['refuse', 'revoke-family']).default('refuse'),
  /** Switches the Active Memory plugin on. */
  activeMemory: z.strictObject({ timeoutMs: z.int().min(250).max(60_000) }).optional(),
  /** The gateway's agents, `main` first; all of them hold the same credentials, byte for byte. */
  agents: z
    .array(agent)
    .min(1)
    .refine(([first]) => first === 'main', 'expected main first')
    .default(['main']),
  /** A second Codex profile, whose refresh token is already used, that the version's own order puts ahead of the good one. */
  staleOrder: z.boolean().default(false),
  /** The Codex CLI is signed in beside the gateway: `~/.codex/auth.json` holds the same tokens. */
  codexCli: z.boolean().default(false),
  /** How often an agent wakes by itself, as `1m`. @default never; the gateway's own is half an hour */
  heartbeat: z
    .string()
    .regex(/^\d+[smh]$/, 'expected a duration as 30s, 1m or 2h')
    .optional(),
  /**
   * Merged into `openclaw.json`; a scenario's model name (`codex/gpt-5.4`) becomes the version's own. What the harness
   * sets itself is refused when the gateway is prepared.
   */
  config: z.record(z.string(), z.json()).default({}),
  /**
   * Lets the script put the clock forward with `page.pass`, for what takes longer than anybody waits: the end of a token
   * or a cooldown. Only then something is loaded into the gateway for it.
   */
  time: z.literal('clock-jump').optional(),
  /**
   * An older version that the run begins with, until the script calls `page.gateway.upgrade()`: its state is what the
   * version under test then starts on. The accusation is about the version under test, so this one is named here, the
   * same in a whole matrix or search, and one on which nothing of the kind is wrong; a version that is not newer is
   * untestable.
   */
  upgradeFrom: z.string().refine(isVersion, 'expected a version, as 2026.4.12').optional(),
  /** How much memory the gateway may use, in MiB; needs a container. */
  memoryMb: z.int().min(64).max(65_536).optional(),
  /** Leaves the routes as the package ships them, also where an era knows that they are broken. */
  stockRoutes: z.boolean().default(false),
});

const budgetsSchema = z.strictObject({
  /** How long a turn may take at the most. */
  turnMs: z.int().positive().default(180_000),
  /**
   * How long all must be quiet, after the gateway itself called the run ended, before waiting is given up. A gateway
   * may hold an error back for 15 s in case a retry follows (`AGENT_LIFECYCLE_ERROR_RETRY_GRACE_MS`: read in 2026.4.12
   * to 2026.4.15; on 2026.4.15 a queued message's error came 15.0 s after its last attempt).
   */
  quietMs: z.int().positive().default(20_000),
  /**
   * How long an answer for the gateway's health may take. 2026.4.14 and 2026.4.15 keep their event loop busy while
   * they prepare a first reply: 4 s on two free cores, over 30 s seen on two crowded ones.
   */
  healthMs: z.int().positive().default(60_000),
  /**
   * Provider requests for a reply that one turn may cost. A loop costs more; retries alone cost many: 2026.4.14 asks a
   * model that answers 503 twelve times (three times four), 2026.9.6 one that is cut eight times, before the next.
   */
  attempts: z.int().positive().default(24),
  /** Refreshes that the whole run may cost, where it is known how many its tokens need. */
  refreshes: z.int().nonnegative().optional(),
  /** How long the first word of a reply may take, counted from when the gateway is free for it. */
  firstWordMs: z.int().positive().default(60_000),
});

const signatureSchema = z.strictObject({
  check: z.enum(checkIds),
  /** Where the turn stopped; without it any place counts. */
  stage: z.enum(stages).optional(),
});

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
  expect: z.enum(['reply', 'reply-or-error']).optional(),
  script: z.custom<Script>((value) => typeof value === 'function', 'expected a function'),
  budgets: budgetsSchema.prefault({}),
  /** Checks that judge it besides those that judge every run; one that `regression` names need not stand here. */
  checks: z.array(z.enum(checkIds)).default([]),
  /** The findings that make the regression; without it, any finding does. */
  regression: z.array(signatureSchema).min(1).optional(),
});

export type Setup = z.infer<typeof setupSchema>;
type ScenarioInput = Omit<z.input<typeof scenarioSchema>, 'providers'> & { providers?: Behaviour };
type ScenarioBody = z.infer<typeof scenarioSchema>;

export interface Scenario extends ScenarioBody {
  /** `area/name`, from the file's place. */
  name: string;
  expect: 'reply' | 'reply-or-error';
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
