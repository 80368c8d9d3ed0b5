import { join } from 'node:path';
import { z } from 'zod';
import { HarnessError } from '#harness/base/error.ts';

export type Environment = { [name: string]: string | undefined };

const failOn = ['never', 'reproduced', 'not-clean'] as const;
export type FailOn = (typeof failOn)[number];

const text = z.string().trim().default('');
const inputs = z.object({
  INPUT_SCENARIOS: z.string().trim().min(1),
  INPUT_GATEWAY: z.string().trim().min(1),
  INPUT_RUNTIME: text,
  INPUT_BASE_IMAGE: text,
  INPUT_JOBS: text,
  INPUT_SEED: text,
  INPUT_BOOT_TIMEOUT: text,
  INPUT_CONTROL: z.enum(['true', 'false', '']).default('true'),
  INPUT_NEWEST: z.enum(['true', 'false', '']).default('false'),
  INPUT_OUTPUT: text,
  INPUT_FAIL_ON: z.enum(failOn).default('never'),
  INPUT_ISSUE: text,
  INPUT_TOKEN: text,
});

export interface Inputs {
  /** Of `openclaw-repro`. A value cannot become an option: each stands behind its `=`, and scenarios behind `--`. */
  args: string[];
  output: string;
  failOn: FailOn;
  issue?: string;
  token: string;
}

/**
 * Reads what `action.yml` passes on.
 * @throws HarnessError `ACTION_INPUT`
 */
export function readInputs(env: Environment): Inputs {
  const parsed = inputs.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]).replace('INPUT_', '').toLowerCase().replaceAll('_', '-');
    const advice = 'See the inputs in action.yml.';
    throw new HarnessError('ACTION_INPUT', `The input ${name} cannot be used: ${issue?.message}.`, advice);
  }
  const given = parsed.data;
  const output = given.INPUT_OUTPUT || join(env.RUNNER_TEMP ?? '.', 'openclaw-repro');
  const options = {
    gateway: given.INPUT_GATEWAY,
    runtime: given.INPUT_RUNTIME,
    'base-image': given.INPUT_BASE_IMAGE,
    jobs: given.INPUT_JOBS,
    seed: given.INPUT_SEED,
    'boot-timeout': given.INPUT_BOOT_TIMEOUT,
    output,
  };
  return {
    args: [
      'run',
      ...Object.entries(options).flatMap(([name, value]) => (value ? [`--${name}=${value}`] : [])),
      ...(given.INPUT_CONTROL === 'false' ? ['--no-control'] : []),
      ...(given.INPUT_NEWEST === 'true' ? ['--newest'] : []),
      '--json',
      '--',
      ...given.INPUT_SCENARIOS.split(/\s+/),
    ],
    output,
    failOn: given.INPUT_FAIL_ON,
    ...(given.INPUT_ISSUE && { issue: given.INPUT_ISSUE }),
    token: given.INPUT_TOKEN,
  };
}
