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

/** What a gateway is set up with; each version is given it in its own form (`state.ts`). */
export const setupSchema = z.strictObject({
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

export type Setup = z.infer<typeof setupSchema>;
