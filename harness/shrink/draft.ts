import { parseScenario, type Scenario } from '#harness/scenario/scenario.ts';
import { played, type Trace } from '#harness/trace/trace.ts';

/** A scenario whose script is data, so that it can be cut and printed. */
export interface Draft extends Omit<Scenario, 'script' | 'file'> {
  trace: Trace;
}

export const draftOf = ({ script: _script, file: _file, ...rest }: Scenario, trace: Trace): Draft => ({
  ...rest,
  trace,
});

export const scenarioOf = ({ trace, ...rest }: Draft): Scenario => ({ ...rest, script: played(trace) });

/** What holds where a scenario says nothing. */
export const usual: Omit<Scenario, 'script'> = parseScenario('any/any', {
  title: 'any',
  script: async () => undefined,
});

/** Without what can no longer matter: the faults of models that nobody asks. */
export function tidied(draft: Draft): Draft {
  const { setup, providers } = draft;
  const models = [setup.model, ...setup.fallbacks];
  const asked = (target: string): boolean => {
    if (target.endsWith('auth')) return true;
    const [provider = ''] = target.split(/[/:]/);
    if (!models.some((model) => model.startsWith(`${provider}/`))) return false;
    if (target.endsWith(':recall')) return setup.activeMemory !== undefined;
    if (target.endsWith(':handshake')) return setup.codexTransport === 'websocket';
    return !target.includes('/') || models.includes(target);
  };
  const left = Object.entries(providers).filter(([target]) => asked(target));
  return { ...draft, providers: Object.fromEntries(left) };
}
