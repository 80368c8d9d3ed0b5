import type { Evidence, Finding } from './checks/check.ts';

/**
 * Why a run that upgrades says nothing of the version under test, if so: it never came to run, or something was wrong
 * already on the older one. What is only proven by what came after the upgrade is held against the newer version.
 */
export function beforeUpgrade(
  { setup: { upgradeFrom }, all }: Pick<Evidence, 'setup' | 'all'>,
  findings: readonly Finding[],
): string | undefined {
  if (upgradeFrom === undefined) return undefined;
  const upgrade = all('gateway.step').find(({ step }) => step === 'upgrade');
  if (!upgrade) return `the gateway was not upgraded: all that was seen is openclaw ${upgradeFrom}`;
  const before = findings.find(({ evidence }) => evidence.every((seq) => seq < upgrade.seq));
  return before && `already before the upgrade, on openclaw ${upgradeFrom}: ${before.sentence}`;
}
