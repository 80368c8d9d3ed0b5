import { counted } from '#harness/base/plain.ts';
import type { Cell, MatrixResult } from '#harness/matrix/result.ts';
import { html } from './html-text.ts';
import { asset, framed } from './page/frame.ts';

/**
 * The result of a matrix as one page without a network: versions across, scenarios down, colour is the outcome. Pure.
 * @param hasReport whether the report of a run lies beside the page, at this path
 */
export function matrixPage(result: MatrixResult, hasReport: (path: string) => boolean): string {
  const { scenarios, versions, cells } = result;
  const byPlace = new Map(cells.map((cell) => [`${cell.version} ${cell.scenario}`, cell]));
  const head = versions.map((version) => `<th scope="col"><span>${html(version)}</span></th>`).join('');
  const rows = scenarios.map(({ name, title }) => {
    const row = versions.map((version) => square(byPlace.get(`${version} ${name}`), hasReport)).join('');
    return `<tr><th scope="row" title="${html(title)}">${html(name)}</th>${row}</tr>`;
  });
  const counts = Map.groupBy(cells, ({ outcome }) => outcome);
  const legend = (Object.keys(MARKS) as Cell['outcome'][]).map(
    (outcome) =>
      `<li class="${outcome}">${MARKS[outcome]} ${outcome} (${counts.get(outcome)?.length ?? 0})</li>`,
  );
  return framed({
    title: 'OpenClaw versions and scenarios',
    style: asset('matrix.css'),
    body: `<h1>${counted(scenarios.length, 'scenario')} on ${counted(versions.length, 'OpenClaw version')}</h1>
<ul>${legend.join('')}</ul>
<div class="frame"><table>
<thead><tr><td></td>${head}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`,
  });
}

function square(cell: Cell | undefined, hasReport: (path: string) => boolean): string {
  if (!cell) return '<td></td>';
  const { version, scenario, outcome, findings, reason } = cell;
  const why = [...new Set(findings.map(({ check, stage }) => (stage ? `${check} at ${stage}` : check)))];
  const says = `${scenario} on ${version}: ${outcome}${reason ? ` (${reason})` : ''}${why.length > 0 ? `: ${why.join(', ')}` : ''}`;
  const path = [scenario.replace('/', '-'), version, 'report.md'];
  const named = `title="${html(says)}" aria-label="${html(says)}"`;
  const inner = hasReport(path.join('/'))
    ? `<a href="${path.map(encodeURIComponent).join('/')}" ${named}>${MARKS[outcome]}</a>`
    : `<span role="img" tabindex="0" ${named}>${MARKS[outcome]}</span>`;
  return `<td class="${outcome}">${inner}</td>`;
}

/** Colour alone does not reach everybody, nor paper. */
const MARKS = { clean: '·', reproduced: '×', inconclusive: '?', untestable: '–' } as const;
