import fc from 'fast-check';
import { expect, test } from 'vitest';
import { the, timelineOf } from '#harness/testing/timeline-of.ts';
import { annotations } from './annotations.ts';
import { har } from './har.ts';
import { jobSummary } from './job-summary.ts';
import { junitXml } from './junit.ts';
import { recordOfHang } from './testing.ts';

const clean = recordOfHang({ outcome: 'clean', findings: [], verdict: 'Fine.' });
const untestable = recordOfHang({ outcome: 'untestable', findings: [], verdict: 'No gateway.' });

test('JUnit: what is reproduced fails, what proves nothing is skipped', () => {
  const xml = junitXml([recordOfHang(), clean, untestable]);
  expect(xml).toContain(
    '<testsuites name="openclaw-repro" tests="3" failures="1" errors="0" skipped="1" time="180.000">',
  );
  expect(xml).toMatch(
    /<failure message="Turn 1 .* never ended.*" type="reply-arrives">reply-arrives: turn 1/,
  );
  expect(xml).toContain('<skipped message="untestable: No gateway."/>');
  expect(xml.match(/<testcase [^>]*><\/testcase>/g)).toHaveLength(1);
});

test('JUnit: a run that its scenario or the harness spoilt is an error', () => {
  const because = (blame: 'call' | 'gateway') => {
    const error = { code: 'SCRIPT_FAILED', blame, message: 'x', advice: 'y', logTail: [] };
    return { ...untestable, error };
  };
  const xml = junitXml([because('call'), because('gateway')]);
  expect(xml).toContain('tests="2" failures="0" errors="1" skipped="1"');
  expect(xml).toContain('<error message="No gateway." type="SCRIPT_FAILED"/>');
});

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\ud800',
        '\uffff',
        '\u0000',
        ']]>',
        '<!--',
        '"',
        '\r\n::error::x',
        '%0A',
        '##[error]',
        ',',
        ':',
      ),
    ),
  )
  .map((parts) => parts.join(''));

test('JUnit: no text leaves its place, and all of it is XML 1.0', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const finding = { check: 'reply-arrives', sentence: text, evidence: [] as number[] } as const;
      const xml = junitXml([recordOfHang({ verdict: text, findings: [finding] })]);
      expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
      expect(xml.match(/<(?!\?)[^>]*>/g)?.map((tag) => /^<\/?\w+/.exec(tag)?.[0])).toEqual([
        ...['<testsuites', '<testsuite', '<testcase', '<failure'],
        ...['</failure', '</testcase', '</testsuite', '</testsuites'],
      ]);
      expect(xml.replace(/&(amp|lt|gt|quot|apos);/g, '')).not.toContain('&');
    }),
  );
});

test('annotations: an error for each finding, a warning for what proves nothing, no more than GitHub shows', () => {
  expect(annotations([clean])).toBe('');
  expect(annotations([untestable])).toBe(
    '::warning title=stream/terminated on 2026.4.14%3A untestable::No gateway.\n',
  );
  const many = annotations(Array.from({ length: 30 }, () => recordOfHang()));
  const lines = many.trim().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toContain("more are in the job's summary");
});

test('annotations: what looks like an escape comes out as it was', () => {
  const finding = { check: 'reply-arrives' as const, sentence: '100%0A::error::x', evidence: [] };
  expect(annotations([recordOfHang({ findings: [finding] })])).toContain('::100%250A::error::x.');
});

test('annotations: text is one command on one line, whatever it holds', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const finding = { check: 'reply-arrives', sentence: text, evidence: [] as number[] } as const;
      const scenario = { ...recordOfHang().scenario, name: text };
      const said = annotations([recordOfHang({ scenario, findings: [finding] })]);
      expect(said).toMatch(/^::error title=[^:,\r\n]*::[^\r\n]*\n$/);
      expect(said).not.toContain('##[');
      expect(said.replace(/%(25|0D|0A|3A|2C)/g, '')).not.toContain('%');
    }),
  );
});

test('the summary of a job has a row a run, tells what is not clean, and stays under 1 MiB', () => {
  const summary = jobSummary([recordOfHang(), clean]);
  expect(summary).toContain('## 2 runs: 1 clean, 1 reproduced');
  expect(summary.match(/^### /gm)).toHaveLength(1);
  const log = { kind: 'gateway.log', stream: 'stdout', message: '失敗 failed '.repeat(30) } as const;
  const big = recordOfHang({ timeline: timelineOf(...Array.from({ length: 100 }, () => log)) });
  const most = jobSummary(Array.from({ length: 120 }, () => ({ ...big, findings: [] })));
  expect(Buffer.byteLength(most)).toBeLessThanOrEqual(1024 * 1024);
  expect(most).toContain('_Left out, to stay under 1,048,576:');
});

test('HAR: each request under its real host with its times, and what was done to it', () => {
  const { sent, reached } = the(0);
  const timeline = timelineOf(
    sent,
    reached,
    { kind: 'provider.answer', exchange: 0, status: 200 },
    { kind: 'provider.fault', exchange: 0, fault: 'cut-after-1-fin' },
    { kind: 'provider.end', exchange: 0, by: 'provider', how: 'fin' },
    {
      kind: 'provider.request',
      exchange: 1,
      provider: 'xai',
      method: 'POST',
      path: '/v1/x',
      purpose: 'turn',
    },
  );
  const { log } = JSON.parse(har(recordOfHang({ timeline })));
  expect(log).toMatchObject({ version: '1.2', creator: { name: 'openclaw-repro' } });
  expect(log.entries).toMatchObject([
    {
      startedDateTime: '2026-11-22T12:00:02.000Z',
      time: 3_000,
      request: { method: 'POST', url: 'https://chatgpt.com/responses' },
      response: { status: 200 },
      timings: { send: 0, wait: 1_000, receive: 2_000 },
      comment: 'fault: cut-after-1-fin; ended by the provider (fin)',
      _faults: ['cut-after-1-fin'],
    },
    { request: { url: 'https://api.x.ai/v1/x' }, response: { status: 0 }, time: 0, comment: 'never ended' },
  ]);
});
