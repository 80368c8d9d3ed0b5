import type { Cell, MatrixResult } from '#harness/matrix/result.ts';
import { counted } from '#harness/plain.ts';
import { html } from './html-text.ts';

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
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>OpenClaw versions and scenarios</title>
<style>${STYLE}</style>
<h1>${counted(scenarios.length, 'scenario')} on ${counted(versions.length, 'OpenClaw version')}</h1>
<ul>${legend.join('')}</ul>
<div class="frame"><table>
<thead><tr><td></td>${head}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
</html>
`;
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

const STYLE = `
:root { color-scheme: light dark; --clean: #2da44e; --reproduced: #cf222e; --inconclusive: #bf8700; --untestable: #8c959f; }
body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; }
h1 { font-size: 1.2rem; }
ul { display: flex; flex-wrap: wrap; gap: 1rem; list-style: none; padding: 0; }
.frame { overflow-x: auto; }
table { border-spacing: 2px; }
thead th { height: 6.5rem; vertical-align: bottom; font-weight: normal; }
thead span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
tbody th { position: sticky; left: 0; background: Canvas; text-align: left; font-weight: normal; white-space: nowrap; padding-right: 1rem; }
td { min-width: 1.6rem; height: 1.6rem; text-align: center; border-radius: 3px; }
td a, td span { display: block; color: #fff; text-decoration: none; line-height: 1.6rem; }
td :focus-visible { outline: 2px solid CanvasText; outline-offset: 1px; }
li.clean { color: var(--clean); } li.reproduced { color: var(--reproduced); }
li.inconclusive { color: var(--inconclusive); } li.untestable { color: var(--untestable); }
td.clean { background: var(--clean); } td.reproduced { background: var(--reproduced); }
td.inconclusive { background: var(--inconclusive); } td.untestable { background: var(--untestable); }
@media print { td, tbody th { print-color-adjust: exact; } }
`;
