import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunRecord } from '#harness/record/record.ts';
import { the, timelineOf } from '#harness/testing/timeline-of.ts';
import { issueForm } from './issue.ts';
import { markdownReport } from './markdown.ts';
import { recordOfHang } from './testing.ts';

const HEADINGS = [
  'Bug type',
  'Summary',
  'Steps to reproduce',
  'Expected behavior',
  'Actual behavior',
  'OpenClaw version',
  'Operating system',
  'Install method',
  'Model',
  'Provider / routing chain',
  'Logs, screenshots, and evidence',
  'Impact and severity',
  'Additional information',
];
const headingsOf = (body: string) => [...body.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);

const on = (version: string, changes: Partial<RunRecord> = {}): RunRecord =>
  recordOfHang({
    gateway: { version, runtime: 'process', node: '24.0.0', commit: '323493fabc' },
    ...changes,
  });

test('has the headings of the form, all of them, in its order', () => {
  expect(headingsOf(issueForm(on('2026.4.14')))).toEqual(HEADINGS);
});

test('says which version, how often, and how to see it again', () => {
  const form = issueForm(on('2026.4.14'));
  expect(form).toContain('### OpenClaw version\n\n2026.4.14 (323493f)\n');
  expect(form).toContain('npm run repro -- run stream/terminated --gateway 2026.4.14 --seed seed');
  expect(form).toContain('- Frequency: 1 of 1 runs on 2026.4.14');
  expect(form).toContain('### Bug type\n\nCrash (process/app exits or hangs)');
});

test('says from which version the gateway was upgraded, and when', () => {
  const { scenario, timeline } = recordOfHang();
  const upgrade = { kind: 'gateway.step', step: 'upgrade', detail: '2026.4.12 to 2026.9.6' } as const;
  const form = issueForm(
    on('2026.9.6', {
      scenario: { ...scenario, setup: { ...scenario.setup, upgradeFrom: '2026.4.12' } },
      timeline: [...timeline, { seq: timeline.length, at: 99_000, ...upgrade }],
    }),
  );
  expect(form).toContain('### OpenClaw version\n\n2026.9.6 (323493f), upgraded from 2026.4.12\n');
  expect(form).toContain('- done to the gateway: upgrade (2026.4.12 to 2026.9.6)');
});

test('calls it a regression only where an earlier version was clean every time', () => {
  const bad = on('2026.4.14');
  const clean = (version: string) => on(version, { outcome: 'clean', findings: [], verdict: 'Fine.' });
  const form = issueForm(bad, [clean('2026.9.6'), bad, on('2026.4.14'), clean('2026.4.12')]);
  expect(form).toContain('Regression (worked before, now fails)');
  expect(form).toContain('- Last known good version: 2026.4.12\n- First known bad version: 2026.4.14');
  expect(form).toContain('| 2026.4.14 | 2 of 2 (100 %) |  |\n| 2026.9.6 | 0 of 1 (0 %) | 1 clean |');
  const flaky = issueForm(bad, [clean('2026.4.12'), on('2026.4.12', { outcome: 'inconclusive' }), bad]);
  expect(flaky).not.toContain('Regression (worked');
  expect(issueForm(bad, [bad, clean('2026.9.6')])).not.toContain('Regression (worked');
});

test('shows a token that was posted again', () => {
  const { sent, reached } = the(0);
  const redeemed = (issued?: string) =>
    ({
      kind: 'token.redeemed',
      exchange: 0,
      presented: 'RT1',
      result: 'rotated',
      ...(issued && { issued }),
    }) as const;
  const form = issueForm(
    on('2026.4.14', { timeline: timelineOf(sent, reached, redeemed('RT2'), redeemed()) }),
  );
  expect(form).toMatch(/RT1 → RT2 +rotated\n/);
  expect(form).toMatch(/RT1 → nothing +rotated {3}posted for the 2nd time/);
  const marker = { kind: 'gateway.diagnostics' } as const;
  const later = issueForm(
    on('2026.4.14', { timeline: timelineOf(sent, redeemed('RT2'), marker, redeemed()) }),
  );
  expect(later).not.toContain('posted for the 2nd time');
});

