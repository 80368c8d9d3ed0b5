import { styleText } from 'node:util';
import { Command } from 'commander';
import { explain } from '#harness/explain/explain.ts';
import { measuredOutcomes, sayMeasured } from '#harness/matrix/outcomes.ts';
import type { MatrixResult } from '#harness/matrix/result.ts';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';

const WIDTH = 100;

/** `openclaw-repro explain`: says in prose what scenarios do. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('describe what a scenario does, and what counts as its regression')
    .argument('<scenario...>', 'names, areas or globs, as for run')
    .action(async (patterns: string[]) => {
      const chosen = select(await loadLibrary(), patterns);
      const measured = measuredOutcomes();
      const texts = await Promise.all(chosen.map((scenario) => inProse(scenario, measured)));
      console.log(texts.join('\n\n'));
    });
}

async function inProse(scenario: Scenario, measured: MatrixResult): Promise<string> {
  const { name, title, about } = scenario;
  const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
  const parts = [...(await explain(scenario)), { title: 'Measured', lines: sayMeasured(measured, name) }];
  return [
    bold(name),
    wrap(`${title}.`),
    ...(about ? ['', wrap(about)] : []),
    ...parts.flatMap((part) => ['', bold(part.title), ...part.lines.map((line) => wrap(line, '  '))]),
  ].join('\n');
}

/** Breaks a text at spaces; what follows a line's first word hangs below it. */
function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim()) {
      lines.push(line.trimEnd());
      line = indent && `${indent}  `;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}
