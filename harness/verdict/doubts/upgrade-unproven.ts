import type { Doubt } from './doubt.ts';

/**
 * Why a run that upgrades says nothing of the version under test, if so: it never came to run, something was wrong
 * already on the older one, or the set-up did not hold. What is only proven by what came after the upgrade is held
 * against the newer version.
 */
export const upgradeUnproven: Doubt = {
  id: 'upgrade-unproven',
  outcome: 'inconclusive',
  raise({ evidence, findings }) {
    const { all } = evidence;
    const { upgradeFrom } = evidence.setup;
    if (upgradeFrom === undefined) return undefined;
    const upgrade = all('gateway.step').find(({ step }) => step === 'upgrade');
    if (!upgrade) return `the gateway was not upgraded: all that was seen is openclaw ${upgradeFrom}`;
    const before = findings.find(({ evidence: proof }) => proof.every((seq) => seq < upgrade.seq));
    if (before) return `already before the upgrade, on openclaw ${upgradeFrom}: ${before.sentence}`;
    const handedOver = all('chat.event').some(({ text, error = '' }) =>
      CODEX_RUNTIME.test(`${text} ${error}`),
    );
    return handedOver
      ? 'the upgrade handed the conversation to the Codex app-server, which is not there and not imitated'
      : undefined;
  },
};

/** In the words of 2026.9.6. The program comes from the registry while `doctor` runs, and speaks past the closed network. */
const CODEX_RUNTIME = /\bruntime "codex" is unavailable/;
