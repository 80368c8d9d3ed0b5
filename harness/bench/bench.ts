import { parseArgs } from 'node:util';
import { positive } from '#harness/commands/options.ts';
import { simulateSearches, VERSIONS } from './bisect-search.ts';
import { printHarnessCost } from './harness-cost.ts';
import { printStarts } from './start.ts';
import { printTruth } from './truth.ts';

/**
 * `npm run bench`: the harness's own cost on the real gateway; `npm run bench -- start [--pairs n] [version…]`: a start under the
 * harness over the same one without it; `npm run bench -- bisect`: how good the search is; `npm run bench -- truth
 * [--loops n…] [--scenario name…] [version…]`: what a machine with n busy loops a core changes.
 */
const TRIALS = 400;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '2' },
    loops: { type: 'string', multiple: true, default: ['2', '4'] },
    scenario: { type: 'string', multiple: true },
  },
});
const [what, ...versions] = positionals;
const pairs = positive(values.pairs);
if (what === 'bisect') printSearches();
else if (what === 'truth')
  process.exitCode = await printTruth(versions, values.loops.map(positive), values.scenario);
else if (what === 'start') process.exitCode = await printStarts(versions, pairs);
else process.exitCode = await printHarnessCost(pairs);

function printSearches(): void {
  console.log('rate  false alarms   right  claimed   probes (most)  minutes  of plain  of equal cost');
  for (const found of simulateSearches(TRIALS)) {
    const { rate, alarms, right, claimed, probes, minutes, overPlain, overEqualCost } = found;
    console.log(
      [
        rate.toFixed(2).padEnd(4),
        `${alarms * 100} %`.padStart(13),
        percent(right).padStart(7),
        percent(claimed).padStart(8),
        `${probes.mean.toFixed(1)} (${probes.most})`.padStart(15),
        minutes.toFixed(1).padStart(8),
        overPlain.toFixed(2).padStart(9),
        overEqualCost.toFixed(2).padStart(14),
      ].join(' '),
    );
  }
  console.log(
    `${TRIALS} searches each, of ${VERSIONS} versions, two runs at a time, and their wall time over that`,
  );
  console.log(
    'of plain: of a search that makes one probe after the other, each with its controls and its install;',
  );
  console.log(
    'of equal cost: of one that runs two at a time as well, but takes every probe for equally long.',
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
