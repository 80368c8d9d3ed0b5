import type { RunRecord } from '#harness/record/record.ts';

/**
 * What a report says, for machines, in a comment that nobody sees. Text from outside in it can neither end the
 * comment, nor ping anybody, nor link an issue.
 * @example <!-- openclaw-repro:{"schema":1,"runs":[…]} -->
 */
export function hiddenBlock(records: readonly RunRecord[]): string {
  const runs = records.slice(0, 50).map(({ scenario, gateway, seed, outcome, findings, startedAt }) => ({
    scenario: scenario.name.slice(0, 100),
    version: gateway.version.slice(0, 100),
    seed: seed.slice(0, 100),
    startedAt,
    outcome,
    findings: findings.slice(0, 8).map(({ check, stage }) => (stage ? `${check}@${stage}` : check)),
  }));
  const harness = records[0]?.harness.version.slice(0, 100);
  const json = JSON.stringify({ schema: 1, harness, runs });
  return `<!-- openclaw-repro:${json.replace(/[<>&@#/]|--|\p{Cf}/gu, escaped)} -->`;
}

const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_, index) => {
    const code = text.charCodeAt(index).toString(16);
    return `\\u${code.padStart(4, '0')}`;
  }).join('');
