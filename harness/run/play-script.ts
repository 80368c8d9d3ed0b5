import { basename, relative } from 'node:path';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import { plain } from '#harness/base/plain.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { placeThrown } from '#harness/scenario/scenario-problems.ts';
import type { Page } from '#harness/scenario/script.ts';

/**
 * Plays a scenario's script.
 * @throws HarnessError `SCRIPT_FAILED` where it throws, with the place in its file
 */
export async function playScript(scenario: Scenario, page: Page): Promise<void> {
  try {
    await scenario.script(page);
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError(
      'SCRIPT_FAILED',
      `The script of ${scenario.name} failed${placeIn(scenario, error)}: ${plain(messageOf(error)).slice(0, LONGEST)}`,
      'Fix the scenario file; what a gateway does wrong never throws in a script.',
      { cause: error },
    );
  }
}

/** What a script throws may hold a whole answer. */
const LONGEST = 500;

/** ` at scenarios/oauth/mine.ts:12`; of a file that lies elsewhere only its name. */
function placeIn({ file }: Scenario, error: unknown): string {
  const place = file && placeThrown(error, file);
  if (!place) return '';
  const near = relative(process.cwd(), file);
  return ` at ${plain(near.startsWith('..') ? basename(file) : near)}:${place.line}`;
}
