import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { fitState } from './upgraded-state.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const CONFIG = '.openclaw/openclaw.json';
const SESSIONS = '.openclaw/agents/main/sessions';
const { setup } = parseScenario('a/b', { title: 'x', script: async () => undefined });

const model = { primary: 'openai-codex/gpt-5.4', fallbacks: ['xai/grok-4'] };
const config = { agents: { defaults: { model, workspace: '/w' } }, mine: ['openai-codex/gpt-5.4', 'x'] };
const sessions = { one: { modelProvider: 'openai-codex', updatedAt: 1 }, two: { modelProvider: 'xai' } };

/** What the state of 2026.4.12 becomes for another version. */
function upgradedTo(version: string): { config: unknown; sessions: unknown } {
  mkdirSync(join(home, SESSIONS), { recursive: true });
  writeFileSync(join(home, CONFIG), JSON.stringify(config));
  writeFileSync(join(home, SESSIONS, 'sessions.json'), JSON.stringify(sessions));
  fitState(home, eraOf('2026.4.12'), eraOf(version), setup);
  const read = (path: string): unknown => JSON.parse(readFileSync(join(home, path), 'utf8'));
  return { config: read(CONFIG), sessions: read(`${SESSIONS}/sessions.json`) };
}

test('leaves all as it was where the newer version needs nothing else', () => {
  expect(upgradedTo('2026.4.15')).toEqual({ config, sessions });
});

test('adds the route that 2026.4.14 needs', () => {
  const pinned = { providers: { 'openai-codex': { baseUrl: 'https://chatgpt.com/backend-api' } } };
  expect(upgradedTo('2026.4.14')).toMatchObject({ config: { ...config, models: pinned }, sessions });
});

test('keeps model and conversations on the embedded runtime, under the names of the newer version', () => {
  const runtime = { agentRuntime: { id: 'openclaw' } };
  expect(upgradedTo('2026.9.6')).toEqual({
    config: {
      agents: {
        defaults: {
          model: { ...model, primary: 'openai/gpt-5.6-terra' },
          workspace: '/w',
          models: { 'openai/gpt-5.4': runtime, 'openai/gpt-5.6-terra': runtime },
        },
      },
      mine: ['openai/gpt-5.6-terra', 'x'],
    },
    sessions: { ...sessions, one: { ...sessions.one, agentRuntimeOverride: 'openclaw' } },
  });
});
