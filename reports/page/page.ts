import type { RunRecord } from '#harness/record/record.ts';
import { isControl } from '#harness/verdict/rules.ts';
import { companyOf } from '../company.ts';
import { html } from '../html-text.ts';
import { commandFor } from '../sections.ts';
import { seconds, storyOf } from '../story.ts';
import { asset, framed } from './frame.ts';
import { sceneOf } from './scene.ts';

/** A page is opened from an attachment: it stays small. */
const DATA_LIMIT = 4_000_000;
const MOMENTS = 150;

/** One run as a page without a network: what went wrong, and a time axis to see it on. Pure. */
export const runPage = (record: RunRecord): string => page([record]);

/** The page of what several records are about; two runs of one scenario stand side by side, the good one first. */
export function pageFor(records: readonly [RunRecord, ...RunRecord[]]): string {
  const [first, second, ...rest] = records;
  if (second && rest.length === 0 && first.scenario.name === second.scenario.name)
    return page([first, second]);
  const { main, same } = companyOf(records);
  const good = main.outcome === 'reproduced' && same.findLast(({ outcome }) => outcome === 'clean');
  return page(good && !isControl(main.scenario.name) ? [good, main] : [main]);
}

function page(records: readonly RunRecord[]): string {
  const scenes = records.map((record) => sceneOf(record, DATA_LIMIT / records.length));
  const [main] = records;
  const versions = records.map(({ gateway }) => gateway.version).join(' and ');
  const title = `${main?.scenario.name} on openclaw ${versions}`;
  const left = scenes.reduce((sum, scene) => sum + scene.left, 0);
  const numbers = [...new Set(scenes.flatMap(({ turns }) => turns.map(({ number }) => number)))];
  const choices = numbers.map((number) => `<option value="${number}">turn ${number + 1}</option>`);
  return framed({
    title,
    style: STYLE,
    script: { code: SCRIPT, data: { scenes } },
    body: `<header>
<h1>${html(title)}</h1>
<p class="quiet">It should be: ${html(main?.scenario.title ?? '')}</p>
</header>
<main>
<div class="runs">${records.map(card).join('\n')}</div>
<div class="tools" role="group" aria-label="View">
<label>show <select id="turn"><option value="">all turns</option>${choices.join('')}</select></label>
<button type="button" id="nearer" aria-label="zoom in">+</button>
<button type="button" id="farther" aria-label="zoom out">−</button>
<button type="button" id="back" aria-label="earlier">←</button>
<button type="button" id="on" aria-label="later">→</button>
<button type="button" id="whole">whole run</button>
</div>
<div id="frame" tabindex="0" role="application" aria-label="Timeline" aria-describedby="keys"><canvas id="canvas"></canvas></div>
<noscript><p>The timeline needs scripts; the events are in the table below.</p></noscript>
<ul class="legend">
<li><span class="tone-good">■</span> as it should be</li>
<li><span class="tone-warn">■</span> a fault, or an error shown</li>
<li><span class="tone-bad">●</span> proves a finding</li>
<li class="keys" id="keys">Keys: ← → events, ↑ ↓ lanes, + − zoom, Shift ← → move, 0 all, F findings, Enter payload</li>
${left > 0 ? `<li>${left} events had no room; they are in record.json</li>` : ''}
</ul>
<section id="event" hidden aria-label="Event">
<p id="what" aria-live="polite"></p>
<p id="where" class="quiet"></p>
<p id="proves"></p>
<pre id="payload" tabindex="0"></pre>
<button type="button" id="previous">previous event</button>
<button type="button" id="next">next event</button>
</section>
${records.map(moments).join('\n')}
</main>`,
  });
}

function card(record: RunRecord, run: number): string {
  const { gateway, outcome, verdict, findings, turns, seed, harness, timing, platform } = record;
  const proofs = findings
    .slice(0, 20)
    .map(
      ({ check, sentence }, finding) =>
        `<li><button type="button" data-run="${run}" data-finding="${finding}"><b>${finding + 1} ${html(check)}</b>: ${html(sentence)}</button></li>`,
    );
  const rows = turns
    .slice(0, 20)
    .map(
      ({ number, session, ending, stage, tookMs, attempts }) =>
        `<tr><td>${number + 1}</td><td>${html(session)}</td><td class="tone-${TONES[ending] ?? 'plain'}">${ending}</td><td>${stage}</td><td>${tookMs === undefined ? '–' : seconds(tookMs)}</td><td>${attempts}</td></tr>`,
    );
  return `<section class="run ${outcome}">
<h2><span class="outcome">${outcome}</span> on openclaw ${html(gateway.version)}</h2>
<p class="verdict">${html(verdict)}</p>
${proofs.length > 0 ? `<ol>${proofs.join('')}</ol>` : ''}
<div class="frame"><table><thead><tr><th>turn</th><th>session</th><th>ended</th><th>got to</th><th>after</th><th>requests</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p><code>${html(commandFor(record))}</code></p>
<p class="quiet">openclaw-repro ${html(harness.version)}, seed ${html(seed)}, Node ${html(gateway.node)} as a ${gateway.runtime}, ${html(platform)}, ${seconds(timing.totalMs)}</p>
</section>`;
}

const TONES: { [ending in RunRecord['turns'][number]['ending']]?: string } = {
  answered: 'good',
  never: 'bad',
  failed: 'warn',
  partial: 'bad',
  rejected: 'warn',
};

/** The same story as a table: for paper, for readers of screens, and without scripts. */
function moments(record: RunRecord): string {
  const proofs = new Set(record.findings.flatMap(({ evidence }) => evidence));
  const key = storyOf(record).filter(({ isKey, event }) => isKey || proofs.has(event.seq));
  const rows = key
    .slice(0, MOMENTS)
    .map(
      ({ event, lane, says }) =>
        `<tr${proofs.has(event.seq) ? ' class="proof"' : ''}><td class="time">${(event.at / 1000).toFixed(2)} s</td><td>${lane}</td><td class="says">${html(says.slice(0, 300))}</td></tr>`,
    );
  const more = key.length > MOMENTS ? `<p>… and ${key.length - MOMENTS} more, in record.json.</p>` : '';
  return `<details><summary>What happened on openclaw ${html(record.gateway.version)}, as a table</summary>
<div class="frame"><table><thead><tr><th>at</th><th>where</th><th>what</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>${more}</details>`;
}

/** The page's modules in one, without what ties them together: a page from a file cannot import. */
const inOne = (files: readonly string[]): string =>
  files
    .map((file) =>
      asset(file)
        .replace(/^import [^;]*;\n/gm, '')
        .replace(/^export /gm, ''),
    )
    .join('\n');

const STYLE = asset('run.css');
const SCRIPT = inOne(['view.mjs', 'draw.mjs', 'main.mjs']);