test('shows what the gateway says of itself, folded, and nothing in it can ping or leave its place', () => {
  const cli = {
    command: 'doctor </summary> @a',
    code: 0,
    tookMs: 5,
    output: '```\n</details> @maintainer\n### Model',
  };
  const form = issueForm(on('2026.4.14', { timeline: timelineOf({ kind: 'gateway.cli', ...cli }) }));
  expect(form).toContain(
    '<details><summary><code>doctor &lt;/summary&gt; @a</code> (exit code 0)</summary>\n\n````text\n```\n</details> @maintainer\n· ### Model\n````',
  );
  expect(headingsOf(form)).toEqual(HEADINGS);
});

const words = fc.constantFrom(
  '&',
  '@a ',
  '#1 ',
  '`',
  '```\n',
  '<!-- openclaw-repro:{} -->',
  '\n### Summary\n',
  '|',
  'x',
);
const text = fc.array(words, { maxLength: 200 }).map((parts) => parts.join(''));
const records = fc
  .record({ verdict: text, said: text, count: fc.integer({ min: 0, max: 300 }) })
  .map(({ verdict, said, count }) =>
    recordOfHang({
      verdict,
      platform: said,
      scenario: { ...recordOfHang().scenario, name: said, title: verdict, faults: { [said]: [said] } },
      findings: Array.from({ length: count }, () => ({
        check: 'reply-arrives' as const,
        sentence: said,
        evidence: [0, 1, 2],
      })),
      turns: Array.from({ length: count }, (_, number) => ({
        number,
        session: said,
        stage: 'streaming' as const,
        ending: 'never' as const,
        text: said,
        attempts: 1,
      })),
      timeline: timelineOf(
        ...Array.from(
          { length: count },
          () => ({ kind: 'gateway.log', stream: 'stdout', message: said }) as const,
        ),
      ),
      refused: { [said]: 1 },
    }),
  );

test('whatever a run holds, the body fits, has its headings once, its fences closed, and one block for machines', () => {
  fc.assert(
    fc.property(records, (record) => {
      const form = issueForm(record);
      expect(headingsOf(form)).toEqual(HEADINGS);
      for (const body of [form, markdownReport(record)]) {
        expect(body.length).toBeLessThanOrEqual(60_000);
        expect(body.match(/<!--/g)).toHaveLength(1);
        const prose = body.replace(/^(`{3,})(?:text|sh)\n[\s\S]*?^\1$/gm, '');
        expect(prose).not.toMatch(/^`{3,}/m);
        expect(prose.match(/<\/details>/g)?.length).toBe(prose.match(/<details>/g)?.length);
        const [, json = ''] = /<!-- openclaw-repro:(.*) -->/.exec(body) ?? [];
        expect(json).not.toMatch(/[<>@#]|--/);
        expect(JSON.parse(json)).toMatchObject({ schema: 1, runs: [{ outcome: 'reproduced' }] });
      }
    }),
    { numRuns: 25 },
  );
});

test('what has to be left out is named, whole', () => {
  const message = 'failed '.repeat(60);
  const log = { kind: 'gateway.log', stream: 'stdout', message } as const;
  const { sent, streaming } = the(0);
  const many = Array.from({ length: 300 }, () => [sent, log, streaming]).flat();
  const evidence = many.map((_, seq) => seq);
  const verdict = '&'.repeat(300);
  const findings = Array.from({ length: 60 }, () => ({
    check: 'reply-arrives' as const,
    sentence: verdict,
    evidence,
  }));
  const turn = { session: 's', stage: 'streaming', ending: 'failed', text: verdict, attempts: 1 } as const;
  const turns = Array.from({ length: 30 }, (_, number) => ({ number, ...turn }));
  const report = markdownReport(recordOfHang({ timeline: timelineOf(...many), findings, verdict, turns }));
  expect(report.length).toBeLessThanOrEqual(60_000);
  expect(report).toMatch(/_Left out, to stay under 60,000: .*Gateway log\. All of it is in `record.json`\._/);
  expect(report).not.toContain('Gateway log around it');
});
