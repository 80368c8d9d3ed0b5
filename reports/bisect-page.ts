import type { Bisected } from '#harness/bisect/bisect.ts';
import { bisectSentences, percent } from './bisect.ts';
import { html } from './html-text.ts';
import { asset, framed } from './page/frame.ts';

/**
 * What a search found, as a page: the answer, and under it every version of the range with its probes. Pure.
 * @param readOn where to read on: addresses and lines of a changelog, as text
 */
export function bisectPage(scenario: string, found: Bisected, readOn: readonly string[] = []): string {
  const [answer = '', ...rest] = bisectSentences(scenario, found);
  const items = [...rest, ...readOn].map((line) => `<li>${html(line)}</li>`);
  const rows = found.versions.map((_, index) => row(found, index));
  return framed({
    title: `${scenario}: where it ${found.direction === 'introduced' ? 'came in' : 'went'}`,
    style: asset('bisect.css'),
    body: `<h1>${html(answer)}</h1>
<ul>${items.join('\n')}</ul>
<div class="frame"><table>
<thead><tr><th scope="col">version</th><th scope="col">probes</th><th scope="col">shows it</th><th scope="col">likely place</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`,
  });
}

function row({ versions, counts, untestable, answer }: Bisected, index: number): string {
  const version = versions[index] ?? '';
  const { shown, clean } = counts.get(version) ?? { shown: 0, clean: 0 };
  const marks = '×'.repeat(shown) + '·'.repeat(clean);
  const place = answer?.likely.find(({ after }) => after === index);
  const isChange = answer?.change?.after === index;
  const says = untestable.includes(version)
    ? 'untestable'
    : shown + clean > 0
      ? `${shown} of ${shown + clean}`
      : '';
  const chance = place ? percent(place.probability) : '';
  const state = shown > 0 ? 'shown' : clean > 0 ? 'clean' : 'quiet';
  return `<tr class="${state}${isChange ? ' change' : ''}"><th scope="row">${html(version)}</th><td class="marks" aria-hidden="true">${marks}</td><td>${says}</td><td>${chance}</td></tr>`;
}
