import { z } from 'zod';
import { isVersion } from '#harness/versions/version.ts';
import { modelProviders } from '#mocks/targets.ts';

const model = z
  .string()
  .regex(
    new RegExp(`^(${modelProviders.join('|')})/[\\w.-]+$`),
    `expected ${modelProviders.map((name) => `${name}/<model>`).join(' or ')}`,
  );
const agent = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'expected an agent’s id, as main');

const tokenStates = ['fresh', 'expired', 'spent'] as const;

/** How a gateway is set up. Each version gets it in its own form (`state.ts`). */
export const setupSchema = z.strictObject({
  /** Primary model. @default codex/gpt-5.4 */
  model: model.default('codex/gpt-5.4'),
  fallbacks: z.array(model).default([]),
  /** State of the Codex credential at the start: valid, expired, or expired with its refresh token already used. */
  codexToken: z.enum(tokenStates).default('fresh'),
  /** Signs in to xAI (`auth.x.ai`) instead of using a key: the state of that credential. */
  xaiToken: z.enum(tokenStates).optional(),
  /** How long the gateway waits for a silent model call. Its own default is 120 s. */
  idleTimeoutSeconds: z.int().positive().optional(),
  /**
   * Whether Codex accepts a WebSocket (most versions try one first) or refuses it (426), so that all versions use SSE.
   * @default 'sse'
   */
  codexTransport: z.enum(['sse', 'websocket']).default('sse'),
  /**
   * What the sign-in service does when a used refresh token is presented: refuse it, or revoke everything from the same
   * sign-in. Which of the two OpenAI does is not known for certain. @default 'refuse'
   */
  onTokenReuse: z.enum(['refuse', 'revoke-family']).default('refuse'),
  /** Enables the Active Memory plugin. */
  activeMemory: z.strictObject({ timeoutMs: z.int().min(250).max(60_000) }).optional(),
  /** The gateway's agents, `main` first. All have the same credentials, byte for byte. */
  agents: z
    .array(agent)
    .min(1)
    .refine(([first]) => first === 'main', 'expected main first')
    .default(['main']),
  /** Adds a second Codex profile whose refresh token is already used, and which the version's own order puts first. */
  staleOrder: z.boolean().default(false),
  /** The Codex CLI is signed in too: `~/.codex/auth.json` holds the same tokens. */
  codexCli: z.boolean().default(false),
  /** How often an agent wakes up by itself, such as `1m`. @default never; the gateway's own default is half an hour */
  heartbeat: z
    .string()
    .regex(/^\d+[smh]$/, 'expected a duration as 30s, 1m or 2h')
    .optional(),
  /**
   * Merged into `openclaw.json`; model names (`codex/gpt-5.4`) become the version's own. Fields that the harness sets itself
   * are refused when the gateway is prepared.
   */
  config: z.record(z.string(), z.json()).default({}),
  /**
   * Lets the script move the clock forward with `page.pass`, for what nobody would wait for: a token or a cooldown that
   * expires. Only then a clock module is loaded into the gateway.
   */
  time: z.literal('clock-jump').optional(),
  /**
   * The older version that the run starts with, until the script calls `page.gateway.upgrade()`; the version under test then
   * starts on its state. Name one that does not have the regression: it stays the same in a matrix or a search, and the
   * verdict is about the version under test. A version that is not newer is untestable.
   */
  upgradeFrom: z.string().refine(isVersion, 'expected a version, as 2026.4.12').optional(),
  /** How much memory the gateway may use, in MiB. Needs a container. */
  memoryMb: z.int().min(64).max(65_536).optional(),
  /** Keeps the routes that the package ships, even if they are known to be broken. */
  stockRoutes: z.boolean().default(false),
});

export type Setup = z.infer<typeof setupSchema>;
