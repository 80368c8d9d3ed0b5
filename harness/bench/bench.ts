import { simulateSearches } from './bisect-search.ts';
import { printHarnessCost } from './harness-cost.ts';

/** `npm run bench`: the harness's own cost on the real gateway; `npm run bench -- bisect`: how good the search is. */
const TRIALS = 400;

if (process.argv[2] === 'bisect') printSearches();
else await printHarnessCost();

function printSearches(): void {
  console.log('rate  false alarms  right  claimed  probes (most)  wall time over equal cost');
  for (const { rate, alarms, right, claimed, probes, overEqualCost } of simulateSearches(TRIALS)) {
    console.log(
      [
        rate.toFixed(2).padEnd(4),
        `${alarms * 100} %`.padStart(12),
        percent(right).padStart(6),
        percent(claimed).padStart(8),
        `${probes.mean.toFixed(1)} (${probes.most})`.padStart(14),
        overEqualCost.toFixed(2).padStart(26),
      ].join(' '),
    );
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
