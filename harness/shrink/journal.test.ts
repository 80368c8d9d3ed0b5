import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { rehearse } from '#harness/trace/rehearse.ts';
import { cutAfter, silence } from '#mocks/faults.ts';
import { cutsOf } from './cuts.ts';
import { draftOf } from './draft.ts';
import { type Original, ShrinkJournal } from './journal.ts';
import { keyOf } from './prober.ts';
import { shrink } from './search.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const about = { scenario: 'a/b', gateway: '2026.4.14 sha512-x', digest: 'abc' };
const open = (changed: Partial<typeof about> = {}) =>
  new ShrinkJournal(join(folder, 'journal.jsonl'), { ...about, ...changed });

const scenario = parseScenario('a/b', {
  title: 'x',
  setup: { model: 'xai/grok-4', fallbacks: ['codex/gpt-5.3-codex', 'codex/gpt-5.4'], idleTimeoutSeconds: 10 },
  providers: { xai: [silence()], 'codex/gpt-5.3-codex': [cutAfter(1)] },
  async script(page: Parameters<Parameters<typeof rehearse>[0]>[0]) {
    const tab = await page.openTab();
    for (const text of ['One', 'Two', 'Three']) await tab.session().say(text, { alsoIn: [tab] });
  },
});

test('killed and started again it tries nothing twice and ends the same', async () => {
  const draft = draftOf(scenario, await rehearse(scenario.script));
  let made = 0;
  const withJournal = (journal: ShrinkJournal, kill: number) =>
    shrink(
      { draft, label: 'as it is' },
      {
        cuts: (cut) => cutsOf(cut.draft),
        keyOf,
        reproduces: async (cut) => {
          const key = keyOf(cut);
          const known = journal.get(key);
          if (known) return known.reproduces;
          if (made === kill) throw new Error('killed');
          made++;
          const reproduces = JSON.stringify(cut.draft.providers).includes('cut-after');
          journal.add({ key, reproduces, label: cut.label, verdict: 'x', seconds: 1 });
          return reproduces;
        },
      },
    );
  const through = await withJournal(
    new ShrinkJournal(join(folder, 'other.jsonl'), about),
    Number.POSITIVE_INFINITY,
  );
  const tried = made;
  made = 0;
  await expect(withJournal(open(), 2)).rejects.toThrow('killed');
  // The third probe was being written down.
  appendFileSync(join(folder, 'journal.jsonl'), '{"key":"12');
  await expect(withJournal(open(), 5)).rejects.toThrow('killed');
  const resumed = await withJournal(open(), Number.POSITIVE_INFINITY);
  expect(keyOf(resumed.least)).toBe(keyOf(through.least));
  expect(made).toBe(tried);
  expect(open().size).toBe(tried);
});

test('what the script did is kept, so that the original need not run again', async () => {
  const trace = await rehearse(scenario.script);
  const original: Original = {
    trace,
    signature: { check: 'reply-arrives', stage: 'streaming' },
    verdict: 'x',
    seconds: 60,
  };
  const journal = open();
  expect(journal.original).toBeUndefined();
  journal.add(original);
  expect(open().original).toEqual(original);
});

test('the journal of another scenario, another gateway, or an older text of the scenario is refused', () => {
  open();
  expect(() => open({ scenario: 'c/d' })).toThrow('the journal of a/b on 2026.4.14');
  expect(() => open({ gateway: '2026.4.15' })).toThrow('the journal of a/b on 2026.4.14');
  expect(() => open({ digest: 'other' })).toThrow('a/b as it was before it was changed');
  appendFileSync(join(folder, 'journal.jsonl'), '{"key":1}\n');
  expect(() => open()).toThrow('journal.jsonl:2: this line is no probe');
});
