import type { RunRecord } from '#harness/record/record.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { hungTurn, timelineOf } from '#harness/testing/timeline-of.ts';
import { judge } from '#harness/verdict/judge.ts';

/** A record of a hang, for tests of what is made from records. */
export function recordOfHang(changes: Partial<RunRecord> = {}): RunRecord {
  const scenario = parseScenario('stream/terminated', {
    title: 'A cut reply ends',
    script: async () => undefined,
  });
  const timeline = timelineOf(...hungTurn(0));
  const { name, title, setup, budgets } = scenario;
  return {
    schema: 1,
    harness: { version: '0.0.0' },
    scenario: { name, title, setup, budgets, faults: { codex: ['cuts the stream after 1 word (fin)'] } },
    gateway: { version: '2026.4.14', runtime: 'process', integrity: 'sha512-x', node: '24.0.0' },
    seed: 'seed',
    startedAt: '2026-11-22T12:00:00.000Z',
    platform: 'linux',
    ...judge(scenario, timeline),
    turns: [{ number: 0, session: 'agent:main:main', stage: 'streaming', ending: 'never', attempts: 4 }],
    refused: { 'openrouter.ai:443': 1 },
    timing: { totalMs: 60_000, bootMs: 10_000 },
    cpu: { harnessMs: 500, gatewayMs: 30_000 },
    timeline,
    ...changes,
  };
}
