import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Fields, isFields, json, patched } from '#harness/base/json-text.ts';
import type { Era } from '#harness/openclaw/eras/eras.ts';
import { renamed } from './model-names.ts';
import type { Setup } from './setup.ts';
import { agentFolder, CONFIG_FILE, providerEntries, runtime } from './state.ts';

/**
 * Makes what an older version left in HOME fit the newer one, only where this harness needs something of every version:
 * the models' names, the embedded runtime, a working route. Left to itself the `doctor` of 2026.9.6 hands the model, and
 * each conversation with it, to the Codex app-server, which nobody here can imitate. All else is for `doctor` to mend.
 * @param home of a gateway that has ended
 */
export function fitState(home: string, from: Era, to: Era, setup: Setup): void {
  edit(join(home, CONFIG_FILE), (config) => fitConfig(config, from, to, setup));
  for (const id of setup.agents)
    edit(join(home, dirname(agentFolder(id)), 'sessions', 'sessions.json'), (sessions) =>
      fitSessions(sessions, from, to),
    );
}

function edit(path: string, change: (content: Fields) => Fields): void {
  if (!existsSync(path)) return;
  writeFileSync(path, json(change(JSON.parse(readFileSync(path, 'utf8')) as Fields)), { mode: 0o600 });
}

function fitConfig(config: Fields, from: Era, to: Era, setup: Setup): Fields {
  const own = renamed(config as Setup['config'], setup, from, to);
  // A conversation keeps the model that it had, under the newer version's name of the provider (run on 2026.9.6).
  const kept = runtime({ ...to, models: from.models }, setup);
  const defaults = patched(kept, runtime(to, setup));
  return patched(own, { agents: { defaults }, ...providerEntries(to, setup) });
}

/**
 * `doctor` gives a conversation whose provider it renames to the Codex app-server, unless the conversation names a
 * runtime itself (read in 2026.9.6: `repairCodexSessionStoreRoutes`).
 */
function fitSessions(sessions: Fields, { codex: { id } }: Era, { codex: to }: Era): Fields {
  if (id === to.id || !to.agentRuntime) return sessions;
  const fitted = Object.entries(sessions).map(([key, session]) => [
    key,
    isFields(session) && session.modelProvider === id
      ? { ...session, agentRuntimeOverride: to.agentRuntime }
      : session,
  ]);
  return Object.fromEntries(fitted) as Fields;
}
